//! Tokens on the wire.
//!
//! `{"code":1000,"data":{"accessToken","refreshToken","expiresIn","userId","clientId",…}}`. *Seen* in a public description of
//! 2020; public clients of 2022–2026 read the same names.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::secret::Secret;
use serde_json::{Value, json};

use super::ids::UserId;
use crate::loose;
use crate::vehicle::account;
use crate::vehicle::profile::Profile;
use crate::words::later;

/// A pair that lives less than this is not renewed ahead: it would be at every visit.
const SHORTEST_LIFE_S: i64 = 600;
/// Ten years. A life beyond that is told in another unit.
const LONGEST_LIFE_S: i64 = 10 * 365 * 86_400;

/// How a value is checked, given its name.
type Read = fn(&str, &str) -> Result<Secret, InvalidInput>;

/// What an exchange or a renewal gives.
#[derive(Debug)]
pub(in crate::vehicle) struct Pair {
    /// The access token.
    pub(in crate::vehicle) access: Secret,
    /// `None`: not told, the one before stays.
    pub(in crate::vehicle) refresh: Option<Secret>,
    /// When the access token runs out, where told and worth reckoning with.
    pub(in crate::vehicle) expires_at: Option<Timestamp>,
    /// The user's number, where told.
    pub(in crate::vehicle) user: Option<Secret>,
    /// The client's, where told.
    pub(in crate::vehicle) client: Option<Secret>,
}

/// The body that exchanges a code.
#[must_use]
pub(in crate::vehicle) fn exchange(profile: &Profile, code: &str) -> Value {
    match &profile.redirect_url {
        Some(url) => json!({ "redirectUri": url, "authCode": code }),
        None => json!({ "authCode": code }),
    }
}

/// The body that renews a pair.
#[must_use]
pub(in crate::vehicle) fn renewal(refresh: &str) -> Value {
    json!({ "refreshToken": refresh })
}

/// The pair of an answer.
///
/// # Errors
/// `Changed` naming the place, without the value, where there is no access token that a header can carry.
pub(in crate::vehicle) fn pair(answer: &Value, now: Timestamp) -> Result<Pair, ServiceError> {
    let data = &answer["data"];
    let told = |name: &str, read: Read| {
        let text = loose::key(&data[name])?;
        Some(read(name, &text).map_err(|_| ServiceError::changed(place(name), "is no token")))
    };
    let access = told("accessToken", account::token)
        .unwrap_or_else(|| Err(ServiceError::changed(place("accessToken"), "is not there")))?;
    Ok(Pair {
        access,
        refresh: told("refreshToken", account::token).transpose()?,
        expires_at: expires_at(&data["expiresIn"], now),
        user: told("userId", user).transpose()?,
        client: told("clientId", account::token).transpose()?,
    })
}

fn user(_name: &str, given: &str) -> Result<Secret, InvalidInput> {
    UserId::parse(given).map(|user| user.as_str().into())
}

fn place(name: &str) -> String {
    format!("data.{name}")
}

/// `expiresIn` is in seconds: 7200 in 2020, 53 days with another brand.
fn expires_at(value: &Value, now: Timestamp) -> Option<Timestamp> {
    let seconds = loose::whole(value)?;
    let is_life = (SHORTEST_LIFE_S..=LONGEST_LIFE_S).contains(&seconds);
    is_life.then(|| later(now, seconds))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T09:00:00+08:00".parse().unwrap()
    }

    #[test]
    fn a_pair_is_read_with_whose_it_is() {
        let answer = json!({ "code": 1000, "data": {
            "accessToken": "a-1", "refreshToken": "r-1=", "expiresIn": 7200, "userId": 1000001, "clientId": "C1",
        } });
        let pair = pair(&answer, now()).unwrap();
        assert_eq!(pair.access.reveal(), "a-1");
        assert_eq!(pair.refresh.unwrap().reveal(), "r-1=");
        assert_eq!(pair.user.unwrap().reveal(), "1000001");
        assert_eq!(pair.client.unwrap().reveal(), "C1");
        assert_eq!(pair.expires_at, Some(later(now(), 7200)));
    }

    #[test]
    fn what_is_not_told_is_not_made_up() {
        let answer =
            json!({ "data": { "accessToken": "a-1", "refreshToken": "", "userId": null } });
        let pair = pair(&answer, now()).unwrap();
        assert!(pair.refresh.is_none() && pair.user.is_none() && pair.client.is_none());
        assert_eq!(pair.expires_at, None);
    }

    #[test]
    fn a_life_is_in_seconds_and_within_reason() {
        for (told, seconds) in [
            (json!(7200), Some(7200)),
            (json!("4579200"), Some(4_579_200)),
            (json!(599), None),
            (json!(0), None),
            (json!(-5), None),
            (json!("soon"), None),
            (json!(1_800_000_000_000_i64), None),
            (Value::Null, None),
        ] {
            let expected = seconds.map(|seconds| later(now(), seconds));
            assert_eq!(expires_at(&told, now()), expected, "{told}");
        }
    }

    #[test]
    fn what_no_header_can_carry_is_no_token_and_is_not_repeated() {
        for data in [
            json!({}),
            json!({ "accessToken": "a 1" }),
            json!({ "accessToken": "a\r\n1" }),
            json!({ "accessToken": "a-1", "refreshToken": "令牌" }),
            json!({ "accessToken": "a-1", "userId": "../1" }),
        ] {
            let error = pair(&json!({ "data": data }), now()).unwrap_err();
            assert_eq!(error.code(), "changed");
            let told = &error.text().en;
            assert!(!told.contains("a-1") && !told.contains("../1"), "{told}");
        }
    }

    #[test]
    fn the_description_of_2020_sends_an_address_with_the_code_and_later_clients_do_not() {
        let body = |name| exchange(Profile::named(name).unwrap(), "42");
        assert_eq!(body("lynkco-2023"), json!({ "authCode": "42" }));
        let old = body("lynkco-2020");
        assert_eq!(old["authCode"], "42");
        assert!(old["redirectUri"].is_string());
    }
}
