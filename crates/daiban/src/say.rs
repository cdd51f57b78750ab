//! How things are said to the outside: JSON shapes, `application/problem+json`, tables, QR codes in a terminal.
//!
//! One place for web, API and command line, so that a thing has the same shape wherever it is met.

use daiban_core::{
    Lang, Text, Timestamp,
    account::Account,
    ask::Ask,
    call::{Call, Nature},
    dates,
    descriptor::{Descriptor, ErrandKind, Form, Wish},
    error::ServiceError,
    household::{ApiToken, AuditRow, ErrandRow, EventRow, Notice, Problem, Session, User},
    notify::{Channel, Receipt},
};
use serde_json::{Map, Value, json};

use crate::{
    access::Invitation,
    app::{App, AppError, Audit, DryRun, LedgerLine, Next, OutboxLine, Why},
    history,
};

mod device;
mod picture;
mod table;
mod vehicle;

pub use device::device;
pub use table::{Table, half_blocks, picture_blocks, width};
pub use vehicle::{
    ago, car_summary, corner, door, measure, opening, order, order_by, order_meaning, order_state,
    reading, service_due, unknown,
};

/// Prints one JSON value on stdout, on a line of its own. A reader that went away is no fault of ours.
pub fn value(value: &Value) {
    use std::io::Write as _;
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{value}").and_then(|()| stdout.flush());
}

/// A moment, or `null`.
pub fn moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::from(dates::rfc3339(at)))
}

/// An account. Secrets are never part of it.
pub fn account(app: &App, account: &Account, lang: Lang) -> Value {
    json!({
        "id": account.id,
        "service": account.service,
        "name": account.name,
        "state": account.state,
        "problem": account.problem.as_ref().map(|text| text.in_lang(lang)),
        "settings": app.shown_settings(account),
        "created_at": dates::rfc3339(account.created_at),
        "signed_in_at": moment(account.signed_in_at),
        "shared": account.shared,
    })
}

/// An errand.
pub fn errand(errand: &ErrandRow, lang: Lang) -> Value {
    json!({
        "id": errand.id,
        "kind": errand.kind,
        "account": errand.account,
        "state": errand.phase,
        "checkpoint": errand.checkpoint,
        "next_at": moment(errand.next_at),
        "wishes": errand.wishes,
        "outcome": errand.outcome,
        "reason": errand.reason.in_lang(lang),
        "created_at": dates::rfc3339(errand.created_at),
    })
}

/// An ask. Its picture is an address.
pub fn ask(ask: &Ask, lang: Lang) -> Value {
    let picture = ask
        .ask
        .picture
        .as_ref()
        .map(|_| format!("/api/v1/asks/{}/picture", ask.id));
    json!({
        "id": ask.id,
        "kind": ask.ask.kind,
        "service": ask.service,
        "account": ask.account,
        "errand": ask.errand,
        "title": ask.ask.title.in_lang(lang),
        "body": ask.ask.body.in_lang(lang),
        "deadline": moment(ask.ask.deadline),
        "picture": picture,
        "state": ask.state,
        "at": dates::rfc3339(ask.at),
        "ended_at": moment(ask.ended_at),
    })
}

/// A line of history.
pub fn event(event: &EventRow, lang: Lang) -> Value {
    json!({
        "seq": event.seq,
        "errand": event.errand,
        "account": event.account,
        "at": dates::rfc3339(event.at),
        "kind": event.kind,
        "text": history::text(event).in_lang(lang),
        "data": event.data,
    })
}

/// A problem with its fix.
pub fn problem(problem: &Problem, lang: Lang) -> Value {
    json!({
        "key": problem.key,
        "since": dates::rfc3339(problem.since),
        "severity": problem.severity,
        "text": problem.text.in_lang(lang),
        "fix": problem.fix.in_lang(lang),
    })
}

/// A message to a person.
pub fn notice(notice: &Notice, lang: Lang) -> Value {
    json!({
        "id": notice.id,
        "errand": notice.errand,
        "ask": notice.ask,
        "at": dates::rfc3339(notice.at),
        "severity": notice.severity,
        "title": notice.title.in_lang(lang),
        "body": notice.body.in_lang(lang),
    })
}

/// A channel. Secrets are never part of it.
pub fn channel(channel: &Channel) -> Value {
    json!({ "id": channel.id, "kind": channel.kind, "name": channel.name, "settings": channel.settings })
}

