//! The way of a command, told pass by pass without a service: what came in on the left, what it does on the right.
//!
//! Between two passes everything goes through JSON, as it does between two processes; and a pass that brings nothing does
//! nothing, but says when to look again.
#![allow(clippy::unwrap_used)]

use daiban_core::ask::Answer;
use daiban_core::call::{Nature, NewCall, Outcome};
use daiban_core::errand::{Incoming, Phase, Step};
use daiban_core::error::ServiceError;
use daiban_core::id::{AccountId, ErrandId};
use daiban_core::notice::Severity;
use daiban_core::{Text, Timestamp, dates};
use serde_json::{Value, json};

use super::*;
use crate::draft::Draft;
use crate::vehicle::command::{Command, CommandState};
use crate::words::later;

mod ends;
mod engine;

/// 06:00 in Beijing.
fn start() -> Timestamp {
    "2026-11-22T06:00:00+08:00".parse().unwrap()
}

fn moment(s: i64) -> String {
    dates::rfc3339(later(start(), s))
}

/// A car that stands at a public square since that second, with something else.
fn car(updated_s: i64, changed: Value) -> Value {
    let mut reading = json!({
        "updated_at": moment(updated_s), "engine": "off", "speed_kmh": 0.0, "locked": true,
        "doors": { "driver": { "locked": true, "open": false } }, "odometer_km": 1000.0,
        "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": true },
    });
    for (name, value) in changed.as_object().unwrap() {
        reading[name] = value.clone();
    }
    reading
}

fn refused(code: &str) -> Outcome {
    Outcome::Failed(ServiceError::Refused {
        code: code.to_owned(),
        text: Text::quoted(code),
    })
}

fn signed_out() -> Outcome {
    Outcome::Failed(ServiceError::SignInLost {
        text: Text::quoted("1501"),
    })
}

/// One command on its way.
struct Way {
    carry: Carry,
    errand: ErrandId,
    account: AccountId,
    /// The newest look and act that were not answered yet.
    look: Option<NewCall>,
    act: Option<NewCall>,
    /// Acts so far.
    acts: Vec<Value>,
    /// Tags of asks so far, with what they say.
    asks: Vec<(String, String)>,
    /// Severity and key of notices so far.
    notices: Vec<(Severity, String)>,
    records: Vec<Value>,
    next: Option<Timestamp>,
}

impl Way {
    /// Just asked for, and the first look made.
    fn of(word: &str, args: Value) -> Self {
        let mut way = Self::not_begun(word, args);
        way.pass(0, &[]);
        way
    }

    fn not_begun(word: &str, args: Value) -> Self {
        let command = Command::read(word, &args).unwrap();
        Self {
            carry: Carry::new(
                "o1".to_owned(),
                command,
                Some("0001".to_owned()),
                "cli",
                start(),
            ),
            errand: "o1".into(),
            account: "a1".into(),
            look: None,
            act: None,
            acts: Vec::new(),
            asks: Vec::new(),
            notices: Vec::new(),
            records: Vec::new(),
            next: None,
        }
    }

    /// One pass that many seconds after six.
    fn pass(&mut self, s: i64, incoming: &[Incoming]) {
        let step = self.advance(s, incoming);
        self.next = step.next_due;
        self.note(step);
        let again = self.advance(s, &[]);
        assert!(again.calls.is_empty() && again.asks.is_empty(), "{again:?}");
        assert!(again.records.is_empty(), "{again:?}");
        assert_eq!(again.next_due, self.next, "it says when to look again");
        let (over, late) = (self.carry.is_over(), later(start(), s));
        assert_eq!(over, self.next.is_none(), "{:?}", self.carry);
        assert!(self.next.is_none_or(|next| next > late), "{:?}", self.carry);
    }

