//! Finding a department: hospitals by a part of their name, then the departments of one. A pasted address of a department's
//! page leads straight there.
//!
//! Both are search forms; while one types, the same lists come by themselves.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::Lang;
use daiban_providers::hospital::places::{Department, DepartmentRef, Hospital};

use super::{
    super::{
        Web,
        page::{Shell, html, html_with},
        security::Oops,
        visitor::{Fields, Me},
        words::{self, m},
    },
    known,
};
use crate::app::{DepartmentsFound, HospitalsFound};

/// So many hospitals are shown; whoever wants another writes more of its name.
const HOSPITALS_SHOWN: usize = 30;
/// So many departments are; the largest hospitals have some hundred.
const DEPARTMENTS_SHOWN: usize = 120;

/// A hospital in a list.
pub(super) struct HospitalView {
    pub(super) code: String,
    pub(super) name: String,
    /// Level, hour of release.
    pub(super) about: String,
    pub(super) maintenance: bool,
}

/// What a search for hospitals came to.
pub(super) struct Hospitals {
    pub(super) list: Vec<HospitalView>,
    /// How many are not shown.
    pub(super) more: usize,
    pub(super) error: Option<String>,
    /// Whether something was searched for.
    pub(super) asked: bool,
    /// Whether they stand in a form, as its buttons.
    pub(super) in_form: bool,
}

impl Hospitals {
    /// Nothing was asked.
    pub(super) fn none(in_form: bool) -> Self {
        Self {
            list: Vec::new(),
            more: 0,
            error: None,
            asked: false,
            in_form,
        }
    }
}

/// Searches, if there is something to search for.
pub(super) async fn hospitals(web: &Web, text: &str, in_form: bool, lang: Lang) -> Hospitals {
    let text = text.trim();
    if text.is_empty() {
        return Hospitals::none(in_form);
    }
    let found = known::hospitals(web, text).await;
    let asked = Hospitals {
        asked: true,
        ..Hospitals::none(in_form)
    };
    match found {
        Ok(found) => Hospitals {
            more: beyond(&found),
            list: shown(&found, lang),
            ..asked
        },
        Err(text) => Hospitals {
            error: Some(text.in_lang(lang).to_owned()),
            ..asked
        },
    }
}

fn beyond(found: &HospitalsFound) -> usize {
    let listed = found.hospitals.len();
    let all = found.count.and_then(|count| usize::try_from(count).ok());
    let all = all.unwrap_or(listed).max(listed);
    all - listed.min(HOSPITALS_SHOWN)
}

fn shown(found: &HospitalsFound, lang: Lang) -> Vec<HospitalView> {
    let list = found.hospitals.iter().take(HOSPITALS_SHOWN);
    list.map(|one| hospital_view(one, lang)).collect()
}

fn hospital_view(one: &Hospital, lang: Lang) -> HospitalView {
    let opens = one.opens_at.as_ref().map(|at| releases(at, lang));
    let about = [one.level.clone(), opens];
    let about: Vec<String> = about.into_iter().flatten().collect();
    HospitalView {
        code: one.code.clone(),
        name: one.name.clone(),
        about: about.join(" · "),
        maintenance: one.maintenance,
    }
}

fn releases(at: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("每天 {at} 放号"),
        Lang::En => format!("releases at {at}"),
    }
}

#[derive(Template)]
#[template(path = "hospital_find.html")]
struct FindPage {
    s: Shell,
    q: String,
    found: Hospitals,
}

#[derive(Template)]
#[template(path = "hospital_found.html")]
struct FoundPart {
    s: Shell,
    found: Hospitals,
}

/// `GET /hospital?q=`
pub(in crate::web) async fn page(
    State(web): State<Web>,
    me: Me,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let q = Fields(asked).text("q").to_owned();
    if let Ok(department) = DepartmentRef::parse("q", &q) {
        return Ok(Redirect::to(&format!("/hospital/{department}")).into_response());
    }
    let found = hospitals(&web, &q, false, me.lang).await;
    let status = status(found.error.is_some());
    let s = Shell::full(&web, &me, "hospital").await?;
    Ok(html_with(status, &FindPage { s, q, found }))
}

fn status(failed: bool) -> StatusCode {
    match failed {
        true => StatusCode::BAD_GATEWAY,
        false => StatusCode::OK,
    }
}

/// `GET /hospital/find?q=`: the list alone, while one types; with `in=form`, as buttons of a form.
pub(in crate::web) async fn part(
    State(web): State<Web>,
    me: Me,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let asked = Fields(asked);
    let in_form = asked.text("in") == "form";
    let text = ["q", "find_text"]
        .into_iter()
        .find_map(|name| asked.get(name));
    let text = text.unwrap_or_default();
    // Half an address is no name of a hospital.
    let found = match is_address(text) {
        true => Hospitals::none(in_form),
        false => hospitals(&web, text, in_form, me.lang).await,
    };
    let s = Shell::alone(me.lang, me.csrf.clone());
    Ok(html(&FoundPart { s, found }))
}

/// Whether it looks like an address or codes rather than a name.
pub(super) fn is_address(text: &str) -> bool {
    text.contains('/') || text.contains("114yygh")
}

/// Departments of one of the first level.
pub(super) struct Group {
    pub(super) name: String,
    /// Codes with slashes, and the name.
    pub(super) departments: Vec<(String, String)>,
}

