//! The way `qr`: a person scans a picture with the 铁路12306 app of their own account.
//!
//! While the picture is shown, the service is asked every two seconds how far it has come: the scan ends it, not an
//! answer here.

use daiban_core::{
    Text, Timestamp,
    ask::{Answer, AskKind, NewAsk},
    call::Outcome,
    errand::{Incoming, Pass, Phase, Step},
    error::ServiceError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Stage, State, TROUBLE_S, Wishes, after, answered, called, entering, fail, look, passes_soon,
    restart, resumed, stop, working,
};
use crate::rail::wire::passport::CodeState;

/// New codes at most, after the first.
const MOST_NEW_CODES: u32 = 3;
/// How long a code lives. *Guessed*: clients renew it after five minutes.
const CODE_S: i64 = 300;
/// A scanned code waits this much longer for the tap in the app.
const SCANNED_S: i64 = 60;
/// Between two questions about a code. The service's page asks every second, clients every two (*seen*).
const POLL_S: i64 = 2;
/// Questions without an answer in a row, until it stops.
const MOST_TROUBLE: u32 = 5;
/// Questions after "I have scanned" that see no scan, until the picture is shown again.
const MOST_UNSEEN: u32 = 3;

/// The picture and how far it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Code {
    /// Codes asked for since the owner last said "begin".
    pub(super) fetched: u32,
    /// The service's name of the code that is shown.
    pub(super) uuid: String,
    /// Kept to show it again.
    pub(super) picture: String,
    /// When the code is taken for dead.
    pub(super) until: Timestamp,
    /// When to ask about it next.
    pub(super) next: Timestamp,
    /// Whether such a question is under way.
    pub(super) asking: bool,
    /// Whether a person can see it.
    pub(super) shown: bool,
    pub(super) scanned: bool,
    /// Questions that saw no scan since a person said there was one.
    pub(super) unseen: u32,
}

/// Asks for a code, unless there were too many.
pub(super) fn fetch(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if state.code.fetched > MOST_NEW_CODES {
        let said = state.said.clone().unwrap_or_default();
        let text = Text::new(
            format!(
                "换了 {MOST_NEW_CODES} 次码都没有登录，先停下；要登录就再来一次（最后一次：{}）",
                said.zh
            ),
            format!(
                "not signed in after {MOST_NEW_CODES} new codes; stopped, begin again to sign in (last: {})",
                said.en
            ),
        );
        return fail(state, text);
    }
    let reason = match &state.said {
        Some(said) if state.code.fetched > 0 => Text::new(
            format!("{}，换一张新码", said.zh),
            format!("{}; fetching a new code", said.en),
        ),
        Some(why) => why.clone(),
        None => Text::new("取登录二维码", "fetching the QR code"),
    };
    let mut call = look(pass, json!({ "do": "qr" }));
    if state.trouble > 0 {
        call = call.not_before(after(pass.now, TROUBLE_S));
    }
    let state = State {
        stage: Stage::Fetching,
        way: state.way,
        code: Code {
            fetched: state.code.fetched + 1,
            ..Code::default()
        },
        trouble: state.trouble,
        said: state.said,
        ..State::default()
    };
    Step {
        withdraw_asks: true,
        ..Step::call(state, call, "fetching", reason)
    }
}

/// This code is of no use any more.
pub(super) fn renew(state: State, pass: &Pass<'_, Wishes>, said: Text) -> Step<State> {
    let said = Some(said);
    fetch(State { said, ..state }, pass)
}

pub(super) fn fetching(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let outcome = match called(pass, "qr", |_| true) {
        Some(outcome) => outcome.clone().into_result(),
        // A pause may have eaten the call.
        None if resumed(pass) => return restart(pass),
        None => {
            let text = Text::new("等 12306 给二维码", "waiting for 12306's QR code");
            return working(state, "fetching", text);
        }
    };
    match outcome {
        Ok(value) => {
            state.code.uuid = value["uuid"].as_str().unwrap_or_default().to_owned();
            state.code.picture = value["picture"].as_str().unwrap_or_default().to_owned();
            state.code.until = after(pass.now, CODE_S);
            show(state, pass)
        }
        Err(error) if passes_soon(&error) => {
            state.trouble += 1;
            renew(state, pass, error.text().clone())
        }
        Err(error) => stop(state, error.text()),
    }
}

/// Shows the code to a person, for the first time or again.
fn show(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let again = state.said.take().map_or_else(Text::default, |said| {
        Text::new(format!("{}。", said.zh), format!("{}. ", said.en))
    });
    let ask = NewAsk {
        tag: "qr".to_owned(),
        kind: AskKind::Qr,
        title: Text::new(
            "12306 登录：用铁路12306 App 扫码",
            "12306 sign-in: scan with the 铁路12306 app",
        ),
        body: Text::new(
            format!(
                "{}用你自己账号的铁路12306 App 扫这张码，并在手机上点确认；可以存下来，在另一块屏幕上打开再扫。5 分钟内有效",
                again.zh
            ),
            format!(
                "{}Scan it with the 铁路12306 app of your own account and confirm there; it can be saved and opened on another screen. Good for 5 minutes",
                again.en
            ),
        ),
        told: None,
        picture: Some(state.code.picture.clone()),
        deadline: Some(state.code.until),
    };
    state.stage = Stage::Showing;
    state.code.shown = true;
    state.code.unseen = 0;
    state.trouble = 0;
    state.code.next = after(pass.now, POLL_S);
    Step {
        next_due: Some(state.code.next),
        withdraw_asks: true,
        ..Step::ask(state, ask, "qr", waiting_for_scan())
    }
}

