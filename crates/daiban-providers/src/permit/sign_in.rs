//! The errand `permit.sign_in`, way `form`: a person reads a picture and, when the service asks for it, a text message.
//!
//! Pasting a token needs no errand: it is proven by a status look. Neither code is ever read by a program.

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

use super::decide::after;

/// Pictures shown at most.
const MAX_PICTURES: u32 = 5;
/// Text messages sent at most: a person's phone is not a toy.
const MAX_MESSAGES: u32 = 2;
/// Codes from one text message tried at most.
const MAX_TEXT_CODES: u32 = 3;
/// How long a picture is worth an answer. *Guessed*: the service does not say.
const PICTURE_S: i64 = 180;
/// How long a text message is worth an answer. *Guessed*.
const TEXT_MESSAGE_S: i64 = 300;

/// The errand.
pub struct SignIn;

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Only `form`; a token is pasted and needs no errand.
    #[serde(default = "form")]
    pub way: String,
}

fn form() -> String {
    "form".to_owned()
}

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    stage: Stage,
    pictures: u32,
    messages: u32,
    /// Codes tried since the last picture; each picture begins a new round with its own message.
    text_codes: u32,
    /// Which picture, and what a person read in it.
    uuid: String,
    code: String,
    /// What the service said of the last try.
    said: Option<Text>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Begin,
    FetchingPicture,
    AskingPicture,
    SigningIn,
    SendingTextMessage,
    AskingTextMessage,
    Over,
}

impl Errand for SignIn {
    const KIND: &'static str = "permit.sign_in";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, _now: Timestamp) -> Result<State, InvalidInput> {
        if wishes.way != "form" {
            return Err(InvalidInput::new(
                "way",
                "令牌直接填在账号的 token 里就行；这里只走表单（form）",
                "a token is simply filled in as `token` of the account; here only `form`",
            ));
        }
        Ok(State::default())
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        match (state.stage, relevant(state.stage, pass.incoming)) {
            (Stage::Over, _) => {
                Step::new(state, Phase::Failed, "over", Text::new("已结束", "over"))
            }
            (Stage::Begin, _) => fetch_picture(state, pass),
            (Stage::FetchingPicture, Some(Incoming::Called { outcome, .. })) => {
                show_picture(state, pass, outcome)
            }
            (
                Stage::AskingPicture,
                Some(Incoming::Answered {
                    answer: Answer::Text(code),
                    ..
                }),
            ) => {
                let state = State {
                    code: code.trim().to_owned(),
                    ..state
                };
                sign_in(state, pass, None)
            }
            (Stage::SigningIn, Some(Incoming::Called { outcome, .. })) => {
                signed_in(state, pass, outcome)
            }
            (Stage::SendingTextMessage, Some(Incoming::Called { outcome, .. })) => {
                ask_text_message(state, pass, outcome)
            }
            (
                Stage::AskingTextMessage,
                Some(Incoming::Answered {
                    answer: Answer::Text(code),
                    ..
                }),
            ) => {
                let code = code.trim().to_owned();
                sign_in(state, pass, Some(&code))
            }
            (
                Stage::AskingPicture | Stage::AskingTextMessage,
                Some(Incoming::AskExpired { .. }),
            ) => fail(
                state,
                Text::new(
                    "没有人在时限内输入验证码；要登录就再来一次",
                    "nobody typed the code in time; begin again to sign in",
                ),
            ),
            // The owner's "run" or "resume" begins anew with a fresh picture.
            (
                Stage::AskingPicture | Stage::AskingTextMessage | Stage::FetchingPicture,
                Some(Incoming::Woken | Incoming::Resumed),
            ) => Step {
                withdraw_asks: true,
                ..fetch_picture(state, pass)
            },
            _ => wait(state),
        }
    }
}

