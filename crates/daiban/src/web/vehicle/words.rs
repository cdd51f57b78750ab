//! Words of commands and of what is asked before them.

use daiban_core::{
    Lang,
    descriptor::{ErrandKind, Form, Wish},
    household::ErrandRow,
};
use daiban_providers::vehicle::command::{Class, Command, CommandState, Order};
use serde_json::{Map, Value};

use super::{
    super::{
        form::{self, is_default},
        words::{State, m},
    },
    COMMAND, WATCH,
};
use crate::say;

/// What a yes-or-no question about a car is answered with.
pub(in crate::web) struct AskWords {
    pub(in crate::web) yes: &'static str,
    pub(in crate::web) no: &'static str,
    /// What silence means.
    pub(in crate::web) silence: &'static str,
    /// A yes opens or starts the car.
    pub(in crate::web) risk: Option<&'static str>,
}

/// The words for an ask of this errand; `None`: it is not about a command.
pub(in crate::web) fn ask(lang: Lang, errand: &ErrandRow, tag: &str) -> Option<AskWords> {
    let command = match errand.kind.as_str() {
        COMMAND => wished_command(&errand.wishes)?,
        WATCH if tag == "lock" || tag.starts_with("command/") => Command::Lock,
        _ => return None,
    };
    let (yes, no, silence) = match command {
        Command::Lock => (
            m(lang, "vehicle-lock-it"),
            m(lang, "vehicle-leave-it"),
            m(lang, "vehicle-it-is-not-locked-the"),
        ),
        Command::Unlock { .. } => (
            m(lang, "shell-unlock"),
            m(lang, "vehicle-do-not"),
            m(lang, "vehicle-it-stays-locked-nothing-is"),
        ),
        Command::Start { .. } => (
            m(lang, "vehicle-start-it"),
            m(lang, "vehicle-do-not-2"),
            m(lang, "vehicle-it-is-not-started-nothing"),
        ),
        Command::VentWindows => (
            m(lang, "vehicle-open-them"),
            m(lang, "vehicle-do-not-3"),
            m(lang, "vehicle-they-stay-as-they-are"),
        ),
        Command::OpenTrunk => (
            m(lang, "vehicle-open-the-boot"),
            m(lang, "vehicle-do-not-3"),
            m(lang, "vehicle-it-stays-as-it-is"),
        ),
        Command::Find { .. } | Command::Stop | Command::CloseWindows => (
            m(lang, "vehicle-send-it"),
            m(lang, "vehicle-do-not-4"),
            m(lang, "vehicle-nothing-is-sent"),
        ),
    };
    let risk = (command.class() == Class::Sensitive).then(|| risk(command, lang));
    Some(AskWords {
        yes,
        no,
        silence,
        risk,
    })
}

fn risk(command: Command, lang: Lang) -> &'static str {
    match command {
        Command::Start { .. } => m(lang, "vehicle-never-start-it-in-a"),
        Command::Unlock { .. } => m(lang, "vehicle-do-not-unlock-it-where"),
        _ => m(lang, "vehicle-do-not-open-it-where"),
    }
}

/// The command of an errand.
pub(in crate::web) fn wished_command(wishes: &Value) -> Option<Command> {
    let mut args = Map::new();
    for name in ["minutes", "what"] {
        let given = Some(&wishes[name]).filter(|value| !value.is_null());
        args.extend(given.map(|value| (name.to_owned(), value.clone())));
    }
    Command::read(wishes["command"].as_str()?, &Value::Object(args)).ok()
}

/// What an ask says, a sentence to a line, so that no fact is lost in a paragraph.
pub(in crate::web) fn sentences(body: &str, lang: Lang) -> Vec<String> {
    let end = m(lang, "shell-mark-stop-2");
    let sentences = body.lines().flat_map(|line| line.split(end));
    let tidy = sentences.map(|one| one.trim().trim_end_matches('.').to_owned());
    tidy.filter(|one| !one.is_empty()).collect()
}

