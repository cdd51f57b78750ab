//! Standing in line (候补) over a scripted line: requests in their order, and a no told from a doubt at every step.

use daiban_core::Timestamp;
use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Pace, Request, Response};
use daiban_core::provider::{Provider, Reconciled, Visit};
use daiban_providers::rail::Rail;
use serde_json::{Value, json};

use crate::standby_wire::{choice, listed, refusal, told, wish};
use crate::{Script, now, ok, redirect};

const LOGIN: &str = "https://kyfw.test/otn/resources/login.html";

struct Account<'a> {
    rail: Rail,
    http: &'a dyn Http,
    settings: Settings,
    secrets: Secrets,
    vault: Script,
}

impl<'a> Account<'a> {
    fn new(http: &'a dyn Http) -> Self {
        let settings = [
            ("base_url", "https://kyfw.test/"),
            ("www_url", "https://www.test"),
        ];
        let own = |(name, url): (&str, &str)| (name.to_owned(), url.to_owned());
        Self {
            rail: Rail::default(),
            http,
            settings: settings.map(own).into(),
            secrets: Secrets::new(),
            vault: Script::default(),
        }
    }

    fn visit(&self, now: Timestamp) -> Visit<'_> {
        Visit {
            now,
            chance: 0,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: self.http,
            vault: &self.vault,
        }
    }

    async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        self.rail.look(&self.visit(now()), &body).await
    }

    async fn act(&self, body: Value) -> Result<Value, ServiceError> {
        self.rail.act(&self.visit(now()), &body).await
    }

    /// Asks so many seconds after the act was sent.
    async fn became(&self, body: Value, seconds: i64) -> Result<Reconciled, ServiceError> {
        let visit = self.visit(after(seconds));
        self.rail.reconcile(&visit, &body, now()).await
    }
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + seconds).unwrap()
}

fn standby() -> Value {
    let mut body = json!(wish());
    body["do"] = json!("standby");
    body
}

fn withdrawal(paid: bool) -> Value {
    json!({ "do": "withdraw_standby", "reserve_no": "R0001", "paid": paid })
}

fn data(data: Value) -> Response {
    ok(&told(data))
}

fn people() -> Response {
    let one = json!({ "passenger_uuid": "u-1", "passenger_name": "张测试", "passenger_id_type_code": "1",
        "passenger_id_no": "1101***********01X", "passenger_type": "1", "allEncStr": "made+up/seal=9" });
    data(json!({ "datas": [one], "pageTotal": 1 }))
}

fn face(code: &str) -> Response {
    data(
        json!({ "login_flag": true, "face_flag": true, "face_check_code": code, "is_show_qrcode": false }),
    )
}

fn yes() -> Response {
    data(json!({ "flag": true }))
}

fn prepared() -> Response {
    data(
        json!({ "jzdhDiffSelect": [20, 60, 120, 360], "hb_passenger_max_num": 9, "if_check_slide_passcode": "0" }),
    )
}

fn made() -> Response {
    data(json!({ "flag": true, "status": 1, "isAsync": true, "reserve_no": "R0001" }))
}

/// All that comes before the confirmation.
fn before() -> Vec<Response> {
    vec![people(), face("12"), yes(), yes(), prepared()]
}

fn then(answers: impl IntoIterator<Item = Response>) -> Vec<Response> {
    let mut all = before();
    all.extend(answers);
    all
}

fn down() -> Response {
    Response {
        status: 502,
        ..Response::default()
    }
}

fn page() -> Response {
    ok("<html>请稍候</html>")
}

fn below_otn(http: &Script) -> Vec<String> {
    let cut = |path: String| path.replacen("kyfw.test/otn", "", 1);
    http.paths().into_iter().map(cut).collect()
}

fn code(error: &ServiceError) -> &str {
    match error {
        ServiceError::Refused { code, .. } => code,
        other => other.code(),
    }
}

// ── getting in line ──

