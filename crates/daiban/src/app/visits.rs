//! What hospital errands have seen and got: when places appeared, and a booked visit as a calendar entry.

use std::collections::{BTreeMap, HashSet};

use daiban_core::{Lang, Text, Timestamp, dates, id::ErrandId};
use daiban_providers::hospital::{
    booking::{Booking, BookingState},
    slots::HalfDay,
};
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Actor, App, AppError};
use crate::ics::{self, Alarm, Entry, When};

/// The errand kind whose facts these are.
const VISIT: &str = "hospital.visit";
/// Where the evening before begins to be a good time for a reminder.
const EVENING: Time = Time::constant(20, 0, 0, 0);
/// Before the beginning.
const LAST_REMINDER_MIN: i64 = -120;

/// A place that was not there a look before.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Appeared {
    /// When it was seen.
    #[serde(with = "dates::rfc3339")]
    pub at: Timestamp,
    /// The day of the visit.
    pub date: Date,
    /// Which half of it, where that was told.
    #[serde(default)]
    pub half_day: Option<HalfDay>,
    /// The doctor, if one is named.
    #[serde(default)]
    pub doctor: Option<String>,
    /// The title.
    #[serde(default)]
    pub title: Option<String>,
    /// Why it was there.
    pub by: By,
}

/// Why a place was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The hospital released it.
    Release,
    /// Somebody gave it back.
    Cancellation,
    /// In a word we do not know.
    #[serde(other)]
    Unknown,
}

/// All that is known of one department's places appearing.
#[derive(Debug, Clone, Default)]
pub struct Appearances {
    /// Oldest first, each once, however many errands saw it.
    pub seen: Vec<Appeared>,
    /// When the department releases, as far as some errand knows.
    pub releases_at: Option<Time>,
}

impl App {
    /// When places appeared, by department (`162/04/644`), out of all errands they may see.
    ///
    /// # Errors
    /// The store's.
    pub async fn hospital_appeared(
        &self,
        actor: &Actor,
    ) -> Result<BTreeMap<String, Appearances>, AppError> {
        let mut all: BTreeMap<String, Appearances> = BTreeMap::new();
        for errand in self.errands(actor).await? {
            if errand.kind == VISIT {
                gather(&mut all, &self.facts(actor, &errand.id).await?);
            }
        }
        for known in all.values_mut() {
            let mut seen = HashSet::new();
            known.seen.retain(|one| seen.insert(one.clone()));
            known.seen.sort_by_key(|one| one.at);
        }
        Ok(all)
    }

    /// The calendar entry of a booked visit, as iCalendar text.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::NotNow`] while nothing is booked.
    pub async fn visit_calendar(
        &self,
        actor: &Actor,
        id: &ErrandId,
        lang: Lang,
    ) -> Result<String, AppError> {
        let facts = self.facts(actor, id).await?;
        let fact = facts.iter().find(|(name, _)| name == "booking");
        let booking = fact.and_then(|(_, fact)| settled(fact));
        let entry = booking.and_then(|booking| entry(&booking, id, lang, self.now()));
        let entry = entry.ok_or_else(|| {
            AppError::NotNow(Text::new(
                "还没有挂上的号，没有日程可给",
                "nothing is booked, so there is no entry",
            ))
        })?;
        Ok(ics::calendar(&entry))
    }
}

fn gather(all: &mut BTreeMap<String, Appearances>, facts: &[(String, Value)]) {
    let fact = |name: &str| {
        let found = facts.iter().find(|(known, _)| known == name);
        found.map_or(&Value::Null, |(_, value)| value)
    };
    let opens = fact("place")["opens_at"].as_str().and_then(clock);
    for (department, calendar) in fact("calendar").as_object().into_iter().flatten() {
        let release: Option<Timestamp> = text(&calendar["release_at"]);
        let known = all.entry(department.clone()).or_default();
        let told = release.map(|at| dates::beijing(at).time());
        known.releases_at = told.or(known.releases_at).or(opens);
    }
    for (department, list) in fact("appeared").as_object().into_iter().flatten() {
        let list = list.as_array().into_iter().flatten();
        let read = list.filter_map(|one| serde_json::from_value(one.clone()).ok());
        let known = all.entry(department.clone()).or_default();
        known.seen.extend(read);
        known.releases_at = known.releases_at.or(opens);
    }
}

fn text<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

