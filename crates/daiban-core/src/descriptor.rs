//! A provider described as data: sign-in ways, settings, errand kinds and their wishes.
//!
//! Web forms, command line help, tool schemas and the tables in `docs/providers` are made from it.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    Text, dates, invalid::InvalidInput, lifecycle, plate::Plate, service::Service,
    window::DayWindow,
};

/// A label or sentence known at compile time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Label {
    /// zh-CN
    pub zh: &'static str,
    /// en
    pub en: &'static str,
}

impl Label {
    /// The same thing said twice.
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }

    /// As an owned text.
    pub fn text(self) -> Text {
        Text::new(self.zh, self.en)
    }

    /// In one language.
    pub fn in_lang(self, lang: crate::Lang) -> &'static str {
        match lang {
            crate::Lang::Zh => self.zh,
            crate::Lang::En => self.en,
        }
    }
}

/// What a service offers.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Descriptor {
    /// Which.
    pub service: Service,
    /// What people call it.
    pub name: Label,
    /// Ways to sign in, the recommended first.
    pub sign_in: &'static [SignInWay],
    /// Plain settings of an account.
    pub settings: &'static [Wish],
    /// Sealed values of an account.
    pub secrets: &'static [Wish],
    /// What it can carry.
    pub errands: &'static [ErrandKind],
    /// Seconds between two polls of one account (or of the public line) at least.
    pub poll_floor_s: u32,
    /// The quicker floor around a moment of release, where the service has such moments.
    pub sprint: Option<Sprint>,
    /// Requests of one account a day at most.
    pub daily_budget: u32,
}

/// How quick polls may be around a moment at which the service releases something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sprint {
    /// Seconds between two polls at least.
    pub floor_s: u32,
    /// It begins so many seconds before the moment.
    pub before_s: u32,
    /// It ends so many seconds after it.
    pub after_s: u32,
}

impl Sprint {
    /// Whether the quick floor holds at this moment.
    #[must_use]
    pub fn holds(&self, release: crate::Timestamp, now: crate::Timestamp) -> bool {
        let since_ms = now.as_millisecond() - release.as_millisecond();
        (-i64::from(self.before_s) * 1000..=i64::from(self.after_s) * 1000).contains(&since_ms)
    }
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SignInWay {
    /// One word, for `--way`.
    pub way: &'static str,
    /// What people call it.
    pub label: Label,
    /// What the person has to do.
    pub help: Label,
    /// The secrets it starts from.
    pub secrets: &'static [&'static str],
}

/// A kind of errand.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ErrandKind {
    /// `permit.keep` and the like.
    pub kind: &'static str,
    /// What people call it.
    pub label: Label,
    /// What it does, in a sentence.
    pub help: Label,
    /// What its owner may wish.
    pub wishes: &'static [Wish],
    /// Made by daiban itself, such as a sign-in: not offered in forms, not listed among errands.
    pub internal: bool,
}

/// One wish, setting or secret.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Wish {
    /// The name in commands and JSON.
    pub name: &'static str,
    /// What people call it.
    pub label: Label,
    /// What it means, with its unit.
    pub help: Label,
    /// What form it has.
    pub form: Form,
    /// A value that works.
    pub example: &'static str,
    /// The value when nothing is given, as typed on the command line; `None`: no value (`null`).
    pub default: Option<&'static str>,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it is sealed and never shown.
    pub secret: bool,
    /// Whether only its last four characters are shown, as of a number that names a car. See [`masked`].
    pub masked: bool,
    /// The heading it stands under in a form. Of a list in which some have one, those without are what few need and stand
    /// behind a fold.
    pub group: Option<Label>,
}

impl Wish {
    /// An optional wish without a default. The rest is said with `Wish { required: true, ..Wish::new(…) }`.
    pub const fn new(
        name: &'static str,
        label: Label,
        help: Label,
        form: Form,
        example: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            help,
            form,
            example,
            default: None,
            required: false,
            secret: false,
            masked: false,
            group: None,
        }
    }

    /// The same wish under a heading.
    #[must_use]
    pub const fn under(self, group: Label) -> Self {
        Self {
            group: Some(group),
            ..self
        }
    }
}

/// The form of a wish. In brackets: its JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Free text (string).
    Text,
    /// Yes or no (boolean); typed as `yes`, `no`, `true`, `false`, `是`, `否`.
    Flag,
    /// A whole number (number).
    Number {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// One of (string).
    Choice(&'static [(&'static str, Label)]),
    /// A civil date (string `YYYY-MM-DD`).
    Date,
    /// Civil dates (array of strings); typed with commas.
    Dates,
    /// A window of the day (string `HH:MM-HH:MM`).
    Window,
    /// A plate (string, tidied).
    Plate,
    /// Plates (array of strings); typed with commas.
    Plates,
    /// Texts (array of strings); typed with commas.
    Texts,
    /// Another account of the same owner, by id (string).
    Account(Service),
}

impl ErrandKind {
    /// Reads wishes as typed (strings) or as JSON, fills in defaults, refuses what is unknown, missing or malformed.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    pub fn read_wishes(&self, given: &Map<String, Value>) -> Result<Value, InvalidInput> {
        read(self.wishes, given)
    }
}

