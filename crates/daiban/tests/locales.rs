//! What pages say: every message that is used is there in both languages, none is there for nothing, and each is in its own
//! script. So are the pairs of stored sentences, which stand in the sources.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};

/// Chinese names that English has no other word for.
const NAMES: [&str; 16] = [
    "扫一扫",
    "北京114预约挂号",
    "铁路12306",
    "北京交警",
    "交管12123",
    "京通",
    "北京市",
    "通州",
    "张三",
    "李四",
    "小明",
    "候补",
    "领克",
    "公众号",
    "主任医师",
    "普通号",
];

/// What is typed as it stands, with the marks of a keyboard.
const TYPED: [&str; 10] = [
    "姓名:child",
    "姓名:student",
    "小明:child",
    "李四:student",
    "时:分",
    "六,日,五",
    "车牌,号牌种类,发动机号,车架号",
    "名字:纬度,经度,半径米",
    "家:39.9",
    "纬度,经度",
];

/// Words of others that are the same in both languages.
const TERMS: [&str; 6] = [
    "Webhook",
    "Hash",
    "appid",
    "access token",
    "refresh token",
    "client id",
];

/// A message: its texts (one for each variant) and its arguments.
#[derive(Debug, Default, PartialEq)]
struct Message {
    texts: Vec<String>,
    args: BTreeSet<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The files of a language, by area.
fn files(tag: &str) -> Vec<(String, String)> {
    let dir = root().join("locales").join(tag);
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            let area = path.file_stem().unwrap().to_string_lossy().into_owned();
            (area, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The messages of a file, or what is wrong with it.
fn read(area: &str, text: &str) -> Result<Vec<(String, Message)>, String> {
    let resource = parser::parse(text).map_err(|(_, errors)| format!("{area}: {errors:?}"))?;
    let mut messages = Vec::new();
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let key = message.id.name.to_owned();
                if !key.starts_with(&format!("{area}-")) {
                    return Err(format!("{key} in {area}"));
                }
                let pattern = message.value.ok_or(format!("{key} says nothing"))?;
                let mut read = Message::default();
                walk(&pattern, &mut read);
                messages.push((key, read));
            }
            Entry::Junk { content } => return Err(format!("{area}: {content}")),
            _ => {}
        }
    }
    Ok(messages)
}

fn walk(pattern: &Pattern<&str>, into: &mut Message) {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression } => {
                text.push('…');
                walk_expression(expression, into);
            }
        }
    }
    into.texts.push(text);
}

fn walk_expression(expression: &Expression<&str>, into: &mut Message) {
    let inline = match expression {
        Expression::Inline(inline) => inline,
        Expression::Select { selector, variants } => {
            for variant in variants {
                walk(&variant.value, into);
            }
            selector
        }
    };
    match inline {
        InlineExpression::VariableReference { id } => drop(into.args.insert(id.name.to_owned())),
        InlineExpression::Placeable { expression } => walk_expression(expression, into),
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                walk_expression(&Expression::Inline(argument.clone()), into);
            }
        }
        _ => {}
    }
}

fn messages(tag: &str) -> BTreeMap<String, Message> {
    let mut all = BTreeMap::new();
    for (area, text) in files(tag) {
        for (key, message) in read(&area, &text).unwrap() {
            assert!(
                all.insert(key.clone(), message).is_none(),
                "{key} is there twice"
            );
        }
    }
    all
}

