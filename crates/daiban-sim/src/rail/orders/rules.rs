//! What may differ from run to run on the ordering side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Rules of ordering. Each default is the usual case.
///
/// `say` and `say_once` make a step answer a message in the shape that step has for failures, after
/// the request was found in order and before anything of it was done. The steps are `query` (left
/// tickets), `submit`, `page`, `passengers`, `check`, `count`, `confirm`, `wait`, `result`, `unfinished`, `orders` and
/// `cancel`. At `wait` the message comes with -2, whatever became of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderRules {
    /// Message by step, for every call; an empty message says nothing.
    pub say: BTreeMap<String, String>,
    /// Message by step, for the next call of that step only.
    pub say_once: BTreeMap<String, String>,
    /// How long after its row a `secretStr` is taken, ms.
    pub secret_life_ms: i64,
    /// `data` of submitOrderRequest; `None`: by the time left before departure.
    pub submit_data: Option<String>,
    /// What the order page looks like.
    pub page: OrderPage,
    /// Seats and berths may be chosen where the class allows it.
    pub can_choose: bool,
    /// Chosen seats are given; otherwise any.
    pub honours_choice: bool,
    /// `ifShowPassCode` of checkOrderInfo; `None`: the field is absent. With `Y` no order is made
    /// without a picture code, and nobody can pass it here.
    pub show_pass_code: Option<String>,
    /// `ifShowPassCodeTime`: to be waited between check and confirm, ms. Enforced from 100 on.
    pub pass_code_time_ms: i64,
    /// People queued ahead, told by getQueueCount and while waiting.
    pub ahead: u32,
    /// getQueueCount says 充足 in place of a number above 20.
    pub plenty: bool,
    /// An empty `encryptedData` is refused at confirm.
    pub wants_fingerprint: bool,
    /// What becomes of an order in the queue; as it is at the moment of confirm.
    pub queue: Queue,
    /// For so long after it was made an order may be paid, ms.
    pub pay_window_ms: i64,
    /// A new order shows up in the list of unfinished ones this much later, ms.
    pub list_lag_ms: i64,
    /// An order that failed in the queue stays in the list of unfinished ones with its message,
    /// until the account queues again.
    pub failed_stays_listed: bool,
    /// So many cancellations on one day, and the account gets no more orders that day.
    pub cancel_limit: u32,
}

impl Default for OrderRules {
    fn default() -> Self {
        Self {
            say: BTreeMap::new(),
            say_once: BTreeMap::new(),
            secret_life_ms: 600_000,
            submit_data: None,
            page: OrderPage::default(),
            can_choose: true,
            honours_choice: true,
            show_pass_code: None,
            pass_code_time_ms: 1,
            ahead: 0,
            plenty: false,
            wants_fingerprint: false,
            queue: Queue::default(),
            pay_window_ms: 1_800_000,
            list_lag_ms: 0,
            failed_stays_listed: false,
            cancel_limit: 3,
        }
    }
}

/// The way of an order from confirm to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Queue {
    /// From confirm to the end, ms. 0: there is an order at once.
    pub takes_ms: i64,
    /// For so long `waitTime` is -100, ms; then it is the seconds left.
    pub fetching_ms: i64,
    /// `waitTime` at the end: -1 done, -2 failed, -3 withdrawn, other negative numbers failed.
    pub ends: i64,
    /// `msg` at the end.
    pub says: String,
    /// An order is made at the end, whatever `ends` says of it. When the seats have gone by then,
    /// there is none and the end is -2 after all.
    pub makes_order: bool,
    /// The order number is never told here.
    pub hides_number: bool,
}

impl Default for Queue {
    /// About what was *seen* in 2024: -100, a few seconds, an order.
    fn default() -> Self {
        Self {
            takes_ms: 6_000,
            fetching_ms: 1_000,
            ends: -1,
            says: String::new(),
            makes_order: true,
            hides_number: false,
        }
    }
}

/// How initDc writes its page. All of it is JavaScript that a browser reads the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderPage {
    /// Strings stand in double quotes; otherwise in single ones, as *seen*.
    pub double_quotes: bool,
    /// Fields come in the opposite order.
    pub reversed: bool,
    /// Blanks and line breaks around signs.
    pub spaced: bool,
    /// A value with quotes, braces and a semicolon in it; Chinese and slashes as escapes.
    pub awkward: bool,
    /// The slider is asked for (`if_check_slide_passcode_token='1'`): no order without it.
    pub slider: bool,
    /// The page has no order on it and its token is `null`, as when half of a session is lost.
    pub null_token: bool,
}
