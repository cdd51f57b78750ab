//! Requests as they were really sent, verified by a program that shares nothing with ours; what a visit tells of cars.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daiban_core::http::Request;
use daiban_sim::Car;
use serde_json::{Value, json};

use crate::world::{KEY, USER, World, code_of};

const VERIFY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/vehicle_session/verify_signatures.py"
);

fn spelled(request: &Request) -> Value {
    json!({
        "method": request.method.as_str(),
        "url": request.url,
        "headers": request.headers,
        "body": request.body.as_ref().map(|body| STANDARD.encode(body)),
    })
}

/// What the verifier says of these requests, and whether it is content.
fn verified(requests: &[Value], key: &str) -> (bool, String) {
    let mut python = Command::new("python3")
        .args([VERIFY, key])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    stdin
        .write_all(json!(requests).to_string().as_bytes())
        .unwrap();
    drop(stdin);
    let output = python.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap().trim().to_owned();
    (output.status.success(), said)
}

/// A list, an exchange, a renewal: GET with a query, POST and PUT with a body.
#[tokio::test]
async fn requests_are_signed_as_another_program_reckons() {
    let world = World::with_code();
    world.exchange().await.unwrap();
    world.sim.expire_car_token(USER);
    world.signed_in().await.unwrap();
    world.signed_in().await.unwrap();
    let mut requests: Vec<_> = world.sent.lock().unwrap().iter().map(spelled).collect();
    assert_eq!(verified(&requests, KEY), (true, "5".to_owned()));
    // And it would tell.
    let (is_content, said) = verified(&requests, "daiban-made-up-key-0123456789abd");
    assert!(!is_content && said.contains("request 0"), "{said}");
    let repeated = [requests[0].clone(), requests[0].clone()];
    assert!(verified(&repeated, KEY).1.contains("used twice"));
    requests[0]["body"] = json!(STANDARD.encode("{}"));
    assert!(!verified(&requests[..1], KEY).0);
}

#[tokio::test]
async fn cars_are_listed_without_their_numbers_which_logs_are_told_to_hide() {
    let world = World::new();
    world.sim.add_car(Car {
        vin: "LTESTVHC9E0000002".into(),
        plate: "冀R0D002".into(),
        iccid: "89860000000000000001".into(),
        owner: USER.into(),
        default: false,
        ..Car::default()
    });
    let shown = world.signed_in().await.unwrap();
    assert_eq!(
        shown,
        json!({ "signed_in": true, "missing": [], "cars": [
            { "car": "0001", "vin": "*************0001", "plate": world.driver.plate, "series": "领克01", "default": true },
            { "car": "0002", "vin": "*************0002", "plate": "冀R0D002", "series": "领克01", "default": false },
        ] })
    );
    let hidden = world.hidden.lock().unwrap().clone();
    for private in [&world.driver.vin, &world.driver.iccid, &world.driver.plate] {
        assert!(hidden.contains(private), "{private}");
    }
    assert!(hidden.contains(&"LTESTVHC9E0000002".to_owned()));
}

#[tokio::test]
async fn the_car_that_is_named_first_is_the_one_usually_meant_and_a_strange_one_is_told() {
    let world = World::new().set("vin", "LTESTVHC9E0000002,LTESTVHC7E0000001");
    let shown = world.look(json!({ "do": "cars" })).await.unwrap();
    assert_eq!(shown["cars"][0]["default"], false);
    assert_eq!(shown["missing"], json!(["0002"]));
}

#[tokio::test]
async fn tokens_go_nowhere_in_the_clear() {
    let world = World::new().set("user_url", "http://api.xchanger.cn");
    assert_eq!(code_of(world.signed_in().await), "setting");
    let world = World::with_code().set("user_url", "http://api.xchanger.cn");
    assert_eq!(code_of(world.exchange().await), "setting");
    assert!(world.told().is_empty());
}