/// What a channel's test came to: `{"ok","answer"}`.
pub fn receipt(receipt: &Receipt) -> Value {
    let (ok, answer) = match receipt {
        Receipt::Sent { answer } => (true, answer),
        Receipt::Retry { answer, .. } | Receipt::Failed { answer } => (false, answer),
    };
    json!({ "ok": ok, "answer": answer })
}

/// A row of the outbox.
pub fn outbox(line: &OutboxLine, lang: Lang) -> Value {
    json!({
        "id": line.row.id,
        "channel": line.row.channel,
        "event": line.row.notice,
        "title": line.notice.as_ref().map(|notice| notice.title.in_lang(lang)),
        "state": line.row.state,
        "attempts": line.row.attempts,
        "answer": line.row.answer,
        "next_at": moment(line.row.next_at),
    })
}

/// A user. The password is never part of it.
pub fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "created_at": dates::rfc3339(user.created_at),
        "locked_until": moment(user.locked_until),
    })
}

/// An invitation that can still be used. Its link is never part of it.
pub fn invitation(invitation: &Invitation) -> Value {
    json!({
        "id": invitation.id,
        "role": invitation.role,
        "name": invitation.name,
        "by": invitation.by,
        "created_at": dates::rfc3339(invitation.created_at),
        "until": dates::rfc3339(invitation.until),
    })
}

/// A session as listed. Neither its cookie nor the token of its forms is part of it.
pub fn session(session: &Session, lang: Lang) -> Value {
    json!({
        "id": session.id,
        "device": device(&session.agent).in_lang(lang),
        "from": (!session.from.is_empty()).then_some(&session.from),
        "created_at": dates::rfc3339(session.created_at),
        "seen_at": dates::rfc3339(session.seen_at),
        "until": dates::rfc3339(session.until),
    })
}

/// An API token as listed. The token itself is never part of it.
pub fn token(token: &ApiToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "user": token.user,
        "scope": token.scope,
        "created_at": dates::rfc3339(token.created_at),
        "used_at": moment(token.used_at),
    })
}

/// A line of the audit log.
pub fn audit(row: &AuditRow, lang: Lang) -> Value {
    let text = Audit::of_word(&row.what).map(|audit| audit.text().in_lang(lang).to_owned());
    json!({
        "seq": row.seq,
        "at": dates::rfc3339(row.at),
        "user": row.user,
        "what": row.what,
        "text": text,
        "about": row.about,
        "via": row.via,
        "from": row.origin,
        "refused": row.refused,
    })
}

/// Why an errand is where it is.
pub fn why(why: &Why, lang: Lang) -> Value {
    json!({
        "errand": errand(&why.errand, lang),
        "reason": why.errand.reason.in_lang(lang),
        "asks": why.asks.iter().map(|one| ask(one, lang)).collect::<Vec<_>>(),
        "problems": why.problems.iter().map(|one| problem(one, lang)).collect::<Vec<_>>(),
        "calls": why.calls.iter().map(call).collect::<Vec<_>>(),
        "events": why.events.iter().map(|one| event(one, lang)).collect::<Vec<_>>(),
    })
}

/// A stored call, without what it saw.
pub fn call(call: &Call) -> Value {
    json!({
        "id": call.id,
        "do": call.call.body["do"],
        "nature": call.call.nature,
        "service": call.call.service,
        "state": call.state,
        "intended_at": dates::rfc3339(call.intended_at),
        "sent_at": moment(call.sent_at),
        "settled_at": moment(call.settled_at),
        "charged": call.charged,
    })
}

/// What an errand would do now.
pub fn dry_run(dry: &DryRun, lang: Lang) -> Value {
    let steps = dry.steps.iter().map(|step| {
        json!({
            "checkpoint": step.checkpoint,
            "reason": step.reason.in_lang(lang),
            "notices": step.notices.iter().map(|title| title.in_lang(lang)).collect::<Vec<_>>(),
        })
    });
    json!({
        "dry_run": true,
        "kind": dry.kind,
        "wishes": dry.wishes,
        "steps": steps.collect::<Vec<_>>(),
        "next": next(&dry.next, lang),
    })
}

