//! How pages say things that are not stored as sentences: moments, time left, states, kinds of asks.
//!
//! What pages say themselves are messages; see [`super::messages`]. What errands, services and asks say comes stored in both
//! languages.

use daiban_core::{
    Lang, Timestamp,
    account::AccountState,
    ask::AskKind,
    dates,
    errand::Phase,
    household::{OutboxState, Role, Scope},
    notice::Severity,
};
use jiff::civil::Date;

pub(super) use super::messages::{count, m, say};
pub(super) use crate::say::ago;

/// One of two texts.
pub(super) fn t<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A state: a word and the class that gives it shape and colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// `ok`, `att`, `urg`, `live` or nothing.
    pub(super) class: &'static str,
    pub(super) word: &'static str,
}

fn state(class: &'static str, word: &'static str) -> State {
    State { class, word }
}

/// Where an errand stands.
pub(super) fn phase(lang: Lang, phase: Phase) -> State {
    match phase {
        Phase::Waiting => state("", m(lang, "shell-watching")),
        Phase::Working => state("live", m(lang, "shell-at-work")),
        Phase::NeedsYou => state("att", m(lang, "shell-needs-you")),
        Phase::Paused => state("", m(lang, "shell-paused")),
        Phase::Done => state("ok", m(lang, "shell-done-2")),
        Phase::Failed => state("urg", m(lang, "shell-not-done")),
        Phase::Cancelled => state("", m(lang, "shell-cancelled")),
    }
}

/// Where an account stands.
pub(super) fn account(lang: Lang, account: AccountState) -> State {
    match account {
        AccountState::New => state("att", m(lang, "shell-not-signed-in-yet")),
        AccountState::Ready => state("ok", m(lang, "shell-signed-in")),
        AccountState::SignInLost => state("urg", m(lang, "shell-sign-in-lost")),
    }
}

/// Where a message over a channel stands.
pub(super) fn outbox(lang: Lang, outbox: OutboxState) -> State {
    match outbox {
        OutboxState::Queued => state("live", m(lang, "shell-to-be-sent")),
        OutboxState::Sent => state("ok", m(lang, "shell-taken")),
        OutboxState::Failed => state("urg", m(lang, "shell-not-sent")),
        OutboxState::Held => state("", m(lang, "shell-held-for-quiet-hours")),
    }
}

/// The class of a problem or notice.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "",
        Severity::Attention => "att",
        Severity::Urgent => "urg",
    }
}

/// What the person does, as a button that leads to it.
pub(super) fn ask_button(lang: Lang, kind: AskKind) -> &'static str {
    match kind {
        AskKind::Qr => m(lang, "shell-scan"),
        AskKind::Captcha => m(lang, "shell-read-the-picture"),
        AskKind::Points => m(lang, "shell-tap-the-picture"),
        AskKind::Sms => m(lang, "shell-enter-the-code"),
        AskKind::Text => m(lang, "shell-answer"),
        AskKind::Approve => m(lang, "shell-decide"),
    }
}

/// Why daiban does not do it itself.
pub(super) fn ask_why(lang: Lang, kind: AskKind) -> &'static str {
    match kind {
        AskKind::Qr => m(lang, "shell-scanning-proves-it-is-you"),
        AskKind::Captcha | AskKind::Points => m(lang, "shell-the-picture-asks-whether-a"),
        AskKind::Sms => m(lang, "shell-the-code-goes-to-your"),
        AskKind::Text => m(lang, "shell-only-you-know-this"),
        AskKind::Approve => m(lang, "shell-it-counts-as-no"),
    }
}

/// What a user may do.
pub(super) fn role(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::Admin => m(lang, "shell-admin-2"),
        Role::Member => m(lang, "shell-member"),
        Role::Viewer => m(lang, "shell-viewer"),
    }
}

/// What a token may do.
pub(super) fn scope(lang: Lang, scope: Scope) -> &'static str {
    match scope {
        Scope::Read => m(lang, "shell-look-only"),
        Scope::Write => m(lang, "shell-look-and-change-ones-own"),
        Scope::Admin => m(lang, "shell-everything"),
    }
}

/// A day: `11月22日 周日`, `Sun 22 Nov`.
pub(super) fn day(lang: Lang, date: Date) -> String {
    let (month, weekday) = match lang {
        Lang::Zh => (date.month().into(), dates::weekday_zh(date)),
        Lang::En => (month_en(date).into(), weekday_en(date)),
    };
    let args = [
        ("month", month),
        ("day", date.day().into()),
        ("weekday", weekday.into()),
    ];
    say(lang, "shell-date", &args)
}

