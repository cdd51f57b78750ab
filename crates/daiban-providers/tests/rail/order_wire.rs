//! An order's requests and answers, the order's page, the lists, and wishes for places: tables over invented people.

use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use daiban_core::secret::Secret;
use daiban_providers::rail::error::text_means;
use daiban_providers::rail::order::choice::{self, SeatWish};
use daiban_providers::rail::orders::{Berths, OrderState, TicketKind};
use daiban_providers::rail::seats::SeatCode;
use daiban_providers::rail::wire::init_dc::order_page;
use daiban_providers::rail::wire::order::script_date;
use daiban_providers::rail::wire::order_reply::{self, Wait};
use daiban_providers::rail::wire::orders::{finished, unfinished};
use daiban_providers::rail::wire::passenger_text::{Traveller, people_text, tickets_text};
use daiban_providers::rail::wire::people::{Person, listed_people, order_people};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{ok, redirect};

const INIT_DC: &str = include_str!("../../fixtures/rail/init_dc.html");
const UNFINISHED: &str = include_str!("../../fixtures/rail/unfinished.json");
const QUEUED: &str = include_str!("../../fixtures/rail/queued.json");
const PEOPLE: &str = include_str!("../../fixtures/rail/order_people.json");

pub(crate) fn seat(code: char) -> SeatCode {
    SeatCode::new(u8::try_from(code).unwrap()).unwrap()
}

/// An envelope around data.
pub(crate) fn envelope(data: &Value) -> String {
    json!({ "validateMessagesShowId": "_validatorMessage", "status": true, "httpstatus": 200, "data": data, "messages": [], "validateMessages": {} })
        .to_string()
}

/// An envelope that says no.
pub(crate) fn refusal(words: &str) -> String {
    json!({ "status": false, "httpstatus": 200, "messages": [words], "validateMessages": {} })
        .to_string()
}

/// The code of a refusal, or else the name of the error.
pub(crate) fn code(error: &ServiceError) -> &str {
    match error {
        ServiceError::Refused { code, .. } => code,
        other => other.code(),
    }
}

// ── the texts that name people ──

fn person(name: &str, kind: &str, mobile: &str, all_enc: &str) -> Person {
    Person {
        uuid: format!("uuid-{name}"),
        name: Secret::from(name),
        id_kind: "1".to_owned(),
        id_no: Secret::from("1101***********015"),
        mobile: Secret::from(mobile),
        kind: kind.to_owned(),
        all_enc: Secret::from(all_enc),
    }
}

fn check_texts(class: char, people: &[(Person, TicketKind, char)], (tickets, old): (&str, &str)) {
    let travellers: Vec<Traveller<'_>> = people
        .iter()
        .map(|(person, ticket, bed)| Traveller {
            person,
            ticket: *ticket,
            bed: *bed,
        })
        .collect();
    assert_eq!(tickets_text(seat(class), &travellers), tickets);
    assert_eq!(people_text(&travellers), old);
}

#[test]
fn people_are_named_field_by_field() {
    use TicketKind::{Adult, Child, Disabled, Student};
    let zhang = || person("张测试", "1", "138****0001", "e1");
    let li = || person("李测试", "3", "", "e2");
    let xiao = || person("小测试", "2", "138****0003", "e3");
    check_texts(
        'O',
        &[(zhang(), Adult, '0')],
        (
            "O,0,1,张测试,1,1101***********015,138****0001,N,e1",
            "张测试,1,1101***********015,1_",
        ),
    );
    // An adult and a child; a student without a phone who takes an adult ticket and one who does not.
    check_texts(
        'M',
        &[(zhang(), Adult, '0'), (xiao(), Child, '0')],
        (
            "M,0,1,张测试,1,1101***********015,138****0001,N,e1_M,0,2,小测试,1,1101***********015,138****0003,N,e3",
            "张测试,1,1101***********015,1_小测试,1,1101***********015,2_",
        ),
    );
    check_texts(
        'O',
        &[(li(), Student, '0'), (li(), Adult, '0')],
        (
            "O,0,3,李测试,1,1101***********015,,N,e2_O,0,1,李测试,1,1101***********015,,N,e2",
            "李测试,1,1101***********015,3_李测试,1,1101***********015,3_",
        ),
    );
    // Berths, and somebody whose own kind is not told.
    let untold = || person("王测试", "", "138****0005", "e5");
    check_texts(
        '3',
        &[(zhang(), Adult, '1'), (untold(), Disabled, '3')],
        (
            "3,1,1,张测试,1,1101***********015,138****0001,N,e1_3,3,4,王测试,1,1101***********015,138****0005,N,e5",
            "张测试,1,1101***********015,1_王测试,1,1101***********015,4_",
        ),
    );
}

