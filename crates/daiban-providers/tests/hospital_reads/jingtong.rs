//! The second form, 京通: other requests, the same values.

use daiban_core::http::Response;
use daiban_providers::hospital::jingtong::{read_calendar, read_departments, read_slots};
use serde_json::{Value, json};

use super::calendar::calendar;
use crate::{Looks, NOW, Script, answer, ok, place_of};

fn coded(data: Value) -> Response {
    ok(&json!({"code": "0000", "data": data}).to_string())
}

fn hospitals() -> Value {
    json!({"list": [
        {"code": "H90000001", "name": "北京示例第一医院", "levelText": "三级甲等", "openTimeText": "每日08:30放号"},
        {"code": "9162", "name": "北京示例中医医院"},
    ], "count": 2})
}

fn departments() -> Value {
    json!([
        {"code": "p01", "name": "口腔科", "subList": [{"code": "c0101", "name": "口腔种植科门诊", "parentCode": "p01"}]},
        {"code": "p02", "name": "内科", "subList": null},
    ])
}

fn doctors(view: &str, left: &str) -> Value {
    let period = json!({"create": false, "dutyTime": "202612041500-202612041530", "dutyTimeView": "15:00-15:30", "ncode": "7", "nncode": null, "uniqProductKey": "sample-time-01"});
    let product = json!({
        "dutyCode": 2, "dutyCodeView": "下午", "fcode": "50.00", "ncode": left, "productStatus": 1,
        "productStatusView": view, "uniqueProductKey": "sample-product-01", "period": [period],
    });
    json!({"doctors": [{"doctorCode": "d01", "doctorName": "张示例", "titleView": "副主任医师", "detail": [product]}]})
}

fn looks(http: &Script) -> Looks<'_> {
    Looks::new(http).with("dialect", "jingtong")
}

#[tokio::test]
async fn hospitals_and_departments_are_the_same_values() {
    let http = Script::new([coded(hospitals()), coded(departments())]);
    let looks = looks(&http);
    let expected = json!({
        "code": "H90000001", "name": "北京示例第一医院", "level": "三级甲等", "opens_at": "08:30", "booking_days": null, "maintenance": false,
    });
    let seen = looks.at(NOW, json!({"do": "hospitals"})).await.unwrap();
    assert_eq!(
        (&seen["hospitals"][0], &seen["count"]),
        (&expected, &json!(2))
    );
    let one = looks
        .at(NOW, json!({"do": "hospital", "hos": "H90000001"}))
        .await
        .unwrap();
    assert_eq!(
        (&one["opens_at"], &one["seen_at"]),
        (&json!("08:30"), &json!(NOW))
    );
    let body = json!({"do": "department", "department": "H90000001/p01/c0101"});
    let place = json!({
        "hospital": {"code": "H90000001", "name": "北京示例第一医院"},
        "first": {"code": "p01", "name": "口腔科"}, "second": {"code": "c0101", "name": "口腔种植科门诊"},
    });
    assert_eq!(looks.at(NOW, body).await.unwrap(), place);
    let listed = looks
        .at(NOW, json!({"do": "departments", "hos": "H90000001"}))
        .await
        .unwrap();
    assert_eq!(listed["departments"].as_array().unwrap().len(), 1);
    assert_eq!(http.count(), 2, "the two lists tell all of it");
    assert_eq!(http.asked(0).0, "Post jtjk/mobile-service/hospital/list?");
    assert_eq!(
        http.asked(1).0,
        "Get jtjk/mobile-service/department/list/H90000001?"
    );
}

#[tokio::test]
async fn what_the_lists_lack_is_refused() {
    let http = Script::new([coded(hospitals()), coded(departments())]);
    let looks = looks(&http);
    for body in [
        json!({"do": "hospital", "hos": "nobody"}),
        json!({"do": "department", "department": "H90000001/p02/c0101"}),
        json!({"do": "hospitals", "level": "3"}),
    ] {
        assert_eq!(looks.at(NOW, body).await.unwrap_err().code(), "refused");
    }
}

