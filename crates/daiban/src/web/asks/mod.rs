//! Asks: the list, and one page for each, reached from daiban or from a message.
//!
//! Looking at an ask changes nothing, however often a messenger looks ahead. From a message there is only this one ask: no
//! navigation, nothing else of the household. A link works until its ask is answered or over; after that it says how that
//! ended.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    ask::{Ask, AskKind, AskState},
    id::AskId,
};

use super::{
    Web,
    page::{Shell, html, html_with},
    security::Oops,
    visitor::{Fields, Guest, Me},
};
use crate::{
    access::{Actor, SessionRef},
    app::AppError,
};

mod ended;
mod list;
mod onward;
mod parts;
mod screen;
mod view;

pub(super) use list::list;
use screen::Screen;
use view::Trial;

/// A message's link to a sign-in leads to the code that took the place of the one it was sent for, so long.
const LINK_FOLLOWS_S: i64 = 24 * 3600;
/// Where the page of an ask that is over goes on, for scripts that poll it.
const ONWARD: &str = "x-daiban-next";

/// Who looks at an ask, and from where.
struct Looking {
    actor: Actor,
    shell: Shell,
    /// Where the form goes, and under which the picture is.
    action: String,
    inside: bool,
    screen: Screen,
    /// The session they answer in; none from a link.
    session: Option<SessionRef>,
}

/// `GET /asks/{id}`
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let ask = web.app.ask(&me.actor, &AskId::from(id)).await?;
    // A step that is over leads to the next step of what goes on, such as a fresh QR code.
    if let Some(onward) = onward_from(&web, &me.actor, &ask, true).await? {
        return Ok(Redirect::to(&onward).into_response());
    }
    let looking = inside(&web, &me, &headers, &ask);
    Ok(html(
        &view::ask_page(&web, looking, &ask, Trial::default()).await?,
    ))
}

/// `POST /asks/{id}`
pub(super) async fn answer(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let ask = web.app.ask(&me.actor, &AskId::from(id)).await?;
    let looking = inside(&web, &me, &headers, &ask);
    onward::answered(&web, looking, &ask, &fields).await
}

/// `GET /asks/{id}/picture`
pub(super) async fn picture(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    sent_picture(&web, &me.actor, &AskId::from(id)).await
}

/// `GET /asks/{id}/live`: how far it has come, without the frame.
pub(super) async fn live(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let ask = web.app.ask(&me.actor, &AskId::from(id)).await?;
    let looking = inside(&web, &me, &headers, &ask);
    part(&web, looking, &ask).await
}

/// `GET /a/{word}`: the ask of a link in a message.
pub(super) async fn linked_page(
    State(web): State<Web>,
    guest: Guest,
    headers: HeaderMap,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    if let Some(path) = other_path(&web, &word).await? {
        return Ok(Redirect::to(&path).into_response());
    }
    let Some((looking, ask)) = outside(&web, &guest, &headers, &word).await? else {
        return Ok(ended::unknown(guest.lang));
    };
    if let Some(onward) = onward_from(&web, &looking.actor, &ask, false).await? {
        return Ok(Redirect::to(&onward).into_response());
    }
    if ask.state != AskState::Open {
        return ended::page(&web, looking, &ask).await;
    }
    Ok(html(
        &view::ask_page(&web, looking, &ask, Trial::default()).await?,
    ))
}

/// `POST /a/{word}`: the answer uses the link up.
pub(super) async fn linked_answer(
    State(web): State<Web>,
    guest: Guest,
    headers: HeaderMap,
    Path(word): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some((looking, ask)) = outside(&web, &guest, &headers, &word).await? else {
        return Ok(ended::unknown(guest.lang));
    };
    let wants_fresh = fields.get("fresh").is_some() && follows(&web, &ask);
    if ask.state != AskState::Open && !wants_fresh {
        return ended::page(&web, looking, &ask).await;
    }
    onward::answered(&web, looking, &ask, &fields).await
}

