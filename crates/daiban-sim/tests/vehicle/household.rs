//! The drivers of the demo can sign in as they are told, each to their own car.

use daiban_sim::HouseholdDriver;
use serde_json::Value;

use crate::caller::{Caller, Form};
use crate::common::Bench;

async fn car_of(bench: &Bench, driver: &HouseholdDriver) -> Value {
    let mut caller = Caller::new(bench, Form::Signed).with("x-client-id", &driver.client_id);
    caller.key.clone_from(&driver.app_secret);
    caller.token.clone_from(&driver.access_token);
    let list = caller.cars(&driver.user_id).await;
    let cars = list["data"]["list"].as_array().unwrap();
    assert_eq!(cars.len(), 1);
    assert_eq!(cars[0]["vin"], driver.vin.as_str());
    assert_eq!(cars[0]["iccid"], driver.iccid.as_str());
    assert_eq!(cars[0]["plateNo"], driver.plate.as_str());
    let path = format!(
        "/remote-control/vehicle/status/{}?latest=False&target=basic%2Cmore&userId={}",
        driver.vin, driver.user_id
    );
    caller.get(&path).await["data"].clone()
}

#[tokio::test]
async fn a_petrol_car_and_a_plug_in() {
    let bench = Bench::new();
    let household = bench.sim.household().vehicle;
    let petrol = car_of(&bench, &household.petrol).await;
    assert_eq!(household.petrol.plate, "冀R0D001");
    assert_eq!(petrol["platform"], "csp");
    let plug_in = car_of(&bench, &household.plug_in).await;
    assert_eq!(plug_in["platform"], "tsp");
    let electric = &plug_in["vehicleStatus"]["additionalVehicleStatus"]["electricVehicleStatus"];
    assert_eq!(electric["chargeLevel"], "63");
}

#[tokio::test]
async fn both_can_sign_in_anew_by_their_codes() {
    let bench = Bench::new();
    let household = bench.sim.household().vehicle;
    for driver in [&household.petrol, &household.plug_in] {
        let caller = Caller::new(&bench, Form::Signed).with("authorization", "");
        let answer = caller.sign_in(&driver.auth_code).await;
        assert_eq!(answer["data"]["userId"], driver.user_id.as_str());
        assert_eq!(answer["data"]["clientId"], driver.client_id.as_str());
    }
}

/// The seventeen characters sum up, as the standard wants.
#[test]
fn numbers_of_cars_have_their_check_digits() {
    let household = Bench::new().sim.household().vehicle;
    let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |letter: char| match letter {
        '0'..='9' => letter as u32 - '0' as u32,
        'A'..='H' => letter as u32 - 'A' as u32 + 1,
        'J'..='N' => letter as u32 - 'J' as u32 + 1,
        'P' => 7,
        'R' => 9,
        _ => letter as u32 - 'S' as u32 + 2,
    };
    for vin in [household.petrol.vin, household.plug_in.vin] {
        let sum: u32 = vin
            .chars()
            .map(value)
            .zip(weights)
            .map(|(value, weight)| value * weight)
            .sum();
        let digit = b"0123456789X"[(sum % 11) as usize];
        assert_eq!((vin.len(), vin.as_bytes()[8]), (17, digit), "{vin}");
    }
}
