//! What the service says, turned into what happens next.
//!
//! Every answer is `{"code": 1000|"1000", "data": …, "message": …}`, HTTP 200 for nearly all; accounts give the code as a
//! number, cars as text. Only the answer with the data of a SIM card has no code. A code decides; an answer without one that
//! is a page, a failure or no JSON has not been given by the service itself.
//!
//! [`TABLE`] holds every code that is known, with its source. What is done about those that ask for something to be done
//! (a newer token, another nonce) is told in `line`.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use serde_json::Value;

use crate::loose;

/// Code of the refusal of a signed request (1440, 1445).
pub const SIGNATURE: &str = "signature";

/// How sure a row of the table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Met in answers that users of clients have published.
    Seen,
    /// In the code of several public clients.
    Documented,
    /// In the code of one client, or inferred.
    Guessed,
}

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// It went well.
    Fine,
    /// It went well and there is nothing.
    Empty,
    /// The access token has run out: renew it.
    Renew,
    /// The sign-in is gone: only its owner can make another.
    SignInLost,
    /// The nonce was used before: another one, and another moment.
    Nonce,
    /// The signature is wrong: nothing that asking again would change.
    Signature,
    /// The session is about another car: bind it to this one.
    Bind,
    /// The car is on another host.
    Elsewhere,
    /// The car is not bound to this user; said also for a moment after a renewal.
    NotYours,
    /// A clear no.
    No,
}

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// The code, written as text.
    pub code: &'static str,
    /// What it means.
    pub means: Means,
    /// For people, in Chinese.
    pub zh: &'static str,
    /// For people, in English.
    pub en: &'static str,
    /// Where that is known from.
    pub source: &'static str,
    /// How sure.
    pub certainty: Certainty,
}

const fn row(
    code: &'static str,
    means: Means,
    words: (&'static str, &'static str),
    source: &'static str,
    certainty: Certainty,
) -> Row {
    Row {
        code,
        means,
        zh: words.0,
        en: words.1,
        source,
        certainty,
    }
}

/// Every code that is known.
pub const TABLE: [Row; 16] = [
    row(
        "1000",
        Means::Fine,
        ("成功", "fine"),
        "a public description of 2020; every public client",
        Certainty::Seen,
    ),
    row(
        "8153",
        Means::Empty,
        ("没有数据", "no data"),
        "a public client of another brand of the family",
        Certainty::Guessed,
    ),
    row(
        "1402",
        Means::Renew,
        ("access token 过期了", "the access token has run out"),
        "public clients of 2022–2026 and answers their users published",
        Certainty::Seen,
    ),
    row(
        "1501",
        Means::SignInLost,
        ("登录已失效", "the sign-in is gone"),
        "public clients of 2022–2026 and answers their users published",
        Certainty::Seen,
    ),
    row(
        "8500",
        Means::SignInLost,
        ("登录已失效", "the sign-in is gone"),
        "one public client treats it as 1501",
        Certainty::Guessed,
    ),
    row(
        "1443",
        Means::Nonce,
        ("随机数用过了", "the nonce was used before"),
        "public clients of 2022–2026",
        Certainty::Documented,
    ),
    row(
        "1445",
        Means::Signature,
        (
            "签名不对：核对签名密钥、它的写法（secret_encoding）和 profile，也看看这台机器的钟准不准",
            "the signature is wrong: check the signing key, its form (secret_encoding) and the profile, and whether this machine's clock is right",
        ),
        "public clients of 2022–2026",
        Certainty::Documented,
    ),
    row(
        "1440",
        Means::Signature,
        (
            "网关不认识签名的应用：核对 profile 和地址是不是同一家的",
            "the gateway does not know the app that signs: check that profile and addresses are of one brand",
        ),
        "notes of a public client of another brand of the family",
        Certainty::Guessed,
    ),
    row(
        "4038",
        Means::Bind,
        (
            "这次登录没有对着这辆车",
            "the session is not about this car",
        ),
        "answers that users of a public client with several cars published",
        Certainty::Seen,
    ),
    row(
        "8006",
        Means::Bind,
        (
            "这次登录没有对着这辆车",
            "the session is not about this car",
        ),
        "answers that users of a public client with several cars published",
        Certainty::Seen,
    ),
    row(
        "8040",
        Means::NotYours,
        (
            "服务说这辆车没有绑定这个账号",
            "the service says that this car is not bound to this account",
        ),
        "public clients; said for a moment after a renewal too",
        Certainty::Seen,
    ),
    row(
        "8063",
        Means::Elsewhere,
        (
            "这个地址没有这辆车：车可能在另一个平台上（设置 other_device_url）",
            "this host knows no such car: it may live on another one (setting other_device_url)",
        ),
        "answers that users of a public client published",
        Certainty::Seen,
    ),
    row(
        "8070",
        Means::No,
        (
            "上一个操作车还没做完，这一个被丢掉了",
            "the car is not done with the last command, and this one was dropped",
        ),
        "answers that users of public clients published",
        Certainty::Seen,
    ),
    row(
        "8160",
        Means::No,
        ("账号没有这个权限", "the account has no permission for this"),
        "public clients of 2022–2026",
        Certainty::Documented,
    ),
    row(
        "1404",
        Means::No,
        (
            "这辆车没有这个功能，或现在的状态做不了",
            "this car has no such thing, or not in the state it is in",
        ),
        "a public client",
        Certainty::Guessed,
    ),
    row(
        "1405",
        Means::No,
        (
            "这辆车没有这个功能，或现在的状态做不了",
            "this car has no such thing, or not in the state it is in",
        ),
        "a public client",
        Certainty::Guessed,
    ),
];

