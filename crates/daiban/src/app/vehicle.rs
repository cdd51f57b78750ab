//! What a person asks of a car: the cars of an account, what a car tells, the data left on its SIM card, what it can be told
//! to do, and what was stored about it. Commands are in `orders`.
//!
//! Where a car is and what it does is for whom the account belongs; a screen in the hall sees what a watch shows of it.

use std::collections::BTreeMap;

use daiban_core::{
    Timestamp, account::Account, dates, household::ErrandRow, id::AccountId, invalid::InvalidInput,
    service::Service,
};
use daiban_providers::vehicle::reading::Reading;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Actor, App, AppError, services::of_service};

/// The errand kind that watches a car.
pub(crate) const WATCH: &str = "vehicle.watch";
/// So many readings are given at most.
const READINGS: usize = 20_000;

/// A car of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarListed {
    /// The last four characters of its number: its name in commands.
    pub car: String,
    /// Its number, all but those as stars.
    pub vin: String,
    /// The plate, where told.
    #[serde(default)]
    pub plate: Option<String>,
    /// The series, where told.
    #[serde(default)]
    pub series: Option<String>,
    /// Whether it is the one usually meant.
    #[serde(default)]
    pub default: bool,
}

/// The cars of an account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Cars {
    /// As the service lists them.
    pub cars: Vec<CarListed>,
}

/// What is left on a car's SIM card. `None` is not told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimData {
    /// The card's number, all but its last four digits as stars.
    pub iccid: Option<String>,
    /// MiB in all.
    pub total_mib: Option<f64>,
    /// MiB used.
    pub used_mib: Option<f64>,
    /// MiB left.
    pub left_mib: Option<f64>,
    /// When the last of it ends.
    #[serde(with = "dates::rfc3339::option")]
    pub until: Option<Timestamp>,
    /// Days until then, as the service counts them.
    pub days_left: Option<i64>,
    /// The card itself.
    pub basic: Option<SimBasic>,
    /// What was bought for it.
    pub packages: Vec<SimPackage>,
    /// When the service said so.
    #[serde(with = "dates::rfc3339::option")]
    pub as_of: Option<Timestamp>,
}

/// The time of a SIM card.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimBasic {
    /// Since when.
    #[serde(with = "dates::rfc3339::option")]
    pub from: Option<Timestamp>,
    /// Until when.
    #[serde(with = "dates::rfc3339::option")]
    pub until: Option<Timestamp>,
    /// Days until then, as the service counts them.
    pub days_left: Option<i64>,
}

/// A package of a SIM card.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimPackage {
    /// The service's number of it.
    pub product: Option<String>,
    /// MiB in all.
    pub total_mib: Option<f64>,
    /// MiB used.
    pub used_mib: Option<f64>,
    /// MiB left.
    pub left_mib: Option<f64>,
    /// Minutes of calls in all.
    pub voice_total_min: Option<f64>,
    /// Minutes used.
    pub voice_used_min: Option<f64>,
    /// Minutes left.
    pub voice_left_min: Option<f64>,
    /// Text messages in all.
    pub sms_total: Option<f64>,
    /// Those sent.
    pub sms_used: Option<f64>,
    /// Those left.
    pub sms_left: Option<f64>,
    /// Since when.
    #[serde(with = "dates::rfc3339::option")]
    pub from: Option<Timestamp>,
    /// Until when.
    #[serde(with = "dates::rfc3339::option")]
    pub until: Option<Timestamp>,
}

/// What a car can be told to do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    /// The service's own list: whether each is there and on.
    pub functions: BTreeMap<String, bool>,
    /// Words of commands that may be given.
    pub commands: Vec<String>,
    /// When the list was seen.
    #[serde(with = "dates::rfc3339::option")]
    pub seen_at: Option<Timestamp>,
}

/// One stored reading, for charts. `None` is not told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarReading {
    /// When the car reported it.
    #[serde(with = "dates::rfc3339")]
    pub at: Timestamp,
    /// The last four characters of the car's number.
    #[serde(default)]
    pub car: Option<String>,
    /// Litres in the tank.
    #[serde(default)]
    pub fuel_l: Option<f64>,
    /// Kilometres it may go.
    #[serde(default)]
    pub range_km: Option<f64>,
    /// Kilometres driven.
    #[serde(default)]
    pub odometer_km: Option<f64>,
    /// Volts of the 12 V battery.
    #[serde(default)]
    pub battery_12v_v: Option<f64>,
    /// Per cent of the traction battery.
    #[serde(default)]
    pub soc_pct: Option<f64>,
    /// Litres per 100 km, the car's own average.
    #[serde(default)]
    pub consumption_l_100km: Option<f64>,
    /// `off`, `running`, `unknown`
    #[serde(default)]
    pub engine: Option<String>,
    /// Whether all four doors were locked.
    #[serde(default)]
    pub locked: Option<bool>,
}

