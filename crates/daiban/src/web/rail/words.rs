//! How trains are said: classes, counts, money, times on the clock, checkpoints of a ticket errand.

use daiban_core::{Lang, Timestamp, dates};
use daiban_providers::rail::seats::{Left, SeatCode};
use jiff::civil::Date;

use super::super::words::{self, t};
pub(super) use super::super::words::{clock, duration, money, seconds};

/// A class: the service's name, in English what it would be called.
pub(super) fn class(lang: Lang, code: SeatCode) -> String {
    let Some(name) = code.class() else {
        return format!("{} {}", t(lang, "席别", "class"), code.as_char());
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
        Left::None => t(lang, "无", "none").to_owned(),
        Left::Exactly(count) => count_of(lang, i64::from(count)),
        Left::AtLeast(_) => t(lang, "有", "21+").to_owned(),
        Left::Unknown => t(lang, "未知", "unknown").to_owned(),
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
        "preparing" => t(lang, "准备中", "getting ready"),
        "waiting_for_sale" => t(lang, "等开售", "waiting for the sale"),
        "warming" => t(lang, "快开售了", "the sale is near"),
        "sprint" => t(lang, "开售抢票", "the sale has opened"),
        "watching" => t(lang, "盯着呢", "watching"),
        "asking" => t(lang, "等你点头", "waiting for your yes"),
        "ordering" => t(lang, "在下单", "ordering"),
        "verifying" => t(lang, "核对下成了没有", "checking the order"),
        "pay" => t(lang, "等你付款", "waiting for your payment"),
        "cancelling" => t(lang, "在取消", "cancelling"),
        "standby" => t(lang, "在候补", "standing by"),
        "closed_hours" => t(lang, "12306 休息", "12306 is closed"),
        "needs_sign_in" => t(lang, "要你登录", "needs your sign-in"),
        _ => return None,
    })
}

/// What yes and no mean in an ask of a ticket errand, and what becomes of silence, where that is not simply a no.
pub(in crate::web) fn ask(lang: Lang, tag: &str) -> Option<[&'static str; 3]> {
    let no = t(lang, "按不同意算。", "It counts as no.");
    Some(match tag {
        "pay" => [
            t(lang, "付好了", "Paid"),
            t(lang, "不要这张了", "I do not want it"),
            t(
                lang,
                "过了期限没付，12306 就把订单作废。",
                "Unpaid by the deadline, 12306 drops the order.",
            ),
        ],
        "cancel" => [
            t(lang, "取消订单", "Cancel the order"),
            t(lang, "留着", "Keep it"),
            no,
        ],
        "take" => [t(lang, "占座", "Hold it"), t(lang, "不要", "No"), no],
        "by_hand" => [
            t(lang, "我下好了", "I ordered it"),
            t(lang, "不弄了", "Leave it"),
            no,
        ],
        _ => return None,
    })
}

/// The way to such an ask.
pub(in crate::web) fn ask_button(lang: Lang, tag: &str) -> Option<&'static str> {
    Some(match tag {
        "pay" => t(lang, "付好了，或者不要了", "Paid, or not wanted"),
        "cancel" => t(lang, "要不要取消", "Cancel it or not"),
        "take" => t(lang, "要不要这张", "Take it or not"),
        "by_hand" => t(lang, "去看怎么办", "See what to do"),
        _ => return None,
    })
}

/// How a ticket errand ended.
pub(super) fn outcome(lang: Lang, result: &str) -> Option<&'static str> {
    Some(match result {
        "paid" => t(lang, "票买好了", "The ticket is bought"),
        "notified" => t(lang, "有票，已经告诉你", "There was one, and you were told"),
        "standby_paid" => t(
            lang,
            "候补付好了，由 12306 接着排",
            "The standby is paid; 12306 carries it from here",
        ),
        "gave_up" => t(lang, "到最后也没等到票", "No ticket came in time"),
        "lapsed" => t(lang, "订单过期没付", "The order lapsed unpaid"),
        "cancelled" => t(lang, "订单取消了", "The order was cancelled"),
        _ => return None,
    })
}

/// Several names in a row.
pub(super) fn names(lang: Lang, names: &[String]) -> String {
    names.join(t(lang, "、", ", "))
}

/// Days as one line: `12月2日 周三、12月3日 周四`.
pub(super) fn days(lang: Lang, days: &[Date]) -> String {
    let said: Vec<String> = days.iter().map(|day| words::day(lang, *day)).collect();
    said.join(t(lang, "、", ", "))
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
