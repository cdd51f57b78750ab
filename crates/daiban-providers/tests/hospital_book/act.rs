//! The act up to the request that books, and its good ends.

use daiban_core::http::Pace;
use daiban_core::secret::Secret;
use serde_json::{Value, json};

use crate::*;

const SAVE: [&str; 3] = ["product/confirm", "order/save", "order/detail"];

#[tokio::test]
async fn four_requests_and_two_before_them_book_a_place() {
    let desk = Desk::new();
    desk.road
        .takes([real_name(), patients(), confirmed(), saved(), page()]);
    let result = desk.act(&wish()).await.unwrap();
    let ordered = &result["ordered"];
    assert_eq!(ordered["order_no"], "900000000001");
    assert_eq!(ordered["lineup"], false);
    assert_eq!(ordered["older"], false);
    assert_eq!(ordered["detail"]["state"], "booked");
    let sent = desk.road.sent();
    for request in &sent {
        assert_eq!(request.pace, Pace::Chain, "{}", request.url);
        assert!(request.ban_sign.is_some(), "{}", request.url);
        assert!(
            request.url.contains("_time=1795309200000"),
            "{}",
            request.url
        );
    }
    let steps: Vec<String> = sent.iter().map(step).collect();
    assert_eq!(steps[..2], ["user/real-name/status", "patient/list"]);
    assert_eq!(steps[2..], SAVE);
    let place = json!({
        "hosCode": "H90000001", "firstDeptCode": "04", "secondDeptCode": "644", "target": "2026-11-27",
        "dutyTime": "0", "uniqProductKey": "5d0c3a1f00000000000000000000000000000001",
    });
    assert_eq!(json_of(&sent[2]), place);
    let person = json!({
        "treatmentDay": "2026-11-27", "cardType": "SOCIAL_SECURITY", "cardNo": "1000****000X",
        "phone": "13800000001", "smsCode": "", "orderFrom": "HOSP", "contactRelType": "CONTACT_OTHER",
        "confirmToken": "SAMPLE-TOKEN-1",
    });
    assert_eq!(json_of(&sent[3]), with(place, &person));
    let asked = [("hosCode", "H90000001"), ("orderNo", "900000000001")];
    assert_eq!(
        query(&sent[4]),
        asked.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

/// The body of `order/save` of an act with these answers.
async fn save_body(desk: &Desk, wish: &Value, confirm: Answer) -> Value {
    desk.road.takes([confirm, saved(), page()]);
    desk.act(wish).await.unwrap();
    let sent = desk.road.sent();
    assert_eq!(sent.iter().map(step).collect::<Vec<_>>(), SAVE);
    json_of(&sent[1])
}

#[tokio::test]
async fn real_name_and_patients_are_asked_for_once() {
    let desk = Desk::ready().await;
    save_body(&desk, &wish(), confirmed()).await;
    save_body(&desk, &child(), confirmed()).await;
}

#[tokio::test]
async fn pitfall_confirm_token_is_forwarded() {
    let desk = Desk::ready().await;
    let body = save_body(
        &desk,
        &wish(),
        shows(json!({ "confirmToken": "SAMPLE-TOKEN-2" })),
    )
    .await;
    assert_eq!(body["confirmToken"], "SAMPLE-TOKEN-2");
    for none in [json!(null), json!("")] {
        let body = save_body(&desk, &wish(), shows(json!({ "confirmToken": none }))).await;
        assert!(body.get("confirmToken").is_none(), "{body}");
    }
}

#[tokio::test]
async fn the_token_and_whole_numbers_are_in_no_result() {
    let mut desk = Desk::ready().await;
    let cards = Secret::new("10009999000X");
    desk.secrets.insert("card_nos".to_owned(), cards);
    desk.road.takes([confirmed(), saved(), page()]);
    let ordered = desk.act(&wish()).await.unwrap().to_string();
    desk.road.takes([wants(json!({ "smsCode": 4 }))]);
    let stopped = desk.act(&wish()).await.unwrap().to_string();
    for result in [ordered, stopped] {
        for secret in ["SAMPLE-TOKEN", "10009999000X", "13800000001"] {
            assert!(!result.contains(secret), "{secret} in {result}");
        }
    }
}

#[tokio::test]
async fn pitfall_child_patient_is_booked_with_its_own_card_and_the_accounts_phone() {
    let desk = Desk::ready().await;
    let body = save_body(&desk, &child(), confirmed()).await;
    assert_eq!(body["cardNo"], "1000****001X");
    assert_eq!(body["phone"], "13800000000");
}

#[tokio::test]
async fn pitfall_child_patient_without_any_phone_is_refused_before_anything_is_booked() {
    let mut desk = Desk::ready().await;
    desk.settings.remove("mobile");
    desk.road.takes([confirmed()]);
    assert_eq!(code(&desk.act(&child()).await.unwrap_err()), "patient");
    assert_eq!(desk.road.steps(), ["product/confirm"]);
}

#[tokio::test]
async fn pitfall_masked_card_a_whole_number_is_sent_where_exactly_one_fits() {
    let check = async |card_nos: &str, expected: &str| {
        let mut desk = Desk::ready().await;
        desk.secrets
            .insert("card_nos".to_owned(), Secret::new(card_nos));
        let body = save_body(&desk, &wish(), confirmed()).await;
        assert_eq!(body["cardNo"], expected, "{card_nos}");
    };
    check("10009999000X", "10009999000X").await;
    check("10009999001X,10009999000X", "10009999000X").await;
    check("10009999000x", "10009999000X").await;
    check("10009999001X", "1000****000X").await;
    check("10009999000X,10008888000X", "1000****000X").await;
    check("", "1000****000X").await;
}

#[tokio::test]
async fn the_card_is_of_the_kind_that_was_chosen() {
    let desk = Desk::ready().await;
    let identity = wish_with(json!({ "card": "IDENTITY_CARD" }));
    let body = save_body(&desk, &identity, confirmed()).await;
    assert_eq!(body["cardType"], "IDENTITY_CARD");
    assert_eq!(body["cardNo"], "1101****0000");
}

#[tokio::test]
async fn somebody_who_cannot_be_booked_for_ends_it_before_the_confirm_page() {
    let check = async |fields: Value, asks_again: bool| {
        let desk = Desk::ready().await;
        if asks_again {
            desk.road.takes([patients()]);
        }
        let error = desk.act(&wish_with(fields.clone())).await.unwrap_err();
        assert_eq!(code(&error), "patient", "{fields}");
        assert_eq!(desk.road.steps().len(), usize::from(asks_again), "{fields}");
    };
    let patient = |name: &str, mask: &str| json!({ "patient": { "name": name, "id_mask": mask } });
    // Nobody of that name, or another of it: the list may be new.
    check(patient("王新例", "1101****0009"), true).await;
    check(patient("王示例", "1101****0009"), true).await;
    // Not bound, no such card.
    check(patient("王老例", "1101****0002"), false).await;
    check(json!({ "card": "PASSPORT" }), false).await;
    let child = with(child(), &json!({ "card": "IDENTITY_CARD" }));
    check(child, false).await;
}

#[tokio::test]
async fn without_a_real_name_nothing_is_asked() {
    let desk = Desk::new();
    desk.road.takes([data(
        json!({ "status": "NO_AUTH", "message": "您还未实名认证" }),
    )]);
    let error = desk.act(&wish()).await.unwrap_err();
    assert_eq!(code(&error), "patient");
    assert!(error.text().zh.contains("您还未实名认证"));
    assert_eq!(desk.road.steps(), ["user/real-name/status"]);
}

#[tokio::test]
async fn a_refusal_that_may_come_of_an_old_list_forgets_it() {
    let desk = Desk::ready().await;
    desk.road
        .takes([confirmed(), says(10_000, "就诊人就诊卡信息有误")]);
    assert_eq!(code(&desk.act(&wish()).await.unwrap_err()), "patient");
    desk.road.sent();
    desk.road
        .takes([real_name(), patients(), confirmed(), saved(), page()]);
    desk.act(&wish()).await.unwrap();
    assert_eq!(desk.road.steps().len(), 5);
}

/// Why an act stopped, once the page is shown.
async fn stops(wish: &Value, confirm: Answer) -> Value {
    let desk = Desk::ready().await;
    desk.road.takes([confirm]);
    let result = desk.act(wish).await.unwrap();
    assert_eq!(desk.road.steps(), ["product/confirm"]);
    result["stopped"].clone()
}

#[tokio::test]
async fn pitfall_wrong_weekday_is_not_booked() {
    for shown in [
        "2026年11月28日 周六 下午",
        "2026年11月27日 周四 下午",
        "2026年11月27日 周五 上午",
        "",
    ] {
        let stopped = stops(&wish(), shows(json!({ "visitTime": shown }))).await;
        assert_eq!(stopped["why"], "changed", "{shown}");
        assert_eq!(stopped["confirm"]["visit_time"], shown);
    }
}

#[tokio::test]
async fn pitfall_fee_is_checked() {
    let stopped = stops(&wish(), shows(json!({ "serviceFee": "60.5" }))).await;
    assert_eq!(stopped["why"], "too_dear");
    assert_eq!(stopped["confirm"]["fee_fen"], 6050);
    let untold = stops(&wish(), shows(json!({ "serviceFee": null }))).await;
    assert_eq!(untold["why"], "too_dear");
    assert_eq!(untold["confirm"]["fee_fen"], Value::Null);
}

#[tokio::test]
async fn another_doctor_stops_it_and_a_yes_to_just_that_goes_on() {
    let other = || shows(json!({ "doctorName": "林宁例", "serviceFee": "100" }));
    let stopped = stops(&wish(), other()).await;
    assert_eq!(stopped["why"], "changed");
    let facts = ["fee_fen", "doctor", "title", "visit_time"];
    let agreed: serde_json::Map<String, Value> = facts
        .map(|fact| (fact.to_owned(), stopped["confirm"][fact].clone()))
        .into_iter()
        .collect();
    let agreed = wish_with(json!({ "agreed": agreed }));
    let desk = Desk::ready().await;
    let body = save_body(&desk, &agreed, other()).await;
    assert_eq!(body["target"], "2026-11-27");
    let again = stops(
        &agreed,
        shows(json!({ "doctorName": "林宁例", "serviceFee": "101" })),
    )
    .await;
    assert_eq!(again["why"], "changed");
}

#[tokio::test]
async fn pitfall_sms_flag_decides_not_habit() {
    let stopped = stops(&wish(), wants(json!({ "smsCode": 4 }))).await;
    assert_eq!(stopped["why"], "sms");
    assert_eq!(stopped["confirm"]["needs"]["sms"], "required");
    let coded = wish_with(json!({ "sms_code": "123456" }));
    let check = async |flags: Value, wish: &Value, sms: &str, phone: &str| {
        let desk = Desk::ready().await;
        let body = save_body(&desk, wish, wants(flags.clone())).await;
        assert_eq!(body["smsCode"], sms, "{flags}");
        assert_eq!(body["phone"], phone, "{flags}");
    };
    // The code was sent to the account's phone.
    check(json!({ "smsCode": 4 }), &coded, "123456", "13800000000").await;
    check(json!({ "smsCode": 1 }), &coded, "123456", "13800000000").await;
    check(json!({ "smsCode": 1 }), &wish(), "", "13800000001").await;
    // Not wanted any more.
    check(json!({ "smsCode": 2 }), &coded, "", "13800000001").await;
    check(json!({}), &coded, "", "13800000001").await;
}

#[tokio::test]
async fn a_hospitals_card_is_sent_when_it_is_given_and_asked_for_when_it_is_required() {
    let stopped = stops(&wish(), wants(json!({ "hospitalCardId": 4 }))).await;
    assert_eq!(stopped["why"], "hospital_card");
    let desk = Desk::ready().await;
    let given = wish_with(json!({ "hospital_card": "000123" }));
    let body = save_body(&desk, &given, wants(json!({ "hospitalCardId": 4 }))).await;
    assert_eq!(body["hospitalCardId"], "000123");
    let body = save_body(&desk, &wish(), confirmed()).await;
    assert!(body.get("hospitalCardId").is_none());
}

#[tokio::test]
async fn what_nobody_knows_how_to_give_stops_it() {
    for flags in [
        json!({ "jytCardId": 4 }),
        json!({ "medicareCardId": 4 }),
        json!({ "smsCode": 3 }),
        json!({ "contactUserInfo": "yes" }),
    ] {
        let stopped = stops(&wish(), wants(flags.clone())).await;
        assert_eq!(stopped["why"], "other", "{flags}");
    }
}

#[tokio::test]
async fn where_a_contact_is_wanted_the_accounts_phone_is_sent() {
    let desk = Desk::ready().await;
    let body = save_body(&desk, &wish(), wants(json!({ "contactUserInfo": 4 }))).await;
    assert_eq!(body["phone"], "13800000000");
}

#[tokio::test]
async fn one_that_stands_in_line_has_no_page_yet() {
    let desk = Desk::ready().await;
    desk.road.takes([
        confirmed(),
        data(json!({ "orderNo": 900_000_000_002_i64, "lineup": true })),
    ]);
    let result = desk.act(&wish()).await.unwrap();
    let expected =
        json!({ "order_no": "900000000002", "lineup": true, "older": false, "detail": null });
    assert_eq!(result["ordered"], expected);
    assert_eq!(desk.road.steps(), SAVE[..2]);
}

#[tokio::test]
async fn a_number_is_a_booking_whatever_becomes_of_its_page() {
    let lost: [fn() -> Vec<Answer>; 5] = [
        || vec![no_answer()],
        || vec![failed(502)],
        || vec![says(102, "")],
        || vec![data(Value::Null)],
        || vec![Ok(ok("<html>")), data(Value::Null)],
    ];
    for lost in lost {
        let desk = Desk::ready().await;
        desk.road.takes([confirmed(), saved()]);
        desk.road.takes(lost());
        let result = desk.act(&wish()).await.unwrap();
        assert_eq!(result["ordered"]["order_no"], "900000000001");
        assert_eq!(result["ordered"]["detail"], Value::Null);
        desk.road.sent();
    }
}

#[tokio::test]
async fn a_wish_that_cannot_be_read_asks_nothing() {
    let desk = Desk::new();
    for fields in [
        json!({ "date": "2026-13-01" }),
        json!({ "department": "162" }),
        json!({ "patient": null }),
    ] {
        let error = desk.act(&wish_with(fields)).await.unwrap_err();
        assert_eq!(code(&error), "invalid_input:body");
    }
    assert!(desk.road.sent().is_empty());
}

/// Everything that can be said instead of an answer before anything counts, and what it means.
fn before() -> Vec<(Answer, &'static str)> {
    vec![
        (no_answer(), "unreachable"),
        (not_sent(), "unreachable"),
        (failed(502), "unreachable"),
        (failed(404), "changed"),
        (failed(302), "sign_in_lost"),
        (Ok(ok("<html>网站预约渠道已关闭</html>")), "closed"),
        (Ok(ok("{\"resCode\":tr")), "changed"),
        (data(Value::Null), "changed"),
        (says(102, "请登录"), "sign_in_lost"),
        (says(8008, "科室预约规则检查重复订单"), "duplicate"),
        (says(10_000, "没有相关号源"), "no_source"),
        (says(10_000, "您的请求过于频繁，请稍后再试"), "closed"),
        (says(10_000, "系统繁忙，请稍后再试"), "busy"),
        (says(10_000, "没有见过的话"), "other"),
        (
            says(10_000, "您的账户存在异常，请到现场挂号!"),
            "account_stopped",
        ),
    ]
}

#[tokio::test]
async fn before_it_is_sent_surely_nothing_happened() {
    let steps: [fn() -> Answer; 3] = [real_name, patients, confirmed];
    for at in 0..steps.len() {
        for (answer, means) in before() {
            let desk = Desk::new();
            let told = format!("{at}: {answer:?}");
            desk.road
                .takes(steps.iter().take(at).map(|answer| answer()));
            desk.road.takes([answer]);
            let error = desk.act(&wish()).await.unwrap_err();
            assert_eq!(code(&error), means, "{told}");
            assert_eq!(desk.road.steps().len(), at + 1, "{told}");
        }
    }
}

#[tokio::test]
async fn a_page_before_it_is_sent_is_looked_at_twice() {
    for (user, means) in [
        (data(Value::Null), "sign_in_lost"),
        (data(json!({ "userId": 1 })), "unreachable"),
    ] {
        let desk = Desk::ready().await;
        desk.road.takes([Ok(ok("<html>登录</html>")), user]);
        assert_eq!(desk.act(&wish()).await.unwrap_err().code(), means);
        let sent = desk.road.sent();
        assert_eq!(
            sent.iter().map(step).collect::<Vec<_>>(),
            ["product/confirm", "user/info"]
        );
        assert!(sent.iter().all(|request| request.pace == Pace::Chain));
    }
}

#[tokio::test]
async fn a_code_is_sent_to_the_accounts_phone_for_one_product() {
    let desk = Desk::new();
    let body = json!({ "do": "send_order_code", "key": "5d0c3a1f" });
    desk.road.takes([data(Value::Null)]);
    assert_eq!(desk.act(&body).await, Ok(json!({ "sent": true })));
    let sent = desk.road.sent();
    let asked = [
        ("mobile", "6k2KLiMypmSg77JZzVB2PQ=="),
        ("smsKey", "ORDER_CODE"),
        ("code", ""),
        ("uniqProductKey", "5d0c3a1f"),
    ];
    assert_eq!(step(&sent[0]), "common/verify-code/get");
    assert_eq!(
        query(&sent[0]),
        asked.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    for (answer, means) in [
        (says(812, "短信发送太频繁"), "sms_too_often"),
        (says(817, ""), "sms_daily"),
        (says(10_000, "没有见过的话"), "other"),
        (says(102, ""), "sign_in_lost"),
        (not_sent(), "unreachable"),
        (no_answer(), "unsure"),
        (failed(500), "unsure"),
        (Ok(ok("<html>登录</html>")), "unsure"),
        (says(10_000, "系统繁忙，请稍后再试"), "unsure"),
    ] {
        let told = format!("{answer:?}");
        desk.road.takes([answer]);
        assert_eq!(code(&desk.act(&body).await.unwrap_err()), means, "{told}");
    }
    desk.road.sent();
}
