//! Tokens: for a code, renewed; and whether somebody is signed in.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"signed_in"}`, `{"do":"cars"}` | `{"signed_in":true,"cars":[…]}`, see `garage`; or `SignInLost` |
//!
//! | act | gives |
//! | --- | --- |
//! | `{"do":"exchange"}`, the secret `auth_code` | `{"signed_in":true}` |
//!
//! A renewal gives another pair and the one before is dead, so there is one renewal at a time for an account, whoever wants
//! it; that one is on its way is written down before it is sent, and the pair is stored before it is used. Beside what the
//! owner supplied, an account's secrets then hold `expires_at` (RFC 3339), `expires_of` (of which token that is said),
//! `renewing` (with which token a renewal was sent whose end is not known) and `device_id`.

use std::collections::HashMap;
use std::sync::Arc;

use daiban_core::account::Secrets;
use daiban_core::error::ServiceError;
use daiban_core::id::AccountId;
use daiban_core::provider::{Reconciled, Visit};
use daiban_core::secret::Secret;
use daiban_core::{Text, Timestamp, dates};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::error;
use super::line::{Host, Line};
use super::wire::{paths, tokens as wire};
use super::{Vehicles, garage};
use crate::kept::Kept;
use crate::turn::Turn;
use crate::words::later;

/// Tokens that run out within this are renewed before they are used.
const RENEW_AHEAD_S: i64 = 300;

/// What speaks for the owner.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    pub(super) access: Secret,
    refresh: Option<Secret>,
    pub(super) user: Option<Secret>,
    pub(super) client: Option<Secret>,
    expires_at: Option<Timestamp>,
    /// Whether a renewal was sent whose end is not known.
    is_renewing: bool,
}

/// What is known of each account's session.
#[derive(Debug, Default)]
pub(super) struct SessionMemory(HashMap<Option<AccountId>, Arc<Session>>);

#[derive(Debug, Default)]
struct Session {
    turn: Turn,
    renewed: Kept<Option<Renewed>>,
}

/// The last renewal: visits that began before it know the token before only.
#[derive(Debug, Clone)]
struct Renewed {
    /// The access token it replaced.
    from: Secret,
    secrets: Secrets,
    is_stored: bool,
}

/// Answers `signed_in` and `cars`; `None` when the body is another's.
pub(super) async fn look(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "signed_in" | "cars" => signed_in(vehicles, visit).await,
        _ => return None,
    })
}

async fn signed_in(vehicles: &Vehicles, visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = Line::of(vehicles, visit).await?;
    garage::listed(&line).await
}

/// Carries out `exchange`; `None` when the body is another's.
pub(super) async fn act(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    match body["do"].as_str()? {
        "exchange" => Some(exchange(vehicles, visit).await),
        _ => None,
    }
}

/// Tokens for a code. The code is good once and is forgotten with the answer.
async fn exchange(vehicles: &Vehicles, visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = Line::way_in(vehicles, visit).await?;
    let code = visit.secret("auth_code")?;
    let path = paths::session(line.profile());
    let body = wire::exchange(line.profile(), code);
    let answer = line.tell(line.post(Host::User, &path, &body)).await?;
    let pair = wire::pair(&answer, visit.now).map_err(|_| error::unclear())?;
    let mut kept = kept_as(pair);
    kept.insert("auth_code".to_owned(), Secret::default());
    visit.vault.keep(kept).await.map_err(|_| not_stored())?;
    Ok(json!({ "signed_in": true }))
}

fn not_stored() -> ServiceError {
    ServiceError::Unsure {
        text: Text::new(
            "换来的令牌没能存下，没有用它；这个授权码多半用掉了",
            "the tokens that came could not be stored and were not used; the code is most likely used up",
        ),
    }
}

/// What became of an exchange; `None` when the body is another's.
pub(super) async fn reconcile(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
    _sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    match body["do"].as_str()? {
        "exchange" => Some(exchanged(vehicles, visit).await),
        _ => None,
    }
}

