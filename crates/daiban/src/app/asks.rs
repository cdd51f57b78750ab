//! Asks: what only a person can do; problems and history of the household.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::{
    Text, Timestamp,
    ask::{Answer, Ask, AskState},
    errand::Phase,
    household::{EventRow, Notice, Problem},
    id::{AskId, UserId},
    invalid::InvalidInput,
    notice::Severity,
    store::EventKind,
};
use serde_json::Value;

use super::{About, Actor, App, AppError, Audit, sharing::Sight};

/// A picture of an ask.
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// So far back in its errand's history the end of an ask is looked for.
const EVENTS_OF_AN_ASK: usize = 200;
/// Answers this close together belong to one round of trying.
const SAME_ROUND_S: i64 = 600;

/// How an ask ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskEnd {
    /// Somebody said yes.
    Yes,
    /// Somebody said no.
    No,
    /// Somebody answered.
    Answered,
    /// Nobody answered in time.
    Late,
    /// The account is signed in; nothing is left to do.
    SignedIn,
    /// Another took its place.
    Replaced,
    /// It is no longer needed.
    Withdrawn,
}

/// How an ask ended, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskEnding {
    /// When.
    pub at: Option<Timestamp>,
    /// The name of who answered, where that is known.
    pub by: Option<String>,
    /// How.
    pub how: AskEnd,
}

fn answered(yes: &Value) -> AskEnd {
    match yes.as_bool() {
        Some(true) => AskEnd::Yes,
        Some(false) => AskEnd::No,
        None => AskEnd::Answered,
    }
}

impl App {
    /// Their asks, in one state or in any; soonest deadline first.
    ///
    /// # Errors
    /// The store's.
    pub async fn asks(&self, actor: &Actor, state: Option<AskState>) -> Result<Vec<Ask>, AppError> {
        let sight = self.sight(actor).await?;
        let mut asks = self.household().asks(sight.filter(), state).await?;
        asks.retain(|ask| sight.sees(&ask.user, &ask.account));
        Ok(asks)
    }

