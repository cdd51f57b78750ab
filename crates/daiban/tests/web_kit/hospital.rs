//! A 114 that answers by heart, and a household that sees doctors by it. Everybody here is invented.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    ask::AskKind,
    call::NewCall,
    dates,
    descriptor::{Descriptor, Label},
    errand::{Machine, Pass, Phase, Step, Unreadable},
    error::ServiceError,
    id::{AccountId, ErrandId, UserId},
    invalid::InvalidInput,
    provider::{Provider, Reconciled, Visit},
    service::Service,
};
use daiban_providers::hospital::VISIT;
use jiff::{SignedDuration, Span, civil::Date};
use serde_json::{Value, json};

use super::{House, Seed, new_ask, rail::Script};

/// The department everything here is about.
pub const DENTIST: &str = "H90000001/00aa11bb/900010001";
/// Another one of the same hospital.
pub const STOMACH: &str = "H90000001/04/644";

struct ScriptedHospital(Arc<Script>);

/// These providers with a 114 that answers by heart for theirs.
pub fn among(mut providers: Vec<Box<dyn Provider>>, script: Arc<Script>) -> Vec<Box<dyn Provider>> {
    providers.retain(|provider| provider.descriptor().service != Service::Hospital);
    providers.push(Box::new(ScriptedHospital(script)));
    providers
}

static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Hospital,
    name: Label::new("114 挂号", "114 hospital"),
    sign_in: &[],
    settings: &[],
    secrets: &[],
    errands: &[VISIT],
    poll_floor_s: 60,
    sprint: None,
    daily_budget: 5_000,
};

#[async_trait]
impl Provider for ScriptedHospital {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(Waits)]
    }

    fn check_account(&self, _: &mut Settings, _: &mut Secrets) -> Result<(), InvalidInput> {
        Ok(())
    }

    fn proof(&self, _: &Account, _: &Secrets) -> Option<NewCall> {
        None
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        self.0.note(body)?;
        let given = self.0.given(body);
        Ok(given.unwrap_or_else(|| answer(body, visit.now)))
    }

    async fn act(&self, _: &Visit<'_>, _: &Value) -> Result<Value, ServiceError> {
        panic!("no page books")
    }

    async fn reconcile(
        &self,
        _: &Visit<'_>,
        _: &Value,
        _: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        Ok(Reconciled::CannotKnow(Text::new("不知道", "unknown")))
    }
}

/// A machine that refuses one doctor and else sleeps.
struct Waits;

impl Machine for Waits {
    fn kind(&self) -> &'static str {
        VISIT.kind
    }

    fn version(&self) -> u32 {
        1
    }

    fn begin(&self, wishes: &Value, _: Timestamp) -> Result<Value, InvalidInput> {
        let refused = |name: &str, word: &str| wishes[name].to_string().contains(word);
        if refused("doctors", "无名") {
            return Err(InvalidInput::new(
                "doctors",
                "没有这位医生",
                "no such doctor",
            ));
        }
        if refused("weekdays", "日") {
            return Err(InvalidInput::new(
                "weekdays",
                "周日不出诊",
                "no clinic on Sundays",
            ));
        }
        Ok(json!({}))
    }

    fn advance(
        &self,
        _: u32,
        state: Value,
        pass: &Pass<'_, Value>,
    ) -> Result<Step<Value>, Unreadable> {
        let words = Text::new("从 2 个科室里盯起", "watching two departments");
        let mut step = Step::new(state, Phase::Waiting, "watching", words);
        step.next_due = Some(pass.now + SignedDuration::from_secs(60));
        Ok(step)
    }
}

fn named(code: &str, name: &str) -> Value {
    json!({ "code": code, "name": name })
}

pub fn hospital() -> Value {
    named("H90000001", "北京示例第一医院")
}

fn department(first: (&str, &str), second: (&str, &str)) -> Value {
    json!({ "first": named(first.0, first.1), "second": named(second.0, second.1) })
}

fn departments() -> [Value; 3] {
    [
        department(("00aa11bb", "口腔科"), ("900010001", "口腔种植科门诊")),
        department(("00aa11bb", "口腔科"), ("900010002", "口腔颌面外科门诊")),
        department(("04", "内科"), ("644", "消化内科门诊")),
    ]
}

