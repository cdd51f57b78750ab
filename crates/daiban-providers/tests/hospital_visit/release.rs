//! Releases, cancellations, and how often the service is asked.

use daiban_core::errand::Phase;
use daiban_sim::{Clinic, ClinicReturn, Hospital, HospitalSaid};

use crate::kit::hospital::{Family, clinic};
use crate::kit::story::day;
use crate::kit::{DAY_MS, MINUTE_MS, START_MS};

/// One morning of the seventh day, released at 08:30 of the first; others take its places within a minute.
fn sought_after() -> Clinic {
    Clinic {
        date: Some(day(7)),
        places: 20,
        others_take_ms: Some(3_000),
        ..clinic("张示例")
    }
}

const CALENDAR: &str = "/web/product/list";
const PLACES: &str = "/web/product/detail";

#[tokio::test]
async fn pitfall_row_05_it_does_not_give_up_before_the_release_and_catches_a_late_one() {
    for drift_s in [-60, 0, 60, 115] {
        let town = Hospital {
            drift_s,
            ..Hospital::default()
        };
        let mut family = Family::signed_in(town).await;
        family.rig.sim.add_clinic(sought_after());
        let errand = family.wish(&[]).await;
        // 08:28:40: waiting, not over.
        family.rig.run_to(START_MS + 148 * MINUTE_MS + 40_000).await;
        let stands = family.stands(&errand).await;
        assert_eq!(stands, (Phase::Waiting, "sprint".to_owned()), "{drift_s}");
        family.until(155).await;
        let told = format!("released {drift_s} s late");
        family.one_booking(&errand, &told).await;
    }
}

#[tokio::test]
async fn pitfall_row_06_it_sees_the_release_although_the_told_moment_has_moved_on() {
    let mut family = Family::signed_in(Hospital {
        drift_s: 60,
        ..Hospital::default()
    })
    .await;
    family
        .rig
        .sim
        .set_options(|options| options.hospital.told_moves_on = true);
    family.rig.sim.add_clinic(sought_after());
    let errand = family.wish(&[]).await;
    family.until(155).await;
    family.one_booking(&errand, "told moves on").await;
}

#[tokio::test]
async fn after_a_release_that_brought_nothing_it_goes_on_watching_and_catches_a_cancellation() {
    let mut family = Family::signed_in(Hospital::default()).await;
    let returned = ClinicReturn {
        date: day(7),
        at_ms: START_MS + 3 * DAY_MS + 500 * MINUTE_MS,
        stays_ms: Some(10 * MINUTE_MS),
        time: 0,
    };
    family.rig.sim.add_clinic(Clinic {
        places: 0,
        returns: vec![returned],
        ..sought_after()
    });
    let errand = family.wish(&[]).await;
    family.until(3 * 24 * 60 + 499).await;
    let stands = family.stands(&errand).await;
    assert_eq!(stands, (Phase::Waiting, "watching".to_owned()));
    family.until(3 * 24 * 60 + 505).await;
    family.one_booking(&errand, "a cancellation").await;
    let appeared = family.fact(&errand, "appeared").await.unwrap();
    let seen = &appeared[crate::kit::hospital::DEPARTMENT][0];
    assert_eq!(
        (&seen["by"], &seen["date"]),
        (&"cancellation".into(), &day(7).to_string().into()),
        "{appeared}"
    );
}

#[tokio::test]
async fn pitfall_row_11_row_14_the_second_week_is_watched_and_booked() {
    let mut family = Family::signed_in(Hospital {
        days_ahead: 14,
        ..Hospital::default()
    })
    .await;
    family.rig.sim.add_clinic(Clinic {
        date: Some(day(12)),
        ..clinic("张示例")
    });
    let to = day(14).to_string();
    let errand = family.wish(&[("to", &to)]).await;
    family.until(10).await;
    family.one_booking(&errand, "day 12").await;
}

/// Day 8 is in neither week's answer: it is unknown until it is the seventh.
#[tokio::test]
async fn pitfall_day_eight_is_a_gap_and_found_the_day_after() {
    let mut family = Family::signed_in(Hospital {
        days_ahead: 14,
        ..Hospital::default()
    })
    .await;
    family.rig.sim.add_clinic(Clinic {
        date: Some(day(8)),
        ..clinic("张示例")
    });
    let only = day(8).to_string();
    let errand = family.wish(&[("from", &only), ("to", &only)]).await;
    family.until(60).await;
    assert_eq!(family.stands(&errand).await.0, Phase::Waiting);
    assert!(family.made().is_empty());
    family.until(24 * 60).await;
    family.one_booking(&errand, "the day after").await;
}

