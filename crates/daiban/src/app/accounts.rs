//! Accounts: added, looked at, changed, removed, signed in.

use daiban_core::{
    Text,
    account::{Account, AccountState, Secrets, Settings},
    ask::AskState,
    call::NewCall,
    descriptor::{Descriptor, Form, Wish, masked},
    engine::Start,
    error::ServiceError,
    id::{AccountId, ErrandId},
    invalid::InvalidInput,
    lifecycle::Verb,
    secret::Secret,
    service::Service,
};

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{About, Actor, App, AppError, Audit, TrialWish, is_hidden, must_change, must_write};
use crate::discreet::learn_settings;
use crate::{net::address, notify::Reach};

/// An account as a person gives it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// At which service.
    pub service: Service,
    /// What its owner calls it; unique among their accounts of the service.
    pub name: String,
    /// Plain settings by name.
    #[serde(default)]
    pub settings: Settings,
    /// Sealed values by name.
    #[serde(default)]
    pub secrets: Secrets,
    /// How far they are tried out before they are stored.
    #[serde(default, rename = "unchecked")]
    pub trial: TrialWish,
}

/// What changes of an account. What is not given stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// A new name.
    #[serde(default)]
    pub name: Option<String>,
    /// Settings to set; an empty text takes one away.
    #[serde(default)]
    pub settings: Settings,
    /// Secrets to set.
    #[serde(default)]
    pub secrets: Secrets,
    /// How far new secrets are tried out before they are stored.
    #[serde(default, rename = "unchecked")]
    pub trial: TrialWish,
    /// Whether the household sees and uses it.
    #[serde(default)]
    pub shared: Option<bool>,
}

/// What a sign-in began with.
#[derive(Debug, Clone)]
pub struct SignInStarted {
    /// The account as it is now.
    pub account: Account,
    /// The errand that walks through it; `None` when the sign-in was proved at once and nothing is left to do.
    pub errand: Option<ErrandId>,
}

impl App {
    /// Adds an account. Where the service has a look that proves its sign-in, that look is made first, as far as wished.
    ///
    /// # Errors
    /// [`AppError::Settings`] naming what is unknown, missing, malformed, taken or there already; the service's, where only
    /// what it takes is to be stored. Nothing was stored then.
    pub async fn add_account(&self, actor: &Actor, new: NewAccount) -> Result<Account, AppError> {
        must_write(actor)?;
        let provider = self.provider(new.service)?;
        let name = account_name(&new.name)?;
        let (mut settings, mut secrets) = (new.settings, new.secrets);
        self.learn(&secrets);
        self.check_names(provider.descriptor(), &settings, &secrets)?;
        provider
            .check_account(&mut settings, &mut secrets)
            .map_err(AppError::Settings)?;
        let mine = self.household().accounts(Some(&actor.user)).await?;
        if mine
            .iter()
            .any(|account| account.service == new.service && account.name == name)
        {
            return Err(name_taken());
        }
        self.learn(&secrets);
        learn_settings(&self.parts.redactor, provider, &settings);
        let now = self.now();
        let account = Account {
            id: AccountId::new(now, self.chance()),
            user: actor.user.clone(),
            service: new.service,
            name,
            state: AccountState::New,
            problem: None,
            settings,
            created_at: now,
            signed_in_at: None,
            shared: false,
        };
        self.must_be_new(&account, &secrets).await?;
        let added = self.add_tried(account, secrets, new.trial).await?;
        self.audit(Some(actor), Audit::AccountAdded, About::account(&added.id))
            .await;
        Ok(added)
    }

    /// Their accounts.
    ///
    /// # Errors
    /// The store's.
    pub async fn accounts(&self, actor: &Actor) -> Result<Vec<Account>, AppError> {
        let sight = self.sight(actor).await?;
        let mut accounts = self.household().accounts(sight.filter()).await?;
        accounts.retain(|account| actor.sees(&account.user, account.shared));
        Ok(accounts)
    }

