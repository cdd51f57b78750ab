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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::hospital::slots::Day;

    fn at(day: i8, hour: i8, minute: i8, second: i8) -> Timestamp {
        dates::at(date(2026, 12, day), Time::constant(hour, minute, second, 0))
    }

    fn day(day: i8, state: DayState) -> Day {
        Day {
            date: date(2026, 12, day),
            state,
            word: None,
        }
    }

    /// Today is 1 December; days 2 to 7 are published, day 8 comes with tomorrow's release at 08:30.
    fn calendar(last: DayState) -> Calendar {
        let mut days: Vec<Day> = (2..=7).map(|n| day(n, DayState::SoldOut)).collect();
        days.push(day(8, last));
        Calendar {
            days,
            release_at: Some(at(2, 8, 30, 0)),
        }
    }

    fn wanted(days: std::ops::RangeInclusive<i8>) -> Vec<Date> {
        days.map(|n| date(2026, 12, n)).collect()
    }

    fn known(calendar: &Calendar, wanted: &[Date], now: Timestamp) -> Known {
        let mut known = Known::default();
        known.see(calendar, wanted, now);
        known
    }

    fn looks(outlook: &Outlook) -> Vec<(What, u32)> {
        outlook
            .looks
            .iter()
            .map(|look| (look.what, look.pace_s))
            .collect()
    }

    #[test]
    fn both_weeks_are_looked_at_where_they_cover_a_wished_day() {
        let now = at(1, 10, 0, 0);
        let nothing = Known::default();
        for (days, weeks) in [
            (2..=3, vec![1]),
            (9..=12, vec![2]),
            (8..=9, vec![1, 2]),
            (2..=16, vec![1, 2]),
            (17..=20, vec![]),
        ] {
            let found = outlook(&[&nothing], &wanted(days.clone()), 60, now);
            let expected: Vec<_> = weeks
                .into_iter()
                .map(|week| (What::Week(week), 60))
                .collect();
            assert_eq!(looks(&found), expected, "{days:?}");
        }
    }

    #[test]
    fn full_days_are_watched_for_cancellations_and_quiet_weeks_slowly() {
        let now = at(1, 10, 0, 0);
        let full = wanted(3..=4);
        let found = outlook(
            &[&known(&calendar(DayState::Soon), &full, now)],
            &full,
            60,
            now,
        );
        assert_eq!(
            (looks(&found), found.release),
            (vec![(What::Week(1), 60)], None)
        );
        let soon = wanted(8..=8);
        let found = outlook(
            &[&known(&calendar(DayState::Soon), &soon, now)],
            &soon,
            60,
            now,
        );
        assert_eq!(looks(&found), [(What::Week(1), 600)]);
        assert_eq!(
            (found.release, found.next),
            (
                Some(at(2, 8, 30, 0)),
                Some(dates::midnight(date(2026, 12, 2)))
            )
        );
    }

    #[test]
    fn places_of_open_days_are_looked_at() {
        let now = at(1, 10, 0, 0);
        let days = wanted(3..=8);
        let mut known = known(&calendar(DayState::Soon), &days, now);
        known.days.insert(date(2026, 12, 5), DayState::Available);
        let found = looks(&outlook(&[&known], &days, 60, now));
        assert_eq!(
            found,
            [(What::Week(1), 60), (What::Day(date(2026, 12, 5)), 60)]
        );
    }

    #[test]
    fn pitfall_it_does_not_give_up_a_minute_before_the_release() {
        let days = wanted(8..=8);
        let known = known(&calendar(DayState::Soon), &days, at(2, 8, 20, 0));
        let sprints = |now| {
            let found = outlook(&[&known], &days, 60, now);
            (
                found.sprint,
                found.looks.iter().map(|look| look.pace_s).min(),
            )
        };
        assert_eq!(sprints(at(2, 8, 28, 29)), (false, Some(600)));
        assert_eq!(sprints(at(2, 8, 28, 30)), (true, Some(3)));
        assert_eq!(sprints(at(2, 8, 29, 59)), (true, Some(3)));
        // Two minutes late is not too late.
        assert_eq!(sprints(at(2, 8, 32, 0)), (true, Some(3)));
        assert_eq!(sprints(at(2, 8, 32, 30)), (false, Some(600)));
    }

    #[test]
    fn pitfall_after_the_release_it_is_seen_and_then_watched_slowly() {
        let days = wanted(8..=8);
        let mut known = known(&calendar(DayState::Soon), &days, at(2, 8, 28, 0));
        let mut after = calendar(DayState::SoldOut);
        // The service names the next release as soon as this one is over.
        after.release_at = Some(at(3, 8, 30, 0));
        known.see(&after, &days, at(2, 8, 31, 40));
        let sprints = |now| outlook(&[&known], &days, 60, now).sprint;
        assert!(sprints(at(2, 8, 31, 41)) && sprints(at(2, 8, 33, 9)));
        assert!(!sprints(at(2, 8, 33, 11)));
        let found = outlook(&[&known], &days, 60, at(2, 8, 40, 0));
        assert_eq!(looks(&found), [(What::Week(1), 60)], "cancellations");
    }

    #[test]
    fn a_release_that_brings_no_wished_day_is_let_be() {
        let days = wanted(3..=7);
        let known = known(&calendar(DayState::Soon), &days, at(2, 8, 20, 0));
        assert!(!outlook(&[&known], &days, 60, at(2, 8, 30, 0)).sprint);
    }

    #[test]
    fn pitfall_the_next_day_is_read_from_the_calendar_and_not_counted() {
        let days = wanted(8..=8);
        for state in [DayState::None, DayState::Unknown] {
            let known = known(&calendar(state), &days, at(2, 8, 20, 0));
            assert!(
                outlook(&[&known], &days, 60, at(2, 8, 30, 0)).sprint,
                "{state:?}"
            );
        }
        let far = wanted(14..=14);
        let known = known(&calendar(DayState::None), &far, at(2, 8, 20, 0));
        assert!(
            !outlook(&[&known], &far, 60, at(2, 8, 30, 0)).sprint,
            "not with this release"
        );
    }

    #[test]
    fn pitfall_the_hospitals_hour_is_beijing_time_whatever_the_clock_of_the_box() {
        let days = wanted(8..=8);
        let mut calendar = calendar(DayState::Soon);
        calendar.release_at = None;
        let mut known = known(&calendar, &days, at(1, 10, 0, 0));
        known.opens_at = Some("08:30".to_owned());
        known.await_release(&days, at(1, 10, 0, 0));
        let release = outlook(&[&known], &days, 60, at(1, 10, 0, 0))
            .release
            .unwrap();
        assert_eq!(release.to_string(), "2026-12-02T00:30:00Z");
    }

    #[test]
    fn one_department_sprints_and_the_others_rest() {
        let days = wanted(3..=8);
        let now = at(2, 8, 30, 0);
        let (soon, full) = (
            known(&calendar(DayState::Soon), &days, at(2, 8, 0, 0)),
            known(
                &Calendar {
                    days: vec![day(8, DayState::SoldOut)],
                    release_at: None,
                },
                &days,
                at(2, 8, 0, 0),
            ),
        );
        let found = outlook(&[&full, &soon], &days, 60, now);
        assert!(
            found.looks.iter().all(|look| look.department == 1),
            "{found:?}"
        );
    }

    proptest! {
        /// Quick looks only close to a release, never faster than its floor, never faster than wished elsewhere.
        #[test]
        fn the_pace_keeps_to_the_floors(minutes in 0i64..2880, told in 0i64..2880, first in 2i8..15, len in 0i8..6, pace in 60u32..3600) {
            let now = later(at(1, 0, 0, 0), minutes * 60);
            let release = later(at(1, 0, 0, 0), told * 60 + 17);
            let days = wanted(first..=first + len);
            let mut calendar = calendar(DayState::Soon);
            calendar.release_at = Some(release);
            let known = known(&calendar, &days, later(now, -60));
            let found = outlook(&[&known], &days, pace, now);
            let away = now.as_second() - release.as_second();
            for look in &found.looks {
                let quick = (-BEFORE_S..=LONGEST_S).contains(&away);
                let floor = if quick { SPRINT_PACE_S } else { pace };
                prop_assert!(look.pace_s >= floor);
            }
            prop_assert!(found.next.is_none_or(|next| next > now));
        }
    }
}
