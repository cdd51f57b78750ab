//! Upstream codes and words, turned into the eight errors in one table. HTTP says 200 for nearly everything, so the envelope's
//! `code`, the code hidden in `data`, and the words decide, in that order of trust.

use daiban_core::{
    Text,
    error::ServiceError,
    http::{HttpFailure, Response},
};

use super::wire::reply::{self, Envelope, NotAnEnvelope};

/// At which door a code was met. The same words weigh more where something may have been submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// A read.
    Read,
    /// Submitting an application.
    Apply,
    /// Taking a permit back.
    Cancel,
    /// Signing in.
    SignIn,
}

impl Door {
    /// Whether a no that is not understood may hide an effect.
    fn changes(self) -> bool {
        matches!(self, Self::Apply | Self::Cancel)
    }
}

/// How sure a row of the table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Met in answers of the service that users have published.
    Seen,
    /// In the code of the service's own mini-program.
    Documented,
    /// Inferred.
    Guessed,
}

/// What a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// Sign in again.
    SignInLost,
    /// Later.
    Busy,
    /// A clear no; our word for it.
    No(&'static str),
}

/// One row of the table. Every condition given has to hold.
#[derive(Debug)]
pub struct Row {
    /// The envelope's code; `None`: any but 200.
    pub code: Option<i64>,
    /// The code hidden in `data`.
    pub detail: Option<&'static str>,
    /// One of these words; empty: any.
    pub words: &'static [&'static str],
    /// Then it means.
    pub means: Means,
    /// Where that is known from.
    pub source: &'static str,
    /// How sure.
    pub certainty: Certainty,
}

/// Our word for a rejection, a refusal or a "why not" because of an unhandled fine in Beijing; the service's own code.
pub const FINE_IN_BEIJING: &str = "10023";
/// Our word for "the twelve uses of this year are gone".
pub const QUOTA: &str = "quota";
/// Our word for "one car at a time".
pub const ONE_VEHICLE: &str = "one_vehicle";
/// The picture was read wrongly or is stale.
pub const NEW_PICTURE: &str = "16002";
/// A code from a text message is needed as well.
pub const TEXT_MESSAGE: &str = "16003";

const ANY: Row = Row {
    code: None,
    detail: None,
    words: &[],
    means: Means::No(""),
    source: "",
    certainty: Certainty::Seen,
};

/// The table; the first row that fits counts.
pub const TABLE: [Row; 10] = [
    Row {
        code: Some(401),
        means: Means::SignInLost,
        source: "answers published by users of three public clients, 2024–2026",
        ..ANY
    },
    Row {
        code: Some(500),
        words: &["登录已失效", "重新登录", "令牌"],
        means: Means::SignInLost,
        source: "test of a public client, 2026: a lost sign-in hidden under 500",
        ..ANY
    },
    Row {
        detail: Some(NEW_PICTURE),
        means: Means::No(NEW_PICTURE),
        source: "mini-program version 47",
        certainty: Certainty::Documented,
        ..ANY
    },
    Row {
        detail: Some(TEXT_MESSAGE),
        means: Means::No(TEXT_MESSAGE),
        source: "mini-program version 47",
        certainty: Certainty::Documented,
        ..ANY
    },
    Row {
        detail: Some("20003"),
        means: Means::No(QUOTA),
        source: "answer published by a user, 2025-10",
        ..ANY
    },
    Row {
        words: &["已超过办理次数"],
        means: Means::No(QUOTA),
        source: "answer published by a user, 2025-10",
        ..ANY
    },
    Row {
        words: &["办理业务人数较多"],
        means: Means::Busy,
        source: "answer published by a user, 2023; also what a body that is not JSON gets",
        ..ANY
    },
    Row {
        detail: Some(FINE_IN_BEIJING),
        means: Means::No(FINE_IN_BEIJING),
        source: "the reviewers' code, at a submit",
        certainty: Certainty::Guessed,
        ..ANY
    },
    Row {
        words: &["未处理的交通违法"],
        means: Means::No(FINE_IN_BEIJING),
        source: "the reviewers' words, published 2025–2026",
        ..ANY
    },
    Row {
        words: &["同一时间只能为一辆"],
        means: Means::No(ONE_VEHICLE),
        source: "words beside a car, published by a user",
        ..ANY
    },
];

/// Whether these words of the service speak of an unhandled fine.
pub fn names_a_fine(words: &str) -> bool {
    words.contains("交通违法") || words.contains("违法未处理")
}

/// Reads an answer at that door: a good envelope, or one of the eight.
///
/// # Errors
/// What the table says. At a door where something may have been submitted, whatever is not understood is
/// [`ServiceError::Unsure`]; elsewhere an unknown code is [`ServiceError::Refused`] with the words as they came.
pub fn read(door: Door, place: &str, response: &Response) -> Result<Envelope, ServiceError> {
    let envelope =
        reply::envelope(response).map_err(|saw| not_an_envelope(door, place, response, saw))?;
    if envelope.code == 200 {
        return Ok(envelope);
    }
    Err(meaning(door, &envelope))
}

