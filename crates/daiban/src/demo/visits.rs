//! The child's two appointments: the stand-in reads the picture and the text message of the sign-in, one place is caught at
//! its release, one that somebody gives back days later.

use daiban_core::{
    Timestamp,
    account::{AccountState, Secrets, Settings},
    ask::{Answer, Ask, AskKind, AskState},
    errand::Phase,
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    service::Service,
};
use daiban_sim::{HouseholdDepartment, HouseholdHospital, Sim};
use serde_json::{Map, Value, json};

use crate::{
    access::Actor,
    app::{App, AppError, NewAccount, NewErrand, Started, TrialWish},
    wiring::Wired,
};

/// The stand-in answers after so long, in ms of the demo's clock: whoever watches may be quicker.
const ANSWERS_AFTER_MS: i64 = 30_000;
/// From two minutes before a place can be had, and for so long after, a person would want to watch.
const BEFORE_MS: i64 = 150_000;
const AFTER_MS: i64 = 300_000;
/// Before and after the short time in which a place is there.
const RACE_MS: i64 = 20_000;
/// So long that time lasts for whoever watches, in real ms.
const RACE_LASTS_MS: f64 = 5_000.0;

/// The account, and its errands once it is signed in.
pub(super) struct Visits {
    account: AccountId,
    household: HouseholdHospital,
    pub(super) errands: Vec<Appointment>,
}

/// One appointment.
pub(super) struct Appointment {
    pub(super) errand: ErrandId,
    pub(super) department: HouseholdDepartment,
}