    /// One ask.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn ask(&self, actor: &Actor, id: &AskId) -> Result<Ask, AppError> {
        let ask = self.household().ask(id).await?;
        let sight = self.sight(actor).await?;
        sight.must_see(&ask.user, &ask.account, "ask", id.as_str())?;
        Ok(ask)
    }

    /// Its picture. Only for those who may answer: a QR code signs in whoever shows it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn ask_picture(&self, actor: &Actor, id: &AskId) -> Result<Picture, AppError> {
        let ask = self.household().ask(id).await?;
        let sight = self.sight(actor).await?;
        sight.must_use(&ask.user, &ask.account, "ask", id.as_str())?;
        picture(&ask)
    }

    /// Answers an ask.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the answer does not fit, [`AppError::NotNow`] when it is not open any more.
    pub async fn answer(&self, actor: &Actor, id: &AskId, answer: Answer) -> Result<Ask, AppError> {
        let ask = self.household().ask(id).await?;
        let sight = self.sight(actor).await?;
        sight.must_use(&ask.user, &ask.account, "ask", id.as_str())?;
        if !answer.fits(ask.ask.kind) {
            return Err(AppError::Invalid(InvalidInput::new(
                "answer",
                "这种回答不合适",
                "does not fit this kind of ask",
            )));
        }
        self.engine().answer_by(id, answer, &actor.user).await?;
        self.audit(Some(actor), Audit::AskAnswered, About::ask(id))
            .await;
        Ok(self.household().ask(id).await?)
    }

    /// How an ask ended, by whom and when; `None` while it is open.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn ask_ending(
        &self,
        actor: &Actor,
        ask: &Ask,
    ) -> Result<Option<AskEnding>, AppError> {
        let sight = self.sight(actor).await?;
        sight.must_see(&ask.user, &ask.account, "ask", ask.id.as_str())?;
        if ask.state == AskState::Open {
            return Ok(None);
        }
        let events = self
            .household()
            .errand_events(&ask.errand, EVENTS_OF_AN_ASK)
            .await?;
        let about = |event: &&EventRow| {
            event.kind == EventKind::Answered && event.data["ask"] == ask.id.as_str()
        };
        let event = events.iter().find(about);
        let how = match event {
            Some(event) if ask.state == AskState::Answered => answered(&event.data["yes"]),
            Some(_) => AskEnd::Late,
            None if ask.state == AskState::Answered => AskEnd::Answered,
            None => self.withdrawn(ask).await?,
        };
        let by = event.and_then(|event| event.data["by"].as_str());
        let by = match by {
            Some(id) => self.household().user(&UserId::from(id)).await.ok(),
            None => None,
        };
        Ok(Some(AskEnding {
            at: event.map(|event| event.at).or(ask.ended_at),
            by: by.map(|user| user.name),
            how,
        }))
    }

    /// Why an errand took its question back.
    async fn withdrawn(&self, ask: &Ask) -> Result<AskEnd, AppError> {
        let errand = self.household().errand(&ask.errand).await?;
        if errand.internal && errand.phase == Phase::Done {
            return Ok(AskEnd::SignedIn);
        }
        let open = self
            .household()
            .asks(Some(&ask.user), Some(AskState::Open))
            .await?;
        let goes_on = open.iter().any(|next| next.errand == ask.errand);
        Ok(match goes_on {
            true => AskEnd::Replaced,
            false => AskEnd::Withdrawn,
        })
    }

    /// How often the same was answered within these minutes before it was asked again.
    ///
    /// # Errors
    /// The store's.
    pub async fn tries_before(&self, ask: &Ask) -> Result<usize, AppError> {
        let events = self
            .household()
            .errand_events(&ask.errand, EVENTS_OF_AN_ASK)
            .await?;
        let since = ask.at.as_second() - SAME_ROUND_S;
        let same = events.iter().filter(|event| {
            event.kind == EventKind::Answered
                && event.data["tag"] == *ask.ask.tag
                && event.data["ask"] != ask.id.as_str()
                && event.data["state"] == "answered"
                && (since..=ask.at.as_second()).contains(&event.at.as_second())
        });
        Ok(same.count())
    }

    /// Their problems and those of everybody.
    ///
    /// # Errors
    /// The store's.
    pub async fn problems(&self, actor: &Actor) -> Result<Vec<Problem>, AppError> {
        let mut problems = self.visible_problems(actor).await?;
        problems.extend(self.stalled().await);
        Ok(problems)
    }

    /// Rows that cannot be written cannot hold the problem that they cannot be written: it is read off the engine itself.
    async fn stalled(&self) -> Option<Problem> {
        let health = self.engine().health().await;
        Some(Problem {
            key: "daiban/data".to_owned(),
            user: None,
            since: health.last_round.unwrap_or_else(|| self.now()),
            severity: Severity::Urgent,
            text: health.why?,
            fix: Text::new(
                "看看磁盘是不是满了，或者别的程序占着数据库；好了会自己继续",
                "see whether the disk is full or another program holds the database; daiban goes on by itself",
            ),
        })
    }

    /// Their last notices, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn notices(&self, actor: &Actor, limit: usize) -> Result<Vec<Notice>, AppError> {
        Ok(self.household().notices(actor.only(), limit).await?)
    }

    /// Lines of their histories after a number, oldest first, and the number to go on from.
    ///
    /// # Errors
    /// The store's.
    pub async fn events(
        &self,
        actor: &Actor,
        after: i64,
        limit: usize,
    ) -> Result<(Vec<EventRow>, i64), AppError> {
        let rows = self
            .household()
            .events_after(after, limit.min(1000))
            .await?;
        let last = rows.last().map_or(after, |row| row.seq);
        if actor.only().is_none() {
            return Ok((rows, last));
        }
        let sight = self.sight(actor).await?;
        let mut theirs = Vec::new();
        for row in rows {
            if self.is_theirs(&sight, &row).await {
                theirs.push(row);
            }
        }
        Ok((theirs, last))
    }

    /// The number of the newest line of history; 0 when there is none.
    ///
    /// # Errors
    /// The store's.
    pub async fn last_event(&self) -> Result<i64, AppError> {
        let any_after = async |seq| {
            self.household()
                .events_after(seq, 1)
                .await
                .map(|rows| !rows.is_empty())
        };
        let (mut low, mut high) = (0_i64, 1_i64);
        while any_after(high).await? {
            (low, high) = (high, high.saturating_mul(2));
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if any_after(middle).await? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// A line belongs to whom its account or errand belongs; one of neither is shown to those who see everything.
    async fn is_theirs(&self, sight: &Sight<'_>, row: &EventRow) -> bool {
        if let Some(errand) = &row.errand {
            return self
                .household()
                .errand(errand)
                .await
                .is_ok_and(|errand| sight.sees(&errand.user, &errand.account));
        }
        let Some(account) = &row.account else {
            return false;
        };
        self.household()
            .account(account)
            .await
            .is_ok_and(|account| sight.sees(&account.user, &account.id))
    }
}

fn picture(ask: &Ask) -> Result<Picture, AppError> {
    let none = || AppError::NotFound {
        what: "picture",
        id: ask.id.to_string(),
    };
    let encoded = ask.ask.picture.as_deref().ok_or_else(none)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| none())?;
    let content_type = if bytes.starts_with(&[0xff, 0xd8]) {
        "image/jpeg"
    } else {
        "image/png"
    };
    Ok(Picture {
        content_type,
        bytes,
    })
}
