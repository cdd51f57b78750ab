//! When each department releases places, as the service last said, and what the last look at it saw, so that looks may be
//! quick around that moment and a look's next step follows at once.

use std::collections::HashMap;

use daiban_core::Timestamp;
use daiban_core::descriptor::Sprint;
use daiban_core::http::Pace;
use jiff::SignedDuration;
use jiff::civil::Date;

use super::descriptor::DESCRIPTOR;
use super::places::DepartmentRef;
use super::slots::{Day, DayState};

/// Releases by department.
#[derive(Debug, Default)]
pub(super) struct ReleaseMemory {
    departments: HashMap<DepartmentRef, Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    /// Moments told. The next one is told as soon as one has begun, and that one still lasts for minutes.
    releases: Vec<Timestamp>,
    /// What the last look saw of each day.
    states: HashMap<Date, DayState>,
    /// Days that turned available, and when that was seen; until their places are asked for.
    turned: HashMap<Date, Timestamp>,
    looked_at: Timestamp,
}

/// A day's places asked for so long after the day turned available are still a step of the look that saw it.
const NEXT_STEP: SignedDuration = SignedDuration::from_secs(60);

/// What was watched so long ago is forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(48);

impl ReleaseMemory {
    /// Remembers a moment that the service told.
    pub(super) fn tell(&mut self, department: &DepartmentRef, release: Timestamp, now: Timestamp) {
        let watched = self.watched(department, now);
        watched
            .releases
            .retain(|told| *told >= now || holds(*told, now));
        if !watched.releases.contains(&release) {
            watched.releases.push(release);
        }
    }

    /// Remembers what a watching look saw.
    pub(super) fn saw(&mut self, department: &DepartmentRef, days: &[Day], now: Timestamp) {
        let watched = self.watched(department, now);
        for day in days {
            let before = watched.states.insert(day.date, day.state);
            match day.state {
                DayState::Available if before != Some(DayState::Available) => {
                    watched.turned.insert(day.date, now);
                }
                DayState::Available => {}
                _ => drop(watched.turned.remove(&day.date)),
            }
        }
    }

    /// How a watching look at a calendar is sent.
    pub(super) fn pace(&self, department: &DepartmentRef, now: Timestamp) -> Pace {
        let watched = self.departments.get(department);
        let mut releases = watched.into_iter().flat_map(|one| &one.releases);
        match releases.find(|release| holds(**release, now)) {
            Some(release) => Pace::Sprint { release: *release },
            None => Pace::Poll,
        }
    }

    /// How a watching look at a day's places is sent. The first after the day turned available is a step of the look that saw it.
    pub(super) fn slots_pace(
        &mut self,
        department: &DepartmentRef,
        date: Date,
        now: Timestamp,
    ) -> Pace {
        let watched = self.departments.get_mut(department);
        let turned = watched.and_then(|one| one.turned.remove(&date));
        match turned {
            Some(at) if now.duration_since(at) <= NEXT_STEP => Pace::Chain,
            _ => self.pace(department, now),
        }
    }

    fn watched(&mut self, department: &DepartmentRef, now: Timestamp) -> &mut Watched {
        self.departments
            .retain(|_, one| now.duration_since(one.looked_at) < FORGOTTEN);
        let watched = self.departments.entry(department.clone()).or_default();
        watched.looked_at = now;
        watched
    }
}

fn holds(release: Timestamp, now: Timestamp) -> bool {
    let sprint: Option<&Sprint> = DESCRIPTOR.sprint.as_ref();
    sprint.is_some_and(|sprint| sprint.holds(release, now))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::date;

    use super::*;

    const DAY: i64 = 24 * 3600;
    const NINTH: Date = date(2023, 3, 9);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_678_149_000 + second).unwrap()
    }

    fn clinic() -> DepartmentRef {
        DepartmentRef::parse("departments", "162/04/644").unwrap()
    }

    fn days(state: DayState) -> [Day; 1] {
        let (date, word) = (NINTH, None);
        [Day { date, state, word }]
    }

    #[test]
    fn looks_are_quick_from_90_s_before_until_210_s_after() {
        let mut memory = ReleaseMemory::default();
        assert_eq!(memory.pace(&clinic(), at(0)), Pace::Poll);
        memory.tell(&clinic(), at(0), at(-3600));
        let sprint = Pace::Sprint { release: at(0) };
        for (second, expected) in [
            (-91, Pace::Poll),
            (-90, sprint),
            (0, sprint),
            (210, sprint),
            (211, Pace::Poll),
        ] {
            assert_eq!(memory.pace(&clinic(), at(second)), expected, "{second}");
        }
        let other = DepartmentRef::parse("departments", "162/04/645").unwrap();
        assert_eq!(memory.pace(&other, at(0)), Pace::Poll);
    }

    #[test]
    fn the_next_release_does_not_end_the_one_under_way() {
        let mut memory = ReleaseMemory::default();
        memory.tell(&clinic(), at(0), at(-60));
        memory.tell(&clinic(), at(DAY), at(3));
        assert_eq!(
            memory.pace(&clinic(), at(6)),
            Pace::Sprint { release: at(0) }
        );
        memory.tell(&clinic(), at(DAY), at(300));
        assert_eq!(memory.departments[&clinic()].releases, [at(DAY)]);
        assert_eq!(memory.pace(&clinic(), at(300)), Pace::Poll);
    }

    #[test]
    fn a_day_that_turned_available_is_fetched_at_once_and_once() {
        let mut memory = ReleaseMemory::default();
        let pace =
            |memory: &mut ReleaseMemory, second| memory.slots_pace(&clinic(), NINTH, at(second));
        assert_eq!(pace(&mut memory, 0), Pace::Poll);
        memory.saw(&clinic(), &days(DayState::Soon), at(0));
        memory.saw(&clinic(), &days(DayState::Available), at(3));
        assert_eq!(pace(&mut memory, 4), Pace::Chain);
        assert_eq!(pace(&mut memory, 5), Pace::Poll);
        memory.saw(&clinic(), &days(DayState::Available), at(6));
        assert_eq!(pace(&mut memory, 7), Pace::Poll, "it was available before");
        memory.saw(&clinic(), &days(DayState::SoldOut), at(9));
        memory.saw(&clinic(), &days(DayState::Available), at(12));
        assert_eq!(
            pace(&mut memory, 73),
            Pace::Poll,
            "a minute later it is a question of its own"
        );
        memory.saw(&clinic(), &days(DayState::SoldOut), at(80));
        memory.saw(&clinic(), &days(DayState::Available), at(81));
        memory.saw(&clinic(), &days(DayState::SoldOut), at(82));
        assert_eq!(pace(&mut memory, 83), Pace::Poll, "it is gone again");
    }

    #[test]
    fn what_nobody_watches_is_forgotten() {
        let mut memory = ReleaseMemory::default();
        memory.tell(&clinic(), at(0), at(0));
        let other = DepartmentRef::parse("departments", "162/04/645").unwrap();
        memory.tell(&other, at(3 * DAY), at(3 * DAY));
        assert_eq!(memory.departments.len(), 1);
    }
}
