//! Weeks with a gap, releases that drift, and words nobody knows.

use daiban_sim::{Clinic, Hospital};
use serde_json::{Value, json};

use crate::caller::{Caller, KNOWN, LAST, bench_with, clinic, codes, rules, with};
use crate::common::{Bench, DAY, MINUTE, START};

const OPENS: i64 = START + 30 * MINUTE;

fn drifting(drift_s: i64) -> Bench {
    let bench = bench_with(vec![clinic()]);
    bench.sim.add_hospital(Hospital {
        code: "H9".into(),
        name: "北京示例第九医院".into(),
        drift_s,
        ..Hospital::default()
    });
    bench
}

#[tokio::test]
async fn the_eighth_day_is_in_neither_week() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::new(&bench);
    let mut dates = Vec::new();
    for week in [1, 2] {
        let data = caller.week(week).await;
        let days = data["calendars"].as_array().unwrap();
        dates.extend(
            days.iter()
                .map(|day| day["dutyDate"].as_str().unwrap().to_owned()),
        );
        assert_eq!(data["fhTimestamp"], OPENS);
    }
    assert_eq!(dates.len(), 14);
    assert_eq!(
        (dates[0].as_str(), dates[6].as_str()),
        ("2026-11-21", "2026-11-27")
    );
    assert_eq!(
        (dates[7].as_str(), dates[13].as_str()),
        ("2026-11-29", "2026-12-05")
    );
    assert_eq!(caller.status("2026-11-28").await, None);
}

#[tokio::test]
async fn statuses_of_a_week() {
    let weekly = Clinic {
        weekdays: vec![1, 3, 4, 5],
        places: 2,
        ..clinic()
    };
    let bench = bench_with(vec![weekly]);
    let mut caller = Caller::new(&bench);
    let data = caller.week(1).await;
    let days = data["calendars"].as_array().unwrap().iter();
    let words: Vec<(&str, &str)> = days
        .map(|day| {
            (
                day["weekDesc"].as_str().unwrap(),
                day["status"].as_str().unwrap(),
            )
        })
        .collect();
    let (nothing, some) = ("NO_INVENTORY", "AVAILABLE");
    let expected = [
        ("周六", nothing),
        ("周日", nothing),
        ("周一", some),
        ("周二", nothing),
        ("周三", some),
        ("周四", some),
        ("周五", "TOMORROW_OPEN"),
    ];
    assert_eq!(words, expected);
    let later = caller.week(2).await;
    let later = later["calendars"].as_array().unwrap();
    assert!(later.iter().all(|day| day["status"] == nothing));
}

#[tokio::test]
async fn a_release_comes_at_its_time_or_near_it() {
    for drift_s in [0, 90, -90] {
        let bench = drifting(drift_s);
        let mut caller = Caller::new(&bench);
        let comes = OPENS + drift_s * 1000;
        bench.set(comes - 1);
        assert_eq!(
            caller.status(LAST).await.unwrap(),
            "TOMORROW_OPEN",
            "{drift_s}"
        );
        assert_eq!(caller.day(LAST).await, Vec::<Value>::new());
        assert_eq!(caller.week(1).await["fhTimestamp"], OPENS, "{drift_s}");
        bench.set(comes);
        assert_eq!(caller.status(LAST).await.unwrap(), "AVAILABLE", "{drift_s}");
        assert_eq!(caller.day(LAST).await.len(), 2);
        assert_eq!(
            caller.week(1).await["fhTimestamp"],
            OPENS + DAY,
            "{drift_s}"
        );
    }
}

#[tokio::test]
async fn the_moment_told_may_move_on_before_the_release() {
    let bench = drifting(60);
    rules(&bench, |rules| rules.told_moves_on = true);
    let mut caller = Caller::new(&bench);
    for (now, told) in [
        (OPENS - 1, OPENS),
        (OPENS, OPENS + DAY),
        (OPENS + 60_000, OPENS + DAY),
    ] {
        bench.set(now);
        assert_eq!(caller.week(1).await["fhTimestamp"], told, "{now}");
    }
}

#[tokio::test]
async fn the_day_to_come_moves_with_the_calendar() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::new(&bench);
    bench.set(OPENS);
    assert_eq!(
        caller.status("2026-11-28").await,
        None,
        "the next release is of the day between the weeks"
    );
    bench.set(START + 16 * 60 * MINUTE);
    assert_eq!(caller.status("2026-11-28").await.unwrap(), "TOMORROW_OPEN");
}

#[tokio::test]
async fn others_take_places_until_none_is_left() {
    let quick = Clinic {
        places: 3,
        others_take_ms: Some(10_000),
        ..clinic()
    };
    let bench = bench_with(vec![quick]);
    let mut caller = Caller::new(&bench);
    bench.set(OPENS + 29_999);
    assert_eq!(caller.status(LAST).await.unwrap(), "AVAILABLE");
    bench.set(OPENS + 30_000);
    assert_eq!(caller.status(LAST).await.unwrap(), "SOLD_OUT");
    assert!(
        bench.effects("hospital").is_empty(),
        "what others do is no effect of ours"
    );
}

#[tokio::test]
async fn a_word_nobody_knows() {
    let bench = bench_with(vec![clinic()]);
    rules(&bench, |rules| {
        rules
            .day_words
            .insert(KNOWN.parse().unwrap(), "WAIT_LIST".into());
    });
    let mut caller = Caller::new(&bench);
    assert_eq!(caller.status(KNOWN).await.unwrap(), "WAIT_LIST");
}

#[tokio::test]
async fn the_second_week_may_be_busy() {
    let bench = bench_with(vec![clinic()]);
    rules(&bench, |rules| rules.second_week_busy = true);
    let mut caller = Caller::new(&bench);
    for (week, expected) in [(1, 0), (2, 10_000)] {
        let answer = caller
            .post("product/list", with(codes(), json!({"week": week})))
            .await;
        assert_eq!(answer["resCode"], expected);
    }
}
