//! The audit log: who did what in daiban itself, from where, by which session or token; and who was turned away.
//!
//! A line holds words and ids of ours and an address, nothing else: no name, no secret, no plate, no position, nothing that
//! somebody typed. Where a request came from is noted by the layer that took it (pages, API, command line) for the task that
//! carries it; what is written here takes it from there, so that no method needs to hand it on.

use std::{fmt, net::IpAddr};

use daiban_core::{
    Text,
    call::NewCall,
    household::AuditRow,
    id::{AccountId, AskId, CallId, ChannelId, ErrandId, UserId},
    lifecycle::Verb,
};

use super::{Actor, App, AppError};

/// Lines on one page.
pub const AUDIT_PAGE: usize = 50;

macro_rules! audits {
    ($($(#[$doc:meta])* $name:ident $word:literal $zh:literal $en:literal,)+) => {
        /// What a line of the audit log is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Audit { $($(#[$doc])* $name,)+ }

        impl Audit {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word it is stored as.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// What happened, for people.
            pub fn text(self) -> Text {
                match self { $(Self::$name => Text::new($zh, $en),)+ }
            }
        }
    };
}

audits! {
    /// With a password, and a code where there is one.
    SignedIn "signed_in" "登录" "signed in",
    /// A wrong password or code, or a locked name.
    SignInRefused "sign_in_refused" "登录被拒" "sign-in refused",
    /// One's own session ended.
    SignedOut "signed_out" "退出登录" "signed out",
    /// The first admin was made with the set-up word.
    SetUp "set_up" "完成首次设置" "set daiban up",
    /// A one-time sign-in link was used.
    LinkUsed "link_used" "用一次性链接登录" "signed in by a one-time link",
    /// A one-time word that is wrong, over or used.
    WordRefused "word_refused" "一次性链接无效" "one-time link refused",
    /// Somebody was added.
    UserAdded "user_added" "加了一个人" "added somebody",
    /// Somebody may do more or less than before.
    RoleChanged "role_changed" "改了角色" "changed a role",
    /// Somebody was removed.
    UserRemoved "user_removed" "移走了一个人" "removed somebody",
    /// An invitation was made.
    InvitationMade "invitation_made" "发了邀请" "made an invitation",
    /// Somebody came in by an invitation.
    InvitationUsed "invitation_used" "接受了邀请" "accepted an invitation",
    /// An invitation was taken back.
    InvitationRevoked "invitation_revoked" "收回了邀请" "took an invitation back",
    /// A password was set; all sessions of the user ended.
    PasswordSet "password_set" "换了密码" "set a password",
    /// A second step was switched on.
    TwoStepOn "two_step_on" "打开了两步验证" "switched two-step sign-in on",
    /// It was switched off.
    TwoStepOff "two_step_off" "关掉了两步验证" "switched two-step sign-in off",
    /// New recovery codes took the place of the old ones.
    RecoveryCodesMade "recovery_codes_made" "换了一套备用码" "made new recovery codes",
    /// A password or code given once more for something sensitive was wrong.
    CodeRefused "code_refused" "再次验证没通过" "a fresh check failed",
    /// A locked user may try again.
    UserUnlocked "user_unlocked" "解了锁" "unlocked somebody",
    /// One session was ended from another.
    SessionEnded "session_ended" "结束了一处登录" "ended a session",
    /// All others were.
    SessionsEnded "sessions_ended" "结束了别处的登录" "ended other sessions",
    /// An API token was made.
    TokenMade "token_made" "做了接口凭证" "made an API token",
    /// One was revoked.
    TokenRevoked "token_revoked" "作废了接口凭证" "revoked an API token",
    /// An account was added.
    AccountAdded "account_added" "加了账号" "added an account",
    /// Its name, settings or secrets were changed.
    AccountChanged "account_changed" "改了账号" "changed an account",
    /// It is shared with the household, or is no more.
    AccountShared "account_shared" "改了账号的共享" "changed who shares an account",
    /// It was taken over from somebody who was removed.
    AccountTaken "account_taken" "接手了账号" "took an account over",
    /// It was removed with its secrets.
    AccountRemoved "account_removed" "删了账号" "removed an account",
    /// Its sign-in was begun.
    AccountSignIn "account_sign_in" "开始登录账号" "began an account's sign-in",
    /// A channel was added.
    ChannelAdded "channel_added" "加了通知渠道" "added a channel",
    /// It was changed.
    ChannelChanged "channel_changed" "改了通知渠道" "changed a channel",
    /// A test message was sent.
    ChannelTested "channel_tested" "试发了通知" "tested a channel",
    /// It was removed.
    ChannelRemoved "channel_removed" "删了通知渠道" "removed a channel",
    /// An errand was begun.
    ErrandAdded "errand_added" "开始一件代办" "began an errand",
    /// It was told to run now.
    ErrandRun "errand_run" "让代办马上办" "ran an errand now",
    /// It was paused.
    ErrandPaused "errand_paused" "暂停了代办" "paused an errand",
    /// It goes on.
    ErrandResumed "errand_resumed" "继续了代办" "resumed an errand",
    /// It is not wanted any more.
    ErrandCancelled "errand_cancelled" "取消了代办" "cancelled an errand",
    /// An ask was answered.
    AskAnswered "ask_answered" "回答了待办事项" "answered an ask",
    /// A car was sent a command.
    CarCommand "car_command" "给车发命令" "sent a car a command",
    /// A permit is to be cancelled.
    PermitCancel "permit_cancel" "取消进京证" "asked to cancel a permit",
    /// An order of a train ticket is to be cancelled, or a standby order withdrawn.
    OrderCancel "order_cancel" "取消车票订单" "asked to cancel a train order",
    /// A check of fines was begun; it may cost money.
    FinesCheck "fines_check" "查违章" "asked for a check of fines",
    /// What a person saw elsewhere was noted.
    FinesNote "fines_note" "记了违章" "noted fines seen elsewhere",
    /// A setting was changed.
    SettingChanged "setting_changed" "改了设置" "changed a setting",
    /// A backup was made.
    BackupMade "backup_made" "做了备份" "made a backup",
    /// One was read back.
    BackupRestored "backup_restored" "恢复了备份" "restored a backup",
    /// The diagnostics were fetched.
    DiagnosticsMade "diagnostics_made" "导出了诊断信息" "fetched the diagnostics",
    /// Something was asked for that they may not do.
    NotAllowed "not_allowed" "想做没有权限的事" "asked for what they may not do",
}

impl Audit {
    /// What a stored word means; words of later versions mean nothing here.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|audit| audit.word() == word)
    }

    fn of_verb(verb: Verb) -> Self {
        match verb {
            Verb::Run => Self::ErrandRun,
            Verb::Pause => Self::ErrandPaused,
            Verb::Resume => Self::ErrandResumed,
            Verb::Cancel => Self::ErrandCancelled,
        }
    }

    fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::SignInRefused | Self::WordRefused | Self::CodeRefused | Self::NotAllowed
        )
    }
}

