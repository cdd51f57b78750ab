//! Journeys with one change: two trains of the simulated timetable that meet in a city on the way.
//!
//! Names of fields are *seen* in public clients (2020–2026); which journeys the service leaves out,
//! and in what order it tells the others, is *guessed*.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::session::with_session;
use super::tickets::{self, Ride};
use super::trains::{DAY, hh_mm};
use super::{error_page, illegal};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;

/// Time to change trains, minutes.
const LEAST_WAIT: i64 = 20;
const LONGEST_WAIT: i64 = 360;
const A_PAGE: usize = 10;
const PAGE: &str = "/otn/lcQuery/init";

/// All of them are sent each time.
const PARAMETERS: [&str; 9] = [
    "train_date",
    "from_station_telecode",
    "to_station_telecode",
    "middle_station",
    "result_index",
    "can_query",
    "isShowWZ",
    "purpose_codes",
    "channel",
];

/// The page that names the path of the query.
pub(crate) fn page(world: &mut World, call: &Call) -> Answer {
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>中转换乘</title><script>\n\
         var lc_search_url = '/lcquery/{}';\nvar ctx='/otn/';\n</script></head><body></body></html>",
        world.options.rail_transfer_query
    );
    with_session(world, call, Answer::html(200, page))
}

/// What is asked for.
struct Question {
    date: Date,
    from: String,
    to: String,
    /// Change here; empty for anywhere.
    middle: String,
    /// So many were told before.
    skip: usize,
    show_standing: bool,
}

struct Journey<'a> {
    first: Ride<'a>,
    second: Ride<'a>,
    wait: i64,
}

impl Journey<'_> {
    fn minutes(&self) -> i64 {
        self.first.minutes() + self.wait + self.second.minutes()
    }
}

pub(crate) fn query(world: &World, call: &Call) -> Answer {
    let current = format!("/lcquery/{}", world.options.rail_transfer_query);
    // `route` is the one cookie of the page that goes along: the others belong to /otn.
    if call.path != current || call.cookie("route").is_none() {
        return error_page(call);
    }
    let Some(question) = question(call) else {
        return error_page(call);
    };
    if !call.header("referer").contains(PAGE) {
        return illegal();
    }
    let today = clock::date(world.now);
    let last = clock::plus_days(today, world.options.presale_days - 1);
    if question.date < today || question.date > last {
        return nothing("您选择的日期不在预售期内");
    }
    let mut found = journeys(world, &question);
    if found.is_empty() {
        return nothing("很抱歉，按您的查询条件，当前未找到中转换乘方案");
    }
    found.sort_by_key(|journey| (journey.minutes(), journey.first.depart % DAY));
    told(world, &question, &found)
}

/// `data` is a text when there is nothing to tell (*seen*).
fn nothing(words: &str) -> Answer {
    Answer::json(&json!({"status": true, "httpstatus": 200, "data": "", "errorMsg": words}))
}

fn question(call: &Call) -> Option<Question> {
    let sent: BTreeMap<String, String> = call.query_pairs().into_iter().collect();
    let value = |name: &str| sent.get(name).map(String::as_str);
    if sent.len() != PARAMETERS.len() || PARAMETERS.iter().any(|name| value(name).is_none()) {
        return None;
    }
    let date: Date = value("train_date")?.parse().ok()?;
    let yes_or_no = |name| matches!(value(name), Some("Y" | "N"));
    let usual =
        matches!(value("purpose_codes"), Some("00" | "0X00")) && value("channel") == Some("E");
    let written = Some(date.to_string().as_str()) == value("train_date");
    if !usual || !written || !yes_or_no("isShowWZ") || !yes_or_no("can_query") {
        return None;
    }
    Some(Question {
        date,
        from: value("from_station_telecode")?.into(),
        to: value("to_station_telecode")?.into(),
        middle: value("middle_station")?.into(),
        skip: value("result_index")?.parse().ok()?,
        show_standing: value("isShowWZ") == Some("Y"),
    })
}

fn journeys<'a>(world: &'a World, question: &Question) -> Vec<Journey<'a>> {
    let mut found = Vec::new();
    for first in rides(world, question.date, |stop| {
        is_in(world, stop, &question.from)
    }) {
        let middle = first.alights_at();
        let on_the_way =
            !is_in(world, middle, &question.from) && !is_in(world, middle, &question.to);
        let wanted = question.middle.is_empty() || is_in(world, middle, &question.middle);
        if on_the_way && wanted && runs(&first) && first.leaves_ms() > world.now {
            found.extend(onward(world, question, &first));
        }
    }
    found
}

fn runs(ride: &Ride) -> bool {
    !ride.train.suspended_on.contains(&ride.date)
}

fn is_in(world: &World, station: &str, city_of: &str) -> bool {
    world.rail.stations.same_city(station, city_of)
}

/// Every ride from such a stop to any later one.
fn rides<'a>(world: &'a World, date: Date, begins: impl Fn(&str) -> bool) -> Vec<Ride<'a>> {
    let mut rides = Vec::new();
    for train in &world.rail.trains {
        let stops = 0..train.stops.len();
        for from in stops.filter(|at| begins(&train.stops[*at].station)) {
            let later = from + 1..train.stops.len();
            rides.extend(later.map(|to| Ride::new(train, from, to, date)));
        }
    }
    rides
}

