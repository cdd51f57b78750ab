//! The list of asks: open ones by deadline, earlier ones with how they ended.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use daiban_core::ask::{Ask, AskState};
use serde::Deserialize;

use super::ended;
use crate::{
    app::AppError,
    web::{
        Web,
        page::{Shell, html},
        security::Oops,
        views::{self, AskView},
        visitor::Me,
        words,
    },
};

/// Earlier asks a page.
const A_PAGE: usize = 20;

#[derive(Template)]
#[template(path = "asks.html")]
struct ListPage {
    s: Shell,
    open: Vec<AskView>,
    over: Vec<Over>,
    /// The pages of newer and older ones.
    newer: Option<usize>,
    older: Option<usize>,
}

struct Over {
    href: String,
    title: String,
    from: String,
    word: &'static str,
    by: String,
}

#[derive(Deserialize)]
pub(in crate::web) struct Paged {
    #[serde(default)]
    page: String,
}

/// `GET /asks`
pub(in crate::web) async fn list(
    State(web): State<Web>,
    me: Me,
    Query(paged): Query<Paged>,
) -> Result<Response, Oops> {
    let (lang, now) = (me.lang, web.app.now());
    let accounts = web.app.accounts(&me.actor).await?;
    let mut asks = web.app.asks(&me.actor, None).await?;
    let open = asks.iter().filter(|ask| ask.state == AskState::Open);
    let open = open
        .map(|ask| views::ask(ask, &accounts, lang, now))
        .collect();
    asks.retain(|ask| ask.state != AskState::Open);
    asks.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
    let last = asks.len().div_ceil(A_PAGE).max(1);
    let page = paged.page.parse().unwrap_or(1_usize).clamp(1, last);
    let mut over = Vec::new();
    for ask in asks.iter().skip((page - 1) * A_PAGE).take(A_PAGE) {
        over.push(over_view(&web, &me, ask, views::from(ask, &accounts, lang)).await?);
    }
    Ok(html(&ListPage {
        s: Shell::full(&web, &me, "today").await?,
        open,
        over,
        newer: (page > 1).then(|| page - 1),
        older: (page < last).then(|| page + 1),
    }))
}

async fn over_view(web: &Web, me: &Me, ask: &Ask, from: String) -> Result<Over, AppError> {
    let (lang, now) = (me.lang, web.app.now());
    let ending = web.app.ask_ending(&me.actor, ask).await?;
    let at = ending.as_ref().and_then(|ending| ending.at);
    let at = words::moment(lang, at.unwrap_or(ask.at), now);
    Ok(Over {
        href: format!("/asks/{}", ask.id),
        title: ask.ask.title.in_lang(lang).to_owned(),
        from: format!("{from} · {at}"),
        word: ending
            .as_ref()
            .map_or("", |ending| ended::word(ending.how, lang)),
        by: ending.and_then(|ending| ending.by).unwrap_or_default(),
    })
}