/// A day without its weekday: `11月22日`, `22 Nov`.
pub(super) fn month_day(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", date.month(), date.day()),
        Lang::En => format!("{} {}", date.day(), month_en(date)),
    }
}

/// A day to come as narrow as can be: `今天`, `明天`, `周四 26日` within a week, else `12月4日`.
pub(super) fn near_day(lang: Lang, date: Date, today: Date) -> String {
    match ((date - today).get_days(), lang) {
        (0, _) => m(lang, "shell-today-2").to_owned(),
        (1, _) => m(lang, "shell-tomorrow").to_owned(),
        (2..=6, Lang::Zh) => format!("{} {}日", dates::weekday_zh(date), date.day()),
        (2..=6, Lang::En) => format!("{} {}", weekday_en(date), date.day()),
        _ => month_day(lang, date),
    }
}

/// A day without its weekday: `11月22日`, `22 Nov`.
pub(super) fn day_alone(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", date.month(), date.day()),
        Lang::En => format!("{} {}", date.day(), month_en(date)),
    }
}

/// The weekday in one character or two letters.
pub(super) fn weekday_short(lang: Lang, date: Date) -> &'static str {
    match lang {
        Lang::Zh => dates::weekday_zh(date).trim_start_matches('周'),
        Lang::En => &weekday_en(date)[..2],
    }
}

/// `周四`, `Thu`
pub(super) fn weekday(lang: Lang, date: Date) -> &'static str {
    match lang {
        Lang::Zh => dates::weekday_zh(date),
        Lang::En => weekday_en(date),
    }
}

fn weekday_en(date: Date) -> &'static str {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    NAMES[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)]
}

/// `Nov`
pub(super) fn month_en(date: Date) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES[usize::try_from(date.month() - 1).unwrap_or(0)]
}

/// A moment as seen from now: the time alone today, the day with it on other days.
pub(super) fn moment(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let (at, today) = (dates::beijing(at), dates::today(now));
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    match (at.date() - today).get_days() {
        0 => time,
        -1 => format!("{} {time}", m(lang, "shell-yesterday")),
        1 => format!("{} {time}", m(lang, "shell-tomorrow")),
        _ => format!("{} {time}", day(lang, at.date())),
    }
}

/// A moment to come as narrow as can be: `15:00`, `明天 07:50`, `周四 08:11` within a week, else `12月4日`.
pub(super) fn moment_short(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let (date, today) = (dates::today(at), dates::today(now));
    match ((date - today).get_days(), lang) {
        (..=1, _) => moment(lang, at, now),
        (2..=6, Lang::Zh) => format!("{} {}", dates::weekday_zh(date), clock(at)),
        (2..=6, Lang::En) => format!("{} {}", weekday_en(date), clock(at)),
        _ => month_day(lang, date),
    }
}

/// The same to the second, for timelines.
pub(super) fn moment_exact(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    format!(
        "{}:{:02}",
        moment(lang, at, now),
        dates::beijing(at).second()
    )
}

/// How long is left until a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    /// For `<time datetime>`.
    pub(super) iso: String,
    /// `26 分`, `4:12`, `已过`.
    pub(super) words: String,
    /// Attention within an hour, urgent within ten minutes.
    pub(super) class: &'static str,
    /// The moment itself.
    pub(super) until: String,
    /// Seconds; none once it is over.
    pub(super) seconds: i64,
}

/// How long is left.
pub(super) fn left(lang: Lang, until: Timestamp, now: Timestamp) -> Left {
    let seconds = until.as_second() - now.as_second();
    let words = match seconds {
        ..=0 => m(lang, "shell-due").to_owned(),
        1..600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        600..3600 => say(lang, "shell-minutes", &[("minutes", (seconds / 60).into())]),
        3600..86_400 => hours_minutes(lang, seconds / 60),
        _ => count(lang, "shell-days", seconds / 86_400),
    };
    let class = match seconds {
        ..600 => "urg",
        600..3600 => "att",
        _ => "",
    };
    Left {
        iso: dates::rfc3339(until),
        words,
        class,
        until: moment(lang, until, now),
        seconds: seconds.max(0),
    }
}

