//! The `/otn` half of being signed in: `JSESSIONID` and `tk`, the redirects in between, and how the
//! service says that it knows nobody. Left to others: the `/passport` half (`passport`).

use axum::http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{RailAccount, envelope, error_page, form, here, illegal, passport};
use crate::answer::{Answer, Call};
use crate::world::World;

pub(crate) const LOGIN_PAGE: &str = "/otn/resources/login.html";
pub(crate) const PASSPORT_PAGE: &str = "/otn/passport";
const PASSPORT_REDIRECT: &str = "/otn/passport?redirect=/otn/login/userLogin";
pub(crate) const HOME_PAGE: &str = "/otn/view/index.html";

/// How the rail service answers a call that needs a sign-in (all *seen* by public clients, 2019–2026).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedOut {
    /// 302 to login.html.
    #[default]
    LoginPage,
    /// 302 to `/otn/passport?redirect=…`.
    PassportPage,
    /// 200 with the sign-in page where JSON is due.
    Html,
    /// JSON with `isRelogin` "Y".
    Relogin,
    /// JSON with `data.noLogin` "true".
    NoLogin,
    /// JSON with status false and the message 用户未登录.
    Message,
}

/// What stands behind a `JSESSIONID`.
#[derive(Default)]
pub(crate) struct Session {
    /// It was given out by the passport page, so a sign-in may be brought to it.
    from_passport_page: bool,
    signed_in: Option<SignedIn>,
}

struct SignedIn {
    username: String,
    tk: String,
    at_ms: i64,
}

/// Cookies of a first visit; a client that has a session keeps it.
pub(crate) fn with_session(world: &mut World, call: &Call, answer: Answer) -> Answer {
    if in_session(world, call) {
        return answer;
    }
    with_new_session(world, answer, Session::default())
}

fn with_new_session(world: &mut World, answer: Answer, session: Session) -> Answer {
    let id = world.chance.hex32().to_ascii_uppercase();
    let route = world.chance.hex32();
    world.rail.sessions.insert(id.clone(), session);
    answer
        .with(SET_COOKIE, format!("JSESSIONID={id}; Path=/otn"))
        .with(SET_COOKIE, format!("route={route}; Path=/"))
        .with(
            SET_COOKIE,
            "BIGipServerotn=1005584650.50210.0000; path=/".into(),
        )
}

pub(crate) fn in_session(world: &World, call: &Call) -> bool {
    session(world, call).is_some()
}

fn session<'a>(world: &'a World, call: &Call) -> Option<&'a Session> {
    call.cookie("route")?;
    world.rail.sessions.get(call.cookie("JSESSIONID")?)
}

/// Who is signed in: the session must be, and `tk` must be the one it was signed in with.
pub(crate) fn account_of<'a>(world: &'a World, call: &Call) -> Option<&'a RailAccount> {
    let signed_in = alive(world, call)?;
    if call.cookie("tk") != Some(&signed_in.tk) {
        return None;
    }
    world.rail.account(&signed_in.username)
}

/// The session's sign-in, if it has one that has not ended.
fn alive<'a>(world: &'a World, call: &Call) -> Option<&'a SignedIn> {
    let signed_in = session(world, call)?.signed_in.as_ref()?;
    (!ended(world, signed_in.at_ms)).then_some(signed_in)
}

/// Whether a sign-in of that moment is worth nothing now.
pub(crate) fn ended(world: &World, at_ms: i64) -> bool {
    let options = &world.options;
    let too_old = |life| world.now - at_ms >= life;
    options.rail_session_loss || options.rail_session_life_ms.is_some_and(too_old)
}

pub(crate) fn sign_everybody_out(world: &mut World) {
    let sessions = world.rail.sessions.values_mut();
    sessions.for_each(|session| session.signed_in = None);
    passport::sign_everybody_out(world);
}

/// The answer to a call that needs a sign-in.
pub(crate) fn signed_out(world: &World, call: &Call) -> Answer {
    match world.options.rail_signed_out {
        SignedOut::LoginPage => Answer::redirect(here(call, LOGIN_PAGE)),
        SignedOut::PassportPage => Answer::redirect(here(call, PASSPORT_REDIRECT)),
        SignedOut::Html => login_page(),
        SignedOut::Relogin => {
            let mut body = envelope(Value::Null);
            body["isRelogin"] = json!("Y");
            Answer::json(&body)
        }
        SignedOut::NoLogin => Answer::json(&envelope(json!({"noLogin": "true"}))),
        SignedOut::Message => Answer::json(&json!({
            "validateMessagesShowId": "_validatorMessage", "status": false, "httpstatus": 200,
            "messages": ["用户未登录"], "validateMessages": {},
        })),
    }
}

