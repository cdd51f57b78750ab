//! What the account pages show: state of every car, one record, history, days on offer.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::state::{
    DAYS, INSIDE, OUTSIDE, REJECTION, Record, Status, allowed, offered_days, quota_left,
    records_of, used_inside,
};
use super::{PermitAccount, ZONES, car_by_id, cars_of, done, enveloped, refused, text};
use crate::answer::Answer;
use crate::clock;
use crate::world::{KnownVehicle, World};

pub(crate) fn check_handle(
    world: &World,
    account: &PermitAccount,
    body: &Map<String, Value>,
) -> Answer {
    let Some(known) = car_by_id(world, account, body) else {
        return refused("车辆信息不存在");
    };
    if text(body, "hphm").as_ref() != Some(&known.car.plate) {
        return refused("参数错误：hphm");
    }
    let Some(kind) = text(body, "jjzzl").filter(|kind| kind == INSIDE || kind == OUTSIDE) else {
        return refused("参数错误：jjzzl");
    };
    let days = offered_days(world, account, known, &kind);
    let notes: Vec<Value> = days
        .iter()
        .map(|_| json!({"xxts": "", "xqxx": ""}))
        .collect();
    let length = if days.is_empty() {
        Value::Null
    } else {
        json!(DAYS)
    };
    done(json!({
        "jjrqs": days,
        "weekDays": days.iter().map(|day| clock::weekday(*day)).collect::<Vec<_>>(),
        "xxtss": notes,
        "kbyxts": length,
    }))
}

pub(crate) fn state_list(world: &World, account: &PermitAccount) -> Answer {
    let mut data = Map::new();
    data.insert("sfzmhm".into(), json!(account.id_number));
    for (key, zone) in ZONES {
        data.insert(key.into(), json!(zone));
    }
    let cars: Vec<Value> = cars_of(world, account)
        .map(|known| car_page(world, account, known))
        .collect();
    data.insert("bzclxx".into(), json!(cars));
    enveloped("用户办证信息查询成功!", Value::Object(data))
}

fn car_page(world: &World, account: &PermitAccount, known: &KnownVehicle) -> Value {
    let today = clock::date(world.now);
    let allowed = allowed(world, account, known);
    let used = used_inside(world, known, today);
    let (current, second) = shown(&records_of(world, &known.id), today);
    let second_open = second.is_some_and(|record| {
        matches!(
            record.status(today),
            Status::InReview | Status::Pending | Status::Cancelling
        )
    });
    let show = |record: &Record| record_page(world, account, known, record);
    json!({
        "vId": known.id, "hpzl": known.car.plate_type, "hphm": known.car.plate,
        "ybcs": used, "bzts": used * DAYS, "kjts": 0,
        "sycs": mixed(world, allowed.quota_left), "syts": mixed(world, allowed.quota_left * DAYS),
        "ylzsfkb": allowed.inside, "elzsfkb": allowed.outside, "bnbzyy": allowed.why_not,
        "qyzt": 1, "cllx": known.car.kind,
        "bzxx": current.into_iter().map(show).collect::<Vec<_>>(),
        "ecbzxx": second.into_iter().map(show).collect::<Vec<_>>(),
        "sfyecbzxx": second.is_some(),
        "ecztbz": second_open.then_some(1),
    })
}

/// Strings as a rule; numbers in a world of mixed types.
fn mixed(world: &World, number: i64) -> Value {
    if world.options.mixed_types {
        json!(number)
    } else {
        json!(number.to_string())
    }
}

/// The records the page shows: those of the permit that counts now, and a later application made
/// while that one is in effect. A replaced outside permit stays beside the inside one.
fn shown<'a>(records: &[&'a Record], today: Date) -> (Vec<&'a Record>, Option<&'a Record>) {
    let Some(latest) = records.last() else {
        return (Vec::new(), None);
    };
    let Some(live) = records
        .iter()
        .rposition(|record| record.status(today) == Status::InEffect)
    else {
        return (vec![latest], None);
    };
    let mut current = vec![records[live]];
    let replaced =
        |record: &&&Record| record.status(today) == Status::Voided && record.last() >= today;
    current.extend(records[..live].iter().rev().filter(replaced));
    (current, records[live + 1..].last().copied())
}

