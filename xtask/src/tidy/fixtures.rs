//! Every fixture is named by a source file of its crate, so that none outlives its test.

use super::{File, Files};

pub(crate) fn check(files: &Files) -> Vec<String> {
    let lonely = |file: &&File| {
        let home = home(&file.path)?;
        (!is_named(files, home, file.name()))
            .then(|| format!("{} is used by no source file of {home}", file.path))
    };
    files.iter().filter_map(|file| lonely(&file)).collect()
}

/// `crates/daiban-providers` of `crates/daiban-providers/fixtures/rail/stops.json`.
fn home(path: &str) -> Option<&str> {
    let at = path.find("/fixtures/")?;
    let home = &path[..at];
    (home.starts_with("crates/") && home.matches('/').count() == 1).then_some(home)
}

fn is_named(files: &Files, home: &str, name: &str) -> bool {
    let inside = format!("{home}/");
    files
        .iter()
        .filter(|file| file.path.starts_with(&inside) && file.path.ends_with(".rs"))
        .any(|file| file.text().is_some_and(|text| text.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixture_that_nothing_names_is_found() {
        let files = Files::of(&[
            ("crates/a/fixtures/x/used.json", ""),
            ("crates/a/fixtures/x/lonely.json", ""),
            (
                "crates/a/tests/x.rs",
                "include_str!(\"../fixtures/x/used.json\")",
            ),
            // Another crate's source does not count.
            ("crates/b/src/lib.rs", "lonely.json"),
        ]);
        assert_eq!(
            check(&files),
            ["crates/a/fixtures/x/lonely.json is used by no source file of crates/a"]
        );
    }
}
