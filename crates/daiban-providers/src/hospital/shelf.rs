//! Answers kept by question, each with the moment it was seen. Many who ask the same share one request, and one failure.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use jiff::SignedDuration;

use super::desk::Kept;
use crate::turn::Turn;

/// After a failure the question is let be so long; who asks meanwhile is told the same.
const PAUSE: SignedDuration = SignedDuration::from_secs(20);

/// An answer and when it was seen.
#[derive(Debug)]
pub(super) struct Seen<V> {
    /// When.
    pub(super) at: Timestamp,
    /// What.
    pub(super) answer: Arc<V>,
}

/// Answers of one kind. The oldest goes when there are too many.
#[derive(Debug)]
pub(super) struct Shelf<K, V> {
    places: Kept<HashMap<K, Place<V>>>,
    most: usize,
}

#[derive(Debug)]
struct Place<V> {
    seen: Option<Seen<V>>,
    failed: Option<(Timestamp, ServiceError)>,
    turn: Arc<Turn>,
    asked_at: Timestamp,
}

/// What is done when no new answer can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Old {
    /// The old answer is given, with its age.
    Serves,
    /// The failure is told.
    IsNone,
}

impl<K: Clone + Eq + Hash, V> Shelf<K, V> {
    /// A shelf for at most so many questions.
    pub(super) fn new(most: usize) -> Self {
        Self {
            places: Kept::default(),
            most,
        }
    }

    /// The kept answer if it is younger than `span`, else a new one. `fetch` is awaited by one caller at a time.
    ///
    /// # Errors
    /// That of `fetch`, or of the `fetch` of somebody else a moment ago.
    pub(super) async fn get(
        &self,
        key: K,
        (span, old): (SignedDuration, Old),
        now: Timestamp,
        fetch: impl Future<Output = Result<V, ServiceError>>,
    ) -> Result<Seen<V>, ServiceError> {
        let turn = self.turn(&key, now);
        let _taken = turn.take().await;
        if let Some(seen) = self.kept(&key, span, now) {
            return Ok(seen);
        }
        let fetched = match self.failed(&key, now) {
            Some(error) => Err(error),
            None => fetch.await,
        };
        match fetched {
            Ok(answer) => Ok(self.keep(&key, now, answer)),
            Err(error) => self.instead(&key, old, now, error),
        }
    }

    /// Keeps an answer that somebody has got in another way.
    pub(super) fn keep(&self, key: &K, now: Timestamp, answer: V) -> Seen<V> {
        self.turn(key, now);
        let seen = Seen {
            at: now,
            answer: Arc::new(answer),
        };
        if let Some(place) = self.places.open().get_mut(key) {
            place.seen = Some(seen.clone());
            place.failed = None;
        }
        seen
    }

    /// The kept answer, if it is younger than `span`. One that was seen after this visit began is young.
    fn kept(&self, key: &K, span: SignedDuration, now: Timestamp) -> Option<Seen<V>> {
        let places = self.places.open();
        let seen = places.get(key)?.seen.as_ref()?;
        is_fresh(seen.at, span, now).then(|| seen.clone())
    }

    fn failed(&self, key: &K, now: Timestamp) -> Option<ServiceError> {
        let places = self.places.open();
        let (at, error) = places.get(key)?.failed.as_ref()?;
        is_fresh(*at, PAUSE, now).then(|| error.clone())
    }

    /// Only a failure that may pass lets an old answer stand: a clear no is a newer answer.
    fn instead(
        &self,
        key: &K,
        old: Old,
        now: Timestamp,
        error: ServiceError,
    ) -> Result<Seen<V>, ServiceError> {
        let mut places = self.places.open();
        let Some(place) = places.get_mut(key) else {
            return Err(error);
        };
        if !matches!(&place.failed, Some((at, _)) if is_fresh(*at, PAUSE, now)) {
            place.failed = Some((now, error.clone()));
        }
        let seen = place.seen.as_ref();
        let seen = seen.filter(|_| old == Old::Serves && error.may_pass());
        seen.cloned().ok_or(error)
    }