/// A watch over a car with what it published.
#[derive(Debug, Clone)]
pub struct CarWatch {
    /// The errand.
    pub errand: ErrandRow,
    /// Its facts by name.
    pub facts: Vec<(String, Value)>,
}

impl CarWatch {
    /// One fact; null when it was not published.
    pub fn fact(&self, name: &str) -> &Value {
        let found = self.facts.iter().find(|(known, _)| known == name);
        found.map_or(&Value::Null, |(_, value)| value)
    }

    /// The last reading, if there was one that can be read.
    pub fn reading(&self) -> Option<Reading> {
        read(self.fact("reading"))
    }

    /// Whether it is about that car; without one, about whichever.
    fn is_about(&self, car: Option<&str>) -> bool {
        let wished = self.errand.wishes["car"]
            .as_str()
            .filter(|car| !car.is_empty());
        let of = self.reading().map(|reading| reading.vin);
        match (car, of.as_deref().or(wished)) {
            (Some(car), Some(of)) => of.ends_with(car),
            _ => true,
        }
    }
}

impl App {
    /// The cars of an account, as the service lists them.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`] for others than its owner; the service's.
    pub async fn vehicle_cars(&self, actor: &Actor, account: &AccountId) -> Result<Cars, AppError> {
        self.vehicle_look(actor, account, json!({ "do": "cars" }))
            .await
    }

    /// What a car tells: as the service knows it, or with `fresh` after the car was woken for it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `car`; as [`App::vehicle_cars`].
    pub async fn vehicle_status(
        &self,
        actor: &Actor,
        account: &AccountId,
        car: Option<&str>,
        fresh: bool,
    ) -> Result<Reading, AppError> {
        let car = car_named(car)?;
        let body = json!({ "do": "status", "car": car, "fresh": fresh });
        let reading: Reading = self.vehicle_look(actor, account, body).await?;
        self.note_reading(account, &reading);
        Ok(reading)
    }

    /// What is left on a car's SIM card.
    ///
    /// # Errors
    /// As [`App::vehicle_status`].
    pub async fn vehicle_data(
        &self,
        actor: &Actor,
        account: &AccountId,
        car: Option<&str>,
    ) -> Result<SimData, AppError> {
        let body = json!({ "do": "data", "car": car_named(car)? });
        self.vehicle_look(actor, account, body).await
    }

    /// What a car can be told to do.
    ///
    /// # Errors
    /// As [`App::vehicle_status`].
    pub async fn vehicle_capabilities(
        &self,
        actor: &Actor,
        account: &AccountId,
        car: Option<&str>,
    ) -> Result<Capabilities, AppError> {
        let body = json!({ "do": "capabilities", "car": car_named(car)? });
        self.vehicle_look(actor, account, body).await
    }

    /// Stored readings since a moment, oldest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`] for others than its owner.
    pub async fn vehicle_readings(
        &self,
        actor: &Actor,
        account: &AccountId,
        since: Timestamp,
    ) -> Result<Vec<CarReading>, AppError> {
        let account = self.vehicle_of(actor, account).await?;
        let household = self.household();
        let records = household.records(&account.id, "reading", since, READINGS);
        let mut readings = Vec::new();
        for mut record in records.await?.into_iter().rev() {
            // One that cannot be read is a gap and not the end of the chart.
            if let Some(fields) = record.value.as_object_mut() {
                fields.insert("at".to_owned(), json!(dates::rfc3339(record.at)));
                readings.extend(read::<CarReading>(&record.value));
            }
        }
        Ok(readings)
    }

    /// Watches over cars of an account, or over one of them; those that go on first.
    ///
    /// # Errors
    /// The store's.
    pub async fn vehicle_watches(
        &self,
        actor: &Actor,
        account: &AccountId,
        car: Option<&str>,
    ) -> Result<Vec<CarWatch>, AppError> {
        let mut watches = Vec::new();
        for errand in self.errands(actor).await? {
            if errand.kind == WATCH && errand.account == *account {
                let facts = self.household().facts(&errand.id).await?;
                watches.push(CarWatch { errand, facts });
            }
        }
        watches.retain(|watch| watch.is_about(car));
        watches.sort_by_key(|watch| watch.errand.phase.is_over());
        Ok(watches)
    }

