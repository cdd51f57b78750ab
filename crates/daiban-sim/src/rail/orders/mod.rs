//! Ordering tickets: from submitOrderRequest to an unpaid order, its payment, cancellation and lapse.
//!
//! The steps come in one order, each with the session's state of the one before; a step that was
//! skipped or repeated, or a string that is not the one shown, is 非法请求. Left to others: each step
//! (`submit`, `page`, `check`, `count`, `confirm`, `queue`), the lists (`lists`), what became of
//! orders (`book`), how many tickets there are (`stock`) and where people sit (`place`).
//!
//! Field names and the meaning of answers were *seen* in public clients of the service (2018–2026)
//! and in a recorded session of 2024. Words marked *guessed* are ours.

mod book;
mod check;
mod confirm;
mod count;
mod lists;
mod make;
mod page;
pub(crate) mod people;
mod place;
mod queue;
mod rules;
mod script;
pub(crate) mod stock;
mod submit;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::session::{self, account_of, signed_out};
use super::{RailAccount, envelope, form};
use crate::answer::{Answer, Call};
use crate::world::World;

pub(crate) use book::{next_moment, pay, settle_next};
pub(crate) use make::fulfilled;
pub(crate) use page::seat_name;
pub(crate) use queue::kind_name;
pub use rules::{OrderPage, OrderRules, Queue};
pub use stock::StaleRow;

use book::{Draft, Order, Stage};
use queue::Queued;

const ILLEGAL: &str = "非法请求";
const ORDER_PAGE: &str = "/otn/confirmPassenger/initDc";
const CANCELLED_TOO_OFTEN: &str = "由于您取消次数过多，今日将不能继续受理您的订票请求！";
const UNFINISHED: &str = "您还有未处理的订单，请您到[未完成订单]进行处理!";
const LOST_IN_NETWORK: &str = "网络传输过程中数据丢失，请查看未完成订单，继续支付！";

#[derive(Default)]
pub(crate) struct Orders {
    /// Orders being filled in, by `JSESSIONID`.
    drafts: BTreeMap<String, Draft>,
    /// Everything ever confirmed.
    queued: Vec<Queued>,
    /// Everything ever made.
    made: Vec<Order>,
    moves: Vec<stock::Move>,
    pub(crate) stale: Vec<StaleRow>,
    /// Who cancelled when.
    cancels: Vec<(String, i64)>,
}

/// Answers the paths of this side; `None` for any other.
pub(crate) fn answer(world: &mut World, call: &Call) -> Option<Answer> {
    Some(match (call.method.as_str(), call.path.as_str()) {
        ("POST", "/otn/leftTicket/submitOrderRequest") => submit::answer(world, call),
        ("GET" | "POST", ORDER_PAGE) => page::answer(world, call),
        ("POST", "/otn/confirmPassenger/getPassengerDTOs") => check::passengers(world, call),
        ("POST", "/otn/confirmPassenger/checkOrderInfo") => check::answer(world, call),
        ("POST", "/otn/confirmPassenger/getQueueCount") => count::answer(world, call),
        ("POST", "/otn/confirmPassenger/confirmSingleForQueue") => confirm::answer(world, call),
        ("GET", "/otn/confirmPassenger/queryOrderWaitTime") => queue::wait(world, call),
        ("POST", "/otn/confirmPassenger/resultOrderForDcQueue") => queue::result(world, call),
        ("POST", "/otn/basedata/log") => Answer::json(&envelope(json!(""))),
        ("POST", "/otn/queryOrder/queryMyOrderNoComplete") => lists::unfinished(world, call),
        ("POST", "/otn/queryOrder/queryMyOrder") => lists::orders(world, call),
        ("POST", "/otn/queryOrder/cancelNoCompleteMyOrder") => lists::cancel(world, call),
        ("GET" | "POST", "/otn/queryOrder/initNoComplete") => lists::page(world, call),
        ("GET", "/otn/view/train_order.html") => lists::page(world, call),
        ("GET", SAFEGUARD) => session::page("12306", "系统忙，请稍后重试"),
        _ => return None,
    })
}

/// Where getPassengerDTOs outside an order is sent (*seen* 2026, by one author).
const SAFEGUARD: &str = "/otn/safeguard/init";

/// A step of an order under way: who, in which session, with which fields.
struct Step {
    session: String,
    account: RailAccount,
    fields: Fields,
}

/// Fields of a form or query.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }

    /// All of them are there with these values.
    fn are(&self, wanted: &[(&str, &str)]) -> bool {
        wanted.iter().all(|(name, value)| self.is(name, value))
    }

    /// Not there or empty, as fields that came or went over the years.
    fn is_empty(&self, name: &str) -> bool {
        self.get(name).is_none_or(str::is_empty)
    }
}

/// A signed-in account with the fields of its form, coming from one of these pages.
fn account_call(
    world: &World,
    call: &Call,
    referers: &[&str],
) -> Result<(RailAccount, Fields), Answer> {
    let Some(account) = account_of(world, call) else {
        return Err(signed_out(world, call));
    };
    let fields = Fields(if call.method == "GET" {
        call.query_pairs()
    } else {
        form(call)
    });
    let referer = call.header("referer");
    if !referers.iter().any(|page| referer.contains(page)) || fields.get("_json_att").is_none() {
        return Err(refused(ILLEGAL));
    }
    Ok((account.clone(), fields))
}

/// A call of the order page: with its token, and after these stages only.
fn step(world: &World, call: &Call, stages: &[Stage]) -> Result<Step, Answer> {
    let (account, fields) = account_call(world, call, &[ORDER_PAGE])?;
    let session = call.cookie("JSESSIONID").unwrap_or_default().to_owned();
    let is_right = world.rail.orders.drafts.get(&session).is_some_and(|draft| {
        let token = fields.get("REPEAT_SUBMIT_TOKEN");
        token == Some(&draft.token) && stages.contains(&draft.stage())
    });
    if !is_right {
        return Err(refused(ILLEGAL));
    }
    Ok(Step {
        session,
        account,
        fields,
    })
}

/// A message planned for this step, if any.
pub(super) fn said(world: &mut World, step: &str) -> Option<String> {
    let rules = &mut world.options.rail_order;
    let once = rules.say_once.remove(step);
    let message = once.or_else(|| rules.say.get(step).cloned())?;
    (!message.is_empty()).then_some(message)
}

/// Status false with a message.
fn refused(message: &str) -> Answer {
    Answer::json(&json!({
        "validateMessagesShowId": "_validatorMessage", "url": "/leftTicket/init", "status": false, "httpstatus": 200,
        "messages": [message], "validateMessages": {},
    }))
}

/// The refusal of check, confirm and result: the envelope is fine, the data is not.
fn not_submitted(message: &str) -> Answer {
    Answer::json(&envelope(
        json!({"submitStatus": false, "errMsg": message, "checkSeatNum": true}),
    ))
}

fn ok(data: Value) -> Answer {
    Answer::json(&envelope(data))
}
