//! Orders and standby orders of a ticket errand as cards: where they stand, by when to pay, who sits where.

use daiban_core::{Lang, Timestamp, household::ErrandRow};
use daiban_providers::rail::orders::{OrderTicket, Standby, StandbyState};
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::words::{self, Left, State, m},
    facts::{Facts, fact, moment, read},
    words as say,
};

/// Where one pays. No other address becomes a link.
const PAYMENT: &str = "https://kyfw.12306.cn/";

/// An order that was made.
pub(in crate::web) struct OrderView {
    pub(in crate::web) state: State,
    pub(in crate::web) sentence: &'static str,
    pub(in crate::web) waits: bool,
    /// Whether it is paid, or on its way to be made, while the errand goes on.
    pub(in crate::web) is_held: bool,
    pub(in crate::web) left: Option<Left>,
    pub(in crate::web) order_no: String,
    pub(in crate::web) total: String,
    pub(in crate::web) trip: Option<Trip>,
    pub(in crate::web) tickets: Vec<TicketLine>,
    /// Where to pay; only while it can be paid.
    pub(in crate::web) pay: Option<String>,
}

/// The journey of an order.
pub(in crate::web) struct Trip {
    pub(in crate::web) train: String,
    pub(in crate::web) day: String,
    pub(in crate::web) depart: String,
    pub(in crate::web) from: String,
    pub(in crate::web) to: String,
    /// When it arrives and how long it takes, where a look at tickets left told it; empty: not known.
    pub(in crate::web) arrive: String,
    pub(in crate::web) lasts: String,
}

/// One ticket of an order.
pub(in crate::web) struct TicketLine {
    pub(in crate::web) who: String,
    pub(in crate::web) place: String,
    pub(in crate::web) price: String,
    pub(in crate::web) status: String,
}

