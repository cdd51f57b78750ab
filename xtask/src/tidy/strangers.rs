//! Files, paths and numbers that do not belong in the repository: what a service owns, what one machine has, what may be a
//! real person's.
//!
//! People in fixtures and examples are invented and recognisably so: phones 138 0000 xxxx and 139 0000 xxxx, ID numbers
//! born on 1990-01-01.

use super::{File, Files};

/// Larger files among our own making are recorded ones in disguise.
const FIXTURE_LIMIT: usize = 64 * 1024;

/// The railway's dictionary of 3,000 stations is theirs; ours for tests has a handful.
const STATIONS_LIMIT: usize = 8 * 1024;

/// Endings of files that hold data, keys or recordings of one machine or person.
const KINDS: &[&str] = &[
    ".db", ".db-wal", ".db-shm", ".sqlite", ".key", ".pem", ".p12", ".har", ".pcap", ".env",
    ".log", ".bak", ".orig",
];

/// Folders of one machine. Joined here so that this file is not its own finding.
const MACHINE: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/fa", "rm/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
];

/// Nobody lives here: for tests about home folders.
const INVENTED: &str = "somebody";

/// The only place crates come from.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(crate) fn check(files: &Files) -> Vec<String> {
    files.iter().flat_map(check_one).collect()
}

fn check_one(file: &File) -> Vec<String> {
    let mut findings: Vec<String> = kind(file).into_iter().collect();
    let Some(text) = file.text() else {
        return findings;
    };
    if file.name() == "Cargo.lock" {
        findings.extend(sources(file, text));
        return findings;
    }
    findings.extend(registries(file, text));
    for (n, line) in text.lines().enumerate() {
        let place = format!("{}:{}", file.path, n + 1);
        findings.extend(
            machine(line).map(|path| format!("{place} names a folder of one machine: {path}")),
        );
        // The number itself is not repeated: the finding may land in a public log.
        findings.extend(
            person(line).map(|what| format!("{place} has {what} that may be a real person's")),
        );
    }
    findings
}

fn kind(file: &File) -> Option<String> {
    let (path, name, size) = (&file.path, file.name(), file.content.len());
    if KINDS.iter().any(|kind| name.ends_with(kind)) {
        return Some(format!("{path} is of a kind that does not belong here"));
    }
    if name == "station_name.js" && size > STATIONS_LIMIT {
        return Some(format!(
            "{path} is the railway's own dictionary; make a small one"
        ));
    }
    if name == "station_sale_time.json" || name.starts_with("left_ticket_20") {
        return Some(format!(
            "{path} is a recording; make a small sample of our own"
        ));
    }
    if path.contains("/fixtures/") && size > FIXTURE_LIMIT {
        return Some(format!(
            "{path} is too large for a fixture of our own making ({size} bytes)"
        ));
    }
    None
}

fn sources(file: &File, text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("source = "))
        .map(|source| source.trim_matches('"'))
        .filter(|source| *source != CRATES_IO)
        .map(|source| format!("{} has a source other than crates.io: {source}", file.path))
        .collect()
}

/// A registry set in the repository would bind everybody to one machine's mirror.
fn registries(file: &File, text: &str) -> Option<String> {
    if !file.path.ends_with(".toml") {
        return None;
    }
    let sets = |line: &str| {
        let line = line.trim();
        ["[source.", "[registries", "replace-with", "registry ="]
            .iter()
            .any(|word| line.starts_with(word))
    };
    text.lines()
        .any(sets)
        .then(|| format!("{} sets a registry", file.path))
}

fn machine(line: &str) -> Option<&'static str> {
    // `~/…`, a link's `//host/home/…` and `.../home/` are not absolute paths of a machine.
    let absolute = |path: &&&str| {
        line.match_indices(**path).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let invented = line[at + path.len()..].starts_with(INVENTED);
            !invented && before.is_none_or(|c| c.is_whitespace() || "\"'`(=:<".contains(c))
        })
    };
    MACHINE.iter().find(absolute).copied()
}

