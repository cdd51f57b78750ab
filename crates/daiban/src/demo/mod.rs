//! `daiban demo`: the simulator, daiban, and an invented household, with nothing to configure.
//!
//! Time runs fast; everything else is the real thing: a real store in a directory that goes away, real requests over
//! loopback, the same engine, pages and API as `serve`.

mod drives;
mod tickets;
mod visits;

use std::{
    collections::BTreeMap,
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use daiban_core::{
    Lang, Timestamp,
    account::{Secrets, Settings},
    clock::Clock,
    dates,
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    secret::{Redactor, Secret},
    service::Service,
};
use daiban_engine::EngineOptions;
use daiban_sim::{Addresses, Entry, Household, HouseholdCar, Options, Sim};
use daiban_store::SqliteStore;
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use crate::{
    access::Actor,
    app::{App, AppError, NewAccount, NewErrand, Started, TrialWish},
    clock::{FastClock, SystemClock},
    config::{Config, Overrides},
    net::Chance,
    serve, web,
    wiring::{Ground, Wired, wire},
};
use drives::Drives;
use tickets::Tickets;
use visits::Visits;

/// A fortnight in two minutes.
pub const DEFAULT_SPEED: f64 = 14.0 * 24.0 * 30.0;
/// The demo's length, in days of its clock.
const DAYS: i64 = 14;
/// The most a person can follow: at moments worth seeing the demo goes no faster.
const WATCHABLE_SPEED: f64 = 120.0;
/// The same when nobody watches.
const UNWATCHED_SPEED: f64 = 600.0;
/// Between two looks at how it goes.
const TICK: Duration = Duration::from_millis(25);
/// What one query for fines may cost in a month: ten of them.
const FINES_BUDGET_FEN: &str = "140";

/// How to play.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Seconds of the demo's clock for each real one.
    pub speed: f64,
    /// Where pages and API are.
    pub listen: SocketAddr,
    /// Run until every errand has its outcome, print what happened, and end.
    pub once: bool,
    /// One JSON value on stdout.
    pub json: bool,
    /// The language of what is printed.
    pub lang: Lang,
    /// A folder with recorded rail answers to serve, if any.
    pub rail_data: Option<PathBuf>,
}

/// What is expected of an errand of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Renewed on its last day, with one application for each permit.
    Renewed,
    /// Stopped by a fine that is named.
    BlockedByNamedFine,
}

struct Matter {
    errand: ErrandId,
    car: HouseholdCar,
    expected: Expected,
}

/// Plays the demo. Returns whether every errand reached its expected outcome (always `true` without `once`).
///
/// # Errors
/// What kept the demo from playing.
pub async fn run(
    options: DemoOptions,
    redactor: Redactor,
    chance: Chance,
) -> Result<bool, AppError> {
    let room = Room::new(&chance)?;
    let played = play(&options, &room.0, redactor, chance).await;
    drop(room);
    played
}

async fn play(
    options: &DemoOptions,
    room: &Path,
    redactor: Redactor,
    chance: Chance,
) -> Result<bool, AppError> {
    let fast = FastClock::new(six_in_the_morning(), moment_speed(options));
    let clock: Arc<dyn Clock> = Arc::new(fast.clone());
    let (sim, addresses) = simulator(options, clock.clone()).await?;
    let household = sim.household();
    let wired = wire(Ground {
        config: settings(options, &addresses, room)?,
        store: SqliteStore::open(room, None).await?,
        clock: clock.clone(),
        wall: Arc::new(SystemClock),
        chance,
        redactor,
        engine: EngineOptions {
            // A real moment of a busy machine is minutes here; it is not downtime.
            grace_s: 43_200,
            ..EngineOptions::default()
        },
    })
    .await?;
    let owner = wired.app.access().local_owner().await?;
    let listening = serve::listen(&wired).await?;
    let door = format!(
        "{}{}",
        listening.url,
        web::links::enter_path(&wired.app, &owner.id).await?
    );
    let router = wired.router_with_live_pages();
    let (stop, stopped) = watch::channel(false);
    let actor = Actor::whole(&owner);
    let matters = Matters {
        cars: set_out(&wired.app, &actor, &household).await?,
        tickets: Tickets::set_out(&wired.app, &actor, &household.rail).await?,
        visits: Visits::set_out(&wired.app, &actor, &household.hospital).await?,
        drives: {
            let driver = &household.vehicle.petrol;
            Drives::set_out(&wired.app, &actor, &sim, driver, fast.now()).await?
        },
    };
    greet(options, &listening.url, &door);
    let playing = async {
        let play = Play {
            options,
            wired: &wired,
            sim: &sim,
            actor: &actor,
            clock: &fast,
        };
        let ended = play.watch_over(matters).await;
        if options.once {
            let _ = stop.send(true);
        }
        ended
    };
    let signal = async {
        let mut signal = serve::until_signal();
        let _ = signal.wait_for(|stop| *stop).await;
        let _ = stop.send(true);
    };
    tokio::select! {
        ((), ended) = async { tokio::join!(listening.run(&wired, router, stopped), playing) } => ended,
        () = forever_after(signal) => Ok(true),
    }
}

