//! Rows and wishes in, offers out, the best first. Pure.
//!
//! An offer is one class of one train that fits the wishes, free or not. A row counts only when it runs between two
//! stations that were wished for: an answer holds the trains of both whole cities.

use daiban_core::{Timestamp, dates, invalid::InvalidInput, window::DayWindow};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::prefer::{Axis, Pattern, Places, Rank, rank_by_axes, rank_by_list};
use super::setback::SetAside;
use super::wishes::Wishes;
use crate::rail::orders::{Stop, TicketKind};
use crate::rail::seats::{Left, Seat, SeatCode};
use crate::rail::tickets::{Row, SaleState};

/// Classes with tickets for students. *Seen* in the order page's own list, 2024.
const STUDENT_CLASSES: &str = "138BCOW";

/// Boarding and alighting stations that go together, by telecode.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) from: Vec<Stop>,
    pub(super) to: Vec<Stop>,
}

impl Pair {
    fn fits(&self, row: &Row<'_>) -> bool {
        let has = |stops: &[Stop], code: &str| stops.iter().any(|stop| stop.code == code);
        has(&self.from, &row.train.from.code) && has(&self.to, &row.train.to.code)
    }
}

/// The wishes in the form in which rows are held against them.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) dates: &'a [Date],
    pub(super) pairs: &'a [Pair],
    pub(super) people: usize,
    fewest: usize,
    has_student: bool,
    patterns: Vec<Pattern>,
    seats: Vec<SeatCode>,
    axes: [Axis; 4],
    trains: Vec<String>,
    kinds: Vec<String>,
    depart: Option<DayWindow>,
    arrive: Option<DayWindow>,
    longest_min: Option<u16>,
}

impl<'a> Plan<'a> {
    /// # Errors
    /// Those of [`Wishes::check`], which came first.
    pub(super) fn new(
        wishes: &'a Wishes,
        pairs: &'a [Pair],
        tickets: &[TicketKind],
    ) -> Result<Self, InvalidInput> {
        let upper = |list: &Option<Vec<String>>| {
            list.iter()
                .flatten()
                .map(|text| text.trim().to_uppercase())
                .collect::<Vec<_>>()
        };
        let people = wishes.who()?.len().max(1);
        Ok(Self {
            dates: &wishes.dates,
            pairs,
            people,
            fewest: wishes.fewest(people),
            has_student: tickets.contains(&TicketKind::Student),
            patterns: wishes.patterns()?,
            seats: wishes.seats()?,
            axes: wishes.axes()?,
            trains: upper(&wishes.trains),
            kinds: upper(&wishes.types),
            depart: wishes.window("depart")?,
            arrive: wishes.window("arrive")?,
            longest_min: wishes.longest_min,
        })
    }

    /// The class's place in the order of preference, if it is wished for on this train.
    fn wanted(&self, date: Date, train: &str, seat: SeatCode) -> Option<(u32, u32)> {
        let place = self.seats.iter().position(|wanted| *wanted == seat);
        if self.has_student && !STUDENT_CLASSES.contains(seat.as_char()) {
            return None;
        }
        if self.patterns.is_empty() {
            return place.map(|place| (0, number(place)));
        }
        let at = self.patterns.iter().position(|pattern| {
            pattern.fits(date, train, seat) && (pattern.seat.is_some() || place.is_some())
        })?;
        Some((number(at), number(place.unwrap_or(self.seats.len()))))
    }

    fn train_fits(&self, row: &Row<'_>) -> bool {
        let train = &row.train;
        let name = train.train.as_ref();
        let named = self.trains.is_empty() || self.trains.iter().any(|wanted| wanted == name);
        let kind = kind_of(name);
        let of_kind = self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind);
        let quick = self
            .longest_min
            .is_none_or(|most| train.duration_min.is_some_and(|minutes| minutes <= most));
        named
            && of_kind
            && quick
            && within(self.depart, train.depart)
            && within(self.arrive, train.arrive)
    }
}

/// The letter of a train; `OTHER` for bare numbers.
fn kind_of(train: &str) -> &str {
    match train.chars().next() {
        Some(letter) if letter.is_ascii_uppercase() => &train[..1],
        _ => "OTHER",
    }
}

fn within(window: Option<DayWindow>, moment: Option<Timestamp>) -> bool {
    let Some(window) = window else {
        return true;
    };
    moment.is_some_and(|moment| {
        let day = dates::today(moment);
        (window.opens(day)..=window.closes(day)).contains(&moment)
    })
}

/// How an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Enough tickets, as the row says.
    Free,
    /// Too few or none.
    Gone,
    /// Opens then, or nobody said when.
    NotOnSale(Option<Timestamp>),
    /// The train does not run.
    Suspended,
    /// Left alone until then: an order of it was refused a moment ago.
    SetAside(Timestamp),
}

