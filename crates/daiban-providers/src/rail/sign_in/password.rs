//! The way `password`: 12306 says what it needs besides, mostly a text message, whose code a person types.
//!
//! A password is handed in once for each code a person typed, and once when none is needed: a wrong one stops the errand
//! at once, as a few more lock the account. A message is asked for once; the gap between two and the day's number are
//! kept by the gate.

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    call::Outcome,
    errand::{Pass, Phase, Step},
    error::ServiceError,
};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::{
    MESSAGE_S, MOST_TYPED, Stage, State, TROUBLE_S, Way, Wishes, act, after, called, entering,
    expired, fail, look, passes_soon, qr, restart, resumed, stop, typed, working,
};
use crate::rail::entering::is_code;
use crate::rail::error::sign_in::{TOO_MANY_MESSAGES, USE_QR, WRONG_CODE};
use crate::rail::wire::password::LoginCheck;

/// Questions and messages that surely never arrived, in a row, until it stops.
const MOST_TROUBLE: u32 = 3;
/// Times a message is put off because another was just sent.
const MOST_PUT_OFF: u32 = 2;
/// A message is put off for so long at most; what must wait longer is for another day or way.
const LONGEST_PUT_OFF_S: u32 = 90;

/// Asks 12306 what this password needs besides.
pub(super) fn begin(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.stage = Stage::Checking;
    let mut call = look(pass, json!({ "do": "login_check" }));
    if state.trouble > 0 {
        call = call.not_before(after(pass.now, TROUBLE_S));
    }
    let text = Text::new(
        "问 12306 这个账号用密码登录还要什么",
        "asking 12306 what a password needs besides",
    );
    Step {
        withdraw_asks: true,
        ..Step::call(state, call, "checking", text)
    }
}

pub(super) fn checking(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let outcome = match called(pass, "login_check", |_| true) {
        Some(outcome) => outcome.clone().into_result(),
        // A pause may have eaten the call.
        None if resumed(pass) => return restart(pass),
        None => {
            let text = Text::new("等 12306 回答", "waiting for 12306's answer");
            return working(state, "checking", text);
        }
    };
    match outcome {
        Ok(value) => checked(state, pass, &value),
        Err(error) if passes_soon(&error) && state.trouble + 1 < MOST_TROUBLE => {
            state.trouble += 1;
            begin(state, pass)
        }
        Err(error) => refused(state, pass, &error),
    }
}

fn checked(mut state: State, pass: &Pass<'_, Wishes>, value: &Value) -> Step<State> {
    state.trouble = 0;
    match LoginCheck::deserialize(&value["check"]).unwrap_or(LoginCheck::Unknown) {
        LoginCheck::Nothing => log_in(state, pass, None),
        LoginCheck::Message => send(state, pass),
        LoginCheck::Slider => {
            let text = Text::new(
                "12306 这次只认滑块验证，daiban 不代做",
                "12306 wants a slider moved this time, which daiban does not do",
            );
            fall_back(pass, &text)
        }
        LoginCheck::Unknown => {
            let text = Text::new(
                "12306 要一种 daiban 不认识的验证",
                "12306 wants a check that daiban does not know",
            );
            fall_back(pass, &text)
        }
    }
}

/// The password way is shut; the errand goes on with the picture and says why.
pub(super) fn fall_back(pass: &Pass<'_, Wishes>, why: &Text) -> Step<State> {
    let said = Text::new(
        format!("{}，改用二维码", why.zh),
        format!("{}; the QR code is used instead", why.en),
    );
    let fresh = State {
        way: Way::Qr,
        said: Some(said),
        ..State::default()
    };
    qr::fetch(fresh, pass)
}

/// A no that the QR code goes round, or one that only the owner can mend.
fn refused(state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    match error {
        ServiceError::Refused { code, text } if code == USE_QR || code == TOO_MANY_MESSAGES => {
            fall_back(pass, text)
        }
        other => stop(state, other.text()),
    }
}

/// Asks 12306 for a text message.
fn send(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.stage = Stage::Sending;
    let mut call = act(pass, json!({ "do": "send_code" }));
    let until = put_off_until(&mut state, pass);
    if let Some(until) = until {
        call = call.not_before(until);
    }
    let text = state.said.take().unwrap_or_else(|| {
        Text::new(
            "12306 要短信验证码，请它发一条",
            "12306 wants the code of a text message; asking it to send one",
        )
    });
    Step::call(state, call, "sending", text)
}

pub(super) fn sending(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass, "send_code", |_| true) else {
        let text = Text::new("等 12306 发短信", "waiting for 12306 to send the message");
        return working(state, "sending", text);
    };
    match outcome {
        Outcome::Done(_) => ask(state, pass, None),
        // Nobody knows whether it was sent: the phone tells.
        Outcome::Unknown(text) | Outcome::DidNotHappen(text) => ask(state, pass, Some(text)),
        Outcome::Failed(error) => {
            if let Some(put_off) = put_off(&state, error) {
                return send(put_off, pass);
            }
            if matches!(error, ServiceError::Unreachable { .. }) && state.trouble < MOST_TROUBLE {
                state.trouble += 1;
                return send(state, pass);
            }
            refused(state, pass, error)
        }
    }
}

