//! The family's trains: signed in by the stand-in's phone, one ticket from the moment its sale begins, one that comes
//! back after days. The stand-in pays, as a person would.

use daiban_core::{
    Lang, Timestamp,
    account::{AccountState, Secrets, Settings},
    errand::Phase,
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    service::Service,
};
use daiban_sim::{HouseholdRail, HouseholdTrain, Sim};
use serde_json::{Map, Value, json};

use crate::{
    access::Actor,
    app::{App, AppError, NewAccount, NewErrand, Started, TrialWish},
    wiring::Wired,
};

/// The phone confirms the code after so long, in ms of the demo's clock.
pub(super) const PHONE_CONFIRMS_MS: i64 = 40_000;
/// An order is paid after so long.
const PAYS_AFTER_MS: i64 = 8 * 60_000;
/// From a minute before a ticket can be had, and for so long after, a person would want to watch.
const BEFORE_MS: i64 = 60_000;
const AFTER_MS: i64 = 2_700_000;

/// The account, and its errands once it is signed in.
pub(super) struct Tickets {
    account: AccountId,
    household: HouseholdRail,
    pub(super) errands: Vec<Wish>,
}

/// One ticket.
pub(super) struct Wish {
    pub(super) errand: ErrandId,
    pub(super) train: HouseholdTrain,
}

impl Tickets {
    /// Adds the account and shows the code.
    pub(super) async fn set_out(
        app: &App,
        actor: &Actor,
        household: &HouseholdRail,
    ) -> Result<Self, AppError> {
        let account = NewAccount {
            service: Service::Rail,
            name: format!("{}的 12306", household.name),
            settings: Settings::new(),
            secrets: Secrets::new(),
            trial: TrialWish::default(),
        };
        let account = app.add_account(actor, account).await?.id;
        app.sign_in(actor, &account, Some("qr")).await?;
        Ok(Self {
            account,
            household: household.clone(),
            errands: Vec::new(),
        })
    }

    /// How many errands there will be.
    pub(super) fn planned(&self) -> usize {
        2
    }

    /// Once signed in, says what is wished.
    pub(super) async fn go_on(&mut self, wired: &Wired, actor: &Actor) -> Result<(), AppError> {
        let ready = wired.store.account(&self.account).await?.state == AccountState::Ready;
        if !ready || !self.errands.is_empty() {
            return Ok(());
        }
        let HouseholdRail {
            opens,
            returns,
            passengers,
            ..
        } = self.household.clone();
        let family = format!("{},{}", passengers[1], passengers[2]);
        let family = [
            ("passengers", &*family),
            ("seats", "二等座,一等座"),
            ("wait_for_sale", "yes"),
        ];
        self.errands
            .push(self.wish(&wired.app, actor, opens, &family).await?);
        let student = [
            ("passengers", &*passengers[3]),
            ("seats", "二等座"),
            ("pace_s", "300"),
        ];
        self.errands
            .push(self.wish(&wired.app, actor, returns, &student).await?);
        Ok(())
    }

    async fn wish(
        &self,
        app: &App,
        actor: &Actor,
        train: HouseholdTrain,
        more: &[(&str, &str)],
    ) -> Result<Wish, AppError> {
        let date = train.date.to_string();
        let wishes = [
            ("from", &*train.from),
            ("to", &*train.to),
            ("dates", &*date),
            ("trains", &*train.code),
        ];
        let wishes = wishes.iter().chain(more);
        let new = NewErrand {
            kind: "rail.ticket".to_owned(),
            account: self.account.clone(),
            wishes: wishes
                .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
                .collect::<Map<_, _>>(),
        };
        match app.add_errand(actor, new, false).await? {
            Started::Errand(row) => Ok(Wish {
                errand: row.id,
                train,
            }),
            Started::DryRun(_) => Err(AppError::Internal("a dry run was not asked for".to_owned())),
        }
    }

    /// The stand-in pays what has waited a while.
    pub(super) fn pay(&self, sim: &Sim, now: Timestamp) {
        for effect in sim.effects() {
            let waited = now.as_millisecond() - effect.at_ms >= PAYS_AFTER_MS;
            let number = effect.effect.as_deref().and_then(order_number);
            if let (true, Some(number)) = (waited, number) {
                // Of an order that is paid already nothing comes.
                sim.pay_rail_order(number);
            }
        }
    }

    /// Whether something happens that a person would want to see at their own pace. `ahead_ms`: what passes between two
    /// times that this is asked.
    pub(super) async fn is_a_moment(
        &self,
        wired: &Wired,
        now: Timestamp,
        ahead_ms: i64,
    ) -> Result<bool, AppError> {
        if self.errands.is_empty() {
            return Ok(true);
        }
        for wish in &self.errands {
            let row = wired.store.errand(&wish.errand).await?;
            let to_go_ms = wish.train.at_ms - now.as_millisecond();
            let is_near = (-AFTER_MS..BEFORE_MS + ahead_ms).contains(&to_go_ms);
            let is_busy = matches!(row.phase, Phase::Working | Phase::NeedsYou);
            if !row.phase.is_over() && (is_near || is_busy) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Wish {
    /// One order, paid, and daiban knows its number.
    pub(super) fn as_expected(&self, sim: &Sim, row: &ErrandRow) -> bool {
        let orders = self.orders(sim);
        let [order] = orders.as_slice() else {
            return false;
        };
        let Some(number) = order_number(order) else {
            return false;
        };
        let outcome = row.outcome.clone().unwrap_or_default();
        row.phase == Phase::Done
            && outcome["result"] == "paid"
            && outcome["order_no"] == number
            && super::count(sim, &format!("rail.pay {number}")) == 1
    }

    fn orders(&self, sim: &Sim) -> Vec<String> {
        let train = format!(" {} {} ", self.train.code, self.train.date);
        let effects = sim.effects().into_iter().filter_map(|entry| entry.effect);
        effects
            .filter(|effect| effect.starts_with("rail.order ") && effect.contains(&train))
            .collect()
    }

    pub(super) fn report(&self, sim: &Sim, row: &ErrandRow, lang: Lang) -> Value {
        json!({
            "id": row.id,
            "kind": row.kind,
            "train": self.train.code,
            "state": row.phase,
            "outcome": json!({
                "ended": row.outcome,
                "orders": self.orders(sim).len(),
                "reason": row.reason.in_lang(lang),
            }),
            "as_expected": self.as_expected(sim, row),
        })
    }
}

/// The number in `rail.order … E123`.
fn order_number(effect: &str) -> Option<&str> {
    effect.strip_prefix("rail.order ")?.rsplit(' ').next()
}
