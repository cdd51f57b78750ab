//! Applying for a permit, field by field, and calling one off.
//!
//! The real service checks less in places (a district name was seen to pass for its code); this
//! one is strict so that a wrong body never passes a test. Texts other than the quota and success
//! ones are *guessed*.

use serde_json::{Map, Value, json};

use super::page;
use super::state::{self, INSIDE, OUTSIDE, Outcome, Record, Status};
use super::{
    DISTRICTS, PURPOSES, PermitAccount, ZONES, car_by_id, enveloped, next_record_id, refused,
    refused_with, text,
};
use crate::answer::Answer;
use crate::clock;
use crate::world::{KnownVehicle, World};

/// Fields of an application as of 2025-10, when `sfzj` and what hangs on it were added.
const REQUIRED: [&str; 34] = [
    "vId",
    "hphm",
    "hpzl",
    "cllx",
    "ylzsfkb",
    "elzsfkb",
    "ylzmc",
    "ylzqyms",
    "elzmc",
    "elzqyms",
    "jjzzl",
    "jjrq",
    "jsrxm",
    "jszh",
    "dabh",
    "txrxx",
    "jjmd",
    "jjmdmc",
    "area",
    "jjdq",
    "xxdz",
    "jjdzgdjd",
    "jjdzgdwd",
    "sqdzgdjd",
    "sqdzgdwd",
    "sfzj",
    "zjxxdz",
    "zjxxdzgdjd",
    "zjxxdzgdwd",
    "jjlk",
    "jjlkmc",
    "jjlkgdjd",
    "jjlkgdwd",
    "jingState",
];
const OPTIONAL: [&str; 5] = ["applyIdOld", "sfzmhm", "xslx", "sqdzbdjd", "sqdzbdwd"];

pub(crate) fn insert(
    world: &mut World,
    account: &PermitAccount,
    body: &Map<String, Value>,
) -> Answer {
    if let Some(fault) = shape_fault(body) {
        return refused(&fault);
    }
    let Some(known) = car_by_id(world, account, body) else {
        return refused("车辆信息不存在");
    };
    if let Some(answer) = closed(world, account, known, body) {
        return answer;
    }
    if let Some(field) = wrong_field(world, account, known, body) {
        return refused(&format!("参数错误：{field}"));
    }
    let kind = text(body, "jjzzl").unwrap_or_default();
    let asked = text(body, "jjrq").unwrap_or_default();
    let offered = state::offered_days(world, account, known, &kind);
    let Some(first) = offered.into_iter().find(|day| day.to_string() == asked) else {
        return refused("进京日期不可办理，请重新选择");
    };
    let vehicle_id = known.id.clone();
    let id = next_record_id(world);
    let applied_ms = world.now;
    let review_due_ms = state::review_due(world, applied_ms);
    world.permit.records.push(Record {
        id,
        vehicle_id,
        kind,
        first,
        applied_ms,
        review_due_ms,
        cancel_asked_ms: None,
        outcome: Outcome::InReview,
        sent: body.clone(),
    });
    let text = format!(
        "permit.apply {}",
        state::named(world, world.permit.records.len() - 1)
    );
    world.effect("permit", text);
    enveloped("信息已提交，正在审核!", Value::Null)
}

fn shape_fault(body: &Map<String, Value>) -> Option<String> {
    if let Some(missing) = REQUIRED.iter().find(|key| !body.contains_key(**key)) {
        return Some(format!("缺少参数：{missing}"));
    }
    let unknown = body
        .keys()
        .find(|key| !REQUIRED.contains(&key.as_str()) && !OPTIONAL.contains(&key.as_str()))?;
    Some(format!("未知参数：{unknown}"))
}

