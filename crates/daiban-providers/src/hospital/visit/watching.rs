//! Looking out: which shared looks, how fast, and an account that is ready when a place shows. What is done then is in
//! `taking`.

use daiban_core::{
    Text, Timestamp, dates,
    errand::{Phase, Watch},
    error::ServiceError,
    id::LookoutKey,
    notice::Severity,
    service::Service,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::choose::{Choice, Seen, Taste};
use super::intake::read;
use super::outlook::{Look, Outlook, What, outlook};
use super::{Round, State};
use crate::hospital::places::DepartmentRef;
use crate::hospital::slots::{Calendar, Slot};
use crate::words::later;

/// Who is not signed in so long before a release is reminded; people and papers are fetched once more then.
const WARM_S: i64 = 1800;
const WARM_AGAIN_S: i64 = 150;
/// Places that are shown.
const MOST_SHOWN: usize = 40;

/// What a lookout of places saw.
struct Places {
    department: DepartmentRef,
    position: usize,
    date: Date,
    seen_at: Timestamp,
    slots: Vec<Slot>,
}

impl Round<'_> {
    pub(super) fn watch(&mut self) {
        if let Some(begins) = self.pass.wishes.begins_at().filter(|at| *at > self.now) {
            return self.wait_to_begin(begins);
        }
        self.prepare();
        if matches!(self.state.stage, super::Stage::Over) {
            return;
        }
        let news = self.take_in();
        let places = self.places();
        let choices = self.choices(&places);
        if news {
            self.note_free(&choices);
            self.show_choices(&choices);
        }
        let outlook = self.outlook();
        self.warm_up(&outlook);
        if news && self.consider(&choices) {
            return self.go_on();
        }
        self.look_out(&outlook, &choices);
    }

    fn wait_to_begin(&mut self, begins: Timestamp) {
        self.draft.wake_at(begins);
        let at = dates::spoken(begins, self.now);
        self.draft.rest(
            Phase::Waiting,
            "not_yet",
            Text::new(
                format!("{} 开始看号", at.zh),
                format!("begins to look at {}", at.en),
            ),
        );
    }

    pub(super) fn wanted_days(&self) -> Vec<Date> {
        self.pass.wishes.wanted_days(dates::today(self.now))
    }

    /// Reads what is new in the lookouts. Whether anything is.
    fn take_in(&mut self) -> bool {
        let wanted = self.wanted_days();
        let mut news = false;
        let mut trouble = None;
        for (key, snapshot) in self.pass.seen {
            if self.state.looked.insert(key.clone(), snapshot.number) == Some(snapshot.number) {
                continue;
            }
            news = true;
            let Some((department, what)) = self.named(key) else {
                continue;
            };
            match (&snapshot.result, what) {
                (Ok(value), What::Week(_)) => {
                    if let Some(calendar) = read::<Calendar>(value) {
                        let known = self.state.known.entry(department.to_string()).or_default();
                        known.see(&calendar, &wanted, snapshot.at);
                    }
                }
                (Ok(_), What::Day(_)) => {}
                (Err(error), _) => trouble = Some(error.clone()),
            }
        }
        let seen = self.pass.seen;
        self.state.looked.retain(|key, _| seen.contains_key(key));
        if news {
            self.note_trouble(trouble);
            self.show_calendar(&wanted);
        }
        news
    }

    /// A look that failed is told in the line of history; one that will not get better by itself is a problem.
    fn note_trouble(&mut self, trouble: Option<ServiceError>) {
        let Some(error) = trouble else {
            return self.clear("look");
        };
        let text = error.text().clone();
        self.draft.said.push(text.clone());
        let lasts = !error.may_pass() || matches!(error, ServiceError::Changed { .. });
        if lasts {
            self.raise(
                "look",
                Severity::Attention,
                Text::new(
                    format!("看不了号：{}", text.zh),
                    format!("places cannot be looked at: {}", text.en),
                ),
                Text::new(
                    "会继续试；如果一直这样，请看看有没有新版本",
                    "it keeps trying; if this stays, look for a newer version",
                ),
            );
        }
    }

    /// The lookout of that key, if it is ours.
    fn named(&self, key: &LookoutKey) -> Option<(DepartmentRef, What)> {
        let mut looks = self.departments.iter().flat_map(|department| {
            let weeks = [1, 2].map(What::Week);
            let days = self.wanted_days().into_iter().map(What::Day);
            weeks
                .into_iter()
                .chain(days)
                .map(move |what| (department, what))
        });
        let found = looks.find(|(department, what)| lookout(department, *what).0 == *key);
        found.map(|(department, what)| (department.clone(), what))
    }

    /// The places of every wished day, as last seen.
    fn places(&self) -> Vec<Places> {
        let days = self.wanted_days();
        let mut places = Vec::new();
        for (position, department) in self.departments.iter().enumerate() {
            for date in &days {
                let (key, _) = lookout(department, What::Day(*date));
                let Some(snapshot) = self.pass.seen.get(&key) else {
                    continue;
                };
                let slots = snapshot
                    .result
                    .as_ref()
                    .ok()
                    .and_then(|value| read(&value["slots"]));
                if let Some(slots) = slots {
                    places.push(Places {
                        department: department.clone(),
                        position,
                        date: *date,
                        seen_at: snapshot.at,
                        slots,
                    });
                }
            }
        }
        places
    }

    fn choices<'p>(&self, places: &'p [Places]) -> Vec<Choice<'p>> {
        let anybody = self.pass.wishes.anybody_now(self.state.begun, self.now);
        let Ok(taste) = Taste::new(self.pass.wishes, anybody) else {
            return Vec::new();
        };
        let seen: Vec<Seen<'p>> = places
            .iter()
            .map(|place| Seen {
                department: &place.department,
                position: place.position,
                date: place.date,
                seen_at: place.seen_at,
                slots: &place.slots,
            })
            .collect();
        taste.order(&seen, &self.state.set_aside, self.now)
    }

    fn outlook(&mut self) -> Outlook {
        let wanted = self.wanted_days();
        for department in &self.departments {
            let known = self.state.known.entry(department.to_string()).or_default();
            known.await_release(&wanted, self.now);
        }
        let known: Vec<_> = self
            .departments
            .iter()
            .filter_map(|department| self.state.known.get(&department.to_string()))
            .collect();
        outlook(&known, &wanted, self.pass.wishes.pace_s(), self.now)
    }

    /// Half an hour and again two minutes before a release: the sign-in looked at, patient and real name in memory.
    fn warm_up(&mut self, outlook: &Outlook) {
        let Some(release) = outlook.release.filter(|_| self.pass.wishes.needs_account()) else {
            return;
        };
        let (first, second) = (later(release, -WARM_S), later(release, -WARM_AGAIN_S));
        for moment in [first, second] {
            if moment > self.now {
                self.draft.wake_at(moment);
            }
        }
        if self.is_signed_out() && self.now >= first {
            return self.remind_to_sign_in(release);
        }
        let due = [second, first]
            .into_iter()
            .find(|moment| *moment <= self.now);
        let Some(due) = due.filter(|due| self.state.warmed_at.is_none_or(|at| at < *due)) else {
            return;
        };
        if self.is_signed_out() {
            return;
        }
        self.state.warmed_at = Some(self.now);
        self.look("patients", json!({ "do": "patients" }));
        if due == second {
            self.look("real_name", json!({ "do": "real_name" }));
        }
    }

    fn remind_to_sign_in(&mut self, release: Timestamp) {
        let at = dates::spoken(release, self.now);
        self.notice(
            &format!("sign_in_before/{}", release.as_second()),
            Severity::Urgent,
            Text::new(
                format!("{} 放号，但 114 还没登录", at.zh),
                format!("places are released at {}, but 114 is not signed in", at.en),
            ),
            Text::new(
                "请在放号前到 daiban 的账号页登录（图片验证码和短信各一次），否则有号也约不了",
                "sign in on daiban's account page before that (one picture, one text message); nothing can be booked otherwise",
            ),
        );
    }

    /// Watches on, and says so.
    fn look_out(&mut self, outlook: &Outlook, choices: &[Choice<'_>]) {
        self.draft.watch = outlook
            .looks
            .iter()
            .filter_map(|look| self.watch_of(look))
            .collect();
        if let Some(next) = outlook.next {
            self.draft.wake_at(next);
        }
        if let Some(hold) = Some(self.state.hold.until).filter(|until| *until > self.now) {
            self.draft.wake_at(hold);
        }
        self.draft.wake_at(self.pass.wishes.give_up_at());
        self.show_watch(outlook);
        let (phase, checkpoint) = match () {
            () if self.is_signed_out() => (Phase::NeedsYou, "needs_sign_in"),
            () if outlook.sprint => (Phase::Waiting, "sprint"),
            () => (Phase::Waiting, "watching"),
        };
        let said = self.watching_words(outlook, choices);
        self.draft.rest(phase, checkpoint, said);
    }

    fn watch_of(&self, look: &Look) -> Option<Watch> {
        let department = self.departments.get(look.department)?;
        let (key, query) = lookout(department, look.what);
        Some(Watch {
            key,
            service: Service::Hospital,
            query,
            pace_s: look.pace_s,
        })
    }

    fn watching_words(&self, outlook: &Outlook, choices: &[Choice<'_>]) -> Text {
        if outlook.sprint {
            return Text::new(
                "放号前后，每 3 秒看一次",
                "around the release, looks every 3 s",
            );
        }
        let release = outlook.release.map(|at| dates::spoken(at, self.now));
        let next = match &release {
            Some(at) => Text::new(
                format!("，下次放号 {}", at.zh),
                format!("; next release {}", at.en),
            ),
            None => Text::default(),
        };
        let Some(pace_s) = outlook.looks.iter().map(|look| look.pace_s).min() else {
            return Text::new(
                format!("想要的日子还没有到能约的时候{}", next.zh),
                format!("the wished days cannot be booked yet{}", next.en),
            );
        };
        let found = match choices.iter().filter(|choice| choice.fits()).count() {
            0 => Text::new("没有合适的号", "no place fits"),
            fit => Text::new(format!("{fit} 个号合适"), format!("{fit} places fit")),
        };
        let every = if pace_s % 60 == 0 {
            Text::new(
                format!("每 {} 分钟", pace_s / 60),
                format!("every {} min", pace_s / 60),
            )
        } else {
            Text::new(format!("每 {pace_s} 秒"), format!("every {pace_s} s"))
        };
        Text::new(
            format!("{}，{}看一次{}", found.zh, every.zh, next.zh),
            format!("{}; looks {}{}", found.en, every.en, next.en),
        )
    }

    fn show_watch(&mut self, outlook: &Outlook) {
        let looks: u64 = self.state.looked.values().sum();
        let seen_at = self.pass.seen.values().map(|seen| seen.at).max();
        let shown = json!({
            "pace_s": outlook.looks.iter().map(|look| look.pace_s).min(),
            "lookouts": outlook.looks.len(),
            "looks": looks,
            "seen_at": seen_at.map(dates::rfc3339),
            "sprint": outlook.sprint,
            "release_at": outlook.release.map(dates::rfc3339),
            "until": dates::rfc3339(self.pass.wishes.give_up_at()),
        });
        self.draft.fact("watch", shown);
    }

    fn show_calendar(&mut self, wanted: &[Date]) {
        let shown: serde_json::Map<String, Value> = self
            .state
            .known
            .iter()
            .map(|(department, known)| {
                let days: Vec<Value> = known
                    .days
                    .iter()
                    .map(|(date, state)| json!({ "date": date, "state": state, "wanted": wanted.contains(date) }))
                    .collect();
                let release = known.release.as_ref().map(|release| release.at).or(known.told);
                let one = json!({
                    "days": days, "release_at": release.map(dates::rfc3339), "seen_at": known.seen_at.map(dates::rfc3339),
                });
                (department.clone(), one)
            })
            .collect();
        self.draft.fact("calendar", Value::Object(shown));
    }

    fn show_choices(&mut self, choices: &[Choice<'_>]) {
        let shown: Vec<Value> = choices
            .iter()
            .take(MOST_SHOWN)
            .enumerate()
            .map(|(rank, choice)| {
                json!({
                    "department": choice.department.to_string(), "date": choice.date,
                    "half_day": choice.slot.half_day, "doctor": choice.slot.doctor, "title": choice.slot.title,
                    "bookable": choice.slot.bookable, "fits": choice.fits(), "rank": choice.fits().then_some(rank),
                    "why_not": choice.why_not, "period": choice.period.map(|period| format!("{}-{}", period.from, period.to)),
                    "seen_at": dates::rfc3339(choice.seen_at),
                })
            })
            .collect();
        self.draft.fact("slots", json!(shown));
    }
}

/// Key and query of a shared look. Everybody who asks the same uses the same.
pub(super) fn lookout(department: &DepartmentRef, what: What) -> (LookoutKey, Value) {
    let DepartmentRef { hos, first, second } = department;
    let mut query = json!({ "hos": hos, "first": first, "second": second, "watch": true });
    let key = match what {
        What::Week(week) => {
            query["do"] = json!("calendar");
            query["week"] = json!(week);
            format!("hospital/calendar/{department}/{week}")
        }
        What::Day(date) => {
            query["do"] = json!("slots");
            query["date"] = json!(date);
            format!("hospital/slots/{department}/{date}")
        }
    };
    (LookoutKey::from(key), query)
}

impl State {
    /// The name of the hospital and of the department, or their codes where nobody knows.
    pub(super) fn names_of(&self, department: &DepartmentRef) -> (String, String) {
        match self.names.get(&department.to_string()) {
            Some(place) => (place.hospital.name.clone(), place.second.name.clone()),
            None => (department.hos.clone(), department.second.clone()),
        }
    }
}
