//! Reading a car: signed requests, the status tree, lists, data of the SIM card.

#![allow(clippy::unwrap_used, clippy::print_stderr)]
// Whole readings are expected in one piece.
#![recursion_limit = "512"]

#[path = "vehicle_reads/corpus.rs"]
mod corpus;
#[path = "vehicle_reads/looks.rs"]
mod looks;
#[path = "vehicle_reads/properties.rs"]
mod properties;
#[path = "vehicle_reads/rows.rs"]
mod rows;
#[path = "vehicle_reads/samples.rs"]
mod samples;
#[path = "vehicle_reads/signatures.rs"]
mod signatures;

use std::path::PathBuf;

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_providers::vehicle::profile::Profile;
use daiban_providers::vehicle::reading::Reading;
use daiban_providers::vehicle::wire::status::{Known, status};
use serde_json::Value;

const CSP: &str = include_str!("../fixtures/vehicle/status_csp.json");
const TSP: &str = include_str!("../fixtures/vehicle/status_tsp.json");

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn profile() -> &'static Profile {
    Profile::named("lynkco-2023").unwrap()
}

fn read(answer: &Value) -> Result<Reading, ServiceError> {
    status(answer, &Known::of(profile()))
}

/// A sample answer that is not part of this repository; says so when there is none.
fn shared(name: &str) -> Option<Value> {
    let shared = std::env::var_os("DAIBAN_SHARED").map(PathBuf::from);
    let shared = shared
        .unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")));
    let text = std::fs::read_to_string(shared.join("data/vehicle").join(name)).ok();
    if text.is_none() {
        eprintln!("skipped: no shared {name}");
    }
    text.map(|text| json(&text))
}

/// The value at `a.b.c`, or what is in its place put there; missing objects on the way are made.
fn put(tree: &mut Value, path: &str, value: Value) {
    let mut at = tree;
    for name in path.split('.') {
        if !at.is_object() {
            *at = serde_json::json!({});
        }
        at = at
            .as_object_mut()
            .unwrap()
            .entry(name)
            .or_insert(Value::Null);
    }
    *at = value;
}
