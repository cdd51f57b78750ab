//! The chain as a browser walks it, and what happens to a client that walks it otherwise.

use daiban_sim::FaultKind;
use serde_json::{Value, json};

use crate::buyer::{
    Buyer, DATE, Fields, LOGIN, ORDER, TICKETS, bench, decoded, fields, is_illegal, refusal, rules,
    value, with,
};
use crate::common::{HOUR, MINUTE};

const TWO: [(usize, char, char); 2] = [(0, 'O', '1'), (1, 'O', '1')];

#[tokio::test]
async fn the_whole_chain() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let row = buyer.look(DATE, "VNP", "AOH", "G9001").await;
    assert_eq!(row[31], "18");
    assert_eq!(buyer.submit().await["data"], "0");
    buyer.open().await;
    let picks = [(0, 'M', '1'), (1, 'M', '1')];
    let checked = buyer.check(&picks).await["data"].clone();
    assert_eq!(
        checked,
        json!({
            "submitStatus": true, "canChooseSeats": "Y", "choose_Seats": "9MO", "canChooseBeds": "N",
            "isCanChooseMid": "N", "ifShowPassCodeTime": "1", "smokeStr": "",
        })
    );
    let counted = buyer.count(&picks).await["data"].clone();
    assert_eq!(
        counted,
        json!({"count": "0", "ticket": "18", "countT": "0", "op_1": "false", "op_2": "false"})
    );
    let confirmed = buyer.confirm(&picks).await["data"].clone();
    assert_eq!(confirmed, json!({"submitStatus": true, "isAsync": "1"}));
    let log = fields(&[("type", "dc"), ("_json_att", "")]);
    assert_eq!(
        buyer.post("/otn/basedata/log", ORDER, &log).await["status"],
        true
    );

    let mut times = Vec::new();
    for pause in [1_000, 1_000, 4_000] {
        let told = buyer.wait().await;
        assert_eq!(
            (&told["queryOrderWaitTimeStatus"], &told["orderId"]),
            (&json!(true), &Value::Null)
        );
        times.push(told["waitTime"].as_i64().unwrap());
        bench.pass(pause);
    }
    assert_eq!(times, [-100, 5, 4]);
    let end = buyer.wait().await;
    assert_eq!(end["waitTime"], -1);
    let number = end["orderId"].as_str().unwrap().to_owned();
    assert!(number.len() == 10 && number.starts_with('E'));
    let form = fields(&[("orderSequence_no", &number)]);
    let result = buyer.post_step("resultOrderForDcQueue", &form).await;
    assert_eq!(result["data"], json!({"submitStatus": true}));
    assert_eq!(buyer.order_no().await, number);
    assert_eq!(buyer.left("G9001", 31).await, "16");
    assert_eq!(
        bench.effects("rail."),
        [
            "rail.sign_in chen_mo".to_owned(),
            "rail.queue chen_mo G9001 2026-11-25 VNP-AOH M x2".into(),
            format!("rail.order chen_mo G9001 2026-11-25 VNP-AOH M x2 {number}"),
        ]
    );
    let made = bench.sim.effects().pop().unwrap();
    assert_eq!(made.at_ms, bench.now(), "at the moment it was due");
}

#[tokio::test]
async fn a_row_is_taken_only_as_it_is() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let row = buyer.look(DATE, "VNP", "AOH", "G9001").await;
    let right = buyer.submit_fields();
    let twice = decoded(&row[0]).replace('+', " ");
    assert_ne!(twice, value(&right, "secretStr"));
    let other = buyer.rows(DATE, "VNP", "AOH").await.remove(1);
    for (field, wrong) in [
        ("secretStr", row[0].as_str()),
        ("secretStr", &twice),
        ("secretStr", ""),
        ("secretStr", "QUJDREVGR0g="),
        ("train_date", "2026-11-26"),
        ("train_date", "2026-11-5"),
        ("back_train_date", "2026-11-5"),
        ("tour_flag", "wc"),
        ("purpose_codes", "00"),
        ("query_from_station_name", "北京西"),
        ("query_from_station_name", "VNP"),
        ("query_to_station_name", "上海"),
        ("bed_level_info", "3301290"),
    ] {
        let answer = buyer.submit_with(&with(right.clone(), field, wrong)).await;
        assert!(is_illegal(&answer), "{field}={wrong}: {answer}");
    }
    let path = "/otn/leftTicket/submitOrderRequest";
    assert!(is_illegal(&buyer.post(path, ORDER, &right).await));
    assert_eq!(buyer.page().await.status, 302, "nothing was begun");

    // The secret of a sold-out train is as good: whether there are tickets comes later.
    buyer.sign_in("chen_mo").await;
    let sold_out = with(right.clone(), "secretStr", &decoded(&other[0]));
    assert_eq!(buyer.submit_with(&sold_out).await["status"], true);
    let mut old_clients = right.clone();
    old_clients
        .retain(|(name, _)| !matches!(name.as_str(), "bed_level_info" | "seat_discount_info"));
    assert_eq!(buyer.submit_with(&old_clients).await["status"], true);
}

