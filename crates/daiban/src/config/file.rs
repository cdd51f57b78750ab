//! `daiban.toml` as a flat list of places and values, each with its line.

use daiban_core::Text;
use toml::de::{DeTable, DeValue};

use super::ConfigError;

/// One value of the file.
pub(crate) struct Given {
    pub(crate) path: String,
    pub(crate) value: String,
    pub(crate) line: usize,
}

/// Reads the file's text.
///
/// # Errors
/// When it is not TOML, or a value is a list or a date, which no setting is.
pub(crate) fn read(text: &str) -> Result<Vec<Given>, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        // Only the parser's message: the line itself may hold a secret.
        let message = error.message().to_owned();
        ConfigError::new(
            "daiban.toml",
            Text::new(
                format!("第 {line} 行不是正确的 TOML：{message}"),
                format!("line {line} is not valid TOML: {message}"),
            ),
        )
    })?;
    let mut given = Vec::new();
    flatten(text, "", table.get_ref(), &mut given)?;
    Ok(given)
}

fn flatten(
    text: &str,
    prefix: &str,
    table: &DeTable<'_>,
    given: &mut Vec<Given>,
) -> Result<(), ConfigError> {
    for (name, value) in table {
        let path = format!("{prefix}{}", name.get_ref());
        let line = line_at(text, name.span().start);
        let value = match value.get_ref() {
            DeValue::Table(inner) => {
                // A section that does not exist is an error even when it is empty.
                super::layers::check_section(&path, line)?;
                flatten(text, &format!("{path}."), inner, given)?;
                continue;
            }
            DeValue::String(text) => text.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| number.to_string(), |n| n.to_string()),
            _ => {
                let what = value.get_ref().type_str();
                return Err(ConfigError::new(
                    &path,
                    Text::new(
                        format!("第 {line} 行：不能是 {what}"),
                        format!("line {line}: cannot be of type {what}"),
                    ),
                ));
            }
        };
        given.push(Given { path, value, line });
    }
    Ok(())
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}