    /// One account.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn account(&self, actor: &Actor, id: &AccountId) -> Result<Account, AppError> {
        let account = self.household().account(id).await?;
        if !actor.sees(&account.user, account.shared) {
            return Err(AppError::NotFound {
                what: "account",
                id: id.to_string(),
            });
        }
        Ok(account)
    }

    /// The settings of an account as they may be seen: numbers that name a car but for their last four characters.
    pub fn shown_settings(&self, account: &Account) -> Settings {
        let wishes = self
            .descriptor(account.service)
            .map_or(&[][..], |service| service.settings);
        let is_masked = |name: &str| wishes.iter().any(|wish| wish.masked && wish.name == name);
        let shown = account
            .settings
            .iter()
            .map(|(name, value)| match is_masked(name) {
                true => (name.clone(), masked(value)),
                false => (name.clone(), value.clone()),
            });
        shown.collect()
    }

    /// An account to be used in their name: for looks that go to the service, errands and commands.
    pub(super) async fn account_to_use(
        &self,
        actor: &Actor,
        id: &AccountId,
    ) -> Result<Account, AppError> {
        let account = self.account(actor, id).await?;
        if actor.uses(&account.user, account.shared) {
            Ok(account)
        } else {
            Err(AppError::Forbidden)
        }
    }

    /// An account to be changed: itself, its sign-in, or what its owner has at the service.
    pub(super) async fn account_to_change(
        &self,
        actor: &Actor,
        id: &AccountId,
    ) -> Result<Account, AppError> {
        let account = self.household().account(id).await?;
        must_change(actor, &account.user, account.shared, "account", id.as_str())?;
        Ok(account)
    }

    /// An account of the given service, to be looked at through it.
    pub(super) async fn account_of(
        &self,
        actor: &Actor,
        id: &AccountId,
        service: Service,
    ) -> Result<Account, AppError> {
        let account = self.account(actor, id).await?;
        if account.service != service {
            return Err(AppError::NotFound {
                what: "account",
                id: id.to_string(),
            });
        }
        Ok(account)
    }

    /// Changes name, settings, secrets. New secrets are tried out first: what the service refuses leaves the old ones.
    ///
    /// # Errors
    /// As [`App::add_account`].
    pub async fn update_account(
        &self,
        actor: &Actor,
        id: &AccountId,
        change: AccountChange,
    ) -> Result<Account, AppError> {
        let account = self.account_to_change(actor, id).await?;
        let provider = self.provider(account.service)?;
        self.learn(&change.secrets);
        self.check_names(provider.descriptor(), &change.settings, &change.secrets)?;
        let name = change
            .name
            .as_deref()
            .map_or(Ok(account.name.clone()), account_name)?;
        let theirs = self.household().accounts(Some(&account.user)).await?;
        if theirs
            .iter()
            .any(|other| other.id != *id && other.service == account.service && other.name == name)
        {
            return Err(name_taken());
        }
        let mut settings = account.settings.clone();
        let changed = change.settings.into_iter();
        settings
            .extend(changed.filter(|(name, value)| {
                !is_as_shown(provider.descriptor(), &account, name, value)
            }));
        settings.retain(|_, value| !value.trim().is_empty());
        let before = self.household().secrets(id).await?;
        let mut secrets = before.clone();
        let proves_anew = !change.secrets.is_empty();
        secrets.extend(change.secrets);
        provider
            .check_account(&mut settings, &mut secrets)
            .map_err(AppError::Settings)?;
        self.learn(&secrets);
        learn_settings(&self.parts.redactor, provider, &settings);
        let changed = Account {
            name,
            settings,
            ..account
        };
        self.must_be_new(&changed, &secrets).await?;
        let tried = match proves_anew {
            true => self.try_anew(&changed, &secrets, change.trial).await?,
            false => None,
        };
        self.household()
            .update_account(id, &changed.name, &changed.settings)
            .await?;
        // Only what changed: a visit may have renewed the rest meanwhile.
        if !tried.as_ref().is_some_and(|tried| tried.is_kept) {
            secrets.retain(|name, value| before.get(name) != Some(value));
            self.household().keep_secrets(id, secrets).await?;
        }
        self.audit(Some(actor), Audit::AccountChanged, About::account(id))
            .await;
        if let Some(shared) = change.shared {
            self.share_account(actor, id, shared).await?;
        }
        match tried {
            Some(tried) => self.note_trial(&changed, tried).await?,
            None if proves_anew && change.trial == TrialWish::Unchecked => {
                self.note_unchecked(&changed).await?;
            }
            None => {}
        }
        Ok(self.household().account(id).await?)
    }

    /// Removes an account; its errands are cancelled, its secrets deleted, history stays.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn remove_account(&self, actor: &Actor, id: &AccountId) -> Result<(), AppError> {
        self.account_to_change(actor, id).await?;
        self.household().remove_account(id, self.now()).await?;
        self.audit(Some(actor), Audit::AccountRemoved, About::account(id))
            .await;
        Ok(())
    }

    /// Begins a sign-in the given way, or the recommended one. A sign-in still open for the account is cancelled first.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a way the service does not have; the service's error when a proof fails.
    pub async fn sign_in(
        &self,
        actor: &Actor,
        id: &AccountId,
        way: Option<&str>,
    ) -> Result<SignInStarted, AppError> {
        let account = self.account_to_change(actor, id).await?;
        let provider = self.provider(account.service)?;
        let descriptor = provider.descriptor();
        let secrets = self.household().secrets(id).await?;
        self.learn(&secrets);
        let kind = sign_in_kind(account.service);
        let by_errand = descriptor.errands.iter().find(|errand| errand.kind == kind);
        let way = chosen_way(descriptor, way, &secrets)?;
        self.audit(Some(actor), Audit::AccountSignIn, About::account(id))
            .await;
        let walks = by_errand.filter(|errand| errand_offers(errand.wishes, way));
        let Some(errand) = walks else {
            return self.prove_sign_in(account, &secrets).await;
        };
        self.cancel_open_sign_ins(&account).await?;
        let mut given = Map::new();
        if let Some(way) = way.filter(|_| errand.wishes.iter().any(|wish| wish.name == "way")) {
            given.insert("way".to_owned(), Value::from(way));
        }
        let start = Start {
            user: account.user.clone(),
            account: account.id.clone(),
            kind,
            wishes: errand.read_wishes(&given)?,
            internal: true,
        };
        let started = self.engine().start(start).await?;
        Ok(SignInStarted {
            account,
            errand: Some(started),
        })
    }

    /// A way without an errand (a pasted token) is proved by a look.
    async fn prove_sign_in(
        &self,
        account: Account,
        secrets: &Secrets,
    ) -> Result<SignInStarted, AppError> {
        let provider = self.provider(account.service)?;
        let Some(proof) = provider.proof(&account, secrets) else {
            return Err(AppError::NotNow(Text::new(
                "这个账号没有要登录的",
                "this account has nothing to sign in to",
            )));
        };
        if let Some(error) = self.prove(&account, &proof).await? {
            return Err(error.into());
        }
        Ok(SignInStarted {
            account: self.household().account(&account.id).await?,
            errand: None,
        })
    }

    /// Looks once with the account's sign-in and stores what is wrong with it, if anything.
    async fn prove(
        &self,
        account: &Account,
        proof: &NewCall,
    ) -> Result<Option<ServiceError>, AppError> {
        // The desk marks the account as signed in or lost by what it sees; what else may be wrong is marked here.
        let problem = self.parts.desk.look(proof).await.err();
        let stored = self.household().account(&account.id).await?;
        let words = problem.as_ref().map(|error| error.text().clone());
        if stored.problem != words {
            self.household()
                .set_account_state(&account.id, stored.state, words, self.now())
                .await?;
        }
        Ok(problem)
    }

    async fn cancel_open_sign_ins(&self, account: &Account) -> Result<(), AppError> {
        for ask in self
            .household()
            .asks(Some(&account.user), Some(AskState::Open))
            .await?
        {
            if ask.account != account.id {
                continue;
            }
            let errand = self.household().errand(&ask.errand).await?;
            if errand.kind == sign_in_kind(account.service) && !errand.phase.is_over() {
                self.engine().tell(&errand.id, Verb::Cancel).await?;
            }
        }
        Ok(())
    }

    fn check_names(
        &self,
        descriptor: &Descriptor,
        settings: &Settings,
        secrets: &Secrets,
    ) -> Result<(), AppError> {
        check_known(descriptor.settings, settings.keys(), "设置", "setting")?;
        check_known(descriptor.secrets, secrets.keys(), "密钥", "secret")?;
        let own = self.machine.addresses();
        check_addresses(settings, self.parts.notify.reach(), own)
    }

    /// Secrets are known to the redactor before anything is done with them.
    pub(super) fn learn(&self, secrets: &Secrets) {
        for secret in secrets.values() {
            self.parts.redactor.register(secret.reveal());
        }
    }
}

