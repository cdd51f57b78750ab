//! The promises every engine keeps, told as stories.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod desk;
mod rig;
mod world;

use std::sync::Arc;

use daiban_core::{
    Timestamp,
    account::AccountState,
    ask::{Answer, AskState},
    call::{CallState, NewCall, Outcome},
    engine::{EngineError, Start},
    errand::{Incoming, Phase},
    error::ServiceError,
    id::{AccountId, ErrandId, EventId, UserId},
    lifecycle::Verb,
    record::Record,
    service::Service,
    store::{Commit, Committed, Delivered, EventKind},
};
use rig::{EmbeddedRig, Rig};
use serde_json::json;
use world::ActScript;

async fn a_sleeping_errand_runs_at_its_moments_and_each_leaves_a_line<R: Rig>() {
    let rig = R::new().await;
    let errand = rig
        .start("a1", "test.sleep", json!({ "every_s": 3600, "times": 4 }))
        .await;
    rig.run_to(3599).await;
    assert_eq!(
        rig.lines(&errand, EventKind::Ran).await,
        1,
        "only the first pass so far"
    );
    rig.run_to(3600).await;
    assert_eq!(rig.lines(&errand, EventKind::Ran).await, 2);
    rig.run_to(20_000).await;
    assert_eq!(rig.phase(&errand).await, Phase::Done);
    assert_eq!(rig.outcome(&errand).await, json!(4));
    assert_eq!(rig.lines(&errand, EventKind::Missed).await, 0);
}

async fn a_moment_missed_while_not_running_is_said_and_made_up_for_once<R: Rig>() {
    let mut rig = R::new().await;
    let errand = rig
        .start("a1", "test.sleep", json!({ "every_s": 60, "times": 100 }))
        .await;
    rig.run_to(60).await;
    rig.sleep_through(7200);
    rig.crash().await;
    rig.run_to(7200).await;
    assert_eq!(rig.lines(&errand, EventKind::Missed).await, 1);
    assert_eq!(
        rig.lines(&errand, EventKind::Ran).await,
        3,
        "one pass makes up for two hours"
    );
}

async fn a_clock_set_back_runs_nothing_twice<R: Rig>() {
    let rig = R::new().await;
    let errand = rig
        .start("a1", "test.sleep", json!({ "every_s": 60, "times": 100 }))
        .await;
    rig.run_to(120).await;
    let before = rig.lines(&errand, EventKind::Ran).await;
    rig.sleep_through(30);
    rig.run_to(60).await;
    assert_eq!(rig.lines(&errand, EventKind::Ran).await, before);
}

/// A pass that changes nothing but the row itself.
fn nothing_new(errand: &ErrandId, ver: u64) -> Commit {
    Commit {
        errand: errand.clone(),
        ver,
        state: json!({ "passes": 1 }),
        version: 1,
        phase: Phase::Waiting,
        checkpoint: "stale".to_owned(),
        reason: daiban_core::Text::quoted("旧的"),
        next_due: None,
        outcome: None,
        consumed: Vec::new(),
        calls: Vec::new(),
        asks: Vec::new(),
        withdraw_asks: false,
        watch: Vec::new(),
        facts: Vec::new(),
        records: Vec::new(),
        notices: Vec::new(),
        problems: Vec::new(),
        events: Vec::new(),
    }
}

fn after(moment: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(moment.as_second() + seconds).unwrap()
}

async fn an_old_claim_writes_nothing<R: Rig>() {
    let rig = R::new().await;
    let errand = rig
        .start("a1", "test.sleep", json!({ "every_s": 60, "times": 100 }))
        .await;
    let now = rig.now();
    let stale = rig
        .store()
        .claim_due(now, 10, now)
        .await
        .unwrap()
        .pop()
        .unwrap();
    rig.run_to(1).await;
    let before = rig.rows().errand(&errand).await.unwrap();
    let commit = Commit {
        state: json!({ "passes": 99 }),
        phase: Phase::Failed,
        ..nothing_new(&errand, stale.ver)
    };
    assert_eq!(
        rig.store().commit(now, vec![commit]).await.unwrap(),
        [Committed::Fenced]
    );
    assert_eq!(rig.rows().errand(&errand).await.unwrap(), before);
}

