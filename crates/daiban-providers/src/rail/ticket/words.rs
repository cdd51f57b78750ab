//! What the ticket errand says to people.

use daiban_core::Text;

use super::Pick;
use crate::rail::seats::SeatCode;

pub(super) use crate::words::{clock, day_zh, yuan};

pub(super) fn class(seat: SeatCode) -> String {
    seat.class().map_or_else(|| seat.to_string(), str::to_owned)
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
