//! Form fields made from a descriptor's wishes, with what was typed and what is wrong with it.

use daiban_core::{
    Lang,
    account::Account,
    descriptor::{Form, Wish, masked},
    invalid::InvalidInput,
};
use serde_json::Value;

use super::{errands::List, visitor::Fields, words::m};
use crate::app::AppError;

/// One field.
pub(super) struct Field {
    /// The name in the form, such as `w.plate`; also its id.
    pub(super) name: String,
    pub(super) label: &'static str,
    pub(super) help: &'static str,
    pub(super) example: &'static str,
    /// `text`, `password`, `number`, `date`, `flag`, `choice`, `yes_no`.
    pub(super) form: &'static str,
    pub(super) value: String,
    /// What it means when nothing is given; empty: nothing.
    pub(super) default: &'static str,
    pub(super) checked: bool,
    /// Value, label, chosen.
    pub(super) choices: Vec<(String, String, bool)>,
    pub(super) required: bool,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) error: Option<String>,
    /// Filled in item by item.
    pub(super) list: Option<List>,
    /// Filled in as two times of the day.
    pub(super) span: Option<(String, String)>,
}

/// What a field is filled with.
pub(super) enum Filled<'a> {
    /// Nothing was typed: defaults.
    Fresh,
    /// A form came back.
    Typed(&'a Fields),
    /// Values by name, as they are stored.
    Stored(&'a daiban_core::account::Settings),
}

/// What a list of fields is made with.
pub(super) struct Making<'a> {
    pub(super) lang: Lang,
    /// Stands before every name: `w.` for wishes, `set.` for settings, `sec.` for secrets.
    pub(super) prefix: &'static str,
    pub(super) filled: Filled<'a>,
    /// What was refused.
    pub(super) error: Option<&'a AppError>,
    /// The owner's accounts, for wishes that name one.
    pub(super) accounts: &'a [Account],
}

impl Making<'_> {
    /// Fields for these wishes.
    pub(super) fn fields(&self, wishes: &'static [Wish]) -> Vec<Field> {
        wishes.iter().map(|wish| self.field(wish)).collect()
    }

    /// Fields for those of these wishes that are named, in the order of the names.
    pub(super) fn named(&self, wishes: &'static [Wish], names: &[&str]) -> Vec<Field> {
        let found = |name: &&str| wishes.iter().find(|wish| wish.name == *name);
        names
            .iter()
            .filter_map(found)
            .map(|wish| self.field(wish))
            .collect()
    }

    fn field(&self, wish: &'static Wish) -> Field {
        let name = format!("{}{}", self.prefix, wish.name);
        // What is secret is never written back into a page.
        let value = if wish.secret {
            String::new()
        } else {
            self.value(wish, &name)
        };
        let (min, max) = match wish.form {
            Form::Number { min, max } => (Some(min), Some(max)),
            _ => (None, None),
        };
        Field {
            label: wish.label.in_lang(self.lang),
            help: wish.help.in_lang(self.lang),
            example: if wish.secret { "" } else { wish.example },
            form: if wish.secret {
                "password"
            } else {
                shape(wish.form)
            },
            checked: matches!(value.as_str(), "yes" | "true" | "on" | "1" | "是"),
            choices: self.choices(wish, &value),
            required: wish.required && !self.stored(),
            min,
            max,
            error: self.error_of(wish.name),
            default: wish.default.unwrap_or_default(),
            name,
            value,
            list: None,
            span: None,
        }
    }

    fn stored(&self) -> bool {
        matches!(self.filled, Filled::Stored(_))
    }

    fn value(&self, wish: &Wish, name: &str) -> String {
        let given = match &self.filled {
            Filled::Fresh => None,
            Filled::Typed(fields) => return fields.text(name).to_owned(),
            Filled::Stored(settings) => settings.get(wish.name).map(String::as_str),
        };
        match given.filter(|_| wish.masked) {
            Some(stored) => masked(stored),
            None => given.or(wish.default).unwrap_or_default().to_owned(),
        }
    }

    fn choices(&self, wish: &Wish, value: &str) -> Vec<(String, String, bool)> {
        // Nothing is chosen ahead for the owner: what must be chosen starts with a blank that cannot be sent.
        let open = wish.default.is_none();
        match wish.form {
            Form::Choice(choices) => {
                let blank = self.blank(wish, value);
                let known = choices.iter().map(|(word, label)| {
                    (
                        (*word).to_owned(),
                        label.in_lang(self.lang).to_owned(),
                        *word == value,
                    )
                });
                open.then_some(blank).into_iter().chain(known).collect()
            }
            Form::Account(service) => {
                let blank = self.blank(wish, value);
                let theirs = self
                    .accounts
                    .iter()
                    .filter(|account| account.service == service);
                let known = theirs.map(|account| {
                    (
                        account.id.to_string(),
                        account.name.clone(),
                        account.id.as_str() == value,
                    )
                });
                open.then_some(blank).into_iter().chain(known).collect()
            }
            _ => Vec::new(),
        }
    }

    fn blank(&self, wish: &Wish, value: &str) -> (String, String, bool) {
        let label = match wish.required {
            true => m(self.lang, "shell-choose"),
            false => m(self.lang, "shell-not-set"),
        };
        (String::new(), label.to_owned(), value.is_empty())
    }

    fn error_of(&self, wish: &str) -> Option<String> {
        let invalid = invalid(self.error?)?;
        let about = invalid.field.split('.').next() == Some(wish);
        about.then(|| invalid.text.in_lang(self.lang).to_owned())
    }
}

