//! Days of a calendar put together: each once, in order, without holes.

use std::collections::BTreeMap;

use daiban_core::Timestamp;
use daiban_core::dates::DateSpan;
use daiban_core::error::ServiceError;
use jiff::civil::Date;

use super::slots::{Calendar, Day, DayState};

/// Hospitals show a few weeks. Days further apart than this are no calendar.
const LONGEST_DAYS: u32 = 100;

/// Puts answers together. A day in two answers stands as the more hopeful of them says: the day's own page decides. A day
/// between the first and the last that no answer has is unknown.
///
/// # Errors
/// `Changed` when the days are further apart than any calendar.
pub(super) fn together(
    answers: impl IntoIterator<Item = Calendar>,
    now: Timestamp,
) -> Result<Calendar, ServiceError> {
    let (mut days, mut releases) = (BTreeMap::<Date, Day>::new(), Vec::new());
    for answer in answers {
        releases.extend(answer.release_at);
        for day in answer.days {
            match days.get(&day.date) {
                Some(kept) if hope(kept.state) >= hope(day.state) => {}
                _ => drop(days.insert(day.date, day)),
            }
        }
    }
    Ok(Calendar {
        days: without_holes(days)?,
        release_at: next(releases, now),
    })
}

fn hope(state: DayState) -> u8 {
    match state {
        DayState::Available => 4,
        DayState::Soon => 3,
        DayState::SoldOut => 2,
        DayState::None => 1,
        DayState::Unknown => 0,
    }
}

fn without_holes(mut days: BTreeMap<Date, Day>) -> Result<Vec<Day>, ServiceError> {
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else {
        return Ok(Vec::new());
    };
    let span = DateSpan::new(*first, *last);
    if span.len_days() > LONGEST_DAYS {
        let saw = format!("days from {first} to {last}");
        return Err(ServiceError::changed("data.calendars", saw));
    }
    let day_of = |date| days.remove(&date).unwrap_or_else(|| unknown(date));
    Ok(span.days().map(day_of).collect())
}

fn unknown(date: Date) -> Day {
    Day {
        date,
        state: DayState::Unknown,
        word: None,
    }
}

/// The nearest that is still to come, else the last that was.
fn next(releases: Vec<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let coming = releases.iter().filter(|release| **release >= now).min();
    coming.or_else(|| releases.iter().max()).copied()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    const ALL: [DayState; 5] = [
        DayState::Unknown,
        DayState::None,
        DayState::SoldOut,
        DayState::Soon,
        DayState::Available,
    ];

    fn day(at: i32, state: DayState) -> Day {
        let date = jiff::civil::date(2023, 3, 1).saturating_add(jiff::Span::new().days(at));
        let word = None;
        Day { date, state, word }
    }

    fn calendar(days: &[(i32, usize)]) -> Calendar {
        Calendar {
            days: days
                .iter()
                .map(|(at, state)| day(*at, ALL[*state]))
                .collect(),
            release_at: None,
        }
    }

    #[test]
    fn the_release_is_the_next_one_or_the_last() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let of = |seconds: &[i64]| seconds.iter().map(|second| at(*second)).collect();
        assert_eq!(next(of(&[50, 300, 200]), at(100)), Some(at(200)));
        assert_eq!(next(of(&[50, 100]), at(100)), Some(at(100)));
        assert_eq!(next(of(&[50, 60]), at(100)), Some(at(60)));
        assert_eq!(next(Vec::new(), at(100)), None);
    }

    #[test]
    fn years_apart_is_no_calendar() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(together([calendar(&[(0, 1), (99, 1)])], now).is_ok());
        let error = together([calendar(&[(0, 1), (100, 1)])], now).unwrap_err();
        assert_eq!(error.code(), "changed");
        assert_eq!(together([], now).unwrap(), Calendar::default());
    }

    proptest! {
        #[test]
        fn each_day_once_in_order_and_no_better_than_told(
            one in prop::collection::vec((0..40_i32, 0..5_usize), 0..20),
            two in prop::collection::vec((0..40_i32, 0..5_usize), 0..20),
        ) {
            let both = together([calendar(&one), calendar(&two)], Timestamp::UNIX_EPOCH).unwrap();
            let told = |date| {
                let all = one.iter().chain(&two).map(|(at, state)| day(*at, ALL[*state]));
                all.filter(|day| day.date == date).map(|day| hope(day.state)).max()
            };
            for pair in both.days.windows(2) {
                prop_assert_eq!(pair[0].date.tomorrow().unwrap(), pair[1].date);
            }
            for day in &both.days {
                prop_assert_eq!(hope(day.state), told(day.date).unwrap_or(0));
            }
            let dates: std::collections::BTreeSet<i32> = one.iter().chain(&two).map(|(at, _)| *at).collect();
            let length = dates.first().zip(dates.last()).map_or(0, |(from, to)| to - from + 1);
            prop_assert_eq!(both.days.len() as i32, length);
        }
    }
}
