//! The crash matrix: for each act of the permit service, the process ends at every effect, on either side of it, under
//! every fault of the service; then a new process starts on the same rows. In the end the act has happened once, and
//! what daiban says is what the service shows.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub
)]

mod kit;

use daiban_core::{
    account::AccountState,
    ask::{Answer, Ask, AskKind},
    call::Outcome,
    engine::Engine,
    errand::Phase,
    household::Household,
    id::{AccountId, CallId, ErrandId},
    service::Service,
};
use daiban_providers::permit;
use daiban_sim::{FaultPlan, Fine, PermitAccount, PermitRecord, SignMode, Sim, Vehicle, id_number};
use kit::{
    HOUR_MS, Rig,
    story::{Story, cut_everywhere, day, in_service},
};

const PLATE: &str = "冀R0D001";
const APPID: &str = "90001";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A car whose outside permit ends today, or which never had one.
fn car(sim: &Sim, permit_days_left: Option<i64>) -> String {
    let owner_id = id_number(1);
    let token = sim.add_permit_account(PermitAccount {
        name: "张三".to_owned(),
        id_number: owner_id.clone(),
        phone: "13800000001".to_owned(),
        ..PermitAccount::default()
    });
    sim.add_vehicle(Vehicle {
        owner_id,
        plate: PLATE.to_owned(),
        engine_number: "TESTENG000001".to_owned(),
        frame_number: "LTESTVIN000000001".to_owned(),
        ..Vehicle::default()
    });
    if let Some(days) = permit_days_left {
        sim.add_permit_record(PermitRecord {
            plate: PLATE.to_owned(),
            kind: "02".to_owned(),
            first_day: day(days - 6),
            applied_ms: None,
            outcome: daiban_sim::Outcome::Approved,
        });
    }
    token
}

const KEEP: [(&str, &str); 7] = [
    ("entry_road", "00606"),
    ("plates", PLATE),
    ("purpose", "03"),
    ("district", "003"),
    ("address", "测试路 1 号"),
    ("in_beijing", "no"),
    ("window", "07:00-07:30"),
];

async fn keep(rig: &mut Rig, token: &str, more: &[(&str, &str)]) -> (AccountId, ErrandId) {
    let account = rig
        .add_account("permit-1", Service::Permit, &[], &[("token", token)])
        .await;
    let wishes: Vec<_> = KEEP.iter().chain(more).copied().collect();
    let errand = rig
        .add_errand("permit.keep", &account, &wishes, false)
        .await;
    (account, errand)
}

/// On the last day of a permit the next one is applied for.
struct RenewedOnItsLastDay {
    errand: ErrandId,
}

impl Story for RenewedOnItsLastDay {
    const NAME: &'static str = "permit.apply on the last day";
    const END_MS: i64 = 30 * HOUR_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        in_service(
            "permit",
            &["insertApplyRecord", "stateList", "checkHandle", "getJsrxx"],
        )
    }

    async fn begin(rig: &mut Rig) -> Self {
        let token = car(&rig.sim, Some(0));
        let (_, errand) = keep(rig, &token, &[]).await;
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        let applied = rig.effects("permit.apply ");
        let story = rig.story(&self.errand).await;
        assert_eq!(
            applied,
            [format!("permit.apply {PLATE} 02 {}", day(1))],
            "{told}{story}"
        );
        let row = rig.store.errand(&self.errand).await.unwrap();
        assert_eq!(row.phase, Phase::Waiting, "{told}: {}", row.reason.zh);
        let facts = rig.store.facts(&self.errand).await.unwrap();
        let status = facts
            .iter()
            .find(|(name, _)| name == "status")
            .map(|(_, value)| value.to_string())
            .unwrap();
        assert!(
            status.contains(&day(7).to_string()),
            "{told}: the new permit is known: {status}"
        );
        assert_eq!(
            rig.store.problems(None).await.unwrap(),
            [],
            "{told}: all is well in the end"
        );
    }
}

/// Inside the 6th ring each use needs a yes.
struct InsideAfterAYes {
    errand: ErrandId,
}

impl Story for InsideAfterAYes {
    const NAME: &'static str = "permit.apply inside after a yes";
    const END_MS: i64 = 12 * HOUR_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        in_service("permit", &["insertApplyRecord", "stateList"])
    }

    async fn begin(rig: &mut Rig) -> Self {
        let token = car(&rig.sim, None);
        let (_, errand) = keep(rig, &token, &[("zone", "inside")]).await;
        rig.person =
            Box::new(|_, ask| (ask.ask.kind == AskKind::Approve).then_some(Answer::Approved));
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        let applied = rig.effects("permit.apply ");
        let story = rig.story(&self.errand).await;
        assert_eq!(
            applied,
            [format!("permit.apply {PLATE} 01 {}", day(0))],
            "{told}{story}"
        );
        let row = rig.store.errand(&self.errand).await.unwrap();
        assert_eq!(row.phase, Phase::Waiting, "{told}: {}", row.reason.zh);
    }
}

/// A permit that has not begun is cancelled by its owner's word.
struct CancelledByItsOwner {
    command: CallId,
}