#[test]
fn peer_fault_03_trimming_eats_the_end_of_all_enc_str() {
    for (class, end) in [
        ('1', "1"),
        ('3', "3"),
        ('4', "4"),
        ('9', "9"),
        ('O', "O"),
        ('M', "_M"),
    ] {
        let all_enc = format!("ab12cd34{end}");
        let people = [(person("张测试", "1", "", &all_enc), TicketKind::Adult, '0')];
        let expected = format!("{class},0,1,张测试,1,1101***********015,,N,{all_enc}");
        check_texts(
            class,
            &people,
            (&expected, "张测试,1,1101***********015,1_"),
        );
    }
}

#[test]
fn people_are_read_whole_or_not_at_all_and_never_told() {
    let people = order_people(PEOPLE).unwrap();
    let uuids: Vec<&str> = people.iter().map(|one| one.uuid.as_str()).collect();
    assert_eq!(
        uuids,
        ["uuid-1", "uuid-2", "uuid-3"],
        "the fourth cannot be named"
    );
    assert_eq!(people[0].id_no.reveal(), "1101***********015");
    assert_eq!(people[1].all_enc.reveal(), "ab12cd34made0upO");
    assert!(people[2].mobile.is_empty());
    let told = format!("{people:?}");
    for secret in ["张测试", "1101", "138****", "ab12cd34"] {
        assert!(!told.contains(secret), "{told}");
    }
    let outside = PEOPLE.replace("normal_passengers", "datas");
    assert_eq!(listed_people(&outside).unwrap(), people);
    let check = |body: &str, expected: &str| {
        assert_eq!(code(&order_people(body).unwrap_err()), expected, "{body}");
    };
    check(&outside, "changed");
    check(
        &envelope(&json!({ "isExist": false, "exMsg": "系统忙，请稍后重试" })),
        "busy",
    );
    check(&refusal("用户未登录"), "sign_in_lost");
    check("[", "changed");
}

// ── wishes for places ──

#[test]
fn seats_are_wished_for_by_row_and_letter() {
    let check = |text: &str, people: usize, read: bool| {
        let wish = SeatWish::parse(text, people);
        assert_eq!(wish.is_ok(), read, "{text} for {people}: {wish:?}");
    };
    check("1A", 1, true);
    check("1a1b", 2, true);
    check(" 1F2F ", 2, true);
    check("1A1B1C1D1F", 5, true);
    check("1A1B1C1D1F2A2B2C2D", 9, true);
    check("1A", 2, false);
    check("1A1B", 1, false);
    check("1A1A", 2, false);
    check("3A", 1, false);
    check("0A", 1, false);
    check("1E", 1, false);
    check("A1", 1, false);
    check("1A2", 2, false);
    check("座位", 1, false);
    check("", 1, false);
}

#[test]
fn letters_depend_on_the_class() {
    let check = |text: &str, classes: &str| {
        let wish = SeatWish::parse(text, text.len() / 2).unwrap();
        for class in SeatCode::all() {
            let fits = classes.contains(class.as_char());
            assert_eq!(wish.fits(class), fits, "{text} in {class}");
        }
    };
    check("1A", "9PMO");
    check("1B", "O");
    check("1C2F", "9PMO");
    check("1D", "MO");
    check("1A2B", "O");
}