/// The departments whose names contain a text, by their first level.
pub(super) fn groups(found: &DepartmentsFound, text: &str) -> (Vec<Group>, usize) {
    let text = text.trim().to_lowercase();
    let fits = |one: &&Department| {
        let has = |name: &str| name.to_lowercase().contains(&text);
        has(&one.second.name) || has(&one.first.name)
    };
    let fitting: Vec<&Department> = found.departments.iter().filter(fits).collect();
    let mut groups: Vec<Group> = Vec::new();
    let hos = found
        .hospital
        .as_ref()
        .map_or("", |hospital| &hospital.code);
    for one in fitting.iter().take(DEPARTMENTS_SHOWN) {
        let path = format!("{hos}/{}/{}", one.first.code, one.second.code);
        let department = (path, one.second.name.clone());
        match groups.iter_mut().find(|group| group.name == one.first.name) {
            Some(group) => group.departments.push(department),
            None => groups.push(Group {
                name: one.first.name.clone(),
                departments: vec![department],
            }),
        }
    }
    (groups, fitting.len().saturating_sub(DEPARTMENTS_SHOWN))
}

#[derive(Template)]
#[template(path = "hospital_departments.html")]
struct DepartmentsPage {
    s: Shell,
    hos: String,
    name: String,
    /// Hour of release, how far one can book.
    about: String,
    q: String,
    list: Departments,
}

/// The list of the page, which is also sent alone.
struct Departments {
    groups: Vec<Group>,
    more: usize,
    age: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "hospital_groups.html")]
struct DepartmentsPart {
    s: Shell,
    list: Departments,
}

async fn list_of(web: &Web, me: &Me, hos: &str, q: &str) -> (Departments, Option<String>) {
    match known::departments(web, hos).await {
        Ok(mut found) => {
            let name = found
                .hospital
                .as_ref()
                .map(|hospital| hospital.name.clone());
            // The address knows the code also where the answer does not name the hospital.
            found.hospital = Some(daiban_providers::hospital::places::Named {
                code: hos.to_owned(),
                name: String::new(),
            });
            let (groups, more) = groups(&found, q);
            let age = found
                .seen_at
                .map(|at| words::ago(me.lang, at, web.app.now()));
            let list = Departments {
                groups,
                more,
                age: age.unwrap_or_default(),
                error: None,
            };
            (list, name)
        }
        Err(text) => {
            let list = Departments {
                groups: Vec::new(),
                more: 0,
                age: String::new(),
                error: Some(text.in_lang(me.lang).to_owned()),
            };
            (list, None)
        }
    }
}

/// `GET /hospital/{hos}?q=`
pub(in crate::web) async fn departments(
    State(web): State<Web>,
    me: Me,
    Path(hos): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let q = Fields(asked).text("q").to_owned();
    let (list, name) = list_of(&web, &me, &hos, &q).await;
    let page = known::hospital(&web, &hos).await.ok();
    let name = name.or_else(|| Some(page.as_ref()?.hospital.name.clone()));
    let about = page.map(|page| about(&page.hospital, me.lang));
    let status = status(list.error.is_some());
    let page = DepartmentsPage {
        s: Shell::full(&web, &me, "hospital").await?,
        name: name.unwrap_or_else(|| hos.clone()),
        about: about.unwrap_or_default(),
        hos,
        q,
        list,
    };
    Ok(html_with(status, &page))
}

/// `GET /hospital/{hos}/find?q=`: the list alone, while one types.
pub(in crate::web) async fn departments_part(
    State(web): State<Web>,
    me: Me,
    Path(hos): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let q = Fields(asked).text("q").to_owned();
    let (list, _) = list_of(&web, &me, &hos, &q).await;
    let s = Shell::alone(me.lang, me.csrf.clone());
    Ok(html(&DepartmentsPart { s, list }))
}

fn about(hospital: &Hospital, lang: Lang) -> String {
    let opens = hospital.opens_at.as_ref().map(|at| releases(at, lang));
    let days = hospital.booking_days.map(|days| match lang {
        Lang::Zh => format!("能约 {days} 天内的"),
        Lang::En => format!("{days} days ahead"),
    });
    let down = m(lang, "hospital-down-for-maintenance-says-114");
    let down = hospital.maintenance.then(|| down.to_owned());
    let about = [hospital.level.clone(), opens, days, down];
    let about: Vec<String> = about.into_iter().flatten().collect();
    about.join(" · ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn departments_stand_under_their_first_level() {
        let one = |first: &str, second: &str, name: &str| json!({ "first": { "code": first, "name": format!("{first}科") }, "second": { "code": second, "name": name } });
        let found: DepartmentsFound = serde_json::from_value(json!({
            "hospital": { "code": "162", "name": "示例医院" },
            "departments": [one("04", "644", "消化内科门诊"), one("T007", "BH", "鼻科门诊"), one("04", "0133", "呼吸内科门诊")],
        }))
        .unwrap();
        let (all, more) = groups(&found, "");
        let names: Vec<(&str, usize)> = all
            .iter()
            .map(|group| (group.name.as_str(), group.departments.len()))
            .collect();
        assert_eq!((names, more), (vec![("04科", 2), ("T007科", 1)], 0));
        let (some, _) = groups(&found, " 内科 ");
        assert_eq!(some.len(), 1);
        assert_eq!(some[0].departments[1].0, "162/04/0133");
        assert!(groups(&found, "眼科").0.is_empty());
    }

    #[test]
    fn an_address_is_not_searched_for() {
        for address in ["https://www.114yygh.com/hos", "162/04", "114yygh.com"] {
            assert!(is_address(address), "{address}");
        }
        assert!(!is_address("儿童医院"));
    }
}
