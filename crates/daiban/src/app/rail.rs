//! What a person asks of the railway beyond left tickets: routes, transfers, sale times, and what an account shows its owner.
//!
//! Passengers and orders name people. They are shown to whom the account belongs, and to nobody who merely sees that there
//! is such an account.

use daiban_core::{
    call::NewCall,
    dates,
    id::{AccountId, CallId},
    invalid::InvalidInput,
    service::Service,
};
use jiff::{Span, civil::Date};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    About, Actor, App, AppError, Audit,
    services::{of_service, public, required},
};

/// Orders are listed by the day they were made; without a day, those of the last thirty.
const ORDER_DAYS: i64 = 30;

/// Which orders of an account are listed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RailOrders {
    /// The first day of ordering, `YYYY-MM-DD`; thirty days back when absent.
    pub from: Option<String>,
    /// The last day of ordering; today when absent.
    pub to: Option<String>,
    /// Journeys that are over, instead of those to come.
    pub past: bool,
}

/// A question for journeys with one change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RailTransfers {
    /// The day of boarding, `YYYY-MM-DD`.
    pub date: String,
    /// Name or telecode.
    pub from: String,
    /// Name or telecode.
    pub to: String,
    /// Student tickets.
    #[serde(default)]
    pub student: bool,
    /// Also where only standing room is left.
    #[serde(default)]
    pub standing: bool,
}

impl App {
    /// The stations that two lists of names mean (`北京市`: any of the city), how many days are on sale, and when sales open.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `from` and `to`; the service's.
    pub async fn rail_route(&self, from: &[String], to: &[String]) -> Result<Value, AppError> {
        for (field, named) in [("from", from), ("to", to)] {
            required(field, named.first().map_or("", String::as_str))?;
        }
        let body = json!({ "do": "route", "from": from, "to": to });
        self.look(&public(Service::Rail, body)).await
    }

    /// Journeys with one change.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `date`, `from`, `to`; the service's.
    pub async fn rail_transfers(&self, asked: &RailTransfers) -> Result<Value, AppError> {
        let date = dates::parse_date("date", &asked.date)?;
        required("from", &asked.from)?;
        required("to", &asked.to)?;
        let body = json!({
            "do": "transfers",
            "date": date.to_string(),
            "from": asked.from.trim(),
            "to": asked.to.trim(),
            "student": asked.student,
            "show_standing": asked.standing,
        });
        self.look(&public(Service::Rail, body)).await
    }

    /// The time of day at which tickets from these stations go on sale.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `stations`; the service's.
    pub async fn rail_sale_times(&self, stations: &[String]) -> Result<Value, AppError> {
        let named: Vec<&str> = stations.iter().map(|name| name.trim()).collect();
        let named: Vec<&str> = named.into_iter().filter(|name| !name.is_empty()).collect();
        required("stations", named.first().unwrap_or(&""))?;
        let body = json!({ "do": "sale_times", "stations": named });
        self.look(&public(Service::Rail, body)).await
    }

    /// Whom an account may buy for.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`] for others than its owner; the service's.
    pub async fn rail_passengers(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Value, AppError> {
        self.rail_look(actor, account, json!({ "do": "passengers" }))
            .await
    }

    /// Orders of an account.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `from` and `to`; as [`App::rail_passengers`].
    pub async fn rail_orders(
        &self,
        actor: &Actor,
        account: &AccountId,
        asked: &RailOrders,
    ) -> Result<Value, AppError> {
        let (from, to) = order_days(asked, dates::today(self.now()))?;
        let which = if asked.past { "past" } else { "upcoming" };
        let body = json!({ "do": "orders", "from": from, "to": to, "which": which });
        self.rail_look(actor, account, body).await
    }

    /// Orders that wait for their payment, and one that 12306 is still queueing.
    ///
    /// # Errors
    /// As [`App::rail_passengers`].
    pub async fn rail_unfinished(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Value, AppError> {
        self.rail_look(actor, account, json!({ "do": "unfinished" }))
            .await
    }

    /// Standby orders of an account.
    ///
    /// # Errors
    /// As [`App::rail_passengers`].
    pub async fn rail_standby(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Value, AppError> {
        self.rail_look(actor, account, json!({ "do": "standby_orders" }))
            .await
    }

    /// Begins the cancelling of an unpaid order. It counts towards the cancellations of the day. What came of it:
    /// [`App::settled`].
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `order_no`, [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn rail_cancel_order(
        &self,
        actor: &Actor,
        account: &AccountId,
        order_no: &str,
    ) -> Result<CallId, AppError> {
        required("order_no", order_no)?;
        let body = json!({ "do": "cancel_order", "order_no": order_no.trim() });
        self.rail_act(actor, account, "cancel_order", body).await
    }

    /// Begins the withdrawal of a standby order, paid or not. What came of it: [`App::settled`].
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `reserve_no`, [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn rail_withdraw_standby(
        &self,
        actor: &Actor,
        account: &AccountId,
        reserve_no: &str,
        paid: bool,
    ) -> Result<CallId, AppError> {
        required("reserve_no", reserve_no)?;
        let body =
            json!({ "do": "withdraw_standby", "reserve_no": reserve_no.trim(), "paid": paid });
        self.rail_act(actor, account, "withdraw_standby", body)
            .await
    }

    async fn rail_look(
        &self,
        actor: &Actor,
        account: &AccountId,
        body: Value,
    ) -> Result<Value, AppError> {
        self.look_as(actor, account, Service::Rail, body).await
    }

    async fn rail_act(
        &self,
        actor: &Actor,
        account: &AccountId,
        tag: &str,
        body: Value,
    ) -> Result<CallId, AppError> {
        let account = self.account_to_change(actor, account).await?;
        of_service(account.service, Service::Rail, &account.id)?;
        let act = NewCall::act(tag, Service::Rail, &account.id, body);
        let about = About::account(&account.id);
        self.audited_act(actor, Audit::OrderCancel, about, act)
            .await
    }
}

fn order_days(asked: &RailOrders, today: Date) -> Result<(Date, Date), AppError> {
    let read = |field: &str, given: &Option<String>, otherwise: Date| match given {
        Some(text) => dates::parse_date(field, text),
        None => Ok(otherwise),
    };
    let to = read("to", &asked.to, today)?;
    let from = read(
        "from",
        &asked.from,
        to.saturating_sub(Span::new().days(ORDER_DAYS)),
    )?;
    if to < from {
        return Err(AppError::Invalid(InvalidInput::new(
            "to",
            "结束日期早于开始日期",
            "the last day lies before the first",
        )));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn orders_of_thirty_days_unless_said() {
        let today = date(2026, 11, 22);
        let days = |from: Option<&str>, to: Option<&str>| {
            let asked = RailOrders {
                from: from.map(str::to_owned),
                to: to.map(str::to_owned),
                past: false,
            };
            order_days(&asked, today)
        };
        assert_eq!(days(None, None).unwrap(), (date(2026, 10, 23), today));
        let month = days(None, Some("2026-03-31")).unwrap();
        assert_eq!(month, (date(2026, 3, 1), date(2026, 3, 31)));
        for (from, to, field) in [
            (Some("2026-11-23"), None, "to"),
            (Some("soon"), None, "from"),
            (None, Some("2026-02-30"), "to"),
        ] {
            let error = days(from, to).unwrap_err();
            assert_eq!(error.field(), Some(field), "{from:?} {to:?}");
        }
    }
}
