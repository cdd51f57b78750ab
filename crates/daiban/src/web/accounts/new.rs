//! An account is added: what to have at hand, the steps, one way first; tried out before it is stored.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    account::Secrets,
    descriptor::{Descriptor, SignInWay, Wish},
    error::ServiceError,
    invalid::InvalidInput,
    service::Service,
};

use super::{begun, guide, refused_at, secrets, settings};
use crate::{
    app::{AppError, NewAccount, TrialWish},
    web::{
        Web,
        form::{Field, Filled, Making, beside_the_fields},
        page::{Shell, html, html_with, said},
        security::Oops,
        visitor::{Fields, Me},
        words::m,
    },
};

/// A way to sign in with what is filled in for it.
struct NewWay {
    label: &'static str,
    help: &'static str,
    steps: Vec<&'static str>,
    fields: Vec<Field>,
    /// Whether something of it is wrong or was typed: then it is shown open.
    is_open: bool,
}

#[derive(Template)]
#[template(path = "account_new.html")]
struct NewPage {
    s: Shell,
    service: &'static str,
    service_name: &'static str,
    before: Vec<&'static str>,
    first: Option<NewWay>,
    others: Vec<NewWay>,
    name: String,
    name_error: Option<String>,
    /// Settings that must be given, and the rest.
    needed: Vec<Field>,
    more: Vec<Field>,
    more_open: bool,
    error: Option<String>,
    /// Why it could not be tried out; then it can be stored all the same.
    untried: Option<String>,
    /// The word for the secrets of the form that came back.
    draft: Option<String>,
    /// A sign-in follows, in this way; nothing where the account is tried out by its secrets.
    begins: Option<&'static str>,
    button: &'static str,
}

/// `GET /accounts/new/{service}`
pub(in crate::web) async fn form(
    State(web): State<Web>,
    me: Me,
    Path(service): Path<String>,
) -> Result<Response, Oops> {
    let descriptor = described(&web, &service)?;
    Ok(html(&new_page(&web, &me, descriptor, None).await?))
}

/// `POST /accounts/new/{service}`: checked, tried out with one look, stored.
pub(in crate::web) async fn add(
    State(web): State<Web>,
    me: Me,
    Path(service): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let descriptor = described(&web, &service)?;
    let page = format!("new/{service}");
    let mut given = web
        .drafts
        .take(&me.actor.user, &page, web.app.now(), fields.text("draft"));
    given.extend(secrets(&fields));
    let new = NewAccount {
        service: descriptor.service,
        name: fields.text("name").to_owned(),
        settings: settings(&fields, false),
        secrets: given.clone(),
        trial: trial(&fields),
    };
    let error = match web.app.add_account(&me.actor, new).await {
        Ok(account) => {
            let way = filled_way(descriptor, &given).unwrap_or_else(|| fields.text("begin"));
            let walks = descriptor.sign_in.iter().any(|known| known.way == way);
            if walks && let Some(path) = begun(&web, &me, &account.id, way).await? {
                return Ok(Redirect::to(&path).into_response());
            }
            return Ok(Redirect::to(&format!("/accounts/{}", account.id)).into_response());
        }
        Err(error @ (AppError::Invalid(_) | AppError::Settings(_) | AppError::Service(_))) => error,
        Err(error) => return Err(error.into()),
    };
    let draft = web
        .drafts
        .keep(&me.actor.user, &page, web.app.now(), &given)?;
    let back = Back {
        fields: &fields,
        given: &given,
        error: &error,
        draft,
    };
    let page = new_page(&web, &me, descriptor, Some(back)).await?;
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// A page asks before it stores what could not be tried out.
pub(super) fn trial(fields: &Fields) -> TrialWish {
    match fields.text("unchecked") {
        "" => TrialWish::Strict,
        _ => TrialWish::Unchecked,
    }
}

/// A form that came back.
struct Back<'a> {
    fields: &'a Fields,
    /// The secrets in it, those of an earlier try among them.
    given: &'a Secrets,
    error: &'a AppError,
    draft: Option<String>,
}

fn described(web: &Web, service: &str) -> Result<&'static Descriptor, AppError> {
    let not_found = || AppError::NotFound {
        what: "service",
        id: service.to_owned(),
    };
    web.app
        .descriptor(service.parse::<Service>().map_err(|_| not_found())?)
}

