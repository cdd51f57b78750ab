//! The errand machine: events in, effects out.
//!
//! One pass over an errand is a pure function of its stored state, what came in since, and the time. It never waits and
//! never talks: looking at a service, acting, asking a person and sleeping are *answers* of the pass, stored in one
//! commit with the new state and carried out afterwards. What comes of them comes in with a later pass.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Text, Timestamp,
    ask::{Answer, NewAsk},
    call::{NewCall, Outcome},
    error::ServiceError,
    id::{AccountId, ErrandId, LookoutKey},
    invalid::InvalidInput,
    notice::{NewNotice, ProblemChange},
    record::Record,
    service::Service,
};

/// Where an errand stands, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Asleep until a moment, an observation or a person.
    Waiting,
    /// A call is under way.
    Working,
    /// Nothing goes on without a person.
    NeedsYou,
    /// Stopped by its owner; may be resumed.
    Paused,
    /// Over, as wished.
    Done,
    /// Over, not as wished.
    Failed,
    /// Over, by its owner's word.
    Cancelled,
}

impl Phase {
    /// The word used in JSON and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::NeedsYou => "needs_you",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// Something that came in for an errand since its last pass. Each is delivered once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Incoming {
    /// The owner asks for a run now.
    Woken,
    /// The owner resumed it.
    Resumed,
    /// The account is signed in again.
    SignedIn,
    /// A call ended.
    Called {
        /// The tag it was made with.
        tag: String,
        /// The body it was made with.
        body: Value,
        /// When it ended.
        at: Timestamp,
        /// How.
        outcome: Outcome,
    },
    /// A person answered.
    Answered {
        /// The tag of the ask.
        tag: String,
        /// The answer.
        answer: Answer,
    },
    /// Nobody answered in time.
    AskExpired {
        /// The tag of the ask.
        tag: String,
    },
}

/// The last observation of a lookout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Grows by one with each observation.
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// What was seen, or why nothing was.
    pub result: Result<Value, ServiceError>,
}

/// Interest in a shared observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// What is looked at; everybody who asks the same uses the same key.
    pub key: LookoutKey,
    /// Of which service.
    pub service: Service,
    /// The look, in the provider's own terms.
    pub query: Value,
    /// Seconds between looks wished for. The fastest wish within the service's floor wins.
    pub pace_s: u32,
}

/// What a pass is given.
#[derive(Debug)]
pub struct Pass<'a, W> {
    /// Which errand.
    pub errand: &'a ErrandId,
    /// As whom.
    pub account: &'a AccountId,
    /// This moment; the same for the whole pass.
    pub now: Timestamp,
    /// The moment the errand was due. Much earlier than `now` after downtime.
    pub due: Timestamp,
    /// 64 bits of chance, for random minutes and the like.
    pub chance: u64,
    /// What the owner wishes.
    pub wishes: &'a W,
    /// What came in, oldest first.
    pub incoming: &'a [Incoming],
    /// Observations of the lookouts that the last pass watched.
    pub seen: &'a BTreeMap<LookoutKey, Snapshot>,
}

/// What a pass answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<S> {
    /// The new state.
    pub state: S,
    /// Where the errand stands now.
    pub phase: Phase,
    /// The name of the checkpoint, one word, for people who look closely.
    pub checkpoint: &'static str,
    /// Why, in a sentence with the facts that decided. Stored as a line of history.
    pub reason: Text,
    /// When to look again, whatever else happens. `None`: only when something comes in.
    pub next_due: Option<Timestamp>,
    /// Calls to make.
    pub calls: Vec<NewCall>,
    /// Asks to put.
    pub asks: Vec<NewAsk>,
    /// Whether asks still open from before are taken back.
    pub withdraw_asks: bool,
    /// Everything watched from now on.
    pub watch: Vec<Watch>,
    /// Facts for pages, by name: the newest value counts.
    pub facts: Vec<(String, Value)>,
    /// Dated values of the account that outlive the errand.
    pub records: Vec<Record>,
    /// Messages to the owner.
    pub notices: Vec<NewNotice>,
    /// Problems that appear or go away.
    pub problems: Vec<ProblemChange>,
    /// How it ended, once it has.
    pub outcome: Option<Value>,
}

