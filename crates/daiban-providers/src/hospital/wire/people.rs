//! The patients of an account and its real name: requests and replies.
//!
//! *Source*: a description of the page's calls of 2022; public clients of the service, 2021–2023. *Seen*.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use serde::Deserialize;
use serde_json::Value;

use crate::hospital::booking::{Card, CardKind, Patient};
use crate::hospital::line::Line;

/// Which page asks is not looked at, as far as seen: the front one.
const PAGE: &str = "";

/// Asks for the patients of the account, as the confirm page lists them.
#[must_use]
pub fn patients(line: &Line<'_>) -> Request {
    line.get("web/patient/list", &[("showType", "ORDER_CONFIRM")], PAGE)
}

/// A patient with every field the list has, in the service's spelling. `Debug` shows nothing of the person.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// `patientName`
    pub patient_name: String,
    /// `idCardType`: `IDENTITY_CARD`
    #[serde(default)]
    pub id_card_type: Option<String>,
    /// `idCardTypeView`: `居民身份证`
    #[serde(default)]
    pub id_card_type_view: Option<String>,
    /// `idCardNo`: masked, as far as seen.
    #[serde(default)]
    pub id_card_no: Option<String>,
    /// `idCardNoView`: masked, for people.
    #[serde(default)]
    pub id_card_no_view: Option<String>,
    /// `phone`; may be empty.
    #[serde(default)]
    pub phone: Option<String>,
    /// `status`: `BIND`
    #[serde(default)]
    pub status: Option<String>,
    /// `statusTips`
    #[serde(default)]
    pub status_tips: Option<String>,
    /// `cardList`
    #[serde(default)]
    pub card_list: Option<Vec<ListedCard>>,
}

/// A card of such a patient.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedCard {
    /// `cardType`: `SOCIAL_SECURITY`, `IDENTITY_CARD`
    pub card_type: String,
    /// `cardTypeView`: `社保卡`
    #[serde(default)]
    pub card_type_view: Option<String>,
    /// `cardNo`: masked, as far as seen.
    #[serde(default)]
    pub card_no: Option<String>,
    /// `cardNoView`: masked, for people.
    #[serde(default)]
    pub card_no_view: Option<String>,
    /// `medicareType`: `MEDICARE_CARD`, `SELF_PAY_CARD`
    #[serde(default)]
    pub medicare_type: Option<String>,
    /// `medicareTypeView`: `医保`, `自费`
    #[serde(default)]
    pub medicare_type_view: Option<String>,
}

impl std::fmt::Debug for Listed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listed(…)")
    }
}

impl std::fmt::Debug for ListedCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ListedCard({}, …)", self.card_type)
    }
}

/// Reads the list.
///
/// # Errors
/// `Changed` when there is no list, or when somebody on it has no name: nobody is left out in silence.
pub fn listed(data: &Value) -> Result<Vec<Listed>, ServiceError> {
    let list = &data["list"];
    if list.is_null() && data["count"] == 0 {
        return Ok(Vec::new());
    }
    if !list.is_array() {
        return Err(ServiceError::changed("patient/list.data.list", "missing"));
    }
    // What serde says may quote a value.
    Vec::deserialize(list)
        .map_err(|_| ServiceError::changed("patient/list.data.list", "not the fields known"))
}

impl Listed {
    /// The patient as it may be shown: numbers with stars in them.
    #[must_use]
    pub fn shown(&self) -> Patient {
        let cards = self.card_list.iter().flatten();
        Patient {
            name: self.patient_name.trim().to_owned(),
            id_mask: mask(&self.id_card_no_view, &self.id_card_no),
            id_kind: or_else(&self.id_card_type_view, &self.id_card_type),
            phone: filled(&self.phone),
            bound: self.status.as_deref() == Some("BIND"),
            note: filled(&self.status_tips),
            cards: cards.map(ListedCard::shown).collect(),
        }
    }
}

impl ListedCard {
    /// The card as it may be shown.
    #[must_use]
    pub fn shown(&self) -> Card {
        Card {
            kind: CardKind(self.card_type.clone()),
            name: or_else(&self.card_type_view, &Some(self.card_type.clone())),
            mask: mask(&self.card_no_view, &self.card_no),
            pays: or_else(&self.medicare_type_view, &self.medicare_type),
        }
    }
}

fn filled(text: &Option<String>) -> Option<String> {
    let text = text.as_deref()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn or_else(text: &Option<String>, other: &Option<String>) -> String {
    filled(text).or_else(|| filled(other)).unwrap_or_default()
}

/// The number as listed. One without a star is never shown whole: four of either end are kept, as the service does.
fn mask(view: &Option<String>, number: &Option<String>) -> String {
    let number = or_else(view, number);
    let letters: Vec<char> = number.chars().collect();
    if number.contains('*') || letters.is_empty() {
        return number;
    }
    if letters.len() <= 8 {
        return "****".to_owned();
    }
    let head: String = letters[..4].iter().collect();
    let tail: String = letters[letters.len() - 4..].iter().collect();
    format!("{head}****{tail}")
}

/// Asks whether the account's real name is known to the service.
#[must_use]
pub fn real_name(line: &Line<'_>) -> Request {
    line.get("web/user/real-name/status", &[], PAGE)
}

/// What the service knows of the account's real name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealNameStatus {
    /// Whether it is proved (`AUTH_PASS`): without it nothing can be booked.
    pub proved: bool,
    /// The service's words.
    pub words: String,
}

/// Reads that.
///
/// # Errors
/// `Changed` when there is no status.
pub fn real_name_reply(data: &Value) -> Result<RealNameStatus, ServiceError> {
    let status = data["status"]
        .as_str()
        .ok_or_else(|| ServiceError::changed("real-name/status.data.status", "missing"))?;
    Ok(RealNameStatus {
        proved: status == "AUTH_PASS",
        words: data["message"]
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_owned(),
    })
}
