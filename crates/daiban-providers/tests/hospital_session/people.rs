//! Patients and the real name, and wishes checked against them.

use daiban_core::provider::Provider;
use serde_json::{Value, json};

use crate::{Answer, PAGE, Script, Signed, code_of, no_answer, refusal};

const PATIENTS: &str = include_str!("../../fixtures/hospital/patients.json");

#[tokio::test]
async fn patients_are_shown_with_stars_in_their_numbers() {
    let http = Script::new([PATIENTS]);
    let seen = Signed::new(&http)
        .look(json!({ "do": "patients" }))
        .await
        .unwrap();
    assert_eq!(http.told(), ["GET web/patient/list?showType=ORDER_CONFIRM"]);
    let patients = &seen["patients"];
    assert_eq!(
        patients[0],
        json!({
            "name": "王示例", "id_mask": "1101****0000", "id_kind": "居民身份证", "phone": "13800000000",
            "bound": true, "note": null,
            "cards": [
                { "kind": "SOCIAL_SECURITY", "name": "社保卡", "mask": "1000****000X", "pays": "医保" },
                { "kind": "IDENTITY_CARD", "name": "居民身份证", "mask": "1101****0000", "pays": "自费" },
            ],
        })
    );
    let short: Vec<Value> = patients.as_array().unwrap()[1..]
        .iter()
        .map(|one| {
            json!([
                one["name"],
                one["id_mask"],
                one["phone"],
                one["bound"],
                one["note"]
            ])
        })
        .collect();
    assert_eq!(
        short,
        [
            json!(["王小例", "1101****0001", null, true, null]),
            // Listed whole, and yet not shown so.
            json!(["王小例", "1101****0074", null, true, null]),
            json!(["王样", "E000****0", null, false, "就诊人信息需核对"]),
        ]
    );
    assert_eq!(patients[3]["cards"], json!([]));
}

#[tokio::test]
async fn nobody_is_left_out_in_silence() {
    let look = async |data: Value| {
        let http = Script::new([data]);
        Signed::new(&http).look(json!({ "do": "patients" })).await
    };
    for empty in [
        json!({ "count": 0, "list": [] }),
        json!({ "count": 0, "list": null }),
    ] {
        assert_eq!(look(empty).await, Ok(json!({ "patients": [] })));
    }
    for odd in [
        json!({ "count": 2, "list": null }),
        json!({ "patients": [] }),
        json!({ "list": [{ "name": "王示例", "idCardNo": "110101199001010015" }] }),
        json!({ "list": [{ "patientName": "王示例", "cardList": [{ "cardNo": "110101199001010015" }] }] }),
        json!({ "list": [{ "patientName": "王示例", "idCardNo": 110_101_199_001_010_015_u64 }] }),
    ] {
        let error = look(odd.clone()).await.unwrap_err();
        assert_eq!(error.code(), "changed", "{odd}");
        assert!(!format!("{error:?}").contains("110101"), "{error:?}");
    }
}

#[tokio::test]
async fn the_real_name_is_proved_or_not_in_words() {
    let look = async |data: Value| {
        let http = Script::new([data]);
        let seen = Signed::new(&http).look(json!({ "do": "real_name" })).await;
        assert_eq!(http.told(), ["GET web/user/real-name/status"]);
        seen
    };
    let fine = look(json!({ "status": "AUTH_PASS", "name": "*示", "message": "实名认证成功" }));
    assert_eq!(
        fine.await.unwrap(),
        json!({ "ok": true, "text": { "zh": "已实名认证", "en": "the real name is proved" } })
    );
    for (data, words) in [
        (
            json!({ "status": "AUTH_NOT", "message": "请先实名认证" }),
            "请先实名认证",
        ),
        (
            json!({ "status": "AUTH_WAIT", "message": null }),
            "还没有实名认证",
        ),
    ] {
        let seen = look(data).await.unwrap();
        let text = seen["text"]["zh"].as_str().unwrap();
        assert_eq!(seen["ok"], false);
        assert!(text.contains(words) && text.contains("官方渠道"), "{text}");
    }
    assert_eq!(code_of(look(json!({ "message": "x" })).await), "changed");
}

// ── wishes ──

async fn check(answer: impl Into<Answer>, wishes: Value) -> Result<(), String> {
    let http = Script::new([answer.into()]);
    let signed = Signed::new(&http);
    let visit = signed.visit();
    let checked = signed
        .hospitals
        .check_people(&visit, "hospital.visit", &wishes)
        .await;
    checked.map_err(|error| format!("{}: {}", error.field, error.text.zh))
}

#[tokio::test]
async fn a_patient_of_the_account_with_such_a_card_may_be_wished_for() {
    for wishes in [
        json!({ "patient": "王示例" }),
        json!({ "patient": " 王示例 ", "card": "any" }),
        json!({ "patient": "王示例", "card": "social_security" }),
        json!({ "patient": "王示例/0000", "card": "identity_card" }),
        json!({ "patient": "王小例/0001", "card": "identity_card" }),
        json!({ "patient": "王小例 / 1101****0001", "card": "any" }),
        // Nobody is needed to be told.
        json!({ "patient": null, "then": "notify" }),
        json!({ "patient": "", "card": "social_security" }),
    ] {
        assert_eq!(check(PATIENTS, wishes.clone()).await, Ok(()), "{wishes}");
    }
}

#[tokio::test]
async fn other_patients_and_cards_are_refused_with_those_there_are() {
    let refused = async |wishes: Value, field: &str, words: &[&str]| {
        let error = check(PATIENTS, wishes).await.unwrap_err();
        assert!(error.starts_with(&format!("{field}: ")), "{error}");
        for word in words {
            assert!(error.contains(word), "{word}: {error}");
        }
    };
    refused(
        json!({ "patient": "王二" }),
        "patient",
        &["王示例/0000", "王小例/0001", "王小例/0074", "王样/0"],
    )
    .await;
    refused(
        json!({ "patient": "王示例/0001" }),
        "patient",
        &["王示例/0000"],
    )
    .await;
    refused(
        json!({ "patient": "王小例" }),
        "patient",
        &["同名", "王小例/0001", "王小例/0074"],
    )
    .await;
    refused(
        json!({ "patient": "王样" }),
        "patient",
        &["就诊人信息需核对"],
    )
    .await;
    refused(
        json!({ "patient": "王小例/0001", "card": "social_security" }),
        "card",
        &["王小例", "居民身份证 1101****0001"],
    )
    .await;
    refused(json!({ "patient": "王小例/0074" }), "card", &["绑定"]).await;
    let nobody = check(
        json!({ "count": 0, "list": [] }),
        json!({ "patient": "王示例" }),
    )
    .await;
    assert!(nobody.unwrap_err().contains("还没有就诊人"));
}

#[tokio::test]
async fn what_cannot_be_known_now_is_left_to_the_errand() {
    for answer in [
        Answer::from(no_answer()),
        refusal(102, "需要登录").into(),
        PAGE.into(),
        refusal(10000, "系统繁忙，请稍后再试").into(),
        Value::Null.into(),
    ] {
        assert_eq!(check(answer, json!({ "patient": "王二" })).await, Ok(()));
    }
    // Another kind of errand has no patients.
    let http = Script::new([PATIENTS]);
    let signed = Signed::new(&http);
    let wishes = json!({ "patient": "王二" });
    let visit = signed.visit();
    let checked = signed
        .hospitals
        .check_people(&visit, "hospital.sign_in", &wishes);
    assert_eq!(checked.await, Ok(()));
    assert_eq!(http.told(), Vec::<String>::new());
}
