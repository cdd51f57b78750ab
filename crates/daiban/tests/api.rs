//! REST without sockets: nothing without a token, who sees and changes what, shapes and problems.

#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, Response, StatusCode, header},
};
use daiban::{
    api::{BODY_LIMIT, routes},
    clock::SystemClock,
    config::{Config, Overrides},
    net::system_chance,
    wiring::{Ground, Wired, wire},
};
use daiban_core::{
    household::{Household as _, Role, Scope},
    secret::{Redactor, Secret},
};
use daiban_engine::EngineOptions;
use daiban_store::SqliteStore;
use serde_json::{Value, json};
use tower::ServiceExt as _;

struct House {
    wired: Wired,
    router: Router,
    /// Token by user name.
    tokens: BTreeMap<&'static str, String>,
    _dir: tempfile::TempDir,
}

impl House {
    /// An admin, two members, a viewer, and the admin's tokens of every scope.
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let flags = Overrides::default()
            .with("data_dir", Some(dir.path().to_string_lossy()))
            // Nobody answers there.
            .with("services.permit.base_url", Some("http://127.0.0.1:1"));
        let wired = wire(Ground {
            config: Config::load(None, &BTreeMap::new(), flags).unwrap(),
            store: SqliteStore::in_memory().await.unwrap(),
            clock: Arc::new(SystemClock),
            wall: Arc::new(SystemClock),
            engine: EngineOptions::default(),
            chance: system_chance(),
            redactor: Redactor::default(),
        })
        .await
        .unwrap();
        let access = wired.app.access();
        let mut tokens = BTreeMap::new();
        for (name, role) in [
            ("admin", Role::Admin),
            ("li", Role::Member),
            ("wang", Role::Member),
            ("screen", Role::Viewer),
        ] {
            let user = access
                .add_user(name, role, &Secret::new("a long password"))
                .await
                .unwrap();
            let (token, _) = access.add_token(&user.id, "t", Scope::Admin).await.unwrap();
            tokens.insert(name, token.reveal().to_owned());
            if name == "li" {
                let (token, _) = access.add_token(&user.id, "r", Scope::Read).await.unwrap();
                tokens.insert("li reading", token.reveal().to_owned());
            }
        }
        Self {
            router: wired.router(),
            wired,
            tokens,
            _dir: dir,
        }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn ask(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", self.tokens[who]),
            )
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())))
            .unwrap();
        let response = self.send(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }
}

fn violation(name: &str) -> Value {
    json!({
        "service": "violation",
        "name": name,
        "settings": { "plate": "冀R0D001", "plate_type": "02", "engine_number": "TESTENG000001", "frame_number": "LTESTVIN000000001" },
        "secrets": { "appid": "90001", "secret": "0123456789abcdef0123456789abcdef" },
    })
}

/// Every spelling of an address that a careless guard might let pass.
fn spellings(path: &str) -> Vec<String> {
    let path = path.replace(['{', '}'], "");
    vec![
        format!("/api/v1{path}"),
        format!("/api/v1{path}/"),
        format!("/api/v1{path}?x=1"),
        format!("/api/v1{path}#x"),
        format!("/api/v1/{path}"),
        format!("/api//v1{path}"),
        format!("//api/v1{path}"),
        format!("/api/./v1{path}"),
        format!("/healthz/../api/v1{path}"),
        format!("/API/V1{}", path.to_uppercase()),
        format!("/Api/v1{path}"),
        format!("/%61pi/v1{path}"),
        format!("/api%2Fv1{path}"),
        format!("/api/v1{};a=b", path),
        format!("/api/v1{path}%00"),
        format!("/api/v1{path}%2e%2e"),
    ]
}

