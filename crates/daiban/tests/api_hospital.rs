//! 114 over REST, with answers by heart: what is asked of the provider, what is given, and to whom.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use daiban_core::{
    Text,
    account::AccountState,
    error::ServiceError,
    household::{Role, Scope},
    id::{AccountId, ErrandId},
    service::Service,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use web_kit::{House, Still, hospital, page::encoded, rail::Script};

struct Api {
    script: Arc<Script>,
    router: Router,
    tokens: BTreeMap<&'static str, String>,
    hospital: AccountId,
    permit: AccountId,
    booked: ErrandId,
    watching: ErrandId,
}

impl Api {
    /// 李 has a 114 account and two errands; 王 has nothing; the screen and the admin see the household.
    async fn new() -> Self {
        let (house, script) = House::with_hospital(Arc::new(Still)).await;
        let mut tokens = BTreeMap::new();
        let mut owner = None;
        for (name, role, scope) in [
            ("li", Role::Member, Scope::Read),
            ("wang", Role::Member, Scope::Admin),
            ("screen", Role::Viewer, Scope::Admin),
            ("admin", Role::Admin, Scope::Admin),
            ("reading", Role::Admin, Scope::Read),
        ] {
            let user = house.add_user(name, role).await;
            let access = house.app.access();
            let (token, _) = access.add_token(&user.id, "t", scope).await.unwrap();
            tokens.insert(name, token.reveal().to_owned());
            owner.get_or_insert(user.id);
        }
        let li = owner.unwrap();
        let account = async |service| {
            let ready = AccountState::Ready;
            house.add_account(&li, service, "家里的", ready).await
        };
        let hospital = account(Service::Hospital).await;
        let (now, add) = (house.now(), async |seed| {
            house.add_errand(&li, &hospital, seed).await
        });
        Self {
            booked: add(hospital::booked(now)).await,
            watching: add(hospital::watching(now)).await,
            permit: account(Service::Permit).await,
            router: daiban::api::router(house.app.clone()),
            script,
            tokens,
            hospital,
        }
    }

    async fn raw(&self, who: &str, path: &str) -> (u16, String, Vec<u8>) {
        let token = format!("Bearer {}", self.tokens[who]);
        let request = Request::get(format!("/api/v1{}", encoded(path)))
            .header(header::AUTHORIZATION, token)
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, kind, bytes.to_vec())
    }

    async fn get(&self, who: &str, path: &str) -> (u16, Value) {
        let (status, _, bytes) = self.raw(who, path).await;
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }
}

const PAGE: &str = "https%3A%2F%2Fwww.114yygh.com%2Fhospital%2FH90000001%2F04%2F644%2Fsource";

#[tokio::test]
async fn what_is_public_needs_no_account() {
    let api = Api::new().await;
    let (status, found) = api
        .get("wang", "/hospital/find?q=儿童&level=3&area=2")
        .await;
    assert_eq!(status, 200, "{found}");
    let expected = json!({ "code": "H90000002", "name": "北京示例儿童医院", "level": "三级甲等", "opens_at": "08:30", "maintenance": true, "booking_days": null });
    assert_eq!(found, json!([expected]));
    let asked = json!({ "do": "hospitals", "text": "儿童", "level": "3", "area": "2" });
    assert_eq!(api.script.asked("hospitals"), [asked]);
    let (status, _) = api.get("wang", "/hospital/find?level=3").await;
    assert_eq!(status, 200, "a level alone will do");

    let (_, found) = api
        .get("wang", "/hospital/departments?hos=H90000001&q=消化")
        .await;
    let first = &found[0];
    assert_eq!(
        first["first"],
        json!({ "code": "00aa11bb", "name": "口腔科" })
    );
    assert_eq!(first["second"]["code"], "900010001");
    let asked = json!({ "do": "departments", "hos": "H90000001", "text": "消化" });
    assert_eq!(api.script.asked("departments"), [asked]);
}

