//! How an ask ended, in words: on its page, in the list, and behind a link that is used up.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use daiban_core::{
    Lang,
    ask::{Ask, AskKind, AskState},
    errand::Phase,
    household::ErrandRow,
};

use super::Looking;
use crate::{
    access::Actor,
    app::{App, AppError, AskEnd, AskEnding},
    web::{
        Web,
        page::{Shell, html_with},
        security::Oops,
        words::{self, m},
    },
};

/// How an ask ended.
pub(super) struct Ended {
    /// `林岚 14:12 回答：同意。`
    pub(super) said: String,
    /// What the button for a fresh one says; empty where there is none.
    pub(super) fresh: &'static str,
}

/// How an ask ended; nothing while it is open.
pub(super) async fn of(
    app: &App,
    actor: &Actor,
    ask: &Ask,
    errand: &ErrandRow,
    lang: Lang,
) -> Result<Option<Ended>, AppError> {
    let Some(ending) = app.ask_ending(actor, ask).await? else {
        return Ok(None);
    };
    let can_begin_anew = errand.internal
        && errand.phase != Phase::Done
        && ask.state == AskState::Expired
        && actor.changes(&ask.user);
    Ok(Some(Ended {
        said: sentence(&ending, ask.ask.kind, app, lang),
        fresh: match ask.ask.kind {
            _ if !can_begin_anew => "",
            AskKind::Qr => m(lang, "asks-a-fresh-code"),
            AskKind::Captcha | AskKind::Points | AskKind::Sms => m(lang, "asks-begin-again"),
            _ => "",
        },
    }))
}

/// The same in a word, for lists.
pub(super) fn word(how: AskEnd, lang: Lang) -> &'static str {
    match how {
        AskEnd::Yes => m(lang, "asks-yes"),
        AskEnd::No => m(lang, "asks-no"),
        AskEnd::Answered => m(lang, "asks-answered"),
        AskEnd::Late => m(lang, "asks-nobody-answered"),
        AskEnd::SignedIn => m(lang, "asks-signed-in"),
        AskEnd::Replaced => m(lang, "asks-replaced"),
        AskEnd::Withdrawn => m(lang, "asks-not-needed"),
    }
}

fn sentence(ending: &AskEnding, kind: AskKind, app: &App, lang: Lang) -> String {
    let when = ending.at.map(|at| words::moment(lang, at, app.now()));
    let what = match ending.how {
        AskEnd::Yes => m(lang, "asks-answered-yes"),
        AskEnd::No => m(lang, "asks-answered-no"),
        AskEnd::Answered => m(lang, "asks-answered-2"),
        AskEnd::Late if kind == AskKind::Approve => m(lang, "asks-nobody-had-answered-in-time"),
        AskEnd::Late => m(lang, "asks-nobody-had-answered-in-time-2"),
        AskEnd::SignedIn => m(lang, "asks-signed-in-this-step-is"),
        AskEnd::Replaced => m(lang, "asks-over-a-fresh-one-took"),
        AskEnd::Withdrawn => m(lang, "asks-no-longer-needed"),
    };
    let parts = [when.as_deref(), ending.by.as_deref()];
    let before: Vec<&str> = parts.into_iter().flatten().collect();
    match before.is_empty() {
        true => what.to_owned(),
        false => format!("{} {what}", before.join(" ")),
    }
}

#[derive(Template)]
#[template(path = "link_over.html")]
struct OverPage {
    s: Shell,
    thanks: bool,
    /// What was asked, where that is known.
    title: String,
    ended: Option<Ended>,
    /// What its errand does now.
    errand: Option<String>,
    action: String,
}

/// The page behind a link whose ask is over.
pub(super) async fn page(web: &Web, looking: Looking, ask: &Ask) -> Result<Response, Oops> {
    Ok(html_with(
        StatusCode::GONE,
        &over(web, looking, ask, false).await?,
    ))
}

/// The page after an answer that nothing follows.
pub(super) async fn thanks(web: &Web, looking: Looking, ask: &Ask) -> Result<Response, Oops> {
    Ok(html_with(
        StatusCode::OK,
        &over(web, looking, ask, true).await?,
    ))
}

async fn over(web: &Web, looking: Looking, ask: &Ask, thanks: bool) -> Result<OverPage, AppError> {
    let lang = looking.shell.lang;
    let ask = web.app.ask(&looking.actor, &ask.id).await?;
    let errand = web.app.errand(&looking.actor, &ask.errand).await?;
    let mut ended = of(&web.app, &looking.actor, &ask, &errand, lang).await?;
    if let Some(ended) = ended.as_mut().filter(|_| !super::follows(web, &ask)) {
        ended.fresh = "";
    }
    Ok(OverPage {
        thanks,
        title: ask.ask.title.in_lang(lang).to_owned(),
        ended,
        errand: Some(errand.reason.in_lang(lang).to_owned()),
        action: looking.action,
        s: looking.shell,
    })
}

/// The page behind a word that opens nothing.
pub(super) fn unknown(lang: Lang) -> Response {
    let page = OverPage {
        s: Shell::alone(lang, String::new()),
        thanks: false,
        title: String::new(),
        ended: None,
        errand: None,
        action: String::new(),
    };
    html_with(StatusCode::GONE, &page)
}
