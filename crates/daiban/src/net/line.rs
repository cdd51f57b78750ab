//! One account's line to one service: one request at a time, each in its turn, with its cookies.

use std::sync::Arc;

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    descriptor::Sprint,
    http::{Http, HttpFailure, Pace, Request, Response},
    id::AccountId,
    service::Service,
    store::{Slot, StoreError, Toll, Turn},
};
use jiff::SignedDuration;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

use super::{
    Net, address,
    jar::Jar,
    pacing::{millis, millis_of, with_jitter},
    retry_after::retry_after,
};

/// A turn that is no further away than this is waited for; later ones are [`HttpFailure::Held`].
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(10);
/// Turns that others took before us, until we stop reaching for one.
const REACHES: u32 = 50;

/// What a line remembers between requests. Shared by all [`Line`]s of the same service and account; locked while a
/// request is under way, which makes it the only one.
#[derive(Default)]
pub(crate) struct Memory {
    last_start: Option<Timestamp>,
    /// The jar of the public line; an account's jar is read from the household each time, as another process may have
    /// signed it in.
    public_jar: Jar,
    /// A jar that could not be stored. It is stored before anything else is sent.
    unsaved: Option<Vec<u8>>,
}

/// One account's line to one service. See [`Net::line`].
pub struct Line {
    pub(crate) net: Arc<Net>,
    pub(crate) service: Service,
    pub(crate) account: Option<AccountId>,
    pub(crate) floor_ms: u64,
    pub(crate) sprint: Option<Sprint>,
    pub(crate) daily: u32,
    pub(crate) memory: Arc<Mutex<Memory>>,
}

#[async_trait]
impl Http for Line {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let url =
            address::service_url("url", &request.url).map_err(|error| HttpFailure::NotSent {
                text: error.text.en,
            })?;
        let clock = &self.net.clock;
        let patience = clock.now() + LONGEST_WAIT;
        for _ in 0..REACHES {
            let memory = self.memory.lock().await;
            self.keep_gap(&memory, request.pace).await;
            let Some((until, text)) = self.held(request.pace).await.map_err(unreadable)? else {
                return self.send_now(memory, &url, &request).await;
            };
            if until > patience || !request.waits {
                return Err(HttpFailure::Held { until, text });
            }
            // Others may use the line meanwhile: a step does not wait behind a poll that waits.
            drop(memory);
            clock.sleep_until(until).await;
        }
        Err(HttpFailure::Held {
            until: patience,
            text: Text::new("同时要问的太多", "too many ask at the same time"),
        })
    }
}

impl Line {
    /// Waits for a moment where the last request of this line began a moment ago.
    async fn keep_gap(&self, memory: &Memory, pace: Pace) {
        let (Some(last), true) = (memory.last_start, pace != Pace::Chain) else {
            return;
        };
        let gap = with_jitter(self.net.settings.step_gap_ms, (self.net.chance)());
        let free = last.saturating_add(millis(gap)).unwrap_or(last);
        self.net.clock.sleep_until(free).await;
    }

    /// Takes a turn, or says when there may be one and why not now.
    async fn held(&self, pace: Pace) -> Result<Option<(Timestamp, Text)>, StoreError> {
        let now = self.net.clock.now();
        let chance = (self.net.chance)();
        let quick_ms = self
            .sprint
            .map_or(self.floor_ms, |sprint| millis_of(sprint.floor_s));
        let toll = Toll {
            service: self.service,
            account: self
                .account
                .as_ref()
                .map_or("", AccountId::as_str)
                .to_owned(),
            turn: self.turn(pace, now),
            floor_ms: with_jitter(self.floor_ms, chance),
            sprint_floor_ms: with_jitter(quick_ms, chance),
            daily: self.daily,
        };
        // There is no turn while the service is closed; only where there is none the breaker is asked whether that is why.
        match self.net.store.take_budget(now, &toll).await? {
            Slot::Now => Ok(None),
            Slot::At(until, text) => {
                let closed = self.net.breaker(self.service).closed(now).await?;
                Ok(closed.or(Some((until, text))))
            }
        }
    }

