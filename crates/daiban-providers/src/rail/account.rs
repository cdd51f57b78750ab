//! The calls of somebody signed in, or about to be: one straight line each.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"qr"}` | `{"signed_in":false,"uuid","picture"}` |
//! | `{"do":"qr_state","uuid"}` | `{"signed_in":false,"state"}`, a [`CodeState`] |
//! | `{"do":"signed_in"}` | `{"signed_in":true,"name_known"}`, or `SignInLost` |
//! | `{"do":"passengers"}` | `{"signed_in":true,"passengers","complete"}` |
//!
//! | act | gives |
//! | --- | --- |
//! | `{"do":"enter"}` | `{"signed_in":true}` |
//!
//! The sign-in is cookies and nothing else; they are kept behind the port.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::{Request, Response};
use daiban_core::provider::Reconciled;
use serde_json::{Value, json};

use super::error::{account_data_or_error, answered, data_or_error, is_home, not_lost};
use super::flow::Line;
use super::wire::passport::{self, CodeState, Passenger};
use super::wire::people::{Person, listed_people};
use super::wire::{self, Conf, request};

/// Passengers are at most a few dozen; a list that never ends is given up.
const MOST_PAGES: usize = 20;

/// One look; `None` when the body is another's.
///
/// # Errors
/// One of the eight.
pub(super) async fn look(line: &Line<'_>, body: &Value) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "qr" => code(line).await,
        "qr_state" => code_state(line, body["uuid"].as_str().unwrap_or_default()).await,
        "signed_in" => signed_in(line).await,
        _ => return None,
    })
}

async fn code(line: &Line<'_>) -> Result<Value, ServiceError> {
    let body = signing_in(line, passport::create_code(line.base)).await?;
    let code = passport::code(&body)?;
    Ok(json!({ "signed_in": false, "uuid": code.uuid, "picture": code.picture }))
}

async fn code_state(line: &Line<'_>, uuid: &str) -> Result<Value, ServiceError> {
    let body = signing_in(line, passport::check_code(line.base, uuid)).await?;
    let state: CodeState = passport::code_state(&body)?;
    Ok(json!({ "signed_in": false, "state": state }))
}

/// Whether the account is signed in, by the one question that is harmless at any time.
async fn signed_in(line: &Line<'_>) -> Result<Value, ServiceError> {
    let conf = conf(line).await?;
    match conf.signed_in {
        Some(true) => Ok(json!({ "signed_in": true, "name_known": conf.name_known })),
        Some(false) => Err(super::error::sign_in_lost()),
        None => Err(ServiceError::changed("data.is_login", "missing")),
    }
}

async fn conf(line: &Line<'_>) -> Result<Conf, ServiceError> {
    wire::conf(&signed_in_text(line, request::conf(line.base)).await?)
}

/// The account's passengers as they may be shown, and those an order can name.
pub(super) async fn passengers(line: &Line<'_>) -> Result<(Value, Vec<Person>), ServiceError> {
    let mut all: Vec<Passenger> = Vec::new();
    let mut people = Vec::new();
    let mut complete = false;
    for number in 1..=MOST_PAGES {
        let body = signed_in_text(line, passport::passengers(line.base, number)).await?;
        let page = passport::passenger_page(&body)?;
        people.extend(listed_people(&body)?);
        let is_last = match page.pages {
            Some(pages) => number >= pages,
            None => page.passengers.len() < passport::PASSENGERS_A_PAGE,
        };
        complete = is_last || page.passengers.is_empty();
        all.extend(page.passengers);
        if complete {
            break;
        }
    }
    let shown = json!({ "signed_in": true, "passengers": all, "complete": complete });
    Ok((shown, people))
}

/// Turns a confirmed scan into a sign-in, in the order of the service's own pages (*seen* 2024).
///
/// # Errors
/// `Unsure` once the token was handed over and what came back is not clear; `Refused`, `NeedsPerson` and the rest when
/// surely nobody is signed in by this.
pub(super) async fn enter(line: &Line<'_>) -> Result<Value, ServiceError> {
    let door = line.http.send(passport::user_login(line.base)).await?;
    passed(&door)?;
    let page = line.http.send(passport::passport_page(line.base)).await?;
    passed(&page)?;
    let token = passport::token(&signing_in(line, passport::app_token(line.base)).await?)?;

    let taken = send_act(line, passport::hand_token(line.base, &token)).await?;
    token_taken(&taken)?;
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

/// A clear no is a no; anything that is not data leaves it open.
fn token_taken(response: &Response) -> Result<(), ServiceError> {
    if data_or_error(response).is_err() {
        return Err(unclear());
    }
    match passport::token_taken(&response.text()) {
        Err(ServiceError::Changed { .. } | ServiceError::Unsure { .. }) => Err(unclear()),
        other => other,
    }
}

fn unclear() -> ServiceError {
    ServiceError::Unsure {
        text: Text::new(
            "12306 没有说清登录成了没有",
            "12306 did not say clearly whether the sign-in went well",
        ),
    }
}

/// What became of an [`enter`] whose answer was lost: the configuration tells who is signed in.
///
/// # Errors
/// Those of the question, when it is not answered.
pub(super) async fn entered(line: &Line<'_>) -> Result<Reconciled, ServiceError> {
    let not = || {
        Reconciled::DidNotHappen(Text::new(
            "12306 说没有登录",
            "12306 says nobody is signed in",
        ))
    };
    match conf(line).await {
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

/// The text of an answer on the way to a sign-in.
async fn signing_in(line: &Line<'_>, request: Request) -> Result<String, ServiceError> {
    let response = line.http.send(request).await?;
    data_or_error(&response).map_err(not_lost)?;
    text_of(response)
}

/// The text of an answer to somebody signed in.
async fn signed_in_text(line: &Line<'_>, request: Request) -> Result<String, ServiceError> {
    let response = line.http.send(request).await?;
    account_data_or_error(&response)?;
    text_of(response)
}

async fn send_act(line: &Line<'_>, request: Request) -> Result<Response, ServiceError> {
    line.http
        .send(request)
        .await
        .map_err(ServiceError::after_act)
}

fn text_of(response: Response) -> Result<String, ServiceError> {
    String::from_utf8(response.body).map_err(|_| ServiceError::changed("body", "not UTF-8"))
}
