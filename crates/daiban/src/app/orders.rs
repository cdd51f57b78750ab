//! Commands to cars: begun one at a time, looked at, listed. What is checked before one is sent and how it is confirmed is
//! the errand's; here it is only begun, and told from the stored rows.

use std::time::Duration;

use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState},
    ask::AskState,
    dates,
    engine::Start,
    errand::Phase,
    error::ServiceError,
    household::ErrandRow,
    id::{AccountId, AskId, ErrandId},
    service::Service,
    store::StoreError,
};
use daiban_providers::vehicle::command::{Command, CommandState, Order};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{
    About, Actor, App, AppError, Audit,
    vehicle::{car_named, must_be_vehicle, read},
};

/// The errand kind that carries one command.
pub(crate) const COMMAND: &str = "vehicle.command";
/// No command is longer on its way: five minutes for a person, three for the car, and the stop after a start.
const LONGEST: SignedDuration = SignedDuration::from_mins(30);
/// So many of the last ones are looked through for one on its way.
const RECENT: usize = 10;

/// A command and the ask it waits for, where it waits for one.
#[derive(Debug, Clone, PartialEq)]
pub struct CarOrder {
    /// What is known of it.
    pub order: Order,
    /// What a person has to say.
    pub ask: Option<AskId>,
}

impl CarOrder {
    /// Whether its end is not known yet.
    pub fn is_running(&self) -> bool {
        is_running(&self.order)
    }
}

fn is_running(order: &Order) -> bool {
    matches!(
        order.state,
        CommandState::Preparing
            | CommandState::NeedsYou
            | CommandState::Sending
            | CommandState::Confirming
    )
}

impl App {
    /// Begins a command: `word` and `args` as in `{"command","args"}`. What becomes of it: [`App::vehicle_order`].
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `command`, `minutes`, `what`, `car`; [`AppError::NotNow`] while another one of the account is
    /// on its way; [`ServiceError::SignInLost`]; then nothing was begun.
    pub async fn vehicle_command(
        &self,
        actor: &Actor,
        account: &AccountId,
        car: Option<&str>,
        (word, args): (&str, &Value),
        by: &str,
    ) -> Result<ErrandId, AppError> {
        let command = Command::read(word, args)?;
        let account = self.account_to_use(actor, account).await?;
        must_be_vehicle(&account)?;
        let wishes = wishes(command, car_named(car)?, by);
        must_be_signed_in(&account)?;
        let kind = self.descriptor(Service::Vehicle)?.errands.iter();
        let kind = kind.clone().find(|kind| kind.kind == COMMAND);
        let kind = kind.ok_or_else(|| AppError::Internal(format!("no {COMMAND}")))?;
        let wishes = kind.read_wishes(&wishes)?;
        // Of two taps at once the second waits here and then finds the first on its way.
        let mut begun = self.begun_commands().lock().await;
        if let Some(other) = self
            .order_in_the_way(&account.id, command, begun.get(&account.id))
            .await?
        {
            return Err(AppError::NotNow(in_the_way(&other)));
        }
        let start = Start {
            user: account.user,
            account: account.id.clone(),
            kind: COMMAND.to_owned(),
            wishes,
            internal: true,
        };
        let id = self.engine().start(start).await?;
        self.audit(Some(actor), Audit::CarCommand, About::errand(&id))
            .await;
        begun.insert(account.id, id.clone());
        Ok(id)
    }

    /// One command.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`] for others than the account's owner.
    pub async fn vehicle_order(
        &self,
        actor: &Actor,
        account: &AccountId,
        id: &ErrandId,
    ) -> Result<CarOrder, AppError> {
        let account = self.vehicle_of(actor, account).await?;
        let order = self.stored_order(&account.id, id.as_str()).await?;
        let order = order.ok_or_else(|| AppError::NotFound {
            what: "command",
            id: id.to_string(),
        })?;
        let mut told = self.with_asks(&account, vec![order]).await?;
        told.pop().ok_or(AppError::Forbidden)
    }

    /// The last commands of an account, newest first.
    ///
    /// # Errors
    /// As [`App::vehicle_order`].
    pub async fn vehicle_orders(
        &self,
        actor: &Actor,
        account: &AccountId,
        limit: usize,
    ) -> Result<Vec<CarOrder>, AppError> {
        let account = self.vehicle_of(actor, account).await?;
        let mut orders = self.recorded_orders(&account.id, limit.min(1000)).await?;
        let begun = self.begun_commands().lock().await.get(&account.id).cloned();
        if let Some(begun) = begun
            && !orders.iter().any(|order| order.id == begun.as_str())
        {
            let order = self.stored_order(&account.id, begun.as_str()).await?;
            orders.splice(..0, order.filter(|order| is_recent(order, self.now())));
        }
        orders.truncate(limit);
        self.with_asks(&account, orders).await
    }