    fn advance(&mut self, s: i64, incoming: &[Incoming]) -> Step<()> {
        let turn = Turn {
            errand: &self.errand,
            account: &self.account,
            now: later(start(), s),
            incoming,
        };
        let mut draft = Draft::new("test");
        self.carry.advance(&turn, &mut draft);
        let stored = serde_json::to_string(&self.carry).unwrap();
        self.carry = serde_json::from_str(&stored).unwrap();
        draft.step(())
    }

    fn note(&mut self, step: Step<()>) {
        for call in step.calls {
            assert!(call.tag.starts_with("command/"), "{}", call.tag);
            match call.nature {
                Nature::Look => self.look = Some(call),
                Nature::Act => {
                    self.acts.push(call.body.clone());
                    self.act = Some(call);
                }
            }
        }
        let asks = step.asks.into_iter();
        self.asks.extend(asks.map(|ask| (ask.tag, ask.body.zh)));
        let notices = step.notices.into_iter();
        self.notices
            .extend(notices.map(|notice| (notice.severity, notice.key)));
        let records = step.records.into_iter();
        self.records.extend(records.map(|record| {
            assert_eq!((record.kind.as_str(), record.keep_days), ("command", 400));
            assert_eq!(record.id, record.value["id"]);
            record.value
        }));
    }

    fn called(call: NewCall, s: i64, outcome: Outcome) -> Incoming {
        Incoming::Called {
            tag: call.tag,
            body: call.body,
            at: later(start(), s),
            outcome,
        }
    }

    /// The look is answered.
    fn looked(&mut self, s: i64, outcome: Outcome) {
        let look = self.look.take().unwrap();
        let due = look.not_before.unwrap_or_else(start);
        assert!(
            due <= later(start(), s),
            "answered before it was made: {look:?}"
        );
        self.pass(s, &[Self::called(look, s, outcome)]);
    }

    fn sees(&mut self, s: i64, reading: Value) {
        self.looked(s, Outcome::Done(reading));
    }

    /// The act ends.
    fn ends(&mut self, s: i64, outcome: Outcome) {
        let act = self.act.take().unwrap();
        self.pass(s, &[Self::called(act, s, outcome)]);
    }

    fn taken(&mut self, s: i64) {
        let answer = json!({ "accepted": true, "session": "s1", "sent_at": moment(s) });
        self.ends(s, Outcome::Done(answer));
    }

    fn answers(&mut self, s: i64, answer: Answer) {
        let tag = self.asks.last().unwrap().0.clone();
        self.pass(s, &[Incoming::Answered { tag, answer }]);
    }

    /// Lets looks be answered by the same old status until none is made any more.
    fn sees_nothing_new(&mut self, reading: &Value) -> i64 {
        let mut at = 0;
        while let Some(look) = &self.look {
            let due = look.not_before.unwrap();
            at = due.as_second() - start().as_second() + 1;
            self.sees(at, reading.clone());
        }
        at
    }

    fn state(&self) -> CommandState {
        self.carry.order().state
    }

    /// Its end: the state and the code.
    fn end(&self) -> (CommandState, &str) {
        let order = self.carry.order();
        assert!(self.carry.is_over() || order.stops_at.is_some());
        let code = order.code.as_deref();
        (order.state, code.unwrap_or_default())
    }
}

