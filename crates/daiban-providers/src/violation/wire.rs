//! Bytes out and bytes in: the signed form that asks about one car, and the reader of the answer.
//!
//! The only file with the service's spelling. Leaves what a code means to `error` and what to do about it to `decide`.
//!
//! *Source*: storeapi.net product 65/173 (page seen 2024; *documented*). The page prints a flat list of fields and no
//! sample answer, so the nesting below is *guessed* and the reader is lenient.

use daiban_core::{Timestamp, dates};
use jiff::civil::DateTime;
use md5::{Digest, Md5};
use serde_json::{Map, Value};

use super::{
    car::Car,
    fines::{Fine, State},
};

/// How the account proves itself; a setting at the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignMode {
    /// MD5 over the sorted parameters and the secret.
    #[default]
    Md5,
    /// The bare secret. Readable by anybody on the way, so only over https or to this machine.
    Hash,
}

/// The parameters of one query, without the signature. `time` is left out: it is optional, and without it a wrong
/// clock cannot cost a call.
pub fn params<'a>(appid: &'a str, car: &'a Car) -> Vec<(&'a str, &'a str)> {
    vec![
        ("appid", appid),
        ("car_no", car.plate.as_str()),
        ("car_type", car.plate_type.as_str()),
        ("engine_number", car.engine.as_str()),
        ("format", "json"),
        ("frame_number", car.frame.as_str()),
    ]
}

/// The MD5 signature: pairs with a value, sorted by key as bytes, key and value joined without separators, then the
/// secret; 32 lower-case hex digits.
pub fn md5_sign(params: &[(&str, &str)], secret: &str) -> String {
    let mut pairs: Vec<_> = params
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    pairs.sort_by_key(|(key, _)| key.as_bytes());
    let mut hasher = Md5::new();
    for (key, value) in pairs {
        hasher.update(key);
        hasher.update(value);
    }
    hasher.update(secret);
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The form body: parameters that have a value, then `sign`.
pub fn form(params: &[(&str, &str)], mode: SignMode, secret: &str) -> String {
    let sign = match mode {
        SignMode::Md5 => md5_sign(params, secret),
        SignMode::Hash => secret.to_owned(),
    };
    let filled = params.iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(filled)
        .append_pair("sign", &sign)
        .finish()
}

/// Whether a secret may travel to this address unhidden: https, or this machine itself.
pub fn may_carry_secret(url: &str) -> bool {
    if url
        .get(..8)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    {
        return true;
    }
    let Some(rest) = url.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let loopback = host
        .parse::<std::net::IpAddr>()
        .is_ok_and(|ip| ip.is_loopback());
    !authority.contains('@') && (loopback || host == "localhost")
}

/// One answer, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `codeid`.
    pub code: i64,
    /// The service's words.
    pub message: String,
    /// The service's clock, if it told.
    pub at: Option<Timestamp>,
    /// The plate it answered for, if it told.
    pub plate: Option<String>,
    /// The fines; empty when none are told.
    pub violations: Vec<Fine>,
    /// How many the service says there are.
    pub stated_count: Option<u32>,
    /// Sum of fines in yuan, as the service says.
    pub stated_fine_yuan: Option<u32>,
    /// Sum of points, as the service says.
    pub stated_points: Option<u32>,
}

/// An answer that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The body ends early, or is a page, or not JSON: nobody knows what was billed.
    NotAnAnswer {
        /// What was seen instead.
        saw: &'static str,
    },
    /// The code was read, the rest is not in a known form.
    Changed {
        /// `codeid`, if that much was readable.
        code: Option<i64>,
        /// Where in the answer.
        place: String,
    },
}

/// Reads an answer. Only code 10000 and the debug code 10024 are held to carry fines.
///
/// # Errors
/// [`Unreadable`], naming the place.
pub fn read(body: &[u8]) -> Result<Answer, Unreadable> {
    let value = json(body)?;
    let changed = |code, place: &str| Unreadable::Changed {
        code,
        place: place.to_owned(),
    };
    let Value::Object(answer) = value else {
        return Err(changed(None, "answer"));
    };
    let Some(code) = answer.get("codeid").and_then(integer) else {
        return Err(changed(None, "codeid"));
    };
    let mut read = Answer {
        code,
        message: text(answer.get("message")).unwrap_or_default(),
        at: clock(&answer),
        plate: None,
        violations: Vec::new(),
        stated_count: None,
        stated_fine_yuan: None,
        stated_points: None,
    };
    if !matches!(code, 10000 | 10024) {
        return Ok(read);
    }
    let data = Data::find(answer.get("retdata")).map_err(|place| changed(Some(code), &place))?;
    read.plate = text(data.head.get("carNo"));
    read.stated_count = amount(data.head.get("vioNum"));
    read.stated_fine_yuan = amount(data.head.get("fineTotal"));
    read.stated_points = amount(data.head.get("integralTotal"));
    read.violations = violations(&data.items).map_err(|place| changed(Some(code), &place))?;
    if read.violations.is_empty() && read.stated_count.is_some_and(|n| n > 0) {
        return Err(changed(Some(code), "retdata.data"));
    }
    Ok(read)
}

/// Parses the body, telling a page and a cut-off answer from a changed one.
fn json(body: &[u8]) -> Result<Value, Unreadable> {
    let body = body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .trim_ascii();
    if body.is_empty() {
        return Err(Unreadable::NotAnAnswer {
            saw: "an empty body",
        });
    }
    if body.starts_with(b"<") {
        return Err(Unreadable::NotAnAnswer { saw: "a page" });
    }
    serde_json::from_slice(body).map_err(|error| Unreadable::NotAnAnswer {
        saw: if error.is_eof() {
            "an answer that ends early"
        } else {
            "something that is not JSON"
        },
    })
}

