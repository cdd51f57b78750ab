//! What came in for the stage an errand is in, where a stage waits for one call or one answer.

use daiban_core::ask::Answer;
use daiban_core::call::Outcome;
use daiban_core::errand::Incoming;

/// How the call of that tag ended; the newest when there are several.
pub(crate) fn called<'a>(incoming: &'a [Incoming], wanted: &str) -> Option<&'a Outcome> {
    incoming.iter().rev().find_map(|one| match one {
        Incoming::Called { tag, outcome, .. } if tag == wanted => Some(outcome),
        _ => None,
    })
}

/// What a person typed as the answer to the ask of that tag, without blanks around it.
pub(crate) fn typed<'a>(incoming: &'a [Incoming], wanted: &str) -> Option<&'a str> {
    incoming.iter().rev().find_map(|one| match one {
        Incoming::Answered {
            tag,
            answer: Answer::Text(text),
        } if tag == wanted => Some(text.trim()),
        _ => None,
    })
}

/// Whether nobody answered the ask of that tag in time.
pub(crate) fn expired(incoming: &[Incoming], wanted: &str) -> bool {
    incoming
        .iter()
        .any(|one| matches!(one, Incoming::AskExpired { tag } if tag == wanted))
}

/// Whether the owner set it going: run, or resume after a pause, which may have eaten what was waited for.
pub(crate) fn set_going(incoming: &[Incoming]) -> bool {
    incoming
        .iter()
        .any(|one| matches!(one, Incoming::Woken | Incoming::Resumed))
}
