//! Hospitals and departments: requests and replies.
//!
//! *Source*: the home page and a hospital's page of the web site as described in 2022; public clients of 2021–2023. *Seen*,
//! but for `count` of the list (*guessed*).

use std::collections::HashMap;

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use serde_json::Value;

use super::told::{clock, code, items, list, missing, name_or, object, text, words};
use crate::hospital::line::Line;
use crate::hospital::places::{Department, DepartmentRef, Hospital, Named};
use crate::loose::{flag, whole};

/// Hospitals a page, as the web page asks for them.
const PAGE_SIZE: u32 = 20;
/// Hospitals a page where all are wanted (*guessed* that so many are given; where fewer are, there are more pages).
const LARGE_PAGE_SIZE: u32 = 100;

/// A question for hospitals. The ids of levels and areas are the service's, in no table we know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct HospitalQuestion {
    /// Part of a name; empty for any.
    pub text: String,
    /// `levelId`; empty for any.
    pub level: String,
    /// `areaId`; empty for any.
    pub area: String,
    /// Which page, from 1. `None`: all at once.
    pub page: Option<u32>,
}

/// Hospitals of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HospitalList {
    /// In the service's order.
    pub hospitals: Vec<Hospital>,
    /// How many there are on all pages, when told.
    pub count: Option<u64>,
}

/// What a hospital's own page tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HospitalPage {
    /// Its name.
    pub name: Option<String>,
    /// `三级甲等`
    pub level: Option<String>,
    /// When it releases places, `08:30`.
    pub opens_at: Option<String>,
    /// Days that can be booked, counted as the hospital likes.
    pub booking_days: Option<u32>,
    /// Whether it is offline.
    pub maintenance: Option<bool>,
}

/// A department with its hospital, by codes and names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The hospital.
    pub hospital: Named,
    /// First level.
    pub first: Named,
    /// Second level.
    pub second: Named,
}

/// Asks for a page of hospitals, the first where all are wanted.
#[must_use]
pub fn hospitals(line: &Line<'_>, question: &HospitalQuestion) -> Request {
    match question.page {
        Some(page) => page_of(line, question, page, PAGE_SIZE),
        None => large_page(line, question, 1),
    }
}

/// Asks for a page of a list that is wanted whole.
#[must_use]
pub fn large_page(line: &Line<'_>, question: &HospitalQuestion, page: u32) -> Request {
    page_of(line, question, page, LARGE_PAGE_SIZE)
}

fn page_of(line: &Line<'_>, question: &HospitalQuestion, page: u32, size: u32) -> Request {
    let id = |id: &str| if id.is_empty() { "0" } else { id }.to_owned();
    let query = [
        ("keywords", question.text.as_str()),
        ("levelId", &id(&question.level)),
        ("areaId", &id(&question.area)),
        ("pageNo", &page.to_string()),
        ("pageSize", &size.to_string()),
    ];
    line.get("web/hospital/list", &query, "")
}

/// Reads hospitals. A page after the last is an empty list.
///
/// # Errors
/// `Changed` without a list, or for a row without a code.
pub fn read_hospitals(data: &Value) -> Result<HospitalList, ServiceError> {
    let rows = list(data, "list", "data")?.iter().enumerate();
    let hospitals = rows.map(|(at, row)| hospital_row(row, at));
    Ok(HospitalList {
        hospitals: hospitals.collect::<Result<_, _>>()?,
        count: data
            .get("count")
            .and_then(whole)
            .and_then(|n| n.try_into().ok()),
    })
}

/// `distance` and `picture` are for the page alone.
pub(in crate::hospital) fn hospital_row(row: &Value, at: usize) -> Result<Hospital, ServiceError> {
    let code = code(row, "code", format_args!("data.list[{at}]"))?;
    Ok(Hospital {
        name: name_or(row, &code),
        code,
        level: text(row, "levelText"),
        opens_at: text(row, "openTimeText").and_then(|text| clock(&text)),
        booking_days: None,
        maintenance: row.get("maintain").and_then(flag).unwrap_or(false),
    })
}

/// Asks for a hospital's own page.
#[must_use]
pub fn hospital(line: &Line<'_>, hos: &str) -> Request {
    line.get("web/hospital/detail", &[("hosCode", hos)], &home(hos))
}

