//! Carries out what was decided: one paid request for one car, or writing down what a person saw elsewhere.
//!
//! Never sends twice: a request without a readable answer may have been billed, and the service offers no way to ask
//! what became of it.

use daiban_core::{
    Text, Timestamp,
    error::ServiceError,
    http::{Request, Response},
    invalid::InvalidInput,
    plate::Plate,
    provider::{Reconciled, Visit},
};
use serde_json::{Value, json};

use super::{
    car,
    error::{Class, RETRY_AFTER_S, look_up, refusal},
    fines::{Check, Fine, Meaning, Source},
    wire::{self, Answer, SignMode, Unreadable},
};

/// Asks the service about one car of the account and returns a [`Check`].
///
/// # Errors
/// [`ServiceError::Unsure`] when the request left and no readable answer came back; otherwise what the code table says.
pub async fn query(visit: &Visit<'_>, plate: &str) -> Result<Check, ServiceError> {
    let car = car::find(visit.settings, plate).map_err(refused)?;
    let line = Line::of(visit)?;
    let form = wire::form(&wire::params(line.appid, &car), line.mode, line.secret);
    let request = Request::post(line.url, FORM, form).poll();
    let response = visit
        .http
        .send(request)
        .await
        .map_err(ServiceError::after_act)?;
    understand(&response, &car.plate, visit.now)
}

const FORM: &str = "application/x-www-form-urlencoded;charset=utf-8";

/// What every request needs beside the car.
struct Line<'a> {
    url: &'a str,
    mode: SignMode,
    appid: &'a str,
    secret: &'a str,
}

impl<'a> Line<'a> {
    fn of(visit: &'a Visit<'_>) -> Result<Line<'a>, ServiceError> {
        let url = visit.setting("url")?;
        if !wire::may_carry_secret(url) {
            return Err(refused(insecure()));
        }
        Ok(Line {
            url,
            mode: sign_mode(visit.settings.get("sign").map(String::as_str)).map_err(refused)?,
            appid: visit.secret("appid")?,
            secret: visit.secret("secret")?,
        })
    }
}

/// Whether all that a query needs is filled in. Nothing leaves the machine, so nothing is proven about the secret.
///
/// # Errors
/// [`ServiceError::Refused`] naming what is missing or wrong.
pub fn complete(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    car::all(visit.settings).map_err(refused)?;
    Line::of(visit)?;
    Ok(json!({ "signed_in": true, "proven": false }))
}

/// What a person saw in 交管12123, as a [`Check`].
///
/// # Errors
/// [`ServiceError::Refused`] naming what is missing.
pub fn manual(body: &Value, at: Timestamp) -> Result<Check, ServiceError> {
    let plate =
        Plate::parse("plate", body["plate"].as_str().unwrap_or_default()).map_err(refused)?;
    let open = body["open"]
        .as_u64()
        .and_then(|open| u32::try_from(open).ok());
    let Some(open) = open else {
        return Err(refused(InvalidInput::new(
            "open",
            "请填写未处理的条数",
            "say how many are open",
        )));
    };
    let note = body["note"]
        .as_str()
        .filter(|note| !note.trim().is_empty())
        .map(|note| Text::quoted(note.trim()));
    Ok(Check::manual(plate.as_str(), open, at, note))
}

/// The plates of the account, for an errand that watches all of them. Nothing leaves the machine.
///
/// # Errors
/// [`ServiceError::Refused`] naming the setting that is wrong.
pub fn plates(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let cars = car::all(visit.settings).map_err(refused)?;
    let plates: Vec<&str> = cars.iter().map(|car| car.plate.as_str()).collect();
    Ok(json!({ "plates": plates }))
}

/// What became of an act that was cut short. A manual entry is only words of our own; a query cannot be asked about.
pub fn reconcile(body: &Value, sent_at: Timestamp) -> Result<Reconciled, ServiceError> {
    if body["do"] == "manual" {
        return Ok(Reconciled::Happened(manual(body, sent_at)?.to_value()));
    }
    Ok(Reconciled::CannotKnow(Text::new(
        "没有得到可读的回答，这次查询可能已扣费；服务商没有提供核对的办法，不会自动重发",
        "no readable answer came, so this query may have been charged; the service offers no way to tell, and it is not repeated by itself",
    )))
}

/// Reads one response as the answer about that car.
fn understand(response: &Response, plate: &Plate, now: Timestamp) -> Result<Check, ServiceError> {
    let answer = match wire::read(&response.body) {
        Ok(answer) => answer,
        Err(Unreadable::NotAnAnswer { .. }) if response.status == 429 => {
            return Err(too_many(response));
        }
        Err(unreadable) => return Err(unsure(response.status, &unreadable)),
    };
    match refusal(answer.code, &answer.message) {
        Some(error) => Err(error),
        None => Ok(check(answer, plate, now)),
    }
}

