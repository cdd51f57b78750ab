//! How looks are sent: a person's as a step, and a young answer again; watching ones as polls, quick ones around a release,
//! and what follows a look at once.

use daiban_core::http::Pace;
use serde_json::{Value, json};

use super::calendar::{calendar, week};
use crate::{DAY, Looks, NOW, Script, WEEK_1, WEEK_2, data, ok};

const RELEASE: &str = "2026-12-01T08:30:00+08:00";

fn watched(mut body: Value) -> Value {
    body["watch"] = json!(true);
    body
}

fn paces(http: &Script) -> Vec<Pace> {
    let sent = http.sent.lock().unwrap();
    sent.iter().map(|request| request.pace).collect()
}

fn sprint() -> Pace {
    let release = RELEASE.parse().unwrap();
    Pace::Sprint { release }
}

/// A week in which one day has this word.
fn one_day(status: &str, release: i64) -> daiban_core::http::Response {
    let days = json!([{"dutyDate": "2026-12-04", "status": status}]);
    data(json!({"calendars": days, "fhTimestamp": release}))
}

#[tokio::test]
async fn a_person_who_looks_again_is_shown_the_young_answer() {
    let http = Script::new([
        ok(WEEK_1),
        ok(WEEK_2),
        ok(DAY),
        ok(WEEK_1),
        ok(WEEK_2),
        ok(DAY),
    ]);
    let looks = Looks::new(&http);
    let slots = super::slots::body;
    let seen_at =
        async |now: &str, body: Value| looks.at(now, body).await.unwrap()["seen_at"].clone();
    assert_eq!(seen_at(NOW, calendar()).await, NOW);
    assert_eq!(seen_at(NOW, slots()).await, NOW);
    let young = "2026-12-01T08:00:19+08:00";
    assert_eq!(seen_at(young, calendar()).await, NOW);
    assert_eq!(seen_at(young, week(2)).await, NOW);
    assert_eq!(seen_at(young, slots()).await, NOW);
    assert_eq!(http.count(), 3);
    let old = "2026-12-01T08:00:20+08:00";
    assert_eq!(seen_at(old, calendar()).await, old);
    assert_eq!(seen_at(old, slots()).await, old);
    assert_eq!(paces(&http), [Pace::Step; 6]);
}

#[tokio::test]
async fn pitfall_an_old_calendar_is_never_given_for_a_new_one() {
    let http = Script::new([ok(WEEK_1)]);
    let looks = Looks::new(&http);
    looks.at(NOW, week(1)).await.unwrap();
    let error = looks
        .at("2026-12-01T08:01:00+08:00", week(1))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unreachable");
}

#[tokio::test]
async fn many_people_share_one_look() {
    let http = Script::new([ok(WEEK_1)]);
    let looks = Looks::new(&http);
    let (one, two) = tokio::join!(looks.at(NOW, week(1)), looks.at(NOW, week(1)));
    assert_eq!((one.unwrap(), http.count()), (two.unwrap(), 1));
}

#[tokio::test]
async fn a_watching_look_is_always_asked_and_serves_people_too() {
    let http = Script::new([ok(WEEK_1), ok(WEEK_1)]);
    let looks = Looks::new(&http);
    looks.at(NOW, week(1)).await.unwrap();
    let later = "2026-12-01T08:00:10+08:00";
    looks.at(later, watched(week(1))).await.unwrap();
    let seen = looks
        .at("2026-12-01T08:00:25+08:00", week(1))
        .await
        .unwrap();
    assert_eq!(seen["seen_at"], later);
    assert_eq!(paces(&http), [Pace::Step, Pace::Poll]);
}

#[tokio::test]
async fn watching_is_quick_around_the_release() {
    let http = Script::new([
        ok(WEEK_1),
        ok(WEEK_1),
        ok(WEEK_1),
        ok(WEEK_2),
        ok(WEEK_1),
        ok(WEEK_1),
    ]);
    let looks = Looks::new(&http);
    for (now, body) in [
        ("2026-12-01T08:20:00+08:00", week(1)),
        ("2026-12-01T08:28:29+08:00", week(1)),
        ("2026-12-01T08:28:30+08:00", week(1)),
        ("2026-12-01T08:29:00+08:00", week(2)),
        ("2026-12-01T08:33:30+08:00", week(1)),
        ("2026-12-01T08:33:31+08:00", week(1)),
    ] {
        looks.at(now, watched(body)).await.unwrap();
    }
    let expected = [
        Pace::Poll,
        Pace::Poll,
        sprint(),
        sprint(),
        sprint(),
        Pace::Poll,
    ];
    assert_eq!(paces(&http), expected);
}

#[tokio::test]
async fn pitfall_the_next_release_does_not_end_the_one_under_way() {
    let (now, next) = (1_796_085_000_000, 1_796_171_400_000);
    let http = Script::new([
        one_day("TOMORROW_OPEN", now),
        one_day("TOMORROW_OPEN", next),
        one_day("AVAILABLE", next),
    ]);
    let looks = Looks::new(&http);
    for at in [
        "2026-12-01T08:29:00+08:00",
        "2026-12-01T08:30:01+08:00",
        "2026-12-01T08:31:10+08:00",
    ] {
        looks.at(at, watched(week(1))).await.unwrap();
    }
    assert_eq!(
        paces(&http),
        [Pace::Poll, sprint(), sprint()],
        "a release drifts by a minute or two"
    );
}

#[tokio::test]
async fn the_places_of_a_day_that_turned_available_are_the_looks_next_step() {
    let release = 1_796_085_000_000;
    let http = Script::new([
        one_day("TOMORROW_OPEN", release),
        one_day("AVAILABLE", release),
        ok(DAY),
        ok(DAY),
        one_day("AVAILABLE", release),
        ok(DAY),
    ]);
    let looks = Looks::new(&http);
    let slots = || watched(super::slots::body());
    for (now, body) in [
        ("2026-12-01T08:29:00+08:00", watched(week(1))),
        ("2026-12-01T08:30:02+08:00", watched(week(1))),
        ("2026-12-01T08:30:02+08:00", slots()),
        ("2026-12-01T08:30:05+08:00", slots()),
        ("2026-12-01T08:40:00+08:00", watched(week(1))),
        ("2026-12-01T08:40:01+08:00", slots()),
    ] {
        looks.at(now, body).await.unwrap();
    }
    let expected = [
        Pace::Poll,
        sprint(),
        Pace::Chain,
        sprint(),
        Pace::Poll,
        Pace::Poll,
    ];
    assert_eq!(paces(&http), expected);
}

#[tokio::test]
async fn a_persons_look_does_not_use_up_what_a_watching_one_has_found() {
    let http = Script::new([one_day("AVAILABLE", 0), ok(DAY), ok(DAY)]);
    let looks = Looks::new(&http);
    looks.at(NOW, watched(week(1))).await.unwrap();
    looks.at(NOW, super::slots::body()).await.unwrap();
    looks.at(NOW, watched(super::slots::body())).await.unwrap();
    assert_eq!(paces(&http), [Pace::Poll, Pace::Step, Pace::Chain]);
}
