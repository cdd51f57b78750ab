//! Pages of 114: finding a department, its calendar and places, the form of a visit's errand without JavaScript, what its
//! facts say, the calendar entry, who sees names.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::{collections::BTreeMap, sync::Arc};

use daiban_core::{
    Text,
    account::AccountState,
    ask::AskKind,
    errand::Phase,
    error::ServiceError,
    household::{Household as _, Role, User},
    id::AccountId,
    service::Service,
    store::{Commit, Store as _},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use web_kit::{
    Browser, House, Seed, Seen, Still,
    hospital::{self, DENTIST, STOMACH},
    new_ask,
    page::{assert_order, check_page, encoded},
    rail::Script,
};

/// An admin with one 114 account, and a 114 that answers by heart.
struct Clinic {
    house: House,
    script: Arc<Script>,
    user: User,
    account: AccountId,
    browser: Browser,
}

const FORM: &str = "/errands/new/hospital.visit";

/// A form that can be sent as it is.
const FILLED: [(&str, &str); 8] = [
    ("department", DENTIST),
    ("from", "2026-11-24"),
    ("to", "2026-12-06"),
    ("patient", "王小例"),
    ("doctor", "张示例"),
    ("doctor", "李示例"),
    ("w.card", "any"),
    ("then", "book"),
];

impl Clinic {
    async fn new() -> Self {
        Self::with(AccountState::Ready).await
    }

    async fn with(state: AccountState) -> Self {
        let (house, script) = House::with_hospital(Arc::new(Still)).await;
        let user = house.add_user("林岚", Role::Admin).await;
        let account = house
            .add_account(&user.id, Service::Hospital, "家里的", state)
            .await;
        Self {
            browser: house.browser(&user).await,
            house,
            script,
            user,
            account,
        }
    }

    async fn add(&self, seed: Seed) -> String {
        let id = self.house.add_errand(&self.user.id, &self.account, seed);
        format!("/errands/{}", id.await)
    }

    async fn errand(&self, seed: Seed) -> Seen {
        let path = self.add(seed).await;
        self.page(&path).await
    }

    /// A page that is well, in both languages; the Chinese one.
    async fn page(&self, path: &str) -> Seen {
        let path = &encoded(path);
        let english = [("accept-language", "en")];
        let english = self.browser.get_with(path, &english).await;
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

fn unreachable() -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new("114 没有回答", "114 did not answer"),
    }
}

/// Values of the hidden fields of that name, in order.
fn hidden(seen: &Seen, name: &str) -> Vec<String> {
    let start = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let parts = seen.text.split(&start).skip(1);
    parts
        .map(|part| part.split_once('"').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn a_department_is_found_by_its_hospital() {
    let clinic = Clinic::new().await;
    let more = clinic.page("/more").await;
    assert!(more.text.contains("href=\"/hospital\""));
    clinic.page("/hospital").await;
    assert!(
        clinic.script.asked("hospitals").is_empty(),
        "nothing was searched for"
    );

    let found = clinic.page("/hospital?q=示例").await;
    assert_order(
        &found,
        &[
            "href=\"/hospital/H90000001\"",
            "北京示例第一医院",
            "三级甲等 · 每天 08:30 放号",
            "北京示例儿童医院",
            "维护中",
        ],
    );
    let none = clinic.page("/hospital?q=没有").await;
    assert!(none.text.contains("没有名字里有这几个字的医院"));

    let hospital = clinic.page("/hospital/H90000001").await;
    assert_order(
        &hospital,
        &[
            "<h1>北京示例第一医院</h1>",
            "每天 08:30 放号",
            "能约 7 天内的",
            "<h2>口腔科</h2>",
            &format!("href=\"/hospital/{DENTIST}\""),
            "口腔颌面外科门诊",
            "<h2>内科</h2>",
            "刚刚",
        ],
    );
    let some = clinic.page("/hospital/H90000001?q=消化").await;
    assert!(some.text.contains(STOMACH) && !some.text.contains(DENTIST));
    let asked = clinic.script.asked("departments");
    assert_eq!(
        asked.len(),
        1,
        "the list is kept while one looks through it"
    );

    clinic.script.fail("hospitals", unreachable());
    let failed = clinic.browser.get(&encoded("/hospital?q=别的")).await;
    check_page(&failed, "/hospital");
    assert!(failed.status == 502 && failed.text.contains("114 没有回答"));
}

#[tokio::test]
async fn a_pasted_address_leads_straight_to_the_department() {
    let clinic = Clinic::new().await;
    for pasted in [
        "https%3A%2F%2Fwww.114yygh.com%2Fhospital%2FH90000001%2F04%2F644%2Fsource",
        "H90000001%2F04%2F644",
    ] {
        let seen = clinic.browser.get(&format!("/hospital?q={pasted}")).await;
        let expected = Some(format!("/hospital/{STOMACH}"));
        assert_eq!((seen.status, seen.location), (303, expected), "{pasted}");
    }
    assert!(clinic.script.asked("hospitals").is_empty());
    let nowhere = clinic.browser.get("/hospital/a.b/c/d").await;
    assert_eq!(nowhere.status, 404, "no codes");
}

#[tokio::test]
async fn lists_come_by_themselves_while_one_types() {
    let clinic = Clinic::new().await;
    let part = async |path: &str| clinic.browser.get(&encoded(path)).await;
    let links = part("/hospital/find?q=儿童").await;
    assert!(links.status == 200 && links.text.contains("href=\"/hospital/H90000002\""));
    assert!(!links.text.contains("<html"));
    let buttons = part("/hospital/find?in=form&find_text=儿童").await;
    assert!(
        buttons
            .text
            .contains("name=\"pick_hos\" value=\"H90000002\"")
    );
    for nothing in ["q=", "q=https://www.114yygh.com/hosp", "find_text=162/04"] {
        let seen = part(&format!("/hospital/find?{nothing}")).await;
        assert_eq!((seen.status, seen.text.trim()), (200, ""), "{nothing}");
    }
    let departments = part("/hospital/H90000001/find?q=消化").await;
    assert!(departments.text.contains(STOMACH) && !departments.text.contains("<html"));
    assert_eq!(clinic.script.asked("hospitals").len(), 1, "asked for once");
}

#[tokio::test]
async fn a_department_shows_two_weeks_in_words() {
    let clinic = Clinic::new().await;
    let page = clinic.page(&format!("/hospital/{DENTIST}")).await;
    assert_order(
        &page,
        &[
            "<h1>口腔种植科门诊</h1>",
            "北京示例第一医院 · 口腔科",
            "role=\"group\"",
            "<desc id=\"calendar-d\">有号：11月25日 周三。约满 8 天，即将放号 1 天，无号 3 天，未知 1 天。",
            &format!(
                "href=\"/hospital/{DENTIST}?date=2026-11-25\" aria-label=\"25 有号，11月25日 周三\""
            ),
            ">未知</text>",
            ">待放</text>",
            "14:09:48 看的，刚刚；会变",
            "下次放号",
            "明天 08:30",
            "18 小时 20 分",
            &format!("{FORM}?department=H90000001%2F00aa11bb%2F900010001"),
            "还没记下过",
        ],
    );
    let without = format!("date={}", hospital::day(clinic.house.now(), 6));
    assert!(
        !page.text.contains(&without),
        "a day without a clinic leads nowhere"
    );
    assert!(clinic.script.asked("slots").is_empty(), "no day was chosen");
}

#[tokio::test]
async fn a_day_shows_whether_and_never_how_many() {
    let clinic = Clinic::new().await;
    let path = format!("/hospital/{DENTIST}?date=2026-11-25");
    let page = clinic.page(&path).await;
    assert_order(
        &page,
        &[
            "class=\"d-has chosen\"",
            "11月25日 周三",
            "不说剩几个；代办不猜",
            "上午",
            "<b>普通号50</b>",
            "有号",
            "<b>李示例</b> 主任医师",
            "没号",
            "下午",
            "<b>张示例</b> 副主任医师",
            "13:30–14:00 <b>没</b>",
            "14:00–14:30 <b>有</b>",
            "doctor=%E5%BC%A0%E7%A4%BA%E4%BE%8B",
        ],
    );
    let asked = &clinic.script.asked("slots")[0];
    assert_eq!(
        asked,
        &json!({ "do": "slots", "hos": "H90000001", "first": "00aa11bb", "second": "900010001", "date": "2026-11-25" })
    );
    // A place leads to the form with what was chosen.
    let link = page.text.split("class=\"way\" href=\"").nth(2).unwrap();
    let link = link.split_once('"').unwrap().0.replace("&#38;", "&");
    let form = clinic.page(&link).await;
    assert_eq!(hidden(&form, "department"), [DENTIST]);
    assert!(
        form.text
            .contains("name=\"from\" type=\"date\" value=\"2026-11-25\"")
    );
    assert_eq!(hidden(&form, "doctor").len(), 1);
}

#[tokio::test]
async fn what_114_does_not_say_is_said_to_be_unknown() {
    let clinic = Clinic::new().await;
    clinic
        .script
        .answer("calendar", json!({ "days": [], "release_at": null }));
    let page = clinic.page(&format!("/hospital/{DENTIST}")).await;
    assert_order(&page, &["114 没给出任何一天", "未知，114 没说"]);
    clinic.script.answer("slots", json!({ "slots": [] }));
    let page = clinic
        .page(&format!("/hospital/{DENTIST}?date=2026-11-25"))
        .await;
    assert_order(&page, &["什么时候看的未知", "这天没有出诊"]);
    let wrong = format!("/hospital/{DENTIST}?date=2026-02-30");
    let wrong = clinic.browser.get(&wrong).await;
    assert!(wrong.status == 422 && wrong.text.contains("不存在"));

    for what in ["calendar", "department"] {
        clinic.script.fail(what, unreachable());
    }
    let path = format!("/hospital/{STOMACH}");
    let failed = clinic.browser.get(&path).await;
    check_page(&failed, &path);
    assert_eq!(failed.status, 502);
    assert!(failed.text.contains("<h1>644</h1>") && failed.text.contains("114 没有回答"));
}

#[tokio::test]
async fn the_release_pattern_is_of_all_errands_and_counts_each_place_once() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    clinic.add(hospital::watching(now)).await;
    clinic.add(hospital::booked(now)).await;
    let page = clinic.page(&format!("/hospital/{DENTIST}")).await;
    assert_order(
        &page,
        &[
            "一天里几点出号",
            "<desc id=\"pattern-h-d\">5 天里看到出号 15 次；放号 10 次，多在 08:30 后 0–2 分钟；退号 5 次，15 点最多。",
            "class=\"p-release\"",
            "class=\"p-back\"",
            "放号点 08:30 前后，每分钟",
            "只有代办在看的时候才记得到",
            "昨天 15:10:00",
            "钱示例",
            "退号",
        ],
    );
    assert!(!page.text.contains("看不出规律"));

    // Few sightings are no pattern, and that is said.
    let little = json!({ STOMACH: [{ "at": "2026-11-21T10:00:00+08:00", "date": "2026-12-01", "half_day": "morning", "doctor": null, "title": "普通号", "by": "unknown" }] });
    let seed = Seed::new(
        "hospital.visit",
        json!({ "departments": [STOMACH] }),
        Phase::Waiting,
        "盯",
        "watches",
    );
    clinic.add(seed.fact("appeared", little)).await;
    let page = clinic.page(&format!("/hospital/{STOMACH}")).await;
    assert_order(&page, &["不清楚 1 次", "只有 1 天、1 次，还看不出规律"]);

    // What is others' stays with them.
    let other = clinic.house.add_user("王", Role::Member).await;
    let browser = clinic.house.browser(&other).await;
    let page = browser.get(&format!("/hospital/{DENTIST}")).await;
    assert!(page.status == 200 && page.text.contains("还没记下过"));
}

#[tokio::test]
async fn a_watching_errand_says_what_it_sees() {
    let clinic = Clinic::new().await;
    let page = clinic.errand(hospital::watching(clinic.house.now())).await;
    assert_order(
        &page,
        &[
            "<h1>口腔种植科门诊</h1>",
            "北京示例第一医院 · 11月24日 周二 – 12月6日 周日 · 王小例 · 114 · 家里的",
            "盯着呢",
            "没有合适的号",
            "下次放号",
            "明天 08:30",
            "data-left=",
            "14:10:12",
            "12 秒后",
            "盯到",
            "12月6日 周日 00:00",
            "1 分",
            "1204 次",
            "最近 14:09:12",
            "框出来的",
            "d-has wanted",
            "最近看到 14:09:12",
            "号什么时候出来",
            "5 天里看到出号 15 次",
            "看到的号",
            "<b>张示例 副主任医师</b>",
            "11月25日 周三 下午",
            "合适",
            "<b>赵示例 副主任医师</b>",
            "有号，不合适",
            "上午的不要",
            "<b>李示例 副主任医师</b>",
            "没号",
            "有号没挂成",
            "李示例 主任医师：已被别人约走",
            "张示例，再 李示例",
            "周一、周三",
            "¥100",
            "为什么是这样",
        ],
    );
    assert!(!page.text.contains("visit.ics"));
    let list = clinic.page("/errands").await;
    assert_order(&list, &["<b>口腔种植科门诊</b>", "北京示例第一医院"]);
    let today = clinic.page("/").await;
    assert_order(&today, &["口腔种植科门诊", "下次放号 明天 08:30"]);
}

#[tokio::test]
async fn a_booking_says_all_that_is_needed_to_go_or_to_cancel() {
    let clinic = Clinic::new().await;
    let path = clinic.add(hospital::booked(clinic.house.now())).await;
    let page = clinic.page(&path).await;
    assert_order(
        &page,
        &[
            "挂的号",
            "挂上了",
            "12月1日 周二 下午",
            "14:00–14:30",
            "口腔种植科门诊",
            "北京示例第一医院",
            "张示例 副主任医师",
            "王小例",
            "社保卡 1000****000X",
            "¥60",
            "900000000001",
            "门诊楼二层口腔科分诊台",
            "取消截止",
            "11月30日 周一 15:00",
            &format!("href=\"{path}/visit.ics\""),
            "怎么取消",
            "请于就诊前一天15:00前取消",
            "代办不替你取消",
            "北京114预约挂号",
            "京通小程序",
            "href=\"tel:010114\"",
            "订单号 900000000001\n北京示例第一医院 口腔种植科门诊\n2026年12月01日 周二 下午\n就诊人 王小例",
            "href=\"https://www.114yygh.com\"",
        ],
    );
    let today = clinic.page("/").await;
    assert_order(
        &today,
        &["挂上了", "12月1日 周二 下午", "14:00–14:30", "王小例"],
    );
}

#[tokio::test]
async fn only_what_is_booked_is_called_so() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    for (stage, state, said, entry) in [
        ("lineup", "booked", "号还没到手", false),
        ("unknown", "booked", "不知道挂上没有", false),
        ("booked", "unknown", "不知道挂上没有", false),
        ("cancelled", "booked", "这个号已经取消", true),
        ("booked", "cancelled", "这个号已经取消", true),
    ] {
        let mut fact = hospital::booking_fact(now, stage);
        fact["state"] = json!(state);
        let seed = Seed::new(
            "hospital.visit",
            hospital::wishes(now),
            Phase::Working,
            "等",
            "waits",
        );
        let path = clinic.add(seed.at("verifying").fact("booking", fact)).await;
        let page = clinic.page(&path).await;
        assert!(page.text.contains(said), "{stage} {state}");
        assert!(!page.text.contains("st ok"), "{stage} {state}");
        assert!(!page.text.contains("怎么取消"), "{stage} {state}");
        assert!(page.text.contains("http-equiv=\"refresh\" content=\"5\""));
        assert_eq!(page.text.contains("visit.ics"), entry, "{stage} {state}");
        let got = clinic.browser.get(&format!("{path}/visit.ics")).await;
        assert_eq!(got.status, if entry { 200 } else { 409 }, "{stage} {state}");
    }
}

#[tokio::test]
async fn only_the_official_site_becomes_a_link() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    for link in [
        "https://www.114yygh.com.evil.example/",
        "http://www.114yygh.com/",
        "javascript:alert(1)",
        "//evil.example",
    ] {
        let mut fact = hospital::booking_fact(now, "booked");
        fact["cancel_link"] = json!(link);
        let seed = hospital::booked(now);
        let facts = seed.facts.into_iter().filter(|(name, _)| name != "booking");
        let seed = Seed {
            facts: facts.collect(),
            ..hospital::booked(now)
        };
        let page = clinic.errand(seed.fact("booking", fact)).await;
        assert!(
            page.text.contains("怎么取消") && !page.text.contains(link),
            "{link}"
        );
    }
}

