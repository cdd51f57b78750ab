//! What goes over the line and in which order: a line that answers from a script and writes down what it was asked.

use std::sync::Mutex;

use async_trait::async_trait;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::call::{Call, CallState, NewCall};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Method, Pace, Request, Response};
use daiban_core::provider::{Book, Gate, Provider, Reconciled, Vault, Visit};
use daiban_core::service::Service;
use daiban_core::{Timestamp, descriptor};
use daiban_providers::permit::{self, Permit};
use serde_json::{Map, Value, json};

use crate::common::moment;

type Answer = Result<Value, HttpFailure>;

#[derive(Default)]
struct Line {
    answers: Mutex<Vec<Answer>>,
    sent: Mutex<Vec<Request>>,
}

#[async_trait]
impl Http for Line {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().remove(0)?;
        let body = answer
            .as_str()
            .map_or_else(|| answer.to_string(), str::to_owned);
        Ok(Response {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        })
    }
}

#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

#[async_trait]
impl Vault for Kept {
    async fn keep(&self, changed: Secrets) -> Result<(), ServiceError> {
        self.0.lock().unwrap().extend(
            changed
                .into_iter()
                .map(|(name, secret)| format!("{name}={}", secret.reveal())),
        );
        Ok(())
    }
}

struct Told<T> {
    result: Result<T, ServiceError>,
    sent: Vec<Request>,
    kept: Vec<String>,
}

impl<T> Told<T> {
    fn paths(&self) -> Vec<String> {
        let path = |request: &Request| request.url.rsplit('/').next().unwrap().to_owned();
        self.sent.iter().map(path).collect()
    }

    fn body(&self, at: usize) -> Value {
        serde_json::from_slice(self.sent[at].body.as_ref().unwrap()).unwrap()
    }
}

enum What {
    Look,
    Act,
}

async fn tell(what: What, body: Value, answers: Vec<Answer>, state: AccountState) -> Told<Value> {
    let (line, kept) = (
        Line {
            answers: answers.into(),
            ..Line::default()
        },
        Kept::default(),
    );
    let (settings, secrets, account) = setting(state);
    let visit = visit(
        &settings,
        &secrets,
        &account,
        &line,
        &kept,
        moment("2026-11-26T07:40:00"),
    );
    let result = match what {
        What::Look => Permit.look(&visit, &body).await,
        What::Act => Permit.act(&visit, &body).await,
    };
    Told {
        result,
        sent: line.sent.into_inner().unwrap(),
        kept: kept.0.into_inner().unwrap(),
    }
}

async fn ask_about(
    body: Value,
    answers: Vec<Answer>,
    minutes: i64,
) -> Result<Reconciled, ServiceError> {
    let (line, kept) = (
        Line {
            answers: answers.into(),
            ..Line::default()
        },
        Kept::default(),
    );
    let (settings, secrets, account) = setting(AccountState::Ready);
    let sent_at = moment("2026-11-26T07:40:30");
    let now = permit::decide::after(sent_at, minutes * 60);
    let visit = visit(&settings, &secrets, &account, &line, &kept, now);
    Permit.reconcile(&visit, &body, sent_at).await
}

fn setting(state: AccountState) -> (Settings, Secrets, Account) {
    let settings = Settings::from([(
        "base_url".to_owned(),
        "https://example.test:1443/".to_owned(),
    )]);
    let secrets = [
        ("token", "0123456789abcdef0123456789abcdef"),
        ("name", "张测试"),
        ("id_number", "110101199001010015"),
        ("phone", "13800000001"),
    ];
    let secrets = secrets
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into();
    let account = Account {
        id: "a1".into(),
        user: "u1".into(),
        service: Service::Permit,
        name: "家".to_owned(),
        state,
        problem: None,
        settings: Settings::new(),
        created_at: moment("2026-11-01T00:00:00"),
        signed_in_at: None,
        shared: false,
    };
    (settings, secrets, account)
}

fn visit<'a>(
    settings: &'a Settings,
    secrets: &'a Secrets,
    account: &'a Account,
    http: &'a Line,
    vault: &'a Kept,
    now: Timestamp,
) -> Visit<'a> {
    Visit {
        now,
        chance: 1,
        settings,
        account: Some(account),
        secrets,
        http,
        vault,
    }
}

