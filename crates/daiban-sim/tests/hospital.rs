//! The hospital service: signing in, cookies, catalogue, calendars, places that come and go, booking, and how strict it is.
#![allow(clippy::unwrap_used)]

mod common;

#[path = "hospital/booking.rs"]
mod booking;
#[path = "hospital/calendar.rs"]
mod calendar;
#[path = "hospital/caller.rs"]
mod caller;
#[path = "hospital/catalogue.rs"]
mod catalogue;
#[path = "hospital/faults.rs"]
mod faults;
#[path = "hospital/haste.rs"]
mod haste;
#[path = "hospital/household.rs"]
mod household;
#[path = "hospital/jingtong.rs"]
mod jingtong;
#[path = "hospital/limits.rs"]
mod limits;
#[path = "hospital/orders.rs"]
mod orders;
#[path = "hospital/places.rs"]
mod places;
#[path = "hospital/sign_in.rs"]
mod sign_in;
