//! The two texts that name an order's people, built field by field: values go in as they came, and nothing is cut off at
//! either end.
//!
//! *Source*: 12306's order page, 2024; public clients of the service, 2019–2026. *Seen*.

use crate::rail::orders::TicketKind;
use crate::rail::seats::SeatCode;

use super::people::Person;

/// Somebody with their ticket.
#[derive(Debug, Clone, Copy)]
pub struct Traveller<'a> {
    /// Who.
    pub person: &'a Person,
    /// With which ticket.
    pub ticket: TicketKind,
    /// `0` any berth, `1` lower, `2` middle, `3` upper.
    pub bed: char,
}

/// `passengerTicketStr`: `seat,bed,ticket,name,idType,idNo,mobile,N,allEncStr`, joined by `_`.
#[must_use]
pub fn tickets_text(seat: SeatCode, travellers: &[Traveller<'_>]) -> String {
    let one = |traveller: &Traveller<'_>| {
        let person = traveller.person;
        format!(
            "{seat},{},{},{},{},{},{},N,{}",
            traveller.bed,
            traveller.ticket.code(),
            person.name.reveal(),
            person.id_kind,
            person.id_no.reveal(),
            person.mobile.reveal(),
            person.all_enc.reveal(),
        )
    };
    travellers.iter().map(one).collect::<Vec<_>>().join("_")
}

/// `oldPassengerStr`: `name,idType,idNo,type_` for each, the `_` at the end included. The type is the person's own, not
/// that of the ticket.
#[must_use]
pub fn people_text(travellers: &[Traveller<'_>]) -> String {
    let one = |traveller: &Traveller<'_>| {
        let person = traveller.person;
        let kind = match person.kind.as_str() {
            "" => traveller.ticket.code().to_string(),
            kind => kind.to_owned(),
        };
        format!(
            "{},{},{},{kind}_",
            person.name.reveal(),
            person.id_kind,
            person.id_no.reveal(),
        )
    };
    travellers.iter().map(one).collect()
}
