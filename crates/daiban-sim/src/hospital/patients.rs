//! Accounts, whom they may book for, and with which cards. Numbers are shown masked.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reply::ok;
use super::strict::query;
use crate::answer::{Answer, Call};
use crate::world::World;

/// A person with the hospital service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HospitalAccount {
    /// Mobile phone, 11 digits: sign-in name and where text messages go.
    pub mobile: String,
    /// Name of the person.
    pub name: String,
    /// ID number; only its end is shown.
    pub id_number: String,
    /// The real name is known to the service.
    pub real_name: bool,
    /// Whom one can book for, in the order they are listed.
    pub patients: Vec<HospitalPatient>,
}

impl Default for HospitalAccount {
    fn default() -> Self {
        Self {
            mobile: String::new(),
            name: String::new(),
            id_number: String::new(),
            real_name: true,
            patients: Vec::new(),
        }
    }
}

/// Someone on an account's list of patients. Several may share a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HospitalPatient {
    /// Name.
    pub name: String,
    /// ID number.
    pub id_number: String,
    /// Mobile phone; may be empty.
    pub phone: String,
    /// `BIND`, or another word for somebody who can't be booked for.
    pub status: String,
    /// What is said about it.
    pub status_tips: String,
    /// Cards, in the order they are listed.
    pub cards: Vec<HospitalCard>,
}

impl Default for HospitalPatient {
    fn default() -> Self {
        Self {
            name: String::new(),
            id_number: String::new(),
            phone: String::new(),
            status: "BIND".into(),
            status_tips: String::new(),
            cards: Vec::new(),
        }
    }
}

/// A card of a patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HospitalCard {
    /// `SOCIAL_SECURITY` or `IDENTITY_CARD`.
    pub kind: String,
    /// The whole number.
    pub number: String,
}

impl HospitalCard {
    /// A 社保卡.
    pub fn social_security(number: &str) -> Self {
        Self {
            kind: "SOCIAL_SECURITY".into(),
            number: number.into(),
        }
    }

    /// An identity card, which is paid by oneself.
    pub fn identity(number: &str) -> Self {
        Self {
            kind: "IDENTITY_CARD".into(),
            number: number.into(),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.kind.as_str() {
            "SOCIAL_SECURITY" => "社保卡",
            "IDENTITY_CARD" => "居民身份证",
            _ => "就诊卡",
        }
    }

    pub(super) fn pays(&self) -> (&'static str, &'static str) {
        match self.kind.as_str() {
            "SOCIAL_SECURITY" => ("MEDICARE_CARD", "医保"),
            _ => ("SELF_PAY_CARD", "自费"),
        }
    }

    /// Whether a number as sent is this card's. Whether the real service wants the masked one or the whole is not
    /// known, so either will do.
    pub(super) fn is(&self, kind: &str, number: &str) -> bool {
        self.kind == kind && (self.number == number || masked(&self.number) == number)
    }
}

pub(crate) fn add_account(world: &mut World, account: HospitalAccount) {
    let accounts = &mut world.hospital.accounts;
    let known = accounts
        .iter_mut()
        .find(|known| known.mobile == account.mobile);
    match known {
        Some(known) => *known = account,
        None => accounts.push(account),
    }
}

/// `1101****0001`.
pub(super) fn masked(number: &str) -> String {
    match (
        number.get(..4),
        number.len().checked_sub(4).and_then(|at| number.get(at..)),
    ) {
        (Some(head), Some(tail)) if number.len() > 8 => format!("{head}****{tail}"),
        _ => "****".into(),
    }
}

/// `*示`: the last character alone.
pub(super) fn masked_name(name: &str) -> String {
    name.chars()
        .last()
        .map(|last| format!("*{last}"))
        .unwrap_or_default()
}

/// `user/real-name/status`. The words of an unknown name are *guessed*.
pub(super) fn real_name(
    _: &mut World,
    call: &Call,
    account: &HospitalAccount,
) -> Result<Answer, Answer> {
    query(call, &[], &[])?;
    if !account.real_name {
        return Ok(ok(&json!({
            "status": "NO_AUTH", "name": null, "idTypeView": null, "idNo": null, "message": "您还未实名认证",
        })));
    }
    let number = &account.id_number;
    let tail = number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default();
    Ok(ok(&json!({
        "status": "AUTH_PASS", "name": masked_name(&account.name), "idTypeView": "居民身份证",
        "idNo": format!("******{tail}"), "message": "实名认证成功",
    })))
}

/// `patient/list`.
pub(super) fn list(
    _: &mut World,
    call: &Call,
    account: &HospitalAccount,
) -> Result<Answer, Answer> {
    query(call, &["showType"], &[])?;
    let rows: Vec<Value> = account.patients.iter().map(row).collect();
    Ok(ok(&json!({"count": rows.len(), "list": rows})))
}

fn row(patient: &HospitalPatient) -> Value {
    let id = masked(&patient.id_number);
    let cards: Vec<Value> = patient.cards.iter().map(card).collect();
    json!({
        "patientName": patient.name, "idCardType": "IDENTITY_CARD", "idCardTypeView": "居民身份证",
        "idCardNo": id, "idCardNoView": id, "phone": patient.phone,
        "status": patient.status, "statusTips": patient.status_tips, "cardList": cards, "options": [],
    })
}

fn card(card: &HospitalCard) -> Value {
    let (number, (kind, pays)) = (masked(&card.number), card.pays());
    json!({
        "cardType": card.kind, "cardTypeView": card.name(), "cardNo": number, "cardNoView": number,
        "medicareType": kind, "medicareTypeView": pays,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_only_the_ends() {
        assert_eq!(masked("139999199001010145"), "1399****0145");
        assert_eq!(masked("10000000000X"), "1000****000X");
        assert_eq!(masked("12345678"), "****");
        assert_eq!(masked(""), "****");
        assert_eq!(masked_name("王小例"), "*例");
    }
}
