//! A car over time: its plan, what commands do to it, and when the cloud hears of it. All of it is worked out when
//! somebody asks, one moment after the other.
//!
//! Reports: every 30 s on a drive, every 5 min of a charge, two seconds after something was done by hand, a moment after a
//! command was carried out. A car that sleeps or has no network tells nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::car::{Car, CarCorners, CarState};
use super::deed::{Deed, carry_out};
use super::hand_change::CarChange;
use super::motion::{Way, WayKind, drift, park, set_off};
use super::plan::{Leg, LegKind, LegState};
use super::rules::VehicleRules;
use crate::world::World;

const HAND_MS: i64 = 2_000;
const DRIVE_MS: i64 = 30_000;
const CHARGE_MS: i64 = 300_000;
/// A woken car stays awake for so long (*guessed*).
const AWAKE_MS: i64 = 120_000;

pub(crate) struct KnownCar {
    pub(super) car: Car,
    /// As it truly stands at `at_ms`.
    pub(super) state: CarState,
    pub(super) at_ms: i64,
    /// As the cloud knows it.
    pub(super) reported: CarState,
    pub(super) reported_ms: i64,
    /// It tells how it stands then.
    reports: BTreeSet<i64>,
    /// The next of the reports at even distances.
    tick_ms: Option<i64>,
    legs: Vec<(Leg, LegState)>,
    way: Option<Way>,
    pub(super) deeds: Vec<Deed>,
    /// A command was taken last.
    pub(super) told_ms: Option<i64>,
    /// A door was opened since it was unlocked from afar.
    pub(super) opened: bool,
    /// Woken until then.
    awake_ms: i64,
    pub(super) raw: BTreeMap<String, Value>,
    pub(super) raw_missing: BTreeSet<String>,
    /// Target of a charge, per cent.
    pub(super) charge_limit_pct: i64,
}

enum Event {
    End(usize),
    Begin(usize),
    Deed(usize),
    Tick,
    Report,
}

impl KnownCar {
    pub(super) fn new(mut car: Car, now: i64) -> Self {
        let state = car.state.clone();
        car.sim = car.sim.begun(now);
        Self {
            car,
            reported: state.clone(),
            state,
            at_ms: now,
            reported_ms: now,
            reports: BTreeSet::new(),
            tick_ms: None,
            legs: Vec::new(),
            way: None,
            deeds: Vec::new(),
            told_ms: None,
            opened: false,
            awake_ms: 0,
            raw: BTreeMap::new(),
            raw_missing: BTreeSet::new(),
            charge_limit_pct: 80,
        }
    }

    /// The user may see it.
    pub(super) fn is_for(&self, user_id: &str) -> bool {
        self.car.owner == user_id || self.car.shared_with.iter().any(|other| other == user_id)
    }

    pub(super) fn plan(&mut self, legs: Vec<Leg>) {
        let legs = legs.into_iter().map(|leg| (leg, LegState::Planned));
        self.legs.extend(legs);
        self.legs.sort_by_key(|(leg, _)| leg.from_ms);
    }

    pub(super) fn change(&mut self, change: &CarChange) {
        change.apply(&mut self.state);
        change.bend(self);
        self.opened |= self.state.doors_open != CarCorners::all(false);
        if change.report_now {
            self.report();
        } else {
            self.report_in(HAND_MS);
        }
    }

    /// Somebody wants a fresh report.
    pub(super) fn ask_report(&mut self, rules: &VehicleRules) {
        if rules.latest_wakes {
            self.wake();
        }
        self.report_in(rules.report_delay_s * 1000);
    }

    pub(super) fn wake(&mut self) {
        self.awake_ms = self.at_ms + AWAKE_MS;
    }

    pub(super) fn report_in(&mut self, ms: i64) {
        self.reports.insert(self.at_ms + ms);
    }

    fn report(&mut self) {
        self.reported = self.state.clone();
        self.reported_ms = self.at_ms;
    }

    /// Nothing it does is told.
    pub(super) fn is_silent(&self) -> bool {
        !self.state.online || (self.state.asleep && self.at_ms > self.awake_ms)
    }

