//! Routes, sale times, journeys with a change of trains; what a wish may ask for; faults that other clients have.

use daiban_core::error::ServiceError;
use daiban_core::http::Pace;
use daiban_providers::rail::counts;
use daiban_providers::rail::seats::{Left, STANDING, SeatCode, train_may_have};
use daiban_providers::rail::stations::{Dictionary, Station};
use daiban_providers::rail::tickets::Row;
use daiban_providers::rail::wire::sale_times::read_sale_times;
use daiban_providers::rail::wire::transfers::{Page, path_in_page, read_transfers};
use daiban_providers::rail::wire::{RawRow, Reply, left_tickets};
use jiff::civil::{Time, date};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    CONF, DAY, INDEX_PAGE, LEFT_TICKET_PAGE, Looks, STATIONS, Script, changed_row, ok, read_row,
    recorded, redirect, stations,
};

const NOW: &str = "2026-11-22T09:00:00+08:00";
const LOGIN: &str = "https://kyfw.test/otn/resources/login.html";

// ── places ──

fn names(stations: &[&Station]) -> Vec<String> {
    stations.iter().map(|one| one.name.clone()).collect()
}

#[test]
fn a_city_is_all_its_stations_and_the_one_called_like_it_comes_first() {
    let dictionary = stations();
    let beijing = ["北京", "北京北", "北京南", "通州西"];
    assert_eq!(names(&dictionary.city("北京")), beijing);
    assert!(dictionary.city("火星").is_empty());
    for text in [
        "北京市",
        "city:北京",
        "City:北京市",
        " 北京 市 ",
        "city：北京",
    ] {
        let asked = dictionary.place("from", text).unwrap();
        assert!(asked.city, "{text}");
        let names = asked.stations.iter().filter_map(|one| one.name.clone());
        assert_eq!(names.collect::<Vec<_>>(), beijing, "{text}");
    }
    // A station's name is a station, even where a city is called so too.
    for text in ["北京", "北京站", "bjp"] {
        let asked = json!(dictionary.place("from", text).unwrap());
        let expected =
            json!({"asked": text, "city": false, "stations": [{"name": "北京", "code": "BJP"}]});
        assert_eq!(asked, expected);
    }
}

#[test]
fn a_station_that_is_called_a_city_is_a_station() {
    let station = |name: &str, code: &str| Station {
        name: name.into(),
        code: code.into(),
        pinyin: None,
        initials: None,
        city: Some("南平".into()),
    };
    let dictionary = Dictionary::of([station("南平市", "NPS"), station("南平北", "NBS")]);
    let count = |text| dictionary.place("from", text).unwrap().stations.len();
    assert_eq!((count("南平市"), count("city:南平")), (1, 2));
}

#[test]
fn an_unknown_place_is_said_with_what_may_have_been_meant() {
    let dictionary = stations();
    let check = |text: &str, part: &str| {
        let input = dictionary.place("to", text).unwrap_err();
        assert_eq!(input.field, "to");
        assert!(input.text.zh.contains(part), "{text}: {}", input.text.zh);
    };
    check("香港", "香港西九龙（XJA）");
    check("香港市场", "没有「香港市场」");
    check("city:通州", "通州西（TAP）");
    check("火星市", "没有「火星」");
    check("city:", "没有「」");
    check("市", "没有「市」");
}

// ── routes and sale times ──

fn sale_times_answer() -> String {
    let row = |code, time, from, to| json!({ "station_name": "x", "station_telecode": code, "sale_time": time, "start_date": from, "stop_date": to });
    let rows = [
        row("VNP", "1230", "20100101", "20991231"),
        row("BJP", "1000", "20100101", "20991231"),
        row("BJP", "1115", "20260101", "20991231"),
        row("BJP", "1200", "20270101", "20991231"),
        row("VAP", "0800", "20100101", "20251231"),
        row("TAP", "25:00", "20100101", "20991231"),
        row("", "0900", "20100101", "20991231"),
    ];
    json!({ "status": true, "httpstatus": 200, "data": rows, "messages": [] }).to_string()
}

