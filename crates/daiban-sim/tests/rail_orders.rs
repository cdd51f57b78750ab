//! Ordering with the rail service: every step in its strict form, every way a queue can end, and
//! seats that are really gone and really come back.
#![allow(clippy::unwrap_used)]

mod common;

#[path = "rail_orders/buyer.rs"]
mod buyer;
#[path = "rail_orders/faults.rs"]
mod faults;
#[path = "rail_orders/line.rs"]
mod line;
#[path = "rail_orders/lists.rs"]
mod lists;
#[path = "rail_orders/page.rs"]
mod page;
#[path = "rail_orders/people.rs"]
mod people;
#[path = "rail_orders/queue.rs"]
mod queue;
#[path = "rail_orders/steps.rs"]
mod steps;
#[path = "rail_orders/stock.rs"]
mod stock;
