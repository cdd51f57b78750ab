//! What happens after an order that came to nothing: the ticket is left alone for a while, and so is ordering at all.
//! Both grow, on every way that led to no order: refused orders in quick succession cost the account its day.

use daiban_core::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::wishes::later;
use crate::hold::FORGET_S;
use crate::rail::seats::SeatCode;

use crate::rail::tickets::Row;

pub(super) use crate::hold::Hold;

/// One class of one train that is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SetAside {
    pub(super) date: Date,
    pub(super) train_no: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) seat: SeatCode,
    pub(super) until: Timestamp,
    /// Refusals in a row.
    pub(super) strikes: u32,
}

/// A class is left alone for two minutes after the first refusal, twice as long after each more, half an hour at most.
/// Rows that show tickets which are not there last for minutes (*seen* by clients).
const FIRST_ASIDE_S: i64 = 120;
const LONGEST_ASIDE_S: i64 = 1800;

impl SetAside {
    pub(super) fn is_about(&self, date: Date, row: &Row<'_>, seat: SeatCode) -> bool {
        self.date == date
            && self.seat == seat
            && self.train_no == row.train.train_no
            && self.from == row.train.from.code
            && self.to == row.train.to.code
    }

    fn same(&self, other: &Self) -> bool {
        (self.date, self.seat) == (other.date, other.seat)
            && (&self.train_no, &self.from, &self.to) == (&other.train_no, &other.from, &other.to)
    }
}

/// Notes one more refusal; `least_s` where the service asked for more.
pub(super) fn set_aside(list: &mut Vec<SetAside>, mut new: SetAside, now: Timestamp, least_s: i64) {
    list.retain(|aside| later(aside.until, FORGET_S) > now);
    let before = list.iter().position(|aside| aside.same(&new));
    let strikes = before.map_or(0, |at| list.swap_remove(at).strikes);
    new.strikes = strikes + 1;
    let doubled = FIRST_ASIDE_S << strikes.min(8);
    new.until = later(now, doubled.min(LONGEST_ASIDE_S).max(least_s));
    list.push(new);
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn aside(train: &str, seat: u8) -> SetAside {
        SetAside {
            date: date(2026, 12, 2),
            train_no: train.to_owned(),
            from: "VNP".to_owned(),
            to: "AOH".to_owned(),
            seat: SeatCode::new(seat).unwrap_or(crate::rail::seats::STANDING),
            until: Timestamp::UNIX_EPOCH,
            strikes: 0,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_298_400 + seconds).unwrap_or_default()
    }

    /// A black list of whole trains would lose the other classes, none at all would order a stale row again and again.
    #[test]
    fn peer_fault_10_whole_trains_black_listed_or_none_at_all() {
        let mut list = Vec::new();
        set_aside(&mut list, aside("G105", b'O'), at(0), 0);
        set_aside(&mut list, aside("G105", b'O'), at(130), 0);
        set_aside(&mut list, aside("G105", b'M'), at(130), 0);
        let until: Vec<_> = list
            .iter()
            .map(|aside| (aside.seat.as_char(), aside.until))
            .collect();
        assert_eq!(until, [('O', at(130 + 240)), ('M', at(130 + 120))]);
    }

    #[test]
    fn an_old_refusal_is_forgotten() {
        let mut list = Vec::new();
        set_aside(&mut list, aside("G105", b'O'), at(0), 0);
        set_aside(&mut list, aside("G105", b'O'), at(10_000), 0);
        assert_eq!(
            (list.len(), list[0].strikes, list[0].until),
            (1, 1, at(10_120))
        );
    }

    proptest! {
        /// However the refusals fall, two orders are never closer than five seconds, and the pauses grow to minutes.
        #[test]
        fn peer_fault_08_refused_orders_repeated_each_second(gaps in prop::collection::vec(0i64..30, 1..40)) {
            let mut hold = Hold::default();
            let mut now = at(0);
            let mut last = None;
            for (count, gap) in gaps.iter().enumerate() {
                now = later(now.max(hold.until), *gap);
                prop_assert!(!hold.holds(now));
                if let Some(last) = last {
                    let least = (5 << (count - 1).min(6)).min(300);
                    prop_assert!(now.duration_since(last).as_secs() >= least);
                }
                hold.grow(now, 0);
                last = Some(now);
            }
        }
    }
}
