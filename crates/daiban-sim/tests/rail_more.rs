//! Other looks at the rail service: sale times by station, journeys with a change.
#![allow(clippy::unwrap_used)]

#[path = "common/browser.rs"]
mod browser;
mod common;

use std::collections::BTreeMap;

use browser::{Browser, ERROR_PAGE, TICKETS, form, location};
use common::{Bench, START};
use daiban_sim::{Seat, Stop, Train};
use serde_json::{Value, json};

const CHANGES: &str = "https://kyfw.12306.cn/otn/lcQuery/init";

fn train(code: &str, stops: &[(&str, &str, &str)]) -> Train {
    let time = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let stop = |(station, arrive, depart): &(&str, &str, &str)| Stop {
        station: (*station).into(),
        arrive: time(arrive),
        depart: time(depart),
    };
    let seat = |(code, price, left): (char, u32, u32)| Seat { code, price, left };
    Train {
        train_no: format!("240000{code:0>5}0A"),
        code: code.into(),
        stops: stops.iter().map(stop).collect(),
        seats: [('O', 5_000, 7), ('M', 8_000, 0), ('W', 5_000, 30)]
            .map(seat)
            .into(),
        suspended_on: Vec::new(),
        changes: Vec::new(),
        on_sale: None,
    }
}

#[tokio::test]
async fn sale_times_agree_with_the_rows_and_some_stations_are_absent() {
    let bench = Bench::new();
    bench.sim.household();
    let path = "/index/otn/index12306/queryAllCacheSaleTime";
    let table = bench.get("rail", path, &[]).await.json();
    let rows = table["data"].as_array().unwrap();
    let times: BTreeMap<&str, &str> = rows
        .iter()
        .map(|row| {
            let field = |name: &str| row[name].as_str().unwrap();
            (field("station_telecode"), field("sale_time"))
        })
        .collect();
    assert!(rows.len() > 60 && rows.len() < 96, "{}", rows.len());
    assert!(
        times
            .values()
            .all(|time| time.len() == 4 && *time >= "0800" && *time <= "1800")
    );

    let mut browser = Browser::new(&bench);
    browser.get("/otn/leftTicket/init", "").await;
    let mut seen = 0;
    for (from, to) in [
        ("VNP", "AOH"),
        ("BXP", "WHN"),
        ("NKH", "AOH"),
        ("JGK", "AOH"),
    ] {
        let query = format!(
            "/otn/leftTicket/queryG?leftTicketDTO.train_date=2026-11-25&leftTicketDTO.from_station={from}\
             &leftTicketDTO.to_station={to}&purpose_codes=ADULT"
        );
        let answer = browser.get(&query, TICKETS).await.json();
        for row in answer["data"]["result"].as_array().unwrap() {
            let field: Vec<&str> = row.as_str().unwrap().split('|').collect();
            let Some(time) = times.get(field[6]) else {
                continue;
            };
            assert_eq!(field[55], format!("20261111{time}"), "{}", field[6]);
            seen += 1;
        }
    }
    assert!(seen > 3, "{seen}");
}

/// The parameters in the page's order.
fn asked(date: &str, from: &str, to: &str, middle: &str, index: &str) -> Vec<(String, String)> {
    let pairs = [
        ("train_date", date),
        ("from_station_telecode", from),
        ("to_station_telecode", to),
        ("middle_station", middle),
        ("result_index", index),
        ("can_query", "Y"),
        ("isShowWZ", "N"),
        ("purpose_codes", "00"),
        ("channel", "E"),
    ];
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .into()
}

fn address(pairs: &[(String, String)]) -> String {
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    format!("/lcquery/queryG?{}", form(&pairs))
}

/// The data of an answer, after the page was opened.
async fn data(bench: &Bench, pairs: &[(String, String)]) -> Value {
    let mut browser = Browser::new(bench);
    let page = browser.get("/otn/lcQuery/init", "").await;
    assert!(page.text.contains("var lc_search_url = '/lcquery/queryG';"));
    let answer = browser.get(&address(pairs), CHANGES).await.json();
    assert_eq!(answer["status"], true);
    answer["data"].clone()
}

