//! Channels: the ways to reach a person, tried out with a real message, and what became of every message.

use std::collections::BTreeMap;

use daiban_core::{
    account::{Secrets, Settings},
    household::{Notice, OutboxRow},
    id::{ChannelId, UserId},
    invalid::InvalidInput,
    notice::Severity,
    notify::{Channel, Message, Notifier as _, Receipt},
};
use serde::Deserialize;

use super::{About, Actor, App, AppError, Audit, is_hidden, must_change, must_write};
use crate::notify;

/// A channel as a person gives it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// `webhook`, `email`, `wecom_robot`, …
    pub kind: String,
    /// What its owner calls it.
    pub name: String,
    /// Plain settings by name.
    #[serde(default)]
    pub settings: Settings,
    /// Sealed values by name.
    #[serde(default)]
    pub secrets: Secrets,
}

/// A message over one channel, with what it says.
#[derive(Debug, Clone)]
pub struct OutboxLine {
    /// Where it stands.
    pub row: OutboxRow,
    /// The message; `None` when it is gone.
    pub notice: Option<Notice>,
    /// The name of its channel; `None` when that is gone.
    pub channel_name: Option<String>,
}

impl App {
    /// The kinds of channels there are, in the order people are shown.
    pub fn channel_kinds(&self) -> &[&'static notify::About] {
        self.parts.notify.about()
    }

    /// Adds a channel. Nothing is sent.
    ///
    /// # Errors
    /// [`AppError::Settings`] naming what is unknown, missing or malformed; then nothing was stored.
    pub async fn add_channel(&self, actor: &Actor, new: NewChannel) -> Result<Channel, AppError> {
        must_write(actor)?;
        self.learn(&new.secrets);
        let name = channel_name(&new.name)?;
        let (settings, secrets) = (new.settings, new.secrets);
        self.parts
            .notify
            .check(&new.kind, &settings, &secrets)
            .map_err(AppError::Settings)?;
        let mine = self.household().channels(Some(&actor.user)).await?;
        if mine.iter().any(|channel| channel.name == name) {
            return Err(AppError::Settings(InvalidInput::new(
                "name",
                "已有同名的通知渠道",
                "another channel has this name",
            )));
        }
        let channel = Channel {
            id: ChannelId::new(self.now(), self.chance()),
            user: actor.user.clone(),
            kind: new.kind,
            name,
            settings,
        };
        self.household()
            .add_channel(channel.clone(), secrets)
            .await?;
        self.audit(
            Some(actor),
            Audit::ChannelAdded,
            About::channel(&channel.id),
        )
        .await;
        Ok(channel)
    }

    /// Their channels.
    ///
    /// # Errors
    /// The store's.
    pub async fn channels(&self, actor: &Actor) -> Result<Vec<Channel>, AppError> {
        Ok(self.household().channels(actor.only()).await?)
    }

    /// Sends one test message now and says what the provider answered.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn test_channel(&self, actor: &Actor, id: &ChannelId) -> Result<Receipt, AppError> {
        let (channel, secrets) = self.household().channel(id).await?;
        must_change(actor, &channel.user, "channel", id.as_str())?;
        self.learn(&secrets);
        self.audit(Some(actor), Audit::ChannelTested, About::channel(id))
            .await;
        let now = self.now();
        let (title, body) = match self.lang() {
            daiban_core::Lang::Zh => ("daiban 试发", "看到这一条，说明这个渠道能用。"),
            daiban_core::Lang::En => ("daiban test", "If you can read this, the channel works."),
        };
        let message = Message {
            id: format!("test-{}", ChannelId::new(now, self.chance())),
            at: now,
            severity: Severity::Info,
            title: title.to_owned(),
            body: body.to_owned(),
            link: None,
        };
        Ok(self.parts.notify.send(&channel, &secrets, &message).await)
    }

    /// Removes a channel.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn remove_channel(&self, actor: &Actor, id: &ChannelId) -> Result<(), AppError> {
        let (channel, _) = self.household().channel(id).await?;
        must_change(actor, &channel.user, "channel", id.as_str())?;
        self.household().remove_channel(id).await?;
        self.audit(Some(actor), Audit::ChannelRemoved, About::channel(id))
            .await;
        Ok(())
    }

    /// The last messages over their channels, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn outbox(&self, actor: &Actor, limit: usize) -> Result<Vec<OutboxLine>, AppError> {
        let channels: BTreeMap<ChannelId, (String, UserId)> = self
            .household()
            .channels(None)
            .await?
            .into_iter()
            .map(|channel| (channel.id, (channel.name, channel.user)))
            .collect();
        let mut lines = Vec::new();
        for row in self.household().outbox(limit.min(1000)).await? {
            let notice = self.household().notice(&row.notice).await.ok();
            let channel = channels.get(&row.channel);
            let owner = channel
                .map(|(_, user)| user)
                .or(notice.as_ref().map(|notice| &notice.user));
            if owner.map_or(actor.only().is_none(), |owner| actor.sees(owner)) {
                lines.push(OutboxLine {
                    channel_name: channel.map(|(name, _)| name.clone()),
                    row,
                    notice,
                });
            }
        }
        Ok(lines)
    }
}

fn channel_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(is_hidden) {
        return Err(AppError::Settings(InvalidInput::new(
            "name",
            "名称应为 1 到 64 个字符",
            "should be 1 to 64 characters",
        )));
    }
    Ok(name.to_owned())
}
