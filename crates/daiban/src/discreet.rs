//! A provider whose secrets the redactor knows: every visit tells it the account's sealed values and its private settings
//! before anything is sent, every changed secret before it is stored, and what a service tells that logs must not show. So
//! it does not matter which process added the account.

use async_trait::async_trait;
use daiban_core::{
    account::{Account, Secrets, Settings},
    call::{Charged, NewCall, Outcome},
    descriptor::Descriptor,
    errand::Machine,
    error::ServiceError,
    invalid::InvalidInput,
    provider::{Book, Gate, Provider, Reconciled, Vault, Visit},
    secret::Redactor,
};
use serde_json::Value;

/// A provider that keeps its secrets to itself.
pub struct Discreet {
    provider: Box<dyn Provider>,
    redactor: Redactor,
}

impl Discreet {
    /// The same provider, discreet.
    pub fn new(provider: Box<dyn Provider>, redactor: Redactor) -> Self {
        Self { provider, redactor }
    }

    fn vault<'a>(&self, visit: &'a Visit<'_>) -> DiscreetVault<'a> {
        learn(&self.redactor, visit.secrets);
        learn_settings(&self.redactor, &*self.provider, visit.settings);
        DiscreetVault {
            vault: visit.vault,
            redactor: self.redactor.clone(),
        }
    }
}

/// Makes the redactor know these values.
pub fn learn(redactor: &Redactor, secrets: &Secrets) {
    for secret in secrets.values() {
        redactor.register(secret.reveal());
    }
}

/// Makes the redactor know those of an account's settings that logs must not show.
pub fn learn_settings(redactor: &Redactor, provider: &dyn Provider, settings: &Settings) {
    for value in provider.private(settings) {
        redactor.register(&value);
    }
}

struct DiscreetVault<'a> {
    vault: &'a dyn Vault,
    redactor: Redactor,
}

#[async_trait]
impl Vault for DiscreetVault<'_> {
    async fn keep(&self, changed: Secrets) -> Result<(), ServiceError> {
        learn(&self.redactor, &changed);
        self.vault.keep(changed).await
    }

    fn hide(&self, value: &str) {
        self.redactor.register(value);
        self.vault.hide(value);
    }
}

/// The same visit with another vault.
fn with_vault<'a>(visit: &'a Visit<'_>, vault: &'a DiscreetVault<'_>) -> Visit<'a> {
    Visit {
        now: visit.now,
        chance: visit.chance,
        settings: visit.settings,
        account: visit.account,
        secrets: visit.secrets,
        http: visit.http,
        vault,
    }
}

#[async_trait]
impl Provider for Discreet {
    fn descriptor(&self) -> &'static Descriptor {
        self.provider.descriptor()
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        self.provider.machines()
    }

    fn check_account(
        &self,
        settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        self.provider.check_account(settings, secrets)
    }

    async fn check_wishes(
        &self,
        visit: &Visit<'_>,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        let vault = self.vault(visit);
        let visit = with_vault(visit, &vault);
        self.provider.check_wishes(&visit, kind, wishes).await
    }

    async fn check_people(
        &self,
        visit: &Visit<'_>,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        let vault = self.vault(visit);
        let visit = with_vault(visit, &vault);
        self.provider.check_people(&visit, kind, wishes).await
    }

    fn private(&self, settings: &Settings) -> Vec<String> {
        self.provider.private(settings)
    }

    fn known_by(&self, settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, String)> {
        self.provider.known_by(settings, secrets)
    }

    fn proof(&self, account: &Account, secrets: &Secrets) -> Option<NewCall> {
        self.provider.proof(account, secrets)
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        let vault = self.vault(visit);
        self.provider.look(&with_vault(visit, &vault), body).await
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        let vault = self.vault(visit);
        self.provider.act(&with_vault(visit, &vault), body).await
    }

    async fn reconcile(
        &self,
        visit: &Visit<'_>,
        body: &Value,
        sent_at: daiban_core::Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        let vault = self.vault(visit);
        self.provider
            .reconcile(&with_vault(visit, &vault), body, sent_at)
            .await
    }

    fn book_key(&self, body: &Value) -> Option<String> {
        self.provider.book_key(body)
    }

    fn gate(&self, book: &Book<'_>, body: &Value) -> Gate {
        self.provider.gate(book, body)
    }

    fn charged(&self, body: &Value, outcome: &Outcome) -> Option<Charged> {
        self.provider.charged(body, outcome)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use daiban_core::{
        account::AccountState,
        http::{Http, HttpFailure, Request, Response},
        secret::REDACTED,
        service::Service,
    };
    use daiban_providers::vehicle::Vehicles;
    use serde_json::json;

    use super::*;

    const OWNERS: &str = "XTESTVHC7E000000A";
    const LISTED: &str = "XTESTVHC7E000000B";
    const ICCID: &str = "898600MFSSABCDEFGHIJ";

    /// A service that lists one car, and a vault that keeps nothing.
    struct Listing;

    #[async_trait]
    impl Http for Listing {
        async fn send(&self, _: Request) -> Result<Response, HttpFailure> {
            let car = json!({ "vin": LISTED, "plateNo": "未上牌一号", "iccid": ICCID });
            let body = json!({ "code": "1000", "data": { "list": [car] } });
            Ok(Response {
                status: 200,
                headers: Vec::new(),
                body: body.to_string().into(),
            })
        }
    }

    #[async_trait]
    impl Vault for Listing {
        async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
            Ok(())
        }
    }

    fn account() -> Account {
        Account {
            id: "a1".into(),
            user: "u1".into(),
            service: Service::Vehicle,
            name: "车".into(),
            state: AccountState::Ready,
            problem: None,
            settings: Settings::new(),
            created_at: daiban_core::Timestamp::UNIX_EPOCH,
            signed_in_at: None,
            shared: false,
        }
    }

    /// Numbers that no pattern of the redactor would find.
    #[tokio::test]
    async fn numbers_of_cars_and_cards_are_hidden_once_they_are_known() {
        let redactor = Redactor::default();
        let discreet = Discreet::new(Box::<Vehicles>::default(), redactor.clone());
        let settings = [("profile", "lynkco-2020"), ("vin", OWNERS)];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let secrets = [("access_token", "a-token-1"), ("user_id", "1000001")];
        let secrets = secrets.map(|(name, value)| (name.to_owned(), value.into()));
        let visit = Visit {
            now: daiban_core::Timestamp::UNIX_EPOCH,
            chance: 0,
            settings: &settings.into(),
            account: Some(&account()),
            secrets: &secrets.into(),
            http: &Listing,
            vault: &Listing,
        };
        let private = [OWNERS, LISTED, ICCID, "未上牌一号", "a-token-1", "1000001"];
        for value in private {
            assert_eq!(redactor.redact(value), value, "not known yet");
        }
        let body = json!({ "do": "signed_in" });
        let listed = discreet.look(&visit, &body).await.unwrap();
        assert_eq!(listed["cars"][0]["car"], "000B");
        for value in private {
            assert_eq!(redactor.redact(value), REDACTED);
        }
    }
}
