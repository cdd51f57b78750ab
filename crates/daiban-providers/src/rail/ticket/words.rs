//! What the ticket errand says to people.

use daiban_core::{Text, Timestamp, dates};
use jiff::civil::Date;

use super::Pick;
use crate::rail::seats::SeatCode;

/// Several things said as one.
pub(super) fn sentence(said: &[Text]) -> Text {
    let join = |of: fn(&Text) -> &str, between: &str| {
        let parts: Vec<_> = said
            .iter()
            .map(of)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(between)
    };
    Text::new(join(|text| &text.zh, "；"), join(|text| &text.en, "; "))
}

/// `12月2日 周三`
pub(super) fn day_zh(date: Date) -> String {
    format!(
        "{}月{}日 {}",
        date.month(),
        date.day(),
        dates::weekday_zh(date)
    )
}

/// `07:20`
pub(super) fn clock(moment: Timestamp) -> String {
    let time = dates::beijing(moment).time();
    format!("{:02}:{:02}", time.hour(), time.minute())
}

pub(super) fn class(seat: SeatCode) -> String {
    seat.class().map_or_else(|| seat.to_string(), str::to_owned)
}

/// `¥662` or `¥662.50`
pub(super) fn yuan(fen: i64) -> String {
    match fen % 100 {
        0 => format!("¥{}", fen / 100),
        rest => format!("¥{}.{rest:02}", fen / 100),
    }
}

impl Pick {
    /// `G105 12月2日 周三 07:20 北京南→上海虹桥 二等座 2 张`
    pub(super) fn text(&self) -> Text {
        let clock = self.depart.map(clock).unwrap_or_default();
        let (from, to, people) = (&self.from.name, &self.to.name, self.people.len());
        let (train, class) = (&self.train, class(self.seat));
        Text::new(
            format!(
                "{train} {} {clock} {from}→{to} {class} {people} 张",
                day_zh(self.date)
            ),
            format!(
                "{train} on {} at {clock}, {from}→{to}, {class}, {people} ticket(s)",
                self.date
            ),
        )
    }
}