fn route() -> Value {
    json!({"do": "route", "from": ["北京市"], "to": ["上海虹桥"]})
}

#[tokio::test]
async fn a_route_is_its_stations_the_window_and_their_sale_times() {
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(&sale_times_answer()),
    ]);
    let looks = Looks::new(&http);
    let seen = looks.at(NOW, route()).await.unwrap();
    let expected = json!({
        "from": [{"asked": "北京市", "city": true, "stations": [
            {"name": "北京", "code": "BJP"}, {"name": "北京北", "code": "VAP"},
            {"name": "北京南", "code": "VNP"}, {"name": "通州西", "code": "TAP"},
        ]}],
        "to": [{"asked": "上海虹桥", "city": false, "stations": [{"name": "上海虹桥", "code": "AOH"}]}],
        "presale_days": 15, "student_presale_days": 15,
        // The newest entry that holds; one that ended and one that is no time are unknown.
        "sale_times": {"BJP": "11:15", "VAP": null, "VNP": "12:30", "TAP": null},
    });
    assert_eq!(seen, expected);
    assert_eq!(
        http.paths()[4],
        "www.test/index/otn/index12306/queryAllCacheSaleTime"
    );
    looks.at(NOW, route()).await.unwrap();
    let times = json!({"do": "sale_times", "stations": ["北京南", "AOH"]});
    assert_eq!(
        looks.at(NOW, times).await.unwrap(),
        json!([
            {"station": {"name": "北京南", "code": "VNP"}, "time": "12:30"},
            {"station": {"name": "上海虹桥", "code": "AOH"}, "time": null},
        ])
    );
    assert_eq!(http.paths().len(), 5, "all of it is kept");
}

#[tokio::test]
async fn a_route_does_without_the_table_and_it_is_let_be_for_a_minute() {
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        redirect(LOGIN),
        ok(&sale_times_answer()),
    ]);
    let looks = Looks::new(&http);
    let seen = looks.at(NOW, route()).await.unwrap();
    assert_eq!(seen["sale_times"]["VNP"], Value::Null);
    let times = || json!({"do": "sale_times", "stations": ["北京南"]});
    let error = looks.at("2026-11-22T09:00:59+08:00", times()).await;
    assert_eq!(error.unwrap_err().code(), "sign_in_lost");
    assert_eq!(http.paths().len(), 5);
    let seen = looks
        .at("2026-11-22T09:01:00+08:00", times())
        .await
        .unwrap();
    assert_eq!(seen[0]["time"], "12:30");
}

#[tokio::test]
async fn an_old_table_is_better_than_none() {
    let http = Script::new([ok(INDEX_PAGE), ok(STATIONS), ok(&sale_times_answer())]);
    let looks = Looks::new(&http);
    let times = || json!({"do": "sale_times", "stations": ["VNP"]});
    looks.at(NOW, times()).await.unwrap();
    looks
        .at("2026-11-25T08:59:59+08:00", times())
        .await
        .unwrap();
    assert_eq!(http.paths().len(), 3);
    // The script is over: neither stations nor times can be had anew.
    let seen = looks
        .at("2026-11-25T09:00:00+08:00", times())
        .await
        .unwrap();
    assert_eq!(seen[0]["time"], "12:30");
    assert!(http.paths().len() > 3, "it was asked for");
}

