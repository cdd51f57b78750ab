//! What is sent, and what is made of every kind of answer, over a scripted line.
#![allow(clippy::unwrap_used)]

mod codes;
mod dressing;
mod script;
