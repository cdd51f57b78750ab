//! The password way, typed by a person who looks at the phone.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use daiban_core::{
    ask::{Answer, Ask, AskKind},
    errand::Phase,
    error::ServiceError,
};
use daiban_sim::Sim;
use serde_json::json;

use crate::Family;

/// Types what the phone shows, but the first `wrong` times; scans what there is to scan. Gives the tags of what was asked.
fn at_the_phone(family: &mut Family, wrong: u32) -> Arc<Mutex<Vec<String>>> {
    let username = family.rail.username.clone();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (tags, tries) = (Arc::clone(&asked), AtomicU32::new(0));
    family.rig.person = Box::new(move |sim: &Sim, ask: &Ask| match ask.ask.kind {
        AskKind::Sms => {
            tags.lock().unwrap().push(ask.ask.tag.clone());
            let is_wrong = tries.fetch_add(1, Ordering::Relaxed) < wrong;
            let code = sim.rail_sms_code(&username)?;
            let other = if code == "000000" { "000001" } else { "000000" };
            Some(Answer::Text(if is_wrong { other.into() } else { code }))
        }
        AskKind::Qr => {
            let uuid = sim.read_rail_qr(ask.ask.picture.as_deref()?)?;
            if sim.scan_rail_qr(&uuid, &username) {
                tags.lock().unwrap().push("qr".into());
            }
            sim.confirm_rail_qr(&uuid);
            None
        }
        _ => None,
    });
    asked
}

async fn is_signed_in(family: &Family) -> bool {
    match family.look(json!({ "do": "signed_in" })).await {
        Ok(told) => told["signed_in"] == true,
        Err(ServiceError::SignInLost { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

/// What was demanded, how many wrong codes are typed, and what a person is asked for.
async fn check(login_check: &str, login_code: i64, wrong: u32, expected: &[&str]) -> Family {
    let mut family = Family::new().await;
    family.rig.sim.set_options(|options| {
        options.rail_login_check = login_check.into();
        options.rail_login_code = login_code;
    });
    assert!(!is_signed_in(&family).await);
    let asked = at_the_phone(&mut family, wrong);
    let row = family.sign_in().await;
    let told = format!("check {login_check}, code {login_code}: {}", row.reason.zh);
    assert_eq!(row.phase, Phase::Done, "{told}");
    assert_eq!(*asked.lock().unwrap(), expected, "{told}");
    assert!(is_signed_in(&family).await, "{told}");
    let people = family.look(json!({ "do": "passengers" })).await.unwrap();
    let names = people["passengers"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, family.rail.passengers, "{told}");
    family
}

#[tokio::test]
async fn the_code_of_a_message_signs_in() {
    for login_check in ["1", "3"] {
        let family = check(login_check, 0, 0, &["code"]).await;
        assert_eq!(family.rig.effects("rail.sms").len(), 1);
        assert_eq!(family.asked("/passport/web/login"), 1);
    }
}

#[tokio::test]
async fn a_wrong_code_is_typed_again_and_no_other_message_sent() {
    let family = check("3", 0, 1, &["code", "code"]).await;
    assert_eq!(family.rig.effects("rail.sms").len(), 1);
    assert_eq!(family.asked("/passport/web/login"), 2);
}

#[tokio::test]
async fn where_nothing_is_wanted_nobody_is_asked() {
    let family = check("0", 0, 0, &[]).await;
    assert_eq!(family.rig.effects("rail.sms"), Vec::<String>::new());
}

#[tokio::test]
async fn a_check_by_message_follows_the_password() {
    // The person sends the message (91), or 12306 does when it is asked to (92).
    for (code, sends) in [(91, 0), (92, 1)] {
        let family = check("0", code, 0, &["check"]).await;
        assert_eq!(family.asked("/otn/login/sendMobileMsg"), sends, "{code}");
        assert_eq!(family.asked("/otn/login/checkUpMeg"), 1, "{code}");
    }
    // Another message a minute after the first, the first code of the check mistyped.
    let family = check("3", 92, 0, &["code", "check"]).await;
    assert_eq!(family.rig.effects("rail.sms").len(), 2);
    let family = check("0", 92, 1, &["check", "check"]).await;
    assert_eq!(family.asked("/otn/login/checkUpMeg"), 2);
}

#[tokio::test]
async fn a_slider_is_left_alone_and_a_picture_shown() {
    let family = check("2", 0, 0, &["qr"]).await;
    assert_eq!(family.asked("/passport/web/login"), 0);
    // Wanted only after the password was handed in.
    let family = check("0", 97, 0, &["qr"]).await;
    assert_eq!(family.asked("/passport/web/login"), 1);
}

#[tokio::test]
async fn a_wrong_password_is_handed_in_once() {
    let mut family = Family::new().await;
    let mut account = family.rail.clone();
    account.password = "something else".into();
    family
        .rig
        .sim
        .set_options(|options| options.rail_login_check = "3".into());
    family.rig.sim.add_rail_account(daiban_sim::RailAccount {
        username: account.username.clone(),
        password: account.password,
        id_tail: account.id_tail,
        phone: "13800000011".into(),
        ..Default::default()
    });
    at_the_phone(&mut family, 0);
    let row = family.sign_in().await;
    assert_eq!(row.phase, Phase::Failed, "{}", row.reason.zh);
    assert_eq!(family.asked("/passport/web/login"), 1);
    assert!(row.reason.zh.contains("密码"), "{}", row.reason.zh);
    assert!(!is_signed_in(&family).await);
}