#[tokio::test]
async fn a_row_gets_old() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    bench.pass(10 * MINUTE);
    assert_eq!(buyer.submit().await["status"], true);
    bench.pass(1);
    let stale = buyer.submit().await;
    assert_eq!(
        (&stale["status"], &stale["messages"][0]),
        (&json!(false), &json!("车票信息已过期，请重新查询"))
    );
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    rules(&bench, |rules| rules.secret_life_ms = 1_000);
    bench.pass(1_001);
    assert_eq!(buyer.submit().await["status"], false);

    rules(&bench, |rules| rules.submit_data = Some("N".into()));
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    assert_eq!(buyer.submit().await["data"], "N");
    // Soon, very soon, gone: it leaves at 07:00.
    rules(&bench, |rules| {
        rules.secret_life_ms = 24 * HOUR;
        rules.submit_data = None;
    });
    let leaves = crate::common::START + 5 * 24 * HOUR - HOUR;
    let mut told = Vec::new();
    for before in [61, 60, 30, 0] {
        bench.set(leaves - before * MINUTE);
        if before == 61 {
            buyer.look(DATE, "VNP", "AOH", "G9001").await;
        }
        let answer = buyer.submit().await;
        told.push(
            answer["data"]
                .as_str()
                .map_or(answer["messages"][0].to_string(), Into::into),
        );
    }
    assert_eq!(told, ["0", "Y", "220", "\"车票信息已过期，请重新查询\""]);
}

#[tokio::test]
async fn a_skipped_step_is_refused() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.begin("VNP", "AOH", "G9001").await;
    assert!(is_illegal(&buyer.count(&TWO).await), "not checked");
    assert!(is_illegal(&buyer.confirm(&TWO).await), "not checked");
    buyer.check(&TWO).await;
    assert!(is_illegal(&buyer.confirm(&TWO).await), "not counted");
    let (now, token) = (bench.now(), buyer.token.clone());
    let wait = format!(
        "/otn/confirmPassenger/queryOrderWaitTime?random={now}&tourFlag=dc&_json_att=&REPEAT_SUBMIT_TOKEN={token}"
    );
    assert!(
        is_illegal(&buyer.get(&wait, ORDER).await.json()),
        "not confirmed"
    );
    buyer.count(&TWO).await;
    // Somebody else picked: all over again from there.
    buyer.check(&TWO[..1]).await;
    assert!(is_illegal(&buyer.confirm(&TWO[..1]).await));
    buyer.count(&TWO[..1]).await;
    assert!(
        is_illegal(&buyer.confirm(&TWO).await),
        "not who was checked"
    );
    assert_eq!(buyer.confirm(&TWO[..1]).await["data"]["submitStatus"], true);
    assert!(is_illegal(&buyer.confirm(&TWO[..1]).await), "twice");
    assert!(is_illegal(&buyer.check(&TWO).await));
    for wrong in [
        wait.replace("dc", "wc"),
        wait.replace(&now.to_string(), "1"),
        wait.replace(&token, "0"),
        wait.replace("_json_att", "_json"),
    ] {
        assert!(
            is_illegal(&buyer.get(&wrong, ORDER).await.json()),
            "{wrong}"
        );
    }
    assert!(is_illegal(&buyer.get(&wait, TICKETS).await.json()));
    let form = fields(&[("orderSequence_no", "E000000000")]);
    assert!(is_illegal(
        &buyer.post_step("resultOrderForDcQueue", &form).await
    ));
    assert_eq!(bench.effects("rail.queue").len(), 1);
}

/// Every field, once missing and once with another value.
async fn each_field_matters(
    buyer: &mut Buyer<'_>,
    call: &str,
    right: &Fields,
    may_be_absent: &[&str],
) {
    for (name, old) in right.clone() {
        let mut missing = right.clone();
        missing.retain(|(key, _)| *key != name);
        let other = if old.is_empty() {
            "x".to_owned()
        } else {
            format!("{old}0")
        };
        let mut wrong = vec![with(right.clone(), &name, &other)];
        if !may_be_absent.contains(&name.as_str()) {
            wrong.push(missing);
        }
        for form in wrong {
            let answer = buyer.post_step(call, &form).await;
            assert!(is_illegal(&answer), "{call} {name}: {answer}");
        }
    }
}

