//! The permit service: a fortnight, refusals, the noon rule, signing in.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, DAY, HOUR, MINUTE};
use daiban_sim::{
    Fine, HouseholdCar, Outcome, PermitAccount, PermitRecord, Switches, Vehicle, id_number,
};
use serde_json::{Value, json};

/// The first car of the state page.
async fn car(bench: &Bench, token: &str) -> Value {
    bench.pro(token, "stateList", json!({})).await["data"]["bzclxx"][0].clone()
}

async fn offered(bench: &Bench, member: &HouseholdCar, kind: &str) -> Vec<String> {
    let body = json!({"vId": member.vehicle_id, "jjzzl": kind, "hphm": member.plate});
    let answer = bench.pro(&member.token, "checkHandle", body).await;
    serde_json::from_value(answer["data"]["jjrqs"].clone()).unwrap()
}

/// A right application body, built from what the service itself says.
async fn application(bench: &Bench, member: &HouseholdCar, kind: &str, day: &str) -> Value {
    let state = bench.pro(&member.token, "stateList", json!({})).await["data"].clone();
    let driver = bench.pro(&member.token, "getJsrxx", json!({})).await["data"].clone();
    let car = &state["bzclxx"][0];
    let mut body = json!({
        "jjzzl": kind, "jjrq": day, "txrxx": [], "jjmd": "01,06", "jjmdmc": "自驾旅游,其它", "area": "顺义区", "jjdq": "010",
        "xxdz": "测试镇测试村", "jjdzgdjd": "116.65", "jjdzgdwd": 40.13, "sqdzgdjd": 116.4, "sqdzgdwd": 39.9,
        "sfzj": "0", "zjxxdz": "", "zjxxdzgdjd": "", "zjxxdzgdwd": "", "jjlk": "00606", "jjlkmc": "其他道路",
        "jjlkgdjd": "", "jjlkgdwd": "", "jingState": "",
    });
    for key in ["vId", "hphm", "hpzl", "cllx", "ylzsfkb", "elzsfkb"] {
        body[key] = car[key].clone();
    }
    for key in ["ylzmc", "ylzqyms", "elzmc", "elzqyms"] {
        body[key] = state[key].clone();
    }
    for key in ["jsrxm", "jszh", "dabh"] {
        body[key] = driver[key].clone();
    }
    body
}

async fn apply(bench: &Bench, member: &HouseholdCar, kind: &str, day: &str) -> Value {
    let body = application(bench, member, kind, day).await;
    bench.pro(&member.token, "insertApplyRecord", body).await
}

#[tokio::test]
async fn a_renewal_over_a_fortnight() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    let token = &member.token;
    assert_eq!(member.permit_last_day, "2026-11-22");

    // Two days before the end nothing can be asked for.
    let page = car(&bench, token).await;
    assert_eq!(
        (&page["ylzsfkb"], &page["elzsfkb"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&page["bzxx"][0]["blzt"], &page["bzxx"][0]["sxsyts"]),
        (&json!(1), &json!(3))
    );
    assert!(offered(&bench, &member, "02").await.is_empty());

    // On the last day the window is open, from tomorrow on.
    bench.pass(2 * DAY);
    assert_eq!(car(&bench, token).await["elzsfkb"], true);
    assert_eq!(
        offered(&bench, &member, "02").await,
        ["2026-11-23", "2026-11-24", "2026-11-25"]
    );
    let answer = apply(&bench, &member, "02", "2026-11-23").await;
    assert_eq!(
        answer,
        json!({"msg": "信息已提交，正在审核!", "code": 200, "data": null, "from": "v2"})
    );

    // In review: the live permit stays first, the application is the second one.
    let page = car(&bench, token).await;
    assert_eq!(
        (&page["bzxx"][0]["blzt"], &page["ecbzxx"][0]["blzt"]),
        (&json!(1), &json!(5))
    );
    assert_eq!(
        (&page["sfyecbzxx"], &page["ecztbz"], &page["bnbzyy"]),
        (&json!(true), &json!(1), &Value::Null)
    );
    for key in ["yxqz", "sxrzmc", "sxsyts", "jjzh"] {
        assert!(page["ecbzxx"][0][key].is_null(), "{key}");
    }
    assert_eq!(
        apply(&bench, &member, "02", "2026-11-23").await["code"],
        500
    );

    bench.pass(7 * MINUTE);
    let page = car(&bench, token).await;
    assert_eq!(
        (&page["ecbzxx"][0]["blzt"], &page["ecbzxx"][0]["yxqz"]),
        (&json!(6), &json!("2026-11-29"))
    );
    assert_eq!(
        bench.effects("permit.ap"),
        [
            "permit.apply 冀R0D001 02 2026-11-23",
            "permit.approved 冀R0D001 02 2026-11-23"
        ]
    );

    // The next day the new one has moved up; after its week it is over.
    bench.pass(DAY);
    let page = car(&bench, token).await;
    assert_eq!(
        (&page["bzxx"][0]["blzt"], &page["ecbzxx"]),
        (&json!(1), &json!([]))
    );
    assert_eq!(page["bzxx"][0]["yxqs"], "2026-11-23");
    bench.pass(7 * DAY);
    let page = car(&bench, token).await;
    assert_eq!(
        (&page["bzxx"][0]["blzt"], &page["elzsfkb"]),
        (&json!(3), &json!(true))
    );
}

