//! The end of a round of `permit.keep`: nothing to do right now. How long to sleep, what to say, what is wrong.

use std::collections::BTreeMap;

use daiban_core::{
    Text, Timestamp,
    dates::{self, today},
    errand::{Phase, Step},
    error::ServiceError,
    notice::Severity,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    AFTER_APPLYING_S, LONG_REVIEW_S, Round, Stage, State, Trouble, facts,
    problems::{Problem, missing_problem, raise_problems, settle_problems, uncovered_problem},
};
use crate::permit::{
    car::Car,
    coverage::{Status, Vehicle},
    decide::{Cause, Decision, after, next_gap, plus},
    strip::strip,
    words,
};

// Nothing to do right now.
impl Round<'_> {
    pub(super) fn rest(
        mut self,
        status: &Status,
        decisions: Vec<(String, Decision)>,
        missing: Option<Text>,
    ) -> Step<State> {
        self.state.word = false;
        self.state.fresh = false;
        if missing.is_none()
            && !decisions.is_empty()
            && decisions
                .iter()
                .all(|(_, decision)| matches!(decision, Decision::Over { .. }))
        {
            return self.over(status);
        }
        let mut problems = Vec::new();
        let mut reasons = Vec::new();
        let mut until = Vec::new();
        let mut standing = Standing::Resting;
        if let Some(text) = missing {
            standing = Standing::Stopped;
            until.push(self.wish.window.opens(plus(today(self.pass.now), 1)));
            problems.push(missing_problem(&text));
            reasons.push(text);
        }
        for (plate, decision) in &decisions {
            let Some(vehicle) = status.vehicle(plate) else {
                continue;
            };
            standing = standing.max(Standing::of(decision));
            until.extend(self.until(decision));
            let reason = self.reason(plate, decision);
            reasons.push(words::about(plate, &reason));
            problems.extend(self.problems(vehicle, decision, &reason));
        }
        let facts = self.pages(status, &decisions);
        let reason = words::join(&reasons);
        let mut step = Step::new(self.state, standing.phase(), standing.checkpoint(), reason);
        step.next_due = until.into_iter().min();
        step.facts = facts;
        step.notices = self.notices;
        settle_problems(&mut step, problems, self.pass.now);
        step
    }

    fn over(self, status: &Status) -> Step<State> {
        let facts = self.pages(status, &[]);
        let renewals: BTreeMap<&String, usize> = self
            .state
            .cars
            .iter()
            .map(|(plate, car)| (plate, car.renewals()))
            .collect();
        let outcome = json!({ "renewals": renewals });
        let reason = Text::new("列出的日子都已过去", "all the listed days are past");
        let mut step = Step::done(self.state.clone(), outcome, reason);
        step.facts = facts;
        step.notices = self.notices;
        settle_problems(&mut step, Vec::new(), self.pass.now);
        step
    }

    /// When this decision wants another look. With fines to be checked beforehand also a day earlier.
    fn until(&self, decision: &Decision) -> Option<Timestamp> {
        match decision {
            Decision::Rest { until, plan, .. } => {
                let ahead = plan
                    .filter(|_| self.pass.wishes.check_violations)
                    .map(|(_, moment)| after(moment, -86_400));
                Some(
                    ahead
                        .filter(|ahead| *ahead > self.pass.now)
                        .map_or(*until, |ahead| ahead.min(*until)),
                )
            }
            Decision::NotOpen { until, .. }
            | Decision::InReview { until, .. }
            | Decision::Doubt { until, .. }
            | Decision::Blocked { until, .. }
            | Decision::Alert { until, .. } => Some(*until),
            Decision::Prepare { .. } | Decision::Apply { .. } => {
                Some(after(self.pass.now, AFTER_APPLYING_S))
            }
            Decision::Over { .. } => None,
        }
    }

    fn reason(&self, plate: &str, decision: &Decision) -> Text {
        match decision {
            Decision::Rest { reason, .. }
            | Decision::NotOpen { reason, .. }
            | Decision::InReview { reason, .. }
            | Decision::Doubt { reason, .. }
            | Decision::Alert { reason, .. }
            | Decision::Over { reason } => reason.clone(),
            Decision::Blocked { cause, words, .. } => {
                let car = self.state.cars.get(plate);
                let block = car.and_then(|car| car.block.as_ref());
                let asked = car
                    .zip(block)
                    .and_then(|(car, block)| car.fines.get(&block.id));
                let fines = asked.map(|named| named.clone().unwrap_or_else(words::unanswered));
                let text = words::stop(*cause, words, fines.as_ref()).text;
                let still_said = block.is_some_and(|block| block.owner_words == 1 && block.said);
                if !still_said {
                    return text;
                }
                Text::new(
                    format!(
                        "{}；服务现在还这么说，确定已处理就再点一次「现在看一次」",
                        text.zh
                    ),
                    format!(
                        "{}; the service still says so now: if it is settled for sure, run this errand once more",
                        text.en
                    ),
                )
            }
            Decision::Prepare { .. } | Decision::Apply { .. } => {
                Text::new("排在后面", "comes after")
            }
        }
    }

    /// What the owner should fix about one car, with a notice the first time.
    fn problems(&mut self, vehicle: &Vehicle, decision: &Decision, reason: &Text) -> Vec<Problem> {
        let plate = &vehicle.plate;
        let mut problems = Vec::new();
        match decision {
            Decision::Blocked { cause, words, .. } => {
                let fix = words::stop(*cause, words, None).fix;
                let severity = if *cause == Cause::OneVehicle { Severity::Attention } else { Severity::Urgent };
                problems.push(Problem { key: format!("blocked:{plate}"), severity, text: words::about(plate, reason), fix });
            }
            Decision::Doubt { alarm: true, .. } => problems.push(Problem {
                key: format!("doubt:{plate}"),
                severity: Severity::Attention,
                text: words::about(plate, reason),
                fix: Text::new("在北京交警 App 里看这条记录；读懂之前不会自动申请", "look at the record in the 北京交警 app; nothing is applied for until it is understood"),
            }),
            Decision::InReview { since, .. } if self.is_long(*since) => {
                problems.push(Problem {
                    key: format!("review:{plate}"),
                    severity: Severity::Attention,
                    text: Text::new(format!("{plate}：审核超过两小时了，还没有结果"), format!("{plate}: in review for more than two hours")),
                    fix: Text::new("一般几分钟就好；今天要进京先看一眼北京交警 App", "it usually takes minutes; look at the 北京交警 app before driving in today"),
                });
            }
            _ => {}
        }
        if let Some(named) = self.state.cars.get(plate).and_then(|car| car.ahead.clone()) {
            problems.push(Problem {
                key: format!("fine:{plate}"),
                severity: Severity::Attention,
                text: Text::new(
                    format!("{plate}：续办会被这条违章卡住：{}", named.zh),
                    format!("{plate}: this fine will block the renewal: {}", named.en),
                ),
                fix: Text::new(
                    "续办前在交管12123里处理完",
                    "settle it in the 交管12123 app before the renewal",
                ),
            });
        }
        problems.extend(self.uncovered(vehicle, decision));
        problems
    }

    /// A needed day today or tomorrow that nothing under way will cover, told before the checkpoint tells it.
    fn uncovered(&self, vehicle: &Vehicle, decision: &Decision) -> Option<Problem> {
        let today = today(self.pass.now);
        let review = match decision {
            Decision::InReview { since, from, .. } if !self.is_long(*since) => *from,
            _ => None,
        };
        let needed = |day: &Date| {
            self.wish.days.need(*day)
                && !vehicle.covers(*day, self.wish.zone)
                && review != Some(*day)
        };
        let stuck = matches!(
            decision,
            Decision::Blocked { .. }
                | Decision::Alert { .. }
                | Decision::Doubt { .. }
                | Decision::InReview { .. }
        );
        let tomorrow = Some(plus(today, 1)).filter(|day| stuck && needed(day) && review.is_none());
        let gap = Some(today).filter(needed).or(tomorrow)?;
        Some(uncovered_problem(&vehicle.plate, gap))
    }

    fn is_long(&self, since: Option<Timestamp>) -> bool {
        since.is_some_and(|since| self.pass.now.as_second() - since.as_second() > LONG_REVIEW_S)
    }

    /// The facts pages and scripts read.
    fn pages(&self, status: &Status, decisions: &[(String, Decision)]) -> Vec<(String, Value)> {
        let mut coverage = serde_json::Map::new();
        for (plate, car) in &self.state.cars {
            let Some(vehicle) = status.vehicle(plate) else {
                continue;
            };
            let facts = facts(self.pass, status, vehicle, car);
            let decision = decisions
                .iter()
                .find(|(of, _)| of == plate)
                .map(|(_, decision)| decision);
            let stuck = self.state.signed_out.is_some()
                || matches!(
                    decision,
                    Some(Decision::Blocked { .. } | Decision::Alert { .. })
                );
            coverage.insert(plate.clone(), json!(strip(&self.wish, &facts, stuck)));
        }
        let planned: serde_json::Map<String, Value> =
            decisions.iter().filter_map(planned).collect();
        let renewed: Vec<Value> = self
            .state
            .cars
            .iter()
            .flat_map(|(plate, car)| car.renewed(plate, self.wish.zone))
            .collect();
        let renewals: BTreeMap<&String, usize> = self
            .state
            .cars
            .iter()
            .map(|(plate, car)| (plate, car.renewals()))
            .collect();
        vec![
            ("status".to_owned(), status.public()),
            ("coverage".to_owned(), Value::Object(coverage)),
            ("planned".to_owned(), Value::Object(planned)),
            ("renewed".to_owned(), Value::Array(renewed)),
            ("renewals".to_owned(), json!(renewals)),
        ]
    }

    /// Pages from what was last seen: the days move on even when nothing can be looked at.
    pub(super) fn last_seen(&self) -> Vec<(String, Value)> {
        let status = self.state.status.as_ref();
        status
            .map(|status| self.pages(status, &[]))
            .unwrap_or_default()
    }

    /// The service fails; the truth is not known, but what was known says when it begins to hurt.
    pub(super) fn trouble(mut self, trouble: Trouble) -> Step<State> {
        let at = words::clock(trouble.until, self.pass.now);
        let said = trouble.error.text();
        let reason = Text::new(
            format!("{}；第 {} 次没看成，{at} 再看", said.zh, trouble.tries),
            format!(
                "{}; failed {} times, looking again at {at}",
                said.en, trouble.tries
            ),
        );
        let mut problems = Vec::new();
        // A closed service is one problem of the service, raised where its requests go out, not one of each errand.
        if !matches!(
            trouble.error,
            ServiceError::Busy { .. }
                | ServiceError::Unreachable { .. }
                | ServiceError::Closed { .. }
        ) || trouble.tries >= 3
        {
            problems.push(Problem {
                key: "service".to_owned(),
                severity: Severity::Attention,
                text: said.clone(),
                fix: Text::new(
                    "daiban 会一直重试；急用请在北京交警 App 里办",
                    "daiban keeps trying; if it cannot wait, use the 北京交警 app",
                ),
            });
        }
        if trouble.tries >= 3 {
            problems.extend(self.soon_uncovered());
        }
        self.state.fresh = false;
        let facts = self.last_seen();
        let mut step = Step::at(self.state, trouble.until, "backing_off", reason);
        step.facts = facts;
        step.notices = self.notices;
        raise_problems(&mut step, problems, self.pass.now);
        step
    }

    /// Nothing is asked of the service until the owner has signed in; the clock still says when it begins to hurt.
    pub(super) fn signed_out(mut self, words: Text) -> Step<State> {
        if matches!(self.state.stage, Stage::Looking | Stage::Preparing { .. }) {
            self.set(Stage::Idle);
        }
        self.state.word = false;
        let reason = Text::new(
            format!("登录失效，等你重新登录（{}）", words.zh),
            format!(
                "signed out; waiting for you to sign in again ({})",
                words.en
            ),
        );
        let problems = self.soon_uncovered();
        let wake = self.warning_moment();
        let facts = self.last_seen();
        let mut step = Step::new(self.state, Phase::NeedsYou, "sign_in", reason);
        step.facts = facts;
        step.next_due = wake;
        step.notices = self.notices;
        raise_problems(&mut step, problems, self.pass.now);
        step
    }

    /// The first uncovered needed day of each car, from what was last seen.
    fn gaps(&self) -> Vec<(String, Date)> {
        let Some(status) = &self.state.status else {
            return Vec::new();
        };
        let gap = |(plate, car): (&String, &Car)| {
            let vehicle = status.vehicle(plate)?;
            let gap = next_gap(&self.wish, &facts(self.pass, status, vehicle, car))?;
            Some((plate.clone(), gap))
        };
        self.state.cars.iter().filter_map(gap).collect()
    }

    fn soon_uncovered(&self) -> Vec<Problem> {
        let soon = plus(today(self.pass.now), 1);
        let gaps = self.gaps().into_iter().filter(|(_, gap)| *gap <= soon);
        gaps.map(|(plate, gap)| uncovered_problem(&plate, gap))
            .collect()
    }

    /// When the owner's window opens on the day before the next uncovered day, or tomorrow.
    fn warning_moment(&self) -> Option<Timestamp> {
        let first = self.gaps().into_iter().map(|(_, gap)| gap).min()?;
        let tomorrow = plus(today(self.pass.now), 1);
        Some(self.wish.window.opens(plus(first, -1).max(tomorrow)))
    }
}

