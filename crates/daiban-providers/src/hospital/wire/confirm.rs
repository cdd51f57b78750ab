//! `web/product/confirm`: what the service shows before a booking. It books nothing.
//!
//! *Source*: a description of the page's calls of 2022 (*documented*); `confirmToken` from a public client of 2023 (*seen*);
//! what the flags mean, and `medicareCardId`, from the script of the service's mobile page (*seen*).

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use daiban_core::secret::Secret;
use serde_json::{Value, json};

use super::words::{fen, visit_time};
use crate::hospital::booking::{BookWish, Confirm, Need, Needs};
use crate::hospital::line::Line;
use crate::loose::{filled, whole};

/// What came of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// What is shown.
    pub confirm: Confirm,
    /// Sent back with the order, where there is one. Never stored.
    pub token: Option<Secret>,
}

/// Asks for the confirm page of a place.
#[must_use]
pub fn request(line: &Line<'_>, wish: &BookWish) -> Request {
    let body = json!({
        "hosCode": wish.department.hos,
        "firstDeptCode": wish.department.first,
        "secondDeptCode": wish.department.second,
        "target": wish.date,
        "dutyTime": wish.duty_time,
        "uniqProductKey": wish.key,
    });
    let from = format!("hospital/{}/source", wish.department);
    line.post("web/product/confirm", &body, &from)
}

/// Reads the page. `totalFee` is digits of a font and stays unread; `serviceFee` is plain.
///
/// # Errors
/// `Changed` when there is no page.
pub fn read(data: &Value) -> Result<Confirmed, ServiceError> {
    if !data.is_object() {
        return Err(ServiceError::changed("product/confirm.data", "no object"));
    }
    let text = |name: &str| filled(&data[name]).map(|text| text.trim().to_owned());
    let visit_text = text("visitTime").unwrap_or_default();
    let visit = visit_time(&visit_text);
    let confirm = Confirm {
        hospital: text("hospitalName").unwrap_or_default(),
        department: text("departmentName").unwrap_or_default(),
        doctor: text("doctorName"),
        title: text("doctorTitleName"),
        visit_time: visit_text,
        date: visit.date,
        half_day: visit.half_day,
        fee_fen: fen(&data["serviceFee"]),
        needs: needs(&data["dataItem"]),
        notices: ["commonRegisterNotice", "showRegRule", "takePlaceTips"]
            .into_iter()
            .filter_map(text)
            .collect(),
    };
    let token = filled(&data["confirmToken"]).map(Secret::new);
    Ok(Confirmed { confirm, token })
}

fn needs(items: &Value) -> Needs {
    Needs {
        hospital_card: need(&items["hospitalCardId"]),
        jyt_card: need(&items["jytCardId"]),
        medicare_card: need(&items["medicareCardId"]),
        sms: need(&items["smsCode"]),
        contact: need(&items["contactUserInfo"]),
    }
}

fn need(flag: &Value) -> Need {
    if flag.is_null() {
        return Need::Hidden;
    }
    match whole(flag) {
        Some(1) => Need::Optional,
        Some(2) => Need::Hidden,
        Some(4) => Need::Required,
        _ => Need::Unknown,
    }
}