#[tokio::test]
async fn facts_in_another_shape_break_nothing() {
    let clinic = Clinic::new().await;
    let evil = "\"><script>alert(1)</script>";
    let odd = [
        json!(null),
        json!(7),
        json!("text"),
        json!([evil, 1, null]),
        json!({ "hospital": evil, "departments": [evil], "days": evil, "release_at": evil, "stage": evil }),
        json!([{ "doctor": evil, "title": evil, "date": evil, "half_day": evil, "fits": evil, "why_not": evil, "at": evil, "text": { "zh": evil } }]),
        json!({ evil: [{ "at": evil }], DENTIST: { "days": [{ "date": evil, "state": evil }, { "date": "2026-12-01", "state": "sold_out" }], "release_at": 7 } }),
        json!({ "hospital": null, "departments": [{ "hos": evil, "code": evil, "first": null, "second": { "code": evil, "name": evil } }], "patient": evil, "opens_at": evil }),
    ];
    let names = [
        "place", "calendar", "slots", "watch", "appeared", "missed", "booking",
    ];
    for value in odd {
        let wishes = json!({ "departments": [evil, DENTIST], "patient": evil, "weekdays": [evil], "from": evil });
        let mut seed =
            Seed::new("hospital.visit", wishes, Phase::Waiting, evil, evil).at("watching");
        for name in names {
            seed = seed.fact(name, value.clone());
        }
        clinic.errand(seed).await;
    }
    let mut hostile = hospital::booking_fact(clinic.house.now(), "booked");
    for name in [
        "doctor",
        "patient",
        "order_no",
        "visit_text",
        "period",
        "cancel_text",
        "card",
    ] {
        hostile[name] = json!(evil);
    }
    let nothing = Seed::new(
        "hospital.visit",
        json!({}),
        Phase::Failed,
        "停了",
        "stopped",
    )
    .outcome(json!({ "result": "gave_up" }))
    .fact("booking", hostile);
    let page = clinic.errand(nothing).await;
    assert_order(&page, &["科室未知", "到最后也没等到合适的号"]);
    for path in ["/", "/errands", &format!("/hospital/{DENTIST}")] {
        clinic.page(path).await;
    }
}

