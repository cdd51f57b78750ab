//! Trips by train: what was ordered, by when to pay, what is wished for, when it goes on sale.

use std::collections::{BTreeMap, BTreeSet};

use daiban_core::{Text, Timestamp, service::Service};
use daiban_providers::rail::orders::{OrderTicket, Standby, StandbyState};
use jiff::civil::Date;
use serde_json::Value;

use super::{Certainty, Entry, Kind, Matter, When, day, day_words, joined, moment, read, yuan};

/// From the facts `order`, `standby`, `route`, `watch` and `candidates`.
pub(super) fn collect(matter: &Matter, entries: &mut Vec<Entry>) {
    let order = matter.fact("order");
    let state = order["state"].as_str().unwrap_or_default();
    if matches!(state, "paid" | "unpaid") {
        entries.extend(trips(matter, order, state));
    }
    if state == "unpaid" && !matter.is_over() {
        entries.extend(pay_by(matter, order));
    }
    entries.extend(deposit_by(matter));
    let has_order = matches!(state, "paid" | "unpaid" | "queued");
    if matter.goes_on() && !has_order {
        entries.extend(wanted(matter));
        entries.extend(on_sale(matter));
    }
}

/// One for each train of the order: tickets of several people are one trip.
fn trips(matter: &Matter, order: &Value, state: &str) -> Vec<Entry> {
    let tickets: Vec<OrderTicket> = read(&order["tickets"]).unwrap_or_default();
    let mut trips: Vec<Vec<OrderTicket>> = Vec::new();
    for ticket in tickets {
        let same = |trip: &&mut Vec<OrderTicket>| {
            trip[0].train == ticket.train && trip[0].date == ticket.date
        };
        match trips.iter_mut().find(same) {
            Some(trip) => trip.push(ticket),
            None => trips.push(vec![ticket]),
        }
    }
    let certainty = match state {
        "paid" => Certainty::Told,
        _ if matter.is_over() => Certainty::Unsure,
        _ => Certainty::Unpaid,
    };
    let trip = |tickets: &Vec<OrderTicket>| trip(matter, tickets, certainty);
    trips.iter().filter_map(trip).collect()
}

fn trip(matter: &Matter, tickets: &[OrderTicket], certainty: Certainty) -> Option<Entry> {
    let first = tickets.first()?;
    let when = first.depart.map(When::At).or(first.date.map(When::Day))?;
    let what = Text::quoted(&format!(
        "{} {} → {}",
        first.train, first.from.name, first.to.name
    ));
    let seats = tickets.iter().map(seat).collect();
    Some(Entry {
        until: arrival(matter, first).map(When::At),
        certainty,
        more: joined(seats),
        place: Some(first.from.name.clone()).filter(|name| !name.is_empty()),
        ..matter.entry(Service::Rail, when, Kind::Trip, what)
    })
}

fn seat(ticket: &OrderTicket) -> Text {
    let place = match ticket.coach.as_str() {
        "" => Text::quoted(&ticket.class),
        coach => Text::new(
            format!("{coach} 车 {}", ticket.seat_no),
            format!("coach {coach}, {}", ticket.seat_no),
        ),
    };
    Text::new(
        format!("{} {}", ticket.passenger, place.zh)
            .trim()
            .to_owned(),
        format!("{} {}", ticket.passenger, place.en)
            .trim()
            .to_owned(),
    )
}

/// An order does not tell the arrival; what was seen of the same train on the same day does.
fn arrival(matter: &Matter, ticket: &OrderTicket) -> Option<Timestamp> {
    let seen = matter.fact("candidates").as_array()?;
    let is_it = |one: &&Value| {
        one["train"] == ticket.train.as_str()
            && day(&one["date"]) == ticket.date
            && one["to"] == ticket.to.name.as_str()
    };
    moment(&seen.iter().find(is_it)?["arrive"])
}