/// What is wrong, each at its place.
#[derive(Default)]
pub(super) struct Errors {
    pub(super) general: Option<String>,
    /// Field and sentence.
    at: Option<(String, String)>,
}

impl Errors {
    /// At a field.
    pub(super) fn at(field: &str, said: String) -> Self {
        Self {
            general: None,
            at: Some((field.to_owned(), said)),
        }
    }

    /// With the field's name, as the field is none of the form.
    pub(super) fn general(error: &AppError, lang: Lang) -> Self {
        Self {
            general: Some(error.text().in_lang(lang).to_owned()),
            at: None,
        }
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        let (name, said) = self.at.as_ref()?;
        (name == field).then_some(said)
    }
}

/// Whether somebody filled a field in beyond its default, or got it wrong.
pub(super) fn changed(field: &Field) -> bool {
    let filled = match field.form {
        "flag" => field.checked,
        _ => !field.value.is_empty() && field.value != field.default,
    };
    filled || field.error.is_some()
}

/// What was refused, if it was input.
pub(super) fn invalid(error: &AppError) -> Option<&InvalidInput> {
    match error {
        AppError::Invalid(invalid) | AppError::Settings(invalid) => Some(invalid),
        _ => None,
    }
}

/// The sentence for the top of a form, for an error that belongs to none of its fields.
pub(super) fn beside_the_fields(
    error: Option<&AppError>,
    fields: &[&[Field]],
    lang: Lang,
) -> Option<String> {
    let error = error?;
    let at_a_field = fields
        .iter()
        .flat_map(|list| list.iter())
        .any(|field| field.error.is_some());
    if at_a_field {
        return None;
    }
    Some(error.text().in_lang(lang).to_owned())
}

fn shape(form: Form) -> &'static str {
    match form {
        Form::Flag => "flag",
        Form::Number { .. } => "number",
        Form::Choice(_) | Form::Account(_) => "choice",
        Form::Date => "date",
        Form::Text | Form::Dates | Form::Window | Form::Plate | Form::Plates | Form::Texts => {
            "text"
        }
    }
}

/// A stored wish as a person would have typed it.
pub(super) fn typed(value: &Value, lang: Lang) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(flag) => Some(
            if *flag {
                m(lang, "shell-yes-2")
            } else {
                m(lang, "shell-no-2")
            }
            .to_owned(),
        ),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(|item| typed(item, lang)).collect();
            (!items.is_empty()).then(|| items.join(m(lang, "shell-mark-list")))
        }
        Value::Object(_) => None,
    }
}

/// Whether it is what nobody needs to be told.
pub(super) fn is_default(wish: &Wish, value: &Value) -> bool {
    let typed = match value {
        Value::Null => return true,
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Array(items) if items.is_empty() => return true,
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(",")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(typed.as_str()) == wish.default
}

#[cfg(test)]
mod tests {
    use daiban_core::descriptor::Label;

    use super::*;

    const PLAIN: Wish = Wish {
        name: "purpose",
        label: Label::new("目的", "purpose"),
        help: Label::new("如实选", "as it is"),
        form: Form::Choice(&[
            ("01", Label::new("探亲", "family")),
            ("02", Label::new("看病", "doctor")),
        ]),
        example: "01",
        default: None,
        required: true,
        secret: false,
        masked: false,
        group: None,
    };
    static WISHES: [Wish; 2] = [
        PLAIN,
        Wish {
            name: "token",
            form: Form::Text,
            secret: true,
            ..PLAIN
        },
    ];

    fn made(filled: Filled<'_>) -> Vec<Field> {
        let making = Making {
            lang: Lang::Zh,
            prefix: "w.",
            filled,
            error: None,
            accounts: &[],
        };
        making.fields(&WISHES)
    }

    #[test]
    fn nothing_is_chosen_for_the_owner() {
        let fields = made(Filled::Fresh);
        assert_eq!(
            fields[0].choices[0],
            (String::new(), "请选…".to_owned(), true)
        );
        assert!(fields[0].choices[1..].iter().all(|(_, _, chosen)| !chosen));
        let typed = Fields::from_pairs(&[("w.purpose", "02")]);
        let fields = made(Filled::Typed(&typed));
        let chosen: Vec<&str> = fields[0]
            .choices
            .iter()
            .filter(|(_, _, chosen)| *chosen)
            .map(|(value, _, _)| value.as_str())
            .collect();
        assert_eq!(chosen, ["02"]);
    }

    #[test]
    fn a_secret_is_never_written_back() {
        let typed = Fields::from_pairs(&[("w.token", "very secret")]);
        let fields = made(Filled::Typed(&typed));
        assert_eq!((fields[1].form, fields[1].value.as_str()), ("password", ""));
        assert_eq!(fields[1].example, "");
    }
}
