//! `web/order/save`: the one request that books.
//!
//! *Source*: a description of the page's calls of 2022 (*documented*); `confirmToken`, `hospitalCardId` and `contactRelType`
//! from a public client of 2023 (*seen*). Whether `cardNo` must be the whole number or may be the masked one of the list is
//! not known.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use daiban_core::secret::Secret;
use serde_json::{Value, json};

use super::sign_in::Phone;
use crate::hospital::booking::BookWish;
use crate::hospital::cipher::sealed;
use crate::hospital::line::Line;
use crate::loose::{flag, key};

/// What goes with the wish and is in no stored body.
#[derive(Debug, Clone)]
pub struct Papers {
    /// The card's number: whole where the account knows it, else as listed.
    pub card_no: Secret,
    /// Where the hospital reaches somebody.
    pub phone: Secret,
    /// The code of the text message, where the confirm page has a field for it.
    pub sms_code: Option<Secret>,
    /// `confirmToken`
    pub token: Option<Secret>,
}

/// Books.
#[must_use]
pub fn request(line: &Line<'_>, wish: &BookWish, papers: &Papers) -> Request {
    let mut body = json!({
        "hosCode": wish.department.hos,
        "firstDeptCode": wish.department.first,
        "secondDeptCode": wish.department.second,
        "target": wish.date,
        "treatmentDay": wish.date,
        "dutyTime": wish.duty_time,
        "uniqProductKey": wish.key,
        "cardType": wish.card,
        "cardNo": papers.card_no.reveal(),
        "phone": papers.phone.reveal(),
        "smsCode": papers.sms_code.as_ref().map_or("", Secret::reveal),
        "orderFrom": "HOSP",
        "contactRelType": "CONTACT_OTHER",
    });
    if let Some(token) = &papers.token {
        body["confirmToken"] = token.reveal().into();
    }
    let card = wish.hospital_card.as_deref().map(str::trim);
    if let Some(card) = card.filter(|card| !card.is_empty()) {
        body["hospitalCardId"] = card.into();
    }
    line.post("web/order/save", &body, &page(wish))
}

/// The page on which a booking is sent off.
fn page(wish: &BookWish) -> String {
    let place = &wish.department;
    format!(
        "hospital/{hos}/submission?hosCode={hos}&firstDeptCode={}&secondDeptCode={}&dutyTime={}&dutyDate={}&uniqProductKey={}",
        place.first,
        place.second,
        wish.duty_time,
        wish.date,
        wish.key,
        hos = place.hos,
    )
}

/// A booking that the service took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its number.
    pub order_no: String,
    /// Whether it stands in the service's line first.
    pub lineup: bool,
}

/// Reads the `data` of a yes.
///
/// # Errors
/// `Changed` when it holds no order number: then nobody knows what happened.
pub fn read(data: &Value) -> Result<Saved, ServiceError> {
    let order_no = key(&data["orderNo"]);
    let order_no =
        order_no.ok_or_else(|| ServiceError::changed("order/save.data.orderNo", "is not there"))?;
    Ok(Saved {
        order_no,
        lineup: flag(&data["lineup"]).unwrap_or(false),
    })
}

/// Asks for the text message whose code an order of that product needs. There is no picture to read (*seen*).
#[must_use]
pub fn message(line: &Line<'_>, phone: &Phone<'_>, product: &str) -> Request {
    let mobile = sealed(phone.mobile, phone.key);
    let query = [
        ("mobile", mobile.as_str()),
        ("smsKey", "ORDER_CODE"),
        ("code", ""),
        ("uniqProductKey", product),
    ];
    line.get("web/common/verify-code/get", &query, "")
}
