//! Positions, and the newer of two.

use serde_json::{Value, json};

use crate::{CSP, TSP, json as parsed, put, read};

#[test]
fn positions() {
    let section = "basicVehicleStatus.position";
    let position = |fields: &[(&str, Value)]| {
        let mut answer = parsed(TSP);
        for (name, value) in fields {
            put(
                &mut answer["data"]["vehicleStatus"],
                &format!("{section}.{name}"),
                value.clone(),
            );
        }
        read(&answer).unwrap()
    };
    let flagged = position(&[]).position.unwrap();
    assert!((flagged.lat - 39.9087).abs() < 1e-6 && (flagged.lon - 116.3975).abs() < 1e-6);
    assert_eq!(
        (flagged.trusted, flagged.altitude_m),
        (Some(true), Some(41.0))
    );
    let plain = position(&[("marsCoordinates", json!("false"))])
        .position
        .unwrap();
    assert!((plain.lat - 39.910_103_6).abs() < 1e-6);
    let untold = position(&[("marsCoordinates", json!(null))]);
    let json = serde_json::to_value(untold.position).unwrap();
    assert_eq!(json["datum"], "unknown");
    assert_eq!(json["lat"], plain.lat);
    for (lat, lon, noted) in [
        (json!(""), json!(""), None),
        (json!(null), json!("419053477"), None),
        (json!(0), json!(0), None),
        (json!(2_147_483_647), json!(419_053_477), None),
        (json!(400_000_000), json!(419_053_477), Some("latitude")),
        (json!(143_676_373), json!(-700_000_000), Some("longitude")),
        // Plain degrees are another brand's: neither divided nor taken.
        (json!(39.9087), json!(116.3975), Some("latitude")),
        (json!("north"), json!(419_053_477), Some("latitude")),
    ] {
        let reading = position(&[("latitude", lat.clone()), ("longitude", lon.clone())]);
        assert_eq!(reading.position, None, "{lat} {lon}");
        let note = noted.map(|name| format!("{section}.{name}"));
        assert_eq!(reading.odd.first(), note.as_ref(), "{lat} {lon}");
    }
    let south = position(&[
        ("latitude", json!("-121896000")),
        ("longitude", json!(544_356_000)),
    ]);
    let south = south.position.unwrap();
    assert_eq!((south.lat, south.lon), (-33.86, 151.21));
}

#[test]
fn the_newer_of_two_positions_and_speeds() {
    const UPDATED: i64 = 1_597_062_290_325;
    let of = |sent: Value, speed: f64| {
        let mut answer = parsed(CSP);
        let tree = &mut answer["data"]["vehicleStatus"];
        put(
            tree,
            "basicVehicleStatus.extPosition.latitude",
            json!(144_000_000),
        );
        put(
            tree,
            "basicVehicleStatus.extPosition.sysTimestamp",
            sent.clone(),
        );
        put(tree, "basicVehicleStatus.extSpeed.sysTimestamp", sent);
        put(tree, "basicVehicleStatus.extSpeed.speed", json!(speed));
        put(tree, "basicVehicleStatus.speed", json!(30.0));
        let reading = read(&answer).unwrap();
        (reading.position.unwrap().lat, reading.speed_kmh)
    };
    assert_eq!(of(json!(UPDATED + 1_000), 12.0), (40.0, Some(12.0)));
    assert_eq!(of(json!(UPDATED - 1_000), 12.0), (39.9087, Some(30.0)));
    assert_eq!(of(json!(null), 12.0), (39.9087, Some(30.0)));
    // Of one moment: the fix that says when it was, and the faster speed.
    assert_eq!(of(json!(UPDATED), 12.0), (40.0, Some(30.0)));
    assert_eq!(of(json!(UPDATED), 50.0), (40.0, Some(50.0)));
}
