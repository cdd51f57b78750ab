//! 114 from end to end: the real engine and its cookies on the one side, the simulated service on the other. Signing in
//! with a picture and a text message, and the ways in which a sign-in is lost.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code
)]

mod kit;

#[path = "hospital_whole/sign_in.rs"]
mod sign_in;

use daiban_core::{
    account::AccountState,
    call::NewCall,
    errand::Phase,
    error::ServiceError,
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    service::Service,
};
use daiban_sim::{HospitalAccount, HospitalCard, HospitalPatient};
use kit::Rig;
use serde_json::Value;

pub const MOBILE: &str = "13800000000";

/// One family with its account, not signed in.
pub struct Family {
    pub rig: Rig,
    pub account: AccountId,
}

impl Family {
    pub async fn new() -> Self {
        let rig = Rig::new(7).await;
        rig.sim.add_hospital_account(HospitalAccount {
            mobile: MOBILE.into(),
            name: "王示例".into(),
            id_number: "110101199001010015".into(),
            real_name: true,
            patients: vec![HospitalPatient {
                name: "王示例".into(),
                id_number: "110101199001010015".into(),
                phone: MOBILE.into(),
                cards: vec![
                    HospitalCard::social_security("10000000000X"),
                    HospitalCard::identity("110101199001010015"),
                ],
                ..HospitalPatient::default()
            }],
        });
        let account = rig
            .add_account("114-1", Service::Hospital, &[("mobile", MOBILE)], &[])
            .await;
        Self { rig, account }
    }

    /// Begins a sign-in.
    pub async fn begin(&self) -> ErrandId {
        self.rig
            .add_errand("hospital.sign_in", &self.account, &[("way", "sms")], true)
            .await
    }

    /// Signs in; gives the errand so long later.
    pub async fn sign_in(&mut self, ms: i64) -> ErrandRow {
        let errand = self.begin().await;
        self.pass(ms).await;
        self.row(&errand).await
    }

    /// Signed in by somebody who reads rightly.
    pub async fn signed_in() -> Self {
        let mut family = Self::new().await;
        sign_in::at_the_phone(&mut family, 0, 0);
        let row = family.sign_in(kit::MINUTE_MS).await;
        let story = family.rig.story(&row.id).await;
        assert_eq!(row.phase, Phase::Done, "{story}");
        family
    }

    pub async fn pass(&mut self, ms: i64) {
        let end = self.rig.clock.ms() + ms;
        self.rig.run_to(end).await;
    }

    pub async fn row(&self, errand: &ErrandId) -> ErrandRow {
        self.rig.store.errand(errand).await.unwrap()
    }

    pub async fn state(&self) -> AccountState {
        self.rig.store.account(&self.account).await.unwrap().state
    }

    pub async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        let call = NewCall::look("look", Service::Hospital, &self.account, body);
        self.rig.look(&call).await
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let journal = self.rig.sim.journal();
        let path_of = |full: &str| full.split('?').next() == Some(path);
        journal.iter().filter(|entry| path_of(&entry.path)).count()
    }
}
