//! Errands: the list, the form made from the descriptor, one page for each with why it is where it is.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use daiban_core::{errand::Phase, household::ErrandRow, service::Service};
use serde::Deserialize;

use super::{
    Web, matters,
    page::{Shell, html},
    security::Oops,
    views::{self, ErrandView},
    visitor::Me,
    words::m,
};

mod cancel;
mod detail;
mod draft;
mod history;
mod new;
mod plates;
mod sections;

pub(super) use cancel::{cancel, form as cancel_form};
pub(super) use detail::{entry, live, page, tell};
pub(super) use history::page as history_page;
pub(super) use new::{Dry, Tried, add, form, own_accounts, standing, told};

pub(super) use sections::List;

/// So many that are over are listed at once.
const OVER_SHOWN: usize = 10;

/// What is listed.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Of one service only.
    service: Option<Service>,
    /// `all`: everything that is over.
    #[serde(default)]
    over: String,
}

/// Errands that stand alike.
struct Listed {
    /// Part of the id of its heading.
    word: &'static str,
    heading: &'static str,
    errands: Vec<ErrandView>,
}

/// A link to the errands of one service.
struct Filter {
    href: String,
    name: &'static str,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "errands.html")]
struct ListPage {
    s: Shell,
    filters: Vec<Filter>,
    listed: Vec<Listed>,
    /// Where the others that are over are, and how many there are.
    over: Option<(String, usize)>,
    is_empty: bool,
    writes: bool,
}

/// `GET /errands?service=&over=`
pub(super) async fn list(
    State(web): State<Web>,
    me: Me,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Oops> {
    let mut rows = web.app.errands(&me.actor).await?;
    let filters = filters(&web, &rows, wanted.service, me.lang);
    rows.retain(|row| wanted.service.is_none_or(|service| is_of(row, service)));
    let (going, mut over): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| !row.phase.is_over());
    let rest = over.len().saturating_sub(OVER_SHOWN);
    if wanted.over != "all" {
        over.truncate(OVER_SHOWN);
    }
    let (asking, going): (Vec<_>, Vec<_>) = going
        .into_iter()
        .partition(|row| row.phase == Phase::NeedsYou);
    let (paused, going): (Vec<_>, Vec<_>) = going
        .into_iter()
        .partition(|row| row.phase == Phase::Paused);
    let mut listed = Vec::new();
    for (word, heading, rows) in [
        ("asking", m(me.lang, "errands-needs-you"), asking),
        ("going", m(me.lang, "errands-going-on"), going),
        ("paused", m(me.lang, "errands-paused"), paused),
        ("over", m(me.lang, "errands-over"), over),
    ] {
        let errands = views_of(&web, &me, &rows).await?;
        listed.push(Listed {
            word,
            heading,
            errands,
        });
    }
    listed.retain(|group| !group.errands.is_empty());
    Ok(html(&ListPage {
        s: Shell::full(&web, &me, "errands").await?,
        filters,
        is_empty: listed.is_empty(),
        listed,
        over: (rest > 0 && wanted.over != "all").then(|| (all_over(wanted.service), rest)),
        writes: me.actor.writes(),
    }))
}

async fn views_of(
    web: &Web,
    me: &Me,
    rows: &[ErrandRow],
) -> Result<Vec<ErrandView>, crate::app::AppError> {
    let (app, at) = (&web.app, (me.lang, web.app.now()));
    let (accounts, services) = (app.accounts(&me.actor).await?, app.services());
    let mut errands = Vec::new();
    for row in rows {
        let facts = match views::is_headed_by_facts(row) {
            true => app.facts(&me.actor, &row.id).await?,
            false => Vec::new(),
        };
        errands.push(views::errand(row, &facts, &services, &accounts, at));
    }
    Ok(errands)
}

fn is_of(row: &ErrandRow, service: Service) -> bool {
    row.kind.split('.').next() == Some(service.as_str())
}

fn all_over(service: Option<Service>) -> String {
    let of = service.map(|service| format!("&service={service}"));
    format!("/errands?over=all{}#h-over", of.unwrap_or_default())
}

/// One for each service that has errands, and one for all of them; none where that would say nothing.
fn filters(
    web: &Web,
    rows: &[ErrandRow],
    here: Option<Service>,
    lang: daiban_core::Lang,
) -> Vec<Filter> {
    let services = web.app.services();
    let with = services
        .iter()
        .map(|service| service.service)
        .filter(|service| rows.iter().any(|row| is_of(row, *service)));
    let filter = |service: Service| Filter {
        href: format!("/errands?service={service}"),
        name: matters::heading(service, lang),
        is_here: here == Some(service),
    };
    let of_one: Vec<Filter> = with.map(filter).collect();
    if of_one.len() < 2 && here.is_none() {
        return Vec::new();
    }
    let all = Filter {
        href: "/errands".to_owned(),
        name: m(lang, "shell-all"),
        is_here: here.is_none(),
    };
    std::iter::once(all).chain(of_one).collect()
}

/// A kind as offered.
struct Offer {
    href: String,
    icon: &'static str,
    label: &'static str,
    help: &'static str,
    /// The service whose account is missing, when none is there.
    missing: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "errand_kinds.html")]
struct KindsPage {
    s: Shell,
    offers: Vec<Offer>,
}

/// `GET /errands/new`
pub(super) async fn kinds(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let lang = me.lang;
    let accounts = web.app.accounts(&me.actor).await?;
    let mut offers = Vec::new();
    for service in web.app.services() {
        let has = accounts
            .iter()
            .any(|account| account.service == service.service);
        for kind in service.errands.iter().filter(|kind| !kind.internal) {
            let word = service.service.as_str();
            let missing = (!has).then(|| {
                (
                    format!("/accounts/new/{word}"),
                    service.name.in_lang(lang).to_owned(),
                )
            });
            offers.push(Offer {
                href: format!("/errands/new/{}", kind.kind),
                icon: word,
                label: kind.label.in_lang(lang),
                help: kind.help.in_lang(lang),
                missing,
            });
        }
    }
    Ok(html(&KindsPage {
        s: Shell::full(&web, &me, "errands").await?,
        offers,
    }))
}
