//! Where the data and its key are, how large, and how to keep a copy of them until there is a command for it.

use askama::Template;
use axum::{extract::State, response::Response};
use daiban_core::{Lang, Timestamp, dates};

use super::Tabs;
use crate::{
    diagnostics::FileFacts,
    web::{
        Web,
        page::{Shell, html},
        security::Oops,
        visitor::Me,
        words,
    },
};

struct FileView {
    name: &'static str,
    /// What it is.
    what: &'static str,
    size: String,
    iso: String,
    modified: String,
    /// Whether others on this machine may read it.
    exposed: bool,
}

#[derive(Template)]
#[template(path = "settings/backup.html")]
struct BackupPage {
    s: Shell,
    tabs: Tabs,
    /// `None`: everything is in memory.
    dir: Option<String>,
    files: Vec<FileView>,
    /// All that is to be copied.
    total: String,
    /// Files in the directory that are not daiban's.
    others: usize,
    /// What is free on the disk, where the system says it.
    free: Option<String>,
}

/// `GET /settings/backup`. Admins only.
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let (lang, now) = (me.lang, web.app.access().now());
    let data = web.app.data_files(&me.actor)?;
    let files = data.files.iter().filter(|file| is_kept(file.name));
    let total = files.clone().map(|file| file.bytes).sum();
    let page = BackupPage {
        s: Shell::full(&web, &me, "settings").await?,
        tabs: Tabs::new(&me, "backup"),
        dir: web.app.data_dir(&me.actor)?,
        files: files.map(|file| view(file, lang, now)).collect(),
        total: size(total),
        others: data.other_files,
        free: data.free_bytes.map(size),
    };
    Ok(html(&page))
}

/// The lock says who runs and the index is made anew; both are worth nothing in a copy.
fn is_kept(name: &str) -> bool {
    !matches!(name, "serve.lock" | "daiban.db-shm")
}

fn view(file: &FileFacts, lang: Lang, now: Timestamp) -> FileView {
    FileView {
        name: file.name,
        what: what(lang, file.name),
        size: size(file.bytes),
        iso: file.modified.map(dates::rfc3339).unwrap_or_default(),
        modified: match file.modified {
            Some(at) => words::moment(lang, at, now),
            None => words::m(lang, "settings-time-unknown").to_owned(),
        },
        exposed: file.private == Some(false),
    }
}

fn what(lang: Lang, name: &str) -> &'static str {
    match name {
        "daiban.key" => words::m(lang, "settings-the-key"),
        "daiban.db-wal" => words::m(lang, "settings-the-newest-changes-not-yet"),
        _ => words::m(lang, "settings-the-data"),
    }
}

/// `512 B`, `48 KB`, `3.2 MB`
fn size(bytes: u64) -> String {
    const KB: u64 = 1 << 10;
    const MB: u64 = 1 << 20;
    const GB: u64 = 1 << 30;
    let tenths = |unit: u64| bytes.saturating_mul(10) / unit;
    let said = |tenths: u64, unit| format!("{}.{} {unit}", tenths / 10, tenths % 10);
    match bytes {
        ..KB => format!("{bytes} B"),
        KB..MB => format!("{} KB", bytes / KB),
        MB..GB => said(tenths(MB), "MB"),
        _ => said(tenths(GB), "GB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (bytes, said) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (50_000, "48 KB"),
            (3_400_000, "3.2 MB"),
            (5 << 30, "5.0 GB"),
        ] {
            assert_eq!(size(bytes), said);
        }
    }
}
