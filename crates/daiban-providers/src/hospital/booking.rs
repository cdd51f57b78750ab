//! Bookings as values: what is to be booked, what the service asks before it, what the orders show.

use daiban_core::{Timestamp, dates};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::places::{DepartmentRef, Named};
use super::slots::HalfDay;

/// What a booking act books: `{"do":"book", …}` with these fields.
///
/// Everything here was chosen before the act is stored, so that two readings of the row book the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookWish {
    /// Where.
    pub department: DepartmentRef,
    /// The day of the visit.
    pub date: Date,
    /// Which half of it.
    pub half_day: HalfDay,
    /// The doctor that was seen, if one was named.
    pub doctor: Option<String>,
    /// The title that was seen.
    pub title: String,
    /// Key of the period, else of the product.
    pub key: String,
    /// `dutyTime` of the period, else `0`.
    pub duty_time: String,
    /// For whom.
    pub patient: PatientRef,
    /// With which card.
    pub card: CardKind,
    /// Not dearer than this, in fen. `None`: at any price.
    pub fee_max_fen: Option<i64>,
    /// What the owner has said yes to after the service showed something else than was seen.
    #[serde(default)]
    pub agreed: Option<Agreed>,
    /// The code from the text message, where the service wants one.
    #[serde(default)]
    pub sms_code: Option<String>,
    /// The hospital's own card number, where it wants one.
    #[serde(default)]
    pub hospital_card: Option<String>,
}

/// Whom the owner means: the list has no ids, so name and masked number together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientRef {
    /// As listed.
    pub name: String,
    /// `1101****0001`, as listed.
    pub id_mask: String,
}

/// Facts that the owner has agreed to. The act goes on only if they are still the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// What it costs; `None`: the service does not say.
    pub fee_fen: Option<i64>,
    /// The doctor, as the confirm page names one.
    pub doctor: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// `2023年03月09日 周四 下午`, blanks cut off.
    pub visit_time: String,
}

/// What a booking act came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookResult {
    /// The service took it and gave a number.
    Ordered {
        /// The order number.
        order_no: String,
        /// Whether it still stands in the service's line: not booked yet.
        lineup: bool,
        /// Whether the order is older than this act: there was one already.
        older: bool,
        /// What the order's page showed right after, if it could be read.
        detail: Option<Box<Booking>>,
    },
    /// Nothing was sent that books: a person is needed first.
    Stopped {
        /// Why.
        why: Stop,
        /// What the confirm page showed.
        confirm: Confirm,
    },
}

/// Why a booking stopped before it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// Fee, doctor, title or time differ from what was seen or agreed.
    Changed,
    /// It costs more than the owner wishes, or the service does not say what it costs (`fee_fen` is `None`).
    TooDear,
    /// A code from a text message is wanted.
    Sms,
    /// The hospital's own card number is wanted.
    HospitalCard,
    /// Something is wanted that daiban does not know how to give.
    Other,
}

/// What the service shows before a booking (its confirm page).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// The hospital's name.
    pub hospital: String,
    /// The department's name.
    pub department: String,
    /// The doctor, if one is named.
    pub doctor: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// `2023年03月09日 周四 下午`, blanks cut off.
    pub visit_time: String,
    /// The day read from it.
    pub date: Option<Date>,
    /// The half read from it.
    pub half_day: Option<HalfDay>,
    /// What it costs, from the plain field; `None`: not told.
    pub fee_fen: Option<i64>,
    /// What is wanted.
    pub needs: Needs,
    /// Where to fetch the number slip, and notices to read, in the service's words.
    pub notices: Vec<String>,
}

/// What the confirm page wants of each field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// `hospitalCardId`
    pub hospital_card: Need,
    /// `jytCardId`
    pub jyt_card: Need,
    /// `medicareCardId`
    pub medicare_card: Need,
    /// `smsCode`
    pub sms: Need,
    /// `contactUserInfo`
    pub contact: Need,
}

/// Whether a field is wanted: flags 1, 2 and 4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// 1
    Optional,
    /// 2, or the field is not there.
    #[default]
    Hidden,
    /// 4
    Required,
    /// A number we do not know: taken as wanted, which stops the booking rather than guess.
    Unknown,
}

/// An order as its page or the list shows it: `{"do":"order","hos","order_no"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// The order number.
    pub order_no: String,
    /// Where it stands.
    pub state: BookingState,
    /// The service's words for it.
    pub state_text: String,
    /// When it was made.
    #[serde(with = "dates::rfc3339::option")]
    pub made_at: Option<Timestamp>,
    /// Whether the service offers to cancel it.
    pub can_cancel: Option<bool>,
    /// What it says on cancelling, if anything.
    pub cancel_text: Option<String>,
    /// Until when it can be cancelled, where those words name a moment.
    #[serde(with = "dates::rfc3339::option")]
    pub cancel_before: Option<Timestamp>,
    /// The hospital.
    pub hospital: Named,
    /// The department of the second level.
    pub department: Named,
    /// The doctor, if one is named.
    pub doctor: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// What it costs.
    pub fee_fen: Option<i64>,
    /// `2022年10月08日 周六 下午`
    pub visit_text: String,
    /// The day of the visit.
    pub date: Option<Date>,
    /// Which half of it.
    pub half_day: Option<HalfDay>,
    /// `08:00-08:30`, when there is one.
    pub period: Option<String>,
    /// Where and when to fetch the number, in the service's words.
    pub take: Vec<String>,
    /// The patient's name as shown.
    pub patient: Option<String>,
    /// `社保卡 1000****000X`
    pub card: Option<String>,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingState {
    /// Booked (`BOOKING_SUCCESS`, `UN_TAKE`).
    Booked,
    /// Cancelled.
    Cancelled,
    /// In a word we do not know: not taken for booked.
    Unknown,
}

/// Where an order in the service's line stands: `{"do":"lineup","hos","order_no"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Lineup {
    /// Still in line, in the service's words.
    Waiting {
        /// `正在排队，请稍候`
        text: String,
    },
    /// Through; the order has this number now.
    Through {
        /// The order number.
        order_no: String,
    },
    /// The line ended without an order, in the service's words.
    Refused {
        /// Why.
        text: String,
    },
}

/// A patient of an account: `{"do":"patients"}` gives `{"patients":[…]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// As listed.
    pub name: String,
    /// `1101****0001`
    pub id_mask: String,
    /// `居民身份证`
    pub id_kind: String,
    /// As listed; `None` where the list has none.
    pub phone: Option<String>,
    /// Whether the service lets this patient be booked for (`BIND`).
    pub bound: bool,
    /// What it says about it.
    pub note: Option<String>,
    /// Cards to book with.
    pub cards: Vec<Card>,
}

/// A card of a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which kind.
    pub kind: CardKind,
    /// `社保卡`
    pub name: String,
    /// `1000****000X`
    pub mask: String,
    /// `医保`, `自费`
    pub pays: String,
}

/// Kinds of cards, in the service's words: `SOCIAL_SECURITY` (社保卡), `IDENTITY_CARD` (身份证) and whatever comes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardKind(pub String);

impl CardKind {
    /// 社保卡
    pub const SOCIAL_SECURITY: &'static str = "SOCIAL_SECURITY";
    /// 居民身份证, paid by oneself.
    pub const IDENTITY_CARD: &'static str = "IDENTITY_CARD";
}
