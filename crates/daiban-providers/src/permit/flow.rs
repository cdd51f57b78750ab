//! What is said to the service and in which order: one straight line per look, act and question about an act.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"status","poll"?}` | `{"public": <what permit status prints>, "inner": <Status>}`; with `poll` held to the floor |
//! | `{"do":"prepare","vehicle_id","plate","plate_type","zone"}` | [`Prepared`] |
//! | `{"do":"picture"}` | `{"signed_in":false,"uuid","picture"}` |
//!
//! | act | gives |
//! | --- | --- |
//! | `{"do":"apply", …}` ([`Apply`]) | `{"submitted":true,…}`: in review, not approved |
//! | `{"do":"cancel","apply_id"}` | `{"cancelled":true,…}` |
//! | `{"do":"send_text_message"}` | `{"signed_in":false,"sent":true}` |
//! | `{"do":"login","code","uuid","phone_code"?}` | `{"signed_in":true}` or `{"signed_in":false,"next":"picture"\|"text_message"}` |

use daiban_core::{
    Text, Timestamp,
    account::{AccountState, Secrets},
    dates::today,
    error::ServiceError,
    http::{Pace, Request},
    provider::{Reconciled, Visit},
    secret::Secret,
};
use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    coverage::{CanApply, Record, RecordState, Status, Zone, ZoneTexts},
    dictionary,
    error::{self, Door},
    wire::{
        reply::{self, Driver, Envelope},
        request::{Application, Line, Login, Whereabouts},
    },
};

/// Our clock and theirs may differ by this much.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(2);
/// When an act whose answer was lost is looked for, after it was sent. A record shows up within seconds (*seen*); ten
/// minutes without one is taken for "it never arrived".
const LOOK_AFTER: [SignedDuration; 2] =
    [SignedDuration::from_mins(5), SignedDuration::from_mins(10)];

/// An application as it is intended. Nothing about the driver is in it: that is fetched when it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Apply {
    /// `apply`
    #[serde(rename = "do")]
    pub what: String,
    /// The service's number of the car.
    pub vehicle_id: String,
    /// The plate.
    pub plate: String,
    /// The kind of plate.
    pub plate_type: String,
    /// Car or lorry, as the service said.
    pub body_type: String,
    /// The server's flags.
    pub can_apply: CanApply,
    /// The server's texts.
    pub zones: ZoneTexts,
    /// Which zone.
    pub zone: Zone,
    /// First day.
    pub from: Date,
    /// What its owner says.
    pub trip: Trip,
}

/// What only the owner can say about a trip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trip {
    /// Code of the purpose.
    pub purpose: String,
    /// Code of the district.
    pub district: String,
    /// Where to.
    pub address: String,
    /// Degrees east, as the owner gave them.
    pub longitude: Option<String>,
    /// Degrees north.
    pub latitude: Option<String>,
    /// Whether the car is in Beijing already.
    pub in_beijing: bool,
    /// Where in Beijing it is.
    pub beijing_address: Option<String>,
    /// Code of the road it comes in by.
    pub entry_road: Option<String>,
}

/// What the checks before an application said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The dates that can be asked for, earliest first.
    pub offered: Vec<Date>,
    /// Days the permit will run, when told.
    pub days: Option<u32>,
    /// Whether a route has to be filed, which only a person can do.
    pub route_needed: bool,
}

/// One look.
///
/// # Errors
/// One of the eight.
pub async fn look(visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
    match body["do"].as_str() {
        Some("status") => {
            let status = status(visit, pace(body)).await?;
            Ok(json!({ "public": status.public(), "inner": status }))
        }
        Some("prepare") => prepare(visit, &read_body(body)?).await,
        Some("picture") => picture(visit).await,
        _ => Err(unknown()),
    }
}

/// One act.
///
/// # Errors
/// [`ServiceError::Unsure`] when something may have happened.
pub async fn act(visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
    match body["do"].as_str() {
        Some("apply") => apply(visit, &read_body(body)?).await,
        Some("cancel") => cancel(visit, &read_body(body)?).await,
        Some("send_text_message") => send_text_message(visit).await,
        Some("login") => login(visit, &read_body(body)?).await,
        _ => Err(unknown()),
    }
}

