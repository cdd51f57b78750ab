//! A small reader of JavaScript literals, for the values that 12306 writes into its pages: `var NAME = {…};`.
//!
//! It reads what a literal can hold — objects, arrays, strings in either quote, numbers, `true`, `false`, `null`,
//! `undefined` — and nothing that would have to be run. Keys may be bare, commas may trail, comments are blanks.

use serde_json::{Map, Number, Value};

/// Literals in the pages are a few levels deep; a deeper one is not theirs.
const DEEPEST: u32 = 64;

/// The value first given to `name` in a page, as a literal; `None` when the page gives it none that can be read.
#[must_use]
pub fn value_of(page: &str, name: &str) -> Option<Value> {
    assignments(page, name).find_map(|(rest_of_name, value)| {
        let is_whole = rest_of_name.is_empty();
        is_whole.then(|| read(value)).flatten()
    })
}

/// Whether some name that begins with `prefix` is given a value that `fits`.
#[must_use]
pub fn any_of(page: &str, prefix: &str, fits: impl Fn(&Value) -> bool) -> bool {
    assignments(page, prefix).any(|(_, value)| read(value).is_some_and(|value| fits(&value)))
}

/// Reads one literal at the beginning of a text; what follows it is not looked at.
#[must_use]
pub fn read(text: &str) -> Option<Value> {
    Reader { rest: text }.value(0)
}