/// Why nothing of this kind can be asked for now, whatever the fields say.
fn closed(
    world: &World,
    account: &PermitAccount,
    known: &KnownVehicle,
    body: &Map<String, Value>,
) -> Option<Answer> {
    let kind = text(body, "jjzzl").unwrap_or_default();
    if kind != INSIDE && kind != OUTSIDE {
        return Some(refused("参数错误：jjzzl"));
    }
    let allowed = state::allowed(world, account, known);
    if allowed.other_car {
        return Some(refused(state::ONE_CAR));
    }
    if allowed.engaged {
        return Some(refused("该车辆已有正在办理的申请，请勿重复提交"));
    }
    if kind == INSIDE && allowed.quota_left == 0 {
        return Some(refused_with("已超过办理次数限制。", "20003"));
    }
    if !known.car.complete {
        return Some(refused("请补充车辆信息"));
    }
    let open = if kind == INSIDE {
        allowed.inside
    } else {
        allowed.outside
    };
    (!open).then(|| refused("当前不可办理该类型进京证"))
}

/// The first field whose value is not what it must be.
fn wrong_field(
    world: &World,
    account: &PermitAccount,
    known: &KnownVehicle,
    body: &Map<String, Value>,
) -> Option<&'static str> {
    wrong_echo(world, account, known, body)
        .or_else(|| super::wrong_driver_field(account, body))
        .or_else(|| wrong_journey(body))
        .or_else(|| wrong_whereabouts(body))
        .or_else(|| wrong_optional(world, account, known, body))
}

/// What the client was told and must say back unchanged.
fn wrong_echo(
    world: &World,
    account: &PermitAccount,
    known: &KnownVehicle,
    body: &Map<String, Value>,
) -> Option<&'static str> {
    let allowed = state::allowed(world, account, known);
    let car = &known.car;
    let texts = [
        ("hphm", car.plate.as_str()),
        ("hpzl", &car.plate_type),
        ("cllx", &car.kind),
    ];
    let differs = |(key, truth): &(&'static str, &str)| text(body, key).as_deref() != Some(truth);
    let flags = [("ylzsfkb", allowed.inside), ("elzsfkb", allowed.outside)];
    texts
        .iter()
        .chain(ZONES.iter())
        .find(|pair| differs(pair))
        .map(|(key, _)| *key)
        .or_else(|| {
            flags
                .iter()
                .find(|(key, truth)| body.get(*key) != Some(&json!(truth)))
                .map(|(key, _)| *key)
        })
}

fn wrong_journey(body: &Map<String, Value>) -> Option<&'static str> {
    let passengers = body.get("txrxx").and_then(Value::as_array);
    if passengers.is_none_or(|list| list.len() > 10 || !list.iter().all(Value::is_object)) {
        return Some("txrxx");
    }
    let codes = text(body, "jjmd").unwrap_or_default();
    let Some(names) = purpose_names(&codes) else {
        return Some("jjmd");
    };
    if text(body, "jjmdmc") != Some(names) {
        return Some("jjmdmc");
    }
    let district = text(body, "jjdq").unwrap_or_default();
    let Some((_, name)) = DISTRICTS.iter().find(|(code, _)| *code == district) else {
        return Some("jjdq");
    };
    if text(body, "area").as_deref() != Some(name) {
        return Some("area");
    }
    if !filled(body, "xxdz") {
        return Some("xxdz");
    }
    wrong_if_given(body, "jjdzgdjd", "jjdzgdwd")
        .or_else(|| wrong_point(body, "sqdzgdjd", "sqdzgdwd"))
}

/// Names of comma-joined purpose codes; `None` when one is unknown or comes twice.
fn purpose_names(codes: &str) -> Option<String> {
    let codes: Vec<&str> = codes.split(',').collect();
    let mut names = Vec::new();
    for (at, code) in codes.iter().enumerate() {
        if codes[..at].contains(code) {
            return None;
        }
        names.push(PURPOSES.iter().find(|(known, _)| known == code)?.1);
    }
    Some(names.join(","))
}

