//! The picture: fetched, read by a person, looked at by the service.

use daiban_core::{
    Text,
    ask::{AskKind, NewAsk},
    errand::{Pass, Phase, Step},
};
use serde_json::{Value, json};

use super::{
    Stage, State, TROUBLE_S, Wishes, after, fail, look, message, nobody_typed, noted, phone,
    trouble, working,
};
use crate::came_in::{called, expired, set_going, typed};

/// Pictures shown at most.
const MOST_PICTURES: u32 = 5;
/// How long a picture is worth an answer. *Guessed*: the service does not say.
const PICTURE_S: i64 = 180;

pub(super) fn fetch(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if state.pictures >= MOST_PICTURES {
        return fail(state, too_many_pictures());
    }
    state.stage = Stage::Fetching;
    let mut call = look(pass, json!({ "do": "picture" }));
    if state.trouble > 0 {
        call = call.not_before(after(pass.now, TROUBLE_S));
    }
    let reason = match &state.said {
        Some(said) => Text::new(
            format!("{}，换一张图", said.zh),
            format!("{}; fetching another picture", said.en),
        ),
        None => Text::new("取图片验证码", "fetching the picture"),
    };
    Step {
        withdraw_asks: true,
        ..Step::call(state, call, "fetching", reason)
    }
}

fn too_many_pictures() -> Text {
    Text::new(
        format!("图片验证码错了 {MOST_PICTURES} 次，先停下；过一会儿再登录"),
        format!("the picture was wrong {MOST_PICTURES} times; stopped, sign in again later"),
    )
}

pub(super) fn fetching(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass.incoming, "picture") else {
        let text = Text::new("等图片", "waiting for the picture");
        return working(state, "fetching", text);
    };
    match outcome.clone().into_result() {
        Ok(value) => show(state, pass, &value),
        Err(error) => trouble(state, pass, &error),
    }
}

fn show(mut state: State, pass: &Pass<'_, Wishes>, value: &Value) -> Step<State> {
    state.stage = Stage::Reading;
    state.pictures += 1;
    state.mobile = value["mobile"].as_str().map(str::to_owned);
    let what = Text::new(
        format!(
            "第 {} 张，最多 {MOST_PICTURES} 张。读对了 114 就给{}发短信；号码不对，先到账号里改",
            state.pictures,
            phone(&state).zh
        ),
        format!(
            "Picture {} of at most {MOST_PICTURES}. Once it is right 114 sends a message to {}; if that is not yours, change it in the account first",
            state.pictures,
            phone(&state).en
        ),
    );
    let ask = NewAsk {
        tag: "picture".to_owned(),
        kind: AskKind::Captcha,
        title: Text::new(
            "114 登录：输入图里的字符",
            "114 sign-in: type what the picture says",
        ),
        body: noted(state.said.take().as_ref(), &what),
        told: None,
        picture: value["picture"].as_str().map(str::to_owned),
        deadline: Some(after(pass.now, PICTURE_S)),
    };
    Step::ask(state, ask, "reading", waiting_for_picture())
}

fn waiting_for_picture() -> Text {
    Text::new("等你输入图片验证码", "waiting for you to read the picture")
}

pub(super) fn reading(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if let Some(text) = typed(pass.incoming, "picture") {
        state.stage = Stage::Checking;
        state.picture_text = text.to_owned();
        let call = look(pass, json!({ "do": "check_picture", "code": text }));
        let reason = Text::new("问 114 读对了没有", "asking 114 whether it is right");
        return Step::call(state, call, "checking", reason);
    }
    if expired(pass.incoming, "picture") {
        return fail(state, nobody_typed());
    }
    if set_going(pass.incoming) {
        return fetch(state, pass);
    }
    Step::new(state, Phase::NeedsYou, "reading", waiting_for_picture())
}

pub(super) fn checking(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass.incoming, "check_picture") else {
        let text = Text::new(
            "等 114 看图片对不对",
            "waiting for 114 to look at the picture",
        );
        return working(state, "checking", text);
    };
    match outcome.clone().into_result() {
        Ok(value) if value["right"] == true => message::send(state, pass),
        Ok(_) => {
            state.said = Some(Text::new("图片验证码不对", "The picture was wrong"));
            fetch(state, pass)
        }
        Err(error) => trouble(state, pass, &error),
    }
}