/// Reads it.
///
/// # Errors
/// `Changed` when there is no data.
pub fn read_hospital(data: &Value) -> Result<HospitalPage, ServiceError> {
    let page = object(data)?;
    let days = page.get("bookingRange").and_then(whole);
    Ok(HospitalPage {
        name: text(page, "name"),
        level: text(page, "levelText"),
        opens_at: text(page, "openTimeView").and_then(|text| clock(&text)),
        // Nobody can be booked for in no days, nor in more than a year.
        booking_days: days
            .filter(|days| (1..=366).contains(days))
            .map(|days| days as u32),
        maintenance: page.get("maintain").and_then(flag),
    })
}

/// Asks for a hospital's departments.
#[must_use]
pub fn departments(line: &Line<'_>, hos: &str) -> Request {
    line.get("web/department/hos/list", &[("hosCode", hos)], &home(hos))
}

/// Reads departments, each once. The first group is left out where it only repeats what is popular in the others.
///
/// # Errors
/// `Changed` without a list, or for a department without codes.
pub fn read_departments(data: &Value) -> Result<Vec<Department>, ServiceError> {
    let groups = list(data, "list", "data")?;
    let names = group_names(groups);
    let skipped = usize::from(groups.first().is_some_and(is_repetition));
    let mut departments = Vec::new();
    for (at, group) in groups.iter().enumerate().skip(skipped) {
        let place = format!("data.list[{at}].subList");
        let children = items(group.get("subList").unwrap_or(&Value::Null), &place)?;
        for (child_at, child) in children.iter().enumerate() {
            let place = format!("{place}[{child_at}]");
            departments.push(read_child(child, group, &names, &place)?);
        }
    }
    Ok(each_once(departments))
}

/// The first code that a booking needs is the child's own; its group's differs in some hospitals.
fn read_child(
    child: &Value,
    group: &Value,
    names: &HashMap<String, String>,
    place: &str,
) -> Result<Department, ServiceError> {
    let second = code(child, "code", place)?;
    let first = words(child, "dept1Code").or_else(|| words(group, "code"));
    let first = first.ok_or_else(|| missing(format_args!("{place}.dept1Code")))?;
    let first_name = names.get(&first).cloned();
    Ok(Department {
        first: Named {
            name: first_name.unwrap_or_else(|| name_or(group, &first)),
            code: first,
        },
        second: Named {
            name: name_or(child, &second),
            code: second,
        },
    })
}

/// A synthetic group may have no code.
fn group_names(groups: &[Value]) -> HashMap<String, String> {
    let named = groups.iter().filter_map(|group| {
        let code = words(group, "code")?;
        Some((code.clone(), name_or(group, &code)))
    });
    named.collect()
}

/// Clients leave out the first group without a look. One that is a department like the others stays.
fn is_repetition(group: &Value) -> bool {
    let own = words(group, "code").unwrap_or_default();
    let called_so = own == "hot" || text(group, "name").is_some_and(|name| name.contains("热门"));
    let mut children = group["subList"].as_array().into_iter().flatten().peekable();
    let others = |child: &Value| words(child, "dept1Code").is_some_and(|code| code != own);
    called_so || (children.peek().is_some() && children.all(others))
}

/// Children occur twice (*seen*); the first stays.
pub(in crate::hospital) fn each_once(departments: Vec<Department>) -> Vec<Department> {
    let mut seen = std::collections::HashSet::new();
    let key = |one: &Department| (one.first.code.clone(), one.second.code.clone());
    let new = departments.into_iter().filter(|one| seen.insert(key(one)));
    new.collect()
}

/// Asks what a department is called.
#[must_use]
pub fn department(line: &Line<'_>, department: &DepartmentRef) -> Request {
    let query = [
        ("firstDeptCode", department.first.as_str()),
        ("secondDeptCode", &department.second),
        ("hosCode", &department.hos),
    ];
    line.get(
        "web/department/hos/detail",
        &query,
        &source_page(department),
    )
}

/// Reads it. The codes are those asked with.
///
/// # Errors
/// `Changed` when a name is missing.
pub fn read_department(data: &Value, asked: &DepartmentRef) -> Result<Place, ServiceError> {
    let named = |name: &str, code: &str| -> Result<Named, ServiceError> {
        let told = text(object(data)?, name);
        Ok(Named {
            code: code.to_owned(),
            name: told.ok_or_else(|| missing(format_args!("data.{name}")))?,
        })
    };
    Ok(Place {
        hospital: named("hosName", &asked.hos)?,
        first: named("firstDeptName", &asked.first)?,
        second: named("secondDeptName", &asked.second)?,
    })
}

fn home(hos: &str) -> String {
    format!("hospital/{hos}/home")
}

/// The page of a department, from which its calendar is asked for.
pub(super) fn source_page(department: &DepartmentRef) -> String {
    format!("hospital/{department}/source")
}
