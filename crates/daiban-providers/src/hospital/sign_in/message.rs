//! The text message: asked for with a picture that was read rightly, two of one sign-in at most.

use daiban_core::{
    Text,
    call::Outcome,
    errand::{Pass, Step},
    error::ServiceError,
};
use serde_json::json;

use super::{
    MOST_MESSAGES, Stage, State, Wishes, act, after, code, fail, phone, picture, stop, trouble,
    working,
};
use crate::came_in::called;
use crate::hospital::error::{PICTURE_WRONG, SMS_DAILY, SMS_TOO_OFTEN};

/// How long a code is good. *Seen* of the codes for a booking, taken for these too.
const MESSAGE_S: i64 = 300;

pub(super) fn send(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if state.messages >= MOST_MESSAGES {
        let text = Text::new(
            format!("已经发过 {MOST_MESSAGES} 条短信，先停下；过一会儿再登录"),
            format!("{MOST_MESSAGES} messages were sent already; stopped, sign in again later"),
        );
        return fail(state, text);
    }
    state.stage = Stage::Sending;
    state.trouble = 0;
    let call = act(
        pass,
        json!({ "do": "send_code", "code": state.picture_text }),
    );
    let reason = Text::new(
        format!("读对了，请 114 给{}发短信", phone(&state).zh),
        format!(
            "right; asking 114 to send a message to {}",
            phone(&state).en
        ),
    );
    Step::call(state, call, "sending", reason)
}

pub(super) fn sending(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass.incoming, "send_code") else {
        let text = Text::new("等 114 发短信", "waiting for 114 to send the message");
        return working(state, "sending", text);
    };
    match outcome {
        Outcome::Done(_) => sent(state, pass, None),
        // Nobody knows whether it was sent: the phone tells.
        Outcome::Unknown(text) | Outcome::DidNotHappen(text) => sent(state, pass, Some(text)),
        Outcome::Failed(error) => not_sent(state, pass, error),
    }
}

fn sent(mut state: State, pass: &Pass<'_, Wishes>, note: Option<&Text>) -> Step<State> {
    state.messages += 1;
    state.codes = 0;
    state.good_until = Some(after(pass.now, MESSAGE_S));
    code::ask_code(state, pass, note)
}

fn not_sent(mut state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    let ServiceError::Refused { code, text } = error else {
        return trouble(state, pass, error);
    };
    let todo = match code.as_str() {
        PICTURE_WRONG => {
            state.said = Some(text.clone());
            return picture::fetch(state, pass);
        }
        // The one before it still signs in.
        SMS_TOO_OFTEN if state.good_until.is_some_and(|until| until > pass.now) => {
            return code::ask_code(state, pass, Some(text));
        }
        SMS_TOO_OFTEN => Text::new(
            "等一两分钟再登录；期间不要在别处要验证码",
            "sign in again in a minute or two, and ask for no code elsewhere meanwhile",
        ),
        SMS_DAILY => Text::new(
            "明天再登录；今天要挂号请用 114 的官方渠道",
            "sign in again tomorrow; to book today use an official channel of 114",
        ),
        _ => return stop(state, text),
    };
    stop(
        state,
        &Text::new(
            format!("{}；{}", text.zh, todo.zh),
            format!("{}; {}", text.en, todo.en),
        ),
    )
}
