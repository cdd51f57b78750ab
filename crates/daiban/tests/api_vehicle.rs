//! Cars over REST, with answers by heart: what is asked of the provider, what is given and to whom, commands from 202 to their
//! end.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use daiban::clock::SystemClock;
use daiban_core::{
    account::AccountState,
    ask::Answer,
    clock::Clock,
    household::{Role, Scope, User},
    id::{AccountId, AskId, ErrandId},
    lifecycle::Verb,
    service::Service,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use web_kit::{
    House, Still,
    rail::Script,
    vehicle::{self, ICCID, VIN},
};

struct Api {
    house: House,
    script: Arc<Script>,
    router: Router,
    tokens: BTreeMap<&'static str, String>,
    li: User,
    car: AccountId,
}

impl Api {
    async fn new() -> Self {
        Self::at(Arc::new(Still)).await
    }

    /// With an engine that runs, on the machine's clock.
    async fn running() -> (Self, tokio::sync::watch::Sender<bool>) {
        let api = Self::at(Arc::new(SystemClock)).await;
        let (stop, told) = tokio::sync::watch::channel(false);
        tokio::spawn(api.house.engine.clone().run(told));
        (api, stop)
    }

    /// 李 has a car; 王 has nothing; the screen and the admin see the household.
    async fn at(clock: Arc<dyn Clock>) -> Self {
        let (house, script) = House::with_vehicle(clock).await;
        let mut tokens = BTreeMap::new();
        let mut users = Vec::new();
        for (name, role) in [
            ("li", Role::Member),
            ("wang", Role::Member),
            ("screen", Role::Viewer),
            ("admin", Role::Admin),
        ] {
            let user = house.add_user(name, role).await;
            let (token, _) = house
                .app
                .access()
                .add_token(&user.id, "t", Scope::Admin)
                .await
                .unwrap();
            tokens.insert(name, token.reveal().to_owned());
            users.push(user);
        }
        let li = users.remove(0);
        let (token, _) = house
            .app
            .access()
            .add_token(&li.id, "r", Scope::Read)
            .await
            .unwrap();
        tokens.insert("li reading", token.reveal().to_owned());
        let car = house
            .add_account(&li.id, Service::Vehicle, "家里的车", AccountState::Ready)
            .await;
        Self {
            router: daiban::api::router(house.app.clone()),
            house,
            script,
            tokens,
            li,
            car,
        }
    }

    async fn ask(&self, who: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/vehicle/{}{path}", self.car))
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", self.tokens[who]),
            )
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains(VIN) && !text.contains(ICCID),
            "{path}: {text}"
        );
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    async fn get(&self, who: &str, path: &str) -> (u16, Value) {
        self.ask(who, "GET", path, None).await
    }

    async fn tell(&self, who: &str, body: Value) -> (u16, Value) {
        self.ask(who, "POST", "/commands", Some(body)).await
    }

    /// The command once it is in that state.
    async fn until(&self, id: &str, state: &str) -> Value {
        for _ in 0..400 {
            let (_, order) = self.get("li", &format!("/commands/{id}")).await;
            if order["state"] == state {
                return order;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{id} never came to {state}");
    }
}

#[tokio::test]
async fn a_status_is_what_the_car_told_in_beijing_time() {
    let api = Api::new().await;
    let (status, seen) = api.get("li", "/status").await;
    assert_eq!(status, 200, "{seen}");
    for (name, expected) in [
        ("vin", json!("*************0001")),
        ("updated_at", json!("2026-11-22T14:02:00+08:00")),
        ("locked", json!(true)),
        ("engine", json!("off")),
        ("gear", Value::Null),
        ("fuel_l", json!(49.0)),
        ("soc_pct", Value::Null),
        ("charging", Value::Null),
        ("sunroof", json!("closed")),
        ("trunk", json!({ "open": false, "locked": true })),
        ("bonnet_open", json!(false)),
        ("days_to_service", json!(278)),
    ] {
        assert_eq!(seen[name], expected, "{name}");
    }
    let position = json!({ "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": false, "altitude_m": null, "at": null });
    assert_eq!(seen["position"], position);
    assert_eq!(seen["windows"]["passenger_rear"], "open");
    assert_eq!(
        seen["doors"]["driver"],
        json!({ "open": false, "locked": true })
    );
    assert_eq!(seen["tyres_kpa"]["driver"], 247.1);

    api.get("li", "/status?fresh=true&car=00a1").await;
    let asked = api.script.asked("status");
    assert_eq!(
        asked[0],
        json!({ "do": "status", "car": null, "fresh": false })
    );
    assert_eq!(
        asked[1],
        json!({ "do": "status", "car": "00A1", "fresh": true })
    );
}

#[tokio::test]
async fn cars_data_abilities_and_readings() {
    let api = Api::new().await;
    let (_, cars) = api.get("li", "/cars").await;
    let car = json!({ "car": "0001", "vin": "*************0001", "plate": "冀R0D001", "series": "领克01", "default": true });
    assert_eq!(cars, json!({ "cars": [car] }));
    let (_, data) = api.get("li", "/data").await;
    assert_eq!(
        (&data["left_mib"], &data["days_left"]),
        (&json!(3002.3), &json!(1058))
    );
    assert_eq!(data["as_of"], "2026-11-22T12:40:00+08:00");
    assert_eq!(
        (
            &data["packages"][0]["product"],
            &data["packages"][0]["sms_left"]
        ),
        (&json!("800720"), &Value::Null)
    );
    let (_, can) = api.get("li", "/capabilities").await;
    assert_eq!(can["functions"]["remote_window"], false);
    assert_eq!(can["commands"][5], "open_trunk");

    assert_eq!(api.get("li", "/readings").await, (200, json!([])));
    let watch = vehicle::watching(api.house.now());
    api.house.add_errand(&api.li.id, &api.car, watch).await;
    let (_, all) = api.get("li", "/readings").await;
    let all = all.as_array().unwrap().clone();
    assert!(all.len() > 10 && all.is_sorted_by_key(|one| one["at"].as_str().unwrap().to_owned()));
    assert_eq!(
        (&all[0]["car"], &all[0]["soc_pct"]),
        (&json!("0001"), &Value::Null)
    );
    assert_eq!(all[0]["at"], "2026-11-09T08:00:00+08:00");
    assert!(all[0].get("lat").is_none(), "a reading has no position");
    let (_, today) = api.get("li", "/readings?days=1").await;
    assert_eq!(today.as_array().unwrap().len(), 1);
    let (_, none) = api.get("li", "/readings?car=0002").await;
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn bad_questions_are_refused_before_they_are_asked() {
    let api = Api::new().await;
    for (path, field) in [
        ("/status?car=1", "car"),
        ("/status?car=LTESTVHC7E000000", "car"),
        ("/status?x=1", "x"),
        ("/data?car=0%2F..", "car"),
        ("/capabilities?y=1", "y"),
        ("/readings?z=1", "z"),
    ] {
        let (status, said) = api.get("li", path).await;
        assert_eq!(
            (status, &said["field"]),
            (422, &json!(field)),
            "{path}: {said}"
        );
    }
    assert!(api.script.asked("status").is_empty() && api.script.asked("data").is_empty());
    for (body, field) in [
        (json!({}), "command"),
        (json!({ "command": "fly" }), "command"),
        (
            json!({ "command": "unlock", "args": { "minutes": 4 } }),
            "minutes",
        ),
        (
            json!({ "command": "lock", "args": { "minutes": 1 } }),
            "minutes",
        ),
        (
            json!({ "command": "find", "args": { "what": "smoke" } }),
            "what",
        ),
        (json!({ "command": "lock", "car": "x" }), "car"),
        (json!({ "command": "lock", "vin": "x" }), "vin"),
    ] {
        let (status, said) = api.tell("li", body.clone()).await;
        assert_eq!(
            (status, &said["field"]),
            (422, &json!(field)),
            "{body}: {said}"
        );
    }
    assert_eq!(
        api.get("li", "/commands").await,
        (200, json!([])),
        "nothing was begun"
    );
    assert_eq!(api.get("li", "/commands/x1").await.0, 404);
}

#[tokio::test]
async fn a_car_is_for_its_owner() {
    let api = Api::new().await;
    let watch = vehicle::watching(api.house.now());
    let errand = api.house.add_errand(&api.li.id, &api.car, watch).await;
    for path in [
        "/status",
        "/cars",
        "/data",
        "/capabilities",
        "/readings",
        "/commands",
    ] {
        for (who, expected) in [
            ("li", 200),
            ("li reading", 200),
            ("admin", 200),
            ("screen", 403),
            ("wang", 404),
        ] {
            let (status, said) = api.get(who, path).await;
            assert_eq!(status, expected, "{who} {path}");
            assert_eq!(
                said.to_string().contains("0001"),
                expected == 200
                    && path != "/commands"
                    && path != "/data"
                    && path != "/capabilities",
                "{who} {path}"
            );
        }
    }
    for (who, expected) in [("li reading", 403), ("screen", 403), ("wang", 404)] {
        let (status, _) = api.tell(who, json!({ "command": "lock" })).await;
        assert_eq!(status, expected, "{who}");
    }
    // An errand that is no command is none here either.
    assert_eq!(api.get("li", &format!("/commands/{errand}")).await.0, 404);
}

#[tokio::test]
async fn a_safe_command_goes_from_accepted_to_its_end() {
    let (api, _stop) = Api::running().await;
    let (status, begun) = api
        .tell("li", json!({ "command": "lock", "args": {} }))
        .await;
    assert_eq!(status, 202, "{begun}");
    assert_eq!(
        (&begun["command"], &begun["args"], &begun["by"]),
        (&json!("lock"), &json!({}), &json!("api"))
    );
    assert!(begun.get("ask").is_none());
    let id = begun["id"].as_str().unwrap().to_owned();
    let way = api.until(&id, "confirming").await;
    assert!(way["sent_at"].as_str().unwrap().ends_with("+08:00"));
    assert_eq!(
        (&way["settled_at"], &way["code"]),
        (&Value::Null, &Value::Null)
    );
    let (status, second) = api.tell("li", json!({ "command": "find" })).await;
    assert_eq!((status, &second["code"]), (409, &json!("refused")));
    let actor = House::actor(&api.li);
    api.house
        .app
        .tell(&actor, &ErrandId::from(id.as_str()), Verb::Run)
        .await
        .unwrap();
    let done = api.until(&id, "confirmed").await;
    assert!(done["settled_at"].is_string());
    let (_, all) = api.get("li", "/commands").await;
    assert_eq!(
        (all.as_array().unwrap().len(), &all[0]["id"]),
        (1, &json!(id))
    );
    assert_eq!(
        api.tell("li", json!({ "command": "find" })).await.0,
        202,
        "the way is free again"
    );
}

#[tokio::test]
async fn a_sensitive_command_comes_back_with_its_ask() {
    let (api, _stop) = Api::running().await;
    let (status, begun) = api
        .tell(
            "li",
            json!({ "command": "start", "args": { "minutes": 5 }, "car": "0001" }),
        )
        .await;
    assert_eq!(
        (status, &begun["state"], &begun["car"]),
        (202, &json!("needs_you"), &json!("0001")),
        "{begun}"
    );
    assert_eq!(
        (&begun["args"], &begun["sent_at"]),
        (&json!({ "minutes": 5 }), &Value::Null)
    );
    let ask = AskId::from(begun["ask"].as_str().unwrap());
    let id = begun["id"].as_str().unwrap();
    let actor = House::actor(&api.li);
    api.house
        .app
        .answer(&actor, &ask, Answer::Denied)
        .await
        .unwrap();
    let denied = api.until(id, "rejected").await;
    assert_eq!(
        (&denied["code"], &denied["sent_at"]),
        (&json!("denied"), &Value::Null)
    );
    assert!(denied.get("ask").is_none());
}

#[tokio::test]
async fn of_two_commands_at_once_one_is_begun() {
    let api = Api::new().await;
    let tell = || api.tell("li", json!({ "command": "lock" }));
    let (one, other) = tokio::join!(tell(), tell());
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409]);
    let (_, all) = api.get("li", "/commands").await;
    assert_eq!(
        (all.as_array().unwrap().len(), &all[0]["state"]),
        (1, &json!("preparing"))
    );
}

#[tokio::test]
async fn an_engine_that_was_started_can_be_stopped_at_once() {
    let (api, _stop) = Api::running().await;
    let (_, begun) = api.tell("li", json!({ "command": "start" })).await;
    let ask = AskId::from(begun["ask"].as_str().unwrap());
    assert_eq!(
        api.tell("li", json!({ "command": "stop" })).await.0,
        409,
        "nothing was started yet"
    );
    let actor = House::actor(&api.li);
    api.house
        .app
        .answer(&actor, &ask, Answer::Approved)
        .await
        .unwrap();
    api.until(begun["id"].as_str().unwrap(), "confirming").await;
    assert_eq!(api.tell("li", json!({ "command": "lock" })).await.0, 409);
    assert_eq!(api.tell("li", json!({ "command": "stop" })).await.0, 202);
}
