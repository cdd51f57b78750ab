//! What a car says it can be told. What is in the list may still not be fitted; what is not in it is not sent, unless the
//! brand's cars are known to take it.
//!
//! *Source*: two public clients; the names of functions in it are *guessed* where a profile says so.

use std::collections::BTreeMap;

use daiban_core::error::ServiceError;
use serde_json::Value;

use super::scalars;
use crate::loose::key;
use crate::vehicle::profile::{Profile, Told};

/// Whether each function is enabled, by its name in the list; `None`: the list does not say.
pub type Functions = BTreeMap<String, Option<bool>>;

/// Reads the list, the whole body.
///
/// # Errors
/// `Changed` when there is no list.
pub fn capabilities(answer: &Value) -> Result<Functions, ServiceError> {
    let places = [&answer["data"]["list"], &answer["data"], &answer["list"]];
    let Some(items) = places.iter().find_map(|place| place.as_array()) else {
        return Err(ServiceError::changed("data.list", "not a list"));
    };
    let mut functions = Functions::new();
    for item in items {
        let Some(name) = key(&item["functionId"]) else {
            continue;
        };
        let enabled = scalars::flag(&item["valueEnable"]).this();
        let before = functions.entry(name).or_default();
        // One function may be listed with several values: one that works is enough.
        *before = match (*before, enabled) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (before, enabled) => before.or(enabled),
        };
    }
    Ok(functions)
}

/// The commands of a profile that a car with this list can be sent, by their words: those the list has and has enabled, and
/// those seen with the brand unless the list says they are off.
pub fn commands<'a>(profile: &'a Profile, functions: &Functions) -> Vec<&'a str> {
    let told = profile.commands.iter();
    let told = told.filter(|(_, told)| allows(told, functions));
    told.map(|(word, _)| word.as_str()).collect()
}

/// Whether a car with this list can be sent such a command.
pub fn allows(told: &Told, functions: &Functions) -> bool {
    match functions.get(&told.function).copied().flatten() {
        Some(enabled) => enabled,
        None => told.seen,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn of(list: Value) -> Functions {
        capabilities(&json!({ "code": "1000", "data": { "list": list } })).unwrap()
    }

    #[test]
    fn the_list_is_read_in_each_place_and_spelling() {
        let list = json!([
            { "functionId": "remote_lock", "valueEnable": true },
            { "functionId": "remote_engine", "valueEnable": "false", "paramsJson": "{}" },
            { "functionId": "remote_find", "valueEnable": 1, "valueRange": null },
            { "functionId": "remote_purge" },
            { "functionId": 42, "valueEnable": "1" },
            { "functionId": "twice", "valueEnable": false },
            { "functionId": "twice", "valueEnable": true },
            { "valueEnable": true },
            "stray",
        ]);
        let functions = of(list.clone());
        let expected = [
            ("42", Some(true)),
            ("remote_engine", Some(false)),
            ("remote_find", Some(true)),
            ("remote_lock", Some(true)),
            ("remote_purge", None),
            ("twice", Some(true)),
        ];
        let expected = expected.map(|(name, enabled)| (name.to_owned(), enabled));
        assert_eq!(functions, Functions::from(expected));
        assert_eq!(capabilities(&json!({ "data": list })).unwrap(), functions);
        assert_eq!(capabilities(&json!({ "list": list })).unwrap(), functions);
    }

    #[test]
    fn no_list_is_changed() {
        for answer in [
            json!({}),
            json!({ "data": {} }),
            json!({ "data": { "list": {} } }),
        ] {
            assert_eq!(capabilities(&answer).unwrap_err().code(), "changed");
        }
    }

    #[test]
    fn what_was_seen_goes_without_the_list_and_the_rest_only_with_it() {
        let profile = Profile::named("lynkco-2023").unwrap();
        let seen = ["find", "lock", "start", "stop", "unlock"];
        assert_eq!(commands(profile, &of(json!([]))), seen);
        let vent = json!([{ "functionId": "remote_window_vent", "valueEnable": true }]);
        assert_eq!(
            commands(profile, &of(vent)),
            ["find", "lock", "start", "stop", "unlock", "vent_windows"]
        );
        let off = json!([
            { "functionId": "remote_engine", "valueEnable": false },
            { "functionId": "remote_window_vent", "valueEnable": false },
            { "functionId": "remote_window_close" },
        ]);
        assert_eq!(commands(profile, &of(off)), ["find", "lock", "unlock"]);
    }
}
