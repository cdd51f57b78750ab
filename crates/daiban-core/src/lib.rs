//! The words of daiban: what people, services and the engine talk about.
//!
//! Pure: no runtime, no HTTP client, no SQL, no clock reads. Time and chance are arguments.
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`plate`], [`identity`], [`vin`], [`phone`] | things with a form that can be wrong |
//! | [`secret`] | values that never show themselves, and the redactor that knows them |
//! | [`dates`] | Asia/Shanghai civil dates |
//! | [`text`], [`invalid`], [`error`] | what is said to people, in Chinese and English |
//! | [`service`], [`id`], [`account`] | who and where |
//! | [`errand`], [`lifecycle`], [`ask`], [`call`], [`notice`] | a standing wish, and what it makes happen |
//! | [`descriptor`] | a provider described as data |
//! | [`census`] | the rows, counted |
//! | [`http`], [`provider`], [`store`], [`household`], [`engine`], [`clock`], [`notify`] | the ports |

pub mod account;
pub mod ask;
pub mod call;
pub mod census;
pub mod clock;
pub mod dates;
pub mod descriptor;
pub mod engine;
pub mod errand;
pub mod error;
pub mod household;
pub mod http;
pub mod id;
pub mod identity;
pub mod invalid;
pub mod lifecycle;
pub mod notice;
pub mod notify;
pub mod phone;
pub mod plate;
pub mod provider;
pub mod record;
pub mod secret;
pub mod service;
pub mod store;
pub mod text;
pub mod vin;
pub mod window;

pub use jiff::Timestamp;
pub use text::{Lang, Text};
