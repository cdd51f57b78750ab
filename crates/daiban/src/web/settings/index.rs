//! The index of everything that is not in the phone's bottom bar.

use askama::Template;
use axum::{extract::State, response::Response};
use daiban_core::service::Service;

use crate::web::{
    Web,
    page::{Shell, html},
    security::Oops,
    visitor::Me,
    words,
};

#[derive(Template)]
#[template(path = "more.html")]
struct MorePage {
    s: Shell,
    name: String,
    role: &'static str,
    governs: bool,
    /// Whether departments can be looked for.
    hospital: bool,
}

/// `GET /more`
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    Ok(html(&MorePage {
        s: Shell::full(&web, &me, "more").await?,
        role: words::role(me.lang, me.actor.role),
        governs: me.actor.governs(),
        hospital: web.app.descriptor(Service::Hospital).is_ok(),
        name: me.actor.name,
    }))
}
