//! Standing by for a sold-out train: from the row to the order, and every way back.
#![allow(clippy::unwrap_used)]

#[path = "common/browser.rs"]
mod browser;
mod common;

use browser::{Browser, ERROR_PAGE, LOGIN, TICKETS, form, location};
use common::{Bench, DAY, HOUR, MINUTE, START};
use daiban_sim::{Change, RailAccount, RailPassenger, Seat, StandbyRules, Stop, Train, id_number};
use serde_json::{Value, json};

const USER: &str = "demo_zhang";
const TO_PAY: &str = "https://kyfw.12306.cn/otn/view/lineUp_toPay.html";
const PAY_CONFIRM: &str = "https://kyfw.12306.cn/otn/view/lineUp_payConfirm.html";
const LIST: &str = "https://kyfw.12306.cn/otn/view/lineUp_order.html";
const TRAVEL: &str = "2026-11-25";
/// 2026-11-25T09:00:00+08:00
const LEAVES: i64 = START + 5 * DAY + HOUR;

fn passenger(name: &str, serial: u32) -> RailPassenger {
    RailPassenger {
        name: name.into(),
        id_number: id_number(serial),
        ..RailPassenger::default()
    }
}

fn account(username: &str) -> RailAccount {
    RailAccount {
        username: username.into(),
        name: "张三".into(),
        passengers: (1..=10).map(|serial| passenger("张三", serial)).collect(),
        ..RailAccount::default()
    }
}

/// Sold out but for business class; two come back when `back` says.
fn train(code: &str, leaves: &str, back: &[(i64, u32)]) -> Train {
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

fn bench_with(back: &[(i64, u32)]) -> Bench {
    let bench = Bench::new();
    bench.sim.add_rail_account(account(USER));
    bench.sim.add_train(train("G9003", "09:00", back));
    bench.sim.add_train(train("G9005", "14:05", &[]));
    bench
}

fn rules(bench: &Bench, change: impl FnOnce(&mut StandbyRules)) {
    bench
        .sim
        .set_options(|options| change(&mut options.rail_standby));
}

async fn signed_in(bench: &Bench) -> Browser<'_> {
    let mut browser = Browser::new(bench);
    browser.sign_in(USER).await;
    browser
}