    fn next(&self, now: i64) -> Option<(i64, Event)> {
        let mut events = Vec::new();
        for (index, (leg, state)) in self.legs.iter().enumerate() {
            match state {
                LegState::Running => events.push((leg.to_ms, Event::End(index))),
                LegState::Planned => events.push((leg.from_ms, Event::Begin(index))),
                LegState::Done => {}
            }
        }
        let deeds = self.deeds.iter().enumerate();
        events.extend(deeds.map(|(index, deed)| (deed.at_ms, Event::Deed(index))));
        events.extend(self.tick_ms.map(|at| (at, Event::Tick)));
        events.extend(self.reports.first().map(|at| (*at, Event::Report)));
        let due = events.into_iter().filter(|(at, _)| *at <= now);
        // The first of several at one moment: what ends, then what begins, then what is told.
        due.min_by_key(|(at, _)| *at)
            .map(|(at, event)| (at.max(self.at_ms), event))
    }

    fn drift_to(&mut self, at: i64) {
        drift(&mut self.state, self.way.as_ref(), self.at_ms, at);
        self.at_ms = at;
    }

    fn begin(&mut self, index: usize) {
        let (leg, state) = &mut self.legs[index];
        *state = LegState::Running;
        let (leg, at) = (leg.clone(), self.at_ms);
        match leg.kind {
            LegKind::Drive { to, km } => {
                set_off(&mut self.state, to, km, leg.to_ms - leg.from_ms);
                self.opened = true;
                self.start(WayKind::Drive { to, km }, leg.to_ms, DRIVE_MS);
            }
            LegKind::Charge { to_pct } => {
                (self.state.plugged, self.state.charging) = (true, true);
                self.start(WayKind::Charge { to_pct }, leg.to_ms, CHARGE_MS);
                drift(&mut self.state, self.way.as_ref(), at, at);
            }
            LegKind::Offline => self.state.online = false,
            LegKind::Asleep => self.state.asleep = true,
            LegKind::Hand(change) => self.change(&change),
        }
    }

    fn start(&mut self, kind: WayKind, to_ms: i64, every_ms: i64) {
        self.way = Some(Way {
            from_ms: self.at_ms,
            to_ms,
            kind,
            start: self.state.clone(),
        });
        self.tick_ms = Some(self.at_ms + every_ms);
        self.report_in(HAND_MS);
    }

    fn end(&mut self, index: usize) {
        let (leg, state) = &mut self.legs[index];
        *state = LegState::Done;
        match leg.kind {
            LegKind::Drive { .. } => {
                park(&mut self.state);
                if self.car.platform != "tsp" {
                    // Its sensor measures nothing without somebody in it.
                    self.state.interior_c = 0.0;
                }
                self.stop();
            }
            LegKind::Charge { .. } => {
                (self.state.plugged, self.state.charging) = (false, false);
                self.state.to_full_min = 0;
                self.stop();
            }
            LegKind::Offline => {
                self.state.online = true;
                self.report_in(HAND_MS);
            }
            LegKind::Asleep => {
                self.state.asleep = false;
                self.report_in(HAND_MS);
            }
            LegKind::Hand(_) => {}
        }
    }

    fn stop(&mut self) {
        (self.way, self.tick_ms) = (None, None);
        self.report_in(HAND_MS);
    }

    fn tick(&mut self) {
        let every = match &self.way {
            Some(way) if way.is_drive() => DRIVE_MS,
            Some(_) => CHARGE_MS,
            None => return self.tick_ms = None,
        };
        self.tick_ms = Some(self.at_ms + every);
        self.tell();
    }

    fn tell(&mut self) {
        if !self.is_silent() {
            self.report();
        }
    }
}

/// Lets every car live until now.
pub(crate) fn settle(world: &mut World) {
    for index in 0..world.vehicle.cars.len() {
        live(world, index);
    }
}

fn live(world: &mut World, index: usize) {
    let (now, rules) = (world.now, world.options.vehicle.clone());
    loop {
        let known = &mut world.vehicle.cars[index];
        let Some((at, event)) = known.next(now) else {
            known.drift_to(now.max(known.at_ms));
            return;
        };
        known.drift_to(at);
        match event {
            Event::Begin(leg) => known.begin(leg),
            Event::End(leg) => known.end(leg),
            Event::Tick => known.tick(),
            Event::Report => {
                known.reports.pop_first();
                known.tell();
            }
            Event::Deed(deed) => {
                let deed = known.deeds.remove(deed);
                if let Some(effect) = carry_out(known, deed, &rules) {
                    world.effect_at(at, "vehicle", effect);
                }
            }
        }
    }
}
