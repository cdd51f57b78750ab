//! Placing an order over a scripted line: each step and each way it can end, what is definite and what is unsure, and what
//! asking afterwards concludes.

use std::collections::VecDeque;
use std::sync::Mutex;

use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Pace, Request, Response};
use daiban_core::provider::{Provider, Reconciled, Vault, Visit};
use daiban_core::{Text, Timestamp};
use daiban_providers::rail::Rail;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::order_wire::{code, envelope, refusal};
use crate::{ok, redirect};

const INIT_DC: &str = include_str!("../../fixtures/rail/init_dc.html");
const UNFINISHED: &str = include_str!("../../fixtures/rail/unfinished.json");
const QUEUED: &str = include_str!("../../fixtures/rail/queued.json");
const PEOPLE: &str = include_str!("../../fixtures/rail/order_people.json");

const TOKEN: &str = "0123456789made0up0token012345678";

type Answer = Result<Response, HttpFailure>;

/// Answers requests in turn and remembers them. One more request than answers is a mistake.
#[derive(Default)]
struct Road {
    answers: Mutex<VecDeque<Answer>>,
    sent: Mutex<Vec<Request>>,
}

impl Road {
    fn takes(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The requests sent since this was last asked.
    fn sent(&self) -> Vec<Request> {
        assert!(self.answers.lock().unwrap().is_empty(), "answers are left");
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    /// The last parts of their paths.
    fn steps(&self) -> Vec<String> {
        let step = |request: Request| {
            let path = request.url.split('?').next().unwrap();
            path.rsplit('/').next().unwrap().to_owned()
        };
        self.sent().into_iter().map(step).collect()
    }
}

#[async_trait::async_trait]
impl Http for Road {
    async fn send(&self, request: Request) -> Answer {
        let url = request.url.clone();
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or_else(|| panic!("no answer is due to {url}"))
    }
}

#[async_trait::async_trait]
impl Vault for Road {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("nothing to keep")
    }
}

struct Desk {
    rail: Rail,
    road: Road,
    settings: Settings,
    secrets: Secrets,
    now: Timestamp,
}

/// The moment the order acts begin.
fn begun() -> Timestamp {
    "2026-11-22T09:00:00+08:00".parse().unwrap()
}

impl Desk {
    fn new() -> Self {
        let settings = [
            ("base_url", "https://kyfw.test"),
            ("www_url", "https://www.test"),
        ];
        Self {
            rail: Rail::default(),
            road: Road::default(),
            settings: settings
                .map(|(name, url)| (name.to_owned(), url.to_owned()))
                .into(),
            secrets: Secrets::new(),
            now: begun(),
        }
    }

    /// With the people of the fixture in memory.
    async fn with_people() -> Self {
        let desk = Self::new();
        let listed = PEOPLE.replace("normal_passengers", "pageTotal\":1,\"datas");
        desk.road.takes([Ok(ok(&listed))]);
        desk.look(json!({ "do": "passengers" })).await.unwrap();
        desk.road.sent();
        desk
    }

    fn visit(&self) -> Visit<'_> {
        Visit {
            now: self.now,
            chance: 0,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: &self.road,
            vault: &self.road,
        }
    }

    async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        self.rail.look(&self.visit(), &body).await
    }

    async fn act(&self, body: &Value) -> Result<Value, ServiceError> {
        self.rail.act(&self.visit(), body).await
    }

    /// Asks what became of an order, that many seconds after it was begun.
    async fn ask_at(&mut self, seconds: i64, body: &Value) -> Result<Reconciled, ServiceError> {
        self.now = begun() + SignedDuration::from_secs(seconds);
        self.rail.reconcile(&self.visit(), body, begun()).await
    }
}

fn wish() -> Value {
    json!({
        "do": "order", "date": "2026-12-04", "train": "G9001", "train_no": "0a0000G90010",
        "from": { "name": "北京南", "code": "VNP" }, "to": { "name": "上海虹桥", "code": "AOH" },
        "secret": "made%2Bup%0Akey%3D", "bed_levels": "", "discounts": "90084M0090O0090", "seat": "O",
        "passengers": [{ "uuid": "uuid-1", "ticket": "adult" }],
    })
}

/// The same with those fields.
fn wish_with(fields: &Value) -> Value {
    let mut wish = wish();
    for (name, value) in fields.as_object().unwrap() {
        wish[name] = value.clone();
    }
    wish
}

fn submitted() -> Answer {
    Ok(ok(&envelope(&json!("0"))))
}

fn page() -> Answer {
    Ok(ok(INIT_DC))
}

fn checked() -> Answer {
    data(
        json!({ "submitStatus": true, "canChooseSeats": "Y", "choose_Seats": "OM9", "canChooseBeds": "N", "isCanChooseMid": "N", "ifShowPassCodeTime": "1", "smokeStr": "" }),
    )
}

fn counted() -> Answer {
    data(
        json!({ "count": "0", "ticket": "20,100", "op_2": "false", "countT": "0", "op_1": "false" }),
    )
}

fn taken_in() -> Answer {
    data(json!({ "submitStatus": true, "isAsync": "1" }))
}

fn waits(time: i64) -> Answer {
    data(
        json!({ "queryOrderWaitTimeStatus": true, "waitTime": time, "waitCount": 1, "requestId": 6_478_994_818_521_140_385_u64, "orderId": null, "msg": "没有足够的票!" }),
    )
}

fn ordered() -> Answer {
    data(json!({ "queryOrderWaitTimeStatus": true, "waitTime": -1, "orderId": "E000000001" }))
}

