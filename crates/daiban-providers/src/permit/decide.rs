//! What to do about one car: facts, wishes and the time in, one decision with its reason out. Pure.
//!
//! The rules of the service, as far as they matter here: a permit runs seven days and can be followed by another only on its
//! last day; a day can be asked for at most three days ahead, and today only before noon; while an application is in review
//! nothing else goes. None of these is calculated where the server's own list of dates (`checkHandle`) can say it.

mod stops;

use daiban_core::{
    Text, Timestamp,
    dates::{self, today},
    window::DayWindow,
};
use jiff::{Span, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use stops::{blocked, doubt, review, unfinished};

use super::{
    coverage::{Vehicle, Zone},
    error::names_a_fine,
    flow::Prepared,
};

/// Days ahead the service takes an application at most (*seen* in users' accounts, no official text). Only decides when it
/// is worth asking; the server's list decides what is possible.
const DAYS_AHEAD: i64 = 3;
/// A gap is looked for this far ahead. Longer than any run of permits.
const HORIZON_DAYS: i64 = 400;
/// Seconds between two looks while a record is in review, at first, after an hour, after six.
const REVIEW_LOOKS_S: [i64; 3] = [300, 900, 1800];
/// After this hour of the last day a window that is still closed is worth an alarm.
const ALARM_HOUR: i8 = 18;

/// The days on which the car has to be allowed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Days {
    /// Every day.
    Every,
    /// Monday to Friday.
    Workdays,
    /// These alone, in order.
    Listed(Vec<Date>),
}

impl Days {
    /// Whether that day is one of them.
    pub fn need(&self, day: Date) -> bool {
        match self {
            Self::Every => true,
            Self::Workdays => dates::is_workday(day),
            Self::Listed(days) => days.contains(&day),
        }
    }
}

/// What the owner wishes for a car.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// How far in.
    pub zone: Zone,
    /// When.
    pub days: Days,
    /// When of the day to apply.
    pub window: DayWindow,
}

/// How an attempt to apply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The call is under way.
    Open,
    /// Taken by the service; with the reviewers.
    Submitted,
    /// Approved.
    Approved,
    /// Refused by the reviewers.
    Rejected,
    /// Taken back by its owner.
    Withdrawn,
    /// Refused at the door.
    Refused,
    /// Never arrived.
    DidNotHappen,
    /// Nobody can say.
    Unknown,
    /// The checks before an application said no; nothing was submitted.
    Stopped,
    /// The owner did not say yes.
    Declined,
    /// Over, and its owner has said to go on.
    Lifted,
}

/// One attempt to apply for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// First day wished for.
    pub from: Date,
    /// When it was intended.
    #[serde(with = "dates::rfc3339")]
    pub at: Timestamp,
    /// How it ended.
    pub end: End,
    /// The code of a refusal.
    pub code: Option<String>,
    /// The service's words, or ours.
    pub words: Option<Text>,
}

/// The facts about one car.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// This moment.
    pub now: Timestamp,
    /// What the service says of the car, just now.
    pub vehicle: &'a Vehicle,
    /// What the checks said, when they have been made just now.
    pub prepared: Option<&'a Prepared>,
    /// All attempts for this car, oldest first.
    pub attempts: &'a [Attempt],
    /// Rejected records that no longer stand in the way.
    pub lifted: &'a [String],
    /// The rejected record known to stand in the way.
    pub blocked_by: Option<&'a str>,
    /// A day the server did not offer when it was that day: too late for it.
    pub too_late_for: Option<Date>,
    /// Day and moment already chosen for the next application.
    pub planned: Option<(Date, Timestamp)>,
    /// Another car of the account has an application in review.
    pub other_in_review: bool,
    /// Chance, for the moment in the window.
    pub chance: u64,
}

/// Why nothing goes on without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An unhandled fine in Beijing.
    Fine,
    /// Rejected or refused for another reason.
    Rejected,
    /// No inside uses left this year.
    Quota,
    /// The account's other car has the permit.
    OneVehicle,
    /// A route has to be filed by hand.
    Route,
    /// The outcome of an application cannot be known.
    CannotKnow,
    /// The owner took the permit back.
    Withdrawn,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing to do until then.
    Rest {
        /// Look again.
        until: Timestamp,
        /// Day and moment of the next application, when one is planned.
        plan: Option<(Date, Timestamp)>,
        /// Why.
        reason: Text,
    },
    /// The service does not take the application yet, and need not.
    NotOpen {
        /// Look again.
        until: Timestamp,
        /// Why.
        reason: Text,
    },
    /// Make the checks and get the server's dates.
    Prepare {
        /// For this day.
        gap: Date,
    },
    /// Apply.
    Apply {
        /// First day.
        from: Date,
        /// Last day, when the service said how long the permit runs.
        to: Option<Date>,
    },
    /// With the reviewers.
    InReview {
        /// Look again.
        until: Timestamp,
        /// Why.
        reason: Text,
        /// When it was applied for.
        since: Option<Timestamp>,
        /// Its first day.
        from: Option<Date>,
    },
    /// Something about the records cannot be understood, or is in the middle of changing.
    Doubt {
        /// Look again.
        until: Timestamp,
        /// Why.
        reason: Text,
        /// Whether the owner should know.
        alarm: bool,
    },
    /// Needs a person.
    Blocked {
        /// Look again.
        until: Timestamp,
        /// What kind of block.
        cause: Cause,
        /// The record behind it, or a word for it; the same for the same block.
        id: String,
        /// The service's words.
        words: String,
    },
    /// A needed day cannot be asked for, and nobody here can change that.
    Alert {
        /// Look again.
        until: Timestamp,
        /// The first uncovered day.
        gap: Date,
        /// Why.
        reason: Text,
    },
    /// All wished days are past.
    Over {
        /// Why.
        reason: Text,
    },
}

