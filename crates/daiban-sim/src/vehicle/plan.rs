//! What a car is going to do: drives, charges, times asleep or without a network.

use serde::{Deserialize, Serialize};

use super::hand_change::CarChange;

/// One thing a car does from a moment to another, ms since the epoch. Times asleep and without a network may lie over
/// drives and charges; drives and charges may not overlap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// It begins.
    pub from_ms: i64,
    /// It ends; for something done by hand the same moment.
    pub to_ms: i64,
    /// What it does.
    pub kind: LegKind,
}

/// What a car does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegKind {
    /// Somebody drives it in a straight line, parks it there and locks it.
    Drive {
        /// Degrees north and east.
        to: (f64, f64),
        /// Kilometres on the odometer.
        km: f64,
    },
    /// It is plugged in and charges evenly; the cable is pulled at the end.
    Charge {
        /// Per cent of the traction battery at the end.
        to_pct: f64,
    },
    /// It has no network: nothing is told, and no command comes.
    Offline,
    /// It sleeps: nothing is told until it is woken, by a command or by a wish for a fresh report.
    Asleep,
    /// Somebody does something at `from_ms`, such as leaving it unlocked.
    Hand(Box<CarChange>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LegState {
    Planned,
    Running,
    Done,
}
