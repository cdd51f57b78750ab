//! The steps into an account: a picture, a text message, both of them in one session. Also texts of `ORDER_CODE`.

use std::collections::BTreeMap;

use axum::http::header::SET_COOKIE;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::patients::masked_name;
use super::reply::{bad_fields, ok, refused, refused_with};
use super::rules::HospitalSignedOut;
use super::session::{self, Visitor};
use super::strict::{body, query};
use super::{HospitalAccount, secret};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::permit::picture as drawing;
use crate::world::World;

const PICTURE_COOKIE: &str = "agent_login_img_code";
const WRONG_SMS: &str = "手机验证码错误！";
const WRONG_PICTURE: &str = "图片验证码错误";

#[derive(Default)]
pub(super) struct SignIn {
    /// By the cookie that ties a picture to its session.
    pictures: BTreeMap<String, Picture>,
    /// By mobile.
    messages: BTreeMap<String, Message>,
    /// Text messages by mobile and day.
    sent: BTreeMap<(String, Date), u32>,
}

struct Code {
    text: String,
    made_ms: i64,
}

struct Picture {
    code: Code,
    /// The session it was made in.
    session: usize,
}

struct Message {
    code: Code,
    /// `LOGIN` or `ORDER_CODE`.
    purpose: String,
    is_used: bool,
}

/// `img/getImgCode`: a picture of four digits.
pub(super) fn picture(world: &mut World, call: &Call, visitor: &Visitor) -> Result<Answer, Answer> {
    query(call, &[], &["checkType"])?;
    let (id, text) = (world.chance.hex32(), world.chance.digits(4));
    let image = drawing::png(&text);
    let made_ms = world.now;
    let picture = Picture {
        code: Code { text, made_ms },
        session: visitor.id,
    };
    world.hospital.sign_in.pictures.insert(id.clone(), picture);
    let cookie = format!("{PICTURE_COOKIE}={id}; Path=/; HttpOnly");
    Ok(Answer::png(image).with(SET_COOKIE, cookie))
}

/// `checkcode`: whether the picture was read rightly. A wrong reading spends it (*guessed*).
pub(super) fn check_picture(
    world: &mut World,
    call: &Call,
    visitor: &Visitor,
) -> Result<Answer, Answer> {
    let fields = query(call, &["code"], &["mobile", "checkType"])?;
    let is_right = fits_picture(world, call, visitor, fields.text("code"));
    if !is_right {
        spend_picture(world, call);
    }
    Ok(ok(&json!(is_right)))
}

fn fits_picture(world: &World, call: &Call, visitor: &Visitor, text: &str) -> bool {
    let life = world.options.hospital.picture_life_ms;
    let id = call.cookie(PICTURE_COOKIE).unwrap_or_default();
    let Some(picture) = world.hospital.sign_in.pictures.get(id) else {
        return false;
    };
    let is_fresh = world.now - picture.code.made_ms < life;
    is_fresh && picture.session == visitor.id && picture.code.text == text
}

fn spend_picture(world: &mut World, call: &Call) {
    let id = call.cookie(PICTURE_COOKIE).unwrap_or_default();
    world.hospital.sign_in.pictures.remove(id);
}

/// `common/verify-code/get`: a text message for signing in, against a picture, or for a booking.
pub(super) fn send_code(
    world: &mut World,
    call: &Call,
    visitor: &Visitor,
) -> Result<Answer, Answer> {
    let fields = query(call, &["smsKey"], &["mobile", "code", "uniqProductKey"])?;
    match fields.text("smsKey") {
        "LOGIN" => {
            let mobile = mobile_of(world, fields.text("mobile"))
                .ok_or_else(|| refused("手机号格式不正确"))?;
            let is_right = fits_picture(world, call, visitor, fields.text("code"));
            spend_picture(world, call);
            if !is_right {
                return Err(refused(WRONG_PICTURE));
            }
            send(world, &mobile, "LOGIN")
        }
        "ORDER_CODE" => {
            let Some(account) = session::account_of(world, call, visitor) else {
                return Err(session::signed_out(world));
            };
            let key = fields.text("uniqProductKey");
            let confirmed = world.hospital.confirmed.get(&account.mobile);
            let is_shown = confirmed.is_some_and(|confirmed| confirmed.key == key);
            let sent_to = fields.text("mobile");
            let is_own =
                sent_to.is_empty() || mobile_of(world, sent_to).as_ref() == Some(&account.mobile);
            if !is_shown || !is_own || !fields.text("code").is_empty() {
                return Err(bad_fields());
            }
            send(world, &account.mobile, "ORDER_CODE")
        }
        _ => Err(bad_fields()),
    }
}

fn mobile_of(world: &World, sealed: &str) -> Option<String> {
    let mobile = secret::open(&world.options.hospital.aes_key, sealed)?;
    is_mobile(&mobile).then_some(mobile)
}

