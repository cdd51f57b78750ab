//! A department's calendar and the places of a day: the public looks.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"calendar","hos","first","second","week"?,"watch"?}` | a [`Calendar`] with `seen_at`; both weeks without `week` |
//! | `{"do":"slots","hos","first","second","date","watch"?}` | `{"slots":[`[`Slot`]`],"seen_at"}` |
//!
//! A person's look is a step, and one made a moment ago serves again. A look that watches is a poll, a quick one around a
//! release, and never an old answer.
//!
//! [`Slot`]: super::slots::Slot

use daiban_core::Timestamp;
use daiban_core::dates::{self, rfc3339};
use daiban_core::error::ServiceError;
use daiban_core::http::Pace;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use jiff::SignedDuration;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Hospitals;
use super::catalogue::{check_code, with_age};
use super::days;
use super::dialect::Dialect;
use super::line::Line;
use super::places::DepartmentRef;
use super::shelf::{Old, Seen, Shelf};
use super::slots::{Calendar, Slot};
use crate::body::{asked, invalid};

/// A person who looks again so soon is shown the same.
const YOUNG: SignedDuration = SignedDuration::from_secs(20);

/// What was seen a moment ago.
#[derive(Debug)]
pub(super) struct CalendarMemory {
    weeks: Shelf<(DepartmentRef, u8), Calendar>,
    slots: Shelf<(DepartmentRef, Date), Vec<Slot>>,
}

impl Default for CalendarMemory {
    fn default() -> Self {
        Self {
            weeks: Shelf::new(200),
            slots: Shelf::new(200),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarWish {
    hos: String,
    first: String,
    second: String,
    #[serde(default)]
    week: Option<u8>,
    #[serde(default)]
    watch: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotsWish {
    hos: String,
    first: String,
    second: String,
    date: String,
    #[serde(default)]
    watch: bool,
}

/// Answers `calendar` and `slots`; `None` when the body is another's.
pub(super) async fn look(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body.get("do").and_then(Value::as_str)? {
        "calendar" => look_calendar(hospitals, visit, body).await,
        "slots" => look_slots(hospitals, visit, body).await,
        _ => return None,
    })
}

async fn look_calendar(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Result<Value, ServiceError> {
    let wish: CalendarWish = asked(body)?;
    let department = department(wish.hos, wish.first, wish.second)?;
    if !matches!(wish.week, None | Some(1 | 2)) {
        let (zh, en) = ("只有第 1 周和第 2 周", "there are weeks 1 and 2");
        return Err(invalid(InvalidInput::new("week", zh, en)));
    }
    let looking = Looking::of(hospitals, visit, department, wish.watch)?;
    match wish.week {
        Some(week) => {
            let seen = looking.week(week).await?;
            Ok(with_age(json!(*seen.answer), seen.at))
        }
        None => looking.all_weeks().await,
    }
}

async fn look_slots(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Result<Value, ServiceError> {
    let wish: SlotsWish = asked(body)?;
    let date = dates::parse_date("date", &wish.date).map_err(invalid)?;
    let department = department(wish.hos, wish.first, wish.second)?;
    let looking = Looking::of(hospitals, visit, department, wish.watch)?;
    let seen = looking.slots(date).await?;
    Ok(json!({ "slots": *seen.answer, "seen_at": rfc3339(seen.at) }))
}

fn department(hos: String, first: String, second: String) -> Result<DepartmentRef, ServiceError> {
    for (field, code) in [("hos", &hos), ("first", &first), ("second", &second)] {
        check_code(field, code)?;
    }
    Ok(DepartmentRef { hos, first, second })
}

/// One look at one department.
struct Looking<'a> {
    hospitals: &'a Hospitals,
    line: Line<'a>,
    dialect: Dialect,
    department: DepartmentRef,
    watch: bool,
}

impl<'a> Looking<'a> {
    fn of(
        hospitals: &'a Hospitals,
        visit: &'a Visit<'_>,
        department: DepartmentRef,
        watch: bool,
    ) -> Result<Self, ServiceError> {
        Ok(Self {
            hospitals,
            line: Line::of(visit)?,
            dialect: Dialect::of(visit)?,
            department,
            watch,
        })
    }

    /// All weeks as one calendar, as old as its oldest week. A later week that cannot be had is named and not made up.
    async fn all_weeks(&self) -> Result<Value, ServiceError> {
        let (mut seen_at, mut missing) = (self.line.now, None);
        let mut calendars = Vec::new();
        for week in self.dialect.weeks() {
            match self.week(*week).await {
                Ok(seen) => {
                    seen_at = seen_at.min(seen.at);
                    calendars.push(Calendar::clone(&seen.answer));
                }
                Err(error) if calendars.is_empty() || !is_of_this_week(&error) => {
                    return Err(error);
                }
                Err(error) => missing = Some(error.text().clone()),
            }
        }
        let calendar = days::together(calendars, self.line.now)?;
        let mut answer = with_age(json!(calendar), seen_at);
        if let Some(text) = missing {
            answer["missing"] = json!(text);
        }
        Ok(answer)
    }

    async fn week(&self, week: u8) -> Result<Seen<Calendar>, ServiceError> {
        if self.watch {
            return self.watch_week(week).await;
        }
        let weeks = &self.hospitals.calendars.weeks;
        let key = (self.department.clone(), week);
        let fetch = self.fetch_week(week, Pace::Step);
        weeks
            .get(key, (YOUNG, Old::IsNone), self.line.now, fetch)
            .await
    }

    async fn watch_week(&self, week: u8) -> Result<Seen<Calendar>, ServiceError> {
        let pace = self
            .hospitals
            .releases
            .open()
            .pace(&self.department, self.line.now);
        let calendar = self.fetch_week(week, pace).await?;
        let mut releases = self.hospitals.releases.open();
        releases.saw(&self.department, &calendar.days, self.line.now);
        let key = (self.department.clone(), week);
        Ok(self
            .hospitals
            .calendars
            .weeks
            .keep(&key, self.line.now, calendar))
    }

    async fn fetch_week(&self, week: u8, pace: Pace) -> Result<Calendar, ServiceError> {
        let asked = (&self.department, week);
        let calendar = self.dialect.calendar(&self.line, asked, pace).await?;
        if let Some(release) = calendar.release_at {
            let mut releases = self.hospitals.releases.open();
            releases.tell(&self.department, release, self.line.now);
        }
        Ok(calendar)
    }

    async fn slots(&self, date: Date) -> Result<Seen<Vec<Slot>>, ServiceError> {
        let shelf = &self.hospitals.calendars.slots;
        let (key, asked) = ((self.department.clone(), date), (&self.department, date));
        let now: Timestamp = self.line.now;
        if !self.watch {
            let fetch = self.dialect.slots(&self.line, asked, Pace::Step);
            return shelf.get(key, (YOUNG, Old::IsNone), now, fetch).await;
        }
        let pace = self
            .hospitals
            .releases
            .open()
            .slots_pace(&self.department, date, now);
        let slots = self.dialect.slots(&self.line, asked, pace).await?;
        Ok(shelf.keep(&key, now, slots))
    }
}

/// Some hospitals have no second week, and the service then says that it is busy (*seen*). A ban, a lost sign-in or another
/// form is about all of it.
fn is_of_this_week(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::Busy { .. } | ServiceError::Refused { .. } | ServiceError::Unreachable { .. }
    )
}
