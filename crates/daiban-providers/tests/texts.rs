//! Descriptors are read by people in two languages: each text is there in both, in its own script, and says something.
#![allow(clippy::unwrap_used)]

use daiban_core::descriptor::{Descriptor, ErrandKind, Form, Label, Wish};
use daiban_providers::all;

/// Every label of a descriptor, with the place it stands at.
fn labels(descriptor: &Descriptor) -> Vec<(String, Label)> {
    let service = descriptor.service.as_str();
    let mut labels = vec![(format!("{service}: name"), descriptor.name)];
    for way in descriptor.sign_in {
        let at = format!("{service}: sign-in {}", way.way);
        labels.extend([
            (format!("{at}: label"), way.label),
            (format!("{at}: help"), way.help),
        ]);
    }
    for wish in descriptor.settings.iter().chain(descriptor.secrets) {
        of_wish(service, wish, &mut labels);
    }
    for kind in descriptor.errands {
        of_kind(kind, &mut labels);
    }
    labels
}

fn of_kind(kind: &ErrandKind, labels: &mut Vec<(String, Label)>) {
    let at = kind.kind;
    labels.extend([
        (format!("{at}: label"), kind.label),
        (format!("{at}: help"), kind.help),
    ]);
    for wish in kind.wishes {
        of_wish(at, wish, labels);
    }
}

fn of_wish(at: &str, wish: &Wish, labels: &mut Vec<(String, Label)>) {
    let at = format!("{at}: {}", wish.name);
    labels.extend([
        (format!("{at}: label"), wish.label),
        (format!("{at}: help"), wish.help),
    ]);
    if let Form::Choice(choices) = wish.form {
        labels.extend(
            choices
                .iter()
                .map(|(word, label)| (format!("{at}: choice {word}"), *label)),
        );
    }
}

/// Words of the services that are the same in both languages.
const TERMS: [&str; 7] = [
    "MD5",
    "base64",
    "Hash",
    "appid",
    "access token",
    "refresh token",
    "client id",
];

/// Chinese names that English has no other word for.
const NAMES: [&str; 8] = [
    "铁路12306",
    "北京市",
    "北京交警",
    "交管12123",
    "通州",
    "小明",
    "李四",
    "主任医师 or 普通号",
];

/// Whether the texts are what both languages need. A help may be empty where the label says it all, but then in both.
fn wrong(label: Label) -> Option<&'static str> {
    let han = |text: &str| {
        text.chars()
            .any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter))
    };
    let latin = |text: &str| text.chars().any(|letter| letter.is_ascii_alphabetic());
    match (label.zh.trim(), label.en.trim()) {
        (zh, _) if TERMS.contains(&zh) => None,
        ("", "") => Some("says nothing"),
        ("", _) | (_, "") => Some("is there in one language"),
        (zh, en) if zh == en && (han(zh) || latin(zh)) => Some("is the same in both"),
        (zh, _) if !han(zh) && latin(zh) => Some("has no Chinese"),
        (_, en) if han(&without_names(en)) => Some("has Chinese in English"),
        (_, en) if !latin(en) && han(label.zh) => Some("has no English"),
        _ => None,
    }
}

/// English without what stands in brackets or quotes: names that are Chinese.
fn without_names(en: &str) -> String {
    let mut bare = en.to_owned();
    for name in NAMES {
        bare = bare.replace(name, "");
    }
    for (open, close) in [('(', ')'), ('“', '”'), ('"', '"'), ('「', '」')] {
        while let Some((before, rest)) = bare.split_once(open) {
            let Some((_, after)) = rest.split_once(close) else {
                break;
            };
            bare = format!("{before}{after}");
        }
    }
    bare
}

#[test]
fn every_text_is_there_in_both_languages() {
    let mut found = Vec::new();
    let mut seen = 0;
    for provider in all() {
        for (at, label) in labels(provider.descriptor()) {
            seen += 1;
            found.extend(wrong(label).map(|why| format!("{at} {why}: {label:?}")));
        }
    }
    assert!(seen > 150, "{seen}");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_check_finds_what_is_wrong() {
    for (zh, en) in [
        ("", ""),
        ("车牌", ""),
        ("", "plate"),
        ("plate", "plate"),
        ("车牌", "车牌"),
        ("Plate", "the plate"),
        ("车牌", "the 车牌"),
        ("车牌", "…"),
    ] {
        assert!(wrong(Label::new(zh, en)).is_some(), "{zh} {en}");
    }
    for (zh, en) in [
        ("车牌", "plate"),
        ("候补", "the standby line (候补)"),
        ("6:30", "6:30"),
    ] {
        assert_eq!(wrong(Label::new(zh, en)), None);
    }
}
