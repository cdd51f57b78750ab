//! The tree with its sections: each value by its upstream name, read leniently, and what was not understood noted.

use std::cell::RefCell;
use std::collections::BTreeSet;

use daiban_core::Timestamp;
use serde_json::Value;

use crate::vehicle::profile::{Codes, YesNo};
use crate::vehicle::reading::Corners;
use crate::vehicle::wire::scalars::{self, Bounds, Said};

/// `basicVehicleStatus`
pub(super) const BASIC: &str = "basicVehicleStatus";
/// Where the car keeps account of its upkeep.
pub(super) const MAINTENANCE: &str = "additionalVehicleStatus.maintenanceStatus";
/// Engine, tank, trip.
pub(super) const RUNNING: &str = "additionalVehicleStatus.runningStatus";
/// The traction battery.
pub(super) const ELECTRIC: &str = "additionalVehicleStatus.electricVehicleStatus";
/// Windows, roof, temperatures.
pub(super) const CLIMATE: &str = "additionalVehicleStatus.climateStatus";
/// Doors, locks, belts, brakes, alarm.
pub(super) const SAFETY: &str = "additionalVehicleStatus.drivingSafetyStatus";
/// Gear, pedals.
pub(super) const DRIVING: &str = "additionalVehicleStatus.drivingBehaviourStatus";
/// Air.
pub(super) const POLLUTION: &str = "additionalVehicleStatus.pollutionStatus";
/// What the car is; of `tsp` cars only.
pub(super) const CONFIGURATION: &str = "configuration";

/// The tree of one answer.
pub(super) struct Sheet<'a> {
    tree: &'a Value,
    /// What codes mean with this brand.
    pub(super) codes: &'a Codes,
    odd: RefCell<BTreeSet<String>>,
}

/// One section of it. A section that is missing has nothing in it.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    sheet: &'a Sheet<'a>,
    value: &'a Value,
    path: &'a str,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(tree: &'a Value, codes: &'a Codes) -> Self {
        let odd = RefCell::default();
        Self { tree, codes, odd }
    }

    /// Notes a place that was not understood.
    pub(super) fn note(&self, path: &str) {
        self.odd.borrow_mut().insert(path.to_owned());
    }

    /// What was not understood, in order.
    pub(super) fn odd(&self) -> Vec<String> {
        self.odd.borrow().iter().cloned().collect()
    }

    /// What lies in no section.
    pub(super) fn root(&'a self) -> Section<'a> {
        self.section("")
    }

    /// The section of that path. One that is there and no object is noted.
    pub(super) fn section(&'a self, path: &'a str) -> Section<'a> {
        let mut value = self.tree;
        let mut passed = 0;
        for name in path.split('.').filter(|name| !name.is_empty()) {
            passed += name.len() + usize::from(passed > 0);
            value = &value[name];
            if !value.is_object() && !value.is_null() {
                self.note(&path[..passed]);
            }
        }
        Section {
            sheet: self,
            value,
            path,
        }
    }
}

impl<'a> Section<'a> {
    /// A value as it came; `null` when it is missing.
    pub(super) fn value(self, name: &str) -> &'a Value {
        &self.value[name]
    }

    /// A number, whatever it is.
    pub(super) fn number(self, name: &str) -> Option<f64> {
        self.settle(name, scalars::number(self.value(name)))
    }

    /// A quantity within its bounds.
    pub(super) fn quantity(self, name: &str, bounds: &Bounds) -> Option<f64> {
        self.settle(name, scalars::quantity(self.value(name), bounds))
    }

    /// What a code means by a table; a code in neither list is noted, all ones in eight bits is "not known".
    pub(super) fn yes_no(self, name: &str, table: &YesNo) -> Option<bool> {
        let said = scalars::code(self.value(name)).then(|code| match table.of(code) {
            Some(yes) => Said::This(yes),
            None if code == 255 => Said::Nothing,
            None => Said::Odd,
        });
        self.settle(name, said)
    }

    /// A yes or a no.
    pub(super) fn flag(self, name: &str) -> Option<bool> {
        self.settle(name, scalars::flag(self.value(name)))
    }

    /// A code by its number.
    pub(super) fn code(self, name: &str) -> Option<i64> {
        self.settle(name, scalars::code(self.value(name)))
    }

    /// A moment in milliseconds, to whole seconds.
    pub(super) fn moment(self, name: &str) -> Option<Timestamp> {
        let moment = self.settle(name, scalars::moment_ms(self.value(name)))?;
        Some(to_seconds(moment))
    }

    /// What a word means; one that means nothing to us is noted.
    pub(super) fn meaning<T>(self, name: &str, of: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let said = scalars::word(self.value(name));
        let said = said.then(|word| of(&word).map_or(Said::Odd, Said::This));
        self.settle(name, said)
    }

    /// Notes a value that was not understood.
    pub(super) fn note(self, name: &str) {
        self.sheet.note(&self.path_of(name));
    }

    /// Whether a value of that name was not understood.
    pub(super) fn is_odd(self, name: &str) -> bool {
        self.sheet.odd.borrow().contains(&self.path_of(name))
    }

    fn path_of(self, name: &str) -> String {
        match self.path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    fn settle<T>(self, name: &str, said: Said<T>) -> Option<T> {
        if matches!(said, Said::Odd) {
            self.note(name);
        }
        said.this()
    }
}

/// A moment with what is more than whole seconds cut off: readings are written so, and are to be read again as they were.
pub(super) fn to_seconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

/// The same four times, for names that end in `Driver`, `Passenger`, `DriverRear` and `PassengerRear`.
pub(super) fn corners<T>(stem: &str, read: impl Fn(&str) -> T) -> Corners<T> {
    let at = |end: &str| read(&format!("{stem}{end}"));
    Corners {
        driver: at("Driver"),
        passenger: at("Passenger"),
        driver_rear: at("DriverRear"),
        passenger_rear: at("PassengerRear"),
    }
}
