//! `daiban rail` as an account: passengers, orders, standby, and taking two of them back.

use daiban_core::invalid::InvalidInput;
use serde_json::Value;

use super::{
    context::Context,
    out::{Done, Out},
    people::word,
    rail::{listed, yuan},
    services::items,
};
use crate::{
    app::{AppError, RailOrders},
    say::Table,
};

pub(super) async fn passengers(context: &Context, account: &str) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    let account = context.account_id(account).await?;
    let found = app.rail_passengers(&context.actor, &account).await?;
    let table = passenger_table(&found, out);
    let none = items(&found["passengers"]).is_empty();
    say_if_cut(&found, out);
    Ok(listed(found, table, none))
}

pub(super) async fn orders(
    context: &Context,
    account: &str,
    asked: &RailOrders,
) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    let account = context.account_id(account).await?;
    let found = app.rail_orders(&context.actor, &account, asked).await?;
    let table = order_table(&found, out);
    let none = items(&found["orders"]).is_empty();
    say_if_cut(&found, out);
    Ok(listed(found, table, none))
}

pub(super) async fn unfinished(context: &Context, account: &str) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    let account = context.account_id(account).await?;
    let found = app.rail_unfinished(&context.actor, &account).await?;
    let table = order_table(&found, out);
    let none = items(&found["orders"]).is_empty() && found["queued"].is_null();
    if !found["queued"].is_null() {
        out.progress(queued_words(&found["queued"], out));
    }
    Ok(listed(found, table, none))
}

pub(super) async fn standby(context: &Context, account: &str) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    let account = context.account_id(account).await?;
    let found = app.rail_standby(&context.actor, &account).await?;
    let table = standby_table(&found, out);
    let none = items(&found["orders"]).is_empty();
    Ok(listed(found, table, none))
}

pub(super) async fn cancel_order(
    context: &Context,
    account: &str,
    order_no: &str,
    yes: bool,
) -> Result<Done, AppError> {
    let account = context.account_id(account).await?;
    sure(
        yes,
        "取消会算进当天的取消次数，12306 一天只容得下几次，多了当天就不能再订；要取消就加 --yes",
        "this counts towards the day's cancellations: after a few, 12306 takes no more orders that day; add --yes to do it",
    )?;
    let call = context
        .app()
        .rail_cancel_order(&context.actor, &account, order_no)
        .await?;
    let done = context.settle(&call).await?;
    let said = context.out.say("12306 取消了", "cancelled by 12306");
    Ok(Done::new(done, said))
}

pub(super) async fn withdraw_standby(
    context: &Context,
    account: &str,
    reserve_no: &str,
    paid: bool,
    yes: bool,
) -> Result<Done, AppError> {
    let account = context.account_id(account).await?;
    sure(
        yes,
        "撤回以后要重新排队；要撤回就加 --yes",
        "the place in the line is lost; add --yes to do it",
    )?;
    let call = context
        .app()
        .rail_withdraw_standby(&context.actor, &account, reserve_no, paid)
        .await?;
    let done = context.settle(&call).await?;
    let said = context.out.say("12306 撤回了", "withdrawn by 12306");
    Ok(Done::new(done, said))
}

fn sure(yes: bool, zh: &str, en: &str) -> Result<(), AppError> {
    if yes {
        return Ok(());
    }
    Err(AppError::Invalid(InvalidInput::new("yes", zh, en)))
}

/// A list that goes on behind what was read says so.
fn say_if_cut(found: &Value, out: Out) {
    if found["complete"] == false {
        out.progress(out.say(
            "12306 的列表没读完，后面可能还有",
            "the list of 12306 was not read to its end; there may be more",
        ));
    }
}

fn passenger_table(found: &Value, out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("姓名", "name"),
        out.say("类型", "kind"),
        out.say("证件", "ID"),
        "uuid",
    ]);
    for one in items(&found["passengers"]) {
        let kind = match one["kind"].as_str() {
            Some("1") => out.say("成人", "adult"),
            Some("2") => out.say("儿童", "child"),
            Some("3") => out.say("学生", "student"),
            Some("4") => out.say("残军", "disabled"),
            _ => out.say("未知", "unknown"),
        };
        table.row([
            word(&one["name"]),
            kind.to_owned(),
            word(&one["id_mask"]),
            word(&one["uuid"]),
        ]);
    }
    table
}

