//! The port to the rows people see: users, accounts, asks, history, problems, channels, the outbox.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    ask::{Ask, AskState},
    call::Call,
    errand::Phase,
    id::{AccountId, AskId, ChannelId, ErrandId, NoticeId, UserId},
    notice::{ProblemChange, Severity},
    notify::Channel,
    record::Record,
    service::Service,
    store::{EventKind, StoreError},
};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Their own accounts and errands.
    Member,
    /// Look only.
    Viewer,
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look only.
    Read,
    /// Look and change what is the user's own.
    Write,
    /// Everything its user may do.
    Admin,
}

/// A person with a sign-in to daiban.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The name typed at sign-in.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub created_at: Timestamp,
    /// Wrong passwords in a row.
    pub failures: u32,
    /// Locked until then after too many of them.
    pub locked_until: Option<Timestamp>,
}

/// An API token, as listed. The token itself is shown once and stored hashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its id, for revoking.
    pub id: String,
    /// Whose.
    pub user: UserId,
    /// What the owner calls it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// A web session, found by the hash of its cookie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub user: UserId,
    /// The token forms carry against forged requests.
    pub csrf: String,
    /// When it ends.
    pub until: Timestamp,
}

/// An errand as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrandRow {
    /// Its id.
    pub id: ErrandId,
    /// Whose.
    pub user: UserId,
    /// As whom.
    pub account: AccountId,
    /// Its kind.
    pub kind: String,
    /// Where it stands.
    pub phase: Phase,
    /// The checkpoint's name.
    pub checkpoint: String,
    /// Why, in a sentence.
    pub reason: Text,
    /// The next timer.
    pub next_at: Option<Timestamp>,
    /// The wishes.
    pub wishes: Value,
    /// How it ended.
    pub outcome: Option<Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether daiban made it itself.
    pub internal: bool,
}

/// A line of history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventRow {
    /// Grows by one with each line.
    pub seq: i64,
    /// Of which errand.
    pub errand: Option<ErrandId>,
    /// Of which account.
    pub account: Option<AccountId>,
    /// When.
    pub at: Timestamp,
    /// What kind.
    pub kind: EventKind,
    /// What happened and why.
    pub text: Text,
    /// The facts.
    pub data: Value,
}

/// A problem as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// `errand/…`, `account/…`, `service/…`, `daiban/…` and a word.
    pub key: String,
    /// Whose; `None`: everybody's.
    pub user: Option<UserId>,
    /// Since when.
    pub since: Timestamp,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub text: Text,
    /// What to do about it.
    pub fix: Text,
}

/// A notice as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Whose.
    pub user: UserId,
    /// About which errand.
    pub errand: Option<ErrandId>,
    /// About which ask, for the link.
    pub ask: Option<AskId>,
    /// When.
    pub at: Timestamp,
    /// How much it matters.
    pub severity: Severity,
    /// What happened.
    pub title: Text,
    /// What to do.
    pub body: Text,
}

/// Where one notice over one channel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// To be sent, or sent again.
    Queued,
    /// The provider took it.
    Sent,
    /// Given up.
    Failed,
    /// Waiting for the end of quiet hours.
    Held,
}

/// One notice over one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Its id.
    pub id: String,
    /// Over which channel.
    pub channel: ChannelId,
    /// Which notice.
    pub notice: NoticeId,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: u32,
    /// The provider's last words.
    pub answer: Option<String>,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
}

/// The rows people see.
#[async_trait]
pub trait Household: Send + Sync {
    /// Adds a user. The password comes hashed.
    async fn add_user(&self, user: User, password_hash: String) -> Result<(), StoreError>;
    /// All users.
    async fn users(&self) -> Result<Vec<User>, StoreError>;
    /// One user with the hash of their password.
    async fn user_by_name(&self, name: &str) -> Result<Option<(User, String)>, StoreError>;
    /// One user.
    async fn user(&self, id: &UserId) -> Result<User, StoreError>;
    /// Gives a user another name. A name taken is refused.
    async fn rename_user(&self, user: &UserId, name: &str) -> Result<(), StoreError>;
    /// Sets a password and ends all sessions of the user.
    async fn set_password(&self, user: &UserId, password_hash: String) -> Result<(), StoreError>;
    /// Counts a wrong password, or forgets them all after a right one.
    async fn set_failures(
        &self,
        user: &UserId,
        failures: u32,
        locked_until: Option<Timestamp>,
    ) -> Result<(), StoreError>;

    /// Stores a one-time word (set-up, sign-in link) by its hash. `purpose` says what it is good for.
    async fn add_once(&self, hash: &str, purpose: &str, until: Timestamp)
    -> Result<(), StoreError>;
    /// Uses it up: its purpose, or nothing if unknown, over or used.
    async fn use_once(&self, hash: &str, now: Timestamp) -> Result<Option<String>, StoreError>;

