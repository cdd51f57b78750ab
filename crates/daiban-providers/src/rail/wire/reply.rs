//! Replies of the reading calls: configuration, left tickets, stops, and what two pages tell.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use daiban_core::error::ServiceError;
use jiff::civil::Date;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::row::RawRow;
use crate::rail::error::text_means;
use crate::rail::tickets::Row;

/// What came back from a left-ticket query.
#[derive(Debug)]
pub enum Reply<'a> {
    /// The trains, perhaps none.
    Tickets(LeftTickets<'a>),
    /// The query has moved to another path below `/otn/`; ask there once.
    Moved(String),
}

/// The rows of an answer, not yet read, and its table of station names. Points into the body.
#[derive(Debug)]
pub struct LeftTickets<'a> {
    rows: Vec<Words<'a>>,
    /// Sorted by telecode.
    names: Vec<(Words<'a>, Words<'a>)>,
}

impl LeftTickets<'_> {
    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The rows, cut but not read.
    ///
    /// # Errors
    /// `Changed` for the first row that is too short, naming it.
    pub fn raw(&self) -> impl Iterator<Item = Result<RawRow<'_>, ServiceError>> {
        self.rows
            .iter()
            .enumerate()
            .map(|(at, row)| RawRow::cut(&row.0, at + 1))
    }

    /// Reads every row. `date` is the boarding date that was asked for.
    ///
    /// # Errors
    /// `Changed` for the first row that cannot be read, naming it: a list with holes would look like sold-out trains.
    pub fn rows(&self, date: Date) -> Result<Vec<Row<'_>>, ServiceError> {
        let mut rows = Vec::with_capacity(self.rows.len());
        for raw in self.raw() {
            rows.push(Row::read(&raw?, date, |code| self.name_of(code))?);
        }
        Ok(rows)
    }

    /// The name the answer gives a telecode.
    #[must_use]
    pub fn name_of(&self, code: &str) -> Option<&str> {
        let order = sort_key(code);
        let at = self
            .names
            .binary_search_by_key(&order, |(known, _)| sort_key(&known.0))
            .ok()?;
        Some(&self.names[at].1.0)
    }

    /// Telecode and name of each station in the answer: newer than any station file.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(code, name)| (&*code.0, &*name.0))
    }
}

/// Reads the answer to a left-ticket query.
///
/// # Errors
/// `Refused` and the like for a message instead of data (see [`text_means`]); `Changed`, naming the place, for
/// JSON that is cut off, not JSON, or lacks what it should have.
pub fn left_tickets(body: &str) -> Result<Reply<'_>, ServiceError> {
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        result: Option<Vec<Words<'a>>>,
        #[serde(borrow, default)]
        map: Names<'a>,
        /// A message that some refusals put here.
        #[serde(borrow)]
        msg: Option<Words<'a>>,
    }
    let mut envelope: Envelope<'_, Data<'_>> = read(body)?;
    if let Some(path) = &envelope.c_url {
        return path_below_otn(&path.0)
            .map(Reply::Moved)
            .ok_or_else(|| ServiceError::changed("c_url", "not a query path"));
    }
    let message = envelope.messages.0.take();
    let data = envelope.data(message.as_deref())?;
    let Some(rows) = data.result else {
        let words = data.msg.map(|words| words.0.into_owned()).or(message);
        return Err(words.map_or_else(
            || ServiceError::changed("data.result", "missing"),
            |words| text_means(&words),
        ));
    };
    let mut names = data.map.0;
    names.sort_unstable_by_key(|(code, _)| sort_key(&code.0));
    Ok(Reply::Tickets(LeftTickets { rows, names }))
}

/// The letters of a telecode as one number: two names are looked up for every row.
fn sort_key(code: &str) -> u64 {
    code.bytes()
        .take(8)
        .fold(0, |key, byte| key << 8 | u64::from(byte))
}

/// What `login/conf` tells that matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conf {
    /// Path of the left-ticket query below `/otn/`, `leftTicket/queryG`.
    pub query_path: Option<String>,
    /// Days of presale, today counted.
    pub presale_days: Option<u16>,
    /// The same for students.
    pub student_presale_days: Option<u16>,
    /// Whether somebody is signed in.
    pub signed_in: Option<bool>,
    /// Whether the answer names who it is. The name itself is not kept.
    pub name_known: bool,
}

