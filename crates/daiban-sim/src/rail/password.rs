//! Signing in by password: what is asked beside it, the SMS code, the sign-in itself, and the check
//! that some people must pass afterwards. Left to others: cookies and tokens (`passport`).
//!
//! Fields, headers and the meaning of most numbers were *seen* in 12306's own sign-in script and in
//! a session recorded in 2024. Words are *guessed* unless a note says otherwise.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherDecrypt, KeyInit};

use super::{RailAccount, envelope, error_page, form, passport, session};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;

/// In the open in 12306's own script: the password is wrapped, not kept safe.
const KEY: &[u8; 16] = b"tiekeyuankp12306";
/// The button of the sign-in page is dead for so long (*seen* in its script).
const SMS_PAUSE_MS: i64 = 60_000;
/// *Guessed*.
const SMS_LIFE_MS: i64 = 300_000;
/// Told by public clients, not documented.
const SMS_A_DAY: u32 = 10;
/// The page's own words: locked after more than four wrong ones. For how long is *guessed*.
const WRONG_BEFORE_LOCK: u32 = 4;
const LOCK_MS: i64 = 20 * 60_000;

/// *Seen* in 2024, all of them also when they are empty.
const FIELDS: [&str; 9] = [
    "sessionId",
    "sig",
    "if_check_slide_passcode_token",
    "scene",
    "checkMode",
    "randCode",
    "username",
    "password",
    "appid",
];

/// What the service remembers of password sign-ins, by username.
#[derive(Default)]
pub(crate) struct Passwords {
    messages: BTreeMap<String, Message>,
    sent: BTreeMap<(String, Date), u32>,
    wrong: BTreeMap<String, Wrong>,
}

struct Message {
    code: String,
    sent_ms: i64,
    used: bool,
}

#[derive(Default)]
struct Wrong {
    count: u32,
    last_ms: i64,
}

/// The SMS code last sent to that person.
pub(crate) fn sms_code(world: &World, username: &str) -> Option<String> {
    let message = world.rail.passwords.messages.get(username)?;
    Some(message.code.clone())
}

/// All codes as their phones show them, for the control path.
pub(crate) fn sms_codes(world: &World) -> Value {
    let messages = world.rail.passwords.messages.iter();
    let codes: Map<String, Value> = messages
        .map(|(username, message)| (username.clone(), json!(message.code)))
        .collect();
    Value::Object(codes)
}

fn told(code: i64, words: &str) -> Answer {
    Answer::json(&json!({"result_message": words, "result_code": code}))
}

fn slider() -> Answer {
    told(97, "验证码校验失败，请完成滑块验证")
}

/// `checkLoginVerify`: what is asked beside the password. The same for known and unknown names.
pub(crate) fn what_is_asked(world: &World) -> Answer {
    Answer::json(&json!({"result_code": 0, "login_check_code": world.options.rail_login_check}))
}

/// `getMessageCode`: by the sign-in name only; a phone number or an e-mail address is as wrong as
/// an unknown name (told by public clients).
pub(crate) fn send_code(world: &mut World, username: &str, tail: &str) -> Answer {
    if world.options.rail_login_check == "2" {
        return slider();
    }
    let fits = |account: &&RailAccount| account.id_tail.eq_ignore_ascii_case(tail);
    if world.rail.account(username).filter(fits).is_none() {
        return told(11, "您输入的用户名与证件号码后四位不匹配");
    }
    match send_if_due(world, username) {
        Ok(()) => told(0, "获取手机验证码成功！"),
        Err(words) => told(1, words),
    }
}

/// A message to the account's phone, as often as the service sends any.
fn send_if_due(world: &mut World, username: &str) -> Result<(), &'static str> {
    let account = world.rail.account(username);
    if account.is_none_or(|account| account.phone.is_empty()) {
        return Err("您的账号没有已核验的手机号码");
    }
    let passwords = &world.rail.passwords;
    let last = passwords.messages.get(username);
    if last.is_some_and(|message| world.now - message.sent_ms < SMS_PAUSE_MS) {
        return Err("获取短信验证码过于频繁，请稍后重试");
    }
    let key = (username.to_owned(), clock::date(world.now));
    let sent = passwords.sent.get(&key).copied().unwrap_or_default();
    if sent >= SMS_A_DAY {
        return Err("您今日获取短信验证码的次数已达上限");
    }
    world.rail.passwords.sent.insert(key, sent + 1);
    send(world, username);
    Ok(())
}

fn send(world: &mut World, username: &str) {
    let message = Message {
        code: world.chance.digits(6),
        sent_ms: world.now,
        used: false,
    };
    let messages = &mut world.rail.passwords.messages;
    messages.insert(username.into(), message);
    world.effect("rail", format!("rail.sms {username}"));
}

