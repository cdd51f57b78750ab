//! The SIM card of a car and what is left on it: `flowinfo`, in KiB, ms, seconds and Beijing digits side by side.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::Asked;
use super::reply::{BAD_REQUEST, NO_PERMISSION, Refusal};
use crate::answer::Answer;
use crate::clock;
use crate::world::World;

/// What is left on a SIM card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimCard {
    /// KiB in all.
    pub sum_kib: i64,
    /// KiB used.
    pub used_kib: i64,
    /// The basic package begins, ms since the epoch; `None`: two years before the world began.
    pub start_ms: Option<i64>,
    /// It ends; `None`: five years after its beginning.
    pub limit_ms: Option<i64>,
    /// What was bought besides.
    pub packages: Vec<SimPackage>,
}

/// A package of data, minutes and messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimPackage {
    /// `800720`.
    pub product: String,
    /// KiB in it.
    pub data_kib: i64,
    /// KiB used.
    pub used_kib: i64,
    /// Minutes in it, none used.
    pub voice_min: i64,
    /// Messages in it.
    pub sms: i64,
    /// Messages used.
    pub used_sms: i64,
    /// ms since the epoch; `None`: a day before the world began.
    pub active_ms: Option<i64>,
    /// ms since the epoch; `None`: 31 days after its beginning.
    pub expire_ms: Option<i64>,
}

impl Default for SimCard {
    fn default() -> Self {
        Self {
            sum_kib: 3_145_728,
            used_kib: 71_389,
            start_ms: None,
            limit_ms: None,
            packages: vec![SimPackage::default()],
        }
    }
}

impl Default for SimPackage {
    fn default() -> Self {
        Self {
            product: "800720".into(),
            data_kib: 3_145_728,
            used_kib: 71_389,
            voice_min: 700,
            sms: 450,
            used_sms: 21,
            active_ms: None,
            expire_ms: None,
        }
    }
}

const DAY_MS: i64 = 86_400_000;

impl SimCard {
    /// With the moments that were left open.
    pub(super) fn begun(mut self, now: i64) -> Self {
        let start = *self.start_ms.get_or_insert(now - 2 * 365 * DAY_MS);
        self.limit_ms.get_or_insert(start + 5 * 365 * DAY_MS);
        for package in &mut self.packages {
            let active = *package.active_ms.get_or_insert(now - DAY_MS);
            package.expire_ms.get_or_insert(active + 31 * DAY_MS);
        }
        self
    }
}

/// Somebody known asks for the card of a car of theirs.
pub(super) fn answer(world: &World, asked: &Asked<'_>, user: usize) -> Result<Answer, Refusal> {
    let pairs = asked.call.query_pairs();
    let value = |name: &str| {
        let mut pairs = pairs.iter();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value)
    };
    let iccid = value("iccid").ok_or(BAD_REQUEST)?;
    if value("type").is_none_or(|kind| kind != "iccid") {
        return Err(BAD_REQUEST);
    }
    let garage = &world.vehicle;
    let user_id = &garage.owners[user].owner.user_id;
    let known = garage
        .cars_for(user_id)
        .find(|known| known.car.iccid == *iccid)
        .ok_or(NO_PERMISSION)?;
    // No envelope: this call alone has none (*seen*).
    Ok(Answer::json(&spell(&known.car.sim, world.now)))
}

fn spell(card: &SimCard, now: i64) -> Value {
    let start = card.start_ms.unwrap_or(now);
    let limit = card.limit_ms.unwrap_or(now);
    let packages: Vec<Value> = card.packages.iter().map(|it| package(it, now)).collect();
    json!({
        "sum": card.sum_kib, "left": card.sum_kib - card.used_kib, "used": card.used_kib,
        "basic_package": {
            "auth_time": start, "start_time": start, "limit_time": limit,
            "available_days": (limit - now).div_euclid(DAY_MS),
        },
        "increase_package": {"package": packages},
        "timestamp": now / 1000,
    })
}

fn package(package: &SimPackage, now: i64) -> Value {
    json!({
        "voiceMinute_init": package.voice_min, "usedSMSNumber": package.used_sms, "productId": package.product,
        "SMSNumber_init": package.sms, "dataVolume_init": package.data_kib, "orderId": "TESTORDER00000000000000001",
        "usedDataVolume": package.used_kib, "usedVoiceMinute": 0, "SMSNumber": package.sms - package.used_sms,
        "dataVolume": package.data_kib - package.used_kib, "voiceMinute": package.voice_min,
        "activeDate": clock::digits(package.active_ms.unwrap_or(now)),
        "expireDate": clock::digits(package.expire_ms.unwrap_or(now)),
    })
}
