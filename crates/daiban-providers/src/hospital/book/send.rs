//! The booking act, from the person to the order's page, and the request for a code that an order may need.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use serde_json::{Value, json};

use super::chain::Chain;
use super::heard::Heard;
use super::memory::Sent;
use super::orders;
use super::prepare::{Prepared, prepare};
use crate::hospital::Hospitals;
use crate::hospital::booking::{BookResult, BookWish};
use crate::hospital::error::{DUPLICATE, PATIENT};
use crate::hospital::line::Line;
use crate::hospital::session::{key, whose};
use crate::hospital::wire::save::{self, Papers, Saved};
use crate::hospital::wire::sign_in::Phone;

/// Books, once.
///
/// # Errors
/// `Unsure` once the order was sent and there is neither a clear no nor an order number; any other error: surely nothing was
/// booked.
pub(super) async fn book(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    wish: &BookWish,
) -> Result<Value, ServiceError> {
    let chain = Chain::of(visit);
    let visit = &chain.visit(visit);
    hospitals.bookings.open().forget(&whose(visit));
    let result = match prepare(hospitals, visit, wish).await {
        Ok(Prepared::Ready { confirm, papers }) => {
            send(hospitals, visit, Sent::new(wish, &confirm), &papers).await
        }
        Ok(Prepared::Stopped { why, confirm }) => Ok(BookResult::Stopped { why, confirm }),
        Err(error) => Err(error),
    };
    let result = result.inspect_err(|error| doubt_people(hospitals, visit, error))?;
    Ok(json!(result))
}

/// The one request that books.
async fn send(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    mut sent: Sent,
    papers: &Papers,
) -> Result<BookResult, ServiceError> {
    let line = Line::of(visit)?;
    let keep = |sent: &Sent| hospitals.bookings.open().keep(&whose(visit), sent.clone());
    // Remembered first: whoever drops this call midway still knows that it was sent.
    keep(&sent);
    let answer = line.http.send(save::request(&line, &sent.wish, papers));
    let unclear = match Heard::of(&line, answer.await) {
        Heard::Yes(data) => match save::read(&data) {
            Ok(saved) => {
                sent.saved = Some(saved.clone());
                keep(&sent);
                return Ok(ordered(&line, &sent.wish, saved).await);
            }
            Err(error) => error,
        },
        Heard::No(error) => {
            hospitals.bookings.open().forget(&whose(visit));
            return Err(error);
        }
        Heard::Unclear(error) => error,
    };
    sent.hear(&unclear);
    keep(&sent);
    Err(unsure(&unclear))
}

/// A booking that has a number, with its page if that can be read. One that stands in line has no page yet.
pub(super) async fn ordered(line: &Line<'_>, wish: &BookWish, saved: Saved) -> BookResult {
    let detail = match saved.lineup {
        true => None,
        false => {
            let page = orders::page(line, &wish.department.hos, &saved.order_no).await;
            page.ok().map(Box::new)
        }
    };
    BookResult::Ordered {
        order_no: saved.order_no,
        lineup: saved.lineup,
        older: false,
        detail,
    }
}

fn unsure(error: &ServiceError) -> ServiceError {
    let seen = error.text();
    let text = match error {
        ServiceError::Refused { code, .. } if code == DUPLICATE => Text::new(
            format!("114 说已有预约（{}），要看订单才知道是不是这一次", seen.zh),
            format!(
                "114 says that there is a booking already ({}); only the orders tell whether it is this one",
                seen.en
            ),
        ),
        ServiceError::Unsure { text } => text.clone(),
        _ => Text::new(
            format!("预约已提交，没有听到结果：{}", seen.zh),
            format!("the booking was sent and no result was heard: {}", seen.en),
        ),
    };
    ServiceError::Unsure { text }
}

/// After a refusal that may come of what is remembered of the people, the next booking asks for them anew.
fn doubt_people(hospitals: &Hospitals, visit: &Visit<'_>, error: &ServiceError) {
    if matches!(error, ServiceError::Refused { code, .. } if code == PATIENT) {
        hospitals.people.open().forget(visit);
    }
}

/// Asks for the text message whose code an order of this place needs. It goes to the account's phone.
///
/// # Errors
/// `Unsure` when it may have been sent.
pub(super) async fn code(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    product: &str,
) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let mobile = visit.setting("mobile")?;
    let key = &key(hospitals, visit).await?;
    let request = save::message(&line, &Phone { mobile, key }, product);
    match Heard::of(&line, line.http.send(request.chain()).await) {
        Heard::Yes(_) => Ok(json!({ "sent": true })),
        Heard::No(error) | Heard::Unclear(error @ ServiceError::Refused { .. }) => Err(error),
        Heard::Unclear(error) => Err(ServiceError::Unsure {
            text: error.text().clone(),
        }),
    }
}
