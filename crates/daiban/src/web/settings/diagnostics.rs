//! The bundle for a bug report: what is in it, made on request, shown to be read, and as a file.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use daiban_core::dates;

use super::Tabs;
use crate::{
    app::AppError,
    web::{
        Web,
        page::{Shell, html},
        security::Oops,
        visitor::{Fields, Me},
    },
};

#[derive(Template)]
#[template(path = "settings/diagnostics.html")]
struct DiagnosticsPage {
    s: Shell,
    tabs: Tabs,
    /// What was made just now.
    bundle: Option<String>,
}

/// `GET /settings/diagnostics`. Admins only.
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    if !me.actor.governs() {
        return Err(AppError::Forbidden.into());
    }
    Ok(html(&diagnostics(&web, &me, None).await?))
}

/// `POST /settings/diagnostics`: makes a bundle and shows it, or with `as=file` hands it over as a file. Admins only.
pub(in crate::web) async fn make(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let text = web.app.diagnostics(&me.actor).await?.text();
    if fields.text("as") == "file" {
        return Ok(file(&web, text));
    }
    Ok(html(&diagnostics(&web, &me, Some(text)).await?))
}

async fn diagnostics(
    web: &Web,
    me: &Me,
    bundle: Option<String>,
) -> Result<DiagnosticsPage, AppError> {
    Ok(DiagnosticsPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, "diagnostics"),
        bundle,
    })
}

fn file(web: &Web, text: String) -> Response {
    let day = dates::today(web.app.access().now());
    let name = format!("attachment; filename=\"daiban-diagnostics-{day}.json\"");
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    (headers, text).into_response()
}
