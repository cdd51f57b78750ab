//! What becomes of a standby order as time passes: it is made, lapses, is fulfilled or comes to its deadline.

use super::choose::Choice;
use super::{Person, Stage, Standby};
use crate::rail::orders::people::Claim;
use crate::rail::orders::{self, stock};
use crate::rail::secret::Trip;
use crate::rail::settle;
use crate::rail::tickets::Ride;
use crate::world::World;

/// When the next thing happens to somebody in line, if that was due by now.
pub(crate) fn next_moment(world: &World) -> Option<i64> {
    next(world).map(|(at_ms, _, _)| at_ms)
}

/// Lets happen what was due first; of one moment, who paid first is served first.
pub(crate) fn settle_next(world: &mut World) {
    if let Some((at_ms, _, index)) = next(world) {
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
        let more = stock::moments(world, &choice.trip).into_iter();
        moments.extend(more.filter(|at_ms| *at_ms > since));
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
        let Trip { date, .. } = wanted.trip;
        let train = Ride::of(world, &wanted.trip)?.train;
        let runs = !train.suspended_on.contains(&date);
        let standing = standby.standing_too && wanted.seat == train.standing_base();
        let seats = [Some(wanted.seat), standing.then_some('W')];
        let enough =
            |seat: &char| stock::real(world, train, *seat, date, at_ms) >= standby.tickets();
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
        choice.trip.date,
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

/// The tickets go to those in line before anybody else sees them, as an order that is paid already;
/// its number is the last word of the effect.
fn realise(world: &mut World, index: usize, chance: &Chance) {
    let standby = &world.rail.standbys.list[index];
    let choice = standby.choices[chance.choice].clone();
    let username = standby.username.clone();
    let people = standby.people.iter();
    let people = people.map(|person| claim(person, choice.seat)).collect();
    let made = orders::fulfilled(
        world,
        &username,
        &choice.trip,
        people,
        chance.seat,
        chance.at_ms,
    );
    let Some(order_no) = made else {
        return end(
            world,
            index,
            chance.at_ms,
            Stage::Unfulfilled,
            "unfulfilled",
        );
    };
    let standby = &mut world.rail.standbys.list[index];
    standby.stage = Stage::Fulfilled {
        order_no: order_no.clone(),
    };
    let text = told("rail.standby_fulfilled", standby, &choice, &order_no);
    world.effect_at(chance.at_ms, "rail", text);
}

/// The ticket a person gets, and their document.
fn claim(person: &Person, seat: char) -> (Claim, String) {
    let person = person.clone();
    let claim = Claim {
        seat,
        bed: '0',
        kind: person.ticket,
        name: person.name,
        id_type: person.id_type,
        id_number: person.id_masked,
        phone: String::new(),
        enc: String::new(),
    };
    (claim, person.document)
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
