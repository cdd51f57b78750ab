//! May a paid query be sent? Facts in, decision with its reason out.
//!
//! Cheap first: a fresh stored answer costs nothing; after a clear no, an unclear end or a used-up budget nothing is
//! sent by itself. A person who says "spend one call" is always heard.

use daiban_core::{
    Text, Timestamp,
    account::Settings,
    call::{Call, CallState, Charged, Outcome},
    dates,
    error::ServiceError,
    provider::{Book, Gate},
};
use jiff::SignedDuration;
use serde_json::Value;

use super::{
    error::{Class, RETRY_AFTER_S, charged_for, class_of},
    fines::{Check, Meaning, Source},
};

/// Price of one call in fen when the owner has not set one: the middle of the page's 0.12 to 0.14 yuan (*documented*).
pub const DEFAULT_PRICE_FEN: u32 = 14;
/// Days a stored answer is good for.
pub const DEFAULT_FRESH_DAYS: u32 = 7;
/// A car is never asked about twice within a day without a person's word.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An earlier query of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// When it was sent.
    pub at: Timestamp,
    /// About which car.
    pub plate: String,
    /// What the service said; `None`: it never answered, or unreadably.
    pub class: Option<Class>,
    /// What it cost.
    pub charged: Charged,
}

/// All that decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// This moment.
    pub now: Timestamp,
    /// The car asked about.
    pub plate: String,
    /// The newest stored answer for that car.
    pub stored: Option<Check>,
    /// The account's queries of this month, oldest first.
    pub past: Vec<Past>,
    /// Price of one call in fen.
    pub price_fen: u32,
    /// What may be spent in a civil month without a person's word, in fen.
    pub monthly_budget_fen: u32,
    /// Days a stored answer is good for; at least one.
    pub fresh_days: u32,
    /// A person said to spend one call.
    pub spend: bool,
    /// The owner agreed to this one call beforehand.
    pub agreed: bool,
}

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Ask the service.
    Send,
    /// The stored answer is good until then.
    Stored(Box<Check>, Timestamp),
    /// Not now; may pass by itself at that moment.
    Later(Timestamp, Text),
    /// Not without a person; a word for programs and the reason.
    Refuse(&'static str, Text),
}

/// Decides about one query.
pub fn decide(facts: &Facts) -> Decision {
    if facts.spend {
        return Decision::Send;
    }
    if let Some((check, until)) = fresh(facts) {
        return Decision::Stored(Box::new(check), until);
    }
    if let Some(refusal) = stopped(facts) {
        return refusal;
    }
    if let Some((until, why)) = too_soon(facts) {
        return Decision::Later(until, why);
    }
    within_budget(facts)
}

/// The stored answer, while it is good.
fn fresh(facts: &Facts) -> Option<(Check, Timestamp)> {
    let check = facts.stored.as_ref()?;
    let days = match (check.meaning, check.answer_code) {
        // "No data" and debug data say little, so they are kept only as long as a repeat would be rude.
        (Meaning::NothingFound, Some(10025)) | (Meaning::Debug, _) => 1,
        _ => facts.fresh_days.max(1),
    };
    let until = later(
        check.checked_at,
        SignedDuration::from_hours(24 * i64::from(days)),
    );
    (facts.now < until).then(|| (check.from_cache(), until))
}

/// A clear no that nobody has dealt with yet: the newest answer of the account, whichever car it was about; a refusal
/// of one car's details stops that car only.
fn stopped(facts: &Facts) -> Option<Decision> {
    let concerns = |past: &&Past| past.plate == facts.plate || past.class != Some(Class::Input);
    let last = facts
        .past
        .iter()
        .rev()
        .filter(concerns)
        .find_map(|past| past.class)?;
    if !last.stops_automatic_queries() {
        return None;
    }
    let word = match last {
        Class::StopAccount => "stopped",
        Class::Input => "input",
        Class::Unknown => "unknown_code",
        Class::OurBug => "changed",
        _ => "settings",
    };
    let next = last.next_step();
    Some(Decision::Refuse(
        word,
        Text::new(
            format!(
                "上次查询被拒绝：{}。处理好后请手动查一次（--spend）",
                next.zh
            ),
            format!(
                "the last query was refused: {}. When done, check once by hand (--spend)",
                next.en
            ),
        ),
    ))
}

/// After an end that nobody understands, a day; after a failure of the provider, minutes, and after two, a day.
fn too_soon(facts: &Facts) -> Option<(Timestamp, Text)> {
    let mut same_car = facts
        .past
        .iter()
        .rev()
        .filter(|past| past.plate == facts.plate);
    let last = same_car.next()?;
    let (wait, why) = match last.class {
        None => (
            DAY,
            Text::new(
                "上次查询没有得到可读的回答，可能已扣费，不马上重发",
                "the last query got no readable answer and may have been charged; not repeated at once",
            ),
        ),
        Some(Class::Transient) => {
            let twice = same_car
                .next()
                .is_some_and(|past| past.class == Some(Class::Transient));
            let wait = if twice {
                DAY
            } else {
                SignedDuration::from_secs(i64::from(RETRY_AFTER_S))
            };
            (
                wait,
                Text::new(
                    "服务商刚刚出错，稍后再试",
                    "the provider failed just now; trying again later",
                ),
            )
        }
        Some(_) => return None,
    };
    let until = later(last.at, wait);
    (facts.now < until).then_some((until, why))
}

