//! Values as JavaScript literals, in the ways a page may write them.

use serde_json::Value;

use super::rules::OrderPage;

/// `var name=value;`, on a line of its own.
pub(super) fn assignment(name: &str, value: &Value, page: &OrderPage) -> String {
    let equals = if page.spaced { " = " } else { "=" };
    format!("var {name}{equals}{};\n", literal(value, page))
}

pub(super) fn literal(value: &Value, page: &OrderPage) -> String {
    let (comma, colon) = if page.spaced {
        (" , ", " : ")
    } else {
        (",", ":")
    };
    match value {
        Value::String(text) => quoted(text, page),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| literal(item, page)).collect();
            format!("[{}]", items.join(comma))
        }
        Value::Object(fields) => {
            let mut pairs: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{}{colon}{}", quoted(key, page), literal(value, page)))
                .collect();
            if page.reversed {
                pairs.reverse();
            }
            format!("{{{}}}", pairs.join(comma))
        }
        plain => plain.to_string(),
    }
}

pub(super) fn quoted(text: &str, page: &OrderPage) -> String {
    let quote = if page.double_quotes { '"' } else { '\'' };
    let mut literal = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\n' => literal += "\\n",
            '\\' => literal += "\\\\",
            '/' if page.awkward => literal += "\\/",
            letter if letter == quote => {
                literal.push('\\');
                literal.push(quote);
            }
            letter if page.awkward && !letter.is_ascii() => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    literal += &format!("\\u{unit:04x}");
                }
            }
            letter => literal.push(letter),
        }
    }
    literal.push(quote);
    literal
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals() {
        let value = json!({"a": "it's", "b": [1, null, "\"座/"]});
        let page = OrderPage::default();
        assert_eq!(
            literal(&value, &page),
            r#"{'a':'it\'s','b':[1,null,'"座/']}"#
        );
        let page = OrderPage {
            double_quotes: true,
            reversed: true,
            spaced: true,
            awkward: true,
            ..OrderPage::default()
        };
        assert_eq!(
            assignment("x", &value, &page),
            "var x = {\"b\" : [1 , null , \"\\\"\\u5ea7\\/\"] , \"a\" : \"it's\"};\n"
        );
    }
}