#[tokio::test]
async fn wrong_places_ask_nothing_and_name_their_field() {
    let http = Script::new([ok(INDEX_PAGE), ok(STATIONS)]);
    let looks = Looks::new(&http);
    let check = async |body: Value, field: &str| {
        let error = looks.at(NOW, body).await.unwrap_err();
        let ServiceError::Refused { code, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(code, format!("invalid_input:{field}"));
    };
    check(
        json!({"do": "route", "from": ["火星"], "to": ["AOH"]}),
        "from",
    )
    .await;
    check(
        json!({"do": "route", "from": ["VNP"], "to": ["火星市"]}),
        "to",
    )
    .await;
    check(json!({"do": "route", "from": [], "to": ["AOH"]}), "from").await;
    check(json!({"do": "route", "from": ["VNP"], "to": []}), "to").await;
    check(json!({"do": "route", "from": "VNP", "to": []}), "body").await;
    check(
        json!({"do": "sale_times", "stations": ["火星"]}),
        "stations",
    )
    .await;
    let transfers = |from: &str, to: &str, date: &str| json!({"do": "transfers", "from": from, "to": to, "date": date});
    check(transfers("火星", "AOH", "2026-12-04"), "from").await;
    check(transfers("VNP", "火星", "2026-12-04"), "to").await;
    check(transfers("VNP", "AOH", "2026-12-4"), "date").await;
    assert_eq!(http.paths().len(), 2);
}

#[tokio::test]
async fn telecodes_are_a_route_without_a_station_file() {
    let http = Script::new([
        ok(""),
        ok("<html></html>"),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(&sale_times_answer()),
    ]);
    let looks = Looks::new(&http);
    let body = json!({"do": "route", "from": ["VNP"], "to": ["AOH"]});
    let seen = looks.at(NOW, body).await.unwrap();
    assert_eq!(
        seen["from"][0]["stations"],
        json!([{"name": null, "code": "VNP"}])
    );
    assert_eq!(seen["sale_times"]["VNP"], "12:30");
    let error = looks.at(NOW, route()).await.unwrap_err();
    assert_eq!(error.code(), "changed");
}

#[test]
fn a_table_of_sale_times_is_read_or_refused() {
    let table = read_sale_times(&sale_times_answer()).unwrap();
    assert_eq!((table.len(), table.is_empty()), (3, false));
    assert_eq!(
        table.of("VAP", date(2025, 12, 31)),
        Time::new(8, 0, 0, 0).ok()
    );
    assert_eq!(table.of("VAP", date(2026, 1, 1)), None);
    let check = |body: Value, expected| {
        let error = read_sale_times(&body.to_string()).unwrap_err();
        assert_eq!(error.code(), expected, "{body}");
    };
    check(json!({"status": true, "data": []}), "changed");
    check(json!({"status": true}), "changed");
    check(json!({"data": "系统忙"}), "changed");
    check(
        json!({"status": false, "messages": ["系统忙，请稍后重试"]}),
        "busy",
    );
}

#[test]
fn the_recorded_sale_times() {
    let Some(rows) = recorded("station_sale_time.json") else {
        return;
    };
    let table = read_sale_times(&format!("{{\"data\":{rows}}}")).unwrap();
    let today = date(2025, 3, 20);
    let time = |code| table.of(code, today).map(|time| time.to_string());
    assert_eq!(table.len(), 3170);
    assert_eq!(time("ABB").as_deref(), Some("09:00:00"));
    assert_eq!(time("ART").as_deref(), Some("16:30:00"));
}

// ── journeys with a change ──

/// A leg of an answer with a fast train's classes.
fn leg(train: &str, from: [&str; 2], to: [&str; 2], times: [&str; 3], days: &str) -> Value {
    json!({
        "train_no": format!("0a0000{train}0"), "station_train_code": train,
        "from_station_telecode": from[0], "from_station_name": from[1],
        "to_station_telecode": to[0], "to_station_name": to[1],
        "start_time": times[0], "arrive_time": times[1], "lishi": times[2], "day_difference": days,
        // The day at the train's first station: not the day of boarding.
        "start_train_date": "20261203", "train_date": "20261203",
        "yp_info": "M048000007O030000021O030003004", "seat_types": "MOO",
        "zy_num": "7", "ze_num": "有", "wz_num": "4", "yz_num": "--", "swz_num": "",
    })
}

const VNP: [&str; 2] = ["VNP", "北京南"];
const JGK: [&str; 2] = ["JGK", "济南西"];
const AOH: [&str; 2] = ["AOH", "上海虹桥"];

fn journey(legs: Value, wait: Value, all: Value) -> Value {
    json!({ "fullList": legs, "wait_time_minutes": wait, "all_lishi_minutes": all, "same_station": "0",
        "all_lishi": "4小时15分钟}", "wait_time": "30分钟", "train_date": "2026-12-04" })
}

fn answer(journeys: &[Value], next: u64, more: &str) -> String {
    json!({ "status": true, "data": { "middleList": journeys, "result_index": next, "can_query": more } })
        .to_string()
}

fn plain() -> Value {
    let legs = [
        leg("G1", VNP, JGK, ["08:00", "09:45", "01:45"], "0"),
        leg("G3", JGK, AOH, ["10:15", "13:45", "03:30"], "0"),
    ];
    journey(json!(legs), json!(30), json!(345))
}

fn page(journeys: &[Value]) -> Page {
    read_transfers(&answer(journeys, 10, "N"), DAY).unwrap()
}

const TRANSFER_PAGE: &str = "<script> var lc_search_url = '/lcquery/queryG'; var x = 1;</script>";

#[tokio::test]
async fn transfers_are_asked_for_as_the_page_does_three_pages_at_most() {
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(TRANSFER_PAGE),
        ok(&answer(&[plain()], 10, "Y")),
        ok(&answer(&[plain()], 20, "Y")),
        ok(&answer(&[plain()], 30, "Y")),
        ok(&answer(&[plain()], 10, "N")), // the second look
    ]);
    let looks = Looks::new(&http);
    let body = json!({"do": "transfers", "date": "2026-12-04", "from": "北京南", "to": "上海虹桥"});
    let seen = looks.at(NOW, body.clone()).await.unwrap();
    assert_eq!(seen.as_array().unwrap().len(), 3);
    let paths = http.paths();
    assert_eq!(paths[4], "kyfw.test/otn/lcQuery/init");
    let query = |after: u32, shows: &str, purpose: &str| {
        format!(
            "kyfw.test/lcquery/queryG?train_date=2026-12-04&from_station_telecode=VNP&to_station_telecode=AOH\
             &middle_station=&result_index={after}&can_query=Y&isShowWZ={shows}&purpose_codes={purpose}&channel=E"
        )
    };
    assert_eq!(paths[5..], [0, 10, 20].map(|after| query(after, "N", "00")));
    let paces: Vec<Pace> = http.sent.lock().unwrap()[4..]
        .iter()
        .map(|one| one.pace)
        .collect();
    assert_eq!(paces, [Pace::Step, Pace::Poll, Pace::Step, Pace::Step]);

    let mut more = body;
    more["student"] = json!(true);
    more["show_standing"] = json!(true);
    looks.at(NOW, more).await.unwrap();
    assert_eq!(
        http.paths()[8..],
        [query(0, "Y", "0X00")],
        "session and path are kept"
    );
}

