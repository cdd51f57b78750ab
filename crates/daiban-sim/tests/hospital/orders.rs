//! Orders as they are shown, in line, cancelled, and made by their owner elsewhere.

use daiban_sim::{Clinic, ClinicLine, ClinicTime, Hospital, OwnBooking};
use serde_json::{Value, json};

use crate::caller::{Caller, KNOWN, MOBILE, bench_with, clinic, rules};
use crate::common::{Bench, MINUTE};

async fn detail(caller: &mut Caller<'_>, no: &str) -> Value {
    caller
        .get("order/detail", &[("hosCode", "H9"), ("orderNo", no)])
        .await
}

async fn list(caller: &mut Caller<'_>) -> Vec<Value> {
    let answer = caller
        .get("order/list", &[("pageNo", "1"), ("pageSize", "20")])
        .await;
    answer["data"]["list"].as_array().unwrap().clone()
}

fn own() -> OwnBooking {
    OwnBooking {
        mobile: MOBILE.into(),
        patient: "王示例".into(),
        hos: "H9".into(),
        first: "04".into(),
        second: "644".into(),
        date: KNOWN.parse().unwrap(),
    }
}

#[tokio::test]
async fn an_order_in_detail_and_in_the_list() {
    let bench = bench_with(vec![Clinic {
        times: vec![ClinicTime {
            from: "13:30".into(),
            to: "14:00".into(),
            places: 2,
        }],
        half_day: "AFTERNOON".into(),
        ..clinic()
    }]);
    bench.sim.add_hospital(Hospital {
        code: "H9".into(),
        name: "北京示例第九医院".into(),
        cancel_by: Some("15:00".into()),
        ..Hospital::default()
    });
    let mut caller = Caller::signed_in(&bench).await;
    let no = caller.book(KNOWN, json!({})).await["data"]["orderNo"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = detail(&mut caller, &no).await["data"].clone();
    assert_eq!(shown["orderStatus"], "BOOKING_SUCCESS");
    assert_eq!(shown["orderTime"], "2026-11-20 08:00:00");
    assert_eq!(shown["canCancel"], true);
    let base = &shown["orderBaseInfo"];
    assert_eq!(base["deptCode"], "644");
    assert_eq!(
        base["visitTimeTips"],
        "2026年11月26日 周四 下午 13:30-14:00"
    );
    assert_eq!(base["periodView"], "13:30-14:00");
    assert_eq!(base["cancelTimeTips"], "请于2026年11月25日 15:00前取消");
    assert!(base["dutyDate"].is_null());
    rules(&bench, |rules| rules.booked_word = "UN_TAKE".into());
    let other = detail(&mut caller, &no).await["data"].clone();
    assert_eq!(
        (&other["orderStatus"], &other["orderStatusView"]),
        (&json!("UN_TAKE"), &json!("预约成功"))
    );
    assert_eq!(shown["patientInfo"]["patientName"], "王示例");
    assert_eq!(shown["patientInfo"]["cardNo"], "1000****041X");
    let rows = list(&mut caller).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["orderNo"], &rows[0]["dutyDate"]),
        (&json!(no), &json!(KNOWN))
    );
    assert_eq!(rows[0]["patientName"], "王示例");
    rules(&bench, |rules| rules.order_list = false);
    let gone = caller
        .fetch("order/list", &[("pageNo", "1"), ("pageSize", "20")])
        .await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn only_ones_own_orders_are_shown() {
    let bench = bench_with(vec![clinic()]);
    bench.sim.add_hospital_account(daiban_sim::HospitalAccount {
        mobile: "13800000049".into(),
        name: "李示例".into(),
        ..daiban_sim::HospitalAccount::default()
    });
    let no = bench.sim.book_hospital_as_owner(&own()).unwrap();
    let mut other = Caller::new(&bench);
    other.sign_in("13800000049").await;
    assert_eq!(detail(&mut other, &no).await["msg"], "订单不存在");
    assert!(list(&mut other).await.is_empty());
    let mut caller = Caller::signed_in(&bench).await;
    assert_eq!(detail(&mut caller, &no).await["resCode"], 0);
    assert_eq!(
        detail(&mut caller, "900000000009").await["msg"],
        "订单不存在"
    );
    let elsewhere = caller
        .get("order/detail", &[("hosCode", "162"), ("orderNo", &no)])
        .await;
    assert_eq!(elsewhere["msg"], "订单不存在");
}

