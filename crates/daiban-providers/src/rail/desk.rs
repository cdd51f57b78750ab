//! The reading calls as the rest of the program makes them: stations by name, a session and a dictionary kept between calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use daiban_core::Timestamp;
use daiban_core::dates;
use daiban_core::error::ServiceError;
use daiban_core::id::AccountId;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use jiff::SignedDuration;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::entering::Tokens;
use super::flow::{self, Line, Session, StopsQuestion};
use super::order::memory::OrderMemory;
use super::stations::{Dictionary, Station};
use super::tickets::{Row, Train};
use super::wire::StopAt;
use super::wire::request::TicketQuestion;
use super::wire::sale_times::SaleTimes;
pub(super) use crate::body::{asked, invalid, read_wish};

/// The railway. Keeps, in memory only, what saves requests: the query's path and the station dictionary.
#[derive(Debug, Default)]
pub struct Rail {
    kept: Mutex<Kept>,
    /// People and the order under way, by account.
    pub(super) orders: OrderMemory,
    pub(super) tokens: Tokens,
}

/// Whose: an account's, or nobody's in particular, the public line.
pub(super) type Whose = Option<AccountId>;

pub(super) fn whose(visit: &Visit<'_>) -> Whose {
    visit.account.map(|account| account.id.clone())
}

#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Each account has its own cookies.
    pub(super) sessions: HashMap<Whose, Session>,
    dictionary: Option<(Timestamp, Arc<Dictionary>)>,
    /// When and why the station file could last not be had.
    no_dictionary: Option<(Timestamp, ServiceError)>,
    /// When tickets go on sale, by station.
    pub(super) sale_times: Option<(Timestamp, Arc<SaleTimes>)>,
    /// When and why that table could last not be had.
    pub(super) no_sale_times: Option<(Timestamp, ServiceError)>,
    /// Path of the transfer query, and when it was learnt.
    pub(super) transfer_path: Option<(Timestamp, String)>,
}

/// Cookies and the presale window are read anew after this (*guessed*: the service does not say how long they last).
pub(super) const SESSION_FOR: SignedDuration = SignedDuration::from_mins(30);

/// New stations appear every few weeks, and query answers teach the rest.
pub(super) const DICTIONARY_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

/// After a failure the station file is let be so long.
pub(super) const DICTIONARY_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// A question for left tickets as a person puts it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketWish {
    /// The day of boarding, `YYYY-MM-DD`.
    pub date: String,
    /// Name or telecode of the boarding station.
    pub from: String,
    /// Name or telecode of the alighting station.
    pub to: String,
    /// Student tickets instead of adult ones.
    #[serde(default)]
    pub student: bool,
    /// Only these trains; all when empty.
    #[serde(default)]
    pub trains: Vec<String>,
}

/// A station search as a person puts it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StationWish {
    text: String,
    #[serde(default = "many")]
    limit: usize,
}

/// The largest city has some 65 stations.
fn many() -> usize {
    100
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StopsWish {
    train_no: String,
    from: String,
    to: String,
    date: String,
}

/// Why a question got no answer: the question, or the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// The question itself; nothing was asked of the service.
    Input(InvalidInput),
    /// The service.
    Service(ServiceError),
}

impl From<InvalidInput> for NoAnswer {
    fn from(input: InvalidInput) -> Self {
        Self::Input(input)
    }
}

impl From<ServiceError> for NoAnswer {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<NoAnswer> for ServiceError {
    /// Wrong input becomes a refusal with the code `invalid_input:` and the field.
    fn from(no: NoAnswer) -> Self {
        match no {
            NoAnswer::Service(error) => error,
            NoAnswer::Input(input) => invalid(input),
        }
    }
}

impl Rail {
    /// Answers one of the looks that need nobody signed in; `None` when the body is another's.
    ///
    /// # Errors
    /// One of the eight; `Refused` with code `invalid_input:FIELD` for input that was not asked with.
    pub async fn public_look(
        &self,
        visit: &Visit<'_>,
        body: &Value,
    ) -> Option<Result<Value, ServiceError>> {
        let answer = match body.get("do").and_then(Value::as_str)? {
            "stations" => self.look_stations(visit, body).await,
            "tickets" => self
                .look_rows(visit, body)
                .await
                .map(|rows| json!(contract(&rows))),
            "rows" => self.look_rows(visit, body).await.map(|rows| json!(rows)),
            "stops" => self.look_stops(visit, body).await,
            "route" => self.look_route(visit, body).await,
            "sale_times" => self.look_sale_times(visit, body).await,
            "transfers" => self.look_transfers(visit, body).await,
            _ => return None,
        };
        Some(answer.map_err(ServiceError::from))
    }