/// Every place where a name beginning with `prefix` is assigned: the rest of that name, and the text after the `=`.
fn assignments<'a>(
    page: &'a str,
    prefix: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
    page.match_indices(prefix).filter_map(|(at, _)| {
        let before = page[..at].chars().next_back();
        if before.is_some_and(|letter| is_name(letter) || letter == '.') {
            return None;
        }
        let after = &page[at + prefix.len()..];
        let name_end = after.find(|letter| !is_name(letter))?;
        let (name, after) = after.split_at(name_end);
        let value = after.trim_start().strip_prefix('=')?;
        (!value.starts_with('=')).then_some((name, value))
    })
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u32) -> Option<Value> {
        self.skip_blanks();
        match self.peek()? {
            '{' if depth < DEEPEST => self.object(depth + 1),
            '[' if depth < DEEPEST => self.array(depth + 1),
            '"' | '\'' => self.string().map(Value::String),
            '-' | '+' | '.' | '0'..='9' => self.number().map(Value::Number),
            letter if is_name(letter) => self.word(),
            _ => None,
        }
    }

    fn object(&mut self, depth: u32) -> Option<Value> {
        self.take('{')?;
        let mut fields = Map::new();
        loop {
            if self.take('}').is_some() {
                return Some(Value::Object(fields));
            }
            let key = self.key()?;
            self.take(':')?;
            fields.insert(key, self.value(depth)?);
            if self.take(',').is_none() {
                self.take('}')?;
                return Some(Value::Object(fields));
            }
        }
    }

    fn key(&mut self) -> Option<String> {
        self.skip_blanks();
        match self.peek()? {
            '"' | '\'' => self.string(),
            _ => {
                let name = self.take_while(is_name);
                (!name.is_empty()).then(|| name.to_owned())
            }
        }
    }

    fn array(&mut self, depth: u32) -> Option<Value> {
        self.take('[')?;
        let mut items = Vec::new();
        loop {
            if self.take(']').is_some() {
                return Some(Value::Array(items));
            }
            // `[1,,2]` leaves a place empty.
            if self.take(',').is_some() {
                items.push(Value::Null);
                continue;
            }
            items.push(self.value(depth)?);
            if self.take(',').is_none() {
                self.take(']')?;
                return Some(Value::Array(items));
            }
        }
    }

    fn word(&mut self) -> Option<Value> {
        Some(match self.take_while(is_name) {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" | "undefined" | "NaN" => Value::Null,
            _ => return None,
        })
    }

    /// Whole numbers keep all their digits: keys of the service have more than a double holds.
    fn number(&mut self) -> Option<Number> {
        let text =
            self.take_while(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
        let text = text.strip_prefix('+').unwrap_or(text);
        if let Some(hex) = text.strip_prefix("0x").or(text.strip_prefix("0X")) {
            return u64::from_str_radix(hex, 16).ok().map(Number::from);
        }
        let whole = text.parse::<u64>().map(Number::from).ok();
        let whole = whole.or_else(|| text.parse::<i64>().map(Number::from).ok());
        whole.or_else(|| Number::from_f64(text.parse().ok()?))
    }

    fn string(&mut self) -> Option<String> {
        let quote = self.next()?;
        let mut text = String::new();
        loop {
            let plain = self.take_while(|letter| letter != quote && letter != '\\');
            text.push_str(plain);
            match self.next()? {
                '\\' => self.escape(&mut text)?,
                _ => return Some(text),
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Option<()> {
        text.push(match self.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '0' => '\0',
            'x' => char::from_u32(self.hex(2)?)?,
            'u' => self.unicode()?,
            // The line goes on.
            '\n' => return Some(()),
            // A quote, a backslash, a slash; anything else stands for itself.
            other => other,
        });
        Some(())
    }

    /// After `\u`: four digits, two such that make one character, or any number in braces.
    fn unicode(&mut self) -> Option<char> {
        if let Some(rest) = self.rest.strip_prefix('{') {
            let (digits, rest) = rest.split_once('}')?;
            self.rest = rest;
            return char::from_u32(u32::from_str_radix(digits, 16).ok()?);
        }
        let first = self.hex(4)?;
        if !(0xd800..0xdc00).contains(&first) {
            // Half a character alone is shown as what cannot be shown.
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let Some(rest) = self.rest.strip_prefix("\\u") else {
            return Some(char::REPLACEMENT_CHARACTER);
        };
        self.rest = rest;
        let second = self.hex(4)?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
        let both = low.and_then(|low| char::from_u32(0x10000 + ((first - 0xd800) << 10) + low));
        Some(both.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let (text, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        let is_plain = text.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_plain.then(|| u32::from_str_radix(text, 16).ok())?
    }

    fn skip_blanks(&mut self) {
        loop {
            self.rest = self
                .rest
                .trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
            let comment = if self.rest.starts_with("//") {
                self.rest.split_once('\n')
            } else if self.rest.starts_with("/*") {
                self.rest.split_once("*/")
            } else {
                return;
            };
            self.rest = comment.map_or("", |(_, rest)| rest);
        }
    }

    /// Takes that letter if it comes next, blanks apart.
    fn take(&mut self, letter: char) -> Option<()> {
        self.skip_blanks();
        self.rest = self.rest.strip_prefix(letter)?;
        Some(())
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !belongs(letter));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_are_read() {
        let check = |text: &str, expected: Value| assert_eq!(read(text), Some(expected), "{text}");
        check("{}", json!({}));
        check(
            r#"{'a':'it\'s', "b":"it's", c:'say "hi"'}"#,
            json!({"a": "it's", "b": "it's", "c": "say \"hi\""}),
        );
        check(
            "{ $x_1 : [ 1 , -2, +3, .5, 1e3, 0x1F, ] , 'y' : {} , }",
            json!({"$x_1": [1, -2, 3, 0.5, 1000.0, 31], "y": {}}),
        );
        check(
            "[true,false,null,undefined,,'']",
            json!([true, false, null, null, null, ""]),
        );
        check(
            "{/* one */a// two\n:1}; var b = 'later';",
            json!({ "a": 1 }),
        );
        check("6478994818521140385,", json!(6_478_994_818_521_140_385_u64));
        check("18446744073709551615", json!(u64::MAX));
        check("-9223372036854775808", json!(i64::MIN));
        check(
            r"'\u4e8c\u7b49\u5ea7 \x41\u{1F600} \ud83d\ude00 \n\t\\\/'",
            json!("二等座 A😀 😀 \n\t\\/"),
        );
        check("{中文:'键',3:4}", json!({"中文": "键", "3": 4}));
    }

    #[test]
    fn what_would_have_to_be_run_is_not_read() {
        for text in [
            "",
            "{",
            "{a}",
            "{a:}",
            "{a:1",
            "[1",
            "'open",
            "new Date()",
            "f(1)",
            "{a:b}",
            "'\\u12'",
            "{:1}",
            "-",
            "1.2.3",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), None, "too deep");
        assert_eq!(read("'a'+'b'"), Some(json!("a")), "not joined, only read");
    }

    #[test]
    fn a_name_is_found_where_it_is_given_a_value() {
        let page = "if (token == 'x') {} var my_token = 'a'; o.token='b'; var tokens='c';\n  var token\n = 'd' ;";
        assert_eq!(value_of(page, "token"), Some(json!("d")));
        assert_eq!(value_of(page, "tok"), None);
        assert_eq!(value_of("var a=null;", "a"), Some(Value::Null));
        assert_eq!(value_of("var a=b;var a={c:1}", "a"), Some(json!({"c": 1})));
        assert!(any_of(page, "tok", |value| value == "c"));
        assert!(!any_of(page, "tok", |value| value == "b"));
    }

    /// Any value, and one of the many ways to write it.
    fn written() -> impl Strategy<Value = (Value, String)> {
        let blank = prop::sample::select(vec!["", " ", "\n\t", "/* , } */", "// '\n"]);
        let plain = prop_oneof![
            Just((Value::Null, "null".to_owned())),
            any::<bool>().prop_map(|yes| (json!(yes), yes.to_string())),
            any::<i64>().prop_map(|n| (json!(n), n.to_string())),
            any::<u64>().prop_map(|n| (json!(n), n.to_string())),
            text(),
        ];
        plain.prop_recursive(4, 40, 6, move |inner| {
            let list = (
                prop::collection::vec(inner.clone(), 0..6),
                blank.clone(),
                any::<bool>(),
            )
                .prop_map(|(items, blank, trails)| {
                    let (values, texts): (Vec<_>, Vec<_>) = items.into_iter().unzip();
                    let tail = if trails && !texts.is_empty() { "," } else { "" };
                    let joined = texts.join(&format!("{blank},{blank}"));
                    (json!(values), format!("[{blank}{joined}{tail}{blank}]"))
                });
            let field = (key(), inner);
            let object = (
                prop::collection::vec(field, 0..6),
                blank.clone(),
                any::<bool>(),
            )
                .prop_map(|(fields, blank, trails)| {
                    let tail = if trails && !fields.is_empty() {
                        ","
                    } else {
                        ""
                    };
                    let mut map = Map::new();
                    let mut texts = Vec::new();
                    for ((key, key_text), (value, value_text)) in fields {
                        texts.push(format!("{key_text}{blank}:{blank}{value_text}"));
                        map.insert(key, value);
                    }
                    let joined = texts.join(&format!("{blank},{blank}"));
                    (
                        Value::Object(map),
                        format!("{{{blank}{joined}{tail}{blank}}}"),
                    )
                });
            prop_oneof![list, object]
        })
    }

    fn text() -> impl Strategy<Value = (Value, String)> {
        ("[a-z二'\"\\\\/{};=\n😀]{0,8}", any::<bool>(), 0_u8..3).prop_map(|(text, single, how)| {
            let quote = if single { '\'' } else { '"' };
            (json!(text), spelled(&text, quote, how))
        })
    }

    fn key() -> impl Strategy<Value = (String, String)> {
        let bare = "[a-zA-Z_$][a-zA-Z0-9_$]{0,6}".prop_map(|name: String| (name.clone(), name));
        let quoted = ("[a-z '\":,}二]{0,6}", any::<bool>()).prop_map(|(name, single)| {
            let quote = if single { '\'' } else { '"' };
            let text = spelled(&name, quote, 0);
            (name, text)
        });
        prop_oneof![bare, quoted]
    }

    /// A string in quotes; `how`: plain where possible, everything as `\u` in twos, or in braces.
    fn spelled(text: &str, quote: char, how: u8) -> String {
        let escaped: String = text
            .chars()
            .map(|letter| match how {
                1 => {
                    let mut units = [0; 2];
                    let units = letter.encode_utf16(&mut units).iter();
                    units.map(|unit| format!("\\u{unit:04x}")).collect()
                }
                2 => format!("\\u{{{:x}}}", u32::from(letter)),
                _ if letter == quote || letter == '\\' => format!("\\{letter}"),
                _ if letter == '\n' => "\\n".to_owned(),
                _ => letter.to_string(),
            })
            .collect();
        format!("{quote}{escaped}{quote}")
    }

    proptest! {
        #[test]
        fn whatever_way_it_is_written_it_reads_the_same((value, text) in written()) {
            let page = format!("<script>/*<![CDATA[*/\nvar form={text};\nvar next='}}';</script>");
            prop_assert_eq!(value_of(&page, "form"), Some(value), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_not_without_harm(text in "[{}\\[\\]'\":,\\\\a-zu0-9 /*二]{0,60}") {
            let _ = read(&text);
            let _ = value_of(&format!("var a = {text}"), "a");
        }
    }
}
