//! The looks that prepare a journey: what a route means, when its tickets go on sale, how to get there with a change.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"route","from":[…],"to":[…]}` | [`Route`] |
//! | `{"do":"sale_times","stations":[…]}` | a list of [`SaleTime`] |
//! | `{"do":"transfers","date","from","to","student"?,"show_standing"?}` | a list of [`Transfer`] |
//!
//! Places are named as [`Dictionary::place`] has them; of a transfer, by one station each.
//!
//! [`Dictionary::place`]: super::stations::Dictionary::place

use std::collections::BTreeMap;
use std::sync::Arc;

use daiban_core::dates;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::desk::{
    DICTIONARY_FOR, DICTIONARY_PAUSE, NoAnswer, Rail, SESSION_FOR, is_fresh, is_telecode,
    read_wish, whose,
};
use super::flow::{self, Line};
use super::stations::{Asked, Named};
use super::wire::request::TicketQuestion;
use super::wire::sale_times::SaleTimes;
use super::wire::transfers::Transfer;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RouteWish {
    from: Vec<String>,
    to: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SaleTimesWish {
    stations: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TransferWish {
    date: String,
    from: String,
    to: String,
    #[serde(default)]
    student: bool,
    /// Journeys too on which nothing but 无座 is left.
    #[serde(default)]
    show_standing: bool,
}

/// What a route means to the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Where one may board, in the order asked for.
    pub from: Vec<Asked>,
    /// Where one may alight.
    pub to: Vec<Asked>,
    /// Days of presale, today counted; `None` when the service did not say.
    pub presale_days: Option<u16>,
    /// The same for students.
    pub student_presale_days: Option<u16>,
    /// By telecode of each boarding station: when its tickets go on sale, `12:30`; null when not known.
    pub sale_times: BTreeMap<String, Option<String>>,
}

/// When tickets from a station go on sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleTime {
    /// Which station.
    pub station: Named,
    /// `12:30`; null when the table lacks the station.
    pub time: Option<String>,
}

