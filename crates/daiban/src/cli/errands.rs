//! `daiban errand`.

use daiban_core::{dates, household::ErrandRow, id::ErrandId, lifecycle::Verb};
use serde_json::Value;

use super::{
    args::Errand,
    context::{Context, PATIENCE, pairs},
    out::{Done, Out},
    people::word,
};
use crate::{
    app::{AppError, DryRun, NewErrand, Started, Why},
    history,
    say::{self, Table},
};

pub(super) async fn run(context: &Context, verb: Errand) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        Errand::Add {
            kind,
            account,
            wishes,
            dry_run,
        } => {
            let wishes = pairs("wishes", &wishes)?;
            let new = NewErrand {
                kind,
                account: context.account_id(&account).await?,
                wishes: wishes
                    .into_iter()
                    .map(|(name, value)| (name, Value::from(value)))
                    .collect(),
            };
            match app.add_errand(actor, new, dry_run).await? {
                Started::DryRun(dry) => Ok(Done::new(
                    say::dry_run(&dry, out.lang),
                    dry_words(&dry, out),
                )),
                Started::Errand(errand) => {
                    out.progress(out.say("已记下，开始办…", "noted; beginning…"));
                    context.carry(&errand.id, PATIENCE).await?;
                    Ok(one(&app.errand(actor, &errand.id).await?, out))
                }
            }
        }
        Errand::List => Ok(list(&app.errands(actor).await?, out)),
        Errand::Show { id } => Ok(one(&app.errand(actor, &ErrandId::from(id)).await?, out)),
        Errand::Why { id } => {
            let why = app.why(actor, &ErrandId::from(id)).await?;
            Ok(Done::new(say::why(&why, out.lang), why_words(&why, out)))
        }
        Errand::History { id, limit } => {
            let events = app.history(actor, &ErrandId::from(id), limit).await?;
            let mut table = Table::new(&[
                out.say("时间", "at"),
                out.say("类型", "kind"),
                out.say("经过", "what"),
            ]);
            for event in &events {
                let said = say::event(event, out.lang);
                table.row([word(&said["at"]), word(&said["kind"]), word(&said["text"])]);
            }
            Ok(Done::new(
                events
                    .iter()
                    .map(|event| say::event(event, out.lang))
                    .collect(),
                table.to_text(),
            ))
        }
        Errand::Run { id } => tell(context, id, Verb::Run).await,
        Errand::Pause { id } => tell(context, id, Verb::Pause).await,
        Errand::Resume { id } => tell(context, id, Verb::Resume).await,
        Errand::Cancel { id } => tell(context, id, Verb::Cancel).await,
    }
}

async fn tell(context: &Context, id: String, verb: Verb) -> Result<Done, AppError> {
    let id = ErrandId::from(id);
    context.app().tell(&context.actor, &id, verb).await?;
    if matches!(verb, Verb::Run | Verb::Resume) {
        context.carry(&id, PATIENCE).await?;
    }
    Ok(one(
        &context.app().errand(&context.actor, &id).await?,
        context.out,
    ))
}

fn list(errands: &[ErrandRow], out: Out) -> Done {
    let mut table = Table::new(&[
        "id",
        out.say("种类", "kind"),
        out.say("状态", "state"),
        out.say("下次", "next"),
        out.say("为什么", "why"),
    ]);
    for errand in errands {
        table.row([
            errand.id.to_string(),
            errand.kind.clone(),
            errand.phase.as_str().to_owned(),
            errand.next_at.map(dates::rfc3339).unwrap_or_default(),
            errand.reason.in_lang(out.lang).to_owned(),
        ]);
    }
    Done::new(
        errands
            .iter()
            .map(|errand| say::errand(errand, out.lang))
            .collect(),
        table.to_text(),
    )
}

fn one(errand: &ErrandRow, out: Out) -> Done {
    let mut text = format!(
        "{}  {}  {}\n{}\n",
        errand.id,
        errand.kind,
        errand.phase.as_str(),
        errand.reason.in_lang(out.lang)
    );
    if let Some(at) = errand.next_at {
        text.push_str(&format!(
            "{}{}\n",
            out.say("下次：", "next: "),
            dates::rfc3339(at)
        ));
    }
    Done::new(say::errand(errand, out.lang), text)
}

fn why_words(why: &Why, out: Out) -> String {
    let errand = &why.errand;
    let mut text = format!(
        "{}  {}\n{}\n",
        errand.kind,
        errand.phase.as_str(),
        errand.reason.in_lang(out.lang)
    );
    for ask in &why.asks {
        text.push_str(&format!(
            "{}{}  {}\n",
            out.say("等你：", "waits for you: "),
            ask.ask.title.in_lang(out.lang),
            ask.id
        ));
    }
    for problem in &why.problems {
        text.push_str(&format!(
            "{}{}\n  {}{}\n",
            out.say("问题：", "problem: "),
            problem.text.in_lang(out.lang),
            out.say("办法：", "what to do: "),
            problem.fix.in_lang(out.lang)
        ));
    }
    if let Some(at) = errand.next_at {
        text.push_str(&format!(
            "{}{}\n",
            out.say("下次：", "next: "),
            dates::rfc3339(at)
        ));
    }
    text.push_str(out.say("最近：\n", "lately:\n"));
    for event in &why.events {
        text.push_str(&format!(
            "  {}  {}\n",
            dates::rfc3339(event.at),
            history::text(event).in_lang(out.lang)
        ));
    }
    text
}

fn dry_words(dry: &DryRun, out: Out) -> String {
    let mut text = out
        .say(
            "试走一遍，什么也没有改动：\n",
            "a dry run; nothing was changed:\n",
        )
        .to_owned();
    for step in &dry.steps {
        text.push_str(&format!(
            "  {}  {}\n",
            step.checkpoint,
            step.reason.in_lang(out.lang)
        ));
        for notice in &step.notices {
            text.push_str(&format!(
                "    {}{}\n",
                out.say("会告诉你：", "would tell you: "),
                notice.in_lang(out.lang)
            ));
        }
    }
    text.push_str(&say::next_words(&dry.next, out.lang));
    text
}
