//! Failures that are no text: the status, a redirect, a page where data was due, a mark of a lost sign-in.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use serde_json::Value;

use super::sign_in_lost;

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

/// Whether a redirect leads to the page of somebody signed in.
#[must_use]
pub fn is_home(response: &Response) -> bool {
    let location = response.header("location").unwrap_or_default();
    is_redirect(response) && location.contains("/otn/view/")
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
