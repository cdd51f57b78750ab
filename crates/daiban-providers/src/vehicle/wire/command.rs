//! A command on the wire.
//!
//! Body and answer were *seen* in a public description of 2020 and in five public clients of 2020–2026. The answer says that
//! the gateway took the command: `operationResult` 1 with the code 1000 (*seen* in one client's tests); what another number
//! means is not known.

use daiban_core::Timestamp;
use serde_json::{Value, json};

use super::ids::UserId;
use crate::loose;
use crate::vehicle::command::{Command, Find};
use crate::vehicle::profile::{Moment, Told};
use crate::words::later;

/// A gateway's clock that is further from ours than this is not believed.
const CLOCKS_S: i64 = 300;

/// The body that tells a car; `None`: the profile has no word for how it is wished.
pub fn body(
    told: &Told,
    command: Command,
    user: &UserId,
    (now, spelling): (Timestamp, Moment),
) -> Option<Value> {
    let parameters: Option<Vec<_>> = told
        .parameters
        .iter()
        .map(|(key, value)| {
            let value = filled(value, told, command)?;
            Some(json!({ "key": key, "value": value }))
        })
        .collect();
    Some(json!({
        "command": told.command,
        "creator": "tc",
        "operationScheduling": {
            "duration": told.duration, "interval": 0, "occurs": 1, "recurrentOperation": false,
        },
        "serviceId": told.service,
        "serviceParameters": parameters?,
        "timestamp": moment(now, spelling),
        "userId": user.as_str(),
    }))
}

fn filled(pattern: &str, told: &Told, command: Command) -> Option<String> {
    match command {
        Command::Unlock { minutes } | Command::Start { minutes } => {
            Some(pattern.replace("{minutes}", &minutes.to_string()))
        }
        Command::Find { what } => {
            let word = match what {
                Find::Lights => "lights",
                Find::Horn => "horn",
                Find::Both => "both",
            };
            Some(pattern.replace("{what}", told.what.get(word)?))
        }
        _ => Some(pattern.to_owned()),
    }
}

fn moment(now: Timestamp, spelling: Moment) -> Value {
    match spelling {
        Moment::Ms => json!(now.as_millisecond()),
        Moment::MsText => json!(now.as_millisecond().to_string()),
        Moment::Seconds => json!(now.as_second()),
    }
}

/// What the gateway says of a command it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its name for it.
    pub session: Option<String>,
    /// When it took it: its own word where that can be, else when the visit began. Reports of before then show nothing.
    pub at: Timestamp,
}

