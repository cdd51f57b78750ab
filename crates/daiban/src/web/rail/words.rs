//! How trains are said: classes, counts, money, times on the clock, checkpoints of a ticket errand.

use daiban_core::{Lang, Timestamp, dates};
use daiban_providers::rail::seats::{Left, SeatCode};
use jiff::civil::Date;

use super::super::words::{self, m};
pub(super) use super::super::words::{clock, duration, money, seconds};

/// A class: the service's name, in English what it would be called.
pub(super) fn class(lang: Lang, code: SeatCode) -> String {
    let Some(name) = code.class() else {
        return format!("{} {}", m(lang, "rail-class-2"), code.as_char());
    };
    match (lang, in_english(code.as_char())) {
        (Lang::En, Some(english)) => english.to_owned(),
        _ => name.to_owned(),
    }
}

/// A class that was named by a person or by the service.
pub(super) fn class_named(lang: Lang, name: &str) -> String {
    match SeatCode::named(name) {
        Some(code) => class(lang, code),
        None => name.to_owned(),
    }
}

fn in_english(code: char) -> Option<&'static str> {
    Some(match code {
        '9' => "business",
        'P' => "premium",
        'M' => "1st class",
        'D' => "1st class plus",
        'O' => "2nd class",
        'S' => "2nd class saloon",
        '6' => "de luxe soft sleeper",
        'A' => "de luxe sleeper",
        '4' => "soft sleeper",
        'I' => "1st sleeper",
        'F' => "EMU sleeper",
        '3' => "hard sleeper",
        'J' => "2nd sleeper",
        '2' => "soft seat",
        '1' => "hard seat",
        'W' => "standing",
        'H' => "single soft compartment",
        _ => return None,
    })
}

/// How many are left, in the words of the service's own table.
pub(super) fn left(lang: Lang, left: Left) -> String {
    match left {
        Left::None => m(lang, "rail-none").to_owned(),
        Left::Exactly(count) => count_of(lang, i64::from(count)),
        Left::AtLeast(_) => m(lang, "rail-21").to_owned(),
        Left::Unknown => m(lang, "shell-unknown").to_owned(),
    }
}

/// `3 张`, `3`
pub(super) fn count_of(lang: Lang, count: i64) -> String {
    match lang {
        Lang::Zh => format!("{count} 张"),
        Lang::En => count.to_string(),
    }
}

/// The arrival, with how many days after boarding it is: `06:30 +1 天`.
pub(super) fn arrival(lang: Lang, arrive: Timestamp, boarding: Option<Date>) -> String {
    let days = boarding.map_or(0, |day| (dates::today(arrive) - day).get_days());
    match (days, lang) {
        (..=0, _) => clock(arrive),
        (days, Lang::Zh) => format!("{} +{days} 天", clock(arrive)),
        (days, Lang::En) => format!("{} +{days}d", clock(arrive)),
    }
}

/// Where a ticket errand is, for people. `None` for a checkpoint without words of its own.
pub(super) fn checkpoint(lang: Lang, checkpoint: &str) -> Option<&'static str> {
    Some(match checkpoint {
        "preparing" => m(lang, "shell-getting-ready"),
        "waiting_for_sale" => m(lang, "rail-waiting-for-the-sale"),
        "warming" => m(lang, "rail-the-sale-is-near"),
        "sprint" => m(lang, "rail-the-sale-has-opened"),
        "watching" => m(lang, "shell-watching-2"),
        "asking" => m(lang, "shell-waiting-for-your-yes"),
        "ordering" => m(lang, "rail-ordering"),
        "verifying" => m(lang, "rail-checking-the-order"),
        "pay" => m(lang, "rail-waiting-for-your-payment"),
        "cancelling" => m(lang, "rail-cancelling"),
        "standby" => m(lang, "rail-standing-by"),
        "closed_hours" => m(lang, "rail-12306-is-closed"),
        "needs_sign_in" => m(lang, "shell-needs-your-sign-in"),
        _ => return None,
    })
}

/// What yes and no mean in an ask of a ticket errand, and what becomes of silence, where that is not simply a no.
pub(in crate::web) fn ask(lang: Lang, tag: &str) -> Option<[&'static str; 3]> {
    let no = m(lang, "shell-it-counts-as-no");
    Some(match tag {
        "pay" => [
            m(lang, "rail-paid-2"),
            m(lang, "rail-i-do-not-want-it"),
            m(lang, "rail-unpaid-by-the-deadline-12306"),
        ],
        "cancel" => [
            m(lang, "rail-cancel-the-order"),
            m(lang, "shell-keep-it-2"),
            no,
        ],
        "take" => [m(lang, "rail-hold-it"), m(lang, "shell-no-3"), no],
        "by_hand" => [m(lang, "rail-i-ordered-it"), m(lang, "rail-leave-it"), no],
        _ => return None,
    })
}

/// The way to such an ask.
pub(in crate::web) fn ask_button(lang: Lang, tag: &str) -> Option<&'static str> {
    Some(match tag {
        "pay" => m(lang, "rail-paid-or-not-wanted"),
        "cancel" => m(lang, "rail-cancel-it-or-not"),
        "take" => m(lang, "rail-take-it-or-not"),
        "by_hand" => m(lang, "rail-see-what-to-do"),
        _ => return None,
    })
}

/// How a ticket errand ended.
pub(super) fn outcome(lang: Lang, result: &str) -> Option<&'static str> {
    Some(match result {
        "paid" => m(lang, "rail-the-ticket-is-bought"),
        "notified" => m(lang, "rail-there-was-one-and-you"),
        "standby_paid" => m(lang, "rail-the-standby-is-paid-12306"),
        "gave_up" => m(lang, "rail-no-ticket-came-in-time"),
        "lapsed" => m(lang, "rail-the-order-lapsed-unpaid"),
        "cancelled" => m(lang, "rail-the-order-was-cancelled"),
        _ => return None,
    })
}

/// Several names in a row.
pub(super) fn names(lang: Lang, names: &[String]) -> String {
    names.join(m(lang, "shell-mark-list"))
}

/// Days as one line: `12月2日 周三、12月3日 周四`.
pub(super) fn days(lang: Lang, days: &[Date]) -> String {
    let said: Vec<String> = days.iter().map(|day| words::day(lang, *day)).collect();
    said.join(m(lang, "shell-mark-list"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_night_train_arrives_on_another_day() {
        let arrive = "2026-12-03T06:30:00+08:00".parse().unwrap();
        let boarding = Some(jiff::civil::date(2026, 12, 2));
        assert_eq!(arrival(Lang::Zh, arrive, boarding), "06:30 +1 天");
        assert_eq!(arrival(Lang::En, arrive, None), "06:30");
    }

    #[test]
    fn counts_have_three_states_and_the_untold() {
        let said: Vec<String> = [
            Left::None,
            Left::Exactly(3),
            Left::AtLeast(21),
            Left::Unknown,
        ]
        .map(|count| left(Lang::Zh, count))
        .to_vec();
        assert_eq!(said, ["无", "3 张", "有", "未知"]);
    }

    #[test]
    fn classes_have_names_in_both_languages() {
        assert_eq!(class_named(Lang::Zh, "O"), "二等座");
        assert_eq!(class_named(Lang::En, "二等座"), "2nd class");
        assert_eq!(class_named(Lang::En, "没有这种"), "没有这种");
    }
}
