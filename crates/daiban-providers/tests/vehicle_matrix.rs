//! The crash matrix of the vehicle service: every command and the renewal of tokens, cut everywhere, under every fault of
//! the service. In the end no car did anything twice, what daiban says of a command is what the car did, and the tokens are
//! good, or their owner is asked to sign in because the service no longer takes them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code
)]

mod kit;

use daiban_core::{
    account::AccountState, call::NewCall, errand::Phase, household::Household as _, id::ErrandId,
    service::Service,
};
use daiban_sim::{Car, CarChange, CarCorners, FaultKind, FaultPlan, VehicleRules, When};
use kit::{
    MINUTE_MS, Rig, START_MS,
    fuse::{Fuse, Side},
    story::{Dice, Story, cut_everywhere, note},
    vehicle::{Driver, USER, VIN, agrees},
};
use serde_json::{Value, json};

const STATUS: &str = "/vehicle/status/";
const COMMAND: &str = "/telematics/";
const RENEWAL: &str = "/session/secure";

const KINDS: [(When, FaultKind); 5] = [
    (When::Before, FaultKind::Timeout),
    (When::After, FaultKind::Timeout),
    (When::Before, FaultKind::Status500),
    (When::After, FaultKind::Status500),
    (When::After, FaultKind::Html),
];

fn plan(path: &str, when: When, kind: FaultKind, nth: u32) -> FaultPlan {
    FaultPlan {
        service: "vehicle".to_owned(),
        path_contains: path.to_owned(),
        nth: Some(nth),
        when,
        kind,
    }
}

fn faults(paths: &[&str]) -> Vec<Option<FaultPlan>> {
    let of_path = |path: &&str| {
        let path = path.to_string();
        let kinds = KINDS.iter().cloned();
        kinds.map(move |(when, kind)| Some(plan(&path, when, kind, 1)))
    };
    std::iter::once(None)
        .chain(paths.iter().flat_map(of_path))
        .collect()
}

/// A car whose capability list has everything.
fn car() -> Car {
    let functions = [
        "remote_lock",
        "remote_unlock",
        "remote_engine",
        "remote_find",
        "remote_window_close",
        "remote_window_vent",
        "remote_trunk_open",
    ];
    Car {
        functions: functions.map(String::from).into(),
        ..Car::default()
    }
}

/// A driver whose command is wished, with a car that is not yet as the command makes it.
async fn wish(rig: &mut Rig, word: &str, args: &[(&str, &str)]) -> ErrandId {
    let fresh = std::mem::replace(rig, Rig::new(7).await);
    let driver = Driver::of(fresh, car(), &[]).await;
    let before = CarChange {
        engine: (word == "stop").then_some(true),
        locked: (word == "lock").then_some(false),
        windows_pct: CarCorners::all((word == "close_windows").then_some(30)),
        report_now: true,
        ..CarChange::default()
    };
    assert!(driver.rig.sim.change_car(VIN, before));
    let errand = driver.wish(word, args).await;
    *rig = driver.rig;
    rig.person = Box::new(agrees);
    errand
}

/// The order as the audit has it.
async fn order(rig: &Rig, errand: &ErrandId) -> Value {
    let account = rig.store.errand(errand).await.unwrap().account;
    let record = rig.store.record(&account, "command", errand.as_str()).await;
    record.unwrap().value
}

/// The car did it at most once, and what is said of it is true.
async fn said_truly(rig: &Rig, errand: &ErrandId, word: &str, told: &str) {
    let order = order(rig, errand).await;
    let done = rig.effects(&format!("vehicle.{word} {VIN}")).len();
    let story = || rig.story(errand);
    assert!(done <= 1, "{told}: done {done} times{}", story().await);
    let state = order["state"].as_str().unwrap_or_default();
    let is_true = match state {
        "confirmed" | "accepted" => done == 1,
        "rejected" => done == 0,
        "unconfirmed" => true,
        _ => false,
    };
    assert!(
        is_true,
        "{told}: {state}, done {done} times{}",
        story().await
    );
    let row = rig.store.errand(errand).await.unwrap();
    assert!(
        row.phase.is_over(),
        "{told}: {}{}",
        row.reason.zh,
        story().await
    );
}

/// A person can look at the car now; or the service has ended the session and its owner knows.
async fn tokens_are_good(rig: &Rig, errand: &ErrandId, told: &str) {
    let account = rig.store.errand(errand).await.unwrap().account;
    let body = json!({ "do": "status", "car": null, "fresh": false });
    let look = NewCall::look("look", Service::Vehicle, &account, body);
    let seen = rig.look(&look).await;
    let state = rig.store.account(&account).await.unwrap().state;
    let story = || rig.story(errand);
    match seen {
        Ok(_) => assert_eq!(state, AccountState::Ready, "{told}"),
        Err(error) => {
            let lost = rig.effects("vehicle.refresh ").len() == 1;
            assert!(lost, "{told}: {error}{}", story().await);
            assert_eq!(
                state,
                AccountState::SignInLost,
                "{told}: {error}{}",
                story().await
            );
        }
    }
}