#[tokio::test]
async fn a_filled_form_begins_the_errand_it_says() {
    let clinic = Clinic::new().await;
    let more = [
        ("title", "主任医师"),
        ("half_day", "下午"),
        ("half_day", "上午"),
        ("weekday", "一"),
        ("weekday", "三"),
        ("hours_from", "13:00"),
        ("hours_to", "16:30"),
        ("w.fee_max", "100"),
        ("w.any_doctor_after_days", "3"),
        ("w.watch_from", "2026-11-23"),
        ("w.pace_s", "90"),
    ];
    let tried = clinic
        .post(&[&FILLED[..], &more, &[("dry_run", "1")]].concat())
        .await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    assert_order(&tried, &["从 2 个科室里盯起", "什么也没改"]);
    assert!(
        clinic.wishes().await.is_empty(),
        "trying out stores nothing"
    );
    assert_eq!(hidden(&tried, "half_day"), ["下午", "上午"]);

    let begun = clinic.post(&[&FILLED[..], &more].concat()).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let wishes = &clinic.wishes().await[0];
    for (name, expected) in [
        ("departments", json!([DENTIST])),
        ("from", json!("2026-11-24")),
        ("to", json!("2026-12-06")),
        ("patient", json!("王小例")),
        ("card", json!("any")),
        ("doctors", json!(["张示例", "李示例"])),
        ("titles", json!(["主任医师"])),
        ("half_days", json!(["下午", "上午"])),
        ("weekdays", json!(["一", "三"])),
        ("hours", json!("13:00-16:30")),
        ("fee_max", json!(100)),
        ("any_doctor_after_days", json!(3)),
        ("then", json!("book")),
        ("watch_from", json!("2026-11-23")),
        ("stop_on", json!(null)),
        ("pace_s", json!(90)),
    ] {
        assert_eq!(wishes[name], expected, "{name}");
    }
    let kinds = clinic.page("/errands/new").await;
    assert!(kinds.text.contains(FORM));
}

