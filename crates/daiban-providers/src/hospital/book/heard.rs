//! What the answer to an act says: yes, a clear no, or nothing that can be relied on.
//!
//! Only the service's own JSON can say no. A page, a failure, a cut connection, haste, load and words nobody has seen leave
//! it open: what is wrongly believed not to have happened is done twice.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::{HttpFailure, Response};
use serde_json::Value;

use crate::hospital::error::{DUPLICATE, OTHER};
use crate::hospital::line::Line;

/// What was heard.
pub(super) enum Heard {
    /// The service did it; the `data` of its answer.
    Yes(Value),
    /// A clear no.
    No(ServiceError),
    /// Something else.
    Unclear(ServiceError),
}

impl Heard {
    pub(super) fn of(line: &Line<'_>, sent: Result<Response, HttpFailure>) -> Self {
        let response = match sent.map_err(ServiceError::after_act) {
            Ok(response) => response,
            Err(error @ ServiceError::Unsure { .. }) => return Self::Unclear(error),
            Err(error) => return Self::No(error),
        };
        let is_json = (200..300).contains(&response.status) && !response.is_html();
        match line.read(&response) {
            Ok(data) => Self::Yes(data),
            Err(_) if !is_json => Self::Unclear(no_result(response.status)),
            Err(error) if is_clear(&error) => Self::No(error),
            Err(error) => Self::Unclear(error),
        }
    }
}

/// Words against the form itself, which is looked at before anything is done (*guessed*).
const AGAINST_THE_FORM: &[&str] = &[
    "参数错误",
    "格式不正确",
    "页面已失效",
    "请填写",
    "请选择",
    "请绑定",
];

/// A no in words that are known. That there is such an order already may be said of this one: a request can arrive twice.
fn is_clear(error: &ServiceError) -> bool {
    match error {
        ServiceError::SignInLost { .. } => true,
        ServiceError::Refused { code, .. } if code == DUPLICATE => false,
        ServiceError::Refused { code, text } if code == OTHER => {
            AGAINST_THE_FORM.iter().any(|part| text.zh.contains(part))
        }
        ServiceError::Refused { .. } => true,
        _ => false,
    }
}

fn no_result(status: u16) -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new(
            format!("114 回的不是结果（HTTP {status}）"),
            format!("what 114 answered is no result (HTTP {status})"),
        ),
    }
}
