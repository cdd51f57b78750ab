//! After the booking: reminders, a cancelled clinic, the end. And an account that is signed out.

use daiban_core::{ask::Answer, errand::Phase, household::Household as _};
use daiban_sim::{Clinic, Hospital, HospitalSignedOut};

use crate::kit::hospital::{Family, clinic};
use crate::kit::story::day;

/// Booked for the morning of the third day.
async fn booked(hospital: Hospital) -> (Family, daiban_core::id::ErrandId) {
    let mut family = Family::signed_in(hospital).await;
    family.rig.sim.add_clinic(Clinic {
        date: Some(day(3)),
        ..clinic("张示例")
    });
    let errand = family.wish(&[]).await;
    family.until(10).await;
    family.one_booking(&errand, "before").await;
    (family, errand)
}

#[tokio::test]
async fn it_reminds_before_the_cancel_deadline_and_the_evening_before_and_ends_after_the_visit() {
    let hospital = Hospital {
        cancel_by: Some("15:00".to_owned()),
        ..Hospital::default()
    };
    let (mut family, errand) = booked(hospital).await;
    let booking = family.fact(&errand, "booking").await.unwrap();
    let before = format!("{}T15:00:00+08:00", day(2));
    assert_eq!(booking["cancel_before"], before, "{booking}");
    // 11:59 and 12:01 of the second day.
    family.until(2 * 24 * 60 + 359).await;
    assert_eq!(family.told().await.len(), 1);
    family.until(2 * 24 * 60 + 361).await;
    let told = family.told().await;
    assert!(told[1].starts_with("去不了请及时取消"), "{told:?}");
    family.until(2 * 24 * 60 + 781).await;
    let told = family.told().await;
    assert!(told[2].starts_with("明天就诊"), "{told:?}");
    family.until(3 * 24 * 60 + 389).await;
    assert_eq!(family.stands(&errand).await.1, "booked");
    family.until(3 * 24 * 60 + 391).await;
    let row = family.row(&errand).await;
    assert_eq!(row.phase, Phase::Done);
    assert_eq!(row.outcome.unwrap()["result"], "booked");
    assert_eq!(family.told().await.len(), 3);
}

#[tokio::test]
async fn a_deadline_that_is_not_told_is_not_made_up() {
    let (mut family, errand) = booked(Hospital::default()).await;
    let booking = family.fact(&errand, "booking").await.unwrap();
    assert!(booking["cancel_before"].is_null(), "{booking}");
    family.until(2 * 24 * 60 + 600).await;
    let notices = family.rig.store.notices(None, 10).await.unwrap();
    let reminder = notices
        .iter()
        .find(|notice| notice.title.zh.contains("及时取消"));
    assert!(
        reminder.unwrap().body.zh.contains("114 没写"),
        "{reminder:?}"
    );
}

#[tokio::test]
async fn a_cancelled_clinic_is_noticed_and_its_owner_asked_whether_to_look_on() {
    for (answer, ends) in [
        (Answer::Denied, (Phase::Failed, 1)),
        (Answer::Approved, (Phase::Waiting, 2)),
    ] {
        let (mut family, errand) = booked(Hospital::default()).await;
        let number = family.made()[0].rsplit(' ').next().unwrap().to_owned();
        assert!(family.rig.sim.cancel_hospital_order(&number));
        let given = answer.clone();
        family.rig.person = Box::new(move |_, ask| (ask.ask.tag == "again").then(|| given.clone()));
        family.until(24 * 60 + 600).await;
        let (phase, _) = family.stands(&errand).await;
        let story = family.rig.story(&errand).await;
        assert_eq!((phase, family.made().len()), ends, "{answer:?}{story}");
    }
}

#[tokio::test]
async fn every_way_of_being_signed_out_is_seen_and_told_before_a_release() {
    for shape in [
        HospitalSignedOut::Anonymous,
        HospitalSignedOut::Code,
        HospitalSignedOut::Html,
    ] {
        let mut family = Family::signed_in(Hospital::default()).await;
        family.rig.sim.add_clinic(Clinic {
            date: Some(day(7)),
            ..clinic("张示例")
        });
        let errand = family.wish(&[]).await;
        family.until(5).await;
        family
            .rig
            .sim
            .set_options(|options| options.hospital.signed_out = shape);
        family.rig.sim.drop_hospital_sessions();
        family.rig.person = Box::new(|_, _| None);
        family.until(130).await;
        let stands = family.stands(&errand).await;
        let story = family.rig.story(&errand).await;
        assert_eq!(
            stands,
            (Phase::NeedsYou, "needs_sign_in".to_owned()),
            "{shape:?}{story}"
        );
        let told = family.told().await;
        assert!(
            told.iter()
                .any(|title| title.contains("放号，但 114 还没登录")),
            "{shape:?}: {told:?}"
        );
        // Signed in again in time: booked at the release.
        family.rig.person = Box::new(crate::kit::hospital::at_the_phone);
        family
            .rig
            .add_errand("hospital.sign_in", &family.account, &[], true)
            .await;
        family.until(155).await;
        family.one_booking(&errand, &format!("{shape:?}")).await;
    }
}

/// The process ends while the answer with a new session cookie is on its way: nobody can book with the old one.
#[tokio::test]
async fn a_session_lost_with_an_answer_is_asked_for_and_then_it_books() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(Clinic {
        date: Some(day(7)),
        ..clinic("张示例")
    });
    let errand = family.wish(&[]).await;
    family.rig.sim.faults().once(
        "hospital",
        "real-name/status",
        daiban_sim::When::After,
        daiban_sim::FaultKind::Timeout,
    );
    family.rig.person = Box::new(|_, _| None);
    family.until(60).await;
    assert_eq!(family.stands(&errand).await.1, "needs_sign_in");
    family.rig.person = Box::new(crate::kit::hospital::at_the_phone);
    family
        .rig
        .add_errand("hospital.sign_in", &family.account, &[], true)
        .await;
    family.until(155).await;
    family.one_booking(&errand, "after signing in again").await;
}
