//! Signing in by a code, renewing, and losing a session.

use daiban_sim::CarOwner;
use serde_json::{Value, json};

use crate::caller::{Caller, FORMS, Form, USER, bench, owner, pair, rules};
use crate::common::Bench;

fn refresh_of(bench: &Bench) -> String {
    bench.sim.car_tokens(USER).unwrap().refresh_token
}

/// A caller with the pair of an answer.
fn after<'a>(bench: &'a Bench, form: Form, answer: &Value) -> Caller<'a> {
    let mut caller = Caller::new(bench, form);
    caller.token = answer["data"]["accessToken"].as_str().unwrap().into();
    caller
}

#[tokio::test]
async fn a_code_is_exchanged_once_and_ends_the_session_there_was() {
    for form in FORMS {
        let bench = bench();
        let earlier = Caller::new(&bench, form);
        let stranger = Caller::new(&bench, form).with("authorization", "");
        let answer = stranger.sign_in("test-auth-code-1").await;
        assert_eq!(answer["code"], json!(1000));
        assert_eq!(answer["data"]["expiresIn"], 7200);
        assert_eq!(answer["data"]["userId"], USER);
        assert_eq!(after(&bench, form, &answer).code().await, "1000");
        assert_eq!(earlier.code().await, "1501");
        let again = stranger.sign_in("test-auth-code-1").await;
        assert_eq!(again["code"], json!(1501));
        assert_eq!(
            bench.effects("vehicle."),
            [format!("vehicle.sign_in {USER}")]
        );
        assert!(bench.sim.give_car_auth_code(USER, "next"));
        assert_eq!(stranger.sign_in("next").await["code"], json!(1000));
    }
}

#[tokio::test]
async fn of_2020_an_exchange_names_an_address() {
    let bench = bench();
    let path = "/auth/account/token?identity_type=lid";
    let body = json!({"authCode": "test-auth-code-1"});
    let caller = Caller::new(&bench, Form::Plain);
    let answer = caller.send("POST", path, Some(&body)).await.json();
    assert_eq!(answer["code"], json!(1001));
    let body = json!({"authCode": "test-auth-code-1", "redirectUri": "http://www.example.com"});
    let answer = caller
        .send("POST", "/auth/account/token", Some(&body))
        .await;
    assert_eq!(answer.json()["code"], json!(1001), "whose sign-in?");
    assert!(bench.effects("vehicle.").is_empty());
}

#[tokio::test]
async fn a_renewal_needs_the_pair_and_replaces_it() {
    for form in FORMS {
        let bench = bench();
        let caller = Caller::new(&bench, form);
        let refresh = refresh_of(&bench);
        let without = Caller::new(&bench, form).with("authorization", "");
        assert_eq!(without.refresh(&refresh).await["code"], json!(1501));
        assert_eq!(caller.refresh("another").await["code"], json!(1501));
        assert_eq!(
            caller.code().await,
            "1000",
            "a refused renewal changes nothing"
        );
        let answer = caller.refresh(&refresh).await;
        assert_eq!(answer["code"], json!(1000));
        let now = bench.sim.car_tokens(USER).unwrap();
        let said = &answer["data"];
        assert_eq!(
            (json!(now.access_token), json!(now.refresh_token)),
            (said["accessToken"].clone(), said["refreshToken"].clone())
        );
        assert_ne!(now.refresh_token, refresh);
        assert_eq!(caller.code().await, "1501", "superseded");
        assert_eq!(caller.refresh(&refresh).await["code"], json!(1501));
        assert_eq!(after(&bench, form, &answer).code().await, "1000");
        assert_eq!(
            bench.effects("vehicle."),
            [format!("vehicle.refresh {USER}")]
        );
    }
}

