//! Facts for pages: what stands where in the order of preference, and what was free when.

use daiban_core::{Text, Timestamp, dates};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::choose::{Offer, Standing};
use super::words::class;
use super::{Round, State};
use crate::rail::seats::Left;

/// Changes that are kept.
const MOST_POINTS: usize = 200;
/// Tickets that were seen and not got.
const MOST_MISSED: usize = 30;
/// Offers that are shown.
const MOST_OFFERS: usize = 30;

/// What was free when: only changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Availability {
    points: Vec<Point>,
    missed: Vec<Missed>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Point {
    #[serde(with = "dates::rfc3339")]
    at: Timestamp,
    /// Tickets of all wanted classes together; `None`: could not be seen.
    left: Option<u32>,
    or_more: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Missed {
    #[serde(with = "dates::rfc3339")]
    at: Timestamp,
    text: Text,
}

impl Availability {
    fn note(&mut self, at: Timestamp, left: Option<u32>, or_more: bool) -> bool {
        if let Some(last) = self.points.last()
            && (last.left, last.or_more) == (left, or_more)
        {
            return false;
        }
        self.points.push(Point { at, left, or_more });
        let spare = self.points.len().saturating_sub(MOST_POINTS);
        self.points.drain(..spare);
        true
    }

    pub(super) fn miss(&mut self, at: Timestamp, text: Text) {
        self.missed.push(Missed { at, text });
        let spare = self.missed.len().saturating_sub(MOST_MISSED);
        self.missed.drain(..spare);
    }
}

impl Round<'_> {
    /// What was seen just now; `None`: nothing could be.
    pub(super) fn note_availability(&mut self, at: Timestamp, offers: Option<&[Offer<'_>]>) {
        let (left, or_more) = match offers {
            Some(offers) => total(offers),
            None => (None, false),
        };
        if self.state.availability.note(at, left, or_more) {
            self.show_availability();
        }
    }

    pub(super) fn show_availability(&mut self) {
        let shown = json!({
            "points": self.state.availability.points,
            "shut": [],
            "missed": self.state.availability.missed,
        });
        self.draft.fact("availability", shown);
    }

    pub(super) fn show_offers(&mut self, offers: &[Offer<'_>]) {
        let shown: Vec<_> = offers
            .iter()
            .take(MOST_OFFERS)
            .enumerate()
            .map(shown)
            .collect();
        self.draft.fact("candidates", json!(shown));
    }

    pub(super) fn show_route(&mut self) {
        let names = |state: &State| {
            let people = state.people.iter().flatten();
            people.map(|one| one.name.clone()).collect::<Vec<_>>()
        };
        let wishes = self.pass.wishes;
        let shown = json!({
            "from": wishes.from, "to": wishes.to, "dates": wishes.dates,
            "passengers": names(&self.state),
        });
        self.draft.fact("route", shown);
    }
}

/// Tickets of all wanted classes together; unknown while not one class tells its number.
fn total(offers: &[Offer<'_>]) -> (Option<u32>, bool) {
    let told: Vec<_> = offers.iter().filter_map(|offer| on_sale(offer)).collect();
    if told.is_empty() && !offers.is_empty() {
        return (None, false);
    }
    let sum = told
        .iter()
        .filter_map(|left| left.number())
        .map(u32::from)
        .sum();
    (Some(sum), told.iter().any(|left| left.or_more()))
}

fn on_sale(offer: &Offer<'_>) -> Option<Left> {
    let on_sale = !matches!(offer.standing, Standing::NotOnSale(_) | Standing::Suspended);
    on_sale.then_some(offer.seat.left)
}

fn shown((rank, offer): (usize, &Offer<'_>)) -> Value {
    let (state, until) = match offer.standing {
        Standing::Free => ("free", None),
        Standing::Gone => ("none", None),
        Standing::NotOnSale(at) => ("not_on_sale", at),
        Standing::Suspended => ("suspended", None),
        Standing::SetAside(until) => ("set_aside", Some(until)),
    };
    let train = &offer.row.train;
    let name = |place: &crate::rail::tickets::Place<'_>| {
        place
            .name
            .clone()
            .unwrap_or_else(|| place.code.clone())
            .into_owned()
    };
    json!({
        "rank": rank, "date": offer.date, "train": train.train,
        "from": name(&train.from), "to": name(&train.to),
        "depart": train.depart.map(dates::rfc3339), "arrive": train.arrive.map(dates::rfc3339),
        "class": class(offer.seat.code), "left": offer.seat.left.number(),
        "or_more": offer.seat.left.or_more(), "price_fen": offer.seat.price_fen,
        "state": state, "until": until.map(dates::rfc3339),
    })
}
