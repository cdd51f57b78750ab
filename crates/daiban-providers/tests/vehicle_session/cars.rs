//! Which car is meant, and what the service wants before it speaks of it.

use daiban_core::error::ServiceError;
use daiban_sim::Car;
use serde_json::{Value, json};

use crate::world::{USER, World, code_of};

const OTHER: &str = "LTESTVHC9E0000002";
const CARS: &str = "GET cars";
const BIND: &str = "POST update";
const FIRST: &str = "GET status 0001";
const SECOND: &str = "GET status 0002";

fn with_two_cars() -> World {
    let world = World::new();
    world.sim.add_car(second());
    world
}

fn second() -> Car {
    Car {
        vin: OTHER.into(),
        owner: USER.into(),
        default: false,
        ..Car::default()
    }
}

async fn status(world: &World, car: Value) -> Result<Value, ServiceError> {
    world.look(json!({ "do": "status", "car": car })).await
}

async fn masked(world: &World, car: Value) -> String {
    let reading = status(world, car).await.unwrap();
    reading["vin"].as_str().unwrap().to_owned()
}

/// What was asked, in short.
fn asked(world: &World) -> Vec<String> {
    let told = world.told().into_iter();
    let short = told.map(|told| {
        let (method, rest) = told.split_once(' ').unwrap();
        let path = rest.split(' ').next().unwrap();
        match path.rsplit('/').collect::<Vec<_>>()[..] {
            ["secure", "vehicle", ..] => format!("{method} cars"),
            [vin, "status", ..] => format!("{method} status {}", &vin[13..]),
            [last, ..] => format!("{method} {last}"),
            [] => told,
        }
    });
    short.collect()
}

#[tokio::test]
async fn the_one_car_of_an_account_need_not_be_named() {
    let world = World::new();
    assert_eq!(masked(&world, Value::Null).await, "*************0001");
    assert_eq!(masked(&world, json!("0001")).await, "*************0001");
    assert_eq!(asked(&world), [CARS, FIRST, FIRST], "the list is kept");
}

#[tokio::test]
async fn a_named_car_is_asked_about_without_a_list() {
    let world = World::new().set("vin", "LTESTVHC7E0000001");
    masked(&world, Value::Null).await;
    assert_eq!(asked(&world), [FIRST]);
}

#[tokio::test]
async fn of_several_cars_the_session_is_bound_to_the_one_that_is_asked_about() {
    let world = with_two_cars();
    assert_eq!(masked(&world, Value::Null).await, "*************0001");
    assert_eq!(asked(&world), [CARS, FIRST, BIND, FIRST]);
    assert_eq!(masked(&world, json!("0002")).await, "*************0002");
    assert_eq!(asked(&world), [BIND, SECOND]);
    assert_eq!(masked(&world, json!("0002")).await, "*************0002");
    assert_eq!(asked(&world), [SECOND]);
}

#[tokio::test]
async fn a_session_that_was_renewed_is_bound_again() {
    let world = with_two_cars();
    masked(&world, json!("0002")).await;
    world.sim.expire_car_token(USER);
    asked(&world);
    assert_eq!(masked(&world, json!("0002")).await, "*************0002");
    let told = asked(&world);
    let requests: Vec<_> = told.iter().filter(|it| !it.starts_with("keep")).collect();
    assert_eq!(requests, [SECOND, "PUT secure", SECOND, BIND, SECOND]);
}

/// Another process, or the phone app, may have bound it to another car meanwhile.
#[tokio::test]
async fn a_session_that_somebody_else_bound_is_bound_back() {
    let mut world = with_two_cars();
    masked(&world, json!("0002")).await;
    world.restart();
    asked(&world);
    assert_eq!(masked(&world, Value::Null).await, "*************0001");
    assert_eq!(asked(&world), [CARS, FIRST, BIND, FIRST]);
}

