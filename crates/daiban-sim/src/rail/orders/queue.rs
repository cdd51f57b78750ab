//! The queue behind confirm: what queryOrderWaitTime says of it, and how it ends.

use serde_json::{Value, json};

use super::book::{Journey, Order, Stage, State, Ticket, cancelled_too_often};
use super::page::seat_name;
use super::people::{Claim, only};
use super::place::{self, Choice, Place};
use super::rules::Queue;
use super::{CANCELLED_TOO_OFTEN, ILLEGAL, LOST_IN_NETWORK, Step, stock};
use super::{not_submitted, ok, refused, said, step};
use crate::answer::{Answer, Call};
use crate::rail::tickets::Ride;
use crate::world::World;

/// Larger than a double can tell from its neighbour, as real ones are.
const FIRST_REQUEST_ID: u64 = 6_925_147_380_112_345_601;

/// What was confirmed.
pub(super) struct Wish {
    pub(super) journey: Journey,
    pub(super) claims: Vec<Claim>,
    /// Document of each passenger.
    pub(super) whom: Vec<String>,
    pub(super) choice: Option<Choice>,
    /// Berths, one `bed` code for each passenger; empty for any.
    pub(super) beds: Vec<char>,
}

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
        self.wish.claims.iter().map(|claim| claim.seat).collect()
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
    let words = words(&queued);
    world.effect("rail", format!("rail.queue {words}"));
    world.rail.orders.queued.push(queued);
    position
}

/// `demo G1 2026-12-02 VNP-AOH O x2`; classes of a mixed order are joined by `+`.
fn words(queued: &Queued) -> String {
    let mut classes = queued.classes();
    let count = classes.len();
    classes.dedup();
    let classes: Vec<String> = classes.iter().map(char::to_string).collect();
    let (username, journey) = (&queued.username, queued.wish.journey.words());
    format!("{username} {journey} {} x{count}", classes.join("+"))
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
    let trip = queued.wish.journey.trip.clone();
    let classes = stock::classes(world, &trip, &queued.classes(), at_ms)?;
    let tickets = tickets(world, &queued.wish, &classes)?;
    let number = new_number(world);
    let queued = &world.rail.orders.queued[index];
    let words = words(queued);
    let order = Order {
        number: number.clone(),
        username: queued.username.clone(),
        journey: queued.wish.journey.clone(),
        tickets,
        made_ms: at_ms,
        pay_before_ms: at_ms + world.options.rail_order.pay_window_ms,
        state: State::Unpaid,
    };
    world.rail.orders.made.push(order);
    stock::note(world, &trip, &classes, at_ms, -1);
    world.effect_at(at_ms, "rail", format!("rail.order {words} {number}"));
    Some(number)
}

/// `E` and nine digits.
fn new_number(world: &mut World) -> String {
    loop {
        let number = format!("E{}", world.chance.digits(9));
        let mut made = world.rail.orders.made.iter();
        if !made.any(|order| order.number == number) {
            return number;
        }
    }
}

fn tickets(world: &World, wish: &Wish, classes: &[char]) -> Option<Vec<Ticket>> {
    let ride = Ride::of(world, &wish.journey.trip)?;
    let places = places(world, wish, classes);
    let each = wish.claims.iter().zip(&wish.whom).zip(classes).zip(places);
    each.map(|(((claim, whom), class), place)| {
        let seat = ride.train.seat(*class)?;
        Some(Ticket {
            fen: fare(ride.price(seat) * 10, claim),
            claim: claim.clone(),
            whom: whom.clone(),
            class: *class,
            place,
        })
    })
    .collect()
}

/// Half for children and disabled soldiers, three quarters for students in second class and half
/// elsewhere, to the half yuan. The shares are public; the rounding is *guessed*.
fn fare(fen: u32, claim: &Claim) -> u32 {
    let percent = match claim.kind {
        '2' | '4' => 50,
        '3' if claim.seat == 'O' => 75,
        '3' => 50,
        _ => 100,
    };
    (fen * percent / 100).div_ceil(50) * 50
}

fn places(world: &World, wish: &Wish, classes: &[char]) -> Vec<Place> {
    let mut taken = taken(world, &wish.journey);
    let chosen = wish.choice.as_ref().filter(|_| {
        let same = classes.iter().all(|class| *class == wish.claims[0].seat);
        same && world.options.rail_order.honours_choice
    });
    let block = chosen.and_then(|choice| place::chosen(classes[0], choice, &taken));
    if let Some(block) = block {
        return block;
    }
    let mut places = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        let bed = match wish.claims[at].bed {
            '0' => wish.beds.get(at).copied().unwrap_or('0'),
            bed => bed,
        };
        let place = place::any(*class, bed, &taken);
        taken.push(place.clone());
        places.push(place);
    }
    places
}

/// Places of the same train and day that somebody has.
fn taken(world: &World, journey: &Journey) -> Vec<Place> {
    let same = |order: &&Order| {
        let (other, ours) = (&order.journey.trip, &journey.trip);
        order.holds_seats() && other.train_no == ours.train_no && other.date == ours.date
    };
    let orders = world.rail.orders.made.iter().filter(same);
    orders
        .flat_map(|order| order.tickets.iter().map(|ticket| ticket.place.clone()))
        .collect()
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

pub(super) fn kind_name(kind: char) -> &'static str {
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
