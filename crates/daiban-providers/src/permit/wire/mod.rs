//! Bytes out and bytes in; the only place with the service's own spelling.
//!
//! [`request`] builds what is sent, [`reply`] reads what comes back. Both leave what a code means to `error`.
//!
//! *Source*: the service's WeChat mini-program, version 47 (*seen* 2026), and six public clients that agree on the names.

pub mod reply;
pub mod request;
