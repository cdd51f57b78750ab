//! A cloud of cars that answers by heart, and a household with a car. Everybody here is invented, and places are public
//! landmarks of Beijing.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    ask::{Answer, AskKind, NewAsk},
    call::NewCall,
    dates,
    descriptor::Descriptor,
    errand::{Incoming, Machine, Pass, Phase, Step, Unreadable},
    error::ServiceError,
    id::{AccountId, ErrandId, UserId},
    invalid::InvalidInput,
    provider::{Provider, Reconciled, Visit},
    record::Record,
    service::Service,
};
use daiban_providers::vehicle::{
    Vehicles,
    command::{Class, Command, CommandState, Find, Order},
    reading::Reading,
};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::{House, Seed, new_ask, rail::Script};

/// Its whole number, which nothing may show.
pub const VIN: &str = "LTESTVHC7E0000001";
/// The number of its SIM card, which nothing may show either.
pub const ICCID: &str = "89860000000000000000";
/// The account of the hybrid.
pub const HYBRID: &str = "混动";
pub const WATCH: &str = "vehicle.watch";
pub const COMMAND: &str = "vehicle.command";
/// Where it stands, to four decimals.
pub const LAT: &str = "39.9087";
pub const LON: &str = "116.3975";

struct ScriptedCars(Arc<Script>);

/// These providers with cars that answer by heart for theirs.
pub fn among(mut providers: Vec<Box<dyn Provider>>, script: Arc<Script>) -> Vec<Box<dyn Provider>> {
    providers.retain(|provider| provider.descriptor().service != Service::Vehicle);
    providers.push(Box::new(ScriptedCars(script)));
    providers
}

#[async_trait]
impl Provider for ScriptedCars {
    fn descriptor(&self) -> &'static Descriptor {
        Vehicles::default().descriptor()
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(Waits), Box::new(Carries)]
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
        let is_hybrid = visit.account.is_some_and(|account| account.name == HYBRID);
        let own = is_hybrid.then(|| hybrids_answer(body, visit.now)).flatten();
        Ok(given.or(own).unwrap_or_else(|| answer(body, visit.now)))
    }

    async fn act(&self, _: &Visit<'_>, _: &Value) -> Result<Value, ServiceError> {
        panic!("the machine here sends nothing")
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

/// What the other account's car answers differently.
fn hybrids_answer(body: &Value, now: Timestamp) -> Option<Value> {
    match body["do"].as_str()? {
        "cars" => Some(json!({ "cars": [car("0002", None, "领克05", true)] })),
        "status" => Some(json!(charging(now))),
        _ => None,
    }
}

fn answer(body: &Value, now: Timestamp) -> Value {
    match body["do"].as_str().unwrap() {
        "cars" => cars(),
        "status" => json!(parked(now)),
        "data" => data(now),
        "capabilities" => {
            json!({ "functions": { "remote_lock": true, "remote_trunk": true, "remote_window": false },
                "commands": ["lock", "unlock", "start", "stop", "find", "open_trunk"], "seen_at": dates::rfc3339(now) })
        }
        other => panic!("nobody asks {other}"),
    }
}

/// The list of an account with one car.
pub fn cars() -> Value {
    json!({ "signed_in": true, "cars": [car("0001", Some("冀R0D001"), "领克01", true)] })
}

/// With two.
pub fn two_cars() -> Value {
    json!({ "signed_in": true, "cars": [car("0001", Some("冀R0D001"), "领克01", true), car("0002", None, "领克05", false)] })
}

fn car(car: &str, plate: Option<&str>, series: &str, default: bool) -> Value {
    json!({ "car": car, "vin": format!("*************{car}"), "plate": plate, "series": series, "default": default })
}

/// A car that stands in the middle of Beijing, locked, one window open, one tyre low.
pub fn parked(now: Timestamp) -> Reading {
    let shut = json!({ "open": false, "locked": true });
    let value = json!({
        "vin": "*************0001", "updated_at": dates::rfc3339(now - SignedDuration::from_mins(8)), "seen_at": dates::rfc3339(now), "platform": "csp",
        "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": false, "altitude_m": null, "at": null },
        "locked": true, "engine": "off", "gear": null, "speed_kmh": 0.0,
        "fuel_l": 49.0, "range_km": 550.0, "odometer_km": 33_253.0, "consumption_l_100km": 9.0, "last_consumption_l_100km": 16.5,
        "battery_12v_v": 12.0, "plugged": false,
        "doors": { "driver": shut, "passenger": shut, "driver_rear": shut, "passenger_rear": shut },
        "windows": { "driver": "closed", "passenger": "closed", "driver_rear": "closed", "passenger_rear": "open" },
        "sunroof": "closed", "curtain": "closed", "trunk": shut, "bonnet_open": false,
        "tyres_kpa": { "driver": 247.1, "passenger": 245.8, "driver_rear": 250.0, "passenger_rear": 189.5 },
        "tyre_warnings": { "driver": false, "passenger": false, "driver_rear": false, "passenger_rear": true },
        "exterior_c": 6.0, "days_to_service": 278, "km_to_service": 6_274.0, "hand_brake": true,
        "warnings": [{ "code": "washer_fluid", "text": { "zh": "玻璃水少了", "en": "washer fluid is low" } }],
        "raw": { "additionalVehicleStatus.x": 1 }, "odd": ["additionalVehicleStatus.y"],
    });
    serde_json::from_value(value).unwrap()
}

