//! Which of several free tickets is the best: one order over days, routes, trains, classes and people at once.

use daiban_core::invalid::InvalidInput;
use jiff::civil::Date;

use super::wishes::{is_train, no_such_class};
use crate::rail::seats::SeatCode;

/// An entry of `prefer`: `[DATE/]TRAIN[/CLASS]`, where TRAIN is `G105`, `G*` for a kind, or `*` for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) date: Option<Date>,
    pub(super) train: Trains,
    pub(super) seat: Option<SeatCode>,
}

/// Which trains an entry means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trains {
    Any,
    /// By the letter.
    Kind(char),
    One(String),
}

impl Pattern {
    /// # Errors
    /// [`InvalidInput`] for `prefer`.
    pub(super) fn read(text: &str) -> Result<Self, InvalidInput> {
        let mut parts: Vec<&str> = text.split('/').map(str::trim).collect();
        let date = parts
            .first()
            .filter(|part| part.len() == 10 && part.as_bytes()[4] == b'-')
            .map(|part| daiban_core::dates::parse_date("prefer", part))
            .transpose()?;
        if date.is_some() {
            parts.remove(0);
        }
        let (train, seat) = match parts.as_slice() {
            [train] => (*train, None),
            [train, seat] => (*train, Some(*seat)),
            _ => return Err(not_an_entry(text)),
        };
        let seat = seat
            .filter(|seat| !seat.is_empty())
            .map(|seat| SeatCode::named(seat).ok_or_else(|| no_such_class("prefer", seat)))
            .transpose()?;
        let train = Trains::read(train).ok_or_else(|| not_an_entry(text))?;
        Ok(Self { date, train, seat })
    }

    pub(super) fn fits(&self, date: Date, train: &str, seat: SeatCode) -> bool {
        self.date.is_none_or(|wanted| wanted == date)
            && self.train.fits(train)
            && self.seat.is_none_or(|wanted| wanted == seat)
    }

    /// A train this entry may mean, to see whether it can have the class.
    pub(super) fn sample_train(&self) -> Option<String> {
        match &self.train {
            Trains::Any => None,
            Trains::Kind(letter) => Some(format!("{letter}1")),
            Trains::One(train) => Some(train.clone()),
        }
    }
}

impl Trains {
    fn read(text: &str) -> Option<Self> {
        let text = text.to_uppercase();
        if text == "*" {
            return Some(Self::Any);
        }
        if let Some(kind) = text.strip_suffix('*') {
            let mut letters = kind.chars();
            let letter = letters.next().filter(char::is_ascii_uppercase)?;
            return letters.next().is_none().then_some(Self::Kind(letter));
        }
        is_train(&text).then_some(Self::One(text))
    }

    fn fits(&self, train: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Kind(letter) => train.starts_with(*letter),
            Self::One(wanted) => wanted.eq_ignore_ascii_case(train),
        }
    }
}

fn not_an_entry(text: &str) -> InvalidInput {
    InvalidInput::new(
        "prefer",
        format!("「{text}」读不懂；写成 G105/二等座，或 2026-12-02/G*/二等座"),
        format!("{text:?} cannot be read; write G105/二等座, or 2026-12-02/G*/二等座"),
    )
}

/// One of the things a choice differs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Date,
    Route,
    Train,
    Seat,
}

impl Axis {
    /// All four, those that were named first.
    ///
    /// # Errors
    /// [`InvalidInput`] for `priority`.
    pub(super) fn read(words: &[String]) -> Result<[Self; 4], InvalidInput> {
        let mut axes = Vec::with_capacity(4);
        for word in words {
            let axis = match word.trim() {
                "date" => Self::Date,
                "route" => Self::Route,
                "train" => Self::Train,
                "seat" => Self::Seat,
                other => {
                    return Err(InvalidInput::new(
                        "priority",
                        format!("「{other}」不认识；可以是 date、route、train、seat"),
                        format!("{other:?} is unknown; known are date, route, train, seat"),
                    ));
                }
            };
            if !axes.contains(&axis) {
                axes.push(axis);
            }
        }
        for axis in [Self::Date, Self::Route, Self::Train, Self::Seat] {
            if !axes.contains(&axis) {
                axes.push(axis);
            }
        }
        Ok([axes[0], axes[1], axes[2], axes[3]])
    }
}

/// Smaller is better. Compared from the left.
pub(super) type Rank = [u32; 6];

/// Where a choice stands on each axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    /// People who would have to stay behind.
    pub(super) missing: u32,
    pub(super) date: u32,
    pub(super) route: u32,
    /// Place in the list of trains; for trains that are not listed, minutes of the day.
    pub(super) train: u32,
    pub(super) seat: u32,
    /// Minutes of the day, to decide between equals.
    pub(super) depart_min: u32,
}

/// By the owner's own list: its place there, and what is left open by it.
pub(super) fn rank_by_list(at: u32, places: Places) -> Rank {
    [
        places.missing,
        at,
        places.date,
        places.route,
        places.seat,
        places.depart_min,
    ]
}

/// By what matters more.
pub(super) fn rank_by_axes(axes: [Axis; 4], places: Places) -> Rank {
    let place = |axis| match axis {
        Axis::Date => places.date,
        Axis::Route => places.route,
        Axis::Train => places.train,
        Axis::Seat => places.seat,
    };
    let [first, second, third, fourth] = axes.map(place);
    [
        places.missing,
        first,
        second,
        third,
        fourth,
        places.depart_min,
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    #[test]
    fn entries_are_read_or_refused() {
        let read = |text| Pattern::read(text);
        let o = SeatCode::named("二等座").unwrap();
        let entry = read("2026-12-02/g105/二等座").unwrap();
        assert_eq!(entry.date, Some(date(2026, 12, 2)));
        assert!(entry.fits(date(2026, 12, 2), "G105", o));
        assert!(!entry.fits(date(2026, 12, 3), "G105", o));
        assert!(read("G*/O").unwrap().fits(date(2026, 12, 3), "G7", o));
        assert!(!read("D*/O").unwrap().fits(date(2026, 12, 3), "G7", o));
        assert!(read("*").unwrap().fits(date(2026, 12, 3), "1461", o));
        for bad in [
            "",
            "/",
            "G105/沙发",
            "2026-13-01/G1",
            "G1/O/x",
            "北京",
            "GG*",
        ] {
            assert_eq!(read(bad).unwrap_err().field, "prefer", "{bad}");
        }
    }

    #[test]
    fn what_is_named_matters_more() {
        let axes = Axis::read(&["seat".to_owned(), "train".to_owned()]).unwrap();
        assert_eq!(axes, [Axis::Seat, Axis::Train, Axis::Date, Axis::Route]);
        assert!(Axis::read(&["price".to_owned()]).is_err());
    }

    #[test]
    fn nobody_is_left_behind_while_all_could_go() {
        let places = |missing, date| Places {
            missing,
            date,
            route: 0,
            train: 0,
            seat: 0,
            depart_min: 0,
        };
        let axes = Axis::read(&[]).unwrap();
        assert!(rank_by_axes(axes, places(0, 5)) < rank_by_axes(axes, places(1, 0)));
        assert!(rank_by_list(3, places(0, 5)) < rank_by_list(0, places(1, 0)));
    }
}
