//! An engine that is started is stopped.

use daiban_core::errand::Phase;
use daiban_core::household::Household as _;
use daiban_sim::{CarChange, Leg, LegKind};

use crate::kit::START_MS;
use crate::kit::vehicle::{Driver, USER, VIN, agrees};

/// Started at six for five minutes.
async fn started() -> (Driver, daiban_core::id::ErrandId) {
    let mut driver = Driver::new().await;
    driver.rig.person = Box::new(agrees);
    let errand = driver.wish("start", &[("minutes", "5")]).await;
    driver.until(60).await;
    assert_eq!(driver.state(&errand).await, "confirmed");
    assert_eq!(driver.row(&errand).await.phase, Phase::Waiting);
    assert_eq!(driver.did(), ["start"]);
    (driver, errand)
}

#[tokio::test]
async fn it_stops_by_itself_when_its_minutes_are_over() {
    let (mut driver, errand) = started().await;
    assert_eq!(
        driver.order(&errand).await["stops_at"],
        "2026-11-22T06:05:00+08:00"
    );
    driver.until(299).await;
    assert_eq!(driver.did(), ["start"]);
    driver.until(400).await;
    assert_eq!(driver.did(), ["start", "stop"]);
    driver.ended(&errand, "confirmed").await;
    let text = driver.order(&errand).await["text"]["zh"].clone();
    assert!(text.as_str().unwrap().contains("已经熄火"), "{text}");
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
    let states = kept
        .iter()
        .map(|it| (it.id.clone(), it.value["state"].clone()));
    let states: std::collections::BTreeMap<_, _> = states.collect();
    assert_eq!(states.len(), 2);
    assert_eq!(states[&format!("{errand}-stop")], "confirmed");
}

#[tokio::test]
async fn one_that_stopped_already_is_left_alone() {
    let (mut driver, errand) = started().await;
    driver.rig.sim.change_car(
        VIN,
        CarChange {
            engine: Some(false),
            ..CarChange::default()
        },
    );
    driver.until(400).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.told_the_car().len(), 1);
}

#[tokio::test]
async fn one_that_somebody_drives_is_not_stopped() {
    let (mut driver, errand) = started().await;
    let drive = Leg {
        from_ms: START_MS + 120_000,
        to_ms: START_MS + 1_200_000,
        kind: LegKind::Drive {
            to: (39.9996, 116.2755),
            km: 12.0,
        },
    };
    driver.rig.sim.plan_car(VIN, vec![drive]);
    driver.until(400).await;
    driver.ended(&errand, "confirmed").await;
    let text = driver.order(&errand).await["text"]["zh"].clone();
    assert!(text.as_str().unwrap().contains("有人在用车"), "{text}");
    assert_eq!(driver.told_the_car().len(), 1);
}

#[tokio::test]
async fn one_that_does_not_stop_is_urgent() {
    let (mut driver, errand) = started().await;
    driver.rig.sim.vehicle_rules(|rules| rules.deaf = true);
    driver.until(700).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.told().await, ["发动机可能还在转"]);
    assert_eq!(driver.told_the_car().len(), 2);
}

#[tokio::test]
async fn without_a_sign_in_it_is_urgent_and_goes_on_with_one() {
    let (mut driver, errand) = started().await;
    driver.rig.sim.sign_in_elsewhere(USER);
    driver.until(420).await;
    assert_eq!(driver.told().await, ["发动机可能还在转"]);
    assert_eq!(driver.row(&errand).await.phase, Phase::Waiting);
    driver.signs_in().await;
    driver.until(480).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.did(), ["start", "stop"]);
    assert_eq!(driver.told().await, ["发动机可能还在转", "发动机已经熄火"]);
}

#[tokio::test]
async fn after_a_stop_of_the_program_it_is_stopped_late() {
    let (mut driver, errand) = started().await;
    driver.rig.clock.set(START_MS + 3_600_000);
    driver.rig.restart().await;
    driver.until(3700).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.did(), ["start", "stop"]);
}