#[tokio::test]
async fn the_owner_books_and_cancels_in_the_official_channel() {
    let bench = bench_with(vec![Clinic {
        places: 1,
        ..clinic()
    }]);
    let mut caller = Caller::signed_in(&bench).await;
    let no = bench.sim.book_hospital_as_owner(&own()).unwrap();
    assert_eq!(caller.status(KNOWN).await.unwrap(), "SOLD_OUT");
    assert_eq!(
        bench.sim.book_hospital_as_owner(&own()),
        None,
        "no place is left"
    );
    bench.pass(MINUTE);
    assert!(bench.sim.cancel_hospital_order(&no));
    assert!(!bench.sim.cancel_hospital_order(&no));
    assert_eq!(caller.status(KNOWN).await.unwrap(), "AVAILABLE");
    let shown = detail(&mut caller, &no).await["data"].clone();
    assert_eq!(shown["orderStatus"], "CANCELLED");
    assert_eq!(shown["canCancel"], false);
    assert_eq!(shown["cancelTime"], "2026-11-20 08:01:00");
    assert_eq!(
        bench.effects("hospital.owner_books"),
        [format!("hospital.owner_books {no}")]
    );
    assert_eq!(
        bench.effects("hospital.cancel"),
        [format!("hospital.cancel {no}")]
    );
    assert!(bench.effects("hospital.book ").is_empty());
}

fn in_line(waits: u32, refused: bool) -> Bench {
    let line = Some(ClinicLine { waits, refused });
    bench_with(vec![Clinic {
        line,
        places: 1,
        ..clinic()
    }])
}

async fn standing(caller: &mut Caller<'_>, no: &str) -> Value {
    let answer = caller
        .get("order/status", &[("hosCode", "H9"), ("orderNo", no)])
        .await;
    answer["data"].clone()
}

#[tokio::test]
async fn an_order_waits_in_line_and_is_made() {
    let bench = in_line(2, false);
    let mut caller = Caller::signed_in(&bench).await;
    let saved = caller.book(KNOWN, json!({})).await["data"].clone();
    assert_eq!(saved["lineup"], true);
    let no = saved["orderNo"].as_str().unwrap();
    assert_eq!(
        bench.effects("hospital.lineup"),
        [format!("hospital.lineup {no}")]
    );
    assert_eq!(
        caller.status(KNOWN).await.unwrap(),
        "SOLD_OUT",
        "it holds a place"
    );
    for _ in 0..2 {
        let waiting = json!({"lineup": true, "lineupCode": 0, "lineupMsg": "正在排队，请稍候", "orderId": null});
        assert_eq!(standing(&mut caller, no).await, waiting);
        assert_ne!(
            detail(&mut caller, no).await["data"]["orderStatus"],
            "BOOKING_SUCCESS"
        );
    }
    assert!(bench.effects("hospital.book ").is_empty());
    let through = json!({"lineup": false, "lineupCode": 1, "lineupMsg": "", "orderId": no});
    for _ in 0..2 {
        assert_eq!(standing(&mut caller, no).await, through);
    }
    assert_eq!(bench.effects("hospital.book ").len(), 1);
    assert_eq!(
        detail(&mut caller, no).await["data"]["orderStatus"],
        "BOOKING_SUCCESS"
    );
}

#[tokio::test]
async fn a_line_may_end_without_an_order() {
    let bench = in_line(0, true);
    let mut caller = Caller::signed_in(&bench).await;
    let no = caller.book(KNOWN, json!({})).await["data"]["orderNo"]
        .as_str()
        .unwrap()
        .to_owned();
    let end = standing(&mut caller, &no).await;
    assert_eq!(
        (&end["lineup"], &end["lineupCode"]),
        (&json!(false), &json!(2))
    );
    assert!(bench.effects("hospital.book ").is_empty());
    assert_eq!(
        bench.effects("hospital.refused"),
        [format!("hospital.refused {no}")]
    );
}

#[tokio::test]
async fn a_line_moves_on_though_nobody_asks() {
    let bench = in_line(2, false);
    let mut caller = Caller::signed_in(&bench).await;
    let no = caller.book(KNOWN, json!({})).await["data"]["orderNo"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.pass(MINUTE - 1);
    assert!(bench.effects("hospital.book ").is_empty());
    bench.pass(1);
    assert_eq!(bench.effects("hospital.book ").len(), 1);
    assert_eq!(list(&mut caller).await[0]["orderNo"], json!(no));
}
