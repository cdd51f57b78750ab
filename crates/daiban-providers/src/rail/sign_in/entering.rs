//! From a confirmed scan or a taken password to somebody signed in.
//!
//! 12306 may want one more text message first: sent by the person from the account's phone, or sent to it. Both are one
//! more ask, and the code is handed in with the sign-in that waits for it.

use daiban_core::{
    Text,
    ask::{AskKind, NewAsk},
    call::Outcome,
    errand::{Pass, Phase, Step},
    error::ServiceError,
};
use serde_json::{Value, json};

use super::{
    MESSAGE_S, MOST_TYPED, Stage, State, TROUBLE_S, Typed, Way, Wishes, act, after, called,
    expired, fail, passes_soon, password, qr, restart, resumed, signed_in, stop, typed, working,
};
use crate::rail::entering::is_code;
use crate::rail::error::sign_in::WRONG_CODE;
use crate::rail::error::{NOT_CONFIRMED, wants_slider};

/// Tries to enter with one confirmed scan or one taken password.
const MOST_ENTERS: u32 = 3;

/// The scan or the password becomes a sign-in. Nobody need look at the picture any more.
pub(super) fn enter(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.stage = Stage::Entering;
    state.enters += 1;
    let mut call = act(pass, json!({ "do": "enter" }));
    if state.enters > 1 {
        call = call.not_before(after(pass.now, TROUBLE_S));
    }
    let text = match state.way {
        Way::Qr => Text::new("已确认，正在登录", "confirmed; signing in"),
        Way::Password => Text::new("密码通过了，正在登录", "the password was taken; signing in"),
    };
    Step {
        withdraw_asks: true,
        ..Step::call(state, call, "entering", text)
    }
}

pub(super) fn entering(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass, "enter", |_| true) else {
        return working(state, "entering", Text::new("正在登录", "signing in"));
    };
    match outcome {
        Outcome::Done(value) => entered(state, pass, value),
        // The scan may still be good: surely nobody is signed in by it yet.
        Outcome::DidNotHappen(text) => enter_again(state, pass, text),
        Outcome::Failed(error) if passes_soon(error) => enter_again(state, pass, error.text()),
        Outcome::Failed(ServiceError::Refused { code, text }) if code == NOT_CONFIRMED => {
            lapse(state, pass, text)
        }
        // Signing in twice harms nobody.
        Outcome::Unknown(text) => lapse(state, pass, text),
        Outcome::Failed(error) => refused(state, pass, error),
    }
}

fn enter_again(state: State, pass: &Pass<'_, Wishes>, said: &Text) -> Step<State> {
    if state.enters >= MOST_ENTERS {
        return lapse(state, pass, said);
    }
    enter(state, pass)
}

/// The scan or the password has led nowhere. A picture is cheap; a password is not handed in twice by itself.
fn lapse(state: State, pass: &Pass<'_, Wishes>, said: &Text) -> Step<State> {
    match state.way {
        Way::Qr => qr::renew(state, pass, said.clone()),
        Way::Password => stop(state, said),
    }
}

fn refused(state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    if state.way == Way::Password && wants_slider(error) {
        return password::fall_back(pass, error.text());
    }
    stop(state, error.text())
}

/// What a sign-in answers that went well so far: signed in, or one more message is wanted.
pub(super) fn entered(mut state: State, pass: &Pass<'_, Wishes>, value: &Value) -> Step<State> {
    if value["signed_in"] == true {
        return signed_in(state);
    }
    state.typed = Typed {
        phone: value["phone"].as_str().map(str::to_owned),
        by_person: value["check"] == "up",
        ..Typed::default()
    };
    match value["check"].as_str() {
        Some("up") => ask(state, pass, None),
        Some("down") => send(state, pass),
        _ if value["next"] == "enter" => enter(state, pass),
        _ => {
            let text = Text::new(
                "12306 没有说登录了没有",
                "12306 does not say whether somebody is signed in",
            );
            lapse(state, pass, &text)
        }
    }
}

fn send(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.stage = Stage::SendingCheck;
    let mut call = act(pass, json!({ "do": "send_check_code" }));
    if let Some(until) = password::put_off_until(&mut state, pass) {
        call = call.not_before(until);
    }
    let text = state.said.take().unwrap_or_else(|| {
        Text::new(
            "12306 还要短信核验，请它发一条",
            "12306 wants a check by text message, too; asking it to send one",
        )
    });
    Step::call(state, call, "sending_check", text)
}

