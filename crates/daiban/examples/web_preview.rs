//! Serves the pages over an invented household on a port, to be looked at: `cargo run --example web_preview -- 8421`.
//! Prints the links that let one in.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/web_kit/mod.rs"]
mod web_kit;

use daiban::{clock::SystemClock, web::links};
use daiban_core::household::{Household as _, Role};
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let port = std::env::args().nth(1).unwrap_or_else(|| "8421".to_owned());
    let (house, _script) = web_kit::House::with_scripts(Arc::new(SystemClock)).await;
    let house = house.mapped("https://map.example.com/?at={lon},{lat}");
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(house.engine.clone().run(stopped));
    println!("/setup: {}", links::setup_path(&house.app).await.unwrap());
    let user = house.add_user("林岚", Role::Admin).await;
    if std::env::args().nth(2).as_deref() != Some("empty") {
        web_kit::furnish(&house, &user.id).await;
        let (_, errands) = web_kit::rail::furnish(&house, &user.id).await;
        for errand in errands {
            println!("ticket errand: /errands/{errand}");
        }
        let (_, errands) = web_kit::hospital::furnish(&house, &user.id).await;
        for errand in errands {
            println!("visit errand: /errands/{errand}");
        }
        let (account, errands) = web_kit::vehicle::furnish(&house, &user.id).await;
        println!("car: /cars/{account}");
        for errand in errands {
            println!("car errand: /errands/{errand}");
        }
        let hybrid = web_kit::vehicle::hybrid(&house, &user.id).await;
        println!("hybrid: /cars/{hybrid}");
        let unseen = web_kit::vehicle::unseen(&house, &user.id).await;
        println!("car not seen yet: /cars/{unseen}");
    }
    println!(
        "enter: {}",
        links::enter_path(&house.app, &user.id).await.unwrap()
    );
    let (cookie, _) = house.app.access().open_session(&user.id).await.unwrap();
    println!("cookie: daiban_session={}", cookie.reveal());
    for ask in house.store.asks(Some(&user.id), None).await.unwrap() {
        println!(
            "{:?}: /asks/{} {}",
            ask.ask.kind,
            ask.id,
            house.links.ask_path(&ask.id).await.unwrap()
        );
    }
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}"))
        .await
        .unwrap();
    axum::serve(listener, house.router).await.unwrap();
}
