//! Journeys of two trains: request and reply.
//!
//! *Source*: 12306's page of transfers and public clients of 2024–2026, *seen*; which date `day_difference` counts from is
//! *guessed*, so it is only used where the duration is missing.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use daiban_core::{Timestamp, dates};
use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::reply::{Messages, read};
use super::request::{TicketQuestion, as_the_page_does};
use super::told::{Flag, Told};
use crate::rail::counts::named_seats;
use crate::rail::error::{ban_sign, text_means};
use crate::rail::orders::Stop;
use crate::rail::seats::Seat;

/// The page of transfers; it is named as the referer of its query, as any browser does.
const PAGE: &str = "/otn/lcQuery/init";

/// The page that names the query's path and gives its cookies.
#[must_use]
pub fn transfer_page(base: &str) -> Request {
    as_the_page_does(Request::get(format!("{base}{PAGE}")), base)
}

/// The query's path in that page: `var lc_search_url = '/lcquery/queryG';`. From the host's root, and nowhere else.
#[must_use]
pub fn path_in_page(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("lc_search_url")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|mark| "'\"".contains(*mark))?;
    let (path, _) = rest[1..].split_once(quote)?;
    let tail = path.trim_start_matches('/').strip_prefix("lcquery/query")?;
    let plain = tail.len() <= 8 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| format!("/lcquery/query{tail}"))
}

/// Asks for a page of journeys, beginning after so many. `standing` wants those with nothing but 无座 left, too.
#[must_use]
pub fn transfers(
    base: &str,
    path: &str,
    question: &TicketQuestion<'_>,
    after: u64,
    standing: bool,
) -> Request {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("train_date", &question.date.to_string())
        .append_pair("from_station_telecode", question.from)
        .append_pair("to_station_telecode", question.to)
        .append_pair("middle_station", "")
        .append_pair("result_index", &after.to_string())
        .append_pair("can_query", "Y")
        .append_pair("isShowWZ", if standing { "Y" } else { "N" })
        .append_pair(
            "purpose_codes",
            if question.student { "0X00" } else { "00" },
        )
        .append_pair("channel", "E")
        .finish();
    Request::get(format!("{base}{path}?{query}"))
        .header("referer", format!("{base}{PAGE}"))
        .header("x-requested-with", "XMLHttpRequest")
        .header("if-modified-since", "0")
        .ban_sign(ban_sign)
}

/// A journey with a change of trains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The trains, in the order of travel.
    pub legs: Vec<Leg>,
    /// Minutes between arriving with one train and leaving with the next, all changes together.
    pub wait_min: Option<u32>,
    /// Minutes from the first departure to the last arrival.
    pub duration_min: Option<u32>,
    /// Whether every change is within one station.
    pub same_station: bool,
}

/// One train of a journey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// What people call the train, `G1778`.
    pub train: String,
    /// The service's own key.
    pub train_no: String,
    /// Where one boards.
    pub from: Stop,
    /// Where one alights.
    pub to: Stop,
    /// Departure from the boarding station; `None` where the answer contradicts itself or does not say.
    #[serde(with = "dates::rfc3339::option")]
    pub depart: Option<Timestamp>,
    /// Arrival, days later where the journey is that long.
    #[serde(with = "dates::rfc3339::option")]
    pub arrive: Option<Timestamp>,
    /// Minutes on the way.
    pub duration_min: Option<u16>,
    /// The classes the train has.
    pub seats: Vec<Seat>,
}

/// A page of journeys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Those of the page.
    pub transfers: Vec<Transfer>,
    /// Where the next page begins; `None` when this was the last.
    pub next: Option<u64>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "middleList")]
    journeys: Option<Vec<Journey>>,
    #[serde(default)]
    result_index: Told,
    #[serde(default)]
    can_query: Flag,
}

#[derive(Deserialize)]
struct Journey {
    #[serde(rename = "fullList", default)]
    legs: Vec<RawLeg>,
    #[serde(default)]
    wait_time_minutes: Told,
    #[serde(default)]
    all_lishi_minutes: Told,
}

