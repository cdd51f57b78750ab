//! The steps into an account: what a password needs, the messages, the sign-in itself, and going in.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"login_check"}` | `{"signed_in":false,"check"}`, a [`password::LoginCheck`] |
//!
//! | act | gives |
//! | --- | --- |
//! | `{"do":"enter"}` after a scan | `{"signed_in":true}`, or a check to pass |
//! | `{"do":"send_code"}` | `{"signed_in":false,"sent":true}` |
//! | `{"do":"password_sign_in","code"}` | `{"signed_in":true}`; a check to pass; or `{"signed_in":false,"next":"enter"}`: the password was taken, the way in was cut short |
//! | `{"do":"send_check_code"}` | `{"signed_in":false,"sent":true}` |
//! | `{"do":"enter_checked","code"}` | `{"signed_in":true}` |
//!
//! A check to pass is `{"signed_in":false,"check":"up"|"down","phone"}`: a text message from the person (up) or to them
//! (down). Its token is kept in memory until the check is passed, and asked for anew after a restart.
//!
//! Login name, password and ID tail are the account's secrets and stand in no body; a code of a text message may, as it
//! is good for one try. The sign-in is cookies and nothing else; they are kept behind the port.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use daiban_core::call::{Call, Outcome};
use daiban_core::dates;
use daiban_core::error::ServiceError;
use daiban_core::http::{Request, Response};
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::{Book, Gate, Reconciled, Visit};
use daiban_core::secret::Secret;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

use super::account::{conf, signing_in};
use super::desk::{Rail, Whose, invalid, whose};
use super::error::sign_in::too_many_messages;
use super::error::{answered, data_or_error, is_home};
use super::flow::Line;
use super::wire::passport;
use super::wire::password::{self, Credentials, MessageCheck};

/// Between two messages, as the service's page counts (*seen*).
const MESSAGE_GAP_S: i64 = 60;
/// Messages of a day at most. Clients saw about ten (*guessed*); the rest is left to the person's own phone.
const MESSAGES_A_DAY: usize = 8;

/// Tokens that wait for a check to be passed. In memory only.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<HashMap<Whose, Secret>>);

impl Tokens {
    fn keep(&self, whose: &Whose, token: Secret) {
        self.all().insert(whose.clone(), token);
    }

    fn get(&self, whose: &Whose) -> Option<Secret> {
        self.all().get(whose).cloned()
    }

