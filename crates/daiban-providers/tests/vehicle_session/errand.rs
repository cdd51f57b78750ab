//! The errand `vehicle.sign_in`, by the engine, against the simulated service.

use daiban_core::account::AccountState;
use daiban_core::errand::Phase;
use daiban_core::household::Household as _;
use daiban_core::id::{AccountId, ErrandId};
use daiban_core::service::Service;
use daiban_sim::{FaultKind, HouseholdDriver, When};
use serde_json::{Value, json};

use crate::kit::{MINUTE_MS, Rig, START_MS};
use crate::world::USER;

async fn with_tokens(rig: &Rig, driver: &HouseholdDriver) -> AccountId {
    let secrets = [
        ("app_secret", driver.app_secret.as_str()),
        ("access_token", &driver.access_token),
        ("refresh_token", &driver.refresh_token),
        ("user_id", &driver.user_id),
        ("client_id", &driver.client_id),
    ];
    rig.add_account("a1", Service::Vehicle, &[], &secrets).await
}

async fn with_code(rig: &Rig, driver: &HouseholdDriver) -> AccountId {
    let secrets = [
        ("app_secret", driver.app_secret.as_str()),
        ("auth_code", &driver.auth_code),
    ];
    rig.add_account("a1", Service::Vehicle, &[], &secrets).await
}

struct Ended {
    phase: Phase,
    outcome: Value,
    zh: String,
    account: AccountState,
}

async fn ended(rig: &Rig, errand: &ErrandId, account: &AccountId) -> Ended {
    let row = rig.store.errand(errand).await.unwrap();
    Ended {
        phase: row.phase,
        outcome: row.outcome.unwrap_or_default(),
        zh: row.reason.zh,
        account: rig.store.account(account).await.unwrap().state,
    }
}

async fn signed_in(rig: &mut Rig, account: &AccountId, way: &str) -> Ended {
    let errand = rig
        .add_errand("vehicle.sign_in", account, &[("way", way)], true)
        .await;
    rig.run_to(START_MS + 10 * MINUTE_MS).await;
    ended(rig, &errand, account).await
}

#[tokio::test]
async fn tokens_are_proven_by_the_list_of_cars_and_the_owner_is_warned() {
    let mut rig = Rig::new(1).await;
    let driver = rig.sim.household().vehicle.petrol;
    let account = with_tokens(&rig, &driver).await;
    let ended = signed_in(&mut rig, &account, "tokens").await;
    assert_eq!(ended.phase, Phase::Done);
    assert_eq!(ended.outcome, json!({ "signed_in": true, "cars": 1 }));
    assert_eq!(ended.account, AccountState::Ready);
    for part in ["0001", "只许一个账号登录一处", "第二个账号"] {
        assert!(ended.zh.contains(part), "{}", ended.zh);
    }
    assert!(!ended.zh.contains(&driver.vin));
}

#[tokio::test]
async fn a_code_is_exchanged_once_and_then_proven() {
    let mut rig = Rig::new(2).await;
    let driver = rig.sim.household().vehicle.petrol;
    let account = with_code(&rig, &driver).await;
    let ended = signed_in(&mut rig, &account, "code").await;
    assert_eq!(ended.phase, Phase::Done, "{}", ended.zh);
    assert_eq!(ended.account, AccountState::Ready);
    assert_eq!(rig.effects("vehicle.sign_in").len(), 1);
    let stored = rig.store.secrets(&account).await.unwrap();
    let tokens = rig.sim.car_tokens(USER).unwrap();
    assert_eq!(stored["access_token"].reveal(), tokens.access_token);
}

#[tokio::test]
async fn a_code_whose_answer_was_lost_is_not_tried_again() {
    let mut rig = Rig::new(3).await;
    let driver = rig.sim.household().vehicle.petrol;
    let account = with_code(&rig, &driver).await;
    let faults = rig.sim.faults();
    faults.once("vehicle", "session/secure", When::After, FaultKind::Timeout);
    let ended = signed_in(&mut rig, &account, "code").await;
    assert_eq!(ended.phase, Phase::Failed);
    assert_eq!(ended.outcome, json!({ "signed_in": false }));
    assert!(ended.zh.contains("可能已经用掉"), "{}", ended.zh);
    assert_eq!(ended.account, AccountState::New);
    let tries = rig.sim.journal().into_iter();
    assert_eq!(
        tries
            .filter(|it| it.path.contains("session/secure"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_looked_at_a_few_times() {
    let mut rig = Rig::new(4).await;
    let driver = rig.sim.household().vehicle.petrol;
    let account = with_tokens(&rig, &driver).await;
    rig.sim
        .faults()
        .once("vehicle", "user/vehicle", When::Before, FaultKind::Timeout);
    let ended = signed_in(&mut rig, &account, "tokens").await;
    assert_eq!(ended.phase, Phase::Done, "{}", ended.zh);
    let mut switches = rig.sim.faults().switches();
    switches.vehicle_down = true;
    rig.sim.faults().set_switches(switches);
    let errand = rig
        .add_errand("vehicle.sign_in", &account, &[("way", "tokens")], true)
        .await;
    rig.run_to(START_MS + 20 * MINUTE_MS).await;
    let ended = self::ended(&rig, &errand, &account).await;
    assert_eq!(ended.phase, Phase::Failed);
    assert!(ended.zh.contains("HTTP 503"), "{}", ended.zh);
    assert_eq!(ended.account, AccountState::Ready, "nobody said otherwise");
}

#[tokio::test]
async fn tokens_of_a_session_that_is_gone_are_said_to_be_gone() {
    let mut rig = Rig::new(5).await;
    let driver = rig.sim.household().vehicle.petrol;
    let account = with_tokens(&rig, &driver).await;
    rig.sim.sign_in_elsewhere(USER);
    let ended = signed_in(&mut rig, &account, "tokens").await;
    assert_eq!(ended.phase, Phase::Failed);
    assert!(ended.zh.contains("别处"), "{}", ended.zh);
    assert_eq!(ended.account, AccountState::SignInLost);
}
