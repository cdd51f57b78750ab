//! Users of the service and the one session each of them has: a pair of tokens that a renewal or a sign-in replaces.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reply::{EXPIRED, Refusal, SIGNED_OUT};
use crate::world::World;

/// A user of the vehicle service, signed in once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CarOwner {
    /// `1000001`.
    pub user_id: String,
    /// `clientId` of the sign-in; empty for a new one.
    pub client_id: String,
    /// Key of the app, with which requests are signed; everybody's is taken.
    pub app_secret: String,
    /// Token of the session; empty for a new one.
    pub access_token: String,
    /// Token that renews it; empty for a new one.
    pub refresh_token: String,
    /// The access token lives so much longer.
    pub expires_in_s: i64,
    /// A code that can be exchanged once; empty: none.
    pub auth_code: String,
}

impl Default for CarOwner {
    fn default() -> Self {
        Self {
            user_id: "1000001".into(),
            client_id: String::new(),
            app_secret: String::new(),
            access_token: String::new(),
            refresh_token: String::new(),
            expires_in_s: 7200,
            auth_code: String::new(),
        }
    }
}

/// The pair of tokens of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarTokens {
    /// For `authorization`.
    pub access_token: String,
    /// For a renewal.
    pub refresh_token: String,
    /// The access token ends then, ms since the epoch.
    pub expires_at_ms: i64,
}

pub(crate) struct KnownOwner {
    pub(super) owner: CarOwner,
    /// `None`: signed out, or signed in elsewhere with nobody knowing the tokens.
    session: Option<Session>,
}

struct Session {
    tokens: CarTokens,
    /// The pair that was renewed, while the new one has not been used.
    before: Option<(String, String)>,
    /// The car it is about.
    bound: Option<String>,
    unbound_left: u32,
}

impl Session {
    fn new(tokens: CarTokens) -> Self {
        Self {
            tokens,
            before: None,
            bound: None,
            unbound_left: 0,
        }
    }
}

impl KnownOwner {
    /// Whether the token is one of this user's: the session's, or the one renewed just now.
    pub(super) fn knows(&self, token: &str, grace: bool) -> bool {
        let Some(session) = &self.session else {
            return false;
        };
        let is_before = session.before.as_ref().is_some_and(|(old, _)| old == token);
        session.tokens.access_token == token || (grace && is_before)
    }

    /// From its first use on a token stands alone.
    pub(super) fn use_token(&mut self, token: &str, now: i64) -> Result<(), Refusal> {
        let session = self.session.as_mut().ok_or(SIGNED_OUT)?;
        if session.tokens.access_token != token || now >= session.tokens.expires_at_ms {
            return Err(EXPIRED);
        }
        session.before = None;
        Ok(())
    }

    pub(super) fn bound(&self) -> Option<&str> {
        self.session.as_ref()?.bound.as_deref()
    }

    pub(super) fn bind(&mut self, vin: &str) {
        if let Some(session) = &mut self.session {
            session.bound = Some(vin.into());
        }
    }

    /// Counts down the calls that say so after a renewal.
    pub(super) fn is_unbound_for_a_moment(&mut self) -> bool {
        let Some(session) = &mut self.session else {
            return false;
        };
        let is_unbound = session.unbound_left > 0;
        session.unbound_left = session.unbound_left.saturating_sub(1);
        is_unbound
    }

    pub(super) fn tokens(&self) -> Option<&CarTokens> {
        self.session.as_ref().map(|session| &session.tokens)
    }

    pub(super) fn end(&mut self) {
        self.session = None;
    }
}

pub(super) fn add_owner(world: &mut World, mut owner: CarOwner) -> CarTokens {
    let mut fill = |field: &mut String, made: &str| {
        if field.is_empty() {
            *field = format!("{made}{}", world.chance.hex32());
        }
    };
    fill(&mut owner.client_id, "CLIENT");
    fill(&mut owner.access_token, "access-");
    fill(&mut owner.refresh_token, "refresh-");
    let tokens = CarTokens {
        access_token: owner.access_token.clone(),
        refresh_token: owner.refresh_token.clone(),
        expires_at_ms: world.now + owner.expires_in_s * 1000,
    };
    let owners = &mut world.vehicle.owners;
    owners.retain(|known| known.owner.user_id != owner.user_id);
    owners.push(KnownOwner {
        session: Some(Session::new(tokens.clone())),
        owner,
    });
    tokens
}

