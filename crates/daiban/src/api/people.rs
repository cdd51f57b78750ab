//! Users, invitations and one's own sessions over REST.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use daiban_core::household::Role;
use serde::Deserialize;
use serde_json::Value;

use super::{Asked, Json};
use crate::{front::Caller, say};

pub(super) async fn users(asked: Asked) -> Response {
    let users = asked.app.people(&asked.actor).await;
    asked.ok(users.map(|users| users.iter().map(say::user).collect()))
}

pub(super) async fn invitations(asked: Asked) -> Response {
    let open = asked.app.invitations(&asked.actor).await;
    asked.ok(open.map(|open| open.iter().map(say::invitation).collect()))
}

/// Somebody to be invited.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvitation {
    role: Role,
    #[serde(default)]
    name: Option<String>,
}

/// The link is part of this answer and of no other.
pub(super) async fn invite(
    asked: Asked,
    caller: Caller,
    headers: HeaderMap,
    Json(new): Json<NewInvitation>,
) -> Response {
    let invited = asked
        .app
        .invite(&asked.actor, new.role, new.name.as_deref());
    let said = invited.await.map(|(word, invitation)| {
        let mut said = say::invitation(&invitation);
        let path = format!("/join/{}", word.reveal());
        said["link"] = Value::from(origin(caller, &headers) + &path);
        said
    });
    asked.answer(StatusCode::CREATED, said)
}

/// Where the caller sees daiban; nothing without a name, so that the link is a path.
fn origin(caller: Caller, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let scheme = if caller.tls { "https" } else { "http" };
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

pub(super) async fn revoke_invitation(asked: Asked, Path(id): Path<String>) -> Response {
    let revoked = asked.app.revoke_invitation(&asked.actor, &id).await;
    asked.gone(revoked.map(drop))
}

pub(super) async fn sessions(asked: Asked) -> Response {
    let sessions = asked.app.sessions(&asked.actor).await;
    asked.ok(sessions.map(|sessions| {
        let said = sessions.iter().map(|one| say::session(one, asked.lang));
        said.collect()
    }))
}

pub(super) async fn end_session(asked: Asked, Path(id): Path<String>) -> Response {
    asked.gone(asked.app.end_session(&asked.actor, &id).await)
}
