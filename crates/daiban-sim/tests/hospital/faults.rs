//! Faults around a booking, the closed channel, and the control path.

use axum::body::Body;
use axum::http::Request;
use daiban_sim::{FaultKind, Switches, When};
use serde_json::{Value, json};

use crate::caller::{Caller, KNOWN, MOBILE, bench_with, clinic, order};
use crate::common::Bench;

#[tokio::test]
async fn each_kind_before_and_after_the_booking() {
    let kinds = [
        FaultKind::Timeout,
        FaultKind::Reset,
        FaultKind::Status500,
        FaultKind::Html,
        FaultKind::Code(0),
        FaultKind::Code(8008),
    ];
    for kind in kinds {
        for (when, effects) in [(When::Before, 0), (When::After, 1)] {
            let bench = bench_with(vec![clinic()]);
            let mut caller = Caller::signed_in(&bench).await;
            let choice = caller.choice(KNOWN).await;
            let token = caller.confirm(&choice).await["data"]["confirmToken"].clone();
            bench
                .sim
                .faults()
                .once("hospital", "order/save", when, kind.clone());
            let got = caller.submit("order/save", &order(&choice, &token)).await;
            assert_eq!(
                bench.effects("hospital.book ").len(),
                effects,
                "{kind:?} {when:?}"
            );
            if let FaultKind::Code(code) = kind {
                assert_eq!(
                    (&got.json()["resCode"], &got.json()["data"]),
                    (&json!(code), &Value::Null)
                );
            }
        }
    }
}

#[tokio::test]
async fn a_field_renamed() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::new(&bench);
    let kind = FaultKind::Rename {
        from: "calendars".into(),
        to: "days".into(),
    };
    bench
        .sim
        .faults()
        .once("hospital", "product/list", When::After, kind);
    assert!(caller.week(1).await["days"].is_array());
    assert!(caller.week(1).await["calendars"].is_array());
}

#[tokio::test]
async fn a_picture_is_no_place_for_a_renamed_field() {
    let bench = bench_with(vec![]);
    let kind = FaultKind::Rename {
        from: "data".into(),
        to: "x".into(),
    };
    bench
        .sim
        .faults()
        .once("hospital", "getImgCode", When::After, kind);
    assert_eq!(Caller::new(&bench).picture().await.len(), 4);
}

#[tokio::test]
async fn the_web_channel_is_closed() {
    let bench = bench_with(vec![clinic()]);
    bench.sim.faults().set_switches(Switches {
        hospital_closed: true,
        ..Switches::default()
    });
    let mut caller = Caller::new(&bench);
    let page = caller.fetch("user/info", &[]).await;
    assert!(page.status == 200 && page.text.contains("网站预约渠道已关闭"));
}

async fn control(bench: &Bench, method: &str, path: &str, body: Value) -> Value {
    let request = Request::builder().method(method).uri(path);
    bench
        .call(
            "hospital",
            request.body(Body::from(body.to_string())).unwrap(),
        )
        .await
        .json()
}

#[tokio::test]
async fn the_control_path_makes_a_world_and_reads_codes() {
    let bench = Bench::new();
    let world = json!({
        "hospital": {
            "hospitals": [{"code": "H9", "name": "北京示例第九医院", "drift_s": 30}],
            "departments": [{"hos": "H9", "first": "04", "first_name": "内科", "second": "644", "second_name": "消化内科门诊"}],
            "clinics": [{
                "hos": "H9", "first": "04", "second": "644", "title": "普通号", "places": 1,
                "needs": {"sms": 4}, "line": {"waits": 1}, "others_take_ms": 0,
            }],
            "accounts": [{
                "mobile": MOBILE, "name": "王示例",
                "patients": [{"name": "王示例", "id_number": "139999199001010410", "cards": [{"kind": "SOCIAL_SECURITY", "number": "10000000041X"}]}],
            }],
            "returns": [{"clinic": 0, "date": KNOWN, "stays_ms": 600_000}],
            "bookings": [{"mobile": MOBILE, "patient": "王示例", "hos": "H9", "first": "04", "second": "644", "date": KNOWN}],
            "cancels": ["900000000001", "900000000002"],
        },
        "options": {"hospital": {"product_gap_ms": 0, "say_once": {"user/info": {"code": 10_000}}}},
    });
    let done = control(&bench, "POST", "/_sim/world", world).await;
    let expected = json!({"clinics": [0], "returns": [true], "bookings": ["900000000001"], "cancels": [true, false]});
    assert_eq!(done["hospital"], expected, "{done}");
    assert_eq!(
        done["options"]["hospital"]["say_once"]["user/info"]["code"],
        10_000
    );
    let mut caller = Caller::new(&bench);
    assert_eq!(caller.get("user/info", &[]).await["resCode"], 10_000);
    let picture = caller.picture().await;
    let codes = control(&bench, "GET", "/_sim/codes", json!({})).await;
    let id = caller.cookie("agent_login_img_code").unwrap();
    assert_eq!(codes["hospital_pictures"][id], json!(picture));
    caller.ask_code(MOBILE, &picture).await;
    let codes = control(&bench, "GET", "/_sim/codes", json!({})).await;
    let code = codes["hospital_sms"][MOBILE].as_str().unwrap();
    assert_eq!(caller.login(MOBILE, code).await["resCode"], 0);
    control(
        &bench,
        "POST",
        "/_sim/world",
        json!({"hospital": {"sign_out": true}}),
    )
    .await;
    assert!(!caller.is_signed_in().await);
    let wrong = control(
        &bench,
        "POST",
        "/_sim/world",
        json!({"hospital": {"doctors": []}}),
    )
    .await;
    assert!(wrong["error"].is_string());
}

#[tokio::test]
async fn over_tcp_its_own_page_is_the_right_one() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bench = bench_with(vec![clinic()]);
    let addresses = bench
        .sim
        .serve("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let base = &addresses.hospital;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{base}/web/user/info?_time={}", bench.now());
    for (referer, expected) in [
        (format!("{base}/hospital/H9/home"), 0),
        ("https://www.114yygh.com/".to_owned(), 0),
        ("http://127.0.0.1:1/".to_owned(), 10_000),
    ] {
        let asked = client.get(&url).header("request-source", "PC");
        let answer = asked.header("referer", &referer).send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter();
        let cookies: Vec<_> = cookies
            .map(|line| line.to_str().unwrap().to_owned())
            .collect();
        assert_eq!(cookies.len(), 3, "{cookies:?}");
        assert!(
            !cookies.iter().any(|line| line.contains("Domain")),
            "a browser would drop it here"
        );
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(answer["resCode"], expected, "{referer}");
    }
}
