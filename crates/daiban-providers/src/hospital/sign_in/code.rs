//! The code of the message: typed by a person, handed in, and somebody is signed in.

use daiban_core::{
    Text,
    ask::{AskKind, NewAsk},
    call::Outcome,
    errand::{Pass, Phase, Step},
    error::ServiceError,
};
use serde_json::json;

use super::{
    MOST_MESSAGES, Stage, State, Wishes, act, after, fail, nobody_typed, noted, phone, picture,
    signed_in, stop, working,
};
use crate::came_in::{called, expired, set_going, typed};
use crate::hospital::error::SMS_WRONG;

/// Codes of one message handed in at most.
const MOST_CODES: u32 = 3;
/// A code that was wrong at the last moment may still be typed again for so long.
const LAST_TRY_S: i64 = 60;

pub(super) fn ask_code(
    mut state: State,
    pass: &Pass<'_, Wishes>,
    note: Option<&Text>,
) -> Step<State> {
    state.stage = Stage::Typing;
    state.trouble = 0;
    let good_until = state.good_until.unwrap_or(pass.now);
    let ask = NewAsk {
        tag: "code".to_owned(),
        kind: AskKind::Sms,
        title: Text::new(
            "114 登录：输入短信验证码",
            "114 sign-in: type the code from the text message",
        ),
        body: noted(note, &what_to_type(&state)),
        told: None,
        picture: None,
        deadline: Some(good_until.max(after(pass.now, LAST_TRY_S))),
    };
    Step {
        withdraw_asks: true,
        ..Step::ask(state, ask, "typing", waiting_for_code())
    }
}

fn what_to_type(state: &State) -> Text {
    let again = match state.messages < MOST_MESSAGES {
        true => Text::new(
            "没收到就按下面的按钮（命令行里输入「重发」），再读一张图",
            "If none came, type resend and read another picture",
        ),
        false => Text::new("这是最后一条", "This is the last one"),
    };
    Text::new(
        format!(
            "114 给{}发了短信，把里面的 6 位验证码填在这里，5 分钟内有效。{}",
            phone(state).zh,
            again.zh
        ),
        format!(
            "114 sent a message to {}; type the six digits in it, good for 5 minutes. {}",
            phone(state).en,
            again.en
        ),
    )
}

fn waiting_for_code() -> Text {
    Text::new(
        "等你输入短信验证码",
        "waiting for the code from the text message",
    )
}

pub(super) fn typing(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if let Some(code) = typed(pass.incoming, "code") {
        return match code {
            "重发" | "resend" => send_another(state, pass),
            code if is_code(code) => log_in(state, pass, code),
            _ => {
                let note = Text::new("验证码是 6 位数字", "The code is six digits");
                ask_code(state, pass, Some(&note))
            }
        };
    }
    if expired(pass.incoming, "code") {
        return fail(state, nobody_typed());
    }
    if set_going(pass.incoming) {
        return send_another(state, pass);
    }
    Step::new(state, Phase::NeedsYou, "typing", waiting_for_code())
}

fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|letter| letter.is_ascii_digit())
}

/// Each message needs a picture of its own.
fn send_another(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if state.messages >= MOST_MESSAGES {
        let note = Text::new(
            format!("已经发过 {MOST_MESSAGES} 条短信，不再发了"),
            format!("{MOST_MESSAGES} messages were sent, and no more are"),
        );
        return ask_code(state, pass, Some(&note));
    }
    state.said = Some(Text::new("再发一条短信", "Another message"));
    picture::fetch(state, pass)
}

fn log_in(mut state: State, pass: &Pass<'_, Wishes>, code: &str) -> Step<State> {
    state.stage = Stage::LoggingIn;
    state.codes += 1;
    let call = act(pass, json!({ "do": "login", "code": code }));
    Step::call(
        state,
        call,
        "logging_in",
        Text::new("提交登录", "handing in the sign-in"),
    )
}

pub(super) fn logging_in(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass.incoming, "login") else {
        let text = Text::new("正在登录", "signing in");
        return working(state, "logging_in", text);
    };
    match outcome {
        Outcome::Done(_) => signed_in(state),
        Outcome::Failed(ServiceError::Refused { code, text }) if code == SMS_WRONG => {
            let text = Text::new(
                format!(
                    "{}（过期了也是这一句）",
                    text.zh.trim_end_matches(['！', '!'])
                ),
                format!("{} (said of one that has run out, too)", text.en),
            );
            type_again(state, pass, &text)
        }
        // Nobody is signed in, or nobody knows: only a person sets it going once more.
        Outcome::DidNotHappen(text) | Outcome::Unknown(text) => {
            type_again(state, pass, &perhaps_spent(text))
        }
        Outcome::Failed(ServiceError::Closed { text, .. }) => stop(state, text),
        Outcome::Failed(error) if error.may_pass() => type_again(state, pass, error.text()),
        Outcome::Failed(error) => stop(state, error.text()),
    }
}

/// An answer was lost, and with it perhaps the one use of the code.
fn perhaps_spent(said: &Text) -> Text {
    Text::new(
        format!("{}；这个验证码也许已经用掉了，不行就输入「重发」", said.zh),
        format!(
            "{}; the code may be used up: type resend if it does not do",
            said.en
        ),
    )
}

/// The same message, typed once more, a few times.
fn type_again(state: State, pass: &Pass<'_, Wishes>, said: &Text) -> Step<State> {
    if state.codes < MOST_CODES {
        return ask_code(state, pass, Some(said));
    }
    let text = Text::new(
        format!("验证码试了 {MOST_CODES} 次：{}；过一会儿再登录", said.zh),
        format!(
            "{MOST_CODES} tries with a code: {}; sign in again later",
            said.en
        ),
    );
    stop(state, &text)
}
