//! `daiban rail`: what needs no account. What does is in `rail_account`.

use serde_json::Value;

use super::{
    args::Rail,
    context::Context,
    out::{Done, Out},
    people::word,
    rail_account,
    services::items,
};
use crate::{
    app::{App, AppError, RailOrders, RailTickets, RailTransfers},
    say::Table,
};

/// Nothing was found.
const NOTHING_AVAILABLE: u8 = 8;

pub(super) async fn run(context: &Context, verb: Rail) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    match verb {
        Rail::Stations { text } => stations(app, &text.join(" "), out).await,
        Rail::Tickets {
            from,
            to,
            date,
            trains,
            student,
        } => {
            let asked = RailTickets {
                date,
                from,
                to,
                trains,
                student,
            };
            let found = app.rail_tickets(&asked).await?;
            let table = ticket_table(&found, out);
            Ok(rows(found, table))
        }
        Rail::Stops {
            train_no,
            from,
            to,
            date,
        } => {
            let found = app.rail_stops(&train_no, &from, &to, &date).await?;
            let table = stop_table(&found, out);
            Ok(rows(found, table))
        }
        Rail::Transfers {
            from,
            to,
            date,
            student,
            standing,
        } => {
            let asked = RailTransfers {
                date,
                from,
                to,
                student,
                standing,
            };
            let found = app.rail_transfers(&asked).await?;
            let table = transfer_table(&found, out);
            Ok(rows(found, table))
        }
        Rail::SaleTimes { stations } => {
            let found = app.rail_sale_times(&stations).await?;
            let table = sale_table(&found, out);
            Ok(rows(found, table))
        }
        Rail::Passengers { account } => rail_account::passengers(context, &account).await,
        Rail::Orders {
            account,
            from,
            to,
            past,
        } => rail_account::orders(context, &account, &RailOrders { from, to, past }).await,
        Rail::Unfinished { account } => rail_account::unfinished(context, &account).await,
        Rail::Standby { account } => rail_account::standby(context, &account).await,
        Rail::CancelOrder {
            account,
            order_no,
            yes,
        } => rail_account::cancel_order(context, &account, &order_no, yes).await,
        Rail::WithdrawStandby {
            account,
            reserve_no,
            paid,
            yes,
        } => rail_account::withdraw_standby(context, &account, &reserve_no, paid, yes).await,
    }
}

async fn stations(app: &App, text: &str, out: Out) -> Result<Done, AppError> {
    let found = app.rail_stations(text).await?;
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

fn ticket_table(found: &Value, out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("车次", "train"),
        out.say("从", "from"),
        out.say("开", "departs"),
        out.say("到", "to"),
        out.say("达", "arrives"),
        out.say("余票", "left"),
    ]);
    for train in items(found) {
        table.row([
            word(&train["train"]),
            word(&train["from"]["name"]),
            clock(&train["depart"]),
            word(&train["to"]["name"]),
            clock(&train["arrive"]),
            ticket_cell(train, out),
        ]);
    }
    table
}

