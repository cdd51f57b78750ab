//! A window of the day, such as 07:30–08:30, in Asia/Shanghai.

use jiff::civil::{Date, Time};

use crate::{Timestamp, dates, invalid::InvalidInput};

/// From a time of the day to a later one of the same day, both to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayWindow {
    from: Time,
    to: Time,
}

impl DayWindow {
    /// Reads `HH:MM-HH:MM`.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the field when it is not a window of one day.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let wrong = || {
            InvalidInput::new(
                field,
                "应当是当天的一段时间，例如 07:30-08:30",
                "should be a window of one day, such as 07:30-08:30",
            )
        };
        let (from, to) = text.trim().split_once(['-', '–', '~']).ok_or_else(wrong)?;
        let window = Self {
            from: minute(from).ok_or_else(wrong)?,
            to: minute(to).ok_or_else(wrong)?,
        };
        if window.from >= window.to {
            return Err(wrong());
        }
        Ok(window)
    }

    /// When it opens that day.
    pub fn opens(&self, day: Date) -> Timestamp {
        dates::at(day, self.from)
    }

    /// When it closes that day.
    pub fn closes(&self, day: Date) -> Timestamp {
        dates::at(day, self.to)
    }

    /// A moment inside it that day, chosen by chance to the second.
    pub fn moment(&self, day: Date, chance: u64) -> Timestamp {
        let opens = self.opens(day);
        let length_s = self.closes(day).as_second() - opens.as_second();
        let offset = i64::try_from(chance % length_s.unsigned_abs().max(1)).unwrap_or(0);
        Timestamp::from_second(opens.as_second() + offset).unwrap_or(opens)
    }
}

fn minute(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_window_of_one_day_is_one() {
        for good in ["07:30-08:30", " 0:00-23:59", "07：30–08：30"] {
            assert!(DayWindow::parse("window", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "07:30",
            "08:30-07:30",
            "07:30-07:30",
            "25:00-26:00",
            "a-b",
        ] {
            assert!(DayWindow::parse("window", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn chance_stays_inside() {
        let window = DayWindow::parse("window", "07:30-08:30").expect("valid");
        let day = jiff::civil::date(2026, 11, 26);
        for chance in [0, 1, 3599, 3600, u64::MAX] {
            let moment = window.moment(day, chance);
            assert!(
                moment >= window.opens(day) && moment < window.closes(day),
                "{chance}"
            );
        }
    }
}
