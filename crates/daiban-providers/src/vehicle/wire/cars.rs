//! The list of a user's cars on the wire.
//!
//! `{"code":"1000","data":{"list":[{"vin","plateNo","seriesName","iccid","defaultVehicle",…}]}}`; in 2020 the list stood
//! beside the code. *Documented*: three public clients, 2020–2026.

use daiban_core::error::ServiceError;
use daiban_core::secret::Secret;
use daiban_core::vin::Vin;
use serde_json::Value;

use super::ids::Iccid;
use crate::loose;
use crate::vehicle::garage::Car;

/// The cars of an answer. What has no readable number cannot be asked about and is left out.
///
/// # Errors
/// `Changed` where there is no list, or nothing in it has a number.
pub(in crate::vehicle) fn cars(answer: &Value) -> Result<Vec<Car>, ServiceError> {
    let data = &answer["data"];
    let lists = [&data["list"], data, &answer["list"]];
    let list = lists.into_iter().find_map(Value::as_array);
    let Some(list) = list else {
        return match data {
            Value::Null => Ok(Vec::new()),
            _ => Err(ServiceError::changed("data.list", "is not there")),
        };
    };
    let cars: Vec<Car> = list.iter().filter_map(car).collect();
    if cars.is_empty() && !list.is_empty() {
        return Err(ServiceError::changed(
            "data.list[].vin",
            "is no number of a car",
        ));
    }
    Ok(cars)
}

fn car(entry: &Value) -> Option<Car> {
    let text = |name: &str| loose::filled(&entry[name]).map(|text| text.trim().to_owned());
    let sim = loose::key(&entry["iccid"]);
    Some(Car {
        vin: Vin::parse("vin", loose::filled(&entry["vin"])?).ok()?,
        plate: text("plateNo").map(Secret::from),
        series: text("seriesName").or_else(|| text("modelName")),
        iccid: sim.and_then(|number| Iccid::parse(&number).ok()),
        platform: text("tboxPlatform"),
        is_default: loose::flag(&entry["defaultVehicle"]).unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn cars_are_read_in_both_forms() {
        let car = json!({
            "vin": "LTESTVHC7E0000001", "plateNo": "冀R0D001", "seriesName": "领克01",
            "iccid": "89860000000000000000", "tboxPlatform": "csp", "defaultVehicle": "true",
        });
        for answer in [
            json!({ "code": "1000", "data": { "list": [car] } }),
            json!({ "code": "1000", "data": [car] }),
            json!({ "code": 1000, "list": [car] }),
        ] {
            let cars = cars(&answer).unwrap();
            let [car] = cars.as_slice() else {
                panic!("{answer}");
            };
            assert_eq!(car.vin.as_str(), "LTESTVHC7E0000001");
            assert_eq!(car.tail(), "0001");
            assert_eq!(car.plate.as_ref().unwrap().reveal(), "冀R0D001");
            assert_eq!(car.series.as_deref(), Some("领克01"));
            assert_eq!(car.iccid.as_ref().unwrap().as_str(), "89860000000000000000");
            assert_eq!(car.platform.as_deref(), Some("csp"));
            assert!(car.is_default);
        }
    }

    #[test]
    fn a_car_of_which_little_is_told_is_a_car_and_one_without_a_number_is_none() {
        let answer = json!({ "data": { "list": [
            { "vin": "LTESTVHC7E0000001", "plateNo": "", "iccid": 0, "seriesName": null },
            { "vin": "../../x" }, { "plateNo": "冀R0D001" },
        ] } });
        let cars = cars(&answer).unwrap();
        assert_eq!(cars.len(), 1);
        let car = &cars[0];
        assert!(car.plate.is_none() && car.series.is_none() && car.iccid.is_none());
        assert!(!car.is_default);
    }

    #[test]
    fn no_list_is_no_empty_list() {
        assert_eq!(cars(&json!({ "data": null })).unwrap().len(), 0);
        assert_eq!(cars(&json!({ "data": { "list": [] } })).unwrap().len(), 0);
        for answer in [
            json!({ "data": { "vehicles": [] } }),
            json!({ "data": { "list": [{ "VIN": "LTESTVHC7E0000001" }] } }),
        ] {
            assert_eq!(cars(&answer).unwrap_err().code(), "changed", "{answer}");
        }
    }
}
