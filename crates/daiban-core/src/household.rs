//! The port to the rows people see: users, accounts, asks, history, problems, channels, the outbox.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    ask::{Ask, AskState},
    call::Call,
    census::Census,
    errand::Phase,
    id::{AccountId, AskId, ChannelId, ErrandId, NoticeId, UserId},
    notice::{ProblemChange, Severity},
    notify::Channel,
    record::Record,
    secret::Secret,
    service::Service,
    store::{EventKind, StoreError},
};

/// What stands for the hash of a password where there is none: no password has it, and whoever has it cannot sign in by one.
pub const NO_PASSWORD: &str = "!";

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
    /// Its name in the list of sessions; tells nothing of its cookie.
    pub id: String,
    /// Whose.
    pub user: UserId,
    /// The token forms carry against forged requests.
    pub csrf: String,
    /// When it ends, unless it is used meanwhile.
    pub until: Timestamp,
    /// When somebody signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// What the browser called itself; empty when it did not say.
    pub agent: String,
    /// The address it was opened from; empty when not known. Sealed at rest.
    pub from: String,
    /// When password or code was last given in it; `None`: it was opened by a link.
    pub fresh_at: Option<Timestamp>,
}

/// The second step of somebody's sign-in: codes from an app, RFC 6238.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoStep {
    /// What the codes are made from, in base32. Sealed at rest.
    pub secret: Secret,
    /// Since when it is asked for; `None`: it is being set up.
    pub confirmed_at: Option<Timestamp>,
    /// The time step of the last code that was taken; it and those before it are used up.
    pub last_step: i64,
    /// Recovery codes not used yet.
    pub codes_left: u32,
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
    /// The page of daiban it leads to, such as `/settings/sessions`, when it is about no ask.
    #[serde(default)]
    pub page: Option<String>,
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

/// A line of the audit log: who did what in daiban itself, or was turned away. Never edited. It holds ids and words of ours
/// and the address it came from; never a secret, a plate, a VIN or a position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Grows with each line; 0 while it is not stored.
    pub seq: i64,
    /// When, on the machine's clock.
    pub at: Timestamp,
    /// Who, or whose name was tried; `None`: nobody known.
    pub user: Option<UserId>,
    /// What, as a word such as `signed_in`.
    pub what: String,
    /// A kind and an id of ours, such as `account/06…`.
    pub about: Option<String>,
    /// `session/…`, `token/…`, `link` or `command_line`.
    pub via: Option<String>,
    /// The address it came from, sealed at rest.
    pub origin: Option<String>,
    /// Whether it was refused.
    pub refused: bool,
}

/// Whom something new concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Touched {
    /// Whose it is; `None`: everybody's.
    pub user: Option<UserId>,
    /// About which account, where it is about one.
    pub account: Option<AccountId>,
}

/// How far the rows that people see have come: what is newer than this is news. Empty before the first look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulse {
    /// Stands still as long as nobody writes anything, in this process or another. Compared with itself alone.
    pub writes: Option<i64>,
    /// The newest line of history.
    pub event: i64,
    /// The newest notice.
    pub notice: i64,
    /// The newest message over a channel.
    pub message: i64,
    /// What is changed in place, each with whom it concerns and a mark that differs when it does.
    pub marks: BTreeMap<String, (Touched, String)>,
}

/// How much of a day's requests the line of an account to its service has used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineUse {
    /// Which service.
    pub service: Service,
    /// Which account; `None`: the public line.
    pub account: Option<AccountId>,
    /// The civil day the count is of.
    pub day: Date,
    /// Requests that day.
    pub used: u32,
    /// When the floor after the last poll ends.
    pub next_poll: Option<Timestamp>,
}

/// The rows people see.
#[async_trait]
pub trait Household: Send + Sync {
    /// Adds a user. The password comes hashed.
    async fn add_user(&self, user: User, password_hash: String) -> Result<(), StoreError>;
    /// All users, without removed ones.
    async fn users(&self) -> Result<Vec<User>, StoreError>;
    /// One user with the hash of their password; a removed one has no name any more.
    async fn user_by_name(&self, name: &str) -> Result<Option<(User, String)>, StoreError>;
    /// One user who was not removed.
    async fn user(&self, id: &UserId) -> Result<User, StoreError>;
    /// Gives a user another name. A name taken is refused.
    async fn rename_user(&self, user: &UserId, name: &str) -> Result<(), StoreError>;
    /// Changes what a user may do. Refused (`role`) when nobody else is an admin with a password.
    async fn set_role(&self, user: &UserId, role: Role) -> Result<(), StoreError>;
    /// Removes a user: sessions, tokens, known browsers, second step, recovery codes and channels end, the name is
    /// free, the row stays for history. Their accounts go to the heir with errands, asks, problems and notices; which those
    /// were comes back. Refused (`accounts`) while they own accounts and there is no heir, or when names clash; refused
    /// (`role`) for the last admin with a password.
    async fn remove_user(
        &self,
        user: &UserId,
        heir: Option<&UserId>,
        at: Timestamp,
    ) -> Result<Vec<AccountId>, StoreError>;
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
    /// Its purpose without using it up.
    async fn look_at_once(&self, hash: &str, now: Timestamp) -> Result<Option<String>, StoreError>;
    /// Purposes that begin so, of words still good, with their end; soonest end first.
    async fn open_once(
        &self,
        prefix: &str,
        now: Timestamp,
    ) -> Result<Vec<(String, Timestamp)>, StoreError>;
    /// Makes the words of a purpose worthless. `false`: there was none.
    async fn withdraw_once(&self, purpose: &str, now: Timestamp) -> Result<bool, StoreError>;

