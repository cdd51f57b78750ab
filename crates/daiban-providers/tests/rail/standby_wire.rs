//! Standing in line (候补): requests, replies, and the rules between them.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::http::{Method, Request};
use daiban_core::secret::Secret;
use daiban_providers::rail::error::{face_refused, face_text, text_means};
use daiban_providers::rail::orders::{
    OrderPassenger, StandbyChoice, StandbyState, StandbyWish, Stop, TicketKind,
};
use daiban_providers::rail::seats::{Left, STANDING, SeatCode};
use daiban_providers::rail::standby::rules::{Ours, ask_queue_after, standby_open, until_choice};
use daiban_providers::rail::tickets::Row;
use daiban_providers::rail::wire::people::{Person, listed_people};
use daiban_providers::rail::wire::standby::{self as ask, List};
use daiban_providers::rail::wire::standby_list::{self as lists, Entry, Need};
use daiban_providers::rail::wire::standby_reply::{self as reply, Face, Queue};
use daiban_providers::rail::wire::{Reply, left_tickets};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{changed_row, read_row, recorded};

pub(crate) const BASE: &str = "https://kyfw.test";

pub(crate) fn seat(code: &str) -> SeatCode {
    SeatCode::named(code).unwrap()
}

pub(crate) fn choice(train: &str, code: &str) -> StandbyChoice {
    let stop = |name: &str, code: &str| Stop {
        name: name.into(),
        code: code.into(),
    };
    StandbyChoice {
        date: date(2026, 12, 4),
        train: train.into(),
        from: stop("北京南", "VNP"),
        to: stop("上海虹桥", "AOH"),
        secret: "c2Vj%2Fcm%2BV0%0A%3D".into(),
        seat: seat(code),
    }
}

pub(crate) fn wish() -> StandbyWish {
    StandbyWish {
        choices: vec![choice("G9003", "O"), choice("G9005", "M")],
        passengers: vec![OrderPassenger {
            uuid: "u-1".into(),
            ticket: TicketKind::Adult,
        }],
        no_seat: false,
        until_min: 120,
    }
}

fn person() -> Person {
    Person {
        uuid: "u-1".into(),
        name: "张测试".into(),
        id_kind: "1".into(),
        id_no: "1101***********01X".into(),
        mobile: Secret::default(),
        kind: "1".into(),
        all_enc: "made+up/seal=9".into(),
    }
}

fn body(request: &Request) -> String {
    String::from_utf8(request.body.clone().unwrap()).unwrap()
}

fn fields(request: &Request) -> Vec<(String, String)> {
    form_urlencoded::parse(body(request).as_bytes())
        .into_owned()
        .collect()
}

fn referer(request: &Request) -> &str {
    let mut headers = request.headers.iter();
    let (_, value) = headers.find(|(name, _)| *name == "referer").unwrap();
    value.strip_prefix(BASE).unwrap()
}

// ── requests ──

#[test]
fn the_secret_stays_encoded_and_is_encoded_once_more() {
    let one = ask::face(BASE, &[choice("G9003", "O")]);
    assert_eq!(
        body(&one),
        "secretList=c2Vj%252Fcm%252BV0%250A%253D%23O%7C&_json_att="
    );
    let both = ask::submit(BASE, &wish().choices);
    let list = "c2Vj%2Fcm%2BV0%0A%3D#O|c2Vj%2Fcm%2BV0%0A%3D#M|";
    assert_eq!(fields(&both), [("secretList".to_owned(), list.to_owned())]);
    assert!(!format!("{one:?}").contains("Person"));
}

