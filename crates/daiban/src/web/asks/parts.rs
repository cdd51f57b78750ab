//! How far a step has come: part of the page, and alone for scripts that poll it.

use askama::Template;
use daiban_core::{
    Lang, Timestamp,
    ask::{Ask, AskKind, AskState},
    household::ErrandRow,
};

use super::{Looking, ended, view::left};
use crate::{
    app::AppError,
    web::{
        Web,
        page::Shell,
        words::{self, Left, State as Mark},
    },
};

/// A step of a sign-in.
pub(super) struct Step {
    pub(super) word: &'static str,
    pub(super) is_here: bool,
}

impl Step {
    pub(super) fn row(here: usize, words: [&'static str; 3]) -> Vec<Self> {
        let step = |(number, word)| Self {
            word,
            is_here: number == here,
        };
        words.into_iter().enumerate().map(step).collect()
    }
}

/// How far a step has come.
pub(super) struct Live {
    pub(super) st: Mark,
    /// What its errand says.
    pub(super) said: String,
    /// What is to be done next.
    pub(super) next: &'static str,
    pub(super) steps: Vec<Step>,
    pub(super) left: Option<Left>,
    /// Where it goes on, once it is over.
    pub(super) onward: Option<String>,
}

impl Live {
    pub(super) fn of(ask: &Ask, errand: &ErrandRow, lang: Lang, now: Timestamp) -> Self {
        let is_scanned = errand.checkpoint == "confirm";
        let is_code = ask.ask.kind == AskKind::Qr;
        let (st, next) = match (is_code, is_scanned) {
            (true, true) => (
                mark("ok", words::m(lang, "asks-scanned-2")),
                words::m(lang, "asks-confirm-on-the-phone-and"),
            ),
            (true, false) => (
                mark("live", words::m(lang, "asks-waiting-for-your-scan")),
                words::m(lang, "asks-this-changes-by-itself-nothing"),
            ),
            _ => (mark("live", words::m(lang, "asks-waiting-for-you")), ""),
        };
        let steps = [
            words::m(lang, "asks-scan"),
            words::m(lang, "asks-confirm-on-the-phone"),
            words::m(lang, "asks-signed-in-2"),
        ];
        Self {
            st,
            said: errand.reason.in_lang(lang).to_owned(),
            next,
            steps: match is_code {
                true => Step::row(usize::from(is_scanned), steps),
                false => Vec::new(),
            },
            left: left(ask, lang, now),
            onward: None,
        }
    }
}

fn mark(class: &'static str, word: &'static str) -> Mark {
    Mark { class, word }
}

/// The part alone.
#[derive(Template)]
#[template(path = "ask_live.html")]
pub(super) struct LivePart {
    s: Shell,
    live: Live,
}

impl LivePart {
    pub(super) async fn of(
        web: &Web,
        looking: &Looking,
        ask: &Ask,
        onward: Option<String>,
    ) -> Result<Self, AppError> {
        let lang = looking.shell.lang;
        let errand = web.app.errand(&looking.actor, &ask.errand).await?;
        let mut live = Live::of(ask, &errand, lang, web.app.now());
        if ask.state != AskState::Open {
            let ended = ended::of(&web.app, &looking.actor, ask, &errand, lang).await?;
            let ended = ended.map(|ended| ended.said).unwrap_or_default();
            live = Live {
                st: mark("", words::m(lang, "asks-this-step-is-over")),
                said: ended,
                next: "",
                steps: Vec::new(),
                left: None,
                onward,
            };
        }
        Ok(Self {
            s: Shell::alone(lang, String::new()),
            live,
        })
    }
}
