//! The errand `rail.ticket`: get these people on one of these trains.
//!
//! One pass at a time: what came in is taken (`intake`), then the stage goes on: watching the lookouts of its days and
//! city pairs (`watching`), taking the best that is free (`taking`), ordering it (`buying`), seeing that it is paid
//! (`paying`, `lists`), or standing in line (`standing`). What fits and what is best is in `choose` and `prefer`, when to
//! look in `sale`, what a refusal costs in `setback`: all pure, like the passes themselves.
//!
//! Never two orders: an order is one act, whose outcome is settled by the service's own lists before anything else is
//! ordered; while a standby order stands, nothing is ordered either.

mod buying;
mod choose;
mod intake;
mod lists;
mod paying;
mod pictures;
mod prefer;
mod preparing;
mod sale;
mod setback;
mod standing;
mod taking;
mod watching;
mod wishes;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use daiban_core::{
    Text, Timestamp,
    call::NewCall,
    errand::{Errand, Pass, Phase, Step},
    error::ServiceError,
    id::LookoutKey,
    invalid::InvalidInput,
    notice::Severity,
    service::Service,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::orders::{OrderPassenger, StandbyWish, Stop, TicketKind};
use super::seats::SeatCode;
use crate::draft::Draft;
use choose::Pair;
use pictures::Availability;
use setback::{Hold, SetAside};

pub use wishes::{Then, Wishes};

/// The errand.
pub struct Ticket;

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    stage: Stage,
    /// Stations and the presale window, once the service was asked.
    ground: Option<Ground>,
    /// Who travels, once the service was asked.
    people: Option<Vec<Person>>,
    /// Whether the account is known to be signed in; `None`: nobody looked yet.
    signed_in: Option<bool>,
    /// Tries in a row to get ready that came to nothing.
    tries: u32,
    /// The newest observation that was acted upon.
    looked: BTreeMap<LookoutKey, u64>,
    /// When this errand first saw anything at all.
    first_seen: Option<Timestamp>,
    /// What the rows said of each day.
    days: BTreeMap<Date, sale::Day>,
    /// The last warming-up that was done.
    warmed_at: Option<Timestamp>,
    set_aside: Vec<SetAside>,
    hold: Hold,
    /// Days on which these people travel already, as the service says.
    taken_days: Vec<Date>,
    /// Somebody else's unfinished order stands in the way.
    blocked: bool,
    /// Stations are being asked for.
    asking: bool,
    /// A question as the account is under way.
    checking: bool,
    /// When to ask again whether the sign-in lives, or whether the way is free.
    check_at: Timestamp,
    /// Offers the owner was told of, while they last.
    told: BTreeSet<String>,
    told_times: u32,
    /// What the owner said yes to; taken at the next look.
    taking: Option<Pick>,
    /// The service wants a browser's proof: from now on the person orders by hand.
    by_hand: bool,
    /// Standing in line is not tried before.
    standby_at: Timestamp,
    availability: Availability,
    /// Problems the owner knows of.
    raised: BTreeSet<String>,
}

/// Where the errand stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
enum Stage {
    /// Stations and people are being looked up.
    #[default]
    Preparing,
    /// Looking out.
    Watching,
    /// The owner is asked whether to take it.
    Taking {
        pick: Pick,
    },
    /// An order is under way.
    Ordering {
        pick: Pick,
    },
    /// The order has a number; the list is asked for the rest.
    Verifying {
        pick: Pick,
        order_no: Option<String>,
        tries: u32,
    },
    /// The person has to pay.
    Paying {
        due: Due,
    },
    /// An unpaid order is being cancelled, as the person said.
    Cancelling {
        due: Due,
    },
    /// Whether one may stand in line is being asked.
    AskingStandby {
        wish: StandbyWish,
    },
    /// A standby order is under way.
    Lining {
        wish: StandbyWish,
    },
    /// Standing in line.
    InLine {
        reserve_no: String,
        pay_before: Option<Timestamp>,
        paid: bool,
        asked: bool,
        check_at: Timestamp,
    },
    Over,
}

/// What is being bought, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pick {
    date: Date,
    train: String,
    train_no: String,
    from: Stop,
    to: Stop,
    depart: Option<Timestamp>,
    arrive: Option<Timestamp>,
    seat: SeatCode,
    people: Vec<OrderPassenger>,
    price_fen: Option<u32>,
}

