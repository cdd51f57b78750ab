//! A deaf car, lost answers, a sign-in that goes away.

use daiban_core::{
    account::AccountState, engine::Engine as _, household::Household as _, lifecycle::Verb,
};
use daiban_sim::{Car, CarState, FaultKind, FaultPlan, VehicleSaid, When};
use serde_json::json;

use crate::kit::Rig;
use crate::kit::vehicle::{Driver, USER, agrees};

fn unlocked(deaf: bool) -> Car {
    let mut state = CarState {
        deaf,
        ..CarState::default()
    };
    state.doors_locked.driver = false;
    Car {
        state,
        ..Car::default()
    }
}

/// The answer to the first command goes wrong.
fn lost(driver: &Driver, when: When, kind: FaultKind) {
    driver.rig.sim.faults().add(FaultPlan {
        service: "vehicle".to_owned(),
        path_contains: "telematics".to_owned(),
        nth: Some(1),
        when,
        kind,
    });
}

#[tokio::test]
async fn a_deaf_car_is_told_of_and_not_told_again() {
    let mut driver = Driver::of(Rig::new(7).await, unlocked(true), &[]).await;
    let errand = driver.wish("lock", &[]).await;
    driver.until(300).await;
    driver.ended(&errand, "unconfirmed timeout").await;
    assert_eq!(driver.told().await, ["没有确认，去看看车：锁车"]);
    driver.until(7200).await;
    assert_eq!(driver.told_the_car().len(), 1);
    assert!(driver.did().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_effect_is_found_in_the_status() {
    for kind in [FaultKind::Timeout, FaultKind::Html, FaultKind::Status500] {
        for word in ["lock", "unlock"] {
            let mut driver = Driver::of(Rig::new(7).await, unlocked(false), &[]).await;
            driver.rig.person = Box::new(agrees);
            lost(&driver, When::After, kind.clone());
            let errand = driver.wish(word, &[]).await;
            driver.until(300).await;
            driver.ended(&errand, "confirmed").await;
            assert_eq!(driver.told_the_car().len(), 1, "{word} {kind:?}");
            assert!(driver.did()[0].starts_with(word), "{:?}", driver.did());
        }
    }
}

#[tokio::test]
async fn one_that_is_lost_before_the_effect_is_unconfirmed_and_never_sent_again() {
    for kind in [FaultKind::Timeout, FaultKind::Reset, FaultKind::Html] {
        for word in ["lock", "start"] {
            let mut driver = Driver::of(Rig::new(7).await, unlocked(false), &[]).await;
            driver.rig.person = Box::new(agrees);
            lost(&driver, When::Before, kind.clone());
            let errand = driver.wish(word, &[]).await;
            driver.until(1200).await;
            driver.ended(&errand, "unconfirmed unsure").await;
            let starts = driver.did().iter().filter(|did| *did == word).count();
            assert_eq!(starts, 0, "{word} {kind:?}");
            assert_eq!(driver.told_the_car().len(), 1, "{word} {kind:?}");
            assert_eq!(driver.told().await.len(), 1, "{:?}", driver.told().await);
        }
    }
}

#[tokio::test]
async fn of_a_horn_whose_answer_is_lost_nobody_can_know() {
    let mut driver = Driver::new().await;
    lost(&driver, When::After, FaultKind::Timeout);
    let errand = driver.wish("find", &[]).await;
    driver.until(30).await;
    driver.ended(&errand, "unconfirmed unsure").await;
    assert_eq!(driver.told_the_car().len(), 1);
}

#[tokio::test]
async fn an_answer_that_does_not_say_that_it_was_taken_is_unsure() {
    let mut driver = Driver::new().await;
    let fine = VehicleSaid {
        code: Some(json!("1000")),
        ..VehicleSaid::default()
    };
    driver.rig.sim.vehicle_rules(|rules| {
        rules.say_once.insert("command".to_owned(), fine);
    });
    driver.rig.person = Box::new(agrees);
    let errand = driver.wish("unlock", &[]).await;
    driver.until(300).await;
    driver.ended(&errand, "unconfirmed unsure").await;
    assert_eq!(driver.told_the_car().len(), 1);
}

#[tokio::test]
async fn a_clear_no_of_the_gateway_is_passed_on() {
    let no = VehicleSaid {
        code: Some(json!("8160")),
        ..VehicleSaid::default()
    };
    let mut driver = Driver::new().await;
    driver.rig.sim.vehicle_rules(|rules| {
        rules.say_once.insert("command".to_owned(), no);
    });
    let errand = driver.wish("lock", &[]).await;
    driver.until(30).await;
    driver.ended(&errand, "rejected 8160").await;
    assert_eq!(driver.order(&errand).await["sent_at"], json!(null));
}

#[tokio::test]
async fn a_token_that_ran_out_is_renewed_and_the_command_sent_once() {
    let mut driver = Driver::new().await;
    driver.rig.sim.expire_car_token(USER);
    let errand = driver.wish("lock", &[]).await;
    driver.until(60).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.did(), ["lock"]);
}

#[tokio::test]
async fn without_a_sign_in_nothing_is_sent() {
    for word in ["lock", "unlock"] {
        let mut driver = Driver::new().await;
        driver.rig.sim.sign_in_elsewhere(USER);
        let errand = driver.wish(word, &[]).await;
        driver.until(120).await;
        driver.ended(&errand, "rejected sign_in_lost").await;
        assert!(driver.told_the_car().is_empty());
        // Signed in again, nobody has to stop what was never sent.
        driver.signs_in().await;
        driver.until(400).await;
        assert!(driver.told_the_car().is_empty());
    }
}

#[tokio::test]
async fn a_sign_in_lost_in_the_middle_is_waited_for_while_it_can_help() {
    let mut driver = Driver::of(Rig::new(7).await, unlocked(false), &[]).await;
    let errand = driver.wish("lock", &[]).await;
    driver.until(3).await;
    driver.rig.sim.sign_in_elsewhere(USER);
    driver.until(60).await;
    assert_eq!(driver.state(&errand).await, "confirming");
    let account = driver.rig.store.account(&driver.account).await.unwrap();
    assert_eq!(account.state, AccountState::SignInLost);
    driver.signs_in().await;
    driver.until(63).await;
    driver.ended(&errand, "confirmed").await;

    let mut driver = Driver::of(Rig::new(7).await, unlocked(false), &[]).await;
    let errand = driver.wish("lock", &[]).await;
    driver.until(3).await;
    driver.rig.sim.sign_in_elsewhere(USER);
    driver.until(400).await;
    driver.ended(&errand, "unconfirmed timeout").await;
    assert_eq!(driver.told_the_car().len(), 1);
}

#[tokio::test]
async fn a_command_that_was_paused_for_long_is_not_sent_afterwards() {
    let mut driver = Driver::new().await;
    let errand = driver.wish("unlock", &[]).await;
    driver.until(5).await;
    driver.rig.engine.tell(&errand, Verb::Pause).await.unwrap();
    driver.rig.person = Box::new(agrees);
    driver.until(3600).await;
    driver.rig.engine.tell(&errand, Verb::Resume).await.unwrap();
    driver.until(3700).await;
    driver.ended(&errand, "rejected late").await;
    assert!(driver.told_the_car().is_empty());
}

#[tokio::test]
async fn one_paused_while_it_was_confirmed_goes_on_where_it_was() {
    let mut driver = Driver::of(Rig::new(7).await, unlocked(false), &[]).await;
    let errand = driver.wish("lock", &[]).await;
    driver.until(3).await;
    driver.rig.engine.tell(&errand, Verb::Pause).await.unwrap();
    driver.until(3600).await;
    driver.rig.engine.tell(&errand, Verb::Resume).await.unwrap();
    driver.until(3620).await;
    driver.ended(&errand, "confirmed").await;
    assert_eq!(driver.told_the_car().len(), 1);
}

#[tokio::test]
async fn what_was_asked_for_before_a_long_stop_is_not_sent_after_it() {
    let mut driver = Driver::new().await;
    let errand = driver.wish("lock", &[]).await;
    // Nothing runs for an hour, then a new process starts.
    driver.rig.clock.set(crate::kit::START_MS + 3_600_000);
    driver.rig.restart().await;
    driver.until(3700).await;
    driver.ended(&errand, "rejected late").await;
    assert!(driver.told_the_car().is_empty());
}
