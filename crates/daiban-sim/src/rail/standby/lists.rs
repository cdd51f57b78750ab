//! What a person has in line: the payment page and the three lists. What the lists hold is *guessed*
//! from the payment page, of which one answer was seen in 2024.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Ask, Choice, Person, Stage, Standby, envelope, queue_info, refused};
use crate::answer::Answer;
use crate::clock;
use crate::rail::orders::{kind_name, seat_name};
use crate::rail::tickets::Ride;
use crate::rail::trains::hh_mm;
use crate::world::World;

const A_PAGE: usize = 10;

/// `payOrderInit`: the order that waits for its deposit.
pub(super) fn payment(world: &World, ask: &Ask) -> Answer {
    let mut list = theirs(world, ask);
    let unpaid = list.find_map(|standby| match standby.stage {
        Stage::Unpaid(lapses) => Some((standby, lapses)),
        _ => None,
    });
    let Some((standby, lapses)) = unpaid else {
        return refused("没有待支付的候补订单");
    };
    let mut order = row(world, standby, 1);
    // Here it is a day, as seen.
    order["reserve_time"] = json!(clock::date(standby.made_ms).to_string());
    let minutes = world.options.rail_standby.pay_ms / 60_000;
    Answer::json(&envelope(json!({
        "order": order, "beginTime": world.now, "wait_pay_time": minutes.to_string(), "loseTime": lapses,
    })))
}

/// `queryQueue` of the order list: `order` is the one to be paid (told by public clients), `list`
/// the ones in line.
pub(super) fn in_line(world: &World, ask: &Ask) -> Answer {
    let all: Vec<&Standby> = theirs(world, ask).collect();
    let unpaid = all
        .iter()
        .find(|standby| matches!(standby.stage, Stage::Unpaid(_)));
    let paid = all
        .iter()
        .filter(|standby| matches!(standby.stage, Stage::Paid { .. }));
    let list: Vec<Value> = paid.map(|standby| row(world, standby, 1)).collect();
    let status = if unpaid.is_some() { 1 } else { 2 };
    let mut data = json!({"flag": true, "isAsync": false, "status": status, "list": list});
    if let Some(unpaid) = unpaid {
        data["order"] = row(world, unpaid, 1);
    }
    Answer::json(&envelope(data))
}

/// `queryUnHonourHOrder`: to be paid, or in line. Page and days may be left out.
pub(super) fn open(world: &World, ask: &Ask) -> Answer {
    let page = ask.field("page_no").unwrap_or("0");
    let from = ask.field("query_start_date").unwrap_or("1970-01-01");
    let to = ask.field("query_end_date").unwrap_or("9999-12-31");
    let is_open = |stage: &Stage| matches!(stage, Stage::Unpaid(_) | Stage::Paid { .. });
    list(world, ask, is_open, [page, from, to])
}

/// `queryProcessedHOrder`: over, one way or another. Page and days must be given.
pub(super) fn done(world: &World, ask: &Ask) -> Answer {
    let is_done = |stage: &Stage| {
        matches!(
            stage,
            Stage::Fulfilled { .. } | Stage::Over | Stage::Unfulfilled
        )
    };
    let asked = ["page_no", "query_start_date", "query_end_date"];
    let asked = asked.map(|name| ask.field(name).unwrap_or_default());
    list(world, ask, is_done, asked)
}

fn list(world: &World, ask: &Ask, wanted: impl Fn(&Stage) -> bool, asked: [&str; 3]) -> Answer {
    let [page, from, to] = asked;
    let day = |text: &str| text.parse::<Date>().ok();
    let (Ok(page), Some(from), Some(to)) = (page.parse::<usize>(), day(from), day(to)) else {
        return refused("参数不正确");
    };
    let fitting: Vec<&Standby> = theirs(world, ask)
        .filter(|standby| wanted(&standby.stage) && lies_in(standby, from, to))
        .collect();
    let pages = fitting.len().div_ceil(A_PAGE);
    let rows = fitting
        .into_iter()
        .skip(page.saturating_mul(A_PAGE))
        .take(A_PAGE);
    let rows: Vec<Value> = rows.map(|standby| row(world, standby, pages)).collect();
    Answer::json(&envelope(json!({"flag": true, "list": rows})))
}

/// Whether the days mean the order or the journey is not known: any day from the one to the other will do.
fn lies_in(standby: &Standby, from: Date, to: Date) -> bool {
    let made = clock::date(standby.made_ms);
    let travel = standby.choices.iter().map(|choice| choice.trip.date).max();
    made <= to && travel.is_some_and(|travel| travel >= from)
}