fn next(next: &Next, lang: Lang) -> Value {
    match next {
        Next::Act(call) => {
            json!({ "would": "act", "service": call.service, "call": call.body, "not_before": moment(call.not_before) })
        }
        Next::Ask(ask) => {
            json!({ "would": "ask", "kind": ask.kind, "title": ask.title.in_lang(lang) })
        }
        Next::Sleep(until) => json!({ "would": "sleep", "until": moment(*until) }),
        Next::Over(phase, outcome) => json!({ "would": "end", "state": phase, "outcome": outcome }),
        Next::Going => json!({ "would": "go_on" }),
    }
}

/// The same in a sentence.
pub fn next_words(next: &Next, lang: Lang) -> String {
    let text = match next {
        Next::Act(call) => {
            let what = call.body["do"].as_str().unwrap_or_default();
            debug_assert_eq!(call.nature, Nature::Act);
            Text::new(
                format!(
                    "接下来会向{}发出「{what}」；这里没有发出",
                    call.service.name().zh
                ),
                format!(
                    "would now send {what:?} to {}; it was not sent",
                    call.service.name().en
                ),
            )
        }
        Next::Ask(ask) => Text::new(
            format!("接下来会请你做：{}；这里没有问", ask.title.zh),
            format!("would now ask you: {}; nothing was asked", ask.title.en),
        ),
        Next::Sleep(Some(until)) => Text::new(
            format!("接下来会等到 {}", dates::rfc3339(*until)),
            format!("would now sleep until {}", dates::rfc3339(*until)),
        ),
        Next::Sleep(None) => Text::new("接下来会一直等到有消息", "would now wait for news"),
        Next::Over(phase, _) => Text::new(
            format!("会就此结束：{}", phase.as_str()),
            format!("would be over: {}", phase.as_str()),
        ),
        Next::Going => Text::new("还没有停下来的地方", "has not come to a rest"),
    };
    text.in_lang(lang).to_owned()
}

/// This month's queries with their sum.
pub fn ledger(lines: &[LedgerLine], now: Timestamp) -> Value {
    let today = dates::today(now);
    let checks = lines.iter().map(|line| {
        let mut row = call(&line.call);
        row["plate"] = line.call.call.body["plate"].clone();
        row["counted_fen"] = Value::from(line.counted_fen);
        row
    });
    json!({
        "month": format!("{:04}-{:02}", today.year(), today.month()),
        "checks": checks.collect::<Vec<_>>(),
        "counted_fen": lines.iter().map(|line| line.counted_fen).sum::<i64>(),
    })
}

/// What a service offers, as data for forms and tools.
pub fn service(descriptor: &Descriptor, lang: Lang) -> Value {
    let ways = descriptor.sign_in.iter().map(|way| {
        json!({
            "way": way.way,
            "label": way.label.in_lang(lang),
            "help": way.help.in_lang(lang),
            "secrets": way.secrets,
        })
    });
    json!({
        "service": descriptor.service,
        "name": descriptor.name.in_lang(lang),
        "sign_in": ways.collect::<Vec<_>>(),
        "settings": wishes(descriptor.settings, lang),
        "secrets": wishes(descriptor.secrets, lang),
        "errands": descriptor.errands.iter().filter(|kind| !kind.internal).map(|kind| errand_kind(kind, lang)).collect::<Vec<_>>(),
        "poll_floor_s": descriptor.poll_floor_s,
        "daily_budget": descriptor.daily_budget,
    })
}

fn errand_kind(kind: &ErrandKind, lang: Lang) -> Value {
    json!({
        "kind": kind.kind,
        "label": kind.label.in_lang(lang),
        "help": kind.help.in_lang(lang),
        "wishes": wishes(kind.wishes, lang),
    })
}

/// Wishes, settings or secrets as data.
pub fn wishes(wishes: &[Wish], lang: Lang) -> Value {
    wishes
        .iter()
        .map(|wish| {
            let mut out = Map::new();
            out.insert("name".into(), wish.name.into());
            out.insert("label".into(), wish.label.in_lang(lang).into());
            out.insert("help".into(), wish.help.in_lang(lang).into());
            out.insert("example".into(), wish.example.into());
            out.insert("default".into(), wish.default.into());
            out.insert("required".into(), wish.required.into());
            out.insert("secret".into(), wish.secret.into());
            form(&mut out, wish.form, lang);
            Value::Object(out)
        })
        .collect()
}

