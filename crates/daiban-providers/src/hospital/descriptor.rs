//! The service as data.

use super::visit::VISIT;
use daiban_core::{
    descriptor::{Descriptor, Label, Sprint},
    service::Service,
};

/// What the service offers.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Hospital,
    name: Label::new("114 挂号", "114 hospital"),
    sign_in: &[],
    settings: &[],
    secrets: &[],
    errands: &[VISIT],
    // One look a minute finds a cancellation soon enough, and no number of what the service bears is known.
    poll_floor_s: 60,
    // Releases drift by a minute or two (*seen* by users of public clients): the quick time lasts until 90 s after a
    // release two minutes late.
    sprint: Some(Sprint {
        floor_s: 3,
        before_s: 90,
        after_s: 210,
    }),
    // A look a minute is 1,440 a day; releases, places and bookings are some hundred more.
    daily_budget: 5_000,
};
