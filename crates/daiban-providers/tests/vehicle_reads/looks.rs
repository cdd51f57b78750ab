//! The looks against the simulated service, which knows none of our types and checks every signature.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Pace, Request, Response};
use daiban_core::provider::{Provider, Vault, Visit};
use daiban_core::secret::Secret;
use daiban_providers::vehicle::Vehicles;
use daiban_sim::{Car, CarChange, CarOwner, Options, Sim, SimCard};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::at;

const NOW: &str = "2026-12-01T08:00:00+08:00";
const HOST: &str = "http://127.0.0.1:5105";
const KEY: &str = "daiban-made-up-key-0123456789abc";
const PETROL: &str = "LTESTVHC7E0000001";
const HYBRID: &str = "XTESTVHC7E0000002";

/// A line to the simulator that notes what was asked.
struct Line {
    sim: Sim,
    asked: Mutex<Vec<(String, Pace)>>,
}

#[async_trait::async_trait]
impl Http for Line {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let path = request.url.replacen(HOST, "", 1);
        self.asked
            .lock()
            .unwrap()
            .push((path.clone(), request.pace));
        let method = request.method.as_str();
        let mut spelled = axum::http::Request::builder().method(method).uri(&path);
        for (name, value) in &request.headers {
            spelled = spelled.header(*name, value);
        }
        let body = Body::from(request.body.unwrap_or_default());
        let router = self.sim.router("vehicle");
        let answer = router.oneshot(spelled.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        Ok(Response {
            status: parts.status.as_u16(),
            headers: Vec::new(),
            body: axum::body::to_bytes(body, 4 << 20).await.unwrap().to_vec(),
        })
    }
}

#[async_trait::async_trait]
impl Vault for Line {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("nothing to keep")
    }
}

struct World {
    vehicles: Vehicles,
    line: Line,
    clock: Arc<AtomicI64>,
    settings: Settings,
    secrets: Secrets,
}

impl World {
    /// A petrol car that sends numbers, and a hybrid that sends texts.
    fn new(profile: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(at(NOW).as_millisecond()));
        let shown = Arc::clone(&clock);
        let sim = Sim::new(Options {
            now: Arc::new(move || shown.load(Ordering::Relaxed)),
            seed: 7,
            rail_data: None,
        });
        let tokens = sim.add_car_owner(CarOwner {
            user_id: "1000001".into(),
            client_id: "TEST0000CLIENT0001".into(),
            app_secret: KEY.into(),
            expires_in_s: 7 * 86_400,
            ..CarOwner::default()
        });
        sim.add_car(Car::default());
        sim.add_car(Car {
            vin: HYBRID.into(),
            plate: "冀R0D002".into(),
            iccid: "89860000000000000001".into(),
            platform: "tsp".into(),
            phev: true,
            default: false,
            functions: vec!["remote_lock".into(), "remote_window_vent".into()],
            ..Car::default()
        });
        let settings = [
            ("profile", profile),
            ("user_url", HOST),
            ("device_url", HOST),
        ];
        let secrets = [
            ("access_token", tokens.access_token.as_str()),
            ("refresh_token", &tokens.refresh_token),
            ("user_id", "1000001"),
            ("client_id", "TEST0000CLIENT0001"),
            ("app_secret", KEY),
            ("device_id", "00000000-0000-4000-8000-000000000001"),
        ];
        let asked = Mutex::default();
        Self {
            vehicles: Vehicles::default(),
            line: Line { sim, asked },
            clock,
            settings: settings.map(|(name, it)| (name.into(), it.into())).into(),
            secrets: secrets
                .map(|(name, it)| (name.into(), Secret::from(it)))
                .into(),
        }
    }

    async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        let visit = Visit {
            now: jiff::Timestamp::from_millisecond(self.clock.load(Ordering::Relaxed)).unwrap(),
            chance: 7,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: &self.line,
            vault: &self.line,
        };
        self.vehicles.look(&visit, &body).await
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// Paths asked since the last time, with their paces.
    fn asked(&self) -> Vec<(String, Pace)> {
        std::mem::take(&mut *self.line.asked.lock().unwrap())
    }

    fn bend(&self, vin: &str, path: &str, value: Value) {
        let change = CarChange {
            raw: [(path.to_owned(), value)].into(),
            ..CarChange::default()
        };
        assert!(self.line.sim.change_car(vin, change));
    }
}