/// What a code means; a code that is not in the table is a clear no.
#[must_use]
pub fn means(code: &str) -> Means {
    known(code).map_or(Means::No, |row| row.means)
}

fn known(code: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.code == code)
}

/// What the service itself said.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Its code, written as text; `None`: it has none, as the data of a SIM card.
    pub code: Option<String>,
    /// The whole body.
    pub body: Value,
}

/// The answer, where the service itself gave one.
///
/// # Errors
/// What was given instead: `Closed` for 401, 403 and 429, `Unreachable` for a page and for 5xx, `Changed` for anything else.
pub fn told(response: &Response) -> Result<Told, ServiceError> {
    let body = serde_json::from_slice::<Value>(&response.body).ok();
    let code = body.as_ref().and_then(|body| loose::key(&body["code"]));
    let is_known = code.as_deref().is_some_and(|code| known(code).is_some());
    match (response.status, body) {
        (200..=299, Some(body)) if body.is_object() => Ok(Told { code, body }),
        // A code counts for more than the status it came with; but nothing went well under a status of failure.
        (400..=599, Some(body)) if is_known && code.as_deref().map(means) != Some(Means::Fine) => {
            Ok(Told { code, body })
        }
        (401 | 403 | 429, _) => Err(shut(response.status)),
        (500..=599, _) => Err(failed(response.status)),
        _ if response.is_html() => Err(page()),
        (200..=299, _) => Err(ServiceError::changed("body", "no JSON object")),
        (status, _) => Err(ServiceError::changed("status", format!("HTTP {status}"))),
    }
}

/// Recognises that the service has had enough of us: 401, 403 and 429 with no code of its own.
#[must_use]
pub fn ban_sign(response: &Response) -> Option<Text> {
    let is_ban = matches!(response.status, 401 | 403 | 429) && told(response).is_err();
    is_ban.then(|| shut(response.status).text().clone())
}

/// What a code says that nothing more can be done about.
#[must_use]
pub fn refusal(code: &str, words: &str) -> ServiceError {
    let text = said(code, words);
    match means(code) {
        Means::SignInLost | Means::Renew => sign_in_lost(),
        Means::Signature => ServiceError::Refused {
            code: SIGNATURE.to_owned(),
            text,
        },
        Means::NotYours => ServiceError::Busy {
            retry_after_s: None,
            text,
        },
        _ => refused(code, text),
    }
}

/// A clear no.
pub(super) fn refused(code: &str, text: Text) -> ServiceError {
    ServiceError::Refused {
        code: code.to_owned(),
        text,
    }
}

/// Our words for a code, or the service's where we have none. The service's may name the car; `words` come without that.
pub(super) fn said(code: &str, words: &str) -> Text {
    let words: String = words.trim().chars().take(200).collect();
    match known(code) {
        Some(row) => Text::new(
            format!("{}（{code}）", row.zh),
            format!("{} ({code})", row.en),
        ),
        None if words.is_empty() => Text::new(
            format!("服务没有受理（{code}），也没有说原因"),
            format!("the service said no ({code}) and gave no reason"),
        ),
        None => Text::new(
            format!("服务没有受理（{code}）：{words}"),
            format!("the service said no ({code}): {words}"),
        ),
    }
}

/// Words for a lost sign-in.
#[must_use]
pub fn sign_in_lost() -> ServiceError {
    ServiceError::SignInLost {
        text: Text::new(
            "车的账号要重新登录：令牌失效了，多半是这个账号在别处（手机 App）登录过",
            "the car's account must be signed in again: its tokens are no longer good, most likely since it was signed in elsewhere (the phone app)",
        ),
    }
}

/// Words for a sign-in that was lost with the answer to a renewal.
#[must_use]
pub fn lost_with_renewal() -> ServiceError {
    ServiceError::SignInLost {
        text: Text::new(
            "车的账号要重新登录：上次换新令牌时没有收到回答，新令牌可能丢在了路上；也可能是这个账号在别处（手机 App）登录过",
            "the car's account must be signed in again: the last renewal of its tokens got no answer and the new ones may have been lost on the way; or the account was signed in elsewhere (the phone app)",
        ),
    }
}

/// An act whose answer says nothing clear.
pub(super) fn unclear() -> ServiceError {
    ServiceError::Unsure {
        text: Text::new(
            "请求发出后得到的不是结果",
            "sent, but what came back is not a result",
        ),
    }
}

fn shut(status: u16) -> ServiceError {
    ServiceError::Closed {
        opens_at: None,
        text: Text::new(
            format!("车的服务不让访问（HTTP {status}）：登录失效或请求太多"),
            format!(
                "the car's service does not let us in (HTTP {status}): sign-in gone or too many requests"
            ),
        ),
    }
}

fn failed(status: u16) -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new(
            format!("车的服务出错（HTTP {status}）"),
            format!("the car's service failed (HTTP {status})"),
        ),
    }
}

fn page() -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new(
            "车的服务给了一个网页，不是结果",
            "the car's service sent a page and no answer",
        ),
    }
}