/// Tokens that were stored took the code's place; whether they work, a look tells.
async fn exchanged(vehicles: &Vehicles, visit: &Visit<'_>) -> Result<Reconciled, ServiceError> {
    let unknown = || {
        Reconciled::CannotKnow(Text::new(
            "换令牌的请求没有得到清楚的回答，这个授权码可能已经用掉：取一个新的再登录",
            "the exchange got no clear answer and the code may be used up: take a new one and sign in again",
        ))
    };
    if visit.secret("auth_code").is_ok() || visit.secret("access_token").is_err() {
        return Ok(unknown());
    }
    match signed_in(vehicles, visit).await {
        Ok(_) => Ok(Reconciled::Happened(json!({ "signed_in": true }))),
        Err(ServiceError::SignInLost { .. }) => Ok(unknown()),
        Err(error) => Err(error),
    }
}

impl Tokens {
    fn of(secrets: &Secrets) -> Option<Self> {
        let get = |name| secrets.get(name).filter(|it| !it.is_empty());
        let is_of = |name, token: &Secret| get(name).is_some_and(|it| *it == mark(token));
        let access = get("access_token")?.clone();
        let refresh = get("refresh_token").cloned();
        // Tokens that the owner filled in anew have nothing to do with the moment told of those before.
        let expires_at = get("expires_at").filter(|_| is_of("expires_of", &access));
        Some(Self {
            expires_at: expires_at.and_then(|at| at.reveal().parse().ok()),
            is_renewing: refresh.as_ref().is_some_and(|it| is_of("renewing", it)),
            access,
            refresh,
            user: get("user_id").cloned(),
            client: get("client_id").cloned(),
        })
    }

    /// Whether they are to be renewed before they are used.
    pub(super) fn want_renewal(&self, now: Timestamp) -> bool {
        let soon = self
            .expires_at
            .is_some_and(|at| at <= later(now, RENEW_AHEAD_S));
        self.refresh.is_some() && (soon || self.is_renewing)
    }
}

/// The account's tokens as they are now, the visit's or newer ones.
///
/// # Errors
/// `Refused` with code `secret` where there are none; the store's trouble with newer ones that are not stored yet.
pub(super) async fn current(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
) -> Result<Tokens, ServiceError> {
    let access = Secret::from(visit.secret("access_token")?);
    if let Some(newer) = newer(vehicles, visit, &access).await? {
        return Ok(newer);
    }
    Tokens::of(visit.secrets).ok_or_else(error::sign_in_lost)
}

/// The tokens that took the place of this one, stored.
async fn newer(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    access: &Secret,
) -> Result<Option<Tokens>, ServiceError> {
    let session = session(vehicles, visit);
    let renewed = session.renewed.open().clone();
    let Some(renewed) = renewed.filter(|it| it.from == *access) else {
        return Ok(None);
    };
    if !renewed.is_stored {
        store(&session, visit, renewed.clone()).await?;
    }
    Ok(Tokens::of(&over(visit.secrets, &renewed.secrets)))
}

/// Stores what a renewal gave. Where that fails it stays in memory, unused, until it is stored.
async fn store(
    session: &Session,
    visit: &Visit<'_>,
    mut renewed: Renewed,
) -> Result<(), ServiceError> {
    *session.renewed.open() = Some(renewed.clone());
    visit.vault.keep(renewed.secrets.clone()).await?;
    renewed.is_stored = true;
    *session.renewed.open() = Some(renewed);
    Ok(())
}

/// Renews the tokens of a line, or takes those that another visit has got meanwhile.
///
/// # Errors
/// `SignInLost` when the service says so, `Unreachable` when its answer was lost; the store's trouble, and then nothing was
/// sent or what came is not used.
pub(super) async fn renew(line: &Line<'_>) -> Result<(), ServiceError> {
    let session = session(line.vehicles(), line.visit());
    let _taken = session.turn.take().await;
    if is_newer_taken(line).await? {
        return Ok(());
    }
    let old = line.tokens().ok_or_else(error::sign_in_lost)?;
    let Some(refresh) = old.refresh.clone() else {
        return Err(error::sign_in_lost());
    };
    let mut pair = renewal(line, &old, &refresh).await?;
    pair.refresh.get_or_insert(refresh);
    let renewed = Renewed {
        from: old.access.clone(),
        secrets: kept_as(pair),
        is_stored: false,
    };
    let tokens = Tokens::of(&over(line.visit().secrets, &renewed.secrets));
    store(&session, line.visit(), renewed).await?;
    line.unbind();
    line.use_tokens(tokens.ok_or_else(error::sign_in_lost)?);
    Ok(())
}