fn good(data: Value) -> Answer {
    Ok(json!({ "code": 200, "msg": "ok", "data": data }))
}

fn bad(code: u32, words: &str) -> Answer {
    Ok(json!({ "code": code, "msg": words }))
}

fn driver() -> Answer {
    good(json!({ "jsrxm": "张测试", "jszh": "110101199001010015", "dabh": "" }))
}

fn state_list(records: Value) -> Answer {
    good(json!({
        "ylzmc": "进京证(六环内)", "ylzqyms": "市界到二环", "elzmc": "进京证（六环外）", "elzqyms": "市界到六环",
        "bzclxx": [{ "vId": "1900000000000000001", "hphm": "冀R0D001", "hpzl": "02", "cllx": "01", "ylzsfkb": true, "elzsfkb": null,
            "bzxx": records }],
    }))
}

fn apply_body(trip: Value) -> Value {
    let mut said = json!({
        "purpose": "03", "district": "010", "address": "测试路 1 号", "longitude": null, "latitude": null,
        "in_beijing": false, "beijing_address": null, "entry_road": "00606",
    });
    for (name, value) in trip.as_object().unwrap() {
        said[name] = value.clone();
    }
    json!({
        "do": "apply", "vehicle_id": "1900000000000000001", "plate": "冀R0D001", "plate_type": "02", "body_type": "01",
        "can_apply": { "inside": true, "outside": null },
        "zones": { "inside_name": "进京证(六环内)", "inside_area": "市界到二环", "outside_name": "进京证（六环外）", "outside_area": "市界到六环" },
        "zone": "outside", "from": "2026-11-27", "trip": said,
    })
}

#[tokio::test]
async fn status_sends_the_bare_token_to_the_accounts_port() {
    let told = tell(
        What::Look,
        json!({ "do": "status" }),
        vec![state_list(json!([]))],
        AccountState::Ready,
    )
    .await;
    let request = &told.sent[0];
    assert_eq!(
        request.url,
        "https://example.test:1443/pro/applyRecordController/stateList"
    );
    assert_eq!((request.method, request.pace), (Method::Post, Pace::Step));
    assert!(request.headers.contains(&(
        "authorization",
        "0123456789abcdef0123456789abcdef".to_owned()
    )));
    assert!(
        request
            .headers
            .contains(&("content-type", "application/json".to_owned()))
    );
    assert_eq!(told.body(0), json!({}));
    assert!(request.ban_sign.is_some());
    let value = told.result.unwrap();
    assert_eq!(value["public"]["vehicles"][0]["plate"], "冀R0D001");
    assert_eq!(value["inner"]["zones"]["outside_name"], "进京证（六环外）");
    let told = tell(
        What::Look,
        json!({ "do": "status", "poll": true }),
        vec![state_list(json!([]))],
        AccountState::Ready,
    )
    .await;
    assert_eq!(told.sent[0].pace, Pace::Poll);
}

#[tokio::test]
async fn a_lost_sign_in_gets_a_second_look_and_a_new_account_a_hint() {
    let lost = || bad(401, "令牌为空，请重新登录");
    let told = tell(
        What::Look,
        json!({ "do": "status" }),
        vec![lost(), state_list(json!([]))],
        AccountState::Ready,
    )
    .await;
    assert!(told.result.is_ok());
    let told = tell(
        What::Look,
        json!({ "do": "status" }),
        vec![lost(), lost()],
        AccountState::Ready,
    )
    .await;
    let Err(ServiceError::SignInLost { text }) = told.result else {
        panic!()
    };
    assert!(!text.zh.contains("端口"));
    let told = tell(
        What::Look,
        json!({ "do": "status" }),
        vec![lost(), lost()],
        AccountState::New,
    )
    .await;
    let Err(ServiceError::SignInLost { text }) = told.result else {
        panic!()
    };
    assert!(
        text.zh.contains("端口") && text.en.contains("wrong port")
            || text.en.contains("port may be wrong for this token")
    );
}

