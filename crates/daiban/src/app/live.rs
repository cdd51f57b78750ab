//! News: one source of "something has changed" for everybody who waits for it.
//!
//! However many pages and streams are open, the rows are looked at once. The rows are the truth, because a command in
//! another process writes them too; what happens in this process only makes the next look come sooner. While nobody waits,
//! nothing is looked at.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use daiban_core::{
    household::{Household, Pulse, Touched},
    id::AccountId,
    store::StoreError,
};
use tokio::sync::{Mutex, Notify, broadcast, watch};

use super::{Actor, App, AppError};

/// Between two looks at the rows.
const LOOK: Duration = Duration::from_millis(250);
/// The same when something was done here: looks never follow each other closer.
const LOOK_AT_ONCE: Duration = Duration::from_millis(40);
/// So many pieces of news wait for one who is slow; after that they are only told that they missed some.
const WAITING: usize = 64;
/// So many may wait for news at once. A household has a few; the rest would be a mistake or an attack.
const LISTENERS: usize = 1000;

/// Something has changed.
#[derive(Debug)]
pub struct News {
    /// Grows by one with each, in this process.
    pub number: u64,
    /// The newest line of history there is.
    pub event: i64,
    touched: Vec<Touched>,
    /// Accounts that the household shares, as they were then.
    shared: BTreeSet<AccountId>,
}

impl News {
    /// Whether anything of it is about rows that they see.
    pub fn concerns(&self, actor: &Actor) -> bool {
        let sees = |touched: &Touched| {
            let shared = touched.account.as_ref();
            let shared = shared.is_some_and(|account| self.shared.contains(account));
            let owner = touched.user.as_ref();
            owner.is_none_or(|owner| actor.sees(owner, shared))
        };
        self.touched.iter().any(sees)
    }
}

/// What a listener hears.
#[derive(Debug, Clone)]
pub enum Heard {
    /// News.
    News(Arc<News>),
    /// More than could be kept for them: anything may have changed.
    Missed,
}

/// The source.
pub struct Live {
    household: Arc<dyn Household>,
    news: broadcast::Sender<Arc<News>>,
    hint: Notify,
    number: AtomicU64,
    looks: AtomicU64,
    /// What was seen last, while somebody looks.
    looking: Mutex<Option<Pulse>>,
    over: watch::Sender<bool>,
}

impl Live {
    /// Over the household's rows.
    pub fn new(household: Arc<dyn Household>) -> Arc<Self> {
        Arc::new(Self {
            household,
            news: broadcast::channel(WAITING).0,
            hint: Notify::new(),
            number: AtomicU64::new(0),
            looks: AtomicU64::new(0),
            looking: Mutex::default(),
            over: watch::channel(false).0,
        })
    }

    /// Everything that changes from now on.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when too many listen already; the store's.
    pub async fn listen(self: &Arc<Self>) -> Result<Listener, AppError> {
        if self.news.receiver_count() >= LISTENERS {
            return Err(AppError::NotNow(daiban_core::Text::new(
                "同时看着的页面太多了",
                "too many pages are open at once",
            )));
        }
        let mut looking = self.looking.lock().await;
        // Listening begins before the first look, so that nothing falls in between.
        let news = self.news.subscribe();
        if looking.is_none() {
            self.looks.fetch_add(1, Ordering::Relaxed);
            let first = self.household.pulse(&Pulse::default()).await?;
            *looking = Some(first.map(|(pulse, _)| pulse).unwrap_or_default());
            tokio::spawn(self.clone().look_on());
        }
        Ok(Listener {
            event: looking.as_ref().map_or(0, |pulse| pulse.event),
            news,
            over: self.over.subscribe(),
        })
    }

    /// Something was done in this process: whoever waits for what came of it should not wait for the next look.
    pub fn hint(&self) {
        self.hint.notify_one();
    }

    /// Says that something has changed that is in no row.
    pub(crate) async fn say(&self, touched: Touched) {
        let event = self.looking.lock().await.as_ref().map(|pulse| pulse.event);
        // Without an answer it is the owner's alone, until the rows are looked at again.
        let shared = self.household.shared_accounts().await.unwrap_or_default();
        let shared = shared.into_iter().collect();
        self.tell(event.unwrap_or_default(), vec![touched], shared);
    }

    /// Everybody who listens is sent away, now and from now on: the process ends.
    pub fn close(&self) {
        self.over.send_replace(true);
    }

    /// How often the rows were looked at: once for all who listen.
    pub fn looks(&self) -> u64 {
        self.looks.load(Ordering::Relaxed)
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.news.receiver_count()
    }

    async fn look_on(self: Arc<Self>) {
        let mut over = self.over.subscribe();
        loop {
            tokio::time::sleep(LOOK_AT_ONCE).await;
            tokio::select! {
                () = tokio::time::sleep(LOOK - LOOK_AT_ONCE) => {}
                () = self.hint.notified() => {}
                _ = over.wait_for(|over| *over) => {}
            }
            let mut looking = self.looking.lock().await;
            if self.news.receiver_count() == 0 || *over.borrow() {
                *looking = None;
                return;
            }
            let last = looking.get_or_insert_default();
            self.looks.fetch_add(1, Ordering::Relaxed);
            match self.look(last).await {
                Ok(None) => {}
                Ok(Some((pulse, touched, shared))) => {
                    let event = pulse.event;
                    *last = pulse;
                    self.tell(event, touched, shared);
                }
                // The store is away for a moment; what changed meanwhile is found by the next look.
                Err(error) => tracing::debug!(%error, "no look for news"),
            }
        }
    }

    async fn look(
        &self,
        last: &Pulse,
    ) -> Result<Option<(Pulse, Vec<Touched>, BTreeSet<AccountId>)>, StoreError> {
        let Some((pulse, touched)) = self.household.pulse(last).await? else {
            return Ok(None);
        };
        let shared = self.household.shared_accounts().await?;
        Ok(Some((pulse, touched, shared.into_iter().collect())))
    }

    fn tell(&self, event: i64, touched: Vec<Touched>, shared: BTreeSet<AccountId>) {
        if touched.is_empty() {
            return;
        }
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let news = News {
            number,
            event,
            touched,
            shared,
        };
        // Nobody may be listening any more.
        let _ = self.news.send(Arc::new(news));
    }
}

/// One who listens.
pub struct Listener {
    /// The newest line of history when it began.
    pub event: i64,
    news: broadcast::Receiver<Arc<News>>,
    over: watch::Receiver<bool>,
}

impl Listener {
    /// Waits for the next piece of news. `None`: there will be none, the process ends.
    pub async fn next(&mut self) -> Option<Heard> {
        tokio::select! {
            _ = self.over.wait_for(|over| *over) => None,
            heard = self.news.recv() => match heard {
                Ok(news) => Some(Heard::News(news)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Missed),
                Err(broadcast::error::RecvError::Closed) => None,
            },
        }
    }

    /// Waits until there is a line of history after this number, or as long. `false`: the process ends.
    pub async fn until_after(&mut self, seq: i64, at_most: Duration) -> bool {
        let heard = async {
            loop {
                match self.next().await {
                    None => return false,
                    Some(Heard::News(news)) if news.event <= seq => {}
                    Some(_) => return true,
                }
            }
        };
        tokio::time::timeout(at_most, heard).await.unwrap_or(true)
    }
}

impl App {
    /// What has changed, for everybody who waits for it.
    pub fn live(&self) -> &Arc<Live> {
        &self.live
    }
}
