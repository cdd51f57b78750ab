//! Notices on their way: spread over the owner's channels, sent, tried again, held at night, and given up aloud.
//!
//! What is written outlives a restart; only how often a channel failed in a row is counted from the start anew. A notice
//! may arrive twice when the machine stops between sending and writing that down: its id stays the same.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use daiban_core::{
    Lang, Text, Timestamp,
    ask::AskState,
    household::{Household, Notice, OutboxRow, OutboxState},
    id::ChannelId,
    notice::{ProblemChange, Severity},
    notify::{Channel, Message, Notifier, Receipt},
    store::StoreError,
};
use futures_util::future::join_all;
use jiff::SignedDuration;

use super::QuietHours;
use crate::web::links::Links;

/// Seconds until the next try after the first, second, … one.
const WAITS_S: [i64; 6] = [30, 60, 120, 300, 900, 3600];
/// Tries of one notice over one channel.
const MOST_TRIES: u32 = 8;
/// A provider's own wish to wait is heard up to this long.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);
/// Failed tries in a row that make a channel a problem.
const TOO_MANY: u32 = 3;
/// Rows of one round.
const BATCH: usize = 100;
/// The word of the problem.
const FAILING: &str = "failing";

/// What the outbox is made of.
pub struct OutboxOptions {
    /// The rows.
    pub household: Arc<dyn Household>,
    /// Sends.
    pub notifier: Arc<dyn Notifier>,
    /// When only urgent things are told.
    pub quiet_hours: Option<QuietHours>,
    /// Whether asks may break them.
    pub asks_break_quiet: bool,
    /// The address people open daiban at; no links without it.
    pub public_url: Option<String>,
    /// The language of messages.
    pub lang: Lang,
}

/// Notices on their way. Rounds must not overlap: one task runs them.
pub struct Outbox {
    options: OutboxOptions,
    links: Links,
    health: Mutex<BTreeMap<ChannelId, Health>>,
}

/// What is known of a channel since the start.
#[derive(Debug, Clone, Copy, Default)]
struct Health {
    failures: u32,
    /// A problem may stand in the rows; looked at after the first success.
    known_fine: bool,
    raised: bool,
}

impl Outbox {
    /// Sends nothing yet.
    pub fn new(options: OutboxOptions) -> Self {
        Self {
            links: Links::new(Arc::clone(&options.household)),
            options,
            health: Mutex::default(),
        }
    }

    /// Spreads new notices, sends what is due, and says when to come again; `None`: when there is a new notice.
    ///
    /// # Errors
    /// When rows cannot be read or written. What was sent and could not be written down is sent again.
    pub async fn round(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        while self.spread(now).await? == BATCH {}
        let due = self.options.household.due_outbox(now, BATCH).await?;
        let mut by_channel: BTreeMap<ChannelId, Vec<OutboxRow>> = BTreeMap::new();
        for row in due {
            by_channel.entry(row.channel.clone()).or_default().push(row);
        }
        // One slow channel does not keep the others waiting.
        let sendings = by_channel
            .into_iter()
            .map(|(channel, rows)| self.send_all(now, channel, rows));
        for outcome in join_all(sendings).await {
            outcome?;
        }
        self.next_due(now).await
    }

    async fn spread(&self, now: Timestamp) -> Result<usize, StoreError> {
        let household = &self.options.household;
        let notices = household.unspread(BATCH).await?;
        for notice in &notices {
            let channels = household.channels(Some(&notice.user)).await?;
            let quiet_until = self.quiet_until(notice, now);
            let row = |channel: &Channel| OutboxRow {
                id: format!("{}-{}", notice.id, channel.id),
                channel: channel.id.clone(),
                notice: notice.id.clone(),
                state: quiet_until.map_or(OutboxState::Queued, |_| OutboxState::Held),
                attempts: 0,
                answer: None,
                next_at: Some(quiet_until.unwrap_or(now)),
            };
            household
                .spread(&notice.id, channels.iter().map(row).collect())
                .await?;
        }
        Ok(notices.len())
    }

