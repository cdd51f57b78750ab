//! What pages say, in Fluent files: `locales/zh-CN` and `locales/en`, one file an area, compiled in and read once.
//!
//! A message without arguments is resolved when the files are read, and looked up afterwards; a page has hundreds. One with
//! arguments is formatted each time, with the plural rules of its language. That both languages have every message that is
//! used, and no other, is a test's matter (`tests/locales.rs`): here a message that is missing shows its name, and the log
//! has it once.

use std::{
    collections::{HashMap, HashSet},
    sync::{LazyLock, Mutex, PoisonError},
};

use daiban_core::Lang;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

/// An area's file in both languages.
macro_rules! area {
    ($area:literal) => {
        [
            include_str!(concat!("../../locales/zh-CN/", $area, ".ftl")),
            include_str!(concat!("../../locales/en/", $area, ".ftl")),
        ]
    };
}

/// All files. To add one, add a line.
const FILES: [[&str; 2]; 14] = [
    area!("shell"),
    area!("today"),
    area!("errands"),
    area!("asks"),
    area!("accounts"),
    area!("settings"),
    area!("calendar"),
    area!("fines"),
    area!("notices"),
    area!("permit"),
    area!("rail"),
    area!("violation"),
    area!("hospital"),
    area!("vehicle"),
];

static CHINESE: LazyLock<Tongue> =
    LazyLock::new(|| Tongue::read("zh-CN", FILES.map(|file| file[0])));
static ENGLISH: LazyLock<Tongue> = LazyLock::new(|| Tongue::read("en", FILES.map(|file| file[1])));
/// Messages that were wanted and not there.
static MISSED: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// A message without arguments.
pub(super) fn m(lang: Lang, key: &'static str) -> &'static str {
    match tongue(lang).plain.get(key) {
        Some(text) => text,
        None => {
            missed(key);
            key
        }
    }
}

/// A message with arguments: `say(lang, "rail-left", &[("count", 3.into())])`.
pub(super) fn say(lang: Lang, key: &'static str, args: &[(&str, FluentValue<'_>)]) -> String {
    let args: FluentArgs<'_> = args
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .collect();
    tongue(lang).format(key, &args).unwrap_or_else(|| {
        missed(key);
        key.to_owned()
    })
}

/// A message with one number, `$count`: `1 day`, `2 days`.
pub(super) fn count<'n>(
    lang: Lang,
    key: &'static str,
    count: impl Into<FluentValue<'n>>,
) -> String {
    say(lang, key, &[("count", count.into())])
}

fn tongue(lang: Lang) -> &'static Tongue {
    match lang {
        Lang::Zh => &CHINESE,
        Lang::En => &ENGLISH,
    }
}

fn missed(key: &str) {
    let mut missed = MISSED.lock().unwrap_or_else(PoisonError::into_inner);
    if missed.get_or_insert_default().insert(key.to_owned()) {
        tracing::error!(key, "a message of the pages is missing");
    }
}

/// One language.
struct Tongue {
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl Tongue {
    fn read(tag: &str, files: [&str; 14]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(tag.parse().ok().into_iter().collect());
        // Marks around arguments would be copied with them, and are for languages that are written in both directions.
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        for file in files {
            let resource =
                FluentResource::try_new(file.to_owned()).unwrap_or_else(|(resource, errors)| {
                    tracing::error!(tag, ?errors, "a file of messages has mistakes");
                    resource
                });
            keys.extend(messages_of(&resource));
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(tag, ?errors, "a message is there twice");
            }
        }
        let mut tongue = Self {
            plain: HashMap::new(),
            bundle,
        };
        let plain = keys.into_iter().filter_map(|key| {
            let text = tongue.format(&key, &FluentArgs::new())?;
            Some((key, text))
        });
        tongue.plain = plain.collect();
        tongue
    }

    /// `None` where it is not there, or wants other arguments.
    fn format(&self, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}

fn messages_of(resource: &FluentResource) -> Vec<String> {
    use fluent_syntax::ast::Entry;
    let keys = resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    });
    keys.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_plurals() {
        for (days, zh, en) in [
            (1, "1 天", "1 day"),
            (2, "2 天", "2 days"),
            (1000, "1000 天", "1000 days"),
        ] {
            assert_eq!(count(Lang::Zh, "shell-days", days), zh);
            assert_eq!(count(Lang::En, "shell-days", days), en);
        }
    }

    #[test]
    fn a_missing_message_shows_its_name() {
        assert_eq!(m(Lang::Zh, "shell-no-such"), "shell-no-such");
        assert_eq!(say(Lang::En, "shell-no-such", &[]), "shell-no-such");
        // One that wants an argument has no text without it.
        assert_eq!(m(Lang::En, "shell-days"), "shell-days");
        assert_eq!(
            say(Lang::En, "shell-days", &[("nights", 3.into())]),
            "shell-days"
        );
    }

    #[test]
    fn every_file_is_read_without_a_mistake() {
        for tongue in [&*CHINESE, &*ENGLISH] {
            assert!(tongue.plain.len() >= 10);
        }
        for file in FILES.as_flattened() {
            assert!(
                FluentResource::try_new((*file).to_owned()).is_ok(),
                "{file}"
            );
        }
    }
}
