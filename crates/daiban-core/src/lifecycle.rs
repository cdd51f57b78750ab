//! What a person may do to an errand, and what that does. One function per verb.

use serde::{Deserialize, Serialize};

use crate::{Text, errand::Phase};

/// A verb a person says to an errand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Have a look now.
    Run,
    /// Stop for a while.
    Pause,
    /// Go on.
    Resume,
    /// Stop for good.
    Cancel,
}

/// The phase after the verb.
///
/// # Errors
/// Why the verb makes no sense now.
pub fn after(phase: Phase, verb: Verb) -> Result<Phase, Text> {
    match verb {
        Verb::Run => run(phase),
        Verb::Pause => pause(phase),
        Verb::Resume => resume(phase),
        Verb::Cancel => cancel(phase),
    }
}

fn run(phase: Phase) -> Result<Phase, Text> {
    match phase {
        Phase::Waiting | Phase::Working | Phase::NeedsYou => Ok(phase),
        Phase::Paused => Err(Text::new("已暂停，先恢复", "paused; resume it first")),
        Phase::Done | Phase::Failed | Phase::Cancelled => Err(over()),
    }
}

fn pause(phase: Phase) -> Result<Phase, Text> {
    match phase {
        Phase::Waiting | Phase::Working | Phase::NeedsYou | Phase::Paused => Ok(Phase::Paused),
        Phase::Done | Phase::Failed | Phase::Cancelled => Err(over()),
    }
}

fn resume(phase: Phase) -> Result<Phase, Text> {
    match phase {
        Phase::Paused => Ok(Phase::Waiting),
        Phase::Waiting | Phase::Working | Phase::NeedsYou => {
            Err(Text::new("没有暂停", "not paused"))
        }
        Phase::Done | Phase::Failed | Phase::Cancelled => Err(over()),
    }
}

fn cancel(phase: Phase) -> Result<Phase, Text> {
    match phase {
        Phase::Cancelled => Ok(Phase::Cancelled),
        Phase::Done | Phase::Failed => Err(over()),
        _ => Ok(Phase::Cancelled),
    }
}

fn over() -> Text {
    Text::new("这件代办已经结束", "this errand is over")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_happens_to_an_errand_that_is_over() {
        for phase in [Phase::Done, Phase::Failed] {
            for verb in [Verb::Run, Verb::Pause, Verb::Resume, Verb::Cancel] {
                assert!(after(phase, verb).is_err(), "{verb:?} on {phase:?}");
            }
        }
    }

    #[test]
    fn pausing_and_cancelling_twice_is_no_fault() {
        assert_eq!(after(Phase::Paused, Verb::Pause), Ok(Phase::Paused));
        assert_eq!(after(Phase::Cancelled, Verb::Cancel), Ok(Phase::Cancelled));
    }

    #[test]
    fn a_paused_errand_runs_only_after_resume() {
        assert!(after(Phase::Paused, Verb::Run).is_err());
        assert_eq!(after(Phase::Paused, Verb::Resume), Ok(Phase::Waiting));
    }
}