async fn row(browser: &mut Browser<'_>, code: &str) -> Vec<String> {
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

async fn secret_list(browser: &mut Browser<'_>, wanted: &[(&str, &str)]) -> String {
    let mut list = String::new();
    for (code, seat) in wanted {
        let row = row(browser, code).await;
        list += &format!("{}#{seat}|", row[0]);
    }
    list
}

async fn submit(browser: &mut Browser<'_>, wanted: &[(&str, &str)]) -> Value {
    let list = secret_list(browser, wanted).await;
    let fields = [("secretList", list.as_str()), ("_json_att", "")];
    browser
        .post("/otn/afterNate/submitOrderRequest", TICKETS, &fields)
        .await
}

/// `passengerInfo` for the first people of the list.
async fn people(browser: &mut Browser<'_>, count: usize) -> String {
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

fn fields<'a>(people: &'a str, before: &'a str) -> Vec<(&'a str, &'a str)> {
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

async fn confirm(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Value {
    browser
        .post("/otn/afterNate/confirmHB", TO_PAY, fields)
        .await
}

async fn progress(browser: &mut Browser<'_>) -> Value {
    browser.post("/otn/afterNate/queryQueue", TO_PAY, &[]).await["data"].clone()
}

/// An order for second class of G9003, made and not paid; gives its number.
async fn in_line(browser: &mut Browser<'_>, count: usize) -> String {
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

async fn list(browser: &mut Browser<'_>, path: &str) -> Vec<Value> {
    let asked = [
        ("page_no", "0"),
        ("query_start_date", "2026-11-20"),
        ("query_end_date", "2026-12-20"),
    ];
    let path = format!("/otn/afterNateOrder/{path}");
    let answer = browser.post(&path, LIST, &asked).await;
    answer["data"]["list"].as_array().unwrap().clone()
}

fn states(list: &[Value]) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    list.iter()
        .map(|row| format!("{} {}", text(row, "status_code"), text(row, "reserve_no")))
        .collect()
}

#[tokio::test]
async fn from_a_sold_out_row_to_a_paid_order() {
    let bench = bench_with(&[(START + 26 * HOUR, 1), (START + 30 * HOUR, 3)]);
    let mut browser = signed_in(&bench).await;
    let list_of_one = secret_list(&mut browser, &[("G9003", "O")]).await;
    let fields_of_one = [("secretList", list_of_one.as_str()), ("_json_att", "")];
    let face = browser
        .post("/otn/afterNate/chechFace", TICKETS, &fields_of_one)
        .await;
    assert_eq!(
        face["data"],
        json!({"login_flag": true, "face_flag": true, "face_check_code": "12", "is_show_qrcode": false})
    );
    let submitted = submit(&mut browser, &[("G9003", "O"), ("G9005", "M")]).await;
    assert_eq!(submitted["data"]["flag"], true);
    assert_eq!(
        browser
            .get("/otn/view/lineUp_toPay.html", TICKETS)
            .await
            .status,
        200
    );

    let page = browser
        .post("/otn/afterNate/passengerInitApi", TO_PAY, &[])
        .await["data"]
        .clone();
    let trains = page["hbTrainList"].as_array().unwrap();
    let of = |train: &Value, name: &str| train[name].as_str().unwrap().to_owned();
    assert_eq!(trains.len(), 2);
    assert_eq!(of(&trains[0], "station_train_code"), "G9003");
    assert_eq!(of(&trains[0], "seat_type_name"), "二等座");
    assert_eq!(of(&trains[0], "train_date"), TRAVEL);
    assert_eq!(of(&trains[0], "start_time"), "09:00");
    assert_eq!(of(&trains[1], "seat_type_code"), "M");
    // Five days and one hour ahead: five days are offered, six are not.
    let offered = page["jzdhDiffSelect"].as_array().unwrap();
    assert_eq!(
        (&offered[0], offered.last().unwrap()),
        (&json!("20"), &json!("7200"))
    );
    assert_eq!(
        [
            &page["jzdhDateE"],
            &page["jzdhHourE"],
            &page["if_check_slide_passcode"]
        ],
        [TRAVEL, "08:35", "0"]
    );
    assert_eq!(page["hb_passenger_max_num"], 9);
    let asked = [
        ("plans", ""),
        ("realize_limit_time_diff", ""),
        ("add_train_flag", "N"),
        ("passenger_num", "0"),
    ];
    let rate = browser
        .post("/otn/afterNate/querySuccessRate", TO_PAY, &asked)
        .await;
    assert_eq!(rate["data"], json!({"result": "55"}));
    let line = browser
        .post("/otn/afterNate/getQueueNum", TO_PAY, &[])
        .await["data"]["queueNum"]
        .clone();
    assert_eq!(
        line[0],
        json!({
            "queue_info": "候补人数较少", "station_train_code": "G9003", "train_date": "20261125",
            "seat_type_code": "O", "train_no": "240000G90030A", "queue_level": "1",
        })
    );

    let two = people(&mut browser, 2).await;
    let confirmed = confirm(&mut browser, &fields(&two, "360")).await["data"].clone();
    assert_eq!(
        (&confirmed["flag"], &confirmed["isAsync"]),
        (&json!(true), &json!(true))
    );
    let waiting = progress(&mut browser).await;
    assert_eq!(
        (&waiting["status"], &waiting["waitTime"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(bench.effects("rail.standby"), [""; 0]);
    bench.pass(2_000);
    let made = progress(&mut browser).await;
    let number = made["reserve_no"].as_str().unwrap().to_owned();
    assert_eq!((&made["status"], number.len()), (&json!(1), 18));

    let payment = browser
        .post("/otn/afterNatePay/payOrderInit", PAY_CONFIRM, &[])
        .await["data"]
        .clone();
    // The dearest choice for two.
    assert_eq!(payment["order"]["prepay_amount"], "2000.0");
    assert_eq!(payment["order"]["status_code"], "01");
    assert_eq!(
        payment["order"]["realize_limit_time"],
        "2026-11-25 03:00:00"
    );
    assert_eq!(payment["loseTime"], bench.now() + 30 * MINUTE);
    let open = list(&mut browser, "queryUnHonourHOrder").await;
    assert_eq!(states(&open), [format!("01 {number}")]);
    assert_eq!(open[0]["lose_time"], "2026-11-20 08:30:02");
    assert_eq!(open[0]["needs"][1]["board_train_code"], "G9005");
    assert_eq!(open[0]["passengers"][1]["ticket_type"], "成人票");

    assert!(bench.sim.pay_rail_standby(&number));
    assert!(!bench.sim.pay_rail_standby(&number));
    let open = list(&mut browser, "queryUnHonourHOrder").await;
    assert_eq!(states(&open), [format!("02 {number}")]);
    // One ticket is not enough for two; of three, one is left for others.
    bench.set(START + 27 * HOUR);
    assert_eq!(row(&mut browser, "G9003").await[30], "1");
    assert_eq!(list(&mut browser, "queryProcessedHOrder").await.len(), 0);
    bench.set(START + 31 * HOUR);
    assert_eq!(row(&mut browser, "G9003").await[30], "1");
    let done = list(&mut browser, "queryProcessedHOrder").await;
    assert_eq!(states(&done), [format!("03 {number}")]);
    let order = done[0]["order_no"].as_str().unwrap();
    let place = format!("{USER} G9003 {TRAVEL} O x2 {number}");
    assert_eq!(
        bench.effects("rail.standby"),
        [
            format!("rail.standby {place}"),
            format!("rail.standby_pay {place}"),
            format!("rail.standby_fulfilled {place} {order}"),
        ]
    );
    let moments = bench.sim.effects();
    assert_eq!(moments.last().unwrap().at_ms, START + 30 * HOUR);
}

#[tokio::test]
async fn faces_decide_who_may() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    for (code, fine, app) in [
        ("01", false, false),
        ("11", false, false),
        ("02", true, false),
        ("12", true, false),
        ("03", false, false),
        ("13", false, false),
        ("04", false, true),
        ("14", false, true),
        ("99", false, false),
    ] {
        rules(&bench, |rules| rules.face_check = code.into());
        let list = secret_list(&mut browser, &[("G9003", "O")]).await;
        let fields = [("secretList", list.as_str()), ("_json_att", "")];
        let face = browser
            .post("/otn/afterNate/chechFace", TICKETS, &fields)
            .await["data"]
            .clone();
        assert_eq!(
            (
                &face["face_flag"],
                &face["face_check_code"],
                &face["is_show_qrcode"]
            ),
            (&json!(fine), &json!(code), &json!(app))
        );
        let submitted = submit(&mut browser, &[("G9003", "O")]).await["data"].clone();
        let expected = if fine { Value::Null } else { json!(code) };
        assert_eq!(
            (&submitted["flag"], &submitted["faceCheck"]),
            (&json!(fine), &expected)
        );
    }
}

#[tokio::test]
async fn the_secret_stays_percent_encoded_and_is_good_for_minutes() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    let secret = row(&mut browser, "G9003").await.remove(0);
    let decoded = percent_encoding::percent_decode_str(&secret)
        .decode_utf8()
        .unwrap()
        .into_owned();
    for wrong in [
        format!("{decoded}#O|"),
        format!("{secret}#O"),
        format!("{secret}|"),
        format!("{secret}#OM|"),
        format!("{secret}#|"),
        format!("{secret}#4|"),
        format!("{secret}#W|"),
        "made up#O|".to_owned(),
        String::new(),
    ] {
        let fields = [("secretList", wrong.as_str())];
        let answer = browser
            .post("/otn/afterNate/submitOrderRequest", TICKETS, &fields)
            .await;
        assert_eq!(answer["messages"], json!(["非法请求"]), "{wrong}");
    }
    // Encoded once on the wire, it comes in decoded.
    let once = format!("secretList={secret}%23O%7C");
    let headers = [("referer", TICKETS)];
    let got = browser
        .send("POST", "/otn/afterNate/submitOrderRequest", &headers, &once)
        .await;
    assert_eq!(got.json()["messages"], json!(["非法请求"]));

    let list = format!("{secret}#O|");
    let fields = [("secretList", list.as_str())];
    bench.pass(10 * MINUTE - 1);
    let fresh = browser
        .post("/otn/afterNate/submitOrderRequest", TICKETS, &fields)
        .await;
    assert_eq!(fresh["data"]["flag"], true);
    bench.pass(1);
    let stale = browser
        .post("/otn/afterNate/submitOrderRequest", TICKETS, &fields)
        .await;
    assert_eq!(stale["status"], false);
    assert!(
        stale["messages"][0]
            .as_str()
            .unwrap()
            .contains("已过期，请重新查询")
    );
}

#[tokio::test]
async fn rows_say_where_there_is_no_standing_by() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    let marks = |row: Vec<String>| (row[37].clone(), row[38].clone());
    let open = marks(row(&mut browser, "G9003").await);
    assert_eq!(open, ("1".to_owned(), String::new()));
    rules(&bench, |rules| {
        rules.shut = [
            ("G9003".to_owned(), "OM".to_owned()),
            ("G9005".to_owned(), "*".to_owned()),
        ]
        .into();
    });
    let some = marks(row(&mut browser, "G9003").await);
    assert_eq!(some, ("1".to_owned(), "OM".to_owned()));
    let none = marks(row(&mut browser, "G9005").await);
    assert_eq!(none, ("0".to_owned(), String::new()));
    for (code, seat, words) in [
        ("G9003", "O", "提交的候补订单较多"),
        ("G9003", "9", "尚有余票"),
        ("G9005", "O", "不支持候补"),
    ] {
        let answer = submit(&mut browser, &[(code, seat)]).await;
        assert_eq!(answer["status"], false);
        assert!(
            answer["messages"][0].as_str().unwrap().contains(words),
            "{answer}"
        );
    }
    rules(&bench, |rules| rules.shut.clear());
    let twice = submit(&mut browser, &[("G9003", "O"), ("G9003", "O")]).await;
    assert_eq!(twice["messages"], json!(["候补需求重复"]));
}

#[tokio::test]
async fn only_the_form_of_2024_is_taken() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    submit(&mut browser, &[("G9003", "O")]).await;
    let one = people(&mut browser, 1).await;
    let right = fields(&one, "360");
    let bad = json!(["参数不正确"]);
    for at in 0..right.len() {
        let mut short = right.clone();
        short.remove(at);
        let answer = confirm(&mut browser, &short).await;
        assert_eq!(answer["messages"], bad, "without {}", right[at].0);
    }
    let old = [
        ("passengerInfo", one.as_str()),
        ("jzParam", "2026-11-25#06#00"),
        ("hbTrain", "240000G90030A,O#"),
        ("lkParam", ""),
    ];
    assert_eq!(confirm(&mut browser, &old).await["messages"], bad);
    let without_flag = one.replace("#0;", ";");
    for (name, value) in [
        ("passengerInfo", ""),
        ("passengerInfo", without_flag.as_str()),
        ("jzParam", "2026-11-25#06#00"),
        ("hbTrain", "240000G90030A,O#"),
        ("encryptedData", "made up"),
        ("sessionId", "made up"),
        ("scene", ""),
        ("if_receive_wseat", ""),
        ("realize_limit_time_diff", "361"),
        ("realize_limit_time_diff", ""),
        ("plans", "made up,O#"),
        ("add_train_flag", "X"),
        ("unheard_of", ""),
    ] {
        let mut wrong = right.clone();
        wrong.retain(|(known, _)| *known != name);
        wrong.push((name, value));
        assert_eq!(
            confirm(&mut browser, &wrong).await["messages"],
            bad,
            "{name}={value}"
        );
    }
    assert_eq!(bench.effects("rail.standby"), [""; 0]);
    assert_eq!(confirm(&mut browser, &right).await["data"]["flag"], true);
}

#[tokio::test]
async fn nine_people_at_most() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    submit(&mut browser, &[("G9003", "O")]).await;
    let ten = people(&mut browser, 10).await;
    let answer = confirm(&mut browser, &fields(&ten, "360")).await["data"].clone();
    assert_eq!(answer["flag"], false);
    assert!(answer["msg"].as_str().unwrap().contains("9名"));
    let nine = people(&mut browser, 9).await;
    assert_eq!(
        confirm(&mut browser, &fields(&nine, "360")).await["data"]["flag"],
        true
    );
    bench.pass(2_000);
    progress(&mut browser).await;
    assert!(bench.effects("rail.standby")[0].contains(" x9 "));
}

#[tokio::test]
async fn the_deadline_lies_ahead_and_early_enough() {
    let bench = bench_with(&[]);
    rules(&bench, |rules| rules.least_before_min = 120);
    let mut browser = signed_in(&bench).await;
    let one = people(&mut browser, 1).await;
    bench.set(LEAVES - 400 * MINUTE);
    browser.sign_in(USER).await;
    submit(&mut browser, &[("G9005", "O"), ("G9003", "O")]).await;
    let page = browser
        .post("/otn/afterNate/passengerInitApi", TO_PAY, &[])
        .await;
    assert_eq!(page["data"]["jzdhDiffSelect"], json!(["120", "180", "360"]));
    for (before, limit) in [("20", "120"), ("60", "120"), ("720", "720")] {
        let answer = confirm(&mut browser, &fields(&one, before)).await["data"].clone();
        let words = format!("截止兑现时间已超过开车时间前{limit}分钟");
        assert_eq!(
            (&answer["flag"], &answer["msg"]),
            (&json!(false), &json!(words))
        );
    }
    // The first departure counts, whatever the order of choices.
    assert_eq!(
        confirm(&mut browser, &fields(&one, "120")).await["data"]["flag"],
        true
    );
    bench.pass(2_000);
    let open = list(&mut browser, "queryUnHonourHOrder").await;
    assert_eq!(open[0]["realize_limit_time"], "2026-11-25 07:00:00");
}

#[tokio::test]
async fn further_choices_can_come_with_the_plans() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    let further = row(&mut browser, "G9005").await.remove(0) + ",M#";
    submit(&mut browser, &[("G9003", "O")]).await;
    let one = people(&mut browser, 1).await;
    let mut sent = fields(&one, "360");
    sent.retain(|(name, _)| *name != "plans");
    sent.push(("plans", &further));
    assert_eq!(confirm(&mut browser, &sent).await["data"]["flag"], true);
    bench.pass(2_000);
    let open = list(&mut browser, "queryUnHonourHOrder").await;
    assert_eq!(open[0]["needs"][1]["seat_name"], "一等座");
    assert_eq!(open[0]["prepay_amount"], "1000.0");
}

