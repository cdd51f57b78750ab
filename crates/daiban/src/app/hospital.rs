//! What a person asks of 114: hospitals, departments, calendars, places of a day, and what an account shows its owner.
//!
//! Patients and orders name people, so they are for whom the account belongs. All else is public and needs no account.

use daiban_core::{Timestamp, dates, id::AccountId, service::Service};
use daiban_providers::hospital::{
    booking::{Booking, Patient},
    places::{Department, DepartmentRef, Hospital, Named},
    slots::{Calendar, Slot},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    Actor, App, AppError,
    services::{public, required},
};

/// A question for hospitals.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HospitalFind {
    /// A part of the name. May be left out where level or area is given.
    pub q: String,
    /// The service's number of a level, such as 三级.
    pub level: Option<String>,
    /// The service's number of an area of the city.
    pub area: Option<String>,
}

/// Hospitals that were found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HospitalsFound {
    /// In the service's order.
    pub hospitals: Vec<Hospital>,
    /// How many there are in all, where the service says.
    #[serde(default)]
    pub count: Option<u64>,
    /// When they were seen.
    #[serde(with = "dates::rfc3339::option", default)]
    pub seen_at: Option<Timestamp>,
}

/// A hospital's own page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HospitalSeen {
    /// What it says.
    #[serde(flatten)]
    pub hospital: Hospital,
    /// When it was seen.
    #[serde(with = "dates::rfc3339::option", default)]
    pub seen_at: Option<Timestamp>,
}

/// Departments of a hospital.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DepartmentsFound {
    /// The hospital, where its name is known.
    #[serde(default)]
    pub hospital: Option<Named>,
    /// In the service's order, each once.
    pub departments: Vec<Department>,
    /// When they were seen.
    #[serde(with = "dates::rfc3339::option", default)]
    pub seen_at: Option<Timestamp>,
}

/// What a department is called.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DepartmentNames {
    /// The hospital.
    pub hospital: Named,
    /// The first level.
    pub first: Named,
    /// The second level.
    pub second: Named,
}

/// A department's calendar and its age.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CalendarSeen {
    /// Days and the next release.
    #[serde(flatten)]
    pub calendar: Calendar,
    /// When it was seen.
    #[serde(with = "dates::rfc3339::option", default)]
    pub seen_at: Option<Timestamp>,
}

/// The products of a day and their age.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SlotsSeen {
    /// In the service's order.
    pub slots: Vec<Slot>,
    /// When they were seen.
    #[serde(with = "dates::rfc3339::option", default)]
    pub seen_at: Option<Timestamp>,
}

impl SlotsSeen {
    /// The list as scripts get it, each with its age.
    ///
    /// # Errors
    /// [`AppError::Internal`] when a value cannot be written.
    pub fn rows(&self) -> Result<Value, AppError> {
        let mut rows = json_of(&self.slots)?;
        let seen_at = self.seen_at.map(dates::rfc3339);
        for row in rows.as_array_mut().into_iter().flatten() {
            row["seen_at"] = json!(seen_at);
        }
        Ok(rows)
    }
}

/// Patients of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Patients {
    /// As listed.
    pub patients: Vec<Patient>,
}

/// Orders of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bookings {
    /// Newest first, as the service lists them.
    pub orders: Vec<Booking>,
    /// Whether the list was read to its end; unknown where that was not told.
    #[serde(default)]
    pub complete: Option<bool>,
}

/// A department as a person writes it: three codes, or the address of its page in `url`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// The hospital's code.
    pub hos: String,
    /// The department's code of the first level.
    pub first: String,
    /// The department's code of the second level.
    pub second: String,
    /// The address of the department's page, in place of the three.
    pub url: Option<String>,
    /// The day, where one is asked for.
    pub date: String,
}

impl Asked {
    /// Which department is meant.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `url`, or for the code that is missing.
    pub fn department(&self) -> Result<DepartmentRef, AppError> {
        if let Some(url) = &self.url {
            return Ok(DepartmentRef::parse("url", url)?);
        }
        for (field, code) in [
            ("hos", &self.hos),
            ("first", &self.first),
            ("second", &self.second),
        ] {
            required(field, code)?;
        }
        let codes = format!("{}/{}/{}", self.hos, self.first, self.second);
        Ok(DepartmentRef::parse("hos", &codes)?)
    }
}

