//! Hospitals and departments: what is asked, what is read, what is kept.

use daiban_providers::hospital::wire::catalogue::{read_departments, read_hospitals};
use serde_json::{Value, json};

use crate::{
    DEPARTMENTS, HOSPITALS, Looks, NOW, Script, answer, data, data_of, field_of, no, ok, place_of,
};

fn all() -> Value {
    json!({"do": "hospitals"})
}

fn departments() -> Value {
    json!({"do": "departments", "hos": "H90000001"})
}

// ── hospitals ──

#[tokio::test]
async fn hospitals_are_read_with_the_age_of_the_answer() {
    let http = Script::new([ok(HOSPITALS)]);
    let seen = Looks::new(&http).at(NOW, all()).await.unwrap();
    let expected = json!({
        "hospitals": [
            {"code": "H90000001", "name": "北京示例第一医院", "level": "三级甲等", "opens_at": "08:30", "booking_days": null, "maintenance": false},
            {"code": "9162", "name": "北京示例中医医院", "level": "二级甲等", "opens_at": "10:15", "booking_days": null, "maintenance": false},
            {"code": "9237", "name": "北京示例口腔医院", "level": null, "opens_at": null, "booking_days": null, "maintenance": true},
        ],
        "count": 3, "seen_at": NOW,
    });
    assert_eq!(seen, expected);
    let request = &http.sent.lock().unwrap()[0];
    let header = |name: &str| {
        let mut headers = request.headers.iter();
        headers
            .find(|header| header.0 == name)
            .map(|header| header.1.as_str())
    };
    assert_eq!(header("request-source"), Some("PC"));
    assert_eq!(header("referer"), Some("https://114.test/"));
}

#[tokio::test]
async fn a_question_is_put_in_the_pages_own_words() {
    let http = Script::new([data(json!({"list": [], "count": 0}))]);
    let body = json!({"do": "hospitals", "text": " 儿童 ", "level": "3", "area": "02", "page": 4});
    let seen = Looks::new(&http).at(NOW, body).await.unwrap();
    assert_eq!(
        seen["hospitals"],
        json!([]),
        "a page after the last is an empty list"
    );
    let asked =
        "Get web/hospital/list?keywords=%E5%84%BF%E7%AB%A5&levelId=3&areaId=2&pageNo=4&pageSize=20";
    assert_eq!(http.asked(0), (asked.to_owned(), Value::Null));
}

#[tokio::test]
async fn a_list_is_whole_however_few_a_page_the_service_gives() {
    let rows = data_of(HOSPITALS)["list"].clone();
    let page = |rows: Value, count: u32| data(json!({"list": rows, "count": count}));
    let http = Script::new([
        page(json!([rows[0]]), 3),
        page(json!([rows[0], rows[1]]), 3),
        page(json!([rows[2]]), 3),
        // Another list, whose count is never reached.
        page(json!([rows[0]]), 9),
        page(json!([rows[0]]), 9),
    ]);
    let looks = Looks::new(&http);
    let seen = looks.at(NOW, all()).await.unwrap();
    let codes = seen["hospitals"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["H90000001", "9162", "9237"]);
    assert!(http.asked(2).0.ends_with("&pageNo=3&pageSize=100"));
    let body = json!({"do": "hospitals", "text": "示例"});
    let seen = looks.at(NOW, body).await.unwrap();
    assert_eq!((&seen["count"], http.count()), (&json!(9), 5));
}

#[tokio::test]
async fn many_callers_share_one_fetch_and_its_age() {
    let http = Script::new([ok(HOSPITALS), ok(DEPARTMENTS)]);
    let looks = Looks::new(&http);
    let (one, two, three) = tokio::join!(
        looks.at(NOW, all()),
        looks.at("2026-12-01T08:00:05+08:00", all()),
        looks.at(NOW, departments()),
    );
    assert_eq!(one.unwrap()["seen_at"], NOW);
    assert_eq!(two.unwrap()["seen_at"], NOW);
    assert_eq!(three.unwrap()["hospital"]["name"], "北京示例第一医院");
    assert_eq!(http.count(), 2);
}

#[tokio::test]
async fn the_list_is_kept_for_a_day_and_an_old_one_is_better_than_none() {
    let http = Script::new([
        ok(HOSPITALS),
        answer(502, ""),
        no(10000, "系统繁忙，请稍后再试"),
        ok(HOSPITALS),
    ]);
    let looks = Looks::new(&http);
    let check = async |now: &str, seen_at: &str, requests: usize| {
        let seen = looks.at(now, all()).await.unwrap();
        assert_eq!(
            (&seen["seen_at"], http.count()),
            (&json!(seen_at), requests),
            "{now}"
        );
    };
    check(NOW, NOW, 1).await;
    check("2026-12-02T07:59:59+08:00", NOW, 1).await;
    check("2026-12-02T08:00:00+08:00", NOW, 2).await;
    check("2026-12-02T08:00:10+08:00", NOW, 2).await;
    check("2026-12-02T08:00:20+08:00", NOW, 3).await;
    let later = "2026-12-02T08:01:00+08:00";
    check(later, later, 4).await;
}