fn record_page(
    world: &World,
    account: &PermitAccount,
    known: &KnownVehicle,
    record: &Record,
) -> Value {
    let today = clock::date(world.now);
    let status = record.status(today);
    let end = status.has_end().then(|| record.last());
    let days_left = match status {
        Status::InEffect => json!(clock::days_between(today, record.last()) + 1),
        Status::Pending => json!(DAYS),
        Status::Expired | Status::Voided => json!(0),
        _ => Value::Null,
    };
    let number = matches!(status, Status::InEffect | Status::Expired | Status::Voided)
        .then(|| format!("JT0{}", &record.id[8..]));
    let rejected = status == Status::Rejected;
    json!({
        "vId": known.id, "applyId": record.id, "blzt": status_number(world, status), "blztmc": status.words(),
        "sxrqmc": clock::words(record.first), "sxrzmc": end.map(clock::words),
        "yxqs": record.first, "yxqz": end, "sxsyts": days_left,
        "jjzzl": record.kind, "jjzzlmc": kind_words(&record.kind), "jjzh": number,
        "sqsj": clock::stamp(record.applied_ms), "jsrxm": account.name, "jszh": account.id_number, "sfzmhm": account.id_number,
        "shsbyy": rejected.then_some("10023"), "shsbyyms": rejected.then_some(REJECTION),
        "hphm": known.car.plate, "hpzl": known.car.plate_type,
    })
}

fn status_number(world: &World, status: Status) -> Value {
    let number = status as i64;
    if world.options.mixed_types {
        json!(number.to_string())
    } else {
        json!(number)
    }
}

fn kind_words(kind: &str) -> &'static str {
    if kind == INSIDE {
        "进京证（六环内）"
    } else {
        "进京证（六环外）"
    }
}

/// The account's record that `applyId` and `sqsj` name together.
pub(crate) fn record_asked(
    world: &World,
    account: &PermitAccount,
    body: &Map<String, Value>,
) -> Option<usize> {
    let id = body.get("applyId").and_then(Value::as_str)?;
    let index = world
        .permit
        .records
        .iter()
        .position(|record| record.id == id)?;
    let record = &world.permit.records[index];
    let owned = cars_of(world, account).any(|known| known.id == record.vehicle_id);
    (owned && text(body, "sqsj")? == clock::stamp(record.applied_ms)).then_some(index)
}

pub(crate) fn detail(world: &World, account: &PermitAccount, body: &Map<String, Value>) -> Answer {
    let Some(index) = record_asked(world, account, body) else {
        return refused("未查询到办理记录");
    };
    let record = &world.permit.records[index];
    let Some(known) = cars_of(world, account).find(|known| known.id == record.vehicle_id) else {
        return refused("未查询到办理记录");
    };
    let mut page = record_page(world, account, known, record);
    page["jjrq"] = json!(record.first);
    page["jjrqName"] = json!(clock::words(record.first));
    for key in ["jjmdmc", "jjlkmc", "xxdz", "txrxx"] {
        page[key] = record.sent.get(key).cloned().unwrap_or(Value::Null);
    }
    done(json!([page]))
}

pub(crate) fn history(world: &World, account: &PermitAccount, body: &Map<String, Value>) -> Answer {
    let found = cars_of(world, account).find(|known| {
        text(body, "hphm").as_ref() == Some(&known.car.plate)
            && text(body, "hpzl").as_ref() == Some(&known.car.plate_type)
    });
    let (Some(known), Some(year)) = (
        found,
        text(body, "bznd").and_then(|year| year.parse::<i16>().ok()),
    ) else {
        return refused("参数错误");
    };
    let number = |key: &str| {
        text(body, key)
            .and_then(|value| value.parse::<usize>().ok())
            .filter(|value| *value > 0)
    };
    let (Some(page), Some(size)) = (number("pageNum"), number("pageSize")) else {
        return refused("参数错误：pageNum");
    };
    let today = clock::date(world.now);
    let mut records = records_of(world, &known.id);
    records.retain(|record| record.first.year() == year);
    records.reverse();
    let rows: Vec<Value> = records
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|record| history_row(account, record, today))
        .collect();
    done(json!({
        "ybcs": used_inside(world, known, today), "kjts": 0, "sycs": quota_left(world, known, today),
        "tableDataInfo": {"total": records.len(), "rows": rows},
    }))
}

fn history_row(account: &PermitAccount, record: &Record, today: Date) -> Value {
    json!({
        "applyId": record.id, "sqsj": clock::stamp(record.applied_ms), "jjrq": record.first, "jjzzl": record.kind,
        "jjzzlmc": kind_words(&record.kind), "blzt": record.status(today) as i64, "jsrxm": account.name,
    })
}
