//! Leaving a service alone after a ban, longer each time, and telling the owner once.
//!
//! Until when is in the store, where every process sees it; how often and whether a problem stands is in a sealed
//! document beside it, so that both outlive a restart.

use std::sync::Arc;

use daiban_core::{
    Text, Timestamp, dates,
    household::Household,
    notice::{ProblemChange, Severity},
    service::Service,
    store::{Store, StoreError},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

const SHORTEST: SignedDuration = SignedDuration::from_mins(30);
const LONGEST: SignedDuration = SignedDuration::from_hours(6);
/// Bans this close together count as one story and double the wait.
const STORY: SignedDuration = SignedDuration::from_hours(24);
/// The word of the problem.
const BANNED: &str = "banned";

/// What is remembered of a service's bans.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Record {
    bans: u32,
    last: Option<Timestamp>,
    until: Option<Timestamp>,
    problem: bool,
}

/// The breaker of one service.
pub(crate) struct Breaker {
    service: Service,
    store: Arc<dyn Store>,
    household: Arc<dyn Household>,
    /// Whether a problem may stand; `None` until somebody has looked.
    problem: Mutex<Option<bool>>,
}

impl Breaker {
    pub(crate) fn new(
        service: Service,
        store: Arc<dyn Store>,
        household: Arc<dyn Household>,
    ) -> Self {
        Self {
            service,
            store,
            household,
            problem: Mutex::new(None),
        }
    }

    /// Until when the service is left alone, if it is.
    pub(crate) async fn closed(
        &self,
        now: Timestamp,
    ) -> Result<Option<(Timestamp, Text)>, StoreError> {
        let closed = self.store.closed_until(self.service).await?;
        let closed = closed.filter(|(until, _)| *until > now);
        if closed.is_some() {
            // Perhaps another process closed it and raised a problem that we shall see the end of.
            *self.problem.lock().await = None;
        }
        Ok(closed)
    }

    /// Closes the service after a ban sign and says until when. A second sign while it is closed changes nothing.
    pub(crate) async fn ban(&self, now: Timestamp, why: &Text) -> Timestamp {
        let mut problem = self.problem.lock().await;
        let mut record = self.record().await;
        if let Some(until) = record.until.filter(|until| *until > now) {
            return until;
        }
        let same_story = record
            .last
            .is_some_and(|last| now.duration_since(last) < STORY);
        record.bans = if same_story {
            record.bans.saturating_add(1)
        } else {
            1
        };
        let until = now + pause(record.bans);
        record.last = Some(now);
        record.until = Some(until);
        tracing::warn!(service = %self.service, until = %dates::rfc3339(until), "the service has had enough of us and is left alone: {}", why.en);
        let kept = async {
            self.close(now, until, why.clone()).await?;
            if !record.problem {
                self.change_problem(now, raised(self.service, until, why))
                    .await?;
                record.problem = true;
            }
            self.keep(&record).await
        };
        if let Err(error) = kept.await {
            tracing::error!(service = %self.service, "the ban could not be written: {error}");
        }
        *problem = Some(true);
        until
    }

    /// Leaves the service alone until then, or longer where it was closed for longer.
    pub(crate) async fn close(
        &self,
        now: Timestamp,
        until: Timestamp,
        why: Text,
    ) -> Result<(), StoreError> {
        let closed = self.store.closed_until(self.service).await?;
        if closed.is_some_and(|(longer, _)| longer >= until) {
            return Ok(());
        }
        self.store
            .close(self.service, now, until, why)
            .await
            .map(drop)
    }

    /// An answer came that was looked at for signs of a ban and had none.
    pub(crate) async fn fine(&self, now: Timestamp) {
        let mut problem = self.problem.lock().await;
        if *problem == Some(false) {
            return;
        }
        let mut record = self.record().await;
        if record.problem {
            record.problem = false;
            let kept = async {
                self.change_problem(
                    now,
                    ProblemChange::Clear {
                        key: BANNED.to_owned(),
                    },
                )
                .await?;
                self.keep(&record).await
            };
            if let Err(error) = kept.await {
                tracing::error!(service = %self.service, "the end of a ban could not be written: {error}");
                return;
            }
            tracing::info!(service = %self.service, "the service answers again after a ban");
        }
        *problem = Some(false);
    }

    fn document(&self) -> String {
        format!("breaker/{}", self.service)
    }

    /// What is known, or a fresh start where nothing can be read.
    async fn record(&self) -> Record {
        let stored = self.household.sealed(&self.document()).await.ok().flatten();
        stored
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    async fn keep(&self, record: &Record) -> Result<(), StoreError> {
        let bytes =
            serde_json::to_vec(record).map_err(|error| StoreError::Damaged(error.to_string()))?;
        self.household.seal(&self.document(), &bytes).await
    }

    async fn change_problem(
        &self,
        now: Timestamp,
        change: ProblemChange,
    ) -> Result<(), StoreError> {
        let scope = format!("service/{}", self.service);
        self.household
            .change_problem(&scope, None, now, change)
            .await
    }
}

/// Half an hour, an hour, two, four, then six.
fn pause(bans: u32) -> SignedDuration {
    let doublings = bans.saturating_sub(1).min(8);
    SHORTEST.saturating_mul(1 << doublings).min(LONGEST)
}

fn raised(service: Service, until: Timestamp, why: &Text) -> ProblemChange {
    let name = service.name();
    let at = dates::rfc3339(until);
    ProblemChange::Raise {
        key: BANNED.to_owned(),
        severity: Severity::Attention,
        text: Text::new(
            format!(
                "{}暂时不让我们访问：{}。到 {at} 之前不再打扰它",
                name.zh, why.zh
            ),
            format!(
                "{} does not let us in for now: {}. It is left alone until {at}",
                name.en, why.en
            ),
        ),
        fix: Text::new(
            "通常不用做什么，到时会自动再试。急用请直接用官方 App；若反复出现，请在设置里把 floor_s 调大，并确认没有别的程序用同一网络频繁查询",
            "usually nothing: it is tried again by itself. In a hurry, use the official app. If it keeps coming back, raise floor_s in the settings and make sure nothing else polls from the same network",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_six_hours() {
        let minutes: Vec<i64> = (1..=7).map(|bans| pause(bans).as_mins()).collect();
        assert_eq!(minutes, [30, 60, 120, 240, 360, 360, 360]);
        assert_eq!(pause(u32::MAX), LONGEST);
    }
}