#[tokio::test]
async fn an_open_fine_in_beijing_rejects_and_a_paid_one_does_not() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(1);
    bench.pass(DAY);
    assert_eq!(
        apply(&bench, &member, "02", "2026-11-22").await["code"],
        200
    );
    bench.pass(7 * MINUTE);
    let page = car(&bench, &member.token).await;
    assert_eq!(page["bzxx"][0]["blzt"], 1);
    assert_eq!(
        (&page["ecbzxx"][0]["blzt"], &page["ecbzxx"][0]["shsbyy"]),
        (&json!(4), &json!("10023"))
    );
    assert!(
        page["ecbzxx"][0]["shsbyyms"]
            .as_str()
            .unwrap()
            .contains("在京有未处理")
    );
    assert!(page["bnbzyy"].is_null());

    assert!(bench.sim.set_fine_state(&format!("{:030}", 1), 3));
    assert_eq!(
        apply(&bench, &member, "02", "2026-11-22").await["code"],
        200
    );
    bench.pass(7 * MINUTE);
    assert_eq!(car(&bench, &member.token).await["ecbzxx"][0]["blzt"], 6);
    assert_eq!(bench.effects("permit.rejected").len(), 1);
}

#[tokio::test]
async fn a_fine_elsewhere_blocks_nothing() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    bench.sim.add_fine(Fine {
        plate: member.plate.clone(),
        city_number: "131000".into(),
        ..Fine::default()
    });
    bench.pass(2 * DAY);
    apply(&bench, &member, "02", "2026-11-23").await;
    bench.pass(7 * MINUTE);
    assert_eq!(car(&bench, &member.token).await["ecbzxx"][0]["blzt"], 6);
}

#[tokio::test]
async fn today_is_offered_before_noon_only() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    bench.pass(4 * DAY + 4 * HOUR - 1);
    assert_eq!(
        offered(&bench, &member, "02").await,
        ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]
    );
    let late = application(&bench, &member, "02", "2026-11-24").await;
    bench.pass(1);
    assert_eq!(
        offered(&bench, &member, "02").await,
        ["2026-11-25", "2026-11-26", "2026-11-27"]
    );
    assert_eq!(
        bench.pro(&member.token, "insertApplyRecord", late).await["code"],
        500
    );
    assert!(bench.effects("permit.apply").is_empty());
}

