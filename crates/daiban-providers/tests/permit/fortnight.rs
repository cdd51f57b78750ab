//! `permit.keep` through days and weeks on a virtual clock, with everything going wrong once.

use daiban_core::Text;
use daiban_core::ask::Answer;
use daiban_core::call::Outcome;
use daiban_core::dates::{beijing, today};
use daiban_core::errand::{Incoming, Machine, Phase};
use daiban_core::error::ServiceError;
use daiban_core::notice::Severity;
use daiban_providers::permit::coverage::{RecordState as S, Vehicle, Zone};
use daiban_providers::permit::keep::Keep;
use serde_json::{Value, json};

use crate::common::{PLATE, car, day, moment, record};
use crate::service::{Fate, Run, World, fresh_car, wishes};

/// A permit from Friday 20 to Thursday 26 November 2026.
fn live() -> Vehicle {
    car(
        Some(true),
        vec![record(
            "100",
            Zone::Outside,
            S::InEffect,
            "2026-11-20",
            Some("2026-11-26"),
        )],
    )
}

fn run(world: World, start: &str) -> Run {
    Run::new(world, start, json!({}))
}

#[test]
fn a_fortnight_without_a_gap() {
    let mut run = run(World::new(vec![live()]), "2026-11-22T14:00:00");
    run.until("2026-12-11T23:59:00");
    let from: Vec<_> = run
        .world
        .acts
        .iter()
        .map(|(_, _, from)| from.to_string())
        .collect();
    assert_eq!(from, ["2026-11-27", "2026-12-04", "2026-12-11"]);
    for (at, _, from) in &run.world.acts {
        let local = beijing(*at);
        assert_eq!(
            today(*at),
            daiban_providers::permit::decide::plus(*from, -1)
        );
        assert!(
            (local.hour() == 7 && local.minute() >= 30)
                || (local.hour() == 8 && local.minute() <= 30),
            "{local}"
        );
    }
    assert!(run.covered("2026-11-22", 20).iter().all(|covered| *covered));
    assert_eq!(run.facts["renewals"][PLATE], 3);
    assert_eq!(run.facts["renewed"].as_array().unwrap().len(), 3);
    assert_eq!(run.facts["renewed"][0]["result"], "approved");
    assert!(run.problems.is_empty(), "{:?}", run.problems);
    let told: Vec<_> = run
        .notices
        .iter()
        .map(|notice| notice.title.zh.as_str())
        .collect();
    assert_eq!(told[0], "冀R0D001 六环外进京证已通过，11月27日–12月3日有效");
    assert_eq!(told.len(), 3);
    // Due days only: a look, a look five minutes after applying, nothing else.
    assert!(run.world.seen <= 1 + 3 * 2, "{} looks", run.world.seen);
}

#[test]
fn submitted_is_not_approved() {
    let mut world = World::new(vec![fresh_car()]);
    world.fates = vec![Fate::StaysInReview];
    let mut run = run(world, "2026-11-22T09:00:00");
    run.until("2026-11-22T09:02:00");
    assert_eq!(
        (run.phase, run.checkpoint.as_str()),
        (Phase::Waiting, "in_review")
    );
    assert!(run.reason.contains("提交不等于通过"));
    assert!(run.notices.is_empty());
    assert!(run.next_due.unwrap() >= moment("2026-11-22T09:05:00"));
    run.until("2026-11-22T18:00:00");
    assert_eq!(run.world.acts.len(), 1);
    assert!(run.problems.contains_key("review:冀R0D001"));
    assert!(run.problems["uncovered:冀R0D001"].contains("劝返"));
    // Five minutes apart at the most eager, and ever more slowly.
    assert!(run.world.seen < 45, "{} looks", run.world.seen);
}

#[test]
fn the_strip_says_has_will_and_miss() {
    let mut run = run(World::new(vec![live()]), "2026-11-22T14:00:00");
    run.until("2026-11-22T15:00:00");
    let strip = run.facts["coverage"][PLATE].as_array().unwrap().clone();
    let states: Vec<&str> = strip
        .iter()
        .map(|day| day["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        [
            "has", "has", "has", "has", "has", "will", "will", "will", "will", "will", "will",
            "will", "will", "will"
        ]
    );
    assert_eq!(strip[0]["date"], "2026-11-22");
    assert_eq!(
        run.facts["status"]["vehicles"][0]["covered"][0]["to"],
        "2026-11-26"
    );
}