#[tokio::test]
async fn the_checks_go_in_the_services_own_order() {
    let body = json!({ "do": "prepare", "vehicle_id": "1900000000000000001", "plate": "冀R0D001", "plate_type": "02", "zone": "outside" });
    let dates = good(json!({ "jjrqs": ["2026-11-27"], "kbyxts": "7" }));
    let switches = good(json!({ "txrkg": 1 }));
    let answers = vec![
        good(json!("200")),
        driver(),
        switches,
        bad(200, "校验通过!"),
        dates,
        good(json!("0")),
    ];
    let told = tell(What::Look, body.clone(), answers, AccountState::Ready).await;
    let paths = [
        "applyVehicleCheck",
        "getJsrxx",
        "getConfigRecordInfo",
        "applyCheckNum",
        "checkHandle",
        "checkInputRoadInfo",
    ];
    assert_eq!(told.paths(), paths);
    assert_eq!(
        (&told.body(3)["txrkg"], &told.body(3)["txrxx"]),
        (&json!("1"), &json!([]))
    );
    assert_eq!(
        told.body(4),
        json!({ "vId": "1900000000000000001", "jjzzl": "02", "hphm": "冀R0D001" })
    );
    let value = told.result.unwrap();
    assert_eq!(
        value,
        json!({ "offered": ["2026-11-27"], "days": 7, "route_needed": false })
    );

    let incomplete = Ok(json!({ "code": 200, "msg": "请补充车辆信息", "data": "201" }));
    let told = tell(What::Look, body, vec![incomplete], AccountState::Ready).await;
    let Err(ServiceError::NeedsPerson { text }) = told.result else {
        panic!()
    };
    assert!(text.zh.contains("请补充车辆信息"));
}

#[tokio::test]
async fn an_application_says_what_its_owner_said_and_echoes_the_server() {
    let told = tell(
        What::Act,
        apply_body(json!({})),
        vec![driver(), bad(200, "信息已提交，正在审核!")],
        AccountState::Ready,
    )
    .await;
    assert_eq!(told.paths(), ["getJsrxx", "insertApplyRecord"]);
    assert_eq!(told.result.as_ref().unwrap()["submitted"], true);
    let expected = json!({
        "vId": "1900000000000000001", "hphm": "冀R0D001", "hpzl": "02", "cllx": "01",
        "ylzsfkb": true, "elzsfkb": null, "ylzmc": "进京证(六环内)", "ylzqyms": "市界到二环",
        "elzmc": "进京证（六环外）", "elzqyms": "市界到六环", "jjzzl": "02", "jjrq": "2026-11-27",
        "jsrxm": "张测试", "jszh": "110101199001010015", "dabh": "", "txrxx": [],
        "jjmd": "03", "jjmdmc": "探亲访友", "jjdq": "010", "area": "顺义区", "xxdz": "测试路 1 号",
        "jjdzgdjd": "", "jjdzgdwd": "", "sqdzgdjd": "116.4", "sqdzgdwd": "39.9", "sfzj": "0",
        "zjxxdz": "", "zjxxdzgdjd": "", "zjxxdzgdwd": "", "jjlk": "00606", "jjlkmc": "其他道路",
        "jjlkgdjd": "", "jjlkgdwd": "", "jingState": "",
    });
    assert_eq!(told.body(1), expected);
    let here = json!({ "in_beijing": true, "beijing_address": "测试路 2 号", "entry_road": null, "longitude": "116.5", "latitude": "40.1" });
    let told = tell(
        What::Act,
        apply_body(here),
        vec![driver(), bad(200, "")],
        AccountState::Ready,
    )
    .await;
    let body = told.body(1);
    assert_eq!(
        (&body["sfzj"], &body["zjxxdz"], &body["jjlk"]),
        (&json!("1"), &json!("测试路 2 号"), &json!(""))
    );
    assert_eq!(
        (&body["jjdzgdjd"], &body["jjdzgdwd"]),
        (&json!("116.5"), &json!("40.1"))
    );
}

