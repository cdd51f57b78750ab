//! Whatever stands in an answer: a reading or the one error that names the place, never a panic; and a reading that can be
//! stored and read again.

use daiban_core::error::ServiceError;
use daiban_providers::vehicle::profile;
use daiban_providers::vehicle::reading::Reading;
use daiban_providers::vehicle::wire::status::{Known, holds_for, status};
use daiban_providers::vehicle::wire::{capabilities, flow};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::{CSP, TSP, at, json as parsed};

/// What may be done to one place of a tree.
#[derive(Debug, Clone)]
enum Harm {
    Remove,
    Put(Value),
    Bury(usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let text = prop_oneof![
        Just("NaN".to_owned()),
        Just("-inf".to_owned()),
        Just("1e999".to_owned()),
        Just("0x7f".to_owned()),
        Just("１２".to_owned()),
        Just("\u{0}".to_owned()),
        "-?[0-9]{1,40}(\\.[0-9]{1,20})?",
        ".{0,30}",
    ];
    let number = prop_oneof![
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        (0u32..64).prop_map(|bits| json!((1u128 << bits) as f64 - 1.0)),
        (-300i64..300).prop_map(|number| json!(number)),
    ];
    prop_oneof![
        Just(Harm::Remove),
        Just(Harm::Put(Value::Null)),
        any::<bool>().prop_map(|flag| Harm::Put(json!(flag))),
        text.prop_map(|text| Harm::Put(json!(text))),
        number.clone().prop_map(Harm::Put),
        number.prop_map(|number| Harm::Put(json!(number.to_string()))),
        Just(Harm::Put(json!([]))),
        Just(Harm::Put(json!({}))),
        any_json().prop_map(Harm::Put),
        (1usize..100).prop_map(Harm::Bury),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,20}".prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let names = prop_oneof![
            Just("data".to_owned()),
            Just("vehicleStatus".to_owned()),
            Just("basicVehicleStatus".to_owned()),
            Just("position".to_owned()),
            Just("list".to_owned()),
            "[a-zA-Z.]{0,12}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::btree_map(names, inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Every place of a tree but the root, as pointers.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    if let Value::Object(fields) = value {
        for (name, value) in fields {
            let at = format!("{at}/{name}");
            places(value, at.clone(), found);
            found.push(at);
        }
    }
}

fn harmed(form: &str, harms: &[(Index, Harm)]) -> Value {
    let mut answer = parsed(form);
    for (at, harm) in harms {
        let mut found = Vec::new();
        places(&answer, String::new(), &mut found);
        if found.is_empty() {
            break;
        }
        let pointer = at.get(&found);
        match harm {
            Harm::Remove => {
                let (parent, name) = pointer.rsplit_once('/').unwrap();
                let parent = answer.pointer_mut(parent).unwrap();
                parent.as_object_mut().unwrap().remove(name);
            }
            Harm::Put(value) => *answer.pointer_mut(pointer).unwrap() = value.clone(),
            Harm::Bury(depth) => {
                let place = answer.pointer_mut(pointer).unwrap();
                for _ in 0..*depth {
                    *place = json!({ "deeper": [place.take()] });
                }
            }
        }
    }
    answer
}

/// What must hold of any answer.
fn check(answer: &Value) -> Result<(), TestCaseError> {
    for profile in profile::all() {
        let reading = match status(answer, &Known::of(profile)) {
            Ok(reading) => reading,
            Err(ServiceError::Changed { place, .. }) => {
                prop_assert_eq!(place, "data.vehicleStatus");
                prop_assert!(!answer["data"]["vehicleStatus"].is_object());
                continue;
            }
            Err(other) => return Err(TestCaseError::fail(format!("{other}"))),
        };
        let stored = serde_json::to_value(&reading).unwrap();
        prop_assert_eq!(
            &serde_json::from_value::<Reading>(stored).unwrap(),
            &reading
        );
        // As text too; values as they came may have more digits than a parser keeps.
        let typed = Reading {
            raw: Default::default(),
            ..reading
        };
        let text = serde_json::to_string(&typed).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Reading>(&text).unwrap(), &typed);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_harmed_answer(tsp in any::<bool>(), harms in prop::collection::vec((any::<Index>(), harm()), 1..6)) {
        let answer = harmed(if tsp { TSP } else { CSP }, &harms);
        check(&answer)?;
        prop_assert_eq!(holds_for(answer.to_string().as_bytes()), Ok(()));
    }

    #[test]
    fn any_answer(answer in any_json()) {
        check(&answer)?;
        let wrapped = json!({ "data": { "vehicleStatus": answer } });
        check(&wrapped)?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(holds_for(&bytes), Ok(()));
    }

    #[test]
    fn any_list_and_any_count(answer in any_json()) {
        let now = at("2026-02-17T06:00:00Z");
        for answer in [&answer, &json!({ "data": { "list": answer } }), &json!({ "increase_package": { "package": answer } })] {
            for outcome in [
                capabilities::capabilities(answer).err(),
                flow::flow(answer, now).err(),
            ] {
                prop_assert!(outcome.is_none_or(|error| error.code() == "changed"));
            }
        }
    }
}
