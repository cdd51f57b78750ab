//! What 12306 says, turned into what happens next. One table of texts, one function per way of failing that is not text.
//!
//! Which to use: [`text_means`] for any message inside a JSON answer, [`redirect_means`] for a 302,
//! [`page_means`] for a page where data was due, [`passport_means`] for a code of the sign-in, [`lost_sign`] for a lost
//! sign-in in any of its shapes. A text that is not in the table is a plain refusal
//! with the service's own words.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use serde_json::Value;

pub mod sign_in;

use super::wire::standby_reply::Face;

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
        Means::Refused(code) => ServiceError::Refused {
            code: code.to_owned(),
            text,
        },
    }
}

/// A refusal in our own words.
#[must_use]
pub fn refused(code: &str, zh: &str, en: &str) -> ServiceError {
    ServiceError::Refused {
        code: code.to_owned(),
        text: Text::new(zh, en),
    }
}

/// The order is left to the person: `zh` and `en` say what the service wants.
#[must_use]
pub fn hand_over(zh: &str, en: &str) -> ServiceError {
    ServiceError::Refused {
        code: HAND_OVER.to_owned(),
        text: Text::new(
            format!("{zh}，daiban 不代做：请自己在 12306 下单"),
            format!("{en}, which daiban does not do: please order with 12306 yourself"),
        ),
    }
}

/// Recognises that 12306 has had enough of us: the abuse page, reached by a redirect or sent at once, or a text about haste.
///
/// Sources: clients of 2019–2026, *seen*: 302 to `…/mormhweb/logFiles/error.html`, `/ntce/…` or `…resources/error…`.
/// A wrong parameter or a rotated path can lead to the same page, so the text tells both.
#[must_use]
pub fn ban_sign(response: &Response) -> Option<Text> {
    if is_redirect(response) {
        return is_abuse_address(response.header("location")?).then(abuse_text);
    }
    // A list of trains is long and holds no such words.
    if response.body.len() > 4096 && !response.is_html() {
        return None;
    }
    let words = response.text();
    let marks = [
        "mormhweb/logFiles/error",
        "访问过于频繁",
        "请求过于频繁",
        "操作过于频繁",
    ];
    marks
        .iter()
        .any(|mark| words.contains(mark))
        .then(abuse_text)
}

/// What a redirect means on an address that should answer with data.
#[must_use]
pub fn redirect_means(location: &str) -> ServiceError {
    if is_abuse_address(location) {
        return ServiceError::Closed {
            opens_at: None,
            text: abuse_text(),
        };
    }
    if is_login_address(location) {
        return sign_in_lost();
    }
    ServiceError::changed("redirect", "an address we do not know")
}

/// What a page means where data was due: closed for maintenance, a ban, or something new.
#[must_use]
pub fn page_means(response: &Response) -> ServiceError {
    if let Some(text) = ban_sign(response) {
        return ServiceError::Closed {
            opens_at: None,
            text,
        };
    }
    let page = response.text();
    if page.contains("系统维护") || page.contains("维护中") {
        return ServiceError::Closed {
            opens_at: None,
            text: Text::new("12306 正在系统维护", "12306 is down for maintenance"),
        };
    }
    ServiceError::changed("body", "a page where JSON is due")
}

/// Looks at everything but the body's own meaning, where data is due. `Ok` means there may be data to read.
///
/// # Errors
/// As [`answered`]; and for a page, what [`page_means`].
pub fn data_or_error(response: &Response) -> Result<(), ServiceError> {
    answered(response)?;
    if response.is_html() {
        Err(page_means(response))
    } else {
        Ok(())
    }
}

/// Looks at the status, whatever the body is.
///
/// # Errors
/// `Closed` for the abuse page, `SignInLost` for the sign-in page, `Busy` for 429, `Unreachable` for 5xx, `Changed` otherwise.
pub fn answered(response: &Response) -> Result<(), ServiceError> {
    match response.status {
        200..=299 => Ok(()),
        300..=399 => match response.header("location") {
            Some(location) => Err(redirect_means(location)),
            None => Err(ServiceError::changed("redirect", "no address")),
        },
        429 => Err(ServiceError::Busy {
            retry_after_s: response
                .header("retry-after")
                .and_then(|seconds| seconds.parse().ok()),
            text: Text::new("12306 说请求太快", "12306 says too many requests"),
        }),
        status @ 500..=599 => Err(ServiceError::Unreachable {
            text: Text::new(
                format!("12306 出错（HTTP {status}）"),
                format!("12306 failed (HTTP {status})"),
            ),
        }),
        status => Err(ServiceError::changed("status", format!("HTTP {status}"))),
    }
}

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
    ServiceError::Refused {
        code: NOT_CONFIRMED.to_owned(),
        text: Text::new(
            "12306 说还没有登录：扫码没有确认，或已失效",
            "12306 says nobody is signed in: the scan is not confirmed, or no longer valid",
        ),
    }
}

/// On the way to a sign-in there is none to lose.
#[must_use]
pub fn not_lost(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::SignInLost { .. } => not_confirmed(),
        other => other,
    }
}