fn trains(data: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value["station_train_code"].as_str().unwrap().to_owned();
    let rows = data["middleList"].as_array().unwrap().iter();
    rows.map(|row| (text(&row["fullList"][0]), text(&row["fullList"][1])))
        .collect()
}

/// G1 comes to Nanjing South at 10:20; what leaves Nanjing for Hangzhou, and when, is the matter.
fn meeting_in_nanjing(bench: &Bench) {
    let add = |train| bench.sim.add_train(train);
    add(train(
        "G1",
        &[
            ("VNP", "", "07:00"),
            ("NKH", "10:20", "10:22"),
            ("AOH", "11:30", ""),
        ],
    ));
    add(train("G2", &[("NKH", "", "10:39"), ("HGH", "12:00", "")]));
    add(train("G3", &[("NKH", "", "10:40"), ("HGH", "12:00", "")]));
    add(train("G4", &[("NJH", "", "16:20"), ("HZH", "18:00", "")]));
    add(train("G5", &[("NKH", "", "16:21"), ("HGH", "18:00", "")]));
    add(train("G6", &[("AOH", "", "12:00"), ("HGH", "13:00", "")]));
}

#[tokio::test]
async fn trains_meet_in_a_city_with_twenty_minutes_between() {
    let bench = Bench::new();
    meeting_in_nanjing(&bench);
    let data = data(&bench, &asked("2026-11-25", "VNP", "HGH", "", "0")).await;
    let pairs = [("G1", "G3"), ("G1", "G6"), ("G1", "G4")];
    let expected = pairs.map(|(first, second)| (first.to_owned(), second.to_owned()));
    assert_eq!(trains(&data), expected);
    assert_eq!(
        (&data["can_query"], &data["result_index"]),
        (&json!("N"), &json!(3))
    );

    let row = &data["middleList"][0];
    assert_eq!(
        [&row["all_lishi_minutes"], &row["wait_time_minutes"]],
        [&json!(300), &json!(20)]
    );
    for (name, expected) in [
        ("all_lishi", "5小时0分钟"),
        ("middle_station_code", "NKH"),
        ("middle_station_name", "南京南"),
        ("same_station", "0"),
        ("from_station_code", "VNP"),
        ("end_station_name", "杭州东"),
        ("start_time", "07:00"),
        ("arrive_time", "12:00"),
        ("arrive_date", "2026-11-25"),
    ] {
        assert_eq!(row[name], expected, "{name}");
    }
    let other = &data["middleList"][2];
    assert_eq!(
        (
            &other["same_station"],
            &other["fullList"][1]["from_station_telecode"]
        ),
        (&json!("1"), &json!("NJH"))
    );
    let leg = &row["fullList"][0];
    for (name, expected) in [
        ("train_no", "240000000G10A"),
        ("to_station_telecode", "NKH"),
        ("start_time", "07:00"),
        ("arrive_time", "10:20"),
        ("lishi", "03:20"),
        ("day_difference", "0"),
        ("start_train_date", "20261125"),
        ("train_date", "2026-11-25"),
        ("ze_num", "7"),
        ("zy_num", "无"),
        ("wz_num", "--"),
        ("swz_num", "--"),
        ("seat_types", "OMO"),
    ] {
        assert_eq!(leg[name], expected, "{name}");
    }
    assert_eq!(leg["yp_info"].as_str().unwrap().len(), 30);
}

#[tokio::test]
async fn one_place_to_change_can_be_asked_for_and_standing_shown() {
    let bench = Bench::new();
    meeting_in_nanjing(&bench);
    let mut pairs = asked("2026-11-25", "VNP", "HGH", "AOH", "0");
    pairs[6].1 = "Y".into();
    let data = data(&bench, &pairs).await;
    assert_eq!(trains(&data), [("G1".to_owned(), "G6".to_owned())]);
    assert_eq!(data["middleList"][0]["fullList"][1]["wz_num"], "有");
}

