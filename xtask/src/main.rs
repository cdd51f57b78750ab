//! Chores: `cargo xtask test`, `cargo xtask tidy`, `cargo xtask screenshots`, `cargo xtask bench engine`,
//! `cargo xtask bench rail`, `cargo xtask bench hospital`, `cargo xtask bench web`.
//!
//! | room | what it does |
//! | --- | --- |
//! | [`mod@test`] | everything that must be green before a change goes in, stopping at the first red |
//! | [`provision`] | what the tests need of the machine: there already, installed, or said precisely |
//! | [`tidy`] | what no compiler checks: arrows between crates, fixtures, strangers among the files, papers |
//! | [`arrows`] | the table of what each crate may use |
//! | [`mod@bench`] | numbers to hold |
//! | [`web`] | how big pages are, how soon they come, what many who look cost |
//! | [`mod@screenshots`] | the pictures of the papers, of the real demo |
//! | [`run`] | one command with its heading and duration |

// A chore speaks to the person who started it.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arrows;
mod bench;
mod provision;
mod run;
mod screenshots;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <chore>

  test            fmt, tidy, clippy, tests, doctests, rustdoc; stops at the first red
  tidy            arrows between crates, fixtures, strangers among the files, papers
  screenshots     docs/img anew, of the real demo in a real browser
  bench engine    sleeping errands by the thousand, beside a bare SQLite loop
  bench rail      from a free seat to an order number, what watching costs, parsing beside two others
  bench hospital  from a free place to a booking, what watching costs, how close looks are
  bench web       pages: their size, the first after a start, 200 open at once, 500 a second";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test::test(),
        ["tidy"] => tidy::tidy(),
        ["screenshots"] => screenshots::screenshots(),
        ["bench", "engine", rest @ ..] => bench::engine(rest),
        ["bench", "rail", rest @ ..] => bench::rail(rest),
        ["bench", "hospital", rest @ ..] => bench::hospital(rest),
        ["bench", "web", rest @ ..] => web::bench(rest),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
