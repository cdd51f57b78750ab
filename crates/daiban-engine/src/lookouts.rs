//! Looks once for all who watch.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use daiban_core::{
    id::LookoutKey,
    store::{DueLookout, StoreError},
};

use crate::desk::{Desk, after};

/// Lookouts being looked at in this moment, so that none is looked at twice at once.
#[derive(Default)]
pub(crate) struct Looking(Mutex<HashSet<LookoutKey>>);

impl Looking {
    pub(crate) fn begin(&self, key: &LookoutKey) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.clone())
    }

    pub(crate) fn end(&self, key: &LookoutKey) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
    }
}

/// One look over the public line, stored and told to everybody who watches. A failure is an observation too.
pub(crate) async fn look(desk: &Desk, due: &DueLookout) -> Result<(), StoreError> {
    let visited = desk.visit_look(due.service, None, &due.query).await;
    let floor_s = desk
        .provider(due.service)
        .map_or(0, |provider| provider.descriptor().poll_floor_s);
    let now = desk.clock.now();
    let paced = after(now, i64::from(due.pace_s.max(floor_s).max(1)));
    let next = visited.held.map_or(paced, |(until, _)| until.max(paced));
    desk.store
        .observe(&due.key, now, visited.result, next)
        .await
        .map(drop)
}
