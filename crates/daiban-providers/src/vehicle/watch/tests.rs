#![allow(clippy::unwrap_used)]

use daiban_core::ask::NewAsk;
use daiban_core::call::Outcome;
use daiban_core::id::{AccountId, ErrandId};
use daiban_core::notice::ProblemChange;

use super::*;
use crate::vehicle::reading::{Corners, Datum, Door, Engine, Opening, Position, Reading};

/// A watch in front of a car, pass by pass.
struct Scene {
    wishes: Wishes,
    state: State,
    now: Timestamp,
    told: Vec<String>,
    problems: Vec<String>,
    asks: Vec<NewAsk>,
    step: Option<Step<State>>,
}

const NOON: i64 = 1_795_579_200; // 2026-11-25T12:00:00+08:00

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(NOON + second).unwrap()
}

fn corners<T: Copy>(one: T) -> Corners<T> {
    Corners {
        driver: one,
        passenger: one,
        driver_rear: one,
        passenger_rear: one,
    }
}

fn parked(second: i64) -> Reading {
    let door = Door {
        open: Some(false),
        locked: Some(true),
    };
    Reading {
        vin: "*************0001".into(),
        plate: Some("冀R0D001".into()),
        updated_at: Some(at(second)),
        locked: Some(true),
        engine: Engine::Off,
        speed_kmh: Some(0.0),
        odometer_km: Some(33_253.0),
        battery_12v_v: Some(12.4),
        doors: corners(door),
        windows: corners(Opening::Closed),
        ..Reading::default()
    }
}

fn unlocked(second: i64) -> Reading {
    let mut reading = parked(second);
    reading.doors.driver.locked = Some(false);
    reading.locked = Some(false);
    reading
}

fn driving(second: i64) -> Reading {
    Reading {
        engine: Engine::Running,
        speed_kmh: Some(46.5),
        locked: Some(false),
        ..parked(second)
    }
}

impl Scene {
    fn new(wishes: Value) -> Self {
        let wishes: Wishes = serde_json::from_value(wishes).unwrap();
        let state = Errand::begin(&Watch, &wishes, at(0)).unwrap();
        Self {
            wishes,
            state,
            now: at(0),
            told: Vec::new(),
            problems: Vec::new(),
            asks: Vec::new(),
            step: None,
        }
    }

    fn pass(&mut self, incoming: &[Incoming]) -> Vec<String> {
        let (errand, account) = (ErrandId::from("e"), AccountId::from("a"));
        let pass = Pass {
            errand: &errand,
            account: &account,
            now: self.now,
            due: self.now,
            chance: 0,
            wishes: &self.wishes,
            incoming,
            seen: &BTreeMap::new(),
        };
        // As the engine keeps it: through JSON.
        let state = serde_json::from_value(json!(self.state)).unwrap();
        let step = Errand::advance(&Watch, state, &pass);
        self.state = step.state.clone();
        self.told
            .extend(step.notices.iter().map(|it| it.title.zh.clone()));
        for change in &step.problems {
            match change {
                ProblemChange::Raise { key, .. } => self.problems.push(key.clone()),
                ProblemChange::Clear { key } => self.problems.retain(|it| it != key),
            }
        }
        if step.withdraw_asks {
            self.asks.clear();
        }
        self.asks.extend(step.asks.iter().cloned());
        let calls = step.calls.iter().map(|call| call.tag.clone()).collect();
        self.step = Some(step);
        calls
    }

    fn called(&mut self, tag: &str, outcome: Outcome) -> Vec<String> {
        let (tag, body) = (tag.to_owned(), json!({}));
        let at = self.now;
        self.pass(&[Incoming::Called {
            tag,
            body,
            at,
            outcome,
        }])
    }

    /// The next look happens now and shows that.
    fn look(&mut self, second: i64, reading: Reading) {
        self.now = at(second);
        let calls = self.pass(&[]);
        assert!(calls.contains(&STATUS.to_owned()), "no look at {second}");
        self.called(STATUS, Outcome::Done(json!(reading)));
    }

    /// Seconds from now to the next look.
    fn rests_s(&self) -> Option<i64> {
        let next = self.state.look_at?;
        Some(next.as_second() - self.now.as_second())
    }

    fn fact(&self, name: &str) -> Value {
        let facts = &self.step.as_ref().unwrap().facts;
        let found = facts.iter().find(|(known, _)| known == name);
        found.map_or(Value::Null, |(_, value)| value.clone())
    }
}

fn no_data() -> Value {
    json!({ "data_mb": 0 })
}

#[test]
fn a_parked_car_is_looked_at_ever_more_rarely_until_it_reports() {
    let mut scene = Scene::new(no_data());
    let mut now = 0;
    let mut rests = Vec::new();
    for _ in 0..4 {
        scene.look(now, parked(0));
        rests.push(scene.rests_s().unwrap() / 60);
        now += scene.rests_s().unwrap();
    }
    assert_eq!(rests, [30, 60, 120, 120]);
    scene.look(now, driving(now));
    assert_eq!(scene.rests_s(), Some(300));
    assert_eq!(scene.told, Vec::<String>::new());
}

