//! Budgets, hands and closures: what all processes share about bothering a service.
//!
//! Turns and hands are written lightly, as an order of six requests takes a turn for each. A machine that lost its power
//! takes about as long to come back as the longest floor, holds no hand, and has forgotten a handful of the day's requests
//! at most. A closure is a service's wish and outlives that.

use daiban_core::{
    Text, Timestamp, dates,
    household::LineUse,
    id::AccountId,
    service::Service,
    store::{Slot, Toll, Turn},
};
use jiff::civil::Date;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::{Done, damaged},
    rows::{from_json, from_word, json, maybe_moment, moment, ms, number},
};
use crate::seal::Place;

/// Takes a turn, or changes nothing. `$1`: service; `$2`: account; `$3`: whether it polls; `$4`: now; `$5`: when the floor of
/// a poll that goes now ends; `$6`: today; `$7`: how often a day; `$8`: when the quicker floor of a poll that goes now ends;
/// `$9`: whether it is held to that one. The count begins again at midnight in Beijing.
///
/// A slot that is not free is never taken, so the floor that counts has always ended here and both begin again now. That both
/// are kept is what measures a quick poll from the slow one before it, and a slow one from a quick one.
const TAKE: &str = "INSERT INTO budgets (service, account, next_poll, next_sprint, day, used) \
     SELECT $1, $2, CASE WHEN $3 THEN $5 END, CASE WHEN $3 THEN $8 END, $6, 1 \
     WHERE $7 > 0 AND NOT EXISTS (SELECT 1 FROM closures WHERE service = $1 AND until > $4) \
     ON CONFLICT (service, account) DO UPDATE SET next_poll = COALESCE(excluded.next_poll, budgets.next_poll), \
         next_sprint = COALESCE(excluded.next_sprint, budgets.next_sprint), \
         used = CASE WHEN budgets.day = excluded.day THEN budgets.used + 1 ELSE 1 END, day = excluded.day \
     WHERE (budgets.day <> excluded.day OR budgets.used < $7) \
         AND (NOT $3 OR COALESCE(CASE WHEN $9 THEN budgets.next_sprint ELSE budgets.next_poll END, $4) <= $4)";

impl SqliteStore {
    pub(super) async fn take(&self, now: Timestamp, toll: &Toll) -> Done<Slot> {
        let today = dates::today(now);
        let end = |ms_long| ms(now).saturating_add(i64::try_from(ms_long).unwrap_or(i64::MAX));
        let mut tx = self.write_lightly().await?;
        let taken = sqlx::query(TAKE)
            .bind(toll.service.as_str())
            .bind(&toll.account)
            .bind(toll.turn != Turn::Free)
            .bind(ms(now))
            .bind(end(toll.floor_ms))
            .bind(today.to_string())
            .bind(i64::from(toll.daily))
            .bind(end(toll.sprint_floor_ms))
            .bind(toll.turn == Turn::Sprint)
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            return why_not(&mut tx, now, toll, today).await;
        }
        tx.commit().await?;
        Ok(Slot::Now)
    }

    /// The holder who has it may take it again, for longer.
    pub(super) async fn take_one_hand(
        &self,
        account: &AccountId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Done<bool> {
        let mut tx = self.write_lightly().await?;
        let taken = sqlx::query(
            "INSERT INTO hands (account, holder, until) VALUES ($1, $2, $3) \
             ON CONFLICT (account) DO UPDATE SET holder = excluded.holder, until = excluded.until \
             WHERE hands.until <= $4 OR hands.holder = excluded.holder",
        )
        .bind(account.as_str())
        .bind(holder)
        .bind(ms(until))
        .bind(ms(now))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(taken.rows_affected() > 0)
    }

    pub(super) async fn give_one_hand(&self, account: &AccountId, holder: &str) -> Done<()> {
        let query = sqlx::query("DELETE FROM hands WHERE account = $1 AND holder = $2")
            .bind(account.as_str())
            .bind(holder);
        let mut tx = self.write_lightly().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
    }

    pub(super) async fn all_line_uses(&self) -> Done<Vec<LineUse>> {
        let query = sqlx::query(
            "SELECT service, account, day, used, next_poll FROM budgets ORDER BY service, account",
        );
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(line_use).collect()
    }

    pub(super) async fn closed(&self, service: Service) -> Done<Option<(Timestamp, Text)>> {
        closure(&mut *self.read().await?, service).await
    }

    /// A closure is only ever made longer here; it ends by itself.
    pub(super) async fn close_one(
        &self,
        service: Service,
        at: Timestamp,
        until: Timestamp,
        why: &Text,
    ) -> Done<bool> {
        let mut tx = self.write().await?;
        let before = closure(&mut tx, service).await?;
        sqlx::query(
            "INSERT INTO closures (service, until, why) VALUES ($1, $2, $3) \
             ON CONFLICT (service) DO UPDATE SET until = excluded.until, why = excluded.why WHERE excluded.until > closures.until",
        )
        .bind(service.as_str())
        .bind(ms(until))
        .bind(json(why)?)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(before.is_none_or(|(until, _)| until <= at))
    }
}