    /// A command as it is once it waits for a person or has left, or is over; as it is then when that takes longer (real time).
    ///
    /// # Errors
    /// As [`App::vehicle_order`].
    pub async fn vehicle_order_begun(
        &self,
        actor: &Actor,
        account: &AccountId,
        id: &ErrandId,
        limit: Duration,
    ) -> Result<CarOrder, AppError> {
        let until = Instant::now() + limit;
        loop {
            let told = self.vehicle_order(actor, account, id).await?;
            // Between the order's own row and its ask there is no moment: both are of one pass.
            if told.order.state != CommandState::Preparing || Instant::now() >= until {
                return Ok(told);
            }
            self.nap().await;
        }
    }

    async fn order_in_the_way(
        &self,
        account: &AccountId,
        command: Command,
        begun: Option<&ErrandId>,
    ) -> Result<Option<Order>, AppError> {
        let mut orders = self.recorded_orders(account, RECENT).await?;
        if let Some(begun) = begun {
            orders.extend(self.stored_order(account, begun.as_str()).await?);
        }
        // An engine that was started can always be told to stop.
        let stops_it = |order: &Order| {
            let started = matches!(order.command, Command::Start { .. }) && order.sent_at.is_some();
            command == Command::Stop && started
        };
        let now = self.now();
        Ok(orders
            .into_iter()
            .find(|order| is_running(order) && is_recent(order, now) && !stops_it(order)))
    }

    async fn recorded_orders(
        &self,
        account: &AccountId,
        limit: usize,
    ) -> Result<Vec<Order>, AppError> {
        let household = self.household();
        let records = household.records(account, "command", Timestamp::UNIX_EPOCH, limit);
        let mut orders = Vec::new();
        for record in records.await? {
            if let Some(order) = read_order(record.value) {
                orders.push(self.as_it_stands(account, order).await?);
            }
        }
        Ok(orders)
    }

