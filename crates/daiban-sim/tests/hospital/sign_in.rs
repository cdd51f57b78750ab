//! Pictures, text messages, cookies that change, and the shapes of being signed out.

use daiban_sim::{HospitalSaid, HospitalSignedOut};
use serde_json::json;

use crate::caller::{Caller, MOBILE, bench_with, rules, seal};
use crate::common::{DAY, MINUTE};

#[tokio::test]
async fn the_way_in_and_out() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    assert!(!caller.is_signed_in().await);
    caller.sign_in(MOBILE).await;
    let info = caller.get("user/info", &[]).await;
    assert_eq!(
        info["data"],
        json!({"userId": 900_000_001, "name": "*例", "mobile": "138****0041"})
    );
    assert_eq!(
        bench.effects("hospital"),
        ["hospital.sms LOGIN", "hospital.login 0041"]
    );
    assert_eq!(
        caller.get("user/real-name/status", &[]).await["data"]["status"],
        "AUTH_PASS"
    );
    assert_eq!(caller.get("logout", &[]).await["resCode"], 0);
    assert!(!caller.is_signed_in().await);
}

#[tokio::test]
async fn the_key_is_told_and_is_the_one_that_opens() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    assert_eq!(
        caller.post("token/accredit", json!({})).await["data"],
        "imed2019imed2019"
    );
    rules(&bench, |rules| rules.aes_key = "another-key-2026".into());
    assert_eq!(
        caller.post("token/accredit", json!({})).await["data"],
        "another-key-2026"
    );
    let picture = caller.picture().await;
    assert_eq!(
        caller.ask_code(MOBILE, &picture).await["msg"],
        "手机号格式不正确"
    );
}

#[tokio::test]
async fn a_picture_is_of_its_session_and_good_for_one_message() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    let picture = caller.picture().await;
    let wrong = if picture == "0000" { "1111" } else { "0000" };
    assert_eq!(
        caller.get("checkcode", &[("code", wrong)]).await["data"],
        false
    );
    assert_eq!(
        caller.get("checkcode", &[("code", &picture)]).await["data"],
        false,
        "spent"
    );
    let picture = caller.picture().await;
    let mut other = Caller::new(&bench);
    other.picture().await;
    assert_eq!(
        other.ask_code(MOBILE, &picture).await["msg"],
        "图片验证码错误"
    );
    // Its cookie alone does not carry it into another session.
    let mut third = Caller::new(&bench);
    third.is_signed_in().await;
    let ties = caller
        .cookies
        .iter()
        .filter(|(name, _, _)| name == "agent_login_img_code");
    third.cookies.extend(ties.cloned());
    assert_eq!(
        third.ask_code(MOBILE, &picture).await["msg"],
        "图片验证码错误"
    );
    let picture = caller.picture().await;
    assert_eq!(caller.ask_code(MOBILE, &picture).await["resCode"], 0);
    bench.pass(2 * MINUTE);
    assert_eq!(
        caller.ask_code(MOBILE, &picture).await["msg"],
        "图片验证码错误"
    );
    let picture = caller.picture().await;
    bench.pass(5 * MINUTE);
    assert_eq!(
        caller.get("checkcode", &[("code", &picture)]).await["data"],
        false,
        "old"
    );
}

#[tokio::test]
async fn a_code_is_used_once_and_within_five_minutes() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    let wrong = "手机验证码错误！";
    assert_eq!(
        caller.login(MOBILE, "123456").await["msg"],
        wrong,
        "none was sent"
    );
    for (wait, expected) in [
        (0, json!(null)),
        (5 * MINUTE - 1, json!(null)),
        (5 * MINUTE, json!(wrong)),
    ] {
        bench.pass(MINUTE);
        let picture = caller.picture().await;
        assert_eq!(caller.ask_code(MOBILE, &picture).await["resCode"], 0);
        let code = bench.sim.hospital_sms_code(MOBILE).unwrap();
        bench.pass(wait);
        assert_eq!(
            caller.login(MOBILE, &code).await["msg"],
            expected,
            "after {wait}"
        );
        assert_eq!(
            caller.login(MOBILE, &code).await["msg"],
            wrong,
            "again after {wait}"
        );
    }
}

#[tokio::test]
async fn messages_are_a_minute_apart_and_ten_a_day() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    let picture = caller.picture().await;
    assert_eq!(caller.ask_code(MOBILE, &picture).await["resCode"], 0);
    bench.pass(MINUTE - 1);
    let picture = caller.picture().await;
    assert_eq!(caller.ask_code(MOBILE, &picture).await["resCode"], 812);
    for sent in 2..=11 {
        bench.pass(MINUTE);
        let picture = caller.picture().await;
        let code = caller.ask_code(MOBILE, &picture).await["resCode"].clone();
        assert_eq!(code, if sent <= 10 { 0 } else { 817 }, "{sent}");
    }
    bench.pass(DAY);
    let picture = caller.picture().await;
    assert_eq!(caller.ask_code(MOBILE, &picture).await["resCode"], 0);
}