#[tokio::test]
async fn every_field_of_an_application_is_looked_at() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    bench.pass(4 * DAY);
    let right = application(&bench, &member, "02", "2026-11-25").await;
    for key in right.as_object().unwrap().keys() {
        let mut body = right.clone();
        body.as_object_mut().unwrap().remove(key);
        let answer = bench.pro(&member.token, "insertApplyRecord", body).await;
        assert_eq!(
            (&answer["code"], &answer["msg"]),
            (&json!(500), &json!(format!("缺少参数：{key}")))
        );
        let mut body = right.clone();
        body[key] = Value::Null;
        assert_eq!(
            bench.pro(&member.token, "insertApplyRecord", body).await["code"],
            500,
            "{key}"
        );
    }
    for (key, value) in [
        ("neu", json!("")),
        ("jjdq", json!("003")),
        ("jjdq", json!("顺义区")),
        ("elzmc", json!("进京证（六环外）")),
        ("elzsfkb", json!("true")),
        ("jjmd", json!("1")),
        ("jjrq", json!("2026-11-28")),
        ("jjrq", json!("2026-11-023")),
        ("sfzj", json!("1")),
        ("zjxxdz", json!("测试街")),
        ("jjlk", json!("")),
        ("applyIdOld", json!("1900000000000000999")),
        ("xslx", json!("{}")),
        ("vId", json!(1_900_000_000_000_000_001_i64)),
    ] {
        let mut body = right.clone();
        body[key] = value;
        assert_eq!(
            bench.pro(&member.token, "insertApplyRecord", body).await["code"],
            500,
            "{key}"
        );
    }
    assert!(bench.effects("permit.apply").is_empty());

    let mut there = right.clone();
    for (key, value) in [
        ("sfzj", "1"),
        ("zjxxdz", "测试街1号"),
        ("zjxxdzgdjd", "116.5"),
        ("zjxxdzgdwd", "39.9"),
        ("jjlk", ""),
        ("jjlkmc", ""),
    ] {
        there[key] = json!(value);
    }
    there["sfzj"] = json!(1);
    assert_eq!(
        bench.pro(&member.token, "insertApplyRecord", there).await["code"],
        200
    );
    assert_eq!(bench.effects("permit.apply").len(), 1);
}

#[tokio::test]
async fn the_chain_before_an_application() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    let token = &member.token;
    let check = bench
        .pro(
            token,
            "applyVehicleCheck",
            json!({"hphm": member.plate, "hpzl": "02"}),
        )
        .await;
    assert_eq!(
        (&check["data"], &check["msg"]),
        (&json!("200"), &json!("校验通过!"))
    );
    let switches = bench
        .pro(
            token,
            "configRecordController/getConfigRecordInfo",
            json!({}),
        )
        .await;
    let mut driver = bench.pro(token, "getJsrxx", json!({})).await["data"].clone();
    driver["txrxx"] = json!([]);
    driver["txrkg"] = switches["data"]["txrkg"].clone();
    driver["wtxr"] = json!("1");
    assert_eq!(
        bench.pro(token, "applyCheckNum", driver.clone()).await["code"],
        200
    );
    driver["jsrxm"] = json!("李四");
    assert_eq!(bench.pro(token, "applyCheckNum", driver).await["code"], 500);
    assert_eq!(
        bench
            .pro(
                token,
                "checkInputRoadInfo",
                json!({"vId": member.vehicle_id})
            )
            .await["data"],
        "0"
    );
    assert_eq!(
        bench
            .pro(token, "vehicleController/getUserIdInfo", json!({}))
            .await["data"][0]["hphm"],
        "冀R0D001"
    );
    assert_eq!(
        bench
            .pro(token, "ucDicController/queryDic", json!({"type": "qjxz"}))
            .await["data"][9],
        json!({"zdz": "顺义区", "zdbm": "010"})
    );
    let history = bench.pro(token, "applyRecordList", json!({"hphm": member.plate, "hpzl": "02", "bznd": "2026", "pageNum": 1, "pageSize": 10})).await;
    assert_eq!(history["data"]["tableDataInfo"]["rows"][0]["blzt"], 1);
    let row = &history["data"]["tableDataInfo"]["rows"][0];
    let detail = bench
        .pro(
            token,
            "applyDetail",
            json!({"applyId": row["applyId"], "sqsj": row["sqsj"]}),
        )
        .await;
    assert_eq!(detail["data"][0]["jjrq"], "2026-11-16");
}