/// Recognises, in an answer to somebody who should be signed in, that they are not: a redirect to the sign-in page, that
/// page itself, or one of two marks in the data. Words like 用户未登录 are in the table of texts.
///
/// Sources: clients of 2019–2026; a recorded session of 2024. *Seen*.
#[must_use]
pub fn lost_sign(response: &Response) -> Option<ServiceError> {
    let lost = if is_redirect(response) {
        is_login_address(response.header("location")?)
    } else if response.is_html() {
        is_login_page(&response.text())
    } else {
        has_lost_mark(&response.body)
    };
    lost.then(sign_in_lost)
}

/// As [`data_or_error`], for what only somebody signed in may ask.
///
/// # Errors
/// `SignInLost` by [`lost_sign`]; else as [`data_or_error`].
pub fn account_data_or_error(response: &Response) -> Result<(), ServiceError> {
    match lost_sign(response) {
        Some(error) => Err(error),
        None => data_or_error(response),
    }
}

fn is_login_page(page: &str) -> bool {
    let title = page
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"));
    let links_there = ["resources/login.html", "/otn/passport", "otn/login/init"]
        .iter()
        .any(|part| page.contains(part));
    // The title is guessed, the links are seen.
    links_there || title.is_some_and(|(title, _)| title.contains("登录"))
}

fn has_lost_mark(body: &[u8]) -> bool {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    let says = |value: &Value, yes: &str| value == yes || value == true;
    [&answer, &answer["data"]]
        .iter()
        .any(|part| says(&part["isRelogin"], "Y") || says(&part["noLogin"], "true"))
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

/// A no without words.
#[must_use]
pub fn not_taken() -> ServiceError {
    refusal(
        "other",
        Text::new(
            "12306 没有受理，也没有说原因",
            "12306 said no and gave no reason",
        ),
    )
}

/// A refusal with one of our codes.
#[must_use]
pub fn refusal(code: &str, text: Text) -> ServiceError {
    ServiceError::Refused {
        code: code.to_owned(),
        text,
    }
}

/// Whether a redirect leads to the page of somebody signed in.
#[must_use]
pub fn is_home(response: &Response) -> bool {
    let location = response.header("location").unwrap_or_default();
    is_redirect(response) && location.contains("/otn/view/")
}

/// Words for a lost sign-in.
#[must_use]
pub fn sign_in_lost() -> ServiceError {
    ServiceError::SignInLost {
        text: Text::new("12306 要求重新登录", "12306 asks to sign in again"),
    }
}

fn is_redirect(response: &Response) -> bool {
    (300..400).contains(&response.status)
}

fn is_abuse_address(location: &str) -> bool {
    ["error.html", "/ntce/", "resources/error"]
        .iter()
        .any(|part| location.contains(part))
}

fn is_login_address(location: &str) -> bool {
    ["login.html", "/otn/passport", "/login/init", "/otn/login/"]
        .iter()
        .any(|part| location.contains(part))
}

fn abuse_text() -> Text {
    Text::new(
        "12306 转到了出错页：多半是请求太快被限制，也可能是日期或参数不对",
        "12306 sent its error page: most likely too many requests, perhaps a wrong date or parameter",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect(location: &str) -> Response {
        Response {
            status: 302,
            headers: vec![("location".into(), location.into())],
            body: Vec::new(),
        }
    }

    fn page(body: &str) -> Response {
        Response {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        }
    }

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

    #[test]
    fn redirects_and_pages_become_errors() {
        let check = |response: &Response, code, ban: bool| {
            assert_eq!(
                data_or_error(response).map_err(|e| e.code()),
                Err(code),
                "{response:?}"
            );
            assert_eq!(ban_sign(response).is_some(), ban, "{response:?}");
        };
        check(
            &redirect("http://www.12306.cn/mormhweb/logFiles/error.html"),
            "closed",
            true,
        );
        check(&redirect("/ntce/x.html"), "closed", true);
        check(
            &redirect("https://kyfw.12306.cn/otn/resources/error/busy.html"),
            "closed",
            true,
        );
        check(
            &redirect("https://kyfw.12306.cn/otn/resources/login.html"),
            "sign_in_lost",
            false,
        );
        check(
            &redirect("/otn/passport?redirect=/otn/login/userLogin"),
            "sign_in_lost",
            false,
        );
        check(&redirect("/somewhere/new"), "changed", false);
        check(&page(" <!DOCTYPE html><p>新页面</p>"), "changed", false);
        check(&page("<html>系统维护</html>"), "closed", false);
        check(&page("<html>您的访问过于频繁</html>"), "closed", true);
        check(
            &Response {
                status: 429,
                ..Response::default()
            },
            "busy",
            false,
        );
        check(
            &Response {
                status: 502,
                ..Response::default()
            },
            "unreachable",
            false,
        );
        check(
            &Response {
                status: 404,
                ..Response::default()
            },
            "changed",
            false,
        );
    }

    #[test]
    fn data_is_let_through() {
        assert_eq!(data_or_error(&page(r#"{"status":true}"#)), Ok(()));
        assert_eq!(
            ban_sign(&page(r#"{"messages":["系统忙，请稍后重试"]}"#)),
            None
        );
        assert!(ban_sign(&page(r#"{"messages":["您的请求过于频繁"]}"#)).is_some());
    }
}