#[test]
fn looks_read_what_the_cloud_has() {
    let mut scene = Scene::new(json!({ "data_mb": 0, "car": "0001" }));
    scene.pass(&[]);
    let call = &scene.step.as_ref().unwrap().calls[0];
    assert_eq!(
        call.body,
        json!({ "do": "status", "car": "0001", "fresh": false, "poll": true })
    );
}

#[test]
fn manual_looks_only_when_told() {
    let mut scene = Scene::new(json!({ "parked_min": 0, "data_mb": 0 }));
    scene.look(0, driving(0));
    assert_eq!(scene.rests_s(), None);
    scene.now = at(9000);
    assert_eq!(scene.pass(&[]), Vec::<String>::new());
    assert_eq!(scene.pass(&[Incoming::Woken]), [STATUS]);
}

#[test]
fn an_unlocked_car_is_asked_about_once_and_told_once_when_it_is_locked() {
    let mut scene = Scene::new(no_data());
    scene.look(0, unlocked(0));
    assert_eq!(
        scene.rests_s(),
        Some(600),
        "looks again when it would be told"
    );
    assert_eq!(scene.asks.len(), 0);
    scene.look(600, unlocked(0));
    assert_eq!(scene.asks.len(), 1);
    assert_eq!(scene.asks[0].title.zh, "冀R0D001 停着没锁，要锁上吗？");
    assert_eq!(scene.problems, ["unlocked"]);
    assert_eq!(scene.step.as_ref().unwrap().phase, Phase::NeedsYou);
    let next = scene.rests_s().unwrap();
    scene.look(600 + next, unlocked(700));
    assert_eq!(scene.asks.len(), 1);
    let next = 600 + next + scene.rests_s().unwrap();
    scene.look(next, parked(next - 60));
    assert_eq!(scene.asks.len(), 0, "the ask is taken back");
    assert_eq!(scene.told, ["冀R0D001：四门都锁上了"]);
    assert_eq!(scene.problems, Vec::<String>::new());
}

#[test]
fn somebody_unloading_is_not_bothered() {
    let mut scene = Scene::new(no_data());
    scene.look(0, unlocked(0));
    scene.look(600, parked(300));
    assert_eq!((scene.asks.len(), scene.told.len()), (0, 0));
}

#[test]
fn who_only_wants_to_be_told_is_told() {
    let mut scene = Scene::new(json!({ "data_mb": 0, "when_unlocked": "notify" }));
    scene.look(1000, unlocked(0));
    assert_eq!(scene.told, ["冀R0D001 停着没锁"]);
    assert_eq!(scene.asks.len(), 0);
}

#[test]
fn a_no_leaves_the_car_as_it_is() {
    let mut scene = Scene::new(no_data());
    scene.look(1000, unlocked(0));
    scene.asks.clear();
    let (tag, answer) = (LOCK.to_owned(), Answer::Denied);
    scene.pass(&[Incoming::Answered { tag, answer }]);
    assert!(scene.state.carry.is_none());
    let next = 1000 + scene.rests_s().unwrap();
    scene.look(next, unlocked(0));
    assert_eq!(scene.asks.len(), 0, "asked once");
}

#[test]
fn a_yes_begins_one_lock_command() {
    let mut scene = Scene::new(no_data());
    scene.look(1000, unlocked(0));
    let (tag, answer) = (LOCK.to_owned(), Answer::Approved);
    let yes = Incoming::Answered { tag, answer };
    let calls = scene.pass(&[yes.clone(), yes]);
    let order = scene.state.carry.as_ref().unwrap().order();
    assert_eq!((order.command, order.by.as_str()), (Command::Lock, "watch"));
    assert_eq!(calls.len(), 1, "{calls:?}");
}

#[test]
fn low_fuel_is_told_once_and_once_when_it_is_well() {
    let range = |second, km| Reading {
        range_km: Some(km),
        ..parked(second)
    };
    let mut scene = Scene::new(no_data());
    let mut now = 0;
    for (km, told) in [
        (90.0, 0),
        (79.0, 1),
        (85.0, 1),
        (78.0, 1),
        (500.0, 2),
        (79.0, 3),
    ] {
        scene.look(now, range(now, km));
        assert_eq!(scene.told.len(), told, "at {km} km");
        now += scene.rests_s().unwrap();
    }
    assert_eq!(scene.told[0], "冀R0D001 快没油了");
    assert_eq!(scene.told[1], "冀R0D001：续航 500 公里");
}

#[test]
fn unknown_is_no_news() {
    let mut scene = Scene::new(json!({ "data_mb": 0, "when_unlocked": "notify" }));
    scene.look(1000, unlocked(0));
    let nothing = Reading {
        vin: "*************0001".into(),
        ..Reading::default()
    };
    scene.look(1000 + scene.rests_s().unwrap(), nothing);
    assert_eq!(scene.told.len(), 1, "not well again, and not told again");
    assert_eq!(scene.problems, ["unlocked"]);
}