impl Story for CancelledByItsOwner {
    const NAME: &'static str = "permit.cancel";
    const END_MS: i64 = 6 * HOUR_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        in_service("permit", &["cancelApply", "stateList"])
    }

    async fn begin(rig: &mut Rig) -> Self {
        let token = car(&rig.sim, Some(8));
        let account = rig
            .add_account("permit-1", Service::Permit, &[], &[("token", &token)])
            .await;
        let status = rig.look(&permit::status("status", &account)).await.unwrap();
        let record = status["public"]["vehicles"][0]["records"][0].clone();
        assert_eq!(record["state"], "pending");
        let cancel = permit::cancel("cancel", &account, record["id"].as_str().unwrap());
        Self {
            command: rig.engine.command(cancel).await.unwrap(),
        }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        // A command is not repeated by itself: what did not happen is said, and its owner may say it again.
        let outcome = rig.engine.call(&self.command).await.unwrap().outcome;
        match rig.effects("permit.cancel ").len() {
            1 => assert!(
                matches!(outcome, Some(Outcome::Done(_))),
                "{told}: {outcome:?}"
            ),
            0 => assert!(
                matches!(outcome, Some(Outcome::DidNotHappen(_) | Outcome::Failed(_))),
                "{told}: {outcome:?}"
            ),
            n => panic!("{told}: cancelled {n} times"),
        }
    }
}

/// A rejected application makes one paid query, and the fine is named.
struct RejectedAndTheFineNamed {
    errand: ErrandId,
}

impl Story for RejectedAndTheFineNamed {
    const NAME: &'static str = "rejection 10023 and one paid query";
    const END_MS: i64 = 8 * HOUR_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        let mut all = in_service("permit", &["insertApplyRecord"]);
        all.extend(
            in_service("violation", &["173"])
                .into_iter()
                .flatten()
                .map(Some),
        );
        all
    }

    async fn begin(rig: &mut Rig) -> Self {
        let token = car(&rig.sim, Some(0));
        rig.sim.add_fine(Fine {
            plate: PLATE.to_owned(),
            ..Fine::default()
        });
        rig.sim
            .add_storeapi_customer(APPID, SECRET, SignMode::Md5, 100);
        let settings = [
            ("plate", PLATE),
            ("plate_type", "02"),
            ("engine_number", "TESTENG000001"),
            ("frame_number", "LTESTVIN000000001"),
            ("monthly_budget_fen", "100"),
        ];
        rig.add_account(
            "fines",
            Service::Violation,
            &settings,
            &[("appid", APPID), ("secret", SECRET)],
        )
        .await;
        let (_, errand) = keep(rig, &token, &[("violation_account", "fines")]).await;
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        assert_eq!(rig.effects("permit.apply ").len(), 1, "{told}");
        assert!(
            rig.effects("violation.charge ").len() <= 1,
            "{told}: {:?}",
            rig.effects("violation.")
        );
        let row = rig.store.errand(&self.errand).await.unwrap();
        assert_eq!(row.phase, Phase::NeedsYou, "{told}: {}", row.reason.zh);
    }
}

/// Signing in by the mini-program's form: a picture, then a text message.
struct SignedInByForm {
    account: AccountId,
    errand: ErrandId,
}

impl Story for SignedInByForm {
    const NAME: &'static str = "permit.sign_in by form";
    const END_MS: i64 = 2 * HOUR_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        in_service("permit", &["loginUserJjz", "getPhoneCode", "getPicCode"])
    }

    async fn begin(rig: &mut Rig) -> Self {
        car(&rig.sim, None);
        let id = id_number(1);
        let secrets = [
            ("phone", "13800000001"),
            ("name", "张三"),
            ("id_number", &*id),
        ];
        let account = rig
            .add_account("permit-1", Service::Permit, &[], &secrets)
            .await;
        let errand = rig.add_errand("permit.sign_in", &account, &[], true).await;
        rig.person = Box::new(read_it_off);
        Self { account, errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        let row = rig.store.errand(&self.errand).await.unwrap();
        let account = rig.store.account(&self.account).await.unwrap();
        // What was interrupted beyond repair says so; it never says "signed in" without a token that works.
        match row.phase {
            Phase::Done => {
                assert_eq!(account.state, AccountState::Ready, "{told}");
                rig.look(&permit::status("status", &self.account))
                    .await
                    .unwrap_or_else(|error| panic!("{told}: the token does not work: {error}"));
            }
            Phase::Failed => assert_ne!(
                account.state,
                AccountState::Ready,
                "{told}{}",
                rig.story(&self.errand).await
            ),
            other => panic!("{told}: still {other:?}: {}", row.reason.zh),
        }
        assert!(
            rig.effects("permit.sms ").len() <= 3,
            "{told}: a person's phone is not a toy"
        );
    }
}

fn read_it_off(sim: &Sim, ask: &Ask) -> Option<Answer> {
    match ask.ask.kind {
        AskKind::Captcha => sim
            .read_picture(ask.ask.picture.as_deref()?)
            .map(Answer::Text),
        AskKind::Sms => sim.sms_code("13800000001").map(Answer::Text),
        _ => None,
    }
}

#[tokio::test]
async fn a_renewal_is_applied_for_once() {
    cut_everywhere::<RenewedOnItsLastDay>().await;
}

#[tokio::test]
async fn an_inside_permit_is_applied_for_once_after_one_yes() {
    cut_everywhere::<InsideAfterAYes>().await;
}

#[tokio::test]
async fn a_cancelling_is_sent_once() {
    cut_everywhere::<CancelledByItsOwner>().await;
}

#[tokio::test]
async fn a_rejection_costs_one_query_at_most() {
    cut_everywhere::<RejectedAndTheFineNamed>().await;
}

#[tokio::test]
async fn a_sign_in_is_never_claimed_without_a_token() {
    cut_everywhere::<SignedInByForm>().await;
}
