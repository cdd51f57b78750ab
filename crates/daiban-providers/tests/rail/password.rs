//! Signing in by password and text message: what is written and read, requests in their order, what the account may
//! hold, the gap between messages, and the errand on a virtual clock.

use daiban_core::Timestamp;
use daiban_core::account::{Secrets, Settings};
use daiban_core::ask::{Answer, AskKind};
use daiban_core::call::{Call, CallState, Nature, NewCall, Outcome};
use daiban_core::errand::{Incoming, Phase};
use daiban_core::error::ServiceError;
use daiban_core::http::Response;
use daiban_core::provider::{Book, Gate, Provider, Reconciled};
use daiban_core::secret::Secret;
use daiban_core::service::Service;
use daiban_core::text::Text;
use daiban_providers::rail::Rail;
use daiban_providers::rail::error::passport_means;
use daiban_providers::rail::error::sign_in::{login_means, message_means, slider};
use daiban_providers::rail::wire::password::{self, MessageWay, SCRIPT_KEY, sealed};
use serde_json::{Value, json};

use crate::sign_in::{
    HOME, LOGIN, PASSPORT, Signed, Talk, code, conf_answer, failed, sent, taken_answer,
    token_answer,
};
use crate::{Script, now, ok, redirect};

const USERNAME: &str = "demo_zhang";
const PASSWORD: &str = "made up & 9";
const ID_TAIL: &str = "001X";

fn secrets() -> Secrets {
    [
        ("username", USERNAME),
        ("password", PASSWORD),
        ("id_tail", ID_TAIL),
    ]
    .map(|(name, value)| (name.to_owned(), Secret::new(value)))
    .into()
}

fn told(code: Value, words: &str) -> String {
    json!({ "result_code": code, "result_message": words }).to_string()
}

fn refusal(error: &ServiceError) -> (&str, &Text) {
    match error {
        ServiceError::Refused { code, text } => (code, text),
        other => panic!("{other}"),
    }
}

// ── what is written and read ──

#[test]
fn a_password_is_written_as_the_script_does() {
    let other = b"1234567890123456";
    assert_eq!(sealed("1234", other), "@woPrxebr8Xvyo1qG8QxAUA==");
    let length = |text: &str| sealed(text, &SCRIPT_KEY).len();
    // One block for up to 15 bytes; a full one is followed by a block of padding.
    assert_eq!((length(""), length("123456789012345")), (25, 25));
    assert_eq!(
        (length("1234567890123456"), length("密码密码密码")),
        (45, 45)
    );
    assert_ne!(sealed("1234", other), sealed("1234", &SCRIPT_KEY));
}

