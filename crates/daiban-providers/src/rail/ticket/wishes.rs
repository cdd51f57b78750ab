//! What the owner of a `rail.ticket` errand wishes, and what of it can be refused without asking anybody.

use daiban_core::{Timestamp, dates, invalid::InvalidInput, window::DayWindow};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::prefer::{Axis, Pattern};
use crate::rail::order::choice::SeatWish;
use crate::rail::orders::{Berths, TicketKind};
use crate::rail::seats::{STANDING, SeatCode};
use crate::words::filled;

pub(super) use crate::words::{later, plus};

/// Days of presale, today counted, until the service says otherwise (*seen* 2024–2026).
pub(super) const PRESALE_DAYS: i32 = 15;
/// Nobody knows a timetable further ahead.
const FURTHEST_DAYS: i32 = 180;
/// People of one order at most. *Seen* for standing in line; the same is taken for orders.
const MOST_PEOPLE: usize = 9;

/// What to do with a ticket that is free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Order it, and tell the owner to pay.
    #[default]
    Order,
    /// Ask the owner first.
    Ask,
    /// Only tell.
    Notify,
}

/// The wishes, as the descriptor reads them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// Boarding stations, the preferred first; `北京市` is any of the city.
    pub from: Vec<String>,
    /// Alighting stations.
    pub to: Vec<String>,
    /// Days of boarding, the preferred first.
    pub dates: Vec<Date>,
    /// Who travels: a name or the service's key, perhaps with `:child` and the like.
    pub passengers: Option<Vec<String>>,
    /// Fewer may travel than are listed, but not fewer than this. `None`: all or nothing.
    pub at_least: Option<usize>,
    /// Trains, the preferred first; any when empty.
    pub trains: Option<Vec<String>>,
    /// Kinds of trains by their letter, `other` for bare numbers; any when empty.
    pub types: Option<Vec<String>>,
    /// Departure within.
    pub depart: Option<String>,
    /// Arrival within.
    pub arrive: Option<String>,
    /// Minutes on the way at most.
    pub longest_min: Option<u16>,
    /// Classes, the preferred first.
    pub seats: Option<Vec<String>>,
    /// One order over everything; `[DATE/]TRAIN[/CLASS]` each.
    pub prefer: Option<Vec<String>>,
    /// Which matters more, without `prefer`.
    pub priority: Option<Vec<String>>,
    /// Whether a ticket without a seat will do.
    pub no_seat: bool,
    /// `1A1B`, one for each passenger.
    pub choose_seats: Option<String>,
    /// `下铺` and the like, one for each passenger.
    pub berths: Option<Vec<String>>,
    /// What to do with a free ticket.
    pub then: Then,
    /// Whether to stand in line (候补) when nothing is free.
    pub standby: bool,
    /// Stand in line until so many minutes before departure.
    pub standby_until_min: Option<u32>,
    /// Whether to go on after an order was not paid in time.
    pub again: bool,
    /// Whether days are fine that are not on sale yet.
    pub wait_for_sale: bool,
    /// Seconds between two looks while nothing special happens.
    pub pace_s: Option<u32>,
    /// When to give up, `YYYY-MM-DD HH:MM`.
    pub until: Option<String>,
}

/// Somebody who travels, as the owner wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Who {
    /// A name or the service's key.
    pub(super) asked: String,
    /// With which ticket; `None`: the one the service lists them with.
    pub(super) ticket: Option<TicketKind>,
}

