//! The signature of version 1.0: worked vectors, and everything that spoils it.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::caller::{ACCEPT, Caller, Form, KEY, VIN, bench, owner, sign};
use crate::common::{Bench, MINUTE};

struct Vector {
    method: &'static str,
    target: &'static str,
    body: &'static str,
    nonce: &'static str,
    moment: &'static str,
    signature: &'static str,
}

/// Worked out with two other implementations; key, car and user are invented.
const VECTORS: [Vector; 3] = [
    Vector {
        method: "GET",
        target: "/remote-control/vehicle/status/LTESTVHC7E0000001?latest=False&target=basic%2Cmore&userId=1000001",
        body: "",
        nonce: "11111111-2222-4333-8444-555555555555",
        moment: "1676625476579",
        signature: "at6gnoWQ1m1pjITMWb5764iAKRM=",
    },
    Vector {
        method: "GET",
        target: "/remote-control/vehicle/status/state/LTESTVHC7E0000001",
        body: "",
        nonce: "a1b-0123456789abABCDEFG1676625477001",
        moment: "1676625477001",
        signature: "3ZMKUybA2/NVFAAXov1yEPpvNtc=",
    },
    Vector {
        method: "PUT",
        target: "/remote-control/vehicle/telematics/LTESTVHC7E0000001",
        body: r#"{"command":"start","creator":"tc","operationScheduling":{"duration":0,"interval":0,"occurs":1,"recurrentOperation":false},"serviceId":"RDU","serviceParameters":[{"key":"time.window","value":"1"}],"timestamp":1676625480000,"userId":"1000001"}"#,
        nonce: "66666666-7777-4888-8999-aaaaaaaaaaaa",
        moment: "1676625480123",
        signature: "jclkDrYY48ANuzhxObabylzisk0=",
    },
];

/// Sends a vector with some headers, or parts, in place of its own; gives the code.
async fn code(vector: &Vector, instead: &[(&str, &str)]) -> Value {
    let bench = Bench::begun(vector.moment.parse().unwrap(), None);
    bench.sim.add_car_owner(owner());
    bench.sim.add_car(crate::caller::car());
    let part = |name: &str, usual: &'static str| {
        let other = instead.iter().find(|(other, _)| *other == name);
        other.map_or(usual, |(_, value)| *value).to_owned()
    };
    let request = Request::builder()
        .method(part("method", vector.method).as_str())
        .uri(part("target", vector.target))
        .header("authorization", "test-access-token-1")
        .header("accept", part("accept", ACCEPT))
        .header("x-app-id", part("x-app-id", "lynkco"))
        .header("x-operator-code", "LYNKCO")
        .header("x-api-signature-version", part("version", "1.0"))
        .header("x-api-signature-nonce", part("nonce", vector.nonce))
        .header("x-timestamp", part("moment", vector.moment))
        .header("x-signature", part("signature", vector.signature));
    let request = request.body(Body::from(part("body", vector.body))).unwrap();
    bench.call("vehicle", request).await.json()["code"].clone()
}

#[tokio::test]
async fn vectors_are_good() {
    for vector in &VECTORS {
        assert_eq!(code(vector, &[]).await, "1000", "{}", vector.target);
        let made = sign(
            KEY,
            vector.method,
            vector.target,
            vector.body.as_bytes(),
            vector.nonce,
            vector.moment,
        );
        assert_eq!(made, vector.signature);
    }
}

