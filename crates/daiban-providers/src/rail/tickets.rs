//! One row of a left-ticket answer, read by index: train, times, state, classes with prices, and what an order needs.
//!
//! A row is text between `|`. It has grown over the years (37 fields in 2018, 58 in 2026), so a field is found by its
//! number, later fields may be absent, and nothing is demanded beyond the seat columns. Leaves the JSON around the rows
//! to `wire`, and the choice among trains to whoever asked.
//!
//! Field meanings: `docs/providers/rail.md`; *seen* in recorded answers of 2018–2026 except where noted.

use std::borrow::Cow;

use daiban_core::Timestamp;
use daiban_core::dates;
use daiban_core::error::ServiceError;
use jiff::SignedDuration;
use jiff::civil::{self, Date};
use serde::{Deserialize, Serialize};

use super::counts::seats;
use super::seats::{Seat, SeatCode};
use super::wire::RawRow;

/// Text that points into the answer it was read from, or owns itself after `into_owned`.
pub type Str<'a> = Cow<'a, str>;

/// One train between two of the cities' stations on one day, as the contract shows it.
///
/// The answer to a question about two stations holds trains of *all* stations of both cities, and the same train more
/// than once: compare [`Place::code`] with the wanted station before acting on a train.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Train<'a> {
    /// What people call the train, `G1778`.
    pub train: Str<'a>,
    /// The service's own key, `6c000G17780D`.
    pub train_no: Str<'a>,
    /// Where one boards.
    pub from: Place<'a>,
    /// Where one alights.
    pub to: Place<'a>,
    /// Departure from the boarding station; `None` when the train does not run or the row does not say.
    #[serde(with = "dates::rfc3339::option")]
    pub depart: Option<Timestamp>,
    /// Arrival, days later where the journey is that long; `None` when unknown.
    #[serde(with = "dates::rfc3339::option")]
    pub arrive: Option<Timestamp>,
    /// Minutes on the way.
    pub duration_min: Option<u16>,
    /// Whether it can be bought now.
    pub state: SaleState,
    /// The service's own words for the button, `预订` or a reason.
    pub note: Str<'a>,
    /// When tickets from this boarding station went or will go on sale.
    #[serde(with = "dates::rfc3339::option")]
    pub on_sale_at: Option<Timestamp>,
    /// Whether 候补 (standing in line for a returned ticket) is open for some class; `None` in rows too old to say.
    pub standby: Option<bool>,
    /// The classes the train has, in the service's order.
    pub seats: Vec<Seat>,
}

/// A station as a row names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place<'a> {
    /// Chinese name; `None` when the answer's table of names lacks the code.
    pub name: Option<Str<'a>>,
    /// Telecode, three capital letters.
    pub code: Str<'a>,
}

/// Whether a train can be bought now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleState {
    /// Open, and at least one class has a ticket.
    Bookable,
    /// Open or closed by sell-out: no class has a ticket.
    SoldOut,
    /// Not on sale at this hour: before the release, or the nightly pause.
    NotOnSale,
    /// The train does not run, or its sale is suspended.
    Suspended,
}

/// What an order or a price question needs from the row. Not part of the contract's JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderKeys<'a> {
    /// `secretStr`, percent-encoded as it came; empty when nothing is sold. Good for minutes only.
    pub secret: Str<'a>,
    /// `leftTicket`, opaque.
    pub left_ticket: Str<'a>,
    /// The civil date at the train's *first* station; may be the day before boarding.
    pub start_date: Option<Date>,
    /// `train_location`.
    pub location: Str<'a>,
    /// Number of the boarding station within the train, `01`.
    pub from_number: Str<'a>,
    /// Number of the alighting station within the train.
    pub to_number: Str<'a>,
    /// One character a class; 无座 repeats the code it is ordered with.
    pub seat_types: Str<'a>,
    /// Classes for which 候补 is closed, one character each.
    pub standby_closed: Str<'a>,
    /// `canWebBuy`: `Y`, `N` or `IS_TIME_NOT_BUY`.
    #[serde(default)]
    pub can_web_buy: Str<'a>,
    /// `bed_level_info`: berth prices, opaque here, sent back with an order.
    pub bed_levels: Str<'a>,
    /// `seat_discount_info`, opaque here, sent back with an order.
    pub discounts: Str<'a>,
}

