//! Answers, read leniently where types vary and strictly where a wrong guess would cost a trip.
//!
//! Numbers come as numbers or texts, lists may be null or missing. Ids have 19 digits, more than a float can hold, so they are
//! only ever text. What is missing where it must not be is an error that names the place.

use daiban_core::{Timestamp, dates, error::ServiceError, http::Response, secret::Secret};
use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value};

use crate::permit::coverage::{CanApply, Record, RecordState, Status, Vehicle, Zone, ZoneTexts};

/// The wrapper of every answer. HTTP says 200 even for errors; `code` decides.
#[derive(Debug)]
pub struct Envelope {
    /// 200 is good.
    pub code: i64,
    /// The service's words.
    pub words: String,
    /// The rest.
    pub data: Value,
}

impl Envelope {
    /// A code hidden in `data`, such as `"20003"`.
    pub fn detail(&self) -> Option<String> {
        text(Some(&self.data))
    }
}

/// What came instead of an envelope.
#[derive(Debug, PartialEq, Eq)]
pub enum NotAnEnvelope {
    /// A web page.
    Page,
    /// An HTTP error without an envelope.
    Status(u16),
    /// JSON that ends early.
    CutOff,
    /// Neither.
    Other(&'static str),
}

/// Reads the wrapper.
///
/// # Errors
/// [`NotAnEnvelope`].
pub fn envelope(response: &Response) -> Result<Envelope, NotAnEnvelope> {
    if response.is_html() {
        return Err(match response.status {
            200..300 => NotAnEnvelope::Page,
            status => NotAnEnvelope::Status(status),
        });
    }
    let otherwise = |saw| match response.status {
        200..300 => saw,
        status => NotAnEnvelope::Status(status),
    };
    let body = response
        .body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&response.body);
    let answer: Value = serde_json::from_slice(body).map_err(|error| {
        otherwise(if error.is_eof() {
            NotAnEnvelope::CutOff
        } else {
            NotAnEnvelope::Other("not JSON")
        })
    })?;
    let code = answer.get("code").and_then(integer);
    let code = code.ok_or_else(|| otherwise(NotAnEnvelope::Other("no code")))?;
    Ok(Envelope {
        code,
        words: text(answer.get("msg")).unwrap_or_default(),
        data: answer.get("data").cloned().unwrap_or(Value::Null),
    })
}

/// Reads `stateList`'s data. Nothing about a person is kept.
///
/// # Errors
/// [`ServiceError::Changed`] naming the place.
pub fn status(data: &Value) -> Result<Status, ServiceError> {
    let Some(data) = data.as_object() else {
        return Err(ServiceError::changed("data", kind(data)));
    };
    let word = |name: &str| text(data.get(name)).unwrap_or_default();
    Ok(Status {
        vehicles: vehicles(data)?,
        zones: ZoneTexts {
            // Name and zone text of 六环内.
            inside_name: word("ylzmc"),
            inside_area: word("ylzqyms"),
            // Name and zone text of 六环外.
            outside_name: word("elzmc"),
            outside_area: word("elzqyms"),
        },
    })
}

fn vehicles(data: &Map<String, Value>) -> Result<Vec<Vehicle>, ServiceError> {
    // 办证车辆信息, the cars bound to the account.
    let items = match data.get("bzclxx") {
        None => return Err(ServiceError::changed("data.bzclxx", "missing")),
        Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(ServiceError::changed("data.bzclxx", kind(other))),
    };
    items
        .iter()
        .enumerate()
        .map(|(at, item)| vehicle(item, &format!("data.bzclxx[{at}]")))
        .collect()
}

fn vehicle(item: &Value, place: &str) -> Result<Vehicle, ServiceError> {
    let Some(item) = item.as_object() else {
        return Err(ServiceError::changed(place, kind(item)));
    };
    let uses = item.get("sycs").and_then(integer);
    // 办证信息 and 二次办证信息: the current records, and the application made while one of them is alive.
    let mut records = records(item, "bzxx", place)?;
    let second = self::records(item, "ecbzxx", place)?;
    if second.is_empty() && flag(item.get("sfyecbzxx")) == Some(true) {
        records.push(unseen());
    }
    records.extend(second);
    Ok(Vehicle {
        plate: needed(item, "hphm", place)?,
        plate_type: text(item.get("hpzl")).unwrap_or_default(),
        vehicle_id: id(item, "vId", place)?,
        body_type: text(item.get("cllx")).unwrap_or_default(),
        can_apply: CanApply {
            inside: flag(item.get("ylzsfkb")),
            outside: flag(item.get("elzsfkb")),
        },
        // 不能办证原因
        why_not: text(item.get("bnbzyy")),
        // 剩余次数; -1 means without limit (*seen* in the mini-program).
        inside_uses_left: uses.and_then(|uses| u32::try_from(uses).ok()),
        inside_unlimited: uses == Some(-1),
        records,
    })
}

