//! The looks of somebody signed in, or about to be: one straight line each. Going in is in `entering`.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"qr"}` | `{"signed_in":false,"uuid","picture"}` |
//! | `{"do":"qr_state","uuid"}` | `{"signed_in":false,"state"}`, a [`CodeState`] |
//! | `{"do":"signed_in"}` | `{"signed_in":true,"name_known"}`, or `SignInLost` |
//! | `{"do":"keep_alive"}` | the same: asked now and then, it keeps the sign-in alive |
//! | `{"do":"passengers"}` | `{"signed_in":true,"passengers","complete"}` |
//!
//! The sign-in is cookies and nothing else; they are kept behind the port.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use serde_json::{Value, json};

use super::desk::{Rail, Whose};
use super::error::{account_data_or_error, data_or_error, not_lost};
use super::flow::{Line, text_of};
use super::wire::passport::{self, CodeState, Passenger};
use super::wire::people::listed_people;
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
        "signed_in" | "keep_alive" => signed_in(line).await,
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

pub(super) async fn conf(line: &Line<'_>) -> Result<Conf, ServiceError> {
    wire::conf(&answer(line, request::conf(line.base)).await?)
}

/// The account's passengers as they may be shown. Those who can be ordered for are kept in memory.
pub(super) async fn passengers(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
) -> Result<Value, ServiceError> {
    let mut all: Vec<Passenger> = Vec::new();
    let mut people = Vec::new();
    let mut complete = false;
    for number in 1..=MOST_PAGES {
        let body = answer(line, passport::passengers(line.base, number)).await?;
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
    rail.orders.keep_people(whose, people);
    Ok(json!({ "signed_in": true, "passengers": all, "complete": complete }))
}

/// The text of an answer on the way to a sign-in.
pub(super) async fn signing_in(line: &Line<'_>, request: Request) -> Result<String, ServiceError> {
    let response = line.http.send(request).await?;
    data_or_error(&response).map_err(not_lost)?;
    text_of(response)
}

/// The text of an answer to somebody signed in.
pub(super) async fn answer(line: &Line<'_>, request: Request) -> Result<String, ServiceError> {
    let response = line.http.send(request).await?;
    account_data_or_error(&response)?;
    text_of(response)
}