/// What the passes of an account have left, oldest first.
async fn woke<R: Rig>(rig: &R, account: &str) -> Vec<Record> {
    let (rows, account) = (rig.rows(), AccountId::from(account));
    let all = rows.records(&account, "woke", Timestamp::MIN, 1000).await;
    let mut all = all.unwrap();
    all.reverse();
    all
}

async fn records_are_written_with_their_pass_or_not_at_all<R: Rig>() {
    let mut rig = R::new().await;
    let errand = rig
        .start("a1", "test.sleep", json!({ "every_s": 60, "times": 4 }))
        .await;
    rig.run_to(60).await;
    let now = rig.now();
    let claim = rig.store().claim_due(after(now, 60), 10, now).await;
    let stale = claim.unwrap().pop().unwrap();
    rig.run_to(120).await;
    rig.crash().await;
    rig.run_to(150).await;
    let written = woke(&rig, "a1").await;
    let passes: Vec<_> = written.iter().map(|record| record.value.clone()).collect();
    assert_eq!(passes, [json!(1), json!(2), json!(3)], "each once");
    assert_eq!(rig.lines(&errand, EventKind::Ran).await, 3);
    let record = &written[1];
    assert_eq!(record.id, format!("{errand}/2"));
    let at = Timestamp::from_second(rig::START_S + 60).unwrap();
    assert_eq!((record.at, record.keep_days), (at, 7));

    // A pass of another process that had claimed the errand before: it comes too late, and so does its record.
    let late = Record {
        id: format!("{errand}/3"),
        value: json!("stale"),
        ..record.clone()
    };
    let commit = Commit {
        records: vec![
            late.clone(),
            Record {
                id: "new".to_owned(),
                ..late
            },
        ],
        ..nothing_new(&errand, stale.ver)
    };
    let committed = rig.store().commit(rig.now(), vec![commit]).await;
    assert_eq!(committed.unwrap(), [Committed::Fenced]);
    assert_eq!(woke(&rig, "a1").await, written);

    rig.run_to(3600).await;
    assert_eq!(rig.phase(&errand).await, Phase::Done);
    assert_eq!(woke(&rig, "a1").await, written, "they outlive the errand");
    assert_eq!(woke(&rig, "a2").await, []);
}

async fn an_event_is_told_once<R: Rig>() {
    let rig = R::new().await;
    let errand = rig
        .start("a1", "test.sleep", json!({ "every_s": 3600, "times": 100 }))
        .await;
    rig.run_to(1).await;
    let engine = rig.engine();
    let deliver = || engine.deliver(&errand, EventId::from("e1"), Incoming::Woken);
    assert_eq!(deliver().await.unwrap(), Delivered::New);
    assert_eq!(deliver().await.unwrap(), Delivered::Known);
    rig.run_to(2).await;
    assert_eq!(deliver().await.unwrap(), Delivered::Known);
    rig.run_to(3).await;
    assert_eq!(rig.lines(&errand, EventKind::Ran).await, 2);
    rig.engine().tell(&errand, Verb::Cancel).await.unwrap();
    let late = rig
        .engine()
        .deliver(&errand, EventId::from("e2"), Incoming::Woken)
        .await
        .unwrap();
    assert_eq!(late, Delivered::TooLate);
}

