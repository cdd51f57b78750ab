//! Reading 12306: our own fixtures, properties, a scripted line, and recorded answers where they are at hand.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "rail/order_flow.rs"]
mod order_flow;
#[path = "rail/order_gate.rs"]
mod order_gate;
#[path = "rail/order_wire.rs"]
mod order_wire;
#[path = "rail/password.rs"]
mod password;
#[path = "rail/reads.rs"]
mod reads;
#[path = "rail/sign_in.rs"]
mod sign_in;
#[path = "rail/simulated.rs"]
mod simulated;
#[path = "rail/standby_flow.rs"]
mod standby_flow;
#[path = "rail/standby_wire.rs"]
mod standby_wire;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use daiban_core::Timestamp;
use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Method, Pace, Request, Response};
use daiban_core::provider::{Provider, Vault, Visit};
use daiban_providers::rail::counts::disagreements;
use daiban_providers::rail::flow::{self, Line, Session};
use daiban_providers::rail::stations::Dictionary;
use daiban_providers::rail::tickets::{Row, SaleState};
use daiban_providers::rail::wire::request::TicketQuestion;
use daiban_providers::rail::wire::{self, LeftTickets, RawRow, Reply};
use daiban_providers::rail::{Rail, TicketWish, wire::StopAt};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};

const LEFT_TICKETS: &str = include_str!("../fixtures/rail/left_tickets.json");
const MOVED: &str = include_str!("../fixtures/rail/moved.json");
const REFUSED: &str = include_str!("../fixtures/rail/refused.json");
const CONF: &str = include_str!("../fixtures/rail/conf.json");
const STOPS: &str = include_str!("../fixtures/rail/stops.json");
const STATIONS: &str = include_str!("../fixtures/rail/station_name.js");
const LEFT_TICKET_PAGE: &str = include_str!("../fixtures/rail/left_ticket_page.html");
const INDEX_PAGE: &str = include_str!("../fixtures/rail/index_page.html");

const DAY: Date = date(2026, 12, 4);

fn tickets(body: &str) -> LeftTickets<'_> {
    let Reply::Tickets(tickets) = wire::left_tickets(body).unwrap() else {
        panic!("moved")
    };
    tickets
}

/// The trains of the fixture as the contract's JSON.
fn fixture_trains() -> Value {
    let answer = tickets(LEFT_TICKETS);
    let rows = answer.rows(DAY).unwrap();
    json!(rows.iter().map(|row| &row.train).collect::<Vec<_>>())
}

// ── rows ──

#[test]
fn a_train_has_the_shape_of_the_contract() {
    assert_eq!(
        fixture_trains()[0],
        json!({
            "train": "G9001", "train_no": "0a0000G90010",
            "from": {"name": "北京南", "code": "VNP"}, "to": {"name": "上海虹桥", "code": "AOH"},
            "depart": "2026-12-04T08:00:00+08:00", "arrive": "2026-12-04T12:30:00+08:00", "duration_min": 270,
            "state": "bookable", "note": "预订", "on_sale_at": "2026-11-20T14:30:00+08:00", "standby": true,
            "seats": [
                {"code": "9", "class": "商务座", "left": 0, "or_more": false, "price_fen": 200_000},
                {"code": "M", "class": "一等座", "left": 7, "or_more": false, "price_fen": 100_000},
                {"code": "O", "class": "二等座", "left": 21, "or_more": true, "price_fen": 60_000},
                {"code": "W", "class": "无座", "left": 21, "or_more": true, "price_fen": 60_000},
            ],
        })
    );
}

#[test]
fn times_count_from_the_boarding_date() {
    let trains = fixture_trains();
    let check = |at: usize, depart: Value, arrive: Value, minutes: Value| {
        let train = &trains[at];
        assert_eq!(
            json!([train["depart"], train["arrive"], train["duration_min"]]),
            json!([depart, arrive, minutes]),
            "{train}"
        );
    };
    // Began the day before; boards on the 4th and arrives on the 5th.
    check(
        1,
        json!("2026-12-04T23:50:00+08:00"),
        json!("2026-12-05T13:20:00+08:00"),
        json!(810),
    );
    // 24:00 and 99:59 are no times.
    check(4, Value::Null, Value::Null, Value::Null);
    // Two nights on the way.
    check(
        5,
        json!("2026-12-04T20:15:00+08:00"),
        json!("2026-12-06T21:00:00+08:00"),
        json!(2925),
    );
}

#[test]
fn a_clock_that_contradicts_the_duration_leaves_the_arrival_unknown() {
    let row = changed_row(&[(9, "12:31")]);
    let train = read_row(&row).train;
    assert_eq!((train.duration_min, train.arrive), (Some(270), None));
}

#[test]
fn states() {
    let trains = fixture_trains();
    let states: Vec<&str> = trains
        .as_array()
        .unwrap()
        .iter()
        .map(|train| train["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        [
            "bookable",
            "bookable",
            "sold_out",
            "not_on_sale",
            "suspended",
            "bookable",
            "bookable"
        ]
    );

    let check = |changes: &[(usize, &str)], expected| {
        assert_eq!(
            read_row(&changed_row(changes)).train.state,
            expected,
            "{changes:?}"
        )
    };
    check(&[], SaleState::Bookable);
    check(&[(11, "N")], SaleState::NotOnSale);
    check(
        &[(1, "23:00-06:00系统维护时间"), (11, "IS_TIME_NOT_BUY")],
        SaleState::NotOnSale,
    );
    check(&[(1, "列车运行图调整,暂停发售")], SaleState::Suspended);
    check(&[(19, "1")], SaleState::Suspended);
    check(&[(26, "无"), (30, "无"), (31, "无")], SaleState::SoldOut);
    check(
        &[(26, "*"), (30, "*"), (31, "*"), (32, "*")],
        SaleState::NotOnSale,
    );
    check(&[(11, "")], SaleState::NotOnSale);
}