/// `GET /a/{word}/picture`
pub(super) async fn linked_picture(
    State(web): State<Web>,
    guest: Guest,
    headers: HeaderMap,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    match outside(&web, &guest, &headers, &word).await? {
        Some((looking, ask)) if ask.state == AskState::Open => {
            sent_picture(&web, &looking.actor, &ask.id).await
        }
        _ => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

/// `GET /a/{word}/live`
pub(super) async fn linked_live(
    State(web): State<Web>,
    guest: Guest,
    headers: HeaderMap,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    match outside(&web, &guest, &headers, &word).await? {
        Some((looking, ask)) => part(&web, looking, &ask).await,
        None => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

fn inside(web: &Web, me: &Me, headers: &HeaderMap, ask: &Ask) -> Looking {
    Looking {
        actor: me.actor.clone(),
        shell: Shell::alone(me.lang, me.csrf.clone()),
        action: format!("/asks/{}", ask.id),
        inside: true,
        screen: Screen::of(web, headers),
        session: Some(me.session.clone()),
    }
}

/// Whose ask a link's word opens, whatever has become of it; nothing for a word that was not made here.
async fn outside(
    web: &Web,
    guest: &Guest,
    headers: &HeaderMap,
    word: &str,
) -> Result<Option<(Looking, Ask)>, AppError> {
    let (actor, id) = match web.links.read(word).await {
        Ok(found) => found,
        Err(AppError::SignIn | AppError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let ask = web.app.ask(&actor, &id).await?;
    let looking = Looking {
        actor,
        shell: Shell::alone(guest.lang, guest.csrf.clone()),
        action: format!("/a/{word}"),
        inside: false,
        screen: Screen::of(web, headers),
        session: None,
    };
    Ok(Some((looking, ask)))
}

/// Words of other shapes: one short enough to be typed, and the bare id of an ask.
async fn other_path(web: &Web, word: &str) -> Result<Option<String>, AppError> {
    if let Some(ask) = web.links.read_short(word).await? {
        return Ok(Some(web.links.ask_path(&ask).await?));
    }
    let is_bare = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Ok(is_bare.then(|| format!("/asks/{word}")))
}

/// Whether a link leads on from this ask: the sign-in it was sent for is not done yet.
fn follows(web: &Web, ask: &Ask) -> bool {
    let age_s = web.app.now().as_second() - ask.at.as_second();
    ask.state == AskState::Expired && age_s < LINK_FOLLOWS_S
}

/// The path of the step that took the place of one that is over.
async fn onward_from(
    web: &Web,
    actor: &Actor,
    ask: &Ask,
    inside: bool,
) -> Result<Option<String>, AppError> {
    if ask.state == AskState::Open || (!inside && !follows(web, ask)) {
        return Ok(None);
    }
    let errand = web.app.errand(actor, &ask.errand).await?;
    let signs_in = errand.internal && ask.ask.kind != AskKind::Approve;
    if !inside && !signs_in {
        return Ok(None);
    }
    let Some(next) = web.links.next_ask(actor, &ask.id).await? else {
        return Ok(None);
    };
    Ok(Some(path_of(web, &next, inside).await?))
}

/// The page of an ask, for those inside or for a link.
async fn path_of(web: &Web, ask: &AskId, inside: bool) -> Result<String, AppError> {
    match inside {
        true => Ok(format!("/asks/{ask}")),
        false => web.links.ask_path(ask).await,
    }
}

/// What a page polls. Where the ask is over, a header says where it goes on.
async fn part(web: &Web, looking: Looking, ask: &Ask) -> Result<Response, Oops> {
    let onward = match onward_from(web, &looking.actor, ask, looking.inside).await? {
        Some(onward) => Some(onward),
        None => (ask.state != AskState::Open).then(|| looking.action.clone()),
    };
    let part = parts::LivePart::of(web, &looking, ask, onward.clone()).await?;
    let mut response = html_with(StatusCode::OK, &part);
    if let Some(value) = onward.and_then(|path| path.parse().ok()) {
        response.headers_mut().insert(ONWARD, value);
    }
    Ok(response)
}

async fn sent_picture(web: &Web, actor: &Actor, id: &AskId) -> Result<Response, Oops> {
    let picture = web.app.ask_picture(actor, id).await?;
    Ok((
        [(header::CONTENT_TYPE, picture.content_type)],
        picture.bytes,
    )
        .into_response())
}