#[tokio::test]
async fn a_car_that_the_account_does_not_have_is_refused() {
    let world = World::new();
    assert_eq!(
        code_of(status(&world, json!("0009")).await),
        "invalid_input:car"
    );
    assert_eq!(asked(&world), [CARS], "nobody else's car is asked about");
    // Shared a quarter of an hour later.
    assert_eq!(
        code_of(status(&world, json!("0002")).await),
        "invalid_input:car"
    );
    assert!(asked(&world).is_empty());
    world.sim.add_car(second());
    world.pass_s(900);
    assert_eq!(masked(&world, json!("0002")).await, "*************0002");
}

#[tokio::test]
async fn cars_that_cannot_be_told_apart_are_not_guessed() {
    let world = World::new().set("vin", "LTESTVHC7E0000001,XTESTVHC7E0000001");
    assert_eq!(
        code_of(status(&world, json!("0001")).await),
        "invalid_input:car"
    );
    assert!(world.told().is_empty());
    assert_eq!(masked(&world, Value::Null).await, "*************0001");
}

#[tokio::test]
async fn where_cars_are_named_others_of_the_account_are_left_alone() {
    let world = with_two_cars().set("vin", OTHER);
    assert_eq!(
        code_of(status(&world, json!("0001")).await),
        "invalid_input:car"
    );
    assert!(world.told().is_empty());
}

#[tokio::test]
async fn an_account_without_a_car_says_so() {
    let world = World::new();
    let driver = &world.driver;
    world.sim.add_car(Car {
        vin: driver.vin.clone(),
        owner: "1000009".into(),
        ..Car::default()
    });
    assert_eq!(
        code_of(status(&world, Value::Null).await),
        "invalid_input:car"
    );
    let listed = world.signed_in().await.unwrap();
    assert_eq!(listed["cars"], json!([]), "and is signed in");
}

#[tokio::test]
async fn a_car_on_the_other_host_is_found_there() {
    let world = World::new().set("other_device_url", "http://127.0.0.1:5/second");
    world.sim.add_car(Car {
        vin: world.driver.vin.clone(),
        owner: USER.into(),
        second_host: true,
        ..Car::default()
    });
    assert_eq!(masked(&world, Value::Null).await, "*************0001");
    assert_eq!(masked(&world, Value::Null).await, "*************0001");
    let told = world.told();
    let hosts = told.iter().filter(|it| it.contains("/vehicle/status/"));
    let second: Vec<_> = hosts.map(|it| it.contains(" /second/")).collect();
    assert_eq!(second, [false, true, true]);
}

#[tokio::test]
async fn right_after_a_renewal_a_car_may_seem_not_to_be_the_owners() {
    let world = World::new();
    world
        .sim
        .vehicle_rules(|rules| rules.unbound_after_refresh = 2);
    world.sim.expire_car_token(USER);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(
            status(&world, Value::Null)
                .await
                .map_err(|error| error.code())
                .map(drop),
        );
    }
    assert_eq!(seen, [Err("busy"), Err("busy"), Ok(())]);
    // Somebody else's it is from the third time on.
    world
        .sim
        .vehicle_rules(|rules| rules.unbound_after_refresh = 9);
    world.sim.expire_car_token(USER);
    world.look(json!({ "do": "cars" })).await.unwrap();
    for expected in ["busy", "busy", "8040", "8040"] {
        assert_eq!(code_of(status(&world, Value::Null).await), expected);
    }
}

#[tokio::test]
async fn the_number_of_the_sim_card_comes_from_the_list_or_the_settings() {
    let world = World::new();
    let told = world.look(json!({ "do": "data" })).await.unwrap();
    assert_eq!(told["iccid"], "****************0000");
    let world = World::new()
        .set("vin", "LTESTVHC7E0000001")
        .set("iccid", &world.driver.iccid);
    world.look(json!({ "do": "data" })).await.unwrap();
    assert_eq!(asked(&world), ["GET flowinfo"]);
}
