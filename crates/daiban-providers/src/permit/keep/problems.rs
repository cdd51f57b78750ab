//! Problems of `permit.keep`: raised when they appear, told once, cleared when they are gone.

use daiban_core::{
    Text, Timestamp,
    errand::Step,
    notice::{NewNotice, ProblemChange, Severity},
};
use jiff::civil::Date;

use super::State;
use crate::permit::words;

/// A problem as it should stand at the end of a pass.
pub(super) struct Problem {
    pub(super) key: String,
    pub(super) severity: Severity,
    pub(super) text: Text,
    pub(super) fix: Text,
}

pub(super) fn uncovered_problem(plate: &str, gap: Date) -> Problem {
    let (when, hurt) = (words::day(gap), words::consequence());
    Problem {
        key: format!("uncovered:{plate}"),
        severity: Severity::Urgent,
        text: Text::new(
            format!("{plate}：{} 没有能用的证。{}", when.zh, hurt.zh),
            format!("{plate}: no permit on {}. {}", when.en, hurt.en),
        ),
        fix: Text::new(
            "那天别开这辆车进京，或先在北京交警 App 里办好",
            "do not drive this car in on that day, or get a permit in the 北京交警 app first",
        ),
    }
}

pub(super) fn missing_problem(text: &Text) -> Problem {
    Problem {
        key: "missing_car".to_owned(),
        severity: Severity::Attention,
        text: text.clone(),
        fix: Text::new(
            "在北京交警 App 里绑定这辆车，再点「现在看一次」",
            "bind the car in the 北京交警 app, then run this errand",
        ),
    }
}

/// Raises what is new or worded anew, clears what is gone. A problem is told to the owner once when it appears.
pub(super) fn settle_problems(step: &mut Step<State>, wanted: Vec<Problem>, now: Timestamp) {
    let gone = |key: &&String| !wanted.iter().any(|problem| problem.key == **key);
    let gone: Vec<String> = step.state.problems.keys().filter(gone).cloned().collect();
    for key in gone {
        step.state.problems.remove(&key);
        step.problems.push(ProblemChange::Clear { key });
    }
    raise_problems(step, wanted, now);
}

/// Raises without clearing: what cannot be looked at now may well still be wrong. An uncovered day is told day by day.
pub(super) fn raise_problems(step: &mut Step<State>, wanted: Vec<Problem>, now: Timestamp) {
    for problem in wanted {
        let known = &step.state.problems;
        if known.get(&problem.key) != Some(&problem.text.zh) {
            if !known.contains_key(&problem.key) || problem.key.starts_with("uncovered:") {
                step.notices.push(NewNotice {
                    key: format!("permit/{}/{}", problem.key, now.as_second()),
                    severity: problem.severity,
                    title: problem.text.clone(),
                    body: problem.fix.clone(),
                });
            }
            step.problems.push(ProblemChange::Raise {
                key: problem.key.clone(),
                severity: problem.severity,
                text: problem.text.clone(),
                fix: problem.fix,
            });
        }
        step.state.problems.insert(problem.key, problem.text.zh);
    }
}
