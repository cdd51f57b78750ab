//! The Store ports on SQLite: rows, migrations, sealing.