#[test]
fn what_a_password_needs_besides() {
    let check = |code: Value, expected: &str| {
        let body = json!({ "result_code": 0, "login_check_code": code }).to_string();
        let check = password::login_check_reply(&body).unwrap();
        assert_eq!(json!(check), expected, "{body}");
    };
    for (code, expected) in [
        (0, "nothing"),
        (1, "message"),
        (2, "slider"),
        (3, "message"),
        (4, "unknown"),
    ] {
        check(json!(code), expected);
        check(json!(code.to_string()), expected);
    }
    let check = |body: &str, expected| {
        let error = password::login_check_reply(body).unwrap_err();
        assert_eq!(error.code(), expected, "{body}");
    };
    check(r#"{"result_code":0}"#, "changed");
    check(r#"{"login_check_code":null}"#, "changed");
    check(
        r#"{"result_code":1,"result_message":"登录名不存在。"}"#,
        "refused",
    );
    check("[]", "changed");
}

#[test]
fn every_code_of_the_login_is_said_in_plain_words() {
    let check = |code: u64, words: &str, with_code: bool, expected: &str, todo: &str| {
        let error = login_means(Some(code), words, with_code);
        let named = match &error {
            ServiceError::Refused { code, .. } => code,
            other => other.code(),
        };
        assert_eq!(named, expected, "{code} {words}");
        assert!(error.text().zh.contains(todo), "{code} {words}: {error}");
        assert!(!error.text().en.is_empty());
    };
    let wrong = "密码输入错误。如果输错次数超过4次，用户将被锁定。";
    check(2, wrong, true, "wrong_password", "不再试");
    check(2, "", false, "wrong_password", "不再试");
    check(1, wrong, true, "wrong_password", wrong);
    check(1, "登录名不存在。", false, "wrong_password", "登录名");
    let locked = "您的用户已经被锁定,锁定时间为20分钟,请稍后再试！";
    check(1, locked, false, "locked", "二维码");
    check(2, locked, true, "locked", "20 分钟");
    check(6, "短信验证码错误！", true, "wrong_code", "再输入一次");
    check(11, "验证码已失效", true, "wrong_code", "6 位");
    check(11, "核验方式不正确", true, "use_qr", "密码登录");
    check(11, "", false, "use_qr", "密码登录");
    check(5, "验证码校验失败", false, "use_qr", "验证码校验失败");
    check(9, "账号非法", true, "use_qr", "账号非法");
    check(97, "", true, "use_qr", "滑块");
    check(94, "", true, "needs_person", "车站窗口");
    check(95, "", true, "needs_person", "App");
    check(101, "", true, "needs_person", "改密码");
    check(7, "系统忙，请稍后重试", true, "busy", "系统忙");
    check(7, "用户未登录", true, "not_confirmed", "");
    check(7, "", true, "passport:7", "7");
    assert_eq!(login_means(None, "", true).code(), "changed");
    // The two that a check follows are a yes here; without a token to go on with they are for the person.
    for code in [0, 91, 92] {
        assert!(password::logged_in(&told(json!(code), ""), true).is_ok());
    }
    for code in [91, 92] {
        let text = passport_means(Some(code), "").text().clone();
        assert!(
            text.zh.contains("短信") && text.zh.contains("App"),
            "{text:?}"
        );
    }
    assert_eq!(
        password::logged_in("{}", true).unwrap_err().code(),
        "changed"
    );
}

#[test]
fn a_message_that_was_not_sent_is_explained() {
    let check = |code: Option<u64>, words: &str, expected: &str, todo: &str| {
        let error = message_means(code, words);
        assert_eq!(refusal(&error).0, expected, "{code:?} {words}");
        assert!(error.text().zh.contains(todo), "{error}");
    };
    check(Some(11), "用户名与证件号不匹配", "id_tail", "手机号");
    check(Some(6), "今日获取次数超过上限", "too_many_messages", "明天");
    check(
        Some(11),
        "您今天获取短信次数过多",
        "too_many_messages",
        "二维码",
    );
    check(Some(11), "核验方式不正确", "use_qr", "密码");
    check(Some(6), "从没见过的话", "other", "从没见过的话");
    check(None, "", "message", "二维码");
    assert_eq!(message_means(Some(5), "").code(), "busy");

    assert!(password::code_sent(&told(json!("0"), "获取手机验证码成功！")).is_ok());
    assert!(password::code_sent(&told(json!(0), "")).is_ok());
    let not = password::code_sent(&told(json!("11"), "")).unwrap_err();
    assert_eq!(refusal(&not).0, "id_tail");
}

#[test]
fn a_check_by_message_needs_a_token() {
    let read = |body: Value| password::message_check(&body.to_string());
    let up =
        read(json!({ "result_code": 91, "newapptk": "tk-made-up", "mobile": "0001" })).unwrap();
    assert_eq!(
        (up.way, up.phone.as_deref()),
        (MessageWay::Up, Some("0001"))
    );
    assert_eq!(up.token.reveal(), "tk-made-up");
    let down = read(json!({ "result_code": "92", "apptk": "tk-older", "mobile": "****0001" }));
    let down = down.unwrap();
    assert_eq!(
        (down.way, down.phone.as_deref()),
        (MessageWay::Down, Some("0001"))
    );
    // A whole number is not passed on.
    let whole = json!({ "result_code": 92, "apptk": "t", "mobile": "13800000001" });
    assert_eq!(read(whole).unwrap().phone.as_deref(), Some("0001"));
    let untold = json!({ "result_code": 92, "apptk": "t", "mobile": null });
    assert_eq!(read(untold).unwrap().phone, None);
    for none in [
        json!({ "result_code": 92 }),
        json!({ "result_code": 92, "newapptk": " " }),
        json!({ "result_code": 0, "newapptk": "t" }),
        json!({ "result_code": 97, "newapptk": "t" }),
        json!({}),
    ] {
        assert!(read(none.clone()).is_none(), "{none}");
    }
}

#[test]
fn answers_of_the_check_are_yes_or_no() {
    for yes in [json!(true), json!("Y"), json!({ "flag": 1 }), json!(1)] {
        let body = json!({ "status": true, "data": yes, "messages": [] }).to_string();
        assert!(password::check_passed(&body).is_ok(), "{body}");
        assert!(password::check_code_sent(&body).is_ok(), "{body}");
    }
    for no in [json!(false), json!(""), json!(0), Value::Null] {
        let body = json!({ "status": true, "data": no, "messages": [] }).to_string();
        let error = password::check_passed(&body).unwrap_err();
        assert_eq!(refusal(&error).0, "wrong_code", "{body}");
        let error = password::check_code_sent(&body).unwrap_err();
        assert_eq!(refusal(&error).0, "message", "{body}");
    }
    let said = r#"{"status":false,"data":true,"error":"发送次数过多"}"#;
    let error = password::check_code_sent(said).unwrap_err();
    assert_eq!(refusal(&error).0, "too_many_messages");
    for odd in ["{}", "<html>", "[1]"] {
        assert_eq!(
            password::check_passed(odd).unwrap_err().code(),
            "changed",
            "{odd}"
        );
    }
}

// ── what the account may hold ──

#[test]
fn all_three_secrets_or_none() {
    let check = |given: &[(&str, &str)]| {
        let mut secrets: Secrets = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Secret::new(*value)))
            .collect();
        let checked = Rail::default().check_account(&mut Settings::new(), &mut secrets);
        checked.map(|()| {
            let shown = secrets.iter();
            shown
                .map(|(name, value)| format!("{name}={}", value.reveal()))
                .collect::<Vec<_>>()
                .join(";")
        })
    };
    let three = |username, password, tail| {
        check(&[
            ("username", username),
            ("password", password),
            ("id_tail", tail),
        ])
    };
    assert_eq!(check(&[]).unwrap(), "");
    assert_eq!(three(" ", "", "").unwrap(), "", "left empty in a form");
    assert_eq!(
        three(" demo_zhang ", " secret 9 ", " 001x ").unwrap(),
        "id_tail=001X;password=secret 9;username=demo_zhang"
    );
    let refused = |seen: Result<String, daiban_core::invalid::InvalidInput>, field, words: &str| {
        let error = seen.unwrap_err();
        assert_eq!(error.field, field);
        assert!(error.text.zh.contains(words), "{error:?}");
    };
    refused(check(&[("password", "secret9")]), "username", "二维码");
    refused(three("demo_zhang", "secret9", ""), "id_tail", "三样");
    refused(
        three("13800000001", "secret9", "0015"),
        "username",
        "手机号",
    );
    refused(
        three("+86 138-0000-0001", "secret9", "0015"),
        "username",
        "手机号",
    );
    refused(
        three("demo@example.org", "secret9", "0015"),
        "username",
        "邮箱",
    );
    refused(three("demo zhang", "secret9", "0015"), "username", "空格");
    refused(three("demo_zhang", "short", "0015"), "password", "6 到 64");
    for tail in ["015", "00015", "00 5", "一二三四"] {
        refused(three("demo_zhang", "secret9", tail), "id_tail", "最后 4 位");
    }
    // No value is repeated in what is said.
    let said = format!(
        "{:?}",
        three("demo_zhang", "abc\u{7}defgh", "0015").unwrap_err()
    );
    assert!(!said.contains("defgh"), "{said}");
}

