//! A signed POST to an address of the owner's, after the Standard Webhooks specification.
//!
//! *Documented*: standard-webhooks spec, 2023: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`
//! (`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`); a secret `whsec_…` is base64 behind its prefix.

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use daiban_core::{
    account::{Secrets, Settings},
    dates,
    descriptor::Label,
    invalid::InvalidInput,
    notify::{Message, Receipt},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{About, BASE_URL, ChannelKind, Parcel, Reach, Target, Wire, sealed, setting};

/// See the module.
pub(super) struct Webhook;

static ABOUT: About = About {
    kind: "webhook",
    name: Label::new("Webhook", "webhook"),
    help: Label::new(
        "每条通知以 JSON 发送到这个网址；填了密钥就按 Standard Webhooks 签名",
        "each notice is posted to this address as JSON, signed after Standard Webhooks when there is a secret",
    ),
    settings: &[
        setting(
            "url",
            Label::new("网址", "address"),
            Label::new("接收通知的网址", "where notices are posted"),
            "https://hook.example.com/daiban",
            false,
        ),
        BASE_URL,
    ],
    secrets: &[sealed(
        "secret",
        Label::new("签名密钥", "signing secret"),
        Label::new(
            "接收方用它核对签名；whsec_ 开头的按 base64 解读",
            "the receiver checks signatures with it; read as base64 behind whsec_",
        ),
        false,
    )],
};

#[async_trait]
impl ChannelKind for Webhook {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(
        &self,
        settings: &Settings,
        secrets: &Secrets,
        reach: Reach,
    ) -> Result<(), InvalidInput> {
        let url =
            address(settings).ok_or_else(|| InvalidInput::new("url", "必填", "is required"))?;
        reach.check("url", url)?;
        let secret = secrets
            .get("secret")
            .map_or("", |secret| secret.reveal().trim());
        if key(secret).is_none() {
            return Err(InvalidInput::new(
                "secret",
                "whsec_ 后面应当是 base64",
                "what follows whsec_ should be base64",
            ));
        }
        Ok(())
    }

    async fn send(&self, wire: &Wire, parcel: Parcel<'_>) -> Receipt {
        match post(wire, parcel).await {
            Ok(receipt) | Err(receipt) => receipt,
        }
    }
}

async fn post(wire: &Wire, parcel: Parcel<'_>) -> Result<Receipt, Receipt> {
    let target = Target::given(address(parcel.settings).unwrap_or_default())?;
    let body = body(parcel.message).to_string();
    let seconds = wire.now().as_second().to_string();
    let id = &parcel.message.id;
    let mut headers = vec![
        ("webhook-id", id.clone()),
        ("webhook-timestamp", seconds.clone()),
    ];
    let secret = parcel.secret("secret");
    if !secret.is_empty() {
        let wrong_key = || Receipt::Failed {
            answer: wire.say("签名密钥不是 base64", "the signing secret is not base64"),
        };
        let signature = sign(
            &key(secret).ok_or_else(wrong_key)?,
            &format!("{id}.{seconds}.{body}"),
        );
        headers.push(("webhook-signature", signature));
    }
    let answer = wire
        .post(&target, &headers, "application/json", body.into_bytes())
        .await?;
    // 410: the receiver wants no more of these. It is among the statuses that are never tried again.
    Ok(answer.trouble().unwrap_or_else(|| Receipt::Sent {
        answer: answer.words(),
    }))
}

/// The address, under either name.
fn address(settings: &Settings) -> Option<&str> {
    let given = |name| {
        settings
            .get(name)
            .map(|url| url.trim())
            .filter(|url| !url.is_empty())
    };
    given("url").or_else(|| given("base_url"))
}

fn body(message: &Message) -> Value {
    json!({
        "id": message.id,
        "at": dates::rfc3339(message.at),
        "severity": message.severity,
        "title": message.title,
        "body": message.body,
        "link": message.link,
    })
}

/// The key's bytes. `None`: not base64 where it should be.
fn key(secret: &str) -> Option<Vec<u8>> {
    match secret.strip_prefix("whsec_") {
        Some(encoded) => BASE64_STANDARD
            .decode(encoded)
            .ok()
            .filter(|key| !key.is_empty()),
        None => Some(secret.as_bytes().to_vec()),
    }
}

fn sign(key: &[u8], signed: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(signed.as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_published_vector() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        assert_eq!(
            sign(&key, signed),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn keys() {
        assert_eq!(key("plain words").unwrap(), b"plain words");
        assert_eq!(key("whsec_!!"), None);
        assert_eq!(key("whsec_"), None);
    }
}
