//! Accounts: the list, one to add for each service, signed in and mended in place, removed after a second look.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    Lang, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    ask::{Ask, AskKind, AskState},
    descriptor::Descriptor,
    errand::Phase,
    id::{AccountId, AskId},
    secret::Secret,
};

use super::{
    Web,
    form::{Field, Filled, Making, beside_the_fields},
    page::{Note, Shell, html, html_with, said},
    security::Oops,
    visitor::{Fields, Me},
    words::{self, State as Mark, m},
};
use crate::app::{AccountChange, AppError, SignInAge};

mod draft;
mod guide;
mod new;

pub(super) use draft::Drafts;
pub(super) use new::{add, form};

/// After a sign-in was begun, so long is waited for its first step.
const FIRST_STEP: Duration = Duration::from_secs(8);

struct AccountView {
    href: String,
    icon: &'static str,
    service: String,
    name: String,
    state: Mark,
    line: String,
    needs_person: bool,
    /// What is to be done about it from the list.
    way_in: WayIn,
}

/// The one thing a row of the list offers besides its page.
enum WayIn {
    Nothing,
    /// A sign-in that waits for its person.
    GoOn(String),
    /// A sign-in that starts from nothing that is filled in, and what its button says.
    Begin(&'static str, &'static str),
    /// Something is to be filled in.
    FillIn(String),
}

struct ServiceView {
    href: String,
    icon: &'static str,
    name: &'static str,
}

