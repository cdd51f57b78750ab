//! Makes the data directory that `cargo xtask bench web` serves: an invented household with matters of every kind and an
//! open session. `cargo run -p daiban --example bench_web_house -- DIR`; prints one JSON value.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/web_kit/mod.rs"]
mod web_kit;

use std::{path::PathBuf, sync::Arc};

use daiban::clock::SystemClock;
use daiban_core::household::{Household as _, Role};
use daiban_store::SqliteStore;
use serde_json::json;

#[tokio::main]
async fn main() {
    let dir: PathBuf = std::env::args().nth(1).expect("a directory").into();
    let store = SqliteStore::open(&dir, None).await.unwrap();
    let script = Arc::new(web_kit::rail::Script::default());
    let mut providers = web_kit::hospital::among(daiban_providers::all(), script.clone());
    providers
        .retain(|provider| provider.descriptor().service != daiban_core::service::Service::Rail);
    providers.insert(1, Box::new(web_kit::rail::ScriptedRail(script.clone())));
    let providers = web_kit::vehicle::among(providers, script);
    let house = web_kit::House::over(store, Arc::new(SystemClock), providers);
    let user = house.add_user("林岚", Role::Admin).await;
    let furnished = web_kit::furnish(&house, &user.id).await;
    web_kit::rail::furnish(&house, &user.id).await;
    web_kit::hospital::furnish(&house, &user.id).await;
    web_kit::vehicle::furnish(&house, &user.id).await;
    let (cookie, session) = house.app.access().open_session(&user.id).await.unwrap();
    let errands = house.store.errands(None).await.unwrap().len();
    println!(
        "{}",
        json!({
            "cookie": format!("daiban_session={}", cookie.reveal()),
            "csrf": session.csrf,
            "errand": furnished.errands[0],
            "errands": errands,
        })
    );
}
