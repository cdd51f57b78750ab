//! Rows as pages show them: asks, problems, errands, lines of history.

use daiban_core::{
    Lang, Timestamp,
    account::Account,
    ask::{Ask, AskKind},
    dates,
    descriptor::{Descriptor, ErrandKind},
    errand::Phase,
    household::{ErrandRow, EventRow, Problem},
    service::Service,
    store::EventKind,
};
use serde_json::Value;

use super::{
    facts::{self, Fines, PermitCar, Strip},
    form,
    hospital::{self, facts::VisitView},
    rail::{self, facts::TicketView},
    vehicle::{self, commands::OrderView, facts::WatchView},
    words::{self, Left, State, m},
};
use crate::history;

/// A sentence of more characters is not set large.
const LONG: usize = 56;
/// See [`again_s`].
const HURRIED_S: u32 = 5;

/// One open ask.
pub(super) struct AskView {
    pub(super) href: String,
    pub(super) icon: &'static str,
    /// `12306 · 林岚`
    pub(super) from: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) button: &'static str,
    pub(super) left: Option<Left>,
    /// Seconds there were, and seconds there are still.
    pub(super) progress: Option<(i64, i64)>,
    pub(super) since: String,
}

/// An ask as listed.
pub(super) fn ask(ask: &Ask, accounts: &[Account], lang: Lang, now: Timestamp) -> AskView {
    AskView {
        href: format!("/asks/{}", ask.id),
        icon: ask.service.as_str(),
        from: from(ask, accounts, lang),
        title: ask.ask.title.in_lang(lang).to_owned(),
        body: ask.ask.body.in_lang(lang).to_owned(),
        button: button(ask, lang),
        left: ask
            .ask
            .deadline
            .map(|deadline| words::left(lang, deadline, now)),
        progress: progress(ask, now),
        since: words::ago(lang, ask.at, now),
    }
}

/// How much of its time is left; nothing for what has no end or never had time.
fn progress(ask: &Ask, now: Timestamp) -> Option<(i64, i64)> {
    let deadline = ask.ask.deadline?.as_second();
    let whole = deadline - ask.at.as_second();
    let left = (deadline - now.as_second()).clamp(0, whole.max(0));
    (whole > 0).then_some((whole, left))
}

/// What leads to it. Asks of tickets and visits say what is decided.
fn button(ask: &Ask, lang: Lang) -> &'static str {
    let tag = &ask.ask.tag;
    let own = match (ask.service, ask.ask.kind) {
        (Service::Rail, AskKind::Approve) => rail::words::ask_button(lang, tag),
        (Service::Hospital, AskKind::Approve) => hospital::words::ask_button(lang, tag),
        _ => None,
    };
    own.unwrap_or(words::ask_button(lang, ask.ask.kind))
}

/// Service and account of an ask.
pub(super) fn from(ask: &Ask, accounts: &[Account], lang: Lang) -> String {
    let name = ask.service.name();
    let account = accounts.iter().find(|account| account.id == ask.account);
    match account {
        Some(account) => format!("{} · {}", name.in_lang(lang), account.name),
        None => name.in_lang(lang).to_owned(),
    }
}

/// A problem with the way to what it is about.
pub(super) struct ProblemView {
    pub(super) class: &'static str,
    pub(super) text: String,
    pub(super) fix: String,
    pub(super) since: String,
    /// Where to mend it, and what that link says.
    pub(super) way: Option<(String, &'static str)>,
}

/// A problem as listed.
pub(super) fn problem(problem: &Problem, lang: Lang, now: Timestamp) -> ProblemView {
    let mut steps = problem.key.split('/');
    let way = match (steps.next(), steps.next()) {
        (Some("errand"), Some(id)) => {
            Some((format!("/errands/{id}"), m(lang, "shell-see-the-errand")))
        }
        (Some("account"), Some(id)) => {
            Some((format!("/accounts/{id}"), m(lang, "shell-see-the-account")))
        }
        _ => None,
    };
    ProblemView {
        class: words::severity(problem.severity),
        text: problem.text.in_lang(lang).to_owned(),
        fix: problem.fix.in_lang(lang).to_owned(),
        since: words::ago(lang, problem.since, now),
        way,
    }
}

/// One errand.
pub(super) struct ErrandView {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) icon: String,
    /// What it is: `保持进京证`
    pub(super) kind: String,
    /// What it is about: plates, stations, or the account's name.
    pub(super) subject: String,
    /// The account's name.
    pub(super) account: String,
    pub(super) state: State,
    pub(super) reason: String,
    pub(super) next: Option<String>,
    /// The same as narrow as can be, for lists.
    pub(super) next_short: Option<String>,
    pub(super) strips: Vec<Strip>,
    pub(super) permits: Vec<PermitCar>,
    pub(super) fines: Vec<Fines>,
    pub(super) ticket: Option<TicketView>,
    pub(super) visit: Option<VisitView>,
    pub(super) car: Option<WatchView>,
    /// The command it carries.
    pub(super) order: Option<OrderView>,
}

