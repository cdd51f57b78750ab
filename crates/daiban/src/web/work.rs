//! Work that a person began on a page and that takes seconds: the page comes back at once, says what is waited for and for
//! how long at most, and goes on by itself, with JavaScript and without.
//!
//! In memory only: what came of it is in the rows, or was said to whoever waited.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use daiban_core::household::Touched;
use tokio::time::Instant;

use crate::app::{AppError, Live};

/// What is done sooner needs no waiting page.
const AT_ONCE: Duration = Duration::from_millis(800);
/// So long it is said that something did not work.
const SAID_FOR: Duration = Duration::from_secs(60);

/// What is under way, by what it is about.
#[derive(Default)]
pub(super) struct Work {
    items: Mutex<HashMap<String, Item>>,
}

struct Item {
    what: &'static str,
    until: Instant,
    /// Its outcome and when that was, once it has one.
    ended: Option<(Instant, Result<(), AppError>)>,
}

/// What a page says of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Standing {
    /// Under way: which of its things, and for how many seconds more at most; 0: longer than was thought.
    Waiting { what: &'static str, seconds: u64 },
    /// It did not work.
    Failed(AppError),
}

/// A piece of work.
pub(super) struct Piece {
    /// What it is about; of one thing one piece is under way at a time.
    pub(super) about: String,
    /// Which of its things is done, for the page's words.
    pub(super) what: &'static str,
    /// How long it takes at most, as far as can be told. It is not cut off then.
    pub(super) at_most: Duration,
    /// Whose pages show it.
    pub(super) touched: Touched,
}

impl Work {
    /// Begins a piece and waits for it a moment. `None`: it goes on, or one like it is under way already.
    pub(super) async fn begin(
        self: &Arc<Self>,
        live: &Arc<Live>,
        piece: Piece,
        work: impl Future<Output = Result<(), AppError>> + Send + 'static,
    ) -> Option<Result<(), AppError>> {
        let about = piece.about.clone();
        if !self.take(&piece) {
            return None;
        }
        let (this, live) = (self.clone(), live.clone());
        // On the side, so that a reader who goes away cuts no visit off.
        let task = tokio::spawn(async move {
            let outcome = work.await;
            this.end(&piece.about, outcome.clone());
            live.say(piece.touched).await;
            outcome
        });
        match tokio::time::timeout(AT_ONCE, task).await {
            Err(_) => None,
            Ok(outcome) => {
                self.items().remove(&about);
                let fell = |error: tokio::task::JoinError| AppError::Internal(error.to_string());
                Some(outcome.map_err(fell).and_then(|outcome| outcome))
            }
        }
    }

    /// What is to be said of it now.
    pub(super) fn of(&self, about: &str) -> Option<Standing> {
        let now = Instant::now();
        let items = self.items();
        let item = items.get(about)?;
        match &item.ended {
            None => Some(Standing::Waiting {
                what: item.what,
                seconds: item.until.saturating_duration_since(now).as_secs(),
            }),
            Some((at, Err(error))) if now - *at < SAID_FOR => Some(Standing::Failed(error.clone())),
            Some(_) => None,
        }
    }

    fn take(&self, piece: &Piece) -> bool {
        let mut items = self.items();
        let now = Instant::now();
        items.retain(|_, item| {
            let ended = item.ended.as_ref();
            ended.is_none_or(|(at, _)| now - *at < SAID_FOR)
        });
        let is_free = items
            .get(&piece.about)
            .is_none_or(|item| item.ended.is_some());
        if is_free {
            let item = Item {
                what: piece.what,
                until: now + piece.at_most,
                ended: None,
            };
            items.insert(piece.about.clone(), item);
        }
        is_free
    }

    fn end(&self, about: &str, outcome: Result<(), AppError>) {
        if let Some(item) = self.items().get_mut(about) {
            item.ended = Some((Instant::now(), outcome));
        }
    }

    /// Never held across a wait.
    fn items(&self) -> MutexGuard<'_, HashMap<String, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use daiban_core::Text;
    use daiban_store::SqliteStore;
    use tokio::sync::oneshot;

    use super::*;

    fn piece() -> Piece {
        Piece {
            about: "look/a".to_owned(),
            what: "cached",
            at_most: Duration::from_secs(45),
            touched: Touched {
                user: None,
                account: None,
            },
        }
    }

    fn refused() -> AppError {
        AppError::NotNow(Text::new("现在不行", "not now"))
    }

    async fn live() -> Arc<Live> {
        Live::new(Arc::new(SqliteStore::in_memory().await.unwrap()))
    }

    #[tokio::test]
    async fn what_is_done_at_once_leaves_nothing_behind() {
        let (work, live) = (Arc::new(Work::default()), live().await);
        for outcome in [Ok(()), Err(refused())] {
            let given = outcome.clone();
            let begun = work.begin(&live, piece(), async move { given }).await;
            assert_eq!(begun, Some(outcome));
            assert_eq!(work.of("look/a"), None);
        }
    }

    #[tokio::test]
    async fn what_takes_longer_is_waited_for_once_and_its_failure_is_said() {
        let (work, live) = (Arc::new(Work::default()), live().await);
        let (answer, answered) = oneshot::channel();
        let slow = async move { answered.await.unwrap() };
        assert_eq!(work.begin(&live, piece(), slow).await, None);
        let standing = work.of("look/a").unwrap();
        let Standing::Waiting { what, seconds } = standing else {
            panic!("{standing:?}");
        };
        assert!(
            what == "cached" && (40..=45).contains(&seconds),
            "{seconds}"
        );
        let never = async { panic!("one like it is under way") };
        assert_eq!(work.begin(&live, piece(), never).await, None);

        let mut listener = live.listen().await.unwrap();
        answer.send(Err(refused())).unwrap();
        assert!(listener.next().await.is_some(), "open pages are told");
        assert_eq!(work.of("look/a"), Some(Standing::Failed(refused())));
        let again = work.begin(&live, piece(), async { Ok(()) }).await;
        assert_eq!(again, Some(Ok(())), "and it can be tried again");
    }
}
