//! Roles, and somebody who leaves: every way in ends, and what they owned goes to somebody else or is refused to be orphaned.
//!
//! Each is one transaction, with its checks inside: of two admins who remove each other at once, one stays.

use daiban_core::{
    Timestamp,
    household::{NO_PASSWORD, Role},
    id::{AccountId, ChannelId, UserId},
    invalid::InvalidInput,
};
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteStore, channels,
    fault::{Done, Fault},
    people::known,
    rows::{ms, word},
};

/// What goes with accounts that are still there; an errand is always its account's owner's. Accounts go last: the others are
/// found by them. A notice whose key the heir has been told under before stays.
const HAND_OVER: [&str; 5] = [
    "UPDATE notices SET user_id = $2 WHERE user_id = $1 \
         AND errand IN (SELECT e.id FROM errands e JOIN accounts a ON a.id = e.account WHERE a.user_id = $1 AND a.removed_at IS NULL) \
         AND NOT EXISTS (SELECT 1 FROM notices told WHERE told.user_id = $2 AND told.key = notices.key)",
    "UPDATE asks SET user_id = $2 WHERE user_id = $1 \
         AND account IN (SELECT id FROM accounts WHERE user_id = $1 AND removed_at IS NULL)",
    "UPDATE problems SET user_id = $2 WHERE user_id = $1 AND (substr(key, 1, 8) = 'account/' OR substr(key, 1, 7) = 'errand/')",
    "UPDATE errands SET user_id = $2 WHERE user_id = $1 \
         AND account IN (SELECT id FROM accounts WHERE user_id = $1 AND removed_at IS NULL)",
    "UPDATE accounts SET user_id = $2 WHERE user_id = $1 AND removed_at IS NULL",
];

impl SqliteStore {
    pub(super) async fn change_role(&self, user: &UserId, role: Role) -> Done<()> {
        let mut tx = self.write().await?;
        known(&mut tx, user).await?;
        if role != Role::Admin {
            another_admin_stays(&mut tx, user).await?;
        }
        sqlx::query("UPDATE users SET role = $2 WHERE id = $1")
            .bind(user.as_str())
            .bind(word(&role))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn remove_one_user(
        &self,
        user: &UserId,
        heir: Option<&UserId>,
        at: Timestamp,
    ) -> Done<Vec<AccountId>> {
        let mut tx = self.write().await?;
        known(&mut tx, user).await?;
        another_admin_stays(&mut tx, user).await?;
        let moved = match heir.filter(|heir| *heir != user) {
            Some(heir) => hand_over(&mut tx, user, heir).await?,
            None => Vec::new(),
        };
        owns_nothing(&mut tx, user).await?;
        end_every_way_in(&mut tx, user).await?;
        for channel in channels_of(&mut tx, user).await? {
            channels::remove(self.sealer(), &mut tx, &channel).await?;
        }
        // No name that can be typed has a blank in it.
        sqlx::query(
            "UPDATE users SET removed_at = $2, name = 'removed ' || id, password_hash = $3, failures = 0, locked_until = NULL \
             WHERE id = $1",
        )
        .bind(user.as_str())
        .bind(ms(at))
        .bind(NO_PASSWORD)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(moved)
    }
}

/// Somebody else must be able to sign in as an admin, if this one is an admin.
async fn another_admin_stays(db: &mut SqliteConnection, user: &UserId) -> Done<()> {
    let last = sqlx::query(
        "SELECT 1 FROM users WHERE id = $1 AND role = $2 AND NOT EXISTS ( \
             SELECT 1 FROM users WHERE role = $2 AND password_hash <> $3 AND removed_at IS NULL AND id <> $1)",
    )
    .bind(user.as_str())
    .bind(word(&Role::Admin))
    .bind(NO_PASSWORD)
    .fetch_optional(db)
    .await?;
    if last.is_none() {
        return Ok(());
    }
    Err(InvalidInput::new(
        "role",
        "除此之外没有能登录的管理员了，先让另一个人当管理员",
        "there is no other admin who can sign in; make somebody else an admin first",
    )
    .into())
}

async fn hand_over(
    db: &mut SqliteConnection,
    user: &UserId,
    heir: &UserId,
) -> Done<Vec<AccountId>> {
    known(db, heir).await?;
    names_are_free(db, user, heir).await?;
    let moved: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM accounts WHERE user_id = $1 AND removed_at IS NULL ORDER BY id",
    )
    .bind(user.as_str())
    .fetch_all(&mut *db)
    .await?;
    for sql in HAND_OVER {
        sqlx::query(sql)
            .bind(user.as_str())
            .bind(heir.as_str())
            .execute(&mut *db)
            .await?;
    }
    Ok(moved.into_iter().map(AccountId::from).collect())
}

async fn names_are_free(db: &mut SqliteConnection, user: &UserId, heir: &UserId) -> Done<()> {
    let clash = sqlx::query(
        "SELECT a.name FROM accounts a JOIN accounts b ON b.service = a.service AND b.name = a.name \
         WHERE a.user_id = $1 AND b.user_id = $2 AND a.removed_at IS NULL AND b.removed_at IS NULL ORDER BY a.id",
    )
    .bind(user.as_str())
    .bind(heir.as_str())
    .fetch_optional(db)
    .await?;
    let Some(row) = clash else { return Ok(()) };
    let name: String = row.try_get("name")?;
    Err(InvalidInput::new(
        "accounts",
        format!("双方在同一个服务都有叫「{name}」的账号，先给其中一个改名"),
        format!("both have an account named {name} at the same service; rename one of them first"),
    )
    .into())
}

async fn owns_nothing(db: &mut SqliteConnection, user: &UserId) -> Done<()> {
    let left: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM accounts WHERE user_id = $1 AND removed_at IS NULL",
    )
    .bind(user.as_str())
    .fetch_one(db)
    .await?;
    if left == 0 {
        Ok(())
    } else {
        Err(owner_of(left))
    }
}

fn owner_of(left: i64) -> Fault {
    InvalidInput::new(
        "accounts",
        format!("名下还有 {left} 个账号，先移除，或者接手过来"),
        format!("still owns {left} account(s): first remove or take over"),
    )
    .into()
}

/// Sessions, tokens, browsers, the second step; and problems that nobody will see any more.
async fn end_every_way_in(db: &mut SqliteConnection, user: &UserId) -> Done<()> {
    for sql in [
        "DELETE FROM sessions WHERE user_id = $1",
        "DELETE FROM tokens WHERE user_id = $1",
        "DELETE FROM devices WHERE user_id = $1",
        "DELETE FROM two_step WHERE user_id = $1",
        "DELETE FROM recovery_codes WHERE user_id = $1",
        "DELETE FROM problems WHERE user_id = $1",
    ] {
        sqlx::query(sql)
            .bind(user.as_str())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

async fn channels_of(db: &mut SqliteConnection, user: &UserId) -> Done<Vec<ChannelId>> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM channels WHERE user_id = $1")
        .bind(user.as_str())
        .fetch_all(db)
        .await?;
    Ok(ids.into_iter().map(ChannelId::from).collect())
}