#[tokio::test]
async fn a_queue_may_end_without_an_order() {
    let bench = bench_with(&[]);
    rules(&bench, |rules| rules.failure = Some("候补人数已满".into()));
    let mut browser = signed_in(&bench).await;
    assert_eq!(progress(&mut browser).await["status"], 2);
    submit(&mut browser, &[("G9003", "O")]).await;
    let one = people(&mut browser, 1).await;
    confirm(&mut browser, &fields(&one, "360")).await;
    bench.pass(2_000);
    let failed = progress(&mut browser).await;
    assert_eq!(
        (&failed["status"], &failed["msg"]),
        (&json!(-1), &json!("候补人数已满"))
    );
    assert_eq!(list(&mut browser, "queryUnHonourHOrder").await.len(), 0);

    // Leaving the queue by oneself comes to the same.
    rules(&bench, |rules| rules.failure = None);
    submit(&mut browser, &[("G9003", "O")]).await;
    confirm(&mut browser, &fields(&one, "360")).await;
    let left = browser
        .post("/otn/afterNateOrder/cancelWaitingHOrder", LIST, &[])
        .await;
    assert_eq!(left["data"]["flag"], true);
    bench.pass(2_000);
    assert_eq!(progress(&mut browser).await["status"], -1);
    assert_eq!(bench.effects("rail.standby"), [""; 0]);
}

