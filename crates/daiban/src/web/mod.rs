//! The pages: askama templates over the application layer. They hold no rules; what they show and do, command line and
//! API can too.
//!
//! Pages that stay open are kept fresh as `live` says: `data-live` on a part, and a route `<page>/live` that answers with
//! the part alone.
//!
//! Every page works by forms and links alone. `security` stands around all of it: who may come in, forged forms, headers.
//! What a page says is in `locales`, a file for each part in Chinese and in English; computed words are in `words`.

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    middleware,
    response::Response,
    routing::{MethodRouter, get, post},
};
use daiban_core::{Lang, household::Household};

use crate::app::App;

pub(crate) use language::lang_of;

mod accounts;
mod answers;
mod asks;
mod assets;
mod audit;
mod calendar;
mod channels;
mod cookies;
mod errands;
mod facts;
mod fines;
mod form;
mod hospital;
mod join;
mod kept;
mod language;
mod limits;
pub mod links;
mod lists;
mod live;
mod matters;
mod messages;
mod notices;
mod page;
mod picture_size;
mod problems;
mod rail;
pub mod security;
mod settings;
mod sign_in;
mod today;
mod vehicle;
mod views;
mod visitor;
mod words;
mod work;

/// Seconds after which a part of a page is asked for even without news: what it says of times ages by itself.
const CALM_REFRESH_S: u32 = 60;
/// The same in the demo, where an hour is over in seconds.
const LIVE_REFRESH_S: u32 = 2;

/// What the pages need beside the application.
pub struct WebOptions {
    /// For the key of one-ask links; nothing else is read through it here.
    pub household: Arc<dyn Household>,
    /// Behind TLS: cookies are marked so and never sent in the clear.
    pub secure_cookies: bool,
    /// The demo: what ages is asked for every two seconds.
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
    /// What they have begun and wait for.
    work: Arc<work::Work>,
    /// Secrets of forms that came back.
    drafts: Arc<accounts::Drafts>,
    secure_cookies: bool,
    live: bool,
    map_url: Option<Arc<str>>,
}

impl Web {
    /// Whether what is answered now travels in TLS, by the settings or as the listener saw it.
    fn is_secure(&self) -> bool {
        self.secure_cookies || security::Caller::present().tls
    }

    /// The prefix makes browsers refuse the cookie unless it is marked secure and for this host alone.
    fn session_cookie(&self) -> &'static str {
        if self.is_secure() {
            "__Host-daiban_session"
        } else {
            "daiban_session"
        }
    }

    fn secure_mark(&self) -> &'static str {
        if self.is_secure() { "; Secure" } else { "" }
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
        work: Arc::default(),
        drafts: Arc::default(),
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

/// A page for somebody who is turned away before any page was looked for.
pub(crate) fn refusal_page(lang: Lang, status: StatusCode, text: &str) -> Response {
    page::refusal(lang, status, text)
}

/// Every path there is, in the router's own notation; a test walks them.
pub fn paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _)| path).collect()
}

fn routes() -> Vec<(&'static str, MethodRouter<Web>)> {
    vec![
        ("/assets/{file}", get(assets::serve)),
        ("/signin", get(sign_in::form).post(sign_in::sign_in)),
        (
            "/signin/code",
            get(sign_in::code_form).post(sign_in::give_code),
        ),
        ("/signout", post(sign_in::sign_out)),
        ("/join/{word}", get(join::form).post(join::join)),
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
        ("/live", get(live::stream)),
        ("/asks", get(asks::list)),
        ("/asks/{id}", get(asks::page).post(asks::answer)),
        ("/asks/{id}/picture", get(asks::picture)),
        ("/asks/{id}/live", get(asks::live)),
        (
            "/a/{word}",
            get(asks::linked_page).post(asks::linked_answer),
        ),
        ("/a/{word}/picture", get(asks::linked_picture)),
        ("/a/{word}/live", get(asks::linked_live)),
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
        ("/errands/{id}/live", get(errands::live)),
        ("/errands/{id}/history", get(errands::history_page)),
        (
            "/errands/{id}/cancel",
            get(errands::cancel_form).post(errands::cancel),
        ),
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
        ("/accounts/{id}/share", post(accounts::share)),
        (
            "/accounts/{id}/remove",
            get(accounts::remove_form).post(accounts::remove),
        ),
        ("/calendar", get(calendar::now)),
        ("/calendar/{month}", get(calendar::month)),
        ("/fines", get(fines::list)),
        ("/fines/{account}", get(fines::page)),
        ("/fines/{account}/look", post(fines::look)),
        ("/fines/{account}/manual", post(fines::manual)),
        ("/problems", get(problems::page)),
        ("/notices", get(notices::page)),
        ("/notices/{message}/again", post(notices::again)),
        ("/channels/new", get(channels::channel_kinds)),
        (
            "/channels/new/{kind}",
            get(channels::channel_form).post(channels::add_channel),
        ),
        ("/channels/{id}", get(channels::page).post(channels::change)),
        ("/channels/{id}/test", post(channels::test_channel)),
        (
            "/channels/{id}/remove",
            get(channels::remove_form).post(channels::remove_channel),
        ),
        ("/more", get(settings::index::page)),
        ("/settings", get(settings::general::page)),
        ("/settings/name", post(settings::general::set_name)),
        ("/settings/password", post(settings::general::set_password)),
        ("/settings/two-step", get(settings::two_step::page)),
        ("/settings/two-step/begin", post(settings::two_step::begin)),
        (
            "/settings/two-step/picture",
            get(settings::two_step::picture),
        ),
        (
            "/settings/two-step/confirm",
            post(settings::two_step::confirm),
        ),
        (
            "/settings/two-step/codes",
            get(settings::recovery::page).post(settings::recovery::renew),
        ),
        ("/settings/two-step/leave", post(settings::two_step::leave)),
        ("/settings/two-step/off", post(settings::two_step::end)),
        ("/settings/sessions", get(settings::sessions::page)),
        (
            "/settings/sessions/others",
            post(settings::sessions::end_others),
        ),
        ("/settings/sessions/{id}/end", post(settings::sessions::end)),
        (
            "/settings/users",
            get(settings::users::page).post(settings::users::add),
        ),
        (
            "/settings/users/{id}",
            get(settings::member::page).post(settings::member::set_role),
        ),
        (
            "/settings/users/{id}/remove",
            get(settings::member::remove_form).post(settings::member::remove),
        ),
        ("/settings/users/unlock", post(settings::users::unlock)),
        ("/settings/backup", get(settings::backup::page)),
        (
            "/settings/diagnostics",
            get(settings::diagnostics::page).post(settings::diagnostics::make),
        ),
        ("/settings/users/invite", post(settings::users::invite)),
        (
            "/settings/users/invitations/{id}/revoke",
            post(settings::users::revoke_invitation),
        ),
        (
            "/settings/tokens",
            get(settings::tokens::page).post(settings::tokens::add),
        ),
        (
            "/settings/tokens/{id}/revoke",
            post(settings::tokens::revoke),
        ),
        ("/settings/audit", get(audit::page)),
    ]
}
