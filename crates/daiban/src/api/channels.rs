//! Channels and the outbox over REST.

use axum::{extract::Path, http::StatusCode, response::Response};
use daiban_core::id::ChannelId;

use super::{Asked, Json};
use crate::{app::NewChannel, say};

pub(super) async fn list(asked: Asked) -> Response {
    let channels = asked.app.channels(&asked.actor).await;
    asked.ok(channels.map(|channels| channels.iter().map(say::channel).collect()))
}

pub(super) async fn add(asked: Asked, Json(new): Json<NewChannel>) -> Response {
    let added = asked.app.add_channel(&asked.actor, new).await;
    asked.answer(
        StatusCode::CREATED,
        added.map(|channel| say::channel(&channel)),
    )
}

pub(super) async fn remove(asked: Asked, Path(id): Path<ChannelId>) -> Response {
    asked.gone(asked.app.remove_channel(&asked.actor, &id).await)
}

pub(super) async fn test(asked: Asked, Path(id): Path<ChannelId>) -> Response {
    let receipt = asked.app.test_channel(&asked.actor, &id).await;
    asked.ok(receipt.map(|receipt| say::receipt(&receipt)))
}

pub(super) async fn outbox(asked: Asked) -> Response {
    let lines = asked.app.outbox(&asked.actor, 200).await;
    asked.ok(lines.map(|lines| {
        lines
            .iter()
            .map(|line| say::outbox(line, asked.lang))
            .collect()
    }))
}