/// Reads an answer with the code 1000; `None`: it doesn't say that the command was taken. `now`: when the visit began.
pub fn taken(answer: &Value, now: Timestamp) -> Option<Taken> {
    let data = &answer["data"];
    let result = loose::whole(&data["serviceResult"]["operationResult"]);
    if result != Some(1) {
        return None;
    }
    let session = loose::key(&data["sessionId"]).or_else(|| loose::key(&answer["sessionId"]));
    let told = loose::whole(&data["timestamp"]).and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let at = told.filter(|at| (now..=later(now, CLOCKS_S)).contains(at));
    Some(Taken {
        session,
        at: at.unwrap_or(now),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::vehicle::profile::Profile;

    fn now() -> Timestamp {
        Timestamp::from_millisecond(1_795_298_400_123).unwrap()
    }

    fn spelt(word: &str, args: Value) -> Value {
        let profile = Profile::named("lynkco-2023").unwrap();
        let user = UserId::parse("1000001").unwrap();
        let command = Command::read(word, &args).unwrap();
        let told = &profile.commands[word];
        body(told, command, &user, (now(), profile.timestamp)).unwrap()
    }

    #[test]
    fn a_command_is_spelt_as_the_public_description_has_it() {
        let scheduling =
            json!({ "duration": 0, "interval": 0, "occurs": 1, "recurrentOperation": false });
        let expected = json!({
            "command": "start", "creator": "tc", "operationScheduling": scheduling, "serviceId": "RDU",
            "serviceParameters": [{ "key": "time.window", "value": "2" }],
            "timestamp": 1_795_298_400_123_i64, "userId": "1000001",
        });
        assert_eq!(spelt("unlock", json!({ "minutes": 2 })), expected);
    }

    #[test]
    fn each_command_has_its_service_and_its_parameters() {
        let one = |key: &str, value: &str| json!([{ "key": key, "value": value }]);
        for (word, args, service, command, parameters) in [
            ("lock", json!({}), "RDL", "start", json!([])),
            ("start", json!({ "minutes": 5 }), "RES", "start", json!([])),
            ("stop", json!({}), "RES", "stop", json!([])),
            ("find", json!({}), "RHL", "start", one("rhl", "light-flash")),
            (
                "find",
                json!({ "what": "horn" }),
                "RHL",
                "start",
                one("rhl", "horn-flash"),
            ),
            (
                "find",
                json!({ "what": "both" }),
                "RHL",
                "start",
                one("rhl", "horn-light-flash"),
            ),
            ("close_windows", json!({}), "RWS", "stop", json!([])),
            (
                "vent_windows",
                json!({}),
                "RWS",
                "start",
                one("target", "ventilate"),
            ),
            ("open_trunk", json!({}), "RTU", "start", json!([])),
        ] {
            let body = spelt(word, args);
            let found = (
                &body["serviceId"],
                &body["command"],
                &body["serviceParameters"],
            );
            assert_eq!(
                found,
                (&json!(service), &json!(command), &parameters),
                "{word}"
            );
        }
    }

    #[test]
    fn a_way_that_the_profile_has_no_word_for_is_not_made_up() {
        let mut told = Profile::named("lynkco-2023").unwrap().commands["find"].clone();
        told.what.remove("horn");
        let user = UserId::parse("1000001").unwrap();
        let find = |what| body(&told, Command::Find { what }, &user, (now(), Moment::Ms));
        assert_eq!(find(Find::Horn), None);
        assert!(find(Find::Lights).is_some());
    }

    #[test]
    fn moments_are_spelt_as_the_profile_says() {
        for (spelling, expected) in [
            (Moment::Ms, json!(1_795_298_400_123_i64)),
            (Moment::MsText, json!("1795298400123")),
            (Moment::Seconds, json!(1_795_298_400)),
        ] {
            assert_eq!(moment(now(), spelling), expected);
        }
    }

    #[test]
    fn only_the_number_one_says_that_it_was_taken() {
        let answer = |result: Value, timestamp: Value| {
            json!({
                "code": "1000", "sessionId": "outer",
                "data": { "serviceResult": { "operationResult": result, "error": null }, "sessionId": "s1", "timestamp": timestamp },
            })
        };
        for (result, is_taken) in [
            (json!(1), true),
            (json!("1"), true),
            (json!(0), false),
            (json!(2), false),
            (json!(null), false),
            (json!(true), false),
        ] {
            let found = taken(&answer(result.clone(), json!(null)), now());
            assert_eq!(found.is_some(), is_taken, "{result}");
        }
        for odd in [
            json!({}),
            json!({ "data": null }),
            json!({ "data": { "serviceResult": 1 } }),
        ] {
            assert_eq!(taken(&odd, now()), None, "{odd}");
        }
    }

    #[test]
    fn the_gateways_moment_counts_where_it_can_be() {
        let at = |timestamp: Value| {
            let answer = json!({ "data": { "serviceResult": { "operationResult": 1 }, "timestamp": timestamp } });
            taken(&answer, now()).unwrap().at.as_millisecond() - now().as_millisecond()
        };
        let ms = now().as_millisecond();
        assert_eq!(at(json!((ms + 7_000).to_string())), 7_000);
        for odd in [
            json!(ms - 1),
            json!(ms + 301_000),
            json!("soon"),
            json!(null),
        ] {
            assert_eq!(at(odd.clone()), 0, "{odd}");
        }
    }
}
