//! The errand `hospital.visit`: get this patient to one of these doctors.
//!
//! One pass at a time: what came in is taken (`intake`), then the stage goes on: watching the shared looks at its
//! departments (`watching`), taking the best place that fits (`taking`), booking it (`booking`), seeing what became of it
//! (`verifying`), and reminding until the visit is over (`booked`). What fits and what is best is in `choose`, what to look
//! at and when a release is worth sprinting for in `outlook`: both pure, like the passes themselves.
//!
//! Never two bookings: a booking is one act, whose outcome is settled by the service's own lists before anything else is
//! booked; where nobody can know, a person is asked, and nothing is booked meanwhile.

mod asking;
mod booked;
mod booking;
mod choose;
mod history;
mod intake;
mod offer;
mod outlook;
mod preparing;
mod setback;
mod taking;
mod truth;
mod verifying;
mod watching;
mod wishes;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use daiban_core::{
    Text, Timestamp,
    call::NewCall,
    errand::{Errand, Pass, Phase, Step},
    id::LookoutKey,
    invalid::InvalidInput,
    notice::Severity,
    service::Service,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::booking::{BookWish, Booking, CardKind, Confirm, PatientRef};
use super::places::{DepartmentRef, Named};
use crate::draft::Draft;
use crate::hold::Hold;
use history::{Appeared, Missed};
use outlook::Known;
use setback::SetAside;

pub use offer::VISIT;
pub use wishes::{CardWish, Then, Wishes};

/// The errand.
pub struct Visit;

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    stage: Stage,
    /// When watching began.
    begun: Timestamp,
    /// Names of the departments, by their codes, once the service was asked.
    names: BTreeMap<String, Place>,
    /// Calls under way, by tag.
    asking: BTreeSet<String>,
    /// Tries in a row to learn the names that came to nothing.
    tries: u32,
    /// Who is to see the doctor, once the service was asked.
    patient: Option<Person>,
    /// Whether the account's real name is known to be proved.
    real_name: bool,
    /// Whether the account is known to be signed in; `None`: nobody looked yet.
    signed_in: Option<bool>,
    /// When to ask again whether the sign-in lives.
    check_at: Timestamp,
    /// The last warming-up that was done.
    warmed_at: Option<Timestamp>,
    /// The newest observation that was acted upon.
    looked: BTreeMap<LookoutKey, u64>,
    /// What is known of each department, by its codes.
    known: BTreeMap<String, Known>,
    set_aside: Vec<SetAside>,
    hold: Hold,
    /// Places that were free at the last look, by name.
    free: BTreeSet<String>,
    appeared: BTreeMap<String, Vec<Appeared>>,
    missed: Vec<Missed>,
    /// How often the owner was told of a place.
    told_times: u32,
    /// What the owner said yes to; booked from the next look.
    wanted: Option<Wanted>,
    /// Codes from text messages tried for the booking under way.
    sms_tries: u32,
    /// Problems the owner knows of.
    raised: BTreeSet<String>,
}

/// Where the errand stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
enum Stage {
    /// Looking out; before `watch_from`, waiting for that.
    #[default]
    Watching,
    /// The owner is asked whether to take it.
    Taking {
        pick: Pick,
    },
    /// A booking is under way.
    Booking {
        pick: Pick,
        wish: BookWish,
    },
    /// A text message is being sent for it.
    SendingCode {
        pick: Pick,
        wish: BookWish,
    },
    /// A person is asked for something that the booking needs: a yes, a code, a card number.
    Asking {
        pick: Pick,
        wish: BookWish,
        /// What the confirm page showed, where that is what is asked about.
        confirm: Option<Confirm>,
    },
    /// The service has an order; it stands in its line.
    InLine {
        pick: Pick,
        order_no: String,
        polls: u32,
    },
    /// The order has a number; its page is asked for the rest.
    Verifying {
        pick: Pick,
        order_no: String,
        older: bool,
        tries: u32,
    },
    /// Nobody can know whether it was booked: a person has to look.
    Unsure {
        pick: Pick,
    },
    /// Booked, until the visit is over.
    Booked {
        after: booked::After,
    },
    Over,
}

/// What is being booked, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pick {
    department: DepartmentRef,
    hospital_name: String,
    department_name: String,
    date: jiff::civil::Date,
    half_day: super::slots::HalfDay,
    /// `08:30-09:00`
    period: Option<String>,
    doctor: Option<String>,
    title: String,
    /// As `choose::name` has it.
    name: String,
}

/// A place that the owner said yes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wanted {
    /// As `choose::name` has it.
    name: String,
    since: Timestamp,
}

/// A department with its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    hospital: Named,
    first: Named,
    second: Named,
}

/// Who is to see the doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Person {
    patient: PatientRef,
    card: CardKind,
}

impl Errand for Visit {
    const KIND: &'static str = "hospital.visit";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, now: Timestamp) -> Result<State, InvalidInput> {
        wishes.check(now)?;
        Ok(State {
            begun: wishes.begins_at().map_or(now, |at| at.max(now)),
            ..State::default()
        })
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        let mut round = Round::new(state, pass);
        for incoming in pass.incoming {
            round.take(incoming);
        }
        round.go_on();
        round.draft.step(round.state)
    }
}