/// A hybrid that charges, with what it does not tell left out.
pub fn charging(now: Timestamp) -> Reading {
    let shut = json!({ "open": false, "locked": true });
    let value = json!({
        "vin": "*************0002", "updated_at": dates::rfc3339(now - SignedDuration::from_mins(2)), "platform": "tsp",
        "locked": false, "engine": "off", "fuel_l": 31.0, "range_km": 720.0, "electric_range_km": 41.0, "soc_pct": 63.0, "time_to_full_min": 95,
        "charging": true, "plugged": true, "charge_kw": 6.6, "odometer_km": 8_120.0, "battery_12v_v": 14.1,
        "doors": { "driver": { "open": true, "locked": false }, "passenger": shut, "driver_rear": { "open": null, "locked": null }, "passenger_rear": shut },
        "windows": { "driver": "closed", "passenger": "closed", "driver_rear": "unknown", "passenger_rear": "closed" },
        "trunk": { "open": true, "locked": false }, "bonnet_open": null,
        "tyres_kpa": { "driver": 241.6, "passenger": 241.6, "driver_rear": null, "passenger_rear": 240.3 },
        "interior_c": 14.0, "exterior_c": 5.0, "pm25_in": 11.0,
    });
    serde_json::from_value(value).unwrap()
}

pub fn data(now: Timestamp) -> Value {
    let at = |days: i64| dates::rfc3339(now + SignedDuration::from_hours(24 * days));
    json!({ "iccid": "****************0000", "total_mib": 3072.0, "used_mib": 69.7, "left_mib": 3002.3, "until": at(1058), "days_left": 1058,
        "basic": { "from": at(-700), "until": at(1058), "days_left": 1058 },
        "packages": [{ "product": "800720", "total_mib": 3072.0, "used_mib": 69.7, "left_mib": 3002.3, "voice_total_min": null, "from": at(-30), "until": at(335) }],
        "as_of": dates::rfc3339(now - SignedDuration::from_mins(90)) })
}

/// A watch that sleeps, and refuses areas it cannot read.
struct Waits;