/// Lets the serving future see the stop before the demo is over.
async fn forever_after(signal: impl Future<Output = ()>) {
    signal.await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

async fn simulator(
    options: &DemoOptions,
    clock: Arc<dyn Clock>,
) -> Result<(Sim, Addresses), AppError> {
    let sim = Sim::new(Options {
        now: Arc::new(move || clock.now().as_millisecond()),
        seed: 7,
        rail_data: options.rail_data.clone(),
    });
    sim.set_options(|rules| {
        rules.rail_phone_confirms_ms = Some(tickets::PHONE_CONFIRMS_MS);
        // A request of a busy machine is on its way for hours of this clock.
        rules.hospital.time_off_ms = 12 * 3_600_000;
        rules.vehicle.time_off_s = 12 * 3_600;
        rules.vehicle.token_s = 3 * 86_400;
    });
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let addresses = sim.serve(anywhere).await.map_err(internal)?;
    Ok((sim, addresses))
}

fn settings(options: &DemoOptions, addresses: &Addresses, room: &Path) -> Result<Config, AppError> {
    let flags = Overrides::default()
        .with("data_dir", room.to_str())
        .with("server.listen", Some(free(options.listen).to_string()))
        .with("services.permit.base_url", Some(addresses.permit.clone()))
        .with("services.rail.base_url", Some(addresses.rail.clone()))
        .with("services.rail.www_url", Some(addresses.rail.clone()))
        .with(
            "services.hospital.base_url",
            Some(addresses.hospital.clone()),
        )
        .with("services.vehicle.user_url", Some(addresses.vehicle.clone()))
        .with(
            "services.vehicle.device_url",
            Some(addresses.vehicle.clone()),
        )
        .with(
            "services.violation.url",
            Some(format!("{}/pyi/65/173", addresses.violation)),
        );
    Ok(Config::load(None, &BTreeMap::new(), flags)?)
}

/// The address wished for, or another port when that one is taken: a demo should not fail for a `serve` beside it.
fn free(wished: SocketAddr) -> SocketAddr {
    match std::net::TcpListener::bind(wished) {
        Ok(_) => wished,
        Err(_) => SocketAddr::new(wished.ip(), 0),
    }
}

/// Adds the household's accounts and wishes, as a person would.
async fn set_out(app: &App, actor: &Actor, household: &Household) -> Result<Vec<Matter>, AppError> {
    let blocked = &household.cars[1];
    let fines = add_fines_account(app, actor, household, blocked).await?;
    let mut matters = Vec::new();
    for (n, car) in household.cars.iter().enumerate() {
        let account = NewAccount {
            service: Service::Permit,
            name: format!("{}的进京证", car.name),
            settings: Settings::new(),
            secrets: secrets(&[("token", &car.token)]),
            trial: TrialWish::default(),
        };
        let account = app.add_account(actor, account).await?.id;
        matters.push(Matter {
            errand: keep(app, actor, &account, car, &fines).await?,
            car: car.clone(),
            expected: if n == 1 {
                Expected::BlockedByNamedFine
            } else {
                Expected::Renewed
            },
        });
    }
    Ok(matters)
}

async fn add_fines_account(
    app: &App,
    actor: &Actor,
    household: &Household,
    car: &HouseholdCar,
) -> Result<AccountId, AppError> {
    let settings = [
        ("plate", car.plate.as_str()),
        ("plate_type", &car.plate_type),
        ("engine_number", &car.engine_number),
        ("frame_number", &car.frame_number),
        ("monthly_budget_fen", FINES_BUDGET_FEN),
    ];
    let account = NewAccount {
        service: Service::Violation,
        name: "违章查询".to_owned(),
        settings: settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        secrets: secrets(&[("appid", &household.appid), ("secret", &household.secret)]),
        trial: TrialWish::default(),
    };
    Ok(app.add_account(actor, account).await?.id)
}

async fn keep(
    app: &App,
    actor: &Actor,
    account: &AccountId,
    car: &HouseholdCar,
    fines: &AccountId,
) -> Result<ErrandId, AppError> {
    let wishes = [
        ("plates", car.plate.as_str()),
        ("purpose", "03"),
        ("district", "003"),
        ("address", "测试路 1 号"),
        ("in_beijing", "no"),
        ("entry_road", "00606"),
        ("violation_account", fines.as_str()),
    ];
    let new = NewErrand {
        kind: "permit.keep".to_owned(),
        account: account.clone(),
        wishes: wishes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect::<Map<_, _>>(),
    };
    match app.add_errand(actor, new, false).await? {
        Started::Errand(row) => Ok(row.id),
        Started::DryRun(_) => Err(AppError::Internal("a dry run was not asked for".to_owned())),
    }
}

/// The speed at moments that a person would want to see.
fn moment_speed(options: &DemoOptions) -> f64 {
    let most = if options.once {
        UNWATCHED_SPEED
    } else {
        WATCHABLE_SPEED
    };
    options.speed.min(most)
}

/// Everything the demo looks at while it plays.
struct Play<'a> {
    options: &'a DemoOptions,
    wired: &'a Wired,
    sim: &'a Sim,
    actor: &'a Actor,
    clock: &'a FastClock,
}

