//! What an account has ordered: unfinished orders, orders paid for, and calling one off.
//!
//! Field names as public clients of the service read them; the values nobody reads are left out.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::book::{Order, State, Ticket, give_back};
use super::page::seat_name;
use super::queue::{Queued, cached_tickets, id_name, kind_name};
use super::{Fields, ILLEGAL, account_call, ok, refused, said};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::rail::session::{account_of, page as html, signed_out};
use crate::world::World;

const PAGES: [&str; 2] = [
    "/otn/view/train_order.html",
    "/otn/queryOrder/initNoComplete",
];

/// The pages the lists are on.
pub(super) fn page(world: &World, call: &Call) -> Answer {
    if account_of(world, call).is_none() {
        return signed_out(world, call);
    }
    html("火车票订单", "")
}

/// queryMyOrderNoComplete. Without an order there is no `data`.
pub(super) fn unfinished(world: &mut World, call: &Call) -> Answer {
    let (account, _) = match account_call(world, call, &PAGES) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    if let Some(message) = said(world, "unfinished") {
        return refused(&message);
    }
    let made = unpaid(world, &account.username);
    if !made.is_empty() {
        return ok(json!({"orderDBList": made, "to_page": "db"}));
    }
    if let Some(queued) = waiting(world, &account.username) {
        return ok(json!({"orderCacheDTO": cached(world, queued), "to_page": "cache"}));
    }
    Answer::json(&json!({
        "validateMessagesShowId": "_validatorMessage", "status": true, "httpstatus": 200, "messages": [], "validateMessages": {},
    }))
}

fn unpaid(world: &World, username: &str) -> Vec<Value> {
    let lag = world.options.rail_order.list_lag_ms;
    let orders = world.rail.orders.made.iter().filter(|order| {
        order.username == username
            && order.state == State::Unpaid
            && world.now >= order.made_ms + lag
    });
    orders.map(|order| row(world, order)).collect()
}

/// The account's last order in the queue, if it waits, or failed and is still shown.
fn waiting<'a>(world: &'a World, username: &str) -> Option<&'a Queued> {
    let mut queued = world.rail.orders.queued.iter().rev();
    let last = queued.find(|queued| queued.username == username)?;
    match &last.end {
        None => Some(last),
        Some(end) => {
            let stays = world.options.rail_order.failed_stays_listed;
            (stays && end.has_failed()).then_some(last)
        }
    }
}

fn cached(world: &World, queued: &Queued) -> Value {
    let journey = &queued.wish.journey;
    let trip = &journey.trip;
    let message = queued.end.as_ref().map_or("", |end| end.message.as_str());
    json!({
        "requestId": queued.request_id, "userId": 0, "number": 0, "tourFlag": "dc", "requestTime": clock::stamp(queued.at_ms),
        "queueOffset": queued.request_id / 7, "queueName": "ORDER_WMQ", "trainDate": midnight(trip.date),
        "startTime": format!("1970-01-01 {}:00", journey.depart), "stationTrainCode": journey.code,
        "fromStationCode": trip.from, "fromStationName": journey.from_name, "toStationCode": trip.to, "toStationName": journey.to_name,
        "status": if queued.end.is_none() { 1 } else { 3 }, "message": {"message": message, "code": "0"},
        "tickets": cached_tickets(queued), "waitTime": queued.wait_time(world.now), "waitCount": world.options.rail_order.ahead,
        "ticketCount": queued.wish.claims.len(),
        "startTimeString": format!("{} {}", trip.date, journey.depart), "array_passser_name_page": names(queued),
    })
}

fn names(queued: &Queued) -> Vec<&str> {
    let claims = queued.wish.claims.iter();
    claims.map(|claim| claim.name.as_str()).collect()
}

fn midnight(date: Date) -> String {
    format!("{date} 00:00:00")
}