/// A row: what is shown, and what an order needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row<'a> {
    /// What is shown.
    pub train: Train<'a>,
    /// What an order needs.
    pub keys: OrderKeys<'a>,
}

impl<'a> Row<'a> {
    /// Reads a row of the answer for a boarding date. `name_of` finds the name of a telecode.
    ///
    /// # Errors
    /// `Changed` when the train's name or a station is empty.
    pub fn read(
        raw: &RawRow<'a>,
        date: Date,
        name_of: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Self, ServiceError> {
        let place = |index: usize, what: &str| {
            let code = raw.field(index);
            if code.is_empty() {
                return Err(ServiceError::changed(
                    raw.place(),
                    format!("no {what} (field {index})"),
                ));
            }
            Ok(Place {
                name: name_of(code).map(Cow::Borrowed),
                code: code.into(),
            })
        };
        let from = place(6, "boarding station")?;
        let to = place(7, "alighting station")?;
        let train = raw.field(3);
        if train.is_empty() {
            return Err(ServiceError::changed(raw.place(), "no train (field 3)"));
        }
        let seats = seats(raw);
        let times = Times::read(raw, date);
        Ok(Self {
            train: Train {
                train: train.into(),
                train_no: raw.field(2).into(),
                from,
                to,
                depart: times.depart,
                arrive: times.arrive,
                duration_min: times.duration_min,
                state: sale_state(raw, &seats),
                note: raw.field(1).into(),
                on_sale_at: moment(raw.field(55)),
                standby: standby(raw),
                seats,
            },
            keys: order_keys(raw),
        })
    }

    /// The same row, free of the answer it was read from.
    #[must_use]
    pub fn into_owned(self) -> Row<'static> {
        Row {
            train: self.train.into_owned(),
            keys: self.keys.into_owned(),
        }
    }
}

impl Train<'_> {
    /// The same train, free of the answer it was read from.
    #[must_use]
    pub fn into_owned(self) -> Train<'static> {
        Train {
            train: owned(self.train),
            train_no: owned(self.train_no),
            from: self.from.into_owned(),
            to: self.to.into_owned(),
            depart: self.depart,
            arrive: self.arrive,
            duration_min: self.duration_min,
            state: self.state,
            note: owned(self.note),
            on_sale_at: self.on_sale_at,
            standby: self.standby,
            seats: self.seats,
        }
    }

    /// Whether it goes from exactly this station to exactly that one, by telecode.
    #[must_use]
    pub fn runs_between(&self, from: &str, to: &str) -> bool {
        self.from.code == from && self.to.code == to
    }

    /// What is left of one class; `None` when the train does not have it.
    #[must_use]
    pub fn seat(&self, code: SeatCode) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.code == code)
    }
}

impl Place<'_> {
    fn into_owned(self) -> Place<'static> {
        Place {
            name: self.name.map(owned),
            code: owned(self.code),
        }
    }
}

impl OrderKeys<'_> {
    fn into_owned(self) -> OrderKeys<'static> {
        OrderKeys {
            secret: owned(self.secret),
            left_ticket: owned(self.left_ticket),
            start_date: self.start_date,
            location: owned(self.location),
            from_number: owned(self.from_number),
            to_number: owned(self.to_number),
            seat_types: owned(self.seat_types),
            standby_closed: owned(self.standby_closed),
            can_web_buy: owned(self.can_web_buy),
            bed_levels: owned(self.bed_levels),
            discounts: owned(self.discounts),
        }
    }

    /// Whether 候补 is closed for this class because too many stand in line.
    #[must_use]
    pub fn standby_closed_for(&self, code: SeatCode) -> bool {
        self.standby_closed.contains(code.as_char())
    }
}

fn owned(text: Str<'_>) -> Str<'static> {
    Cow::Owned(text.into_owned())
}

fn order_keys<'a>(raw: &RawRow<'a>) -> OrderKeys<'a> {
    OrderKeys {
        secret: raw.field(0).into(),
        left_ticket: raw.field(12).into(),
        start_date: day(raw.field(13)),
        location: raw.field(15).into(),
        from_number: raw.field(16).into(),
        to_number: raw.field(17).into(),
        seat_types: raw.field(35).into(),
        standby_closed: standby_closed(raw).into(),
        can_web_buy: raw.field(11).into(),
        bed_levels: raw.field(53).into(),
        discounts: raw.field(54).into(),
    }
}

