//! Sleeping errands by the thousand: how late their passes are, how much memory and processor they take, beside a bare
//! SQLite loop of the same load in the same run. Started by `cargo xtask bench engine`.
//!
//! Each errand sleeps a random 1–60 s, wakes, reads and writes a state of about 250 bytes, and sleeps again. Ours goes
//! through the whole engine: sealed rows, a version fence, a line of history for every pass, all of it fully synchronous
//! on a file. The bare loop keeps the same table in the same mode with nothing around it: no sealing, no history.
//!
//! *Lateness* is the moment a pass begins less the moment it was due. Every measurement is a process of its own, so that
//! memory is its own too. Load starts in its steady state: first due times have the distribution they have in the long run.
//!
//! Words: `[--seconds N] [COUNT…]`; the default is 20 s each of 1,000, 10,000 and 100,000.

// The result is for the person who started it.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, ExitCode, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use daiban::clock::SystemClock;
use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    descriptor::{Descriptor, Label},
    errand::{Errand, Machine, Pass, Step},
    error::ServiceError,
    household::{Household, Role, User},
    http::{Http, HttpFailure, Lines, Request, Response},
    id::{AccountId, ErrandId, UserId},
    invalid::InvalidInput,
    provider::{Provider, Reconciled, Visit},
    service::Service,
    store::{EventKind, NewErrand, NewEvent, Store},
};
use daiban_engine::{Chance, Desk, DeskOptions, Embedded, EngineOptions};
use daiban_store::SqliteStore;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite};

/// Dropped before anything is measured: caches fill, statements are prepared.
const WARM_UP: Duration = Duration::from_secs(5);

/// What is held at 100,000 errands.
const HELD: (u64, u64) = (50, 400);

const SHORTEST_MS: u64 = 1_000;
const LONGEST_MS: u64 = 60_000;

/// One measurement.
#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    ticks_per_s: f64,
    late_ms: [u64; 3],
    memory_mb: f64,
    peak_mb: f64,
    cpu_percent: f64,
    file_mb: f64,
    history_rows: i64,
}

fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["one", who, count, seconds] => {
            one(who, count.parse()?, Duration::from_secs(seconds.parse()?))
        }
        ["--seconds", seconds, counts @ ..] => all(seconds.parse()?, counts),
        counts => all(20, counts),
    }
}

