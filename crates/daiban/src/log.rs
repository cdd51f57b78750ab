//! The log: lines on stderr with every secret taken out before they leave, and the last of them kept for a bug report.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use daiban_core::secret::Redactor;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// So many lines are kept.
const KEPT_LINES: usize = 300;
/// So much of each, in bytes.
const KEPT_OF_LINE: usize = 2_000;

/// There is one log in a process, and so one memory of it.
static RECENT: LazyLock<Recent> = LazyLock::new(Recent::default);

/// The last lines of the log, as they were written: redacted. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Recent(Arc<Mutex<VecDeque<String>>>);

impl Recent {
    /// This process's.
    pub fn of_this_process() -> Self {
        RECENT.clone()
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }

    /// Keeps a line in place of the oldest.
    pub fn keep(&self, line: &str) {
        let line = line.trim_end();
        let end = line.floor_char_boundary(KEPT_OF_LINE);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line[..end].to_owned());
    }
}

/// Begins logging, once per process. `DAIBAN_LOG` or `RUST_LOG` say what in detail; without them `level` counts for daiban and
/// warnings for all else.
pub fn begin(redactor: Redactor, level: &str) {
    let asked = std::env::var("DAIBAN_LOG")
        .or_else(|_| std::env::var("RUST_LOG"))
        .unwrap_or_default();
    let usual = || {
        EnvFilter::new(format!(
            "warn,daiban={level},daiban_engine={level},daiban_store={level},daiban_providers={level}"
        ))
    };
    let filter = match asked.trim() {
        "" => usual(),
        words => EnvFilter::try_new(words).unwrap_or_else(|_| usual()),
    };
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Redacting(redactor))
        .try_init();
}

/// Makes writers that redact.
struct Redacting(Redactor);

impl<'a> MakeWriter<'a> for Redacting {
    type Writer = RedactingWriter<'a>;

    fn make_writer(&'a self) -> RedactingWriter<'a> {
        RedactingWriter { redactor: &self.0 }
    }
}

/// The formatter hands over one whole line at a time, so nothing is cut in the middle of a secret.
struct RedactingWriter<'a> {
    redactor: &'a Redactor,
}

impl Write for RedactingWriter<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let clean = self.redactor.redact(&text);
        RECENT.keep(&clean);
        io::stderr().write_all(clean.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_no_more() {
        let recent = Recent::default();
        for line in 0..KEPT_LINES + 5 {
            recent.keep(&format!("line {line}\n"));
        }
        let lines = recent.lines();
        assert_eq!(lines.len(), KEPT_LINES);
        assert_eq!(lines.first().map(String::as_str), Some("line 5"));
        assert_eq!(lines.last().map(String::as_str), Some("line 304"));
        recent.keep(&"长".repeat(KEPT_OF_LINE));
        let last = recent.lines().pop().unwrap_or_default();
        assert_eq!(last.len(), KEPT_OF_LINE - KEPT_OF_LINE % 3);
    }
}
