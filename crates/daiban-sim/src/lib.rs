//! The services, simulated on loopback, with faults on a switch. Knows no daiban type.
//!
//! A [`Sim`] holds one small world: permit accounts, cars, fines, trains, doctors. Each service is a
//! [`axum::Router`] that can be called in-process, or served on its own port by [`Sim::serve`].
//! The world has no timers: whatever should have happened by now (a review, an expiry, a ticket
//! given back) is worked out when a request comes in, from the clock handed over in [`Options`].
//!
//! Every request and every change of the world is written to a journal, so a test can ask not
//! only what was answered but what really happened. All people, plates and numbers are invented.
//!
//! Left to others: deciding anything, and knowing how a client is built.

mod answer;
mod chance;
mod clock;
mod codes;
mod control;
mod fault;
mod hospital;
mod household;
mod journal;
mod permit;
mod pipeline;
mod png;
mod rail;
mod serve;
mod vehicle;
mod violation;
mod world;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::Request;

pub use clock::Now;
pub use fault::{FaultKind, FaultPlan, Faults, SimFault, Switches, When};
pub use hospital::{
    Clinic, ClinicLine, ClinicNeeds, ClinicReturn, ClinicTime, Hospital, HospitalAccount,
    HospitalCard, HospitalDepartment, HospitalPatient, HospitalRules, HospitalSaid,
    HospitalSignedOut, HouseholdDepartment, HouseholdHospital, OwnBooking,
};
pub use household::{Household, HouseholdCar, HouseholdRail, HouseholdTrain, id_number};
pub use journal::Entry;
pub use permit::{Outcome, PermitAccount, PermitRecord};
pub use rail::{
    Change, OrderPage, OrderRules, Queue, RailAccount, RailPassenger, Seat, SignedOut, StaleRow,
    StandbyRules, Stop, Train,
};
pub use serve::Addresses;
pub use vehicle::{
    Car, CarChange, CarCorners, CarOwner, CarState, CarTokens, HouseholdDriver, HouseholdVehicles,
    Leg, LegKind, SimCard, SimPackage, VehicleRules, VehicleSaid,
};
pub use violation::{Fine, SignMode, StoreapiCustomer, sign};
pub use world::{Vehicle, WorldOptions};

use serve::Stop as StopServing;
use world::World;

/// What a [`Sim`] is made of.
pub struct Options {
    /// The clock, ms since the epoch: real or virtual.
    pub now: Now,
    /// Everything that looks like chance (review times, tokens, codes) comes from this.
    pub seed: u64,
    /// A folder with recorded rail answers (`station_name.js`, `left_ticket_DATE_FROM-TO*.json`).
    /// What is found there is served as recorded; without it the simulator uses its own stations.
    pub rail_data: Option<PathBuf>,
}

/// One simulated world. Clones share it.
#[derive(Clone)]
pub struct Sim {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    now: Now,
    state: Mutex<State>,
    serving: Mutex<Vec<Arc<StopServing>>>,
}

/// What lies under the one lock: a request is answered as a whole or not at all.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) journal: journal::Journal,
    pub(crate) faults: fault::FaultBook,
}

/// A simulated service, and for the permit also the door a client came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    /// Mini-program door of the permit service.
    Permit,
    /// App door of the permit service: same world, other tokens.
    PermitApp,
    Rail,
    Violation,
    Hospital,
    Vehicle,
}

impl Service {
    pub(crate) const ALL: [Service; 6] = [
        Self::Permit,
        Self::Rail,
        Self::Violation,
        Self::PermitApp,
        Self::Hospital,
        Self::Vehicle,
    ];

    /// The service's name in the journal and in fault plans.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Permit | Self::PermitApp => "permit",
            Self::Rail => "rail",
            Self::Violation => "violation",
            Self::Hospital => "hospital",
            Self::Vehicle => "vehicle",
        }
    }

    fn from_router_name(name: &str) -> Option<Self> {
        match name {
            "permit" => Some(Self::Permit),
            "permit-app" => Some(Self::PermitApp),
            "rail" => Some(Self::Rail),
            "violation" => Some(Self::Violation),
            "hospital" => Some(Self::Hospital),
            "vehicle" => Some(Self::Vehicle),
            _ => None,
        }
    }
}

impl Inner {
    pub(crate) fn now_ms(&self) -> i64 {
        (self.now)()
    }

