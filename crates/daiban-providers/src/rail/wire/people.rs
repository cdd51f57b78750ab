//! Passengers as an order or a standby order names them. Their values are sent back exactly as they came, and never told.
//!
//! *Source*: a recorded session of 2024; public clients of the service, 2019–2026. *Seen*.

use daiban_core::error::ServiceError;
use daiban_core::secret::Secret;
use serde_json::Value;

use super::answer::Answer;
use crate::loose::{filled, key};

/// Somebody who can be ordered for. `Debug` shows the service's key and nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// `passenger_uuid`: two people may have one name.
    pub uuid: String,
    /// As the service writes it.
    pub name: Secret,
    /// `1` identity card, `B` passport and so on.
    pub id_kind: String,
    /// With stars in it, and so it is sent back.
    pub id_no: Secret,
    /// With stars in it, or empty.
    pub mobile: Secret,
    /// `passenger_type`: `1` adult, `2` child, `3` student, `4` disabled soldier or policeman; may be empty.
    pub kind: String,
    /// `allEncStr`: who it is, for the service alone.
    pub all_enc: Secret,
}

/// The people of a page of `passengers/query` who can be ordered for. Whoever lacks something is left out: nobody
/// can be ordered for by half.
///
/// # Errors
/// As [`order_people`].
pub fn listed_people(body: &str) -> Result<Vec<Person>, ServiceError> {
    let answer = Answer::read(body)?;
    Ok(people(&answer.data()?["datas"]))
}

/// The people `getPassengerDTOs` gives inside an order.
///
/// # Errors
/// What a message means; `Changed` when the list is missing.
pub fn order_people(body: &str) -> Result<Vec<Person>, ServiceError> {
    let answer = Answer::read(body)?;
    let list = &answer.data()?["normal_passengers"];
    if list.is_array() {
        return Ok(people(list));
    }
    Err(answer
        .says()
        .unwrap_or_else(|| ServiceError::changed("data.normal_passengers", "missing")))
}

fn people(list: &Value) -> Vec<Person> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(person).collect()
}

/// Since the end of 2019 nobody can be named without `allEncStr` (*seen*).
fn person(one: &Value) -> Option<Person> {
    let value = |name: &str| filled(&one[name]).map(Secret::from);
    Some(Person {
        uuid: key(&one["passenger_uuid"])?,
        name: value("passenger_name")?,
        id_kind: key(&one["passenger_id_type_code"])?,
        id_no: value("passenger_id_no")?,
        mobile: value("mobile_no").unwrap_or_default(),
        kind: key(&one["passenger_type"]).unwrap_or_default(),
        all_enc: value("allEncStr")?,
    })
}
