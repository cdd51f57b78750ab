//! The railway from end to end: the real engine and its cookies on the one side, the simulated service on the other.
//! Signing in by password and text message, standing in line until there are tickets, journeys with a change.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code
)]

mod kit;

#[path = "rail_whole/reads.rs"]
mod reads;
#[path = "rail_whole/sign_in.rs"]
mod sign_in;
#[path = "rail_whole/standby.rs"]
mod standby;

use daiban_core::{
    call::{Call, NewCall},
    engine::Engine,
    errand::Phase,
    error::ServiceError,
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    service::Service,
};
use daiban_sim::HouseholdRail;
use kit::{MINUTE_MS, Rig};
use serde_json::Value;

/// One family with its account, not signed in.
pub struct Family {
    pub rig: Rig,
    pub rail: HouseholdRail,
    pub account: AccountId,
}

impl Family {
    pub async fn new() -> Self {
        let rig = Rig::new(7).await;
        let rail = rig.sim.household().rail;
        let secrets = [
            ("username", &*rail.username),
            ("password", &*rail.password),
            ("id_tail", &*rail.id_tail),
        ];
        let account = rig
            .add_account("rail-1", Service::Rail, &[], &secrets)
            .await;
        Self { rig, rail, account }
    }

    /// Signed in by password, which needs nothing besides today.
    pub async fn signed_in() -> Self {
        let mut family = Self::new().await;
        let sim = &family.rig.sim;
        sim.set_options(|options| options.rail_login_check = "0".into());
        let row = family.sign_in().await;
        assert_eq!(row.phase, Phase::Done, "{}", row.reason.zh);
        family
    }

    /// Signs in by password; gives the errand five minutes later.
    pub async fn sign_in(&mut self) -> ErrandRow {
        let errand = self
            .rig
            .add_errand("rail.sign_in", &self.account, &[("way", "password")], true)
            .await;
        self.pass(5 * MINUTE_MS).await;
        self.row(&errand).await
    }

    pub async fn pass(&mut self, ms: i64) {
        let end = self.rig.clock.ms() + ms;
        self.rig.run_to(end).await;
    }

    pub async fn row(&self, errand: &ErrandId) -> ErrandRow {
        self.rig.store.errand(errand).await.unwrap()
    }

    pub async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        let call = NewCall::look("look", Service::Rail, &self.account, body);
        self.rig.look(&call).await
    }

    /// A person's own act, and what became of it.
    pub async fn act(&mut self, body: Value) -> Call {
        let act = NewCall::act("act", Service::Rail, &self.account, body);
        let id = self.rig.engine.command(act).await.unwrap();
        self.pass(2 * MINUTE_MS).await;
        self.rig.engine.call(&id).await.unwrap()
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let journal = self.rig.sim.journal();
        let path_of = |full: &str| full.split('?').next() == Some(path);
        journal.iter().filter(|entry| path_of(&entry.path)).count()
    }
}
