//! Whose cars there are, which one a session is about, and which host it lives on.

use daiban_sim::{Car, CarChange, CarOwner};
use serde_json::{Value, json};

use crate::caller::{
    Caller, FORMS, Form, KEY, OTHER_VIN, USER, VIN, bench, bench_of_two, car, change, command,
};
use crate::common::Bench;

fn codes_of(list: &Value) -> Vec<&str> {
    let list = list["data"]["list"].as_array().unwrap();
    list.iter()
        .map(|car| car["vin"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_list_is_of_the_user_alone() {
    for form in FORMS {
        let bench = bench_of_two();
        let caller = Caller::new(&bench, form);
        assert_eq!(codes_of(&caller.cars(USER).await), [VIN, OTHER_VIN]);
        assert_eq!(caller.cars("1000002").await["code"], "8160");
    }
}

#[tokio::test]
async fn of_several_cars_one_must_be_chosen() {
    let bench = bench_of_two();
    let caller = Caller::new(&bench, Form::Signed);
    assert_eq!(caller.code().await, "8006");
    assert_eq!(caller.bind(VIN).await["code"], "1000");
    assert_eq!(caller.code().await, "1000");
    assert_eq!(caller.status_of(OTHER_VIN, false).await["code"], "4038");
    let refused = caller.tell(&command("RDL", true, &[])).await;
    assert_eq!(refused["code"], "1000", "the chosen one");
    assert_eq!(caller.bind(OTHER_VIN).await["code"], "1000");
    assert_eq!(caller.code().await, "4038");
    assert_eq!(caller.bind("LTESTVHC0E0000009").await["code"], "8063");
    let naming = Caller::new(&bench, Form::Signed).with("x-vehicle-identifier", VIN);
    assert_eq!(naming.code().await, "1000", "as newer clients do");
    assert_eq!(
        Caller::new(&bench, Form::Plain).code().await,
        "1000",
        "not of 2020"
    );
}

#[tokio::test]
async fn a_choice_ends_with_its_token() {
    let bench = bench_of_two();
    let mut caller = Caller::new(&bench, Form::Signed);
    caller.bind(VIN).await;
    let refresh = bench.sim.car_tokens(USER).unwrap().refresh_token;
    let answer = caller.refresh(&refresh).await;
    caller.token = answer["data"]["accessToken"].as_str().unwrap().into();
    assert_eq!(caller.code().await, "8006");
}

#[tokio::test]
async fn a_choice_names_the_session() {
    let bench = bench_of_two();
    let caller = Caller::new(&bench, Form::Signed);
    let path = "/device-platform/user/session/update?identity_type=lid";
    for body in [
        json!({"vin": VIN, "sessionToken": "another", "language": ""}),
        json!({"vin": VIN, "sessionToken": caller.token}),
        json!({}),
    ] {
        let answer = caller.send("POST", path, Some(&body)).await.json();
        assert_eq!(answer["code"], "1001", "{body}");
    }
    assert_eq!(caller.code().await, "8006");
}

#[tokio::test]
async fn cars_of_others_and_cars_of_nobody() {
    for form in FORMS {
        let bench = bench();
        bench.sim.add_car(Car {
            vin: OTHER_VIN.into(),
            owner: "1000002".into(),
            ..car()
        });
        let caller = Caller::new(&bench, form);
        assert_eq!(caller.status_of(OTHER_VIN, false).await["code"], "8040");
        let nobodys = caller.status_of("LTESTVHC0E0000009", false).await;
        assert_eq!(nobodys["code"], "8063");
        let path = caller.status_path(VIN, false).replace(USER, "1000002");
        assert_eq!(
            caller.get(&path).await["code"],
            "8040",
            "another user's number"
        );
    }
}

#[tokio::test]
async fn a_car_lives_on_one_host() {
    for form in FORMS {
        let bench = bench();
        bench.sim.add_car(Car {
            second_host: true,
            ..car()
        });
        let mut caller = Caller::new(&bench, form);
        assert_eq!(caller.code().await, "8063");
        let list = caller.cars(USER).await;
        assert_eq!(list["data"]["list"][0]["proprietaryPlatform"], 1);
        caller.prefix = "/second";
        assert_eq!(caller.code().await, "1000");
        assert_eq!(
            caller.tell(&command("RDL", true, &[])).await["code"],
            "1000"
        );
        let moved = CarChange {
            second_host: Some(false),
            ..CarChange::default()
        };
        change(&bench, moved);
        assert_eq!(caller.code().await, "8063");
    }
}

#[tokio::test]
async fn the_second_hosts_prefix_need_not_be_signed() {
    let bench = bench();
    bench.sim.add_car(Car {
        second_host: true,
        ..car()
    });
    let path = Caller::new(&bench, Form::Signed).status_path(VIN, false);
    let moment = bench.now().to_string();
    let signature = crate::caller::sign(KEY, "GET", &path, b"", "n", &moment);
    let mut caller = Caller::new(&bench, Form::Signed)
        .with("x-api-signature-nonce", "n")
        .with("x-signature", &signature);
    caller.prefix = "/second";
    assert_eq!(caller.code().await, "1000");
}

fn shared(may_command: bool) -> Bench {
    let bench = bench();
    bench.sim.add_car(Car {
        owner: "1000002".into(),
        shared_with: vec![USER.into()],
        sharers_may_command: may_command,
        ..car()
    });
    bench.sim.add_car_owner(CarOwner {
        user_id: "1000002".into(),
        ..CarOwner::default()
    });
    bench
}

#[tokio::test]
async fn a_shared_car_is_seen_and_perhaps_commanded() {
    for (may_command, expected) in [(true, "1000"), (false, "8160")] {
        let bench = shared(may_command);
        let caller = Caller::new(&bench, Form::Signed);
        assert_eq!(
            caller.cars(USER).await["data"]["list"][0]["shareStatus"],
            "Y"
        );
        let own = caller
            .get(&format!(
                "/device-platform/user/vehicle/secure?needSharedCar=0&userId={USER}"
            ))
            .await;
        assert!(codes_of(&own).is_empty());
        assert_eq!(caller.code().await, "1000");
        assert_eq!(
            caller.tell(&command("RDL", true, &[])).await["code"],
            expected
        );
        bench.pass(60_000);
        assert_eq!(
            bench.effects("vehicle.lock").len(),
            usize::from(may_command)
        );
    }
}

#[tokio::test]
async fn what_a_car_can_do() {
    for form in FORMS {
        let bench = bench();
        let caller = Caller::new(&bench, form);
        let path = format!(
            "/geelyTCAccess/tcservices/capability/{VIN}?pageIndex=1&pageSize=2000&vehicleType=0"
        );
        let enabled = async |name: &str| {
            let answer = caller.get(&path).await;
            let list = answer["data"]["list"].as_array().unwrap().clone();
            let item = list.into_iter().find(|item| item["functionId"] == name);
            item.map(|item| item["valueEnable"].clone())
        };
        assert_eq!(enabled("remote_trunk_open").await, Some(json!(true)));
        assert_eq!(enabled("remote_climate_control").await, Some(json!(false)));
        change(
            &bench,
            CarChange {
                functions: Some(vec!["remote_lock".into()]),
                ..CarChange::default()
            },
        );
        assert_eq!(enabled("remote_trunk_open").await, Some(json!(false)));
        let refused = caller.tell(&command("RTU", true, &[])).await;
        assert_eq!(refused["code"], "1404");
        let wrong = path.replace("pageIndex=1&", "");
        assert_eq!(caller.get(&wrong).await["code"], "1001");
    }
}

#[tokio::test]
async fn paths_and_methods_there_are_not() {
    let bench = bench();
    let caller = Caller::new(&bench, Form::Signed);
    for (method, path, expected) in [
        ("GET", "/", 404),
        (
            "GET",
            "/remote-control/vehicle/status/depths/LTESTVHC7E0000001",
            404,
        ),
        ("GET", "/secondary/auth/account/token", 404),
        (
            "GET",
            "/remote-control/vehicle/telematics/LTESTVHC7E0000001",
            405,
        ),
        ("PATCH", "/auth/account/token", 405),
    ] {
        let got = caller.send(method, path, None).await;
        assert_eq!(got.status, expected, "{method} {path}");
    }
}