#[test]
fn readings_are_recorded_once_each_and_positions_only_when_wished() {
    let somewhere = Some(Position {
        lat: 39.9087,
        lon: 116.3975,
        datum: Datum::Wgs84,
        trusted: Some(true),
        altitude_m: None,
        at: None,
    });
    let here = |second| Reading {
        position: somewhere,
        ..parked(second)
    };
    let kinds = |scene: &Scene| -> Vec<(String, u16)> {
        let records = &scene.step.as_ref().unwrap().records;
        let kind = |it: &daiban_core::record::Record| (it.kind.clone(), it.keep_days);
        records.iter().map(kind).collect()
    };
    let mut scene = Scene::new(no_data());
    scene.look(0, here(0));
    assert_eq!(kinds(&scene), [("reading".to_owned(), 400)]);
    let record = json!(scene.step.as_ref().unwrap().records[0].value);
    assert!(record.get("lat").is_none(), "{record}");
    scene.look(1800, here(0));
    assert_eq!(kinds(&scene), [], "the same report again");
    let mut scene = Scene::new(json!({ "data_mb": 0, "position_days": 7 }));
    scene.look(0, here(0));
    assert_eq!(kinds(&scene)[1], ("position".to_owned(), 7));
}

#[test]
fn kilometres_never_go_back() {
    let km = |second, km| Reading {
        odometer_km: Some(km),
        ..parked(second)
    };
    let mut scene = Scene::new(no_data());
    scene.look(0, km(0, 33_253.0));
    scene.look(1800, km(1700, 12.0));
    let record = &scene.step.as_ref().unwrap().records[0].value;
    assert_eq!(record["odometer_km"], Value::Null);
}

#[test]
fn an_area_is_told_when_it_is_left_and_entered() {
    let mut scene = Scene::new(json!({ "data_mb": 0, "areas": "家:39.9087,116.3975,300" }));
    let mut now = 0;
    for (lat, trusted, told) in [
        (39.9087, true, 0),
        (39.9500, false, 0),
        (39.9500, true, 1),
        (39.9500, true, 1),
        (39.9087, true, 2),
    ] {
        let position = Some(Position {
            lat,
            lon: 116.3975,
            datum: Datum::Wgs84,
            trusted: Some(trusted),
            altitude_m: None,
            at: None,
        });
        let reading = Reading {
            position,
            ..parked(now)
        };
        scene.look(now, reading);
        assert_eq!(scene.told.len(), told, "at {now} s");
        now += scene.rests_s().unwrap();
    }
    assert_eq!(scene.told, ["冀R0D001 离开了「家」", "冀R0D001 到了「家」"]);
    assert_eq!(scene.fact("areas"), json!({ "家": true }));
    assert_eq!(scene.fact("near"), json!({ "name": "家", "m": 0.0 }));
}

#[test]
fn a_lost_sign_in_is_waited_for_and_a_refusal_is_told_once() {
    let text = Text::quoted("…");
    let mut scene = Scene::new(no_data());
    scene.pass(&[]);
    let lost = ServiceError::SignInLost { text: text.clone() };
    scene.called(STATUS, Outcome::Failed(lost));
    assert_eq!(scene.step.as_ref().unwrap().checkpoint, "needs_sign_in");
    assert_eq!(scene.step.as_ref().unwrap().next_due, None);
    assert_eq!(scene.pass(&[Incoming::SignedIn]), [STATUS]);
    let refused = ServiceError::Refused {
        code: "8160".into(),
        text,
    };
    scene.called(STATUS, Outcome::Failed(refused.clone()));
    assert_eq!((scene.problems.len(), scene.rests_s()), (1, Some(86_400)));
    scene.now = at(86_400);
    scene.pass(&[]);
    scene.called(STATUS, Outcome::Failed(refused));
    assert_eq!(scene.problems.len(), 1);
    scene.look(2 * 86_400, parked(2 * 86_400));
    assert_eq!(scene.problems, Vec::<String>::new());
}

#[test]
fn failures_that_pass_are_looked_past_ever_more_slowly() {
    let text = Text::quoted("…");
    let mut scene = Scene::new(no_data());
    let mut rests = Vec::new();
    for _ in 0..4 {
        scene.pass(&[]);
        let gone = ServiceError::Unreachable { text: text.clone() };
        scene.called(STATUS, Outcome::Failed(gone));
        let rest = scene.rests_s().unwrap();
        rests.push(rest);
        scene.now = later(scene.now, rest);
    }
    assert_eq!(rests, [300, 600, 1200, 2400]);
    assert_eq!(scene.told, Vec::<String>::new());
}

#[test]
fn data_is_asked_for_once_a_day_and_a_car_without_it_is_watched_all_the_same() {
    let mut scene = Scene::new(json!({}));
    assert_eq!(scene.pass(&[]), [STATUS]);
    let calls = scene.called(STATUS, Outcome::Done(json!(parked(0))));
    assert_eq!(calls, [DATA]);
    let low = json!({ "left_mib": 120.0, "total_mib": 3072.0, "days_left": 20 });
    scene.called(DATA, Outcome::Done(low));
    assert_eq!(scene.told, ["冀R0D001 车机流量快没了"]);
    assert_eq!(scene.state.data_at, Some(at(86_400)));
    assert_eq!(scene.fact("conditions")[0]["key"], "data");
}