fn line_use(row: &SqliteRow) -> Done<LineUse> {
    let account: String = row.try_get("account")?;
    let day: String = row.try_get("day")?;
    Ok(LineUse {
        service: from_word(row.try_get("service")?)?,
        account: (!account.is_empty()).then(|| account.into()),
        day: day
            .parse()
            .map_err(|_| damaged(format!("{day} is no day")))?,
        used: number(row.try_get("used")?)?,
        next_poll: maybe_moment(row.try_get("next_poll")?)?,
    })
}

async fn closure(db: &mut SqliteConnection, service: Service) -> Done<Option<(Timestamp, Text)>> {
    let query =
        sqlx::query("SELECT until, why FROM closures WHERE service = $1").bind(service.as_str());
    let Some(row) = query.fetch_optional(db).await? else {
        return Ok(None);
    };
    let why = from_json(
        Place::new("closures", "why", service.as_str()),
        row.try_get("why")?,
    )?;
    Ok(Some((moment(row.try_get("until")?)?, why)))
}

/// What stood in the way of a turn.
async fn why_not(
    db: &mut SqliteConnection,
    now: Timestamp,
    toll: &Toll,
    today: Date,
) -> Done<Slot> {
    if let Some((until, why)) = closure(db, toll.service).await?
        && until > now
    {
        return Ok(Slot::At(until, why));
    }
    let query = sqlx::query(
        "SELECT CASE WHEN $3 THEN next_sprint ELSE next_poll END AS next, day, used FROM budgets \
         WHERE service = $1 AND account = $2",
    )
    .bind(toll.service.as_str())
    .bind(&toll.account)
    .bind(toll.turn == Turn::Sprint);
    let Some(row) = query.fetch_optional(db).await? else {
        return Ok(used_up(toll, today));
    };
    let same_day = row.try_get::<&str, _>("day")? == today.to_string();
    let next: Option<i64> = row.try_get("next")?;
    match next {
        _ if same_day && row.try_get::<i64, _>("used")? >= i64::from(toll.daily) => {
            Ok(used_up(toll, today))
        }
        Some(next) if toll.turn != Turn::Free && next > ms(now) => {
            Ok(Slot::At(moment(next)?, too_soon(toll.service)))
        }
        // Another day, and none of its requests is allowed.
        _ => Ok(used_up(toll, today)),
    }
}

fn used_up(toll: &Toll, today: Date) -> Slot {
    let tomorrow = today.tomorrow().map_or(Timestamp::MAX, dates::midnight);
    let name = toll.service.name();
    let daily = toll.daily;
    let why = Text::new(
        format!("{}今天的 {daily} 次请求已用完，零点后再来", name.zh),
        format!(
            "today's {daily} requests to {} are used up; going on after midnight",
            name.en
        ),
    );
    Slot::At(tomorrow, why)
}

fn too_soon(service: Service) -> Text {
    let name = service.name();
    Text::new(
        format!("离上次查询{}太近，按间隔再等等", name.zh),
        format!(
            "too soon after the last look at {}; keeping the interval",
            name.en
        ),
    )
}
