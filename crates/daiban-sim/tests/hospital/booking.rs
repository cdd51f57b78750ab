//! From a product to an order: what the confirm page shows and wants, and what `order/save` takes.

use daiban_sim::{Clinic, ClinicNeeds, ClinicTime, HospitalAccount, id_number};
use serde_json::{Value, json};

use crate::caller::{Caller, KNOWN, LAST, MOBILE, bench_with, clinic, order, patient, rules, with};
use crate::common::{Bench, MINUTE};

fn wants(needs: ClinicNeeds) -> Bench {
    bench_with(vec![Clinic { needs, ..clinic() }])
}

#[tokio::test]
async fn the_confirm_page() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::signed_in(&bench).await;
    let choice = caller.choice(KNOWN).await;
    let page = caller.confirm(&choice).await["data"].clone();
    assert_eq!(page["hospitalName"], "北京示例第九医院");
    assert_eq!(page["departmentName"], "消化内科门诊");
    assert_eq!(page["doctorName"], "张示例");
    assert_eq!(page["visitTime"], "2026年11月26日 周四 上午 ");
    assert_eq!(page["serviceFee"], "50");
    assert!(page["totalFee"].as_str().unwrap().starts_with("&#xf"));
    let flags = &page["dataItem"];
    assert_eq!(
        (&flags["hospitalCardId"], &flags["smsCode"]),
        (&json!(1), &json!(2))
    );
    assert!(flags.get("medicareCardId").is_none());
    assert_eq!(page["confirmToken"].as_str().unwrap().len(), 32);
    assert_eq!(caller.day(KNOWN).await.len(), 2, "it takes no place");
    assert_eq!(bench.effects("hospital.book").len(), 0);
}

#[tokio::test]
async fn the_confirm_page_may_show_something_else_than_the_day_did() {
    let other = json!({"doctorName": "李示例", "serviceFee": "100"});
    let bench = bench_with(vec![Clinic {
        at_confirm: other.as_object().unwrap().clone(),
        ..clinic()
    }]);
    let mut caller = Caller::signed_in(&bench).await;
    assert_eq!(caller.product(KNOWN).await["doctorName"], "张示例");
    let choice = caller.choice(KNOWN).await;
    let page = caller.confirm(&choice).await["data"].clone();
    assert_eq!(
        (&page["doctorName"], &page["serviceFee"]),
        (&json!("李示例"), &json!("100"))
    );
}

#[tokio::test]
async fn a_booking_takes_a_place() {
    let bench = bench_with(vec![Clinic {
        places: 1,
        ..clinic()
    }]);
    let mut caller = Caller::signed_in(&bench).await;
    let choice = caller.choice(KNOWN).await;
    let token = caller.confirm(&choice).await["data"]["confirmToken"].clone();
    let saved = caller.post("order/save", order(&choice, &token)).await;
    assert_eq!(
        saved["data"],
        json!({"orderNo": "900000000001", "lineup": false})
    );
    assert_eq!(
        bench.effects("hospital.book"),
        ["hospital.book H9/04/644 2026-11-26 MORNING 王示例 900000000001"]
    );
    assert_eq!(caller.status(KNOWN).await.unwrap(), "SOLD_OUT");
    assert_eq!(caller.confirm(&choice).await["msg"], "没有相关号源");
}