#[tokio::test]
async fn getting_in_line_goes_as_the_pages_do_without_gaps() {
    let http = Script::new(then([yes(), made()]));
    let seen = Account::new(&http).act(standby()).await.unwrap();
    let expected = json!({ "reserve_no": "R0001", "pay_before": null, "until_min": 120 });
    assert_eq!(seen, expected);
    assert_eq!(
        below_otn(&http),
        [
            "/passengers/query",
            "/afterNate/chechFace",
            "/login/checkUser",
            "/afterNate/submitOrderRequest",
            "/afterNate/passengerInitApi",
            "/afterNate/confirmHB",
            "/afterNate/queryQueue",
        ]
    );
    let sent = http.sent.lock().unwrap();
    assert!(sent[1..].iter().all(|request| request.pace == Pace::Chain));
    let confirmed = String::from_utf8(sent[5].body.clone().unwrap()).unwrap();
    assert!(confirmed.contains("encryptedData=&if_receive_wseat=N&realize_limit_time_diff=120&"));
    assert!(
        confirmed.contains("made%2Bup%2Fseal%3D9%230%3B&"),
        "{confirmed}"
    );
}

#[tokio::test]
async fn people_are_asked_for_once_and_anew_when_they_may_be_wrong() {
    let again = || before().into_iter().skip(1);
    let no = |words: &str| data(json!({ "flag": false, "msg": words }));
    let check = async |first: Response, asked: usize| {
        let mut answers = then([first]);
        if asked > 1 {
            answers.push(people());
        }
        answers.extend(again());
        answers.extend([yes(), made()]);
        let http = Script::new(answers);
        let account = Account::new(&http);
        account.act(standby()).await.unwrap_err();
        account.act(standby()).await.unwrap();
        let paths = below_otn(&http).into_iter();
        let count = paths.filter(|path| path == "/passengers/query").count();
        assert_eq!(count, asked);
    };
    check(no("没有足够的票!"), 1).await;
    check(no("参数不正确"), 2).await;
    check(no("从没见过的话"), 2).await;
    // What the list of passengers has shown is known, too.
    let mut answers = before();
    answers.extend([yes(), made()]);
    let http = Script::new(answers);
    let account = Account::new(&http);
    account.look(json!({ "do": "passengers" })).await.unwrap();
    account.act(standby()).await.unwrap();
    assert_eq!(http.paths().len(), 7);
}

#[tokio::test]
async fn before_the_confirmation_a_no_is_a_no() {
    let check = async |answers: Vec<Response>, expected: &str| {
        let asked = answers.len();
        let http = Script::new(answers);
        let error = Account::new(&http).act(standby()).await.unwrap_err();
        assert_eq!(code(&error), expected, "{error}");
        let paths = http.paths();
        assert_eq!(paths.len(), asked, "{paths:?}");
        assert!(
            !paths.iter().any(|path| path.contains("confirmHB")),
            "{paths:?}"
        );
    };
    let nobody = || data(json!({ "datas": [], "pageTotal": 1 }));
    check(vec![nobody()], "passengers").await;
    let unsealed = json!({ "passenger_uuid": "u-1", "passenger_name": "张测试", "passenger_id_type_code": "1",
        "passenger_id_no": "1101***********01X" });
    check(
        vec![data(json!({ "datas": [unsealed], "pageTotal": 1 }))],
        "passengers",
    )
    .await;
    check(vec![redirect(LOGIN)], "sign_in_lost").await;
    for (face_code, expected) in [("11", "face"), ("13", "face"), ("14", "face")] {
        check(vec![people(), face(face_code)], expected).await;
    }
    let begun = |more: Vec<Response>| {
        let mut all = vec![people(), face("12")];
        all.extend(more);
        all
    };
    check(begun(vec![data(json!({ "flag": false }))]), "sign_in_lost").await;
    check(
        begun(vec![
            yes(),
            data(json!({ "flag": false, "faceCheck": "14" })),
        ]),
        "face",
    )
    .await;
    check(
        begun(vec![
            yes(),
            ok(&refusal("车票信息已过期，请重新查询最新车票信息")),
        ]),
        "stale",
    )
    .await;
    check(begun(vec![yes(), down()]), "unreachable").await;
    check(begun(vec![yes(), page()]), "changed").await;
    // A text that leaves an order open elsewhere leaves nothing open here.
    check(
        begun(vec![yes(), ok(&refusal("网络传输过程中数据丢失"))]),
        "other",
    )
    .await;
    let told = |told: Value| begun(vec![yes(), yes(), data(told)]);
    check(
        told(json!({ "if_check_slide_passcode": "1", "jzdhDiffSelect": [120] })),
        "hand_over",
    )
    .await;
    check(
        told(json!({ "checkcode": "94", "jzdhDiffSelect": [120] })),
        "face",
    )
    .await;
    check(
        told(json!({ "hb_passenger_max_num": "0", "jzdhDiffSelect": [120] })),
        "passengers",
    )
    .await;
    check(told(json!({ "jzdhDiffSelect": [20, 60] })), "deadline").await;
}