fn answer(body: &Value, now: Timestamp) -> Value {
    let seen_at = dates::rfc3339(now - SignedDuration::from_secs(12));
    let mut answer = match body["do"].as_str().unwrap() {
        "hospitals" => hospitals(body["text"].as_str().unwrap_or_default()),
        "hospital" => {
            json!({ "code": "H90000001", "name": "北京示例第一医院", "level": "三级甲等", "opens_at": "08:30", "booking_days": 7, "maintenance": false })
        }
        "departments" => json!({ "hospital": hospital(), "departments": departments() }),
        "department" => {
            let codes = body["department"].as_str().unwrap().to_owned();
            let found = departments().into_iter().find(|one| {
                codes.ends_with(&format!("/{}", one["second"]["code"].as_str().unwrap()))
            });
            let mut found = found.unwrap();
            found["hospital"] = hospital();
            found
        }
        "calendar" => calendar(now),
        "slots" => json!({ "slots": slots() }),
        "patients" => json!({ "patients": patients() }),
        "orders" => json!({ "orders": [booking(now)], "complete": true }),
        other => panic!("nobody asks {other}"),
    };
    answer["seen_at"] = json!(seen_at);
    answer
}

fn hospitals(text: &str) -> Value {
    let one = |code: &str, name: &str, maintenance: bool| json!({ "code": code, "name": name, "level": "三级甲等", "opens_at": "08:30", "maintenance": maintenance });
    let all = [
        one("H90000001", "北京示例第一医院", false),
        one("H90000002", "北京示例儿童医院", true),
    ];
    let found = all
        .into_iter()
        .filter(|one| one["name"].as_str().unwrap().contains(text));
    let found: Vec<Value> = found.collect();
    json!({ "count": found.len(), "hospitals": found })
}

/// The day so many days from now.
pub fn day(now: Timestamp, ahead: i64) -> Date {
    dates::today(now)
        .checked_add(Span::new().days(ahead))
        .unwrap()
}

/// Two weeks: a free day, full ones, none at the weekends, the eighth day in no answer, one to be released.
fn days(now: Timestamp) -> Vec<Value> {
    let state = |ahead: i64| match ahead {
        3 => "available",
        6 | 7 | 13 => "none",
        8 => "unknown",
        14 => "soon",
        _ => "sold_out",
    };
    (1..=14)
        .map(|ahead| json!({ "date": day(now, ahead), "state": state(ahead) }))
        .collect()
}

/// The calendar of a department; places are released tomorrow at half past eight.
pub fn calendar(now: Timestamp) -> Value {
    json!({ "days": days(now), "release_at": release(now) })
}

fn release(now: Timestamp) -> String {
    dates::rfc3339(dates::at(day(now, 1), jiff::civil::time(8, 30, 0, 0)))
}

/// A doctor who is full in the morning, a kind of clinic, and a doctor with times in the afternoon.
pub fn slots() -> Value {
    let slot = |half: &str, doctor: Value, title: &str, bookable: bool, periods: Value| {
        json!({ "key": "ea33b53ad59be8a3e5d3387b08c17205d6b8d197", "half_day": half, "doctor": doctor, "title": title,
            "skill": "门诊常见病诊治（示例）", "bookable": bookable, "periods": periods })
    };
    let period = |from: &str, to: &str, bookable: bool| json!({ "from": from, "to": to, "key": "k", "duty_time": "0", "bookable": bookable });
    json!([
        slot("morning", json!("李示例"), "主任医师", false, json!([])),
        slot("morning", Value::Null, "普通号50", true, json!([])),
        slot(
            "afternoon",
            json!("张示例"),
            "副主任医师",
            true,
            json!([
                period("13:30", "14:00", false),
                period("14:00", "14:30", true)
            ])
        ),
    ])
}

fn patients() -> Value {
    let card = |kind: &str, name: &str, mask: &str, pays: &str| json!({ "kind": kind, "name": name, "mask": mask, "pays": pays });
    let one = |name: &str, mask: &str, bound: bool| {
        json!({ "name": name, "id_mask": mask, "id_kind": "居民身份证", "phone": null, "bound": bound,
            "note": if bound { Value::Null } else { json!("请完善就诊人资料") },
            "cards": [card("SOCIAL_SECURITY", "社保卡", "1000****000X", "医保"), card("IDENTITY_CARD", "身份证", mask, "自费")] })
    };
    json!([
        one("王小例", "1101****0001", true),
        one("林小满", "1101****0028", true),
        one("林岚", "1101****0010", false)
    ])
}