/// One class of one train that fits the wishes.
#[derive(Debug, Clone)]
pub(super) struct Offer<'a> {
    pub(super) rank: Rank,
    pub(super) date: Date,
    /// When it was seen.
    pub(super) seen_at: Timestamp,
    pub(super) row: &'a Row<'a>,
    pub(super) seat: Seat,
    /// How many could go.
    pub(super) people: usize,
    pub(super) standing: Standing,
}

impl Offer<'_> {
    pub(super) fn is_free(&self) -> bool {
        self.standing == Standing::Free
    }
}

/// What one lookout saw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observed<'a> {
    /// Of which day.
    pub(super) date: Date,
    /// When.
    pub(super) at: Timestamp,
    pub(super) rows: &'a [Row<'a>],
}

/// Everything that fits the wishes, the best first.
pub(super) fn offers<'a>(
    plan: &Plan<'_>,
    observed: &[Observed<'a>],
    set_aside: &[SetAside],
    now: Timestamp,
) -> Vec<Offer<'a>> {
    let mut offers: Vec<Offer<'a>> = Vec::new();
    for Observed { date, at, rows } in observed {
        for row in *rows {
            for offer in of_row(plan, (*date, *at), row, set_aside, now) {
                // Two lookouts of one city pair show the same train.
                let known = |other: &Offer<'_>| {
                    other.date == offer.date
                        && other.seat.code == offer.seat.code
                        && same_ride(other.row, offer.row)
                };
                if !offers.iter().any(known) {
                    offers.push(offer);
                }
            }
        }
    }
    offers.sort_by_key(|offer| offer.rank);
    offers
}

fn same_ride(a: &Row<'_>, b: &Row<'_>) -> bool {
    a.train.train_no == b.train.train_no
        && a.train.from.code == b.train.from.code
        && a.train.to.code == b.train.to.code
}

fn of_row<'a>(
    plan: &Plan<'_>,
    (date, seen_at): (Date, Timestamp),
    row: &'a Row<'a>,
    set_aside: &[SetAside],
    now: Timestamp,
) -> Vec<Offer<'a>> {
    let route = plan.pairs.iter().position(|pair| pair.fits(row));
    let day = plan.dates.iter().position(|wanted| *wanted == date);
    let (Some(route), Some(day)) = (route, day) else {
        return Vec::new();
    };
    let has_left = row.train.depart.is_some_and(|depart| depart <= now);
    if has_left || !plan.train_fits(row) {
        return Vec::new();
    }
    let seats = row.train.seats.iter();
    seats
        .filter_map(|seat| {
            let (at, place) = plan.wanted(date, &row.train.train, seat.code)?;
            let people = plan.people_for(seat.left);
            let places = Places {
                missing: number(plan.people - people.unwrap_or(plan.people)),
                date: number(day),
                route: number(route),
                train: plan.train_place(row),
                seat: place,
                depart_min: minute_of_day(row.train.depart),
            };
            let rank = match plan.patterns.is_empty() {
                true => rank_by_axes(plan.axes, places),
                false => rank_by_list(at, places),
            };
            Some(Offer {
                rank,
                date,
                seen_at,
                row,
                seat: *seat,
                people: people.unwrap_or(0),
                standing: standing(date, row, seat, people.is_some(), set_aside, now),
            })
        })
        .collect()
}

impl Plan<'_> {
    /// How many of the party could go; `None`: too few.
    fn people_for(&self, left: Left) -> Option<usize> {
        if left.enough_for(u16::try_from(self.people).unwrap_or(u16::MAX)) {
            return Some(self.people);
        }
        let free = usize::from(left.number()?);
        (free >= self.fewest).then_some(free)
    }

    fn train_place(&self, row: &Row<'_>) -> u32 {
        let listed = self
            .trains
            .iter()
            .position(|train| *train == row.train.train);
        listed.map_or_else(|| minute_of_day(row.train.depart), number)
    }
}

fn standing(
    date: Date,
    row: &Row<'_>,
    seat: &Seat,
    enough: bool,
    set_aside: &[SetAside],
    now: Timestamp,
) -> Standing {
    match row.train.state {
        SaleState::Suspended => return Standing::Suspended,
        SaleState::NotOnSale => return Standing::NotOnSale(row.train.on_sale_at),
        SaleState::Bookable | SaleState::SoldOut => {}
    }
    if seat.left == Left::Unknown {
        return Standing::NotOnSale(row.train.on_sale_at);
    }
    let sellable = row.train.state == SaleState::Bookable && !row.keys.secret.is_empty();
    if !sellable || !enough {
        return Standing::Gone;
    }
    let left_alone = set_aside
        .iter()
        .find(|aside| aside.is_about(date, row, seat.code) && aside.until > now);
    left_alone.map_or(Standing::Free, |aside| Standing::SetAside(aside.until))
}

fn minute_of_day(moment: Option<Timestamp>) -> u32 {
    moment.map_or(u32::MAX, |moment| {
        let time = dates::beijing(moment).time();
        u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs())
    })
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
