//! Faults at every call of both forms, planned answers, the switch, the control path, and a real socket.

use axum::body::Body;
use axum::http::Request;
use daiban_sim::{FaultKind, SimFault, Switches, VehicleSaid, When};
use serde_json::{Value, json};

use crate::caller::{Caller, FORMS, Form, KEY, USER, VIN, bench, command, owner, rules, sign};
use crate::common::{Bench, Got};

/// Every call: its method, path and body.
fn calls(form: Form, caller: &Caller<'_>) -> Vec<(&'static str, String, Option<Value>)> {
    let (account, refresh) = match form {
        Form::Plain => ("/auth/account/token", "test-refresh-token-1"),
        Form::Signed => ("/auth/account/session/secure", "test-refresh-token-1"),
    };
    let cars = match form {
        Form::Plain => format!("/device_platform/user/vehicle?id={USER}"),
        Form::Signed => {
            format!("/device-platform/user/vehicle/secure?needSharedCar=1&userId={USER}")
        }
    };
    let code = json!({"authCode": "test-auth-code-1", "redirectUri": "http://www.example.com"});
    let capability =
        format!("/geelyTCAccess/tcservices/capability/{VIN}?pageIndex=1&pageSize=9&vehicleType=0");
    let flow = "/api/v1/flowinfo?iccid=89860000000000000000&type=iccid".to_owned();
    let mut all = vec![
        ("POST", format!("{account}?identity_type=lid"), Some(code)),
        (
            "PUT",
            account.into(),
            Some(json!({"refreshToken": refresh})),
        ),
        ("DELETE", account.into(), None),
        ("GET", cars, None),
        ("GET", caller.status_path(VIN, false), None),
        ("GET", capability, None),
        (
            "PUT",
            caller.command_path(VIN),
            Some(command("RDL", true, &[])),
        ),
        ("GET", flow, None),
    ];
    if form == Form::Signed {
        let bind = json!({"vin": VIN, "sessionToken": "test-access-token-1", "language": ""});
        let below = "/remote-control/vehicle/status";
        all.extend([
            (
                "POST",
                "/device-platform/user/session/update?identity_type=lid".into(),
                Some(bind),
            ),
            ("GET", format!("{below}/state/{VIN}"), None),
            ("GET", format!("{below}/journalLogV4/{VIN}"), None),
        ]);
    }
    all
}

/// Effects within a minute.
async fn effects(bench: &Bench) -> usize {
    bench.pass(60_000);
    bench.effects("vehicle.").len()
}

fn assert_spoilt(kind: &FaultKind, got: &Got, path: &str) {
    match kind {
        FaultKind::Timeout | FaultKind::Reset => {
            assert_eq!(got.fault, Some(SimFault(kind.clone())), "{path}");
        }
        FaultKind::Status500 => assert_eq!(got.status, 500),
        FaultKind::Html => assert!(got.status == 200 && got.text.starts_with("<!DOCTYPE")),
        FaultKind::Code(code) => {
            let said = &got.json()["code"];
            let is_account = path.contains("/auth/");
            let expected = if is_account {
                json!(code)
            } else {
                json!(code.to_string())
            };
            assert_eq!(said, &expected, "{path}");
        }
        _ => unreachable!(),
    }
}

