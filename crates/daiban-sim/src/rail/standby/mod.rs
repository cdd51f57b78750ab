//! Standby orders (候补): a paid place in line for a train that is sold out.
//!
//! Paths, fields and the order of steps were *seen* in a session recorded in 2024, and the paths of
//! the order list in 12306's own script; what the lists hold is *guessed* by likeness. Refusals are
//! in words of ours unless a note says otherwise. Left to others: choosing (`choose`), asking for a
//! place (`confirm`, `people`), what becomes of it (`fate`), lists (`lists`), giving it back (`withdraw`).

mod choose;
mod confirm;
mod fate;
mod lists;
mod people;
mod withdraw;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{RailAccount, envelope, error_page, form, illegal, session};
use crate::answer::{Answer, Call};
use crate::world::World;
use choose::Choice;
pub(crate) use fate::{fulfil, next_moment, pay, settle_next};
use people::Person;

/// The page on which people and a deadline are chosen; the others show the payment and the list.
const TO_PAY: &str = "/otn/view/lineUp_toPay.html";
const PAY_CONFIRM: &str = "/otn/view/lineUp_payConfirm.html";
const ORDER_LIST: &str = "/otn/view/lineUp_order.html";

/// Rules of standby orders that may differ between runs. Each default is the usual case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StandbyRules {
    /// `face_check_code`: `01` `11` in review, `02` `12` fine, `03` `13` rejected, `04` `14` to be
    /// done in the app; any other is as unknown here as it would be there.
    pub face_check: String,
    /// Classes without standby by train code (`G9003` → `OM`), told in field 38; `*` for the whole
    /// train, told in field 37.
    pub shut: BTreeMap<String, String>,
    /// From confirmHB until the order is there, ms.
    pub queue_ms: i64,
    /// Words with which the queue ends instead of giving an order.
    pub failure: Option<String>,
    /// An order that is not paid lapses after so long, ms.
    pub pay_ms: i64,
    /// The deadline lies at least so many minutes before departure.
    pub least_before_min: i64,
    /// `queue_level`: 1 few people in line, 2 many, 3 very many.
    pub queue_level: u8,
    /// confirmHB is only taken with the answer of a slider, so never from a program.
    pub slider: bool,
}

impl Default for StandbyRules {
    fn default() -> Self {
        Self {
            face_check: "12".into(),
            shut: BTreeMap::new(),
            queue_ms: 2_000,
            failure: None,
            pay_ms: 30 * 60_000,
            least_before_min: 20,
            queue_level: 1,
            slider: false,
        }
    }
}

/// What field 37 and field 38 say of a train.
pub(crate) fn marks<'a>(world: &'a World, train_code: &str) -> (&'static str, &'a str) {
    let shut = world.options.rail_standby.shut.get(train_code);
    match shut.map_or("", String::as_str) {
        "*" => ("0", ""),
        seats => ("1", seats),
    }
}

#[derive(Default)]
pub(crate) struct Standbys {
    /// In the order they were asked for.
    list: Vec<Standby>,
    /// What was chosen last, by `JSESSIONID`.
    drafts: BTreeMap<String, Vec<Choice>>,
}

struct Standby {
    /// `reserve_no`.
    number: String,
    trace: String,
    username: String,
    /// In order of preference, never empty.
    choices: Vec<Choice>,
    people: Vec<Person>,
    /// A place without seat is taken as well.
    standing_too: bool,
    made_ms: i64,
    /// Minutes before the first departure, and the moment that makes.
    until_min: i64,
    until_ms: i64,
    stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// Until that moment, ms.
    Queued(i64),
    /// The queue ended without an order, with these words.
    Failed(String),
    /// Lapses at that moment, ms.
    Unpaid(i64),
    Paid {
        at_ms: i64,
        /// The refund was looked at, so that giving it back is the next step.
        checked: bool,
    },
    Fulfilled {
        order_no: String,
    },
    /// Lapsed, cancelled or given back.
    Over,
    /// The deadline came first.
    Unfulfilled,
}

impl Standby {
    fn tickets(&self) -> u32 {
        self.people.len() as u32
    }