    async fn look_stations(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, NoAnswer> {
        let wish: StationWish = read_wish(body)?;
        let found = self.stations(visit, &wish.text, wish.limit).await?;
        Ok(json!(found))
    }

    async fn look_rows(
        &self,
        visit: &Visit<'_>,
        body: &Value,
    ) -> Result<Vec<Row<'static>>, NoAnswer> {
        self.left_tickets(visit, &read_wish(body)?).await
    }

    async fn look_stops(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, NoAnswer> {
        let wish: StopsWish = read_wish(body)?;
        let date = dates::parse_date("date", &wish.date)?;
        let stops = self
            .stops(visit, &wish.train_no, (&wish.from, &wish.to), date)
            .await?;
        Ok(json!(stops))
    }

    /// Stations that fit a text, best first.
    ///
    /// # Errors
    /// One of the eight, when no dictionary is kept and none can be fetched.
    pub async fn stations(
        &self,
        visit: &Visit<'_>,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Station>, ServiceError> {
        let dictionary = self.dictionary(&Line::of(visit)?).await?;
        Ok(dictionary
            .search(text, limit)
            .into_iter()
            .cloned()
            .collect())
    }

    /// Left tickets of a day between two cities: rows of all their stations.
    ///
    /// # Errors
    /// [`NoAnswer::Input`] for `date`, `from` or `to`; else one of the eight.
    pub async fn left_tickets(
        &self,
        visit: &Visit<'_>,
        wish: &TicketWish,
    ) -> Result<Vec<Row<'static>>, NoAnswer> {
        let date = dates::parse_date("date", &wish.date)?;
        let line = Line::of(visit)?;
        let from = self.telecode(&line, "from", &wish.from).await?;
        let to = self.telecode(&line, "to", &wish.to).await?;
        let question = TicketQuestion {
            date,
            from: &from,
            to: &to,
            student: wish.student,
        };
        let whose = whose(visit);
        let seen = match self.ask_tickets(&line, &whose, &question).await {
            // One failure earns a second look: an old session is answered with the sign-in page, too.
            Err(NoAnswer::Service(ServiceError::SignInLost { .. })) => {
                self.ask_tickets(&line, &whose, &question).await?
            }
            answer => answer?,
        };
        self.learn(&seen.names);
        let rows = seen.rows.into_iter().map(|row| self.with_names(row));
        let wanted = |row: &Row<'_>| {
            wish.trains.is_empty()
                || wish
                    .trains
                    .iter()
                    .any(|train| train.trim().eq_ignore_ascii_case(&row.train.train))
        };
        Ok(rows.filter(wanted).collect())
    }

    /// Where a train stops between two stations, each a name or a telecode.
    ///
    /// # Errors
    /// [`NoAnswer::Input`] for `from` or `to`; else one of the eight.
    pub async fn stops(
        &self,
        visit: &Visit<'_>,
        train_no: &str,
        (from, to): (&str, &str),
        date: Date,
    ) -> Result<Vec<StopAt>, NoAnswer> {
        let line = Line::of(visit)?;
        let from = self.telecode(&line, "from", from).await?;
        let to = self.telecode(&line, "to", to).await?;
        Ok(flow::stops(
            &line,
            &StopsQuestion {
                train_no,
                from: &from,
                to: &to,
                date,
            },
        )
        .await?)
    }

    /// One query in the kept session, or a new one. A session that led to an error is dropped.
    async fn ask_tickets(
        &self,
        line: &Line<'_>,
        whose: &Whose,
        question: &TicketQuestion<'_>,
    ) -> Result<flow::Seen, NoAnswer> {
        let mut session = self.session(line, whose).await?;
        let in_window = flow::check_presale(&session, question.date, question.student, line.now);
        if let Err(input) = in_window {
            self.kept().sessions.insert(whose.clone(), session);
            return Err(input.into());
        }
        let seen = flow::left_tickets(line, &mut session, question).await;
        // These three may come of an old session or path; the next question begins anew.
        let is_spent = matches!(
            seen,
            Err(ServiceError::SignInLost { .. }
                | ServiceError::Changed { .. }
                | ServiceError::Refused { .. })
        );
        if !is_spent {
            self.kept().sessions.insert(whose.clone(), session);
        }
        Ok(seen?)
    }

