//! How many passes a second the store carries: claim, commit with one line of history each, and nothing else.
//!
//! `cargo run --release -p daiban-store --example loop -- [errands] [seconds]` first runs every errand once, as fast as it goes,
//! then lets 3 % of them fall due each second and prints how late they were claimed.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState},
    errand::Phase,
    household::{Household, Role, User},
    service::Service,
    store::{Claimed, Commit, Committed, EventKind, NewErrand, NewEvent, Store},
};
use daiban_store::SqliteStore;
use serde_json::{Value, json};

const BATCH: usize = 256;
/// Milliseconds spent so far.
static CLAIMING: AtomicI64 = AtomicI64::new(0);
static COMMITTING: AtomicI64 = AtomicI64::new(0);

fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

fn event(errand: &str, at: Timestamp) -> NewEvent {
    NewEvent {
        errand: Some(errand.into()),
        account: None,
        at,
        kind: EventKind::Ran,
        text: Text::new(
            "还没放票，三十秒后再看",
            "not on sale yet; looking again in thirty seconds",
        ),
        data: Value::Null,
    }
}

/// About 250 bytes, as most states are.
fn state(count: u64) -> Value {
    json!({
        "seen": count,
        "trains": ["G1", "G3", "G5", "G7", "G9", "G11", "G13", "G15"],
        "wanted": { "date": "2026-12-04", "from": "BJP", "to": "SHH", "seats": ["O", "M", "9"] },
        "back_off": { "until": null, "step": 3 },
        "last": "2026-12-01T08:00:00+08:00",
    })
}

async fn seed(store: &SqliteStore, errands: usize) {
    let user = User {
        id: "u".into(),
        name: "owner".to_owned(),
        role: Role::Admin,
        created_at: moment(0),
        failures: 0,
        locked_until: None,
    };
    store.add_user(user, String::new()).await.unwrap();
    let account = Account {
        id: "a".into(),
        user: "u".into(),
        service: Service::Rail,
        name: "one".to_owned(),
        state: AccountState::Ready,
        problem: None,
        settings: Default::default(),
        created_at: moment(0),
        signed_in_at: None,
        shared: false,
    };
    store
        .add_account(account, Default::default())
        .await
        .unwrap();
    for n in 0..errands {
        let id = format!("errand{:012}", n * 7919 % errands);
        let errand = NewErrand {
            id: id.as_str().into(),
            user: "u".into(),
            account: "a".into(),
            kind: "rail.ticket".to_owned(),
            wishes: json!({ "from": "BJP", "to": "SHH", "dates": ["2026-12-04"], "passengers": ["one", "two"] }),
            state: state(0),
            version: 1,
            due: moment(1),
            internal: false,
        };
        store
            .add_errand(errand, event(&id, moment(1)))
            .await
            .unwrap();
    }
}

fn pass(claimed: Claimed, at: i64, next: i64) -> Commit {
    Commit {
        ver: claimed.ver,
        state: state(claimed.state["seen"].as_u64().unwrap() + 1),
        version: 1,
        phase: Phase::Waiting,
        checkpoint: "watching".to_owned(),
        reason: Text::new(
            "还没放票，三十秒后再看",
            "not on sale yet; looking again in thirty seconds",
        ),
        next_due: Some(moment(next)),
        outcome: None,
        consumed: vec![],
        calls: vec![],
        asks: vec![],
        withdraw_asks: false,
        watch: vec![],
        facts: vec![],
        records: Vec::new(),
        notices: vec![],
        problems: vec![],
        events: vec![event(claimed.id.as_str(), moment(at))],
        errand: claimed.id,
    }
}

/// One round: how late each was claimed, in milliseconds; empty when nothing was due.
async fn round(store: &SqliteStore, next: impl Fn(i64) -> i64) -> Vec<i64> {
    let at = now();
    let claimed = store
        .claim_due(moment(at), BATCH, moment(at))
        .await
        .unwrap();
    if claimed.is_empty() {
        return Vec::new();
    }
    let claimed_at = now();
    let late = claimed
        .iter()
        .map(|errand| claimed_at - errand.due.as_millisecond())
        .collect();
    let commits = claimed
        .into_iter()
        .map(|errand| pass(errand, at, next(at)))
        .collect();
    CLAIMING.fetch_add(claimed_at - at, Ordering::Relaxed);
    let begun = Instant::now();
    let outcome = store.commit(moment(at), commits).await.unwrap();
    COMMITTING.fetch_add(begun.elapsed().as_millis() as i64, Ordering::Relaxed);
    assert!(outcome.iter().all(|committed| *committed == Committed::Yes));
    late
}

fn chance() -> i64 {
    use std::hash::{BuildHasher, RandomState};
    (RandomState::new().hash_one(0) >> 1) as i64
}

/// Pages of memory this process holds, where the system says so.
fn resident_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = status.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096 / 1_000_000)
}

/// Processor time this process has used, in milliseconds, where the system says so: says more than the clock on a busy machine.
fn processor_ms() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks * 10)
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args()
        .skip(1)
        .map(|arg| arg.parse::<usize>().unwrap());
    let errands = args.next().unwrap_or(20_000);
    let seconds = args.next().unwrap_or(10);
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), None).await.unwrap();
    let begun = Instant::now();
    seed(&store, errands).await;
    println!(
        "{errands} errands added one by one: {:.0}/s",
        errands as f64 / begun.elapsed().as_secs_f64()
    );

    let used = processor_ms();
    // Spread over the time in which 3 % fall due each second.
    let span = 33_000;
    let begun = Instant::now();
    let mut passes = 0;
    loop {
        let late = round(&store, |at| at + 4_000 + chance() % span).await;
        passes += late.len();
        if passes >= errands {
            break;
        }
    }
    let rate = passes as f64 / begun.elapsed().as_secs_f64();
    println!(
        "as fast as it goes: {passes} passes, {rate:.0}/s; processor {:?} ms, claiming {} ms, committing {} ms",
        processor_ms().zip(used).map(|(now, before)| now - before),
        CLAIMING.load(Ordering::Relaxed),
        COMMITTING.load(Ordering::Relaxed)
    );

    let steady = |at| at + 16_000 + chance() % (span * 2 - 32_000);
    while !round(&store, steady).await.is_empty() {}
    let begun = Instant::now();
    let mut late = Vec::new();
    while begun.elapsed().as_secs() < seconds as u64 {
        let round = round(&store, steady).await;
        if round.is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        late.extend(round);
    }
    late.sort_unstable();
    let of = |share: f64| {
        late.get(((late.len() as f64 * share) as usize).min(late.len() - 1))
            .copied()
            .unwrap_or(0)
    };
    println!(
        "{:.0} passes/s for {seconds} s: late p50 {} ms, p99 {} ms, worst {} ms; memory {} MB",
        late.len() as f64 / seconds as f64,
        of(0.5),
        of(0.99),
        of(1.0),
        resident_mb().map_or("?".to_owned(), |mb| mb.to_string()),
    );
    store.integrity_check().await.unwrap();
}
