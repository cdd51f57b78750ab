//! Faults on a switch: which request, before or after its effect, and what goes wrong.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::{Answer, Call};
use crate::{Inner, Service};

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// No answer ever comes. Over TCP the request is held open until the client gives up.
    Timeout,
    /// The connection is dropped without an answer.
    Reset,
    /// HTTP 500 with an HTML body.
    Status500,
    /// HTTP 200 with an HTML page where JSON is due.
    Html,
    /// The right answer, late. Over TCP by this many real ms.
    Slow {
        /// Delay, ms.
        ms: u64,
    },
    /// The service's own envelope with this code: `codeid` for violation, `code` for permit,
    /// `httpstatus` for rail, `resCode` for hospital, `code` for vehicle.
    Code(i64),
    /// The right answer, but with one JSON field renamed.
    Rename {
        /// The field's true name.
        from: String,
        /// The name put in its place.
        to: String,
    },
}

/// Whether the request's effect on the world has happened when the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The request never reached the service: no effect.
    Before,
    /// The service did it; only the answer is spoilt.
    After,
}

/// One planned fault. `Slow` and `Rename` always carry out the request; `when` does not matter to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultPlan {
    /// `permit`, `rail`, `violation`, `hospital` or `vehicle`.
    pub service: String,
    /// Part of the path; empty for all.
    #[serde(default)]
    pub path_contains: String,
    /// Which matching request since the plan was set, from 1; `None` for every one.
    #[serde(default)]
    pub nth: Option<u32>,
    /// Before or after the effect.
    pub when: When,
    /// What goes wrong.
    pub kind: FaultKind,
}

/// Carried by the response to an in-process call when the fault can't be shown in HTTP itself
/// (`Timeout`, `Reset`, `Slow`): a test transport turns it into its own failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimFault(pub FaultKind);

/// Whole-service switches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Switches {
    /// The permit service answers every request with a firewall's HTML page, HTTP 405.
    pub permit_waf: bool,
    /// The rail service sends every request to error.html.
    pub rail_error_page: bool,
    /// The permit service knows no token.
    pub token_loss: bool,
    /// The hospital service answers every request with the notice that its web channel is closed.
    pub hospital_closed: bool,
    /// The vehicle service answers every request with a notice of maintenance, HTTP 503.
    pub vehicle_down: bool,
}

/// Handle to set and clear faults.
pub struct Faults {
    pub(crate) inner: Arc<Inner>,
}

impl Faults {
    /// Adds a plan; its count of matching requests starts now.
    pub fn add(&self, plan: FaultPlan) {
        self.inner.state().faults.add(plan);
    }

    /// Shorthand: the first matching request from now.
    pub fn once(&self, service: &str, path_contains: &str, when: When, kind: FaultKind) {
        self.add(FaultPlan {
            service: service.into(),
            path_contains: path_contains.into(),
            nth: Some(1),
            when,
            kind,
        });
    }

    /// Removes all plans and turns all switches off.
    pub fn clear(&self) {
        self.inner.state().faults = FaultBook::default();
    }

    /// The plans that are set.
    pub fn plans(&self) -> Vec<FaultPlan> {
        self.inner.state().faults.plans()
    }

    /// The switches as they are.
    pub fn switches(&self) -> Switches {
        self.inner.state().faults.switches
    }

    /// Sets the switches.
    pub fn set_switches(&self, switches: Switches) {
        self.inner.state().faults.switches = switches;
    }
}

#[derive(Default)]
pub(crate) struct FaultBook {
    counted: Vec<(FaultPlan, u32)>,
    pub(crate) switches: Switches,
}

impl FaultBook {
    pub(crate) fn add(&mut self, plan: FaultPlan) {
        self.counted.push((plan, 0));
    }

    pub(crate) fn plans(&self) -> Vec<FaultPlan> {
        self.counted.iter().map(|(plan, _)| plan.clone()).collect()
    }

    /// Counts this request in every plan it matches and gives the first plan whose turn it is.
    pub(crate) fn strike(&mut self, service: Service, path: &str) -> Option<FaultPlan> {
        let mut struck = None;
        for (plan, count) in &mut self.counted {
            if plan.service != service.name() || !path.contains(&plan.path_contains) {
                continue;
            }
            *count += 1;
            if struck.is_none() && plan.nth.is_none_or(|nth| nth == *count) {
                struck = Some(plan.clone());
            }
        }
        struck
    }
}

/// Puts the fault in the place of an answer, or spoils it. `Timeout` and `Reset` have no bytes to
/// send; their stand-in is an empty 504 or 502 for callers that ignore [`SimFault`].
pub(crate) fn spoil(call: &Call, kind: &FaultKind, now_ms: i64, right: Answer) -> Answer {
    match kind {
        FaultKind::Timeout => Answer::html(504, ""),
        FaultKind::Reset => Answer::html(502, ""),
        FaultKind::Status500 => Answer::html(
            500,
            "<html><body><h1>500 Internal Server Error</h1></body></html>",
        ),
        FaultKind::Html => Answer::html(
            200,
            "<!DOCTYPE html><html><head><title>系统维护</title></head><body>系统维护中</body></html>",
        ),
        FaultKind::Slow { .. } => right,
        FaultKind::Code(code) => coded(call, *code, now_ms),
        FaultKind::Rename { from, to } => renamed(right, from, to),
    }
}

fn coded(call: &Call, code: i64, now_ms: i64) -> Answer {
    match call.service {
        Service::Hospital => crate::hospital::coded(code, &call.path),
        Service::Vehicle => crate::vehicle::coded(code, &call.path),
        Service::Violation => crate::violation::coded(code, &(now_ms / 1000).to_string()),
        Service::Permit | Service::PermitApp => crate::permit::coded(code),
        Service::Rail => Answer::json(&json!({
            "validateMessagesShowId": "_validatorMessage", "status": false, "httpstatus": code,
            "messages": ["系统忙，请稍后重试"], "validateMessages": {},
        })),
    }
}

fn renamed(mut answer: Answer, from: &str, to: &str) -> Answer {
    let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) else {
        return answer;
    };
    rename_keys(&mut value, from, to);
    answer.body = value.to_string().into_bytes();
    answer
}

fn rename_keys(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| rename_keys(item, from, to)),
        Value::Object(fields) => {
            if let Some(found) = fields.remove(from) {
                fields.insert(to.into(), found);
            }
            fields
                .values_mut()
                .for_each(|field| rename_keys(field, from, to));
        }
        _ => {}
    }
}