fn row(world: &World, order: &Order) -> Value {
    let journey = &order.journey;
    let passengers = order.tickets.iter();
    let passengers: Vec<&str> = passengers
        .map(|ticket| ticket.claim.name.as_str())
        .collect();
    let (code, status) = standing(order);
    let tickets: Vec<Value> = (1..)
        .zip(&order.tickets)
        .map(|(number, ticket)| ticket_row(world, order, number, ticket))
        .collect();
    json!({
        "sequence_no": order.number, "order_date": clock::stamp(order.made_ms), "ticket_totalnum": order.tickets.len(),
        "ticket_price_all": order.fen(), "cancel_flag": if code == "i" { "Y" } else { "N" }, "resign_flag": "4", "return_flag": "N",
        "pay_flag": if code == "i" { "Y" } else { "N" }, "tour_flag": "dc", "tickets": tickets, "train_code_page": journey.code,
        "start_train_date_page": format!("{} {}", journey.trip.date, journey.depart), "start_time_page": journey.depart,
        "arrive_time_page": journey.arrive, "from_station_name_page": [journey.from_name], "to_station_name_page": [journey.to_name],
        "array_passser_name_page": passengers, "ticket_total_price_page": yuan(order.fen()), "ticket_status_name": status,
        "recordCount": "1", "if_show_resigning_info": "N",
    })
}

fn standing(order: &Order) -> (&'static str, &'static str) {
    match order.state {
        State::Unpaid => ("i", "待支付"),
        State::Paid => ("a", "已支付"),
        State::Cancelled | State::Lapsed => ("c", "已取消"),
    }
}

fn ticket_row(world: &World, order: &Order, number: usize, ticket: &Ticket) -> Value {
    let (journey, claim, place) = (&order.journey, &ticket.claim, &ticket.place);
    let (code, status) = standing(order);
    let limit = clock::stamp(order.pay_before_ms);
    // Whether a ticket without seat has the code of its class or one of its own was not seen; its
    // name is on the ticket itself.
    let class = if ticket.class == 'W' {
        claim.seat
    } else {
        ticket.class
    };
    json!({
        "stationTrainDTO": {
            "station_train_code": journey.code, "from_station_telecode": journey.trip.from, "from_station_name": journey.from_name,
            "start_time": format!("1970-01-01 {}:00", journey.depart), "to_station_telecode": journey.trip.to,
            "to_station_name": journey.to_name, "arrive_time": format!("1970-01-01 {}:00", journey.arrive), "distance": distance(world, order),
        },
        "passengerDTO": {
            "passenger_name": claim.name, "passenger_id_type_code": claim.id_type, "passenger_id_type_name": id_name(&claim.id_type),
            "passenger_id_no": claim.id_number, "total_times": "99",
        },
        "ticket_no": format!("{}{}{}{number}", order.number, place.coach, place.number), "sequence_no": order.number,
        "batch_no": "1", "train_date": midnight(journey.trip.date), "coach_no": place.coach, "coach_name": place.coach,
        "seat_no": place.number, "seat_name": place.name, "seat_type_code": class.to_string(),
        "seat_type_name": seat_name(ticket.class), "ticket_type_code": claim.kind.to_string(), "ticket_type_name": kind_name(claim.kind),
        "reserve_time": clock::stamp(order.made_ms), "limit_time": clock::stamp(order.made_ms), "lose_time": limit, "pay_limit_time": limit,
        "ticket_price": ticket.fen, "print_eticket_flag": "N", "ticket_status_code": code, "ticket_status_name": status,
        "str_ticket_price_page": yuan(ticket.fen), "start_train_date_page": format!("{} {}", journey.trip.date, journey.depart),
    })
}

fn yuan(fen: u32) -> String {
    format!("{}.{}", fen / 100, fen % 100 / 10)
}

/// A distance such as the time on the way allows; only its form is real.
fn distance(world: &World, order: &Order) -> String {
    let minutes = (order.journey.arrives_ms - order.journey.leaves_ms) / 60_000;
    let is_fast = world
        .rail
        .trains
        .iter()
        .any(|train| train.code == order.journey.code && train.standing_base() == 'O');
    let km_a_minute = if is_fast { 4 } else { 1 };
    (minutes * km_a_minute).to_string()
}

