//! A bundle for a bug report: how this daiban is, in one text that a person reads before it is sent.
//!
//! It is made of numbers, moments and words of our own. Whatever a service or a person said (names, texts, wishes, facts,
//! plates, places) is left out; accounts and errands are numbered. What is left is redacted like a log line, and the way to
//! the data directory and to the user's home is cut out. Reading the rows is the application layer's.

mod facts;
mod machine;

use std::collections::BTreeMap;

use daiban_core::secret::Redactor;
use serde::{Serialize, Serializer};
use serde_json::Value;

pub(crate) use facts::{
    AccountFacts, AskFacts, ErrandFacts, LineFacts, Numbers, ProblemFacts, ServiceFacts, plain,
};
pub use machine::{DataFacts, FileFacts, Machine};

/// What stands on top of every bundle.
const NOTE: [&str; 2] = [
    "发出去之前请自己看一遍。里面没有姓名、车牌、证件号、手机号、地点、令牌和密码；账号和代办只有编号。",
    "Read this before you send it. It has no names, plates, identity numbers, phones, places, tokens or passwords; accounts and errands are numbered.",
];

/// A bundle: sections in the order they are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle(Vec<(&'static str, Value)>);

impl Bundle {
    pub(crate) fn new() -> Self {
        Self(vec![("read_me", NOTE.map(Value::from).to_vec().into())])
    }

    /// Adds a section.
    pub(crate) fn add(&mut self, name: &'static str, section: &impl Serialize) {
        let value = serde_json::to_value(section).unwrap_or(Value::Null);
        self.0.push((name, value));
    }

    /// One section; `null` where there is none of that name.
    pub fn section(&self, name: &str) -> &Value {
        let mut sections = self.0.iter();
        let found = sections.find(|(known, _)| *known == name);
        found.map_or(&Value::Null, |(_, value)| value)
    }

    /// The bundle as pretty JSON.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Takes out of every string what the redactor knows, and what `cut` names, put in its place.
    pub(crate) fn cleaned(mut self, redactor: &Redactor, cut: &[(String, &'static str)]) -> Self {
        for (_, section) in &mut self.0 {
            clean(section, &|text| {
                let mut text = text.to_owned();
                for (path, instead) in cut {
                    text = text.replace(path, instead);
                }
                redactor.redact(&text).into_owned()
            });
        }
        self
    }
}

impl Serialize for Bundle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, section)| (name, section)))
    }
}

fn clean(value: &mut Value, with: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = with(text),
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, with)),
        Value::Object(fields) => fields.values_mut().for_each(|field| clean(field, with)),
        _ => {}
    }
}

/// How often each name comes.
pub(crate) fn counted(names: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_cleaned_and_numbers_stay_numbers() {
        let redactor = Redactor::default();
        redactor.register("a-secret-token");
        let mut bundle = Bundle::new();
        let lines = [
            "GET /x?t=a%2Dsecret-token a-secret-token",
            "车 冀R0D042 在 /srv/linlan/d/daiban.db",
        ];
        bundle.add("log", &lines);
        bundle.add("bytes", &13_800_000_001_u64);
        let cut = [("/srv/linlan/d".to_owned(), "DATA")];
        let clean = bundle.cleaned(&redactor, &cut);
        assert_eq!(clean.section("log")[1], "车 ••• 在 DATA/daiban.db");
        let text = clean.text();
        for told in ["a-secret-token", "冀R0D042", "linlan"] {
            assert!(!text.contains(told), "{text}");
        }
        assert!(text.contains("13800000001"), "a size is no telephone");
        assert!(text.find("read_me") < text.find("log") && text.find("log") < text.find("bytes"));
    }
}
