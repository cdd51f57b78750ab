//! One daiban as `serve` wires it, without pages and notices, and the simulated service it talks to over TCP.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{Arc, mpsc},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use daiban::{
    clock::SystemClock,
    discreet::Discreet,
    net::{Net, NetOptions, NetSettings, system_chance},
};
use daiban_core::{
    Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    clock::Clock,
    dates,
    descriptor::Descriptor,
    engine::{Engine, Start},
    household::{ErrandRow, Household, Role, User},
    http::{Http, Lines},
    id::{AccountId, ErrandId, UserId},
    provider::Provider,
    secret::Redactor,
    service::Service,
};
use daiban_engine::{Desk, DeskOptions, Embedded, EngineOptions};
use daiban_sim::{Addresses, Options, Seat, Sim, Stop, Train};
use daiban_store::SqliteStore;
use jiff::{SignedDuration, ToSpan, civil::Date};
use serde_json::{Map, Value};

use crate::noting::{NotedLines, NotedStore, Notes};

/// Between two looks at how far something has come.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

pub(crate) struct House {
    pub(crate) sim: Sim,
    pub(crate) addresses: Addresses,
    pub(crate) store: SqliteStore,
    pub(crate) engine: Arc<Embedded>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) notes: Notes,
    user: UserId,
}

impl House {
    /// On rows in that folder, by that clock; the simulated service goes by the same.
    pub(crate) async fn build(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        let time = Arc::clone(&clock);
        let sim = Sim::new(Options {
            now: Arc::new(move || time.now().as_millisecond()),
            seed: 7,
            rail_data: None,
        });
        let addresses = serve(&sim)?;
        let store = SqliteStore::open(dir, None).await?;
        let notes = Notes::default();
        let engine = engine(&store, &clock, &addresses, &notes);
        let user = User {
            id: UserId::from("u1"),
            name: "林岚".to_owned(),
            role: Role::Admin,
            created_at: clock.now(),
            failures: 0,
            locked_until: None,
        };
        store.add_user(user, "-".to_owned()).await?;
        Ok(Self {
            sim,
            addresses,
            store,
            engine,
            clock,
            notes,
            user: UserId::from("u1"),
        })
    }

    pub(crate) async fn add_account(&self, name: &str) -> Result<AccountId> {
        let account = Account {
            id: AccountId::from(name),
            user: self.user.clone(),
            service: Service::Rail,
            name: name.to_owned(),
            state: AccountState::New,
            problem: None,
            settings: Settings::new(),
            created_at: self.clock.now(),
            signed_in_at: None,
        };
        self.store.add_account(account, Secrets::new()).await?;
        Ok(AccountId::from(name))
    }

    /// Begins an errand from wishes as typed on the command line.
    pub(crate) async fn add_errand(
        &self,
        kind: &str,
        account: &AccountId,
        wishes: &[(&str, &str)],
    ) -> Result<ErrandId> {
        let typed = wishes.iter();
        let given: Map<String, Value> = typed
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect();
        let providers = daiban_providers::all();
        let mut kinds = providers
            .iter()
            .flat_map(|provider| provider.descriptor().errands);
        let offered = kinds
            .find(|offered| offered.kind == kind)
            .context("no such errand")?;
        let start = Start {
            user: self.user.clone(),
            account: account.clone(),
            kind: kind.to_owned(),
            wishes: offered.read_wishes(&given)?,
            internal: kind == "rail.sign_in",
        };
        Ok(self.engine.start(start).await?)
    }

