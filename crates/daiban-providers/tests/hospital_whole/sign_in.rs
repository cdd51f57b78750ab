//! Signing in, and being signed out.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use daiban_core::{
    account::AccountState,
    ask::{Answer, Ask, AskKind},
    errand::Phase,
    error::ServiceError,
};
use daiban_sim::{FaultKind, FaultPlan, HospitalSignedOut, Sim, When};
use serde_json::json;

use crate::kit::fuse::{Fuse, Side};
use crate::kit::{MINUTE_MS, START_MS};
use crate::{Family, MOBILE};

/// Types what picture and phone show, but the first so many times something else. Gives the tags of what was asked.
pub fn at_the_phone(
    family: &mut Family,
    wrong_pictures: u32,
    wrong_codes: u32,
) -> Arc<Mutex<Vec<String>>> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (tags, pictures, codes) = (asked.clone(), AtomicU32::new(0), AtomicU32::new(0));
    family.rig.person = Box::new(move |sim: &Sim, ask: &Ask| {
        let (right, other, is_wrong) = match ask.ask.kind {
            AskKind::Captcha => (
                sim.read_hospital_picture(ask.ask.picture.as_deref()?)?,
                ["0000", "0001"],
                pictures.fetch_add(1, Ordering::Relaxed) < wrong_pictures,
            ),
            AskKind::Sms => (
                sim.hospital_sms_code(MOBILE)?,
                ["000000", "000001"],
                codes.fetch_add(1, Ordering::Relaxed) < wrong_codes,
            ),
            _ => return None,
        };
        tags.lock().unwrap().push(ask.ask.tag.clone());
        let other = other.into_iter().find(|other| *other != right)?;
        Some(Answer::Text(match is_wrong {
            true => other.to_owned(),
            false => right,
        }))
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

#[tokio::test]
async fn a_wrong_picture_a_wrong_code_and_then_somebody_is_signed_in() {
    let mut family = Family::new().await;
    let asked = at_the_phone(&mut family, 1, 1);
    let row = family.sign_in(MINUTE_MS).await;
    let story = family.rig.story(&row.id).await;
    assert_eq!(row.phase, Phase::Done, "{story}");
    assert_eq!(
        *asked.lock().unwrap(),
        ["picture", "picture", "code", "code"],
        "{story}"
    );
    assert_eq!(family.rig.effects("hospital.sms"), ["hospital.sms LOGIN"]);
    assert_eq!(family.asked("/web/login"), 2);
    assert_eq!(family.rig.effects("hospital.login").len(), 1);
    assert_eq!(family.state().await, AccountState::Ready);
    assert!(is_signed_in(&family).await);
    // The cookies of every step hold for what comes after, also those replaced on the way.
    let real_name = family.look(json!({ "do": "real_name" })).await.unwrap();
    assert_eq!(real_name["ok"], true);
    let people = family.look(json!({ "do": "patients" })).await.unwrap();
    let patient = &people["patients"][0];
    assert_eq!(patient["name"], "王示例");
    assert_eq!(patient["bound"], true);
    let kinds: Vec<&str> = patient["cards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|card| card["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["SOCIAL_SECURITY", "IDENTITY_CARD"]);
    assert!(!people.to_string().contains("110101199001010015"));
}

#[tokio::test]
async fn five_wrong_pictures_and_no_message() {
    let mut family = Family::new().await;
    let asked = at_the_phone(&mut family, 9, 0);
    let row = family.sign_in(MINUTE_MS).await;
    assert_eq!(row.phase, Phase::Failed, "{}", row.reason.zh);
    assert_eq!(*asked.lock().unwrap(), ["picture"; 5]);
    assert!(family.rig.effects("hospital.sms").is_empty());
    // Nobody was ever signed in, so nothing was lost.
    assert_eq!(family.state().await, AccountState::New);
}

#[tokio::test]
async fn three_wrong_codes_and_it_stops() {
    let mut family = Family::new().await;
    let asked = at_the_phone(&mut family, 0, 9);
    let row = family.sign_in(MINUTE_MS).await;
    assert_eq!(row.phase, Phase::Failed, "{}", row.reason.zh);
    assert_eq!(*asked.lock().unwrap(), ["picture", "code", "code", "code"]);
    assert!(
        row.reason.zh.contains("手机验证码错误"),
        "{}",
        row.reason.zh
    );
    assert_eq!(family.state().await, AccountState::New);
}

#[tokio::test]
async fn the_key_may_come_from_the_service() {
    let mut family = Family::new().await;
    let key = "imed2023imed2023";
    family
        .rig
        .sim
        .set_options(|options| options.hospital.aes_key = key.into());
    at_the_phone(&mut family, 0, 0);
    // Written with the key of the settings nobody is understood.
    let row = family.sign_in(MINUTE_MS).await;
    assert_eq!(row.phase, Phase::Failed, "{}", row.reason.zh);
    assert!(row.reason.zh.contains("手机号格式"), "{}", row.reason.zh);
    assert_eq!(family.asked("/web/token/accredit"), 0);
    let account = family
        .rig
        .add_account(
            "114-2",
            daiban_core::service::Service::Hospital,
            &[("mobile", MOBILE), ("key_from", "service")],
            &[],
        )
        .await;
    family.account = account;
    let row = family.sign_in(MINUTE_MS).await;
    assert_eq!(row.phase, Phase::Done, "{}", row.reason.zh);
    assert_eq!(family.asked("/web/token/accredit"), 1, "once a sign-in");
}

#[tokio::test]
async fn messages_the_service_does_not_send_are_explained() {
    for (cap, words) in [(0, "明天"), (10, "等一两分钟")] {
        let mut family = Family::new().await;
        family
            .rig
            .sim
            .set_options(|options| options.hospital.sms_daily = cap);
        at_the_phone(&mut family, 0, 9);
        let mut row = family.sign_in(1_000).await;
        if cap > 0 {
            // Another sign-in before the pause between two messages is over.
            row = family.sign_in(1_000).await;
        }
        assert_eq!(row.phase, Phase::Failed, "{}", row.reason.zh);
        assert!(row.reason.zh.contains(words), "{}", row.reason.zh);
    }
}

// ── an answer is lost on the way ──

fn fault(path: &str, when: When, kind: FaultKind) -> FaultPlan {
    FaultPlan {
        service: "hospital".into(),
        path_contains: path.into(),
        nth: Some(1),
        when,
        kind,
    }
}

#[tokio::test]
async fn a_sign_in_whose_answer_is_lost_is_looked_for_and_not_sent_again() {
    for kind in [FaultKind::Timeout, FaultKind::Status500, FaultKind::Html] {
        let mut family = Family::new().await;
        let asked = at_the_phone(&mut family, 0, 0);
        let plan = fault("/web/login", When::After, kind.clone());
        family.rig.sim.faults().add(plan);
        let row = family.sign_in(MINUTE_MS).await;
        let story = family.rig.story(&row.id).await;
        assert_eq!(
            family.rig.effects("hospital.login").len(),
            1,
            "{kind:?}{story}"
        );
        // Each time it was handed in a person had typed a code for it.
        let typed = asked
            .lock()
            .unwrap()
            .iter()
            .filter(|tag| *tag == "code")
            .count();
        assert_eq!(family.asked("/web/login"), typed, "{kind:?}{story}");
        let signed_in = is_signed_in(&family).await;
        assert_eq!(row.phase == Phase::Done, signed_in, "{kind:?}{story}");
    }
}

#[tokio::test]
async fn a_sign_in_that_never_arrived_is_handed_in_again_by_the_person() {
    for kind in [FaultKind::Timeout, FaultKind::Reset, FaultKind::Status500] {
        let mut family = Family::new().await;
        let asked = at_the_phone(&mut family, 0, 0);
        let plan = fault("/web/login", When::Before, kind.clone());
        family.rig.sim.faults().add(plan);
        let row = family.sign_in(MINUTE_MS).await;
        let story = family.rig.story(&row.id).await;
        assert_eq!(row.phase, Phase::Done, "{kind:?}{story}");
        assert_eq!(*asked.lock().unwrap(), ["picture", "code", "code"]);
        assert!(is_signed_in(&family).await);
    }
}

#[tokio::test]
async fn a_message_whose_answer_is_lost_is_not_asked_for_again() {
    for (kind, page) in [(FaultKind::Timeout, false), (FaultKind::Html, true)] {
        let mut family = Family::new().await;
        let asked = at_the_phone(&mut family, 0, 0);
        let plan = fault("/web/common/verify-code/get", When::After, kind);
        family.rig.sim.faults().add(plan);
        let row = family.sign_in(MINUTE_MS).await;
        let story = family.rig.story(&row.id).await;
        assert_eq!(row.phase, Phase::Done, "a page: {page}{story}");
        assert_eq!(*asked.lock().unwrap(), ["picture", "code"]);
        assert_eq!(family.rig.effects("hospital.sms").len(), 1);
    }
}

/// The process ends at every effect of the sign-in, on either side: in the end one person is signed in, by one message of
/// each picture at most.
#[tokio::test]
async fn a_sign_in_outlives_a_crash_anywhere() {
    let tell = async |cut: Option<(usize, Side)>| {
        let mut family = Family::new().await;
        at_the_phone(&mut family, 0, 0);
        let errand = family.begin().await;
        family.rig.use_fuse(match cut {
            Some((effect, side)) => Fuse::at(effect, side),
            None => Fuse::default(),
        });
        let fuse = family.rig.fuse.clone();
        family.pass(10 * MINUTE_MS).await;
        let row = family.row(&errand).await;
        let story = family.rig.story(&row.id).await;
        assert!(row.phase.is_over(), "{cut:?}{story}");
        let is_done = row.phase == Phase::Done;
        assert_eq!(is_done, is_signed_in(&family).await, "{cut:?}{story}");
        assert!(
            family.rig.effects("hospital.sms").len() <= 1,
            "{cut:?}{story}"
        );
        assert!(
            family.rig.effects("hospital.login").len() <= 1,
            "{cut:?}{story}"
        );
        fuse.effects()
    };
    let effects = tell(None).await;
    assert!(effects > 10, "{effects}");
    for effect in 0..effects {
        for side in [Side::Before, Side::After] {
            tell(Some((effect, side))).await;
        }
    }
}

// ── signed out ──

/// Signed in, then dropped by the service, which says so in its way: what the next look shows, and the account after it.
async fn dropped(shape: HospitalSignedOut, body: &str) {
    let family = Family::signed_in().await;
    family
        .rig
        .sim
        .set_options(|options| options.hospital.signed_out = shape);
    assert!(family.look(json!({ "do": body })).await.is_ok());
    family.rig.sim.drop_hospital_sessions();
    let lost = family.look(json!({ "do": body })).await;
    assert!(
        matches!(lost, Err(ServiceError::SignInLost { .. })),
        "{lost:?}"
    );
    assert_eq!(family.state().await, AccountState::SignInLost);
}

#[tokio::test]
async fn signed_out_by_code() {
    for body in ["signed_in", "patients", "real_name"] {
        dropped(HospitalSignedOut::Code, body).await;
    }
}

#[tokio::test]
async fn signed_out_with_nobody_there() {
    dropped(HospitalSignedOut::Anonymous, "signed_in").await;
}

#[tokio::test]
async fn signed_out_by_a_page() {
    for body in ["signed_in", "patients", "real_name"] {
        dropped(HospitalSignedOut::Html, body).await;
    }
}

#[tokio::test]
async fn who_was_signed_out_signs_in_again() {
    let mut family = Family::signed_in().await;
    family.rig.sim.drop_hospital_sessions();
    assert!(!is_signed_in(&family).await);
    assert_eq!(family.state().await, AccountState::SignInLost);
    family.pass(2 * MINUTE_MS).await;
    at_the_phone(&mut family, 0, 0);
    let row = family.sign_in(MINUTE_MS).await;
    assert_eq!(row.phase, Phase::Done, "{}", row.reason.zh);
    assert_eq!(family.state().await, AccountState::Ready);
    assert!(is_signed_in(&family).await);
    assert!(family.rig.clock.ms() > START_MS);
}
