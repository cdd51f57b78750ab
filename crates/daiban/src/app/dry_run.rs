//! What an errand would do now: its passes in memory, real looks, and a stop before anything would change.

use std::collections::BTreeMap;

use daiban_core::{
    Text, Timestamp,
    account::Account,
    ask::NewAsk,
    call::{Nature, NewCall, Outcome},
    errand::{Incoming, Pass, Phase, Snapshot, Step, Watch},
    id::{ErrandId, LookoutKey},
};
use serde_json::Value;

use super::{App, AppError};

/// An errand that has not come to a rest after so many passes is left there.
const PASSES: usize = 20;

/// What an errand would do now.
#[derive(Debug, Clone)]
pub struct DryRun {
    /// The kind.
    pub kind: String,
    /// The wishes as they were read.
    pub wishes: Value,
    /// Every pass, in order.
    pub steps: Vec<DryStep>,
    /// Where it stopped.
    pub next: Next,
}

/// One pass.
#[derive(Debug, Clone)]
pub struct DryStep {
    /// The checkpoint it came to.
    pub checkpoint: &'static str,
    /// Why.
    pub reason: Text,
    /// Titles of the messages the owner would get.
    pub notices: Vec<Text>,
}

/// What would happen next, and was not done.
#[derive(Debug, Clone)]
pub enum Next {
    /// Something would be changed out there.
    Act(NewCall),
    /// A person would be asked.
    Ask(NewAsk),
    /// It would sleep, watching or not.
    Sleep(Option<Timestamp>),
    /// It would be over.
    Over(Phase, Option<Value>),
    /// It was still going.
    Going,
}

impl App {
    pub(super) async fn dry_run(
        &self,
        account: &Account,
        kind: &str,
        wishes: Value,
    ) -> Result<DryRun, AppError> {
        let machine = self
            .parts
            .desk
            .machine(kind)
            .ok_or_else(|| AppError::NotFound {
                what: "errand kind",
                id: kind.to_owned(),
            })?;
        let errand = ErrandId::new(self.now(), self.chance());
        let mut state = machine.begin(&wishes, self.now())?;
        let mut dry = Dry::default();
        let mut steps = Vec::new();
        for _ in 0..PASSES {
            let now = self.now();
            let incoming = std::mem::take(&mut dry.incoming);
            let pass = Pass {
                errand: &errand,
                account: &account.id,
                now,
                due: now,
                chance: self.chance(),
                wishes: &wishes,
                incoming: &incoming,
                seen: &dry.seen,
            };
            let step = machine
                .advance(machine.version(), state, &pass)
                .map_err(|error| AppError::Internal(error.to_string()))?;
            steps.push(told(&step));
            if let Some(next) = self.look_on(&step, &mut dry).await {
                return Ok(DryRun {
                    kind: kind.to_owned(),
                    wishes,
                    steps,
                    next,
                });
            }
            state = step.state;
        }
        Ok(DryRun {
            kind: kind.to_owned(),
            wishes,
            steps,
            next: Next::Going,
        })
    }

    /// Carries out what only reads. `Some`: there is nothing more to read, and this would come next.
    async fn look_on(&self, step: &Step<Value>, dry: &mut Dry) -> Option<Next> {
        if let Some(act) = step.calls.iter().find(|call| call.nature == Nature::Act) {
            return Some(Next::Act(act.clone()));
        }
        if let Some(ask) = step.asks.first() {
            return Some(Next::Ask(ask.clone()));
        }
        if step.phase.is_over() {
            return Some(Next::Over(step.phase, step.outcome.clone()));
        }
        if let Some(later) = step
            .calls
            .iter()
            .find_map(|call| call.not_before)
            .filter(|moment| *moment > self.now())
        {
            return Some(Next::Sleep(Some(later)));
        }
        for call in &step.calls {
            let outcome = self.look_outcome(call).await;
            dry.incoming.push(Incoming::Called {
                tag: call.tag.clone(),
                body: call.body.clone(),
                at: self.now(),
                outcome,
            });
        }
        let mut news = !step.calls.is_empty();
        for watch in step
            .watch
            .iter()
            .filter(|watch| !dry.seen.contains_key(&watch.key))
            .collect::<Vec<_>>()
        {
            let seen = self.observe(watch).await;
            dry.seen.insert(watch.key.clone(), seen);
            news = true;
        }
        let due_at_once = step.next_due.is_some_and(|due| due <= self.now());
        if news || due_at_once {
            None
        } else {
            Some(Next::Sleep(step.next_due))
        }
    }

    async fn look_outcome(&self, call: &NewCall) -> Outcome {
        match self.parts.desk.look(call).await {
            Ok(value) => Outcome::Done(value),
            Err(error) => Outcome::Failed(error),
        }
    }

    async fn observe(&self, watch: &Watch) -> Snapshot {
        let look = NewCall {
            tag: "dry_run".to_owned(),
            nature: Nature::Look,
            service: watch.service,
            account: None,
            body: watch.query.clone(),
            not_before: None,
        };
        let result = self.parts.desk.look(&look).await;
        Snapshot {
            number: 1,
            at: self.now(),
            result,
        }
    }
}

#[derive(Default)]
struct Dry {
    incoming: Vec<Incoming>,
    seen: BTreeMap<LookoutKey, Snapshot>,
}

fn told(step: &Step<Value>) -> DryStep {
    DryStep {
        checkpoint: step.checkpoint,
        reason: step.reason.clone(),
        notices: step
            .notices
            .iter()
            .map(|notice| notice.title.clone())
            .collect(),
    }
}
