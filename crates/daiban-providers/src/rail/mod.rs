//! 12306, the railway.
//!
//! What is here: left tickets with prices, stations, the stops of a train. Nobody needs to be signed in for these.
//!
//! | room | what is in it | facts from |
//! | --- | --- | --- |
//! | [`seats`] | classes, their codes and columns, what a cell means | 12306's order page; recorded answers |
//! | [`tickets`] | a row of a left-ticket answer | recorded answers, 2018–2026 |
//! | [`stations`] | the station dictionary | the station file, 2018–2026 |
//! | [`wire`] | requests and replies | recorded sessions; public clients of the service |
//! | [`error`] | upstream words → the eight errors | 12306's scripts; public clients |
//! | [`flow`] | the calls, over the `Http` port | the order in which the page makes them |
//!
//! The look bodies: `{"do":"stations","text","limit"?}` · `{"do":"tickets","date","from","to","student"?,"trains"?}` ·
//! `{"do":"rows",…}` (the same, with what an order needs) · `{"do":"stops","train_no","from","to","date"}`.

pub mod error;
pub mod flow;
pub mod seats;
pub mod stations;
pub mod tickets;
pub mod wire;

mod desk;

pub use desk::{Rail, TicketWish};