    /// The quicker floor holds only close to the moment of release, by this clock and at the moment of asking.
    fn turn(&self, pace: Pace, now: Timestamp) -> Turn {
        match (pace, self.sprint) {
            (Pace::Step | Pace::Chain, _) => Turn::Free,
            (Pace::Sprint { release }, Some(sprint)) if sprint.holds(release, now) => Turn::Sprint,
            (Pace::Poll | Pace::Sprint { .. }, _) => Turn::Poll,
        }
    }

    async fn send_now(
        &self,
        mut memory: MutexGuard<'_, Memory>,
        url: &Url,
        request: &Request,
    ) -> Result<Response, HttpFailure> {
        memory.last_start = Some(self.net.clock.now());
        let sent = self.exchange(&mut memory, url, request).await;
        self.net.note(self.service, &sent);
        self.judge(request, sent?).await
    }

    /// Sends the request with its cookies, and stores the cookies of the answer as soon as its head is there: the session
    /// is kept even where the body is cut off or too long.
    async fn exchange(
        &self,
        memory: &mut Memory,
        url: &Url,
        request: &Request,
    ) -> Result<Response, HttpFailure> {
        let mut jar = self.open_jar(memory).await?;
        let opened = self.net.clients.send(url, request, jar.header(url)).await?;
        self.keep_jar(memory, &mut jar, &opened.head, url).await?;
        self.net.clients.read(opened).await
    }

    fn document(account: &AccountId) -> String {
        format!("jar/{account}")
    }

    async fn open_jar(&self, memory: &mut Memory) -> Result<Jar, HttpFailure> {
        let Some(account) = &self.account else {
            return Ok(memory.public_jar.clone());
        };
        let name = Self::document(account);
        if let Some(unsaved) = &memory.unsaved {
            self.net
                .household
                .seal(&name, unsaved)
                .await
                .map_err(unreadable)?;
            memory.unsaved = None;
        }
        let Some(bytes) = self.net.household.sealed(&name).await.map_err(unreadable)? else {
            return Ok(Jar::default());
        };
        Ok(Jar::read(&bytes).unwrap_or_else(|| {
            tracing::warn!(service = %self.service, account = %account, "the stored cookies cannot be read and are dropped");
            Jar::default()
        }))
    }

    /// Stores changed cookies before anybody can act on the answer: a session that was rotated and then lost in a crash
    /// could not be got back.
    async fn keep_jar(
        &self,
        memory: &mut Memory,
        jar: &mut Jar,
        response: &Response,
        url: &Url,
    ) -> Result<(), HttpFailure> {
        if !response
            .headers
            .iter()
            .any(|(name, _)| name == "set-cookie")
        {
            return Ok(());
        }
        let before = jar.write();
        jar.take(response, url);
        let Some(account) = &self.account else {
            memory.public_jar = jar.clone();
            return Ok(());
        };
        let after = jar.write();
        if after == before {
            return Ok(());
        }
        if let Err(error) = self
            .net
            .household
            .seal(&Self::document(account), &after)
            .await
        {
            memory.unsaved = Some(after);
            return Err(HttpFailure::NoAnswer {
                text: format!("an answer came, but the session in it could not be stored: {error}"),
            });
        }
        Ok(())
    }

    /// Closes the service where the answer asks for it.
    async fn judge(&self, request: &Request, response: Response) -> Result<Response, HttpFailure> {
        let now = self.net.clock.now();
        let breaker = self.net.breaker(self.service);
        if let Some(sign) = request.ban_sign.and_then(|sign| sign(&response)) {
            let text = self.net.redacted(&sign);
            let until = breaker.ban(now, &text).await;
            return Err(HttpFailure::Banned { until, text });
        }
        if let Some(until) = retry_after(&response, now) {
            let text = Text::new(
                format!("服务忙（{}），并说明了何时再来", response.status),
                format!(
                    "the service is busy ({}) and said when to come back",
                    response.status
                ),
            );
            if let Err(error) = breaker.close(now, until, text).await {
                tracing::error!(service = %self.service, "the service's wish to be left alone could not be written: {error}");
            }
        } else if request.ban_sign.is_some() && response.status < 400 {
            breaker.fine(now).await;
        }
        Ok(response)
    }
}

fn unreadable(error: StoreError) -> HttpFailure {
    HttpFailure::NotSent {
        text: error.to_string(),
    }
}