/// Field 37 opens 候补 for the train, field 38 closes it for single classes.
fn standby(raw: &RawRow<'_>) -> Option<bool> {
    match raw.field(37) {
        "1" => {
            let closed = standby_closed(raw);
            let classes = raw.field(35);
            Some(classes.is_empty() || classes.chars().any(|class| !closed.contains(class)))
        }
        "0" => Some(false),
        _ => None,
    }
}

/// Rows of 2019–2020 write the word `null` here.
fn standby_closed<'a>(raw: &RawRow<'a>) -> &'a str {
    match raw.field(38) {
        "null" => "",
        closed => closed,
    }
}

/// The state from the button's words (1), `canWebBuy` (11), the suspension flag (19) and what is left.
fn sale_state(raw: &RawRow<'_>, seats: &[Seat]) -> SaleState {
    let note = raw.field(1);
    let suspended = raw.field(19) == "1" || raw.field(8) == "24:00";
    if suspended || (note != "预订" && (note.contains("停运") || note.contains("暂停发售")))
    {
        return SaleState::Suspended;
    }
    let may_buy = raw.field(11) == "Y";
    let any_left = seats
        .iter()
        .any(|seat| seat.left.number().is_some_and(|number| number > 0));
    let all_told = seats.iter().all(|seat| seat.left.number().is_some());
    match (may_buy, any_left) {
        (true, true) => SaleState::Bookable,
        // Tickets that may not be bought: too early, too late, or the nightly pause (IS_TIME_NOT_BUY).
        (false, true) => SaleState::NotOnSale,
        (_, false) if raw.field(11) == "IS_TIME_NOT_BUY" || !all_told => SaleState::NotOnSale,
        (_, false) => SaleState::SoldOut,
    }
}

/// Departure and arrival, counted from the boarding date: field 13 is the date at the train's first station.
struct Times {
    depart: Option<Timestamp>,
    arrive: Option<Timestamp>,
    duration_min: Option<u16>,
}

impl Times {
    fn read(raw: &RawRow<'_>, date: Date) -> Self {
        let depart_min = clock(raw.field(8)).filter(|minutes| *minutes < DAY_MIN);
        // 99:59 stands for "does not run".
        let duration_min = clock(raw.field(10)).filter(|minutes| (1..99 * 60).contains(minutes));
        let midnight = dates::midnight(date);
        let after = |minutes: u16| {
            midnight
                .checked_add(SignedDuration::from_mins(minutes.into()))
                .ok()
        };
        let arrive_min = depart_min
            .zip(duration_min)
            .map(|(depart, duration)| depart + duration);
        // A clock that contradicts the duration leaves the arrival unknown; an absent one does not.
        let told = clock(raw.field(9));
        let agreed = arrive_min
            .filter(|minutes| told.is_none_or(|told| told % DAY_MIN == minutes % DAY_MIN));
        Self {
            depart: depart_min.and_then(after),
            arrive: agreed.and_then(after),
            duration_min,
        }
    }
}

const DAY_MIN: u16 = 24 * 60;

/// `HH:MM` as minutes; hours to 99.
fn clock(text: &str) -> Option<u16> {
    let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
        return None;
    };
    let minutes = two(m1, m2)?;
    (minutes < 60).then_some(two(h1, h2)? * 60 + minutes)
}

/// `yyyyMMdd`.
fn day(text: &str) -> Option<Date> {
    let &[y1, y2, y3, y4, m1, m2, d1, d2] = text.as_bytes() else {
        return None;
    };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    Date::new(
        year.try_into().ok()?,
        two(m1, m2)?.try_into().ok()?,
        two(d1, d2)?.try_into().ok()?,
    )
    .ok()
}

/// `yyyyMMddHHmm` in Shanghai.
fn moment(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_at_checked(8)?;
    let &[h1, h2, m1, m2] = time.as_bytes() else {
        return None;
    };
    let time = civil::Time::new(
        two(h1, h2)?.try_into().ok()?,
        two(m1, m2)?.try_into().ok()?,
        0,
        0,
    )
    .ok()?;
    Some(dates::at(day(date)?, time))
}

pub(super) fn two(tens: u8, ones: u8) -> Option<u16> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
}