#[tokio::test]
async fn an_unpaid_order_lapses_or_is_cancelled() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    let first = in_line(&mut browser, 1).await;
    let second = submit(&mut browser, &[("G9005", "O")]).await;
    assert!(second["messages"][0].as_str().unwrap().contains("尚未完成"));
    let asked = [("reserve_no", first.as_str())];
    let pay_on = "/otn/afterNateOrder/continuePayNoCompleteMyOrder";
    assert_eq!(
        browser.post(pay_on, LIST, &asked).await["data"]["flag"],
        true
    );
    let queue = browser
        .post("/otn/afterNateOrder/queryQueue", LIST, &[])
        .await["data"]
        .clone();
    assert_eq!(
        (&queue["order"]["reserve_no"], &queue["status"]),
        (&json!(first), &json!(1))
    );
    bench.pass(30 * MINUTE - 1);
    assert_eq!(list(&mut browser, "queryUnHonourHOrder").await.len(), 1);
    bench.pass(1);
    assert_eq!(list(&mut browser, "queryUnHonourHOrder").await.len(), 0);
    assert!(!bench.sim.pay_rail_standby(&first));
    assert_eq!(
        browser.post(pay_on, LIST, &asked).await["data"]["flag"],
        false
    );
    let none = browser
        .post("/otn/afterNatePay/payOrderInit", PAY_CONFIRM, &[])
        .await;
    assert_eq!(none["status"], false);

    let second = in_line(&mut browser, 1).await;
    let cancel = "/otn/afterNateOrder/cancelNotComplete";
    let misnamed = [("sequence_no", second.as_str())];
    assert_eq!(
        browser.post(cancel, LIST, &misnamed).await["data"]["flag"],
        false
    );
    let named = [("reserve_no", second.as_str())];
    assert_eq!(
        browser.post(cancel, LIST, &named).await["data"]["flag"],
        true
    );
    assert_eq!(
        browser.post(cancel, LIST, &named).await["data"]["flag"],
        false
    );
    let done = list(&mut browser, "queryProcessedHOrder").await;
    assert_eq!(
        states(&done),
        [format!("04 {second}"), format!("04 {first}")]
    );
    let place = |number: &str| format!("rail.standby_over {USER} G9003 {TRAVEL} O x1 {number}");
    assert_eq!(
        bench.effects("rail.standby_over"),
        [
            format!("{} unpaid", place(&first)),
            format!("{} cancelled", place(&second))
        ]
    );
}

