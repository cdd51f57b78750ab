//! Whether a command may be sent now. Pure.
//!
//! A car takes one command at a time and drops those that come close together (*seen*, clients' issue lists). What was sent a
//! moment ago is not sent again unasked, no day sees more than its owner allows, and a command that was held up for longer
//! than its yes is good for stays here.

use daiban_core::call::{Call, CallState, Outcome};
use daiban_core::error::ServiceError;
use daiban_core::provider::{Book, Gate};
use daiban_core::{Text, Timestamp, dates};
use serde_json::Value;

use super::super::command::Command;

/// Between two commands for one car.
pub(super) const SPACING_S: i64 = 5;
/// The same again within this asks first.
const DUPLICATE_S: i64 = 60;
/// Commands a day where the account says nothing.
const DAILY: usize = 20;

/// May this act be sent? Acts other than commands always may.
#[must_use]
pub(in crate::vehicle) fn gate(book: &Book<'_>, body: &Value) -> Gate {
    match against(book, body) {
        Some((code, text)) => Gate::Refuse(ServiceError::Refused {
            code: code.to_owned(),
            text,
        }),
        None => Gate::Send,
    }
}

fn against(book: &Book<'_>, body: &Value) -> Option<(&'static str, Text)> {
    let wish = command(body)?;
    let sent: Vec<_> = book.ledger.iter().filter_map(Sent::of).collect();
    late(book.now, body)
        .or_else(|| unsettled(&sent))
        .or_else(|| cap(book, &sent, wish))
        .or_else(|| spacing(book.now, &sent, body))
        .or_else(|| duplicate(book.now, &sent, body, wish))
}

/// A command of the ledger.
struct Sent<'a> {
    call: &'a Call,
    command: Command,
    at: Timestamp,
}

impl<'a> Sent<'a> {
    fn of(call: &'a Call) -> Option<Self> {
        Some(Self {
            call,
            command: command(&call.call.body)?,
            at: call.sent_at?,
        })
    }

    fn ago_s(&self, now: Timestamp) -> i64 {
        now.duration_since(self.at).as_secs()
    }

    /// No car named means the account's first, which may be the other's.
    fn is_for(&self, body: &Value) -> bool {
        let (one, other) = (&self.call.call.body["car"], &body["car"]);
        one.is_null() || other.is_null() || one == other
    }

    fn surely_not_done(&self) -> bool {
        let outcome = self.call.outcome.as_ref();
        matches!(outcome, Some(Outcome::Failed(_) | Outcome::DidNotHappen(_)))
    }
}

/// The command of an act's body; `None`: it is no command.
fn command(body: &Value) -> Option<Command> {
    if body["do"] != "command" {
        return None;
    }
    Command::read(body["command"].as_str()?, &body["args"]).ok()
}

fn late(now: Timestamp, body: &Value) -> Option<(&'static str, Text)> {
    let before: Timestamp = body["before"].as_str()?.parse().ok()?;
    (now > before).then(|| {
        let text = Text::new("轮到它发的时候已经太晚", "its turn came too late");
        ("late", text)
    })
}

fn unsettled(sent: &[Sent<'_>]) -> Option<(&'static str, Text)> {
    let is_open = |sent: &Sent<'_>| matches!(sent.call.state, CallState::Sent | CallState::Unsure);
    let open = sent.iter().find(|sent| is_open(sent))?;
    let name = open.command.name();
    let text = Text::new(
        format!("上一个操作（{}）还不知道结果", name.zh),
        format!(
            "what became of the one before ({}) is not known yet",
            name.en
        ),
    );
    Some(("unsettled", text))
}

/// Stopping an engine is never one too many.
fn cap(book: &Book<'_>, sent: &[Sent<'_>], wish: Command) -> Option<(&'static str, Text)> {
    let most = book.settings.get("daily_commands");
    let most = most.and_then(|most| most.parse().ok()).unwrap_or(DAILY);
    let today = dates::midnight(dates::today(book.now));
    let count = sent.iter().filter(|sent| sent.at >= today).count();
    (count >= most && wish != Command::Stop).then(|| {
        let text = Text::new(
            format!("今天已经发了 {count} 个操作，到了你定的上限 {most}"),
            format!("{count} commands were sent today, as many as you allow ({most})"),
        );
        ("cap", text)
    })
}

fn spacing(now: Timestamp, sent: &[Sent<'_>], body: &Value) -> Option<(&'static str, Text)> {
    let mut others = sent.iter().filter(|sent| sent.is_for(body));
    let close = others.find(|sent| sent.ago_s(now) < SPACING_S)?;
    let (name, ago_s) = (close.command.name(), close.ago_s(now));
    let text = Text::new(
        format!("{ago_s} 秒前刚发了「{}」，隔 {SPACING_S} 秒再发", name.zh),
        format!(
            "{} was sent {ago_s} s ago; {SPACING_S} s are kept between two",
            name.en
        ),
    );
    Some(("spacing", text))
}

fn duplicate(
    now: Timestamp,
    sent: &[Sent<'_>],
    body: &Value,
    wish: Command,
) -> Option<(&'static str, Text)> {
    if body["again"] == true {
        return None;
    }
    let is_same = |sent: &&Sent<'_>| sent.command == wish && sent.is_for(body);
    let same = sent.iter().rev().filter(is_same);
    let recent = same.filter(|sent| !sent.surely_not_done());
    let ago_s = recent.map(|sent| sent.ago_s(now)).min()?;
    (ago_s < DUPLICATE_S).then(|| {
        let name = wish.name();
        let text = Text::new(
            format!("{ago_s} 秒前发过一样的（{}）", name.zh),
            format!("the same ({}) was sent {ago_s} s ago", name.en),
        );
        ("duplicate", text)
    })
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