#[test]
fn after_noon_today_is_lost_and_said() {
    let mut run = run(World::new(vec![fresh_car()]), "2026-11-22T13:00:00");
    run.until("2026-11-22T13:30:00");
    assert_eq!(run.world.acts[0].2, day("2026-11-23"));
    assert!(run.problems["uncovered:冀R0D001"].contains("11月22日"));
    run.until("2026-11-23T09:00:00");
    assert!(run.covered("2026-11-23", 7).iter().all(|covered| *covered));
    run.until("2026-11-29T23:00:00");
    assert!(run.problems.is_empty(), "{:?}", run.problems);
    assert_eq!(run.world.acts.len(), 2);
}

#[test]
fn a_missed_run_is_made_up_at_once() {
    let mut run = run(World::new(vec![live()]), "2026-11-22T14:00:00");
    run.until("2026-11-22T15:00:00");
    assert_eq!(today(run.next_due.unwrap()), day("2026-11-26"));
    // The machine was off until the evening of the last day.
    run.now = moment("2026-11-26T20:00:00");
    run.until("2026-11-26T21:00:00");
    assert_eq!(run.world.acts.len(), 1);
    assert_eq!(run.world.acts[0].2, day("2026-11-27"));
    assert!(run.covered("2026-11-22", 12).iter().all(|covered| *covered));
}

#[test]
fn missed_the_whole_last_day_goes_for_today() {
    let mut run = run(World::new(vec![live()]), "2026-11-22T14:00:00");
    run.until("2026-11-22T15:00:00");
    run.now = moment("2026-11-27T06:10:00");
    run.until("2026-11-27T07:00:00");
    assert_eq!(run.world.acts[0].2, day("2026-11-27"));
}

#[test]
fn a_fine_is_named_once_and_cured() {
    let mut world = World::new(vec![live()]);
    (world.fates, world.fine_open) = (vec![Fate::Rejected], true);
    let mut run = Run::new(
        world,
        "2026-11-22T14:00:00",
        json!({ "violation_account": "v1" }),
    );
    run.until("2026-11-26T12:00:00");
    assert_eq!(
        (run.phase, run.checkpoint.as_str()),
        (Phase::NeedsYou, "blocked")
    );
    for part in [
        "测试路口",
        "不按导向车道行驶",
        "罚 100 元",
        "2026-11-01 08:00",
        "交管12123",
    ] {
        assert!(run.reason.contains(part), "{part}: {}", run.reason);
    }
    assert_eq!(run.world.fine_queries, 1);
    assert!(
        run.problems.contains_key("blocked:冀R0D001")
            && run.problems.contains_key("uncovered:冀R0D001")
    );
    assert!(
        run.notices
            .iter()
            .any(|notice| notice.severity == Severity::Urgent
                && notice.title.zh.contains("测试路口"))
    );
    let strip = &run.facts["coverage"][PLATE];
    assert_eq!(
        (&strip[0]["state"], &strip[1]["state"]),
        (&json!("has"), &json!("miss"))
    );
    // Daily looks and one word of the owner change nothing while the fine stands.
    run.until("2026-11-27T09:00:00");
    run.tell(Incoming::Woken);
    assert_eq!((run.world.acts.len(), run.world.fine_queries), (1, 1));
    assert!(run.reason.contains("再点一次"));
    // Paid: the next word is enough, and the errand goes on.
    run.world.fine_open = false;
    run.tell(Incoming::Woken);
    run.until("2026-11-27T09:30:00");
    assert_eq!(run.world.acts.len(), 2);
    assert_eq!(run.phase, Phase::Waiting);
    assert!(run.problems.is_empty(), "{:?}", run.problems);
    assert_eq!(run.facts["renewals"][PLATE], 1);
}

#[test]
fn a_paid_fine_is_noticed_by_the_daily_look() {
    let mut world = World::new(vec![live()]);
    (world.fates, world.fine_open) = (vec![Fate::Rejected], true);
    let mut run = run(world, "2026-11-22T14:00:00");
    run.until("2026-11-26T12:00:00");
    assert!(run.reason.contains("关联一个违章查询账号"));
    assert_eq!(run.world.fine_queries, 0);
    run.world.fine_open = false;
    run.until("2026-11-27T09:00:00");
    assert_eq!(run.world.acts.len(), 2);
    assert_eq!(run.phase, Phase::Waiting);
}