impl Wishes {
    /// Checks everything that needs no question to the service.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    pub fn check(&self, now: Timestamp) -> Result<(), InvalidInput> {
        for (field, list) in [("from", &self.from), ("to", &self.to)] {
            if list.is_empty() {
                return Err(InvalidInput::new(field, "必填", "is required"));
            }
        }
        self.check_dates(now)?;
        self.check_people()?;
        self.check_trains()?;
        self.check_preferences()?;
        self.check_seats_fit_trains()?;
        self.check_seat_letters()?;
        self.berths()?;
        self.give_up_at(now)?;
        Ok(())
    }

    fn check_dates(&self, now: Timestamp) -> Result<(), InvalidInput> {
        let wrong = |zh: String, en: String| Err(InvalidInput::new("dates", zh, en));
        if self.dates.is_empty() {
            return wrong("必填".to_owned(), "is required".to_owned());
        }
        let today = dates::today(now);
        let last = plus(today, PRESALE_DAYS - 1);
        let furthest = plus(today, FURTHEST_DAYS);
        for (at, date) in self.dates.iter().enumerate() {
            if *date < today {
                return wrong(
                    format!("{date} 已经过去"),
                    format!("{date} has passed already"),
                );
            }
            if self.dates[..at].contains(date) {
                return wrong(format!("{date} 写了两次"), format!("{date} is given twice"));
            }
            if *date > furthest {
                return wrong(
                    format!("{date} 太远了，那时的列车还没有排出来"),
                    format!("{date} is too far away, nobody knows the trains of that day"),
                );
            }
            if *date > last && !self.wait_for_sale {
                return wrong(
                    format!("{date} 还没开售，现在卖到 {last}；要等它开售就加 wait_for_sale=yes"),
                    format!(
                        "{date} is not on sale yet, tickets are sold up to {last}; to wait for the sale add wait_for_sale=yes"
                    ),
                );
            }
        }
        Ok(())
    }

    fn check_people(&self) -> Result<(), InvalidInput> {
        let who = self.who()?;
        let wrong = |zh: String, en: String| Err(InvalidInput::new("passengers", zh, en));
        if who.is_empty() && self.then != Then::Notify {
            return wrong(
                "必填：谁坐车（只要通知就选 then=notify）".to_owned(),
                "is required: who travels (with then=notify nobody need be named)".to_owned(),
            );
        }
        if who.len() > MOST_PEOPLE {
            return wrong(
                format!("一张订单最多 {MOST_PEOPLE} 人，这里有 {} 人", who.len()),
                format!(
                    "one order takes {MOST_PEOPLE} people at most, these are {}",
                    who.len()
                ),
            );
        }
        if let Some(twice) = who
            .iter()
            .enumerate()
            .find(|(at, one)| who[..*at].iter().any(|other| other.asked == one.asked))
        {
            return wrong(
                format!("{} 写了两次", twice.1.asked),
                format!("{} is given twice", twice.1.asked),
            );
        }
        if !who.is_empty() && who.iter().all(|one| one.ticket == Some(TicketKind::Child)) {
            return wrong(
                "儿童不能单独买票，要有一位成人同行".to_owned(),
                "a child cannot travel alone, an adult must come along".to_owned(),
            );
        }
        if self.at_least.is_some_and(|least| least > who.len().max(1)) {
            return Err(InvalidInput::new(
                "at_least",
                format!("不能多于乘车人数 {}", who.len()),
                format!("cannot be more than the {} passengers", who.len()),
            ));
        }
        Ok(())
    }

    fn check_trains(&self) -> Result<(), InvalidInput> {
        for train in self.trains.iter().flatten() {
            if !is_train(&train.to_uppercase()) {
                return Err(InvalidInput::new(
                    "trains",
                    format!("「{train}」不像车次，例如 G105"),
                    format!("{train:?} is no train, such as G105"),
                ));
            }
        }
        for kind in self.types.iter().flatten() {
            if kind != "other" && !(kind.len() == 1 && kind.as_bytes()[0].is_ascii_alphabetic()) {
                return Err(InvalidInput::new(
                    "types",
                    format!("「{kind}」不是列车种类，例如 G、D、Z、other"),
                    format!("{kind:?} is no kind of train, such as G, D, Z, other"),
                ));
            }
        }
        self.window("depart")?;
        self.window("arrive")?;
        Ok(())
    }

    fn check_preferences(&self) -> Result<(), InvalidInput> {
        let seats = self.seats()?;
        let patterns = self.patterns()?;
        if patterns.is_empty() && seats.is_empty() {
            return Err(InvalidInput::new(
                "seats",
                "必填：要什么席别，按先后写，例如 二等座,一等座",
                "is required: which classes, in order, such as 二等座,一等座",
            ));
        }
        if seats.is_empty() && patterns.iter().any(|pattern| pattern.seat.is_none()) {
            return Err(InvalidInput::new(
                "prefer",
                "每一条都要写席别，例如 G105/二等座（或者另填 seats）",
                "each entry needs a class, such as G105/二等座 (or give seats)",
            ));
        }
        self.axes().map(drop)
    }

    /// A class that a train of that letter never has is a slip of the pen.
    fn check_seats_fit_trains(&self) -> Result<(), InvalidInput> {
        let lacks = |field: &str, train: &str, seat: SeatCode| {
            let class = seat.class().unwrap_or("?");
            Err(InvalidInput::new(
                field,
                format!("{train} 没有{class}"),
                format!("{train} has no {class}"),
            ))
        };
        for pattern in self.patterns()? {
            if let (Some(train), Some(seat)) = (pattern.sample_train(), pattern.seat)
                && !may_have(&train, seat)
            {
                return lacks("prefer", &train, seat);
            }
        }
        let seats = self.seats()?;
        for train in self.trains.iter().flatten() {
            if !seats.is_empty() && !seats.iter().any(|seat| may_have(train, *seat)) {
                return lacks("seats", train, seats[0]);
            }
        }
        if !self.trains.iter().flatten().any(|_| true) {
            return Ok(());
        }
        // A class that none of the named trains can have would never be found.
        for seat in &seats {
            let trains = self.trains.iter().flatten();
            if trains.clone().all(|train| !may_have(train, *seat)) {
                let train = trains.clone().next().map_or("", String::as_str);
                return lacks("seats", train, *seat);
            }
        }
        Ok(())
    }

    fn check_seat_letters(&self) -> Result<(), InvalidInput> {
        let Some(choose) = filled(self.choose_seats.as_deref()) else {
            return Ok(());
        };
        let read = SeatWish::parse(choose, self.who()?.len());
        read.map(drop).map_err(|wrong| InvalidInput {
            field: "choose_seats".to_owned(),
            ..wrong
        })
    }

    /// Who travels, with the ticket the owner named.
    pub(super) fn who(&self) -> Result<Vec<Who>, InvalidInput> {
        let listed = self.passengers.iter().flatten();
        listed.map(|text| read_who(text)).collect()
    }

    /// How many must travel at least.
    pub(super) fn fewest(&self, people: usize) -> usize {
        self.at_least.unwrap_or(people).clamp(1, people.max(1))
    }

    /// Classes in order; without a seat last when that will do and is not listed.
    pub(super) fn seats(&self) -> Result<Vec<SeatCode>, InvalidInput> {
        let mut seats = Vec::new();
        for text in self.seats.iter().flatten() {
            let seat = SeatCode::named(text).ok_or_else(|| no_such_class("seats", text))?;
            if !seats.contains(&seat) {
                seats.push(seat);
            }
        }
        if self.no_seat && !seats.is_empty() && !seats.contains(&STANDING) {
            seats.push(STANDING);
        }
        Ok(seats)
    }

    pub(super) fn patterns(&self) -> Result<Vec<Pattern>, InvalidInput> {
        let listed = self.prefer.iter().flatten();
        listed.map(|text| Pattern::read(text)).collect()
    }

    pub(super) fn axes(&self) -> Result<[Axis; 4], InvalidInput> {
        Axis::read(self.priority.as_deref().unwrap_or_default())
    }

    pub(super) fn window(&self, field: &str) -> Result<Option<DayWindow>, InvalidInput> {
        let text = match field {
            "depart" => &self.depart,
            _ => &self.arrive,
        };
        filled(text.as_deref())
            .map(|text| DayWindow::parse(field, text))
            .transpose()
    }

    pub(super) fn berths(&self) -> Result<Option<Berths>, InvalidInput> {
        let Some(listed) = self.berths.as_ref().filter(|listed| !listed.is_empty()) else {
            return Ok(None);
        };
        let mut berths = Berths::default();
        for text in listed {
            match text.trim() {
                "下铺" | "下" | "lower" => berths.lower += 1,
                "中铺" | "中" | "middle" => berths.middle += 1,
                "上铺" | "上" | "upper" => berths.upper += 1,
                other => {
                    return Err(InvalidInput::new(
                        "berths",
                        format!("「{other}」不是铺位，可以是 下铺、中铺、上铺"),
                        format!("{other:?} is no berth: lower, middle or upper"),
                    ));
                }
            }
        }
        let people = self.who()?.len();
        if listed.len() > people.max(1) {
            return Err(InvalidInput::new(
                "berths",
                format!("不能多于乘车人数 {people}"),
                format!("cannot be more than the {people} passengers"),
            ));
        }
        Ok(Some(berths))
    }

    /// When the errand gives up: the owner's moment, or the end of the last day.
    pub(super) fn give_up_at(&self, now: Timestamp) -> Result<Timestamp, InvalidInput> {
        let last = self.dates.iter().max().copied();
        let end = dates::midnight(plus(last.unwrap_or_else(|| dates::today(now)), 1));
        let Some(text) = filled(self.until.as_deref()) else {
            return Ok(end);
        };
        let wrong = || {
            InvalidInput::new(
                "until",
                "应写成 YYYY-MM-DD HH:MM，例如 2026-12-02 05:30",
                "is written YYYY-MM-DD HH:MM, such as 2026-12-02 05:30",
            )
        };
        let (date, time) = text.trim().split_once([' ', 'T']).ok_or_else(wrong)?;
        let date = dates::parse_date("until", date)?;
        let (hour, minute) = time.trim().split_once([':', '：']).ok_or_else(wrong)?;
        let (hour, minute) = (
            hour.parse().map_err(|_| wrong())?,
            minute.parse().map_err(|_| wrong())?,
        );
        let time = jiff::civil::Time::new(hour, minute, 0, 0).map_err(|_| wrong())?;
        Ok(dates::at(date, time).min(end))
    }

    pub(super) fn pace_s(&self) -> u32 {
        self.pace_s.unwrap_or(15).clamp(4, 3600)
    }

    pub(super) fn standby_until_min(&self) -> u32 {
        self.standby_until_min.unwrap_or(120)
    }

    /// Whether the account has to be signed in for what is wished.
    pub(super) fn needs_account(&self) -> bool {
        self.then != Then::Notify
    }
}