    fn forget(&self, whose: &Whose) {
        self.all().remove(whose);
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<Whose, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One look; `None` when the body is another's.
///
/// # Errors
/// One of the eight.
pub(super) async fn look(visit: &Visit<'_>, body: &Value) -> Option<Result<Value, ServiceError>> {
    (body["do"] == "login_check").then_some(())?;
    Some(login_check(visit).await)
}

async fn login_check(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let username = secret(visit, "username")?;
    // Asked for before anything is sent, so that nobody waits for a message in vain.
    secret(visit, "password")?;
    secret(visit, "id_tail")?;
    let body = signing_in(&line, password::login_check(line.base, username)).await?;
    let check = password::login_check_reply(&body)?;
    Ok(json!({ "signed_in": false, "check": check }))
}

fn secret<'a>(visit: &'a Visit<'_>, name: &str) -> Result<&'a str, ServiceError> {
    visit.secret(name).map_err(|_| ServiceError::Refused {
        code: "secret".to_owned(),
        text: Text::new(
            "密码登录要先在账号里填好登录名、密码和证件号后四位；不想填就用二维码登录",
            "to sign in by password, fill in login name, password and the last four of the ID number in the account first; or use the QR code",
        ),
    })
}

/// One act; `None` when the body is another's.
///
/// # Errors
/// `Unsure` once something may have happened; any other says that surely nobody was signed in, or no message sent.
pub(super) async fn act(
    rail: &Rail,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    let entered = match body["do"].as_str()? {
        "enter" => enter(rail, visit).await,
        "send_code" => return Some(send_code(visit).await),
        "password_sign_in" => password_sign_in(rail, visit, &body["code"]).await,
        "send_check_code" => return Some(send_check_code(rail, visit).await),
        "enter_checked" => enter_checked(rail, visit, &body["code"]).await,
        _ => return None,
    };
    rail.forget_session(&whose(visit));
    Some(entered)
}

/// Turns a confirmed scan into a sign-in, in the order of the service's own pages (*seen* 2024).
async fn enter(rail: &Rail, visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let door = line.http.send(passport::user_login(line.base)).await?;
    passed(&door)?;
    let page = line.http.send(passport::passport_page(line.base)).await?;
    passed(&page)?;
    match ask_token(&line).await? {
        Token::Good(token) => go_in(&line, token.reveal()).await,
        Token::AfterCheck(check) => {
            let told = json!({ "signed_in": false, "check": check.way, "phone": check.phone });
            rail.tokens.keep(&whose(visit), check.token);
            Ok(told)
        }
    }
}

/// A token for the booking side, good now or once a check is passed.
enum Token {
    Good(Secret),
    AfterCheck(MessageCheck),
}

async fn ask_token(line: &Line<'_>) -> Result<Token, ServiceError> {
    let body = signing_in(line, passport::app_token(line.base)).await?;
    if let Some(check) = password::message_check(&body) {
        return Ok(Token::AfterCheck(check));
    }
    passport::token(&body).map(|token| Token::Good(Secret::new(token)))
}

async fn go_in(line: &Line<'_>, token: &str) -> Result<Value, ServiceError> {
    let taken = send_act(line, passport::hand_token(line.base, token)).await?;
    clear_answer(&taken, passport::token_taken)?;
    let home = send_act(line, passport::user_login_again(line.base)).await?;
    if is_home(&home) {
        Ok(json!({ "signed_in": true }))
    } else {
        // Perhaps signed in all the same; the configuration tells.
        Err(unclear())
    }
}

/// A page on the way: the sign-in page is where nobody signed in is led, and home is where an old sign-in leads.
fn passed(page: &Response) -> Result<(), ServiceError> {
    match answered(page) {
        Err(ServiceError::SignInLost { .. }) => Ok(()),
        Err(_) if is_home(page) => Ok(()),
        other => other,
    }
}

async fn send_code(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let (username, id_tail) = (secret(visit, "username")?, secret(visit, "id_tail")?);
    let request = password::send_code(line.base, username, id_tail);
    let answer = send_act(&line, request).await?;
    clear_answer(&answer, password::code_sent)?;
    Ok(sent())
}

fn sent() -> Value {
    json!({ "signed_in": false, "sent": true })
}

/// Hands in the password once, then goes in as after a scan.
async fn password_sign_in(
    rail: &Rail,
    visit: &Visit<'_>,
    code: &Value,
) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let who = Credentials {
        username: secret(visit, "username")?,
        password: secret(visit, "password")?,
        code: typed_code(code)?,
    };
    let answer = send_act(&line, password::login(line.base, &who)).await?;
    let with_code = who.code.is_some();
    clear_answer(&answer, |body| password::logged_in(body, with_code))?;
    match enter(rail, visit).await {
        // The password is not handed in again for what came after it.
        Err(error) if error.may_pass() && !matches!(error, ServiceError::Unsure { .. }) => {
            Ok(json!({ "signed_in": false, "next": "enter" }))
        }
        other => other,
    }
}

/// `null`: none was needed.
fn typed_code(code: &Value) -> Result<Option<&str>, ServiceError> {
    match code {
        Value::Null => Ok(None),
        Value::String(digits) if is_code(digits) => Ok(Some(digits)),
        _ => Err(invalid(InvalidInput::new(
            "code",
            "验证码是 6 位数字",
            "the code is six digits",
        ))),
    }
}

/// Whether this can be the code of a text message; the service's page asks for six.
pub(super) fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|letter| letter.is_ascii_digit())
}

async fn send_check_code(rail: &Rail, visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let token = check_token(rail, visit, &line).await?;
    let request = password::send_check_code(line.base, token.reveal());
    let answer = send_act(&line, request).await?;
    clear_answer(&answer, password::check_code_sent)?;
    Ok(sent())
}

/// Passes the check and goes in.
async fn enter_checked(
    rail: &Rail,
    visit: &Visit<'_>,
    code: &Value,
) -> Result<Value, ServiceError> {
    let line = Line::of(visit)?;
    let code = typed_code(code)?.unwrap_or_default();
    let token = check_token(rail, visit, &line).await?;
    let request = password::check(line.base, token.reveal(), code);
    let answer = send_act(&line, request).await?;
    clear_answer(&answer, password::check_passed)?;
    let entered = go_in(&line, token.reveal()).await;
    rail.tokens.forget(&whose(visit));
    entered
}