async fn an_act_is_stored_as_sent_before_it_leaves<R: Rig>() {
    let rig = R::new().await;
    let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    let (store, id) = (rig.rows(), errand.clone());
    rig.world().lock().spy = Some(Arc::new(move || {
        let (store, id) = (store.clone(), id.clone());
        Box::pin(async move {
            let calls = store.errand_calls(&id, 10).await.unwrap();
            format!("{:?}", calls[0].state)
        })
    }));
    rig.run_to(1).await;
    assert_eq!(rig.world().lock().spied, ["Sent"]);
    assert_eq!(rig.phase(&errand).await, Phase::Done);
}

async fn an_act_whose_answer_was_lost_is_found_and_not_sent_again<R: Rig>() {
    let rig = R::new().await;
    rig.world().lock().acts.push_back(ActScript::HappensUnseen);
    let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(3600).await;
    assert_eq!(rig.phase(&errand).await, Phase::Done);
    assert_eq!(rig.outcome(&errand).await, json!({ "found": "x" }));
    assert_eq!(rig.world().lock().effects, ["x"]);
    assert_eq!(rig.world().lock().arrived, 1);
}

async fn a_provider_that_falls_in_an_act_is_asked_what_became_of_it<R: Rig>() {
    let rig = R::new().await;
    rig.world()
        .lock()
        .acts
        .push_back(ActScript::HappensAndFalls);
    let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    let other = rig.start("a1", "test.look", json!({ "act": "l" })).await;
    rig.run_to(3600).await;
    assert_eq!(rig.outcome(&errand).await, json!({ "found": "x" }));
    assert_eq!(rig.world().lock().effects, ["x"]);
    assert_eq!(rig.phase(&other).await, Phase::Done, "the account goes on");
}

async fn an_act_lost_on_the_way_is_sent_again_only_after_the_service_showed_it_did_not_happen<
    R: Rig,
>() {
    let rig = R::new().await;
    {
        let mut world = rig.world().lock();
        world.acts.push_back(ActScript::LostOnTheWay);
        world.too_early = 1;
    }
    let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(299).await;
    assert_eq!(
        rig.world().lock().arrived,
        1,
        "too early to say: nothing is sent"
    );
    rig.run_to(3600).await;
    assert_eq!(rig.phase(&errand).await, Phase::Done);
    assert_eq!(rig.world().lock().arrived, 2);
    assert_eq!(rig.world().lock().effects, ["x"]);
}

async fn an_unsure_act_lets_no_other_act_of_its_account_go<R: Rig>() {
    let rig = R::new().await;
    {
        let mut world = rig.world().lock();
        world.acts.push_back(ActScript::LostOnTheWay);
        world.too_early = 1;
    }
    rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(1).await;
    let same = rig.start("a1", "test.act", json!({ "act": "y" })).await;
    let other = rig.start("a2", "test.act", json!({ "act": "z" })).await;
    let look = rig.start("a1", "test.look", json!({ "act": "l" })).await;
    rig.run_to(200).await;
    assert_eq!(rig.phase(&same).await, Phase::Working);
    assert_eq!(rig.phase(&other).await, Phase::Done);
    assert_eq!(rig.phase(&look).await, Phase::Done, "reading goes on");
    rig.run_to(3600).await;
    assert_eq!(rig.phase(&same).await, Phase::Done);
}

async fn a_crash_with_an_act_on_the_way_asks_before_it_sends<R: Rig>() {
    for happened in [true, false] {
        let mut rig = R::new().await;
        let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
        // The pass alone: the intent is stored, nothing has left. Then as if the process died inside the act.
        rig.pass_only().await;
        let call = rig
            .rows()
            .errand_calls(&errand, 10)
            .await
            .unwrap()
            .pop()
            .unwrap();
        assert_eq!(call.state, CallState::Queued);
        let now = rig.now();
        assert!(rig.store().mark_sent(&call.id, now).await.unwrap());
        if happened {
            rig.world().lock().effects.push("x".to_owned());
        }
        rig.crash().await;
        rig.run_to(3600).await;
        assert_eq!(rig.phase(&errand).await, Phase::Done);
        assert_eq!(
            rig.world().lock().effects,
            ["x"],
            "happened before the crash: {happened}"
        );
    }
}

