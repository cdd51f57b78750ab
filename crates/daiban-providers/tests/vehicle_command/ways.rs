//! Lock, unlock and what is found out before anything is sent.

use daiban_core::errand::Phase;
use daiban_core::household::Household as _;
use daiban_sim::{Car, CarChange, CarState, Leg, LegKind};
use serde_json::json;

use crate::kit::vehicle::{Driver, VIN, agrees, denies};
use crate::kit::{Rig, START_MS};

fn unlocked() -> Car {
    let mut state = CarState::default();
    state.doors_locked.driver = false;
    Car {
        state,
        ..Car::default()
    }
}

#[tokio::test]
async fn a_lock_is_confirmed_by_a_newer_status() {
    let mut driver = Driver::of(Rig::new(7).await, unlocked(), &[]).await;
    driver.until(60).await;
    let errand = driver.wish("lock", &[]).await;
    driver.until(62).await;
    assert_eq!(driver.state(&errand).await, "confirming");
    assert_eq!(driver.row(&errand).await.phase, Phase::Working);
    driver.until(240).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.did(), ["lock"]);
    assert_eq!(driver.told_the_car(), [60]);
    let order = driver.order(&errand).await;
    assert_eq!(
        order["confirmed_by"], "2026-11-22T06:01:11+08:00",
        "eight seconds and three"
    );
    assert_eq!(order["sent_at"], "2026-11-22T06:01:00+08:00");
    assert!(order["session"].is_string());
    assert_eq!(
        driver.looked(),
        [false, false, false, true],
        "before, and at 5, 10, 20 s"
    );
    assert!(driver.told().await.is_empty());
    let kept = driver
        .rig
        .store
        .records(
            &driver.account,
            "command",
            daiban_core::Timestamp::UNIX_EPOCH,
            10,
        )
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].value, order);
}

#[tokio::test]
async fn an_old_cached_status_never_confirms() {
    let mut driver = Driver::new().await;
    let offline = Leg {
        from_ms: START_MS + 10_000,
        to_ms: START_MS + 3_600_000,
        kind: LegKind::Offline,
    };
    driver.rig.sim.plan_car(VIN, vec![offline]);
    driver.until(60).await;
    let errand = driver.wish("lock", &[]).await;
    driver.until(230).await;
    assert_eq!(
        driver.state(&errand).await,
        "confirming",
        "the cloud says locked all the time"
    );
    driver.until(280).await;
    driver.ended(&errand, "unconfirmed timeout").await;
    assert_eq!(driver.told().await, ["没有确认，去看看车：锁车"]);
    driver.until(7200).await;
    assert_eq!(driver.told_the_car(), [60], "never sent again");
}

#[tokio::test]
async fn an_unlock_needs_a_yes_and_shows_where_the_car_is() {
    let mut driver = Driver::new().await;
    driver.until(120).await;
    let errand = driver.wish("unlock", &[("minutes", "2")]).await;
    driver.until(150).await;
    assert_eq!(driver.row(&errand).await.phase, Phase::NeedsYou);
    let (tag, body) = driver.asked().await;
    assert_eq!(tag, "command/approve");
    for part in ["39.9087, 116.3975", "2 分钟前报的", "车停着", "发动机没开"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(driver.told_the_car().is_empty());
    driver.rig.person = Box::new(agrees);
    driver.until(400).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.did(), ["unlock 2", "relock"]);
    assert!(driver.order(&errand).await["approved_at"].is_string());
}

#[tokio::test]
async fn windows_and_boot_go_where_the_list_has_them() {
    let functions = [
        "remote_window_close",
        "remote_window_vent",
        "remote_trunk_open",
    ];
    let car = Car {
        functions: functions.map(String::from).into(),
        ..Car::default()
    };
    let mut driver = Driver::of(Rig::new(7).await, car, &[]).await;
    driver.rig.person = Box::new(agrees);
    let mut at = 0;
    for word in ["vent_windows", "close_windows", "open_trunk"] {
        let errand = driver.wish(word, &[]).await;
        at += 120;
        driver.until(at).await;
        driver.ended(&errand, "confirmed").await;
    }
    assert_eq!(
        driver.did()[..3],
        ["vent_windows", "close_windows", "open_trunk"]
    );

    let mut driver = Driver::new().await;
    let errand = driver.wish("close_windows", &[]).await;
    driver.until(60).await;
    driver.ended(&errand, "rejected not_offered").await;
    assert!(driver.told_the_car().is_empty());
}

