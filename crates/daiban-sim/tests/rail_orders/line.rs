//! Orders and standby orders in one world: the same seats, the same people, one timeline.

use serde_json::{Value, json};

use crate::buyer::{Buyer, DATE, TICKETS, bench, fields, refusal};
use crate::common::MINUTE;
use crate::lists::{asked, listed};
use crate::stock::{ONE, SECOND, TWO, small_train};

const TO_PAY: &str = "/otn/view/lineUp_toPay.html";

/// `submitOrderRequest` for second class of that train.
async fn wants(buyer: &mut Buyer<'_>, train: &str) -> Value {
    let row = buyer.look(DATE, "VNP", "AOH", train).await;
    let form = fields(&[("secretList", &format!("{}#O|", row[0]))]);
    let path = "/otn/afterNate/submitOrderRequest";
    buyer.post(path, TICKETS, &form).await
}

/// A place in line for the first on the list; gives its number. Not paid.
async fn line_up(buyer: &mut Buyer<'_>, train: &str) -> String {
    let wanted = wants(buyer, train).await;
    assert_eq!(wanted["data"]["flag"], true, "{wanted}");
    let list = fields(&[("pageIndex", "1"), ("pageSize", "10")]);
    let people = buyer.post("/otn/passengers/query", TO_PAY, &list).await;
    let text = |field: &str| {
        people["data"]["datas"][0][field]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let who = format!(
        "1#{}#{}#{}#{}#0;",
        text("passenger_name"),
        text("passenger_id_type_code"),
        text("passenger_id_no"),
        text("allEncStr")
    );
    let form = fields(&[
        ("passengerInfo", &who),
        ("jzParam", ""),
        ("hbTrain", ""),
        ("lkParam", ""),
        ("sessionId", ""),
        ("sig", ""),
        ("scene", "nc_login"),
        ("encryptedData", ""),
        ("if_receive_wseat", "N"),
        ("realize_limit_time_diff", "120"),
        ("plans", ""),
        ("tmp_train_date", ""),
        ("tmp_train_time", ""),
        ("add_train_flag", "N"),
        ("add_train_seat_type_code", ""),
    ]);
    let confirmed = buyer.post("/otn/afterNate/confirmHB", TO_PAY, &form).await;
    assert_eq!(confirmed["data"]["flag"], true, "{confirmed}");
    buyer.bench.pass(2_000);
    let made = buyer
        .post("/otn/afterNate/queryQueue", TO_PAY, &fields(&[]))
        .await;
    made["data"]["reserve_no"].as_str().unwrap().into()
}

#[tokio::test]
async fn what_is_given_back_goes_to_the_line_first() {
    for lapses in [false, true] {
        let bench = bench();
        small_train(&bench, 2, 0, Vec::new());
        let mut other = Buyer::signed_in(&bench, "demo_li").await;
        let mut waiting = Buyer::signed_in(&bench, "chen_mo").await;
        let early = wants(&mut waiting, "G9001").await;
        assert_eq!(early["status"], false, "there are tickets: {early}");
        other.order(&TWO).await;
        bench.pass(6_000);
        let number = line_up(&mut waiting, "G9001").await;
        assert!(bench.sim.pay_rail_standby(&number));
        bench.pass(MINUTE);
        let today = asked("G", "2026-11-20", "2026-11-20");
        assert_eq!(
            listed(&mut waiting, &today).await.1.len(),
            0,
            "held by the order"
        );

        if lapses {
            bench.pass(30 * MINUTE);
        } else {
            let number = other.order_no().await;
            assert_eq!(other.cancel(&number).await, json!({"existError": "N"}));
        }
        assert_eq!(other.left("G9001", SECOND).await, "1", "lapses: {lapses}");
        let orders = listed(&mut waiting, &today).await.1;
        assert_eq!(orders.len(), 1, "lapses: {lapses}");
        let fulfilled = bench.effects("rail.standby_fulfilled");
        assert!(fulfilled[0].ends_with(&orders[0]), "{fulfilled:?}");
        let made = bench.effects("rail.order ");
        assert_eq!(
            (made.len(), made[1].ends_with(&orders[0])),
            (2, true),
            "{made:?}"
        );
        assert_eq!(waiting.unfinished().await, Value::Null, "it is paid");
    }
}

#[tokio::test]
async fn what_came_of_the_line_is_a_ticket_like_any_other() {
    let bench = bench();
    small_train(&bench, 2, 0, Vec::new());
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    other.order(&TWO).await;
    bench.pass(6_000);
    let mut waiting = Buyer::signed_in(&bench, "chen_mo").await;
    let number = line_up(&mut waiting, "G9001").await;
    assert!(bench.sim.pay_rail_standby(&number));
    let held = other.order_no().await;
    other.cancel(&held).await;
    // Half an hour later nothing has lapsed, and the person can't buy the same journey once more.
    bench.pass(40 * MINUTE);
    assert_eq!(waiting.left("G9001", SECOND).await, "1");
    waiting.begin("VNP", "AOH", "G9001").await;
    let again = waiting.check(&ONE).await;
    assert!(refusal(&again).contains("互联网售票实行实名制"), "{again}");
    // The last seat is another one.
    other.order(&ONE).await;
    bench.pass(6_000);
    let path = "/otn/queryOrder/queryMyOrder";
    let form = asked("G", "2026-11-20", "2026-11-20");
    let mine = waiting.post(path, crate::buyer::MY_ORDERS, &form).await;
    let ticket = &mine["data"]["OrderDTODataList"][0]["tickets"][0];
    assert_eq!(ticket["ticket_status_name"], "已支付");
    assert_eq!(ticket["passengerDTO"]["passenger_name"], "陈默");
    let place = |ticket: &Value| format!("{} {}", ticket["coach_no"], ticket["seat_name"]);
    let theirs = other.unpaid().await;
    assert_ne!(place(ticket), place(&theirs["tickets"][0]));
}

/// No source says that the one keeps from the other.
#[tokio::test]
async fn an_unpaid_order_and_an_unpaid_place_in_line_stand_side_by_side() {
    let bench = bench();
    small_train(&bench, 4, 0, Vec::new());
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&ONE).await;
    bench.pass(6_000);
    line_up(&mut buyer, "G9003").await;
    let number = buyer.order_no().await;
    buyer.cancel(&number).await;
    buyer.order(&ONE).await;
    bench.pass(6_000);
    assert_ne!(buyer.order_no().await, number);
    // Of each kind there is one at most.
    let twice = wants(&mut buyer, "G9003").await;
    assert_eq!(twice["status"], false, "{twice}");
}
