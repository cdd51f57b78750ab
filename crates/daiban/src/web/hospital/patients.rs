//! The patients of an account in the form of a visit's errand. Somebody is sent by name where the name says who is meant,
//! else with the end of the masked number.

use daiban_core::{
    Lang,
    account::{Account, AccountState},
};
use daiban_providers::hospital::booking::{CardKind, Patient};

use super::super::{Web, visitor::Me, words::m};
use crate::app::{Patients, json_of};

/// Patients change rarely.
const KEPT_S: i64 = 600;

/// Somebody who can be chosen.
pub(super) struct PatientView {
    /// As the wish writes it.
    pub(super) value: String,
    pub(super) name: String,
    /// Masked number, cards, and what 114 says.
    pub(super) about: String,
    /// Whether 114 lets this patient be booked for.
    pub(super) bound: bool,
    pub(super) checked: bool,
}

/// Those of the account, and why there are none.
pub(super) async fn gather(
    web: &Web,
    me: &Me,
    account: Option<&Account>,
    chosen: &str,
) -> (Vec<PatientView>, Option<String>) {
    let lang = me.lang;
    let none = |why: String| (Vec::new(), Some(why));
    let Some(account) = account else {
        return none(m(lang, "hospital-there-is-no-114-account").to_owned());
    };
    if account.state != AccountState::Ready {
        return none(m(lang, "hospital-once-signed-in-the-accounts").to_owned());
    }
    let key = format!("hospital/patients/{}", account.id);
    let ask = async { json_of(&web.app.hospital_patients(&me.actor, &account.id).await?) };
    let found = web.kept.or_ask(web.app.now(), key, KEPT_S, ask).await;
    let found = found.map(serde_json::from_value::<Patients>);
    match found {
        Ok(Ok(found)) if found.patients.is_empty() => {
            none(m(lang, "hospital-the-account-has-no-patients").to_owned())
        }
        Ok(Ok(found)) => (listed(&found.patients, chosen, lang), None),
        Ok(Err(_)) => none(m(lang, "hospital-patients-could-not-be-read").to_owned()),
        Err(text) => {
            let why = m(lang, "hospital-patients-could-not-be-read-2");
            none(format!("{why}（{}）", text.in_lang(lang)))
        }
    }
}

fn listed(patients: &[Patient], chosen: &str, lang: Lang) -> Vec<PatientView> {
    let view = |one: &Patient| {
        let same = patients.iter().filter(|other| other.name == one.name);
        let tail = one.id_mask.rsplit('*').next().unwrap_or_default();
        let value = match same.count() {
            1 => one.name.clone(),
            _ => format!("{}/{tail}", one.name),
        };
        PatientView {
            checked: value == chosen,
            about: about(one, lang),
            name: one.name.clone(),
            bound: one.bound,
            value,
        }
    };
    patients.iter().map(view).collect()
}

fn about(one: &Patient, lang: Lang) -> String {
    let mut parts = vec![format!("{} {}", one.id_kind, one.id_mask)];
    let cards: Vec<String> = one
        .cards
        .iter()
        .map(|card| match lang {
            Lang::Zh => format!(
                "{}（{}）",
                card_name(&card.kind, &card.name, lang),
                card.pays
            ),
            Lang::En => format!(
                "{} ({})",
                card_name(&card.kind, &card.name, lang),
                card.pays
            ),
        })
        .collect();
    parts.push(match cards.is_empty() {
        true => m(lang, "hospital-no-card-to-book-with").to_owned(),
        false => cards.join(m(lang, "shell-mark-list")),
    });
    if !one.bound {
        let why = m(lang, "hospital-114-does-not-let-this");
        parts.push(match &one.note {
            Some(note) => format!("{why}：{note}"),
            None => why.to_owned(),
        });
    }
    parts.join(" · ")
}

/// The service's own name of a card; in English what it would be called.
fn card_name<'a>(kind: &CardKind, name: &'a str, lang: Lang) -> &'a str {
    match (lang, kind.0.as_str()) {
        (Lang::En, CardKind::SOCIAL_SECURITY) => "social security card",
        (Lang::En, CardKind::IDENTITY_CARD) => "identity card",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_two_have_is_sent_with_its_number() {
        let one = |name: &str, mask: &str, bound: bool| {
            json!({ "name": name, "id_mask": mask, "id_kind": "居民身份证", "phone": null, "bound": bound, "note": "请完善资料",
                "cards": [{ "kind": "SOCIAL_SECURITY", "name": "社保卡", "mask": "1000****000X", "pays": "医保" }] })
        };
        let patients: Vec<Patient> = serde_json::from_value(json!([
            one("王小例", "1101****0001", true),
            one("王小例", "1101****000X", true),
            one("李四", "1101****0028", false),
        ]))
        .unwrap();
        let list = listed(&patients, "王小例/000X", Lang::Zh);
        let said: Vec<(&str, bool)> = list
            .iter()
            .map(|one| (one.value.as_str(), one.checked))
            .collect();
        assert_eq!(
            said,
            [
                ("王小例/0001", false),
                ("王小例/000X", true),
                ("李四", false)
            ]
        );
        assert_eq!(list[0].about, "居民身份证 1101****0001 · 社保卡（医保）");
        assert!(list[2].about.ends_with("114 现在不让约：请完善资料"));
    }
}