/// Already in Beijing: an address there and no entry road. Not yet: the other way round.
fn wrong_whereabouts(body: &Map<String, Value>) -> Option<&'static str> {
    let address = ["zjxxdz", "zjxxdzgdjd", "zjxxdzgdwd"];
    let road = ["jjlk", "jjlkmc", "jjlkgdjd", "jjlkgdwd"];
    let not_empty = |keys: &[&'static str]| {
        keys.iter()
            .find(|key| text(body, key).as_deref() != Some(""))
            .copied()
    };
    match text(body, "sfzj").as_deref() {
        Some("1") => {
            if !filled(body, "zjxxdz") {
                return Some("zjxxdz");
            }
            wrong_if_given(body, "zjxxdzgdjd", "zjxxdzgdwd").or_else(|| not_empty(&road))
        }
        Some("0") => {
            let code = text(body, "jjlk").unwrap_or_default();
            if code.len() != 5 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                return Some("jjlk");
            }
            let name = text(body, "jjlkmc").unwrap_or_default();
            if name.is_empty() || (code == "00606" && name != "其他道路") {
                return Some("jjlkmc");
            }
            wrong_if_given(body, "jjlkgdjd", "jjlkgdwd").or_else(|| not_empty(&address))
        }
        _ => Some("sfzj"),
    }
}

fn wrong_optional(
    world: &World,
    account: &PermitAccount,
    known: &KnownVehicle,
    body: &Map<String, Value>,
) -> Option<&'static str> {
    if text(body, "jingState").as_deref() != Some("") {
        return Some("jingState");
    }
    if body.contains_key("sfzmhm") && text(body, "sfzmhm").as_ref() != Some(&account.id_number) {
        return Some("sfzmhm");
    }
    let renewed = body
        .get("applyIdOld")
        .map(|value| value.as_str().unwrap_or("?"));
    let known_record = |id: &str| {
        world
            .permit
            .records
            .iter()
            .any(|record| record.id == id && record.vehicle_id == known.id)
    };
    if renewed.is_some_and(|id| !id.is_empty() && !known_record(id)) {
        return Some("applyIdOld");
    }
    let route = text(body, "xslx").filter(|route| !route.is_empty());
    let readable = route
        .as_ref()
        .is_some_and(|route| serde_json::from_str::<Value>(route).is_ok());
    (known.car.route_needed != route.is_some() || (route.is_some() && !readable)).then_some("xslx")
}

fn filled(body: &Map<String, Value>, key: &str) -> bool {
    text(body, key).is_some_and(|value| !value.trim().is_empty())
}

/// A place named in words may come without its point: bodies without one were accepted in 2025 (*seen*).
fn wrong_if_given(
    body: &Map<String, Value>,
    longitude: &'static str,
    latitude: &'static str,
) -> Option<&'static str> {
    if text(body, longitude).as_deref() == Some("") && text(body, latitude).as_deref() == Some("") {
        return None;
    }
    wrong_point(body, longitude, latitude)
}

/// AMap longitude and latitude, string or number, somewhere in or around Beijing.
fn wrong_point(
    body: &Map<String, Value>,
    longitude: &'static str,
    latitude: &'static str,
) -> Option<&'static str> {
    let within = |key: &str, low: f64, high: f64| {
        text(body, key)
            .and_then(|value| value.parse::<f64>().ok())
            .is_some_and(|degrees| (low..=high).contains(&degrees))
    };
    if !within(longitude, 115.0, 118.0) {
        return Some(longitude);
    }
    (!within(latitude, 39.0, 41.5)).then_some(latitude)
}

/// Calls off a permit that is approved and not yet in effect; once a day for one account.
pub(crate) fn cancel(
    world: &mut World,
    account: &PermitAccount,
    body: &Map<String, Value>,
) -> Answer {
    let Some(index) = page::record_asked(world, account, body) else {
        return refused("未查询到办理记录");
    };
    let today = clock::date(world.now);
    if world.permit.records[index].status(today) != Status::Pending {
        return refused("当前状态不可取消");
    }
    let mine: Vec<String> = super::cars_of(world, account)
        .map(|known| known.id.clone())
        .collect();
    let cancelled_today = world
        .permit
        .records
        .iter()
        .filter(|record| mine.contains(&record.vehicle_id))
        .any(|record| {
            record
                .cancel_asked_ms
                .is_some_and(|asked| clock::date(asked) == today)
        });
    if cancelled_today {
        return refused("今日取消次数已达上限");
    }
    world.permit.records[index].outcome = Outcome::Cancelling;
    world.permit.records[index].cancel_asked_ms = Some(world.now);
    let text = format!("permit.cancel {}", state::named(world, index));
    world.effect("permit", text);
    Answer::json(&json!({"msg": "取消申请已提交", "code": 200, "from": "v2"}))
}
