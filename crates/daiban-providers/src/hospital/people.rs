//! The patients of an account, and whether its real name is known.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"patients"}` | `{"patients":[…]}`, each a [`Patient`]; remembered as listed, in memory only, for a booking |
//! | `{"do":"real_name"}` | `{"ok","text":{"zh","en"}}`; remembered once it is fine |

use std::collections::HashMap;

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::id::AccountId;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use serde_json::{Value, json};

use super::Hospitals;
use super::booking::{Card, CardKind, Patient, PatientRef};
use super::line::Line;
use super::session::whose;
use super::wire::people::{self as wire, Listed, RealNameStatus};

/// Patients by account.
#[derive(Debug, Default)]
pub(super) struct PeopleMemory(HashMap<Option<AccountId>, Known>);

#[derive(Debug, Default)]
struct Known {
    patients: Option<Vec<Listed>>,
    has_real_name: bool,
}

impl PeopleMemory {
    /// The patient of that name and masked number, as last listed with every field; `None`: not known here.
    pub(super) fn patient(&self, visit: &Visit<'_>, wanted: &PatientRef) -> Option<Listed> {
        let patients = self.0.get(&whose(visit))?.patients.as_ref()?;
        let is_wanted = |listed: &&Listed| {
            let shown = listed.shown();
            shown.name == wanted.name && shown.id_mask == wanted.id_mask
        };
        patients.iter().find(is_wanted).cloned()
    }

    /// Whether the service has said that the account's real name is proved.
    pub(super) fn has_real_name(&self, visit: &Visit<'_>) -> bool {
        let known = self.0.get(&whose(visit));
        known.is_some_and(|known| known.has_real_name)
    }

    /// After a sign-in it may be somebody else's account; after a refusal the list may be old.
    pub(super) fn forget(&mut self, visit: &Visit<'_>) {
        self.0.remove(&whose(visit));
    }

    fn of(&mut self, visit: &Visit<'_>) -> &mut Known {
        self.0.entry(whose(visit)).or_default()
    }
}

/// Answers `patients` and `real_name`; `None` when the body is another's.
pub(super) async fn look(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "patients" => patients(hospitals, visit)
            .await
            .map(|patients| json!({ "patients": patients })),
        "real_name" => real_name(hospitals, visit)
            .await
            .map(|status| json!({ "ok": status.proved, "text": in_words(&status) })),
        _ => return None,
    })
}

/// Asks for the patients, and remembers them as listed.
///
/// # Errors
/// One of the eight.
pub(super) async fn patients(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
) -> Result<Vec<Patient>, ServiceError> {
    let line = Line::of(visit)?;
    let listed = wire::listed(&line.ask(wire::patients(&line)).await?)?;
    let shown = listed.iter().map(Listed::shown).collect();
    hospitals.people.open().of(visit).patients = Some(listed);
    Ok(shown)
}

/// Asks whether the account's real name is proved, and remembers a yes.
///
/// # Errors
/// One of the eight.
pub(super) async fn real_name(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
) -> Result<RealNameStatus, ServiceError> {
    let line = Line::of(visit)?;
    let status = wire::real_name_reply(&line.ask(wire::real_name(&line)).await?)?;
    hospitals.people.open().of(visit).has_real_name = status.proved;
    Ok(status)
}

/// Whether the account may book, in words; what to do where it may not.
pub(super) fn in_words(status: &RealNameStatus) -> Text {
    if status.proved {
        return Text::new("已实名认证", "the real name is proved");
    }
    let said = match status.words.as_str() {
        "" => Text::new("还没有实名认证", "the real name is not proved yet"),
        words => Text::quoted(words),
    };
    Text::new(
        format!("{}；没有实名不能预约，请先在 114 的官方渠道认证", said.zh),
        format!(
            "{}; nothing can be booked without it: prove it in an official channel of 114 first",
            said.en
        ),
    )
}

/// Checks the patient and the card wished for a visit against the account's list. What cannot be known now is left to the
/// errand.
///
/// # Errors
/// [`InvalidInput`] naming `patient` or `card`, with those there are.
pub(super) async fn check(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    wishes: &Value,
) -> Result<(), InvalidInput> {
    let wished = wishes["patient"].as_str().map_or("", str::trim);
    if wished.is_empty() {
        return Ok(());
    }
    let Ok(patients) = patients(hospitals, visit).await else {
        return Ok(());
    };
    let patient = find(&patients, wished)?;
    find_card(patient, wishes["card"].as_str().unwrap_or("any")).map(drop)
}

