//! The hospital service from end to end: the real engine and its cookies on the one side, the simulated service on the
//! other. What people complained of in other programs is told here by its name.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code
)]

mod kit;

use daiban_core::errand::Phase;
use daiban_sim::{ClinicReturn, Hospital};
use kit::hospital::{Family, clinic};
use kit::story::day;
use kit::{DAY_MS, MINUTE_MS, START_MS};

#[tokio::test]
async fn a_free_place_is_booked_at_once() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(clinic("张示例"));
    let errand = family.wish(&[]).await;
    family.until(10).await;
    family.one_booking(&errand, "free from the start").await;
    let booking = family.fact(&errand, "booking").await.unwrap();
    assert_eq!(booking["date"], day(1).to_string());
}

#[tokio::test]
async fn pitfall_it_does_not_give_up_before_the_release_and_catches_it() {
    for drift_s in [-60, 0, 60, 120] {
        let mut family = Family::signed_in(Hospital {
            drift_s,
            ..Hospital::default()
        })
        .await;
        family.rig.sim.add_clinic(daiban_sim::Clinic {
            date: Some(day(7)),
            places: 20,
            others_take_ms: Some(2_000),
            ..clinic("张示例")
        });
        let errand = family.wish(&[]).await;
        // 08:29: waiting, not over.
        family.until(149).await;
        assert_eq!(
            family.stands(&errand).await,
            (Phase::Waiting, "sprint".to_owned()),
            "{drift_s}"
        );
        family.until(155).await;
        family
            .one_booking(&errand, &format!("released {drift_s} s late"))
            .await;
    }
}