#[tokio::test]
async fn an_expired_token_can_still_be_renewed() {
    let bench = bench();
    bench.sim.add_car_owner(CarOwner {
        expires_in_s: 7200,
        ..owner()
    });
    let caller = Caller::new(&bench, Form::Signed);
    bench.pass(7_200_000 - 1);
    assert_eq!(caller.code().await, "1000");
    bench.pass(1);
    assert_eq!(caller.code().await, "1402");
    let answer = caller.refresh(&refresh_of(&bench)).await;
    let caller = after(&bench, Form::Signed, &answer);
    assert_eq!(caller.code().await, "1000");
    assert!(bench.sim.expire_car_token(USER));
    assert_eq!(caller.code().await, "1402");
    rules(&bench, |rules| rules.token_s = 60);
    let answer = caller.refresh(&refresh_of(&bench)).await;
    assert_eq!(answer["data"]["expiresIn"], 60);
}

#[tokio::test]
async fn without_rotation_the_refresh_token_stays() {
    let bench = bench();
    rules(&bench, |rules| rules.rotate = false);
    let refresh = refresh_of(&bench);
    let caller = Caller::new(&bench, Form::Plain);
    let answer = caller.refresh(&refresh).await;
    assert_eq!(answer["data"]["refreshToken"], json!(refresh));
    assert_eq!(caller.code().await, "1501");
    assert_eq!(
        after(&bench, Form::Plain, &answer).refresh(&refresh).await["code"],
        json!(1000)
    );
}

#[tokio::test]
async fn with_grace_a_lost_answer_can_be_asked_for_again() {
    let bench = bench();
    rules(&bench, |rules| rules.refresh_grace = true);
    let (caller, refresh) = (Caller::new(&bench, Form::Signed), refresh_of(&bench));
    let first = caller.refresh(&refresh).await;
    assert_eq!(caller.code().await, "1402", "renewed and not yet replaced");
    let second = caller.refresh(&refresh).await;
    assert_eq!(first["data"]["accessToken"], second["data"]["accessToken"]);
    assert_eq!(bench.effects("vehicle.refresh").len(), 1);
    assert_eq!(after(&bench, Form::Signed, &second).code().await, "1000");
    assert_eq!(
        caller.refresh(&refresh).await["code"],
        json!(1501),
        "the new one was used"
    );
    assert_eq!(caller.code().await, "1501");
}

#[tokio::test]
async fn a_sign_in_elsewhere_kills_both_tokens() {
    let bench = bench();
    let (caller, refresh) = (Caller::new(&bench, Form::Signed), refresh_of(&bench));
    assert!(bench.sim.sign_in_elsewhere(USER));
    assert_eq!(bench.sim.car_tokens(USER), None);
    assert_eq!(caller.code().await, "1501");
    assert_eq!(caller.refresh(&refresh).await["code"], json!(1501));
    assert_eq!(
        caller.sign_in("test-auth-code-1").await["code"],
        json!(1000)
    );
    let now = bench.sim.car_tokens(USER).unwrap();
    assert_ne!(pair(&now).0, caller.token);
    assert!(!bench.sim.sign_in_elsewhere("9"));
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    for form in FORMS {
        let bench = bench();
        let caller = Caller::new(&bench, form);
        assert_eq!(caller.sign_out().await["code"], json!(1000));
        assert_eq!(caller.code().await, "1501");
        assert_eq!(
            bench.effects("vehicle."),
            [format!("vehicle.sign_out {USER}")]
        );
    }
}

#[tokio::test]
async fn right_after_a_renewal_the_car_may_be_unbound_for_a_moment() {
    let bench = bench();
    rules(&bench, |rules| rules.unbound_after_refresh = 2);
    let caller = Caller::new(&bench, Form::Signed);
    assert_eq!(caller.code().await, "1000");
    let answer = caller.refresh(&refresh_of(&bench)).await;
    let caller = after(&bench, Form::Signed, &answer);
    for expected in ["8040", "8040", "1000"] {
        assert_eq!(caller.code().await, expected);
    }
}

#[tokio::test]
async fn another_client_id_is_odd() {
    let bench = bench();
    for (client, expected) in [
        ("TEST0000CLIENT0000000000000000001", "1000"),
        ("TEST0000CLIENT0000000000000000002", "1001"),
    ] {
        let caller = Caller::new(&bench, Form::Signed).with("x-client-id", client);
        assert_eq!(caller.code().await, expected);
    }
}