    /// Takes the kept session out, or begins a new one.
    pub(super) async fn session(
        &self,
        line: &Line<'_>,
        whose: &Whose,
    ) -> Result<Session, ServiceError> {
        let kept = self.kept().sessions.remove(whose);
        match kept.filter(|session| is_fresh(session.begun, SESSION_FOR, line.now)) {
            Some(session) => Ok(session),
            None => flow::begin(line).await,
        }
    }

    /// The telecode of a station a person named. Without any dictionary a telecode is taken as it is.
    pub(super) async fn telecode(
        &self,
        line: &Line<'_>,
        field: &str,
        text: &str,
    ) -> Result<String, NoAnswer> {
        match self.dictionary(line).await {
            Ok(dictionary) => Ok(dictionary.resolve(field, text)?.code.clone()),
            Err(_) if is_telecode(text) => Ok(text.to_owned()),
            Err(error) => Err(error.into()),
        }
    }

    /// The kept dictionary, or a new one; an old one when no new one can be had.
    pub(super) async fn dictionary(
        &self,
        line: &Line<'_>,
    ) -> Result<Arc<Dictionary>, ServiceError> {
        let (kept, failed) = {
            let kept = self.kept();
            (kept.dictionary.clone(), kept.no_dictionary.clone())
        };
        let (at, old) = kept.unzip();
        if let (Some(at), Some(dictionary)) = (at, &old)
            && is_fresh(at, DICTIONARY_FOR, line.now)
        {
            return Ok(Arc::clone(dictionary));
        }
        let error = match failed {
            Some((at, error)) if is_fresh(at, DICTIONARY_PAUSE, line.now) => error,
            _ => match flow::dictionary(line).await {
                Ok(dictionary) => return Ok(self.keep_dictionary(line.now, dictionary)),
                Err(error) => {
                    self.kept().no_dictionary = Some((line.now, error.clone()));
                    error
                }
            },
        };
        old.ok_or(error)
    }

    fn keep_dictionary(&self, now: Timestamp, dictionary: Dictionary) -> Arc<Dictionary> {
        let dictionary = Arc::new(dictionary);
        self.kept().dictionary = Some((now, Arc::clone(&dictionary)));
        dictionary
    }

    /// Adds stations that an answer named and the dictionary lacks.
    fn learn(&self, names: &[(String, String)]) {
        let mut kept = self.kept();
        let Some((_, dictionary)) = &mut kept.dictionary else {
            return;
        };
        if names
            .iter()
            .any(|(code, _)| dictionary.by_code(code).is_none())
        {
            let names = names
                .iter()
                .map(|(code, name)| (code.as_str(), name.as_str()));
            Arc::make_mut(dictionary).learn(names);
        }
    }

    /// Fills in names that the answer's own table lacked.
    fn with_names(&self, mut row: Row<'static>) -> Row<'static> {
        for place in [&mut row.train.from, &mut row.train.to] {
            if place.name.is_none()
                && let Some((_, dictionary)) = &self.kept().dictionary
            {
                let station = dictionary.by_code(&place.code);
                place.name = station.map(|station| station.name.clone().into());
            }
        }
        row
    }

    /// Drops the session of an account and what is remembered for its orders: it has other cookies now.
    pub(super) fn forget_session(&self, whose: &Whose) {
        self.kept().sessions.remove(whose);
        self.orders.forget(whose);
    }

    /// Never held across a wait.
    pub(super) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The trains as the contract shows them.
fn contract<'a>(rows: &'a [Row<'_>]) -> Vec<&'a Train<'a>> {
    rows.iter().map(|row| &row.train).collect()
}

pub(super) fn is_fresh(since: Timestamp, span: SignedDuration, now: Timestamp) -> bool {
    now.duration_since(since) < span
}

pub(super) fn is_telecode(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}
