//! The port to what people see, one line a method.

use std::collections::HashMap;

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    ask::{Ask, AskState},
    call::Call,
    census::Census,
    errand::Snapshot,
    household::{
        ApiToken, AuditRow, ErrandRow, EventRow, Household, LineUse, Notice, OutboxRow, Problem,
        Pulse, Role, Session, Touched, TwoStep, User,
    },
    id::{AccountId, AskId, ChannelId, ErrandId, NoticeId, UserId},
    notice::ProblemChange,
    notify::Channel,
    record::Record,
    secret::Secret,
    service::Service,
    store::StoreError,
};
use serde_json::Value;
use sqlx::Row;

use super::{SqliteStore, fault::Done};

#[async_trait]
impl Household for SqliteStore {
    async fn add_user(&self, user: User, password_hash: String) -> Result<(), StoreError> {
        Ok(self.add_one_user(&user, &password_hash).await?)
    }

    async fn users(&self) -> Result<Vec<User>, StoreError> {
        Ok(self.list_users().await?)
    }

    async fn user_by_name(&self, name: &str) -> Result<Option<(User, String)>, StoreError> {
        Ok(self.named_user(name).await?)
    }

    async fn user(&self, id: &UserId) -> Result<User, StoreError> {
        Ok(self.one_user(id).await?)
    }

    async fn rename_user(&self, user: &UserId, name: &str) -> Result<(), StoreError> {
        Ok(self.rename_one_user(user, name).await?)
    }

    async fn set_role(&self, user: &UserId, role: Role) -> Result<(), StoreError> {
        Ok(self.change_role(user, role).await?)
    }

    async fn remove_user(
        &self,
        user: &UserId,
        heir: Option<&UserId>,
        at: Timestamp,
    ) -> Result<Vec<AccountId>, StoreError> {
        Ok(self.remove_one_user(user, heir, at).await?)
    }

    async fn set_password(&self, user: &UserId, password_hash: String) -> Result<(), StoreError> {
        Ok(self.change_password(user, &password_hash).await?)
    }

    async fn set_failures(
        &self,
        user: &UserId,
        failures: u32,
        locked_until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        Ok(self.change_failures(user, failures, locked_until).await?)
    }

    async fn add_once(
        &self,
        hash: &str,
        purpose: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(self.add_one_time(hash, purpose, until).await?)
    }

    async fn use_once(&self, hash: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        Ok(self.use_one_time(hash, now).await?)
    }

    async fn look_at_once(&self, hash: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        Ok(self.see_one_time(hash, now).await?)
    }

    async fn open_once(
        &self,
        prefix: &str,
        now: Timestamp,
    ) -> Result<Vec<(String, Timestamp)>, StoreError> {
        Ok(self.open_words(prefix, now).await?)
    }