#[test]
fn classes_of_unusual_rows() {
    let trains = fixture_trains();
    let seats = |at: usize| -> Vec<Value> {
        let seats = trains[at]["seats"].as_array().unwrap();
        seats
            .iter()
            .map(|seat| json!([seat["code"], seat["left"], seat["price_fen"]]))
            .collect()
    };
    // Sleepers in the order of field 39; 无座 is the unit counted from 3000.
    assert_eq!(
        seats(1),
        [
            json!(["4", 2, 47_700]),
            json!(["3", 21, 29_900]),
            json!(["1", 0, 17_000]),
            json!(["W", 0, 17_000])
        ]
    );
    // Stars: the classes are there, nobody knows how many tickets.
    assert_eq!(
        seats(3),
        [json!(["M", null, null]), json!(["O", null, null])]
    );
    assert_eq!(seats(4), [] as [Value; 0]);
    // A class newer than our table keeps its code; its count is in field 39 only.
    assert_eq!(
        seats(5),
        [
            json!(["D", 3, 80_000]),
            json!(["A", 0, 160_000]),
            json!(["F", 12, 80_000]),
            json!(["Z", 4, 50_000])
        ]
    );
    assert_eq!(trains[5]["seats"][3]["class"], Value::Null);
    // 33 fields: columns only; `--` is "not on this train".
    assert_eq!(seats(6), [json!(["W", 21, null]), json!(["1", 5, null])]);
    assert_eq!(trains[6]["from"], json!({"name": null, "code": "QQQ"}));
    assert_eq!(trains[6]["standby"], Value::Null);
}

#[test]
fn standby_is_open_while_one_class_is() {
    let check = |changes: &[(usize, &str)], expected| {
        assert_eq!(
            read_row(&changed_row(changes)).train.standby,
            expected,
            "{changes:?}"
        )
    };
    check(&[], Some(true));
    check(&[(38, "9M")], Some(true));
    check(&[(38, "9MO")], Some(false));
    check(&[(37, "0")], Some(false));
    check(&[(37, "")], None);
}

#[test]
fn an_order_finds_its_keys_untouched() {
    let answer = tickets(LEFT_TICKETS);
    let rows = answer.rows(DAY).unwrap();
    let keys = &rows[1].keys;
    assert_eq!(keys.secret, "c2FtcGxl%2Fsecret%2Bof%0Aours%3D");
    assert_eq!(
        (keys.start_date, &*keys.from_number, &*keys.to_number),
        (Some(date(2026, 12, 3)), "05", "11")
    );
    assert_eq!(
        (&*keys.seat_types, &*keys.location, &*keys.left_ticket),
        ("4311", "P1", "bGVmdA%2Fours")
    );
    assert!(keys.bed_levels.starts_with("3303190"));
    assert!(rows[0].keys.discounts.starts_with("90084"));
    assert_eq!(keys.standby_closed, "43");
}

#[test]
fn a_row_reads_back_as_it_was_stored() {
    let answer = tickets(LEFT_TICKETS);
    for row in answer.rows(DAY).unwrap() {
        let stored = serde_json::to_string(&row).unwrap();
        assert_eq!(
            serde_json::from_str::<Row<'static>>(&stored).unwrap(),
            row.into_owned()
        );
    }
}

#[test]
fn our_own_rows_disagree_where_they_were_made_to() {
    let answer = tickets(LEFT_TICKETS);
    let found: Vec<usize> = answer
        .raw()
        .map(|raw| disagreements(&raw.unwrap()).len())
        .collect();
    assert_eq!(found, [0, 0, 0, 0, 0, 0, 0]);

    let check = |changes: &[(usize, &str)], expected: &str| {
        let row = changed_row(changes);
        let found = disagreements(&RawRow::cut(&row, 1).unwrap());
        assert_eq!(found, [expected], "{changes:?}");
    };
    check(&[(31, "8")], "M: field 39 says 7, field 31 8");
    check(&[(29, "有")], "field 29 says 有, field 39 nothing");
    check(
        &[(35, "9OMO")],
        "field 39 has the classes 9MOO, field 35 9OMO",
    );
    check(
        &[(39, "O06000002")],
        "field 39 is not made of 10-character units: 9 characters",
    );
}

#[test]
fn what_people_see_wins_over_field_39() {
    let row = changed_row(&[(31, "无"), (39, "nonsense")]);
    let train = read_row(&row).train;
    let seats: Vec<Value> = train
        .seats
        .iter()
        .map(|seat| json!([seat.code, seat.left.number(), seat.price_fen]))
        .collect();
    assert_eq!(
        seats,
        [
            json!(["9", 0, null]),
            json!(["M", 0, null]),
            json!(["O", 21, null]),
            json!(["W", 21, null])
        ]
    );
}

/// The fixture's first row with some fields changed.
fn changed_row(changes: &[(usize, &str)]) -> String {
    let body: Value = serde_json::from_str(LEFT_TICKETS).unwrap();
    let mut fields: Vec<&str> = body["data"]["result"][0]
        .as_str()
        .unwrap()
        .split('|')
        .collect();
    changes.iter().for_each(|(at, field)| fields[*at] = field);
    fields.join("|")
}

fn read_row(text: &str) -> Row<'_> {
    Row::read(&RawRow::cut(text, 1).unwrap(), DAY, |_| None).unwrap()
}

// ── envelopes ──

fn envelope_of(rows: &[&str]) -> String {
    json!({"httpstatus": 200, "data": {"result": rows, "map": {}}, "messages": "", "status": true})
        .to_string()
}

fn place_of(error: &ServiceError) -> (&str, &str) {
    match error {
        ServiceError::Changed { place, text } => (place, &text.en),
        other => panic!("{other}"),
    }
}

