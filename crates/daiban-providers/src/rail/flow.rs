//! The reading calls, one straight-line function each: begin a session, ask for left tickets, for stops, for the stations.
//!
//! Cookies, pacing and bans are behind the `Http` port. What is worth keeping between calls is handed back; who keeps it
//! is the caller's matter.

use daiban_core::Timestamp;
use daiban_core::dates;
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, Request, Response};
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use jiff::ToSpan;
use jiff::civil::Date;

use super::error::{answered, data_or_error};
use super::stations::Dictionary;
use super::tickets::Row;
use super::wire::request::{self, TicketQuestion};
use super::wire::sale_times::{self, SaleTimes};
use super::wire::transfers::{self, Transfer};
use super::wire::{self, Conf, Reply, StopAt};

/// A line to the two hosts of the service at one moment.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// Where requests go.
    pub http: &'a dyn Http,
    /// `https://kyfw.12306.cn`, without a slash at the end.
    pub base: &'a str,
    /// `https://www.12306.cn`, without a slash at the end.
    pub www: &'a str,
    /// This moment.
    pub now: Timestamp,
}

impl<'a> Line<'a> {
    /// The line of a visit, from the settings `base_url` and `www_url`.
    ///
    /// # Errors
    /// `Refused` when a setting is missing.
    pub fn of(visit: &'a Visit<'_>) -> Result<Self, ServiceError> {
        let host = |name| visit.setting(name).map(|url| url.trim_end_matches('/'));
        Ok(Self {
            http: visit.http,
            base: host("base_url")?,
            www: host("www_url")?,
            now: visit.now,
        })
    }
}

/// What is known after the query page and the configuration were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Path of the left-ticket query below `/otn/`. It changes a few times a year.
    pub query_path: String,
    /// Days of presale for adults, today counted; `None` when the service did not say.
    pub presale_days: Option<u16>,
    /// The same for students.
    pub student_presale_days: Option<u16>,
    /// When it was begun.
    pub begun: Timestamp,
}

/// The path that answers with the true one when nothing else names it.
const FIRST_PATH: &str = "leftTicket/query";

/// Gets the cookies a query needs, its path and the presale window: two requests.
///
/// # Errors
/// One of the eight. A configuration that cannot be read is no error: the query then goes without a known window.
pub async fn begin(line: &Line<'_>) -> Result<Session, ServiceError> {
    let page = line.http.send(request::left_ticket_page(line.base)).await?;
    answered(&page)?;
    let conf = match fetch(line, request::conf(line.base))
        .await
        .and_then(|body| wire::conf(&body))
    {
        Ok(conf) => conf,
        Err(ServiceError::Changed { .. } | ServiceError::Refused { .. }) => Conf::default(),
        Err(error) => return Err(error),
    };
    let query_path = conf
        .query_path
        .or_else(|| wire::query_path_in_page(&page.text()));
    Ok(Session {
        query_path: query_path.unwrap_or_else(|| FIRST_PATH.to_owned()),
        presale_days: conf.presale_days,
        student_presale_days: conf.student_presale_days,
        begun: line.now,
    })
}

/// Whether tickets of that day can be on sale. Asking for another day ends in the service's error page and looks like a ban.
///
/// # Errors
/// [`InvalidInput`] for `date`, with the last day on sale.
pub fn check_presale(
    session: &Session,
    date: Date,
    student: bool,
    now: Timestamp,
) -> Result<(), InvalidInput> {
    let today = dates::today(now);
    if date < today {
        return Err(InvalidInput::new(
            "date",
            format!("{date} 已经过去"),
            format!("{date} is in the past"),
        ));
    }
    let days = if student {
        session.student_presale_days
    } else {
        session.presale_days
    };
    // The window counts today: 15 days end on the fourteenth day from now.
    let Some(last) = days.and_then(|days| today.checked_add((i64::from(days) - 1).days()).ok())
    else {
        return Ok(());
    };
    if date <= last {
        return Ok(());
    }
    Err(InvalidInput::new(
        "date",
        format!("{date} 还没有开售：目前只能查到 {last}"),
        format!("{date} is not on sale yet: tickets can be asked for until {last}"),
    ))
}

/// What a left-ticket query saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Every row of the answer, those of the cities' other stations included.
    pub rows: Vec<Row<'static>>,
    /// Telecode and name of each station in the answer.
    pub names: Vec<(String, String)>,
}

/// Asks for left tickets: one request, two when the query has moved. The new path is kept in the session.
///
/// # Errors
/// One of the eight; `Closed` for a ban or the nightly pause, `Changed` naming the place in the answer.
pub async fn left_tickets(
    line: &Line<'_>,
    session: &mut Session,
    question: &TicketQuestion<'_>,
) -> Result<Seen, ServiceError> {
    let first = request::left_tickets(line.base, &session.query_path, question).poll();
    let body = fetch(line, first).await?;
    let path = match wire::left_tickets(&body)? {
        Reply::Tickets(answer) => return seen(&answer, question.date),
        Reply::Moved(path) => path,
    };
    session.query_path = path;
    // A step and not a poll: the question was not answered yet.
    let again = request::left_tickets(line.base, &session.query_path, question);
    match wire::left_tickets(&fetch(line, again).await?)? {
        Reply::Tickets(answer) => seen(&answer, question.date),
        Reply::Moved(_) => Err(ServiceError::changed("c_url", "moved twice in a row")),
    }
}

