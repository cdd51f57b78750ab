//! The reading calls of the service's successor (京通), answered from the same world.
//!
//! Names, codes and the fields of requests were *seen* in a public client of 2026; every status number but 1 is *guessed*.
//! Its own client check is not here.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::calendar::{DayStatus, status};
use super::clinics::{Product, held, released_ms};
use super::day::day;
use super::haste;
use super::places::{both, firsts, hospital, of};
use super::reply::not_found;
use super::{HospitalDepartment, stock};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;

const LOST: &str = "3087";
const SLOW_DOWN: &str = "429";
const WRONG: &str = "0001";
/// Days of its calendar from tomorrow (*guessed*).
const DAYS: i64 = 14;

fn coded(code: &str, data: &Value) -> Answer {
    Answer::json(&json!({"code": code, "data": data}))
}

pub(super) fn answer(world: &mut World, call: &Call, path: &str) -> Answer {
    if haste::is_too_many(world, "jingtong", path).is_some() {
        return coded(SLOW_DOWN, &Value::Null);
    }
    if world.options.hospital.jingtong_signed_out {
        return coded(LOST, &Value::Null);
    }
    let data = match (call.method.as_str(), path) {
        ("POST", "hospital/list") => hospitals(world),
        ("POST", "product/calendar") => calendar(world, call),
        ("POST", "product/doctor/detail") => doctors(world, call),
        ("GET", path) => match path.strip_prefix("department/list/") {
            Some(hos) => departments(world, hos),
            None => return not_found(),
        },
        _ => return not_found(),
    };
    data.map_or_else(|| coded(WRONG, &Value::Null), |data| coded("0000", &data))
}

fn hospitals(world: &World) -> Option<Value> {
    let hospitals = world
        .hospital
        .hospitals
        .iter()
        .filter(|hospital| !hospital.maintenance);
    let rows: Vec<Value> = hospitals
        .map(|hospital| {
            json!({
                "code": hospital.code, "name": hospital.name, "levelText": hospital.level,
                "openTimeText": format!("每日{}放号", hospital.opens_at),
            })
        })
        .collect();
    Some(json!({"list": rows, "count": rows.len()}))
}

fn departments(world: &World, hos: &str) -> Option<Value> {
    hospital(world, hos).ok()?;
    let own = of(world, hos);
    let groups = firsts(&own).into_iter().map(|first| {
        let children = own.iter().filter(|one| one.first == first.first);
        let children: Vec<Value> = children.map(|one| child(one)).collect();
        json!({"code": first.first, "name": first.first_name, "subList": children})
    });
    Some(groups.collect())
}

fn child(department: &HospitalDepartment) -> Value {
    json!({"code": department.second, "name": department.second_name, "parentCode": department.first})
}

/// The three codes of a body, and the day if one is wanted.
fn asked(call: &Call) -> Option<[String; 4]> {
    let body: Value = serde_json::from_slice(&call.body).ok()?;
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Some([
        text("hosCode"),
        text("firstDeptCode"),
        text("secondDeptCode"),
        text("dutyDate"),
    ])
}

fn calendar(world: &mut World, call: &Call) -> Option<Value> {
    let [hos, first, second, _] = asked(call)?;
    let hospital = both(world, &hos, &first, &second).ok()?.0.clone();
    let today = clock::date(world.now);
    let days = (1..=DAYS).map(|ahead| clock::plus_days(today, ahead));
    let rows: Vec<Value> = days
        .map(|date| {
            let (number, view) = words(status(world, &hospital, &first, &second, date));
            json!({"dutyDate": date.strftime("%Y%m%d").to_string(), "status": number, "statusView": view})
        })
        .collect();
    Some(json!({"calendars": rows}))
}

/// `20261126`, as its calendar has days too.
fn day_of_digits(text: &str) -> Option<Date> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, date) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    digits
        .then(|| day(&format!("{year}-{month}-{date}")))
        .flatten()
}

fn words(status: DayStatus) -> (i64, &'static str) {
    match status {
        DayStatus::Available => (1, "有号"),
        DayStatus::SoldOut => (0, "约满"),
        DayStatus::Soon => (2, "即将放号"),
        DayStatus::Nothing => (3, "无号"),
    }
}

fn doctors(world: &mut World, call: &Call) -> Option<Value> {
    let [hos, first, second, duty_date] = asked(call)?;
    let date = day_of_digits(&duty_date)?;
    let hospital = both(world, &hos, &first, &second).ok()?.0.clone();
    if released_ms(&hospital, date) > world.now || date <= clock::date(world.now) {
        return Some(json!({"doctors": []}));
    }
    let clinics = held(world, &hos, &first, &second, date);
    let rows: Vec<Value> = clinics
        .into_iter()
        .map(|clinic| {
            doctor(
                world,
                Product {
                    clinic,
                    date,
                    time: None,
                },
            )
        })
        .collect();
    Some(json!({"doctors": rows}))
}

/// Counts and prices are plain numbers here.
fn doctor(world: &mut World, product: Product) -> Value {
    let free = stock::free(world, product.clinic, product.date);
    let left: u32 = free.iter().sum();
    let clinic = &world.hospital.clinics[product.clinic];
    let (half, view) = match clinic.half_day.as_str() {
        "MORNING" => (1, "上午"),
        "AFTERNOON" => (2, "下午"),
        _ => (3, "晚上"),
    };
    let times = (0..clinic.times.len()).map(|time| Product {
        time: Some(time),
        ..product
    });
    let times: Vec<Value> = times
        .zip(&free)
        .map(|(product, left)| {
            json!({
                "create": false, "dutyTime": clinic.duty_time(product.date, product.time),
                "dutyTimeView": clinic.time_view(product.time), "ncode": left.to_string(), "nncode": null,
                "uniqProductKey": product.key(world),
            })
        })
        .collect();
    let has_place = left > 0;
    json!({
        "doctorCode": format!("d{:02}", product.clinic + 1), "doctorName": clinic.doctor,
        "firstDeptCode": clinic.first, "secondDeptCode": clinic.second, "titleView": clinic.title,
        "detail": [{
            "dutyCode": half, "dutyCodeView": view, "fcode": format!("{}.00", clinic.fee), "ncode": left.to_string(),
            "productStatus": i64::from(has_place), "productStatusView": if has_place { "有号" } else { "约满" },
            "uniqueProductKey": product.key(world), "period": times,
        }],
    })
}
