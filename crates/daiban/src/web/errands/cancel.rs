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
        words::t,
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
    let mut said = vec![
        t(
            lang,
            "不再看，也不再提醒；不能恢复，要再办就新建一件。",
            "It looks no more and tells no more. It cannot be taken up again; a new one can be made.",
        )
        .to_owned(),
    ];
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
    said.push(
        t(
            lang,
            "已经发出去、还没有结果的一步收不回来；有了结果还是会告诉你。",
            "A step that was sent and has no result yet cannot be taken back; you are still told of its result.",
        )
        .to_owned(),
    );
    said.push(
        t(
            lang,
            "历史留着，可以再看。",
            "Its history stays and can be read.",
        )
        .to_owned(),
    );
    said
}

fn own(errand: &ErrandView, kind: &str, lang: Lang) -> Vec<String> {
    let order = errand.ticket.as_ref().and_then(|one| one.order.as_ref());
    let unpaid = order.filter(|order| order.waits);
    let booked = errand.visit.as_ref().and_then(|one| one.booking.as_ref());
    let said = match kind.split('.').next().unwrap_or_default() {
        "permit" => t(
            lang,
            "已经批下来的证照样有效，审核中的申请也不撤；要撤到「北京交警」里撤。到期以后就没人续了。",
            "Permits that were granted stay valid and an application in review is not withdrawn; nobody renews them afterwards.",
        )
        .to_owned(),
        "rail" => match (unpaid, lang) {
            (Some(order), Lang::Zh) => format!(
                "订单 {} 还在 12306，没付钱的到期自己作废；要买照样可以去付。",
                order.order_no
            ),
            (Some(order), Lang::En) => format!(
                "Order {} stays at 12306; unpaid it lapses by itself, and it can still be paid there.",
                order.order_no
            ),
            (None, _) => t(
                lang,
                "12306 里已有的订单和候补不动；要退、要撤到 12306 里办。",
                "Orders and standby orders at 12306 stay as they are; giving them back is done there.",
            )
            .to_owned(),
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
            (None, _) => t(
                lang,
                "114 里已有的预约不动。",
                "Bookings at 114 stay as they are.",
            )
            .to_owned(),
        },
        "violation" => t(
            lang,
            "罚款还在原处，有了新的也不会知道；已经花掉的查询钱不退。",
            "Fines stay where they are and new ones go unseen; what queries cost is not given back.",
        )
        .to_owned(),
        _ if kind == vehicle::COMMAND => t(
            lang,
            "车已经收到的操作照样会做。",
            "What the car has been told, it does.",
        )
        .to_owned(),
        _ => t(
            lang,
            "车照常用，只是没锁、没油不再提醒。",
            "The car is not touched; only nobody tells when it is unlocked or low on fuel.",
        )
        .to_owned(),
    };
    vec![said]
}
