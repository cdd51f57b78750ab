//! Faults on a switch, in-process and over TCP; the control path.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::Bench;
use daiban_sim::{Addresses, FaultKind, FaultPlan, SimFault, When};
use serde_json::{Value, json};

const LIST: &str = "/pro/applyRecordController/stateList";

#[tokio::test]
async fn each_kind_before_and_after_the_effect() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    // An SMS code is an effect with the shortest request.
    let path = format!("/auth/userController/getPhoneCode?phone={}", member.phone);
    let kinds = [
        FaultKind::Timeout,
        FaultKind::Reset,
        FaultKind::Status500,
        FaultKind::Html,
        FaultKind::Code(500),
    ];
    let mut sent = 0;
    for kind in kinds {
        for (when, effects) in [(When::Before, 0), (When::After, 1)] {
            bench.pass(2 * common::MINUTE);
            bench
                .sim
                .faults()
                .once("permit", "getPhoneCode", when, kind.clone());
            let got = bench.get("permit", &path, &[]).await;
            sent += effects;
            assert_eq!(bench.effects("permit.sms").len(), sent, "{kind:?} {when:?}");
            let marked = matches!(kind, FaultKind::Timeout | FaultKind::Reset);
            assert_eq!(got.fault, marked.then(|| SimFault(kind.clone())));
            match kind {
                FaultKind::Status500 => assert_eq!(got.status, 500),
                FaultKind::Html => {
                    assert!(got.status == 200 && got.text.starts_with("<!DOCTYPE html>"))
                }
                FaultKind::Code(_) => assert_eq!(got.json()["code"], 500),
                _ => assert!(got.text.is_empty()),
            }
        }
    }
    let faults: Vec<String> = bench
        .sim
        .journal()
        .into_iter()
        .filter_map(|entry| entry.fault)
        .collect();
    assert_eq!(faults.len(), 10);
    assert_eq!(&faults[..2], ["before timeout", "after timeout"]);
}

#[tokio::test]
async fn slow_and_renamed_answers_are_right_but_for_that() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    bench.sim.faults().once(
        "permit",
        "stateList",
        When::After,
        FaultKind::Slow { ms: 30 },
    );
    let got = bench.post("permit", LIST, &member.token, &json!({})).await;
    assert_eq!(got.fault, Some(SimFault(FaultKind::Slow { ms: 30 })));
    assert_eq!(got.json()["code"], 200);
    bench.sim.faults().once(
        "permit",
        "stateList",
        When::After,
        FaultKind::Rename {
            from: "bzclxx".into(),
            to: "cars".into(),
        },
    );
    let data = bench
        .post("permit", LIST, &member.token, &json!({}))
        .await
        .json()["data"]
        .clone();
    assert!(data["cars"].is_array() && data["bzclxx"].is_null());
}

#[tokio::test]
async fn the_nth_matching_request_is_struck_or_every_one() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    let plan = |nth, code| FaultPlan {
        service: "permit".into(),
        path_contains: "stateList".into(),
        nth,
        when: When::Before,
        kind: FaultKind::Code(code),
    };
    bench.sim.faults().add(plan(Some(2), 1));
    let list = async || {
        bench
            .post("permit", LIST, &member.token, &json!({}))
            .await
            .json()["code"]
            .clone()
    };
    bench.pro(&member.token, "getJsrxx", json!({})).await;
    assert_eq!([list().await, list().await, list().await], [200, 1, 200]);
    bench.sim.faults().add(plan(None, 2));
    assert_eq!([list().await, list().await], [2, 2]);
    bench.sim.faults().clear();
    assert_eq!(list().await, 200);
}

#[tokio::test]
async fn every_code_of_the_violation_table_can_be_played() {
    let bench = Bench::new();
    for code in (10001..=10025).filter(|code| *code != 10016) {
        bench
            .sim
            .faults()
            .once("violation", "/pyi/", When::Before, FaultKind::Code(code));
        let answer = bench.get("violation", "/pyi/65/173", &[]).await.json();
        assert_eq!(answer["codeid"], code);
        assert!(!answer["message"].as_str().unwrap().is_empty());
    }
}

