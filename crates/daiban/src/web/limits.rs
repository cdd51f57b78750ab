//! Why nobody looks just now, as pictures: how much of the day's requests each line has used, the pause between two looks,
//! and until when a service is left alone.

use std::fmt::Write as _;

use daiban_core::{Lang, Timestamp};

use super::words::{self, State, m};
use crate::app::Allowance;

/// The picture's size.
const WIDTH: u32 = 320;
const HEIGHT: u32 = 12;

/// One line to a service.
pub(super) struct LimitView {
    pub(super) icon: &'static str,
    /// `12306 · 陈默`
    pub(super) who: String,
    pub(super) href: Option<String>,
    pub(super) state: State,
    /// How much is used, in words; the picture's text too.
    pub(super) used: String,
    pub(super) svg: String,
    /// The pause between two looks, and when the next may go.
    pub(super) pace: String,
    /// Why it is left alone.
    pub(super) why: Option<String>,
}

/// A line as it is drawn.
pub(super) fn limit(known: &Allowance, lang: Lang, now: Timestamp) -> LimitView {
    let service = known.service.name();
    let name = known.account.as_ref().map_or_else(
        || m(lang, "shell-looks-that-need-no-sign").to_owned(),
        |account| account.name.clone(),
    );
    let used = used(known, lang);
    LimitView {
        icon: known.service.as_str(),
        who: format!("{} · {name}", service.in_lang(lang)),
        href: known
            .account
            .as_ref()
            .map(|account| format!("/accounts/{}", account.id)),
        state: state(known, lang),
        svg: meter(known, &used),
        pace: pace(known, lang, now),
        why: known.closed.as_ref().map(|(until, why)| {
            let until = words::moment(lang, *until, now);
            let why = why.in_lang(lang);
            match lang {
                Lang::Zh => format!("{until} 前先不去：{why}"),
                Lang::En => format!("left alone until {until}: {why}"),
            }
        }),
        used,
    }
}

fn state(known: &Allowance, lang: Lang) -> State {
    let (class, word) = if known.closed.is_some() {
        ("urg", m(lang, "shell-left-alone"))
    } else if known.is_signed_out() {
        ("urg", m(lang, "shell-signed-out-standing-still"))
    } else if known.is_used_up() {
        ("att", m(lang, "shell-used-up-today"))
    } else if known.next_look.is_some() {
        ("", m(lang, "shell-waiting-its-turn"))
    } else {
        ("ok", m(lang, "shell-may-look"))
    };
    State { class, word }
}

fn used(known: &Allowance, lang: Lang) -> String {
    let (used, daily) = (known.used, known.daily);
    match (known.is_used_up(), lang) {
        (false, Lang::Zh) => format!("今天用了 {used} 次，最多 {daily} 次"),
        (false, Lang::En) => format!("{used} of {daily} requests used today"),
        (true, Lang::Zh) => format!("今天的 {daily} 次用完了，零点后再看"),
        (true, Lang::En) => {
            format!("all {daily} requests of today are used; it goes on after midnight")
        }
    }
}

fn pace(known: &Allowance, lang: Lang, now: Timestamp) -> String {
    let floor = words::seconds(lang, i64::from(known.floor_s));
    let next = known.next_look.map(|at| words::moment_exact(lang, at, now));
    match (next, lang) {
        (None, Lang::Zh) => format!("两次之间至少隔 {floor}"),
        (None, Lang::En) => format!("at least {floor} between two looks"),
        (Some(next), Lang::Zh) => format!("两次之间至少隔 {floor}；下一次最早 {next}"),
        (Some(next), Lang::En) => {
            format!("at least {floor} between two looks; the next at {next} or later")
        }
    }
}

/// A bar as long as the day's requests, filled as far as they are used.
fn meter(known: &Allowance, said: &str) -> String {
    let share = f64::from(known.used.min(known.daily)) / f64::from(known.daily.max(1));
    let least = if known.used > 0 { 3.0 } else { 0.0 };
    let filled = (share * f64::from(WIDTH)).max(least);
    let class = if known.is_used_up() {
        "m-full"
    } else {
        "m-used"
    };
    let mut svg = format!(
        r#"<svg class="meter" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}"><rect class="m-all" width="{WIDTH}" height="{HEIGHT}" rx="4"/>"#
    );
    let _ = write!(
        svg,
        r#"<rect class="{class}" width="{filled:.1}" height="{HEIGHT}" rx="4"/>"#
    );
    if known.closed.is_some() {
        let _ = write!(svg, r#"<path class="m-shut" d="M2 6H{}"/>"#, WIDTH - 2);
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use daiban_core::{Text, service::Service};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T14:10:00+08:00".parse().unwrap()
    }

    fn line(used: u32) -> Allowance {
        Allowance {
            service: Service::Rail,
            account: None,
            used,
            daily: 200,
            floor_s: 4,
            next_look: None,
            closed: None,
        }
    }

    #[test]
    fn a_bar_is_as_long_as_what_is_used() {
        for (used, width, word) in [
            (0, "width=\"0.0\"", "可以看"),
            (1, "width=\"3.0\"", "可以看"),
            (50, "width=\"80.0\"", "可以看"),
            (200, "width=\"320.0\"", "今天的用完了"),
            (999, "width=\"320.0\"", "今天的用完了"),
        ] {
            let view = limit(&line(used), Lang::Zh, now());
            assert!(view.svg.contains(width), "{used}: {}", view.svg);
            assert_eq!(view.state.word, word);
            assert!(view.svg.contains(&format!("aria-label=\"{}\"", view.used)));
        }
    }

    #[test]
    fn a_closed_service_says_until_when_and_why() {
        let until = "2026-11-22T14:40:00+08:00".parse().unwrap();
        let closed = Allowance {
            closed: Some((until, Text::new("请求过于频繁", "too many requests"))),
            next_look: Some("2026-11-22T14:10:03+08:00".parse().unwrap()),
            ..line(7)
        };
        let view = limit(&closed, Lang::Zh, now());
        assert_eq!(view.why.unwrap(), "14:40 前先不去：请求过于频繁");
        assert_eq!(view.pace, "两次之间至少隔 4 秒；下一次最早 14:10:03");
        assert_eq!(view.state.class, "urg");
    }
}