/// How far a command has come, with its shape. One that opened or locked a car and was not confirmed is to be looked after.
pub(in crate::web) fn state(order: &Order, lang: Lang) -> State {
    let careful = order.command.class() == Class::Sensitive || order.command == Command::Lock;
    let class = match order.state {
        CommandState::Preparing | CommandState::Sending | CommandState::Confirming => "live",
        CommandState::NeedsYou => "att",
        CommandState::Accepted | CommandState::Confirmed => "ok",
        CommandState::Unconfirmed if careful => "urg",
        CommandState::Unconfirmed => "att",
        CommandState::Rejected => "",
    };
    State {
        class,
        word: say::order_state(order.state, lang),
    }
}

/// Label and value of what was wished. Areas are named without where they are.
pub(in crate::web) fn wished(
    kind: &ErrandKind,
    wishes: &Value,
    lang: Lang,
) -> Vec<(String, String)> {
    let shown = |wish: &Wish| {
        let value = in_words(kind, wish, wishes, lang)?;
        Some((wish.label.in_lang(lang).to_owned(), value))
    };
    kind.wishes.iter().filter_map(shown).collect()
}

fn in_words(kind: &ErrandKind, wish: &Wish, wishes: &Value, lang: Lang) -> Option<String> {
    let value = &wishes[wish.name];
    if kind.kind == COMMAND {
        return match wish.name {
            "command" => wished_command(wishes).map(|it| it.name().in_lang(lang).to_owned()),
            "by" => value.as_str().map(|by| say::order_by(by, lang).to_owned()),
            "car" => form::typed(value, lang),
            _ => None,
        };
    }
    match (wish.name, wish.form) {
        ("areas", _) => areas(value.as_str()?, lang),
        (_, Form::Choice(choices)) => {
            let chosen = choices.iter().find(|(word, _)| value == word);
            chosen.map(|(_, label)| label.in_lang(lang).to_owned())
        }
        _ if is_default(wish, value) => None,
        _ => form::typed(value, lang),
    }
}

/// `家:39.9087,116.3975,300` → `家（300 米）`
fn areas(typed: &str, lang: Lang) -> Option<String> {
    let one = |area: &str| {
        let (name, numbers) = area.split_once([':', '：'])?;
        let radius = numbers
            .rsplit([',', '，'])
            .next()?
            .trim()
            .parse::<f64>()
            .ok();
        let radius = radius.map(|radius| match lang {
            Lang::Zh => format!("（{radius:.0} 米）"),
            Lang::En => format!(" ({radius:.0} m)"),
        });
        Some(format!("{}{}", name.trim(), radius.unwrap_or_default()))
    };
    let named: Vec<String> = typed.split([';', '；']).filter_map(one).collect();
    (!named.is_empty()).then(|| named.join(m(lang, "shell-mark-list")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ask_is_read_a_sentence_at_a_time() {
        let zh =
            "车大约在 39.9087, 116.3975。8 分钟前报的。车停着，熄火。\n14:14 前没有同意就不发。";
        let said = sentences(zh, Lang::Zh);
        assert_eq!(
            said,
            [
                "车大约在 39.9087, 116.3975",
                "8 分钟前报的",
                "车停着，熄火",
                "14:14 前没有同意就不发"
            ]
        );
        let en = "the car is at 39.9087, 116.3975. told 8 min ago. without a yes by 14:14 nothing is sent.";
        assert_eq!(sentences(en, Lang::En).len(), 3);
        assert!(sentences("", Lang::Zh).is_empty());
    }

    #[test]
    fn areas_are_named_without_where_they_are() {
        let typed = "家:39.9087,116.3975,300；公司：39.99,116.30,150";
        assert_eq!(
            areas(typed, Lang::Zh).as_deref(),
            Some("家（300 米）、公司（150 米）")
        );
        assert_eq!(areas("nonsense", Lang::Zh), None);
    }
}