/// One command to the parked car.
struct Told<const N: usize> {
    errand: ErrandId,
}

/// Its name, its word and arguments, what the car does, and which requests fail.
type Row = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

const TOLD: [Row; 7] = [
    ("vehicle.command lock", "lock", &[], &[COMMAND, STATUS]),
    (
        "vehicle.command unlock",
        "unlock",
        &[("minutes", "3")],
        &[COMMAND, STATUS],
    ),
    (
        "vehicle.command start, stopped in time",
        "start",
        &[("minutes", "1")],
        &[COMMAND],
    ),
    ("vehicle.command stop", "stop", &[], &[COMMAND]),
    (
        "vehicle.command find",
        "find",
        &[("what", "both")],
        &[COMMAND],
    ),
    ("vehicle.command open_trunk", "open_trunk", &[], &[COMMAND]),
    (
        "vehicle.command close_windows",
        "close_windows",
        &[],
        &[COMMAND],
    ),
];

impl<const N: usize> Story for Told<N> {
    const NAME: &'static str = TOLD[N].0;
    const END_MS: i64 = 12 * MINUTE_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        faults(TOLD[N].3)
    }

    async fn begin(rig: &mut Rig) -> Self {
        let (_, word, args, _) = TOLD[N];
        let errand = wish(rig, word, args).await;
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        let word = TOLD[N].1;
        said_truly(rig, &self.errand, word, told).await;
        if word == "start" {
            engine_is_off(rig, &self.errand, told).await;
        }
        tokens_are_good(rig, &self.errand, told).await;
    }
}

/// An engine that was started from here does not run on, or its owner knows that it may.
async fn engine_is_off(rig: &Rig, errand: &ErrandId, told: &str) {
    let runs = rig.sim.car(VIN).unwrap().engine;
    let notices = rig.store.notices(None, 1000).await.unwrap();
    let warned = notices
        .iter()
        .any(|notice| notice.severity == daiban_core::notice::Severity::Urgent);
    assert!(!runs || warned, "{told}{}", rig.story(errand).await);
}

#[tokio::test]
async fn a_lock_is_told_once_whatever_fails() {
    cut_everywhere::<Told<0>>().await;
}

#[tokio::test]
async fn an_unlock_is_told_once_whatever_fails() {
    cut_everywhere::<Told<1>>().await;
}

#[tokio::test]
async fn an_engine_is_started_once_and_stopped_whatever_fails() {
    cut_everywhere::<Told<2>>().await;
}

#[tokio::test]
async fn an_engine_is_stopped_once_whatever_fails() {
    cut_everywhere::<Told<3>>().await;
}

#[tokio::test]
async fn a_car_is_found_once_whatever_fails() {
    cut_everywhere::<Told<4>>().await;
}

#[tokio::test]
async fn a_boot_is_opened_once_whatever_fails() {
    cut_everywhere::<Told<5>>().await;
}

#[tokio::test]
async fn windows_are_closed_once_whatever_fails() {
    cut_everywhere::<Told<6>>().await;
}

/// The access token has run out when an unlock is wished. `GRACE`: the service answers a renewal again whose answer was lost.
struct Renewed<const GRACE: bool> {
    errand: ErrandId,
}

impl<const GRACE: bool> Story for Renewed<GRACE> {
    const NAME: &'static str = match GRACE {
        true => "vehicle tokens renewed, a lost renewal answered again",
        false => "vehicle tokens renewed, a lost renewal lost for good",
    };
    const END_MS: i64 = 20 * MINUTE_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        faults(&[RENEWAL])
    }

    async fn begin(rig: &mut Rig) -> Self {
        let errand = wish(rig, "unlock", &[("minutes", "2")]).await;
        rig.sim.vehicle_rules(|rules| rules.refresh_grace = GRACE);
        assert!(rig.sim.expire_car_token(USER));
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        tokens_are_good(rig, &self.errand, told).await;
        let row = rig.store.errand(&self.errand).await.unwrap();
        let account = rig.store.account(&row.account).await.unwrap();
        if GRACE {
            assert_eq!(account.state, AccountState::Ready, "{told}");
        }
        if row.phase.is_over() {
            said_truly(rig, &self.errand, "unlock", told).await;
        }
        assert!(
            rig.effects(&format!("vehicle.unlock {VIN}")).len() <= 1,
            "{told}"
        );
    }
}

#[tokio::test]
async fn tokens_are_renewed_once_and_stored_before_they_are_used() {
    cut_everywhere::<Renewed<false>>().await;
}

#[tokio::test]
async fn a_renewal_whose_answer_was_lost_is_made_good_where_the_service_answers_again() {
    cut_everywhere::<Renewed<true>>().await;
}

/// A car stands unlocked; its owner taps yes.
struct LockedByOneTap {
    errand: ErrandId,
}

