//! Every request of a booking waits for the answer to the one before and the seconds count: none is held back for a gap.

use async_trait::async_trait;
use daiban_core::http::{Http, HttpFailure, Request, Response};
use daiban_core::provider::Visit;

/// A line whose requests are all steps of one chain.
pub(super) struct Chain<'a>(&'a dyn Http);

impl<'a> Chain<'a> {
    pub(super) fn of(visit: &Visit<'a>) -> Self {
        Self(visit.http)
    }

    /// The visit over this line.
    pub(super) fn visit<'b>(&'b self, visit: &Visit<'b>) -> Visit<'b> {
        Visit {
            now: visit.now,
            chance: visit.chance,
            settings: visit.settings,
            account: visit.account,
            secrets: visit.secrets,
            http: self,
            vault: visit.vault,
        }
    }
}

#[async_trait]
impl Http for Chain<'_> {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        self.0.send(request.chain()).await
    }
}