#[test]
fn berths_are_wished_for_by_height() {
    let berths = |lower, middle, upper| Berths {
        lower,
        middle,
        upper,
    };
    let fits = |wish| {
        let classes = SeatCode::all().filter(|class| choice::has_berths(*class, wish));
        let mut classes: Vec<char> = classes.map(SeatCode::as_char).collect();
        classes.sort_unstable();
        String::from_iter(classes)
    };
    assert_eq!(fits(berths(1, 0, 1)), "346AFIJ");
    assert_eq!(fits(berths(1, 1, 0)), "3J");
    let beds = |wish, people| String::from_iter(choice::beds(wish, people));
    assert_eq!(beds(berths(2, 0, 1), 4), "1130");
    assert_eq!(beds(berths(0, 1, 0), 1), "2");
    assert_eq!(beds(Berths::default(), 3), "000");
    assert_eq!(choice::berth_digits(berths(2, 0, 1)), "201");
    assert!(choice::check_berths(berths(1, 1, 1), 3).is_ok());
    assert!(choice::check_berths(berths(1, 1, 1), 2).is_err());
    assert!(choice::check_berths(berths(255, 255, 255), 9).is_err());
}

// ── steps ──

#[test]
fn peer_fault_02_data_is_compared_with_0_or_n_only() {
    for data in [
        json!("N"),
        json!("0"),
        json!("Y"),
        json!("220"),
        json!(220),
        json!(""),
    ] {
        assert_eq!(order_reply::submitted(&envelope(&data)), Ok(()), "{data}");
    }
    // The status alone is enough, and a status alone is needed.
    assert_eq!(
        order_reply::submitted(r#"{"status":true,"messages":[]}"#),
        Ok(())
    );
    let check = |body: &str, expected: &str| {
        let error = order_reply::submitted(body).unwrap_err();
        assert_eq!(code(&error), expected, "{body}");
    };
    check(
        &refusal("您还有未处理的订单，请您到[未完成订单]进行处理!"),
        "unfinished_order",
    );
    check(&refusal("车票信息已过期，请重新查询最新车票信息"), "stale");
    check(&refusal("系统忙，请稍后重试"), "busy");
    check(&refusal("从来没有见过的话"), "other");
    check(
        r#"{"status":true,"messages":["非法请求"]}"#,
        "illegal_request",
    );
    check(r#"{"status":false,"messages":[]}"#, "changed");
    check(r#"{"data":"N"}"#, "changed");
    check("{}", "changed");
    check("null", "changed");
    check(
        r#"{"status":false,"validateMessages":{"a":"系统忙"}}"#,
        "busy",
    );
}

#[test]
fn peer_fault_04_day_and_month_mixed_in_the_queue_date() {
    let check = |day: Date, expected: &str| {
        assert_eq!(
            script_date(day),
            format!("{expected} 00:00:00 GMT+0800 (中国标准时间)")
        );
    };
    check(date(2024, 4, 25), "Thu Apr 25 2024");
    check(date(2026, 1, 5), "Mon Jan 05 2026");
    check(date(2026, 12, 4), "Fri Dec 04 2026");
    check(date(2028, 2, 29), "Tue Feb 29 2028");
    check(date(2027, 10, 31), "Sun Oct 31 2027");
}

#[test]
fn peer_fault_06_missing_if_show_pass_code_read_as_captcha() {
    let answer = |field: Value| {
        let mut data =
            json!({ "submitStatus": true, "canChooseSeats": "N", "ifShowPassCodeTime": "1" });
        if !field.is_null() {
            data["ifShowPassCode"] = field;
        }
        order_reply::checked(&envelope(&data))
    };
    assert!(answer(Value::Null).is_ok());
    assert!(answer(json!("N")).is_ok());
    assert_eq!(code(&answer(json!("Y")).unwrap_err()), "hand_over");
}

#[test]
fn the_check_tells_what_may_be_chosen() {
    let check = |data: Value| order_reply::checked(&envelope(&data)).unwrap();
    let checked = check(
        json!({ "submitStatus": true, "canChooseSeats": "Y", "choose_Seats": "OM9", "canChooseBeds": "Y", "isCanChooseMid": "N", "ifShowPassCodeTime": "2801" }),
    );
    assert!(checked.lets_choose(seat('O')) && !checked.lets_choose(seat('P')));
    assert_eq!(
        (checked.berths, checked.middle_berths, checked.wait_ms),
        (true, false, 2801)
    );
    // Classes are named even where nothing may be chosen (seen).
    let checked =
        check(json!({ "submitStatus": "true", "canChooseSeats": "N", "choose_Seats": "MOP9" }));
    assert!(!checked.lets_choose(seat('O')));
    let refused = |data: Value, expected: &str| {
        let error = order_reply::checked(&envelope(&data)).unwrap_err();
        assert_eq!(code(&error), expected, "{data}");
    };
    refused(
        json!({ "submitStatus": false, "errMsg": "余票不足！", "checkSeatNum": true }),
        "no_tickets",
    );
    refused(
        json!({ "submitStatus": false, "errMsg": "互联网售票实行实名制，同一乘车日期同一车次只能购买一张车票" }),
        "already_bought",
    );
    refused(
        json!({ "submitStatus": false, "errMsg": "由于您取消次数过多，今日将不能继续受理您的订票请求！" }),
        "cancelled_too_often",
    );
    refused(json!({ "submitStatus": false }), "other");
    refused(json!({ "renamed": true }), "changed");
}

#[test]
fn the_count_of_the_queue_is_read() {
    let check = |data: Value, seats, standing, is_full| {
        let count = order_reply::queue_count(&envelope(&data)).unwrap();
        assert_eq!(
            (count.seats, count.standing, count.is_full),
            (seats, standing, is_full),
            "{data}"
        );
    };
    check(
        json!({ "count": "0", "ticket": "20,100", "op_2": "false", "countT": "0", "op_1": "false" }),
        Some(20),
        Some(100),
        false,
    );
    check(
        json!({ "ticket": "7", "op_2": "true" }),
        Some(7),
        None,
        true,
    );
    check(json!({ "ticket": "充足" }), None, None, false);
    check(json!({ "ticket": 5 }), Some(5), None, false);
    assert_eq!(
        code(&order_reply::queue_count(&refusal("系统繁忙")).unwrap_err()),
        "busy"
    );
    assert_eq!(
        code(&order_reply::queue_count(r#"{"status":true}"#).unwrap_err()),
        "changed"
    );
}

#[test]
fn the_placing_is_answered_with_a_yes_or_a_no() {
    assert_eq!(
        order_reply::confirmed(&envelope(&json!({ "submitStatus": true, "isAsync": "1" }))),
        Ok(())
    );
    let check = |body: &str, expected: &str| {
        assert_eq!(
            code(&order_reply::confirmed(body).unwrap_err()),
            expected,
            "{body}"
        );
    };
    let said = |words: &str| envelope(&json!({ "submitStatus": false, "errMsg": words }));
    check(
        &said("很抱歉！当前提交订单用户过多，请您稍后重试。"),
        "busy",
    );
    check(&said("排队人数现已超过余票数"), "no_tickets");
    check(&said("参数encryptedData不正确"), "hand_over");
    check(&said("encryptedData为空"), "hand_over");
    check(&said("请先完成滑块"), "hand_over");
    check(&said("请您完成验证后再提交"), "hand_over");
    check(&refusal("非法请求"), "illegal_request");
    check(&envelope(&json!({})), "changed");
    check(r#"{"status":true,"data":""}"#, "changed");
}

fn wait(data: Value) -> Wait {
    order_reply::wait(&envelope(&data)).unwrap()
}

#[test]
fn waiting_times_have_meanings() {
    let check = |time: i64, expected: Wait| {
        let data = json!({ "queryOrderWaitTimeStatus": true, "waitTime": time, "orderId": null, "msg": "没有足够的票!" });
        assert_eq!(wait(data.clone()), expected, "{time}");
        let mut text = data;
        text["waitTime"] = json!(time.to_string());
        assert_eq!(wait(text), expected, "{time} as text");
    };
    check(4, Wait::Queued(Some(4)));
    check(0, Wait::Queued(Some(0)));
    check(-100, Wait::Queued(None));
    check(-1, Wait::NoNumber);
    let words = daiban_core::Text::quoted("没有足够的票!");
    for end in [-2, -3, -4, -50] {
        check(end, Wait::Ended(words.clone()));
    }
    let Wait::Ended(text) = wait(json!({ "waitTime": -2, "msg": "" })) else {
        panic!("not over")
    };
    assert!(text.zh.contains("-2"), "{}", text.zh);
    assert_eq!(
        wait(json!({ "queryOrderWaitTimeStatus": false, "waitTime": 0 })),
        Wait::Gone
    );
    assert_eq!(
        code(&order_reply::wait(&envelope(&json!({}))).unwrap_err()),
        "changed"
    );
    assert_eq!(
        code(&order_reply::wait(&refusal("系统忙")).unwrap_err()),
        "busy"
    );
}

#[test]
fn a_number_counts_more_than_any_waiting_time() {
    for time in [-1, -2, -100, 4] {
        for status in [true, false] {
            let data = json!({ "queryOrderWaitTimeStatus": status, "waitTime": time, "orderId": "E000000001" });
            assert_eq!(wait(data), Wait::Ordered("E000000001".to_owned()));
        }
    }
}

#[test]
fn peer_fault_05_request_id_read_as_a_double() {
    // As the service writes it, and in the places where it might matter.
    let data = json!({ "queryOrderWaitTimeStatus": true, "count": 0, "waitTime": 4, "requestId": 6_478_994_818_521_140_385_u64, "waitCount": 1, "tourFlag": "dc", "orderId": null });
    assert_eq!(wait(data), Wait::Queued(Some(4)));
    let data = json!({ "waitTime": -1, "orderId": 6_478_994_818_521_140_385_u64 });
    assert_eq!(wait(data), Wait::Ordered("6478994818521140385".to_owned()));
    let page = INIT_DC.replace("'MADEUP0KEY0CHECK'", "6478994818521140385");
    let page = order_page(&ok(&page)).unwrap();
    assert_eq!(page.key_check, "6478994818521140385");
    assert!(unfinished(QUEUED).unwrap().queued.is_some());
}

#[test]
fn peer_fault_07_minus_one_without_an_order_number() {
    for order_id in [Value::Null, json!(""), json!("  ")] {
        assert_eq!(
            wait(json!({ "waitTime": -1, "orderId": order_id })),
            Wait::NoNumber
        );
    }
    assert_eq!(wait(json!({ "waitTime": -1 })), Wait::NoNumber);
}

#[test]
fn a_withdrawal_is_answered_with_exist_error() {
    assert_eq!(
        order_reply::cancelled(&envelope(&json!({ "existError": "N" }))),
        Ok(())
    );
    let check = |body: &str, expected: &str| {
        assert_eq!(
            code(&order_reply::cancelled(body).unwrap_err()),
            expected,
            "{body}"
        );
    };
    check(
        &envelope(&json!({ "existError": "Y", "errorMsg": "订单已不存在" })),
        "other",
    );
    check(&envelope(&json!({ "existError": "Y" })), "other");
    check(&envelope(&json!({})), "changed");
    check(&refusal("系统忙"), "busy");
}

#[test]
fn every_message_of_an_order_has_a_meaning() {
    let check =
        |words: &str, expected: &str| assert_eq!(code(&text_means(words)), expected, "{words}");
    check("用户未登录", "sign_in_lost");
    check(
        "您还有未处理的订单，请您到[未完成订单]进行处理!",
        "unfinished_order",
    );
    check("目前您还有未完成订单", "unfinished_order");
    check("没有足够的票!", "no_tickets");
    check("余票不足！", "no_tickets");
    check(
        "当前排队人数现已超过余票数，请您选择其他席别或车次",
        "no_tickets",
    );
    check("目前排队人数已经超过余票张数", "no_tickets");
    check("车票信息已过期，请重新查询最新车票信息", "stale");
    check("系统忙，请稍后重试", "busy");
    check("您的请求过于频繁，请稍后再试", "busy");
    check("当前提交订单用户过多，请稍后重试", "busy");
    check(
        "由于您取消次数过多，今日将不能继续受理您的订票请求",
        "cancelled_too_often",
    );
    check("非法请求", "illegal_request");
    check("参数不正确", "wrong_parameters");
    check(
        "网络传输过程中数据丢失，请查看未完成订单，继续支付！",
        "unsure",
    );
    check(
        "互联网售票实行实名制，您已购买同日同车次车票",
        "already_bought",
    );
    check("验证码校验失败", "needs_person");
    check("请完成安全验证", "hand_over");
}

// ── the order's page ──

#[test]
fn the_page_is_read_and_not_run() {
    let page = order_page(&ok(INIT_DC)).unwrap();
    assert_eq!(page.token.reveal(), "0123456789made0up0token012345678");
    assert_eq!(
        [&*page.key_check, &*page.left_ticket, &*page.location],
        ["MADEUP0KEY0CHECK", "made%2Bup%2Fleft%3D", "P2"]
    );
    assert_eq!(page.purpose.as_deref(), Some("00"));
    assert!(page.prepared.fits("0a0000G90010", "VNP", "AOH"));
    assert!(!page.prepared.fits("0a0000G90010", "VNP", "SHH"));
    assert!(!page.prepared.fits("other", "VNP", "AOH"));
    assert!(!page.slider);
    let shown = format!("{page:?}");
    assert!(!shown.contains("made0up0token"), "{shown}");
}

#[test]
fn a_page_written_another_way_is_read_the_same() {
    let same = order_page(&ok(INIT_DC)).unwrap();
    let with = |from: &str, to: &str| order_page(&ok(&INIT_DC.replace(from, to))).unwrap();
    assert_eq!(
        with(
            " = '0123456789made0up0token012345678'",
            "=\"0123456789made0up0token012345678\""
        ),
        same
    );
    assert_eq!(with("'key_check_isChange':", "key_check_isChange : "), same);
    assert_eq!(
        with(
            "var ticketInfoForPassengerForm={",
            "var ticketInfoForPassengerForm =\n {"
        ),
        same
    );
    assert_eq!(with("'AOH'", "'\\u0041OH'"), same);
    // The older form has no leftTicketStr.
    let older = with("'leftTicketStr':'made%2Bup%2Fleft%3D',", "");
    assert_eq!(older.left_ticket, "made%2Bup%2Fdetail");
    // What is not told speaks against nothing.
    let untold = with("queryLeftTicketRequestDTO", "somethingElse");
    assert!(untold.prepared.fits("any", "AAA", "BBB"));
}

#[test]
fn a_slider_is_seen() {
    let check = |script: &str, slider: bool| {
        let page = INIT_DC.replace("var if_check_slide_passcode='0';", script);
        assert_eq!(order_page(&ok(&page)).unwrap().slider, slider, "{script}");
    };
    check("var if_check_slide_passcode='1';", true);
    check("var if_check_slide_passcode_token = \"1\" ;", true);
    check("if_check_slide_passcode=1;", true);
    check("var if_check_slide_passcode='';", false);
    check("if (if_check_slide_passcode=='1') {}", false);
    check("", false);
}

#[test]
fn a_page_that_is_none_is_told_apart() {
    let check = |response: &Response, expected: &str| {
        assert_eq!(
            code(&order_page(response).unwrap_err()),
            expected,
            "{response:?}"
        );
    };
    check(
        &redirect("https://kyfw.test/otn/resources/login.html"),
        "sign_in_lost",
    );
    check(
        &redirect("/otn/passport?redirect=/otn/confirmPassenger/initDc"),
        "sign_in_lost",
    );
    check(
        &redirect("https://www.12306.cn/mormhweb/logFiles/error.html"),
        "closed",
    );
    check(
        &ok("<html><script>var globalRepeatSubmitToken = null;</script></html>"),
        "sign_in_lost",
    );
    check(
        &ok("<html><a href='/otn/resources/login.html'>登录</a></html>"),
        "sign_in_lost",
    );
    check(&ok("<html><p>系统忙，请稍后重试！</p></html>"), "busy");
    check(&ok("<html>系统维护</html>"), "closed");
    check(&ok("<html>新页面</html>"), "changed");
    check(
        &ok(r#"{"status":true,"data":{"isRelogin":"Y"}}"#),
        "sign_in_lost",
    );
    check(&ok(""), "changed");
    let without = |what: &str| ok(&INIT_DC.replace(what, "renamed"));
    for name in [
        "ticketInfoForPassengerForm",
        "key_check_isChange",
        "train_location",
    ] {
        let error = order_page(&without(name)).unwrap_err();
        assert!(error.text().en.contains(name), "{error}");
    }
    let failed = Response {
        status: 502,
        ..Response::default()
    };
    check(&failed, "unreachable");
}

// ── lists ──

#[test]
fn an_unpaid_order_is_read() {
    let list = unfinished(UNFINISHED).unwrap();
    assert_eq!(list.queued, None);
    assert_eq!(
        json!(list.orders),
        json!([{
            "order_no": "E000000001", "made_at": "2026-11-22T09:00:05+08:00", "state": "unpaid",
            "pay_before": "2026-11-22T09:40:00+08:00", "total_fen": 120_000,
            "tickets": [
                {
                    "passenger": "张测试", "ticket": "adult", "train": "G9001", "date": "2026-12-04",
                    "from": { "name": "北京南", "code": "VNP" }, "to": { "name": "上海虹桥", "code": "AOH" },
                    "depart": "2026-12-04T08:00:00+08:00", "seat": "O", "class": "二等座", "coach": "05", "seat_no": "12A号",
                    "price_fen": 60_000, "status": "待支付",
                },
                {
                    "passenger": "李测试", "ticket": "student", "train": "G9001", "date": "2026-12-04",
                    "from": { "name": "北京南", "code": "VNP" }, "to": { "name": "上海虹桥", "code": "AOH" },
                    "depart": "2026-12-04T08:00:00+08:00", "seat": "O", "class": "二等座", "coach": "05", "seat_no": "12B号",
                    "price_fen": 60_000, "status": "待支付",
                },
            ],
        }])
    );
}

/// Made "at midnight", an order of today would count as an older one.
#[test]
fn a_day_without_a_clock_is_no_moment() {
    let made = "\"order_date\":\"2026-11-22 09:00:05\"";
    assert!(UNFINISHED.contains(made));
    let check = |date: &str, expected: Option<&str>| {
        let body = UNFINISHED.replace(made, &format!("\"order_date\":\"{date}\""));
        let order = json!(unfinished(&body).unwrap().orders[0]);
        assert_eq!(order["made_at"].as_str(), expected, "{date}");
    };
    check("2026-11-22 09:00:05.0", Some("2026-11-22T09:00:05+08:00"));
    check("2026-11-22", None);
    check("20261122", None);
    check("09:00:05", None);
}

#[test]
fn an_order_in_the_queue_is_read() {
    let list = unfinished(QUEUED).unwrap();
    assert!(list.orders.is_empty());
    assert_eq!(
        json!(list.queued),
        json!({ "text": "您的车票正在排队", "train": "G9001", "date": "2026-12-04", "from": "VNP", "to": "AOH", "wait_s": 30 })
    );
    let over = QUEUED
        .replace("\"waitTime\":30", "\"waitTime\":-2")
        .replace("您的车票正在排队", "没有足够的票!");
    assert_eq!(
        unfinished(&over).unwrap().queued.unwrap().text,
        "没有足够的票!"
    );
}

#[test]
fn an_empty_list_is_one_that_says_so() {
    for body in [
        r#"{"status":true,"httpstatus":200,"messages":[]}"#.to_owned(),
        envelope(&json!({})),
        envelope(&json!({ "orderDBList": [], "to_page": "db" })),
        r#"{"status":true,"data":null}"#.to_owned(),
    ] {
        assert_eq!(unfinished(&body), Ok(Default::default()), "{body}");
    }
    let check = |body: &str, expected: &str| {
        assert_eq!(code(&unfinished(body).unwrap_err()), expected, "{body}");
    };
    check(&UNFINISHED.replace("orderDBList", "renamed"), "changed");
    check(&UNFINISHED.replace("sequence_no", "renamed"), "changed");
    check(
        &UNFINISHED.replace("train_date\":\"2026", "renamed\":\"2026"),
        "changed",
    );
    check(
        &UNFINISHED.replace("from_station_telecode", "renamed"),
        "changed",
    );
    check(
        &UNFINISHED.replace("\"tickets\":[", "\"renamed\":["),
        "changed",
    );
    check(&QUEUED.replace("stationTrainCode", "renamed"), "changed");
    check(r#"{"data":{}}"#, "changed");
    check(&refusal("用户未登录"), "sign_in_lost");
    check(
        r#"{"status":true,"messages":["非法请求"]}"#,
        "illegal_request",
    );
    assert_eq!(code(&finished(UNFINISHED).unwrap_err()), "changed");
}

#[test]
fn finished_orders_stand_where_their_tickets_do() {
    let list = |states: [&str; 2]| {
        let body = UNFINISHED
            .replace("orderDBList", "OrderDTODataList")
            .replacen("待支付", states[0], 1)
            .replacen("待支付", states[1], 1)
            .replace("\"to_page\":\"db\"", "\"order_total_number\":\"1\"");
        finished(&body).unwrap()
    };
    let check = |states, expected| {
        let page = list(states);
        assert_eq!(
            (page.orders[0].state, page.total),
            (expected, Some(1)),
            "{states:?}"
        );
        assert_eq!(
            page.orders[0].pay_before.is_some(),
            expected == OrderState::Unpaid
        );
    };
    check(["已支付", "已支付"], OrderState::Paid);
    check(["已出票", "已退票"], OrderState::Paid);
    check(["已退票", "已退票"], OrderState::Over);
    check(["已改签", "已退票"], OrderState::Over);
    check(["改签票", "已出票"], OrderState::Paid);
    check(["没有见过", "已退票"], OrderState::Unknown);
    check(["待支付", "已支付"], OrderState::Unpaid);
    let none = envelope(&json!({ "OrderDTODataList": [], "order_total_number": 0 }));
    assert!(finished(&none).unwrap().orders.is_empty());
}

#[test]
fn prices_are_read_in_every_spelling() {
    let check = |from: &str, to: &str, expected: Option<i64>| {
        let body = UNFINISHED.replace(from, to);
        assert_eq!(
            unfinished(&body).unwrap().orders[0].total_fen,
            expected,
            "{to}"
        );
    };
    let all = "\"ticket_price_all\":120000.0";
    check(all, "\"ticket_price_all\":\"120000\"", Some(120_000));
    check(all, "\"x\":1", Some(120_000));
    let body = UNFINISHED
        .replace(all, "\"x\":1")
        .replace("ticket_total_price_page", "y");
    assert_eq!(
        unfinished(&body).unwrap().orders[0].total_fen,
        Some(120_000),
        "their sum"
    );
    let body = body.replace("\"ticket_price\":60000,", "");
    assert_eq!(
        unfinished(&body).unwrap().orders[0].total_fen,
        None,
        "one is not told"
    );
}
