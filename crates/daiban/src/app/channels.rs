//! Channels: the ways to reach a person, tried out with a real message, and what became of every message.

use std::collections::BTreeMap;

use daiban_core::{
    Text,
    account::{Secrets, Settings},
    household::{Notice, OutboxRow, OutboxState},
    id::{ChannelId, UserId},
    invalid::InvalidInput,
    notice::Severity,
    notify::{Channel, Message, Notifier as _, Receipt},
};
use serde::Deserialize;

use super::{About, Actor, App, AppError, Audit, is_hidden, must_change, must_write};
use crate::notify::{self, Quiet};

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

/// What is to be changed of a channel. Secrets that are not named stay.
#[derive(Debug, Clone)]
pub struct ChannelChange {
    /// What its owner calls it.
    pub name: String,
    /// All plain settings by name.
    pub settings: Settings,
    /// New sealed values by name.
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
        self.must_be_free(&actor.user, &name, None).await?;
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

    /// Changes name, settings and secrets of a channel. Nothing is sent.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`]; [`AppError::Settings`] as for a new one, and then nothing was changed.
    pub async fn change_channel(
        &self,
        actor: &Actor,
        id: &ChannelId,
        change: ChannelChange,
    ) -> Result<Channel, AppError> {
        let (channel, mut secrets) = self.household().channel(id).await?;
        must_change(actor, &channel.user, false, "channel", id.as_str())?;
        self.learn(&change.secrets);
        let name = channel_name(&change.name)?;
        secrets.extend(change.secrets);
        self.parts
            .notify
            .check(&channel.kind, &change.settings, &secrets)
            .map_err(AppError::Settings)?;
        self.must_be_free(&channel.user, &name, Some(id)).await?;
        let channel = Channel {
            name,
            settings: change.settings,
            ..channel
        };
        self.household()
            .change_channel(channel.clone(), secrets)
            .await?;
        Ok(channel)
    }

    /// A name that no other channel of theirs has.
    async fn must_be_free(
        &self,
        owner: &UserId,
        name: &str,
        but: Option<&ChannelId>,
    ) -> Result<(), AppError> {
        let mine = self.household().channels(Some(owner)).await?;
        let taken = |channel: &Channel| channel.name == name && Some(&channel.id) != but;
        if mine.iter().any(taken) {
            return Err(AppError::Settings(InvalidInput::new(
                "name",
                "已有同名的通知渠道",
                "another channel has this name",
            )));
        }
        Ok(())
    }

    /// One of their channels.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn channel(&self, actor: &Actor, id: &ChannelId) -> Result<Channel, AppError> {
        let (channel, _) = self.household().channel(id).await?;
        if actor.sees(&channel.user, false) {
            return Ok(channel);
        }
        Err(AppError::NotFound {
            what: "channel",
            id: id.to_string(),
        })
    }

    /// When only urgent things are told.
    pub fn quiet(&self) -> Quiet {
        self.parts.notify.quiet()
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
        must_change(actor, &channel.user, false, "channel", id.as_str())?;
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
        must_change(actor, &channel.user, false, "channel", id.as_str())?;
        self.household().remove_channel(id).await?;
        self.audit(Some(actor), Audit::ChannelRemoved, About::channel(id))
            .await;
        Ok(())
    }

    /// Queues a message that was given up once more, over the same channel. It goes with the next round.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`]; [`AppError::NotNow`] unless it was given up and its channel is there.
    pub async fn send_again(&self, actor: &Actor, id: &str) -> Result<(), AppError> {
        let lines = self.outbox(actor, 1000).await?;
        let line = lines.into_iter().find(|line| line.row.id == id);
        let line = line.ok_or_else(|| AppError::NotFound {
            what: "message",
            id: id.to_owned(),
        })?;
        let (channel, _) = self.household().channel(&line.row.channel).await?;
        must_change(actor, &channel.user, false, "message", id)?;
        if line.row.state != OutboxState::Failed || line.notice.is_none() {
            return Err(AppError::NotNow(Text::new(
                "这条没有失败，不用重发",
                "this one has not failed; there is nothing to send again",
            )));
        }
        let again = OutboxRow {
            state: OutboxState::Queued,
            attempts: 0,
            next_at: Some(self.now()),
            ..line.row
        };
        Ok(self.household().update_outbox(&again).await?)
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
            if owner.map_or(actor.only().is_none(), |owner| actor.sees(owner, false)) {
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