/// What came in for this stage; an owner's word counts only when there is nothing else.
fn relevant(stage: Stage, incoming: &[Incoming]) -> Option<&Incoming> {
    let waits_for = match stage {
        Stage::FetchingPicture | Stage::AskingPicture => "picture",
        Stage::SigningIn => "login",
        Stage::SendingTextMessage | Stage::AskingTextMessage => "text_message",
        Stage::Begin | Stage::Over => return None,
    };
    let asking = matches!(stage, Stage::AskingPicture | Stage::AskingTextMessage);
    let fits = |incoming: &&Incoming| match incoming {
        Incoming::Called { tag, .. } => !asking && tag == waits_for,
        Incoming::Answered { tag, .. } | Incoming::AskExpired { tag } => asking && tag == waits_for,
        _ => false,
    };
    let word = |incoming: &&Incoming| matches!(incoming, Incoming::Woken | Incoming::Resumed);
    incoming
        .iter()
        .find(fits)
        .or_else(|| incoming.iter().find(word))
}

/// Something came in that changes nothing.
fn wait(state: State) -> Step<State> {
    let asking = matches!(state.stage, Stage::AskingPicture | Stage::AskingTextMessage);
    let phase = if asking {
        Phase::NeedsYou
    } else {
        Phase::Working
    };
    Step::new(
        state,
        phase,
        "waiting",
        Text::new(
            "等验证码或服务的回答",
            "waiting for a code or for the service",
        ),
    )
}

fn fetch_picture(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if state.pictures >= MAX_PICTURES {
        let text = Text::new(
            format!("图形验证码错了 {MAX_PICTURES} 次，先停下；过一会儿再来，免得被封"),
            format!(
                "the picture was wrong {MAX_PICTURES} times; stopped, try again later rather than be banned"
            ),
        );
        return fail(state, text);
    }
    state.stage = Stage::FetchingPicture;
    state.pictures += 1;
    state.text_codes = 0;
    let reason = match &state.said {
        Some(said) => Text::new(
            format!("{}，换一张图", said.zh),
            format!("{}; fetching a new picture", said.en),
        ),
        None => Text::new("取图形验证码", "fetching the picture"),
    };
    let call = NewCall::look(
        "picture",
        Service::Permit,
        pass.account,
        json!({ "do": "picture" }),
    );
    Step::call(state, call, "picture", reason)
}

fn show_picture(mut state: State, pass: &Pass<'_, Wishes>, outcome: &Outcome) -> Step<State> {
    let value = match outcome.clone().into_result() {
        Ok(value) => value,
        Err(error) => return stop(state, &error),
    };
    state.stage = Stage::AskingPicture;
    state.uuid = value["uuid"].as_str().unwrap_or_default().to_owned();
    let again = state.said.clone().map_or_else(Text::default, |said| {
        Text::new(
            format!("上一次：{}。", said.zh),
            format!("Last time: {}. ", said.en),
        )
    });
    let ask = NewAsk {
        tag: "picture".to_owned(),
        kind: AskKind::Captcha,
        title: Text::new(
            "进京证登录：输入图里的字符",
            "Permit sign-in: type what the picture says",
        ),
        body: Text::new(
            format!(
                "{}第 {} 张，最多 {MAX_PICTURES} 张",
                again.zh, state.pictures
            ),
            format!(
                "{}Picture {} of at most {MAX_PICTURES}",
                again.en, state.pictures
            ),
        ),
        told: None,
        picture: value["picture"].as_str().map(str::to_owned),
        deadline: Some(after(pass.now, PICTURE_S)),
    };
    Step::ask(
        state,
        ask,
        "picture",
        Text::new("等你输入图形验证码", "waiting for you to read the picture"),
    )
}

fn sign_in(mut state: State, pass: &Pass<'_, Wishes>, phone_code: Option<&str>) -> Step<State> {
    state.stage = Stage::SigningIn;
    state.text_codes += u32::from(phone_code.is_some());
    let body =
        json!({ "do": "login", "code": state.code, "uuid": state.uuid, "phone_code": phone_code });
    let call = NewCall::act("login", Service::Permit, pass.account, body);
    Step::call(
        state,
        call,
        "signing_in",
        Text::new("提交登录", "signing in"),
    )
}