fn stop_table(found: &Value, out: Out) -> Table {
    let mut table = Table::new(&[
        "#",
        out.say("站", "station"),
        out.say("到", "arrives"),
        out.say("开", "departs"),
    ]);
    for (number, stop) in items(found).iter().enumerate() {
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
    table
}

/// Two lines for each journey: one a leg, the time of changing beside the first.
fn transfer_table(found: &Value, out: Out) -> Table {
    let mut table = Table::new(&[
        "#",
        out.say("车次", "train"),
        out.say("从", "from"),
        out.say("开", "departs"),
        out.say("到", "to"),
        out.say("达", "arrives"),
        out.say("余票", "left"),
        out.say("换乘", "change"),
        out.say("全程", "in all"),
    ]);
    for (number, journey) in items(found).iter().enumerate() {
        for (leg_number, leg) in items(&journey["legs"]).iter().enumerate() {
            let first = leg_number == 0;
            let once = |cell: String| if first { cell } else { String::new() };
            table.row([
                once((number + 1).to_string()),
                word(&leg["train"]),
                word(&leg["from"]["name"]),
                clock(&leg["depart"]),
                word(&leg["to"]["name"]),
                clock(&leg["arrive"]),
                seats(leg, out),
                once(change(journey, out)),
                once(minutes(&journey["duration_min"], out)),
            ]);
        }
    }
    table
}

fn change(journey: &Value, out: Out) -> String {
    let place = match journey["same_station"].as_bool() {
        Some(true) => out.say("同站", "same station"),
        Some(false) => out.say("不同站", "another station"),
        None => out.say("哪站未知", "station unknown"),
    };
    format!("{} {place}", minutes(&journey["wait_min"], out))
}

fn minutes(value: &Value, out: Out) -> String {
    value.as_i64().map_or_else(
        || out.say("未知", "unknown").to_owned(),
        |minutes| format!("{}:{:02}", minutes / 60, minutes % 60),
    )
}

fn sale_table(found: &Value, out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("站名", "name"),
        out.say("电报码", "code"),
        out.say("开售", "sale opens"),
    ]);
    for line in items(found) {
        table.row([
            word(&line["station"]["name"]),
            word(&line["station"]["code"]),
            line["time"].as_str().map_or_else(
                || out.say("未知", "unknown").to_owned(),
                std::borrow::ToOwned::to_owned,
            ),
        ]);
    }
    table
}

/// `2026-12-02T07:20:00+08:00` → `07:20`; nothing for what is unknown.
pub(super) fn clock(moment: &Value) -> String {
    word(moment).get(11..16).unwrap_or_default().to_owned()
}

/// What is left, or the service's own note for what is not sold.
fn ticket_cell(train: &Value, out: Out) -> String {
    if train["state"] != "bookable" {
        return word(&train["note"]);
    }
    seats(train, out)
}

/// `二等座 21+ ¥396` for each class with something left.
fn seats(train: &Value, out: Out) -> String {
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

/// `553`, `39.50`
pub(super) fn yuan(fen: i64) -> String {
    if fen % 100 == 0 {
        (fen / 100).to_string()
    } else {
        format!("{}.{:02}", fen / 100, fen % 100)
    }
}

/// A list; an empty one ends with its own code.
pub(super) fn rows(found: Value, table: Table) -> Done {
    let none = items(&found).is_empty();
    listed(found, table, none)
}

/// The same where the list stands inside a value.
pub(super) fn listed(found: Value, table: Table, none: bool) -> Done {
    Done::new(found, table.to_text()).code(if none { NOTHING_AVAILABLE } else { 0 })
}

#[cfg(test)]
mod tests {
    use daiban_core::Lang;
    use serde_json::json;

    use super::*;

    const OUT: Out = Out {
        json: false,
        lang: Lang::En,
        quiet: false,
    };

    #[test]
    fn a_journey_is_two_lines() {
        let leg = |train: &str, depart: &str, arrive: &str| {
            json!({ "train": train, "from": { "name": "北京南" }, "to": { "name": "济南西" },
                "depart": depart, "arrive": arrive,
                "seats": [{ "class": "二等座", "left": 21, "or_more": true, "price_fen": 18_450 }] })
        };
        let found = json!([{ "legs": [
            leg("G1", "2026-12-02T07:00:00+08:00", "2026-12-02T08:30:00+08:00"),
            leg("G3", "2026-12-02T09:10:00+08:00", "2026-12-02T12:00:00+08:00"),
        ], "wait_min": 40, "duration_min": 300, "same_station": true }]);
        let text = transfer_table(&found, OUT).to_text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[1].contains("二等座 21+ ¥184.50") && lines[1].ends_with("5:00"));
        assert!(lines[1].contains("0:40 same station"), "{text}");
        assert!(lines[2].trim_start().starts_with("G3"), "{text}");
    }

    #[test]
    fn what_is_not_known_is_not_a_time() {
        let found = json!([{ "station": { "name": "北京南", "code": "VNP" }, "time": null }]);
        let text = sale_table(&found, OUT).to_text();
        assert!(text.contains("unknown"), "{text}");
        let journey = json!({ "legs": [{ "train": "G1", "seats": [] }], "same_station": null });
        let text = transfer_table(&json!([journey]), OUT).to_text();
        assert!(text.contains("unknown station unknown"), "{text}");
    }
}