#[tokio::test]
async fn a_transfer_path_that_failed_is_learnt_anew() {
    let http = Script::new([
        ok(INDEX_PAGE),
        ok(STATIONS),
        ok(LEFT_TICKET_PAGE),
        ok(CONF),
        ok(TRANSFER_PAGE),
        redirect("/somewhere/new"),
        ok("<html>no such line</html>"),
        ok(TRANSFER_PAGE),
        ok(&answer(&[], 0, "N")),
    ]);
    let looks = Looks::new(&http);
    let body = || json!({"do": "transfers", "date": "2026-12-04", "from": "VNP", "to": "AOH"});
    for expected in ["changed", "changed"] {
        assert_eq!(looks.at(NOW, body()).await.unwrap_err().code(), expected);
    }
    assert_eq!(looks.at(NOW, body()).await.unwrap(), json!([]));
    assert_eq!(http.paths().len(), 9);
    let late = json!({"do": "transfers", "date": "2026-12-07", "from": "VNP", "to": "AOH"});
    assert_eq!(looks.at(NOW, late).await.unwrap_err().code(), "refused");
    assert_eq!(http.paths().len(), 9, "outside the window nothing is asked");
}

#[test]
fn the_transfer_path_is_below_lcquery_and_nowhere_else() {
    let check = |page: &str, expected: Option<&str>| {
        assert_eq!(path_in_page(page).as_deref(), expected, "{page}");
    };
    check(TRANSFER_PAGE, Some("/lcquery/queryG"));
    check(
        "var lc_search_url=\"lcquery/query\"",
        Some("/lcquery/query"),
    );
    check("var lc_search_url = '/otn/logout'", None);
    check("var lc_search_url = '//evil.test/lcquery/queryG'", None);
    check("var lc_search_url = '/lcquery/query?x=1'", None);
    check("var lc_search_url = '/lcquery/queryG", None);
    check("lc_search_url", None);
}

