//! The envelope of every JSON answer, the words of its codes, and the pages that come in its place.
//!
//! Codes and the words of 1402, 1501, 8006, 4038, 8070, 8063 and 8040 were *seen* in public clients; other words are *guessed*.

use axum::http::HeaderName;
use serde_json::{Value, json};

use super::call::{About, Asked};
use super::rules::VehicleSaid;
use crate::answer::Answer;
use crate::world::World;

/// A refusal by its code. Turned into an envelope where the answer leaves.
pub(super) type Refusal = i64;

/// A request not in the right form (*guessed*).
pub(super) const BAD_REQUEST: Refusal = 1001;
pub(super) const EXPIRED: Refusal = 1402;
pub(super) const NO_SERVICE: Refusal = 1404;
pub(super) const WRONG_STATE: Refusal = 1405;
pub(super) const NONCE_SEEN: Refusal = 1443;
pub(super) const BAD_SIGNATURE: Refusal = 1445;
pub(super) const SIGNED_OUT: Refusal = 1501;
pub(super) const OTHER_CAR: Refusal = 4038;
pub(super) const NO_CAR_CHOSEN: Refusal = 8006;
pub(super) const NOT_OF_USER: Refusal = 8040;
pub(super) const NO_SUCH_CAR: Refusal = 8063;
pub(super) const BUSY: Refusal = 8070;
pub(super) const NOTHING: Refusal = 8153;
pub(super) const NO_PERMISSION: Refusal = 8160;

fn words(code: i64) -> &'static str {
    match code {
        BAD_REQUEST => "request parameter error",
        EXPIRED => "Token expired",
        NO_SERVICE => "service not supported",
        WRONG_STATE => "vehicle state does not allow the operation",
        NONCE_SEEN => "nonce repeated",
        BAD_SIGNATURE => "signature error",
        SIGNED_OUT | 8500 => "main token verify error",
        OTHER_CAR => "Current vehicle is not in use",
        NO_CAR_CHOSEN => "Human and vehicle relationship does not exist",
        NOT_OF_USER => "no vehicle information bounded with this VIN and UID",
        NO_SUCH_CAR => "No vehicle information for this VIN! Please check the data",
        BUSY => "The last request has not yet been executed, please send the command later!",
        NOTHING => "no data",
        NO_PERMISSION => "no permission",
        _ => "failure",
    }
}

/// A right answer about a car: code as text.
pub(super) fn ok(world: &mut World, data: &Value) -> Answer {
    let session = world.chance.hex32();
    Answer::json(&json!({
        "code": code(world, 1000), "data": data, "success": true, "hint": null, "httpStatus": "OK",
        "sessionId": session, "message": "operation succeed",
    }))
}

/// A right answer about an account: code as number.
pub(super) fn ok_account(data: &Value) -> Answer {
    Answer::json(
        &json!({"code": 1000, "message": null, "hint": null, "data": data, "success": true}),
    )
}

pub(super) fn refused(world: &mut World, asked: &Asked<'_>, refusal: Refusal) -> Answer {
    let code = match asked.about {
        About::Account => json!(refusal),
        About::Car => code(world, refusal),
    };
    let session = world.chance.hex32();
    Answer::json(&envelope(&code, words(refusal), &session))
}

pub(super) fn code(world: &World, code: i64) -> Value {
    if world.options.vehicle.number_codes {
        json!(code)
    } else {
        json!(code.to_string())
    }
}

fn envelope(code: &Value, message: &str, session: &str) -> Value {
    json!({
        "code": code, "message": message, "hint": null, "httpStatus": "OK", "sessionId": session, "success": false,
    })
}

/// The service's envelope with this code, for the switchboard.
pub(crate) fn coded(code: i64, path: &str) -> Answer {
    let is_account = path.contains("/auth/account/");
    let said = if is_account {
        json!(code)
    } else {
        json!(code.to_string())
    };
    if code == 1000 {
        return Answer::json(&json!({"code": said, "data": null, "success": true}));
    }
    Answer::json(&envelope(&said, words(code), &format!("{code:032}")))
}

/// What was planned for this call, if anything.
pub(super) fn say(world: &mut World, word: &str) -> Option<Answer> {
    let rules = &mut world.options.vehicle;
    let once = rules.say_once.remove(word);
    let said = once.or_else(|| rules.say.get(word).cloned())?;
    Some(spell(world, &said))
}

fn spell(world: &mut World, said: &VehicleSaid) -> Answer {
    let status = said.status.unwrap_or(200);
    let Some(code) = &said.code else {
        return Answer::html(
            status,
            format!("<html><body><h1>{status}</h1></body></html>"),
        );
    };
    let number = code.as_i64().or_else(|| code.as_str()?.parse().ok());
    let usual = words(number.unwrap_or_default());
    let message = said.message.as_deref().unwrap_or(usual);
    let session = world.chance.hex32();
    Answer::json(&envelope(code, message, &session)).status(status)
}

pub(super) fn not_found() -> Answer {
    Answer::html(404, "<html><body>404 Not Found</body></html>")
}

pub(super) fn wrong_method(allowed: &str) -> Answer {
    Answer::html(405, "<html><body>405 Method Not Allowed</body></html>")
        .with(HeaderName::from_static("allow"), allowed.into())
}

/// The notice of a service that is being worked on (*guessed*).
pub(crate) fn maintenance() -> Answer {
    Answer::html(
        503,
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>系统升级</title></head><body>系统升级中，请稍后再试</body></html>",
    )
}
