//! Left tickets between two stations, and journeys with one change.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daiban_core::{Lang, Timestamp, dates};
use daiban_providers::rail::tickets::Train;
use jiff::civil::Date;
use serde_json::Value;

use super::{
    super::{
        Web,
        page::{Shell, html_with, said},
        security::Oops,
        views,
        visitor::{Fields, Me},
        words::{self, m},
    },
    TICKET,
    stations::{self, Named, StationField},
    train::TrainView,
    words as say,
};
use crate::{
    app::{AppError, RailTickets, RailTransfers},
    say::status,
};

/// A page has so many trains at most; the largest cities have some hundred a day.
const TRAINS_SHOWN: usize = 60;

/// What was asked, as the form shows it again.
struct Question {
    from: StationField,
    to: StationField,
    date: String,
    date_error: Option<String>,
    today: String,
    student: bool,
}

#[derive(Template)]
#[template(path = "rail_tickets.html")]
struct TicketsPage {
    s: Shell,
    ask: Question,
    error: Option<String>,
    found: Option<Found>,
    /// Whether a train can be watched here.
    offered: bool,
}

/// Trains of a day.
struct Found {
    title: String,
    day: String,
    at: String,
    /// Between just these stations.
    trains: Vec<TrainView>,
    /// Between others of the same cities.
    others: Vec<TrainView>,
    /// More than a page takes.
    left_out: usize,
    /// The query of this question, for the page of transfers.
    query: String,
}

/// The question read, or what is wrong with it.
struct Read {
    from: Named,
    to: Named,
    date: String,
    date_error: Option<String>,
    student: bool,
}

impl Read {
    /// What can be asked with; `None` while something is open.
    fn route(&self) -> Option<(&str, &str, Date)> {
        let clear = self.from.is_clear() && self.to.is_clear() && self.date_error.is_none();
        let date = dates::parse_date("date", &self.date)
            .ok()
            .filter(|_| clear)?;
        Some((&self.from.names[0], &self.to.names[0], date))
    }

    fn question(self, now: Timestamp) -> Question {
        Question {
            from: self.from.field,
            to: self.to.field,
            today: dates::today(now).to_string(),
            date: self.date,
            date_error: self.date_error,
            student: self.student,
        }
    }
}

async fn read(web: &Web, me: &Me, asked: &Fields) -> Result<Read, AppError> {
    let station = |name: &'static str, pick: &'static str| {
        let typed = asked.get(pick).or(asked.get(name)).unwrap_or_default();
        stations::read(&web.app, me.lang, name, typed)
    };
    let (from, to) = (
        station("from", "pick_from").await?,
        station("to", "pick_to").await?,
    );
    let date = match asked.text("date") {
        // Most people look for tomorrow.
        "" => dates::today(web.app.now())
            .tomorrow()
            .map(|day| day.to_string())
            .unwrap_or_default(),
        given => given.to_owned(),
    };
    let wrong = dates::parse_date("date", &date).err();
    let date_error = wrong.filter(|_| !date.is_empty());
    Ok(Read {
        from,
        to,
        date_error: date_error.map(|wrong| wrong.text.in_lang(me.lang).to_owned()),
        date,
        student: asked.get("student").is_some(),
    })
}

/// `GET /rail?from=&to=&date=`
pub(in crate::web) async fn page(
    State(web): State<Web>,
    me: Me,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let (lang, now) = (me.lang, web.app.now());
    let read = read(&web, &me, &Fields(asked)).await?;
    let mut error = None;
    let mut found = None;
    let mut code = StatusCode::OK;
    if let Some(route) = read.route() {
        match look(&web, route, read.student).await {
            Ok(trains) => found = Some(show(&trains, route, read.student, (lang, now))),
            Err(wrong) => {
                code = failed(&wrong)?;
                error = Some(said(&wrong, lang));
            }
        }
    }
    let page = TicketsPage {
        s: Shell::full(&web, &me, "rail").await?,
        ask: read.question(now),
        error,
        found,
        offered: views::kind_of(&web.app.services(), TICKET).is_some(),
    };
    Ok(html_with(code, &page))
}

/// The status of a page that says why a service did not answer. What is wrong inside is not for this page.
fn failed(error: &AppError) -> Result<StatusCode, AppError> {
    match error {
        AppError::Store(_) | AppError::Internal(_) => Err(error.clone()),
        _ => Ok(StatusCode::from_u16(status(error)).unwrap_or(StatusCode::BAD_GATEWAY)),
    }
}

async fn look(
    web: &Web,
    (from, to, date): (&str, &str, Date),
    student: bool,
) -> Result<Vec<Train<'static>>, AppError> {
    // A city is asked for by the station that is called like it; the answer has all its stations.
    let plain = |name: &str| name.strip_suffix('市').unwrap_or(name).to_owned();
    let asked = RailTickets {
        date: date.to_string(),
        from: plain(from),
        to: plain(to),
        trains: Vec::new(),
        student,
    };
    let found = web.app.rail_tickets(&asked).await?;
    trains(found)
}

/// Trains out of a look's answer.
pub(super) fn trains(found: Value) -> Result<Vec<Train<'static>>, AppError> {
    serde_json::from_value(found).map_err(|error| AppError::Internal(format!("trains: {error}")))
}