fn read_who(text: &str) -> Result<Who, InvalidInput> {
    let (asked, kind) = match text.trim().split_once([':', '：']) {
        Some((asked, kind)) => (asked.trim(), Some(kind.trim())),
        None => (text.trim(), None),
    };
    let ticket = match kind {
        None | Some("") => None,
        Some("adult" | "成人") => Some(TicketKind::Adult),
        Some("child" | "儿童") => Some(TicketKind::Child),
        Some("student" | "学生") => Some(TicketKind::Student),
        Some("disabled" | "残军") => Some(TicketKind::Disabled),
        Some(other) => {
            return Err(InvalidInput::new(
                "passengers",
                format!("「{other}」不是票种，可以是 成人、儿童、学生、残军"),
                format!("{other:?} is no kind of ticket: adult, child, student, disabled"),
            ));
        }
    };
    if asked.is_empty() {
        return Err(InvalidInput::new(
            "passengers",
            "有一个空名字",
            "has an empty name",
        ));
    }
    Ok(Who {
        asked: asked.to_owned(),
        ticket,
    })
}

pub(super) fn no_such_class(field: &str, text: &str) -> InvalidInput {
    let known: Vec<_> = SeatCode::all()
        .filter_map(SeatCode::class)
        .take(16)
        .collect();
    InvalidInput::new(
        field,
        format!("没有「{text}」这种席别；有：{}", known.join("、")),
        format!("no class {text:?}; there are: {}", known.join(", ")),
    )
}

/// Perhaps a letter, then digits: `G105`, `1461`.
pub(super) fn is_train(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = text.len() - digits.len();
    letters <= 1 && (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn may_have(train: &str, seat: SeatCode) -> bool {
    crate::rail::classes::train_may_have(train, seat).unwrap_or(true)
}