/// What in a line may be a real person's number.
fn person(line: &str) -> Option<&'static str> {
    numbers(line).find_map(|number| match number.len() {
        11 if is_phone(number) => Some("a phone number"),
        18 if is_id_number(number) => Some("an ID number"),
        _ => None,
    })
}

/// Runs of digits, one `X` allowed at the end. Runs inside a long word of letters and digits (a digest, a key) are no numbers.
fn numbers(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !is_digest(word)).flat_map(|word| {
        word.split(|c: char| !c.is_ascii_digit() && c != 'X' && c != 'x')
            .filter(|number| {
                number.len() >= 11
                    && number[..number.len() - 1]
                        .bytes()
                        .all(|b| b.is_ascii_digit())
            })
    })
}

fn is_digest(word: &str) -> bool {
    word.len() >= 24 && word.bytes().any(|b| b.is_ascii_alphabetic())
}

fn is_phone(number: &str) -> bool {
    let bytes = number.as_bytes();
    let looks = bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1])
        && bytes.iter().all(u8::is_ascii_digit);
    looks && !number.starts_with("1380000") && !number.starts_with("1390000")
}

/// Region, birthday, order and check digit. A birthday that no calendar has makes it a test of ours.
fn is_id_number(number: &str) -> bool {
    let part = |from: usize, to: usize| number[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (part(6, 10), part(10, 12), part(12, 14));
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let looks =
        number.as_bytes()[0] != b'0' && (1900..2100).contains(&year) && (1..=days).contains(&day);
    looks && &number[6..14] != "19900101"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Files::of(&[(path, text)])).len()
    }

    #[test]
    fn numbers_of_people_are_found_unless_invented() {
        // Pieces are joined here so that this file is not its own finding.
        let phone = format!("137{}", "12345678");
        let id = format!("130{}", "102198501011234");
        for line in [
            &phone,
            &format!("手机{phone}，"),
            &format!("\"id\":\"{id}\""),
            &format!("a{phone}b"),
        ] {
            assert_eq!(found("docs/x.md", line), 1, "{line}");
        }
        for line in [
            "13800001234 13900004321",
            "131082199001010019 13108219900101001X",
            "1790000000 1790000000123 20261122051800",
            "6478994818521140385",
            "e5d13712345678abcdef0123456789ab",
            "123456789012345678 110101199002300010",
        ] {
            assert_eq!(found("docs/x.md", line), 0, "{line}");
        }
    }

    #[test]
    fn folders_of_a_machine_are_found() {
        for path in MACHINE {
            assert_eq!(found("docs/x.md", &format!("see {path}li")), 1, "{path}");
        }
        let link = format!(
            "https://example.org{}x ~{}y \"{}{INVENTED}\"",
            MACHINE[3], MACHINE[0], MACHINE[3]
        );
        assert_eq!(found("docs/x.md", &link), 0);
    }

    #[test]
    fn recordings_keys_and_mirrors_are_found() {
        assert_eq!(
            found(
                "crates/a/fixtures/station_name.js",
                "var station_names ='@bjb|北京北|VAP'"
            ),
            0
        );
        assert_eq!(
            found(
                "crates/a/fixtures/station_name.js",
                &"x".repeat(STATIONS_LIMIT + 1)
            ),
            1
        );
        assert_eq!(
            found("crates/a/fixtures/a.json", &"x".repeat(FIXTURE_LIMIT + 1)),
            1
        );
        assert_eq!(found("data/daiban.key", ""), 1);
        assert_eq!(
            found(
                ".cargo/config.toml",
                "[source.crates-io]\nreplace-with = 'near'"
            ),
            1
        );
        assert_eq!(
            found(
                "Cargo.lock",
                "source = \"registry+https://example.org/index\""
            ),
            1
        );
        assert_eq!(found("Cargo.lock", &format!("source = \"{CRATES_IO}\"")), 0);
    }
}
