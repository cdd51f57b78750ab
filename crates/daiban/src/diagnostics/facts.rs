//! The sections about rows: what is said of an account, an errand, a line of its history, an ask, a problem, a service.

use std::collections::BTreeMap;

use daiban_core::{
    account::Account,
    ask::Ask,
    dates::rfc3339,
    household::{ErrandRow, EventRow, Problem},
    id::{AccountId, ErrandId},
    service::Service,
};
use serde::Serialize;
use serde_json::{Map, Value};

/// What of an event's facts is told: words and numbers of our own, none of a service's or a person's.
const TOLD: [&str; 12] = [
    "tag",
    "kind",
    "nature",
    "ended",
    "error",
    "unsure",
    "phase",
    "checkpoint",
    "calls",
    "late_ms",
    "late_min",
    "version",
];

/// Accounts and errands as numbers: `permit #1`, `errand #3`.
pub(crate) struct Numbers {
    accounts: BTreeMap<AccountId, String>,
    errands: BTreeMap<ErrandId, String>,
}

impl Numbers {
    /// Accounts by age at their service, errands by age.
    pub(crate) fn new(accounts: &[Account], errands: &[ErrandRow]) -> Self {
        let mut accounts: Vec<&Account> = accounts.iter().collect();
        accounts.sort_by_key(|account| (account.created_at, account.id.clone()));
        let mut errands: Vec<&ErrandRow> = errands.iter().collect();
        errands.sort_by_key(|errand| (errand.created_at, errand.id.clone()));
        let mut at_service: BTreeMap<&str, u32> = BTreeMap::new();
        let mut number = |account: &Account| {
            let number = at_service.entry(account.service.as_str()).or_default();
            *number += 1;
            (account.id.clone(), format!("{} #{number}", account.service))
        };
        let errands = errands.iter().zip(1..);
        Self {
            accounts: accounts.into_iter().map(&mut number).collect(),
            errands: errands
                .map(|(errand, n)| (errand.id.clone(), format!("errand #{n}")))
                .collect(),
        }
    }

    /// `permit #1`; `gone` for an account that was removed.
    pub(crate) fn account(&self, id: &AccountId) -> String {
        self.accounts.get(id).cloned().unwrap_or_else(gone)
    }

    /// `errand #3`; `gone` for one of daiban's own, which are not listed.
    pub(crate) fn errand(&self, id: &ErrandId) -> String {
        self.errands.get(id).cloned().unwrap_or_else(gone)
    }
}

fn gone() -> String {
    "gone".to_owned()
}

/// The beginning of a word of our own: letters, low lines, dots. What follows may be a plate or a day and is left out.
pub(crate) fn plain(word: &str) -> String {
    let ours = |letter: char| letter.is_ascii_lowercase() || matches!(letter, '_' | '.');
    match word.split_once(|letter| !ours(letter)) {
        Some((head, _)) => format!("{head}…"),
        None => word.to_owned(),
    }
}

/// An account without its name.
#[derive(Debug, Serialize)]
pub(crate) struct AccountFacts {
    account: String,
    state: &'static str,
    created_at: String,
    signed_in_at: Option<String>,
    has_a_problem: bool,
    /// Names of settings that are set; never their values.
    settings: Vec<String>,
}

impl AccountFacts {
    pub(crate) fn of(account: &Account, numbers: &Numbers) -> Self {
        Self {
            account: numbers.account(&account.id),
            state: account.state.as_str(),
            created_at: rfc3339(account.created_at),
            signed_in_at: account.signed_in_at.map(rfc3339),
            has_a_problem: account.problem.is_some(),
            settings: account.settings.keys().map(|name| plain(name)).collect(),
        }
    }

    /// Oldest first, service by service.
    pub(crate) fn order(&self) -> (String, String) {
        let service = self.account.split(' ').next().unwrap_or_default();
        (service.to_owned(), self.created_at.clone())
    }
}

/// An errand without its wishes, its reason and its outcome.
#[derive(Debug, Serialize)]
pub(crate) struct ErrandFacts {
    errand: String,
    account: String,
    kind: String,
    state: Value,
    checkpoint: String,
    created_at: String,
    next_at: Option<String>,
    /// Newest first.
    last_events: Vec<EventFacts>,
}

impl ErrandFacts {
    pub(crate) fn of(errand: &ErrandRow, numbers: &Numbers, events: &[EventRow]) -> Self {
        Self {
            errand: numbers.errand(&errand.id),
            account: numbers.account(&errand.account),
            kind: plain(&errand.kind),
            state: word(&errand.phase),
            checkpoint: plain(&errand.checkpoint),
            created_at: rfc3339(errand.created_at),
            next_at: errand.next_at.map(rfc3339),
            last_events: events.iter().map(EventFacts::of).collect(),
        }
    }
}