#[tokio::test]
async fn only_what_is_known_is_a_clear_no() {
    let ends = |answer: Answer| {
        tell(
            What::Act,
            apply_body(json!({})),
            vec![driver(), answer],
            AccountState::Ready,
        )
    };
    assert!(matches!(
        ends(bad(500, "已超过办理次数限制。")).await.result,
        Err(ServiceError::Refused { .. })
    ));
    assert!(matches!(
        ends(bad(500, "从未见过的话")).await.result,
        Err(ServiceError::Unsure { .. })
    ));
    assert!(matches!(
        ends(Ok(json!("<html>拦截</html>"))).await.result,
        Err(ServiceError::Unsure { .. })
    ));
    assert!(matches!(
        ends(Ok(json!("{\"code\": 20"))).await.result,
        Err(ServiceError::Unsure { .. })
    ));
    let lost = HttpFailure::NoAnswer {
        text: "time-out".to_owned(),
    };
    assert!(matches!(
        ends(Err(lost)).await.result,
        Err(ServiceError::Unsure { .. })
    ));
    let refused = HttpFailure::NotSent {
        text: "refused".to_owned(),
    };
    assert!(matches!(
        ends(Err(refused)).await.result,
        Err(ServiceError::Unreachable { .. })
    ));
    // Before the submit nothing is in doubt.
    let cut = HttpFailure::NoAnswer {
        text: "time-out".to_owned(),
    };
    let told = tell(
        What::Act,
        apply_body(json!({})),
        vec![Err(cut)],
        AccountState::Ready,
    )
    .await;
    assert!(matches!(told.result, Err(ServiceError::Unreachable { .. })));
}

fn record(state: u32, from: &str, applied: Value) -> Value {
    json!([{ "applyId": "77", "blzt": state, "yxqs": from, "yxqz": null, "jjzzl": "02", "sqsj": applied }])
}

#[tokio::test]
async fn what_became_of_an_application_is_read_from_the_records() {
    let ask = |records: Value, minutes| {
        ask_about(apply_body(json!({})), vec![state_list(records)], minutes)
    };
    for state in [1, 4, 5, 6] {
        let found = ask(record(state, "2026-11-27", json!("2026-11-26 07:40:31")), 0)
            .await
            .unwrap();
        assert!(matches!(found, Reconciled::Happened(_)), "{state}");
    }
    assert!(matches!(
        ask(record(5, "2026-11-27", Value::Null), 0).await.unwrap(),
        Reconciled::Happened(_)
    ));
    // Another day's, or an older one, is not ours.
    for (from, applied) in [
        ("2026-11-28", "2026-11-26 07:40:31"),
        ("2026-11-27", "2026-11-26 07:30:00"),
    ] {
        let records = record(5, from, json!(applied));
        assert!(
            matches!(ask(records.clone(), 1).await.unwrap(), Reconciled::AskAgain { at, .. } if at == moment("2026-11-26T07:45:30"))
        );
        assert!(
            matches!(ask(records.clone(), 6).await.unwrap(), Reconciled::AskAgain { at, .. } if at == moment("2026-11-26T07:50:30"))
        );
        assert!(matches!(
            ask(records, 10).await.unwrap(),
            Reconciled::DidNotHappen(_)
        ));
    }
    assert!(matches!(
        ask(record(9, "2026-11-27", Value::Null), 10).await.unwrap(),
        Reconciled::CannotKnow(_)
    ));
}

#[tokio::test]
async fn only_a_pending_permit_is_cancelled() {
    let body = permit::cancel("cancel", &"a1".into(), "77").body;
    let pending = || state_list(record(6, "2026-11-28", json!("2026-11-26 07:40:31")));
    let told = tell(
        What::Act,
        body.clone(),
        vec![pending(), bad(200, "取消申请已提交")],
        AccountState::Ready,
    )
    .await;
    assert!(told.result.is_ok());
    assert_eq!(
        told.body(1),
        json!({ "applyId": "77", "sqsj": "2026-11-26 07:40:31" })
    );
    let told = tell(
        What::Act,
        body.clone(),
        vec![state_list(record(5, "2026-11-28", Value::Null))],
        AccountState::Ready,
    )
    .await;
    assert!(
        matches!(told.result, Err(ServiceError::Refused { code, .. }) if code == "not_pending")
    );
    let told = tell(
        What::Act,
        permit::cancel("cancel", &"a1".into(), "78").body,
        vec![pending()],
        AccountState::Ready,
    )
    .await;
    assert!(matches!(told.result, Err(ServiceError::Refused { code, .. }) if code == "no_record"));
    let ask = |state, minutes| {
        ask_about(
            body.clone(),
            vec![state_list(record(state, "2026-11-28", Value::Null))],
            minutes,
        )
    };
    assert!(matches!(ask(2, 0).await.unwrap(), Reconciled::Happened(_)));
    assert!(matches!(ask(8, 0).await.unwrap(), Reconciled::Happened(_)));
    assert!(matches!(
        ask(6, 1).await.unwrap(),
        Reconciled::AskAgain { .. }
    ));
    assert!(matches!(
        ask(6, 10).await.unwrap(),
        Reconciled::DidNotHappen(_)
    ));
}