fn form(out: &mut Map<String, Value>, form: Form, lang: Lang) {
    let name = match form {
        Form::Text => "text",
        Form::Flag => "flag",
        Form::Number { min, max } => {
            out.insert("min".into(), min.into());
            out.insert("max".into(), max.into());
            "number"
        }
        Form::Choice(choices) => {
            let choices = choices
                .iter()
                .map(|(word, label)| json!({ "value": word, "label": label.in_lang(lang) }));
            out.insert("choices".into(), choices.collect());
            "choice"
        }
        Form::Date => "date",
        Form::Dates => "dates",
        Form::Window => "window",
        Form::Plate => "plate",
        Form::Plates => "plates",
        Form::Texts => "texts",
        Form::Account(service) => {
            out.insert("service".into(), service.as_str().into());
            "account"
        }
    };
    out.insert("form".into(), name.into());
}

/// An error as `application/problem+json`.
pub fn failure(error: &AppError, lang: Lang) -> Value {
    let mut out = json!({
        "type": "about:blank",
        "title": title(error.code(), lang),
        "status": status(error),
        "code": error.code(),
        "detail": error.text().in_lang(lang),
    });
    if let Some(field) = error.field() {
        out["field"] = Value::from(field);
    }
    if let AppError::Service(error) = error {
        service_failure(&mut out, error);
    }
    out
}

fn service_failure(out: &mut Value, error: &ServiceError) {
    match error {
        ServiceError::Busy { retry_after_s, .. } => out["retry_after_s"] = json!(retry_after_s),
        ServiceError::Closed { opens_at, .. } => out["opens_at"] = moment(*opens_at),
        ServiceError::Refused { code, .. } => out["service_code"] = json!(code),
        ServiceError::Changed { place, .. } => out["where"] = json!(place),
        _ => {}
    }
}

/// The HTTP status of an error.
pub fn status(error: &AppError) -> u16 {
    match error {
        AppError::Invalid(_) | AppError::Settings(_) => 422,
        AppError::NotFound { .. } => 404,
        AppError::Forbidden => 403,
        AppError::SignIn => 401,
        AppError::Locked { .. } => 429,
        AppError::NotNow(_) => 409,
        AppError::Store(_) => 503,
        AppError::Internal(_) => 500,
        AppError::Service(error) => match error {
            ServiceError::SignInLost { .. }
            | ServiceError::NeedsPerson { .. }
            | ServiceError::Refused { .. } => 409,
            ServiceError::Busy { .. } | ServiceError::Closed { .. } => 503,
            ServiceError::Unsure { .. } => 504,
            ServiceError::Unreachable { .. } | ServiceError::Changed { .. } => 502,
        },
    }
}

fn title(code: &str, lang: Lang) -> &'static str {
    let (zh, en) = match code {
        "invalid_input" => ("输入有误", "Invalid input"),
        "not_found" => ("没有找到", "Not found"),
        "forbidden" => ("没有权限", "Not allowed"),
        "sign_in_lost" => ("登录失效", "Sign-in lost"),
        "needs_person" => ("需要人来做", "Needs a person"),
        "busy" => ("正忙，稍后再试", "Busy"),
        "closed" => ("暂不服务", "Closed"),
        "refused" => ("被拒绝", "Refused"),
        "unsure" => ("结果未知", "Outcome unknown"),
        "unreachable" => ("连不上", "Unreachable"),
        "changed" => ("对方改版了", "The service has changed"),
        _ => ("出错了", "Failed"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use daiban_core::invalid::InvalidInput;

    use super::*;

    #[test]
    fn an_error_has_a_stable_code_and_names_its_field() {
        let error = AppError::Settings(InvalidInput::new("plate", "不对", "is wrong"));
        let said = failure(&error, Lang::En);
        assert_eq!(said["code"], "invalid_input");
        assert_eq!(said["field"], "plate");
        assert_eq!(said["detail"], "plate: is wrong");
        assert_eq!(said["status"], 422);
    }

    #[test]
    fn a_services_error_brings_what_is_known() {
        let error = AppError::Service(ServiceError::Busy {
            retry_after_s: Some(30),
            text: Text::new("忙", "busy"),
        });
        assert_eq!(failure(&error, Lang::Zh)["retry_after_s"], 30);
        assert_eq!(status(&error), 503);
    }
}