/// Reads the answer of `login/conf`. What is missing stays unknown.
///
/// # Errors
/// As [`left_tickets`].
pub fn conf(body: &str) -> Result<Conf, ServiceError> {
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(rename = "queryUrl", borrow)]
        query_url: Option<Words<'a>>,
        #[serde(default)]
        other_control: Loose,
        #[serde(default)]
        stu_control: Loose,
        #[serde(borrow)]
        is_login: Option<Words<'a>>,
        name: Option<IgnoredAny>,
    }
    let data: Data<'_> = private_data(body)?;
    let days = |number: Loose| {
        number
            .0
            .and_then(|days| u16::try_from(days).ok())
            .filter(|days| (1..=366).contains(days))
    };
    Ok(Conf {
        query_path: data.query_url.and_then(|path| path_below_otn(&path.0)),
        presale_days: days(data.other_control),
        student_presale_days: days(data.stu_control),
        signed_in: data.is_login.map(|word| word.0 == "Y"),
        name_known: data.name.is_some(),
    })
}

/// One stop of a train.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopAt {
    /// Number within the train, from 1.
    pub number: u16,
    /// Chinese name.
    pub name: String,
    /// Arrival `HH:MM`; `None` at the first station.
    pub arrive: Option<String>,
    /// Departure `HH:MM`; `None` where the answer does not say.
    pub depart: Option<String>,
    /// Minutes at the platform.
    pub stay_min: Option<u16>,
    /// Whether it lies on the part of the way that was asked about.
    pub on_the_way: Option<bool>,
}

/// Reads the answer of `czxx/queryByTrainNo`.
///
/// # Errors
/// As [`left_tickets`].
pub fn stops(body: &str) -> Result<Vec<StopAt>, ServiceError> {
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        data: Option<Vec<Stop<'a>>>,
    }
    #[derive(Deserialize)]
    struct Stop<'a> {
        #[serde(default)]
        station_no: Loose,
        #[serde(borrow)]
        station_name: Words<'a>,
        #[serde(borrow)]
        arrive_time: Option<Words<'a>>,
        #[serde(borrow)]
        start_time: Option<Words<'a>>,
        /// `2分钟`, `----` at the ends.
        #[serde(borrow)]
        stopover_time: Option<Words<'a>>,
        #[serde(rename = "isEnabled")]
        is_enabled: Option<bool>,
    }
    let data: Data<'_> = data(body)?;
    let stops = data
        .data
        .ok_or_else(|| ServiceError::changed("data.data", "missing"))?;
    let read_one = |(at, stop): (usize, Stop<'_>)| StopAt {
        number: stop
            .station_no
            .0
            .and_then(|number| number.try_into().ok())
            .unwrap_or_else(|| u16::try_from(at + 1).unwrap_or(u16::MAX)),
        name: stop.station_name.0.trim().to_owned(),
        arrive: stop.arrive_time.and_then(clock_words),
        depart: stop.start_time.and_then(clock_words),
        stay_min: stop
            .stopover_time
            .and_then(|words| words.0.trim_end_matches("分钟").trim().parse().ok()),
        on_the_way: stop.is_enabled,
    };
    Ok(stops.into_iter().enumerate().map(read_one).collect())
}

fn clock_words(words: Words<'_>) -> Option<String> {
    let is_clock = words.0.len() == 5 && words.0.as_bytes()[2] == b':';
    is_clock.then(|| words.0.into_owned())
}

/// The query path that the left-ticket page names: `var CLeftTicketUrl = 'leftTicket/queryZ';`.
#[must_use]
pub fn query_path_in_page(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("CLeftTicketUrl")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '\'' | '"'))?;
    let (path, _) = rest[1..].split_once(quote)?;
    path_below_otn(path)
}

/// The station file that the index page names, as a path from the host's root.
///
/// The page lies at `/index/` and writes `./script/core/common/station_name_v10149.js` (*seen* 2024–2026).
#[must_use]
pub fn station_file_in_page(page: &str) -> Option<String> {
    const START: &str = "script/core/common/station_name";
    let start = page.find(START)?;
    let length = page[start..].find(".js")? + 3;
    let path = &page[start..start + length];
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte));
    plain.then(|| format!("/index/{path}"))
}

