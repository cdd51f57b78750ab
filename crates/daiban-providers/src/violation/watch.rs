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
    dates,
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
    fines::{Changes, Check, Fine, Meaning, Source, State as FineState, diff},
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
    Asking { again: bool },
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
            return Err(InvalidInput::new("every_days", "至少 1 天", "at least one day"));
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
        let mut round = Round { state, pass, said: Vec::new(), told: Told::default(), asked_for: false, call: None };
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
            Incoming::Called { tag, outcome, .. } if tag == "cars" && self.state.stage == Stage::Listing => self.listed(outcome),
            Incoming::Called { tag, body, outcome, .. } if tag == "query" => {
                let Stage::Asking { again } = self.state.stage else { return };
                let Some(plate) = self.state.queue.first().filter(|plate| body["plate"] == ***plate).cloned() else { return };
                self.answered(&plate, outcome, again);
            }
            _ => {}
        }
    }

    fn listed(&mut self, outcome: &Outcome) {
        self.state.stage = Stage::Resting;
        match outcome.clone().into_result() {
            Ok(value) => self.state.queue = Vec::deserialize(&value["plates"]).unwrap_or_default(),
            Err(error) => self.failed(&error),
        }
    }

    /// What came of one query.
    fn answered(&mut self, plate: &str, outcome: &Outcome, again: bool) {
        let may_repeat = match outcome {
            Outcome::Failed(ServiceError::Busy { .. } | ServiceError::Unreachable { .. }) | Outcome::DidNotHappen(_) => !again,
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
            Err(error) => self.failed(&error),
        }
    }

    /// The one retry after a failure that surely cost nothing.
    fn repeat(&mut self, plate: &str, outcome: &Outcome) {
        let wait_s = match outcome {
            Outcome::Failed(ServiceError::Busy { retry_after_s: Some(seconds), .. }) => (*seconds).max(RETRY_AFTER_S),
            _ => RETRY_AFTER_S,
        };
        let moment = later(self.pass.now, SignedDuration::from_secs(i64::from(wait_s)));
        self.state.stage = Stage::Asking { again: true };
        self.call = Some(self.query(plate).not_before(moment));
        self.say(
            format!("服务商没有给出结果，{} 分钟后再试一次", wait_s / 60),
            format!("the provider gave no result; one more try in {} minutes", wait_s / 60),
        );
    }

    fn learned(&mut self, plate: &str, check: &Check) {
        self.told.facts.push((format!("check/{plate}"), check.to_value()));
        self.mended(check);
        let good_until = later(check.checked_at, days(self.pass.wishes.every_days));
        self.look_again(good_until.max(later(self.pass.now, HOUR)));
        let name = masked(plate);
        match check.meaning {
            Meaning::Pending => self.say(format!("{name}：服务商已受理，尚无结果"), format!("{name}: accepted, no result yet")),
            Meaning::Debug => self.raise(
                "debug",
                &Text::new("服务商返回的是调试数据，不是真实结果", "the provider answered with debug data, not a real result"),
            ),
            Meaning::Found | Meaning::NothingFound => {
                let (count, from) = (check.count.unwrap_or(0), source(check.source));
                self.say(format!("{name}：{}，{count} 条", from.zh), format!("{name}: {}, {count} listed", from.en));
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
            None => Changes { new: check.violations.iter().filter(|fine| fine.is_due()).cloned().collect(), ..Changes::default() },
        };
        if changes.worth_telling() {
            self.told.notices.push(notice(self.pass, plate, check.checked_at, &changes));
        }
        self.told.facts.push((format!("changes/{plate}"), json!(changes)));
        let known = Known { checked_at: check.checked_at, fines: check.violations.clone() };
        self.state.known.insert(plate.to_owned(), known);
    }

    /// A real answer newer than a problem shows that it is gone.
    fn mended(&mut self, check: &Check) {
        if check.source == Source::Manual || check.meaning == Meaning::Debug {
            return;
        }
        let gone: Vec<String> =
            self.state.raised.iter().filter(|(_, since)| check.checked_at >= **since).map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.state.raised.remove(&key);
            self.told.problems.push(ProblemChange::Clear { key });
        }
    }

    fn failed(&mut self, error: &ServiceError) {
        let text = error.text().clone();
        let tomorrow = later(self.pass.now, days(1));
        match error {
            ServiceError::Refused { code, .. } if code == "budget" => self.raise("budget", &text),
            ServiceError::Refused { code, .. } => self.raise(problem_of(code), &text),
            ServiceError::NeedsPerson { .. } | ServiceError::SignInLost { .. } => self.raise("settings", &text),
            ServiceError::Changed { .. } => self.raise("changed", &text),
            ServiceError::Closed { opens_at, .. } => {
                let opens = opens_at.unwrap_or(tomorrow).max(later(self.pass.now, HOUR / 6));
                self.look_again(opens);
                self.said.push(text);
                return;
            }
            // May have been charged, or failed twice: left alone for a day, like the gate does.
            ServiceError::Unsure { .. } | ServiceError::Busy { .. } | ServiceError::Unreachable { .. } => self.said.push(text),
        }
        self.look_again(tomorrow);
    }

    /// Raises a problem, once until it is mended. All but a used-up budget are also told by a notice.
    fn raise(&mut self, key: &'static str, text: &Text) {
        self.said.push(text.clone());
        if self.state.raised.contains_key(key) {
            return;
        }
        self.state.raised.insert(key.to_owned(), self.pass.now);
        let (severity, fix) = (Severity::Attention, fix(key));
        if key != "budget" {
            self.told.notices.push(NewNotice {
                key: format!("violation/{}/{key}/{}", self.pass.errand, self.pass.now.as_second()),
                severity,
                title: Text::new("违章查询停下了", "watching for fines has stopped"),
                body: Text::new(format!("{} {}", text.zh, fix.zh), format!("{} {}", text.en, fix.en)),
            });
        }
        self.told.problems.push(ProblemChange::Raise { key: key.to_owned(), severity, text: text.clone(), fix });
    }

    fn look_again(&mut self, at: Timestamp) {
        self.state.sooner = Some(self.state.sooner.map_or(at, |sooner| sooner.min(at)));
    }

    fn say(&mut self, zh: String, en: String) {
        self.said.push(Text::new(zh, en));
    }

    fn query(&self, plate: &str) -> NewCall {
        let body = json!({ "do": "query", "plate": plate, "spend": false, "fresh_days": self.pass.wishes.every_days });
        NewCall::act("query", Service::Violation, self.pass.account, body)
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
            self.call = Some(NewCall::look("cars", Service::Violation, self.pass.account, json!({ "do": "cars" })));
        }
        self.state.queue = wished;
    }

    fn step(mut self) -> Step<State> {
        let reason = joined(&self.said);
        let mut step = match self.state.stage {
            Stage::Resting => {
                if let Some(sooner) = self.state.sooner.take() {
                    self.state.next_at = sooner;
                } else if self.state.next_at <= self.pass.now {
                    self.state.next_at = later(self.pass.now, days(1));
                }
                let next_at = self.state.next_at;
                let waits_for_person = self.state.raised.keys().any(|key| key != "budget");
                let phase = if waits_for_person { Phase::NeedsYou } else { Phase::Waiting };
                let reason = reason.unwrap_or_else(|| Text::new("还没到再查的时候", "not yet time to ask again"));
                Step { phase, ..Step::at(self.state, next_at, "resting", reason) }
            }
            Stage::Listing => {
                let reason = reason.unwrap_or_else(|| Text::new("看账号里有哪些车", "listing the account's cars"));
                Step::new(self.state, Phase::Working, "listing", reason)
            }
            Stage::Asking { .. } => {
                let reason = reason.unwrap_or_else(|| Text::new("查询一辆车", "asking about a car"));
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
            "input" => "input",
            "stopped" => "stopped",
            "unknown_code" => "unknown_code",
            _ => "settings",
        },
    }
}

