//! Replies of 京通, into the same values as those of the web page.

use daiban_core::error::ServiceError;
use serde_json::Value;

use crate::hospital::places::{Department, Named};
use crate::hospital::slots::{Calendar, Day, DayState, HalfDay, Period, Slot};
use crate::hospital::wire::calendar::date_of;
use crate::hospital::wire::catalogue::{self, HospitalList, each_once};
use crate::hospital::wire::detail::times_of;
use crate::hospital::wire::told::{clocks, code, items, list, missing, name_or, text, words};
use crate::loose::whole;

/// Reads hospitals: the rows are those of the web page, `openTimeText` in words.
///
/// # Errors
/// `Changed` without a list, or for a row without a code.
pub fn read_hospitals(data: &Value) -> Result<HospitalList, ServiceError> {
    catalogue::read_hospitals(data)
}

/// Reads departments. There is no group of what is popular here; a child's `parentCode` is its group's code.
///
/// # Errors
/// `Changed` when the data is no list, or for a group or department without a code.
pub fn read_departments(data: &Value) -> Result<Vec<Department>, ServiceError> {
    let groups = match data {
        Value::Null => return Err(missing("data")),
        groups => items(groups, "data")?,
    };
    let mut departments = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let first = code(group, "code", format_args!("data[{at}]"))?;
        let place = format!("data[{at}].subList");
        let children = items(group.get("subList").unwrap_or(&Value::Null), &place)?;
        for (child_at, child) in children.iter().enumerate() {
            let second = code(child, "code", format_args!("{place}[{child_at}]"))?;
            departments.push(Department {
                first: Named {
                    name: name_or(group, &first),
                    code: words(child, "parentCode").unwrap_or_else(|| first.clone()),
                },
                second: Named {
                    name: name_or(child, &second),
                    code: second,
                },
            });
        }
    }
    Ok(each_once(departments))
}

/// Reads days. The words count: only one of the numbers beside them is known for sure. No release is told.
///
/// # Errors
/// `Changed` without a list of days, or for a day without a date.
pub fn read_calendar(data: &Value) -> Result<Calendar, ServiceError> {
    let rows = list(data, "calendars", "data")?.iter().enumerate();
    let days = rows.map(|(at, row)| read_day(row, at));
    Ok(Calendar {
        days: days.collect::<Result<_, _>>()?,
        release_at: None,
    })
}

fn read_day(row: &Value, at: usize) -> Result<Day, ServiceError> {
    let date = date_of(row, at)?;
    let word = text(row, "statusView").or_else(|| words(row, "status"));
    let state = match word.as_deref() {
        Some("有号") => DayState::Available,
        Some("约满") => DayState::SoldOut,
        Some("无号") => DayState::None,
        Some("即将放号" | "尚未放号" | "未放号") => DayState::Soon,
        _ => DayState::Unknown,
    };
    Ok(Day {
        date,
        state,
        word: word.filter(|_| state == DayState::Unknown),
    })
}

/// Reads the products of a day.
///
/// # Errors
/// `Changed` where something is missing without which nobody can say whether a place is left.
pub fn read_slots(data: &Value) -> Result<Vec<Slot>, ServiceError> {
    let mut slots = Vec::new();
    for (at, doctor) in list(data, "doctors", "data")?.iter().enumerate() {
        let place = format!("data.doctors[{at}]");
        for (product_at, product) in list(doctor, "detail", &place)?.iter().enumerate() {
            let place = format!("{place}.detail[{product_at}]");
            slots.push(read_slot(doctor, product, &place)?);
        }
    }
    Ok(slots)
}

/// A place is left where the words say so; a count beside them that says none takes it back.
fn read_slot(doctor: &Value, product: &Value, place: &str) -> Result<Slot, ServiceError> {
    let says = code(product, "productStatusView", place)?;
    let told = items(
        product.get("period").unwrap_or(&Value::Null),
        format_args!("{place}.period"),
    )?;
    let periods = told.iter().enumerate().map(|(at, period)| {
        let place = format!("{place}.period[{at}]");
        read_period(period, &place)
    });
    let periods = periods.collect::<Result<Vec<_>, _>>()?;
    let some_period = periods.is_empty() || periods.iter().any(|period| period.bookable);
    let some_left = product.get("ncode").and_then(whole) != Some(0);
    Ok(Slot {
        key: code(product, "uniqueProductKey", place)?,
        half_day: half_day(product),
        doctor: text(doctor, "doctorName"),
        title: text(doctor, "titleView").unwrap_or_default(),
        skill: text(doctor, "skill"),
        bookable: says == "有号" && some_left && some_period,
        periods,
    })
}

fn half_day(product: &Value) -> HalfDay {
    match text(product, "dutyCodeView").as_deref() {
        Some("上午") => HalfDay::Morning,
        Some("下午") => HalfDay::Afternoon,
        _ => HalfDay::Other,
    }
}

/// The count is a plain number here; one that is not there is no place.
fn read_period(period: &Value, place: &str) -> Result<Period, ServiceError> {
    let duty_time = words(period, "dutyTime").unwrap_or_default();
    let view = text(period, "dutyTimeView");
    let times = view
        .as_deref()
        .and_then(clocks)
        .or_else(|| times_of(&duty_time));
    let (from, to) = times.ok_or_else(|| missing(format_args!("{place}.dutyTimeView")))?;
    Ok(Period {
        from,
        to,
        key: code(period, "uniqProductKey", place)?,
        duty_time,
        bookable: period
            .get("ncode")
            .and_then(whole)
            .is_some_and(|left| left > 0),
    })
}
