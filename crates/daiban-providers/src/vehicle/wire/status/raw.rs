//! Every value of the tree by its path, as it came, for a person who wonders what the car really said. Left out are values
//! that place or name the car or its owner, and what is too long, too deep or too much to be a car's.

use std::collections::BTreeMap;

use serde_json::Value;

/// A full tree of the fullest car seen has some 250.
const MOST: usize = 1_000;
const DEEPEST: usize = 12;
const LONGEST_NAME: usize = 64;
const LONGEST_TEXT: usize = 120;

/// Parts of the names of places. In an object of such a name only flags are kept: whether a position can be trusted says
/// nothing of where it is.
const PLACES: &[&str] = &["position", "location", "gps", "trackpoint"];

/// Parts of the names of values that lead to a place, a car, a card or a person.
const TELLING: &[&str] = &[
    "latitude",
    "longitude",
    "altitude",
    "iccid",
    "imsi",
    "imei",
    "msisdn",
    "phone",
    "mobile",
    "plate",
    "userid",
    "token",
    "session",
    "address",
    "owner",
];

/// Names that do so as a whole.
const TELLING_WHOLE: &[&str] = &["lat", "lon", "lng", "uid", "vin"];

/// The leaves of a tree: `basicVehicleStatus.usageMode`, `additionalVehicleStatus.signals[0]`.
pub(super) fn leaves(tree: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    walk(tree, String::new(), 0, false, &mut found);
    found
}

fn walk(
    value: &Value,
    path: String,
    depth: usize,
    in_place: bool,
    found: &mut BTreeMap<String, Value>,
) {
    if depth > DEEPEST || found.len() >= MOST {
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| is_plain(name)) {
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{name}");
                let place = value.is_object() && is_place(name);
                walk(value, path, depth + 1, in_place || place, found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, format!("{path}[{at}]"), depth + 1, in_place, found);
            }
        }
        leaf if in_place && !is_flag(leaf) => {}
        leaf if is_number_of_something(leaf) => {}
        leaf => drop(found.insert(path, leaf.clone())),
    }
}

/// A name that is not too long, is no number of something, and leads to none.
fn is_plain(name: &str) -> bool {
    if name.len() > LONGEST_NAME || is_telling(name) {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let tells = TELLING.iter().any(|part| name.contains(part));
    !tells && !TELLING_WHOLE.contains(&name.as_str()) && !name.ends_with("vin")
}

fn is_place(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PLACES.iter().any(|place| name.contains(place))
}

fn is_flag(leaf: &Value) -> bool {
    match leaf {
        Value::Bool(_) => true,
        Value::String(text) => ["true", "false", ""].contains(&text.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

/// A leaf that looks like a number that names something, whatever its field is called, or that is no single value.
fn is_number_of_something(leaf: &Value) -> bool {
    match leaf {
        Value::String(text) => text.len() > LONGEST_TEXT || is_telling(text),
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() >= 1e14),
        _ => false,
    }
}

/// Whether a text has in it what may be a VIN (17 letters and digits) or the number of a card or device (15 digits).
fn is_telling(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    runs.into_iter().any(|run| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        digits >= 15 || (run.len() >= 17 && digits >= 4)
    })
}