pub(super) fn sending_check(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass, "send_check_code", |_| true) else {
        let text = Text::new("等 12306 发短信", "waiting for 12306 to send the message");
        return working(state, "sending_check", text);
    };
    match outcome {
        Outcome::Done(_) => ask(state, pass, None),
        Outcome::Unknown(text) | Outcome::DidNotHappen(text) => ask(state, pass, Some(text)),
        Outcome::Failed(error) => match password::put_off(&state, error) {
            Some(put_off) => send(put_off, pass),
            None => stop(state, error.text()),
        },
    }
}

/// Asks a person for the code of the check.
fn ask(mut state: State, pass: &Pass<'_, Wishes>, note: Option<&Text>) -> Step<State> {
    state.stage = Stage::TypingCheck;
    let ask = NewAsk {
        tag: "check".to_owned(),
        kind: AskKind::Sms,
        title: Text::new(
            "12306 登录：再核验一次短信",
            "12306 sign-in: one more check by text message",
        ),
        body: password::noted(note, &what_to_do(&state.typed)),
        told: None,
        picture: None,
        deadline: Some(after(pass.now, MESSAGE_S)),
    };
    let text = Text::new("等你输入核验的验证码", "waiting for the code of the check");
    Step {
        withdraw_asks: true,
        ..Step::ask(state, ask, "typing_check", text)
    }
}

/// *Seen* in the sign-in script: the message is the three digits 666, what comes back is typed in.
fn what_to_do(typed: &Typed) -> Text {
    let (zh, en) = match &typed.phone {
        Some(tail) => (
            format!("尾号 {tail} 的手机"),
            format!("the phone ending in {tail}"),
        ),
        None => (
            "账号绑定的手机".to_owned(),
            "the account's phone".to_owned(),
        ),
    };
    if typed.by_person {
        return Text::new(
            format!("用{zh}发短信 666 到 12306，把收到的 6 位验证码填在这里"),
            format!(
                "From {en}, send the text message 666 to 12306, and type the six digits that come back"
            ),
        );
    }
    Text::new(
        format!("12306 给{zh}发了短信，把里面的 6 位验证码填在这里"),
        format!("12306 sent a message to {en}; type the six digits in it"),
    )
}

pub(super) fn typing_check(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if let Some(code) = typed(pass, "check") {
        return match is_code(code) {
            true => enter_checked(state, pass, code),
            false => ask(state, pass, Some(&password::not_six_digits())),
        };
    }
    if expired(pass, "check") {
        return fail(state, password::nobody_typed());
    }
    if resumed(pass) {
        return restart(pass);
    }
    let text = Text::new("等你输入核验的验证码", "waiting for the code of the check");
    Step::new(state, Phase::NeedsYou, "typing_check", text)
}

fn enter_checked(mut state: State, pass: &Pass<'_, Wishes>, code: &str) -> Step<State> {
    state.stage = Stage::EnteringChecked;
    state.typed.codes += 1;
    let call = act(pass, json!({ "do": "enter_checked", "code": code }));
    let text = Text::new("提交核验，正在登录", "handing in the check; signing in");
    Step::call(state, call, "entering_checked", text)
}

pub(super) fn entering_checked(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass, "enter_checked", |_| true) else {
        return working(
            state,
            "entering_checked",
            Text::new("正在登录", "signing in"),
        );
    };
    match outcome {
        Outcome::Done(_) => signed_in(state),
        Outcome::Failed(ServiceError::Refused { code, text }) if code == WRONG_CODE => {
            ask_again(state, pass, text)
        }
        Outcome::Unknown(text) | Outcome::DidNotHappen(text) => ask_again(state, pass, text),
        Outcome::Failed(error) if passes_soon(error) => ask_again(state, pass, error.text()),
        Outcome::Failed(error) => stop(state, error.text()),
    }
}

fn ask_again(state: State, pass: &Pass<'_, Wishes>, said: &Text) -> Step<State> {
    if state.typed.codes >= MOST_TYPED {
        return stop(state, said);
    }
    ask(state, pass, Some(said))
}
