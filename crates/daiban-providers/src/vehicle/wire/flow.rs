//! The data of a car's SIM card. Three units of time and one of data in one answer: milliseconds, seconds, digits of a
//! Beijing clock; KiB. Nothing here is worked out from anything else: the numbers of a real answer did not add up.
//!
//! *Source*: a public description of 2020 with one answer, *seen*. That data is in KiB is *guessed*: the total was 3 GiB to
//! the unit.

use daiban_core::error::ServiceError;
use daiban_core::{Timestamp, dates};
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::Value;

use super::scalars::{self, Bounds, Said, to_digits};
use crate::loose::key;

const KIB: Bounds = Bounds::new(0.0, 1e12);
const COUNT: Bounds = Bounds::new(0.0, 1e9);
const DAYS: Bounds = Bounds::new(-10_000.0, 40_000.0);

/// What a card has. What is not told is `null`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Flow {
    /// MiB of all packages.
    pub total_mib: Option<f64>,
    /// MiB used.
    pub used_mib: Option<f64>,
    /// MiB left.
    pub left_mib: Option<f64>,
    /// When the last package that still has data ends; without one, when the basic package does.
    #[serde(with = "dates::rfc3339::option")]
    pub until: Option<Timestamp>,
    /// Whole days until then.
    pub days_left: Option<i64>,
    /// The package that came with the card.
    pub basic: Option<Basic>,
    /// Those added to it.
    pub packages: Vec<Package>,
    /// When the service counted.
    #[serde(with = "dates::rfc3339::option")]
    pub as_of: Option<Timestamp>,
}

/// The package that came with the card.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Basic {
    /// When it began.
    #[serde(with = "dates::rfc3339::option")]
    pub from: Option<Timestamp>,
    /// When it ends.
    #[serde(with = "dates::rfc3339::option")]
    pub until: Option<Timestamp>,
    /// Whole days left, as the service counts them.
    pub days_left: Option<i64>,
}

/// An added package.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Package {
    /// The service's number of the product.
    pub product: Option<String>,
    /// MiB bought.
    pub total_mib: Option<f64>,
    /// MiB used.
    pub used_mib: Option<f64>,
    /// MiB left.
    pub left_mib: Option<f64>,
    /// Minutes to talk bought.
    pub voice_total_min: Option<i64>,
    /// Minutes used.
    pub voice_used_min: Option<i64>,
    /// Minutes left.
    pub voice_left_min: Option<i64>,
    /// Messages bought.
    pub sms_total: Option<i64>,
    /// Messages used.
    pub sms_used: Option<i64>,
    /// Messages left.
    pub sms_left: Option<i64>,
    /// When it began.
    #[serde(with = "dates::rfc3339::option")]
    pub from: Option<Timestamp>,
    /// When it ends.
    #[serde(with = "dates::rfc3339::option")]
    pub until: Option<Timestamp>,
}

/// Reads an answer, the whole body, at this moment.
///
/// # Errors
/// `Changed` when none of its parts is there.
pub fn flow(answer: &Value, now: Timestamp) -> Result<Flow, ServiceError> {
    let parts = ["sum", "left", "used", "basic_package", "increase_package"];
    let has_parts = |place: &&Value| parts.iter().any(|part| place.get(part).is_some());
    let Some(root) = [answer, &answer["data"]].into_iter().find(has_parts) else {
        return Err(ServiceError::changed("sum", "missing"));
    };
    let mut flow = Flow {
        total_mib: mib(&root["sum"]),
        used_mib: mib(&root["used"]),
        left_mib: mib(&root["left"]),
        basic: basic(&root["basic_package"]),
        packages: packages(&root["increase_package"]["package"]),
        as_of: scalars::moment_s(&root["timestamp"]).this(),
        ..Flow::default()
    };
    settle_end(&mut flow, now);
    Ok(flow)
}

/// Sets the end that matters.
fn settle_end(flow: &mut Flow, now: Timestamp) {
    let has_data = |package: &&Package| package.left_mib.is_some_and(|left| left > 0.0);
    let ends = flow.packages.iter().filter(has_data);
    let last = ends.filter_map(|package| package.until).max();
    match (last.filter(|until| *until > now), &flow.basic) {
        (Some(until), _) => {
            flow.until = Some(until);
            flow.days_left = Some(whole_days(until.duration_since(now)));
        }
        (None, Some(basic)) => {
            flow.until = basic.until;
            flow.days_left = basic.days_left;
        }
        (None, None) => {
            flow.until = last;
            flow.days_left = last.map(|last| whole_days(last.duration_since(now)));
        }
    }
}

fn whole_days(left: SignedDuration) -> i64 {
    left.as_secs().div_euclid(86_400)
}

fn basic(value: &Value) -> Option<Basic> {
    value.is_object().then(|| Basic {
        from: scalars::moment_ms(&value["start_time"])
            .this()
            .or_else(|| scalars::moment_ms(&value["auth_time"]).this()),
        until: scalars::moment_ms(&value["limit_time"]).this(),
        days_left: count(&value["available_days"], &DAYS),
    })
}

/// A list, or one alone.
fn packages(value: &Value) -> Vec<Package> {
    match value {
        Value::Array(items) => items
            .iter()
            .filter(|item| item.is_object())
            .map(package)
            .collect(),
        Value::Object(_) => vec![package(value)],
        _ => Vec::new(),
    }
}

fn package(value: &Value) -> Package {
    Package {
        product: key(&value["productId"]),
        total_mib: mib(&value["dataVolume_init"]),
        used_mib: mib(&value["usedDataVolume"]),
        left_mib: mib(&value["dataVolume"]),
        voice_total_min: count(&value["voiceMinute_init"], &COUNT),
        voice_used_min: count(&value["usedVoiceMinute"], &COUNT),
        voice_left_min: count(&value["voiceMinute"], &COUNT),
        sms_total: count(&value["SMSNumber_init"], &COUNT),
        sms_used: count(&value["usedSMSNumber"], &COUNT),
        sms_left: count(&value["SMSNumber"], &COUNT),
        from: scalars::moment_beijing(&value["activeDate"]).this(),
        until: scalars::moment_beijing(&value["expireDate"]).this(),
    }
}

/// MiB of a count of KiB.
fn mib(value: &Value) -> Option<f64> {
    let kib = scalars::quantity(value, &KIB).this()?;
    Some(to_digits(kib / 1_024.0, 1))
}

fn count(value: &Value, bounds: &Bounds) -> Option<i64> {
    match scalars::quantity(value, bounds) {
        Said::This(count) => Some(count.round() as i64),
        Said::Nothing | Said::Odd => None,
    }
}
