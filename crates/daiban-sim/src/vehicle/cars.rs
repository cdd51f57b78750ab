//! The cars of a user, which of them a session is about, and what a car can be told.

use serde_json::{Value, json};

use super::call::{Asked, Form};
use super::life::KnownCar;
use super::reply::{BAD_REQUEST, NO_PERMISSION, NO_SUCH_CAR, NOT_OF_USER, Refusal, ok};
use crate::answer::Answer;
use crate::world::World;

const BRAND: &str = "lid";

pub(super) fn list(world: &mut World, asked: &Asked<'_>, user: usize) -> Result<Answer, Refusal> {
    let user_id = world.vehicle.owners[user].owner.user_id.clone();
    let (id_name, needs_shared) = match asked.form {
        Form::Plain => ("id", true),
        Form::Signed => ("userId", value(asked, "needSharedCar") == "1"),
    };
    if value(asked, id_name) != user_id {
        return Err(NO_PERMISSION);
    }
    let garage = &world.vehicle;
    let cars: Vec<Value> = garage
        .cars_for(&user_id)
        .filter(|known| needs_shared || known.car.owner == user_id)
        .map(|known| spell(known, &user_id))
        .collect();
    Ok(ok(world, &json!({"list": cars})))
}

fn spell(known: &KnownCar, user_id: &str) -> Value {
    let car = &known.car;
    let model = format!("{}_TEST_000", car.series_code);
    let mut spelt = json!({
        "vin": car.vin, "plateNo": car.plate, "seriesName": car.series, "seriesCodeVs": car.series_code,
        "modelName": format!("{} TEST", car.series_code), "modelCode": model, "matCode": model, "colorCode": "000",
        "colorName": "TEST WHITE", "tboxPlatform": car.platform, "ihuPlatform": car.platform, "iccid": car.iccid,
        "defaultVehicle": car.default, "shareStatus": if car.owner == user_id { "N" } else { "Y" },
        "fuelTankCapacity": car.tank_l.to_string(),
    });
    if car.second_host {
        spelt["proprietaryPlatform"] = json!(1);
    }
    spelt
}

/// From now on the session is about one car. It holds until the access token is another (*guessed*).
pub(super) fn bind(world: &mut World, asked: &Asked<'_>, user: usize) -> Result<Answer, Refusal> {
    let body: Value = serde_json::from_slice(&asked.call.body).map_err(|_| BAD_REQUEST)?;
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let owner = &world.vehicle.owners[user];
    let has_token = text("sessionToken") == asked.call.header("authorization");
    if value(asked, "identity_type") != BRAND || !has_token || !body["language"].is_string() {
        return Err(BAD_REQUEST);
    }
    let cars = &world.vehicle.cars;
    let known = cars.iter().find(|known| known.car.vin == text("vin"));
    let known = known.ok_or(NO_SUCH_CAR)?;
    if !known.is_for(&owner.owner.user_id) {
        return Err(NOT_OF_USER);
    }
    world.vehicle.owners[user].bind(text("vin"));
    Ok(ok(world, &Value::Null))
}

/// Names of functions are *guessed*; the fields of an item were *seen* in public clients of other brands.
pub(super) fn capabilities(
    world: &mut World,
    asked: &Asked<'_>,
    car: usize,
) -> Result<Answer, Refusal> {
    const ALL: [&str; 9] = [
        "remote_lock",
        "remote_unlock",
        "remote_engine",
        "remote_find",
        "remote_window_close",
        "remote_window_vent",
        "remote_trunk_open",
        "remote_climate_control",
        "vehicle_position",
    ];
    if value(asked, "pageIndex") != "1" || value(asked, "pageSize").parse::<u32>().is_err() {
        return Err(BAD_REQUEST);
    }
    let has = &world.vehicle.cars[car].car.functions;
    let mut names: Vec<&str> = ALL.into();
    let further = has.iter().map(String::as_str);
    names.extend(further.filter(|name| !ALL.contains(name)));
    let list: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({
                "functionId": name, "valueEnable": has.iter().any(|had| had == name), "valueRange": null,
                "valueEnum": null, "paramsJson": null,
            })
        })
        .collect();
    Ok(ok(world, &json!({"list": list})))
}

/// A query parameter; empty when it was not sent.
pub(super) fn value(asked: &Asked<'_>, name: &str) -> String {
    let pairs = asked.call.query_pairs();
    let found = pairs.into_iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// Which sign-in a call asks for is the brand's.
pub(super) fn is_brand(asked: &Asked<'_>) -> bool {
    value(asked, "identity_type") == BRAND
}
