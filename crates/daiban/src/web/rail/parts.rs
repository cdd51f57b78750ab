//! The parts of a ticket errand's form: days, preferences, choices, and where an error stands.

use daiban_core::{
    Lang, dates,
    descriptor::{ErrandKind, Form},
};
use jiff::civil::Date;

use super::{
    super::{
        form::{Errors, Field, invalid},
        page::said,
        words::{self, m},
    },
    help::Help,
    stations::StationField,
    wishes::{self, Draft, Preference},
};
use crate::app::AppError;

/// Fields that the form draws itself, with a place for their errors.
const OWN: &[&str] = &["dates", "passengers", "prefer", "types", "then", "account"];

/// A day to be chosen.
pub(super) struct Pill {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) checked: bool,
}

/// `until` is a day and a time; browsers have a field for that.
pub(super) fn moment_field(mut field: Field) -> Field {
    if field.name == "w.until" {
        field.form = "datetime-local";
        field.value = field.value.replacen(' ', "T", 1);
    }
    field
}

/// Finds the place of what went wrong; stations take theirs themselves.
pub(super) fn errors(
    error: Option<&AppError>,
    (from, to): (&mut StationField, &mut StationField),
    fields: &[&[Field]],
    lang: Lang,
) -> Errors {
    let Some(error) = error else {
        return Errors::default();
    };
    if let AppError::NotFound {
        what: "account", ..
    } = error
    {
        let choose = m(lang, "shell-choose-an-account");
        return Errors::at("account", choose.to_owned());
    }
    let said = said(error, lang);
    let name = invalid(error).map(|invalid| invalid.field.split('.').next().unwrap_or_default());
    let stands = |field: &Field| field.error.is_some();
    match name {
        Some("from") => from.error = Some(said),
        Some("to") => to.error = Some(said),
        Some(name) if OWN.contains(&name) => return Errors::at(name, said),
        _ if fields.iter().any(|list| list.iter().any(stands)) => {}
        _ => return Errors::general(error, lang),
    }
    Errors::default()
}

/// The days on sale, and the chosen ones beyond.
pub(super) fn pills(draft: &Draft, help: &Help, today: Date, lang: Lang) -> Vec<Pill> {
    let last = help.window.last_day(today);
    let mut days: Vec<Date> = dates::DateSpan::new(today, last).days().collect();
    days.extend(
        draft
            .dates
            .iter()
            .filter(|day| !(today..=last).contains(day)),
    );
    days.sort_unstable();
    let mut month = 0;
    let pill = |day: Date| {
        let with_month = month != day.month();
        month = day.month();
        let label = match (with_month, lang) {
            (false, Lang::Zh) => format!("{}日 {}", day.day(), dates::weekday_zh(day)),
            _ => words::day(lang, day),
        };
        Pill {
            value: day.to_string(),
            label,
            checked: draft.dates.contains(&day),
        }
    };
    days.into_iter().map(pill).collect()
}

/// The ordered list, with times and prices where they are known.
pub(super) fn preferences(draft: &Draft, help: &Help, lang: Lang) -> Vec<Preference> {
    let known = |train: &str, seat: &str| {
        let choice = help.trains.iter().find(|choice| choice.train == train)?;
        Some(choice.about_with(seat))
    };
    draft
        .prefer
        .iter()
        .map(|value| wishes::preference(value, lang, known))
        .collect()
}

/// Kinds of trains: value, label, chosen.
pub(super) fn types(draft: &Draft, lang: Lang) -> Vec<(&'static str, &'static str, bool)> {
    [
        ("G", m(lang, "rail-g-high-speed")),
        ("D", m(lang, "rail-d-emu")),
        ("C", m(lang, "rail-c-intercity")),
        ("Z", m(lang, "rail-z-direct")),
        ("T", m(lang, "rail-t-express")),
        ("K", m(lang, "rail-k-fast")),
        ("other", m(lang, "rail-others")),
    ]
    .map(|(value, label)| {
        (
            value,
            label,
            draft.types.iter().any(|chosen| chosen == value),
        )
    })
    .to_vec()
}

/// Value, label, what it means, chosen.
pub(super) fn thens(
    kind: &ErrandKind,
    draft: &Draft,
    lang: Lang,
) -> Vec<(&'static str, &'static str, &'static str, bool)> {
    let wish = kind.wishes.iter().find(|wish| wish.name == "then");
    let choices = match wish.map(|wish| wish.form) {
        Some(Form::Choice(choices)) => choices,
        _ => &[],
    };
    let meaning = |word: &str| match word {
        "order" => m(lang, "rail-then-you-are-told-to"),
        "ask" => m(lang, "rail-a-popular-train-is-mostly"),
        "notify" => m(lang, "rail-nothing-is-ordered-you-buy"),
        _ => "",
    };
    choices
        .iter()
        .map(|(word, label)| {
            (
                *word,
                label.in_lang(lang),
                meaning(word),
                *word == draft.then,
            )
        })
        .collect()
}