#[tokio::test]
async fn it_ends_at_the_end_date_with_what_was_seen() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(Clinic {
        date: Some(day(2)),
        places: 0,
        ..clinic("张示例")
    });
    let to = day(3).to_string();
    let errand = family.wish(&[("to", &to)]).await;
    family.until(2 * 24 * 60).await;
    assert_eq!(family.stands(&errand).await.0, Phase::Waiting);
    family.until(3 * 24 * 60).await;
    let row = family.row(&errand).await;
    assert_eq!(row.phase, Phase::Failed);
    assert_eq!(row.outcome.unwrap()["result"], "gave_up");
    assert!(
        row.reason.zh.contains("一直没有放出号来"),
        "{}",
        row.reason.zh
    );
    assert!(family.told().await.contains(&"没有约到号".to_owned()));
    let looked = family.asked(CALENDAR).len();
    family.until(4 * 24 * 60).await;
    assert_eq!(
        family.asked(CALENDAR).len(),
        looked,
        "nobody looks any more"
    );
}

#[tokio::test]
async fn watching_begins_on_the_wished_day() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(clinic("张示例"));
    let begin = day(2).to_string();
    let errand = family.wish(&[("watch_from", &begin)]).await;
    family.until(24 * 60).await;
    assert_eq!(family.stands(&errand).await.1, "not_yet");
    assert!(family.asked(CALENDAR).is_empty());
    family.until(2 * 24 * 60).await;
    family.one_booking(&errand, "from the day on").await;
}

/// Looks a minute in quiet times; quick ones only around the release, and both no faster than the floors.
#[tokio::test]
async fn the_floors_are_kept_and_nothing_is_asked_twice_at_once() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(Clinic {
        places: 0,
        ..sought_after()
    });
    // One week: in this kit no line lets two looks take turns.
    let to = day(7).to_string();
    family.wish(&[("then", "notify"), ("to", &to)]).await;
    family.until(2 * 24 * 60).await;
    let release = 150 * MINUTE_MS;
    let asked = family.asked(CALENDAR);
    for pair in asked.windows(2) {
        let close = |at: i64| (release - 90_000..=release + 210_000).contains(&at);
        let floor = if close(pair[1]) { 3_000 } else { 60_000 };
        assert!(pair[1] - pair[0] >= floor, "{pair:?}");
    }
    let quick = asked.windows(2).filter(|pair| pair[1] - pair[0] < 4_000);
    assert!(quick.count() > 20, "there was a sprint");
}

#[tokio::test]
async fn fifty_families_cost_the_looks_of_one() {
    let count = async |families: usize| {
        let mut family = Family::signed_in(Hospital::default()).await;
        family.rig.sim.add_clinic(Clinic {
            places: 0,
            ..sought_after()
        });
        for _ in 0..families {
            family.wish(&[("then", "notify")]).await;
        }
        family.until(160).await;
        family.asked(CALENDAR).len() + family.asked(PLACES).len()
    };
    assert_eq!(count(1).await, count(50).await);
}

/// A page or 102 where a calendar was due is not a day without places, and an error of the places is not the end.
#[tokio::test]
async fn pitfall_row_02_trouble_is_never_no_places() {
    let says = |code: i64, msg: &str| HospitalSaid {
        code,
        msg: Some(msg.to_owned()),
    };
    for (call, said) in [
        ("product/list", says(10_000, "系统繁忙，请稍后再试")),
        ("product/detail", says(10_000, "系统繁忙，请稍后再试")),
        ("product/list", says(102, "需要登录")),
    ] {
        let mut family = Family::signed_in(Hospital::default()).await;
        family.rig.sim.add_clinic(clinic("张示例"));
        family.rig.sim.set_options(|options| {
            options
                .hospital
                .say_once
                .insert(call.to_owned(), said.clone());
        });
        let errand = family.wish(&[]).await;
        family.until(1 + 12).await;
        family
            .one_booking(&errand, &format!("{call} {said:?}"))
            .await;
        assert_eq!(family.fact(&errand, "missed").await, None);
    }
}

#[tokio::test]
async fn row_01_a_closed_channel_is_told_and_not_retried_in_a_storm() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.set_options(|options| {
        let said = HospitalSaid {
            code: 10_000,
            msg: Some("网站预约渠道已关闭".to_owned()),
        };
        options.hospital.say.insert("product/list".to_owned(), said);
    });
    let errand = family.wish(&[]).await;
    family.until(60).await;
    let row = family.row(&errand).await;
    assert!(row.phase == Phase::Waiting, "{:?}", row.phase);
    assert!(family.asked(CALENDAR).len() <= 140);
    assert!(family.made().is_empty());
}
