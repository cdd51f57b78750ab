//! The crash matrix of the railway: from a wish to an order, cut everywhere, under every fault of the service. In the end
//! there is one order, and what daiban says is what the service shows.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub
)]

mod kit;

use daiban_core::{
    ask::{Answer, Ask, AskKind},
    errand::Phase,
    household::Household,
    id::{AccountId, ErrandId},
    service::Service,
};
use daiban_sim::{FaultPlan, Sim};
use kit::{
    MINUTE_MS, Rig, START_MS,
    story::{Story, cut_everywhere, in_service},
};
use serde_json::Value;

/// Signs the household's rail account in, as the person with the phone does.
async fn sign_in(rig: &mut Rig) -> AccountId {
    let account = rig.add_account("rail-1", Service::Rail, &[], &[]).await;
    let username = rig.sim.household().rail.username;
    rig.person = Box::new(move |sim, ask| at_the_phone(sim, ask, &username));
    let errand = rig.add_errand("rail.sign_in", &account, &[], true).await;
    rig.run_to(START_MS + 2 * MINUTE_MS).await;
    let row = rig.store.errand(&errand).await.unwrap();
    assert_eq!(
        row.phase,
        Phase::Done,
        "{}{}",
        row.reason.zh,
        rig.story(&errand).await
    );
    account
}

/// Scans and confirms; everything else is let be.
fn at_the_phone(sim: &Sim, ask: &Ask, username: &str) -> Option<Answer> {
    if ask.ask.kind != AskKind::Qr {
        return None;
    }
    let uuid = sim.read_rail_qr(ask.ask.picture.as_deref()?)?;
    sim.scan_rail_qr(&uuid, username);
    sim.confirm_rail_qr(&uuid);
    None
}

async fn outcome(rig: &Rig, errand: &ErrandId) -> (Phase, Value) {
    let row = rig.store.errand(errand).await.unwrap();
    (row.phase, row.outcome.unwrap_or_default())
}

#[tokio::test]
async fn a_ticket_is_ordered_and_waits_for_its_payment() {
    let mut rig = Rig::new(7).await;
    let account = sign_in(&mut rig).await;
    let train = rig.sim.household().rail.opens;
    let date = train.date.to_string();
    let wishes = [
        ("from", "北京南"),
        ("to", "杭州东"),
        ("dates", &*date),
        ("passengers", "陈远"),
        ("seats", "二等座"),
    ];
    let errand = rig
        .add_errand("rail.ticket", &account, &wishes, false)
        .await;
    rig.run_to(train.at_ms + 5 * MINUTE_MS).await;
    let (phase, _) = outcome(&rig, &errand).await;
    let story = rig.story(&errand).await;
    assert_eq!(phase, Phase::NeedsYou, "{story}");
    assert_eq!(rig.effects("rail.order ").len(), 1, "{story}");
}