#[tokio::test]
async fn departments_are_found_within_the_form_and_nothing_is_lost() {
    let clinic = Clinic::new().await;
    clinic.page(FORM).await;
    let rest: Vec<_> = FILLED
        .into_iter()
        .filter(|(name, _)| *name != "department")
        .collect();
    let press = async |pressed: &[(&str, &str)]| {
        let seen = clinic.post(&[&rest[..], pressed].concat()).await;
        assert_eq!(seen.status, 200, "{}", seen.text);
        assert_eq!(hidden(&seen, "doctor"), ["张示例", "李示例"]);
        assert_order(&seen, &["value=\"2026-11-24\"", "value=\"王小例\" checked"]);
        seen
    };
    let found = press(&[("find_text", "示例"), ("find", "1")]).await;
    assert_order(
        &found,
        &[
            "value=\"示例\"",
            "name=\"pick_hos\" value=\"H90000001\"",
            "北京示例儿童医院",
        ],
    );
    let picked = press(&[("find_text", "示例"), ("pick_hos", "H90000001")]).await;
    assert_order(
        &picked,
        &[
            "name=\"hos\" value=\"H90000001\"",
            "<optgroup label=\"口腔科\">",
            &format!("value=\"{STOMACH}\""),
        ],
    );
    let added = press(&[
        ("hos", "H90000001"),
        ("new_departments", STOMACH),
        ("add_departments", "1"),
    ])
    .await;
    assert_eq!(hidden(&added, "department"), [STOMACH]);
    assert_order(&added, &["<b>消化内科门诊</b>", "北京示例第一医院 · 内科"]);

    // Enter in the field presses the form's first button, and an address needs none at all.
    let entered = press(&[("find_text", "儿童"), ("show", "1")]).await;
    assert!(
        entered
            .text
            .contains("name=\"pick_hos\" value=\"H90000002\"")
    );
    let page = "https://www.114yygh.com/hospital/H90000001/04/644/source";
    let pasted = press(&[("department", DENTIST), ("find_text", page), ("find", "1")]).await;
    assert_eq!(hidden(&pasted, "department"), [DENTIST, STOMACH]);
    let first = pasted.text.split("<button").nth(1).unwrap();
    assert!(first.contains("name=\"show\""), "{first}");
    assert!(clinic.wishes().await.is_empty());
    let asked = [
        ("hospitals", 2),
        ("departments", 1),
        ("department", 2),
        ("patients", 1),
    ];
    for (what, times) in asked {
        assert_eq!(clinic.script.asked(what).len(), times, "{what}");
    }
}