#[test]
fn a_lock_is_confirmed_by_a_newer_status_and_by_nothing_else() {
    let mut way = Way::of("lock", json!({}));
    assert_eq!(way.state(), CommandState::Preparing);
    assert_eq!(
        way.look.as_ref().unwrap().body,
        json!({ "do": "status", "car": "0001", "fresh": false })
    );
    way.sees(1, car(-3600, json!({ "locked": false })));
    assert_eq!(way.state(), CommandState::Sending);
    let sent = json!({
        "do": "command", "id": "o1", "car": "0001", "again": false, "command": "lock", "args": {}, "before": moment(601),
    });
    assert_eq!(way.acts, [sent]);
    way.taken(2);
    assert_eq!(way.state(), CommandState::Confirming);
    way.sees(8, car(1, json!({ "locked": true })));
    assert_eq!(
        way.state(),
        CommandState::Confirming,
        "older than the command"
    );
    way.sees(13, car(9, json!({ "locked": false })));
    assert_eq!(
        way.state(),
        CommandState::Confirming,
        "newer, and not locked"
    );
    let fresh = &way.look.as_ref().unwrap().body["fresh"];
    assert_eq!(fresh, true, "from twenty seconds on the car is asked");
    way.sees(23, car(22, json!({})));
    assert_eq!(way.end(), (CommandState::Confirmed, ""));
    let order = way.carry.order();
    assert_eq!(order.confirmed_by, Some(later(start(), 22)));
    assert_eq!(order.session.as_deref(), Some("s1"));
    let states: Vec<_> = way
        .records
        .iter()
        .map(|record| record["state"].clone())
        .collect();
    assert_eq!(states, ["preparing", "sending", "confirming", "confirmed"]);
    assert!(way.notices.is_empty() && way.asks.is_empty());
}

#[test]
fn an_old_status_never_confirms_however_often_it_is_read() {
    let mut way = Way::of("lock", json!({}));
    way.sees(1, car(-3600, json!({})));
    way.taken(2);
    let end = way.sees_nothing_new(&car(-3600, json!({ "locked": true })));
    assert_eq!(way.end(), (CommandState::Unconfirmed, "timeout"));
    assert_eq!(end, 183, "three minutes after it was sent");
    assert_eq!(way.acts.len(), 1, "never sent again");
    assert_eq!(
        way.notices,
        [(Severity::Attention, "o1/command/o1/unconfirmed".to_owned())]
    );
}

#[test]
fn a_car_whose_clock_is_ahead_confirms_by_a_status_newer_than_its_last() {
    let mut way = Way::of("lock", json!({}));
    way.sees(1, car(60, json!({})));
    way.taken(2);
    way.sees(8, car(60, json!({})));
    assert_eq!(way.state(), CommandState::Confirming);
    way.sees(13, car(72, json!({})));
    assert_eq!(way.end(), (CommandState::Confirmed, ""));
}

