//! `daiban car lock` and the other commands to a car. One stays until the car has answered, or nobody can say whether it will.

use std::{
    collections::HashSet,
    io::IsTerminal as _,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use daiban_core::{
    ask::{Answer, Ask},
    id::{AccountId, AskId, ErrandId},
};
use daiban_providers::vehicle::command::{Command, CommandState, Order};
use serde_json::Value;
use tokio::{sync::mpsc, time::Instant};

use super::{
    args::Told,
    context::Context,
    out::{Done, Out},
    sign_in::stdin_lines,
};
use crate::{
    app::{AppError, CarOrder},
    say,
};

/// A command that nobody goes on with is left here; no command takes longer, and the longest start stops before.
const LONGEST: Duration = Duration::from_secs(30 * 60);
const LOOK: Duration = Duration::from_millis(200);
const NEEDS_YOU: u8 = 5;
/// The ask that `--yes` answers. That the same was sent a moment ago takes a second yes of its own.
const APPROVE: &str = "command/approve";

pub(super) async fn tell(
    context: &Context,
    word: &str,
    args: Value,
    told: Told,
) -> Result<Done, AppError> {
    let (app, car) = (context.app(), told.car.as_deref());
    let account = context.account_id(&told.account).await?;
    let command = (word, &args);
    let id = app
        .vehicle_command(&context.actor, &account, car, command, "cli")
        .await?;
    let walk = Walk {
        context,
        account: &account,
        id: &id,
        yes: told.yes,
        driving: AtomicBool::new(false),
    };
    let ended = tokio::select! {
        ended = walk.to_the_end() => ended?,
        driven = context.keep_driving(&id, &walk.driving) => match driven? {},
    };
    if walk.driving.load(Ordering::Relaxed) {
        context.wired.send_due_notices().await?;
    }
    Ok(told_done(&ended, context.out))
}

/// A command and whoever gave it, until there is nothing to stay for.
struct Walk<'a> {
    context: &'a Context,
    account: &'a AccountId,
    id: &'a ErrandId,
    /// What is asked has been answered on the command line.
    yes: bool,
    /// Whether this process carries the errand, as no `serve` does.
    driving: AtomicBool,
}

