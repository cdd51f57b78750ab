//! Looking out: which lookouts, how fast, and an account that is ready when something is free. What is done then is in
//! `taking`.

use daiban_core::{
    Text, Timestamp, dates,
    errand::{Phase, Snapshot, Watch},
    error::ServiceError,
    id::LookoutKey,
    notice::Severity,
    service::Service,
};
use jiff::civil::{Date, Time};
use serde::Deserialize;
use serde_json::{Value, json};

use super::choose::{Observed, Offer, Plan, offers};
use super::sale::{self, Outlook, Rules, WARM_AGAIN_S, WARM_S, closed_until};
use super::wishes::later;
use super::words::clock;
use super::{Ground, Round, Stage};
use crate::rail::orders::TicketKind;
use crate::rail::tickets::Row;

/// The sign-in is looked at so often while watching, with a little chance.
const KEEP_ALIVE_S: i64 = 600;
/// Whether the way is free again is asked so often.
const BLOCKED_S: i64 = 300;

/// One lookout of this errand.
pub(super) struct Place {
    pub(super) key: LookoutKey,
    pub(super) date: Date,
    query: Value,
}

impl Round<'_> {
    pub(super) fn watch(&mut self) {
        let Some(ground) = self.state.ground.clone() else {
            self.state.stage = Stage::Preparing;
            return self.prepare();
        };
        if let Some(opens) = closed_until(self.now) {
            self.wake_at(opens);
            return self.rest(
                Phase::Waiting,
                "closed_hours",
                Text::new(
                    format!("12306 夜里不售票，{} 再看", clock(opens)),
                    format!(
                        "12306 sells nothing at night; looks again at {}",
                        clock(opens)
                    ),
                ),
            );
        }
        self.wake_at(self.give_up);
        let places = places(&ground, &self.pass.wishes.dates, self.all_students());
        let seen = self.seen_rows(&places);
        let tickets: Vec<TicketKind> = self.tickets();
        let Ok(plan) = Plan::new(self.pass.wishes, &ground.pairs, &tickets) else {
            return self.give_up();
        };
        let observed: Vec<Observed<'_>> = seen.iter().map(Seen::observed).collect();
        let offers = offers(&plan, &observed, &self.state.set_aside, self.now);
        let news = self.take_in(&places, &seen, &offers);
        let outlook = self.outlook(&ground);
        self.warm_up(&outlook);
        if !outlook.watch.is_empty() || self.state.blocked || self.state.people.is_none() {
            self.check_account();
        }
        if news && self.consider(&offers, &places, &outlook) {
            return;
        }
        self.look_out(&places, &outlook, &offers);
    }

    /// Then the service is asked for student tickets, which go on sale in windows of their own.
    fn all_students(&self) -> bool {
        let tickets = self.tickets();
        !tickets.is_empty() && tickets.iter().all(|ticket| *ticket == TicketKind::Student)
    }

    fn tickets(&self) -> Vec<TicketKind> {
        let people = self.state.people.iter().flatten();
        people.map(|one| one.ticket).collect()
    }

    fn seen_rows(&self, places: &[Place]) -> Vec<Seen> {
        let snapshot = |place: &Place| {
            let snapshot = self.pass.seen.get(&place.key)?;
            Seen::read(place.date, snapshot)
        };
        places.iter().filter_map(snapshot).collect()
    }

    /// Notes what is new, for the schedule and for pages. Whether anything is.
    fn take_in(&mut self, places: &[Place], seen: &[Seen], offers: &[Offer<'_>]) -> bool {
        let mut news = false;
        let mut trouble = None;
        for place in places {
            let Some(snapshot) = self.pass.seen.get(&place.key) else {
                continue;
            };
            let before = self.state.looked.insert(place.key.clone(), snapshot.number);
            if before == Some(snapshot.number) {
                continue;
            }
            news = true;
            if let Err(error) = &snapshot.result {
                trouble = Some(error.clone());
            }
        }
        self.state
            .looked
            .retain(|key, _| places.iter().any(|place| place.key == *key));
        if !news {
            return false;
        }
        self.state.first_seen.get_or_insert(self.now);
        for one in seen {
            let of_day: Vec<_> = offers
                .iter()
                .filter(|offer| offer.date == one.date)
                .collect();
            self.state
                .days
                .entry(one.date)
                .or_default()
                .see(&of_day, self.now);
        }
        self.note_trouble(trouble, seen.is_empty());
        self.note_availability(self.now, (!seen.is_empty()).then_some(offers));
        self.show_offers(offers);
        true
    }

    /// A look that failed is told in the line of history; one that will not get better by itself is a problem.
    fn note_trouble(&mut self, trouble: Option<ServiceError>, nothing_seen: bool) {
        let Some(error) = trouble else {
            return self.clear("look");
        };
        self.draft.said.push(error.text().clone());
        let lasts = matches!(
            error,
            ServiceError::Changed { .. }
                | ServiceError::Refused { .. }
                | ServiceError::NeedsPerson { .. }
        );
        if lasts && nothing_seen {
            self.raise(
                "look",
                Severity::Attention,
                Text::new(
                    format!("查不了余票：{}", error.text().zh),
                    format!("left tickets cannot be looked at: {}", error.text().en),
                ),
                Text::new(
                    "会继续试；如果一直这样，请看看有没有新版本",
                    "it keeps trying; if this stays, look for a newer version",
                ),
            );
        }
    }

    fn outlook(&self, ground: &Ground) -> Outlook {
        let dates = self.pass.wishes.dates.iter();
        let days: Vec<_> = dates
            .filter(|date| !self.state.taken_days.contains(date))
            .map(|date| {
                (
                    *date,
                    self.state.days.get(date).cloned().unwrap_or_default(),
                )
            })
            .collect();
        let rules = Rules {
            presale_days: ground.presale_days,
            sale_time: ground.sale_time.as_deref().and_then(read_clock),
            pace_s: self.pass.wishes.pace_s(),
        };
        sale::outlook(&days, rules, self.now)
    }

    /// Sees to it that the account is ready when a ticket shows.
    fn check_account(&mut self) {
        if !self.pass.wishes.needs_account() || self.is_signed_out() || self.state.checking {
            return;
        }
        if self.now < self.state.check_at {
            return self.wake_at(self.state.check_at);
        }
        self.state.checking = true;
        if self.state.blocked {
            self.look("blocking", json!({ "do": "unfinished" }));
        } else if self.state.people.is_none() {
            self.look("passengers", json!({ "do": "passengers" }));
        } else {
            self.look("keep_alive", json!({ "do": "keep_alive" }));
        }
    }

    /// When the account is asked about next.
    pub(super) fn checked(&mut self) {
        self.state.checking = false;
        let chance = i64::try_from(self.pass.chance % 60).unwrap_or(0);
        let wait = match (self.state.blocked, self.state.people.is_some()) {
            (true, _) => BLOCKED_S,
            (_, false) => 60,
            _ => KEEP_ALIVE_S + chance,
        };
        self.state.check_at = later(self.now, wait);
    }

    /// Ten minutes and again seconds before an opening: people in memory, sign-in looked at, connection open.
    fn warm_up(&mut self, outlook: &Outlook) {
        let Some(opening) = outlook.opening.filter(|_| self.pass.wishes.needs_account()) else {
            return;
        };
        let (first, second) = (later(opening, -WARM_S), later(opening, -WARM_AGAIN_S));
        for moment in [first, second] {
            if moment > self.now {
                self.wake_at(moment);
            }
        }
        if self.is_signed_out() && self.now >= first {
            return self.remind_to_sign_in(opening);
        }
        let due = [second, first]
            .into_iter()
            .find(|moment| *moment <= self.now);
        let Some(due) = due.filter(|due| self.state.warmed_at.is_none_or(|at| at < *due)) else {
            return;
        };
        if self.state.checking || self.is_signed_out() {
            return;
        }
        self.state.checking = true;
        self.state.warmed_at = Some(self.now);
        match due == first {
            true => self.look("passengers", json!({ "do": "passengers" })),
            false => self.look("keep_alive", json!({ "do": "keep_alive" })),
        }
    }

    fn remind_to_sign_in(&mut self, opening: Timestamp) {
        let at = dates::spoken(opening, self.now);
        self.notice(
            format!("sign_in_before/{}", opening.as_second()),
            Severity::Urgent,
            Text::new(
                format!("{} 开售，但 12306 还没登录", at.zh),
                format!("sale begins at {}, but 12306 is not signed in", at.en),
            ),
            Text::new(
                "请在开售前到 daiban 的账号页扫码登录，否则有票也下不了单",
                "scan the code on daiban's account page before that; nothing can be ordered otherwise",
            ),
        );
    }

    /// Watches on, and says so.
    fn look_out(&mut self, places: &[Place], outlook: &Outlook, offers: &[Offer<'_>]) {
        self.draft.watch = outlook
            .watch
            .iter()
            .flat_map(|(date, pace_s)| {
                let of_day = places.iter().filter(move |place| place.date == *date);
                of_day.map(|place| Watch {
                    key: place.key.clone(),
                    service: Service::Rail,
                    query: place.query.clone(),
                    pace_s: *pace_s,
                })
            })
            .collect();
        if let Some(next) = outlook.next {
            self.wake_at(next);
        }
        self.show_watch(outlook);
        let phase = match self.is_signed_out() || self.state.blocked || self.state.by_hand {
            true => Phase::NeedsYou,
            false => Phase::Waiting,
        };
        let checkpoint = match () {
            () if self.is_signed_out() => "needs_sign_in",
            () if outlook.sprint => "sprint",
            () if self.draft.watch.is_empty() => "waiting_for_sale",
            () => "watching",
        };
        let said = self.watching_words(outlook, offers);
        self.rest(phase, checkpoint, said);
    }

    fn watching_words(&self, outlook: &Outlook, offers: &[Offer<'_>]) -> Text {
        if let Some(opening) = outlook.opening.filter(|_| outlook.watch.is_empty()) {
            let at = dates::spoken(opening, self.now);
            return Text::new(
                format!("{} 开售，到时就看", at.zh),
                format!("sale begins at {}", at.en),
            );
        }
        let Some((_, pace_s)) = outlook.watch.iter().min_by_key(|(_, pace)| *pace) else {
            return Text::new("还没到开售的日子", "not on sale yet");
        };
        if self.pass.seen.is_empty() {
            return Text::new("盯票", "looking out");
        }
        let free = offers.iter().filter(|offer| offer.is_free()).count();
        let found = match (offers.len(), free) {
            (0, _) => Text::new("没有合适的车次", "no train fits"),
            (all, 0) => Text::new(
                format!("{all} 个选择都没票"),
                format!("none of {all} choices is free"),
            ),
            (_, free) => Text::new(
                format!("{free} 个选择有票"),
                format!("{free} choices are free"),
            ),
        };
        Text::new(
            format!("{}，每 {pace_s} 秒看一次", found.zh),
            format!("{}; looks every {pace_s} s", found.en),
        )
    }

    fn show_watch(&mut self, outlook: &Outlook) {
        let looks: u64 = self.state.looked.values().sum();
        let seen_at = self.pass.seen.values().map(|seen| seen.at).max();
        let shown = json!({
            "pace_s": outlook.watch.iter().map(|(_, pace)| *pace).min(),
            "lookouts": self.draft.watch.len(), "looks": looks,
            "seen_at": seen_at.map(dates::rfc3339), "until": dates::rfc3339(self.give_up),
            "on_sale_at": outlook.opening.map(dates::rfc3339),
        });
        self.draft.fact("watch", shown);
    }
}

/// The rows of one observation.
struct Seen {
    date: Date,
    at: Timestamp,
    rows: Vec<Row<'static>>,
}

impl Seen {
    fn read(date: Date, snapshot: &Snapshot) -> Option<Self> {
        let rows = snapshot.result.as_ref().ok()?;
        Some(Self {
            date,
            at: snapshot.at,
            rows: Vec::deserialize(rows).ok()?,
        })
    }

    fn observed(&self) -> Observed<'_> {
        Observed {
            date: self.date,
            at: self.at,
            rows: &self.rows,
        }
    }
}

/// The lookouts of these days and city pairs. An answer holds all stations of both cities, so one pair of stations is
/// asked for each pair of wishes; who asks the same shares the key.
fn places(ground: &Ground, dates: &[Date], student: bool) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for date in dates {
        for pair in &ground.pairs {
            let (Some(from), Some(to)) = (pair.from.first(), pair.to.first()) else {
                continue;
            };
            let whose = if student { "/student" } else { "" };
            let pair = format!("{}-{}", from.code, to.code);
            let key = LookoutKey::from(format!("rail.rows/{date}/{pair}{whose}"));
            if places.iter().any(|place| place.key == key) {
                continue;
            }
            let mut query = json!({ "do": "rows", "date": date, "from": from.code, "to": to.code });
            if student {
                query["student"] = json!(true);
            }
            places.push(Place {
                key,
                date: *date,
                query,
            });
        }
    }
    places
}

fn read_clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}