impl Story for LockedByOneTap {
    const NAME: &'static str = "vehicle.watch, unlocked and locked by one tap";
    const END_MS: i64 = 50 * MINUTE_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        faults(&[COMMAND])
    }

    async fn begin(rig: &mut Rig) -> Self {
        let fresh = std::mem::replace(rig, Rig::new(7).await);
        let driver = Driver::of(fresh, car(), &[]).await;
        let unlocked = CarChange {
            report_now: true,
            ..CarChange::locked(false)
        };
        assert!(driver.rig.sim.change_car(VIN, unlocked));
        let wishes = [("data_mb", "0")];
        let watch = "vehicle.watch";
        let errand = driver
            .rig
            .add_errand(watch, &driver.account, &wishes, false);
        let errand = errand.await;
        *rig = driver.rig;
        rig.person = Box::new(agrees);
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        let locks = rig.effects(&format!("vehicle.lock {VIN}")).len();
        let story = || rig.story(&self.errand);
        assert!(locks <= 1, "{told}{}", story().await);
        let row = rig.store.errand(&self.errand).await.unwrap();
        assert_eq!(row.phase, Phase::Waiting, "{told}{}", story().await);
        let since = jiff::Timestamp::UNIX_EPOCH;
        let orders = rig.store.records(&row.account, "command", since, 10).await;
        let orders = orders.unwrap();
        assert_eq!(orders.len(), 1, "{told}{}", story().await);
        let state = orders[0].value["state"].as_str().unwrap();
        let is_true = match state {
            "confirmed" => locks == 1,
            "rejected" => locks == 0,
            state => state == "unconfirmed",
        };
        assert!(is_true, "{told}: {state}, {locks}{}", story().await);
    }
}

#[tokio::test]
async fn an_unlocked_car_is_locked_by_one_tap_whatever_fails() {
    cut_everywhere::<LockedByOneTap>().await;
}

/// One command with everything by chance: the car's ways, up to three faults, up to two crashes.
async fn by_chance(seed: u64) {
    let mut dice = Dice(seed);
    let mut rig = Rig::new(seed).await;
    let (name, word, args, _) = dice.pick(&TOLD);
    let errand = wish(&mut rig, word, args).await;
    let rules = VehicleRules {
        effect_delay_s: dice.pick(&[1, 8, 40, 200]),
        report_delay_s: dice.pick(&[1, 3, 30]),
        deaf: dice.roll(8) == 0,
        refresh_grace: dice.roll(2) == 0,
        unbound_after_refresh: dice.pick(&[0, 0, 1, 2]),
        ..VehicleRules::default()
    };
    let mut told = format!("seed {seed}: {name}; {rules:?}");
    rig.sim.vehicle_rules(|known| *known = rules);
    if dice.roll(3) == 0 {
        rig.sim.expire_car_token(USER);
        told = format!("{told}; token expired");
    }
    for _ in 0..dice.roll(4) {
        let kinds: Vec<FaultKind> = KINDS.iter().map(|(_, kind)| kind.clone()).collect();
        let when = dice.pick(&[When::Before, When::After]);
        let path = dice.pick(&[STATUS, COMMAND, RENEWAL, "/capability/", "/user/vehicle"]);
        let plan = plan(path, when, dice.pick(&kinds), 1 + dice.roll(2) as u32);
        told = format!("{told}; {plan:?}");
        rig.sim.faults().add(plan);
    }
    for _ in 0..dice.roll(3) {
        let side = dice.pick(&[Side::Before, Side::After]);
        let effect = dice.roll(40) as usize;
        told = format!("{told}; cut at {effect} {side:?}");
        rig.use_fuse(Fuse::at(effect, side));
        let until = rig.clock.ms() + MINUTE_MS;
        rig.run_to(until).await;
    }
    rig.use_fuse(Fuse::default());
    rig.run_to(START_MS + 40 * MINUTE_MS).await;
    assert!(
        rig.effects(&format!("vehicle.{word} {VIN}")).len() <= 1,
        "{told}"
    );
    if rig.store.errand(&errand).await.unwrap().phase.is_over() {
        said_truly_or_late(&rig, &errand, word, &told).await;
    }
}

/// As [`said_truly`]; but what a slow car does after its command was given up is not known, and said to be not known.
async fn said_truly_or_late(rig: &Rig, errand: &ErrandId, word: &str, told: &str) {
    let order = order(rig, errand).await;
    let done = rig.effects(&format!("vehicle.{word} {VIN}")).len();
    let state = order["state"].as_str().unwrap_or_default();
    let is_true = match state {
        "confirmed" => done == 1,
        // A deaf car does nothing that its gateway took.
        "accepted" => word == "find",
        "rejected" => done == 0,
        "unconfirmed" => true,
        _ => false,
    };
    assert!(
        is_true,
        "{told}: {state}, done {done} times{}",
        rig.story(errand).await
    );
}

#[tokio::test]
async fn whatever_happens_no_car_does_anything_twice() {
    const SEEDS: u64 = 300;
    for seed in 0..SEEDS {
        by_chance(seed).await;
    }
    note("vehicle commands by chance", SEEDS as usize);
}
