//! Web sessions: opened by a sign-in, used, ended. One ends after thirty days, and sooner when nobody uses it for fourteen.

use std::net::IpAddr;

use daiban_core::{Timestamp, household::Session, id::UserId, secret::Secret};
use jiff::SignedDuration;

use super::{Access, Actor, fresh_word, hash_word};
use crate::app::AppError;

/// A web session lasts this long at most: whoever holds a copied cookie does not hold it for ever.
pub const SESSION_DAYS: i64 = 30;
/// One that nobody uses ends sooner: a tablet that was given away, a browser in a hotel.
pub const IDLE_DAYS: i64 = 14;
/// Its use is noted no oftener than this.
const NOTE_USE: SignedDuration = SignedDuration::from_secs(60);
/// A browser's own words about itself are kept up to here.
const AGENT_CHARS: usize = 256;

/// How somebody came in.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// What the browser calls itself.
    pub agent: String,
    /// From which address.
    pub from: Option<IpAddr>,
    /// With a password or code, and not by a link alone.
    pub fresh: bool,
}

/// Which session somebody acts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRef {
    /// Its id.
    pub id: String,
    /// When password or code was last given in it.
    pub fresh_at: Option<Timestamp>,
}

impl From<&Session> for SessionRef {
    fn from(session: &Session) -> Self {
        Self {
            id: session.id.clone(),
            fresh_at: session.fresh_at,
        }
    }
}

impl Access {
    /// Opens a web session of which nothing is known but its user: its cookie, shown once, and the session.
    ///
    /// # Errors
    /// The store's.
    pub async fn open_session(&self, user: &UserId) -> Result<(Secret, Session), AppError> {
        self.open_session_of(user, Arrival::default()).await
    }

    /// Opens a web session: its cookie, shown once, and the session.
    ///
    /// # Errors
    /// The store's.
    pub async fn open_session_of(
        &self,
        user: &UserId,
        arrival: Arrival,
    ) -> Result<(Secret, Session), AppError> {
        let cookie = fresh_word("")?;
        let now = self.clock.now();
        let session = Session {
            id: UserId::new(now, (self.chance)()).as_str().to_owned(),
            user: user.clone(),
            csrf: fresh_word("")?.reveal().to_owned(),
            until: ends(now, now),
            created_at: now,
            seen_at: now,
            agent: kept_agent(&arrival.agent),
            from: arrival
                .from
                .map(|from| from.to_string())
                .unwrap_or_default(),
            fresh_at: arrival.fresh.then_some(now),
        };
        self.household
            .add_session(&hash_word(cookie.reveal()), session.clone())
            .await?;
        Ok((cookie, session))
    }

    /// Who holds this cookie, with the session that carries the forms' token. Its use is noted.
    ///
    /// # Errors
    /// The store's.
    pub async fn by_cookie(&self, cookie: &str) -> Result<Option<(Actor, Session)>, AppError> {
        let now = self.clock.now();
        let Some(mut session) = self.household.session(&hash_word(cookie), now).await? else {
            return Ok(None);
        };
        if now.duration_since(session.seen_at) >= NOTE_USE {
            session.seen_at = now;
            session.until = ends(session.created_at, now);
            self.household
                .touch_session(&session.id, now, session.until)
                .await?;
        }
        let user = self.household.user(&session.user).await?;
        Ok(Some((Actor::whole(&user), session)))
    }

    /// Ends the session of this cookie.
    ///
    /// # Errors
    /// The store's.
    pub async fn close_session(&self, cookie: &str) -> Result<(), AppError> {
        Ok(self.household.end_session(&hash_word(cookie)).await?)
    }
}

/// When a session ends that was opened and last used then.
fn ends(created_at: Timestamp, seen_at: Timestamp) -> Timestamp {
    let after = |moment: Timestamp, days: i64| {
        let later = moment.checked_add(SignedDuration::from_hours(24 * days));
        later.unwrap_or(Timestamp::MAX)
    };
    after(created_at, SESSION_DAYS).min(after(seen_at, IDLE_DAYS))
}

fn kept_agent(agent: &str) -> String {
    let kept = agent.chars().filter(|one| !one.is_control());
    kept.take(AGENT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn idle_ones_end_sooner_and_none_lasts_longer_than_thirty_days() {
        let opened: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        for (seen, end) in [
            ("2026-11-01T00:00:00Z", "2026-11-15T00:00:00Z"),
            ("2026-11-10T00:00:00Z", "2026-11-24T00:00:00Z"),
            ("2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z"),
        ] {
            assert_eq!(
                ends(opened, seen.parse().unwrap()),
                end.parse().unwrap(),
                "{seen}"
            );
        }
    }

    #[test]
    fn what_a_browser_says_is_cut() {
        assert_eq!(kept_agent("a\r\nb"), "ab");
        assert_eq!(kept_agent(&"x".repeat(9999)).len(), AGENT_CHARS);
    }
}
