//! The errand `hospital.sign_in`, way `sms`: a person reads a picture, then types the code of a text message.
//!
//! Picture → is it right? → message → code → signed in. Neither is ever read by a program. A wrong picture costs another
//! picture and no message; a wrong code is typed again without another message.

use daiban_core::{
    Text, Timestamp,
    call::NewCall,
    dates,
    errand::{Errand, Pass, Phase, Step},
    error::ServiceError,
    invalid::InvalidInput,
    service::Service,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

mod code;
mod message;
mod picture;

/// Text messages asked for at most: a person's phone is not a toy.
const MOST_MESSAGES: u32 = 2;
/// Questions in a row that got no answer, until it stops.
const MOST_TROUBLE: u32 = 3;
/// After a question that got no answer.
const TROUBLE_S: i64 = 5;

/// The errand.
pub struct SignIn;

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Only `sms`: the service took passwords away in 2020.
    #[serde(default = "sms")]
    pub way: String,
}

fn sms() -> String {
    "sms".to_owned()
}

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    stage: Stage,
    pictures: u32,
    messages: u32,
    /// Codes of the last message handed in.
    codes: u32,
    /// Questions in a row that got no answer.
    trouble: u32,
    /// What a person read in the last picture.
    picture_text: String,
    /// `138****0000`
    mobile: Option<String>,
    /// Until when the last message is good.
    #[serde(with = "dates::rfc3339::option")]
    good_until: Option<Timestamp>,
    /// What the last try ended with.
    said: Option<Text>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Begin,
    /// A picture is on its way.
    Fetching,
    /// A person reads it.
    Reading,
    /// The service is asked whether they read it rightly.
    Checking,
    /// The service is asked for a message.
    Sending,
    /// A person types its code.
    Typing,
    /// The code is handed in.
    LoggingIn,
    SignedIn,
    GivenUp,
}

impl Errand for SignIn {
    const KIND: &'static str = "hospital.sign_in";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, _now: Timestamp) -> Result<State, InvalidInput> {
        if wishes.way != "sms" {
            return Err(InvalidInput::new(
                "way",
                "114 只有短信登录（sms）",
                "114 has sign-in by text message only (sms)",
            ));
        }
        Ok(State::default())
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        match state.stage {
            Stage::Begin => picture::fetch(state, pass),
            Stage::Fetching => picture::fetching(state, pass),
            Stage::Reading => picture::reading(state, pass),
            Stage::Checking => picture::checking(state, pass),
            Stage::Sending => message::sending(state, pass),
            Stage::Typing => code::typing(state, pass),
            Stage::LoggingIn => code::logging_in(state, pass),
            Stage::SignedIn => Step::new(state, Phase::Done, "over", over()),
            Stage::GivenUp => Step::new(state, Phase::Failed, "over", over()),
        }
    }
}

fn over() -> Text {
    Text::new("已结束", "over")
}

/// A question that failed is asked again a few times, beginning with another picture; what cannot pass is told.
fn trouble(mut state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    let passes_soon = error.may_pass() && !matches!(error, ServiceError::Closed { .. });
    if !passes_soon || state.trouble + 1 >= MOST_TROUBLE {
        return stop(state, error.text());
    }
    state.trouble += 1;
    state.said = Some(error.text().clone());
    picture::fetch(state, pass)
}

/// ` 138****0000 `, or whose phone it is.
fn phone(state: &State) -> Text {
    match &state.mobile {
        Some(mobile) => Text::new(format!(" {mobile} "), mobile),
        None => Text::new("账号的手机", "the account's phone"),
    }
}

/// What was said of the last try, then what to do.
fn noted(note: Option<&Text>, text: &Text) -> Text {
    let Some(note) = note else {
        return text.clone();
    };
    Text::new(
        format!("{}。{}", note.zh, text.zh),
        format!("{}. {}", note.en, text.en),
    )
}

fn nobody_typed() -> Text {
    Text::new(
        "没有人在时限内输入验证码；要登录就再来一次",
        "nobody typed the code in time; begin again to sign in",
    )
}

fn look(pass: &Pass<'_, Wishes>, body: Value) -> NewCall {
    let tag = body["do"].as_str().unwrap_or_default().to_owned();
    NewCall::look(&tag, Service::Hospital, pass.account, body)
}

fn act(pass: &Pass<'_, Wishes>, body: Value) -> NewCall {
    let tag = body["do"].as_str().unwrap_or_default().to_owned();
    NewCall::act(&tag, Service::Hospital, pass.account, body)
}

/// The call that was made is still under way; it outlives a pause.
fn working(state: State, checkpoint: &'static str, text: Text) -> Step<State> {
    Step::new(state, Phase::Working, checkpoint, text)
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
    state.picture_text.clear();
    Step {
        withdraw_asks: true,
        ..Step::failed(state, json!({ "signed_in": false }), text)
    }
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(now.as_second() + seconds).unwrap_or(now)
}

fn signed_in(mut state: State) -> Step<State> {
    state.stage = Stage::SignedIn;
    state.picture_text.clear();
    Step {
        withdraw_asks: true,
        ..Step::done(
            state,
            json!({ "signed_in": true }),
            Text::new("登录成功", "signed in"),
        )
    }
}