/// The state in which the message is asked for again a little later, when that is all that stands in its way.
pub(super) fn put_off(state: &State, error: &ServiceError) -> Option<State> {
    let ServiceError::Busy {
        retry_after_s: Some(seconds),
        text,
    } = error
    else {
        return None;
    };
    if *seconds > LONGEST_PUT_OFF_S || state.typed.put_off >= MOST_PUT_OFF {
        return None;
    }
    let mut later = state.clone();
    later.typed.put_off += 1;
    later.typed.wait_s = Some(*seconds);
    later.said = Some(text.clone());
    Some(later)
}

/// When the message may be asked for; `None`: now.
pub(super) fn put_off_until(state: &mut State, pass: &Pass<'_, Wishes>) -> Option<Timestamp> {
    let troubled = (state.trouble > 0).then_some(TROUBLE_S);
    let seconds = state.typed.wait_s.take().map(i64::from).or(troubled)?;
    Some(after(pass.now, seconds))
}

/// Asks a person for the code of the message.
fn ask(mut state: State, pass: &Pass<'_, Wishes>, note: Option<&Text>) -> Step<State> {
    state.stage = Stage::Typing;
    state.trouble = 0;
    let ask = NewAsk {
        tag: "code".to_owned(),
        kind: AskKind::Sms,
        title: Text::new(
            "12306 登录：输入短信验证码",
            "12306 sign-in: type the code from the text message",
        ),
        body: noted(
            note,
            &Text::new(
                "12306 给账号绑定的手机发了短信，把里面的 6 位验证码填在这里。5 分钟内有效",
                "12306 sent a message to the account's phone; type the six digits in it. Good for 5 minutes",
            ),
        ),
        told: None,
        picture: None,
        deadline: Some(after(pass.now, MESSAGE_S)),
    };
    Step {
        withdraw_asks: true,
        ..Step::ask(state, ask, "typing", waiting_for_code())
    }
}

fn waiting_for_code() -> Text {
    Text::new(
        "等你输入短信验证码",
        "waiting for the code from the text message",
    )
}

/// What was said of the last try, then what to do.
pub(super) fn noted(note: Option<&Text>, text: &Text) -> Text {
    let Some(note) = note else {
        return text.clone();
    };
    Text::new(
        format!("{}。{}", note.zh, text.zh),
        format!("{}. {}", note.en, text.en),
    )
}

pub(super) fn typing(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if let Some(code) = typed(pass, "code") {
        return match is_code(code) {
            true => log_in(state, pass, Some(code)),
            false => ask(state, pass, Some(&not_six_digits())),
        };
    }
    if expired(pass, "code") {
        return fail(state, nobody_typed());
    }
    if resumed(pass) {
        return restart(pass);
    }
    Step::new(state, Phase::NeedsYou, "typing", waiting_for_code())
}

pub(super) fn not_six_digits() -> Text {
    Text::new("验证码是 6 位数字", "The code is six digits")
}

pub(super) fn nobody_typed() -> Text {
    Text::new(
        "没有人在时限内输入验证码；要登录就再来一次",
        "nobody typed the code in time; begin again to sign in",
    )
}

/// Hands in the password, with the code a person typed.
fn log_in(mut state: State, pass: &Pass<'_, Wishes>, code: Option<&str>) -> Step<State> {
    state.stage = Stage::LoggingIn;
    state.typed.codes += u32::from(code.is_some());
    let call = act(pass, json!({ "do": "password_sign_in", "code": code }));
    let text = Text::new("提交登录", "handing in the sign-in");
    Step::call(state, call, "logging_in", text)
}

pub(super) fn logging_in(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass, "password_sign_in", |_| true) else {
        return working(state, "logging_in", Text::new("正在登录", "signing in"));
    };
    match outcome {
        Outcome::Done(value) => entering::entered(state, pass, value),
        Outcome::Failed(ServiceError::Refused { code, text }) if code == WRONG_CODE => {
            ask_again(state, pass, text)
        }
        // Nobody is signed in, or nobody knows: only a person sets the password going once more.
        Outcome::DidNotHappen(text) | Outcome::Unknown(text) => ask_again(state, pass, text),
        Outcome::Failed(error @ ServiceError::Unreachable { .. }) => {
            ask_again(state, pass, error.text())
        }
        Outcome::Failed(error) => refused(state, pass, error),
    }
}

/// The same message, typed once more, a few times. Where no code was needed there is nobody to ask.
fn ask_again(state: State, pass: &Pass<'_, Wishes>, said: &Text) -> Step<State> {
    if (1..MOST_TYPED).contains(&state.typed.codes) {
        return ask(state, pass, Some(said));
    }
    let again = Text::new(
        format!("{}；要登录就再来一次，或用二维码", said.zh),
        format!("{}; begin again to sign in, or use the QR code", said.en),
    );
    stop(state, &again)
}