/// Decides about one car.
pub fn decide(wish: &Wish, facts: &Facts<'_>) -> Decision {
    if let Some(wait) = doubt(facts)
        .or_else(|| review(facts))
        .or_else(|| unfinished(wish, facts))
    {
        return wait;
    }
    if over(wish, today(facts.now)) {
        return Decision::Over {
            reason: Text::new("列出的日子都已过去", "all the listed days are past"),
        };
    }
    let Some(gap) = next_gap(wish, facts) else {
        return all_covered(wish, facts);
    };
    let due = due_day(wish, facts, gap);
    if let Some(blocked) = blocked(wish, facts, gap, due) {
        return blocked;
    }
    if due > today(facts.now) {
        return rest_until(wish, facts, gap, due);
    }
    act(wish, facts, gap)
}

fn over(wish: &Wish, today: Date) -> bool {
    matches!(&wish.days, Days::Listed(days) if days.iter().all(|day| *day < today))
}

/// The first needed day from today that no permit covers, leaving out a today that the server no longer gives.
pub fn next_gap(wish: &Wish, facts: &Facts<'_>) -> Option<Date> {
    let today = today(facts.now);
    let open = |day: &Date| {
        wish.days.need(*day)
            && !facts.vehicle.covers(*day, wish.zone)
            && facts.too_late_for != Some(*day)
    };
    today
        .series(1.day())
        .take_while(|day| *day <= plus(today, HORIZON_DAYS))
        .find(open)
}

fn all_covered(wish: &Wish, facts: &Facts<'_>) -> Decision {
    let today = today(facts.now);
    let last = match &wish.days {
        Days::Listed(days) => days.iter().max().copied().unwrap_or(today),
        _ => plus(today, 7),
    };
    Decision::Rest {
        until: dates::midnight(plus(last.max(today), 1)),
        plan: None,
        reason: Text::new("要进京的日子都有证", "every wished day is covered"),
    }
}

/// The day on which an application for the gap is worth a question: not before the live permit's last day, and not before
/// the service looks that far ahead. A gap in front of a permit that begins later cannot wait for that permit's end.
fn due_day(wish: &Wish, facts: &Facts<'_>, gap: Date) -> Date {
    let today = today(facts.now);
    let ahead = today.max(plus(gap, -DAYS_AHEAD));
    match facts.vehicle.blocked_until(wish.zone) {
        Some(last) if last < gap => ahead.max(last),
        _ => ahead,
    }
}

fn rest_until(wish: &Wish, facts: &Facts<'_>, gap: Date, due: Date) -> Decision {
    let moment = moment(wish, facts, due);
    let covered = facts.vehicle.spans_for(wish.zone);
    let now_covered = covered.iter().find(|span| span.contains(today(facts.now)));
    let (zh, en) = match now_covered {
        Some(span) => (
            format!("有证到 {}", short(span.to)),
            format!("covered until {}", span.to),
        ),
        None => (
            "今天不需要证".to_owned(),
            "no permit needed today".to_owned(),
        ),
    };
    Decision::Rest {
        until: moment,
        plan: Some((due, moment)),
        reason: Text::new(
            format!("{zh}，{} 要续 {} 起的", short(due), short(gap)),
            format!("{en}; on {due} the permit from {gap} is applied for"),
        ),
    }
}

/// The moment of applying on that day, chosen once.
fn moment(wish: &Wish, facts: &Facts<'_>, day: Date) -> Timestamp {
    match facts.planned {
        Some((planned, moment)) if planned == day => moment,
        _ => wish.window.moment(day, facts.chance),
    }
}

/// Today is the day: wait for the moment, look at the server's flag, ask for its dates, pick one.
fn act(wish: &Wish, facts: &Facts<'_>, gap: Date) -> Decision {
    let today = today(facts.now);
    let moment = moment(wish, facts, today);
    if gap > today && facts.now < moment {
        return rest_until(wish, facts, gap, today);
    }
    if facts.vehicle.can_apply.for_zone(wish.zone) == Some(false) {
        return flag_says_no(wish, facts, gap);
    }
    let Some(prepared) = facts.prepared else {
        if facts.other_in_review {
            return Decision::Rest {
                until: after(facts.now, REVIEW_LOOKS_S[0]),
                plan: Some((today, moment)),
                reason: Text::new(
                    "另一辆车的申请还在审核，排在后面",
                    "another car's application is in review; this one comes after",
                ),
            };
        }
        return Decision::Prepare { gap };
    };
    if prepared.route_needed {
        return Decision::Blocked {
            until: next_morning(wish, facts.now),
            cause: Cause::Route,
            id: "route".to_owned(),
            words: String::new(),
        };
    }
    match pick(wish, facts, prepared, gap) {
        Some(from) => {
            let to = prepared.days.map(|days| plus(from, i64::from(days) - 1));
            Decision::Apply { from, to }
        }
        None => nothing_offered(wish, facts, prepared, gap),
    }
}

