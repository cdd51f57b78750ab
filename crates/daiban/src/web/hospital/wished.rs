//! What was wished of a visit's errand, in words: only what differs from what is usual.

use daiban_core::{
    Lang,
    descriptor::{ErrandKind, Form, Wish},
};
use serde_json::Value;

use super::super::{
    form::{self, is_default},
    words::{self, m, t},
};

/// These stand in the heading.
const ABOVE: [&str; 4] = ["departments", "from", "to", "patient"];

/// Label and value of what was wished.
pub(in crate::web) fn wished(
    kind: &ErrandKind,
    wishes: &Value,
    lang: Lang,
) -> Vec<(String, String)> {
    let shown = |wish: &Wish| {
        let value = in_words(wish, &wishes[wish.name], lang)?;
        Some((wish.label.in_lang(lang).to_owned(), value))
    };
    let below = |wish: &&Wish| !ABOVE.contains(&wish.name);
    kind.wishes.iter().filter(below).filter_map(shown).collect()
}

fn in_words(wish: &Wish, value: &Value, lang: Lang) -> Option<String> {
    if is_default(wish, value) && wish.name != "then" {
        return None;
    }
    match (wish.name, wish.form) {
        ("weekdays", _) => {
            let days = value.as_array()?.iter().filter_map(Value::as_str);
            let days: Vec<String> = days.map(|day| weekday(day, lang)).collect();
            Some(days.join(m(lang, "shell-mark-list")))
        }
        ("priority", _) => {
            let words = value.as_array()?.iter().filter_map(Value::as_str);
            let words: Vec<&str> = words.map(|word| axis(word, lang)).collect();
            Some(words.join(m(lang, "hospital-then")))
        }
        ("fee_max", _) => value.as_i64().map(|yuan| words::money(yuan * 100)),
        (_, Form::Choice(choices)) => {
            let chosen = choices.iter().find(|(word, _)| value == word);
            chosen.map(|(_, label)| label.in_lang(lang).to_owned())
        }
        (_, Form::Date) => {
            let day = value.as_str()?.parse().ok()?;
            Some(words::day(lang, day))
        }
        (_, Form::Texts) => {
            // Order counts, so it is said.
            let items = value.as_array()?.iter().filter_map(Value::as_str);
            let items: Vec<&str> = items.collect();
            Some(items.join(m(lang, "hospital-then")))
        }
        _ => form::typed(value, lang),
    }
}

fn axis(word: &str, lang: Lang) -> &str {
    match word {
        "doctor" => m(lang, "hospital-doctor-2"),
        "weekday" => m(lang, "hospital-weekday"),
        "half_day" => m(lang, "hospital-half-of-the-day-2"),
        "date" => m(lang, "hospital-day"),
        "department" => m(lang, "hospital-department-2"),
        other => other,
    }
}

/// `一`, `周一` or `1`
fn weekday(day: &str, lang: Lang) -> String {
    let bare = day.trim_start_matches(['周', '星', '期']);
    let number = "一二三四五六日"
        .chars()
        .position(|known| bare.starts_with(known));
    let number = number.or_else(|| bare.parse::<usize>().ok()?.checked_sub(1));
    let names = [
        ("周一", "Mon"),
        ("周二", "Tue"),
        ("周三", "Wed"),
        ("周四", "Thu"),
        ("周五", "Fri"),
        ("周六", "Sat"),
        ("周日", "Sun"),
    ];
    match number.and_then(|number| names.get(number)) {
        Some((zh, en)) => t(lang, zh, en).to_owned(),
        None => day.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_said_however_they_were_written() {
        for (written, zh, en) in [
            ("一", "周一", "Mon"),
            ("周日", "周日", "Sun"),
            ("7", "周日", "Sun"),
            ("8", "8", "8"),
            ("holiday", "holiday", "holiday"),
        ] {
            assert_eq!(weekday(written, Lang::Zh), zh);
            assert_eq!(weekday(written, Lang::En), en);
        }
    }
}
