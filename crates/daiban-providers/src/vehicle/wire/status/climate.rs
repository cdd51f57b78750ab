//! Temperatures and air.

use super::sheet::{CLIMATE, POLLUTION, Sheet};
use crate::vehicle::reading::{Engine, Reading};
use crate::vehicle::wire::scalars::Bounds;

/// Cars report 110 and 130 °C outside now and then: that is no weather. −40 and 215 are none and all ones, counted from −40.
const CELSIUS: Bounds = Bounds::new(-39.9, 84.9).unless(&[-40.0]);
/// Sensors in cars count to 1,000; 65535 is "not known". *Seen*.
const PM25: Bounds = Bounds::new(0.0, 1_000.0);

/// How far apart inside and outside of a car that stood may be for a 0 to be believed.
const NEAR_C: f64 = 3.0;

pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading) {
    let climate = sheet.section(CLIMATE);
    let pollution = sheet.section(POLLUTION);
    reading.exterior_c = climate.quantity("exteriorTemp", &CELSIUS);
    reading.interior_c = interior(sheet, reading);
    reading.pm25_in = pollution.quantity("interiorPM25", &PM25);
    reading.pm25_out = pollution.quantity("exteriorPM25", &PM25);
    reading.pre_climate = climate.flag("preClimateActive");
}

/// A `csp` car that does not run says 0 in summer too: it is believed only where it is about as cold outside.
fn interior(sheet: &Sheet<'_>, reading: &Reading) -> Option<f64> {
    let interior = sheet.section(CLIMATE).quantity("interiorTemp", &CELSIUS)?;
    let may_lack = reading.platform.as_deref() != Some("tsp") && reading.engine != Engine::Running;
    let as_cold = reading
        .exterior_c
        .is_some_and(|outside| outside.abs() <= NEAR_C);
    (interior != 0.0 || !may_lack || as_cold).then_some(interior)
}