#[test]
fn a_short_row_is_named() {
    let good = changed_row(&[]);
    let body = envelope_of(&[&good, &good, &"|".repeat(19)]);
    let error = tickets(&body).rows(DAY).unwrap_err();
    assert_eq!(place_of(&error).0, "row 3");
    assert!(
        place_of(&error)
            .1
            .contains("row 3: 20 fields, at least 33 expected"),
        "{error}"
    );

    let body = envelope_of(&[&changed_row(&[(6, "")])]);
    assert!(
        tickets(&body)
            .rows(DAY)
            .unwrap_err()
            .to_string()
            .contains("row 1: no boarding station (field 6)")
    );
}

#[test]
fn no_trains_is_an_answer() {
    assert_eq!(tickets(&envelope_of(&[])).rows(DAY).unwrap(), []);
}

#[test]
fn escapes_in_the_json_are_read() {
    let row = changed_row(&[]);
    let escaped: String = row.encode_utf16().fold(String::new(), |mut all, unit| {
        write!(all, "\\u{unit:04x}").unwrap();
        all
    });
    let body = format!(
        r#"{{"data":{{"result":["{escaped}"],"map":{{"V\u004eP":"北京\u5357"}}}},"status":true}}"#
    );
    let answer = tickets(&body);
    let rows = answer.rows(DAY).unwrap();
    assert_eq!(rows[0].train.from.name.as_deref(), Some("北京南"));
    assert_eq!(rows[0].train.seats, read_row(&row).train.seats);
}

#[test]
fn moved_and_nowhere_else() {
    assert!(
        matches!(wire::left_tickets(MOVED).unwrap(), Reply::Moved(path) if path == "leftTicket/queryG")
    );
    for path in [
        "https://example.org/otn/leftTicket/query",
        "../login",
        "leftTicket/query/../x",
        "leftTicket/queryABCDEFGHI",
    ] {
        let body = json!({"c_url": path, "status": false}).to_string();
        assert_eq!(
            wire::left_tickets(&body).unwrap_err().code(),
            "changed",
            "{path}"
        );
    }
}