// ── over a scripted line ──

fn with_secrets(http: &Script) -> Signed<'_> {
    let mut signed = Signed::new(http);
    signed.secrets = secrets();
    signed
}

async fn act(signed: &Signed<'_>, body: Value) -> Result<Value, ServiceError> {
    signed.rail.act(&signed.visit(), &body).await
}

/// Nothing that was told or would be stored has a secret in it.
fn assert_silent(told: &impl std::fmt::Debug) {
    let told = format!("{told:?}");
    for secret in [USERNAME, PASSWORD, ID_TAIL, "tk-made-up"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[tokio::test]
async fn the_check_and_the_message_are_asked_for() {
    let http = Script::new([
        ok(r#"{"result_code":0,"login_check_code":"3"}"#),
        ok(&told(json!("0"), "获取手机验证码成功！")),
    ]);
    let signed = with_secrets(&http);
    assert_eq!(
        signed.look(json!({ "do": "login_check" })).await,
        Ok(json!({ "signed_in": false, "check": "message" }))
    );
    assert_eq!(
        act(&signed, json!({ "do": "send_code" })).await,
        Ok(json!({ "signed_in": false, "sent": true }))
    );
    let form = "appid=otn&username=demo_zhang&castNum=001X";
    assert_eq!(
        sent(&http),
        [
            [
                "POST",
                "/passport/web/checkLoginVerify",
                "username=demo_zhang&appid=otn",
                LOGIN
            ],
            ["POST", "/passport/web/getMessageCode", form, LOGIN],
        ]
    );
}

#[tokio::test]
async fn nothing_is_asked_without_the_secrets() {
    let bodies = [
        json!({ "do": "send_code" }),
        json!({ "do": "password_sign_in", "code": "123456" }),
    ];
    for missing in ["username", "password", "id_tail"] {
        let http = Script::new([]);
        let mut signed = with_secrets(&http);
        signed.secrets.remove(missing);
        let error = signed
            .look(json!({ "do": "login_check" }))
            .await
            .unwrap_err();
        assert_eq!(refusal(&error).0, "secret");
        assert!(error.text().zh.contains("账号里填好"), "{error}");
        assert!(http.paths().is_empty());
    }
    let http = Script::new([]);
    let signed = Signed::new(&http);
    for body in bodies {
        let error = act(&signed, body).await.unwrap_err();
        assert_eq!(refusal(&error).0, "secret");
    }
    assert!(http.paths().is_empty());
}

fn way_in() -> Vec<Response> {
    vec![
        redirect(PASSPORT),
        ok("<html>请稍候</html>"),
        ok(&token_answer()),
        ok(&taken_answer()),
        redirect(HOME),
    ]
}

fn logged_in() -> Response {
    ok(&json!({ "result_message": "登录成功", "uamtk": "made-up", "result_code": 0 }).to_string())
}

#[tokio::test]
async fn the_password_is_handed_in_once_and_the_way_in_follows() {
    for (typed, mode, random) in [(json!("123456"), "0", "123456"), (Value::Null, "", "")] {
        let http = Script::new([vec![logged_in()], way_in()].concat());
        let signed = with_secrets(&http);
        let body = json!({ "do": "password_sign_in", "code": typed });
        assert_eq!(act(&signed, body).await, Ok(json!({ "signed_in": true })));

        let sent = sent(&http);
        let paths: Vec<&str> = sent.iter().map(|[_, path, ..]| &**path).collect();
        assert_eq!(
            paths,
            [
                "/passport/web/login",
                "/otn/login/userLogin",
                PASSPORT,
                "/passport/web/auth/uamtk",
                "/otn/uamauthclient",
                "/otn/login/userLogin"
            ]
        );
        let [method, _, form, referer] = &sent[0];
        assert_eq!((&**method, &**referer), ("POST", LOGIN));
        let form: Vec<(String, String)> = form_of(form);
        let field = |wanted: &str| {
            let found = form.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.as_str())
        };
        for empty in ["sessionId", "sig", "if_check_slide_passcode_token", "scene"] {
            assert_eq!(field(empty), Some(""), "{empty}");
        }
        assert_eq!(
            (field("checkMode"), field("randCode")),
            (Some(mode), Some(random))
        );
        assert_eq!(field("username"), Some(USERNAME));
        assert_eq!(field("password"), Some(&*sealed(PASSWORD, &SCRIPT_KEY)));
        assert_eq!(field("appid"), Some("otn"));
        let requests = http.sent.lock().unwrap();
        let header = |wanted: &str| {
            let mut headers = requests[0].headers.iter();
            headers
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.clone())
        };
        assert_eq!(header("ispasswordcopy").as_deref(), Some("N"));
        assert_eq!(header("appflag").as_deref(), Some(""));
        assert!(
            requests
                .iter()
                .all(|request| !request.url.contains(USERNAME))
        );
    }
}

/// A form, read back.
fn form_of(body: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let hex = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
                }
                plain => plain,
            });
        }
        String::from_utf8(bytes).unwrap()
    };
    body.split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

