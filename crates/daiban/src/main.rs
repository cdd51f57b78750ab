//! The program `daiban`. See the library for what is in it.

use std::process::ExitCode;

fn main() -> ExitCode {
    daiban::cli::main()
}