/// A booking in nine days in the afternoon.
pub fn booking(now: Timestamp) -> Value {
    let date = day(now, 9);
    let visit = format!(
        "{} {} 下午",
        date.strftime("%Y年%m月%d日"),
        dates::weekday_zh(date)
    );
    json!({ "order_no": "900000000001", "state": "booked", "state_text": "预约成功", "made_at": dates::rfc3339(now), "can_cancel": true,
        "cancel_text": "请于就诊前一天15:00前取消", "cancel_before": dates::rfc3339(dates::at(day(now, 8), jiff::civil::time(15, 0, 0, 0))),
        "hospital": hospital(), "department": named("900010001", "口腔种植科门诊"), "doctor": "张示例", "title": "副主任医师",
        "fee_fen": 6_000, "visit_text": visit, "date": date, "half_day": "afternoon", "period": "14:00-14:30",
        "take": ["门诊楼二层口腔科分诊台"], "patient": "王小例", "card": "社保卡 1000****000X" })
}

/// The fact `booking` at a stage.
pub fn booking_fact(now: Timestamp, stage: &str) -> Value {
    let mut fact = booking(now);
    fact["stage"] = json!(stage);
    fact["cancel_link"] = json!("https://www.114yygh.com");
    fact
}

/// Wishes of the sample errand.
pub fn wishes(now: Timestamp) -> Value {
    json!({ "departments": [DENTIST], "from": day(now, 2), "to": day(now, 14), "patient": "王小例", "card": "any",
        "doctors": ["张示例", "李示例"], "titles": [], "half_days": ["下午"], "weekdays": ["一", "三"], "hours": null,
        "fee_max": 100, "then": "book", "pace_s": 60 })
}

fn place(now: Timestamp) -> Value {
    let mut department = departments()[0].clone();
    department["hos"] = json!("H90000001");
    department["hospital"] = hospital();
    department["code"] = json!(DENTIST);
    json!({ "hospital": hospital(), "departments": [department], "from": day(now, 2), "to": day(now, 14), "patient": "王小例", "opens_at": "08:30" })
}

fn watched_calendar(now: Timestamp) -> Value {
    let mut days = days(now);
    for (ahead, day) in (1..).zip(&mut days) {
        day["wanted"] = json!((2..=14).contains(&ahead) && ahead % 7 != 0);
    }
    json!({ DENTIST: { "days": days, "release_at": release(now), "seen_at": dates::rfc3339(now - SignedDuration::from_secs(48)) } })
}

fn seen_slots(now: Timestamp) -> Value {
    let one = |ahead: i64, half: &str, doctor: Value, bookable: bool, fits: bool, why: Value| {
        json!({ "department": DENTIST, "date": day(now, ahead), "half_day": half, "doctor": doctor, "title": "副主任医师", "bookable": bookable,
            "fits": fits, "rank": if fits { json!(0) } else { Value::Null }, "why_not": why, "seen_at": dates::rfc3339(now - SignedDuration::from_secs(48)) })
    };
    json!([
        one(
            3,
            "morning",
            json!("赵示例"),
            true,
            false,
            json!({ "zh": "上午的不要", "en": "mornings are not wanted" })
        ),
        one(4, "afternoon", json!("李示例"), false, false, Value::Null),
        one(3, "afternoon", json!("张示例"), true, true, Value::Null),
    ])
}

/// Five days of releases and cancellations.
pub fn appeared(now: Timestamp) -> Value {
    let mut list = Vec::new();
    for back in 1..=5 {
        let date = day(now, -back);
        let one = |clock: jiff::civil::Time, doctor: &str, by: &str| json!({ "at": dates::rfc3339(dates::at(date, clock)), "date": day(now, 7 - back), "half_day": "afternoon", "doctor": doctor, "title": "副主任医师", "by": by });
        list.push(one(jiff::civil::time(8, 30, 4, 0), "张示例", "release"));
        list.push(one(jiff::civil::time(8, 31, 20, 0), "李示例", "release"));
        list.push(one(
            jiff::civil::time(15, 10, 0, 0),
            "钱示例",
            "cancellation",
        ));
    }
    list.reverse();
    json!({ DENTIST: list })
}

