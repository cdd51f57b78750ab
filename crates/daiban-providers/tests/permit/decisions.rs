//! The decision about one car: facts and the time on the left, what is done on the right.

use daiban_core::Timestamp;
use daiban_core::dates::{self, today};
use daiban_providers::permit::coverage::{Record, RecordState as S, Vehicle, Zone};
use daiban_providers::permit::decide::{
    Attempt, Cause, Days, Decision, End, Facts, Wish, decide, plus,
};
use daiban_providers::permit::flow::Prepared;
use jiff::civil::Date;
use proptest::prelude::*;

use crate::common::{car, day, moment, record, wish};

pub(crate) fn facts(now: Timestamp, vehicle: &Vehicle) -> Facts<'_> {
    Facts {
        now,
        vehicle,
        prepared: None,
        attempts: &[],
        lifted: &[],
        blocked_by: None,
        too_late_for: None,
        planned: None,
        other_in_review: false,
        chance: 0,
    }
}

pub(crate) fn decide_at(now: Timestamp, vehicle: &Vehicle, wish: &Wish) -> Decision {
    decide(wish, &facts(now, vehicle))
}

fn every() -> Wish {
    wish(Zone::Outside, Days::Every)
}

fn offered(dates: &[&str]) -> Prepared {
    Prepared {
        offered: dates.iter().map(|date| day(date)).collect(),
        days: Some(7),
        route_needed: false,
    }
}

/// A week from 4 to 10 March 2026, outside. The 10th is a Tuesday.
fn week(state: S) -> Record {
    record("1", Zone::Outside, state, "2026-03-04", Some("2026-03-10"))
}

fn rejected(zone: Zone, from: &str) -> Record {
    Record {
        reason_code: Some("10023".to_owned()),
        reason: Some("在京有未处理的交通违法行为".to_owned()),
        ..record("9", zone, S::Rejected, from, None)
    }
}

#[test]
fn a_rejected_second_application_never_hides_a_live_permit() {
    let vehicle = car(
        Some(true),
        vec![week(S::InEffect), rejected(Zone::Inside, "2026-03-08")],
    );
    let Decision::Rest { plan, .. } = decide_at(moment("2026-03-08T09:00:00"), &vehicle, &every())
    else {
        panic!()
    };
    assert_eq!(plan.unwrap().0, day("2026-03-10"));
}

#[test]
fn a_cancelled_second_application_never_hides_a_live_permit() {
    let second = record("2", Zone::Outside, S::Cancelled, "2026-03-11", None);
    let vehicle = car(Some(true), vec![week(S::InEffect), second]);
    assert!(matches!(
        decide_at(moment("2026-03-08T09:00:00"), &vehicle, &every()),
        Decision::Rest { .. }
    ));
}

#[test]
fn a_second_application_counts_for_coverage() {
    let second = record(
        "2",
        Zone::Outside,
        S::Pending,
        "2026-03-11",
        Some("2026-03-17"),
    );
    let vehicle = car(Some(true), vec![week(S::InEffect), second]);
    let Decision::Rest { plan, .. } = decide_at(moment("2026-03-10T09:00:00"), &vehicle, &every())
    else {
        panic!()
    };
    assert_eq!(plan.unwrap().0, day("2026-03-17"));
}

#[test]
fn in_review_without_a_last_day_is_in_review_and_no_error() {
    let vehicle = car(
        Some(false),
        vec![record("1", Zone::Outside, S::InReview, "2026-03-10", None)],
    );
    let now = moment("2026-03-10T08:00:00");
    let Decision::InReview { until, .. } = decide_at(now, &vehicle, &every()) else {
        panic!()
    };
    assert!(until.as_second() - now.as_second() >= 300);
}

#[test]
fn the_last_day_renews_for_tomorrow_not_the_day_before() {
    let vehicle = car(Some(true), vec![week(S::InEffect)]);
    let the_day_before = decide_at(moment("2026-03-09T08:29:59"), &vehicle, &every());
    assert!(
        matches!(the_day_before, Decision::Rest { plan: Some((due, _)), .. } if due == day("2026-03-10"))
    );
    let now = moment("2026-03-10T08:29:59");
    assert_eq!(
        decide_at(now, &vehicle, &every()),
        Decision::Prepare {
            gap: day("2026-03-11")
        }
    );
    let prepared = offered(&["2026-03-11"]);
    let decision = decide(
        &every(),
        &Facts {
            prepared: Some(&prepared),
            ..facts(now, &vehicle)
        },
    );
    assert_eq!(
        decision,
        Decision::Apply {
            from: day("2026-03-11"),
            to: Some(day("2026-03-17"))
        }
    );
}

