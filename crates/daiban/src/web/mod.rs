//! The pages: askama templates over the application layer. They hold no rules; what they show and do, command line and
//! API can too.
//!
//! Every page works by forms and links alone. `security` stands around all of it: who may come in, forged forms, headers.
//! Which texts are on a page is in its template, Chinese and English side by side; computed words are in `words`.

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    middleware,
    routing::{MethodRouter, get, post},
};
use daiban_core::household::Household;

use crate::app::App;

mod accounts;
mod answers;
mod asks;
mod assets;
mod cookies;
mod errands;
mod facts;
mod form;
mod hospital;
mod kept;
mod language;
pub mod links;
mod messages;
mod page;
mod picture_size;
mod problems;
mod rail;
mod security;
mod settings;
mod sign_in;
mod today;
mod vehicle;
mod views;
mod visitor;
mod words;

/// Seconds between two looks of the Today page at itself, where nothing is in a hurry.
const CALM_REFRESH_S: u32 = 30;
/// The same in the demo, where an hour is over in seconds.
const LIVE_REFRESH_S: u32 = 2;

/// What the pages need beside the application.
pub struct WebOptions {
    /// For the key of one-ask links; nothing else is read through it here.
    pub household: Arc<dyn Household>,
    /// Behind TLS: cookies are marked so and never sent in the clear.
    pub secure_cookies: bool,
    /// The demo: Today refreshes every two seconds.
    pub live: bool,
    /// The map that positions are opened on, with `{lat}` and `{lon}` in it; `None`: no links to maps.
    pub map_url: Option<String>,
}

/// What handlers share.
#[derive(Clone)]
struct Web {
    app: App,
    links: links::Links,
    /// What forms have asked services for.
    kept: Arc<kept::Kept>,
    secure_cookies: bool,
    live: bool,
    map_url: Option<Arc<str>>,
}

impl Web {
    /// The prefix makes browsers refuse the cookie unless it is marked secure and for this host alone.
    fn session_cookie(&self) -> &'static str {
        if self.secure_cookies {
            "__Host-daiban_session"
        } else {
            "daiban_session"
        }
    }

    fn secure_mark(&self) -> &'static str {
        if self.secure_cookies { "; Secure" } else { "" }
    }

    fn refresh_s(&self) -> u32 {
        if self.live {
            LIVE_REFRESH_S
        } else {
            CALM_REFRESH_S
        }
    }
}

/// The pages over an application. Everything that is not theirs is 404, and that only for people with a session.
pub fn router(app: App, options: WebOptions) -> Router {
    let web = Web {
        app,
        links: links::Links::new(options.household),
        kept: Arc::default(),
        secure_cookies: options.secure_cookies,
        live: options.live,
        map_url: options.map_url.map(Arc::from),
    };
    let mut router = Router::new();
    for (path, methods) in routes() {
        router = router.route(path, methods);
    }
    router
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(middleware::from_fn_with_state(web.clone(), security::gate))
        .layer(middleware::from_fn_with_state(web.clone(), security::dress))
        .with_state(web)
}

/// Every path there is, in the router's own notation; a test walks them.
pub fn paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _)| path).collect()
}

fn routes() -> Vec<(&'static str, MethodRouter<Web>)> {
    vec![
        ("/assets/{file}", get(assets::serve)),
        ("/signin", get(sign_in::form).post(sign_in::sign_in)),
        ("/signout", post(sign_in::sign_out)),
        (
            "/setup/{word}",
            get(sign_in::setup_form).post(sign_in::set_up),
        ),
        (
            "/enter/{word}",
            get(sign_in::enter_form).post(sign_in::enter),
        ),
        ("/", get(today::page)),
        ("/today/live", get(today::live)),
        ("/asks", get(asks::list)),
        ("/asks/{id}", get(asks::page).post(asks::answer)),
        ("/asks/{id}/picture", get(asks::picture)),
        (
            "/a/{word}",
            get(asks::linked_page).post(asks::linked_answer),
        ),
        ("/a/{word}/picture", get(asks::linked_picture)),
        ("/errands", get(errands::list)),
        ("/errands/new", get(errands::kinds)),
        (
            "/errands/new/rail.ticket",
            get(rail::form::form).post(rail::form::add),
        ),
        (
            "/errands/new/hospital.visit",
            get(hospital::form::form).post(hospital::form::add),
        ),
        ("/errands/new/{kind}", get(errands::form).post(errands::add)),
        ("/errands/{id}", get(errands::page)),
        ("/errands/{id}/visit.ics", get(errands::entry)),
        ("/errands/{id}/{verb}", post(errands::tell)),
        ("/rail", get(rail::tickets::page)),
        ("/rail/stations", get(rail::stations::options)),
        ("/rail/transfers", get(rail::tickets::transfers)),
        ("/hospital", get(hospital::finder::page)),
        ("/hospital/find", get(hospital::finder::part)),
        ("/hospital/{hos}", get(hospital::finder::departments)),
        (
            "/hospital/{hos}/find",
            get(hospital::finder::departments_part),
        ),
        (
            "/hospital/{hos}/{first}/{second}",
            get(hospital::department::page),
        ),
        ("/cars", get(vehicle::page::list)),
        ("/cars/{account}", get(vehicle::page::page)),
        ("/cars/{account}/live", get(vehicle::page::live)),
        ("/cars/{account}/command", post(vehicle::page::command)),
        ("/cars/{account}/look", post(vehicle::page::look)),
        ("/accounts", get(accounts::list)),
        (
            "/accounts/new/{service}",
            get(accounts::form).post(accounts::add),
        ),
        ("/accounts/{id}", get(accounts::page).post(accounts::change)),
        ("/accounts/{id}/sign-in", post(accounts::sign_in)),
        (
            "/accounts/{id}/remove",
            get(accounts::remove_form).post(accounts::remove),
        ),
        ("/problems", get(problems::page)),
        ("/channels/new", get(problems::channel_kinds)),
        (
            "/channels/new/{kind}",
            get(problems::channel_form).post(problems::add_channel),
        ),
        ("/channels/{id}/test", post(problems::test_channel)),
        ("/channels/{id}/remove", post(problems::remove_channel)),
        ("/more", get(settings::index::page)),
        ("/settings", get(settings::general::page)),
        ("/settings/name", post(settings::general::set_name)),
        ("/settings/password", post(settings::general::set_password)),
        (
            "/settings/users",
            get(settings::users::page).post(settings::users::add),
        ),
        ("/settings/users/unlock", post(settings::users::unlock)),
        ("/settings/backup", get(settings::backup::page)),
        (
            "/settings/diagnostics",
            get(settings::diagnostics::page).post(settings::diagnostics::make),
        ),
        (
            "/settings/tokens",
            get(settings::tokens::page).post(settings::tokens::add),
        ),
        (
            "/settings/tokens/{id}/revoke",
            post(settings::tokens::revoke),
        ),
    ]
}
