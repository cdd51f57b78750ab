//! A railway that answers by heart, and a household that travels by it. Everybody here is invented.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

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
use daiban_providers::rail::{
    TICKET,
    stations::{Dictionary, Station},
};
use jiff::{SignedDuration, Span, civil::Date};
use serde_json::{Value, json};

use super::{House, Seed, new_ask};

pub const PAY_LINK: &str = "https://kyfw.12306.cn/otn/view/train_order.html";

/// What was asked, and what shall not be answered.
#[derive(Default)]
pub struct Script {
    asked: Mutex<Vec<Value>>,
    failing: Mutex<BTreeMap<String, ServiceError>>,
    answers: Mutex<BTreeMap<String, Value>>,
}

impl Script {
    /// From now on this look or act ends so.
    pub fn fail(&self, what: &str, error: ServiceError) {
        self.failing.lock().unwrap().insert(what.to_owned(), error);
    }

    /// From now on this look is answered so.
    pub fn answer(&self, what: &str, value: Value) {
        self.answers.lock().unwrap().insert(what.to_owned(), value);
    }

    pub fn given(&self, body: &Value) -> Option<Value> {
        let what = body["do"].as_str().unwrap_or_default();
        self.answers.lock().unwrap().get(what).cloned()
    }

    /// Everything asked with this word.
    pub fn asked(&self, what: &str) -> Vec<Value> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.retain(|body| body["do"] == what);
        asked
    }

    pub fn note(&self, body: &Value) -> Result<(), ServiceError> {
        self.asked.lock().unwrap().push(body.clone());
        let failing = self.failing.lock().unwrap();
        match failing.get(body["do"].as_str().unwrap_or_default()) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}

pub struct ScriptedRail(pub Arc<Script>);

static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Rail,
    name: Label::new("12306", "12306 rail"),
    sign_in: &[],
    settings: &[],
    secrets: &[],
    errands: &[TICKET],
    poll_floor_s: 4,
    sprint: None,
    daily_budget: 20_000,
};

#[async_trait]
impl Provider for ScriptedRail {
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

    /// Nobody of the account is called 王二.
    async fn check_people(
        &self,
        visit: &Visit<'_>,
        _: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        assert!(visit.account.is_some());
        match wishes["passengers"].to_string().contains("王二") {
            true => Err(InvalidInput::new(
                "passengers",
                "账号里没有王二",
                "nobody called 王二 in the account",
            )),
            false => Ok(()),
        }
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        self.0.note(body)?;
        Ok(self
            .0
            .given(body)
            .unwrap_or_else(|| answer(body, visit.now)))
    }

