//! Reaching people: one [`ChannelKind`] for each way, and the [`Outbox`] that keeps at it.
//!
//! A kind builds one request and judges the answer by what its *body* says. When to try again, whom to tell what and
//! when to keep quiet is the outbox's; where an address may point is [`Reach`]'s. To add a kind: write its file and
//! add a line to [`kinds`].

mod email;
mod outbox;
mod quiet;
mod reach;
mod text;
mod webhook;
mod wecom_robot;
mod wire;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use daiban_core::{
    Lang,
    account::{Secrets, Settings},
    clock::Clock,
    descriptor::{self, Form, Label, Wish},
    invalid::InvalidInput,
    notify::{Channel, Message, Notifier, Receipt},
    secret::{REDACTED, Redactor},
};
use serde_json::{Map, Value};

pub use outbox::{Outbox, OutboxOptions};
pub use quiet::{Quiet, QuietHours};
pub use reach::Reach;
pub use text::{cut_bytes, cut_chars, plain};
pub use wire::{Answer, Target, Wire};

/// Every kind there is, in the order people are shown.
pub fn kinds() -> Vec<Box<dyn ChannelKind>> {
    vec![
        Box::new(wecom_robot::WecomRobot),
        Box::new(email::Email),
        Box::new(webhook::Webhook),
    ]
}

/// A kind described as data; forms and help are made from it.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct About {
    /// `webhook`, `email`, `wecom_robot`, …
    pub kind: &'static str,
    /// What people call it.
    pub name: Label,
    /// Where its settings are found.
    pub help: Label,
    /// Plain settings.
    pub settings: &'static [Wish],
    /// Sealed settings.
    pub secrets: &'static [Wish],
}

/// A server of one's own in place of the public one; every kind takes it.
pub const BASE_URL: Wish = Wish {
    name: "base_url",
    label: Label::new("服务器地址", "server"),
    help: Label::new(
        "自建服务器的网址；一般留空",
        "the address of a server of one's own; usually empty",
    ),
    form: Form::Text,
    example: "https://push.example.com",
    default: None,
    required: false,
    secret: false,
    masked: false,
    group: None,
};

/// A setting in the form of free text.
pub const fn setting(
    name: &'static str,
    label: Label,
    help: Label,
    example: &'static str,
    required: bool,
) -> Wish {
    Wish {
        name,
        label,
        help,
        form: Form::Text,
        example,
        default: None,
        required,
        secret: false,
        masked: false,
        group: None,
    }
}

/// A sealed setting.
pub const fn sealed(name: &'static str, label: Label, help: Label, required: bool) -> Wish {
    Wish {
        secret: true,
        ..setting(name, label, help, "…", required)
    }
}

/// One way to reach people.
#[async_trait]
pub trait ChannelKind: Send + Sync {
    /// What it is called and takes.
    fn about(&self) -> &'static About;

    /// Looks at settings beyond their form; addresses named `base_url` have been looked at.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the setting.
    fn check(
        &self,
        _settings: &Settings,
        _secrets: &Secrets,
        _reach: Reach,
    ) -> Result<(), InvalidInput> {
        Ok(())
    }

    /// Sends one message and judges the answer.
    async fn send(&self, wire: &Wire, parcel: Parcel<'_>) -> Receipt;
}

/// A message and where it goes.
#[derive(Clone, Copy)]
pub struct Parcel<'a> {
    /// Plain settings.
    pub settings: &'a Settings,
    /// Sealed settings, opened.
    pub secrets: &'a Secrets,
    /// What to say.
    pub message: &'a Message,
}

impl<'a> Parcel<'a> {
    /// A plain setting, or nothing.
    pub fn setting(&self, name: &str) -> &'a str {
        self.settings.get(name).map_or("", |value| value.trim())
    }

    /// A sealed setting, or nothing.
    pub fn secret(&self, name: &str) -> &'a str {
        self.secrets
            .get(name)
            .map_or("", |value| value.reveal().trim())
    }
}

