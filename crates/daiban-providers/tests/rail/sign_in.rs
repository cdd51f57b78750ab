//! Signing in by QR code: answers read, requests in their order, and the errand on a virtual clock.

use std::collections::BTreeMap;

use daiban_core::Timestamp;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::ask::{Answer, AskKind};
use daiban_core::call::{Nature, Outcome};
use daiban_core::errand::{Incoming, Machine, Pass, Phase, Step};
use daiban_core::error::ServiceError;
use daiban_core::http::{Method, Response};
use daiban_core::provider::{Provider, Reconciled, Visit};
use daiban_core::service::Service;
use daiban_core::text::Text;
use daiban_providers::rail::Rail;
use daiban_providers::rail::error::{lost_sign, passport_means};
use daiban_providers::rail::sign_in::SignIn;
use daiban_providers::rail::wire::{self, passport};
use serde_json::{Value, json};

use crate::{CONF, Script, now, ok, redirect};

pub(super) const PASSPORT: &str = "/otn/passport?redirect=/otn/login/userLogin";
pub(super) const HOME: &str = "/otn/view/index.html";

fn code_answer() -> String {
    json!({ "image": "aVZCT1J3MEtHZ28=", "result_message": "生成二维码成功", "result_code": "0", "uuid": "u-1" })
        .to_string()
}

pub(super) fn token_answer() -> String {
    json!({ "result_message": "验证通过", "result_code": 0, "apptk": null, "newapptk": "tk-made-up" })
        .to_string()
}

pub(super) fn taken_answer() -> String {
    json!({ "result_code": 0, "result_message": "验证通过", "username": "张测试", "apptk": "tk-made-up" })
        .to_string()
}

pub(super) fn conf_answer(is_login: Value) -> String {
    json!({ "status": true, "httpstatus": 200, "messages": [], "data": { "is_login": is_login, "name": "张测试", "born_date": "1990-01-01" } })
        .to_string()
}

// ── answers ──

#[test]
fn a_code_is_read_and_a_refusal_said() {
    let code = passport::code(&code_answer()).unwrap();
    assert_eq!((&*code.uuid, &*code.picture), ("u-1", "aVZCT1J3MEtHZ28="));
    let check = |body: Value, expected| {
        let error = passport::code(&body.to_string()).unwrap_err();
        assert_eq!(error.code(), expected, "{body}");
    };
    check(json!({ "result_code": "0", "uuid": "u" }), "changed");
    check(
        json!({ "result_code": 0, "uuid": "", "image": "a" }),
        "changed",
    );
    check(
        json!({ "result_code": "5", "result_message": "系统错误" }),
        "busy",
    );
    check(
        json!({ "result_code": "8", "result_message": "从没见过的话" }),
        "refused",
    );
    check(json!({ "result_code": "8" }), "refused");
    check(json!({}), "changed");
    assert_eq!(passport::code("[").unwrap_err().code(), "changed");
}

#[test]
fn a_code_goes_through_its_states() {
    let check = |code: Value, expected: &str| {
        let body = json!({ "result_code": code, "uamtk": "made-up" }).to_string();
        assert_eq!(
            json!(passport::code_state(&body).unwrap()),
            expected,
            "{body}"
        );
    };
    for (number, expected) in [
        (0, "waiting"),
        (1, "scanned"),
        (2, "confirmed"),
        (3, "expired"),
        (4, "broken"),
        (5, "broken"),
    ] {
        check(json!(number), expected);
        check(json!(number.to_string()), expected);
    }
    check(Value::Null, "broken");
    assert_eq!(
        json!(passport::code_state("{}").unwrap()),
        "broken",
        "missing"
    );
}

#[test]
fn the_token_is_found_under_both_names_and_never_told() {
    assert_eq!(passport::token(&token_answer()).unwrap(), "tk-made-up");
    let old = json!({ "result_code": 0, "apptk": "tk-older" }).to_string();
    assert_eq!(passport::token(&old).unwrap(), "tk-older");
    let none = json!({ "result_code": 0, "newapptk": null }).to_string();
    assert_eq!(passport::token(&none).unwrap_err().code(), "changed");
    // The reader's own words would quote the value.
    let odd = json!({ "result_code": 0, "newapptk": { "tk": "tk-made-up" } }).to_string();
    let told = format!("{:?}", passport::token(&odd).unwrap_err());
    assert!(!told.contains("tk-made-up"), "{told}");
    let odd = json!({ "status": true, "data": "张测试" }).to_string();
    let told = format!("{:?}", wire::conf(&odd).unwrap_err());
    assert!(!told.contains("张测试"), "{told}");
}

