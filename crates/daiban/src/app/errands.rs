//! Errands: begun, looked at, explained, told what to do.

use std::{collections::HashMap, time::Duration};

use daiban_core::{
    account::Account,
    ask::{Ask, AskState},
    call::Call,
    descriptor::{ErrandKind, Form, Wish},
    engine::Start,
    errand::Phase,
    household::{ErrandRow, EventRow, Problem},
    id::{AccountId, ErrandId},
    invalid::InvalidInput,
    lifecycle::Verb,
    service::Service,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::{About, Actor, App, AppError, Audit, DryRun, must_change};

/// How many lines of history explain an errand.
const WHY_LINES: usize = 12;

/// An errand as a person wishes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewErrand {
    /// `permit.keep` and the like.
    pub kind: String,
    /// As whom.
    pub account: AccountId,
    /// Wishes by name, as typed or as JSON.
    #[serde(default)]
    pub wishes: Map<String, Value>,
}

/// What became of a wish.
#[derive(Debug, Clone)]
pub enum Started {
    /// It is carried from now on.
    Errand(ErrandRow),
    /// What it would do now. Nothing was changed.
    DryRun(DryRun),
}

/// Why an errand is where it is.
#[derive(Debug, Clone)]
pub struct Why {
    /// The errand with its reason.
    pub errand: ErrandRow,
    /// Its last lines of history, newest first.
    pub events: Vec<EventRow>,
    /// Its asks that wait for a person.
    pub asks: Vec<Ask>,
    /// Its problems.
    pub problems: Vec<Problem>,
    /// Its last calls, newest first.
    pub calls: Vec<Call>,
}

impl App {
    /// Begins an errand, or with `dry_run` only says what it would do now.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming the wish; then nothing was stored.
    pub async fn add_errand(
        &self,
        actor: &Actor,
        new: NewErrand,
        dry_run: bool,
    ) -> Result<Started, AppError> {
        let kind = self.errand_kind(&new.kind)?;
        let account = self.account_to_use(actor, &new.account).await?;
        if service_of(kind.kind) != Some(account.service) {
            return Err(AppError::Invalid(InvalidInput::new(
                "account",
                format!("{} 的账号办不了 {}", account.service.name().zh, kind.kind),
                format!(
                    "an account of {} cannot carry {}",
                    account.service, kind.kind
                ),
            )));
        }
        let wishes = kind.read_wishes(&new.wishes)?;
        self.check_accounts_wished(actor, &account.user, kind.wishes, &wishes)
            .await?;
        self.check_wishes(&account, kind.kind, &wishes).await?;
        if dry_run {
            return Ok(Started::DryRun(
                self.dry_run(&account, kind.kind, wishes).await?,
            ));
        }
        let start = Start {
            user: account.user,
            account: account.id,
            kind: kind.kind.to_owned(),
            wishes,
            internal: kind.internal,
        };
        let id = self.engine().start(start).await?;
        self.audit(Some(actor), Audit::ErrandAdded, About::errand(&id))
            .await;
        Ok(Started::Errand(self.household().errand(&id).await?))
    }

    /// What the machine can tell by itself is told first: then the service is not asked at all. What the service tells
    /// everybody comes next, then what it tells the account.
    async fn check_wishes(
        &self,
        account: &Account,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), AppError> {
        let (desk, service) = (&self.parts.desk, account.service);
        if let Some(machine) = desk.machine(kind) {
            machine.begin(wishes, self.now())?;
        }
        desk.check_wishes(service, kind, wishes).await?;
        Ok(desk.check_people(service, account, kind, wishes).await?)
    }