#[tokio::test]
async fn nothing_without_a_token() {
    let house = House::new().await;
    let methods = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ];
    for (path, _) in routes() {
        for spelled in spellings(path) {
            for method in &methods {
                for authorization in ["", "Bearer", "Bearer wrong", "Basic YWRtaW46YWRtaW4="] {
                    let Ok(request) = Request::builder()
                        .method(method)
                        .uri(&spelled)
                        .header(header::AUTHORIZATION, authorization)
                        .body(Body::empty())
                    else {
                        continue;
                    };
                    let is_ours = request.uri().path().starts_with("/api/");
                    let status = house.send(request).await.status();
                    // What is not the API's is the pages': they say no, or show the way to the sign-in page.
                    let refused = status.is_client_error() || status == StatusCode::SEE_OTHER;
                    let fine = if is_ours {
                        status == StatusCode::UNAUTHORIZED
                    } else {
                        refused
                    };
                    assert!(fine, "{method} {spelled} {authorization:?}: {status}");
                }
            }
        }
    }
}

/// The list of routes is the router: with a token, each known method is something else than 404 of an address and 405.
#[tokio::test]
async fn the_list_of_routes_is_complete() {
    let house = House::new().await;
    for (path, methods) in routes() {
        if path.ends_with("/stream") {
            continue;
        }
        let path = path.replace("{verb}", "run").replace(['{', '}'], "");
        for method in methods {
            let (status, said) = house
                .ask("admin", method.parse().unwrap(), &path, None)
                .await;
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert!(
                !said["detail"].to_string().contains("address"),
                "{method} {path}: {said}"
            );
        }
        let (status, said) = house.ask("admin", Method::PUT, &path, None).await;
        assert_eq!(
            (status, &said["code"]),
            (StatusCode::METHOD_NOT_ALLOWED, &json!("invalid_input")),
            "{path}"
        );
    }
    assert_eq!(
        house.ask("admin", Method::GET, "/nothing", None).await.1["code"],
        "not_found"
    );
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let house = House::new().await;
    let before = house.wired.store.counts().await.unwrap();
    for (path, methods) in routes() {
        // These go out to a service, which is not there.
        let goes_out = path.starts_with("/rail") || path.ends_with("/stream");
        if methods.contains(&"GET") && !goes_out {
            house
                .ask("admin", Method::GET, &path.replace(['{', '}'], ""), None)
                .await;
        }
    }
    assert_eq!(house.wired.store.counts().await.unwrap(), before);
    assert_eq!(house.wired.app.last_event().await.unwrap(), 0);
}