#[test]
fn fines_are_looked_up_the_day_before_when_wished() {
    let mut world = World::new(vec![live()]);
    world.fine_open = true;
    let mut run = Run::new(
        world,
        "2026-11-22T14:00:00",
        json!({ "violation_account": "v1", "check_violations": true }),
    );
    run.until("2026-11-24T23:00:00");
    assert_eq!(run.world.fine_queries, 0);
    run.until("2026-11-25T09:00:00");
    assert_eq!(run.world.fine_queries, 1);
    assert!(run.problems["fine:冀R0D001"].contains("测试路口"));
    assert_eq!(run.phase, Phase::Waiting);
    run.until("2026-11-26T12:00:00");
    assert!(run.problems.is_empty());
}

#[test]
fn an_application_that_never_arrived_is_made_again() {
    let mut world = World::new(vec![live()]);
    world.fates = vec![Fate::Outcome(Outcome::DidNotHappen(Text::new(
        "没有到达",
        "never arrived",
    )))];
    let mut run = run(world, "2026-11-26T09:00:00");
    run.until("2026-11-26T10:00:00");
    assert_eq!(run.world.acts.len(), 2);
    assert_eq!(run.facts["renewals"][PLATE], 1);
}

#[test]
fn an_unknown_outcome_is_never_repeated_by_itself() {
    let mut world = World::new(vec![live()]);
    world.fates = vec![Fate::Outcome(Outcome::Unknown(Text::new(
        "不知道",
        "not known",
    )))];
    let mut run = run(world, "2026-11-26T09:00:00");
    run.until("2026-11-26T23:00:00");
    assert_eq!(run.world.acts.len(), 1);
    assert_eq!(run.phase, Phase::NeedsYou);
    assert!(run.reason.contains("不会再交第二次"));
    // The owner has looked and says to go on.
    run.tell(Incoming::Woken);
    assert_eq!(run.world.acts.len(), 2);
}

#[test]
fn an_unknown_outcome_that_shows_among_the_records_is_known() {
    let mut world = World::new(vec![live()]);
    world.fates = vec![Fate::ArrivesUnknown];
    let mut run = run(world, "2026-11-26T09:00:00");
    run.until("2026-11-26T10:00:00");
    assert_eq!((run.world.acts.len(), run.phase), (1, Phase::Waiting));
    assert_eq!(run.facts["renewals"][PLATE], 1);
}

#[test]
fn busy_is_tried_again_and_a_clear_no_is_not() {
    let busy = ServiceError::Busy {
        retry_after_s: None,
        text: Text::quoted("目前办理业务人数较多，请稍后再试。"),
    };
    let mut world = World::new(vec![live()]);
    world.fates = vec![Fate::Outcome(Outcome::Failed(busy))];
    let mut run = run(world, "2026-11-26T09:00:00");
    run.until("2026-11-26T10:00:00");
    assert_eq!((run.world.acts.len(), run.phase), (2, Phase::Waiting));

    let no = ServiceError::Refused {
        code: "quota".to_owned(),
        text: Text::quoted("已超过办理次数限制。"),
    };
    let mut world = World::new(vec![live()]);
    world.fates = vec![Fate::Outcome(Outcome::Failed(no))];
    let mut run = self::run(world, "2026-11-26T09:00:00");
    run.until("2026-11-26T23:30:00");
    assert_eq!((run.world.acts.len(), run.phase), (1, Phase::NeedsYou));
    run.until("2026-11-27T09:00:00");
    assert_eq!(run.world.acts.len(), 2);
}

#[test]
fn a_service_that_fails_is_asked_less_and_less() {
    let down = || {
        Err(ServiceError::Unreachable {
            text: Text::new("没有回答", "no answer"),
        })
    };
    let mut world = World::new(vec![live()]);
    world.looks = (0..8).map(|_| down()).collect();
    let mut run = run(world, "2026-11-26T07:00:00");
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let before = run.next_due.unwrap();
        run.until(&beijing(before).strftime("%Y-%m-%dT%H:%M:%S").to_string());
        pauses.push((run.next_due.unwrap().as_second() - run.now.as_second()) / 60);
    }
    assert!(
        pauses.windows(2).all(|pair| pair[0] <= pair[1]) && *pauses.last().unwrap() <= 60,
        "{pauses:?}"
    );
    assert!(run.problems.contains_key("service"));
    run.until("2026-11-26T23:00:00");
    assert_eq!(run.world.acts.len(), 1);
    assert!(run.problems.is_empty(), "{:?}", run.problems);
}

