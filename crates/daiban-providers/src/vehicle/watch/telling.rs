//! What stands is told once when it begins and once when it is over.

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    dates,
    notice::Severity,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::areas::Crossing;
use super::conditions::{Finding, UNLOCKED, Verdict};
use super::words::{self, Trouble};
use super::{LOCK, Round, WhenUnlocked};
use crate::vehicle::reading::Reading;
use crate::words::{earliest, later};

/// Something wrong with the car, or that may turn out to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Standing {
    /// Since the report that showed it first.
    since: Timestamp,
    /// It is told from then on.
    tell_at: Timestamp,
    /// Whether the owner was told.
    told: bool,
    /// What it is, for pages.
    text: Text,
}

/// Nobody locks a car by an ask of yesterday.
const LOCK_ASK_S: i64 = 2 * 3600;

impl Round<'_> {
    pub(super) fn judge(&mut self, found: Vec<Finding>, reading: &Reading) {
        for finding in found {
            self.judge_one(finding, Some(reading));
        }
        self.show_standing();
    }

    /// What the owner was told of and is still so, for pages.
    pub(super) fn show_standing(&mut self) {
        let told = self.state.standing.iter().filter(|(_, it)| it.told);
        let said: Vec<_> = told
            .map(|(key, it)| json!({ "key": key, "since": dates::rfc3339(it.since), "text": it.text }))
            .collect();
        self.draft.fact("conditions", json!(said));
    }

    pub(super) fn judge_one(&mut self, finding: Finding, reading: Option<&Reading>) {
        match finding.verdict {
            Verdict::Holds(severity, trouble) => {
                self.stands(finding.key, finding.patience_s, reading, severity, trouble);
            }
            Verdict::Well(well) => self.is_over(finding.key, &well, reading),
            Verdict::Unknown => {}
        }
    }

    fn stands(
        &mut self,
        key: &'static str,
        patience_s: i64,
        reading: Option<&Reading>,
        severity: Severity,
        trouble: Trouble,
    ) {
        let now = self.pass.now;
        let since = reading.and_then(|it| it.updated_at).unwrap_or(now).min(now);
        let first = Standing {
            since,
            tell_at: later(since, patience_s),
            told: false,
            text: Text::default(),
        };
        let standing = self.state.standing.entry(key.to_owned()).or_insert(first);
        standing.text = trouble.facts.clone();
        if standing.told || now < standing.tell_at {
            return;
        }
        standing.told = true;
        let since = standing.since;
        self.tell(key, since, reading, severity, trouble);
    }

    fn tell(
        &mut self,
        key: &'static str,
        since: Timestamp,
        reading: Option<&Reading>,
        severity: Severity,
        trouble: Trouble,
    ) {
        let name = self.name();
        let title = Text::new(
            format!("{} {}", name.zh, trouble.what.zh),
            format!("{} {}", name.en, trouble.what.en),
        );
        let facts = self.facts(&trouble, reading);
        let problem = (title.clone(), trouble.fix.clone());
        self.draft
            .raise(&mut self.state.raised, key, severity, problem);
        self.draft.say(title.zh.clone(), title.en.clone());
        if key == UNLOCKED && self.asks_to_lock() {
            self.ask_to_lock(&name, facts);
            return;
        }
        let body = Text::new(
            format!("{}。{}。", facts.zh, trouble.fix.zh),
            format!("{}. {}.", facts.en, sentence_case(&trouble.fix.en)),
        );
        let told = format!("{key}/{}", since.as_second());
        self.draft
            .notice(self.pass.errand, &told, severity, (title, body));
    }

    fn facts(&self, trouble: &Trouble, reading: Option<&Reading>) -> Text {
        let Some(reading) = reading else {
            return trouble.facts.clone();
        };
        let reported = words::reported(reading, self.pass.now);
        Text::new(
            format!("{}：{}", reported.zh, trouble.facts.zh),
            format!("{}: {}", sentence_case(&reported.en), trouble.facts.en),
        )
    }

    fn asks_to_lock(&self) -> bool {
        let idle = self.state.carry.is_none() && self.state.lock_asked.is_none();
        idle && self.pass.wishes.when_unlocked == WhenUnlocked::Ask
    }

    fn ask_to_lock(&mut self, name: &Text, facts: Text) {
        let deadline = later(self.pass.now, LOCK_ASK_S);
        self.state.lock_asked = Some(self.pass.now);
        self.draft.asks.push(NewAsk {
            tag: LOCK.to_owned(),
            kind: AskKind::Approve,
            title: Text::new(
                format!("{} 停着没锁，要锁上吗？", name.zh),
                format!("{} stands unlocked. Lock it?", name.en),
            ),
            body: Text::new(
                format!("{}。同意就发一次锁车；等车报来锁上了才算数，没等到会写「没确认」，不会自己重发。", facts.zh),
                format!(
                    "{}. Yes sends one lock command; only the car's own report that it is locked counts, otherwise it says not confirmed, and nothing is sent again by itself.",
                    facts.en
                ),
            ),
            told: None,
            picture: None,
            deadline: Some(deadline),
        });
    }

    fn is_over(&mut self, key: &'static str, well: &Text, reading: Option<&Reading>) {
        let Some(standing) = self.state.standing.remove(key) else {
            return;
        };
        self.draft.clear(&mut self.state.raised, key);
        if key == UNLOCKED && self.state.lock_asked.take().is_some() {
            self.draft.withdraw_asks = true;
        }
        if !standing.told {
            return;
        }
        let name = self.name();
        let title = Text::new(
            format!("{}：{}", name.zh, well.zh),
            format!("{}: {}", name.en, well.en),
        );
        let body = reading.map_or_else(Text::default, |it| {
            let reported = words::reported(it, self.pass.now);
            Text::new(
                format!("{}。", reported.zh),
                format!("{}.", sentence_case(&reported.en)),
            )
        });
        self.draft.say(title.zh.clone(), title.en.clone());
        let told = format!("{key}/{}/over", standing.since.as_second());
        self.draft
            .notice(self.pass.errand, &told, Severity::Info, (title, body));
    }

    pub(super) fn tell_crossing(&mut self, crossing: &Crossing, reading: &Reading) {
        let now = self.pass.now;
        let name = self.name();
        let (zh, en) = match crossing.inside {
            true => ("到了", "has arrived at"),
            false => ("离开了", "has left"),
        };
        let title = Text::new(
            format!("{} {zh}「{}」", name.zh, crossing.name),
            format!("{} {en} {}", name.en, crossing.name),
        );
        let reported = words::reported(reading, now);
        let body = Text::new(
            format!("{}。", reported.zh),
            format!("{}.", sentence_case(&reported.en)),
        );
        self.draft.say(title.zh.clone(), title.en.clone());
        let at = reading.updated_at.unwrap_or(now).as_second();
        let key = format!("area/{}/{at}", crossing.name);
        self.draft
            .notice(self.pass.errand, &key, Severity::Info, (title, body));
    }

    fn name(&self) -> Text {
        let name = self.state.name.clone();
        name.unwrap_or_else(|| Text::new("车", "the car"))
    }

    /// When the first of what waits for its patience is to be looked at again.
    pub(super) fn soonest_patience(&self) -> Option<Timestamp> {
        let waiting = self.state.standing.values().filter(|it| !it.told);
        waiting.fold(None, |soonest, it| earliest(soonest, Some(it.tell_at)))
    }
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
