//! The SIM card's data: units side by side, and whose card it is.

use daiban_sim::{CarChange, SimCard};
use serde_json::json;

use crate::caller::{Caller, FORMS, Form, bench, change};
use crate::common::{DAY, START};

const PATH: &str = "/api/v1/flowinfo?iccid=89860000000000000000&type=iccid";

#[tokio::test]
async fn days_and_seconds_and_digits() {
    for form in FORMS {
        let bench = bench();
        change(
            &bench,
            CarChange {
                sim: Some(SimCard {
                    used_kib: 3_000_000,
                    start_ms: Some(START - 10 * DAY),
                    limit_ms: Some(START + 3 * DAY - 1),
                    ..SimCard::default()
                }),
                ..CarChange::default()
            },
        );
        let answer = Caller::new(&bench, form).get(PATH).await;
        assert_eq!(answer["left"], 145_728);
        assert_eq!(answer["basic_package"]["available_days"], 2);
        assert_eq!(answer["timestamp"], json!(START / 1000));
        assert_eq!(answer.get("code"), None, "without an envelope");
    }
}

#[tokio::test]
async fn a_package_has_beijing_digits() {
    let bench = bench();
    let answer = Caller::new(&bench, Form::Plain).get(PATH).await;
    let package = &answer["increase_package"]["package"][0];
    assert_eq!(package["activeDate"], "20261119080000");
    assert_eq!(package["expireDate"], "20261220080000");
    assert_eq!(package["SMSNumber"], 429);
}

#[tokio::test]
async fn cards_of_others_and_no_card() {
    let bench = bench();
    let caller = Caller::new(&bench, Form::Signed);
    for (path, expected) in [
        (
            "/api/v1/flowinfo?iccid=89860000000000000009&type=iccid",
            "8160",
        ),
        (
            "/api/v1/flowinfo?iccid=89860000000000000000&type=imsi",
            "1001",
        ),
        ("/api/v1/flowinfo?type=iccid", "1001"),
    ] {
        assert_eq!(caller.get(path).await["code"], expected, "{path}");
    }
    let stranger = Caller::new(&bench, Form::Plain).with("authorization", "nobody's");
    assert_eq!(stranger.get(PATH).await["code"], "1501");
}