fn show(
    trains: &[Train<'_>],
    (from, to, date): (&str, &str, Date),
    student: bool,
    (lang, now): (Lang, Timestamp),
) -> Found {
    let mut sorted: Vec<&Train<'_>> = trains.iter().collect();
    sorted.sort_by_key(|train| (train.depart.is_none(), train.depart));
    let left_out = sorted.len().saturating_sub(TRAINS_SHOWN);
    let asked = |train: &Train<'_>| {
        let fits = |name: &str, place| name.ends_with('市') || super::train::place(place) == name;
        fits(from, &train.from) && fits(to, &train.to)
    };
    let (exact, others): (Vec<&Train<'_>>, Vec<&Train<'_>>) =
        sorted.into_iter().partition(|train| asked(train));
    let view = |train: &&Train<'_>| TrainView::new(train, watch_path(train, date), lang, now);
    let room = TRAINS_SHOWN.saturating_sub(exact.len());
    let query = [("from", from), ("to", to), ("date", &date.to_string())];
    Found {
        title: format!("{from} → {to}"),
        day: words::day(lang, date),
        at: words::moment_exact(lang, now, now),
        trains: exact.iter().take(TRAINS_SHOWN).map(view).collect(),
        others: others.iter().take(room).map(view).collect(),
        left_out,
        query: query_of(&query, student),
    }
}

/// The form that watches one train.
fn watch_path(train: &Train<'_>, date: Date) -> String {
    let (from, to) = (
        super::train::place(&train.from),
        super::train::place(&train.to),
    );
    let date = date.to_string();
    let pairs = [
        ("from", from.as_str()),
        ("to", &to),
        ("date", &date),
        ("train", &train.train),
    ];
    format!("/errands/new/{TICKET}?{}", query_of(&pairs, false))
}

fn query_of(pairs: &[(&str, &str)], student: bool) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    if student {
        query.append_pair("student", "1");
    }
    query.finish()
}

#[derive(Template)]
#[template(path = "rail_transfers.html")]
struct TransfersPage {
    s: Shell,
    ask: Question,
    error: Option<String>,
    title: String,
    day: String,
    journeys: Option<Vec<Journey>>,
    query: String,
}

/// A journey with one change.
struct Journey {
    legs: Vec<Leg>,
    change: String,
    duration: String,
}

/// One train of it.
struct Leg {
    train: String,
    depart: String,
    from: String,
    arrive: String,
    to: String,
    seats: String,
}

/// `GET /rail/transfers?from=&to=&date=`
pub(in crate::web) async fn transfers(
    State(web): State<Web>,
    me: Me,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let (lang, now) = (me.lang, web.app.now());
    let read = read(&web, &me, &Fields(asked)).await?;
    let (mut error, mut journeys, mut code) = (None, None, StatusCode::OK);
    let (mut title, mut day, mut query) = (String::new(), String::new(), String::new());
    if let Some((from, to, date)) = read.route() {
        title = format!("{from} → {to}");
        day = words::day(lang, date);
        let pairs = [("from", from), ("to", to), ("date", &date.to_string())];
        query = query_of(&pairs, read.student);
        let asked = RailTransfers {
            date: date.to_string(),
            from: from.to_owned(),
            to: to.to_owned(),
            student: read.student,
            standing: false,
        };
        match web.app.rail_transfers(&asked).await {
            Ok(found) => journeys = Some(journeys_in(&found, lang)),
            Err(wrong) => {
                code = failed(&wrong)?;
                error = Some(said(&wrong, lang));
            }
        }
    }
    let page = TransfersPage {
        s: Shell::full(&web, &me, "rail").await?,
        ask: read.question(now),
        error,
        title,
        day,
        journeys,
        query,
    };
    Ok(html_with(code, &page))
}

fn journeys_in(found: &Value, lang: Lang) -> Vec<Journey> {
    let journeys = found.as_array().into_iter().flatten();
    journeys.map(|journey| one_journey(journey, lang)).collect()
}

fn one_journey(journey: &Value, lang: Lang) -> Journey {
    let unknown = || m(lang, "shell-unknown").to_owned();
    let span = |name: &str| {
        journey[name]
            .as_i64()
            .map_or_else(unknown, |minutes| say::duration(lang, minutes))
    };
    let place = match journey["same_station"].as_bool() {
        Some(true) => m(lang, "rail-change-in-the-same-station"),
        Some(false) => m(lang, "rail-change-to-another-station"),
        None => m(lang, "rail-where-to-change-is-unknown"),
    };
    let legs = journey["legs"].as_array().into_iter().flatten();
    Journey {
        legs: legs.map(|leg| one_leg(leg, lang)).collect(),
        change: format!("{place} · {} {}", m(lang, "rail-wait"), span("wait_min")),
        duration: span("duration_min"),
    }
}

fn one_leg(leg: &Value, lang: Lang) -> Leg {
    let unknown = || m(lang, "shell-unknown").to_owned();
    let text = |value: &Value| value.as_str().map_or_else(unknown, str::to_owned);
    let moment = |name: &str| {
        leg[name]
            .as_str()
            .and_then(|at| at.parse::<Timestamp>().ok())
    };
    let depart = moment("depart");
    let left = leg["seats"].as_array().into_iter().flatten();
    let left: Vec<String> = left
        .filter_map(|seat| serde_json::from_value(seat.clone()).ok())
        .filter(|seat: &daiban_providers::rail::seats::Seat| seat.left.number() != Some(0))
        .map(|seat| {
            let price = seat.price_fen.map(|fen| say::money(i64::from(fen)));
            format!(
                "{} {} {}",
                say::class(lang, seat.code),
                say::left(lang, seat.left),
                price.unwrap_or_default()
            )
            .trim_end()
            .to_owned()
        })
        .collect();
    Leg {
        train: text(&leg["train"]),
        depart: depart.map_or_else(unknown, say::clock),
        from: text(&leg["from"]["name"]),
        arrive: moment("arrive").map_or_else(unknown, |arrive| {
            say::arrival(lang, arrive, depart.map(dates::today))
        }),
        to: text(&leg["to"]["name"]),
        seats: if left.is_empty() {
            m(lang, "rail-no-tickets").to_owned()
        } else {
            left.join(" · ")
        },
    }
}