/// What the owner can do about a problem.
fn fix(key: &str) -> Text {
    match key {
        "budget" => Text::new("在账号设置里加预算，或手动查一次", "raise the account's budget, or check once by hand"),
        "stopped" => Text::new("到服务商处充值或续订，然后手动查一次", "top up or renew at the provider, then check once by hand"),
        "input" => Text::new("核对行驶证上的号码，改好后手动查一次", "compare the numbers with the vehicle licence, then check once by hand"),
        "debug" => Text::new("在服务商后台关闭调试模式", "switch debug mode off at the provider"),
        "settings" => Text::new("检查账号的密钥、验证方式和 IP 白名单，改好后手动查一次", "check secret, signing way and address list, then check once by hand"),
        _ => Text::new("可先在交管12123里查看；请把这条信息反馈给开发者", "look in the 12123 app meanwhile; please report this"),
    }
}

fn source(source: Source) -> Text {
    match source {
        Source::Live => Text::new("刚刚查询", "just asked"),
        Source::Cache => Text::new("已存结果仍有效", "stored answer still good"),
        Source::Manual => Text::new("你自己查看的结果", "what you saw yourself"),
    }
}

/// The message about one car.
fn notice(pass: &Pass<'_, Wishes>, plate: &str, at: Timestamp, changes: &Changes) -> NewNotice {
    let (new, changed) = (changes.new.len(), changes.changed.len());
    let title = match (new, changed) {
        (_, 0) => Text::new(format!("{plate} 有 {new} 条违章"), format!("{plate}: {new} new fine(s)")),
        (0, _) => Text::new(format!("{plate} 有 {changed} 条违章有变化"), format!("{plate}: {changed} fine(s) changed")),
        _ => Text::new(
            format!("{plate} 新增 {new} 条违章，{changed} 条有变化"),
            format!("{plate}: {new} new fine(s), {changed} changed"),
        ),
    };
    let lines: Vec<Text> = changes.new.iter().chain(&changes.changed).take(SHOWN).map(line).collect();
    let more = (new + changed).saturating_sub(SHOWN);
    let (mut zh, mut en): (Vec<String>, Vec<String>) = lines.into_iter().map(|line| (line.zh, line.en)).unzip();
    if more > 0 {
        zh.push(format!("另有 {more} 条"));
        en.push(format!("and {more} more"));
    }
    zh.push("请在交管12123里处理。".to_owned());
    en.push("Handle them in the 12123 app.".to_owned());
    NewNotice {
        key: format!("violation/{}/{plate}/{}", pass.errand, at.as_millisecond()),
        severity: Severity::Attention,
        title,
        body: Text::new(zh.join("\n"), en.join("\n")),
    }
}