#[tokio::test]
async fn a_password_tells_a_no_from_a_doubt() {
    let check = async |answers: Vec<Response>, expected: &str, requests: usize| {
        let http = Script::new(answers);
        let signed = with_secrets(&http);
        let body = json!({ "do": "password_sign_in", "code": "123456" });
        let ended = act(&signed, body).await;
        assert_silent(&ended);
        let code = match &ended {
            Ok(value) => value["next"].as_str().unwrap_or("signed in"),
            Err(error) => error.code(),
        };
        assert_eq!(
            (code, http.paths().len()),
            (expected, requests),
            "{ended:?}"
        );
    };
    let no = |code: u64, words: &str| ok(&told(json!(code), words));
    let broken = || Response {
        status: 502,
        ..Response::default()
    };
    check(vec![], "unreachable", 1).await;
    check(vec![no(2, "密码输入错误。")], "refused", 1).await;
    check(vec![no(97, "")], "refused", 1).await;
    check(vec![no(94, "")], "needs_person", 1).await;
    // It may have been taken.
    for odd in [broken(), ok("<html></html>"), ok("{}"), redirect(LOGIN)] {
        check(vec![odd], "unsure", 1).await;
    }
    // It was taken; what is left is going in, which needs no password.
    check(vec![logged_in()], "enter", 2).await;
    check(vec![logged_in(), broken()], "enter", 2).await;
    let ban = redirect("https://www.12306.cn/mormhweb/logFiles/error.html");
    check(vec![logged_in(), ban], "enter", 2).await;
    let mut lost = [vec![logged_in()], way_in()].concat();
    lost[4] = broken();
    check(lost, "unsure", 5).await;
    let mut nobody = [vec![logged_in()], way_in()].concat();
    nobody[3] = no(1, "用户未登录");
    check(nobody, "refused", 4).await;
}

#[tokio::test]
async fn what_is_no_code_is_not_sent() {
    for code in [
        json!("12345"),
        json!("12345a"),
        json!(123_456),
        json!("１２３４５６"),
    ] {
        let http = Script::new([]);
        let signed = with_secrets(&http);
        let body = json!({ "do": "password_sign_in", "code": code });
        let error = act(&signed, body).await.unwrap_err();
        assert_eq!(refusal(&error).0, "invalid_input:code");
        assert!(http.paths().is_empty());
    }
}

fn wants_check(code: u64) -> Response {
    let body = json!({ "result_code": code, "newapptk": "tk-made-up", "mobile": "****0001" });
    ok(&body.to_string())
}

fn checked(yes: bool) -> Response {
    ok(&json!({ "status": true, "data": yes, "messages": [] }).to_string())
}