#[test]
fn the_confirmation_has_the_fields_of_2024_and_no_fingerprint() {
    let mut wish = wish();
    let no = ask::confirm(BASE, &wish, &[person()], 60);
    assert!(body(&no).contains("if_receive_wseat=N&realize_limit_time_diff=60"));
    wish.passengers.push(OrderPassenger {
        uuid: "u-2".into(),
        ticket: TicketKind::Child,
    });
    wish.no_seat = true;
    let request = ask::confirm(BASE, &wish, &[person(), person()], 180);
    let fields = fields(&request);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(
        fields,
        [
            (
                "passengerInfo",
                "1#张测试#1#1101***********01X#made+up/seal=9#0;2#张测试#1#1101***********01X#made+up/seal=9#0;"
            ),
            ("jzParam", ""),
            ("hbTrain", ""),
            ("lkParam", ""),
            ("sessionId", ""),
            ("sig", ""),
            ("scene", "nc_login"),
            ("encryptedData", ""),
            ("if_receive_wseat", "Y"),
            ("realize_limit_time_diff", "180"),
            ("plans", ""),
            ("tmp_train_date", ""),
            ("tmp_train_time", ""),
            ("add_train_flag", "N"),
            ("add_train_seat_type_code", ""),
        ]
    );
}

#[test]
fn requests_come_from_the_pages_they_come_from() {
    let span = (date(2026, 10, 23), date(2026, 12, 22));
    let check = |request: Request, path: &str, from: &str, fields: &str| {
        assert_eq!(request.method, Method::Post);
        assert_eq!(request.url, format!("{BASE}/otn{path}"));
        assert_eq!(referer(&request), format!("/otn{from}"), "{path}");
        assert_eq!(body(&request), fields, "{path}");
        assert!(request.ban_sign.is_some());
    };
    let query = "/leftTicket/init?linktypeid=dc";
    let page = "/view/lineUp_toPay.html";
    let orders = "/view/lineUp_order.html";
    check(
        ask::check_user(BASE),
        "/login/checkUser",
        query,
        "_json_att=",
    );
    check(
        ask::prepare(BASE),
        "/afterNate/passengerInitApi",
        page,
        "_json_att=",
    );
    check(ask::queue_lengths(BASE), "/afterNate/getQueueNum", page, "");
    let rate = "plans=&realize_limit_time_diff=20&add_train_flag=N&passenger_num=2";
    check(
        ask::success_rate(BASE, Some(20), 2),
        "/afterNate/querySuccessRate",
        page,
        rate,
    );
    let rate = "plans=&realize_limit_time_diff=&add_train_flag=N&passenger_num=1";
    check(
        ask::success_rate(BASE, None, 1),
        "/afterNate/querySuccessRate",
        page,
        rate,
    );
    check(ask::queue(BASE), "/afterNate/queryQueue", page, "");
    check(
        ask::list(BASE, List::Unpaid, 0, span),
        "/afterNateOrder/queryQueue",
        orders,
        "",
    );
    let paged = "page_no=2&query_start_date=2026-10-23&query_end_date=2026-12-22";
    check(
        ask::list(BASE, List::Waiting, 2, span),
        "/afterNateOrder/queryUnHonourHOrder",
        orders,
        paged,
    );
    check(
        ask::list(BASE, List::Done, 2, span),
        "/afterNateOrder/queryProcessedHOrder",
        orders,
        paged,
    );
    check(
        ask::cancel_unpaid(BASE, "R1"),
        "/afterNateOrder/cancelNotComplete",
        orders,
        "reserve_no=R1",
    );
    check(
        ask::check_return(BASE, "R1"),
        "/afterNateOrder/reserveReturnCheck",
        orders,
        "sequence_no=R1",
    );
    check(
        ask::return_paid(BASE, "R1"),
        "/afterNateOrder/reserveReturn",
        orders,
        "sequence_no=R1",
    );
}

// ── replies ──

pub(crate) fn told(data: Value) -> String {
    json!({ "validateMessagesShowId": "_validatorMessage", "status": true, "httpstatus": 200, "data": data,
        "messages": [], "validateMessages": {} })
    .to_string()
}

pub(crate) fn refusal(words: &str) -> String {
    json!({ "status": false, "httpstatus": 200, "messages": [words], "validateMessages": {} })
        .to_string()
}

