//! The table of texts: the service's own words, and what they mean for us.

use daiban_core::Text;
use daiban_core::error::ServiceError;

use super::{
    ALREADY_BOUGHT, CANCELLED_TOO_OFTEN, HAND_OVER, NO_TICKETS, UNFINISHED_ORDER, refusal,
};

/// What a text means for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    SignInLost,
    NeedsPerson,
    /// Try later; seconds to leave it alone.
    Busy(u32),
    Closed,
    Refused(&'static str),
    Unsure,
}

/// Part of the text, what it means, where it was seen. The first row that fits is taken.
///
/// Sources: `page` = 12306's own scripts and a recorded session of 2024; `clients` = public clients of the service,
/// 2018–2026. All *seen*, except where noted *guessed*.
const TEXTS: &[(&str, Means)] = &[
    // Any answer, page and clients: the session is gone.
    ("用户未登录", Means::SignInLost),
    ("请先登录", Means::SignInLost),   // guessed, by likeness
    ("登录已失效", Means::SignInLost), // guessed, by likeness
    ("登录超时", Means::SignInLost),   // guessed, by likeness
    // Sign-in, clients: the password way is shut for this client, the QR way is not.
    ("核验方式不正确", Means::NeedsPerson),
    ("验证码校验失败", Means::NeedsPerson),
    ("账号非法", Means::NeedsPerson),
    // Submit, page: an unfinished order stands in the way, perhaps our own.
    ("未处理的订单", Means::Refused(UNFINISHED_ORDER)),
    ("未完成订单，继续支付", Means::Unsure), // result call, page: bought, in spite of "网络传输过程中数据丢失"
    ("网络传输过程中数据丢失", Means::Unsure),
    ("未完成订单", Means::Refused(UNFINISHED_ORDER)),
    // Check, confirm, wait; clients.
    ("没有足够的票", Means::Refused(NO_TICKETS)),
    ("余票不足", Means::Refused(NO_TICKETS)),
    ("超过余票数", Means::Refused(NO_TICKETS)),
    ("超过余票张数", Means::Refused(NO_TICKETS)),
    ("车票信息已过期", Means::Refused("stale")),
    ("取消次数过多", Means::Refused(CANCELLED_TOO_OFTEN)),
    ("实行实名制", Means::Refused(ALREADY_BOUGHT)),
    ("行程冲突", Means::Refused(ALREADY_BOUGHT)), // guessed, by likeness
    // Queries and orders, clients: wrong parameters or order of steps; asking the same again changes nothing.
    ("非法请求", Means::Refused("illegal_request")),
    ("参数不正确", Means::Refused("wrong_parameters")), // also confirmHB, to the field set of before 2024
    // Standby, clients: the line must end long enough before departure; identity is checked once, in the app.
    ("截止兑现时间", Means::Refused("deadline")),
    ("人脸", Means::Refused("face")),
    ("人证", Means::Refused("face")),
    ("不在预售", Means::Refused("outside_presale")), // guessed
    ("不在售票", Means::Refused("outside_presale")), // guessed
    // Too fast, clients: the order may exist all the same.
    ("过于频繁", Means::Busy(1800)),
    ("提交订单用户过多", Means::Busy(60)),
    ("系统忙", Means::Busy(30)),
    ("系统繁忙", Means::Busy(30)),
    ("网络繁忙", Means::Busy(30)), // guessed, by likeness
    ("系统维护", Means::Closed),
    // Confirm, clients: what only a browser with a person before it can give.
    ("encryptedData", Means::Refused(HAND_OVER)), // guessed
    ("滑块", Means::Refused(HAND_OVER)),
    // Any other word of a proof; the last row, as the word is part of many texts.
    ("验证", Means::Refused(HAND_OVER)), // guessed
];

/// What a message inside an answer means.
///
/// The person sees the service's own words.
#[must_use]
pub fn text_means(words: &str) -> ServiceError {
    let text = Text::quoted(words.trim());
    let known = TEXTS.iter().find(|(part, _)| words.contains(part));
    match known.map_or(Means::Refused("other"), |(_, means)| *means) {
        Means::SignInLost => ServiceError::SignInLost { text },
        Means::NeedsPerson => ServiceError::NeedsPerson { text },
        Means::Busy(seconds) => ServiceError::Busy {
            retry_after_s: Some(seconds),
            text,
        },
        Means::Closed => ServiceError::Closed {
            opens_at: None,
            text,
        },
        Means::Unsure => ServiceError::Unsure { text },
        Means::Refused(code) => refusal(code, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_errors() {
        let check = |words, code| assert_eq!(text_means(words).code(), code, "{words}");
        check("用户未登录", "sign_in_lost");
        check("您还有未处理的订单，请您到[未完成订单]进行处理!", "refused");
        check(
            "网络传输过程中数据丢失，请查看未完成订单，继续支付！",
            "unsure",
        );
        check("您的请求过于频繁，请稍后再试", "busy");
        check("系统忙，请稍后重试", "busy");
        check(
            "由于您取消次数过多，今日将不能继续受理您的订票请求",
            "refused",
        );
        check("从来没有见过的话", "refused");
    }

    #[test]
    fn every_row_of_the_table_can_be_reached() {
        for (part, means) in TEXTS {
            let first = TEXTS
                .iter()
                .find(|(earlier, _)| part.contains(earlier))
                .map(|(_, means)| means);
            assert_eq!(first, Some(means), "{part} is hidden by a row above it");
        }
    }
}
