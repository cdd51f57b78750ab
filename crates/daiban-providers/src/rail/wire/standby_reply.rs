//! Standing in line for returned tickets (候补): replies. See `standby` for the requests and the sources.
//!
//! Answers name people; errors of this reader tell positions, never values.

use daiban_core::error::ServiceError;
use serde::{Deserialize, Serialize};

use super::reply::private_data;
use super::told::{Flag, Told};
use crate::rail::error::{face_refused, not_taken, sign_in_lost, text_means};
use crate::rail::seats::SeatCode;

/// Where the face check of the account's owner stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// Nothing stands in the way.
    Fine,
    /// The documents are being looked at.
    InReview,
    /// The documents were not accepted.
    Rejected,
    /// To be done in the app.
    VerifyInApp,
    /// In a code we do not know.
    Unknown,
}

impl Face {
    /// What a code says: 12 is fine whatever the flag beside it says (*seen* 2024, true; a client of 2019 took it for a
    /// no). Without a code the flag decides.
    fn of(code: &str, flag: Option<bool>) -> Self {
        match (code.trim_start_matches('0'), flag) {
            ("1" | "11", _) => Self::InReview,
            ("3" | "13", _) => Self::Rejected,
            ("4" | "14", _) => Self::VerifyInApp,
            ("2" | "12", _) | ("", Some(true)) => Self::Fine,
            _ => Self::Unknown,
        }
    }

    /// Whether it surely keeps one from standing in line.
    #[must_use]
    pub fn forbids(self) -> bool {
        matches!(self, Self::InReview | Self::Rejected | Self::VerifyInApp)
    }
}

/// Reads the answer of `chechFace`.
///
/// # Errors
/// `SignInLost` when it says so; what a message means.
pub fn face(body: &str) -> Result<Face, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        #[serde(default)]
        login_flag: Flag,
        #[serde(default)]
        face_flag: Flag,
        #[serde(default)]
        face_check_code: Told,
    }
    let data: Data = private_data(body)?;
    if data.login_flag.0 == Some(false) {
        return Err(sign_in_lost());
    }
    Ok(Face::of(data.face_check_code.text(), data.face_flag.0))
}

/// Data that says yes or no, and perhaps why.
#[derive(Deserialize)]
struct Answered {
    #[serde(default)]
    flag: Flag,
    #[serde(default)]
    msg: Told,
    #[serde(rename = "errMsg", default)]
    error: Told,
    /// What `submitOrderRequest` says of the face check.
    #[serde(rename = "faceCheck", default)]
    face_check: Told,
}

impl Answered {
    /// What a no means. The face check has words of its own; a no without any is the plainest of refusals.
    fn refusal(self) -> ServiceError {
        let face = Face::of(self.face_check.text(), None);
        match self.msg.0.or(self.error.0) {
            Some(words) => text_means(&words),
            None if face.forbids() => face_refused(face),
            None => not_taken(),
        }
    }

    fn has_words(&self) -> bool {
        self.msg.0.is_some() || self.error.0.is_some()
    }
}

/// Reads an answer that is yes or no: `submitOrderRequest`, `cancelNotComplete`, `reserveReturn` and the like.
///
/// # Errors
/// What the words beside a no mean; `Refused` with code `face` for a face check; `Changed` for neither yes nor no.
pub fn agreed(body: &str) -> Result<(), ServiceError> {
    let answered: Answered = private_data(body)?;
    match answered.flag.0 {
        Some(true) => Ok(()),
        None if !answered.has_words() => Err(ServiceError::changed("data.flag", "missing")),
        Some(false) | None => Err(answered.refusal()),
    }
}

/// Reads the answer of `confirmHB`, after which something may have been made.
///
/// # Errors
/// As [`agreed`] for a clear no; `Unsure` for a yes with words beside it, at which the page stops (*seen*), and for
/// words alone; `Changed` for neither.
pub fn confirmed(body: &str) -> Result<(), ServiceError> {
    let answered: Answered = private_data(body)?;
    match answered.flag.0 {
        Some(true) if !answered.has_words() => Ok(()),
        Some(false) => Err(answered.refusal()),
        None if !answered.has_words() => Err(ServiceError::changed("data.flag", "missing")),
        Some(true) | None => Err(ServiceError::Unsure {
            text: answered.refusal().text().clone(),
        }),
    }
}