#[test]
fn answers_that_are_none() {
    let check = |body: &str, code: &str, words: &str| {
        let error = wire::left_tickets(body).unwrap_err();
        assert_eq!(error.code(), code, "{body}");
        assert!(error.to_string().contains(words), "{error}");
    };
    check(REFUSED, "refused", "illegal_request");
    check(
        r#"{"status":false,"messages":["系统忙，请稍后重试"],"data":""}"#,
        "busy",
        "系统忙",
    );
    check(
        r#"{"status":false,"messages":"用户未登录"}"#,
        "sign_in_lost",
        "用户未登录",
    );
    check(
        r#"{"status":true,"messages":["选择的查询日期不在预售日期范围内"],"data":{}}"#,
        "refused",
        "outside_presale",
    );
    check(
        r#"{"status":true,"data":{"msg":"系统繁忙"}}"#,
        "busy",
        "系统繁忙",
    );
    check(
        r#"{"status":false,"messages":[]}"#,
        "changed",
        "status: false, and no message",
    );
    check(r#"{"status":true}"#, "changed", "data: missing");
    check(r#"{"status":true,"data":[]}"#, "changed", "data: missing");
    check(
        r#"{"status":true,"data":{"rows":[]}}"#,
        "changed",
        "data.result: missing",
    );
    check(
        r#"{"status":true,"data":{"result":[7]}}"#,
        "changed",
        "body",
    );
    check("-1", "changed", "body");
    check("", "changed", "cut off");
    let cut = &LEFT_TICKETS[..LEFT_TICKETS.char_indices().nth(700).unwrap().0];
    check(cut, "changed", "cut off after");
}

#[test]
fn the_configuration_tells_path_and_window() {
    let conf = wire::conf(CONF).unwrap();
    assert_eq!(conf.query_path.as_deref(), Some("leftTicket/queryG"));
    assert_eq!(
        (conf.presale_days, conf.student_presale_days, conf.signed_in),
        (Some(15), Some(15), Some(false))
    );
    let bare =
        wire::conf(r#"{"status":true,"data":{"other_control":null,"stu_control":{}}}"#).unwrap();
    assert_eq!(bare, wire::Conf::default());
}

#[test]
fn pages_tell_paths() {
    assert_eq!(
        wire::query_path_in_page(LEFT_TICKET_PAGE).as_deref(),
        Some("leftTicket/queryZ")
    );
    assert_eq!(
        wire::query_path_in_page("var CLeftTicketUrl = 'leftTicket/queryZ"),
        None
    );
    assert_eq!(wire::query_path_in_page("CLeftTicketUrl =有"), None);
    assert_eq!(
        wire::station_file_in_page(INDEX_PAGE).as_deref(),
        Some("/index/script/core/common/station_name_v10149.js")
    );
    assert_eq!(
        wire::station_file_in_page("script/core/common/station_name\" onload=x.js"),
        None
    );
}

#[test]
fn stops_of_a_train() {
    let stops = wire::stops(STOPS).unwrap();
    let middle = StopAt {
        number: 2,
        name: "济南西".into(),
        arrive: Some("09:30".into()),
        depart: Some("09:32".into()),
        stay_min: Some(2),
        on_the_way: Some(true),
    };
    assert_eq!((stops.len(), &stops[1]), (3, &middle));
    assert_eq!(
        (&stops[0].arrive, stops[0].stay_min, stops[2].on_the_way),
        (&None, None, Some(false))
    );
}

// ── stations ──

fn stations() -> Dictionary {
    Dictionary::parse(STATIONS).unwrap()
}

#[test]
fn the_station_file_is_cut_and_never_run() {
    let stations = stations();
    assert_eq!(stations.stations().len(), 11, "one record comes twice");
    assert_eq!(
        stations.by_code("WEI").unwrap().name,
        "成都东",
        "blanks inside the name"
    );
    assert_eq!(
        stations.by_name("济南西").unwrap().city,
        None,
        "a record of six fields and a number"
    );
    assert_eq!(
        json!(stations.by_code("VNP").unwrap()),
        json!({"name": "北京南", "code": "VNP", "pinyin": "beijingnan", "initials": "bjn", "city": "北京"})
    );
}

#[test]
fn a_bad_station_file_is_named() {
    let check = |text: &str, words: &str| {
        let error = Dictionary::parse(text).unwrap_err();
        assert!(place_of(&error).1.contains(words), "{error}");
    };
    check("", "station file: empty");
    check("var station_names =", "station file: no string in it");
    check("var station_names ='';", "station file: no record in it");
    check(
        "var station_names ='@bjb|北京北|VAP|bei",
        "station file: cut off",
    );
    check(
        "var a ='@bjb|北京北|VAP|beijingbei|bjb|0@bjd|北京东|BOP';",
        "station file, record 2: 3 fields, at least 6 expected",
    );
    check(
        "var a ='@bjb|北京北|vap|beijingbei|bjb|0';",
        "record 1: \"vap\" is no telecode",
    );
    check("var a ='@bjb| |VAP|beijingbei|bjb|0';", "record 1: no name");
}

#[test]
fn a_search_is_ranked() {
    let stations = stations();
    let check = |text: &str, expected: &[&str]| {
        let found: Vec<&str> = stations
            .search(text, 20)
            .iter()
            .map(|station| station.name.as_str())
            .collect();
        assert_eq!(found, expected, "{text}");
    };
    check("北京", &["北京", "北京北", "北京南", "通州西"]);
    check("北京南站", &["北京南"]);
    check("VNP", &["北京南"]);
    check("vnp", &["北京南"]);
    check("bj", &["北京", "北京北", "北京南"]);
    check("BeiJing", &["北京", "北京北", "北京南", "通州西"]);
    check("shang hai", &["上海", "上海虹桥"]);
    check("虹桥", &["上海虹桥"]);
    check("香港", &["香港西九龙"]);
    check("lang", &["琅勃拉邦"]);
    check("火星", &[]);
    check(" ", &[]);
    assert_eq!(stations.search("北京", 2).len(), 2);
}

#[test]
fn a_name_or_telecode_is_one_station_or_a_question() {
    let stations = stations();
    let code = |text: &str| {
        stations
            .resolve("from", text)
            .map(|station| station.code.as_str())
    };
    assert_eq!(code("北京"), Ok("BJP"));
    assert_eq!(code(" 北京 站"), Ok("BJP"));
    assert_eq!(code("aoh"), Ok("AOH"));
    let error = code("香港").unwrap_err();
    assert_eq!(error.field, "from");
    assert!(error.text.zh.contains("香港西九龙（XJA）"), "{error:?}");
    assert!(code("火星").unwrap_err().text.zh.contains("请填站名"));
}

#[test]
fn an_answer_teaches_new_stations() {
    let mut stations = stations();
    assert_eq!(
        stations.learn([
            ("VNP", "北京南"),
            ("QQQ", "新站"),
            ("bad", "x"),
            ("ZZZ", " ")
        ]),
        1
    );
    assert_eq!(
        json!(stations.resolve("to", "新站").unwrap()),
        json!({"name": "新站", "code": "QQQ", "pinyin": null, "initials": null, "city": null})
    );
}

// ── nothing panics ──

proptest! {
    #[test]
    fn rows_of_any_text_are_read_or_refused(text in ".{0,40}(\\|(.{0,6}|[0-9]{2}:[0-9]{2}|[0-9]{8,12}|[A-Z0-9]{10,30}|有|无|\\*|1)){20,70}") {
        if let Ok(raw) = RawRow::cut(&text, 1) {
            let _ = disagreements(&raw);
            let _ = Row::read(&raw, DAY, |_| None).map(|row| json!(row));
            let _ = Row::read(&raw, Date::MAX, |_| None).map(|row| json!(row));
        }
    }

    #[test]
    fn bodies_of_any_text_are_read_or_refused(text in "\\PC{0,200}", cut in 0_usize..2000) {
        let _ = wire::left_tickets(&text);
        let _ = wire::conf(&text);
        let _ = wire::stops(&text);
        let _ = wire::query_path_in_page(&format!("CLeftTicketUrl ={text}"));
        let _ = wire::station_file_in_page(&format!("script/core/common/station_name{text}"));
        let _ = Dictionary::parse(&format!("='{text}@{text}|{text}'")).map(|stations| stations.search(&text, 5).len());
        let cut = LEFT_TICKETS.char_indices().nth(cut).map_or(LEFT_TICKETS.len(), |(at, _)| at);
        let _ = wire::left_tickets(&LEFT_TICKETS[..cut]);
    }
}

// ── the calls, over a scripted line ──

/// Answers requests in turn and remembers them.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Response>>,
    sent: Mutex<Vec<Request>>,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Response>) -> Self {
        Self {
            answers: Mutex::new(answers.into_iter().collect()),
            sent: Mutex::default(),
        }
    }

    fn paths(&self) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        sent.iter()
            .map(|request| request.url.replacen("https://", "", 1))
            .collect()
    }
}

#[async_trait::async_trait]
impl Http for Script {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.ok_or_else(|| HttpFailure::NotSent {
            text: "the script is over".into(),
        })
    }
}

#[async_trait::async_trait]
impl Vault for Script {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("nothing to keep")
    }
}

fn ok(body: &str) -> Response {
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn redirect(location: &str) -> Response {
    Response {
        status: 302,
        headers: vec![("location".into(), location.into())],
        body: Vec::new(),
    }
}

fn now() -> Timestamp {
    "2026-11-22T09:00:00+08:00".parse().unwrap()
}

fn line(http: &Script) -> Line<'_> {
    Line {
        http,
        base: "https://kyfw.test",
        www: "https://www.test",
        now: now(),
    }
}