#[tokio::test]
async fn every_field_matters() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.begin("VNP", "AOH", "G9001").await;
    let robot = ["sessionId", "sig", "scene"];
    let form = buyer.check_fields(&TWO);
    each_field_matters(&mut buyer, "checkOrderInfo", &form, &robot).await;
    assert_eq!(buyer.check(&TWO).await["status"], true);
    let form = buyer.count_fields(&TWO);
    each_field_matters(&mut buyer, "getQueueCount", &form, &[]).await;
    let date = value(&form, "train_date").to_owned();
    for wrong in [
        date.replace("Wed", "Thu"),
        date.replace("Nov 25", "25 Nov"),
        date.replace("Nov", "11"),
        date.replace('+', " "),
        date.replace("中国标准时间", "CST"),
        "2026-11-25".into(),
    ] {
        let answer = buyer
            .post_step("getQueueCount", &with(form.clone(), "train_date", &wrong))
            .await;
        assert!(is_illegal(&answer), "{wrong}");
    }
    let english = date.replace("中国标准时间", "China Standard Time");
    let counted = buyer
        .post_step("getQueueCount", &with(form, "train_date", &english))
        .await;
    assert_eq!(counted["status"], true);
    let mut form = buyer.confirm_fields(&TWO);
    form.retain(|(name, _)| name != "encryptedData");
    each_field_matters(
        &mut buyer,
        "confirmSingleForQueue",
        &form,
        &["randCode", "is_jy", "is_cj"],
    )
    .await;
    for call in ["checkOrderInfo", "getQueueCount", "confirmSingleForQueue"] {
        let form = match call {
            "checkOrderInfo" => buyer.check_fields(&TWO),
            "getQueueCount" => buyer.count_fields(&TWO),
            _ => buyer.confirm_fields(&TWO),
        };
        let bare = buyer
            .post(&format!("/otn/confirmPassenger/{call}"), ORDER, &form)
            .await;
        assert!(is_illegal(&bare), "{call} without its token");
        let own = fields(&[
            ("_json_att", ""),
            ("REPEAT_SUBMIT_TOKEN", &buyer.token.clone()),
        ]);
        let form = [form, own].concat();
        let strayed = buyer
            .post(&format!("/otn/confirmPassenger/{call}"), TICKETS, &form)
            .await;
        assert!(is_illegal(&strayed), "{call} from another page");
    }
    assert_eq!(bench.effects("rail.queue"), Vec::<String>::new());
    assert_eq!(
        buyer.confirm_with(&form).await["data"]["submitStatus"],
        true,
        "after all that"
    );
}

#[tokio::test]
async fn students_have_their_own_purpose() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    let form = with(buyer.submit_fields(), "purpose_codes", "0X00");
    buyer.submit_with(&form).await;
    buyer.open().await;
    assert_eq!(buyer.of_form("purpose_codes"), "0X00");
    let picks = [(3, 'O', '3')];
    buyer.check(&picks).await;
    assert!(is_illegal(&buyer.count(&picks).await));
    let form = with(buyer.count_fields(&picks), "purpose_codes", "0X00");
    assert_eq!(
        buyer.post_step("getQueueCount", &form).await["status"],
        true
    );
    let form = with(buyer.confirm_fields(&picks), "purpose_codes", "0X00");
    assert_eq!(
        buyer.confirm_with(&form).await["data"]["submitStatus"],
        true
    );
    bench.pass(MINUTE);
    let order = buyer.unpaid().await;
    // Three quarters of 662 yuan.
    assert_eq!(
        (
            &order["ticket_price_all"],
            &order["tickets"][0]["ticket_type_name"]
        ),
        (&json!(49_650), &json!("学生票"))
    );
}

#[tokio::test]
async fn a_proof_nobody_here_can_give() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    rules(&bench, |rules| rules.wants_fingerprint = true);
    buyer.prepare(&TWO).await;
    assert!(refusal(&buyer.confirm(&TWO).await).contains("安全验证"));
    rules(&bench, |rules| {
        rules.wants_fingerprint = false;
        rules.show_pass_code = Some("N".into());
        rules.pass_code_time_ms = 2_000;
    });
    let told = buyer.check(&TWO).await["data"].clone();
    assert_eq!(
        (&told["ifShowPassCode"], &told["ifShowPassCodeTime"]),
        (&json!("N"), &json!("2000"))
    );
    buyer.count(&TWO).await;
    bench.pass(1_999);
    assert!(is_illegal(&buyer.confirm(&TWO).await), "too soon");
    rules(&bench, |rules| rules.show_pass_code = Some("Y".into()));
    assert_eq!(buyer.check(&TWO).await["data"]["ifShowPassCode"], "Y");
    buyer.count(&TWO).await;
    bench.pass(2_000);
    assert!(refusal(&buyer.confirm(&TWO).await).contains("验证码"));
    assert!(bench.effects("rail.queue").is_empty());
}

