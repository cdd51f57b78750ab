//! Calendars: weeks put together, words, releases; nothing that is no calendar is taken for an empty one.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use daiban_providers::hospital::wire::calendar::read_calendar;
use serde_json::{Value, json};

use crate::{Looks, NOW, Script, WEEK_1, WEEK_2, answer, data, field_of, no, ok, place_of};

pub(super) fn calendar() -> Value {
    json!({"do": "calendar", "hos": "H90000001", "first": "04", "second": "0644"})
}

pub(super) fn week(week: u8) -> Value {
    let mut body = calendar();
    body["week"] = json!(week);
    body
}

async fn look(answers: Vec<Response>, body: Value) -> Result<Value, ServiceError> {
    let http = Script::new(answers);
    Looks::new(&http).at(NOW, body).await
}

/// `MM-DD` and state, and the word where there is one.
fn days(calendar: &Value) -> Vec<String> {
    let days = calendar["days"].as_array().unwrap().iter();
    let said = days.map(|day| {
        let (date, state) = (
            day["date"].as_str().unwrap(),
            day["state"].as_str().unwrap(),
        );
        let word = day["word"]
            .as_str()
            .map_or(String::new(), |word| format!(" {word}"));
        format!("{} {state}{word}", &date[5..])
    });
    said.collect()
}

fn one_day(date: &str, status: Value) -> Value {
    json!({"calendars": [{"dutyDate": date, "status": status}], "fhTimestamp": 0})
}

#[tokio::test]
async fn a_week_is_asked_for_and_read() {
    let http = Script::new([ok(WEEK_1)]);
    let seen = Looks::new(&http).at(NOW, week(1)).await.unwrap();
    let expected = [
        "12-02 sold_out",
        "12-03 none",
        "12-04 available",
        "12-05 none",
        "12-06 none",
        "12-07 sold_out",
        "12-08 soon",
    ];
    assert_eq!(days(&seen), expected);
    assert_eq!(seen["release_at"], "2026-12-01T08:30:00+08:00");
    assert_eq!(seen["seen_at"], NOW);
    let body =
        json!({"hosCode": "H90000001", "firstDeptCode": "04", "secondDeptCode": "0644", "week": 1});
    assert_eq!(http.asked(0), ("Post web/product/list?".to_owned(), body));
    let sent = http.sent.lock().unwrap();
    let referer = sent[0].headers.iter().find(|header| header.0 == "referer");
    assert_eq!(
        referer.unwrap().1,
        "https://114.test/hospital/H90000001/04/0644/source"
    );
}

#[tokio::test]
async fn pitfall_second_week_is_read_too() {
    let http = Script::new([ok(WEEK_1), ok(WEEK_2)]);
    let seen = Looks::new(&http).at(NOW, calendar()).await.unwrap();
    assert!(days(&seen).contains(&"12-11 available".to_owned()));
    assert_eq!(
        (
            http.asked(0).1["week"].clone(),
            http.asked(1).1["week"].clone()
        ),
        (json!(1), json!(2))
    );
}

#[tokio::test]
async fn pitfall_day_eight_is_a_gap_and_unknown() {
    let seen = look(vec![ok(WEEK_1), ok(WEEK_2)], calendar())
        .await
        .unwrap();
    let days = days(&seen);
    assert_eq!(days[6..9], ["12-08 soon", "12-09 unknown", "12-10 none"]);
    assert_eq!(days.len(), 12);
}

#[tokio::test]
async fn pitfall_unknown_status_is_not_available() {
    let seen = look(vec![ok(WEEK_2)], week(2)).await.unwrap();
    assert_eq!(
        days(&seen)[2..],
        ["12-12 unknown ONLY_MEMBERS", "12-13 unknown"]
    );
    for odd in [
        json!("available"),
        json!("AVAILABLE_SOON"),
        json!(1),
        json!(true),
        json!(["AVAILABLE"]),
    ] {
        let seen = look(vec![data(one_day("2026-12-04", odd.clone()))], week(1))
            .await
            .unwrap();
        assert_eq!(seen["days"][0]["state"], "unknown", "{odd}");
    }
}

#[tokio::test]
async fn pitfall_a_day_told_twice_is_one_day() {
    let rows = json!([
        {"dutyDate": "2026-12-04", "status": "SOLD_OUT"},
        {"dutyDate": "2026-12-04", "status": "SOLD_OUT"},
        {"dutyDate": "2026-12-03", "status": "NO_INVENTORY"},
    ]);
    let second = one_day("2026-12-04", json!("AVAILABLE"));
    let first = data(json!({ "calendars": rows }));
    let seen = look(vec![first, data(second)], calendar()).await.unwrap();
    assert_eq!(days(&seen), ["12-03 none", "12-04 available"]);
}