    async fn withdraw_once(&self, purpose: &str, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.withdraw_words(purpose, now).await?)
    }

    async fn add_session(&self, hash: &str, session: Session) -> Result<(), StoreError> {
        Ok(self.add_one_session(hash, &session).await?)
    }

    async fn session(&self, hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        Ok(self.one_session(hash, now).await?)
    }

    async fn end_session(&self, hash: &str) -> Result<(), StoreError> {
        Ok(self.end_one_session(hash).await?)
    }

    async fn touch_session(
        &self,
        id: &str,
        seen_at: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(self.touch_one_session(id, seen_at, until).await?)
    }

    async fn freshen_session(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        Ok(self.freshen_one_session(id, at).await?)
    }

    async fn sessions(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        Ok(self.list_sessions(user, now).await?)
    }

    async fn end_session_of(&self, user: &UserId, id: &str) -> Result<(), StoreError> {
        Ok(self.end_one_session_of(user, id).await?)
    }

    async fn end_sessions_but(&self, user: &UserId, id: &str) -> Result<u64, StoreError> {
        Ok(self.end_all_sessions_but(user, id).await?)
    }

    async fn know_device(
        &self,
        user: &UserId,
        hash: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.note_device(user, hash, at).await?)
    }

    async fn two_step(&self, user: &UserId) -> Result<Option<TwoStep>, StoreError> {
        Ok(self.one_two_step(user).await?)
    }

    async fn begin_two_step(&self, user: &UserId, secret: &Secret) -> Result<(), StoreError> {
        Ok(self.begin_one_two_step(user, secret).await?)
    }

    async fn confirm_two_step(
        &self,
        user: &UserId,
        step: i64,
        at: Timestamp,
        codes: &[String],
    ) -> Result<(), StoreError> {
        Ok(self.confirm_one_two_step(user, step, at, codes).await?)
    }

    async fn use_step(&self, user: &UserId, step: i64) -> Result<bool, StoreError> {
        Ok(self.use_one_step(user, step).await?)
    }

    async fn use_recovery_code(
        &self,
        user: &UserId,
        hash: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.use_one_recovery_code(user, hash, at).await?)
    }

    async fn renew_recovery_codes(
        &self,
        user: &UserId,
        codes: &[String],
    ) -> Result<(), StoreError> {
        Ok(self.renew_all_recovery_codes(user, codes).await?)
    }

    async fn end_two_step(&self, user: &UserId) -> Result<(), StoreError> {
        Ok(self.end_one_two_step(user).await?)
    }

    async fn add_token(&self, token: ApiToken, hash: &str) -> Result<(), StoreError> {
        Ok(self.add_one_token(&token, hash).await?)
    }

    async fn token(&self, hash: &str, now: Timestamp) -> Result<Option<ApiToken>, StoreError> {
        Ok(self.used_token(hash, now).await?)
    }

    async fn tokens(&self, user: Option<&UserId>) -> Result<Vec<ApiToken>, StoreError> {
        Ok(self.list_tokens(user).await?)
    }

    async fn remove_token(&self, id: &str) -> Result<(), StoreError> {
        Ok(self.remove_one_token(id).await?)
    }

    async fn add_account(&self, account: Account, secrets: Secrets) -> Result<(), StoreError> {
        Ok(self.add_one_account(&account, &secrets).await?)
    }

    async fn account(&self, id: &AccountId) -> Result<Account, StoreError> {
        Ok(self.one_account(id).await?)
    }

    async fn accounts(&self, user: Option<&UserId>) -> Result<Vec<Account>, StoreError> {
        Ok(self.list_accounts(user).await?)
    }

    async fn update_account(
        &self,
        id: &AccountId,
        name: &str,
        settings: &Settings,
    ) -> Result<(), StoreError> {
        Ok(self.change_account(id, name, settings).await?)
    }

    async fn share_account(&self, id: &AccountId, shared: bool) -> Result<(), StoreError> {
        Ok(self.share_one_account(id, shared).await?)
    }

    async fn shared_accounts(&self) -> Result<Vec<AccountId>, StoreError> {
        Ok(self.list_shared_accounts().await?)
    }

    async fn set_account_state(
        &self,
        id: &AccountId,
        state: AccountState,
        problem: Option<Text>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(self
            .change_account_state(id, state, problem.as_ref(), at)
            .await?)
    }

    async fn remove_account(&self, id: &AccountId, at: Timestamp) -> Result<(), StoreError> {
        Ok(self.remove_one_account(id, at).await?)
    }

    async fn secrets(&self, id: &AccountId) -> Result<Secrets, StoreError> {
        Ok(self.open_secrets(id).await?)
    }

    async fn keep_secrets(&self, id: &AccountId, changed: Secrets) -> Result<(), StoreError> {
        Ok(self.change_secrets(id, &changed).await?)
    }

    async fn sealed(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.open_document(name).await?)
    }

    async fn seal(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        Ok(self.seal_document(name, content).await?)
    }

    async fn unseal(&self, name: &str) -> Result<(), StoreError> {
        Ok(self.drop_document(name).await?)
    }

    async fn errands(&self, user: Option<&UserId>) -> Result<Vec<ErrandRow>, StoreError> {
        Ok(self.list_errands(user).await?)
    }

    async fn errand(&self, id: &ErrandId) -> Result<ErrandRow, StoreError> {
        Ok(self.one_errand(id).await?)
    }

    async fn facts(&self, id: &ErrandId) -> Result<Vec<(String, Value)>, StoreError> {
        Ok(self.facts_of_one(id).await?)
    }

    async fn facts_of(
        &self,
        errands: &[ErrandId],
    ) -> Result<HashMap<ErrandId, Vec<(String, Value)>>, StoreError> {
        Ok(self.facts_of_all(errands).await?)
    }

    async fn errand_events(
        &self,
        id: &ErrandId,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        Ok(self.history(id, limit).await?)
    }

    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        Ok(self.histories_after(seq, limit).await?)
    }

    async fn errand_calls(&self, id: &ErrandId, limit: usize) -> Result<Vec<Call>, StoreError> {
        Ok(self.calls_of(id, limit).await?)
    }

    async fn asks(
        &self,
        user: Option<&UserId>,
        state: Option<AskState>,
    ) -> Result<Vec<Ask>, StoreError> {
        Ok(self.list_asks(user, state).await?)
    }

    async fn ask(&self, id: &AskId) -> Result<Ask, StoreError> {
        Ok(self.one_ask(id).await?)
    }

    async fn problems(&self, user: Option<&UserId>) -> Result<Vec<Problem>, StoreError> {
        Ok(self.list_problems(user).await?)
    }

    async fn change_problem(
        &self,
        scope: &str,
        user: Option<&UserId>,
        at: Timestamp,
        change: ProblemChange,
    ) -> Result<(), StoreError> {
        Ok(self.change_one_problem(scope, user, at, &change).await?)
    }

    async fn notices(
        &self,
        user: Option<&UserId>,
        limit: usize,
    ) -> Result<Vec<Notice>, StoreError> {
        Ok(self.list_notices(user, limit).await?)
    }

    async fn add_notice(&self, notice: Notice, key: &str) -> Result<bool, StoreError> {
        Ok(self.add_one_notice(&notice, key).await?)
    }

    async fn notice(&self, id: &NoticeId) -> Result<Notice, StoreError> {
        Ok(self.one_notice(id).await?)
    }

    async fn unspread(&self, limit: usize) -> Result<Vec<Notice>, StoreError> {
        Ok(self.unspread_notices(limit).await?)
    }

    async fn spread(&self, notice: &NoticeId, rows: Vec<OutboxRow>) -> Result<(), StoreError> {
        Ok(self.spread_one(notice, &rows).await?)
    }

    async fn due_outbox(&self, now: Timestamp, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(self.outbox_due(now, limit).await?)
    }

    async fn update_outbox(&self, row: &OutboxRow) -> Result<(), StoreError> {
        Ok(self.update_one_outbox(row).await?)
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(self.list_outbox(limit).await?)
    }

    async fn add_channel(&self, channel: Channel, secrets: Secrets) -> Result<(), StoreError> {
        Ok(self.add_one_channel(&channel, &secrets).await?)
    }

    async fn channels(&self, user: Option<&UserId>) -> Result<Vec<Channel>, StoreError> {
        Ok(self.list_channels(user).await?)
    }

    async fn channel(&self, id: &ChannelId) -> Result<(Channel, Secrets), StoreError> {
        Ok(self.one_channel(id).await?)
    }

    async fn change_channel(&self, channel: Channel, secrets: Secrets) -> Result<(), StoreError> {
        Ok(self.change_one_channel(&channel, &secrets).await?)
    }

    async fn line_uses(&self) -> Result<Vec<LineUse>, StoreError> {
        Ok(self.all_line_uses().await?)
    }

    async fn remove_channel(&self, id: &ChannelId) -> Result<(), StoreError> {
        Ok(self.remove_one_channel(id).await?)
    }

    async fn add_audit(&self, row: AuditRow) -> Result<(), StoreError> {
        Ok(self.append_audit(&row).await?)
    }

    async fn audit(
        &self,
        user: Option<&UserId>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditRow>, StoreError> {
        Ok(self.audit_lines(user, before, limit).await?)
    }

    async fn counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(self.count_rows().await?)
    }

    async fn census(&self) -> Result<Census, StoreError> {
        Ok(self.take_census().await?)
    }

    async fn pulse(&self, last: &Pulse) -> Result<Option<(Pulse, Vec<Touched>)>, StoreError> {
        Ok(self.look_for_news(last).await?)
    }

    async fn kept(
        &self,
        service: Service,
        account: &AccountId,
    ) -> Result<Vec<(String, Snapshot)>, StoreError> {
        Ok(self.all_kept(service.as_str(), account).await?)
    }

    async fn records(
        &self,
        account: &AccountId,
        kind: &str,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        Ok(self.records_of(account, kind, since, limit).await?)
    }

    async fn record(
        &self,
        account: &AccountId,
        kind: &str,
        id: &str,
    ) -> Result<Record, StoreError> {
        Ok(self.one_record(account, kind, id).await?)
    }
}

