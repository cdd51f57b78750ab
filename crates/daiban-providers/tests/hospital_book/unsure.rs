//! The request that books: which answers are a clear no, and which leave it open.

use daiban_core::Text;
use daiban_core::http::{HttpFailure, Response};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::*;

/// What an answer to `order/save` makes of the act: the code of a no, or `unsure`, with its words.
async fn means(answer: Answer) -> (String, Text) {
    let desk = Desk::ready().await;
    desk.road.takes([confirmed(), answer]);
    let error = desk.act(&wish()).await.unwrap_err();
    assert_eq!(desk.road.steps(), ["product/confirm", "order/save"]);
    (code(&error).to_owned(), error.text().clone())
}

async fn check(answer: Answer, expected: &str) {
    let told = format!("{answer:?}");
    assert_eq!(means(answer).await.0, expected, "{told}");
}

#[tokio::test]
async fn pitfall_8008_is_not_success() {
    let (code, text) = means(says(8008, "科室预约规则检查重复订单")).await;
    assert_eq!(code, "unsure");
    assert!(text.zh.contains("已有预约") && text.zh.contains("科室预约规则检查重复订单"));
    // Nor are the same words beside another code.
    for words in [
        "科室预约规则检查重复订单",
        "请勿重复提交",
        "您已预约该科室",
        "该就诊人当天已有预约",
    ] {
        check(says(10_000, words), "unsure").await;
    }
}

#[tokio::test]
async fn pitfall_null_data_is_unsure() {
    check(data(Value::Null), "unsure").await;
    check(data(json!({})), "unsure").await;
    check(data(json!({ "orderNo": null, "lineup": false })), "unsure").await;
    check(data(json!({ "orderNo": "", "lineup": true })), "unsure").await;
    check(data(json!({ "order_no": "900000000001" })), "unsure").await;
    check(data(json!([])), "unsure").await;
}

#[tokio::test]
async fn pitfall_a_page_or_a_failure_is_unsure() {
    for status in [301, 302, 400, 401, 403, 404, 429, 500, 502, 503, 504] {
        check(failed(status), "unsure").await;
    }
    for page in [
        "<html>登录</html>",
        "<html>系统维护</html>",
        "<html>网站预约渠道已关闭</html>",
        "  <!DOCTYPE html>滑块",
    ] {
        check(Ok(ok(page)), "unsure").await;
    }
    for text in ["", "{", "null", "[]", "{\"code\":0}", "{\"resCode\":\"0\"}"] {
        check(Ok(ok(text)), "unsure").await;
    }
    check(no_answer(), "unsure").await;
    check(Err(HttpFailure::TooLarge { limit: 1 }), "unsure").await;
    let banned = HttpFailure::Banned {
        until: begun(),
        text: Text::default(),
    };
    check(Err(banned), "unsure").await;
}

#[tokio::test]
async fn haste_load_and_strange_words_are_unsure() {
    check(says(10_000, "系统繁忙，请稍后再试"), "unsure").await;
    check(says(10_000, "服务异常，请稍后再试"), "unsure").await;
    check(says(10_000, "您的请求过于频繁，请稍后再试"), "unsure").await;
    check(says(10_000, "系统维护中"), "unsure").await;
    check(says(10_000, "预约处理中，请到订单里查看"), "unsure").await;
    check(says(10_000, ""), "unsure").await;
    check(says(-1, ""), "unsure").await;
    let (_, text) = means(says(10_000, "预约处理中，请到订单里查看")).await;
    assert!(
        text.zh.contains("预约处理中，请到订单里查看"),
        "{}",
        text.zh
    );
}

#[tokio::test]
async fn a_clear_no_is_a_no() {
    check(says(10_000, "没有相关号源"), "no_source").await;
    check(says(10_000, "号源已约满"), "no_source").await;
    check(says(10_000, "手机验证码错误！"), "sms_wrong").await;
    check(says(10_000, "该就诊人七日内预约次数已达上限"), "limit").await;
    check(
        says(10_000, "您的账户存在异常，请到现场挂号!"),
        "account_stopped",
    )
    .await;
    check(says(10_000, "就诊人未完成实名认证"), "patient").await;
    check(says(102, "请登录"), "sign_in_lost").await;
    for words in [
        "参数错误",
        "手机号格式不正确",
        "页面已失效，请重新提交预约",
        "请填写医院就诊卡号",
    ] {
        check(says(10_000, words), "other").await;
    }
    check(not_sent(), "unreachable").await;
    let held = HttpFailure::Held {
        until: begun(),
        text: Text::default(),
    };
    check(Err(held), "closed").await;
}

#[tokio::test]
async fn after_a_clear_no_nothing_is_remembered_of_it() {
    let mut desk = Desk::ready().await;
    desk.road.takes([confirmed(), says(10_000, "没有相关号源")]);
    desk.act(&wish()).await.unwrap_err();
    desk.road.takes([list(&[])]);
    let became = desk.ask_at(300, &wish()).await.unwrap();
    let Reconciled::DidNotHappen(text) = became else {
        panic!("{became:?}")
    };
    assert!(text.zh.contains("没有它"), "{}", text.zh);
}

proptest! {
    /// Whatever bytes come back, only a number is a success and only known words are a no.
    #[test]
    fn no_answer_is_taken_for_more_than_it_says(status in 100u16..600, body in "(\\{\"resCode\":[0-9]{1,5},\"msg\":\"[一-龥]{0,6}\",\"data\":(null|\\{\\}|true)\\}|.{0,40})") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (code, _) = runtime.block_on(means(Ok(Response { status, body: body.clone().into_bytes(), ..Response::default() })));
        let is_json = (200..300).contains(&status) && serde_json::from_str::<Value>(&body).is_ok();
        prop_assert!(is_json || code == "unsure", "{status} {body}: {code}");
    }
}