impl Rail {
    /// Whether every place of a ticket errand is known. Without a dictionary, which needs nothing but the station file,
    /// the errand finds out.
    ///
    /// # Errors
    /// [`InvalidInput`] for `from` or `to`, with what might have been meant.
    pub(super) async fn check_places(
        &self,
        visit: &Visit<'_>,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        let Ok(line) = Line::of(visit) else {
            return Ok(());
        };
        let Ok(dictionary) = self.dictionary(&line).await else {
            return Ok(());
        };
        for field in ["from", "to"] {
            let places = wishes[field].as_array().into_iter().flatten();
            for place in places.filter_map(Value::as_str) {
                dictionary.place(field, place)?;
            }
        }
        Ok(())
    }

    pub(super) async fn look_route(
        &self,
        visit: &Visit<'_>,
        body: &Value,
    ) -> Result<Value, NoAnswer> {
        let wish: RouteWish = read_wish(body)?;
        let line = Line::of(visit)?;
        let from = self.places(&line, "from", &wish.from).await?;
        let to = self.places(&line, "to", &wish.to).await?;
        let whose = whose(visit);
        let session = self.session(&line, &whose).await?;
        // A route is worth knowing without the table: each left-ticket row tells its own time.
        let table = self.sale_times(&line).await.ok();
        let stations = from.iter().flat_map(|place| &place.stations);
        let time_of = |code: &str| clock(table.as_deref()?, code, dates::today(line.now));
        let route = Route {
            presale_days: session.presale_days,
            student_presale_days: session.student_presale_days,
            sale_times: stations
                .map(|station| (station.code.clone(), time_of(&station.code)))
                .collect(),
            from,
            to,
        };
        self.kept().sessions.insert(whose, session);
        Ok(json!(route))
    }

    pub(super) async fn look_sale_times(
        &self,
        visit: &Visit<'_>,
        body: &Value,
    ) -> Result<Value, NoAnswer> {
        let wish: SaleTimesWish = read_wish(body)?;
        let line = Line::of(visit)?;
        let places = self.places(&line, "stations", &wish.stations).await?;
        let table = self.sale_times(&line).await?;
        let stations = places.into_iter().flat_map(|place| place.stations);
        let time_of = |station: Named| SaleTime {
            time: clock(&table, &station.code, dates::today(line.now)),
            station,
        };
        Ok(json!(stations.map(time_of).collect::<Vec<_>>()))
    }

    pub(super) async fn look_transfers(
        &self,
        visit: &Visit<'_>,
        body: &Value,
    ) -> Result<Value, NoAnswer> {
        let wish: TransferWish = read_wish(body)?;
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
        let session = self.session(&line, &whose).await?;
        let in_window = flow::check_presale(&session, date, wish.student, line.now);
        self.kept().sessions.insert(whose, session);
        in_window?;
        Ok(json!(
            self.ask_transfers(&line, &question, wish.show_standing)
                .await?
        ))
    }

    /// One question at the kept path or a newly learnt one. A path that led to an error is dropped.
    async fn ask_transfers(
        &self,
        line: &Line<'_>,
        question: &TicketQuestion<'_>,
        standing: bool,
    ) -> Result<Vec<Transfer>, ServiceError> {
        let kept = self.kept().transfer_path.take();
        let (at, path) = match kept.filter(|(at, _)| is_fresh(*at, SESSION_FOR, line.now)) {
            Some(kept) => kept,
            None => (line.now, flow::transfer_path(line).await?),
        };
        let found = flow::transfers(line, &path, question, standing).await;
        let is_spent = matches!(
            found,
            Err(ServiceError::SignInLost { .. }
                | ServiceError::Changed { .. }
                | ServiceError::Refused { .. })
        );
        if !is_spent {
            self.kept().transfer_path = Some((at, path));
        }
        found
    }

    /// The stations that places mean. Without any dictionary telecodes are taken as they are.
    async fn places(
        &self,
        line: &Line<'_>,
        field: &str,
        texts: &[String],
    ) -> Result<Vec<Asked>, NoAnswer> {
        if texts.is_empty() {
            let input =
                InvalidInput::new(field, "至少要填一个车站", "at least one station is needed");
            return Err(input.into());
        }
        match self.dictionary(line).await {
            Ok(dictionary) => {
                let places = texts.iter().map(|text| dictionary.place(field, text));
                Ok(places.collect::<Result<_, _>>()?)
            }
            Err(_) if texts.iter().all(|text| is_telecode(text)) => {
                Ok(texts.iter().map(|code| as_it_is(code)).collect())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The kept table of sale times, or a new one; an old one when no new one can be had.
    async fn sale_times(&self, line: &Line<'_>) -> Result<Arc<SaleTimes>, ServiceError> {
        let (kept, failed) = {
            let kept = self.kept();
            (kept.sale_times.clone(), kept.no_sale_times.clone())
        };
        if let Some((at, table)) = &kept
            && is_fresh(*at, DICTIONARY_FOR, line.now)
        {
            return Ok(Arc::clone(table));
        }
        let lately = failed.filter(|(at, _)| is_fresh(*at, DICTIONARY_PAUSE, line.now));
        let fetched = match lately {
            Some((_, error)) => Err(error),
            None => self.fetch_sale_times(line).await,
        };
        fetched.or_else(|error| kept.map(|(_, table)| table).ok_or(error))
    }

    async fn fetch_sale_times(&self, line: &Line<'_>) -> Result<Arc<SaleTimes>, ServiceError> {
        match flow::sale_times(line).await {
            Ok(table) => {
                let table = Arc::new(table);
                self.kept().sale_times = Some((line.now, Arc::clone(&table)));
                Ok(table)
            }
            Err(error) => {
                self.kept().no_sale_times = Some((line.now, error.clone()));
                Err(error)
            }
        }
    }
}

fn clock(table: &SaleTimes, code: &str, day: Date) -> Option<String> {
    let time = table.of(code, day)?;
    Some(format!("{:02}:{:02}", time.hour(), time.minute()))
}

fn as_it_is(code: &str) -> Asked {
    Asked {
        asked: code.to_owned(),
        city: false,
        stations: vec![Named {
            name: None,
            code: code.to_owned(),
        }],
    }
}
