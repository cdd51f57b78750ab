//! Lists of orders: the unfinished ones, with what is still in the queue, and the finished ones.
//!
//! A list that lacks what it should have is an error and never an empty list: what stands in it decides whether something
//! was bought.
//!
//! *Source*: public clients of the service, 2018–2026. *Seen*; words for where a ticket stands partly *guessed*.

use daiban_core::error::ServiceError;
use daiban_core::{Timestamp, dates};
use jiff::civil::{Date, Time};
use serde_json::Value;

use super::answer::Answer;
use super::order_reply::end_words;
use super::told;
use crate::loose::{filled, key, whole};
use crate::rail::orders::{Order, OrderState, OrderTicket, Queued, Stop, TicketKind, Unfinished};
use crate::rail::seats::SeatCode;

/// Reads the answer of `queryMyOrderNoComplete`.
///
/// # Errors
/// What a message means; `Changed`, naming the place, for a list in another form.
pub fn unfinished(body: &str) -> Result<Unfinished, ServiceError> {
    let answer = Answer::read(body)?;
    if is_nothing(&answer) {
        return Ok(Unfinished::default());
    }
    let data = answer.data()?;
    let (made, cached) = (&data["orderDBList"], &data["orderCacheDTO"]);
    if made.is_null() && cached.is_null() {
        return Err(ServiceError::changed("data.orderDBList", "missing"));
    }
    Ok(Unfinished {
        orders: list(made, "orderDBList")?,
        queued: (!cached.is_null()).then(|| queued(cached)).transpose()?,
    })
}

/// Success and no data, as for an account without any.
fn is_nothing(answer: &Answer) -> bool {
    let data = answer.raw_data();
    let is_empty = data.is_null() || data.as_object().is_some_and(|fields| fields.is_empty());
    answer.status() == Some(true) && answer.words().is_none() && is_empty
}

/// One page of finished orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedPage {
    /// Those of the page.
    pub orders: Vec<Order>,
    /// How many there are on all pages, when told.
    pub total: Option<usize>,
}

/// Reads the answer of `queryMyOrder`.
///
/// # Errors
/// As [`unfinished`].
pub fn finished(body: &str) -> Result<FinishedPage, ServiceError> {
    let answer = Answer::read(body)?;
    if is_nothing(&answer) {
        return Ok(FinishedPage {
            orders: Vec::new(),
            total: None,
        });
    }
    let data = answer.data()?;
    let total = whole(&data["order_total_number"]).and_then(|total| total.try_into().ok());
    let listed = &data["OrderDTODataList"];
    if listed.is_null() && total != Some(0) {
        return Err(ServiceError::changed("data.OrderDTODataList", "missing"));
    }
    Ok(FinishedPage {
        orders: list(listed, "OrderDTODataList")?,
        total,
    })
}

fn list(value: &Value, name: &str) -> Result<Vec<Order>, ServiceError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(orders) => orders.iter().map(order).collect(),
        _ => Err(ServiceError::changed(name, "not a list")),
    }
}

fn order(value: &Value) -> Result<Order, ServiceError> {
    let order_no = needed(value, "sequence_no")?;
    let rows = value["tickets"].as_array().filter(|rows| !rows.is_empty());
    let rows = rows.ok_or_else(|| missing("tickets"))?;
    let tickets = rows.iter().map(ticket).collect::<Result<Vec<_>, _>>()?;
    let state = state(&tickets);
    let pay_before = rows.iter().filter_map(pay_before).min();
    Ok(Order {
        order_no,
        made_at: moment(&value["order_date"]),
        state,
        // A paid order still carries the time by which it had to be paid.
        pay_before: pay_before.filter(|_| state == OrderState::Unpaid),
        total_fen: total_fen(value, &tickets),
        tickets,
    })
}