#[tokio::test]
async fn inside_replaces_outside_when_it_begins() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    assert_eq!(
        apply(&bench, &member, "01", "2026-11-21").await["code"],
        200
    );
    bench.pass(7 * MINUTE);
    let page = car(&bench, &member.token).await;
    assert_eq!(
        (&page["bzxx"][0]["blzt"], &page["ecbzxx"][0]["blzt"]),
        (&json!(1), &json!(6))
    );
    bench.pass(DAY);
    let page = car(&bench, &member.token).await;
    assert_eq!(
        (&page["bzxx"][0]["jjzzl"], &page["bzxx"][0]["blzt"]),
        (&json!("01"), &json!(1))
    );
    assert_eq!(
        (&page["bzxx"][1]["jjzzl"], &page["bzxx"][1]["blzt"]),
        (&json!("02"), &json!(7))
    );
    assert_eq!(
        (&page["ybcs"], &page["sycs"], &page["syts"]),
        (&json!(1), &json!("11"), &json!("77"))
    );
    assert_eq!(
        (&page["ylzsfkb"], &page["elzsfkb"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        bench.effects("permit.voided"),
        ["permit.voided 冀R0D001 02 2026-11-16"]
    );
}

#[tokio::test]
async fn a_pending_permit_can_be_called_off_once_a_day() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    bench.pass(4 * DAY);
    for (round, code) in [(1, 200), (2, 500)] {
        apply(&bench, &member, "02", "2026-11-26").await;
        let record = car(&bench, &member.token).await["bzxx"][0].clone();
        let body = json!({"applyId": record["applyId"], "sqsj": record["sqsj"]});
        assert_eq!(
            bench.pro(&member.token, "cancelApply", body.clone()).await["code"],
            500,
            "in review, round {round}"
        );
        bench.pass(7 * MINUTE);
        assert_eq!(
            bench.pro(&member.token, "cancelApply", body).await["code"],
            code,
            "round {round}"
        );
        if code == 200 {
            assert_eq!(car(&bench, &member.token).await["bzxx"][0]["blzt"], 8);
            bench.pass(MINUTE);
            assert_eq!(car(&bench, &member.token).await["bzxx"][0]["blzt"], 2);
        }
    }
    assert_eq!(
        bench.effects("permit.cancel "),
        ["permit.cancel 冀R0D001 02 2026-11-26"]
    );
}