#[tokio::test]
async fn rows_have_owners() {
    let house = House::new().await;
    let (status, account) = house
        .ask("li", Method::POST, "/accounts", Some(violation("违章")))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{account}");
    assert!(
        !account.to_string().contains("0123456789abcdef"),
        "secrets are never shown"
    );
    let path = format!("/accounts/{}", account["id"].as_str().unwrap());

    for (who, sees) in [
        ("li", true),
        ("admin", true),
        ("screen", true),
        ("li reading", true),
        ("wang", false),
    ] {
        let (status, _) = house.ask(who, Method::GET, &path, None).await;
        assert_eq!(
            status,
            if sees {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            },
            "{who}"
        );
        let (_, list) = house.ask(who, Method::GET, "/accounts", None).await;
        assert_eq!(list.as_array().unwrap().len(), usize::from(sees), "{who}");
    }
    for (who, status) in [
        ("screen", 403),
        ("li reading", 403),
        ("wang", 404),
        ("admin", 200),
    ] {
        let change = Some(json!({ "name": "改名" }));
        assert_eq!(
            house
                .ask(who, Method::PATCH, &path, change)
                .await
                .0
                .as_u16(),
            status,
            "{who}"
        );
    }
    assert_eq!(
        house
            .ask("screen", Method::POST, "/accounts", Some(violation("x")))
            .await
            .0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        house.ask("wang", Method::DELETE, &path, None).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        house.ask("li", Method::DELETE, &path, None).await.0,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn problems_name_the_field() {
    let house = House::new().await;
    let mut wrong_setting = violation("a");
    wrong_setting["settings"]["colour"] = json!("red");
    let mut wrong_plate = violation("b");
    wrong_plate["settings"]["plate"] = json!("12345");
    for (method, path, body, field) in [
        (Method::POST, "/accounts", json!({}), "service"),
        (
            Method::POST,
            "/accounts",
            json!({ "service": "permit", "name": "x", "colour": 1 }),
            "colour",
        ),
        (Method::POST, "/accounts", wrong_setting, "colour"),
        (Method::POST, "/accounts", wrong_plate, "plate"),
        (
            Method::POST,
            "/errands",
            json!({ "kind": "permit.fly", "account": "x" }),
            "kind",
        ),
        (
            Method::POST,
            "/channels",
            json!({ "kind": "pigeon", "name": "x" }),
            "kind",
        ),
    ] {
        let (status, said) = house.ask("admin", method, path, Some(body)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert_eq!(
            (&said["code"], &said["field"]),
            (&json!("invalid_input"), &json!(field)),
            "{said}"
        );
    }
    for (path, field) in [
        ("/rail/tickets?date=2026-02-30&from=BJP&to=SHH", "date"),
        ("/rail/tickets?date=2026-12-01&from=BJP", "to"),
        ("/rail/stations?q=", "q"),
        ("/rail/transfers?date=2026-02-30&from=BJP&to=SHH", "date"),
        ("/rail/transfers?date=2026-12-01&from=BJP", "to"),
        ("/rail/transfers?date=2026-12-01&from=%20&to=SHH", "from"),
        ("/rail/sale-times?stations=,", "stations"),
        ("/asks?state=closed", "state"),
    ] {
        let (status, said) = house.ask("admin", Method::GET, path, None).await;
        assert_eq!(
            (status.as_u16(), &said["field"]),
            (422, &json!(field)),
            "{path}: {said}"
        );
    }
    assert_eq!(
        house.ask("admin", Method::GET, "/accounts", None).await.1,
        json!([])
    );
}

#[tokio::test]
async fn a_body_has_a_limit_and_a_problem_its_type() {
    let house = House::new().await;
    let long = json!({ "kind": "x".repeat(BODY_LIMIT) });
    let (status, said) = house
        .ask("admin", Method::POST, "/errands", Some(long))
        .await;
    assert_eq!(
        (status, &said["field"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &json!("body"))
    );
    let request = Request::get("/api/v1/accounts")
        .body(Body::empty())
        .unwrap();
    let response = house.send(request).await;
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test]
async fn a_sign_in_is_tried_out_as_wished() {
    let house = House::new().await;
    let permit = |name: &str, token: &str, unchecked: Value| {
        let mut account = json!({
            "service": "permit",
            "name": name,
            "settings": { "base_url": "http://127.0.0.1:1" },
            "secrets": { "token": token.repeat(32) },
        });
        if !unchecked.is_null() {
            account["unchecked"] = unchecked;
        }
        Some(account)
    };
    let add = async |account| house.ask("li", Method::POST, "/accounts", account).await;
    // Nobody answers at that address: whether the token is good is unknown.
    let (status, problem) = add(permit("家", "a", json!(false))).await;
    assert_eq!(problem["code"], "unreachable", "{problem}");
    assert!(status.is_server_error(), "{status}");
    let (_, accounts) = house.ask("li", Method::GET, "/accounts", None).await;
    assert_eq!(accounts, json!([]), "nothing was stored");
    let (status, usual) = add(permit("家", "a", Value::Null)).await;
    assert_eq!(
        (status, &usual["state"]),
        (StatusCode::CREATED, &json!("new"))
    );
    assert!(usual["problem"].is_string(), "{usual}");
    let (status, unchecked) = add(permit("二", "b", json!(true))).await;
    assert_eq!(
        (status, &unchecked["state"]),
        (StatusCode::CREATED, &json!("new"))
    );
    let (status, twice) = add(permit("三", "a", json!(true))).await;
    assert_eq!(
        (status, &twice["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("token"))
    );
    let (status, _) = add(permit("四", "c", json!("perhaps"))).await;
    assert!(status.is_client_error(), "{status}");
}

#[tokio::test]
async fn an_errand_and_its_history() {
    let house = House::new().await;
    let (_, account) = house
        .ask("li", Method::POST, "/accounts", Some(violation("违章")))
        .await;
    let new = json!({ "kind": "violation.watch", "account": account["id"], "wishes": { "every_days": 7 } });
    let (status, errand) = house.ask("li", Method::POST, "/errands", Some(new)).await;
    assert_eq!(status, StatusCode::CREATED, "{errand}");
    let path = format!("/errands/{}", errand["id"].as_str().unwrap());
    assert_eq!(
        house
            .ask("li", Method::GET, &format!("{path}/why"), None)
            .await
            .1["errand"]["id"],
        errand["id"]
    );
    assert_eq!(
        house
            .ask("li", Method::GET, &format!("{path}/events"), None)
            .await
            .1[0]["kind"],
        "created"
    );
    assert_eq!(
        house.ask("wang", Method::GET, "/events", None).await.1["events"],
        json!([])
    );
    assert_eq!(
        house
            .ask("li", Method::GET, "/events?after=0", None)
            .await
            .1["events"][0]["errand"],
        errand["id"]
    );
    assert_eq!(
        house
            .ask("li", Method::POST, &format!("{path}/pause"), None)
            .await
            .1["state"],
        "paused"
    );
    assert_eq!(
        house
            .ask("li", Method::POST, &format!("{path}/run"), None)
            .await
            .0,
        StatusCode::CONFLICT
    );
    assert_eq!(
        house
            .ask("li", Method::POST, &format!("{path}/jump"), None)
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        house
            .ask("wang", Method::POST, &format!("{path}/cancel"), None)
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        house
            .ask("li", Method::POST, &format!("{path}/cancel"), None)
            .await
            .1["state"],
        "cancelled"
    );
}

#[tokio::test]
async fn the_stream_goes_on_where_it_was_left() {
    let house = House::new().await;
    let (_, account) = house
        .ask("li", Method::POST, "/accounts", Some(violation("违章")))
        .await;
    let new = json!({ "kind": "violation.watch", "account": account["id"] });
    let (_, errand) = house.ask("li", Method::POST, "/errands", Some(new)).await;
    let request = Request::get("/api/v1/events/stream")
        .header(
            header::AUTHORIZATION,
            format!("Bearer {}", house.tokens["li"]),
        )
        .header("last-event-id", "0")
        .body(Body::empty())
        .unwrap();
    let mut lines = house.send(request).await.into_body().into_data_stream();
    let first = futures_util::StreamExt::next(&mut lines)
        .await
        .unwrap()
        .unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(
        first.contains("event: event") && first.contains("id: "),
        "{first}"
    );
    assert!(first.contains(errand["id"].as_str().unwrap()), "{first}");
}

#[tokio::test]
async fn health_needs_no_token() {
    let house = House::new().await;
    for path in ["/healthz", "/readyz"] {
        let response = house
            .send(Request::get(path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn passwords_sessions_and_words() {
    let house = House::new().await;
    let access = house.wired.app.access();
    let right = Secret::new("a long password");
    for _ in 0..4 {
        assert!(
            access
                .check_password("li", &Secret::new("wrong password"))
                .await
                .is_err()
        );
    }
    let user = access.check_password("li", &right).await.unwrap();
    for _ in 0..5 {
        assert_eq!(
            access
                .check_password("li", &Secret::new("wrong password"))
                .await
                .unwrap_err()
                .code(),
            "forbidden"
        );
    }
    assert_eq!(
        access
            .check_password("li", &right)
            .await
            .unwrap_err()
            .code(),
        "busy",
        "locked, even with the right one"
    );
    assert!(access.check_password("nobody", &right).await.is_err());

    let (cookie, session) = access.open_session(&user.id).await.unwrap();
    let (actor, found) = access.by_cookie(cookie.reveal()).await.unwrap().unwrap();
    assert_eq!((actor.name.as_str(), found.csrf), ("li", session.csrf));
    access.close_session(cookie.reveal()).await.unwrap();
    assert!(access.by_cookie(cookie.reveal()).await.unwrap().is_none());

    let word = access.sign_in_word(&user.id).await.unwrap();
    assert!(
        access.set_up(word.reveal(), "eve", &right).await.is_err(),
        "a sign-in word sets nothing up"
    );
    let word = access.sign_in_word(&user.id).await.unwrap();
    assert_eq!(
        access.use_sign_in_word(word.reveal()).await.unwrap().id,
        user.id
    );
    assert!(
        access.use_sign_in_word(word.reveal()).await.is_err(),
        "once is once"
    );
    let word = access.setup_word().await.unwrap();
    assert!(
        access.set_up(word.reveal(), "eve", &right).await.is_err(),
        "there is an admin already"
    );
}

#[tokio::test]
async fn set_up_happens_once() {
    let store = SqliteStore::in_memory().await.unwrap();
    let household = Arc::new(store);
    let access = daiban::access::Access::new(household, Arc::new(SystemClock), system_chance());
    let password = Secret::new("a long password");
    let owner = access.local_owner().await.unwrap();
    assert!(!access.is_set_up().await.unwrap());
    assert!(
        access
            .check_password("owner", &Secret::new("!"))
            .await
            .is_err()
    );
    let word = access.setup_word().await.unwrap();
    assert!(
        access
            .set_up(word.reveal(), "wang", &Secret::new("short"))
            .await
            .is_err()
    );
    let admin = access
        .set_up(word.reveal(), "wang", &password)
        .await
        .unwrap();
    assert_eq!(
        (admin.id.clone(), admin.role),
        (owner.id, Role::Admin),
        "what was made before is theirs"
    );
    assert!(access.is_set_up().await.unwrap());
    assert!(
        access
            .set_up(word.reveal(), "eve", &password)
            .await
            .is_err()
    );
    assert_eq!(
        access.check_password("wang", &password).await.unwrap().id,
        admin.id
    );
}

#[tokio::test]
async fn people_invitations_and_sessions() {
    let api = House::new().await;
    let (status, _) = api.ask("li", Method::GET, "/users", None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, users) = api.ask("admin", Method::GET, "/users", None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(users.as_array().unwrap().len() >= 3);
    assert!(users[0].get("password_hash").is_none());

    for (who, body, expected) in [
        ("li", json!({ "role": "admin" }), StatusCode::FORBIDDEN),
        ("admin", json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (
            "admin",
            json!({ "role": "x" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "admin",
            json!({ "role": "viewer", "name": "a b" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let (status, _) = api
            .ask(who, Method::POST, "/users/invitations", Some(body))
            .await;
        assert_eq!(status, expected, "{who}");
    }
    let body = json!({ "role": "viewer", "name": "xiaomo" });
    let (status, made) = api
        .ask("admin", Method::POST, "/users/invitations", Some(body))
        .await;
    assert_eq!(status, StatusCode::CREATED);
    assert!(made["link"].as_str().unwrap().contains("/join/"));
    let (_, open) = api
        .ask("admin", Method::GET, "/users/invitations", None)
        .await;
    assert_eq!(open[0]["name"], "xiaomo");
    assert!(open[0].get("link").is_none(), "shown once");
    let path = format!("/users/invitations/{}", made["id"].as_str().unwrap());
    let (status, _) = api.ask("li", Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for expected in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        let (status, _) = api.ask("admin", Method::DELETE, &path, None).await;
        assert_eq!(status, expected);
    }

    let access = api.wired.app.access();
    let admin = users
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["role"] == "admin")
        .unwrap();
    let id = admin["id"].as_str().unwrap();
    let (cookie, session) = access.open_session(&id.into()).await.unwrap();
    let (_, own) = api.ask("admin", Method::GET, "/sessions", None).await;
    assert_eq!(own[0]["id"], session.id.as_str());
    assert!(!own.to_string().contains(&session.csrf));
    let (_, others) = api.ask("li", Method::GET, "/sessions", None).await;
    assert_eq!(others, json!([]));
    let path = format!("/sessions/{}", session.id);
    let (status, _) = api.ask("li", Method::DELETE, &path, None).await;
    assert_ne!(status, StatusCode::NO_CONTENT);
    assert!(access.by_cookie(cookie.reveal()).await.unwrap().is_some());
    let (status, _) = api.ask("admin", Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(access.by_cookie(cookie.reveal()).await.unwrap().is_none());
}
