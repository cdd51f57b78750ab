//! The violation API: signature, codes, charging.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, START};
use daiban_sim::{Fine, SignMode, sign};
use serde_json::{Value, json};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(key, value)| ((*key).into(), (*value).into()))
        .collect()
}

fn asked(extra: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all = pairs(&[
        ("appid", "90001"),
        ("car_no", "冀R0D002"),
        ("car_type", "02"),
        ("engine_number", "TESTENG000002"),
        ("format", "json"),
        ("frame_number", "LTESTVIN000000002"),
    ]);
    for (key, value) in extra {
        all.retain(|(name, _)| name != key);
        all.push(((*key).into(), (*value).into()));
    }
    all
}

fn encoded(pairs: &[(String, String)], sign: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .append_pair("sign", sign)
        .finish()
}

async fn get(bench: &Bench, pairs: &[(String, String)]) -> Value {
    let query = encoded(pairs, &sign(pairs, SECRET));
    bench
        .get("violation", &format!("/pyi/65/173?{query}"), &[])
        .await
        .json()
}

/// Signs worked out with PHP's and Python's own MD5 over the documented construction.
#[test]
fn sign_vectors() {
    let base = [
        ("appid", "90001"),
        ("car_no", "冀R0D001"),
        ("car_type", "02"),
        ("format", "json"),
    ];
    let with = |more: &[(&str, &str)]| sign(&pairs(&[&base, more].concat()), SECRET);
    let frame = ("frame_number", "LTESTVIN000000001");
    let engine = ("engine_number", "TESTENG000001");
    assert_eq!(with(&[engine, frame]), "2c748e57f2b6a7cfeaef28623e1ae66f");
    assert_eq!(
        with(&[engine, frame, ("time", "1790000000")]),
        "b2ed1e6ba2634b0b6e3925adacfdd54d"
    );
    assert_eq!(
        with(&[("engine_number", "0"), frame]),
        "7369fb04ee5df1fa2a6c3ef60c4c2318"
    );
    assert_eq!(
        with(&[("engine_number", "AB 12&3+4"), frame]),
        "5b6c418c845536de6f8a6ab1f279ebee"
    );
    assert_eq!(
        with(&[("engine_number", ""), frame]),
        "271a55520b9825c69dc8fe70bd94161d"
    );
    assert_eq!(
        with(&[engine, ("frame_number", " ")]),
        "4136af15532b012f6a0857c1d82e889d"
    );
    assert_eq!(
        with(&[engine, frame, ("Zeta", "1"), ("abc", "2"), ("sign", "x")]),
        "d0e2602dd1f52b9a6b238c58c8a84d8d"
    );
    let new_energy = pairs(&[
        ("appid", "90001"),
        ("car_no", "冀RD00001"),
        ("car_type", "52"),
        engine,
        ("format", "json"),
        ("frame_number", ""),
        ("time", "1790000000"),
    ]);
    assert_eq!(
        sign(&new_energy, SECRET),
        "867549307d7d55252cb250edc080d518"
    );
}

#[tokio::test]
async fn an_open_fine_is_found_and_one_call_charged() {
    let bench = Bench::new();
    bench.sim.household();
    let answer = get(&bench, &asked(&[])).await;
    assert_eq!(
        (&answer["codeid"], &answer["time"]),
        (&json!(10000), &json!((START / 1000).to_string()))
    );
    let data = &answer["retdata"];
    assert_eq!(
        (&data["vioNum"], &data["fineTotal"], &data["carNo"]),
        (&json!(1), &json!(200), &json!("冀R0D002"))
    );
    assert_eq!(
        (&data["data"][0]["handleSign"], &data["data"][0]["vioFine"]),
        (&json!(1), &json!("200"))
    );
    assert_eq!(bench.sim.calls_left("90001"), Some(99));
    assert_eq!(
        bench.effects("violation"),
        ["violation.charge 90001 冀R0D002"]
    );

    // The same as a form.
    let pairs = asked(&[("time", &(START / 1000).to_string())]);
    let body = encoded(&pairs, &sign(&pairs, SECRET));
    let request = axum::http::Request::post("/pyi/65/173")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(
        bench
            .call("violation", request.body(body.into()).unwrap())
            .await
            .json()["codeid"],
        10000
    );
}

