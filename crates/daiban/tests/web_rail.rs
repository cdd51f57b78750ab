//! Train pages: left tickets, the form of a ticket errand without JavaScript, what its facts say, who sees names.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::sync::Arc;

use daiban_core::{
    Text,
    account::AccountState,
    errand::Phase,
    error::ServiceError,
    household::{Household as _, Role, User},
    id::AccountId,
    service::Service,
};
use serde_json::{Value, json};
use web_kit::{
    Browser, House, Seed, Seen, Still,
    page::{assert_at_field, assert_order, check_page, encoded},
    rail::{self, PAY_LINK, Script},
};

/// An admin with one 12306 account, and a railway that answers by heart.
struct Trip {
    house: House,
    script: Arc<Script>,
    user: User,
    account: AccountId,
    browser: Browser,
}

impl Trip {
    async fn new() -> Self {
        Self::with(AccountState::Ready).await
    }

    async fn with(state: AccountState) -> Self {
        let (house, script) = House::with_rail(Arc::new(Still)).await;
        let user = house.add_user("林岚", Role::Admin).await;
        let account = house
            .add_account(&user.id, Service::Rail, "家里的", state)
            .await;
        Self {
            browser: house.browser(&user).await,
            house,
            script,
            user,
            account,
        }
    }

    async fn errand(&self, seed: Seed) -> Seen {
        let id = self
            .house
            .add_errand(&self.user.id, &self.account, seed)
            .await;
        self.page(&format!("/errands/{id}")).await
    }

    /// A page that is well, in both languages; the Chinese one.
    async fn page(&self, path: &str) -> Seen {
        let path = &encoded(path);
        let english = self
            .browser
            .get_with(path, &[("accept-language", "en")])
            .await;
        check_page(&english, path);
        let seen = self.browser.get(path).await;
        check_page(&seen, path);
        assert_eq!(seen.status, 200, "{path}: {}", seen.text);
        seen
    }

    async fn post(&self, fields: &[(&str, &str)]) -> Seen {
        let account = [("account", self.account.as_str())];
        let all = [&account, fields].concat();
        let seen = self.browser.post(FORM, &all).await;
        if seen.status != 303 {
            check_page(&seen, FORM);
        }
        seen
    }

    async fn wishes(&self) -> Vec<Value> {
        let errands = self.house.store.errands(None).await.unwrap();
        errands.into_iter().map(|errand| errand.wishes).collect()
    }
}

const FORM: &str = "/errands/new/rail.ticket";

/// A form that can be sent as it is.
const FILLED: [(&str, &str); 7] = [
    ("from", "北京南"),
    ("to", "上海虹桥"),
    ("date", "2026-12-02"),
    ("who", "陈默"),
    ("prefer", "G105/二等座"),
    ("prefer", "G7/二等座"),
    ("then", "order"),
];

fn unreachable() -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new("12306 没有回答", "12306 did not answer"),
    }
}