#[tokio::test]
async fn signing_in_keeps_the_token_before_it_is_used() {
    let body = json!({ "do": "login", "code": "ab12", "uuid": "u1", "phone_code": null });
    let token = "00000000000000000000000000000000";
    let told = tell(
        What::Act,
        body.clone(),
        vec![good(json!(token))],
        AccountState::New,
    )
    .await;
    assert_eq!(told.result.as_ref().unwrap(), &json!({ "signed_in": true }));
    assert_eq!(told.kept, [format!("token={token}")]);
    let sent = told.body(0);
    assert_eq!(
        (
            &sent["username"],
            &sent["phoneNumber"],
            &sent["code"],
            sent.get("phoneCode")
        ),
        (
            &json!("张测试"),
            &json!("13800000001"),
            &json!("ab12"),
            None
        )
    );
    assert!(
        !told.sent[0]
            .headers
            .iter()
            .any(|(name, _)| *name == "authorization")
    );
    for (code, next) in [("16002", "picture"), ("16003", "text_message")] {
        let answer = Ok(json!({ "code": 500, "msg": "x", "data": code }));
        let told = tell(What::Act, body.clone(), vec![answer], AccountState::New).await;
        let value = told.result.unwrap();
        assert_eq!(
            (&value["signed_in"], &value["next"]),
            (&json!(false), &json!(next))
        );
        assert!(told.kept.is_empty());
    }
    let told = tell(
        What::Look,
        json!({ "do": "picture" }),
        vec![good(
            json!({ "uuid": "u1", "img": "data:image/png;base64,iVBORw0=" }),
        )],
        AccountState::New,
    )
    .await;
    assert_eq!(
        told.result.unwrap(),
        json!({ "signed_in": false, "uuid": "u1", "picture": "iVBORw0=" })
    );
    let told = tell(
        What::Act,
        json!({ "do": "send_text_message" }),
        vec![bad(200, "ok")],
        AccountState::New,
    )
    .await;
    assert_eq!(
        told.sent[0].url,
        "https://example.test:1443/auth/userController/getPhoneCode?phone=13800000001"
    );
    let cut = HttpFailure::NoAnswer {
        text: "time-out".to_owned(),
    };
    let told = tell(What::Act, body, vec![Err(cut)], AccountState::New).await;
    assert!(matches!(told.result, Err(ServiceError::Unsure { .. })));
}

#[tokio::test]
async fn a_token_kept_before_the_end_of_the_process_counts() {
    let login = || json!({ "do": "login", "code": "ab12", "uuid": "u1", "phone_code": null });
    let works = ask_about(login(), vec![state_list(json!([]))], 1)
        .await
        .unwrap();
    assert_eq!(works, Reconciled::Happened(json!({ "signed_in": true })));
    let lost = || bad(401, "令牌为空，请重新登录");
    let not = ask_about(login(), vec![lost(), lost()], 1).await.unwrap();
    assert!(matches!(not, Reconciled::CannotKnow(_)));
    let message = ask_about(json!({ "do": "send_text_message" }), Vec::new(), 1)
        .await
        .unwrap();
    assert!(matches!(message, Reconciled::CannotKnow(_)));
}

