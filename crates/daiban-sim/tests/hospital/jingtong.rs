//! The reading calls of the successor, of the same world.

use axum::body::Body;
use axum::http::Request;
use daiban_sim::{FaultKind, When};
use serde_json::{Value, json};

use crate::caller::{KNOWN, bench_with, clinic, codes, rules, with};
use crate::common::Bench;

async fn call(bench: &Bench, method: &str, path: &str, body: &Value) -> Value {
    let request = Request::builder()
        .method(method)
        .uri(format!("/jtjk/mobile-service/{path}"));
    bench
        .call(
            "hospital",
            request.body(Body::from(body.to_string())).unwrap(),
        )
        .await
        .json()
}

#[tokio::test]
async fn hospitals_departments_days_and_doctors() {
    let bench = bench_with(vec![clinic()]);
    let list = call(&bench, "POST", "hospital/list", &json!({})).await;
    assert_eq!(list["code"], "0000");
    assert_eq!(list["data"]["list"][0]["openTimeText"], "每日08:30放号");
    let groups = call(&bench, "GET", "department/list/H9", &Value::Null).await["data"].clone();
    assert_eq!(
        groups[0]["subList"][0],
        json!({"code": "644", "name": "消化内科门诊", "parentCode": "04"})
    );
    let days =
        call(&bench, "POST", "product/calendar", &codes()).await["data"]["calendars"].clone();
    let views: Vec<&str> = days
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["statusView"].as_str().unwrap())
        .collect();
    assert_eq!(&views[4..9], ["有号", "有号", "即将放号", "无号", "无号"]);
    assert_eq!(days[5]["dutyDate"], "20261126");
    let body = with(codes(), json!({"dutyDate": KNOWN.replace('-', "")}));
    let doctors =
        call(&bench, "POST", "product/doctor/detail", &body).await["data"]["doctors"].clone();
    assert_eq!(doctors[0]["doctorName"], "张示例");
    assert_eq!(
        (
            &doctors[0]["detail"][0]["fcode"],
            &doctors[0]["detail"][0]["ncode"]
        ),
        (&json!("50.00"), &json!("2"))
    );
}

#[tokio::test]
async fn its_codes() {
    let bench = bench_with(vec![clinic()]);
    let asked = json!({});
    assert_eq!(
        call(&bench, "POST", "product/calendar", &asked).await["code"],
        "0001"
    );
    rules(&bench, |rules| rules.jingtong_signed_out = true);
    assert_eq!(
        call(&bench, "POST", "hospital/list", &asked).await,
        json!({"code": "3087", "data": null})
    );
    rules(&bench, |rules| {
        rules.jingtong_signed_out = false;
        rules.per_minute = 5;
    });
    let planned = [(429, "429"), (1, "0001"), (3087, "3087")];
    for (code, expected) in planned {
        let kind = FaultKind::Code(code);
        bench
            .sim
            .faults()
            .once("hospital", "hospital/list", When::Before, kind);
        assert_eq!(
            call(&bench, "POST", "hospital/list", &asked).await["code"],
            expected
        );
    }
    let mut last = Value::Null;
    for _ in 0..6 {
        last = call(&bench, "POST", "hospital/list", &asked).await;
    }
    assert_eq!(last, json!({"code": "429", "data": null}));
}