/// Values of the hidden preferences, in order.
fn prefers(seen: &Seen) -> Vec<String> {
    let parts = seen.text.split("name=\"prefer\" value=\"").skip(1);
    parts
        .map(|part| part.split_once('"').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn a_watching_errand_says_what_it_sees() {
    let trip = Trip::new().await;
    let page = trip.errand(rail::watching(trip.house.now())).await;
    assert_order(
        &page,
        &[
            "<h1>北京南 → 上海虹桥</h1>",
            "12月2日 周三 · 陈默、林小满",
            "盯着呢",
            "三个车次都没票",
            "14:10:04",
            "4 秒后",
            "6204 次",
            "最近 14:09:49",
            "role=\"img\"",
            "<title id=\"c-t\">",
            "停止服务",
            "看成表",
            "没看到",
            "G105 二等座 3 张，登录失效没下成",
            "<b>G105</b> 二等座",
            "07:20 – 13:24 · ¥662",
            "无票",
            "先放一放",
            "到 14:12",
            "有票",
            "3 张",
            "还没看到",
            "林小满（儿童票）",
            "为什么是这样",
        ],
    );
    // What could not be seen is drawn as a gap, and plenty as 有.
    assert!(page.text.contains("class=\"c-gap\"") && page.text.contains(">有</text>"));
    assert!(!page.text.contains("待付款") && !page.text.contains(PAY_LINK));
}

#[tokio::test]
async fn an_order_is_paid_at_12306_before_its_deadline() {
    let trip = Trip::new().await;
    let page = trip.errand(rail::paying(trip.house.now())).await;
    assert_order(
        &page,
        &[
            "等你付款",
            "data-left=\"1578\"",
            "26 分",
            "14:36 前",
            "<b>07:20</b>北京南",
            "<b>G105</b>",
            "上海虹桥",
            &format!("href=\"{PAY_LINK}\""),
            "05 车 12A",
            "¥331",
            "E123456789 · 共 ¥993",
            "付好了，或者不要了",
        ],
    );
    assert_eq!(page.text.matches("btn main").count(), 1, "one main button");
    let today = trip.page("/").await;
    assert_order(&today, &["待你处理", "26 分", "林小满", PAY_LINK]);

    let ask = trip.house.newest_ask(&trip.user.id).await;
    let page = trip.page(&format!("/asks/{ask}")).await;
    assert_order(&page, &[PAY_LINK, "不要这张了", "付好了", "订单作废"]);
    let link = trip.house.links.ask_path(&ask).await.unwrap();
    let linked = trip.house.stranger().get(&link).await;
    check_page(&linked, "/a/…");
    assert!(linked.text.contains(PAY_LINK), "{}", linked.text);
}

#[tokio::test]
async fn orders_that_do_not_wait_have_no_way_to_pay() {
    let trip = Trip::new().await;
    let now = trip.house.now();
    for (state, word) in [
        ("queued", "还没有订单号"),
        ("paid", "付好了"),
        ("lapsed", "过期没付"),
        ("cancelled", "取消了"),
        ("no such word", "不知道订单怎样了"),
    ] {
        let seed = Seed::new(
            "rail.ticket",
            rail::wishes(now),
            Phase::Working,
            "等着",
            "waiting",
        )
        .fact("order", rail::order_fact(now, state));
        let page = trip.errand(seed).await;
        assert!(page.text.contains(word), "{state}");
        assert!(!page.text.contains(PAY_LINK), "{state}");
    }
    // While an order is being made, the page looks again by itself.
    let seed = Seed::new(
        "rail.ticket",
        rail::wishes(now),
        Phase::Working,
        "下单",
        "orders",
    );
    let page = trip.errand(seed.at("verifying")).await;
    assert!(page.text.contains("http-equiv=\"refresh\" content=\"5\""));
    // What an ended errand leaves unpaid is not known any more.
    let seed = Seed::new(
        "rail.ticket",
        rail::wishes(now),
        Phase::Failed,
        "停了",
        "stopped",
    )
    .fact("order", rail::order_fact(now, "unpaid"));
    let page = trip.errand(seed).await;
    assert!(page.text.contains("以 12306 为准") && !page.text.contains(PAY_LINK));
    assert!(!trip.page("/").await.text.contains(PAY_LINK));
}

#[tokio::test]
async fn only_12306_is_a_place_to_pay() {
    let trip = Trip::new().await;
    let now = trip.house.now();
    for link in [
        "https://kyfw.12306.cn.evil.example/",
        "http://kyfw.12306.cn/otn",
        "javascript:alert(1)",
        "//evil.example",
    ] {
        let mut order = rail::order_fact(now, "unpaid");
        order["pay_link"] = json!(link);
        let seed = Seed::new(
            "rail.ticket",
            rail::wishes(now),
            Phase::NeedsYou,
            "等",
            "waits",
        )
        .fact("order", order);
        let page = trip.errand(seed).await;
        assert!(!page.text.contains(link), "{link}");
    }
}

#[tokio::test]
async fn standing_by_says_the_chances_in_the_services_words() {
    let trip = Trip::new().await;
    let page = trip.errand(rail::standing_by(trip.house.now())).await;
    assert_order(
        &page,
        &[
            "在候补",
            "在排队",
            "12306 的原话：待兑现",
            "G105 二等座",
            "候补人数较少",
            "G7 二等座",
            "R987654321",
            "¥662",
        ],
    );
}

#[tokio::test]
async fn an_errand_without_facts_says_so() {
    let trip = Trip::new().await;
    let now = trip.house.now();
    let going = Seed::new(
        "rail.ticket",
        rail::wishes(now),
        Phase::Working,
        "准备",
        "begins",
    )
    .at("preparing");
    let page = trip.errand(going).await;
    assert_order(&page, &["准备中", "还没看过余票", "还没看过；看到以后"]);
    assert!(!page.text.contains("<svg class=\"chart\""));
    let over = Seed::new(
        "rail.ticket",
        rail::wishes(now),
        Phase::Failed,
        "到时了",
        "time is up",
    )
    .outcome(json!({ "result": "gave_up" }));
    let page = trip.errand(over).await;
    assert_order(
        &page,
        &[
            "没办成",
            "到最后也没等到票",
            "到时了",
            "没有看余票的记录",
            "没有留下可买的车次",
        ],
    );
    let nothing = Seed::new("rail.ticket", json!({}), Phase::Waiting, "等", "waits");
    assert!(
        trip.errand(nothing)
            .await
            .text
            .contains("<h1>未知 → 未知</h1>")
    );
}

#[tokio::test]
async fn facts_in_another_shape_break_nothing() {
    let trip = Trip::new().await;
    let evil = "\"><script>alert(1)</script>";
    let odd = [
        json!(null),
        json!(7),
        json!("text"),
        json!([evil, 1, null]),
        json!({ "points": [{ "at": evil }], "state": evil, "from": evil }),
        json!([{ "train": evil, "class": evil, "state": evil, "depart": evil, "from": evil, "left": evil, "until": evil }]),
        json!({ "state": "unpaid", "order_no": evil, "pay_before": evil, "tickets": [{ "passenger": evil }], "pay_link": evil }),
    ];
    let names = [
        "route",
        "candidates",
        "availability",
        "watch",
        "order",
        "standby",
    ];
    for value in odd {
        let mut seed = Seed::new(
            "rail.ticket",
            json!({ "from": [evil], "passengers": [evil], "prefer": [evil] }),
            Phase::Waiting,
            evil,
            evil,
        )
        .at("watching");
        for name in names {
            seed = seed.fact(name, value.clone());
        }
        trip.errand(seed).await;
    }
    trip.page("/").await;
    trip.page("/errands").await;
}

#[tokio::test]
async fn left_tickets_lead_to_the_form() {
    let trip = Trip::new().await;
    trip.page("/rail").await;
    let page = trip
        .page("/rail?from=北京南站&to=shhq&date=2026-12-02&student=1")
        .await;
    assert_order(
        &page,
        &[
            "value=\"北京南\"",
            "value=\"上海虹桥\"",
            "北京南 → 上海虹桥",
            "G105",
            "07:20 – 13:24",
            "有票",
            "二等座 <b>有</b> ¥662",
            "一等座 <b>3 张</b> ¥1,060",
            "盯这趟",
            "G3",
            "无票",
            "没开售",
            "14点30分起售",
            "停运",
            "同城别的站",
            "D701",
            "09:08 +1 天",
        ],
    );
    let asked = &trip.script.asked("tickets")[0];
    assert_eq!(
        (&asked["from"], &asked["student"]),
        (&json!("北京南"), &json!(true))
    );
    // The suspended train is not watched.
    assert_eq!(page.text.matches("盯这趟").count(), 5);

    let watch = page
        .text
        .split("href=\"/errands/new/rail.ticket?")
        .nth(1)
        .unwrap();
    let watch = watch.split_once('"').unwrap().0.replace("&#38;", "&");
    let form = trip.page(&format!("{FORM}?{watch}")).await;
    assert_eq!(prefers(&form), ["G105"]);
    assert!(form.text.contains("value=\"2026-12-02\" checked"));

    let transfers = trip
        .page("/rail/transfers?from=VNP&to=AOH&date=2026-12-02")
        .await;
    assert_order(
        &transfers,
        &[
            "G331",
            "二等座 有 ¥184.50",
            "同站换乘 · 等 40 分",
            "G1231",
            "没票",
            "全程 5 小时 40 分",
        ],
    );
}

#[tokio::test]
async fn what_is_not_clear_is_asked_and_what_is_wrong_is_said() {
    let trip = Trip::new().await;
    let page = trip
        .page("/rail?from=beijing&to=没有&date=2026-12-02")
        .await;
    assert_at_field(&page, "from");
    assert_at_field(&page, "to");
    assert_order(
        &page,
        &[
            "name=\"pick_from\" value=\"北京\"",
            "value=\"北京市\"",
            "没有「没有」这个车站",
        ],
    );
    let picked = trip
        .page("/rail?from=beijing&to=AOH&date=2026-12-02&pick_from=北京南")
        .await;
    assert!(picked.text.contains("北京南 → 上海虹桥"));
    let page = trip.page("/rail?from=VNP&to=AOH&date=2026-02-30").await;
    assert_at_field(&page, "date");
    assert_eq!(
        trip.script.asked("tickets").len(),
        2,
        "in two languages, for the clear one alone"
    );

    let none = trip.page("/rail?from=燕郊&to=AOH&date=2026-12-02").await;
    assert!(none.text.contains("这两站之间那天没有车"));
    trip.script.fail("tickets", unreachable());
    let path = encoded("/rail?from=VNP&to=AOH&date=2026-12-02");
    let failed = trip.browser.get(&path).await;
    assert_eq!(failed.status, 502);
    check_page(&failed, &path);
    assert!(failed.text.contains("12306 没有回答") && failed.text.contains("value=\"北京南\""));
}

#[tokio::test]
async fn a_day_with_many_trains_stays_a_small_page() {
    let trip = Trip::new().await;
    let body = json!({ "date": "2026-12-02", "from": "北京南", "to": "上海虹桥" });
    let one = rail::tickets(&body)[1].clone();
    let many: Vec<Value> = (0..130)
        .map(|number| {
            let mut train = one.clone();
            train["train"] = json!(format!("G{}", 1000 + number));
            train
        })
        .collect();
    trip.script.answer("tickets", json!(many));
    let page = trip.page("/rail?from=VNP&to=AOH&date=2026-12-02").await;
    assert!(page.text.contains("还有 70 趟没列出来"));
    let form = trip
        .page(&format!("{FORM}?from=VNP&to=AOH&date=2026-12-02"))
        .await;
    assert!(
        form.text.contains("G1129 · 07:20"),
        "the form lists them all"
    );
}

#[tokio::test]
async fn stations_are_suggested_while_one_types() {
    let trip = Trip::new().await;
    for (query, expected) in [
        ("from=bj", &["北京", "北京南", "北京西"][..]),
        ("q=yanj", &["燕郊"]),
        ("to=北京南、shhq", &["北京南、上海虹桥"]),
        ("q=", &[]),
        ("q=北京南、", &[]),
        ("q=xyz", &[]),
    ] {
        let seen = trip
            .browser
            .get(&encoded(&format!("/rail/stations?{query}")))
            .await;
        let values: Vec<&str> = seen
            .text
            .split("<option value=\"")
            .skip(1)
            .map(|part| part.split_once('"').unwrap().0)
            .collect();
        assert_eq!((seen.status, values.as_slice()), (200, expected), "{query}");
        assert!(!seen.text.contains("<html"));
    }
    trip.script.fail("stations", unreachable());
    let seen = trip.browser.get("/rail/stations?q=bj").await;
    assert_eq!((seen.status, seen.text.trim()), (200, ""));
}

#[tokio::test]
async fn a_filled_form_begins_the_errand_it_says() {
    let trip = Trip::new().await;
    let more = [
        ("later", "2026-12-20"),
        ("kind.陈默", "student"),
        ("type", "G"),
        ("w.standby", "no"),
        ("w.standby", "yes"),
        ("w.seats", "二等座、一等座"),
        ("w.pace_s", "20"),
    ];
    let tried = trip
        .post(&[&FILLED[..], &more, &[("dry_run", "1")]].concat())
        .await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    assert_order(&tried, &["从 3 趟车里盯起", "什么也没改"]);
    assert!(trip.wishes().await.is_empty(), "trying out stores nothing");
    assert_eq!(prefers(&tried), ["G105/二等座", "G7/二等座"]);

    let begun = trip.post(&[&FILLED[..], &more].concat()).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let wishes = &trip.wishes().await[0];
    for (name, expected) in [
        ("from", json!(["北京南"])),
        ("to", json!(["上海虹桥"])),
        ("dates", json!(["2026-12-02", "2026-12-20"])),
        ("passengers", json!(["陈默:student"])),
        ("prefer", json!(["G105/二等座", "G7/二等座"])),
        ("types", json!(["G"])),
        ("seats", json!(["二等座", "一等座"])),
        ("then", json!("order")),
        ("standby", json!(true)),
        ("wait_for_sale", json!(true)),
        ("pace_s", json!(20)),
        ("priority", json!(["date", "route", "train", "seat"])),
        ("until", json!(null)),
    ] {
        assert_eq!(wishes[name], expected, "{name}");
    }
    let page = trip.page(&begun.location.unwrap()).await;
    assert!(page.text.contains("陈默（学生票）"));
    let kinds = trip.page("/errands/new").await;
    assert!(kinds.text.contains(FORM));
}

#[tokio::test]
async fn preferences_are_ordered_without_javascript() {
    let trip = Trip::new().await;
    let moved = trip.post(&[&FILLED[..], &[("up", "1")]].concat()).await;
    assert_eq!(prefers(&moved), ["G7/二等座", "G105/二等座"]);
    let dropped = trip.post(&[&FILLED[..], &[("drop", "0")]].concat()).await;
    assert_eq!(prefers(&dropped), ["G7/二等座"]);
    let add = [
        ("add", "1"),
        ("add_train", "G3"),
        ("add_seat", "一等座"),
        ("add_date", "2026-12-02"),
    ];
    let added = trip.post(&[&FILLED[..], &add].concat()).await;
    assert_eq!(prefers(&added)[2], "2026-12-02/G3/一等座");
    assert_order(
        &added,
        &[
            "<b>G3</b> 一等座",
            "12月2日 周三 · 14:00 – 18:28 · ¥1,060",
            "一位最多 ¥1,060",
        ],
    );
    let nothing = trip
        .post(&[&FILLED[..], &[("add", "1"), ("add_train", "")]].concat())
        .await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text.contains("id=\"prefer-e\""));

    for seen in [&moved, &dropped, &added, &nothing] {
        assert_order(
            seen,
            &[
                "value=\"北京南\"",
                "value=\"2026-12-02\" checked",
                "value=\"陈默\" checked",
            ],
        );
    }
    assert!(trip.wishes().await.is_empty());
    for what in ["passengers", "route", "tickets"] {
        assert_eq!(
            trip.script.asked(what).len(),
            1,
            "{what} is asked once, however often one presses"
        );
    }
}

#[tokio::test]
async fn errors_stand_at_their_fields_and_nothing_is_lost() {
    let trip = Trip::new().await;
    let with = |name: &str, value: &'static str| -> Vec<(&'static str, &'static str)> {
        let mut fields: Vec<_> = FILLED
            .into_iter()
            .filter(|(known, _)| *known != name)
            .collect();
        if !value.is_empty() {
            let name: &'static str = String::from(name).leak();
            fields.push((name, value));
        }
        fields.extend([("w.until", "2026-12-01T22:00"), ("w.choose_seats", "1A")]);
        fields
    };
    let cases = [
        (with("from", ""), "id=\"from-e\"", "必填"),
        (with("to", "beijing"), "id=\"to-e\"", "点一个"),
        (
            with("from", "没有"),
            "id=\"from-e\"",
            "没有「没有」这个车站",
        ),
        (with("date", ""), "id=\"dates-e\"", "必填"),
        (with("date", "2026-02-30"), "id=\"dates-e\"", "不存在"),
        (with("who", ""), "id=\"passengers-e\"", "选谁坐"),
        (with("who", "王二"), "id=\"passengers-e\"", "账号里没有王二"),
        (
            with("prefer", "G404/二等座"),
            "id=\"prefer-e\"",
            "没有 G404",
        ),
        (with("type", "Z"), "车型", "没有 Z 字头"),
        (with("w.pace_s", "1"), "id=\"w.pace_s-e\"", "应在 4 到 3600"),
        (
            with("w.depart", "noon"),
            "id=\"w.depart-e\"",
            "当天的一段时间",
        ),
        (with("w.nonsense", "1"), "role=\"alert\"", "nonsense"),
    ];
    for (fields, place, words) in cases {
        let seen = trip.post(&fields).await;
        assert_eq!(seen.status, 422, "{words}: {}", seen.text);
        assert_order(&seen, &[place, words]);
        for (name, value) in fields
            .iter()
            .filter(|(name, _)| ["from", "to"].contains(name))
        {
            assert!(
                seen.text.contains(&format!("value=\"{value}\"")),
                "{name} after {words}"
            );
        }
        assert_order(&seen, &["value=\"1A\"", "value=\"2026-12-01T22:00\""]);
    }
    let nobody = trip
        .browser
        .post(FORM, &[&FILLED[..], &[("account", "nobody")]].concat())
        .await;
    assert!(nobody.status == 404 && nobody.text.contains("请选一个账号"));
    assert!(trip.wishes().await.is_empty());

    // Only told: nobody needs to be named.
    let told = trip
        .post(&[&with("who", "")[..], &[("then", "notify")]].concat())
        .await;
    assert_eq!(told.status, 303, "{}", told.text);
}

