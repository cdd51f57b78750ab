//! The errand `vehicle.command`: one command, and with a start the stop that follows it.

use daiban_core::errand::{Errand, Pass, Phase, Step};
use daiban_core::invalid::InvalidInput;
use daiban_core::{Timestamp, dates};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::command::{Command, CommandState};
use super::carry::{Carry, Turn};
use crate::draft::Draft;

/// The errand.
pub struct Carried;

/// What to do, flat as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// The command's word.
    command: String,
    /// For so many minutes, where it takes some.
    #[serde(default)]
    minutes: Option<u8>,
    /// How, where it takes that.
    #[serde(default)]
    what: Option<String>,
    /// The last four characters of the car's number; `None`: the account's first.
    #[serde(default)]
    car: Option<String>,
    /// Who asked.
    #[serde(default = "cli")]
    by: String,
}

fn cli() -> String {
    "cli".to_owned()
}

impl Wishes {
    fn command(&self) -> Result<Command, InvalidInput> {
        let mut args = Map::new();
        if let Some(minutes) = self.minutes {
            args.insert("minutes".to_owned(), json!(minutes));
        }
        if let Some(what) = &self.what {
            args.insert("what".to_owned(), json!(what));
        }
        Command::read(&self.command, &Value::Object(args))
    }
}

/// What is kept between passes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    #[serde(with = "dates::rfc3339")]
    asked_at: Timestamp,
    command: Command,
    carry: Option<Carry>,
}

impl Errand for Carried {
    const KIND: &'static str = "vehicle.command";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, now: Timestamp) -> Result<State, InvalidInput> {
        Ok(State {
            asked_at: now,
            command: wishes.command()?,
            carry: None,
        })
    }

    fn advance(&self, mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        let mut carry = state.carry.take().unwrap_or_else(|| {
            let (id, wishes) = (pass.errand.to_string(), pass.wishes);
            let car = wishes.car.clone();
            Carry::new(id, state.command, car, &wishes.by, state.asked_at)
        });
        let mut draft = Draft::new("preparing");
        carry.advance(&Turn::of(pass), &mut draft);
        match carry.is_over() {
            true => finish(&carry, &mut draft),
            false => {
                let (phase, checkpoint, text) = carry.waits_for();
                draft.rest(phase, checkpoint, text);
            }
        }
        state.carry = Some(carry);
        draft.step(state)
    }
}

fn finish(carry: &Carry, draft: &mut Draft) {
    let order = carry.order();
    let phase = match order.state {
        CommandState::Accepted | CommandState::Confirmed => Phase::Done,
        _ => Phase::Failed,
    };
    draft.finish(phase, json!(order), order.text.clone());
}
