//! Asking what became of a standby order (候补): the queue of the sign-in, and the lists of the account. Only reads.

use std::collections::BTreeMap;

use daiban_core::error::ServiceError;
use daiban_core::provider::Reconciled;
use daiban_core::{Text, Timestamp, dates};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use serde_json::{Value, json};

use crate::rail::account::answer;
use crate::rail::desk::asked;
use crate::rail::flow::Line;
use crate::rail::order::outcome::{AGAIN, again};
use crate::rail::orders::{Standby, StandbyState, StandbyWish};
use crate::rail::standby::rules::{Ours, ask_queue_after};
use crate::rail::standby::{Withdrawal, gone, in_line};
use crate::rail::wire::standby::{self as ask, List};
use crate::rail::wire::standby_list::{self, Entry, Listing};
use crate::rail::wire::standby_reply::{self as reply, Queue};

/// Until then a list without our order proves nothing.
const LISTS_LAG: SignedDuration = SignedDuration::from_secs(60);

/// What became of a [`stand_by`](crate::rail::standby::stand_by) without a number: the queue of the sign-in first, then the lists.
///
/// # Errors
/// Those of the questions.
pub(in crate::rail) async fn became(
    line: &Line<'_>,
    body: &Value,
    sent_at: Timestamp,
) -> Result<Reconciled, ServiceError> {
    let wish: StandbyWish = asked(body)?;
    let queue = match answer(line, ask::queue(line.base)).await {
        Ok(body) => reply::queue(&body),
        Err(error) => Err(error),
    };
    let queue = match queue {
        Ok(queue) => queue,
        // After a restart of the sign-in the queue may know nothing; the lists do.
        Err(ServiceError::Refused { .. } | ServiceError::Changed { .. }) => Queue::Nothing,
        Err(error) => return Err(error),
    };
    if let Queue::Waiting(wait_s) = queue {
        return Ok(again(
            line.now,
            ask_queue_after(wait_s),
            Some(in_line(wait_s)),
        ));
    }
    let listed = lists(line).await?;
    let is_ours = |entry: &&Entry| Ours::of(entry, &wish, sent_at) == Ours::Yes;
    if let Some(ours) = listed.entries.iter().find(is_ours) {
        return Ok(Reconciled::Happened(made(&ours.standby)));
    }
    if line.now.duration_since(sent_at) < LISTS_LAG {
        return Ok(again(line.now, AGAIN, None));
    }
    Ok(not_listed(&listed, &queue, &wish, sent_at))
}

/// A minute later, with nothing of ours in the lists.
fn not_listed(listed: &Lists, queue: &Queue, wish: &StandbyWish, sent_at: Timestamp) -> Reconciled {
    let may_be_ours = |entry: &Entry| Ours::of(entry, wish, sent_at) == Ours::Perhaps;
    let unlisted = match queue {
        // The queue speaks of the last standby order of the sign-in, which may be an older one.
        Queue::Made(number) => !listed
            .entries
            .iter()
            .any(|one| one.standby.reserve_no == *number),
        _ => false,
    };
    if !listed.complete || unlisted || listed.entries.iter().any(may_be_ours) {
        return Reconciled::CannotKnow(Text::new(
            "12306 的候补名单没有说清这一单在不在，请到 12306 看一眼",
            "12306's lists do not tell whether this standby order exists: look on 12306",
        ));
    }
    Reconciled::DidNotHappen(match queue {
        Queue::Failed(Some(words)) => Text::quoted(words),
        _ => Text::new(
            "12306 的候补名单里没有这一单",
            "12306's lists do not have this standby order",
        ),
    })
}

fn made(standby: &Standby) -> Value {
    json!({ "reserve_no": standby.reserve_no, "pay_before": standby.pay_before.map(dates::rfc3339) })
}

/// All standby orders of the account, newest first.
pub(in crate::rail) async fn orders(line: &Line<'_>) -> Result<Value, ServiceError> {
    let listed = lists(line).await?;
    let orders: Vec<Standby> = listed.entries.into_iter().map(|one| one.standby).collect();
    Ok(json!({ "orders": orders, "complete": listed.complete }))
}

struct Lists {
    /// One for each number, newest first; those without a time last.
    entries: Vec<Entry>,
    /// Whether every page was read.
    complete: bool,
}

async fn lists(line: &Line<'_>) -> Result<Lists, ServiceError> {
    let mut by_number: BTreeMap<String, Entry> = BTreeMap::new();
    let mut complete = true;
    for list in List::ALL {
        let (entries, whole) = whole_list(line, list).await?;
        complete &= whole;
        // An order that moved on meanwhile is taken from the list that was read last.
        let named = |entry: Entry| (entry.standby.reserve_no.clone(), entry);
        by_number.extend(entries.into_iter().map(named));
    }
    let mut entries: Vec<Entry> = by_number.into_values().collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.made_at));
    Ok(Lists { entries, complete })
}

/// Every page of a list, and whether that was all.
async fn whole_list(line: &Line<'_>, list: List) -> Result<(Vec<Entry>, bool), ServiceError> {
    /// Somebody with more than that has a hundred standby orders.
    const MOST_PAGES: usize = 10;
    let mut entries = Vec::new();
    for number in 0..MOST_PAGES {
        let page = ask::list(line.base, list, number, span(dates::today(line.now)));
        let Listing {
            entries: found,
            pages,
        } = standby_list::listing(&answer(line, page).await?)?;
        let is_last = found.is_empty() || number + 1 >= pages.unwrap_or(1);
        entries.extend(found);
        if is_last || !list.has_pages() {
            return Ok((entries, true));
        }
    }
    Ok((entries, false))
}

/// A month back and a month ahead: all that can be in line and what lately was.
fn span(today: Date) -> (Date, Date) {
    let month = 30.days();
    let from = today.checked_sub(month).unwrap_or(today);
    (from, today.checked_add(month).unwrap_or(today))
}

/// What became of a withdrawal: the lists tell.
pub(in crate::rail) async fn withdrawn(
    line: &Line<'_>,
    body: &Value,
    sent_at: Timestamp,
) -> Result<Reconciled, ServiceError> {
    let wish: Withdrawal = asked(body)?;
    let listed = lists(line).await?;
    let mut entries = listed.entries.iter();
    let found = entries.find(|entry| entry.standby.reserve_no == wish.reserve_no);
    let state = found.map(|entry| entry.standby.state);
    Ok(match state {
        Some(StandbyState::Over) => Reconciled::Happened(gone()),
        // An unpaid one cannot have become tickets: nowhere is gone.
        None if !wish.paid && listed.complete => Reconciled::Happened(gone()),
        Some(StandbyState::Fulfilled) => Reconciled::DidNotHappen(Text::new(
            "候补已经兑现成车票",
            "the standby order has become tickets",
        )),
        Some(StandbyState::Unpaid | StandbyState::Waiting) => {
            if line.now.duration_since(sent_at) < LISTS_LAG {
                again(line.now, AGAIN, None)
            } else {
                Reconciled::DidNotHappen(Text::new("候补还在名单里", "it is still in line"))
            }
        }
        Some(StandbyState::Unknown) | None => Reconciled::CannotKnow(Text::new(
            "12306 没有说清这张候补订单退了没有，请到 12306 看一眼",
            "12306 does not tell whether this standby order was withdrawn: look on 12306",
        )),
    })
}
