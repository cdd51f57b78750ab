//! The sign-in against the simulated service: its bytes, its cookies, its ways of losing somebody.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Request, Response};
use daiban_core::provider::{Provider, Reconciled, Vault, Visit};
use daiban_providers::rail::Rail;
use daiban_sim::{Options, RailAccount, RailPassenger, SignedOut, Sim, id_number};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::now;

/// A line to the simulator that keeps cookies by path, as the program's own line does.
struct Line {
    sim: Sim,
    /// Value by path and name.
    cookies: Mutex<BTreeMap<(String, String), String>>,
}

impl Line {
    fn cookies_for(&self, path: &str) -> String {
        let cookies = self.cookies.lock().unwrap();
        let fitting = cookies
            .iter()
            .filter(|((scope, _), _)| path.starts_with(scope.as_str()));
        let pairs: Vec<String> = fitting
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep_cookie(&self, line: &str) {
        let (pair, rest) = line.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let scope = rest.trim().split_once('=').unwrap().1;
        let mut cookies = self.cookies.lock().unwrap();
        cookies.insert((scope.to_owned(), name.to_owned()), value.to_owned());
    }
}

#[async_trait::async_trait]
impl Http for Line {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let method = request.method.as_str();
        let path = request.url.replacen("https://kyfw.test", "", 1);
        let mut spelled = axum::http::Request::builder()
            .method(method)
            .uri(&path)
            .header("cookie", self.cookies_for(&path));
        for (name, value) in &request.headers {
            spelled = spelled.header(*name, value);
        }
        let body = Body::from(request.body.unwrap_or_default());
        let router = self.sim.router("rail");
        let answer = router.oneshot(spelled.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let set = headers.iter().filter(|(name, _)| name == "set-cookie");
        set.for_each(|(_, line)| self.keep_cookie(line));
        Ok(Response {
            status: parts.status.as_u16(),
            headers,
            body: axum::body::to_bytes(body, 4 << 20).await.unwrap().to_vec(),
        })
    }
}

#[async_trait::async_trait]
impl Vault for Line {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("the sign-in is cookies and nothing else")
    }
}

struct World {
    rail: Rail,
    line: Line,
    settings: Settings,
    secrets: Secrets,
}

impl World {
    fn new() -> Self {
        let sim = Sim::new(Options {
            now: Arc::new(|| now().as_millisecond()),
            seed: 7,
            rail_data: None,
        });
        let passenger = |number: u32| RailPassenger {
            name: format!("张测试{number}"),
            id_number: id_number(number),
            ..RailPassenger::default()
        };
        sim.add_rail_account(RailAccount {
            username: "demo_zhang".to_owned(),
            name: "张测试".to_owned(),
            passengers: (0..12).map(passenger).collect(),
            ..RailAccount::default()
        });
        let settings =
            ["base_url", "www_url"].map(|name| (name.to_owned(), "https://kyfw.test".to_owned()));
        Self {
            rail: Rail::default(),
            line: Line {
                sim,
                cookies: Mutex::default(),
            },
            settings: settings.into(),
            secrets: Secrets::new(),
        }
    }

    fn visit(&self) -> Visit<'_> {
        Visit {
            now: now(),
            chance: 0,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: &self.line,
            vault: &self.line,
        }
    }

    async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        self.rail.look(&self.visit(), &body).await
    }

    async fn code(&self) -> String {
        let code = self.look(json!({ "do": "qr" })).await.unwrap();
        let uuid = code["uuid"].as_str().unwrap().to_owned();
        let picture = code["picture"].as_str().unwrap();
        assert_eq!(self.line.sim.read_rail_qr(picture), Some(uuid.clone()));
        uuid
    }

    async fn state(&self, uuid: &str) -> Value {
        let body = json!({ "do": "qr_state", "uuid": uuid });
        self.look(body).await.unwrap()["state"].clone()
    }

    async fn enter(&self) -> Result<Value, ServiceError> {
        let body = json!({ "do": "enter" });
        self.rail.act(&self.visit(), &body).await
    }

    async fn sign_in(&self) {
        let uuid = self.code().await;
        assert_eq!(self.state(&uuid).await, "waiting");
        assert!(self.line.sim.scan_rail_qr(&uuid, "demo_zhang"));
        assert_eq!(self.state(&uuid).await, "scanned");
        assert!(self.line.sim.confirm_rail_qr(&uuid));
        assert_eq!(self.state(&uuid).await, "confirmed");
        assert_eq!(self.enter().await, Ok(json!({ "signed_in": true })));
    }
}

#[tokio::test]
async fn a_scan_leads_in_and_the_passengers_are_there() {
    let world = World::new();
    let before = world.look(json!({ "do": "signed_in" })).await;
    assert_eq!(before.unwrap_err().code(), "sign_in_lost");
    world.sign_in().await;
    assert_eq!(
        world.look(json!({ "do": "signed_in" })).await,
        Ok(json!({ "signed_in": true, "name_known": true }))
    );
    let seen = world.look(json!({ "do": "passengers" })).await.unwrap();
    let passengers = seen["passengers"].as_array().unwrap();
    assert_eq!((passengers.len(), &seen["complete"]), (12, &json!(true)));
    assert!(passengers[0]["id_mask"].as_str().unwrap().contains('*'));
    let body = json!({ "do": "enter" });
    let became = world.rail.reconcile(&world.visit(), &body, now()).await;
    assert!(matches!(became, Ok(Reconciled::Happened(_))));
}

#[tokio::test]
async fn nobody_gets_in_without_a_confirmed_scan() {
    let world = World::new();
    let uuid = world.code().await;
    assert!(world.line.sim.scan_rail_qr(&uuid, "demo_zhang"));
    let error = world.enter().await.unwrap_err();
    assert!(matches!(error, ServiceError::Refused { code, .. } if code == "not_confirmed"));
    assert_eq!(world.state("no such code").await, "broken");
    let body = json!({ "do": "enter" });
    let became = world.rail.reconcile(&world.visit(), &body, now()).await;
    assert!(matches!(became, Ok(Reconciled::DidNotHappen(_))));
}

#[tokio::test]
async fn what_only_a_person_can_do_is_said() {
    let world = World::new();
    let uuid = world.code().await;
    world.line.sim.scan_rail_qr(&uuid, "demo_zhang");
    world.line.sim.confirm_rail_qr(&uuid);
    assert_eq!(world.state(&uuid).await, "confirmed");
    for code in [91, 92, 94, 95, 97, 101] {
        let change = |options: &mut daiban_sim::WorldOptions| options.rail_uamtk_code = code;
        world.line.sim.set_options(change);
        assert_eq!(world.enter().await.unwrap_err().code(), "needs_person");
    }
}

#[tokio::test]
async fn a_lost_sign_in_is_seen_in_every_shape() {
    let world = World::new();
    world.sign_in().await;
    world.line.sim.drop_rail_sessions();
    for shape in [
        SignedOut::LoginPage,
        SignedOut::PassportPage,
        SignedOut::Html,
        SignedOut::Relogin,
        SignedOut::NoLogin,
        SignedOut::Message,
    ] {
        let change = |options: &mut daiban_sim::WorldOptions| options.rail_signed_out = shape;
        world.line.sim.set_options(change);
        let error = world.look(json!({ "do": "passengers" })).await.unwrap_err();
        assert_eq!(error.code(), "sign_in_lost", "{shape:?}: {error}");
    }
    // And found again the same way.
    world.sign_in().await;
    assert!(world.look(json!({ "do": "passengers" })).await.is_ok());
}