fn code(error: &ServiceError) -> &str {
    match error {
        ServiceError::Refused { code, .. } => code,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_parked_car_in_both_profiles() {
    for profile in ["lynkco-2020", "lynkco-2023"] {
        let world = World::new(profile);
        let status = json!({ "do": "status", "car": null, "fresh": false });
        let reading = world.look(status).await.unwrap();
        for (field, expected) in [
            ("vin", json!("*************0001")),
            ("updated_at", json!(NOW)),
            ("seen_at", json!(NOW)),
            ("plate", json!("冀R0D001")),
            ("platform", json!("csp")),
            ("locked", json!(true)),
            ("engine", json!("off")),
            ("speed_kmh", json!(0.0)),
            ("soc_pct", json!(null)),
            ("charging", json!(false)),
            ("alarm", json!(false)),
            ("warnings", json!([])),
        ] {
            assert_eq!(reading[field], expected, "{profile} {field}");
        }
        assert_eq!(reading["windows"]["driver"], "closed");
        assert_eq!(reading["position"]["datum"], "WGS-84");
        let tyre = reading["tyres_kpa"]["driver"].as_f64().unwrap();
        assert!((235.0..260.0).contains(&tyre), "{tyre}");
    }
}

#[tokio::test]
async fn both_forms_of_report_read_alike() {
    let world = World::new("lynkco-2023");
    for (vin, tail) in [(PETROL, "0001"), (HYBRID, "0002")] {
        let mut change = CarChange {
            engine: Some(true),
            key: Some(true),
            in_drive: Some(true),
            speed_kmh: Some(46.5),
            locked: Some(true),
            ..CarChange::default()
        };
        change.windows_pct.passenger = Some(12);
        assert!(world.line.sim.change_car(vin, change));
        world.pass(10);
        let reading = world
            .look(json!({ "do": "status", "car": tail }))
            .await
            .unwrap();
        assert_eq!(reading["engine"], "running", "{tail}");
        assert_eq!(reading["gear"], "drive", "{tail}");
        assert_eq!(reading["speed_kmh"], 46.5, "{tail}");
        assert_eq!(reading["key_present"], true, "{tail}");
        assert_eq!(reading["windows"]["passenger"], "open", "{tail}");
        assert_eq!(reading["window_pct"]["passenger"], 12.0, "{tail}");
        assert_eq!(reading["windows"]["driver"], "closed", "{tail}");
    }
}

#[tokio::test]
async fn a_charging_hybrid() {
    let world = World::new("lynkco-2023");
    let plug = CarChange {
        plugged: Some(true),
        soc_pct: Some(63.0),
        ..CarChange::default()
    };
    assert!(world.line.sim.change_car(HYBRID, plug));
    world.pass(10);
    let reading = world
        .look(json!({ "do": "status", "car": "0002" }))
        .await
        .unwrap();
    assert_eq!(reading["platform"], "tsp");
    assert_eq!(reading["plugged"], true);
    assert!(reading["soc_pct"].as_f64().is_some_and(|soc| soc >= 63.0));
    assert!(
        reading["electric_range_km"]
            .as_f64()
            .is_some_and(|km| km > 0.0)
    );
}

#[tokio::test]
async fn a_poll_waits_its_turn_and_never_wakes_the_car() {
    let world = World::new("lynkco-2023");
    let poll = json!({ "do": "status", "car": null, "poll": true, "fresh": true });
    world.look(poll).await.unwrap();
    let asked = world.asked();
    let is_status = |asked: &&(String, Pace)| asked.0.contains("/vehicle/status/");
    let mut statuses = asked.iter().filter(is_status);
    assert_eq!(statuses.next().unwrap().1, Pace::Poll);
    assert!(
        asked.iter().all(|(path, _)| !path.contains("latest=True")),
        "{asked:?}"
    );
    world
        .look(json!({ "do": "status", "fresh": true }))
        .await
        .unwrap();
    let asked = world.asked();
    let (path, pace) = asked.last().unwrap();
    assert!(path.contains("latest=True"), "{path}");
    assert_eq!(*pace, Pace::Step);
}

#[tokio::test]
async fn the_list_of_cars_is_asked_once_and_not_at_all_with_a_number_set() {
    let mut world = World::new("lynkco-2023");
    for _ in 0..3 {
        world.look(json!({ "do": "status" })).await.unwrap();
    }
    let lists = |world: &World| {
        let asked = world.asked();
        asked
            .iter()
            .filter(|(path, _)| path.contains("/user/vehicle/"))
            .count()
    };
    assert_eq!(lists(&world), 1);
    world.vehicles = Vehicles::default();
    world.pass(1);
    world.settings.insert("vin".into(), HYBRID.into());
    let reading = world.look(json!({ "do": "status" })).await.unwrap();
    assert_eq!(reading["vin"], "*************0002");
    assert_eq!(lists(&world), 0);
}

#[tokio::test]
async fn a_car_that_is_not_there_is_refused() {
    let world = World::new("lynkco-2023");
    for body in [
        json!({ "do": "status", "car": "9999" }),
        json!({ "do": "data", "car": "9999" }),
        json!({ "do": "capabilities", "car": "9999" }),
    ] {
        let error = world.look(body).await.unwrap_err();
        assert_eq!(code(&error), "invalid_input:car");
    }
    let error = world
        .look(json!({ "do": "status", "car": 1 }))
        .await
        .unwrap_err();
    assert_eq!(code(&error), "invalid_input:body");
    let error = world.look(json!({ "do": "weather" })).await.unwrap_err();
    assert_eq!(code(&error), "do");
}

#[tokio::test]
async fn a_tree_that_is_gone_is_changed_and_odd_values_are_unknown() {
    let world = World::new("lynkco-2023");
    let lock = "additionalVehicleStatus.drivingSafetyStatus.doorLockStatusDriver";
    world.bend(PETROL, lock, json!("maybe"));
    world.bend(PETROL, "basicVehicleStatus.position", json!([1, 2]));
    let reading = world.look(json!({ "do": "status" })).await.unwrap();
    assert_eq!(reading["locked"], json!(null));
    let odd = reading["odd"].as_array().unwrap();
    assert!(odd.contains(&json!(lock)), "{odd:?}");
    assert!(
        odd.contains(&json!("basicVehicleStatus.position")),
        "{odd:?}"
    );
}

#[tokio::test]
async fn a_tyre_scale_of_the_owner() {
    let mut world = World::new("lynkco-2023");
    let tyre = |reading: Value| reading["tyres_kpa"]["driver"].as_f64().unwrap();
    let counted = tyre(world.look(json!({ "do": "status" })).await.unwrap());
    world
        .settings
        .insert("tyre_kpa_per_unit".into(), "1".into());
    let plain = tyre(world.look(json!({ "do": "status" })).await.unwrap());
    assert!((counted / plain - 1.373).abs() < 0.001, "{counted} {plain}");
    world
        .settings
        .insert("tyre_kpa_per_unit".into(), "bar".into());
    let error = world.look(json!({ "do": "status" })).await.unwrap_err();
    assert_eq!(code(&error), "setting");
}

#[tokio::test]
async fn data_of_the_sim_card() {
    for profile in ["lynkco-2020", "lynkco-2023"] {
        let world = World::new(profile);
        let data = world
            .look(json!({ "do": "data", "car": null }))
            .await
            .unwrap();
        assert_eq!(data["iccid"], "****************0000", "{profile}");
        assert_eq!(data["total_mib"], 3072.0);
        assert_eq!(data["used_mib"], 69.7);
        assert_eq!(data["left_mib"], 3002.3);
        assert_eq!(data["as_of"], NOW);
        // Thirty-one days from the day before.
        assert_eq!(data["until"], "2026-12-31T08:00:00+08:00");
        assert_eq!(data["days_left"], 30);
        assert_eq!(data["basic"]["days_left"], 1_095);
        let package = &data["packages"][0];
        assert_eq!(package["product"], "800720");
        assert_eq!(package["voice_left_min"], 700);
        assert_eq!(
            (&package["sms_used"], &package["sms_left"]),
            (&json!(21), &json!(429))
        );
    }
}

#[tokio::test]
async fn a_card_without_packages_ends_with_its_basic_one() {
    let world = World::new("lynkco-2023");
    world.line.sim.add_car(Car {
        sim: SimCard {
            packages: Vec::new(),
            ..SimCard::default()
        },
        ..Car::default()
    });
    let data = world.look(json!({ "do": "data" })).await.unwrap();
    assert_eq!(data["packages"], json!([]));
    assert_eq!(data["until"], data["basic"]["until"]);
    assert_eq!(data["days_left"], 1_095);
}

#[tokio::test]
async fn what_a_car_can_be_told_is_asked_once_a_day() {
    let world = World::new("lynkco-2023");
    let ask = json!({ "do": "capabilities", "car": "0002" });
    let told = world.look(ask.clone()).await.unwrap();
    assert_eq!(told["functions"]["remote_lock"], true);
    assert_eq!(told["functions"]["remote_engine"], false);
    assert_eq!(told["commands"], json!(["lock", "vent_windows"]));
    assert_eq!(told["seen_at"], NOW);
    world.asked();
    world.pass(86_399);
    assert_eq!(world.look(ask.clone()).await.unwrap(), told);
    assert_eq!(world.asked(), []);
    world.pass(2);
    let again = world.look(ask).await.unwrap();
    assert_eq!(again["seen_at"], "2026-12-02T08:00:01+08:00");
    // The other car has its own list.
    let other = world.look(json!({ "do": "capabilities" })).await.unwrap();
    assert_eq!(
        other["commands"],
        json!(["find", "lock", "start", "stop", "unlock"])
    );
}

#[tokio::test]
async fn nothing_that_names_or_places_the_car_is_in_what_is_told_but_its_position() {
    let world = World::new("lynkco-2023");
    for body in [
        json!({ "do": "status" }),
        json!({ "do": "status", "car": "0002" }),
        json!({ "do": "data" }),
        json!({ "do": "capabilities" }),
    ] {
        let mut told = world.look(body).await.unwrap();
        told["position"] = json!(null);
        let text = told.to_string();
        for hidden in [
            "TESTVHC",
            "8986",
            "1000001",
            "TEST0000CLIENT",
            "39.9",
            "116.3",
            "1436",
            "4190",
        ] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }
}