    /// Until when a notice is held: urgent ones never, asks by setting, the rest until the quiet ends.
    fn quiet_until(&self, notice: &Notice, now: Timestamp) -> Option<Timestamp> {
        let is_ask = notice.ask.is_some();
        let breaks =
            notice.severity == Severity::Urgent || (is_ask && self.options.asks_break_quiet);
        self.options.quiet_hours.filter(|_| !breaks)?.end(now)
    }

    async fn send_all(
        &self,
        now: Timestamp,
        channel: ChannelId,
        rows: Vec<OutboxRow>,
    ) -> Result<(), StoreError> {
        let household = &self.options.household;
        let (channel, secrets) = match household.channel(&channel).await {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => {
                return self
                    .give_up(rows, "渠道已删除", "the channel was removed")
                    .await;
            }
            Err(error) => return Err(error),
        };
        let mut wait_until = None;
        for mut row in rows {
            if let Some(until) = wait_until {
                // The channel just said not now; asking it again for the next notice would be rude.
                row.next_at = Some(until);
                household.update_outbox(&row).await?;
                continue;
            }
            let Some(message) = self.message(&row).await? else {
                self.give_up(
                    vec![row],
                    "发送之前已经不需要了",
                    "no longer needed before it was sent",
                )
                .await?;
                continue;
            };
            let receipt = self
                .options
                .notifier
                .send(&channel, &secrets, &message)
                .await;
            settle(&mut row, now, &receipt);
            household.update_outbox(&row).await?;
            wait_until =
                matches!(receipt, Receipt::Retry { .. }).then(|| row.next_at.unwrap_or(now));
            self.note(now, &channel, &receipt).await?;
        }
        Ok(())
    }

    async fn give_up(&self, rows: Vec<OutboxRow>, zh: &str, en: &str) -> Result<(), StoreError> {
        for mut row in rows {
            row.state = OutboxState::Failed;
            row.next_at = None;
            row.answer = Some(self.say(zh, en));
            self.options.household.update_outbox(&row).await?;
        }
        Ok(())
    }

    fn say(&self, zh: &str, en: &str) -> String {
        Text::new(zh, en).in_lang(self.options.lang).to_owned()
    }