/// Everything the family wants.
struct Matters {
    cars: Vec<Matter>,
    tickets: Tickets,
    visits: Visits,
    drives: Drives,
}

impl Play<'_> {
    /// Says how it goes, until every outcome is there (`once`) or the fortnight is over.
    async fn watch_over(&self, mut matters: Matters) -> Result<bool, AppError> {
        let start = self.clock.now().as_second();
        let end = Timestamp::from_second(start + DAYS * 86_400).map_err(internal)?;
        let planned = matters.planned();
        let mut said = String::new();
        loop {
            self.stand_in(&mut matters).await?;
            self.keep_pace(&matters).await?;
            let reached = self.reached(&matters).await?;
            let over = self.clock.now() >= end;
            let line = progress(
                self.options.lang,
                self.clock.now(),
                self.sim,
                reached,
                planned,
            );
            if line != said {
                say(&format!("\r\x1b[2K{line}"));
                said = line;
            }
            if (self.options.once && reached == planned) || over {
                say("\n");
                return self.end(&matters, reached == planned).await;
            }
            tokio::time::sleep(TICK).await;
        }
    }

    /// Does what people do: wishes, answers, pays.
    async fn stand_in(&self, matters: &mut Matters) -> Result<(), AppError> {
        let now = self.clock.now();
        matters.tickets.go_on(self.wired, self.actor).await?;
        matters.tickets.pay(self.sim, now);
        matters.drives.answer(self.wired, self.actor, now).await?;
        let visits = &mut matters.visits;
        visits.go_on(self.wired, self.actor, self.sim, now).await
    }

    /// Slowly where there is something to see, as fast as wished otherwise.
    async fn keep_pace(&self, matters: &Matters) -> Result<(), AppError> {
        // Twice a tick, as a busy machine's tick is longer.
        let ahead_ms = (2.0 * TICK.as_millis() as f64 * self.options.speed) as i64;
        let now = self.clock.now();
        let Matters {
            tickets,
            visits,
            drives,
            ..
        } = matters;
        let moment = tickets.is_a_moment(self.wired, now, ahead_ms).await?
            || visits.is_a_moment(self.wired, now, ahead_ms).await?
            || drives.is_a_moment(self.wired, now, ahead_ms).await?;
        let usual = match moment {
            true => moment_speed(self.options),
            false => self.options.speed,
        };
        // A race is part of a moment: it is met at no more than that speed.
        let ahead_ms = (2.0 * TICK.as_millis() as f64 * moment_speed(self.options)) as i64;
        let races = [
            visits.race_speed(self.wired, now, ahead_ms).await?,
            drives.race_speed(self.wired).await?,
        ];
        let speed = races.into_iter().flatten().fold(usual, f64::min);
        if speed != self.clock.speed() {
            self.clock.set_speed(speed);
        }
        Ok(())
    }

    async fn reached(&self, matters: &Matters) -> Result<usize, AppError> {
        let mut reached = 0;
        for matter in &matters.cars {
            let row = self.wired.store.errand(&matter.errand).await?;
            let renewed = self.fact(&matter.errand, "renewed").await?;
            reached += usize::from(as_expected(self.sim, matter, &row, renewed.as_ref()));
        }
        for wish in &matters.tickets.errands {
            let row = self.wired.store.errand(&wish.errand).await?;
            reached += usize::from(wish.as_expected(self.sim, &row));
        }
        for one in &matters.visits.errands {
            let row = self.wired.store.errand(&one.errand).await?;
            let booking = self.fact(&one.errand, "booking").await?;
            reached += usize::from(one.as_expected(self.sim, &row, booking.as_ref()));
        }
        reached += usize::from(matters.drives.as_expected(self.wired, self.sim).await?);
        Ok(reached)
    }

    async fn fact(&self, errand: &ErrandId, name: &str) -> Result<Option<Value>, AppError> {
        let facts = self.wired.store.facts(errand).await?;
        let found = facts.into_iter().find(|(known, _)| known == name);
        Ok(found.map(|(_, value)| value))
    }

    async fn end(&self, matters: &Matters, all: bool) -> Result<bool, AppError> {
        if self.options.once {
            self.report(matters, all).await?;
            return Ok(all);
        }
        say(if self.options.lang == Lang::Zh {
            "两周过完了；页面还开着，Ctrl-C 结束\n"
        } else {
            "the fortnight is over; pages stay open, Ctrl-C ends\n"
        });
        std::future::pending().await
    }
}