fn within_budget(facts: &Facts) -> Decision {
    let spent = spent_fen(facts);
    if facts.agreed && facts.monthly_budget_fen == 0 {
        return Decision::Send;
    }
    if spent.saturating_add(facts.price_fen) <= facts.monthly_budget_fen {
        return Decision::Send;
    }
    let (spent, budget, price) = (
        yuan(spent),
        yuan(facts.monthly_budget_fen),
        yuan(facts.price_fen),
    );
    let text = if facts.monthly_budget_fen == 0 {
        Text::new(
            format!(
                "没有设置每月预算，不会自动花钱（一次约 {price} 元）。可手动查一次（--spend）或设置预算"
            ),
            format!(
                "no monthly budget is set, so nothing is spent by itself (about {price} yuan a call). Check once by hand (--spend) or set a budget"
            ),
        )
    } else {
        Text::new(
            format!("本月已用 {spent} 元，预算 {budget} 元，再查一次约 {price} 元，超出预算"),
            format!(
                "{spent} of {budget} yuan are used this month; one more call of about {price} yuan goes beyond it"
            ),
        )
    };
    Decision::Refuse("budget", text)
}

/// What this civil month (Asia/Shanghai) has cost so far in fen; a call that may have been billed counts.
pub fn spent_fen(facts: &Facts) -> u32 {
    let month = |at: Timestamp| dates::today(at).first_of_month();
    let this = month(facts.now);
    let counts = |past: &&Past| past.charged != Charged::No && month(past.at) == this;
    let calls = facts.past.iter().filter(counts).count();
    u32::try_from(calls)
        .unwrap_or(u32::MAX)
        .saturating_mul(facts.price_fen)
}

/// The engine's gate: reads the facts out of the account's book, decides, and says it in the engine's words.
pub fn gate(book: &Book<'_>, body: &Value) -> Gate {
    if body["do"] != "query" {
        return Gate::Send;
    }
    match decide(&facts(book, body)) {
        Decision::Send => Gate::Send,
        Decision::Stored(check, _) => Gate::Answer(check.to_value()),
        Decision::Later(until, text) => Gate::Refuse(ServiceError::Closed {
            opens_at: Some(until),
            text,
        }),
        Decision::Refuse(word, text) => Gate::Refuse(ServiceError::Refused {
            code: word.to_owned(),
            text,
        }),
    }
}

/// The facts as the book has them. Rows of other acts and answers that cost no request are left out.
pub fn facts(book: &Book<'_>, body: &Value) -> Facts {
    let plate = body["plate"].as_str().unwrap_or_default().to_owned();
    let fresh_days = body["fresh_days"]
        .as_u64()
        .and_then(|days| u32::try_from(days).ok());
    Facts {
        now: book.now,
        stored: stored(book, &plate),
        past: past(book, &plate),
        price_fen: number(book.settings, "price_fen", DEFAULT_PRICE_FEN),
        monthly_budget_fen: number(book.settings, "monthly_budget_fen", 0),
        fresh_days: fresh_days
            .unwrap_or_else(|| number(book.settings, "fresh_days", DEFAULT_FRESH_DAYS)),
        spend: body["spend"] == true,
        agreed: body["agreed"] == true,
        plate,
    }
}

fn number(settings: &Settings, name: &str, otherwise: u32) -> u32 {
    settings
        .get(name)
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(otherwise)
}

/// The newest answer about the car: the one kept under its name, or one in this month's rows.
fn stored(book: &Book<'_>, plate: &str) -> Option<Check> {
    let kept = book.last.and_then(|snapshot| snapshot.result.as_ref().ok());
    let rows = book.ledger.iter().filter_map(|call| match &call.outcome {
        Some(Outcome::Done(value)) => Some(value),
        _ => None,
    });
    let checks = kept.into_iter().chain(rows).filter_map(Check::from_value);
    checks
        .filter(|check| check.plate == plate)
        .max_by_key(|check| check.checked_at)
}

fn past(book: &Book<'_>, plate: &str) -> Vec<Past> {
    let mut past: Vec<Past> = book.ledger.iter().filter_map(past_of).collect();
    // A refusal of last month is no longer among the rows, but still stands.
    if let (true, Some(last)) = (past.is_empty(), book.last)
        && let Err(error) = &last.result
        && let Some(class) = class_of(error)
    {
        past.push(Past {
            at: last.at,
            plate: plate.to_owned(),
            class: Some(class),
            charged: Charged::No,
        });
    }
    past
}

fn past_of(call: &Call) -> Option<Past> {
    let body = &call.call.body;
    let at = call.sent_at.filter(|_| body["do"] == "query")?;
    let (class, charged) = match &call.outcome {
        None if matches!(call.state, CallState::Sent | CallState::Unsure) => (None, Charged::Maybe),
        None | Some(Outcome::DidNotHappen(_)) => return None,
        Some(Outcome::Unknown(_) | Outcome::Failed(ServiceError::Unsure { .. })) => {
            (None, Charged::Maybe)
        }
        Some(Outcome::Failed(error)) => (Some(class_of(error)?), charged_for(error)),
        Some(Outcome::Done(value)) => {
            let check = Check::from_value(value).filter(|check| check.source == Source::Live)?;
            (Some(check.class()), check.charged)
        }
    };
    let plate = body["plate"].as_str().unwrap_or_default().to_owned();
    Some(Past {
        at,
        plate,
        class,
        charged: call.charged.unwrap_or(charged),
    })
}

/// Fen as yuan with two decimals.
fn yuan(fen: u32) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// That much later; the end of time stays where it is.
pub(super) fn later(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}
