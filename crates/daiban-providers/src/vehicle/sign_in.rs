//! The errand `vehicle.sign_in`.

use daiban_core::errand::{Errand, Pass, Step};
use daiban_core::invalid::InvalidInput;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

/// The errand.
pub struct SignIn;

impl Errand for SignIn {
    const KIND: &'static str = "vehicle.sign_in";
    const VERSION: u32 = 1;
    type State = Value;
    type Wishes = Value;

    fn begin(&self, _wishes: &Value, _now: Timestamp) -> Result<Value, InvalidInput> {
        Ok(json!({}))
    }

    fn advance(&self, state: Value, _pass: &Pass<'_, Value>) -> Step<Value> {
        Step::failed(state, json!({}), Text::new("还没有", "not yet"))
    }
}