fn records(
    item: &Map<String, Value>,
    name: &str,
    place: &str,
) -> Result<Vec<Record>, ServiceError> {
    let place = format!("{place}.{name}");
    match item.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(at, item)| record(item, &format!("{place}[{at}]")))
            .collect(),
        Some(other) => Err(ServiceError::changed(place, kind(other))),
    }
}

/// The service says there is a second application but shows none: it might be anything.
fn unseen() -> Record {
    Record {
        id: String::new(),
        zone: None,
        state: RecordState::Unknown,
        from: None,
        to: None,
        reason_code: None,
        reason: None,
        applied_at: None,
    }
}

fn record(item: &Value, place: &str) -> Result<Record, ServiceError> {
    let Some(item) = item.as_object() else {
        return Err(ServiceError::changed(place, kind(item)));
    };
    Ok(Record {
        id: id(item, "applyId", place)?,
        zone: zone(item),
        state: state(item),
        // 有效起始 and 有效终止; the same in words stands beside them.
        from: day(item.get("yxqs")).or_else(|| day(item.get("sxrqmc"))),
        to: day(item.get("yxqz")).or_else(|| day(item.get("sxrzmc"))),
        // 审核不予(通过)原因, code and words.
        reason_code: text(item.get("shsbyy")),
        reason: text(item.get("shsbyyms")),
        // 申请时间
        applied_at: moment(item.get("sqsj")),
    })
}

/// By the code `jjzzl`; by the name only when there is no code.
fn zone(item: &Map<String, Value>) -> Option<Zone> {
    if let Some(code) = text(item.get("jjzzl")) {
        return match code.as_str() {
            "01" | "1" => Some(Zone::Inside),
            "02" | "2" => Some(Zone::Outside),
            _ => None,
        };
    }
    let name = narrow(&text(item.get("jjzzlmc"))?);
    match name {
        name if name.contains("六环内") => Some(Zone::Inside),
        name if name.contains("六环外") => Some(Zone::Outside),
        _ => None,
    }
}

/// By the code `blzt` (办理状态); by the text only when there is no code. A code that is not in the list stays unknown,
/// whatever the text: one client takes 0 for "in review", but the service's own program does not know it.
fn state(item: &Map<String, Value>) -> RecordState {
    if let Some(code) = text(item.get("blzt")) {
        return match code.as_str() {
            "1" => RecordState::InEffect,
            "2" => RecordState::Cancelled,
            "3" => RecordState::Expired,
            "4" => RecordState::Rejected,
            "5" => RecordState::InReview,
            "6" => RecordState::Pending,
            "7" => RecordState::Voided,
            "8" => RecordState::Cancelling,
            _ => RecordState::Unknown,
        };
    }
    match narrow(&text(item.get("blztmc")).unwrap_or_default()).as_str() {
        "审核通过(生效中)" => RecordState::InEffect,
        "已取消" => RecordState::Cancelled,
        "审核通过(已失效)" => RecordState::Expired,
        "失败(审核不通过)" => RecordState::Rejected,
        "审核中" => RecordState::InReview,
        "审核通过(待生效)" => RecordState::Pending,
        "审核通过(已作废)" => RecordState::Voided,
        "取消办理中" => RecordState::Cancelling,
        _ => RecordState::Unknown,
    }
}

/// Full-width brackets become half-width ones and blanks go: the service mixes both in one answer.
pub fn narrow(words: &str) -> String {
    let narrowed = words
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            other => other,
        });
    narrowed.collect()
}

