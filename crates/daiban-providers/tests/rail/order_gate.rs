//! Whether an order may be sent: the account's acts on the left, the answer on the right.

use daiban_core::account::Settings;
use daiban_core::call::{Call, CallState, NewCall, Outcome};
use daiban_core::error::ServiceError;
use daiban_core::id::{AccountId, CallId};
use daiban_core::provider::{Book, Gate, Provider};
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use daiban_providers::rail::Rail;
use serde_json::json;

use crate::order_wire::code;

const NOW: &str = "2026-11-22T00:30:00+08:00";
const TOO_OFTEN: &str = "由于您取消次数过多，今日将不能继续受理您的订票请求";

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An act of the account, settled at that moment if it has an outcome.
fn past(what: &str, state: CallState, at: &str, outcome: Option<Outcome>) -> Call {
    let account = AccountId::from("a1");
    let body = json!({ "do": what });
    Call {
        id: CallId::from("c1"),
        errand: None,
        call: NewCall::act("order", Service::Rail, &account, body),
        state,
        intended_at: moment(at),
        due: moment(at),
        sent_at: Some(moment(at)),
        settled_at: outcome.is_some().then(|| moment(at)),
        tries: 0,
        outcome,
        charged: None,
    }
}

fn refused(code: &str) -> Option<Outcome> {
    Some(Outcome::Failed(ServiceError::Refused {
        code: code.to_owned(),
        text: Text::quoted(TOO_OFTEN),
    }))
}

/// What the gate says to an act after these: `send`, or the code of the error.
fn asked(what: &str, ledger: &[Call]) -> String {
    let book = Book {
        now: moment(NOW),
        settings: &Settings::new(),
        last: None,
        ledger,
    };
    match Rail::default().gate(&book, &json!({ "do": what })) {
        Gate::Send => "send".to_owned(),
        Gate::Answer(answer) => answer.to_string(),
        Gate::Refuse(error) => code(&error).to_owned(),
    }
}

#[test]
fn no_order_is_sent_while_another_has_no_outcome() {
    let check = |earlier: &str, state, what: &str, expected: &str| {
        let ledger = [past(earlier, state, NOW, None)];
        assert_eq!(
            asked(what, &ledger),
            expected,
            "{what} after {earlier} {state:?}"
        );
    };
    for (earlier, what) in [
        ("order", "order"),
        ("order", "standby"),
        ("standby", "order"),
        ("standby", "standby"),
    ] {
        check(earlier, CallState::Unsure, what, "busy");
        check(earlier, CallState::Sent, what, "busy");
        check(earlier, CallState::Queued, what, "send");
        check(earlier, CallState::Withdrawn, what, "send");
        check(earlier, CallState::Settled, what, "send");
    }
    check("order", CallState::Unsure, "cancel_order", "send");
    check("order", CallState::Unsure, "enter", "send");
    check("cancel_order", CallState::Unsure, "order", "send");
    assert_eq!(asked("order", &[]), "send");
}

#[test]
fn a_day_that_is_closed_stays_closed_until_midnight() {
    let check = |at: &str, outcome: Option<Outcome>, expected: &str| {
        let ledger = [past("order", CallState::Settled, at, outcome.clone())];
        for what in ["order", "standby"] {
            assert_eq!(asked(what, &ledger), expected, "{at} {outcome:?}");
        }
        assert_eq!(asked("cancel_order", &ledger), "send");
    };
    let today = "2026-11-22T00:10:00+08:00";
    let yesterday = "2026-11-21T23:59:59+08:00";
    let found_out = |words: &str| Some(Outcome::DidNotHappen(Text::quoted(words)));
    check(today, refused("cancelled_too_often"), "cancelled_too_often");
    check(today, found_out(TOO_OFTEN), "cancelled_too_often");
    check(yesterday, refused("cancelled_too_often"), "send");
    check(yesterday, found_out(TOO_OFTEN), "send");
    check(today, refused("no_tickets"), "send");
    check(today, found_out("没有足够的票!"), "send");
    check(
        today,
        Some(Outcome::Done(json!({ "order_no": "E1" }))),
        "send",
    );
}
