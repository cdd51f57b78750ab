//! Areas an owner wants to hear of when the car enters or leaves them.

use std::collections::BTreeMap;

use daiban_core::invalid::InvalidInput;

use crate::vehicle::reading::{Datum, Position};

/// A circle with a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Area {
    pub(super) name: String,
    lat: f64,
    lon: f64,
    radius_m: f64,
}

/// A car that stands at the edge does not enter and leave with every fix.
const EDGE: f64 = 1.2;
const EDGE_M: f64 = 50.0;
const EARTH_M: f64 = 6_371_000.0;

impl Area {
    /// Reads `家:39.9087,116.3975,300`, several with semicolons between.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `areas`.
    pub(super) fn read_all(text: Option<&str>) -> Result<Vec<Self>, InvalidInput> {
        let mut areas: Vec<Self> = Vec::new();
        for one in text.unwrap_or_default().split([';', '；']) {
            if one.trim().is_empty() {
                continue;
            }
            let area = Self::read(one).ok_or_else(|| wrong(one))?;
            if areas.iter().any(|other| other.name == area.name) {
                return Err(wrong(one));
            }
            areas.push(area);
        }
        Ok(areas)
    }

    fn read(text: &str) -> Option<Self> {
        let (name, circle) = text.split_once([':', '：'])?;
        let mut numbers = circle
            .split([',', '，'])
            .map(|part| part.trim().parse().ok());
        let mut next = |least: f64, most: f64| {
            let number: f64 = numbers.next()??;
            (least..=most).contains(&number).then_some(number)
        };
        let area = Self {
            name: name.trim().to_owned(),
            lat: next(-90.0, 90.0)?,
            lon: next(-180.0, 180.0)?,
            radius_m: next(50.0, 100_000.0)?,
        };
        let whole = numbers.next().is_none() && !area.name.is_empty();
        whole.then_some(area)
    }

    /// Metres from its middle.
    pub(super) fn distance_m(&self, position: &Position) -> f64 {
        let (lat, other) = (self.lat.to_radians(), position.lat.to_radians());
        let north = (other - lat) / 2.0;
        let east = (position.lon - self.lon).to_radians() / 2.0;
        let part = north.sin().powi(2) + lat.cos() * other.cos() * east.sin().powi(2);
        2.0 * EARTH_M * part.sqrt().min(1.0).asin()
    }

    /// Whether a car that was inside or not is inside now.
    fn holds(&self, position: &Position, was_inside: Option<bool>) -> bool {
        let reach_m = match was_inside {
            Some(true) => self.radius_m * EDGE + EDGE_M,
            _ => self.radius_m,
        };
        self.distance_m(position) <= reach_m
    }
}

/// Its name is said, so that it is found among others, and not the place.
fn wrong(part: &str) -> InvalidInput {
    let named = part.split_once([':', '：']).map(|(name, _)| name.trim());
    let (zh, en) = match named.filter(|name| !name.is_empty()) {
        Some(name) => (format!("「{name}」"), format!("{name:?} ")),
        None => (String::new(), String::new()),
    };
    InvalidInput::new(
        "areas",
        format!("{zh}应写成 名字:纬度,经度,半径米，半径 50 到 100000，名字不重复"),
        format!(
            "{en}should be name:lat,lon,radius in m, the radius 50 to 100000 and each name once"
        ),
    )
}

/// A step over the edge of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crossing {
    pub(super) name: String,
    pub(super) inside: bool,
}

/// Where the car is now, and which edges it crossed. A position that the car does not trust, or in unknown degrees, changes
/// nothing; the first that counts is where it began.
pub(super) fn compare(
    areas: &[Area],
    before: &BTreeMap<String, bool>,
    position: Option<&Position>,
) -> (BTreeMap<String, bool>, Vec<Crossing>) {
    let good = position.filter(|it| it.trusted == Some(true) && it.datum == Datum::Wgs84);
    let mut now = BTreeMap::new();
    let mut crossed = Vec::new();
    for area in areas {
        let was = before.get(&area.name).copied();
        let inside = match good {
            Some(position) => Some(area.holds(position, was)),
            None => was,
        };
        let Some(inside) = inside else {
            continue;
        };
        now.insert(area.name.clone(), inside);
        if was.is_some_and(|was| was != inside) {
            crossed.push(Crossing {
                name: area.name.clone(),
                inside,
            });
        }
    }
    (now, crossed)
}

/// The nearest area and the metres to its middle.
pub(super) fn nearest(areas: &[Area], position: &Position) -> Option<(String, f64)> {
    areas
        .iter()
        .filter(|_| position.datum == Datum::Wgs84)
        .map(|area| (area.name.clone(), area.distance_m(position)))
        .min_by(|one, other| one.1.total_cmp(&other.1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position {
            lat,
            lon,
            datum: Datum::Wgs84,
            trusted: Some(true),
            altitude_m: None,
            at: None,
        }
    }

    fn home() -> Vec<Area> {
        Area::read_all(Some(
            "家:39.9087,116.3975,300；单位：39.9200，116.4600，200",
        ))
        .unwrap()
    }

    #[test]
    fn areas_are_read_and_what_is_none_is_refused() {
        assert_eq!(home()[1].name, "单位");
        assert_eq!(Area::read_all(None).unwrap(), []);
        for wrong in [
            "家",
            "家:39.9,116.4",
            "家:39.9,116.4,10",
            "家:99,116.4,300",
            "家:39.9,x,300",
            ":39.9,116.4,300",
            "家:39.9,116.4,300,5",
            "家:39.9,116.4,300;家:39.8,116.4,300",
            "家:NaN,116.4,300",
        ] {
            assert_eq!(Area::read_all(Some(wrong)).unwrap_err().field, "areas");
        }
    }

    #[test]
    fn metres_are_metres() {
        let metres = home()[0].distance_m(&at(39.9187, 116.3975));
        assert!((metres - 1112.0).abs() < 2.0, "{metres}");
    }

    #[test]
    fn an_edge_is_crossed_once_and_only_by_a_position_that_counts() {
        let areas = &home()[..1];
        let inside = BTreeMap::from([("家".to_owned(), true)]);
        let outside = BTreeMap::from([("家".to_owned(), false)]);
        let (begun, none) = compare(areas, &BTreeMap::new(), Some(&at(39.9087, 116.3975)));
        assert_eq!((&begun, none.len()), (&inside, 0));
        // 350 m away: past the circle, not past its edge.
        let (still, none) = compare(areas, &inside, Some(&at(39.91185, 116.3975)));
        assert_eq!((&still, none.len()), (&inside, 0));
        let (left, crossed) = compare(areas, &inside, Some(&at(39.93, 116.3975)));
        assert_eq!((&left, crossed[0].inside), (&outside, false));
        let untrusted = Position {
            trusted: Some(false),
            ..at(39.9087, 116.3975)
        };
        let (same, none) = compare(areas, &outside, Some(&untrusted));
        assert_eq!((&same, none.len()), (&outside, 0));
        assert_eq!(compare(areas, &outside, None).0, outside);
    }
}
