//! What to look at, how fast, and when a release is worth sprinting for: pure.
//!
//! A calendar week is looked at while it covers a wished day; the places of a day while it is shown as available. Around a
//! release that brings a wished day everything else rests and the looks are quick. The moment is the service's own
//! (`fhTimestamp`), else the hospital's hour.

use std::collections::BTreeMap;

use daiban_core::{Timestamp, dates};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::hospital::slots::{Calendar, DayState};
use crate::words::{earliest, later, plus};

/// Before a release the quick looks begin so early.
pub(super) const BEFORE_S: i64 = 90;
/// After the release was seen they go on so long.
const AFTER_S: i64 = 90;
/// A release that was not seen is taken to be late, by two minutes and a little at most (*seen* by users).
const LATE_S: i64 = 150;
/// However late, the quick looks end then.
const LONGEST_S: i64 = 210;
/// The quick looks' pace, the service's floor.
pub(super) const SPRINT_PACE_S: u32 = 3;
/// A week in which no wished day can be booked or came back yet is looked at so often.
const QUIET_PACE_S: u32 = 600;
/// Days after the last published one that the next release may bring: weekends lie between.
const COMING_DAYS: i32 = 3;
/// Days whose places are looked at, at most.
const MOST_DAYS: usize = 8;

/// What is known of a department, kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    pub(super) days: BTreeMap<Date, DayState>,
    /// When the calendar was first and last seen.
    pub(super) first_seen_at: Option<Timestamp>,
    pub(super) seen_at: Option<Timestamp>,
    /// The next release, as last told.
    pub(super) told: Option<Timestamp>,
    /// The hospital's hour, `08:30`, and whether it was asked for.
    pub(super) opens_at: Option<String>,
    pub(super) hour_asked: bool,
    /// The release that is awaited or has just been.
    pub(super) release: Option<Release>,
}

/// A release that brings wished days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Release {
    pub(super) at: Timestamp,
    /// The days it may bring.
    days: Vec<Date>,
    /// When one of them was seen published.
    pub(super) seen_at: Option<Timestamp>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// Position of the department in the wishes.
    pub(super) department: usize,
    pub(super) what: What,
    pub(super) pace_s: u32,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Days 1–7 or 9–15 from today.
    Week(u8),
    /// The places of a day.
    Day(Date),
}

/// What to do about looking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outlook {
    pub(super) looks: Vec<Look>,
    /// When to think again at the latest.
    pub(super) next: Option<Timestamp>,
    /// The next release that brings a wished day.
    pub(super) release: Option<Timestamp>,
    pub(super) sprint: bool,
}

impl Known {
    /// Takes in an answer seen at `at`. `wanted`: the wished days.
    pub(super) fn see(&mut self, calendar: &Calendar, wanted: &[Date], at: Timestamp) {
        for day in &calendar.days {
            let known = self.days.entry(day.date).or_insert(day.state);
            // An answer that says nothing of a day takes nothing back.
            if day.state != DayState::Unknown {
                *known = day.state;
            }
        }
        let today = dates::today(at);
        self.days.retain(|date, _| *date > today);
        self.told = calendar.release_at;
        self.seen_at = Some(at);
        self.first_seen_at.get_or_insert(at);
        self.note_release(at);
        self.await_release(wanted, at);
    }

    /// One of the awaited days is there.
    fn note_release(&mut self, at: Timestamp) {
        let days = &self.days;
        let Some(release) = self
            .release
            .as_mut()
            .filter(|release| release.seen_at.is_none())
        else {
            return;
        };
        let is_out = |date: &Date| {
            matches!(
                days.get(date),
                Some(DayState::Available | DayState::SoldOut)
            )
        };
        if release.days.iter().any(is_out) && at >= later(release.at, -BEFORE_S) {
            release.seen_at = Some(at);
        }
    }

    /// Chooses the release to wait for, unless one is under way.
    pub(super) fn await_release(&mut self, wanted: &[Date], now: Timestamp) {
        if self
            .release
            .as_ref()
            .is_some_and(|release| release.at <= now && now <= release.ends())
        {
            return;
        }
        let days = self.coming(wanted);
        let at = self.next_release(now).filter(|_| !days.is_empty());
        self.release = at.map(|at| Release {
            at,
            days,
            seen_at: None,
        });
    }

    /// Wished days that the next release may bring.
    fn coming(&self, wanted: &[Date]) -> Vec<Date> {
        let is_out = |state: &DayState| matches!(state, DayState::Available | DayState::SoldOut);
        let last = self.days.iter().rev().find(|(_, state)| is_out(state));
        let comes = |date: &&Date| match (self.days.get(date), last) {
            (Some(DayState::Soon), _) => true,
            (Some(DayState::Available | DayState::SoldOut), _) | (_, None) => false,
            (_, Some((last, _))) => **date > *last && **date <= plus(*last, COMING_DAYS),
        };
        wanted.iter().filter(comes).copied().collect()
    }

