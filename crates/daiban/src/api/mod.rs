//! REST under `/api/v1`, and `/healthz` and `/readyz` outside it.
//!
//! Every address that begins with `/api` is behind `guard`, known or not: without a token there is nothing but 401. A GET
//! changes nothing here. What is done and who may do it is the application layer's.

use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, MatchedPath, Request, State,
        rejection::BytesRejection,
    },
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, post},
};
use daiban_core::{Lang, invalid::InvalidInput, secret::Secret};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    app::{
        About, Actor, App, AppError, Audit,
        audit::{self, Origin},
    },
    front::Caller,
    say,
};

mod accounts;
mod asks;
mod audit_log;
mod channels;
mod errands;
mod events;
mod hospital;
mod people;
mod rail;
mod services;
mod system;
mod vehicle;

/// Longer requests are refused.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A path below `/api/v1`, its methods, and who answers them.
type Route = (&'static str, &'static [&'static str], MethodRouter<App>);

/// Every route of the API below `/api/v1` with its methods: the router is made of the same table, so none is missing.
pub fn routes() -> Vec<(&'static str, &'static [&'static str])> {
    let route = |(path, methods, _): Route| (path, methods);
    table().into_iter().map(route).collect()
}

fn table() -> Vec<Route> {
    vec![
        ("/services", &["GET"], get(services::list)),
        (
            "/accounts",
            &["GET", "POST"],
            get(accounts::list).post(accounts::add),
        ),
        (
            "/accounts/{id}",
            &["GET", "PATCH", "DELETE"],
            get(accounts::show)
                .patch(accounts::change)
                .delete(accounts::remove),
        ),
        ("/accounts/{id}/sign-in", &["POST"], post(accounts::sign_in)),
        ("/asks", &["GET"], get(asks::list)),
        ("/asks/{id}", &["GET"], get(asks::show)),
        ("/asks/{id}/picture", &["GET"], get(asks::picture)),
        ("/asks/{id}/answer", &["POST"], post(asks::answer)),
        (
            "/errands",
            &["GET", "POST"],
            get(errands::list).post(errands::add),
        ),
        ("/errands/{id}", &["GET"], get(errands::show)),
        ("/errands/{id}/events", &["GET"], get(errands::events)),
        ("/errands/{id}/why", &["GET"], get(errands::why)),
        ("/errands/{id}/calendar", &["GET"], get(hospital::entry)),
        ("/errands/{id}/{verb}", &["POST"], post(errands::tell)),
        ("/events", &["GET"], get(events::list)),
        ("/events/stream", &["GET"], get(events::stream)),
        ("/rail/stations", &["GET"], get(services::stations)),
        ("/rail/tickets", &["GET"], get(services::tickets)),
        ("/rail/stops", &["GET"], get(services::stops)),
        ("/rail/transfers", &["GET"], get(rail::transfers)),
        ("/rail/sale-times", &["GET"], get(rail::sale_times)),
        (
            "/rail/{account}/passengers",
            &["GET"],
            get(rail::passengers),
        ),
        ("/rail/{account}/orders", &["GET"], get(rail::orders)),
        (
            "/rail/{account}/unfinished",
            &["GET"],
            get(rail::unfinished),
        ),
        ("/rail/{account}/standby", &["GET"], get(rail::standby)),
        ("/hospital/find", &["GET"], get(hospital::find)),
        (
            "/hospital/departments",
            &["GET"],
            get(hospital::departments),
        ),
        ("/hospital/calendar", &["GET"], get(hospital::calendar)),
        ("/hospital/slots", &["GET"], get(hospital::slots)),
        (
            "/hospital/{account}/patients",
            &["GET"],
            get(hospital::patients),
        ),
        (
            "/hospital/{account}/orders",
            &["GET"],
            get(hospital::orders),
        ),
        ("/vehicle/{account}/status", &["GET"], get(vehicle::status)),
        ("/vehicle/{account}/cars", &["GET"], get(vehicle::cars)),
        ("/vehicle/{account}/data", &["GET"], get(vehicle::data)),
        (
            "/vehicle/{account}/capabilities",
            &["GET"],
            get(vehicle::capabilities),
        ),
        (
            "/vehicle/{account}/readings",
            &["GET"],
            get(vehicle::readings),
        ),
        (
            "/vehicle/{account}/commands",
            &["GET", "POST"],
            get(vehicle::commands).post(vehicle::begin),
        ),
        (
            "/vehicle/{account}/commands/{id}",
            &["GET"],
            get(vehicle::command),
        ),
        (
            "/permit/{account}/status",
            &["GET"],
            get(services::permit_status),
        ),
        (
            "/permit/{account}/cancel",
            &["POST"],
            post(services::permit_cancel),
        ),
        (
            "/violation/{account}/check",
            &["POST"],
            post(services::violation_check),
        ),
        (
            "/violation/{account}/note",
            &["POST"],
            post(services::violation_note),
        ),
        (
            "/violation/{account}/ledger",
            &["GET"],
            get(services::violation_ledger),
        ),
        (
            "/channels",
            &["GET", "POST"],
            get(channels::list).post(channels::add),
        ),
        ("/channels/{id}", &["DELETE"], delete(channels::remove)),
        ("/channels/{id}/test", &["POST"], post(channels::test)),
        ("/outbox", &["GET"], get(channels::outbox)),
        ("/diagnostics", &["GET"], get(system::diagnostics)),
        ("/problems", &["GET"], get(asks::problems)),
        ("/notices", &["GET"], get(asks::notices)),
        ("/audit", &["GET"], get(audit_log::list)),
        ("/users", &["GET"], get(people::users)),
        (
            "/users/invitations",
            &["GET", "POST"],
            get(people::invitations).post(people::invite),
        ),
        (
            "/users/invitations/{id}",
            &["DELETE"],
            delete(people::revoke_invitation),
        ),
        ("/sessions", &["GET"], get(people::sessions)),
        ("/sessions/{id}", &["DELETE"], delete(people::end_session)),
    ]
}

/// The API over an application.
pub fn router(app: App) -> Router {
    let v1 = table()
        .into_iter()
        .fold(Router::new(), |v1, (path, _, methods)| {
            v1.route(path, methods)
        });
    let guarded = Router::new()
        .nest("/api/v1", v1)
        .route("/api", axum::routing::any(nothing_here))
        .route("/api/", axum::routing::any(nothing_here))
        .route("/api/{*rest}", axum::routing::any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), guard));
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .merge(guarded)
        .with_state(app)
}

/// Lets through who brings a token that may do this kind of thing, and nobody else.
async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let lang = lang_of(request.headers(), &app);
    let token = bearer(request.headers()).map(Secret::from);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    match allowed(&app, token, reads).await {
        Ok((actor, token)) => {
            let origin = Origin {
                ip: Some(Caller::of(request.extensions()).ip),
                via: Some(format!("token/{token}")),
            };
            let route = (!reads).then(|| route_of(&request));
            request.extensions_mut().insert(actor.clone());
            let mut response = audit::from(origin, async {
                let response = next.run(request).await;
                if let Some(about) = route.filter(|_| response.status() == StatusCode::FORBIDDEN) {
                    app.audit(Some(&actor), Audit::NotAllowed, about).await;
                }
                response
            })
            .await;
            if !reads {
                app.live().hint();
            }
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => problem(&error, lang),
    }
}

/// A route as the router spells it: no id, nothing that was typed.
fn route_of(request: &Request) -> About {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("/api", MatchedPath::as_str);
    About::route(request.method().as_str(), route)
}

/// Who comes with this token, and the id the token is listed under.
async fn allowed(
    app: &App,
    token: Option<Secret>,
    reads: bool,
) -> Result<(Actor, String), AppError> {
    let token = token.ok_or(AppError::SignIn)?;
    let (actor, id) = app
        .access()
        .by_named_token(token.reveal())
        .await?
        .ok_or(AppError::SignIn)?;
    if reads || actor.writes() {
        Ok((actor, id))
    } else {
        Err(AppError::Forbidden)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The language asked for: `?lang=` is the web's; here it is `Accept-Language`.
fn lang_of(headers: &HeaderMap, app: &App) -> Lang {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match asked.trim().get(..2) {
        Some("en") => Lang::En,
        Some("zh") => Lang::Zh,
        _ => app.lang(),
    }
}

/// Who asks, about what, in which language: what every handler gets.
pub(crate) struct Asked {
    pub(crate) app: App,
    pub(crate) actor: Actor,
    pub(crate) lang: Lang,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let lang = lang_of(&parts.headers, app);
        // No actor: the request did not come through the guard. Then nobody is let in.
        let actor = parts.extensions.get::<Actor>().cloned();
        Ok(Self {
            app: app.clone(),
            actor: actor.ok_or_else(|| problem(&AppError::SignIn, lang))?,
            lang,
        })
    }
}

impl Asked {
    /// An answer, or what went wrong in the language asked for.
    pub(crate) fn answer(&self, status: StatusCode, said: Result<Value, AppError>) -> Response {
        match said {
            Ok(value) => (status, axum::Json(value)).into_response(),
            Err(error) => problem(&error, self.lang),
        }
    }

    pub(crate) fn ok(&self, said: Result<Value, AppError>) -> Response {
        self.answer(StatusCode::OK, said)
    }

    /// Nothing to say, or what went wrong.
    pub(crate) fn gone(&self, done: Result<(), AppError>) -> Response {
        match done {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(error) => problem(&error, self.lang),
        }
    }
}

/// A JSON body; an empty one is `{}`.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let lang = lang_of(request.headers(), app);
        let body = Bytes::from_request(request, app)
            .await
            .map_err(|rejection| too_long(&rejection, lang))?;
        let text: &[u8] = if body.iter().all(u8::is_ascii_whitespace) {
            b"{}"
        } else {
            &body
        };
        serde_json::from_slice(text)
            .map(Self)
            .map_err(|error| problem(&unreadable(&error), lang))
    }
}

