//! Wishes that are refused by what the service tells everybody.

use serde_json::{Value, json};

use crate::{DEPARTMENTS, HOSPITALS, Looks, NOW, Script, answer, data, data_of, no, ok};

const KNOWN: &str = "H90000001/04/0644";

fn wishes(departments: &[&str], more: Value) -> Value {
    let mut wishes = json!({ "departments": departments });
    let fields = more.as_object().unwrap().clone();
    wishes.as_object_mut().unwrap().extend(fields);
    wishes
}

async fn check(wishes: Value) -> Result<(), (String, String)> {
    let http = Script::new([ok(HOSPITALS), ok(DEPARTMENTS), ok(DEPARTMENTS)]);
    let checked = Looks::new(&http).check(NOW, wishes).await;
    checked.map_err(|input| (input.field, input.text.zh))
}

#[tokio::test]
async fn a_department_that_is_there_is_fine() {
    assert_eq!(check(wishes(&[KNOWN], json!({}))).await, Ok(()));
    let page = "https://www.114yygh.com/hospital/H90000001/T007/BH/source";
    assert_eq!(
        check(wishes(&[KNOWN, page], json!({"fee_max": 100}))).await,
        Ok(())
    );
}

#[tokio::test]
async fn what_is_no_department_is_refused_without_a_request() {
    let http = Script::default();
    let input = Looks::new(&http)
        .check(NOW, wishes(&["162"], json!({})))
        .await
        .unwrap_err();
    assert_eq!((input.field.as_str(), http.count()), ("departments", 0));
}

#[tokio::test]
async fn an_unknown_hospital_is_refused_with_what_may_have_been_meant() {
    let refused = |zh: &str| Err(("departments".to_owned(), zh.to_owned()));
    let near = "平台没有编码为 H9000001 的医院；是不是：北京示例第一医院（H90000001）";
    assert_eq!(
        check(wishes(&["H9000001/04/0644"], json!({}))).await,
        refused(near)
    );
    let none = "平台没有编码为 zzzzzzz 的医院";
    assert_eq!(
        check(wishes(&["zzzzzzz/04/0644"], json!({}))).await,
        refused(none)
    );
}

#[tokio::test]
async fn an_unknown_department_is_refused_with_its_neighbours() {
    let (field, zh) = check(wishes(&["H90000001/05/0644"], json!({})))
        .await
        .unwrap_err();
    assert_eq!(field, "departments");
    assert!(
        zh.starts_with(
            "这家医院没有科室 H90000001/05/0644；是不是：消化内科门诊（H90000001/04/0644）"
        ),
        "{zh}"
    );
}

#[tokio::test]
async fn a_kept_list_is_read_anew_before_it_refuses() {
    let mut list = data_of(DEPARTMENTS);
    let new = json!({"code": "0700", "name": "肝病门诊", "dept1Code": "04", "hotDept": false});
    list["list"][3]["subList"].as_array_mut().unwrap().push(new);
    let http = Script::new([ok(HOSPITALS), ok(DEPARTMENTS), data(list), ok(DEPARTMENTS)]);
    let looks = Looks::new(&http);
    looks.check(NOW, wishes(&[KNOWN], json!({}))).await.unwrap();
    let new = || wishes(&["H90000001/04/0700"], json!({}));
    looks
        .check("2026-12-01T10:00:00+08:00", new())
        .await
        .unwrap();
    assert_eq!(http.count(), 3);
    looks
        .check("2026-12-01T10:30:00+08:00", new())
        .await
        .unwrap();
    let gone = wishes(&["H90000001/04/0701"], json!({}));
    looks
        .check("2026-12-01T10:40:00+08:00", gone)
        .await
        .unwrap_err();
    assert_eq!(http.count(), 3, "young enough to refuse");
}

#[tokio::test]
async fn what_cannot_be_known_now_is_left_to_the_errand() {
    let fine = async |answers: Vec<daiban_core::http::Response>| {
        let http = Script::new(answers);
        let unknown = wishes(&["9999/04/9999"], json!({}));
        Looks::new(&http).check(NOW, unknown).await.unwrap();
        assert!(http.count() >= 2, "both were asked for");
    };
    let part = || data(json!({"list": data_of(HOSPITALS)["list"], "count": 300}));
    let uncounted = || data(json!({"list": data_of(HOSPITALS)["list"]}));
    fine(vec![]).await;
    fine(vec![answer(502, ""), answer(502, "")]).await;
    fine(vec![part(), part(), no(10000, "医院系统维护中")]).await;
    fine(vec![uncounted(), no(10000, "医院不存在")]).await;
    fine(vec![
        answer(200, "<html></html>"),
        data(json!({"list": []})),
    ])
    .await;
}

#[tokio::test]
async fn an_old_list_refuses_nothing() {
    let http = Script::new([ok(HOSPITALS), ok(DEPARTMENTS)]);
    let looks = Looks::new(&http);
    looks.check(NOW, wishes(&[KNOWN], json!({}))).await.unwrap();
    // The script is over: nothing newer can be had two days later.
    let unknown = wishes(&["9999/04/9999", "H90000001/04/1"], json!({}));
    looks
        .check("2026-12-03T08:00:00+08:00", unknown)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_limit_that_no_doctor_keeps_is_refused_with_the_numbers() {
    let limit = async |more: Value| check(wishes(&[KNOWN], more)).await;
    assert_eq!(limit(json!({"fee_max": 50})).await, Ok(()));
    assert_eq!(limit(json!({"fee_max": null})).await, Ok(()));
    let refused = |zh: &str| Err(("fee_max".to_owned(), zh.to_owned()));
    assert_eq!(
        limit(json!({"fee_max": 49})).await,
        refused("三级医院的任何号最低 50 元，49 元以内挂不到")
    );
    let chief = json!({"fee_max": 60, "titles": ["主任医师"]});
    assert_eq!(
        limit(chief).await,
        refused("三级医院的主任医师最低 80 元，60 元以内挂不到")
    );
    let both = json!({"fee_max": 60, "titles": ["主任医师", "副主任医师"]});
    assert_eq!(limit(both).await, Ok(()));
    let in_the_end = json!({"fee_max": 60, "titles": ["主任医师"], "any_doctor_after_days": 3});
    assert_eq!(limit(in_the_end).await, Ok(()));
    let or_a_doctor = json!({"fee_max": 60, "titles": ["主任医师"], "doctors": ["张示例"]});
    assert_eq!(limit(or_a_doctor).await, Ok(()));
    assert_eq!(
        limit(json!({"fee_max": 60, "titles": ["特需"]})).await,
        Ok(())
    );
}

#[tokio::test]
async fn a_hospital_of_unknown_level_has_the_lowest_fees() {
    let http = Script::new([ok(HOSPITALS)]);
    let looks = Looks::new(&http);
    let at = async |fee_max: i64| {
        looks
            .check(NOW, wishes(&["9237/1/2"], json!({ "fee_max": fee_max })))
            .await
    };
    at(20).await.unwrap();
    assert_eq!(at(19).await.unwrap_err().field, "fee_max");
}

#[tokio::test]
async fn other_errands_are_not_looked_at() {
    use daiban_core::provider::Provider;
    let http = Script::default();
    let looks = Looks::new(&http);
    let wishes = wishes(&["162"], json!({}));
    let visit = looks.visit(NOW);
    let checked = looks
        .hospitals
        .check_wishes(&visit, "hospital.sign_in", &wishes)
        .await;
    assert_eq!((checked, http.count()), (Ok(()), 0));
}