/// Reads the answer of `checkUser`.
///
/// # Errors
/// `SignInLost` for a no; what a message means.
pub fn still_signed_in(body: &str) -> Result<(), ServiceError> {
    let answered: Answered = private_data(body)?;
    match answered.flag.0 {
        Some(false) => Err(sign_in_lost()),
        Some(true) => Ok(()),
        None => Err(ServiceError::changed("checkUser.flag", "missing")),
    }
}

/// What the page of standing in line was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prepared {
    /// Until how many minutes before departure one may choose to stand in line; empty when not told.
    pub until_choices_min: Vec<u32>,
    /// How many people at most.
    pub most_people: Option<usize>,
    /// The service wants a slider moved: for a person to do.
    pub wants_slider: bool,
    /// The service wants identity checked in the app.
    pub wants_check: bool,
}

/// Reads the answer of `passengerInitApi`.
///
/// # Errors
/// What a message means.
pub fn prepared(body: &str) -> Result<Prepared, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        #[serde(rename = "jzdhDiffSelect", default)]
        until: Vec<Told>,
        #[serde(rename = "hb_passenger_max_num", default)]
        most: Told,
        #[serde(rename = "if_check_slide_passcode", default)]
        slider: Flag,
        #[serde(default)]
        checkcode: Told,
        #[serde(default)]
        msg: Told,
    }
    let data: Data = private_data(body)?;
    if let (Some(words), true) = (&data.msg.0, data.until.is_empty()) {
        return Err(text_means(words));
    }
    Ok(Prepared {
        until_choices_min: data.until.iter().filter_map(Told::number).collect(),
        most_people: data.most.number(),
        wants_slider: data.slider.0 == Some(true),
        wants_check: data.checkcode.text() == "94",
    })
}

/// How many stand in line for a train and class, in the service's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chance {
    /// `G105`
    pub train: String,
    /// The class, when the code is known.
    pub seat: Option<SeatCode>,
    /// `候补人数较少`
    pub text: String,
    /// The service's number for it, the smaller the shorter the line.
    pub level: Option<u32>,
}

/// Reads the answer of `getQueueNum`. Without a list it is empty: chances are welcome, not needed.
///
/// # Errors
/// What a message means.
pub fn chances(body: &str) -> Result<Vec<Chance>, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        #[serde(rename = "queueNum", default)]
        listed: Vec<Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        #[serde(default)]
        station_train_code: Told,
        #[serde(default)]
        seat_type_code: Told,
        #[serde(default)]
        queue_info: Told,
        #[serde(default)]
        queue_level: Told,
    }
    let data: Data = private_data(body)?;
    let read_one = |one: Listed| Chance {
        train: one.station_train_code.into_text(),
        seat: SeatCode::of_code(one.seat_type_code.text()),
        text: one.queue_info.into_text(),
        level: one.queue_level.number(),
    };
    Ok(data.listed.into_iter().map(read_one).collect())
}

/// Reads the answer of `querySuccessRate`: percent, `None` when the service shows none.
///
/// # Errors
/// What a message means.
pub fn success_rate(body: &str) -> Result<Option<u8>, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        #[serde(default)]
        result: Told,
    }
    let data: Data = private_data(body)?;
    Ok(data.result.number().filter(|percent| *percent <= 100))
}

/// What the queue says of the last standby order of this sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Queue {
    /// Made, with this number.
    Made(String),
    /// Being worked on; seconds, as the service guesses.
    Waiting(Option<u32>),
    /// Not made, in the service's words where it has any.
    Failed(Option<String>),
    /// Nothing is in the queue, or what is said is not clear.
    Nothing,
}

/// Reads the answer of `afterNate/queryQueue`. A number counts before any status.
///
/// # Errors
/// What a message means.
pub fn queue(body: &str) -> Result<Queue, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        #[serde(default)]
        status: Told,
        #[serde(default)]
        reserve_no: Told,
        #[serde(rename = "waitTime", default)]
        wait: Told,
        #[serde(default)]
        msg: Told,
        #[serde(rename = "isAsync", default)]
        is_async: Flag,
    }
    let data: Data = private_data(body)?;
    if let Some(reserve_no) = data.reserve_no.0 {
        return Ok(Queue::Made(reserve_no));
    }
    Ok(match data.status.number::<i64>() {
        Some(-1) => Queue::Failed(data.msg.0),
        // Done, without saying what: the lists tell.
        Some(1) | None => Queue::Nothing,
        // Seen as "nothing in the queue" (2019) and as "failed" (2025).
        Some(2) if data.is_async.0 != Some(true) => Queue::Nothing,
        Some(_) => Queue::Waiting(data.wait.number()),
    })
}
