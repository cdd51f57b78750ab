//! A train of a left-ticket answer as a page shows it.

use daiban_core::{Lang, Timestamp, dates};
use daiban_providers::rail::tickets::{Place, SaleState, Train};

use super::{
    super::words::{self, State, m},
    words as said,
};

/// A train with what is left on it.
pub(super) struct TrainView {
    pub(super) train: String,
    /// `07:20 – 13:24`; empty for a train that does not run.
    pub(super) times: String,
    /// Stations and how long it takes.
    pub(super) about: String,
    pub(super) seats: Vec<SeatView>,
    pub(super) state: State,
    /// What stands below: the service's own words, when the sale opens.
    pub(super) note: String,
    pub(super) standby: bool,
    /// The form that watches it; a train that does not run is not watched.
    pub(super) watch: Option<String>,
}

/// One class of it.
pub(super) struct SeatView {
    pub(super) class: String,
    pub(super) left: String,
    pub(super) price: String,
    /// Whether something is left.
    pub(super) free: bool,
}

impl TrainView {
    /// Of a train; the form that watches it has this address.
    pub(super) fn new(train: &Train<'_>, watch: String, lang: Lang, now: Timestamp) -> Self {
        let runs = train.state != SaleState::Suspended;
        Self {
            train: train.train.to_string(),
            times: if runs {
                times(train, lang)
            } else {
                String::new()
            },
            about: about(train, lang),
            seats: seats(train, lang),
            state: state(train.state, lang),
            note: note(train, lang, now),
            standby: runs && train.standby == Some(true),
            watch: runs.then_some(watch),
        }
    }
}

/// `07:20 – 13:24`
pub(super) fn times(train: &Train<'_>, lang: Lang) -> String {
    let unknown = || m(lang, "shell-unknown").to_owned();
    let boarding = train.depart.map(dates::today);
    let depart = train.depart.map_or_else(unknown, said::clock);
    let arrive = train
        .arrive
        .map_or_else(unknown, |at| said::arrival(lang, at, boarding));
    format!("{depart} – {arrive}")
}

fn about(train: &Train<'_>, lang: Lang) -> String {
    let route = format!("{} → {}", place(&train.from), place(&train.to));
    match train.duration_min {
        Some(minutes) => format!("{route} · {}", said::duration(lang, i64::from(minutes))),
        None => route,
    }
}

/// The name, or the telecode where the answer has no name.
pub(super) fn place(place: &Place<'_>) -> String {
    place.name.as_ref().unwrap_or(&place.code).to_string()
}

fn seats(train: &Train<'_>, lang: Lang) -> Vec<SeatView> {
    let view = |seat: &daiban_providers::rail::seats::Seat| SeatView {
        class: said::class(lang, seat.code),
        left: match (train.state, seat.left.number()) {
            // Before the sale the number is not unknown, there is none yet.
            (SaleState::NotOnSale, None) => m(lang, "rail-not-yet").to_owned(),
            _ => said::left(lang, seat.left),
        },
        price: seat
            .price_fen
            .map(|fen| said::money(i64::from(fen)))
            .unwrap_or_default(),
        free: seat.left.number().is_some_and(|left| left > 0),
    };
    train.seats.iter().map(view).collect()
}

fn state(state: SaleState, lang: Lang) -> State {
    let (class, word) = match state {
        SaleState::Bookable => ("ok", m(lang, "rail-tickets")),
        SaleState::SoldOut => ("", m(lang, "rail-none-left")),
        SaleState::NotOnSale => ("", m(lang, "rail-not-on-sale")),
        SaleState::Suspended => ("urg", m(lang, "rail-suspended")),
    };
    State { class, word }
}

fn note(train: &Train<'_>, lang: Lang, now: Timestamp) -> String {
    if train.state == SaleState::Bookable || train.state == SaleState::SoldOut {
        return String::new();
    }
    let opens = train.on_sale_at.filter(|at| *at > now).map(|at| {
        let at = words::moment(lang, at, now);
        match lang {
            Lang::Zh => format!("{at} 开售"),
            Lang::En => format!("on sale {at}"),
        }
    });
    opens.unwrap_or_else(|| train.note.to_string())
}