    /// The newest reading there is, without asking the service: of a watch, of a command, of a person's own look.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn vehicle_seen(
        &self,
        actor: &Actor,
        account: &AccountId,
        car: Option<&str>,
    ) -> Result<Option<Reading>, AppError> {
        self.account_of(actor, account, Service::Vehicle).await?;
        let watches = self.vehicle_watches(actor, account, car).await?;
        let mut seen: Vec<Reading> = watches.iter().filter_map(CarWatch::reading).collect();
        for key in [
            Some("status/".to_owned()),
            car.map(|car| format!("status/{car}")),
        ] {
            let Some(key) = key else { continue };
            let last = self.parts.store.last(account, &key).await?;
            seen.extend(last.and_then(|last| read(&last.result.ok()?)));
        }
        seen.extend(self.noted_reading(account));
        seen.retain(|reading| car.is_none_or(|car| reading.vin.ends_with(car)));
        Ok(seen
            .into_iter()
            .max_by_key(|one| (one.updated_at, one.seen_at)))
    }

    /// A vehicle account that they may look into: its owner and an admin.
    pub(super) async fn vehicle_of(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Account, AppError> {
        let account = self.account_of(actor, account, Service::Vehicle).await?;
        super::services::must_be_theirs(actor, &account)?;
        Ok(account)
    }

    /// Whether they may see where the cars of an account are and what they did.
    pub fn may_look_into(&self, actor: &Actor, account: &Account) -> bool {
        super::services::must_be_theirs(actor, account).is_ok()
    }

    /// A visit renews tokens when it must, and what it was given has to be stored: it goes on when whoever asked has gone away.
    async fn vehicle_look<T: DeserializeOwned>(
        &self,
        actor: &Actor,
        account: &AccountId,
        body: Value,
    ) -> Result<T, AppError> {
        let (app, actor, account) = (self.clone(), actor.clone(), account.clone());
        let visit = async move {
            let look = app.look_as(&actor, &account, Service::Vehicle, body);
            look.await
        };
        let seen = tokio::spawn(visit).await;
        let seen = seen.map_err(|error| AppError::Internal(error.to_string()))??;
        serde_json::from_value(seen)
            .map_err(|error| AppError::Internal(format!("vehicle: {error}")))
    }

    fn note_reading(&self, account: &AccountId, reading: &Reading) {
        let mut cars = self.cars();
        let looked = cars.looked.entry(account.clone()).or_default();
        looked.retain(|one| one.vin != reading.vin);
        looked.push(reading.clone());
    }

    fn noted_reading(&self, account: &AccountId) -> Vec<Reading> {
        self.cars().looked.get(account).cloned().unwrap_or_default()
    }
}

/// What this process remembers of cars.
#[derive(Debug, Default)]
pub(super) struct CarMemory {
    /// What people looked at themselves, one reading of each car.
    looked: BTreeMap<AccountId, Vec<Reading>>,
}

/// The last four characters of a car's number, as typed.
pub(super) fn car_named(car: Option<&str>) -> Result<Option<String>, AppError> {
    let Some(car) = car.map(str::trim).filter(|car| !car.is_empty()) else {
        return Ok(None);
    };
    let car = car.to_ascii_uppercase();
    let is_letter =
        |letter: u8| letter.is_ascii_alphanumeric() && !matches!(letter, b'I' | b'O' | b'Q');
    if car.len() == 4 && car.bytes().all(is_letter) {
        return Ok(Some(car));
    }
    Err(AppError::Invalid(InvalidInput::new(
        "car",
        "应当是车架号的末四位，例如 0001",
        "should be the last four characters of the car's number, such as 0001",
    )))
}

pub(super) fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// As [`of_service`], for accounts that are used.
pub(super) fn must_be_vehicle(account: &Account) -> Result<(), AppError> {
    of_service(account.service, Service::Vehicle, &account.id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_car_is_named_by_four_characters() {
        assert_eq!(car_named(None).unwrap(), None);
        assert_eq!(car_named(Some(" ")).unwrap(), None);
        assert_eq!(car_named(Some("00a1")).unwrap().unwrap(), "00A1");
        for wrong in ["1", "00001", "000I", "00/1", "LTESTVHC7E0000001", "零零01"] {
            assert_eq!(
                car_named(Some(wrong)).unwrap_err().field(),
                Some("car"),
                "{wrong}"
            );
        }
    }
}