/// An order that waits to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Due {
    order_no: String,
    pick: Pick,
    made_on: Date,
    pay_before: Option<Timestamp>,
    total_fen: Option<i64>,
    /// When to look next whether it is paid.
    check_at: Timestamp,
    reminded: bool,
    /// Looks that found it in no list.
    missing: u32,
}

/// What the service said of stations and presale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ground {
    pairs: Vec<Pair>,
    presale_days: i32,
    /// When sale begins at the first boarding station, `HH:MM`.
    sale_time: Option<String>,
}

/// Somebody who travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Person {
    uuid: String,
    name: String,
    ticket: TicketKind,
}

impl Person {
    fn passenger(&self) -> OrderPassenger {
        OrderPassenger {
            uuid: self.uuid.clone(),
            ticket: self.ticket,
        }
    }
}

impl Errand for Ticket {
    const KIND: &'static str = "rail.ticket";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, now: Timestamp) -> Result<State, InvalidInput> {
        wishes.check(now)?;
        Ok(State::default())
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
    give_up: Timestamp,
    draft: Draft,
}

impl<'a> Round<'a> {
    fn new(state: State, pass: &'a Pass<'a, Wishes>) -> Self {
        Self {
            state,
            pass,
            now: pass.now,
            give_up: pass.wishes.give_up_at(pass.now).unwrap_or(pass.now),
            draft: Draft::new("watching"),
        }
    }

    fn go_on(&mut self) {
        let gives_up = matches!(
            self.state.stage,
            Stage::Preparing | Stage::Watching | Stage::Taking { .. } | Stage::AskingStandby { .. }
        );
        if gives_up && self.now >= self.give_up {
            return self.give_up();
        }
        match self.state.stage.clone() {
            Stage::Preparing => self.prepare(),
            Stage::Watching => self.watch(),
            Stage::Taking { pick } => self.wait_for_word(&pick),
            Stage::Ordering { pick } => self.wait_for_order(&pick),
            Stage::Verifying { pick, .. } => self.wait_for_list(&pick),
            Stage::Paying { due } => self.wait_for_payment(due),
            Stage::Cancelling { due } => self.wait_for_cancelling(&due),
            Stage::AskingStandby { .. } | Stage::Lining { .. } => self.wait_for_line(),
            Stage::InLine { .. } => self.stand_in_line(),
            Stage::Over => {}
        }
    }

    /// Waits for what was just begun.
    fn rest(&mut self, phase: Phase, checkpoint: &'static str, said: Text) {
        self.draft.rest(phase, checkpoint, said);
    }

    fn wake_at(&mut self, moment: Timestamp) {
        self.draft.wake_at(moment);
    }

    /// A look as the account.
    fn look(&mut self, tag: &str, body: Value) {
        let call = NewCall::look(tag, Service::Rail, self.pass.account, body);
        self.draft.calls.push(call);
    }

    fn act(&mut self, tag: &str, body: Value) {
        let call = NewCall::act(tag, Service::Rail, self.pass.account, body);
        self.draft.calls.push(call);
    }

    fn notice(&mut self, key: String, severity: Severity, title: Text, body: Text) {
        let errand = self.pass.errand;
        self.draft.notice(errand, &key, severity, (title, body));
    }

    /// Tells the owner once; a problem that stands already is not told again.
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

    fn give_up(&mut self) {
        if self.state.told_times > 0 && !self.pass.wishes.needs_account() {
            let outcome = json!({ "result": "notified", "times": self.state.told_times });
            let said = Text::new(
                format!("时间到了，一共通知了 {} 次", self.state.told_times),
                format!("the time is over; told {} times", self.state.told_times),
            );
            return self.finish(Phase::Done, outcome, said);
        }
        let said = Text::new(
            "到了放弃的时间，没有买到",
            "the time is over and nothing was got",
        );
        self.notice(
            "gave_up".to_owned(),
            Severity::Attention,
            Text::new("没有买到票", "no ticket was got"),
            said.clone(),
        );
        self.finish(Phase::Failed, json!({ "result": "gave_up" }), said);
    }

    /// The account must sign in again. Looking out goes on: that needs nobody.
    fn signed_out(&mut self) {
        self.state.signed_in = Some(false);
        self.draft.said.push(Text::new(
            "12306 登录失效，有票也下不了单",
            "the 12306 sign-in is lost: nothing can be ordered",
        ));
    }

    fn is_signed_out(&self) -> bool {
        self.state.signed_in == Some(false)
    }
}

/// Whether asking again later may go better without anybody doing anything.
fn passes(error: &ServiceError) -> bool {
    error.may_pass()
}
