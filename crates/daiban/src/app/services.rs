//! What a person asks of a service directly: permit status, trains, fines. Looks go through the desk, acts through the
//! engine, so that an act is written down, gated and settled like any other.

use std::time::Duration;

use daiban_core::{
    Text, Timestamp,
    account::Account,
    call::{Call, CallState, Nature, NewCall},
    dates,
    error::ServiceError,
    id::{AccountId, CallId},
    invalid::InvalidInput,
    plate::Plate,
    service::Service,
};
use daiban_providers::{permit, violation};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{About, Actor, App, AppError, Audit};

/// A question for left tickets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RailTickets {
    /// The day of boarding, `YYYY-MM-DD`.
    pub date: String,
    /// Name or telecode.
    pub from: String,
    /// Name or telecode.
    pub to: String,
    /// Only these trains; all when empty.
    #[serde(default)]
    pub trains: Vec<String>,
    /// Student tickets.
    #[serde(default)]
    pub student: bool,
}

/// One paid query, or one that was answered without paying.
#[derive(Debug, Clone)]
pub struct LedgerLine {
    /// The call.
    pub call: Call,
    /// What it counts for in the budget, in fen.
    pub counted_fen: i64,
}

impl App {
    /// All vehicles of a permit account with their records, as the service shows them now.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the service's.
    pub async fn permit_status(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Value, AppError> {
        let account = self.account_of(actor, account, Service::Permit).await?;
        let mut seen = self.look(&permit::status("status", &account.id)).await?;
        Ok(seen["public"].take())
    }

    /// Begins the cancelling of one permit. What came of it: [`App::settled`].
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn permit_cancel(
        &self,
        actor: &Actor,
        account: &AccountId,
        record: &str,
    ) -> Result<CallId, AppError> {
        let account = self.account_to_change(actor, account).await?;
        of_service(account.service, Service::Permit, &account.id)?;
        required("record", record)?;
        let act = permit::cancel("cancel", &account.id, record.trim());
        let about = About::account(&account.id);
        self.audited_act(actor, Audit::PermitCancel, about, act)
            .await
    }

    /// Stations by name, telecode, pinyin, initials or city.
    ///
    /// # Errors
    /// The service's.
    pub async fn rail_stations(&self, text: &str) -> Result<Value, AppError> {
        if text.trim().is_empty() {
            return Err(AppError::Invalid(InvalidInput::new(
                "q",
                "请填站名",
                "is required",
            )));
        }
        let body = json!({ "do": "stations", "text": text.trim() });
        self.look(&public(Service::Rail, body)).await
    }

    /// Left tickets of one day between two cities.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `date`, `from`, `to`; the service's.
    pub async fn rail_tickets(&self, asked: &RailTickets) -> Result<Value, AppError> {
        let date = dates::parse_date("date", &asked.date)?;
        required("from", &asked.from)?;
        required("to", &asked.to)?;
        let body = json!({
            "do": "tickets",
            "date": date.to_string(),
            "from": asked.from.trim(),
            "to": asked.to.trim(),
            "trains": asked.trains,
            "student": asked.student,
        });
        self.look(&public(Service::Rail, body)).await
    }

    /// Where a train stops.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `date`, `from`, `to`; the service's.
    pub async fn rail_stops(
        &self,
        train_no: &str,
        from: &str,
        to: &str,
        date: &str,
    ) -> Result<Value, AppError> {
        let date = dates::parse_date("date", date)?;
        required("train_no", train_no)?;
        required("from", from)?;
        required("to", to)?;
        let body = json!({
            "do": "stops",
            "train_no": train_no.trim(),
            "from": from.trim(),
            "to": to.trim(),
            "date": date.to_string(),
        });
        self.look(&public(Service::Rail, body)).await
    }

    /// Begins a check of one car of a violation account; without a plate, the account's own. Without `spend` a stored answer
    /// is given or, when there is none, nothing is asked unless the budget allows. What came of it: [`App::settled`].
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `plate`, [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn violation_check(
        &self,
        actor: &Actor,
        account: &AccountId,
        plate: Option<&str>,
        spend: bool,
    ) -> Result<CallId, AppError> {
        let account = self.account_to_use(actor, account).await?;
        of_service(account.service, Service::Violation, &account.id)?;
        let given = plate.or(account.settings.get("plate").map(String::as_str));
        let plate = Plate::parse("plate", given.unwrap_or_default())?;
        let act = violation::query("check", &account.id, plate.as_str(), spend);
        let about = About::account(&account.id);
        self.audited_act(actor, Audit::FinesCheck, about, act).await
    }

    /// Stores what a person saw in 交管12123: so many open fines. What came of it: [`App::settled`].
    ///
    /// # Errors
    /// As [`App::violation_check`].
    pub async fn violation_manual(
        &self,
        actor: &Actor,
        account: &AccountId,
        plate: &str,
        open: u32,
        note: Option<&str>,
    ) -> Result<CallId, AppError> {
        let account = self.account_to_use(actor, account).await?;
        of_service(account.service, Service::Violation, &account.id)?;
        let plate = Plate::parse("plate", plate)?;
        let act = violation::manual("manual", &account.id, plate.as_str(), open, note);
        let about = About::account(&account.id);
        self.audited_act(actor, Audit::FinesNote, about, act).await
    }

    /// This month's queries of an account, oldest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn violation_ledger(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Vec<LedgerLine>, AppError> {
        let account = self.account_of(actor, account, Service::Violation).await?;
        let price_fen = account
            .settings
            .get("price_fen")
            .and_then(|fen| fen.parse().ok())
            .unwrap_or(14);
        let calls = self
            .parts
            .store
            .ledger(&account.id, month_begins(self.now()))
            .await?;
        Ok(calls
            .into_iter()
            .map(|call| ledger_line(call, price_fen))
            .collect())
    }

    /// What became of a command, waiting for it so long at most (real time).
    ///
    /// # Errors
    /// The service's; [`ServiceError::Unsure`] when nothing is settled by then: it is still being settled.
    pub async fn settled(&self, call: &CallId, limit: Duration) -> Result<Value, AppError> {
        let until = Instant::now() + limit;
        loop {
            let stored = self.engine().call(call).await?;
            if let Some(outcome) = stored
                .outcome
                .filter(|_| stored.state == CallState::Settled)
            {
                return outcome.into_result().map_err(service_error);
            }
            if stored.state == CallState::Withdrawn {
                return Err(AppError::NotNow(Text::new(
                    "已撤回，什么也没发出",
                    "withdrawn; nothing was sent",
                )));
            }
            if Instant::now() >= until {
                return Err(AppError::Service(not_settled_yet(stored.state)));
            }
            self.nap().await;
        }
    }

    /// Whether a command is over.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn is_settled(&self, call: &CallId) -> Result<bool, AppError> {
        let state = self.engine().call(call).await?.state;
        Ok(matches!(state, CallState::Settled | CallState::Withdrawn))
    }