#[derive(Deserialize)]
struct RawLeg {
    #[serde(default)]
    station_train_code: Told,
    #[serde(default)]
    train_no: Told,
    #[serde(default)]
    from_station_telecode: Told,
    #[serde(default)]
    from_station_name: Told,
    #[serde(default)]
    to_station_telecode: Told,
    #[serde(default)]
    to_station_name: Told,
    #[serde(default)]
    start_time: Told,
    #[serde(default)]
    arrive_time: Told,
    #[serde(default)]
    lishi: Told,
    #[serde(default)]
    day_difference: Told,
    #[serde(default)]
    yp_info: Told,
    #[serde(default)]
    seat_types: Told,
    #[serde(flatten)]
    cells: Cells,
}

/// The columns that people see, by their upstream names.
#[derive(Deserialize)]
struct Cells {
    #[serde(default)]
    gg_num: Told,
    #[serde(default)]
    gr_num: Told,
    #[serde(default)]
    qt_num: Told,
    #[serde(default)]
    rw_num: Told,
    #[serde(default)]
    rz_num: Told,
    #[serde(default)]
    tz_num: Told,
    #[serde(default)]
    wz_num: Told,
    #[serde(default)]
    yb_num: Told,
    #[serde(default)]
    yw_num: Told,
    #[serde(default)]
    yz_num: Told,
    #[serde(default)]
    ze_num: Told,
    #[serde(default)]
    zy_num: Told,
    #[serde(default)]
    swz_num: Told,
    #[serde(default)]
    srrb_num: Told,
}

impl Cells {
    /// In the order of a left-ticket row's columns 20 to 33.
    fn in_order(&self) -> [&str; 14] {
        [
            &self.gg_num,
            &self.gr_num,
            &self.qt_num,
            &self.rw_num,
            &self.rz_num,
            &self.tz_num,
            &self.wz_num,
            &self.yb_num,
            &self.yw_num,
            &self.yz_num,
            &self.ze_num,
            &self.zy_num,
            &self.swz_num,
            &self.srrb_num,
        ]
        .map(Told::text)
    }
}

/// Reads a page. `date` is the day of boarding that was asked for.
///
/// # Errors
/// What a message means; `Changed`, naming the journey, when it has no trains or one without a name or station.
pub fn read_transfers(body: &str, date: Date) -> Result<Page, ServiceError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Data(Data),
        Words(String),
        Nothing(serde::de::IgnoredAny),
    }
    #[derive(Deserialize)]
    struct Answer {
        data: Option<Form>,
        #[serde(default)]
        messages: Messages,
        #[serde(rename = "errorMsg", default)]
        error: Told,
    }
    let answer: Answer = read(body)?;
    let said = answer.messages.0.or(answer.error.0);
    let data = match answer.data {
        Some(Form::Data(data)) => data,
        Some(Form::Words(words)) => return nothing(&said.unwrap_or(words)),
        Some(Form::Nothing(_)) | None => return nothing(said.as_deref().unwrap_or_default()),
    };
    let Some(journeys) = data.journeys else {
        return nothing(said.as_deref().unwrap_or_default());
    };
    let count = journeys.len();
    let numbered = journeys.into_iter().zip(1..);
    let read_one = |(journey, number)| journey_of(journey, number, date);
    let next = data.result_index.number();
    Ok(Page {
        transfers: numbered.map(read_one).collect::<Result<_, _>>()?,
        next: next.filter(|_| data.can_query.0 == Some(true) && count > 0),
    })
}

/// Where no trains connect, words stand in the list's place (*seen*; the words themselves are *guessed*).
fn nothing(words: &str) -> Result<Page, ServiceError> {
    let none_found = [
        "未查到",
        "没有查到",
        "没有查询到",
        "未查询到",
        "未找到",
        "没有找到",
    ];
    if none_found.iter().any(|part| words.contains(part)) {
        return Ok(Page::default());
    }
    if words.is_empty() {
        return Err(ServiceError::changed("data.middleList", "missing"));
    }
    Err(text_means(words))
}