    /// A panic in one test must not hide what the others see, so a poisoned lock is still used.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sim {
    /// An empty world: stations, but no trains, accounts, cars or customers.
    pub fn new(options: Options) -> Self {
        let world = World::new((options.now)(), options.seed, options.rail_data.as_deref());
        Self {
            inner: Arc::new(Inner {
                now: options.now,
                state: Mutex::new(State {
                    world,
                    journal: Default::default(),
                    faults: Default::default(),
                }),
                serving: Mutex::default(),
            }),
        }
    }

    /// One service as a router, to be called in-process. `service` is `permit` (mini-program
    /// door), `permit-app` (app door, with tokens of its own), `rail`, `violation`, `hospital` or
    /// `vehicle`; for any other name the router knows no path.
    pub fn router(&self, service: &str) -> Router {
        let Some(service) = Service::from_router_name(service) else {
            return Router::new();
        };
        let inner = self.inner.clone();
        Router::new().fallback(move |request: Request| {
            let inner = inner.clone();
            async move { pipeline::respond(&inner, service, request).await }
        })
    }

    /// Serves every service on its own port of `addr`'s IP. Port 0 takes free ports; port N takes
    /// N (permit), N+1 (rail), N+2 (violation), N+3 (permit, app door),
    /// N+4 (hospital), N+5 (vehicle).
    ///
    /// It stops when this `Sim` (with its clones) and the returned [`Addresses`] are all dropped,
    /// or on [`Addresses::stop`].
    ///
    /// # Errors
    /// When a port can't be bound.
    pub async fn serve(&self, addr: std::net::SocketAddr) -> std::io::Result<Addresses> {
        let addresses = serve::serve(&self.inner, addr).await?;
        self.inner
            .serving
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(addresses.stop_handle());
        Ok(addresses)
    }

    /// Fills in the demo household and a small timetable, and says how to sign in as them.
    pub fn household(&self) -> Household {
        self.change(household::fill)
    }

    /// Every request and every effect so far, in order.
    pub fn journal(&self) -> Vec<Entry> {
        self.settle();
        self.inner.state().journal.entries().to_vec()
    }

    /// Only what changed the world so far, in order.
    pub fn effects(&self) -> Vec<Entry> {
        self.settle();
        self.inner
            .state()
            .journal
            .entries()
            .iter()
            .filter(|entry| entry.effect.is_some())
            .cloned()
            .collect()
    }

    /// The switchboard for faults.
    pub fn faults(&self) -> Faults {
        Faults {
            inner: self.inner.clone(),
        }
    }

    /// Adds a person with the permit service and signs them in once, at the mini-program door.
    /// Gives that token (`account.token` when set, else a new one: 32 lower-case hex).
    pub fn add_permit_account(&self, account: PermitAccount) -> String {
        self.change(|world| permit::add_account(world, account))
    }

    /// A further token of that person: at the app door (`app` true) or the mini-program's.
    pub fn add_permit_token(&self, id_number: &str, app: bool) -> String {
        let channel = if app {
            permit::Channel::App
        } else {
            permit::Channel::MiniProgram
        };
        self.change(|world| permit::issue_token(world, id_number, channel))
    }

    /// Makes a token worthless, as the service does now and then without a word.
    pub fn drop_permit_token(&self, token: &str) {
        self.change(|world| world.permit.tokens.retain(|known| known.value != token));
    }

    /// Adds a car; gives its 19-digit vehicle id.
    pub fn add_vehicle(&self, vehicle: Vehicle) -> String {
        self.change(|world| world.add_vehicle(vehicle))
    }

    /// Adds a permit or an application as if made earlier; gives its 19-digit id, or `None` when
    /// no car has that plate.
    pub fn add_permit_record(&self, record: PermitRecord) -> Option<String> {
        self.change(|world| permit::add_record(world, record))
    }

    /// Adds a fine; gives its `handleNum`.
    pub fn add_fine(&self, fine: Fine) -> String {
        self.change(|world| violation::add_fine(world, fine))
    }

    /// Sets `handleSign` of a fine: 1 open, 2 handled but unpaid, 3 paid. False: no such fine.
    pub fn set_fine_state(&self, handle_number: &str, handle_sign: u8) -> bool {
        self.change(|world| violation::set_fine_state(world, handle_number, handle_sign))
    }