impl Matters {
    fn planned(&self) -> usize {
        self.cars.len() + self.tickets.planned() + self.visits.planned() + 1
    }
}

/// The truth is asked of the simulator's journal; daiban must have seen it too.
fn as_expected(sim: &Sim, matter: &Matter, row: &ErrandRow, renewed: Option<&Value>) -> bool {
    let (plate, phase) = (&matter.car.plate, row.phase.as_str());
    let applied = applications(sim, plate);
    match matter.expected {
        Expected::Renewed => {
            let approved = count(sim, &format!("permit.approved {plate}"));
            let renewed_on_last_day = applied
                .iter()
                .any(|effect| effect.contains(&next_day(&matter.car.permit_last_day)));
            phase == "waiting"
                && approved >= 1
                && approved == applied.len()
                && renewed.is_some_and(all_are_approved)
                && renewed_on_last_day
                && no_doubles(&applied)
        }
        Expected::BlockedByNamedFine => {
            phase == "needs_you"
                && applied.len() == 1
                && row.reason.zh.contains("朝阳区测试路")
                && count(sim, "violation.charge ") == 1
        }
    }
}

/// Whether daiban knows of every renewal that it came through.
fn all_are_approved(renewed: &Value) -> bool {
    let renewed = renewed.as_array().map(Vec::as_slice).unwrap_or_default();
    !renewed.is_empty() && renewed.iter().all(|one| one["result"] == "approved")
}

fn applications(sim: &Sim, plate: &str) -> Vec<String> {
    let beginning = format!("permit.apply {plate}");
    let effects = sim.effects().into_iter().filter_map(|entry| entry.effect);
    effects
        .filter(|effect| effect.starts_with(&beginning))
        .collect()
}

fn no_doubles(applied: &[String]) -> bool {
    let mut seen = applied.to_vec();
    seen.sort();
    seen.dedup();
    seen.len() == applied.len()
}

fn count(sim: &Sim, beginning: &str) -> usize {
    let effects = sim.effects().into_iter().filter_map(|entry| entry.effect);
    effects
        .filter(|effect| effect.starts_with(beginning))
        .count()
}

/// Whether an effect came of something daiban was wished to do: a car does it only some time after it was told, and renewing
/// a token is nobody's wish.
fn is_act(entry: &Entry) -> bool {
    let effect = entry.effect.as_deref().unwrap_or_default();
    let upkeep = effect.starts_with("vehicle.refresh ");
    effect.starts_with("vehicle.lock ") || !entry.path.is_empty() && !upkeep
}

fn next_day(day: &str) -> String {
    let parsed: Option<jiff::civil::Date> = day.parse().ok();
    parsed
        .and_then(|day| day.tomorrow().ok())
        .map_or_else(String::new, |day| day.to_string())
}

