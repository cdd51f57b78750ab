//! How many places a clinic of a day has left: what other people take and give back, worked out up to now.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::clinics::{Clinic, ClinicReturn, released_ms};
use crate::world::World;

/// By clinic and day, since somebody first asked.
pub(super) type Stocks = BTreeMap<(usize, Date), Stock>;

pub(super) struct Stock {
    /// Places left by time.
    free: Vec<u32>,
    /// What other people will do, the next at the end.
    ahead: Vec<(i64, Deed)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    /// Somebody gives a place of that time back.
    Return(usize),
    /// Somebody takes that one, if it is still there.
    TakeReturned(usize),
    /// Somebody takes the first there is.
    Take,
}

impl Stock {
    fn new(clinic: &Clinic, date: Date, released_ms: i64) -> Self {
        let free = clinic.capacity();
        let places: u32 = free.iter().sum();
        let mut ahead = Vec::new();
        if let Some(each) = clinic.others_take_ms {
            let takes = 1..=i64::from(places);
            ahead.extend(takes.map(|number| (released_ms + number * each, Deed::Take)));
        }
        let mut stock = Self { free, ahead };
        let returns = clinic
            .returns
            .iter()
            .filter(|returned| returned.date == date);
        returns.for_each(|returned| stock.expect(returned));
        stock.sort();
        stock
    }

    fn expect(&mut self, returned: &ClinicReturn) {
        let time = returned.time.min(self.free.len().saturating_sub(1));
        self.ahead.push((returned.at_ms, Deed::Return(time)));
        if let Some(stays) = returned.stays_ms {
            self.ahead
                .push((returned.at_ms + stays, Deed::TakeReturned(time)));
        }
    }

    fn sort(&mut self) {
        self.ahead.sort_by(|a, b| b.cmp(a));
    }

    fn advance(&mut self, now: i64) {
        while let Some((_, deed)) = self.ahead.pop_if(|(at, _)| *at <= now) {
            match deed {
                Deed::Return(time) => self.give_back(time),
                Deed::TakeReturned(time) => {
                    self.take(time);
                }
                Deed::Take => {
                    let first = self.free.iter().position(|left| *left > 0);
                    first.map(|time| self.take(time));
                }
            }
        }
    }

    fn give_back(&mut self, time: usize) {
        if let Some(left) = self.free.get_mut(time) {
            *left += 1;
        }
    }

    fn take(&mut self, time: usize) -> bool {
        match self.free.get_mut(time) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

/// Places left of a clinic on a day, by time. None before the release.
pub(super) fn free(world: &mut World, clinic: usize, date: Date) -> Vec<u32> {
    stock(world, clinic, date)
        .map(|stock| stock.free.clone())
        .unwrap_or_default()
}

/// Takes a place of that time (0 where there are none). False when there is none left.
pub(super) fn take(world: &mut World, clinic: usize, date: Date, time: Option<usize>) -> bool {
    let stock = stock(world, clinic, date);
    stock.is_some_and(|stock| stock.take(time.unwrap_or_default()))
}

pub(super) fn give_back(world: &mut World, clinic: usize, date: Date, time: Option<usize>) {
    if let Some(stock) = stock(world, clinic, date) {
        stock.give_back(time.unwrap_or_default());
    }
}

/// A further return, of a clinic whose stock may be known already.
pub(super) fn expect(world: &mut World, clinic: usize, returned: &ClinicReturn) {
    if let Some(stock) = world.hospital.stocks.get_mut(&(clinic, returned.date)) {
        stock.expect(returned);
        stock.sort();
    }
}

fn stock(world: &mut World, number: usize, date: Date) -> Option<&mut Stock> {
    let now = world.now;
    let clinic = world.hospital.clinics.get(number)?;
    let mut hospitals = world.hospital.hospitals.iter();
    let hospital = hospitals.find(|hospital| hospital.code == clinic.hos)?;
    let released = released_ms(hospital, date);
    if released > now {
        return None;
    }
    let stocks = &mut world.hospital.stocks;
    let stock = stocks
        .entry((number, date))
        .or_insert_with(|| Stock::new(clinic, date, released));
    stock.advance(now);
    Some(stock)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Date = Date::constant(2026, 11, 28);

    fn left(clinic: &Clinic, now: i64) -> Vec<u32> {
        let mut stock = Stock::new(clinic, DAY, 1_000);
        stock.advance(now);
        stock.free
    }

    fn returned(at_ms: i64, stays_ms: Option<i64>) -> ClinicReturn {
        ClinicReturn {
            date: DAY,
            at_ms,
            stays_ms,
            time: 0,
        }
    }

    #[test]
    fn others_take_one_after_another() {
        let clinic = Clinic {
            places: 3,
            others_take_ms: Some(100),
            ..Clinic::default()
        };
        let cases = [
            (1_000, 3),
            (1_099, 3),
            (1_100, 2),
            (1_299, 1),
            (1_300, 0),
            (9_000, 0),
        ];
        for (now, expected) in cases {
            assert_eq!(left(&clinic, now), [expected], "{now}");
        }
    }

    #[test]
    fn a_place_given_back_is_there_until_somebody_takes_it() {
        let clinic = Clinic {
            places: 2,
            others_take_ms: Some(0),
            returns: vec![returned(5_000, Some(700)), returned(9_000, None)],
            ..Clinic::default()
        };
        let cases = [
            (1_000, 0),
            (4_999, 0),
            (5_000, 1),
            (5_699, 1),
            (5_700, 0),
            (9_000, 1),
        ];
        for (now, expected) in cases {
            assert_eq!(left(&clinic, now), [expected], "{now}");
        }
    }

    #[test]
    fn nobody_takes_what_one_has_taken() {
        let clinic = Clinic {
            places: 0,
            returns: vec![returned(5_000, Some(700))],
            ..Clinic::default()
        };
        let mut stock = Stock::new(&clinic, DAY, 1_000);
        stock.advance(5_100);
        assert!(stock.take(0));
        stock.advance(6_000);
        assert_eq!(stock.free, [0]);
    }
}
