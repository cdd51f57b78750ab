//! The errand `rail.sign_in`, way `qr`: a person scans a picture with the 铁路12306 app of their own account.
//!
//! While the picture is shown, the service is asked every two seconds how far it has come: the scan ends it, not an
//! answer here. Passwords, text messages and sliders are not for this errand.

use daiban_core::{
    Text, Timestamp,
    ask::{Answer, AskKind, NewAsk},
    call::{NewCall, Outcome},
    errand::{Errand, Incoming, Pass, Phase, Step},
    error::ServiceError,
    invalid::InvalidInput,
    service::Service,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::NOT_CONFIRMED;
use super::wire::passport::CodeState;

/// New codes at most, after the first.
const MOST_NEW_CODES: u32 = 3;
/// How long a code lives. *Guessed*: clients renew it after five minutes.
const CODE_S: i64 = 300;
/// A scanned code waits this much longer for the tap in the app.
const SCANNED_S: i64 = 60;
/// Between two questions about a code. The service's page asks every second, clients every two (*seen*).
const POLL_S: i64 = 2;
/// After a question that got no answer, and before another try to enter.
const TROUBLE_S: i64 = 5;
/// Questions without an answer in a row, until it stops.
const MOST_TROUBLE: u32 = 5;
/// Tries to enter with one confirmed scan.
const MOST_ENTERS: u32 = 3;
/// Questions after "I have scanned" that see no scan, until the picture is shown again.
const MOST_UNSEEN: u32 = 3;

/// The errand.
pub struct SignIn;

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Only `qr`.
    #[serde(default = "qr")]
    pub way: String,
}

fn qr() -> String {
    "qr".to_owned()
}

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    stage: Stage,
    /// Codes asked for since the owner last said "begin".
    codes: u32,
    /// The service's name of the code that is shown.
    uuid: String,
    /// Kept to show it again.
    picture: String,
    /// When the code is taken for dead.
    until: Timestamp,
    /// When to ask about it next.
    next: Timestamp,
    /// Whether such a question is under way.
    asking: bool,
    /// Whether a person can see it.
    shown: bool,
    scanned: bool,
    /// Questions that saw no scan since a person said there was one.
    unseen: u32,
    /// Questions in a row that got no answer.
    trouble: u32,
    enters: u32,
    /// Why the last code was given up.
    said: Option<Text>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Begin,
    Fetching,
    Showing,
    Entering,
    SignedIn,
    GivenUp,
}

impl Errand for SignIn {
    const KIND: &'static str = "rail.sign_in";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, _now: Timestamp) -> Result<State, InvalidInput> {
        if wishes.way != "qr" {
            return Err(InvalidInput::new(
                "way",
                "这里只能用二维码（qr）登录：用自己的铁路12306 App 扫",
                "use the QR code (qr): scan it with your own 铁路12306 app",
            ));
        }
        Ok(State::default())
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        match state.stage {
            Stage::Begin => fetch(state, pass),
            Stage::Fetching => fetching(state, pass),
            Stage::Showing => showing(state, pass),
            Stage::Entering => entering(state, pass),
            Stage::SignedIn => Step::new(state, Phase::Done, "over", over()),
            Stage::GivenUp => Step::new(state, Phase::Failed, "over", over()),
        }
    }
}

fn over() -> Text {
    Text::new("已结束", "over")
}

/// Asks for a code, unless there were too many.
fn fetch(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if state.codes > MOST_NEW_CODES {
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
        Some(said) => Text::new(
            format!("{}，换一张新码", said.zh),
            format!("{}; fetching a new code", said.en),
        ),
        None => Text::new("取登录二维码", "fetching the QR code"),
    };
    let mut call = NewCall::look("qr", Service::Rail, pass.account, json!({ "do": "qr" }));
    if state.trouble > 0 {
        call = call.not_before(after(pass.now, TROUBLE_S));
    }
    let state = State {
        stage: Stage::Fetching,
        codes: state.codes + 1,
        trouble: state.trouble,
        said: state.said,
        ..State::default()
    };
    Step {
        withdraw_asks: true,
        ..Step::call(state, call, "fetching", reason)
    }
}

/// The owner's word: as if it had just begun.
fn restart(pass: &Pass<'_, Wishes>) -> Step<State> {
    fetch(State::default(), pass)
}

