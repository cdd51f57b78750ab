//! The steps into an account: what is sent, what an answer means, what is unsure.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{HttpFailure, Response};
use daiban_core::provider::{Provider, Reconciled};
use daiban_core::secret::Secret;
use daiban_providers::hospital::Hospitals;
use serde_json::{Value, json};

use crate::{
    Answer, PAGE, SEALED, SEALED_IN_QUERY, Script, Signed, code_of, no_answer, ok, png, refusal,
    status, user,
};

fn do_(what: &str) -> Value {
    json!({ "do": what })
}

fn typed(what: &str, code: &str) -> Value {
    json!({ "do": what, "code": code })
}

/// One answer, one body; what comes of it.
async fn asked(answer: impl Into<Answer>, body: Value) -> Result<Value, ServiceError> {
    let http = Script::new([answer.into()]);
    Signed::new(&http).look(body).await
}

async fn acted(
    answers: impl IntoIterator<Item = Answer>,
    body: Value,
) -> Result<Value, ServiceError> {
    let http = Script::new(answers);
    Signed::new(&http).act(body).await
}

#[tokio::test]
async fn row_10_a_sign_in_needs_no_password_and_is_five_requests_in_this_order() {
    let http = Script::new([
        png().into(),
        Answer::from(json!(true)),
        Value::Null.into(),
        user().into(),
        user().into(),
    ]);
    let signed = Signed::new(&http);
    assert_eq!(
        signed.look(do_("picture")).await.unwrap(),
        json!({
            "signed_in": false,
            "picture": STANDARD.encode(png().body),
            "mobile": "138****0000",
        })
    );
    assert_eq!(
        signed
            .look(typed("check_picture", " a B+4 "))
            .await
            .unwrap(),
        json!({ "signed_in": false, "right": true })
    );
    assert_eq!(
        signed.act(typed("send_code", "1234")).await.unwrap(),
        json!({ "signed_in": false, "sent": true, "mobile": "138****0000" })
    );
    assert_eq!(
        signed.act(typed("login", "123456")).await.unwrap(),
        json!({ "signed_in": true })
    );
    assert_eq!(
        http.told(),
        [
            "GET web/img/getImgCode?checkType=LOGIN".to_owned(),
            "GET web/checkcode?code=a%20B%2B4&checkType=LOGIN".to_owned(),
            format!(
                "GET web/common/verify-code/get?mobile={SEALED_IN_QUERY}&smsKey=LOGIN&code=1234"
            ),
            format!(r#"POST web/login {{"code":"kM_qIOqwEIdE54OAxjcgKw==","mobile":"{SEALED}"}}"#),
            "GET web/user/info".to_owned(),
        ]
    );
    for request in http.sent.lock().unwrap().iter() {
        for wanted in [("request-source", "PC"), ("referer", "https://114.test/")] {
            let (name, value) = wanted;
            assert!(
                request.headers.contains(&(name, value.to_owned())),
                "{request:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_picture_is_a_png_or_a_jpeg() {
    let jpeg = Response {
        body: b"\xff\xd8\xff\xe0bytes".to_vec(),
        ..ok("")
    };
    let seen = asked(jpeg, do_("picture")).await.unwrap();
    assert_eq!(seen["picture"], STANDARD.encode(b"\xff\xd8\xff\xe0bytes"));
    let closed = "<html>网站预约渠道已关闭，请使用微信公众号、京通小程序或电话010-114</html>";
    for (answer, expected) in [
        (ok("GIF89a"), "changed"),
        (ok(""), "changed"),
        (ok(PAGE), "changed"),
        (ok(r#"{"resCode":0,"msg":null,"data":"x"}"#), "changed"),
        // There is no sign-in to lose yet.
        (refusal(102, "需要登录"), "changed"),
        (status(302, ""), "changed"),
        (status(401, ""), "changed"),
        (refusal(10000, "系统繁忙，请稍后再试"), "busy"),
        (ok(closed), "closed"),
        (status(502, "<html>bad gateway</html>"), "unreachable"),
        // A picture with the status of a failure is none.
        (
            Response {
                status: 500,
                ..png()
            },
            "unreachable",
        ),
    ] {
        let shown = format!("{answer:?}");
        assert_eq!(
            code_of(asked(answer, do_("picture")).await),
            expected,
            "{shown}"
        );
    }
}

#[tokio::test]
async fn nobody_reads_a_picture_in_vain() {
    let http = Script::new([png()]);
    let no_phone = Signed::new(&http).set("mobile", "");
    assert_eq!(code_of(no_phone.look(do_("picture")).await), "setting");
    let no_key = Signed::new(&http).set("aes_key", "too short");
    let error = no_key.look(do_("picture")).await.unwrap_err();
    assert!(error.text().zh.contains("aes_key"), "{error}");
    assert!(!error.text().zh.contains("too short"), "{error}");
    assert_eq!(http.told(), Vec::<String>::new(), "nothing was asked");
}

#[tokio::test]
async fn a_picture_is_right_wrong_or_unknown() {
    let body = || typed("check_picture", "1234");
    for (answer, right) in [
        (Answer::from(json!(true)), true),
        (json!(false).into(), false),
        (refusal(10000, "图片验证码错误").into(), false),
    ] {
        let seen = asked(answer, body()).await.unwrap();
        assert_eq!(seen, json!({ "signed_in": false, "right": right }));
    }
    for (answer, expected) in [
        (Answer::from(Value::Null), "changed"),
        (json!("true").into(), "changed"),
        (PAGE.into(), "changed"),
        (refusal(102, "需要登录").into(), "changed"),
        (refusal(10000, "服务异常，请稍后再试").into(), "busy"),
        (no_answer().into(), "unreachable"),
    ] {
        assert_eq!(code_of(asked(answer, body()).await), expected);
    }
    for code in ["", "  ", "longer than any picture"] {
        let refused = asked(json!(true), typed("check_picture", code)).await;
        assert_eq!(code_of(refused), "invalid_input:code");
    }
}

#[tokio::test]
async fn a_message_that_was_not_sent_is_told_from_one_nobody_knows_of() {
    for (answer, expected) in [
        (
            Answer::from(refusal(812, "短信发送太频繁")),
            "sms_too_often",
        ),
        (
            refusal(817, "抱歉，短信验证码发送次数已达到今日上限！").into(),
            "sms_daily",
        ),
        (refusal(10000, "图片验证码错误").into(), "picture_wrong"),
        (refusal(10000, "系统繁忙，请稍后再试").into(), "busy"),
        (refusal(102, "需要登录").into(), "changed"),
        (
            HttpFailure::NotSent {
                text: "refused".into(),
            }
            .into(),
            "unreachable",
        ),
        (no_answer().into(), "unsure"),
        (PAGE.into(), "unsure"),
        // A page never tells whether what was sent before it had its effect, whatever it says.
        ("<html>系统维护中</html>".into(), "unsure"),
        ("<html>网站预约渠道已关闭</html>".into(), "unsure"),
        (refusal(10000, "系统维护中").into(), "closed"),
        (status(500, "").into(), "unsure"),
        ("not json".into(), "unsure"),
        ("{}".into(), "unsure"),
    ] {
        let shown = format!("{:?}", answer.0);
        let seen = acted([answer], typed("send_code", "1234")).await;
        assert_eq!(code_of(seen), expected, "{shown}");
    }
    let http = Script::new::<Response>([]);
    let became = Signed::new(&http)
        .reconcile(typed("send_code", "1234"))
        .await;
    let Ok(Reconciled::CannotKnow(text)) = became else {
        panic!("{became:?}")
    };
    assert!(text.zh.contains("看看手机"));
    assert_eq!(http.told(), Vec::<String>::new());
}

#[tokio::test]
async fn a_sign_in_counts_once_the_service_shows_who_it_is() {
    let login = || typed("login", "123456");
    // Refused clearly: nobody is signed in, and nothing else is asked.
    for (answer, expected) in [
        (refusal(10000, "手机验证码错误！"), "sms_wrong"),
        (
            refusal(10000, "您的账户存在异常，请到现场挂号!"),
            "account_stopped",
        ),
        (refusal(10000, "系统繁忙，请稍后再试"), "busy"),
    ] {
        assert_eq!(code_of(acted([answer.into()], login()).await), expected);
    }
    // Lost, garbled, or taken without anybody being there afterwards: only a look tells.
    let taken = || Answer::from(Value::Null);
    for answers in [
        vec![no_answer().into()],
        vec![PAGE.into()],
        vec![status(503, "").into()],
        vec![taken(), Value::Null.into()],
        vec![taken(), refusal(102, "需要登录").into()],
        vec![taken(), PAGE.into()],
        vec![taken(), no_answer().into()],
        vec![taken(), status(500, "").into()],
    ] {
        let shown = answers.iter().map(|answer| format!("{:?}", answer.0));
        let shown: Vec<_> = shown.collect();
        assert_eq!(
            code_of(acted(answers, login()).await),
            "unsure",
            "{shown:?}"
        );
    }
}

#[tokio::test]
async fn what_became_of_a_sign_in_the_service_tells() {
    let check = async |answer: Answer| {
        let http = Script::new([answer]);
        let became = Signed::new(&http).reconcile(typed("login", "123456")).await;
        assert_eq!(http.told(), ["GET web/user/info"]);
        became
    };
    assert_eq!(
        check(user().into()).await,
        Ok(Reconciled::Happened(json!({ "signed_in": true })))
    );
    for nobody in [
        Answer::from(Value::Null),
        refusal(102, "需要登录").into(),
        PAGE.into(),
    ] {
        let became = check(nobody).await;
        assert!(
            matches!(became, Ok(Reconciled::DidNotHappen(_))),
            "{became:?}"
        );
    }
    for (answer, expected) in [
        (Answer::from(no_answer()), "unreachable"),
        (status(500, "").into(), "unreachable"),
        ("[]".into(), "changed"),
    ] {
        assert_eq!(code_of(check(answer).await), expected);
    }
}

// ── the three shapes of being signed out ──

/// Whether this answer to a look means that nobody is signed in any more.
async fn is_lost(body: Value, answer: impl Into<Answer>) -> bool {
    matches!(
        asked(answer, body).await,
        Err(ServiceError::SignInLost { .. })
    )
}

#[tokio::test]
async fn code_102_is_a_lost_sign_in() {
    for body in ["signed_in", "patients", "real_name"] {
        assert!(is_lost(do_(body), refusal(102, "需要登录")).await, "{body}");
    }
}

#[tokio::test]
async fn an_empty_user_is_a_lost_sign_in() {
    assert!(is_lost(do_("signed_in"), Value::Null).await);
    assert!(is_lost(do_("signed_in"), json!({})).await);
    // Where a list is due, nothing is something new, and no lost sign-in either.
    for body in ["patients", "real_name"] {
        assert_eq!(code_of(asked(Value::Null, do_(body)).await), "changed");
    }
}

#[tokio::test]
async fn a_page_where_data_was_due_is_a_lost_sign_in() {
    assert!(is_lost(do_("signed_in"), PAGE).await);
    for body in ["patients", "real_name"] {
        let lost = looked_twice(body, Value::Null.into()).await;
        assert!(
            matches!(lost, Err(ServiceError::SignInLost { .. })),
            "{body}"
        );
    }
}

/// A page may come of anything: who is signed in is asked once more before the owner is bothered.
#[tokio::test]
async fn a_page_to_somebody_whom_the_service_knows_is_no_lost_sign_in() {
    for body in ["patients", "real_name"] {
        assert_eq!(
            code_of(looked_twice(body, user().into()).await),
            "unreachable"
        );
    }
}

/// A look that is answered with a page, and the second look.
async fn looked_twice(body: &str, second: Answer) -> Result<Value, ServiceError> {
    let http = Script::new([PAGE.into(), second]);
    let answer = Signed::new(&http).look(do_(body)).await;
    assert_eq!(http.told().last().unwrap(), "GET web/user/info");
    answer
}

#[tokio::test]
async fn somebody_is_signed_in_with_or_without_a_name() {
    for (data, name) in [
        (user(), json!("*示")),
        (json!({ "userId": 900_000_001 }), Value::Null),
        (json!({ "userId": 900_000_001, "name": " " }), Value::Null),
    ] {
        let seen = asked(data, do_("signed_in")).await.unwrap();
        assert_eq!(seen, json!({ "signed_in": true, "name": name }));
    }
    assert_eq!(
        code_of(asked(json!("x"), do_("signed_in")).await),
        "changed"
    );
}

// ── the key ──

const LATER_KEY: &str = "imed2023imed2023";

#[tokio::test]
async fn the_service_may_give_the_key() {
    for shape in [
        json!(LATER_KEY),
        json!({ "key": LATER_KEY }),
        json!({ "data": LATER_KEY }),
    ] {
        let http = Script::new([Answer::from(shape.clone()), Value::Null.into()]);
        let signed = Signed::new(&http).set("key_from", "service");
        signed.act(typed("send_code", "1234")).await.unwrap();
        let told = http.told();
        assert_eq!(told[0], "POST web/token/accredit {}");
        assert!(told[1].starts_with("GET web/common/verify-code/get?mobile="));
        assert!(!told[1].contains(SEALED_IN_QUERY), "{shape}: another key");
    }
}

#[tokio::test]
async fn a_key_of_another_form_is_a_change_and_sends_nothing() {
    for odd in [
        json!("imed2019"),
        json!({ "key": "" }),
        json!({ "token": LATER_KEY }),
        json!(12),
        Value::Null,
    ] {
        let http = Script::new([odd.clone()]);
        let signed = Signed::new(&http).set("key_from", "service");
        let error = signed.act(typed("send_code", "1234")).await.unwrap_err();
        assert_eq!(error.code(), "changed", "{odd}");
        assert!(!error.text().zh.contains("imed2019"), "{error}");
        assert_eq!(http.told().len(), 1, "{odd}");
    }
}

#[tokio::test]
async fn a_key_is_kept_for_the_sign_in_and_asked_for_again_after_a_restart() {
    let key = || Answer::from(json!(LATER_KEY));
    let http = Script::new([
        key(),
        Value::Null.into(),
        Value::Null.into(),
        user().into(),
        // The next message begins with a key of its own.
        key(),
        Value::Null.into(),
        // A new process.
        key(),
        Value::Null.into(),
        user().into(),
    ]);
    let signed = Signed::new(&http).set("key_from", "service");
    signed.act(typed("send_code", "1234")).await.unwrap();
    signed.act(typed("login", "123456")).await.unwrap();
    signed.act(typed("send_code", "1234")).await.unwrap();
    let restarted = Signed::new(&http).set("key_from", "service");
    restarted.act(typed("login", "123456")).await.unwrap();
    let told = http.told();
    let asked: Vec<&str> = told
        .iter()
        .map(|line| line.split(['?', '{']).next().unwrap().trim())
        .collect();
    assert_eq!(
        asked,
        [
            "POST web/token/accredit",
            "GET web/common/verify-code/get",
            "POST web/login",
            "GET web/user/info",
            "POST web/token/accredit",
            "GET web/common/verify-code/get",
            "POST web/token/accredit",
            "POST web/login",
            "GET web/user/info",
        ]
    );
    assert_eq!(told[2], told[7], "the same key again");
    assert!(!told[2].contains(SEALED));
}

#[tokio::test]
async fn no_key_no_sign_in_and_surely_nothing_happened() {
    let http = Script::new([no_answer()]);
    let signed = Signed::new(&http).set("key_from", "service");
    assert_eq!(
        code_of(signed.act(typed("login", "123456")).await),
        "unreachable"
    );
}

// ── what the account may hold ──

fn checked(mobile: Option<&str>, cards: Option<&str>) -> Result<(String, Option<String>), String> {
    let mut settings = Settings::new();
    settings.extend(mobile.map(|mobile| ("mobile".to_owned(), mobile.to_owned())));
    let mut secrets = Secrets::new();
    secrets.extend(cards.map(|cards| ("card_nos".to_owned(), Secret::new(cards))));
    let checked = Hospitals::default().check_account(&mut settings, &mut secrets);
    checked.map_err(|error| format!("{}: {}", error.field, error.text.zh))?;
    let cards = secrets
        .get("card_nos")
        .map(|cards| cards.reveal().to_owned());
    Ok((settings["mobile"].clone(), cards))
}

#[test]
fn a_phone_has_eleven_digits_once_it_is_tidied() {
    for typed in [
        "13800000000",
        " 138 0000 0000 ",
        "138-0000-0000",
        "+86 138 0000 0000",
        "8613800000000",
        "0086 13800000000",
    ] {
        assert_eq!(
            checked(Some(typed), None).unwrap().0,
            "13800000000",
            "{typed}"
        );
    }
    for typed in [
        "1380000000",
        "138000000000",
        "23800000000",
        "1380000000a",
        "１３８００００００００",
        "",
    ] {
        let error = checked(Some(typed), None).unwrap_err();
        assert!(error.starts_with("mobile: "), "{typed}: {error}");
    }
    assert!(checked(None, None).unwrap_err().starts_with("mobile: "));
}

#[test]
fn card_numbers_are_whole_or_not_there() {
    for (typed, kept) in [
        ("10000000000x", "10000000000X"),
        (
            " 10000000000X ，110101199001010015 10000000000x",
            "10000000000X,110101199001010015",
        ),
        ("E00000000", "E00000000"),
    ] {
        let cards = checked(Some("13800000000"), Some(typed)).unwrap().1;
        assert_eq!(cards.as_deref(), Some(kept), "{typed}");
    }
    assert_eq!(checked(Some("13800000000"), Some("  ")).unwrap().1, None);
    for typed in [
        "1000****000X",
        "12345",
        "社保卡 10000000000X",
        "ABCDEFGH",
        &"1".repeat(25),
    ] {
        let error = checked(Some("13800000000"), Some(typed)).unwrap_err();
        assert!(error.starts_with("card_nos: "), "{typed}");
        assert!(!error.contains(typed), "{error}");
    }
}
