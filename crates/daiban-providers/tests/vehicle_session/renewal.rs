//! Tokens are renewed once, stored before they are used, and not lost without a word.

use std::sync::atomic::Ordering;

use daiban_sim::{FaultKind, When};
use serde_json::json;

use crate::world::{USER, World, code_of};

const CARS: &str = "GET /device-platform/user/vehicle/secure";
const RENEW: &str = "PUT /auth/account/session/secure";
const KEEP_PAIR: &str =
    "keep access_token client_id expires_at expires_of refresh_token renewing user_id";

#[tokio::test]
async fn a_token_that_has_run_out_is_renewed_and_stored_before_it_is_used() {
    let world = World::new();
    let old = world.sealed("access_token");
    world.sim.expire_car_token(USER);
    world.signed_in().await.unwrap();
    let new = world.sealed("access_token");
    assert_ne!(new, old);
    assert_eq!(
        world.told(),
        [
            format!("{CARS} {old}"),
            "keep renewing".to_owned(),
            format!("{RENEW} {old}"),
            KEEP_PAIR.to_owned(),
            format!("{CARS} {new}"),
        ]
    );
    assert!(world.is_in_step());
    assert_eq!(world.renewals(), 1);
    assert_eq!(world.sealed("renewing"), "");
}

#[tokio::test]
async fn the_service_of_2020_wants_both_tokens_and_gets_them() {
    let world = World::new().set("profile", "lynkco-2020");
    world.sim.expire_car_token(USER);
    world.signed_in().await.unwrap();
    assert!(world.is_in_step());
    assert_eq!(
        world.told()[2],
        format!("PUT /auth/account/token {}", world.driver.access_token)
    );
}

#[tokio::test]
async fn a_refresh_token_that_does_not_change_stays() {
    let world = World::new();
    world.sim.vehicle_rules(|rules| rules.rotate = false);
    world.sim.expire_car_token(USER);
    world.signed_in().await.unwrap();
    assert!(world.is_in_step());
    assert_eq!(world.sealed("refresh_token"), world.driver.refresh_token);
}

#[tokio::test]
async fn where_it_cannot_be_written_down_first_nothing_is_renewed() {
    let world = World::new();
    world.sim.expire_car_token(USER);
    world.fail_keep(1);
    assert_eq!(code_of(world.signed_in().await), "unreachable");
    assert_eq!(world.renewals(), 0);
    world.signed_in().await.unwrap();
    assert!(world.is_in_step());
}

#[tokio::test]
async fn a_pair_that_cannot_be_stored_is_not_used_and_stored_by_the_next_visit() {
    let world = World::new();
    let old = world.sealed("access_token");
    world.sim.expire_car_token(USER);
    world.fail_keep(2);
    world.fail_keep(3);
    assert_eq!(code_of(world.signed_in().await), "unreachable");
    assert_eq!(code_of(world.signed_in().await), "unreachable");
    assert!(
        world
            .sent
            .lock()
            .unwrap()
            .iter()
            .all(|it| { it.headers.contains(&("authorization", old.clone())) }),
        "{:?}",
        world.told()
    );
    world.signed_in().await.unwrap();
    assert!(world.is_in_step());
    assert_eq!(world.renewals(), 1);
}

/// The process ended between the answer and the store: with a service that answers the same pair again it is got back, and
/// without one the owner is told what may have happened.
#[tokio::test]
async fn a_pair_lost_with_the_process_is_asked_for_again_first() {
    for grace in [true, false] {
        let mut world = World::new();
        world.sim.vehicle_rules(|rules| rules.refresh_grace = grace);
        world.sim.expire_car_token(USER);
        world.fail_keep(2);
        assert_eq!(code_of(world.signed_in().await), "unreachable");
        world.restart();
        world.told();
        let signed_in = world.signed_in().await;
        assert!(
            world.told()[0].starts_with(RENEW),
            "the renewal comes first"
        );
        check_got_back(&world, signed_in.map(drop), grace);
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_renewal_is_asked_for_again_first() {
    for grace in [true, false] {
        let world = World::new();
        world.sim.vehicle_rules(|rules| rules.refresh_grace = grace);
        world.sim.expire_car_token(USER);
        let faults = world.sim.faults();
        faults.once("vehicle", "session/secure", When::After, FaultKind::Timeout);
        let lost = world.signed_in().await.unwrap_err();
        assert_eq!(lost.code(), "unreachable");
        assert!(lost.text().zh.contains("换新令牌"), "{}", lost.text().zh);
        world.told();
        let signed_in = world.signed_in().await;
        assert!(
            world.told()[0].starts_with(RENEW),
            "the renewal comes first"
        );
        check_got_back(&world, signed_in.map(drop), grace);
    }
}

fn check_got_back(
    world: &World,
    signed_in: Result<(), daiban_core::error::ServiceError>,
    grace: bool,
) {
    assert_eq!(world.renewals(), 1);
    if grace {
        signed_in.unwrap();
        assert!(world.is_in_step());
        return;
    }
    let lost = signed_in.unwrap_err();
    assert_eq!(lost.code(), "sign_in_lost");
    assert!(
        lost.text().zh.contains("没有收到回答"),
        "{}",
        lost.text().zh
    );
}

#[tokio::test]
async fn a_renewal_that_never_arrived_is_made_by_the_next_visit() {
    let world = World::new();
    world.sim.expire_car_token(USER);
    let faults = world.sim.faults();
    faults.once(
        "vehicle",
        "session/secure",
        When::Before,
        FaultKind::Timeout,
    );
    assert_eq!(code_of(world.signed_in().await), "unreachable");
    world.signed_in().await.unwrap();
    assert!(world.is_in_step());
}

#[tokio::test]
async fn a_renewal_that_was_refused_clearly_is_not_said_to_be_lost() {
    let world = World::new();
    world.sim.expire_car_token(USER);
    let faults = world.sim.faults();
    faults.once(
        "vehicle",
        "session/secure",
        When::Before,
        FaultKind::Code(4711),
    );
    assert_eq!(code_of(world.signed_in().await), "4711");
    assert_eq!(world.sealed("renewing"), "");
    world.sim.sign_in_elsewhere(USER);
    let lost = world.signed_in().await.unwrap_err();
    assert_eq!(lost.code(), "sign_in_lost");
    assert!(
        !lost.text().zh.contains("没有收到回答"),
        "{}",
        lost.text().zh
    );
}

#[tokio::test]
async fn two_visits_at_once_renew_once() {
    let world = World::new();
    world.sim.expire_car_token(USER);
    let (one, other) = tokio::join!(world.signed_in(), world.signed_in());
    one.unwrap();
    other.unwrap();
    assert_eq!(world.renewals(), 1);
    assert!(world.is_in_step());
    let renewals = world.told().into_iter().filter(|it| it.starts_with(RENEW));
    assert_eq!(renewals.count(), 1);
}

async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::task::yield_now().await;
    }
}

