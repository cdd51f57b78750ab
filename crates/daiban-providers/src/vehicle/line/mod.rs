//! One request to the service: where it goes, what it wears, and what is done when the service asks for something first.
//!
//! A request is described here and dressed anew at each sending, since a nonce is good once and a token may have been renewed
//! meanwhile. What the service asks for before it answers (a newer token, another nonce, the session bound to this car, the
//! other host) is done once for a request; the same request then goes out once more. That is safe for commands too: all of
//! these are the gateway's own refusals, given before anything reaches a car.
//!
//! [`Line::ask`] is for reading, [`Line::tell`] for acts. What an answer holds is left to `wire`.

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::http::{Method, Pace, Response};
use daiban_core::provider::Visit;
use daiban_core::secret::{Redactor, Secret};
use daiban_core::vin::Vin;
use serde_json::{Value, json};

use super::Vehicles;
use super::error::{self, Means, Told};
use super::profile::{Profile, Signing};
use super::session::{self, Tokens, whose};
use super::signature::Key;
use super::wire::ids::UserId;
use crate::body::invalid;
use crate::kept::Kept;

mod dress;
mod hosts;
mod reactions;
#[cfg(test)]
mod tests;

use hosts::Hosts;
use reactions::Done;
pub(in crate::vehicle) use reactions::Shown;

/// Which of a profile's hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::vehicle) enum Host {
    /// Where accounts live.
    User,
    /// Where cars live.
    Device,
}

/// The whole body of an answer that went well, to come.
type Answer<'a> = Pin<Box<dyn Future<Output = Result<Value, ServiceError>> + Send + 'a>>;

/// A request that is not dressed yet.
#[derive(Debug, Clone)]
pub(in crate::vehicle) struct Request {
    method: Method,
    host: Host,
    path: String,
    /// The number of the car it is about.
    car: Option<String>,
    body: Option<Vec<u8>>,
    pace: Pace,
    /// Whether the access token goes with it, where there is one.
    with_token: bool,
}

/// Whether a request reads or changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    Ask,
    Tell,
}

/// A line to the service during one visit.
pub(in crate::vehicle) struct Line<'a> {
    vehicles: &'a Vehicles,
    visit: &'a Visit<'a>,
    profile: &'static Profile,
    hosts: Hosts,
    /// `None`: this profile signs nothing.
    key: Option<Key>,
    device: String,
    /// `None`: on the way to a sign-in. A renewal puts newer ones here, since the visit's own secrets stay what they were.
    tokens: Kept<Option<Tokens>>,
    sendings: AtomicI64,
}

impl Request {
    /// Marks it as a repeated question.
    #[must_use]
    pub(in crate::vehicle) fn poll(mut self) -> Self {
        self.pace = Pace::Poll;
        self
    }
}

impl<'a> Line<'a> {
    /// The line of a signed-in visit. A sign-in that another visit has renewed meanwhile is taken as it is now.
    ///
    /// # Errors
    /// `Refused` with code `setting` or `secret` for what the account lacks; the store's trouble.
    pub(in crate::vehicle) async fn of(
        vehicles: &'a Vehicles,
        visit: &'a Visit<'_>,
    ) -> Result<Self, ServiceError> {
        let line = Self::way_in(vehicles, visit).await?;
        let tokens = session::current(vehicles, visit).await?;
        line.use_tokens(tokens);
        Ok(line)
    }

    /// A line on which nobody is signed in yet.
    ///
    /// # Errors
    /// As [`Line::of`].
    pub(in crate::vehicle) async fn way_in(
        vehicles: &'a Vehicles,
        visit: &'a Visit<'_>,
    ) -> Result<Self, ServiceError> {
        let profile = Profile::named(visit.setting("profile")?).map_err(invalid)?;
        Ok(Self {
            vehicles,
            visit,
            profile,
            hosts: Hosts::of(visit, profile)?,
            key: key(visit, profile)?,
            device: device(visit, profile).await?,
            tokens: Kept::default(),
            sendings: AtomicI64::new(0),
        })
    }

    /// The profile in use.
    pub(in crate::vehicle) fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// The visit it belongs to.
    pub(in crate::vehicle) fn visit(&self) -> &'a Visit<'a> {
        self.visit
    }