fn order_table(found: &Value, out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("订单号", "order"),
        out.say("状态", "state"),
        out.say("车次", "train"),
        out.say("开", "departs"),
        out.say("从", "from"),
        out.say("到", "to"),
        out.say("谁", "who"),
        out.say("金额", "total"),
        out.say("付款期限", "pay before"),
    ]);
    for order in items(&found["orders"]) {
        let tickets = items(&order["tickets"]);
        let first = tickets.first().unwrap_or(&Value::Null);
        let who: Vec<String> = tickets.iter().map(|one| word(&one["passenger"])).collect();
        table.row([
            word(&order["order_no"]),
            order_state(order, out).to_owned(),
            word(&first["train"]),
            minute(&first["depart"]),
            word(&first["from"]["name"]),
            word(&first["to"]["name"]),
            who.join(" "),
            money(&order["total_fen"], out),
            minute(&order["pay_before"]),
        ]);
    }
    table
}

fn order_state(order: &Value, out: Out) -> &'static str {
    match order["state"].as_str() {
        Some("unpaid") => out.say("待付款", "unpaid"),
        Some("paid") => out.say("已付", "paid"),
        Some("over") => out.say("已退或已改", "given back or changed"),
        _ => out.say("未知", "unknown"),
    }
}

fn queued_words(queued: &Value, out: Out) -> String {
    format!(
        "{}: {} {} {}",
        out.say("12306 还在排队", "still queued at 12306"),
        word(&queued["train"]),
        word(&queued["date"]),
        word(&queued["text"])
    )
}

fn standby_table(found: &Value, out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("候补单号", "standby order"),
        out.say("状态", "state"),
        out.say("要的", "choices"),
        out.say("押金", "deposit"),
        out.say("付款期限", "pay before"),
        out.say("排到", "until"),
        out.say("订单号", "order"),
    ]);
    for order in items(&found["orders"]) {
        let choices: Vec<String> = items(&order["choices"]).iter().map(word).collect();
        table.row([
            word(&order["reserve_no"]),
            word(&order["text"]),
            choices.join("; "),
            money(&order["deposit_fen"], out),
            minute(&order["pay_before"]),
            minute(&order["until"]),
            word(&order["order_no"]),
        ]);
    }
    table
}

fn money(fen: &Value, out: Out) -> String {
    fen.as_i64().map_or_else(
        || out.say("未知", "unknown").to_owned(),
        |fen| format!("¥{}", yuan(fen)),
    )
}

/// `2026-12-02T07:20:00+08:00` → `2026-12-02 07:20`
fn minute(moment: &Value) -> String {
    let text = word(moment);
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use daiban_core::Lang;
    use serde_json::json;

    use super::*;

    const OUT: Out = Out {
        json: false,
        lang: Lang::Zh,
        quiet: false,
    };

    #[test]
    fn orders_say_what_is_known() {
        let ticket = json!({ "passenger": "张三", "train": "G105", "depart": "2026-12-02T07:20:00+08:00",
            "from": { "name": "北京南" }, "to": { "name": "上海虹桥" } });
        let found = json!({ "orders": [
            { "order_no": "E123456789", "state": "unpaid", "total_fen": 55_300, "pay_before": "2026-11-22T14:40:00+08:00", "tickets": [ticket] },
            { "order_no": "E2", "state": "unknown", "total_fen": null, "pay_before": null, "tickets": [] },
        ] });
        let text = order_table(&found, OUT).to_text();
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[1].contains("待付款")
                && lines[1].contains("¥553")
                && lines[1].ends_with("2026-11-22 14:40"),
            "{text}"
        );
        assert!(
            lines[2].contains("未知") && !lines[2].contains("¥"),
            "{text}"
        );
    }

    #[test]
    fn passengers_and_standby() {
        let found = json!({ "passengers": [{ "name": "小明", "kind": "2", "id_mask": "1101***********01X", "uuid": "u2" }] });
        let text = passenger_table(&found, OUT).to_text();
        assert!(text.contains("小明  儿童"), "{text}");
        let found = json!({ "orders": [{ "reserve_no": "R1", "text": "待兑现", "choices": ["G105 二等座", "G7 二等座"],
            "deposit_fen": 55_300, "pay_before": null, "until": "2026-12-02T05:20:00+08:00", "order_no": null }] });
        let text = standby_table(&found, OUT).to_text();
        assert!(
            text.contains("待兑现") && text.contains("G105 二等座; G7 二等座"),
            "{text}"
        );
    }

    #[test]
    fn nothing_is_taken_back_without_a_yes() {
        let error = sure(false, "要取消就加 --yes", "add --yes").expect_err("no yes");
        assert_eq!(error.field(), Some("yes"));
        assert!(sure(true, "", "").is_ok());
    }
}