/// This code is of no use any more.
fn renew(state: State, pass: &Pass<'_, Wishes>, said: Text) -> Step<State> {
    let said = Some(said);
    fetch(State { said, ..state }, pass)
}

fn fetching(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let outcome = match called(pass, "qr", |_| true) {
        Some(outcome) => outcome.clone().into_result(),
        // A pause may have eaten the call.
        None if resumed(pass) => return restart(pass),
        None => {
            let text = Text::new("等 12306 给二维码", "waiting for 12306's QR code");
            return Step::new(state, Phase::Working, "fetching", text);
        }
    };
    match outcome {
        Ok(value) => {
            state.uuid = value["uuid"].as_str().unwrap_or_default().to_owned();
            state.picture = value["picture"].as_str().unwrap_or_default().to_owned();
            state.until = after(pass.now, CODE_S);
            show(state, pass)
        }
        Err(error) if passes_soon(&error) => {
            state.trouble += 1;
            renew(state, pass, error.text().clone())
        }
        Err(error) => stop(state, &error),
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
        picture: Some(state.picture.clone()),
        deadline: Some(state.until),
    };
    state.stage = Stage::Showing;
    state.shown = true;
    state.unseen = 0;
    state.trouble = 0;
    state.next = after(pass.now, POLL_S);
    Step {
        next_due: Some(state.next),
        withdraw_asks: true,
        ..Step::ask(state, ask, "qr", waiting_for_scan())
    }
}

fn waiting_for_scan() -> Text {
    Text::new("等你扫码", "waiting for you to scan the code")
}

fn showing(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
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
        state.shown = false;
        state.next = pass.now;
    }
    let uuid = state.uuid.clone();
    let asked = called(pass, "qr_state", |body| body["uuid"] == *uuid);
    // A confirmed scan is not thrown away for an owner's "run now".
    if resumed(pass) && asked.is_none_or(|outcome| !is_confirmed(outcome)) {
        return restart(pass);
    }
    if let Some(outcome) = asked {
        state.asking = false;
        return match outcome.clone().into_result() {
            Ok(value) => heard(state, pass, &value),
            Err(error) => unheard(state, pass, &error),
        };
    }
    if state.asking {
        return Step::new(state, Phase::NeedsYou, "qr", waiting_for_scan());
    }
    if pass.now < state.next {
        return wait(state);
    }
    ask_about(state, pass)
}

fn is_confirmed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Done(value) if code_state(value) == CodeState::Confirmed)
}

/// Asks the service how far the code has come.
fn ask_about(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.asking = true;
    state.next = after(pass.now, POLL_S);
    let body = json!({ "do": "qr_state", "uuid": state.uuid });
    let call = NewCall::look("qr_state", Service::Rail, pass.account, body);
    let text = Text::new("问 12306 扫了没有", "asking 12306 whether it was scanned");
    Step {
        calls: vec![call],
        ..Step::new(state, Phase::NeedsYou, "qr", text)
    }
}

/// Sleeps until the next question.
fn wait(state: State) -> Step<State> {
    let text = if state.scanned {
        Text::new(
            "已扫码，等你在手机上点确认",
            "scanned; waiting for you to confirm in the app",
        )
    } else {
        waiting_for_scan()
    };
    Step {
        next_due: Some(state.next),
        ..Step::new(state, Phase::NeedsYou, "qr", text)
    }
}

