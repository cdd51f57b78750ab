//! Why nobody looks just now: what each line to a service has used of its day, how often it may look, and until when a
//! service is left alone.

use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState},
    dates,
    household::LineUse,
    service::Service,
};

use super::{Actor, App, AppError};

/// What one line to a service may do today.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// Which service.
    pub service: Service,
    /// Whose line; `None`: the one for what everybody may see, which all accounts share.
    pub account: Option<Account>,
    /// Requests today.
    pub used: u32,
    /// Requests a day at most.
    pub daily: u32,
    /// Seconds between two looks at least; settings may make it more.
    pub floor_s: u32,
    /// When the next look may go, where that is still ahead.
    pub next_look: Option<Timestamp>,
    /// Until when the whole service is left alone, and why.
    pub closed: Option<(Timestamp, Text)>,
}

impl Allowance {
    /// Whether nothing more goes out today.
    pub fn is_used_up(&self) -> bool {
        self.used >= self.daily
    }

    /// Whether its account has to be signed in first.
    pub fn is_signed_out(&self) -> bool {
        let account = self.account.as_ref();
        account.is_some_and(|account| account.state == AccountState::SignInLost)
    }
}

impl App {
    /// One for each account they may see, and for each public line that was used.
    ///
    /// # Errors
    /// The store's.
    pub async fn allowances(&self, actor: &Actor) -> Result<Vec<Allowance>, AppError> {
        let uses = self.household().line_uses().await?;
        let mut accounts = self.accounts(actor).await?;
        accounts.sort_by_key(|account| account.service);
        let mut all = Vec::new();
        for descriptor in self.services() {
            let service = descriptor.service;
            let closed = self.parts.store.closed_until(service).await?;
            let closed = closed.filter(|(until, _)| *until > self.now());
            let own = accounts.iter().filter(|account| account.service == service);
            let public = uses
                .iter()
                .any(|line| line.service == service && line.account.is_none());
            let lines = public.then_some(None).into_iter();
            for account in lines.chain(own.map(Some)) {
                let id = account.map(|account| &account.id);
                let of = |line: &&LineUse| line.service == service && line.account.as_ref() == id;
                let (used, next_look) = self.stand(uses.iter().find(of));
                all.push(Allowance {
                    service,
                    account: account.cloned(),
                    used,
                    daily: descriptor.daily_budget,
                    floor_s: descriptor.poll_floor_s,
                    next_look,
                    closed: closed.clone(),
                });
            }
        }
        Ok(all)
    }

    /// The count is of one day; the floor is only told while it holds.
    fn stand(&self, line: Option<&LineUse>) -> (u32, Option<Timestamp>) {
        let now = self.now();
        let today = line.filter(|line| line.day == dates::today(now));
        let next = line.and_then(|line| line.next_poll);
        (
            today.map_or(0, |line| line.used),
            next.filter(|next| *next > now),
        )
    }
}