#[test]
fn after_noon_today_is_not_asked_for() {
    let vehicle = car(Some(true), Vec::new());
    let now = moment("2026-03-10T13:00:00");
    let prepared = offered(&["2026-03-11", "2026-03-12", "2026-03-13"]);
    let with = Facts {
        prepared: Some(&prepared),
        too_late_for: Some(day("2026-03-10")),
        ..facts(now, &vehicle)
    };
    assert!(
        matches!(decide(&every(), &with), Decision::Apply { from, .. } if from == day("2026-03-11"))
    );
}

#[test]
fn before_noon_an_uncovered_today_is_asked_for_at_once() {
    let vehicle = car(Some(true), Vec::new());
    let now = moment("2026-03-10T06:00:00");
    assert_eq!(
        decide_at(now, &vehicle, &every()),
        Decision::Prepare {
            gap: day("2026-03-10")
        }
    );
    let prepared = offered(&["2026-03-10", "2026-03-11"]);
    let decision = decide(
        &every(),
        &Facts {
            prepared: Some(&prepared),
            ..facts(now, &vehicle)
        },
    );
    assert!(matches!(decision, Decision::Apply { from, .. } if from == day("2026-03-10")));
}

#[test]
fn the_servers_no_is_not_overruled() {
    let mut vehicle = car(Some(false), Vec::new());
    vehicle.why_not = Some("说不清的原因".to_owned());
    let Decision::Alert { reason, gap, .. } =
        decide_at(moment("2026-03-10T09:00:00"), &vehicle, &every())
    else {
        panic!()
    };
    assert!(reason.zh.contains("说不清的原因"));
    assert_eq!(gap, day("2026-03-10"));
}

#[test]
fn a_closed_window_on_a_covered_day_is_silent_until_the_evening() {
    let vehicle = car(Some(false), vec![week(S::InEffect)]);
    let morning = decide_at(moment("2026-03-10T09:00:00"), &vehicle, &every());
    assert!(matches!(morning, Decision::NotOpen { .. }));
    let evening = decide_at(moment("2026-03-10T19:00:00"), &vehicle, &every());
    assert!(matches!(evening, Decision::Alert { gap, .. } if gap == day("2026-03-11")));
}

#[test]
fn a_flag_that_is_not_told_leaves_it_to_the_servers_dates() {
    let vehicle = car(None, Vec::new());
    assert!(matches!(
        decide_at(moment("2026-03-10T09:00:00"), &vehicle, &every()),
        Decision::Prepare { .. }
    ));
}

#[test]
fn an_unknown_record_stops_everything() {
    for state in [S::Unknown, S::InEffect, S::Pending] {
        let odd = Record {
            to: None,
            ..record("1", Zone::Outside, state, "2026-03-01", None)
        };
        let vehicle = car(Some(true), vec![odd]);
        assert!(
            matches!(
                decide_at(moment("2026-03-10T09:00:00"), &vehicle, &every()),
                Decision::Doubt { .. }
            ),
            "{state:?}"
        );
    }
}

#[test]
fn never_had_a_permit_is_no_obstacle() {
    let vehicle = car(Some(true), Vec::new());
    assert!(matches!(
        decide_at(moment("2026-03-10T09:00:00"), &vehicle, &every()),
        Decision::Prepare { .. }
    ));
}

#[test]
fn a_rejection_for_a_fine_blocks_until_something_changes() {
    let mut vehicle = car(Some(true), vec![rejected(Zone::Outside, "2026-03-10")]);
    vehicle.why_not = Some("审核未通过，该车辆在京有未处理的交通违法行为。".to_owned());
    let now = moment("2026-03-10T09:00:00");
    assert!(
        matches!(decide_at(now, &vehicle, &every()), Decision::Blocked { cause: Cause::Fine, id, .. } if id == "9")
    );
    let lifted = ["9".to_owned()];
    vehicle.why_not = None;
    let decision = decide(
        &every(),
        &Facts {
            lifted: &lifted,
            ..facts(now, &vehicle)
        },
    );
    assert!(matches!(decision, Decision::Prepare { .. }));
}

#[test]
fn an_old_rejection_nobody_speaks_of_any_more_is_history() {
    let vehicle = car(Some(true), vec![rejected(Zone::Outside, "2026-02-01")]);
    assert!(matches!(
        decide_at(moment("2026-03-10T09:00:00"), &vehicle, &every()),
        Decision::Prepare { .. }
    ));
}

#[test]
fn an_inside_permit_serves_outside_but_not_the_other_way() {
    let inside = record(
        "1",
        Zone::Inside,
        S::InEffect,
        "2026-03-09",
        Some("2026-03-15"),
    );
    let vehicle = car(Some(true), vec![inside]);
    assert!(vehicle.covers(day("2026-03-10"), Zone::Outside));
    let vehicle = car(Some(true), vec![week(S::InEffect)]);
    assert!(!vehicle.covers(day("2026-03-10"), Zone::Inside));
    // Inside may be applied for while outside is alive.
    let decision = decide_at(
        moment("2026-03-05T09:00:00"),
        &vehicle,
        &wish(Zone::Inside, Days::Every),
    );
    assert_eq!(
        decision,
        Decision::Prepare {
            gap: day("2026-03-05")
        }
    );
}