/// What a line is about: a kind and an id of ours. Only ids that were found in the rows belong here, never what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About(Option<String>);

impl About {
    /// Nothing in particular.
    pub const NOTHING: Self = Self(None);

    /// A user.
    pub fn user(id: &UserId) -> Self {
        Self::of("user", id)
    }

    /// An account.
    pub fn account(id: &AccountId) -> Self {
        Self::of("account", id)
    }

    /// An errand.
    pub fn errand(id: &ErrandId) -> Self {
        Self::of("errand", id)
    }

    /// An ask.
    pub fn ask(id: &AskId) -> Self {
        Self::of("ask", id)
    }

    /// A channel.
    pub fn channel(id: &ChannelId) -> Self {
        Self::of("channel", id)
    }

    /// An API token, by the id it is listed under.
    pub fn token(id: &str) -> Self {
        Self::of("token", id)
    }

    /// A session, by the id it is listed under.
    pub fn session(id: &str) -> Self {
        Self::of("session", id)
    }

    /// A setting, by its name.
    pub fn setting(name: &'static str) -> Self {
        Self::of("setting", name)
    }

    /// An address of ours as the router spells it, with no id in it: `POST /accounts/{id}`.
    pub fn route(method: &str, route: &str) -> Self {
        Self(Some(format!("{method} {route}")))
    }

