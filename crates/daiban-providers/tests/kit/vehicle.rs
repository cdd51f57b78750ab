//! A driver with a car of the vehicle service: parked at a public square, locked, its account filled in.

use daiban_core::{
    ask::{Answer, Ask},
    errand::Phase,
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    secret::Secret,
    service::Service,
    store::Store as _,
};
use daiban_sim::{Car, CarOwner, Sim};
use serde_json::Value;

use super::{Rig, START_MS};

pub const VIN: &str = "LTESTVHC7E0000001";
pub const USER: &str = "1000001";
pub const CLIENT: &str = "TEST0000CLIENT0001";
pub const KEY: &str = "daiban-made-up-key-0123456789abc";

/// A driver at six in the morning of a Sunday.
pub struct Driver {
    pub rig: Rig,
    pub account: AccountId,
}

/// The owner as the service knows them.
pub fn owner() -> CarOwner {
    CarOwner {
        user_id: USER.to_owned(),
        client_id: CLIENT.to_owned(),
        app_secret: KEY.to_owned(),
        ..CarOwner::default()
    }
}

/// Says yes to everything.
pub fn agrees(_: &Sim, _: &Ask) -> Option<Answer> {
    Some(Answer::Approved)
}

/// Says no to everything.
pub fn denies(_: &Sim, _: &Ask) -> Option<Answer> {
    Some(Answer::Denied)
}

impl Driver {
    /// In the rig's town, with that car.
    pub async fn of(rig: Rig, car: Car, settings: &[(&str, &str)]) -> Self {
        let tokens = rig.sim.add_car_owner(owner());
        rig.sim.add_car(car);
        let secrets = [
            ("app_secret", KEY),
            ("access_token", &*tokens.access_token),
            ("refresh_token", &*tokens.refresh_token),
            ("user_id", USER),
            ("client_id", CLIENT),
        ];
        let account = rig
            .add_account("vehicle-1", Service::Vehicle, settings, &secrets)
            .await;
        Self { rig, account }
    }

    /// With a petrol car that just reported, parked and locked.
    pub async fn new() -> Self {
        Self::of(Rig::new(7).await, Car::default(), &[]).await
    }

    /// A command is asked for.
    pub async fn wish(&self, word: &str, args: &[(&str, &str)]) -> ErrandId {
        let mut wishes = vec![("command", word)];
        wishes.extend(args);
        self.rig
            .add_errand("vehicle.command", &self.account, &wishes, true)
            .await
    }

    /// Lets time pass until so many seconds after six in the morning of the first day.
    pub async fn until(&mut self, seconds: i64) {
        self.rig.run_to(START_MS + seconds * 1000).await;
    }

    pub async fn row(&self, errand: &ErrandId) -> ErrandRow {
        self.rig.store.errand(errand).await.unwrap()
    }

    /// The order as pages show it.
    pub async fn order(&self, errand: &ErrandId) -> Value {
        let facts = self.rig.store.facts(errand).await.unwrap();
        let mut facts = facts.into_iter();
        facts.find(|(name, _)| name == "command").unwrap().1
    }

    /// Its state and code: `confirmed`, `rejected moving`.
    pub async fn state(&self, errand: &ErrandId) -> String {
        let order = self.order(errand).await;
        let (state, code) = (order["state"].as_str(), order["code"].as_str());
        let words = [state, code].into_iter().flatten();
        words.collect::<Vec<_>>().join(" ")
    }

    /// It is over and ended so: `confirmed`, `rejected moving`.
    pub async fn ended(&self, errand: &ErrandId, expected: &str) {
        let (row, state) = (self.row(errand).await, self.state(errand).await);
        let story = self.rig.story(errand).await;
        assert_eq!(state, expected, "{}{story}", row.reason.zh);
        let went_well = matches!(expected, "confirmed" | "accepted");
        let phase = if went_well {
            Phase::Done
        } else {
            Phase::Failed
        };
        assert_eq!(row.phase, phase, "{}{story}", row.reason.zh);
        assert_eq!(row.outcome, Some(self.order(errand).await), "{story}");
    }

    /// What the car really did: `lock`, `unlock 1`.
    pub fn did(&self) -> Vec<String> {
        let effects = self.rig.effects("vehicle.").into_iter();
        let of_car = effects.filter(|effect| effect.contains(VIN));
        of_car
            .map(|effect| {
                let words = effect.trim_start_matches("vehicle.").replace(VIN, "");
                words.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    /// Seconds after six at which commands reached the gateway.
    pub fn told_the_car(&self) -> Vec<i64> {
        let entries = self.rig.sim.journal().into_iter();
        let told =
            entries.filter(|entry| entry.method == "PUT" && entry.path.contains("telematics"));
        told.map(|entry| (entry.at_ms - START_MS) / 1000).collect()
    }

    /// Whether each look at the status asked the car itself.
    pub fn looked(&self) -> Vec<bool> {
        let entries = self.rig.sim.journal().into_iter();
        let looks = entries.filter(|entry| entry.path.contains("/vehicle/status/"));
        looks
            .map(|entry| entry.path.to_ascii_lowercase().contains("latest=true"))
            .collect()
    }

    /// Titles of the notices so far, oldest first, without those that go with asks and sign-ins.
    pub async fn told(&self) -> Vec<String> {
        let mut notices = self.rig.store.notices(None, 1000).await.unwrap();
        notices.sort_by_key(|notice| notice.at);
        let own = notices.into_iter();
        let own = own.filter(|notice| notice.ask.is_none() && notice.errand.is_some());
        own.map(|notice| notice.title.zh).collect()
    }

    /// What the last ask says.
    pub async fn asked(&self) -> (String, String) {
        let asks = self.rig.store.asks(None, None).await.unwrap();
        let last = asks.into_iter().max_by_key(|ask| ask.at).unwrap();
        (last.ask.tag, last.ask.body.zh)
    }

    /// The owner fills in the tokens that are good now, and is signed in.
    pub async fn signs_in(&self) {
        let tokens = self.rig.sim.add_car_owner(owner());
        let secrets = [
            ("access_token".to_owned(), Secret::new(tokens.access_token)),
            (
                "refresh_token".to_owned(),
                Secret::new(tokens.refresh_token),
            ),
        ];
        let store = &self.rig.store;
        store
            .keep_secrets(&self.account, secrets.into())
            .await
            .unwrap();
        let now = daiban_core::clock::Clock::now(&*self.rig.clock);
        store.signed_in(&self.account, now).await.unwrap();
    }
}
