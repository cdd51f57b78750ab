//! One daiban as `serve` wires it, without pages and notices, and the simulated service it talks to over TCP.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{Arc, mpsc},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use daiban::{
    discreet::Discreet,
    net::{Net, NetOptions, NetSettings, system_chance},
};
use daiban_core::{
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
    store::Store,
};
use daiban_engine::{Desk, DeskOptions, Embedded, EngineOptions};
use daiban_sim::{Addresses, Options, Sim};
use daiban_store::SqliteStore;
use jiff::{ToSpan, civil::Date};
use serde_json::{Map, Value};

use super::{
    noting::{Find, Kind, Note, NotedLines, NotedStore, Notes},
    time::ManualClock,
};

/// Between two looks at how far something has come.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// What a house is built for.
pub(crate) struct Plan<'a> {
    pub(crate) service: Service,
    /// The settings of that service, such as where it is.
    pub(crate) settings: &'a (dyn Fn(&Addresses) -> Settings + Sync),
    /// What is noted of its answers.
    pub(crate) find: Find,
}

pub(crate) struct House {
    pub(crate) sim: Sim,
    pub(crate) addresses: Addresses,
    pub(crate) store: SqliteStore,
    pub(crate) engine: Arc<Embedded>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) notes: Notes,
    /// For looks of a person.
    pub(crate) desk: Arc<Desk>,
    service: Service,
    user: UserId,
}

impl House {
    /// On rows in that folder, by that clock; the simulated service goes by the same.
    pub(crate) async fn build(dir: &Path, clock: Arc<dyn Clock>, plan: &Plan<'_>) -> Result<Self> {
        let time = Arc::clone(&clock);
        let sim = Sim::new(Options {
            now: Arc::new(move || time.now().as_millisecond()),
            seed: 7,
            rail_data: None,
        });
        let addresses = serve(&sim)?;
        let store = SqliteStore::open(dir, None).await?;
        let notes = Notes::new(plan.find);
        let settings = BTreeMap::from([(plan.service, (plan.settings)(&addresses))]);
        let desk = desk(&store, &clock, settings, &notes);
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
            engine: Embedded::new(Arc::clone(&desk), EngineOptions::default()),
            clock,
            notes,
            desk,
            service: plan.service,
            user: UserId::from("u1"),
        })
    }

    pub(crate) async fn add_account(&self, name: &str, settings: Settings) -> Result<AccountId> {
        let account = Account {
            id: AccountId::from(name),
            user: self.user.clone(),
            service: self.service,
            name: name.to_owned(),
            state: AccountState::New,
            problem: None,
            settings,
            created_at: self.clock.now(),
            signed_in_at: None,
            shared: false,
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
            internal: kind.ends_with(".sign_in"),
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

    /// Lets time pass, everything at its moment, up to then. Gives the notes of the lines.
    pub(crate) async fn run_to(&self, clock: &ManualClock, end_ms: i64) -> Result<Vec<Note>> {
        let mut notes = Vec::new();
        while clock.ms() < end_ms {
            while !self.engine.round().await?.is_idle() {}
            let requests = self.notes.take().into_iter();
            notes.extend(requests.filter(|note| note.kind == Kind::Request));
            let next = self.store.next_due().await?;
            let next = next.context("nothing is ever due again")?;
            clock.set(next.as_millisecond().max(clock.ms() + 1).min(end_ms));
        }
        Ok(notes)
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

fn desk(
    store: &SqliteStore,
    clock: &Arc<dyn Clock>,
    settings: BTreeMap<Service, Settings>,
    notes: &Notes,
) -> Arc<Desk> {
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
    Desk::new(DeskOptions {
        store: noted,
        household,
        lines: Arc::new(NotedLines {
            lines,
            notes: notes.clone(),
        }),
        providers,
        clock: clock.clone(),
        chance: system_chance(),
        settings,
        holder: "bench".to_owned(),
    })
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

/// On a real disk, not a file system in memory.
pub(crate) fn room() -> Result<tempfile::TempDir> {
    let near = Path::new("target");
    Ok(match near.is_dir() {
        true => tempfile::tempdir_in(near)?,
        false => tempfile::tempdir()?,
    })
}
