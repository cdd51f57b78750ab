//! What became of a command that was sent and got no clear answer. Only reads: nobody knows a way to ask for the outcome of
//! one command, so the car's status is all there is. It can show that the wish came true, and never that it will not.

use daiban_core::error::ServiceError;
use daiban_core::provider::{Reconciled, Visit};
use daiban_core::{Text, Timestamp, dates};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::{Vehicles, looks};
use super::act::Wish;
use super::{confirm, shown};
use crate::words::later;

/// Until then a status may still show it; later it says nothing about this command.
const LATEST: SignedDuration = SignedDuration::from_mins(3);
/// From then on the car itself is asked.
const FRESH: SignedDuration = SignedDuration::from_secs(20);
const AGAIN_S: i64 = 10;

/// Asks what became of a command; `None` when the body is another's.
///
/// # Errors
/// Those of the status, while it may be read later.
pub(in crate::vehicle) async fn reconcile(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
    sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    if body["do"] != "command" {
        return None;
    }
    Some(match Wish::read(body) {
        Ok(wish) => became(vehicles, visit, &wish, sent_at).await,
        Err(error) => Err(error),
    })
}

async fn became(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    wish: &Wish,
    sent_at: Timestamp,
) -> Result<Reconciled, ServiceError> {
    if !shown::leaves_a_trace(wish.command) {
        return Ok(Reconciled::CannotKnow(no_trace()));
    }
    let age = visit.now.duration_since(sent_at);
    let is_late = age >= LATEST;
    let car = wish.car.as_deref();
    match looks::status(vehicles, visit, car, age >= FRESH).await {
        Ok(reading) => match confirm::confirms(wish.command, &reading, sent_at, visit.now) {
            Some(by) => Ok(Reconciled::Happened(json!({
                "accepted": true, "session": null, "sent_at": dates::rfc3339(sent_at),
                "confirmed_by": dates::rfc3339(by),
            }))),
            None if is_late => Ok(Reconciled::CannotKnow(nothing_newer())),
            None => Ok(Reconciled::AskAgain {
                at: later(visit.now, AGAIN_S),
                seen: None,
            }),
        },
        // Whatever stands in the way now: so late no status would be of use.
        Err(error) if is_late => Ok(Reconciled::CannotKnow(unread(error.text()))),
        Err(error) => Err(error),
    }
}

fn no_trace() -> Text {
    Text::new(
        "没有听到网关的回答，这个操作在车况里也看不到",
        "the gateway's answer was lost, and no status shows this command",
    )
}

fn nothing_newer() -> Text {
    Text::new(
        "没有听到网关的回答，三分钟里也没有更新的车况显示它做到了",
        "the gateway's answer was lost, and no newer status showed it within three minutes",
    )
}

fn unread(why: &Text) -> Text {
    Text::new(
        format!("没有听到网关的回答，车况也读不到（{}）", why.zh),
        format!(
            "the gateway's answer was lost, and the status cannot be read ({})",
            why.en
        ),
    )
}