#[tokio::test]
async fn a_paid_order_is_given_back_after_a_look_at_the_refund() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    let number = in_line(&mut browser, 1).await;
    let named = [("sequence_no", number.as_str())];
    let (check, back) = (
        "/otn/afterNateOrder/reserveReturnCheck",
        "/otn/afterNateOrder/reserveReturn",
    );
    assert_eq!(
        browser.post(check, LIST, &named).await["data"]["flag"],
        false,
        "not paid"
    );
    assert!(bench.sim.pay_rail_standby(&number));
    assert_eq!(
        browser.post(back, LIST, &named).await["data"]["flag"],
        false,
        "not checked"
    );
    let checked = browser.post(check, LIST, &named).await["data"].clone();
    assert_eq!(
        (&checked["flag"], &checked["data"]),
        (&json!(true), &json!(626.0))
    );
    assert_eq!(browser.post(back, LIST, &named).await["data"]["flag"], true);
    assert_eq!(
        browser.post(back, LIST, &named).await["data"]["flag"],
        false
    );
    assert!(!bench.sim.fulfil_rail_standby(&number));
    let done = list(&mut browser, "queryProcessedHOrder").await;
    assert_eq!(states(&done), [format!("04 {number}")]);
    assert!(bench.effects("rail.standby_over")[0].ends_with(" withdrawn"));
}