#[tokio::test]
async fn quota_and_one_car_rule() {
    let bench = Bench::new();
    let id = id_number(9);
    let account = PermitAccount {
        name: "赵六".into(),
        id_number: id.clone(),
        phone: "13800000009".into(),
        ..PermitAccount::default()
    };
    let token = bench.sim.add_permit_account(account);
    let car = |plate: &str, used| Vehicle {
        owner_id: id.clone(),
        plate: plate.into(),
        inside_used: used,
        ..Vehicle::default()
    };
    let vehicle_id = bench.sim.add_vehicle(car("冀R0D009", 12));
    let member = HouseholdCar {
        name: "赵六".into(),
        id_number: id.clone(),
        phone: "13800000009".into(),
        token: token.clone(),
        plate: "冀R0D009".into(),
        plate_type: "02".into(),
        vehicle_id,
        engine_number: String::new(),
        frame_number: String::new(),
        permit_last_day: String::new(),
    };
    let answer = apply(&bench, &member, "01", "2026-11-20").await;
    assert_eq!(
        answer,
        json!({"msg": "已超过办理次数限制。", "code": 500, "data": "20003", "from": "v2"})
    );
    assert_eq!(
        apply(&bench, &member, "02", "2026-11-20").await["code"],
        200
    );

    bench.sim.add_vehicle(car("冀R0D010", 0));
    let page = bench.pro(&token, "stateList", json!({})).await["data"]["bzclxx"][1].clone();
    assert_eq!(
        (&page["elzsfkb"], &page["bzxx"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(
        page["bnbzyy"],
        "每个用户同一时间只能为一辆机动车申请办理进京证。"
    );
    let record = PermitRecord {
        plate: "冀R9X999".into(),
        kind: "02".into(),
        first_day: "2026-11-20".parse().unwrap(),
        applied_ms: None,
        outcome: Outcome::Approved,
    };
    assert_eq!(bench.sim.add_permit_record(record), None);
}

#[tokio::test]
async fn tokens_and_bodies() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    let lost = json!({"msg": "令牌为空，请重新登录", "code": 401, "from": "v2"});
    let path = "/pro/applyRecordController/stateList";
    for token in ["", "0", &format!("Bearer {}", member.token)] {
        assert_eq!(
            bench.post("permit", path, token, &json!({})).await.json(),
            lost
        );
    }
    // Another door knows other tokens.
    assert_eq!(
        bench
            .post("permit-app", path, &member.token, &json!({}))
            .await
            .json(),
        lost
    );
    let app = bench.sim.add_permit_token(&member.id_number, true);
    assert_eq!(
        bench
            .post("permit-app", path, &app, &json!({}))
            .await
            .json()["code"],
        200
    );
    assert_eq!(
        bench
            .post(
                "permit",
                "/pro//applyRecordController/stateList",
                &member.token,
                &json!({})
            )
            .await
            .json()["code"],
        200
    );

    let form = axum::http::Request::post(path)
        .header("authorization", &member.token)
        .header("content-type", "application/x-www-form-urlencoded");
    let got = bench
        .call("permit", form.body("v=1".into()).unwrap())
        .await
        .json();
    assert_eq!(got["msg"], "目前办理业务人数较多，请稍后再试。");

    bench.sim.faults().set_switches(Switches {
        token_loss: true,
        ..Switches::default()
    });
    assert_eq!(
        bench
            .post("permit", path, &member.token, &json!({}))
            .await
            .json(),
        lost
    );
    bench.sim.faults().set_switches(Switches {
        permit_waf: true,
        ..Switches::default()
    });
    let page = bench.post("permit", path, &member.token, &json!({})).await;
    assert_eq!(page.status, 405);
    assert!(page.text.starts_with("<html>"));
    bench.sim.faults().clear();
    bench.sim.drop_permit_token(&member.token);
    assert_eq!(
        bench
            .post("permit", path, &member.token, &json!({}))
            .await
            .json(),
        lost
    );
}

#[tokio::test]
async fn signing_in_with_picture_and_sms() {
    let bench = Bench::new();
    let member = bench.sim.household().cars.remove(0);
    let picture = async || {
        bench
            .get("permit", "/auth/userController/getPicCode", &[])
            .await
            .json()["data"]
            .clone()
    };
    let sign_in = async |uuid: &Value, code: &str, sms: Option<&str>| {
        let mut body = json!({
            "username": member.name, "sfzmhm": member.id_number, "phoneNumber": member.phone, "code": code, "uuid": uuid, "source": "1",
        });
        if let Some(sms) = sms {
            body["phoneCode"] = json!(sms);
        }
        bench
            .post("permit", "/auth/userController/loginUserJjz", "", &body)
            .await
            .json()
    };

    let first = picture().await;
    assert!(first["img"].as_str().unwrap().starts_with("iVBORw0KGgo"));
    assert_eq!(sign_in(&first["uuid"], "x", None).await["data"], "16002");
    // A picture can be tried once.
    assert!(
        bench
            .sim
            .picture_code(first["uuid"].as_str().unwrap())
            .is_none()
    );

    let second = picture().await;
    let code = bench
        .sim
        .picture_code(second["uuid"].as_str().unwrap())
        .unwrap();
    assert_eq!(sign_in(&second["uuid"], &code, None).await["data"], "16003");
    let path = format!("/auth/userController/getPhoneCode?phone={}", member.phone);
    assert_eq!(bench.get("permit", &path, &[]).await.json()["code"], 200);
    assert_eq!(bench.get("permit", &path, &[]).await.json()["code"], 500);
    let sms = bench.sim.sms_code(&member.phone).unwrap();
    assert_eq!(
        sign_in(&second["uuid"], &code, Some("000")).await["code"],
        500
    );
    let answer = sign_in(&second["uuid"], &code, Some(&sms)).await;
    let token = answer["data"].as_str().unwrap();
    assert!(
        token.len() == 32
            && token
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    );
    // The old one stays good.
    assert_eq!(bench.pro(token, "getJsrxx", json!({})).await["code"], 200);
    assert_eq!(
        bench.pro(&member.token, "getJsrxx", json!({})).await["code"],
        200
    );
    bench
        .sim
        .set_options(|options| options.one_token_per_channel = true);
    let third = bench.sim.add_permit_token(&member.id_number, false);
    assert_eq!(bench.pro(token, "getJsrxx", json!({})).await["code"], 401);
    bench
        .sim
        .set_options(|options| options.token_life_ms = Some(DAY));
    bench.pass(DAY);
    assert_eq!(bench.pro(&third, "getJsrxx", json!({})).await["code"], 401);
}
