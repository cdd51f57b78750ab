//! Hospitals, departments, and the form of requests.

use daiban_sim::{Hospital, HospitalDepartment};
use serde_json::{Value, json};

use crate::caller::{Caller, bench_with, codes, with};
use crate::common::{Bench, MINUTE};

fn search<'a>(
    words: &'a str,
    level: &'a str,
    area: &'a str,
    page: &'a str,
) -> [(&'a str, &'a str); 5] {
    [
        ("keywords", words),
        ("levelId", level),
        ("areaId", area),
        ("pageNo", page),
        ("pageSize", "2"),
    ]
}

async fn names(caller: &mut Caller<'_>, fields: &[(&str, &str)]) -> (Vec<String>, i64) {
    let data = caller.get("hospital/list", fields).await["data"].clone();
    let rows = data["list"].as_array().unwrap().iter();
    let names = rows.map(|row| row["name"].as_str().unwrap().to_owned());
    (names.collect(), data["count"].as_i64().unwrap())
}

fn town() -> Bench {
    let bench = bench_with(vec![]);
    for (code, name, level_id, area_id, maintenance) in [
        ("162", "北京示例中医医院", "2", "1", false),
        ("237", "北京示例口腔医院", "1", "3", true),
    ] {
        bench.sim.add_hospital(Hospital {
            code: code.into(),
            name: name.into(),
            level_id: level_id.into(),
            area_id: area_id.into(),
            maintenance,
            ..Hospital::default()
        });
    }
    bench
}

#[tokio::test]
async fn hospitals_by_words_level_area_and_page() {
    let bench = town();
    let mut caller = Caller::new(&bench);
    let (ninth, chinese, teeth) = ("北京示例第九医院", "北京示例中医医院", "北京示例口腔医院");
    for (fields, expected, count) in [
        (search("", "0", "0", "1"), vec![ninth, chinese], 3),
        (search("", "0", "0", "2"), vec![teeth], 3),
        (search("", "0", "0", "3"), vec![], 3),
        (search("中医", "0", "0", "1"), vec![chinese], 1),
        (search("", "1", "0", "1"), vec![ninth, teeth], 2),
        (search("", "1", "3", "1"), vec![teeth], 1),
        (search("没有", "0", "0", "1"), vec![], 0),
    ] {
        let found = names(&mut caller, &fields).await;
        assert_eq!(
            found,
            (expected.into_iter().map(Into::into).collect(), count),
            "{fields:?}"
        );
    }
    for fields in [search("", "0", "0", "0"), search("", "0", "0", "x")] {
        assert_eq!(
            caller.get("hospital/list", &fields).await["msg"],
            "参数错误"
        );
    }
}

#[tokio::test]
async fn a_hospital_tells_its_hours_even_in_maintenance() {
    let bench = town();
    let mut caller = Caller::new(&bench);
    let detail = caller.get("hospital/detail", &[("hosCode", "237")]).await["data"].clone();
    assert_eq!(detail["openTimeView"], "08:30");
    assert_eq!(detail["bookingRange"], 8);
    assert_eq!(detail["maintain"], true);
    let closed = caller
        .get("department/hos/list", &[("hosCode", "237")])
        .await;
    assert_eq!(closed["msg"], "医院系统维护中");
    assert_eq!(
        caller.get("hospital/detail", &[("hosCode", "0237")]).await["resCode"],
        10_000
    );
}

#[tokio::test]
async fn departments_have_a_hot_group_and_doubles() {
    let bench = bench_with(vec![]);
    bench.sim.add_hospital_department(HospitalDepartment {
        hos: "H9".into(),
        first: "hyde_EBH_00000000_vir".into(),
        first_name: "耳鼻咽喉头颈外科".into(),
        second: "BH".into(),
        second_name: "鼻科门诊".into(),
        hot: true,
        twice: true,
        place: String::new(),
    });
    let mut caller = Caller::new(&bench);
    let list = caller
        .get("department/hos/list", &[("hosCode", "H9")])
        .await["data"]["list"]
        .clone();
    let groups: Vec<(&str, Vec<&str>)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let children = group["subList"].as_array().unwrap().iter();
            let codes = children.map(|child| child["code"].as_str().unwrap());
            (group["code"].as_str().unwrap(), codes.collect())
        })
        .collect();
    let nose = "hyde_EBH_00000000_vir";
    assert_eq!(
        groups,
        [
            ("hot", vec!["BH"]),
            ("04", vec!["644", "645"]),
            (nose, vec!["BH", "BH"])
        ]
    );
    assert_eq!(list[0]["subList"][0]["dept1Code"], nose);
    let fields = [
        ("hosCode", "H9"),
        ("firstDeptCode", nose),
        ("secondDeptCode", "BH"),
    ];
    let detail = caller.get("department/hos/detail", &fields).await["data"].clone();
    assert_eq!(detail["hosName"], "北京示例第九医院");
    assert_eq!(detail["secondDeptName"], "鼻科门诊");
    let fields = [
        ("hosCode", "H9"),
        ("firstDeptCode", "hot"),
        ("secondDeptCode", "BH"),
    ];
    assert_eq!(
        caller.get("department/hos/detail", &fields).await["msg"],
        "科室不存在"
    );
}