/// One pass while it is being worked out.
struct Round<'a> {
    state: State,
    pass: &'a Pass<'a, Wishes>,
    now: Timestamp,
    departments: Vec<DepartmentRef>,
    draft: Draft,
}

impl<'a> Round<'a> {
    fn new(state: State, pass: &'a Pass<'a, Wishes>) -> Self {
        Self {
            state,
            pass,
            now: pass.now,
            departments: pass.wishes.departments().unwrap_or_default(),
            draft: Draft::new("watching"),
        }
    }

    fn go_on(&mut self) {
        let gives_up = matches!(
            self.state.stage,
            Stage::Watching | Stage::Taking { .. } | Stage::Asking { .. }
        );
        if gives_up && self.now >= self.pass.wishes.give_up_at() {
            return self.give_up();
        }
        match self.state.stage.clone() {
            Stage::Watching => self.watch(),
            Stage::Taking { pick } => self.wait_for_word(&pick),
            Stage::Booking { pick, .. } => self.wait_for_booking(&pick),
            Stage::SendingCode { pick, .. } => self.wait_for_message(&pick),
            Stage::Asking { pick, .. } => self.wait_for_person(&pick),
            Stage::InLine { pick, order_no, .. } => self.wait_in_line(&pick, &order_no),
            Stage::Verifying { pick, order_no, .. } => self.wait_for_page(&pick, &order_no),
            Stage::Unsure { pick } => self.wait_for_truth(&pick),
            Stage::Booked { after } => self.wait_for_visit(after),
            Stage::Over => {}
        }
    }

    /// A look as the account, one of each tag at a time.
    fn look(&mut self, tag: &str, body: Value) {
        if self.state.asking.insert(tag.to_owned()) {
            let call = NewCall::look(tag, Service::Hospital, self.pass.account, body);
            self.draft.calls.push(call);
        }
    }

    /// A look that needs nobody.
    fn public_look(&mut self, tag: &str, body: Value, not_before: Option<Timestamp>) {
        if self.state.asking.insert(tag.to_owned()) {
            let mut call = NewCall::look(tag, Service::Hospital, self.pass.account, body);
            call.account = None;
            call.not_before = not_before;
            self.draft.calls.push(call);
        }
    }

    fn act(&mut self, tag: &str, body: Value) {
        let call = NewCall::act(tag, Service::Hospital, self.pass.account, body);
        self.draft.calls.push(call);
    }

    fn notice(&mut self, key: &str, severity: Severity, title: Text, body: Text) {
        let errand = self.pass.errand;
        self.draft.notice(errand, key, severity, (title, body));
    }

    fn raise(&mut self, key: &str, severity: Severity, text: Text, fix: Text) {
        let raised = &mut self.state.raised;
        self.draft.raise(raised, key, severity, (text, fix));
    }

    fn clear(&mut self, key: &str) {
        self.draft.clear(&mut self.state.raised, key);
    }

    fn finish(&mut self, phase: Phase, outcome: Value, said: Text) {
        self.state.stage = Stage::Over;
        self.draft.finish(phase, outcome, said);
    }

    /// These wishes cannot be carried out: over, with the reason.
    fn refuse(&mut self, why: Text) {
        let title = Text::new("这件挂号办不了", "this visit cannot be booked");
        self.notice("refused", Severity::Attention, title, why.clone());
        let outcome = json!({ "result": "refused", "reason": why });
        self.finish(Phase::Failed, outcome, why);
    }

    fn give_up(&mut self) {
        if self.state.told_times > 0 && !self.pass.wishes.needs_account() {
            let said = Text::new(
                format!("时间到了，一共通知了 {} 次", self.state.told_times),
                format!("the time is over; told {} times", self.state.told_times),
            );
            let outcome = json!({ "result": "notified", "times": self.state.told_times });
            return self.finish(Phase::Done, outcome, said);
        }
        let said = self.why_nothing();
        let title = Text::new("没有约到号", "nothing was booked");
        self.notice("gave_up", Severity::Attention, title, said.clone());
        let outcome = json!({
            "result": "gave_up", "appeared": self.state.appeared.values().map(Vec::len).sum::<usize>(),
            "missed": self.state.missed.len(),
        });
        self.finish(Phase::Failed, outcome, said);
    }

    /// The account must sign in again. Looking out goes on: that needs nobody.
    fn signed_out(&mut self) {
        self.state.signed_in = Some(false);
        self.draft.say(
            "114 登录失效，有号也约不了",
            "the 114 sign-in is lost: nothing can be booked",
        );
    }

    fn is_signed_out(&self) -> bool {
        self.state.signed_in == Some(false)
    }

    fn show_booking(&mut self, booking: &Booking, stage: &str) {
        let mut shown = json!(booking);
        shown["stage"] = json!(stage);
        shown["cancel_link"] = json!("https://www.114yygh.com");
        self.draft.fact("booking", shown);
    }
}