/// Every measurement in its own process, as a table.
fn all(seconds: u64, counts: &[&str]) -> Result<ExitCode> {
    let counts: Vec<u64> = match counts {
        [] => vec![1_000, 10_000, 100_000],
        given => given
            .iter()
            .map(|count| count.parse().context("COUNT is a number"))
            .collect::<Result<_>>()?,
    };
    println!(
        "each: {seconds} s after {} s of warm-up; passes 1–60 s apart; CPU 100 % = one core",
        WARM_UP.as_secs()
    );
    println!(
        "| engine | errands | ticks/s | late p50 / p99 / max, ms | memory (peak), MB | CPU | file, MB | history rows |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut held = true;
    for count in counts {
        for who in ["daiban", "bare SQLite"] {
            let measured = in_a_process(who, count, seconds)?;
            let Measured {
                late_ms: [p50, p99, max],
                ticks_per_s,
                memory_mb,
                peak_mb,
                ..
            } = measured;
            println!(
                "| {who} | {count} | {ticks_per_s:.0} | {p50} / {p99} / {max} | {memory_mb:.0} ({peak_mb:.0}) | {:.0} % | {:.0} | {} |",
                measured.cpu_percent, measured.file_mb, measured.history_rows
            );
            held &=
                who != "daiban" || count != 100_000 || (p99 < HELD.0 && memory_mb < HELD.1 as f64);
        }
    }
    let verdict = if held { "held" } else { "NOT held" };
    println!(
        "\nto hold at 100,000: p99 below {} ms, memory below {} MB: {verdict}",
        HELD.0, HELD.1
    );
    Ok(if held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn in_a_process(who: &str, count: u64, seconds: u64) -> Result<Measured> {
    let mut child = Command::new(std::env::current_exe()?);
    child
        .args(["one", who, &count.to_string(), &seconds.to_string()])
        .stderr(Stdio::inherit());
    let output = child.output()?;
    if !output.status.success() {
        bail!("{who} with {count} errands ended with {}", output.status);
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[tokio::main]
async fn one(who: &str, count: u64, length: Duration) -> Result<ExitCode> {
    // A real disk, not a temporary file system in memory.
    let near = Path::new("target");
    let dir = if near.is_dir() {
        tempfile::tempdir_in(near)?
    } else {
        tempfile::tempdir()?
    };
    let ticks = Arc::new(Ticks::default());
    let (history_rows, gone) = match who {
        "daiban" => ours(dir.path(), count, length, &ticks).await?,
        _ => bare(dir.path(), count, length, &ticks).await?,
    };
    let measured = ticks.measured(&gone, history_rows, dir.path())?;
    println!("{}", serde_json::to_string(&measured)?);
    Ok(ExitCode::SUCCESS)
}

// What is measured -------------------------------------------------------------------------------------------------

/// Counts ticks and how late they were, while it is on.
#[derive(Default)]
struct Ticks {
    on: AtomicBool,
    late_ms: Mutex<Vec<u64>>,
}

/// Real time and processor time that went by while it was on, and the memory held at its end.
struct Gone {
    real: Duration,
    cpu: Duration,
    memory_mb: f64,
    peak_mb: f64,
}

impl Ticks {
    fn tick(&self, due: Timestamp) {
        if !self.on.load(Ordering::Relaxed) {
            return;
        }
        let late = Timestamp::now().as_millisecond() - due.as_millisecond();
        self.late().push(late.max(0).unsigned_abs());
    }

    fn late(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.late_ms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// On for that long, after the warm-up.
    async fn watch(&self, length: Duration) -> Result<Gone> {
        tokio::time::sleep(WARM_UP).await;
        let (began, cpu) = (Instant::now(), cpu_time()?);
        self.on.store(true, Ordering::Relaxed);
        tokio::time::sleep(length).await;
        self.on.store(false, Ordering::Relaxed);
        Ok(Gone {
            real: began.elapsed(),
            cpu: cpu_time()?.saturating_sub(cpu),
            memory_mb: memory_mb("VmRSS:")?,
            peak_mb: memory_mb("VmHWM:")?,
        })
    }

    fn measured(&self, gone: &Gone, history_rows: i64, dir: &Path) -> Result<Measured> {
        let mut late = self.late().clone();
        late.sort_unstable();
        let at = |percent: usize| {
            late.get((late.len() * percent / 100).min(late.len().saturating_sub(1)))
                .copied()
                .unwrap_or(0)
        };
        Ok(Measured {
            ticks_per_s: late.len() as f64 / gone.real.as_secs_f64(),
            late_ms: [at(50), at(99), at(100)],
            memory_mb: gone.memory_mb,
            peak_mb: gone.peak_mb,
            cpu_percent: 100.0 * gone.cpu.as_secs_f64() / gone.real.as_secs_f64(),
            file_mb: files_mb(dir)?,
            history_rows,
        })
    }
}

/// User and system time of this process. Linux counts it in hundredths of a second.
fn cpu_time() -> Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("needs Linux's /proc")?;
    let after_name = stat.rsplit_once(')').context("no name in stat")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |n: usize| {
        fields
            .get(n)
            .and_then(|field| field.parse::<u64>().ok())
            .context("no times in stat")
    };
    Ok(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
}

fn memory_mb(name: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("needs Linux's /proc")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .context("no such line in status")?;
    let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kb / 1024.0)
}

fn files_mb(dir: &Path) -> Result<f64> {
    // SQLite takes its log away while it closes, perhaps just now.
    let sizes = std::fs::read_dir(dir)?.filter_map(|file| Some(file.ok()?.metadata().ok()?.len()));
    Ok(sizes.sum::<u64>() as f64 / 1_048_576.0)
}

// The load ---------------------------------------------------------------------------------------------------------

/// Chance that is the same in every run.
fn chance() -> Chance {
    let state = AtomicU64::new(0x9e37_79b9_7f4a_7c15);
    Arc::new(move || {
        let next = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

/// A moment 1–60 s away.
fn later(now: Timestamp, chance: u64) -> Timestamp {
    after_ms(now, SHORTEST_MS + chance % (LONGEST_MS - SHORTEST_MS))
}

/// When an errand in the middle of a sleep, met at random, wakes: long sleeps are met more often.
fn in_the_middle(now: Timestamp, chance: &Chance) -> Timestamp {
    let unit = || (chance() >> 11) as f64 / (1_u64 << 53) as f64;
    let (short, long) = (SHORTEST_MS as f64, LONGEST_MS as f64);
    let sleep = (short * short + unit() * (long * long - short * short)).sqrt();
    after_ms(now, (unit() * sleep) as u64)
}

fn after_ms(now: Timestamp, ms: u64) -> Timestamp {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(now.as_millisecond().saturating_add(ms)).unwrap_or(now)
}

async fn sleep_until(moment: Timestamp) {
    let left = moment.as_millisecond() - Timestamp::now().as_millisecond();
    tokio::time::sleep(Duration::from_millis(left.max(0).unsigned_abs())).await;
}

/// What an errand carries: about 250 bytes of JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Sleep {
    naps: u64,
    note: String,
}

impl Sleep {
    fn new() -> Self {
        Self {
            naps: 0,
            note: "z".repeat(220),
        }
    }
}

// Ours -------------------------------------------------------------------------------------------------------------

async fn ours(dir: &Path, count: u64, length: Duration, ticks: &Arc<Ticks>) -> Result<(i64, Gone)> {
    let store = Arc::new(SqliteStore::open(dir, None).await?);
    let chance = chance();
    let begin = fill(&store, dir, count, &chance).await?;
    let desk = Desk::new(DeskOptions {
        store: store.clone(),
        household: store.clone(),
        lines: Arc::new(NoLines),
        providers: vec![Box::new(Bed {
            ticks: Arc::clone(ticks),
        })],
        clock: Arc::new(SystemClock),
        chance,
        settings: BTreeMap::new(),
        holder: "bench".to_owned(),
    });
    let engine = Embedded::new(desk, EngineOptions::default());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    sleep_until(begin).await;
    let running = tokio::spawn(engine.run(stopped));
    let gone = ticks.watch(length).await?;
    stop.send(true)?;
    running.await?;
    Ok((history_rows(dir).await?, gone))
}

async fn beside(dir: &Path) -> Result<SqliteConnection> {
    let options = sqlite::SqliteConnectOptions::new()
        .filename(dir.join("daiban.db"))
        .busy_timeout(Duration::from_secs(60));
    Ok(options.connect().await?)
}

async fn history_rows(dir: &Path) -> Result<i64> {
    let mut db = beside(dir).await?;
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM events")
        .fetch_one(&mut db)
        .await?)
}

/// Adds the errands, one by one as people would, and says when the load begins. Only here the disk is not waited for.
async fn fill(store: &SqliteStore, dir: &Path, count: u64, chance: &Chance) -> Result<Timestamp> {
    store.raw("PRAGMA synchronous = OFF").await?;
    let now = Timestamp::now();
    let user = UserId::new(now, chance());
    let account = AccountId::new(now, chance());
    let person = User {
        id: user.clone(),
        name: "sleeper".to_owned(),
        role: Role::Member,
        created_at: now,
        failures: 0,
        locked_until: None,
    };
    store.add_user(person, String::new()).await?;
    let bed = Account {
        id: account.clone(),
        user: user.clone(),
        service: Service::Rail,
        name: "bed".to_owned(),
        state: AccountState::Ready,
        problem: None,
        settings: Settings::new(),
        created_at: now,
        signed_in_at: None,
        shared: false,
    };
    store.add_account(bed, Secrets::new()).await?;
    for _ in 0..count {
        let id = ErrandId::new(now, chance());
        let event = NewEvent {
            errand: Some(id.clone()),
            account: Some(account.clone()),
            at: now,
            kind: EventKind::Created,
            text: Text::new("新建", "created"),
            data: json!({ "kind": Nap::KIND }),
        };
        let errand = NewErrand {
            id,
            user: user.clone(),
            account: account.clone(),
            kind: Nap::KIND.to_owned(),
            wishes: json!({}),
            state: serde_json::to_value(Sleep::new())?,
            version: Nap::VERSION,
            due: in_the_middle(now, chance),
            internal: false,
        };
        store.add_errand(errand, event).await?;
    }
    store.raw("PRAGMA synchronous = FULL").await?;
    // However long it took, nothing is late yet.
    let begin = after_ms(Timestamp::now(), 2_000);
    sqlx::query("UPDATE errands SET due_at = due_at + $1")
        .bind(begin.as_millisecond() - now.as_millisecond())
        .execute(&mut beside(dir).await?)
        .await?;
    Ok(begin)
}

/// The errand kind: sleeps, wakes, sleeps again.
struct Nap {
    ticks: Arc<Ticks>,
}

#[derive(Debug, Serialize, Deserialize)]
struct NoWishes {}

impl Errand for Nap {
    const KIND: &'static str = "bed.nap";
    const VERSION: u32 = 1;
    type State = Sleep;
    type Wishes = NoWishes;

    fn begin(&self, _wishes: &NoWishes, _now: Timestamp) -> Result<Sleep, InvalidInput> {
        Ok(Sleep::new())
    }

    fn advance(&self, mut sleep: Sleep, pass: &Pass<'_, NoWishes>) -> Step<Sleep> {
        self.ticks.tick(pass.due);
        sleep.naps += 1;
        let reason = Text::new(
            format!("睡了 {} 觉", sleep.naps),
            format!("{} naps", sleep.naps),
        );
        Step::at(sleep, later(pass.now, pass.chance), "asleep", reason)
    }
}

static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Rail,
    name: Label::new("床", "bed"),
    sign_in: &[],
    settings: &[],
    secrets: &[],
    errands: &[],
    poll_floor_s: 1,
    sprint: None,
    daily_budget: 1,
};

/// A service nobody has to visit.
struct Bed {
    ticks: Arc<Ticks>,
}

#[async_trait]
impl Provider for Bed {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(Nap {
            ticks: Arc::clone(&self.ticks),
        })]
    }

    fn check_account(
        &self,
        _settings: &mut Settings,
        _secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        Ok(())
    }

    fn proof(&self, _account: &Account, _secrets: &Secrets) -> Option<daiban_core::call::NewCall> {
        None
    }

    async fn look(&self, _visit: &Visit<'_>, _body: &Value) -> Result<Value, ServiceError> {
        Ok(Value::Null)
    }

    async fn act(&self, _visit: &Visit<'_>, _body: &Value) -> Result<Value, ServiceError> {
        Ok(Value::Null)
    }

    async fn reconcile(
        &self,
        _visit: &Visit<'_>,
        _body: &Value,
        _sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        Ok(Reconciled::DidNotHappen(Text::default()))
    }
}

/// Nobody is visited, so no line is ever used.
struct NoLines;

impl Lines for NoLines {
    fn line(&self, _service: Service, _account: Option<&AccountId>) -> Box<dyn Http> {
        Box::new(NoLines)
    }
}

#[async_trait]
impl Http for NoLines {
    async fn send(&self, _request: Request) -> Result<Response, HttpFailure> {
        Err(HttpFailure::NotSent {
            text: "no lines here".to_owned(),
        })
    }
}

// The bare loop ----------------------------------------------------------------------------------------------------

async fn bare(dir: &Path, count: u64, length: Duration, ticks: &Arc<Ticks>) -> Result<(i64, Gone)> {
    let options = sqlite::SqliteConnectOptions::new()
        .filename(dir.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(sqlite::SqliteJournalMode::Wal)
        .synchronous(sqlite::SqliteSynchronous::Full)
        .disable_statement_logging();
    let mut db = options.connect().await?;
    let chance = chance();
    let begin = fill_bare(&mut db, count, &chance).await?;
    sleep_until(begin).await;
    let watching = ticks.watch(length);
    tokio::select! {
        gone = watching => Ok((0, gone?)),
        ended = bare_loop(&mut db, ticks, &chance) => Err(ended.err().context("the bare loop ended")?),
    }
}

async fn fill_bare(db: &mut SqliteConnection, count: u64, chance: &Chance) -> Result<Timestamp> {
    sqlx::raw_sql(
        "CREATE TABLE errand (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, due INTEGER, \
         gen INTEGER NOT NULL, ver INTEGER NOT NULL) WITHOUT ROWID; \
         CREATE INDEX errand_due ON errand (due) WHERE due IS NOT NULL;",
    )
    .execute(&mut *db)
    .await?;
    let state = serde_json::to_string(&Sleep::new())?;
    let now = Timestamp::now();
    let mut tx = db.begin().await?;
    for id in 0..i64::try_from(count)? {
        sqlx::query("INSERT INTO errand VALUES ($1, 'nap', $2, $3, 1, 1)")
            .bind(id)
            .bind(&state)
            .bind(in_the_middle(now, chance).as_millisecond())
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    let begin = after_ms(Timestamp::now(), 2_000);
    sqlx::query("UPDATE errand SET due = due + $1")
        .bind(begin.as_millisecond() - now.as_millisecond())
        .execute(db)
        .await?;
    Ok(begin)
}

/// Select what is due, tick, update behind the version, one commit; sleep until the next is due.
async fn bare_loop(db: &mut SqliteConnection, ticks: &Ticks, chance: &Chance) -> Result<()> {
    loop {
        let now = Timestamp::now();
        let due = sqlx::query(
            "SELECT id, state, due, ver FROM errand WHERE due <= $1 ORDER BY due LIMIT 256",
        )
        .bind(now.as_millisecond())
        .fetch_all(&mut *db)
        .await?;
        if due.is_empty() {
            let next: Option<i64> = sqlx::query_scalar("SELECT MIN(due) FROM errand")
                .fetch_one(&mut *db)
                .await?;
            let next = next.unwrap_or(i64::MAX).min(now.as_millisecond() + 1_000);
            sleep_until(Timestamp::from_millisecond(next)?).await;
            continue;
        }
        let mut tx = db.begin().await?;
        for row in due {
            ticks.tick(Timestamp::from_millisecond(row.try_get("due")?)?);
            let mut sleep: Sleep = serde_json::from_str(row.try_get("state")?)?;
            sleep.naps += 1;
            sqlx::query("UPDATE errand SET state = $1, due = $2, gen = gen + 1, ver = ver + 1 WHERE id = $3 AND ver = $4")
                .bind(serde_json::to_string(&sleep)?)
                .bind(later(Timestamp::now(), chance()).as_millisecond())
                .bind(row.try_get::<i64, _>("id")?)
                .bind(row.try_get::<i64, _>("ver")?)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
    }
}
