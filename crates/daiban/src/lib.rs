//! The binary: command line, web, API, notices, net, settings, wiring.
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`app`] | everything daiban can do, once; who may do it |
//! | [`access`] | passwords, sessions, tokens |
//! | [`web`], [`api`], [`cli`] | the ways to it; [`say`] is how things are printed by all of them |
//! | [`ics`] | one calendar entry as text |
//! | [`net`], [`notify`] | the way to the services, the way to people |
//! | [`front`] | what stands before pages and API: who calls |
//! | [`config`], [`wiring`], [`serve`], [`lock`] | settings, and the parts put together |
//! | [`log`], [`discreet`] | a log without secrets in it |
//! | [`demo`] | a fortnight of an invented household, played fast |

pub mod access;
pub mod api;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod discreet;
pub mod front;
pub mod ics;
pub mod lock;
pub mod log;
pub mod net;
pub mod notify;
pub mod say;
pub mod serve;
pub mod web;
pub mod wiring;
