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
                mark("ok", words::t(lang, "扫到了", "Scanned")),
                words::t(
                    lang,
                    "在手机上点“确认登录”，就好了。",
                    "Confirm on the phone and it is done.",
                ),
            ),
            (true, false) => (
                mark("live", words::t(lang, "等你扫码", "Waiting for your scan")),
                words::t(
                    lang,
                    "扫完这里自己会变，不用回来点什么。",
                    "This changes by itself; nothing more to press.",
                ),
            ),
            _ => (mark("live", words::t(lang, "等你", "Waiting for you")), ""),
        };
        let steps = [
            words::t(lang, "扫码", "scan"),
            words::t(lang, "手机上点确认", "confirm on the phone"),
            words::t(lang, "登录成功", "signed in"),
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
                st: mark("", words::t(lang, "这一步过去了", "This step is over")),
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
