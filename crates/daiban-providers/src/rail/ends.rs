//! Between which stations a train may go to be what was asked for.
//!
//! A question about two stations is answered with the trains of all stations of both cities. Clients that compared nothing
//! but the train's name bought tickets to another station (*seen* 2026).

use super::stations::Asked;
use super::tickets::Train;

/// The stations that will do, by telecode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ends {
    /// For boarding.
    pub from: Vec<String>,
    /// For alighting.
    pub to: Vec<String>,
}

impl Ends {
    /// The stations of places that were asked for, each a station or a city.
    #[must_use]
    pub fn of(from: &[Asked], to: &[Asked]) -> Self {
        let codes = |places: &[Asked]| {
            let stations = places.iter().flat_map(|place| &place.stations);
            stations.map(|station| station.code.clone()).collect()
        };
        Self {
            from: codes(from),
            to: codes(to),
        }
    }

    /// Whether a train goes from one of these stations to one of those. Never true while a side is empty.
    #[must_use]
    pub fn fits(&self, train: &Train<'_>) -> bool {
        let has = |codes: &[String], code: &str| codes.iter().any(|known| known == code);
        has(&self.from, &train.from.code) && has(&self.to, &train.to.code)
    }
}