async fn what_a_look_saw_is_told_and_not_left_with_it<R: Rig>() {
    let mut rig = R::new().await;
    for what in ["l", "kept/l"] {
        let errand = rig.start("a1", "test.look", json!({ "act": what })).await;
        rig.pass_only().await;
        rig.crash().await;
        rig.run_to(60).await;
        assert_eq!(rig.outcome(&errand).await, json!({ "seen": what }));
        let call = rig
            .rows()
            .errand_calls(&errand, 10)
            .await
            .unwrap()
            .remove(0);
        assert_eq!((call.state, call.outcome), (CallState::Settled, None));
    }
    let kept = rig.store().last(&AccountId::from("a1"), "kept/l").await;
    let kept = kept.unwrap().unwrap();
    assert_eq!(kept.result, Ok(json!({ "seen": "kept/l" })));
    let act = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(120).await;
    let call = rig.rows().errand_calls(&act, 10).await.unwrap().remove(0);
    assert_eq!(call.outcome, Some(Outcome::Done(json!({ "did": "x" }))));
}

async fn a_look_that_failed_leaves_what_was_seen_before<R: Rig>() {
    let rig = R::new().await;
    let wishes = json!({ "act": "kept/l" });
    rig.start("a1", "test.look", wishes.clone()).await;
    rig.run_to(60).await;
    rig.world().lock().signed_out = true;
    let blind = rig.start("a1", "test.look", wishes).await;
    rig.run_to(120).await;
    let call = rig.rows().errand_calls(&blind, 10).await.unwrap().remove(0);
    assert!(
        matches!(
            call.outcome,
            Some(Outcome::Failed(ServiceError::SignInLost { .. }))
        ),
        "why it failed stays: {:?}",
        call.outcome
    );
    let kept = rig.store().last(&AccountId::from("a1"), "kept/l").await;
    let kept = kept.unwrap().unwrap();
    assert_eq!(
        (kept.number, kept.result),
        (1, Ok(json!({ "seen": "kept/l" })))
    );

    rig.world().lock().acts.push_back(ActScript::Refused);
    let refused = rig
        .start("a2", "test.act", json!({ "act": "kept/x" }))
        .await;
    rig.run_to(180).await;
    assert_eq!(rig.phase(&refused).await, Phase::Failed);
    let kept = rig.store().last(&AccountId::from("a2"), "kept/x").await;
    let kept = kept.unwrap().unwrap().result;
    assert!(
        matches!(kept, Err(ServiceError::Refused { .. })),
        "an act's is news"
    );
}

async fn a_refusal_is_an_observation_and_not_a_retry<R: Rig>() {
    let rig = R::new().await;
    rig.world().lock().acts.push_back(ActScript::Refused);
    let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(86_400).await;
    assert_eq!(rig.phase(&errand).await, Phase::Failed);
    assert_eq!(rig.world().lock().arrived, 1);
}

async fn what_politeness_holds_back_goes_later_and_leaves_a_line<R: Rig>() {
    let rig = R::new().await;
    rig.world().lock().acts.push_back(ActScript::Held);
    let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(10).await;
    let row = rig.rows().errand(&errand).await.unwrap();
    assert_eq!(row.phase, Phase::Waiting, "not waiting for an answer");
    assert!(row.reason.zh.contains("慢一点"), "{}", row.reason.zh);
    assert_eq!(rig.lines(&errand, EventKind::Held).await, 1);
    assert_eq!(rig.world().lock().arrived, 0);
    rig.run_to(1_800_000_001 - rig::START_S).await;
    assert_eq!(rig.phase(&errand).await, Phase::Done);
    assert_eq!(rig.world().lock().arrived, 1);
}

