//! What became of an order that was placed: the queue is asked while its token is in memory, then the lists. Only reads.
//!
//! An order counts as ours when train, day, stations and the number of people are the same and it was not made before the
//! act was sent. That nothing was bought is believed only when no list shows one a minute after it was placed, whatever
//! the queue said before: what is believed wrongly here is bought twice.

use daiban_core::error::ServiceError;
use daiban_core::provider::Reconciled;
use daiban_core::{Text, Timestamp, dates};
use jiff::SignedDuration;
use serde_json::json;

use super::desk::Rail;
use super::flow::Line;
use super::order::{ask_queue, pause};
use super::order_lists::{finished, unfinished};
use super::order_memory::{Placed, Whose};
use super::orders::{Order, OrderState, OrderWish, Ordered, Queued, Unfinished};
use super::wire::order::Which;
use super::wire::order_reply::Wait;
use super::wire::orders::has_ended;

/// Until then an order may still turn up in the lists.
const LATEST: SignedDuration = SignedDuration::from_secs(60);

/// From then on the lists are read beside the queue, and both less often: a queue need not end by itself.
const LONG: SignedDuration = SignedDuration::from_secs(120);

/// Between two looks at the lists.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// The service's clock may be behind ours by so much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// Asks what became of an order.
///
/// # Errors
/// Those of the questions, when they are not answered: nothing is concluded then.
pub(super) async fn ordered(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    wish: &OrderWish,
    sent_at: Timestamp,
) -> Result<Reconciled, ServiceError> {
    let Some(mut placed) = rail.orders.placed(whose, wish) else {
        let found = find(line, wish, sent_at).await?;
        return Ok(conclude(line.now, sent_at, found, None));
    };
    let since = (*placed.first_asked.get_or_insert(line.now)).max(sent_at);
    let asked = ask(line, &mut placed, since).await;
    let told = placed.told.clone();
    rail.orders.keep_placed(whose, placed);
    let became = match asked? {
        Asked::Over(became) => became,
        Asked::Lists => {
            let found = find(line, wish, sent_at).await?;
            conclude(line.now, since, found, told)
        }
        Asked::ListsToo(again) => match find(line, wish, sent_at).await? {
            Found::Order(order_no) => happened(order_no),
            _ => again,
        },
    };
    if !matches!(became, Reconciled::AskAgain { .. }) {
        rail.orders.forget_placed(whose);
    }
    Ok(became)
}

/// How far the queue tells.
enum Asked {
    /// It tells all there is to tell now.
    Over(Reconciled),
    /// Nothing; the lists must.
    Lists,
    /// It goes on too long; the lists may know more. Else this.
    ListsToo(Reconciled),
}

/// Asks the queue, if it is its time and there is a token.
async fn ask(
    line: &Line<'_>,
    placed: &mut Placed,
    since: Timestamp,
) -> Result<Asked, ServiceError> {
    if placed.token.is_none() {
        return Ok(Asked::Lists);
    }
    // The order act asked a moment ago.
    if let Some(pause) = placed.pause.take() {
        let seen = Text::new("刚提交", "just placed");
        return Ok(Asked::Over(again(line.now, pause, Some(seen))));
    }
    match ask_queue(line, placed).await {
        Ok(Wait::Ordered(order_no)) => Ok(Asked::Over(happened(order_no))),
        Ok(Wait::Queued(seconds)) => {
            let seen = Some(queue_text(seconds));
            if line.now.duration_since(since) < LONG {
                return Ok(Asked::Over(again(line.now, pause(seconds), seen)));
            }
            let pause = pause(seconds).max(AGAIN);
            Ok(Asked::ListsToo(again(line.now, pause, seen)))
        }
        Ok(Wait::Ended(words)) => {
            placed.token = None;
            placed.told = Some(words);
            Ok(Asked::Lists)
        }
        Ok(Wait::NoNumber | Wait::Gone) => {
            placed.token = None;
            Ok(Asked::Lists)
        }
        Err(error) => unanswered(line, placed, since, error),
    }
}

/// The queue did not answer. A ban or the night: nothing more is asked now. Load: the lists may know more, and the queue is
/// asked again, for a while. Anything else: the token is good for nothing.
fn unanswered(
    line: &Line<'_>,
    placed: &mut Placed,
    since: Timestamp,
    error: ServiceError,
) -> Result<Asked, ServiceError> {
    let is_early = line.now.duration_since(since) < LONG;
    match error {
        ServiceError::Closed { .. } => Err(error),
        ServiceError::Busy { .. } | ServiceError::Unreachable { .. } if is_early => {
            let seen = Some(error.text().clone());
            Ok(Asked::ListsToo(again(line.now, AGAIN, seen)))
        }
        _ => {
            placed.token = None;
            Ok(Asked::Lists)
        }
    }
}