#[tokio::test]
async fn odd_questions_ask_nothing_and_name_their_field() {
    let http = Script::default();
    let looks = Looks::new(&http);
    let check = async |body: Value, field: &str| {
        let error = looks.at(NOW, body).await.unwrap_err();
        assert_eq!(field_of(&error), field);
    };
    check(json!({"do": "hospitals", "page": 0}), "page").await;
    check(json!({"do": "hospitals", "level": "三级"}), "level").await;
    check(json!({"do": "hospitals", "area": "1 or 2"}), "area").await;
    check(json!({"do": "hospitals", "name": "x"}), "body").await;
    check(json!({"do": "hospital", "hos": "../x"}), "hos").await;
    check(json!({"do": "departments", "hos": ""}), "hos").await;
    check(
        json!({"do": "department", "department": "162/04"}),
        "department",
    )
    .await;
    assert_eq!(http.count(), 0);
    let odd = Looks::new(&http).with("dialect", "web-2019");
    let error = odd.at(NOW, all()).await.unwrap_err();
    assert!(error.text().en.contains("web-2022 and jingtong"), "{error}");
}

#[test]
fn rows_of_hospitals_are_read_loosely_and_never_without_a_code() {
    let read = |row: Value| read_hospitals(&json!({ "list": [row] }));
    let list =
        read(json!({"code": 162, "maintain": "true", "openTimeText": "每日8:30放号"})).unwrap();
    let one = &list.hospitals[0];
    assert_eq!((one.code.as_str(), one.name.as_str()), ("162", "162"));
    assert_eq!(
        (one.opens_at.as_deref(), one.maintenance),
        (Some("08:30"), true)
    );
    assert_eq!(list.count, None);
    let error = read(json!({"name": "北京示例第一医院"})).unwrap_err();
    assert_eq!(place_of(&error), "data.list[0].code");
}

// ── one hospital ──

#[tokio::test]
async fn a_hospital_tells_its_window_and_its_hour() {
    let page = json!({"code": "H90000001", "name": "北京示例第一医院", "levelText": "三级甲等", "openTimeView": "08:30", "bookingRange": 8, "maintain": false});
    let http = Script::new([data(page)]);
    let looks = Looks::new(&http);
    let body = json!({"do": "hospital", "hos": "H90000001"});
    let expected = json!({
        "code": "H90000001", "name": "北京示例第一医院", "level": "三级甲等", "opens_at": "08:30",
        "booking_days": 8, "maintenance": false, "seen_at": NOW,
    });
    assert_eq!(looks.at(NOW, body.clone()).await.unwrap(), expected);
    let later = "2026-12-01T13:59:59+08:00";
    assert_eq!(looks.at(later, body).await.unwrap(), expected);
    assert_eq!(http.count(), 1);
    assert_eq!(http.asked(0).0, "Get web/hospital/detail?hosCode=H90000001");
}

#[tokio::test]
async fn what_a_hospitals_page_leaves_out_comes_from_the_list() {
    let http = Script::new([data(json!({"bookingRange": 15})), ok(HOSPITALS)]);
    let body = json!({"do": "hospital", "hos": "9237"});
    let seen = Looks::new(&http).at(NOW, body).await.unwrap();
    let expected = json!({
        "code": "9237", "name": "北京示例口腔医院", "level": null, "opens_at": null,
        "booking_days": 15, "maintenance": true, "seen_at": NOW,
    });
    assert_eq!(seen, expected);
    // Neither has a name: the code is what is known.
    let http = Script::new([data(json!({"bookingRange": 0})), ok(HOSPITALS)]);
    let body = json!({"do": "hospital", "hos": "nobody"});
    let error = Looks::new(&http).at(NOW, body).await.unwrap_err();
    assert_eq!(error.code(), "refused");
}

#[tokio::test]
async fn an_answer_without_data_is_no_hospital() {
    let http = Script::new([data(Value::Null)]);
    let body = json!({"do": "hospital", "hos": "9237"});
    let error = Looks::new(&http).at(NOW, body).await.unwrap_err();
    assert_eq!(place_of(&error), "data");
}

// ── departments ──