#[tokio::test]
async fn a_check_after_the_password_is_passed_with_its_own_token() {
    let http = Script::new([
        ok(&told(json!(92), "请输入短信验证码")),
        redirect(PASSPORT),
        ok("<html>请稍候</html>"),
        wants_check(92),
        checked(true),
        checked(false),
        checked(true),
        ok(&taken_answer()),
        redirect(HOME),
    ]);
    let signed = with_secrets(&http);
    let wanted = act(
        &signed,
        json!({ "do": "password_sign_in", "code": "123456" }),
    )
    .await;
    assert_silent(&wanted);
    assert_eq!(
        wanted,
        Ok(json!({ "signed_in": false, "check": "down", "phone": "0001" }))
    );
    let asked = act(&signed, json!({ "do": "send_check_code" })).await;
    assert_eq!(asked, Ok(json!({ "signed_in": false, "sent": true })));
    let hand_in = json!({ "do": "enter_checked", "code": "654321" });
    let wrong = act(&signed, hand_in.clone()).await.unwrap_err();
    assert_eq!(refusal(&wrong).0, "wrong_code");
    assert_eq!(
        act(&signed, hand_in).await,
        Ok(json!({ "signed_in": true }))
    );
    assert_eq!(
        sent(&http)[4..],
        [
            [
                "POST",
                "/otn/login/sendMobileMsg",
                "type=login&tk=tk-made-up",
                LOGIN
            ],
            [
                "POST",
                "/otn/login/checkUpMeg",
                "tk=tk-made-up&randCode=654321",
                LOGIN
            ],
            [
                "POST",
                "/otn/login/checkUpMeg",
                "tk=tk-made-up&randCode=654321",
                LOGIN
            ],
            ["POST", "/otn/uamauthclient", "tk=tk-made-up", PASSPORT],
            ["GET", "/otn/login/userLogin", "", PASSPORT],
        ]
    );
}

#[tokio::test]
async fn after_a_restart_the_token_is_asked_for_again() {
    let http = Script::new([
        wants_check(91),
        checked(true),
        ok(&taken_answer()),
        redirect(HOME),
    ]);
    let signed = with_secrets(&http);
    let body = json!({ "do": "enter_checked", "code": "654321" });
    assert_eq!(act(&signed, body).await, Ok(json!({ "signed_in": true })));
    assert_eq!(
        http.paths()[..2],
        [
            "kyfw.test/passport/web/auth/uamtk",
            "kyfw.test/otn/login/checkUpMeg"
        ]
    );
}

#[tokio::test]
async fn a_scan_may_lead_to_the_same_check() {
    let http = Script::new([redirect(PASSPORT), ok("<html></html>"), wants_check(91)]);
    let signed = Signed::new(&http);
    assert_eq!(
        act(&signed, json!({ "do": "enter" })).await,
        Ok(json!({ "signed_in": false, "check": "up", "phone": "0001" }))
    );
}

#[tokio::test]
async fn a_lost_answer_is_cleared_up_without_sending_again() {
    let check = async |wanted: Value, answers: Vec<Response>| {
        let http = Script::new(answers);
        let signed = with_secrets(&http);
        let became = signed.rail.reconcile(&signed.visit(), &wanted, now()).await;
        (became, http.paths())
    };
    let yes = || vec![ok(&conf_answer(json!("Y")))];
    for wanted in ["password_sign_in", "enter_checked"] {
        let body = json!({ "do": wanted, "code": "123456" });
        let (became, paths) = check(body.clone(), yes()).await;
        assert_eq!(
            became,
            Ok(Reconciled::Happened(json!({ "signed_in": true })))
        );
        assert_eq!(paths, ["kyfw.test/otn/login/conf"]);
        let (became, _) = check(body, vec![ok(&conf_answer(json!("N")))]).await;
        assert!(matches!(became, Ok(Reconciled::DidNotHappen(_))));
    }
    for wanted in ["send_code", "send_check_code"] {
        let (became, paths) = check(json!({ "do": wanted }), vec![]).await;
        assert!(matches!(became, Ok(Reconciled::CannotKnow(text)) if text.zh.contains("手机")));
        assert!(paths.is_empty());
    }
}

// ── the gap between messages ──

/// A message asked for so many seconds ago.
fn past(wanted: &str, ago_s: i64, outcome: Option<Outcome>) -> Call {
    let at = Timestamp::from_second(now().as_second() - ago_s).unwrap();
    Call {
        id: format!("c{ago_s}").as_str().into(),
        errand: None,
        call: NewCall::act(wanted, Service::Rail, &"a1".into(), json!({ "do": wanted })),
        state: CallState::Settled,
        intended_at: at,
        due: at,
        sent_at: Some(at),
        settled_at: Some(at),
        tries: 0,
        outcome,
        charged: None,
    }
}

fn gate(ledger: &[Call], wanted: &str) -> Gate {
    let book = Book {
        now: now(),
        settings: &Settings::new(),
        last: None,
        ledger,
    };
    Rail::default().gate(&book, &json!({ "do": wanted }))
}