#[tokio::test]
async fn whatever_is_signed_spoils_it_when_it_differs() {
    let [get, _, put] = &VECTORS;
    let query_changed = get.target.replace("False", "True");
    let query_decoded = get.target.replace("%2C", ",");
    let spaced = put.body.replace("\"RDU\"", " \"RDU\"");
    for (vector, part, value) in [
        (get, "target", query_changed.as_str()),
        (get, "target", &query_decoded),
        (get, "accept", "application/json"),
        (get, "nonce", "11111111-2222-4333-8444-555555555556"),
        (get, "moment", "1676625476580"),
        (get, "version", "2.0"),
        (get, "signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (get, "signature", "not base64"),
        (get, "x-app-id", "xiaokanl"),
        (put, "body", &spaced),
        (put, "body", ""),
    ] {
        assert_eq!(
            code(vector, &[(part, value)]).await,
            "1445",
            "{part} {value}"
        );
    }
}

#[tokio::test]
async fn the_query_may_be_sent_in_any_order() {
    let [get, ..] = &VECTORS;
    let (path, _) = get.target.split_once('?').unwrap();
    let turned = format!("{path}?userId=1000001&target=basic%2Cmore&latest=False");
    assert_eq!(code(get, &[("target", &turned)]).await, "1000");
}

#[tokio::test]
async fn a_chinese_body_is_signed_by_its_bytes() {
    let body = "{\"address\":\"北京市东城区天安门广场\",\"creator\":\"tc\",\"name\":\"天安门（测试）\",\"note\":\"代办·领克\"}";
    let target = "/geelyTCAccess/tcservices/ihu/send/to/car?vin=LTESTVHC7E0000001";
    let made = sign(
        KEY,
        "POST",
        target,
        body.as_bytes(),
        "0123456789abcdef",
        "1676625490999",
    );
    assert_eq!(made, "cXmBDG5xPlSGDdWDzMHbIRyV+Mg=");
}

#[tokio::test]
async fn a_nonce_is_good_once() {
    let bench = bench();
    let moment = bench.now().to_string();
    let path = Caller::new(&bench, Form::Signed).status_path(VIN, false);
    let once = Caller::new(&bench, Form::Signed)
        .with("x-api-signature-nonce", "one")
        .with("x-signature", &sign(KEY, "GET", &path, b"", "one", &moment));
    assert_eq!(once.code().await, "1000");
    assert_eq!(once.code().await, "1443");
    // Not the nonce but its request was bad: it may be used yet.
    let spoilt = Caller::new(&bench, Form::Signed).with("x-api-signature-nonce", "two");
    assert_eq!(spoilt.code().await, "1445");
    let good = Caller::new(&bench, Form::Signed)
        .with("x-api-signature-nonce", "two")
        .with("x-signature", &sign(KEY, "GET", &path, b"", "two", &moment));
    assert_eq!(good.code().await, "1000");
}

#[tokio::test]
async fn the_moment_is_near_the_services_own() {
    let path = |bench: &Bench| Caller::new(bench, Form::Signed).status_path(VIN, false);
    for (off, expected) in [
        (0, "1000"),
        (5 * MINUTE, "1000"),
        (-5 * MINUTE, "1000"),
        (5 * MINUTE + 1, "1445"),
        (-5 * MINUTE - 1, "1445"),
    ] {
        let bench = bench();
        let moment = (bench.now() + off).to_string();
        let caller = Caller::new(&bench, Form::Signed)
            .with("x-timestamp", &moment)
            .with("x-api-signature-nonce", "n")
            .with(
                "x-signature",
                &sign(KEY, "GET", &path(&bench), b"", "n", &moment),
            );
        assert_eq!(caller.code().await, expected, "{off}");
    }
}

#[tokio::test]
async fn the_order_of_checks() {
    let bench = bench();
    let mut caller = Caller::new(&bench, Form::Signed);
    caller.token = "nobody's".into();
    assert_eq!(caller.code().await, "1501");
    caller.key = "another-key-another-key-another-k".into();
    assert_eq!(
        caller.code().await,
        "1445",
        "the signature before the token"
    );
    let refused = caller.sign_in("test-auth-code-1").await;
    assert_eq!(refused["code"], json!(1445), "a number about accounts");
}

#[tokio::test]
async fn of_2020_nothing_is_signed_but_the_operator_is_named() {
    let bench = bench();
    assert_eq!(Caller::new(&bench, Form::Plain).code().await, "1000");
    let without = Caller::new(&bench, Form::Plain).with("x-operator-code", "");
    assert_eq!(without.code().await, "1001");
    let without = Caller::new(&bench, Form::Plain).with("x-app-id", "");
    assert_eq!(without.code().await, "1000");
    let body = crate::caller::command("RDL", true, &[]);
    assert_eq!(without.tell(&body).await["code"], "1001");
    let bearer =
        Caller::new(&bench, Form::Plain).with("authorization", "Bearer test-access-token-1");
    assert_eq!(bearer.code().await, "1501", "the raw token alone");
}