/// What the notifier is made of.
pub struct NotifyOptions {
    /// Owner-given addresses may point at loopback or private hosts.
    pub allow_private: bool,
    /// The language of what daiban itself says in receipts.
    pub lang: Lang,
    /// Time, for signatures.
    pub clock: Arc<dyn Clock>,
    /// Takes secrets out of answers.
    pub redactor: Redactor,
    /// How long one attempt may take, in real time; 10 s is usual.
    pub timeout: Duration,
}

/// Sends messages over channels of every kind.
pub struct Notify {
    kinds: BTreeMap<&'static str, Box<dyn ChannelKind>>,
    order: Vec<&'static About>,
    wire: Wire,
    quiet: Quiet,
}

impl Notify {
    /// Opens no connection yet.
    pub fn new(options: NotifyOptions) -> Self {
        let kinds = kinds();
        Self {
            order: kinds.iter().map(|kind| kind.about()).collect(),
            kinds: kinds
                .into_iter()
                .map(|kind| (kind.about().kind, kind))
                .collect(),
            wire: Wire::new(options),
            quiet: Quiet::default(),
        }
    }

    /// The same, knowing when the outbox keeps quiet; for pages that tell it.
    #[must_use]
    pub fn keeping(self, quiet: Quiet) -> Self {
        Self { quiet, ..self }
    }

    /// When the outbox keeps quiet.
    pub fn quiet(&self) -> Quiet {
        self.quiet
    }

    /// Every kind, in the order people are shown.
    pub fn about(&self) -> &[&'static About] {
        &self.order
    }

    /// Where owner-given addresses may point.
    pub fn reach(&self) -> Reach {
        self.wire.reach()
    }

    /// Checks a channel before it is stored; sends nothing.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `kind` or the setting.
    pub fn check(
        &self,
        kind: &str,
        settings: &Settings,
        secrets: &Secrets,
    ) -> Result<(), InvalidInput> {
        let Some(kind) = self.kinds.get(kind) else {
            let known = self
                .order
                .iter()
                .map(|about| about.kind)
                .collect::<Vec<_>>()
                .join(", ");
            return Err(InvalidInput::new(
                "kind",
                format!("没有「{kind}」这种渠道；可以是：{known}"),
                format!("no kind of channel {kind:?}; one of: {known}"),
            ));
        };
        let about = kind.about();
        let plain = settings
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        let sealed = secrets
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.reveal())));
        descriptor::read(about.settings, &plain.collect::<Map<_, _>>())?;
        descriptor::read(about.secrets, &sealed.collect::<Map<_, _>>())?;
        let reach = self.wire.reach();
        if let Some(base_url) = settings
            .get("base_url")
            .filter(|url| !url.trim().is_empty())
        {
            reach.check("base_url", base_url)?;
        }
        kind.check(settings, secrets, reach)
    }
}

#[async_trait]
impl Notifier for Notify {
    async fn send(&self, channel: &Channel, secrets: &Secrets, message: &Message) -> Receipt {
        let Some(kind) = self.kinds.get(channel.kind.as_str()) else {
            let answer = self
                .wire
                .say("没有这种渠道", "there is no such kind of channel");
            return Receipt::Failed { answer };
        };
        let parcel = Parcel {
            settings: &channel.settings,
            secrets,
            message,
        };
        let receipt = kind.send(&self.wire, parcel).await;
        with_answer(receipt, |answer| self.clean(answer, secrets))
    }
}

impl Notify {
    /// An answer may quote the key it was asked with.
    fn clean(&self, answer: &str, secrets: &Secrets) -> String {
        let mut clean = self.wire.redactor().redact(answer).into_owned();
        for secret in secrets
            .values()
            .filter(|secret| secret.reveal().trim().len() >= 4)
        {
            clean = clean.replace(secret.reveal().trim(), REDACTED);
        }
        cut_chars(&clean, 300)
    }
}

fn with_answer(receipt: Receipt, clean: impl Fn(&str) -> String) -> Receipt {
    match receipt {
        Receipt::Sent { answer } => Receipt::Sent {
            answer: clean(&answer),
        },
        Receipt::Failed { answer } => Receipt::Failed {
            answer: clean(&answer),
        },
        Receipt::Retry { after_s, answer } => Receipt::Retry {
            after_s,
            answer: clean(&answer),
        },
    }
}
