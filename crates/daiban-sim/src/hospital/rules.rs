//! What may differ from run to run at the hospital service.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Rules of the hospital service. Each default is the usual case; times are in ms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HospitalRules {
    /// An answer by call (`product/list`, `order/save`, …), for every one of it, in place of doing anything.
    pub say: BTreeMap<String, HospitalSaid>,
    /// The same for the next call only.
    pub say_once: BTreeMap<String, HospitalSaid>,
    /// How the service tells that a call needs a sign-in.
    pub signed_out: HospitalSignedOut,
    /// Sign-ins end this long after they were made; `None`: never.
    pub session_life_ms: Option<i64>,
    /// Nobody counts as signed in, as long as this is set.
    pub session_loss: bool,
    /// For so long a session's earlier cookie still stands for it (*guessed*).
    pub cookie_grace_ms: i64,
    /// Key of mobile numbers and codes, 16 bytes; `token/accredit` tells it.
    pub aes_key: String,
    /// How far `_time` of a request may be from the service's clock (*guessed*).
    pub time_off_ms: i64,
    /// How long a picture can be used (*guessed*).
    pub picture_life_ms: i64,
    /// How long a code from a text message can be used.
    pub sms_life_ms: i64,
    /// Least time between two text messages to one number.
    pub sms_pause_ms: i64,
    /// Most text messages to one number on one day (*guessed*).
    pub sms_daily: u32,
    /// More requests than this within a minute in one session are too many; 0: never too many (*guessed*).
    pub per_minute: u32,
    /// Calls of `product/…` closer together than this, on the average of ten, are too many; 0: never (*guessed*).
    pub product_gap_ms: i64,
    /// For so long it takes no more after too many.
    pub closed_ms: i64,
    /// After so many further ones meanwhile there is a slider page instead.
    pub slider_after: u32,
    /// The field whose parity tells whether a product has places: `wnumber`, or `totalCount` in one client of 2023.
    pub count_field: String,
    /// A product without places shows none of its times.
    pub sold_out_hides_times: bool,
    /// The second week is answered with 系统繁忙, as a user of a public client saw.
    pub second_week_busy: bool,
    /// A word in place of the right status, by day.
    pub day_words: BTreeMap<Date, String>,
    /// The moment told as the next release is the following one as soon as the told moment has come, though the places
    /// are not there yet.
    pub told_moves_on: bool,
    /// `product/confirm` gives a `confirmToken`, as in 2023, and `order/save` wants it.
    pub confirm_token: bool,
    /// Keys of products change with this number: earlier ones are stale.
    pub key_turn: u32,
    /// `orderStatus` of a booking: `BOOKING_SUCCESS`, or `UN_TAKE`, which the page shows as the same.
    pub booked_word: String,
    /// `order/list` is there at all (its path is *guessed*).
    pub order_list: bool,
    /// Most bookings of one patient for one day.
    pub per_day: usize,
    /// Most bookings of one patient within seven days.
    pub per_week: usize,
    /// The successor's calls want a sign-in (code `3087`), as long as this is set.
    pub jingtong_signed_out: bool,
}

impl Default for HospitalRules {
    fn default() -> Self {
        Self {
            say: BTreeMap::new(),
            say_once: BTreeMap::new(),
            signed_out: HospitalSignedOut::default(),
            session_life_ms: None,
            session_loss: false,
            cookie_grace_ms: 60_000,
            aes_key: "imed2019imed2019".into(),
            time_off_ms: 600_000,
            picture_life_ms: 300_000,
            sms_life_ms: 300_000,
            sms_pause_ms: 60_000,
            sms_daily: 10,
            per_minute: 30,
            product_gap_ms: 2_000,
            closed_ms: 600_000,
            slider_after: 5,
            count_field: "wnumber".into(),
            sold_out_hides_times: true,
            second_week_busy: false,
            day_words: BTreeMap::new(),
            told_moves_on: false,
            confirm_token: true,
            key_turn: 0,
            booked_word: "BOOKING_SUCCESS".into(),
            order_list: true,
            per_day: 2,
            per_week: 3,
            jingtong_signed_out: false,
        }
    }
}

/// An answer without data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HospitalSaid {
    /// `resCode`.
    pub code: i64,
    /// `msg`; `None`: null.
    #[serde(default)]
    pub msg: Option<String>,
}

/// How the hospital service answers a call that needs a sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HospitalSignedOut {
    /// Code 102, but `user/info` is fine and holds nothing, as for any visitor.
    #[default]
    Anonymous,
    /// Code 102 everywhere.
    Code,
    /// 200 with a page where JSON is due.
    Html,
}
