//! The rail service: cookies and forms of a query, rows that agree with themselves, stops.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod common;

use common::{Bench, DAY, Got, HOUR};
use daiban_sim::{Change, Seat, Stop, Switches, Train};
use serde_json::{Value, json};

const REFERER: &str = "https://kyfw.12306.cn/otn/leftTicket/init?linktypeid=dc";

async fn cookies(bench: &Bench) -> String {
    let page = bench.get("rail", "/otn/leftTicket/init", &[]).await;
    assert!(
        page.text
            .contains("var CLeftTicketUrl = 'leftTicket/queryG';")
    );
    let cookies = page
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned());
    cookies.collect::<Vec<_>>().join("; ")
}

async fn ask(bench: &Bench, cookies: &str, query: &str) -> Got {
    bench
        .get(
            "rail",
            &format!("/otn/leftTicket/queryG?{query}"),
            &[
                ("cookie", cookies),
                ("referer", REFERER),
                ("host", "127.0.0.1:9"),
            ],
        )
        .await
}

fn query(date: &str, from: &str, to: &str) -> String {
    format!(
        "leftTicketDTO.train_date={date}&leftTicketDTO.from_station={from}&leftTicketDTO.to_station={to}&purpose_codes=ADULT"
    )
}

async fn rows(bench: &Bench, date: &str, from: &str, to: &str) -> Vec<Vec<String>> {
    let cookies = cookies(bench).await;
    let answer = ask(bench, &cookies, &query(date, from, to)).await.json();
    assert_eq!(answer["messages"], "");
    let rows: Vec<String> = serde_json::from_value(answer["data"]["result"].clone()).unwrap();
    rows.iter()
        .map(|row| row.split('|').map(Into::into).collect())
        .collect()
}

/// Cell column of a seat code, written down apart from the simulator's own table.
fn column(code: &str, conventional: bool) -> usize {
    match code {
        "9" => 32,
        "M" => 31,
        "O" => 30,
        "4" => 23,
        "3" => 28,
        "1" => 29,
        other => panic!("{other} {conventional}"),
    }
}

/// The rule that holds on every recorded row: the units of field 39 explain the cells.
fn check_units(row: &[String]) {
    let units = &row[39];
    assert_eq!(units.len() % 10, 0);
    let mut order = String::new();
    for at in (0..units.len()).step_by(10) {
        let (code, price, count) = (
            &units[at..at + 1],
            &units[at + 1..at + 6],
            &units[at + 6..at + 10],
        );
        assert!(price.parse::<u32>().unwrap() > 0);
        let count: u32 = count.parse().unwrap();
        let (column, left) = if count >= 3000 {
            (26, count - 3000)
        } else {
            (column(code, false), count)
        };
        let shown = match left {
            0 => "无".to_owned(),
            few if few < 21 => few.to_string(),
            _ => "有".to_owned(),
        };
        assert_eq!(row[column], shown, "{row:?}");
        order += code;
    }
    assert_eq!(order, row[35]);
}

#[tokio::test]
async fn rows_agree_with_themselves_and_cover_both_cities() {
    let bench = Bench::new();
    bench.sim.household();
    let rows = rows(&bench, "2026-11-25", "VNP", "AOH").await;
    let seen: Vec<(&str, &str, &str)> = rows
        .iter()
        .map(|row| (row[3].as_str(), row[6].as_str(), row[7].as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("G9001", "VNP", "AOH"),
            ("G9003", "VNP", "AOH"),
            ("G9005", "FTP", "AOH"),
            ("Z9007", "BJP", "SHH")
        ]
    );
    for row in &rows {
        assert_eq!(row.len(), 58);
        check_units(row);
        assert!(!row[0].is_empty() && !row[0].contains('|'));
    }
    assert_eq!((rows[0][11].as_str(), rows[1][11].as_str()), ("Y", "N"));
    assert_eq!(
        rows[0][39],
        "919980000 6M106000018O066200021".replace(' ', "")
    );
    assert_eq!(
        (
            rows[3][8].as_str(),
            rows[3][9].as_str(),
            rows[3][10].as_str()
        ),
        ("19:15", "09:20", "14:05")
    );
    assert_eq!(
        (
            rows[3][26].as_str(),
            rows[3][35].as_str(),
            rows[3][34].as_str()
        ),
        ("12", "4311", "403010W0")
    );
}

