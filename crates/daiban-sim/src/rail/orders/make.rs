//! Making an order: its number, what each ticket costs, and where people sit.

use super::book::{Journey, Order, State, Ticket};
use super::people::Claim;
use super::place::{self, Choice, Place};
use super::stock;
use crate::rail::secret::Trip;
use crate::rail::tickets::Ride;
use crate::world::World;

/// What is bought.
#[derive(Clone)]
pub(super) struct Wish {
    pub(super) journey: Journey,
    pub(super) claims: Vec<Claim>,
    /// Document of each passenger.
    pub(super) whom: Vec<String>,
    pub(super) choice: Option<Choice>,
    /// Berths, one `bed` code for each passenger; empty for any.
    pub(super) beds: Vec<char>,
}

impl Wish {
    /// Classes wished for.
    pub(super) fn classes(&self) -> Vec<char> {
        self.claims.iter().map(|claim| claim.seat).collect()
    }

    /// `demo G1 2026-12-02 VNP-AOH O x2`, for the journal; classes of a mixed order are joined by `+`.
    pub(super) fn words(&self, username: &str, classes: &[char]) -> String {
        let (count, mut classes) = (classes.len(), classes.to_vec());
        classes.dedup();
        let classes: Vec<String> = classes.iter().map(char::to_string).collect();
        let journey = self.journey.words();
        format!("{username} {journey} {} x{count}", classes.join("+"))
    }
}

/// Takes seats of these classes and makes the order; gives its number. `None` when the train
/// doesn't run so any more.
pub(super) fn order(
    world: &mut World,
    username: &str,
    wish: &Wish,
    classes: &[char],
    at_ms: i64,
    state: State,
) -> Option<String> {
    let tickets = tickets(world, wish, classes)?;
    let number = new_number(world);
    let order = Order {
        number: number.clone(),
        username: username.into(),
        journey: wish.journey.clone(),
        tickets,
        made_ms: at_ms,
        pay_before_ms: at_ms + world.options.rail_order.pay_window_ms,
        state,
    };
    world.rail.orders.made.push(order);
    stock::note(world, &wish.journey.trip, classes, at_ms, -1);
    let words = wish.words(username, &wish.classes());
    world.effect_at(at_ms, "rail", format!("rail.order {words} {number}"));
    Some(number)
}

/// A paid order in place of a place in line that was fulfilled (*guessed*: it is as any other
/// order, and what was paid in advance pays for it).
pub(crate) fn fulfilled(
    world: &mut World,
    username: &str,
    trip: &Trip,
    people: Vec<(Claim, String)>,
    class: char,
    at_ms: i64,
) -> Option<String> {
    let journey = Journey::new(world, &Ride::of(world, trip)?);
    let classes = vec![class; people.len()];
    let (claims, whom) = people.into_iter().unzip();
    let wish = Wish {
        journey,
        claims,
        whom,
        choice: None,
        beds: Vec::new(),
    };
    order(world, username, &wish, &classes, at_ms, State::Paid)
}

/// `E` and nine digits.
fn new_number(world: &mut World) -> String {
    loop {
        let number = format!("E{}", world.chance.digits(9));
        let mut made = world.rail.orders.made.iter();
        if !made.any(|order| order.number == number) {
            return number;
        }
    }
}

fn tickets(world: &World, wish: &Wish, classes: &[char]) -> Option<Vec<Ticket>> {
    let ride = Ride::of(world, &wish.journey.trip)?;
    let places = places(world, wish, classes);
    let each = wish.claims.iter().zip(&wish.whom).zip(classes).zip(places);
    each.map(|(((claim, whom), class), place)| {
        let seat = ride.train.seat(*class)?;
        Some(Ticket {
            fen: fare(ride.price(seat) * 10, claim),
            claim: claim.clone(),
            whom: whom.clone(),
            class: *class,
            place,
        })
    })
    .collect()
}

/// Half for children and disabled soldiers, three quarters for students in second class and half
/// elsewhere, to the half yuan. The shares are public; the rounding is *guessed*.
fn fare(fen: u32, claim: &Claim) -> u32 {
    let percent = match claim.kind {
        '2' | '4' => 50,
        '3' if claim.seat == 'O' => 75,
        '3' => 50,
        _ => 100,
    };
    (fen * percent / 100).div_ceil(50) * 50
}

fn places(world: &World, wish: &Wish, classes: &[char]) -> Vec<Place> {
    let mut taken = taken(world, &wish.journey);
    let chosen = wish.choice.as_ref().filter(|_| {
        let same = classes.iter().all(|class| *class == wish.claims[0].seat);
        same && world.options.rail_order.honours_choice
    });
    let block = chosen.and_then(|choice| place::chosen(classes[0], choice, &taken));
    if let Some(block) = block {
        return block;
    }
    let mut places = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        let bed = match wish.claims[at].bed {
            '0' => wish.beds.get(at).copied().unwrap_or('0'),
            bed => bed,
        };
        let place = place::any(*class, bed, &taken);
        taken.push(place.clone());
        places.push(place);
    }
    places
}

/// Places of the same train and day that somebody has.
fn taken(world: &World, journey: &Journey) -> Vec<Place> {
    let same = |order: &&Order| {
        let (other, ours) = (&order.journey.trip, &journey.trip);
        order.holds_seats() && other.train_no == ours.train_no && other.date == ours.date
    };
    let orders = world.rail.orders.made.iter().filter(same);
    orders
        .flat_map(|order| order.tickets.iter().map(|ticket| ticket.place.clone()))
        .collect()
}
