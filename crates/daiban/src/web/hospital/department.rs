//! One department: its calendar, the places of a day, and when places appeared, as far as errands have seen.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use daiban_core::{Lang, Timestamp, dates};
use daiban_providers::hospital::places::DepartmentRef;

use super::{
    super::{
        Web,
        page::{Shell, html_with, said},
        security::Oops,
        views,
        visitor::{Fields, Me},
        words::{self, Left, m},
    },
    VISIT,
    calendar::{self, CalendarView, Marks},
    known::{self, told},
    pattern::{self, Pattern},
    slots::{self, Half},
};
use crate::{
    app::{AppError, CalendarSeen, DepartmentNames, SlotsSeen},
    say,
};

#[derive(Template)]
#[template(path = "hospital_department.html")]
struct DepartmentPage {
    s: Shell,
    hos: String,
    names: DepartmentNames,
    error: Option<String>,
    calendar: Option<CalendarView>,
    /// How old the calendar is.
    age: String,
    release: Option<Left>,
    day: Option<DayView>,
    pattern: Option<Pattern>,
    /// The form that watches this department.
    watch: Option<String>,
}

/// One day's places.
struct DayView {
    title: String,
    halves: Vec<Half>,
    age: String,
    error: Option<String>,
}

/// `GET /hospital/{hos}/{first}/{second}?date=`
pub(in crate::web) async fn page(
    State(web): State<Web>,
    me: Me,
    Path((hos, first, second)): Path<(String, String, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let (lang, now) = (me.lang, web.app.now());
    let department = DepartmentRef::parse("department", &format!("{hos}/{first}/{second}"))
        .map_err(|_| not_there(&hos))?;
    let asked = Fields(asked);
    let date = asked.get("date").filter(|date| !date.is_empty());
    let (names, _) = known::names(&web, &department).await;
    let seen = told(web.app.hospital_calendar(&department).await)?;
    let watch = watch_path(&web, &department);
    let mut status = status_of(&seen);
    let day = match date {
        Some(date) => {
            let slots = told(web.app.hospital_slots(&department, date).await)?;
            status = status.max(status_of(&slots));
            Some(day_view(date, slots, watch.as_deref(), (lang, now)))
        }
        None => None,
    };
    let appeared = web.app.hospital_appeared(&me.actor).await?;
    let mut known = appeared.get(&department.to_string()).cloned();
    if let (Some(known), Ok(seen)) = (&mut known, &seen) {
        let told = seen.calendar.release_at.map(|at| dates::beijing(at).time());
        known.releases_at = told.or(known.releases_at);
    }
    let path = format!("/hospital/{department}?date=");
    let marks = Marks {
        chosen: date.and_then(|date| date.parse().ok()),
        path: Some(&path),
        ..Marks::default()
    };
    let error = seen.as_ref().err().map(|error| said(error, lang));
    let seen = seen.ok();
    let days = seen.as_ref().map_or(&[][..], |seen| &seen.calendar.days);
    let page = DepartmentPage {
        s: Shell::full(&web, &me, "hospital").await?,
        names,
        error,
        calendar: calendar::draw("calendar", days, &marks, lang),
        age: age(seen.as_ref().and_then(|seen| seen.seen_at), lang, now),
        release: release(seen.as_ref(), lang, now),
        day,
        pattern: known.and_then(|known| pattern::draw("pattern", &known, lang, now)),
        watch,
        hos,
    };
    Ok(html_with(status, &page))
}

fn not_there(hos: &str) -> AppError {
    AppError::NotFound {
        what: "department",
        id: hos.to_owned(),
    }
}

fn status_of<T>(asked: &Result<T, AppError>) -> StatusCode {
    let Err(error) = asked else {
        return StatusCode::OK;
    };
    StatusCode::from_u16(say::status(error)).unwrap_or(StatusCode::BAD_GATEWAY)
}

/// The form for this department, where there is such an errand.
fn watch_path(web: &Web, department: &DepartmentRef) -> Option<String> {
    views::kind_of(&web.app.services(), VISIT)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("department", &department.to_string());
    Some(format!("/errands/new/{VISIT}?{}", query.finish()))
}

fn age(seen_at: Option<Timestamp>, lang: Lang, now: Timestamp) -> String {
    let Some(at) = seen_at else {
        return m(lang, "hospital-when-it-was-seen-is").to_owned();
    };
    let (at, ago) = (
        words::moment_exact(lang, at, now),
        words::ago(lang, at, now),
    );
    match lang {
        Lang::Zh => format!("{at} 看的，{ago}；会变"),
        Lang::En => format!("seen {at}, {ago}; it changes"),
    }
}

fn release(seen: Option<&CalendarSeen>, lang: Lang, now: Timestamp) -> Option<Left> {
    let at = seen?.calendar.release_at.filter(|at| *at > now)?;
    Some(words::left(lang, at, now))
}

fn day_view(
    date: &str,
    seen: Result<SlotsSeen, AppError>,
    watch: Option<&str>,
    (lang, now): (Lang, Timestamp),
) -> DayView {
    let day = date.parse().map(|day| words::day(lang, day));
    let title = day.unwrap_or_else(|_| date.to_owned());
    // From a day's list one watches for that day.
    let watch = watch.map(|form| {
        let mut query = form_urlencoded::Serializer::new(form.to_owned());
        query.append_pair("date", date);
        query.finish()
    });
    match seen {
        Ok(seen) => DayView {
            title,
            halves: slots::halves(&seen.slots, watch.as_deref(), lang),
            age: age(seen.seen_at, lang, now),
            error: None,
        },
        Err(error) => DayView {
            title,
            halves: Vec::new(),
            age: String::new(),
            error: Some(said(&error, lang)),
        },
    }
}
