//! Orders: one order's page, the list, the service's line.
//!
//! *Source*: a description of the page's calls of 2022 (*documented*) for `web/order/detail`; the script of the service's
//! mobile page (*seen*) for what the line answers. The addresses of the list and of the line are *guessed*, and so settings.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use jiff::civil::Date;
use serde_json::Value;

use super::words::{cancel_before, day, fen, moment, period, visit_time};
use crate::hospital::booking::{Booking, BookingState, Lineup};
use crate::hospital::line::Line;
use crate::hospital::places::Named;
use crate::loose::{filled, flag, key, whole};

/// Orders on a page of the list.
pub const ORDERS_A_PAGE: usize = 20;

/// Asks for an order's page.
#[must_use]
pub fn detail(line: &Line<'_>, hos: &str, order_no: &str) -> Request {
    let query = [("hosCode", hos), ("orderNo", order_no)];
    line.get("web/order/detail", &query, &page(hos, order_no))
}

/// Asks for a page of the list, counted from 1.
#[must_use]
pub fn list(line: &Line<'_>, path: &str, number: usize) -> Request {
    let (number, size) = (number.to_string(), ORDERS_A_PAGE.to_string());
    let query = [("pageNo", number.as_str()), ("pageSize", size.as_str())];
    line.get(path, &query, "personal/order")
}

/// Asks how an order stands in the service's line.
#[must_use]
pub fn status(line: &Line<'_>, path: &str, hos: &str, order_no: &str) -> Request {
    let query = [("hosCode", hos), ("orderNo", order_no)];
    line.get(path, &query, &page(hos, order_no))
}

fn page(hos: &str, order_no: &str) -> String {
    format!("hospital/{hos}/order/detail/{order_no}?from=submission")
}

/// Reads an order: as its own page shows it, in groups, or flat as in a list.
///
/// # Errors
/// `Changed` when it has no number.
pub fn read(order: &Value) -> Result<Booking, ServiceError> {
    let order_no = key(&order["orderNo"]);
    let order_no = order_no.ok_or_else(|| ServiceError::changed("orderNo", "is not there"))?;
    let visit = |name: &str| of(order, "orderBaseInfo", name);
    let text = |value: &Value| filled(value).map(|text| text.trim().to_owned());
    let visit_text = text(visit("visitTimeTips")).unwrap_or_default();
    let told = visit_time(&visit_text);
    let cancel_text = text(visit("cancelTimeTips"));
    let (state, state_text) = state(order);
    Ok(Booking {
        order_no,
        state,
        state_text,
        made_at: filled(&order["orderTime"]).and_then(moment),
        can_cancel: flag(&order["canCancel"]),
        cancel_before: cancel_text.as_deref().and_then(cancel_before),
        cancel_text,
        hospital: named(visit("hosCode"), visit("hosName")),
        department: named(visit("deptCode"), visit("deptName")),
        doctor: text(visit("doctorName")),
        title: text(visit("doctorTitle")),
        fee_fen: fen(visit("serviceFee")),
        date: one_day(filled(visit("dutyDate")).and_then(day), told.date),
        half_day: told.half_day,
        period: text(visit("periodView")).map(tidy_period).or(told.period),
        take: [visit("takeTimeTips"), visit("takePlaceTips")]
            .into_iter()
            .filter_map(text)
            .collect(),
        patient: text(of(order, "patientInfo", "patientName")),
        card: card(order),
        visit_text,
    })
}

/// A field of a group, or of the order itself.
fn of<'a>(order: &'a Value, group: &str, name: &str) -> &'a Value {
    let grouped = &order[group][name];
    if grouped.is_null() {
        &order[name]
    } else {
        grouped
    }
}

fn named(code: &Value, name: &Value) -> Named {
    Named {
        code: key(code).unwrap_or_default(),
        name: filled(name).unwrap_or_default().trim().to_owned(),
    }
}

/// `UN_TAKE` is shown as booked by the page (*seen*): the number slip is not fetched yet.
fn state(order: &Value) -> (BookingState, String) {
    let word = filled(&order["orderStatus"]).unwrap_or_default().trim();
    let state = match word {
        "BOOKING_SUCCESS" | "UN_TAKE" => BookingState::Booked,
        "CANCELLED" => BookingState::Cancelled,
        _ => BookingState::Unknown,
    };
    let words = filled(&order["orderStatusView"]).unwrap_or(word);
    (state, words.trim().to_owned())
}

/// The day that both places name, or the one of them that names any.
fn one_day(duty: Option<Date>, told: Option<Date>) -> Option<Date> {
    match (duty, told) {
        (Some(duty), Some(told)) => (duty == told).then_some(duty),
        (duty, told) => duty.or(told),
    }
}

fn tidy_period(text: String) -> String {
    period(&text).unwrap_or(text)
}

fn card(order: &Value) -> Option<String> {
    let kind = filled(of(order, "patientInfo", "cardTypeView"));
    let number = filled(of(order, "patientInfo", "cardNo"));
    let parts: Vec<&str> = [kind, number].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its orders.
    pub orders: Vec<Booking>,
    /// How many there are on all pages, when told.
    pub count: Option<usize>,
}

/// Reads a page of the list.
///
/// # Errors
/// `Changed` when there is no list, or an order without a number: an empty list means something, so none is made up.
pub fn read_list(data: &Value) -> Result<Page, ServiceError> {
    let count = whole(&data["count"]).and_then(|count| count.try_into().ok());
    let orders = match &data["list"] {
        Value::Array(orders) => orders.iter().map(read).collect::<Result<_, _>>()?,
        Value::Null if count == Some(0) => Vec::new(),
        _ => return Err(ServiceError::changed("order list", "no list")),
    };
    Ok(Page { orders, count })
}

/// Reads how an order stands in the line. The page goes on to the order as soon as there is a number, whatever the code
/// (*seen*); code 0 waits and 1 is done, and that others are refusals is *guessed*.
///
/// # Errors
/// `Changed` when the answer tells none of these.
pub fn read_status(data: &Value) -> Result<Lineup, ServiceError> {
    let code = whole(&data["lineupCode"]);
    let words = filled(&data["lineupMsg"]).map(|words| words.trim().to_owned());
    if flag(&data["lineup"]) == Some(true) && code == Some(0) {
        let text = words.unwrap_or_else(|| "正在排队".to_owned());
        return Ok(Lineup::Waiting { text });
    }
    if let Some(order_no) = key(&data["orderId"]) {
        return Ok(Lineup::Through { order_no });
    }
    match code {
        Some(code) if ![0, 1].contains(&code) => Ok(Lineup::Refused {
            text: words.unwrap_or_else(|| format!("排队没有成功（{code}）")),
        }),
        _ => Err(ServiceError::changed("lineup", "neither waiting nor done")),
    }
}
