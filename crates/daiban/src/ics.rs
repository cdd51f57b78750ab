//! One calendar entry as iCalendar text (RFC 5545): lines folded at 75 octets, text escaped, Asia/Shanghai spelled out.
//!
//! What an entry says is decided by whoever makes it; this only writes it down.

use std::fmt::Write as _;

use daiban_core::Timestamp;
use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// What its text is, for HTTP.
pub const CONTENT_TYPE: &str = "text/calendar; charset=utf-8";

/// Octets of a line, the line break not counted.
const LINE_OCTETS: usize = 75;

/// The zone of every entry: plain +08:00 for every date a visit can have.
const ZONE: &[&str] = &[
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// When an entry is, on clocks in Beijing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// From one moment to another.
    Between(DateTime, DateTime),
    /// A whole day.
    Day(Date),
}

impl When {
    /// When it begins.
    #[must_use]
    pub fn begins(self) -> DateTime {
        match self {
            Self::Between(from, _) => from,
            Self::Day(date) => date.at(0, 0, 0, 0),
        }
    }
}

/// A reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Minutes after the beginning; below zero: before it.
    pub minutes: i64,
    /// What it says.
    pub text: String,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The same for the same thing, so that a calendar replaces the older.
    pub uid: String,
    /// When this was written.
    pub written_at: Timestamp,
    /// When it is.
    pub when: When,
    /// One line.
    pub summary: String,
    /// Where.
    pub location: String,
    /// Everything else, with line breaks.
    pub description: String,
    /// Whether it is off.
    pub cancelled: bool,
    /// Reminders.
    pub alarms: Vec<Alarm>,
}

/// A calendar with this entry alone.
#[must_use]
pub fn calendar(entry: &Entry) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(&mut out, text);
    for text in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//daiban//visit//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ] {
        line(text);
    }
    ZONE.iter().for_each(|text| line(text));
    for text in event(entry) {
        line(&text);
    }
    line("END:VCALENDAR");
    out
}

fn event(entry: &Entry) -> Vec<String> {
    let stamp = entry.written_at.to_zoned(TimeZone::UTC).datetime();
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", escaped(&entry.uid)),
        format!("DTSTAMP:{}Z", basic(stamp)),
    ];
    lines.extend(match entry.when {
        When::Between(from, to) => [
            format!("DTSTART;TZID=Asia/Shanghai:{}", basic(from)),
            format!("DTEND;TZID=Asia/Shanghai:{}", basic(to)),
        ],
        When::Day(date) => {
            let next = date.tomorrow().unwrap_or(date);
            [
                format!("DTSTART;VALUE=DATE:{}", day(date)),
                format!("DTEND;VALUE=DATE:{}", day(next)),
            ]
        }
    });
    let status = if entry.cancelled {
        "CANCELLED"
    } else {
        "CONFIRMED"
    };
    lines.extend([
        format!("SUMMARY:{}", escaped(&entry.summary)),
        format!("LOCATION:{}", escaped(&entry.location)),
        format!("DESCRIPTION:{}", escaped(&entry.description)),
        format!("STATUS:{status}"),
    ]);
    lines.extend(entry.alarms.iter().flat_map(alarm));
    lines.push("END:VEVENT".to_owned());
    lines
}

fn alarm(alarm: &Alarm) -> [String; 5] {
    let sign = if alarm.minutes < 0 { "-" } else { "" };
    let minutes = alarm.minutes.unsigned_abs();
    let trigger = format!("TRIGGER:{sign}PT{}H{}M", minutes / 60, minutes % 60);
    [
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        trigger,
        format!("DESCRIPTION:{}", escaped(&alarm.text)),
        "END:VALARM".to_owned(),
    ]
}

/// `20261201T080000`
fn basic(at: DateTime) -> String {
    let time = at.time();
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{}T{hour:02}{minute:02}{second:02}", day(at.date()))
}

/// `20261201`
fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// Text as a value: backslash, semicolon, comma and line break mean something else there. Other control letters are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            control if control.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// Writes a line; what is longer goes on in a line that begins with a blank, never within a letter.
fn fold(out: &mut String, text: &str) {
    let mut octets = 0;
    for letter in text.chars() {
        if octets + letter.len_utf8() > LINE_OCTETS {
            out.push_str("\r\n ");
            octets = 1;
        }
        octets += letter.len_utf8();
        let _ = out.write_char(letter);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::date;

    use super::*;

    #[test]
    fn long_lines_are_folded_between_letters() {
        let mut out = String::new();
        fold(&mut out, &"挂号,".repeat(40));
        for line in out.split("\r\n") {
            assert!(line.len() <= LINE_OCTETS, "{line:?}");
        }
        assert_eq!(out.replace("\r\n ", "").trim_end(), "挂号,".repeat(40));
    }

    #[test]
    fn what_means_something_is_escaped() {
        for (text, written) in [
            ("a;b,c\\d", "a\\;b\\,c\\\\d"),
            ("一\r\n二\n三", "一\\n二\\n三"),
            ("x\u{7}y\tz", "xyz"),
        ] {
            assert_eq!(escaped(text), written);
        }
    }

    #[test]
    fn triggers_are_before_or_after() {
        for (minutes, trigger) in [
            (-120, "TRIGGER:-PT2H0M"),
            (-1050, "TRIGGER:-PT17H30M"),
            (360, "TRIGGER:PT6H0M"),
        ] {
            let text = String::new();
            assert_eq!(alarm(&Alarm { minutes, text })[2], trigger);
        }
    }

    #[test]
    fn a_whole_day_ends_with_the_next() {
        let entry = Entry {
            uid: "u".to_owned(),
            written_at: "2026-11-22T14:10:00+08:00".parse().unwrap(),
            when: When::Day(date(2026, 12, 31)),
            summary: String::new(),
            location: String::new(),
            description: String::new(),
            cancelled: true,
            alarms: Vec::new(),
        };
        let text = calendar(&entry);
        for line in [
            "DTSTAMP:20261122T061000Z",
            "DTSTART;VALUE=DATE:20261231",
            "DTEND;VALUE=DATE:20270101",
            "STATUS:CANCELLED",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line}\n{text}");
        }
    }
}