#[tokio::test]
async fn a_train_of_the_day_before_keeps_its_own_start_day() {
    let bench = Bench::new();
    bench.sim.household();
    let rows = rows(&bench, "2026-11-25", "XCH", "SHH").await;
    assert_eq!(rows[0][3], "Z9007");
    assert_eq!(
        (
            rows[0][13].as_str(),
            rows[0][8].as_str(),
            rows[0][16].as_str()
        ),
        ("20261124", "02:16", "03")
    );
}

#[tokio::test]
async fn suspended_and_not_yet_on_sale() {
    let bench = Bench::new();
    let stop = |station: &str, arrive: Option<&str>, depart: Option<&str>| Stop {
        station: station.into(),
        arrive: arrive.map(Into::into),
        depart: depart.map(Into::into),
    };
    let date = |text: &str| text.parse().unwrap();
    bench.sim.add_train(Train {
        train_no: "240000G90310".into(),
        code: "G9031".into(),
        stops: vec![
            stop("BXP", None, Some("10:00")),
            stop("TNV", Some("12:40"), None),
        ],
        seats: vec![Seat {
            code: 'O',
            price: 1_950,
            left: 0,
        }],
        suspended_on: vec![date("2026-11-22")],
        changes: vec![Change {
            date: date("2026-11-23"),
            seat: 'O',
            at_ms: bench.now() + HOUR,
            left: 2,
        }],
        on_sale: Some("1430".into()),
    });
    let row = rows(&bench, "2026-11-22", "BXP", "TNV").await.remove(0);
    assert_eq!(row[1], "列车停运");
    assert_eq!(
        [&row[0], &row[8], &row[9], &row[10], &row[11], &row[19]],
        ["", "24:00", "24:00", "99:59", "IS_TIME_NOT_BUY", "1"]
    );

    // The last day of presale, 08:00: sale begins at 14:30.
    let row = rows(&bench, "2026-12-04", "BXP", "TNV").await.remove(0);
    assert_eq!(
        [&row[0], &row[1], &row[30], &row[55]],
        ["", "14点30分起售", "*", "202611201430"]
    );
    bench.pass(6 * HOUR + HOUR / 2);
    assert_eq!(rows(&bench, "2026-12-04", "BXP", "TNV").await[0][1], "预订");

    // A ticket came back an hour after the start.
    let row = rows(&bench, "2026-11-23", "BXP", "TNV").await.remove(0);
    assert_eq!((row[11].as_str(), row[30].as_str()), ("Y", "2"));
    check_units(&row);
    // A train that has left is not shown.
    assert!(rows(&bench, "2026-11-20", "BXP", "TNV").await.is_empty());
}

#[tokio::test]
async fn a_query_of_another_form_is_sent_away() {
    let bench = Bench::new();
    bench.sim.household();
    let cookies = cookies(&bench).await;
    let right = query("2026-11-25", "VNP", "AOH");
    let mut turned: Vec<&str> = right.split('&').collect();
    turned.swap(1, 2);
    for wrong in [
        query("2026-11-5", "VNP", "AOH"),
        query("2026-11-19", "VNP", "AOH"),
        query("2026-12-05", "VNP", "AOH"),
        turned.join("&"),
        format!("{right}&x=1"),
    ] {
        let got = ask(&bench, &cookies, &wrong).await;
        assert_eq!(
            (
                got.status.as_u16(),
                got.headers["location"].to_str().unwrap()
            ),
            (302, "http://127.0.0.1:9/mormhweb/logFiles/error.html"),
            "{wrong}"
        );
    }
    assert_eq!(
        ask(&bench, "JSESSIONID=0; route=1", &right).await.status,
        302
    );
    let path = format!("/otn/leftTicket/queryG?{right}");
    let illegal = bench
        .get("rail", &path, &[("cookie", &cookies)])
        .await
        .json();
    assert_eq!(
        (
            &illegal["messages"],
            &illegal["status"],
            illegal.get("data")
        ),
        (&json!(["非法请求"]), &json!(true), None)
    );
    assert_eq!(
        ask(&bench, &cookies, &right.replace("ADULT", "00"))
            .await
            .json()["messages"],
        json!(["非法请求"])
    );

    bench.sim.faults().set_switches(Switches {
        rail_error_page: true,
        ..Switches::default()
    });
    assert_eq!(ask(&bench, &cookies, &right).await.status, 302);
    assert!(
        bench
            .get("rail", "/mormhweb/logFiles/error.html", &[])
            .await
            .text
            .contains("<html>")
    );
}