#[tokio::test]
async fn lists_are_ordered_without_javascript() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    clinic.add(hospital::watching(now)).await;
    let press = async |pressed: &[(&str, &str)]| {
        let seen = clinic.post(&[&FILLED[..], pressed].concat()).await;
        assert_eq!(hidden(&seen, "department"), [DENTIST], "{pressed:?}");
        seen
    };
    let moved = press(&[("up", "doctors.1")]).await;
    assert_eq!(hidden(&moved, "doctor"), ["李示例", "张示例"]);
    let dropped = press(&[("drop", "doctors.0")]).await;
    assert_eq!(hidden(&dropped, "doctor"), ["李示例"]);
    // Who was seen to appear is offered, who is there is not.
    assert!(dropped.text.contains("<option value=\"钱示例\">"));
    assert!(!dropped.text.contains("<option value=\"李示例\">"));
    let titled = press(&[("add_titles", "1"), ("new_titles", "特需、主任医师")]).await;
    assert_eq!(hidden(&titled, "title"), ["特需", "主任医师"]);
    let half = press(&[("add_half_days", "1"), ("new_half_days", "下午")]).await;
    assert_eq!(hidden(&half, "half_day"), ["下午"]);
    assert_order(&half, &["<option>上午</option>", "<option>其他</option>"]);
    let nothing = press(&[("add_doctors", "1"), ("new_doctors", "")]).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text.contains("id=\"doctors-e\""));
}

