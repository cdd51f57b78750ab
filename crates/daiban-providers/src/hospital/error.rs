//! What the service says, turned into what happens next.
//!
//! Every JSON answer is `{"resCode": int, "msg": text|null, "data": any|null}`. Code 0 is fine; 10000 is a no whose reason is
//! in the words alone, so most of the table is of words.
//!
//! Sources: the official web page's script and public clients of 2019–2023. *Seen* unless said otherwise.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use serde::Deserialize;
use serde_json::Value;

/// Code of the refusal because the place is gone.
pub const NO_SOURCE: &str = "no_source";
/// Code of the refusal because this patient has a booking of that day and department.
pub const DUPLICATE: &str = "duplicate";
/// Code of the refusal because the patient has booked as often as the rules allow.
pub const LIMIT: &str = "limit";
/// Code of the refusal of a code from a text message.
pub const SMS_WRONG: &str = "sms_wrong";
/// Code of the refusal to send another text message so soon.
pub const SMS_TOO_OFTEN: &str = "sms_too_often";
/// Code of the refusal to send more text messages today.
pub const SMS_DAILY: &str = "sms_daily";
/// Code of the refusal because the picture was read wrongly.
pub const PICTURE_WRONG: &str = "picture_wrong";
/// Code of the refusal of an account that the platform has stopped.
pub const ACCOUNT_STOPPED: &str = "account_stopped";
/// Code of the refusal because the patient is not fit to be booked for: real name, documents, a missing card.
pub const PATIENT: &str = "patient";
/// Code of a no in words we do not know.
pub const OTHER: &str = "other";

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "resCode")]
    code: Option<i64>,
    msg: Option<String>,
    #[serde(default)]
    data: Value,
}

/// The `data` of an answer. `of_account`: a page where data was due means that the sign-in is gone; on the public line it
/// only means that something changed.
///
/// # Errors
/// One of the eight: `SignInLost` for code 102 and for a page, `Closed` for the notice that the web channel is closed,
/// `Busy`, `Refused` and so on by code and words, `Unreachable` for 5xx, `Changed` for everything else.
pub fn read(response: &Response, of_account: bool) -> Result<Value, ServiceError> {
    match response.status {
        200..=299 => {}
        300..=399 if of_account => return Err(sign_in_lost()),
        401 => return Err(sign_in_lost()),
        500..=599 => return Err(failed(response.status)),
        status => return Err(ServiceError::changed("status", format!("HTTP {status}"))),
    }
    if response.is_html() {
        return Err(page_means(&response.text(), of_account));
    }
    let envelope: Envelope = serde_json::from_slice(&response.body)
        .map_err(|error| ServiceError::changed("body", error))?;
    let code = envelope
        .code
        .ok_or_else(|| ServiceError::changed("resCode", "is not there"))?;
    if code == 0 {
        return Ok(envelope.data);
    }
    Err(means(code, envelope.msg.as_deref().unwrap_or_default()))
}

/// What a code other than 0 and its words mean.
#[must_use]
pub fn means(code: i64, words: &str) -> ServiceError {
    match code {
        102 => sign_in_lost(),
        8008 => refused(DUPLICATE, words, "这位就诊人这天在这个科室已有预约"),
        812 => refused(SMS_TOO_OFTEN, words, "短信发送太频繁"),
        817 => refused(SMS_DAILY, words, "今天的短信次数已用完"),
        _ => words_mean(words),
    }
}

/// One row: what the words contain, and the code of the refusal.
const REFUSALS: &[(&str, &str)] = &[
    ("没有相关号源", NO_SOURCE),
    ("号源已", NO_SOURCE),
    ("号源不足", NO_SOURCE),
    ("已约满", NO_SOURCE),
    ("已被预约", NO_SOURCE),
    ("重复订单", DUPLICATE),
    ("重复预约", DUPLICATE),
    // Said to the second of two that are the same, and so perhaps to ours.
    ("重复提交", DUPLICATE),
    ("您已预约", DUPLICATE),
    ("已有预约", DUPLICATE),
    ("手机验证码", SMS_WRONG),
    ("短信验证码错误", SMS_WRONG),
    ("短信发送太频繁", SMS_TOO_OFTEN),
    ("短信验证码发送次数", SMS_DAILY),
    ("图片验证码", PICTURE_WRONG),
    ("图形验证码", PICTURE_WRONG),
    ("账户存在异常", ACCOUNT_STOPPED),
    ("爽约", ACCOUNT_STOPPED),
    ("预约次数", LIMIT),
    ("已达上限", LIMIT),
    ("超过限制", LIMIT),
    ("实名", PATIENT),
    ("就诊人", PATIENT),
];