/// Newest first, without those that never became an order.
fn theirs<'a>(world: &'a World, ask: &'a Ask) -> impl Iterator<Item = &'a Standby> {
    let list = world.rail.standbys.list.iter().rev();
    list.filter(|standby| {
        standby.username == ask.account.username
            && !matches!(standby.stage, Stage::Queued(_) | Stage::Failed(_))
    })
}

/// The code and words of 01 are *seen*, the others *guessed*.
fn status(stage: &Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Unpaid(_) => ("01", "待支付"),
        Stage::Paid { .. } => ("02", "待兑现"),
        Stage::Fulfilled { .. } => ("03", "已兑现"),
        Stage::Unfulfilled => ("05", "未兑现"),
        Stage::Over | Stage::Queued(_) | Stage::Failed(_) => ("04", "已取消"),
    }
}

/// 0.1 yuan as yuan: `136.0`.
fn yuan(jiao: u32) -> String {
    format!("{}.{}", jiao / 10, jiao % 10)
}

fn row(world: &World, standby: &Standby, pages: usize) -> Value {
    let (code, name) = status(&standby.stage);
    let needs: Vec<Value> = standby
        .choices
        .iter()
        .map(|choice| need(world, standby, choice))
        .collect();
    let people: Vec<Value> = standby
        .people
        .iter()
        .map(|person| passenger(standby, person))
        .collect();
    let mut row = json!({
        "reserve_no": standby.number, "sequence_no": "", "trace_id": standby.trace,
        "reserve_time": clock::stamp(standby.made_ms), "realize_limit_time": clock::stamp(standby.until_ms),
        "realize_limit_time_diff": standby.until_min.to_string(), "status_code": code, "status_name": name,
        "prepay_amount": yuan(standby.deposit()), "ticket_price": "0.0", "refundable": "0.0",
        "ticket_num": standby.tickets().to_string(), "lose_time": "", "needs": needs, "passengers": people,
        "if_receive_wseat": if standby.standing_too { "Y" } else { "N" }, "accept_tmp_train": "N",
        "total_page": pages.to_string(), "num_in_page": A_PAGE.to_string(), "current_page": "0",
    });
    match &standby.stage {
        Stage::Unpaid(lapses) => row["lose_time"] = json!(clock::stamp(*lapses)),
        Stage::Fulfilled { order_no } => {
            row["order_no"] = json!(order_no);
            row["sequence_no"] = json!(order_no);
        }
        _ => {}
    }
    row
}

fn need(world: &World, standby: &Standby, choice: &Choice) -> Value {
    let (code, name) = status(&standby.stage);
    let level = world.options.rail_standby.queue_level;
    let (trip, ride) = (&choice.trip, Ride::of(world, &choice.trip));
    let station = |telecode: &str| world.rail.stations.by_telecode(telecode);
    let station = |telecode: &str| station(telecode).map_or("", |station| station.name.as_str());
    let clock = |minutes: Option<i64>| minutes.map(hh_mm).unwrap_or_default();
    json!({
        "train_no": trip.train_no, "board_train_code": choice.train_code,
        "train_date": trip.date.to_string(), "train_date_str": clock::words(trip.date),
        "from_tele_code": trip.from, "from_station_name": station(&trip.from),
        "to_tele_code": trip.to, "to_station_name": station(&trip.to),
        "start_time": clock(ride.as_ref().map(|ride| ride.depart)),
        "arrive_time": clock(ride.as_ref().map(|ride| ride.arrive)),
        "seat_type": choice.seat.to_string(), "seat_code": choice.seat.to_string(),
        "seat_name": seat_name(choice.seat), "status_code": code, "status_name": name,
        "queue_info": queue_info(level), "queue_level": level.to_string(),
        "batch_ticket_price": yuan(choice.price * standby.tickets()),
    })
}

fn passenger(standby: &Standby, person: &Person) -> Value {
    let dearest = standby.choices.iter().map(|choice| choice.price).max();
    json!({
        "passenger_name": person.name, "passenger_id_type": person.id_type,
        "passenger_id_no": person.id_masked, "ticket_type": kind_name(person.ticket),
        "ticket_type_code": person.ticket.to_string(),
        "pre_passenger_price": dearest.unwrap_or_default().to_string(),
    })
}
