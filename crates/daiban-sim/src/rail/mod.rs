//! The rail service (12306): station script, login/conf, left tickets, stops, signing in.
//!
//! One base URL stands for both of its hosts. Left to others: the stations (`stations`), the
//! trains and their stops (`trains`), what a left-ticket row says (`tickets`), people and their
//! passengers (`account`), the two halves of signing in (`passport` with `qr` and `password`, and
//! `session`), journeys with a change (`transfers`), ordering (`orders`, by the `secret` of a row), and
//! standing in line for what is sold out (`standby`).

mod account;
pub(crate) mod orders;
mod passport;
mod password;
mod qr;
mod sale_times;
mod secret;
mod session;
mod standby;
mod stations;
mod tickets;
mod trains;
mod transfers;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;
pub(crate) use account::add_account;
pub use account::{RailAccount, RailPassenger};
pub use orders::{OrderPage, OrderRules, Queue, StaleRow};
pub(crate) use password::{sms_code, sms_codes};
pub(crate) use qr::{confirm_code, open_codes, read_code, scan_code};
pub use session::SignedOut;
pub(crate) use session::sign_everybody_out;
use session::{LOGIN_PAGE, in_session, with_session};
pub use standby::StandbyRules;
pub(crate) use standby::{fulfil as fulfil_standby, pay as pay_standby};
use stations::Stations;
pub use trains::{Change, Seat, Stop, Train};

pub(crate) struct Rail {
    pub(crate) stations: Stations,
    pub(crate) trains: Vec<Train>,
    pub(crate) accounts: Vec<RailAccount>,
    /// By `JSESSIONID`.
    sessions: BTreeMap<String, session::Session>,
    passport: passport::Passport,
    passwords: password::Passwords,
    standbys: standby::Standbys,
    /// Sign-in codes.
    codes: Vec<qr::Code>,
    pub(crate) orders: orders::Orders,
    /// Recorded answers by the name of their file.
    recorded: Vec<(String, Vec<u8>)>,
}

impl Rail {
    pub(crate) fn new(folder: Option<&Path>) -> Self {
        Self {
            stations: Stations::new(folder),
            trains: Vec::new(),
            accounts: Vec::new(),
            sessions: BTreeMap::new(),
            passport: passport::Passport::default(),
            passwords: password::Passwords::default(),
            standbys: standby::Standbys::default(),
            codes: Vec::new(),
            orders: orders::Orders::default(),
            recorded: folder.map(read_recorded).unwrap_or_default(),
        }
    }

    fn account(&self, username: &str) -> Option<&RailAccount> {
        let mut accounts = self.accounts.iter();
        accounts.find(|account| account.username == username)
    }
}

const ERROR_PAGE: &str = "/mormhweb/logFiles/error.html";
const STATION_SCRIPT: &str = "/index/script/core/common/station_name_v10149.js";

pub(crate) fn add_train(world: &mut World, train: Train) {
    world
        .rail
        .trains
        .retain(|known| known.train_no != train.train_no);
    world.rail.trains.push(train);
}

/// Lets everything happen that was due by now, in the order of its moments. Of one moment, who
/// stands in line is served before who queues.
pub(crate) fn settle(world: &mut World) {
    loop {
        let (line, orders) = (standby::next_moment(world), orders::next_moment(world));
        match (line, orders) {
            (None, None) => return,
            (Some(line), orders) if orders.is_none_or(|orders| line <= orders) => {
                standby::settle_next(world);
            }
            _ => orders::settle_next(world),
        }
    }
}

pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    if has_strayed_cookie(call) {
        return error_page(call);
    }
    let method = call.method.as_str();
    match (method, call.path.as_str()) {
        ("GET", "/" | "/index/" | "/index/index.html") => index_page(),
        ("GET", STATION_SCRIPT | "/otn/resources/js/framework/station_name.js") => {
            Answer::script(world.rail.stations.script.clone())
        }
        ("GET" | "POST", "/otn/login/conf") => conf(world, call),
        ("GET", LOGIN_PAGE) => with_session(world, call, session::login_page()),
        ("GET", "/otn/index12306/getLoginBanner") => {
            with_session(world, call, Answer::json(&envelope(Value::Null)))
        }
        (_, path) if path.starts_with("/passport/") => passport::answer(world, call),
        ("POST", "/otn/login/sendMobileMsg") => password::send_demanded(world, call),
        ("POST", "/otn/login/checkUpMeg") => password::check_message(world, call),
        ("GET", "/otn/login/userLogin") => session::user_login(world, call),
        ("GET", session::PASSPORT_PAGE) => session::passport_page(world, call),
        ("POST", "/otn/uamauthclient") => session::authorise(world, call),
        ("GET", session::HOME_PAGE) => session::home_page(world, call),
        ("POST", "/otn/login/checkUser") => session::check_user(world, call),
        ("POST", "/otn/index/initMy12306Api") => session::profile(world, call),
        ("POST", "/otn/passengers/query") => account::passengers(world, call),
        ("GET", "/otn/leftTicket/init") => init_page(world, call),
        ("GET", "/otn/leftTicket/log") => Answer::json(&envelope(Value::Null)),
        ("GET", "/index/otn/index12306/queryAllCacheSaleTime") => sale_times::table(world),
        ("POST", path) if path.starts_with("/otn/afterNate") => standby::answer(world, call),
        ("GET", path) if path.starts_with("/otn/view/lineUp_") => standby::page(call),
        ("GET", "/otn/lcQuery/init") => transfers::page(world, call),
        ("GET", path) if path.starts_with("/lcquery/") => transfers::query(world, call),
        ("GET", "/otn/czxx/queryByTrainNo") => stops(world, call),
        ("GET", ERROR_PAGE) => Answer::html(
            200,
            "<!DOCTYPE html><html><head><title>网络可能存在问题</title></head><body>网络可能存在问题，请您重试一下！</body></html>",
        ),
        ("GET", path) if path.starts_with("/otn/leftTicket/query") => query(world, call),
        _ => orders::answer(world, call).unwrap_or_else(|| error_page(call)),
    }
}

/// 302 to error.html: abuse control or a request that isn't to the service's liking. The real one
/// sends to its other host; here that host is this one, so that no client walks out to it.
pub(crate) fn error_page(call: &Call) -> Answer {
    Answer::redirect(here(call, ERROR_PAGE))
}

/// A path as an address of this server.
fn here(call: &Call, path: &str) -> String {
    let host = call.header("host");
    if host.is_empty() {
        return path.into();
    }
    format!("http://{host}{path}")
}

/// A browser keeps the cookies of `/otn` and `/passport` apart. A client that sends one side's to
/// the other has lost their paths, and would sooner or later mix them up.
fn has_strayed_cookie(call: &Call) -> bool {
    let sent = |names: &[&str]| names.iter().any(|name| call.cookie(name).is_some());
    if call.path.starts_with("/passport") {
        return sent(&["JSESSIONID", "tk", "uKey"]);
    }
    let from_otn = call.path.starts_with("/lcquery/") && sent(&["JSESSIONID", "tk", "uKey"]);
    from_otn || sent(&["uamtk", "_passport_session"])
}

/// Fields of a form; a body of another kind has none.
fn form(call: &Call) -> Vec<(String, String)> {
    let kind = call.header("content-type");
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Vec::new();
    }
    call.form_pairs()
}

fn index_page() -> Answer {
    Answer::html(
        200,
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>中国铁路12306网站</title>\
             <script src=\".{}\"></script></head><body></body></html>",
            STATION_SCRIPT.trim_start_matches("/index")
        ),
    )
}

/// *Seen* in 2023–2024 answers; `messages` is an array here, a string in left-ticket answers.
fn envelope(data: Value) -> Value {
    json!({
        "validateMessagesShowId": "_validatorMessage", "status": true, "httpstatus": 200,
        "data": data, "messages": [], "validateMessages": {},
    })
}

/// A query the service doesn't take: HTTP 200, status true, no data (*seen* 2026).
fn illegal() -> Answer {
    no_data("非法请求")
}

fn no_data(message: &str) -> Answer {
    Answer::json(&json!({
        "validateMessagesShowId": "_validatorMessage", "status": true, "httpstatus": 200,
        "messages": [message], "validateMessages": {},
    }))
}

fn conf(world: &mut World, call: &Call) -> Answer {
    let now = world.now;
    let days = world.options.presale_days;
    let until = clock::plus_days(clock::date(now), days - 1).to_string();
    let mut data = json!({
        "isstudentDate": true, "is_login_passCode": "Y", "is_sweep_login": "Y", "psr_qr_code_result": "N",
        "login_url": "resources/login.html", "studentDate": [clock::date(now).to_string(), until], "stu_control": days,
        "is_uam_login": "Y", "is_login": "N", "other_control": days, "is_message_passCode": "N",
        "queryUrl": format!("leftTicket/{}", world.options.rail_query),
        "nowStr": clock::digits(now), "now": now,
    });
    if let Some(account) = session::account_of(world, call) {
        data["is_login"] = json!("Y");
        data["name"] = json!(account.name);
        data["user_name"] = json!(account.username);
        data["born_date"] = json!(
            account
                .born
                .map(|born| born.to_string())
                .unwrap_or_default()
        );
    }
    with_session(world, call, Answer::json(&envelope(data)))
}