fn heard(mut state: State, pass: &Pass<'_, Wishes>, value: &Value) -> Step<State> {
    state.trouble = 0;
    match code_state(value) {
        CodeState::Confirmed => enter(state, pass),
        CodeState::Expired => renew(state, pass, expired()),
        CodeState::Broken => {
            let text = Text::new("12306 说这张码出错了", "12306 has trouble with this code");
            renew(state, pass, text)
        }
        CodeState::Scanned => {
            state.scanned = true;
            go_on(state, pass, SCANNED_S)
        }
        CodeState::Waiting => {
            state.scanned = false;
            state.unseen += u32::from(!state.shown);
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
    if pass.now >= after(state.until, longer_s) {
        return renew(state, pass, expired());
    }
    if state.unseen >= MOST_UNSEEN {
        state.said = Some(Text::new(
            "12306 还没有看到扫码",
            "12306 has not seen a scan yet",
        ));
        return show(state, pass);
    }
    // Somebody said "scanned" while the question was under way: the next one is asked at once.
    if state.next <= pass.now && !state.shown && state.unseen == 1 {
        return ask_about(state, pass);
    }
    state.next = after(pass.now, POLL_S);
    wait(state)
}

/// The question got no answer. The code lives on, so a few of these are no reason to stop.
fn unheard(mut state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    state.trouble += 1;
    if !passes_soon(error) || state.trouble >= MOST_TROUBLE {
        return stop(state, error);
    }
    state.next = after(pass.now, TROUBLE_S);
    wait(state)
}

/// Confirmed: the scan becomes a sign-in. Nobody need look at the picture any more.
fn enter(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.stage = Stage::Entering;
    state.enters += 1;
    let mut call = NewCall::act(
        "enter",
        Service::Rail,
        pass.account,
        json!({ "do": "enter" }),
    );
    if state.enters > 1 {
        call = call.not_before(after(pass.now, TROUBLE_S));
    }
    let text = Text::new("已确认，正在登录", "confirmed; signing in");
    Step {
        withdraw_asks: true,
        ..Step::call(state, call, "entering", text)
    }
}

fn entering(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass, "enter", |_| true) else {
        let text = Text::new("正在登录", "signing in");
        return Step::new(state, Phase::Working, "entering", text);
    };
    match outcome {
        Outcome::Done(_) => {
            state.stage = Stage::SignedIn;
            let done = json!({ "signed_in": true });
            Step {
                withdraw_asks: true,
                ..Step::done(state, done, Text::new("登录成功", "signed in"))
            }
        }
        // The scan may still be good: surely nobody is signed in by it yet.
        Outcome::DidNotHappen(text) => enter_again(state, pass, text),
        Outcome::Failed(error) if passes_soon(error) => enter_again(state, pass, error.text()),
        Outcome::Failed(ServiceError::Refused { code, text }) if code == NOT_CONFIRMED => {
            renew(state, pass, text.clone())
        }
        // Signing in twice harms nobody.
        Outcome::Unknown(text) => renew(state, pass, text.clone()),
        Outcome::Failed(error) => stop(state, error),
    }
}

fn enter_again(state: State, pass: &Pass<'_, Wishes>, said: &Text) -> Step<State> {
    if state.enters >= MOST_ENTERS {
        return renew(state, pass, said.clone());
    }
    enter(state, pass)
}

/// Whether asking again in a few seconds may go better. A ban or a pause of the service may not.
fn passes_soon(error: &ServiceError) -> bool {
    error.may_pass() && !matches!(error, ServiceError::Closed { .. })
}

/// How the call of that tag ended; the newest when there are several.
fn called<'a>(
    pass: &Pass<'a, Wishes>,
    wanted: &str,
    fits: impl Fn(&Value) -> bool,
) -> Option<&'a Outcome> {
    pass.incoming
        .iter()
        .rev()
        .find_map(|incoming| match incoming {
            Incoming::Called {
                tag, body, outcome, ..
            } if tag == wanted && fits(body) => Some(outcome),
            _ => None,
        })
}

fn answered(pass: &Pass<'_, Wishes>, wanted: &Answer) -> bool {
    pass.incoming
        .iter()
        .any(|incoming| matches!(incoming, Incoming::Answered { answer, .. } if answer == wanted))
}

fn resumed(pass: &Pass<'_, Wishes>) -> bool {
    pass.incoming
        .iter()
        .any(|incoming| matches!(incoming, Incoming::Woken | Incoming::Resumed))
}

fn stop(state: State, error: &ServiceError) -> Step<State> {
    let text = error.text();
    fail(
        state,
        Text::new(
            format!("登录没有成功：{}", text.zh),
            format!("not signed in: {}", text.en),
        ),
    )
}

fn fail(mut state: State, text: Text) -> Step<State> {
    state.stage = Stage::GivenUp;
    Step {
        withdraw_asks: true,
        ..Step::failed(state, json!({ "signed_in": false }), text)
    }
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(now.as_second() + seconds).unwrap_or(now)
}
