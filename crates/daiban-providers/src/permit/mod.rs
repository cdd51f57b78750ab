//! 进京证, the Beijing entry permit, at the traffic police's service `jjz.jtgl.beijing.gov.cn`.
//!
//! One signs in by pasting the token of one's own app or mini-program, or by the mini-program's form with a picture code and a
//! text message, both read by a person. The service is unofficial and may change any day.
//!
//! | file | what is in it |
//! | --- | --- |
//! | [`wire`] | the service's spelling: requests out, answers in |
//! | [`error`] | codes and words, turned into the eight errors |
//! | [`coverage`] | our words: cars, records, covered days |
//! | [`decide`] | what to do about one car |
//! | [`strip`] | fourteen days for a page |
//! | [`flow`] | looks, acts, and what became of an act |
//! | [`keep`] | the errand `permit.keep` |
//! | [`sign_in`] | the errand `permit.sign_in` |
//! | [`wishes`], [`dictionary`] | what an owner may wish |
//!
//! *Source*: the mini-program's version 47 (*seen* 2026) and public clients, 2023–2026. Open: the words for a duplicate
//! application and those of a cancellation, how many days ahead exactly, the form of record numbers.

use async_trait::async_trait;
use daiban_core::{
    Timestamp,
    account::{Account, Secrets, Settings},
    call::{CallState, NewCall},
    descriptor::Descriptor,
    errand::Machine,
    error::ServiceError,
    id::AccountId,
    identity::IdNumber,
    invalid::InvalidInput,
    phone::Phone,
    provider::{Book, Gate, Provider, Reconciled, Visit},
    secret::Secret,
    service::Service,
    text::Text,
};
use serde_json::{Value, json};

mod car;
pub mod coverage;
pub mod decide;
mod descriptor;
pub mod dictionary;
pub mod error;
pub mod flow;
pub mod keep;
pub mod sign_in;
pub mod strip;
pub mod wire;
pub mod wishes;
mod words;

/// The service.
pub struct Permit;

/// A look at all cars and records of an account. Its value has what `permit status` prints under `public`.
pub fn status(tag: &str, account: &AccountId) -> NewCall {
    NewCall::look(tag, Service::Permit, account, json!({ "do": "status" }))
}

/// Takes back an approved permit that has not begun, by the `id` of its record.
pub fn cancel(tag: &str, account: &AccountId, record: &str) -> NewCall {
    NewCall::act(
        tag,
        Service::Permit,
        account,
        json!({ "do": "cancel", "apply_id": record }),
    )
}

#[async_trait]
impl Provider for Permit {
    fn descriptor(&self) -> &'static Descriptor {
        &descriptor::DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(keep::Keep), Box::new(sign_in::SignIn)]
    }

    fn check_account(
        &self,
        settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        if let Some(url) = settings.get_mut("base_url") {
            *url = base_url(url)?;
        }
        check_token(secrets)?;
        check_form(secrets)
    }

    fn known_by(&self, _settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, String)> {
        let given = |name| secrets.get(name).filter(|value| !value.is_empty());
        let known = |name| Some((name, given(name)?.reveal().to_uppercase()));
        ["token", "id_number"]
            .into_iter()
            .filter_map(known)
            .collect()
    }

    fn proof(&self, account: &Account, secrets: &Secrets) -> Option<NewCall> {
        let has_token = secrets.get("token").is_some_and(|token| !token.is_empty());
        has_token.then(|| status("proof", &account.id))
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        flow::look(visit, body).await
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        flow::act(visit, body).await
    }

    async fn reconcile(
        &self,
        visit: &Visit<'_>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        flow::reconcile(visit, body, sent_at).await
    }

    /// The same application is not sent while the outcome of an earlier one is being asked for, whoever wants it.
    fn gate(&self, book: &Book<'_>, body: &Value) -> Gate {
        let what =
            |body: &Value| ["do", "vehicle_id", "zone", "from"].map(|name| body[name].clone());
        let open = |past: &&daiban_core::call::Call| {
            past.state == CallState::Unsure && what(&past.call.body) == what(body)
        };
        if body["do"] != "apply" || !book.ledger.iter().any(|past| open(&past)) {
            return Gate::Send;
        }
        Gate::Refuse(ServiceError::Busy {
            retry_after_s: Some(600),
            text: Text::new(
                "同一天的申请还没有结果，不再交一次",
                "an application for that day has no outcome yet; it is not sent again",
            ),
        })
    }
}

fn check_token(secrets: &mut Secrets) -> Result<(), InvalidInput> {
    let Some(token) = secrets
        .get("token")
        .map(|token| token.reveal().trim().to_owned())
    else {
        return Ok(());
    };
    if token.is_empty() {
        secrets.remove("token");
        return Ok(());
    }
    if !looks_like_token(&token) {
        return Err(InvalidInput::new(
            "token",
            "令牌应是 32 位小写十六进制，或带横线的 UUID，中间没有空格，也不带 Bearer",
            "a token is 32 lower-case hex characters or a UUID with dashes, without blanks and without \"Bearer\"",
        ));
    }
    secrets.insert("token".to_owned(), Secret::from(token));
    Ok(())
}

fn looks_like_token(token: &str) -> bool {
    let hex = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let dashed =
        || token.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && token.split('-').all(hex);
    (token.len() == 32 && hex(token)) || dashed()
}

/// The form needs all three or nothing.
fn check_form(secrets: &mut Secrets) -> Result<(), InvalidInput> {
    let get = |name: &str| {
        secrets
            .get(name)
            .map(|secret| secret.reveal().trim().to_owned())
            .unwrap_or_default()
    };
    let [name, id_number, phone] = ["name", "id_number", "phone"].map(get);
    if name.is_empty() && id_number.is_empty() && phone.is_empty() {
        return Ok(());
    }
    for (field, value) in [
        ("name", &name),
        ("id_number", &id_number),
        ("phone", &phone),
    ] {
        if value.is_empty() {
            return Err(InvalidInput::new(
                field,
                "表单登录要姓名、身份证号、手机号一起填",
                "the form needs name, id_number and phone together",
            ));
        }
    }
    let id_number = IdNumber::parse("id_number", &id_number)?;
    let phone = Phone::parse("phone", &phone)?;
    secrets.insert("name".to_owned(), Secret::from(name));
    secrets.insert("id_number".to_owned(), Secret::from(id_number.as_str()));
    secrets.insert("phone".to_owned(), Secret::from(phone.as_str()));
    Ok(())
}

/// The address without a trailing slash. Only https, except for this machine itself.
fn base_url(url: &str) -> Result<String, InvalidInput> {
    let url = url.trim().trim_end_matches('/');
    let wrong = |zh: &str, en: &str| Err(InvalidInput::new("base_url", zh, en));
    if url.is_empty() {
        return Ok(String::new());
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    if rest.is_empty() || rest.contains(['@', '?', '#', ' ']) {
        return wrong(
            "应是地址，例如 https://jjz.jtgl.beijing.gov.cn:1443",
            "should be an address such as https://jjz.jtgl.beijing.gov.cn:1443",
        );
    }
    match scheme {
        "https" => Ok(url.to_owned()),
        "http" if is_loopback(rest) => Ok(url.to_owned()),
        "http" => wrong(
            "要用 https；只有本机可以用 http",
            "https is needed; http is for this machine only",
        ),
        _ => wrong("要以 https:// 开头", "should begin with https://"),
    }
}

fn is_loopback(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}