    pub(super) fn vehicles(&self) -> &'a Vehicles {
        self.vehicles
    }

    /// This moment.
    pub(in crate::vehicle) fn now(&self) -> Timestamp {
        self.visit.now
    }

    /// The user's number, for paths and bodies that want it.
    ///
    /// # Errors
    /// `Refused` with code `secret` where it is not known, `invalid_input:user_id` where it is none.
    pub(in crate::vehicle) fn user(&self) -> Result<UserId, ServiceError> {
        let known = self.tokens.open().as_ref().and_then(|it| it.user.clone());
        let user = match &known {
            Some(user) => user.reveal(),
            None => self.visit.secret("user_id")?,
        };
        UserId::parse(user).map_err(invalid)
    }

    /// A GET.
    #[must_use]
    pub(in crate::vehicle) fn get(&self, host: Host, path_and_query: &str) -> Request {
        request(Method::Get, host, path_and_query, None)
    }

    /// A PUT of a JSON value.
    #[must_use]
    pub(in crate::vehicle) fn put(
        &self,
        host: Host,
        path_and_query: &str,
        body: &Value,
    ) -> Request {
        request(Method::Put, host, path_and_query, Some(body))
    }

    /// A POST of a JSON value.
    #[must_use]
    pub(in crate::vehicle) fn post(
        &self,
        host: Host,
        path_and_query: &str,
        body: &Value,
    ) -> Request {
        request(Method::Post, host, path_and_query, Some(body))
    }

    /// Sends what only reads, and gives the whole body of an answer that went well. A body without a code, as the data of a
    /// SIM card has none, is given as it is.
    ///
    /// # Errors
    /// One of the eight but `Unsure`.
    pub(in crate::vehicle) async fn ask(&self, request: Request) -> Result<Value, ServiceError> {
        self.carry(request, Nature::Ask).await
    }

    /// Sends an act, and gives the whole body of an answer that went well.
    ///
    /// # Errors
    /// `Unsure` where the answer was lost or is not clear; any other says that surely nothing reached the car.
    pub(in crate::vehicle) async fn tell(&self, request: Request) -> Result<Value, ServiceError> {
        self.carry(request, Nature::Tell).await
    }

    /// Sends a renewal, which nothing is renewed for and which is about no car.
    ///
    /// # Errors
    /// `Unsure` where nobody can say whether there is another pair now; any other says that there is none.
    pub(in crate::vehicle) async fn tell_to_renew(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<Value, ServiceError> {
        let request = Request {
            with_token: self.profile.refresh_with_authorization,
            ..self.put(Host::User, path, body)
        };
        self.talk(request, Nature::Tell, Done::everything()).await
    }

    async fn carry(&self, request: Request, nature: Nature) -> Result<Value, ServiceError> {
        let done = self.prepared(&request).await?;
        self.talk(request, nature, done).await
    }

    /// Boxed, since what is done for a request may be another one.
    fn talk(&self, request: Request, nature: Nature, done: Done) -> Answer<'_> {
        Box::pin(self.talk_it_out(request, nature, done))
    }

    async fn talk_it_out(
        &self,
        mut request: Request,
        nature: Nature,
        mut done: Done,
    ) -> Result<Value, ServiceError> {
        loop {
            let told = self.once(&request, nature, &done).await?;
            let Some(code) = told.code.as_deref() else {
                return Ok(told.body);
            };
            let means = error::means(code);
            if matches!(means, Means::Fine | Means::Empty) {
                self.went_well(&request, &done);
                return Ok(told.body);
            }
            // Each sending has a nonce of its own: one that was seen before says that this very request came twice, and
            // nothing of what became of the first.
            if means == Means::Nonce && nature == Nature::Tell {
                return Err(error::unclear());
            }
            if !self.react(means, &request, &mut done).await? {
                return Err(self.refusal(code, &told.body, &request));
            }
            // The turn of a repeated question was taken by the first.
            request.pace = Pace::Step;
        }
    }

    /// One sending, and what the service itself said.
    async fn once(
        &self,
        request: &Request,
        nature: Nature,
        done: &Done,
    ) -> Result<Told, ServiceError> {
        let tokens = self.tokens();
        let dressed = self.dressed(request, self.host(request, done), tokens.as_ref());
        let sent = self.visit.http.send(dressed).await;
        match nature {
            Nature::Ask => error::told(&sent?),
            Nature::Tell => clearly(&sent.map_err(ServiceError::after_act)?),
        }
    }

    /// A clear no, in words that name neither the car nor its owner.
    fn no(&self, code: &str, body: &Value) -> ServiceError {
        let words = body["message"].as_str().or(body["hint"].as_str());
        error::refusal(code, &self.without_names(words.unwrap_or_default()))
    }

    fn without_names(&self, words: &str) -> String {
        let redactor = Redactor::default();
        for secret in self.visit.secrets.values() {
            redactor.register(secret.reveal());
        }
        redactor.redact(words).into_owned()
    }

    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.tokens.open().clone()
    }

    /// From now on requests go out with these.
    pub(super) fn use_tokens(&self, tokens: Tokens) {
        *self.tokens.open() = Some(tokens);
    }

    fn sendings(&self) -> i64 {
        self.sendings.fetch_add(1, Ordering::Relaxed)
    }
}

fn request(method: Method, host: Host, path: &str, body: Option<&Value>) -> Request {
    Request {
        method,
        host,
        path: path.to_owned(),
        car: car_of(path),
        body: body.map(|body| body.to_string().into_bytes()),
        pace: Pace::Step,
        with_token: true,
    }
}

/// The number of the car in a path.
fn car_of(path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    let is_number = |part: &&str| Vin::parse("vin", part).is_ok();
    path.split('/').find(is_number).map(str::to_owned)
}

/// Of an act only an answer with a code is clear.
fn clearly(response: &Response) -> Result<Told, ServiceError> {
    match error::told(response) {
        Ok(told) if told.code.is_some() => Ok(told),
        _ => Err(error::unclear()),
    }
}

/// The key that signs, where the profile signs.
fn key(visit: &Visit<'_>, profile: &Profile) -> Result<Option<Key>, ServiceError> {
    if profile.signing == Signing::None {
        return Ok(None);
    }
    let encoding = visit.setting("secret_encoding").unwrap_or("text");
    let secret = Secret::from(visit.secret("app_secret")?);
    Key::of(&secret, encoding).map(Some).map_err(invalid)
}

/// The name of this device, made once for an account: a service that sees another one each time counts devices.
async fn device(visit: &Visit<'_>, profile: &Profile) -> Result<String, ServiceError> {
    if let Ok(device) = visit.secret("device_id") {
        return Ok(device.to_owned());
    }
    if profile.signing == Signing::None {
        return Ok(String::new());
    }
    let account = whose(visit).map(|id| id.to_string()).unwrap_or_default();
    let seed = [&visit.chance.to_be_bytes(), account.as_bytes()].concat();
    let device = dress::uuid(&seed);
    let kept = [("device_id".to_owned(), Secret::from(device.as_str()))];
    visit.vault.keep(kept.into()).await?;
    Ok(device)
}