fn watch(now: Timestamp) -> Value {
    json!({ "pace_s": 60, "looks": 1_204, "seen_at": dates::rfc3339(now - SignedDuration::from_secs(48)), "sprint": false,
        "release_at": release(now), "until": dates::rfc3339(dates::midnight(day(now, 14))) })
}

/// An errand that watches.
pub fn watching(now: Timestamp) -> Seed {
    Seed::new(
        VISIT.kind,
        wishes(now),
        Phase::Waiting,
        "没有合适的号，每 1 分钟看一次，明天 08:30 放号",
        "no place fits; looks every minute, the next release is tomorrow at 08:30",
    )
    .at("watching")
    .next_in_s(12)
    .fact("place", place(now))
    .fact("calendar", watched_calendar(now))
    .fact("slots", seen_slots(now))
    .fact("watch", watch(now))
    .fact("appeared", appeared(now))
    .fact(
        "missed",
        json!([{ "at": dates::rfc3339(now - SignedDuration::from_hours(3)), "text": { "zh": "12-01 下午 李示例 主任医师：已被别人约走", "en": "12-01 afternoon, taken by somebody else" } }]),
    )
}

/// An errand with a booking.
pub fn booked(now: Timestamp) -> Seed {
    Seed::new(
        VISIT.kind,
        wishes(now),
        Phase::Waiting,
        "约上了，就诊前提醒你",
        "booked; you are reminded before",
    )
    .at("booked")
    .next_in_s(86_400)
    .fact("place", place(now))
    .fact("calendar", watched_calendar(now))
    .fact("appeared", appeared(now))
    .fact("booking", booking_fact(now, "booked"))
}

/// An errand that asks before it books.
pub fn asking(now: Timestamp) -> Seed {
    let mut ask = new_ask(
        AskKind::Approve,
        ("有号，要不要：12月1日 下午 张示例", "a place, take it?"),
        ("5 分钟不回答就先不要", "no answer in 5 minutes means no"),
        Some(now + SignedDuration::from_mins(5)),
    );
    ask.tag = "take".to_owned();
    Seed::new(
        VISIT.kind,
        wishes(now),
        Phase::NeedsYou,
        "等你点头",
        "waiting for your word",
    )
    .at("asking")
    .fact("place", place(now))
    .ask(ask)
}

/// A sign-in that shows a picture.
pub fn signing_in(now: Timestamp, kind: AskKind) -> Seed {
    let ask = new_ask(
        kind,
        (
            "114 登录：输入图里的字符",
            "114 sign-in: type what the picture says",
        ),
        (
            "读对了 114 就发短信",
            "once it is right 114 sends a message",
        ),
        Some(now + SignedDuration::from_mins(9)),
    );
    Seed::new(
        "hospital.sign_in",
        json!({ "way": "sms" }),
        Phase::NeedsYou,
        "等你输入",
        "waiting for you",
    )
    .at("reading")
    .ask(ask)
}

/// What a patient has: the account and an errand of each kind.
pub async fn furnish(house: &House, user: &UserId) -> (AccountId, Vec<ErrandId>) {
    let now = house.now();
    let account = house
        .add_account(user, Service::Hospital, "家里的", AccountState::Ready)
        .await;
    let mut lineup = booked(now)
        .at("lineup")
        .fact("booking", booking_fact(now, "lineup"));
    lineup
        .facts
        .retain(|(name, fact)| name != "booking" || fact["stage"] == "lineup");
    let bare = Seed::new(
        VISIT.kind,
        wishes(now),
        Phase::Working,
        "先认科室",
        "finding the departments",
    )
    .at("preparing");
    let mut errands = Vec::new();
    for seed in [
        watching(now),
        booked(now),
        asking(now),
        lineup,
        bare,
        signing_in(now, AskKind::Captcha),
        signing_in(now, AskKind::Sms),
    ] {
        errands.push(house.add_errand(user, &account, seed).await);
    }
    (account, errands)
}
