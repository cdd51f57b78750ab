//! Signing in at this service: there is nothing to do but fill in the appid and its secret.
//!
//! Every request may cost money, so none is made to prove them; the first query does.

use daiban_core::{
    Text, Timestamp,
    errand::{Errand, Pass, Step},
    invalid::InvalidInput,
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

impl Errand for SignIn {
    const KIND: &'static str = "violation.sign_in";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, _wishes: &Wishes, _now: Timestamp) -> Result<State, InvalidInput> {
        Ok(State {})
    }

    fn advance(&self, state: State, _pass: &Pass<'_, Wishes>) -> Step<State> {
        Step::done(
            state,
            json!({ "proven": false }),
            Text::new(
                "appid 和密钥已保存；为不花钱，等第一次查询时验证",
                "appid and secret are kept; to spend nothing they are proven by the first query",
            ),
        )
    }
}