#[test]
fn a_weekend_gap_is_bridged_or_left_alone() {
    // Friday the 6th is the last day; Monday is the next needed one.
    let vehicle = car(
        Some(true),
        vec![record(
            "1",
            Zone::Outside,
            S::InEffect,
            "2026-02-28",
            Some("2026-03-06"),
        )],
    );
    let workdays = wish(Zone::Outside, Days::Workdays);
    let now = moment("2026-03-06T08:30:00");
    let pick = |dates: &[&str]| {
        let prepared = offered(dates);
        decide(
            &workdays,
            &Facts {
                prepared: Some(&prepared),
                ..facts(now, &vehicle)
            },
        )
    };
    assert!(
        matches!(pick(&["2026-03-07", "2026-03-08", "2026-03-09"]), Decision::Apply { from, .. } if from == day("2026-03-09"))
    );
    assert!(
        matches!(pick(&["2026-03-07"]), Decision::Apply { from, .. } if from == day("2026-03-07"))
    );
    assert!(matches!(pick(&[]), Decision::NotOpen { .. }));
}

#[test]
fn listed_dates_end() {
    let dates = Days::Listed(vec![day("2026-03-08"), day("2026-03-20")]);
    let vehicle = car(Some(true), Vec::new());
    let wish = wish(Zone::Outside, dates);
    let Decision::Rest { plan, .. } = decide_at(moment("2026-03-10T09:00:00"), &vehicle, &wish)
    else {
        panic!()
    };
    assert_eq!(plan.unwrap().0, day("2026-03-17"));
    assert!(matches!(
        decide_at(moment("2026-03-21T09:00:00"), &vehicle, &wish),
        Decision::Over { .. }
    ));
}

#[test]
fn the_moment_is_inside_the_window_and_kept() {
    let vehicle = car(Some(true), vec![week(S::InEffect)]);
    let now = moment("2026-03-10T07:00:00");
    let Decision::Rest { plan, until, .. } = decide(
        &every(),
        &Facts {
            chance: 1234,
            ..facts(now, &vehicle)
        },
    ) else {
        panic!()
    };
    assert_eq!(until, moment("2026-03-10T07:50:34"));
    let again = decide(
        &every(),
        &Facts {
            chance: 99,
            planned: plan,
            ..facts(now, &vehicle)
        },
    );
    assert!(matches!(again, Decision::Rest { until: same, .. } if same == until));
    // The window is over: at once, as long as it is that day.
    let late = decide(
        &every(),
        &Facts {
            planned: plan,
            ..facts(moment("2026-03-10T21:00:00"), &vehicle)
        },
    );
    assert_eq!(
        late,
        Decision::Prepare {
            gap: day("2026-03-11")
        }
    );
}

#[test]
fn a_day_already_submitted_is_never_submitted_again() {
    let vehicle = car(Some(true), vec![week(S::InEffect)]);
    let now = moment("2026-03-10T09:00:00");
    let prepared = offered(&["2026-03-11"]);
    for end in [
        End::Open,
        End::Submitted,
        End::Unknown,
        End::Withdrawn,
        End::Refused,
        End::Declined,
        End::Stopped,
    ] {
        let at = moment("2026-03-10T07:40:00");
        let attempts = [Attempt {
            from: day("2026-03-11"),
            at,
            end,
            code: None,
            words: None,
        }];
        let facts = Facts {
            attempts: &attempts,
            prepared: Some(&prepared),
            ..facts(now, &vehicle)
        };
        let decision = decide(&every(), &facts);
        assert!(
            !matches!(decision, Decision::Apply { .. } | Decision::Prepare { .. }),
            "{end:?}: {decision:?}"
        );
    }
    for end in [End::DidNotHappen, End::Lifted] {
        let attempts = [Attempt {
            from: day("2026-03-11"),
            at: now,
            end,
            code: None,
            words: None,
        }];
        let facts = Facts {
            attempts: &attempts,
            prepared: Some(&prepared),
            ..facts(now, &vehicle)
        };
        assert!(
            matches!(decide(&every(), &facts), Decision::Apply { .. }),
            "{end:?}"
        );
    }
}

