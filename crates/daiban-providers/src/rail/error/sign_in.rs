//! What the password sign-in answers instead of "agreed", each with what a person can do about it.
//!
//! Sources: 12306's sign-in script, 2024 (`page`); public clients, 2018–2026 (`clients`). *Seen*, except where noted.
//! What all ways of signing in have in common is in [`super::passport_means`].

use daiban_core::Text;
use daiban_core::error::ServiceError;

use super::{not_lost, passport_means, refusal, text_means};

/// Code of the refusal that leaves the QR code as the way: a slider, or a way that is shut for this account.
pub const USE_QR: &str = "use_qr";
/// Code of the refusal of a text message's code. The next one may be right.
pub const WRONG_CODE: &str = "wrong_code";
/// Code of the refusal of login name or password. A few more and the account is locked.
pub const WRONG_PASSWORD: &str = "wrong_password";
/// Code of the refusal of an account that is locked for a while.
pub const LOCKED: &str = "locked";
/// Code of the refusal of another text message today.
pub const TOO_MANY_MESSAGES: &str = "too_many_messages";
/// Code of the refusal of a login name and an ID number that are not one person's.
pub const ID_TAIL: &str = "id_tail";

/// What `login` means with a code that is no yes. `with_code`: whether a text message's code was handed in.
#[must_use]
pub fn login_means(code: Option<u64>, words: &str, with_code: bool) -> ServiceError {
    match code {
        // page: another slider. Never done by a program.
        Some(97) => slider(),
        // page: a station window, a tap in the app, an old password.
        Some(94 | 95 | 101) => passport_means(code, words),
        // clients: after four wrong passwords, 20 minutes each time.
        _ if has(words, &["已经被锁定", "已被锁定"]) => refused(
            LOCKED,
            words,
            "等锁定过去（多半是 20 分钟）再来，或用二维码登录",
            "wait until the lock is over (20 minutes, mostly), or use the QR code",
        ),
        // clients: 2, in older years 1 with these words.
        Some(2) => wrong_password(words),
        _ if has(
            words,
            &["密码输入错误", "密码错误", "用户名或密码", "登录名不存在"],
        ) =>
        {
            wrong_password(words)
        }
        // clients: the code is of the message. The words are guessed.
        _ if with_code && words.contains("验证码") => refused(
            WRONG_CODE,
            words,
            "看清短信里的 6 位数字，再输入一次",
            "look at the six digits in the message and type them again",
        ),
        // clients: this account's password must be vouched for in another way.
        Some(11) => shut(words),
        _ => not_a_code(code, words),
    }
}

/// Neither a code nor words of our table: what the words mean, a shut way being one that the QR code goes round.
fn not_a_code(code: Option<u64>, words: &str) -> ServiceError {
    match text_means(words) {
        ServiceError::NeedsPerson { .. } => shut(words),
        ServiceError::Refused { code: known, .. } if known == "other" => {
            not_lost(passport_means(code, words))
        }
        other => not_lost(other),
    }
}

/// What `getMessageCode` or `sendMobileMsg` means with a code that is no yes.
#[must_use]
pub fn message_means(code: Option<u64>, words: &str) -> ServiceError {
    // The words of a used-up day are guessed; clients saw about ten messages a day.
    if has(
        words,
        &["次数过多", "次数超过", "次数已", "上限", "明日再", "明天再"],
    ) {
        return too_many_messages(words);
    }
    if has(words, &["核验方式", "账号非法"]) {
        return shut(words);
    }
    match code {
        // page and clients.
        Some(11) => refused(
            ID_TAIL,
            words,
            "登录名和证件号后四位不是同一个人的：登录名不是手机号也不是邮箱，证件号是这个账号本人的；改好再来",
            "login name and ID number are not one person's: the login name is neither phone nor e-mail, the ID number is the account holder's own; mend it and come back",
        ),
        None if words.trim().is_empty() => refused(
            "message",
            words,
            "12306 没有发出短信，也没说为什么；用二维码登录",
            "12306 did not send the message and did not say why; use the QR code",
        ),
        _ => not_lost(passport_means(code, words)),
    }
}

/// No more messages today, by the service's words or by our own count.
#[must_use]
pub fn too_many_messages(words: &str) -> ServiceError {
    refused(
        TOO_MANY_MESSAGES,
        words,
        "今天的登录短信用完了，明天才有；现在用二维码登录",
        "today's text messages for signing in are used up until tomorrow; use the QR code now",
    )
}

/// A slider stands in the way of the password.
#[must_use]
pub fn slider() -> ServiceError {
    super::refused(
        USE_QR,
        "12306 要滑块验证，daiban 不代做",
        "12306 wants a slider moved, which daiban does not do",
    )
}

/// The code of the check after a sign-in was wrong. 12306 says only that.
#[must_use]
pub fn wrong_check_code() -> ServiceError {
    refused(
        WRONG_CODE,
        "",
        "12306 说核验的验证码不对",
        "12306 says the code of the check is wrong",
    )
}

/// The password way is shut; the QR way is not.
fn shut(words: &str) -> ServiceError {
    refused(
        USE_QR,
        words,
        "12306 这次不让用密码登录",
        "12306 does not let this account in by password now",
    )
}

fn wrong_password(words: &str) -> ServiceError {
    refused(
        WRONG_PASSWORD,
        words,
        "登录名或密码不对。不再试，免得账号被锁；到账号里改好再来，或用二维码登录",
        "login name or password is wrong. Not tried again, lest the account be locked; mend it in the account, or use the QR code",
    )
}

/// What it means, and the service's own words when there are any.
fn refused(code: &str, words: &str, zh: &str, en: &str) -> ServiceError {
    let words = words.trim();
    let text = match words.is_empty() {
        true => Text::new(zh, en),
        false => Text::new(
            format!("{zh}（12306：{words}）"),
            format!("{en} (12306: {words})"),
        ),
    };
    refusal(code, text)
}

fn has(words: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| words.contains(part))
}