    /// Stores a session by the hash of its cookie.
    async fn add_session(&self, hash: &str, session: Session) -> Result<(), StoreError>;
    /// A session that has not ended.
    async fn session(&self, hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError>;
    /// Ends a session.
    async fn end_session(&self, hash: &str) -> Result<(), StoreError>;

    /// Stores an API token by its hash.
    async fn add_token(&self, token: ApiToken, hash: &str) -> Result<(), StoreError>;
    /// Finds a token by its hash and notes its use.
    async fn token(&self, hash: &str, now: Timestamp) -> Result<Option<ApiToken>, StoreError>;
    /// All tokens, of one user or of all.
    async fn tokens(&self, user: Option<&UserId>) -> Result<Vec<ApiToken>, StoreError>;
    /// Revokes a token.
    async fn remove_token(&self, id: &str) -> Result<(), StoreError>;

    /// Adds an account with its sealed secrets. A name taken by the same user at the same service is refused.
    async fn add_account(&self, account: Account, secrets: Secrets) -> Result<(), StoreError>;
    /// One account.
    async fn account(&self, id: &AccountId) -> Result<Account, StoreError>;
    /// Accounts, of one user or of all.
    async fn accounts(&self, user: Option<&UserId>) -> Result<Vec<Account>, StoreError>;
    /// Changes name and settings.
    async fn update_account(
        &self,
        id: &AccountId,
        name: &str,
        settings: &Settings,
    ) -> Result<(), StoreError>;
    /// Sets where an account stands and what is wrong with it.
    async fn set_account_state(
        &self,
        id: &AccountId,
        state: AccountState,
        problem: Option<Text>,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Removes an account: its errands are cancelled and its secrets and cookies deleted; history stays.
    async fn remove_account(&self, id: &AccountId, at: Timestamp) -> Result<(), StoreError>;
    /// The account's secrets, opened.
    async fn secrets(&self, id: &AccountId) -> Result<Secrets, StoreError>;
    /// Sets these secrets, leaving the others.
    async fn keep_secrets(&self, id: &AccountId, changed: Secrets) -> Result<(), StoreError>;
    /// A sealed document by name, such as a cookie jar: `jar/<account>`.
    async fn sealed(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// Seals and stores a document.
    async fn seal(&self, name: &str, content: &[u8]) -> Result<(), StoreError>;
    /// Deletes a sealed document; one that is not there is no error.
    async fn unseal(&self, name: &str) -> Result<(), StoreError>;

    /// Errands, of one user or of all, newest first; internal ones are left out.
    async fn errands(&self, user: Option<&UserId>) -> Result<Vec<ErrandRow>, StoreError>;
    /// One errand.
    async fn errand(&self, id: &ErrandId) -> Result<ErrandRow, StoreError>;
    /// The facts of an errand by name.
    async fn facts(&self, id: &ErrandId) -> Result<Vec<(String, Value)>, StoreError>;
    /// The last lines of an errand's history, newest first.
    async fn errand_events(&self, id: &ErrandId, limit: usize)
    -> Result<Vec<EventRow>, StoreError>;
    /// Lines of all histories after a number, oldest first.
    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<EventRow>, StoreError>;
    /// The calls of an errand, newest first.
    async fn errand_calls(&self, id: &ErrandId, limit: usize) -> Result<Vec<Call>, StoreError>;

    /// Asks, of one user or of all, in one state or in any; soonest deadline first.
    async fn asks(
        &self,
        user: Option<&UserId>,
        state: Option<AskState>,
    ) -> Result<Vec<Ask>, StoreError>;
    /// One ask.
    async fn ask(&self, id: &AskId) -> Result<Ask, StoreError>;

    /// Problems, of one user and of everybody, or all.
    async fn problems(&self, user: Option<&UserId>) -> Result<Vec<Problem>, StoreError>;
    /// Raises or clears a problem that belongs to no errand: `scope` is `account/ID`, `service/NAME` or `daiban`.
    async fn change_problem(
        &self,
        scope: &str,
        user: Option<&UserId>,
        at: Timestamp,
        change: ProblemChange,
    ) -> Result<(), StoreError>;

    /// Notices of a user, newest first.
    async fn notices(&self, user: Option<&UserId>, limit: usize)
    -> Result<Vec<Notice>, StoreError>;
    /// Adds a notice that belongs to no errand. `false`: told before.
    async fn add_notice(&self, notice: Notice, key: &str) -> Result<bool, StoreError>;
    /// One notice.
    async fn notice(&self, id: &NoticeId) -> Result<Notice, StoreError>;
    /// Notices that have not been spread over channels yet.
    async fn unspread(&self, limit: usize) -> Result<Vec<Notice>, StoreError>;
    /// Marks a notice as spread and queues it for these channels.
    async fn spread(&self, notice: &NoticeId, rows: Vec<OutboxRow>) -> Result<(), StoreError>;
    /// Outbox rows to be sent now.
    async fn due_outbox(&self, now: Timestamp, limit: usize) -> Result<Vec<OutboxRow>, StoreError>;
    /// Writes what became of an attempt.
    async fn update_outbox(&self, row: &OutboxRow) -> Result<(), StoreError>;
    /// The last outbox rows, newest first.
    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError>;

    /// Adds a channel with its sealed secrets.
    async fn add_channel(&self, channel: Channel, secrets: Secrets) -> Result<(), StoreError>;
    /// Channels, of one user or of all.
    async fn channels(&self, user: Option<&UserId>) -> Result<Vec<Channel>, StoreError>;
    /// One channel with its secrets.
    async fn channel(&self, id: &ChannelId) -> Result<(Channel, Secrets), StoreError>;
    /// Removes a channel.
    async fn remove_channel(&self, id: &ChannelId) -> Result<(), StoreError>;

    /// How many errands, open asks, problems and outbox rows there are: for health and metrics.
    async fn counts(&self) -> Result<Vec<(String, i64)>, StoreError>;

    /// The last observation kept for an account under a name, for pages; see [`crate::store::Store::last`].
    async fn kept(
        &self,
        service: Service,
        account: &AccountId,
    ) -> Result<Vec<(String, crate::errand::Snapshot)>, StoreError>;

    /// Dated values of an account of one kind since a moment, newest first, so many at most.
    async fn records(
        &self,
        account: &AccountId,
        kind: &str,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError>;
    /// One dated value of an account.
    async fn record(&self, account: &AccountId, kind: &str, id: &str)
    -> Result<Record, StoreError>;
}
