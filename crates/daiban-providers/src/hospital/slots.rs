//! A department's calendar and the places of one day, as values.

use daiban_core::{Timestamp, dates};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A department's calendar: `{"do":"calendar",…}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Each day once, in order. A day between two weeks that no answer covers is there as unknown.
    pub days: Vec<Day>,
    /// When the next places are released, as the service says.
    #[serde(with = "dates::rfc3339::option")]
    pub release_at: Option<Timestamp>,
}

/// One day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The day of the visit.
    pub date: Date,
    /// What there is.
    pub state: DayState,
    /// The service's word, where it is one we do not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

/// What there is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// 有号
    Available,
    /// 约满
    SoldOut,
    /// 无号: no clinic, or not published.
    None,
    /// 即将放号
    Soon,
    /// Not covered by an answer, or in a word we do not know. Never taken for available.
    Unknown,
}

/// Half of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HalfDay {
    /// 上午
    Morning,
    /// 下午
    Afternoon,
    /// 晚上, 全天 and whatever else a hospital has.
    Other,
}

impl HalfDay {
    /// As people say it in Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Morning => "上午",
            Self::Afternoon => "下午",
            Self::Other => "其他时段",
        }
    }

    /// As people say it in English.
    #[must_use]
    pub fn en(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
            Self::Other => "other hours",
        }
    }
}

/// One product of a day: a doctor, or a kind of clinic, in one half of it. `{"do":"slots",…}` gives a list of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The service's key of the product, 40 hex digits.
    pub key: String,
    /// Which half.
    pub half_day: HalfDay,
    /// The doctor; `None` where the service names none.
    pub doctor: Option<String>,
    /// `副主任医师`, or what the hospital sells it as, `普通号50`.
    pub title: String,
    /// What the doctor treats.
    pub skill: Option<String>,
    /// Whether a place is left: the stock number is odd.
    pub bookable: bool,
    /// Times to choose from. Empty: none to choose, the place is for the half day.
    pub periods: Vec<Period>,
}

/// A time of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// `08:00`
    pub from: String,
    /// `08:30`
    pub to: String,
    /// Its own key.
    pub key: String,
    /// `202303090800-202303090830`, sent back.
    pub duty_time: String,
    /// Whether a place is left in it.
    pub bookable: bool,
}
