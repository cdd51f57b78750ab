//! How many tickets are left: what the timetable says, and what the accounts of this world took and gave back.
//!
//! A class has one count for a train and day of boarding, whichever two stops one travels between.
//! The real service counts by stretches; a client can't tell the difference from one row.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::rail::secret::Trip;
use crate::rail::trains::{Seat, Train};
use crate::world::World;

/// For a time an order finds other numbers than the row shows, as with answers out of a cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleRow {
    /// `train_no` of the train.
    pub train_no: String,
    /// Day of boarding.
    pub date: Date,
    /// Seat code.
    pub seat: char,
    /// From this moment, ms since the epoch.
    #[serde(default)]
    pub from_ms: i64,
    /// Until then, ms since the epoch; `None` for good.
    #[serde(default)]
    pub until_ms: Option<i64>,
    /// So many tickets are really there.
    #[serde(default)]
    pub left: u32,
}

/// Tickets taken (below 0) or given back.
pub(super) struct Move {
    pub(super) train_no: String,
    pub(super) date: Date,
    pub(super) seat: char,
    pub(super) at_ms: i64,
    pub(super) by: i64,
}

/// What a row says now.
pub(crate) fn shown(world: &World, train: &Train, seat: &Seat, date: Date) -> u32 {
    let planned = train.planned(seat, date, world.now);
    with_moves(world, train, seat, date, planned, world.now)
}

/// What is really there at a moment; 0 for a class the train doesn't have.
pub(crate) fn real(world: &World, train: &Train, code: char, date: Date, at_ms: i64) -> u32 {
    let Some(seat) = train.seat(code) else {
        return 0;
    };
    let stale = world.rail.orders.stale.iter().rev().find(|row| {
        let is_about = row.train_no == train.train_no && row.date == date && row.seat == code;
        is_about && row.from_ms <= at_ms && row.until_ms.is_none_or(|until| at_ms < until)
    });
    let planned = stale.map_or_else(
        || train.planned(seat, date, at_ms),
        |row| (row.left, row.from_ms),
    );
    with_moves(world, train, seat, date, planned, at_ms)
}

/// A planned number already knows of everything that happened before it was set.
fn with_moves(
    world: &World,
    train: &Train,
    seat: &Seat,
    date: Date,
    (planned, since): (u32, i64),
    at_ms: i64,
) -> u32 {
    let moved: i64 = world
        .rail
        .orders
        .moves
        .iter()
        .filter(|moved| moved.train_no == train.train_no && moved.date == date)
        .filter(|moved| moved.seat == seat.code && (since..=at_ms).contains(&moved.at_ms))
        .map(|moved| moved.by)
        .sum();
    u32::try_from(i64::from(planned) + moved).unwrap_or(0)
}

/// Moments at which tickets of a train on a day may have become more.
pub(crate) fn moments(world: &World, trip: &Trip) -> Vec<i64> {
    let orders = &world.rail.orders;
    let mut trains = world.rail.trains.iter();
    let train = trains.find(|train| train.train_no == trip.train_no);
    let changes = train.into_iter().flat_map(|train| &train.changes);
    let changes = changes.filter(|change| change.date == trip.date);
    let moves = orders
        .moves
        .iter()
        .filter(|moved| moved.by > 0 && moved.train_no == trip.train_no && moved.date == trip.date);
    let stale = orders.stale.iter();
    let stale = stale.filter(|row| row.train_no == trip.train_no && row.date == trip.date);
    changes
        .map(|change| change.at_ms)
        .chain(moves.map(|moved| moved.at_ms))
        .chain(stale.flat_map(|row| std::iter::once(row.from_ms).chain(row.until_ms)))
        .collect()
}

/// The class each ticket is really given at a moment, or `None` when there are not enough.
///
/// Where a class is sold out, what is sold beside it without a seat is given instead: it is the
/// same order to the service.
pub(super) fn classes(
    world: &World,
    trip: &Trip,
    wanted: &[char],
    at_ms: i64,
) -> Option<Vec<char>> {
    let mut trains = world.rail.trains.iter();
    let train = trains.find(|train| train.train_no == trip.train_no)?;
    let base = train.standing_base();
    let left = |code: char| real(world, train, code, trip.date, at_ms) as usize;
    let mut given: Vec<char> = Vec::new();
    for code in wanted {
        let used = |class: char| given.iter().filter(|given| **given == class).count();
        let class = if used(*code) < left(*code) {
            *code
        } else if *code == base && used('W') < left('W') {
            'W'
        } else {
            return None;
        };
        given.push(class);
    }
    Some(given)
}

pub(super) fn note(world: &mut World, trip: &Trip, classes: &[char], at_ms: i64, by: i64) {
    let moves = classes.iter().map(|seat| Move {
        train_no: trip.train_no.clone(),
        date: trip.date,
        seat: *seat,
        at_ms,
        by,
    });
    world.rail.orders.moves.extend(moves);
}
