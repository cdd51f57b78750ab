//! 企业微信群机器人.
//!
//! *Documented*: developer.work.weixin.qq.com, "消息推送配置说明": POST `/cgi-bin/webhook/send?key=`, text of at most
//! 2048 bytes, 20 messages a minute; the HTTP status is 200 whatever happened, `errcode` 0 is success. *Seen* in public
//! clients: 93000 for a removed robot, 45009 for too many.

use async_trait::async_trait;
use daiban_core::{descriptor::Label, notify::Receipt};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{About, Answer, BASE_URL, ChannelKind, Parcel, Target, Wire, plain, sealed};

const SERVER: &str = "https://qyapi.weixin.qq.com";
const LONGEST_TEXT: usize = 2048;

/// See the module.
pub(super) struct WecomRobot;

static ABOUT: About = About {
    kind: "wecom_robot",
    name: Label::new("企业微信群机器人", "WeCom group robot"),
    help: Label::new(
        "在企业微信群里添加机器人，复制它的 Webhook 地址里 key= 后面的部分",
        "add a robot to a WeCom group and copy what follows key= in its webhook address",
    ),
    settings: &[BASE_URL],
    secrets: &[sealed(
        "key",
        Label::new("机器人 key", "robot key"),
        Label::new(
            "Webhook 地址里 key= 后面的部分",
            "what follows key= in the webhook address",
        ),
        true,
    )],
};

#[async_trait]
impl ChannelKind for WecomRobot {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    async fn send(&self, wire: &Wire, parcel: Parcel<'_>) -> Receipt {
        match post(wire, parcel).await {
            Ok(receipt) | Err(receipt) => receipt,
        }
    }
}

async fn post(wire: &Wire, parcel: Parcel<'_>) -> Result<Receipt, Receipt> {
    let key = utf8_percent_encode(parcel.secret("key"), NON_ALPHANUMERIC);
    let target = Target::below(
        SERVER,
        parcel.settings,
        &format!("/cgi-bin/webhook/send?key={key}"),
    )?;
    let body = json!({"msgtype": "text", "text": {"content": plain(parcel.message, LONGEST_TEXT)}});
    let answer = wire.post_json(&target, &[], &body).await?;
    Ok(judge(&answer))
}

fn judge(answer: &Answer) -> Receipt {
    if let Some(trouble) = answer.trouble() {
        return trouble;
    }
    let body = answer.json().unwrap_or_default();
    let words = body
        .get("errmsg")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some(code) = body.get("errcode").and_then(Value::as_i64) else {
        return Receipt::Retry {
            after_s: None,
            answer: answer.words(),
        };
    };
    let answer = format!("errcode {code} {words}");
    match code {
        0 => Receipt::Sent { answer },
        -1 => Receipt::Retry {
            after_s: None,
            answer,
        },
        45009 => Receipt::Retry {
            after_s: Some(60),
            answer,
        },
        _ => Receipt::Failed { answer },
    }
}