impl ErrandView {
    /// How an errand with pages of its own ended, once it has.
    pub(super) fn ended(&self) -> Option<&'static str> {
        let ticket = self.ticket.as_ref().and_then(|ticket| ticket.ended);
        ticket.or_else(|| self.visit.as_ref()?.ended)
    }

    /// What it is about, in a line.
    pub(super) fn heading(&self) -> &str {
        let ticket = self.ticket.as_ref().map(|ticket| ticket.title.as_str());
        let visit = self.visit.as_ref().map(|visit| visit.title.as_str());
        ticket.or(visit).unwrap_or(&self.subject)
    }

    /// Days and people, or as whom, where that is not the heading.
    pub(super) fn about(&self) -> &str {
        let ticket = self.ticket.as_ref().map(|ticket| ticket.about.as_str());
        let visit = self.visit.as_ref().map(|visit| visit.about.as_str());
        let own = ticket.or(visit).filter(|about| !about.is_empty());
        let account = (self.account != self.subject).then_some(self.account.as_str());
        own.or(account).unwrap_or_default()
    }

    /// Whether its reason is too long to be read large.
    pub(super) fn is_long(&self) -> bool {
        self.reason.chars().count() > LONG
    }

    /// Whether it has more to show than a line.
    pub(super) fn has_picture(&self) -> bool {
        let order = self.ticket.as_ref().and_then(|one| one.order.as_ref());
        let visit = self.visit.as_ref().filter(|visit| visit.going);
        let reading = self.car.as_ref().and_then(|car| car.told.as_ref());
        !self.strips.is_empty()
            || !self.fines.is_empty()
            || order.is_some_and(|order| order.waits || order.is_held)
            || visit.is_some_and(|visit| visit.booking.is_some())
            || reading.is_some()
    }

    /// Whether there is something to be paid; then paying is what the page is for.
    pub(super) fn is_paying(&self) -> bool {
        let order = self
            .ticket
            .as_ref()
            .and_then(|ticket| ticket.order.as_ref());
        order.is_some_and(|order| order.pay.is_some())
    }
}

