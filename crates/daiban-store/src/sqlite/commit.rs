//! Passes written: a batch in one transaction, each behind its own fence.
//!
//! What nearly every pass changes — the row, its history, its facts, what it has read — goes in one statement for the whole
//! batch. Calls, asks, notices and problems are rare and go one by one.

use std::collections::{HashMap, HashSet};

use daiban_core::{
    Timestamp,
    household::Notice,
    id::{AskId, ErrandId, LookoutKey, NoticeId, UserId},
    notice::{NewNotice, Severity},
    store::{Commit, Committed},
};
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteStore, asks, batch, calls,
    errands::{self, fact_place, fact_row},
    events,
    fault::{Done, not_found},
    lookouts, notices, problems, records,
    rows::{self, cell, ms},
};
use crate::seal::{Place, Sealer};

/// What the database said about a row it wrote.
struct Written {
    told: bool,
    watching: bool,
}

impl SqliteStore {
    pub(super) async fn commit_all(
        &self,
        now: Timestamp,
        commits: &[Commit],
    ) -> Done<Vec<Committed>> {
        let mut outcome = vec![Committed::Fenced; commits.len()];
        if commits.is_empty() {
            return Ok(outcome);
        }
        let mut tx = self.write().await?;
        let mut left: Vec<usize> = (0..commits.len()).collect();
        // One pass of an errand a round: a second one in the same batch meets what the first has written.
        while !left.is_empty() {
            let mut errands = HashSet::new();
            let (round, rest): (Vec<usize>, Vec<usize>) = left
                .into_iter()
                .partition(|&i| errands.insert(&commits[i].errand));
            left = rest;
            let passes: Vec<&Commit> = round.iter().map(|&i| &commits[i]).collect();
            let written = write_round(self.sealer(), &mut tx, now, &passes).await?;
            for i in round {
                if written.contains_key(commits[i].errand.as_str()) {
                    outcome[i] = Committed::Yes;
                }
            }
        }
        tx.commit().await?;
        Ok(outcome)
    }
}

async fn write_round(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    now: Timestamp,
    passes: &[&Commit],
) -> Done<HashMap<String, Written>> {
    let written = write_rows(sealer, db, now, passes).await?;
    let passes: Vec<&Commit> = passes
        .iter()
        .copied()
        .filter(|pass| written.contains_key(pass.errand.as_str()))
        .collect();
    write_read(db, now, &passes).await?;
    write_facts(sealer, db, now, &passes).await?;
    write_watches(db, now, &passes, &written).await?;
    for pass in &passes {
        if is_rich(pass) {
            write_rest(sealer, db, now, pass).await?;
        }
    }
    let told: Vec<&str> = written
        .iter()
        .filter(|(_, row)| row.told)
        .map(|(id, _)| id.as_str())
        .collect();
    if !told.is_empty() {
        sqlx::query(batch::STILL_TOLD)
            .bind(rows::json(&told)?)
            .execute(&mut *db)
            .await?;
    }
    let lines: Vec<_> = passes
        .iter()
        .flat_map(|pass| pass.events.iter().cloned())
        .collect();
    events::append(sealer, db, &lines).await?;
    Ok(written)
}

async fn write_rows(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    now: Timestamp,
    passes: &[&Commit],
) -> Done<HashMap<String, Written>> {
    let mut cells = Vec::with_capacity(passes.len());
    for pass in passes {
        let id = pass.errand.as_str();
        let place = |column| Place::new("errands", column, id);
        let over = pass.phase.is_over();
        cells.push((
            id,
            cell(pass.ver),
            sealer.seal_json(place("state"), &pass.state)?,
            pass.version,
            pass.phase.as_str(),
            &pass.checkpoint,
            sealer.seal_json(place("reason"), &pass.reason)?,
            pass.next_due.filter(|_| !over).map(ms),
            sealer.seal_maybe(place("outcome"), pass.outcome.as_ref())?,
            over.then_some(ms(now)),
        ));
    }
    let query = sqlx::query(batch::PASSES).bind(rows::json(&cells)?);
    let mut written = HashMap::with_capacity(passes.len());
    for row in query.fetch_all(db).await? {
        let told = row.try_get::<Option<i64>, _>("told_at")?.is_some();
        let watching = row.try_get::<i64, _>("watching")? == 1;
        written.insert(row.try_get("id")?, Written { told, watching });
    }
    Ok(written)
}

async fn write_read(db: &mut SqliteConnection, now: Timestamp, passes: &[&Commit]) -> Done<()> {
    let read: Vec<(&ErrandId, _)> = passes
        .iter()
        .flat_map(|pass| pass.consumed.iter().map(|event| (&pass.errand, event)))
        .collect();
    if !read.is_empty() {
        sqlx::query(batch::READ)
            .bind(rows::json(&read)?)
            .bind(ms(now))
            .execute(db)
            .await?;
    }
    Ok(())
}