    /// The dearest choice for everybody, in 0.1 yuan: what is not used comes back.
    fn deposit(&self) -> u32 {
        let dearest = self.choices.iter().map(|choice| choice.price).max();
        dearest.unwrap_or_default() * self.tickets()
    }
}

/// A call by somebody who is signed in.
struct Ask {
    account: RailAccount,
    session: String,
    fields: Vec<(String, String)>,
}

impl Ask {
    fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

pub(crate) fn page(call: &Call) -> Answer {
    if ![TO_PAY, PAY_CONFIRM, ORDER_LIST].contains(&call.path.as_str()) {
        return error_page(call);
    }
    Answer::html(
        200,
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>候补订单</title></head><body></body></html>",
    )
}

pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    let path = call.path.strip_prefix("/otn/").unwrap_or_default();
    if !is_from_page(path, call.header("referer")) {
        return illegal();
    }
    let Some(account) = session::account_of(world, call).cloned() else {
        return match path {
            "afterNate/chechFace" => Answer::json(&envelope(json!({"login_flag": false}))),
            _ => session::signed_out(world, call),
        };
    };
    let ask = Ask {
        account,
        session: call.cookie("JSESSIONID").unwrap_or_default().into(),
        fields: form(call),
    };
    match path {
        "afterNate/chechFace" => choose::check_face(world, &ask),
        "afterNate/submitOrderRequest" => choose::submit(world, &ask),
        "afterNate/passengerInitApi" => confirm::prepare(world, &ask),
        "afterNate/querySuccessRate" => confirm::chance(world, &ask),
        "afterNate/getQueueNum" => confirm::queue(world, &ask),
        "afterNate/confirmHB" => confirm::confirm(world, &ask),
        "afterNate/queryQueue" => confirm::progress(world, &ask),
        "afterNatePay/payOrderInit" => lists::payment(world, &ask),
        "afterNateOrder/queryQueue" => lists::in_line(world, &ask),
        "afterNateOrder/queryUnHonourHOrder" => lists::open(world, &ask),
        "afterNateOrder/queryProcessedHOrder" => lists::done(world, &ask),
        "afterNateOrder/cancelNotComplete" => withdraw::cancel_unpaid(world, &ask),
        "afterNateOrder/reserveReturnCheck" => withdraw::check_refund(world, &ask),
        "afterNateOrder/reserveReturn" => withdraw::give_back(world, &ask),
        "afterNateOrder/cancelWaitingHOrder" => withdraw::leave_queue(world, &ask),
        "afterNateOrder/continuePayNoCompleteMyOrder" => withdraw::go_on_paying(world, &ask),
        _ => error_page(call),
    }
}

/// Choosing is done on the page of tickets, the rest on pages of its own.
fn is_from_page(path: &str, referer: &str) -> bool {
    let on = |page: &str| referer.contains(page);
    match path {
        "afterNate/chechFace" | "afterNate/submitOrderRequest" => {
            on("/otn/leftTicket/init") || on(TO_PAY)
        }
        path if path.starts_with("afterNate/") => on(TO_PAY),
        path if path.starts_with("afterNatePay/") => on("/otn/view/lineUp_"),
        _ => on("/otn/view/"),
    }
}

/// A refusal of the request as such.
fn refused(words: &str) -> Answer {
    Answer::json(&json!({
        "validateMessagesShowId": "_validatorMessage", "status": false, "httpstatus": 200,
        "messages": [words], "validateMessages": {},
    }))
}

/// A request that was understood and turned down.
fn turned_down(words: &str) -> Answer {
    Answer::json(&envelope(json!({"flag": false, "msg": words})))
}

fn granted(more: Value) -> Answer {
    let mut data = json!({"flag": true, "msg": ""});
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
    }
    Answer::json(&envelope(data))
}

/// Words of `queue_level`: the first *seen*, the others *guessed*.
fn queue_info(level: u8) -> &'static str {
    match level {
        1 => "候补人数较少",
        2 => "候补人数较多",
        _ => "候补人数很多",
    }
}
