//! What becomes of a standby order: it lapses, is given back, is fulfilled or comes to its deadline.
#![allow(clippy::unwrap_used)]

#[path = "common/browser.rs"]
mod browser;
mod common;
#[path = "common/standby.rs"]
mod standby;

use browser::Browser;
use common::{HOUR, MINUTE, START};
use serde_json::json;
use standby::{
    LEAVES, LIST, PAY_CONFIRM, TRAVEL, USER, account, bench_with, confirm, fields, in_line, list,
    people, progress, row, rules, signed_in, states, submit, train,
};

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
async fn rules_can_be_set_from_outside_one_by_one() {
    let bench = bench_with(&[]);
    rules(&bench, |rules| rules.queue_level = 3);
    let change = json!({"options": {"rail_standby": {"pay_ms": MINUTE}, "rail_login_check": "3"}});
    bench.post("rail", "/_sim/world", "", &change).await;
    let options = bench.sim.options();
    assert_eq!(options.rail_login_check, "3");
    assert_eq!(
        (
            options.rail_standby.pay_ms,
            options.rail_standby.queue_level
        ),
        (MINUTE, 3)
    );
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