fn none_unfinished() -> Answer {
    Ok(ok(r#"{"status":true,"messages":[]}"#))
}

fn none_finished() -> Answer {
    data(json!({ "OrderDTODataList": [], "order_total_number": "0" }))
}

/// The fixture's order with one passenger, as a list of unfinished orders.
fn one_unfinished() -> Value {
    let mut list: Value = serde_json::from_str(UNFINISHED).unwrap();
    let tickets = list["data"]["orderDBList"][0]["tickets"].as_array_mut();
    tickets.unwrap().truncate(1);
    list
}

/// The same as a list of finished orders.
fn one_finished(status: &str) -> Value {
    let text = one_unfinished()
        .to_string()
        .replace("orderDBList", "OrderDTODataList")
        .replace("待支付", status);
    serde_json::from_str(&text).unwrap()
}

fn data(data: Value) -> Answer {
    Ok(ok(&envelope(&data)))
}

fn said(words: &str) -> Answer {
    Ok(ok(&refusal(words)))
}

fn body(value: &Value) -> Answer {
    Ok(ok(&value.to_string()))
}

fn no_answer() -> Answer {
    Err(HttpFailure::NoAnswer {
        text: "time-out".into(),
    })
}

fn not_sent() -> Answer {
    Err(HttpFailure::NotSent {
        text: "refused".into(),
    })
}

fn failed(status: u16) -> Answer {
    Ok(Response {
        status,
        ..Response::default()
    })
}

/// Form or query of a request, decoded.
fn fields(request: &Request) -> Vec<(String, String)> {
    let body = request.body.as_deref().unwrap_or_default();
    let text = match request.url.split_once('?') {
        Some((_, query)) => query.as_bytes(),
        None => body,
    };
    form_urlencoded::parse(text).into_owned().collect()
}

fn check_fields(request: &Request, expected: &[(&str, &str)]) {
    let fields = fields(request);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(fields, expected, "{}", request.url);
}

fn field(request: &Request, name: &str) -> String {
    let fields = fields(request);
    let found = fields.into_iter().find(|(known, _)| known == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {}", request.url))
        .1
}

// ── the whole chain ──

#[tokio::test]
async fn six_requests_place_an_order() {
    let desk = Desk::with_people().await;
    desk.road.takes([
        submitted(),
        page(),
        checked(),
        counted(),
        taken_in(),
        ordered(),
    ]);
    let placed = desk.act(&wish_with(&json!({ "choose": "1f" }))).await;
    assert_eq!(placed, Ok(json!({ "order_no": "E000000001" })));
    let sent = desk.road.sent();
    for request in &sent {
        assert_eq!(request.pace, Pace::Chain, "{}", request.url);
        assert!(request.ban_sign.is_some(), "{}", request.url);
        let header = |wanted: &str| {
            let mut headers = request.headers.iter();
            let found = headers.find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.replacen("https://kyfw.test/otn/", "", 1))
        };
        let is_page = request.url.ends_with("initDc");
        assert_eq!(
            header("x-requested-with").is_none(),
            is_page,
            "{}",
            request.url
        );
        let before = request.url.contains("submitOrderRequest") || is_page;
        let from = if before {
            "leftTicket/init?linktypeid=dc"
        } else {
            "confirmPassenger/initDc"
        };
        assert_eq!(header("referer").as_deref(), Some(from), "{}", request.url);
    }
    let [submit, page, check, count, confirm, wait] = sent.as_slice() else {
        panic!("{} requests", sent.len())
    };
    let ends = [("_json_att", ""), ("REPEAT_SUBMIT_TOKEN", TOKEN)];
    check_fields(
        submit,
        &[
            ("secretStr", "made+up\nkey="),
            ("train_date", "2026-12-04"),
            ("back_train_date", "2026-12-04"),
            ("tour_flag", "dc"),
            ("purpose_codes", "ADULT"),
            ("query_from_station_name", "北京南"),
            ("query_to_station_name", "上海虹桥"),
            ("bed_level_info", ""),
            ("seat_discount_info", "90084M0090O0090"),
            ("undefined", ""),
        ],
    );
    check_fields(page, &[("_json_att", "")]);
    let tickets = "O,0,1,张测试,1,1101***********015,138****0001,N,ab12cd34made0up1";
    let people = "张测试,1,1101***********015,1_";
    check_fields(
        check,
        &[
            &[
                ("cancel_flag", "2"),
                ("bed_level_order_num", &"0".repeat(30)),
                ("passengerTicketStr", tickets),
                ("oldPassengerStr", people),
                ("tour_flag", "dc"),
                ("randCode", ""),
                ("whatsSelect", "1"),
                ("sessionId", ""),
                ("sig", ""),
                ("scene", "nc_login"),
            ],
            &ends[..],
        ]
        .concat(),
    );
    check_fields(
        count,
        &[
            &[
                (
                    "train_date",
                    "Fri Dec 04 2026 00:00:00 GMT+0800 (中国标准时间)",
                ),
                ("train_no", "0a0000G90010"),
                ("stationTrainCode", "G9001"),
                ("seatType", "O"),
                ("fromStationTelecode", "VNP"),
                ("toStationTelecode", "AOH"),
                ("leftTicket", "made%2Bup%2Fleft%3D"),
                ("purpose_codes", "00"),
                ("train_location", "P2"),
            ],
            &ends[..],
        ]
        .concat(),
    );
    check_fields(
        confirm,
        &[
            &[
                ("passengerTicketStr", tickets),
                ("oldPassengerStr", people),
                ("randCode", ""),
                ("purpose_codes", "00"),
                ("key_check_isChange", "MADEUP0KEY0CHECK"),
                ("leftTicketStr", "made%2Bup%2Fleft%3D"),
                ("train_location", "P2"),
                ("choose_seats", "1F"),
                ("seatDetailType", "000"),
                ("is_jy", "N"),
                ("is_cj", "Y"),
                ("encryptedData", ""),
                ("whatsSelect", "1"),
                ("roomType", "00"),
                ("dwAll", "N"),
            ],
            &ends[..],
        ]
        .concat(),
    );
    check_fields(
        wait,
        &[
            &[("random", "1795309200000"), ("tourFlag", "dc")],
            &ends[..],
        ]
        .concat(),
    );
}

const CHAIN: [&str; 6] = [
    "submitOrderRequest",
    "initDc",
    "checkOrderInfo",
    "getQueueCount",
    "confirmSingleForQueue",
    "queryOrderWaitTime",
];

#[tokio::test]
async fn people_are_asked_for_once_and_again_after_a_new_sign_in() {
    let desk = Desk::new();
    let whole = || [checked(), counted(), taken_in(), ordered()];
    desk.road.takes([submitted(), page(), Ok(ok(PEOPLE))]);
    desk.road.takes(whole());
    desk.act(&wish()).await.unwrap();
    let mut with_people = CHAIN.map(str::to_owned).to_vec();
    with_people.insert(2, "getPassengerDTOs".to_owned());
    assert_eq!(desk.road.steps(), with_people);

    desk.road.takes([submitted(), page()]);
    desk.road.takes(whole());
    desk.act(&wish()).await.unwrap();
    assert_eq!(desk.road.steps(), CHAIN);

    // A sign-in, even one that comes to nothing, has other cookies.
    desk.road.takes([no_answer()]);
    desk.act(&json!({ "do": "enter" })).await.unwrap_err();
    desk.road.sent();
    desk.road.takes([submitted(), page(), Ok(ok(PEOPLE))]);
    desk.road.takes(whole());
    desk.act(&wish()).await.unwrap();
    assert_eq!(desk.road.steps(), with_people);
}

#[tokio::test]
async fn somebody_who_is_not_on_the_account_ends_it() {
    for uuid in ["uuid-9", "uuid-4"] {
        let desk = Desk::new();
        desk.road.takes([submitted(), page(), Ok(ok(PEOPLE))]);
        let wish = wish_with(&json!({ "passengers": [{ "uuid": uuid, "ticket": "adult" }] }));
        let error = desk.act(&wish).await.unwrap_err();
        assert_eq!(code(&error), "passengers", "{uuid}");
        assert_eq!(desk.road.steps().len(), 3);
    }
}

#[tokio::test]
async fn a_refusal_that_may_come_of_old_people_forgets_them() {
    let check = async |words: &str, asks_again: bool| {
        let desk = Desk::with_people().await;
        desk.road.takes([submitted(), page(), said(words)]);
        desk.act(&wish()).await.unwrap_err();
        desk.road.sent();
        let people = asks_again.then(|| Ok(ok(PEOPLE)));
        desk.road
            .takes([submitted(), page()].into_iter().chain(people));
        desk.road
            .takes([checked(), counted(), taken_in(), ordered()]);
        desk.act(&wish()).await.unwrap();
        assert_eq!(
            desk.road.steps().len(),
            if asks_again { 7 } else { 6 },
            "{words}"
        );
    };
    check("非法请求", true).await;
    check("没有见过的话", true).await;
    check("没有足够的票", false).await;
}

/// The confirming request of an order with such a wish and such answers.
async fn confirmed(wish: &Value, check: Value) -> Request {
    let desk = Desk::with_people().await;
    desk.road.takes([
        submitted(),
        page(),
        data(check),
        counted(),
        taken_in(),
        ordered(),
    ]);
    desk.act(wish).await.unwrap();
    desk.road.sent().swap_remove(4)
}

#[tokio::test]
async fn wishes_for_places_are_given_up_where_there_is_no_choice() {
    let two =
        json!([{ "uuid": "uuid-1", "ticket": "adult" }, { "uuid": "uuid-2", "ticket": "student" }]);
    let offer = |can: &str, classes: &str| json!({ "submitStatus": true, "canChooseSeats": can, "choose_Seats": classes });
    let check = async |seat: &str, choose: &str, offer: Value, expected: &str| {
        let wish = wish_with(&json!({ "seat": seat, "choose": choose, "passengers": two }));
        let request = confirmed(&wish, offer).await;
        assert_eq!(field(&request, "choose_seats"), expected, "{seat} {choose}");
        assert_eq!(field(&request, "seatDetailType"), "000");
    };
    check("O", "1A1B", offer("Y", "OM"), "1A1B").await;
    check("O", "1A1B", offer("N", "OM"), "").await;
    check("O", "1A1B", offer("Y", "M"), "").await;
    check("M", "1A1B", offer("Y", "OM"), "").await;
    check("W", "1A1B", offer("Y", "OM"), "").await;
    check("O", "", offer("Y", "OM"), "").await;

    let offer = |beds: &str, middle: &str| json!({ "submitStatus": true, "canChooseSeats": "N", "canChooseBeds": beds, "isCanChooseMid": middle });
    let check = async |seat: &str, berths: [u8; 3], offer: Value, expected: (&str, &str)| {
        let [lower, middle, upper] = berths;
        let berths = json!({ "lower": lower, "middle": middle, "upper": upper });
        let wish = wish_with(&json!({ "seat": seat, "berths": berths, "passengers": two }));
        let request = confirmed(&wish, offer).await;
        let tickets = field(&request, "passengerTicketStr");
        let beds: String = tickets
            .split('_')
            .map(|one| one.split(',').nth(1).unwrap())
            .collect();
        let seen = (field(&request, "seatDetailType"), beds);
        assert_eq!((&*seen.0, &*seen.1), expected, "{seat}");
    };
    check("3", [1, 1, 0], offer("Y", "Y"), ("110", "12")).await;
    check("4", [1, 0, 0], offer("Y", "N"), ("100", "10")).await;
    // The texts are those that were checked; the service does as it likes with them.
    check("3", [1, 1, 0], offer("Y", "N"), ("000", "12")).await;
    check("3", [1, 0, 1], offer("N", "N"), ("000", "13")).await;
    // No such berths.
    check("4", [1, 1, 0], offer("Y", "Y"), ("000", "00")).await;
    check("O", [1, 0, 0], offer("Y", "Y"), ("000", "00")).await;
}

#[tokio::test]
async fn students_and_standing_are_ordered_as_the_page_does() {
    let check = async |wish: Value, page: &str, purposes: [&str; 2], class: &str| {
        let desk = Desk::with_people().await;
        desk.road.takes([
            submitted(),
            Ok(ok(page)),
            checked(),
            counted(),
            taken_in(),
            ordered(),
        ]);
        desk.act(&wish).await.unwrap();
        let sent = desk.road.sent();
        assert_eq!(field(&sent[0], "purpose_codes"), purposes[0]);
        assert_eq!(field(&sent[3], "purpose_codes"), purposes[1]);
        assert_eq!(field(&sent[4], "purpose_codes"), purposes[1]);
        assert_eq!(field(&sent[3], "seatType"), class);
        assert!(field(&sent[4], "passengerTicketStr").starts_with(&format!("{class},")));
    };
    let untold = INIT_DC.replace("'purpose_codes'", "'renamed'");
    let students = json!([{ "uuid": "uuid-2", "ticket": "student" }]);
    let mixed =
        json!([{ "uuid": "uuid-2", "ticket": "student" }, { "uuid": "uuid-3", "ticket": "child" }]);
    let of = |people: &Value| wish_with(&json!({ "passengers": people }));
    check(of(&students), &untold, ["0X00", "0X00"], "O").await;
    check(of(&students), INIT_DC, ["0X00", "00"], "O").await;
    check(of(&mixed), &untold, ["ADULT", "00"], "O").await;
    let standing = |train: &str| wish_with(&json!({ "seat": "W", "train": train }));
    check(standing("G9001"), &untold, ["ADULT", "00"], "O").await;
    check(standing("K9001"), &untold, ["ADULT", "00"], "1").await;
}

#[tokio::test]
async fn a_wish_with_a_mistake_asks_nothing() {
    let check = async |fields: Value, expected: &str| {
        let desk = Desk::new();
        let error = desk.act(&wish_with(&fields)).await.unwrap_err();
        assert_eq!(code(&error), expected, "{fields}");
        assert!(desk.road.sent().is_empty());
    };
    check(json!({ "choose": "1A1B" }), "invalid_input:choose").await;
    check(json!({ "choose": "9Z" }), "invalid_input:choose").await;
    check(
        json!({ "berths": { "lower": 2, "middle": 0, "upper": 0 } }),
        "invalid_input:berths",
    )
    .await;
    check(json!({ "passengers": [] }), "invalid_input:passengers").await;
    check(json!({ "date": "2026-13-01" }), "invalid_input:body").await;
}

// ── before the order is placed ──

/// Everything that can be said instead of an answer, and what it is before the order is placed.
fn failures() -> Vec<(Answer, &'static str)> {
    vec![
        (no_answer(), "unreachable"),
        (not_sent(), "unreachable"),
        (failed(502), "unreachable"),
        (failed(404), "changed"),
        (failed(429), "busy"),
        (
            Ok(redirect(
                "https://www.12306.cn/mormhweb/logFiles/error.html",
            )),
            "closed",
        ),
        (
            Ok(redirect("https://kyfw.test/otn/resources/login.html")),
            "sign_in_lost",
        ),
        (Ok(ok("<html>系统维护</html>")), "closed"),
        (Ok(ok("<html>新页面</html>")), "changed"),
        (Ok(ok("{\"status\":tr")), "changed"),
    ]
}

/// What words mean before the order is placed.
const WORDS: &[(&str, &str)] = &[
    ("用户未登录", "sign_in_lost"),
    ("系统忙，请稍后重试", "busy"),
    ("非法请求", "illegal_request"),
    (
        "您还有未处理的订单，请您到[未完成订单]进行处理!",
        "unfinished_order",
    ),
    ("车票信息已过期，请重新查询", "stale"),
    ("没有足够的票", "no_tickets"),
    (
        "由于您取消次数过多，今日将不能继续受理您的订票请求",
        "cancelled_too_often",
    ),
    ("验证码校验失败", "hand_over"),
    // Elsewhere these leave it open.
    (
        "网络传输过程中数据丢失，请查看未完成订单，继续支付！",
        "unfinished_order",
    ),
    ("网络传输过程中数据丢失", "unreachable"),
];

#[tokio::test]
async fn before_it_is_placed_surely_nothing_happened() {
    let steps: [fn() -> Answer; 4] = [submitted, page, checked, counted];
    for (at, step) in CHAIN.iter().enumerate().take(4) {
        let said = WORDS.iter().map(|(words, means)| (said(words), *means));
        for (answer, means) in failures().into_iter().chain(said) {
            // The order's page has its words elsewhere.
            let is_words =
                matches!(&answer, Ok(answer) if answer.status == 200 && !answer.is_html());
            if *step == "initDc" && is_words {
                continue;
            }
            let desk = Desk::with_people().await;
            desk.road
                .takes(steps.iter().take(at).map(|answer| answer()));
            let told = format!("{step}: {answer:?}");
            desk.road.takes([answer]);
            let error = desk.act(&wish()).await.unwrap_err();
            assert_eq!(code(&error), means, "{told}");
            assert_eq!(desk.road.steps(), CHAIN[..=at], "{told}");
        }
    }
}

#[tokio::test]
async fn what_the_pages_show_can_end_it_too() {
    let check = async |answers: Vec<Answer>, wish: Value, expected: &str| {
        let desk = Desk::with_people().await;
        let steps = answers.len();
        desk.road.takes(answers);
        let error = desk.act(&wish).await.unwrap_err();
        assert_eq!(code(&error), expected, "{error}");
        assert_eq!(desk.road.steps().len(), steps);
    };
    let slider = INIT_DC.replace("if_check_slide_passcode='0'", "if_check_slide_passcode='1'");
    check(vec![submitted(), Ok(ok(&slider))], wish(), "hand_over").await;
    let captcha = data(json!({ "submitStatus": true, "ifShowPassCode": "Y" }));
    check(vec![submitted(), page(), captcha], wish(), "hand_over").await;
    let pause = data(json!({ "submitStatus": true, "ifShowPassCodeTime": "2801" }));
    check(vec![submitted(), page(), pause], wish(), "busy").await;
    // Another train, another station: somebody began another order meanwhile.
    let other = wish_with(&json!({ "train_no": "0a0000G90020" }));
    check(vec![submitted(), page()], other, "stale").await;
    let other = wish_with(&json!({ "to": { "name": "上海", "code": "SHH" } }));
    check(vec![submitted(), page()], other, "stale").await;
    let full = data(json!({ "ticket": "3", "op_2": "true" }));
    check(
        vec![submitted(), page(), checked(), full],
        wish(),
        "no_tickets",
    )
    .await;
    // Nobody who wished for a seat is made to stand.
    let standing = || data(json!({ "ticket": "0,100", "op_2": "false" }));
    check(
        vec![submitted(), page(), checked(), standing()],
        wish(),
        "no_tickets",
    )
    .await;

    let desk = Desk::with_people().await;
    desk.road.takes([
        submitted(),
        page(),
        checked(),
        standing(),
        taken_in(),
        ordered(),
    ]);
    let stands = wish_with(&json!({ "seat": "W" }));
    assert!(desk.act(&stands).await.is_ok());
    let short = data(json!({ "submitStatus": true, "ifShowPassCodeTime": 1500 }));
    desk.road
        .takes([submitted(), page(), short, counted(), taken_in(), ordered()]);
    assert!(desk.act(&wish()).await.is_ok());
}

// ── placing it ──

/// An order whose placing is answered so.
async fn placed(answers: Vec<Answer>) -> (Desk, Result<Value, ServiceError>) {
    let desk = Desk::with_people().await;
    desk.road.takes([submitted(), page(), checked(), counted()]);
    desk.road.takes(answers);
    let outcome = desk.act(&wish()).await;
    desk.road.sent();
    (desk, outcome)
}

#[tokio::test]
async fn a_clear_no_is_a_no() {
    let no = |words: &str| data(json!({ "submitStatus": false, "errMsg": words }));
    let check = async |answer: Answer, expected: &str| {
        let (_, outcome) = placed(vec![answer]).await;
        assert_eq!(code(&outcome.unwrap_err()), expected);
    };
    check(no("没有足够的票！"), "no_tickets").await;
    check(no("排队人数现已超过余票数"), "no_tickets").await;
    check(
        no("由于您取消次数过多，今日将不能继续受理您的订票请求"),
        "cancelled_too_often",
    )
    .await;
    check(no("encryptedData"), "hand_over").await;
    check(no("请完成验证"), "hand_over").await;
    check(no("验证码校验失败"), "hand_over").await;
    check(no("从来没有见过的话"), "other").await;
    check(no(""), "other").await;
    check(said("非法请求"), "illegal_request").await;
    // Nothing left this machine.
    check(not_sent(), "unreachable").await;
}

#[tokio::test]
async fn whatever_else_is_said_to_the_placing_is_unsure() {
    let no = |words: &str| data(json!({ "submitStatus": false, "errMsg": words }));
    let unclear = failures()
        .into_iter()
        .filter(|(answer, _)| !matches!(answer, Err(HttpFailure::NotSent { .. })))
        .map(|(answer, _)| answer)
        .chain([
            no("您的请求过于频繁"),
            no("当前提交订单用户过多"),
            no("系统忙，请稍后重试"),
            no("您还有未处理的订单"),
            no("互联网售票实行实名制"),
            no("网络传输过程中数据丢失"),
            said("用户未登录"),
            data(json!({})),
            data(json!({ "renamed": true })),
            data(json!({ "isRelogin": "Y" })),
            Ok(ok("{}")),
            Ok(ok("")),
            Err(HttpFailure::TooLarge { limit: 1 }),
        ]);
    for answer in unclear {
        let told = format!("{answer:?}");
        let (_, outcome) = placed(vec![answer]).await;
        assert_eq!(outcome.unwrap_err().code(), "unsure", "{told}");
    }
}

#[tokio::test]
async fn peer_fault_09_accepted_is_not_ordered() {
    let (_, outcome) = placed(vec![taken_in(), ordered()]).await;
    assert_eq!(outcome, Ok(json!({ "order_no": "E000000001" })));
    let check = async |wait: Answer, words: &str| {
        let told = format!("{wait:?}");
        let (_, outcome) = placed(vec![taken_in(), wait]).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.code(), "unsure", "{told}");
        assert!(error.text().zh.contains(words), "{told}: {error:?}");
    };
    check(waits(4), "已提交，12306 正在排队").await;
    check(waits(-100), "已提交，12306 正在排队").await;
    check(waits(-1), "已提交").await;
    check(waits(-2), "没有足够的票!").await;
    check(data(json!({ "queryOrderWaitTimeStatus": false })), "已提交").await;
    for (answer, _) in failures() {
        check(answer, "已提交").await;
    }
}

// ── what became of it ──

fn asks_at(became: Result<Reconciled, ServiceError>) -> (i64, Option<String>) {
    match became {
        Ok(Reconciled::AskAgain { at, seen }) => {
            let seconds = at.duration_since(begun()).as_secs();
            (seconds, seen.map(|text| text.zh))
        }
        other => panic!("{other:?}"),
    }
}

fn happened(became: &Result<Reconciled, ServiceError>) {
    let order = json!({ "order_no": "E000000001" });
    assert_eq!(became, &Ok(Reconciled::Happened(order)));
}

fn words(became: Result<Reconciled, ServiceError>) -> Text {
    match became {
        Ok(Reconciled::DidNotHappen(text)) => text,
        other => panic!("{other:?}"),
    }
}

const QUEUE: &str = "queryOrderWaitTime";
const OPEN: &str = "queryMyOrderNoComplete";
const DONE: &str = "queryMyOrder";

#[tokio::test]
async fn the_queue_is_asked_at_the_pages_pace() {
    let (mut desk, _) = placed(vec![taken_in(), waits(4)]).await;
    // The act asked a moment ago; two thirds of four seconds are two.
    assert_eq!(asks_at(desk.ask_at(1, &wish()).await).0, 3);
    assert_eq!(desk.road.steps(), [""; 0]);
    for (at, wait, next, seen) in [
        (3, -100, 4, "排队中"),
        (4, 0, 5, "排队中"),
        (5, 1, 6, "排队中，约 1 秒"),
        (6, 31, 26, "排队中，约 31 秒"),
        (26, 900, 86, "排队中，约 900 秒"),
    ] {
        desk.road.takes([waits(wait)]);
        let became = desk.ask_at(at, &wish()).await;
        assert_eq!(asks_at(became), (next, Some(seen.to_owned())));
        assert_eq!(desk.road.steps(), [QUEUE]);
    }
    desk.road.takes([ordered()]);
    happened(&desk.ask_at(86, &wish()).await);
    let sent = desk.road.sent();
    assert_eq!(field(&sent[0], "REPEAT_SUBMIT_TOKEN"), TOKEN);
    // It is settled and forgotten: asked once more, only the lists tell.
    desk.road.takes([body(&one_unfinished())]);
    happened(&desk.ask_at(90, &wish()).await);
    assert_eq!(desk.road.steps(), [OPEN]);
}

#[tokio::test]
async fn a_lost_answer_to_the_placing_is_asked_about_at_once() {
    let (mut desk, _) = placed(vec![no_answer()]).await;
    desk.road.takes([ordered()]);
    happened(&desk.ask_at(20, &wish()).await);
    assert_eq!(desk.road.steps(), [QUEUE]);
}

#[tokio::test]
async fn an_end_of_the_queue_is_believed_when_the_lists_show_nothing() {
    let (mut desk, _) = placed(vec![taken_in(), waits(-2)]).await;
    for (at, next) in [(2, 12), (12, 22), (61, 71)] {
        desk.road.takes([none_unfinished(), none_finished()]);
        let (next_at, seen) = asks_at(desk.ask_at(at, &wish()).await);
        assert_eq!((next_at, seen.as_deref()), (next, Some("没有足够的票!")));
        assert_eq!(desk.road.steps(), [OPEN, DONE]);
    }
    // A minute counts from when it was first asked for: only then it had surely been sent.
    desk.road.takes([none_unfinished(), none_finished()]);
    let text = words(desk.ask_at(62, &wish()).await);
    assert_eq!(text, Text::quoted("没有足够的票!"), "the words, whole");
}

#[tokio::test]
async fn an_order_found_after_an_end_was_told_is_an_order() {
    for wait in [-2, -3, -1, -7] {
        let (mut desk, _) = placed(vec![taken_in(), waits(-100)]).await;
        desk.ask_at(1, &wish()).await.unwrap();
        desk.road.takes([waits(wait), body(&one_unfinished())]);
        happened(&desk.ask_at(2, &wish()).await);
        assert_eq!(desk.road.steps(), [QUEUE, OPEN], "{wait}");
    }
}

#[tokio::test]
async fn minus_one_without_a_number_leaves_it_to_the_lists() {
    let (mut desk, _) = placed(vec![taken_in(), waits(-1)]).await;
    desk.road.takes([Ok(ok(QUEUED))]);
    let (at, seen) = asks_at(desk.ask_at(1, &wish()).await);
    assert_eq!((at, seen.as_deref()), (21, Some("排队中，约 30 秒")));
    desk.road.takes([body(&one_unfinished())]);
    happened(&desk.ask_at(21, &wish()).await);
    assert_eq!(
        desk.road.steps(),
        [OPEN, OPEN],
        "the queue is not asked again"
    );
}

#[tokio::test]
async fn words_that_leave_it_open_are_told_when_it_came_to_nothing() {
    let busy = data(json!({ "submitStatus": false, "errMsg": "当前提交订单用户过多" }));
    let (mut desk, _) = placed(vec![busy]).await;
    desk.road
        .takes([waits(-1), none_unfinished(), none_finished()]);
    assert_eq!(asks_at(desk.ask_at(1, &wish()).await).0, 11);
    desk.road.takes([none_unfinished(), none_finished()]);
    let text = words(desk.ask_at(61, &wish()).await);
    assert_eq!(text.zh, "当前提交订单用户过多");
    // What we saw ourselves is not the service's words.
    let (mut desk, _) = placed(vec![no_answer()]).await;
    desk.road
        .takes([waits(-1), none_unfinished(), none_finished()]);
    desk.ask_at(1, &wish()).await.unwrap();
    desk.road.takes([none_unfinished(), none_finished()]);
    let text = words(desk.ask_at(61, &wish()).await);
    assert!(text.zh.contains("12306 的订单里没有它"), "{}", text.zh);
    assert_eq!(
        code(&daiban_providers::rail::error::text_means(&text.zh)),
        "other"
    );
}

#[tokio::test]
async fn after_a_restart_only_the_lists_tell() {
    let check = async |at: i64, lists: Vec<Answer>| {
        let mut desk = Desk::new();
        desk.road.takes(lists);
        let became = desk.ask_at(at, &wish()).await;
        desk.road.sent();
        became
    };
    happened(&check(30, vec![body(&one_unfinished())]).await);
    let queued = check(30, vec![Ok(ok(QUEUED))]).await;
    assert_eq!(asks_at(queued), (50, Some("排队中，约 30 秒".to_owned())));
    // Paid meanwhile.
    happened(&check(30, vec![none_unfinished(), body(&one_finished("已支付"))]).await);
    let nothing = || vec![none_unfinished(), none_finished()];
    assert_eq!(asks_at(check(59, nothing()).await), (69, None));
    words(check(60, nothing()).await);
    // The list itself says that the queue came to nothing.
    let over = || {
        let over = QUEUED.replace("\"waitTime\":30", "\"waitTime\":-2");
        vec![
            Ok(ok(&over.replace("您的车票正在排队", "没有足够的票!"))),
            none_finished(),
        ]
    };
    assert_eq!(
        asks_at(check(30, over()).await).1.as_deref(),
        Some("没有足够的票!")
    );
    assert_eq!(words(check(60, over()).await).zh, "没有足够的票!");
}

#[tokio::test]
async fn what_is_not_ours_is_not_taken_for_it() {
    let check = async |change: fn(&mut Value), is_ours: bool| {
        let mut list = one_unfinished();
        change(&mut list["data"]["orderDBList"][0]);
        let mut desk = Desk::new();
        desk.road.takes([body(&list)]);
        if !is_ours {
            desk.road.takes([none_finished()]);
        }
        let became = desk.ask_at(60, &wish()).await;
        let found = matches!(became, Ok(Reconciled::Happened(_)));
        assert_eq!(found, is_ours, "{list}");
        desk.road.sent();
    };
    check(|_| {}, true).await;
    check(
        |order| order["tickets"][0]["stationTrainDTO"]["station_train_code"] = json!("G9002"),
        false,
    )
    .await;
    check(
        |order| order["tickets"][0]["stationTrainDTO"]["to_station_telecode"] = json!("SHH"),
        false,
    )
    .await;
    check(
        |order| order["tickets"][0]["stationTrainDTO"]["from_station_telecode"] = json!("BJP"),
        false,
    )
    .await;
    check(
        |order| order["tickets"][0]["train_date"] = json!("2026-12-05 00:00:00"),
        false,
    )
    .await;
    check(
        |order| order["tickets"][0]["ticket_status_name"] = json!("已取消"),
        false,
    )
    .await;
    let twice: fn(&mut Value) = |order| {
        let one = order["tickets"][0].clone();
        order["tickets"].as_array_mut().unwrap().push(one);
    };
    check(twice, false).await;
    // The service's clock may be two minutes behind; older orders are another's.
    check(
        |order| order["order_date"] = json!("2026-11-22 08:58:00"),
        true,
    )
    .await;
    check(
        |order| order["order_date"] = json!("2026-11-22 08:57:59"),
        false,
    )
    .await;
    check(|order| order["order_date"] = Value::Null, true).await;
}

#[tokio::test]
async fn a_paid_order_without_a_date_may_be_an_old_one() {
    let mut list = one_finished("已支付");
    list["data"]["OrderDTODataList"][0]["order_date"] = Value::Null;
    let mut desk = Desk::new();
    desk.road.takes([none_unfinished(), body(&list)]);
    words(desk.ask_at(60, &wish()).await);
}

#[tokio::test]
async fn nothing_is_concluded_from_a_list_that_cannot_be_read() {
    let renamed = UNFINISHED.replace("orderDBList", "orders");
    let bad: Vec<(Answer, &str)> = failures()
        .into_iter()
        .chain([
            (Ok(ok(&renamed)), "changed"),
            (said("系统忙"), "busy"),
            (said("用户未登录"), "sign_in_lost"),
        ])
        .collect();
    for (answer, means) in bad {
        let told = format!("{answer:?}");
        let mut desk = Desk::new();
        desk.road.takes([answer]);
        let error = desk.ask_at(3600, &wish()).await.unwrap_err();
        assert_eq!(code(&error), means, "{told}");
    }
    // The second list as little as the first, and a list that does not end neither.
    let mut desk = Desk::new();
    desk.road.takes([none_unfinished(), failed(502)]);
    assert_eq!(
        desk.ask_at(3600, &wish()).await.unwrap_err().code(),
        "unreachable"
    );
    let endless = || {
        let mut list = one_finished("已退票");
        list["data"]["order_total_number"] = json!(1000);
        body(&list)
    };
    desk.road.takes([none_unfinished()]);
    desk.road.takes((0..20).map(|_| endless()));
    assert_eq!(
        desk.ask_at(3600, &wish()).await.unwrap_err().code(),
        "changed"
    );
}

#[tokio::test]
async fn a_queue_that_does_not_answer_leaves_it_to_the_lists() {
    // Load: the lists, and then the queue again.
    for answer in [no_answer(), failed(502), said("系统忙")] {
        let (mut desk, _) = placed(vec![no_answer()]).await;
        desk.road
            .takes([answer, none_unfinished(), none_finished()]);
        assert_eq!(asks_at(desk.ask_at(1, &wish()).await).0, 11);
        desk.road.takes([ordered()]);
        happened(&desk.ask_at(100, &wish()).await);
        assert_eq!(desk.road.steps(), [QUEUE, OPEN, DONE, QUEUE]);
    }
    // Not for ever.
    let (mut desk, _) = placed(vec![no_answer()]).await;
    for at in [1, 121] {
        desk.road
            .takes([no_answer(), none_unfinished(), none_finished()]);
        let became = desk.ask_at(at, &wish()).await.unwrap();
        assert_eq!(matches!(became, Reconciled::DidNotHappen(_)), at == 121);
    }
    // The token is good for nothing.
    for answer in [
        data(json!({ "queryOrderWaitTimeStatus": false })),
        Ok(redirect("https://kyfw.test/otn/resources/login.html")),
        Ok(ok("<html>新页面</html>")),
        data(json!({ "renamed": 1 })),
    ] {
        let (mut desk, _) = placed(vec![no_answer()]).await;
        desk.road
            .takes([answer, none_unfinished(), none_finished()]);
        assert_eq!(asks_at(desk.ask_at(1, &wish()).await).0, 11);
        desk.road.takes([body(&one_unfinished())]);
        happened(&desk.ask_at(11, &wish()).await);
        assert_eq!(desk.road.steps(), [QUEUE, OPEN, DONE, OPEN]);
    }
    // A ban: nothing more is asked now.
    let (mut desk, _) = placed(vec![no_answer()]).await;
    desk.road.takes([Ok(redirect(
        "https://www.12306.cn/mormhweb/logFiles/error.html",
    ))]);
    assert_eq!(desk.ask_at(1, &wish()).await.unwrap_err().code(), "closed");
}

#[tokio::test]
async fn a_queue_that_does_not_end_is_checked_against_the_lists() {
    let (mut desk, _) = placed(vec![no_answer()]).await;
    desk.road.takes([waits(-100)]);
    assert_eq!(asks_at(desk.ask_at(1, &wish()).await).0, 2);
    desk.road
        .takes([waits(-100), none_unfinished(), none_finished()]);
    assert_eq!(asks_at(desk.ask_at(121, &wish()).await).0, 131);
    desk.road.takes([waits(-100), body(&one_unfinished())]);
    happened(&desk.ask_at(131, &wish()).await);
    assert_eq!(desk.road.steps(), [QUEUE, QUEUE, OPEN, DONE, QUEUE, OPEN]);
}

#[tokio::test]
async fn the_token_is_of_one_order_and_one_sign_in() {
    let (mut desk, _) = placed(vec![no_answer()]).await;
    // Another order's outcome is not asked for with it.
    let other = wish_with(&json!({ "secret": "another", "train": "G9002" }));
    desk.road.takes([none_unfinished(), none_finished()]);
    asks_at(desk.ask_at(1, &other).await);
    assert_eq!(desk.road.steps(), [OPEN, DONE]);
    desk.road.takes([no_answer()]);
    desk.act(&json!({ "do": "enter" })).await.unwrap_err();
    desk.road.sent();
    desk.road.takes([none_unfinished(), none_finished()]);
    asks_at(desk.ask_at(2, &wish()).await);
    assert_eq!(desk.road.steps(), [OPEN, DONE]);
}

#[tokio::test]
async fn a_train_of_today_may_have_left_meanwhile() {
    let today = wish_with(&json!({ "date": "2026-11-22" }));
    let gone = one_finished("已出票")
        .to_string()
        .replace("2026-12-04", "2026-11-22");
    let mut desk = Desk::new();
    desk.road
        .takes([none_unfinished(), none_finished(), Ok(ok(&gone))]);
    happened(&desk.ask_at(3600, &today).await);
    let sent = desk.road.sent();
    assert_eq!(
        [
            field(&sent[1], "query_where"),
            field(&sent[2], "query_where")
        ],
        ["G", "H"]
    );
}

// ── lists and withdrawing ──

#[tokio::test]
async fn the_lists_are_looks() {
    let desk = Desk::new();
    desk.road.takes([Ok(ok(QUEUED))]);
    let seen = desk.look(json!({ "do": "unfinished" })).await.unwrap();
    assert_eq!(
        (&seen["orders"], &seen["queued"]["train"]),
        (&json!([]), &json!("G9001"))
    );
    let sent = desk.road.sent();
    check_fields(&sent[0], &[("_json_att", "")]);
    let from = |request: &Request| {
        request
            .headers
            .iter()
            .find(|(name, _)| *name == "referer")
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(
        from(&sent[0]),
        "https://kyfw.test/otn/view/train_order.html"
    );

    let mut list = one_finished("已支付");
    list["data"]["order_total_number"] = json!("2");
    desk.road.takes([body(&list), body(&list)]);
    let ask = json!({ "do": "orders", "from": "2026-11-01", "to": "2026-11-22", "which": "past" });
    let seen = desk.look(ask).await.unwrap();
    assert_eq!(
        (seen["orders"].as_array().unwrap().len(), &seen["complete"]),
        (2, &json!(true))
    );
    let sent = desk.road.sent();
    check_fields(
        &sent[1],
        &[
            ("come_from_flag", "my_order"),
            ("pageIndex", "1"),
            ("pageSize", "8"),
            ("query_where", "H"),
            ("queryStartDate", "2026-11-01"),
            ("queryEndDate", "2026-11-22"),
            ("queryType", "1"),
            ("sequeue_train_name", ""),
        ],
    );
    assert_eq!(
        from(&sent[1]),
        "https://kyfw.test/otn/view/train_order.html"
    );
    // Fewer than there should be: not complete.
    desk.road.takes([body(&list), none_finished()]);
    let ask = json!({ "do": "orders", "from": "2026-11-01", "to": "2026-11-22" });
    let seen = desk.look(ask).await.unwrap();
    assert_eq!(seen["complete"], json!(false));
    let error = desk
        .look(json!({ "do": "orders", "from": "2026-11-22", "to": "2026-11-01" }))
        .await;
    assert_eq!(code(&error.unwrap_err()), "invalid_input:to");
}

fn cancel() -> Value {
    json!({ "do": "cancel_order", "order_no": "E000000001" })
}

#[tokio::test]
async fn an_order_is_withdrawn() {
    let desk = Desk::new();
    desk.road.takes([data(json!({ "existError": "N" }))]);
    assert_eq!(desk.act(&cancel()).await, Ok(json!({ "cancelled": true })));
    let sent = desk.road.sent();
    let expected = [
        ("sequence_no", "E000000001"),
        ("cancel_flag", "cancel_order"),
        ("_json_att", ""),
    ];
    check_fields(&sent[0], &expected);
    let check = async |answer: Answer, expected: &str| {
        let told = format!("{answer:?}");
        desk.road.takes([answer]);
        assert_eq!(
            code(&desk.act(&cancel()).await.unwrap_err()),
            expected,
            "{told}"
        );
    };
    check(
        data(json!({ "existError": "Y", "errMsg": "订单不存在" })),
        "other",
    )
    .await;
    check(said("非法请求"), "illegal_request").await;
    check(not_sent(), "unreachable").await;
    check(data(json!({})), "unsure").await;
    check(said("系统忙"), "unsure").await;
    for (answer, _) in failures() {
        if !matches!(answer, Err(HttpFailure::NotSent { .. })) {
            check(answer, "unsure").await;
        }
    }
    let error = desk
        .act(&json!({ "do": "cancel_order" }))
        .await
        .unwrap_err();
    assert_eq!(code(&error), "invalid_input:order_no");
}

#[tokio::test]
async fn what_became_of_a_withdrawal_is_in_the_lists() {
    let check = async |lists: Vec<Answer>| {
        let mut desk = Desk::new();
        desk.road.takes(lists);
        let became = desk.ask_at(5, &cancel()).await;
        desk.road.sent();
        became
    };
    let became = check(vec![none_unfinished(), none_finished()]).await;
    assert_eq!(
        became,
        Ok(Reconciled::Happened(json!({ "cancelled": true })))
    );
    words(check(vec![body(&one_unfinished())]).await);
    // Gone because it was paid: that is no withdrawal.
    let text = words(check(vec![none_unfinished(), body(&one_finished("已支付"))]).await);
    assert!(text.zh.contains("已经支付"), "{}", text.zh);
    let error = check(vec![failed(502)]).await.unwrap_err();
    assert_eq!(error.code(), "unreachable");
}