/// A line of history without its sentence.
#[derive(Debug, Serialize)]
pub(crate) struct EventFacts {
    at: String,
    kind: Value,
    #[serde(flatten)]
    facts: Map<String, Value>,
}

impl EventFacts {
    fn of(event: &EventRow) -> Self {
        let told = TOLD.iter().filter_map(|name| {
            let value = event.data.get(name)?;
            // An event's own kind has that name; of an ask or an errand it is another.
            let name = if *name == "kind" { "of" } else { name };
            Some((name.to_owned(), harmless(value)?))
        });
        Self {
            at: rfc3339(event.at),
            kind: word(&event.kind),
            facts: told.collect(),
        }
    }
}

/// Words cut to ours, numbers and yes or no as they are, nothing else.
fn harmless(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(plain(text).into()),
        Value::Number(_) | Value::Bool(_) => Some(value.clone()),
        Value::Array(items) => Some(items.iter().filter_map(harmless).collect()),
        Value::Null | Value::Object(_) => None,
    }
}

/// An open ask without its words, picture and answer.
#[derive(Debug, Serialize)]
pub(crate) struct AskFacts {
    errand: String,
    account: String,
    kind: Value,
    tag: String,
    at: String,
    deadline: Option<String>,
}

impl AskFacts {
    pub(crate) fn of(ask: &Ask, numbers: &Numbers) -> Self {
        Self {
            errand: numbers.errand(&ask.errand),
            account: numbers.account(&ask.account),
            kind: word(&ask.ask.kind),
            tag: plain(&ask.ask.tag),
            at: rfc3339(ask.at),
            deadline: ask.ask.deadline.map(rfc3339),
        }
    }
}

/// A problem by its key, without its words.
#[derive(Debug, Serialize)]
pub(crate) struct ProblemFacts {
    about: String,
    key: String,
    severity: Value,
    since: String,
}

impl ProblemFacts {
    pub(crate) fn of(problem: &Problem, numbers: &Numbers) -> Self {
        let mut parts = problem.key.splitn(3, '/');
        let (scope, id, key) = (parts.next(), parts.next(), parts.next());
        let id = id.unwrap_or_default();
        let (about, key) = match (scope.unwrap_or_default(), key) {
            ("errand", Some(key)) => (numbers.errand(&ErrandId::from(id)), key),
            ("account", Some(key)) => (numbers.account(&AccountId::from(id)), key),
            (scope, Some(key)) => (format!("{} {}", plain(scope), plain(id)), key),
            (scope, None) => (plain(scope), id),
        };
        Self {
            about,
            key: plain(key),
            severity: word(&problem.severity),
            since: rfc3339(problem.since),
        }
    }
}

/// How a service is being bothered.
#[derive(Debug, Serialize)]
pub(crate) struct ServiceFacts {
    pub(crate) service: Service,
    /// Left alone until then.
    pub(crate) closed_until: Option<String>,
    pub(crate) poll_floor_s: u32,
    pub(crate) daily_budget: u32,
    pub(crate) lines: Vec<LineFacts>,
}

/// One line's day.
#[derive(Debug, Serialize)]
pub(crate) struct LineFacts {
    /// `permit #1`, or `public`.
    pub(crate) line: String,
    pub(crate) day: String,
    pub(crate) used: u32,
    pub(crate) next_poll: Option<String>,
}

/// The word an enum without data is written as.
fn word(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_beginning_of_a_word_is_ours() {
        for (given, told) in [
            ("permit.keep", "permit.keep"),
            ("sign_in", "sign_in"),
            ("status:冀R0D042", "status…"),
            ("offence-20261122", "offence…"),
            ("LTESTVHC7E0000001", "…"),
            ("", ""),
        ] {
            assert_eq!(plain(given), told, "{given}");
        }
    }

    #[test]
    fn of_an_event_the_sentence_and_what_is_not_ours_stay() {
        let event = EventRow {
            seq: 1,
            errand: None,
            account: None,
            at: daiban_core::Timestamp::UNIX_EPOCH,
            kind: daiban_core::store::EventKind::Called,
            text: daiban_core::Text::new("林岚的车", "the car of Lin Lan"),
            data: json!({ "tag": "take", "ended": "refused", "wishes": { "plate": "冀R0D042" }, "late_ms": 7,
                "calls": ["status:冀R0D042", "look"], "why": "冀R0D042", "until": "x" }),
        };
        let told = serde_json::to_value(EventFacts::of(&event)).unwrap_or_default();
        let expected = json!({ "at": "1970-01-01T08:00:00+08:00", "kind": "called", "tag": "take", "ended": "refused",
            "late_ms": 7, "calls": ["status…", "look"] });
        assert_eq!(told, expected);
    }
}
