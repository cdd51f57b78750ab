//! Signing in with the rail service by password, with or without an SMS code.
#![allow(clippy::unwrap_used)]

#[path = "common/browser.rs"]
mod browser;
mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use browser::{Browser, ERROR_PAGE, LOGIN, PASSPORT, TICKETS, form, location};
use common::{Bench, DAY, Got, MINUTE};
use daiban_sim::RailAccount;
use serde_json::{Value, json};
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherEncrypt, KeyInit};

const USER: &str = "demo_zhang";
const PASSWORD: &str = "correct horse 12306";

fn bench(asked: &str) -> Bench {
    let bench = Bench::new();
    bench.sim.add_rail_account(RailAccount {
        username: USER.into(),
        name: "张三".into(),
        password: PASSWORD.into(),
        id_tail: "014X".into(),
        phone: "13800000001".into(),
        ..RailAccount::default()
    });
    let asked = asked.to_owned();
    bench
        .sim
        .set_options(|options| options.rail_login_check = asked);
    bench
}

/// As the page wraps it, written down apart from the simulator's own reading.
fn wrapped(password: &str) -> String {
    let mut bytes = password.as_bytes().to_vec();
    let pad = 16 - bytes.len() % 16;
    bytes.extend(vec![pad as u8; pad]);
    let cipher = Sm4::new(&Array(*b"tiekeyuankp12306"));
    for block in bytes.chunks_exact_mut(16) {
        let mut copy = Array::try_from(&*block).unwrap();
        cipher.encrypt_block(&mut copy);
        block.copy_from_slice(&copy);
    }
    format!("@{}", STANDARD.encode(bytes))
}

fn fields<'a>(mode: &'a str, code: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("sessionId", ""),
        ("sig", ""),
        ("if_check_slide_passcode_token", ""),
        ("scene", ""),
        ("checkMode", mode),
        ("randCode", code),
        ("username", USER),
        ("password", password),
        ("appid", "otn"),
    ]
}

const HEADERS: [(&str, &str); 3] = [("referer", LOGIN), ("isPasswordCopy", "N"), ("appFlag", "")];