fn journey_of(journey: Journey, number: usize, date: Date) -> Result<Transfer, ServiceError> {
    let changed = |saw| ServiceError::changed(format!("middleList, journey {number}"), saw);
    if journey.legs.is_empty() {
        return Err(changed("no trains"));
    }
    let mut legs: Vec<Leg> = Vec::with_capacity(journey.legs.len());
    let waits = journey.wait_time_minutes.number();
    // All changes together: of one change only, when there is only one.
    let wait = waits.filter(|_| journey.legs.len() == 2);
    for raw in journey.legs {
        let boarding = match legs.last() {
            None => raw.start_time.clock().map(|clock| dates::at(date, clock)),
            Some(before) => raw.boarding_after(before.arrive, wait),
        };
        legs.push(
            raw.into_leg(boarding)
                .ok_or_else(|| changed("a train without name or station"))?,
        );
    }
    let pairs = || legs.iter().zip(legs.iter().skip(1));
    let waited = pairs()
        .map(|(one, next)| minutes(one.arrive?, next.depart?))
        .sum();
    let whole = legs.first().zip(legs.last());
    let whole = whole.and_then(|(first, last)| minutes(first.depart?, last.arrive?));
    Ok(Transfer {
        wait_min: Option::or(waited, waits),
        duration_min: whole.or(journey.all_lishi_minutes.number()),
        same_station: pairs().all(|(one, next)| one.to.code == next.from.code),
        legs,
    })
}

fn minutes(from: Timestamp, to: Timestamp) -> Option<u32> {
    u32::try_from(to.duration_since(from).as_mins()).ok()
}

impl RawLeg {
    /// When one boards a later train: after the wait the answer tells, if the clock agrees; else at its next departure.
    fn boarding_after(
        &self,
        arrived: Option<Timestamp>,
        wait_min: Option<u32>,
    ) -> Option<Timestamp> {
        let (arrived, clock) = (arrived?, self.start_time.clock()?);
        if let Some(wait) = wait_min {
            let told = arrived
                .checked_add(SignedDuration::from_mins(wait.into()))
                .ok()?;
            return (dates::beijing(told).time() == clock).then_some(told);
        }
        let today = dates::at(dates::today(arrived), clock);
        let tomorrow = today.checked_add(SignedDuration::from_hours(24)).ok()?;
        Some(if today < arrived { tomorrow } else { today })
    }

    /// Arrival: by the duration where it is told and the clock agrees, else by clock and day.
    fn arrival(&self, boarding: Timestamp) -> Option<Timestamp> {
        let clock = self.arrive_time.clock();
        if let Some(duration) = self.lishi.minutes() {
            let arrive = boarding
                .checked_add(SignedDuration::from_mins(duration.into()))
                .ok()?;
            let agrees = |clock: Time| dates::beijing(arrive).time() == clock;
            return clock.is_none_or(agrees).then_some(arrive);
        }
        let days: i64 = self
            .day_difference
            .number()
            .filter(|days| (0..10).contains(days))?;
        let day = dates::today(boarding)
            .checked_add(jiff::Span::new().days(days))
            .ok()?;
        Some(dates::at(day, clock?)).filter(|arrive| *arrive > boarding)
    }

    fn into_leg(self, depart: Option<Timestamp>) -> Option<Leg> {
        let arrive = depart.and_then(|boarding| self.arrival(boarding));
        let on_the_way = || minutes(depart?, arrive?)?.try_into().ok();
        let duration_min = self.lishi.minutes().or_else(on_the_way);
        let seats = named_seats(
            self.cells.in_order(),
            self.seat_types.text(),
            self.yp_info.text(),
        );
        let stop = |name: Told, code: Told| {
            Some(Stop {
                name: name.into_text(),
                code: code.0?,
            })
        };
        Some(Leg {
            train: self.station_train_code.0?,
            train_no: self.train_no.into_text(),
            from: stop(self.from_station_name, self.from_station_telecode)?,
            to: stop(self.to_station_name, self.to_station_telecode)?,
            depart,
            arrive,
            duration_min,
            seats,
        })
    }
}