#[test]
fn messages_are_a_minute_apart_and_few_a_day() {
    let sent = || Some(Outcome::Done(json!({ "sent": true })));
    let refused = || Some(failed("id_tail"));
    let doubt = || Some(Outcome::Unknown(Text::quoted("不知道")));
    let waits = |ledger: &[Call], wanted: &str, seconds: u32| {
        let Gate::Refuse(ServiceError::Busy { retry_after_s, .. }) = gate(ledger, wanted) else {
            panic!("{:?}", gate(ledger, wanted))
        };
        assert_eq!(retry_after_s, Some(seconds));
    };
    assert_eq!(gate(&[], "send_code"), Gate::Send);
    assert_eq!(
        gate(&[past("send_code", 60, sent())], "send_code"),
        Gate::Send
    );
    waits(&[past("send_code", 59, sent())], "send_code", 1);
    waits(&[past("send_code", 10, doubt())], "send_code", 50);
    waits(&[past("send_code", 10, None)], "send_check_code", 50);
    // No message left for these.
    for other in [past("send_code", 10, refused()), past("enter", 10, sent())] {
        assert_eq!(gate(&[other], "send_code"), Gate::Send);
    }
    assert_eq!(gate(&[past("send_code", 10, sent())], "enter"), Gate::Send);

    let mut ledger: Vec<Call> = (1..=8)
        .map(|minutes| past("send_code", minutes * 600, sent()))
        .collect();
    let Gate::Refuse(error) = gate(&ledger, "send_code") else {
        panic!("eight today")
    };
    assert_eq!(refusal(&error).0, "too_many_messages");
    assert_eq!(gate(&ledger, "password_sign_in"), Gate::Send);
    ledger.pop();
    assert_eq!(gate(&ledger, "send_code"), Gate::Send);
    // It is nine o'clock: ten hours ago was yesterday.
    ledger.push(past("send_code", 36_000, sent()));
    assert_eq!(gate(&ledger, "send_code"), Gate::Send);
}

// ── the errand ──

fn done(value: Value) -> Outcome {
    Outcome::Done(value)
}

fn needs(check: &str) -> Outcome {
    done(json!({ "signed_in": false, "check": check }))
}

fn message_sent() -> Outcome {
    done(json!({ "signed_in": false, "sent": true }))
}

/// Begun, with a person looking at their phone.
fn asked() -> Talk {
    let mut talk = Talk::begin_by("password");
    talk.ends(needs("message"));
    talk.ends(message_sent());
    talk
}

fn types(talk: &mut Talk, tag: &str, text: &str) {
    talk.pass(vec![Incoming::Answered {
        tag: tag.to_owned(),
        answer: Answer::Text(text.to_owned()),
    }]);
}

/// A code was typed and handed in.
fn typed() -> Talk {
    let mut talk = asked();
    types(&mut talk, "code", " 123456 ");
    talk
}

fn refused(code: &str) -> Outcome {
    failed(code)
}

fn words_of_ask(talk: &Talk) -> &str {
    &talk.step.asks[0].body.zh
}

#[test]
fn a_text_message_signs_in() {
    let mut talk = Talk::begin_by("password");
    assert_eq!(
        (talk.does(), talk.step.phase),
        ("login_check", Phase::Working)
    );
    assert_eq!(talk.step.calls[0].nature, Nature::Look);
    talk.ends(needs("message"));
    assert_eq!(
        (&talk.step.calls[0].body, talk.step.calls[0].nature),
        (&json!({ "do": "send_code" }), Nature::Act)
    );
    assert_eq!(talk.step.calls[0].not_before, None);

    let step = talk.ends(message_sent());
    assert_eq!(step.phase, Phase::NeedsYou);
    let ask = &step.asks[0];
    assert_eq!((ask.kind, &ask.picture), (AskKind::Sms, &None));
    assert!(ask.body.zh.contains("6 位") && ask.body.en.contains("six digits"));
    assert_eq!(ask.deadline.unwrap().as_second() - now().as_second(), 300);

    types(&mut talk, "code", " 123456 ");
    assert_eq!(
        (&talk.step.calls[0].body, talk.step.calls[0].nature),
        (
            &json!({ "do": "password_sign_in", "code": "123456" }),
            Nature::Act
        )
    );
    talk.ends(done(json!({ "signed_in": true })));
    talk.assert_over(Phase::Done, "登录成功");
    assert!(
        !talk.state.to_string().contains("123456"),
        "a code is not kept"
    );
}

#[test]
fn a_password_that_needs_nothing_besides_goes_in_at_once() {
    let mut talk = Talk::begin_by("password");
    talk.ends(needs("nothing"));
    assert_eq!(
        talk.step.calls[0].body,
        json!({ "do": "password_sign_in", "code": null })
    );
    talk.ends(done(json!({ "signed_in": true })));
    talk.assert_over(Phase::Done, "登录成功");
    // Nobody typed anything, so nobody sends the password again.
    for outcome in [
        Outcome::DidNotHappen(Text::quoted("没有登录")),
        Outcome::Unknown(Text::quoted("不知道")),
        failed("unreachable"),
        refused("wrong_code"),
    ] {
        let mut talk = Talk::begin_by("password");
        talk.ends(needs("nothing"));
        talk.ends(outcome);
        talk.assert_over(Phase::Failed, "再来一次");
    }
}

