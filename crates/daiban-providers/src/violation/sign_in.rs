//! Signing in at this service: there is nothing to do but fill in the appid and its secret.
//!
//! Every request may cost money, so none is made to prove them; the first query does.

use daiban_core::{
    Text, Timestamp,
    call::NewCall,
    errand::{Errand, Incoming, Pass, Step},
    id::AccountId,
    invalid::InvalidInput,
    service::Service,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The errand `violation.sign_in`.
pub struct SignIn;

/// Nothing to remember.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State {}

/// Nothing to wish.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Wishes {}

/// The look that tells whether the account is filled in. Nothing leaves the machine.
pub fn complete(account: &AccountId) -> NewCall {
    NewCall::look(
        "complete",
        Service::Violation,
        account,
        json!({ "do": "complete" }),
    )
}

impl Errand for SignIn {
    const KIND: &'static str = "violation.sign_in";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, _wishes: &Wishes, _now: Timestamp) -> Result<State, InvalidInput> {
        Ok(State {})
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        let outcome = pass.incoming.iter().find_map(|incoming| match incoming {
            Incoming::Called { outcome, .. } => Some(outcome.clone().into_result()),
            _ => None,
        });
        match outcome {
            None => Step::call(
                state,
                complete(pass.account),
                "complete",
                Text::new("看看是否都填好了", "seeing whether everything is filled in"),
            ),
            Some(Ok(value)) => Step::done(
                state,
                value,
                Text::new(
                    "都已填好；为不花钱，密钥等第一次查询时验证",
                    "everything is filled in; to spend nothing the secret is proven by the first query",
                ),
            ),
            Some(Err(error)) => {
                Step::failed(state, json!({ "signed_in": false }), error.text().clone())
            }
        }
    }
}