/// Query values; unknown ones are refused like unknown fields.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let lang = lang_of(&parts.headers, app);
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| {
                let said = without_value(&rejection.body_text());
                problem(
                    &AppError::Invalid(InvalidInput::new(
                        field_in(&said, "query"),
                        said.clone(),
                        said,
                    )),
                    lang,
                )
            })
    }
}

fn unreadable(error: &serde_json::Error) -> AppError {
    let said = without_value(&error.to_string());
    AppError::Invalid(InvalidInput::new(
        field_in(&said, "body"),
        said.clone(),
        said,
    ))
}

/// A reader's complaint without what it has read: that may be a token in a place of another.
fn without_value(said: &str) -> String {
    let kinds = ["invalid type", "invalid value", "unknown variant"];
    let kind = kinds
        .into_iter()
        .find_map(|kind| Some(said.find(kind)? + kind.len()));
    match (kind, said.rfind(", expected ")) {
        (Some(from), Some(to)) if from <= to => format!("{}{}", &said[..from], &said[to..]),
        _ => said.to_owned(),
    }
}

/// The field a reader's complaint names between backticks, or, of a query, before its colon.
fn field_in(said: &str, otherwise: &str) -> String {
    let between = said.split_once("field `").map(|(_, rest)| rest);
    let quoted = between.and_then(|rest| rest.split('`').next());
    let of_query = said.split_once("query string: ").map(|(_, rest)| rest);
    let before = of_query.and_then(|rest| rest.split_once(": "));
    let name = quoted.or(before.map(|(name, _)| name));
    name.filter(|name| !name.is_empty())
        .unwrap_or(otherwise)
        .to_owned()
}

