//! The form of a request: moment, headers and fields. Anything out of the ordinary is refused.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::reply::{bad_fields, refused};
use crate::answer::{Answer, Call};
use crate::world::World;

const HOME: &str = "114yygh.com";
/// Fields that may also come as a number (*seen* both ways).
const LOOSE: [&str; 2] = ["week", "dutyTime"];

/// A refusal of a request that no page of the service would make.
pub(super) fn check(world: &World, call: &Call, path: &str) -> Option<Answer> {
    // A picture is fetched by the browser itself, without the script's header.
    let has_source = call.header("request-source") == "PC" || path == "img/getImgCode";
    let is_json =
        call.method != "POST" || call.header("content-type").starts_with("application/json");
    let fits = has_source && is_json && comes_from_a_page(call);
    if !fits {
        return Some(refused("非法请求"));
    }
    (!has_moment(world, call)).then(bad_fields)
}

/// `_time` in the query, of a POST too.
fn has_moment(world: &World, call: &Call) -> bool {
    let pairs = call.query_pairs();
    let moments: Vec<&str> = pairs
        .iter()
        .filter(|(name, _)| name == "_time")
        .map(|(_, value)| value.as_str())
        .collect();
    let [moment] = moments[..] else {
        return false;
    };
    let moment: Option<i64> = moment.parse().ok();
    moment.is_some_and(|moment| (moment - world.now).abs() <= world.options.hospital.time_off_ms)
}

/// Referer names a page of this host, or of the service's own.
fn comes_from_a_page(call: &Call) -> bool {
    let Some((_, rest)) = call.header("referer").split_once("://") else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let own = call.header("host");
    // A call within the process names no host.
    !host.is_empty() && (own.is_empty() || host == own || host.ends_with(HOME))
}

/// Fields of a body or query, all of them texts.
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The value; empty when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// `missing`, where it was not sent, is what `from` is.
    pub(super) fn with_copy(mut self, from: &str, missing: &str) -> Self {
        let value = self.text(from).to_owned();
        self.0.entry(missing.into()).or_insert(value);
        self
    }

    fn with(mut self, name: String, value: String) -> Option<Self> {
        self.0.insert(name, value).is_none().then_some(self)
    }

    fn hold(&self, required: &[&str], optional: &[&str]) -> bool {
        let known =
            |name: &String| required.contains(&name.as_str()) || optional.contains(&name.as_str());
        let has = |name: &&str| self.0.contains_key(*name);
        self.0.keys().all(known) && required.iter().all(has)
    }
}

/// The fields of a JSON body: these, perhaps some of those, and no others.
pub(super) fn body(call: &Call, required: &[&str], optional: &[&str]) -> Result<Fields, Answer> {
    let sent: Map<String, Value> = serde_json::from_slice(&call.body).map_err(|_| bad_fields())?;
    let mut fields = Fields(BTreeMap::new());
    for (name, value) in sent {
        let value = match value {
            Value::String(text) => text,
            Value::Number(number) if LOOSE.contains(&name.as_str()) => number.to_string(),
            _ => return Err(bad_fields()),
        };
        fields.0.insert(name, value);
    }
    checked(fields, required, optional)
}

/// The fields of a query beside `_time`.
pub(super) fn query(call: &Call, required: &[&str], optional: &[&str]) -> Result<Fields, Answer> {
    let mut fields = Fields(BTreeMap::new());
    for (name, value) in call.query_pairs() {
        if name != "_time" {
            fields = fields.with(name, value).ok_or_else(bad_fields)?;
        }
    }
    checked(fields, required, optional)
}

fn checked(fields: Fields, required: &[&str], optional: &[&str]) -> Result<Fields, Answer> {
    if fields.hold(required, optional) {
        Ok(fields)
    } else {
        Err(bad_fields())
    }
}
