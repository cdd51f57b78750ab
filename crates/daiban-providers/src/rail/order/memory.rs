//! What is remembered of an account between calls for the sake of its orders: its people, and the order under way. In
//! memory only: a restart forgets both, and asks the service again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use daiban_core::error::ServiceError;
use daiban_core::secret::Secret;
use daiban_core::{Text, Timestamp};
use jiff::SignedDuration;

use crate::rail::desk::Whose;
use crate::rail::error::refused;
use crate::rail::orders::{OrderPassenger, OrderWish};
use crate::rail::wire::people::Person;

#[derive(Debug, Default)]
pub(in crate::rail) struct OrderMemory {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    people: HashMap<Whose, Vec<Person>>,
    placed: HashMap<Whose, Placed>,
}

/// An order that was placed and is not known to be one yet.
#[derive(Debug, Clone)]
pub(in crate::rail) struct Placed {
    /// The row's key, by which it is told from other orders.
    secret: String,
    /// `REPEAT_SUBMIT_TOKEN`, while the queue can be asked about with it.
    pub(in crate::rail) token: Option<Secret>,
    /// How long the queue's last answer asked to be left alone, until that was done.
    pub(in crate::rail) pause: Option<SignedDuration>,
    /// When its outcome was first asked for: the order had surely been sent by then.
    pub(in crate::rail) first_asked: Option<Timestamp>,
    /// What the service said against it, whole.
    pub(in crate::rail) told: Option<Text>,
}

impl Placed {
    pub(in crate::rail) fn new(wish: &OrderWish, token: &Secret) -> Self {
        Self {
            secret: wish.secret.clone(),
            token: Some(token.clone()),
            pause: None,
            first_asked: None,
            told: None,
        }
    }
}

impl OrderMemory {
    /// The wished people in their order; `None` when somebody is not known.
    pub(in crate::rail) fn people(
        &self,
        whose: &Whose,
        wished: &[OrderPassenger],
    ) -> Option<Vec<Person>> {
        let kept = self.kept();
        let known = kept.people.get(whose)?;
        wished.iter().map(|one| find(known, one).cloned()).collect()
    }

    /// The wished people in their order, once the service was asked for all.
    ///
    /// # Errors
    /// `Refused` with code `passengers` when somebody is not known.
    pub(in crate::rail) fn people_or_refuse(
        &self,
        whose: &Whose,
        wished: &[OrderPassenger],
    ) -> Result<Vec<Person>, ServiceError> {
        self.people(whose, wished).ok_or_else(|| {
            refused(
                "passengers",
                "这个账号里没有其中的乘车人，或他的信息不全",
                "somebody of the order is not among this account's passengers, or their data are incomplete",
            )
        })
    }

    /// Replaces what is known of the account's people.
    pub(in crate::rail) fn keep_people(&self, whose: &Whose, people: Vec<Person>) {
        self.kept().people.insert(whose.clone(), people);
    }

    /// After a refusal that may come of what is remembered of the people, the next order asks for them anew.
    pub(in crate::rail) fn doubt_people(&self, whose: &Whose, error: &ServiceError) {
        if let ServiceError::Refused { code, .. } = error
            && ["illegal_request", "wrong_parameters", "other"].contains(&code.as_str())
        {
            self.forget_people(whose);
        }
    }

    fn forget_people(&self, whose: &Whose) {
        self.kept().people.remove(whose);
    }

    /// What is remembered of that order.
    pub(in crate::rail) fn placed(&self, whose: &Whose, wish: &OrderWish) -> Option<Placed> {
        let kept = self.kept();
        let placed = kept.placed.get(whose)?;
        (placed.secret == wish.secret).then(|| placed.clone())
    }

    pub(in crate::rail) fn keep_placed(&self, whose: &Whose, placed: Placed) {
        self.kept().placed.insert(whose.clone(), placed);
    }

    pub(in crate::rail) fn forget_placed(&self, whose: &Whose) {
        self.kept().placed.remove(whose);
    }

    /// After a new sign-in it may be somebody else's account.
    pub(in crate::rail) fn forget(&self, whose: &Whose) {
        self.forget_people(whose);
        self.forget_placed(whose);
    }

    /// Never held across a wait.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<'a>(people: &'a [Person], wished: &OrderPassenger) -> Option<&'a Person> {
    people.iter().find(|one| one.uuid == wished.uuid)
}
