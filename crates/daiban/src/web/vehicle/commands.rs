//! What a car can be told, as forms; the command on its way; those of before.

use daiban_core::{Lang, Timestamp, dates, household::ErrandRow};
use daiban_providers::vehicle::command::{Class, Command, CommandState, Order};
use serde_json::json;

use super::{
    super::{
        facts::{Facts, fact},
        words::{self, Left, State, m, t},
    },
    COMMAND, WATCH, words as say_words,
};
use crate::{
    app::{Capabilities, CarOrder, read_order},
    say,
};

/// What is known to work on every car of the family; the rest is shown where a car lists it.
const USUAL: [&str; 5] = ["lock", "unlock", "start", "stop", "find"];
/// In the order in which they are offered.
const OFFERED: [&str; 8] = [
    "lock",
    "close_windows",
    "find",
    "unlock",
    "open_trunk",
    "vent_windows",
    "start",
    "stop",
];
/// So long after its end a command stands on top of the page.
const FRESH_S: i64 = 10 * 60;

/// One command with its form.
pub(in crate::web) struct Offer {
    pub(in crate::web) word: &'static str,
    pub(in crate::web) icon: &'static str,
    pub(in crate::web) label: &'static str,
    /// The last one of its kind, or what it does.
    pub(in crate::web) below: String,
    pub(in crate::web) button: String,
    /// Name, label and choices (value, label, chosen) of what it takes.
    pub(in crate::web) choice: Option<Choice>,
}

