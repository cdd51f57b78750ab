//! Signing in by QR code, and what only somebody signed in may ask: requests and replies.
//!
//! Addresses below `/passport` and below `/otn` have cookies of their own; which go where is the port's matter. The one
//! secret that passes through here, the token between the two, lives for one act and is never part of an error.
//!
//! *Source*: 12306's sign-in script and a recorded session of 2024; public clients of the service, 2018–2026. *Seen*.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use serde::{Deserialize, Serialize};

use super::reply::{Loose, Words, private, private_data};
use super::request::post;
use crate::rail::error::{ban_sign, passport_means};

/// Passengers of one page; what the page asks for (*seen*).
pub const PASSENGERS_A_PAGE: usize = 10;

/// Asks for a new QR code.
#[must_use]
pub fn create_code(base: &str) -> Request {
    post(base, "/passport/web/create-qr64", &[("appid", "otn")]).header("referer", login_page(base))
}

/// Asks how far a QR code has come.
#[must_use]
pub fn check_code(base: &str, uuid: &str) -> Request {
    let fields = [("appid", "otn"), ("uuid", uuid)];
    post(base, "/passport/web/checkqr", &fields).header("referer", login_page(base))
}

/// The door of the booking side: leads to the passport page while nobody is signed in there.
#[must_use]
pub fn user_login(base: &str) -> Request {
    page(format!("{base}/otn/login/userLogin")).header("referer", login_page(base))
}

/// The page the door leads to; gives the booking side's cookies.
#[must_use]
pub fn passport_page(base: &str) -> Request {
    page(passport_address(base)).header("referer", login_page(base))
}

/// Asks the passport side for a token for the booking side. Who asks is in the cookie `uamtk`.
#[must_use]
pub fn app_token(base: &str) -> Request {
    post(base, "/passport/web/auth/uamtk", &[("appid", "otn")])
        .header("referer", passport_address(base))
}

/// Hands the token to the booking side: from here on somebody is signed in.
#[must_use]
pub fn hand_token(base: &str, token: &str) -> Request {
    post(base, "/otn/uamauthclient", &[("tk", token)]).header("referer", passport_address(base))
}

/// The door once more; now it leads in.
#[must_use]
pub fn user_login_again(base: &str) -> Request {
    page(format!("{base}/otn/login/userLogin")).header("referer", passport_address(base))
}

/// A page of the account's passengers, counted from 1.
#[must_use]
pub fn passengers(base: &str, number: usize) -> Request {
    let (number, size) = (number.to_string(), PASSENGERS_A_PAGE.to_string());
    let fields = [("pageIndex", number.as_str()), ("pageSize", size.as_str())];
    post(base, "/otn/passengers/query", &fields)
        .header("referer", format!("{base}/otn/view/passengers.html"))
}

fn page(address: String) -> Request {
    Request::get(address).ban_sign(ban_sign)
}

pub(super) fn login_page(base: &str) -> String {
    format!("{base}/otn/resources/login.html")
}

fn passport_address(base: &str) -> String {
    format!("{base}/otn/passport?redirect=/otn/login/userLogin")
}

/// A QR code to be scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The service's name for it.
    pub uuid: String,
    /// PNG in base64.
    pub picture: String,
}

/// How far a QR code has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeState {
    /// Nobody scanned it yet.
    Waiting,
    /// Scanned; not confirmed in the app.
    Scanned,
    /// Confirmed in the app.
    Confirmed,
    /// Too old.
    Expired,
    /// The service has trouble with it, or says something unknown.
    Broken,
}

/// The envelope below `/passport`: the code is a number or text, depending on the address (*seen*).
#[derive(Deserialize)]
pub(super) struct Passport<'a> {
    #[serde(default)]
    pub(super) result_code: Loose,
    #[serde(borrow)]
    result_message: Option<Words<'a>>,
    #[serde(borrow)]
    uuid: Option<Words<'a>>,
    #[serde(borrow)]
    image: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) newapptk: Option<Words<'a>>,
    /// The older name.
    #[serde(borrow)]
    pub(super) apptk: Option<Words<'a>>,
    /// Of `checkLoginVerify`: what a password needs besides.
    #[serde(default)]
    pub(super) login_check_code: Loose,
    /// Of `auth/uamtk` with 91 or 92: the phone that a check goes to, or its last digits.
    #[serde(borrow)]
    pub(super) mobile: Option<Words<'a>>,
}

impl Passport<'_> {
    fn agreed(self) -> Result<Self, ServiceError> {
        if self.result_code.0 == Some(0) {
            return Ok(self);
        }
        Err(passport_means(self.result_code.0, self.words()))
    }

    /// The service's own words, or nothing.
    pub(super) fn words(&self) -> &str {
        self.result_message.as_ref().map_or("", |words| &words.0)
    }
}