async fn served() -> (Bench, Addresses, reqwest::Client) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bench = Bench::new();
    let addresses = bench
        .sim
        .serve("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    (bench, addresses, client)
}

#[tokio::test]
async fn over_tcp_a_reset_cuts_and_a_timeout_holds() {
    let (bench, addresses, client) = served().await;
    let member = bench.sim.household().cars.remove(0);
    let url = format!("{}{LIST}", addresses.permit);
    let post = || client.post(&url).header("authorization", &member.token);
    let body = post().send().await.unwrap().text().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["code"], 200);

    let requests = bench.sim.journal().len();
    bench
        .sim
        .faults()
        .once("permit", "stateList", When::After, FaultKind::Reset);
    let error = post().send().await.unwrap_err();
    assert!(!error.is_timeout() && error.status().is_none(), "{error:?}");
    assert_eq!(bench.sim.journal().len(), requests + 1);

    bench
        .sim
        .faults()
        .once("permit", "stateList", When::Before, FaultKind::Timeout);
    assert!(
        post()
            .timeout(Duration::from_millis(80))
            .send()
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(post().send().await.unwrap().status(), 200);

    addresses.stop();
    tokio::task::yield_now().await;
    assert!(post().send().await.is_err());
}

#[tokio::test]
async fn the_world_can_be_driven_from_outside() {
    let (bench, addresses, client) = served().await;
    let post = async |path: &str, body: Value| {
        let answer = client
            .post(format!("{}{path}", addresses.permit))
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap(),
        )
    };
    let id = daiban_sim::id_number(5);
    let (status, made) = post(
        "/_sim/world",
        json!({
            "accounts": [{"name": "钱七", "id_number": id, "phone": "13800000005"}],
            "vehicles": [{"owner_id": id, "plate": "冀R0D005", "plate_type": "02", "engine_number": "TESTENG000005", "frame_number": "LTESTVIN000000005"}],
            "records": [{"plate": "冀R0D005", "kind": "02", "first_day": "2026-11-18", "outcome": "approved"}],
            "fines": [{"plate": "冀R0D005"}],
            "customers": [{"appid": "90005", "secret": "s", "mode": "hash", "calls_left": 3}],
            "options": {"review_min_ms": 1, "review_max_ms": 1},
        }),
    )
    .await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(
        (&made["vehicle_ids"][0], &made["options"]["review_max_ms"]),
        (&json!("1900000000000000001"), &json!(1))
    );
    let token = made["tokens"][0].as_str().unwrap();
    let page = bench.pro(token, "stateList", json!({})).await;
    assert_eq!(page["data"]["bzclxx"][0]["bzxx"][0]["yxqz"], "2026-11-24");
    assert_eq!(bench.sim.calls_left("90005"), Some(3));

    assert_eq!(post("/_sim/world", json!({"carz": []})).await.0, 400);
    let plan = json!({"service": "permit", "path_contains": "getJsrxx", "nth": 1, "when": "after", "kind": {"slow": {"ms": 1}}});
    let (_, faults) = post(
        "/_sim/faults",
        json!({"add": [plan], "switches": {"permit_waf": true}}),
    )
    .await;
    assert_eq!(
        (
            &faults["plans"][0]["kind"]["slow"]["ms"],
            &faults["switches"]["permit_waf"]
        ),
        (&json!(1), &json!(true))
    );
    let (_, faults) = post("/_sim/faults", json!({"clear": true})).await;
    assert_eq!(faults["plans"], json!([]));

    let journal = client
        .get(format!("{}/_sim/journal", addresses.rail))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&journal).unwrap()[0]["path"],
        LIST
    );
}

#[tokio::test]
async fn serving_ends_with_the_last_handle() {
    let (bench, addresses, client) = served().await;
    let url = format!("{}/index/", addresses.rail);
    let held = bench.sim.clone();
    drop(addresses);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    drop((bench, held));
    tokio::task::yield_now().await;
    assert!(client.get(&url).send().await.is_err());
}
