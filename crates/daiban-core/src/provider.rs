//! The port to one service: what its folder in `daiban-providers` offers the engine.

use async_trait::async_trait;
use serde_json::Value;

use crate::{
    Text, Timestamp,
    account::{Account, Secrets, Settings},
    call::{Call, Charged, NewCall, Outcome},
    descriptor::Descriptor,
    errand::{Machine, Snapshot},
    error::ServiceError,
    http::Http,
    invalid::InvalidInput,
};

/// One visit to a service: when, as whom, over which line.
pub struct Visit<'a> {
    /// The moment the visit began.
    pub now: Timestamp,
    /// 64 bits of chance.
    pub chance: u64,
    /// Settings of the service (`base_url` and the like), overridden by those of the account.
    pub settings: &'a Settings,
    /// As whom; `None` for public looks.
    pub account: Option<&'a Account>,
    /// The account's sealed values.
    pub secrets: &'a Secrets,
    /// The line: cookies, pacing, budgets and the breaker are behind it.
    pub http: &'a dyn Http,
    /// Where changed secrets go, before they are used.
    pub vault: &'a dyn Vault,
}

impl Visit<'_> {
    /// A setting, or an error that says which one is missing.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with code `setting`.
    pub fn setting(&self, name: &str) -> Result<&str, ServiceError> {
        self.settings
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| missing("setting", name))
    }

    /// A secret, or an error that says which one is missing.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with code `secret`.
    pub fn secret(&self, name: &str) -> Result<&str, ServiceError> {
        self.secrets
            .get(name)
            .map(|secret| secret.reveal())
            .filter(|value| !value.is_empty())
            .ok_or_else(|| missing("secret", name))
    }
}

fn missing(code: &str, name: &str) -> ServiceError {
    ServiceError::Refused {
        code: code.to_owned(),
        text: Text::new(
            format!("这个账号还没有填「{name}」"),
            format!("this account has no {name:?} yet"),
        ),
    }
}

/// Keeps an account's changed secrets. Returns only once they are stored.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Sets these values, leaving the others.
    ///
    /// # Errors
    /// The store's trouble; the new values must then not be used.
    async fn keep(&self, changed: Secrets) -> Result<(), ServiceError>;

    /// Hides a value that a service told from logs, as the account's own secrets are: the number of a car, say. The default
    /// has no log.
    fn hide(&self, _value: &str) {}
}

/// What is known before an act is sent: the pure gate reads it.
#[derive(Debug)]
pub struct Book<'a> {
    /// This moment.
    pub now: Timestamp,
    /// Settings of service and account together.
    pub settings: &'a Settings,
    /// The last results of calls of this account under the same [`Provider::book_key`].
    pub last: Option<&'a Snapshot>,
    /// This account's acts since the beginning of the month (Asia/Shanghai), oldest first, and before them those of the day
    /// before that are still open.
    pub ledger: &'a [Call],
}

/// May this act be sent?
#[derive(Debug, Clone, PartialEq)]
pub enum Gate {
    /// Yes.
    Send,
    /// It need not be: this is the answer.
    Answer(Value),
    /// No, and this is why. Nothing was sent.
    Refuse(ServiceError),
}

/// What an act turned out to have done.
#[derive(Debug, Clone, PartialEq)]
pub enum Reconciled {
    /// It happened; this is its result.
    Happened(Value),
    /// It did not, as the service itself shows, in words.
    DidNotHappen(Text),
    /// Too early to say; look again then.
    AskAgain {
        /// When.
        at: Timestamp,
        /// What the service shows meanwhile, `排队中，约 4 秒`; `None`: nothing yet.
        seen: Option<Text>,
    },
    /// The service offers no way to know.
    CannotKnow(Text),
}

/// One service.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What it offers, as data.
    fn descriptor(&self) -> &'static Descriptor;

    /// The machines of its errand kinds, the sign-in `"<service>.sign_in"` among them.
    fn machines(&self) -> Vec<Box<dyn Machine>>;

    /// Checks an account before it is stored: settings, secrets, nothing of the network. May tidy values (upper case, blanks).
    ///
    /// # Errors
    /// [`InvalidInput`] naming the setting or secret.
    fn check_account(
        &self,
        settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput>;

    /// Checks the wishes of a new errand against what the service tells everybody, such as which stations there are.
    /// Nothing is asked as anybody, and what cannot be known now is left to the errand. The default knows nothing.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    async fn check_wishes(
        &self,
        _visit: &Visit<'_>,
        _kind: &str,
        _wishes: &Value,
    ) -> Result<(), InvalidInput> {
        Ok(())
    }

    /// Checks the wishes of a new errand against what the service tells this account, such as who its patients are. Asked
    /// as the account, when it is signed in and free. What cannot be known now is left to the errand: trouble with the
    /// service is no error here. The default knows nothing.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    async fn check_people(
        &self,
        _visit: &Visit<'_>,
        _kind: &str,
        _wishes: &Value,
    ) -> Result<(), InvalidInput> {
        Ok(())
    }

    /// Those of an account's plain settings that logs must not show, such as the number of a car. The default knows of none.
    fn private(&self, _settings: &Settings) -> Vec<String> {
        Vec::new()
    }

    /// What the service knows the account by — a login, a token, a plate — each under the name of the setting or secret
    /// that says it: two accounts of one owner that share one are the same. The default knows of none.
    fn known_by(&self, _settings: &Settings, _secrets: &Secrets) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The look that proves a sign-in right after an account is added or its secrets changed; `None` where there is none to make.
    fn proof(&self, account: &Account, secrets: &Secrets) -> Option<NewCall>;

    /// Reads. May be repeated.
    ///
    /// A result shows that the account is signed in, unless it has `"signed_in": false`, as steps on the way to a sign-in
    /// must say: a picture anybody may fetch proves nothing.
    ///
    /// # Errors
    /// One of the eight.
    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError>;

    /// Changes the world, once. The intent is stored already. A sign-in that went well answers `"signed_in": true`.
    ///
    /// # Errors
    /// [`ServiceError::Unsure`] whenever something may have happened; any other error says that surely nothing did.
    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError>;

    /// Asks the service what became of an act whose outcome is unsure. Only reads.
    ///
    /// # Errors
    /// One of the eight; the engine asks again later.
    async fn reconcile(
        &self,
        visit: &Visit<'_>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError>;

    /// Under which name results of this call are kept for [`Book::last`]; `None`: not kept. A look that failed leaves what was
    /// seen before.
    fn book_key(&self, _body: &Value) -> Option<String> {
        None
    }

    /// May this act be sent now? Pure. The default says yes.
    fn gate(&self, _book: &Book<'_>, _body: &Value) -> Gate {
        Gate::Send
    }

    /// Whether the act cost money; `None` where nothing is billed.
    fn charged(&self, _body: &Value, _outcome: &Outcome) -> Option<Charged> {
        None
    }
}