fn code(error: &ServiceError) -> String {
    match error {
        ServiceError::Refused { code, .. } => code.clone(),
        other => other.code().to_owned(),
    }
}

#[test]
fn the_face_check_has_four_states_and_one_unknown() {
    let check = |flag: Value, code: Value, expected: Face| {
        let data = json!({ "login_flag": true, "face_flag": flag, "face_check_code": code, "is_show_qrcode": false });
        assert_eq!(reply::face(&told(data)), Ok(expected), "{flag} {code}");
    };
    for flag in [json!(true), json!(false), Value::Null] {
        check(flag.clone(), json!("01"), Face::InReview);
        check(flag.clone(), json!("11"), Face::InReview);
        check(flag.clone(), json!("03"), Face::Rejected);
        check(flag.clone(), json!("13"), Face::Rejected);
        check(flag.clone(), json!("04"), Face::VerifyInApp);
        check(flag.clone(), json!("14"), Face::VerifyInApp);
        check(flag.clone(), json!("02"), Face::Fine);
        check(flag.clone(), json!("12"), Face::Fine);
        check(flag.clone(), json!(12), Face::Fine);
        check(flag, json!("77"), Face::Unknown);
    }
    check(json!(true), Value::Null, Face::Fine);
    check(json!("Y"), json!(""), Face::Fine);
    check(json!(false), Value::Null, Face::Unknown);
    check(Value::Null, Value::Null, Face::Unknown);
    let gone = told(json!({ "login_flag": false, "face_flag": true }));
    assert_eq!(reply::face(&gone).unwrap_err().code(), "sign_in_lost");
    assert_eq!(
        reply::face(&refusal("用户未登录")).unwrap_err().code(),
        "sign_in_lost"
    );
    let forbids = |face: Face| face.forbids();
    assert!(
        [Face::InReview, Face::Rejected, Face::VerifyInApp]
            .into_iter()
            .all(forbids)
    );
    assert!(![Face::Fine, Face::Unknown].into_iter().any(forbids));
    assert_eq!(code(&face_refused(Face::Rejected)), "face");
    assert!(face_text(Face::VerifyInApp).zh.contains("铁路12306 App"));
}

#[test]
fn a_yes_a_no_and_neither() {
    let check = |body: String, agreed: &str, confirmed: &str| {
        let say = |result: Result<(), ServiceError>| {
            result.map_or_else(|e| code(&e), |()| "yes".to_owned())
        };
        assert_eq!(say(reply::agreed(&body)), agreed, "{body}");
        assert_eq!(say(reply::confirmed(&body)), confirmed, "{body}");
    };
    check(told(json!({"flag": true, "isAsync": true})), "yes", "yes");
    check(told(json!({"flag": "true", "msg": ""})), "yes", "yes");
    // The page stops at words, whatever the flag.
    check(
        told(json!({"flag": true, "msg": "出了点事"})),
        "yes",
        "unsure",
    );
    check(
        told(json!({"flag": false, "msg": "余票不足"})),
        "no_tickets",
        "no_tickets",
    );
    check(told(json!({"flag": false})), "other", "other");
    check(
        told(json!({"flag": false, "faceCheck": "14"})),
        "face",
        "face",
    );
    check(
        told(json!({"msg": "参数不正确"})),
        "wrong_parameters",
        "unsure",
    );
    check(told(json!({})), "changed", "changed");
    check(
        refusal("参数不正确"),
        "wrong_parameters",
        "wrong_parameters",
    );
    check(
        refusal("截止兑现时间已超过开车时间前120分钟"),
        "deadline",
        "deadline",
    );
    check(refusal("请在铁路12306app上完成人证核验"), "face", "face");
    check(refusal("您的请求过于频繁"), "busy", "busy");
    check("[".into(), "changed", "changed");
    assert_eq!(reply::still_signed_in(&told(json!({"flag": true}))), Ok(()));
    let gone = reply::still_signed_in(&told(json!({"flag": false})));
    assert_eq!(gone.unwrap_err().code(), "sign_in_lost");
    assert_eq!(code(&text_means("需要先完成人脸核验")), "face");
}

