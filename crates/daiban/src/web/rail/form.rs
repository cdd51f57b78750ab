//! The form of `rail.ticket`. It works by forms alone: every button sends the whole form, and what was filled in comes back
//! with it. What 12306 shows (days on sale, passengers, trains of the day) helps to fill it in and is never required.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    account::AccountState, dates, descriptor::ErrandKind, id::AccountId, invalid::InvalidInput,
    service::Service,
};

use super::{
    super::{
        Web,
        errands::{Dry, Tried, own_accounts, standing, told},
        form::{Errors, Field, Filled, Making, changed},
        page::{Shell, html_with},
        security::Oops,
        views,
        visitor::{Fields, Me},
        words::State as Standing,
    },
    TICKET,
    help::Help,
    parts::{Pill, errors, moment_field, pills, preferences, thens, types},
    stations::{self, Named, StationField},
    wishes::{Draft, Preference, Pressed},
};
use crate::app::{AppError, NewErrand, Started};

/// Wishes that choose trains by what they are like.
const LIKE: &[&str] = &[
    "seats",
    "depart",
    "arrive",
    "longest_min",
    "trains",
    "priority",
];
/// Wishes about standing by.
const STANDBY: &[&str] = &["standby", "standby_until_min"];
/// Wishes that few need.
const MORE: &[&str] = &[
    "at_least",
    "no_seat",
    "choose_seats",
    "berths",
    "again",
    "until",
    "pace_s",
];

#[derive(Template)]
#[template(path = "rail_errand_new.html")]
struct NewPage {
    s: Shell,
    label: &'static str,
    /// Id, name, chosen.
    accounts: Vec<(String, String, bool)>,
    standing: Option<(String, Standing)>,
    from: StationField,
    to: StationField,
    pills: Vec<Pill>,
    help: Help,
    prefer: Vec<Preference>,
    types: Vec<(&'static str, &'static str, bool)>,
    thens: Vec<(&'static str, &'static str, &'static str, bool)>,
    who_text: String,
    like: Vec<Field>,
    like_open: bool,
    standby: Vec<Field>,
    more: Vec<Field>,
    more_open: bool,
    errors: Errors,
    dry: Option<Dry>,
}

/// `GET /errands/new/rail.ticket?from=&to=&date=&train=`
pub(in crate::web) async fn form(
    State(web): State<Web>,
    me: Me,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let kind = offered(&web)?;
    let fields = Fields(asked);
    let mut draft = Draft::read(&fields);
    draft.prefer_train(fields.text("train"), fields.text("seat"));
    let making = Shown {
        web: &web,
        me: &me,
        kind,
        filled: Filled::Fresh,
    };
    let (from, to) = stations_of(&web, &me, &draft).await?;
    let page = making.page(draft, (from, to), Tried::default()).await?;
    Ok(html_with(StatusCode::OK, &page))
}

/// `POST /errands/new/rail.ticket`: a button of the form, trying out, or beginning.
pub(in crate::web) async fn add(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let kind = offered(&web)?;
    let mut draft = Draft::read(&fields);
    let pressed = draft.press(&fields);
    let (from, to) = stations_of(&web, &me, &draft).await?;
    let tried = match pressed {
        Pressed::Edit => Tried::default(),
        Pressed::AddNothing => Tried::failed(nothing_to_add()),
        // The choices stand at the field.
        Pressed::Send if from.field.error.is_some() || to.field.error.is_some() => Tried::unclear(),
        Pressed::Send => match send(&web, &me, (&draft, &fields), (&from, &to)).await {
            Ok(Started::Errand(errand)) => {
                return Ok(Redirect::to(&format!("/errands/{}", errand.id)).into_response());
            }
            Ok(Started::DryRun(dry)) => Tried {
                dry: Some(told(&dry, me.lang)),
                ..Tried::default()
            },
            Err(error) => Tried::failed(error),
        },
    };
    let code = StatusCode::from_u16(tried.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(error @ (AppError::Store(_) | AppError::Internal(_))) = tried.error {
        return Err(error.into());
    }
    let making = Shown {
        web: &web,
        me: &me,
        kind,
        filled: Filled::Typed(&fields),
    };
    let page = making.page(draft, (from, to), tried).await?;
    Ok(html_with(code, &page))
}

fn nothing_to_add() -> AppError {
    AppError::Invalid(InvalidInput::new(
        "prefer",
        "先选或写一个车次，再加",
        "choose or type a train first",
    ))
}

fn offered(web: &Web) -> Result<&'static ErrandKind, AppError> {
    views::kind_of(&web.app.services(), TICKET).ok_or_else(|| AppError::NotFound {
        what: "errand kind",
        id: TICKET.to_owned(),
    })
}

async fn stations_of(web: &Web, me: &Me, draft: &Draft) -> Result<(Named, Named), AppError> {
    let from = stations::read(&web.app, me.lang, "from", &draft.from).await?;
    let to = stations::read(&web.app, me.lang, "to", &draft.to).await?;
    Ok((from, to))
}

async fn send(
    web: &Web,
    me: &Me,
    (draft, fields): (&Draft, &Fields),
    (from, to): (&Named, &Named),
) -> Result<Started, AppError> {
    if let Some(wrong) = &draft.wrong_date {
        dates::parse_date("dates", wrong)?;
    }
    if draft.passengers().is_empty() && draft.then != "notify" {
        return Err(AppError::Invalid(InvalidInput::new(
            "passengers",
            "选谁坐；只要通知的话，在下面选「只告诉我」",
            "choose who travels; to be told only, say so below",
        )));
    }
    let window = super::help::window(web, (from, to)).await;
    let last_day = window.last_day(dates::today(web.app.now()));
    let wishes = draft.wishes(fields, (&from.names, &to.names), last_day);
    let new = NewErrand {
        kind: TICKET.to_owned(),
        account: AccountId::from(draft.account.as_str()),
        wishes,
    };
    let dry_run = fields.get("dry_run").is_some();
    web.app.add_errand(&me.actor, new, dry_run).await
}

/// Shows the form.
struct Shown<'a> {
    web: &'a Web,
    me: &'a Me,
    kind: &'static ErrandKind,
    filled: Filled<'a>,
}