#[tokio::test]
async fn every_step_can_be_made_to_say_something() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let say = |step: &str, message: &str| {
        rules(&bench, |rules| {
            rules.say_once.insert(step.into(), message.into());
        });
    };
    say("query", "非法请求");
    let path = format!(
        "/otn/leftTicket/queryG?leftTicketDTO.train_date={DATE}&leftTicketDTO.from_station=VNP&leftTicketDTO.to_station=AOH&purpose_codes=ADULT"
    );
    buyer.get("/otn/leftTicket/init", "/otn/").await;
    let query = buyer.get(&path, TICKETS).await.json();
    assert_eq!(
        (&query["status"], &query["messages"][0], query.get("data")),
        (&json!(true), &json!("非法请求"), None)
    );
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    say("submit", "系统忙，请稍后重试");
    assert_eq!(buyer.submit().await["messages"][0], "系统忙，请稍后重试");
    buyer.submit().await;
    buyer.open().await;
    say("passengers", "系统忙，请稍后重试");
    assert_eq!(
        buyer.post_step("getPassengerDTOs", &Fields::new()).await["status"],
        false
    );
    say("check", "余票不足");
    assert_eq!(refusal(&buyer.check(&TWO).await), "余票不足");
    buyer.check(&TWO).await;
    say("count", "系统忙，请稍后重试");
    assert_eq!(buyer.count(&TWO).await["status"], false);
    buyer.count(&TWO).await;
    for message in [
        "您的请求过于频繁",
        "当前提交订单用户过多",
        "排队人数现已超过余票数",
    ] {
        say("confirm", message);
        assert_eq!(refusal(&buyer.confirm(&TWO).await), message);
    }
    assert!(bench.effects("rail.queue").is_empty());
    buyer.confirm(&TWO).await;
    say("wait", "由于您取消次数过多，今日将不能继续受理您的订票请求");
    let told = buyer.wait().await;
    assert_eq!(
        (&told["waitTime"], &told["msg"]),
        (
            &json!(-2),
            &json!("由于您取消次数过多，今日将不能继续受理您的订票请求")
        )
    );
    bench.pass(MINUTE);
    let number = buyer.wait().await["orderId"].as_str().unwrap().to_owned();
    say(
        "result",
        "网络传输过程中数据丢失，请查看未完成订单，继续支付！",
    );
    let form = fields(&[("orderSequence_no", &number)]);
    assert!(refusal(&buyer.post_step("resultOrderForDcQueue", &form).await).contains("数据丢失"));
    say("cancel", "系统忙，请稍后重试");
    assert_eq!(buyer.cancel(&number).await["existError"], "Y");
    rules(&bench, |rules| {
        rules
            .say
            .insert("unfinished".into(), "系统忙，请稍后重试".into());
    });
    for _ in 0..2 {
        let list = buyer
            .post(
                "/otn/queryOrder/queryMyOrderNoComplete",
                "/otn/queryOrder/initNoComplete",
                &fields(&[("_json_att", "")]),
            )
            .await;
        assert_eq!(list["status"], false);
    }
}

#[tokio::test]
async fn signed_out_on_the_way() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.prepare(&TWO).await;
    bench.sim.drop_rail_sessions();
    let form = [
        buyer.confirm_fields(&TWO),
        fields(&[
            ("_json_att", ""),
            ("REPEAT_SUBMIT_TOKEN", &buyer.token.clone()),
        ]),
    ]
    .concat();
    for path in [
        "/otn/confirmPassenger/confirmSingleForQueue",
        "/otn/confirmPassenger/getPassengerDTOs",
        "/otn/leftTicket/submitOrderRequest",
        "/otn/queryOrder/queryMyOrder",
    ] {
        let away = buyer.send("POST", path, ORDER, &form).await;
        assert_eq!(away.headers["location"], LOGIN, "{path}");
    }
    // Signed in anew, the old page is worth nothing.
    buyer.sign_in("chen_mo").await;
    assert!(is_illegal(&buyer.confirm(&TWO).await));
    bench.sim.faults().once(
        "rail",
        "submitOrderRequest",
        daiban_sim::When::Before,
        FaultKind::Html,
    );
    let page = buyer
        .send("POST", "/otn/leftTicket/submitOrderRequest", TICKETS, &form)
        .await;
    assert!(page.text.starts_with("<!DOCTYPE html>"));
}