/// Names that are there even when there is nothing to count, so that a chart shows 0 and not a gap.
const COUNTED: [&str; 13] = [
    "errands_waiting",
    "errands_working",
    "errands_needs_you",
    "errands_paused",
    "errands_done",
    "errands_failed",
    "errands_cancelled",
    "asks_open",
    "problems",
    "outbox_queued",
    "outbox_sent",
    "outbox_failed",
    "outbox_held",
];

impl SqliteStore {
    async fn count_rows(&self) -> Done<Vec<(String, i64)>> {
        let query = sqlx::query(
            "SELECT 'errands_' || phase AS name, COUNT(*) AS rows FROM errands WHERE internal = 0 GROUP BY phase \
             UNION ALL SELECT 'asks_open', COUNT(*) FROM asks WHERE state = 'open' \
             UNION ALL SELECT 'problems', COUNT(*) FROM problems \
             UNION ALL SELECT 'outbox_' || state, COUNT(*) FROM outbox GROUP BY state",
        );
        let mut counts: Vec<(String, i64)> =
            COUNTED.iter().map(|name| ((*name).to_owned(), 0)).collect();
        for row in query.fetch_all(&mut *self.read().await?).await? {
            let name: &str = row.try_get("name")?;
            if let Some(count) = counts.iter_mut().find(|count| count.0 == name) {
                count.1 = row.try_get("rows")?;
            }
        }
        Ok(counts)
    }
}
