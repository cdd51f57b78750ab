//! What was seen over time: when places appeared, and which were not got. Facts for pages.

use daiban_core::{Text, Timestamp, dates};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Round;
use super::choose::Choice;
use super::words::line;
use crate::hospital::slots::HalfDay;

/// Appearances that are kept, each department.
const MOST_APPEARED: usize = 300;
/// Places that were seen and not got.
const MOST_MISSED: usize = 30;
/// So long after a release what appears came with it.
const RELEASE_S: i64 = 300;

/// A place became free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Appeared {
    #[serde(with = "dates::rfc3339")]
    at: Timestamp,
    date: Date,
    half_day: HalfDay,
    doctor: Option<String>,
    title: String,
    by: By,
}

/// What brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    /// It was there at the first look: nobody knows since when.
    Unknown,
    /// A release.
    Release,
    /// Somebody gave it back.
    Cancellation,
}

/// A place that was seen and not got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Missed {
    #[serde(with = "dates::rfc3339")]
    at: Timestamp,
    text: Text,
}

impl Round<'_> {
    /// Notes which places are free now that were not at the last look, whoever they are for.
    pub(super) fn note_free(&mut self, choices: &[Choice<'_>]) {
        let bookable = || choices.iter().filter(|choice| choice.slot.bookable);
        let new: Vec<_> = bookable()
            .filter(|choice| !self.state.free.contains(&choice.name()))
            .collect();
        for choice in &new {
            self.note_appeared(choice);
        }
        let any_new = !new.is_empty();
        self.state.free = bookable().map(Choice::name).collect();
        if any_new {
            self.show_appeared();
        }
    }

    fn note_appeared(&mut self, choice: &Choice<'_>) {
        let department = choice.department.to_string();
        let by = self.what_brought(choice, &department);
        let list = self.state.appeared.entry(department).or_default();
        list.push(Appeared {
            at: choice.seen_at,
            date: choice.date,
            half_day: choice.slot.half_day,
            doctor: choice.slot.doctor.clone(),
            title: choice.slot.title.clone(),
            by,
        });
        let spare = list.len().saturating_sub(MOST_APPEARED);
        list.drain(..spare);
    }

    fn what_brought(&self, choice: &Choice<'_>, department: &str) -> By {
        let known = self.state.known.get(department);
        let release = known.and_then(|known| known.release.as_ref());
        let since = release.map(|release| choice.seen_at.as_second() - release.at.as_second());
        if since.is_some_and(|since| (-RELEASE_S..=RELEASE_S).contains(&since)) {
            return By::Release;
        }
        let first_look = known.is_none_or(|known| known.first_seen_at == known.seen_at);
        if first_look {
            By::Unknown
        } else {
            By::Cancellation
        }
    }

    fn show_appeared(&mut self) {
        let shown = json!(self.state.appeared);
        self.draft.fact("appeared", shown);
    }

    /// The same thing again and again is told once.
    pub(super) fn miss(&mut self, text: Text) {
        if self
            .state
            .missed
            .last()
            .is_some_and(|last| last.text == text)
        {
            return;
        }
        self.state.missed.push(Missed { at: self.now, text });
        let spare = self.state.missed.len().saturating_sub(MOST_MISSED);
        self.state.missed.drain(..spare);
        let shown = json!(self.state.missed);
        self.draft.fact("missed", shown);
    }

    /// A place fitted and could not be taken.
    pub(super) fn miss_choice(&mut self, choice: &Choice<'_>, why: &Text) {
        let line = line(choice);
        self.miss(Text::new(
            format!("{line}：{}", why.zh),
            format!("{line}: {}", why.en),
        ));
    }

    /// How a search without success ends: what was seen meanwhile.
    pub(super) fn why_nothing(&self) -> Text {
        let appeared: usize = self.state.appeared.values().map(Vec::len).sum();
        let missed = self.state.missed.len();
        match (appeared, missed) {
            (0, _) => Text::new(
                "到了停止的时间，一直没有放出号来",
                "the time is over; no place was ever seen",
            ),
            (appeared, 0) => Text::new(
                format!("到了停止的时间；出现过 {appeared} 个号，都不合要求"),
                format!("the time is over; {appeared} places were seen, none fitted"),
            ),
            (appeared, missed) => Text::new(
                format!("到了停止的时间；出现过 {appeared} 个号，其中 {missed} 次没抢到"),
                format!("the time is over; {appeared} places were seen, {missed} of them not got"),
            ),
        }
    }
}
