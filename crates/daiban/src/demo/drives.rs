//! The car: it drives to work and back, and one evening it is left unlocked. The stand-in says yes to the question whether
//! to lock it, unless whoever watches was quicker.

use daiban_core::{
    Timestamp,
    account::{Secrets, Settings},
    ask::{Answer, Ask, AskState},
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    record::Record,
    secret::Secret,
    service::Service,
};
use daiban_sim::{CarChange, HouseholdDriver, Leg, LegKind, Sim};
use serde_json::{Map, Value, json};

use crate::{
    access::Actor,
    app::{App, AppError, NewAccount, NewErrand, Started, TrialWish},
    wiring::Wired,
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The demo begins at six in the morning: so long until the car leaves home, and until it leaves work.
const LEAVES_HOME_MS: i64 = 90 * MINUTE_MS;
const LEAVES_WORK_MS: i64 = 12 * HOUR_MS + 20 * MINUTE_MS;
const DRIVE_MS: i64 = 45 * MINUTE_MS;
const HOME: (f64, f64) = (39.9087, 116.3975);
const WORK: (f64, f64) = (39.9925, 116.4790);
const KM: f64 = 18.4;
const DAYS: i64 = 14;
/// The evening on which it is left unlocked, and the one on which it is filled up.
const FORGOTTEN_DAY: i64 = 2;
const FILLED_DAY: i64 = 8;
/// The stand-in answers after so long on the demo's clock: whoever watches may be quicker.
const ANSWERS_AFTER_MS: i64 = 10 * MINUTE_MS;
/// While a command waits for the car's own word, three minutes last as long as in this speed: five real seconds.
const CONFIRMING_SPEED: f64 = 36.0;

/// The car's account and its watch.
pub(super) struct Drives {
    account: AccountId,
    driver: HouseholdDriver,
    pub(super) errand: ErrandId,
    forgotten_ms: i64,
}

impl Drives {
    /// Adds the account, says what is wished, and plans the fortnight's drives.
    pub(super) async fn set_out(
        app: &App,
        actor: &Actor,
        sim: &Sim,
        driver: &HouseholdDriver,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let start_ms = now.as_millisecond();
        sim.plan_car(&driver.vin, fortnight(start_ms));
        let account = add_account(app, actor, driver).await?;
        let errand = wish(app, actor, &account).await?;
        Ok(Self {
            account,
            driver: driver.clone(),
            errand,
            forgotten_ms: forgotten_ms(start_ms),
        })
    }

    /// Says yes to locking the car.
    pub(super) async fn answer(
        &self,
        wired: &Wired,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let asks = wired.store.asks(None, Some(AskState::Open)).await?;
        let waited = |ask: &Ask| now.as_millisecond() - ask.at.as_millisecond() >= ANSWERS_AFTER_MS;
        let ours = asks
            .iter()
            .filter(|ask| ask.errand == self.errand && waited(ask));
        for ask in ours {
            // Somebody who watches may have been quicker.
            let _ = wired.app.answer(actor, &ask.id, Answer::Approved).await;
        }
        Ok(())
    }

    /// From the moment it is left unlocked until it is known to be locked, a person would want to watch.
    pub(super) async fn is_a_moment(
        &self,
        wired: &Wired,
        now: Timestamp,
        ahead_ms: i64,
    ) -> Result<bool, AppError> {
        let begun = now.as_millisecond() + ahead_ms >= self.forgotten_ms;
        Ok(begun && self.locked(wired).await?.is_none())
    }

    /// While the car's own word is waited for: slowly enough for every look of a busy machine.
    pub(super) async fn race_speed(&self, wired: &Wired) -> Result<Option<f64>, AppError> {
        let row = wired.store.errand(&self.errand).await?;
        Ok((row.checkpoint == "command").then_some(CONFIRMING_SPEED))
    }

    /// The one lock command, once a reading newer than itself has confirmed it and the watch has seen it too.
    async fn locked(&self, wired: &Wired) -> Result<Option<Value>, AppError> {
        let orders = self.records(wired, "command").await?;
        let confirmed = orders.into_iter().map(|record| record.value).find(|order| {
            let newer = order["confirmed_by"].as_str() > order["sent_at"].as_str();
            order["command"] == "lock" && order["state"] == "confirmed" && newer
        });
        let facts = wired.store.facts(&self.errand).await?;
        let seen = facts.into_iter().find(|(name, _)| name == "reading");
        let is_seen = seen.is_some_and(|(_, reading)| reading["locked"] == true);
        Ok(confirmed.filter(|_| is_seen))
    }

    async fn records(&self, wired: &Wired, kind: &str) -> Result<Vec<Record>, AppError> {
        let since = Timestamp::UNIX_EPOCH;
        Ok(wired
            .store
            .records(&self.account, kind, since, 10_000)
            .await?)
    }

    /// Driven, left unlocked, locked once.
    pub(super) async fn as_expected(&self, wired: &Wired, sim: &Sim) -> Result<bool, AppError> {
        let readings = self.records(wired, "reading").await?;
        let driven = readings
            .iter()
            .any(|record| record.value["engine"] == "running");
        let locked = self.locked(wired).await?.is_some();
        Ok(driven && locked && self.locks(sim) == 1)
    }

    /// Lock commands that the car carried out.
    fn locks(&self, sim: &Sim) -> usize {
        super::count(sim, &format!("vehicle.lock {}", self.driver.vin))
    }

    pub(super) async fn report(
        &self,
        wired: &Wired,
        sim: &Sim,
        row: &ErrandRow,
        lang: daiban_core::Lang,
    ) -> Result<Value, AppError> {
        Ok(json!({
            "id": row.id,
            "kind": row.kind,
            "plate": self.driver.plate,
            "state": row.phase,
            "outcome": json!({
                "readings": self.records(wired, "reading").await?.len(),
                "command": self.locked(wired).await?,
                "locks": self.locks(sim),
                "reason": row.reason.in_lang(lang),
            }),
            "as_expected": self.as_expected(wired, sim).await?,
        }))
    }
}

fn forgotten_ms(start_ms: i64) -> i64 {
    start_ms + FORGOTTEN_DAY * DAY_MS + LEAVES_WORK_MS + DRIVE_MS + MINUTE_MS
}

fn fortnight(start_ms: i64) -> Vec<Leg> {
    let mut legs = Vec::new();
    for day in 0..DAYS {
        let morning = start_ms + day * DAY_MS;
        legs.push(drive(morning + LEAVES_HOME_MS, WORK));
        legs.push(drive(morning + LEAVES_WORK_MS, HOME));
    }
    legs.push(by_hand(forgotten_ms(start_ms), CarChange::locked(false)));
    let filled = CarChange {
        fuel_l: Some(52.0),
        ..CarChange::default()
    };
    let evening = start_ms + FILLED_DAY * DAY_MS + LEAVES_WORK_MS + DRIVE_MS + HOUR_MS;
    legs.push(by_hand(evening, filled));
    legs
}

fn drive(from_ms: i64, to: (f64, f64)) -> Leg {
    Leg {
        from_ms,
        to_ms: from_ms + DRIVE_MS,
        kind: LegKind::Drive { to, km: KM },
    }
}

fn by_hand(at_ms: i64, change: CarChange) -> Leg {
    Leg {
        from_ms: at_ms,
        to_ms: at_ms,
        kind: LegKind::Hand(Box::new(change)),
    }
}

async fn add_account(
    app: &App,
    actor: &Actor,
    driver: &HouseholdDriver,
) -> Result<AccountId, AppError> {
    let secrets = [
        ("app_secret", &driver.app_secret),
        ("access_token", &driver.access_token),
        ("refresh_token", &driver.refresh_token),
        ("user_id", &driver.user_id),
        ("client_id", &driver.client_id),
    ];
    let account = NewAccount {
        service: Service::Vehicle,
        name: "领克 01".to_owned(),
        settings: Settings::from([("vin".to_owned(), driver.vin.clone())]),
        secrets: secrets
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Secret::new(value.clone())))
            .collect::<Secrets>(),
        trial: TrialWish::default(),
    };
    Ok(app.add_account(actor, account).await?.id)
}

async fn wish(app: &App, actor: &Actor, account: &AccountId) -> Result<ErrandId, AppError> {
    let new = NewErrand {
        kind: "vehicle.watch".to_owned(),
        account: account.clone(),
        wishes: Map::new(),
    };
    match app.add_errand(actor, new, false).await? {
        Started::Errand(row) => Ok(row.id),
        Started::DryRun(_) => Err(AppError::Internal("a dry run was not asked for".to_owned())),
    }
}