/// The patient meant by a name, or by a name and the end of the number: `王小例`, `王小例/0001`.
///
/// # Errors
/// [`InvalidInput`] naming `patient`: nobody is called so, several are, or the service does not let them be booked for.
pub(super) fn find<'a>(patients: &'a [Patient], wished: &str) -> Result<&'a Patient, InvalidInput> {
    let (name, tail) = match wished.split_once(['/', '／']) {
        Some((name, tail)) => (name.trim(), tail.trim()),
        None => (wished.trim(), ""),
    };
    let is_meant = |patient: &&Patient| patient.name == name && ends_so(&patient.id_mask, tail);
    let meant: Vec<&Patient> = patients.iter().filter(is_meant).collect();
    match meant.as_slice() {
        [one] if one.bound => Ok(one),
        [one] => Err(not_bound(one)),
        [] => Err(nobody(patients)),
        several => Err(which_one(several)),
    }
}

fn ends_so(id_mask: &str, tail: &str) -> bool {
    let tail = tail.to_ascii_uppercase();
    id_mask.to_ascii_uppercase().ends_with(&tail)
}

fn nobody(patients: &[Patient]) -> InvalidInput {
    if patients.is_empty() {
        return InvalidInput::new(
            "patient",
            "这个账号还没有就诊人；请先在 114 的官方渠道添加",
            "this account has no patients yet; add them in an official channel of 114 first",
        );
    }
    let known = listed(patients.iter().map(with_tail));
    InvalidInput::new(
        "patient",
        format!("账号里没有这个就诊人；有的是：{}", known.zh),
        format!("no such patient in the account; there are: {}", known.en),
    )
}

fn which_one(several: &[&Patient]) -> InvalidInput {
    let known = listed(several.iter().copied().map(with_tail));
    InvalidInput::new(
        "patient",
        format!("有几位同名的就诊人，请连证件号末位一起写：{}", known.zh),
        format!("several patients have this name; say which: {}", known.en),
    )
}

fn not_bound(patient: &Patient) -> InvalidInput {
    let note = patient.note.as_deref();
    let zh = note.map_or_else(String::new, |note| format!("（{note}）"));
    let en = note.map_or_else(String::new, |note| format!(" ({note})"));
    InvalidInput::new(
        "patient",
        format!(
            "114 现在不给「{}」预约{zh}；请先在官方渠道核对这位就诊人",
            patient.name
        ),
        format!(
            "114 does not book for {:?} now{en}; look after this patient in an official channel first",
            patient.name
        ),
    )
}

/// `王小例/0001`, as it may be typed back.
fn with_tail(patient: &Patient) -> String {
    let tail = patient.id_mask.rsplit('*').next().unwrap_or_default();
    match tail {
        "" => patient.name.clone(),
        tail => format!("{}/{tail}", patient.name),
    }
}

/// The card to book with: of the kind wished, or with `any` the social security card before any other.
///
/// # Errors
/// [`InvalidInput`] naming `card`, with those the patient has.
pub(super) fn find_card<'a>(patient: &'a Patient, wished: &str) -> Result<&'a Card, InvalidInput> {
    let of = |kind: &str| patient.cards.iter().find(|card| card.kind.0 == kind);
    let found = match wished {
        "social_security" => of(CardKind::SOCIAL_SECURITY),
        "identity_card" => of(CardKind::IDENTITY_CARD),
        _ => of(CardKind::SOCIAL_SECURITY)
            .or_else(|| of(CardKind::IDENTITY_CARD))
            .or(patient.cards.first()),
    };
    found.ok_or_else(|| no_card(patient))
}

fn no_card(patient: &Patient) -> InvalidInput {
    if patient.cards.is_empty() {
        return InvalidInput::new(
            "card",
            format!(
                "「{}」还没有能预约的卡；请先在 114 的官方渠道绑定",
                patient.name
            ),
            format!(
                "{:?} has no card to book with; add one in an official channel of 114 first",
                patient.name
            ),
        );
    }
    let known = listed(
        patient
            .cards
            .iter()
            .map(|card| format!("{} {}", card.name, card.mask)),
    );
    InvalidInput::new(
        "card",
        format!("「{}」没有这种卡；有的是：{}", patient.name, known.zh),
        format!(
            "{:?} has no such card; there are: {}",
            patient.name, known.en
        ),
    )
}

fn listed(all: impl Iterator<Item = String>) -> Text {
    let all: Vec<String> = all.collect();
    Text::new(all.join("、"), all.join(", "))
}
