//! Before an errand is given up: what will happen then, and what will not.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{Lang, id::ErrandId, lifecycle::Verb};

use super::{
    super::{
        Web,
        page::{Shell, html},
        security::Oops,
        vehicle, views,
        views::ErrandView,
        visitor::Me,
        words::m,
    },
    detail::refused,
};
use crate::app::AppError;

#[derive(Template)]
#[template(path = "errand_cancel.html")]
struct CancelPage {
    s: Shell,
    errand: ErrandView,
    happens: Vec<String>,
    stays: Vec<String>,
}

/// `GET /errands/{id}/cancel`
pub(in crate::web) async fn form(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let id = ErrandId::from(id);
    let (app, lang) = (&web.app, me.lang);
    let row = app.errand(&me.actor, &id).await?;
    if !me.actor.changes(&row.user) {
        return Err(AppError::Forbidden.into());
    }
    if row.phase.is_over() {
        return Ok(Redirect::to(&format!("/errands/{id}")).into_response());
    }
    let facts = app.facts(&me.actor, &id).await?;
    let (accounts, services) = (app.accounts(&me.actor).await?, app.services());
    let errand = views::errand(&row, &facts, &services, &accounts, (lang, app.now()));
    let asks = app.why(&me.actor, &id).await?.asks.len();
    Ok(html(&CancelPage {
        s: Shell::full(&web, &me, "errands").await?,
        happens: happens(asks, lang),
        stays: stays(&errand, &row.kind, lang),
        errand,
    }))
}

/// `POST /errands/{id}/cancel`
pub(in crate::web) async fn cancel(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let id = ErrandId::from(id);
    match web.app.tell(&me.actor, &id, Verb::Cancel).await {
        Ok(_) => Ok(Redirect::to(&format!("/errands/{id}")).into_response()),
        Err(error) => refused(&web, &me, &id, error).await,
    }
}

fn happens(asks: usize, lang: Lang) -> Vec<String> {
    let mut said = vec![m(lang, "errands-it-looks-no-more-and").to_owned()];
    if asks > 0 {
        said.push(match lang {
            Lang::Zh => format!("待你处理的 {asks} 件收回。"),
            Lang::En => format!("What waits for you ({asks}) is taken back."),
        });
    }
    said
}

/// What the service has stays with the service.
fn stays(errand: &ErrandView, kind: &str, lang: Lang) -> Vec<String> {
    let mut said = own(errand, kind, lang);
    said.push(m(lang, "errands-a-step-that-was-sent").to_owned());
    said.push(m(lang, "errands-its-history-stays-and-can").to_owned());
    said
}

fn own(errand: &ErrandView, kind: &str, lang: Lang) -> Vec<String> {
    let order = errand.ticket.as_ref().and_then(|one| one.order.as_ref());
    let unpaid = order.filter(|order| order.waits);
    let booked = errand.visit.as_ref().and_then(|one| one.booking.as_ref());
    let said = match kind.split('.').next().unwrap_or_default() {
        "permit" => m(lang, "errands-permits-that-were-granted-stay").to_owned(),
        "rail" => match (unpaid, lang) {
            (Some(order), Lang::Zh) => format!(
                "订单 {} 还在 12306，没付钱的到期自己作废；要买照样可以去付。",
                order.order_no
            ),
            (Some(order), Lang::En) => format!(
                "Order {} stays at 12306; unpaid it lapses by itself, and it can still be paid there.",
                order.order_no
            ),
            (None, _) => m(lang, "errands-orders-and-standby-orders-at").to_owned(),
        },
        "hospital" => match (booked.filter(|one| one.stands), lang) {
            (Some(booking), Lang::Zh) => format!(
                "{} 的号不会退；不去的话要自己到 114 取消，不然算爽约。",
                booking.day
            ),
            (Some(booking), Lang::En) => format!(
                "The booking on {} stands; cancel it at 114 if nobody goes, or it counts against the patient.",
                booking.day
            ),
            (None, _) => m(lang, "errands-bookings-at-114-stay-as").to_owned(),
        },
        "violation" => m(lang, "errands-fines-stay-where-they-are").to_owned(),
        _ if kind == vehicle::COMMAND => m(lang, "errands-what-the-car-has-been").to_owned(),
        _ => m(lang, "errands-the-car-is-not-touched").to_owned(),
    };
    vec![said]
}