/// What became of an act whose answer was lost.
///
/// # Errors
/// Those of a status look.
pub async fn reconcile(
    visit: &Visit<'_>,
    body: &Value,
    sent_at: Timestamp,
) -> Result<Reconciled, ServiceError> {
    match body["do"].as_str() {
        Some("apply") => Ok(find_application(
            &status(visit, Pace::Step).await?,
            &read_body(body)?,
            sent_at,
            visit.now,
        )),
        Some("cancel") => Ok(find_cancelled(
            &status(visit, Pace::Step).await?,
            &read_body(body)?,
            sent_at,
            visit.now,
        )),
        Some("send_text_message") => Ok(Reconciled::CannotKnow(Text::new(
            "不知道短信发出没有；收到了就填，没收到就重新来",
            "whether the text message went out is not known; type it if it came, else begin anew",
        ))),
        _ => signed_in_after_all(visit).await,
    }
}

/// A token may have been kept before the process ended; whether it works, a look tells.
async fn signed_in_after_all(visit: &Visit<'_>) -> Result<Reconciled, ServiceError> {
    let unknown = || {
        Reconciled::CannotKnow(Text::new(
            "登录请求没有回答，用过的验证码作废，要换一张新图",
            "the sign-in got no answer; the used picture is spent and a new one is needed",
        ))
    };
    if visit.secret("token").is_err() {
        return Ok(unknown());
    }
    match status(visit, Pace::Step).await {
        Ok(_) => Ok(Reconciled::Happened(json!({ "signed_in": true }))),
        Err(ServiceError::SignInLost { .. }) => Ok(unknown()),
        Err(error) => Err(error),
    }
}

/// A timer's look repeats a question; a person's look, a proof and the looks around an act are asked once.
fn pace(body: &Value) -> Pace {
    if body["poll"] == true {
        Pace::Poll
    } else {
        Pace::Step
    }
}

/// The whole state of the account.
async fn status(visit: &Visit<'_>, pace: Pace) -> Result<Status, ServiceError> {
    let line = line(visit)?;
    let request = || Request {
        pace,
        ..line.state_list()
    };
    let envelope = ask(visit, "stateList", request).await?;
    reply::status(&envelope.data)
}

#[derive(Deserialize)]
struct Prepare {
    vehicle_id: String,
    plate: String,
    plate_type: String,
    zone: Zone,
}

/// The checks the service's own program makes before its form is sent. They answer the noon rule, the days-ahead rule and the
/// last-day rule, so that none of them is built on our clock.
async fn prepare(visit: &Visit<'_>, car: &Prepare) -> Result<Value, ServiceError> {
    let line = line(visit)?;
    let check = ask(visit, "applyVehicleCheck", || {
        line.vehicle_check(&car.plate, &car.plate_type)
    })
    .await?;
    if check.detail().as_deref() != Some("200") {
        return Err(ServiceError::NeedsPerson {
            text: vehicle_incomplete(&check),
        });
    }
    let driver = driver(visit).await?;
    let passengers = passenger_switch(visit).await?;
    ask(visit, "applyCheckNum", || {
        line.driver_check(&driver, &passengers)
    })
    .await?;
    let dates = ask(visit, "checkHandle", || {
        line.offered_dates(&car.vehicle_id, &car.plate, car.zone)
    })
    .await?;
    let (offered, days) = reply::offered(&dates.data)?;
    let route = ask(visit, "checkInputRoadInfo", || {
        line.route_check(&car.vehicle_id)
    })
    .await?;
    let route = route
        .detail()
        .ok_or_else(|| ServiceError::changed("checkInputRoadInfo.data", "missing"))?;
    let prepared = Prepared {
        offered,
        days,
        route_needed: route != "0",
    };
    Ok(json!(prepared))
}

