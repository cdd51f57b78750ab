//! What only a real file can show: sealing, keys, two processes, a full disk, a kill, damage.
#![allow(clippy::unwrap_used)]

mod chapters;

use std::{fs, path::Path};

use chapters::*;
use daiban_core::{
    Text,
    account::Secrets,
    ask::{Answer, AskKind},
    call::{CallState, Outcome},
    errand::Incoming,
    household::{Household, Pulse, Touched},
    lifecycle::Verb,
    notice::{ProblemChange, Severity},
    notify::Channel,
    secret::Secret,
    store::{Committed, EventKind, Settled, Store, StoreError},
};
use daiban_store::SqliteStore;
use serde_json::json;
use sqlx::{ConnectOptions as _, Connection as _, migrate::Migrator, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

async fn open(dir: &TempDir) -> SqliteStore {
    SqliteStore::open(dir.path(), None).await.unwrap()
}

const DAY_MS: i64 = 86_400_000;
const MS: jiff::SignedDuration = jiff::SignedDuration::from_millis(1);

/// All bytes of all files of the database.
fn bytes(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("daiban.db") {
            bytes.extend(fs::read(entry.path()).unwrap());
        }
    }
    bytes
}

#[tokio::test]
async fn no_secret_and_no_name_is_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    household(&store).await;
    let canaries = [
        "canary-token",
        "canary-cookie",
        "canary-channel",
        "13800000001",
        "旅客甲",
        "271828",
        "canary-state",
        "canary-outcome",
        "canary-fact",
        "canary-record",
        "canary-reason",
        "canary-event",
        "canary-picture",
        "canary-result",
    ];
    let token: Secrets = [("token".to_owned(), Secret::from("canary-token"))].into();
    store
        .keep_secrets(&"a".into(), token.clone())
        .await
        .unwrap();
    store.seal("jar/a", b"canary-cookie").await.unwrap();
    let channel = Channel {
        id: "c".into(),
        user: "u".into(),
        kind: "ntfy".to_owned(),
        name: "phone".to_owned(),
        settings: [("topic".to_owned(), "canary-channel".to_owned())].into(),
    };
    store
        .add_channel(
            channel,
            [("token".to_owned(), Secret::from("canary-channel"))].into(),
        )
        .await
        .unwrap();
    add_errand(&store, "e", 0).await;
    let mut asking = pass(&claim_one(&store, 0).await);
    asking.state = json!("canary-state");
    asking.outcome = Some(json!("canary-outcome"));
    asking.facts = vec![("fact".to_owned(), json!("canary-fact"))];
    asking.records = vec![records::reading("one", 1, json!("canary-record"))];
    asking.reason = text("canary-reason");
    asking.events = vec![event("e", EventKind::Asked, "canary-event")];
    asking.calls = vec![("call".into(), act("a", "order"))];
    asking.asks = vec![("ask".into(), ask("code", AskKind::Sms, None))];
    asking.asks[0].1.picture = Some("canary-picture".to_owned());
    committed(&store, 1, asking).await;
    assert!(
        store
            .answer(&"ask".into(), Answer::Text("271828".to_owned()), at(2))
            .await
            .unwrap()
    );
    let mut ended = done(json!("canary-result"));
    ended.book_key = Some("passengers".to_owned());
    store.settle(&"call".into(), at(3), ended).await.unwrap();

    let before = bytes(dir.path());
    let claimed = claim_one(&store, 3).await;
    assert_eq!(claimed.incoming.len(), 2);
    assert_eq!(claimed.state, json!("canary-state"));
    committed(&store, 4, pass(&claimed)).await;
    drop(store);
    let after = bytes(dir.path());
    for canary in canaries {
        for bytes in [&before, &after] {
            assert!(
                !bytes
                    .windows(canary.len())
                    .any(|window| window == canary.as_bytes()),
                "{canary}"
            );
        }
    }
    assert!(
        before.windows(5).any(|window| window == b"jar/a"),
        "the search finds what is plain"
    );
    assert_eq!(open(&dir).await.secrets(&"a".into()).await.unwrap(), token);
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let inside = dir.path().join("data");
    let store = SqliteStore::open(&inside, None).await.unwrap();
    household(&store).await;
    for name in ["daiban.db", "daiban.db-wal", "daiban.key"] {
        let mode = fs::metadata(inside.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(fs::read(inside.join("daiban.key")).unwrap().len(), 32);
    assert_eq!(
        fs::metadata(&inside).unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[tokio::test]
async fn another_key_or_none_is_refused_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("daiban.key");
    household(&open(&dir).await).await;
    let good = fs::read(&key).unwrap();
    let wrong: [Option<&[u8]>; 3] = [Some(&[7; 32]), Some(b"short"), None];
    for wrong in wrong {
        fs::remove_file(&key).unwrap_or_default();
        if let Some(wrong) = wrong {
            fs::write(&key, wrong).unwrap();
        }
        let Err(StoreError::WrongKey(words)) = SqliteStore::open(dir.path(), None).await else {
            panic!("opened with {wrong:?}");
        };
        assert!(
            words.contains("daiban.key") && words.contains("密钥"),
            "{words}"
        );
    }
    assert!(!key.exists(), "no new key is made for an old database");
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("key");
    fs::write(&moved, good).unwrap();
    let store = SqliteStore::open(dir.path(), Some(&moved)).await.unwrap();
    assert_eq!(store.accounts(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn history_cannot_be_edited() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    household(&store).await;
    add_errand(&store, "e", 0).await;
    let edited = store.raw("UPDATE events SET at = 0").await;
    assert!(matches!(edited, Err(StoreError::Damaged(words)) if words.contains("never edited")));
    assert_eq!(store.prune_events(at(0)).await.unwrap(), 0);
    assert_eq!(store.prune_events(at(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn the_audit_log_is_sealed_never_edited_and_let_go_in_time() {
    let store = SqliteStore::in_memory().await.unwrap();
    let line = |refused| daiban_core::household::AuditRow {
        seq: 0,
        at: at(0),
        user: None,
        what: "signed_in".to_owned(),
        about: None,
        via: None,
        origin: Some("192.0.2.7".to_owned()),
        refused,
    };
    for refused in [false, true] {
        store.add_audit(line(refused)).await.unwrap();
    }
    let edited = store.raw("UPDATE audit SET refused = 0").await;
    assert!(matches!(edited, Err(StoreError::Damaged(words)) if words.contains("never edited")));
    for (day, left) in [(89, 2), (91, 1), (399, 1), (401, 0)] {
        store.prune(at(day * DAY_MS)).await.unwrap();
        let lines = store.audit(None, None, 9).await.unwrap();
        assert_eq!(lines.len(), left, "day {day}");
        assert!(left != 1 || !lines[0].refused);
    }
}

#[tokio::test]
async fn old_things_are_let_go_and_open_ones_kept() {
    let store = SqliteStore::in_memory().await.unwrap();
    household(&store).await;
    add_errand(&store, "e", 0).await;
    let mut first = pass(&claim_one(&store, 0).await);
    first.asks = vec![("open".into(), ask("code", AskKind::Qr, None))];
    first.watch = vec![watch("day", 30)];
    committed(&store, 1, first).await;
    store
        .deliver(&"e".into(), "unread".into(), at(2), Incoming::Woken)
        .await
        .unwrap();
    store
        .intend("queued".into(), look("a", "t"), at(2))
        .await
        .unwrap();
    let days = |days: i64| at(days * 86_400_000);
    assert_eq!(
        store.prune(days(31)).await.unwrap().events,
        1,
        "that a pass ran"
    );
    assert_eq!(
        store.prune(days(500)).await.unwrap().events,
        1,
        "that it was made"
    );
    assert_eq!(claim_one(&store, 2).await.incoming.len(), 1);
    assert_eq!(ready(&store, 2).await, ["queued"]);
    assert_eq!(store.due_lookouts(at(1)).await.unwrap().len(), 1);
    assert_eq!(store.asks(None, None).await.unwrap().len(), 1);
    store.integrity_check().await.unwrap();
}

#[tokio::test]
async fn a_record_is_kept_as_long_as_its_pass_said() {
    let store = SqliteStore::in_memory().await.unwrap();
    household(&store).await;
    add_errand(&store, "e", 0).await;
    let kept = |id: &str, keep_days| daiban_core::record::Record {
        keep_days,
        ..records::reading(id, DAY_MS, json!({ "fuel_l": 40.0 }))
    };
    let kept = vec![kept("year", 400), kept("month", 30), kept("day", 1)];
    records::write(&store, 0, kept).await;
    let a = "a".into();
    for (day, left) in [(1, 3), (2, 2), (30, 2), (31, 1), (400, 1), (401, 0)] {
        let now = at(day * DAY_MS);
        store.prune(now.checked_sub(MS).unwrap()).await.unwrap();
        let before = store.records(&a, "reading", at(0), 9).await.unwrap().len();
        let pruned = store.prune(now).await.unwrap().rows;
        let after = store.records(&a, "reading", at(0), 9).await.unwrap();
        assert_eq!(after.len(), left, "day {day}");
        assert_eq!(usize::try_from(pruned).unwrap(), before - left, "day {day}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let (serve, cli) = (open(&dir).await, open(&dir).await);
    household(&serve).await;
    let before = serve.changes().await.unwrap();
    add_errand(&serve, "mine", 0).await;
    assert_eq!(
        serve.changes().await.unwrap(),
        before,
        "its own writes are no news"
    );
    add_errand(&cli, "theirs", 0).await;
    assert!(serve.changes().await.unwrap() > before);
    assert_eq!(claimed_ids(&serve, 0).await, ["mine", "theirs"]);

    let under_way = claim(&serve, 0).await;
    cli.tell(&"theirs".into(), Verb::Cancel, at(1))
        .await
        .unwrap()
        .unwrap();
    let outcome = serve
        .commit(at(2), under_way.iter().map(pass).collect())
        .await
        .unwrap();
    assert_eq!(outcome, [Committed::Yes, Committed::Fenced]);

    let tasks = [serve.clone(), cli.clone()].map(|store| {
        tokio::spawn(async move {
            for n in 0..100 {
                let event = format!("event {n}");
                store
                    .deliver(
                        &"mine".into(),
                        event.as_str().into(),
                        at(n),
                        Incoming::Woken,
                    )
                    .await
                    .unwrap();
            }
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(
        claim_one(&serve, 200).await.incoming.len(),
        100,
        "each told once, whoever told it"
    );
    let mut wins = 0;
    for id in 0..20 {
        let id = format!("call {id}");
        serve
            .intend(id.as_str().into(), look("a", "t"), at(1))
            .await
            .unwrap();
        let id = id.as_str().into();
        let (one, two) = tokio::join!(serve.mark_sent(&id, at(2)), cli.mark_sent(&id, at(2)));
        wins += u32::from(one.unwrap()) + u32::from(two.unwrap());
    }
    assert_eq!(wins, 20, "a call is sent by one of them");
}

#[tokio::test]
async fn a_full_disk_stops_writing_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    household(&store).await;
    add_errand(&store, "e", 0).await;
    let claimed = claim_one(&store, 0).await;
    // One page: less than there are, which SQLite takes as "no more than now".
    store.raw("PRAGMA max_page_count = 1").await.unwrap();
    let mut big = pass(&claimed);
    big.facts = vec![("big".to_owned(), json!("x".repeat(200_000)))];
    big.calls = vec![("order".into(), act("a", "order"))];
    for _ in 0..3 {
        let full = store.commit(at(1), vec![big.clone()]).await;
        assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
    }
    assert_eq!(
        claim_one(&store, 1).await,
        claimed,
        "nothing of it is there"
    );
    assert_eq!(ready(&store, 9).await, [""; 0]);
    store.raw("PRAGMA max_page_count = 1000000").await.unwrap();
    committed(&store, 2, big).await;
    assert_eq!(ready(&store, 9).await, ["order"]);
    store.integrity_check().await.unwrap();
}

#[tokio::test]
async fn a_dropped_write_leaves_no_lock_and_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let (store, other) = (open(&dir).await, open(&dir).await);
    household(&store).await;
    for polls in 0..12 {
        let mut writing = Box::pin(add_errand(&store, "dropped", 0));
        for _ in 0..polls {
            let once = std::future::poll_fn(|context| {
                std::task::Poll::Ready(writing.as_mut().poll(context))
            });
            if once.await.is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(writing);
        let id = format!("kept {polls}");
        add_errand(&other, &id, 1).await;
        if store.errand(&"dropped".into()).await.is_ok() {
            break;
        }
    }
    store.integrity_check().await.unwrap();
    assert!(claimed_ids(&store, 1).await.contains(&"kept 0".to_owned()));
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    household(&store).await;
    add_errand(&store, "e", 0).await;
    let mut calling = pass(&claim_one(&store, 0).await);
    calling.calls = vec![("order".into(), act("a", "order"))];
    committed(&store, 1, calling).await;
    assert!(store.mark_sent(&"order".into(), at(2)).await.unwrap());
    // The files as they are at this moment, nothing closed: what a killed process leaves.
    for name in ["daiban.db", "daiban.db-wal", "daiban.key"] {
        fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    let after = open(&copy).await;
    after.integrity_check().await.unwrap();
    assert_eq!(after.recover(at(9)).await.unwrap(), (0, 1));
    assert_eq!(ready(&after, 9).await, ["order"]);
    after
        .settle(
            &"order".into(),
            at(10),
            settled(Outcome::DidNotHappen(text("no such order"))),
        )
        .await
        .unwrap();
    assert_eq!(claim_one(&after, 10).await.incoming.len(), 1);
}

#[tokio::test]
async fn a_damaged_errand_stops_alone_and_says_so_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir).await;
    household(&store).await;
    add_errand(&store, "good", 0).await;
    add_errand(&store, "moved", 0).await;
    add_errand(&store, "torn", 0).await;
    store.raw("UPDATE errands SET wishes = (SELECT wishes FROM errands WHERE id = 'good') WHERE id = 'moved'").await.unwrap();
    store
        .raw("UPDATE errands SET state = '{' WHERE id = 'torn'")
        .await
        .unwrap();
    for _ in 0..2 {
        assert_eq!(claimed_ids(&store, 1).await, ["good"]);
    }
    let problems = store.problems(None).await.unwrap();
    assert_eq!(
        problems
            .iter()
            .map(|problem| problem.key.as_str())
            .collect::<Vec<_>>(),
        ["errand/moved/stuck", "errand/torn/stuck"]
    );
    for id in ["moved", "torn"] {
        let lines = store.errand_events(&id.into(), 9).await.unwrap();
        assert_eq!(
            lines
                .iter()
                .filter(|line| line.kind == EventKind::Stuck)
                .count(),
            1
        );
    }
    assert_eq!(
        store.errands(None).await.unwrap().len(),
        3,
        "a list shows it"
    );
    let alone = store.errand(&"moved".into()).await;
    assert!(
        matches!(&alone, Err(StoreError::Damaged(words)) if words.contains("errands.wishes of moved")),
        "{alone:?}"
    );

    store
        .tell(&"torn".into(), Verb::Run, at(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        claimed_ids(&store, 2).await,
        ["good"],
        "tried again, and still torn"
    );
    store
        .tell(&"torn".into(), Verb::Cancel, at(3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(store.problems(None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_record_in_anothers_place_is_not_believed() {
    let store = SqliteStore::in_memory().await.unwrap();
    household(&store).await;
    add_errand(&store, "e", 0).await;
    let of = |id: &str| records::reading(id, 1, json!({ "locked": id }));
    records::write(&store, 0, vec![of("one"), of("two")]).await;
    store
        .raw("UPDATE records SET value = (SELECT value FROM records WHERE id = 'one') WHERE id = 'two'")
        .await
        .unwrap();
    let a = "a".into();
    assert_eq!(store.record(&a, "reading", "one").await, Ok(of("one")));
    let moved = store.record(&a, "reading", "two").await;
    assert!(
        matches!(&moved, Err(StoreError::Damaged(words)) if words.contains("records.value")),
        "{moved:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("daiban.db"),
        "not a database at all, but long enough to be looked at ".repeat(100),
    )
    .unwrap();
    assert!(matches!(
        SqliteStore::open(dir.path(), None).await,
        Err(StoreError::Damaged(_))
    ));
}

/// A file as the program made it before there were records, with an account in it.
async fn file_without_records(dir: &Path) {
    let migrations = tempfile::tempdir().unwrap();
    for name in ["0001_first.sql", "0002_sprint.sql"] {
        let from = Path::new("src/sqlite/migrations").join(name);
        fs::copy(from, migrations.path().join(name)).unwrap();
    }
    let options = SqliteConnectOptions::new()
        .filename(dir.join("daiban.db"))
        .create_if_missing(true);
    let mut old = options.connect().await.unwrap();
    let known = Migrator::new(migrations.path()).await.unwrap();
    known.run(&mut old).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO users VALUES ('u', 'user u', 'admin', 'hash', 0, 0, NULL); \
         INSERT INTO accounts VALUES ('a', 'u', 'vehicle', 'old', 'ready', NULL, NULL, 0, NULL, NULL);",
    )
    .execute(&mut old)
    .await
    .unwrap();
    let none = sqlx::query("SELECT 1 FROM records").execute(&mut old);
    assert!(none.await.is_err(), "it has no such table");
    old.close().await.unwrap();
}

#[tokio::test]
async fn an_older_file_learns_of_records_and_keeps_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    file_without_records(dir.path()).await;
    for opened in 1..=2 {
        let store = open(&dir).await;
        let account = store.account(&"a".into()).await.unwrap();
        assert_eq!(account.name, "old");
        let errand = format!("e{opened}");
        add_errand(&store, &errand, 0).await;
        let reading = records::reading(&errand, opened, json!({ "fuel_l": 40.0 }));
        records::write(&store, 0, vec![reading]).await;
        store
            .tell(&errand.as_str().into(), Verb::Cancel, at(1))
            .await
            .unwrap()
            .unwrap();
        let records = store.records(&"a".into(), "reading", at(0), 9).await;
        assert_eq!(records.unwrap().len(), usize::try_from(opened).unwrap());
        store.integrity_check().await.unwrap();
    }
}

/// A file in which an errand's look was sent.
async fn look_sent(dir: &TempDir) -> SqliteStore {
    let store = open(dir).await;
    household(&store).await;
    add_errand(&store, "e", 0).await;
    let mut looking = pass(&claim_one(&store, 0).await);
    looking.calls = vec![("look".into(), look("a", "status"))];
    committed(&store, 1, looking).await;
    assert!(store.mark_sent(&"look".into(), at(2)).await.unwrap());
    store
}

fn seen() -> Settled {
    Settled {
        book_key: Some("status/".to_owned()),
        event: event("e", EventKind::Called, "it looked"),
        ..done(json!({ "lat": 39.9087 }))
    }
}

/// Whether the call is settled, how much waits to be read, how often history tells of it, and whether it is kept.
async fn is_settled(store: &SqliteStore) -> (bool, usize, usize, bool) {
    let call = store.call(&"look".into()).await.unwrap();
    let told = store.claim_due(at(9), 9, at(9)).await.unwrap();
    let lines = store.errand_events(&"e".into(), 99).await.unwrap();
    let said = lines.iter().filter(|line| line.text == text("it looked"));
    let kept = store.last(&"a".into(), "status/").await.unwrap();
    (
        call.state == CallState::Settled,
        told.iter().map(|claimed| claimed.incoming.len()).sum(),
        said.count(),
        kept.is_some(),
    )
}

#[tokio::test]
async fn a_look_is_settled_told_and_kept_at_once_or_not_at_all() {
    const CUTS: [&str; 4] = [
        "CREATE TRIGGER cut BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'cut'); END",
        "CREATE TRIGGER cut BEFORE INSERT ON kept BEGIN SELECT RAISE(ABORT, 'cut'); END",
        "CREATE TRIGGER cut BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'cut'); END",
        "CREATE TRIGGER cut BEFORE UPDATE OF told_at ON errands BEGIN SELECT RAISE(ABORT, 'cut'); END",
    ];
    for cut in CUTS {
        let dir = tempfile::tempdir().unwrap();
        let store = look_sent(&dir).await;
        store.raw(cut).await.unwrap();
        let settled = store.settle(&"look".into(), at(3), seen()).await;
        assert!(settled.is_err(), "{cut}");
        assert_eq!(is_settled(&store).await, (false, 0, 0, false), "{cut}");
        drop(store);

        let store = open(&dir).await;
        store.raw("DROP TRIGGER cut").await.unwrap();
        assert_eq!(store.recover(at(4)).await.unwrap(), (1, 0), "looked again");
        assert!(store.mark_sent(&"look".into(), at(5)).await.unwrap());
        store.settle(&"look".into(), at(6), seen()).await.unwrap();
        assert_eq!(is_settled(&store).await, (true, 1, 1, true), "{cut}");
    }
}

#[tokio::test]
async fn what_a_look_saw_outlives_a_kill_until_its_errand_has_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let store = look_sent(&dir).await;
    let mut unkept = seen();
    unkept.book_key = None;
    store.settle(&"look".into(), at(3), unkept).await.unwrap();
    // The files as they are at this moment, nothing closed: what a killed process leaves.
    for name in ["daiban.db", "daiban.db-wal", "daiban.key"] {
        fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    let after = open(&copy).await;
    assert_eq!(after.recover(at(9)).await.unwrap(), (0, 0));
    let claimed = claim_one(&after, 9).await;
    let [(_, Incoming::Called { outcome, .. })] = &claimed.incoming[..] else {
        panic!("{:?}", claimed.incoming);
    };
    assert_eq!(*outcome, Outcome::Done(json!({ "lat": 39.9087 })));
    assert_eq!(cells_left(copy.path()).await, (0, 1));
    committed(&after, 10, pass(&claimed)).await;
    assert_eq!(cells_left(copy.path()).await, (0, 0), "read, and gone");
}

/// Cells with a call's outcome, and with a delivery.
async fn cells_left(dir: &Path) -> (i64, i64) {
    let options = SqliteConnectOptions::new().filename(dir.join("daiban.db"));
    let mut reader = options.connect().await.unwrap();
    sqlx::query_as("SELECT (SELECT COUNT(outcome) FROM calls), (SELECT COUNT(body) FROM inbox)")
        .fetch_one(&mut reader)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_are_told_whoever_wrote_them_and_whom_they_concern() {
    let dir = tempfile::tempdir().unwrap();
    let (serve, cli) = (open(&dir).await, open(&dir).await);
    household(&serve).await;
    let (mut pulse, first) = serve.pulse(&Pulse::default()).await.unwrap().unwrap();
    assert!(first.is_empty(), "what was there before is no news");
    assert_eq!(serve.pulse(&pulse).await.unwrap(), None);
    for (writer, id) in [(&serve, "mine"), (&cli, "theirs")] {
        add_errand(writer, id, 0).await;
        let (later, touched) = serve.pulse(&pulse).await.unwrap().unwrap();
        assert_eq!(touched.len(), 1, "{id}: {touched:?}");
        let errand = serve.errand(&id.into()).await.unwrap();
        assert_eq!(touched[0].user, Some(errand.user), "{id}");
        assert_eq!(touched[0].account, Some(errand.account), "{id}");
        assert_eq!(later.event, pulse.event + 1, "{id}");
        assert_eq!(serve.pulse(&later).await.unwrap(), None, "{id}");
        pulse = later;
    }
    // A write that nobody sees is a write and no news.
    serve.seal("jar/x", b"biscuits").await.unwrap();
    let (pulse, touched) = serve.pulse(&pulse).await.unwrap().unwrap();
    assert_eq!(touched, []);
    let raised = ProblemChange::Raise {
        key: "closed".to_owned(),
        severity: Severity::Attention,
        text: Text::new("关了", "closed"),
        fix: Text::new("等", "wait"),
    };
    let cleared = ProblemChange::Clear {
        key: "closed".to_owned(),
    };
    let everybody = Touched {
        user: None,
        account: None,
    };
    let mut pulse = pulse;
    for change in [raised.clone(), raised, cleared] {
        cli.change_problem("service/rail", None, at(1), change)
            .await
            .unwrap();
        let (later, touched) = serve.pulse(&pulse).await.unwrap().unwrap();
        assert_eq!(touched, std::slice::from_ref(&everybody));
        pulse = later;
    }
}
