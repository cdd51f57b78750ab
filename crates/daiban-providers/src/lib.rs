//! The services daiban runs errands with, one folder each: what goes over the wire, what is decided, what is done.
//!
//! Providers speak through the ports of `daiban-core` only: no HTTP client, no database, no clock. To add one, write its
//! folder and add one line to [`all`].

use daiban_core::provider::Provider;

pub mod hospital;
pub mod permit;
pub mod rail;
pub mod vehicle;
pub mod violation;

mod body;
mod came_in;
mod draft;
mod hold;
mod kept;
mod loose;
mod turn;
mod words;

/// Every provider, in the order people are shown.
pub fn all() -> Vec<Box<dyn Provider>> {
    vec![
        Box::new(permit::Permit),
        Box::<rail::Rail>::default(),
        Box::new(violation::Violation),
        Box::<hospital::Hospitals>::default(),
        Box::<vehicle::Vehicles>::default(),
    ]
}