/// After the service has said that the sign-in is gone: whether it was only a token that another visit has just renewed.
///
/// # Errors
/// The store's trouble.
pub(super) async fn take_newer(line: &Line<'_>) -> Result<bool, ServiceError> {
    let session = session(line.vehicles(), line.visit());
    let _taken = session.turn.take().await;
    is_newer_taken(line).await
}

async fn is_newer_taken(line: &Line<'_>) -> Result<bool, ServiceError> {
    let access = line.tokens().map(|it| it.access).unwrap_or_default();
    let newer = newer(line.vehicles(), line.visit(), &access).await?;
    if let Some(tokens) = newer {
        line.use_tokens(tokens);
        return Ok(true);
    }
    Ok(false)
}

/// Asks for another pair. That it is asked for is written down first: a pair whose answer is lost cannot be told from one
/// that never was, and the old one may be dead.
async fn renewal(
    line: &Line<'_>,
    old: &Tokens,
    refresh: &Secret,
) -> Result<wire::Pair, ServiceError> {
    let vault = line.visit().vault;
    if !old.is_renewing {
        vault.keep(renewing(mark(refresh))).await?;
    }
    let path = paths::refresh(line.profile());
    let body = wire::renewal(refresh.reveal());
    match line.tell_to_renew(&path, &body).await {
        Ok(answer) => wire::pair(&answer, line.now()),
        Err(ServiceError::Unsure { text }) => Err(unanswered(&text)),
        Err(ServiceError::SignInLost { .. }) if old.is_renewing => Err(error::lost_with_renewal()),
        Err(error) => {
            if !old.is_renewing {
                // Nothing came of this one. Where that cannot be stored, the next visit renews first, which harms nobody.
                vault.keep(renewing(Secret::default())).await.ok();
            }
            Err(error)
        }
    }
}

fn renewing(mark: Secret) -> Secrets {
    [("renewing".to_owned(), mark)].into()
}

fn unanswered(text: &Text) -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new(
            format!("换新令牌没有得到清楚的回答：{}；下次先再换", text.zh),
            format!(
                "renewing the tokens got no clear answer: {}; it is tried again first",
                text.en
            ),
        ),
    }
}

fn session(vehicles: &Vehicles, visit: &Visit<'_>) -> Arc<Session> {
    let mut sessions = vehicles.sessions.open();
    Arc::clone(sessions.0.entry(whose(visit)).or_default())
}

/// How a pair is stored. What was not told stays as it was.
fn kept_as(pair: wire::Pair) -> Secrets {
    let mut kept = Secrets::new();
    let mut keep = |name: &str, value: Secret| kept.insert(name.to_owned(), value);
    let expires_at = pair.expires_at.map(dates::rfc3339).unwrap_or_default();
    keep("expires_at", expires_at.into());
    keep("expires_of", mark(&pair.access));
    keep("renewing", Secret::default());
    keep("access_token", pair.access);
    let told = [
        ("refresh_token", pair.refresh),
        ("user_id", pair.user),
        ("client_id", pair.client),
    ];
    for (name, value) in told {
        if let Some(value) = value {
            keep(name, value);
        }
    }
    kept
}

fn over(secrets: &Secrets, newer: &Secrets) -> Secrets {
    let mut all = secrets.clone();
    all.extend(newer.clone());
    all
}

/// Enough of a token to know it again, and nothing to use.
fn mark(token: &Secret) -> Secret {
    let digest = Sha1::digest(token.reveal());
    let hex: String = digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    hex.into()
}

/// Whose memory: an account's, or nobody's in particular.
pub(super) fn whose(visit: &Visit<'_>) -> Option<AccountId> {
    visit.account.map(|account| account.id.clone())
}
