//! The errand `hospital.sign_in`, way `sms`: a person reads a picture, then types the code of a text message.
//!
//! Picture → is it right? → message → code → signed in. Neither is ever read by a program. A wrong picture costs another
//! picture and no message; a wrong code is typed again without another message.

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    call::{NewCall, Outcome},
    dates,
    errand::{Errand, Pass, Phase, Step},
    error::ServiceError,
    invalid::InvalidInput,
    service::Service,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::{PICTURE_WRONG, SMS_DAILY, SMS_TOO_OFTEN, SMS_WRONG};
use crate::came_in::{called, expired, set_going, typed};

/// Pictures shown at most.
const MOST_PICTURES: u32 = 5;
/// Text messages asked for at most: a person's phone is not a toy.
const MOST_MESSAGES: u32 = 2;
/// Codes of one message handed in at most.
const MOST_CODES: u32 = 3;
/// Questions in a row that got no answer, until it stops.
const MOST_TROUBLE: u32 = 3;
/// After a question that got no answer.
const TROUBLE_S: i64 = 5;
/// How long a picture is worth an answer. *Guessed*: the service does not say.
const PICTURE_S: i64 = 180;
/// How long a code is good. *Seen* of the codes for a booking, taken for these too.
const MESSAGE_S: i64 = 300;
/// A code that was wrong at the last moment may still be typed again for so long.
const LAST_TRY_S: i64 = 60;

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
            Stage::Begin => fetch(state, pass),
            Stage::Fetching => fetching(state, pass),
            Stage::Reading => reading(state, pass),
            Stage::Checking => checking(state, pass),
            Stage::Sending => sending(state, pass),
            Stage::Typing => typing(state, pass),
            Stage::LoggingIn => logging_in(state, pass),
            Stage::SignedIn => Step::new(state, Phase::Done, "over", over()),
            Stage::GivenUp => Step::new(state, Phase::Failed, "over", over()),
        }
    }
}

fn over() -> Text {
    Text::new("已结束", "over")
}

// ── the picture ──

fn fetch(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
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

fn fetching(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass.incoming, "picture") else {
        let text = Text::new("等图片", "waiting for the picture");
        return working(state, "fetching", text);
    };
    match outcome.clone().into_result() {
        Ok(value) => show(state, pass, &value),
        Err(error) => trouble(state, pass, &error),
    }
}

/// A question that failed is asked again a few times, beginning with another picture; what cannot pass is told.
fn trouble(mut state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    let passes_soon = error.may_pass() && !matches!(error, ServiceError::Closed { .. });
    if !passes_soon || state.trouble + 1 >= MOST_TROUBLE {
        return stop(state, error.text());
    }
    state.trouble += 1;
    state.said = Some(error.text().clone());
    fetch(state, pass)
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
        picture: value["picture"].as_str().map(str::to_owned),
        deadline: Some(after(pass.now, PICTURE_S)),
    };
    Step::ask(state, ask, "reading", waiting_for_picture())
}

fn waiting_for_picture() -> Text {
    Text::new("等你输入图片验证码", "waiting for you to read the picture")
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

fn reading(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
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

fn nobody_typed() -> Text {
    Text::new(
        "没有人在时限内输入验证码；要登录就再来一次",
        "nobody typed the code in time; begin again to sign in",
    )
}

fn checking(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    let Some(outcome) = called(pass.incoming, "check_picture") else {
        let text = Text::new(
            "等 114 看图片对不对",
            "waiting for 114 to look at the picture",
        );
        return working(state, "checking", text);
    };
    match outcome.clone().into_result() {
        Ok(value) if value["right"] == true => send(state, pass),
        Ok(_) => {
            state.said = Some(Text::new("图片验证码不对", "The picture was wrong"));
            fetch(state, pass)
        }
        Err(error) => trouble(state, pass, &error),
    }
}

// ── the message ──

fn send(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
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

fn sending(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
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
    ask_code(state, pass, note)
}

fn not_sent(mut state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    let ServiceError::Refused { code, text } = error else {
        return trouble(state, pass, error);
    };
    let todo = match code.as_str() {
        PICTURE_WRONG => {
            state.said = Some(text.clone());
            return fetch(state, pass);
        }
        // The one before it still signs in.
        SMS_TOO_OFTEN if state.good_until.is_some_and(|until| until > pass.now) => {
            return ask_code(state, pass, Some(text));
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

// ── its code ──

fn ask_code(mut state: State, pass: &Pass<'_, Wishes>, note: Option<&Text>) -> Step<State> {
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
            "没收到就输入「重发」，再读一张图",
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

fn typing(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
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
    fetch(state, pass)
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

fn logging_in(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
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

// ── shared ──

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