#[tokio::test]
async fn the_deadline_ends_the_waiting() {
    // The ticket comes back at the very moment of the deadline: too late.
    let bench = bench_with(&[(LEAVES - 360 * MINUTE, 5)]);
    let mut browser = signed_in(&bench).await;
    let number = in_line(&mut browser, 1).await;
    assert!(bench.sim.pay_rail_standby(&number));
    bench.set(LEAVES - 360 * MINUTE);
    let done = list(&mut browser, "queryProcessedHOrder").await;
    assert_eq!(states(&done), [format!("05 {number}")]);
    assert!(bench.effects("rail.standby_over")[0].ends_with(" unfulfilled"));
    assert_eq!(row(&mut browser, "G9003").await[30], "5");
}

#[tokio::test]
async fn who_paid_first_is_served_first_and_a_control_serves_anybody() {
    let bench = bench_with(&[(START + 26 * HOUR, 1)]);
    bench.sim.add_rail_account(account("demo_li"));
    let mut zhang = signed_in(&bench).await;
    let first = in_line(&mut zhang, 1).await;
    let mut li = Browser::new(&bench);
    li.sign_in("demo_li").await;
    let second = in_line(&mut li, 1).await;
    assert!(bench.sim.pay_rail_standby(&second));
    bench.pass(1);
    let change = json!({"rail_standby_pays": [first, "EH1"], "rail_standby_fulfils": ["EH1"]});
    let changed = bench.post("rail", "/_sim/world", "", &change).await.json();
    assert_eq!(changed["rail_standby_pays"], json!([true, false]));
    assert_eq!(changed["rail_standby_fulfils"], json!([false]));
    bench.set(START + 27 * HOUR);
    assert_eq!(list(&mut li, "queryProcessedHOrder").await.len(), 1);
    assert_eq!(list(&mut zhang, "queryProcessedHOrder").await.len(), 0);
    assert!(bench.sim.fulfil_rail_standby(&first));
    assert_eq!(list(&mut zhang, "queryProcessedHOrder").await.len(), 1);
    // Nobody sees or touches what is another's.
    let named = [("reserve_no", first.as_str())];
    let cancel = "/otn/afterNateOrder/cancelNotComplete";
    assert_eq!(li.post(cancel, LIST, &named).await["data"]["flag"], false);
}

