//! Accounts: the list, one to add for each service, signed in and mended in place, removed after a second look.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    account::{Account, AccountState, Secrets, Settings},
    ask::AskState,
    descriptor::Descriptor,
    errand::Phase,
    id::{AccountId, AskId},
    secret::Secret,
    service::Service,
};

use super::{
    Web,
    form::{Field, Filled, Making, beside_the_fields},
    page::{Note, Shell, html, html_with, said},
    security::Oops,
    visitor::{Fields, Me},
    words::{self, State as Mark},
};
use crate::app::{AccountChange, AppError, NewAccount};

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
}

struct ServiceView {
    href: String,
    icon: &'static str,
    name: &'static str,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct ListPage {
    s: Shell,
    accounts: Vec<AccountView>,
    services: Vec<ServiceView>,
    lost: usize,
    writes: bool,
}

/// `GET /accounts`
pub(super) async fn list(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let mut accounts = web.app.accounts(&me.actor).await?;
    accounts.sort_by_key(|account| (account.state != AccountState::SignInLost, account.service));
    let views: Vec<AccountView> = accounts
        .iter()
        .map(|account| view(&web, &me, account))
        .collect();
    let services = web.app.services().into_iter().map(|service| ServiceView {
        href: format!("/accounts/new/{}", service.service),
        icon: service.service.as_str(),
        name: service.name.in_lang(me.lang),
    });
    Ok(html(&ListPage {
        s: Shell::full(&web, &me, "accounts").await?,
        lost: accounts
            .iter()
            .filter(|account| account.state == AccountState::SignInLost)
            .count(),
        services: services.collect(),
        accounts: views,
        writes: me.actor.writes(),
    }))
}

fn view(web: &Web, me: &Me, account: &Account) -> AccountView {
    let (lang, now) = (me.lang, web.app.now());
    let signed_in = account.signed_in_at.map(|at| match lang {
        daiban_core::Lang::Zh => format!("{}登录", words::ago(lang, at, now)),
        daiban_core::Lang::En => format!("signed in {}", words::ago(lang, at, now)),
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
    }
}

/// A way to sign in, as it is explained.
struct Way {
    way: &'static str,
    label: &'static str,
    help: &'static str,
}

fn ways(descriptor: &Descriptor, me: &Me) -> Vec<Way> {
    let way = |way: &daiban_core::descriptor::SignInWay| Way {
        way: way.way,
        label: way.label.in_lang(me.lang),
        help: way.help.in_lang(me.lang),
    };
    descriptor.sign_in.iter().map(way).collect()
}

#[derive(Template)]
#[template(path = "account_new.html")]
struct NewPage {
    s: Shell,
    service: &'static str,
    service_name: &'static str,
    ways: Vec<Way>,
    name: String,
    name_error: Option<String>,
    settings: Vec<Field>,
    secrets: Vec<Field>,
    error: Option<String>,
}

/// `GET /accounts/new/{service}`
pub(super) async fn form(
    State(web): State<Web>,
    me: Me,
    Path(service): Path<String>,
) -> Result<Response, Oops> {
    let descriptor = described(&web, &service)?;
    Ok(html(&new_page(&web, &me, descriptor, None, None).await?))
}

/// `POST /accounts/new/{service}`: checked, stored, and tried out with one look.
pub(super) async fn add(
    State(web): State<Web>,
    me: Me,
    Path(service): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let descriptor = described(&web, &service)?;
    let new = NewAccount {
        service: descriptor.service,
        name: fields.text("name").to_owned(),
        settings: settings(&fields, false),
        secrets: secrets(&fields),
    };
    match web.app.add_account(&me.actor, new).await {
        Ok(account) => Ok(Redirect::to(&format!("/accounts/{}", account.id)).into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Settings(_))) => {
            let page = new_page(&web, &me, descriptor, Some(&fields), Some(&error)).await?;
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

fn described(web: &Web, service: &str) -> Result<&'static Descriptor, AppError> {
    let not_found = || AppError::NotFound {
        what: "service",
        id: service.to_owned(),
    };
    web.app
        .descriptor(service.parse::<Service>().map_err(|_| not_found())?)
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

async fn new_page(
    web: &Web,
    me: &Me,
    descriptor: &'static Descriptor,
    typed: Option<&Fields>,
    error: Option<&AppError>,
) -> Result<NewPage, AppError> {
    let making = |prefix| Making {
        lang: me.lang,
        prefix,
        filled: typed.map_or(Filled::Fresh, Filled::Typed),
        error,
        accounts: &[],
    };
    let settings = making("set.").fields(descriptor.settings);
    let secrets = making("sec.").fields(descriptor.secrets);
    let name_error = name_error(error, me);
    let error = if name_error.is_some() {
        None
    } else {
        beside_the_fields(error, &[&settings, &secrets], me.lang)
    };
    Ok(NewPage {
        s: Shell::full(web, me, "accounts").await?,
        service: descriptor.service.as_str(),
        service_name: descriptor.name.in_lang(me.lang),
        ways: ways(descriptor, me),
        name: typed
            .map(|fields| fields.text("name").to_owned())
            .unwrap_or_default(),
        name_error,
        settings,
        secrets,
        error,
    })
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
    let change = AccountChange {
        name: fields.get("name").map(|name| name.trim().to_owned()),
        settings: settings(&fields, true),
        secrets: secrets(&fields),
        shared: None,
    };
    match web.app.update_account(&me.actor, &id, change).await {
        Ok(_) => Ok(Redirect::to(&format!("/accounts/{id}")).into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Settings(_))) => {
            let tried = Tried {
                typed: Some(&fields),
                error: Some(&error),
                note: None,
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
            None => Note::ok(words::t(me.lang, "试过了，能用。", "Tried; it works.")),
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
    let making = |prefix| Making {
        lang: me.lang,
        prefix,
        filled: tried
            .typed
            .map_or(Filled::Stored(&account.settings), Filled::Typed),
        error: tried.error,
        accounts: &theirs,
    };
    let settings = making("set.").fields(descriptor.settings);
    let mut secrets = making("sec.").fields(descriptor.secrets);
    for secret in &mut secrets {
        secret.required = false;
    }
    let name_error = name_error(tried.error, me);
    let error = if name_error.is_some() {
        None
    } else {
        beside_the_fields(tried.error, &[&settings, &secrets], me.lang)
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
    errands: usize,
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
        errands: live.count(),
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