#[test]
fn a_closed_service_is_left_alone_until_it_opens() {
    let opens = moment("2026-11-26T11:00:00");
    let mut world = World::new(vec![live()]);
    world.looks = vec![Err(ServiceError::Closed {
        opens_at: Some(opens),
        text: Text::new("封", "banned"),
    })];
    let mut run = run(world, "2026-11-26T08:00:00");
    run.until("2026-11-26T10:59:00");
    assert_eq!((run.world.seen, run.next_due), (1, Some(opens)));
    assert!(run.reason.contains("11:00"));
}

#[test]
fn a_lost_sign_in_waits_for_its_owner_and_warns_in_time() {
    let lost = ServiceError::SignInLost {
        text: Text::quoted("令牌为空，请重新登录"),
    };
    let mut world = World::new(vec![live()]);
    world.looks = vec![Ok(()), Err(lost)];
    let mut run = run(world, "2026-11-22T14:00:00");
    run.until("2026-11-24T12:00:00");
    run.tell(Incoming::Woken);
    assert_eq!(
        (run.phase, run.checkpoint.as_str()),
        (Phase::NeedsYou, "sign_in")
    );
    let seen = run.world.seen;
    run.until("2026-11-26T09:00:00");
    assert_eq!(run.world.seen, seen);
    assert!(run.problems["uncovered:冀R0D001"].contains("11月27日"));
    run.tell(Incoming::SignedIn);
    run.until("2026-11-26T10:00:00");
    assert_eq!((run.phase, run.world.acts.len()), (Phase::Waiting, 1));
    assert!(run.problems.is_empty(), "{:?}", run.problems);
}

#[test]
fn an_unknown_record_asks_for_eyes_and_applies_for_nothing() {
    let odd = record(
        "100",
        Zone::Outside,
        S::Unknown,
        "2026-11-20",
        Some("2026-11-26"),
    );
    let mut run = run(
        World::new(vec![car(Some(true), vec![odd])]),
        "2026-11-26T08:00:00",
    );
    run.until("2026-11-27T20:00:00");
    assert!(run.world.acts.is_empty());
    assert!(run.problems.contains_key("doubt:冀R0D001"));
    assert_eq!(run.facts["coverage"][PLATE][0]["state"], "unknown");
}

#[test]
fn a_plate_the_account_does_not_have_is_named() {
    let mut run = Run::new(
        World::new(vec![live()]),
        "2026-11-22T14:00:00",
        json!({ "plates": ["冀R0D009"] }),
    );
    run.until("2026-11-22T15:00:00");
    assert_eq!(run.phase, Phase::NeedsYou);
    assert!(run.reason.contains("冀R0D009") && run.reason.contains("冀R0D001"));
}

#[test]
fn two_cars_go_one_after_the_other() {
    let second = Vehicle {
        plate: "冀R0D002".to_owned(),
        vehicle_id: "1900000000000000002".to_owned(),
        ..fresh_car()
    };
    let mut world = World::new(vec![fresh_car(), second]);
    world.review_min = 12;
    let mut run = Run::new(
        world,
        "2026-11-22T09:00:00",
        json!({ "plates": ["冀R0D002", "冀R0D001"] }),
    );
    run.until("2026-11-22T09:10:00");
    assert_eq!(run.world.acts.len(), 1);
    assert_eq!(run.world.acts[0].1, "冀R0D002");
    run.until("2026-11-22T10:00:00");
    assert_eq!(run.world.acts.len(), 2);
    assert_eq!(run.facts["renewals"]["冀R0D002"], 1);
}

#[test]
fn a_route_needs_a_person() {
    let mut world = World::new(vec![fresh_car()]);
    world.route_needed = true;
    let mut run = run(world, "2026-11-22T09:00:00");
    run.until("2026-11-22T20:00:00");
    assert_eq!((run.phase, run.world.acts.len()), (Phase::NeedsYou, 0));
    assert!(run.reason.contains("路线"));
}

