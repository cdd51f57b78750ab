//! The products of a day: parity, times, places that come back.

use daiban_sim::{Clinic, ClinicReturn, ClinicTime};
use serde_json::Value;

use crate::caller::{Caller, KNOWN, LAST, bench_with, clinic, rules};
use crate::common::{MINUTE, START};

fn time(from: &str, to: &str, places: u32) -> ClinicTime {
    ClinicTime {
        from: from.into(),
        to: to.into(),
        places,
    }
}

fn is_odd(number: &Value) -> bool {
    number.as_u64().unwrap() % 2 == 1
}

#[tokio::test]
async fn halves_of_a_day() {
    let nameless = Clinic {
        doctor: None,
        title: "普通号50".into(),
        half_day: "NIGHT".into(),
        ..clinic()
    };
    let bench = bench_with(vec![clinic(), nameless]);
    let mut caller = Caller::new(&bench);
    let day = caller.day(KNOWN).await;
    let halves: Vec<(&str, usize)> = day
        .iter()
        .map(|half| {
            (
                half["dutyCode"].as_str().unwrap(),
                half["detail"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(halves, [("MORNING", 1), ("AFTERNOON", 0), ("NIGHT", 1)]);
    let product = &day[0]["detail"][0];
    assert_eq!(product["doctorName"], "张示例");
    assert_eq!(product["uniqProductKey"].as_str().unwrap().len(), 40);
    assert!(product["fcode"].as_str().unwrap().starts_with("&#xf"));
    assert_eq!(product["period"], serde_json::json!([]));
    assert!(day[2]["detail"][0]["doctorName"].is_null());
    let address = day[0]["dutyImgUrl"].as_str().unwrap();
    assert!(address.starts_with("//img.114yygh.com/fe/home/iconfont/"));
}

#[tokio::test]
async fn only_the_parity_tells_of_places() {
    let full = Clinic {
        places: 0,
        ..clinic()
    };
    let bench = bench_with(vec![clinic(), full]);
    let mut caller = Caller::new(&bench);
    let mut sizes = Vec::new();
    for _ in 0..20 {
        bench.pass(1_000);
        let products = caller.day(KNOWN).await[0]["detail"].clone();
        assert!(is_odd(&products[0]["wnumber"]));
        assert!(!is_odd(&products[1]["wnumber"]));
        sizes.extend([
            products[0]["wnumber"].as_u64(),
            products[1]["wnumber"].as_u64(),
        ]);
    }
    sizes.sort_unstable();
    sizes.dedup();
    assert!(sizes.len() > 10, "how large it is means nothing: {sizes:?}");
}

#[tokio::test]
async fn the_number_may_be_in_another_field() {
    let bench = bench_with(vec![clinic()]);
    rules(&bench, |rules| rules.count_field = "totalCount".into());
    let product = Caller::new(&bench).product(KNOWN).await;
    assert!(is_odd(&product["totalCount"]));
    assert!(product.get("wnumber").is_none());
}

#[tokio::test]
async fn times_have_keys_and_places_of_their_own() {
    let timed = Clinic {
        times: vec![time("08:00", "08:30", 0), time("08:30", "09:00", 1)],
        ..clinic()
    };
    let bench = bench_with(vec![timed]);
    let product = Caller::new(&bench).product(KNOWN).await;
    assert!(is_odd(&product["wnumber"]));
    let times = product["period"].as_array().unwrap();
    assert_eq!(times.len(), 2);
    assert_eq!(times[1]["dutyTime"], "202611260830-202611260900");
    assert_eq!(times[1]["dutyTimeView"], "08:30-09:00");
    assert!(!is_odd(&times[0]["remainAvailableNumber"]));
    assert!(is_odd(&times[1]["remainAvailableNumber"]));
    let keys = [
        &product["uniqProductKey"],
        &times[0]["uniqProductKey"],
        &times[1]["uniqProductKey"],
    ];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}

#[tokio::test]
async fn a_product_without_places_hides_its_times_or_not() {
    let full = Clinic {
        times: vec![time("08:00", "08:30", 0)],
        ..clinic()
    };
    let bench = bench_with(vec![full]);
    let mut caller = Caller::new(&bench);
    assert_eq!(
        caller.product(KNOWN).await["period"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    rules(&bench, |rules| rules.sold_out_hides_times = false);
    let product = caller.product(KNOWN).await;
    assert!(!is_odd(&product["period"][0]["remainAvailableNumber"]));
    assert!(!is_odd(&product["wnumber"]));
}

#[tokio::test]
async fn a_place_comes_back_for_some_minutes() {
    let at_ms = START + 20 * MINUTE;
    let full = Clinic {
        places: 0,
        returns: vec![ClinicReturn {
            date: KNOWN.parse().unwrap(),
            at_ms,
            stays_ms: Some(3 * MINUTE),
            time: 0,
        }],
        ..clinic()
    };
    let bench = bench_with(vec![full]);
    let mut caller = Caller::new(&bench);
    for (now, expected) in [
        (at_ms - 1, "SOLD_OUT"),
        (at_ms, "AVAILABLE"),
        (at_ms + 3 * MINUTE - 1, "AVAILABLE"),
        (at_ms + 3 * MINUTE, "SOLD_OUT"),
    ] {
        bench.set(now);
        assert_eq!(caller.status(KNOWN).await.unwrap(), expected, "{now}");
        let has_place = is_odd(&caller.product(KNOWN).await["wnumber"]);
        assert_eq!(has_place, expected == "AVAILABLE");
    }
}

#[tokio::test]
async fn a_place_is_given_back_by_hand() {
    let bench = bench_with(vec![Clinic {
        places: 0,
        ..clinic()
    }]);
    let mut caller = Caller::new(&bench);
    let date = KNOWN.parse().unwrap();
    assert_eq!(caller.status(KNOWN).await.unwrap(), "SOLD_OUT");
    assert!(bench.sim.return_hospital_place(0, date, Some(MINUTE)));
    assert!(!bench.sim.return_hospital_place(1, date, None));
    assert_eq!(caller.status(KNOWN).await.unwrap(), "AVAILABLE");
    bench.pass(MINUTE);
    assert_eq!(caller.status(KNOWN).await.unwrap(), "SOLD_OUT");
}

#[tokio::test]
async fn nothing_is_shown_of_days_not_released_or_gone() {
    let bench = bench_with(vec![clinic()]);
    let mut caller = Caller::new(&bench);
    for date in [LAST, "2026-12-20", "2026-11-20", "2026-11-19"] {
        assert!(caller.day(date).await.is_empty(), "{date}");
    }
    let wrong = caller
        .post(
            "product/detail",
            crate::caller::with(
                crate::caller::codes(),
                serde_json::json!({"target": "20261126"}),
            ),
        )
        .await;
    assert_eq!(wrong["msg"], "参数错误");
}
