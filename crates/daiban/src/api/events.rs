//! History over REST, and as a stream that goes on.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, Query, problem};
use crate::say;

/// How often rows are looked for, and how often a line says that the stream is alive.
const LOOK: Duration = Duration::from_millis(500);
const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct From {
    #[serde(default)]
    after: Option<i64>,
    #[serde(default)]
    limit: Option<usize>,
}

/// `{"events":[…],"next":seq}`: ask again with `after=next`.
pub(super) async fn list(asked: Asked, Query(from): Query<From>) -> Response {
    let (after, limit) = (from.after.unwrap_or(0), from.limit.unwrap_or(200));
    let said = asked
        .app
        .events(&asked.actor, after, limit)
        .await
        .map(|(events, next)| {
            let events = events
                .iter()
                .map(|event| say::event(event, asked.lang))
                .collect::<Vec<_>>();
            json!({ "events": events, "next": next })
        });
    asked.ok(said)
}

/// Lines after `?after=` or `Last-Event-ID`; without either, only what is new from now on.
pub(super) async fn stream(asked: Asked, headers: HeaderMap, Query(from): Query<From>) -> Response {
    let seen = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let after = match from.after.or(seen) {
        Some(after) => Ok(after),
        None => asked.app.last_event().await,
    };
    let after = match after {
        Ok(after) => after,
        Err(error) => return problem(&error, asked.lang),
    };
    let lines = stream::unfold(
        (asked, after, Vec::new()),
        |(asked, mut after, mut waiting)| async move {
            while waiting.is_empty() {
                match asked.app.events(&asked.actor, after, 200).await {
                    Ok((events, next)) => {
                        after = next;
                        waiting.extend(events.into_iter().rev());
                    }
                    // The store is away for a moment; the heartbeat goes on and the next look may find it back.
                    Err(error) => tracing::debug!(%error, "no events for a stream"),
                }
                if waiting.is_empty() {
                    tokio::time::sleep(LOOK).await;
                }
            }
            let event = waiting.pop()?;
            let line = Event::default()
                .id(event.seq.to_string())
                .event("event")
                .data(say::event(&event, asked.lang).to_string());
            Some((Ok::<_, Infallible>(line), (asked, after, waiting)))
        },
    );
    Sse::new(lines)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT).text("alive"))
        .into_response()
}