    /// The words of a notice; nothing when it asks for what somebody has done already.
    async fn message(&self, row: &OutboxRow) -> Result<Option<Message>, StoreError> {
        let household = &self.options.household;
        let notice = match household.notice(&row.notice).await {
            Ok(notice) => notice,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if let Some(ask) = &notice.ask {
            match household.ask(ask).await {
                Ok(ask) if ask.state == AskState::Open => {}
                Ok(_) | Err(StoreError::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let link = self.link(&notice).await?;
        Ok(Some(Message {
            id: row.id.clone(),
            at: notice.at,
            severity: notice.severity,
            title: notice.title.in_lang(self.options.lang).to_owned(),
            body: notice.body.in_lang(self.options.lang).to_owned(),
            link,
        }))
    }

    /// The address of the page of one ask, which lets its reader answer without a password; or of the page a notice names,
    /// which asks who they are.
    async fn link(&self, notice: &Notice) -> Result<Option<String>, StoreError> {
        let Some(base) = self.options.public_url.as_deref() else {
            return Ok(None);
        };
        let path = match &notice.ask {
            Some(ask) => Some(self.links.ask_path(ask).await.map_err(no_link)?),
            None => notice.page.clone(),
        };
        Ok(path.map(|path| format!("{}{path}", base.trim_end_matches('/'))))
    }

    /// Says once that a channel fails and once that it works again, in the log and among the owner's problems.
    async fn note(
        &self,
        now: Timestamp,
        channel: &Channel,
        receipt: &Receipt,
    ) -> Result<(), StoreError> {
        let change = self.count(channel, receipt);
        let Some(change) = change else {
            return Ok(());
        };
        let scope = format!("channel/{}", channel.id);
        self.options
            .household
            .change_problem(&scope, Some(&channel.user), now, change)
            .await
    }

    fn count(&self, channel: &Channel, receipt: &Receipt) -> Option<ProblemChange> {
        let mut all = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let health = all.entry(channel.id.clone()).or_default();
        let (Receipt::Retry { answer, .. } | Receipt::Failed { answer }) = receipt else {
            if health.failures > 0 {
                tracing::info!(channel = %channel.id, kind = %channel.kind, "the channel works again");
            }
            let look = !health.known_fine;
            *health = Health {
                known_fine: true,
                ..Health::default()
            };
            return look.then(|| ProblemChange::Clear {
                key: FAILING.to_owned(),
            });
        };
        if health.failures == 0 {
            tracing::warn!(channel = %channel.id, kind = %channel.kind, "the channel does not work: {answer}");
        }
        health.failures = health.failures.saturating_add(1);
        // A clear no is the owner's to mend at once; a maybe is given a few tries.
        let hopeless = matches!(receipt, Receipt::Failed { .. }) || health.failures >= TOO_MANY;
        if health.raised || !hopeless {
            return None;
        }
        health.raised = true;
        health.known_fine = false;
        Some(raised(channel, answer))
    }

    /// The earliest moment a row is to be sent; rows come soonest first.
    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let waiting = self
            .options
            .household
            .due_outbox(Timestamp::MAX, BATCH)
            .await?;
        Ok(waiting.iter().map(|row| row.next_at.unwrap_or(now)).min())
    }
}

/// Writes what came of a try into its row.
fn settle(row: &mut OutboxRow, now: Timestamp, receipt: &Receipt) {
    row.attempts = row.attempts.saturating_add(1);
    row.next_at = None;
    let (state, answer) = match receipt {
        Receipt::Sent { answer } => (OutboxState::Sent, answer),
        Receipt::Failed { answer } => (OutboxState::Failed, answer),
        Receipt::Retry { answer, .. } if row.attempts >= MOST_TRIES => {
            (OutboxState::Failed, answer)
        }
        Receipt::Retry { after_s, answer } => {
            row.next_at = Some(now + wait(row.attempts, *after_s));
            (OutboxState::Queued, answer)
        }
    };
    row.state = state;
    row.answer = Some(answer.clone());
}

/// How long to wait after that many tries; longer where the provider said so.
fn wait(attempts: u32, after_s: Option<u32>) -> SignedDuration {
    let step = usize::try_from(attempts.saturating_sub(1))
        .unwrap_or(usize::MAX)
        .min(WAITS_S.len() - 1);
    let own = SignedDuration::from_secs(WAITS_S[step]);
    let wished = SignedDuration::from_secs(after_s.map_or(0, i64::from)).min(LONGEST_WAIT);
    own.max(wished)
}

fn raised(channel: &Channel, answer: &str) -> ProblemChange {
    let name = &channel.name;
    ProblemChange::Raise {
        key: FAILING.to_owned(),
        severity: Severity::Attention,
        text: Text::new(
            format!("通知渠道「{name}」发不出去：{answer}"),
            format!("notices do not get through over {name:?}: {answer}"),
        ),
        fix: Text::new(
            "在「通知」页对它点「测试」，按对方的回答修改设置，或者删掉它换一个",
            "test it on the notices page and mend its settings by what the provider answers, or remove it for another",
        ),
    }
}

fn no_link(error: crate::app::AppError) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_listen() {
        let seconds: Vec<i64> = (1..=8).map(|n| wait(n, None).as_secs()).collect();
        assert_eq!(seconds, [30, 60, 120, 300, 900, 3600, 3600, 3600]);
        assert_eq!(wait(1, Some(90)).as_secs(), 90);
        assert_eq!(wait(4, Some(90)).as_secs(), 300);
        assert_eq!(wait(1, Some(u32::MAX)), LONGEST_WAIT);
    }
}