#[tokio::test]
async fn a_request_has_its_moment() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    let now = bench.now();
    let path = |moment: String| format!("/web/hospital/detail?hosCode=H9{moment}");
    for (moment, expected) in [
        (format!("&_time={now}"), 0),
        (format!("&_time={}", now - 10 * MINUTE), 0),
        (format!("&_time={}", now + 10 * MINUTE), 0),
        (format!("&_time={}", now - 10 * MINUTE - 1), 10_000),
        (format!("&_time={}", now / 1000), 10_000),
        ("&_time=".into(), 10_000),
        (format!("&_time={now}&_time={now}"), 10_000),
        (String::new(), 10_000),
    ] {
        let answer = caller
            .send("GET", &path(moment.clone()), "", String::new())
            .await
            .json();
        assert_eq!(answer["resCode"], expected, "{moment}");
    }
    let body = with(codes(), json!({"week": 1})).to_string();
    let answer = caller
        .send("POST", "/web/product/list", "application/json", body)
        .await
        .json();
    assert_eq!(answer["msg"], "参数错误", "of a POST too");
}

#[tokio::test]
async fn a_request_comes_from_the_page() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    for (referer, source, expected) in [
        ("https://www.114yygh.com/", Some("PC"), json!(null)),
        ("", Some("PC"), json!("非法请求")),
        ("/hospital/H9", Some("PC"), json!("非法请求")),
        ("https://www.114yygh.com/", Some("H5"), json!("非法请求")),
        ("https://www.114yygh.com/", None, json!("非法请求")),
    ] {
        caller.referer = referer.into();
        caller.source = source.map(Into::into);
        let answer = caller.get("hospital/detail", &[("hosCode", "H9")]).await;
        assert_eq!(answer["msg"], expected, "{referer} {source:?}");
    }
}

#[tokio::test]
async fn a_body_is_json_with_its_fields_and_no_others() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    let right = with(codes(), json!({"week": 1}));
    let path = format!("/web/product/list?_time={}", bench.now());
    for (kind, body, expected) in [
        ("application/json;charset=UTF-8", right.clone(), json!(null)),
        (
            "application/json",
            with(right.clone(), json!({"topicKey": ""})),
            json!(null),
        ),
        (
            "application/json",
            with(right.clone(), json!({"week": "2"})),
            json!(null),
        ),
        (
            "application/x-www-form-urlencoded",
            right.clone(),
            json!("非法请求"),
        ),
        (
            "application/json",
            with(right.clone(), json!({"week": 3})),
            json!("参数错误"),
        ),
        (
            "application/json",
            with(right.clone(), json!({"secondDeptCode": 644})),
            json!("参数错误"),
        ),
        (
            "application/json",
            with(right.clone(), json!({"hosCode": Value::Null})),
            json!("参数错误"),
        ),
        (
            "application/json",
            with(right.clone(), json!({"page": "1"})),
            json!("参数错误"),
        ),
        ("application/json", json!([]), json!("参数错误")),
    ] {
        let answer = caller
            .send("POST", &path, kind, body.to_string())
            .await
            .json();
        assert_eq!(answer["msg"], expected, "{kind} {body}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_not_found() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    for path in ["order/cancel", "hospital", "user/info/x"] {
        assert_eq!(caller.fetch(path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(
        caller
            .submit("hospital/detail", &json!({"hosCode": "H9"}))
            .await
            .status,
        404
    );
    let got = caller.send("GET", "/", "", String::new()).await;
    assert_eq!(got.status, 404);
}