#[tokio::test]
async fn errors_stand_at_their_fields_and_nothing_is_lost() {
    let clinic = Clinic::new().await;
    let with = |name: &str, value: &'static str| -> Vec<(&'static str, &'static str)> {
        let mut fields: Vec<_> = FILLED
            .into_iter()
            .filter(|(known, _)| *known != name)
            .collect();
        if !value.is_empty() {
            let name: &'static str = String::from(name).leak();
            fields.push((name, value));
        }
        fields.push(("w.stop_on", "2026-12-04"));
        fields
    };
    for (fields, place, words) in [
        (
            with("department", ""),
            "id=\"departments-e\"",
            "先找一个科室",
        ),
        (with("from", ""), "id=\"from-e\"", "必填"),
        (with("to", "2026-02-30"), "id=\"to-e\"", "不存在"),
        (with("patient", ""), "id=\"patient-e\"", "选给谁挂"),
        (with("doctor", "无名"), "id=\"doctors-e\"", "没有这位医生"),
        (with("weekday", "日"), "星期几，不选就是都行", "周日不出诊"),
        (
            with("hours_from", "18:00"),
            "name=\"hours_from\"",
            "value=\"18:00\"",
        ),
        (
            with("w.pace_s", "1"),
            "id=\"w.pace_s-e\"",
            "应在 60 到 3600",
        ),
        (with("w.card", "gold"), "id=\"w.card-e\"", "可以是"),
        (with("w.nonsense", "1"), "role=\"alert\"", "nonsense"),
    ] {
        let seen = clinic.post(&fields).await;
        if words == "value=\"18:00\"" {
            // One end alone reaches to the end of the day.
            assert_eq!(seen.status, 303);
            assert_eq!(clinic.wishes().await[0]["hours"], "18:00-23:59");
            continue;
        }
        assert_eq!(seen.status, 422, "{words}: {}", seen.text);
        assert_order(&seen, &[place, words]);
        assert_order(&seen, &["value=\"2026-12-04\""]);
    }
    let backwards = [("hours_from", "18:00"), ("hours_to", "09:00")];
    let seen = clinic.post(&[&FILLED[..], &backwards].concat()).await;
    assert_eq!(seen.status, 422);
    assert_order(
        &seen,
        &[
            "<details open>",
            "value=\"18:00\"",
            "value=\"09:00\"",
            "id=\"hours-e\"",
        ],
    );
    let nobody = [&FILLED[..], &[("account", "nobody")]].concat();
    let nobody = clinic.browser.post(FORM, &nobody).await;
    assert!(nobody.status == 404 && nobody.text.contains("请选一个账号"));

    // Only told: no patient needs to be named.
    let told: Vec<_> = with("patient", "")
        .into_iter()
        .filter(|(name, _)| *name != "then")
        .collect();
    let told = clinic
        .post(&[&told[..], &[("then", "notify")]].concat())
        .await;
    assert_eq!(told.status, 303, "{}", told.text);
}

#[tokio::test]
async fn the_form_works_while_114_says_nothing() {
    let clinic = Clinic::new().await;
    for what in ["hospitals", "departments", "department", "patients"] {
        clinic.script.fail(what, unreachable());
    }
    let form = clinic.page(&format!("{FORM}?department={DENTIST}")).await;
    assert_order(
        &form,
        &[
            &format!("<b>{DENTIST}</b>"),
            "id=\"patient_text\"",
            "没读到就诊人",
        ],
    );
    let found = clinic.post(&[("find_text", "示例"), ("find", "1")]).await;
    assert!(found.text.contains("114 没有回答"));
    let fields = [
        ("department", DENTIST),
        ("from", "2026-11-24"),
        ("to", "2026-11-24"),
        ("patient_text", "王小例/0001"),
        ("then", "book"),
    ];
    let begun = clinic.post(&fields).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    assert_eq!(clinic.wishes().await[0]["patient"], "王小例/0001");
}

#[tokio::test]
async fn patients_are_listed_for_their_owner_alone() {
    let clinic = Clinic::new().await;
    let form = clinic.page(FORM).await;
    assert_order(
        &form,
        &[
            "value=\"王小例\"",
            "居民身份证 1101****0001 · 社保卡（医保）、身份证（自费）",
            "value=\"林岚\" disabled",
            "114 现在不让约：请完善就诊人资料",
        ],
    );
    assert_eq!(clinic.script.asked("patients").len(), 1);
    let screen = clinic.house.add_user("屏幕", Role::Viewer).await;
    let other = clinic.house.add_user("王", Role::Member).await;
    for user in [&screen, &other] {
        let form = clinic.house.browser(user).await.get(FORM).await;
        assert!(
            form.status == 200 && !form.text.contains("林小满"),
            "{}",
            user.name
        );
        let actor = House::actor(user);
        let app = &clinic.house.app;
        assert!(
            app.hospital_patients(&actor, &clinic.account)
                .await
                .is_err()
        );
        assert!(app.hospital_orders(&actor, &clinic.account).await.is_err());
    }
    assert_eq!(
        clinic.script.asked("patients").len(),
        1,
        "nothing was asked for them"
    );

    let lost = Clinic::with(AccountState::SignInLost).await;
    let form = lost.page(FORM).await;
    assert_order(&form, &["登录失效", "去登录", "登录以后这里列出"]);
    assert!(lost.script.asked("patients").is_empty());
}

/// A calendar's lines, unfolded, as name with parameters and value.
fn properties(text: &str) -> Vec<(String, String)> {
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{line}");
    }
    let unfolded = text.replace("\r\n ", "");
    let lines = unfolded.split("\r\n").filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// Components must close in the order in which they were opened; the properties of each by its path.
fn components(text: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let (mut open, mut found) = (Vec::new(), BTreeMap::<String, Vec<_>>::new());
    for (name, value) in properties(text) {
        match name.as_str() {
            "BEGIN" => open.push(value),
            "END" => assert_eq!(open.pop().as_deref(), Some(value.as_str())),
            _ => found.entry(open.join("/")).or_default().push((name, value)),
        }
    }
    assert!(open.is_empty());
    found
}

/// A text value as it was before it was escaped.
fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next().unwrap() {
                'n' => out.push('\n'),
                plain @ ('\\' | ';' | ',') => out.push(plain),
                other => panic!("\\{other} in {value}"),
            },
            ';' | ',' => panic!("{letter} stands alone in {value}"),
            plain => out.push(plain),
        }
    }
    out
}