fn ticket(row: &Value) -> Result<OrderTicket, ServiceError> {
    let train = &row["stationTrainDTO"];
    let date = day(&row["train_date"]).ok_or_else(|| missing("train_date"))?;
    let time = clock(&train["start_time"]);
    Ok(OrderTicket {
        passenger: plain(&row["passengerDTO"]["passenger_name"]),
        ticket: filled(&row["ticket_type_code"]).and_then(TicketKind::of_code),
        train: needed(train, "station_train_code")?,
        date: Some(date),
        from: stop(train, "from_station_name", "from_station_telecode")?,
        to: stop(train, "to_station_name", "to_station_telecode")?,
        depart: time.map(|time| dates::at(date, time)),
        seat: key(&row["seat_type_code"]).and_then(|code| SeatCode::of_code(&code)),
        class: plain(&row["seat_type_name"]),
        coach: key(&row["coach_no"]).unwrap_or_default(),
        seat_no: plain(&row["seat_name"]),
        price_fen: whole(&row["ticket_price"]).or_else(|| yuan(&row["str_ticket_price_page"])),
        status: plain(&row["ticket_status_name"]),
    })
}

fn stop(train: &Value, name: &str, code: &str) -> Result<Stop, ServiceError> {
    Ok(Stop {
        name: plain(&train[name]),
        code: needed(train, code)?,
    })
}

fn queued(value: &Value) -> Result<Queued, ServiceError> {
    let message = &value["message"];
    let words = filled(&message["message"]).or_else(|| filled(message));
    let wait_s = whole(&value["waitTime"]);
    let is_over = wait_s.is_some_and(has_ended);
    let text = match wait_s {
        Some(time) if is_over => end_words(words, time).zh,
        _ => words.unwrap_or("排队中").trim().to_owned(),
    };
    Ok(Queued {
        text,
        train: needed(value, "stationTrainCode")?,
        date: day(&value["trainDate"]),
        from: needed(value, "fromStationCode")?,
        to: needed(value, "toStationCode")?,
        wait_s,
    })
}

/// Whether a waiting time says that the queue came to nothing; -1 and -100 do not.
#[must_use]
pub fn has_ended(wait_s: i64) -> bool {
    wait_s < -1 && wait_s != -100
}

/// Where an order stands, by its tickets: one to be paid makes it unpaid, one that is theirs makes it paid.
fn state(tickets: &[OrderTicket]) -> OrderState {
    let states: Vec<_> = tickets
        .iter()
        .map(|one| ticket_state(&one.status))
        .collect();
    for state in [OrderState::Unpaid, OrderState::Paid, OrderState::Unknown] {
        if states.contains(&state) {
            return state;
        }
    }
    OrderState::Over
}

/// 改签票 is the new ticket after a change (*guessed*), 已改签 the old one.
fn ticket_state(words: &str) -> OrderState {
    match words.trim() {
        "待支付" | "未支付" => OrderState::Unpaid,
        "已支付" | "已出票" | "改签票" | "变更到站票" | "已检票" | "已使用" => {
            OrderState::Paid
        }
        "已退票" | "已改签" | "已变更到站" | "已取消" | "已退款" => {
            OrderState::Over
        }
        _ => OrderState::Unknown,
    }
}

fn pay_before(row: &Value) -> Option<Timestamp> {
    moment(&row["lose_time"]).or_else(|| moment(&row["pay_limit_time"]))
}

/// The order's own sum, else that of its tickets if each tells its price.
fn total_fen(order: &Value, tickets: &[OrderTicket]) -> Option<i64> {
    whole(&order["ticket_price_all"])
        .or_else(|| yuan(&order["ticket_total_price_page"]))
        .or_else(|| tickets.iter().map(|one| one.price_fen).sum())
}

/// `553.0` yuan as fen.
fn yuan(value: &Value) -> Option<i64> {
    let yuan: f64 = filled(value)?.trim().parse().ok()?;
    (yuan.abs() < 1e7).then(|| (yuan * 100.0).round() as i64)
}

fn moment(value: &Value) -> Option<Timestamp> {
    told::moment(filled(value)?)
}

/// The clock of `1970-01-01 09:00:00`, or `09:00`.
fn clock(value: &Value) -> Option<Time> {
    let text = filled(value)?.trim();
    text.contains(':').then(|| text.parse().ok())?
}

fn day(value: &Value) -> Option<Date> {
    told::day(filled(value)?)
}

fn plain(value: &Value) -> String {
    filled(value).map(str::trim).unwrap_or_default().to_owned()
}

fn needed(value: &Value, name: &str) -> Result<String, ServiceError> {
    key(&value[name]).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> ServiceError {
    ServiceError::changed(format!("order list {name}"), "missing")
}
