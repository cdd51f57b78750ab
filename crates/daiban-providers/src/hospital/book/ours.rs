//! Which order of a list is the one that was sent. Pure.
//!
//! An order is ours when hospital, department, day and patient are the same. What a list leaves out is unknown and not
//! wrong: an order that may be ours is never taken for somebody else's.

use daiban_core::Timestamp;
use jiff::SignedDuration;

use crate::hospital::booking::{BookWish, Booking, BookingState};

use super::compare::days;

/// The service's clock may be behind ours by so much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// What is looked for.
pub(super) struct Search<'a> {
    pub(super) wish: &'a BookWish,
    /// What the confirm page called the department, if that is still known.
    pub(super) department: Option<&'a str>,
    pub(super) sent_at: Timestamp,
    /// Whether the service said that there is such a booking already.
    pub(super) is_duplicate: bool,
}

/// What a list shows of it.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// It, made since; perhaps cancelled meanwhile.
    Ours(&'a Booking),
    /// One like it that was there before, or (undated) is said to have been.
    Older(&'a Booking),
    /// One that may be it or not.
    Perhaps(&'a Booking),
    Nothing,
}

impl Search<'_> {
    /// Whether the order's own page must be read before anything is said of it.
    pub(super) fn wants_page(&self, order: &Booking) -> bool {
        match self.fits(order) {
            Some(true) => order.made_at.is_none(),
            Some(false) => false,
            None => self.is_new(order) != Some(false),
        }
    }

    /// The one that tells most.
    pub(super) fn pick<'a>(&self, orders: &'a [Booking]) -> Found<'a> {
        let is_live = |order: &Booking| order.state != BookingState::Cancelled;
        let first = |is_it: &dyn Fn(&Booking) -> bool| orders.iter().find(|order| is_it(order));
        let ours = |order: &Booking| self.fits(order) == Some(true);
        let new = |order: &Booking| ours(order) && self.is_new(order) == Some(true);
        let old = |order: &Booking| ours(order) && self.is_new(order) == Some(false);
        let undated = |order: &Booking| ours(order) && self.is_new(order).is_none();
        let unknown =
            |order: &Booking| self.fits(order).is_none() && self.is_new(order) != Some(false);
        if let Some(order) = first(&|order| new(order) && is_live(order)).or(first(&new)) {
            return Found::Ours(order);
        }
        match first(&|order| undated(order) && is_live(order)) {
            Some(order) if self.is_duplicate => return Found::Older(order),
            Some(order) => return Found::Ours(order),
            None => {}
        }
        if let Some(order) = first(&|order| old(order) && is_live(order)) {
            return Found::Older(order);
        }
        let open = first(&undated).or(first(&unknown));
        open.map_or(Found::Nothing, Found::Perhaps)
    }

    /// Whether an order is for what was wished; `None`: it does not say.
    fn fits(&self, order: &Booking) -> Option<bool> {
        let wished = &self.wish.department;
        let all = [
            is_code(&wished.hos, &order.hospital.code),
            self.is_department(order),
            order.date.map(|date| days(self.wish).contains(&date)),
            order
                .patient
                .as_deref()
                .map(|name| is_name(&self.wish.patient.name, name)),
        ];
        if all.contains(&Some(false)) {
            return Some(false);
        }
        all.iter().all(Option::is_some).then_some(true)
    }

    /// By code, or by the name of the confirm page, which orders print with letters behind: `儿科门诊-EKMZ` (*seen*). Another
    /// code alone says nothing: hospitals have more than one.
    fn is_department(&self, order: &Booking) -> Option<bool> {
        let (code, name) = (&order.department.code, order.department.name.trim());
        if *code == self.wish.department.second {
            return Some(true);
        }
        let known = self.department.filter(|known| !known.is_empty())?;
        let shown = name.split('-').next().unwrap_or(name).trim();
        (!name.is_empty()).then_some(shown == known || name == known)
    }

    /// Whether an order was made since the act began.
    fn is_new(&self, order: &Booking) -> Option<bool> {
        let earliest = self.sent_at.saturating_sub(SKEW).unwrap_or(self.sent_at);
        order.made_at.map(|made_at| made_at >= earliest)
    }
}

fn is_code(wished: &str, shown: &str) -> Option<bool> {
    (!shown.is_empty()).then_some(shown == wished)
}

/// A star of a shown name stands for a letter: `王*例`.
fn is_name(wished: &str, shown: &str) -> bool {
    let (wished, shown): (Vec<char>, Vec<char>) = (wished.chars().collect(), shown.chars().collect());
    let fits = |(wished, shown): (&char, &char)| wished == shown || *shown == '*';
    wished.len() == shown.len() && wished.iter().zip(&shown).all(fits)
}

/// What an order's own page adds to what a list showed of it.
pub(super) fn joined(listed: Booking, page: Booking) -> Booking {
    let named = |page: crate::hospital::places::Named, listed| match page.code.is_empty() {
        true => listed,
        false => page,
    };
    Booking {
        order_no: listed.order_no,
        made_at: page.made_at.or(listed.made_at),
        date: page.date.or(listed.date),
        half_day: page.half_day.or(listed.half_day),
        patient: page.patient.or(listed.patient),
        hospital: named(page.hospital, listed.hospital),
        department: named(page.department, listed.department),
        ..page
    }
}