async fn log_in(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Got {
    let form = form(fields);
    browser
        .send("POST", "/passport/web/login", &HEADERS, &form)
        .await
}

async fn result(browser: &mut Browser<'_>, mode: &str, code: &str, password: &str) -> Value {
    let password = wrapped(password);
    let fields = fields(mode, code, &password);
    log_in(browser, &fields).await.json()
}

async fn send_code(browser: &mut Browser<'_>, username: &str, tail: &str) -> Value {
    let fields = [("appid", "otn"), ("username", username), ("castNum", tail)];
    let answer = browser
        .post("/passport/web/getMessageCode", LOGIN, &fields)
        .await;
    answer["result_code"].clone()
}

#[tokio::test]
async fn with_an_sms_code_the_whole_chain_goes_through() {
    let bench = bench("3");
    let mut browser = Browser::new(&bench);
    let asked = [("username", USER), ("appid", "otn")];
    let check = browser
        .post("/passport/web/checkLoginVerify", LOGIN, &asked)
        .await;
    assert_eq!(check, json!({"result_code": 0, "login_check_code": "3"}));
    assert_eq!(bench.sim.rail_sms_code(USER), None);
    assert_eq!(send_code(&mut browser, USER, "014x").await, 0);
    let code = bench.sim.rail_sms_code(USER).unwrap();
    let shown = bench.get("rail", "/_sim/codes", &[]).await.json();
    assert_eq!(shown["rail_sms"], json!({USER: code}));

    let done = result(&mut browser, "0", &code, PASSWORD).await;
    assert_eq!(done["result_code"], 0);
    let kept = &browser.cookies[&("/passport".into(), "uamtk".into())];
    assert_eq!(done["uamtk"], json!(kept));
    assert_eq!(browser.finish().await["username"], "张三");
    assert_eq!(browser.is_login().await, "Y");
    let expected = [format!("rail.sms {USER}"), format!("rail.sign_in {USER}")];
    assert_eq!(bench.effects("rail."), expected);
}

#[tokio::test]
async fn a_code_is_good_for_five_minutes_and_once() {
    let bench = bench("1");
    let mut browser = Browser::new(&bench);
    assert_eq!(send_code(&mut browser, USER, "014X").await, 0);
    let code = bench.sim.rail_sms_code(USER).unwrap();
    let other = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(
        result(&mut browser, "0", other, PASSWORD).await["result_code"],
        11
    );
    bench.pass(5 * MINUTE);
    let late = result(&mut browser, "0", &code, PASSWORD).await;
    assert!(
        late["result_message"].as_str().unwrap().contains("过期"),
        "{late}"
    );

    assert_eq!(send_code(&mut browser, USER, "014X").await, 0);
    let code = bench.sim.rail_sms_code(USER).unwrap();
    bench.pass(5 * MINUTE - 1);
    assert_eq!(
        result(&mut browser, "0", &code, PASSWORD).await["result_code"],
        0
    );
    assert_eq!(
        result(&mut browser, "0", &code, PASSWORD).await["result_code"],
        11
    );
}

#[tokio::test]
async fn codes_are_sent_to_the_right_person_and_not_too_often() {
    let bench = bench("3");
    let mut browser = Browser::new(&bench);
    for (username, tail) in [
        (USER, "0146"),
        ("13800000001", "014X"),
        ("zhang@example.com", "014X"),
        ("nobody", "014X"),
    ] {
        assert_eq!(
            send_code(&mut browser, username, tail).await,
            11,
            "{username}"
        );
    }
    for number in 0..10 {
        assert_eq!(send_code(&mut browser, USER, "014X").await, 0, "{number}");
        bench.pass(MINUTE - 1);
        assert_eq!(send_code(&mut browser, USER, "014X").await, 1, "{number}");
        bench.pass(1);
    }
    assert_eq!(send_code(&mut browser, USER, "014X").await, 1);
    assert_eq!(bench.effects("rail.sms").len(), 10);
    bench.pass(DAY);
    assert_eq!(send_code(&mut browser, USER, "014X").await, 0);
}

#[tokio::test]
async fn what_is_asked_decides_what_is_taken() {
    for (asked, mode, expected) in [
        ("0", "", 0),
        ("0", "0", 11),
        ("0", "1", 97),
        ("1", "", 11),
        ("1", "1", 97),
        ("1", "0", 11),
        ("2", "", 97),
        ("2", "0", 97),
        ("3", "", 11),
        ("3", "1", 97),
        ("3", "2", 11),
    ] {
        let bench = bench(asked);
        let mut browser = Browser::new(&bench);
        let answer = result(&mut browser, mode, "", PASSWORD).await;
        assert_eq!(answer["result_code"], expected, "{asked} {mode}");
        let cookie = ("/passport".to_owned(), "uamtk".to_owned());
        assert_eq!(browser.cookies.contains_key(&cookie), expected == 0);
    }
}

#[tokio::test]
async fn a_slider_answer_is_never_taken() {
    let bench = bench("0");
    let mut browser = Browser::new(&bench);
    let password = wrapped(PASSWORD);
    let mut sent = fields("", "", &password);
    sent[0].1 = "made up";
    let answer = log_in(&mut browser, &sent).await.json();
    assert_eq!(answer["result_code"], 97);
}

#[tokio::test]
async fn wrong_passwords_are_counted() {
    let bench = bench("0");
    let mut browser = Browser::new(&bench);
    let plain = fields("", "", PASSWORD);
    let answer = log_in(&mut browser, &plain).await.json();
    assert_ne!(answer["result_code"], 0, "sent in the open");
    for _ in 0..4 {
        let answer = result(&mut browser, "", "", "something else").await;
        assert_eq!(answer["result_code"], 2);
        assert!(answer["result_message"].as_str().unwrap().contains("密码"));
    }
    assert_eq!(
        result(&mut browser, "", "", PASSWORD).await["result_code"],
        0
    );
    for _ in 0..5 {
        result(&mut browser, "", "", "something else").await;
    }
    let locked = result(&mut browser, "", "", PASSWORD).await;
    assert!(locked["result_message"].as_str().unwrap().contains("锁定"));
    bench.pass(20 * MINUTE);
    assert_eq!(
        result(&mut browser, "", "", PASSWORD).await["result_code"],
        0
    );

    bench.sim.add_rail_account(RailAccount {
        username: USER.into(),
        ..RailAccount::default()
    });
    let closed = result(&mut browser, "", "", "").await;
    assert_eq!(closed["result_code"], 2, "no password, no way in");
}

#[tokio::test]
async fn the_form_and_the_headers_must_be_the_pages_own() {
    let bench = bench("0");
    let mut browser = Browser::new(&bench);
    let password = wrapped(PASSWORD);
    let right = fields("", "", &password);
    let path = "/passport/web/login";
    for at in 0..right.len() {
        let mut short = right.clone();
        short.remove(at);
        let got = log_in(&mut browser, &short).await;
        assert_eq!(location(&got), ERROR_PAGE, "without {}", right[at].0);
    }
    let mut long = right.clone();
    long.push(("answer", "1,2"));
    assert_eq!(location(&log_in(&mut browser, &long).await), ERROR_PAGE);
    for (at, (name, _)) in HEADERS.iter().enumerate() {
        let mut headers = HEADERS.to_vec();
        headers.remove(at);
        let got = browser.send("POST", path, &headers, &form(&right)).await;
        assert_eq!(location(&got), ERROR_PAGE, "without {name}");
    }
    assert_eq!(log_in(&mut browser, &right).await.json()["result_code"], 0);
}

#[tokio::test]
async fn other_demands_end_it_after_the_password() {
    for code in [94, 95, 97, 101] {
        let bench = bench("0");
        bench
            .sim
            .set_options(|options| options.rail_login_code = code);
        let mut browser = Browser::new(&bench);
        let answer = result(&mut browser, "", "", PASSWORD).await;
        assert_eq!(answer["result_code"], code);
        let asked = browser
            .post("/passport/web/auth/uamtk", PASSPORT, &[("appid", "otn")])
            .await;
        let told = if code == 101 { 1 } else { code };
        assert_eq!(
            (&asked["result_code"], asked.get("newapptk")),
            (&json!(told), None)
        );
    }
}

#[tokio::test]
async fn a_message_that_is_demanded_opens_the_way() {
    for code in [91, 92] {
        let bench = bench("0");
        bench
            .sim
            .set_options(|options| options.rail_login_code = code);
        let mut browser = Browser::new(&bench);
        assert_eq!(
            result(&mut browser, "", "", PASSWORD).await["result_code"],
            code
        );
        browser.get("/otn/login/userLogin", LOGIN).await;
        browser
            .get("/otn/passport?redirect=/otn/login/userLogin", LOGIN)
            .await;
        let asked = browser
            .post("/passport/web/auth/uamtk", PASSPORT, &[("appid", "otn")])
            .await;
        assert_eq!(
            (&asked["result_code"], &asked["mobile"]),
            (&json!(code), &json!("0001"))
        );
        let token = asked["newapptk"].as_str().unwrap().to_owned();
        let early = browser
            .post("/otn/uamauthclient", PASSPORT, &[("tk", &token)])
            .await;
        assert_eq!(early["result_code"], 1);

        if code == 92 {
            assert_eq!(bench.sim.rail_sms_code(USER), None, "nobody asked for it");
            let unknown = [("type", "login"), ("tk", "unknown")];
            let send = "/otn/login/sendMobileMsg";
            let answer = browser.post(send, LOGIN, &unknown).await;
            assert_eq!(
                (&answer["data"], &answer["status"]),
                (&Value::Null, &json!(false))
            );
            let asked = [("type", "login"), ("tk", token.as_str())];
            assert_eq!(browser.post(send, LOGIN, &asked).await["data"], true);
            let again = browser.post(send, LOGIN, &asked).await;
            assert!(again["error"].as_str().unwrap().contains("频繁"));
        }
        let sms = bench.sim.rail_sms_code(USER).unwrap();
        let check = "/otn/login/checkUpMeg";
        let wrong = [("tk", token.as_str()), ("randCode", "")];
        assert_eq!(
            browser.post(check, TICKETS, &wrong).await["data"],
            Value::Null
        );
        let right = [("tk", token.as_str()), ("randCode", sms.as_str())];
        assert_eq!(browser.post(check, TICKETS, &right).await["data"], true);
        let done = browser
            .post("/otn/uamauthclient", PASSPORT, &[("tk", &token)])
            .await;
        assert_eq!(done["result_code"], 0);
        assert_eq!(browser.is_login().await, "Y");
    }
}
