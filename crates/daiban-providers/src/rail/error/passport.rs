//! What the two sides of a sign-in have in common: codes of the passport side, by whichever way one signs in.

use daiban_core::Text;
use daiban_core::error::ServiceError;

use super::{refusal, text_means};

/// What the sign-in answers instead of "agreed", and what the person can do about it. Nothing was lost that had not
/// been had, so none of these is `SignInLost`.
///
/// Sources: 12306's sign-in script, 2024 (`page`); public clients, 2018–2026 (`clients`). *Seen*, except 5.
#[must_use]
pub fn passport_means(code: Option<u64>, words: &str) -> ServiceError {
    let person = |zh, en| ServiceError::NeedsPerson {
        text: Text::new(zh, en),
    };
    match code {
        // clients: uamtk without a confirmed scan.
        Some(1) => not_confirmed(),
        // page, of checkqr; elsewhere guessed.
        Some(5) => ServiceError::Busy {
            retry_after_s: Some(5),
            text: Text::new("12306 登录系统出错", "12306's sign-in has a system error"),
        },
        // page: a code by text message, sent by the person (91) or to them (92).
        Some(91 | 92) => person(
            "12306 要短信核验：先在铁路12306 App 里登录一次，再来扫码",
            "12306 wants a check by text message: sign in once in the 铁路12306 app, then scan again",
        ),
        Some(94) => person(
            "12306 要你带证件到车站窗口核验身份",
            "12306 wants your identity checked at a station window",
        ),
        Some(95) => person(
            "12306 要你先在铁路12306 App 里确认这次登录，确认后再登录一次",
            "12306 wants you to confirm this sign-in in the 铁路12306 app; then sign in again",
        ),
        Some(97) => slider(),
        Some(101) => person(
            "12306 说密码太久没改，要先在 App 里改密码",
            "12306 says the password is too old: change it in the app first",
        ),
        Some(code) if words.trim().is_empty() => ServiceError::Refused {
            code: format!("passport:{code}"),
            text: Text::new(
                format!("12306 没让登录（代码 {code}）"),
                format!("12306 did not sign in (code {code})"),
            ),
        },
        None if words.trim().is_empty() => ServiceError::changed("result_code", "missing"),
        _ => not_lost(text_means(words)),
    }
}

/// page: another slider (97). Never done by a program.
fn slider() -> ServiceError {
    ServiceError::NeedsPerson {
        text: Text::new(
            "12306 要滑块验证，daiban 不代做：过一会儿再用二维码",
            "12306 wants a slider moved, which daiban does not do: use the QR code again later",
        ),
    }
}

/// Whether that is what stands in the way.
#[must_use]
pub fn wants_slider(error: &ServiceError) -> bool {
    *error == slider()
}

/// Code of the refusal that says nobody has confirmed the scan.
pub const NOT_CONFIRMED: &str = "not_confirmed";

fn not_confirmed() -> ServiceError {
    refusal(
        NOT_CONFIRMED,
        Text::new(
            "12306 说还没有登录：扫码没有确认，或已失效",
            "12306 says nobody is signed in: the scan is not confirmed, or no longer valid",
        ),
    )
}

/// On the way to a sign-in there is none to lose.
#[must_use]
pub fn not_lost(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::SignInLost { .. } => not_confirmed(),
        other => other,
    }
}