impl App {
    /// Hospitals by a part of their name, by level, by area.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `q` when nothing is asked for; the service's.
    pub async fn hospital_find(&self, asked: &HospitalFind) -> Result<HospitalsFound, AppError> {
        if asked.level.is_none() && asked.area.is_none() {
            required("q", &asked.q)?;
        }
        let mut body = Map::from_iter([("do".to_owned(), json!("hospitals"))]);
        let text = Some(&asked.q).filter(|text| !text.trim().is_empty());
        for (name, value) in [
            ("text", text),
            ("level", asked.level.as_ref()),
            ("area", asked.area.as_ref()),
        ] {
            if let Some(value) = value {
                body.insert(name.to_owned(), json!(value.trim()));
            }
        }
        self.hospital_look(Value::Object(body)).await
    }

    /// What a hospital's own page says.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `hos`; the service's.
    pub async fn hospital(&self, hos: &str) -> Result<HospitalSeen, AppError> {
        required("hos", hos)?;
        self.hospital_look(json!({ "do": "hospital", "hos": hos.trim() }))
            .await
    }

    /// Departments of a hospital, all of them or those whose names contain `text`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `hos`; the service's.
    pub async fn hospital_departments(
        &self,
        hos: &str,
        text: Option<&str>,
    ) -> Result<DepartmentsFound, AppError> {
        required("hos", hos)?;
        let mut body = json!({ "do": "departments", "hos": hos.trim() });
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            body["text"] = json!(text);
        }
        self.hospital_look(body).await
    }

    /// What a department and its hospital are called.
    ///
    /// # Errors
    /// The service's.
    pub async fn hospital_department(
        &self,
        department: &DepartmentRef,
    ) -> Result<DepartmentNames, AppError> {
        let body = json!({ "do": "department", "department": department.to_string() });
        self.hospital_look(body).await
    }

    /// A department's calendar, both weeks of it.
    ///
    /// # Errors
    /// The service's.
    pub async fn hospital_calendar(
        &self,
        department: &DepartmentRef,
    ) -> Result<CalendarSeen, AppError> {
        self.hospital_look(of("calendar", department)).await
    }

    /// What there is on one day.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `date`; the service's.
    pub async fn hospital_slots(
        &self,
        department: &DepartmentRef,
        date: &str,
    ) -> Result<SlotsSeen, AppError> {
        let date = dates::parse_date("date", date)?;
        let mut body = of("slots", department);
        body["date"] = json!(date);
        self.hospital_look(body).await
    }

    /// Whom an account may book for.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`] for others than its owner; the service's.
    pub async fn hospital_patients(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Patients, AppError> {
        let body = json!({ "do": "patients" });
        let seen = self.look_as(actor, account, Service::Hospital, body);
        typed(seen.await?)
    }

    /// Orders of an account.
    ///
    /// # Errors
    /// As [`App::hospital_patients`].
    pub async fn hospital_orders(
        &self,
        actor: &Actor,
        account: &AccountId,
    ) -> Result<Bookings, AppError> {
        let body = json!({ "do": "orders" });
        let seen = self.look_as(actor, account, Service::Hospital, body);
        typed(seen.await?)
    }

    async fn hospital_look<T: DeserializeOwned>(&self, body: Value) -> Result<T, AppError> {
        typed(self.look(&public(Service::Hospital, body)).await?)
    }
}

fn of(what: &str, department: &DepartmentRef) -> Value {
    json!({
        "do": what,
        "hos": department.hos,
        "first": department.first,
        "second": department.second,
    })
}

/// An answer of the provider as its values.
fn typed<T: DeserializeOwned>(answer: Value) -> Result<T, AppError> {
    serde_json::from_value(answer).map_err(|error| AppError::Internal(format!("hospital: {error}")))
}

/// A value as JSON.
///
/// # Errors
/// [`AppError::Internal`] when it cannot be written.
pub(crate) fn json_of(value: &impl Serialize) -> Result<Value, AppError> {
    serde_json::to_value(value).map_err(|error| AppError::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_department_is_three_codes_or_a_page() {
        let codes = Asked {
            hos: "162".to_owned(),
            first: " 04 ".to_owned(),
            second: "644".to_owned(),
            ..Asked::default()
        };
        assert_eq!(codes.department().unwrap().to_string(), "162/04/644");
        let url = |text: &str| Asked {
            url: Some(text.to_owned()),
            ..codes.clone()
        };
        let page = url("https://www.114yygh.com/hospital/H1/T007/BH/source");
        assert_eq!(page.department().unwrap().to_string(), "H1/T007/BH");
        for (asked, field) in [
            (url("https://example.com/"), "url"),
            (Asked::default(), "hos"),
            (
                Asked {
                    second: String::new(),
                    ..codes.clone()
                },
                "second",
            ),
        ] {
            assert_eq!(asked.department().unwrap_err().field(), Some(field));
        }
    }
}