/// `8:30`, `08:30`
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// A booking that stands or was cancelled. What is still in the service's line, or not known, has no place in a calendar.
fn settled(fact: &Value) -> Option<Booking> {
    let booking: Booking = serde_json::from_value(fact.clone()).ok()?;
    let stands = booking.state == BookingState::Booked && fact["stage"] == "booked";
    let is_off = booking.state == BookingState::Cancelled || fact["stage"] == "cancelled";
    Some(Booking {
        state: if is_off {
            BookingState::Cancelled
        } else {
            booking.state
        },
        ..booking
    })
    .filter(|_| stands || is_off)
}

fn entry(booking: &Booking, errand: &ErrandId, lang: Lang, now: Timestamp) -> Option<Entry> {
    let (when, told) = when(booking)?;
    let cancelled = booking.state == BookingState::Cancelled;
    let who = booking.patient.as_deref().unwrap_or_default();
    let what = Text::new(
        format!("就诊 {} {who}", booking.department.name),
        format!("Doctor: {} {who}", booking.department.name),
    );
    let summary = what.in_lang(lang).trim_end().to_owned();
    Some(Entry {
        uid: format!("visit-{errand}@daiban"),
        written_at: now,
        when,
        location: booking.hospital.name.clone(),
        description: description(booking, told, lang),
        cancelled,
        alarms: if cancelled {
            Vec::new()
        } else {
            alarms(when, &summary)
        },
        summary,
    })
}

/// The period, else the half day, else the day; and whether the hour is the service's own.
pub(super) fn when(booking: &Booking) -> Option<(When, bool)> {
    let date = booking.date?;
    let between = |from: Time, to: Time| {
        let at = |time: Time| DateTime::from_parts(date, time);
        When::Between(at(from), at(to))
    };
    let period = booking.period.as_deref().and_then(|period| {
        let (from, to) = period.split_once('-')?;
        let (from, to) = (clock(from)?, clock(to)?);
        (from < to).then_some((from, to))
    });
    if let Some((from, to)) = period {
        return Some((between(from, to), true));
    }
    let hour = |hour: i8| Time::constant(hour, 0, 0, 0);
    Some(match booking.half_day {
        Some(HalfDay::Morning) => (between(hour(8), hour(12)), false),
        Some(HalfDay::Afternoon) => (between(hour(13), hour(17)), false),
        Some(HalfDay::Other) | None => (When::Day(date), false),
    })
}

/// The evening before, and two hours before; a day without an hour counts as one that begins at eight.
fn alarms(when: When, text: &str) -> Vec<Alarm> {
    let begins = when.begins();
    let to_evening = begins.date().yesterday().map_or(0, |yesterday| {
        let evening = DateTime::from_parts(yesterday, EVENING);
        evening.duration_since(begins).as_mins()
    });
    let opens = match when {
        When::Between(..) => 0,
        When::Day(_) => 8 * 60,
    };
    [to_evening, opens + LAST_REMINDER_MIN]
        .map(|minutes| Alarm {
            minutes,
            text: text.to_owned(),
        })
        .to_vec()
}

fn description(booking: &Booking, hour_told: bool, lang: Lang) -> String {
    let t = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let doctor = [booking.doctor.as_deref(), booking.title.as_deref()];
    let doctor: Vec<&str> = doctor.into_iter().flatten().collect();
    let named = |label: &str, value: Option<String>| value.map(|value| format!("{label} {value}"));
    let mut lines = vec![format!(
        "{} {}",
        booking.hospital.name, booking.department.name
    )];
    lines.extend((!doctor.is_empty()).then(|| doctor.join(" ")));
    lines.push(booking.visit_text.clone());
    lines.extend((!hour_told).then(|| {
        t(
            "几点没说，以医院通知为准",
            "The hour was not told; the hospital says",
        )
        .to_owned()
    }));
    lines.extend(named(t("就诊人", "Patient"), booking.patient.clone()));
    lines.extend(named(t("订单号", "Order"), Some(booking.order_no.clone())));
    lines.extend(named(t("挂号费", "Fee"), booking.fee_fen.map(yuan)));
    lines.extend(booking.take.iter().cloned());
    lines.extend(booking.cancel_text.clone());
    lines.push(
        t(
            "要取消：微信公众号「北京114预约挂号」、京通小程序或电话 010-114",
            "To cancel: the WeChat account 北京114预约挂号, the 京通 mini-program or phone 010-114",
        )
        .to_owned(),
    );
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

fn yuan(fen: i64) -> String {
    format!("¥{}.{:02}", fen / 100, fen % 100)
}