fn question() -> TicketQuestion<'static> {
    TicketQuestion {
        date: date(2026, 12, 4),
        from: "VNP",
        to: "AOH",
        student: false,
    }
}

fn session() -> Session {
    Session {
        query_path: "leftTicket/queryA".into(),
        presale_days: Some(15),
        student_presale_days: None,
        begun: now(),
    }
}

#[tokio::test]
async fn a_session_begins_with_the_page_and_the_configuration() {
    let http = Script::new([ok(LEFT_TICKET_PAGE), ok(CONF)]);
    let session = flow::begin(&line(&http)).await.unwrap();
    assert_eq!(
        (session.query_path.as_str(), session.presale_days),
        ("leftTicket/queryG", Some(15))
    );
    assert_eq!(
        http.paths(),
        [
            "kyfw.test/otn/leftTicket/init?linktypeid=dc",
            "kyfw.test/otn/login/conf"
        ]
    );

    // A configuration that cannot be read: the page names the path, the window is unknown.
    let http = Script::new([ok(LEFT_TICKET_PAGE), ok("<html></html>")]);
    let session = flow::begin(&line(&http)).await.unwrap();
    assert_eq!(
        (session.query_path.as_str(), session.presale_days),
        ("leftTicket/queryZ", None)
    );

    let http = Script::new([redirect(
        "https://www.12306.cn/mormhweb/logFiles/error.html",
    )]);
    assert_eq!(
        flow::begin(&line(&http)).await.unwrap_err().code(),
        "closed"
    );
}

#[tokio::test]
async fn a_query_looks_like_the_pages_own() {
    let http = Script::new([ok(LEFT_TICKETS)]);
    let day = date(2026, 1, 5);
    let seen = flow::left_tickets(
        &line(&http),
        &mut session(),
        &TicketQuestion {
            date: day,
            student: true,
            ..question()
        },
    )
    .await
    .unwrap();
    assert_eq!((seen.rows.len(), seen.names.len()), (7, 4));

    let sent = http.sent.lock().unwrap();
    let query = &sent[0];
    assert_eq!(
        query.url,
        "https://kyfw.test/otn/leftTicket/queryA?leftTicketDTO.train_date=2026-01-05\
         &leftTicketDTO.from_station=VNP&leftTicketDTO.to_station=AOH&purpose_codes=0X00"
    );
    let headers: BTreeMap<&str, &str> = query
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        headers["referer"],
        "https://kyfw.test/otn/leftTicket/init?linktypeid=dc"
    );
    assert_eq!(
        (headers["x-requested-with"], headers["if-modified-since"]),
        ("XMLHttpRequest", "0")
    );
    assert_eq!((query.method, query.pace), (Method::Get, Pace::Poll));
    let ban = query.ban_sign.unwrap();
    assert!(ban(&redirect("/otn/resources/error.html")).is_some());
}

#[tokio::test]
async fn a_moved_query_is_asked_once_more() {
    let http = Script::new([ok(MOVED), ok(LEFT_TICKETS)]);
    let mut session = session();
    assert_eq!(
        flow::left_tickets(&line(&http), &mut session, &question())
            .await
            .unwrap()
            .rows
            .len(),
        7
    );
    assert_eq!(session.query_path, "leftTicket/queryG");
    let paces: Vec<Pace> = http
        .sent
        .lock()
        .unwrap()
        .iter()
        .map(|request| request.pace)
        .collect();
    assert_eq!(paces, [Pace::Poll, Pace::Step]);

    let http = Script::new([ok(MOVED), ok(MOVED), ok(LEFT_TICKETS)]);
    let error = flow::left_tickets(&line(&http), &mut session, &question())
        .await
        .unwrap_err();
    assert_eq!((error.code(), http.paths().len()), ("changed", 2));
}

#[tokio::test]
async fn a_query_that_fails_says_how() {
    let check = async |answer: Response, code: &str| {
        let http = Script::new([answer]);
        let error = flow::left_tickets(&line(&http), &mut session(), &question())
            .await
            .unwrap_err();
        assert_eq!((error.code(), http.paths().len()), (code, 1), "{error}");
    };
    check(
        redirect("https://www.12306.cn/mormhweb/logFiles/error.html"),
        "closed",
    )
    .await;
    check(
        redirect("https://kyfw.12306.cn/otn/resources/login.html"),
        "sign_in_lost",
    )
    .await;
    check(
        ok("<!DOCTYPE html><html>网络可能存在问题</html>"),
        "changed",
    )
    .await;
    check(ok(&LEFT_TICKETS[..300]), "changed").await;
    check(ok(REFUSED), "refused").await;
    check(
        Response {
            status: 200,
            headers: Vec::new(),
            body: vec![0xff, 0xfe],
        },
        "changed",
    )
    .await;
    check(
        Response {
            status: 503,
            ..Response::default()
        },
        "unreachable",
    )
    .await;
}

#[test]
fn days_outside_presale_are_not_asked_about() {
    let check = |day: Date, student: bool, expected: Option<&str>| {
        let answer = flow::check_presale(&session(), day, student, now());
        match expected {
            None => assert_eq!(answer, Ok(()), "{day}"),
            Some(words) => {
                let input = answer.unwrap_err();
                assert_eq!(input.field, "date");
                assert!(input.text.en.contains(words), "{input}");
            }
        }
    };
    check(date(2026, 11, 21), false, Some("in the past"));
    check(date(2026, 11, 22), false, None);
    check(date(2026, 12, 6), false, None); // the fifteenth day, today counted
    check(date(2026, 12, 7), false, Some("until 2026-12-06"));
    check(date(2027, 1, 7), true, None); // the window for students is not known
}