#[tokio::test]
async fn a_time_is_booked_by_its_own_key() {
    let bench = bench_with(vec![Clinic {
        times: vec![ClinicTime {
            from: "08:00".into(),
            to: "08:30".into(),
            places: 1,
        }],
        ..clinic()
    }]);
    let mut caller = Caller::signed_in(&bench).await;
    let right = caller.choice(KNOWN).await;
    let product = caller.product(KNOWN).await["uniqProductKey"].clone();
    for (change, words) in [
        (
            json!({"uniqProductKey": product, "dutyTime": "0"}),
            "请选择就诊时段",
        ),
        (json!({"uniqProductKey": product}), "请选择就诊时段"),
        (json!({"dutyTime": "0"}), "参数错误"),
        (json!({"dutyTime": "202611260830-202611260900"}), "参数错误"),
    ] {
        assert_eq!(
            caller.confirm(&with(right.clone(), change.clone())).await["msg"],
            words,
            "{change}"
        );
    }
    let page = caller.confirm(&right).await["data"].clone();
    assert_eq!(page["visitTime"], "2026年11月26日 周四 上午 08:00-08:30");
    let saved = caller
        .post("order/save", order(&right, &page["confirmToken"]))
        .await;
    assert_eq!(saved["resCode"], 0);
    assert_eq!(caller.status(KNOWN).await.unwrap(), "SOLD_OUT");
}

#[tokio::test]
async fn a_stale_key_is_as_gone_as_its_place() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::signed_in(&bench).await;
    let choice = caller.choice(KNOWN).await;
    let token = caller.confirm(&choice).await["data"]["confirmToken"].clone();
    rules(&bench, |rules| rules.key_turn += 1);
    let gone = "没有相关号源";
    assert_eq!(
        caller.post("order/save", order(&choice, &token)).await["msg"],
        gone
    );
    assert_eq!(caller.confirm(&choice).await["msg"], gone);
    let fresh = caller.choice(KNOWN).await;
    assert_eq!(
        caller
            .confirm(&with(fresh.clone(), json!({"target": LAST})))
            .await["msg"],
        gone,
        "of another day"
    );
    assert_eq!(caller.confirm(&fresh).await["resCode"], 0);
}

#[tokio::test]
async fn an_order_is_of_the_page_confirmed_last() {
    let bench = bench_with(vec![clinic(), clinic()]);
    let mut caller = Caller::signed_in(&bench).await;
    let products = caller.day(KNOWN).await[0]["detail"].clone();
    let first = caller.choice(KNOWN).await;
    let second = with(
        first.clone(),
        json!({"uniqProductKey": products[1]["uniqProductKey"]}),
    );
    let stale = "页面已失效，请重新提交预约";
    assert_eq!(
        caller
            .post("order/save", order(&first, &json!("none")))
            .await["msg"],
        stale,
        "nothing confirmed"
    );
    let earlier = caller.confirm(&first).await["data"]["confirmToken"].clone();
    let token = caller.confirm(&second).await["data"]["confirmToken"].clone();
    assert_eq!(
        caller.post("order/save", order(&first, &earlier)).await["msg"],
        stale
    );
    assert_eq!(
        caller.post("order/save", order(&first, &token)).await["msg"],
        stale
    );
    assert_eq!(
        caller
            .post("order/save", order(&second, &Value::Null))
            .await["msg"],
        stale,
        "no token"
    );
    bench.pass(10 * MINUTE + 1);
    assert_eq!(
        caller.post("order/save", order(&second, &token)).await["msg"],
        stale,
        "too late"
    );
    assert_eq!(bench.effects("hospital.book").len(), 0);
}

#[tokio::test]
async fn a_page_of_2022_has_no_token() {
    let bench = bench_with(vec![clinic()]);
    rules(&bench, |rules| rules.confirm_token = false);
    let mut caller = Caller::signed_in(&bench).await;
    let choice = caller.choice(KNOWN).await;
    assert!(
        caller.confirm(&choice).await["data"]
            .get("confirmToken")
            .is_none()
    );
    let wrong = caller
        .post("order/save", order(&choice, &json!("invented")))
        .await;
    assert_eq!(wrong["resCode"], 10_000);
    assert_eq!(
        caller
            .post("order/save", order(&choice, &Value::Null))
            .await["resCode"],
        0
    );
}