    /// An errand kind that people may begin.
    fn errand_kind(&self, kind: &str) -> Result<&'static ErrandKind, AppError> {
        let offered = || {
            self.services()
                .into_iter()
                .flat_map(|service| service.errands)
                .filter(|kind| !kind.internal)
        };
        if let Some(found) = offered().find(|known| known.kind == kind) {
            return Ok(found);
        }
        let known = offered()
            .map(|known| known.kind)
            .collect::<Vec<_>>()
            .join(", ");
        Err(AppError::Invalid(InvalidInput::new(
            "kind",
            format!("没有「{kind}」这种代办；有的是：{known}"),
            format!("no errand kind {kind:?}; known are: {known}"),
        )))
    }

    /// A wish that names another account must name one of the same owner and of the right service, which they may use.
    async fn check_accounts_wished(
        &self,
        actor: &Actor,
        owner: &daiban_core::id::UserId,
        wishes: &[Wish],
        read: &Value,
    ) -> Result<(), AppError> {
        for wish in wishes {
            let (Form::Account(service), Some(id)) = (wish.form, read[wish.name].as_str()) else {
                continue;
            };
            let theirs = self.household().accounts(Some(owner)).await?;
            let fits = |account: &Account| {
                account.id.as_str() == id
                    && account.service == service
                    && actor.uses(&account.user, account.shared)
            };
            if !theirs.iter().any(fits) {
                return Err(AppError::Invalid(InvalidInput::new(
                    wish.name,
                    format!("没有这个 {} 账号", service.name().zh),
                    format!("no such {service} account"),
                )));
            }
        }
        Ok(())
    }

    /// Their errands, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn errands(&self, actor: &Actor) -> Result<Vec<ErrandRow>, AppError> {
        let sight = self.sight(actor).await?;
        let mut errands = self.household().errands(sight.filter()).await?;
        errands.retain(|errand| sight.sees(&errand.user, &errand.account));
        Ok(errands)
    }

    /// One errand.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn errand(&self, actor: &Actor, id: &ErrandId) -> Result<ErrandRow, AppError> {
        let errand = self.household().errand(id).await?;
        let sight = self.sight(actor).await?;
        sight.must_see(&errand.user, &errand.account, "errand", id.as_str())?;
        Ok(errand)
    }

    /// The newest facts of an errand by name, for pages.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn facts(
        &self,
        actor: &Actor,
        id: &ErrandId,
    ) -> Result<Vec<(String, Value)>, AppError> {
        self.errand(actor, id).await?;
        Ok(self.household().facts(id).await?)
    }

    /// The newest facts of several errands, as [`App::errands`] gave them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when one of them is not theirs to see.
    pub async fn facts_of(
        &self,
        actor: &Actor,
        errands: &[ErrandRow],
    ) -> Result<HashMap<ErrandId, Vec<(String, Value)>>, AppError> {
        let sight = self.sight(actor).await?;
        for errand in errands {
            sight.must_see(&errand.user, &errand.account, "errand", errand.id.as_str())?;
        }
        let ids: Vec<ErrandId> = errands.iter().map(|errand| errand.id.clone()).collect();
        Ok(self.household().facts_of(&ids).await?)
    }

    /// Why an errand is where it is, from stored rows alone.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn why(&self, actor: &Actor, id: &ErrandId) -> Result<Why, AppError> {
        let errand = self.errand(actor, id).await?;
        let household = self.household();
        let mut asks = household
            .asks(Some(&errand.user), Some(AskState::Open))
            .await?;
        asks.retain(|ask| ask.errand == *id);
        let mut problems = household.problems(Some(&errand.user)).await?;
        let (about_it, about_account) = (
            format!("errand/{id}"),
            format!("account/{}", errand.account),
        );
        problems.retain(|problem| {
            problem.key.starts_with(&about_it) || problem.key.starts_with(&about_account)
        });
        Ok(Why {
            events: household.errand_events(id, WHY_LINES).await?,
            calls: household.errand_calls(id, WHY_LINES).await?,
            errand,
            asks,
            problems,
        })
    }

    /// Its history, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn history(
        &self,
        actor: &Actor,
        id: &ErrandId,
        limit: usize,
    ) -> Result<Vec<EventRow>, AppError> {
        self.errand(actor, id).await?;
        Ok(self.household().errand_events(id, limit.min(1000)).await?)
    }

    /// Run, pause, resume, cancel.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when the verb makes no sense now.
    pub async fn tell(
        &self,
        actor: &Actor,
        id: &ErrandId,
        verb: Verb,
    ) -> Result<ErrandRow, AppError> {
        let errand = self.household().errand(id).await?;
        let sight = self.sight(actor).await?;
        sight.must_use(&errand.user, &errand.account, "errand", id.as_str())?;
        // What is cancelled does not come back: that is for whom it belongs to.
        if verb == Verb::Cancel {
            must_change(actor, &errand.user, true, "errand", id.as_str())?;
        }
        self.engine().tell(id, verb).await?;
        self.audit_verb(actor, verb, id).await;
        Ok(self.household().errand(id).await?)
    }

    /// Waits until an errand is over or needs a person, so long at most (real time). Gives it as it is.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn wait_for_errand(
        &self,
        actor: &Actor,
        id: &ErrandId,
        limit: Duration,
    ) -> Result<ErrandRow, AppError> {
        let until = Instant::now() + limit;
        loop {
            let errand = self.errand(actor, id).await?;
            if errand.phase.is_over() || errand.phase == Phase::NeedsYou || Instant::now() >= until
            {
                return Ok(errand);
            }
            self.nap().await;
        }
    }

    /// A short moment between two looks at our own rows.
    pub(super) async fn nap(&self) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The service an errand kind belongs to: the word before the dot.
pub(super) fn service_of(kind: &str) -> Option<Service> {
    kind.split_once('.')?.0.parse().ok()
}