fn waiting_for_scan() -> Text {
    Text::new("等你扫码", "waiting for you to scan the code")
}

pub(super) fn showing(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if answered(pass, &Answer::Denied) {
        let text = Text::new("按你说的，不登录了", "stopped, as you said");
        return fail(state, text);
    }
    let has_scanned = answered(pass, &Answer::Approved);
    let is_late = pass
        .incoming
        .iter()
        .any(|incoming| matches!(incoming, Incoming::AskExpired { .. }));
    if has_scanned || is_late {
        state.code.shown = false;
        state.code.next = pass.now;
    }
    let uuid = state.code.uuid.clone();
    let asked = called(pass, "qr_state", |body| body["uuid"] == *uuid);
    // A confirmed scan is not thrown away for an owner's "run now".
    if resumed(pass) && asked.is_none_or(|outcome| !is_confirmed(outcome)) {
        return restart(pass);
    }
    if let Some(outcome) = asked {
        state.code.asking = false;
        return match outcome.clone().into_result() {
            Ok(value) => heard(state, pass, &value),
            Err(error) => unheard(state, pass, &error),
        };
    }
    if state.code.asking {
        return waiting(state);
    }
    if pass.now < state.code.next {
        return wait(state);
    }
    ask_about(state, pass)
}

fn is_confirmed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Done(value) if code_state(value) == CodeState::Confirmed)
}

/// Asks the service how far the code has come.
fn ask_about(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.code.asking = true;
    state.code.next = after(pass.now, POLL_S);
    let body = json!({ "do": "qr_state", "uuid": state.code.uuid });
    let call = look(pass, body);
    let (checkpoint, text) = match state.code.scanned {
        true => ("confirm", waiting_for_tap()),
        false => (
            "qr",
            Text::new("问 12306 扫了没有", "asking 12306 whether it was scanned"),
        ),
    };
    Step {
        calls: vec![call],
        ..Step::new(state, Phase::NeedsYou, checkpoint, text)
    }
}

/// What is waited for: the scan, then the tap.
fn waiting(state: State) -> Step<State> {
    let (checkpoint, text) = match state.code.scanned {
        true => ("confirm", waiting_for_tap()),
        false => ("qr", waiting_for_scan()),
    };
    Step::new(state, Phase::NeedsYou, checkpoint, text)
}

fn waiting_for_tap() -> Text {
    Text::new(
        "已扫码，等你在手机上点确认",
        "scanned; waiting for you to confirm in the app",
    )
}

/// Sleeps until the next question.
fn wait(state: State) -> Step<State> {
    Step {
        next_due: Some(state.code.next),
        ..waiting(state)
    }
}

fn heard(mut state: State, pass: &Pass<'_, Wishes>, value: &Value) -> Step<State> {
    state.trouble = 0;
    match code_state(value) {
        CodeState::Confirmed => entering::enter(state, pass),
        CodeState::Expired => renew(state, pass, expired()),
        CodeState::Broken => {
            let text = Text::new("12306 说这张码出错了", "12306 has trouble with this code");
            renew(state, pass, text)
        }
        CodeState::Scanned => {
            state.code.scanned = true;
            go_on(state, pass, SCANNED_S)
        }
        CodeState::Waiting => {
            state.code.scanned = false;
            state.code.unseen += u32::from(!state.code.shown);
            go_on(state, pass, 0)
        }
    }
}

fn code_state(value: &Value) -> CodeState {
    CodeState::deserialize(&value["state"]).unwrap_or(CodeState::Broken)
}

fn expired() -> Text {
    Text::new("二维码过期了", "the code has expired")
}

/// Neither confirmed nor over: asks again soon, while the code may live.
fn go_on(mut state: State, pass: &Pass<'_, Wishes>, longer_s: i64) -> Step<State> {
    if pass.now >= after(state.code.until, longer_s) {
        return renew(state, pass, expired());
    }
    if state.code.unseen >= MOST_UNSEEN {
        state.said = Some(Text::new(
            "12306 还没有看到扫码",
            "12306 has not seen a scan yet",
        ));
        return show(state, pass);
    }
    // Somebody said "scanned" while the question was under way: the next one is asked at once.
    if state.code.next <= pass.now && !state.code.shown && state.code.unseen == 1 {
        return ask_about(state, pass);
    }
    state.code.next = after(pass.now, POLL_S);
    wait(state)
}

/// The question got no answer. The code lives on, so a few of these are no reason to stop.
fn unheard(mut state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    state.trouble += 1;
    if !passes_soon(error) || state.trouble >= MOST_TROUBLE {
        return stop(state, error.text());
    }
    state.code.next = after(pass.now, TROUBLE_S);
    wait(state)
}
