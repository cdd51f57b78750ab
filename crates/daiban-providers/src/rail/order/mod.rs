//! Placing an order: one straight line of requests, each waiting for the answer to the one before.
//!
//! | request | what may end it there |
//! | --- | --- |
//! | `submitOrderRequest` | unfinished order, stale row |
//! | `initDc` | sign-in lost, 系统忙, a slider: code `hand_over` |
//! | `getPassengerDTOs`, only when somebody is not in memory | code `passengers` |
//! | `checkOrderInfo` | no tickets, already bought, a captcha: code `hand_over` |
//! | `getQueueCount` | more people in line than tickets; only standing left |
//! | `confirmSingleForQueue` | a clear no; anything else but a yes is unsure |
//! | `queryOrderWaitTime`, once | nothing: with an order number it is done, without one it is unsure |
//!
//! Up to `getQueueCount` every error says that surely nothing was bought. From there on only the service can say, and
//! `order::outcome` asks it. "Taken in" is not "ordered": the only success is an order number.
//!
//! Everything before the order counts is in `order::prepare`.

pub mod choice;
pub(in crate::rail) mod gate;
pub(in crate::rail) mod lists;
pub(in crate::rail) mod memory;
pub(in crate::rail) mod outcome;
mod prepare;

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::rail::account::answer;
use crate::rail::desk::{Rail, Whose, invalid};
use crate::rail::error::{ALREADY_BOUGHT, UNFINISHED_ORDER, data_or_error, hand_over};
use crate::rail::flow::Line;
use crate::rail::order::memory::Placed;
use crate::rail::order::prepare::{check_wish, prepare};
use crate::rail::orders::{OrderWish, Ordered};
use crate::rail::wire::order;
use crate::rail::wire::order_reply::{self, Wait};

/// The page asks about the queue once a second at most (*seen*).
pub(in crate::rail) const TICK: SignedDuration = SignedDuration::from_secs(1);

/// Places an order and asks once what became of it.
///
/// # Errors
/// `Unsure` once it was placed and there is no clear no and no order number; any other error: surely nothing was bought.
pub(in crate::rail) async fn act(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    wish: &OrderWish,
) -> Result<Value, ServiceError> {
    let seats = check_wish(wish).map_err(invalid)?;
    let ready = prepare(rail, line, whose, wish).await?;
    let places = ready.places(wish, seats.as_ref());
    let request = order::confirm(line.base, &ready.page, wish, ready.texts(), &places);
    let placed = Placed::new(wish, &ready.page.token);
    place(rail, line, whose, placed, request).await
}

/// The one request that buys.
async fn place(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    mut placed: Placed,
    request: Request,
) -> Result<Value, ServiceError> {
    // Remembered first: whoever drops this call midway still finds the token.
    rail.orders.keep_placed(whose, placed.clone());
    match confirm(line, request).await {
        Confirmed::TakenIn => first_answer(rail, line, whose, placed).await,
        Confirmed::Unclear { seen, told } => {
            placed.told = told;
            rail.orders.keep_placed(whose, placed);
            Err(ServiceError::Unsure { text: seen })
        }
        Confirmed::Not(error) => {
            rail.orders.forget_placed(whose);
            Err(error)
        }
    }
}

/// How the placing was answered.
enum Confirmed {
    /// It is in the queue, and not yet an order.
    TakenIn,
    /// A clear no.
    Not(ServiceError),
    /// What was seen, and the service's words if it was words.
    Unclear { seen: Text, told: Option<Text> },
}

async fn confirm(line: &Line<'_>, request: Request) -> Confirmed {
    let response = match line
        .http
        .send(request)
        .await
        .map_err(ServiceError::after_act)
    {
        Ok(response) => response,
        Err(ServiceError::Unsure { text: seen }) => return Confirmed::Unclear { seen, told: None },
        Err(error) => return Confirmed::Not(error),
    };
    if let Err(error) = data_or_error(&response) {
        let seen = error.text().clone();
        return Confirmed::Unclear { seen, told: None };
    }
    match order_reply::confirmed(&response.text()) {
        Ok(()) => Confirmed::TakenIn,
        Err(error) => judge(error),
    }
}

/// Words against an order. Haste and load leave it open, because orders were found after such words (*seen*), and so does
/// an order or a ticket in the way, because it may be this one.
fn judge(error: ServiceError) -> Confirmed {
    let seen = error.text().clone();
    match &error {
        ServiceError::Refused { code, .. } => {
            let may_be_this = [UNFINISHED_ORDER, ALREADY_BOUGHT].contains(&code.as_str());
            if !may_be_this {
                return Confirmed::Not(error);
            }
        }
        ServiceError::NeedsPerson { text } => return Confirmed::Not(hand_over(&text.zh, &text.en)),
        ServiceError::Changed { .. } => return Confirmed::Unclear { seen, told: None },
        _ => {}
    }
    let told = Some(seen.clone());
    Confirmed::Unclear { seen, told }
}

/// Asks once; whatever is not an order number is asked about later.
async fn first_answer(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    mut placed: Placed,
) -> Result<Value, ServiceError> {
    placed.pause = Some(TICK);
    let text = match ask_queue(line, &placed).await {
        Ok(Wait::Ordered(order_no)) => {
            rail.orders.forget_placed(whose);
            return Ok(json!(Ordered { order_no }));
        }
        Ok(Wait::Queued(seconds)) => {
            placed.pause = Some(pause(seconds));
            Text::new(
                "已提交，12306 正在排队",
                "placed; 12306 has it in its queue",
            )
        }
        Ok(Wait::Ended(words)) => {
            placed.token = None;
            placed.told = Some(words.clone());
            words
        }
        Ok(Wait::NoNumber | Wait::Gone) => {
            placed.token = None;
            Text::new(
                "已提交，12306 没有给订单号",
                "placed; 12306 gave no order number",
            )
        }
        Err(error) => Text::new(
            format!("已提交，没有问到排队情况：{}", error.text().zh),
            format!(
                "placed; how it fares could not be asked: {}",
                error.text().en
            ),
        ),
    };
    rail.orders.keep_placed(whose, placed);
    Err(ServiceError::Unsure { text })
}

/// One question about the queue.
///
/// # Errors
/// Those of the question; `Changed` when no token is left to ask with.
pub(in crate::rail) async fn ask_queue(
    line: &Line<'_>,
    placed: &Placed,
) -> Result<Wait, ServiceError> {
    let token = placed.token.as_ref();
    let token = token.ok_or_else(|| ServiceError::changed("token", "none left"))?;
    let request = order::wait(line.base, token.reveal(), line.now);
    order_reply::wait(&answer(line, request).await?)
}

/// The page's own pace (*seen*): two thirds of the guessed wait, one tick at least, a minute at most.
pub(in crate::rail) fn pause(seconds: Option<u32>) -> SignedDuration {
    let seconds = seconds.map_or(1, |seconds| u64::from(seconds) * 2 / 3);
    SignedDuration::from_secs(seconds.clamp(1, 60).cast_signed())
}