/// What the lists show of it.
enum Found {
    Order(String),
    Queued(Queued),
    /// Nothing; words when the list says that the queue came to nothing.
    Nothing(Option<Text>),
}

/// Reads the unfinished orders, then those made since and paid meanwhile.
async fn find(
    line: &Line<'_>,
    wish: &OrderWish,
    sent_at: Timestamp,
) -> Result<Found, ServiceError> {
    let Unfinished { orders, queued } = unfinished(line).await?;
    if let Some(order_no) = ours(orders, wish, sent_at) {
        return Ok(Found::Order(order_no));
    }
    let queued = queued.filter(|queued| is_queued(queued, wish));
    if let Some(queued) = queued.clone().filter(|queued| !is_over(queued)) {
        return Ok(Found::Queued(queued));
    }
    let days = (dates::today(earliest(sent_at)), dates::today(line.now));
    let mut lists = vec![Which::Upcoming];
    if wish.date <= days.1 {
        lists.push(Which::Past);
    }
    for which in lists {
        let (orders, complete) = finished(line, days, which).await?;
        if let Some(order_no) = ours(orders, wish, sent_at) {
            return Ok(Found::Order(order_no));
        }
        if !complete {
            return Err(ServiceError::changed("OrderDTODataList", "does not end"));
        }
    }
    Ok(Found::Nothing(
        queued.map(|queued| Text::quoted(&queued.text)),
    ))
}

fn is_over(queued: &Queued) -> bool {
    queued.wait_s.is_some_and(has_ended)
}

fn ours(orders: Vec<Order>, wish: &OrderWish, sent_at: Timestamp) -> Option<String> {
    let mut orders = orders.into_iter();
    orders
        .find(|order| is_ours(order, wish, sent_at))
        .map(|order| order.order_no)
}

/// Whether an order of a list is the one that was wished for. An unpaid one without a date counts: it would not have been
/// possible to order beside an older one.
fn is_ours(order: &Order, wish: &OrderWish, sent_at: Timestamp) -> bool {
    let is_new = match order.made_at {
        Some(made_at) => made_at >= earliest(sent_at),
        None => order.state == OrderState::Unpaid,
    };
    is_new
        && order.state != OrderState::Over
        && order.tickets.len() == wish.passengers.len()
        && order.tickets.iter().all(|ticket| {
            ticket.train == wish.train
                && ticket.date == Some(wish.date)
                && ticket.from.code == wish.from.code
                && ticket.to.code == wish.to.code
        })
}

/// Before this no order of ours can have been made.
fn earliest(sent_at: Timestamp) -> Timestamp {
    sent_at.saturating_sub(SKEW).unwrap_or(sent_at)
}

fn is_queued(queued: &Queued, wish: &OrderWish) -> bool {
    queued.train == wish.train
        && queued.date.is_none_or(|date| date == wish.date)
        && queued.from == wish.from.code
        && queued.to == wish.to.code
}

fn conclude(now: Timestamp, since: Timestamp, found: Found, told: Option<Text>) -> Reconciled {
    let told = match found {
        Found::Order(order_no) => return happened(order_no),
        Found::Queued(queued) => return still_queued(now, &queued),
        Found::Nothing(words) => words.or(told),
    };
    if now.duration_since(since) < LATEST {
        return again(now, AGAIN, told);
    }
    Reconciled::DidNotHappen(told.unwrap_or_else(nowhere))
}

/// Said when the service itself said nothing against the order.
pub(super) fn nowhere() -> Text {
    Text::new(
        "12306 的订单里没有它",
        "it is not among the orders 12306 shows",
    )
}

fn happened(order_no: String) -> Reconciled {
    Reconciled::Happened(json!(Ordered { order_no }))
}

fn still_queued(now: Timestamp, queued: &Queued) -> Reconciled {
    let seconds = queued.wait_s.and_then(|seconds| seconds.try_into().ok());
    let seen = match seconds {
        Some(seconds) => queue_text(Some(seconds)),
        None => Text::quoted(&queued.text),
    };
    again(now, pause(seconds).max(AGAIN), Some(seen))
}

fn queue_text(seconds: Option<u32>) -> Text {
    match seconds {
        Some(seconds @ 1..) => Text::new(
            format!("排队中，约 {seconds} 秒"),
            format!("in the queue, about {seconds} s"),
        ),
        _ => Text::new("排队中", "in the queue"),
    }
}

fn again(now: Timestamp, pause: SignedDuration, seen: Option<Text>) -> Reconciled {
    Reconciled::AskAgain {
        at: now.saturating_add(pause).unwrap_or(now),
        seen,
    }
}
