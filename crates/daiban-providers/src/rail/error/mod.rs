//! What 12306 says, turned into what happens next. One table of texts, one function per way of failing that is not text.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `texts` | the table of texts |
//! | `shapes` | statuses, redirects and pages |
//! | `passport` | codes of the sign-in, by whichever way |
//! | [`sign_in`] | what the password way answers |
//!
//! Which to use: [`text_means`] for any message inside a JSON answer, [`redirect_means`] for a 302,
//! [`page_means`] for a page where data was due, [`passport_means`] for a code of the sign-in, [`lost_sign`] for a lost
//! sign-in in any of its shapes. A text that is not in the table is a plain refusal
//! with the service's own words.

use daiban_core::Text;
use daiban_core::error::ServiceError;

use super::wire::standby_reply::Face;

mod passport;
mod shapes;
pub mod sign_in;
mod texts;

pub use passport::{NOT_CONFIRMED, not_lost, passport_means, wants_slider};
pub use shapes::{
    account_data_or_error, answered, ban_sign, data_or_error, is_home, lost_sign, page_means,
    redirect_means,
};
pub use texts::text_means;

/// Code of the refusal of an order that daiban must not place: the service wants a browser's proof of a person.
pub const HAND_OVER: &str = "hand_over";
/// Code of the refusal for want of tickets.
pub const NO_TICKETS: &str = "no_tickets";
/// Code of the refusal because an unfinished order stands in the way.
pub const UNFINISHED_ORDER: &str = "unfinished_order";
/// Code of the refusal because somebody has a ticket for that journey already.
pub const ALREADY_BOUGHT: &str = "already_bought";
/// Code of the refusal for the rest of the day, after too many withdrawn orders.
pub const CANCELLED_TOO_OFTEN: &str = "cancelled_too_often";

/// A refusal with one of our codes.
#[must_use]
pub fn refusal(code: &str, text: Text) -> ServiceError {
    ServiceError::Refused {
        code: code.to_owned(),
        text,
    }
}

/// The same, in words of our own.
#[must_use]
pub fn refused(code: &str, zh: &str, en: &str) -> ServiceError {
    refusal(code, Text::new(zh, en))
}

/// The order is left to the person: `zh` and `en` say what the service wants.
#[must_use]
pub fn hand_over(zh: &str, en: &str) -> ServiceError {
    refusal(
        HAND_OVER,
        Text::new(
            format!("{zh}，daiban 不代做：请自己在 12306 下单"),
            format!("{en}, which daiban does not do: please order with 12306 yourself"),
        ),
    )
}

/// A no without words.
#[must_use]
pub fn not_taken() -> ServiceError {
    refused(
        "other",
        "12306 没有受理，也没有说原因",
        "12306 said no and gave no reason",
    )
}

/// Where the face check for standby (候补) stands, in words.
///
/// Sources: 12306's own words for the codes, as clients of 2019–2026 show them, *seen*.
#[must_use]
pub fn face_text(face: Face) -> Text {
    match face {
        Face::Fine => Text::new("可以候补", "standing in line is allowed"),
        Face::InReview => Text::new(
            "12306 还在审核你的证件信息，通过后才能候补",
            "12306 is still looking at your documents; standing in line is allowed once they are accepted",
        ),
        Face::Rejected => Text::new(
            "12306 没有通过你的证件信息：请核对与证件原件是否一致",
            "12306 did not accept your documents: check that they say what the originals say",
        ),
        Face::VerifyInApp => Text::new(
            "候补前要本人在铁路12306 App 里完成一次人证核验",
            "before standing in line, identity must be checked once in the 铁路12306 app, by yourself",
        ),
        Face::Unknown => Text::new(
            "12306 没有说清能不能候补",
            "12306 does not say clearly whether standing in line is allowed",
        ),
    }
}

/// The refusal for a face check that is not passed.
#[must_use]
pub fn face_refused(face: Face) -> ServiceError {
    refusal("face", face_text(face))
}

/// Words for a lost sign-in.
#[must_use]
pub fn sign_in_lost() -> ServiceError {
    ServiceError::SignInLost {
        text: Text::new("12306 要求重新登录", "12306 asks to sign in again"),
    }
}