pub(crate) fn login_page() -> Answer {
    page("登录", "请您登录")
}

pub(crate) fn home_page(world: &World, call: &Call) -> Answer {
    if account_of(world, call).is_none() {
        return Answer::redirect(here(call, LOGIN_PAGE));
    }
    page("我的12306", "")
}

pub(super) fn page(title: &str, body: &str) -> Answer {
    Answer::html(
        200,
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{body}</body></html>"
        ),
    )
}

/// `/otn/login/userLogin`: to the passport page, and once signed in to the home page with `uKey`.
///
/// A client that lost only its `tk` is sent to login.html and its session is gone: half a session
/// was *seen* to end so in 2026, by one author.
pub(crate) fn user_login(world: &mut World, call: &Call) -> Answer {
    let referer = call.header("referer");
    if !referer.contains(LOGIN_PAGE) && !referer.contains(PASSPORT_PAGE) {
        return error_page(call);
    }
    if account_of(world, call).is_some() {
        let key = world.chance.hex32();
        return Answer::redirect(here(call, HOME_PAGE))
            .with(SET_COOKIE, format!("uKey={key}; Path=/otn"));
    }
    if alive(world, call).is_some() {
        let id = call.cookie("JSESSIONID").unwrap_or_default();
        world.rail.sessions.remove(id);
        return Answer::redirect(here(call, LOGIN_PAGE));
    }
    Answer::redirect(here(call, PASSPORT_REDIRECT))
}

/// The page between the two halves; it gives a new `JSESSIONID`.
pub(crate) fn passport_page(world: &mut World, call: &Call) -> Answer {
    if call.query != "redirect=/otn/login/userLogin" {
        return error_page(call);
    }
    let session = Session {
        from_passport_page: true,
        signed_in: None,
    };
    with_new_session(world, page("跳转中", ""), session)
}

/// `/otn/uamauthclient`: takes `newapptk` as `tk` and signs the session in.
///
/// That the session must come from the passport page is *guessed*: every client seen goes that way.
pub(crate) fn authorise(world: &mut World, call: &Call) -> Answer {
    let ready = session(world, call).is_some_and(|session| session.from_passport_page);
    if !call.header("referer").contains(PASSPORT_PAGE) || !ready {
        return error_page(call);
    }
    let fields = form(call);
    let Some((_, tk)) = fields.into_iter().find(|(name, _)| name == "tk") else {
        return error_page(call);
    };
    let username = passport::owner_of(world, &tk);
    let account = username.and_then(|username| world.rail.account(&username).cloned());
    let Some(account) = account else {
        return Answer::json(&json!({"result_message": "用户未登录", "result_code": 1}));
    };
    sign_in(world, call, &account.username, &tk);
    Answer::json(&json!({
        "apptk": tk, "result_code": 0, "result_message": "验证通过", "username": account.name,
    }))
    .with(SET_COOKIE, format!("tk={tk}; Path=/otn"))
}

fn sign_in(world: &mut World, call: &Call, username: &str, tk: &str) {
    // A repeated request, as after a lost answer, changes nothing.
    if alive(world, call).is_some_and(|signed_in| signed_in.tk == tk) {
        return;
    }
    let signed_in = SignedIn {
        username: username.into(),
        tk: tk.into(),
        at_ms: world.now,
    };
    let id = call.cookie("JSESSIONID").unwrap_or_default();
    if let Some(session) = world.rail.sessions.get_mut(id) {
        session.signed_in = Some(signed_in);
        world.effect("rail", format!("rail.sign_in {username}"));
    }
}

/// `/otn/login/checkUser`.
pub(crate) fn check_user(world: &World, call: &Call) -> Answer {
    let asked = form(call).iter().any(|(name, _)| name == "_json_att");
    if !asked || !call.header("referer").contains("/otn/") {
        return illegal();
    }
    let flag = account_of(world, call).is_some();
    Answer::json(&envelope(json!({"flag": flag})))
}

/// `/otn/index/initMy12306Api`. That `user_status` is there means signed in (*seen*); its value is *guessed*.
pub(crate) fn profile(world: &World, call: &Call) -> Answer {
    let Some(account) = account_of(world, call) else {
        return signed_out(world, call);
    };
    Answer::json(&envelope(
        json!({"user_status": "1", "user_name": account.name}),
    ))
}
