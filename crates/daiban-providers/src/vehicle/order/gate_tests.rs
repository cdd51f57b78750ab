//! The account's commands on the left, whether another may be sent on the right.
#![allow(clippy::unwrap_used)]

use daiban_core::account::Settings;
use daiban_core::call::NewCall;
use daiban_core::service::Service;
use serde_json::json;

use super::*;
use crate::words::later;

fn now() -> Timestamp {
    "2026-11-22T00:30:00+08:00".parse().unwrap()
}

fn wish(word: &str) -> Value {
    let mut body = Command::read(word, &json!({})).unwrap().to_json();
    body["do"] = json!("command");
    body
}

fn of_car(mut body: Value, car: &str) -> Value {
    body["car"] = json!(car);
    body
}

/// A command sent so many seconds ago.
fn past(body: Value, ago_s: i64, outcome: Option<Outcome>) -> Call {
    let at = later(now(), -ago_s);
    let is_over = outcome.is_some();
    Call {
        id: "c1".into(),
        errand: None,
        call: NewCall::act("command/send", Service::Vehicle, &"a1".into(), body),
        state: if is_over {
            CallState::Settled
        } else {
            CallState::Unsure
        },
        intended_at: at,
        due: at,
        sent_at: Some(at),
        settled_at: is_over.then_some(at),
        tries: 0,
        outcome,
        charged: None,
    }
}

fn accepted() -> Option<Outcome> {
    Some(Outcome::Done(json!({ "accepted": true })))
}

fn refused() -> Option<Outcome> {
    Some(Outcome::Failed(ServiceError::Refused {
        code: "8070".to_owned(),
        text: Text::quoted("later"),
    }))
}

fn asked_with(settings: &[(&str, &str)], body: &Value, ledger: &[Call]) -> String {
    let settings: Settings = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let book = Book {
        now: now(),
        settings: &settings,
        last: None,
        ledger,
    };
    match gate(&book, body) {
        Gate::Send => "send".to_owned(),
        Gate::Answer(answer) => answer.to_string(),
        Gate::Refuse(ServiceError::Refused { code, .. }) => code,
        Gate::Refuse(error) => error.code().to_owned(),
    }
}

fn asked(body: &Value, ledger: &[Call]) -> String {
    asked_with(&[], body, ledger)
}

#[test]
fn one_at_a_time_and_five_seconds_apart() {
    for (ago_s, outcome, expected) in [
        (120, None, "unsettled"),
        (1, accepted(), "spacing"),
        (4, accepted(), "spacing"),
        (4, refused(), "spacing"),
        (5, accepted(), "send"),
        (5, refused(), "send"),
    ] {
        let ledger = [past(wish("lock"), ago_s, outcome)];
        assert_eq!(asked(&wish("find"), &ledger), expected, "{ago_s} s ago");
    }
}

#[test]
fn other_cars_are_not_spaced_and_unnamed_ones_may_be_the_same() {
    let check = |one: Value, other: Value, expected: &str| {
        assert_eq!(asked(&other, &[past(one, 2, accepted())]), expected);
    };
    let (lock, find) = (wish("lock"), wish("find"));
    check(
        of_car(lock.clone(), "0001"),
        of_car(find.clone(), "0002"),
        "send",
    );
    check(
        of_car(lock.clone(), "0001"),
        of_car(find.clone(), "0001"),
        "spacing",
    );
    check(lock, of_car(find, "0001"), "spacing");
}

#[test]
fn the_same_within_a_minute_asks_unless_it_was_surely_not_done() {
    let again = |mut body: Value| {
        body["again"] = json!(true);
        body
    };
    let longer = json!({ "do": "command", "command": "unlock", "args": { "minutes": 3 } });
    let not_done = Some(Outcome::DidNotHappen(Text::quoted("no")));
    let unknown = Some(Outcome::Unknown(Text::quoted("?")));
    for (body, ago_s, outcome, expected) in [
        (wish("unlock"), 59, accepted(), "duplicate"),
        (wish("unlock"), 59, unknown, "duplicate"),
        (wish("unlock"), 60, accepted(), "send"),
        (wish("unlock"), 30, refused(), "send"),
        (wish("unlock"), 30, not_done, "send"),
        (again(wish("unlock")), 30, accepted(), "send"),
        (longer, 30, accepted(), "send"),
        (wish("lock"), 30, accepted(), "send"),
    ] {
        let ledger = [past(wish("unlock"), ago_s, outcome)];
        assert_eq!(asked(&body, &ledger), expected, "{body} {ago_s} s later");
    }
}

#[test]
fn a_day_has_so_many_commands_counted_from_midnight() {
    // Half an hour after midnight: what is older was yesterday's.
    let of_today = |count: i64| -> Vec<Call> {
        let each = (0..count).map(|n| past(wish("lock"), 1700 - n * 60, accepted()));
        each.collect()
    };
    for (count, settings, word, expected) in [
        (19, &[][..], "find", "send"),
        (20, &[][..], "find", "cap"),
        (20, &[][..], "stop", "send"),
        (3, &[("daily_commands", "3")][..], "find", "cap"),
        (2, &[("daily_commands", "3")][..], "find", "send"),
    ] {
        let found = asked_with(settings, &wish(word), &of_today(count));
        assert_eq!(found, expected, "{word} after {count}");
    }
    let yesterday = [past(wish("lock"), 1801, accepted())];
    let one = [("daily_commands", "1")];
    assert_eq!(asked_with(&one, &wish("find"), &yesterday), "send");
}

#[test]
fn what_was_held_up_for_too_long_stays_here() {
    let before = |s: i64| {
        let mut body = wish("unlock");
        body["before"] = json!(dates::rfc3339(later(now(), s)));
        body
    };
    assert_eq!(asked(&before(1), &[]), "send");
    assert_eq!(asked(&before(0), &[]), "send");
    assert_eq!(asked(&before(-1), &[]), "late");
}

#[test]
fn acts_that_are_no_commands_go_and_do_not_count() {
    let exchange = json!({ "do": "exchange" });
    let ledger = [past(exchange.clone(), 1, None)];
    assert_eq!(asked(&wish("lock"), &ledger), "send");
    let ledger = [past(wish("lock"), 1, None)];
    assert_eq!(asked(&exchange, &ledger), "send");
}
