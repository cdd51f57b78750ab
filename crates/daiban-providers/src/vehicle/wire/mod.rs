//! Requests and replies. The only room with upstream spelling.

pub(super) mod cars;
pub mod tokens;