fn seen(answer: &wire::LeftTickets<'_>, date: Date) -> Result<Seen, ServiceError> {
    let names = answer
        .names()
        .map(|(code, name)| (code.to_owned(), name.to_owned()));
    Ok(Seen {
        rows: answer
            .rows(date)?
            .into_iter()
            .map(Row::into_owned)
            .collect(),
        names: names.collect(),
    })
}

/// A train between two of its stations on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopsQuestion<'a> {
    /// The service's own key of the train, `6c000G17780D`.
    pub train_no: &'a str,
    /// Telecode of the boarding station.
    pub from: &'a str,
    /// Telecode of the alighting station.
    pub to: &'a str,
    /// The day of boarding.
    pub date: Date,
}

/// Asks where a train stops: one request. Empty when the service does not know the train on that day.
///
/// # Errors
/// One of the eight.
pub async fn stops(
    line: &Line<'_>,
    question: &StopsQuestion<'_>,
) -> Result<Vec<StopAt>, ServiceError> {
    let StopsQuestion {
        train_no,
        from,
        to,
        date,
    } = *question;
    let body = fetch(
        line,
        request::stops(line.base, train_no, from, to, date).poll(),
    )
    .await?;
    wire::stops(&body)
}

/// Asks when tickets from each station go on sale: one request.
///
/// # Errors
/// One of the eight.
pub async fn sale_times(line: &Line<'_>) -> Result<SaleTimes, ServiceError> {
    sale_times::read_sale_times(&fetch(line, sale_times::sale_times(line.www)).await?)
}

/// Learns the path of the transfer query from its page: one request.
///
/// # Errors
/// One of the eight; `Changed` when the page names none.
pub async fn transfer_path(line: &Line<'_>) -> Result<String, ServiceError> {
    let page = line.http.send(transfers::transfer_page(line.base)).await?;
    answered(&page)?;
    transfers::path_in_page(&page.text())
        .ok_or_else(|| ServiceError::changed("lcQuery page", "names no query"))
}

/// Ten journeys a page; who looks for more had better name a place to change at.
const MOST_TRANSFER_PAGES: usize = 3;

/// Asks for journeys with a change of trains: one request a page, three pages at most.
///
/// # Errors
/// One of the eight.
pub async fn transfers(
    line: &Line<'_>,
    path: &str,
    question: &TicketQuestion<'_>,
    standing: bool,
) -> Result<Vec<Transfer>, ServiceError> {
    let (mut found, mut after) = (Vec::new(), 0);
    for number in 0..MOST_TRANSFER_PAGES {
        let ask = transfers::transfers(line.base, path, question, after, standing);
        let ask = if number == 0 { ask.poll() } else { ask };
        let page = transfers::read_transfers(&fetch(line, ask).await?, question.date)?;
        found.extend(page.transfers);
        match page.next.filter(|next| *next > after) {
            Some(next) => after = next,
            None => break,
        }
    }
    Ok(found)
}

/// Fetches the station file: the one the index page names, else the one at the old address.
///
/// # Errors
/// One of the eight, that of the old address; a ban is told at once and nothing more is asked.
pub async fn dictionary(line: &Line<'_>) -> Result<Dictionary, ServiceError> {
    match newest_dictionary(line).await {
        Err(ServiceError::Closed { opens_at, text }) => {
            Err(ServiceError::Closed { opens_at, text })
        }
        Ok(dictionary) => Ok(dictionary),
        Err(_) => Dictionary::parse(&fetch(line, request::old_station_file(line.base)).await?),
    }
}

async fn newest_dictionary(line: &Line<'_>) -> Result<Dictionary, ServiceError> {
    let index = line.http.send(request::index(line.www)).await?;
    answered(&index)?;
    let path = wire::station_file_in_page(&index.text());
    let path = path.ok_or_else(|| ServiceError::changed("index page", "names no station file"))?;
    Dictionary::parse(&fetch(line, request::station_file(line.www, &path)).await?)
}

/// Sends a request whose answer is data, and gives its text.
async fn fetch(line: &Line<'_>, request: Request) -> Result<String, ServiceError> {
    let response = line.http.send(request).await?;
    data_or_error(&response)?;
    text_of(response)
}

/// The body of an answer as text.
pub(super) fn text_of(response: Response) -> Result<String, ServiceError> {
    String::from_utf8(response.body).map_err(|_| ServiceError::changed("body", "not UTF-8"))
}