impl Visits {
    /// Adds the account and asks for the picture.
    pub(super) async fn set_out(
        app: &App,
        actor: &Actor,
        household: &HouseholdHospital,
    ) -> Result<Self, AppError> {
        let settings = [("mobile".to_owned(), household.mobile.clone())];
        let account = NewAccount {
            service: Service::Hospital,
            name: format!("{}的 114", household.parent),
            settings: Settings::from(settings),
            secrets: Secrets::new(),
            trial: TrialWish::default(),
        };
        let account = app.add_account(actor, account).await?.id;
        app.sign_in(actor, &account, None).await?;
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

    /// Answers what a person is asked; once signed in, says what is wished.
    pub(super) async fn go_on(
        &mut self,
        wired: &Wired,
        actor: &Actor,
        sim: &Sim,
        now: Timestamp,
    ) -> Result<(), AppError> {
        self.answer(wired, actor, sim, now).await?;
        let ready = wired.store.account(&self.account).await?.state == AccountState::Ready;
        if !ready || !self.errands.is_empty() {
            return Ok(());
        }
        for department in [self.household.opens.clone(), self.household.returns.clone()] {
            let errand = self.wish(&wired.app, actor, &department).await?;
            self.errands.push(Appointment { errand, department });
        }
        Ok(())
    }

    /// What stands on the pages of open asks, answered as on the page.
    async fn answer(
        &self,
        wired: &Wired,
        actor: &Actor,
        sim: &Sim,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let asks = wired.store.asks(None, Some(AskState::Open)).await?;
        let waited = |ask: &Ask| now.as_millisecond() - ask.at.as_millisecond() >= ANSWERS_AFTER_MS;
        let ours = asks
            .iter()
            .filter(|ask| ask.account == self.account && waited(ask));
        for ask in ours {
            let code = match ask.ask.kind {
                AskKind::Captcha => {
                    let picture = ask.ask.picture.as_deref().unwrap_or_default();
                    sim.read_hospital_picture(picture)
                }
                AskKind::Sms => sim.hospital_sms_code(&self.household.mobile),
                _ => None,
            };
            if let Some(code) = code {
                // Somebody who watches may have been quicker.
                let _ = wired.app.answer(actor, &ask.id, Answer::Text(code)).await;
            }
        }
        Ok(())
    }

    async fn wish(
        &self,
        app: &App,
        actor: &Actor,
        department: &HouseholdDepartment,
    ) -> Result<ErrandId, AppError> {
        let HouseholdDepartment {
            hos, first, second, ..
        } = department;
        let place = format!("{hos}/{first}/{second}");
        let date = department.date.to_string();
        let half_day = match department.half_day.as_str() {
            "MORNING" => "上午",
            _ => "下午",
        };
        let mut wishes = vec![
            ("departments", &*place),
            ("from", &*date),
            ("to", &*date),
            ("patient", &*self.household.child),
            ("half_days", half_day),
            ("fee_max", "100"),
        ];
        if let Some(doctor) = &department.doctor {
            wishes.push(("doctors", doctor));
        }
        let new = NewErrand {
            kind: "hospital.visit".to_owned(),
            account: self.account.clone(),
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
        for one in &self.errands {
            let row = wired.store.errand(&one.errand).await?;
            let to_go_ms = one.department.at_ms - now.as_millisecond();
            let is_near = (-AFTER_MS..BEFORE_MS + ahead_ms).contains(&to_go_ms);
            let is_busy = matches!(row.phase, Phase::Working | Phase::NeedsYou);
            let is_busy = is_busy || !is_prepared(wired, &one.errand).await?;
            if row.checkpoint != "booked" && !row.phase.is_over() && (is_near || is_busy) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Visits {
    /// While a place is there that others will have taken soon: slowly enough for every step of a busy machine.
    pub(super) async fn race_speed(
        &self,
        wired: &Wired,
        now: Timestamp,
        ahead_ms: i64,
    ) -> Result<Option<f64>, AppError> {
        let mut slowest: Option<f64> = None;
        for one in &self.errands {
            let HouseholdDepartment { at_ms, gone_ms, .. } = one.department;
            let now_ms = now.as_millisecond();
            let is_now = (at_ms - RACE_MS - ahead_ms..gone_ms + RACE_MS).contains(&now_ms);
            let row = wired.store.errand(&one.errand).await?;
            if is_now && row.checkpoint != "booked" && !row.phase.is_over() {
                let speed = ((gone_ms - at_ms) as f64 / RACE_LASTS_MS).max(1.0);
                slowest = Some(slowest.map_or(speed, |other| other.min(speed)));
            }
        }
        Ok(slowest)
    }
}

/// Whether the patient has been looked up.
async fn is_prepared(wired: &Wired, errand: &ErrandId) -> Result<bool, AppError> {
    let facts = wired.store.facts(errand).await?;
    let place = facts.into_iter().find(|(name, _)| name == "place");
    Ok(place.is_some_and(|(_, place)| !place["patient"].is_null()))
}

impl Appointment {
    /// One booking, and daiban knows its number.
    pub(super) fn as_expected(&self, sim: &Sim, row: &ErrandRow, booking: Option<&Value>) -> bool {
        let bookings = self.bookings(sim);
        let [made] = bookings.as_slice() else {
            return false;
        };
        let number = made.rsplit(' ').next().unwrap_or_default();
        let is_settled = row.phase == Phase::Done || row.checkpoint == "booked";
        let known = booking.is_some_and(|booking| booking["order_no"] == number);
        is_settled && known && booking.is_some_and(|booking| booking["stage"] == "booked")
    }

    fn bookings(&self, sim: &Sim) -> Vec<String> {
        let HouseholdDepartment {
            hos, first, second, ..
        } = &self.department;
        let beginning = format!("hospital.book {hos}/{first}/{second} ");
        let effects = sim.effects().into_iter().filter_map(|entry| entry.effect);
        effects
            .filter(|effect| effect.starts_with(&beginning))
            .collect()
    }

    pub(super) fn report(
        &self,
        sim: &Sim,
        row: &ErrandRow,
        booking: Option<&Value>,
        lang: daiban_core::Lang,
    ) -> Value {
        json!({
            "id": row.id,
            "kind": row.kind,
            "department": self.department.second_name,
            "state": row.phase,
            "outcome": json!({
                "ended": row.outcome,
                "booking": booking,
                "bookings": self.bookings(sim).len(),
                "calendar": format!("/errands/{}/visit.ics", row.id),
                "reason": row.reason.in_lang(lang),
            }),
            "as_expected": self.as_expected(sim, row, booking),
        })
    }
}
