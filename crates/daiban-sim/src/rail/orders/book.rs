//! What is being ordered and what became of it, and the passing of time over both.

use jiff::civil::Date;

use super::people::Claim;
use super::place::Place;
use super::queue;
use super::stock;
use crate::clock;
use crate::rail::secret::Trip;
use crate::rail::tickets::Ride;
use crate::rail::trains::hh_mm;
use crate::world::World;

/// An order being filled in by one session.
pub(super) struct Draft {
    pub(super) trip: Trip,
    /// `00` or `0X00`.
    pub(super) purpose: &'static str,
    /// Of the page shown last; empty before the first.
    pub(super) token: String,
    /// `key_check_isChange`.
    pub(super) key: String,
    /// The page asked for the slider.
    pub(super) slider: bool,
    pub(super) checked: Option<Checked>,
    /// getQueueCount was asked for what is checked.
    pub(super) counted: bool,
    /// Position among all that was ever queued.
    pub(super) queued: Option<usize>,
}

/// What checkOrderInfo found in order.
#[derive(Clone)]
pub(super) struct Checked {
    pub(super) ticket_string: String,
    pub(super) old_string: String,
    pub(super) claims: Vec<Claim>,
    /// A picture code was asked for.
    pub(super) pass_code: bool,
    pub(super) at_ms: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Submitted,
    Page,
    Checked,
    Counted,
    Queued,
}

impl Draft {
    pub(super) fn stage(&self) -> Stage {
        if self.queued.is_some() {
            Stage::Queued
        } else if self.counted {
            Stage::Counted
        } else if self.checked.is_some() {
            Stage::Checked
        } else if !self.token.is_empty() {
            Stage::Page
        } else {
            Stage::Submitted
        }
    }
}

/// A ride as it was when it was ordered.
#[derive(Clone)]
pub(super) struct Journey {
    pub(super) trip: Trip,
    pub(super) code: String,
    pub(super) from_name: String,
    pub(super) to_name: String,
    /// `HH:MM`.
    pub(super) depart: String,
    pub(super) arrive: String,
    pub(super) leaves_ms: i64,
    pub(super) arrives_ms: i64,
}

impl Journey {
    pub(super) fn new(world: &World, ride: &Ride) -> Self {
        let trip = ride.trip();
        Self {
            code: ride.train.code.clone(),
            from_name: world.rail.stations.name(&trip.from),
            to_name: world.rail.stations.name(&trip.to),
            depart: hh_mm(ride.depart),
            arrive: hh_mm(ride.arrive),
            leaves_ms: ride.leaves_ms(),
            arrives_ms: ride.arrives_ms(),
            trip,
        }
    }

    /// `G1 2026-12-02 VNP-AOH`, for the journal.
    pub(super) fn words(&self) -> String {
        let trip = &self.trip;
        format!("{} {} {}-{}", self.code, trip.date, trip.from, trip.to)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Unpaid,
    Paid,
    Cancelled,
    Lapsed,
}

pub(super) struct Order {
    pub(super) number: String,
    pub(super) username: String,
    pub(super) journey: Journey,
    pub(super) tickets: Vec<Ticket>,
    pub(super) made_ms: i64,
    pub(super) pay_before_ms: i64,
    pub(super) state: State,
}

impl Order {
    /// Seats are held for it.
    pub(super) fn holds_seats(&self) -> bool {
        matches!(self.state, State::Unpaid | State::Paid)
    }

    pub(super) fn fen(&self) -> u32 {
        self.tickets.iter().map(|ticket| ticket.fen).sum()
    }
}

pub(super) struct Ticket {
    pub(super) claim: Claim,
    /// Document of the passenger, `type#number`: who the ticket is for.
    pub(super) whom: String,
    /// The class really given; `W` without seat.
    pub(super) class: char,
    pub(super) place: Place,
    pub(super) fen: u32,
}

enum Due {
    QueueEnds(usize),
    Lapses(usize),
}

/// When the next queue ends or the next order lapses, if that was due by now.
pub(crate) fn next_moment(world: &World) -> Option<i64> {
    next_due(world).map(|(at_ms, _)| at_ms)
}

/// Lets happen what was due first.
pub(crate) fn settle_next(world: &mut World) {
    match next_due(world) {
        Some((at_ms, Due::QueueEnds(index))) => queue::end(world, index, at_ms),
        Some((at_ms, Due::Lapses(index))) => give_back(world, index, State::Lapsed, at_ms),
        None => {}
    }
}

fn next_due(world: &World) -> Option<(i64, Due)> {
    let orders = &world.rail.orders;
    let queues = orders.queued.iter().enumerate();
    let ends = queues
        .filter(|(_, queued)| queued.end.is_none())
        .map(|(index, queued)| (queued.due_ms, Due::QueueEnds(index)));
    let made = orders.made.iter().enumerate();
    let lapses = made
        .filter(|(_, order)| order.state == State::Unpaid)
        .map(|(index, order)| (order.pay_before_ms, Due::Lapses(index)));
    ends.chain(lapses)
        .filter(|(at_ms, _)| *at_ms <= world.now)
        .min_by_key(|(at_ms, _)| *at_ms)
}

/// Ends an order that holds seats; they go back to the train.
pub(super) fn give_back(world: &mut World, index: usize, state: State, at_ms: i64) {
    let order = &mut world.rail.orders.made[index];
    order.state = state;
    let (number, trip) = (order.number.clone(), order.journey.trip.clone());
    let classes: Vec<char> = order.tickets.iter().map(|ticket| ticket.class).collect();
    stock::note(world, &trip, &classes, at_ms, 1);
    let word = if state == State::Lapsed {
        "lapse"
    } else {
        "cancel"
    };
    world.effect_at(at_ms, "rail", format!("rail.{word} {number}"));
}

/// The person pays. False when there is no such order, or it is not to be paid any more.
pub(crate) fn pay(world: &mut World, number: &str) -> bool {
    let mut orders = world.rail.orders.made.iter_mut();
    let order = orders.find(|order| order.number == number && order.state == State::Unpaid);
    let Some(order) = order else {
        return false;
    };
    order.state = State::Paid;
    world.effect("rail", format!("rail.pay {number}"));
    true
}

/// The account's order that waits in the queue or for payment.
pub(super) fn has_unfinished(world: &World, username: &str) -> bool {
    let orders = &world.rail.orders;
    let mut queued = orders.queued.iter();
    let mut made = orders.made.iter();
    queued.any(|queued| queued.username == username && queued.end.is_none())
        || made.any(|order| order.username == username && order.state == State::Unpaid)
}

/// Whether the account gets no more orders on the day of that moment. An order that lapsed is not
/// counted (*guessed*).
pub(super) fn cancelled_too_often(world: &World, username: &str, at_ms: i64) -> bool {
    let today: Date = clock::date(at_ms);
    let cancels = world.rail.orders.cancels.iter();
    let count = cancels.filter(|(who, at)| who == username && clock::date(*at) == today);
    count.count() >= world.options.rail_order.cancel_limit as usize
}

/// A ticket somebody holds whose ride overlaps that journey, with the masked document on it.
pub(super) fn overlap<'a>(world: &'a World, journey: &Journey, whom: &str) -> Option<&'a Order> {
    let meets = |order: &&Order| {
        let other = &order.journey;
        let overlaps = other.leaves_ms < journey.arrives_ms && journey.leaves_ms < other.arrives_ms;
        let mut tickets = order.tickets.iter();
        overlaps
            && order.holds_seats()
            && tickets.any(|ticket| ticket.whom == whom && ticket.claim.kind != '2')
    };
    world.rail.orders.made.iter().find(meets)
}