#[test]
fn an_unlock_shows_where_the_car_is_and_is_looked_at_again_after_the_yes() {
    let mut way = Way::of("unlock", json!({ "minutes": 2 }));
    way.sees(1, car(-180, json!({})));
    assert_eq!(way.state(), CommandState::NeedsYou);
    let (tag, body) = way.asks[0].clone();
    assert_eq!(tag, "command/approve");
    for part in [
        "39.9087, 116.3975",
        "3 分钟前",
        "车停着",
        "发动机没开",
        "2 分钟",
        "06:05",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(way.acts.is_empty());
    way.answers(30, Answer::Approved);
    assert_eq!(way.state(), CommandState::Preparing);
    way.sees(31, car(-180, json!({})));
    assert_eq!(way.acts[0]["args"], json!({ "minutes": 2 }));
    assert_eq!(
        way.acts[0]["before"],
        moment(151),
        "a yes is good for two minutes"
    );
    assert_eq!(way.carry.order().approved_at, Some(later(start(), 30)));
    way.taken(32);
    way.sees(
        38,
        car(35, json!({ "doors": { "driver": { "locked": false } } })),
    );
    assert_eq!(way.end(), (CommandState::Confirmed, ""));
}

#[test]
fn an_unlock_whose_car_drives_off_after_the_yes_is_not_sent() {
    let mut way = Way::of("unlock", json!({}));
    way.sees(1, car(-180, json!({})));
    way.answers(30, Answer::Approved);
    way.sees(31, car(29, json!({ "speed_kmh": 20.0 })));
    assert_eq!(way.end(), (CommandState::Rejected, "moving"));
    assert!(way.acts.is_empty());
}

#[test]
fn what_a_person_has_just_agreed_to_is_not_asked_again() {
    let mut way = Way::not_begun("unlock", json!({}));
    way.carry = way.carry.clone().agreed();
    way.pass(0, &[]);
    way.sees(1, car(-180, json!({})));
    assert!(way.asks.is_empty());
    assert_eq!(way.acts.len(), 1);
    assert!(way.carry.order().approved_at.is_some());
}

#[test]
fn a_status_of_an_hour_ago_is_renewed_by_asking_the_car_once() {
    let mut way = Way::of("unlock", json!({}));
    let old = car(-3600, json!({}));
    way.sees(1, old.clone());
    assert_eq!(way.look.as_ref().unwrap().body["fresh"], true);
    way.sees(2, old.clone());
    assert_eq!(way.look.as_ref().unwrap().body["fresh"], false);
    way.sees(6, car(4, json!({})));
    assert_eq!(way.state(), CommandState::NeedsYou);

    let mut way = Way::of("unlock", json!({}));
    way.sees_nothing_new(&old);
    assert_eq!(way.end(), (CommandState::Rejected, "stale"));
    assert!(
        way.carry.order().text.zh.contains("05:00"),
        "{:?}",
        way.carry.order().text
    );
    assert!(way.acts.is_empty() && way.asks.is_empty());
}

#[test]
fn what_the_car_shows_against_it_ends_it_before_anything_is_sent() {
    for (word, changed, code) in [
        ("unlock", json!({ "speed_kmh": 30.0 }), "moving"),
        ("open_trunk", json!({ "gear": "neutral" }), "not_parked"),
        ("start", json!({ "position": null }), "no_position"),
        ("start", json!({ "engine": "running" }), "already"),
    ] {
        let mut way = Way::of(word, json!({}));
        way.sees(1, car(-10, changed));
        assert_eq!(way.end(), (CommandState::Rejected, code));
        assert!(way.acts.is_empty() && way.asks.is_empty());
    }
}

#[test]
fn a_lock_does_not_wait_for_a_look_and_an_unlock_is_nothing_without() {
    let trouble = || Outcome::Failed(ServiceError::changed("status", "gone"));
    let mut way = Way::of("lock", json!({}));
    way.looked(1, trouble());
    assert_eq!(way.acts.len(), 1);

    let mut way = Way::of("lock", json!({}));
    way.pass(15, &[]);
    assert_eq!(way.acts.len(), 1, "nobody answered");

    let mut way = Way::of("unlock", json!({}));
    way.pass(60, &[]);
    assert_eq!(way.end(), (CommandState::Rejected, "stale"));

    for word in ["lock", "unlock"] {
        let mut way = Way::of(word, json!({}));
        way.looked(1, signed_out());
        assert_eq!(way.end(), (CommandState::Rejected, "sign_in_lost"));
    }
    let mut way = Way::of("unlock", json!({}));
    way.looked(1, refused("invalid_input:car"));
    assert_eq!(way.end(), (CommandState::Rejected, "invalid_input:car"));
}

#[test]
fn what_others_hear_is_asked_about_and_at_night_says_so() {
    let mut way = Way::of("find", json!({ "what": "horn" }));
    way.looked(1, refused("setting"));
    let (_, body) = &way.asks[0];
    assert!(body.contains("夜里") && body.contains("没有读到"), "{body}");
    way.answers(20, Answer::Approved);
    assert_eq!(way.acts[0]["args"], json!({ "what": "horn" }));
    way.taken(21);
    assert_eq!(
        way.end(),
        (CommandState::Accepted, ""),
        "no status can show it"
    );

    let mut way = Way::not_begun("find", json!({ "what": "both" }));
    way.carry.order.asked_at = later(start(), 7200);
    way.pass(7200, &[]);
    way.sees(7201, car(7000, json!({})));
    assert!(!way.asks[0].1.contains("夜里"), "{:?}", way.asks);

    let mut way = Way::of("find", json!({ "what": "lights" }));
    way.sees(1, car(-60, json!({})));
    assert!(way.asks.is_empty());
    assert_eq!(way.carry.waits_for().0, Phase::Working);
}