#[test]
fn what_only_a_slider_opens_goes_on_with_the_picture() {
    let falls_back = |talk: &mut Talk, words: &str| {
        assert_eq!(talk.does(), "qr", "{:?}", talk.step.reason);
        assert!(talk.step.withdraw_asks);
        assert!(
            talk.step.reason.zh.contains("改用二维码"),
            "{:?}",
            talk.step.reason
        );
        let step = talk.ends(code("u1"));
        assert_eq!(step.asks[0].kind, AskKind::Qr);
        let said = &step.asks[0].body;
        assert!(
            said.zh.contains(words) && said.zh.contains("改用二维码"),
            "{said:?}"
        );
        // From here it is the other way, to its end.
        talk.hears("confirmed");
        assert_eq!(talk.does(), "enter");
        talk.ends(done(json!({ "signed_in": true })));
        talk.assert_over(Phase::Done, "登录成功");
    };
    for (check, words) in [
        ("slider", "滑块"),
        ("unknown", "不认识"),
        ("something new", "不认识"),
    ] {
        let mut talk = Talk::begin_by("password");
        talk.ends(needs(check));
        falls_back(&mut talk, words);
    }
    let mut talk = Talk::begin_by("password");
    talk.ends(needs("message"));
    talk.ends(refused("too_many_messages"));
    falls_back(&mut talk, "服务的原话");
    let mut talk = typed();
    talk.ends(refused("use_qr"));
    falls_back(&mut talk, "服务的原话");
    let mut talk = typed();
    talk.ends(Outcome::Failed(slider()));
    falls_back(&mut talk, "滑块");
    // Also when it comes as late as the way in.
    let mut talk = typed();
    talk.ends(done(json!({ "signed_in": false, "next": "enter" })));
    talk.ends(Outcome::Failed(passport_means(Some(97), "")));
    falls_back(&mut talk, "滑块");
}

#[test]
fn a_wrong_code_is_asked_for_twice_more() {
    let mut talk = typed();
    for _ in 0..2 {
        talk.ends(refused("wrong_code"));
        assert!(words_of_ask(&talk).contains("服务的原话"));
        types(&mut talk, "code", "654321");
        assert_eq!(talk.does(), "password_sign_in");
    }
    talk.ends(refused("wrong_code"));
    talk.assert_over(Phase::Failed, "服务的原话");
}

#[test]
fn what_is_no_code_costs_no_try() {
    let mut talk = asked();
    for text in ["12345", "abcdef", "1234567"] {
        types(&mut talk, "code", text);
        assert!(talk.step.calls.is_empty());
        assert!(words_of_ask(&talk).contains("6 位数字"));
    }
    types(&mut talk, "code", "123456");
    talk.ends(refused("wrong_code"));
    assert_eq!(talk.step.phase, Phase::NeedsYou);
}

#[test]
fn a_wrong_password_stops_at_once() {
    for code in [
        "wrong_password",
        "locked",
        "id_tail",
        "secret",
        "needs_person",
        "closed",
    ] {
        let mut talk = typed();
        talk.ends(refused(code));
        talk.assert_over(Phase::Failed, "服务的原话");
    }
}

#[test]
fn a_lost_answer_leaves_the_next_try_to_the_person() {
    for outcome in [
        Outcome::DidNotHappen(Text::quoted("没有登录")),
        Outcome::Unknown(Text::quoted("不知道")),
        failed("unreachable"),
    ] {
        let mut talk = typed();
        talk.ends(outcome);
        assert!(talk.step.calls.is_empty(), "not sent again by itself");
        assert_eq!(talk.step.asks[0].tag, "code");
    }
}

#[test]
fn a_message_of_which_nobody_knows_is_waited_for() {
    let mut talk = Talk::begin_by("password");
    talk.ends(needs("message"));
    talk.ends(Outcome::Unknown(Text::quoted("看看手机")));
    assert!(words_of_ask(&talk).contains("看看手机"));
}

#[test]
fn a_message_just_sent_puts_the_next_one_off() {
    let busy = |seconds| {
        Outcome::Failed(ServiceError::Busy {
            retry_after_s: Some(seconds),
            text: Text::quoted("隔 60 秒"),
        })
    };
    let mut talk = Talk::begin_by("password");
    talk.ends(needs("message"));
    for _ in 0..2 {
        talk.ends(busy(40));
        let call = &talk.step.calls[0];
        assert_eq!(call.body["do"], "send_code");
        let wait = call.not_before.unwrap().as_second() - talk.now.as_second();
        assert_eq!(wait, 40);
        assert!(talk.step.reason.zh.contains("隔 60 秒"));
    }
    talk.ends(busy(40));
    talk.assert_over(Phase::Failed, "隔 60 秒");
    // Half an hour is no wait for a person with a phone in the hand.
    let mut talk = Talk::begin_by("password");
    talk.ends(needs("message"));
    talk.ends(busy(1800));
    talk.assert_over(Phase::Failed, "隔 60 秒");
}

