//! A command from the wish to its end.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::provider::{Book, Gate, Reconciled, Visit};
use serde_json::Value;

use super::Vehicles;

mod errand;

pub use errand::Carried;

pub(super) async fn act(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

pub(super) async fn reconcile(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
    _sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    None
}

pub(super) fn gate(_book: &Book<'_>, _body: &Value) -> Gate {
    Gate::Send
}

// STUB for compiling, replaced on merge
use super::command::{Command, Order};
use daiban_core::errand::Incoming;
use daiban_core::id::{AccountId, ErrandId};
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Carry {
    order: Order,
    over: bool,
}
pub(crate) struct Turn<'a> {
    pub errand: &'a ErrandId,
    pub account: &'a AccountId,
    pub now: Timestamp,
    pub chance: u64,
    pub incoming: &'a [Incoming],
}
impl Carry {
    pub(crate) fn new(
        _id: String,
        _c: Command,
        _car: Option<String>,
        _by: &str,
        _now: Timestamp,
    ) -> Self {
        unimplemented!()
    }
    pub(crate) fn agreed(self) -> Self {
        self
    }
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }
    pub(crate) fn order(&self) -> &Order {
        &self.order
    }
    pub(crate) fn advance(&mut self, _t: &Turn<'_>, _d: &mut crate::draft::Draft) {}
}
