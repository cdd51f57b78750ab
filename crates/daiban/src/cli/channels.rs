//! `daiban channel` and `daiban outbox`.

use daiban_core::id::ChannelId;
use serde_json::json;

use super::{
    args::Channel,
    context::{Context, secrets, settings},
    out::Done,
    people::word,
};
use crate::{
    app::{AppError, NewChannel},
    say::{self, Table},
};

pub(super) async fn run(context: &Context, verb: Channel) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        Channel::Add {
            kind,
            name,
            settings: set,
            secrets: from_stdin,
        } => {
            let new = NewChannel {
                kind,
                name,
                settings: settings(&set)?,
                secrets: secrets(from_stdin.is_some())?,
            };
            let channel = app.add_channel(actor, new).await?;
            let text = format!("{}  {}  {}", channel.id, channel.kind, channel.name);
            Ok(Done::new(say::channel(&channel), text))
        }
        Channel::List => {
            let channels = app.channels(actor).await?;
            let mut table = Table::new(&["id", out.say("类型", "kind"), out.say("名称", "name")]);
            for channel in &channels {
                table.row([
                    channel.id.to_string(),
                    channel.kind.clone(),
                    channel.name.clone(),
                ]);
            }
            Ok(Done::new(
                channels.iter().map(say::channel).collect(),
                table.to_text(),
            ))
        }
        Channel::Test { id } => {
            let said = say::receipt(&app.test_channel(actor, &ChannelId::from(id)).await?);
            let ok = said["ok"] == true;
            let text = format!("{}{}", if ok { "✓ " } else { "✗ " }, word(&said["answer"]));
            Ok(Done::new(said, text).code(if ok { 0 } else { 1 }))
        }
        Channel::Remove { id } => {
            app.remove_channel(actor, &ChannelId::from(id.as_str()))
                .await?;
            Ok(Done::new(
                json!({ "removed": id }),
                out.say("已删除", "removed"),
            ))
        }
    }
}

pub(super) async fn outbox(context: &Context) -> Result<Done, AppError> {
    let out = context.out;
    let lines = context.app().outbox(&context.actor, 200).await?;
    let mut table = Table::new(&[
        "id",
        out.say("渠道", "channel"),
        out.say("状态", "state"),
        out.say("次数", "tries"),
        out.say("内容", "title"),
        out.say("回答", "answer"),
    ]);
    for line in &lines {
        let said = say::outbox(line, out.lang);
        let channel = line
            .channel_name
            .clone()
            .unwrap_or_else(|| line.row.channel.to_string());
        table.row([
            line.row.id.clone(),
            channel,
            word(&said["state"]),
            word(&said["attempts"]),
            word(&said["title"]),
            word(&said["answer"]),
        ]);
    }
    Ok(Done::new(
        lines
            .iter()
            .map(|line| say::outbox(line, out.lang))
            .collect(),
        table.to_text(),
    ))
}