async fn a_thousand_errands_on_one_lookout_cost_the_requests_of_one<R: Rig>() {
    let requests = async |watchers: usize| {
        let rig = R::new().await;
        for _ in 0..watchers {
            let wishes = json!({ "key": "rail/2026-12-04/BJP/SHH", "pace_s": 60, "times": 5 });
            rig.start("a1", "test.watch", wishes).await;
        }
        rig.run_to(3600).await;
        let looks = rig.world().lock().looks.clone();
        let done = rig.rows().errands(None).await.unwrap();
        assert!(done.iter().all(|errand| errand.phase == Phase::Done));
        looks["rail/2026-12-04/BJP/SHH"].len()
    };
    assert_eq!(requests(1).await, 5, "and nobody looks once all are done");
    assert_eq!(requests(1000).await, 5);
}

async fn the_fastest_watcher_within_the_floor_sets_the_pace<R: Rig>() {
    let rig = R::new().await;
    rig.start(
        "a1",
        "test.watch",
        json!({ "key": "k", "pace_s": 600, "times": 100 }),
    )
    .await;
    rig.start(
        "a2",
        "test.watch",
        json!({ "key": "k", "pace_s": 1, "times": 10 }),
    )
    .await;
    rig.run_to(30).await;
    let looks = rig.world().lock().looks["k"].clone();
    assert!(looks.len() >= 7, "{looks:?}");
    let closest = looks
        .windows(2)
        .map(|two| two[1].as_second() - two[0].as_second())
        .min()
        .unwrap();
    assert!(closest >= 4, "the floor is four seconds, seen {closest}");
    rig.run_to(60).await;
    let fast = rig.world().lock().looks["k"].len();
    rig.run_to(600).await;
    assert!(
        rig.world().lock().looks["k"].len() <= fast + 2,
        "slow again once the fast one is done"
    );
}

/// Seconds from each of these moments to the next.
fn gaps(moments: &[Timestamp]) -> Vec<f64> {
    let pairs = moments.windows(2);
    pairs
        .map(|two| two[1].duration_since(two[0]).as_secs_f64())
        .collect()
}

