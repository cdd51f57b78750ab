//! The `/passport` half of signing in: QR codes, `uamtk` and the token for `/otn`. Left to others:
//! the codes themselves (`qr`), the password way (`password`), the `/otn` half (`session`).
//!
//! `result_code` is a string from the two QR calls and a number from the others, as *seen* in 2018 and 2024.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::header::SET_COOKIE;
use serde_json::{Value, json};

use super::qr::{self, Standing};
use super::session::{self, LOGIN_PAGE, PASSPORT_PAGE};
use super::{RailAccount, error_page, form, password};
use crate::answer::{Answer, Call};
use crate::world::World;

#[derive(Default)]
pub(crate) struct Passport {
    /// `_passport_session`s given out.
    sessions: BTreeSet<String>,
    /// By `uamtk`.
    signed_in: BTreeMap<String, SignedIn>,
    /// By `newapptk`.
    app_tokens: BTreeMap<String, SignedIn>,
}

struct SignedIn {
    username: String,
    at_ms: i64,
    /// `result_code` that stands between this person and `/otn`; 0 for none.
    demand: i64,
}

pub(crate) fn sign_everybody_out(world: &mut World) {
    world.rail.passport.signed_in.clear();
    world.rail.passport.app_tokens.clear();
    // A code that has done its work must not sign in once more.
    world.rail.codes.retain(|code| code.uamtk.is_none());
}

pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    let path = call.path.strip_prefix("/passport/web/").unwrap_or_default();
    let Some(page) = page_of(path) else {
        return error_page(call);
    };
    let fields = form(call);
    let is_otn = fields
        .iter()
        .any(|(name, value)| name == "appid" && value == "otn");
    if call.method != "POST" || !call.header("referer").contains(page) || !is_otn {
        return error_page(call);
    }
    let session = passport_session(world, call);
    let field = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.as_str())
    };
    let answer = match path {
        "create-qr64" => create(world, &session),
        "checkqr" => check(world, field("uuid"), &session),
        "auth/uamtk-static" => is_signed_in(world, call),
        "auth/uamtk" => app_token(world, call),
        "checkLoginVerify" if !field("username").is_empty() => password::what_is_asked(world),
        "getMessageCode" if field("castNum").len() == 4 => {
            password::send_code(world, field("username"), field("castNum"))
        }
        "login" => password::login(world, call, &fields),
        _ => error_page(call),
    };
    if call.cookie("_passport_session") == Some(&session) {
        return answer;
    }
    answer
        .with(
            SET_COOKIE,
            format!("_passport_session={session}; Path=/passport"),
        )
        .with(
            SET_COOKIE,
            "BIGipServerpassport=937951498.50215.0000; path=/".into(),
        )
}

/// The page that makes the call and must be named as Referer. uamtk-static is asked by many pages.
fn page_of(path: &str) -> Option<&'static str> {
    Some(match path {
        "create-qr64" | "checkqr" | "checkLoginVerify" | "getMessageCode" | "login" => LOGIN_PAGE,
        "auth/uamtk" => PASSPORT_PAGE,
        "auth/uamtk-static" => "/otn/",
        _ => return None,
    })
}

/// The browser's session here, a new one if it has none.
fn passport_session(world: &mut World, call: &Call) -> String {
    let known = call
        .cookie("_passport_session")
        .filter(|id| world.rail.passport.sessions.contains(*id));
    if let Some(known) = known {
        return known.into();
    }
    let id = world.chance.hex32();
    world.rail.passport.sessions.insert(id.clone());
    id
}

fn create(world: &mut World, session: &str) -> Answer {
    let uuid = qr::new_code(world, session);
    Answer::json(&json!({
        "image": qr::picture(&uuid), "result_message": "生成二维码成功", "result_code": "0", "uuid": uuid,
    }))
}

/// A code of another browser is as unknown as one never made (*guessed*).
fn check(world: &mut World, uuid: &str, session: &str) -> Answer {
    let now = world.now;
    let Some(code) = qr::find(world, uuid, session) else {
        return told("5", "系统异常");
    };
    match code.standing(now) {
        Standing::Waiting => told("0", "二维码状态查询成功"),
        Standing::Scanned => told("1", "二维码状态查询成功"),
        Standing::Ended => told("3", "二维码已过期"),
        Standing::Confirmed(username) => hand_out(world, uuid, session, username),
    }
}

fn told(code: &str, message: &str) -> Answer {
    Answer::json(&json!({"result_message": message, "result_code": code}))
}

/// Gives `uamtk`; asked again, the same one, so that a lost answer does no harm.
fn hand_out(world: &mut World, uuid: &str, session: &str, username: String) -> Answer {
    let (at_ms, fresh) = (world.now, world.chance.hex32());
    let code = qr::find(world, uuid, session);
    let uamtk = code.map_or(fresh.clone(), |code| {
        code.uamtk.get_or_insert(fresh).clone()
    });
    let signed_in = &mut world.rail.passport.signed_in;
    signed_in.entry(uamtk.clone()).or_insert(SignedIn {
        username,
        at_ms,
        demand: 0,
    });
    with_uamtk(
        json!({"result_message": "扫码登录成功", "result_code": "2", "uamtk": uamtk}),
        &uamtk,
    )
}

