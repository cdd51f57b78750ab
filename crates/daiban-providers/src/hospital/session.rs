//! The steps into an account, and whether somebody is signed in.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"picture"}` | `{"signed_in":false,"picture","mobile"}`: PNG or JPEG in base64; where the message will go, masked |
//! | `{"do":"check_picture","code"}` | `{"signed_in":false,"right"}` |
//! | `{"do":"signed_in"}` | `{"signed_in":true,"name"}`, or `SignInLost` |
//!
//! | act | gives |
//! | --- | --- |
//! | `{"do":"send_code","code"}`, the text of the picture | `{"signed_in":false,"sent":true,"mobile"}` |
//! | `{"do":"login","code"}`, the code of the message | `{"signed_in":true}`, once the service shows who it is |
//!
//! The sign-in is cookies and nothing else; they are kept behind the port. Neither code is a secret worth keeping: each is
//! good for one try.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::error::ServiceError;
use daiban_core::http::{Request, Response};
use daiban_core::id::AccountId;
use daiban_core::provider::{Reconciled, Visit};
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

use super::Hospitals;
use super::account::masked;
use super::cipher::Key;
use super::error::sign_in_lost;
use super::line::Line;
use super::wire::sign_in::{self as wire, Phone};

/// Keys the service gave out, by account. In memory only: after a restart it is asked again.
#[derive(Debug, Default)]
pub(super) struct Keys(HashMap<Option<AccountId>, Key>);

/// Answers the looks of the sign-in and `signed_in`; `None` when the body is another's.
pub(super) async fn look(
    _hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "picture" => picture(visit).await,
        "check_picture" => check_picture(visit, body).await,
        "signed_in" => signed_in(visit).await,
        _ => return None,
    })
}

/// Asked for before a person reads anything in vain: a phone, and a key of the right form.
async fn picture(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = way_in(visit)?;
    let mobile = visit.setting("mobile")?;
    if !gives_key(visit) {
        set_key(visit)?;
    }
    let response = line.http.send(wire::picture(&line)).await?;
    let bytes = wire::picture_reply(&line, &response).map_err(not_lost)?;
    Ok(json!({
        "signed_in": false,
        "picture": STANDARD.encode(bytes),
        "mobile": masked(mobile),
    }))
}

async fn check_picture(visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
    let line = way_in(visit)?;
    let request = wire::check_picture(&line, typed(body)?);
    let right = match line.ask(request).await {
        Ok(data) => wire::picture_was_right(&data)?,
        Err(ServiceError::Refused { code, .. }) if code == super::error::PICTURE_WRONG => false,
        Err(error) => return Err(not_lost(error)),
    };
    Ok(json!({ "signed_in": false, "right": right }))
}

async fn signed_in(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let data = line.ask(wire::user_info(&line)).await?;
    let user = wire::user(&data)?.ok_or_else(sign_in_lost)?;
    Ok(json!({ "signed_in": true, "name": user.name }))
}

/// A line on which nobody is signed in yet: a page is then no lost sign-in.
fn way_in<'a>(visit: &'a Visit<'_>) -> Result<Line<'a>, ServiceError> {
    let line = Line::of(visit)?;
    Ok(Line {
        of_account: false,
        ..line
    })
}

/// On the way to a sign-in there is none to lose.
fn not_lost(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::SignInLost { .. } => {
            ServiceError::changed("sign_in", "a sign-in is wanted on the way to one")
        }
        other => other,
    }
}

/// What a person typed; never empty.
fn typed(body: &Value) -> Result<&str, ServiceError> {
    let text = body["code"].as_str().unwrap_or_default().trim();
    if !text.is_empty() && text.chars().count() <= 16 {
        return Ok(text);
    }
    Err(ServiceError::Refused {
        code: "invalid_input:code".to_owned(),
        text: Text::new("验证码是 1 到 16 个字符", "a code has 1 to 16 characters"),
    })
}

/// Carries out the acts of the sign-in; `None` when the body is another's.
///
/// # Errors
/// `Unsure` once something may have happened; any other says that surely no message was sent, or nobody signed in.
pub(super) async fn act(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "send_code" => send_code(hospitals, visit, body).await,
        "login" => login(hospitals, visit, body).await,
        _ => return None,
    })
}