#[tokio::test]
async fn a_night_on_the_way_counts_the_days() {
    let bench = Bench::new();
    let add = |train| bench.sim.add_train(train);
    add(train(
        "Z1",
        &[
            ("BXP", "", "20:00"),
            ("ZAF", "23:50", "23:55"),
            ("WCN", "05:00", ""),
        ],
    ));
    add(train(
        "Z2",
        &[
            ("SJP", "", "20:00"),
            ("ZZF", "00:30", "00:40"),
            ("CSQ", "09:10", ""),
        ],
    ));
    let data = data(&bench, &asked("2026-11-25", "BXP", "CSQ", "", "0")).await;
    let row = &data["middleList"][0];
    assert_eq!(
        (&row["wait_time_minutes"], &row["arrive_date"]),
        (&json!(50), &json!("2026-11-26"))
    );
    let leg = &row["fullList"][1];
    assert_eq!(
        [
            &leg["train_date"],
            &leg["start_train_date"],
            &leg["day_difference"]
        ],
        ["2026-11-26", "20261125", "0"]
    );
}

#[tokio::test]
async fn ten_on_a_page() {
    let bench = Bench::new();
    let add = |train| bench.sim.add_train(train);
    add(train("G1", &[("VNP", "", "07:00"), ("NKH", "10:00", "")]));
    for number in 10..22 {
        let code = format!("G{number}");
        let leaves = format!("11:{number}");
        add(train(&code, &[("NKH", "", &leaves), ("HGH", "13:00", "")]));
    }
    let first = data(&bench, &asked("2026-11-25", "VNP", "HGH", "", "0")).await;
    assert_eq!(
        (trains(&first).len(), &first["can_query"]),
        (10, &json!("Y"))
    );
    let next = first["result_index"].to_string();
    let second = data(&bench, &asked("2026-11-25", "VNP", "HGH", "", &next)).await;
    assert_eq!(
        (trains(&second).len(), &second["can_query"]),
        (2, &json!("N"))
    );
    assert!(
        trains(&second)
            .iter()
            .all(|pair| !trains(&first).contains(pair))
    );
}

#[tokio::test]
async fn nothing_found_is_a_text() {
    let bench = Bench::new();
    meeting_in_nanjing(&bench);
    let day = "2026-11-25";
    assert_eq!(data(&bench, &asked(day, "VNP", "KMM", "", "0")).await, "");
    assert_eq!(
        data(&bench, &asked("2026-12-05", "VNP", "HGH", "", "0")).await,
        ""
    );
    // Too late for the first train of the day.
    bench.set(START + 5 * common::DAY);
    assert_eq!(data(&bench, &asked(day, "VNP", "HGH", "", "0")).await, "");
}

#[tokio::test]
async fn the_query_must_be_the_pages_own() {
    let bench = Bench::new();
    meeting_in_nanjing(&bench);
    let right = asked("2026-11-25", "VNP", "HGH", "", "0");
    let mut browser = Browser::new(&bench);
    let early = browser.get(&address(&right), CHANGES).await;
    assert_eq!(location(&early), ERROR_PAGE, "no cookies yet");
    browser.get("/otn/lcQuery/init", "").await;
    for at in 0..right.len() {
        let mut short = right.clone();
        short.remove(at);
        let got = browser.get(&address(&short), CHANGES).await;
        assert_eq!(location(&got), ERROR_PAGE, "without {}", right[at].0);
    }
    let stray = browser.get(&address(&right), "").await.json();
    assert_eq!(stray["messages"], json!(["非法请求"]));
    let unpadded = address(&asked("2026-12-1", "VNP", "HGH", "", "0"));
    assert_eq!(location(&browser.get(&unpadded, CHANGES).await), ERROR_PAGE);

    // One jar without paths sends the cookies of /otn along.
    let all: Vec<String> = browser
        .cookies
        .iter()
        .map(|((_, name), value)| format!("{name}={value}"))
        .collect();
    let all = all.join("; ");
    let headers = [("cookie", all.as_str()), ("referer", CHANGES)];
    let strayed = bench.get("rail", &address(&right), &headers).await;
    assert_eq!(location(&strayed), ERROR_PAGE);

    bench
        .sim
        .set_options(|options| options.rail_transfer_query = "queryZ".into());
    let page = browser.get("/otn/lcQuery/init", "").await;
    assert!(page.text.contains("'/lcquery/queryZ'"));
    assert_eq!(
        location(&browser.get(&address(&right), CHANGES).await),
        ERROR_PAGE
    );
}