/// What a command takes.
pub(in crate::web) struct Choice {
    pub(in crate::web) name: &'static str,
    pub(in crate::web) label: &'static str,
    pub(in crate::web) options: Vec<(&'static str, String, bool)>,
}

/// Commands of a car, by its own list where that is known.
pub(super) fn offers(
    can: Option<&Capabilities>,
    orders: &[CarOrder],
    lang: Lang,
    now: Timestamp,
) -> Vec<Offer> {
    let known = |word: &&&str| match can {
        Some(can) => can.commands.iter().any(|listed| listed == **word),
        None => USUAL.contains(*word),
    };
    let words = OFFERED.iter().filter(known);
    words
        .filter_map(|word| offer(word, orders, lang, now))
        .collect()
}

fn offer(word: &'static str, orders: &[CarOrder], lang: Lang, now: Timestamp) -> Option<Offer> {
    let command = Command::read(word, &json!({})).ok()?;
    let last = orders
        .iter()
        .map(|one| &one.order)
        .find(|order| order.command.word() == word && order.state != CommandState::Rejected);
    let (icon, label, does) = described(command, lang);
    let asks = command.class() != Class::Safe;
    Some(Offer {
        word,
        icon,
        label,
        below: last.map_or_else(|| does.to_owned(), |order| last_time(order, lang, now)),
        button: format!("{label}{}", if asks { "…" } else { "" }),
        choice: choice(command, lang),
    })
}

fn described(command: Command, lang: Lang) -> (&'static str, &'static str, &'static str) {
    let (icon, label, does) = match command {
        Command::Lock => ("lock", ("锁车", "Lock"), ("四门上锁", "all four doors")),
        Command::CloseWindows => (
            "down",
            ("关窗", "Close windows"),
            ("四个窗都关上", "all four"),
        ),
        Command::Find { .. } => (
            "horn",
            ("找车", "Find"),
            (
                "闪灯点了就闪；会出声的先问你",
                "lights flash at once; what is heard asks you first",
            ),
        ),
        Command::Unlock { .. } => (
            "unlock",
            ("解锁", "Unlock"),
            (
                "先问你；到时没人开门自己锁回",
                "asks you first; locks again when no door is opened",
            ),
        ),
        Command::OpenTrunk => (
            "up",
            ("开后备箱", "Open boot"),
            ("先问你", "asks you first"),
        ),
        Command::VentWindows => (
            "up",
            ("开窗透气", "Air it"),
            ("先问你；窗开一点", "asks you first; opens windows a little"),
        ),
        Command::Start { .. } => (
            "power",
            ("启动", "Start"),
            (
                "先问你；到点自己熄火",
                "asks you first; stops by itself in time",
            ),
        ),
        Command::Stop => (
            "x",
            ("熄火", "Stop engine"),
            ("停发动机", "stops the engine"),
        ),
    };
    (icon, t(lang, label.0, label.1), t(lang, does.0, does.1))
}

fn last_time(order: &Order, lang: Lang, now: Timestamp) -> String {
    let at = words::moment(lang, order.sent_at.unwrap_or(order.asked_at), now);
    format!("{at} {}", say::order_state(order.state, lang))
}

fn choice(command: Command, lang: Lang) -> Option<Choice> {
    let minutes = |options: &[&'static str], usual: &str| Choice {
        name: "minutes",
        label: m(lang, "vehicle-minutes"),
        options: options
            .iter()
            .map(|minutes| {
                (
                    *minutes,
                    format!("{minutes} {}", m(lang, "vehicle-min")),
                    *minutes == usual,
                )
            })
            .collect(),
    };
    match command {
        Command::Unlock { .. } => Some(minutes(&["1", "2", "3"], "1")),
        Command::Start { .. } => Some(minutes(&["5", "10", "15"], "10")),
        Command::Find { .. } => Some(Choice {
            name: "what",
            label: m(lang, "vehicle-how"),
            options: vec![
                ("lights", m(lang, "vehicle-lights").to_owned(), true),
                ("horn", m(lang, "vehicle-horn").to_owned(), false),
                ("both", m(lang, "vehicle-both").to_owned(), false),
            ],
        }),
        _ => None,
    }
}

/// A command as pages show it.
pub(in crate::web) struct OrderView {
    pub(in crate::web) name: String,
    pub(in crate::web) state: State,
    /// What the state means, where its word might be taken for more.
    pub(in crate::web) meaning: Option<&'static str>,
    pub(in crate::web) text: String,
    pub(in crate::web) running: bool,
    /// What a person has to decide.
    pub(in crate::web) ask: Option<String>,
    /// Its errand, with all that happened.
    pub(in crate::web) href: String,
    /// Label and moment.
    pub(in crate::web) times: Vec<(&'static str, String)>,
    /// When the engine stops by itself.
    pub(in crate::web) stops: Option<Left>,
    /// What to do where nobody can say.
    pub(in crate::web) advice: Option<&'static str>,
    pub(in crate::web) by: String,
    pub(in crate::web) code: Option<String>,
    pub(in crate::web) at: String,
}

/// One command.
pub(in crate::web) fn view(
    order: &Order,
    ask: Option<&str>,
    lang: Lang,
    now: Timestamp,
) -> OrderView {
    let exact = |at: Option<Timestamp>| at.map(|at| words::moment_exact(lang, at, now));
    let times = [
        (m(lang, "vehicle-asked-for"), exact(Some(order.asked_at))),
        (m(lang, "vehicle-agreed"), exact(order.approved_at)),
        (m(lang, "vehicle-sent"), exact(order.sent_at)),
        (m(lang, "vehicle-known"), exact(order.settled_at)),
        (
            m(lang, "vehicle-by-the-report-of"),
            exact(order.confirmed_by),
        ),
    ];
    let running = matches!(
        order.state,
        CommandState::Preparing
            | CommandState::NeedsYou
            | CommandState::Sending
            | CommandState::Confirming
    );
    OrderView {
        name: order.command.name().in_lang(lang).to_owned(),
        state: say_words::state(order, lang),
        meaning: say::order_meaning(order.state, lang),
        text: order.text.in_lang(lang).to_owned(),
        running,
        ask: ask.map(|ask| format!("/asks/{ask}")),
        href: format!("/errands/{}", order.id),
        times: times
            .into_iter()
            .filter_map(|(label, at)| Some((label, at?)))
            .collect(),
        stops: order
            .stops_at
            .filter(|at| *at > now)
            .map(|at| words::left(lang, at, now)),
        advice: (order.state == CommandState::Unconfirmed)
            .then(|| m(lang, "vehicle-it-does-not-count-as")),
        by: say::order_by(&order.by, lang).to_owned(),
        code: order.code.clone(),
        at: words::moment(lang, order.asked_at, now),
    }
}

/// The command an errand carries, by its fact or by how it ended.
pub(in crate::web) fn of(
    errand: &ErrandRow,
    facts: Facts<'_>,
    lang: Lang,
    now: Timestamp,
) -> Option<OrderView> {
    if !matches!(errand.kind.as_str(), COMMAND | WATCH) {
        return None;
    }
    let published = Some(fact(facts, "command")).filter(|order| order.is_object());
    let ended = errand.outcome.as_ref().filter(|_| errand.kind == COMMAND);
    let order = read_order(published.or(ended)?.clone())?;
    Some(view(&order, None, lang, now))
}

/// The command that stands on top: the one on its way, or the last one while it is fresh.
pub(super) fn on_top(orders: &[CarOrder], lang: Lang, now: Timestamp) -> Option<OrderView> {
    let running = orders.iter().find(|one| one.is_running());
    let fresh = orders.first().filter(|one| {
        let end = one.order.settled_at.unwrap_or(one.order.asked_at);
        let runs = one.order.stops_at.is_some_and(|at| at > now);
        runs || now.as_second() - end.as_second() < FRESH_S
    });
    let one = running.or(fresh)?;
    let ask = one.ask.as_ref().map(|ask| ask.as_str().to_owned());
    Some(view(&one.order, ask.as_deref(), lang, now))
}

/// The date and name of every command, newest first.
pub(super) fn history(orders: &[CarOrder], lang: Lang, now: Timestamp) -> Vec<OrderView> {
    orders
        .iter()
        .map(|one| view(&one.order, None, lang, now))
        .collect()
}

/// Today's commands: they count towards the cap.
pub(super) fn sent_today(orders: &[CarOrder], now: Timestamp) -> usize {
    let today = dates::today(now);
    let sent = orders.iter().filter_map(|one| one.order.sent_at);
    sent.filter(|at| dates::today(*at) == today).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T14:10:00+08:00".parse().unwrap()
    }

    fn words(can: Option<&Capabilities>) -> Vec<&'static str> {
        offers(can, &[], Lang::Zh, now())
            .iter()
            .map(|offer| offer.word)
            .collect()
    }

    #[test]
    fn a_car_is_offered_what_it_lists() {
        assert_eq!(words(None), ["lock", "find", "unlock", "start", "stop"]);
        let can = Capabilities {
            commands: vec!["lock".to_owned(), "open_trunk".to_owned(), "fly".to_owned()],
            ..Capabilities::default()
        };
        assert_eq!(words(Some(&can)), ["lock", "open_trunk"]);
    }

    #[test]
    fn what_asks_first_says_so_on_its_button() {
        let offers = offers(None, &[], Lang::Zh, now());
        let buttons: Vec<&str> = offers.iter().map(|offer| offer.button.as_str()).collect();
        assert_eq!(buttons, ["锁车", "找车", "解锁…", "启动…", "熄火"]);
    }
}