fn pay_by(matter: &Matter, order: &Value) -> Option<Entry> {
    let at = moment(&order["pay_before"])?;
    let train = order["tickets"][0]["train"].as_str().unwrap_or_default();
    let what = Text::new(
        format!("付 {train} 的票款").replace("  ", " "),
        format!("pay for {train}").trim().to_owned(),
    );
    let total = order["total_fen"].as_i64().map(yuan);
    let number = order["order_no"]
        .as_str()
        .map(|number| Text::new(format!("订单号 {number}"), format!("order {number}")));
    let more = total.map(|total| Text::quoted(&total));
    Some(Entry {
        more: joined(more.into_iter().chain(number).collect()),
        ..matter.entry(Service::Rail, When::At(at), Kind::PayBy, what)
    })
}

fn deposit_by(matter: &Matter) -> Option<Entry> {
    let standby: Standby = read(matter.fact("standby"))?;
    let unpaid = standby.state == StandbyState::Unpaid && !matter.is_over();
    let at = standby.pay_before.filter(|_| unpaid)?;
    let what = Text::new("付候补的押金", "pay the standby deposit");
    let more = standby.deposit_fen.map(|fen| Text::quoted(&yuan(fen)));
    Some(Entry {
        more: more.unwrap_or_default(),
        ..matter.entry(Service::Rail, When::At(at), Kind::PayBy, what)
    })
}

/// `北京南、北京西 → 上海虹桥`
fn line(matter: &Matter) -> Text {
    let side = |name: &str| {
        let of = |value: &Value| read::<Vec<String>>(&value[name]).filter(|list| !list.is_empty());
        let names = of(matter.fact("route")).or_else(|| of(&matter.row.wishes));
        names.unwrap_or_default()
    };
    let (from, to) = (side("from"), side("to"));
    Text::new(
        format!("{} → {}", from.join("、"), to.join("、")),
        format!("{} → {}", from.join(", "), to.join(", ")),
    )
}

fn wanted(matter: &Matter) -> Vec<Entry> {
    let days = |value: &Value| read::<Vec<Date>>(&value["dates"]).filter(|days| !days.is_empty());
    let days = days(matter.fact("route")).or_else(|| days(&matter.row.wishes));
    let days: BTreeSet<Date> = days.into_iter().flatten().collect();
    let (line, many) = (line(matter), days.len() > 1);
    let what = Text::new(
        format!("{}，还没有票", line.zh),
        format!("{}, no ticket yet", line.en),
    );
    let more = match many {
        true => Text::new("几个日子里有一个就好", "one of several days will do"),
        false => Text::default(),
    };
    let entry = |date: Date| Entry {
        certainty: Certainty::Planned,
        more: more.clone(),
        ..matter.entry(
            Service::Rail,
            When::Day(date),
            Kind::TripWanted,
            what.clone(),
        )
    };
    days.into_iter().map(entry).collect()
}

/// The moments at which tickets of wished days go on sale, as the rows of trains tell them.
fn on_sale(matter: &Matter) -> Vec<Entry> {
    let mut sales: BTreeMap<Timestamp, BTreeSet<Date>> = BTreeMap::new();
    let candidates = matter.fact("candidates").as_array();
    for one in candidates.into_iter().flatten() {
        if one["state"] != "not_on_sale" {
            continue;
        }
        if let (Some(at), Some(date)) = (moment(&one["until"]), day(&one["date"])) {
            sales.entry(at).or_default().insert(date);
        }
    }
    if let Some(at) = moment(&matter.fact("watch")["on_sale_at"]) {
        sales.entry(at).or_default();
    }
    let line = line(matter);
    let entry = |(at, days): (Timestamp, BTreeSet<Date>)| {
        let days: Vec<Text> = days.into_iter().map(day_words).collect();
        let zh: Vec<&str> = days.iter().map(|day| day.zh.as_str()).collect();
        let en: Vec<&str> = days.iter().map(|day| day.en.as_str()).collect();
        let what = match days.is_empty() {
            true => Text::new(
                format!("{} 开售", line.zh),
                format!("{} goes on sale", line.en),
            ),
            false => Text::new(
                format!("{} {}的票开售", line.zh, zh.join("、")),
                format!("{}, {}: goes on sale", line.en, en.join(", ")),
            ),
        };
        matter.entry(Service::Rail, When::At(at), Kind::OnSale, what)
    };
    sales.into_iter().map(entry).collect()
}