/// Words that mean: later.
const BUSY: &[&str] = &["系统繁忙", "服务异常", "稍后再试", "稍后重试"];

/// Words that mean: closed for a while.
const CLOSED: &[&str] = &["系统维护", "维护中", "暂停服务", "已关闭"];

fn words_mean(words: &str) -> ServiceError {
    if is_haste(words) {
        return ServiceError::Closed {
            opens_at: None,
            text: quoted(words, "请求过于频繁"),
        };
    }
    if let Some((_, code)) = REFUSALS.iter().find(|(part, _)| words.contains(part)) {
        return refused(code, words, "");
    }
    if CLOSED.iter().any(|part| words.contains(part)) {
        return ServiceError::Closed {
            opens_at: None,
            text: quoted(words, ""),
        };
    }
    if BUSY.iter().any(|part| words.contains(part)) {
        return ServiceError::Busy {
            retry_after_s: None,
            text: quoted(words, ""),
        };
    }
    refused(OTHER, words, "没有受理，也没有说原因")
}

/// Recognises that the service has had enough of us: words about haste, a slider, 403 or 429.
#[must_use]
pub fn ban_sign(response: &Response) -> Option<Text> {
    if matches!(response.status, 403 | 429) {
        return Some(Text::new(
            format!("114 不让访问（HTTP {}）", response.status),
            format!("114 does not let us in (HTTP {})", response.status),
        ));
    }
    if response.is_html() {
        let page = response.text();
        return has_slider(&page).then(|| {
            Text::new(
                "114 要人拖滑块：请求太多了",
                "114 wants a person to move a slider: too many requests",
            )
        });
    }
    // A list of slots is long and holds no such words.
    if response.body.len() > 2048 {
        return None;
    }
    let words = response.text();
    is_haste(&words).then(|| Text::new("114 说请求过于频繁", "114 says too many requests"))
}

/// Too many requests. Too many text messages are another matter.
fn is_haste(words: &str) -> bool {
    ["请求过于频繁", "访问过于频繁", "操作频率过快"]
        .iter()
        .any(|part| words.contains(part))
}

fn has_slider(page: &str) -> bool {
    ["滑块", "slider", "nc_wrapper", "aliyun_waf", "安全验证"]
        .iter()
        .any(|mark| page.contains(mark))
}

fn page_means(page: &str, of_account: bool) -> ServiceError {
    if page.contains("关闭") || page.contains("京通小程序") {
        return ServiceError::Closed {
            opens_at: None,
            text: Text::new(
                "114 网页预约已关闭：请用微信公众号、京通小程序或电话 010-114",
                "booking on the 114 web site is closed: use the WeChat account, the 京通 mini-program or phone 010-114",
            ),
        };
    }
    if page.contains("维护") {
        return ServiceError::Closed {
            opens_at: None,
            text: Text::new("114 正在系统维护", "114 is down for maintenance"),
        };
    }
    if of_account {
        return sign_in_lost();
    }
    ServiceError::changed("body", "a page where JSON is due")
}

/// Words for a lost sign-in.
#[must_use]
pub fn sign_in_lost() -> ServiceError {
    ServiceError::SignInLost {
        text: Text::new("114 要求重新登录", "114 asks to sign in again"),
    }
}

fn failed(status: u16) -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new(
            format!("114 出错（HTTP {status}）"),
            format!("114 failed (HTTP {status})"),
        ),
    }
}

/// A refusal in the service's words, or in ours where it has none.
#[must_use]
pub fn refused(code: &str, words: &str, instead: &str) -> ServiceError {
    ServiceError::Refused {
        code: code.to_owned(),
        text: quoted(words, instead),
    }
}