#[test]
fn the_page_is_told_ends_people_and_checks() {
    let data = json!({ "hbTrainList": [], "jzdhDateE": "2026-12-04", "jzdhDiffSelect": [20, "60", 120, 11520],
        "hb_passenger_max_num": 9, "if_check_slide_passcode": "0", "result_code": 0 });
    let prepared = reply::prepared(&told(data)).unwrap();
    assert_eq!(prepared.until_choices_min, [20, 60, 120, 11520]);
    assert_eq!(
        (
            prepared.most_people,
            prepared.wants_slider,
            prepared.wants_check
        ),
        (Some(9), false, false)
    );
    let data = json!({ "if_check_slide_passcode": "1", "checkcode": "94" });
    let prepared = reply::prepared(&told(data)).unwrap();
    assert!(prepared.wants_slider && prepared.wants_check && prepared.until_choices_min.is_empty());
    let refused = reply::prepared(&told(json!({ "msg": "系统忙，请稍后重试" })));
    assert_eq!(refused.unwrap_err().code(), "busy");
}

#[test]
fn chances_are_words_and_perhaps_a_number() {
    let one = json!({ "train_no": "x", "station_train_code": "G9003", "train_date": "20261204", "seat_type_code": "O",
        "queue_info": "候补人数较少", "queue_level": "1", "queue_all_num": null });
    let other = json!({ "station_train_code": "G9005", "seat_type_code": "??", "queue_info": "候补人数较多" });
    let chances = reply::chances(&told(json!({ "flag": true, "queueNum": [one, other] }))).unwrap();
    assert_eq!(
        json!(chances),
        json!([
            {"train": "G9003", "seat": "O", "text": "候补人数较少", "level": 1},
            {"train": "G9005", "seat": null, "text": "候补人数较多", "level": null},
        ])
    );
    assert_eq!(
        reply::chances(&told(json!({ "flag": true }))),
        Ok(Vec::new())
    );
    let rate = |result: Value| reply::success_rate(&told(json!({ "result": result }))).unwrap();
    assert_eq!((rate(json!("55")), rate(json!(0))), (Some(55), Some(0)));
    assert_eq!(
        (rate(json!("--")), rate(json!("155")), rate(Value::Null)),
        (None, None, None)
    );
}

#[test]
fn the_queue_is_done_at_work_failed_or_silent() {
    let check = |data: Value, expected: Queue| assert_eq!(reply::queue(&told(data)), Ok(expected));
    let made = || Queue::Made("R0001".into());
    check(
        json!({"flag": true, "status": 1, "isAsync": true, "reserve_no": "R0001"}),
        made(),
    );
    // The number counts before the status.
    check(
        json!({"flag": true, "status": "-1", "reserve_no": "R0001"}),
        made(),
    );
    check(
        json!({"flag": true, "status": 0, "isAsync": true, "waitTime": 12}),
        Queue::Waiting(Some(12)),
    );
    check(json!({"flag": true, "status": "3"}), Queue::Waiting(None));
    check(
        json!({"flag": true, "status": 2, "isAsync": true}),
        Queue::Waiting(None),
    );
    check(
        json!({"flag": true, "status": 2, "isAsync": false}),
        Queue::Nothing,
    );
    check(
        json!({"flag": true, "status": 1, "reserve_no": ""}),
        Queue::Nothing,
    );
    check(json!({"flag": true}), Queue::Nothing);
    check(
        json!({"flag": false, "status": -1, "msg": "没有足够的票!"}),
        Queue::Failed(Some("没有足够的票!".into())),
    );
    check(json!({"status": -1}), Queue::Failed(None));
    assert_eq!(
        reply::queue(&refusal("用户未登录")).unwrap_err().code(),
        "sign_in_lost"
    );
}

