//! What a posted form does: an answer, one more point, another picture, a fresh code; and where it leads.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    ask::{Ask, AskKind, AskState},
    id::{AskId, ErrandId},
    lifecycle::Verb,
};
use tokio::time::Instant;

use std::time::Duration;

use super::{
    Looking, ended, path_of,
    view::{Trial, another, ask_page, natural, resend_wait_s},
};
use crate::{
    access::Actor,
    app::AppError,
    say,
    web::{
        Web,
        answers::{Read, read_answer},
        page::{html, html_with, said},
        security::Oops,
        sign_in::try_again,
        vehicle,
        visitor::Fields,
        words::{self, m},
    },
};

/// After an answer, so long is waited for the next step of the same errand, so that a sign-in goes on by itself.
const NEXT_STEP: Duration = Duration::from_secs(6);
/// Between two looks for it.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

pub(super) async fn answered(
    web: &Web,
    looking: Looking,
    ask: &Ask,
    fields: &Fields,
) -> Result<Response, Oops> {
    let lang = looking.shell.lang;
    if fields.get("fresh").is_some() {
        return fresh(web, looking, ask).await;
    }
    if fields.get("another").is_some() {
        return another_picture(web, looking, ask).await;
    }
    let size = ask.ask.picture.as_deref().map_or((0, 0), natural);
    let given = match read_answer(ask.ask.kind, fields, size) {
        Read::Answer(answer) => answer,
        Read::Point(points) => {
            let trial = Trial {
                points,
                ..Trial::default()
            };
            return Ok(html(&ask_page(web, looking, ask, trial).await?));
        }
        Read::Off(points) => {
            let off = m(lang, "asks-that-is-not-on-the");
            let trial = Trial {
                points,
                error: Some(off.to_owned()),
                ..Trial::default()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(html_with(
                status,
                &ask_page(web, looking, ask, trial).await?,
            ));
        }
        Read::Nothing => {
            let missing = m(lang, "asks-nothing-was-entered");
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return refused(web, looking, ask, status, missing.to_owned()).await;
        }
    };
    let (code, session) = (fields.text("code"), looking.session.as_ref());
    let answered = web
        .app
        .answer_with_code(&looking.actor, ask, given, code, session);
    if let Err(error) = answered.await {
        let status =
            StatusCode::from_u16(say::status(&error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return match error {
            AppError::Invalid(ref invalid) if invalid.field == "code" => {
                code_refused(web, looking, ask, status, said(&error, lang)).await
            }
            AppError::Locked { until } => {
                let later = try_again(lang, until, web.app.access().now());
                code_refused(web, looking, ask, status, later).await
            }
            AppError::Invalid(_) | AppError::NotNow(_) => {
                refused(web, looking, ask, status, said(&error, lang)).await
            }
            other => Err(other.into()),
        };
    }
    let next = next_step(web, &looking.actor, ask).await?;
    let onward = match (next, looking.inside) {
        (Some(next), inside) => path_of(web, &next, inside).await?,
        (None, true) => after_answer(web, &looking.actor, ask).await?,
        (None, false) => return ended::thanks(web, looking, ask).await,
    };
    Ok(Redirect::to(&onward).into_response())
}

/// What came of a word about a car is seen at the car.
async fn after_answer(web: &Web, actor: &Actor, ask: &Ask) -> Result<String, AppError> {
    let errand = web.app.errand(actor, &ask.errand).await?;
    Ok(match errand.kind.as_str() {
        vehicle::COMMAND => vehicle::facts::href(&errand),
        _ => format!("/asks/{}", ask.id),
    })
}

/// Begins the sign-in anew and leads to its new picture.
async fn another_picture(web: &Web, looking: Looking, ask: &Ask) -> Result<Response, Oops> {
    let lang = looking.shell.lang;
    let errand = web.app.errand(&looking.actor, &ask.errand).await?;
    if another(ask, &errand, lang).is_none() {
        let none = m(lang, "asks-there-is-no-other-picture");
        let status = StatusCode::CONFLICT;
        return refused(web, looking, ask, status, none.to_owned()).await;
    }
    let wait_s = resend_wait_s(ask, web.app.now());
    if ask.ask.kind == AskKind::Sms && wait_s > 0 {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return refused(web, looking, ask, status, too_soon(lang, wait_s)).await;
    }
    web.app.tell(&looking.actor, &ask.errand, Verb::Run).await?;
    led_on(web, looking, ask, &ask.errand).await
}

fn too_soon(lang: daiban_core::Lang, wait_s: i64) -> String {
    let wait = words::seconds(lang, wait_s);
    match lang {
        daiban_core::Lang::Zh => format!("刚发过一条，再等 {wait}；短信有时晚到，先看看手机。"),
        daiban_core::Lang::En => {
            format!("One was sent just now; wait {wait} more. It may be late: look at the phone.")
        }
    }
}

/// A fresh code in place of one that is over: the sign-in goes on, or begins anew.
async fn fresh(web: &Web, looking: Looking, ask: &Ask) -> Result<Response, Oops> {
    let errand = web.app.errand(&looking.actor, &ask.errand).await?;
    if ask.state != AskState::Expired || !errand.internal {
        let over = m(looking.shell.lang, "asks-there-is-no-fresh-one");
        let status = StatusCode::CONFLICT;
        return refused(web, looking, ask, status, over.to_owned()).await;
    }
    if let Some(next) = web.links.next_ask(&looking.actor, &ask.id).await? {
        let onward = path_of(web, &next, looking.inside).await?;
        return Ok(Redirect::to(&onward).into_response());
    }
    if !errand.phase.is_over() {
        web.app.tell(&looking.actor, &errand.id, Verb::Run).await?;
        return led_on(web, looking, ask, &errand.id).await;
    }
    // Where a sign-in has no ways to choose from, the one that walks stands last: those before it are filled in.
    let last = web.app.descriptor(ask.service)?.sign_in.last();
    let way = errand.wishes["way"].as_str().or(last.map(|way| way.way));
    let begun = web.app.sign_in(&looking.actor, &ask.account, way).await?;
    match begun.errand {
        Some(errand) => led_on(web, looking, ask, &errand).await,
        None => ended::page(web, looking, ask).await,
    }
}

/// Waits for the next open ask of an errand and leads there.
async fn led_on(
    web: &Web,
    looking: Looking,
    ask: &Ask,
    errand: &ErrandId,
) -> Result<Response, Oops> {
    let until = Instant::now() + NEXT_STEP;
    while Instant::now() < until {
        let next = web.links.open_ask(&looking.actor, errand).await?;
        if let Some(next) = next.filter(|next| *next != ask.id) {
            let onward = path_of(web, &next, looking.inside).await?;
            return Ok(Redirect::to(&onward).into_response());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let late = m(looking.shell.lang, "asks-the-new-picture-is-not");
    refused(web, looking, ask, StatusCode::OK, late.to_owned()).await
}

async fn refused(
    web: &Web,
    looking: Looking,
    ask: &Ask,
    status: StatusCode,
    error: String,
) -> Result<Response, Oops> {
    let trial = Trial {
        error: Some(error),
        ..Trial::default()
    };
    let ask = web.app.ask(&looking.actor, &ask.id).await?;
    Ok(html_with(
        status,
        &ask_page(web, looking, &ask, trial).await?,
    ))
}

/// The next open ask of the same errand, waited for while the errand is at work. A yes or no is not waited for.
async fn next_step(web: &Web, actor: &Actor, ask: &Ask) -> Result<Option<AskId>, AppError> {
    if ask.ask.kind == AskKind::Approve {
        return Ok(None);
    }
    let errand = web
        .app
        .wait_for_errand(actor, &ask.errand, NEXT_STEP)
        .await?;
    if errand.phase.is_over() {
        return Ok(None);
    }
    web.links.next_ask(actor, &ask.id).await
}

/// The page once more, with what was wrong at the code's field.
async fn code_refused(
    web: &Web,
    looking: Looking,
    ask: &Ask,
    status: StatusCode,
    error: String,
) -> Result<Response, Oops> {
    let page = ask_page(web, looking, ask, Trial::code(error)).await?;
    Ok(html_with(status, &page))
}
