//! How doctors are said: days of a calendar, halves of a day, checkpoints of a visit's errand, what yes and no mean.

use daiban_core::Lang;
use daiban_providers::hospital::slots::{DayState, HalfDay};

use super::super::words::{self, m, t};

/// What there is on a day: the class of its cell and a word of two letters.
pub(super) fn day_state(lang: Lang, state: DayState) -> (&'static str, &'static str) {
    match state {
        DayState::Available => ("d-has", m(lang, "hospital-free-2")),
        DayState::SoldOut => ("d-full", m(lang, "hospital-full")),
        DayState::None => ("d-none", m(lang, "hospital-none-2")),
        DayState::Soon => ("d-soon", m(lang, "hospital-soon")),
        DayState::Unknown => ("d-unknown", m(lang, "hospital-mark-2")),
    }
}

/// The same in a sentence.
pub(super) fn day_state_said(lang: Lang, state: DayState) -> &'static str {
    match state {
        DayState::Available => m(lang, "hospital-free-2"),
        DayState::SoldOut => m(lang, "hospital-full"),
        DayState::None => m(lang, "hospital-none-2"),
        DayState::Soon => m(lang, "hospital-released-soon"),
        DayState::Unknown => m(lang, "shell-unknown"),
    }
}

/// Half of a day.
pub(super) fn half_day(lang: Lang, half: HalfDay) -> &'static str {
    t(lang, half.zh(), half.en())
}

/// How many days: `5 天`, `5 days`.
pub(super) fn days(lang: Lang, count: usize) -> String {
    words::count(lang, "shell-days", count)
}

/// Where a visit's errand is, for people. `None` for a checkpoint without words of its own.
pub(super) fn checkpoint(lang: Lang, checkpoint: &str) -> Option<&'static str> {
    Some(match checkpoint {
        "preparing" => m(lang, "shell-getting-ready"),
        "not_yet" => m(lang, "hospital-not-begun-yet"),
        "watching" => m(lang, "shell-watching-2"),
        "sprint" => m(lang, "hospital-around-the-release"),
        "asking" => m(lang, "shell-waiting-for-your-yes"),
        "booking" => m(lang, "hospital-booking"),
        "lineup" => m(lang, "hospital-in-114s-line"),
        "verifying" => m(lang, "hospital-checking-the-booking"),
        "booked" => m(lang, "hospital-booked"),
        "unsure" => m(lang, "hospital-not-known-whether-it-is"),
        "needs_sign_in" => m(lang, "shell-needs-your-sign-in"),
        _ => return None,
    })
}

/// How a visit's errand ended.
pub(super) fn outcome(lang: Lang, result: &str) -> Option<&'static str> {
    Some(match result {
        "booked" => m(lang, "hospital-it-was-booked-and-the"),
        "already_booked" => m(lang, "hospital-there-was-a-booking-already"),
        "notified" => m(lang, "hospital-there-was-a-place-and"),
        "gave_up" => m(lang, "hospital-no-place-that-fits-came"),
        "cancelled" => m(lang, "hospital-the-booking-was-cancelled"),
        "refused" => m(lang, "hospital-114-does-not-take-it"),
        "account_stopped" => m(lang, "hospital-114-has-stopped-this-account"),
        _ => return None,
    })
}

/// What yes and no mean in an ask of a visit's errand, and what becomes of silence.
pub(in crate::web) fn ask(lang: Lang, tag: &str) -> Option<[&'static str; 3]> {
    Some(match tag {
        "take" => [
            m(lang, "hospital-yes-book-it"),
            m(lang, "shell-no-3"),
            m(lang, "hospital-it-counts-as-no-and"),
        ],
        "changed" => [
            m(lang, "hospital-yes-book-it-so"),
            m(lang, "hospital-do-not-book"),
            m(lang, "hospital-it-counts-as-no-and-2"),
        ],
        "again" => [
            m(lang, "hospital-yes-look-on"),
            m(lang, "hospital-leave-it"),
            m(lang, "hospital-it-counts-as-no-and-3"),
        ],
        "unsure" => [
            m(lang, "hospital-yes-it-is-booked"),
            m(lang, "hospital-no-it-is-not"),
            m(lang, "hospital-it-waits-nothing-else-is"),
        ],
        _ => return None,
    })
}

/// The way to such an ask.
pub(in crate::web) fn ask_button(lang: Lang, tag: &str) -> Option<&'static str> {
    Some(match tag {
        "take" => m(lang, "hospital-take-it-or-not"),
        "changed" => m(lang, "hospital-it-changed-decide"),
        "again" => m(lang, "hospital-look-on-or-not"),
        "unsure" => m(lang, "hospital-say-whether-it-is-booked"),
        _ => return None,
    })
}
