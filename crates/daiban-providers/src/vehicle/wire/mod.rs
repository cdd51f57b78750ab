//! Requests and replies. The only room with upstream spelling. Nothing here sends, signs or remembers.
//!
//! | file | what is in it |
//! | --- | --- |
//! | [`ids`] | numbers that go into a path, checked before they do |
//! | [`paths`] | paths and queries, from a profile |
//! | [`scalars`] | single values, read leniently: number, text, flag, unknown |
//! | [`status`] | the status tree → a [`Reading`](super::reading::Reading) |
//! | `tokens` | an exchange, a renewal, the pair they give |
//! | `cars` | the list of cars |
//! | [`command`] | a command, and that it was taken |
//! | [`capabilities`] | what a car says it can be told |
//! | [`flow`] | the data of the SIM card |

pub mod capabilities;
pub(in crate::vehicle) mod cars;
pub mod command;
pub mod flow;
pub mod ids;
pub mod paths;
pub mod scalars;
pub mod status;
pub(in crate::vehicle) mod tokens;