async fn write_facts(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    now: Timestamp,
    passes: &[&Commit],
) -> Done<()> {
    let mut facts = Vec::new();
    for pass in passes {
        for (name, value) in &pass.facts {
            let row = fact_row(pass.errand.as_str(), name);
            facts.push((
                &pass.errand,
                name,
                sealer.seal_json(fact_place(&row), value)?,
            ));
        }
    }
    if !facts.is_empty() {
        sqlx::query(batch::FACTS)
            .bind(rows::json(&facts)?)
            .bind(ms(now))
            .execute(db)
            .await?;
    }
    Ok(())
}

/// Most passes watch what they watched before; then one read finds nothing to write.
async fn write_watches(
    db: &mut SqliteConnection,
    now: Timestamp,
    passes: &[&Commit],
    written: &HashMap<String, Written>,
) -> Done<()> {
    let watching = |pass: &&Commit| {
        written
            .get(pass.errand.as_str())
            .is_some_and(|row| row.watching)
    };
    let before: Vec<&str> = passes
        .iter()
        .copied()
        .filter(watching)
        .map(|pass| pass.errand.as_str())
        .collect();
    let mut known: HashMap<String, HashMap<LookoutKey, i64>> = HashMap::new();
    if !before.is_empty() {
        for (errand, key, pace_s) in lookouts::watches_of(db, &before).await? {
            known.entry(errand).or_default().insert(key, pace_s);
        }
    }
    for pass in passes {
        let before = known.remove(pass.errand.as_str()).unwrap_or_default();
        let nothing = before.is_empty() && pass.watch.is_empty();
        // An errand that is over watches nothing; that is cleared up with everything else.
        if nothing || pass.phase.is_over() {
            continue;
        }
        lookouts::replace(db, &pass.errand, &before, &pass.watch, now).await?;
    }
    Ok(())
}

fn is_rich(pass: &Commit) -> bool {
    pass.phase.is_over()
        || pass.withdraw_asks
        || !pass.calls.is_empty()
        || !pass.asks.is_empty()
        || !pass.notices.is_empty()
        || !pass.problems.is_empty()
        || !pass.records.is_empty()
}

async fn write_rest(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    now: Timestamp,
    pass: &Commit,
) -> Done<()> {
    let errand = &pass.errand;
    let owner = owner(db, errand).await?;
    if pass.phase.is_over() {
        // Only what was queued before: the last pass may still make a call, whose outcome nobody will read.
        calls::withdraw(db, errand, now).await?;
    }
    if pass.withdraw_asks {
        asks::withdraw(db, errand, now).await?;
    }
    for (id, call) in &pass.calls {
        calls::insert(sealer, db, id, Some(errand), call, now).await?;
    }
    for (id, ask) in &pass.asks {
        if asks::insert(sealer, db, id, errand, &owner, ask, now).await? {
            let notice = NewNotice {
                key: format!("ask/{id}"),
                severity: Severity::Attention,
                title: ask.title.clone(),
                body: ask.told.clone().unwrap_or_else(|| ask.body.clone()),
            };
            notify(sealer, db, errand, &owner.user, now, &notice, Some(id)).await?;
        }
    }
    for record in &pass.records {
        records::write(sealer, db, &owner.account, record).await?;
    }
    for notice in &pass.notices {
        notify(sealer, db, errand, &owner.user, now, notice, None).await?;
    }
    for change in &pass.problems {
        problems::change(
            sealer,
            db,
            &format!("errand/{errand}"),
            Some(&owner.user),
            now,
            change,
        )
        .await?;
    }
    if pass.phase.is_over() {
        errands::clear_up(db, errand, now).await?;
    }
    Ok(())
}

/// Whose an errand is, and with whom.
pub(super) struct Owner {
    pub(super) user: UserId,
    pub(super) account: String,
    pub(super) service: String,
}

async fn owner(db: &mut SqliteConnection, errand: &ErrandId) -> Done<Owner> {
    let query = sqlx::query(
        "SELECT e.user_id, e.account, a.service FROM errands e JOIN accounts a ON a.id = e.account WHERE e.id = $1",
    )
    .bind(errand.as_str());
    let row = query
        .fetch_optional(db)
        .await?
        .ok_or_else(|| not_found("errand", errand))?;
    Ok(Owner {
        user: row.try_get::<String, _>("user_id")?.into(),
        account: row.try_get("account")?,
        service: row.try_get("service")?,
    })
}

async fn notify(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    errand: &ErrandId,
    user: &UserId,
    now: Timestamp,
    notice: &NewNotice,
    ask: Option<&AskId>,
) -> Done<bool> {
    let row = Notice {
        page: None,
        id: notice_id(user, &notice.key, now),
        user: user.clone(),
        errand: Some(errand.clone()),
        ask: ask.cloned(),
        at: now,
        severity: notice.severity,
        title: notice.title.clone(),
        body: notice.body.clone(),
    };
    notices::insert(sealer, db, &row, &notice.key).await
}

/// The same notice has the same id however often it is written; no chance is needed.
fn notice_id(user: &UserId, key: &str, now: Timestamp) -> NoticeId {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{user}\n{key}"));
    let chance = digest
        .iter()
        .take(8)
        .fold(0, |chance, &byte| (chance << 8) | u64::from(byte));
    NoticeId::new(now, chance)
}