impl Walk<'_> {
    async fn to_the_end(&self) -> Result<CarOrder, AppError> {
        let mut person = Person::default();
        let mut said = None;
        let mut stays = false;
        let until = Instant::now() + LONGEST;
        loop {
            let now = self.order().await?;
            if said.as_ref() != Some(&now.order.state) {
                self.tell_progress(&now.order);
                said = Some(now.order.state);
            }
            if let Some(ask) = &now.ask {
                let ask = self.context.app().ask(&self.context.actor, ask).await?;
                if !self.answer(&ask, &mut person).await? {
                    return Ok(now);
                }
            } else if !now.is_running() && !self.must_stay(&now.order, &mut stays).await? {
                return Ok(now);
            }
            if Instant::now() >= until {
                return Ok(now);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn order(&self) -> Result<CarOrder, AppError> {
        let app = self.context.app();
        app.vehicle_order(&self.context.actor, self.account, self.id)
            .await
    }

    fn tell_progress(&self, order: &Order) {
        let out = self.context.out;
        let name = order.command.name();
        let state = say::order_state(order.state, out.lang);
        out.progress(format!(
            "{}{}{state}",
            name.in_lang(out.lang),
            out.say("：", ": ")
        ));
    }

    /// Whether it was answered, or a person may still answer it here.
    async fn answer(&self, ask: &Ask, person: &mut Person) -> Result<bool, AppError> {
        let out = self.context.out;
        let answered = self.yes && ask.ask.tag == APPROVE;
        let is_there = std::io::stdin().is_terminal();
        if person.shown.insert(ask.id.clone()) {
            out.show(ask.ask.title.in_lang(out.lang));
            out.show(ask.ask.body.in_lang(out.lang));
            if !answered {
                out.show(how_to_answer(ask, is_there, out));
            }
        }
        if answered {
            return self.give(ask, Answer::Approved).await;
        }
        if !is_there {
            return Ok(false);
        }
        let lines = person.lines.get_or_insert_with(stdin_lines);
        match tokio::time::timeout(LOOK, lines.recv()).await {
            Ok(Some(line)) => self.give(ask, yes_or_no(&line)).await,
            _ => Ok(true),
        }
    }

    /// Answered elsewhere meanwhile: then that counts.
    async fn give(&self, ask: &Ask, answer: Answer) -> Result<bool, AppError> {
        match self
            .context
            .app()
            .answer(&self.context.actor, &ask.id, answer)
            .await
        {
            Ok(_) | Err(AppError::NotNow(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// An engine that runs has to be stopped in time by somebody, and where no `serve` runs that is this command.
    async fn must_stay(&self, order: &Order, told: &mut bool) -> Result<bool, AppError> {
        let runs = matches!(order.command, Command::Start { .. }) && order.sent_at.is_some();
        let errand = self
            .context
            .app()
            .errand(&self.context.actor, self.id)
            .await?;
        let stays = runs && self.driving.load(Ordering::Relaxed) && !errand.phase.is_over();
        if stays && !std::mem::replace(told, true) {
            self.context.out.show(self.context.out.say(
                "没有 daiban serve 在运行，这个命令留到发动机熄火；现在中断就没人替你熄火",
                "no daiban serve is running, so this command stays until the engine has stopped; if it is broken off now, nobody stops the engine",
            ));
        }
        Ok(stays)
    }
}

/// Whoever sits at the terminal.
#[derive(Default)]
struct Person {
    shown: HashSet<AskId>,
    lines: Option<mpsc::UnboundedReceiver<String>>,
}

fn how_to_answer(ask: &Ask, is_there: bool, out: Out) -> String {
    let (zh, en) = match is_there {
        true => (
            "发就输入 y，不发输入 n，回车：",
            "y to send it, n not to, then Enter:",
        ),
        false => ("要你点头才会发：", "it waits for your word: "),
    };
    let said = out.say(zh, en);
    match is_there {
        true => said.to_owned(),
        false => format!("{said}daiban ask answer {} --approve | --deny", ask.id),
    }
}

fn yes_or_no(line: &str) -> Answer {
    match line.trim() {
        "y" | "Y" | "yes" | "是" | "好" | "同意" => Answer::Approved,
        _ => Answer::Denied,
    }
}

fn told_done(told: &CarOrder, out: Out) -> Done {
    let CarOrder { order, ask } = told;
    let json = say::order(order, ask.as_ref(), out.lang);
    let name = order.command.name();
    let state = say::order_state(order.state, out.lang);
    let mut text = format!("{}{}{state}", name.in_lang(out.lang), out.say("：", ": "));
    if let Some(code) = &order.code {
        text.push_str(&format!(" ({code})"));
    }
    let words = order.text.in_lang(out.lang);
    text.push_str(&format!("\n{words}\n{}", order.id));
    Done::new(json, text).code(exit_code(order))
}

fn exit_code(order: &Order) -> u8 {
    match (order.state, order.code.as_deref().unwrap_or_default()) {
        (CommandState::Accepted | CommandState::Confirmed, _) => 0,
        (CommandState::Preparing | CommandState::NeedsYou, _) => NEEDS_YOU,
        (CommandState::Rejected, "expired") => NEEDS_YOU,
        (CommandState::Rejected, "denied" | "cancelled") => 1,
        (CommandState::Rejected, "sign_in_lost") => 4,
        (CommandState::Rejected, "unreachable") => 6,
        (CommandState::Rejected, _) => 7,
        // On its way, or nobody can say what became of it.
        (CommandState::Unconfirmed | CommandState::Confirming | CommandState::Sending, _) => 9,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn order(state: CommandState, code: Option<&str>) -> Order {
        let order = json!({ "id": "x1", "command": "lock", "car": null, "state": state, "code": code, "text": { "zh": "", "en": "" },
            "by": "cli", "asked_at": "2026-11-22T14:10:00+08:00", "approved_at": null, "sent_at": null, "settled_at": null,
            "confirmed_by": null, "stops_at": null, "session": null });
        serde_json::from_value(order).unwrap()
    }

    #[test]
    fn how_a_command_ends_is_in_the_exit_code() {
        for (state, code, exit) in [
            (CommandState::Confirmed, None, 0),
            (CommandState::Accepted, None, 0),
            (CommandState::NeedsYou, None, 5),
            (CommandState::Rejected, Some("expired"), 5),
            (CommandState::Rejected, Some("denied"), 1),
            (CommandState::Rejected, Some("8070"), 7),
            (CommandState::Rejected, Some("moving"), 7),
            (CommandState::Rejected, Some("sign_in_lost"), 4),
            (CommandState::Unconfirmed, Some("timeout"), 9),
            (CommandState::Confirming, None, 9),
        ] {
            assert_eq!(exit_code(&order(state, code)), exit, "{state:?} {code:?}");
        }
    }
}