/// The driver of an account. Fetched anew for every request that needs it and stored nowhere.
#[derive(Debug)]
pub struct Driver {
    /// 驾驶人姓名
    pub name: Secret,
    /// 驾驶证号, which is the ID number.
    pub id_number: Secret,
    /// 档案编号; may be empty.
    pub file_number: Secret,
}

/// Reads `getJsrxx`'s data.
///
/// # Errors
/// [`ServiceError::Changed`] naming the place.
pub fn driver(data: &Value) -> Result<Driver, ServiceError> {
    let Some(data) = data.as_object() else {
        return Err(ServiceError::changed("data", kind(data)));
    };
    Ok(Driver {
        name: needed(data, "jsrxm", "data")?.into(),
        id_number: needed(data, "jszh", "data")?.into(),
        file_number: text(data.get("dabh")).unwrap_or_default().into(),
    })
}

/// The dates that can be asked for, in order, and how many days the permit will run.
///
/// # Errors
/// [`ServiceError::Changed`] naming the place.
pub fn offered(data: &Value) -> Result<(Vec<Date>, Option<u32>), ServiceError> {
    let Some(data) = data.as_object() else {
        return Err(ServiceError::changed("data", kind(data)));
    };
    // 进京日期
    let items = match data.get("jjrqs") {
        None => return Err(ServiceError::changed("data.jjrqs", "missing")),
        Some(Value::Null) => &[][..],
        Some(Value::Array(items)) => items,
        Some(other) => return Err(ServiceError::changed("data.jjrqs", kind(other))),
    };
    let read = |(at, item)| {
        day(Some(item))
            .ok_or_else(|| ServiceError::changed(format!("data.jjrqs[{at}]"), kind(item)))
    };
    let mut dates: Vec<Date> = items
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()?;
    dates.sort_unstable();
    // 可办有效天数
    let days = data
        .get("kbyxts")
        .and_then(integer)
        .and_then(|days| u32::try_from(days).ok());
    Ok((dates, days.filter(|days| *days > 0)))
}

/// Reads `getPicCode`: which picture, and its bytes in base64 without a data-URL head.
///
/// # Errors
/// [`ServiceError::Changed`] naming the place.
pub fn picture(data: &Value) -> Result<(String, String), ServiceError> {
    let Some(data) = data.as_object() else {
        return Err(ServiceError::changed("data", kind(data)));
    };
    let image = needed(data, "img", "data")?;
    let image = image
        .rsplit_once("base64,")
        .map_or(image.as_str(), |(_, bytes)| bytes)
        .to_owned();
    Ok((needed(data, "uuid", "data")?, image))
}

fn needed(item: &Map<String, Value>, name: &str, place: &str) -> Result<String, ServiceError> {
    let found = text(item.get(name));
    found.ok_or_else(|| {
        ServiceError::changed(
            format!("{place}.{name}"),
            item.get(name).map_or("missing", kind),
        )
    })
}

/// A long number as text. A float has lost digits already and is refused.
fn id(item: &Map<String, Value>, name: &str, place: &str) -> Result<String, ServiceError> {
    if let Some(Value::Number(number)) = item.get(name)
        && number.is_f64()
    {
        return Err(ServiceError::changed(format!("{place}.{name}"), "a float"));
    }
    needed(item, name, place)
}

/// A text or a number as text; blank is nothing.
pub fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && text != "null").then_some(text)
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn flag(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(flag) => Some(*flag),
        other => match text(Some(other))?.as_str() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        },
    }
}

/// `2026-03-10`, with or without a time behind it, or `2026年3月10日`.
fn day(value: Option<&Value>) -> Option<Date> {
    let text = text(value)?;
    if let Some(head) = text.get(..10)
        && let Ok(date) = dates::parse_date("day", head)
    {
        return Some(date);
    }
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let (day, _) = rest.split_once('日')?;
    Date::new(
        year.trim().parse().ok()?,
        month.trim().parse().ok()?,
        day.trim().parse().ok()?,
    )
    .ok()
}

/// `2026-03-10 07:30:11`, Beijing time.
fn moment(value: Option<&Value>) -> Option<Timestamp> {
    let local: DateTime = text(value)?.replace('/', "-").parse().ok()?;
    dates::BEIJING.to_timestamp(local).ok()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a flag",
        Value::Number(_) => "a number",
        Value::String(text) if text.trim().is_empty() => "an empty text",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
