//! Builds again when a migration is added; the migrations are embedded in the binary.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo:rerun-if-changed=src/sqlite/migrations");
}