#[tokio::test]
async fn the_form_works_while_12306_says_nothing() {
    let trip = Trip::new().await;
    for what in ["stations", "route", "tickets", "passengers"] {
        trip.script.fail(what, unreachable());
    }
    let form = trip
        .page(&format!("{FORM}?from=北京南&to=上海虹桥&date=2026-12-02"))
        .await;
    assert_order(
        &form,
        &[
            "卖到哪天还没问到",
            "12306 没有回答",
            "id=\"who_text\"",
            "没读到乘车人",
            "id=\"add_other\"",
        ],
    );
    let fields = [
        ("from", "北京南"),
        ("to", "上海虹桥"),
        ("date", "2026-12-02"),
        ("who_text", "张三、小明:child"),
        ("then", "order"),
    ];
    let begun = trip.post(&fields).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let wishes = &trip.wishes().await[0];
    assert_eq!(wishes["passengers"], json!(["张三", "小明:child"]));
    assert_eq!(
        (&wishes["prefer"], &wishes["wait_for_sale"]),
        (&json!(null), &json!(false))
    );
}

#[tokio::test]
async fn an_account_that_is_not_signed_in_is_asked_nothing() {
    let trip = Trip::with(AccountState::SignInLost).await;
    let form = trip.page(FORM).await;
    assert_order(
        &form,
        &["登录失效", "去登录", "id=\"who_text\"", "登录以后这里列出"],
    );
    assert!(trip.script.asked("passengers").is_empty());
    // Somebody chosen before the sign-in was lost stays chosen.
    let again = trip.post(&[&FILLED[..], &[("show", "1")]].concat()).await;
    assert_order(&again, &["value=\"陈默\" checked", "不在现在的名单里"]);
    // Whom the account has cannot be asked now, and the errand finds out.
    let begun = trip
        .post(&FILLED.map(|(name, value)| (name, if name == "who" { "王二" } else { value })))
        .await;
    assert_eq!(begun.status, 303, "{}", begun.text);
}

