//! What a command prints: one value on stdout, everything else on stderr.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use daiban_core::Lang;
use serde_json::Value;

use crate::{app::AppError, say};

/// How to print.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    pub(crate) json: bool,
    pub(crate) lang: Lang,
    pub(crate) quiet: bool,
}

/// What a command came to: what it prints, and with which code it ends.
pub(crate) struct Done {
    json: Value,
    text: String,
    code: u8,
    silent: bool,
}

impl Done {
    /// A value, and the same for people.
    pub(crate) fn new(json: Value, text: impl Into<String>) -> Self {
        Self {
            json,
            text: text.into(),
            code: 0,
            silent: false,
        }
    }

    /// Prints nothing more, also with `--json`: what there was to print has been printed.
    pub(crate) fn silent(self) -> Self {
        Self {
            json: Value::Null,
            text: String::new(),
            silent: true,
            ..self
        }
    }

    /// Ends with another code than 0.
    pub(crate) fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }
}

impl Out {
    /// A text in the language of the command.
    pub(crate) fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A line of progress, on stderr.
    pub(crate) fn progress(&self, line: impl AsRef<str>) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", line.as_ref());
        }
    }

    /// A line that must be seen, on stderr.
    pub(crate) fn show(&self, line: impl AsRef<str>) {
        let _ = writeln!(io::stderr(), "{}", line.as_ref());
    }

    /// Prints what was done. A reader that went away is no fault of ours.
    pub(crate) fn done(&self, done: &Done) -> ExitCode {
        let text = if self.json {
            done.json.to_string()
        } else {
            done.text.trim_end().to_owned()
        };
        if !text.is_empty() && !done.silent {
            print(&text);
        }
        ExitCode::from(done.code)
    }

    /// Says what went wrong, on stderr: as a problem document with `--json`.
    pub(crate) fn failed(&self, error: &AppError) -> ExitCode {
        let said = if self.json {
            say::failure(error, self.lang).to_string()
        } else {
            format!(
                "{}{}",
                self.say("出错：", "error: "),
                error.text().in_lang(self.lang)
            )
        };
        self.show(said);
        ExitCode::from(error.exit_code())
    }
}

/// A line on stdout, at once.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}