    /// Waits until an errand has come so far; one that failed never will.
    pub(crate) async fn wait_for(
        &self,
        errand: &ErrandId,
        far: impl Fn(&ErrandRow) -> bool,
    ) -> Result<()> {
        let patience = tokio::time::Instant::now() + Duration::from_secs(90);
        loop {
            let row = self.store.errand(errand).await?;
            if far(&row) {
                return Ok(());
            }
            if row.phase.is_over() || tokio::time::Instant::now() > patience {
                bail!(
                    "{}: {} ({})\n{}",
                    row.kind,
                    row.reason.zh,
                    row.checkpoint,
                    self.last_requests()
                );
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What the service was asked last, to see why something went otherwise.
    fn last_requests(&self) -> String {
        let journal = self.sim.journal();
        let last = journal.iter().skip(journal.len().saturating_sub(30));
        let lines = last.map(|entry| format!("{} {} {}", entry.at_ms, entry.method, entry.path));
        lines.collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn day(&self, days: i64) -> Date {
        dates::today(self.clock.now()).saturating_add(days.days())
    }
}

/// The simulator on a thread of its own, as a service elsewhere would be; it ends with the process.
fn serve(sim: &Sim) -> Result<Addresses> {
    let sim = sim.clone();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
            let _ = tell.send(sim.serve(anywhere).await?);
            std::future::pending().await
        })
    });
    told.recv().context("the simulator cannot be served")
}

fn engine(
    store: &SqliteStore,
    clock: &Arc<dyn Clock>,
    addresses: &Addresses,
    notes: &Notes,
) -> Arc<Embedded> {
    let (household, redactor) = (Arc::new(store.clone()), Redactor::default());
    let noted = Arc::new(NotedStore {
        store: household.clone(),
        notes: notes.clone(),
    });
    let net = Net::new(NetOptions {
        store: noted.clone(),
        household: household.clone(),
        clock: clock.clone(),
        chance: system_chance(),
        redactor: redactor.clone(),
        settings: NetSettings::default(),
    });
    let providers: Vec<Box<dyn Provider>> = daiban_providers::all()
        .into_iter()
        .map(|provider| Box::new(Discreet::new(provider, redactor.clone())) as Box<dyn Provider>)
        .collect();
    let lines = NetLines {
        net,
        descriptors: providers
            .iter()
            .map(|provider| provider.descriptor())
            .collect(),
    };
    let hosts = ["base_url", "www_url"].map(|name| (name.to_owned(), addresses.rail.clone()));
    let desk = Desk::new(DeskOptions {
        store: noted,
        household,
        lines: Arc::new(NotedLines {
            lines,
            notes: notes.clone(),
        }),
        providers,
        clock: clock.clone(),
        chance: system_chance(),
        settings: BTreeMap::from([(Service::Rail, Settings::from(hosts))]),
        holder: "bench".to_owned(),
    });
    Embedded::new(desk, EngineOptions::default())
}

struct NetLines {
    net: Arc<Net>,
    descriptors: Vec<&'static Descriptor>,
}

impl Lines for NetLines {
    fn line(&self, service: Service, account: Option<&AccountId>) -> Box<dyn Http> {
        let mut descriptors = self.descriptors.iter();
        let of_service = descriptors.find(|descriptor| descriptor.service == service);
        Box::new(
            self.net
                .line(of_service.expect("every service has one"), account),
        )
    }
}

/// A train between two stations with so many second-class seats left on every day.
pub(crate) fn train(code: &str, from: &str, to: &str, left: u32) -> Train {
    let stop = |station: &str, arrive: Option<&str>, depart: Option<&str>| Stop {
        station: station.to_owned(),
        arrive: arrive.map(str::to_owned),
        depart: depart.map(str::to_owned),
    };
    Train {
        train_no: format!("24000{code}0A"),
        code: code.to_owned(),
        stops: vec![
            stop(from, None, Some("09:20")),
            stop(to, Some("14:05"), None),
        ],
        seats: vec![Seat {
            code: 'O',
            price: 6230,
            left,
        }],
        suspended_on: Vec::new(),
        changes: Vec::new(),
        on_sale: None,
    }
}

/// The machine's clock, put forward out of the hours in which 12306 sells nothing.
pub(crate) struct DayClock(SignedDuration);

impl DayClock {
    pub(crate) fn new() -> Self {
        let hour = dates::beijing(Timestamp::now()).hour();
        let by_day = (6..22).contains(&hour);
        Self(SignedDuration::from_hours(if by_day { 0 } else { 8 }))
    }
}

#[async_trait]
impl Clock for DayClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + self.0
    }

    async fn sleep_until(&self, moment: Timestamp) {
        SystemClock.sleep_until(moment - self.0).await;
    }
}