#[tokio::test]
async fn a_text_is_looked_for_in_the_list() {
    let mut part = hospitals();
    part["count"] = json!(300);
    let http = Script::new([coded(hospitals()), coded(part)]);
    let looks = looks(&http);
    let seen = looks
        .at(NOW, json!({"do": "hospitals", "text": "中医"}))
        .await
        .unwrap();
    assert_eq!(
        (&seen["hospitals"][0]["code"], &seen["count"]),
        (&json!("9162"), &json!(1))
    );
    let seen = looks
        .at(NOW, json!({"do": "hospitals", "text": "第一"}))
        .await
        .unwrap();
    assert_eq!(
        seen["count"],
        Value::Null,
        "there may be more on other pages"
    );
}

#[tokio::test]
async fn a_calendar_is_one_answer_and_words_count() {
    let days = json!({"calendars": [
        {"dutyDate": "20261204", "status": 1, "statusView": "有号"},
        {"dutyDate": "20261205", "status": 0, "statusView": "约满"},
        {"dutyDate": "2026-12-07", "status": 2, "statusView": "即将放号"},
        {"dutyDate": "20261208", "status": 1, "statusView": "候补"},
    ]});
    let http = Script::new([coded(days)]);
    let seen = looks(&http).at(NOW, calendar()).await.unwrap();
    let states: Vec<&str> = seen["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        ["available", "sold_out", "unknown", "soon", "unknown"]
    );
    assert_eq!(
        (&seen["days"][4]["word"], &seen["release_at"]),
        (&json!("候补"), &Value::Null)
    );
    let body = json!({"hosCode": "H90000001", "firstDeptCode": "04", "secondDeptCode": "0644"});
    assert_eq!(
        http.asked(0),
        (
            "Post jtjk/mobile-service/product/calendar?".to_owned(),
            body
        )
    );
}

#[test]
fn a_number_without_its_word_is_unknown() {
    let read =
        read_calendar(&json!({"calendars": [{"dutyDate": "20261204", "status": 1}]})).unwrap();
    assert_eq!(
        json!(read.days[0]),
        json!({"date": "2026-12-04", "state": "unknown", "word": "1"})
    );
}

#[tokio::test]
async fn places_have_counts_in_plain_numbers() {
    let http = Script::new([coded(doctors("有号", "36"))]);
    let seen = looks(&http).at(NOW, super::slots::body()).await.unwrap();
    let expected = json!([{
        "key": "sample-product-01", "half_day": "afternoon", "doctor": "张示例", "title": "副主任医师", "skill": null,
        "bookable": true, "periods": [{"from": "15:00", "to": "15:30", "key": "sample-time-01",
            "duty_time": "202612041500-202612041530", "bookable": true}],
    }]);
    assert_eq!(seen["slots"], expected);
    assert_eq!(http.asked(0).1["dutyDate"], "20261204");
}

#[test]
fn a_place_is_left_where_words_and_numbers_agree() {
    let bookable = |view: &str, left: &str| read_slots(&doctors(view, left)).unwrap()[0].bookable;
    assert!(bookable("有号", "36") && bookable("有号", ""));
    assert!(!bookable("有号", "0"));
    assert!(!bookable("约满", "36"));
    assert!(!bookable("候补", "36"));
    let mut taken = doctors("有号", "36");
    taken["doctors"][0]["detail"][0]["period"][0]["ncode"] = Value::Null;
    assert!(!read_slots(&taken).unwrap()[0].bookable);
}

#[test]
fn what_cannot_be_read_is_named() {
    assert_eq!(
        place_of(&read_slots(&Value::Null).unwrap_err()),
        "data.doctors"
    );
    assert_eq!(
        place_of(&read_departments(&Value::Null).unwrap_err()),
        "data"
    );
    assert_eq!(
        place_of(&read_calendar(&Value::Null).unwrap_err()),
        "data.calendars"
    );
    let mut odd = doctors("有号", "1");
    odd["doctors"][0]["detail"][0]["productStatusView"] = Value::Null;
    assert_eq!(
        place_of(&read_slots(&odd).unwrap_err()),
        "data.doctors[0].detail[0].productStatusView"
    );
}

#[tokio::test]
async fn its_check_page_is_for_a_person() {
    let http = Script::new([answer(202, "<html></html>")]);
    let error = looks(&http).at(NOW, calendar()).await.unwrap_err();
    assert_eq!(error.code(), "needs_person");
}
