//! What forms have asked for, kept for minutes: a form whose buttons are pressed ten times asks once.
//!
//! In memory only, and by keys that name the account where the answer belongs to one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use daiban_core::{Text, Timestamp};
use serde_json::Value;

use crate::app::AppError;

/// More answers than a household's open forms need.
const MOST: usize = 64;
/// What could not be had is asked for again after this, when a button is pressed.
const FAILURE_FOR_S: i64 = 30;

type Answer = Result<Value, Text>;

/// Answers by what was asked.
#[derive(Default)]
pub(super) struct Kept {
    answers: Mutex<HashMap<String, (Timestamp, Answer)>>,
}

impl Kept {
    /// A kept answer that is no older than `for_s` seconds, or a new one.
    pub(super) async fn or_ask(
        &self,
        now: Timestamp,
        key: String,
        for_s: i64,
        ask: impl Future<Output = Result<Value, AppError>>,
    ) -> Answer {
        if let Some(answer) = self.fresh(&key, now, for_s) {
            return answer;
        }
        let answer = ask.await.map_err(|error| error.text());
        self.keep(key, now, answer.clone());
        answer
    }

    /// A kept answer that is no older than `for_s` seconds and was no failure; nothing is asked.
    pub(super) fn peek(&self, key: &str, now: Timestamp, for_s: i64) -> Option<Value> {
        self.fresh(key, now, for_s)?.ok()
    }

    fn fresh(&self, key: &str, now: Timestamp, for_s: i64) -> Option<Answer> {
        let answers = self.answers();
        let (at, answer) = answers.get(key)?;
        let for_s = if answer.is_ok() { for_s } else { FAILURE_FOR_S };
        let age_s = now.as_second() - at.as_second();
        (0..for_s).contains(&age_s).then(|| answer.clone())
    }

    /// Keeps an answer that was asked for elsewhere.
    pub(super) fn keep(&self, key: String, now: Timestamp, answer: Result<Value, Text>) {
        let mut answers = self.answers();
        if answers.len() >= MOST {
            let oldest = answers.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                answers.remove(&oldest);
            }
        }
        answers.insert(key, (now, answer));
    }

    /// Never held across a wait.
    fn answers(&self) -> MutexGuard<'_, HashMap<String, (Timestamp, Answer)>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use daiban_core::error::ServiceError;
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn failed() -> AppError {
        AppError::Service(ServiceError::Unreachable {
            text: Text::new("没有回答", "no answer"),
        })
    }

    #[tokio::test]
    async fn an_answer_is_kept_for_a_while_and_a_failure_for_less() {
        let kept = Kept::default();
        let ask = async |second: i64, said: i64| {
            kept.or_ask(at(second), "k".to_owned(), 100, async { Ok(json!(said)) })
                .await
        };
        assert_eq!(ask(0, 1).await.unwrap(), json!(1));
        assert_eq!(ask(99, 2).await.unwrap(), json!(1));
        assert_eq!(ask(100, 3).await.unwrap(), json!(3));
        let fail = async |second: i64| {
            kept.or_ask(at(second), "f".to_owned(), 100, async { Err(failed()) })
                .await
        };
        assert!(fail(0).await.is_err());
        let later = kept
            .or_ask(at(29), "f".to_owned(), 100, async { Ok(json!(1)) })
            .await;
        assert!(later.is_err());
        let again = kept
            .or_ask(at(30), "f".to_owned(), 100, async { Ok(json!(1)) })
            .await;
        assert_eq!(again.unwrap(), json!(1));
    }

    #[tokio::test]
    async fn the_oldest_goes_first() {
        let kept = Kept::default();
        for number in 0..=i64::try_from(MOST).unwrap() {
            let ask = async { Ok(json!(number)) };
            let answer = kept.or_ask(at(number), number.to_string(), 1000, ask).await;
            assert!(answer.is_ok());
        }
        assert!(kept.fresh("0", at(70), 1000).is_none());
        assert!(kept.fresh("1", at(70), 1000).is_some());
    }
}
