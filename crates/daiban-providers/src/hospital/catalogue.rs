//! Hospitals and departments: the public looks, kept with their age and shared by all who ask.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"hospitals","text"?,"level"?,"area"?,"page"?}` | `{"hospitals":[`[`Hospital`]`],"count","seen_at"}`; all at once without `page` |
//! | `{"do":"hospital","hos"}` | a [`Hospital`] with `seen_at` |
//! | `{"do":"departments","hos","text"?}` | `{"hospital":`[`Named`]`\|null,"departments":[`[`Department`]`],"seen_at"}` |
//! | `{"do":"department","department"}` | a [`Place`], by codes or the address of its page |

use daiban_core::Text;
use daiban_core::Timestamp;
use daiban_core::dates::rfc3339;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Hospitals;
use super::dialect::{Dialect, joined};
use super::line::Line;
use super::places::{Department, DepartmentRef, Hospital, Named, is_code};
use super::shelf::{Old, Seen, Shelf};
use super::wire::catalogue::{HospitalList, HospitalPage, HospitalQuestion, Place};
use crate::body::{asked, invalid};

/// The list and the departments change every few weeks.
pub(super) const LISTS_FOR: SignedDuration = SignedDuration::from_hours(24);
/// A hospital's own page tells when it releases places, which hospitals change.
const PAGES_FOR: SignedDuration = SignedDuration::from_hours(6);

/// What is known of hospitals and departments, and since when.
#[derive(Debug)]
pub(super) struct CatalogueMemory {
    lists: Shelf<HospitalQuestion, HospitalList>,
    pages: Shelf<String, HospitalPage>,
    departments: Shelf<String, Vec<Department>>,
    places: Shelf<DepartmentRef, Option<Place>>,
}

impl Default for CatalogueMemory {
    /// Beijing has some 300 hospitals.
    fn default() -> Self {
        Self {
            lists: Shelf::new(100),
            pages: Shelf::new(400),
            departments: Shelf::new(400),
            places: Shelf::new(400),
        }
    }
}

