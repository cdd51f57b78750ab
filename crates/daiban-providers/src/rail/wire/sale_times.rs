//! When tickets from a station go on sale each day: request and reply.
//!
//! *Source*: the page of sale times on 12306's index site; a table recorded in 2025 with 3,181 entries. *Seen*. A client
//! of 2026 was asked to sign in there, so do without it where it cannot be had: each left-ticket row tells its own time.

use std::collections::HashMap;

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::reply::{Messages, read};
use super::told::Told;
use crate::rail::error::text_means;

/// Asks for the whole table, about a megabyte. Should the table be gone one day, the service sends its error page for that
/// too: so here, and here only, the page is no sign of a ban.
#[must_use]
pub fn sale_times(www: &str) -> Request {
    Request::get(format!("{www}/index/otn/index12306/queryAllCacheSaleTime"))
        .header("referer", format!("{www}/index/view/infos/sale_time.html"))
        .header("x-requested-with", "XMLHttpRequest")
}

/// The table: for each telecode the times of day, and from when to when they hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaleTimes {
    by_code: HashMap<String, Vec<Entry>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    time: Time,
    from: Date,
    to: Date,
}

impl SaleTimes {
    /// The time of day at which tickets from a station go on sale on a day. The newest entry that holds then is taken:
    /// some stations have two.
    #[must_use]
    pub fn of(&self, code: &str, day: Date) -> Option<Time> {
        let entries = self.by_code.get(code)?.iter();
        let holding = entries.filter(|entry| (entry.from..=entry.to).contains(&day));
        Some(holding.max_by_key(|entry| entry.from)?.time)
    }

    /// How many stations it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }
}

/// Reads the table. Entries without a station or with an odd time are left out, as if the station were unknown.
///
/// # Errors
/// What a message means; `Changed` when there is no list, or nothing in it can be read.
pub fn read_sale_times(body: &str) -> Result<SaleTimes, ServiceError> {
    #[derive(Deserialize)]
    struct Answer {
        data: Option<Vec<Listed>>,
        #[serde(default)]
        messages: Messages,
    }
    #[derive(Deserialize)]
    struct Listed {
        #[serde(default)]
        station_telecode: Told,
        #[serde(default)]
        sale_time: Told,
        #[serde(default)]
        start_date: Told,
        #[serde(default)]
        stop_date: Told,
    }
    let answer: Answer = read(body)?;
    let Some(listed) = answer.data else {
        return Err(match answer.messages.0 {
            Some(words) => text_means(&words),
            None => ServiceError::changed("data", "no list of sale times"),
        });
    };
    let mut table = SaleTimes::default();
    for one in listed {
        if let (Some(code), Some(time)) = (&one.station_telecode.0, one.sale_time.clock()) {
            table.by_code.entry(code.clone()).or_default().push(Entry {
                time,
                from: one.start_date.date().unwrap_or(Date::MIN),
                to: one.stop_date.date().unwrap_or(Date::MAX),
            });
        }
    }
    if table.is_empty() {
        return Err(ServiceError::changed("data", "no sale time in it"));
    }
    Ok(table)
}
