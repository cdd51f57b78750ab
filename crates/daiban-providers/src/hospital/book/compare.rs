//! Whether what the confirm page shows may be booked. Pure.
//!
//! People were booked on another weekday than they asked for, and dearer than they knew, by programs that never read this
//! page (*seen* in their users' complaints). So a day is compared as a date, a doctor as a name, and a price as a number.

use jiff::civil::Date;

use crate::hospital::booking::{Agreed, BookWish, Confirm, Need, Stop};
use crate::hospital::wire::words::{period, visit_time};

/// Why it may not, the gravest reason first; `None`: it may. `has_mobile`: whether the account knows a number to give where
/// the page wants a contact.
#[must_use]
pub(in crate::hospital) fn stop(
    wish: &BookWish,
    confirm: &Confirm,
    has_mobile: bool,
) -> Option<Stop> {
    let is_as_told = match &wish.agreed {
        Some(agreed) => is_as_agreed(agreed, confirm),
        None => is_as_seen(wish, confirm),
    };
    if !is_as_told {
        return Some(Stop::Changed);
    }
    if wish.agreed.is_none() && is_too_dear(wish.fee_max_fen, confirm.fee_fen) {
        return Some(Stop::TooDear);
    }
    wants(wish, confirm, has_mobile)
}

/// The days an order of this wish may be for: the day wished for, and the one the owner agreed to instead.
pub(in crate::hospital) fn days(wish: &BookWish) -> Vec<Date> {
    let agreed = wish.agreed.as_ref();
    let agreed = agreed.and_then(|agreed| visit_time(&agreed.visit_time).date);
    [Some(wish.date), agreed].into_iter().flatten().collect()
}

fn is_as_seen(wish: &BookWish, confirm: &Confirm) -> bool {
    confirm.date == Some(wish.date)
        && confirm.half_day == Some(wish.half_day)
        && is_period(&wish.duty_time, &confirm.visit_time)
        && is_doctor(wish.doctor.as_deref(), confirm.doctor.as_deref())
        && is_title(&wish.title, confirm.title.as_deref())
}

/// `dutyTime` is `202303090800-202303090830`; the page need not print the hours.
fn is_period(duty_time: &str, shown: &str) -> bool {
    match (hours(duty_time), period(shown)) {
        (Some(wished), Some(shown)) => wished == shown,
        _ => true,
    }
}

/// `08:00-08:30` of a `dutyTime`.
fn hours(duty_time: &str) -> Option<String> {
    let clock = |part: &str| {
        let digits = part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| format!("{}:{}", &part[8..10], &part[10..12]))
    };
    let (from, to) = duty_time.split_once('-')?;
    Some(format!("{}-{}", clock(from)?, clock(to)?))
}

/// Where no doctor was named, any may turn up; where one was, nobody else may, and nobody at all neither.
fn is_doctor(wished: Option<&str>, shown: Option<&str>) -> bool {
    wished.is_none_or(|wished| shown.is_some_and(|shown| is_same(wished, shown)))
}

fn is_title(seen: &str, shown: Option<&str>) -> bool {
    seen.trim().is_empty() || shown.is_some_and(|shown| is_same(seen, shown))
}

/// Blanks inside a name are the printer's: `张 三`.
fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String { text.split_whitespace().collect() };
    letters(one) == letters(other)
}

fn is_as_agreed(agreed: &Agreed, confirm: &Confirm) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => is_same(one, other),
        (one, other) => one == other,
    };
    agreed.fee_fen == confirm.fee_fen
        && same(&agreed.doctor, &confirm.doctor)
        && same(&agreed.title, &confirm.title)
        && is_same(&agreed.visit_time, &confirm.visit_time)
}

/// A price that is not told is not known to be low enough.
fn is_too_dear(most: Option<i64>, fee: Option<i64>) -> bool {
    most.is_some_and(|most| fee.is_none_or(|fee| fee > most))
}

fn wants(wish: &BookWish, confirm: &Confirm, has_mobile: bool) -> Option<Stop> {
    let needs = &confirm.needs;
    let all = [
        needs.hospital_card,
        needs.jyt_card,
        needs.medicare_card,
        needs.sms,
        needs.contact,
    ];
    let is_strange = all.contains(&Need::Unknown);
    let no_way = [needs.jyt_card, needs.medicare_card].contains(&Need::Required);
    let no_contact = needs.contact == Need::Required && !has_mobile;
    if is_strange || no_way || no_contact {
        return Some(Stop::Other);
    }
    let lacks = |need: Need, given: &Option<String>| {
        let is_given = given.as_ref().is_some_and(|text| !text.trim().is_empty());
        need == Need::Required && !is_given
    };
    if lacks(needs.hospital_card, &wish.hospital_card) {
        return Some(Stop::HospitalCard);
    }
    lacks(needs.sms, &wish.sms_code).then_some(Stop::Sms)
}