#[tokio::test]
async fn sealed_fields_are_sealed() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    let picture = caller.picture().await;
    let fields = [("mobile", MOBILE), ("smsKey", "LOGIN"), ("code", &picture)];
    let answer = caller.get("common/verify-code/get", &fields).await;
    assert_eq!(answer["msg"], "手机号格式不正确");
    assert_eq!(
        caller.ask_code(MOBILE, &picture).await["resCode"],
        0,
        "it spent no picture"
    );
    let code = bench.sim.hospital_sms_code(MOBILE).unwrap();
    for body in [
        json!({"mobile": MOBILE, "code": seal(&code)}),
        json!({"mobile": seal(MOBILE), "code": code}),
        json!({"mobile": seal(MOBILE)}),
        json!({"mobile": seal(MOBILE), "code": seal(&code), "more": ""}),
    ] {
        assert_eq!(
            caller.post("login", body.clone()).await["resCode"],
            10_000,
            "{body}"
        );
    }
    assert_eq!(caller.login(MOBILE, &code).await["resCode"], 0);
}

#[tokio::test]
async fn session_cookies_change_and_old_ones_die() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::signed_in(&bench).await;
    let old = caller.cookies.clone();
    assert_eq!(caller.get("user/real-name/status", &[]).await["resCode"], 0);
    let new = caller.cookies.clone();
    let value = |cookies: &[(String, String, String)]| {
        let found = cookies
            .iter()
            .find(|(name, path, _)| name == "imed_session" && path == "/");
        found.unwrap().2.clone()
    };
    assert_ne!(value(&old), value(&new));
    assert!(
        value(&new)
            .rsplit_once('_')
            .unwrap()
            .1
            .parse::<u32>()
            .is_ok()
    );
    caller.cookies = old.clone();
    assert!(
        caller.is_signed_in().await,
        "for a minute the old one will do"
    );
    bench.pass(MINUTE + 1);
    caller.cookies = old;
    assert!(!caller.is_signed_in().await);
    caller.cookies = new;
    assert!(caller.is_signed_in().await);
}

#[tokio::test]
async fn each_cookie_is_needed_where_it_belongs() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::signed_in(&bench).await;
    let all = caller.cookies.clone();
    let sessions = all.iter().filter(|(name, _, _)| name == "imed_session");
    assert_eq!(sessions.count(), 2);
    let orders = [("pageNo", "1"), ("pageSize", "20")];
    assert_eq!(caller.get("order/list", &orders).await["resCode"], 0);
    // By name alone a jar would keep one of the two.
    for lost in ["/", "/web/order"] {
        caller.cookies = all.clone();
        caller
            .cookies
            .retain(|(name, path, _)| name != "imed_session" || path != lost);
        assert_eq!(
            caller.get("order/list", &orders).await["resCode"],
            102,
            "without that of {lost}"
        );
    }
    caller.cookies = all.clone();
    caller
        .cookies
        .retain(|(name, _, _)| name != "cmi-user-ticket");
    assert!(!caller.is_signed_in().await);
    // A jar without paths sends everything everywhere.
    caller.cookies = all;
    for cookie in &mut caller.cookies {
        cookie.1 = "/".into();
    }
    assert!(!caller.is_signed_in().await);
}

#[tokio::test]
async fn shapes_of_being_signed_out() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::new(&bench);
    let list = [("showType", "ORDER_CONFIRM")];
    assert_eq!(
        caller.get("user/info", &[]).await,
        json!({"resCode": 0, "msg": null, "data": null})
    );
    let lost = json!({"resCode": 102, "msg": "需要登录", "data": null});
    assert_eq!(caller.get("patient/list", &list).await, lost);
    rules(&bench, |rules| rules.signed_out = HospitalSignedOut::Code);
    assert_eq!(caller.get("user/info", &[]).await, lost);
    rules(&bench, |rules| rules.signed_out = HospitalSignedOut::Html);
    for path in ["user/info", "user/real-name/status"] {
        let page = caller.fetch(path, &[]).await;
        assert!(
            page.status == 200 && page.text.starts_with("<!DOCTYPE html>"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn sign_ins_end() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::signed_in(&bench).await;
    rules(&bench, |rules| rules.session_loss = true);
    assert!(!caller.is_signed_in().await);
    rules(&bench, |rules| {
        rules.session_loss = false;
        rules.session_life_ms = Some(10 * MINUTE);
    });
    assert!(caller.is_signed_in().await);
    bench.pass(10 * MINUTE);
    assert!(!caller.is_signed_in().await);
    rules(&bench, |rules| rules.session_life_ms = None);
    bench.sim.drop_hospital_sessions();
    assert!(!caller.is_signed_in().await);
}

#[tokio::test]
async fn a_planned_answer_comes_once_or_always() {
    let bench = bench_with(vec![]);
    let mut caller = Caller::signed_in(&bench).await;
    let busy = HospitalSaid {
        code: 10_000,
        msg: Some("系统繁忙，请稍后再试".into()),
    };
    rules(&bench, |rules| {
        rules.say_once.insert("user/info".into(), busy.clone());
    });
    assert_eq!(
        caller.get("user/info", &[]).await["msg"],
        "系统繁忙，请稍后再试"
    );
    assert!(caller.is_signed_in().await);
    rules(&bench, |rules| {
        rules.say.insert("user/info".into(), busy);
    });
    for _ in 0..2 {
        assert_eq!(caller.get("user/info", &[]).await["resCode"], 10_000);
    }
}
