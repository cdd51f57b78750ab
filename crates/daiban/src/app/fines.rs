//! Fines as they were seen last: per account and car, with what the queries of this month cost. Nothing is asked of the
//! service here; asking is in `services`.

use std::collections::BTreeMap;

use daiban_core::{
    account::Account, error::ServiceError, id::AccountId, plate::Plate, service::Service,
};
use daiban_providers::violation::{
    car,
    decide::DEFAULT_PRICE_FEN,
    fines::{Changes, Check},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Actor, App, AppError, LedgerLine};

/// The errand kind that asks by itself.
const WATCH: &str = "violation.watch";

/// One car of an account.
#[derive(Debug, Clone, Default)]
pub struct CarFines {
    /// Its plate.
    pub plate: String,
    /// The newest answer there is; `None`: nobody has asked.
    pub check: Option<Check>,
    /// What was new in the last answer that an errand compared.
    pub changes: Option<Changes>,
    /// Why the last query brought no answer, when it did not.
    pub trouble: Option<ServiceError>,
}

/// An account with its cars and what it spent.
#[derive(Debug, Clone)]
pub struct FinesAccount {
    /// The account.
    pub account: Account,
    /// Its cars, in the order of its settings.
    pub cars: Vec<CarFines>,
    /// This month's queries, oldest first.
    pub ledger: Vec<LedgerLine>,
    /// What one query costs, in fen, as its owner has set it.
    pub price_fen: i64,
    /// What may be spent a month without a person's word, in fen.
    pub budget_fen: i64,
}

impl FinesAccount {
    /// What this month's queries count for, in fen.
    pub fn counted_fen(&self) -> i64 {
        self.ledger.iter().map(|line| line.counted_fen).sum()
    }
}

impl App {
    /// Every account for fines they may see.
    ///
    /// # Errors
    /// The store's.
    pub async fn fines_accounts(&self, actor: &Actor) -> Result<Vec<FinesAccount>, AppError> {
        let mut all = Vec::new();
        for account in self.accounts(actor).await? {
            if account.service == Service::Violation {
                all.push(self.fines(actor, &account.id).await?);
            }
        }
        Ok(all)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn fines(&self, actor: &Actor, id: &AccountId) -> Result<FinesAccount, AppError> {
        let account = self.account_of(actor, id, Service::Violation).await?;
        let mut known: BTreeMap<String, CarFines> = BTreeMap::new();
        for errand in self.errands(actor).await? {
            if errand.kind == WATCH && errand.account == account.id {
                gather_facts(&mut known, &self.facts(actor, &errand.id).await?);
            }
        }
        for (name, kept) in self.household().kept(Service::Violation, id).await? {
            let Some(plate) = name.strip_prefix("check/") else {
                continue;
            };
            let car = known.entry(plate.to_owned()).or_default();
            match kept.result {
                Ok(value) => take_newer(&mut car.check, Check::from_value(&value)),
                Err(error) => car.trouble = Some(error),
            }
        }
        Ok(FinesAccount {
            cars: in_order(&account, known),
            ledger: self.violation_ledger(actor, id).await?,
            price_fen: number(&account, "price_fen", i64::from(DEFAULT_PRICE_FEN)),
            budget_fen: number(&account, "monthly_budget_fen", 0),
            account,
        })
    }
}

fn gather_facts(known: &mut BTreeMap<String, CarFines>, facts: &[(String, Value)]) {
    for (name, value) in facts {
        if let Some(plate) = name.strip_prefix("check/") {
            let car = known.entry(plate.to_owned()).or_default();
            take_newer(&mut car.check, Check::from_value(value));
        }
        if let Some(plate) = name.strip_prefix("changes/") {
            let car = known.entry(plate.to_owned()).or_default();
            car.changes = car.changes.take().or_else(|| read(value));
        }
    }
}

fn take_newer(known: &mut Option<Check>, other: Option<Check>) {
    let Some(other) = other else {
        return;
    };
    let is_newer = known
        .as_ref()
        .is_none_or(|known| known.checked_at <= other.checked_at);
    if is_newer {
        *known = Some(other);
    }
}

/// The account's own cars first, as its settings name them; then those that were asked about and have left the settings.
fn in_order(account: &Account, mut known: BTreeMap<String, CarFines>) -> Vec<CarFines> {
    let cars = car::all(&account.settings);
    let mut plates: Vec<String> = match cars {
        Ok(cars) => cars
            .iter()
            .map(|car| car.plate.as_str().to_owned())
            .collect(),
        // Settings that are not complete may still name the first car.
        Err(_) => account
            .settings
            .get("plate")
            .and_then(|plate| tidy(plate))
            .into_iter()
            .collect(),
    };
    plates.extend(
        known
            .keys()
            .filter(|plate| !plates.contains(plate))
            .cloned()
            .collect::<Vec<_>>(),
    );
    plates
        .into_iter()
        .map(|plate| CarFines {
            plate: plate.clone(),
            ..known.remove(&plate).unwrap_or_default()
        })
        .collect()
}

fn tidy(plate: &str) -> Option<String> {
    Some(Plate::parse("plate", plate).ok()?.as_str().to_owned())
}

fn number(account: &Account, name: &str, default: i64) -> i64 {
    let set = account.settings.get(name);
    set.and_then(|text| text.trim().parse().ok())
        .unwrap_or(default)
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}
