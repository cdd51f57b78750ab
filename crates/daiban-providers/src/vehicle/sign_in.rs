//! The errand `vehicle.sign_in`: way `tokens` proves what was filled in by listing the cars; way `code` exchanges an auth
//! code first, once. There is nothing to ask a person: whatever is missing is said, and the errand begun again with it.

use daiban_core::call::{NewCall, Outcome};
use daiban_core::errand::{Errand, Pass, Phase, Step};
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::came_in::{called, set_going};
use crate::words::{later, sentence};

/// Looks in a row that got no answer, until it stops.
const MOST_TROUBLE: u32 = 3;
/// After a look that got no answer.
const TROUBLE_S: i64 = 10;

/// The errand.
pub struct SignIn;

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// `tokens` or `code`.
    #[serde(default)]
    pub way: Way,
}

/// The two ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Tokens that the owner filled in.
    #[default]
    Tokens,
    /// An auth code.
    Code,
}

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    stage: Stage,
    /// Looks in a row that got no answer.
    trouble: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Begin,
    /// The code is on its way.
    Exchanging,
    /// The cars are listed.
    Looking,
    SignedIn,
    GivenUp,
}

impl Errand for SignIn {
    const KIND: &'static str = "vehicle.sign_in";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, _wishes: &Wishes, _now: Timestamp) -> Result<State, InvalidInput> {
        Ok(State::default())
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        match state.stage {
            Stage::Begin => match pass.wishes.way {
                Way::Tokens => look(state, pass),
                Way::Code => exchange(state, pass),
            },
            Stage::Exchanging => exchanging(state, pass),
            Stage::Looking => looking(state, pass),
            Stage::SignedIn => Step::new(state, Phase::Done, "over", over()),
            Stage::GivenUp => Step::new(state, Phase::Failed, "over", over()),
        }
    }
}

fn over() -> Text {
    Text::new("已结束", "over")
}

fn exchange(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.stage = Stage::Exchanging;
    let body = json!({ "do": "exchange" });
    let call = NewCall::act("exchange", Service::Vehicle, pass.account, body);
    let reason = Text::new(
        "用授权码换令牌，一个码只能换一次",
        "exchanging the auth code for tokens; a code is good once",
    );
    Step::call(state, call, "exchanging", reason)
}

fn exchanging(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    match called(pass.incoming, "exchange") {
        None => {
            let text = Text::new("等令牌", "waiting for the tokens");
            Step::new(state, Phase::Working, "exchanging", text)
        }
        Some(Outcome::Done(_)) => look(state, pass),
        Some(Outcome::Failed(error)) => stop(state, error.text()),
        Some(Outcome::Unknown(text) | Outcome::DidNotHappen(text)) => stop(state, text),
    }
}

fn look(mut state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    state.stage = Stage::Looking;
    let reason = Text::new(
        "列一次账号里的车，看令牌能不能用",
        "listing the account's cars to see whether the tokens work",
    );
    Step::call(state, signed_in_look(pass), "looking", reason)
}

fn signed_in_look(pass: &Pass<'_, Wishes>) -> NewCall {
    let body = json!({ "do": "signed_in" });
    NewCall::look("signed_in", Service::Vehicle, pass.account, body)
}

fn looking(state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
    match called(pass.incoming, "signed_in") {
        Some(Outcome::Done(answer)) => signed_in(state, answer),
        Some(Outcome::Failed(error)) => trouble(state, pass, error),
        Some(Outcome::Unknown(text) | Outcome::DidNotHappen(text)) => stop(state, text),
        None if set_going(pass.incoming) => look(state, pass),
        None => {
            let text = Text::new("等车的列表", "waiting for the list of cars");
            Step::new(state, Phase::Working, "looking", text)
        }
    }
}

/// A look that failed is made again a few times; what cannot pass is told.
fn trouble(mut state: State, pass: &Pass<'_, Wishes>, error: &ServiceError) -> Step<State> {
    let passes_soon = error.may_pass() && !matches!(error, ServiceError::Closed { .. });
    state.trouble += 1;
    if !passes_soon || state.trouble >= MOST_TROUBLE {
        return stop(state, error.text());
    }
    let call = signed_in_look(pass).not_before(later(pass.now, TROUBLE_S));
    let text = error.text();
    let reason = Text::new(
        format!("{}；{TROUBLE_S} 秒后再看一次", text.zh),
        format!("{}; looking again in {TROUBLE_S} s", text.en),
    );
    Step::call(state, call, "looking", reason)
}

fn signed_in(mut state: State, answer: &Value) -> Step<State> {
    state.stage = Stage::SignedIn;
    let tails = |name: &str| -> Vec<String> {
        let entries = answer[name].as_array().into_iter().flatten();
        let tail = |entry: &Value| entry["car"].as_str().or(entry.as_str()).map(str::to_owned);
        entries.filter_map(tail).collect()
    };
    let cars = tails("cars");
    let mut said = vec![cars_in_words(&cars)];
    let missing = tails("missing");
    if !missing.is_empty() {
        said.push(Text::new(
            format!("填的车（末四位 {}）不在账号的列表里", missing.join("、")),
            format!("not among them: {}, filled in here", missing.join(", ")),
        ));
    }
    said.push(one_place());
    let outcome = json!({ "signed_in": true, "cars": cars.len() });
    Step::done(state, outcome, sentence(&said))
}

fn cars_in_words(cars: &[String]) -> Text {
    match cars {
        [] => Text::new(
            "登录成功，但账号里没有车",
            "signed in, but the account has no car",
        ),
        cars => Text::new(
            format!("登录成功，账号里的车：末四位 {}", cars.join("、")),
            format!("signed in; cars of the account: {}", cars.join(", ")),
        ),
    }
}

/// What owners are surprised by afterwards.
fn one_place() -> Text {
    Text::new(
        "车厂多半只许一个账号登录一处：手机 App 用同一个账号，会和代办互相挤下线；最好把车分享给你自己的第二个账号，让代办用那一个",
        "most makers allow one session for an account: the phone app on the same account and daiban sign each other out; better share the car with a second account of yours and let daiban use that",
    )
}

fn stop(mut state: State, text: &Text) -> Step<State> {
    state.stage = Stage::GivenUp;
    let reason = Text::new(
        format!("登录没有成功：{}", text.zh),
        format!("not signed in: {}", text.en),
    );
    Step::failed(state, json!({ "signed_in": false }), reason)
}
