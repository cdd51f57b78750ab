//! getQueueCount: how many tickets are left and how many people queue. The page shows it; it binds nobody.

use jiff::civil::Date;
use serde_json::json;

use super::book::Stage;
use super::page::LOCATION;
use super::{ILLEGAL, Step, ok, refused, said, step, stock};
use crate::answer::{Answer, Call};
use crate::rail::tickets::Ride;
use crate::world::World;

/// From here on a number may be told as 充足.
const PLENTY: u32 = 21;

pub(super) fn answer(world: &mut World, call: &Call) -> Answer {
    let step = match step(world, call, &[Stage::Checked, Stage::Counted]) {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    let Some(seat) = seat(world, &step) else {
        return refused(ILLEGAL);
    };
    if let Some(message) = said(world, "count") {
        return refused(&message);
    }
    let Some(tickets) = tickets(world, &step, seat) else {
        return refused(ILLEGAL);
    };
    if let Some(draft) = world.rail.orders.drafts.get_mut(&step.session) {
        draft.counted = true;
    }
    let ahead = world.options.rail_order.ahead;
    ok(json!({
        "count": "0", "ticket": told(world, &tickets), "countT": ahead.to_string(),
        "op_1": (ahead > 0).to_string(), "op_2": (ahead > tickets.iter().sum()).to_string(),
    }))
}

/// The first passenger's class, when every field is as the page had it.
fn seat(world: &World, step: &Step) -> Option<char> {
    let fields = &step.fields;
    let draft = world.rail.orders.drafts.get(&step.session)?;
    let ride = Ride::of(world, &draft.trip)?;
    let seat = draft.checked.as_ref()?.claims.first()?.seat;
    let date = fields.get("train_date")?;
    let is_right = javascript_dates(draft.trip.date).contains(&date.to_owned())
        && fields.are(&[
            ("train_no", &draft.trip.train_no),
            ("stationTrainCode", &ride.train.code),
            ("seatType", &seat.to_string()),
            ("fromStationTelecode", &draft.trip.from),
            ("toStationTelecode", &draft.trip.to),
            // `leftTicketStr` of the page; its `ypInfoDetail`, which some clients send, is the same here.
            ("leftTicket", &ride.left_ticket()),
            ("purpose_codes", draft.purpose),
            ("train_location", LOCATION),
        ]);
    is_right.then_some(seat)
}

/// A day as browsers print it: English names, two digits, the zone's name in Chinese or English.
pub(super) fn javascript_dates(date: Date) -> [String; 2] {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let weekday = DAYS[date.weekday().to_sunday_zero_offset().unsigned_abs() as usize];
    let month = MONTHS[(date.month() - 1).unsigned_abs() as usize];
    ["中国标准时间", "China Standard Time"].map(|zone| {
        format!(
            "{weekday} {month} {:02} {} 00:00:00 GMT+0800 ({zone})",
            date.day(),
            date.year()
        )
    })
}

/// Seats of the class, and behind them places without seat where the class has such.
fn tickets(world: &World, step: &Step, seat: char) -> Option<Vec<u32>> {
    let draft = world.rail.orders.drafts.get(&step.session)?;
    let train = Ride::of(world, &draft.trip)?.train;
    let left = |code: char| stock::real(world, train, code, draft.trip.date, world.now);
    let mut tickets = vec![left(seat)];
    if seat == train.standing_base() && train.seat('W').is_some() {
        tickets.push(left('W'));
    }
    Some(tickets)
}

fn told(world: &World, tickets: &[u32]) -> String {
    let plenty = world.options.rail_order.plenty;
    let one = |count: &u32| {
        if plenty && *count >= PLENTY {
            "充足".to_owned()
        } else {
            count.to_string()
        }
    };
    tickets.iter().map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_a_browser_prints_them() {
        let dates = javascript_dates(Date::constant(2024, 4, 25));
        assert_eq!(dates[0], "Thu Apr 25 2024 00:00:00 GMT+0800 (中国标准时间)");
        let dates = javascript_dates(Date::constant(2026, 12, 6));
        assert_eq!(
            dates[1],
            "Sun Dec 06 2026 00:00:00 GMT+0800 (China Standard Time)"
        );
    }
}
