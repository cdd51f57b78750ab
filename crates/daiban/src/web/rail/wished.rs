//! What was wished of a ticket errand, in words: only what differs from what is usual.

use daiban_core::{
    Lang,
    descriptor::{ErrandKind, Form, Wish},
};
use serde_json::Value;

use super::{
    super::{
        form::{self, is_default},
        words::m,
    },
    wishes::preference,
    words as say,
};

/// These stand in the heading.
const ABOVE: [&str; 3] = ["from", "to", "dates"];

/// Label and value of what was wished.
pub(in crate::web) fn wished(
    kind: &ErrandKind,
    wishes: &Value,
    lang: Lang,
) -> Vec<(String, String)> {
    let shown = |wish: &Wish| {
        let value = in_words(wish, &wishes[wish.name], wishes, lang)?;
        Some((wish.label.in_lang(lang).to_owned(), value))
    };
    let below = |wish: &&Wish| !ABOVE.contains(&wish.name);
    kind.wishes.iter().filter(below).filter_map(shown).collect()
}

fn in_words(wish: &Wish, value: &Value, wishes: &Value, lang: Lang) -> Option<String> {
    if is_default(wish, value) && wish.name != "then" {
        return None;
    }
    let each = |say: &dyn Fn(&str) -> String| {
        let said = value.as_array()?.iter().filter_map(Value::as_str);
        let said: Vec<String> = said.map(say).collect();
        (!said.is_empty()).then(|| said.join(m(lang, "shell-mark-list")))
    };
    match (wish.name, wish.form) {
        ("passengers", _) => each(&|who| passenger(who, lang)),
        ("seats", _) => each(&|seat| say::class_named(lang, seat)),
        ("prefer", _) => each(&|item| {
            let said = preference(item, lang, |_, _| None);
            let parts = [said.about, said.train, said.seat];
            parts.join(" ").trim().to_owned()
        }),
        ("standby_until_min", _) if wishes["standby"] != true => None,
        (_, Form::Choice(choices)) => {
            let chosen = choices.iter().find(|(word, _)| value == word);
            chosen.map(|(_, label)| label.in_lang(lang).to_owned())
        }
        _ => form::typed(value, lang),
    }
}

/// `小明:child` → `小明（儿童票）`
fn passenger(who: &str, lang: Lang) -> String {
    let Some((name, kind)) = who.split_once(':') else {
        return who.to_owned();
    };
    let kind = match kind {
        "adult" => m(lang, "rail-adult-2"),
        "child" => m(lang, "rail-child-3"),
        "student" => m(lang, "rail-student-2"),
        other => other,
    };
    match lang {
        Lang::Zh => format!("{name}（{kind}）"),
        Lang::En => format!("{name} ({kind})"),
    }
}

#[cfg(test)]
mod tests {
    use daiban_providers::rail::TICKET;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_unusual_is_said() {
        let wishes = json!({
            "from": ["北京南"], "to": ["上海虹桥"], "dates": ["2026-12-02"], "passengers": ["张三", "小明:child"],
            "prefer": ["2026-12-02/G105/O", "*"], "seats": [], "then": "order", "standby": false, "standby_until_min": 60,
            "priority": ["date", "route", "train", "seat"], "pace_s": 15, "again": true, "types": null,
        });
        let said = wished(&TICKET, &wishes, Lang::Zh);
        let said: Vec<(&str, &str)> = said
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let expected = [
            ("谁坐", "张三、小明（儿童票）"),
            (
                "先买哪个",
                "12月2日 周三 G105 二等座、任意车次 哪种席别都行",
            ),
            ("有票了怎么办", "马上占座"),
            ("没付成接着盯", "是"),
        ];
        assert_eq!(said, expected);
        let standby = json!({ "standby": true, "standby_until_min": 60 });
        let said = wished(&TICKET, &standby, Lang::En);
        assert_eq!(said.len(), 2);
        assert_eq!(said[1].1, "60");
    }
}