/// What is shown masked and comes back as it was shown, is left as it is.
fn is_as_shown(descriptor: &Descriptor, account: &Account, name: &str, value: &str) -> bool {
    let wish = descriptor.settings.iter().find(|wish| wish.name == name);
    let stored = account.settings.get(name);
    wish.is_some_and(|wish| wish.masked) && stored.is_some_and(|stored| masked(stored) == value)
}

/// The errand kind that signs accounts of a service in.
pub fn sign_in_kind(service: Service) -> String {
    format!("{service}.sign_in")
}

/// The way named, or the first whose secrets are there (or need none), or the recommended one.
fn chosen_way(
    descriptor: &Descriptor,
    way: Option<&str>,
    secrets: &Secrets,
) -> Result<Option<&'static str>, AppError> {
    let has = |name: &&str| secrets.get(*name).is_some_and(|secret| !secret.is_empty());
    let Some(way) = way else {
        let ready = descriptor
            .sign_in
            .iter()
            .find(|way| way.secrets.iter().all(has));
        return Ok(ready.or(descriptor.sign_in.first()).map(|way| way.way));
    };
    if let Some(known) = descriptor.sign_in.iter().find(|known| known.way == way) {
        return Ok(Some(known.way));
    }
    let known = descriptor
        .sign_in
        .iter()
        .map(|way| way.way)
        .collect::<Vec<_>>()
        .join(", ");
    Err(AppError::Invalid(InvalidInput::new(
        "way",
        format!("没有这种登录方式；可以是：{known}"),
        format!("no such way to sign in; one of: {known}"),
    )))
}

