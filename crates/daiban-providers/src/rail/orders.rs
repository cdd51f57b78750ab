//! Orders as values: what is to be bought, and what the lists of the service show. The calls are made by `order`.

use daiban_core::{Timestamp, dates};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::seats::SeatCode;
use super::tickets::Place;

/// What an order act buys: `{"do":"order", …}` with these fields.
///
/// Everything here was chosen before the act is stored, so that two readings of the row buy the same. `secret` is the
/// row's opaque key, good for minutes; it names no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderWish {
    /// The day of boarding.
    pub date: Date,
    /// What people call the train, `G105`.
    pub train: String,
    /// The service's own key of the train.
    pub train_no: String,
    /// Where one boards.
    pub from: Stop,
    /// Where one alights.
    pub to: Stop,
    /// `secretStr` of the row, percent-encoded as it came.
    pub secret: String,
    /// `bed_level_info` of the row, sent back.
    #[serde(default)]
    pub bed_levels: String,
    /// `seat_discount_info` of the row, sent back.
    #[serde(default)]
    pub discounts: String,
    /// The class. 无座 (`W`) is ordered with the class it is sold beside.
    pub seat: SeatCode,
    /// Who travels, in the order of seat letters.
    pub passengers: Vec<OrderPassenger>,
    /// Seats wished for, one for each passenger: `1A1B`. Given up by itself where the service offers no choice.
    #[serde(default)]
    pub choose: Option<String>,
    /// Berths wished for. Given up by itself where the service offers no choice.
    #[serde(default)]
    pub berths: Option<Berths>,
}

/// A station by name and telecode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Chinese name.
    pub name: String,
    /// Telecode, three capital letters.
    pub code: String,
}

impl Stop {
    /// The station of a row. Without a name the telecode stands for it.
    #[must_use]
    pub fn of(place: &Place<'_>) -> Self {
        let name = place.name.as_ref().unwrap_or(&place.code);
        Self {
            name: name.clone().into_owned(),
            code: place.code.clone().into_owned(),
        }
    }
}

/// Somebody of an order, by the service's key: names occur twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPassenger {
    /// `passenger_uuid`.
    pub uuid: String,
    /// With which ticket.
    pub ticket: TicketKind,
}

/// Kinds of tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// 成人, `1`.
    Adult,
    /// 儿童, `2`.
    Child,
    /// 学生, `3`.
    Student,
    /// 残军（伤残军警）, `4`.
    Disabled,
}

impl TicketKind {
    /// The service's code.
    #[must_use]
    pub fn code(self) -> char {
        match self {
            Self::Adult => '1',
            Self::Child => '2',
            Self::Student => '3',
            Self::Disabled => '4',
        }
    }

    /// Reads the service's code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Some(match code.trim() {
            "1" => Self::Adult,
            "2" => Self::Child,
            "3" => Self::Student,
            "4" => Self::Disabled,
            _ => return None,
        })
    }
}

/// How many lower, middle and upper berths are wished for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Berths {
    /// 下铺
    pub lower: u8,
    /// 中铺
    pub middle: u8,
    /// 上铺
    pub upper: u8,
}

/// What an order act came to: the act's result, and what asking afterwards gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// The order number, `E123456789`.
    pub order_no: String,
}

/// An order as a list of the service shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The order number.
    pub order_no: String,
    /// When it was made.
    #[serde(with = "dates::rfc3339::option")]
    pub made_at: Option<Timestamp>,
    /// Where it stands.
    pub state: OrderState,
    /// By when it must be paid; `None` when the answer does not say.
    #[serde(with = "dates::rfc3339::option")]
    pub pay_before: Option<Timestamp>,
    /// All tickets together.
    pub total_fen: Option<i64>,
    /// One for each passenger.
    pub tickets: Vec<OrderTicket>,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Waits for its payment.
    Unpaid,
    /// Paid: the tickets are theirs.
    Paid,
    /// Cancelled, given back or changed into another.
    Over,
    /// In words we do not know.
    Unknown,
}

/// One ticket of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTicket {
    /// As the service writes it.
    pub passenger: String,
    /// The kind, when the code is known.
    pub ticket: Option<TicketKind>,
    /// `G105`
    pub train: String,
    /// The day of boarding.
    pub date: Option<Date>,
    /// Where one boards.
    pub from: Stop,
    /// Where one alights.
    pub to: Stop,
    /// Departure from the boarding station.
    #[serde(with = "dates::rfc3339::option")]
    pub depart: Option<Timestamp>,
    /// The class, when the code is known.
    pub seat: Option<SeatCode>,
    /// The class in the service's words.
    pub class: String,
    /// `05`
    pub coach: String,
    /// `12A`
    pub seat_no: String,
    /// What it costs.
    pub price_fen: Option<i64>,
    /// The service's words for where it stands, `待支付`.
    pub status: String,
}

/// The unfinished-order list: `{"do":"unfinished"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// Made and not paid.
    pub orders: Vec<Order>,
    /// Still in the service's queue.
    pub queued: Option<Queued>,
}

/// An order that the service has not made yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// The service's words.
    pub text: String,
    /// `G105`
    pub train: String,
    /// The day of boarding.
    pub date: Option<Date>,
    /// Telecodes of boarding and alighting station.
    pub from: String,
    /// See `from`.
    pub to: String,
    /// Seconds, as the service guesses.
    pub wait_s: Option<i64>,
}

/// What a standby (候补) act asks for: `{"do":"standby", …}` with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandbyWish {
    /// Trains and classes, the preferred first.
    pub choices: Vec<StandbyChoice>,
    /// Who travels.
    pub passengers: Vec<OrderPassenger>,
    /// Whether 无座 is fine too.
    pub no_seat: bool,
    /// Stand in line until so many minutes before departure.
    pub until_min: u32,
}

/// One train and class of a standby order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandbyChoice {
    /// The day of boarding.
    pub date: Date,
    /// `G105`
    pub train: String,
    /// Where one boards.
    pub from: Stop,
    /// Where one alights.
    pub to: Stop,
    /// `secretStr` of the row, percent-encoded as it came.
    pub secret: String,
    /// The class.
    pub seat: SeatCode,
}

/// A standby order as the service shows it: `{"do":"standby_orders"}` gives a list of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standby {
    /// `reserve_no`.
    pub reserve_no: String,
    /// Where it stands.
    pub state: StandbyState,
    /// The service's words for it.
    pub text: String,
    /// By when the deposit must be paid.
    #[serde(with = "dates::rfc3339::option")]
    pub pay_before: Option<Timestamp>,
    /// When the line ends.
    #[serde(with = "dates::rfc3339::option")]
    pub until: Option<Timestamp>,
    /// The deposit.
    pub deposit_fen: Option<i64>,
    /// `G105 二等座` and so on, in the service's words.
    pub choices: Vec<String>,
    /// The order it became, once it is fulfilled.
    pub order_no: Option<String>,
}

/// Where a standby order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandbyState {
    /// Waits for its deposit.
    Unpaid,
    /// In line.
    Waiting,
    /// Became an order.
    Fulfilled,
    /// Withdrawn, lapsed or paid back.
    Over,
    /// In words we do not know.
    Unknown,
}
