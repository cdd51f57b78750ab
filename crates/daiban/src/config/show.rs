//! Settings as they may be seen: with where they came from, secrets masked; and the schema of the file.

use daiban_core::{Lang, secret::REDACTED};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Config, Source,
    keys::{self, Form, KEYS, Key},
};

/// One line of the dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dumped {
    /// The place, with dots.
    pub key: &'static str,
    /// The value; `None` where unset, masked where secret.
    pub value: Option<String>,
    /// Where it came from.
    #[serde(flatten)]
    pub source: Source,
}

impl Config {
    /// Every setting with its value and where it came from; secrets are masked.
    pub fn dump(&self) -> Vec<Dumped> {
        let line = |key: &Key| {
            let entry = self.entries.get(key.path);
            Dumped {
                key: key.path,
                value: entry.map(|entry| shown(key, &entry.value).to_owned()),
                source: entry.map_or(Source::Default, |entry| entry.source.clone()),
            }
        };
        KEYS.iter().map(line).collect()
    }

    /// The dump for strangers: besides secrets, everything is masked that its owner wrote freely, as addresses and paths
    /// name hosts and people. Defaults, numbers, words of a list and hours are shown.
    pub fn dump_discreet(&self) -> Vec<Dumped> {
        let line = |(key, mut dumped): (&Key, Dumped)| {
            if !is_harmless(key, dumped.value.as_deref()) {
                dumped.value = Some(REDACTED.to_owned());
            }
            dumped
        };
        KEYS.iter().zip(self.dump()).map(line).collect()
    }

    /// The dump as lines of text: `server.listen = "127.0.0.1:8420"  # default`.
    pub fn dump_text(&self, lang: Lang) -> String {
        let line = |dumped: Dumped| {
            let source = dumped.source.words();
            match dumped.value {
                Some(value) => {
                    format!("{} = {:?}  # {}\n", dumped.key, value, source.in_lang(lang))
                }
                None => format!("# {} =\n", dumped.key),
            }
        };
        self.dump().into_iter().map(line).collect()
    }

    /// The JSON Schema (2020-12) of `daiban.toml`.
    pub fn schema() -> Value {
        let mut root = section();
        for key in KEYS {
            let mut at = &mut root;
            let mut parts = key.path.split('.').peekable();
            while let Some(part) = parts.next() {
                at = &mut at["properties"][part];
                if at.is_null() {
                    *at = if parts.peek().is_some() {
                        section()
                    } else {
                        schema_of(key)
                    };
                }
            }
        }
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["title"] = json!("daiban.toml");
        root
    }
}

fn section() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {}})
}

fn schema_of(key: &Key) -> Value {
    let mut schema = match key.form {
        Form::Flag => json!({"type": "boolean"}),
        Form::Whole(min, max) => json!({"type": "integer", "minimum": min, "maximum": max}),
        Form::Choice(words) => json!({"enum": words}),
        Form::Address | Form::ServiceUrl => json!({"type": "string", "format": "uri"}),
        Form::Quiet => json!({"type": "string", "pattern": r"^(\d{1,2}:\d{2}-\d{1,2}:\d{2})?$"}),
        Form::Letters(count) => {
            json!({"type": "string", "minLength": count, "maxLength": count})
        }
        Form::MapUrl => json!({"type": "string", "pattern": "^https://"}),
        Form::Text
        | Form::Path
        | Form::File
        | Form::Networks
        | Form::Hosts
        | Form::Listen
        | Form::Database => json!({"type": "string"}),
    };
    schema["description"] = json!(format!("{} / {}", key.help.zh, key.help.en));
    if let Some(default) = key.default {
        schema["default"] = match key.form {
            Form::Flag | Form::Whole(..) => serde_json::from_str(default).unwrap_or_default(),
            _ => json!(default),
        };
    }
    schema
}

/// Whether a value may be read by strangers. A form that is not named here may hold anything.
fn is_harmless(key: &Key, value: Option<&str>) -> bool {
    let Some(value) = value.filter(|value| key.default != Some(value)) else {
        return true;
    };
    match key.form {
        Form::Flag | Form::Whole(..) | Form::Choice(_) | Form::Quiet => true,
        Form::Listen => {
            keys::listen(value).is_some_and(|at| at.ip().is_loopback() || at.ip().is_unspecified())
        }
        _ => false,
    }
}

/// A value as it may be seen. A secret that is still its default is none.
pub(super) fn shown<'v>(key: &Key, value: &'v str) -> &'v str {
    let hidden = key.secret && key.default != Some(value);
    if hidden { REDACTED } else { value }
}
