//! Answers of an order's steps.
//!
//! *Source*: a recorded session of 2024; public clients of the service, 2018–2026. *Seen*, except where noted.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use serde_json::Value;

use super::answer::Answer;
use crate::loose::{filled, flag, key, whole};
use crate::rail::error::{hand_over, not_taken};
use crate::rail::seats::SeatCode;

/// Reads the answer of `submitOrderRequest`. Its `data` is `N`, `0`, `Y` (leaves soon) or a number like `220`: what counts
/// is the status.
///
/// # Errors
/// What the message means; `Changed` when there is neither status nor message.
pub fn submitted(body: &str) -> Result<(), ServiceError> {
    let answer = Answer::read(body)?;
    let says_something = !answer.raw_data().is_null() || answer.words().is_none();
    if answer.status() == Some(true) && says_something {
        return Ok(());
    }
    Err(answer
        .says()
        .unwrap_or_else(|| ServiceError::changed("submitOrderRequest.status", "not true")))
}

/// What `checkOrderInfo` allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Classes whose seats can be chosen.
    pub seat_classes: String,
    /// Whether berths can be chosen.
    pub berths: bool,
    /// Whether middle berths are among them.
    pub middle_berths: bool,
    /// Milliseconds the page waits before it places the order.
    pub wait_ms: u64,
}

impl Checked {
    /// Whether seats of that class can be chosen.
    #[must_use]
    pub fn lets_choose(&self, seat: SeatCode) -> bool {
        self.seat_classes.contains(seat.as_char())
    }
}

/// Reads the answer of `checkOrderInfo`.
///
/// `ifShowPassCode` is there only sometimes (*seen*); missing, it means no.
///
/// # Errors
/// What the words mean when the order is refused; `Refused` with code `hand_over` when a captcha is due; `Changed` when the
/// answer does not say.
pub fn checked(body: &str) -> Result<Checked, ServiceError> {
    let answer = Answer::read(body)?;
    let data = agreed(&answer, "checkOrderInfo")?;
    if flag(&data["ifShowPassCode"]) == Some(true) {
        return Err(hand_over(
            "12306 要验证码",
            "12306 wants a captcha answered",
        ));
    }
    let may_choose = flag(&data["canChooseSeats"]) == Some(true);
    let classes = filled(&data["choose_Seats"]).filter(|_| may_choose);
    Ok(Checked {
        seat_classes: classes.unwrap_or_default().to_owned(),
        berths: flag(&data["canChooseBeds"]) == Some(true),
        middle_berths: flag(&data["isCanChooseMid"]) == Some(true),
        wait_ms: whole(&data["ifShowPassCodeTime"])
            .and_then(|ms| ms.try_into().ok())
            .unwrap_or_default(),
    })
}

/// What `getQueueCount` shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueCount {
    /// Seats left; `None` when not told as a number (充足).
    pub seats: Option<u64>,
    /// Tickets without a seat left.
    pub standing: Option<u64>,
    /// More people in line than tickets: the page offers no way on.
    pub is_full: bool,
}

/// Reads the answer of `getQueueCount`. `ticket` is `seats` or `seats,standing`.
///
/// # Errors
/// What a message means; `Changed` when there is no data.
pub fn queue_count(body: &str) -> Result<QueueCount, ServiceError> {
    let answer = Answer::read(body)?;
    let data = answer.data()?;
    let ticket = key(&data["ticket"]).unwrap_or_default();
    let mut counts = ticket.split(',').map(|count| count.trim().parse().ok());
    Ok(QueueCount {
        seats: counts.next().flatten(),
        standing: counts.next().flatten(),
        is_full: flag(&data["op_2"]) == Some(true),
    })
}

/// Reads the answer of `confirmSingleForQueue`: `Ok` when the order was taken in, which is not yet an order.
///
/// # Errors
/// What the words mean when it is refused; `Changed` when the answer does not say.
pub fn confirmed(body: &str) -> Result<(), ServiceError> {
    let answer = Answer::read(body)?;
    agreed(&answer, "confirmSingleForQueue").map(drop)
}

/// The data of a step that says `submitStatus:true`.
fn agreed<'a>(answer: &'a Answer, step: &str) -> Result<&'a Value, ServiceError> {
    let data = answer.data()?;
    match flag(&data["submitStatus"]) {
        Some(true) => Ok(data),
        Some(false) => Err(answer.says().unwrap_or_else(not_taken)),
        None => Err(answer
            .says()
            .unwrap_or_else(|| ServiceError::changed(format!("{step}.submitStatus"), "missing"))),
    }
}

/// How an order fares in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// It is an order; this is its number.
    Ordered(String),
    /// In line; seconds as the service guesses them, `None` while the number is being fetched.
    Queued(Option<u32>),
    /// Over, without a number and without a reason: the lists must tell.
    NoNumber,
    /// Over without an order, in the service's words if it gave some.
    Ended(Text),
    /// The service knows nothing of this order's page any more.
    Gone,
}

/// Reads the answer of `queryOrderWaitTime`. A number of an order counts more than any waiting time.
///
/// | `waitTime` | is read as |
/// | --- | --- |
/// | above 0; 0 (*guessed*) | [`Wait::Queued`] with seconds |
/// | -100 | [`Wait::Queued`], the number is being fetched |
/// | -1 without a number | [`Wait::NoNumber`] |
/// | -2, -3, any other | [`Wait::Ended`] |
///
/// # Errors
/// What a message means; `Changed` when there is no waiting time.
pub fn wait(body: &str) -> Result<Wait, ServiceError> {
    let answer = Answer::read(body)?;
    let data = answer.data()?;
    if let Some(order_no) = key(&data["orderId"]) {
        return Ok(Wait::Ordered(order_no));
    }
    if flag(&data["queryOrderWaitTimeStatus"]) == Some(false) {
        return Ok(Wait::Gone);
    }
    let time = whole(&data["waitTime"])
        .ok_or_else(|| ServiceError::changed("queryOrderWaitTime.waitTime", "missing"))?;
    Ok(match time {
        0.. => Wait::Queued(Some(time.try_into().unwrap_or(u32::MAX))),
        -100 => Wait::Queued(None),
        -1 => Wait::NoNumber,
        _ => Wait::Ended(end_words(filled(&data["msg"]), time)),
    })
}

/// The words for an end of the queue.
pub(super) fn end_words(words: Option<&str>, time: i64) -> Text {
    words.map_or_else(
        || {
            Text::new(
                format!("12306 说排队没有成功（{time}）"),
                format!("12306 says the queue came to nothing ({time})"),
            )
        },
        |words| Text::quoted(words.trim()),
    )
}

/// Reads the answer of `cancelNoCompleteMyOrder`: `existError` is `N` when the order is withdrawn.
///
/// # Errors
/// What the words mean when it is not; `Changed` when the answer does not say.
pub fn cancelled(body: &str) -> Result<(), ServiceError> {
    let answer = Answer::read(body)?;
    match flag(&answer.data()?["existError"]) {
        Some(false) => Ok(()),
        Some(true) => Err(answer.says().unwrap_or_else(not_taken)),
        None => Err(answer
            .says()
            .unwrap_or_else(|| ServiceError::changed("existError", "missing"))),
    }
}
