//! History over REST, and as a stream that goes on.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use daiban_core::{household::EventRow, secret::Secret};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, Query, bearer, problem};
use crate::{app::Listener, say};

/// How often a line says that the stream is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is asked whether the token is still good.
const STILL_ALLOWED: Duration = Duration::from_secs(20);
/// How soon a store that was away is asked again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// So many lines are read at once.
const LINES: usize = 200;

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
    let listener = match asked.app.live().listen().await {
        Ok(listener) => listener,
        Err(error) => return problem(&error, asked.lang),
    };
    let reading = Reading {
        token: bearer(&headers).map(Secret::from),
        asked,
        listener,
        after,
        waiting: Vec::new(),
    };
    let lines = stream::unfold(reading, |mut reading| async move {
        let line = reading.next().await?;
        Some((Ok::<_, Infallible>(line), reading))
    });
    Sse::new(lines)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT).text("alive"))
        .into_response()
}

/// A stream under way.
struct Reading {
    asked: Asked,
    token: Option<Secret>,
    listener: Listener,
    after: i64,
    /// Lines read and not yet sent, the next one last.
    waiting: Vec<EventRow>,
}

impl Reading {
    /// The next line. `None`: the token is no longer good, or the process ends.
    async fn next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            if !self.is_allowed().await {
                return None;
            }
            let Asked { app, actor, .. } = &self.asked;
            match app.events(actor, self.after, LINES).await {
                Ok((events, next)) => {
                    let is_all = next == self.after;
                    self.after = next;
                    self.waiting.extend(events.into_iter().rev());
                    if is_all && !self.listener.until_after(self.after, STILL_ALLOWED).await {
                        return None;
                    }
                }
                // The store is away for a moment; the heartbeat goes on and the next look may find it back.
                Err(error) => {
                    tracing::debug!(%error, "no events for a stream");
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
            }
        }
        let event = self.waiting.pop()?;
        let line = Event::default()
            .id(event.seq.to_string())
            .event("event")
            .data(say::event(&event, self.asked.lang).to_string());
        Some(line)
    }

    /// A token that was revoked ends its streams. A store that cannot say leaves them as they are.
    async fn is_allowed(&mut self) -> bool {
        let Some(token) = &self.token else {
            return false;
        };
        match self.asked.app.access().by_token(token.reveal()).await {
            Ok(Some(actor)) => {
                self.asked.actor = actor;
                true
            }
            Ok(None) => false,
            Err(_) => true,
        }
    }
}
