//! The people of an order: getPassengerDTOs lists them, checkOrderInfo looks at who was picked and for what.

use serde_json::{Value, json};

use super::book::{Checked, Draft, Journey, Stage, cancelled_too_often, overlap};
use super::page::sold_classes;
use super::people::{self, Claim};
use super::{
    CANCELLED_TOO_OFTEN, Fields, ILLEGAL, SAFEGUARD, Step, not_submitted, ok, refused, said, step,
};
use super::{place, stock};
use crate::answer::{Answer, Call};
use crate::rail::account::{self, RailPassenger};
use crate::rail::session::{account_of, signed_out};
use crate::rail::tickets::Ride;
use crate::rail::{RailAccount, form, here};
use crate::world::World;

/// Stages in which the order page is open and nothing was confirmed.
const OPEN: [Stage; 3] = [Stage::Page, Stage::Checked, Stage::Counted];
/// Tickets of one order; older clients know of five.
const MOST: usize = 9;
/// Classes students have their price in (*seen* 2024).
const FOR_STUDENTS: &str = "138BCO";

/// getPassengerDTOs. Without an order under way it leads to a page elsewhere.
pub(super) fn passengers(world: &mut World, call: &Call) -> Answer {
    if account_of(world, call).is_none() {
        return signed_out(world, call);
    }
    let session = call.cookie("JSESSIONID").unwrap_or_default();
    let draft = world.rail.orders.drafts.get(session);
    let token = form(call)
        .into_iter()
        .find(|(name, _)| name == "REPEAT_SUBMIT_TOKEN");
    if token.is_none() || !draft.is_some_and(|draft| OPEN.contains(&draft.stage())) {
        return Answer::redirect(here(call, SAFEGUARD));
    }
    let step = match step(world, call, &OPEN) {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    if let Some(message) = said(world, "passengers") {
        return refused(&message);
    }
    ok(json!({
        "isExist": true, "exMsg": "", "two_isOpenClick": ["93", "95", "97", "99"], "other_isOpenClick": ["91", "93", "98", "99", "95", "97"],
        "normal_passengers": account::rows(world.now, &step.account), "dj_passengers": [],
    }))
}

/// checkOrderInfo.
pub(super) fn answer(world: &mut World, call: &Call) -> Answer {
    let step = match step(world, call, &OPEN) {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    let Some(picked) = picked(world, &step) else {
        return refused(ILLEGAL);
    };
    if let Some(message) = said(world, "check") {
        return not_submitted(&message);
    }
    if let Some(message) = objection(world, &step, &picked) {
        return not_submitted(&message);
    }
    let Some(answer) = choices(world, &picked) else {
        return refused(ILLEGAL);
    };
    if let Some(draft) = world.rail.orders.drafts.get_mut(&step.session) {
        draft.checked = Some(picked.checked);
        draft.counted = false;
    }
    ok(answer)
}

struct Picked {
    checked: Checked,
    journey: Journey,
    /// `type#number` of each.
    whom: Vec<String>,
}

/// What was picked, when every field has its form and everybody is on the account's list.
fn picked(world: &World, step: &Step) -> Option<Picked> {
    let fields = &step.fields;
    let fixed = fields.are(&[
        ("cancel_flag", "2"),
        ("bed_level_order_num", &"0".repeat(30)),
        ("tour_flag", "dc"),
        ("whatsSelect", "1"),
    ]);
    if !fixed || !fields.is_empty("randCode") || !anti_robot_fields(fields) {
        return None;
    }
    let draft = world.rail.orders.drafts.get(&step.session)?;
    let ride = Ride::of(world, &draft.trip)?;
    let ticket_string = fields.get("passengerTicketStr")?;
    let old_string = fields.get("oldPassengerStr")?;
    let claims = people::claims(ticket_string)?;
    let passengers = people::passengers(&step.account, &claims)?;
    let fits = claims.iter().all(|claim| fits_train(&ride, claim))
        && people::old_string_fits(old_string, &claims, &passengers);
    fits.then(|| Picked {
        whom: whom(&passengers),
        journey: Journey::new(world, &ride),
        checked: Checked {
            ticket_string: ticket_string.into(),
            old_string: old_string.into(),
            claims,
            pass_code: world.options.rail_order.show_pass_code.as_deref() == Some("Y"),
            at_ms: world.now,
        },
    })
}

/// Of 2024: empty as long as no slider is shown; older clients don't send them.
fn anti_robot_fields(fields: &Fields) -> bool {
    let scene = fields.get("scene").is_none_or(|scene| scene == "nc_login");
    scene && fields.is_empty("sessionId") && fields.is_empty("sig")
}

fn fits_train(ride: &Ride, claim: &Claim) -> bool {
    let is_sold = sold_classes(ride).any(|code| code == claim.seat);
    is_sold && (claim.bed == '0' || place::berths(claim.seat).contains(claim.bed))
}

fn whom(passengers: &[&RailPassenger]) -> Vec<String> {
    let passengers = passengers.iter();
    passengers
        .map(|passenger| people::document(passenger))
        .collect()
}

/// Why these people don't get tickets. The words but for 互联网售票实行实名制 and 余票不足 are *guessed*.
fn objection(world: &World, step: &Step, picked: &Picked) -> Option<String> {
    let claims = &picked.checked.claims;
    let draft = world.rail.orders.drafts.get(&step.session)?;
    if cancelled_too_often(world, &step.account.username, world.now) {
        return Some(CANCELLED_TOO_OFTEN.into());
    }
    if draft.slider {
        return Some("验证码校验失败，请完成滑块验证".into());
    }
    if claims.len() > MOST {
        return Some(format!("一次最多只能购买{MOST}张车票！"));
    }
    if claims.iter().all(|claim| claim.kind == '2') {
        return Some("儿童不能单独旅行，请与成人票一同购买！".into());
    }
    let pays_full = |claim: &&Claim| claim.kind == '3' && !FOR_STUDENTS.contains(claim.seat);
    if claims.iter().find(pays_full).is_some() {
        return Some("学生票只能购买二等座、硬座、硬卧，请重新选择席别！".into());
    }
    already_travelling(world, picked).or_else(|| shortage(world, draft, claims))
}

fn already_travelling(world: &World, picked: &Picked) -> Option<String> {
    let mut pairs = picked.checked.claims.iter().zip(&picked.whom);
    pairs.find_map(|(claim, whom)| {
        let order = overlap(world, &picked.journey, whom).filter(|_| claim.kind != '2')?;
        let (name, number) = (&claim.name, &claim.id_number);
        let (date, train) = (order.journey.trip.date, &order.journey.code);
        Some(format!(
            "互联网售票实行实名制，{name}（二代身份证-{number}）已购买{date} {train}次车票，与本次购票行程冲突！"
        ))
    })
}

fn shortage(world: &World, draft: &Draft, claims: &[Claim]) -> Option<String> {
    let wanted: Vec<char> = claims.iter().map(|claim| claim.seat).collect();
    let found = stock::classes(world, &draft.trip, &wanted, world.now);
    found
        .is_none()
        .then(|| "您选择的席别余票不足，请重新选择席别！".into())
}

/// Which seats can be chosen; `ifShowPassCode` is only sometimes there, as *seen*.
fn choices(world: &World, picked: &Picked) -> Option<Value> {
    let rules = &world.options.rail_order;
    let ride = Ride::of(world, &picked.journey.trip)?;
    let wanted: Vec<char> = picked
        .checked
        .claims
        .iter()
        .map(|claim| claim.seat)
        .collect();
    let seats: String = sold_classes(&ride)
        .filter(|code| rules.can_choose && !place::letters(*code).is_empty())
        .collect();
    let flag = |yes: bool| if yes { "Y" } else { "N" };
    let berths = |least: usize| {
        let mut wanted = wanted.iter();
        rules.can_choose && wanted.any(|code| place::berths(*code).len() >= least)
    };
    let mut data = json!({
        "submitStatus": true, "canChooseSeats": flag(wanted.iter().any(|code| seats.contains(*code))), "choose_Seats": seats,
        "canChooseBeds": flag(berths(1)), "isCanChooseMid": flag(berths(3)), "smokeStr": "",
        "ifShowPassCodeTime": rules.pass_code_time_ms.to_string(),
    });
    if let Some(flag) = &rules.show_pass_code {
        data["ifShowPassCode"] = json!(flag);
    }
    Some(data)
}

/// The passengers of what was checked, as long as they are on the list.
pub(super) fn whom_of(account: &RailAccount, claims: &[Claim]) -> Option<Vec<String>> {
    people::passengers(account, claims).map(|passengers| whom(&passengers))
}
