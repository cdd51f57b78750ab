//! Standing in line for returned tickets (候补): replies. See `standby` for the requests and the sources.
//!
//! Answers name people; errors of this reader tell positions, never values.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::reply::private_data;
use super::standby::Person;
use super::told::{Flag, Told};
use crate::rail::error::{face_refused, not_taken, sign_in_lost, text_means};
use crate::rail::orders::{Standby, StandbyState, TicketKind};
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
        seat: seat(one.seat_type_code.text()),
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

/// A standby order of a list, and what tells whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is shown.
    pub standby: Standby,
    /// When it was made.
    pub made_at: Option<Timestamp>,
    /// For what.
    pub needs: Vec<Need>,
}

/// A train and class of a listed standby order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// `G105`
    pub train: String,
    /// The day of boarding, when told.
    pub date: Option<Date>,
    /// The class, when its code or name is known.
    pub seat: Option<SeatCode>,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// In the service's order.
    pub entries: Vec<Entry>,
    /// How many pages there are, when told.
    pub pages: Option<usize>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    reserve_no: Told,
    #[serde(default)]
    reserve_time: Told,
    #[serde(default)]
    realize_limit_time: Told,
    #[serde(default)]
    status_code: Told,
    #[serde(default)]
    status_name: Told,
    #[serde(default)]
    prepay_amount: Told,
    #[serde(default)]
    lose_time: Told,
    #[serde(default)]
    order_no: Told,
    #[serde(default)]
    total_page: Told,
    #[serde(default)]
    needs: Vec<ListedNeed>,
}

#[derive(Deserialize)]
struct ListedNeed {
    #[serde(default)]
    board_train_code: Told,
    #[serde(default)]
    train_date: Told,
    #[serde(default)]
    seat_name: Told,
    #[serde(default)]
    seat_code: Told,
    /// The same in other answers (*seen* 2026); may hold several.
    #[serde(default)]
    seat_type_code: Told,
}

/// Reads a page of a list: the unpaid one holds one order under `order` (*seen* 2019–2026), the others a `list`. Which
/// fields an order has is *seen* in clients of 2019–2026, except `seat_code`, `lose_time` and `order_no`, *guessed* by
/// likeness.
///
/// # Errors
/// What a message means; `Changed` when an order has no number.
pub fn listing(body: &str) -> Result<Listing, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        order: Option<Listed>,
        list: Option<Vec<Listed>>,
    }
    let data: Data = private_data(body)?;
    let listed = data.list.unwrap_or_default().into_iter().chain(data.order);
    let listed: Vec<Listed> = listed.collect();
    let pages = listed.first().and_then(|first| first.total_page.number());
    Ok(Listing {
        entries: listed.into_iter().map(entry).collect::<Result<_, _>>()?,
        pages,
    })
}

fn entry(one: Listed) -> Result<Entry, ServiceError> {
    let Some(reserve_no) = one.reserve_no.0 else {
        return Err(ServiceError::changed("list.reserve_no", "missing"));
    };
    let state = state_of(one.status_code.text(), one.status_name.text());
    Ok(Entry {
        made_at: one.reserve_time.moment(),
        standby: Standby {
            reserve_no,
            state,
            text: one.status_name.into_text(),
            pay_before: one
                .lose_time
                .moment()
                .filter(|_| state == StandbyState::Unpaid),
            until: one.realize_limit_time.moment(),
            deposit_fen: one.prepay_amount.yuan_as_fen(),
            choices: one.needs.iter().map(in_words).collect(),
            order_no: one.order_no.0,
        },
        needs: one.needs.into_iter().map(need).collect(),
    })
}

/// The words decide. Codes mean different things in different years: 04 was "in line" in 2019 and is read as "withdrawn"
/// by others, so only 00 (queueing) and 01 (to be paid) are believed without words.
fn state_of(code: &str, words: &str) -> StandbyState {
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    match () {
        () if says(&["未兑现", "兑现失败", "退", "取消", "失效", "过期", "关闭"]) => {
            StandbyState::Over
        }
        () if says(&["待支付", "未支付"]) => StandbyState::Unpaid,
        () if says(&["待兑现", "排队", "兑现中", "候补中"]) => StandbyState::Waiting,
        () if says(&["已兑现", "兑现成功"]) => StandbyState::Fulfilled,
        () if !words.is_empty() => StandbyState::Unknown,
        () if code == "01" || code == "1" => StandbyState::Unpaid,
        () if code == "00" => StandbyState::Waiting,
        () => StandbyState::Unknown,
    }
}

fn in_words(need: &ListedNeed) -> String {
    let words = [need.board_train_code.text(), need.seat_name.text()];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn need(one: ListedNeed) -> Need {
    let code = || seat(one.seat_code.text()).or_else(|| seat(one.seat_type_code.text()));
    Need {
        date: one.train_date.date(),
        seat: code().or_else(|| SeatCode::named(one.seat_name.text())),
        train: one.board_train_code.into_text(),
    }
}

/// A code of one character.
fn seat(code: &str) -> Option<SeatCode> {
    match code.as_bytes() {
        [code] => SeatCode::new(*code),
        _ => None,
    }
}

/// One page of the account's passengers with what standing in line needs of them. The ticket is not theirs to say.
#[derive(Debug, Default)]
pub struct PeoplePage {
    /// Those of the page, as adults.
    pub people: Vec<Person>,
    /// How many pages there are, when told.
    pub pages: Option<usize>,
}

/// Reads the answer of `passengers/query` once more, for what is sealed in it.
///
/// # Errors
/// What a message means; `Changed` when the list is missing.
pub fn people(body: &str) -> Result<PeoplePage, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        datas: Option<Vec<Listed>>,
        #[serde(rename = "pageTotal", default)]
        pages: Told,
    }
    #[derive(Deserialize)]
    struct Listed {
        #[serde(default)]
        passenger_uuid: Told,
        #[serde(default)]
        passenger_name: Told,
        #[serde(default)]
        passenger_id_type_code: Told,
        #[serde(default)]
        passenger_id_no: Told,
        #[serde(rename = "allEncStr", default)]
        all_enc: Told,
    }
    let data: Data = private_data(body)?;
    let listed = data.datas;
    let listed = listed.ok_or_else(|| ServiceError::changed("data.datas", "missing"))?;
    let read_one = |one: Listed| Person {
        uuid: one.passenger_uuid.into_text(),
        name: one.passenger_name.into_text(),
        id_type: one.passenger_id_type_code.into_text(),
        id_no: one.passenger_id_no.into_text(),
        all_enc: one.all_enc.into_text(),
        ticket: TicketKind::Adult,
    };
    Ok(PeoplePage {
        people: listed.into_iter().map(read_one).collect(),
        pages: data.pages.number(),
    })
}