async fn new_page(
    web: &Web,
    me: &Me,
    descriptor: &'static Descriptor,
    back: Option<Back<'_>>,
) -> Result<NewPage, AppError> {
    let at = back
        .as_ref()
        .and_then(|back| refused_at(descriptor, back.given, back.error));
    let error = at.as_ref().or(back.as_ref().map(|back| back.error));
    let making = |prefix| Making {
        lang: me.lang,
        prefix,
        filled: back
            .as_ref()
            .map_or(Filled::Fresh, |back| Filled::Typed(back.fields)),
        error,
        accounts: &[],
    };
    let is_kept = |name: &str| {
        back.as_ref()
            .is_some_and(|back| back.draft.is_some() && back.given.contains_key(name))
    };
    let names_the_account = back
        .as_ref()
        .is_some_and(|back| !back.given.contains_key("name"));
    let sealed = |names: &[&str]| {
        let mut fields = making("sec.").named(descriptor.secrets, names);
        for field in &mut fields {
            // What the account is called is complained about at its own field, though a secret may be called so too.
            if names_the_account && field.name == "sec.name" {
                field.error = None;
            }
            field.required &= !is_kept(field.name.trim_start_matches("sec."));
        }
        fields
    };
    let way = |way: &'static SignInWay| {
        let fields = sealed(&own_secrets(descriptor, way));
        NewWay {
            label: way.label.in_lang(me.lang),
            help: way.help.in_lang(me.lang),
            steps: guide::steps(descriptor.service, way.way, me.lang),
            is_open: fields.iter().any(|field| field.error.is_some())
                || way.secrets.iter().any(|name| is_kept(name)),
            fields,
        }
    };
    let mut ways = descriptor.sign_in.iter().map(way);
    let (first, others) = (ways.next(), ways.collect::<Vec<_>>());
    let (needed, mut more): (Vec<Field>, Vec<Field>) = making("set.")
        .fields(descriptor.settings)
        .into_iter()
        .partition(|field| field.required);
    more.extend(sealed(&loose_secrets(descriptor)));
    let name_error = error
        .filter(|error| error.field() == Some("name"))
        .map(|error| said(error, me.lang));
    let untried = error.filter(|error| matches!(error, AppError::Service(_)) && is_untried(error));
    let shown: Vec<&[Field]> = [&needed[..], &more[..]]
        .into_iter()
        .chain(first.iter().chain(&others).map(|way| &way.fields[..]))
        .collect();
    let general = match name_error.is_some() || untried.is_some() {
        true => None,
        false => beside_the_fields(error, &shown, me.lang),
    };
    let begins = begins(descriptor);
    Ok(NewPage {
        service: descriptor.service.as_str(),
        service_name: descriptor.name.in_lang(me.lang),
        before: guide::before(descriptor.service, me.lang),
        name: back
            .as_ref()
            .map(|back| back.fields.text("name").to_owned())
            .unwrap_or_default(),
        name_error,
        more_open: more.iter().any(|field| field.error.is_some()),
        error: general,
        untried: untried.map(|error| said(error, me.lang)),
        draft: back.and_then(|back| back.draft),
        button: match begins {
            Some("qr") => m(me.lang, "accounts-add-it-and-scan"),
            Some(_) => m(me.lang, "accounts-add-it-and-sign-in"),
            None if descriptor.service == Service::Violation => m(me.lang, "accounts-add-it"),
            None => m(me.lang, "accounts-try-it-then-save"),
        },
        begins,
        s: Shell::full(web, me, "accounts").await?,
        first,
        others,
        needed,
        more,
    })
}

/// What a way starts from, without what the first way has asked for already.
fn own_secrets(descriptor: &Descriptor, way: &SignInWay) -> Vec<&'static str> {
    let first = descriptor
        .sign_in
        .first()
        .filter(|first| first.way != way.way);
    let before = first.map_or(&[][..], |first| first.secrets);
    way.secrets
        .iter()
        .filter(|name| !before.contains(name))
        .copied()
        .collect()
}

/// The way that somebody filled in instead of the first one.
fn filled_way(descriptor: &Descriptor, given: &Secrets) -> Option<&'static str> {
    let is_given = |name: &&str| given.get(*name).is_some_and(|secret| !secret.is_empty());
    let others = descriptor.sign_in.iter().skip(1);
    let mut filled = others.filter(|way| {
        let own = own_secrets(descriptor, way);
        !own.is_empty() && own.iter().all(is_given)
    });
    filled.next().map(|way| way.way)
}

/// Secrets of no way in particular.
fn loose_secrets(descriptor: &Descriptor) -> Vec<&'static str> {
    let in_a_way = |wish: &&Wish| {
        descriptor
            .sign_in
            .iter()
            .any(|way| way.secrets.contains(&wish.name))
    };
    descriptor
        .secrets
        .iter()
        .filter(|wish| !in_a_way(wish))
        .map(|wish| wish.name)
        .collect()
}

/// The way in which a sign-in follows right after adding: the first one, where it starts from nothing that is filled in.
fn begins(descriptor: &Descriptor) -> Option<&'static str> {
    let first = descriptor.sign_in.first()?;
    first.secrets.is_empty().then_some(first.way)
}

/// Whether nothing is known of the sign-in yet.
pub(super) fn is_untried(error: &AppError) -> bool {
    match error {
        AppError::Service(error) => !matches!(
            error,
            ServiceError::SignInLost { .. } | ServiceError::Refused { .. }
        ),
        _ => false,
    }
}

/// A refusal of the service stands at the field it is about: the first secret that was given.
pub(super) fn refusal(
    descriptor: &Descriptor,
    given: &Secrets,
    error: &AppError,
) -> Option<AppError> {
    let AppError::Service(service) = error else {
        return None;
    };
    let mut names = descriptor.secrets.iter().map(|wish| wish.name);
    let ways = descriptor
        .sign_in
        .iter()
        .flat_map(|way| way.secrets.iter().copied());
    let field = ways
        .chain(names.by_ref())
        .find(|name| given.contains_key(*name))?;
    Some(AppError::Settings(InvalidInput {
        field: field.to_owned(),
        text: service.text().clone(),
    }))
}