#[test]
fn what_surely_did_not_arrive_is_asked_again_a_few_times() {
    let mut talk = Talk::begin_by("password");
    for _ in 0..2 {
        talk.ends(failed("unreachable"));
        assert_eq!(talk.does(), "login_check");
        assert!(talk.step.calls[0].not_before.is_some());
    }
    talk.ends(failed("unreachable"));
    talk.assert_over(Phase::Failed, "服务的原话");

    let mut talk = Talk::begin_by("password");
    talk.ends(needs("message"));
    for _ in 0..3 {
        talk.ends(failed("unreachable"));
        assert_eq!(talk.does(), "send_code");
        assert!(talk.step.calls[0].not_before.is_some());
    }
    talk.ends(failed("unreachable"));
    talk.assert_over(Phase::Failed, "服务的原话");

    let mut talk = Talk::begin_by("password");
    talk.ends(refused("secret"));
    talk.assert_over(Phase::Failed, "服务的原话");
}

#[test]
fn a_taken_password_goes_in_without_being_handed_in_again() {
    let cut_short = || {
        let mut talk = typed();
        talk.ends(done(json!({ "signed_in": false, "next": "enter" })));
        assert_eq!(talk.does(), "enter");
        assert!(talk.step.reason.zh.contains("密码通过"));
        talk
    };
    let mut talk = cut_short();
    talk.ends(done(json!({ "signed_in": true })));
    talk.assert_over(Phase::Done, "登录成功");
    let mut talk = cut_short();
    for _ in 0..2 {
        talk.ends(failed("unreachable"));
        assert_eq!(talk.does(), "enter");
    }
    talk.ends(failed("unreachable"));
    talk.assert_over(Phase::Failed, "服务的原话");
    for outcome in [
        refused("not_confirmed"),
        Outcome::Unknown(Text::quoted("服务的原话")),
        failed("needs_person"),
    ] {
        let mut talk = cut_short();
        talk.ends(outcome);
        talk.assert_over(Phase::Failed, "服务的原话");
    }
}

#[test]
fn one_more_check_may_follow_either_way() {
    let wants = |way: &str| done(json!({ "signed_in": false, "check": way, "phone": "0001" }));
    let scanned = || {
        let mut talk = Talk::begin_by("qr");
        talk.ends(code("u1"));
        talk.hears("confirmed");
        talk
    };
    for begin in [typed as fn() -> Talk, scanned] {
        // From 12306 to the person.
        let mut talk = begin();
        talk.ends(wants("down"));
        assert_eq!(talk.step.calls[0].body, json!({ "do": "send_check_code" }));
        assert_eq!(talk.step.calls[0].nature, Nature::Act);
        talk.ends(message_sent());
        assert_eq!(
            (talk.step.asks[0].kind, &*talk.step.asks[0].tag),
            (AskKind::Sms, "check")
        );
        assert!(words_of_ask(&talk).contains("尾号 0001"));
        types(&mut talk, "check", "111111");
        assert_eq!(
            talk.step.calls[0].body,
            json!({ "do": "enter_checked", "code": "111111" })
        );
        talk.ends(done(json!({ "signed_in": true })));
        talk.assert_over(Phase::Done, "登录成功");

        // From the person to 12306: nothing is sent by us.
        let mut talk = begin();
        talk.ends(wants("up"));
        assert!(talk.step.calls.is_empty());
        assert!(words_of_ask(&talk).contains("短信 666") && words_of_ask(&talk).contains("0001"));
        types(&mut talk, "check", "no digits");
        assert!(words_of_ask(&talk).contains("6 位数字"));
        for _ in 0..2 {
            types(&mut talk, "check", "111111");
            talk.ends(refused("wrong_code"));
            assert!(words_of_ask(&talk).contains("服务的原话"));
        }
        types(&mut talk, "check", "111111");
        talk.ends(refused("wrong_code"));
        talk.assert_over(Phase::Failed, "服务的原话");
    }
    let mut talk = typed();
    talk.ends(wants("down"));
    talk.ends(refused("message"));
    talk.assert_over(Phase::Failed, "服务的原话");
}

#[test]
fn silence_ends_it_and_the_owners_run_begins_anew() {
    for tag in ["code", "check"] {
        let asked = || {
            let mut talk = asked();
            if tag == "check" {
                types(&mut talk, "code", "123456");
                talk.ends(done(json!({ "signed_in": false, "check": "up" })));
            }
            talk
        };
        let mut talk = asked();
        talk.pass(vec![Incoming::AskExpired {
            tag: tag.to_owned(),
        }]);
        talk.assert_over(Phase::Failed, "没有人");
        let mut talk = asked();
        talk.pass(vec![Incoming::Woken]);
        assert_eq!(talk.does(), "login_check");
        assert!(talk.step.withdraw_asks);
        // Being told something else changes nothing.
        let mut talk = asked();
        let step = talk.pass(vec![Incoming::SignedIn]);
        assert_eq!((step.phase, step.calls.len()), (Phase::NeedsYou, 0));
    }
    // An act under way is waited for.
    let mut talk = typed();
    let step = talk.pass(vec![Incoming::Woken]);
    assert_eq!((step.phase, step.calls.len()), (Phase::Working, 0));
}
