//! In which form the service is spoken to. The same values come of both; the setting `dialect` chooses.
//!
//! Reading alone is here. Signing in and booking speak the form of 2022 only.

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::{Pace, Request};
use daiban_core::provider::Visit;
use jiff::civil::Date;

use super::line::Line;
use super::places::{Department, DepartmentRef, Hospital};
use super::slots::{Calendar, Slot};
use super::wire::calendar::{calendar, read_calendar};
use super::wire::catalogue::{
    self as web, HospitalList, HospitalPage, HospitalQuestion, Place, read_departments,
    read_hospital, read_hospitals,
};
use super::wire::detail::{read_slots, slots};
use super::{days, jingtong};

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The web page's, 2022–23.
    Web,
    /// 京通's, 2026. Experimental.
    Jingtong,
}

impl Dialect {
    /// The one of the settings; the web page's where none is set.
    ///
    /// # Errors
    /// `Refused` for a name that is none.
    pub(super) fn of(visit: &Visit<'_>) -> Result<Self, ServiceError> {
        match visit.settings.get("dialect").map_or("", |name| name.trim()) {
            "" | "web-2022" => Ok(Self::Web),
            "jingtong" => Ok(Self::Jingtong),
            other => Err(ServiceError::Refused {
                code: "setting".to_owned(),
                text: Text::new(
                    format!("没有「{other}」这种方式；可以填 web-2022 或 jingtong"),
                    format!("no dialect {other:?}; there are web-2022 and jingtong"),
                ),
            }),
        }
    }

    /// How many answers a whole calendar takes.
    pub(super) fn weeks(self) -> &'static [u8] {
        match self {
            Self::Web => &[1, 2],
            Self::Jingtong => &[1],
        }
    }

    /// Hospitals that a question finds.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn hospitals(
        self,
        line: &Line<'_>,
        question: &HospitalQuestion,
    ) -> Result<HospitalList, ServiceError> {
        match self {
            Self::Web => web_hospitals(line, question).await,
            Self::Jingtong => jingtong::hospitals(line, question).await,
        }
    }

    /// What a hospital's own page tells, besides what the list does.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn hospital(
        self,
        line: &Line<'_>,
        hos: &str,
    ) -> Result<HospitalPage, ServiceError> {
        match self {
            Self::Web => read_hospital(&line.ask(web::hospital(line, hos)).await?),
            // Its page is known to be there, not what is on it: the list serves.
            Self::Jingtong => Ok(HospitalPage::default()),
        }
    }

    /// Departments of a hospital.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn departments(
        self,
        line: &Line<'_>,
        hos: &str,
    ) -> Result<Vec<Department>, ServiceError> {
        match self {
            Self::Web => read_departments(&line.ask(web::departments(line, hos)).await?),
            Self::Jingtong => jingtong::departments(line, hos).await,
        }
    }

    /// What a department is called; `None` where the lists have to serve.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn department(
        self,
        line: &Line<'_>,
        department: &DepartmentRef,
    ) -> Result<Option<Place>, ServiceError> {
        if self == Self::Jingtong {
            return Ok(None);
        }
        let data = line.ask(web::department(line, department)).await?;
        web::read_department(&data, department).map(Some)
    }

    /// A week of a department's calendar; where there are no weeks, all of it.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn calendar(
        self,
        line: &Line<'_>,
        (department, week): (&DepartmentRef, u8),
        pace: Pace,
    ) -> Result<Calendar, ServiceError> {
        let told = match self {
            Self::Web => {
                let request = paced(calendar(line, department, week), pace);
                read_calendar(&line.ask(request).await?, line.now)?
            }
            Self::Jingtong => jingtong::calendar(line, department, pace).await?,
        };
        days::together([told], line.now)
    }

    /// The places of a day.
    ///
    /// # Errors
    /// One of the eight.
    pub(super) async fn slots(
        self,
        line: &Line<'_>,
        (department, date): (&DepartmentRef, Date),
        pace: Pace,
    ) -> Result<Vec<Slot>, ServiceError> {
        match self {
            Self::Web => {
                let request = paced(slots(line, department, date), pace);
                read_slots(&line.ask(request).await?)
            }
            Self::Jingtong => jingtong::slots(line, (department, date), pace).await,
        }
    }
}

/// More pages than any list has.
const MOST_PAGES: u32 = 30;

/// A page, or all of them. Where the service gives fewer a page than it is asked for, there are more pages.
async fn web_hospitals(
    line: &Line<'_>,
    question: &HospitalQuestion,
) -> Result<HospitalList, ServiceError> {
    let mut list = read_hospitals(&line.ask(web::hospitals(line, question)).await?)?;
    if question.page.is_some() {
        return Ok(list);
    }
    for page in 2..=MOST_PAGES {
        if list
            .count
            .is_none_or(|count| list.hospitals.len() as u64 >= count)
        {
            break;
        }
        let next = line.ask(web::large_page(line, question, page)).await?;
        let known = list.hospitals.len();
        for hospital in read_hospitals(&next)?.hospitals {
            if !list.hospitals.iter().any(|one| one.code == hospital.code) {
                list.hospitals.push(hospital);
            }
        }
        if list.hospitals.len() == known {
            break;
        }
    }
    Ok(list)
}

pub(super) fn paced(request: Request, pace: Pace) -> Request {
    Request { pace, ..request }
}

/// What the list and its own page tell of a hospital, together.
pub(super) fn joined(code: &str, listed: Option<&Hospital>, page: &HospitalPage) -> Hospital {
    let of_list = |value: fn(&Hospital) -> Option<String>| listed.and_then(value);
    let name = page
        .name
        .clone()
        .or_else(|| of_list(|one| Some(one.name.clone())));
    let level = page
        .level
        .clone()
        .or_else(|| of_list(|one| one.level.clone()));
    let opens_at = page
        .opens_at
        .clone()
        .or_else(|| of_list(|one| one.opens_at.clone()));
    let maintenance = page.maintenance.or(listed.map(|one| one.maintenance));
    Hospital {
        code: code.to_owned(),
        name: name.unwrap_or_else(|| code.to_owned()),
        level,
        opens_at,
        booking_days: page.booking_days,
        maintenance: maintenance.unwrap_or(false),
    }
}
