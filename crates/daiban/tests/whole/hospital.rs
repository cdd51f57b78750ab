//! A family at the hospital service: signing in over REST as an app would, wishes that cannot be, a place that is booked,
//! the reading commands.

use daiban_core::dates;
use daiban_sim::{Clinic, HospitalSaid, HouseholdHospital};
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Serve, World, id};
use crate::program::until;
use base64::{Engine as _, prelude::BASE64_STANDARD};

/// The account of the simulated household, signed in with a picture and a text message that the test reads.
fn signed_in(serve: &Serve<'_>, hospital: &HouseholdHospital) -> String {
    let new =
        json!({ "service": "hospital", "name": "家", "settings": { "mobile": hospital.mobile } });
    let account = id(&serve.post("/accounts", &new));
    serve.post(&format!("/accounts/{account}/sign-in"), &json!({}));
    let picture = open_ask(serve, "captcha");
    let png = picture_of(serve, &picture);
    let code = serve.world.sim.read_hospital_picture(&png).unwrap();
    answer(serve, &picture, &code);
    let message = open_ask(serve, "sms");
    let code = serve.world.sim.hospital_sms_code(&hospital.mobile).unwrap();
    answer(serve, &message, &code);
    until("the account is ready", || {
        let row = serve.get(&format!("/accounts/{account}"));
        (row["state"] == "ready").then_some(())
    });
    account
}

fn open_ask(serve: &Serve<'_>, kind: &str) -> Value {
    until(kind, || {
        let asks = serve.list("/asks?state=open");
        asks.into_iter().find(|ask| ask["kind"] == kind)
    })
}

fn picture_of(serve: &Serve<'_>, ask: &Value) -> String {
    let url = format!("{}{}", serve.url, ask["picture"].as_str().unwrap());
    let request = serve.world.client.get(url).bearer_auth(&serve.token);
    let bytes = serve.world.runtime.block_on(async {
        let answer = request.send().await.unwrap();
        answer.bytes().await.unwrap()
    });
    BASE64_STANDARD.encode(bytes)
}

fn answer(serve: &Serve<'_>, ask: &Value, text: &str) {
    let path = format!("/asks/{}/answer", id(ask));
    serve.post(&path, &json!({ "text": text }));
}