/// The next application for one car, where one is planned: when it is made.
fn planned((plate, decision): &(String, Decision)) -> Option<(String, Value)> {
    let Decision::Rest {
        plan: Some((_, moment)),
        ..
    } = decision
    else {
        return None;
    };
    Some((plate.clone(), json!(dates::rfc3339(*moment))))
}

/// How an errand with several cars stands: the worst of them counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Resting,
    NotOpen,
    Uncovered,
    InDoubt,
    InReview,
    Stopped,
}

impl Standing {
    fn of(decision: &Decision) -> Self {
        match decision {
            Decision::Rest { .. } | Decision::Over { .. } => Self::Resting,
            Decision::NotOpen { .. } | Decision::Prepare { .. } | Decision::Apply { .. } => {
                Self::NotOpen
            }
            Decision::Alert { .. }
            | Decision::Blocked {
                cause: Cause::OneVehicle,
                ..
            } => Self::Uncovered,
            Decision::Doubt { .. } => Self::InDoubt,
            Decision::InReview { .. } => Self::InReview,
            Decision::Blocked { .. } => Self::Stopped,
        }
    }

    fn phase(self) -> Phase {
        if self == Self::Stopped {
            Phase::NeedsYou
        } else {
            Phase::Waiting
        }
    }

    fn checkpoint(self) -> &'static str {
        match self {
            Self::Resting => "resting",
            Self::NotOpen => "not_open",
            Self::Uncovered => "uncovered",
            Self::InDoubt => "in_doubt",
            Self::InReview => "in_review",
            Self::Stopped => "blocked",
        }
    }
}
