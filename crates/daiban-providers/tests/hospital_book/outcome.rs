//! What asking afterwards concludes.

use serde_json::{Value, json};

use crate::*;

/// An act whose answer to `order/save` was this.
async fn unsure(wish: &Value, answer: Answer) -> Desk {
    let desk = Desk::ready().await;
    desk.road.takes([confirmed(), answer]);
    let error = desk.act(wish).await.unwrap_err();
    assert_eq!(code(&error), "unsure");
    desk.road.sent();
    desk
}

async fn lost() -> Desk {
    unsure(&wish(), no_answer()).await
}

fn duplicate() -> Answer {
    says(8008, "科室预约规则检查重复订单")
}

/// The result of an act that is now known to have happened.
fn happened(became: Reconciled) -> Value {
    match became {
        Reconciled::Happened(result) => result["ordered"].clone(),
        other => panic!("{other:?}"),
    }
}

fn is_again(became: &Reconciled, desk: &Desk, seconds: i64) -> bool {
    let due = desk.now + SignedDuration::from_secs(seconds);
    matches!(became, Reconciled::AskAgain { at, .. } if *at == due)
}

#[tokio::test]
async fn an_order_of_the_list_is_ours() {
    let mut desk = lost().await;
    desk.road.takes([list(&[listed(json!({}))]), page()]);
    let ordered = happened(desk.ask_at(12, &wish()).await.unwrap());
    assert_eq!(ordered["order_no"], "900000000001");
    assert_eq!(ordered["older"], false);
    assert_eq!(ordered["lineup"], false);
    assert_eq!(
        ordered["detail"]["take"],
        json!(["当日13:00起", "门诊楼二层儿科分诊台"])
    );
    let sent = desk.road.sent();
    assert_eq!(
        sent.iter().map(step).collect::<Vec<_>>(),
        ["order/list", "order/detail"]
    );
    let asked = [("pageNo", "1"), ("pageSize", "20")];
    assert_eq!(
        query(&sent[0]),
        asked.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn what_the_list_shows_is_enough_when_the_page_cannot_be_read() {
    let mut desk = lost().await;
    desk.road.takes([list(&[listed(json!({}))]), failed(500)]);
    let ordered = happened(desk.ask_at(12, &wish()).await.unwrap());
    assert_eq!(ordered["detail"]["state"], "booked");
    assert_eq!(ordered["detail"]["patient"], "王示例");
}

#[tokio::test]
async fn nothing_for_five_minutes_did_not_happen() {
    let mut desk = lost().await;
    for (seconds, pause) in [(1, 10), (11, 10), (21, 10), (61, 30), (300, 60)] {
        desk.road
            .takes([list(&[listed(json!({ "patientName": "王小例" }))])]);
        let became = desk.ask_at(seconds, &wish()).await.unwrap();
        assert!(is_again(&became, &desk, pause), "{seconds}: {became:?}");
    }
    // Five minutes after it was first asked about: by then it had surely been sent.
    desk.road.takes([list(&[])]);
    let became = desk.ask_at(301, &wish()).await.unwrap();
    assert!(matches!(became, Reconciled::DidNotHappen(_)), "{became:?}");
}

#[tokio::test]
async fn after_a_restart_the_minutes_count_from_the_sending() {
    let check = async |seconds: i64| {
        let mut desk = Desk::new();
        desk.road.takes([list(&[])]);
        desk.ask_at(seconds, &wish()).await.unwrap()
    };
    assert!(matches!(check(299).await, Reconciled::AskAgain { .. }));
    assert!(matches!(check(300).await, Reconciled::DidNotHappen(_)));
}

#[tokio::test]
async fn the_services_words_are_told_when_it_did_not_happen() {
    let mut desk = unsure(&wish(), says(10_000, "预约处理失败，原因未知")).await;
    desk.road.takes([list(&[])]);
    let became = desk.ask_at(1, &wish()).await.unwrap();
    let Reconciled::AskAgain {
        seen: Some(seen), ..
    } = became
    else {
        panic!("{became:?}")
    };
    assert!(seen.zh.contains("预约处理失败"));
    desk.road.takes([list(&[])]);
    let became = desk.ask_at(301, &wish()).await.unwrap();
    let Reconciled::DidNotHappen(text) = became else {
        panic!("{became:?}")
    };
    assert_eq!(text.zh, "预约处理失败，原因未知");
}

fn long_before() -> Value {
    listed(json!({ "orderNo": "900000000009", "orderTime": "2026-11-20 10:00:00" }))
}

#[tokio::test]
async fn pitfall_8008_is_the_older_booking_of_the_list() {
    let mut desk = unsure(&wish(), duplicate()).await;
    desk.road.takes([list(&[long_before()]), page()]);
    let ordered = happened(desk.ask_at(1, &wish()).await.unwrap());
    assert_eq!(ordered["older"], true);
    assert_eq!(ordered["order_no"], "900000000009");
}

#[tokio::test]
async fn pitfall_8008_may_be_said_of_this_very_booking() {
    let mut desk = unsure(&wish(), duplicate()).await;
    desk.road
        .takes([list(&[long_before(), listed(json!({}))]), page()]);
    let ordered = happened(desk.ask_at(1, &wish()).await.unwrap());
    assert_eq!(ordered["older"], false);
    assert_eq!(ordered["order_no"], "900000000001");
}

#[tokio::test]
async fn an_older_booking_counts_only_after_minutes_when_the_service_did_not_name_it() {
    let mut desk = lost().await;
    desk.road.takes([list(&[long_before()])]);
    let became = desk.ask_at(1, &wish()).await.unwrap();
    assert!(is_again(&became, &desk, 10), "{became:?}");
    desk.road.takes([list(&[long_before()]), page()]);
    let ordered = happened(desk.ask_at(301, &wish()).await.unwrap());
    assert_eq!(ordered["older"], true);
}

#[tokio::test]
async fn ours_that_was_cancelled_meanwhile_happened() {
    let mut desk = lost().await;
    let cancelled = json!({ "orderStatus": "CANCELLED", "orderStatusView": "已取消" });
    desk.road
        .takes([list(&[listed(cancelled.clone())]), data(order(cancelled))]);
    let ordered = happened(desk.ask_at(30, &wish()).await.unwrap());
    assert_eq!(ordered["detail"]["state"], "cancelled");
    assert_eq!(ordered["detail"]["state_text"], "已取消");
}

#[tokio::test]
async fn an_order_in_a_word_nobody_knows_is_asked_about_in_the_line() {
    let queued = json!({ "orderStatus": "LINE_UP", "orderStatusView": "排队中" });
    let check = async |status: Answer, lineup: bool| {
        let mut desk = lost().await;
        desk.road.takes([
            list(&[listed(queued.clone())]),
            data(order(queued.clone())),
            status,
        ]);
        let ordered = happened(desk.ask_at(5, &wish()).await.unwrap());
        assert_eq!(ordered["lineup"], lineup);
        assert_eq!(ordered["detail"]["state"], "unknown");
        assert_eq!(desk.road.steps()[2], "order/status");
    };
    check(
        data(json!({ "lineup": true, "lineupCode": 0, "lineupMsg": "正在排队", "orderId": null })),
        true,
    )
    .await;
    check(
        data(
            json!({ "lineup": false, "lineupCode": 2, "lineupMsg": "号源已约满", "orderId": null }),
        ),
        true,
    )
    .await;
    check(failed(404), false).await;
}

#[tokio::test]
async fn what_the_list_leaves_out_its_page_tells() {
    let short = |name: &str| listed(json!({ name: null }));
    for name in ["orderTime", "patientName"] {
        let mut desk = lost().await;
        desk.road.takes([list(&[short(name)]), page(), page()]);
        let ordered = happened(desk.ask_at(5, &wish()).await.unwrap());
        assert_eq!(ordered["older"], false, "{name}");
    }
    // The page is another patient's.
    let mut desk = lost().await;
    let other = json!({ "patientInfo": { "patientName": "王小例" } });
    desk.road
        .takes([list(&[short("patientName")]), data(order(other))]);
    let became = desk.ask_at(5, &wish()).await.unwrap();
    assert!(is_again(&became, &desk, 10), "{became:?}");
}

#[tokio::test]
async fn an_order_that_may_be_ours_or_not_is_for_the_owner_to_look_at() {
    let nameless = || data(order(json!({ "patientInfo": null })));
    let mut desk = lost().await;
    for (seconds, is_over) in [(5, false), (305, true)] {
        desk.road
            .takes([list(&[listed(json!({ "patientName": null }))]), nameless()]);
        let became = desk.ask_at(seconds, &wish()).await.unwrap();
        let is_unknown =
            matches!(&became, Reconciled::CannotKnow(text) if text.zh.contains("900000000001"));
        assert_eq!(is_unknown, is_over, "{became:?}");
    }
}

#[tokio::test]
async fn a_department_with_another_code_is_known_by_its_name_until_a_restart() {
    let other = || listed(json!({ "deptCode": "900010001" }));
    let mut desk = lost().await;
    desk.road.takes([list(&[other()]), page()]);
    happened(desk.ask_at(5, &wish()).await.unwrap());
    // Afterwards it is only known that it may be.
    let mut desk = Desk::new();
    let page = || {
        data(order(
            json!({ "orderBaseInfo": { "deptCode": "900010001", "deptName": "呼吸科门诊-HXKMZ" } }),
        ))
    };
    desk.road.takes([list(&[other()]), page()]);
    let became = desk.ask_at(310, &wish()).await.unwrap();
    assert!(matches!(became, Reconciled::CannotKnow(_)), "{became:?}");
}

#[tokio::test]
async fn an_order_for_the_day_that_was_agreed_to_is_ours() {
    let agreed = wish_with(json!({ "agreed": {
        "fee_fen": 6000, "doctor": "苏安例", "title": "副主任医师", "visit_time": "2026年11月28日 周六 上午",
    } }));
    let desk = Desk::ready().await;
    desk.road.takes([
        shows(json!({ "visitTime": "2026年11月28日 周六 上午" })),
        no_answer(),
    ]);
    desk.act(&agreed).await.unwrap_err();
    let mut desk = desk;
    let saturday = listed(json!({ "visitTimeTips": "2026年11月28日 周六 上午" }));
    desk.road.takes([list(&[saturday]), failed(500)]);
    happened(desk.ask_at(5, &agreed).await.unwrap());
}

// ── the list ──

#[tokio::test]
async fn all_pages_are_read_before_anything_is_concluded() {
    let mut desk = lost().await;
    let other =
        |number: usize| listed(json!({ "orderNo": number.to_string(), "patientName": "王小例" }));
    let first: Vec<Value> = (0..20).map(other).collect();
    let pages = |second: Value| {
        [
            data(json!({ "list": first, "count": 21 })),
            data(json!({ "list": [second], "count": 21 })),
        ]
    };
    desk.road
        .takes(pages(listed(json!({}))).into_iter().chain([page()]));
    let ordered = happened(desk.ask_at(5, &wish()).await.unwrap());
    assert_eq!(ordered["order_no"], "900000000001");
    let sent = desk.road.sent();
    assert_eq!(query(&sent[1])[0], ("pageNo".to_owned(), "2".to_owned()));
}

#[tokio::test]
async fn a_list_that_does_not_end_concludes_nothing() {
    let mut desk = lost().await;
    desk.road.takes([data(json!({ "list": [], "count": 21 }))]);
    let became = desk.ask_at(1, &wish()).await.unwrap();
    assert!(is_again(&became, &desk, 10), "{became:?}");
    desk.road.takes([data(json!({ "list": [], "count": 21 }))]);
    let became = desk.ask_at(310, &wish()).await.unwrap();
    assert!(is_again(&became, &desk, 60), "{became:?}");
    desk.road.takes([data(json!({ "list": [], "count": 21 }))]);
    let became = desk.ask_at(602, &wish()).await.unwrap();
    assert!(matches!(became, Reconciled::CannotKnow(_)), "{became:?}");
}

fn front_page() -> Answer {
    Ok(ok("<!DOCTYPE html><html>北京市预约挂号统一平台</html>"))
}

fn somebody() -> Answer {
    data(json!({ "userId": 900_000_001 }))
}

#[tokio::test]
async fn where_there_is_no_list_the_owner_is_told_to_look() {
    let check = async |answers: fn() -> Vec<Answer>| {
        let mut desk = lost().await;
        for seconds in [1, 60, 300, 600] {
            desk.road.takes(answers());
            let became = desk.ask_at(seconds, &wish()).await.unwrap();
            assert!(is_again(&became, &desk, 60), "{seconds}: {became:?}");
        }
        desk.road.takes(answers());
        let became = desk.ask_at(601, &wish()).await.unwrap();
        let Reconciled::CannotKnow(text) = became else {
            panic!("{became:?}")
        };
        assert!(text.zh.contains("公众号"), "{}", text.zh);
        desk.road.sent();
    };
    check(|| vec![failed(404)]).await;
    check(|| vec![data(Value::Null)]).await;
    check(|| vec![data(json!({ "orders": [] }))]).await;
    check(|| vec![data(json!({ "list": [{}], "count": 1 }))]).await;
    check(|| vec![says(10_000, "接口不存在")]).await;
    // The site's front page, while the account is signed in.
    check(|| vec![front_page(), somebody()]).await;
}

#[tokio::test]
async fn a_page_in_place_of_the_list_is_a_lost_sign_in_only_if_nobody_is_there() {
    let mut desk = lost().await;
    desk.road.takes([front_page(), data(Value::Null)]);
    let error = desk.ask_at(700, &wish()).await.unwrap_err();
    assert_eq!(error.code(), "sign_in_lost");
    assert_eq!(desk.road.steps(), ["order/list", "user/info"]);
}

#[tokio::test]
async fn when_the_list_may_be_had_later_nothing_is_concluded() {
    for (answer, means) in [
        (no_answer(), "unreachable"),
        (not_sent(), "unreachable"),
        (failed(502), "unreachable"),
        (says(102, ""), "sign_in_lost"),
        (says(10_000, "系统繁忙，请稍后再试"), "busy"),
        (says(10_000, "您的请求过于频繁，请稍后再试"), "closed"),
    ] {
        let mut desk = lost().await;
        let told = format!("{answer:?}");
        desk.road.takes([answer]);
        let error = desk.ask_at(3600, &wish()).await.unwrap_err();
        assert_eq!(error.code(), means, "{told}");
    }
}

#[tokio::test]
async fn the_address_of_the_list_is_a_setting() {
    let mut desk = lost().await;
    let path = "/web/order/mine".to_owned();
    desk.settings.insert("orders_path".to_owned(), path);
    desk.road.takes([list(&[])]);
    desk.ask_at(1, &wish()).await.unwrap();
    assert_eq!(desk.road.steps(), ["order/mine"]);
}

// ── the number in memory ──

#[tokio::test]
async fn a_number_in_memory_needs_no_list() {
    let mut desk = Desk::ready().await;
    desk.road.takes([confirmed(), saved(), page()]);
    desk.act(&wish()).await.unwrap();
    desk.road.sent();
    // The answer was lost on its way to the row.
    desk.road.takes([page()]);
    let ordered = happened(desk.ask_at(1, &wish()).await.unwrap());
    assert_eq!(ordered["order_no"], "900000000001");
    assert_eq!(ordered["detail"]["state"], "booked");
    assert_eq!(desk.road.steps(), ["order/detail"]);
    // Another wish's number says nothing of this one.
    desk.road.takes([list(&[])]);
    let became = desk.ask_at(301, &child()).await.unwrap();
    assert!(matches!(became, Reconciled::DidNotHappen(_)), "{became:?}");
}

#[tokio::test]
async fn a_number_of_an_earlier_try_says_nothing_of_a_later_one() {
    let mut desk = Desk::ready().await;
    desk.road.takes([confirmed(), saved(), page(), no_answer()]);
    desk.act(&wish()).await.unwrap();
    // The same again, which never came as far as being sent.
    desk.act(&wish()).await.unwrap_err();
    desk.road.sent();
    desk.road.takes([list(&[])]);
    let became = desk.ask_at(301, &wish()).await.unwrap();
    assert!(matches!(became, Reconciled::DidNotHappen(_)), "{became:?}");
}

#[tokio::test]
async fn a_code_nobody_can_say_was_sent_is_for_the_owner_to_look_at() {
    let mut desk = Desk::new();
    let body = json!({ "do": "send_order_code", "key": "5d0c3a1f" });
    let became = desk.ask_at(1, &body).await.unwrap();
    assert!(matches!(became, Reconciled::CannotKnow(_)), "{became:?}");
}