#[test]
fn inside_is_asked_about_each_time() {
    let inside = || json!({ "zone": "inside", "days": "dates", "dates": ["2026-11-24"] });
    let mut run = Run::new(World::new(vec![live()]), "2026-11-22T14:00:00", inside());
    run.says = Some(Answer::Approved);
    run.until("2026-11-22T15:00:00");
    assert_eq!(run.asks.len(), 1);
    assert!(run.asks[0].body.zh.contains("还剩 9 次，每次 7 天"));
    assert_eq!(run.world.acts[0].2, day("2026-11-24"));
    run.until("2026-11-26T15:00:00");
    assert_eq!(run.phase, Phase::Done);
    assert_eq!(run.outcome, Some(json!({ "renewals": { PLATE: 1 } })));
}

#[test]
fn silence_about_an_inside_permit_means_no() {
    let mut run = Run::new(
        World::new(vec![live()]),
        "2026-11-22T14:00:00",
        json!({ "zone": "inside", "days": "dates", "dates": ["2026-11-24"] }),
    );
    run.until("2026-11-22T15:00:00");
    assert_eq!((run.phase, run.asks.len()), (Phase::NeedsYou, 1));
    run.now = run.asks[0].deadline.unwrap();
    run.tell(Incoming::AskExpired {
        tag: "inside".to_owned(),
    });
    assert_eq!((run.phase, run.world.acts.len()), (Phase::Waiting, 0));
    assert!(run.reason.contains("没有同意"));
    // Asked again on the next day, once.
    run.until("2026-11-23T12:00:00");
    assert_eq!((run.asks.len(), run.world.acts.len()), (2, 0));
}

#[test]
fn no_inside_uses_left_is_not_asked_about() {
    let empty = Vehicle {
        inside_uses_left: Some(0),
        ..live()
    };
    let mut run = Run::new(
        World::new(vec![empty]),
        "2026-11-22T09:00:00",
        json!({ "zone": "inside" }),
    );
    run.until("2026-11-22T12:00:00");
    assert_eq!(
        (run.phase, run.asks.len(), run.world.acts.len()),
        (Phase::NeedsYou, 0, 0)
    );
}

#[test]
fn a_permit_taken_back_by_its_owner_stays_back() {
    let mut run = run(World::new(vec![live()]), "2026-11-26T09:00:00");
    run.until("2026-11-26T09:03:00");
    run.world.cars[0].records.last_mut().unwrap().state = S::Cancelled;
    run.until("2026-11-26T23:00:00");
    assert_eq!(run.world.acts.len(), 1);
    assert!(run.reason.contains("取消"));
    run.tell(Incoming::Woken);
    assert_eq!(run.world.acts.len(), 2);
}

#[test]
fn resumed_in_the_middle_of_a_look_looks_again() {
    let mut run = run(World::new(vec![live()]), "2026-11-22T14:00:00");
    run.tell(Incoming::Resumed);
    run.tell(Incoming::Resumed);
    assert_eq!(
        (run.phase, run.checkpoint.as_str()),
        (Phase::Waiting, "resting")
    );
}

#[test]
fn wishes_that_do_not_fit_are_named() {
    let field = |change: Value| Keep.begin_value(&wishes(change)).unwrap_err();
    assert_eq!(field(json!({ "plates": [] })), "plates");
    assert_eq!(field(json!({ "purpose": "99" })), "purpose");
    assert_eq!(field(json!({ "district": "朝阳区" })), "district");
    assert_eq!(field(json!({ "address": " " })), "address");
    assert_eq!(field(json!({ "entry_road": null })), "entry_road");
    assert_eq!(field(json!({ "in_beijing": true })), "beijing_address");
    assert_eq!(field(json!({ "longitude": "116.4" })), "latitude");
    assert_eq!(
        field(json!({ "longitude": "east", "latitude": "39.9" })),
        "longitude"
    );
    assert_eq!(field(json!({ "days": "dates" })), "dates");
    assert_eq!(field(json!({ "dates": ["2026-12-01"] })), "days");
    assert_eq!(field(json!({ "window": "08:30-07:30" })), "window");
    assert_eq!(
        field(json!({ "check_violations": true })),
        "violation_account"
    );
    assert!(Keep.begin_value(&wishes(json!({}))).is_ok());
}

trait BeginValue {
    fn begin_value(&self, wishes: &Value) -> Result<Value, String>;
}

impl BeginValue for Keep {
    fn begin_value(&self, wishes: &Value) -> Result<Value, String> {
        Machine::begin(self, wishes, moment("2026-11-22T14:00:00")).map_err(|invalid| invalid.field)
    }
}
