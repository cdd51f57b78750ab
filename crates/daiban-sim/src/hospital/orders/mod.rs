//! Bookings: what becomes of them in line and in the official channel. Left to others: making one (`save`), showing
//! them (`show`).

mod save;
mod show;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::clinics::{Product, held};
use super::patients::HospitalPatient;
use super::{HospitalCard, stock};
use crate::clock;
use crate::world::World;

pub(super) use save::save;
pub(super) use show::{detail, list, status};

/// The line moves on this much after each status call that is due, though nobody asks, ms (*seen*: the page asks so often).
const LINE_STEP_MS: i64 = 5_000;

pub(super) struct Order {
    no: String,
    mobile: String,
    patient: HospitalPatient,
    card: HospitalCard,
    product: Product,
    made_ms: i64,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// In line: status calls still answered with waiting, how it ends, and when it does so by itself.
    InLine {
        waits: u32,
        is_refused: bool,
        due_ms: i64,
    },
    Booked,
    /// The line ended without a booking.
    Refused,
    Cancelled {
        at_ms: i64,
    },
}

impl Order {
    fn counts(&self) -> bool {
        matches!(self.stage, Stage::InLine { .. } | Stage::Booked)
    }

    fn is_of(&self, patient: &HospitalPatient) -> bool {
        self.patient.id_number == patient.id_number
    }
}

/// A booking its owner makes in the official channel, for what has a place left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBooking {
    /// Whose account.
    pub mobile: String,
    /// Name of the patient, the first of that name.
    pub patient: String,
    /// Hospital.
    pub hos: String,
    /// First level of the department.
    pub first: String,
    /// Second level.
    pub second: String,
    /// Day of the visit.
    pub date: Date,
}

/// Books the first free place of that department and day; gives the order number.
pub(crate) fn book_as_owner(world: &mut World, wish: &OwnBooking) -> Option<String> {
    let account = world.hospital.account(&wish.mobile)?;
    let mut patients = account.patients.iter();
    let patient = patients
        .find(|patient| patient.name == wish.patient)?
        .clone();
    let card = patient.cards.first()?.clone();
    let product = held(world, &wish.hos, &wish.first, &wish.second, wish.date)
        .into_iter()
        .find_map(|clinic| first_free(world, clinic, wish.date))?;
    stock::take(world, product.clinic, product.date, product.time);
    let no = make(world, &wish.mobile, patient, card, product, Stage::Booked);
    world.effect("hospital", format!("hospital.owner_books {no}"));
    Some(no)
}

fn first_free(world: &mut World, clinic: usize, date: Date) -> Option<Product> {
    let free = stock::free(world, clinic, date);
    let time = free.iter().position(|left| *left > 0)?;
    let has_times = !world.hospital.clinics[clinic].times.is_empty();
    Some(Product {
        clinic,
        date,
        time: has_times.then_some(time),
    })
}

/// Writes the order down; its place must have been taken.
fn make(
    world: &mut World,
    mobile: &str,
    patient: HospitalPatient,
    card: HospitalCard,
    product: Product,
    stage: Stage,
) -> String {
    let no = format!("9{:011}", world.hospital.orders.len() + 1);
    world.hospital.orders.push(Order {
        no: no.clone(),
        mobile: mobile.into(),
        patient,
        card,
        product,
        made_ms: world.now,
        stage,
    });
    no
}

/// The owner cancels in the official channel, and the place is free again. False when there is nothing to cancel.
pub(crate) fn cancel(world: &mut World, no: &str) -> bool {
    let now = world.now;
    let mut orders = world.hospital.orders.iter_mut();
    let Some(order) = orders.find(|order| order.no == no && order.stage == Stage::Booked) else {
        return false;
    };
    if order.product.date <= clock::date(now) {
        return false;
    }
    order.stage = Stage::Cancelled { at_ms: now };
    let product = order.product;
    stock::give_back(world, product.clinic, product.date, product.time);
    world.effect("hospital", format!("hospital.cancel {no}"));
    true
}

/// Lets every line end that was due by now.
pub(crate) fn settle(world: &mut World) {
    for index in 0..world.hospital.orders.len() {
        let Stage::InLine { due_ms, .. } = world.hospital.orders[index].stage else {
            continue;
        };
        if due_ms <= world.now {
            end_line(world, index, due_ms);
        }
    }
}

fn end_line(world: &mut World, index: usize, at_ms: i64) {
    let Stage::InLine { is_refused, .. } = world.hospital.orders[index].stage else {
        return;
    };
    let (stage, text) = if is_refused {
        let no = &world.hospital.orders[index].no;
        (Stage::Refused, format!("hospital.refused {no}"))
    } else {
        (Stage::Booked, booked(world, index))
    };
    world.hospital.orders[index].stage = stage;
    world.effect_at(at_ms, "hospital", text);
}

/// `hospital.book H90000001/04/644 2026-11-28 MORNING 王小例 900000000001`.
fn booked(world: &World, index: usize) -> String {
    let order = &world.hospital.orders[index];
    let clinic = &world.hospital.clinics[order.product.clinic];
    format!(
        "hospital.book {}/{}/{} {} {} {} {}",
        clinic.hos,
        clinic.first,
        clinic.second,
        order.product.date,
        clinic.half_day,
        order.patient.name,
        order.no
    )
}