fn init_page(world: &mut World, call: &Call) -> Answer {
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>车票预订</title><script>\n\
         var CLeftTicketUrl = 'leftTicket/{}';\nvar ctx='/otn/';\n</script></head><body></body></html>",
        world.options.rail_query
    );
    with_session(world, call, Answer::html(200, page))
}

/// What a left-ticket query asks for.
pub(crate) struct Question {
    pub(crate) date: Date,
    pub(crate) from: String,
    pub(crate) to: String,
}

fn query(world: &mut World, call: &Call) -> Answer {
    let current = &world.options.rail_query;
    if call.path != format!("/otn/leftTicket/{current}") {
        return Answer::json(
            &json!({"c_url": format!("leftTicket/{current}"), "c_name": "CLeftTicketUrl", "status": false}),
        );
    }
    let Some((question, purpose)) = question(call) else {
        return error_page(call);
    };
    if !in_session(world, call) {
        return error_page(call);
    }
    if !call.header("referer").contains("/otn/leftTicket/init")
        || !matches!(purpose.as_str(), "ADULT" | "0X00")
    {
        return illegal();
    }
    if let Some(message) = orders::said(world, "query") {
        return no_data(&message);
    }
    let pair = format!("_{}-{}", question.from, question.to);
    if let Some(recorded) = recorded(world, &format!("left_ticket_{}{pair}", question.date)) {
        return recorded;
    }
    let today = clock::date(world.now);
    let last = clock::plus_days(today, world.options.presale_days - 1);
    if question.date < today || question.date > last {
        return error_page(call);
    }
    let known = |telecode| world.rail.stations.by_telecode(telecode).is_some();
    if !known(&question.from) || !known(&question.to) {
        return illegal();
    }
    // A day of which nothing is recorded gets the rows of another day of the same pair or cities, as they were.
    recorded(world, &pair)
        .or_else(|| recorded_between_cities(world, &question))
        .unwrap_or_else(|| tickets::answer(world, &question))
}

/// The four parameters in their one order, the date with its zeros (*seen* in 2018–2026: any other
/// form is sent to error.html).
fn question(call: &Call) -> Option<(Question, String)> {
    let pairs = call.query_pairs();
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    if names
        != [
            "leftTicketDTO.train_date",
            "leftTicketDTO.from_station",
            "leftTicketDTO.to_station",
            "purpose_codes",
        ]
    {
        return None;
    }
    let mut values = pairs.into_iter().map(|(_, value)| value);
    let (date, from, to, purpose) = (
        values.next()?,
        values.next()?,
        values.next()?,
        values.next()?,
    );
    let day: Date = date.parse().ok()?;
    (day.to_string() == date).then_some((
        Question {
            date: day,
            from,
            to,
        },
        purpose,
    ))
}

/// A recorded answer whose file name holds these words, byte for byte.
fn recorded(world: &World, words: &str) -> Option<Answer> {
    let mut recorded = world.rail.recorded.iter();
    let (_, bytes) = recorded.find(|(name, _)| name.contains(words))?;
    Some(Answer::json_bytes(bytes.clone()))
}

/// The service answers for whole cities, so a recording serves every pair of stations of its two cities.
fn recorded_between_cities(world: &World, question: &Question) -> Option<Answer> {
    let stations = &world.rail.stations;
    let fits = |name: &str| {
        let pair = name.trim_end_matches(".json").rsplit('_').next()?;
        let (from, to) = pair.split_once('-')?;
        let same = |a: &str, b: &str| stations.same_city(a, b);
        (same(from, &question.from) && same(to, &question.to)).then_some(())
    };
    let mut recorded = world.rail.recorded.iter();
    let (_, bytes) = recorded.find(|(name, _)| fits(name).is_some())?;
    Some(Answer::json_bytes(bytes.clone()))
}

/// Read once: a request must not wait for the disk under the world's lock.
fn read_recorded(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    files
        .filter_map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            let wanted = name.starts_with("left_ticket_") && name.ends_with(".json");
            wanted
                .then(|| std::fs::read(file.path()).ok())
                .flatten()
                .map(|bytes| (name, bytes))
        })
        .collect()
}

fn stops(world: &World, call: &Call) -> Answer {
    let pairs = call.query_pairs();
    let value = |key: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == key)
            .map_or("", |(_, value)| value.as_str())
    };
    let date: Option<Date> = value("depart_date").parse().ok();
    if date.is_none()
        || value("from_station_telecode").is_empty()
        || value("to_station_telecode").is_empty()
    {
        return illegal();
    }
    let train = world
        .rail
        .trains
        .iter()
        .find(|train| train.train_no == value("train_no"));
    let rows = train.map(|train| {
        trains::stop_rows(
            world,
            train,
            value("from_station_telecode"),
            value("to_station_telecode"),
        )
    });
    Answer::json(&envelope(json!({"data": rows.unwrap_or_default()})))
}
