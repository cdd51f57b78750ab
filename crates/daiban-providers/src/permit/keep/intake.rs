//! The beginning of a pass of `permit.keep`: what came in is written into the state.

use daiban_core::{
    Text,
    ask::Answer,
    call::Outcome,
    dates::today,
    errand::Incoming,
    error::ServiceError,
    notice::{NewNotice, Severity},
};
use serde::Deserialize;
use serde_json::Value;

use super::{AFTER_APPLYING_S, BACK_OFF_MIN, Round, Stage, Trouble};
use crate::{
    permit::{
        car::Renewal,
        coverage::Status,
        decide::{End, after},
        flow::{Apply, Prepared},
        words,
    },
    violation,
};

impl Round<'_> {
    pub(super) fn take(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Woken => self.go_on(),
            Incoming::Resumed => {
                self.go_on();
                if matches!(self.state.stage, Stage::Looking | Stage::Preparing { .. }) {
                    self.set(Stage::Idle);
                }
            }
            Incoming::SignedIn => {
                self.state.signed_out = None;
                self.state.trouble = None;
                self.state.fresh = false;
            }
            Incoming::Called {
                tag, body, outcome, ..
            } => self.called(tag, body, outcome),
            Incoming::Answered { answer, .. } => self.answered(answer == &Answer::Approved),
            Incoming::AskExpired { .. } => self.answered(false),
        }
    }

    fn go_on(&mut self) {
        self.state.word = true;
        self.state.pause = None;
        self.state.trouble = None;
        self.state.fresh = false;
    }

    fn called(&mut self, tag: &str, body: &Value, outcome: &Outcome) {
        match tag {
            "status" => self.looked(outcome),
            "prepare" => self.prepared(body, outcome),
            "apply" => self.applied(body, outcome),
            "fines" => self.fines_named(body, outcome),
            _ => {}
        }
    }

    fn looked(&mut self, outcome: &Outcome) {
        if self.state.stage == Stage::Looking {
            self.set(Stage::Idle);
        }
        let seen = outcome.clone().into_result().and_then(|value| {
            Status::deserialize(&value["inner"])
                .map_err(|error| ServiceError::changed("status", error))
        });
        match seen {
            Ok(status) => {
                self.state.signed_out = None;
                self.state.trouble = None;
                self.state.fresh = true;
                self.compare(&status);
                self.state.status = Some(status);
            }
            Err(error) => self.fail(error),
        }
    }

    /// What has become of our applications, and what the owner's word changes.
    fn compare(&mut self, status: &Status) {
        for (plate, car) in &mut self.state.cars {
            let Some(vehicle) = status.vehicle(plate) else {
                continue;
            };
            for renewal in car.compare(vehicle, self.wish.zone) {
                self.notices.extend(approval_notice(plate, &renewal));
            }
            car.heed(vehicle, self.wish.zone, self.state.word);
        }
    }

    fn prepared(&mut self, body: &Value, outcome: &Outcome) {
        let plate = body["plate"].as_str().unwrap_or_default().to_owned();
        if matches!(&self.state.stage, Stage::Preparing { plate: under_way } if *under_way == plate)
        {
            self.set(Stage::Idle);
        }
        let seen = outcome.clone().into_result().and_then(|value| {
            Prepared::deserialize(&value).map_err(|error| ServiceError::changed("prepare", error))
        });
        let (today, Some(car)) = (today(self.pass.now), self.state.cars.get_mut(&plate)) else {
            return;
        };
        match seen {
            Ok(prepared) => {
                if !prepared.offered.contains(&today) {
                    car.too_late_for = Some(today);
                }
                car.prepared = Some(prepared);
            }
            Err(ServiceError::NeedsPerson { text }) => {
                car.refuse("vehicle_check", text, self.pass.now)
            }
            Err(ServiceError::Refused { code, text }) => car.refuse(&code, text, self.pass.now),
            Err(error) => self.fail(error),
        }
    }

    fn applied(&mut self, body: &Value, outcome: &Outcome) {
        let Ok(apply) = Apply::deserialize(body) else {
            return;
        };
        if matches!(&self.state.stage, Stage::Applying { plate, from } if *plate == apply.plate && *from == apply.from)
        {
            self.set(Stage::Idle);
        }
        self.state.fresh = false;
        let Some(car) = self.state.cars.get_mut(&apply.plate) else {
            return;
        };
        match outcome {
            Outcome::Done(_) => {
                car.end(apply.from, End::Submitted, None, None);
                self.state.pause = Some(after(self.pass.now, AFTER_APPLYING_S));
            }
            Outcome::DidNotHappen(text) => {
                car.end(apply.from, End::DidNotHappen, None, Some(text.clone()));
                // Nothing was used up, so the owner's yes for that day still stands.
                car.agreed = Some(apply.from);
            }
            Outcome::Unknown(text) => car.end(apply.from, End::Unknown, None, Some(text.clone())),
            Outcome::Failed(ServiceError::Unsure { text }) => {
                car.end(apply.from, End::Unknown, None, Some(text.clone()))
            }
            Outcome::Failed(ServiceError::Refused { code, text }) => {
                car.end(
                    apply.from,
                    End::Refused,
                    Some(code.clone()),
                    Some(text.clone()),
                );
            }
            Outcome::Failed(ServiceError::NeedsPerson { text }) => {
                car.end(apply.from, End::Refused, None, Some(text.clone()));
            }
            Outcome::Failed(error) => {
                car.end(
                    apply.from,
                    End::DidNotHappen,
                    None,
                    Some(error.text().clone()),
                );
                self.fail(error.clone());
            }
        }
    }

    fn fines_named(&mut self, body: &Value, outcome: &Outcome) {
        let plate = body["plate"].as_str().unwrap_or_default().to_owned();
        if matches!(&self.state.stage, Stage::NamingFines { plate: under_way } if *under_way == plate)
        {
            self.set(Stage::Idle);
        }
        let check = violation::read_outcome(outcome);
        let Some(car) = self.state.cars.get_mut(&plate) else {
            return;
        };
        let blocks = check.as_ref().is_ok_and(words::blocks);
        let named = words::fines(check);
        match &car.block {
            Some(block) => {
                car.fines.insert(block.id.clone(), Some(named));
            }
            None => car.ahead = blocks.then_some(named),
        }
    }

    fn answered(&mut self, yes: bool) {
        let Stage::Asking { plate, from } = self.state.stage.clone() else {
            return;
        };
        self.set(Stage::Idle);
        self.state.fresh = false;
        let Some(car) = self.state.cars.get_mut(&plate) else {
            return;
        };
        if yes {
            car.agreed = Some(from);
        } else {
            car.decline(from, self.pass.now);
        }
    }

    fn fail(&mut self, error: ServiceError) {
        if let ServiceError::SignInLost { text } = &error {
            self.state.signed_out = Some(text.clone());
            return;
        }
        let tries = self
            .state
            .trouble
            .as_ref()
            .map_or(0, |trouble| trouble.tries);
        let pause = BACK_OFF_MIN[tries.min(BACK_OFF_MIN.len() - 1)] * 60;
        let now = self.pass.now;
        let said = match &error {
            ServiceError::Busy {
                retry_after_s: Some(seconds),
                ..
            } => Some(after(now, i64::from(*seconds))),
            ServiceError::Closed { opens_at, .. } => *opens_at,
            _ => None,
        };
        let until = said.map_or(after(now, pause), |said| said.max(after(now, pause)));
        self.state.trouble = Some(Trouble {
            tries: tries + 1,
            until,
            error,
        });
    }

    pub(super) fn set(&mut self, stage: Stage) {
        self.state.stage = stage;
        self.state.since = self.pass.now;
    }
}

fn approval_notice(plate: &str, renewal: &Renewal) -> Option<NewNotice> {
    let span = renewal.span()?;
    let title = words::approved(plate, renewal.zone, span);
    Some(NewNotice {
        key: format!("permit/approved/{}", renewal.record),
        severity: Severity::Info,
        body: Text::new("已在官方记录里看到", "seen in the service's own records"),
        title,
    })
}
