//! What no compiler checks. Every finding is printed; any finding is red.
//!
//! | room | what it checks |
//! | --- | --- |
//! | [`graph`] | the table of [`crate::arrows`] against `cargo metadata` |
//! | [`fixtures`] | every fixture is named by a source file of its crate |
//! | [`strangers`] | files, paths and numbers that do not belong in the repository |
//! | [`papers`] | the two READMEs, links, a page for each provider, a reason for each dependency |

mod fixtures;
mod graph;
mod papers;
mod strangers;

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    arrows,
    run::{output, root},
};

/// `cargo xtask tidy`.
pub(crate) fn tidy() -> Result<()> {
    let files = Files::listed()?;
    let checks = [
        (
            "arrows",
            graph::check(&graph::Metadata::of_workspace()?, arrows::ARROWS),
        ),
        ("fixtures", fixtures::check(&files)),
        ("strangers", strangers::check(&files)),
        ("papers", papers::check(&files, arrows::ARROWS)),
    ];
    let mut red = 0;
    for (name, findings) in checks {
        println!(
            "    {name}: {}",
            if findings.is_empty() { "ok" } else { "red" }
        );
        findings
            .iter()
            .for_each(|finding| println!("      {finding}"));
        red += findings.len();
    }
    if red > 0 {
        bail!("tidy: {red} finding(s)");
    }
    Ok(())
}

/// The files of the repository: tracked, or new and not ignored.
pub(crate) struct Files(Vec<File>);

/// One of them.
pub(crate) struct File {
    /// From the workspace's folder, with `/`.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) content: Vec<u8>,
}

impl File {
    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The content, unless it is not text.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.content).ok()
    }
}

impl Files {
    fn listed() -> Result<Self> {
        let mut git = Command::new("git");
        git.args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        git.current_dir(root());
        let mut paths: Vec<String> = output(git)?
            .split_terminator('\0')
            .map(str::to_owned)
            .collect();
        paths.sort();
        paths.dedup();
        // A file deleted and not committed yet is still listed.
        let read = |path: String| {
            let content = std::fs::read(root().join(&path)).ok()?;
            Some(File { path, content })
        };
        Ok(Self(paths.into_iter().filter_map(read).collect()))
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            content: text.as_bytes().to_vec(),
        };
        Self(files.iter().map(file).collect())
    }

    /// All of them, by path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }

    /// One of them.
    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.0.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or folder of that path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.0
            .iter()
            .any(|file| file.path == path || file.path.starts_with(&folder))
    }
}