#[test]
fn an_account_is_checked_before_it_is_stored() {
    let check = |setting: &str, secrets: &[(&str, &str)]| {
        let mut settings = Settings::new();
        if !setting.is_empty() {
            settings.insert("base_url".to_owned(), setting.to_owned());
        }
        let mut secrets: Secrets = secrets
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        let checked = Permit.check_account(&mut settings, &mut secrets);
        checked
            .map(|()| (settings, secrets))
            .map_err(|invalid| invalid.field)
    };
    let token = "0123456789abcdef0123456789abcdef";
    assert!(check("", &[("token", token)]).is_ok());
    assert!(check("", &[("token", "01234567-89ab-cdef-0123-456789abcdef")]).is_ok());
    assert_eq!(
        check("", &[("token", " 0123456789abcdef0123456789abcdef\n")])
            .unwrap()
            .1["token"]
            .reveal(),
        token
    );
    for wrong in [
        "0123",
        "0123456789ABCDEF0123456789ABCDEF",
        "01234567 89abcdef0123456789abcdef",
        "Bearer 0123456789abcdef0123456789abcdef",
    ] {
        assert_eq!(
            check("", &[("token", wrong)]).unwrap_err(),
            "token",
            "{wrong}"
        );
    }
    assert_eq!(
        check("https://example.test:2443/", &[]).unwrap().0["base_url"],
        "https://example.test:2443"
    );
    assert!(check("http://127.0.0.1:9/x", &[]).is_ok());
    for wrong in [
        "http://example.test",
        "ftp://example.test",
        "example.test",
        "http://127.0.0.1@example.test",
    ] {
        assert_eq!(check(wrong, &[]).unwrap_err(), "base_url", "{wrong}");
    }
    let form = [
        ("name", "张测试"),
        ("id_number", "11010119900101001 5"),
        ("phone", "138 0000 0001"),
    ];
    let (_, tidied) = check("", &form).unwrap();
    assert_eq!(
        (tidied["id_number"].reveal(), tidied["phone"].reveal()),
        ("110101199001010015", "13800000001")
    );
    assert_eq!(check("", &form[..2]).unwrap_err(), "phone");
    assert_eq!(
        check(
            "",
            &[
                ("name", "张测试"),
                ("id_number", "110101199001010016"),
                ("phone", "13800000001")
            ]
        )
        .unwrap_err(),
        "id_number"
    );
}

#[test]
fn the_descriptor_reads_its_own_examples_into_wishes_that_fit() {
    let descriptor = Permit.descriptor();
    let keep = descriptor
        .errands
        .iter()
        .find(|kind| kind.kind == "permit.keep")
        .unwrap();
    let mut given = Map::new();
    for wish in keep
        .wishes
        .iter()
        .filter(|wish| wish.required || wish.name == "entry_road")
    {
        given.insert(wish.name.to_owned(), json!(wish.example));
    }
    let wishes = keep.read_wishes(&given).unwrap();
    let machine = Permit
        .machines()
        .into_iter()
        .find(|machine| machine.kind() == "permit.keep")
        .unwrap();
    machine
        .begin(&wishes, moment("2026-11-22T14:00:00"))
        .unwrap();
    for kind in descriptor.errands {
        for wish in kind.wishes {
            let one = Map::from_iter([(wish.name.to_owned(), json!(wish.example))]);
            let alone = descriptor::read(std::slice::from_ref(wish), &one);
            assert!(alone.is_ok(), "{}: {alone:?}", wish.name);
        }
    }
}

#[test]
fn the_gate_holds_a_second_application_while_the_first_is_unsure() {
    let now = moment("2026-11-26T07:45:00");
    let call = NewCall::act(
        "apply",
        Service::Permit,
        &"a1".into(),
        apply_body(json!({})),
    );
    let past = |state| Call {
        id: "c1".into(),
        errand: None,
        call: call.clone(),
        state,
        intended_at: now,
        due: now,
        sent_at: Some(now),
        settled_at: None,
        tries: 0,
        outcome: None,
        charged: None,
    };
    let gate = |state| {
        let ledger = [past(state)];
        Permit.gate(
            &Book {
                now,
                settings: &Settings::new(),
                last: None,
                ledger: &ledger,
            },
            &call.body,
        )
    };
    assert!(matches!(
        gate(CallState::Unsure),
        Gate::Refuse(ServiceError::Busy { .. })
    ));
    assert!(matches!(gate(CallState::Settled), Gate::Send));
}

#[test]
fn a_pasted_token_is_proven_by_a_look() {
    let (_, secrets, account) = setting(AccountState::New);
    assert_eq!(
        Permit.proof(&account, &secrets).unwrap().body,
        json!({ "do": "status" })
    );
    assert!(Permit.proof(&account, &Secrets::new()).is_none());
}
