//! What is done when the service asks for something before it answers, each once for a request.

use std::collections::{HashMap, HashSet};

use daiban_core::id::AccountId;

use super::super::error::{refused, said};
use super::super::wire::paths;
use super::*;

/// What was done for a request already.
#[derive(Debug, Default)]
pub(super) struct Done {
    renewed: bool,
    nonce: bool,
    bound: bool,
    elsewhere: bool,
}

impl Done {
    /// For a request that nothing is done for.
    pub(super) fn everything() -> Self {
        Self {
            renewed: true,
            nonce: true,
            bound: true,
            elsewhere: true,
        }
    }
}

/// What requests have shown of the cars of each account.
#[derive(Debug, Default)]
pub(in crate::vehicle) struct Shown(HashMap<Option<AccountId>, OfAccount>);

#[derive(Debug, Default)]
struct OfAccount {
    /// Which car the session is about, as far as it was bound here.
    bound: Option<Secret>,
    /// Cars that live on the other host.
    elsewhere: HashSet<String>,
    /// How often in a row a car was said not to be this user's.
    not_yours: HashMap<String, u32>,
}

/// From so many in a row a car that is not this user's is none: right after a renewal the service says it of any car
/// (*documented*, a public client counts to three).
const NOT_YOURS_AT_ALL: u32 = 3;

impl Line<'_> {
    /// Before anything is sent: tokens that soon run out are renewed, and a session that was bound to another car is bound
    /// to this one.
    pub(super) async fn prepared(&self, request: &Request) -> Result<Done, ServiceError> {
        let mut done = Done::default();
        if self.tokens().is_some_and(|it| it.want_renewal(self.now())) {
            session::renew(self).await?;
            done.renewed = true;
        }
        let bound = self.shown(|it| it.bound.clone());
        match (request.car.as_deref(), bound) {
            (Some(car), Some(bound))
                if bound.reveal() != car && self.profile.paths.bind.is_some() =>
            {
                done.bound = true;
                self.bind(car).await?;
            }
            _ => {}
        }
        Ok(done)
    }

    /// Does what is asked for, once; `false`: there is nothing to be done, or it was done before.
    pub(super) async fn react(
        &self,
        means: Means,
        request: &Request,
        done: &mut Done,
    ) -> Result<bool, ServiceError> {
        let signed_in = self.tokens().is_some();
        let first = |done: &mut bool| !std::mem::replace(done, true);
        Ok(match (means, request.car.as_deref()) {
            (Means::Renew, _) if signed_in && first(&mut done.renewed) => {
                session::renew(self).await?;
                true
            }
            (Means::SignInLost, _) if signed_in && first(&mut done.renewed) => {
                session::take_newer(self).await?
            }
            (Means::Nonce, _) => first(&mut done.nonce),
            (Means::Bind, Some(car))
                if self.profile.paths.bind.is_some() && first(&mut done.bound) =>
            {
                self.bind(car).await?;
                true
            }
            (Means::Elsewhere, _) if self.has_elsewhere(request) => first(&mut done.elsewhere),
            _ => false,
        })
    }

    /// Makes the session one about this car, on the host where the car lives (*documented*, two public clients).
    async fn bind(&self, car: &str) -> Result<(), ServiceError> {
        let Some(path) = paths::bind(self.profile) else {
            return Ok(());
        };
        let token = self.tokens().map(|tokens| tokens.access);
        let token = token.unwrap_or_default();
        // The token of the session is the access token, and a language is not needed (*documented*, the same).
        let body = json!({ "vin": car, "sessionToken": token.reveal(), "language": "" });
        let request = Request {
            car: Some(car.to_owned()),
            ..self.post(Host::Device, &path, &body)
        };
        self.shown(|it| it.bound = None);
        let done = Done {
            bound: true,
            ..Done::default()
        };
        self.talk(request, Nature::Ask, done).await?;
        self.shown(|it| it.bound = Some(Secret::from(car)));
        Ok(())
    }

    /// Which host a request goes to.
    pub(super) fn host(&self, request: &Request, done: &Done) -> &str {
        if request.host == Host::User {
            return &self.hosts.user;
        }
        match &self.hosts.other {
            Some(other) if self.is_elsewhere(request) != done.elsewhere => other,
            _ => &self.hosts.device,
        }
    }

    fn has_elsewhere(&self, request: &Request) -> bool {
        request.host == Host::Device && self.hosts.other.is_some()
    }

    /// Whether the car lives on the other host, as was found before.
    fn is_elsewhere(&self, request: &Request) -> bool {
        let car = request.car.as_deref().unwrap_or_default();
        self.shown(|it| it.elsewhere.contains(car))
    }

    /// What an answer that went well shows for the next request.
    pub(super) fn went_well(&self, request: &Request, done: &Done) {
        let Some(car) = request.car.as_deref() else {
            return;
        };
        let elsewhere = self.is_elsewhere(request) != done.elsewhere;
        self.shown(|it| {
            it.not_yours.remove(car);
            match elsewhere {
                true => it.elsewhere.insert(car.to_owned()),
                false => it.elsewhere.remove(car),
            }
        });
    }

    /// What a code means once nothing more can be done about it.
    pub(super) fn refusal(&self, code: &str, body: &Value, request: &Request) -> ServiceError {
        let signed_in = self.tokens().is_some();
        match error::means(code) {
            // There is no sign-in to lose yet.
            Means::SignInLost | Means::Renew if !signed_in => refused(code, said(code, "")),
            Means::NotYours if self.not_yours(request) >= NOT_YOURS_AT_ALL => {
                refused(code, said(code, ""))
            }
            _ => self.no(code, body),
        }
    }

    /// How often in a row the car was said not to be this user's, this time included.
    fn not_yours(&self, request: &Request) -> u32 {
        let car = request.car.as_deref().unwrap_or_default().to_owned();
        self.shown(|it| {
            let times = it.not_yours.entry(car).or_default();
            *times += 1;
            *times
        })
    }

    /// A session that was renewed is about no car.
    pub(in crate::vehicle) fn unbind(&self) {
        self.shown(|it| it.bound = None);
    }

    fn shown<T>(&self, look: impl FnOnce(&mut OfAccount) -> T) -> T {
        let mut shown = self.vehicles.shown.open();
        look(shown.0.entry(whose(self.visit)).or_default())
    }
}
