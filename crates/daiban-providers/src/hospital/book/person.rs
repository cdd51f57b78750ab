//! Who is booked for, and with which number: from memory where it is known, else asked, before anything is booked.
//!
//! The list has stars in its numbers. Whether the service wants them back as listed or whole is not known, so an account may
//! keep whole numbers (`card_nos`), and the one that fits the stars is sent.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use daiban_core::secret::Secret;

use crate::hospital::account::card_nos;
use crate::hospital::booking::BookWish;
use crate::hospital::error::PATIENT;
use crate::hospital::wire::people::{Listed, ListedCard};
use crate::hospital::{Hospitals, people};

/// Somebody a place can be booked for.
pub(super) struct Person {
    /// The card's number, as it is sent.
    pub(super) card_no: Secret,
    /// The phone of the list; a child often has none.
    pub(super) phone: Option<Secret>,
}

/// The person of a wish.
///
/// # Errors
/// `Refused` with code `patient` when they cannot be booked for; else those of the questions. Surely nothing was booked.
pub(super) async fn person(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    wish: &BookWish,
) -> Result<Person, ServiceError> {
    check_real_name(hospitals, visit).await?;
    let listed = listed(hospitals, visit, wish).await?;
    let patient = listed.shown();
    if !patient.bound {
        return Err(not_bound(patient.note.as_deref()));
    }
    let cards = listed.card_list.iter().flatten();
    let mut fitting = cards.filter(|card| card.card_type == wish.card.0);
    let card = fitting.next().ok_or_else(no_card)?;
    Ok(Person {
        card_no: number(visit, card).ok_or_else(no_card)?,
        phone: patient.phone.map(Secret::new),
    })
}

async fn check_real_name(hospitals: &Hospitals, visit: &Visit<'_>) -> Result<(), ServiceError> {
    let is_known = hospitals.people.open().has_real_name(visit);
    if is_known {
        return Ok(());
    }
    let status = people::real_name(hospitals, visit).await?;
    status
        .proved
        .then_some(())
        .ok_or_else(|| ServiceError::Refused {
            code: PATIENT.to_owned(),
            text: people::in_words(&status),
        })
}

async fn listed(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    wish: &BookWish,
) -> Result<Listed, ServiceError> {
    let known = hospitals.people.open().patient(visit, &wish.patient);
    if let Some(known) = known {
        return Ok(known);
    }
    people::patients(hospitals, visit).await?;
    let asked = hospitals.people.open().patient(visit, &wish.patient);
    asked.ok_or_else(nobody)
}

/// The whole number that fits the stars, or the number as listed where none or more than one does.
fn number(visit: &Visit<'_>, card: &ListedCard) -> Option<Secret> {
    let of = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
    let is_filled = |text: &String| !text.is_empty();
    let shown = of(&card.card_no).filter(is_filled);
    let listed = shown.or_else(|| of(&card.card_no_view).filter(is_filled))?;
    let whole = visit.secret("card_nos").unwrap_or_default();
    let whole = card_nos(whole).unwrap_or_default();
    let mut fitting = whole.into_iter().filter(|number| fits(&listed, number));
    match (fitting.next(), fitting.next()) {
        (Some(number), None) => Some(Secret::new(number)),
        _ => Some(Secret::new(listed)),
    }
}

/// Whether a whole number begins and ends as the listed one: `1000****000X`.
fn fits(listed: &str, whole: &str) -> bool {
    let listed = listed.to_ascii_uppercase();
    let (Some(first), Some(last)) = (listed.find('*'), listed.rfind('*')) else {
        return false;
    };
    let (head, tail) = (&listed[..first], &listed[last + 1..]);
    let says_something = !head.is_empty() && !tail.is_empty();
    says_something
        && whole.len() >= head.len() + tail.len()
        && whole.starts_with(head)
        && whole.ends_with(tail)
}

fn refused(zh: impl Into<String>, en: impl Into<String>) -> ServiceError {
    ServiceError::Refused {
        code: PATIENT.to_owned(),
        text: Text::new(zh, en),
    }
}

fn nobody() -> ServiceError {
    refused(
        "账号里没有这位就诊人了，或他的证件号变了",
        "this patient is not in the account any more, or the number has changed",
    )
}

fn not_bound(note: Option<&str>) -> ServiceError {
    let zh = note.map_or_else(String::new, |note| format!("：{note}"));
    let en = note.map_or_else(String::new, |note| format!(": {note}"));
    refused(
        format!("114 现在不给这位就诊人预约{zh}"),
        format!("114 does not book for this patient now{en}"),
    )
}

fn no_card() -> ServiceError {
    refused(
        "这位就诊人没有这种卡了，请重新选一张",
        "this patient has no such card any more; choose another",
    )
}

/// Said when nobody could be reached about the booking.
pub(super) fn no_phone() -> ServiceError {
    refused(
        "这位就诊人没有手机号，账号里也没有填",
        "neither this patient nor the account has a phone number",
    )
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_whole_number_has_the_ends_of_the_listed_one() {
        let check = |listed: &str, whole: &str, expected: bool| {
            assert_eq!(fits(listed, whole), expected, "{listed} {whole}");
        };
        check("1000****000X", "100000000000000X", true);
        check("1000****000x", "10001000X", true);
        check("1000****000X", "1000000X", true);
        check("1000****000X", "100000X", false);
        check("1000****000X", "1001000000000000", false);
        check("1000****000X", "2000000000000000X", false);
        check("****000X", "100000000000000X", false);
        check("1000****", "100000000000000X", false);
        check("********", "100000000000000X", false);
        check("", "100000000000000X", false);
        check("100000000000000X", "100000000000000X", false);
    }
}