/// A listed order for G9003 二等座 on the 4th.
pub(crate) fn listed(number: &str, status: &str, made: &str) -> Value {
    json!({
        "reserve_no": number, "sequence_no": "S1", "reserve_time": made, "realize_limit_time": "2026-12-04 08:00:00",
        "status_code": "", "status_name": status, "prepay_amount": "553.00", "ticket_num": "1",
        "lose_time": "2026-11-22 09:30:00", "order_no": null, "total_page": "1",
        "needs": [{ "board_train_code": "G9003", "train_date": "2026-12-04", "seat_name": "二等座", "seat_code": "O",
            "from_station_name": "北京南", "to_station_name": "上海虹桥", "queue_info": "候补人数较少", "queue_level": 1 }],
        "passengers": [{ "passenger_name": "张测试", "ticket_type": "成人票" }],
    })
}

#[test]
fn a_listed_order_is_read() {
    let body = told(json!({ "list": [listed("R0001", "待支付", "2026-11-22 09:00:30")] }));
    let listing = lists::listing(&body).unwrap();
    assert_eq!(listing.pages, Some(1));
    assert_eq!(
        json!(listing.entries[0].standby),
        json!({
            "reserve_no": "R0001", "state": "unpaid", "text": "待支付",
            "pay_before": "2026-11-22T09:30:00+08:00", "until": "2026-12-04T08:00:00+08:00",
            "deposit_fen": 55_300, "choices": ["G9003 二等座"], "order_no": null,
        })
    );
    let need = Need {
        train: "G9003".into(),
        date: Some(date(2026, 12, 4)),
        seat: Some(seat("O")),
    };
    assert_eq!(listing.entries[0].needs, std::slice::from_ref(&need));

    // The unpaid one stands alone; other spellings of the same.
    let mut alone = listed("R0002", "待兑现", "soon");
    alone["needs"][0] =
        json!({ "board_train_code": "G9003", "train_date": "20261204", "seat_name": "二等座" });
    alone["prepay_amount"] = json!(553);
    let body = told(json!({ "flag": true, "status": 1, "order": alone }));
    let entry = &lists::listing(&body).unwrap().entries[0];
    assert_eq!(entry.needs, [need]);
    assert_eq!((entry.made_at, entry.standby.deposit_fen), (None, None));
    assert_eq!(entry.standby.pay_before, None, "it is paid");

    for empty in [
        json!({}),
        json!({ "list": [] }),
        json!({ "list": null, "order": null }),
    ] {
        assert_eq!(lists::listing(&told(empty)).unwrap().entries, []);
    }
    let numberless = told(json!({ "list": [{ "status_name": "待支付" }] }));
    assert_eq!(lists::listing(&numberless).unwrap_err().code(), "changed");
    let odd = format!("{:?}", lists::listing(&told(json!({ "list": "张测试" }))));
    assert!(!odd.contains("张测试"), "{odd}");
}

#[test]
fn words_decide_where_an_order_stands_and_codes_hardly() {
    let check = |code: &str, words: &str, expected: StandbyState| {
        let mut one = listed("R1", words, "");
        one["status_code"] = json!(code);
        let listing = lists::listing(&told(json!({ "list": [one] }))).unwrap();
        assert_eq!(listing.entries[0].standby.state, expected, "{code} {words}");
    };
    check("", "待支付", StandbyState::Unpaid);
    check("04", "待兑现", StandbyState::Waiting);
    check("02", "排队中", StandbyState::Waiting);
    check("07", "兑现成功", StandbyState::Fulfilled);
    check("03", "已兑现", StandbyState::Fulfilled);
    check("05", "已退单", StandbyState::Over);
    check("04", "已取消", StandbyState::Over);
    check("05", "未兑现", StandbyState::Over);
    check("01", "从没见过", StandbyState::Unknown);
    check("01", "", StandbyState::Unpaid);
    check("00", "", StandbyState::Waiting);
    // In line for one client, withdrawn for another.
    check("04", "", StandbyState::Unknown);
    check("", "", StandbyState::Unknown);
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused(text in "\\PC{0,80}", number in any::<i64>(), yes in any::<bool>()) {
        let odd = json!({ "reserve_no": text, "reserve_time": text, "status_code": number, "status_name": text,
            "prepay_amount": text, "needs": [{ "train_date": text, "seat_code": text, "seat_name": number }] });
        for data in [
            json!({ "flag": yes, "msg": text, "status": number, "waitTime": number, "list": [odd], "order": odd }),
            json!({ "queueNum": [{ "queue_level": text }], "jzdhDiffSelect": [number, text], "result": number }),
            json!({ "face_check_code": text, "datas": [{ "passenger_uuid": number }] }),
            json!(text),
        ] {
            let body = told(data);
            let _ = (reply::face(&body), reply::agreed(&body), reply::confirmed(&body), reply::prepared(&body));
            let _ = (reply::chances(&body), reply::success_rate(&body), reply::queue(&body));
            let _ = (lists::listing(&body), listed_people(&body).is_ok(), reply::queue(&text));
        }
    }
}