/// Paths of the hospital service that were asked for.
fn asked(world: &World) -> Vec<String> {
    let entries = world.sim.journal().into_iter();
    let hospital = entries.filter(|entry| entry.service == "hospital");
    hospital
        .map(|entry| entry.path.split('?').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_visit_that_cannot_be_is_refused_with_the_reason() {
    let world = World::new();
    let hospital = world.sim.household().hospital;
    let place = &hospital.opens;
    let serve = world.serve();
    let new =
        json!({ "service": "hospital", "name": "新", "settings": { "mobile": "13800000077" } });
    let account = id(&serve.post("/accounts", &new));
    let today = dates::today(Timestamp::now());
    let (tomorrow, later) = (
        (today + 1.day()).to_string(),
        (today + 5.days()).to_string(),
    );
    let department = format!("{}/{}/{}", place.hos, place.first, place.second);
    let refused = |account: &str, changed: Value| {
        let mut wishes = json!({
            "departments": department, "from": tomorrow, "to": later, "patient": hospital.child,
        });
        let all = wishes.as_object_mut().unwrap();
        all.extend(changed.as_object().unwrap().clone());
        let errand = json!({ "kind": "hospital.visit", "account": account, "wishes": wishes });
        let (status, said) = serve.ask(Method::POST, "/api/v1/errands", &errand);
        assert_eq!(
            (status, &said["code"]),
            (422, &"invalid_input".into()),
            "{said}"
        );
        said["field"].as_str().unwrap().to_owned()
    };
    // What can be refused here is refused before anything is asked.
    let before = asked(&world).len();
    assert_eq!(refused(&account, json!({ "to": today.to_string() })), "to");
    assert_eq!(
        refused(&account, json!({ "from": later, "to": tomorrow })),
        "to"
    );
    assert_eq!(
        refused(&account, json!({ "departments": "儿科" })),
        "departments"
    );
    assert_eq!(refused(&account, json!({ "fee_max": 10 })), "fee_max");
    assert_eq!(refused(&account, json!({ "patient": "" })), "patient");
    assert_eq!(asked(&world).len(), before);
    // What only the service's public list knows needs nothing else.
    let nowhere = format!("{}/{}/nowhere", place.hos, place.first);
    assert_eq!(
        refused(&account, json!({ "departments": nowhere })),
        "departments"
    );
    assert_eq!(
        refused(&account, json!({ "fee_max": 30, "titles": "主任医师" })),
        "fee_max"
    );
    let public = ["/web/hospital/", "/web/department/"];
    for path in asked(&world) {
        assert!(public.iter().any(|known| path.starts_with(known)), "{path}");
    }
    // Who is on the account's list only somebody signed in can know.
    let account = signed_in(&serve, &hospital);
    assert_eq!(refused(&account, json!({ "patient": "李示例" })), "patient");
    assert_eq!(serve.list("/errands"), Vec::<Value>::new());
    assert!(world.sim.effects().iter().all(|entry| {
        let effect = entry.effect.as_deref().unwrap_or_default();
        !effect.starts_with("hospital.book")
    }));
}

#[test]
fn a_free_place_is_booked_and_its_calendar_entry_is_there() {
    let world = World::new();
    let hospital = world.sim.household().hospital;
    let place = &hospital.opens;
    world.sim.add_clinic(Clinic {
        hos: place.hos.clone(),
        first: place.first.clone(),
        second: place.second.clone(),
        doctor: Some("周示例".to_owned()),
        title: "主治医师".to_owned(),
        ..Clinic::default()
    });
    let serve = world.serve();
    let account = signed_in(&serve, &hospital);
    let today = dates::today(Timestamp::now());
    let wishes = json!({
        "departments": format!("{}/{}/{}", place.hos, place.first, place.second),
        "from": (today + 1.day()).to_string(), "to": (today + 3.days()).to_string(),
        "patient": hospital.child, "doctors": "周示例",
    });
    let errand = json!({ "kind": "hospital.visit", "account": account, "wishes": wishes });
    let errand = id(&serve.post("/errands", &errand));
    serve.at(&errand, "booked");
    let effects = world
        .sim
        .effects()
        .into_iter()
        .filter_map(|entry| entry.effect);
    let booked = effects.filter(|effect| effect.starts_with("hospital.book "));
    assert_eq!(booked.count(), 1);
    let url = format!("{}/api/v1/errands/{errand}/calendar", serve.url);
    let request = world.client.get(url).bearer_auth(&serve.token);
    let entry = world.runtime.block_on(async {
        let answer = request.send().await.unwrap();
        answer.text().await.unwrap()
    });
    assert!(entry.starts_with("BEGIN:VCALENDAR"), "{entry}");
    assert!(
        entry.contains("周示例") && entry.contains("BEGIN:VALARM"),
        "{entry}"
    );
    // Nothing of the people is in the clear.
    let sealed = [&*hospital.mobile, &*hospital.child_id_number];
    let log = std::fs::read_to_string(world.log_file()).unwrap();
    for secret in sealed {
        assert!(!log.contains(secret), "in the log");
    }
}

/// Too many requests: the service is left alone for half an hour at least, by every process, and it is one problem.
#[test]
fn row_02_haste_closes_the_service_and_nothing_is_asked_meanwhile() {
    let world = World::new();
    let place = world.sim.household().hospital.opens;
    world.sim.set_options(|options| {
        let said = HospitalSaid {
            code: 10_000,
            msg: Some("您的请求过于频繁，请稍后再试".to_owned()),
        };
        options.hospital.say.insert("product/list".to_owned(), said);
    });
    let calendar = [
        "hospital",
        "calendar",
        &place.hos,
        &place.first,
        &place.second,
    ];
    let said = world.home.refused(&calendar, "", 7);
    assert_eq!(said["code"], "closed", "{said}");
    let so_far = asked(&world).len();
    let again = world.home.refused(&calendar, "", 7);
    assert_eq!(again["code"], "closed", "{again}");
    assert_eq!(asked(&world).len(), so_far, "nothing more was asked");
    let serve = world.serve();
    let problems = serve.list("/problems");
    let banned = problems
        .iter()
        .filter(|problem| problem.to_string().contains("banned"));
    assert_eq!(banned.count(), 1, "{problems:?}");
}
