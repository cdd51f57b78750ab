//! Traffic fines from a paid service (storeapi.net, product 65/173): one request answers for one car and costs about
//! 0.14 yuan.
//!
//! One signs in by filling in the `appid` and `secret` of the paid account; nothing is asked to prove them, because every
//! request may cost. A query is an *act*: written down before it is sent, never repeated blindly, and held back by a gate
//! that prefers stored answers and keeps to a monthly budget.
//!
//! | file | what is in it |
//! | --- | --- |
//! | [`wire`] | the signed form, the reader of answers |
//! | `descriptor` | settings, secrets, errands and wishes, as data |
//! | [`error`] | every status code: class, price, next step |
//! | [`car`] | the account's cars, checked before money is spent |
//! | [`fines`] | our words: a fine, a check, what changed, what blocks a permit |
//! | [`decide`] | may a query be sent? |
//! | [`flow`] | the query itself |
//! | [`watch`] | the errand `violation.watch` |
//! | `words` | what that errand says |
//! | [`sign_in`] | the errand `violation.sign_in` |
//!
//! Acts: `{"do":"query","plate":…,"spend":bool,"fresh_days":n}` and `{"do":"manual","plate":…,"open":n,"note":…}`; both give a
//! [`fines::Check`]. Looks, neither of which sends anything: `{"do":"cars"}` gives `{"plates":[…]}` and
//! `{"do":"complete"}` tells whether the account is filled in.
//!
//! *Source*: the service's public page (*documented*); the nesting of its answer and the price of codes other than 10000
//! are *guessed*. The page itself doubts that the product is still available.

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Account, Secrets, Settings},
    call::{Charged, NewCall, Outcome},
    descriptor::Descriptor,
    errand::Machine,
    error::ServiceError,
    id::AccountId,
    invalid::InvalidInput,
    plate::Plate,
    provider::{Book, Gate, Provider, Reconciled, Visit},
    service::Service,
};
use serde_json::{Value, json};

use fines::Check;

pub mod car;
pub mod decide;
mod descriptor;
pub mod error;
pub mod fines;
pub mod flow;
pub mod sign_in;
pub mod watch;
pub mod wire;
mod words;

/// The service.
pub struct Violation;

/// A query about one car of an account, for any errand or command.
///
/// With `spend` a person has said to spend one call. Without it the gate answers from store while that answer is fresh,
/// asks within the budget, or refuses with a code of `budget`, `stopped`, `settings`, `input`, `changed` or
/// `unknown_code`, or as closed until a moment.
pub fn query(tag: &str, account: &AccountId, plate: &str, spend: bool) -> NewCall {
    let body = json!({ "do": "query", "plate": tidy(plate), "spend": spend });
    NewCall::act(tag, Service::Violation, account, body)
}

/// A query without a person's word that takes a stored answer only while it is younger than `fresh_days`; never less
/// than one. For an errand with a reason to look closer than usual, such as a permit refused for an open fine.
pub fn query_within(tag: &str, account: &AccountId, plate: &str, fresh_days: u32) -> NewCall {
    let body =
        json!({ "do": "query", "plate": tidy(plate), "spend": false, "fresh_days": fresh_days });
    NewCall::act(tag, Service::Violation, account, body)
}

/// The one query to which the owner agreed beforehand, by naming this account for it: a permit was refused for an open
/// fine, and which one it is costs one call. Goes also where no budget is set; a budget that is set is kept.
pub fn query_agreed(tag: &str, account: &AccountId, plate: &str) -> NewCall {
    let body = json!({
        "do": "query", "plate": tidy(plate), "spend": false, "fresh_days": 1, "agreed": true,
    });
    NewCall::act(tag, Service::Violation, account, body)
}

/// "I looked in 交管12123 today: `open` fines."
pub fn manual(
    tag: &str,
    account: &AccountId,
    plate: &str,
    open: u32,
    note: Option<&str>,
) -> NewCall {
    let body = json!({ "do": "manual", "plate": tidy(plate), "open": open, "note": note });
    NewCall::act(tag, Service::Violation, account, body)
}

/// The plate in its one spelling, under which answers are kept; what is no plate is refused when the call is made.
fn tidy(plate: &str) -> String {
    Plate::parse("plate", plate)
        .map_or_else(|_| plate.to_owned(), |plate| plate.as_str().to_owned())
}