#[tokio::test]
async fn what_an_order_must_hold() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::signed_in(&bench).await;
    let choice = caller.choice(KNOWN).await;
    let token = caller.confirm(&choice).await["data"]["confirmToken"].clone();
    let right = order(&choice, &token);
    for (change, words) in [
        (json!({"cardNo": null}), "参数错误"),
        (json!({"smsCode": null}), "参数错误"),
        (json!({"treatmentDay": null}), "参数错误"),
        (json!({"treatmentDay": LAST}), "参数错误"),
        (json!({"orderFrom": "ELSEWHERE"}), "参数错误"),
        (json!({"contactRelType": "NOBODY"}), "参数错误"),
        (json!({"encryptedData": ""}), "参数错误"),
        (json!({"hosCode": 9}), "参数错误"),
        (json!({"dutyTime": "1"}), "参数错误"),
        (json!({"phone": ""}), "手机号格式不正确"),
        (json!({"phone": "138****0041"}), "手机号格式不正确"),
        (
            json!({"cardNo": "1000****042X", "cardType": "IDENTITY_CARD"}),
            "就诊人就诊卡信息有误",
        ),
        (json!({"cardNo": "10000000043X"}), "就诊人就诊卡信息有误"),
        (json!({"secondDeptCode": "645"}), "没有相关号源"),
        (json!({"secondDeptCode": "646"}), "科室不存在"),
    ] {
        let answer = caller
            .post("order/save", with(right.clone(), change.clone()))
            .await;
        assert_eq!(answer["msg"], words, "{change}");
    }
    assert_eq!(bench.effects("hospital.book").len(), 0);
    // Some clients leave `target` out; `dutyTime` also comes as a number.
    let lean = with(
        right,
        json!({"target": null, "dutyTime": 0, "contactRelType": null}),
    );
    assert_eq!(caller.post("order/save", lean).await["resCode"], 0);
}

#[tokio::test]
async fn a_card_is_named_masked_or_whole() {
    let bench = bench_with(vec![
        clinic(),
        Clinic {
            second: "645".into(),
            ..clinic()
        },
    ]);
    let mut caller = Caller::signed_in(&bench).await;
    let child = id_number(42);
    let masked = format!("{}****{}", &child[..4], &child[14..]);
    for (kind, number) in [
        ("SOCIAL_SECURITY", "10000000042X".to_owned()),
        ("IDENTITY_CARD", masked),
        ("IDENTITY_CARD", child),
    ] {
        let card = json!({"cardType": kind, "cardNo": number});
        let saved = caller.book(KNOWN, card).await;
        assert_eq!(saved["resCode"], 0, "{kind} {number}");
        assert!(
            bench
                .sim
                .cancel_hospital_order(saved["data"]["orderNo"].as_str().unwrap())
        );
    }
    let booked = bench.effects("hospital.book");
    assert!(
        booked.iter().all(|text| text.contains("王小例")),
        "{booked:?}"
    );
}

#[tokio::test]
async fn somebody_not_bound_cannot_be_booked_for() {
    let bench = bench_with(vec![clinic()]);
    for real_name in [true, false] {
        let mut adult = patient("王示例", 41, MOBILE);
        if real_name {
            adult.status = "UN_BIND".into();
        }
        bench.sim.add_hospital_account(HospitalAccount {
            mobile: MOBILE.into(),
            name: "王示例".into(),
            real_name,
            patients: vec![adult],
            ..HospitalAccount::default()
        });
        let mut caller = Caller::signed_in(&bench).await;
        assert_eq!(
            caller.book(KNOWN, json!({})).await["msg"],
            "就诊人未完成实名认证"
        );
        let status = caller.get("user/real-name/status", &[]).await["data"]["status"].clone();
        assert_eq!(status == "AUTH_PASS", real_name);
        bench.pass(2 * MINUTE);
    }
}