#[tokio::test]
async fn pitfall_html_is_never_no_slots() {
    for body in [week(1), super::slots::body()] {
        let page = answer(200, "<!DOCTYPE html><html><body>114</body></html>");
        let error = look(vec![page], body.clone()).await.unwrap_err();
        assert_eq!(error.code(), "changed", "{body}");
        let failed = look(vec![answer(502, "<html>")], body.clone())
            .await
            .unwrap_err();
        assert_eq!(failed.code(), "unreachable");
        let lost = look(vec![no(102, "需要登录")], body.clone())
            .await
            .unwrap_err();
        assert_eq!(lost.code(), "sign_in_lost");
        let closed = answer(200, "<html>网站预约渠道已关闭，请使用京通小程序</html>");
        let error = look(vec![closed], body).await.unwrap_err();
        assert_eq!(error.code(), "closed");
    }
}

#[tokio::test]
async fn pitfall_no_data_is_never_an_empty_calendar() {
    let check = async |answered: Value, place: &str| {
        let error = look(vec![data(answered.clone())], week(1))
            .await
            .unwrap_err();
        assert_eq!(place_of(&error), place, "{answered}");
    };
    check(Value::Null, "data.calendars").await;
    check(json!([]), "data.calendars").await;
    check(json!({"calendar": []}), "data.calendars").await;
    check(json!({"calendars": "none"}), "data.calendars").await;
    check(
        json!({"calendars": [{"status": "AVAILABLE"}]}),
        "data.calendars[0].dutyDate",
    )
    .await;
    check(
        one_day("2026-02-30", json!("AVAILABLE")),
        "data.calendars[0].dutyDate",
    )
    .await;
    check(
        one_day("十二月", json!("AVAILABLE")),
        "data.calendars[0].dutyDate",
    )
    .await;
}

#[tokio::test]
async fn pitfall_a_refusal_does_not_break_the_next_look() {
    let http = Script::new([no(10000, "没有相关号源"), ok(WEEK_1)]);
    let looks = Looks::new(&http);
    assert_eq!(looks.at(NOW, week(1)).await.unwrap_err().code(), "refused");
    let later = "2026-12-01T08:00:20+08:00";
    assert_eq!(looks.at(later, week(1)).await.unwrap()["seen_at"], later);
}

#[tokio::test]
async fn pitfall_a_busy_second_week_does_not_hide_the_first() {
    let busy = no(10000, "系统繁忙，请稍后再试");
    let seen = look(vec![ok(WEEK_1), busy], calendar()).await.unwrap();
    assert_eq!(
        days(&seen).len(),
        7,
        "nothing is made up for the second week"
    );
    assert_eq!(seen["missing"]["zh"], "系统繁忙，请稍后再试");
    // What is about the whole service is told as such.
    let page = answer(200, "<html></html>");
    assert_eq!(
        look(vec![ok(WEEK_1), page], calendar())
            .await
            .unwrap_err()
            .code(),
        "changed"
    );
    let busy = no(10000, "系统繁忙，请稍后再试");
    assert_eq!(
        look(vec![busy], calendar()).await.unwrap_err().code(),
        "busy"
    );
}

#[test]
fn a_release_is_a_plausible_moment_or_none() {
    let now: Timestamp = NOW.parse().unwrap();
    let release = |told: Value| {
        let read = read_calendar(&json!({"calendars": [], "fhTimestamp": told}), now).unwrap();
        read.release_at.map(|at| at.as_millisecond())
    };
    let half_past = 1_796_085_000_000_i64;
    assert_eq!(release(json!(half_past)), Some(half_past));
    assert_eq!(release(json!(half_past.to_string())), Some(half_past));
    let day = 24 * 3_600_000;
    assert_eq!(release(json!(half_past - day)), Some(half_past - day));
    for none in [
        json!(0),
        json!(-1),
        Value::Null,
        json!("08:30"),
        json!(half_past / 1000),
        json!(half_past - 3 * day),
        json!(half_past + 61 * day),
        json!(i64::MAX),
    ] {
        assert_eq!(release(none.clone()), None, "{none}");
    }
    let without = read_calendar(&json!({"calendars": null}), now).unwrap();
    assert_eq!((without.days.len(), without.release_at), (0, None));
}

#[tokio::test]
async fn odd_questions_ask_nothing_and_name_their_field() {
    let http = Script::default();
    let looks = Looks::new(&http);
    let check = async |name: &str, value: Value, field: &str| {
        let mut body = calendar();
        body[name] = value;
        let error = looks.at(NOW, body).await.unwrap_err();
        assert_eq!(field_of(&error), field);
    };
    check("week", json!(0), "week").await;
    check("week", json!(3), "week").await;
    check("hos", json!("1/2"), "hos").await;
    check("first", json!(""), "first").await;
    check("second", json!("0644?x"), "second").await;
    check("second", json!(644), "body").await;
    assert_eq!(http.count(), 0);
}