#[tokio::test]
async fn departments_have_two_levels_and_come_once() {
    let http = Script::new([ok(DEPARTMENTS), ok(HOSPITALS)]);
    let looks = Looks::new(&http);
    let seen = looks.at(NOW, departments()).await.unwrap();
    let mouth = json!({"code": "00aa11bb22cc33dd44ee55ff66770088", "name": "口腔科"});
    let inner = json!({"code": "04", "name": "内科"});
    let expected = json!({
        "hospital": {"code": "H90000001", "name": "北京示例第一医院"},
        "departments": [
            {"first": mouth, "second": {"code": "900010001", "name": "口腔种植科门诊"}},
            {"first": mouth, "second": {"code": "900010002", "name": "口腔颌面外科门诊"}},
            {"first": {"code": "T007", "name": "耳鼻咽喉头颈外科"}, "second": {"code": "BH", "name": "鼻科门诊"}},
            {"first": inner, "second": {"code": "0644", "name": "消化内科门诊"}},
            {"first": inner, "second": {"code": "BH", "name": "保健门诊"}},
        ],
        "seen_at": NOW,
    });
    assert_eq!(seen, expected);
    assert_eq!(
        http.asked(0).0,
        "Get web/department/hos/list?hosCode=H90000001"
    );

    let mut found = departments();
    found["text"] = json!("消化");
    let later = "2026-12-02T07:59:59+08:00";
    let seen = looks.at(later, found).await.unwrap();
    assert_eq!(seen["departments"].as_array().unwrap().len(), 1);
    assert_eq!((&seen["seen_at"], http.count()), (&json!(NOW), 2));
}

#[tokio::test]
async fn departments_do_without_the_list_of_hospitals() {
    let http = Script::new([ok(DEPARTMENTS)]);
    let seen = Looks::new(&http).at(NOW, departments()).await.unwrap();
    assert_eq!(seen["hospital"], Value::Null);
    assert_eq!(seen["departments"].as_array().unwrap().len(), 5);
}

#[test]
fn pitfall_leading_zeros_of_codes_stay() {
    let read = read_departments(&data_of(DEPARTMENTS)).unwrap();
    assert!(
        read.iter()
            .any(|one| one.second.code == "0644" && one.first.code == "04")
    );
}

#[test]
fn pitfall_the_childs_own_first_code_is_used() {
    let read = read_departments(&data_of(DEPARTMENTS)).unwrap();
    let nose = read
        .iter()
        .find(|one| one.second.name == "鼻科门诊")
        .unwrap();
    assert_eq!(nose.first.code, "T007");
}

#[test]
fn pitfall_a_first_group_that_is_a_department_is_not_skipped() {
    let mut list = data_of(DEPARTMENTS)["list"].clone();
    list.as_array_mut().unwrap().remove(0);
    let read = read_departments(&json!({ "list": list })).unwrap();
    assert_eq!((read.len(), read[0].first.name.as_str()), (5, "口腔科"));
}

#[test]
fn pitfall_a_hot_group_by_another_name_is_skipped() {
    let mut list = data_of(DEPARTMENTS)["list"].clone();
    list[0]["code"] = Value::Null;
    list[0]["name"] = json!("常挂");
    let read = read_departments(&json!({ "list": list })).unwrap();
    assert_eq!((read.len(), read[0].first.name.as_str()), (5, "口腔科"));
}

#[test]
fn departments_that_cannot_be_read_are_named() {
    let place = |data: Value| {
        let error = read_departments(&data).unwrap_err();
        place_of(&error).to_owned()
    };
    assert_eq!(place(Value::Null), "data.list");
    assert_eq!(place(json!({"rows": []})), "data.list");
    assert_eq!(place(json!({"list": {}})), "data.list");
    let group = |child: Value| json!({"list": [{"name": "内科", "subList": [child]}]});
    assert_eq!(
        place(group(json!({"name": "x"}))),
        "data.list[0].subList[0].code"
    );
    assert_eq!(
        place(group(json!({"code": "1"}))),
        "data.list[0].subList[0].dept1Code"
    );
    assert_eq!(read_departments(&json!({"list": null})).unwrap(), []);
}

// ── one department ──

#[tokio::test]
async fn a_pasted_page_is_a_department_with_names() {
    let names = json!({"hosName": "北京示例第一医院", "firstDeptName": "内科", "secondDeptName": "消化内科门诊"});
    let http = Script::new([data(names)]);
    let looks = Looks::new(&http);
    let body = |text: &str| json!({"do": "department", "department": text});
    let expected = json!({
        "hospital": {"code": "H90000001", "name": "北京示例第一医院"},
        "first": {"code": "04", "name": "内科"},
        "second": {"code": "0644", "name": "消化内科门诊"},
    });
    let page = "https://www.114yygh.com/hospital/H90000001/04/0644/source";
    assert_eq!(looks.at(NOW, body(page)).await.unwrap(), expected);
    assert_eq!(
        looks.at(NOW, body("H90000001 04 0644")).await.unwrap(),
        expected
    );
    assert_eq!(http.count(), 1);
    let asked =
        "Get web/department/hos/detail?firstDeptCode=04&secondDeptCode=0644&hosCode=H90000001";
    assert_eq!(http.asked(0).0, asked);
}

#[tokio::test]
async fn a_department_without_a_name_is_not_made_up() {
    let http = Script::new([data(
        json!({"hosName": "北京示例第一医院", "firstDeptName": "内科"}),
    )]);
    let body = json!({"do": "department", "department": "H90000001/04/0644"});
    let error = Looks::new(&http).at(NOW, body).await.unwrap_err();
    assert_eq!(place_of(&error), "data.secondDeptName");
}