#[tokio::test]
async fn each_kind_before_and_after_each_call() {
    let kinds = [
        FaultKind::Timeout,
        FaultKind::Reset,
        FaultKind::Status500,
        FaultKind::Html,
        FaultKind::Code(8500),
        FaultKind::Code(8070),
    ];
    let mut tried = 0;
    for form in FORMS {
        let usual = bench();
        for (method, path, body) in calls(form, &Caller::new(&usual, form)) {
            let clean = bench();
            Caller::new(&clean, form)
                .send(method, &path, body.as_ref())
                .await;
            let changes = effects(&clean).await;
            assert_eq!(
                changes,
                usize::from(path.contains("/auth/") || path.contains("/telematics/"))
            );
            for kind in &kinds {
                for (when, expected) in [(When::Before, 0), (When::After, changes)] {
                    let bench = bench();
                    let only = path.split('?').next().unwrap();
                    bench.sim.faults().once("vehicle", only, when, kind.clone());
                    let got = Caller::new(&bench, form)
                        .send(method, &path, body.as_ref())
                        .await;
                    assert_spoilt(kind, &got, &path);
                    assert_eq!(
                        effects(&bench).await,
                        expected,
                        "{method} {path} {when:?} {kind:?}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, (8 + 11) * 12);
}

#[tokio::test]
async fn a_late_answer_and_a_renamed_field() {
    let bench = bench();
    let slow = FaultKind::Slow { ms: 7 };
    bench
        .sim
        .faults()
        .once("vehicle", "telematics", When::After, slow.clone());
    let caller = Caller::new(&bench, Form::Signed);
    let body = command("RDL", true, &[]);
    let got = caller
        .send("PUT", &caller.command_path(VIN), Some(&body))
        .await;
    assert_eq!(
        (got.fault.clone(), got.json()["code"].clone()),
        (Some(SimFault(slow)), json!("1000"))
    );
    let rename = FaultKind::Rename {
        from: "vehicleStatus".into(),
        to: "carStatus".into(),
    };
    bench
        .sim
        .faults()
        .once("vehicle", "status", When::After, rename);
    let answer = caller.status_of(VIN, false).await;
    assert!(answer["data"]["carStatus"].is_object());
    assert!(caller.tree().await.is_object());
}

#[tokio::test]
async fn an_answer_can_be_planned() {
    let bench = bench();
    let caller = Caller::new(&bench, Form::Signed);
    let said = |status, code: Option<Value>| VehicleSaid {
        status,
        code,
        message: None,
    };
    for (planned, status, code) in [
        (said(None, Some(json!(1405))), 200, json!(1405)),
        (said(None, Some(json!("failure"))), 200, json!("failure")),
        (said(Some(403), Some(json!("1501"))), 403, json!("1501")),
    ] {
        rules(&bench, |rules| {
            rules.say_once.insert("command".into(), planned);
        });
        let body = command("RDL", true, &[]);
        let got = caller
            .send("PUT", &caller.command_path(VIN), Some(&body))
            .await;
        assert_eq!(
            (got.status.as_u16(), got.json()["code"].clone()),
            (status, code)
        );
    }
    rules(&bench, |rules| {
        rules.say.insert("status".into(), said(Some(401), None));
    });
    for _ in 0..2 {
        let got = caller
            .send("GET", &caller.status_path(VIN, false), None)
            .await;
        assert!(got.status == 401 && got.text.starts_with("<html>"));
    }
    assert_eq!(effects(&bench).await, 0, "nothing was done in any of them");
}

#[tokio::test]
async fn the_whole_service_is_down() {
    let bench = bench();
    let switches = Switches {
        vehicle_down: true,
        ..Switches::default()
    };
    bench.sim.faults().set_switches(switches);
    let caller = Caller::new(&bench, Form::Signed);
    let got = caller
        .send("GET", &caller.status_path(VIN, false), None)
        .await;
    assert!(got.status == 503 && got.text.contains("系统升级"));
}

async fn control(bench: &Bench, body: &Value) -> Value {
    let request = Request::post("/_sim/world").body(Body::from(body.to_string()));
    bench.call("vehicle", request.unwrap()).await.json()
}

#[tokio::test]
async fn the_control_path_makes_cars_and_moves_them() {
    let bench = Bench::new();
    let now = bench.now();
    let world = json!({
        "vehicle": {
            "owners": [{"user_id": USER, "app_secret": KEY, "access_token": "a", "refresh_token": "r"}],
            "cars": [{"vin": VIN, "owner": USER, "state": {"fuel_l": 20.0}}],
            "car": {"vin": VIN, "change": {"locked": false, "doors_open": {"driver": true}, "report_now": true}},
            "changes": [{"vin": "LTESTVHC0E0000009", "change": {}}],
            "plans": [{"vin": VIN, "legs": [
                {"from_ms": now + 60_000, "to_ms": now + 120_000, "kind": {"drive": {"to": [39.95, 116.4], "km": 1.0}}},
                {"from_ms": now + 130_000, "to_ms": now + 130_000, "kind": {"hand": {"locked": false}}},
                {"from_ms": now + 140_000, "to_ms": now + 150_000, "kind": "offline"},
            ]}],
            "auth_codes": [{"user_id": USER, "code": "c"}],
            "show": [VIN],
        },
        "options": {"vehicle": {"deaf": true, "say_once": {"status": {"code": "8160"}}}},
    });
    let done = control(&bench, &world).await;
    let made = &done["vehicle"];
    assert_eq!(made["tokens"][0]["access_token"], "a", "{done}");
    assert_eq!(made["changes"], json!([true, false]));
    assert_eq!(
        (&made["plans"], &made["auth_codes"]),
        (&json!([true]), &json!([true]))
    );
    assert_eq!(
        made["show"][0]["state"]["doors_locked"]["driver"],
        json!(false)
    );
    assert_eq!(made["show"][0]["state"]["fuel_l"], json!(20.0));
    assert_eq!(done["options"]["vehicle"]["deaf"], json!(true));
    let caller = Caller::new(&bench, Form::Signed);
    assert_eq!(caller.code().await, "8160");
    bench.set(now + 200_000);
    let state = bench.sim.car(VIN).unwrap();
    assert!((state.lat, state.doors_locked.driver, state.online) == (39.95, false, true));
    let done = control(&bench, &json!({"vehicle": {"expire": [USER]}})).await;
    assert_eq!(done["vehicle"]["expire"], json!([true]));
    assert_eq!(caller.code().await, "1402");
    control(&bench, &json!({"vehicle": {"elsewhere": [USER]}})).await;
    assert_eq!(caller.code().await, "1501");
    let wrong = control(
        &bench,
        &json!({"vehicle": {"car": {"vin": VIN, "change": {"doors": 1}}}}),
    )
    .await;
    assert!(wrong["error"].is_string());
}

#[tokio::test]
async fn over_tcp_with_a_port_of_its_own() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bench = Bench::new();
    bench.sim.add_car_owner(owner());
    bench.sim.add_car(crate::caller::car());
    let addresses = bench
        .sim
        .serve("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let path = Caller::new(&bench, Form::Signed).status_path(VIN, false);
    let moment = bench.now().to_string();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client
        .get(format!("{}{path}", addresses.vehicle))
        .header("accept", crate::caller::ACCEPT)
        .header("authorization", "test-access-token-1")
        .header("x-app-id", "lynkco")
        .header("x-operator-code", "LYNKCO")
        .header("x-api-signature-version", "1.0")
        .header("x-api-signature-nonce", "n")
        .header("x-timestamp", &moment)
        .header("x-signature", sign(KEY, "GET", &path, b"", "n", &moment))
        .send()
        .await
        .unwrap();
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(answer["code"], "1000", "{answer}");
}