#[tokio::test]
async fn the_station_file_is_the_one_the_index_names_or_the_old_one() {
    let http = Script::new([ok(INDEX_PAGE), ok(STATIONS)]);
    assert_eq!(
        flow::dictionary(&line(&http))
            .await
            .unwrap()
            .stations()
            .len(),
        11
    );
    assert_eq!(
        http.paths(),
        [
            "www.test/index/",
            "www.test/index/script/core/common/station_name_v10149.js"
        ]
    );

    let http = Script::new([ok("<html></html>"), ok(STATIONS)]);
    assert_eq!(
        flow::dictionary(&line(&http))
            .await
            .unwrap()
            .stations()
            .len(),
        11
    );
    assert_eq!(
        http.paths(),
        [
            "www.test/index/",
            "kyfw.test/otn/resources/js/framework/station_name.js"
        ]
    );

    let http = Script::new([redirect("/ntce/stop.html"), ok(STATIONS)]);
    assert_eq!(
        flow::dictionary(&line(&http)).await.unwrap_err().code(),
        "closed"
    );
    assert_eq!(http.paths().len(), 1, "a ban is not asked around");
}

/// Makes looks as the program does, at a moment.
struct Looks<'a> {
    rail: Rail,
    http: &'a Script,
    settings: Settings,
    secrets: Secrets,
}

impl<'a> Looks<'a> {
    fn new(http: &'a Script) -> Self {
        let settings = [
            ("base_url", "https://kyfw.test/"),
            ("www_url", "https://www.test"),
        ];
        let settings = settings
            .map(|(name, url)| (name.to_owned(), url.to_owned()))
            .into();
        Self {
            rail: Rail::default(),
            http,
            settings,
            secrets: Secrets::new(),
        }
    }

    async fn at(&self, now: &str, body: Value) -> Result<Value, ServiceError> {
        let visit = Visit {
            now: now.parse().unwrap(),
            chance: 0,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: self.http,
            vault: self.http,
        };
        self.rail.look(&visit, &body).await
    }
}

#[tokio::test]
async fn looks_keep_the_session_and_the_dictionary() {
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(LEFT_TICKETS), // first look
        ok(LEFT_TICKETS), // second
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(LEFT_TICKETS), // after half an hour
        ok(STOPS),
    ]);
    let looks = Looks::new(&http);
    let body = json!({"do": "tickets", "date": "2026-12-04", "from": "北京南", "to": "aoh"});
    let trains = looks
        .at("2026-11-22T09:00:00+08:00", body.clone())
        .await
        .unwrap();
    assert_eq!(trains, fixture_trains());
    assert_eq!(http.paths().len(), 5);

    let some = json!({"do": "rows", "date": "2026-12-04", "from": "VNP", "to": "上海虹桥", "trains": ["g9003"]});
    let rows = looks.at("2026-11-22T09:00:04+08:00", some).await.unwrap();
    assert_eq!(
        (rows.as_array().unwrap().len(), &rows[0]["train"]["train"]),
        (1, &json!("G9003"))
    );
    assert_eq!(rows[0]["keys"]["standby_closed"], "M");
    assert_eq!(http.paths().len(), 6);

    looks.at("2026-11-22T09:31:00+08:00", body).await.unwrap();
    assert_eq!(http.paths().len(), 9);

    let found = looks
        .at(
            "2026-11-22T09:31:00+08:00",
            json!({"do": "stations", "text": "通州"}),
        )
        .await
        .unwrap();
    assert_eq!(found[0]["code"], "TAP");
    let body = json!({"do": "stops", "train_no": "0a0000G90010", "from": "VNP", "to": "AOH", "date": "2026-12-04"});
    assert_eq!(
        looks
            .at("2026-11-22T09:31:00+08:00", body)
            .await
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert!(http.paths()[9].ends_with("queryByTrainNo?train_no=0a0000G90010&from_station_telecode=VNP&to_station_telecode=AOH&depart_date=2026-12-04"));
}

#[tokio::test]
async fn telecodes_do_without_a_station_file_and_it_is_let_be_for_a_while() {
    let http = Script::new([
        // Neither address has the file: telecodes are taken as they are.
        ok(""),
        ok("<html></html>"),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(LEFT_TICKETS),
        // Within a minute it is not asked for again; afterwards it is.
        ok(LEFT_TICKETS),
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKETS),
    ]);
    let looks = Looks::new(&http);
    let body = json!({"do": "tickets", "date": "2026-12-04", "from": "VNP", "to": "AOH"});
    looks
        .at("2026-11-22T09:00:00+08:00", body.clone())
        .await
        .unwrap();
    assert_eq!(http.paths().len(), 5);
    let by_name = json!({"do": "tickets", "date": "2026-12-04", "from": "北京南", "to": "AOH"});
    assert_eq!(
        looks
            .at("2026-11-22T09:00:30+08:00", by_name.clone())
            .await
            .unwrap_err()
            .code(),
        "changed"
    );
    looks.at("2026-11-22T09:00:30+08:00", body).await.unwrap();
    assert_eq!(http.paths().len(), 6);
    looks
        .at("2026-11-22T09:01:01+08:00", by_name)
        .await
        .unwrap();
    assert_eq!(http.paths().len(), 9);
}

#[tokio::test]
async fn a_busy_answer_keeps_the_session() {
    let down = Response {
        status: 503,
        ..Response::default()
    };
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        down,
        ok(LEFT_TICKETS),
    ]);
    let looks = Looks::new(&http);
    let body = json!({"do": "tickets", "date": "2026-12-04", "from": "VNP", "to": "AOH"});
    assert_eq!(
        looks
            .at("2026-11-22T09:00:00+08:00", body.clone())
            .await
            .unwrap_err()
            .code(),
        "unreachable"
    );
    looks.at("2026-11-22T09:00:04+08:00", body).await.unwrap();
    assert_eq!(http.paths().len(), 6);
}

