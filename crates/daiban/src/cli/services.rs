//! `daiban permit` and `violation`.

use serde_json::Value;

use super::{
    args::{Permit, Violation},
    context::Context,
    out::{Done, Out},
    people::word,
};
use crate::{
    app::AppError,
    say::{self, Table},
};

pub(super) async fn permit(context: &Context, verb: Permit) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        Permit::Status { account } => {
            let account = context.account_id(&account).await?;
            let status = app.permit_status(actor, &account).await?;
            let text = permit_words(&status, out);
            Ok(Done::new(status, text))
        }
        Permit::Cancel { account, record } => {
            let account = context.account_id(&account).await?;
            let call = app.permit_cancel(actor, &account, &record).await?;
            let cancelled = context.settle(&call).await?;
            Ok(Done::new(cancelled, out.say("已取消", "cancelled")))
        }
    }
}

fn permit_words(status: &Value, out: Out) -> String {
    let mut text = String::new();
    for vehicle in items(&status["vehicles"]) {
        let why_not = word(&vehicle["why_not"]);
        text.push_str(&format!("{}  {why_not}\n", word(&vehicle["plate"])));
        let mut table = Table::new(&[
            out.say("  记录", "  record"),
            out.say("区域", "zone"),
            out.say("状态", "state"),
            out.say("从", "from"),
            out.say("到", "to"),
            out.say("原因", "reason"),
        ]);
        for record in items(&vehicle["records"]) {
            let cell = |name: &str| word(&record[name]);
            table.row([
                format!("  {}", cell("id")),
                cell("zone"),
                cell("state"),
                cell("from"),
                cell("to"),
                cell("reason"),
            ]);
        }
        text.push_str(&table.to_text());
    }
    text
}

pub(super) async fn violation(context: &Context, verb: Violation) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        Violation::Check {
            account,
            plate,
            spend,
        } => {
            let account = context.account_id(&account).await?;
            let call = app
                .violation_check(actor, &account, plate.as_deref(), spend)
                .await?;
            let check = context.settle(&call).await?;
            let text = check_words(&check, out);
            Ok(Done::new(check, text))
        }
        Violation::Note {
            account,
            plate,
            open,
            note,
        } => {
            let account = context.account_id(&account).await?;
            let call = app
                .violation_manual(actor, &account, &plate, open, note.as_deref())
                .await?;
            let check = context.settle(&call).await?;
            let text = check_words(&check, out);
            Ok(Done::new(check, text))
        }
        Violation::Ledger { account } => {
            let account = context.account_id(&account).await?;
            let lines = app.violation_ledger(actor, &account).await?;
            let said = say::ledger(&lines, app.now());
            let mut table = Table::new(&[
                out.say("时间", "at"),
                out.say("车牌", "plate"),
                out.say("计费", "charged"),
                out.say("记账（分）", "counted (fen)"),
            ]);
            for line in items(&said["checks"]) {
                let cell = |name: &str| word(&line[name]);
                table.row([
                    cell("intended_at"),
                    cell("plate"),
                    cell("charged"),
                    cell("counted_fen"),
                ]);
            }
            Ok(Done::new(said, table.to_text()))
        }
    }
}

fn check_words(check: &Value, out: Out) -> String {
    let mut text = format!(
        "{}  {}  {}\n",
        word(&check["plate"]),
        word(&check["meaning"]),
        word(&check["checked_at"])
    );
    let mut table = Table::new(&[
        out.say("时间", "at"),
        out.say("地点", "place"),
        out.say("行为", "what"),
        out.say("罚款", "yuan"),
        out.say("记分", "points"),
        out.say("状态", "state"),
    ]);
    for fine in items(&check["violations"]) {
        let cell = |name: &str| word(&fine[name]);
        table.row([
            cell("at"),
            cell("place"),
            cell("action"),
            cell("fine_yuan"),
            cell("points"),
            cell("state"),
        ]);
    }
    if !items(&check["violations"]).is_empty() {
        text.push_str(&table.to_text());
    }
    text
}

pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
