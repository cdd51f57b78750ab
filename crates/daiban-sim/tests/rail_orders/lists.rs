//! The lists of orders, calling one off, and paying.

use serde_json::{Value, json};

use crate::buyer::{Buyer, DATE, Fields, MY_ORDERS, ORDER, bench, fields, is_illegal, rules, with};
use crate::common::{DAY, MINUTE};

const TWO: [(usize, char, char); 2] = [(0, 'O', '1'), (2, 'O', '2')];

#[tokio::test]
async fn queued_then_made() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    assert_eq!(
        buyer
            .get("/otn/queryOrder/initNoComplete", "/otn/")
            .await
            .status,
        200
    );
    assert_eq!(buyer.get(MY_ORDERS, "/otn/").await.status, 200);
    assert_eq!(buyer.unfinished().await, Value::Null);
    buyer.order(&TWO).await;
    let cached = buyer.unfinished().await["orderCacheDTO"].clone();
    for (field, value) in [
        ("trainDate", json!("2026-11-25 00:00:00")),
        ("stationTrainCode", json!("G9001")),
        ("fromStationCode", json!("VNP")),
        ("fromStationName", json!("北京南")),
        ("toStationName", json!("上海虹桥")),
        ("startTime", json!("1970-01-01 07:00:00")),
        ("requestTime", json!("2026-11-20 08:00:00")),
        ("ticketCount", json!(2)),
        ("message", json!({"message": "", "code": "0"})),
    ] {
        assert_eq!(cached[field], value, "{field}");
    }
    assert_eq!(cached["requestId"], buyer.wait().await["requestId"]);
    assert_eq!(cached["tickets"][1]["passengerName"], "陈小满");
    bench.pass(6_000);

    let order = buyer.unpaid().await;
    for (field, value) in [
        ("order_date", json!("2026-11-20 08:00:06")),
        ("ticket_totalnum", json!(2)),
        ("ticket_price_all", json!(99_300)),
        ("ticket_total_price_page", json!("993.0")),
        ("train_code_page", json!("G9001")),
        ("start_train_date_page", json!("2026-11-25 07:00")),
        ("from_station_name_page", json!(["北京南"])),
        ("array_passser_name_page", json!(["陈默", "陈小满"])),
    ] {
        assert_eq!(order[field], value, "{field}");
    }
    let ticket = &order["tickets"][0];
    for (field, value) in [
        ("train_date", json!("2026-11-25 00:00:00")),
        ("coach_no", json!("05")),
        ("seat_no", json!("001A")),
        ("seat_name", json!("01A号")),
        ("seat_type_code", json!("O")),
        ("ticket_type_name", json!("成人票")),
        ("ticket_price", json!(66_200)),
        ("str_ticket_price_page", json!("662.0")),
        ("lose_time", json!("2026-11-20 08:30:06")),
        ("ticket_status_code", json!("i")),
        ("ticket_status_name", json!("待支付")),
    ] {
        assert_eq!(ticket[field], value, "{field}");
    }
    assert_eq!(
        ticket["stationTrainDTO"]["arrive_time"],
        "1970-01-01 11:29:00"
    );
    assert_eq!(
        ticket["passengerDTO"]["passenger_id_no"],
        buyer.people[0]["passenger_id_no"]
    );
    assert_eq!(order["tickets"][1]["ticket_price"], 33_100);
}

#[tokio::test]
async fn a_list_that_comes_late_and_a_failure_that_stays() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    rules(&bench, |rules| rules.list_lag_ms = 20_000);
    buyer.order(&TWO).await;
    bench.pass(6_000);
    assert!(buyer.wait().await["orderId"].is_string());
    bench.pass(19_999);
    assert_eq!(buyer.unfinished().await, Value::Null);
    bench.pass(1);
    let number = buyer.order_no().await;
    buyer.cancel(&number).await;

    rules(&bench, |rules| {
        rules.failed_stays_listed = true;
        rules.queue.makes_order = false;
        rules.queue.ends = -2;
        rules.queue.says = "没有足够的票!".into();
    });
    buyer.order(&TWO).await;
    bench.pass(6_000);
    let shown = buyer.unfinished().await["orderCacheDTO"].clone();
    assert_eq!(
        (&shown["message"]["message"], &shown["waitTime"]),
        (&json!("没有足够的票!"), &json!(-2))
    );
    rules(&bench, |rules| rules.queue.makes_order = true);
    buyer.order(&TWO).await;
    assert_eq!(
        buyer.unfinished().await["orderCacheDTO"]["message"]["message"],
        ""
    );
}

pub(crate) fn asked(place: &str, from: &str, to: &str) -> Fields {
    fields(&[
        ("come_from_flag", "my_order"),
        ("pageIndex", "0"),
        ("pageSize", "8"),
        ("query_where", place),
        ("queryStartDate", from),
        ("queryEndDate", to),
        ("queryType", "1"),
        ("sequeue_train_name", ""),
    ])
}