/// The check an answer amounts to. Debug data and pending answers carry no fines and no counts: nothing in them is real.
fn check(answer: Answer, plate: &Plate, now: Timestamp) -> Check {
    let row = look_up(answer.code);
    let mut check = Check {
        plate: plate.as_str().to_owned(),
        checked_at: now,
        source: Source::Live,
        charged: row.charged,
        meaning: Meaning::NothingFound,
        violations: Vec::new(),
        count: None,
        fine_total_yuan: None,
        points_total: None,
        note: None,
        answer_code: Some(answer.code),
    };
    match row.class {
        Class::Async => check.meaning = Meaning::Pending,
        Class::Debug => check.meaning = Meaning::Debug,
        _ => {
            check.note = note(&answer, plate);
            check.count = u32::try_from(answer.violations.len()).ok();
            check.fine_total_yuan =
                total(&answer.violations, |fine| fine.fine_yuan).or(answer.stated_fine_yuan);
            check.points_total =
                total(&answer.violations, |fine| fine.points).or(answer.stated_points);
            if !answer.violations.is_empty() {
                check.meaning = Meaning::Found;
            }
            check.violations = answer.violations;
        }
    }
    check.note = check
        .note
        .or_else(|| (row.class != Class::Success).then(|| row.class.next_step().text()));
    check
}

/// What a person should know about a success that does not add up.
fn note(answer: &Answer, plate: &Plate) -> Option<Text> {
    let told = answer
        .plate
        .as_deref()
        .and_then(|told| Plate::parse("plate", told).ok());
    if told.is_some_and(|told| told != *plate) {
        return Some(Text::new(
            "服务商的回答里写的是另一个车牌，请核对",
            "the answer names another plate; please check",
        ));
    }
    let listed = answer.violations.len();
    let stated = answer
        .stated_count
        .filter(|stated| usize::try_from(*stated) != Ok(listed))?;
    Some(Text::new(
        format!("服务商说共 {stated} 条，列出 {listed} 条"),
        format!("the service speaks of {stated} and lists {listed}"),
    ))
}

/// The sum, when every part is known.
fn total(fines: &[Fine], part: impl Fn(&Fine) -> Option<u32>) -> Option<u32> {
    fines
        .iter()
        .try_fold(0u32, |sum, fine| sum.checked_add(part(fine)?))
}

fn unsure(status: u16, unreadable: &Unreadable) -> ServiceError {
    let (zh, en) = match unreadable {
        Unreadable::NotAnAnswer { saw } => (
            format!("得到的不是结果：{saw}"),
            format!("what came back is {saw}"),
        ),
        Unreadable::Changed { place, code: None } => (
            format!("回答变了样：{place}"),
            format!("the answer has changed at {place}"),
        ),
        Unreadable::Changed {
            place,
            code: Some(code),
        } => (
            format!("状态码 {code}，但 {place} 变了样"),
            format!("the code is {code}, but {place} has changed"),
        ),
    };
    ServiceError::Unsure {
        text: Text::new(
            format!("{zh}（HTTP {status}），可能已扣费"),
            format!("{en} (HTTP {status}); may have been charged"),
        ),
    }
}

fn too_many(response: &Response) -> ServiceError {
    let after = response
        .header("retry-after")
        .and_then(|seconds| seconds.trim().parse().ok());
    ServiceError::Busy {
        retry_after_s: Some(after.unwrap_or(RETRY_AFTER_S)),
        text: Text::new(
            "服务商说请求过多（HTTP 429）",
            "the provider says too many requests (HTTP 429)",
        ),
    }
}

/// How the account signs, from its setting; MD5 unless said otherwise.
///
/// # Errors
/// [`InvalidInput`] naming `sign`.
pub fn sign_mode(setting: Option<&str>) -> Result<SignMode, InvalidInput> {
    match setting
        .map(|mode| mode.trim().to_ascii_lowercase())
        .as_deref()
    {
        None | Some("" | "md5") => Ok(SignMode::Md5),
        Some("hash") => Ok(SignMode::Hash),
        Some(_) => Err(InvalidInput::new(
            "sign",
            "应为 md5 或 hash",
            "should be md5 or hash",
        )),
    }
}

/// The address would carry the owner's secret and engine number over a readable line.
pub fn insecure() -> InvalidInput {
    InvalidInput::new(
        "url",
        "接口地址必须是 https://（本机除外）",
        "the address must be https:// (except on this machine)",
    )
}

/// A refusal of our own, before anything left; the code is the field's name.
fn refused(invalid: InvalidInput) -> ServiceError {
    ServiceError::Refused {
        code: invalid.field,
        text: invalid.text,
    }
}