#[tokio::test]
async fn find_ends_with_the_gateways_word() {
    let mut driver = Driver::new().await;
    let errand = driver.wish("find", &[]).await;
    driver.until(30).await;
    driver.ended(&errand, "accepted").await;
    assert_eq!(driver.did(), ["find light-flash"]);
    assert_eq!(driver.looked().len(), 1, "no status would show it");

    driver.rig.person = Box::new(agrees);
    let errand = driver.wish("find", &[("what", "horn")]).await;
    driver.until(60).await;
    driver.ended(&errand, "accepted").await;
    let (_, body) = driver.asked().await;
    assert!(body.contains("夜里"), "{body}");
    assert_eq!(driver.did(), ["find light-flash", "find horn-flash"]);
}

#[tokio::test]
async fn nothing_sensitive_is_sent_to_a_car_that_moves() {
    let mut driver = Driver::new().await;
    let drive = Leg {
        from_ms: START_MS + 60_000,
        to_ms: START_MS + 1_260_000,
        kind: LegKind::Drive {
            to: (39.9996, 116.2755),
            km: 15.0,
        },
    };
    driver.rig.sim.plan_car(VIN, vec![drive]);
    driver.rig.person = Box::new(agrees);
    driver.until(300).await;
    for word in ["unlock", "start", "open_trunk", "vent_windows"] {
        let errand = driver.wish(word, &[]).await;
        driver.until(300).await;
        driver.ended(&errand, "rejected moving").await;
    }
    assert!(driver.told_the_car().is_empty());
}

#[tokio::test]
async fn nothing_sensitive_is_sent_on_old_news() {
    let car = || Car {
        state: CarState {
            online: false,
            ..CarState::default()
        },
        ..Car::default()
    };
    let mut driver = Driver::of(Rig::new(7).await, car(), &[]).await;
    driver.rig.person = Box::new(agrees);
    driver.until(660).await;
    let errand = driver.wish("unlock", &[]).await;
    driver.until(800).await;
    driver.ended(&errand, "rejected stale").await;
    assert!(driver.told_the_car().is_empty());
    assert_eq!(
        driver.looked().iter().filter(|fresh| **fresh).count(),
        1,
        "woken once"
    );

    // A car with a network tells anew when it is asked.
    let mut driver = Driver::new().await;
    driver.rig.person = Box::new(agrees);
    driver.until(3600).await;
    let errand = driver.wish("unlock", &[]).await;
    driver.until(3700).await;
    driver.ended(&errand, "confirmed").await;
}

#[tokio::test]
async fn nothing_sensitive_is_sent_to_a_car_that_is_not_in_park() {
    let mut driver = Driver::new().await;
    let gear = "additionalVehicleStatus.drivingBehaviourStatus.transimissionGearPostion";
    driver
        .rig
        .sim
        .change_car(VIN, CarChange::raw(gear, json!(3)));
    driver.rig.person = Box::new(agrees);
    driver.until(10).await;
    let errand = driver.wish("unlock", &[]).await;
    driver.until(20).await;
    driver.ended(&errand, "rejected not_parked").await;
    assert!(driver.told_the_car().is_empty());
}

#[tokio::test]
async fn an_engine_is_not_started_where_nobody_knows() {
    let mut driver = Driver::new().await;
    driver.rig.sim.change_car(
        VIN,
        CarChange {
            position_told: Some(false),
            report_now: true,
            ..CarChange::default()
        },
    );
    driver.rig.person = Box::new(agrees);
    let errand = driver.wish("start", &[]).await;
    driver.until(20).await;
    driver.ended(&errand, "rejected no_position").await;
    assert!(driver.told_the_car().is_empty());
}

#[tokio::test]
async fn a_no_and_silence_send_nothing() {
    let mut driver = Driver::new().await;
    driver.rig.person = Box::new(denies);
    let errand = driver.wish("unlock", &[]).await;
    driver.until(20).await;
    driver.ended(&errand, "rejected denied").await;

    driver.rig.person = Box::new(|_, _| None);
    let errand = driver.wish("unlock", &[]).await;
    driver.until(310).await;
    assert_eq!(driver.row(&errand).await.phase, Phase::NeedsYou);
    driver.until(330).await;
    driver.ended(&errand, "rejected expired").await;
    assert!(driver.told_the_car().is_empty());
}
