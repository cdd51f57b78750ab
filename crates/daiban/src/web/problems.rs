//! Problems, notices, and the channels they go over.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    account::{Secrets, Settings},
    dates,
    id::ChannelId,
    notify::{Channel, Receipt},
    secret::Secret,
};

use super::{
    Web,
    form::{Field, Filled, Making, beside_the_fields},
    page::{Note, Shell, html, html_with, said},
    security::Oops,
    views::{self, ProblemView},
    visitor::{Fields, Me},
    words,
};
use crate::{
    app::{AppError, NewChannel, OutboxLine},
    notify::{About, BASE_URL, kinds},
};

/// So many notices are shown.
const NOTICES: usize = 20;
/// So many messages over channels are looked through for them.
const OUTBOX: usize = 100;

struct NoticeView {
    class: &'static str,
    iso: String,
    at: String,
    title: String,
    body: String,
    /// What became of it over each channel.
    sent: Vec<String>,
    href: Option<String>,
}

struct ChannelView {
    id: String,
    kind: String,
    name: String,
    changes: bool,
}

#[derive(Template)]
#[template(path = "problems.html")]
struct ProblemsPage {
    s: Shell,
    problems: Vec<ProblemView>,
    channels: Vec<ChannelView>,
    notices: Vec<NoticeView>,
    note: Option<Note>,
    writes: bool,
}

/// `GET /problems`
pub(super) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    Ok(html(&problems_page(&web, &me, None).await?))
}

async fn problems_page(web: &Web, me: &Me, note: Option<Note>) -> Result<ProblemsPage, AppError> {
    let (app, lang, now) = (&web.app, me.lang, web.app.now());
    let outbox = app.outbox(&me.actor, OUTBOX).await?;
    let notices = app.notices(&me.actor, NOTICES).await?;
    let notices = notices.iter().map(|notice| NoticeView {
        class: words::severity(notice.severity),
        iso: dates::rfc3339(notice.at),
        at: words::moment(lang, notice.at, now),
        title: notice.title.in_lang(lang).to_owned(),
        body: notice.body.in_lang(lang).to_owned(),
        sent: outbox
            .iter()
            .filter(|line| line.row.notice == notice.id)
            .map(|line| sent(line, me))
            .collect(),
        href: match (&notice.ask, &notice.errand) {
            (Some(ask), _) => Some(format!("/asks/{ask}")),
            (None, errand) => errand.as_ref().map(|errand| format!("/errands/{errand}")),
        },
    });
    let problems = app.problems(&me.actor).await?;
    Ok(ProblemsPage {
        s: Shell::full(web, me, "problems").await?,
        notices: notices.collect(),
        problems: problems
            .iter()
            .map(|problem| views::problem(problem, lang, now))
            .collect(),
        channels: app
            .channels(&me.actor)
            .await?
            .iter()
            .map(|channel| channel_view(channel, me))
            .collect(),
        note,
        writes: me.actor.writes(),
    })
}

/// `企业微信群机器人 家：收下了，原话：ok`
fn sent(line: &OutboxLine, me: &Me) -> String {
    let lang = me.lang;
    let channel =
        line.channel_name
            .as_deref()
            .unwrap_or(words::t(lang, "已删的渠道", "a removed channel"));
    let state = words::outbox(lang, line.row.state).word;
    let tries = match line.row.attempts {
        0 | 1 => String::new(),
        many => format!(
            "{} {many} {}",
            words::t(lang, "，试了", ","),
            words::t(lang, "次", "tries")
        ),
    };
    let answer = line
        .row
        .answer
        .as_deref()
        .filter(|answer| !answer.is_empty());
    let answer = answer
        .map(|answer| format!("{}{answer}", words::t(lang, "；原话：", "; it said: ")))
        .unwrap_or_default();
    format!(
        "{channel}{} {state}{tries}{answer}",
        words::t(lang, "：", ":")
    )
}

fn channel_view(channel: &Channel, me: &Me) -> ChannelView {
    let about = about(&channel.kind);
    ChannelView {
        id: channel.id.to_string(),
        kind: about.map_or_else(
            || channel.kind.clone(),
            |about| about.name.in_lang(me.lang).to_owned(),
        ),
        name: channel.name.clone(),
        changes: me.actor.changes(&channel.user),
    }
}

fn about(kind: &str) -> Option<&'static About> {
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

#[derive(Template)]
#[template(path = "channel_new.html")]
struct NewPage {
    s: Shell,
    kind: &'static str,
    kind_name: &'static str,
    help: &'static str,
    name: String,
    name_error: Option<String>,
    settings: Vec<Field>,
    secrets: Vec<Field>,
    error: Option<String>,
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
        secrets: given(&fields, "sec.")
            .map(|(name, value)| (name, Secret::new(value)))
            .collect::<Secrets>(),
    };
    match web.app.add_channel(&me.actor, new).await {
        Ok(_) => Ok(Redirect::to("/problems#channels").into_response()),
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

async fn new_page(
    web: &Web,
    me: &Me,
    about: &'static About,
    typed: Option<&Fields>,
    error: Option<&AppError>,
) -> Result<NewPage, AppError> {
    static SERVER: [daiban_core::descriptor::Wish; 1] = [BASE_URL];
    let making = |prefix| Making {
        lang: me.lang,
        prefix,
        filled: typed.map_or(Filled::Fresh, Filled::Typed),
        error,
        accounts: &[],
    };
    let mut settings = making("set.").fields(about.settings);
    if !about.settings.iter().any(|wish| wish.name == BASE_URL.name) {
        settings.extend(making("set.").fields(&SERVER));
    }
    let secrets = making("sec.").fields(about.secrets);
    let name_error = error
        .filter(|error| error.field() == Some("name"))
        .map(|error| said(error, me.lang));
    let error = if name_error.is_some() {
        None
    } else {
        beside_the_fields(error, &[&settings, &secrets], me.lang)
    };
    Ok(NewPage {
        s: Shell::full(web, me, "problems").await?,
        kind: about.kind,
        kind_name: about.name.in_lang(me.lang),
        help: about.help.in_lang(me.lang),
        name: typed
            .map(|fields| fields.text("name").to_owned())
            .unwrap_or_default(),
        name_error,
        settings,
        secrets,
        error,
    })
}

/// `POST /channels/{id}/test`: sends one message and shows what the provider said to it.
pub(super) async fn test_channel(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let lang = me.lang;
    let note = match web
        .app
        .test_channel(&me.actor, &ChannelId::from(id))
        .await?
    {
        Receipt::Sent { answer } => Note {
            class: "ok",
            text: format!(
                "{}{answer}",
                words::t(
                    lang,
                    "发出去了，对方收下。原话：",
                    "Sent and taken. It said: "
                )
            ),
        },
        Receipt::Retry { answer, .. } => Note {
            class: "att",
            text: format!(
                "{}{answer}",
                words::t(
                    lang,
                    "现在没发成，过一会儿再试。原话：",
                    "Not now; try again in a while. It said: "
                )
            ),
        },
        Receipt::Failed { answer } => Note {
            class: "urg",
            text: format!(
                "{}{answer}",
                words::t(
                    lang,
                    "没发成，要改这个渠道的设置。原话：",
                    "Not sent; the channel's settings must be mended. It said: "
                )
            ),
        },
    };
    Ok(html(&problems_page(&web, &me, Some(note)).await?))
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