// ── rules ──

#[test]
fn a_line_is_open_or_closed_for_a_reason() {
    let sold_out = [(30, "无"), (39, "9200000000M100000007O060000000O060003021")];
    let check = |changes: &[(usize, &str)], code: &str, expected: Option<&str>| {
        let changes: Vec<(usize, &str)> = sold_out.iter().chain(changes).copied().collect();
        let row = changed_row(&changes);
        let found = standby_open(&read_row(&row), seat(code));
        match expected {
            None => assert_eq!(found, Ok(()), "{changes:?}"),
            Some(part) => {
                let text = found.unwrap_err();
                assert!(text.zh.contains(part), "{changes:?}: {}", text.zh);
            }
        }
    };
    check(&[], "O", None);
    // Sold on the web in another class, or in none: the line is open all the same.
    check(&[(11, "N")], "O", None);
    check(&[(11, "IS_TIME_NOT_BUY")], "O", Some("服务时间"));
    check(&[(37, "0")], "O", Some("没有开放候补"));
    check(&[(37, "")], "O", Some("没有说这趟车能不能候补"));
    check(&[(38, "O")], "O", Some("人太多"));
    check(&[(38, "9MO")], "O", Some("人太多"));
    check(&[(38, "9M")], "O", None);
    check(&[(0, "")], "O", Some("不能下单"));
    check(&[(30, "3"), (39, "")], "O", Some("还有票"));
    check(&[(30, "有"), (39, "")], "O", Some("还有票"));
    check(&[(30, "*"), (39, "")], "O", Some("没有说还剩多少"));
    check(&[(19, "1")], "O", Some("停运"));
    check(&[], "3", Some("没有这个席别"));
    check(&[(26, "无")], "W", Some("无座"));
}

/// In recorded answers trains take standby orders exactly while a class other than 无座 is sold out.
#[test]
fn recorded_rows_open_the_line_when_a_class_is_sold_out() {
    let check = |name: &str, day: Date, open: usize| {
        let Some(body) = recorded(name) else { return };
        let Reply::Tickets(answer) = left_tickets(&body).unwrap() else {
            panic!("moved")
        };
        let rows = answer.rows(day).unwrap();
        let is_open = |row: &Row<'_>| SeatCode::all().any(|code| standby_open(row, code).is_ok());
        for row in &rows {
            let mut seats = row.train.seats.iter();
            let sold_out = seats.any(|seat| seat.code != STANDING && seat.left == Left::None);
            assert_eq!(row.train.standby, Some(sold_out), "{}", row.train.train);
            assert_eq!(is_open(row), sold_out, "{}", row.train.train);
        }
        assert_eq!(
            rows.iter().filter(|row| is_open(row)).count(),
            open,
            "{name}"
        );
    };
    check("left_ticket_2025-03-20_CSQ-HFH.json", date(2025, 3, 20), 11);
    check("left_ticket_2022-10-28_BJP-TYV.json", date(2022, 10, 28), 4);
    check(
        "left_ticket_2024-04-22_SHH-CZH_two_rows.json",
        date(2024, 4, 22),
        0,
    );
}

