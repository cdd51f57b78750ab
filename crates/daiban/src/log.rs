//! The log: lines on stderr with every secret taken out before they leave.

use std::io::{self, Write};

use daiban_core::secret::Redactor;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

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
        io::stderr().write_all(self.redactor.redact(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
