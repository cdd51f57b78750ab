//! Places of a day: parity, periods, half days; what cannot be read is never "no places".

use daiban_providers::hospital::slots::{HalfDay, Slot};
use daiban_providers::hospital::wire::detail::read_slots;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{DAY, Looks, NOW, Script, data_of, field_of, ok, place_of};

pub(super) fn body() -> Value {
    json!({"do": "slots", "hos": "H90000001", "first": "04", "second": "0644", "date": "2026-12-04"})
}

/// A product with some fields changed; null takes one away.
fn product(changes: Value) -> Value {
    let mut product = json!({"uniqProductKey": "k1", "doctorName": "张示例", "doctorTitleName": "主任医师", "period": [], "wnumber": 3});
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(product.as_object_mut().unwrap().remove(name)),
            value => product[name] = value.clone(),
        }
    }
    product
}

fn day_of(products: &[Value]) -> Value {
    json!([{"dutyCode": "MORNING", "detail": products}])
}

fn slot(changes: Value) -> Slot {
    read_slots(&day_of(&[product(changes)])).unwrap().remove(0)
}

fn wrong(changes: Value) -> String {
    let error = read_slots(&day_of(&[product(changes)])).unwrap_err();
    place_of(&error).to_owned()
}

fn period(number: Value) -> Value {
    json!({"dutyTime": "202612040800-202612040830", "dutyTimeView": "08:00-08:30", "remainAvailableNumber": number, "uniqProductKey": "p1"})
}

#[tokio::test]
async fn a_day_has_the_shape_that_others_read() {
    let http = Script::new([ok(DAY)]);
    let seen = Looks::new(&http).at(NOW, body()).await.unwrap();
    let expected = json!({"seen_at": NOW, "slots": [
        {"key": "23001f6519c7fe87293037d4a9729fbdbb29809c", "half_day": "morning", "doctor": "张示例",
            "title": "副主任医师", "skill": "门诊常见病诊治", "bookable": false, "periods": []},
        {"key": "ea33b53ad59be8a3e5d3387b08c17205d6b8d197", "half_day": "morning", "doctor": "李示例",
            "title": "主任医师", "skill": null, "bookable": true, "periods": [
                {"from": "08:00", "to": "08:30", "key": "17765fa3cd394140eacb0aa8b925ebc04601d665",
                    "duty_time": "202612040800-202612040830", "bookable": false},
                {"from": "08:30", "to": "09:00", "key": "565f86e30d0802b40d19c334c832763850216cfd",
                    "duty_time": "202612040830-202612040900", "bookable": true},
            ]},
        {"key": "2b56850951f4f28d7153ba91c6f5aa31767df7be", "half_day": "afternoon", "doctor": null,
            "title": "普通号50", "skill": null, "bookable": true, "periods": []},
    ]});
    assert_eq!(seen, expected);
    let body = json!({"hosCode": "H90000001", "firstDeptCode": "04", "secondDeptCode": "0644", "target": "2026-12-04"});
    assert_eq!(http.asked(0), ("Post web/product/detail?".to_owned(), body));
}

#[tokio::test]
async fn nothing_of_the_font_is_read() {
    let http = Script::new([ok(DAY)]);
    let seen = Looks::new(&http).at(NOW, body()).await.unwrap().to_string();
    assert!(DAY.contains("&#xf128;") && DAY.contains("iconfont"));
    assert!(
        !seen.contains("&#x") && !seen.contains("iconfont"),
        "{seen}"
    );
}

#[test]
fn pitfall_even_stock_is_not_bookable_whoever_is_first() {
    let read = read_slots(&data_of(DAY)).unwrap();
    assert!(!read[0].bookable, "the first of the list has none left");
    for (number, bookable) in [
        (0, false),
        (1, true),
        (2, false),
        (13, true),
        (22, false),
        (-1, true),
    ] {
        assert_eq!(
            slot(json!({ "wnumber": number })).bookable,
            bookable,
            "{number}"
        );
    }
    assert!(slot(json!({"wnumber": "13"})).bookable && !slot(json!({"wnumber": "22"})).bookable);
}

#[test]
fn pitfall_the_stock_may_be_called_total_count() {
    assert!(slot(json!({"wnumber": null, "totalCount": 5})).bookable);
    assert!(!slot(json!({"wnumber": null, "totalCount": 6})).bookable);
    assert!(
        !slot(json!({"wnumber": 4, "totalCount": 5})).bookable,
        "wnumber comes first"
    );
}

#[test]
fn pitfall_a_missing_stock_is_not_zero() {
    assert_eq!(wrong(json!({"wnumber": null})), "data[0].detail[0].wnumber");
    assert_eq!(wrong(json!({"wnumber": "有"})), "data[0].detail[0].wnumber");
    assert_eq!(wrong(json!({"wnumber": 22.5})), "data[0].detail[0].wnumber");
}

#[test]
fn pitfall_empty_period_does_not_crash() {
    for none in [json!({}), json!({"period": null})] {
        let slot = slot(none);
        assert!(
            slot.bookable && slot.periods.is_empty(),
            "the place is for the half day"
        );
    }
    let mut with_null = product(json!({}));
    with_null["period"] = Value::Null;
    assert!(read_slots(&day_of(&[with_null])).unwrap()[0].bookable);
    assert!(!slot(json!({"period": [], "wnumber": 22})).bookable);
}