pub(crate) async fn listed(buyer: &mut Buyer<'_>, form: &Fields) -> (String, Vec<String>) {
    let answer = buyer
        .post("/otn/queryOrder/queryMyOrder", MY_ORDERS, form)
        .await;
    let data = &answer["data"];
    let rows = data["OrderDTODataList"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"));
    let numbers = rows
        .iter()
        .map(|row| row["sequence_no"].as_str().unwrap().into());
    (
        data["order_total_number"].as_str().unwrap().into(),
        numbers.collect(),
    )
}

#[tokio::test]
async fn orders_paid_for() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let today = asked("G", "2026-11-20", "2026-11-20");
    let mut numbers = Vec::new();
    for at in [0, 1, 3] {
        buyer.order(&[(at, 'O', '1')]).await;
        bench.pass(MINUTE);
        let number = buyer.order_no().await;
        assert_eq!(
            listed(&mut buyer, &today).await.1.len(),
            numbers.len(),
            "unpaid"
        );
        assert!(bench.sim.pay_rail_order(&number));
        numbers.insert(0, number);
    }
    assert_eq!(buyer.unfinished().await, Value::Null);
    assert_eq!(
        listed(&mut buyer, &today).await,
        ("3".into(), numbers.clone())
    );
    let page = |index: &str| with(with(today.clone(), "pageSize", "2"), "pageIndex", index);
    assert_eq!(
        listed(&mut buyer, &page("0")).await,
        ("3".into(), numbers[..2].to_vec())
    );
    assert_eq!(
        listed(&mut buyer, &page("1")).await,
        ("3".into(), numbers[2..].to_vec())
    );
    for (form, count) in [
        (asked("G", "2026-11-21", "2026-11-30"), 0),
        (
            with(asked("G", "2026-11-21", "2026-11-30"), "queryType", "2"),
            3,
        ),
        (asked("H", "2026-11-20", "2026-11-20"), 0),
        (with(today.clone(), "sequeue_train_name", &numbers[0]), 1),
        (with(today.clone(), "sequeue_train_name", "苏晴"), 1),
        (with(today.clone(), "sequeue_train_name", "G9003"), 0),
    ] {
        assert_eq!(listed(&mut buyer, &form).await.1.len(), count, "{form:?}");
    }
    let path = "/otn/queryOrder/queryMyOrder";
    let rows = buyer.post(path, MY_ORDERS, &today).await["data"]["OrderDTODataList"].clone();
    assert_eq!(rows[0]["tickets"][0]["ticket_status_name"], "已支付");
    for (name, _) in today.clone() {
        let mut missing = today.clone();
        missing.retain(|(key, _)| *key != name);
        assert!(
            is_illegal(&buyer.post(path, MY_ORDERS, &missing).await),
            "{name}"
        );
    }
    assert!(is_illegal(&buyer.post(path, ORDER, &today).await));
    let wrong = with(today.clone(), "queryStartDate", "2026-11-2");
    assert!(is_illegal(&buyer.post(path, MY_ORDERS, &wrong).await));
    // Once it has left, it is history.
    bench.pass(5 * DAY);
    assert_eq!(listed(&mut buyer, &today).await.1.len(), 0);
    assert_eq!(
        listed(&mut buyer, &asked("H", "2026-11-20", "2026-11-20"))
            .await
            .1,
        numbers
    );
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    assert_eq!(
        listed(&mut other, &asked("H", "2026-11-20", "2026-11-20"))
            .await
            .1
            .len(),
        0
    );
}

#[tokio::test]
async fn calling_off_in_its_form() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&TWO).await;
    bench.pass(MINUTE);
    let number = buyer.order_no().await;
    let right = fields(&[
        ("sequence_no", &number),
        ("cancel_flag", "cancel_order"),
        ("_json_att", ""),
    ]);
    let path = "/otn/queryOrder/cancelNoCompleteMyOrder";
    for (name, _) in right.clone() {
        let mut missing = right.clone();
        missing.retain(|(key, _)| *key != name);
        assert!(
            is_illegal(&buyer.post(path, MY_ORDERS, &missing).await),
            "{name}"
        );
    }
    assert!(is_illegal(&buyer.post(path, ORDER, &right).await));
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    assert_eq!(
        other.cancel(&number).await["existError"],
        "Y",
        "somebody else's"
    );
    assert_eq!(bench.effects("rail.cancel"), Vec::<String>::new());
    assert_eq!(buyer.cancel(&number).await["existError"], "N");
    assert_eq!(
        bench.effects("rail.cancel"),
        [format!("rail.cancel {number}")]
    );
    assert!(!bench.sim.pay_rail_order(&number));
}

#[tokio::test]
async fn driven_from_outside() {
    let bench = bench();
    let change = json!({
        "options": {"rail_order": {"queue": {"takes_ms": 0}, "say_once": {"check": "余票不足"}}},
        "rail_stale": [{"train_no": "240000G90010A", "date": DATE, "seat": "M", "left": 1}],
    });
    let told = bench.post("rail", "/_sim/world", "", &change).await.json();
    let queue = &told["options"]["rail_order"]["queue"];
    assert_eq!(
        (&queue["takes_ms"], &queue["fetching_ms"]),
        (&json!(0), &json!(1_000)),
        "the rest stays"
    );
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.begin("VNP", "AOH", "G9001").await;
    assert_eq!(buyer.check(&TWO).await["data"]["errMsg"], "余票不足");
    let first = [(0, 'M', '1'), (1, 'M', '1')];
    assert_eq!(buyer.check(&first).await["data"]["submitStatus"], false);
    buyer.order(&TWO).await;
    let number = buyer.order_no().await;
    let paid = json!({"rail_pay": [number, "E000000000"]});
    let told = bench.post("rail", "/_sim/world", "", &paid).await.json();
    assert_eq!(told["rail_paid"], json!([true, false]));
    assert_eq!(bench.effects("rail.pay"), [format!("rail.pay {number}")]);
}