#[tokio::test]
async fn calendars_and_places_are_asked_for_by_codes_or_by_page() {
    let api = Api::new().await;
    let codes = "hos=H90000001&first=04&second=644";
    for query in [codes.to_owned(), format!("url={PAGE}")] {
        let (status, seen) = api
            .get("wang", &format!("/hospital/calendar?{query}"))
            .await;
        assert_eq!(status, 200, "{seen}");
        assert_eq!(
            seen["days"][0],
            json!({ "date": "2026-11-23", "state": "sold_out" })
        );
        assert_eq!(seen["days"][7]["state"], "unknown");
        assert_eq!(seen["release_at"], "2026-11-23T08:30:00+08:00");
        assert_eq!(seen["seen_at"], "2026-11-22T14:09:48+08:00");
        let (status, seen) = api
            .get("wang", &format!("/hospital/slots?{query}&date=2026-11-25"))
            .await;
        assert_eq!(status, 200, "{seen}");
        let expected = json!({ "key": "ea33b53ad59be8a3e5d3387b08c17205d6b8d197", "half_day": "morning", "doctor": null, "title": "普通号50",
            "skill": "门诊常见病诊治（示例）", "bookable": true, "periods": [], "seen_at": "2026-11-22T14:09:48+08:00" });
        assert_eq!(seen[1], expected);
        let period = json!({ "from": "14:00", "to": "14:30", "key": "k", "duty_time": "0", "bookable": true });
        assert_eq!(seen[2]["periods"][1], period);
    }
    let asked = json!({ "do": "slots", "hos": "H90000001", "first": "04", "second": "644", "date": "2026-11-25" });
    assert_eq!(api.script.asked("slots"), [asked.clone(), asked]);
}

#[tokio::test]
async fn bad_questions_are_refused_before_they_are_asked() {
    let api = Api::new().await;
    for (path, field) in [
        ("find", "q"),
        ("find?q=%20", "q"),
        ("find?x=1", "x"),
        ("departments", "hos"),
        ("calendar", "hos"),
        ("calendar?hos=1&first=2", "second"),
        ("calendar?hos=1&first=2&second=a%20b%20c", "hos"),
        ("calendar?url=https%3A%2F%2Fexample.com", "url"),
        ("slots?hos=1&first=2&second=3", "date"),
        ("slots?hos=1&first=2&second=3&date=2026-02-30", "date"),
        ("slots?hos=1&first=2&second=3&day=1", "day"),
    ] {
        let (status, said) = api.get("wang", &format!("/hospital/{path}")).await;
        assert_eq!((status, &said["field"]), (422, &json!(field)), "{path}");
        assert_eq!(said["code"], "invalid_input");
    }
    for what in ["hospitals", "departments", "calendar", "slots"] {
        assert!(api.script.asked(what).is_empty(), "{what}");
    }
    let text = Text::new("114 没有回答", "114 did not answer");
    api.script
        .fail("calendar", ServiceError::Unreachable { text });
    let (status, said) = api
        .get("wang", &format!("/hospital/calendar?url={PAGE}"))
        .await;
    assert_eq!((status, &said["code"]), (502, &json!("unreachable")));
}

#[tokio::test]
async fn people_are_named_to_their_own_alone() {
    let api = Api::new().await;
    for (what, name) in [("patients", "林小满"), ("orders", "王小例")] {
        let path = format!("/hospital/{}/{what}", api.hospital);
        for (who, expected) in [
            ("li", 200),
            ("admin", 200),
            ("reading", 403),
            ("screen", 403),
            ("wang", 404),
        ] {
            let (status, said) = api.get(who, &path).await;
            assert_eq!(status, expected, "{who} {what}");
            let names = said.to_string().contains(name);
            assert_eq!(names, expected == 200, "{who} {what}");
        }
        let (status, _) = api
            .get("li", &format!("/hospital/{}/{what}", api.permit))
            .await;
        assert_eq!(status, 404, "{what} of another service's account");
    }
    let (_, patients) = api
        .get("li", &format!("/hospital/{}/patients", api.hospital))
        .await;
    assert_eq!(patients["patients"][2]["bound"], false);
    let (_, orders) = api
        .get("li", &format!("/hospital/{}/orders", api.hospital))
        .await;
    let order = &orders["orders"][0];
    assert_eq!(
        (&order["fee_fen"], &orders["complete"]),
        (&json!(6_000), &json!(true))
    );
    assert_eq!(order["date"], "2026-12-01");
}

#[tokio::test]
async fn a_booked_visit_is_a_calendar_entry() {
    let api = Api::new().await;
    let path = format!("/errands/{}/calendar", api.booked);
    let (status, kind, bytes) = api.raw("li", &path).await;
    assert_eq!(
        (status, kind.as_str()),
        (200, "text/calendar; charset=utf-8")
    );
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.contains(&format!("UID:visit-{}@daiban\r\n", api.booked)));
    let (status, _) = api.get("wang", &path).await;
    assert_eq!(status, 404);
    let (status, said) = api
        .get("li", &format!("/errands/{}/calendar", api.watching))
        .await;
    assert_eq!((status, &said["code"]), (409, &json!("refused")));
}
