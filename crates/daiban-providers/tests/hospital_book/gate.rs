//! Whether a booking may be sent: the account's acts on the left, the answer on the right.

use daiban_core::Text;
use daiban_core::call::{Call, CallState, NewCall, Outcome};
use daiban_core::provider::{Book, Gate};
use serde_json::{Value, json};

use crate::*;

const NOW: &str = "2026-11-22T00:30:00+08:00";

/// An act of the account, settled at that moment if it has an outcome.
fn past(body: Value, state: CallState, at: &str, outcome: Option<Outcome>) -> Call {
    let at: Timestamp = at.parse().unwrap();
    Call {
        id: "c1".into(),
        errand: None,
        call: NewCall::act("book", Service::Hospital, &"a1".into(), body),
        state,
        intended_at: at,
        due: at,
        sent_at: Some(at),
        settled_at: outcome.is_some().then_some(at),
        tries: 0,
        outcome,
        charged: None,
    }
}

/// What the gate says to an act after these: `send`, or the code of the error.
fn asked(body: &Value, ledger: &[Call]) -> String {
    let book = Book {
        now: NOW.parse().unwrap(),
        settings: &Settings::new(),
        last: None,
        ledger,
    };
    match Hospitals::default().gate(&book, body) {
        Gate::Send => "send".to_owned(),
        Gate::Answer(answer) => answer.to_string(),
        Gate::Refuse(error) => code(&error).to_owned(),
    }
}

#[test]
fn pitfall_two_bookings_for_one_intent_none_while_another_has_no_outcome() {
    let check = |earlier: &str, state, body: &Value, expected: &str| {
        let ledger = [past(json!({ "do": earlier }), state, NOW, None)];
        assert_eq!(
            asked(body, &ledger),
            expected,
            "{body} after {earlier} {state:?}"
        );
    };
    check("book", CallState::Sent, &wish(), "busy");
    check("book", CallState::Unsure, &wish(), "busy");
    // Another patient's, too: which of the two an order is could not be told.
    check("book", CallState::Unsure, &child(), "busy");
    check("book", CallState::Queued, &wish(), "send");
    check("book", CallState::Withdrawn, &wish(), "send");
    check("book", CallState::Settled, &wish(), "send");
    check("send_order_code", CallState::Unsure, &wish(), "send");
    check(
        "book",
        CallState::Unsure,
        &json!({ "do": "send_order_code" }),
        "send",
    );
    check("book", CallState::Unsure, &json!({ "do": "login" }), "send");
    assert_eq!(asked(&wish(), &[]), "send");
}

#[test]
fn pitfall_frozen_account_a_closed_day_stays_closed_until_midnight() {
    let refused = |code: &str| {
        Some(Outcome::Failed(ServiceError::Refused {
            code: code.to_owned(),
            text: Text::quoted("预约次数已达上限"),
        }))
    };
    let check =
        |earlier: Value, at: &str, outcome: Option<Outcome>, body: &Value, expected: &str| {
            let ledger = [past(earlier.clone(), CallState::Settled, at, outcome)];
            assert_eq!(
                asked(body, &ledger),
                expected,
                "{at} {body} after {earlier}"
            );
            assert_eq!(asked(&json!({ "do": "login" }), &ledger), "send");
        };
    let (today, yesterday) = ("2026-11-22T00:10:00+08:00", "2026-11-21T23:59:59+08:00");
    check(wish(), today, refused("limit"), &wish(), "limit");
    check(wish(), yesterday, refused("limit"), &wish(), "send");
    // A limit is the patient's, a stopped account everybody's.
    check(wish(), today, refused("limit"), &child(), "send");
    check(
        wish(),
        today,
        refused("account_stopped"),
        &child(),
        "account_stopped",
    );
    check(
        wish(),
        yesterday,
        refused("account_stopped"),
        &wish(),
        "send",
    );
    let sign_in = json!({ "do": "login" });
    check(
        sign_in.clone(),
        today,
        refused("account_stopped"),
        &wish(),
        "account_stopped",
    );
    check(sign_in, today, refused("limit"), &wish(), "send");
    check(wish(), today, refused("no_source"), &wish(), "send");
    let done = Some(Outcome::Done(json!({ "ordered": { "order_no": "1" } })));
    check(wish(), today, done, &wish(), "send");
}