    async fn act(&self, _: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        self.0.note(body)?;
        Ok(match body["do"].as_str() {
            Some("cancel_order") => json!({ "cancelled": true }),
            _ => json!({ "withdrawn": true }),
        })
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

/// A machine that refuses one train and else sleeps.
struct Waits;

impl Machine for Waits {
    fn kind(&self) -> &'static str {
        TICKET.kind
    }

    fn version(&self) -> u32 {
        1
    }

    fn begin(&self, wishes: &Value, _: Timestamp) -> Result<Value, InvalidInput> {
        let refused = |name: &str, word: &str| wishes[name].to_string().contains(word);
        if refused("prefer", "G404") {
            return Err(InvalidInput::new(
                "prefer",
                "没有 G404 这趟车",
                "no train G404",
            ));
        }
        if refused("types", "Z") && wishes["seats"].is_null() {
            return Err(InvalidInput::new("types", "那天没有 Z 字头", "no Z train"));
        }
        Ok(json!({}))
    }

    fn advance(
        &self,
        _: u32,
        state: Value,
        pass: &Pass<'_, Value>,
    ) -> Result<Step<Value>, Unreadable> {
        let words = Text::new("从 3 趟车里盯起", "watching three trains");
        let mut step = Step::new(state, Phase::Waiting, "watching", words);
        step.next_due = Some(pass.now + SignedDuration::from_secs(15));
        Ok(step)
    }
}

fn dictionary() -> Dictionary {
    let station = |name: &str, code: &str, pinyin: &str, initials: &str, city: &str| Station {
        name: name.to_owned(),
        code: code.to_owned(),
        pinyin: Some(pinyin.to_owned()),
        initials: Some(initials.to_owned()),
        city: Some(city.to_owned()),
    };
    Dictionary::of([
        station("北京", "BJP", "beijing", "bj", "北京"),
        station("北京南", "VNP", "beijingnan", "bjn", "北京"),
        station("北京西", "BXP", "beijingxi", "bjx", "北京"),
        station("上海", "SHH", "shanghai", "sh", "上海"),
        station("上海虹桥", "AOH", "shanghaihongqiao", "shhq", "上海"),
        station("燕郊", "AJP", "yanjiao", "yj", "廊坊"),
    ])
}

fn answer(body: &Value, now: Timestamp) -> Value {
    match body["do"].as_str().unwrap() {
        "stations" => json!(dictionary().search(body["text"].as_str().unwrap(), 100)),
        "tickets" => tickets(body),
        "route" => route(body),
        "sale_times" => {
            json!([{ "station": { "name": "北京南", "code": "VNP" }, "time": "12:30" }])
        }
        "transfers" => transfers(body),
        "passengers" => passengers(),
        "unfinished" => json!({ "orders": [order(now, "unpaid")], "queued": null }),
        "orders" => json!({ "orders": [order(now, "paid")], "complete": true }),
        "standby_orders" => json!({ "orders": [standby(now)] }),
        other => panic!("nobody asks {other}"),
    }
}

fn route(body: &Value) -> Value {
    let dictionary = dictionary();
    let side = |name: &str| -> Value {
        let asked = body[name].as_array().unwrap().iter();
        asked
            .map(|asked| {
                let asked = asked.as_str().unwrap();
                let city = asked.strip_suffix('市');
                let fits = |one: &&Station| match city {
                    Some(city) => one.city.as_deref() == Some(city),
                    None => one.name == asked,
                };
                let stations = dictionary.stations().iter().filter(fits);
                let stations: Vec<Value> = stations
                    .map(|one| json!({ "name": one.name, "code": one.code }))
                    .collect();
                json!({ "asked": asked, "city": city.is_some(), "stations": stations })
            })
            .collect()
    };
    json!({ "from": side("from"), "to": side("to"), "presale_days": 15, "student_presale_days": 15, "sale_times": { "VNP": "12:30" } })
}

fn at(date: Date, clock: &str) -> String {
    format!("{date}T{clock}:00+08:00")
}

fn seat(code: &str, class: &str, left: Option<i64>, price_fen: i64) -> Value {
    json!({ "code": code, "class": class, "left": left, "or_more": left == Some(21), "price_fen": price_fen })
}

fn place(name: &str, code: &str) -> Value {
    json!({ "name": name, "code": code })
}

fn train(date: Date, name: &str, times: (&str, &str), minutes: u16, seats: Value) -> Value {
    json!({ "train": name, "train_no": format!("24000{name}"), "from": place("北京南", "VNP"), "to": place("上海虹桥", "AOH"),
        "depart": at(date, times.0), "arrive": at(date, times.1), "duration_min": minutes, "state": "bookable", "note": "预订",
        "on_sale_at": null, "standby": true, "seats": seats })
}

/// Four trains between the two, one between other stations of the cities, one that is suspended.
pub fn tickets(body: &Value) -> Value {
    let date: Date = body["date"].as_str().unwrap().parse().unwrap();
    let both = (body["from"].as_str().unwrap(), body["to"].as_str().unwrap());
    if !both.0.starts_with("北京") || !both.1.starts_with("上海") {
        return json!([]);
    }
    let seats = |second: Option<i64>, first: Option<i64>, business: Option<i64>| {
        json!([
            seat("O", "二等座", second, 66_200),
            seat("M", "一等座", first, 106_000),
            seat("9", "商务座", business, 231_800)
        ])
    };
    let next = date.tomorrow().unwrap();
    let mut night = train(
        date,
        "D701",
        ("21:21", "09:08"),
        707,
        json!([
            seat("J", "二等卧", Some(3), 64_000),
            seat("O", "二等座", Some(0), 40_900),
            seat("W", "无座", Some(12), 40_900)
        ]),
    );
    night["from"] = place("北京", "BJP");
    night["to"] = place("上海", "SHH");
    night["arrive"] = json!(at(next, "09:08"));
    let mut suspended = train(date, "G901", ("00:00", "00:00"), 0, json!([]));
    suspended["state"] = json!("suspended");
    suspended["note"] = json!("列车停运");
    for unknown in ["depart", "arrive", "duration_min"] {
        suspended[unknown] = Value::Null;
    }
    let mut later = train(
        date,
        "G27",
        ("19:00", "23:18"),
        258,
        json!([seat("O", "二等座", None, 66_200)]),
    );
    later["state"] = json!("not_on_sale");
    later["note"] = json!("14点30分起售");
    let mut gone = train(
        date,
        "G3",
        ("14:00", "18:28"),
        268,
        seats(Some(0), Some(0), Some(0)),
    );
    gone["state"] = json!("sold_out");
    json!([
        night,
        train(
            date,
            "G105",
            ("07:20", "13:24"),
            364,
            seats(Some(21), Some(3), Some(0))
        ),
        train(
            date,
            "G7",
            ("10:00", "14:35"),
            275,
            seats(Some(0), Some(1), Some(4))
        ),
        gone,
        later,
        suspended,
    ])
}

fn transfers(body: &Value) -> Value {
    let date: Date = body["date"].as_str().unwrap().parse().unwrap();
    let leg = |train: &str,
               from: (&str, &str),
               to: (&str, &str),
               times: (&str, &str),
               left: i64| {
        json!({ "train": train, "train_no": train, "from": place(from.0, from.1), "to": place(to.0, to.1), "depart": at(date, times.0),
            "arrive": at(date, times.1), "duration_min": 90, "seats": [seat("O", "二等座", Some(left), 18_450)] })
    };
    json!([{ "legs": [
        leg("G331", ("北京南", "VNP"), ("济南西", "JGK"), ("07:00", "08:30"), 21),
        leg("G1231", ("济南西", "JGK"), ("上海虹桥", "AOH"), ("09:10", "12:40"), 0),
    ], "wait_min": 40, "duration_min": 340, "same_station": true }])
}

fn passengers() -> Value {
    let one = |name: &str, kind: &str, number: u8| json!({ "uuid": format!("u{number}"), "name": name, "kind": kind, "id_kind": "1", "id_mask": format!("1101***********2{number}X") });
    json!({ "signed_in": true, "passengers": [one("陈默", "1", 1), one("林岚", "1", 2), one("林小满", "2", 3)], "complete": true })
}

/// An order for two on G105 in ten days.
pub fn order(now: Timestamp, state: &str) -> Value {
    let date = dates::today(now).checked_add(Span::new().days(10)).unwrap();
    let ticket = |who: &str, kind: &str, seat_no: &str, price_fen: i64| {
        json!({ "passenger": who, "ticket": kind, "train": "G105", "date": date, "from": place("北京南", "VNP"), "to": place("上海虹桥", "AOH"),
            "depart": at(date, "07:20"), "seat": "O", "class": "二等座", "coach": "05", "seat_no": seat_no, "price_fen": price_fen, "status": "待支付" })
    };
    json!({ "order_no": "E123456789", "made_at": dates::rfc3339(now), "state": state,
        "pay_before": dates::rfc3339(now + SignedDuration::from_secs(26 * 60 + 18)), "total_fen": 99_300,
        "tickets": [ticket("陈默", "adult", "12A", 66_200), ticket("林小满", "child", "12B", 33_100)] })
}

pub fn standby(now: Timestamp) -> Value {
    json!({ "reserve_no": "R987654321", "state": "waiting", "text": "待兑现", "pay_before": null,
        "until": dates::rfc3339(now + SignedDuration::from_hours(220)), "deposit_fen": 66_200,
        "choices": ["G105 二等座", "G7 二等座"], "order_no": null })
}

/// Wishes of the sample errand.
pub fn wishes(now: Timestamp) -> Value {
    let date = dates::today(now).checked_add(Span::new().days(10)).unwrap();
    json!({ "from": ["北京南"], "to": ["上海虹桥"], "dates": [date], "passengers": ["陈默", "林小满:child"],
        "prefer": ["G105/二等座", "G7/二等座", "G3/二等座", "G7/一等座"], "then": "order", "pace_s": 15 })
}

fn route_fact(now: Timestamp) -> Value {
    let wishes = wishes(now);
    json!({ "from": wishes["from"], "to": wishes["to"], "dates": wishes["dates"], "passengers": ["陈默", "林小满"] })
}

/// Four preferences in different states.
pub fn candidates(now: Timestamp) -> Value {
    let date = dates::today(now).checked_add(Span::new().days(10)).unwrap();
    let soon = dates::rfc3339(now + SignedDuration::from_mins(2));
    let one = |rank: u8,
               train: &str,
               times: (&str, &str),
               class: &str,
               price_fen: Value,
               state: &str| {
        json!({ "rank": rank, "date": date, "train": train, "from": "北京南", "to": "上海虹桥", "depart": at(date, times.0),
            "arrive": at(date, times.1), "class": class, "left": null, "or_more": false, "price_fen": price_fen, "state": state, "until": null })
    };
    let mut list = [
        one(
            0,
            "G105",
            ("07:20", "13:24"),
            "二等座",
            json!(66_200),
            "none",
        ),
        one(
            1,
            "G7",
            ("10:00", "14:35"),
            "二等座",
            json!(67_300),
            "set_aside",
        ),
        one(2, "G3", ("14:00", "18:28"), "二等座", json!(67_300), "free"),
        one(3, "G7", ("10:00", "14:35"), "一等座", Value::Null, "unseen"),
    ];
    list[1]["until"] = json!(soon);
    list[2]["left"] = json!(3);
    json!(list)
}

/// A day of looks with tickets, a gap, hours of closing and a ticket not got.
pub fn availability(now: Timestamp) -> Value {
    let ago = |minutes: i64| dates::rfc3339(now - SignedDuration::from_mins(minutes));
    let point = |minutes: i64, left: Value, or_more: bool| json!({ "at": ago(minutes), "left": left, "or_more": or_more });
    json!({
        "points": [
            point(1300, json!(0), false), point(1200, json!(1), false), point(1198, json!(0), false), point(1100, json!(2), false),
            point(1097, json!(0), false), point(700, json!(21), true), point(640, json!(6), false), point(600, json!(0), false),
            point(420, Value::Null, false), point(360, json!(0), false), point(240, json!(1), false), point(238, json!(0), false),
            point(38, json!(3), false), point(37, json!(0), false),
        ],
        "shut": [{ "from": ago(1000), "to": ago(760) }],
        "missed": [{ "at": ago(38), "text": { "zh": "G105 二等座 3 张，登录失效没下成", "en": "G105 2nd class, 3 left, not signed in" } }],
    })
}

/// How the watch goes.
pub fn watch(now: Timestamp) -> Value {
    json!({ "pace_s": 15, "lookouts": 1, "looks": 6204, "seen_at": dates::rfc3339(now - SignedDuration::from_secs(11)),
        "until": dates::rfc3339(now + SignedDuration::from_hours(231)), "on_sale_at": null })
}

/// An errand that watches.
pub fn watching(now: Timestamp) -> Seed {
    Seed::new(
        TICKET.kind,
        wishes(now),
        Phase::Waiting,
        "三个车次都没票，15 秒后再看",
        "no tickets on the three trains; looks again in 15 seconds",
    )
    .at("watching")
    .next_in_s(4)
    .fact("route", route_fact(now))
    .fact("candidates", candidates(now))
    .fact("availability", availability(now))
    .fact("watch", watch(now))
}

/// The fact `order` in a state.
pub fn order_fact(now: Timestamp, state: &str) -> Value {
    let mut fact = order(now, "unpaid");
    fact["state"] = json!(state);
    fact["pay_link"] = json!(PAY_LINK);
    fact
}

/// An errand whose order waits for its payment.
pub fn paying(now: Timestamp) -> Seed {
    let deadline = now + SignedDuration::from_secs(26 * 60 + 18);
    let mut ask = new_ask(
        AskKind::Approve,
        ("付款：G105 二等座 2 张", "Pay: G105, 2nd class, two"),
        ("付款后，票才是你的", "The tickets are yours once paid"),
        Some(deadline),
    );
    ask.tag = "pay".to_owned();
    Seed::new(
        TICKET.kind,
        wishes(now),
        Phase::NeedsYou,
        "座位占好了，等你付款",
        "the seats are held; waiting for your payment",
    )
    .at("pay")
    .fact("route", route_fact(now))
    .fact("candidates", candidates(now))
    .fact("order", order_fact(now, "unpaid"))
    .ask(ask)
}

/// An errand in the standby line.
pub fn standing_by(now: Timestamp) -> Seed {
    let mut fact = standby(now);
    fact["chances"] =
        json!([{ "train": "G105", "seat": "二等座", "text": "候补人数较少", "level": 1 }]);
    Seed::new(
        TICKET.kind,
        wishes(now),
        Phase::Waiting,
        "候补在排队",
        "standing by",
    )
    .at("standby")
    .next_in_s(600)
    .fact("standby", fact)
}

/// What a traveller has: the account and an errand of each kind.
pub async fn furnish(house: &House, user: &UserId) -> (AccountId, Vec<ErrandId>) {
    let now = house.now();
    let account = house
        .add_account(user, Service::Rail, "家里的", AccountState::Ready)
        .await;
    let over = Seed::new(
        TICKET.kind,
        wishes(now),
        Phase::Done,
        "付好了，票在 12306",
        "paid; the ticket is at 12306",
    )
    .at("done")
    .outcome(json!({ "result": "paid", "order_no": "E123456789" }))
    .fact("order", order_fact(now, "paid"))
    .fact("availability", availability(now))
    .fact("candidates", candidates(now));
    let bare = Seed::new(
        TICKET.kind,
        wishes(now),
        Phase::Working,
        "先认站名和预售期",
        "finding stations and the presale window",
    )
    .at("preparing");
    let mut errands = Vec::new();
    for seed in [paying(now), watching(now), standing_by(now), over, bare] {
        errands.push(house.add_errand(user, &account, seed).await);
    }
    (account, errands)
}
