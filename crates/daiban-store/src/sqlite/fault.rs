//! Trouble on the way to a row, sorted by what happens next.

use daiban_core::{invalid::InvalidInput, store::StoreError};

use crate::seal::SealError;

/// A [`StoreError`] that `?` makes of whatever went wrong inside.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) StoreError);

/// What everything inside this folder gives back.
pub(crate) type Done<T> = Result<T, Fault>;

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        fault.0
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<InvalidInput> for Fault {
    fn from(invalid: InvalidInput) -> Self {
        Self(StoreError::Invalid(invalid))
    }
}

impl From<SealError> for Fault {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Chance => Self(StoreError::Unavailable(error.to_string())),
            _ => damaged(error.to_string()),
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                by_code(database.code().as_deref(), database.message())
            }
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::RowNotFound => damaged(error.to_string()),
            _ => unavailable(error.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Fault {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            other => damaged(other.to_string()),
        }
    }
}

/// A row or file that cannot be read.
pub(crate) fn damaged(what: impl Into<String>) -> Fault {
    Fault(StoreError::Damaged(what.into()))
}

/// Something that may pass.
pub(crate) fn unavailable(why: impl Into<String>) -> Fault {
    Fault(StoreError::Unavailable(why.into()))
}

/// No such row.
pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Fault {
    Fault(StoreError::NotFound {
        what,
        id: id.to_string(),
    })
}

/// SQLite's result codes: the low byte is the kind, the rest a detail. Source: sqlite.org/rescode.html, *documented*.
fn by_code(code: Option<&str>, words: &str) -> Fault {
    let kind = code
        .and_then(|code| code.parse::<i64>().ok())
        .map(|code| code & 0xff);
    match kind {
        // CORRUPT, NOTADB: no retry will help.
        Some(11 | 26) => damaged(words),
        // CONSTRAINT, MISMATCH: the rows contradict what was to be written.
        Some(19 | 20) => damaged(words),
        // ERROR: a table or column missing, as after a downgrade.
        Some(1) => damaged(words),
        // BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL, PERM and what may come.
        _ => unavailable(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_by_what_happens_next() {
        // FULL, BUSY, BUSY_SNAPSHOT, IOERR_WRITE, READONLY, CANTOPEN
        for code in ["13", "5", "517", "778", "8", "14"] {
            assert!(
                matches!(by_code(Some(code), "x").0, StoreError::Unavailable(_)),
                "{code}"
            );
        }
        // CORRUPT, NOTADB, CONSTRAINT_TRIGGER
        for code in ["11", "26", "1811"] {
            assert!(
                matches!(by_code(Some(code), "x").0, StoreError::Damaged(_)),
                "{code}"
            );
        }
    }
}
