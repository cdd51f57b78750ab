//! Channels: added, changed, tried out with a real message, removed after a second question.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    account::{Secrets, Settings},
    descriptor::Wish,
    id::ChannelId,
    notify::{Channel, Receipt},
    secret::Secret,
};

use super::{
    Web,
    form::{Field, Filled, Making, beside_the_fields},
    notices::{self, Delivery},
    page::{Shell, html, html_with, said},
    security::Oops,
    visitor::{Fields, Me},
    words,
};
use crate::{
    app::{AppError, ChannelChange, NewChannel},
    notify::{About, BASE_URL, kinds},
};

/// So many of the last messages over a channel are shown.
const SENT_SHOWN: usize = 8;
/// So many messages are looked through for them.
const OUTBOX: usize = 500;

static SERVER: [Wish; 1] = [BASE_URL];

/// A kind of channels by its word.
pub(super) fn about(kind: &str) -> Option<&'static About> {
    kinds()
        .iter()
        .map(|known| known.about())
        .find(|about| about.kind == kind)
}

struct KindView {
    href: String,
    name: &'static str,
    help: &'static str,
}

#[derive(Template)]
#[template(path = "channel_kinds.html")]
struct KindsPage {
    s: Shell,
    kinds: Vec<KindView>,
}

/// `GET /channels/new`
pub(super) async fn channel_kinds(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let abouts = kinds().into_iter().map(|kind| kind.about());
    let views = abouts.map(|about| KindView {
        href: format!("/channels/new/{}", about.kind),
        name: about.name.in_lang(me.lang),
        help: about.help.in_lang(me.lang),
    });
    Ok(html(&KindsPage {
        kinds: views.collect(),
        s: Shell::full(&web, &me, "problems").await?,
    }))
}

/// The fields of a channel, new or changed.
struct Form {
    name: String,
    name_error: Option<String>,
    settings: Vec<Field>,
    secrets: Vec<Field>,
    error: Option<String>,
}