/// What `login` was sent.
struct Given<'a> {
    username: &'a str,
    password: &'a str,
    mode: &'a str,
    code: &'a str,
    /// One of the slider's fields holds something.
    slid: bool,
}

/// `login`: sets `uamtk` when all is right.
pub(crate) fn login(world: &mut World, call: &Call, fields: &[(String, String)]) -> Answer {
    let Some(given) = given(call, fields) else {
        return error_page(call);
    };
    if let Some(refusal) = wrong_way(world, &given) {
        return refusal;
    }
    let Some(account) = world.rail.account(given.username).cloned() else {
        return told(2, "登录名不存在");
    };
    if is_locked(world, &account.username) {
        return told(2, "您的用户已经被锁定，请稍后再试");
    }
    if given.mode == "0"
        && let Some(refusal) = wrong_code(world, &account.username, given.code)
    {
        return refusal;
    }
    let Some(password) = unwrapped(given.password) else {
        return told(1, "密码格式不正确");
    };
    if account.password.is_empty() || password != account.password {
        return wrong_password(world, &account.username);
    }
    succeed(world, account.username)
}

/// All fields once and no other, from the page with its two headers; `None` is sent away.
fn given<'a>(call: &Call, fields: &'a [(String, String)]) -> Option<Given<'a>> {
    let is_page = call.header("ispasswordcopy") == "N" && call.headers.contains_key("appflag");
    let has = |name: &&str| fields.iter().any(|(key, _)| key == *name);
    if !is_page || fields.len() != FIELDS.len() || !FIELDS.iter().all(has) {
        return None;
    }
    let value = |name: &str| {
        let found = fields.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    Some(Given {
        username: value("username"),
        password: value("password"),
        mode: value("checkMode"),
        code: value("randCode"),
        slid: FIELDS[..4].iter().any(|name| !value(name).is_empty()),
    })
}

/// The slider is for people; nothing that a program sends in its place is taken here.
fn wrong_way(world: &World, given: &Given) -> Option<Answer> {
    let asked = world.options.rail_login_check.as_str();
    if asked == "2" || given.mode == "1" || given.slid {
        return Some(slider());
    }
    let right = match given.mode {
        "" => asked == "0",
        "0" => true,
        _ => false,
    };
    (!right).then(|| told(11, "核验方式不正确"))
}

fn wrong_code(world: &World, username: &str, given: &str) -> Option<Answer> {
    let message = world.rail.passwords.messages.get(username);
    let Some(message) = message.filter(|message| message.code == given && !message.used) else {
        return Some(told(11, "短信验证码输入有误"));
    };
    let old = world.now - message.sent_ms >= SMS_LIFE_MS;
    old.then(|| told(11, "短信验证码已过期，请重新获取"))
}

/// `@`, then Base64 of SM4 in ECB with PKCS#7 padding, as 12306's own script wraps it.
fn unwrapped(text: &str) -> Option<String> {
    let sealed = STANDARD.decode(text.strip_prefix('@')?).ok()?;
    if sealed.is_empty() || sealed.len() % 16 != 0 {
        return None;
    }
    let cipher = Sm4::new(&Array(*KEY));
    let mut plain = Vec::new();
    for block in sealed.chunks_exact(16) {
        let mut block = Array::try_from(block).ok()?;
        cipher.decrypt_block(&mut block);
        plain.extend_from_slice(&block);
    }
    let pad = usize::from(*plain.last()?);
    let keep = plain.len().checked_sub(pad)?;
    let padded =
        (1..=16).contains(&pad) && plain[keep..].iter().all(|byte| usize::from(*byte) == pad);
    plain.truncate(keep);
    padded.then(|| String::from_utf8(plain).ok()).flatten()
}

fn is_locked(world: &World, username: &str) -> bool {
    let wrong = world.rail.passwords.wrong.get(username);
    wrong
        .is_some_and(|wrong| wrong.count > WRONG_BEFORE_LOCK && world.now - wrong.last_ms < LOCK_MS)
}

fn wrong_password(world: &mut World, username: &str) -> Answer {
    let now = world.now;
    let wrong = world
        .rail
        .passwords
        .wrong
        .entry(username.into())
        .or_default();
    if now - wrong.last_ms >= LOCK_MS {
        wrong.count = 0;
    }
    wrong.count += 1;
    wrong.last_ms = now;
    told(2, "密码输入错误。如果输错次数超过4次，用户将被锁定。")
}

