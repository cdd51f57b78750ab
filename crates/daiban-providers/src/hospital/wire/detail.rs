//! The places of a day: request and reply.
//!
//! Price and count are drawn with a font of the day's own (`dutyImgUrl`, `fcode`, `ncode`, `wcode`) and are left alone: the
//! parity of the stock number tells whether a place is left, and the price is in plain text on the confirm page.
//!
//! *Source*: a description of the page's calls of 2022 and its mobile page; clients of 2021–2023 agree on the parity. *Seen*;
//! that the parity holds for periods on the PC line is *guessed* from the mobile page.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::catalogue::source_page;
use super::told::{clocks, code, items, list, missing, text, words};
use crate::hospital::line::Line;
use crate::hospital::places::DepartmentRef;
use crate::hospital::slots::{HalfDay, Period, Slot};

/// Asks for a day.
#[must_use]
pub fn slots(line: &Line<'_>, department: &DepartmentRef, date: Date) -> Request {
    let body = json!({
        "firstDeptCode": department.first,
        "secondDeptCode": department.second,
        "hosCode": department.hos,
        "target": date,
    });
    line.post("web/product/detail", &body, &source_page(department))
}

/// Reads the products of a day, in the service's order.
///
/// # Errors
/// `Changed` where something is missing without which nobody can say whether a place is left. No data is not "no places".
pub fn read_slots(data: &Value) -> Result<Vec<Slot>, ServiceError> {
    let halves = match data {
        Value::Null => return Err(missing("data")),
        halves => items(halves, "data")?,
    };
    let mut slots = Vec::new();
    for (at, half) in halves.iter().enumerate() {
        let half_day = half_day(half.get("dutyCode"));
        let products = list(half, "detail", format_args!("data[{at}]"))?;
        for (product_at, product) in products.iter().enumerate() {
            let place = format!("data[{at}].detail[{product_at}]");
            slots.push(read_slot(product, half_day, &place)?);
        }
    }
    Ok(slots)
}

fn half_day(told: Option<&Value>) -> HalfDay {
    match told.and_then(Value::as_str) {
        Some("MORNING") => HalfDay::Morning,
        Some("AFTERNOON") => HalfDay::Afternoon,
        _ => HalfDay::Other,
    }
}

fn read_slot(product: &Value, half_day: HalfDay, place: &str) -> Result<Slot, ServiceError> {
    let stock = stock(product, &["wnumber", "totalCount"], place)?;
    let periods = periods(product, place)?;
    let some_period = periods.is_empty() || periods.iter().any(|period| period.bookable);
    let bookable = stock && some_period;
    Ok(Slot {
        key: key_of(product, bookable, place)?,
        half_day,
        doctor: text(product, "doctorName"),
        title: text(product, "doctorTitleName").unwrap_or_default(),
        skill: text(product, "skill"),
        bookable,
        periods,
    })
}

/// Empty, null and absent are the same: no times to choose from. Whether a place is left is told by the product's stock.
fn periods(product: &Value, place: &str) -> Result<Vec<Period>, ServiceError> {
    let Some(told) = product.get("period") else {
        return Ok(Vec::new());
    };
    let told = items(told, format_args!("{place}.period"))?.iter();
    let read = told.enumerate().map(|(at, period)| {
        let place = format!("{place}.period[{at}]");
        read_period(period, &place)
    });
    read.collect()
}

fn read_period(period: &Value, place: &str) -> Result<Period, ServiceError> {
    let bookable = stock(period, &["remainAvailableNumber"], place)?;
    let duty_time = words(period, "dutyTime");
    let view = text(period, "dutyTimeView");
    let times = view.as_deref().and_then(clocks);
    let times = times.or_else(|| times_of(duty_time.as_deref()?));
    let (from, to) = times.ok_or_else(|| missing(format_args!("{place}.dutyTimeView")))?;
    let duty_time = match duty_time {
        None if bookable => return Err(missing(format_args!("{place}.dutyTime"))),
        told => told.unwrap_or_default(),
    };
    Ok(Period {
        from,
        to,
        key: key_of(period, bookable, place)?,
        duty_time,
        bookable,
    })
}

/// Clocks of `202303090800-202303090830`.
pub(in crate::hospital) fn times_of(duty_time: &str) -> Option<(String, String)> {
    let (from, to) = duty_time.split_once('-')?;
    let clock = |moment: &str| {
        let is_moment = moment.len() == 12 && moment.bytes().all(|b| b.is_ascii_digit());
        is_moment.then(|| format!("{}:{}", &moment[8..10], &moment[10..]))
    };
    Some((clock(from)?, clock(to)?))
}

/// Whether a place is left: the first of these numbers that is there is odd. Its size is noise, 22 is none left.
fn stock(of: &Value, names: &[&str], place: &str) -> Result<bool, ServiceError> {
    let told = names.iter().find_map(|name| {
        let value = of.get(name).filter(|value| !value.is_null())?;
        Some((name, value))
    });
    let Some((name, value)) = told else {
        return Err(missing(format_args!("{place}.{}", names[0])));
    };
    let number = value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok());
    match number {
        Some(number) => Ok(number % 2 != 0),
        None => Err(ServiceError::changed(
            format!("{place}.{name}"),
            "is no whole number",
        )),
    }
}

/// Without a key nothing can be booked; where nothing can be anyway, none is wanted.
fn key_of(of: &Value, bookable: bool, place: &str) -> Result<String, ServiceError> {
    if bookable {
        return code(of, "uniqProductKey", place);
    }
    Ok(words(of, "uniqProductKey").unwrap_or_default())
}