#[test]
fn pitfall_periods_that_are_all_taken_leave_nothing_to_book() {
    assert!(!slot(json!({"period": [period(json!(4)), period(json!(2))]})).bookable);
    let some = slot(json!({"period": [period(json!(4)), period(json!(3))]}));
    assert!(some.bookable && !some.periods[0].bookable && some.periods[1].bookable);
    let gone = slot(json!({"wnumber": 22, "period": [period(json!(3))]}));
    assert!(!gone.bookable, "the product's own number says none is left");
    let place = "data[0].detail[0].period[0].remainAvailableNumber";
    assert_eq!(wrong(json!({"period": [period(Value::Null)]})), place);
    assert_eq!(
        wrong(json!({"period": "08:00"})),
        "data[0].detail[0].period"
    );
}

#[test]
fn pitfall_a_period_has_its_own_key_and_time() {
    let slot = slot(json!({"period": [period(json!(3))]}));
    let one = &slot.periods[0];
    assert_eq!((slot.key.as_str(), one.key.as_str()), ("k1", "p1"));
    assert_eq!(one.duty_time, "202612040800-202612040830");
    let mut without = period(json!(3));
    without["uniqProductKey"] = Value::Null;
    assert_eq!(
        wrong(json!({"period": [without]})),
        "data[0].detail[0].period[0].uniqProductKey"
    );
    let mut without = period(json!(3));
    without["dutyTime"] = Value::Null;
    assert_eq!(
        wrong(json!({"period": [without]})),
        "data[0].detail[0].period[0].dutyTime"
    );
}

#[test]
fn times_are_read_from_either_field() {
    let times = |view: Value, duty_time: Value| {
        let mut one = period(json!(3));
        one["dutyTimeView"] = view;
        one["dutyTime"] = duty_time;
        let slot = slot(json!({ "period": [one] }));
        format!("{}-{}", slot.periods[0].from, slot.periods[0].to)
    };
    let moments = || json!("202612040800-202612040830");
    assert_eq!(times(json!("9:00 ~ 9:30"), moments()), "09:00-09:30");
    assert_eq!(times(Value::Null, moments()), "08:00-08:30");
    assert_eq!(times(json!("上午"), moments()), "08:00-08:30");
    let mut neither = period(json!(2));
    neither["dutyTimeView"] = json!("上午");
    neither["dutyTime"] = json!(0);
    assert_eq!(
        wrong(json!({"period": [neither]})),
        "data[0].detail[0].period[0].dutyTimeView"
    );
}

#[test]
fn pitfall_a_doctor_without_a_name_is_no_doctor() {
    for name in [Value::Null, json!(""), json!("  ")] {
        let mut one = product(json!({}));
        one["doctorName"] = name;
        assert_eq!(read_slots(&day_of(&[one])).unwrap()[0].doctor, None);
    }
    assert_eq!(
        slot(json!({"doctorName": " 张示例 "})).doctor.as_deref(),
        Some("张示例")
    );
}

#[test]
fn half_days_that_are_neither_are_others() {
    let half = |code: Value| {
        let day = json!([{"dutyCode": code, "detail": [product(json!({}))]}]);
        read_slots(&day).unwrap()[0].half_day
    };
    assert_eq!(half(json!("MORNING")), HalfDay::Morning);
    assert_eq!(half(json!("AFTERNOON")), HalfDay::Afternoon);
    for other in [json!("NIGHT"), json!("ALLDAY"), json!(1), Value::Null] {
        assert_eq!(half(other), HalfDay::Other);
    }
}

#[test]
fn a_sold_out_product_needs_no_key() {
    assert_eq!(slot(json!({"wnumber": 22, "uniqProductKey": null})).key, "");
    assert_eq!(
        wrong(json!({"uniqProductKey": null})),
        "data[0].detail[0].uniqProductKey"
    );
}

#[test]
fn pitfall_null_data_is_not_no_places() {
    let place = |data: Value| {
        let error = read_slots(&data).unwrap_err();
        place_of(&error).to_owned()
    };
    assert_eq!(place(Value::Null), "data");
    assert_eq!(place(json!({"list": []})), "data");
    assert_eq!(
        place(json!([{"dutyCode": "MORNING", "details": []}])),
        "data[0].detail"
    );
    assert_eq!(read_slots(&json!([])).unwrap(), []);
    assert_eq!(
        read_slots(&json!([{"dutyCode": "MORNING", "detail": null}])).unwrap(),
        []
    );
}

#[tokio::test]
async fn a_day_is_a_date() {
    let http = Script::default();
    let mut odd = body();
    odd["date"] = json!("2026-12-4");
    let error = Looks::new(&http).at(NOW, odd).await.unwrap_err();
    assert_eq!((field_of(&error), http.count()), ("date", 0));
}

const NAMES: &[&str] = &[
    "dutyCode",
    "detail",
    "period",
    "wnumber",
    "uniqProductKey",
    "remainAvailableNumber",
    "dutyTime",
    "dutyTimeView",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..50).prop_map(Value::from),
        "[a-z0-9:-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(NAMES), inner), 0..6).prop_map(|fields| {
                Value::from_iter(
                    fields
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value)),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn anything_is_read_or_refused_and_a_place_always_has_a_key(day in any_json()) {
        if let Ok(slots) = read_slots(&day) {
            for slot in slots.iter().filter(|slot| slot.bookable) {
                prop_assert!(!slot.key.is_empty());
                prop_assert!(slot.periods.is_empty() || slot.periods.iter().any(|one| one.bookable));
            }
        }
    }
}