/// Accounts that stand alike.
struct Group {
    title: &'static str,
    accounts: Vec<AccountView>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct ListPage {
    s: Shell,
    groups: Vec<Group>,
    services: Vec<ServiceView>,
    count: usize,
    lost: usize,
    writes: bool,
}

/// `GET /accounts`
pub(super) async fn list(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let mut accounts = web.app.accounts(&me.actor).await?;
    accounts.sort_by_key(|account| account.service);
    let asks = web.app.asks(&me.actor, Some(AskState::Open)).await?;
    let lang = me.lang;
    let mut groups = [
        (AccountState::SignInLost, m(lang, "accounts-sign-in-again")),
        (AccountState::New, m(lang, "accounts-not-signed-in-yet")),
        (AccountState::Ready, m(lang, "accounts-in-order")),
    ]
    .map(|(state, title)| {
        let alike = accounts.iter().filter(|account| account.state == state);
        Group {
            title,
            accounts: alike
                .map(|account| row(&web, &me, account, &asks))
                .collect(),
        }
    })
    .into_iter()
    .collect::<Vec<_>>();
    groups.retain(|group| !group.accounts.is_empty());
    let services = web.app.services().into_iter().map(|service| ServiceView {
        href: format!("/accounts/new/{}", service.service),
        icon: service.service.as_str(),
        name: service.name.in_lang(lang),
    });
    Ok(html(&ListPage {
        s: Shell::full(&web, &me, "accounts").await?,
        lost: accounts
            .iter()
            .filter(|account| account.state == AccountState::SignInLost)
            .count(),
        count: accounts.len(),
        services: services.collect(),
        groups,
        writes: me.actor.writes(),
    }))
}

/// A row of the list, with what can be done from there.
fn row(web: &Web, me: &Me, account: &Account, asks: &[Ask]) -> AccountView {
    let view = view(web, me, account);
    let ask = asks.iter().find(|ask| ask.account == account.id);
    let way_in = match ask {
        _ if !me.actor.changes(&account.user) => WayIn::Nothing,
        _ if account.state == AccountState::Ready => WayIn::Nothing,
        Some(ask) if ask_signs_in(ask) => WayIn::GoOn(format!("/asks/{}", ask.id)),
        _ => way_in(web, me, account),
    };
    AccountView { way_in, ..view }
}

/// Asks of sign-ins are no yes or no.
fn ask_signs_in(ask: &Ask) -> bool {
    ask.ask.kind != AskKind::Approve
}

fn way_in(web: &Web, me: &Me, account: &Account) -> WayIn {
    let first = web
        .app
        .descriptor(account.service)
        .ok()
        .and_then(|service| service.sign_in.first());
    match first {
        Some(way) if way.secrets.is_empty() => WayIn::Begin(
            way.way,
            match way.way {
                "qr" => m(me.lang, "accounts-scan-to-sign-in"),
                _ => m(me.lang, "shell-sign-in-2"),
            },
        ),
        _ => WayIn::FillIn(format!("/accounts/{}#change", account.id)),
    }
}

fn view(web: &Web, me: &Me, account: &Account) -> AccountView {
    let (lang, now) = (me.lang, web.app.now());
    let signed_in = account.signed_in_at.map(|at| match lang {
        Lang::Zh => format!("{}登录", words::ago(lang, at, now)),
        Lang::En => format!("signed in {}", words::ago(lang, at, now)),
    });
    let problem = account
        .problem
        .as_ref()
        .map(|text| text.in_lang(lang).to_owned());
    AccountView {
        href: format!("/accounts/{}", account.id),
        icon: account.service.as_str(),
        service: account.service.name().in_lang(lang).to_owned(),
        name: account.name.clone(),
        state: words::account(lang, account.state),
        line: problem.or(signed_in).unwrap_or_default(),
        needs_person: account.state == AccountState::SignInLost,
        way_in: WayIn::Nothing,
    }
}

/// A way to sign in, as it is explained.
struct Way {
    way: &'static str,
    label: &'static str,
    help: &'static str,
    steps: Vec<&'static str>,
}

fn ways(descriptor: &Descriptor, me: &Me) -> Vec<Way> {
    let way = |way: &daiban_core::descriptor::SignInWay| Way {
        way: way.way,
        label: way.label.in_lang(me.lang),
        help: way.help.in_lang(me.lang),
        steps: guide::steps(descriptor.service, way.way, me.lang),
    };
    descriptor.sign_in.iter().map(way).collect()
}

/// What is known of a sign-in, in words.
struct Age {
    signed_in: Option<String>,
    worked: Option<String>,
    ends: String,
}

impl Age {
    fn of(age: &SignInAge, account: &Account, lang: Lang, now: Timestamp) -> Self {
        let moment = |at| words::moment(lang, at, now);
        let both = |at| format!("{}（{}）", words::ago(lang, at, now), moment(at));
        let ends = match (age.ends_at, age.renewed_by) {
            (Some(at), _) => moment(at),
            (None, Some(at)) => match lang {
                Lang::Zh => format!("令牌到 {}，代办会提前自己换新", moment(at)),
                Lang::En => format!("the token until {}; daiban renews it before", moment(at)),
            },
            (None, None) => guide::lasts(account.service, lang).to_owned(),
        };
        Self {
            signed_in: age.signed_in_at.map(both),
            worked: age.worked_at.max(age.signed_in_at).map(both),
            ends,
        }
    }
}

/// A refusal of the service as a complaint at the field it is about; nothing for what is no refusal.
fn refused_at(descriptor: &Descriptor, given: &Secrets, error: &AppError) -> Option<AppError> {
    match new::is_untried(error) {
        true => None,
        false => new::refusal(descriptor, given, error),
    }
}

/// Begins a sign-in and gives the way to its first step, once it is there.
async fn begun(
    web: &Web,
    me: &Me,
    account: &AccountId,
    way: &str,
) -> Result<Option<String>, AppError> {
    let started = match web.app.sign_in(&me.actor, account, Some(way)).await {
        Ok(started) => started,
        Err(AppError::Service(_) | AppError::NotNow(_) | AppError::Invalid(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(errand) = started.errand {
        web.app
            .wait_for_errand(&me.actor, &errand, FIRST_STEP)
            .await?;
    }
    let ask = open_ask(web, me, account).await?;
    Ok(ask.map(|ask| format!("/asks/{ask}")))
}

/// A blank setting is left out; where an account is changed, it takes the stored one away.
fn settings(fields: &Fields, keep_blank: bool) -> Settings {
    fields
        .under("set.")
        .filter(|(_, value)| keep_blank || !value.trim().is_empty())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

/// A blank secret is left as it is.
fn secrets(fields: &Fields) -> Secrets {
    fields
        .under("sec.")
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name.to_owned(), Secret::new(value.trim())))
        .collect()
}

fn name_error(error: Option<&AppError>, me: &Me) -> Option<String> {
    error
        .filter(|error| error.field() == Some("name"))
        .map(|error| said(error, me.lang))
}

#[derive(Template)]
#[template(path = "account.html")]
struct DetailPage {
    s: Shell,
    account: AccountView,
    id: String,
    note: Option<Note>,
    problem: Option<String>,
    ask: Option<String>,
    ways: Vec<Way>,
    name: String,
    name_error: Option<String>,
    settings: Vec<Field>,
    secrets: Vec<Field>,
    error: Option<String>,
    changes: bool,
    age: Age,
    /// Why new secrets could not be tried out; then they can be stored all the same.
    untried: Option<String>,
    /// The word for the secrets of the form that came back.
    draft: Option<String>,
    shared: bool,
}

/// `GET /accounts/{id}`
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let account = web.app.account(&me.actor, &AccountId::from(id)).await?;
    Ok(html(&detail(&web, &me, &account, Tried::default()).await?))
}

/// What came of something tried.
#[derive(Default)]
struct Tried<'a> {
    note: Option<Note>,
    typed: Option<&'a Fields>,
    error: Option<&'a AppError>,
    /// The secrets of the form, those of an earlier try among them.
    given: Secrets,
}

/// `POST /accounts/{id}`: changes name, settings, secrets; new secrets are tried out.
pub(super) async fn change(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let id = AccountId::from(id);
    let account = web.app.account(&me.actor, &id).await?;
    let page = id.to_string();
    let mut given = web
        .drafts
        .take(&me.actor.user, &page, web.app.now(), fields.text("draft"));
    given.extend(secrets(&fields));
    let change = AccountChange {
        name: fields.get("name").map(|name| name.trim().to_owned()),
        settings: settings(&fields, true),
        secrets: given.clone(),
        trial: new::trial(&fields),
        shared: None,
    };
    match web.app.update_account(&me.actor, &id, change).await {
        Ok(_) => Ok(Redirect::to(&format!("/accounts/{id}")).into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Settings(_) | AppError::Service(_))) => {
            let tried = Tried {
                typed: Some(&fields),
                error: Some(&error),
                note: None,
                given,
            };
            Ok(html_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &detail(&web, &me, &account, tried).await?,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /accounts/{id}/sign-in`: begins a sign-in and leads to its first step.
pub(super) async fn sign_in(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let id = AccountId::from(id);
    let way = Some(fields.text("way")).filter(|way| !way.is_empty());
    let note = match web.app.sign_in(&me.actor, &id, way).await {
        Ok(started) => match started.errand {
            None => Note::ok(words::m(me.lang, "accounts-tried-it-works")),
            Some(errand) => {
                let errand = web
                    .app
                    .wait_for_errand(&me.actor, &errand, FIRST_STEP)
                    .await?;
                if let Some(ask) = open_ask(&web, &me, &id).await? {
                    return Ok(Redirect::to(&format!("/asks/{ask}")).into_response());
                }
                Note {
                    class: if errand.phase == Phase::Failed {
                        "urg"
                    } else {
                        ""
                    },
                    text: errand.reason.in_lang(me.lang).to_owned(),
                }
            }
        },
        Err(error @ (AppError::Service(_) | AppError::NotNow(_) | AppError::Invalid(_))) => {
            Note::of(&error, me.lang)
        }
        Err(error) => return Err(error.into()),
    };
    let account = web.app.account(&me.actor, &id).await?;
    let tried = Tried {
        note: Some(note),
        ..Tried::default()
    };
    Ok(html(&detail(&web, &me, &account, tried).await?))
}

/// `POST /accounts/{id}/share`: with the household, or not any more.
pub(super) async fn share(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let (id, shared) = (AccountId::from(id), fields.text("shared") == "yes");
    web.app.share_account(&me.actor, &id, shared).await?;
    Ok(Redirect::to(&format!("/accounts/{id}")).into_response())
}

async fn open_ask(web: &Web, me: &Me, account: &AccountId) -> Result<Option<AskId>, AppError> {
    let open = web.app.asks(&me.actor, Some(AskState::Open)).await?;
    Ok(open
        .into_iter()
        .find(|ask| ask.account == *account)
        .map(|ask| ask.id))
}

async fn detail(
    web: &Web,
    me: &Me,
    account: &Account,
    tried: Tried<'_>,
) -> Result<DetailPage, AppError> {
    let descriptor = web.app.descriptor(account.service)?;
    let theirs = web.app.accounts(&me.actor).await?;
    let now = web.app.now();
    let age = web.app.sign_in_age(&me.actor, &account.id).await?;
    let draft = web
        .drafts
        .keep(&me.actor.user, account.id.as_str(), now, &tried.given)?;
    let at = tried
        .error
        .and_then(|error| refused_at(descriptor, &tried.given, error));
    let untried = tried.error.filter(|error| new::is_untried(error));
    let error = at.as_ref().or(tried.error);
    let making = |prefix| Making {
        lang: me.lang,
        prefix,
        filled: tried
            .typed
            .map_or(Filled::Stored(&account.settings), Filled::Typed),
        error,
        accounts: &theirs,
    };
    let settings = making("set.").fields(descriptor.settings);
    let mut secrets = making("sec.").fields(descriptor.secrets);
    for secret in &mut secrets {
        secret.required = false;
    }
    let name_error = name_error(error, me);
    let error = if name_error.is_some() || untried.is_some() {
        None
    } else {
        beside_the_fields(error, &[&settings, &secrets], me.lang)
    };
    let typed_name = tried
        .typed
        .and_then(|fields| fields.get("name"))
        .map(str::to_owned);
    Ok(DetailPage {
        s: Shell::full(web, me, "accounts").await?,
        id: account.id.to_string(),
        problem: account
            .problem
            .as_ref()
            .map(|text| text.in_lang(me.lang).to_owned()),
        ask: open_ask(web, me, &account.id)
            .await?
            .map(|ask| format!("/asks/{ask}")),
        ways: ways(descriptor, me),
        name: typed_name.unwrap_or_else(|| account.name.clone()),
        account: view(web, me, account),
        changes: me.actor.changes(&account.user),
        age: Age::of(&age, account, me.lang, now),
        untried: untried.map(|error| said(error, me.lang)),
        draft,
        shared: account.shared,
        note: tried.note,
        name_error,
        settings,
        secrets,
        error,
    })
}

#[derive(Template)]
#[template(path = "account_remove.html")]
struct RemovePage {
    s: Shell,
    id: String,
    account: AccountView,
    /// What ends with it.
    errands: Vec<String>,
}

/// `GET /accounts/{id}/remove`: says what goes with it.
pub(super) async fn remove_form(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let account = web.app.account(&me.actor, &AccountId::from(id)).await?;
    let errands = web.app.errands(&me.actor).await?;
    let live = errands
        .iter()
        .filter(|errand| errand.account == account.id && !errand.phase.is_over());
    Ok(html(&RemovePage {
        s: Shell::full(&web, &me, "accounts").await?,
        id: account.id.to_string(),
        errands: live
            .map(|errand| errand.reason.in_lang(me.lang).to_owned())
            .collect(),
        account: view(&web, &me, &account),
    }))
}

/// `POST /accounts/{id}/remove`
pub(super) async fn remove(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    web.app
        .remove_account(&me.actor, &AccountId::from(id))
        .await?;
    Ok(Redirect::to("/accounts").into_response())
}
