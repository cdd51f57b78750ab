//! The errand `violation.watch`: asks about the cars when their stored answers have grown old, within the budget, and
//! tells the owner of new or changed fines only.
//!
//! Cars are asked about one after the other. What a query may cost is the gate's business (`decide`); this machine only
//! reads what came of it. It never sends again by itself what may have been charged, and after a clear no it waits for
//! a person, who is told once; a daily look at the gate costs nothing and notices when it is mended.

use std::collections::BTreeMap;

use daiban_core::{
    Text, Timestamp,
    call::{NewCall, Outcome},
    errand::{Errand, Incoming, Pass, Phase, Step},
    error::ServiceError,
    invalid::InvalidInput,
    notice::{NewNotice, ProblemChange, Severity},
    plate::Plate,
    service::Service,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    decide::{DEFAULT_FRESH_DAYS, later},
    error::RETRY_AFTER_S,
    fines::{Changes, Check, Fine, Meaning, Source, diff},
    words,
};

/// The errand.
pub struct Watch;

/// What the owner wishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Only these cars; `None` or empty: all of the account.
    #[serde(default)]
    pub plates: Option<Vec<String>>,
    /// Days an answer stays good.
    #[serde(default = "default_days")]
    pub every_days: u32,
}

fn default_days() -> u32 {
    DEFAULT_FRESH_DAYS
}

/// What is kept between passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    stage: Stage,
    /// Cars still to be asked about in this round; the one under way comes first.
    queue: Vec<String>,
    /// When the next round begins.
    next_at: Timestamp,
    /// The earliest moment this round gave a reason to look again.
    sooner: Option<Timestamp>,
    /// The last listed answer of each car.
    known: BTreeMap<String, Known>,
    /// Problems the owner knows of, and since when.
    raised: BTreeMap<String, Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Resting,
    /// The account's cars are being listed.
    Listing,
    /// The first car of the queue is being asked about; `again` after a failure that cost nothing.
    Asking {
        again: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    checked_at: Timestamp,
    fines: Vec<Fine>,
}

impl Errand for Watch {
    const KIND: &'static str = "violation.watch";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, now: Timestamp) -> Result<State, InvalidInput> {
        for plate in wishes.plates.iter().flatten() {
            Plate::parse("plates", plate)?;
        }
        if wishes.every_days == 0 {
            return Err(InvalidInput::new(
                "every_days",
                "至少 1 天",
                "at least one day",
            ));
        }
        Ok(State {
            stage: Stage::Resting,
            queue: Vec::new(),
            next_at: now,
            sooner: None,
            known: BTreeMap::new(),
            raised: BTreeMap::new(),
        })
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        let mut round = Round {
            state,
            pass,
            said: Vec::new(),
            told: Told::default(),
            asked_for: false,
            call: None,
        };
        for incoming in pass.incoming {
            round.take(incoming);
        }
        round.go_on();
        round.step()
    }
}

/// One pass while it is being worked out.
struct Round<'a> {
    state: State,
    pass: &'a Pass<'a, Wishes>,
    /// What happened, for the line of history.
    said: Vec<Text>,
    told: Told,
    /// Somebody asked for a round now.
    asked_for: bool,
    call: Option<NewCall>,
}

/// What the pass tells pages and people.
#[derive(Default)]
struct Told {
    facts: Vec<(String, Value)>,
    notices: Vec<NewNotice>,
    problems: Vec<ProblemChange>,
}