#[tokio::test]
async fn each_refusal_has_its_code_and_costs_nothing() {
    let bench = Bench::new();
    bench.sim.household();
    let late = ((START / 1000) - 601).to_string();
    let just = ((START / 1000) + 600).to_string();
    for (change, code) in [
        (vec![("appid", "")], 10001),
        (vec![("appid", "90002")], 10005),
        (vec![("time", late.as_str())], 10004),
        (vec![("time", "1795132800.5")], 10017),
        (vec![("frame_number", "")], 10015),
        (vec![("color", "1")], 10015),
        (vec![("car_type", "77")], 10019),
        (vec![("engine_number", "TESTENG000001")], 10019),
        (vec![("engine_number", "testeng000002")], 10019),
        (vec![("car_no", "冀R0D888")], 10025),
    ] {
        let answer = get(&bench, &asked(&change)).await;
        assert_eq!(
            (&answer["codeid"], &answer["retdata"]),
            (&json!(code), &json!([])),
            "{change:?}"
        );
    }
    let unsigned = encoded(&asked(&[]), "");
    assert_eq!(
        bench
            .get("violation", &format!("/pyi/65/173?{unsigned}"), &[])
            .await
            .json()["codeid"],
        10002
    );
    let wrong = encoded(&asked(&[]), SECRET);
    assert_eq!(
        bench
            .get("violation", &format!("/pyi/65/173?{wrong}"), &[])
            .await
            .json()["codeid"],
        10003
    );
    assert_eq!(
        bench.get("violation", "/pyi/65/174", &[]).await.json()["codeid"],
        10009
    );
    // A clean car: nothing found, nothing charged.
    let clean = asked(&[
        ("car_no", "冀R0D001"),
        ("engine_number", "TESTENG000001"),
        ("frame_number", "LTESTVIN000000001"),
    ]);
    assert_eq!(get(&bench, &clean).await["codeid"], 10025);
    assert_eq!(bench.sim.calls_left("90001"), Some(100));
    assert_eq!(
        get(&bench, &asked(&[("time", &just)])).await["codeid"],
        10000
    );
    bench
        .sim
        .set_options(|options| options.violation_zero_as_10000 = true);
    assert_eq!(get(&bench, &clean).await["retdata"]["vioNum"], 0);
}

#[tokio::test]
async fn modes_of_a_customer() {
    let bench = Bench::new();
    bench.sim.household();
    let sim = &bench.sim;
    sim.add_storeapi_customer("hash", SECRET, SignMode::Hash, 1);
    sim.add_storeapi_customer("debug", SECRET, SignMode::Debug, 1);
    sim.add_storeapi_customer("async", SECRET, SignMode::Async, 1);
    let bare = encoded(&asked(&[("appid", "hash")]), SECRET);
    let path = format!("/pyi/65/173?{bare}");
    assert_eq!(
        bench.get("violation", &path, &[]).await.json()["codeid"],
        10000
    );
    assert_eq!(
        bench.get("violation", &path, &[]).await.json()["codeid"],
        10018
    );
    assert_eq!(
        get(&bench, &asked(&[("appid", "debug")])).await["codeid"],
        10024
    );
    assert_eq!(
        get(&bench, &asked(&[("appid", "async")])).await["codeid"],
        10023
    );
    assert_eq!(
        (sim.calls_left("debug"), sim.calls_left("async")),
        (Some(1), Some(1))
    );
    sim.add_fine(Fine {
        plate: "冀R0D001".into(),
        handle_sign: 2,
        ..Fine::default()
    });
    assert_eq!(bench.effects("violation.charge").len(), 1);
}