/// The switch the driver's check wants back. Clients that leave it out pass the check too (*seen*), so a service that no
/// longer tells it is no reason to stop.
async fn passenger_switch(visit: &Visit<'_>) -> Result<String, ServiceError> {
    let line = line(visit)?;
    match ask(visit, "getConfigRecordInfo", || line.switches()).await {
        Ok(switches) => Ok(reply::text(switches.data.get("txrkg")).unwrap_or_default()),
        Err(ServiceError::Refused { .. } | ServiceError::Changed { .. }) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn vehicle_incomplete(check: &Envelope) -> Text {
    let words = if check.words.is_empty() {
        "没有说明"
    } else {
        check.words.as_str()
    };
    Text::new(
        format!("车辆校验没有通过，服务说：{words}。请在北京交警 App 或小程序里补全车辆信息"),
        format!(
            "the vehicle check did not pass; the service says: {words}. Complete the vehicle in the 北京交警 app"
        ),
    )
}

async fn driver(visit: &Visit<'_>) -> Result<Driver, ServiceError> {
    let line = line(visit)?;
    let envelope = ask(visit, "getJsrxx", || line.driver()).await?;
    reply::driver(&envelope.data)
}

async fn apply(visit: &Visit<'_>, apply: &Apply) -> Result<Value, ServiceError> {
    let line = line(visit)?;
    let application = application(apply)?;
    if apply.from < today(visit.now) {
        return Err(ServiceError::Busy {
            retry_after_s: None,
            text: Text::new(
                "还没提交，想要的那天已经过去",
                "not submitted: the wished day has passed meanwhile",
            ),
        });
    }
    // Only read so far: whatever fails up to here surely submitted nothing.
    let driver = driver(visit).await.map_err(nothing_sent)?;
    let envelope = send(
        visit,
        Door::Apply,
        "insertApplyRecord",
        line.apply(&application, &driver),
    )
    .await?;
    Ok(json!({ "submitted": true, "from": apply.from, "words": envelope.words }))
}

fn application(apply: &Apply) -> Result<Application<'_>, ServiceError> {
    let trip = &apply.trip;
    let road = trip.entry_road.as_deref().unwrap_or_default();
    Ok(Application {
        vehicle_id: &apply.vehicle_id,
        plate: &apply.plate,
        plate_type: &apply.plate_type,
        body_type: &apply.body_type,
        can_apply: apply.can_apply,
        zones: &apply.zones,
        zone: apply.zone,
        from: apply.from,
        purpose: dictionary::purpose(&trip.purpose).ok_or_else(|| bad_body("purpose"))?,
        district: dictionary::district(&trip.district).ok_or_else(|| bad_body("district"))?,
        address: &trip.address,
        place: trip.longitude.as_deref().zip(trip.latitude.as_deref()),
        whereabouts: if trip.in_beijing {
            Whereabouts::InBeijing(
                trip.beijing_address
                    .as_deref()
                    .ok_or_else(|| bad_body("beijing_address"))?,
            )
        } else {
            let (code, name) =
                dictionary::entry_road(road).ok_or_else(|| bad_body("entry_road"))?;
            Whereabouts::Outside(code, name)
        },
    })
}

/// A read before the submit that was not understood is no doubt about the submit.
fn nothing_sent(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Unsure { text } => ServiceError::Unreachable { text },
        other => other,
    }
}

#[derive(Deserialize)]
struct Cancel {
    apply_id: String,
}

/// Takes an approved permit back before it begins. The record is looked up first: its state decides, and the service wants
/// the time of applying to the second.
async fn cancel(visit: &Visit<'_>, cancel: &Cancel) -> Result<Value, ServiceError> {
    let line = line(visit)?;
    let status = status(visit, Pace::Step).await.map_err(nothing_sent)?;
    let Some(record) = find(&status, &cancel.apply_id) else {
        return Err(refused(
            "no_record",
            "这个账号没有这条进京证记录",
            "this account has no such permit record",
        ));
    };
    if record.state != RecordState::Pending {
        return Err(refused(
            "not_pending",
            "只有「审核通过(待生效)」的进京证可以取消；审核中不能改也不能取消",
            "only an approved permit that has not begun can be cancelled; one in review can be neither changed nor cancelled",
        ));
    }
    let request = line.cancel(&record.id, record.applied_at);
    let envelope = send(visit, Door::Cancel, "cancelApply", request).await?;
    Ok(json!({ "cancelled": true, "words": envelope.words }))
}

