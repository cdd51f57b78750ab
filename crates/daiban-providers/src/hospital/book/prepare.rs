//! Everything before the order counts: the person, the confirm page, the comparison. Surely nothing is booked here.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use daiban_core::secret::Secret;

use super::compare;
use super::person::{no_phone, person};
use crate::hospital::Hospitals;
use crate::hospital::booking::{BookWish, Confirm, Need, Stop};
use crate::hospital::line::Line;
use crate::hospital::wire::confirm::{self, Confirmed};
use crate::hospital::wire::save::Papers;

/// How far it came.
pub(super) enum Prepared {
    /// Only the order is left to send.
    Ready { confirm: Confirm, papers: Papers },
    /// A person is needed first.
    Stopped { why: Stop, confirm: Confirm },
}

/// Prepares a booking.
///
/// # Errors
/// One of the eight except `Unsure`.
pub(super) async fn prepare(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    wish: &BookWish,
) -> Result<Prepared, ServiceError> {
    let line = Line::of(visit)?;
    let person = person(hospitals, visit, wish).await?;
    let data = line.ask(confirm::request(&line, wish)).await?;
    let Confirmed { confirm, token } = confirm::read(&data)?;
    let mobile = visit.setting("mobile").ok();
    if let Some(why) = compare::stop(wish, &confirm, mobile.is_some()) {
        return Ok(Prepared::Stopped { why, confirm });
    }
    // The page's flag decides, not what was needed the last time.
    let is_shown = confirm.needs.sms != Need::Hidden;
    let sms_code = wish.sms_code.as_deref().filter(|_| is_shown);
    let is_account = confirm.needs.contact == Need::Required || sms_code.is_some();
    let papers = Papers {
        card_no: person.card_no,
        phone: phone(person.phone, mobile, is_account).ok_or_else(no_phone)?,
        sms_code: sms_code.map(|code| Secret::new(code.trim())),
        token,
    };
    Ok(Prepared::Ready { confirm, papers })
}

/// The patient's own number, else the account's: a child has none. The account's also where a contact is wanted, and where a
/// code is given, because it was sent there (*guessed*: that a code is good only beside the number it was sent to).
fn phone(listed: Option<Secret>, mobile: Option<&str>, is_account: bool) -> Option<Secret> {
    let mobile = mobile.map(Secret::from);
    if is_account {
        mobile.or(listed)
    } else {
        listed.or(mobile)
    }
}