    pub(super) async fn look(&self, call: &NewCall) -> Result<Value, AppError> {
        self.parts.desk.look(call).await.map_err(service_error)
    }

    /// A look as an account that shows people: for its owner, and for nobody who merely sees that there is such an account.
    pub(super) async fn look_as(
        &self,
        actor: &Actor,
        account: &AccountId,
        service: Service,
        body: Value,
    ) -> Result<Value, AppError> {
        let account = self.account_of(actor, account, service).await?;
        must_be_theirs(actor, &account)?;
        self.look(&NewCall::look("look", service, &account.id, body))
            .await
    }
}

/// A screen in the hall may show that an account is there, and not who is in it.
pub(super) fn must_be_theirs(actor: &Actor, account: &Account) -> Result<(), AppError> {
    if actor.looks_into(&account.user, account.shared) {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}

/// A look at something public.
pub(super) fn public(service: Service, body: Value) -> NewCall {
    NewCall {
        tag: "look".to_owned(),
        nature: Nature::Look,
        service,
        account: None,
        body,
        not_before: None,
    }
}

/// A provider's refusal of input carries the code `invalid_input:FIELD`; nothing was asked of the service then.
fn service_error(error: ServiceError) -> AppError {
    match error {
        ServiceError::Refused { code, text } => match code.strip_prefix("invalid_input:") {
            Some(field) => AppError::Invalid(InvalidInput {
                field: field.to_owned(),
                text,
            }),
            None => AppError::Service(ServiceError::Refused { code, text }),
        },
        other => AppError::Service(other),
    }
}

fn not_settled_yet(state: CallState) -> ServiceError {
    match state {
        CallState::Queued => ServiceError::Busy {
            retry_after_s: Some(30),
            text: Text::new("已记下，还没轮到发出", "noted; its turn has not come yet"),
        },
        _ => ServiceError::Unsure {
            text: Text::new(
                "还不知道结果，正在向服务核对",
                "the outcome is not known yet; it is being asked for",
            ),
        },
    }
}

pub(super) fn of_service(
    is: Service,
    should: Service,
    account: &AccountId,
) -> Result<(), AppError> {
    if is == should {
        return Ok(());
    }
    Err(AppError::NotFound {
        what: "account",
        id: account.to_string(),
    })
}

pub(super) fn required(field: &str, value: &str) -> Result<(), AppError> {
    if value.trim().is_empty() {
        return Err(AppError::Invalid(InvalidInput::new(
            field,
            "必填",
            "is required",
        )));
    }
    Ok(())
}

fn month_begins(now: Timestamp) -> Timestamp {
    let today = dates::today(now);
    dates::midnight(today.first_of_month())
}

fn ledger_line(call: Call, price_fen: i64) -> LedgerLine {
    use daiban_core::call::Charged;
    let counted_fen = match call.charged {
        Some(Charged::Yes | Charged::Maybe) => price_fen,
        Some(Charged::No) | None => 0,
    };
    LedgerLine { call, counted_fen }
}