pub(crate) fn with_uamtk(body: Value, uamtk: &str) -> Answer {
    Answer::json(&body).with(SET_COOKIE, format!("uamtk={uamtk}; Path=/passport"))
}

/// A new `uamtk` for that person, with a demand or 0.
pub(crate) fn sign_in(world: &mut World, username: String, demand: i64) -> String {
    let (at_ms, uamtk) = (world.now, world.chance.hex32());
    let signed_in = SignedIn {
        username,
        at_ms,
        demand,
    };
    let passport = &mut world.rail.passport;
    passport.signed_in.insert(uamtk.clone(), signed_in);
    uamtk
}

/// Who stands behind the cookie `uamtk`.
fn signed_in<'a>(world: &'a World, call: &Call) -> Option<&'a SignedIn> {
    let signed_in = world.rail.passport.signed_in.get(call.cookie("uamtk")?)?;
    (!session::ended(world, signed_in.at_ms)).then_some(signed_in)
}

fn app_token_of<'a>(world: &'a World, app_token: &str) -> Option<&'a SignedIn> {
    let given = world.rail.passport.app_tokens.get(app_token)?;
    (!session::ended(world, given.at_ms)).then_some(given)
}

/// Whom a `newapptk` was given to that needs nothing more.
pub(crate) fn owner_of(world: &World, app_token: &str) -> Option<String> {
    let given = app_token_of(world, app_token)?;
    (given.demand == 0).then(|| given.username.clone())
}

/// Whom a `newapptk` was given to together with a demand.
pub(crate) fn demanded_of(world: &World, app_token: &str) -> Option<String> {
    let given = app_token_of(world, app_token)?;
    (given.demand != 0).then(|| given.username.clone())
}

/// The person has done what was demanded; their `uamtk` is as good as any from now on.
pub(crate) fn meet_demand(world: &mut World, app_token: &str) {
    let passport = &mut world.rail.passport;
    let Some(given) = passport.app_tokens.get_mut(app_token) else {
        return;
    };
    given.demand = 0;
    let username = given.username.clone();
    let theirs = passport.signed_in.values_mut();
    theirs
        .filter(|signed_in| signed_in.username == username)
        .for_each(|signed_in| signed_in.demand = 0);
}

fn nobody() -> Answer {
    Answer::json(&json!({"result_message": "用户未登录", "result_code": 1}))
}

fn is_signed_in(world: &World, call: &Call) -> Answer {
    // That somebody of whom something is demanded counts as nobody is *guessed*.
    if signed_in(world, call).is_none_or(|signed_in| signed_in.demand != 0) {
        return nobody();
    }
    Answer::json(&json!({"result_message": "验证通过", "result_code": 0}))
}

fn app_token(world: &mut World, call: &Call) -> Answer {
    let Some(known) = signed_in(world, call) else {
        return nobody();
    };
    let (username, own) = (known.username.clone(), known.demand);
    let code = match world.options.rail_uamtk_code {
        0 => own,
        code => code,
    };
    // Only a message can be passed here, and only after a password.
    let passable = own != 0 && code == own && matches!(code, 91 | 92);
    if code != 0 && !passable {
        return Answer::json(&json!({"result_message": demand(code), "result_code": code}));
    }
    let (at_ms, token) = (world.now, world.chance.hex32());
    let mobile = world.rail.account(&username).map(mobile_tail);
    let given = SignedIn {
        username,
        at_ms,
        demand: code,
    };
    let tokens = &mut world.rail.passport.app_tokens;
    tokens.insert(token.clone(), given);
    if code != 0 {
        return Answer::json(&json!({
            "result_message": demand(code), "result_code": code, "newapptk": token, "mobile": mobile,
        }));
    }
    Answer::json(&json!({
        "result_message": "验证通过", "result_code": 0, "apptk": Value::Null, "newapptk": token,
    }))
}

/// The end of the phone's number, as the script shows it.
fn mobile_tail(account: &RailAccount) -> String {
    let tail = account.phone.len().saturating_sub(4);
    account.phone.get(tail..).unwrap_or_default().into()
}

/// Codes as *seen* in 12306's own sign-in script; the words are *guessed*.
pub(crate) fn demand(code: i64) -> &'static str {
    match code {
        91 => "请用绑定的手机发送短信进行核验",
        92 => "请输入短信验证码进行核验",
        94 => "请到车站窗口办理核验",
        95 => "请在铁路12306手机客户端确认",
        97 => "请完成滑块验证",
        101 => "您的密码已过期，请修改密码",
        _ => "系统忙，请稍后重试",
    }
}
