//! A booking of a visit's errand as a card: what, when, for whom, where to fetch the number, until when and how to cancel.

use daiban_core::{Lang, Timestamp, household::ErrandRow};
use daiban_providers::hospital::booking::{Booking, BookingState};
use serde_json::Value;

use super::{
    super::{
        facts::read,
        words::{self, Left, State, m},
    },
    words as say,
};

/// The official site. No other address becomes a link.
const OFFICIAL: &str = "https://www.114yygh.com";

/// A booking.
pub(in crate::web) struct BookingView {
    pub(in crate::web) state: State,
    pub(in crate::web) sentence: &'static str,
    /// Whether it is booked and not cancelled.
    pub(in crate::web) stands: bool,
    /// `12月1日 周二 下午`
    pub(in crate::web) day: String,
    /// `13:30–14:00`, or that the hour is not told.
    pub(in crate::web) period: String,
    pub(in crate::web) department: String,
    pub(in crate::web) hospital: String,
    /// Label and value.
    pub(in crate::web) facts: Vec<(&'static str, String)>,
    /// What a card has room for: who sees whom, and what it costs.
    pub(in crate::web) few: Vec<(&'static str, String)>,
    /// Where and when to fetch the number, in the service's words.
    pub(in crate::web) take: Vec<String>,
    /// Until when it can be cancelled.
    pub(in crate::web) cancel_left: Option<Left>,
    /// What the service says on cancelling.
    pub(in crate::web) cancel_text: Option<String>,
    /// What somebody who cancels is asked for.
    pub(in crate::web) to_copy: String,
    /// The official site.
    pub(in crate::web) official: Option<String>,
    /// The calendar entry.
    pub(in crate::web) entry: Option<String>,
}

/// From the fact `booking`.
pub(in crate::web) fn of(
    fact: &Value,
    row: &ErrandRow,
    lang: Lang,
    now: Timestamp,
) -> Option<BookingView> {
    let booking: Booking = read(fact)?;
    let stage = stage(&booking, fact["stage"].as_str().unwrap_or_default());
    let (class, word, sentence) = stage_words(stage, lang);
    let stands = stage == Stage::Booked;
    let link = fact["cancel_link"].as_str();
    Some(BookingView {
        state: State { class, word },
        sentence,
        stands,
        day: day(&booking, lang),
        period: period(&booking, lang),
        department: booking.department.name.clone(),
        hospital: booking.hospital.name.clone(),
        facts: facts(&booking, lang),
        few: few(&booking, lang),
        cancel_left: booking
            .cancel_before
            .filter(|at| stands && *at > now)
            .map(|at| words::left(lang, at, now)),
        cancel_text: booking.cancel_text.clone().filter(|_| stands),
        to_copy: to_copy(&booking, lang),
        official: link
            .filter(|link| stands && is_official(link))
            .map(str::to_owned),
        entry: matches!(stage, Stage::Booked | Stage::Cancelled)
            .then(|| booking.date)
            .flatten()
            .map(|_| format!("/errands/{}/visit.ics", row.id)),
        take: booking.take,
    })
}

fn is_official(link: &str) -> bool {
    let rest = link.strip_prefix(OFFICIAL);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Lineup,
    Booked,
    Cancelled,
    Unknown,
}

/// What both the order's page and the errand say. Only what both call booked is.
fn stage(booking: &Booking, stage: &str) -> Stage {
    match (booking.state, stage) {
        (BookingState::Cancelled, _) | (_, "cancelled") => Stage::Cancelled,
        (_, "lineup") => Stage::Lineup,
        (BookingState::Booked, "booked") => Stage::Booked,
        _ => Stage::Unknown,
    }
}

fn stage_words(stage: Stage, lang: Lang) -> (&'static str, &'static str, &'static str) {
    match stage {
        Stage::Lineup => (
            "live",
            m(lang, "hospital-in-114s-line"),
            m(lang, "hospital-sent-114-has-it-in"),
        ),
        Stage::Booked => ("ok", m(lang, "hospital-booked"), ""),
        Stage::Cancelled => (
            "",
            m(lang, "shell-cancelled-2"),
            m(lang, "hospital-this-booking-is-cancelled-do"),
        ),
        Stage::Unknown => (
            "att",
            m(lang, "shell-unknown"),
            m(lang, "hospital-whether-it-is-booked-is"),
        ),
    }
}

/// The day with its half; where neither is read, the service's words.
fn day(booking: &Booking, lang: Lang) -> String {
    let Some(date) = booking.date else {
        return booking.visit_text.clone();
    };
    let half = booking.half_day.map(|half| say::half_day(lang, half));
    format!("{} {}", words::day(lang, date), half.unwrap_or_default())
        .trim_end()
        .to_owned()
}

fn period(booking: &Booking, lang: Lang) -> String {
    match &booking.period {
        Some(period) => period.replace('-', "–"),
        None => m(lang, "hospital-hour-not-told").to_owned(),
    }
}

fn few(booking: &Booking, lang: Lang) -> Vec<(&'static str, String)> {
    let unknown = || m(lang, "shell-unknown").to_owned();
    let doctor = [booking.doctor.as_deref(), booking.title.as_deref()];
    let doctor: Vec<&str> = doctor.into_iter().flatten().collect();
    let doctor = match doctor.is_empty() {
        true => m(lang, "hospital-not-named").to_owned(),
        false => doctor.join(" "),
    };
    let patient = booking.patient.clone();
    vec![
        (m(lang, "hospital-doctor"), doctor),
        (m(lang, "hospital-patient"), patient.unwrap_or_else(unknown)),
        (
            m(lang, "hospital-fee"),
            booking.fee_fen.map_or_else(unknown, words::money),
        ),
    ]
}

fn facts(booking: &Booking, lang: Lang) -> Vec<(&'static str, String)> {
    let mut facts = few(booking, lang);
    if let Some(card) = booking.card.clone() {
        // Behind the patient whose it is.
        facts.insert(2, (m(lang, "hospital-card"), card));
    }
    facts.push((m(lang, "shell-order-2"), booking.order_no.clone()));
    facts
}

fn to_copy(booking: &Booking, lang: Lang) -> String {
    let line = |label: &str, value: &str| format!("{label} {value}");
    let mut lines = vec![
        line(m(lang, "shell-order-2"), &booking.order_no),
        format!("{} {}", booking.hospital.name, booking.department.name),
        booking.visit_text.clone(),
    ];
    let patient = booking.patient.as_deref();
    lines.extend(patient.map(|name| line(m(lang, "hospital-patient"), name)));
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_both_call_booked_is() {
        let booking = |state: &str| -> Booking {
            serde_json::from_value(json!({
                "order_no": "1", "state": state, "state_text": "", "made_at": null, "can_cancel": null, "cancel_text": null,
                "cancel_before": null, "hospital": { "code": "1", "name": "a" }, "department": { "code": "2", "name": "b" },
                "doctor": null, "title": null, "fee_fen": null, "visit_text": "", "date": null, "half_day": null,
                "period": null, "take": [], "patient": null, "card": null,
            }))
            .unwrap()
        };
        for (state, told, expected) in [
            ("booked", "booked", Stage::Booked),
            ("booked", "lineup", Stage::Lineup),
            ("booked", "unknown", Stage::Unknown),
            ("booked", "", Stage::Unknown),
            ("unknown", "booked", Stage::Unknown),
            ("unknown", "lineup", Stage::Lineup),
            ("cancelled", "booked", Stage::Cancelled),
            ("booked", "cancelled", Stage::Cancelled),
        ] {
            assert_eq!(stage(&booking(state), told), expected, "{state} {told}");
        }
    }
}
