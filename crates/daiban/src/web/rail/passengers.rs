//! The passengers of an account in the form of a ticket errand.
//!
//! Somebody is sent by name where the name says who is meant, else by the service's key.

use daiban_core::{
    Lang,
    account::{Account, AccountState},
};
use serde_json::Value;

use super::{
    super::{Web, visitor::Me, words::m},
    help::KEPT_S,
    wishes::Draft,
};

/// Somebody who can be chosen.
pub(super) struct Passenger {
    /// The name where it is unmistakable, else the service's key.
    pub(super) value: String,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) checked: bool,
    /// Kinds of tickets: value, label, chosen.
    pub(super) kinds: Vec<(&'static str, &'static str, bool)>,
}

/// Those of the account, and why there are none.
pub(super) async fn gather(
    web: &Web,
    me: &Me,
    account: Option<&Account>,
    draft: &Draft,
) -> (Vec<Passenger>, Option<String>) {
    let lang = me.lang;
    let kept = |list: Vec<Passenger>, why: Option<String>| (with_others(list, draft, lang), why);
    let Some(account) = account else {
        let why = m(lang, "rail-there-is-no-12306-account");
        return kept(Vec::new(), Some(why.to_owned()));
    };
    if account.state != AccountState::Ready {
        let why = m(lang, "rail-once-signed-in-the-accounts");
        return kept(Vec::new(), Some(why.to_owned()));
    }
    let key = format!("passengers/{}", account.id);
    let ask = web.app.rail_passengers(&me.actor, &account.id);
    match web.kept.or_ask(web.app.now(), key, KEPT_S, ask).await {
        Ok(found) => {
            let list = listed(&found, draft, lang);
            let none = m(lang, "rail-the-account-has-no-passengers");
            let why = list.is_empty().then(|| none.to_owned());
            kept(list, why)
        }
        Err(text) => {
            let why = m(lang, "rail-passengers-could-not-be-read");
            let said = format!("{why}（{}）", text.in_lang(lang));
            kept(Vec::new(), Some(said))
        }
    }
}

fn listed(found: &Value, draft: &Draft, lang: Lang) -> Vec<Passenger> {
    let list = found["passengers"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let name_of = |one: &Value| one["name"].as_str().unwrap_or_default().to_owned();
    let view = |one: &Value| {
        let (name, uuid) = (name_of(one), one["uuid"].as_str().unwrap_or_default());
        let same = list.iter().filter(|other| name_of(other) == name).count();
        // A name that is masked, or that two people have, does not say who is meant.
        let clear = same == 1 && !name.is_empty() && !name.contains(['*', ':', ' ', ',']);
        let value = if clear { name.clone() } else { uuid.to_owned() };
        let own = kind_words(one["kind"].as_str().unwrap_or_default(), lang);
        let mask = one["id_mask"].as_str().unwrap_or_default();
        let tail = mask.rsplit('*').next().unwrap_or_default();
        let about = match (tail.is_empty(), lang) {
            (true, _) => own.to_owned(),
            (false, Lang::Zh) => format!("{own} · 证件尾号 {tail}"),
            (false, Lang::En) => format!("{own} · ID ends in {tail}"),
        };
        Passenger {
            checked: draft.who.contains(&value),
            kinds: kinds(&value, draft, lang),
            value,
            name,
            about,
        }
    };
    list.iter().map(view).collect()
}

/// Whoever was chosen before and is not in this list stays chosen.
fn with_others(mut list: Vec<Passenger>, draft: &Draft, lang: Lang) -> Vec<Passenger> {
    for value in &draft.who {
        if list.iter().all(|one| one.value != *value) {
            list.push(Passenger {
                value: value.clone(),
                name: value.clone(),
                about: m(lang, "rail-not-in-the-present-list").to_owned(),
                checked: true,
                kinds: kinds(value, draft, lang),
            });
        }
    }
    list
}

fn kind_words(kind: &str, lang: Lang) -> &'static str {
    match kind {
        "1" => m(lang, "rail-adult"),
        "2" => m(lang, "rail-child-2"),
        "3" => m(lang, "rail-student"),
        "4" => m(lang, "rail-disabled-veteran"),
        _ => m(lang, "rail-kind-unknown"),
    }
}

fn kinds(who: &str, draft: &Draft, lang: Lang) -> Vec<(&'static str, &'static str, bool)> {
    let chosen = draft.kinds.iter().find(|(whose, _)| whose == who);
    let chosen = chosen.map_or("", |(_, kind)| kind.as_str());
    [
        ("", m(lang, "rail-as-listed")),
        ("adult", m(lang, "rail-adult-2")),
        ("child", m(lang, "rail-child-3")),
        ("student", m(lang, "rail-student-2")),
    ]
    .map(|(value, label)| (value, label, value == chosen))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_two_have_is_sent_as_the_key() {
        let one = |name: &str, uuid: &str| json!({ "name": name, "uuid": uuid, "kind": "1", "id_mask": "1101***********01X" });
        let found = json!({ "passengers": [one("张三", "u1"), one("张三", "u2"), one("李四", "u3"), one("*五", "u4")] });
        let draft = Draft {
            who: vec!["李四".to_owned(), "走了".to_owned()],
            ..Draft::default()
        };
        let list = with_others(listed(&found, &draft, Lang::Zh), &draft, Lang::Zh);
        let values: Vec<&str> = list.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(values, ["u1", "u2", "李四", "u4", "走了"]);
        let checked: Vec<bool> = list.iter().map(|one| one.checked).collect();
        assert_eq!(checked, [false, false, true, false, true]);
        assert_eq!(list[0].about, "成人 · 证件尾号 01X");
    }
}