fn signed_in(mut state: State, pass: &Pass<'_, Wishes>, outcome: &Outcome) -> Step<State> {
    let value = match outcome {
        Outcome::Done(value) => value,
        // Nobody knows; the used picture is spent either way, and signing in twice harms nobody.
        Outcome::Unknown(text) | Outcome::DidNotHappen(text) => {
            state.said = Some(text.clone());
            return fetch_picture(state, pass);
        }
        Outcome::Failed(ServiceError::Refused { text, .. }) if state.text_codes > 0 => {
            return again(state, pass, text);
        }
        Outcome::Failed(ServiceError::Refused { text, .. }) => {
            let text = Text::new(
                format!(
                    "登录被拒绝：{}。核对姓名、身份证号、手机号是否同一人",
                    text.zh
                ),
                format!(
                    "sign-in refused: {}. Check that name, ID number and phone belong to one person",
                    text.en
                ),
            );
            return fail(state, text);
        }
        Outcome::Failed(error) => return stop(state, error),
    };
    if value["signed_in"] == true {
        state.stage = Stage::Over;
        return Step::done(
            state,
            json!({ "signed_in": true }),
            Text::new("登录成功，令牌已保存", "signed in; the token is kept"),
        );
    }
    match value["next"].as_str() {
        Some("text_message") if state.text_codes == 0 => send_text_message(state, pass),
        Some("text_message") => again(state, pass, &said(value)),
        _ => {
            state.said = Some(said(value));
            fetch_picture(state, pass)
        }
    }
}

fn said(value: &Value) -> Text {
    Text::quoted(
        value["words"]
            .as_str()
            .filter(|words| !words.is_empty())
            .unwrap_or("验证码不对"),
    )
}

fn send_text_message(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    if state.messages >= MAX_MESSAGES {
        let text = Text::new(
            format!("已经发过 {MAX_MESSAGES} 条短信，先停下；过一会儿再来"),
            format!("{MAX_MESSAGES} text messages were sent already; stopped, try again later"),
        );
        return fail(state, text);
    }
    state.stage = Stage::SendingTextMessage;
    state.messages += 1;
    let call = NewCall::act(
        "text_message",
        Service::Permit,
        pass.account,
        json!({ "do": "send_text_message" }),
    );
    Step::call(
        state,
        call,
        "text_message",
        Text::new(
            "服务要短信验证码，请它发一条",
            "the service wants a code by text message; asking it to send one",
        ),
    )
}

/// Whether the message went out or nobody knows: a person can tell.
fn ask_text_message(state: State, pass: &Pass<'_, Wishes>, outcome: &Outcome) -> Step<State> {
    let note = match outcome {
        Outcome::Done(_) => Text::new(
            "短信已发到账号的手机",
            "a message was sent to the account's phone",
        ),
        Outcome::Unknown(text) => text.clone(),
        Outcome::DidNotHappen(text) => return fail(state, text.clone()),
        Outcome::Failed(error) => return stop(state, error),
    };
    type_text_message(state, pass, &note)
}

/// The code from the message was wrong: typed once more, a few times, without another message.
fn again(state: State, pass: &Pass<'_, Wishes>, said: &Text) -> Step<State> {
    if state.text_codes >= MAX_TEXT_CODES {
        let text = Text::new(
            format!("短信验证码错了 {MAX_TEXT_CODES} 次，先停下：{}", said.zh),
            format!(
                "the text-message code was wrong {MAX_TEXT_CODES} times; stopped: {}",
                said.en
            ),
        );
        return fail(state, text);
    }
    type_text_message(state, pass, said)
}

fn type_text_message(mut state: State, pass: &Pass<'_, Wishes>, note: &Text) -> Step<State> {
    state.stage = Stage::AskingTextMessage;
    let ask = NewAsk {
        tag: "text_message".to_owned(),
        kind: AskKind::Sms,
        title: Text::new(
            "进京证登录：输入短信验证码",
            "Permit sign-in: type the code from the text message",
        ),
        body: note.clone(),
        told: None,
        picture: None,
        deadline: Some(after(pass.now, TEXT_MESSAGE_S)),
    };
    Step::ask(
        state,
        ask,
        "text_message",
        Text::new(
            "等你输入短信验证码",
            "waiting for the code from the text message",
        ),
    )
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
    state.stage = Stage::Over;
    Step::failed(state, json!({ "signed_in": false }), text)
}
