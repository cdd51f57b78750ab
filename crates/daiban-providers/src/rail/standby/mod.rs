//! The calls of standing in line for returned tickets (候补).
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"standby_check","choices":[StandbyChoice…]}` | [`Check`] |
//! | `{"do":"standby_orders"}` | `{"orders":[Standby],"complete"}`, newest first |
//!
//! | act | gives |
//! | --- | --- |
//! | `{"do":"standby",…StandbyWish}` | `{"reserve_no","pay_before","until_min"}` |
//! | `{"do":"withdraw_standby","reserve_no","paid"}` | `{"withdrawn":true}` |
//!
//! Up to `confirmHB` nothing is made. From there on everything that is no clear no in the service's own JSON is unsure, and
//! is cleared up by the queue and the lists; nothing is sent a second time. Paying stays with the person, and so does
//! every check that proves one is there.

mod after;
pub mod rules;

use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Reconciled;
use daiban_core::{Text, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rail::account::{answer, passengers};
use crate::rail::desk::{Rail, Whose, asked, invalid};
use crate::rail::error::{
    HAND_OVER, data_or_error, face_refused, face_text, lost_sign, refusal, refused,
};
use crate::rail::flow::Line;
use crate::rail::orders::{OrderPassenger, StandbyChoice, StandbyWish};
use crate::rail::seats::STANDING;
use crate::rail::standby::after::{became, orders, withdrawn};
use crate::rail::standby::rules::until_choice;
use crate::rail::wire::people::Person;
use crate::rail::wire::standby as ask;
use crate::rail::wire::standby_reply::{self as reply, Chance, Face, Queue};

/// What can be known before one stands in line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Where the face check of the account's owner stands.
    pub face: Face,
    /// The same in words.
    pub text: Text,
    /// How long the line is, for each choice the service speaks of.
    pub chances: Vec<Chance>,
    /// How likely the service thinks that something comes back, for all choices together; `None` when it does not say.
    pub success_percent: Option<u8>,
    /// Until how many minutes before departure one may choose to stand in line; empty when not told.
    pub until_choices_min: Vec<u32>,
}

#[derive(Deserialize)]
struct CheckWish {
    choices: Vec<StandbyChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(in crate::rail) struct Withdrawal {
    pub(in crate::rail) reserve_no: String,
    pub(in crate::rail) paid: bool,
}

/// One look; `None` when the body is another's.
///
/// # Errors
/// One of the eight.
pub(in crate::rail) async fn look(
    line: &Line<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "standby_check" => check(line, body).await.map(|check| json!(check)),
        "standby_orders" => orders(line).await,
        _ => return None,
    })
}

/// One act; `None` when the body is another's.
///
/// # Errors
/// One of the eight.
pub(in crate::rail) async fn act(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "standby" => stand_by(rail, line, whose, body).await,
        "withdraw_standby" => withdraw(line, body).await,
        _ => return None,
    })
}

/// What became of an act; `None` when the body is another's.
///
/// # Errors
/// Those of the questions, when they are not answered.
pub(in crate::rail) async fn reconcile(
    line: &Line<'_>,
    body: &Value,
    sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    Some(match body["do"].as_str()? {
        "standby" => became(line, body, sent_at).await,
        "withdraw_standby" => withdrawn(line, body, sent_at).await,
        _ => return None,
    })
}

/// Whether one may stand in line for these, how long the lines are and until when one may. Nothing is made by it.
///
/// # Errors
/// One of the eight.
async fn check(line: &Line<'_>, body: &Value) -> Result<Check, ServiceError> {
    let CheckWish { choices } = asked(body)?;
    sound(&choices)?;
    let base = line.base;
    let face = reply::face(&answer(line, ask::face(base, &choices).poll()).await?)?;
    let mut check = Check {
        face,
        text: face_text(face),
        chances: Vec::new(),
        success_percent: None,
        until_choices_min: Vec::new(),
    };
    if face.forbids() {
        return Ok(check);
    }
    reply::agreed(&answer(line, ask::submit(base, &choices)).await?)?;
    let prepared = reply::prepared(&answer(line, ask::prepare(base)).await?)?;
    check.until_choices_min = prepared.until_choices_min;
    let lengths = answer(line, ask::queue_lengths(base)).await;
    check.chances = welcome(lengths.and_then(|body| reply::chances(&body)))?;
    let until = check.until_choices_min.iter().min().copied();
    let rate = answer(line, ask::success_rate(base, until, 1)).await;
    check.success_percent = welcome(rate.and_then(|body| reply::success_rate(&body)))?;
    Ok(check)
}

/// What is nice to know and not needed: a no leaves it unknown.
fn welcome<T: Default>(told: Result<T, ServiceError>) -> Result<T, ServiceError> {
    match told {
        Err(ServiceError::Refused { .. } | ServiceError::Changed { .. }) => Ok(T::default()),
        told => told,
    }
}

fn sound(choices: &[StandbyChoice]) -> Result<(), ServiceError> {
    let no = |zh, en| Err(invalid(InvalidInput::new("choices", zh, en)));
    if choices.is_empty() {
        return no("至少要选一趟车", "choose one train at least");
    }
    if choices.iter().any(|choice| choice.seat == STANDING) {
        return no("无座不能候补", "there is no line for standing places");
    }
    if choices.iter().any(|choice| choice.secret.is_empty()) {
        return no(
            "这趟车现在不能下单",
            "nothing can be ordered on this train now",
        );
    }
    Ok(())
}

/// The wished people: from memory, or else from the account's list, which may be read at any time.
async fn people(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    wished: &[OrderPassenger],
) -> Result<Vec<Person>, ServiceError> {
    if let Some(people) = rail.orders.people(whose, wished) {
        return Ok(people);
    }
    passengers(rail, line, whose).await?;
    rail.orders.people_or_refuse(whose, wished)
}

/// Gets in line, in the order of the service's own pages (*seen* 2024).
///
/// # Errors
/// `Unsure` once it was confirmed and no number came back; anything else says that surely nothing was made: `Refused`
/// with code `face`, `hand_over` (a slider), `deadline`, `passengers` and those of the table of texts.
pub(in crate::rail) async fn stand_by(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    body: &Value,
) -> Result<Value, ServiceError> {
    let wish: StandbyWish = asked(body)?;
    sound(&wish.choices)?;
    if wish.passengers.is_empty() {
        let input = InvalidInput::new("passengers", "至少要有一位乘车人", "somebody must travel");
        return Err(invalid(input));
    }
    let people = people(rail, line, whose, &wish.passengers).await?;
    let until_min = prepare(line, &wish).await.map_err(nothing_made)?;
    let sent = ask::confirm(line.base, &wish, &people, until_min).chain();
    let sent = line.http.send(sent).await;
    confirmed(&sent.map_err(ServiceError::after_act)?, reply::confirmed)
        .inspect_err(|error| rail.orders.doubt_people(whose, error))?;
    number(line, until_min).await
}

/// The number of what was confirmed, asked for once.
async fn number(line: &Line<'_>, until_min: u32) -> Result<Value, ServiceError> {
    let queue = answer(line, ask::queue(line.base).chain()).await;
    match queue.and_then(|body| reply::queue(&body)) {
        Ok(Queue::Made(reserve_no)) => Ok(json!({
            "reserve_no": reserve_no, "pay_before": null, "until_min": until_min,
        })),
        Ok(Queue::Waiting(wait_s)) => Err(unsure(in_line(wait_s))),
        Ok(Queue::Failed(Some(words))) => Err(unsure(Text::quoted(&words))),
        Ok(Queue::Failed(None) | Queue::Nothing) | Err(_) => Err(unsure(sent_only())),
    }
}

/// Everything before the first byte that makes something. Gives the end of the line to confirm.
async fn prepare(line: &Line<'_>, wish: &StandbyWish) -> Result<u32, ServiceError> {
    let base = line.base;
    let face = reply::face(&answer(line, ask::face(base, &wish.choices).chain()).await?)?;
    if face.forbids() {
        return Err(face_refused(face));
    }
    reply::still_signed_in(&answer(line, ask::check_user(base).chain()).await?)?;
    reply::agreed(&answer(line, ask::submit(base, &wish.choices).chain()).await?)?;
    let prepared = reply::prepared(&answer(line, ask::prepare(base).chain()).await?)?;
    if prepared.wants_slider {
        return Err(refused(
            HAND_OVER,
            "12306 要滑块验证，daiban 不代做：请在 12306 上自己提交候补",
            "12306 wants a slider moved, which daiban does not do: get in line on 12306 yourself",
        ));
    }
    if prepared.wants_check {
        return Err(face_refused(Face::VerifyInApp));
    }
    let people = wish.passengers.len();
    if prepared.most_people.is_some_and(|most| people > most) {
        return Err(refused(
            "passengers",
            "人数超过一张候补订单的上限",
            "more people than one standby order takes",
        ));
    }
    until_choice(&prepared.until_choices_min, wish.until_min)
}

/// Before the confirmation nothing can be unsure, whatever a text says elsewhere.
fn nothing_made(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Unsure { text } => refusal("other", text),
        other => other,
    }
}

/// An answer to what changes something: only a clear no in JSON is a no.
fn confirmed(
    response: &Response,
    reads: fn(&str) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    if data_or_error(response).is_err() {
        return Err(unsure(sent_only()));
    }
    if let Some(lost) = lost_sign(response) {
        return Err(lost);
    }
    match reads(&response.text()) {
        Err(
            ServiceError::Busy { text, .. }
            | ServiceError::Closed { text, .. }
            | ServiceError::Unsure { text },
        ) => Err(unsure(text)),
        Err(ServiceError::Changed { .. } | ServiceError::Unreachable { .. }) => {
            Err(unsure(sent_only()))
        }
        other => other,
    }
}

fn unsure(text: Text) -> ServiceError {
    ServiceError::Unsure { text }
}

fn sent_only() -> Text {
    Text::new(
        "候补已提交，12306 还没有说结果",
        "sent, but 12306 has not said what became of it",
    )
}

pub(in crate::rail) fn in_line(wait_s: Option<u32>) -> Text {
    match wait_s {
        Some(seconds) => Text::new(
            format!("候补已提交，12306 正在处理，约 {seconds} 秒"),
            format!("sent, 12306 is working on it, about {seconds} s"),
        ),
        None => Text::new("候补已提交，12306 正在处理", "sent, 12306 is working on it"),
    }
}

/// Takes a standby order back: unpaid ones at once, paid ones after asking whether they can be.
///
/// # Errors
/// `Unsure` when it was sent and no clear answer came back; anything else says that surely nothing was taken back.
async fn withdraw(line: &Line<'_>, body: &Value) -> Result<Value, ServiceError> {
    let wish: Withdrawal = asked(body)?;
    let number = &*wish.reserve_no;
    let request = if wish.paid {
        let check = answer(line, ask::check_return(line.base, number)).await?;
        reply::agreed(&check).map_err(nothing_made)?;
        ask::return_paid(line.base, number)
    } else {
        ask::cancel_unpaid(line.base, number)
    };
    let sent = line.http.send(request).await;
    confirmed(&sent.map_err(ServiceError::after_act)?, reply::agreed)?;
    Ok(gone())
}

pub(in crate::rail) fn gone() -> Value {
    json!({ "withdrawn": true })
}