/// A place in the standby line.
pub(in crate::web) struct StandbyView {
    pub(in crate::web) state: State,
    /// The service's words.
    pub(in crate::web) text: String,
    pub(in crate::web) left: Option<Left>,
    pub(in crate::web) facts: Vec<(&'static str, String)>,
    /// What is waited for, and what 12306 says of the chances.
    pub(in crate::web) choices: Vec<(String, String)>,
    pub(in crate::web) pay: Option<String>,
}

/// The fact `order`.
#[derive(Debug, Deserialize)]
struct OrderFact {
    state: String,
    #[serde(default)]
    order_no: Option<String>,
    #[serde(default)]
    pay_before: Value,
    #[serde(default)]
    total_fen: Option<i64>,
    #[serde(default)]
    tickets: Value,
    #[serde(default)]
    pay_link: Option<String>,
}

/// The order of an errand whose facts are these.
pub(in crate::web) fn of(
    row: &ErrandRow,
    facts: Facts<'_>,
    lang: Lang,
    now: Timestamp,
) -> Option<OrderView> {
    order(
        fact(facts, "order"),
        fact(facts, "candidates"),
        row,
        (lang, now),
    )
}

pub(super) fn order(
    value: &Value,
    candidates: &Value,
    row: &ErrandRow,
    (lang, now): (Lang, Timestamp),
) -> Option<OrderView> {
    let fact: OrderFact = read(value)?;
    let waits = fact.state == "unpaid" && !row.phase.is_over();
    let (class, word, sentence) = order_words(&fact.state, waits, lang);
    let pay_before = moment(&fact.pay_before);
    let tickets: Vec<OrderTicket> = read(&fact.tickets).unwrap_or_default();
    let unknown = || m(lang, "shell-unknown").to_owned();
    Some(OrderView {
        state: State { class, word },
        sentence,
        waits,
        is_held: matches!(fact.state.as_str(), "paid" | "queued"),
        left: pay_before
            .filter(|_| waits)
            .map(|until| words::left(lang, until, now)),
        order_no: fact.order_no.unwrap_or_else(unknown),
        total: fact.total_fen.map_or_else(unknown, say::money),
        trip: tickets.first().map(|ticket| trip(ticket, candidates, lang)),
        tickets: tickets.iter().map(|one| line(one, lang)).collect(),
        pay: fact.pay_link.filter(|link| waits && is_payment(link)),
    })
}

fn is_payment(link: &str) -> bool {
    link.starts_with(PAYMENT)
}

fn order_words(state: &str, waits: bool, lang: Lang) -> (&'static str, &'static str, &'static str) {
    match state {
        "queued" => (
            "live",
            m(lang, "rail-queued-at-12306"),
            m(lang, "rail-sent-and-there-is-no"),
        ),
        "unpaid" if waits => (
            "att",
            m(lang, "rail-waiting-for-your-payment"),
            m(lang, "rail-the-ticket-is-yours-once"),
        ),
        "unpaid" => (
            "",
            m(lang, "rail-unpaid"),
            m(lang, "rail-it-was-unpaid-at-the"),
        ),
        "paid" => ("ok", m(lang, "rail-paid"), ""),
        "lapsed" => (
            "urg",
            m(lang, "rail-lapsed"),
            m(lang, "rail-it-was-not-paid-in"),
        ),
        "cancelled" => (
            "",
            m(lang, "shell-cancelled-2"),
            m(lang, "rail-the-order-is-cancelled"),
        ),
        _ => (
            "",
            m(lang, "shell-unknown"),
            m(lang, "rail-it-is-not-known-how"),
        ),
    }
}

fn trip(ticket: &OrderTicket, candidates: &Value, lang: Lang) -> Trip {
    let unknown = || m(lang, "shell-unknown").to_owned();
    let arrive = arrival(ticket, candidates);
    let minutes = ticket
        .depart
        .zip(arrive)
        .map(|(depart, arrive)| (arrive.as_second() - depart.as_second()) / 60);
    Trip {
        arrive: arrive.map_or_else(String::new, |at| {
            say::arrival(lang, at, ticket.depart.map(daiban_core::dates::today))
        }),
        lasts: minutes
            .filter(|minutes| *minutes > 0)
            .map_or_else(String::new, |minutes| words::duration(lang, minutes)),
        train: ticket.train.clone(),
        day: ticket
            .date
            .map_or_else(unknown, |day| words::day(lang, day)),
        depart: ticket.depart.map_or_else(unknown, say::clock),
        from: ticket.from.name.clone(),
        to: ticket.to.name.clone(),
    }
}

/// An order does not tell when its train arrives; the row of tickets left that it was chosen from does.
fn arrival(ticket: &OrderTicket, candidates: &Value) -> Option<Timestamp> {
    let day = ticket.date?.to_string();
    let same = |one: &&Value| {
        one["train"] == ticket.train.as_str()
            && one["date"] == day.as_str()
            && one["to"] == ticket.to.name.as_str()
    };
    let seen = candidates.as_array()?.iter().find(same)?;
    moment(&seen["arrive"])
}

fn line(ticket: &OrderTicket, lang: Lang) -> TicketLine {
    let class = match ticket.seat {
        Some(seat) => say::class(lang, seat),
        None => ticket.class.clone(),
    };
    let place = match (ticket.coach.as_str(), lang) {
        ("", _) => String::new(),
        (coach, Lang::Zh) => format!("{coach} 车 {}", ticket.seat_no),
        (coach, Lang::En) => format!("coach {coach}, {}", ticket.seat_no),
    };
    let mut parts = vec![class, place];
    parts.retain(|part| !part.is_empty());
    TicketLine {
        who: ticket.passenger.clone(),
        place: parts.join(" · "),
        price: ticket.price_fen.map(say::money).unwrap_or_default(),
        status: ticket.status.clone(),
    }
}

pub(super) fn standby(value: &Value, lang: Lang, now: Timestamp) -> Option<StandbyView> {
    let standby: Standby = read(value)?;
    let (class, word) = match standby.state {
        StandbyState::Unpaid => ("att", m(lang, "rail-waiting-for-its-deposit")),
        StandbyState::Waiting => ("live", m(lang, "rail-in-line")),
        StandbyState::Fulfilled => ("ok", m(lang, "rail-fulfilled")),
        StandbyState::Over => ("", m(lang, "rail-over")),
        StandbyState::Unknown => ("", m(lang, "shell-unknown")),
    };
    let unpaid = standby.state == StandbyState::Unpaid;
    let mut facts = vec![(m(lang, "rail-standby-order"), standby.reserve_no.clone())];
    facts.extend(
        standby
            .deposit_fen
            .map(|fen| (m(lang, "rail-deposit"), say::money(fen))),
    );
    facts.extend(
        standby
            .until
            .map(|at| (m(lang, "rail-until-2"), words::moment(lang, at, now))),
    );
    facts.extend(
        standby
            .order_no
            .map(|order_no| (m(lang, "rail-became-order"), order_no)),
    );
    Some(StandbyView {
        state: State { class, word },
        text: standby.text,
        left: standby
            .pay_before
            .filter(|_| unpaid)
            .map(|until| words::left(lang, until, now)),
        facts,
        choices: choices(&standby.choices, &value["chances"]),
        pay: value["pay_link"]
            .as_str()
            .filter(|link| unpaid && is_payment(link))
            .map(str::to_owned),
    })
}

/// What is waited for beside what 12306 says of it; chances of something else stand below.
fn choices(choices: &[String], chances: &Value) -> Vec<(String, String)> {
    let chances: Vec<(String, String)> = chances
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| {
            let text = |name: &str| one[name].as_str();
            let what = format!("{} {}", text("train")?, text("seat").unwrap_or_default());
            Some((what.trim_end().to_owned(), text("text")?.to_owned()))
        })
        .collect();
    let chance_of = |choice: &String| {
        let found = chances.iter().find(|(what, _)| choice.contains(what));
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let mut lines: Vec<(String, String)> = choices
        .iter()
        .map(|choice| (choice.clone(), chance_of(choice)))
        .collect();
    let told = |what: &String| choices.iter().any(|choice| choice.contains(what));
    lines.extend(chances.iter().filter(|(what, _)| !told(what)).cloned());
    lines
}
