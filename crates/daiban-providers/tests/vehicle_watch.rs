//! The watch over a car against the simulated service: whole days with the real engine and store.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code
)]

mod kit;

use daiban_core::{errand::Phase, household::Household as _, id::ErrandId};
use daiban_sim::{Car, CarChange, CarCorners, CarState, Leg, LegKind, SimCard};
use kit::{
    DAY_MS, HOUR_MS, MINUTE_MS, Rig, START_MS,
    vehicle::{Driver, USER, VIN, agrees},
};
use serde_json::{Value, json};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A driver with a car, and the wish.
async fn watched(wishes: &[(&str, &str)], car: Car) -> (Driver, ErrandId) {
    let driver = Driver::of(Rig::new(7).await, car, &[]).await;
    let mut all = vec![("data_mb", "0")];
    all.retain(|(name, _)| wishes.iter().all(|(wished, _)| wished != name));
    all.extend(wishes);
    let errand = driver
        .rig
        .add_errand("vehicle.watch", &driver.account, &all, false)
        .await;
    (driver, errand)
}

fn drive(from_ms: i64, to: (f64, f64)) -> Leg {
    Leg {
        from_ms: START_MS + from_ms,
        to_ms: START_MS + from_ms + 45 * MINUTE_MS,
        kind: LegKind::Drive { to, km: 18.4 },
    }
}

fn by_hand(at_ms: i64, change: CarChange) -> Leg {
    Leg {
        from_ms: START_MS + at_ms,
        to_ms: START_MS + at_ms,
        kind: LegKind::Hand(Box::new(change)),
    }
}

async fn fact(driver: &Driver, errand: &ErrandId, name: &str) -> Value {
    let facts = driver.rig.store.facts(errand).await.unwrap();
    let found = facts.into_iter().find(|(known, _)| known == name);
    found.map_or(Value::Null, |(_, value)| value)
}

const WORK: (f64, f64) = (39.9925, 116.4790);

#[tokio::test]
async fn a_day_with_a_commute_is_seen_with_few_looks_and_none_that_wakes_the_car() {
    let (mut driver, errand) = watched(&[], Car::default()).await;
    driver.rig.sim.plan_car(
        VIN,
        vec![
            drive(90 * MINUTE_MS, WORK),
            drive(12 * HOUR_MS, (39.9087, 116.3975)),
        ],
    );
    driver.until(DAY).await;
    let looks = driver.looked();
    assert!(looks.iter().all(|fresh| !fresh), "the car was woken");
    assert!((20..60).contains(&looks.len()), "{} looks", looks.len());
    let since = jiff::Timestamp::UNIX_EPOCH;
    let records = driver
        .rig
        .store
        .records(&driver.account, "reading", since, 1000);
    let records = records.await.unwrap();
    let runs = |record: &&daiban_core::record::Record| record.value["engine"] == "running";
    assert!(records.iter().filter(runs).count() >= 8);
    let km = |at: usize| records[at].value["odometer_km"].as_f64().unwrap();
    let driven = km(0) - km(records.len() - 1);
    assert!((driven - 36.8).abs() < 1.5, "{driven} km");
    assert_eq!(driver.told().await, Vec::<String>::new());
    let row = driver.row(&errand).await;
    assert_eq!(
        (row.phase, row.checkpoint.as_str()),
        (Phase::Waiting, "watching")
    );
}

#[tokio::test]
async fn an_unlocked_car_is_locked_by_one_tap_and_told_when_it_is() {
    let (mut driver, errand) = watched(&[], Car::default()).await;
    let evening = 12 * HOUR_MS;
    let legs = vec![
        drive(evening, WORK),
        by_hand(evening + 47 * MINUTE_MS, CarChange::locked(false)),
    ];
    driver.rig.sim.plan_car(VIN, legs);
    driver.rig.person = Box::new(agrees);
    driver.until(14 * HOUR).await;
    assert_eq!(driver.did(), ["lock"]);
    assert_eq!(driver.told().await, ["冀R0D001：四门都锁上了"]);
    let since = jiff::Timestamp::UNIX_EPOCH;
    let orders = driver
        .rig
        .store
        .records(&driver.account, "command", since, 9);
    let order = &orders.await.unwrap()[0].value;
    assert_eq!(order["state"], "confirmed");
    assert!(order["confirmed_by"].as_str() > order["sent_at"].as_str());
    assert_eq!(fact(&driver, &errand, "reading").await["locked"], true);
    assert_eq!(fact(&driver, &errand, "conditions").await, json!([]));
}

