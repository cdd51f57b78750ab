//! The engine's port, one line a method.

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    ask::Answer,
    call::{Call, NewCall},
    errand::{Incoming, Phase, Snapshot},
    error::ServiceError,
    id::{AccountId, AskId, CallId, ErrandId, EventId, LookoutKey, UserId},
    lifecycle::Verb,
    service::Service,
    store::{
        Claimed, Commit, Committed, Delivered, DueLookout, NewErrand, NewEvent, Settled, Slot,
        Store, StoreError, Toll,
    },
};
use serde_json::Value;

use super::{SqliteStore, kept::Kept};

#[async_trait]
impl Store for SqliteStore {
    async fn add_errand(&self, errand: NewErrand, event: NewEvent) -> Result<(), StoreError> {
        Ok(self.begin_errand(errand, event).await?)
    }

    async fn claim_due(
        &self,
        now: Timestamp,
        limit: usize,
        _lease_until: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        Ok(self.claim(now, limit).await?)
    }

    async fn renew(
        &self,
        _errands: &[ErrandId],
        _lease_until: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn commit(
        &self,
        now: Timestamp,
        commits: Vec<Commit>,
    ) -> Result<Vec<Committed>, StoreError> {
        Ok(self.commit_all(now, &commits).await?)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.next_moment().await?)
    }

    async fn changes(&self) -> Result<u64, StoreError> {
        Ok(self.count_changes().await?)
    }

    async fn deliver(
        &self,
        errand: &ErrandId,
        event: EventId,
        at: Timestamp,
        incoming: Incoming,
    ) -> Result<Delivered, StoreError> {
        Ok(self.deliver_one(errand, &event, at, &incoming).await?)
    }

    async fn append_event(&self, event: NewEvent) -> Result<(), StoreError> {
        Ok(self.append_one(event).await?)
    }

    async fn tell(
        &self,
        errand: &ErrandId,
        verb: Verb,
        at: Timestamp,
    ) -> Result<Result<Phase, Text>, StoreError> {
        Ok(self.tell_one(errand, verb, at).await?)
    }

    async fn answer(&self, ask: &AskId, answer: Answer, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.answer_one(ask, answer, at, None).await?)
    }

    async fn answer_by(
        &self,
        ask: &AskId,
        answer: Answer,
        at: Timestamp,
        by: &UserId,
    ) -> Result<bool, StoreError> {
        Ok(self.answer_one(ask, answer, at, Some(by)).await?)
    }

    async fn expire_asks(&self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.expire_all(now).await?)
    }

    async fn intend(&self, id: CallId, call: NewCall, at: Timestamp) -> Result<(), StoreError> {
        Ok(self.intend_one(&id, &call, at).await?)
    }

    async fn ready_calls(
        &self,
        now: Timestamp,
        busy: &[AccountId],
        limit: usize,
    ) -> Result<Vec<Call>, StoreError> {
        Ok(self.calls_ready(now, busy, limit).await?)
    }

    async fn mark_sent(&self, call: &CallId, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.mark_one_sent(call, at).await?)
    }

    async fn put_off(
        &self,
        call: &CallId,
        until: Timestamp,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError> {
        Ok(self.put_one_off(call, until, event).await?)
    }

    async fn mark_unsure(
        &self,
        call: &CallId,
        due: Timestamp,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError> {
        Ok(self.mark_one_unsure(call, due, event).await?)
    }

    async fn settle(
        &self,
        call: &CallId,
        at: Timestamp,
        settled: Settled,
    ) -> Result<(), StoreError> {
        Ok(self.settle_one(call, at, &settled).await?)
    }

    async fn call(&self, call: &CallId) -> Result<Call, StoreError> {
        Ok(self.one_call(call).await?)
    }

    async fn recover(&self, now: Timestamp) -> Result<(u64, u64), StoreError> {
        Ok(self.recover_all(now).await?)
    }

    async fn keep(
        &self,
        service: Service,
        account: &AccountId,
        book_key: &str,
        at: Timestamp,
        result: Result<Value, ServiceError>,
    ) -> Result<(), StoreError> {
        let kept = Kept {
            service,
            account: account.as_str(),
            name: book_key,
            at,
        };
        Ok(self.keep_one(&kept, &result).await?)
    }

    async fn last(
        &self,
        account: &AccountId,
        book_key: &str,
    ) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.last_of(account, book_key).await?)
    }

    async fn ledger(&self, account: &AccountId, since: Timestamp) -> Result<Vec<Call>, StoreError> {
        Ok(self.ledger_of(account, since).await?)
    }

    async fn due_lookouts(&self, now: Timestamp) -> Result<Vec<DueLookout>, StoreError> {
        Ok(self.lookouts_due(now).await?)
    }

    async fn observe(
        &self,
        key: &LookoutKey,
        at: Timestamp,
        result: Result<Value, ServiceError>,
        not_before: Timestamp,
    ) -> Result<(u64, u64), StoreError> {
        Ok(self.observed(key, at, &result, not_before).await?)
    }

    async fn put_off_lookout(&self, due: &DueLookout, until: Timestamp) -> Result<(), StoreError> {
        Ok(self.put_look_off(due, until).await?)
    }

    async fn take_budget(&self, now: Timestamp, toll: &Toll) -> Result<Slot, StoreError> {
        Ok(self.take(now, toll).await?)
    }

    async fn take_hand(
        &self,
        account: &AccountId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.take_one_hand(account, holder, now, until).await?)
    }

    async fn give_hand(&self, account: &AccountId, holder: &str) -> Result<(), StoreError> {
        Ok(self.give_one_hand(account, holder).await?)
    }

    async fn closed_until(
        &self,
        service: Service,
    ) -> Result<Option<(Timestamp, Text)>, StoreError> {
        Ok(self.closed(service).await?)
    }

    async fn close(
        &self,
        service: Service,
        at: Timestamp,
        until: Timestamp,
        why: Text,
    ) -> Result<bool, StoreError> {
        Ok(self.close_one(service, at, until, &why).await?)
    }

    async fn signed_in(&self, account: &AccountId, at: Timestamp) -> Result<(), StoreError> {
        Ok(self.signed_in_again(account, at).await?)
    }
}
