//! The patients of an account, and whether its real name is known.

use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use serde_json::Value;

use super::Hospitals;
use super::booking::Patient;

/// Patients by account.
#[derive(Debug, Default)]
pub(super) struct PeopleMemory {}

/// Answers `patients` and `real_name`; `None` when the body is another's.
pub(super) async fn look(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

/// The patient meant: by name, or by name and the end of the masked number, `王小例/0001`.
///
/// # Errors
/// [`InvalidInput`] naming `patient`, with who is listed.
pub(super) fn find<'l>(asked: &str, listed: &'l [Patient]) -> Result<&'l Patient, InvalidInput> {
    let (name, tail) = asked.split_once('/').unwrap_or((asked, ""));
    let (name, tail) = (name.trim(), tail.trim());
    let fitting: Vec<&Patient> = listed
        .iter()
        .filter(|one| one.name == name && one.id_mask.ends_with(tail))
        .collect();
    match fitting.as_slice() {
        [one] if one.bound => Ok(one),
        [one] => Err(not_bound(one)),
        [] => Err(nobody(asked, listed)),
        several => Err(which(name, several)),
    }
}

fn not_bound(patient: &Patient) -> InvalidInput {
    let note = patient.note.as_deref().unwrap_or("未绑定");
    InvalidInput::new(
        "patient",
        format!("114 说 {} 还不能预约：{note}", patient.name),
        format!("114 says {} cannot be booked for: {note}", patient.name),
    )
}

fn nobody(asked: &str, listed: &[Patient]) -> InvalidInput {
    let known: Vec<_> = listed.iter().map(|one| one.name.as_str()).collect();
    InvalidInput::new(
        "patient",
        format!("114 账号里没有就诊人「{asked}」；有：{}", known.join("、")),
        format!(
            "the 114 account has no patient {asked:?}; there are: {}",
            known.join(", ")
        ),
    )
}

fn which(name: &str, several: &[&Patient]) -> InvalidInput {
    let masks: Vec<_> = several
        .iter()
        .map(|one| format!("{name}/{}", one.id_mask))
        .collect();
    InvalidInput::new(
        "patient",
        format!(
            "有 {} 位「{name}」，请带上证件号尾数：{}",
            several.len(),
            masks.join("、")
        ),
        format!(
            "there are {} people called {name:?}; add the end of the number: {}",
            several.len(),
            masks.join(", ")
        ),
    )
}