#[test]
fn a_journey_has_the_shape_of_the_contract() {
    let transfers = page(&[plain()]).transfers;
    let seats = json!([
        {"code": "M", "class": "一等座", "left": 7, "or_more": false, "price_fen": 48_000},
        {"code": "O", "class": "二等座", "left": 21, "or_more": true, "price_fen": 30_000},
        {"code": "W", "class": "无座", "left": 4, "or_more": false, "price_fen": 30_000},
    ]);
    assert_eq!(
        json!(transfers[0]),
        json!({
            "legs": [
                {"train": "G1", "train_no": "0a0000G10", "from": {"name": "北京南", "code": "VNP"},
                 "to": {"name": "济南西", "code": "JGK"}, "depart": "2026-12-04T08:00:00+08:00",
                 "arrive": "2026-12-04T09:45:00+08:00", "duration_min": 105, "seats": seats},
                {"train": "G3", "train_no": "0a0000G30", "from": {"name": "济南西", "code": "JGK"},
                 "to": {"name": "上海虹桥", "code": "AOH"}, "depart": "2026-12-04T10:15:00+08:00",
                 "arrive": "2026-12-04T13:45:00+08:00", "duration_min": 210, "seats": seats},
            ],
            "wait_min": 30, "duration_min": 345, "same_station": true,
        })
    );
}

/// Departure and arrival of each leg, then wait, duration and whether the change is within a station.
fn times(journey: Value) -> Value {
    let found = json!(page(&[journey]).transfers[0]);
    let legs = found["legs"].as_array().unwrap();
    let short = |moment: &Value| {
        let told = moment.as_str().map(|text| text[5..16].replace('T', " "));
        told.map_or(Value::Null, Value::String)
    };
    let legs: Vec<Value> = legs
        .iter()
        .map(|leg| {
            json!([
                short(&leg["depart"]),
                short(&leg["arrive"]),
                leg["duration_min"]
            ])
        })
        .collect();
    json!([
        legs,
        found["wait_min"],
        found["duration_min"],
        found["same_station"]
    ])
}