/// Every item of a list with commas, or of several with semicolons between them, as stars, all but its last four characters.
/// A plate stays whole: it is what the owner knows a car by.
///
/// ```
/// use daiban_core::descriptor::masked;
///
/// assert_eq!(masked("LTESTVHC7E0000001, 2"), "*************0001,2");
/// assert_eq!(masked("冀R0D002,02,TESTENG000002"), "冀R0D002,02,*********0002");
/// ```
pub fn masked(text: &str) -> String {
    let item = |item: &str| {
        let item = item.trim();
        if Plate::parse("plate", item).is_ok() {
            return item.to_owned();
        }
        let letters: Vec<char> = item.chars().collect();
        let hidden = letters.len().saturating_sub(4);
        let shown: String = letters[hidden..].iter().collect();
        format!("{}{shown}", "*".repeat(hidden))
    };
    let list = |list: &str| {
        let items: Vec<String> = list.split([',', '，']).map(item).collect();
        items.join(",")
    };
    let lists: Vec<String> = text.split([';', '；', '\n']).map(list).collect();
    lists.join(";")
}

/// Reads values against a list of wishes. See [`ErrandKind::read_wishes`].
///
/// # Errors
/// [`InvalidInput`] naming the wish.
pub fn read(wishes: &[Wish], given: &Map<String, Value>) -> Result<Value, InvalidInput> {
    if let Some(unknown) = given
        .keys()
        .find(|name| !wishes.iter().any(|wish| wish.name == *name))
    {
        let known = wishes
            .iter()
            .map(|wish| wish.name)
            .collect::<Vec<_>>()
            .join(", ");
        return Err(InvalidInput::new(
            unknown,
            format!("没有这一项；可以填：{known}"),
            format!("unknown; known are: {known}"),
        ));
    }
    let mut out = Map::new();
    for wish in wishes {
        let value = match given.get(wish.name) {
            Some(value) if !is_blank(value) => read_one(wish, value)?,
            _ if wish.required => return Err(InvalidInput::new(wish.name, "必填", "is required")),
            _ => match wish.default {
                Some(default) => read_one(wish, &Value::from(default))?,
                None => Value::Null,
            },
        };
        out.insert(wish.name.to_owned(), value);
    }
    Ok(Value::Object(out))
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn read_one(wish: &Wish, value: &Value) -> Result<Value, InvalidInput> {
    let wrong = |zh: String, en: String| InvalidInput::new(wish.name, zh, en);
    let not_a = |zh: &str, en: &str| {
        wrong(
            format!("应当是{zh}，例如 {}", wish.example),
            format!("should be {en}, such as {}", wish.example),
        )
    };
    match wish.form {
        Form::Text | Form::Account(_) => {
            Ok(json!(text(value).ok_or_else(|| not_a("文字", "text"))?))
        }
        Form::Flag => flag(value)
            .map(Value::from)
            .ok_or_else(|| not_a("是或否", "yes or no")),
        Form::Number { min, max } => {
            let number = number(value).ok_or_else(|| not_a("整数", "a whole number"))?;
            if !(min..=max).contains(&number) {
                return Err(wrong(
                    format!("应在 {min} 到 {max} 之间"),
                    format!("should be between {min} and {max}"),
                ));
            }
            Ok(json!(number))
        }
        Form::Choice(choices) => {
            let given = text(value).ok_or_else(|| not_a("文字", "text"))?;
            let found = choices
                .iter()
                .find(|(word, label)| *word == given || label.zh == given);
            found.map(|(word, _)| json!(word)).ok_or_else(|| {
                let words = choices
                    .iter()
                    .map(|(word, _)| *word)
                    .collect::<Vec<_>>()
                    .join(", ");
                wrong(format!("可以是：{words}"), format!("one of: {words}"))
            })
        }
        Form::Date => date(wish, value).map(Value::from),
        Form::Dates => list(value)
            .ok_or_else(|| not_a("日期", "dates"))?
            .iter()
            .map(|item| date(wish, item).map(Value::from))
            .collect(),
        Form::Window => {
            let given = text(value).ok_or_else(|| not_a("时段", "a window of the day"))?;
            DayWindow::parse(wish.name, given)?;
            Ok(json!(given.trim()))
        }
        Form::Plate => plate(wish, value).map(Value::from),
        Form::Plates => list(value)
            .ok_or_else(|| not_a("车牌", "plates"))?
            .iter()
            .map(|item| plate(wish, item).map(Value::from))
            .collect(),
        Form::Texts => list(value)
            .ok_or_else(|| not_a("文字", "texts"))?
            .iter()
            .map(|item| {
                text(item)
                    .map(Value::from)
                    .ok_or_else(|| not_a("文字", "texts"))
            })
            .collect(),
    }
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim)
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(word) => match word.trim() {
            "yes" | "true" | "on" | "1" | "是" => Some(true),
            "no" | "false" | "off" | "0" | "否" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn number(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

fn list(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items.clone()),
        Value::String(typed) => Some(
            typed
                .split([',', '，', ' '])
                .filter(|item| !item.trim().is_empty())
                .map(Value::from)
                .collect(),
        ),
        _ => None,
    }
}

fn date(wish: &Wish, value: &Value) -> Result<String, InvalidInput> {
    let given = text(value).unwrap_or_default();
    Ok(dates::parse_date(wish.name, given)?.to_string())
}

fn plate(wish: &Wish, value: &Value) -> Result<String, InvalidInput> {
    let given = text(value).unwrap_or_default();
    Ok(Plate::parse(wish.name, given)?.as_str().to_owned())
}

/// The verbs every errand understands, for help texts.
pub const VERBS: [lifecycle::Verb; 4] = [
    lifecycle::Verb::Run,
    lifecycle::Verb::Pause,
    lifecycle::Verb::Resume,
    lifecycle::Verb::Cancel,
];
