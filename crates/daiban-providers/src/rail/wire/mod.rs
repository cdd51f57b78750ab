//! Requests to 12306 and its replies. Bytes in, value out; upstream spelling stays in here.
//!
//! Leaves to `tickets` what a row means, to `error` what a text or a page means, to `flow` the order of requests.

mod answer;
pub mod init_dc;
pub mod js;
pub mod order;
pub mod order_reply;
pub mod orders;
pub mod passenger_text;
pub mod passport;
pub mod password;
pub mod people;
mod reply;
pub mod request;
mod row;
pub mod sale_times;
pub mod standby;
pub mod standby_list;
pub mod standby_reply;
mod told;
pub mod transfers;

pub use reply::{
    Conf, LeftTickets, Reply, StopAt, conf, left_tickets, query_path_in_page, station_file_in_page,
    stops,
};
pub use row::{FEWEST_FIELDS, RawRow};