#[test]
fn night_trains_arrive_on_later_days() {
    let night = leg("Z1", VNP, JGK, ["22:30", "05:51", "07:21"], "1");
    let morning = || leg("G3", JGK, AOH, ["06:20", "09:50", "03:30"], "0");
    let legs = || json!([night, morning()]);
    let expected = json!([
        [
            ["12-04 22:30", "12-05 05:51", 441],
            ["12-05 06:20", "12-05 09:50", 210]
        ],
        29,
        680,
        true
    ]);
    assert_eq!(times(journey(legs(), json!(29), json!(680))), expected);
    // Without the wait the next departure is taken, without a duration the days.
    assert_eq!(times(journey(legs(), Value::Null, Value::Null)), expected);
    let mut by_days = leg("Z1", VNP, JGK, ["22:30", "05:51", ""], "1");
    assert_eq!(
        times(journey(
            json!([by_days, morning()]),
            json!("29"),
            json!("680")
        )),
        expected
    );
    // Two nights on the way; the change waits over midnight.
    by_days = leg("K1", VNP, JGK, ["22:30", "23:00", "24:30"], "1");
    let after = leg(
        "G3",
        JGK,
        ["AOH", "上海虹桥"],
        ["00:10", "03:40", "03:30"],
        "0",
    );
    assert_eq!(
        times(journey(json!([by_days, after]), Value::Null, Value::Null)),
        json!([
            [
                ["12-04 22:30", "12-05 23:00", 1470],
                ["12-06 00:10", "12-06 03:40", 210]
            ],
            70,
            1750,
            true
        ])
    );
}

#[test]
fn what_contradicts_itself_is_unknown() {
    let first = || leg("G1", VNP, JGK, ["08:00", "09:45", "01:45"], "0");
    // The wait does not lead to the clock of the second departure.
    let legs = json!([
        first(),
        leg("G3", JGK, AOH, ["10:20", "13:45", "03:25"], "0")
    ]);
    assert_eq!(
        times(journey(legs, json!(30), json!(345))),
        json!([
            [["12-04 08:00", "12-04 09:45", 105], [null, null, 205]],
            30,
            345,
            true
        ])
    );
    // The duration does not lead to the clock of the arrival.
    let legs = json!([
        leg("G1", VNP, JGK, ["08:00", "09:45", "01:40"], "0"),
        first()
    ]);
    let seen = times(journey(legs, json!(30), Value::Null));
    assert_eq!(seen[0][0], json!(["12-04 08:00", null, 100]));
    assert_eq!((&seen[1], &seen[2]), (&json!(30), &Value::Null));
    // Another station of the city, whatever the answer's own mark says.
    let legs = json!([
        first(),
        leg("G3", ["JNK", "济南"], AOH, ["10:15", "13:45", "03:30"], "0")
    ]);
    assert_eq!(times(journey(legs, json!(30), Value::Null))[3], false);
}

#[test]
fn answers_without_journeys_are_empty_or_said() {
    let empty = |body: Value| {
        assert_eq!(
            read_transfers(&body.to_string(), DAY),
            Ok(Page::default()),
            "{body}"
        )
    };
    empty(json!({"status": true, "data": {"middleList": [], "result_index": 0, "can_query": "N"}}));
    empty(json!({"status": false, "data": "很抱歉，未查到相关的列车", "errorMsg": ""}));
    empty(json!({"status": true, "data": null, "errorMsg": "没有查到中转方案"}));
    let check = |body: Value, expected| {
        let error = read_transfers(&body.to_string(), DAY).unwrap_err();
        assert_eq!(error.code(), expected, "{body}");
    };
    check(
        json!({"status": false, "messages": ["系统忙，请稍后重试"]}),
        "busy",
    );
    check(json!({"status": true, "data": {}}), "changed");
    check(json!({}), "changed");
    check(
        json!({"data": {"middleList": [{"fullList": []}]}}),
        "changed",
    );
    let mut nameless = plain();
    nameless["fullList"][1]["station_train_code"] = json!("");
    check(json!({"data": {"middleList": [nameless]}}), "changed");
    // A last page, and one that would lead back to itself.
    assert_eq!(page(&[plain()]).next, None);
    assert_eq!(
        read_transfers(&answer(&[], 10, "Y"), DAY).unwrap().next,
        None
    );
}