/// Whether a sign-in errand walks that way: it has no wish of ways, or that way is one of them.
fn errand_offers(wishes: &[Wish], way: Option<&str>) -> bool {
    let (Some(wish), Some(way)) = (wishes.iter().find(|wish| wish.name == "way"), way) else {
        return true;
    };
    match wish.form {
        Form::Choice(choices) => choices.iter().any(|(choice, _)| *choice == way),
        _ => true,
    }
}

/// An account may point at another address of its service, but not into the house: whoever may add an account is not
/// always who runs the machine. The program's own settings may, and then an account may name another port of that host.
fn check_addresses(settings: &Settings, reach: Reach, own: &[Url]) -> Result<(), AppError> {
    for (name, value) in settings {
        let is_address = name == "url" || name.ends_with("_url");
        if !is_address || value.trim().is_empty() {
            continue;
        }
        let url = address::service_url(name, value).map_err(AppError::Settings)?;
        if !own.iter().any(|own| own.host() == url.host()) {
            reach.check(name, value).map_err(AppError::Settings)?;
        }
    }
    Ok(())
}

/// Refuses names that a list of wishes does not have.
pub(super) fn check_known<'n>(
    known: &[Wish],
    names: impl Iterator<Item = &'n String>,
    zh: &str,
    en: &str,
) -> Result<(), AppError> {
    for name in names {
        if known.iter().any(|wish| wish.name == name) {
            continue;
        }
        let known = known
            .iter()
            .map(|wish| wish.name)
            .collect::<Vec<_>>()
            .join(", ");
        let known = if known.is_empty() { "—" } else { &known };
        return Err(AppError::Settings(InvalidInput::new(
            name,
            format!("没有这个{zh}；有的是：{known}"),
            format!("unknown {en}; known are: {known}"),
        )));
    }
    Ok(())
}

fn account_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(is_hidden) {
        return Err(AppError::Settings(InvalidInput::new(
            "name",
            "名称应为 1 到 64 个字符",
            "should be 1 to 64 characters",
        )));
    }
    Ok(name.to_owned())
}

fn name_taken() -> AppError {
    AppError::Settings(InvalidInput::new(
        "name",
        "这个服务下已有同名账号",
        "another account of this service has this name",
    ))
}

/// Secrets from a JSON object: every value must be text.
///
/// # Errors
/// [`AppError::Settings`] naming the secret.
pub fn secrets_from(object: Map<String, Value>) -> Result<Secrets, AppError> {
    object
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, Secret::new(text))),
            Value::Number(number) => Ok((name, Secret::new(number.to_string()))),
            _ => Err(AppError::Settings(InvalidInput::new(
                name,
                "应当是文字",
                "should be text",
            ))),
        })
        .collect()
}
