//! The family of the demo: what it waits for comes, and goes again.

use daiban_sim::{HouseholdDepartment, HouseholdHospital};
use serde_json::{Value, json};

use crate::caller::{Caller, order, with};
use crate::common::{Bench, DAY, MINUTE, START};

/// 2026-11-21T06:00:00+08:00
const MORNING: i64 = START + 22 * 60 * MINUTE;

fn six_in_the_morning() -> (Bench, HouseholdHospital) {
    let bench = Bench::new();
    bench.set(MORNING);
    let household = bench.sim.household().hospital;
    (bench, household)
}

fn codes(department: &HouseholdDepartment) -> Value {
    json!({
        "hosCode": department.hos, "firstDeptCode": department.first, "secondDeptCode": department.second,
    })
}

async fn status(caller: &mut Caller<'_>, department: &HouseholdDepartment) -> Option<Value> {
    let mut found = None;
    for week in [1, 2] {
        let body = with(codes(department), json!({"week": week}));
        let data = caller.post("product/list", body).await["data"].clone();
        let mut days = data["calendars"].as_array().unwrap().iter();
        let day = days.find(|day| day["dutyDate"] == json!(department.date));
        found = found.or(day.map(|day| day["status"].clone()));
    }
    found
}

#[tokio::test]
async fn the_release_of_the_second_day() {
    let (bench, household) = six_in_the_morning();
    let opens = &household.opens;
    assert_eq!(opens.at_ms, MORNING + DAY + 150 * MINUTE);
    let mut caller = Caller::new(&bench);
    assert_eq!(
        status(&mut caller, opens).await,
        None,
        "the day between the weeks"
    );
    for (now, expected) in [
        (opens.at_ms - MINUTE, "TOMORROW_OPEN"),
        (opens.at_ms + 39_999, "TOMORROW_OPEN"),
        (opens.at_ms + 40_000, "AVAILABLE"),
        (opens.gone_ms - 1, "AVAILABLE"),
        (opens.gone_ms, "SOLD_OUT"),
    ] {
        bench.set(now);
        assert_eq!(
            status(&mut caller, opens).await,
            Some(json!(expected)),
            "{now}"
        );
    }
}

#[tokio::test]
async fn the_family_books_for_the_child() {
    let (bench, household) = six_in_the_morning();
    let opens = &household.opens;
    let mut caller = Caller::new(&bench);
    caller.sign_in(&household.mobile).await;
    let patients = caller
        .get("patient/list", &[("showType", "ORDER_CONFIRM")])
        .await["data"]
        .clone();
    assert_eq!(patients["count"], 2);
    assert_eq!(patients["list"][1]["patientName"], json!(household.child));
    assert_eq!(patients["list"][1]["phone"], "");
    bench.set(opens.at_ms + 45_000);
    let body = with(codes(opens), json!({"target": opens.date}));
    let day = caller.post("product/detail", body).await["data"].clone();
    let product = &day[0]["detail"][0];
    assert_eq!(product["doctorName"], json!(opens.doctor));
    let choice = with(
        codes(opens),
        json!({"target": opens.date, "dutyTime": "0", "uniqProductKey": product["uniqProductKey"]}),
    );
    let page = caller.confirm(&choice).await["data"].clone();
    assert_eq!(page["serviceFee"], json!(opens.fee));
    let card = json!({"cardNo": household.child_card_number, "phone": household.mobile});
    let saved = caller
        .post(
            "order/save",
            with(order(&choice, &page["confirmToken"]), card),
        )
        .await;
    assert_eq!(saved["resCode"], 0, "{saved}");
    let booked = bench.effects("hospital.book ");
    assert!(booked[0].contains(&household.child), "{booked:?}");
}

#[tokio::test]
async fn the_place_that_comes_back_on_the_fifth_day() {
    let (bench, household) = six_in_the_morning();
    let returns = &household.returns;
    let mut caller = Caller::new(&bench);
    for (now, expected) in [
        (MORNING, "SOLD_OUT"),
        (returns.at_ms - 1, "SOLD_OUT"),
        (returns.at_ms, "AVAILABLE"),
        (returns.gone_ms - 1, "AVAILABLE"),
        (returns.gone_ms, "SOLD_OUT"),
    ] {
        bench.set(now);
        assert_eq!(
            status(&mut caller, returns).await,
            Some(json!(expected)),
            "{now}"
        );
    }
    assert_eq!(returns.gone_ms - returns.at_ms, 12 * MINUTE);
}

#[tokio::test]
async fn a_town_worth_searching() {
    let (bench, household) = six_in_the_morning();
    let mut caller = Caller::new(&bench);
    let all = [
        ("keywords", ""),
        ("levelId", "0"),
        ("areaId", "0"),
        ("pageNo", "1"),
        ("pageSize", "20"),
    ];
    let list = caller.get("hospital/list", &all).await["data"]["list"].clone();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 10);
    assert_eq!(
        list.iter()
            .filter(|hospital| hospital["maintain"] == true)
            .count(),
        1
    );
    for hos in [&household.opens.hos, &household.returns.hos] {
        let groups =
            caller.get("department/hos/list", &[("hosCode", hos)]).await["data"]["list"].clone();
        let groups = groups.as_array().unwrap().iter().skip(1);
        let children: usize = groups
            .map(|group| group["subList"].as_array().unwrap().len())
            .sum();
        assert!(children >= 30, "{hos}: {children}");
    }
}