#[test]
fn seats_of_a_leg_follow_what_people_see() {
    let mut journey = plain();
    let leg = &mut journey["fullList"][0];
    leg["zy_num"] = json!("无");
    // The older opaque form has no prices.
    leg["yp_info"] = json!("tQ%2Bopaque");
    let seats = &page(&[journey]).transfers[0].legs[0].seats;
    let seats: Vec<Value> = seats
        .iter()
        .map(|seat| json!([seat.code, seat.left.number(), seat.price_fen]))
        .collect();
    assert_eq!(
        json!(seats),
        json!([["M", 0, null], ["O", 21, null], ["W", 4, null]])
    );
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused(text in "\\PC{0,120}", number in any::<i64>(), clock in "[0-9:}]{0,6}") {
        let odd = leg(&text, VNP, JGK, [&clock, &clock, &text], &number.to_string());
        for body in [
            answer(&[journey(json!([odd, odd]), json!(number), json!(text))], 1, "Y"),
            json!({ "data": text, "errorMsg": number }).to_string(),
            json!({ "data": [{ "station_telecode": text, "sale_time": clock, "start_date": number }] }).to_string(),
            text.clone(),
        ] {
            let _ = read_transfers(&body, DAY);
            let _ = read_sale_times(&body);
        }
        let _ = path_in_page(&format!("lc_search_url = '{text}'"));
        let _ = stations().place("from", &text);
    }
}

// ── what a train may have ──

#[test]
fn types_of_trains_have_their_classes() {
    let check = |train: &str, may: &str, never: &str| {
        let says =
            |class: char| train_may_have(train, SeatCode::named(&class.to_string()).unwrap());
        for class in may.chars() {
            assert_eq!(says(class), Some(true), "{train} {class}");
        }
        for class in never.chars() {
            assert_eq!(says(class), Some(false), "{train} {class}");
        }
    };
    check("G105", "9PMDOSQW", "12345678FAIJHBCKL");
    check("c2001", "9PMDOSQW", "12345678FAIJHBCKL");
    check("D5", "9PMDOSQWFAIJ46", "123578HBCKL");
    for plain in ["Z277", "T41", "K143", "L12", "4415", " 7053"] {
        check(plain, "12345678HW", "9PMDOSQFAIJ");
    }
    check("Y501", "9MO1234W", "");
    for unknown in ["S501", "动车", "", "P1"] {
        assert_eq!(train_may_have(unknown, STANDING), None, "{unknown}");
    }
}

/// Trains of a recorded answer with the classes they have.
fn recorded_classes(name: &str, day: jiff::civil::Date) -> Option<usize> {
    let body = recorded(name)?;
    let rows: Vec<String> = match serde_json::from_str::<Value>(&body).unwrap() {
        Value::Array(entries) => entries
            .iter()
            .filter_map(|one| one["row"].as_str().map(str::to_owned))
            .collect(),
        _ => {
            let Reply::Tickets(answer) = left_tickets(&body).unwrap() else {
                panic!("moved")
            };
            let count = answer.rows(day).unwrap().iter().map(all_allowed).sum();
            return Some(count);
        }
    };
    let read = |text: &String| {
        all_allowed(&Row::read(&RawRow::cut(text, 1).unwrap(), day, |_| None).unwrap())
    };
    Some(rows.iter().map(read).sum())
}

fn all_allowed(row: &Row<'_>) -> usize {
    for seat in &row.train.seats {
        let may = train_may_have(&row.train.train, seat.code);
        assert_eq!(may, Some(true), "{} {}", row.train.train, seat.code);
    }
    row.train.seats.len()
}

#[test]
fn every_class_seen_on_a_train_is_allowed() {
    for (name, day) in [
        ("left_ticket_2025-03-20_CSQ-HFH.json", date(2025, 3, 20)),
        ("left_ticket_2022-10-28_BJP-TYV.json", date(2022, 10, 28)),
        (
            "left_ticket_2024-04-22_SHH-CZH_two_rows.json",
            date(2024, 4, 22),
        ),
        ("left_ticket_edge_rows.json", date(2025, 8, 3)),
    ] {
        if let Some(count) = recorded_classes(name, day) {
            assert!(count > 5, "{name}: {count}");
        }
    }
}

