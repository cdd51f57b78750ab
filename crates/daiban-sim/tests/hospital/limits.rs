//! How often one may book: once a day in a department, twice a day, three times in seven days.

use daiban_sim::{Clinic, HospitalDepartment};
use serde_json::{Value, json};

use crate::caller::{Caller, bench_with, clinic, codes, with};
use crate::common::Bench;

/// Departments 644 to 649, every day.
fn town() -> Bench {
    let bench = bench_with(vec![]);
    for second in 644..650 {
        bench.sim.add_hospital_department(HospitalDepartment {
            hos: "H9".into(),
            first: "04".into(),
            second: second.to_string(),
            ..HospitalDepartment::default()
        });
        bench.sim.add_clinic(Clinic {
            second: second.to_string(),
            ..clinic()
        });
    }
    bench
}

/// Books in that department on that day of November, for the adult or the child.
async fn book(caller: &mut Caller<'_>, second: &str, day: i8, card: &str) -> Value {
    let date = format!("2026-11-{day}");
    let whose = with(codes(), json!({"secondDeptCode": second}));
    let answer = caller
        .post(
            "product/detail",
            with(whose.clone(), json!({"target": date})),
        )
        .await;
    let key = &answer["data"][0]["detail"][0]["uniqProductKey"];
    let choice = with(
        whose,
        json!({"target": date, "dutyTime": "0", "uniqProductKey": key}),
    );
    let confirmed = caller.confirm(&choice).await;
    assert_eq!(confirmed["resCode"], 0, "{confirmed}");
    let order = crate::caller::order(&choice, &confirmed["data"]["confirmToken"]);
    caller
        .post("order/save", with(order, json!({"cardNo": card})))
        .await
}

const ADULT: &str = "1000****041X";
const CHILD: &str = "1000****042X";

#[tokio::test]
async fn once_a_day_in_a_department() {
    let bench = town();
    let mut caller = Caller::signed_in(&bench).await;
    let first = book(&mut caller, "644", 26, ADULT).await;
    assert_eq!(first["resCode"], 0);
    let again = book(&mut caller, "644", 26, ADULT).await;
    assert_eq!(
        again,
        json!({"resCode": 8008, "msg": "科室预约规则检查重复订单", "data": null})
    );
    assert_eq!(
        book(&mut caller, "644", 26, CHILD).await["resCode"],
        0,
        "for another patient"
    );
    assert_eq!(
        book(&mut caller, "644", 25, ADULT).await["resCode"],
        0,
        "of another day"
    );
    assert!(
        bench
            .sim
            .cancel_hospital_order(first["data"]["orderNo"].as_str().unwrap())
    );
    assert_eq!(
        book(&mut caller, "644", 26, ADULT).await["resCode"],
        0,
        "after it was cancelled"
    );
}

#[tokio::test]
async fn twice_a_day_and_three_times_a_week() {
    let bench = town();
    let mut caller = Caller::signed_in(&bench).await;
    assert_eq!(book(&mut caller, "644", 21, ADULT).await["resCode"], 0);
    assert_eq!(book(&mut caller, "645", 21, ADULT).await["resCode"], 0);
    let third = book(&mut caller, "646", 21, ADULT).await;
    assert_eq!(third["msg"], "该就诊人同一就诊日预约次数已达上限");
    assert_eq!(book(&mut caller, "646", 22, ADULT).await["resCode"], 0);
    let fourth = book(&mut caller, "647", 23, ADULT).await;
    assert_eq!(fourth["msg"], "该就诊人七日内预约次数已达上限");
    assert_eq!(book(&mut caller, "647", 23, CHILD).await["resCode"], 0);
    assert_eq!(bench.effects("hospital.book ").len(), 4);
}
