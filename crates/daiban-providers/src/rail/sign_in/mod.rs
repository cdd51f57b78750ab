//! The errand `rail.sign_in`: a person signs an account in, by scanning a picture or by password and text message.
//!
//! | way | what the person does | file |
//! | --- | --- | --- |
//! | `qr` | scans a picture with the 铁路12306 app of their own account | `qr` |
//! | `password` | types the code of a text message; login name and password are the account's | `password` |
//!
//! Either way leads to `entering`, where 12306 may want one more text message. Where the password way is shut (a slider,
//! or no more messages today) the errand goes on with the picture and says why. A slider is never moved here.

use daiban_core::{
    Text, Timestamp,
    ask::Answer,
    call::{NewCall, Outcome},
    errand::{Errand, Incoming, Pass, Phase, Step},
    error::ServiceError,
    invalid::InvalidInput,
    service::Service,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

mod entering;
mod migrate;
mod password;
mod qr;

/// After a question that got no answer, and before another try to enter.
const TROUBLE_S: i64 = 5;
/// How long a text message is worth an answer. *Guessed*.
const MESSAGE_S: i64 = 300;
/// Codes from text messages typed at most: the first, and two more when it was wrong.
const MOST_TYPED: u32 = 3;

/// The errand.
pub struct SignIn;

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// `qr` or `password`.
    #[serde(default = "qr_word")]
    pub way: String,
}

fn qr_word() -> String {
    "qr".to_owned()
}

/// The way that is walked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    #[default]
    Qr,
    Password,
}

impl Way {
    fn of(word: &str) -> Option<Self> {
        match word {
            "qr" => Some(Self::Qr),
            "password" => Some(Self::Password),
            _ => None,
        }
    }
}

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    stage: Stage,
    /// The password way may turn into the QR way.
    way: Way,
    code: qr::Code,
    typed: Typed,
    /// Questions in a row that got no answer.
    trouble: u32,
    enters: u32,
    /// What the last try ended with.
    said: Option<Text>,
}

/// The text message that is waited for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Typed {
    /// Codes typed and handed in.
    codes: u32,
    /// Times a message was put off because the last one was just sent.
    put_off: u32,
    /// For how many seconds, the last time.
    wait_s: Option<u32>,
    /// Last digits of the phone of a check.
    phone: Option<String>,
    /// Whether the person sends the message (a check) and not 12306.
    by_person: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Begin,
    /// A picture is on its way.
    Fetching,
    /// A picture is shown.
    Showing,
    /// 12306 is asked what the password needs besides.
    Checking,
    /// 12306 is asked for a text message.
    Sending,
    /// A person is asked for its code.
    Typing,
    /// The password is handed in.
    LoggingIn,
    /// The way in, after either way.
    Entering,
    /// 12306 is asked for the text message of a check.
    SendingCheck,
    /// A person is asked for its code.
    TypingCheck,
    /// That code is handed in.
    EnteringChecked,
    SignedIn,
    GivenUp,
}

impl Errand for SignIn {
    const KIND: &'static str = "rail.sign_in";
    const VERSION: u32 = 2;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, _now: Timestamp) -> Result<State, InvalidInput> {
        if Way::of(&wishes.way).is_none() {
            return Err(InvalidInput::new(
                "way",
                "登录方式是二维码（qr）或密码加短信（password）",
                "the way is the QR code (qr) or password and text message (password)",
            ));
        }
        Ok(State::default())
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        match state.stage {
            Stage::Begin => restart(pass),
            Stage::Fetching => qr::fetching(state, pass),
            Stage::Showing => qr::showing(state, pass),
            Stage::Checking => password::checking(state, pass),
            Stage::Sending => password::sending(state, pass),
            Stage::Typing => password::typing(state, pass),
            Stage::LoggingIn => password::logging_in(state, pass),
            Stage::Entering => entering::entering(state, pass),
            Stage::SendingCheck => entering::sending_check(state, pass),
            Stage::TypingCheck => entering::typing_check(state, pass),
            Stage::EnteringChecked => entering::entering_checked(state, pass),
            Stage::SignedIn => Step::new(state, Phase::Done, "over", over()),
            Stage::GivenUp => Step::new(state, Phase::Failed, "over", over()),
        }
    }

    fn migrate(&self, version: u32, state: Value) -> Option<State> {
        migrate::state(version, state)
    }
}

fn over() -> Text {
    Text::new("已结束", "over")
}

/// From the beginning, the way that was wished for.
fn restart(pass: &Pass<'_, Wishes>) -> Step<State> {
    let way = Way::of(&pass.wishes.way).unwrap_or_default();
    let state = State {
        way,
        ..State::default()
    };
    match way {
        Way::Qr => qr::fetch(state, pass),
        Way::Password => password::begin(state, pass),
    }
}

/// A look of this errand.
fn look(pass: &Pass<'_, Wishes>, body: Value) -> NewCall {
    let tag = body["do"].as_str().unwrap_or_default().to_owned();
    NewCall::look(&tag, Service::Rail, pass.account, body)
}

/// An act of this errand.
fn act(pass: &Pass<'_, Wishes>, body: Value) -> NewCall {
    let tag = body["do"].as_str().unwrap_or_default().to_owned();
    NewCall::act(&tag, Service::Rail, pass.account, body)
}

/// The call that was made is still under way.
fn working(state: State, checkpoint: &'static str, text: Text) -> Step<State> {
    Step::new(state, Phase::Working, checkpoint, text)
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

/// What a person typed as the answer to the ask of that tag.
fn typed<'a>(pass: &Pass<'a, Wishes>, wanted: &str) -> Option<&'a str> {
    pass.incoming
        .iter()
        .rev()
        .find_map(|incoming| match incoming {
            Incoming::Answered {
                tag,
                answer: Answer::Text(text),
            } if tag == wanted => Some(text.trim()),
            _ => None,
        })
}

fn expired(pass: &Pass<'_, Wishes>, wanted: &str) -> bool {
    pass.incoming
        .iter()
        .any(|incoming| matches!(incoming, Incoming::AskExpired { tag } if tag == wanted))
}

fn resumed(pass: &Pass<'_, Wishes>) -> bool {
    pass.incoming
        .iter()
        .any(|incoming| matches!(incoming, Incoming::Woken | Incoming::Resumed))
}

/// Whether asking again in a few seconds may go better. A ban or a pause of the service may not.
fn passes_soon(error: &ServiceError) -> bool {
    error.may_pass() && !matches!(error, ServiceError::Closed { .. })
}

fn signed_in(mut state: State) -> Step<State> {
    state.stage = Stage::SignedIn;
    Step {
        withdraw_asks: true,
        ..Step::done(
            state,
            json!({ "signed_in": true }),
            Text::new("登录成功", "signed in"),
        )
    }
}

fn stop(state: State, text: &Text) -> Step<State> {
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
