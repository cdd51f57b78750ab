//! Orders as looks.

use serde_json::{Value, json};

use crate::*;

#[tokio::test]
async fn one_order_by_its_number() {
    let desk = Desk::new();
    let body = json!({ "do": "order", "hos": "H90000001", "order_no": "900000000001" });
    desk.road.takes([page()]);
    let seen = desk.look(body.clone()).await.unwrap();
    assert_eq!(seen["order_no"], "900000000001");
    assert_eq!(seen["cancel_before"], "2026-11-26T15:00:00+08:00");
    assert_eq!(desk.road.steps(), ["order/detail"]);
    desk.road
        .takes([says(10_000, "订单不存在"), data(Value::Null)]);
    assert_eq!(code(&desk.look(body.clone()).await.unwrap_err()), "other");
    assert_eq!(code(&desk.look(body).await.unwrap_err()), "changed");
}

#[tokio::test]
async fn the_accounts_orders_and_whether_these_are_all() {
    let desk = Desk::new();
    desk.road.takes([list(&[
        listed(json!({})),
        order(json!({ "orderNo": "900000000002" })),
    ])]);
    let seen = desk.look(json!({ "do": "orders" })).await.unwrap();
    assert_eq!(seen["complete"], true);
    // Flat and in groups is the same order.
    let mut second = seen["orders"][1].clone();
    second["order_no"] = json!("900000000001");
    assert_eq!(seen["orders"][0], second);
    // Without a count a short page is the last.
    desk.road.takes([data(json!({ "list": [] }))]);
    let seen = desk.look(json!({ "do": "orders" })).await.unwrap();
    assert_eq!(seen, json!({ "orders": [], "complete": true }));
    desk.road.takes([data(json!({ "list": [], "count": 3 }))]);
    let seen = desk.look(json!({ "do": "orders" })).await.unwrap();
    assert_eq!(seen["complete"], false);
}

#[tokio::test]
async fn how_an_order_stands_in_line() {
    let check = async |status: Value, expected: Value| {
        let desk = Desk::new();
        let body = json!({ "do": "lineup", "hos": "H90000001", "order_no": "900000000002" });
        desk.road.takes([data(status.clone())]);
        let seen = desk.look(body).await;
        let seen = seen.unwrap_or_else(|error| json!(error.code()));
        assert_eq!(seen, expected, "{status}");
        assert_eq!(desk.road.steps(), ["order/status"]);
    };
    let status = |lineup: bool, code: i64, words: &str, order: Value| json!({ "lineup": lineup, "lineupCode": code, "lineupMsg": words, "orderId": order });
    let waiting = json!({ "state": "waiting", "text": "正在排队，请稍候" });
    check(status(true, 0, "正在排队，请稍候", Value::Null), waiting).await;
    let through = json!({ "state": "through", "order_no": "900000000002" });
    check(status(false, 1, "", json!("900000000002")), through.clone()).await;
    // The page goes on to the order as soon as it has a number.
    check(status(false, 2, "", json!(900_000_000_002_i64)), through).await;
    let refused = json!({ "state": "refused", "text": "号源已约满，预约失败" });
    check(
        status(false, 2, "号源已约满，预约失败", Value::Null),
        refused,
    )
    .await;
    // Done without a number, or nothing at all: neither is told as refused.
    check(status(false, 1, "", Value::Null), json!("changed")).await;
    check(status(false, 0, "", Value::Null), json!("changed")).await;
    check(json!({}), json!("changed")).await;
    check(Value::Null, json!("changed")).await;
}

#[tokio::test]
async fn guessed_addresses_are_settings_and_a_page_there_is_no_lost_sign_in() {
    let mut desk = Desk::new();
    let path = "web/order/line".to_owned();
    desk.settings.insert("order_status_path".to_owned(), path);
    let body = json!({ "do": "lineup", "hos": "H90000001", "order_no": "1" });
    let page = || Ok(ok("<html></html>"));
    desk.road.takes([page(), data(json!({ "userId": 1 }))]);
    let error = desk.look(body.clone()).await.unwrap_err();
    let ServiceError::Changed { place, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(place, "order_status_path");
    assert_eq!(desk.road.steps(), ["order/line", "user/info"]);
    for nobody in [data(Value::Null), data(json!({})), says(102, "")] {
        desk.road.takes([page(), nobody]);
        let error = desk.look(body.clone()).await.unwrap_err();
        assert_eq!(error.code(), "sign_in_lost");
    }
}

#[tokio::test]
async fn a_body_with_a_mistake_asks_nothing() {
    let desk = Desk::new();
    for body in [
        json!({ "do": "order", "hos": "162" }),
        json!({ "do": "lineup", "order_no": "1" }),
        json!({ "do": "order", "hos": "162", "order_no": "1", "more": 1 }),
    ] {
        let error = desk.look(body).await.unwrap_err();
        assert_eq!(code(&error), "invalid_input:body");
    }
    assert!(desk.road.sent().is_empty());
}