#[tokio::test]
async fn the_path_moves_and_tells_where() {
    let bench = Bench::new();
    let told = |got: Got| got.json();
    let moved = told(bench.get("rail", "/otn/leftTicket/query?x", &[]).await);
    assert_eq!(
        moved,
        json!({"c_url": "leftTicket/queryG", "c_name": "CLeftTicketUrl", "status": false})
    );
    bench
        .sim
        .set_options(|options| options.rail_query = "queryZ".into());
    assert_eq!(
        told(bench.get("rail", "/otn/leftTicket/queryG", &[]).await)["c_url"],
        "leftTicket/queryZ"
    );
    let conf = bench
        .call(
            "rail",
            axum::http::Request::post("/otn/login/conf")
                .body(Default::default())
                .unwrap(),
        )
        .await;
    assert!(
        conf.headers
            .get_all("set-cookie")
            .iter()
            .any(|line| line.to_str().unwrap().ends_with("Path=/otn"))
    );
    let conf = conf.json()["data"].clone();
    assert_eq!(
        (&conf["queryUrl"], &conf["other_control"], &conf["now"]),
        (&json!("leftTicket/queryZ"), &json!(15), &json!(bench.now()))
    );
    assert_eq!(
        (&conf["nowStr"], &conf["is_login"]),
        (&json!("20261120080000"), &json!("N"))
    );
}

#[tokio::test]
async fn stations_and_stops() {
    let bench = Bench::new();
    bench.sim.household();
    let index = bench.get("rail", "/index/", &[]).await.text;
    let at = index.find("/script/core/common/station_name").unwrap();
    let name = &index[at..at + index[at..].find(".js").unwrap() + 3];
    let script = bench.get("rail", &format!("/index{name}"), &[]).await.text;
    assert!(script.contains("|北京南|VNP|beijingnan|bjn|") && script.ends_with("';"));
    assert_eq!(
        script,
        bench
            .get(
                "rail",
                "/otn/resources/js/framework/station_name.js?station_version=1.9076",
                &[]
            )
            .await
            .text
    );

    let asked = "train_no=240000G90010A&from_station_telecode=JGK&to_station_telecode=AOH&depart_date=2026-11-25";
    let stops = bench
        .get("rail", &format!("/otn/czxx/queryByTrainNo?{asked}"), &[])
        .await
        .json();
    let stops = stops["data"]["data"].as_array().unwrap().clone();
    assert_eq!(stops.len(), 4);
    assert_eq!(
        (
            &stops[0]["station_name"],
            &stops[0]["arrive_time"],
            &stops[0]["isEnabled"]
        ),
        (&json!("北京南"), &json!("----"), &json!(false))
    );
    assert_eq!(
        (
            &stops[1]["stopover_time"],
            &stops[1]["isEnabled"],
            &stops[1]["station_no"]
        ),
        (&json!("2分钟"), &json!(true), &json!("02"))
    );
    bench.pass(DAY);
}

#[tokio::test]
async fn recorded_answers_are_served_as_recorded() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/rail");
    let file = folder.join("left_ticket_2025-03-20_CSQ-HFH.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: no recorded rail answers beside the checkout");
        return;
    };
    let bench = Bench::with_rail_data(Some(folder));
    let cookies = cookies(&bench).await;
    let answer = ask(&bench, &cookies, &query("2025-03-20", "CSQ", "HFH"))
        .await
        .json();
    assert_eq!(answer, serde_json::from_str::<Value>(&text).unwrap());
    assert!(
        bench
            .get("rail", "/otn/resources/js/framework/station_name.js", &[])
            .await
            .text
            .len()
            > 100_000
    );
}