impl Shown<'_> {
    async fn page(
        self,
        draft: Draft,
        (mut from, mut to): (Named, Named),
        tried: Tried,
    ) -> Result<NewPage, AppError> {
        let (lang, web) = (self.me.lang, self.web);
        let accounts = own_accounts(web, self.me, Service::Rail).await?;
        let chosen = accounts
            .iter()
            .find(|account| account.id.as_str() == draft.account)
            .or(accounts.iter().find(|one| one.state == AccountState::Ready))
            .or(accounts.first());
        let help = super::help::gather(web, self.me, chosen, &draft, (&from, &to)).await?;
        let making = Making {
            lang,
            prefix: "w.",
            filled: self.filled,
            error: tried.error.as_ref(),
            accounts: &[],
        };
        let fields = |names: &[&str]| making.named(self.kind.wishes, names);
        let (like, standby, more) = (fields(LIKE), fields(STANDBY), fields(MORE));
        let errors = errors(
            tried.error.as_ref(),
            (&mut from.field, &mut to.field),
            &[&like, &standby, &more],
            lang,
        );
        let open = |list: &[Field]| list.iter().any(changed);
        Ok(NewPage {
            s: Shell::full(web, self.me, "errands").await?,
            label: self.kind.label.in_lang(lang),
            standing: chosen.and_then(|account| standing(account, lang)),
            accounts: accounts
                .iter()
                .map(|account| {
                    let is_chosen = chosen.is_some_and(|chosen| chosen.id == account.id);
                    (account.id.to_string(), account.name.clone(), is_chosen)
                })
                .collect(),
            pills: pills(&draft, &help, dates::today(web.app.now()), lang),
            prefer: preferences(&draft, &help, lang),
            types: types(&draft, lang),
            thens: thens(self.kind, &draft, lang),
            like_open: open(&like) || !draft.types.is_empty(),
            more_open: open(&more),
            who_text: draft.who_text,
            from: from.field,
            to: to.field,
            help,
            like,
            standby,
            more: more.into_iter().map(moment_field).collect(),
            errors,
            dry: tried.dry,
        })
    }
}