/// queryMyOrder: orders that were paid for, not travelled (`G`) or travelled (`H`).
pub(super) fn orders(world: &mut World, call: &Call) -> Answer {
    let (account, fields) = match account_call_without_att(world, call) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Some(asked) = Asked::read(&fields) else {
        return refused(ILLEGAL);
    };
    if let Some(message) = said(world, "orders") {
        return refused(&message);
    }
    let mut found: Vec<&Order> = world
        .rail
        .orders
        .made
        .iter()
        .filter(|order| order.username == account && asked.wants(order, world.now))
        .collect();
    found.sort_by_key(|order| std::cmp::Reverse(order.made_ms));
    let page = found.iter().skip(asked.page * asked.size).take(asked.size);
    let rows: Vec<Value> = page.map(|order| row(world, order)).collect();
    ok(json!({"order_total_number": found.len().to_string(), "OrderDTODataList": rows}))
}

/// This list's form has no `_json_att` in the clients seen.
fn account_call_without_att(world: &World, call: &Call) -> Result<(String, Fields), Answer> {
    let Some(account) = account_of(world, call) else {
        return Err(signed_out(world, call));
    };
    if !call.header("referer").contains(PAGES[0]) {
        return Err(refused(ILLEGAL));
    }
    Ok((account.username.clone(), Fields(crate::rail::form(call))))
}

struct Asked {
    page: usize,
    size: usize,
    travelled: bool,
    /// By the day of the order; else by that of the ride.
    by_order: bool,
    from: Date,
    to: Date,
    train: String,
}

impl Asked {
    fn read(fields: &Fields) -> Option<Self> {
        let date = |name: &str| -> Option<Date> {
            let text = fields.get(name)?;
            let date: Date = text.parse().ok()?;
            (date.to_string() == text).then_some(date)
        };
        if !fields.is("come_from_flag", "my_order") {
            return None;
        }
        Some(Self {
            page: fields.get("pageIndex")?.parse().ok()?,
            size: fields.get("pageSize")?.parse().ok()?,
            travelled: one_of(fields, "query_where", "G", "H")?,
            by_order: !one_of(fields, "queryType", "1", "2")?,
            from: date("queryStartDate")?,
            to: date("queryEndDate")?,
            train: fields.get("sequeue_train_name")?.into(),
        })
    }

    fn wants(&self, order: &Order, now: i64) -> bool {
        let day = if self.by_order {
            clock::date(order.made_ms)
        } else {
            order.journey.trip.date
        };
        let mut tickets = order.tickets.iter();
        let named = self.train.is_empty()
            || order.number == self.train
            || order.journey.code == self.train
            || tickets.any(|ticket| ticket.claim.name == self.train);
        order.state == State::Paid
            && self.travelled == (order.journey.leaves_ms <= now)
            && (self.from..=self.to).contains(&day)
            && named
    }
}

/// Whether a field has the second of its two values.
fn one_of(fields: &Fields, name: &str, first: &str, second: &str) -> Option<bool> {
    match fields.get(name)? {
        value if value == first => Some(false),
        value if value == second => Some(true),
        _ => None,
    }
}

/// cancelNoCompleteMyOrder: it is done when `existError` is `N`. It counts toward the day's limit.
pub(super) fn cancel(world: &mut World, call: &Call) -> Answer {
    let (account, fields) = match account_call(world, call, &PAGES) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Some(number) = fields.get("sequence_no") else {
        return refused(ILLEGAL);
    };
    if !fields.is("cancel_flag", "cancel_order") {
        return refused(ILLEGAL);
    }
    if let Some(message) = said(world, "cancel") {
        return not_cancelled(&message);
    }
    let made = &world.rail.orders.made;
    let index = made.iter().position(|order| {
        order.number == number && order.username == account.username && order.state == State::Unpaid
    });
    let Some(index) = index else {
        return not_cancelled("没有找到该订单，请刷新后重试！");
    };
    give_back(world, index, State::Cancelled, world.now);
    let cancels = &mut world.rail.orders.cancels;
    cancels.push((account.username, world.now));
    // Whoever stands in line gets the tickets before anybody else sees them.
    crate::rail::settle(world);
    ok(json!({"existError": "N"}))
}

fn not_cancelled(message: &str) -> Answer {
    ok(json!({"existError": "Y", "errorMsg": message}))
}