fn onward<'a>(world: &'a World, question: &Question, first: &Ride<'a>) -> Vec<Journey<'a>> {
    let middle = first.alights_at();
    let at = first.depart % DAY + first.minutes();
    let seconds = rides(world, question.date, |stop| is_in(world, stop, middle));
    let fitting = seconds.into_iter().filter(|second| {
        second.train.train_no != first.train.train_no
            && is_in(world, second.alights_at(), &question.to)
    });
    fitting
        .filter_map(|second| {
            let wait = LEAST_WAIT + (second.depart - at - LEAST_WAIT).rem_euclid(DAY);
            let day = clock::plus_days(question.date, (at + wait) / DAY);
            let second = Ride::new(second.train, second.from, second.to, day);
            let first = first.clone();
            (wait <= LONGEST_WAIT && runs(&second)).then_some(Journey {
                first,
                second,
                wait,
            })
        })
        .collect()
}

fn told(world: &World, question: &Question, found: &[Journey]) -> Answer {
    let page = found.iter().skip(question.skip).take(A_PAGE);
    let rows: Vec<Value> = page.map(|journey| row(world, question, journey)).collect();
    let next = question.skip + rows.len();
    let more = if next < found.len() { "Y" } else { "N" };
    Answer::json(&json!({
        "status": true, "httpstatus": 200, "errorMsg": "",
        "data": {"flag": true, "middleList": rows, "result_index": next, "can_query": more},
    }))
}

fn row(world: &World, question: &Question, journey: &Journey) -> Value {
    let (first, second) = (&journey.first, &journey.second);
    let same = first.alights_at() == second.boards_at();
    let arrives = clock::plus_days(second.date, (second.depart % DAY + second.minutes()) / DAY);
    json!({
        "all_lishi_minutes": journey.minutes(), "all_lishi": in_words(journey.minutes()),
        "wait_time_minutes": journey.wait, "wait_time": in_words(journey.wait),
        "middle_station_code": first.alights_at(), "middle_station_name": name(world, first.alights_at()),
        "same_station": if same { "0" } else { "1" }, "same_train": "N", "train_count": 2,
        "train_date": first.date.to_string(), "arrive_date": arrives.to_string(),
        "start_time": hh_mm(first.depart), "arrive_time": hh_mm(second.arrive),
        "first_train_no": first.train.train_no, "second_train_no": second.train.train_no,
        "from_station_code": first.boards_at(), "from_station_name": name(world, first.boards_at()),
        "end_station_code": second.alights_at(), "end_station_name": name(world, second.alights_at()),
        "fullList": [leg(world, question, first), leg(world, question, second)],
    })
}

fn in_words(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}分钟"),
        (hours, minutes) => format!("{hours}小时{minutes}分钟"),
    }
}

fn name<'a>(world: &'a World, telecode: &str) -> &'a str {
    let station = world.rail.stations.by_telecode(telecode);
    station.map_or("", |station| station.name.as_str())
}

/// Fields 20–33 of a left-ticket row under the names that the service gives them here.
const CELLS: [(&str, usize); 14] = [
    ("gg_num", 20),
    ("gr_num", 21),
    ("qt_num", 22),
    ("rw_num", 23),
    ("rz_num", 24),
    ("tz_num", 25),
    ("wz_num", 26),
    ("yb_num", 27),
    ("yw_num", 28),
    ("yz_num", 29),
    ("ze_num", 30),
    ("zy_num", 31),
    ("swz_num", 32),
    ("srrb_num", 33),
];

fn leg(world: &World, question: &Question, ride: &Ride) -> Value {
    let row = tickets::row(world, ride);
    let field: Vec<&str> = row.split('|').collect();
    let length = ride.minutes();
    let mut leg = Map::new();
    let mut set = |name: &str, value: &str| leg.insert(name.into(), json!(value));
    for (name, at) in CELLS {
        let hidden = name == "wz_num" && !question.show_standing;
        let cell = if hidden { "" } else { field[at] };
        set(name, if cell.is_empty() { "--" } else { cell });
    }
    for (name, at) in [
        ("train_no", 2),
        ("station_train_code", 3),
        ("start_station_telecode", 4),
        ("end_station_telecode", 5),
        ("start_train_date", 13),
        ("from_station_no", 16),
        ("to_station_no", 17),
        ("seat_types", 35),
        ("yp_info", 39),
        ("dw_flag", 46),
    ] {
        set(name, field[at]);
    }
    set("from_station_telecode", ride.boards_at());
    set("from_station_name", name(world, ride.boards_at()));
    set("to_station_telecode", ride.alights_at());
    set("to_station_name", name(world, ride.alights_at()));
    set("train_date", &ride.date.to_string());
    set("start_time", &hh_mm(ride.depart));
    set("arrive_time", &hh_mm(ride.arrive));
    set("lishi", &format!("{:02}:{:02}", length / 60, length % 60));
    let days = (ride.depart % DAY + length) / DAY;
    set("day_difference", &days.to_string());
    Value::Object(leg)
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn durations_in_words() {
        assert_eq!(in_words(45), "45分钟");
        assert_eq!(in_words(60), "1小时0分钟");
        assert_eq!(in_words(1505), "25小时5分钟");
    }
}
