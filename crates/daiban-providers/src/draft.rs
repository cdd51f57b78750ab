//! A pass while it is being worked out: what it will answer, collected bit by bit.

use std::collections::BTreeSet;

use daiban_core::{
    Text, Timestamp,
    ask::NewAsk,
    call::NewCall,
    errand::{Phase, Step, Watch},
    id::ErrandId,
    notice::{NewNotice, ProblemChange, Severity},
    record::Record,
};
use serde_json::Value;

use crate::words::{earliest, sentence};

/// The answer so far.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What happened, for the line of history; the last is what it waits for.
    pub(crate) said: Vec<Text>,
    pub(crate) phase: Phase,
    pub(crate) checkpoint: &'static str,
    pub(crate) next: Option<Timestamp>,
    pub(crate) calls: Vec<NewCall>,
    pub(crate) asks: Vec<NewAsk>,
    pub(crate) withdraw_asks: bool,
    pub(crate) watch: Vec<Watch>,
    facts: Vec<(String, Value)>,
    pub(crate) records: Vec<Record>,
    notices: Vec<NewNotice>,
    problems: Vec<ProblemChange>,
    outcome: Option<Value>,
}

impl Draft {
    /// Nothing yet.
    pub(crate) fn new(checkpoint: &'static str) -> Self {
        Self {
            said: Vec::new(),
            phase: Phase::Waiting,
            checkpoint,
            next: None,
            calls: Vec::new(),
            asks: Vec::new(),
            withdraw_asks: false,
            watch: Vec::new(),
            facts: Vec::new(),
            records: Vec::new(),
            notices: Vec::new(),
            problems: Vec::new(),
            outcome: None,
        }
    }

    /// The whole answer.
    pub(crate) fn step<S>(self, state: S) -> Step<S> {
        let reason = sentence(&self.said);
        Step {
            next_due: self.next,
            calls: self.calls,
            asks: self.asks,
            withdraw_asks: self.withdraw_asks,
            watch: self.watch,
            facts: self.facts,
            records: self.records,
            notices: self.notices,
            problems: self.problems,
            outcome: self.outcome,
            ..Step::new(state, self.phase, self.checkpoint, reason)
        }
    }

    /// Something that happened.
    pub(crate) fn say(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        self.said.push(Text::new(zh, en));
    }

    /// Waits for what was just begun.
    pub(crate) fn rest(&mut self, phase: Phase, checkpoint: &'static str, said: Text) {
        self.phase = phase;
        self.checkpoint = checkpoint;
        self.said.push(said);
    }

    /// Looks again then, or earlier.
    pub(crate) fn wake_at(&mut self, moment: Timestamp) {
        self.next = earliest(self.next, Some(moment));
    }

    pub(crate) fn fact(&mut self, name: &str, value: Value) {
        self.facts.push((name.to_owned(), value));
    }

    /// Tells the owner, once per errand and key.
    pub(crate) fn notice(
        &mut self,
        errand: &ErrandId,
        key: &str,
        severity: Severity,
        (title, body): (Text, Text),
    ) {
        self.notices.push(NewNotice {
            key: format!("{errand}/{key}"),
            severity,
            title,
            body,
        });
    }

    /// A problem; one that stands already, by `raised`, is not told again.
    pub(crate) fn raise(
        &mut self,
        raised: &mut BTreeSet<String>,
        key: &str,
        severity: Severity,
        (text, fix): (Text, Text),
    ) {
        if raised.insert(key.to_owned()) {
            self.problems.push(ProblemChange::Raise {
                key: key.to_owned(),
                severity,
                text,
                fix,
            });
        }
    }

    /// The problem is no more.
    pub(crate) fn clear(&mut self, raised: &mut BTreeSet<String>, key: &str) {
        if raised.remove(key) {
            self.problems.push(ProblemChange::Clear {
                key: key.to_owned(),
            });
        }
    }

    /// Over.
    pub(crate) fn finish(&mut self, phase: Phase, outcome: Value, said: Text) {
        self.withdraw_asks = true;
        self.watch.clear();
        self.next = None;
        self.outcome = Some(outcome);
        let checkpoint = if phase == Phase::Done {
            "done"
        } else {
            "failed"
        };
        self.rest(phase, checkpoint, said);
    }
}
