//! Sample answers kept beside the checkout are what the simulator says, value by value.

use std::path::PathBuf;

use daiban_sim::{Car, CarChange, CarCorners, CarState, SimCard, SimPackage};
use serde_json::{Value, json};

use crate::caller::{Caller, Form, USER, VIN, car, command, owner};
use crate::common::Bench;

/// The sample of that name; `None` says so on stderr.
fn sample(name: &str) -> Option<Value> {
    let shared = std::env::var_os("DAIBAN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(shared.join("data/vehicle").join(name));
    let Ok(text) = text else {
        eprintln!("skipped: no shared samples of the vehicle service");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn at(ms: i64, car: Car) -> Bench {
    let bench = Bench::begun(ms, None);
    bench.sim.add_car_owner(owner());
    bench.sim.add_car(car);
    bench
}

/// What the simulator says of a car in that state, when the sample was made.
async fn said(sample: &Value, phev: bool, state: CarState) -> Value {
    let made = sample["data"]["vehicleStatus"]["updateTime"]
        .as_i64()
        .unwrap();
    let bench = at(
        made,
        Car {
            phev,
            tank_l: if phev { 46.0 } else { 54.0 },
            state,
            ..car()
        },
    );
    let mut said = Caller::new(&bench, Form::Plain).status_of(VIN, false).await;
    let session = &mut said["data"]["result"]["sessionId"];
    assert_eq!(session.as_str().unwrap().len(), 32);
    *session = sample["data"]["result"]["sessionId"].clone();
    said
}

/// The paths at which two trees differ, for a failure that can be read.
fn differences(path: &str, left: &Value, right: &Value) -> Vec<String> {
    let (Some(ours), Some(theirs)) = (left.as_object(), right.as_object()) else {
        let differs = left != right;
        return differs
            .then(|| format!("{path}: {left} {right}"))
            .into_iter()
            .collect();
    };
    let names = ours
        .keys()
        .chain(theirs.keys().filter(|name| !ours.contains_key(*name)));
    names
        .flat_map(|name| differences(&format!("{path}.{name}"), &left[name], &right[name]))
        .collect()
}

fn assert_same(said: &Value, sample: &Value) {
    assert_eq!(differences("", said, sample), Vec::<String>::new());
}

#[tokio::test]
async fn parked() {
    let Some(sample) = sample("status-parked.json") else {
        return;
    };
    assert_same(&said(&sample, false, CarState::default()).await, &sample);
}

#[tokio::test]
async fn driving() {
    let Some(sample) = sample("status-driving.json") else {
        return;
    };
    let state = CarState {
        lat: 39.9142,
        lon: 116.4453,
        altitude_m: 41,
        engine: true,
        in_drive: true,
        key: true,
        hand_brake: false,
        speed_kmh: 46.5,
        direction_deg: 87,
        fuel_l: 45.6,
        consumption: 9.1,
        average_speed_kmh: 31,
        odometer_km: 33_260.4,
        trip_km: 19.4,
        tyres_warm: 6.0,
        coolant_c: 89.0,
        interior_c: 21.0,
        exterior_c: 6.0,
        ..CarState::default()
    };
    assert_same(&said(&sample, false, state).await, &sample);
}

#[tokio::test]
async fn windows_open() {
    let Some(sample) = sample("status-windows-open.json") else {
        return;
    };
    let mut state = CarState {
        windows_pct: CarCorners {
            driver: 100,
            passenger_rear: 12,
            ..CarCorners::default()
        },
        sunroof_open: true,
        trunk_locked: false,
        interior_c: 26.0,
        exterior_c: 23.0,
        ..CarState::default()
    };
    state.doors_open.driver = true;
    state.doors_locked.driver = false;
    assert_same(&said(&sample, false, state).await, &sample);
}

#[tokio::test]
async fn charging() {
    let Some(mut sample) = sample("status-charging-phev.json") else {
        return;
    };
    let state = CarState {
        fuel_l: 41.0,
        consumption: 6.1,
        soc_pct: 63.0,
        plugged: true,
        charging: true,
        to_full_min: 118,
        interior_c: 1.0,
        exterior_c: -3.0,
        coolant_c: 18.0,
        ..CarState::default()
    };
    // The sample's range follows no rule of ours; ours is the fuel's alone.
    let range = &mut sample["data"]["vehicleStatus"]["basicVehicleStatus"]["distanceToEmpty"];
    assert_eq!(*range, json!(712));
    *range = json!(672);
    assert_same(&said(&sample, true, state).await, &sample);
}

#[tokio::test]
async fn the_list() {
    let Some(sample) = sample("vehicle-list.json") else {
        return;
    };
    let bench = at(
        crate::common::START,
        Car {
            plate: "京A00000".into(),
            ..car()
        },
    );
    let mut list = Caller::new(&bench, Form::Signed).cars(USER).await;
    list["sessionId"] = sample["sessionId"].clone();
    assert_same(&list, &sample);
}

#[tokio::test]
async fn tokens() {
    let Some(sample) = sample("token-response.json") else {
        return;
    };
    let bench = at(crate::common::START, car());
    let mut answer = Caller::new(&bench, Form::Plain)
        .sign_in("test-auth-code-1")
        .await;
    for name in ["accessToken", "refreshToken"] {
        answer["data"][name] = sample["data"][name].clone();
    }
    assert_same(&answer, &sample);
}

#[tokio::test]
async fn a_command_taken() {
    let Some(sample) = sample("command-accepted.json") else {
        return;
    };
    let bench = at(1_771_308_001_000, car());
    let caller = Caller::new(&bench, Form::Signed);
    let mut answer = caller.tell(&command("RDL", true, &[])).await;
    assert_eq!(answer["sessionId"], answer["data"]["sessionId"]);
    answer["sessionId"] = sample["sessionId"].clone();
    answer["data"]["sessionId"] = sample["sessionId"].clone();
    assert_same(&answer, &sample);
}

#[tokio::test]
async fn refusals() {
    let Some(samples) = sample("errors.json") else {
        return;
    };
    let samples = samples.as_object().unwrap();
    assert_eq!(samples.len(), 10);
    for sample in samples.values() {
        let code = sample["code"].clone();
        let bench = at(crate::common::START, car());
        let said = daiban_sim::VehicleSaid {
            code: Some(code),
            ..daiban_sim::VehicleSaid::default()
        };
        crate::caller::rules(&bench, |rules| {
            rules.say.insert("status".into(), said);
        });
        let mut answer = Caller::new(&bench, Form::Signed)
            .status_of(VIN, false)
            .await;
        answer["sessionId"] = sample["sessionId"].clone();
        assert_same(&answer, sample);
    }
}

#[tokio::test]
async fn sim_data() {
    let Some(sample) = sample("flowinfo.json") else {
        return;
    };
    let bench = at(1_597_070_724_000, car());
    let card = SimCard {
        start_ms: Some(1_530_770_944_000),
        limit_ms: Some(1_688_537_344_000),
        packages: vec![SimPackage {
            active_ms: Some(1_596_134_844_000),
            expire_ms: Some(1_598_889_599_000),
            ..SimPackage::default()
        }],
        ..SimCard::default()
    };
    crate::caller::change(
        &bench,
        CarChange {
            sim: Some(card),
            ..CarChange::default()
        },
    );
    let path = "/api/v1/flowinfo?type=iccid&iccid=89860000000000000000";
    let answer = Caller::new(&bench, Form::Plain).get(path).await;
    assert_same(&answer, &sample);
}