fn too_long(rejection: &BytesRejection, lang: Lang) -> Response {
    let error = AppError::Invalid(InvalidInput::new(
        "body",
        format!("请求体最多 {BODY_LIMIT} 字节"),
        format!("at most {BODY_LIMIT} bytes"),
    ));
    let mut response = problem(&error, lang);
    *response.status_mut() = rejection.status();
    response
}

/// An error as `application/problem+json`.
pub(crate) fn problem(error: &AppError, lang: Lang) -> Response {
    if matches!(error, AppError::Internal(_) | AppError::Store(_)) {
        tracing::error!(%error, "a request failed");
    }
    let status =
        StatusCode::from_u16(say::status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, say::failure(error, lang).to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

async fn nothing_here(asked: Asked) -> Response {
    let error = AppError::NotFound {
        what: "address",
        id: "/api".to_owned(),
    };
    problem(&error, asked.lang)
}

async fn wrong_method(asked: Asked) -> Response {
    let error = AppError::Invalid(InvalidInput::new(
        "method",
        "这个地址不支持该方法",
        "is not allowed here",
    ));
    let mut response = problem(&error, asked.lang);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

async fn healthz() -> Response {
    axum::Json(json!({ "ok": true })).into_response()
}

/// Ready: the data can be read and the engine takes work.
async fn readyz(State(app): State<App>) -> Response {
    let (ready, why) = match app.readiness().await {
        Ok(readiness) => (
            readiness.engine.taking_work,
            readiness.engine.why.map(|text| text.en),
        ),
        Err(error) => (false, Some(error.text().en)),
    };
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, axum::Json(json!({ "ready": ready, "why": why }))).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(authorization: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, authorization.parse().unwrap())])
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        assert_eq!(bearer(&headers("Bearer dbn_x")), Some("dbn_x"));
        assert_eq!(bearer(&headers("bearer  dbn_x ")), Some("dbn_x"));
        for not in ["", "Bearer", "Bearer ", "Basic dbn_x", "dbn_x"] {
            assert_eq!(bearer(&headers(not)), None, "{not:?}");
        }
    }

    #[test]
    fn a_complaint_names_its_field() {
        assert_eq!(
            field_in("unknown field `colour`, expected one of `kind`", "body"),
            "colour"
        );
        assert_eq!(field_in("EOF while parsing", "body"), "body");
        assert_eq!(
            field_in("unknown variant, expected `read` or `write`", "body"),
            "body"
        );
        let of_query = "Failed to deserialize query string: state: unknown variant";
        assert_eq!(field_in(of_query, "query"), "state");
        let unknown = "Failed to deserialize query string: unknown field `x`";
        assert_eq!(field_in(unknown, "query"), "x");
    }

    #[test]
    fn a_complaint_says_what_is_wanted_and_not_what_was_given() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(dead_code)]
        struct Wanted {
            secrets: std::collections::BTreeMap<String, String>,
            scope: Option<daiban_core::household::Scope>,
            days: Option<u8>,
        }
        for (given, said) in [
            (
                json!({ "secrets": "a-token, expected by nobody" }),
                "invalid type, expected a map at line",
            ),
            (
                json!({ "secrets": { "token": 4242 } }),
                "invalid type, expected a string at line",
            ),
            (
                json!({ "secrets": {}, "days": 4242 }),
                "invalid value, expected u8 at line",
            ),
            (
                json!({ "secrets": {}, "scope": "a-token" }),
                "unknown variant, expected one of",
            ),
            (json!({}), "missing field `secrets` at line"),
            (
                json!({ "colour": 1 }),
                "unknown field `colour`, expected one of",
            ),
        ] {
            let error = serde_json::from_str::<Wanted>(&given.to_string()).unwrap_err();
            let complaint = without_value(&error.to_string());
            assert!(complaint.starts_with(said), "{complaint}");
            assert!(!complaint.contains("token") && !complaint.contains("4242"));
        }
    }
}