impl Machine for Waits {
    fn kind(&self) -> &'static str {
        WATCH
    }

    fn version(&self) -> u32 {
        1
    }

    fn begin(&self, wishes: &Value, _: Timestamp) -> Result<Value, InvalidInput> {
        let areas = wishes["areas"].as_str().unwrap_or_default();
        match areas.is_empty() || areas.contains(':') {
            true => Ok(json!({})),
            false => Err(InvalidInput::new(
                "areas",
                "看不懂这处地方",
                "this area makes no sense",
            )),
        }
    }

    fn advance(
        &self,
        _: u32,
        state: Value,
        pass: &Pass<'_, Value>,
    ) -> Result<Step<Value>, Unreadable> {
        let words = Text::new("停着，30 分钟后再看", "parked; the next look in 30 minutes");
        let mut step = Step::new(state, Phase::Waiting, "watching", words);
        step.next_due = Some(pass.now + SignedDuration::from_mins(30));
        Ok(step)
    }
}

/// Carries a command as far as these pages need it: what is sensitive or noisy is asked first; then it is on its way until
/// somebody wakes it, and confirmed.
struct Carries;

impl Carries {
    fn order(wishes: &Value, pass: &Pass<'_, Value>, state: CommandState) -> Order {
        let mut args = Map::new();
        for name in ["minutes", "what"] {
            let given = Some(&wishes[name]).filter(|value| !value.is_null());
            args.extend(given.map(|value| (name.to_owned(), value.clone())));
        }
        let word = wishes["command"].as_str().unwrap();
        let command = Command::read(word, &Value::Object(args)).unwrap();
        let sent = matches!(state, CommandState::Confirming | CommandState::Confirmed);
        Order {
            car: wishes["car"].as_str().map(str::to_owned),
            by: wishes["by"].as_str().unwrap().to_owned(),
            asked_at: pass.now,
            sent_at: sent.then_some(pass.now),
            settled_at: matches!(state, CommandState::Confirmed | CommandState::Rejected)
                .then_some(pass.now),
            ..order(pass.errand.as_str(), command, state, pass.now)
        }
    }

    fn step(pass: &Pass<'_, Value>, state: CommandState) -> Step<Value> {
        let mut order = Self::order(pass.wishes, pass, state);
        let (phase, words) = match state {
            CommandState::NeedsYou => (
                Phase::NeedsYou,
                Text::new("等你点头", "waits for your word"),
            ),
            CommandState::Confirmed => (Phase::Done, Text::new("车确认了", "confirmed")),
            CommandState::Rejected => (Phase::Failed, Text::new("你说不", "you said no")),
            _ => (Phase::Waiting, Text::new("等车回话", "waits for the car")),
        };
        order.text = words.clone();
        if state == CommandState::Rejected {
            order.code = Some("denied".to_owned());
        }
        let mut step = Step::new(json!({ "state": state }), phase, "command", words);
        step.outcome = phase.is_over().then(|| json!(order));
        step.facts.push(("command".to_owned(), json!(order)));
        step.records.push(record(&order));
        step
    }
}

impl Machine for Carries {
    fn kind(&self) -> &'static str {
        COMMAND
    }

    fn version(&self) -> u32 {
        1
    }

    fn begin(&self, _: &Value, _: Timestamp) -> Result<Value, InvalidInput> {
        Ok(json!({}))
    }

    fn advance(
        &self,
        _: u32,
        state: Value,
        pass: &Pass<'_, Value>,
    ) -> Result<Step<Value>, Unreadable> {
        let first = Self::order(pass.wishes, pass, CommandState::Preparing);
        let came_in = pass.incoming.first();
        Ok(match (state["state"].as_str(), came_in) {
            (None, _) if first.command.class() != Class::Safe => {
                let mut step = Self::step(pass, CommandState::NeedsYou);
                step.asks.push(approval(first.command, pass.now));
                step
            }
            (
                Some("needs_you"),
                Some(Incoming::Answered {
                    answer: Answer::Approved,
                    ..
                }),
            )
            | (None, _) => Self::step(pass, CommandState::Confirming),
            (Some("needs_you"), _) => Self::step(pass, CommandState::Rejected),
            (_, Some(Incoming::Woken)) => Self::step(pass, CommandState::Confirmed),
            _ => Self::step(pass, CommandState::Confirming),
        })
    }
}