#[test]
fn a_route_stops_the_automation() {
    let vehicle = car(Some(true), Vec::new());
    let prepared = Prepared {
        route_needed: true,
        ..offered(&["2026-03-10"])
    };
    let facts = Facts {
        prepared: Some(&prepared),
        ..facts(moment("2026-03-10T09:00:00"), &vehicle)
    };
    assert!(matches!(
        decide(&every(), &facts),
        Decision::Blocked {
            cause: Cause::Route,
            ..
        }
    ));
}

fn any_state() -> impl Strategy<Value = S> {
    prop_oneof![
        Just(S::InEffect),
        Just(S::Cancelled),
        Just(S::Expired),
        Just(S::Rejected),
        Just(S::InReview),
        Just(S::Pending),
        Just(S::Voided),
        Just(S::Cancelling),
        Just(S::Unknown),
    ]
}

fn any_record() -> impl Strategy<Value = Record> {
    let zone = prop_oneof![
        Just(None),
        Just(Some(Zone::Inside)),
        Just(Some(Zone::Outside))
    ];
    (any_state(), zone, -10i64..10, proptest::option::of(0i64..9)).prop_map(
        |(state, zone, from, length)| {
            let from = plus(day("2026-03-10"), from);
            Record {
                zone,
                to: length.map(|length| plus(from, length)),
                from: Some(from),
                ..record("1", Zone::Outside, state, "2026-03-10", None)
            }
        },
    )
}

fn any_end() -> impl Strategy<Value = End> {
    prop_oneof![
        Just(End::Open),
        Just(End::Submitted),
        Just(End::Approved),
        Just(End::Rejected),
        Just(End::Withdrawn),
        Just(End::Refused),
        Just(End::DidNotHappen),
        Just(End::Unknown),
        Just(End::Declined),
        Just(End::Lifted),
        Just(End::Stopped),
    ]
}

proptest! {
    #[test]
    fn applying_is_never_a_mistake(
        records in proptest::collection::vec(any_record(), 0..4),
        can in proptest::option::of(any::<bool>()),
        offsets in proptest::collection::vec(-2i64..6, 0..5),
        tried in proptest::collection::vec((-2i64..6, any_end()), 0..3),
        minute in 0i64..1440,
        inside in any::<bool>(),
        workdays in any::<bool>(),
        chance in any::<u64>(),
    ) {
        let now = daiban_providers::permit::decide::after(moment("2026-03-10T00:00:00"), minute * 60);
        let first = today(now);
        let vehicle = car(can, records);
        let prepared = Prepared { offered: offsets.iter().map(|offset| plus(first, *offset)).collect(), days: Some(7), route_needed: false };
        let attempts: Vec<Attempt> = tried.iter()
            .map(|(offset, end)| Attempt { from: plus(first, *offset), at: now, end: *end, code: None, words: None })
            .collect();
        let zone = if inside { Zone::Inside } else { Zone::Outside };
        let wish = wish(zone, if workdays { Days::Workdays } else { Days::Every });
        let facts = Facts { prepared: Some(&prepared), attempts: &attempts, chance, ..facts(now, &vehicle) };
        let decision = decide(&wish, &facts);
        if let Decision::Apply { from, .. } = decision {
            prop_assert!(vehicle.doubtful().is_none());
            prop_assert!(vehicle.in_state(S::InReview).is_none() && vehicle.in_state(S::Cancelling).is_none());
            prop_assert!(!vehicle.covers(from, zone));
            prop_assert!(prepared.offered.contains(&from) && from >= first);
            prop_assert!(vehicle.can_apply.for_zone(zone) != Some(false));
            let held = [End::Open, End::Submitted, End::Approved, End::Unknown, End::Withdrawn];
            prop_assert!(!attempts.iter().any(|attempt| attempt.from == from && held.contains(&attempt.end)));
        }
        // Nothing is looked at again before it may be, and nothing sleeps for ever.
        let until: Option<Timestamp> = match decision {
            Decision::Rest { until, .. } | Decision::NotOpen { until, .. } | Decision::InReview { until, .. }
            | Decision::Doubt { until, .. } | Decision::Blocked { until, .. } | Decision::Alert { until, .. } => Some(until),
            _ => None,
        };
        if let Some(until) = until {
            prop_assert!(until > now, "{until} is not after {now}");
        }
    }
}

#[test]
fn dates_are_beijing_dates() {
    // 23:30 UTC on the 9th is the 10th in Beijing.
    let now: Timestamp = "2026-03-09T23:30:00Z".parse().unwrap();
    let vehicle = car(Some(true), vec![week(S::InEffect)]);
    assert_eq!(dates::today(now), day("2026-03-10"));
    let due: Date = match decide_at(now, &vehicle, &every()) {
        Decision::Rest {
            plan: Some((due, _)),
            ..
        } => due,
        Decision::Prepare { .. } => dates::today(now),
        other => panic!("{other:?}"),
    };
    assert_eq!(due, day("2026-03-10"));
}
