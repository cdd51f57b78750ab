//! `daiban permit`, `rail` and `violation`.

use serde_json::Value;

use super::{
    args::{Permit, Rail, Violation},
    context::Context,
    out::{Done, Out},
    people::word,
};
use crate::{
    app::{AppError, RailTickets},
    say::{self, Table},
};

/// Nothing was found.
const NOTHING_AVAILABLE: u8 = 8;

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

pub(super) async fn rail(context: &Context, verb: Rail) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    match verb {
        Rail::Stations { text } => {
            let found = app.rail_stations(&text.join(" ")).await?;
            let mut table = Table::new(&[
                out.say("站名", "name"),
                out.say("电报码", "code"),
                out.say("拼音", "pinyin"),
                out.say("城市", "city"),
            ]);
            for station in items(&found) {
                let cell = |name: &str| word(&station[name]);
                table.row([cell("name"), cell("code"), cell("pinyin"), cell("city")]);
            }
            Ok(rows(found, table))
        }
        Rail::Tickets {
            from,
            to,
            date,
            trains,
            student,
        } => {
            let found = app
                .rail_tickets(&RailTickets {
                    date,
                    from,
                    to,
                    trains,
                    student,
                })
                .await?;
            let mut table = Table::new(&[
                out.say("车次", "train"),
                out.say("从", "from"),
                out.say("开", "departs"),
                out.say("到", "to"),
                out.say("达", "arrives"),
                out.say("余票", "left"),
            ]);
            for train in items(&found) {
                let clock = |name: &str| {
                    word(&train[name])
                        .get(11..16)
                        .unwrap_or_default()
                        .to_owned()
                };
                table.row([
                    word(&train["train"]),
                    word(&train["from"]["name"]),
                    clock("depart"),
                    word(&train["to"]["name"]),
                    clock("arrive"),
                    seats(train, out),
                ]);
            }
            Ok(rows(found, table))
        }
        Rail::Stops {
            train_no,
            from,
            to,
            date,
        } => {
            let found = app.rail_stops(&train_no, &from, &to, &date).await?;
            let mut table = Table::new(&[
                "#",
                out.say("站", "station"),
                out.say("到", "arrives"),
                out.say("开", "departs"),
            ]);
            for (number, stop) in items(&found).iter().enumerate() {
                let cell = |names: &[&str]| {
                    names
                        .iter()
                        .map(|name| word(&stop[*name]))
                        .find(|cell| !cell.is_empty())
                        .unwrap_or_default()
                };
                table.row([
                    (number + 1).to_string(),
                    cell(&["name", "station"]),
                    cell(&["arrive"]),
                    cell(&["depart"]),
                ]);
            }
            Ok(rows(found, table))
        }
    }
}

/// `二等座 21+ ¥396` for what is left; the service's own note for what is not sold.
fn seats(train: &Value, out: Out) -> String {
    if train["state"] != "bookable" {
        return word(&train["note"]);
    }
    let of = |seat: &Value| {
        let left = match seat["left"].as_i64() {
            Some(0) => return None,
            Some(left) if seat["or_more"] == true => format!("{left}+"),
            Some(left) => left.to_string(),
            None => "?".to_owned(),
        };
        let price = seat["price_fen"]
            .as_i64()
            .map_or_else(String::new, |fen| format!(" ¥{}", yuan(fen)));
        Some(format!("{} {left}{price}", word(&seat["class"])))
    };
    let left: Vec<String> = items(&train["seats"]).iter().filter_map(of).collect();
    if left.is_empty() {
        out.say("无", "none").to_owned()
    } else {
        left.join("  ")
    }
}

fn yuan(fen: i64) -> String {
    if fen % 100 == 0 {
        (fen / 100).to_string()
    } else {
        format!("{}.{:02}", fen / 100, fen % 100)
    }
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

fn rows(found: Value, table: Table) -> Done {
    let none = items(&found).is_empty();
    Done::new(found, table.to_text()).code(if none { NOTHING_AVAILABLE } else { 0 })
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