// ── faults of other clients ──

#[test]
fn peer_fault_11_standing_counted_as_seats() {
    // 二等座 sold out, 无座 left: nobody gets a seat out of that.
    let row = changed_row(&[
        (26, "8"),
        (30, "无"),
        (39, "9200000000M100000007O060000000O060003008"),
    ]);
    let seats = &read_row(&row).train.seats;
    let left = |code: SeatCode| {
        let found: Vec<Left> = seats
            .iter()
            .filter(|seat| seat.code == code)
            .map(|seat| seat.left)
            .collect();
        found
    };
    let second = SeatCode::named("二等座").unwrap();
    assert_eq!(left(second), [Left::None]);
    assert_eq!(left(STANDING), [Left::Exactly(8)]);
    assert!(!Left::None.enough_for(1));
    let unit = counts::Unit::read(b"O060003008").unwrap();
    assert_eq!(
        (unit.sold_as(), unit.code, unit.count),
        (STANDING, second, 8)
    );
    // The same in the trains of a journey.
    let mut journey = plain();
    journey["fullList"][0]["ze_num"] = json!("无");
    journey["fullList"][0]["yp_info"] = json!("M048000007O030000000O030003004");
    let legs = &page(&[journey]).transfers[0].legs;
    let told: Vec<Value> = legs[0]
        .seats
        .iter()
        .map(|seat| json!([seat.code, seat.left.number()]))
        .collect();
    assert_eq!(json!(told), json!([["M", 7], ["O", 0], ["W", 4]]));
}

#[test]
fn peer_fault_13_start_date_taken_for_the_travel_date() {
    // Field 13, the day at the first station, is a day and two days before boarding.
    for start in ["20261204", "20261203", "20261202"] {
        let row = changed_row(&[(13, start), (8, "23:50"), (9, "13:20"), (10, "13:30")]);
        let row = read_row(&row);
        let told = json!([json!(row.train)["depart"], json!(row.train)["arrive"]]);
        assert_eq!(
            told,
            json!(["2026-12-04T23:50:00+08:00", "2026-12-05T13:20:00+08:00"])
        );
        assert_eq!(
            row.keys
                .start_date
                .map(|day| day.strftime("%Y%m%d").to_string())
                .as_deref(),
            Some(start)
        );
    }
    // Every leg of these says the 3rd.
    assert_eq!(times(plain())[0][0][0], "12-04 08:00");
    assert_eq!(times(plain())[0][1][0], "12-04 10:15");
}

#[test]
fn peer_fault_14_transfer_duration_and_no_eval() {
    let mut odd = plain();
    odd["all_lishi"] = json!("5小时45分钟}");
    odd["fullList"][0]["lishi"] = json!("01:45}");
    let transfers = page(&[odd]).transfers;
    // A duration is a number of minutes; what cannot be one is counted from the clocks and days.
    assert_eq!(transfers[0].legs[0].duration_min, Some(105));
    assert_eq!(transfers[0].duration_min, Some(345));
    let numbers = json!(transfers[0]);
    assert!(numbers["duration_min"].is_u64() && numbers["wait_min"].is_u64());
    assert!(!numbers.to_string().contains("}\""), "{numbers}");

    // The station file is text: what stands around its string is not run, and nothing in it becomes a station.
    let file = "process.exit(1);var station_names ='@bjn|北京南|VNP|beijingnan|bjn|0';require('fs').rmSync('/');";
    let found = Dictionary::parse(file).unwrap();
    assert_eq!(found.stations().len(), 1);
    let file = "var station_names ='@x|'+require('child_process').execSync('id')+'|VNP|x|x|0';";
    assert_eq!(Dictionary::parse(file).unwrap_err().code(), "changed");
}
