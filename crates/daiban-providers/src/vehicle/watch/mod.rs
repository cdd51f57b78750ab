//! The errand `vehicle.watch`.

use daiban_core::errand::{Errand, Pass, Step};
use daiban_core::invalid::InvalidInput;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

mod wishes;

pub use wishes::WATCH;

/// The errand.
pub struct Watch;

impl Errand for Watch {
    const KIND: &'static str = "vehicle.watch";
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
