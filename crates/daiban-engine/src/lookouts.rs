//! Looks once for all who watch.
//!
//! Lookouts of one service share its public line, so they go one after the other, each in its turn: a look that comes too
//! soon after the last is put off to the end of the floor, where those who have waited longer go before it.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use daiban_core::{
    Timestamp, dates,
    descriptor::Descriptor,
    service::Service,
    store::{DueLookout, StoreError},
};
use jiff::SignedDuration;

use crate::desk::Desk;

/// Services whose public line has a look under way.
#[derive(Default)]
pub(crate) struct Looking(Mutex<HashSet<Service>>);

impl Looking {
    pub(crate) fn begin(&self, service: Service) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(service)
    }

    /// Ends it when dropped: a look that fell must not keep all others waiting.
    pub(crate) fn until_dropped(&self, service: Service) -> UnderWay<'_> {
        UnderWay {
            looking: self,
            service,
        }
    }
}

/// A look under way.
pub(crate) struct UnderWay<'a> {
    looking: &'a Looking,
    service: Service,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let services = &self.looking.0;
        services
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.service);
    }
}

/// One look over the public line, stored and told to everybody who watches. A failure is an observation too; that it is not
/// yet our turn is none.
pub(crate) async fn look(desk: &Desk, due: &DueLookout) -> Result<(), StoreError> {
    let visited = desk.visit_lookout(due.service, &due.query).await;
    let now = desk.clock.now();
    let held = visited.held.map(|(until, _)| until);
    if let Some(until) = held
        && awaits_its_turn(desk, due.service, now, until).await?
    {
        return desk.store.put_off_lookout(due, until).await;
    }
    let floor_s = desk
        .provider(due.service)
        .map_or(0, |provider| quickest(provider.descriptor()));
    let soonest = later(now, floor_s.max(1));
    let not_before = held.map_or(soonest, |until| until.max(soonest));
    desk.store
        .observe(&due.key, now, visited.result, not_before)
        .await
        .map(drop)
}

/// The quickest pace a look may have, in seconds. Far from a release the line holds it to the ordinary floor.
fn quickest(descriptor: &Descriptor) -> u32 {
    let floor_s = descriptor.poll_floor_s;
    descriptor
        .sprint
        .map_or(floor_s, |sprint| sprint.floor_s.min(floor_s))
}

/// Whether a look was held back by our own interval alone. A closed service and an exhausted day are worth telling.
async fn awaits_its_turn(
    desk: &Desk,
    service: Service,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    // Midnight to the millisecond: only the day's budget begins again then.
    let day_ends = dates::today(now).tomorrow().map(dates::midnight);
    if day_ends.is_ok_and(|midnight| midnight == until) {
        return Ok(false);
    }
    let closed = desk.store.closed_until(service).await?;
    Ok(closed.is_none_or(|(closed, _)| closed <= now))
}

fn later(now: Timestamp, seconds: u32) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(i64::from(seconds)))
        .unwrap_or(now)
}