    /// The turn of a question, which gets its place on the shelf with it.
    fn turn(&self, key: &K, now: Timestamp) -> Arc<Turn> {
        let mut places = self.places.open();
        if !places.contains_key(key) && places.len() >= self.most {
            let oldest = places.iter().min_by_key(|(_, place)| place.asked_at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                places.remove(&oldest);
            }
        }
        let place = places.entry(key.clone()).or_insert_with(|| Place {
            seen: None,
            failed: None,
            turn: Arc::default(),
            asked_at: now,
        });
        place.asked_at = now;
        Arc::clone(&place.turn)
    }
}

impl<V> Clone for Seen<V> {
    fn clone(&self) -> Self {
        Self {
            at: self.at,
            answer: Arc::clone(&self.answer),
        }
    }
}

fn is_fresh(since: Timestamp, span: SignedDuration, now: Timestamp) -> bool {
    now.duration_since(since) < span
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::cell::Cell;

    use daiban_core::Text;

    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn down() -> ServiceError {
        let text = Text::new("没有回答", "no answer");
        ServiceError::Unreachable { text }
    }

    fn no() -> ServiceError {
        let (code, text) = ("other".to_owned(), Text::quoted("不行"));
        ServiceError::Refused { code, text }
    }

    struct Asker {
        shelf: Shelf<u8, u32>,
        fetched: Cell<u32>,
    }

    impl Asker {
        fn new(most: usize) -> Self {
            let (shelf, fetched) = (Shelf::new(most), Cell::new(0));
            Self { shelf, fetched }
        }

        async fn ask(
            &self,
            key: u8,
            old: Old,
            second: i64,
            answer: Result<u32, ServiceError>,
        ) -> Result<(i64, u32), ServiceError> {
            let fetch = async {
                self.fetched.set(self.fetched.get() + 1);
                tokio::task::yield_now().await;
                answer
            };
            let seen = self.shelf.get(key, (HOUR, old), at(second), fetch).await?;
            Ok((seen.at.as_second() - at(0).as_second(), *seen.answer))
        }
    }

    #[tokio::test]
    async fn many_share_one_fetch_and_its_age() {
        let asker = Asker::new(9);
        let ask = |second| asker.ask(1, Old::Serves, second, Ok(7));
        let (one, two, three) = tokio::join!(ask(3), ask(1), ask(2));
        assert_eq!((one, two, three), (Ok((3, 7)), Ok((3, 7)), Ok((3, 7))));
        assert_eq!(asker.fetched.get(), 1);
        assert_eq!(asker.ask(1, Old::Serves, 3602, Ok(8)).await, Ok((3, 7)));
        assert_eq!(asker.ask(1, Old::Serves, 3603, Ok(8)).await, Ok((3603, 8)));
    }

    #[tokio::test]
    async fn many_share_one_failure() {
        let asker = Asker::new(9);
        let ask = |second, answer| asker.ask(1, Old::Serves, second, answer);
        let both = tokio::join!(ask(0, Err(down())), ask(0, Err(down())));
        assert_eq!(both, (Err(down()), Err(down())));
        assert_eq!(ask(19, Ok(1)).await, Err(down()));
        assert_eq!(asker.fetched.get(), 1);
        assert_eq!(ask(20, Ok(1)).await, Ok((20, 1)));
    }

    #[tokio::test]
    async fn an_old_answer_serves_where_it_may_and_says_its_age() {
        let asker = Asker::new(9);
        let ask = |old, second, answer| asker.ask(1, old, second, answer);
        ask(Old::Serves, 0, Ok(1)).await.unwrap();
        assert_eq!(ask(Old::Serves, 4000, Err(down())).await, Ok((0, 1)));
        assert_eq!(ask(Old::IsNone, 4030, Err(down())).await, Err(down()));
        assert_eq!(ask(Old::Serves, 4060, Err(no())).await, Err(no()));
    }

    #[tokio::test]
    async fn the_shelf_is_no_longer_than_it_may_be() {
        let asker = Asker::new(2);
        for (second, key) in [1, 2, 1, 3].into_iter().enumerate() {
            asker
                .ask(key, Old::Serves, second as i64, Ok(0))
                .await
                .unwrap();
        }
        assert_eq!(asker.fetched.get(), 3);
        asker.ask(1, Old::Serves, 5, Ok(0)).await.unwrap();
        assert_eq!(
            asker.fetched.get(),
            3,
            "the one asked for last is still there"
        );
        asker.ask(2, Old::Serves, 6, Ok(0)).await.unwrap();
        assert_eq!(asker.fetched.get(), 4);
    }
}