/// Answers `hospitals`, `hospital`, `departments` and `department`; `None` when the body is another's.
pub(super) async fn look(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    let reading = Reading::of(hospitals, visit);
    Some(match body.get("do").and_then(Value::as_str)? {
        "hospitals" => async { reading?.look_hospitals(asked(body)?).await }.await,
        "hospital" => async { reading?.look_hospital(asked(body)?).await }.await,
        "departments" => async { reading?.look_departments(asked(body)?).await }.await,
        "department" => async { reading?.look_department(asked(body)?).await }.await,
        _ => return None,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HospitalsWish {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    level: Option<String>,
    #[serde(default)]
    area: Option<String>,
    #[serde(default)]
    page: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HospitalWish {
    hos: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentsWish {
    hos: String,
    #[serde(default)]
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentWish {
    department: String,
}

/// The catalogue during one visit: what is kept, and the line for what is not.
pub(super) struct Reading<'a> {
    memory: &'a CatalogueMemory,
    line: Line<'a>,
    dialect: Dialect,
}

impl<'a> Reading<'a> {
    /// The catalogue for a visit.
    ///
    /// # Errors
    /// `Refused` for a setting that is missing or odd.
    pub(super) fn of(hospitals: &'a Hospitals, visit: &'a Visit<'_>) -> Result<Self, ServiceError> {
        Ok(Self {
            memory: &hospitals.catalogue,
            line: Line::of(visit)?,
            dialect: Dialect::of(visit)?,
        })
    }

    async fn look_hospitals(&self, wish: HospitalsWish) -> Result<Value, ServiceError> {
        let question = wish.question().map_err(invalid)?;
        let seen = self.hospitals(question, Old::Serves).await?;
        Ok(json!({
            "hospitals": seen.answer.hospitals,
            "count": seen.answer.count,
            "seen_at": rfc3339(seen.at),
        }))
    }

    async fn look_hospital(&self, wish: HospitalWish) -> Result<Value, ServiceError> {
        check_code("hos", &wish.hos)?;
        let page = self.page(&wish.hos).await?;
        let mut seen_at = page.at;
        let mut listed = None;
        if page.answer.name.is_none() || page.answer.level.is_none() {
            let list = self.all_hospitals(Old::Serves).await;
            // Without the list a page is worth telling; without a page there is only the list.
            let list = match list {
                Err(error) if *page.answer == HospitalPage::default() => return Err(error),
                list => list.ok(),
            };
            seen_at = list.as_ref().map_or(seen_at, |list| list.at.min(seen_at));
            listed = list.and_then(|list| find(&list.answer, &wish.hos).cloned());
        }
        if listed.is_none() && *page.answer == HospitalPage::default() {
            return Err(no_such_hospital());
        }
        let hospital = joined(&wish.hos, listed.as_ref(), &page.answer);
        Ok(with_age(json!(hospital), seen_at))
    }

    async fn look_departments(&self, wish: DepartmentsWish) -> Result<Value, ServiceError> {
        check_code("hos", &wish.hos)?;
        let span = LISTS_FOR;
        let seen = self.departments(&wish.hos, span, Old::Serves).await?;
        let text = wish.text.unwrap_or_default().trim().to_lowercase();
        let all = seen.answer.iter();
        let departments: Vec<&Department> = all.filter(|one| mentions(one, &text)).collect();
        Ok(json!({
            "hospital": self.named(&wish.hos).await,
            "departments": departments,
            "seen_at": rfc3339(seen.at),
        }))
    }

    async fn look_department(&self, wish: DepartmentWish) -> Result<Value, ServiceError> {
        let department = DepartmentRef::parse("department", &wish.department).map_err(invalid)?;
        let fetch = self.dialect.department(&self.line, &department);
        let places = &self.memory.places;
        let kept = (LISTS_FOR, Old::Serves);
        let seen = places
            .get(department.clone(), kept, self.line.now, fetch)
            .await?;
        match seen.answer.as_ref() {
            Some(place) => Ok(json!(place)),
            None => self
                .place_in_lists(&department)
                .await
                .map(|place| json!(place)),
        }
    }

    /// What a department is called, where the service has no call for that.
    async fn place_in_lists(&self, department: &DepartmentRef) -> Result<Place, ServiceError> {
        let span = LISTS_FOR;
        let list = self.departments(&department.hos, span, Old::Serves).await?;
        let found = list.answer.iter().find(|one| is(one, department));
        let found = found.cloned().ok_or_else(no_such_department)?;
        let unnamed = || Named {
            code: department.hos.clone(),
            name: department.hos.clone(),
        };
        Ok(Place {
            hospital: self.named(&department.hos).await.unwrap_or_else(unnamed),
            first: found.first,
            second: found.second,
        })
    }

    /// The list of hospitals, whole.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn all_hospitals(&self, old: Old) -> Result<Seen<HospitalList>, ServiceError> {
        self.hospitals(HospitalQuestion::default(), old).await
    }

    async fn hospitals(
        &self,
        question: HospitalQuestion,
        old: Old,
    ) -> Result<Seen<HospitalList>, ServiceError> {
        let asked = question.clone();
        let fetch = self.dialect.hospitals(&self.line, &asked);
        let lists = &self.memory.lists;
        lists
            .get(question, (LISTS_FOR, old), self.line.now, fetch)
            .await
    }

    async fn page(&self, hos: &str) -> Result<Seen<HospitalPage>, ServiceError> {
        let fetch = self.dialect.hospital(&self.line, hos);
        let pages = &self.memory.pages;
        let kept = (PAGES_FOR, Old::Serves);
        pages.get(hos.to_owned(), kept, self.line.now, fetch).await
    }

    /// The departments of a hospital.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn departments(
        &self,
        hos: &str,
        span: SignedDuration,
        old: Old,
    ) -> Result<Seen<Vec<Department>>, ServiceError> {
        let fetch = self.dialect.departments(&self.line, hos);
        let departments = &self.memory.departments;
        departments
            .get(hos.to_owned(), (span, old), self.line.now, fetch)
            .await
    }

    /// The name of a hospital from the list; `None` where the list cannot be had or lacks it.
    async fn named(&self, hos: &str) -> Option<Named> {
        let list = self.all_hospitals(Old::Serves).await.ok()?;
        let hospital = find(&list.answer, hos)?;
        Some(Named {
            code: hospital.code.clone(),
            name: hospital.name.clone(),
        })
    }
}

impl HospitalsWish {
    fn question(self) -> Result<HospitalQuestion, InvalidInput> {
        if self.page == Some(0) {
            let (zh, en) = ("页码从 1 开始", "pages are counted from 1");
            return Err(InvalidInput::new("page", zh, en));
        }
        Ok(HospitalQuestion {
            text: self.text.unwrap_or_default().trim().to_owned(),
            level: id("level", self.level)?,
            area: id("area", self.area)?,
            page: self.page,
        })
    }
}

/// An id of a level or an area; `0` is any.
fn id(field: &str, told: Option<String>) -> Result<String, InvalidInput> {
    let told = told.unwrap_or_default();
    let told = told.trim().trim_start_matches('0');
    if told.len() > 6 || !told.bytes().all(|b| b.is_ascii_digit()) {
        let (zh, en) = (
            "应是平台的编号，例如 3",
            "should be the service's number, such as 3",
        );
        return Err(InvalidInput::new(field, zh, en));
    }
    Ok(told.to_owned())
}

/// Refuses what can be no code, before it gets into an address.
///
/// # Errors
/// `Refused` with `invalid_input:` and the field.
pub(super) fn check_code(field: &str, code: &str) -> Result<(), ServiceError> {
    if is_code(code) {
        return Ok(());
    }
    let (zh, en) = (
        "不像平台的编码，例如 162",
        "is no code of the service, such as 162",
    );
    Err(invalid(InvalidInput::new(field, zh, en)))
}

/// A value with the moment it was seen.
pub(super) fn with_age(mut value: Value, at: Timestamp) -> Value {
    value["seen_at"] = json!(rfc3339(at));
    value
}

/// A hospital of a list.
pub(super) fn find<'a>(list: &'a HospitalList, hos: &str) -> Option<&'a Hospital> {
    list.hospitals.iter().find(|one| one.code == hos)
}

/// Whether it is this department.
pub(super) fn is(one: &Department, department: &DepartmentRef) -> bool {
    one.first.code == department.first && one.second.code == department.second
}

fn mentions(one: &Department, text: &str) -> bool {
    let words = [&one.first.name, &one.second.name, &one.second.code];
    words.iter().any(|word| word.to_lowercase().contains(text))
}

fn no_such_hospital() -> ServiceError {
    ServiceError::Refused {
        code: "no_hospital".to_owned(),
        text: Text::new("平台没有这家医院", "the service has no such hospital"),
    }
}

fn no_such_department() -> ServiceError {
    ServiceError::Refused {
        code: "no_department".to_owned(),
        text: Text::new(
            "这家医院没有这个科室",
            "the hospital has no such department",
        ),
    }
}
