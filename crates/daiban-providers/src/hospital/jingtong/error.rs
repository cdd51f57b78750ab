//! What 京通 says, turned into what happens next.
//!
//! Every answer is `{"code": text, "data": any}`. *Source*: a public client of 2026; *seen* there.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use serde_json::Value;

use crate::hospital::error::{OTHER, refused, sign_in_lost};
use crate::loose::{filled, key};

/// Seconds that the client of 2026 keeps still after being told to slow down.
const SLOW_DOWN_S: u32 = 30;

/// The `data` of an answer.
///
/// # Errors
/// `SignInLost`, `NeedsPerson` for the page that checks the client, `Busy`, `Refused` in the service's words, `Unreachable`
/// for 5xx, `Changed` for everything else.
pub fn read(response: &Response) -> Result<Value, ServiceError> {
    match response.status {
        401 => return Err(sign_in_lost()),
        429 => return Err(slow_down()),
        202 | 467 => return Err(check_page()),
        500..=599 => return Err(failed(response.status)),
        200 => {}
        status => return Err(ServiceError::changed("status", format!("HTTP {status}"))),
    }
    if response.is_html() {
        return Err(check_page());
    }
    let mut answer: Value = serde_json::from_slice(&response.body)
        .map_err(|error| ServiceError::changed("body", error))?;
    let code = answer.get("code").and_then(key);
    let code = code.ok_or_else(|| ServiceError::changed("code", "is not there"))?;
    match code.as_str() {
        "0000" => Ok(answer["data"].take()),
        "0001" | "3087" | "102" => Err(sign_in_lost()),
        "429" => Err(slow_down()),
        code => Err(no(code, &answer)),
    }
}

/// The words are in `msg` or `message` (*guessed*).
fn no(code: &str, answer: &Value) -> ServiceError {
    let words = ["msg", "message"]
        .iter()
        .find_map(|name| filled(answer.get(*name)?));
    let instead = format!("京通没有受理（{code}）");
    refused(OTHER, words.unwrap_or_default(), &instead)
}

fn slow_down() -> ServiceError {
    ServiceError::Busy {
        retry_after_s: Some(SLOW_DOWN_S),
        text: Text::new("京通要求放慢", "京通 asks to slow down"),
    }
}

fn check_page() -> ServiceError {
    ServiceError::NeedsPerson {
        text: Text::new(
            "京通要在官方页面做一次校验，daiban 不代做",
            "京通 wants a check on its official page, which daiban does not do for you",
        ),
    }
}

fn failed(status: u16) -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new(
            format!("京通出错（HTTP {status}）"),
            format!("京通 failed (HTTP {status})"),
        ),
    }
}

/// A question that can be put to the web page only.
pub(super) fn not_here() -> ServiceError {
    ServiceError::Refused {
        code: "dialect".to_owned(),
        text: Text::new(
            "京通的医院列表不能按级别或区域查",
            "the list of 京通 cannot be asked by level or area",
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(status: u16, body: &str) -> Result<Value, ServiceError> {
        read(&Response {
            status,
            headers: Vec::new(),
            body: body.into(),
        })
    }

    #[test]
    fn every_answer_has_one_meaning() {
        let check = |status: u16, body: &str, expected: &str| {
            let error = answered(status, body).err();
            assert_eq!(
                error.as_ref().map(ServiceError::code),
                Some(expected),
                "{status} {body}"
            );
        };
        check(200, r#"{"code":"3087","data":null}"#, "sign_in_lost");
        check(200, r#"{"code":"0001"}"#, "sign_in_lost");
        check(200, r#"{"code":102}"#, "sign_in_lost");
        check(401, "", "sign_in_lost");
        check(200, r#"{"code":"429","data":null}"#, "busy");
        check(429, "", "busy");
        check(202, "", "needs_person");
        check(467, "<html>", "needs_person");
        check(200, " <html></html>", "needs_person");
        check(503, "", "unreachable");
        check(404, "", "changed");
        check(200, "{}", "changed");
        check(200, "nothing", "changed");
        check(200, r#"{"code":"9999","msg":"没有排班"}"#, "refused");
    }

    #[test]
    fn words_are_told_and_data_is_given() {
        let words = |body: &str| answered(200, body).map_err(|error| error.text().zh.clone());
        assert_eq!(
            words(r#"{"code":"9","msg":"没有排班"}"#),
            Err("没有排班".into())
        );
        assert_eq!(words(r#"{"code":"9"}"#), Err("京通没有受理（9）".into()));
        assert_eq!(words(r#"{"code":"0000","data":[1]}"#), Ok(json!([1])));
        let slow = answered(200, r#"{"code":"429"}"#);
        assert!(matches!(
            slow,
            Err(ServiceError::Busy {
                retry_after_s: Some(30),
                ..
            })
        ));
    }
}
