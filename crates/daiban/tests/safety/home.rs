//! A furnished household with everything daiban answers at: pages and API behind the front.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use daiban::{
    api,
    app::NewChannel,
    front::{self, FrontOptions, Hosts},
    web,
};
use daiban_core::{
    household::{Household as _, Role, Scope, User},
    secret::Secret,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::web_kit::{Browser, Furnished, House, furnish};

/// Words that stand on a page only when it shows the household.
pub(crate) const CANARIES: [&str; 5] =
    ["林岚", "冀R0D001", "进京证续好了", "138 0000 0417", "密友"];

pub(crate) struct Home {
    pub(crate) house: House,
    pub(crate) router: Router,
    pub(crate) owner: User,
    pub(crate) member: User,
    pub(crate) viewer: User,
    pub(crate) things: Furnished,
    pub(crate) ids: Vec<String>,
    /// API tokens with everything, by user name.
    pub(crate) tokens: BTreeMap<&'static str, String>,
}

pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Pages and API behind the front.
pub(crate) fn whole(house: &House, options: FrontOptions) -> Router {
    let router = house.router.clone();
    front::before(router.merge(api::router(house.app.clone())), options)
}

/// As the front is set up when no setting says anything; the kit's browsers open `home.example`.
pub(crate) fn usual() -> FrontOptions {
    FrontOptions {
        hosts: Hosts::new(["home.example"]),
        ..FrontOptions::default()
    }
}

impl Home {
    pub(crate) async fn new() -> Self {
        let house = House::new().await;
        let owner = house.add_user("林岚", Role::Admin).await;
        let member = house.add_user("王勇", Role::Member).await;
        let viewer = house.add_user("screen", Role::Viewer).await;
        let things = furnish(&house, &owner.id).await;
        let actor = House::actor(&owner);
        let channel = NewChannel {
            kind: "webhook".to_owned(),
            name: "密友".to_owned(),
            settings: BTreeMap::from([("url".to_owned(), "https://hook.example.com/x".to_owned())]),
            secrets: BTreeMap::new(),
        };
        let channel = house.app.add_channel(&actor, channel).await.unwrap();
        let mut tokens = BTreeMap::new();
        let mut ids = vec![channel.id.to_string(), owner.id.to_string()];
        for (name, user) in [("owner", &owner), ("member", &member), ("viewer", &viewer)] {
            let access = house.app.access();
            let (word, token) = access
                .add_token(&user.id, name, Scope::Admin)
                .await
                .unwrap();
            tokens.insert(name, word.reveal().to_owned());
            if name == "owner" {
                ids.push(token.id);
            }
        }
        ids.extend(things.accounts.iter().map(ToString::to_string));
        ids.extend(things.errands.iter().map(ToString::to_string));
        let asks = house.store.asks(Some(&owner.id), None).await.unwrap();
        ids.extend(asks.iter().map(|ask| ask.id.to_string()));
        let router = whole(&house, usual());
        Self {
            house,
            router,
            owner,
            member,
            viewer,
            things,
            ids,
            tokens,
        }
    }

    pub(crate) async fn browser(&self, user: &User) -> Browser {
        Browser {
            router: self.router.clone(),
            ..self.house.browser(user).await
        }
    }

    /// What must stay as it is when nobody may change anything.
    pub(crate) async fn fingerprint(&self) -> Value {
        let store = &self.house.store;
        let mut users = Vec::new();
        for user in store.users().await.unwrap() {
            let (_, hash) = store.user_by_name(&user.name).await.unwrap().unwrap();
            users.push(json!([
                user.id,
                user.name,
                user.role,
                user.locked_until,
                hash
            ]));
        }
        let mut secrets = Vec::new();
        for account in &self.things.accounts {
            let sealed = store.secrets(account).await.unwrap();
            secrets.push(format!("{:?}", sealed.keys().collect::<Vec<_>>()));
        }
        json!({
            "users": users,
            "secrets": secrets,
            "accounts": store.accounts(None).await.unwrap(),
            "errands": store.errands(None).await.unwrap(),
            "asks": store.asks(None, None).await.unwrap(),
            "channels": store.channels(None).await.unwrap(),
            "problems": store.problems(None).await.unwrap(),
            "outbox": store.outbox(999).await.unwrap(),
            "tokens": store.tokens(None).await.unwrap().len(),
            "events": self.house.app.last_event().await.unwrap(),
        })
    }
}

/// One request; `None`: what was asked for is not even an address.
pub(crate) async fn send(
    router: &Router,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
) -> Option<Got> {
    send_body(router, method, uri, headers, Body::empty()).await
}

pub(crate) async fn send_body(
    router: &Router,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> Option<Got> {
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).ok()?)
        .uri(uri);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header(header::HOST, "home.example");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body).ok()?;
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 8 << 20).await.unwrap();
    Some(Got {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// The path with every `{…}` filled by that word.
pub(crate) fn filled(path: &str, word: &str) -> String {
    let step = |step: &str| match step.starts_with('{') {
        true => word.to_owned(),
        false => step.to_owned(),
    };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// Every path there is, pages and API, with its parameters in braces.
pub(crate) fn every_path() -> Vec<String> {
    let pages = web::paths().into_iter().map(str::to_owned);
    let api = api::routes().into_iter();
    let api = api.map(|(path, _)| format!("/api/v1{path}"));
    let health = ["/healthz", "/readyz"].map(str::to_owned);
    pages.chain(api).chain(health).collect()
}

/// The password that all of the kit's people have.
pub(crate) fn password() -> Secret {
    Secret::new(crate::web_kit::PASSWORD)
}