fn flag_says_no(wish: &Wish, facts: &Facts<'_>, gap: Date) -> Decision {
    let today = today(facts.now);
    let why_not = facts.vehicle.why_not.clone().unwrap_or_default();
    // A gap in front of a permit that is approved already will not open within the hour.
    let in_front = facts
        .vehicle
        .blocked_until(wish.zone)
        .is_some_and(|last| last >= gap);
    let until = if in_front {
        next_morning(wish, facts.now)
    } else {
        next_hour(wish, facts.now)
    };
    let cause = match why_not.as_str() {
        words if names_a_fine(words) => Some(Cause::Fine),
        words if words.contains("同一时间只能为一辆") => Some(Cause::OneVehicle),
        _ => None,
    };
    if let Some(cause) = cause {
        let until = next_morning(wish, facts.now);
        return Decision::Blocked {
            until,
            cause,
            id: format!("why_not:{cause:?}"),
            words: why_not,
        };
    }
    let said = if why_not.is_empty() {
        "没有说明".to_owned()
    } else {
        why_not
    };
    let pressing = gap <= plus(today, 1) && dates::beijing(facts.now).hour() >= ALARM_HOUR;
    let fine_today = !wish.days.need(today) || facts.vehicle.covers(today, wish.zone);
    if fine_today && !pressing {
        return Decision::NotOpen {
            until,
            reason: Text::new(
                format!("今天有证，服务还不让办 {} 起的，一小时后再看", short(gap)),
                format!(
                    "today is covered and the service does not take {gap} yet; looking again in an hour"
                ),
            ),
        };
    }
    Decision::Alert {
        until,
        gap,
        reason: Text::new(
            format!("{} 没有证，服务现在不让办：{said}", short(gap)),
            format!(
                "{gap} is not covered and the service does not take an application now: {said}"
            ),
        ),
    }
}

/// The first offered date that is itself needed and uncovered. For an outside permit, which costs nothing, otherwise the
/// latest date before the gap whose permit still covers it.
fn pick(wish: &Wish, facts: &Facts<'_>, prepared: &Prepared, gap: Date) -> Option<Date> {
    let today = today(facts.now);
    let free = |day: &&Date| {
        **day >= today && !facts.vehicle.covers(**day, wish.zone) && !tried(facts, **day)
    };
    let mut offered = prepared.offered.iter().filter(free);
    if let Some(day) = offered.clone().find(|day| wish.days.need(**day)) {
        return Some(*day);
    }
    let length = prepared.days.filter(|_| wish.zone == Zone::Outside)?;
    let reaches = |day: &&Date| **day < gap && gap < plus(**day, i64::from(length));
    offered.rfind(reaches).copied()
}

/// An application for that day was taken, or may have been. [`End::Lifted`] and those that surely did nothing do not count.
fn tried(facts: &Facts<'_>, day: Date) -> bool {
    let holds = |end| {
        matches!(
            end,
            End::Open | End::Submitted | End::Approved | End::Unknown | End::Withdrawn
        )
    };
    facts
        .attempts
        .iter()
        .any(|attempt| attempt.from == day && holds(attempt.end))
}

fn nothing_offered(wish: &Wish, facts: &Facts<'_>, prepared: &Prepared, gap: Date) -> Decision {
    let until = next_hour(wish, facts.now);
    let offered: Vec<String> = prepared.offered.iter().map(|day| short(*day)).collect();
    let list = if offered.is_empty() {
        "没有日期".to_owned()
    } else {
        offered.join("、")
    };
    let reason = Text::new(
        format!("要 {} 起的，服务只给：{list}", short(gap)),
        format!("{gap} is wished for; the service offers only: {list}"),
    );
    if gap <= plus(today(facts.now), 1) {
        return Decision::Alert { until, gap, reason };
    }
    Decision::NotOpen { until, reason }
}

/// An hour from now, but never at night: then the next morning's window.
fn next_hour(wish: &Wish, now: Timestamp) -> Timestamp {
    let later = after(now, 3600);
    if today(later) == today(now) {
        later
    } else {
        next_morning(wish, now)
    }
}

/// When the owner's window opens tomorrow.
fn next_morning(wish: &Wish, now: Timestamp) -> Timestamp {
    wish.window.opens(plus(today(now), 1))
}

/// That many days later, or the end of the calendar.
pub fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// That many seconds later.
pub fn after(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(now.as_second() + seconds).unwrap_or(now)
}

/// `12月3日`
pub fn short(day: Date) -> String {
    format!("{}月{}日", day.month(), day.day())
}
