//! Too many requests: refused for a while, then a slider.

use crate::caller::{Caller, bench_with, clinic, rules};
use crate::common::{Bench, MINUTE};

const TOO_MANY: &str = "您的请求过于频繁，请稍后再试";

fn strict_bench() -> Bench {
    let bench = bench_with(vec![clinic()]);
    let usual = daiban_sim::HospitalRules::default();
    rules(&bench, |rules| *rules = usual);
    bench
}

#[tokio::test]
async fn thirty_a_minute_are_borne() {
    let bench = strict_bench();
    let mut caller = Caller::new(&bench);
    caller.is_signed_in().await;
    for number in 1..=30 {
        let answer = caller.get("user/info", &[]).await;
        assert_eq!(answer["resCode"], 0, "{number}");
    }
    assert_eq!(caller.get("user/info", &[]).await["msg"], TOO_MANY);
    let mut other = Caller::new(&bench);
    assert_eq!(
        other.get("user/info", &[]).await["resCode"],
        0,
        "another session is not to blame"
    );
    bench.pass(9 * MINUTE);
    for _ in 0..5 {
        assert_eq!(caller.get("user/info", &[]).await["msg"], TOO_MANY);
    }
    let page = caller.fetch("user/info", &[]).await;
    assert!(
        page.status == 200 && page.text.contains("滑块"),
        "{}",
        page.text
    );
    bench.pass(MINUTE);
    assert_eq!(caller.get("user/info", &[]).await["resCode"], 0);
}

#[tokio::test]
async fn one_every_three_seconds_goes_on_for_ever() {
    let bench = strict_bench();
    let mut caller = Caller::new(&bench);
    for _ in 0..200 {
        bench.pass(3_000);
        assert!(caller.week(1).await["calendars"].is_array());
    }
}

#[tokio::test]
async fn polls_closer_than_two_seconds_are_too_many() {
    let bench = strict_bench();
    let mut caller = Caller::new(&bench);
    caller.is_signed_in().await;
    for _ in 0..9 {
        bench.pass(1_900);
        assert!(caller.week(1).await["calendars"].is_array());
    }
    bench.pass(1_900);
    assert!(caller.week(1).await.is_null());
}

#[tokio::test]
async fn nobody_escapes_by_throwing_cookies_away() {
    let bench = strict_bench();
    let mut refused = false;
    for _ in 0..31 {
        let mut caller = Caller::new(&bench);
        refused = caller.get("user/info", &[]).await["msg"] == TOO_MANY;
    }
    assert!(refused);
}