async fn lookouts_of_one_line_take_turns_and_nobody_hears_of_it<R: Rig>() {
    let rig = R::new().await;
    let mut errands = Vec::new();
    for key in ["k1", "k2", "k3"] {
        let wishes = json!({ "key": key, "pace_s": 60, "times": 1000, "polls": true });
        errands.push((key, rig.start("a1", "test.watch", wishes).await));
    }
    rig.run_to(3600).await;
    let looks = rig.world().lock().looks.clone();
    let counts: Vec<usize> = looks.values().map(Vec::len).collect();
    assert_eq!(counts.len(), 3);
    let (fewest, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
    assert!(most - fewest <= 1 && *fewest >= 16, "{counts:?}");
    let mut all: Vec<Timestamp> = looks.values().flatten().copied().collect();
    all.sort();
    assert!(gaps(&all).iter().all(|gap| *gap >= 60.0), "{all:?}");
    for (key, errand) in errands {
        let passes = rig.lines(&errand, EventKind::Ran).await;
        assert_eq!(
            passes,
            1 + looks[key].len(),
            "the first, and one for each look"
        );
    }
}

async fn around_a_release_looks_are_quick_and_others_wait<R: Rig>() {
    let rig = R::new().await;
    let release = rig::START_S + 900;
    let wishes = |key: &str, pace_s: u32, release: Option<i64>| json!({ "key": key, "pace_s": pace_s, "times": 1000, "polls": true, "release": release });
    rig.start("a1", "test.watch", wishes("quick", 3, Some(release)))
        .await;
    rig.start("a2", "test.watch", wishes("slow", 60, None))
        .await;
    rig.run_to(1800).await;
    let looks = rig.world().lock().looks.clone();
    let since = |moment: &Timestamp| moment.as_millisecond() as f64 / 1000.0 - release as f64;
    let in_window = |moment: &&Timestamp| (-90.0..=210.0).contains(&since(moment));
    let quick = looks["quick"].iter().filter(in_window).count();
    assert!(quick >= 60, "{quick}");
    let after = looks["slow"].iter().filter(|moment| since(moment) > 210.0);
    assert!(after.count() > 1, "it goes on");
    let mut all: Vec<(Timestamp, &str)> = Vec::new();
    for (key, moments) in &looks {
        all.extend(moments.iter().map(|moment| (*moment, key.as_str())));
    }
    all.sort();
    for two in all.windows(2) {
        let is_quick = two[1].1 == "quick" && in_window(&&two[1].0);
        let floor = if is_quick { 3.0 } else { 60.0 };
        assert!(gaps(&[two[0].0, two[1].0])[0] >= floor, "{two:?}");
    }
}

async fn a_closed_service_is_told_to_those_who_watch<R: Rig>() {
    let rig = R::new().await;
    let until = Timestamp::from_second(rig::START_S + 600).unwrap();
    let why = daiban_core::Text::quoted("关着");
    rig.store()
        .close(Service::Hospital, rig.now(), until, why)
        .await
        .unwrap();
    let wishes = json!({ "key": "k", "pace_s": 60, "times": 2, "polls": true });
    let errand = rig.start("a1", "test.watch", wishes).await;
    rig.run_to(599).await;
    assert_eq!(
        rig.lines(&errand, EventKind::Ran).await,
        2,
        "the first, and one for the hold"
    );
    assert!(rig.world().lock().looks.is_empty());
    rig.run_to(600).await;
    assert_eq!(rig.phase(&errand).await, Phase::Done);
}

async fn an_ask_waits_for_its_person_over_a_restart_and_is_answered_once<R: Rig>() {
    let mut rig = R::new().await;
    let errand = rig
        .start("a1", "test.ask", json!({ "within_s": 3600 }))
        .await;
    rig.run_to(1).await;
    assert_eq!(rig.phase(&errand).await, Phase::NeedsYou);
    rig.crash().await;
    let ask = rig
        .rows()
        .asks(None, Some(AskState::Open))
        .await
        .unwrap()
        .pop()
        .unwrap();
    let wrong = rig.engine().answer(&ask.id, Answer::Approved).await;
    assert!(matches!(wrong, Err(EngineError::Invalid(_))), "{wrong:?}");
    rig.engine()
        .answer(&ask.id, Answer::Text("好".to_owned()))
        .await
        .unwrap();
    let again = rig
        .engine()
        .answer(&ask.id, Answer::Text("又".to_owned()))
        .await;
    assert!(matches!(again, Err(EngineError::NotNow(_))), "{again:?}");
    rig.run_to(2).await;
    assert_eq!(rig.outcome(&errand).await, json!("好"));
}

async fn an_ask_that_nobody_answers_expires_at_its_moment<R: Rig>() {
    let rig = R::new().await;
    let errand = rig
        .start("a1", "test.ask", json!({ "within_s": 3600 }))
        .await;
    rig.run_to(3599).await;
    assert_eq!(rig.phase(&errand).await, Phase::NeedsYou);
    rig.run_to(3601).await;
    assert_eq!(rig.phase(&errand).await, Phase::Failed);
    assert_eq!(rig.outcome(&errand).await, json!("expired"));
}

async fn what_comes_in_while_paused_is_there_after_resuming<R: Rig>() {
    let rig = R::new().await;
    let errand = rig
        .start("a1", "test.ask", json!({ "within_s": 86_400 }))
        .await;
    rig.run_to(1).await;
    let ask = rig
        .rows()
        .asks(None, Some(AskState::Open))
        .await
        .unwrap()
        .pop()
        .unwrap();
    rig.engine().tell(&errand, Verb::Pause).await.unwrap();
    rig.engine()
        .answer(&ask.id, Answer::Text("好".to_owned()))
        .await
        .unwrap();
    rig.run_to(600).await;
    assert_eq!(rig.phase(&errand).await, Phase::Paused);
    rig.engine().tell(&errand, Verb::Resume).await.unwrap();
    rig.run_to(601).await;
    assert_eq!(rig.phase(&errand).await, Phase::Done);
    assert!(matches!(
        rig.engine().tell(&errand, Verb::Cancel).await,
        Err(EngineError::NotNow(_))
    ));
}

async fn cancelling_takes_back_what_has_not_left<R: Rig>() {
    let rig = R::new().await;
    rig.world().lock().acts.push_back(ActScript::Held);
    let errand = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(10).await;
    rig.engine().tell(&errand, Verb::Cancel).await.unwrap();
    rig.run_to(1_800_000_001 - rig::START_S).await;
    assert_eq!(rig.world().lock().arrived, 0);
    assert_eq!(
        rig.rows().errand_calls(&errand, 10).await.unwrap()[0].state,
        CallState::Withdrawn
    );
}

async fn a_lost_sign_in_is_told_once_and_its_return_lets_errands_go_on<R: Rig>() {
    let rig = R::new().await;
    rig.world().lock().acts.push_back(ActScript::SignInLost);
    let first = rig.start("a1", "test.act", json!({ "act": "x" })).await;
    rig.run_to(1).await;
    assert_eq!(rig.phase(&first).await, Phase::NeedsYou);
    let second = rig.start("a1", "test.act", json!({ "act": "y" })).await;
    rig.run_to(3600).await;
    assert_eq!(
        rig.phase(&second).await,
        Phase::Working,
        "nothing is asked of the service meanwhile"
    );
    let account = AccountId::from("a1");
    assert_eq!(
        rig.rows().account(&account).await.unwrap().state,
        AccountState::SignInLost
    );
    let notices = rig.rows().notices(None, 100).await.unwrap();
    assert_eq!(
        notices
            .iter()
            .filter(|notice| notice.title.zh.contains("登录失效"))
            .count(),
        1
    );
    assert_eq!(rig.rows().problems(None).await.unwrap().len(), 1);
    rig.engine().signed_in(&account).await.unwrap();
    rig.run_to(7200).await;
    assert_eq!(rig.phase(&first).await, Phase::Done);
    assert_eq!(rig.phase(&second).await, Phase::Done);
    assert_eq!(
        rig.rows().problems(None).await.unwrap(),
        [],
        "the problem went away by itself"
    );
    let mut effects = rig.world().lock().effects.clone();
    effects.sort();
    assert_eq!(effects, ["x", "y"]);
}

async fn a_machine_that_falls_stops_its_own_errand_only<R: Rig>() {
    let rig = R::new().await;
    let broken = rig.start("a1", "test.falls", json!({})).await;
    let sound = rig
        .start("a1", "test.sleep", json!({ "every_s": 1, "times": 3 }))
        .await;
    rig.run_to(60).await;
    assert_eq!(rig.phase(&sound).await, Phase::Done);
    assert_eq!(rig.phase(&broken).await, Phase::Paused);
    assert_eq!(rig.lines(&broken, EventKind::Stuck).await, 1);
    assert!(
        rig.rows()
            .problems(None)
            .await
            .unwrap()
            .iter()
            .any(|problem| problem.key.contains("stuck"))
    );
}

async fn a_persons_command_is_an_act_like_any_other<R: Rig>() {
    let rig = R::new().await;
    rig.world().lock().acts.push_back(ActScript::HappensUnseen);
    let call = NewCall::act(
        "lock",
        Service::Rail,
        &AccountId::from("a1"),
        json!({ "act": "lock" }),
    );
    let id = rig.engine().command(call).await.unwrap();
    rig.run_to(3600).await;
    assert_eq!(
        rig.engine().call(&id).await.unwrap().state,
        CallState::Settled
    );
    assert_eq!(rig.world().lock().effects, ["lock"]);
}

async fn bad_wishes_begin_nothing<R: Rig>() {
    let rig = R::new().await;
    let start = |kind: &str, wishes| Start {
        user: UserId::from("u1"),
        account: AccountId::from("a1"),
        kind: kind.to_owned(),
        wishes,
        internal: false,
    };
    let bad = rig
        .engine()
        .start(start("test.sleep", json!({ "every_s": 0, "times": 1 })))
        .await;
    assert!(matches!(bad, Err(EngineError::Invalid(invalid)) if invalid.field == "every_s"));
    let unknown = rig.engine().start(start("test.nothing", json!({}))).await;
    assert!(matches!(unknown, Err(EngineError::Invalid(invalid)) if invalid.field == "kind"));
    assert_eq!(rig.rows().errands(None).await.unwrap(), []);
}

async fn many_errands_of_one_account_never_visit_at_once<R: Rig>() {
    let rig = R::new().await;
    let mut errands = Vec::new();
    for n in 0..40 {
        errands.push(
            rig.start(
                ["a1", "a2"][n % 2],
                ["test.act", "test.look"][n / 2 % 2],
                json!({ "act": format!("x{n}") }),
            )
            .await,
        );
    }
    rig.run_freely(&errands).await;
    assert!(!rig.world().lock().overlapped);
    let mut effects = rig.world().lock().effects.clone();
    effects.sort();
    effects.dedup();
    assert_eq!(effects.len(), 20);
    assert_eq!(rig.world().lock().arrived, 20);
}

/// Holds an engine to every promise.
macro_rules! held_to {
    ($engine:ident: $rig:ty; $($promise:ident),+ $(,)?) => {
        mod $engine {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    super::$promise::<$rig>().await;
                }
            )+
        }
    };
}