impl Round<'_> {
    fn take(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Woken | Incoming::Resumed | Incoming::SignedIn => self.asked_for = true,
            Incoming::Called { tag, outcome, .. }
                if tag == "cars" && self.state.stage == Stage::Listing =>
            {
                self.listed(outcome)
            }
            Incoming::Called {
                tag, body, outcome, ..
            } if tag == "query" => {
                let Stage::Asking { again } = self.state.stage else {
                    return;
                };
                let Some(plate) = self.state.queue.first().cloned() else {
                    return;
                };
                if body["plate"] == plate {
                    self.answered(&plate, outcome, again);
                }
            }
            _ => {}
        }
    }

    fn listed(&mut self, outcome: &Outcome) {
        self.state.stage = Stage::Resting;
        match outcome.clone().into_result() {
            Ok(value) => {
                self.state.queue = Vec::deserialize(&value["plates"]).unwrap_or_default();
                // Without this an account without cars would be listed again and again.
                if self.state.queue.is_empty() {
                    self.raise(
                        "settings",
                        &Text::new("账号里没有车", "the account has no car"),
                    );
                    self.look_again(later(self.pass.now, days(1)));
                }
            }
            Err(error) => self.failed(&error, None),
        }
    }

    /// What came of one query.
    fn answered(&mut self, plate: &str, outcome: &Outcome, again: bool) {
        let may_repeat = match outcome {
            Outcome::Failed(ServiceError::Busy { .. } | ServiceError::Unreachable { .. })
            | Outcome::DidNotHappen(_) => !again,
            _ => false,
        };
        if may_repeat {
            self.repeat(plate, outcome);
            return;
        }
        self.state.stage = Stage::Resting;
        self.state.queue.remove(0);
        match super::read_outcome(outcome) {
            Ok(check) => self.learned(plate, &check),
            Err(error) => self.failed(&error, Some(plate)),
        }
    }

    /// The one retry after a failure that surely cost nothing.
    fn repeat(&mut self, plate: &str, outcome: &Outcome) {
        let wait_s = match outcome {
            Outcome::Failed(ServiceError::Busy {
                retry_after_s: Some(seconds),
                ..
            }) => (*seconds).max(RETRY_AFTER_S),
            _ => RETRY_AFTER_S,
        };
        let moment = later(self.pass.now, SignedDuration::from_secs(i64::from(wait_s)));
        self.state.stage = Stage::Asking { again: true };
        self.call = Some(self.query(plate).not_before(moment));
        self.say(
            format!("服务商没有给出结果，{} 分钟后再试一次", wait_s / 60),
            format!(
                "the provider gave no result; one more try in {} minutes",
                wait_s / 60
            ),
        );
    }

    fn learned(&mut self, plate: &str, check: &Check) {
        self.told
            .facts
            .push((format!("check/{plate}"), check.to_value()));
        self.mended(plate, check);
        let good_until = later(check.checked_at, days(self.pass.wishes.every_days));
        self.look_again(good_until.max(later(self.pass.now, HOUR)));
        let name = words::masked(plate);
        match check.meaning {
            Meaning::Pending => self.say(
                format!("{name}：服务商已受理，尚无结果"),
                format!("{name}: accepted, no result yet"),
            ),
            Meaning::Debug => self.raise(
                "debug",
                &Text::new(
                    "服务商返回的是调试数据，不是真实结果",
                    "the provider answered with debug data, not a real result",
                ),
            ),
            Meaning::Found | Meaning::NothingFound => {
                let (count, from) = (check.count.unwrap_or(0), words::source(check.source));
                self.say(
                    format!("{name}：{}，{count} 条", from.zh),
                    format!("{name}: {}, {count} listed", from.en),
                );
            }
        }
        if check.is_listed() {
            self.compare(plate, check);
        }
    }

    /// Tells what is new or changed since the last listed answer; at first, what is still to be dealt with.
    fn compare(&mut self, plate: &str, check: &Check) {
        let before = self.state.known.get(plate);
        if before.is_some_and(|known| known.checked_at >= check.checked_at) {
            return;
        }
        let changes = match before {
            Some(known) => diff(&known.fines, &check.violations),
            None => Changes {
                new: check
                    .violations
                    .iter()
                    .filter(|fine| fine.is_due())
                    .cloned()
                    .collect(),
                ..Changes::default()
            },
        };
        if changes.worth_telling() {
            self.told.notices.push(words::notice(
                self.pass.errand,
                plate,
                check.checked_at,
                &changes,
            ));
        }
        self.told
            .facts
            .push((format!("changes/{plate}"), json!(changes)));
        let known = Known {
            checked_at: check.checked_at,
            fines: check.violations.clone(),
        };
        self.state.known.insert(plate.to_owned(), known);
    }

    /// A real answer newer than a problem shows that it is gone; what is wrong with another car stays.
    fn mended(&mut self, plate: &str, check: &Check) {
        if check.source == Source::Manual || check.meaning == Meaning::Debug {
            return;
        }
        let own = of_car("input", plate);
        let about = |key: &str| !key.contains('/') || key == own;
        let older = self
            .state
            .raised
            .iter()
            .filter(|(key, since)| about(key) && check.checked_at >= **since);
        let gone: Vec<String> = older.map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.state.raised.remove(&key);
            self.told.problems.push(ProblemChange::Clear { key });
        }
    }

    fn failed(&mut self, error: &ServiceError, plate: Option<&str>) {
        let text = error.text().clone();
        let tomorrow = later(self.pass.now, days(1));
        match error {
            ServiceError::Refused { code, .. } => match (problem_of(code), plate) {
                ("input", Some(plate)) => self.raise(&of_car("input", plate), &text),
                (key, _) => self.raise(key, &text),
            },
            ServiceError::NeedsPerson { .. } | ServiceError::SignInLost { .. } => {
                self.raise("settings", &text)
            }
            ServiceError::Changed { .. } => self.raise("changed", &text),
            ServiceError::Closed { opens_at, .. } => {
                let opens = opens_at
                    .unwrap_or(tomorrow)
                    .max(later(self.pass.now, HOUR / 6));
                self.look_again(opens);
                self.said.push(text);
                return;
            }
            // May have been charged, or failed twice: left alone for a day, like the gate does.
            ServiceError::Unsure { .. }
            | ServiceError::Busy { .. }
            | ServiceError::Unreachable { .. } => self.said.push(text),
        }
        self.look_again(tomorrow);
    }

    /// Raises a problem, once until it is mended. All but a used-up budget are also told by a notice.
    fn raise(&mut self, key: &str, text: &Text) {
        self.said.push(text.clone());
        if self.state.raised.contains_key(key) {
            return;
        }
        self.state.raised.insert(key.to_owned(), self.pass.now);
        let (severity, fix) = (Severity::Attention, words::fix(key));
        if key != "budget" {
            self.told.notices.push(NewNotice {
                key: format!(
                    "violation/{}/{key}/{}",
                    self.pass.errand,
                    self.pass.now.as_second()
                ),
                severity,
                title: Text::new("违章查询停下了", "watching for fines has stopped"),
                body: Text::new(
                    format!("{} {}", text.zh, fix.zh),
                    format!("{} {}", text.en, fix.en),
                ),
            });
        }
        self.told.problems.push(ProblemChange::Raise {
            key: key.to_owned(),
            severity,
            text: text.clone(),
            fix,
        });
    }

    fn look_again(&mut self, at: Timestamp) {
        self.state.sooner = Some(self.state.sooner.map_or(at, |sooner| sooner.min(at)));
    }

    fn say(&mut self, zh: String, en: String) {
        self.said.push(Text::new(zh, en));
    }

    fn query(&self, plate: &str) -> NewCall {
        super::query_within(
            "query",
            self.pass.account,
            plate,
            self.pass.wishes.every_days,
        )
    }

    /// The next call, if any.
    fn go_on(&mut self) {
        if self.state.stage != Stage::Resting {
            return;
        }
        let in_round = !self.state.queue.is_empty() || self.state.sooner.is_some();
        if !in_round && (self.asked_for || self.pass.now >= self.state.next_at) {
            self.begin_round();
        }
        if let (Stage::Resting, Some(plate)) = (&self.state.stage, self.state.queue.first()) {
            self.call = Some(self.query(plate));
            self.state.stage = Stage::Asking { again: false };
        }
    }

    fn begin_round(&mut self) {
        let wished = self.pass.wishes.plates.clone().unwrap_or_default();
        if wished.is_empty() {
            self.state.stage = Stage::Listing;
            self.call = Some(NewCall::look(
                "cars",
                Service::Violation,
                self.pass.account,
                json!({ "do": "cars" }),
            ));
        }
        self.state.queue = wished;
    }

    fn step(mut self) -> Step<State> {
        let reason = words::joined(&self.said);
        let mut step = match self.state.stage {
            Stage::Resting => {
                if let Some(sooner) = self.state.sooner.take() {
                    self.state.next_at = sooner;
                } else if self.state.next_at <= self.pass.now {
                    self.state.next_at = later(self.pass.now, days(1));
                }
                let next_at = self.state.next_at;
                let waits_for_person = self.state.raised.keys().any(|key| key != "budget");
                let phase = if waits_for_person {
                    Phase::NeedsYou
                } else {
                    Phase::Waiting
                };
                let reason = reason
                    .unwrap_or_else(|| Text::new("还没到再查的时候", "not yet time to ask again"));
                Step {
                    phase,
                    ..Step::at(self.state, next_at, "resting", reason)
                }
            }
            Stage::Listing => {
                let reason = reason
                    .unwrap_or_else(|| Text::new("看账号里有哪些车", "listing the account's cars"));
                Step::new(self.state, Phase::Working, "listing", reason)
            }
            Stage::Asking { .. } => {
                let reason =
                    reason.unwrap_or_else(|| Text::new("查询一辆车", "asking about a car"));
                Step::new(self.state, Phase::Working, "asking", reason)
            }
        };
        step.calls.extend(self.call);
        step.facts = self.told.facts;
        step.notices = self.told.notices;
        step.problems = self.told.problems;
        step
    }
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn days(days: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}

/// The problem a refusal's code belongs to: the gate's own words stay, the service's numbers go by their class.
fn problem_of(code: &str) -> &'static str {
    use super::error::{Class, look_up};
    match code.parse().map(|code| look_up(code).class) {
        Ok(Class::Input) => "input",
        Ok(Class::StopAccount) => "stopped",
        Ok(_) => "unknown_code",
        Err(_) => match code {
            "budget" => "budget",
            // The gate's word, and ours for a car the account does not have.
            "input" | "plate" => "input",
            "stopped" => "stopped",
            "changed" => "changed",
            "unknown_code" => "unknown_code",
            _ => "settings",
        },
    }
}

/// The key of a problem that is one car's alone.
fn of_car(key: &str, plate: &str) -> String {
    format!("{key}/{plate}")
}