fn progress(lang: Lang, now: Timestamp, sim: &Sim, reached: usize, all: usize) -> String {
    let moment = dates::beijing(now);
    let moment = format!(
        "{} {:02}:00 {}",
        moment.date(),
        moment.hour(),
        dates::weekday_zh(moment.date())
    );
    let (applied, approved, charged) = (
        count(sim, "permit.apply "),
        count(sim, "permit.approved "),
        count(sim, "violation.charge "),
    );
    let (ordered, booked) = (count(sim, "rail.order "), count(sim, "hospital.book "));
    match lang {
        Lang::Zh => format!(
            "{moment} · 进京证申请 {applied} 次，通过 {approved} 次，付费查违章 {charged} 次，火车票订到 {ordered} 单，约到 {booked} 个号 · {reached}/{all} 件有了结果"
        ),
        Lang::En => format!(
            "{moment} · permits applied {applied}, approved {approved}, paid queries {charged}, train orders {ordered}, doctors booked {booked} · {reached}/{all} matters settled"
        ),
    }
}

impl Play<'_> {
    /// The one value of `--once`.
    async fn report(&self, matters: &Matters, all: bool) -> Result<(), AppError> {
        let Self { wired, sim, .. } = self;
        let mut errands = Vec::new();
        for matter in &matters.cars {
            let row = wired.store.errand(&matter.errand).await?;
            let facts = wired.store.facts(&matter.errand).await?;
            let facts: Map<String, Value> = facts.into_iter().collect();
            errands.push(matter.report(sim, &row, &facts, self.options.lang));
        }
        for wish in &matters.tickets.errands {
            let row = wired.store.errand(&wish.errand).await?;
            errands.push(wish.report(sim, &row, self.options.lang));
        }
        for one in &matters.visits.errands {
            let row = wired.store.errand(&one.errand).await?;
            let booking = self.fact(&one.errand, "booking").await?;
            errands.push(one.report(sim, &row, booking.as_ref(), self.options.lang));
        }
        let row = wired.store.errand(&matters.drives.errand).await?;
        let report = matters.drives.report(wired, sim, &row, self.options.lang);
        errands.push(report.await?);
        let effects = sim.effects();
        let acts = effects.iter().filter(|entry| is_act(entry)).count();
        let requests = wired.net.counts().into_iter();
        let requests: Map<String, Value> = requests
            .map(|(service, n)| (service.to_string(), json!(n)))
            .collect();
        crate::say::value(&json!({
            "errands": errands,
            "acts": acts,
            "paid_queries": count(sim, "violation.charge "),
            "upstream_requests": requests,
            "notices": wired.store.notices(None, 10_000).await?.len(),
            "as_expected": all,
        }));
        Ok(())
    }
}

impl Matter {
    fn report(&self, sim: &Sim, row: &ErrandRow, facts: &Map<String, Value>, lang: Lang) -> Value {
        json!({
            "id": row.id,
            "kind": row.kind,
            "plate": self.car.plate,
            "state": row.phase,
            "outcome": json!({
                "renewed": facts.get("renewed"),
                "applications": applications(sim, &self.car.plate).len(),
                "last_day_at_start": self.car.permit_last_day,
                "reason": row.reason.in_lang(lang),
            }),
            "as_expected": as_expected(sim, self, row, facts.get("renewed")),
        })
    }
}

fn greet(options: &DemoOptions, url: &str, door: &str) {
    match options.lang {
        Lang::Zh => say(&format!(
            "代办演示：一家人、三辆车、两张车票、孩子看两次病、一辆天天上下班的车、两周，时间快 {} 倍；人和车都是编的。\n打开 {door}\n（这个链接用一次；之后是 {url}）\n\n",
            options.speed
        )),
        Lang::En => say(&format!(
            "daiban demo: a family, three cars, two train tickets, a child's two appointments, a car that commutes, a fortnight, {} times as fast; people and cars are invented.\nOpen {door}\n(the link works once; afterwards {url})\n\n",
            options.speed
        )),
    }
}

/// To the terminal, never to stdout; a closed terminal does not stop the demo.
fn say(text: &str) {
    let mut terminal = std::io::stderr();
    let _ = terminal
        .write_all(text.as_bytes())
        .and_then(|()| terminal.flush());
}

/// Six in the morning of today, in Beijing.
fn six_in_the_morning() -> Timestamp {
    let midnight = dates::midnight(dates::today(Timestamp::now()));
    Timestamp::from_second(midnight.as_second() + 6 * 3600).unwrap_or(midnight)
}

fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::new(*value)))
        .collect()
}

fn internal(error: impl std::fmt::Display) -> AppError {
    AppError::Internal(error.to_string())
}

/// The demo's data directory; goes away with it.
struct Room(PathBuf);

impl Room {
    fn new(chance: &Chance) -> Result<Self, AppError> {
        let room = std::env::temp_dir().join(format!("daiban-demo-{:016x}", chance()));
        std::fs::create_dir_all(&room).map_err(internal)?;
        Ok(Self(room))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
