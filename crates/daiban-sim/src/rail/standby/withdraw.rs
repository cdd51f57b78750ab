//! Giving a place in line back: unpaid, paid, or not yet made.

use serde_json::json;

use super::{Ask, Stage, fate, granted, turned_down};
use crate::answer::Answer;
use crate::world::World;

const CHANGED: &str = "候补订单状态已发生变化，请刷新后重试";

/// Position of the order that a field names, when it is this person's.
fn named(world: &World, ask: &Ask, field: &str) -> Option<usize> {
    let number = ask.field(field)?;
    let mut list = world.rail.standbys.list.iter();
    list.position(|standby| standby.number == number && standby.username == ask.account.username)
}

fn stage(world: &World, index: usize) -> &Stage {
    &world.rail.standbys.list[index].stage
}

/// `cancelNotComplete`, by `reserve_no`.
pub(super) fn cancel_unpaid(world: &mut World, ask: &Ask) -> Answer {
    let index = named(world, ask, "reserve_no");
    let Some(index) = index.filter(|at| matches!(stage(world, *at), Stage::Unpaid(_))) else {
        return turned_down(CHANGED);
    };
    fate::end(world, index, world.now, Stage::Over, "cancelled");
    granted(json!({}))
}

/// `reserveReturnCheck`, by `sequence_no`, which holds the reserve number: says what comes back, in yuan.
pub(super) fn check_refund(world: &mut World, ask: &Ask) -> Answer {
    let Some(index) = named(world, ask, "sequence_no") else {
        return turned_down(CHANGED);
    };
    let standby = &mut world.rail.standbys.list[index];
    let deposit = f64::from(standby.deposit()) / 10.0;
    let Stage::Paid { checked, .. } = &mut standby.stage else {
        return turned_down(CHANGED);
    };
    *checked = true;
    granted(json!({"data": deposit}))
}

/// `reserveReturn`, after the check.
pub(super) fn give_back(world: &mut World, ask: &Ask) -> Answer {
    let is_checked = |at: &usize| matches!(stage(world, *at), Stage::Paid { checked: true, .. });
    let Some(index) = named(world, ask, "sequence_no").filter(is_checked) else {
        return turned_down(CHANGED);
    };
    fate::end(world, index, world.now, Stage::Over, "withdrawn");
    granted(json!({}))
}

/// `cancelWaitingHOrder`: out of the queue before there is an order, so nothing comes of it.
pub(super) fn leave_queue(world: &mut World, ask: &Ask) -> Answer {
    let list = world.rail.standbys.list.iter_mut();
    let mut waiting = list.filter(|standby| {
        standby.username == ask.account.username && matches!(standby.stage, Stage::Queued(_))
    });
    let Some(standby) = waiting.next() else {
        return turned_down(CHANGED);
    };
    standby.stage = Stage::Failed("您已取消排队".into());
    granted(json!({}))
}

/// `continuePayNoCompleteMyOrder`: whether the order can still be paid; paying is the person's.
pub(super) fn go_on_paying(world: &World, ask: &Ask) -> Answer {
    let index = named(world, ask, "reserve_no");
    match index.map(|at| stage(world, at)) {
        Some(Stage::Unpaid(_)) => granted(json!({})),
        _ => turned_down(CHANGED),
    }
}