held_to! {
    embedded_on_sqlite: EmbeddedRig;
    a_sleeping_errand_runs_at_its_moments_and_each_leaves_a_line,
    a_moment_missed_while_not_running_is_said_and_made_up_for_once,
    a_clock_set_back_runs_nothing_twice,
    an_old_claim_writes_nothing,
    records_are_written_with_their_pass_or_not_at_all,
    an_event_is_told_once,
    an_act_is_stored_as_sent_before_it_leaves,
    an_act_whose_answer_was_lost_is_found_and_not_sent_again,
    a_provider_that_falls_in_an_act_is_asked_what_became_of_it,
    an_act_lost_on_the_way_is_sent_again_only_after_the_service_showed_it_did_not_happen,
    an_unsure_act_lets_no_other_act_of_its_account_go,
    a_crash_with_an_act_on_the_way_asks_before_it_sends,
    what_a_look_saw_is_told_and_not_left_with_it,
    a_look_that_failed_leaves_what_was_seen_before,
    a_refusal_is_an_observation_and_not_a_retry,
    what_politeness_holds_back_goes_later_and_leaves_a_line,
    a_thousand_errands_on_one_lookout_cost_the_requests_of_one,
    the_fastest_watcher_within_the_floor_sets_the_pace,
    lookouts_of_one_line_take_turns_and_nobody_hears_of_it,
    around_a_release_looks_are_quick_and_others_wait,
    a_closed_service_is_told_to_those_who_watch,
    an_ask_waits_for_its_person_over_a_restart_and_is_answered_once,
    an_ask_that_nobody_answers_expires_at_its_moment,
    what_comes_in_while_paused_is_there_after_resuming,
    cancelling_takes_back_what_has_not_left,
    a_lost_sign_in_is_told_once_and_its_return_lets_errands_go_on,
    a_machine_that_falls_stops_its_own_errand_only,
    a_persons_command_is_an_act_like_any_other,
    bad_wishes_begin_nothing,
    many_errands_of_one_account_never_visit_at_once,
}
