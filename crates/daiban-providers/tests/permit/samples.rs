//! Every sample answer read to its meaning; fixtures of our own first, then the shared samples where they are at hand.

use std::path::PathBuf;

use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use daiban_providers::permit::coverage::{RecordState as S, Status, Zone};
use daiban_providers::permit::decide::{Days, Decision};
use daiban_providers::permit::error::{self, Door};
use daiban_providers::permit::wire::{reply, request};
use serde_json::{Value, json};

use crate::common::{day, moment, span, wish};

fn answer(body: impl Into<Vec<u8>>) -> Response {
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn fixture(name: &str) -> Response {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/permit")
        .join(name);
    answer(std::fs::read(path).unwrap())
}

fn status_of(response: &Response) -> Result<Status, ServiceError> {
    let envelope = error::read(Door::Read, "stateList", response)?;
    reply::status(&envelope.data)
}

#[test]
fn numbers_and_texts_nulls_and_missing_lists_read_alike() {
    let status = status_of(&fixture("odd_types.json")).unwrap();
    let car = &status.vehicles[0];
    assert_eq!(car.vehicle_id, "1900000000000000001");
    assert_eq!(
        (car.can_apply.inside, car.can_apply.outside),
        (None, Some(true))
    );
    assert!(car.inside_unlimited && car.inside_uses_left.is_none());
    assert_eq!(car.records[0].state, S::InEffect);
    assert_eq!(car.records[0].id, "1900000000000000102");
    assert_eq!(car.covered()[0].span, span("2026-12-01", "2026-12-07"));
    // Without a code the text decides, whichever brackets it has; without a last day its words do.
    assert_eq!(car.records[1].state, S::Pending);
    assert_eq!(car.records[1].zone, Some(Zone::Inside));
    assert!(car.covers(day("2026-12-09"), Zone::Inside));
    // A code outside the list is unknown, whatever the text says.
    assert_eq!(car.records[2].state, S::Unknown);
    assert!(status.vehicles[1].records.is_empty());
}

#[test]
fn the_contract_shape_is_exact() {
    let status = status_of(&fixture("rejected.json")).unwrap();
    let expected = json!({ "vehicles": [{
        "plate": "冀R0D001", "plate_type": "02", "vehicle_id": "1900000000000000001",
        "can_apply": { "inside": true, "outside": false }, "why_not": null, "inside_uses_left": 11,
        "records": [
            { "id": "1900000000000000104", "zone": "outside", "state": "in_effect", "from": "2026-11-20", "to": "2026-11-26",
              "reason_code": null, "reason": null },
            { "id": "1900000000000000105", "zone": "inside", "state": "rejected", "from": "2026-11-23", "to": null,
              "reason_code": "10023", "reason": "审核未通过，该车辆在京有未处理的交通违法行为。" },
        ],
        "covered": [{ "from": "2026-11-20", "to": "2026-11-26", "zone": "outside" }],
    }]});
    assert_eq!(status.public(), expected);
}

#[test]
fn nothing_about_a_person_is_kept() {
    let status = status_of(&fixture("rejected.json")).unwrap();
    let kept = serde_json::to_string(&status).unwrap();
    for personal in ["张测试", "199001010000"] {
        assert!(!kept.contains(personal), "{personal}");
    }
}

#[test]
fn a_missing_or_renamed_field_is_named() {
    let place = |body: Value| match status_of(&answer(body.to_string())) {
        Err(ServiceError::Changed { place, .. }) => place,
        other => panic!("{other:?}"),
    };
    assert_eq!(place(json!({ "code": 200, "data": null })), "data");
    assert_eq!(
        place(json!({ "code": 200, "data": { "bzcxx": [] } })),
        "data.bzclxx"
    );
    assert_eq!(
        place(json!({ "code": 200, "data": { "bzclxx": [{ "vId": "1" }] } })),
        "data.bzclxx[0].hphm"
    );
    assert_eq!(
        place(json!({ "code": 200, "data": { "bzclxx": [{ "hphm": "冀R0D001" }] } })),
        "data.bzclxx[0].vId"
    );
    assert_eq!(
        place(
            json!({ "code": 200, "data": { "bzclxx": [{ "hphm": "冀R0D001", "vId": 1.9e18 }] } })
        ),
        "data.bzclxx[0].vId"
    );
    let cut = &fixture("rejected.json").body;
    let cut = answer(&cut[..cut.len() / 2]);
    assert!(
        matches!(status_of(&cut), Err(ServiceError::Changed { place, .. }) if place == "stateList")
    );
}

#[test]
fn a_second_application_that_is_not_shown_is_a_doubt() {
    let body = json!({ "code": 200, "data": { "bzclxx": [{ "hphm": "冀R0D001", "vId": "1", "sfyecbzxx": true, "ecbzxx": null }] } });
    let status = status_of(&answer(body.to_string())).unwrap();
    assert!(status.vehicles[0].doubtful().is_some());
}

fn meaning(door: Door, body: Value) -> ServiceError {
    error::read(door, "x", &answer(body.to_string())).unwrap_err()
}

#[test]
fn codes_and_words_mean_what_the_table_says() {
    use ServiceError::{Busy, Refused, SignInLost, Unsure};
    let code = |error: ServiceError| match error {
        Refused { code, .. } => code,
        other => panic!("{other:?}"),
    };
    assert!(matches!(
        meaning(
            Door::Read,
            json!({ "code": 401, "msg": "令牌为空，请重新登录" })
        ),
        SignInLost { .. }
    ));
    assert!(matches!(
        meaning(Door::Apply, json!({ "code": "401", "msg": "" })),
        SignInLost { .. }
    ));
    assert!(matches!(
        meaning(
            Door::Read,
            json!({ "code": 500, "msg": "用户登录已失效，请重新登录" })
        ),
        SignInLost { .. }
    ));
    assert!(matches!(
        meaning(
            Door::Apply,
            json!({ "code": 500, "msg": "目前办理业务人数较多，请稍后再试。" })
        ),
        Busy { .. }
    ));
    assert_eq!(
        code(meaning(
            Door::Apply,
            json!({ "code": 500, "msg": "已超过办理次数限制。", "data": "20003" })
        )),
        "quota"
    );
    assert_eq!(
        code(meaning(
            Door::Apply,
            json!({ "code": 500, "msg": "", "data": 20003 })
        )),
        "quota"
    );
    assert_eq!(
        code(meaning(
            Door::Apply,
            json!({ "code": 500, "msg": "该车辆在京有未处理的交通违法行为。" })
        )),
        "10023"
    );
    assert_eq!(
        code(meaning(
            Door::SignIn,
            json!({ "code": 500, "msg": "图形验证码错误", "data": "16002" })
        )),
        "16002"
    );
    assert_eq!(
        code(meaning(
            Door::SignIn,
            json!({ "code": 500, "msg": "x", "data": "16003" })
        )),
        "16003"
    );
    // What nobody has seen: words verbatim on a read, unsure where something may have been submitted.
    let Refused { code, text } = meaning(Door::Read, json!({ "code": 500, "msg": "从未见过的话" }))
    else {
        panic!()
    };
    assert_eq!((code.as_str(), text.zh.as_str()), ("500", "从未见过的话"));
    assert!(matches!(
        meaning(Door::Apply, json!({ "code": 500, "msg": "从未见过的话" })),
        Unsure { .. }
    ));
    assert!(matches!(
        meaning(Door::Cancel, json!({ "code": 500, "msg": "从未见过的话" })),
        Unsure { .. }
    ));
}

#[test]
fn pages_and_failures_in_place_of_json() {
    let page = |status, body: &str| Response {
        status,
        headers: Vec::new(),
        body: body.into(),
    };
    let waf = page(405, "<html><body>您的请求被拦截</body></html>");
    assert!(request::ban_sign(&waf).is_some());
    assert!(matches!(
        error::read(Door::Apply, "x", &waf),
        Err(ServiceError::Unsure { .. })
    ));
    let gateway = page(502, "<html>Bad Gateway</html>");
    assert!(request::ban_sign(&gateway).is_none());
    assert!(matches!(
        error::read(Door::Read, "x", &gateway),
        Err(ServiceError::Unreachable { .. })
    ));
    assert!(matches!(
        error::read(Door::Apply, "x", &gateway),
        Err(ServiceError::Unsure { .. })
    ));
    let works = page(200, "<html>系统维护中</html>");
    assert!(request::ban_sign(&works).is_none());
    assert!(matches!(
        error::read(Door::Read, "x", &works),
        Err(ServiceError::Closed { .. })
    ));
    let other = page(200, "<html>hello</html>");
    assert!(matches!(
        error::read(Door::Read, "x", &other),
        Err(ServiceError::Changed { .. })
    ));
    assert!(request::ban_sign(&answer("{}")).is_none());
    let mut slow = page(429, "");
    slow.headers
        .push(("retry-after".to_owned(), "90".to_owned()));
    let busy = error::read(Door::Read, "x", &slow);
    assert!(matches!(
        busy,
        Err(ServiceError::Busy {
            retry_after_s: Some(90),
            ..
        })
    ));
}

/// The shared samples, or a visible word that they are not there.
fn shared() -> Option<(PathBuf, Value)> {
    let root = std::env::var_os("DAIBAN_SHARED").map(|root| PathBuf::from(root).join("data"));
    let root = root
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let folder = root.join("permit");
    let Ok(index) = std::fs::read_to_string(folder.join("INDEX.json")) else {
        eprintln!("skipped: no shared samples here");
        return None;
    };
    Some((folder, serde_json::from_str(&index).unwrap()))
}

#[test]
fn every_shared_sample_reads_to_its_meaning() {
    let Some((folder, index)) = shared() else {
        return;
    };
    let mut read = 0;
    for sample in index["samples"].as_array().unwrap() {
        let file = sample["file"].as_str().unwrap();
        let response = Response {
            status: u16::try_from(sample["http_status"].as_u64().unwrap()).unwrap(),
            headers: Vec::new(),
            body: std::fs::read(folder.join(file)).unwrap(),
        };
        check(file, &response);
        read += 1;
    }
    assert!(read >= 40, "{read} samples");
}

fn check(file: &str, response: &Response) {
    if file.starts_with("state_") {
        check_state(
            file.trim_end_matches(".json"),
            &status_of(response).unwrap(),
        );
        return;
    }
    let data = |door| error::read(door, file, response).unwrap().data;
    let detail = |door| error::read(door, file, response).unwrap().detail();
    let fails = |door| error::read(door, file, response).unwrap_err();
    match file {
        "err_401_token.json" => {
            assert!(matches!(fails(Door::Read), ServiceError::SignInLost { .. }))
        }
        "err_500_quota.json" => assert!(
            matches!(fails(Door::Apply), ServiceError::Refused { code, .. } if code == "quota")
        ),
        "err_500_busy.json" => assert!(matches!(fails(Door::Apply), ServiceError::Busy { .. })),
        "err_waf_block.html" => {
            assert!(request::ban_sign(response).is_some());
            assert!(matches!(fails(Door::Read), ServiceError::Closed { .. }));
            assert!(matches!(fails(Door::Apply), ServiceError::Unsure { .. }));
        }
        "apply_vehicle_check_ok.json" => assert_eq!(detail(Door::Read).as_deref(), Some("200")),
        "apply_vehicle_check_incomplete.json" => {
            assert_ne!(detail(Door::Read).as_deref(), Some("200"))
        }
        "get_jsrxx.json" => {
            let driver = reply::driver(&data(Door::Read)).unwrap();
            assert!(!driver.name.is_empty() && driver.file_number.is_empty());
            assert_eq!(format!("{driver:?}").matches("Secret(…)").count(), 3);
        }
        "apply_check_num_ok.json" | "cancel_ok.json" | "insert_ok.json" => {
            for door in [Door::Read, Door::Apply, Door::Cancel] {
                assert!(error::read(door, file, response).is_ok(), "{file}");
            }
        }
        "check_handle_morning.json" => check_dates(
            &data(Door::Read),
            &["2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13"],
        ),
        "check_handle_afternoon.json" => check_dates(
            &data(Door::Read),
            &["2026-03-11", "2026-03-12", "2026-03-13"],
        ),
        "check_handle_last_day.json" => check_dates(&data(Door::Read), &["2026-03-11"]),
        "check_handle_empty.json" => assert_eq!(
            reply::offered(&data(Door::Read)).unwrap(),
            (Vec::new(), None)
        ),
        "check_input_road_no.json" => assert_eq!(detail(Door::Read).as_deref(), Some("0")),
        "check_input_road_yes.json" => assert_ne!(detail(Door::Read).as_deref(), Some("0")),
        "query_dic_jjmd.json" => check_dictionary(
            &data(Door::Read),
            daiban_providers::permit::dictionary::purpose,
        ),
        "query_dic_qjxz.json" => check_dictionary(
            &data(Door::Read),
            daiban_providers::permit::dictionary::district,
        ),
        "login_need_sms.json" => assert!(
            matches!(fails(Door::SignIn), ServiceError::Refused { code, .. } if code == "16003")
        ),
        "login_bad_captcha.json" => assert!(
            matches!(fails(Door::SignIn), ServiceError::Refused { code, .. } if code == "16002")
        ),
        "login_ok.json" => assert_eq!(detail(Door::SignIn).unwrap().len(), 32),
        // Not used by daiban; only the wrapper is looked at.
        "get_user_id_info.json" | "apply_record_list.json" => assert!(!data(Door::Read).is_null()),
        other => panic!("a sample nobody reads: {other}"),
    }
}

fn check_dates(data: &Value, expected: &[&str]) {
    let (offered, days) = reply::offered(data).unwrap();
    assert_eq!(
        offered,
        expected.iter().map(|date| day(date)).collect::<Vec<_>>()
    );
    assert_eq!(days, Some(7));
}

fn check_dictionary(data: &Value, find: fn(&str) -> Option<(&'static str, &'static str)>) {
    for row in data.as_array().unwrap() {
        let (code, name) = find(row["zdbm"].as_str().unwrap()).unwrap();
        assert_eq!(
            (json!(code), json!(name)),
            (row["zdbm"].clone(), row["zdz"].clone())
        );
    }
}

/// States of each car's records, covered spans, the decision's name.
type Meaning<'a> = (&'a [&'a [S]], &'a [(&'a str, &'a str)], &'a str);

/// As of 2026-03-10 08:00: the states of the records, what is covered, and what is decided for somebody who needs every day
/// outside the 6th ring.
fn check_state(name: &str, status: &Status) {
    let (states, covered, decided): Meaning<'_> = match name {
        "state_no_vehicle" => (&[], &[], ""),
        "state_never_applied" => (&[&[]], &[], "prepare"),
        "state_in_review" => (&[&[S::InReview]], &[], "in_review"),
        "state_effective_outside" => (&[&[S::InEffect]], &[("2026-03-08", "2026-03-14")], "rest"),
        "state_effective_last_day" => (
            &[&[S::InEffect]],
            &[("2026-03-04", "2026-03-10")],
            "prepare",
        ),
        "state_last_day_second_in_review" => (
            &[&[S::InEffect, S::InReview]],
            &[("2026-03-04", "2026-03-10")],
            "in_review",
        ),
        "state_last_day_second_approved" => (
            &[&[S::InEffect, S::Pending]],
            &[("2026-03-04", "2026-03-17")],
            "rest",
        ),
        "state_effective_second_rejected" => (
            &[&[S::InEffect, S::Rejected]],
            &[("2026-03-06", "2026-03-12")],
            "rest",
        ),
        "state_pending_effective" => (&[&[S::Pending]], &[("2026-03-12", "2026-03-18")], "alert"),
        "state_rejected_violation" => (&[&[S::Rejected]], &[], "blocked"),
        "state_cancelled" => (&[&[S::Cancelled]], &[], "prepare"),
        "state_cancelling" => (&[&[S::Cancelling]], &[], "doubt"),
        "state_expired" => (&[&[S::Expired]], &[], "prepare"),
        "state_voided_outside_inside_effective" => (
            &[&[S::InEffect, S::Voided]],
            &[("2026-03-09", "2026-03-15")],
            "rest",
        ),
        "state_outside_effective_inside_pending" => (
            &[&[S::InEffect, S::Pending]],
            &[("2026-03-08", "2026-03-17")],
            "rest",
        ),
        "state_two_vehicles" => (
            &[&[S::InEffect], &[]],
            &[("2026-03-08", "2026-03-14")],
            "rest",
        ),
        "state_inside_quota_used_up" => (&[&[S::Expired]], &[], "prepare"),
        other => panic!("a state nobody reads: {other}"),
    };
    let read: Vec<Vec<S>> = status
        .vehicles
        .iter()
        .map(|car| car.records.iter().map(|record| record.state).collect())
        .collect();
    assert_eq!(read, states, "{name}");
    let Some(vehicle) = status.vehicles.first() else {
        return;
    };
    let spans: Vec<_> = covered.iter().map(|(from, to)| span(from, to)).collect();
    assert_eq!(vehicle.spans_for(Zone::Outside), spans, "{name}");
    let now = moment("2026-03-10T08:29:59");
    let decision = crate::decisions::decide_at(now, vehicle, &wish(Zone::Outside, Days::Every));
    let word = match decision {
        Decision::Rest { .. } => "rest",
        Decision::NotOpen { .. } => "not_open",
        Decision::Prepare { .. } => "prepare",
        Decision::Apply { .. } => "apply",
        Decision::InReview { .. } => "in_review",
        Decision::Doubt { .. } => "doubt",
        Decision::Blocked { .. } => "blocked",
        Decision::Alert { .. } => "alert",
        Decision::Over { .. } => "over",
    };
    assert_eq!(word, decided, "{name}");
    if name == "state_two_vehicles" {
        let second = crate::decisions::decide_at(
            now,
            &status.vehicles[1],
            &wish(Zone::Outside, Days::Every),
        );
        assert!(matches!(
            second,
            Decision::Blocked {
                cause: daiban_providers::permit::decide::Cause::OneVehicle,
                ..
            }
        ));
    }
    if name == "state_inside_quota_used_up" {
        let inside = crate::decisions::decide_at(now, vehicle, &wish(Zone::Inside, Days::Every));
        assert!(matches!(
            inside,
            Decision::Blocked {
                cause: daiban_providers::permit::decide::Cause::Quota,
                ..
            }
        ));
    }
}