#[tokio::test]
async fn a_booking_is_a_calendar_entry() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    let entry = async |changes: Value| {
        let mut fact = hospital::booking_fact(now, "booked");
        for (name, value) in changes.as_object().unwrap() {
            fact[name] = value.clone();
        }
        let seed = Seed::new("hospital.visit", json!({}), Phase::Waiting, "等", "waits");
        let path = clinic.add(seed.at("booked").fact("booking", fact)).await;
        let got = clinic.browser.get(&format!("{path}/visit.ics")).await;
        assert_eq!(got.status, 200, "{}", got.text);
        assert_eq!(got.headers["content-type"], "text/calendar; charset=utf-8");
        let id = path.rsplit('/').next().unwrap().to_owned();
        (components(&got.text), id)
    };
    let one = |found: &BTreeMap<String, Vec<(String, String)>>, name: &str| {
        let event = &found["VCALENDAR/VEVENT"];
        let value = event.iter().find(|(known, _)| known == name);
        value
            .unwrap_or_else(|| panic!("no {name} in {event:?}"))
            .1
            .clone()
    };
    let triggers = |found: &BTreeMap<String, Vec<(String, String)>>| -> Vec<String> {
        let alarms = found.get("VCALENDAR/VEVENT/VALARM").into_iter().flatten();
        let triggers = alarms.filter(|(name, _)| name == "TRIGGER");
        triggers.map(|(_, value)| value.clone()).collect()
    };
    const START: &str = "DTSTART;TZID=Asia/Shanghai";
    const END: &str = "DTEND;TZID=Asia/Shanghai";

    let hostile = "小例; 王, \\\n\"\u{7}";
    let (found, id) = entry(json!({ "patient": hostile })).await;
    assert_eq!(one(&found, "UID"), format!("visit-{id}@daiban"));
    assert_eq!(one(&found, START), "20261201T140000");
    assert_eq!(one(&found, END), "20261201T143000");
    assert_eq!(one(&found, "DTSTAMP"), "20261122T061000Z");
    assert_eq!(one(&found, "STATUS"), "CONFIRMED");
    assert_eq!(one(&found, "LOCATION"), "北京示例第一医院");
    let said = unescaped(&one(&found, "DESCRIPTION"));
    for part in [
        "北京示例第一医院 口腔种植科门诊\n张示例 副主任医师\n",
        "就诊人 小例; 王, \\\n\"",
        "订单号 900000000001",
        "挂号费 ¥60.00",
        "门诊楼二层口腔科分诊台",
        "请于就诊前一天15:00前取消",
        "010-114",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    // The evening before at eight, and two hours before.
    assert_eq!(triggers(&found), ["-PT18H0M", "-PT2H0M"]);
    let zone = &found["VCALENDAR/VTIMEZONE/STANDARD"];
    let offset = ("TZOFFSETTO".to_owned(), "+0800".to_owned());
    assert!(zone.contains(&offset), "{zone:?}");
    let id_of_zone = ("TZID".to_owned(), "Asia/Shanghai".to_owned());
    assert!(found["VCALENDAR/VTIMEZONE"].contains(&id_of_zone));

    // The hour was not told: the half day, and that this is so.
    for (half, from, to, alarms) in [
        (
            "morning",
            "20261201T080000",
            "20261201T120000",
            ["-PT12H0M", "-PT2H0M"],
        ),
        (
            "afternoon",
            "20261201T130000",
            "20261201T170000",
            ["-PT17H0M", "-PT2H0M"],
        ),
    ] {
        let (found, _) = entry(json!({ "period": null, "half_day": half })).await;
        assert_eq!(
            (one(&found, START).as_str(), one(&found, END).as_str()),
            (from, to)
        );
        assert_eq!(triggers(&found), alarms);
        assert!(one(&found, "DESCRIPTION").contains("几点没说"));
    }
    let (found, _) = entry(json!({ "period": null, "half_day": "other" })).await;
    assert_eq!(one(&found, "DTSTART;VALUE=DATE"), "20261201");
    assert_eq!(one(&found, "DTEND;VALUE=DATE"), "20261202");
    assert_eq!(triggers(&found), ["-PT4H0M", "PT6H0M"]);

    // A cancelled one takes the entry away and reminds of nothing.
    let (found, _) = entry(json!({ "stage": "cancelled", "period": "no hour" })).await;
    assert_eq!(one(&found, "STATUS"), "CANCELLED");
    assert!(triggers(&found).is_empty());
}

#[tokio::test]
async fn entries_are_for_those_who_see_the_errand() {
    let clinic = Clinic::new().await;
    let path = clinic.add(hospital::booked(clinic.house.now())).await;
    let entry = format!("{path}/visit.ics");
    let other = clinic.house.add_user("王", Role::Member).await;
    assert_eq!(
        clinic.house.browser(&other).await.get(&entry).await.status,
        404
    );
    assert_eq!(
        clinic.house.stranger().get(&entry).await.status,
        303,
        "to the sign-in"
    );
    let watching = clinic.add(hospital::watching(clinic.house.now())).await;
    let none = clinic.browser.get(&format!("{watching}/visit.ics")).await;
    assert_eq!(none.status, 409);
    check_page(&none, "visit.ics");
}

