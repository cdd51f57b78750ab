//! The service as data. What is offered is what can be done: the public reads, which need no account and no errand.

use daiban_core::{
    descriptor::{Descriptor, Label},
    service::Service,
};

/// What the service offers.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Rail,
    name: Label::new("12306", "12306 rail"),
    sign_in: &[],
    settings: &[],
    secrets: &[],
    errands: &[],
    // Fifteen times a minute keeps below the 80 requests in 5 minutes that clients of the service found safe (*seen*).
    poll_floor_s: 4,
    // A watch at the floor from 05:00 to 01:00 makes 18,000 requests, sessions some hundred more.
    daily_budget: 20_000,
};