/// Fines written out in one message.
const SHOWN: usize = 5;

/// One fine in a line; what is not known is left out.
fn line(fine: &Fine) -> Text {
    let at = fine.at.map(|at| dates::beijing(at).strftime("%Y-%m-%d %H:%M").to_string());
    let common: Vec<String> = [at, fine.city.clone(), fine.place.clone(), fine.action.clone()].into_iter().flatten().collect();
    let (mut zh, mut en) = (common.clone(), common);
    if let Some(yuan) = fine.fine_yuan {
        zh.push(format!("罚款 {yuan} 元"));
        en.push(format!("fine {yuan} yuan"));
    }
    if let Some(points) = fine.points {
        zh.push(format!("记 {points} 分"));
        en.push(format!("{points} points"));
    }
    let state = match fine.state {
        Some(FineState::Open) => Text::new("未处理", "open"),
        Some(FineState::HandledUnpaid) => Text::new("已处理未缴费", "handled, not paid"),
        Some(FineState::Closed) => Text::new("已处理已缴费", "handled and paid"),
        None => Text::new("处理状态不明", "state unknown"),
    };
    zh.push(state.zh);
    en.push(state.en);
    Text::new(zh.join("，"), en.join(", "))
}

fn masked(plate: &str) -> String {
    Plate::parse("plate", plate).map_or_else(|_| "?".to_owned(), |plate| plate.masked())
}

fn joined(said: &[Text]) -> Option<Text> {
    if said.is_empty() {
        return None;
    }
    let join = |part: fn(&Text) -> &str, with: &str| said.iter().map(part).collect::<Vec<_>>().join(with);
    Some(Text::new(join(|text| &text.zh, "；"), join(|text| &text.en, "; ")))
}