/// A demand still gives `uamtk`: the script goes on to auth/uamtk, which repeats it (*seen*). Only
/// a password that must be changed ends it here.
fn succeed(world: &mut World, username: String) -> Answer {
    world.rail.passwords.wrong.remove(&username);
    if let Some(message) = world.rail.passwords.messages.get_mut(&username) {
        message.used = true;
    }
    let code = world.options.rail_login_code;
    if code == 101 {
        return told(code, passport::demand(code));
    }
    let uamtk = passport::sign_in(world, username.clone(), code);
    // The person sends `666` there and then, and has the answer on the phone; of 92 the page asks.
    if code == 91 {
        send(world, &username);
    }
    let words = match code {
        0 => "登录成功",
        code => passport::demand(code),
    };
    passport::with_uamtk(
        json!({"result_message": words, "result_code": code, "uamtk": uamtk}),
        &uamtk,
    )
}

/// These fields of a call that the sign-in page makes; `None` from anywhere else.
fn on_the_page<const N: usize>(
    world: &World,
    call: &Call,
    names: [&str; N],
) -> Option<[String; N]> {
    if !call.header("referer").contains("/otn/") || !session::in_session(world, call) {
        return None;
    }
    let fields = form(call);
    let value = |name: &str| {
        let found = fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    let values: Option<Vec<String>> = names.into_iter().map(value).collect();
    values?.try_into().ok()
}

/// `/otn/login/sendMobileMsg`: sends the code that 92 demands, to the token that came with it. The
/// script is content when there are `data` and `status`, and shows `error` otherwise (*seen*).
pub(crate) fn send_demanded(world: &mut World, call: &Call) -> Answer {
    let Some([kind, token]) = on_the_page(world, call, ["type", "tk"]) else {
        return error_page(call);
    };
    let username = passport::demanded_of(world, &token).filter(|_| kind == "login");
    let Some(username) = username else {
        return not_sent("登录信息已失效，请重新登录");
    };
    match send_if_due(world, &username) {
        Ok(()) => Answer::json(&envelope(json!(true))),
        Err(words) => not_sent(words),
    }
}

fn not_sent(words: &str) -> Answer {
    Answer::json(&json!({"status": false, "httpstatus": 200, "error": words}))
}

/// `/otn/login/checkUpMeg`: the code of the message that was demanded, for the token that auth/uamtk
/// gave with the demand. The script looks at `data` alone: there or not (*seen*).
pub(crate) fn check_message(world: &mut World, call: &Call) -> Answer {
    let Some([token, code]) = on_the_page(world, call, ["tk", "randCode"]) else {
        return error_page(call);
    };
    let Some(username) = passport::demanded_of(world, &token) else {
        return Answer::json(&envelope(Value::Null));
    };
    if wrong_code(world, &username, &code).is_some() {
        return Answer::json(&envelope(Value::Null));
    }
    passport::meet_demand(world, &token);
    if let Some(message) = world.rail.passwords.messages.get_mut(&username) {
        message.used = true;
    }
    Answer::json(&envelope(json!(true)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use sm4::cipher::BlockCipherEncrypt;

    use super::*;

    /// The example of the standard (GB/T 32907, appendix A).
    #[test]
    fn the_cipher_is_the_published_one() {
        let key = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128.to_be_bytes();
        let mut block = Array(key);
        Sm4::new(&Array(key)).encrypt_block(&mut block);
        let published = 0x681e_df34_d206_965e_86b3_e94f_536e_4246_u128;
        assert_eq!(u128::from_be_bytes(block.0), published);
    }

    fn wrapped(bytes: &[u8]) -> String {
        let cipher = Sm4::new(&Array(*KEY));
        let sealed: Vec<u8> = bytes
            .chunks_exact(16)
            .flat_map(|block| {
                let mut block = Array::try_from(block).unwrap();
                cipher.encrypt_block(&mut block);
                block.0
            })
            .collect();
        format!("@{}", STANDARD.encode(sealed))
    }

    #[test]
    fn padding_is_taken_off_and_checked() {
        let cases: [(&[u8], Option<&str>); 5] = [
            (
                b"secret\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a",
                Some("secret"),
            ),
            (&[16; 16], Some("")),
            (b"secret\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0b\x0a", None),
            (&[0; 16], None),
            (&[17; 16], None),
        ];
        for (plain, expected) in cases {
            assert_eq!(unwrapped(&wrapped(plain)).as_deref(), expected, "{plain:?}");
        }
        assert_eq!(unwrapped("secret"), None);
        assert_eq!(unwrapped("@c2VjcmV0"), None);
        assert_eq!(unwrapped("@"), None);
    }
}
