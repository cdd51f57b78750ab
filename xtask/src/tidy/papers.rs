//! The papers: both READMEs have the same structure, links between files lead somewhere, every provider has its page, every
//! dependency its reason.

use super::{File, Files};
use crate::arrows::Arrow;

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

const PROVIDERS: &str = "crates/daiban-providers/src/";

pub(crate) fn check(files: &Files, table: &[Arrow]) -> Vec<String> {
    let mut findings = missing(files);
    findings.extend(reasons(files, table));
    findings.extend(structure(files));
    findings.extend(
        files
            .iter()
            .filter(|file| is_paper(file))
            .flat_map(|file| links(files, file)),
    );
    findings.extend(pages(files));
    findings
}

fn missing(files: &Files) -> Vec<String> {
    let papers = [
        "ARCHITECTURE.md",
        "DESIGN.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        ".ci/run",
    ];
    let all = READMES.iter().chain(&papers);
    all.filter(|path| files.get(path).is_none())
        .map(|path| format!("{path} is missing"))
        .collect()
}

fn is_paper(file: &File) -> bool {
    file.path.ends_with(".md")
}

/// The levels of all headings, in order. Those of both READMEs are the same.
fn structure(files: &Files) -> Option<String> {
    let [one, other] = READMES.map(|path| files.get(path).and_then(File::text).map(headings));
    let (one, other) = (one?, other?);
    if one
        .iter()
        .map(|heading| heading.0)
        .eq(other.iter().map(|heading| heading.0))
    {
        return None;
    }
    let differs = one.iter().zip(&other).find(|(a, b)| a.0 != b.0);
    let place = match differs {
        Some((a, b)) => format!("at {:?} and {:?}", a.1, b.1),
        None => format!("{} headings and {}", one.len(), other.len()),
    };
    Some(format!(
        "{} and {} differ in structure: {place}",
        READMES[0], READMES[1]
    ))
}

fn headings(text: &str) -> Vec<(usize, &str)> {
    let level = |line: &str| line.bytes().take_while(|byte| *byte == b'#').count();
    prose(text)
        .filter(|line| (1..=6).contains(&level(line)) && line[level(line)..].starts_with(' '))
        .map(|line| (level(line), line.trim_start_matches('#').trim()))
        .collect()
}

/// Lines outside fenced code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !fence && !code
    })
}

fn links(files: &Files, paper: &File) -> Vec<String> {
    let text = paper.text().unwrap_or_default();
    let leads = |target: &str| match resolve(&paper.path, target) {
        Some(path) => path.is_empty() || files.has(&path),
        None => false,
    };
    prose(text)
        .flat_map(targets)
        .filter(|target| !target.contains(':') && !target.starts_with('#'))
        .filter(|target| !leads(target))
        .map(|target| format!("{} links to {target}, which is not there", paper.path))
        .collect()
}

/// Targets of `[text](target)`, `src="target"` and `href="target"` in a line.
fn targets(line: &str) -> Vec<&str> {
    let marks = [("](", ')'), ("src=\"", '"'), ("href=\"", '"')];
    marks
        .iter()
        .flat_map(|(open, close)| {
            let after = line
                .match_indices(open)
                .map(|(at, mark)| &line[at + mark.len()..]);
            after.filter_map(|rest| rest.split(*close).next())
        })
        .collect()
}

/// The path of a link's target from the workspace's folder; nothing when it leads out of it.
fn resolve(from: &str, target: &str) -> Option<String> {
    let target = target.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Every crate that one of ours may use has a line in DESIGN.md.
fn reasons(files: &Files, table: &[Arrow]) -> Vec<String> {
    let design = files
        .get("DESIGN.md")
        .and_then(File::text)
        .unwrap_or_default();
    let ours = |name: &str| table.iter().any(|arrow| arrow.of == name);
    let mut names: Vec<&str> = table.iter().flat_map(|arrow| arrow.uses).copied().collect();
    names.sort_unstable();
    names.dedup();
    let lacks = |name: &&str| !ours(name) && !design.contains(&format!("`{name}`"));
    names
        .into_iter()
        .filter(lacks)
        .map(|name| format!("DESIGN.md gives no reason for {name}"))
        .collect()
}

/// Every folder of a provider has a page with a quality table; every page has a folder.
fn pages(files: &Files) -> Vec<String> {
    let mut findings = Vec::new();
    for name in providers(files) {
        let path = format!("docs/providers/{name}.md");
        match files.get(&path).and_then(File::text) {
            None => findings.push(format!("{path} is missing")),
            Some(text) if !text.contains("\n## Quality\n") => {
                findings.push(format!("{path} has no section \"Quality\""));
            }
            Some(_) => {}
        }
    }
    for file in files.iter() {
        let Some(name) = file
            .path
            .strip_prefix("docs/providers/")
            .and_then(|name| name.strip_suffix(".md"))
        else {
            continue;
        };
        if !files.has(&format!("{PROVIDERS}{name}")) {
            findings.push(format!("{} is about no provider", file.path));
        }
    }
    findings
}

fn providers(files: &Files) -> Vec<&str> {
    let inside = files
        .iter()
        .filter_map(|file| file.path.strip_prefix(PROVIDERS));
    let mut names: Vec<&str> = inside
        .filter_map(|path| path.strip_suffix("/mod.rs"))
        .collect();
    names.retain(|name| !name.contains('/'));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readmes_of_other_structure_are_found() {
        let same = Files::of(&[
            ("README.md", "# a\n## b\n```\n# no heading\n```\n## c"),
            ("README.zh-CN.md", "# 甲\n## 乙\n## 丙"),
        ]);
        assert_eq!(structure(&same), None);
        let other = Files::of(&[
            ("README.md", "# a\n## b"),
            ("README.zh-CN.md", "# 甲\n### 乙"),
        ]);
        assert!(structure(&other).is_some());
        let shorter = Files::of(&[("README.md", "# a\n## b"), ("README.zh-CN.md", "# 甲")]);
        assert!(shorter.get("README.md").is_some() && structure(&shorter).is_some());
    }

    #[test]
    fn links_lead_to_files() {
        let files = Files::of(&[
            (
                "docs/a.md",
                "[b](../b.md#part) [c](c/) [d](https://example.org/d) <img src=\"no.png\"> [out](../../x)",
            ),
            ("b.md", "[self](#part)"),
            ("docs/c/e.md", ""),
        ]);
        let found: Vec<String> = files.iter().flat_map(|file| links(&files, file)).collect();
        assert_eq!(
            found,
            [
                "docs/a.md links to ../../x, which is not there",
                "docs/a.md links to no.png, which is not there"
            ]
        );
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let files = Files::of(&[("DESIGN.md", "| `serde` | all | JSON |")]);
        let one = |of, uses| Arrow {
            of,
            uses,
            never: &[],
            never_in_tests: &[],
        };
        let table = [one("a", &["b", "serde", "left-pad"]), one("b", &[])];
        assert_eq!(
            reasons(&files, &table),
            ["DESIGN.md gives no reason for left-pad"]
        );
    }

    #[test]
    fn a_provider_without_a_page_is_found_and_a_page_without_a_provider() {
        let files = Files::of(&[
            ("crates/daiban-providers/src/ferry/mod.rs", ""),
            ("crates/daiban-providers/src/ferry/wire/mod.rs", ""),
            ("docs/providers/balloon.md", ""),
        ]);
        assert_eq!(
            pages(&files),
            [
                "docs/providers/ferry.md is missing",
                "docs/providers/balloon.md is about no provider"
            ]
        );
    }
}