    /// Adds a train, or puts it in the place of the one with the same `train_no`.
    pub fn add_train(&self, train: Train) {
        self.change(|world| rail::add_train(world, train));
    }

    /// Adds a person with the rail service, or puts them in the place of the one with that username.
    pub fn add_rail_account(&self, account: RailAccount) {
        self.change(|world| rail::add_account(world, account));
    }

    /// The person holding the phone of that account scans a sign-in code. False when the code is
    /// unknown or has ended, or there is no such account.
    pub fn scan_rail_qr(&self, uuid: &str, username: &str) -> bool {
        self.change(|world| rail::scan_code(world, uuid, username))
    }

    /// The person who scanned the code says yes on the phone. False when nobody scanned it or it has ended.
    pub fn confirm_rail_qr(&self, uuid: &str) -> bool {
        self.change(|world| rail::confirm_code(world, uuid))
    }

    /// The uuid of a sign-in code, read off its picture (base64 as handed out).
    pub fn read_rail_qr(&self, image: &str) -> Option<String> {
        rail::read_code(&self.inner.state().world, image)
    }

    /// The SMS code that the rail service last sent to the phone of that account.
    pub fn rail_sms_code(&self, username: &str) -> Option<String> {
        rail::sms_code(&self.inner.state().world, username)
    }

    /// The person pays the deposit of a standby order. False when there is none to be paid.
    pub fn pay_rail_standby(&self, reserve_no: &str) -> bool {
        self.change(|world| rail::pay_standby(world, reserve_no))
    }

    /// Fulfils a paid standby order at its first choice, whatever tickets there are. It is fulfilled
    /// by itself when enough tickets come back. False when it isn't paid or is over.
    pub fn fulfil_rail_standby(&self, reserve_no: &str) -> bool {
        self.change(|world| rail::fulfil_standby(world, reserve_no))
    }

    /// Signs everybody out of the rail service, as it does now and then without a word.
    pub fn drop_rail_sessions(&self) {
        self.change(rail::sign_everybody_out);
    }

    /// From a moment on orders find other numbers than the rows show; the last one set counts.
    pub fn add_stale_row(&self, row: StaleRow) {
        self.change(|world| world.rail.orders.stale.push(row));
    }

    /// The person pays an order on their own. False when it is not there to be paid (any more).
    pub fn pay_rail_order(&self, order_no: &str) -> bool {
        self.change(|world| rail::orders::pay(world, order_no))
    }

    /// Adds a customer of the violation API with `calls_left` paid calls.
    pub fn add_storeapi_customer(
        &self,
        appid: &str,
        secret: &str,
        mode: SignMode,
        calls_left: u32,
    ) {
        self.change(|world| {
            world.violation.customers.push(StoreapiCustomer {
                appid: appid.into(),
                secret: secret.into(),
                mode,
                calls_left,
            });
        });
    }

    /// Paid calls a customer still has.
    pub fn calls_left(&self, appid: &str) -> Option<u32> {
        let state = self.inner.state();
        state
            .world
            .violation
            .customers
            .iter()
            .find(|customer| customer.appid == appid)
            .map(|customer| customer.calls_left)
    }

    /// The text in a picture code, as a person would read it off the picture.
    pub fn picture_code(&self, uuid: &str) -> Option<String> {
        self.inner.state().world.permit.login.picture_text(uuid)
    }

    /// The text in a picture, read off the picture itself (base64 as handed out).
    pub fn read_picture(&self, image: &str) -> Option<String> {
        self.inner.state().world.permit.login.read_picture(image)
    }

    /// The SMS code last sent to a phone.
    pub fn sms_code(&self, phone: &str) -> Option<String> {
        self.inner.state().world.permit.login.sms_text(phone)
    }

    /// Rules of the world that may differ between runs.
    pub fn options(&self) -> WorldOptions {
        self.inner.state().world.options.clone()
    }

    /// Changes rules of the world, for example `sim.set_options(|o| o.rail_query = "queryZ".into())`.
    pub fn set_options(&self, change: impl FnOnce(&mut WorldOptions)) {
        self.change(|world| change(&mut world.options));
    }

    /// Brings the world up to now, then changes it.
    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        self.settle();
        let mut state = self.inner.state();
        change(&mut state.world)
    }

    fn settle(&self) {
        let now = self.inner.now_ms();
        pipeline::settle(&mut self.inner.state(), now);
    }
}
