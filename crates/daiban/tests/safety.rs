//! An expert finds no door: every route by every method in every spelling, forged forms, stored markup, addresses that
//! point inside, floods, foreign host names, TLS.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::type_complexity,
    unreachable_pub,
    reason = "a test tells how much it tried"
)]

mod program;
mod web_kit;

#[path = "safety/audit.rs"]
mod audit;
#[path = "safety/forms.rs"]
mod forms;
#[path = "safety/front.rs"]
mod front;
#[path = "safety/home.rs"]
mod home;
#[path = "safety/inside.rs"]
mod inside;
#[path = "safety/listener.rs"]
mod listener;
#[path = "safety/markup.rs"]
mod markup;
#[path = "safety/walk.rs"]
mod walk;
