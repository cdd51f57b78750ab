//! Signing in with the permit service: doors and tokens, picture code, SMS code.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{
    PermitAccount, channel_of, enveloped, failed, json_body, picture, refused, refused_with, text,
};
use crate::answer::{Answer, Call};
use crate::world::World;

/// *Seen*: the one text for a missing, an expired and another door's token.
pub(crate) const LOST: &str = "令牌为空，请重新登录";

/// How long a picture or SMS code can be used (*guessed*).
const CODE_LIFE_MS: i64 = 300_000;
/// Least time between two SMS codes to one phone (*guessed*).
const SMS_PAUSE_MS: i64 = 60_000;

/// The door a token came from; it opens no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    MiniProgram,
    App,
}

pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) id_number: String,
    pub(crate) channel: Channel,
    pub(crate) issued_ms: i64,
}

#[derive(Default)]
pub(crate) struct Login {
    /// By uuid.
    pictures: BTreeMap<String, Code>,
    /// By phone.
    messages: BTreeMap<String, Code>,
}

struct Code {
    text: String,
    made_ms: i64,
}

impl Login {
    pub(crate) fn picture_text(&self, uuid: &str) -> Option<String> {
        self.pictures.get(uuid).map(|code| code.text.clone())
    }

    /// The code in a picture, given the picture as it was handed out (base64).
    pub(crate) fn read_picture(&self, image: &str) -> Option<String> {
        self.pictures
            .values()
            .find(|code| STANDARD.encode(picture::png(&code.text)) == image)
            .map(|code| code.text.clone())
    }

    pub(crate) fn sms_text(&self, phone: &str) -> Option<String> {
        self.messages.get(phone).map(|code| code.text.clone())
    }

    /// What a person at the screen and with the phone could read, for the control path.
    pub(crate) fn readable(&self) -> Value {
        let texts = |codes: &BTreeMap<String, Code>| -> Map<String, Value> {
            codes
                .iter()
                .map(|(key, code)| (key.clone(), json!(code.text)))
                .collect()
        };
        json!({"pictures": texts(&self.pictures), "sms": texts(&self.messages)})
    }
}

pub(crate) fn keep_token(
    world: &mut World,
    id_number: &str,
    channel: Channel,
    value: String,
) -> String {
    if world.options.one_token_per_channel {
        world
            .permit
            .tokens
            .retain(|token| token.id_number != id_number || token.channel != channel);
    }
    let token = Token {
        value: value.clone(),
        id_number: id_number.into(),
        channel,
        issued_ms: world.now,
    };
    world.permit.tokens.push(token);
    value
}

/// Whose token the bare `Authorization` header holds, at the door it came in by.
pub(crate) fn account_of(world: &World, call: &Call) -> Option<PermitAccount> {
    let value = call.header("authorization");
    let channel = channel_of(call.service);
    let token = world
        .permit
        .tokens
        .iter()
        .find(|token| token.value == value && token.channel == channel)?;
    if world
        .options
        .token_life_ms
        .is_some_and(|life| world.now - token.issued_ms >= life)
    {
        return None;
    }
    world
        .permit
        .accounts
        .iter()
        .find(|account| account.id_number == token.id_number)
        .cloned()
}

pub(crate) fn lost(world: &World) -> Answer {
    if world.options.lost_token_as_500 {
        return refused("用户登录已失效，请重新登录");
    }
    failed(401, LOST)
}

pub(crate) fn answer(world: &mut World, call: &Call, path: &str) -> Answer {
    match (call.method.as_str(), path) {
        // The value is *guessed*: "1" for the form of picture code and SMS code.
        ("GET", "userController/getLoginType") => enveloped("操作成功", json!("1")),
        ("GET", "userController/getPicCode") => new_picture(world),
        ("GET", "userController/getPhoneCode") => new_message(world, call),
        ("POST", "userController/loginUserJjz") => sign_in(world, call),
        _ => failed(404, "请求地址不存在"),
    }
}

fn new_picture(world: &mut World) -> Answer {
    let (uuid, text) = (world.chance.hex32(), world.chance.digits(4));
    let image = STANDARD.encode(picture::png(&text));
    world.permit.login.pictures.insert(
        uuid.clone(),
        Code {
            text,
            made_ms: world.now,
        },
    );
    enveloped("操作成功", json!({"uuid": uuid, "img": image}))
}

fn new_message(world: &mut World, call: &Call) -> Answer {
    let phone = call
        .query_pairs()
        .into_iter()
        .find(|(key, _)| key == "phone")
        .map(|(_, phone)| phone)
        .unwrap_or_default();
    if !world
        .permit
        .accounts
        .iter()
        .any(|account| account.phone == phone)
    {
        return refused("手机号码有误");
    }
    if world
        .permit
        .login
        .messages
        .get(&phone)
        .is_some_and(|code| world.now - code.made_ms < SMS_PAUSE_MS)
    {
        return refused("请勿频繁获取验证码");
    }
    let text = world.chance.digits(6);
    world.permit.login.messages.insert(
        phone.clone(),
        Code {
            text,
            made_ms: world.now,
        },
    );
    world.effect("permit", format!("permit.sms {phone}"));
    enveloped("发送成功", Value::Null)
}

fn sign_in(world: &mut World, call: &Call) -> Answer {
    let Some(body) = json_body(call) else {
        return refused(super::BUSY);
    };
    for field in [
        "username",
        "sfzmhm",
        "phoneNumber",
        "code",
        "uuid",
        "source",
    ] {
        if text(&body, field).is_none() {
            return refused(&format!("缺少参数：{field}"));
        }
    }
    let uuid = text(&body, "uuid").unwrap_or_default();
    let picture_right = fits(
        world.permit.login.pictures.get(&uuid),
        text(&body, "code"),
        world.now,
    );
    if !picture_right {
        // A picture can be tried once.
        world.permit.login.pictures.remove(&uuid);
        return refused_with("图形验证码错误", "16002");
    }
    let Some(account) = named(world, &body) else {
        world.permit.login.pictures.remove(&uuid);
        return refused("用户信息不匹配");
    };
    if !account.no_sms {
        let Some(code) = text(&body, "phoneCode").filter(|code| !code.is_empty()) else {
            return refused_with("请输入短信验证码", "16003");
        };
        if !fits(
            world.permit.login.messages.get(&account.phone),
            Some(code),
            world.now,
        ) {
            return refused("短信验证码错误");
        }
    }
    world.permit.login.pictures.remove(&uuid);
    world.permit.login.messages.remove(&account.phone);
    let token = super::issue_token(world, &account.id_number, channel_of(call.service));
    world.effect("permit", format!("permit.sign_in {}", account.phone));
    enveloped("登录成功", json!(token))
}

fn fits(code: Option<&Code>, given: Option<String>, now: i64) -> bool {
    code.is_some_and(|code| {
        now - code.made_ms < CODE_LIFE_MS && given.as_deref() == Some(code.text.as_str())
    })
}

fn named(world: &World, body: &Map<String, Value>) -> Option<PermitAccount> {
    let (name, id, phone) = (
        text(body, "username")?,
        text(body, "sfzmhm")?,
        text(body, "phoneNumber")?,
    );
    let found =
        world.permit.accounts.iter().find(|account| {
            account.name == name && account.id_number == id && account.phone == phone
        });
    found.cloned()
}
