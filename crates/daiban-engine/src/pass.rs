//! One pass over a claimed errand: the pure machine in, one commit out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use daiban_core::{
    Text, Timestamp, dates,
    errand::{Incoming, Pass, Phase, Step},
    id::{AskId, CallId},
    notice::{ProblemChange, Severity},
    store::{Claimed, Commit, EventKind, NewEvent},
};
use serde_json::{Value, json};

use crate::desk::Desk;

/// Runs the machine of a claimed errand. A row that cannot be read, or a machine that falls, stops that errand only.
pub(crate) fn run(desk: &Desk, claimed: Claimed, now: Timestamp, grace_s: i64) -> Commit {
    let Some(machine) = desk.machine(&claimed.kind) else {
        return stuck(claimed, now, "no machine for this kind");
    };
    let incoming: Vec<Incoming> = claimed
        .incoming
        .iter()
        .map(|(_, what)| what.clone())
        .collect();
    let pass = Pass {
        errand: &claimed.id,
        account: &claimed.account,
        now,
        due: claimed.due,
        chance: (desk.chance)(),
        wishes: &claimed.wishes,
        incoming: &incoming,
        seen: &claimed.seen,
    };
    let advance = || machine.advance(claimed.version, claimed.state.clone(), &pass);
    match catch_unwind(AssertUnwindSafe(advance)) {
        Ok(Ok(step)) => commit(desk, claimed, step, machine.version(), now, grace_s),
        Ok(Err(unreadable)) => stuck(claimed, now, &unreadable.to_string()),
        Err(_) => stuck(claimed, now, "the machine fell"),
    }
}

fn commit(
    desk: &Desk,
    claimed: Claimed,
    step: Step<Value>,
    version: u32,
    now: Timestamp,
    grace_s: i64,
) -> Commit {
    let mut events = Vec::with_capacity(1);
    let late_ms = now.as_millisecond() - claimed.due.as_millisecond();
    if claimed.timer && late_ms > grace_s * 1000 {
        events.push(missed(&claimed, now));
    }
    events.push(NewEvent {
        errand: Some(claimed.id.clone()),
        account: Some(claimed.account.clone()),
        at: now,
        kind: EventKind::Ran,
        text: step.reason.clone(),
        data: facts_of(&claimed, &step, late_ms),
    });
    events.extend(step.asks.iter().map(|ask| NewEvent {
        errand: Some(claimed.id.clone()),
        account: Some(claimed.account.clone()),
        at: now,
        kind: EventKind::Asked,
        text: ask.title.clone(),
        data: json!({ "tag": ask.tag, "kind": ask.kind, "deadline": ask.deadline }),
    }));
    let named = |n: usize| now_and_chance(desk, now, n);
    Commit {
        ver: claimed.ver,
        state: step.state,
        version,
        phase: step.phase,
        checkpoint: step.checkpoint.to_owned(),
        reason: step.reason,
        next_due: step.next_due,
        outcome: step.outcome,
        consumed: claimed.incoming.into_iter().map(|(id, _)| id).collect(),
        calls: step
            .calls
            .into_iter()
            .enumerate()
            .map(|(n, call)| {
                let (at, chance) = named(n);
                (CallId::new(at, chance), call)
            })
            .collect(),
        asks: step
            .asks
            .into_iter()
            .enumerate()
            .map(|(n, ask)| {
                let (at, chance) = named(n);
                (AskId::new(at, chance), ask)
            })
            .collect(),
        withdraw_asks: step.withdraw_asks,
        watch: step.watch,
        facts: step.facts,
        records: step.records,
        notices: step.notices,
        problems: step.problems,
        events,
        errand: claimed.id,
    }
}

/// Two names of one pass differ though the moment is the same.
fn now_and_chance(desk: &Desk, now: Timestamp, n: usize) -> (Timestamp, u64) {
    (now, (desk.chance)().wrapping_add(n as u64))
}

fn facts_of(claimed: &Claimed, step: &Step<Value>, late_ms: i64) -> Value {
    let mut facts = json!({ "phase": step.phase, "checkpoint": step.checkpoint });
    if claimed.timer {
        facts["late_ms"] = json!(late_ms.max(0));
    }
    if let Some(next) = step.next_due {
        facts["next"] = json!(dates::rfc3339(next));
    }
    if !step.calls.is_empty() {
        facts["calls"] = step.calls.iter().map(|call| json!(call.tag)).collect();
    }
    facts
}

fn missed(claimed: &Claimed, now: Timestamp) -> NewEvent {
    let (due, late) = (
        dates::rfc3339(claimed.due),
        (now.as_second() - claimed.due.as_second()) / 60,
    );
    NewEvent {
        errand: Some(claimed.id.clone()),
        account: Some(claimed.account.clone()),
        at: now,
        kind: EventKind::Missed,
        text: Text::new(
            format!("本该 {due} 看，当时程序没在运行，晚了 {late} 分钟，现在补上"),
            format!("was due at {due} while daiban was not running; {late} minutes late, done now"),
        ),
        data: json!({ "due": due, "late_min": late, "done": "ran_late" }),
    }
}

/// The row is left as it is, paused, with everything that came in still unread; its owner is told.
fn stuck(claimed: Claimed, now: Timestamp, why: &str) -> Commit {
    tracing::error!(errand = %claimed.id, kind = %claimed.kind, why, "errand stuck");
    let reason = Text::new(
        format!("这件代办的记录读不懂，先停住，什么都没丢（{why}）"),
        format!("the record of this errand cannot be read; stopped, nothing is lost ({why})"),
    );
    Commit {
        ver: claimed.ver,
        state: claimed.state,
        version: claimed.version,
        phase: Phase::Paused,
        checkpoint: "stuck".to_owned(),
        reason: reason.clone(),
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
        problems: vec![ProblemChange::Raise {
            key: "stuck".to_owned(),
            severity: Severity::Attention,
            text: reason.clone(),
            fix: Text::new(
                "升级或降级到能读它的版本，再点恢复",
                "use a version that can read it, then resume",
            ),
        }],
        events: vec![NewEvent {
            errand: Some(claimed.id.clone()),
            account: Some(claimed.account),
            at: now,
            kind: EventKind::Stuck,
            text: reason,
            data: json!({ "why": why, "version": claimed.version }),
        }],
        errand: claimed.id,
    }
}
