//! submitOrderRequest: the button beside a row. It begins an order in the session.

use serde_json::json;

use super::book::{Draft, has_unfinished};
use super::{Fields, ILLEGAL, UNFINISHED, ok, refused, said};
use crate::answer::{Answer, Call};
use crate::rail::form;
use crate::rail::secret::{self, Trip};
use crate::rail::session::{account_of, signed_out};
use crate::rail::tickets::Ride;
use crate::world::World;

const STALE: &str = "车票信息已过期，请重新查询";

pub(super) fn answer(world: &mut World, call: &Call) -> Answer {
    let Some(account) = account_of(world, call) else {
        return signed_out(world, call);
    };
    let username = account.username.clone();
    let fields = Fields(form(call));
    if !call.header("referer").contains("/otn/leftTicket/init") {
        return refused(ILLEGAL);
    }
    let Some((trip, at_ms)) = row(world, &fields) else {
        return refused(ILLEGAL);
    };
    if let Some(message) = said(world, "submit") {
        return refused(&message);
    }
    if world.now - at_ms > world.options.rail_order.secret_life_ms {
        return refused(STALE);
    }
    let Some(leaves_ms) = Ride::of(world, &trip).map(|ride| ride.leaves_ms()) else {
        return refused(STALE);
    };
    if leaves_ms <= world.now {
        return refused(STALE);
    }
    if has_unfinished(world, &username) {
        return refused(UNFINISHED);
    }
    let session = call.cookie("JSESSIONID").unwrap_or_default();
    let draft = draft(trip, &fields);
    world.rail.orders.drafts.insert(session.into(), draft);
    ok(json!(data(world, leaves_ms)))
}

/// The ride of the row, when every field is as that row has it. Whether there are tickets does not
/// matter yet.
fn row(world: &World, fields: &Fields) -> Option<(Trip, i64)> {
    let (trip, at_ms) = secret::read(fields.get("secretStr")?)?;
    let ride = Ride::of(world, &trip)?;
    let name = |telecode: &str| world.rail.stations.name(telecode);
    let purpose = fields.get("purpose_codes")?;
    let back: jiff::civil::Date = fields.get("back_train_date")?.parse().ok()?;
    let is_right = matches!(purpose, "ADULT" | "0X00")
        && fields.are(&[
            ("train_date", &trip.date.to_string()),
            ("tour_flag", "dc"),
            ("query_from_station_name", &name(&trip.from)),
            ("query_to_station_name", &name(&trip.to)),
        ])
        && fields.is("back_train_date", &back.to_string())
        // Only clients of 2024 send these two; then they are fields 53 and 54 of the row.
        && (fields.get("bed_level_info").is_none() || fields.is("bed_level_info", &ride.berths()))
        && fields.is_empty("seat_discount_info");
    is_right.then_some((trip, at_ms))
}

fn draft(trip: Trip, fields: &Fields) -> Draft {
    let student = fields.is("purpose_codes", "0X00");
    Draft {
        trip,
        purpose: if student { "0X00" } else { "00" },
        token: String::new(),
        key: String::new(),
        slider: false,
        checked: None,
        counted: false,
        queued: None,
    }
}

/// `0` usually; `Y` or the minutes to get in with a 2 before them when it leaves soon. `220` was
/// *seen* for a train about to leave; where the borders lie is *guessed*.
fn data(world: &World, leaves_ms: i64) -> String {
    if let Some(data) = &world.options.rail_order.submit_data {
        return data.clone();
    }
    match (leaves_ms - world.now) / 60_000 {
        ..=30 => "220".into(),
        31..=60 => "Y".into(),
        _ => "0".into(),
    }
}
