//! `daiban audit`.

use serde_json::Value;

use super::{args::AuditLog, context::Context, out::Done, people::word};
use crate::{
    app::AppError,
    say::{self, Table},
};

pub(super) async fn run(context: &Context, verb: AuditLog) -> Result<Done, AppError> {
    let AuditLog::List { limit, before } = verb;
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    let users = app.users(actor).await?;
    let lines = app.audit_lines(actor, before, limit).await?;
    let mut table = Table::new(&[
        "seq",
        out.say("时间", "when"),
        out.say("谁", "who"),
        out.say("做了什么", "what"),
        out.say("关于", "about"),
        out.say("凭什么", "by"),
        out.say("来自", "from"),
    ]);
    let mut all = Vec::new();
    for line in &lines {
        let mut said = say::audit(line, out.lang);
        let name = users
            .iter()
            .find(|user| Some(&user.id) == line.user.as_ref());
        said["name"] = name.map_or(Value::Null, |user| Value::from(user.name.as_str()));
        let who = if name.is_some() {
            &said["name"]
        } else {
            &said["user"]
        };
        let what = if said["text"].is_null() {
            &said["what"]
        } else {
            &said["text"]
        };
        table.row([
            line.seq.to_string(),
            word(&said["at"]),
            word(who),
            word(what),
            word(&said["about"]),
            word(&said["via"]),
            word(&said["from"]),
        ]);
        all.push(said);
    }
    Ok(Done::new(Value::from(all), table.to_text()))
}
