//! confirmSingleForQueue: the step that binds. From here on there may be an order.

use serde_json::json;

use super::book::{Checked, Draft, Journey, Stage, cancelled_too_often, has_unfinished};
use super::check::whom_of;
use super::make::Wish;
use super::page::LOCATION;
use super::place::{self, Choice};
use super::queue;
use super::stock;
use super::{
    CANCELLED_TOO_OFTEN, Fields, ILLEGAL, Step, UNFINISHED, not_submitted, ok, refused, said, step,
};
use crate::answer::{Answer, Call};
use crate::rail::tickets::Ride;
use crate::world::World;

/// `ifShowPassCodeTime` from here on must really be waited, ms; the usual 1 says nothing.
const WORTH_WAITING_MS: i64 = 100;

pub(super) fn answer(world: &mut World, call: &Call) -> Answer {
    let step = match step(world, call, &[Stage::Counted]) {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    let Some(wish) = wish(world, &step) else {
        return refused(ILLEGAL);
    };
    if let Some(message) = said(world, "confirm") {
        return not_submitted(&message);
    }
    if let Some(message) = objection(world, &step, &wish) {
        return not_submitted(message);
    }
    let queued = queue::join(world, &step.account.username, wish);
    if let Some(draft) = world.rail.orders.drafts.get_mut(&step.session) {
        draft.queued = Some(queued);
    }
    // An order made at once is made by this very request.
    crate::rail::settle(world);
    ok(json!({"submitStatus": true, "isAsync": "1"}))
}

/// What is bought, when every string is the one that was checked or shown.
fn wish(world: &World, step: &Step) -> Option<Wish> {
    let draft = world.rail.orders.drafts.get(&step.session)?;
    let checked = draft.checked.as_ref()?;
    let ride = Ride::of(world, &draft.trip)?;
    if !strings_fit(draft, checked, &ride.left_ticket(), &step.fields) {
        return None;
    }
    let wait = world.options.rail_order.pass_code_time_ms;
    if wait >= WORTH_WAITING_MS && world.now < checked.at_ms + wait {
        return None;
    }
    let can_choose = world.options.rail_order.can_choose;
    let (choice, beds) = choices(checked, &step.fields, can_choose)?;
    Some(Wish {
        whom: whom_of(&step.account, &checked.claims)?,
        claims: checked.claims.clone(),
        journey: Journey::new(world, &ride),
        choice,
        beds,
    })
}

fn strings_fit(draft: &Draft, checked: &Checked, left_ticket: &str, fields: &Fields) -> bool {
    let flag = |name: &str| {
        let value = fields.get(name);
        value.is_none_or(|value| matches!(value, "Y" | "N"))
    };
    fields.are(&[
        ("passengerTicketStr", &checked.ticket_string),
        ("oldPassengerStr", &checked.old_string),
        ("purpose_codes", draft.purpose),
        ("key_check_isChange", &draft.key),
        ("leftTicketStr", left_ticket),
        ("train_location", LOCATION),
        ("whatsSelect", "1"),
        ("roomType", "00"),
        ("dwAll", "N"),
    ]) && fields.is_empty("randCode")
        && flag("is_jy")
        && flag("is_cj")
}

/// Seats or berths chosen, `None` when they can't be chosen so.
fn choices(
    checked: &Checked,
    fields: &Fields,
    can_choose: bool,
) -> Option<(Option<Choice>, Vec<char>)> {
    let seats = fields.get("choose_seats")?;
    let beds = place::berth_wishes(fields.get("seatDetailType")?)?;
    let count = checked.claims.len();
    let class = checked.claims.first()?.seat;
    let is_mixed = checked.claims.iter().any(|claim| claim.seat != class);
    if (is_mixed || !can_choose) && !(seats.is_empty() && beds.is_empty()) {
        return None;
    }
    let has_berths = |bed: &char| place::berths(class).contains(*bed);
    if !(beds.is_empty() || beds.len() == count && beds.iter().all(has_berths)) {
        return None;
    }
    if seats.is_empty() {
        return Some((None, beds));
    }
    place::choice(seats, class, count).map(|choice| (Some(choice), beds))
}

/// Why there is no order. The words of the proof asked for are *guessed*.
fn objection(world: &World, step: &Step, wish: &Wish) -> Option<&'static str> {
    let rules = &world.options.rail_order;
    let username = &step.account.username;
    let draft = world.rail.orders.drafts.get(&step.session)?;
    if has_unfinished(world, username) {
        return Some(UNFINISHED);
    }
    if cancelled_too_often(world, username, world.now) {
        return Some(CANCELLED_TOO_OFTEN);
    }
    if draft.checked.as_ref()?.pass_code {
        return Some("验证码输入错误，请重新输入！");
    }
    if rules.wants_fingerprint && step.fields.is_empty("encryptedData") {
        return Some("请完成安全验证后再提交订单！");
    }
    let wanted: Vec<char> = wish.claims.iter().map(|claim| claim.seat).collect();
    let found = stock::classes(world, &wish.journey.trip, &wanted, world.now);
    let no_sale = if rules.ahead > 0 {
        "排队人数现已超过余票数，请您选择其他席别或车次！"
    } else {
        "余票不足！"
    };
    found.is_none().then_some(no_sale)
}