impl<S> Step<S> {
    /// A step with nothing but a state, a phase, a checkpoint and a reason.
    pub fn new(state: S, phase: Phase, checkpoint: &'static str, reason: Text) -> Self {
        Self {
            state,
            phase,
            checkpoint,
            reason,
            next_due: None,
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

    /// Sleep until a moment.
    pub fn at(state: S, moment: Timestamp, checkpoint: &'static str, reason: Text) -> Self {
        Self {
            next_due: Some(moment),
            ..Self::new(state, Phase::Waiting, checkpoint, reason)
        }
    }

    /// Make one call and wait for its outcome.
    pub fn call(state: S, call: NewCall, checkpoint: &'static str, reason: Text) -> Self {
        Self {
            calls: vec![call],
            ..Self::new(state, Phase::Working, checkpoint, reason)
        }
    }

    /// Ask a person and wait for the answer.
    pub fn ask(state: S, ask: NewAsk, checkpoint: &'static str, reason: Text) -> Self {
        Self {
            asks: vec![ask],
            ..Self::new(state, Phase::NeedsYou, checkpoint, reason)
        }
    }

    /// Over, as wished.
    pub fn done(state: S, outcome: Value, reason: Text) -> Self {
        Self {
            outcome: Some(outcome),
            ..Self::new(state, Phase::Done, "done", reason)
        }
    }

    /// Over, not as wished.
    pub fn failed(state: S, outcome: Value, reason: Text) -> Self {
        Self {
            outcome: Some(outcome),
            ..Self::new(state, Phase::Failed, "failed", reason)
        }
    }

    /// Adds a notice.
    #[must_use]
    pub fn notice(mut self, notice: NewNotice) -> Self {
        self.notices.push(notice);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: Value) -> Self {
        self.facts.push((name.into(), value));
        self
    }

    /// Adds a problem change.
    #[must_use]
    pub fn problem(mut self, change: ProblemChange) -> Self {
        self.problems.push(change);
        self
    }

    fn map<T>(self, convert: impl FnOnce(S) -> T) -> Step<T> {
        Step {
            state: convert(self.state),
            phase: self.phase,
            checkpoint: self.checkpoint,
            reason: self.reason,
            next_due: self.next_due,
            calls: self.calls,
            asks: self.asks,
            withdraw_asks: self.withdraw_asks,
            watch: self.watch,
            facts: self.facts,
            records: self.records,
            notices: self.notices,
            problems: self.problems,
            outcome: self.outcome,
        }
    }
}

/// An errand kind, written with its own types.
pub trait Errand: Send + Sync + 'static {
    /// `permit.keep` and the like.
    const KIND: &'static str;
    /// Grows when `State` changes so that old rows need [`Errand::migrate`].
    const VERSION: u32;
    /// What is kept between passes.
    type State: Serialize + DeserializeOwned;
    /// What the owner wishes, read and checked once.
    type Wishes: Serialize + DeserializeOwned;

    /// The first state, or why these wishes cannot be carried.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    fn begin(&self, wishes: &Self::Wishes, now: Timestamp) -> Result<Self::State, InvalidInput>;

    /// One pass.
    fn advance(&self, state: Self::State, pass: &Pass<'_, Self::Wishes>) -> Step<Self::State>;

    /// Brings a state of an older version up to date. The default knows of none.
    fn migrate(&self, _version: u32, _state: Value) -> Option<Self::State> {
        None
    }
}

/// A stored state that the code cannot read. The errand is left as it is and its owner told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stored {what} of version {version} cannot be read: {why}")]
pub struct Unreadable {
    /// `state` or `wishes`.
    pub what: &'static str,
    /// The version of the row.
    pub version: u32,
    /// The reader's words.
    pub why: String,
}

/// An errand kind as the engine sees it: JSON in, JSON out. Implemented for every [`Errand`].
pub trait Machine: Send + Sync {
    /// `permit.keep` and the like.
    fn kind(&self) -> &'static str;
    /// The version of states it writes.
    fn version(&self) -> u32;
    /// See [`Errand::begin`].
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    fn begin(&self, wishes: &Value, now: Timestamp) -> Result<Value, InvalidInput>;
    /// See [`Errand::advance`].
    ///
    /// # Errors
    /// [`Unreadable`] when the row is not ours.
    fn advance(
        &self,
        version: u32,
        state: Value,
        pass: &Pass<'_, Value>,
    ) -> Result<Step<Value>, Unreadable>;
}

impl<E: Errand> Machine for E {
    fn kind(&self) -> &'static str {
        E::KIND
    }

    fn version(&self) -> u32 {
        E::VERSION
    }

    fn begin(&self, wishes: &Value, now: Timestamp) -> Result<Value, InvalidInput> {
        let wishes = E::Wishes::deserialize(wishes).map_err(|error| {
            InvalidInput::new(
                "wishes",
                format!("读不懂：{error}"),
                format!("cannot be read: {error}"),
            )
        })?;
        let state = Errand::begin(self, &wishes, now)?;
        Ok(to_value(&state))
    }

    fn advance(
        &self,
        version: u32,
        state: Value,
        pass: &Pass<'_, Value>,
    ) -> Result<Step<Value>, Unreadable> {
        let unreadable = |what, why: String| Unreadable { what, version, why };
        let wishes = E::Wishes::deserialize(pass.wishes)
            .map_err(|error| unreadable("wishes", error.to_string()))?;
        let state = if version == E::VERSION {
            E::State::deserialize(state).map_err(|error| unreadable("state", error.to_string()))?
        } else {
            self.migrate(version, state)
                .ok_or_else(|| unreadable("state", "no way from that version".to_owned()))?
        };
        let pass = Pass {
            errand: pass.errand,
            account: pass.account,
            now: pass.now,
            due: pass.due,
            chance: pass.chance,
            wishes: &wishes,
            incoming: pass.incoming,
            seen: pass.seen,
        };
        Ok(Errand::advance(self, state, &pass).map(|state| to_value(&state)))
    }
}

/// States and wishes are plain data with string keys; JSON can always hold them.
fn to_value<T: Serialize>(data: &T) -> Value {
    serde_json::to_value(data).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    /// Counts passes; before version 2 the count was a bare number.
    struct Counter;

    #[derive(Serialize, Deserialize)]
    struct Count {
        passes: u64,
    }

    impl Errand for Counter {
        const KIND: &'static str = "test.counter";
        const VERSION: u32 = 2;
        type State = Count;
        type Wishes = BTreeMap<String, u64>;

        fn begin(&self, wishes: &Self::Wishes, _: Timestamp) -> Result<Count, InvalidInput> {
            match wishes.get("from") {
                Some(from) => Ok(Count { passes: *from }),
                None => Err(InvalidInput::new("from", "必填", "is required")),
            }
        }

        fn advance(&self, state: Count, _: &Pass<'_, Self::Wishes>) -> Step<Count> {
            let state = Count {
                passes: state.passes + 1,
            };
            Step::new(state, Phase::Waiting, "counting", Text::quoted("数"))
        }

        fn migrate(&self, version: u32, state: Value) -> Option<Count> {
            let passes = state.as_u64().filter(|_| version == 1)?;
            Some(Count { passes })
        }
    }

    fn advance(version: u32, state: Value) -> Result<Value, Unreadable> {
        let (errand, account) = (ErrandId::from("e"), AccountId::from("a"));
        let pass = Pass {
            errand: &errand,
            account: &account,
            now: Timestamp::UNIX_EPOCH,
            due: Timestamp::UNIX_EPOCH,
            chance: 0,
            wishes: &json!({ "from": 1 }),
            incoming: &[],
            seen: &BTreeMap::new(),
        };
        Machine::advance(&Counter, version, state, &pass).map(|step| step.state)
    }

    #[test]
    fn a_state_of_an_older_version_is_brought_up_to_date() {
        assert_eq!(
            advance(2, json!({ "passes": 1 })).unwrap(),
            json!({ "passes": 2 })
        );
        assert_eq!(advance(1, json!(41)).unwrap(), json!({ "passes": 42 }));
    }

    #[test]
    fn a_state_nobody_can_read_is_said_and_not_guessed() {
        for (version, state) in [(2, json!(41)), (1, json!("?")), (3, json!({ "passes": 1 }))] {
            let unreadable = advance(version, state).unwrap_err();
            assert_eq!((unreadable.what, unreadable.version), ("state", version));
        }
    }

    #[test]
    fn wishes_are_read_before_anything_begins() {
        let begin = |wishes| Machine::begin(&Counter, &wishes, Timestamp::UNIX_EPOCH);
        assert_eq!(begin(json!({ "from": 1 })).unwrap(), json!({ "passes": 1 }));
        assert_eq!(begin(json!({})).unwrap_err().field, "from");
        assert_eq!(begin(json!([1])).unwrap_err().field, "wishes");
    }
}