    fn of(kind: &str, id: impl fmt::Display) -> Self {
        Self(Some(format!("{kind}/{id}")))
    }
}

/// Where a request came from and by which key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address; `None` on the command line.
    pub ip: Option<IpAddr>,
    /// `session/…`, `token/…`, `link` (an address that carries its word), `command_line`; `None`: none of them.
    pub via: Option<String>,
}

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Does work that came from there.
pub async fn from<F: Future>(origin: Origin, work: F) -> F::Output {
    ORIGIN.scope(origin, work).await
}

/// Does work of the command line.
pub async fn from_command_line<F: Future>(work: F) -> F::Output {
    let via = Some("command_line".to_owned());
    from(Origin { ip: None, via }, work).await
}

impl App {
    /// Notes what somebody did, or was refused. A line that cannot be written is told to the log and stops nothing: what it
    /// tells of has happened already.
    pub async fn audit(&self, actor: Option<&Actor>, what: Audit, about: About) {
        self.audit_as(actor.map(|actor| &actor.user), what, about)
            .await;
    }

    /// The same for a user who has no [`Actor`] yet: somebody who signs in, or whose name is tried.
    pub async fn audit_as(&self, user: Option<&UserId>, what: Audit, about: About) {
        let origin = ORIGIN.try_with(Origin::clone).unwrap_or_default();
        let row = AuditRow {
            seq: 0,
            at: self.parts.wall.now(),
            user: user.cloned(),
            what: what.word().to_owned(),
            about: about.0,
            via: origin.via,
            origin: origin.ip.map(|ip| ip.to_canonical().to_string()),
            refused: what.is_refusal(),
        };
        if let Err(error) = self.household().add_audit(row).await {
            tracing::error!(%error, what = what.word(), "the audit log could not be written");
        }
    }

    /// Notes a sign-in that was refused. The name that was typed is noted only as the user it belongs to: people type
    /// passwords into the wrong field.
    pub async fn audit_refused_sign_in(&self, typed: &str) {
        let known = self.household().user_by_name(typed).await;
        let user = known.ok().flatten().map(|(user, _)| user.id);
        self.audit_as(user.as_ref(), Audit::SignInRefused, About::NOTHING)
            .await;
    }

    pub(super) async fn audit_verb(&self, actor: &Actor, verb: Verb, errand: &ErrandId) {
        self.audit(Some(actor), Audit::of_verb(verb), About::errand(errand))
            .await;
    }

    /// Begins an act of a person and notes it.
    pub(super) async fn audited_act(
        &self,
        actor: &Actor,
        what: Audit,
        about: About,
        act: NewCall,
    ) -> Result<CallId, AppError> {
        let id = self.engine().command(act).await?;
        self.audit(Some(actor), what, about).await;
        Ok(id)
    }

    /// Lines of the audit log, newest first, so many at most: everything for an admin; for everybody else what they did and
    /// what was done about them. With `before` those before that number.
    ///
    /// # Errors
    /// The store's.
    pub async fn audit_lines(
        &self,
        actor: &Actor,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditRow>, AppError> {
        let whose = (!actor.governs()).then_some(&actor.user);
        let limit = limit.min(1000);
        Ok(self.household().audit(whose, before, limit).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_is_one_and_comes_back() {
        let words: BTreeSet<&str> = Audit::ALL.iter().map(|audit| audit.word()).collect();
        assert_eq!(words.len(), Audit::ALL.len());
        for audit in Audit::ALL {
            assert_eq!(Audit::of_word(audit.word()), Some(*audit));
            assert!(!audit.text().zh.is_empty() && !audit.text().en.is_empty());
        }
        assert_eq!(Audit::of_word("nothing of the kind"), None);
    }
}