#[tokio::test]
async fn nobody_is_bothered_while_somebody_unloads() {
    let (mut driver, _) = watched(&[], Car::default()).await;
    let legs = vec![
        by_hand(HOUR_MS, CarChange::locked(false)),
        by_hand(HOUR_MS + 6 * MINUTE_MS, CarChange::locked(true)),
    ];
    driver.rig.sim.plan_car(VIN, legs);
    driver.until(4 * HOUR).await;
    assert_eq!(driver.told().await, Vec::<String>::new());
    assert_eq!(driver.rig.store.asks(None, None).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_window_left_open_is_told_once_and_once_when_it_is_closed() {
    let (mut driver, _) = watched(&[], Car::default()).await;
    let window = |pct| CarChange {
        windows_pct: CarCorners {
            passenger_rear: Some(pct),
            ..CarCorners::default()
        },
        ..CarChange::default()
    };
    let legs = vec![
        by_hand(HOUR_MS, window(40)),
        by_hand(5 * HOUR_MS, window(0)),
    ];
    driver.rig.sim.plan_car(VIN, legs);
    driver.until(10 * HOUR).await;
    let told = driver.told().await;
    assert_eq!(told, ["冀R0D001 停着没关好", "冀R0D001：门窗都关着"]);
}

#[tokio::test]
async fn work_is_told_when_the_car_gets_there_and_leaves() {
    let areas = [("areas", "单位:39.9925,116.4790,400")];
    let (mut driver, errand) = watched(&areas, Car::default()).await;
    let home = (39.9087, 116.3975);
    driver.rig.sim.plan_car(
        VIN,
        vec![drive(90 * MINUTE_MS, WORK), drive(12 * HOUR_MS, home)],
    );
    driver.until(DAY).await;
    let told = driver.told().await;
    assert_eq!(told, ["冀R0D001 到了「单位」", "冀R0D001 离开了「单位」"]);
    assert_eq!(
        fact(&driver, &errand, "areas").await,
        json!({ "单位": false })
    );
    let since = jiff::Timestamp::UNIX_EPOCH;
    let positions = driver
        .rig
        .store
        .records(&driver.account, "position", since, 9);
    assert_eq!(
        positions.await.unwrap(),
        [],
        "no position was wished to be kept"
    );
}

#[tokio::test]
async fn a_car_without_a_network_is_told_after_three_days_and_looked_at_once_a_day() {
    let (mut driver, _) = watched(&[], Car::default()).await;
    let offline = Leg {
        from_ms: START_MS + 1000,
        to_ms: START_MS + 8 * DAY_MS,
        kind: LegKind::Offline,
    };
    driver.rig.sim.plan_car(VIN, vec![offline]);
    driver.until(4 * DAY).await;
    assert_eq!(driver.told().await, ["冀R0D001 三天多没报数"]);
    let before = driver.looked().len();
    driver.until(7 * DAY).await;
    assert!(driver.looked().len() - before <= 4);
    assert_eq!(driver.told().await.len(), 1);
}

#[tokio::test]
async fn little_fuel_is_told_once() {
    let state = CarState {
        fuel_l: 5.0,
        ..CarState::default()
    };
    let car = Car {
        state,
        ..Car::default()
    };
    let (mut driver, _) = watched(&[], car).await;
    driver.until(2 * DAY).await;
    assert_eq!(driver.told().await, ["冀R0D001 快没油了"]);
    let filled = CarChange {
        fuel_l: Some(50.0),
        ..CarChange::default()
    };
    assert!(driver.rig.sim.change_car(VIN, filled));
    driver.until(3 * DAY).await;
    assert_eq!(driver.told().await.len(), 2);
}

#[tokio::test]
async fn data_that_runs_out_is_told_once() {
    let sim = SimCard {
        used_kib: SimCard::default().sum_kib - 100 * 1024,
        ..SimCard::default()
    };
    let car = Car {
        sim,
        ..Car::default()
    };
    let (mut driver, errand) = watched(&[("data_mb", "200")], car).await;
    driver.until(2 * DAY + HOUR).await;
    assert_eq!(driver.told().await, ["冀R0D001 车机流量快没了"]);
    assert_eq!(fact(&driver, &errand, "data").await["left_mib"], 100.0);
}

#[tokio::test]
async fn a_sign_in_elsewhere_stops_the_looks_until_the_owner_signs_in() {
    let (mut driver, errand) = watched(&[], Car::default()).await;
    driver.until(HOUR).await;
    assert!(driver.rig.sim.sign_in_elsewhere(USER));
    driver.until(6 * HOUR).await;
    let row = driver.row(&errand).await;
    assert_eq!(row.checkpoint, "needs_sign_in", "{}", row.reason.zh);
    let before = driver.looked().len();
    driver.until(12 * HOUR).await;
    assert_eq!(driver.looked().len(), before);
    driver.signs_in().await;
    driver.until(13 * HOUR).await;
    let row = driver.row(&errand).await;
    assert_eq!(row.checkpoint, "watching", "{}", row.reason.zh);
    assert!(driver.looked().len() > before);
}

#[tokio::test]
async fn a_day_of_quiet_hours_has_no_look_in_them() {
    let (mut driver, _) = watched(&[("quiet", "01:00-05:00")], Car::default()).await;
    driver.until(DAY).await;
    let entries = driver.rig.sim.journal().into_iter();
    let looks = entries.filter(|entry| entry.path.contains("/vehicle/status/"));
    // Six in the morning is where it begins.
    let quiet = 19 * HOUR_MS..23 * HOUR_MS;
    let in_quiet = looks.filter(|entry| quiet.contains(&(entry.at_ms - START_MS)));
    assert_eq!(in_quiet.count(), 0);
}