#[test]
fn codes_of_the_sign_in_become_errors() {
    let check = |code, words, expected| {
        assert_eq!(passport_means(code, words).code(), expected, "{code:?}");
    };
    check(Some(1), "用户未登录", "refused");
    for code in [91, 92, 94, 95, 97, 101] {
        check(Some(code), "随便什么话", "needs_person");
    }
    check(Some(5), "", "busy");
    check(Some(7), "用户未登录", "refused");
    check(Some(7), "您的请求过于频繁", "busy");
    check(None, "", "changed");
}

#[test]
fn a_lost_sign_in_has_many_shapes() {
    let check = |response: &Response, lost: bool| {
        assert_eq!(lost_sign(response).is_some(), lost, "{response:?}");
    };
    check(
        &redirect("https://kyfw.test/otn/resources/login.html"),
        true,
    );
    check(&redirect(PASSPORT), true);
    check(&ok(r#"{"data":{"isRelogin":"Y"},"status":true}"#), true);
    check(&ok(r#"{"data":{"noLogin":"true"}}"#), true);
    check(&ok(r#"{"noLogin":true}"#), true);
    check(
        &ok("<html><a href='/otn/resources/login.html'>登录</a></html>"),
        true,
    );
    check(
        &ok(r#"{"data":{"isRelogin":"N","noLogin":"false"}}"#),
        false,
    );
    check(&ok("<html>系统维护</html>"), false);
    check(
        &redirect("https://www.12306.cn/mormhweb/logFiles/error.html"),
        false,
    );
    check(&redirect(HOME), false);
}

// ── over a scripted line ──

pub(super) struct Signed<'a> {
    pub(super) rail: Rail,
    http: &'a Script,
    settings: Settings,
    pub(super) secrets: Secrets,
}

impl<'a> Signed<'a> {
    pub(super) fn new(http: &'a Script) -> Self {
        let settings = [
            ("base_url", "https://kyfw.test/"),
            ("www_url", "https://www.test"),
        ];
        Self {
            rail: Rail::default(),
            http,
            settings: settings
                .map(|(name, url)| (name.to_owned(), url.to_owned()))
                .into(),
            secrets: Secrets::new(),
        }
    }

    pub(super) fn visit(&self) -> Visit<'_> {
        Visit {
            now: now(),
            chance: 0,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: self.http,
            vault: self.http,
        }
    }

    pub(super) async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        self.rail.look(&self.visit(), &body).await
    }

    async fn enter(&self) -> Result<Value, ServiceError> {
        self.rail
            .act(&self.visit(), &json!({ "do": "enter" }))
            .await
    }

    async fn reconcile(&self) -> Result<Reconciled, ServiceError> {
        let body = json!({ "do": "enter" });
        self.rail.reconcile(&self.visit(), &body, now()).await
    }
}

/// Method, path, form and referer of everything that was sent.
pub(super) fn sent(http: &Script) -> Vec<[String; 4]> {
    let sent = http.sent.lock().unwrap();
    let of = |url: &str| url.replacen("https://kyfw.test", "", 1);
    sent.iter()
        .map(|request| {
            let method = request.method.as_str();
            let header = |wanted: &str| {
                let mut headers = request.headers.iter();
                headers
                    .find(|(name, _)| *name == wanted)
                    .map(|(_, value)| value.clone())
            };
            assert!(
                request.ban_sign.is_some(),
                "a ban is seen on {}",
                request.url
            );
            if request.method == Method::Post {
                assert_eq!(
                    header("x-requested-with").as_deref(),
                    Some("XMLHttpRequest")
                );
                let form = "application/x-www-form-urlencoded; charset=UTF-8";
                assert_eq!(header("content-type").as_deref(), Some(form));
            }
            let body = request.body.clone().unwrap_or_default();
            [
                method.to_owned(),
                of(&request.url),
                String::from_utf8(body).unwrap(),
                of(&header("referer").unwrap()),
            ]
        })
        .collect()
}

pub(super) const LOGIN: &str = "/otn/resources/login.html";

#[tokio::test]
async fn a_code_is_fetched_and_asked_about() {
    let http = Script::new([
        ok(&code_answer()),
        ok(r#"{"result_message":"二维码状态查询成功","result_code":"1"}"#),
    ]);
    let signed = Signed::new(&http);
    assert_eq!(
        signed.look(json!({ "do": "qr" })).await.unwrap(),
        json!({ "signed_in": false, "uuid": "u-1", "picture": "aVZCT1J3MEtHZ28=" })
    );
    assert_eq!(
        signed
            .look(json!({ "do": "qr_state", "uuid": "u 1" }))
            .await
            .unwrap(),
        json!({ "signed_in": false, "state": "scanned" })
    );
    assert_eq!(
        sent(&http),
        [
            ["POST", "/passport/web/create-qr64", "appid=otn", LOGIN],
            ["POST", "/passport/web/checkqr", "appid=otn&uuid=u+1", LOGIN],
        ]
    );
}

#[tokio::test]
async fn on_the_way_in_no_sign_in_is_lost() {
    for answer in [
        redirect("https://kyfw.test/otn/resources/login.html"),
        ok(r#"{"result_code":1,"result_message":"用户未登录"}"#),
    ] {
        let http = Script::new([answer]);
        let error = Signed::new(&http).look(json!({ "do": "qr" })).await;
        assert_eq!(error.unwrap_err().code(), "refused");
    }
}

#[tokio::test]
async fn a_confirmed_scan_goes_in_as_the_pages_do() {
    let http = Script::new([
        redirect(PASSPORT),
        ok("<html>请稍候</html>"),
        ok(&token_answer()),
        ok(&taken_answer()),
        redirect("https://kyfw.test/otn/view/index.html"),
    ]);
    let entered = Signed::new(&http).enter().await.unwrap();
    assert_eq!(entered, json!({ "signed_in": true }));
    assert_eq!(
        sent(&http),
        [
            ["GET", "/otn/login/userLogin", "", LOGIN],
            ["GET", PASSPORT, "", LOGIN],
            ["POST", "/passport/web/auth/uamtk", "appid=otn", PASSPORT],
            ["POST", "/otn/uamauthclient", "tk=tk-made-up", PASSPORT],
            ["GET", "/otn/login/userLogin", "", PASSPORT],
        ]
    );
}

#[tokio::test]
async fn going_in_tells_a_no_from_a_doubt() {
    let unsent = || Response {
        status: 502,
        ..Response::default()
    };
    let check = async |answers: Vec<Response>, expected: &str, requests: usize| {
        let http = Script::new(answers);
        let error = Signed::new(&http).enter().await.unwrap_err();
        assert_eq!(error.code(), expected, "{error}");
        // The script being over counts as one that never left.
        assert_eq!(http.paths().len(), requests, "{error}");
        assert!(!format!("{error:?}").contains("tk-made-up"));
    };
    let (door, page) = (|| redirect(PASSPORT), || ok("<html></html>"));
    check(vec![], "unreachable", 1).await;
    check(
        vec![redirect(
            "https://www.12306.cn/mormhweb/logFiles/error.html",
        )],
        "closed",
        1,
    )
    .await;
    let no = r#"{"result_code":1,"result_message":"用户未登录"}"#;
    check(vec![door(), page(), ok(no)], "refused", 3).await;
    let slider = r#"{"result_code":97,"result_message":"请滑动验证"}"#;
    check(vec![door(), page(), ok(slider)], "needs_person", 3).await;
    check(vec![door(), page(), unsent()], "unreachable", 3).await;
    // From here on the token is spent.
    let token = || ok(&token_answer());
    check(vec![door(), page(), token()], "unreachable", 4).await;
    check(vec![door(), page(), token(), unsent()], "unsure", 4).await;
    check(vec![door(), page(), token(), page()], "unsure", 4).await;
    check(vec![door(), page(), token(), ok("{}")], "unsure", 4).await;
    check(vec![door(), page(), token(), ok(no)], "refused", 4).await;
    let taken = || ok(&taken_answer());
    check(vec![door(), page(), token(), taken(), door()], "unsure", 5).await;
    check(
        vec![door(), page(), token(), taken(), unsent()],
        "unsure",
        5,
    )
    .await;
}

#[tokio::test]
async fn a_door_that_is_open_already_changes_nothing_of_the_way() {
    let http = Script::new([
        redirect(HOME),
        redirect(HOME),
        ok(&token_answer()),
        ok(&taken_answer()),
        redirect(HOME),
    ]);
    assert!(Signed::new(&http).enter().await.is_ok());
    assert_eq!(http.paths().len(), 5);
}

#[tokio::test]
async fn the_configuration_tells_what_became_of_it() {
    let check = async |answer: Response| {
        let http = Script::new([answer]);
        let became = Signed::new(&http).reconcile().await;
        assert_eq!(http.paths(), ["kyfw.test/otn/login/conf"]);
        became
    };
    let yes = check(ok(&conf_answer(json!("Y")))).await;
    assert_eq!(yes, Ok(Reconciled::Happened(json!({ "signed_in": true }))));
    for not in [ok(CONF), redirect(LOGIN)] {
        assert!(matches!(check(not).await, Ok(Reconciled::DidNotHappen(_))));
    }
    let odd = check(ok(&conf_answer(Value::Null))).await;
    assert!(matches!(odd, Ok(Reconciled::CannotKnow(_))));
    let closed = check(ok("<html>系统维护</html>")).await;
    assert_eq!(closed.unwrap_err().code(), "closed");
}

#[tokio::test]
async fn a_sign_in_is_proved_by_the_configuration() {
    let check = async |answer: Response| {
        let http = Script::new([answer]);
        Signed::new(&http).look(json!({ "do": "signed_in" })).await
    };
    assert_eq!(
        check(ok(&conf_answer(json!("Y")))).await,
        Ok(json!({ "signed_in": true, "name_known": true }))
    );
    for lost in [ok(CONF), redirect(PASSPORT)] {
        assert_eq!(check(lost).await.unwrap_err().code(), "sign_in_lost");
    }
    let odd = check(ok(&conf_answer(Value::Null))).await;
    assert_eq!(odd.unwrap_err().code(), "changed");
}

#[test]
fn only_who_was_signed_in_is_asked_for_proof() {
    let account = |state| Account {
        id: "a1".into(),
        user: "u1".into(),
        service: Service::Rail,
        name: "我的".to_owned(),
        state,
        problem: None,
        settings: Settings::new(),
        created_at: now(),
        signed_in_at: None,
        shared: false,
    };
    let proof = |state| Rail::default().proof(&account(state), &Secrets::new());
    assert_eq!(proof(AccountState::New), None);
    for state in [AccountState::Ready, AccountState::SignInLost] {
        let call = proof(state).unwrap();
        assert_eq!(call.body, json!({ "do": "signed_in" }));
        assert_eq!(
            (call.nature, call.account),
            (Nature::Look, Some("a1".into()))
        );
    }
}

fn passenger_answer(names: &[&str], pages: Value) -> String {
    let one = |name: &&str| {
        json!({
            "passenger_uuid": format!("uuid-{name}"), "passenger_name": name, "passenger_type": "1",
            "passenger_id_type_code": "1", "passenger_id_no": "1101***********015", "allEncStr": "secret-of-ours",
        })
    };
    let datas: Vec<Value> = names.iter().map(one).collect();
    json!({ "status": true, "messages": [], "data": { "datas": datas, "pageTotal": pages, "flag": true } })
        .to_string()
}

#[tokio::test]
async fn passengers_are_read_page_by_page() {
    let http = Script::new([
        ok(&passenger_answer(&["张测试"], json!(2))),
        ok(&passenger_answer(&["李测试"], json!("2"))),
    ]);
    let seen = Signed::new(&http).look(json!({ "do": "passengers" })).await;
    let one = |name: &str| json!({ "uuid": format!("uuid-{name}"), "name": name, "kind": "1", "id_kind": "1", "id_mask": "1101***********015" });
    assert_eq!(
        seen.unwrap(),
        json!({ "signed_in": true, "complete": true, "passengers": [one("张测试"), one("李测试")] })
    );
    let from = "/otn/view/passengers.html";
    let to = "/otn/passengers/query";
    assert_eq!(
        sent(&http),
        [
            ["POST", to, "pageIndex=1&pageSize=10", from],
            ["POST", to, "pageIndex=2&pageSize=10", from]
        ]
    );
    // A number the service forgot to mask is not passed on.
    let bare =
        passenger_answer(&["张测试"], json!(1)).replace("1101***********015", "110101199001010015");
    let page = passport::passenger_page(&bare).unwrap();
    assert_eq!(page.passengers[0].id_mask, "11**************15");
}

/// Every look that only somebody signed in may make.
const SIGNED_IN_LOOKS: [&str; 3] = ["signed_in", "keep_alive", "passengers"];

#[tokio::test]
async fn every_account_call_sees_every_shape_of_a_lost_sign_in() {
    let page = "<html><script src='/otn/passport'></script></html>";
    let titled = "<!DOCTYPE html><title>登录 | 中国铁路12306</title>";
    let shapes = [
        redirect("https://kyfw.test/otn/resources/login.html"),
        redirect("/otn/resources/login.html"),
        redirect(PASSPORT),
        ok(page),
        ok(titled),
        ok(r#"{"status":true,"data":{"isRelogin":"Y"},"messages":[]}"#),
        ok(r#"{"isRelogin":"Y"}"#),
        ok(r#"{"status":true,"data":{"noLogin":"true"},"messages":[]}"#),
        ok(r#"{"status":true,"data":{"noLogin":true},"messages":[]}"#),
        ok(r#"{"status":false,"messages":["用户未登录"]}"#),
        ok(r#"{"status":false,"messages":"用户未登录","data":""}"#),
    ];
    for look in SIGNED_IN_LOOKS {
        for shape in &shapes {
            let http = Script::new([shape.clone()]);
            let seen = Signed::new(&http).look(json!({ "do": look })).await;
            assert_eq!(seen.unwrap_err().code(), "sign_in_lost", "{look} {shape:?}");
            assert_eq!(http.paths().len(), 1, "asked once");
        }
    }
    for look in ["signed_in", "keep_alive"] {
        let http = Script::new([ok(&conf_answer(json!("N")))]);
        let seen = Signed::new(&http).look(json!({ "do": look })).await;
        assert_eq!(seen.unwrap_err().code(), "sign_in_lost", "{look}");
    }
}

#[tokio::test]
async fn keeping_alive_asks_what_is_harmless() {
    let http = Script::new([ok(&conf_answer(json!("Y")))]);
    let seen = Signed::new(&http).look(json!({ "do": "keep_alive" })).await;
    assert_eq!(seen, Ok(json!({ "signed_in": true, "name_known": true })));
    assert_eq!(http.paths(), ["kyfw.test/otn/login/conf"]);
}

#[tokio::test]
async fn passengers_need_somebody_signed_in() {
    for answer in [
        redirect("/otn/safeguard/../resources/login.html"),
        ok(r#"{"status":true,"data":{"noLogin":"true"},"messages":[]}"#),
        ok(r#"{"status":false,"messages":["用户未登录"]}"#),
        ok("<html><script src='/otn/passport'></script></html>"),
    ] {
        let http = Script::new([answer]);
        let seen = Signed::new(&http).look(json!({ "do": "passengers" })).await;
        assert_eq!(seen.unwrap_err().code(), "sign_in_lost");
    }
    let http = Script::new([ok(r#"{"status":true,"data":{},"messages":[]}"#)]);
    let seen = Signed::new(&http).look(json!({ "do": "passengers" })).await;
    assert_eq!(seen.unwrap_err().code(), "changed");
}

// ── the errand ──

/// The errand, the clock and what was last answered.
pub(super) struct Talk {
    pub(super) now: Timestamp,
    pub(super) state: Value,
    pub(super) step: Step<Value>,
    way: &'static str,
}

impl Talk {
    fn begin() -> Self {
        Self::begin_by("qr")
    }

    pub(super) fn begin_by(way: &'static str) -> Self {
        let wishes = json!({ "way": way });
        let state = Machine::begin(&SignIn, &wishes, now()).unwrap();
        let mut talk = Self {
            now: now(),
            state,
            way,
            step: Step::new(Value::Null, Phase::Waiting, "", Text::default()),
        };
        talk.pass(Vec::new());
        talk
    }

    /// Begun, with a code on the screen.
    fn shown() -> Self {
        let mut talk = Self::begin();
        talk.ends(code("u1"));
        talk
    }

    pub(super) fn pass(&mut self, incoming: Vec<Incoming>) -> &Step<Value> {
        let pass = Pass {
            errand: &"e1".into(),
            account: &"a1".into(),
            now: self.now,
            due: self.now,
            chance: 1,
            wishes: &json!({ "way": self.way }),
            incoming: &incoming,
            seen: &BTreeMap::new(),
        };
        self.step = Machine::advance(&SignIn, 2, self.state.clone(), &pass).unwrap();
        self.state = self.step.state.clone();
        &self.step
    }

    /// The one call under way ends.
    pub(super) fn ends(&mut self, outcome: Outcome) -> &Step<Value> {
        let [call] = &self.step.calls[..] else {
            panic!("one call, not {:?}", self.step)
        };
        let (tag, body) = (call.tag.clone(), call.body.clone());
        let at = self.now;
        self.pass(vec![Incoming::Called {
            tag,
            body,
            at,
            outcome,
        }])
    }

    /// Sleeps until it is due, is asked for a state, and hears it.
    pub(super) fn hears(&mut self, state: &str) -> &Step<Value> {
        self.wakes();
        self.ends(heard(state))
    }

    fn wakes(&mut self) {
        self.now = self.step.next_due.unwrap();
        self.pass(Vec::new());
        assert_eq!(self.does(), "qr_state");
        assert_eq!(self.step.phase, Phase::NeedsYou);
    }

    fn answers(&mut self, answer: Answer) -> &Step<Value> {
        let tag = "qr".to_owned();
        self.pass(vec![Incoming::Answered { tag, answer }])
    }

    pub(super) fn does(&self) -> &str {
        self.step.calls[0].body["do"].as_str().unwrap()
    }

    pub(super) fn seconds(&self) -> i64 {
        self.now.as_second() - now().as_second()
    }

    pub(super) fn assert_over(&self, phase: Phase, words: &str) {
        let outcome = json!({ "signed_in": phase == Phase::Done });
        assert_eq!(self.step.phase, phase, "{:?}", self.step.reason);
        assert_eq!(self.step.outcome, Some(outcome));
        assert!(self.step.withdraw_asks);
        assert!(self.step.calls.is_empty() && self.step.next_due.is_none());
        assert!(
            self.step.reason.zh.contains(words),
            "{:?}",
            self.step.reason
        );
    }
}

pub(super) fn code(uuid: &str) -> Outcome {
    Outcome::Done(json!({ "signed_in": false, "uuid": uuid, "picture": "aVZCTw==" }))
}

fn heard(state: &str) -> Outcome {
    Outcome::Done(json!({ "signed_in": false, "state": state }))
}

pub(super) fn failed(error: &str) -> Outcome {
    let text = Text::quoted("服务的原话");
    Outcome::Failed(match error {
        "unreachable" => ServiceError::Unreachable { text },
        "closed" => ServiceError::Closed {
            opens_at: None,
            text,
        },
        "needs_person" => ServiceError::NeedsPerson { text },
        code => ServiceError::Refused {
            code: code.to_owned(),
            text,
        },
    })
}

#[test]
fn a_scan_and_a_tap_sign_in() {
    let mut talk = Talk::begin();
    assert_eq!((talk.does(), talk.step.phase), ("qr", Phase::Working));
    assert_eq!(talk.step.calls[0].nature, Nature::Look);

    let step = talk.ends(code("u1"));
    assert_eq!(step.phase, Phase::NeedsYou);
    let ask = &step.asks[0];
    assert_eq!(
        (ask.kind, ask.picture.as_deref()),
        (AskKind::Qr, Some("aVZCTw=="))
    );
    assert!(ask.body.zh.contains("铁路12306") && ask.body.en.contains("saved"));
    let deadline = ask.deadline.unwrap().as_second() - now().as_second();
    assert_eq!(deadline, 300);

    let step = talk.hears("waiting");
    assert!(step.asks.is_empty() && !step.withdraw_asks, "still shown");
    assert_eq!(talk.seconds(), 2);
    let step = talk.hears("scanned");
    assert!(step.reason.zh.contains("已扫码"));
    assert_eq!(talk.seconds(), 4);
    let step = talk.hears("confirmed");
    assert!(step.withdraw_asks, "nobody need look at it any more");
    assert_eq!(
        (&step.calls[0].body, step.calls[0].nature),
        (&json!({ "do": "enter" }), Nature::Act)
    );
    assert_eq!(step.calls[0].not_before, None);
    // Being marked as signed in comes in first and changes nothing.
    let call = step.calls.clone();
    assert_eq!(talk.pass(vec![Incoming::SignedIn]).phase, Phase::Working);
    talk.step.calls = call;
    talk.ends(Outcome::Done(json!({ "signed_in": true })));
    talk.assert_over(Phase::Done, "登录成功");
    assert_eq!(talk.pass(vec![Incoming::Woken]).phase, Phase::Done);
}

#[test]
fn a_question_names_the_code_it_is_about() {
    let mut talk = Talk::shown();
    talk.wakes();
    assert_eq!(
        talk.step.calls[0].body,
        json!({ "do": "qr_state", "uuid": "u1" })
    );
    // While it is under way there is no second one.
    assert!(talk.pass(Vec::new()).calls.is_empty());
    // The late answer about another code is not about this one.
    let step = talk.pass(vec![Incoming::Called {
        tag: "qr_state".to_owned(),
        body: json!({ "do": "qr_state", "uuid": "u0" }),
        at: now(),
        outcome: heard("confirmed"),
    }]);
    assert!(step.calls.is_empty() && step.phase == Phase::NeedsYou);
}

#[test]
fn an_expired_code_is_replaced_three_times() {
    let mut talk = Talk::shown();
    for _ in 0..3 {
        let step = talk.hears("expired");
        assert!(step.withdraw_asks && step.reason.zh.contains("过期"));
        assert_eq!(talk.does(), "qr");
        let step = talk.ends(code("u2"));
        assert!(step.asks[0].body.zh.contains("过期"));
    }
    talk.hears("expired");
    talk.assert_over(Phase::Failed, "3 次");
}

#[test]
fn a_broken_code_is_replaced_too() {
    for word in ["broken", "something new"] {
        let mut talk = Talk::shown();
        talk.hears(word);
        assert_eq!(talk.does(), "qr", "{word}");
    }
}

#[test]
fn silence_lasts_as_long_as_the_code() {
    let mut talk = Talk::shown();
    while talk.seconds() < 298 {
        let step = talk.hears("waiting");
        assert_eq!(step.phase, Phase::NeedsYou);
    }
    talk.now = talk.step.next_due.unwrap();
    // Perhaps it was confirmed in the last second: asked once more.
    let tag = "qr".to_owned();
    talk.pass(vec![Incoming::AskExpired { tag }]);
    assert_eq!((talk.does(), talk.seconds()), ("qr_state", 300));
    talk.ends(heard("waiting"));
    assert_eq!(talk.does(), "qr");
}

#[test]
fn a_scanned_code_gets_another_minute_for_the_tap() {
    let mut talk = Talk::shown();
    talk.now = now() + jiff::SignedDuration::from_secs(300);
    let tag = "qr".to_owned();
    talk.pass(vec![Incoming::AskExpired { tag }]);
    talk.ends(heard("scanned"));
    while talk.seconds() < 358 {
        talk.hears("scanned");
    }
    assert!(talk.step.next_due.is_some());
    talk.hears("scanned");
    assert_eq!((talk.does(), talk.seconds()), ("qr", 360));
}

#[test]
fn saying_it_is_scanned_asks_at_once() {
    let mut talk = Talk::shown();
    talk.now = now() + jiff::SignedDuration::from_secs(1);
    talk.answers(Answer::Approved);
    assert_eq!(talk.does(), "qr_state");
    let step = talk.ends(heard("scanned"));
    assert!(step.asks.is_empty());
    talk.hears("confirmed");
    assert_eq!(talk.does(), "enter");

    // While a question is under way, the next one follows at once.
    let mut talk = Talk::shown();
    talk.wakes();
    let call = talk.step.calls.clone();
    talk.answers(Answer::Approved);
    talk.step.calls = call;
    talk.ends(heard("waiting"));
    assert_eq!(talk.does(), "qr_state");
}

#[test]
fn a_scan_that_is_not_seen_brings_the_same_picture_back() {
    let mut talk = Talk::shown();
    talk.answers(Answer::Approved);
    assert!(talk.ends(heard("waiting")).asks.is_empty());
    assert!(talk.hears("waiting").asks.is_empty());
    let step = talk.hears("waiting");
    let ask = &step.asks[0];
    assert_eq!(ask.picture.as_deref(), Some("aVZCTw=="));
    assert!(ask.body.zh.contains("还没有看到扫码"));
    assert_eq!(ask.deadline.unwrap().as_second() - now().as_second(), 300);
    // No code was spent on it.
    for _ in 0..3 {
        talk.hears("expired");
        talk.ends(code("u2"));
    }
    talk.hears("expired");
    talk.assert_over(Phase::Failed, "3 次");
}

#[test]
fn a_no_stops_it() {
    let mut talk = Talk::shown();
    talk.answers(Answer::Denied);
    talk.assert_over(Phase::Failed, "不登录了");
    // Even when the scan was confirmed in the same moment: the owner's word goes first.
    let mut talk = Talk::shown();
    talk.wakes();
    let body = talk.step.calls[0].body.clone();
    talk.pass(vec![
        Incoming::Called {
            tag: "qr_state".to_owned(),
            body,
            at: now(),
            outcome: heard("confirmed"),
        },
        Incoming::Answered {
            tag: "qr".to_owned(),
            answer: Answer::Denied,
        },
    ]);
    talk.assert_over(Phase::Failed, "不登录了");
}

#[test]
fn questions_without_an_answer_are_repeated_a_few_times() {
    let mut talk = Talk::shown();
    for _ in 0..4 {
        talk.wakes();
        let step = talk.ends(failed("unreachable"));
        assert_eq!(step.phase, Phase::NeedsYou);
    }
    assert_eq!(talk.seconds(), 17);
    talk.hears("waiting");
    talk.wakes();
    talk.ends(failed("closed"));
    talk.assert_over(Phase::Failed, "服务的原话");

    let mut talk = Talk::shown();
    for _ in 0..5 {
        talk.wakes();
        talk.ends(failed("unreachable"));
    }
    talk.assert_over(Phase::Failed, "服务的原话");
}

#[test]
fn a_code_that_does_not_come_is_asked_for_again() {
    let mut talk = Talk::begin();
    for _ in 0..3 {
        talk.ends(failed("unreachable"));
        let wait = talk.step.calls[0].not_before.unwrap();
        assert_eq!(wait.as_second() - talk.now.as_second(), 5);
    }
    talk.ends(failed("unreachable"));
    talk.assert_over(Phase::Failed, "服务的原话");
    let mut talk = Talk::begin();
    talk.ends(failed("closed"));
    talk.assert_over(Phase::Failed, "服务的原话");
}

#[test]
fn going_in_can_end_in_many_ways() {
    let confirmed = || {
        let mut talk = Talk::shown();
        talk.hears("confirmed");
        talk
    };
    // Surely not in: the same scan may still do.
    let not = || Outcome::DidNotHappen(Text::quoted("没有登录"));
    for outcome in [not, || failed("unreachable")] {
        let mut talk = confirmed();
        for _ in 0..2 {
            talk.ends(outcome());
            assert_eq!(talk.does(), "enter");
            assert!(talk.step.calls[0].not_before.is_some());
        }
        talk.ends(outcome());
        assert_eq!(talk.does(), "qr");
    }
    // The scan is spent: a new code.
    for outcome in [
        failed("not_confirmed"),
        Outcome::Unknown(Text::quoted("不知道")),
    ] {
        let mut talk = confirmed();
        talk.ends(outcome);
        assert_eq!(talk.does(), "qr");
    }
    // Only a person can go on.
    for outcome in [
        failed("needs_person"),
        failed("closed"),
        failed("passport:8"),
    ] {
        let mut talk = confirmed();
        talk.ends(outcome);
        talk.assert_over(Phase::Failed, "服务的原话");
    }
}

#[test]
fn the_owners_run_begins_anew() {
    let mut talk = Talk::shown();
    for _ in 0..6 {
        let step = talk.pass(vec![Incoming::Woken]);
        assert!(step.withdraw_asks);
        assert_eq!(talk.does(), "qr");
        talk.ends(code("u2"));
    }
    // But a confirmed scan is used.
    talk.wakes();
    let body = talk.step.calls[0].body.clone();
    let tag = "qr_state".to_owned();
    let called = Incoming::Called {
        tag,
        body,
        at: now(),
        outcome: heard("confirmed"),
    };
    talk.pass(vec![Incoming::Woken, called]);
    assert_eq!(talk.does(), "enter");
}

#[test]
fn there_are_two_ways() {
    for wishes in [
        json!({}),
        json!({ "way": "qr" }),
        json!({ "way": "password" }),
    ] {
        assert!(Machine::begin(&SignIn, &wishes, now()).is_ok(), "{wishes}");
    }
    let error = Machine::begin(&SignIn, &json!({ "way": "slider" }), now()).unwrap_err();
    assert_eq!(error.field, "way");
    assert!(error.text.en.contains("QR code"));

    let descriptor = Rail::default().descriptor();
    let ways: Vec<_> = descriptor.sign_in.iter().map(|way| way.way).collect();
    assert_eq!(ways, ["qr", "password"], "the recommended first");
    assert!(descriptor.sign_in[0].secrets.is_empty());
    for name in descriptor.sign_in[1].secrets {
        let known = descriptor.secrets.iter().find(|wish| wish.name == *name);
        assert!(known.is_some_and(|wish| wish.secret && !wish.required));
    }
    let kinds: Vec<_> = descriptor
        .errands
        .iter()
        .map(|kind| (kind.kind, kind.internal))
        .collect();
    assert_eq!(kinds, [("rail.ticket", false), ("rail.sign_in", true)]);
}

// ── older rows ──

/// A state as version 1 wrote it.
fn first_version(stage: &str) -> Value {
    json!({
        "stage": stage, "codes": 2, "uuid": "u1", "picture": "aVZCTw==",
        "until": "2026-11-22T01:05:00Z", "next": "2026-11-22T01:00:02Z",
        "asking": true, "shown": true, "scanned": false, "unseen": 0, "trouble": 1, "enters": 1, "said": null,
    })
}

/// One pass over a row of another version.
fn pass_over(version: u32, state: Value, incoming: &[Incoming]) -> Option<Step<Value>> {
    let pass = Pass {
        errand: &"e1".into(),
        account: &"a1".into(),
        now: now(),
        due: now(),
        chance: 1,
        wishes: &json!({ "way": "qr" }),
        incoming,
        seen: &BTreeMap::new(),
    };
    Machine::advance(&SignIn, version, state, &pass).ok()
}

#[test]
fn rows_of_the_first_version_go_on() {
    let called = |tag: &str, outcome| Incoming::Called {
        tag: tag.to_owned(),
        body: json!({ "do": tag, "uuid": "u1" }),
        at: now(),
        outcome,
    };
    let heard = called("qr_state", heard("scanned"));
    let step = pass_over(1, first_version("showing"), &[heard]).unwrap();
    assert!(step.reason.zh.contains("已扫码"), "{:?}", step.reason);
    assert_eq!(step.state["code"]["uuid"], "u1");
    assert_eq!(step.state["code"]["fetched"], 2);
    assert_eq!(step.state["way"], "qr");

    let entered = called("enter", Outcome::Done(json!({ "signed_in": true })));
    let step = pass_over(1, first_version("entering"), &[entered]).unwrap();
    assert_eq!(step.phase, Phase::Done);

    let fetched = called("qr", code("u9"));
    let step = pass_over(1, first_version("fetching"), &[fetched]).unwrap();
    assert_eq!(step.asks[0].kind, AskKind::Qr);

    let begun = pass_over(1, first_version("begin"), &[]).unwrap();
    assert_eq!(begun.calls[0].body["do"], "qr");
    for (stage, phase) in [("signed_in", Phase::Done), ("given_up", Phase::Failed)] {
        let step = pass_over(1, first_version(stage), &[]).unwrap();
        assert_eq!(step.phase, phase);
    }
    // What is no such row is left as it is.
    for (version, state) in [
        (1, json!({ "stage": "showing" })),
        (0, first_version("begin")),
        (3, first_version("begin")),
        (2, first_version("begin")),
    ] {
        assert!(pass_over(version, state, &[]).is_none(), "{version}");
    }
}
