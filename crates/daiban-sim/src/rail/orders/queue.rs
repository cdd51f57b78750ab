//! The queue behind confirm: what queryOrderWaitTime says of it, and how it ends.

use serde_json::{Value, json};

use super::book::{Stage, State, cancelled_too_often};
use super::make::{self, Wish};
use super::page::seat_name;
use super::people::only;
use super::rules::Queue;
use super::{CANCELLED_TOO_OFTEN, ILLEGAL, LOST_IN_NETWORK, Step, stock};
use super::{not_submitted, ok, refused, said, step};
use crate::answer::{Answer, Call};
use crate::world::World;

/// Larger than a double can tell from its neighbour, as real ones are.
const FIRST_REQUEST_ID: u64 = 6_925_147_380_112_345_601;

pub(super) struct Queued {
    pub(super) username: String,
    pub(super) request_id: u64,
    pub(super) wish: Wish,
    pub(super) at_ms: i64,
    pub(super) due_ms: i64,
    /// The rules of the moment of confirm.
    rules: Queue,
    pub(super) end: Option<End>,
}

pub(super) struct End {
    wait_time: i64,
    pub(super) message: String,
    order_no: Option<String>,
}

impl End {
    pub(super) fn has_failed(&self) -> bool {
        self.order_no.is_none()
    }
}

impl Queued {
    /// `waitTime`.
    pub(super) fn wait_time(&self, now: i64) -> i64 {
        match &self.end {
            Some(end) => end.wait_time,
            None if now < self.at_ms + self.rules.fetching_ms => -100,
            None => ((self.due_ms - now) as u64).div_ceil(1000) as i64,
        }
    }

    /// `orderId`.
    fn order_no(&self) -> Option<&str> {
        let order_no = self.end.as_ref()?.order_no.as_deref();
        order_no.filter(|_| !self.rules.hides_number)
    }

    pub(super) fn classes(&self) -> Vec<char> {
        self.wish.classes()
    }
}

/// Puts an order into the queue; gives its position among all that were ever queued.
pub(super) fn join(world: &mut World, username: &str, wish: Wish) -> usize {
    let rules = world.options.rail_order.queue.clone();
    let position = world.rail.orders.queued.len();
    let queued = Queued {
        username: username.into(),
        request_id: FIRST_REQUEST_ID + 2 * position as u64,
        wish,
        at_ms: world.now,
        due_ms: world.now + rules.takes_ms,
        rules,
        end: None,
    };
    let words = queued.wish.words(username, &queued.classes());
    world.effect("rail", format!("rail.queue {words}"));
    world.rail.orders.queued.push(queued);
    position
}

/// The moment at which the queue is through: an order, or none.
pub(super) fn end(world: &mut World, index: usize, at_ms: i64) {
    let queued = &world.rail.orders.queued[index];
    let (rules, username) = (queued.rules.clone(), queued.username.clone());
    let mut end = End {
        wait_time: rules.ends,
        message: rules.says,
        order_no: None,
    };
    if cancelled_too_often(world, &username, at_ms) {
        (end.wait_time, end.message) = (-2, CANCELLED_TOO_OFTEN.into());
    } else if rules.makes_order {
        end.order_no = make(world, index, at_ms);
        if end.order_no.is_none() {
            (end.wait_time, end.message) = (-2, "没有足够的票!".into());
        }
    }
    world.rail.orders.queued[index].end = Some(end);
}

/// Takes the seats and makes the order, or gives `None` when they have gone.
fn make(world: &mut World, index: usize, at_ms: i64) -> Option<String> {
    let queued = &world.rail.orders.queued[index];
    let (username, wish) = (queued.username.clone(), queued.wish.clone());
    let classes = stock::classes(world, &wish.journey.trip, &queued.classes(), at_ms)?;
    make::order(world, &username, &wish, &classes, at_ms, State::Unpaid)
}

/// queryOrderWaitTime.
pub(super) fn wait(world: &mut World, call: &Call) -> Answer {
    let step = match step(world, call, &[Stage::Queued]) {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    let random = step.fields.get("random").unwrap_or_default();
    let is_moment = random.len() == 13 && random.bytes().all(|byte| byte.is_ascii_digit());
    if !is_moment || !step.fields.is("tourFlag", "dc") {
        return refused(ILLEGAL);
    }
    let message = said(world, "wait");
    let Some(queued) = queued_of(world, &step) else {
        return refused(ILLEGAL);
    };
    let mut data = standing(world, queued);
    if let Some(message) = message {
        data["waitTime"] = json!(-2);
        data["orderId"] = Value::Null;
        data["msg"] = json!(message);
    }
    ok(data)
}

fn standing(world: &World, queued: &Queued) -> Value {
    let wait_time = queued.wait_time(world.now);
    let ahead = world.options.rail_order.ahead;
    let mut data = json!({
        "queryOrderWaitTimeStatus": true, "count": 0, "waitTime": wait_time, "requestId": queued.request_id,
        "waitCount": if queued.end.is_none() { ahead } else { 0 }, "tourFlag": "dc", "orderId": queued.order_no(),
    });
    let message = queued.end.as_ref().map(|end| end.message.as_str());
    if let Some(message) = message.filter(|message| !message.is_empty()) {
        data["errorcode"] = json!("0");
        data["msg"] = json!(message);
    }
    data
}

fn queued_of<'a>(world: &'a World, step: &Step) -> Option<&'a Queued> {
    let orders = &world.rail.orders;
    orders.queued.get(orders.drafts.get(&step.session)?.queued?)
}

/// resultOrderForDcQueue.
pub(super) fn result(world: &mut World, call: &Call) -> Answer {
    let step = match step(world, call, &[Stage::Queued]) {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    let number = step.fields.get("orderSequence_no").map(str::to_owned);
    let queued = queued_of(world, &step);
    let made = queued.and_then(|queued| queued.end.as_ref()?.order_no.clone());
    if number.is_none() || number != made {
        return refused(ILLEGAL);
    }
    if let Some(message) = said(world, "result") {
        return not_submitted(&message);
    }
    let mut orders = world.rail.orders.made.iter();
    let is_held = orders.any(|order| Some(&order.number) == made.as_ref() && order.holds_seats());
    if !is_held {
        return not_submitted(LOST_IN_NETWORK);
    }
    ok(json!({"submitStatus": true}))
}

/// Tickets of an order in the queue, for the list of unfinished orders.
pub(super) fn cached_tickets(queued: &Queued) -> Vec<Value> {
    let claims = queued.wish.claims.iter();
    claims
        .map(|claim| {
            json!({
                "seatTypeName": seat_name(claim.seat), "seatTypeCode": claim.seat.to_string(),
                "ticketTypeName": kind_name(claim.kind), "passengerName": claim.name,
                "passengerIdTypeName": id_name(&claim.id_type),
            })
        })
        .collect()
}

pub(crate) fn kind_name(kind: char) -> &'static str {
    match kind {
        '2' => "儿童票",
        '3' => "学生票",
        '4' => "残军票",
        _ => "成人票",
    }
}

pub(super) fn id_name(id_type: &str) -> &'static str {
    match only(id_type) {
        Some('1') => "中国居民身份证",
        Some('2') => "一代身份证",
        Some('3') => "临时身份证",
        Some('B') => "护照",
        Some('C') => "港澳居民来往内地通行证",
        Some('G') => "台湾居民来往大陆通行证",
        Some('H') => "外国人永久居留身份证",
        _ => "其他证件",
    }
}