/// A visit that began with the pair before, and asks once it is dead: the service says 1501 and means the old token only.
#[tokio::test]
async fn a_visit_that_knows_the_pair_before_only_takes_the_newer_one() {
    let world = World::new();
    world.sim.expire_car_token(USER);
    let renewing = async {
        world.signed_in().await.unwrap();
    };
    let known = world.secrets.lock().unwrap().clone();
    world.holds_renewals.store(true, Ordering::SeqCst);
    let late = async {
        until(|| world.renewals() == 1).await;
        let body = json!({ "do": "signed_in" });
        world.look_knowing(&known, body).await.unwrap();
    };
    let let_go = async {
        until(|| world.sent.lock().unwrap().len() == 3).await;
        world.holds_renewals.store(false, Ordering::SeqCst);
    };
    tokio::join!(renewing, late, let_go);
    assert_eq!(world.renewals(), 1);
    let told = world.told();
    let old = format!("{CARS} {}", world.driver.access_token);
    assert_eq!(told.iter().filter(|it| **it == old).count(), 2, "{told:?}");
}

#[tokio::test]
async fn a_sign_in_that_is_gone_is_said_to_be_gone() {
    let world = World::new();
    world.sim.sign_in_elsewhere(USER);
    let lost = world.signed_in().await.unwrap_err();
    assert_eq!(lost.code(), "sign_in_lost");
    assert!(lost.text().zh.contains("别处"), "{}", lost.text().zh);
    assert_eq!(world.told().len(), 1, "and nothing is hammered");
}

#[tokio::test]
async fn tokens_are_renewed_five_minutes_ahead_by_the_life_that_was_told() {
    let world = World::new();
    world.sim.vehicle_rules(|rules| rules.token_s = 3600);
    world.sim.expire_car_token(USER);
    world.signed_in().await.unwrap();
    assert_eq!(world.sealed("expires_at"), "2026-11-22T07:00:00+08:00");
    world.told();
    world.pass_s(3600 - 301);
    world.signed_in().await.unwrap();
    assert_eq!(world.told().len(), 1, "not yet");
    world.pass_s(2);
    world.signed_in().await.unwrap();
    let told = world.told();
    assert_eq!(told[0], "keep renewing");
    assert!(told[1].starts_with(RENEW), "{told:?}");
    assert_eq!(world.renewals(), 2);
    assert_eq!(world.sealed("expires_at"), "2026-11-22T07:55:01+08:00");
}

/// A life of minutes would have each visit renew.
#[tokio::test]
async fn a_life_too_short_to_reckon_with_is_not_reckoned_with() {
    let world = World::new();
    world.sim.vehicle_rules(|rules| rules.token_s = 120);
    world.sim.expire_car_token(USER);
    for _ in 0..3 {
        world.signed_in().await.unwrap();
    }
    assert_eq!(world.renewals(), 1);
    assert_eq!(world.sealed("expires_at"), "");
}

#[tokio::test]
async fn tokens_filled_in_anew_have_nothing_of_the_pair_before() {
    let world = World::new();
    world.sim.expire_car_token(USER);
    world.signed_in().await.unwrap();
    let faults = world.sim.faults();
    world.pass_s(7200);
    faults.once("vehicle", "session/secure", When::After, FaultKind::Timeout);
    assert_eq!(code_of(world.signed_in().await), "unreachable");
    // The owner takes the pair from somewhere else.
    let tokens = world.sim.car_tokens(USER).unwrap();
    world.seal("access_token", &tokens.access_token);
    world.seal("refresh_token", &tokens.refresh_token);
    world.told();
    world.signed_in().await.unwrap();
    assert_eq!(world.told(), [format!("{CARS} {}", tokens.access_token)]);
}

#[tokio::test]
async fn without_a_refresh_token_a_token_that_has_run_out_is_a_lost_sign_in() {
    let world = World::new();
    world.seal("refresh_token", "");
    world.sim.expire_car_token(USER);
    assert_eq!(code_of(world.signed_in().await), "sign_in_lost");
    assert_eq!(world.told().len(), 1);
}