#[tokio::test]
async fn cities_and_later_days_are_understood() {
    let trip = Trip::new().await;
    let form = trip
        .page(&format!(
            "{FORM}?from=北京市&to=上海市&date=2026-12-02&date=2026-12-20"
        ))
        .await;
    assert_order(
        &form,
        &[
            "value=\"2026-12-06\"",
            ">20日 周日",
            "现在卖到 12月6日 周日",
            "12月20日 周日的票 12月6日 周日 12:30 开售",
            "D701",
            "任意车次",
            "id=\"add_date\"",
        ],
    );
    let asked = &trip.script.asked("route")[0];
    assert_eq!(asked["from"], json!(["北京市"]));
    let one = trip
        .page(&format!("{FORM}?from=北京南&to=上海市&date=2026-12-02"))
        .await;
    assert!(
        !one.text.contains("D701 ·"),
        "it leaves from another station"
    );
}

#[tokio::test]
async fn names_are_for_their_owner() {
    let trip = Trip::new().await;
    let screen = trip.house.add_user("屏幕", Role::Viewer).await;
    let other = trip.house.add_user("王", Role::Member).await;
    for user in [&screen, &other] {
        let form = trip.house.browser(user).await.get(FORM).await;
        assert!(
            form.status == 200 && !form.text.contains("林小满"),
            "{}",
            user.name
        );
        let account = trip.account.as_str();
        let sent = [&FILLED[..], &[("account", account)]].concat();
        let refused = trip.house.browser(user).await.post(FORM, &sent).await;
        assert!([403, 404].contains(&refused.status), "{}", refused.status);
        assert!(!refused.text.contains("林小满"));
        let actor = House::actor(user);
        let passengers = trip.house.app.rail_passengers(&actor, &trip.account).await;
        assert!(passengers.is_err(), "{}", user.name);
        let act = trip
            .house
            .app
            .rail_cancel_order(&actor, &trip.account, "E1")
            .await;
        assert!(act.is_err(), "{}", user.name);
    }
    assert!(trip.script.asked("passengers").is_empty());
    assert!(trip.page(FORM).await.text.contains("林小满"));
}

#[tokio::test]
async fn without_the_errand_there_is_no_form_for_it() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let offered = house.app.services().iter().any(|service| {
        service
            .errands
            .iter()
            .any(|kind| kind.kind == "rail.ticket")
    });
    let seen = house.browser(&user).await.get(FORM).await;
    assert_eq!(seen.status, if offered { 200 } else { 404 });
}