    fn next_release(&self, now: Timestamp) -> Option<Timestamp> {
        if let Some(told) = self.told.filter(|told| *told > now) {
            return Some(told);
        }
        let time = self.opens_at.as_deref().and_then(clock_time)?;
        let today = dates::today(now);
        [today, plus(today, 1)]
            .into_iter()
            .map(|day| dates::at(day, time))
            .find(|at| *at > now)
    }
}

impl Release {
    fn begins(&self) -> Timestamp {
        later(self.at, -BEFORE_S)
    }

    /// When the quick looks end.
    fn ends(&self) -> Timestamp {
        match self.seen_at {
            Some(seen) => later(seen.max(self.at), AFTER_S).min(later(self.at, LONGEST_S)),
            None => later(self.at, LATE_S),
        }
    }

    fn sprints(&self, now: Timestamp) -> bool {
        self.begins() <= now && now < self.ends()
    }
}

/// What to look at, and how fast. `wanted`: the wished days that can still be booked.
pub(super) fn outlook(known: &[&Known], wanted: &[Date], pace_s: u32, now: Timestamp) -> Outlook {
    let mut outlook = Outlook {
        // The weeks move on at midnight.
        next: Some(dates::midnight(plus(dates::today(now), 1))),
        ..Outlook::default()
    };
    for release in known.iter().filter_map(|one| one.release.as_ref()) {
        outlook.note(release, now);
    }
    for (department, one) in known.iter().enumerate() {
        let sprints = one
            .release
            .as_ref()
            .is_some_and(|release| release.sprints(now));
        if sprints {
            outlook.sprint_for(department, one, wanted, now);
        } else if !outlook.sprint {
            outlook.watch(department, one, wanted, pace_s, now);
        }
    }
    outlook
}

impl Outlook {
    fn note(&mut self, release: &Release, now: Timestamp) {
        if release.at > now {
            self.release = earliest(self.release, Some(release.at));
        }
        if release.begins() > now {
            self.next = earliest(self.next, Some(release.begins()));
        } else if release.ends() > now {
            self.next = earliest(self.next, Some(release.ends()));
            self.sprint = true;
        }
    }

    /// Quick looks at the weeks of the awaited days, and at the places of every wished day that is open.
    fn sprint_for(&mut self, department: usize, known: &Known, wanted: &[Date], now: Timestamp) {
        let today = dates::today(now);
        let awaited = known.release.iter().flat_map(|release| &release.days);
        let mut weeks: Vec<u8> = awaited.filter_map(|date| week_of(today, *date)).collect();
        weeks.sort_unstable();
        weeks.dedup();
        for week in weeks {
            self.add(department, What::Week(week), SPRINT_PACE_S);
        }
        self.days(department, known, wanted, SPRINT_PACE_S);
    }

    fn watch(
        &mut self,
        department: usize,
        known: &Known,
        wanted: &[Date],
        pace_s: u32,
        now: Timestamp,
    ) {
        let today = dates::today(now);
        for week in [1, 2] {
            let days: Vec<_> = wanted
                .iter()
                .filter(|date| week_of(today, **date) == Some(week))
                .collect();
            if days.is_empty() {
                continue;
            }
            let is_quiet = days
                .iter()
                .all(|date| matches!(known.days.get(date), Some(DayState::None | DayState::Soon)));
            let pace_s = if is_quiet {
                pace_s.max(QUIET_PACE_S)
            } else {
                pace_s
            };
            self.add(department, What::Week(week), pace_s);
        }
        self.days(department, known, wanted, pace_s);
    }

    fn days(&mut self, department: usize, known: &Known, wanted: &[Date], pace_s: u32) {
        let open = wanted
            .iter()
            .filter(|date| known.days.get(date) == Some(&DayState::Available));
        for date in open.take(MOST_DAYS) {
            self.add(department, What::Day(*date), pace_s);
        }
    }

    fn add(&mut self, department: usize, what: What, pace_s: u32) {
        self.looks.push(Look {
            department,
            what,
            pace_s,
        });
    }
}

/// Week 1 covers the seven days from tomorrow, week 2 what comes after: the ninth day on, perhaps the eighth.
pub(super) fn week_of(today: Date, date: Date) -> Option<u8> {
    let away = (1..=15).find(|days| plus(today, *days) == date)?;
    Some(if away <= 7 { 1 } else { 2 })
}

/// `08:30`
pub(super) fn clock_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}