#[tokio::test]
async fn wishes_that_cannot_be_meant_are_sent_nowhere() {
    let check = async |change: fn(&mut Value), expected: &str| {
        let http = Script::default();
        let mut body = standby();
        change(&mut body);
        let error = Account::new(&http).act(body).await.unwrap_err();
        assert_eq!(code(&error), expected);
        assert_eq!(http.paths().len(), 0);
    };
    check(|body| body["choices"] = json!([]), "invalid_input:choices").await;
    check(
        |body| body["choices"] = json!([choice("G1", "W")]),
        "invalid_input:choices",
    )
    .await;
    check(
        |body| body["choices"][0]["secret"] = json!(""),
        "invalid_input:choices",
    )
    .await;
    check(
        |body| body["passengers"] = json!([]),
        "invalid_input:passengers",
    )
    .await;
    check(
        |body| body["until_min"] = json!("soon"),
        "invalid_input:body",
    )
    .await;
    let http = Script::default();
    let odd = json!({ "do": "withdraw_standby", "reserve_no": 7 });
    let error = Account::new(&http).act(odd).await.unwrap_err();
    assert_eq!(code(&error), "invalid_input:body");
}

#[tokio::test]
async fn from_the_confirmation_on_only_a_clear_no_is_a_no() {
    let check = async |answers: Vec<Response>, expected: &str, part: &str| {
        let asked = answers.len();
        let http = Script::new(then(answers));
        let error = Account::new(&http).act(standby()).await.unwrap_err();
        assert_eq!(code(&error), expected, "{error}");
        assert!(
            error.text().zh.contains(part),
            "{error}: {}",
            error.text().zh
        );
        // Nothing is asked after a no, and nothing is sent twice.
        assert_eq!(http.paths().len(), 5 + asked);
        assert!(!format!("{error:?}").contains("seal"));
    };
    let no = |words: &str| data(json!({ "flag": false, "msg": words }));
    check(vec![no("参数不正确")], "wrong_parameters", "参数不正确").await;
    check(
        vec![no("截止兑现时间已超过开车时间前120分钟")],
        "deadline",
        "120分钟",
    )
    .await;
    check(vec![no("请完成安全验证后再试")], "hand_over", "安全验证").await;
    check(vec![no("从没见过的话")], "other", "从没见过的话").await;
    check(
        vec![ok(&refusal("用户未登录"))],
        "sign_in_lost",
        "用户未登录",
    )
    .await;
    check(
        vec![ok(r#"{"data":{"noLogin":"true"}}"#)],
        "sign_in_lost",
        "重新登录",
    )
    .await;
    // These may stand for an order that exists.
    check(
        vec![no("您的请求过于频繁，请稍后再试")],
        "unsure",
        "过于频繁",
    )
    .await;
    check(vec![no("系统忙，请稍后重试")], "unsure", "系统忙").await;
    check(
        vec![data(json!({ "flag": true, "msg": "出了点事" }))],
        "unsure",
        "出了点事",
    )
    .await;
    check(vec![data(json!({}))], "unsure", "还没有说结果").await;
    check(vec![ok("{")], "unsure", "还没有说结果").await;
    check(vec![page()], "unsure", "还没有说结果").await;
    check(vec![redirect(LOGIN)], "unsure", "还没有说结果").await;
    check(vec![down()], "unsure", "还没有说结果").await;
    // Taken; what the queue says is not an end yet.
    let queue = |status: i64, wait: i64| {
        data(json!({ "flag": true, "status": status, "isAsync": true, "waitTime": wait }))
    };
    check(vec![yes(), queue(0, 12)], "unsure", "约 12 秒").await;
    check(
        vec![yes(), data(json!({ "status": -1, "msg": "没有足够的票!" }))],
        "unsure",
        "没有足够的票",
    )
    .await;
    check(vec![yes(), queue(1, 0)], "unsure", "还没有说结果").await;
    check(vec![yes(), redirect(LOGIN)], "unsure", "还没有说结果").await;
    check(vec![yes(), down()], "unsure", "还没有说结果").await;
}

/// Answers from a script, and then fails in a way of its own.
struct Breaks {
    script: Script,
    with: HttpFailure,
}

#[async_trait::async_trait]
impl Http for Breaks {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        match self.script.send(request).await {
            Err(_) => Err(self.with.clone()),
            answer => answer,
        }
    }
}

#[tokio::test]
async fn a_line_that_breaks_is_unsure_only_once_something_was_sent() {
    let lost = || HttpFailure::NoAnswer { text: "cut".into() };
    let unsent = || HttpFailure::NotSent {
        text: "refused".into(),
    };
    let check = async |answers: Vec<Response>, with: HttpFailure, expected: &str| {
        let http = Breaks {
            script: Script::new(answers),
            with,
        };
        let error = Account::new(&http).act(standby()).await.unwrap_err();
        assert_eq!(code(&error), expected, "{error}");
    };
    for count in 0..5 {
        let some: Vec<Response> = before().into_iter().take(count).collect();
        check(some, lost(), "unreachable").await;
    }
    check(before(), unsent(), "unreachable").await;
    check(before(), lost(), "unsure").await;
    check(then([yes()]), lost(), "unsure").await;
    check(then([yes()]), unsent(), "unsure").await;
    let taking_back = |paid: bool| withdrawal(paid);
    let http = Breaks {
        script: Script::new([yes()]),
        with: lost(),
    };
    let error = Account::new(&http)
        .act(taking_back(true))
        .await
        .unwrap_err();
    assert_eq!(code(&error), "unsure");
    let http = Breaks {
        script: Script::default(),
        with: lost(),
    };
    let account = Account::new(&http);
    assert_eq!(
        code(&account.act(taking_back(true)).await.unwrap_err()),
        "unreachable"
    );
    assert_eq!(
        code(&account.act(taking_back(false)).await.unwrap_err()),
        "unsure"
    );
}

// ── what became of it ──

fn quiet() -> Response {
    data(json!({ "flag": true, "status": 2, "isAsync": false }))
}

fn list(orders: &[Value]) -> Response {
    data(json!({ "list": orders }))
}

fn ours(status: &str) -> Value {
    listed("R0001", status, "2026-11-22 09:00:02")
}

#[tokio::test]
async fn a_line_at_work_is_asked_again_at_its_own_pace() {
    let check = async |wait: Value, seconds: i64, part: &str| {
        let http = Script::new([data(
            json!({ "status": 0, "isAsync": true, "waitTime": wait }),
        )]);
        let became = Account::new(&http).became(standby(), 5).await.unwrap();
        let Reconciled::AskAgain { at, seen } = became else {
            panic!("{became:?}")
        };
        assert_eq!(at, after(5 + seconds), "{wait}");
        assert!(seen.unwrap().zh.contains(part));
        assert_eq!(below_otn(&http), ["/afterNate/queryQueue"]);
    };
    check(json!(12), 4, "约 12 秒").await;
    check(json!(1), 1, "约 1 秒").await;
    check(Value::Null, 1, "正在处理").await;
    check(json!(9000), 60, "约 9000 秒").await;
}

#[tokio::test]
async fn the_lists_say_whether_it_was_made() {
    let check = async |answers: Vec<Response>, seconds: i64| {
        let http = Script::new(answers);
        let became = Account::new(&http)
            .became(standby(), seconds)
            .await
            .unwrap();
        assert_eq!(below_otn(&http).len(), 4, "the queue and three lists");
        became
    };
    let happened = || {
        Reconciled::Happened(
            json!({ "reserve_no": "R0001", "pay_before": "2026-11-22T09:30:00+08:00" }),
        )
    };
    let lists =
        |unpaid: Response, waiting: Response, done: Response| vec![quiet(), unpaid, waiting, done];
    let none = || list(&[]);
    let order = || data(json!({ "flag": true, "order": ours("待支付") }));
    assert_eq!(check(lists(order(), none(), none()), 3).await, happened());
    assert_eq!(
        check(lists(list(&[ours("待支付")]), none(), none()), 3).await,
        happened()
    );
    // In the queue's words made, and listed.
    let all = vec![made(), order(), none(), none()];
    assert_eq!(check(all, 3).await, happened());
    // Paid and fulfilled meanwhile, or withdrawn: it was made.
    for status in ["待兑现", "已兑现", "已取消"] {
        let became = check(lists(none(), none(), list(&[ours(status)])), 90).await;
        let expected = json!({ "reserve_no": "R0001", "pay_before": null });
        assert_eq!(became, Reconciled::Happened(expected), "{status}");
    }
    // Too early to believe in nothing, also where the queue says no.
    let failed = || data(json!({ "status": -1, "msg": "没有足够的票!" }));
    for queue in [quiet(), failed(), made()] {
        let became = check(vec![queue, none(), none(), none()], 59).await;
        assert_eq!(
            became,
            Reconciled::AskAgain {
                at: after(69),
                seen: None
            }
        );
    }
    // An older one for the same, and a new one for something else, are not ours.
    let older = listed("R0000", "待支付", "2026-11-22 08:57:59");
    let mut other = ours("待支付");
    other["needs"][0]["board_train_code"] = json!("G1");
    let became = check(lists(list(&[older, other]), none(), none()), 60).await;
    let Reconciled::DidNotHappen(text) = became else {
        panic!("{became:?}")
    };
    assert!(text.zh.contains("没有这一单"));
    // The service's own words are passed on whole.
    let became = check(vec![failed(), none(), none(), none()], 60).await;
    let Reconciled::DidNotHappen(text) = became else {
        panic!("{became:?}")
    };
    assert_eq!(text.zh, "没有足够的票!");
}

#[tokio::test]
async fn what_the_lists_leave_open_stays_open() {
    let check = async |queue: Response, order: Value| {
        let http = Script::new([queue, list(&[]), list(&[order]), list(&[])]);
        Account::new(&http).became(standby(), 600).await.unwrap()
    };
    // A number the lists do not know.
    let strange = check(made(), listed("R0009", "待支付", "2026-11-20 09:00:00")).await;
    assert!(matches!(strange, Reconciled::CannotKnow(_)), "{strange:?}");
    // The number of an older order: the queue speaks of that one.
    let old = check(made(), listed("R0001", "已取消", "2026-11-20 09:00:00")).await;
    assert!(matches!(old, Reconciled::DidNotHappen(_)), "{old:?}");
    // An order that may be ours.
    let timeless = check(quiet(), listed("R0001", "待支付", "")).await;
    assert!(
        matches!(timeless, Reconciled::CannotKnow(_)),
        "{timeless:?}"
    );
    // A list too long to be read.
    let mut long = listed("R0001", "待支付", "2026-11-20 09:00:00");
    long["total_page"] = json!("99");
    let mut answers = vec![quiet(), list(&[])];
    answers.extend((0..10).map(|_| list(&[long.clone()])));
    answers.push(list(&[]));
    let http = Script::new(answers);
    let became = Account::new(&http).became(standby(), 600).await.unwrap();
    assert!(matches!(became, Reconciled::CannotKnow(_)), "{became:?}");
    assert_eq!(http.paths().len(), 13);
}

#[tokio::test]
async fn questions_without_answers_are_asked_again_later() {
    let check = async |answers: Vec<Response>, expected: &str| {
        let http = Script::new(answers);
        let error = Account::new(&http)
            .became(standby(), 600)
            .await
            .unwrap_err();
        assert_eq!(code(&error), expected);
    };
    check(vec![redirect(LOGIN)], "sign_in_lost").await;
    check(vec![down()], "unreachable").await;
    check(vec![quiet(), down()], "unreachable").await;
    check(vec![quiet(), list(&[]), list(&[]), page()], "changed").await;
    check(vec![quiet(), list(&[]), redirect(LOGIN)], "sign_in_lost").await;
    // A queue that knows nothing of this sign-in leaves it to the lists.
    let http = Script::new([
        ok(&refusal("没有排队中的订单")),
        list(&[ours("待支付")]),
        list(&[]),
        list(&[]),
    ]);
    let became = Account::new(&http).became(standby(), 3).await.unwrap();
    assert!(matches!(became, Reconciled::Happened(_)), "{became:?}");
}

// ── looks ──

#[tokio::test]
async fn the_check_tells_face_chances_and_ends() {
    let queue = json!({ "station_train_code": "G9003", "seat_type_code": "O", "queue_info": "候补人数较少", "queue_level": "1" });
    let http = Script::new([
        face("12"),
        yes(),
        prepared(),
        data(json!({ "flag": true, "queueNum": [queue] })),
        data(json!({ "result": "55" })),
    ]);
    let body = || json!({ "do": "standby_check", "choices": wish().choices });
    let seen = Account::new(&http).look(body()).await.unwrap();
    assert_eq!(
        seen,
        json!({
            "face": "fine", "text": {"zh": "可以候补", "en": "standing in line is allowed"},
            "chances": [{"train": "G9003", "seat": "O", "text": "候补人数较少", "level": 1}],
            "success_percent": 55, "until_choices_min": [20, 60, 120, 360],
        })
    );
    assert_eq!(
        below_otn(&http),
        [
            "/afterNate/chechFace",
            "/afterNate/submitOrderRequest",
            "/afterNate/passengerInitApi",
            "/afterNate/getQueueNum",
            "/afterNate/querySuccessRate",
        ]
    );
    // Chances are welcome, not needed.
    let http = Script::new([
        face("12"),
        yes(),
        prepared(),
        ok(&refusal("非法请求")),
        page(),
    ]);
    let seen = Account::new(&http).look(body()).await.unwrap();
    assert_eq!(
        (&seen["chances"], &seen["success_percent"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(seen["until_choices_min"], json!([20, 60, 120, 360]));

    for (face_code, name) in [
        ("01", "in_review"),
        ("13", "rejected"),
        ("04", "verify_in_app"),
    ] {
        let http = Script::new([face(face_code)]);
        let seen = Account::new(&http).look(body()).await.unwrap();
        assert_eq!(
            (&seen["face"], &seen["until_choices_min"]),
            (&json!(name), &json!([]))
        );
        assert_eq!(http.paths().len(), 1, "nothing more is asked");
    }
    let http = Script::new([face("12"), redirect(LOGIN)]);
    let error = Account::new(&http).look(body()).await.unwrap_err();
    assert_eq!(code(&error), "sign_in_lost");
    let http = Script::default();
    let error = Account::new(&http)
        .look(json!({ "do": "standby_check", "choices": [] }))
        .await;
    assert_eq!(code(&error.unwrap_err()), "invalid_input:choices");
}

#[tokio::test]
async fn the_lists_are_one_list_newest_first() {
    let order = |number: &str, status: &str, made: &str, page: &str| {
        let mut one = listed(number, status, made);
        one["total_page"] = json!(page);
        one
    };
    let http = Script::new([
        data(json!({ "order": order("R3", "待支付", "2026-11-22 08:30:00", "1") })),
        list(&[
            order("R1", "待兑现", "2026-11-20 08:00:00", "2"),
            order("R2", "待兑现", "", "2"),
        ]),
        list(&[order("R4", "待兑现", "2026-11-22 08:45:00", "2")]),
        // R1 was fulfilled while the pages were read.
        list(&[order("R1", "已兑现", "2026-11-20 08:00:00", "1")]),
    ]);
    let seen = Account::new(&http)
        .look(json!({ "do": "standby_orders" }))
        .await
        .unwrap();
    let orders = seen["orders"].as_array().unwrap();
    let short: Vec<Value> = orders
        .iter()
        .map(|one| json!([one["reserve_no"], one["state"]]))
        .collect();
    assert_eq!(
        json!(short),
        json!([
            ["R4", "waiting"],
            ["R3", "unpaid"],
            ["R1", "fulfilled"],
            ["R2", "waiting"]
        ])
    );
    assert_eq!(seen["complete"], true);
    let sent = http.sent.lock().unwrap();
    let bodies: Vec<&str> = sent
        .iter()
        .map(|one| std::str::from_utf8(one.body.as_deref().unwrap()).unwrap())
        .collect();
    let page =
        |number| format!("page_no={number}&query_start_date=2026-10-23&query_end_date=2026-12-22");
    assert_eq!(bodies, [String::new(), page(0), page(1), page(0)]);
}

// ── taking back ──

#[tokio::test]
async fn an_unpaid_one_is_cancelled_and_a_paid_one_given_back() {
    let http = Script::new([yes()]);
    let seen = Account::new(&http).act(withdrawal(false)).await.unwrap();
    assert_eq!(seen, json!({ "withdrawn": true }));
    assert_eq!(below_otn(&http), ["/afterNateOrder/cancelNotComplete"]);

    let http = Script::new([
        data(json!({ "flag": true, "msg": "将退还全部票款" })),
        yes(),
    ]);
    let seen = Account::new(&http).act(withdrawal(true)).await.unwrap();
    assert_eq!(seen, json!({ "withdrawn": true }));
    assert_eq!(
        below_otn(&http),
        [
            "/afterNateOrder/reserveReturnCheck",
            "/afterNateOrder/reserveReturn"
        ]
    );

    let check = async |paid, answers: Vec<Response>, expected: &str| {
        let http = Script::new(answers);
        let error = Account::new(&http).act(withdrawal(paid)).await.unwrap_err();
        assert_eq!(code(&error), expected);
    };
    let no = || data(json!({ "flag": false, "msg": "不能退单" }));
    check(true, vec![no()], "other").await;
    check(true, vec![yes(), no()], "other").await;
    check(false, vec![no()], "other").await;
    check(true, vec![page()], "changed").await;
    check(true, vec![yes(), page()], "unsure").await;
    check(false, vec![data(json!({}))], "unsure").await;
    check(false, vec![ok(&refusal("系统忙"))], "unsure").await;
    check(false, vec![ok(&refusal("用户未登录"))], "sign_in_lost").await;
}

#[tokio::test]
async fn the_lists_say_whether_it_was_taken_back() {
    let check = async |paid, status: Option<&str>, seconds| {
        let order: Vec<Value> = status.map(ours).into_iter().collect();
        let http = Script::new([list(&[]), list(&order), list(&[])]);
        Account::new(&http)
            .became(withdrawal(paid), seconds)
            .await
            .unwrap()
    };
    let gone = Reconciled::Happened(json!({ "withdrawn": true }));
    for paid in [true, false] {
        assert_eq!(check(paid, Some("已退单"), 1).await, gone);
        let fulfilled = check(paid, Some("已兑现"), 1).await;
        assert!(
            matches!(fulfilled, Reconciled::DidNotHappen(_)),
            "{fulfilled:?}"
        );
        let early = check(paid, Some("待兑现"), 59).await;
        assert_eq!(
            early,
            Reconciled::AskAgain {
                at: after(69),
                seen: None
            }
        );
        let late = check(paid, Some("待兑现"), 60).await;
        assert!(matches!(late, Reconciled::DidNotHappen(_)), "{late:?}");
        let odd = check(paid, Some("从没见过"), 600).await;
        assert!(matches!(odd, Reconciled::CannotKnow(_)), "{odd:?}");
    }
    assert_eq!(
        check(false, None, 1).await,
        gone,
        "an unpaid one cannot have become tickets"
    );
    let paid = check(true, None, 600).await;
    assert!(matches!(paid, Reconciled::CannotKnow(_)), "{paid:?}");
}