/// What a person is asked before such a command.
pub fn approval(command: Command, now: Timestamp) -> NewAsk {
    let name = command.name();
    let zh = format!(
        "车大约在 {LAT}, {LON}。8 分钟前报的。车停着，熄火。{}。5 分钟内没有同意就不发。",
        name.zh
    );
    let en = format!(
        "the car is approximately at {LAT}, {LON}. told 8 min ago. it stands, engine off. {}. without a yes in 5 minutes nothing is sent.",
        name.en
    );
    let mut ask = new_ask(
        AskKind::Approve,
        (
            &format!("确认：{}（尾号 0001 的车）", name.zh),
            &format!("please confirm: {} (the car …0001)", name.en),
        ),
        (&zh, &en),
        Some(now + SignedDuration::from_mins(5)),
    );
    ask.tag = "command/approve".to_owned();
    ask
}

/// A command as it stands.
pub fn order(id: &str, command: Command, state: CommandState, at: Timestamp) -> Order {
    Order {
        id: id.to_owned(),
        command,
        car: Some("0001".to_owned()),
        state,
        code: None,
        text: Text::new("照实说的话", "what is true"),
        by: "web".to_owned(),
        asked_at: at,
        approved_at: None,
        sent_at: None,
        settled_at: None,
        confirmed_by: None,
        stops_at: None,
        session: None,
    }
}

/// The row of a command.
pub fn record(order: &Order) -> Record {
    Record {
        kind: "command".to_owned(),
        id: order.id.clone(),
        at: order.asked_at,
        value: json!(order),
        keep_days: 400,
    }
}

/// Two weeks of readings with a weekend of silence and one visit to the pump.
pub fn readings(now: Timestamp) -> Vec<Record> {
    let mut records = Vec::new();
    let (mut fuel, mut odometer) = (52.0_f64, 32_641.0_f64);
    for day in (0..14_i64).rev() {
        if (6..=8).contains(&day) {
            continue;
        }
        for (hour, km) in [(0_i64, 24.0), (10, 26.0)] {
            let morning = dates::midnight(dates::today(now))
                - SignedDuration::from_hours(24 * day - 8 - hour);
            if morning > now {
                continue;
            }
            odometer += km;
            fuel -= km * 0.081;
            if day == 2 && hour == 0 {
                fuel += 27.0;
            }
            records.push(reading(morning, fuel, odometer));
        }
    }
    records
}

fn reading(at: Timestamp, fuel: f64, odometer: f64) -> Record {
    Record {
        kind: "reading".to_owned(),
        id: format!("0001/{}", at.as_millisecond()),
        at,
        value: json!({ "car": "0001", "fuel_l": fuel, "range_km": fuel * 11.0, "odometer_km": odometer,
            "battery_12v_v": 12.0 + (odometer % 10.0) / 20.0, "soc_pct": null, "consumption_l_100km": 8.6 + (odometer % 7.0) / 10.0,
            "engine": "off", "locked": true }),
        keep_days: 400,
    }
}

/// A watch with all its facts.
pub fn watching(now: Timestamp) -> Seed {
    let at = |minutes: i64| dates::rfc3339(now - SignedDuration::from_mins(minutes));
    let condition = |key: &str, zh: &str, en: &str| json!({ "key": key, "since": at(8), "text": { "zh": zh, "en": en } });
    let mut seed = Seed::new(
        WATCH,
        json!({ "car": null, "parked_min": 30, "running_min": 5, "when_unlocked": "ask", "areas": format!("家:{LAT},{LON},300"), "position_days": 0 }),
        Phase::Waiting,
        "停着，右后窗开着",
        "parked, the rear right window is open",
    )
    .at("watching")
    .next_in_s(22 * 60)
    .fact("reading", json!(parked(now)))
    .fact("data", data(now))
    .fact("pace", json!({ "next_at": dates::rfc3339(now + SignedDuration::from_mins(22)), "every_s": 1800, "why": { "zh": "停着时每 30 分钟看一次", "en": "every 30 minutes while parked" } }))
    .fact("areas", json!({ "家": true }))
    .fact("conditions", json!([
        condition("window", "右后窗开着", "the rear right window is open"),
        condition("tyre", "右后胎 190 kPa，偏低", "rear right tyre low, 190 kPa"),
    ]));
    seed.records = readings(now);
    seed
}