/// Reads the outcome of [`query`] or [`manual`]. Look at [`Check::meaning`] before believing the list.
///
/// # Errors
/// The service's or the gate's; [`ServiceError::Unsure`] when the call may have been charged without a result.
pub fn read_outcome(outcome: &Outcome) -> Result<Check, ServiceError> {
    let value = outcome.clone().into_result()?;
    Check::from_value(&value).ok_or_else(|| ServiceError::changed("check", "not a stored check"))
}

#[async_trait]
impl Provider for Violation {
    fn descriptor(&self) -> &'static Descriptor {
        &descriptor::DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(watch::Watch), Box::new(sign_in::SignIn)]
    }

    fn check_account(
        &self,
        settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        let first = car::all(settings)?.swap_remove(0);
        let tidy = [
            ("plate", first.plate.as_str()),
            ("plate_type", first.plate_type.as_str()),
            ("engine_number", first.engine.as_str()),
            ("frame_number", first.frame.as_str()),
        ];
        settings.extend(tidy.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for name in ["price_fen", "monthly_budget_fen", "fresh_days"] {
            let given = settings.get(name).map(|value| value.trim());
            if given.is_some_and(|value| !value.is_empty() && value.parse::<u32>().is_err()) {
                return Err(InvalidInput::new(
                    name,
                    "应为不小于 0 的整数",
                    "should be a whole number, 0 or more",
                ));
            }
        }
        flow::sign_mode(settings.get("sign").map(String::as_str))?;
        if settings
            .get("url")
            .is_some_and(|url| !url.is_empty() && !wire::may_carry_secret(url))
        {
            return Err(flow::insecure());
        }
        for name in ["appid", "secret"] {
            let value = secrets
                .get(name)
                .map(|secret| secret.reveal().trim().to_owned())
                .unwrap_or_default();
            if value.is_empty() {
                return Err(InvalidInput::new(name, "必填", "is required"));
            }
            secrets.insert(name.to_owned(), value.into());
        }
        Ok(())
    }

    /// Another address, another way to sign or another customer is another purchase of the same car's fines.
    fn known_by(&self, settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, String)> {
        let set = |name: &str| settings.get(name).map_or("", String::as_str);
        let appid = secrets.get("appid").map_or("", |appid| appid.reveal());
        let bought = [set("url"), set("sign"), appid].join("\n");
        let cars = car::all(settings).unwrap_or_default();
        let known = cars
            .iter()
            .map(|car| ("plate", format!("{bought}\n{}", car.plate.as_str())));
        known.collect()
    }

    /// Only whether everything is filled in: a request to prove the secret may cost money.
    fn proof(&self, account: &Account, _secrets: &Secrets) -> Option<NewCall> {
        Some(sign_in::complete(&account.id))
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        match body["do"].as_str() {
            Some("cars") => flow::plates(visit),
            Some("complete") => flow::complete(visit),
            _ => Err(unknown()),
        }
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        match body["do"].as_str() {
            Some("query") => {
                let check = flow::query(visit, body["plate"].as_str().unwrap_or_default()).await?;
                Ok(check.to_value())
            }
            Some("manual") => Ok(flow::manual(body, visit.now)?.to_value()),
            _ => Err(unknown()),
        }
    }

    async fn reconcile(
        &self,
        _visit: &Visit<'_>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        flow::reconcile(body, sent_at)
    }

    fn book_key(&self, body: &Value) -> Option<String> {
        let asks = matches!(body["do"].as_str(), Some("query" | "manual"));
        body["plate"]
            .as_str()
            .filter(|_| asks)
            .map(|plate| format!("check/{plate}"))
    }

    fn gate(&self, book: &Book<'_>, body: &Value) -> Gate {
        decide::gate(book, body)
    }

    fn charged(&self, body: &Value, outcome: &Outcome) -> Option<Charged> {
        if body["do"] != "query" {
            return None;
        }
        Some(match outcome {
            Outcome::Done(value) => {
                Check::from_value(value).map_or(Charged::Maybe, |check| check.charged)
            }
            Outcome::Failed(error) => error::charged_for(error),
            Outcome::DidNotHappen(_) => Charged::No,
            Outcome::Unknown(_) => Charged::Maybe,
        })
    }
}

fn unknown() -> ServiceError {
    ServiceError::Refused {
        code: "do".to_owned(),
        text: Text::new("没有这个动作", "no such thing to do"),
    }
}