#[tokio::test]
async fn asks_say_what_yes_and_no_mean() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    clinic.add(hospital::asking(now)).await;
    assert!(clinic.page("/").await.text.contains("要不要这个号"));
    let ask = clinic.house.newest_ask(&clinic.user.id).await;
    let page = clinic.page(&format!("/asks/{ask}")).await;
    assert_order(
        &page,
        &[
            "有号，要不要",
            "不要",
            "是，挂这个",
            "data-left=\"300\"",
            "按不要算，接着盯",
        ],
    );
}

#[tokio::test]
async fn a_sign_in_can_be_done_within_wechat() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    for (kind, expected) in [
        (
            AskKind::Captcha,
            &[
                "width=\"300\" height=\"120\"",
                "form=\"another\">看不清，换一张",
                "download=\"hospital-code.png\"",
                "autocomplete=\"off\"",
                "<button class=\"btn main\">提交",
                "aria-current=\"step\">1 图片",
                "3 登录成功",
                "<form id=\"another\"",
            ][..],
        ),
        (
            AskKind::Sms,
            &[
                "inputmode=\"numeric\" autocomplete=\"one-time-code\"",
                "form=\"another\">没收到",
                "aria-current=\"step\">2 短信码",
            ],
        ),
    ] {
        clinic.add(hospital::signing_in(now, kind)).await;
        let ask = clinic.house.newest_ask(&clinic.user.id).await;
        let inside = clinic.page(&format!("/asks/{ask}")).await;
        let link = clinic.house.links.ask_path(&ask).await.unwrap();
        let outside = clinic.house.stranger().get(&link).await;
        check_page(&outside, "/a/…");
        for page in [&inside, &outside] {
            assert_order(page, expected);
            // What Enter presses sends the answer.
            let form = page.text.split("<form class=\"pane\"").nth(1).unwrap();
            let form = form.split_once("</form>").unwrap().0;
            let own = form
                .split("<button")
                .skip(1)
                .filter(|button| !button.contains("form=\""));
            assert!(
                own.into_iter().next().unwrap().contains("btn main"),
                "{kind:?}"
            );
        }
        let looked = clinic.house.store.asks(None, None).await.unwrap();
        assert!(
            looked
                .iter()
                .all(|ask| ask.state == daiban_core::ask::AskState::Open)
        );
    }
}

/// The sign-in's next pass as its machine makes it: the old ask withdrawn, a new one made.
async fn next_picture(clinic: &Clinic) {
    let store = &clinic.house.store;
    let now = clinic.house.now();
    let claimed = loop {
        let until = now + SignedDuration::from_mins(1);
        let claimed = store.claim_due(now, 1, until).await.unwrap();
        match claimed.into_iter().next() {
            Some(claimed) => break claimed,
            None => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    };
    let ask = new_ask(AskKind::Captcha, ("另一张", "another"), ("", ""), None);
    let commit = Commit {
        errand: claimed.id,
        ver: claimed.ver,
        state: json!({}),
        version: 1,
        phase: Phase::NeedsYou,
        checkpoint: "reading".to_owned(),
        reason: Text::new("等你输入", "waiting for you"),
        next_due: None,
        outcome: None,
        consumed: Vec::new(),
        calls: Vec::new(),
        asks: vec![(daiban_core::id::AskId::from("00another"), ask)],
        withdraw_asks: true,
        watch: Vec::new(),
        facts: Vec::new(),
        records: Vec::new(),
        notices: Vec::new(),
        problems: Vec::new(),
        events: Vec::new(),
    };
    store.commit(now, vec![commit]).await.unwrap();
}

#[tokio::test]
async fn another_picture_comes_for_the_asking() {
    let clinic = Clinic::new().await;
    let now = clinic.house.now();
    clinic
        .add(hospital::signing_in(now, AskKind::Captcha))
        .await;
    let ask = clinic.house.newest_ask(&clinic.user.id).await;
    let path = format!("/asks/{ask}");
    let asked = clinic.browser.post(&path, &[("another", "1")]);
    let (seen, ()) = tokio::join!(asked, next_picture(&clinic));
    assert_eq!(
        (seen.status, seen.location.as_deref()),
        (303, Some("/asks/00another"))
    );
    let page = clinic.page("/asks/00another").await;
    assert!(page.text.contains("另一张"));
    // What was asked before cannot be exchanged any more, and an ask that is no sign-in never could.
    let late = clinic.browser.post(&path, &[("another", "1")]).await;
    assert_eq!(late.status, 409, "{}", late.text);
    clinic.add(hospital::asking(now)).await;
    let ask = clinic.house.newest_ask(&clinic.user.id).await;
    let never = clinic
        .browser
        .post(&format!("/asks/{ask}"), &[("another", "1")])
        .await;
    assert_eq!(never.status, 409);
}

#[tokio::test]
async fn without_the_errand_there_is_no_form_for_it() {
    let (house, _) = House::with_rail(Arc::new(Still)).await;
    let user = house.add_user("林岚", Role::Admin).await;
    let services = house.app.services();
    let offered = services.iter().flat_map(|service| service.errands);
    let offered = offered
        .into_iter()
        .any(|kind| kind.kind == "hospital.visit");
    let seen = house.browser(&user).await.get(FORM).await;
    assert_eq!(seen.status, if offered { 200 } else { 404 });
}
