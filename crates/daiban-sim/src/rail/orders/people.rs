//! Who is to travel: the strings that name passengers in an order, and whether the account has them.

use crate::rail::RailAccount;
use crate::rail::account::{self, RailPassenger};

/// One ticket asked for, as `passengerTicketStr` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Seat code.
    pub(crate) seat: char,
    /// `0` any, `1` lower, `2` middle, `3` upper.
    pub(crate) bed: char,
    /// Kind of ticket: `1` adult, `2` child, `3` student, `4` disabled soldier.
    pub(crate) kind: char,
    pub(crate) name: String,
    pub(crate) id_type: String,
    /// Masked, as listed.
    pub(crate) id_number: String,
    /// Masked, as listed; may be empty.
    pub(crate) phone: String,
    pub(crate) enc: String,
}

/// `seat,bed,ticketType,name,idType,idNo,mobile,N,allEncStr`, joined by `_`, with no tail.
pub(crate) fn claims(text: &str) -> Option<Vec<Claim>> {
    text.split('_').map(claim).collect()
}

fn claim(text: &str) -> Option<Claim> {
    let field: Vec<&str> = text.split(',').collect();
    let [seat, bed, kind, name, id_type, id_number, phone, keeps, enc] = field[..] else {
        return None;
    };
    let claim = Claim {
        seat: only(seat)?,
        bed: only(bed).filter(|bed| ('0'..='3').contains(bed))?,
        kind: only(kind).filter(|kind| ('1'..='4').contains(kind))?,
        name: name.into(),
        id_type: id_type.into(),
        id_number: id_number.into(),
        phone: phone.into(),
        enc: enc.into(),
    };
    (keeps == "N").then_some(claim)
}

/// The one character of a text.
pub(crate) fn only(text: &str) -> Option<char> {
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// The passenger with that `allEncStr`, when name, kind of document and masked number are theirs.
pub(crate) fn person<'a>(
    account: &'a RailAccount,
    enc: &str,
    name: &str,
    id_type: &str,
    id_number: &str,
) -> Option<&'a RailPassenger> {
    let mut passengers = account.passengers.iter();
    let passenger = passengers.find(|passenger| account::enc(account, passenger) == enc)?;
    let shown = account::shown_id(passenger);
    (passenger.name == name && passenger.id_type == id_type && shown == id_number)
        .then_some(passenger)
}

/// `type#number`: who a ticket is for.
pub(crate) fn document(passenger: &RailPassenger) -> String {
    format!("{}#{}", passenger.id_type, passenger.id_number)
}

/// The passengers of the claims, in their order; `None` when one is not of the account or may not
/// have that kind of ticket, or when one asks for two tickets.
pub(super) fn passengers<'a>(
    account: &'a RailAccount,
    claims: &[Claim],
) -> Option<Vec<&'a RailPassenger>> {
    let of = |claim: &Claim| {
        let passenger = person(
            account,
            &claim.enc,
            &claim.name,
            &claim.id_type,
            &claim.id_number,
        )?;
        let fits =
            account::shown_phone(passenger) == claim.phone && may_have(passenger, claim.kind);
        fits.then_some(passenger)
    };
    let found = claims.iter().map(of).collect::<Option<Vec<_>>>()?;
    let is_twice = |claim: &Claim| {
        let same = claims
            .iter()
            .filter(|other| other.enc == claim.enc && other.kind != '2');
        same.count() > 1
    };
    (!claims.iter().any(is_twice)).then_some(found)
}

/// Anybody may have an adult's ticket. A child without a document travels on that of an adult, so
/// a child's ticket may bear anybody's name.
pub(crate) fn may_have(passenger: &RailPassenger, kind: char) -> bool {
    matches!(kind, '1' | '2') || only(&passenger.kind) == Some(kind)
}

/// `name,idType,idNo,type_` for each, with the tail. Which type, the ticket's or the person's, the
/// clients seen don't agree on; both are taken.
pub(super) fn old_string_fits(text: &str, claims: &[Claim], passengers: &[&RailPassenger]) -> bool {
    let Some(text) = text.strip_suffix('_') else {
        return false;
    };
    let parts: Vec<&str> = text.split('_').collect();
    let fits = |part: &str, claim: &Claim, passenger: &RailPassenger| {
        let start = format!("{},{},{},", claim.name, claim.id_type, claim.id_number);
        part.strip_prefix(&start)
            .is_some_and(|kind| kind == passenger.kind || only(kind) == Some(claim.kind))
    };
    let mut each = parts.iter().zip(claims).zip(passengers);
    parts.len() == claims.len()
        && each.all(|((part, claim), passenger)| fits(part, claim, passenger))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "O,0,1,张三,1,1399***********145,138****0001,N,ab1";

    #[test]
    fn strings_are_read_to_the_letter() {
        let two = format!("{ONE}_M,0,3,李四,1,1399***********146,,N,cd9");
        let read = claims(&two).unwrap_or_default();
        assert_eq!(read.len(), 2);
        assert_eq!((read[1].seat, read[1].kind), ('M', '3'));
        assert_eq!((read[1].phone.as_str(), read[1].enc.as_str()), ("", "cd9"));
        for wrong in [
            format!("{ONE}_"),
            ONE.replace(",N,", ",Y,"),
            ONE.replace(",N,ab1", ",N"),
            ONE.replace("O,0", "O,4"),
            ONE.replace("O,0,1", "O,0,5"),
            ONE.replace("O,", "OO,"),
            String::new(),
        ] {
            assert_eq!(claims(&wrong), None, "{wrong}");
        }
    }
}