#[tokio::test]
async fn a_code_from_a_text_message_where_one_is_wanted() {
    let bench = wants(ClinicNeeds {
        sms: Some(4),
        ..ClinicNeeds::default()
    });
    let mut caller = Caller::signed_in(&bench).await;
    bench.pass(2 * MINUTE);
    let choice = caller.choice(KNOWN).await;
    let page = caller.confirm(&choice).await["data"].clone();
    assert_eq!(page["dataItem"]["smsCode"], 4);
    let right = order(&choice, &page["confirmToken"]);
    assert_eq!(
        caller.post("order/save", right.clone()).await["msg"],
        "手机验证码错误！"
    );
    // The code of the sign-in is none for this.
    let used = bench.sim.hospital_sms_code(MOBILE).unwrap();
    assert_eq!(
        caller
            .post("order/save", with(right.clone(), json!({"smsCode": used})))
            .await["msg"],
        "手机验证码错误！"
    );
    let key = choice["uniqProductKey"].as_str().unwrap();
    for fields in [
        vec![
            ("smsKey", "ORDER_CODE"),
            ("uniqProductKey", "0"),
            ("code", ""),
        ],
        vec![
            ("smsKey", "ORDER_CODE"),
            ("uniqProductKey", key),
            ("code", "1234"),
        ],
        vec![("smsKey", "ORDER"), ("uniqProductKey", key), ("code", "")],
    ] {
        assert_eq!(
            caller.get("common/verify-code/get", &fields).await["msg"],
            "参数错误",
            "{fields:?}"
        );
    }
    let fields = [
        ("smsKey", "ORDER_CODE"),
        ("uniqProductKey", key),
        ("code", ""),
    ];
    assert_eq!(
        caller.get("common/verify-code/get", &fields).await["resCode"],
        0
    );
    assert_eq!(
        bench.effects("hospital.sms").last().unwrap(),
        "hospital.sms ORDER_CODE"
    );
    let code = bench.sim.hospital_sms_code(MOBILE).unwrap();
    assert_eq!(
        caller
            .post("order/save", with(right, json!({"smsCode": code})))
            .await["resCode"],
        0
    );
}

#[tokio::test]
async fn other_things_that_may_be_wanted() {
    let required = Some(4);
    let base = ClinicNeeds::default();
    for (needs, without, words) in [
        (
            ClinicNeeds {
                hospital_card: required,
                ..base.clone()
            },
            json!({}),
            "请填写医院就诊卡号",
        ),
        (
            ClinicNeeds {
                jyt_card: required,
                ..base.clone()
            },
            json!({}),
            "请绑定就诊卡",
        ),
        (
            ClinicNeeds {
                medicare_card: required,
                ..base.clone()
            },
            json!({}),
            "请绑定就诊卡",
        ),
        (
            ClinicNeeds {
                contact: required,
                ..base.clone()
            },
            json!({"contactRelType": null}),
            "请填写联系人信息",
        ),
    ] {
        let bench = wants(needs.clone());
        let mut caller = Caller::signed_in(&bench).await;
        assert_eq!(caller.book(KNOWN, without).await["msg"], words, "{needs:?}");
    }
    let bench = wants(ClinicNeeds {
        hospital_card: required,
        ..base
    });
    let mut caller = Caller::signed_in(&bench).await;
    assert_eq!(
        caller
            .book(KNOWN, json!({"hospitalCardId": "000123"}))
            .await["resCode"],
        0
    );
}

#[tokio::test]
async fn all_of_it_needs_a_sign_in() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::new(&bench);
    let choice = caller.choice(KNOWN).await;
    assert_eq!(caller.confirm(&choice).await["resCode"], 102);
    assert_eq!(
        caller.post("order/save", order(&choice, &json!("x"))).await["resCode"],
        102
    );
    for path in [
        "order/detail",
        "order/list",
        "order/status",
        "patient/list",
        "user/real-name/status",
    ] {
        assert_eq!(caller.get(path, &[]).await["resCode"], 102, "{path}");
    }
    let fields = [
        ("smsKey", "ORDER_CODE"),
        ("uniqProductKey", "0"),
        ("code", ""),
    ];
    assert_eq!(
        caller.get("common/verify-code/get", &fields).await["resCode"],
        102
    );
}
