//! Budgets, hands and closures: what all processes share about bothering a service.

use daiban_core::{
    Text, Timestamp, dates,
    id::AccountId,
    service::Service,
    store::{Slot, Toll},
};
use jiff::civil::Date;
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteStore,
    fault::Done,
    rows::{from_json, json, moment, ms},
};
use crate::seal::Place;

/// The row of a budget as of today.
struct Standing {
    next_poll: Option<i64>,
    used: i64,
}

impl SqliteStore {
    pub(super) async fn take(&self, now: Timestamp, toll: &Toll) -> Done<Slot> {
        let mut tx = self.write().await?;
        if let Some((until, why)) = closure(&mut tx, toll.service).await?
            && until > now
        {
            return Ok(Slot::At(until, why));
        }
        let today = dates::today(now);
        let standing = standing(&mut tx, toll, today).await?;
        if standing.used >= i64::from(toll.daily) {
            return Ok(used_up(toll, today));
        }
        if let Some(next) = standing
            .next_poll
            .filter(|&next| toll.poll && next > ms(now))
        {
            return Ok(Slot::At(moment(next)?, too_soon(toll.service)));
        }
        // A slot that is not free is never taken, so the last poll's floor has always ended here and the next begins now.
        let floor = i64::try_from(toll.floor_ms).unwrap_or(i64::MAX);
        let next_poll = if toll.poll {
            Some(ms(now).saturating_add(floor))
        } else {
            standing.next_poll
        };
        sqlx::query(
            "INSERT INTO budgets (service, account, next_poll, day, used) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (service, account) DO UPDATE SET next_poll = excluded.next_poll, day = excluded.day, used = excluded.used",
        )
        .bind(toll.service.as_str())
        .bind(&toll.account)
        .bind(next_poll)
        .bind(today.to_string())
        .bind(standing.used + 1)
        .execute(&mut *tx)
        .await?;
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
        let mut tx = self.write().await?;
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
        let mut tx = self.write().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
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

/// The count begins again at midnight in Beijing.
async fn standing(db: &mut SqliteConnection, toll: &Toll, today: Date) -> Done<Standing> {
    let query =
        sqlx::query("SELECT next_poll, day, used FROM budgets WHERE service = $1 AND account = $2")
            .bind(toll.service.as_str())
            .bind(&toll.account);
    let Some(row) = query.fetch_optional(db).await? else {
        return Ok(Standing {
            next_poll: None,
            used: 0,
        });
    };
    let same_day = row.try_get::<&str, _>("day")? == today.to_string();
    Ok(Standing {
        next_poll: row.try_get("next_poll")?,
        used: if same_day { row.try_get("used")? } else { 0 },
    })
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