fn quoted(words: &str, instead: &str) -> Text {
    let words = words.trim();
    Text::quoted(if words.is_empty() { instead } else { words })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    fn says(code: i64, words: &str) -> Response {
        let body = json!({ "resCode": code, "msg": words, "data": null });
        answered(200, &body.to_string())
    }

    /// The error's name, and its code where it is a refusal.
    fn named(error: &ServiceError) -> String {
        match error {
            ServiceError::Refused { code, .. } => format!("refused {code}"),
            other => other.code().to_owned(),
        }
    }

    fn check(response: &Response, of_account: bool, expected: &str) {
        let read = read(response, of_account);
        let named = read.as_ref().err().map(named);
        assert_eq!(named.as_deref(), Some(expected), "{}", response.text());
    }

    #[test]
    fn every_no_that_was_seen_has_its_meaning() {
        for (code, words, expected) in [
            (102, "需要登录", "sign_in_lost"),
            (10000, "手机验证码错误！", "refused sms_wrong"),
            (10000, "图片验证码错误", "refused picture_wrong"),
            (8008, "科室预约规则检查重复订单", "refused duplicate"),
            (10000, "科室预约规则检查重复订单", "refused duplicate"),
            (10000, "没有相关号源", "refused no_source"),
            (10000, "您的请求过于频繁，请稍后再试", "closed"),
            (10000, "系统繁忙，请稍后再试", "busy"),
            (10000, "服务异常，请稍后再试", "busy"),
            (
                10000,
                "您的账户存在异常，请到现场挂号!",
                "refused account_stopped",
            ),
            (
                817,
                "抱歉，短信验证码发送次数已达到今日上限！",
                "refused sms_daily",
            ),
            (
                10000,
                "抱歉，短信验证码发送次数已达到今日上限！",
                "refused sms_daily",
            ),
            (812, "短信发送太频繁", "refused sms_too_often"),
            (10000, "短信发送太频繁", "refused sms_too_often"),
            (10000, "医院系统维护中", "closed"),
            (10000, "明天再说", "refused other"),
        ] {
            check(&says(code, words), true, expected);
        }
    }

    #[test]
    fn a_no_is_told_in_the_services_words_or_in_ours() {
        let words = |code, words| means(code, words).text().zh.clone();
        assert_eq!(words(10000, " 明天再说 "), "明天再说");
        assert_eq!(words(8008, ""), "这位就诊人这天在这个科室已有预约");
        assert_eq!(words(10000, ""), "没有受理，也没有说原因");
    }

    #[test]
    fn pages_are_told_apart() {
        let notice = "<html>网站预约渠道已关闭，请使用微信公众号、京通小程序或电话010-114</html>";
        check(&answered(200, notice), true, "closed");
        check(&answered(200, notice), false, "closed");
        check(&answered(200, "<html>系统维护</html>"), false, "closed");
        check(&answered(200, "\n<html>114</html>"), true, "sign_in_lost");
        check(&answered(200, "<html>114</html>"), false, "changed");
        check(&answered(302, ""), true, "sign_in_lost");
        check(&answered(302, ""), false, "changed");
        check(&answered(401, ""), false, "sign_in_lost");
        check(&answered(502, "<html>"), true, "unreachable");
    }

    #[test]
    fn what_is_no_envelope_has_changed() {
        for body in ["", "[]", "{}", r#"{"code": 0}"#, r#"{"resCode": "ok"}"#] {
            check(&answered(200, body), true, "changed");
        }
    }

    /// A picture code read wrongly and an anonymous visitor are answers, not errors: whoever asked knows what they mean.
    #[test]
    fn data_is_given_as_it_is() {
        let data = |data: Value| {
            let body = json!({ "resCode": 0, "msg": null, "data": data });
            read(&answered(200, &body.to_string()), true)
        };
        assert_eq!(data(json!(false)), Ok(json!(false)));
        assert_eq!(data(Value::Null), Ok(Value::Null));
        assert_eq!(
            read(&answered(200, r#"{"resCode": 0}"#), true),
            Ok(Value::Null)
        );
    }

    #[test]
    fn row_02_row_04_haste_and_a_slider_are_bans_and_too_many_text_messages_are_none() {
        let is_ban = |response: &Response| ban_sign(response).is_some();
        assert!(is_ban(&says(10000, "您的请求过于频繁，请稍后再试")));
        assert!(is_ban(&answered(403, "")) && is_ban(&answered(429, "")));
        assert!(is_ban(&answered(200, "<html>请拖动滑块完成验证</html>")));
        for (code, words) in [
            (812, "短信发送太频繁"),
            (10000, "系统繁忙，请稍后再试"),
            (102, "需要登录"),
        ] {
            assert!(!is_ban(&says(code, words)), "{words}");
        }
        assert!(!is_ban(&answered(200, "<html>网站预约渠道已关闭</html>")));
    }
}