/// An errand with its facts.
pub(super) fn errand(
    row: &ErrandRow,
    facts: &[(String, Value)],
    services: &[&'static Descriptor],
    accounts: &[Account],
    at: (Lang, Timestamp),
) -> ErrandView {
    let (lang, now) = at;
    let account = accounts.iter().find(|account| account.id == row.account);
    let account = account.map_or_else(
        || m(lang, "shell-a-removed-account").to_owned(),
        |account| account.name.clone(),
    );
    let visit = is_visit(row).then(|| hospital::facts::visit(row, facts, lang, now));
    ErrandView {
        id: row.id.to_string(),
        href: format!("/errands/{}", row.id),
        icon: row.kind.split('.').next().unwrap_or_default().to_owned(),
        kind: kind_of(services, &row.kind).map_or_else(
            || row.kind.clone(),
            |kind| kind.label.in_lang(lang).to_owned(),
        ),
        subject: match &visit {
            Some(visit) => visit.subject(),
            None => {
                let plate = (row.kind == vehicle::WATCH).then(|| vehicle::facts::plate(facts));
                let wished = || subject(&row.wishes, lang);
                let own = plate.flatten().or_else(wished);
                own.unwrap_or_else(|| account.clone())
            }
        },
        account,
        state: match row.kind.as_str() {
            rail::TICKET => rail::facts::state(row, lang),
            hospital::VISIT => hospital::facts::state(row, lang),
            _ => words::phase(lang, row.phase),
        },
        reason: row.reason.in_lang(lang).to_owned(),
        next: row
            .next_at
            .filter(|_| !row.phase.is_over())
            .map(|next| words::moment(lang, next, now)),
        next_short: row
            .next_at
            .filter(|_| !row.phase.is_over())
            .map(|next| words::moment_short(lang, next, now)),
        strips: facts::strips(facts, lang, now),
        permits: facts::permits(facts, lang),
        fines: facts
            .iter()
            .filter_map(|(name, value)| facts::fines(name, value, lang, now))
            .collect(),
        ticket: is_ticket(row).then(|| rail::facts::ticket(row, facts, lang, now)),
        visit,
        car: (row.kind == vehicle::WATCH).then(|| vehicle::facts::watch(row, facts, lang, now)),
        order: vehicle::commands::of(row, facts, lang, now),
    }
}

/// Seconds after which an errand's page loads itself again: only in the short while in which an order is made or undone.
pub(super) fn again_s(row: &ErrandRow) -> u32 {
    let hurried: &[&str] = match row.kind.as_str() {
        rail::TICKET => &["ordering", "verifying", "cancelling"],
        hospital::VISIT => &["booking", "lineup", "verifying"],
        vehicle::COMMAND if !row.phase.is_over() => return HURRIED_S,
        _ => &[],
    };
    if hurried.contains(&row.checkpoint.as_str()) && row.phase == Phase::Working {
        HURRIED_S
    } else {
        0
    }
}

/// Whether its heading is made of its facts.
pub(super) fn is_headed_by_facts(row: &ErrandRow) -> bool {
    is_visit(row) || row.kind == vehicle::WATCH
}

fn is_visit(row: &ErrandRow) -> bool {
    row.kind == hospital::VISIT
}

fn is_ticket(row: &ErrandRow) -> bool {
    row.kind == rail::TICKET
}

/// An errand kind by its name.
pub(super) fn kind_of(services: &[&'static Descriptor], kind: &str) -> Option<&'static ErrandKind> {
    services
        .iter()
        .flat_map(|service| service.errands)
        .find(|known| known.kind == kind)
}

/// What the wishes are about, when they say: from where to where, or which cars.
fn subject(wishes: &Value, lang: Lang) -> Option<String> {
    let said = |name: &str| form::typed(&wishes[name], lang);
    if let Some(command) = vehicle::words::wished_command(wishes) {
        return Some(command.name().in_lang(lang).to_owned());
    }
    if let (Some(from), Some(to)) = (said("from"), said("to")) {
        let day = days(&wishes["dates"], lang).or_else(|| said("date"));
        let day = day.map(|day| format!(" · {day}")).unwrap_or_default();
        return Some(format!("{from} → {to}{day}"));
    }
    said("plate").or_else(|| said("plates"))
}

/// The first of several days, and how many there are.
fn days(dates: &Value, lang: Lang) -> Option<String> {
    let dates = dates.as_array()?;
    let first = words::day(lang, dates.first()?.as_str()?.parse().ok()?);
    Some(match (dates.len(), lang) {
        (1, _) => first,
        (count, Lang::Zh) => format!("{first}等 {count} 天"),
        (count, Lang::En) => format!("{first} and {} more", count - 1),
    })
}

/// Whether a line only says that a look was answered: what came of it stands in the line after it.
pub(super) fn is_routine(event: &EventRow) -> bool {
    let said = |name: &str| event.data[name].as_str();
    event.kind == EventKind::Called
        && said("nature") == Some("look")
        && said("ended") == Some("done")
}

/// One line of history.
pub(super) struct Line {
    pub(super) class: &'static str,
    pub(super) iso: String,
    pub(super) at: String,
    pub(super) text: String,
    /// The same line so many times in a row; the newest is shown.
    pub(super) times: usize,
    /// The number of the oldest of them.
    pub(super) oldest: i64,
}

/// Lines as they are shown, newest first; the same sentence many times over is one line.
pub(super) fn lines(events: &[EventRow], lang: Lang, now: Timestamp) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for event in events {
        let text = history::text(event).in_lang(lang).to_owned();
        match lines.last_mut() {
            Some(last) if last.text == text => {
                last.times += 1;
                last.oldest = event.seq;
            }
            _ => lines.push(line(event, text, lang, now)),
        }
    }
    lines
}

fn line(event: &EventRow, text: String, lang: Lang, now: Timestamp) -> Line {
    let class = match event.kind {
        EventKind::Stuck => "urg",
        EventKind::Missed | EventKind::Held | EventKind::Asked => "att",
        EventKind::Answered | EventKind::Created | EventKind::Told => "ok",
        EventKind::Ran | EventKind::Skipped | EventKind::Called => "",
    };
    Line {
        class,
        iso: dates::rfc3339(event.at),
        at: words::moment_exact(lang, event.at, now),
        text,
        times: 1,
        oldest: event.seq,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn subjects_come_from_wishes() {
        assert_eq!(
            subject(
                &json!({ "from": "北京南", "to": "上海虹桥", "dates": ["2026-12-02"] }),
                Lang::Zh
            )
            .unwrap(),
            "北京南 → 上海虹桥 · 12月2日 周三"
        );
        assert_eq!(
            subject(&json!({ "plates": ["冀R0D001", "冀R0D002"] }), Lang::Zh).unwrap(),
            "冀R0D001、冀R0D002"
        );
        assert_eq!(subject(&json!({ "plates": null }), Lang::Zh), None);
    }
}