#[tokio::test]
async fn names_the_answer_lacks_come_from_the_dictionary() {
    let row = changed_row(&[(7, "TAP")]);
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(&envelope_of(&[&row])),
    ]);
    let body = json!({"do": "tickets", "date": "2026-12-04", "from": "VNP", "to": "AOH"});
    let trains = Looks::new(&http)
        .at("2026-11-22T09:00:00+08:00", body)
        .await
        .unwrap();
    assert_eq!(trains[0]["to"], json!({"name": "通州西", "code": "TAP"}));
    // Another station than the one asked for: the reader must look.
    let row = read_row(&row);
    assert!(!row.train.runs_between("VNP", "AOH") && row.train.runs_between("VNP", "TAP"));
}

#[tokio::test]
async fn what_is_no_look_is_refused() {
    let http = Script::default();
    for body in [json!({"do": "dance"}), json!({}), json!(7)] {
        let error = Looks::new(&http)
            .at("2026-11-22T09:00:00+08:00", body)
            .await
            .unwrap_err();
        assert!(matches!(error, ServiceError::Refused { code, .. } if code == "do"));
    }
}

#[tokio::test]
async fn wrong_input_asks_nothing_about_tickets() {
    let http = Script::new([ok(INDEX_PAGE), ok(STATIONS), ok(LEFT_TICKET_PAGE), ok(CONF)]);
    let looks = Looks::new(&http);
    let check = async |changes: Value, field: &str| {
        let mut body =
            json!({"do": "tickets", "date": "2026-12-04", "from": "北京南", "to": "上海"});
        body.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        let error = looks
            .at("2026-11-22T09:00:00+08:00", body)
            .await
            .unwrap_err();
        let ServiceError::Refused { code, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(code, format!("invalid_input:{field}"));
    };
    check(json!({"date": "2026-12-40"}), "date").await;
    check(json!({"from": "火星"}), "from").await;
    check(json!({"to": "香港"}), "to").await;
    check(json!({"date": "2026-12-07"}), "date").await;
    check(json!({"date": "2026-11-21"}), "date").await;
    check(json!({"form": "北京南"}), "body").await;
    assert_eq!(http.paths().len(), 4, "the window is known after the first");
}

#[tokio::test]
async fn an_old_session_is_begun_again_once() {
    let login = || redirect("https://kyfw.12306.cn/otn/resources/login.html");
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        login(),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(LEFT_TICKETS),
        login(),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        login(),
        ok(LEFT_TICKETS),
    ]);
    let looks = Looks::new(&http);
    let body = json!({"do": "tickets", "date": "2026-12-04", "from": "北京南", "to": "上海"});
    looks
        .at("2026-11-22T09:00:00+08:00", body.clone())
        .await
        .unwrap();
    assert_eq!(
        looks
            .at("2026-11-22T09:00:04+08:00", body)
            .await
            .unwrap_err()
            .code(),
        "sign_in_lost"
    );
    assert_eq!(http.paths().len(), 12);
}

#[test]
fn a_wish_is_read_from_json() {
    let wish: TicketWish =
        serde_json::from_value(json!({"date": "2026-12-04", "from": "北京", "to": "上海"}))
            .unwrap();
    assert!(!wish.student && wish.trains.is_empty());
}

// ── recorded answers ──

/// The folder of recorded answers; says so when there is none.
fn recorded(name: &str) -> Option<String> {
    let shared = std::env::var_os("DAIBAN_SHARED").map(PathBuf::from);
    let shared = shared
        .unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")));
    let file = shared.join("data/rail").join(name);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        eprintln!("skipped: no recorded {name}");
    }
    text
}

fn check_recorded(name: &str, date: Date, count: usize, first: &Value) {
    let Some(body) = recorded(name) else { return };
    let answer = tickets(&body);
    let rows = answer.rows(date).unwrap();
    assert_eq!(rows.len(), count);
    for (raw, row) in answer.raw().zip(&rows) {
        let raw = raw.unwrap();
        assert_eq!(disagreements(&raw), [] as [&str; 0], "{}", row.train.train);
        assert!(
            row.train
                .seats
                .iter()
                .all(|seat| seat.price_fen.is_some() && seat.code.class().is_some()),
            "{row:?}"
        );
        assert!(
            row.train.depart < row.train.arrive && row.train.from.name.is_some(),
            "{row:?}"
        );
    }
    assert_eq!(&json!(rows[0].train), first);
}

#[test]
fn the_recorded_answer_of_2025() {
    let first = json!({
        "train": "G1778", "train_no": "6c000G17780D",
        "from": {"name": "长沙南", "code": "CWQ"}, "to": {"name": "合肥南", "code": "ENH"},
        "depart": "2025-03-20T07:31:00+08:00", "arrive": "2025-03-20T11:19:00+08:00", "duration_min": 228,
        "state": "bookable", "note": "预订", "on_sale_at": "2025-03-06T14:30:00+08:00", "standby": true,
        "seats": [
            {"code": "9", "class": "商务座", "left": 0, "or_more": false, "price_fen": 92_700},
            {"code": "M", "class": "一等座", "left": 3, "or_more": false, "price_fen": 48_000},
            {"code": "O", "class": "二等座", "left": 21, "or_more": true, "price_fen": 30_000},
        ],
    });
    check_recorded(
        "left_ticket_2025-03-20_CSQ-HFH.json",
        date(2025, 3, 20),
        17,
        &first,
    );
}

