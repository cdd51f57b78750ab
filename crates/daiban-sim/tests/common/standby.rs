//! Asking for a place in line, step by step, for the tests of standby orders.
#![allow(dead_code, clippy::unwrap_used)]

use daiban_sim::{Change, RailAccount, RailPassenger, Seat, StandbyRules, Stop, Train, id_number};
use serde_json::Value;

use crate::browser::{Browser, TICKETS};
use crate::common::{Bench, DAY, HOUR, START};

pub(crate) const USER: &str = "demo_zhang";
pub(crate) const TO_PAY: &str = "https://kyfw.12306.cn/otn/view/lineUp_toPay.html";
pub(crate) const PAY_CONFIRM: &str = "https://kyfw.12306.cn/otn/view/lineUp_payConfirm.html";
pub(crate) const LIST: &str = "https://kyfw.12306.cn/otn/view/lineUp_order.html";
pub(crate) const TRAVEL: &str = "2026-11-25";
/// 2026-11-25T09:00:00+08:00
pub(crate) const LEAVES: i64 = START + 5 * DAY + HOUR;

pub(crate) fn passenger(name: &str, serial: u32) -> RailPassenger {
    RailPassenger {
        name: name.into(),
        id_number: id_number(serial),
        ..RailPassenger::default()
    }
}

pub(crate) fn account(username: &str) -> RailAccount {
    RailAccount {
        username: username.into(),
        name: "张三".into(),
        passengers: (1..=10).map(|serial| passenger("张三", serial)).collect(),
        ..RailAccount::default()
    }
}

/// Sold out but for business class; two come back when `back` says.
pub(crate) fn train(code: &str, leaves: &str, back: &[(i64, u32)]) -> Train {
    let stop = |station: &str, arrive: Option<&str>, depart: Option<&str>| Stop {
        station: station.into(),
        arrive: arrive.map(Into::into),
        depart: depart.map(Into::into),
    };
    let seat = |(code, price, left)| Seat { code, price, left };
    let change = |(at_ms, left): &(i64, u32)| Change {
        date: TRAVEL.parse().unwrap(),
        seat: 'O',
        at_ms: *at_ms,
        left: *left,
    };
    Train {
        train_no: format!("240000{code}0A"),
        code: code.into(),
        stops: vec![
            stop("VNP", None, Some(leaves)),
            stop("AOH", Some("23:28"), None),
        ],
        seats: [
            ('9', 20_000, 5),
            ('M', 10_000, 0),
            ('O', 6_260, 0),
            ('W', 6_260, 0),
        ]
        .map(seat)
        .into(),
        suspended_on: Vec::new(),
        changes: back.iter().map(change).collect(),
        on_sale: None,
    }
}

pub(crate) fn bench_with(back: &[(i64, u32)]) -> Bench {
    let bench = Bench::new();
    bench.sim.add_rail_account(account(USER));
    bench.sim.add_train(train("G9003", "09:00", back));
    bench.sim.add_train(train("G9005", "14:05", &[]));
    bench
}

pub(crate) fn rules(bench: &Bench, change: impl FnOnce(&mut StandbyRules)) {
    bench
        .sim
        .set_options(|options| change(&mut options.rail_standby));
}

pub(crate) async fn signed_in(bench: &Bench) -> Browser<'_> {
    let mut browser = Browser::new(bench);
    browser.sign_in(USER).await;
    browser
}

pub(crate) async fn row(browser: &mut Browser<'_>, code: &str) -> Vec<String> {
    browser.get("/otn/leftTicket/init", "").await;
    let query = format!(
        "/otn/leftTicket/queryG?leftTicketDTO.train_date={TRAVEL}&leftTicketDTO.from_station=VNP\
         &leftTicketDTO.to_station=AOH&purpose_codes=ADULT"
    );
    let answer = browser.get(&query, TICKETS).await.json();
    let rows = answer["data"]["result"].as_array().unwrap().iter();
    let mut rows = rows.map(|row| -> Vec<String> {
        let fields = row.as_str().unwrap().split('|');
        fields.map(Into::into).collect()
    });
    rows.find(|row| row[3] == code).unwrap()
}

pub(crate) async fn secret_list(browser: &mut Browser<'_>, wanted: &[(&str, &str)]) -> String {
    let mut list = String::new();
    for (code, seat) in wanted {
        let row = row(browser, code).await;
        list += &format!("{}#{seat}|", row[0]);
    }
    list
}

pub(crate) async fn submit(browser: &mut Browser<'_>, wanted: &[(&str, &str)]) -> Value {
    let list = secret_list(browser, wanted).await;
    let fields = [("secretList", list.as_str()), ("_json_att", "")];
    browser
        .post("/otn/afterNate/submitOrderRequest", TICKETS, &fields)
        .await
}

/// `passengerInfo` for the first people of the list.
pub(crate) async fn people(browser: &mut Browser<'_>, count: usize) -> String {
    let fields = [("pageIndex", "1"), ("pageSize", "20")];
    let list =
        browser.post("/otn/passengers/query", TO_PAY, &fields).await["data"]["datas"].clone();
    let each = list.as_array().unwrap().iter().take(count).map(|one| {
        let field = |name: &str| one[name].as_str().unwrap();
        format!(
            "1#{}#{}#{}#{}#0;",
            field("passenger_name"),
            field("passenger_id_type_code"),
            field("passenger_id_no"),
            field("allEncStr")
        )
    });
    each.collect()
}

pub(crate) fn fields<'a>(people: &'a str, before: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("passengerInfo", people),
        ("jzParam", ""),
        ("hbTrain", ""),
        ("lkParam", ""),
        ("sessionId", ""),
        ("sig", ""),
        ("scene", "nc_login"),
        ("encryptedData", ""),
        ("if_receive_wseat", "N"),
        ("realize_limit_time_diff", before),
        ("plans", ""),
        ("tmp_train_date", ""),
        ("tmp_train_time", ""),
        ("add_train_flag", "N"),
        ("add_train_seat_type_code", ""),
    ]
}

pub(crate) async fn confirm(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Value {
    browser
        .post("/otn/afterNate/confirmHB", TO_PAY, fields)
        .await
}

pub(crate) async fn progress(browser: &mut Browser<'_>) -> Value {
    browser.post("/otn/afterNate/queryQueue", TO_PAY, &[]).await["data"].clone()
}

/// An order for second class of G9003, made and not paid; gives its number.
pub(crate) async fn in_line(browser: &mut Browser<'_>, count: usize) -> String {
    assert_eq!(
        submit(browser, &[("G9003", "O")]).await["data"]["flag"],
        true
    );
    let people = people(browser, count).await;
    let answer = confirm(browser, &fields(&people, "360")).await;
    assert_eq!(answer["data"]["flag"], true, "{answer}");
    browser.bench.pass(2_000);
    let made = progress(browser).await;
    assert_eq!(made["status"], 1, "{made}");
    made["reserve_no"].as_str().unwrap().to_owned()
}

pub(crate) async fn list(browser: &mut Browser<'_>, path: &str) -> Vec<Value> {
    let asked = [
        ("page_no", "0"),
        ("query_start_date", "2026-11-20"),
        ("query_end_date", "2026-12-20"),
    ];
    let path = format!("/otn/afterNateOrder/{path}");
    let answer = browser.post(&path, LIST, &asked).await;
    answer["data"]["list"].as_array().unwrap().clone()
}

pub(crate) fn states(list: &[Value]) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    list.iter()
        .map(|row| format!("{} {}", text(row, "status_code"), text(row, "reserve_no")))
        .collect()
}
