//! Requests and replies. The only room with upstream spelling. Nothing here sends, signs or remembers.
//!
//! | file | what is in it |
//! | --- | --- |
//! | [`ids`] | numbers that go into a path, checked before they do |
//! | [`paths`] | paths and queries, from a profile |
//! | [`scalars`] | single values, read leniently: number, text, flag, unknown |
//! | [`status`] | the status tree → a [`Reading`](super::reading::Reading) |
//! | [`cars`] | the list of cars |
//! | [`capabilities`] | what a car says it can be told |
//! | [`flow`] | the data of the SIM card |

pub mod capabilities;
pub mod cars;
pub mod flow;
pub mod ids;
pub mod paths;
pub mod scalars;
pub mod status;