/// A path the service may send us to: `leftTicket/query…` below `/otn/`, nothing else.
fn path_below_otn(path: &str) -> Option<String> {
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("otn/").unwrap_or(path);
    let tail = path.strip_prefix("leftTicket/query")?;
    (tail.len() <= 8 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then(|| path.to_owned())
}

/// The envelope of every answer below `/otn/`.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct Envelope<'a, T> {
    #[serde(borrow)]
    c_url: Option<Words<'a>>,
    status: Option<bool>,
    #[serde(default)]
    messages: Messages,
    #[serde(default = "ObjectOr::nothing")]
    data: ObjectOr<T>,
}

impl<T> Envelope<'_, T> {
    /// The data; without any, what the messages mean.
    fn data(self, message: Option<&str>) -> Result<T, ServiceError> {
        if let (Some(data), None | Some(true)) = (self.data.0, self.status) {
            return Ok(data);
        }
        match message {
            Some(words) => Err(text_means(words)),
            None if self.status == Some(false) => {
                Err(ServiceError::changed("status", "false, and no message"))
            }
            None => Err(ServiceError::changed("data", "missing")),
        }
    }
}

/// The data of an answer that has nothing else to look at.
pub(super) fn data<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, ServiceError> {
    let mut envelope: Envelope<'_, T> = read(body)?;
    let message = envelope.messages.0.take();
    envelope.data(message.as_deref())
}

/// As [`data`], for answers that hold what is nobody else's business.
pub(super) fn private_data<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, ServiceError> {
    let mut envelope: Envelope<'_, T> = private(body)?;
    let message = envelope.messages.0.take();
    envelope.data(message.as_deref())
}

/// As [`read`], for the same: the reader's words may quote a value, so only the position is told.
pub(super) fn private<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, ServiceError> {
    let body = body.trim_start_matches('\u{feff}');
    serde_json::from_str(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ServiceError::changed(
            "body",
            format!("not as expected at line {line}, column {column}"),
        )
    })
}

/// Reads JSON and turns the reader's trouble into a place.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, ServiceError> {
    let body = body.trim_start_matches('\u{feff}');
    serde_json::from_str(body).map_err(|error| {
        if error.is_eof() {
            return ServiceError::changed("body", format!("cut off after {} bytes", body.len()));
        }
        // The reader's words name the field and the position, never a value of ours: answers here are public.
        ServiceError::changed("body", error)
    })
}

/// Text that is borrowed when the JSON holds it plainly, and owned when it has escapes.
#[derive(Debug, Deserialize)]
pub(super) struct Words<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// An object, or nothing: where data should be, the service also writes `""`, `[]`, `null` or a message.
struct ObjectOr<T>(Option<T>);

impl<T> ObjectOr<T> {
    fn nothing() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ObjectOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = ObjectOr<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, or nothing")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|data| ObjectOr(Some(data)))
            }
            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(ObjectOr(None))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(ObjectOr(None))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(ObjectOr(None))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(ObjectOr(None))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(ObjectOr(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(ObjectOr(None))
            }
        }
        deserializer.deserialize_any(Object(PhantomData))
    }
}

/// The first message: `messages` is an array, but a string in left-ticket answers.
#[derive(Default)]
pub(super) struct Messages(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Messages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            One(String),
            Many(Vec<String>),
            Other(IgnoredAny),
        }
        let words = match Form::deserialize(deserializer)? {
            Form::One(words) => Some(words),
            Form::Many(words) => words.into_iter().find(|words| !words.trim().is_empty()),
            Form::Other(_) => None,
        };
        Ok(Self(words.filter(|words| !words.trim().is_empty())))
    }
}

/// The table of names, in the order it came.
#[derive(Default)]
struct Names<'a>(Vec<(Words<'a>, Words<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Names<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table;
        impl<'de> Visitor<'de> for Table {
            type Value = Names<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of station names")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut names = Vec::new();
                while let Some(entry) = map.next_entry::<Words<'de>, Words<'de>>()? {
                    names.push(entry);
                }
                Ok(Names(names))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Names::default())
            }
        }
        deserializer.deserialize_any(Table)
    }
}

/// A whole number, also when written as text; anything else is unknown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loose(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(u64),
            Text(String),
            Other(IgnoredAny),
        }
        let form =
            Form::deserialize(deserializer).map_err(|_| D::Error::custom("a number was due"))?;
        Ok(Self(match form {
            Form::Number(number) => Some(number),
            Form::Text(text) => text.trim().parse().ok(),
            Form::Other(_) => None,
        }))
    }
}