#[tokio::test]
async fn a_place_to_stand_counts_only_for_those_who_take_it() {
    for (takes, fulfilled) in [("Y", 1), ("N", 0)] {
        let bench = bench_with(&[]);
        let mut browser = signed_in(&bench).await;
        submit(&mut browser, &[("G9003", "O")]).await;
        let one = people(&mut browser, 1).await;
        let mut sent = fields(&one, "360");
        sent.retain(|(name, _)| *name != "if_receive_wseat");
        sent.push(("if_receive_wseat", takes));
        confirm(&mut browser, &sent).await;
        bench.pass(2_000);
        let number = progress(&mut browser).await["reserve_no"].clone();
        let mut standing = train("G9003", "09:00", &[]);
        standing.seats[3].left = 1;
        bench.sim.add_train(standing);
        assert!(bench.sim.pay_rail_standby(number.as_str().unwrap()));
        let done = list(&mut browser, "queryProcessedHOrder").await;
        assert_eq!(done.len(), fulfilled, "{takes}");
    }
}

#[tokio::test]
async fn a_slider_ends_it_before_an_order() {
    let bench = bench_with(&[]);
    rules(&bench, |rules| rules.slider = true);
    let mut browser = signed_in(&bench).await;
    submit(&mut browser, &[("G9003", "O")]).await;
    let page = browser
        .post("/otn/afterNate/passengerInitApi", TO_PAY, &[])
        .await;
    assert_eq!(page["data"]["if_check_slide_passcode"], "1");
    let one = people(&mut browser, 1).await;
    let answer = confirm(&mut browser, &fields(&one, "360")).await["data"].clone();
    assert_eq!(answer["flag"], false);
    assert!(answer["msg"].as_str().unwrap().contains("滑块"));
}

#[tokio::test]
async fn every_call_has_its_page_and_its_person() {
    let bench = bench_with(&[]);
    let mut browser = signed_in(&bench).await;
    let number = in_line(&mut browser, 1).await;
    let named = form(&[
        ("reserve_no", &number),
        ("sequence_no", &number),
        ("secretList", "x"),
    ]);
    for path in [
        "afterNate/chechFace",
        "afterNate/submitOrderRequest",
        "afterNate/passengerInitApi",
        "afterNate/querySuccessRate",
        "afterNate/getQueueNum",
        "afterNate/confirmHB",
        "afterNate/queryQueue",
        "afterNatePay/payOrderInit",
        "afterNateOrder/queryQueue",
        "afterNateOrder/queryUnHonourHOrder",
        "afterNateOrder/queryProcessedHOrder",
        "afterNateOrder/cancelNotComplete",
        "afterNateOrder/reserveReturnCheck",
        "afterNateOrder/reserveReturn",
        "afterNateOrder/cancelWaitingHOrder",
        "afterNateOrder/continuePayNoCompleteMyOrder",
    ] {
        let path = format!("/otn/{path}");
        let strange = [("referer", LOGIN)];
        let got = browser.send("POST", &path, &strange, &named).await;
        assert_eq!(got.json()["messages"], json!(["非法请求"]), "{path}");
        let mut nobody = Browser::new(&bench);
        let got = nobody.submit(&path, TO_PAY, &[]).await;
        if path.ends_with("chechFace") {
            assert_eq!(got.json()["data"], json!({"login_flag": false}));
        } else {
            assert_eq!(location(&got), "/otn/resources/login.html", "{path}");
        }
    }
    let unknown = browser
        .submit("/otn/afterNate/unheardOf", TO_PAY, &[])
        .await;
    assert_eq!(location(&unknown), ERROR_PAGE);
    // Without a choice in this session there is no page to fill in.
    let page = browser
        .post("/otn/afterNate/passengerInitApi", TO_PAY, &[])
        .await;
    assert_eq!(page["status"], false);
    let undated = browser
        .post(
            "/otn/afterNateOrder/queryProcessedHOrder",
            LIST,
            &[("page_no", "0")],
        )
        .await;
    assert_eq!(undated["messages"], json!(["参数不正确"]));
}
