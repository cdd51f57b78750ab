//! `/live`: tells an open page that something has changed, and nothing else. What has changed, the page asks for itself.
//!
//! A page is kept fresh like this:
//!
//! - A part of it has an id and `data-live="/its/page/live"`. That route answers with the part alone, made by [`part`] from
//!   the same template the page includes; other elements of the page may stand beside it and are found by their ids.
//! - `data-every="5"` asks for it after so many seconds even without news, where what is shown ages by itself; without it,
//!   once a minute.
//! - `app.js` asks when `/live` says so, changes what differs and leaves typing, focus and open details alone. Where no news
//!   comes through, it asks every other second.
//! - A page that also reloads itself (`Shell::again_s`) sets `Shell::live`: then only browsers without JavaScript do.
//! - A form whose answer takes seconds says so: `data-wait="…"` on the form or its button, `data-wait-s="30"` for until when.

use std::{convert::Infallible, time::Duration};

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures_util::stream;
use tokio::time::{Instant, sleep_until};

use super::{Web, cookies, security::Oops, visitor::Me};
use crate::{
    access::{Actor, hash_word},
    app::{AppError, Heard, Listener},
};

/// A sign of life that scripts can see. The session is looked at then, and after news of its owner, such as that it was
/// ended: a stream outlives it by no more than this.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// News follow each other no closer: a page is asked for no oftener anyway.
const CALM: Duration = Duration::from_secs(1);
/// How soon a browser that lost the stream comes back.
const RETRY: Duration = Duration::from_secs(2);
/// Some proxies and browsers hold the first bytes back until there are so many.
const PADDING: usize = 2048;
/// What nginx understands.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// `GET /live`
pub(super) async fn stream(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
) -> Result<Response, Oops> {
    let Some(cookie) = cookies::session_cookie(&web, &headers) else {
        return Err(AppError::SignIn.into());
    };
    let listener = web.app.live().listen().await?;
    let watching = Watching {
        cookie,
        actor: me.actor,
        listener,
        begun: false,
        number: 0,
        news: false,
        doubted: false,
        quiet_until: Instant::now(),
        alive_at: Instant::now() + HEARTBEAT,
        web,
    };
    let lines = stream::unfold(watching, |mut watching| async move {
        let line = watching.next().await?;
        Some((Ok::<_, Infallible>(line), watching))
    });
    let headers = [
        UNBUFFERED,
        (header::CACHE_CONTROL, "no-store, no-transform"),
    ];
    Ok((headers, Sse::new(lines)).into_response())
}

/// One open page.
struct Watching {
    web: Web,
    cookie: String,
    actor: Actor,
    listener: Listener,
    begun: bool,
    /// Of the newest news heard.
    number: u64,
    /// Whether some of it concerns them and was not said yet.
    news: bool,
    quiet_until: Instant,
    alive_at: Instant,
    /// Whether their session may be what has changed.
    doubted: bool,
}

impl Watching {
    /// The next line. `None`: the session is over, or the process ends.
    async fn next(&mut self) -> Option<Event> {
        if !self.begun {
            self.begun = true;
            let padding = Event::default().comment(" ".repeat(PADDING)).retry(RETRY);
            return Some(padding.event("hello").data("1"));
        }
        // After what was said and not before: two hundred pages hear it at the same moment.
        if std::mem::take(&mut self.doubted) && !self.is_signed_in().await {
            return None;
        }
        loop {
            tokio::select! {
                heard = self.listener.next() => self.note(heard?),
                () = sleep_until(self.quiet_until), if self.news => {
                    (self.news, self.doubted) = (false, true);
                    self.quiet_until = Instant::now() + CALM;
                    let number = self.number.to_string();
                    return Some(Event::default().id(&number).event("changed").data(number));
                }
                () = sleep_until(self.alive_at) => {
                    self.alive_at = Instant::now() + HEARTBEAT;
                    return self.is_signed_in().await.then(|| Event::default().event("alive").data("1"));
                }
            }
        }
    }

    fn note(&mut self, heard: Heard) {
        let concerns = match &heard {
            Heard::News(news) => {
                self.number = news.number;
                news.concerns(&self.actor)
            }
            Heard::Missed => true,
        };
        self.news |= concerns;
    }

    /// A store that cannot say leaves the stream as it is; the page could not be made then either.
    async fn is_signed_in(&mut self) -> bool {
        match self.web.app.access().by_cookie(&self.cookie).await {
            Ok(Some((actor, _))) => {
                self.actor = actor;
                true
            }
            Ok(None) => false,
            Err(_) => true,
        }
    }
}

/// A part of a page, or 204 when it is what the browser says it has.
pub(super) fn part(headers: &HeaderMap, part: &impl Template) -> Result<Response, AppError> {
    let rendered = part
        .render()
        .map_err(|error| AppError::Internal(error.to_string()))?;
    let tag = format!("\"{}\"", &hash_word(&rendered)[..16]);
    let known = headers.get(header::IF_NONE_MATCH);
    if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NO_CONTENT, [(header::ETAG, tag)]).into_response());
    }
    let html = (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned());
    Ok(([html, (header::ETAG, tag)], rendered).into_response())
}