    /// By its record; one that was only just begun has none yet.
    async fn stored_order(&self, account: &AccountId, id: &str) -> Result<Option<Order>, AppError> {
        let record = match self.household().record(account, "command", id).await {
            Ok(record) => Some(record),
            Err(StoreError::NotFound { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(order) = record.and_then(|record| read_order(record.value)) {
            return Ok(Some(self.as_it_stands(account, order).await?));
        }
        let errand = self.errand_of(id).await?;
        let ours = errand.filter(|row| row.kind == COMMAND && row.account == *account);
        Ok(ours.and_then(|row| begun(&row, self.now())))
    }

    async fn errand_of(&self, id: &str) -> Result<Option<ErrandRow>, AppError> {
        match self.household().errand(&ErrandId::from(id)).await {
            Ok(row) => Ok(Some(row)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Nobody goes on with a command whose errand is over. It may have ended between two reads: then its record says how.
    async fn as_it_stands(&self, account: &AccountId, order: Order) -> Result<Order, AppError> {
        if !is_running(&order) {
            return Ok(order);
        }
        let errand = self.errand_of(&order.id).await?;
        if !errand.is_some_and(|row| row.phase.is_over()) {
            return Ok(order);
        }
        let record = self.household().record(account, "command", &order.id);
        let order = record
            .await
            .ok()
            .and_then(|it| read_order(it.value))
            .unwrap_or(order);
        Ok(if is_running(&order) {
            left_off(order)
        } else {
            order
        })
    }

    async fn with_asks(
        &self,
        account: &Account,
        orders: Vec<Order>,
    ) -> Result<Vec<CarOrder>, AppError> {
        let open = self
            .household()
            .asks(Some(&account.user), Some(AskState::Open));
        let open = if orders.iter().any(is_running) {
            open.await?
        } else {
            Vec::new()
        };
        let told = orders.into_iter().map(|order| {
            let ask = open.iter().find(|ask| ask.errand.as_str() == order.id);
            CarOrder {
                ask: ask.filter(|_| is_running(&order)).map(|ask| ask.id.clone()),
                order,
            }
        });
        Ok(told.collect())
    }
}

/// Wishes of the errand, flat.
fn wishes(command: Command, car: Option<String>, by: &str) -> Map<String, Value> {
    let json = command.to_json();
    let mut wishes = json["args"].as_object().cloned().unwrap_or_default();
    wishes.insert("command".to_owned(), json["command"].clone());
    wishes.insert("car".to_owned(), json!(car));
    wishes.insert("by".to_owned(), json!(by));
    wishes
}

/// A command that waits for a sign-in would leave at a moment nobody thinks of it.
fn must_be_signed_in(account: &Account) -> Result<(), AppError> {
    if account.state != AccountState::SignInLost {
        return Ok(());
    }
    let text = account.problem.clone().unwrap_or_else(|| {
        Text::new(
            "登录失效，先重新登录",
            "the sign-in is lost; sign in again first",
        )
    });
    Err(AppError::Service(ServiceError::SignInLost { text }))
}

fn in_the_way(other: &Order) -> Text {
    let name = other.command.name();
    Text::new(
        format!("上一个操作「{}」还没有结果，等它完了再来", name.zh),
        format!(
            "the command before ({}) has no outcome yet; wait for it",
            name.en
        ),
    )
}

fn is_recent(order: &Order, now: Timestamp) -> bool {
    now.duration_since(order.asked_at) < LONGEST
}

/// A command without arguments may be written with an empty object for them.
pub(crate) fn read_order(mut value: Value) -> Option<Order> {
    if value["args"] == json!({})
        && let Some(fields) = value.as_object_mut()
    {
        fields.remove("args");
    }
    read(&value)
}

/// The command an errand was begun with.
pub(super) fn wished(wishes: &Value) -> Option<Command> {
    let mut args = Map::new();
    for name in ["minutes", "what"] {
        let given = Some(&wishes[name]).filter(|value| !value.is_null());
        args.extend(given.map(|value| (name.to_owned(), value.clone())));
    }
    Command::read(wishes["command"].as_str()?, &Value::Object(args)).ok()
}

/// An errand of which nothing is recorded yet.
fn begun(row: &ErrandRow, now: Timestamp) -> Option<Order> {
    if let Some(order) = row.outcome.clone().and_then(read_order) {
        return Some(order);
    }
    let order = Order {
        id: row.id.to_string(),
        command: wished(&row.wishes)?,
        car: row.wishes["car"].as_str().map(str::to_owned),
        state: match row.phase {
            Phase::NeedsYou => CommandState::NeedsYou,
            _ => CommandState::Preparing,
        },
        code: None,
        text: Text::new("刚记下，还没发出", "noted; nothing has left yet"),
        by: row.wishes["by"].as_str().unwrap_or_default().to_owned(),
        asked_at: row.created_at,
        approved_at: None,
        sent_at: None,
        settled_at: None,
        confirmed_by: None,
        stops_at: None,
        session: None,
    };
    let is_late = now.duration_since(row.created_at) >= LONGEST;
    Some(if row.phase.is_over() || is_late {
        left_off(order)
    } else {
        order
    })
}

/// Called off, or left by an errand that ended otherwise.
fn left_off(order: Order) -> Order {
    let (state, text) = match order.sent_at {
        None => (
            CommandState::Rejected,
            Text::new("没有发出：已经停下了", "not sent: it was called off"),
        ),
        Some(_) => (
            CommandState::Unconfirmed,
            Text::new(
                "发出了，没有等到车的回话就停下了",
                "sent, and called off before the car answered",
            ),
        ),
    };
    Order {
        state,
        code: Some("cancelled".to_owned()),
        text,
        ..order
    }
}

/// Moments a reading or command is about, for `?days=`.
pub(crate) fn days_ago(now: Timestamp, days: u16) -> Timestamp {
    let today = dates::midnight(dates::today(now));
    let back = SignedDuration::from_hours(24 * i64::from(days.saturating_sub(1)));
    today.checked_sub(back).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_command_reads_with_and_without_empty_arguments() {
        let order = |args: Value| {
            json!({ "id": "x", "command": "lock", "args": args, "car": "0001", "state": "confirmed", "code": null,
                "text": { "zh": "好", "en": "ok" }, "by": "web", "asked_at": "2026-11-22T14:00:00+08:00", "approved_at": null,
                "sent_at": null, "settled_at": null, "confirmed_by": null, "stops_at": null, "session": null })
        };
        assert_eq!(read_order(order(json!({}))).unwrap().command, Command::Lock);
        let mut without = order(Value::Null);
        without.as_object_mut().unwrap().remove("args");
        assert_eq!(read_order(without).unwrap().command, Command::Lock);
        assert!(read_order(json!({ "id": "x" })).is_none());
    }

    #[test]
    fn days_begin_at_midnight() {
        let now: Timestamp = "2026-11-22T14:00:00+08:00".parse().unwrap();
        assert_eq!(
            dates::rfc3339(days_ago(now, 1)),
            "2026-11-22T00:00:00+08:00"
        );
        assert_eq!(
            dates::rfc3339(days_ago(now, 14)),
            "2026-11-09T00:00:00+08:00"
        );
        assert_eq!(days_ago(now, 0), days_ago(now, 1));
    }
}