/// Eleven digits.
pub(super) fn is_mobile(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn send(world: &mut World, mobile: &str, purpose: &str) -> Result<Answer, Answer> {
    let (now, rules) = (world.now, &world.options.hospital);
    let last = world.hospital.sign_in.messages.get(mobile);
    if last.is_some_and(|last| now - last.code.made_ms < rules.sms_pause_ms) {
        return Err(refused_with(812, "短信发送太频繁"));
    }
    let day = (mobile.to_owned(), clock::date(now));
    let sent = world.hospital.sign_in.sent.entry(day).or_default();
    if *sent >= rules.sms_daily {
        return Err(refused_with(
            817,
            "抱歉，短信验证码发送次数已达到今日上限！",
        ));
    }
    *sent += 1;
    let code = Code {
        text: world.chance.digits(6),
        made_ms: now,
    };
    let message = Message {
        code,
        purpose: purpose.into(),
        is_used: false,
    };
    world
        .hospital
        .sign_in
        .messages
        .insert(mobile.into(), message);
    world.effect("hospital", format!("hospital.sms {purpose}"));
    Ok(ok(&Value::Null))
}

/// Takes the code of the last text message of that purpose, once.
pub(super) fn spend_code(
    world: &mut World,
    mobile: &str,
    purpose: &str,
    code: &str,
) -> Result<(), Answer> {
    let (now, life) = (world.now, world.options.hospital.sms_life_ms);
    let last = world.hospital.sign_in.messages.get_mut(mobile);
    let Some(message) = last.filter(|message| {
        let is_fresh = now - message.code.made_ms < life;
        is_fresh && !message.is_used && message.purpose == purpose && message.code.text == code
    }) else {
        return Err(refused(WRONG_SMS));
    };
    message.is_used = true;
    Ok(())
}

/// `login`: mobile and code, both sealed.
pub(super) fn login(world: &mut World, call: &Call, visitor: &Visitor) -> Result<Answer, Answer> {
    let fields = body(call, &["mobile", "code"], &[])?;
    let mobile =
        mobile_of(world, fields.text("mobile")).ok_or_else(|| refused("手机号格式不正确"))?;
    let code = secret::open(&world.options.hospital.aes_key, fields.text("code"));
    let code = code.ok_or_else(|| refused(WRONG_SMS))?;
    spend_code(world, &mobile, "LOGIN", &code)?;
    let Some(account) = world.hospital.account(&mobile).cloned() else {
        return Err(refused("用户不存在"));
    };
    world.effect("hospital", format!("hospital.login {}", &mobile[7..]));
    let answer = ok(&profile(world, &account));
    Ok(session::sign_in(world, call, visitor, &mobile, answer))
}

/// Only `userId` was *seen* to be there.
fn profile(world: &World, account: &HospitalAccount) -> Value {
    let mut accounts = world.hospital.accounts.iter();
    let index = accounts.position(|known| known.mobile == account.mobile);
    let mobile = &account.mobile;
    json!({
        "userId": 900_000_001 + index.unwrap_or_default(),
        "name": masked_name(&account.name),
        "mobile": format!("{}****{}", &mobile[..3], &mobile[7..]),
    })
}

/// `user/info`; for a visitor it is fine and holds nothing, unless the rules say otherwise.
pub(super) fn user_info(
    world: &mut World,
    call: &Call,
    visitor: &Visitor,
) -> Result<Answer, Answer> {
    if let Some(account) = session::account_of(world, call, visitor) {
        return Ok(ok(&profile(world, &account)));
    }
    match world.options.hospital.signed_out {
        HospitalSignedOut::Anonymous => Ok(ok(&Value::Null)),
        _ => Err(session::signed_out(world)),
    }
}

pub(super) fn logout(world: &mut World, visitor: &Visitor) -> Result<Answer, Answer> {
    Ok(session::sign_out(world, visitor, ok(&Value::Null)))
}

/// `token/accredit`: the key of sealed fields. That `data` is the bare text is *guessed*.
pub(super) fn accredit(world: &World) -> Result<Answer, Answer> {
    Ok(ok(&json!(world.options.hospital.aes_key)))
}

/// The digits in a picture, given the picture as it was handed out, in Base64.
pub(crate) fn read_picture(world: &World, image: &str) -> Option<String> {
    let mut pictures = world.hospital.sign_in.pictures.values();
    let shows = |picture: &&Picture| STANDARD.encode(drawing::png(&picture.code.text)) == image;
    pictures
        .find(shows)
        .map(|picture| picture.code.text.clone())
}

/// The code of the last text message to that number.
pub(crate) fn sms_code(world: &World, mobile: &str) -> Option<String> {
    let message = world.hospital.sign_in.messages.get(mobile)?;
    Some(message.code.text.clone())
}

/// What a person at the screen could read: digits by the picture's cookie.
pub(crate) fn pictures(world: &World) -> Value {
    let pictures = world.hospital.sign_in.pictures.iter();
    pictures
        .map(|(id, picture)| (id.clone(), json!(picture.code.text)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// What a person with the phone could read: the last code by mobile.
pub(crate) fn sms_codes(world: &World) -> Value {
    let messages = world.hospital.sign_in.messages.iter();
    messages
        .map(|(mobile, message)| (mobile.clone(), json!(message.code.text)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