#[test]
fn the_recorded_answer_of_2024() {
    let first = json!({
        "train": "D3010", "train_no": "5l000D301002",
        "from": {"name": "上海虹桥", "code": "AOH"}, "to": {"name": "常州", "code": "CZH"},
        "depart": "2024-04-22T14:42:00+08:00", "arrive": "2024-04-22T15:44:00+08:00", "duration_min": 62,
        "state": "bookable", "note": "预订", "on_sale_at": "2024-04-08T13:30:00+08:00", "standby": false,
        "seats": [
            {"code": "M", "class": "一等座", "left": 14, "or_more": false, "price_fen": 9_800},
            {"code": "O", "class": "二等座", "left": 3, "or_more": false, "price_fen": 6_100},
            {"code": "W", "class": "无座", "left": 21, "or_more": true, "price_fen": 6_100},
        ],
    });
    check_recorded(
        "left_ticket_2024-04-22_SHH-CZH_two_rows.json",
        date(2024, 4, 22),
        2,
        &first,
    );
}

#[test]
fn the_recorded_answer_of_2022() {
    let first = json!({
        "train": "G623", "train_no": "240000G62310",
        "from": {"name": "北京丰台", "code": "FTP"}, "to": {"name": "太原南", "code": "TNV"},
        "depart": "2022-10-28T08:13:00+08:00", "arrive": "2022-10-28T11:21:00+08:00", "duration_min": 188,
        "state": "bookable", "note": "预订", "on_sale_at": null, "standby": true,
        "seats": [
            {"code": "O", "class": "二等座", "left": 21, "or_more": true, "price_fen": 21_050},
            {"code": "M", "class": "一等座", "left": 8, "or_more": false, "price_fen": 33_700},
            {"code": "9", "class": "商务座", "left": 0, "or_more": false, "price_fen": 68_900},
        ],
    });
    check_recorded(
        "left_ticket_2022-10-28_BJP-TYV.json",
        date(2022, 10, 28),
        8,
        &first,
    );
}

#[test]
fn recorded_rows_that_break_readers() {
    let Some(text) = recorded("left_ticket_edge_rows.json") else {
        return;
    };
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let rows: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry["row"].as_str())
        .collect();
    let row = |train: &str, date: Date| {
        let text = rows
            .iter()
            .find(|row| row.contains(&format!("|{train}|")))
            .unwrap();
        Row::read(&RawRow::cut(text, 1).unwrap(), date, |_| None).unwrap()
    };
    for text in &rows {
        assert_eq!(
            disagreements(&RawRow::cut(text, 1).unwrap()),
            [] as [&str; 0]
        );
    }
    let shown = |row: &Row<'_>| {
        let seats = row.train.seats.iter();
        let seats: Vec<Value> = seats
            .map(|seat| json!([seat.code, seat.left.number(), seat.price_fen]))
            .collect();
        json!([
            row.train.state,
            row.train.arrive.map(daiban_core::dates::rfc3339),
            seats
        ])
    };
    let night = row("D5", date(2024, 2, 9));
    assert_eq!(
        shown(&night),
        json!([
            "bookable",
            "2024-02-10T09:27:00+08:00",
            [
                ["I", 21, 68_600],
                ["J", 21, 54_200],
                ["O", 21, 36_100],
                ["W", 21, 36_100]
            ]
        ])
    );
    let sold_out = row("Z293", date(2025, 8, 3));
    assert_eq!(
        shown(&sold_out),
        json!([
            "sold_out",
            "2025-08-03T06:32:00+08:00",
            [
                ["3", 0, 12_900],
                ["4", 0, 19_700],
                ["2", 0, 11_300],
                ["1", 0, 7_200],
                ["W", 0, 7_200]
            ]
        ])
    );
    assert_eq!(
        (sold_out.train.standby, sold_out.keys.start_date),
        (Some(true), Some(date(2025, 8, 2)))
    );
    assert_eq!(
        shown(&row("D5103", date(2019, 2, 14))),
        json!(["suspended", null, []])
    );
    assert_eq!(
        shown(&row("G1304", date(2020, 4, 12))),
        json!(["suspended", null, []])
    );
    assert_eq!(
        shown(&row("G101", date(2018, 2, 19))),
        json!([
            "not_on_sale",
            "2018-02-19T12:39:00+08:00",
            [["O", 21, null], ["M", 21, null], ["9", 7, null]]
        ])
    );
    // Began on the 13th, boarded on the 14th.
    assert_eq!(
        shown(&row("K143", date(2019, 2, 14))),
        json!([
            "bookable",
            "2019-02-14T10:36:00+08:00",
            [
                ["1", 16, null],
                ["4", 2, null],
                ["W", 21, null],
                ["3", 21, null]
            ]
        ])
    );
    assert_eq!(
        shown(&row("G531", date(2026, 8, 10))),
        json!([
            "bookable",
            "2026-08-10T12:04:00+08:00",
            [
                ["9", 9, 231_500],
                ["M", 21, 103_300],
                ["O", 21, 62_600],
                ["W", 21, 62_600]
            ]
        ])
    );
    let bodies: Vec<String> = entries
        .iter()
        .filter(|entry| entry["body"].is_object())
        .map(|entry| entry["body"].to_string())
        .collect();
    assert!(
        matches!(wire::left_tickets(&bodies[0]).unwrap(), Reply::Moved(path) if path == "leftTicket/queryG")
    );
    assert_eq!(
        wire::left_tickets(&bodies[1]).unwrap_err().code(),
        "refused"
    );
}

#[test]
fn the_recorded_station_file() {
    let Some(text) = recorded("station_name.js") else {
        return;
    };
    let stations = Dictionary::parse(&text).unwrap();
    assert_eq!(stations.stations().len(), 3404);
    assert_eq!(stations.search("北京", 100).len(), 65);
    assert_eq!(stations.search("beijing", 3)[0].name, "北京");
    assert_eq!(stations.resolve("from", "北京南站").unwrap().code, "VNP");
    for station in stations.stations() {
        assert_eq!(stations.by_name(&station.name), Some(station));
        assert_eq!(stations.by_code(&station.code), Some(station));
        assert_eq!(stations.resolve("from", &station.name), Ok(station));
    }
}
