//! Standing by for a sold-out train: from the row to the order, and what is refused on the way.
#![allow(clippy::unwrap_used)]

#[path = "common/browser.rs"]
mod browser;
mod common;
#[path = "common/standby.rs"]
mod standby;

use browser::{Browser, ERROR_PAGE, LOGIN, TICKETS, form, location};
use common::{HOUR, MINUTE, START};
use serde_json::{Value, json};
use standby::{
    LEAVES, LIST, PAY_CONFIRM, TO_PAY, TRAVEL, USER, bench_with, confirm, fields, in_line, list,
    people, progress, row, rules, secret_list, signed_in, states, submit,
};

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