/// Exchanges an auth code. It ends the session there was.
pub(super) fn exchange(world: &mut World, code: &str) -> Result<Value, Refusal> {
    let owners = &mut world.vehicle.owners;
    let known = owners
        .iter_mut()
        .find(|known| !code.is_empty() && known.owner.auth_code == code)
        .ok_or(SIGNED_OUT)?;
    known.owner.auth_code.clear();
    let user_id = known.owner.user_id.clone();
    world.effect("vehicle", format!("vehicle.sign_in {user_id}"));
    Ok(sign_in(world, &user_id))
}

/// A new session in the place of the one there was.
fn sign_in(world: &mut World, user_id: &str) -> Value {
    let tokens = new_tokens(world, None);
    let owner = owner_mut(world, user_id);
    let said = owner.map(|known| {
        known.session = Some(Session::new(tokens.clone()));
        known.owner.client_id.clone()
    });
    spell(world, user_id, &said.unwrap_or_default(), &tokens)
}

/// Renews a session. The current access token and the refresh token must belong together; the first may have expired.
pub(super) fn refresh(world: &mut World, access: &str, refresh: &str) -> Result<Value, Refusal> {
    let owners = &world.vehicle.owners;
    let grace = world.options.vehicle.refresh_grace;
    let index = owners
        .iter()
        .position(|known| known.knows(access, grace))
        .ok_or(SIGNED_OUT)?;
    let known = &owners[index];
    let (user_id, client_id) = (known.owner.user_id.clone(), known.owner.client_id.clone());
    let session = known.session.as_ref().ok_or(SIGNED_OUT)?;
    let pair = (access.to_owned(), refresh.to_owned());
    if session.before.as_ref() == Some(&pair) {
        let tokens = session.tokens.clone();
        return Ok(spell(world, &user_id, &client_id, &tokens));
    }
    if session.tokens.access_token != access || session.tokens.refresh_token != refresh {
        return Err(SIGNED_OUT);
    }
    let keeps = (!world.options.vehicle.rotate).then(|| refresh.to_owned());
    let tokens = new_tokens(world, keeps);
    let unbound_left = world.options.vehicle.unbound_after_refresh;
    world.vehicle.owners[index].session = Some(Session {
        before: Some(pair),
        unbound_left,
        ..Session::new(tokens.clone())
    });
    world.effect("vehicle", format!("vehicle.refresh {user_id}"));
    Ok(spell(world, &user_id, &client_id, &tokens))
}

fn new_tokens(world: &mut World, refresh: Option<String>) -> CarTokens {
    let (access, fresh) = (world.chance.hex32(), world.chance.hex32());
    CarTokens {
        access_token: format!("access-{access}"),
        refresh_token: refresh.unwrap_or_else(|| format!("refresh-{fresh}")),
        expires_at_ms: world.now + world.options.vehicle.token_s * 1000,
    }
}

fn spell(world: &World, user_id: &str, client_id: &str, tokens: &CarTokens) -> Value {
    json!({
        "expiresIn": (tokens.expires_at_ms - world.now) / 1000, "deviceType": "mobile", "clientId": client_id,
        "idToken": "", "resultCode": "0", "alias": "", "accessToken": tokens.access_token, "tcToken": "",
        "resultMessage": "Success", "userId": user_id, "refreshToken": tokens.refresh_token,
    })
}

fn owner_mut<'a>(world: &'a mut World, user_id: &str) -> Option<&'a mut KnownOwner> {
    let mut owners = world.vehicle.owners.iter_mut();
    owners.find(|known| known.owner.user_id == user_id)
}

pub(super) fn tokens(world: &World, user_id: &str) -> Option<CarTokens> {
    let mut owners = world.vehicle.owners.iter();
    let known = owners.find(|known| known.owner.user_id == user_id)?;
    known.tokens().cloned()
}

/// The user signs in on a phone: a session that nobody here knows the tokens of.
pub(super) fn sign_in_elsewhere(world: &mut World, user_id: &str) -> bool {
    let found = owner_mut(world, user_id).map(KnownOwner::end);
    found.is_some()
}

/// The access token has expired; the refresh token is good.
pub(super) fn expire(world: &mut World, user_id: &str) -> bool {
    let now = world.now;
    let session = owner_mut(world, user_id).and_then(|known| known.session.as_mut());
    let found = session.map(|session| session.tokens.expires_at_ms = now);
    found.is_some()
}

/// A further code that can be exchanged once.
pub(super) fn give_code(world: &mut World, user_id: &str, code: &str) -> bool {
    let found = owner_mut(world, user_id).map(|known| known.owner.auth_code = code.into());
    found.is_some()
}
