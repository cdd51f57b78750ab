//! What a car does some time after it was told to: the command itself, and what follows from it by itself.

use super::car::{CarCorners, CarState};
use super::life::KnownCar;
use super::rules::VehicleRules;

/// Something a car does at a moment.
#[derive(Clone, Debug)]
pub(super) struct Deed {
    pub(super) at_ms: i64,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Lock,
    Unlock {
        minutes: i64,
    },
    StartEngine,
    StopEngine,
    /// With the word of `rhl`.
    Find(String),
    CloseWindows,
    VentWindows,
    ReleaseBoot,
    /// The window of an unlock is over.
    LockAgain,
    LatchBoot,
    /// The engine was started from afar and nobody came.
    StopByItself,
}

impl What {
    /// Came over the network.
    fn is_told(&self) -> bool {
        !matches!(self, Self::LockAgain | Self::LatchBoot | Self::StopByItself)
    }
}

/// Windows opened from afar are open by so much (*guessed*).
const VENT_PCT: u8 = 12;
const NO_FUEL_L: f64 = 0.5;

/// The effect for the journal; `None`: nothing came of it.
pub(super) fn carry_out(known: &mut KnownCar, deed: Deed, rules: &VehicleRules) -> Option<String> {
    if deed.what.is_told() {
        if !known.state.online || known.state.deaf || rules.deaf {
            return None;
        }
        known.wake();
    }
    let done = act(known, &deed.what)?;
    follow(known, &deed.what, rules);
    known.report_in(rules.report_delay_s * 1000);
    let vin = &known.car.vin;
    let detail = match &deed.what {
        What::Unlock { minutes } => format!(" {minutes}"),
        What::Find(how) => format!(" {how}"),
        _ => String::new(),
    };
    Some(format!("vehicle.{done} {vin}{detail}"))
}

fn act(known: &mut KnownCar, what: &What) -> Option<&'static str> {
    match what {
        What::Lock | What::Unlock { .. } | What::LockAgain => lock(known, what),
        What::StartEngine | What::StopEngine | What::StopByItself => {
            run_engine(&mut known.state, what)
        }
        What::ReleaseBoot | What::LatchBoot => move_boot(&mut known.state, what),
        What::CloseWindows => {
            known.state.windows_pct = CarCorners::all(0);
            Some("close_windows")
        }
        What::VentWindows => {
            let pct = known.state.windows_pct;
            known.state.windows_pct = pct.map(|pct| pct.max(VENT_PCT));
            Some("vent_windows")
        }
        What::Find(_) => Some("find"),
    }
}

fn lock(known: &mut KnownCar, what: &What) -> Option<&'static str> {
    let state = &mut known.state;
    match what {
        What::Lock => {
            state.lock();
            Some("lock")
        }
        What::Unlock { .. } => {
            state.unlock();
            known.opened = false;
            Some("unlock")
        }
        _ if known.opened || state.is_locked() => None,
        _ => {
            state.lock();
            Some("relock")
        }
    }
}

/// Whoever drives keeps it running.
fn run_engine(state: &mut CarState, what: &What) -> Option<&'static str> {
    let starts = *what == What::StartEngine;
    let can_start = !state.bonnet_open && state.fuel_l >= NO_FUEL_L;
    if state.is_driven() || state.engine == starts || (starts && !can_start) {
        return None;
    }
    state.engine = starts;
    Some(match what {
        What::StartEngine => "start",
        What::StopEngine => "stop",
        _ => "self_stop",
    })
}

fn move_boot(state: &mut CarState, what: &What) -> Option<&'static str> {
    let opens = *what == What::ReleaseBoot;
    if state.trunk_open == opens || state.is_driven() {
        return None;
    }
    (state.trunk_open, state.trunk_locked) = (opens, !opens);
    Some(if opens { "open_trunk" } else { "latch_trunk" })
}

/// What comes of it later.
fn follow(known: &mut KnownCar, what: &What, rules: &VehicleRules) {
    let (seconds, later) = match what {
        What::Unlock { minutes } => (minutes * 60, What::LockAgain),
        What::ReleaseBoot if rules.trunk_latches_s > 0 => (rules.trunk_latches_s, What::LatchBoot),
        What::StartEngine => match rules.engine_stops_itself_s {
            Some(seconds) => (seconds, What::StopByItself),
            None => return,
        },
        _ => return,
    };
    known.deeds.retain(|deed| deed.what != later);
    known.deeds.push(Deed {
        at_ms: known.at_ms + seconds * 1000,
        what: later,
    });
}
