//! The page of an order, `initDc`: what its scripts hold and the next requests need.
//!
//! *Source*: public clients of the service, 2018–2026. *Seen*; a recorded page was not at hand.

use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use daiban_core::secret::Secret;
use serde_json::Value;

use super::js;
use crate::loose::{filled, key};
use crate::rail::error::{answered, lost_sign, page_means, sign_in_lost, text_means};

/// What the page holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPage {
    /// `REPEAT_SUBMIT_TOKEN`: ties the steps of one order together.
    pub token: Secret,
    /// `key_check_isChange`.
    pub key_check: String,
    /// `leftTicketStr`, or `ypInfoDetail` where there is none.
    pub left_ticket: String,
    /// `train_location`.
    pub location: String,
    /// `purpose_codes` inside the order, `00` or `0X00`; `None` when the page does not say.
    pub purpose: Option<String>,
    /// The train and stations the service has prepared the order for; `None` where the page does not say.
    pub prepared: Prepared,
    /// Whether the page wants a slider moved. Never done by a program.
    pub slider: bool,
}

/// What the service has prepared the order for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The service's own key of the train.
    pub train_no: Option<String>,
    /// Telecode of the boarding station.
    pub from: Option<String>,
    /// Telecode of the alighting station.
    pub to: Option<String>,
}

impl Prepared {
    /// Whether nothing of it speaks against that train between those stations.
    #[must_use]
    pub fn fits(&self, train_no: &str, from: &str, to: &str) -> bool {
        let same = |one: &Option<String>, other| one.as_deref().is_none_or(|one| one == other);
        same(&self.train_no, train_no) && same(&self.from, from) && same(&self.to, to)
    }
}

/// Reads the page.
///
/// # Errors
/// `SignInLost` when there is no token, as on a page for nobody; `Busy` for 系统忙; `Closed` and the like for another page in
/// its place; `Changed`, naming the value, when one is missing.
pub fn order_page(response: &Response) -> Result<OrderPage, ServiceError> {
    answered(response)?;
    let page = response.text();
    let Some(token) = token(&page) else {
        return Err(no_token(response, &page));
    };
    let form = js::value_of(&page, "ticketInfoForPassengerForm");
    let form = form.ok_or_else(|| missing("ticketInfoForPassengerForm"))?;
    let needed = |name: &'static str| key(&form[name]).ok_or_else(|| missing(name));
    let asked = &form["queryLeftTicketRequestDTO"];
    let left_ticket = key(&form["leftTicketStr"]).or_else(|| key(&asked["ypInfoDetail"]));
    Ok(OrderPage {
        token,
        key_check: needed("key_check_isChange")?,
        left_ticket: left_ticket.ok_or_else(|| missing("leftTicketStr"))?,
        location: needed("train_location")?,
        purpose: key(&form["purpose_codes"]),
        prepared: Prepared {
            train_no: key(&asked["train_no"]),
            from: telecode(&asked["from_station"]),
            to: telecode(&asked["to_station"]),
        },
        slider: wants_slider(&page),
    })
}

fn token(page: &str) -> Option<Secret> {
    let token = js::value_of(page, "globalRepeatSubmitToken")?;
    filled(&token).map(|token| Secret::from(token.trim()))
}

/// Words and links of a whole order page mean nothing: its scripts hold every message there is. Without a token they do.
fn no_token(response: &Response, page: &str) -> ServiceError {
    if page.contains("系统忙") {
        return text_means("系统忙，请稍后重试");
    }
    let is_null = js::value_of(page, "globalRepeatSubmitToken").is_some();
    match lost_sign(response) {
        Some(error) => error,
        None if is_null => sign_in_lost(),
        None if response.is_html() => page_means(response),
        None => missing("globalRepeatSubmitToken"),
    }
}

fn wants_slider(page: &str) -> bool {
    js::any_of(page, "if_check_slide_passcode", |value| {
        key(value).as_deref() == Some("1")
    })
}

/// A telecode; a name in its place says nothing here.
fn telecode(value: &Value) -> Option<String> {
    let code = key(value)?;
    let is_code = code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase());
    is_code.then_some(code)
}

fn missing(name: &str) -> ServiceError {
    ServiceError::changed(format!("initDc {name}"), "missing")
}