/// What a bad envelope means.
pub fn meaning(door: Door, envelope: &Envelope) -> ServiceError {
    let detail = envelope.detail();
    let text = quoted(envelope);
    let Some(row) = TABLE
        .iter()
        .find(|row| fits(row, envelope, detail.as_deref()))
    else {
        if door.changes() {
            return ServiceError::Unsure { text };
        }
        let code = detail.filter(|detail| detail.chars().all(|c| c.is_ascii_digit()));
        return ServiceError::Refused {
            code: code.unwrap_or_else(|| envelope.code.to_string()),
            text,
        };
    };
    match row.means {
        Means::SignInLost => ServiceError::SignInLost { text },
        Means::Busy => ServiceError::Busy {
            retry_after_s: None,
            text,
        },
        Means::No(code) => ServiceError::Refused {
            code: code.to_owned(),
            text,
        },
    }
}

fn fits(row: &Row, envelope: &Envelope, detail: Option<&str>) -> bool {
    row.code.is_none_or(|code| code == envelope.code)
        && row.detail.is_none_or(|code| Some(code) == detail)
        && (row.words.is_empty() || row.words.iter().any(|words| envelope.words.contains(words)))
}

fn quoted(envelope: &Envelope) -> Text {
    if envelope.words.is_empty() {
        return Text::new(
            format!("没有说明（代码 {}）", envelope.code),
            format!("no words, code {}", envelope.code),
        );
    }
    Text::quoted(&envelope.words)
}

fn not_an_envelope(
    door: Door,
    place: &str,
    response: &Response,
    saw: NotAnEnvelope,
) -> ServiceError {
    if door != Door::Read {
        return ServiceError::Unsure {
            text: seen_instead(&saw),
        };
    }
    let text = seen_instead(&saw);
    match saw {
        NotAnEnvelope::Page if closed(response) => ServiceError::Closed {
            opens_at: None,
            text,
        },
        NotAnEnvelope::Page => ServiceError::changed(place, "a web page"),
        NotAnEnvelope::Status(401) => ServiceError::SignInLost { text },
        NotAnEnvelope::Status(429) => ServiceError::Busy {
            retry_after_s: response
                .header("retry-after")
                .and_then(|seconds| seconds.trim().parse().ok()),
            text,
        },
        NotAnEnvelope::Status(403 | 405 | 418) => ServiceError::Closed {
            opens_at: None,
            text,
        },
        NotAnEnvelope::Status(500..) => ServiceError::Unreachable { text },
        NotAnEnvelope::Status(status) => ServiceError::changed(place, format!("HTTP {status}")),
        NotAnEnvelope::CutOff => ServiceError::changed(place, "an answer that ends early"),
        NotAnEnvelope::Other(saw) => ServiceError::changed(place, saw),
    }
}

/// Whether a page speaks of maintenance.
fn closed(response: &Response) -> bool {
    let page = response.text();
    ["维护", "升级", "暂停服务"]
        .iter()
        .any(|word| page.contains(word))
}

fn seen_instead(saw: &NotAnEnvelope) -> Text {
    match saw {
        NotAnEnvelope::Page => Text::new(
            "得到的是网页，不是结果",
            "a web page came instead of a result",
        ),
        NotAnEnvelope::Status(status) => Text::new(
            format!("服务报错 HTTP {status}"),
            format!("the service failed with HTTP {status}"),
        ),
        NotAnEnvelope::CutOff => Text::new("回答只有一半", "the answer ends early"),
        NotAnEnvelope::Other(_) => Text::new("回答读不懂", "the answer cannot be read"),
    }
}

/// A request that got no answer at that door.
pub fn no_answer(door: Door, failure: HttpFailure) -> ServiceError {
    if door != Door::Read {
        return ServiceError::after_act(failure);
    }
    failure.into()
}

/// Right after an account is added, a token that is not accepted may simply belong to another port.
pub fn with_port_hint(error: ServiceError) -> ServiceError {
    let ServiceError::SignInLost { text } = error else {
        return error;
    };
    ServiceError::SignInLost {
        text: Text::new(
            format!(
                "{}。如果令牌是刚抓到的，也可能是端口不对：令牌只认它来自的渠道，App 用 443 或 2443，小程序用 1443；在账号的 base_url 里改",
                text.zh
            ),
            format!(
                "{}. If the token is fresh, the port may be wrong for this token: the app uses 443 or 2443, the mini-program 1443; change base_url of the account",
                text.en
            ),
        ),
    }
}
