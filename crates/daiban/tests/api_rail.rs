//! The railway over REST, with answers by heart: what is asked of the provider, what is given, and to whom.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use daiban_core::{
    account::AccountState,
    call::{CallState, Nature},
    household::{Role, Scope},
    id::AccountId,
    service::Service,
    store::Store as _,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use web_kit::{House, Still, rail::Script};

struct Api {
    house: House,
    script: Arc<Script>,
    router: Router,
    tokens: BTreeMap<&'static str, String>,
    rail: AccountId,
    permit: AccountId,
}

impl Api {
    /// 李 has a 12306 account; 王 has nothing; the screen and the admin see the household.
    async fn new() -> Self {
        let (house, script) = House::with_rail(Arc::new(Still)).await;
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
        let rail = house
            .add_account(&li, Service::Rail, "家里的", AccountState::Ready)
            .await;
        let permit = house
            .add_account(&li, Service::Permit, "车", AccountState::Ready)
            .await;
        Self {
            router: daiban::api::router(house.app.clone()),
            house,
            script,
            tokens,
            rail,
            permit,
        }
    }

    async fn get(&self, who: &str, path: &str) -> (u16, Value) {
        let request = Request::get(format!("/api/v1{path}"))
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", self.tokens[who]),
            )
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }
}

#[tokio::test]
async fn what_an_account_shows() {
    let api = Api::new().await;
    let path = |what: &str| format!("/rail/{}/{what}", api.rail);
    let (status, said) = api.get("li", &path("passengers")).await;
    assert_eq!(
        (status, &said["passengers"][2]["name"]),
        (200, &json!("林小满"))
    );
    assert_eq!(said["complete"], true);

    let (status, said) = api.get("li", &path("orders")).await;
    assert_eq!((status, &said["orders"][0]["state"]), (200, &json!("paid")));
    let (status, _) = api
        .get(
            "li",
            &path("orders?from=2026-01-01&to=2026-01-31&past=true"),
        )
        .await;
    assert_eq!(status, 200);
    let expected = [
        json!({ "do": "orders", "from": "2026-10-23", "to": "2026-11-22", "which": "upcoming" }),
        json!({ "do": "orders", "from": "2026-01-01", "to": "2026-01-31", "which": "past" }),
    ];
    assert_eq!(api.script.asked("orders"), expected);

    let (_, said) = api.get("li", &path("unfinished")).await;
    assert_eq!(said["orders"][0]["order_no"], "E123456789");
    assert_eq!(
        (&said["orders"][0]["total_fen"], &said["queued"]),
        (&json!(99_300), &json!(null))
    );
    let (_, said) = api.get("li", &path("standby")).await;
    assert_eq!(said["orders"][0]["reserve_no"], "R987654321");
}

#[tokio::test]
async fn questions_are_passed_on_as_they_are_meant() {
    let api = Api::new().await;
    let (status, said) = api
        .get(
            "wang",
            "/rail/transfers?from=VNP&to=%20AOH&date=2026-12-02&student=true",
        )
        .await;
    assert_eq!(
        (status, &said[0]["legs"][1]["train"]),
        (200, &json!("G1231"))
    );
    let expected = json!({ "do": "transfers", "date": "2026-12-02", "from": "VNP", "to": "AOH", "student": true, "show_standing": false });
    assert_eq!(api.script.asked("transfers"), [expected]);
    let (status, said) = api
        .get("wang", "/rail/sale-times?stations=VNP,%20AOH,")
        .await;
    assert_eq!((status, &said[0]["time"]), (200, &json!("12:30")));
    let expected = json!({ "do": "sale_times", "stations": ["VNP", "AOH"] });
    assert_eq!(api.script.asked("sale_times"), [expected]);
}

#[tokio::test]
async fn people_are_named_to_their_own_alone() {
    let api = Api::new().await;
    for what in ["passengers", "orders", "unfinished", "standby"] {
        for (who, expected) in [
            ("li", 200),
            ("admin", 200),
            ("reading", 403),
            ("screen", 403),
            ("wang", 404),
        ] {
            let (status, said) = api.get(who, &format!("/rail/{}/{what}", api.rail)).await;
            assert_eq!(status, expected, "{who} {what}");
            let names = said.to_string().contains("林小满");
            assert!(!names || expected == 200, "{who} {what}");
        }
        let (status, _) = api.get("li", &format!("/rail/{}/{what}", api.permit)).await;
        assert_eq!(status, 404, "{what} of another service's account");
    }
    for (query, field) in [
        ("from=2026-02-30", "from"),
        ("from=2027-01-01", "to"),
        ("x=1", "x"),
    ] {
        let path = format!("/rail/{}/orders?{query}", api.rail);
        let (status, said) = api.get("li", &path).await;
        assert_eq!((status, &said["field"]), (422, &json!(field)), "{query}");
    }
}

#[tokio::test]
async fn taking_back_is_an_act_that_is_written_down_first() {
    let api = Api::new().await;
    let admin = House::actor(&user(&api, "admin").await);
    let cancel = api
        .house
        .app
        .rail_cancel_order(&admin, &api.rail, " E1 ")
        .await;
    let withdraw = api
        .house
        .app
        .rail_withdraw_standby(&admin, &api.rail, "R1", true)
        .await;
    for (call, body) in [
        (cancel, json!({ "do": "cancel_order", "order_no": "E1" })),
        (
            withdraw,
            json!({ "do": "withdraw_standby", "reserve_no": "R1", "paid": true }),
        ),
    ] {
        let stored = api.house.store.call(&call.unwrap()).await.unwrap();
        assert_eq!(
            (stored.call.nature, &stored.call.body),
            (Nature::Act, &body)
        );
        assert_eq!(stored.call.account.as_ref(), Some(&api.rail));
        assert_eq!(stored.state, CallState::Queued, "nothing has left yet");
    }
    for who in ["screen", "wang"] {
        let actor = House::actor(&user(&api, who).await);
        let refused = api
            .house
            .app
            .rail_cancel_order(&actor, &api.rail, "E1")
            .await;
        assert!(refused.is_err(), "{who}");
    }
    let other = api
        .house
        .app
        .rail_cancel_order(&admin, &api.permit, "E1")
        .await;
    assert!(other.is_err(), "an account of another service");
}

async fn user(api: &Api, name: &str) -> daiban_core::household::User {
    use daiban_core::household::Household as _;
    let users = api.house.store.users().await.unwrap();
    users.into_iter().find(|user| user.name == name).unwrap()
}