fn find<'a>(status: &'a Status, id: &str) -> Option<&'a Record> {
    let mut records = status.vehicles.iter().flat_map(|vehicle| &vehicle.records);
    records.find(|record| record.id == id)
}

/// Looks for the record an application would have made.
fn find_application(
    status: &Status,
    apply: &Apply,
    sent_at: Timestamp,
    now: Timestamp,
) -> Reconciled {
    let same_car = |vehicle: &&super::coverage::Vehicle| {
        vehicle.vehicle_id == apply.vehicle_id || vehicle.plate == apply.plate
    };
    let mut records = status
        .vehicles
        .iter()
        .filter(same_car)
        .flat_map(|vehicle| &vehicle.records);
    if let Some(record) = records.clone().find(|record| is_of(record, apply, sent_at)) {
        return Reconciled::Happened(
            json!({ "submitted": true, "from": apply.from, "record": record }),
        );
    }
    if let Some(at) = look_again(sent_at, now) {
        return Reconciled::AskAgain { at, seen: None };
    }
    if records.any(|record| record.is_doubtful()) {
        return Reconciled::CannotKnow(Text::new(
            "记录里有一条读不懂的，说不准是不是这次的申请",
            "one record cannot be understood; it may or may not be this application",
        ));
    }
    Reconciled::DidNotHappen(Text::new(
        format!("{} 起的申请没有出现在记录里，请求没有到达", apply.from),
        format!(
            "no application from {} appears among the records; the request never arrived",
            apply.from
        ),
    ))
}

fn is_of(record: &Record, apply: &Apply, sent_at: Timestamp) -> bool {
    let recent = match record.applied_at {
        Some(at) => at.as_second() >= (sent_at - CLOCKS_APART).as_second(),
        None => !matches!(
            record.state,
            RecordState::Cancelled | RecordState::Voided | RecordState::Expired
        ),
    };
    record.zone == Some(apply.zone)
        && record.from == Some(apply.from)
        && record.state != RecordState::Unknown
        && recent
}

fn find_cancelled(
    status: &Status,
    cancel: &Cancel,
    sent_at: Timestamp,
    now: Timestamp,
) -> Reconciled {
    let state = find(status, &cancel.apply_id).map(|record| record.state);
    if matches!(
        state,
        Some(RecordState::Cancelled | RecordState::Cancelling)
    ) {
        return Reconciled::Happened(json!({ "cancelled": true }));
    }
    if let Some(at) = look_again(sent_at, now) {
        return Reconciled::AskAgain { at, seen: None };
    }
    match state {
        Some(RecordState::Pending | RecordState::InEffect) => Reconciled::DidNotHappen(Text::new(
            "十分钟后那张进京证还在，取消没有到达",
            "ten minutes later the permit is still there; the cancellation never arrived",
        )),
        _ => Reconciled::CannotKnow(Text::new(
            "记录里看不出取消了没有",
            "the records do not show whether it was cancelled",
        )),
    }
}

fn look_again(sent_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    LOOK_AFTER
        .iter()
        .map(|wait| sent_at + *wait)
        .find(|at| now < *at)
}

async fn picture(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = signing_in(visit)?;
    let envelope = send(visit, Door::Read, "getPicCode", line.picture()).await?;
    let (uuid, picture) = reply::picture(&envelope.data)?;
    Ok(json!({ "signed_in": false, "uuid": uuid, "picture": picture }))
}

async fn send_text_message(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = signing_in(visit)?;
    let request = line.send_text_message(visit.secret("phone")?);
    send(visit, Door::SignIn, "getPhoneCode", request).await?;
    Ok(json!({ "signed_in": false, "sent": true }))
}