/// `¥1,060`, `¥39.50`
pub(super) fn money(fen: i64) -> String {
    let yuan = (fen / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in yuan.chars().enumerate() {
        if at > 0 && (yuan.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fen % 100 {
        0 => format!("¥{grouped}"),
        rest => format!("¥{grouped}.{rest:02}"),
    }
}

/// `07:20`
pub(super) fn clock(moment: Timestamp) -> String {
    let at = dates::beijing(moment);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `4 小时 35 分`, `4 h 35 min`
pub(super) fn duration(lang: Lang, minutes: i64) -> String {
    match minutes / 60 {
        0 => say(lang, "shell-minutes", &[("minutes", (minutes % 60).into())]),
        _ => hours_minutes(lang, minutes),
    }
}

fn hours_minutes(lang: Lang, minutes: i64) -> String {
    let args = [
        ("hours", (minutes / 60).into()),
        ("minutes", (minutes % 60).into()),
    ];
    say(lang, "shell-hours-minutes", &args)
}

/// Seconds as people say them: `38 秒`, `12 分`, `3 小时 5 分`.
pub(super) fn seconds(lang: Lang, seconds: i64) -> String {
    match seconds {
        ..60 => say(lang, "shell-seconds", &[("seconds", seconds.max(0).into())]),
        _ => duration(lang, seconds / 60),
    }
}

/// How long until then: `38 秒后`.
pub(super) fn later(lang: Lang, wait_s: i64) -> String {
    let span = seconds(lang, wait_s);
    say(lang, "shell-later", &[("span", span.into())])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn moments_are_said_as_seen_from_now() {
        let now = at("2026-11-22T14:10:00+08:00");
        for (moment_at, zh, en) in [
            ("2026-11-22T15:00:00+08:00", "15:00", "15:00"),
            ("2026-11-21T23:59:00+08:00", "昨天 23:59", "yesterday 23:59"),
            ("2026-11-23T00:00:00+08:00", "明天 00:00", "tomorrow 00:00"),
            (
                "2026-12-04T09:00:00+08:00",
                "12月4日 周五 09:00",
                "Fri 4 Dec 09:00",
            ),
        ] {
            assert_eq!(moment(Lang::Zh, at(moment_at), now), zh);
            assert_eq!(moment(Lang::En, at(moment_at), now), en);
        }
    }

    #[test]
    fn moments_to_come_are_narrow() {
        let now = at("2026-11-22T14:10:00+08:00");
        for (moment_at, zh) in [
            ("2026-11-22T15:00:00+08:00", "15:00"),
            ("2026-11-23T07:50:00+08:00", "明天 07:50"),
            ("2026-11-26T08:11:00+08:00", "周四 08:11"),
            ("2026-12-04T09:00:00+08:00", "12月4日"),
        ] {
            assert_eq!(moment_short(Lang::Zh, at(moment_at), now), zh);
        }
    }

    #[test]
    fn days_to_come_are_narrow() {
        let today = jiff::civil::date(2026, 11, 22);
        for (day, zh, en) in [
            (22, "今天", "today"),
            (23, "明天", "tomorrow"),
            (26, "周四 26日", "Thu 26"),
            (29, "11月29日", "29 Nov"),
        ] {
            let day = jiff::civil::date(2026, 11, day);
            assert_eq!(near_day(Lang::Zh, day, today), zh);
            assert_eq!(near_day(Lang::En, day, today), en);
        }
    }

    #[test]
    fn time_left_grows_urgent() {
        let now = at("2026-11-22T14:10:00+08:00");
        for (until, words, class) in [
            ("2026-11-22T14:09:00+08:00", "到点了", "urg"),
            ("2026-11-22T14:14:12+08:00", "4:12", "urg"),
            ("2026-11-22T14:36:18+08:00", "26 分", "att"),
            ("2026-11-22T16:15:00+08:00", "2 小时 5 分", ""),
            ("2026-11-26T15:00:00+08:00", "4 天", ""),
        ] {
            let left = left(Lang::Zh, at(until), now);
            assert_eq!((left.words.as_str(), left.class), (words, class));
        }
    }

    #[test]
    fn ages() {
        let now = at("2026-11-22T14:10:00+08:00");
        assert_eq!(
            ago(Lang::Zh, at("2026-11-22T14:02:00+08:00"), now),
            "8 分钟前"
        );
        assert_eq!(
            ago(Lang::En, at("2026-11-22T13:10:00+08:00"), now),
            "1 hour ago"
        );
    }

    #[test]
    fn money_is_grouped() {
        for (fen, said) in [
            (55_300, "¥553"),
            (106_000, "¥1,060"),
            (3_950, "¥39.50"),
            (0, "¥0"),
            (123_456_705, "¥1,234,567.05"),
        ] {
            assert_eq!(money(fen), said);
        }
    }
}