/// Commands of the last days.
pub fn commands(now: Timestamp) -> Vec<Record> {
    let at = |minutes: i64| now - SignedDuration::from_mins(minutes);
    let done = |id: &str, command, minutes: i64| Order {
        sent_at: Some(at(minutes)),
        settled_at: Some(at(minutes - 1)),
        confirmed_by: Some(at(minutes - 1)),
        text: Text::new("四门都锁上了", "all four doors are locked"),
        ..order(id, command, CommandState::Confirmed, at(minutes))
    };
    let orders = [
        done("o1", Command::Lock, 9),
        Order {
            code: Some("timeout".to_owned()),
            sent_at: Some(at(300)),
            settled_at: Some(at(297)),
            approved_at: Some(at(300)),
            text: Text::new(
                "三分钟里车没有报新的状态",
                "the car reported nothing new in three minutes",
            ),
            by: "cli".to_owned(),
            ..order(
                "o2",
                Command::Unlock { minutes: 1 },
                CommandState::Unconfirmed,
                at(301),
            )
        },
        Order {
            code: Some("moving".to_owned()),
            settled_at: Some(at(1500)),
            text: Text::new("车在动，没有发", "it moves; nothing was sent"),
            by: "api".to_owned(),
            ..order(
                "o3",
                Command::Start { minutes: 10 },
                CommandState::Rejected,
                at(1500),
            )
        },
    ];
    orders.iter().map(record).collect()
}

/// What a household with a car has: the account, and errands of each kind.
pub async fn furnish(house: &House, user: &UserId) -> (AccountId, Vec<ErrandId>) {
    let now = house.now();
    let account = house
        .add_account(user, Service::Vehicle, "我的领克", AccountState::Ready)
        .await;
    let mut watch = watching(now);
    watch.records.extend(commands(now));
    let asking = Seed::new(
        COMMAND,
        json!({ "command": "unlock", "minutes": 1, "what": null, "car": "0001", "by": "web" }),
        Phase::NeedsYou,
        "等你点头",
        "waits for your word",
    )
    .ask(approval(Command::Unlock { minutes: 1 }, now));
    let mut errands = vec![house.add_errand(user, &account, watch).await];
    let asked = house.add_errand(user, &account, asking).await;
    let waiting = order(
        asked.as_str(),
        Command::Unlock { minutes: 1 },
        CommandState::NeedsYou,
        now,
    );
    let ended = Seed::new(
        COMMAND,
        json!({ "command": "find", "minutes": null, "what": "lights", "car": "0001", "by": "cli" }),
        Phase::Done,
        "收下了",
        "accepted",
    )
    .outcome(json!(order(
        "o4",
        Command::Find { what: Find::Lights },
        CommandState::Accepted,
        now
    )));
    let mut ended = ended;
    ended.records = vec![record(&waiting)];
    errands.push(asked);
    errands.push(house.add_errand(user, &account, ended).await);
    (account, errands)
}

/// Another account with a hybrid that charges, and much that is not told.
pub async fn hybrid(house: &House, user: &UserId) -> AccountId {
    let now = house.now();
    let account = house
        .add_account(user, Service::Vehicle, HYBRID, AccountState::Ready)
        .await;
    let mut watch = watching(now);
    watch.facts.retain(|(name, _)| name == "pace");
    watch.records = Vec::new();
    let watch = watch.fact("reading", json!(charging(now)));
    house.add_errand(user, &account, watch).await;
    account
}

/// One that nobody has looked at, and whose sign-in is lost.
pub async fn unseen(house: &House, user: &UserId) -> AccountId {
    house
        .add_account(user, Service::Vehicle, "没登录的", AccountState::SignInLost)
        .await
}