/// Reads the answer of `create-qr64`.
///
/// # Errors
/// What the code means (see [`passport_means`]); `Changed` when the picture or its name is missing.
pub fn code(body: &str) -> Result<Code, ServiceError> {
    let answer = private::<Passport<'_>>(body)?.agreed()?;
    Ok(Code {
        uuid: filled(answer.uuid, "create-qr64.uuid")?,
        picture: filled(answer.image, "create-qr64.image")?,
    })
}

/// Reads the answer of `checkqr`. A code that is missing or unknown counts as broken, as the service's own page has it.
///
/// # Errors
/// `Changed` when it is no JSON.
pub fn code_state(body: &str) -> Result<CodeState, ServiceError> {
    let answer: Passport<'_> = private(body)?;
    Ok(match answer.result_code.0 {
        Some(0) => CodeState::Waiting,
        Some(1) => CodeState::Scanned,
        Some(2) => CodeState::Confirmed,
        Some(3) => CodeState::Expired,
        _ => CodeState::Broken,
    })
}

/// Reads the answer of `auth/uamtk`: the token for the booking side.
///
/// # Errors
/// As [`code`].
pub fn token(body: &str) -> Result<String, ServiceError> {
    let answer = private::<Passport<'_>>(body)?.agreed()?;
    filled(answer.newapptk.or(answer.apptk), "uamtk.newapptk")
}

/// Reads the answer of `uamauthclient`: whether the token was taken.
///
/// # Errors
/// As [`code`].
pub fn token_taken(body: &str) -> Result<(), ServiceError> {
    let answer: Passport<'_> = private(body)?;
    if answer.result_code.0.is_none() {
        return Err(ServiceError::changed(
            "uamauthclient.result_code",
            "missing",
        ));
    }
    answer.agreed().map(drop)
}

fn filled(words: Option<Words<'_>>, place: &str) -> Result<String, ServiceError> {
    words
        .map(|words| words.0.into_owned())
        .filter(|words| !words.trim().is_empty())
        .ok_or_else(|| ServiceError::changed(place, "missing"))
}

/// Somebody the account may buy tickets for, as far as the service shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passenger {
    /// The service's own key; two people may have one name.
    pub uuid: String,
    /// As the service writes it, which may be masked.
    pub name: String,
    /// `1` adult, `2` child, `3` student, `4` disabled soldier or policeman.
    pub kind: String,
    /// `1` identity card, `B` passport and so on.
    pub id_kind: String,
    /// The ID number with stars in it, as the service writes it.
    pub id_mask: String,
}

/// One page of passengers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassengerPage {
    /// Those of the page.
    pub passengers: Vec<Passenger>,
    /// How many pages there are, when told.
    pub pages: Option<usize>,
}

/// Reads the answer of `passengers/query` as far as it may be shown; what an order needs of a passenger beyond this is read
/// by [`people`](super::people).
///
/// # Errors
/// What a message means; `Changed` when the list, or somebody's key or name, is missing.
pub fn passenger_page(body: &str) -> Result<PassengerPage, ServiceError> {
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        datas: Option<Vec<Listed<'a>>>,
        #[serde(rename = "pageTotal", default)]
        pages: Loose,
    }
    #[derive(Deserialize)]
    struct Listed<'a> {
        #[serde(borrow)]
        passenger_uuid: Option<Words<'a>>,
        #[serde(borrow)]
        passenger_name: Option<Words<'a>>,
        #[serde(borrow)]
        passenger_type: Option<Words<'a>>,
        #[serde(borrow)]
        passenger_id_type_code: Option<Words<'a>>,
        #[serde(borrow)]
        passenger_id_no: Option<Words<'a>>,
    }
    let data: Data<'_> = private_data(body)?;
    let listed = data
        .datas
        .ok_or_else(|| ServiceError::changed("data.datas", "missing"))?;
    let plain = |words: Option<Words<'_>>| words.map(|w| w.0.into_owned()).unwrap_or_default();
    let read_one = |one: Listed<'_>| {
        Ok(Passenger {
            uuid: filled(one.passenger_uuid, "datas.passenger_uuid")?,
            name: filled(one.passenger_name, "datas.passenger_name")?,
            kind: plain(one.passenger_type),
            id_kind: plain(one.passenger_id_type_code),
            id_mask: masked(&plain(one.passenger_id_no)),
        })
    };
    Ok(PassengerPage {
        passengers: listed
            .into_iter()
            .map(read_one)
            .collect::<Result<_, ServiceError>>()?,
        pages: data.pages.0.and_then(|pages| pages.try_into().ok()),
    })
}

/// The service masks the number itself (*seen*). Should it ever not, the middle is starred here.
fn masked(number: &str) -> String {
    let length = number.chars().count();
    if number.contains('*') || length <= 4 {
        return number.to_owned();
    }
    let star = |(at, letter)| {
        if at < 2 || at + 2 >= length {
            letter
        } else {
            '*'
        }
    };
    number.chars().enumerate().map(star).collect()
}
