//! The application layer: everything web, command line and API can do, once.
//!
//! Who may see and change a row is decided here, and nowhere else. What a service allows is decided by its provider, what
//! an errand does by its machine; there are no rules of theirs in this layer.

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard, PoisonError},
};

use daiban_core::{
    Lang, Timestamp,
    clock::Clock,
    descriptor::Descriptor,
    engine::{Engine, Health},
    household::Household,
    id::{AccountId, ErrandId, UserId},
    provider::Provider,
    secret::Redactor,
    service::Service,
    store::Store,
};
use daiban_engine::Desk;

mod accounts;
pub mod agenda;
mod asks;
pub mod audit;
mod channels;
mod diagnostics;
mod dry_run;
mod errands;
mod error;
mod fines;
mod fresh;
mod hospital;
mod limits;
mod live;
mod members;
mod orders;
mod people;
mod rail;
mod services;
mod sharing;
mod sign_in_age;
mod signing_in;
mod trial;
mod vehicle;
mod visits;

pub use accounts::{AccountChange, NewAccount, SignInStarted, secrets_from, sign_in_kind};
pub use asks::{AskEnd, AskEnding, Picture};
pub use audit::{About, Audit};
pub use channels::{ChannelChange, NewChannel, OutboxLine};
pub use dry_run::{DryRun, DryStep, Next};
pub use errands::{NewErrand, Started, Why};
pub use error::AppError;
pub use fines::{CarFines, FinesAccount};
pub use fresh::FRESH;
pub(crate) use hospital::json_of;
pub use hospital::{
    Asked, Bookings, CalendarSeen, DepartmentNames, DepartmentsFound, HospitalFind, HospitalSeen,
    HospitalsFound, Patients, SlotsSeen,
};
pub use limits::Allowance;
pub use live::{Heard, Listener, Live, News};
pub use members::{Belongings, Member};
pub use orders::CarOrder;
pub(crate) use orders::{COMMAND, days_ago, read_order};
pub use rail::{RailOrders, RailTransfers};
pub use services::{LedgerLine, RailTickets};
pub use sign_in_age::SignInAge;
pub use signing_in::TwoStepState;
pub use trial::TrialWish;
pub(crate) use vehicle::WATCH;
pub use vehicle::{
    Capabilities, CarListed, CarReading, CarWatch, Cars, SimBasic, SimData, SimPackage,
};
pub use visits::{Appearances, Appeared, By};

pub use crate::access::Actor;
use crate::{access::Access, diagnostics::Machine, notify::Notify};

/// What [`App::new`] is made of.
pub struct AppParts {
    /// The rows people see.
    pub household: Arc<dyn Household>,
    /// The engine's rows; the layer reads single calls and ledgers from it.
    pub store: Arc<dyn Store>,
    /// Whichever engine runs.
    pub engine: Arc<dyn Engine>,
    /// Carries out looks for a person who waits.
    pub desk: Arc<Desk>,
    /// Checks channels and sends their test messages.
    pub notify: Arc<Notify>,
    /// The clock errands run on.
    pub clock: Arc<dyn Clock>,
    /// The machine's clock: sessions, tokens, one-time words and locks run on it, also where errands run faster.
    pub wall: Arc<dyn Clock>,
    /// Chance, for ids.
    pub chance: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Learns every secret that comes in.
    pub redactor: Redactor,
    /// The language people get when they choose none.
    pub lang: Lang,
}

/// Everything daiban can do. Cheap to clone.
#[derive(Clone)]
pub struct App {
    parts: Arc<AppParts>,
    access: Arc<Access>,
    machine: Arc<Machine>,
    live: Arc<Live>,
    cars: Arc<std::sync::Mutex<vehicle::CarMemory>>,
    begun_commands: Arc<tokio::sync::Mutex<BTreeMap<AccountId, ErrandId>>>,
    trials: Arc<std::sync::Mutex<trial::Trials>>,
}

/// How daiban is, for `/readyz` and pages.
#[derive(Debug, Clone)]
pub struct Readiness {
    /// The engine's own report.
    pub engine: Health,
    /// Whether an admin can sign in.
    pub set_up: bool,
    /// Rows by name.
    pub counts: Vec<(String, i64)>,
}

impl App {
    /// Over these parts.
    pub fn new(parts: AppParts) -> Self {
        let access = Access::new(
            parts.household.clone(),
            parts.wall.clone(),
            parts.chance.clone(),
        );
        Self {
            live: Live::new(parts.household.clone()),
            parts: Arc::new(parts),
            access: Arc::new(access),
            machine: Arc::default(),
            cars: Arc::default(),
            begun_commands: Arc::default(),
            trials: Arc::default(),
        }
    }

    /// This moment, on the clock errands run on.
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// This moment, on the machine's clock: that of sessions, tokens and the audit log.
    pub fn wall_now(&self) -> Timestamp {
        self.parts.wall.now()
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    /// The language people get when they choose none.
    pub fn lang(&self) -> Lang {
        self.parts.lang
    }

    /// Signing in, sessions, tokens.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// What the services offer, in the order people are shown.
    pub fn services(&self) -> Vec<&'static Descriptor> {
        self.parts
            .desk
            .providers()
            .iter()
            .map(|provider| provider.descriptor())
            .collect()
    }

    /// What one service offers.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a service that is not there.
    pub fn descriptor(&self, service: Service) -> Result<&'static Descriptor, AppError> {
        Ok(self.provider(service)?.descriptor())
    }

    /// Whether work is being done.
    ///
    /// # Errors
    /// The store's; then daiban is not ready.
    pub async fn readiness(&self) -> Result<Readiness, AppError> {
        Ok(Readiness {
            engine: self.parts.engine.health().await,
            set_up: self.access.is_set_up().await?,
            counts: self.parts.household.counts().await?,
        })
    }

    fn provider(&self, service: Service) -> Result<&dyn Provider, AppError> {
        self.parts
            .desk
            .provider(service)
            .ok_or_else(|| AppError::NotFound {
                what: "service",
                id: service.to_string(),
            })
    }

    fn household(&self) -> &dyn Household {
        self.parts.household.as_ref()
    }

    fn engine(&self) -> &dyn Engine {
        self.parts.engine.as_ref()
    }

    fn chance(&self) -> u64 {
        (self.parts.chance)()
    }

    /// Never held across a wait.
    fn cars(&self) -> MutexGuard<'_, vehicle::CarMemory> {
        self.cars.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The command begun last for each account, held while another is begun.
    fn begun_commands(&self) -> &tokio::sync::Mutex<BTreeMap<AccountId, ErrandId>> {
        &self.begun_commands
    }
}

/// A row of that owner must be theirs to change; what they do not see is as if it were not there.
fn must_change(
    actor: &Actor,
    owner: &UserId,
    shared: bool,
    what: &'static str,
    id: &str,
) -> Result<(), AppError> {
    if actor.changes(owner) {
        return Ok(());
    }
    if actor.sees(owner, shared) {
        return Err(AppError::Forbidden);
    }
    Err(AppError::NotFound {
        what,
        id: id.to_owned(),
    })
}

/// Letters nobody sees that change how others are read: controls, line and paragraph separators, and those that turn the
/// direction of writing. No name needs one, and with one a name can look like another.
pub(crate) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn must_write(actor: &Actor) -> Result<(), AppError> {
    if actor.writes() {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}

fn must_govern(actor: &Actor) -> Result<(), AppError> {
    if actor.governs() {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}