fn form(
    me: &Me,
    about: &'static About,
    (name, filled): (String, [Filled<'_>; 2]),
    error: Option<&AppError>,
) -> Form {
    let [filled, sealed] = filled;
    let making = |prefix, filled| Making {
        lang: me.lang,
        prefix,
        filled,
        error,
        accounts: &[],
    };
    let plain = making("set.", filled);
    let mut settings = plain.fields(about.settings);
    if !about.settings.iter().any(|wish| wish.name == BASE_URL.name) {
        settings.extend(plain.fields(&SERVER));
    }
    let secrets = making("sec.", sealed).fields(about.secrets);
    let name_error = error
        .filter(|error| error.field() == Some("name"))
        .map(|error| said(error, me.lang));
    let error = if name_error.is_some() {
        None
    } else {
        beside_the_fields(error, &[&settings, &secrets], me.lang)
    };
    Form {
        name,
        name_error,
        settings,
        secrets,
        error,
    }
}

#[derive(Template)]
#[template(path = "channel_new.html")]
struct NewPage {
    s: Shell,
    kind: &'static str,
    kind_name: &'static str,
    help: &'static str,
    form: Form,
}

/// `GET /channels/new/{kind}`
pub(super) async fn channel_form(
    State(web): State<Web>,
    me: Me,
    Path(kind): Path<String>,
) -> Result<Response, Oops> {
    Ok(html(&new_page(&web, &me, known(&kind)?, None, None).await?))
}

/// `POST /channels/new/{kind}`
pub(super) async fn add_channel(
    State(web): State<Web>,
    me: Me,
    Path(kind): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let about = known(&kind)?;
    let new = NewChannel {
        kind: about.kind.to_owned(),
        name: fields.text("name").to_owned(),
        settings: given(&fields, "set.").collect::<Settings>(),
        secrets: secrets(&fields),
    };
    match web.app.add_channel(&me.actor, new).await {
        Ok(channel) => Ok(Redirect::to(&format!("/channels/{}", channel.id)).into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Settings(_))) => {
            let page = new_page(&web, &me, about, Some(&fields), Some(&error)).await?;
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

fn known(kind: &str) -> Result<&'static About, AppError> {
    about(kind).ok_or_else(|| AppError::NotFound {
        what: "channel kind",
        id: kind.to_owned(),
    })
}

fn given<'a>(fields: &'a Fields, prefix: &'a str) -> impl Iterator<Item = (String, String)> + 'a {
    let filled = fields
        .under(prefix)
        .filter(|(_, value)| !value.trim().is_empty());
    filled.map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
}

/// A blank secret is none, or the one that is stored.
fn secrets(fields: &Fields) -> Secrets {
    given(fields, "sec.")
        .map(|(name, value)| (name, Secret::new(value)))
        .collect()
}

async fn new_page(
    web: &Web,
    me: &Me,
    about: &'static About,
    typed: Option<&Fields>,
    error: Option<&AppError>,
) -> Result<NewPage, AppError> {
    let filled = || typed.map_or(Filled::Fresh, Filled::Typed);
    let name = typed.map(|fields| fields.text("name").to_owned());
    let filled = (name.unwrap_or_default(), [filled(), filled()]);
    Ok(NewPage {
        s: Shell::full(web, me, "problems").await?,
        kind: about.kind,
        kind_name: about.name.in_lang(me.lang),
        help: about.help.in_lang(me.lang),
        form: form(me, about, filled, error),
    })
}

/// What a provider said to a test, word for word.
struct Tried {
    class: &'static str,
    text: &'static str,
    answer: String,
}

#[derive(Template)]
#[template(path = "channel.html")]
struct ChannelPage {
    s: Shell,
    id: String,
    title: String,
    kind_name: String,
    tried: Option<Tried>,
    /// When and what, with how it went.
    sent: Vec<(String, String, Delivery)>,
    /// `None` for a kind this version does not know.
    form: Option<Form>,
    changes: bool,
}

/// `GET /channels/{id}`
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let channel = web.app.channel(&me.actor, &ChannelId::from(id)).await?;
    Ok(html(
        &channel_page(&web, &me, &channel, Shown::default()).await?,
    ))
}

/// What came of something tried.
#[derive(Default)]
struct Shown<'a> {
    tried: Option<Tried>,
    typed: Option<&'a Fields>,
    error: Option<&'a AppError>,
}

async fn channel_page(
    web: &Web,
    me: &Me,
    channel: &Channel,
    shown: Shown<'_>,
) -> Result<ChannelPage, AppError> {
    let (lang, now) = (me.lang, web.app.now());
    let outbox = web.app.outbox(&me.actor, OUTBOX).await?;
    let channels = std::slice::from_ref(channel);
    let mine = outbox.iter().filter(|line| line.row.channel == channel.id);
    let sent = mine.take(SENT_SHOWN).map(|line| {
        let notice = line.notice.as_ref();
        let at = notice.map(|notice| words::moment(lang, notice.at, now));
        let title = notice.map(|notice| notice.title.in_lang(lang).to_owned());
        (
            at.unwrap_or_default(),
            title.unwrap_or_else(|| words::m(lang, "notices-a-message-that-is-gone").to_owned()),
            notices::delivery(web, me, line, channels),
        )
    });
    let about = about(&channel.kind);
    let name = shown.typed.map(|fields| fields.text("name").to_owned());
    let filled = || {
        shown
            .typed
            .map_or(Filled::Stored(&channel.settings), Filled::Typed)
    };
    let filled = (
        name.unwrap_or_else(|| channel.name.clone()),
        [filled(), Filled::Stored(&channel.settings)],
    );
    let changes = me.actor.changes(&channel.user);
    Ok(ChannelPage {
        s: Shell::full(web, me, "problems").await?,
        id: channel.id.to_string(),
        title: channel.name.clone(),
        kind_name: about.map_or_else(
            || channel.kind.clone(),
            |about| about.name.in_lang(lang).to_owned(),
        ),
        tried: shown.tried,
        sent: sent.collect(),
        form: about
            .filter(|_| changes)
            .map(|about| form(me, about, filled, shown.error)),
        changes,
    })
}

/// `POST /channels/{id}`: changes name, settings and secrets.
pub(super) async fn change(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let id = ChannelId::from(id);
    let change = ChannelChange {
        name: fields.text("name").to_owned(),
        settings: given(&fields, "set.").collect::<Settings>(),
        secrets: secrets(&fields),
    };
    match web.app.change_channel(&me.actor, &id, change).await {
        Ok(_) => Ok(Redirect::to(&format!("/channels/{id}")).into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Settings(_))) => {
            let channel = web.app.channel(&me.actor, &id).await?;
            let shown = Shown {
                typed: Some(&fields),
                error: Some(&error),
                tried: None,
            };
            let page = channel_page(&web, &me, &channel, shown).await?;
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /channels/{id}/test`: sends one message and shows what the provider said to it.
pub(super) async fn test_channel(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let id = ChannelId::from(id);
    let tried = tried(web.app.test_channel(&me.actor, &id).await?, &me);
    let channel = web.app.channel(&me.actor, &id).await?;
    let shown = Shown {
        tried: Some(tried),
        ..Shown::default()
    };
    Ok(html(&channel_page(&web, &me, &channel, shown).await?))
}

fn tried(receipt: Receipt, me: &Me) -> Tried {
    let lang = me.lang;
    let (class, text, answer) = match receipt {
        Receipt::Sent { answer } => (
            "ok",
            words::m(lang, "notices-sent-and-taken-it-said"),
            answer,
        ),
        Receipt::Retry { answer, .. } => (
            "att",
            words::m(lang, "notices-not-now-try-again-in"),
            answer,
        ),
        Receipt::Failed { answer } => (
            "urg",
            words::m(lang, "notices-not-sent-the-channels-settings"),
            answer,
        ),
    };
    Tried {
        class,
        text,
        answer,
    }
}

#[derive(Template)]
#[template(path = "channel_remove.html")]
struct RemovePage {
    s: Shell,
    id: String,
    name: String,
    /// Whether messages go nowhere then.
    last: bool,
}

/// `GET /channels/{id}/remove`: the second question.
pub(super) async fn remove_form(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let channel = web.app.channel(&me.actor, &ChannelId::from(id)).await?;
    let all = web.app.channels(&me.actor).await?;
    let same_owner = all
        .iter()
        .filter(|other| other.user == channel.user)
        .count();
    Ok(html(&RemovePage {
        s: Shell::full(&web, &me, "problems").await?,
        id: channel.id.to_string(),
        name: channel.name,
        last: same_owner == 1,
    }))
}

/// `POST /channels/{id}/remove`
pub(super) async fn remove_channel(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    web.app
        .remove_channel(&me.actor, &ChannelId::from(id))
        .await?;
    Ok(Redirect::to("/problems#channels").into_response())
}
