//! Asks: what only a person can do; problems and history of the household.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::{
    Text,
    ask::{Answer, Ask, AskState},
    household::{EventRow, Notice, Problem},
    id::AskId,
    invalid::InvalidInput,
    notice::Severity,
};

use super::{About, Actor, App, AppError, Audit, sharing::Sight};

/// A picture of an ask.
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
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
        self.engine().answer(id, answer).await?;
        self.audit(Some(actor), Audit::AskAnswered, About::ask(id))
            .await;
        Ok(self.household().ask(id).await?)
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