#[derive(Deserialize)]
struct TypedCodes {
    code: String,
    uuid: String,
    phone_code: Option<String>,
}

/// The token is stored before anything is asked with it.
async fn login(visit: &Visit<'_>, typed: &TypedCodes) -> Result<Value, ServiceError> {
    let line = signing_in(visit)?;
    let login = Login {
        name: visit.secret("name")?,
        id_number: visit.secret("id_number")?,
        phone: visit.secret("phone")?,
        code: &typed.code,
        uuid: &typed.uuid,
        phone_code: typed.phone_code.as_deref(),
    };
    let envelope = match send(visit, Door::SignIn, "loginUserJjz", line.login(&login)).await {
        Ok(envelope) => envelope,
        Err(ServiceError::Refused { code, text }) if code == error::NEW_PICTURE => {
            return Ok(json!({ "signed_in": false, "next": "picture", "words": text.zh }));
        }
        Err(ServiceError::Refused { code, text }) if code == error::TEXT_MESSAGE => {
            return Ok(json!({ "signed_in": false, "next": "text_message", "words": text.zh }));
        }
        // Before signing in there is no sign-in to lose: these are only words about the form.
        Err(ServiceError::SignInLost { text }) => {
            return Err(ServiceError::Refused {
                code: "login".to_owned(),
                text,
            });
        }
        Err(error) => return Err(error),
    };
    let Some(token) = envelope
        .detail()
        .filter(|token| !token.contains(char::is_whitespace))
    else {
        return Err(ServiceError::changed("loginUserJjz.data", "no token"));
    };
    visit
        .vault
        .keep(Secrets::from([("token".to_owned(), Secret::from(token))]))
        .await?;
    Ok(json!({ "signed_in": true }))
}

/// A read as the account. The service is known to lose a sign-in for one answer and know it again in the next, so one lost
/// sign-in earns a second look before the owner is bothered.
async fn ask(
    visit: &Visit<'_>,
    place: &str,
    request: impl Fn() -> Request,
) -> Result<Envelope, ServiceError> {
    let first = send(visit, Door::Read, place, request()).await;
    let Err(ServiceError::SignInLost { .. }) = first else {
        return first;
    };
    let mut again = request();
    again.pace = Pace::Step;
    let second = send(visit, Door::Read, place, again).await;
    let fresh = visit
        .account
        .is_some_and(|account| account.state == AccountState::New);
    if fresh {
        second.map_err(error::with_port_hint)
    } else {
        second
    }
}

async fn send(
    visit: &Visit<'_>,
    door: Door,
    place: &str,
    request: Request,
) -> Result<Envelope, ServiceError> {
    let response = visit
        .http
        .send(request)
        .await
        .map_err(|failure| error::no_answer(door, failure))?;
    error::read(door, place, &response)
}

fn line<'a>(visit: &'a Visit<'_>) -> Result<Line<'a>, ServiceError> {
    Ok(Line {
        base_url: visit.setting("base_url")?,
        token: visit.secret("token")?,
    })
}

fn signing_in<'a>(visit: &'a Visit<'_>) -> Result<Line<'a>, ServiceError> {
    Ok(Line {
        base_url: visit.setting("base_url")?,
        token: "",
    })
}

fn read_body<T: DeserializeOwned>(body: &Value) -> Result<T, ServiceError> {
    T::deserialize(body).map_err(|error| ServiceError::Refused {
        code: "body".to_owned(),
        text: Text::new(
            format!("要做的事写得不对：{error}"),
            format!("what to do is not well said: {error}"),
        ),
    })
}

fn bad_body(field: &str) -> ServiceError {
    refused(
        "body",
        &format!("「{field}」没有填或不在字典里"),
        &format!("{field} is missing or not in the dictionary"),
    )
}

fn refused(code: &str, zh: &str, en: &str) -> ServiceError {
    ServiceError::Refused {
        code: code.to_owned(),
        text: Text::new(zh, en),
    }
}

fn unknown() -> ServiceError {
    refused("do", "没有这个动作", "no such thing to do")
}
