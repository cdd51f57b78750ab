//! A turn that one caller has at a time while the others wait: a lock that may be held while a request is under way.
//!
//! Providers have no runtime, so this is made of wakers alone.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Who has it, and who waits.
#[derive(Debug, Default)]
pub(crate) struct Turn(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    taken: bool,
    waiting: Vec<Waker>,
}

/// The turn, until dropped.
#[derive(Debug)]
pub(crate) struct Taken<'a>(&'a Turn);

impl Turn {
    /// Waits for the turn.
    pub(crate) async fn take(&self) -> Taken<'_> {
        poll_fn(|context| self.poll_take(context)).await;
        Taken(self)
    }

    fn poll_take(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if !state.taken {
            state.taken = true;
            return Poll::Ready(());
        }
        let waker = context.waker();
        if !state.waiting.iter().any(|one| one.will_wake(waker)) {
            state.waiting.push(waker.clone());
        }
        Poll::Pending
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken<'_> {
    /// Everybody is woken, not one: the one might have gone away meanwhile, and the turn with it.
    fn drop(&mut self) {
        let waiting = {
            let mut state = self.0.state();
            state.taken = false;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_and_everybody_once() {
        let turn = Turn::default();
        let (inside, most, done) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let one = async || {
            let _taken = turn.take().await;
            inside.set(inside.get() + 1);
            most.set(most.get().max(inside.get()));
            tokio::task::yield_now().await;
            inside.set(inside.get() - 1);
            done.set(done.get() + 1);
        };
        tokio::join!(one(), one(), one());
        assert_eq!((most.get(), done.get()), (1, 3));
    }

    #[tokio::test]
    async fn who_gives_up_holds_up_nobody() {
        let turn = Turn::default();
        let taken = turn.take().await;
        {
            let mut impatient = Box::pin(turn.take());
            let polled = poll_fn(|context| Poll::Ready(impatient.as_mut().poll(context))).await;
            assert!(polled.is_pending());
        }
        let last = async {
            turn.take().await;
        };
        tokio::join!(last, async { drop(taken) });
    }
}