/// Files below a folder that end so.
fn sources(folder: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// The literal behind `m(`, `say(` and `count(`, also behind a first argument; `None` where there is no literal.
fn keys_in(text: &str) -> Vec<Option<String>> {
    let mut keys = Vec::new();
    for call in ["m(", "say(", "count("] {
        for (at, _) in text.match_indices(call) {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            if before.is_alphanumeric() || before == '_' || text[..at].ends_with("fn ") {
                continue;
            }
            keys.push(key_behind(&text[at + call.len()..], before == '.'));
        }
    }
    keys
}

fn key_behind(rest: &str, is_method: bool) -> Option<String> {
    let rest = rest.trim_start();
    let rest = if is_method || rest.starts_with('"') {
        rest
    } else {
        rest.split_once(',')?.1.trim_start()
    };
    let literal = rest.strip_prefix('"')?.split_once('"')?.0;
    Some(literal.to_owned())
}

/// Keys that pages use. `.count()` and `.say(` of other things have no literal that looks like a key.
fn used() -> BTreeSet<String> {
    let areas: Vec<String> = files("en")
        .into_iter()
        .map(|(area, _)| format!("{area}-"))
        .collect();
    let mut texts = sources(&root().join("templates"), ".html");
    texts.extend(sources(&root().join("src/web"), ".rs"));
    let texts = texts
        .iter()
        .filter(|(path, _)| !path.ends_with("src/web/messages.rs"));
    let keys = texts.flat_map(|(_, text)| keys_in(text)).flatten();
    keys.filter(|key| areas.iter().any(|area| key.starts_with(area)))
        .collect()
}

#[test]
fn what_is_used_is_there_and_what_is_there_is_used() {
    let used = used();
    assert!(used.len() >= 10, "{used:?}");
    for tag in ["zh-CN", "en"] {
        let there: BTreeSet<String> = messages(tag).into_keys().collect();
        let missing: Vec<_> = used.difference(&there).collect();
        assert!(missing.is_empty(), "{tag} has no {missing:?}");
        let idle: Vec<_> = there.difference(&used).collect();
        assert!(idle.is_empty(), "{tag} has {idle:?}, which no page says");
    }
}

#[test]
fn both_languages_take_the_same_arguments() {
    let english = messages("en");
    for (key, chinese) in messages("zh-CN") {
        assert_eq!(chinese.args, english[&key].args, "{key}");
    }
}

#[test]
fn every_message_is_in_its_own_script() {
    let english = messages("en");
    let mut wrong = Vec::new();
    for (key, chinese) in messages("zh-CN") {
        let said = chinese
            .texts
            .iter()
            .filter_map(|text| wrong_in_chinese(text));
        wrong.extend(said.map(|why| format!("{key}: {why}")));
        let said = english[&key]
            .texts
            .iter()
            .filter_map(|text| wrong_in_english(text));
        wrong.extend(said.map(|why| format!("{key}: {why}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Sentences that are stored as they were said stand in the sources in pairs.
#[test]
fn pairs_in_the_sources_are_in_their_own_scripts() {
    let crates = root().join("..");
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for name in [
        "daiban",
        "daiban-core",
        "daiban-engine",
        "daiban-providers",
        "daiban-store",
    ] {
        for (path, text) in sources(&crates.join(name).join("src"), ".rs") {
            // What tests say is said to nobody.
            let text = text.split("#[cfg(test)]").next().unwrap();
            for (zh, en) in pairs_in(text) {
                seen += 1;
                let said = [wrong_in_chinese(&zh), wrong_in_english(&en)];
                wrong.extend(
                    said.into_iter()
                        .flatten()
                        .map(|why| format!("{}: {why}", path.display())),
                );
            }
        }
    }
    assert!(seen > 500, "{seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Two literals in `Text::new` or `Label::new`.
fn pairs_in(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for call in ["Text::new(", "Label::new("] {
        for (at, _) in text.match_indices(call) {
            let rest = &text[at + call.len()..];
            let Some((zh, rest)) = literal(rest) else {
                continue;
            };
            let Some((en, _)) = rest.strip_prefix(',').and_then(literal) else {
                continue;
            };
            pairs.push((zh, en));
        }
    }
    pairs
}

/// A literal at the beginning, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    let end = text.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    })?;
    let value = text[..end].replace("\\n", "\n").replace("\\\"", "\"");
    Some((value, text[end + 1..].trim_start()))
}

fn is_han(letter: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&letter)
}

/// Half-width marks beside Chinese, or English where Chinese should be.
fn wrong_in_chinese(text: &str) -> Option<String> {
    let mut said = text.to_owned();
    for typed in TYPED {
        said = said.replace(typed, "…");
    }
    if TERMS.contains(&text) {
        return None;
    }
    let text = said.as_str();
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).is_some_and(|at| is_han(letters[at]));
        let behind = letters.get(at + 1).is_some_and(|letter| is_han(*letter));
        let half = match letter {
            ',' | ';' | '!' | '?' | ':' | '(' | ')' => before || behind,
            '.' => before && !behind && letters.get(at + 1).is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        if half {
            return Some(format!("half-width {letter} in {text:?}"));
        }
    }
    let has_han = letters.iter().any(|letter| is_han(*letter));
    let english = text
        .split_whitespace()
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic()));
    if !has_han && english.count() > 0 {
        return Some(format!("no Chinese in {text:?}"));
    }
    let stretch = text.split(is_han).map(|part| {
        let words = part.split_whitespace();
        words
            .filter(|word| word.chars().all(|c| c.is_ascii_lowercase()))
            .count()
    });
    (stretch.max().unwrap_or(0) > 3).then(|| format!("an English sentence in {text:?}"))
}

/// Chinese that is neither a known name nor stands in brackets or quotes.
fn wrong_in_english(text: &str) -> Option<String> {
    let mut bare = text.to_owned();
    for name in NAMES {
        bare = bare.replace(name, "");
    }
    for (open, close) in [
        ('(', ')'),
        ('“', '”'),
        ('"', '"'),
        ('「', '」'),
        ('（', '）'),
    ] {
        while let Some((before, rest)) = bare.split_once(open) {
            let Some((_, after)) = rest.split_once(close) else {
                break;
            };
            bare = format!("{before}{after}");
        }
    }
    let full =
        |letter: char| is_han(letter) || matches!(letter, '，' | '。' | '；' | '！' | '？' | '：');
    bare.contains(full).then(|| format!("Chinese in {text:?}"))
}

#[test]
fn the_checks_find_what_is_wrong() {
    for wrong in [
        "看着呢, 别急",
        "好了.",
        "（见说明)书",
        "sign in again",
        "请 sign in with your own account 再来",
        "几点?",
    ] {
        assert!(wrong_in_chinese(wrong).is_some(), "{wrong}");
    }
    for good in [
        "看着呢，别急。",
        "21+",
        "… 分",
        "daiban.db 和 daiban.key",
        "10:30 到",
        "https://a.b/c?d",
        "12306 App 里看",
    ] {
        assert_eq!(wrong_in_chinese(good), None);
    }
    for wrong in ["again 再来", "done。", "see 说明 (the book)"] {
        assert!(wrong_in_english(wrong).is_some(), "{wrong}");
    }
    for good in [
        "the standby line (候补)",
        "the 京通 mini-program",
        "“候补” and 候补",
        "done.",
    ] {
        assert_eq!(wrong_in_english(good), None);
    }
}

#[test]
fn files_are_read_and_mistakes_are_found() {
    let text = "# a\nrail-left = { $count ->\n    [one] a seat\n   *[other] { $count } seats in { $class }\n}\n";
    let [(key, message)] = &read("rail", text).unwrap()[..] else {
        panic!("one message");
    };
    assert_eq!(key, "rail-left");
    let args: Vec<&str> = message.args.iter().map(String::as_str).collect();
    assert_eq!(args, ["class", "count"]);
    assert_eq!(message.texts, ["a seat", "… seats in …", "…"]);
    for wrong in [
        "rail-left = { $count\n",
        "today-left = x\n",
        "rail-left =\n",
        "no message\n",
    ] {
        assert!(read("rail", wrong).is_err(), "{wrong}");
    }
}

#[test]
fn keys_are_found_however_they_are_written() {
    let text = r#"{{ s.m("shell-a") }} words::m(me.lang, "rail-b"), m(
        lang,
        "rail-c",
    ) s.count("shell-d", days.len()) say(lang, "shell-e", &[]) fn m(lang: Lang) state("ok", m(lang, "shell-f"))"#;
    let keys: BTreeSet<String> = keys_in(text).into_iter().flatten().collect();
    let expected = [
        "rail-b", "rail-c", "shell-a", "shell-d", "shell-e", "shell-f",
    ];
    assert_eq!(keys, expected.map(str::to_owned).into());
    assert_eq!(
        pairs_in(r#"Text::new("甲\"", "a"), Label::new( "乙", "b", ) Text::new(x, "c")"#).len(),
        2
    );
}

/// A text of the pages is a message; a pair of literals with Chinese in `t` is one that was forgotten.
#[test]
fn pages_say_nothing_in_pairs() {
    let mut texts = sources(&root().join("templates"), ".html");
    texts.extend(sources(&root().join("src/web"), ".rs"));
    let forgotten: Vec<String> = texts
        .iter()
        .flat_map(|(path, text)| {
            let pairs = spoken_pairs(text).into_iter();
            pairs.map(|said| format!("{}: {said}", path.display()))
        })
        .collect();
    assert!(forgotten.is_empty(), "{forgotten:#?}");
    assert_eq!(
        spoken_pairs("{{ s.t(\"好\", \"good\") }} t(\n lang, \"好\", \"good\") format!(\"好\")")
            .len(),
        2
    );
}

/// Chinese literals among the arguments of `t(`.
fn spoken_pairs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("t(") {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        if before.is_alphanumeric() || before == '_' {
            continue;
        }
        let rest = &text[at + 2..];
        let Some((zh, _)) = literal(rest).or_else(|| literal(rest.split_once(',')?.1)) else {
            continue;
        };
        // The name of the other language is said in that language.
        let is_text = zh.chars().any(is_han) && !rest.starts_with("\"English\"");
        found.extend(is_text.then_some(zh));
    }
    found
}
