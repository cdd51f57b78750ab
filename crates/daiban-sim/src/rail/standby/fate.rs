//! What becomes of a standby order as time passes: it is made, lapses, is fulfilled or comes to its deadline.

use super::choose::{self, Choice};
use super::{Stage, Standby};
use crate::rail::Change;
use crate::world::World;

/// Lets everything happen that was due by now, in order of time; who paid first is served first.
pub(crate) fn settle(world: &mut World) {
    while let Some((at_ms, _, index)) = next(world) {
        happen(world, index, at_ms);
    }
}

/// Moment, seniority and position of what is due first.
fn next(world: &World) -> Option<(i64, i64, usize)> {
    let list = world.rail.standbys.list.iter().enumerate();
    let due = list.filter_map(|(index, standby)| {
        let at_ms = due(world, standby)?;
        (at_ms <= world.now).then(|| (at_ms, seniority(standby), index))
    });
    due.min()
}

fn seniority(standby: &Standby) -> i64 {
    match standby.stage {
        Stage::Paid { at_ms, .. } => at_ms,
        _ => standby.made_ms,
    }
}

fn due(world: &World, standby: &Standby) -> Option<i64> {
    match standby.stage {
        Stage::Queued(until) => Some(until),
        Stage::Unpaid(lapses) => Some(lapses.min(standby.until_ms)),
        Stage::Paid { at_ms, .. } => {
            let chance = first_chance(world, standby, at_ms);
            Some(chance.map_or(standby.until_ms, |chance| chance.at_ms))
        }
        Stage::Failed(_) | Stage::Fulfilled { .. } | Stage::Over | Stage::Unfulfilled => None,
    }
}

/// Enough tickets for everybody, before the deadline.
struct Chance {
    at_ms: i64,
    choice: usize,
    seat: char,
}

fn first_chance(world: &World, standby: &Standby, since: i64) -> Option<Chance> {
    let mut moments = vec![since];
    for choice in &standby.choices {
        let ride = choose::ride(world, &choice.offer)?;
        let changes = ride.train.changes.iter();
        moments.extend(changes.map(|change| change.at_ms).filter(|at| *at > since));
    }
    moments.retain(|at| *at < standby.until_ms);
    moments.sort_unstable();
    moments
        .into_iter()
        .find_map(|at_ms| chance_at(world, standby, at_ms))
}

fn chance_at(world: &World, standby: &Standby, at_ms: i64) -> Option<Chance> {
    let choices = standby.choices.iter().enumerate();
    choices.into_iter().find_map(|(choice, wanted)| {
        let ride = choose::ride(world, &wanted.offer)?;
        let runs = !ride.train.suspended_on.contains(&wanted.offer.date);
        let standing = standby.standing_too && wanted.seat == ride.train.standing_base();
        let seats = [Some(wanted.seat), standing.then_some('W')];
        let enough = |seat: &char| {
            choose::left(ride.train, *seat, &wanted.offer, at_ms) >= standby.tickets()
        };
        let seat = seats
            .into_iter()
            .flatten()
            .find(|seat| runs && enough(seat))?;
        Some(Chance {
            at_ms,
            choice,
            seat,
        })
    })
}

fn happen(world: &mut World, index: usize, at_ms: i64) {
    let standby = &world.rail.standbys.list[index];
    match standby.stage {
        Stage::Queued(_) => leave_queue(world, index, at_ms),
        Stage::Unpaid(_) => end(world, index, at_ms, Stage::Over, "unpaid"),
        Stage::Paid { at_ms: since, .. } => match first_chance(world, standby, since) {
            Some(chance) => realise(world, index, &chance),
            None => end(world, index, at_ms, Stage::Unfulfilled, "unfulfilled"),
        },
        // Nothing is due for these.
        Stage::Failed(_) | Stage::Fulfilled { .. } | Stage::Over | Stage::Unfulfilled => {}
    }
}

fn leave_queue(world: &mut World, index: usize, at_ms: i64) {
    let rules = &world.options.rail_standby;
    let standby = &mut world.rail.standbys.list[index];
    if let Some(words) = &rules.failure {
        standby.stage = Stage::Failed(words.clone());
        return;
    }
    standby.stage = Stage::Unpaid(at_ms + rules.pay_ms);
    let text = told("rail.standby", standby, &standby.choices[0], "");
    world.effect_at(at_ms, "rail", text);
}

/// `rail.standby USER TRAIN DATE SEAT xN RESERVENO`, and a word more where there is one to say.
fn told(what: &str, standby: &Standby, choice: &Choice, more: &str) -> String {
    let place = format!(
        "{} {} {} x{} {}",
        choice.train_code,
        choice.offer.date,
        choice.seat,
        standby.tickets(),
        standby.number
    );
    let words = [what, &standby.username, &place, more];
    words.join(" ").trim_end().into()
}

/// Ends an order: `rail.standby_over …`, with the reason.
pub(super) fn end(world: &mut World, index: usize, at_ms: i64, stage: Stage, why: &str) {
    let standby = &mut world.rail.standbys.list[index];
    standby.stage = stage;
    let text = told("rail.standby_over", standby, &standby.choices[0], why);
    world.effect_at(at_ms, "rail", text);
}

/// The tickets go to those in line before anybody else sees them, and the order is paid already;
/// its number is the last word of the effect.
fn realise(world: &mut World, index: usize, chance: &Chance) {
    let order_no = format!("E{}", world.chance.digits(9));
    let standby = &mut world.rail.standbys.list[index];
    standby.stage = Stage::Fulfilled {
        order_no: order_no.clone(),
    };
    let choice = standby.choices[chance.choice].clone();
    let count = standby.tickets();
    let text = told("rail.standby_fulfilled", standby, &choice, &order_no);
    take(world, &choice, chance, count);
    world.effect_at(chance.at_ms, "rail", text);
}

fn take(world: &mut World, choice: &Choice, chance: &Chance, count: u32) {
    let mut trains = world.rail.trains.iter_mut();
    let train = trains.find(|train| train.train_no == choice.offer.train_no);
    let Some(train) = train else {
        return;
    };
    let left = choose::left(train, chance.seat, &choice.offer, chance.at_ms);
    train.changes.push(Change {
        date: choice.offer.date,
        seat: chance.seat,
        at_ms: chance.at_ms,
        left: left.saturating_sub(count),
    });
}

fn position(world: &World, number: &str) -> Option<usize> {
    let mut list = world.rail.standbys.list.iter();
    list.position(|standby| standby.number == number)
}

/// The person pays the deposit. False when nothing is to be paid.
pub(crate) fn pay(world: &mut World, number: &str) -> bool {
    settle(world);
    let Some(index) = position(world, number) else {
        return false;
    };
    let (now, standby) = (world.now, &mut world.rail.standbys.list[index]);
    if !matches!(standby.stage, Stage::Unpaid(_)) {
        return false;
    }
    standby.stage = Stage::Paid {
        at_ms: now,
        checked: false,
    };
    let text = told("rail.standby_pay", standby, &standby.choices[0], "");
    world.effect("rail", text);
    settle(world);
    true
}

/// Fulfils a paid order at its first choice, whatever tickets there are. False when it isn't paid or is over.
pub(crate) fn fulfil(world: &mut World, number: &str) -> bool {
    settle(world);
    let Some(index) = position(world, number) else {
        return false;
    };
    let standby = &world.rail.standbys.list[index];
    if !matches!(standby.stage, Stage::Paid { .. }) {
        return false;
    }
    let chance = Chance {
        at_ms: world.now,
        choice: 0,
        seat: standby.choices[0].seat,
    };
    realise(world, index, &chance);
    true
}
