//! GCJ-02 → WGS-84. Maps and many cars in China give positions shifted by up to some hundred metres; this takes the shift
//! away again.
//!
//! The shift has a published formula in one direction only. The other is found by going there and looking how far off one
//! lands, which comes as close as the numbers go in a few rounds. Outside China nothing is shifted.
//!
//! *Source*: the formula as it has been published widely since 2010, with reference points of public test suites. *Seen*.

use std::f64::consts::PI;

/// Semi-major axis of the Krasovsky ellipsoid, metres.
const AXIS: f64 = 6_378_245.0;

/// Its eccentricity, squared.
const ECCENTRICITY_2: f64 = 0.006_693_421_622_965_943;

/// A round comes about a hundred times closer; five would do.
const ROUNDS: usize = 12;

/// The place in WGS-84 whose shifted place is this one. Degrees north and east, in and out.
///
/// ```
/// use daiban_providers::vehicle::gcj::to_wgs84;
///
/// let (lat, lon) = to_wgs84(39.910106, 116.403745);
/// assert!((lat - 39.9087).abs() < 1e-5 && (lon - 116.3975).abs() < 1e-5);
/// // Nothing is shifted in Hamburg.
/// assert_eq!(to_wgs84(53.55, 9.99), (53.55, 9.99));
/// ```
pub fn to_wgs84(lat: f64, lon: f64) -> (f64, f64) {
    if !in_china(lat, lon) {
        return (lat, lon);
    }
    let (mut north, mut east) = (lat, lon);
    for _ in 0..ROUNDS {
        let (shift_north, shift_east) = shift(north, east);
        (north, east) = (lat - shift_north, lon - shift_east);
    }
    (north, east)
}

/// The shifted place of a place in WGS-84.
pub fn from_wgs84(lat: f64, lon: f64) -> (f64, f64) {
    if !in_china(lat, lon) {
        return (lat, lon);
    }
    let (north, east) = shift(lat, lon);
    (lat + north, lon + east)
}

/// The rectangle in which places are shifted. It reaches well beyond the border, as the formula's does.
fn in_china(lat: f64, lon: f64) -> bool {
    (0.8293..=55.8271).contains(&lat) && (72.004..=137.8347).contains(&lon)
}

/// Degrees north and east by which a place is shifted.
fn shift(lat: f64, lon: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + waves(x, &[(20.0, 6.0), (20.0, 2.0)])
        + waves(
            y,
            &[
                (20.0, 1.0),
                (40.0, 1.0 / 3.0),
                (160.0, 1.0 / 12.0),
                (320.0, 1.0 / 30.0),
            ],
        );
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + waves(
            x,
            &[(20.0, 6.0), (20.0, 2.0), (20.0, 1.0), (40.0, 1.0 / 3.0)],
        )
        + waves(x, &[(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)]);
    degrees(lat, north, east)
}

/// Two thirds of some sines, of an amplitude in metres and half waves to the degree.
fn waves(at: f64, parts: &[(f64, f64)]) -> f64 {
    let sines = parts
        .iter()
        .map(|(high, often)| high * (at * often * PI).sin());
    sines.sum::<f64>() * 2.0 / 3.0
}

/// Metres at a latitude as degrees.
fn degrees(lat: f64, north: f64, east: f64) -> (f64, f64) {
    let radians = lat.to_radians();
    let bulge = 1.0 - ECCENTRICITY_2 * radians.sin().powi(2);
    let meridian = AXIS * (1.0 - ECCENTRICITY_2) / (bulge * bulge.sqrt());
    let parallel = AXIS / bulge.sqrt() * radians.cos();
    (
        (north / meridian).to_degrees(),
        (east / parallel).to_degrees(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Public landmarks: WGS-84, then GCJ-02. The first three are of a public test suite; the others were worked out
    /// elsewhere.
    const POINTS: [((f64, f64), (f64, f64)); 6] = [
        (
            (31.1774276, 121.5272106),
            (31.17530398364597, 121.531541859215),
        ),
        (
            (22.543847, 113.912316),
            (22.540796131694766, 113.9171764808363),
        ),
        (
            (39.911954, 116.377817),
            (39.91334545536069, 116.38404722455657),
        ),
        ((39.9087, 116.3975), (39.91010349934476, 116.40374357265176)),
        ((43.8256, 87.6168), (43.82680539311119, 87.61964994946926)),
        ((18.2528, 109.5119), (18.25109479173564, 109.51598429482667)),
    ];

    fn near(a: (f64, f64), b: (f64, f64), within: f64) -> bool {
        (a.0 - b.0).abs() < within && (a.1 - b.1).abs() < within
    }

    #[test]
    fn known_places_are_found_in_both_directions() {
        for (plain, shifted) in POINTS {
            assert!(
                near(from_wgs84(plain.0, plain.1), shifted, 1e-9),
                "{plain:?}"
            );
            assert!(
                near(to_wgs84(shifted.0, shifted.1), plain, 1e-9),
                "{plain:?}"
            );
        }
    }

    #[test]
    fn at_the_square_the_two_differ_by_about_150_and_530_metres() {
        let (lat, lon) = from_wgs84(39.9087, 116.3975);
        let north = (lat - 39.9087) * 111_000.0;
        let east = (lon - 116.3975) * 85_400.0;
        assert!((150.0..165.0).contains(&north), "{north}");
        assert!((525.0..540.0).contains(&east), "{east}");
    }

    #[test]
    fn nothing_is_shifted_abroad() {
        for (lat, lon) in [
            (53.55, 9.99),
            (-33.86, 151.21),
            (0.5, 110.0),
            (40.0, 138.0),
            (56.0, 100.0),
        ] {
            assert_eq!(to_wgs84(lat, lon), (lat, lon));
            assert_eq!(from_wgs84(lat, lon), (lat, lon));
        }
    }

    proptest! {
        // A shift is less than a hundredth of a degree: closer to the edge a place may be shifted across it.
        #[test]
        fn there_and_back_is_where_one_began(lat in 0.85..55.81f64, lon in 72.03..137.81f64) {
            let (north, east) = to_wgs84(lat, lon);
            prop_assert!(near(from_wgs84(north, east), (lat, lon), 1e-6), "{lat} {lon}");
            prop_assert!(near((north, east), (lat, lon), 0.02), "{lat} {lon}");
        }

        #[test]
        fn outside_a_place_is_itself(lat in -90.0..90.0f64, lon in -180.0..72.0f64) {
            prop_assert_eq!(to_wgs84(lat, lon), (lat, lon));
        }

        #[test]
        fn whatever_is_given_something_is_answered(lat in any::<f64>(), lon in any::<f64>()) {
            let (north, east) = to_wgs84(lat, lon);
            prop_assert!(in_china(lat, lon) || (north.to_bits(), east.to_bits()) == (lat.to_bits(), lon.to_bits()));
        }
    }
}