#[test]
fn the_end_of_the_line_is_never_later_than_wished() {
    let offered = [20, 60, 120, 180, 360];
    let check =
        |wished, expected| assert_eq!(until_choice(&offered, wished).ok(), expected, "{wished}");
    check(120, Some(120));
    check(100, Some(120));
    check(0, Some(20));
    check(360, Some(360));
    check(361, None);
    assert_eq!(until_choice(&[], 100), Ok(100));
    let error = until_choice(&[60, 20], 100).unwrap_err();
    assert_eq!(code(&error), "deadline");
    assert!(error.text().zh.contains("60、20"));
}

#[test]
fn the_queue_is_asked_after_a_third_of_the_wait() {
    let seconds = |wait| ask_queue_after(wait).as_secs();
    assert_eq!([None, Some(0), Some(2)].map(seconds), [1, 1, 1]);
    assert_eq!([Some(9), Some(10), Some(900)].map(seconds), [3, 3, 60]);
}

#[test]
fn an_order_is_ours_by_time_and_by_what_it_is_for() {
    let sent: Timestamp = "2026-11-22T09:00:00+08:00".parse().unwrap();
    let entry = |made: &str, change: fn(&mut Value)| -> Entry {
        let mut one = listed("R1", "待支付", made);
        change(&mut one["needs"]);
        lists::listing(&told(json!({ "list": [one] })))
            .unwrap()
            .entries
            .remove(0)
    };
    let check = |made: &str, change: fn(&mut Value), expected: Ours| {
        let found = Ours::of(&entry(made, change), &wish(), sent);
        assert_eq!(found, expected, "{made} {:?}", entry(made, change).needs);
    };
    check("2026-11-22 09:00:01", |_| {}, Ours::Yes);
    check("2026-11-22 08:58:00", |_| {}, Ours::Yes);
    check("2026-11-22 08:57:59", |_| {}, Ours::No);
    check("", |_| {}, Ours::Perhaps);
    check(
        "2026-11-22 09:00:01",
        |needs| needs[0]["board_train_code"] = json!("G1"),
        Ours::No,
    );
    check(
        "2026-11-22 09:00:01",
        |needs| needs[0]["train_date"] = json!("2026-12-05"),
        Ours::No,
    );
    check(
        "2026-11-22 09:00:01",
        |needs| needs[0]["seat_code"] = json!("9"),
        Ours::No,
    );
    // The second choice; both; and one of ours beside one that is not.
    let second = |needs: &mut Value| {
        needs[0]["board_train_code"] = json!("g9005");
        needs[0]["seat_code"] = json!("M");
    };
    check("2026-11-22 09:00:01", second, Ours::Yes);
    let both = |needs: &mut Value| {
        let mut more = needs[0].clone();
        more["board_train_code"] = json!("G9005");
        more["seat_code"] = json!("M");
        needs.as_array_mut().unwrap().push(more);
    };
    check("2026-11-22 09:00:01", both, Ours::Yes);
    let strange = |needs: &mut Value| {
        let mut more = needs[0].clone();
        more["board_train_code"] = json!("G1");
        needs.as_array_mut().unwrap().push(more);
    };
    check("2026-11-22 09:00:01", strange, Ours::No);
    // What is not told speaks neither for nor against.
    check(
        "2026-11-22 09:00:01",
        |needs| *needs = json!([]),
        Ours::Perhaps,
    );
    check("2026-11-22 08:00:00", |needs| *needs = json!([]), Ours::No);
    let bare = |needs: &mut Value| {
        needs[0]["seat_code"] = Value::Null;
        needs[0]["seat_name"] = json!("新席别");
    };
    check("2026-11-22 09:00:01", bare, Ours::Yes);
}