/// The token that waits for its check; after a restart the service is asked for it again.
async fn check_token(
    rail: &Rail,
    visit: &Visit<'_>,
    line: &Line<'_>,
) -> Result<Secret, ServiceError> {
    if let Some(kept) = rail.tokens.get(&whose(visit)) {
        return Ok(kept);
    }
    let token = match ask_token(line).await? {
        Token::Good(token) => token,
        Token::AfterCheck(check) => check.token,
    };
    rail.tokens.keep(&whose(visit), token.clone());
    Ok(token)
}

/// A clear no is a no; anything that is not data leaves it open.
fn clear_answer<T>(
    response: &Response,
    read: impl FnOnce(&str) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    if data_or_error(response).is_err() {
        return Err(unclear());
    }
    match read(&response.text()) {
        Err(ServiceError::Changed { .. } | ServiceError::Unsure { .. }) => Err(unclear()),
        other => other,
    }
}

fn unclear() -> ServiceError {
    ServiceError::Unsure {
        text: Text::new(
            "12306 没有说清这一步成了没有",
            "12306 did not say clearly whether this step went well",
        ),
    }
}

async fn send_act(line: &Line<'_>, request: Request) -> Result<Response, ServiceError> {
    line.http
        .send(request)
        .await
        .map_err(ServiceError::after_act)
}

/// What became of an act whose answer was lost; `None` when the body is another's. The configuration tells who is
/// signed in; of messages only the person knows.
pub(super) async fn reconcile(
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Reconciled, ServiceError>> {
    Some(match body["do"].as_str()? {
        "enter" | "password_sign_in" | "enter_checked" => entered(visit).await,
        "send_code" | "send_check_code" => Ok(Reconciled::CannotKnow(Text::new(
            "12306 没有说清短信发了没有，看看手机",
            "12306 did not say clearly whether the message was sent; look at the phone",
        ))),
        _ => return None,
    })
}

async fn entered(visit: &Visit<'_>) -> Result<Reconciled, ServiceError> {
    let not = || {
        Reconciled::DidNotHappen(Text::new(
            "12306 说没有登录",
            "12306 says nobody is signed in",
        ))
    };
    match conf(&Line::of(visit)?).await {
        Ok(conf) if conf.signed_in == Some(true) => {
            Ok(Reconciled::Happened(json!({ "signed_in": true })))
        }
        Ok(conf) if conf.signed_in == Some(false) => Ok(not()),
        Err(ServiceError::SignInLost { .. }) => Ok(not()),
        Ok(_) => Ok(Reconciled::CannotKnow(Text::new(
            "12306 没有说登录了没有",
            "12306 does not say whether somebody is signed in",
        ))),
        Err(error) => Err(error),
    }
}

/// May this message be asked for? `None` when the body is another's. Pure: the account's own acts of the month tell.
pub(super) fn gate(book: &Book<'_>, body: &Value) -> Option<Gate> {
    asks_for_message(body).then_some(())?;
    let sent: Vec<Timestamp> = book.ledger.iter().filter_map(message_sent_at).collect();
    let last = sent.iter().max().map(|at| at.as_second());
    let wait_s = last.map_or(0, |at| at + MESSAGE_GAP_S - book.now.as_second());
    if wait_s > 0 {
        return Some(Gate::Refuse(too_soon(wait_s)));
    }
    let today = dates::today(book.now);
    let today = sent.iter().filter(|at| dates::today(**at) == today).count();
    Some(match today >= MESSAGES_A_DAY {
        true => Gate::Refuse(too_many_messages("")),
        false => Gate::Send,
    })
}

fn asks_for_message(body: &Value) -> bool {
    body["do"] == "send_code" || body["do"] == "send_check_code"
}

/// When a message may have been sent by this act. A clear no sent none.
fn message_sent_at(call: &Call) -> Option<Timestamp> {
    let was_refused = matches!(call.outcome, Some(Outcome::Failed(_)));
    let counts = asks_for_message(&call.call.body) && !was_refused;
    call.sent_at.filter(|_| counts)
}

fn too_soon(wait_s: i64) -> ServiceError {
    ServiceError::Busy {
        retry_after_s: u32::try_from(wait_s).ok(),
        text: Text::new(
            format!("两条短信之间要隔 {MESSAGE_GAP_S} 秒，{wait_s} 秒后再发"),
            format!("messages are {MESSAGE_GAP_S} seconds apart; the next one in {wait_s} seconds"),
        ),
    }
}