async fn send_code(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Result<Value, ServiceError> {
    let line = way_in(visit)?;
    let (mobile, picture) = (visit.setting("mobile")?, typed(body)?);
    let key = &fresh_key(hospitals, visit).await?;
    let request = wire::message(&line, &Phone { mobile, key }, picture);
    clear_answer(&line, &send_act(&line, request).await?)?;
    Ok(json!({ "signed_in": false, "sent": true, "mobile": masked(mobile) }))
}

/// Signs in, and takes it for done once the service shows who is signed in.
async fn login(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Result<Value, ServiceError> {
    let line = way_in(visit)?;
    let (mobile, code) = (visit.setting("mobile")?, typed(body)?);
    let key = &key(hospitals, visit).await?;
    let request = wire::login(&line, &Phone { mobile, key }, code);
    clear_answer(&line, &send_act(&line, request).await?)?;
    // The phone may be another's than before.
    hospitals.people.open().forget(visit);
    signed_in(visit).await.map_err(|_| unclear())?;
    Ok(json!({ "signed_in": true }))
}

async fn send_act(line: &Line<'_>, request: Request) -> Result<Response, ServiceError> {
    let sent = line.http.send(request).await;
    sent.map_err(ServiceError::after_act)
}

/// A clear word is taken as it is; a page, a failure or anything unknown leaves it open.
fn clear_answer(line: &Line<'_>, response: &Response) -> Result<(), ServiceError> {
    if response.is_html() {
        return Err(unclear());
    }
    match line.read(response) {
        Ok(_) => Ok(()),
        Err(ServiceError::Changed { .. } | ServiceError::Unreachable { .. }) => Err(unclear()),
        Err(error) => Err(not_lost(error)),
    }
}

fn unclear() -> ServiceError {
    ServiceError::Unsure {
        text: Text::new(
            "114 没有说清这一步成了没有",
            "114 did not say clearly whether this step went well",
        ),
    }
}

/// Whether the service is asked for the key (`key_from` = `service`) instead of the settings.
fn gives_key(visit: &Visit<'_>) -> bool {
    visit.settings.get("key_from").map(String::as_str) == Some("service")
}

/// The key with which fields are written: the setting's, or the one the service gave last.
///
/// # Errors
/// `Refused` with code `setting` for a setting that is no key; of the service, one of the eight.
pub(super) async fn key(hospitals: &Hospitals, visit: &Visit<'_>) -> Result<Key, ServiceError> {
    let kept = hospitals.keys.open().0.get(&whose(visit)).cloned();
    match kept.filter(|_| gives_key(visit)) {
        Some(key) => Ok(key),
        None => fresh_key(hospitals, visit).await,
    }
}

/// The key anew: each sign-in begins with one.
async fn fresh_key(hospitals: &Hospitals, visit: &Visit<'_>) -> Result<Key, ServiceError> {
    if !gives_key(visit) {
        return set_key(visit);
    }
    let line = way_in(visit)?;
    let data = line.ask(wire::key(&line)).await.map_err(not_lost)?;
    let key = wire::key_reply(&data)?;
    hospitals.keys.open().0.insert(whose(visit), key.clone());
    Ok(key)
}

fn set_key(visit: &Visit<'_>) -> Result<Key, ServiceError> {
    Key::of(visit.setting("aes_key")?).ok_or_else(|| ServiceError::Refused {
        code: "setting".to_owned(),
        text: Text::new(
            "设置 aes_key 应是 16 个 ASCII 字符",
            "the setting aes_key should be 16 ASCII letters",
        ),
    })
}

/// Whose memory: an account's, or nobody's in particular.
pub(super) fn whose(visit: &Visit<'_>) -> Option<AccountId> {
    visit.account.map(|account| account.id.clone())
}

/// What became of an act of the sign-in; `None` when the body is another's. Of messages only the person knows.
pub(super) async fn reconcile(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
    _sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    Some(match body["do"].as_str()? {
        "send_code" => Ok(Reconciled::CannotKnow(Text::new(
            "114 没有说清短信发了没有，看看手机",
            "114 did not say clearly whether the message was sent; look at the phone",
        ))),
        "login" => logged_in(hospitals, visit).await,
        _ => return None,
    })
}

async fn logged_in(hospitals: &Hospitals, visit: &Visit<'_>) -> Result<Reconciled, ServiceError> {
    hospitals.people.open().forget(visit);
    match signed_in(visit).await {
        Ok(_) => Ok(Reconciled::Happened(json!({ "signed_in": true }))),
        Err(ServiceError::SignInLost { .. }) => Ok(Reconciled::DidNotHappen(Text::new(
            "114 说没有登录",
            "114 says nobody is signed in",
        ))),
        Err(error) => Err(error),
    }
}