/// What `retdata` holds, whichever of its three documented forms it has.
struct Data {
    head: Map<String, Value>,
    items: Vec<Value>,
}

impl Data {
    fn find(retdata: Option<&Value>) -> Result<Data, String> {
        let nothing = || Data {
            head: Map::new(),
            items: Vec::new(),
        };
        match retdata {
            None | Some(Value::Null) => Ok(nothing()),
            Some(Value::Object(head)) => Data::object(head),
            Some(Value::Array(items)) => match items.as_slice() {
                [Value::Object(head)] if head.contains_key("data") => Data::object(head),
                _ => Ok(Data {
                    head: Map::new(),
                    items: items.clone(),
                }),
            },
            Some(Value::String(inner)) if inner.trim().is_empty() => Ok(nothing()),
            // The page says "data, object or string": a string that is JSON is read like the other forms.
            Some(Value::String(inner)) => match serde_json::from_str(inner) {
                Ok(inner @ (Value::Object(_) | Value::Array(_) | Value::Null)) => {
                    Data::find(Some(&inner))
                }
                _ => Err("retdata".to_owned()),
            },
            Some(_) => Err("retdata".to_owned()),
        }
    }

    fn object(head: &Map<String, Value>) -> Result<Data, String> {
        let said_none = head.is_empty() || head.get("vioNum").and_then(integer) == Some(0);
        let items = match head.get("data") {
            Some(Value::Array(items)) => items.clone(),
            Some(Value::Object(items)) if items.contains_key("vioTime") => {
                vec![Value::Object(items.clone())]
            }
            // PHP writes a list with gaps in its numbering as an object.
            Some(Value::Object(items)) => items.values().cloned().collect(),
            Some(Value::Null) | None if said_none => Vec::new(),
            Some(Value::String(data)) if data.trim().is_empty() && said_none => Vec::new(),
            _ => return Err("retdata.data".to_owned()),
        };
        Ok(Data {
            head: head.clone(),
            items,
        })
    }
}

/// Reads the items and gives each an id that is unique in this answer.
fn violations(items: &[Value]) -> Result<Vec<Fine>, String> {
    let mut read = Vec::with_capacity(items.len());
    let mut numbers = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let item = item
            .as_object()
            .filter(|item| item.keys().any(|key| key.starts_with("vio")));
        let Some(item) = item else {
            return Err(format!("retdata.data[{i}]"));
        };
        numbers.push(number(item));
        read.push(violation(item));
    }
    for (i, violation) in read.iter_mut().enumerate() {
        let unique = |number: &&String| {
            numbers
                .iter()
                .flatten()
                .filter(|other| other == number)
                .count()
                == 1
        };
        if let Some(number) = numbers[i].as_ref().filter(unique) {
            violation.id = number.clone();
        }
    }
    tell_apart(&mut read);
    Ok(read)
}

/// `handleNum`, unless it is blank or only zeros, which the service sends in place of one.
fn number(item: &Map<String, Value>) -> Option<String> {
    text(item.get("handleNum")).filter(|number| number.chars().any(|c| c != '0'))
}

/// Fines that still share an id are numbered in the order they came.
fn tell_apart(violations: &mut [Fine]) {
    let mut seen = std::collections::HashSet::new();
    for violation in violations {
        let plain = violation.id.clone();
        let mut nth = 1;
        while !seen.insert(violation.id.clone()) {
            nth += 1;
            violation.id = format!("{plain}|{nth}");
        }
    }
}

fn violation(item: &Map<String, Value>) -> Fine {
    let field = |name: &str| text(item.get(name));
    let part = |name: &str| field(name).unwrap_or_default();
    Fine {
        id: format!(
            "{}|{}|{}",
            part("vioTime"),
            part("vioCode"),
            part("vioAddress")
        ),
        at: field("vioTime").and_then(|time| moment(&time)),
        place: field("vioAddress"),
        action: field("vioAction"),
        code: field("vioCode"),
        fine_yuan: amount(item.get("vioFine")),
        points: amount(item.get("vioScore")),
        city: field("vioCityName"),
        city_code: field("vioCityNo"),
        organ: field("colOrgan"),
        // 1 neither handled nor paid, 2 handled but not paid, 3 both; blank or absent means 1 (documented).
        state: match field("handleSign").as_deref() {
            None | Some("1") => Some(State::Open),
            Some("2") => Some(State::HandledUnpaid),
            Some("3") => Some(State::Closed),
            Some(_) => None,
        },
        // 1 can be handled online, 2 cannot; blank or absent means 2 (documented).
        online: field("onlineHandle").as_deref() == Some("1"),
    }
}

/// The service's clock in seconds: `time` on the page, `curtime` in other products of the house (*seen*).
fn clock(answer: &Map<String, Value>) -> Option<Timestamp> {
    let seconds = ["time", "curtime"]
        .iter()
        .find_map(|name| answer.get(*name).and_then(integer))?;
    Timestamp::from_second(seconds).ok()
}

/// A local Beijing time such as `2017-10-29 02:39:17`. A bare date has no time of day, so it is not a moment.
fn moment(time: &str) -> Option<Timestamp> {
    let time = time.trim().replace('/', "-");
    if !time.contains(':') {
        return None;
    }
    let time: DateTime = time.parse().ok()?;
    Some(dates::at(time.date(), time.time()))
}

/// A text or a number as text; blank is nothing.
fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// An integer, given as a number or as text.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A whole amount such as `100`, `"100"`, `"100.00"` or `"100元"`. Anything else is not known rather than rounded.
fn amount(value: Option<&Value>) -> Option<u32> {
    let text = text(value)?;
    let text = text.trim_end_matches(['元', '分']).trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.chars().any(|c| c != '0') {
        return None;
    }
    whole.parse().ok()
}
