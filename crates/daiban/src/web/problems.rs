//! Problems with what mends them, the channels messages go over, and why nobody looks just now.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use daiban_core::{
    Lang,
    errand::Phase,
    household::{ErrandRow, OutboxState, Problem},
    notice::Severity,
    notify::Channel,
};

use super::{
    Web,
    channels::about,
    limits::{self, LimitView},
    notices::{self, NoticeView},
    page::{Shell, html},
    security::Oops,
    visitor::Me,
    words::{self, State as Word, m},
};
use crate::app::OutboxLine;

/// So many notices are shown here; all of them have their own page.
const NOTICES: usize = 6;
/// So many messages over channels are looked through for the last of each.
const OUTBOX: usize = 500;

/// A problem with its ways out.
struct ProblemItem {
    class: &'static str,
    text: String,
    fix: String,
    since: String,
    /// What mends it, as links.
    links: Vec<(String, &'static str)>,
    /// What mends it, as a button: address and word.
    button: Option<(String, &'static str)>,
}

struct ChannelView {
    href: String,
    id: String,
    kind: String,
    name: String,
    /// How the last message over it went.
    last: Option<(Word, String)>,
    changes: bool,
}

#[derive(Template)]
#[template(path = "problems.html")]
struct ProblemsPage {
    s: Shell,
    problems: Vec<ProblemItem>,
    channels: Vec<ChannelView>,
    quiet: String,
    notices: Vec<NoticeView>,
    limits: Vec<LimitView>,
    writes: bool,
}

/// `GET /problems`
pub(super) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let (app, lang, now) = (&web.app, me.lang, web.app.now());
    let mut problems = app.problems(&me.actor).await?;
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    let errands = app.errands(&me.actor).await?;
    let errands: BTreeMap<&str, &ErrandRow> =
        errands.iter().map(|row| (row.id.as_str(), row)).collect();
    let outbox = app.outbox(&me.actor, OUTBOX).await?;
    let channels = app.channels(&me.actor).await?;
    let allowances = app.allowances(&me.actor).await?;
    Ok(html(&ProblemsPage {
        s: Shell::full(&web, &me, "problems").await?,
        problems: problems
            .iter()
            .map(|problem| item(&web, &me, problem, &errands))
            .collect(),
        channels: channels
            .iter()
            .map(|channel| channel_view(&web, &me, channel, &outbox))
            .collect(),
        quiet: quiet(&web, lang),
        notices: notices::told(&web, &me, NOTICES).await?,
        limits: allowances
            .iter()
            .map(|known| limits::limit(known, lang, now))
            .collect(),
        writes: me.actor.writes(),
    }))
}

fn item(
    web: &Web,
    me: &Me,
    problem: &Problem,
    errands: &BTreeMap<&str, &ErrandRow>,
) -> ProblemItem {
    let lang = me.lang;
    let mut steps = problem.key.split('/');
    let about = (steps.next().unwrap_or_default(), steps.next());
    let word = steps.next().unwrap_or_default();
    ProblemItem {
        class: match problem.severity {
            Severity::Urgent => "urg",
            Severity::Attention | Severity::Info => words::severity(problem.severity),
        },
        text: problem.text.in_lang(lang).to_owned(),
        fix: problem.fix.in_lang(lang).to_owned(),
        since: words::ago(lang, problem.since, web.app.now()),
        links: links(about, word, lang),
        button: button(about, me, errands),
    }
}

/// Where it is mended. The key says what it is about.
fn links(about: (&str, Option<&str>), word: &str, lang: Lang) -> Vec<(String, &'static str)> {
    let link = match about {
        ("errand", Some(id)) => (format!("/errands/{id}"), m(lang, "shell-see-the-errand")),
        ("account", Some(id)) if word == "sign_in" => {
            (format!("/accounts/{id}"), m(lang, "notices-sign-in-again"))
        }
        ("account", Some(id)) => (format!("/accounts/{id}"), m(lang, "shell-see-the-account")),
        ("channel", Some(id)) => (format!("/channels/{id}"), m(lang, "shell-mend-the-channel")),
        ("service", Some(_)) => ("#limits".to_owned(), m(lang, "notices-see-when-it-goes-on")),
        _ => return Vec::new(),
    };
    vec![link]
}

/// An errand that waits can be told to look now: what a person has mended is seen then.
fn button(
    about: (&str, Option<&str>),
    me: &Me,
    errands: &BTreeMap<&str, &ErrandRow>,
) -> Option<(String, &'static str)> {
    let ("errand", Some(id)) = about else {
        return None;
    };
    let row = errands.get(id).filter(|row| me.actor.changes(&row.user))?;
    match row.phase {
        Phase::Waiting | Phase::NeedsYou => Some((
            format!("/errands/{id}/run"),
            m(me.lang, "notices-mended-look-now"),
        )),
        Phase::Paused => Some((
            format!("/errands/{id}/resume"),
            m(me.lang, "notices-resume"),
        )),
        Phase::Working | Phase::Done | Phase::Failed | Phase::Cancelled => None,
    }
}

fn channel_view(web: &Web, me: &Me, channel: &Channel, outbox: &[OutboxLine]) -> ChannelView {
    let about = about(&channel.kind);
    ChannelView {
        href: format!("/channels/{}", channel.id),
        id: channel.id.to_string(),
        kind: about.map_or_else(
            || channel.kind.clone(),
            |about| about.name.in_lang(me.lang).to_owned(),
        ),
        name: channel.name.clone(),
        last: last(web, me, channel, outbox),
        changes: me.actor.changes(&channel.user),
    }
}

/// How the newest message that was tried over a channel went.
fn last(web: &Web, me: &Me, channel: &Channel, outbox: &[OutboxLine]) -> Option<(Word, String)> {
    let lang = me.lang;
    let tried = |line: &&OutboxLine| {
        line.row.channel == channel.id
            && (line.row.attempts > 0 || line.row.state == OutboxState::Failed)
    };
    let line = outbox.iter().find(tried)?;
    let at = line.notice.as_ref().map(|notice| notice.at);
    let at = at.map(|at| words::moment(lang, at, web.app.now()));
    let answer = line
        .row
        .answer
        .as_deref()
        .filter(|answer| !answer.is_empty());
    let answer = answer.map(|answer| match lang {
        Lang::Zh => format!("原话：{answer}"),
        Lang::En => format!("it said: {answer}"),
    });
    let parts: Vec<String> = at.into_iter().chain(answer).collect();
    let between = m(lang, "shell-mark-comma");
    Some((words::outbox(lang, line.row.state), parts.join(between)))
}

fn quiet(web: &Web, lang: Lang) -> String {
    let quiet = web.app.quiet();
    match (quiet.hours, quiet.asks_break, lang) {
        (None, _, Lang::Zh) => "没有设安静时段，什么时候都发。".to_owned(),
        (None, _, Lang::En) => "There are no quiet hours; messages go at any time.".to_owned(),
        (Some(hours), true, Lang::Zh) => {
            format!("安静时段 {hours}：急事和“待你处理”照发，别的压到时段结束。")
        }
        (Some(hours), false, Lang::Zh) => format!("安静时段 {hours}：只发急事，别的压到时段结束。"),
        (Some(hours), true, Lang::En) => format!(
            "Quiet hours {hours}: urgent messages and what waits for you are sent, the rest is held until they end."
        ),
        (Some(hours), false, Lang::En) => {
            format!(
                "Quiet hours {hours}: only urgent messages are sent, the rest is held until they end."
            )
        }
    }
}