    /// Stores a session by the hash of its cookie.
    async fn add_session(&self, hash: &str, session: Session) -> Result<(), StoreError>;
    /// A session that has not ended.
    async fn session(&self, hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError>;
    /// Notes that a session was used, and when it ends now.
    async fn touch_session(
        &self,
        id: &str,
        seen_at: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError>;
    /// Notes that password or code was given in a session.
    async fn freshen_session(&self, id: &str, at: Timestamp) -> Result<(), StoreError>;
    /// The sessions of a user that have not ended, last used first.
    async fn sessions(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError>;
    /// Ends a session.
    async fn end_session(&self, hash: &str) -> Result<(), StoreError>;
    /// Ends a session of a user by its id.
    async fn end_session_of(&self, user: &UserId, id: &str) -> Result<(), StoreError>;
    /// Ends all sessions of a user but one; how many that were.
    async fn end_sessions_but(&self, user: &UserId, id: &str) -> Result<u64, StoreError>;
    /// Notes that a user signed in from a browser, known by the hash of a random cookie. `false`: it was known before.
    async fn know_device(
        &self,
        user: &UserId,
        hash: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The second step of a user's sign-in, if one is there or being set up.
    async fn two_step(&self, user: &UserId) -> Result<Option<TwoStep>, StoreError>;
    /// Begins to set one up with this secret; one that is being set up is replaced, one that is there refused.
    async fn begin_two_step(&self, user: &UserId, secret: &Secret) -> Result<(), StoreError>;
    /// From now on it is asked for; these are its recovery codes, hashed.
    async fn confirm_two_step(
        &self,
        user: &UserId,
        step: i64,
        at: Timestamp,
        codes: &[String],
    ) -> Result<(), StoreError>;
    /// Uses up the code of a time step. `false`: it or a later one was used before.
    async fn use_step(&self, user: &UserId, step: i64) -> Result<bool, StoreError>;
    /// Uses up a recovery code. `false`: unknown, or used before.
    async fn use_recovery_code(
        &self,
        user: &UserId,
        hash: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// New recovery codes, hashed, in place of all that were there. [`StoreError::NotFound`] when no second step is asked for.
    async fn renew_recovery_codes(&self, user: &UserId, codes: &[String])
    -> Result<(), StoreError>;
    /// It is not asked for any more; secret and recovery codes are deleted.
    async fn end_two_step(&self, user: &UserId) -> Result<(), StoreError>;

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
    /// Whether everybody in the household may see and use an account.
    async fn share_account(&self, id: &AccountId, shared: bool) -> Result<(), StoreError>;
    /// The ids of accounts that are shared.
    async fn shared_accounts(&self) -> Result<Vec<AccountId>, StoreError>;
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
    /// The same for several errands at once; one without facts is not among them.
    async fn facts_of(
        &self,
        errands: &[ErrandId],
    ) -> Result<HashMap<ErrandId, Vec<(String, Value)>>, StoreError>;
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
    /// Changes name, settings and sealed values of a channel; its kind and whose it is stay.
    async fn change_channel(&self, channel: Channel, secrets: Secrets) -> Result<(), StoreError>;
    /// Removes a channel.
    async fn remove_channel(&self, id: &ChannelId) -> Result<(), StoreError>;

    /// Adds a line to the audit log.
    async fn add_audit(&self, row: AuditRow) -> Result<(), StoreError>;
    /// Lines of the audit log, newest first: all, or what a user did and what was done about them; those before a number.
    async fn audit(
        &self,
        user: Option<&UserId>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditRow>, StoreError>;
    /// What each line to a service has used of its day, the public lines with them.
    async fn line_uses(&self) -> Result<Vec<LineUse>, StoreError>;

    /// How many errands, open asks, problems and outbox rows there are: for health and metrics.
    async fn counts(&self) -> Result<Vec<(String, i64)>, StoreError>;
    /// The rows counted and the budgets' state: for a bug report.
    async fn census(&self) -> Result<Census, StoreError>;

    /// Whether anything that people see has changed since an earlier look, and whom it concerns. `None`: nobody has written
    /// anything at all, which costs next to nothing to find out; asked several times a second while somebody waits for news.
    /// A look with [`Pulse::default`] only learns where things stand.
    async fn pulse(&self, last: &Pulse) -> Result<Option<(Pulse, Vec<Touched>)>, StoreError>;

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
