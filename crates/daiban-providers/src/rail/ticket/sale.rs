//! When to look: slowly while nothing special happens, not at all while nothing can be sold, and as fast as is polite
//! from the moment sale begins. Pure.

use daiban_core::{Timestamp, dates};
use jiff::civil::{Date, Time, Weekday, time};
use serde::{Deserialize, Serialize};

use super::choose::{Offer, Standing};
use super::wishes::{later, plus};
use crate::words::earliest;

/// From the opening so long looks come as fast as the floor lets them.
pub(super) const SPRINT_S: i64 = 180;
/// The session is warmed up so long before an opening, and once more just before it.
pub(super) const WARM_S: i64 = 600;
pub(super) const WARM_AGAIN_S: i64 = 20;
/// Nobody looks in the last seconds before an opening, so that the first look after it is not held back by the floor.
const STILL_S: i64 = 5;
/// A look in the very moment of the opening still shows the old row (*guessed*).
const AFTER_MS: i64 = 300;
/// The pace of a sprint, the service's floor.
pub(super) const SPRINT_PACE_S: u32 = 4;
/// The first look at a day of travel, on the first day of its sale.
const MORNING: Time = time(5, 5, 0, 0);

/// The hours without sale: 01:00–05:00, on Tuesdays from 23:30. *Guessed* from what clients pause; rows tell more.
pub(super) fn closed_until(now: Timestamp) -> Option<Timestamp> {
    let local = dates::beijing(now);
    let (day, clock) = (local.date(), local.time());
    let opens = time(5, 0, 0, 0);
    let after_tuesday = day.weekday() == Weekday::Wednesday;
    if clock < opens && (clock >= time(1, 0, 0, 0) || after_tuesday) {
        return Some(dates::at(day, opens));
    }
    let tuesday_night = day.weekday() == Weekday::Tuesday && clock >= time(23, 30, 0, 0);
    tuesday_night.then(|| dates::at(plus(day, 1), opens))
}

/// The day on which sale for a day of travel begins.
pub(super) fn opening_day(date: Date, presale_days: i32) -> Date {
    plus(date, 1 - presale_days)
}

/// What is known of one day of travel from the rows that fit the wishes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Day {
    /// Whether it was looked at.
    pub(super) seen: bool,
    /// When sale of some of it begins, or began a moment ago.
    pub(super) openings: Vec<Timestamp>,
    /// Whether some of it is on sale.
    pub(super) on_sale: bool,
}

impl Day {
    /// Takes in what its rows say now. Openings that just passed stay, so that the sprint goes on.
    pub(super) fn see(&mut self, offers: &[&Offer<'_>], now: Timestamp) {
        self.seen = true;
        self.on_sale = offers.iter().any(|offer| is_on_sale(offer.standing));
        self.openings
            .retain(|at| *at <= now && now < later(*at, SPRINT_S));
        for offer in offers {
            if let Standing::NotOnSale(Some(at)) = offer.standing
                && at > now
                && !self.openings.contains(&at)
            {
                self.openings.push(at);
            }
        }
    }
}

/// What to do about looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outlook {
    /// Days to look at now, with the pace.
    pub(super) watch: Vec<(Date, u32)>,
    /// When to think again at the latest.
    pub(super) next: Option<Timestamp>,
    /// The next moment at which sale begins.
    pub(super) opening: Option<Timestamp>,
    /// Whether sale has just begun.
    pub(super) sprint: bool,
}

/// The rules of the hour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) presale_days: i32,
    /// When sale at the boarding station begins, if the service's table says.
    pub(super) sale_time: Option<Time>,
    pub(super) pace_s: u32,
}

/// Which days to look at, and how fast.
pub(super) fn outlook(days: &[(Date, Day)], rules: Rules, now: Timestamp) -> Outlook {
    let mut outlook = Outlook {
        watch: Vec::new(),
        next: None,
        opening: None,
        sprint: false,
    };
    for (date, day) in days {
        let openings = openings_of(*date, day, rules);
        let upcoming = openings.iter().copied().filter(|at| *at > now).min();
        let ends = |at: Timestamp| {
            (at <= now)
                .then(|| later(at, SPRINT_S))
                .filter(|end| *end > now)
        };
        let sprint_ends = openings.iter().filter_map(|at| ends(*at)).max();
        outlook.sprint |= sprint_ends.is_some();
        outlook.next = earliest(outlook.next, sprint_ends);
        outlook.opening = earliest(outlook.opening, upcoming);
        let pace_s = match sprint_ends {
            Some(_) => SPRINT_PACE_S.min(rules.pace_s),
            None => rules.pace_s,
        };
        let opened = sprint_ends.is_some();
        outlook.look_at((*date, pace_s), day, (upcoming, opened), rules, now);
    }
    outlook
}

impl Outlook {
    fn look_at(
        &mut self,
        watch: (Date, u32),
        day: &Day,
        (upcoming, opened): (Option<Timestamp>, bool),
        rules: Rules,
        now: Timestamp,
    ) {
        let begins = opening_day(watch.0, rules.presale_days);
        if dates::today(now) < begins {
            // The table of stations may be wrong for this train: that morning its own row tells.
            self.next = earliest(self.next, Some(dates::at(begins, MORNING)));
            return;
        }
        let Some(opening) = upcoming else {
            self.watch.push(watch);
            return;
        };
        // Something else of that day is on sale already or has just come on sale, or nobody knows.
        let still = later(opening, -STILL_S);
        let looks = (day.on_sale || opened || !day.seen) && now < still;
        let next = if looks { still } else { just_after(opening) };
        self.next = earliest(self.next, Some(next));
        if looks {
            self.watch.push(watch);
        }
    }
}

fn is_on_sale(standing: Standing) -> bool {
    matches!(
        standing,
        Standing::Free | Standing::Gone | Standing::SetAside(_)
    )
}

/// Moments at which sale for this day begins: what its rows say; before there are any, what the table says.
fn openings_of(date: Date, day: &Day, rules: Rules) -> Vec<Timestamp> {
    if day.seen {
        return day.openings.clone();
    }
    let begins = opening_day(date, rules.presale_days);
    rules
        .sale_time
        .map(|time| dates::at(begins, time))
        .into_iter()
        .collect()
}

fn just_after(opening: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(opening.as_millisecond() + AFTER_MS).unwrap_or(opening)
}
