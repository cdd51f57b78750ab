//! Today, the list of errands, the page of one and the forms made from descriptors, by links and forms alone.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::sync::Arc;

use daiban_core::{
    account::AccountState,
    errand::Phase,
    household::{Household as _, Role, User},
    id::AccountId,
    service::Service,
};
use serde_json::json;
use web_kit::{
    Browser, House, Seed, Seen, Still, furnish, hospital,
    page::{assert_at_field, assert_order, check_page},
    rail, vehicle,
};

/// A page over a slow line is this large at most, in bytes.
const TODAY_MOST: usize = 30 * 1024;

struct Home {
    house: House,
    user: User,
    browser: Browser,
}

impl Home {
    async fn new() -> Self {
        let (house, _) = House::with_vehicle(Arc::new(Still)).await;
        let user = house.add_user("林岚", Role::Admin).await;
        Self {
            browser: house.browser(&user).await,
            house,
            user,
        }
    }

    async fn account(&self, service: Service) -> AccountId {
        self.house
            .add_account(&self.user.id, service, "家里的", AccountState::Ready)
            .await
    }

    async fn page(&self, path: &str) -> Seen {
        let page = self.browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        check_page(&page, path);
        page
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.browser.post(path, fields).await
    }
}

/// The entry for everything that has no room in the bar.
fn narrow(page: &Seen) -> String {
    let after = page.text.split("class=\"narrow\"").nth(1).unwrap();
    after.split("</li>").next().unwrap().to_owned()
}

#[tokio::test]
async fn the_bar_of_a_phone_has_five_ways_and_the_rail_all() {
    let home = Home::new().await;
    furnish(&home.house, &home.user.id).await;
    let page = home.page("/accounts").await;
    let more = narrow(&page);
    assert!(more.contains("href=\"/more\"") && more.contains("aria-current"));
    assert!(more.contains("class=\"n\""), "with the number of problems");
    for way in [
        "/calendar",
        "/fines",
        "/accounts",
        "/problems",
        "/settings",
        "/cars",
        "/errands",
    ] {
        assert!(page.text.contains(&format!("<a href=\"{way}\"")), "{way}");
    }
    let errands = home.page("/errands").await;
    assert!(!narrow(&errands).contains("aria-current"));
}

#[tokio::test]
async fn today_shows_every_service_and_stays_small() {
    let home = Home::new().await;
    furnish(&home.house, &home.user.id).await;
    rail::furnish(&home.house, &home.user.id).await;
    hospital::furnish(&home.house, &home.user.id).await;
    vehicle::furnish(&home.house, &home.user.id).await;
    let page = home.page("/").await;
    assert_order(
        &page,
        &[
            "待你处理",
            "<progress",
            "问题",
            "接下来",
            "进京证",
            "有效到 11月26日",
            "12月1日 周二 没有能用的证。",
            "车票",
            "挂号",
            "12月1日 周二 下午",
        ],
    );
    for heading in [
        "g-permit",
        "g-rail",
        "g-violation",
        "g-hospital",
        "g-vehicle",
    ] {
        assert!(
            page.text.contains(&format!("<h2 id=\"{heading}\">")),
            "{heading}"
        );
    }
    assert_eq!(page.text.matches("btn main").count(), 1, "one main button");
    assert!(page.text.len() <= TODAY_MOST, "{} bytes", page.text.len());
}

#[tokio::test]
async fn what_is_missing_on_today_has_one_way_to_fill_it() {
    let home = Home::new().await;
    let account = home.account(Service::Violation).await;
    let watch = Seed::new(
        "violation.watch",
        json!({}),
        Phase::Waiting,
        "看着",
        "watches",
    );
    home.house.add_errand(&home.user.id, &account, watch).await;
    let page = home.page("/").await;
    assert_order(
        &page,
        &[
            "还没有：进京证",
            "href=\"/accounts/new/permit\"",
            "加一个账号",
        ],
    );
    home.account(Service::Permit).await;
    let page = home.page("/").await;
    assert_order(
        &page,
        &["还没有：进京证", "href=\"/errands/new/permit.keep\""],
    );
    assert_eq!(page.text.matches("class=\"bone w6\"").count(), 1);
    let viewer = home.house.add_user("客人", Role::Viewer).await;
    let seen = home.house.browser(&viewer).await.get("/").await;
    assert!(!seen.text.contains("还没有："), "a viewer can fill nothing");
}

#[tokio::test]
async fn errands_are_listed_by_how_they_stand_and_by_service() {
    let home = Home::new().await;
    let (permit, fines) = (
        home.account(Service::Permit).await,
        home.account(Service::Violation).await,
    );
    let kept = |phase, zh: &'static str| {
        Seed::new(
            "permit.keep",
            json!({ "plates": ["冀R0D001"] }),
            phase,
            zh,
            "x",
        )
    };
    for seed in [
        kept(Phase::Done, "甲：办完了"),
        kept(Phase::Paused, "乙：停着"),
        kept(Phase::Waiting, "丙：等着"),
        kept(Phase::NeedsYou, "丁：要你"),
    ] {
        home.house.add_errand(&home.user.id, &permit, seed).await;
    }
    for _ in 0..12 {
        let old = Seed::new("violation.watch", json!({}), Phase::Done, "戊：办完了", "x");
        home.house.add_errand(&home.user.id, &fines, old).await;
    }
    let page = home.page("/errands").await;
    assert_order(
        &page,
        &[
            "需要你",
            "丁：要你",
            "在办",
            "丙：等着",
            "暂停了",
            "乙：停着",
            "办完的",
            "再早的 · 3",
        ],
    );
    let all = home.page("/errands?over=all").await;
    assert_eq!(all.text.matches("戊：办完了").count(), 12);
    let permits = home.page("/errands?service=permit").await;
    assert_order(
        &permits,
        &[
            "href=\"/errands?service=permit\" aria-current",
            "丁：要你",
            "甲：办完了",
        ],
    );
    assert!(!permits.text.contains("戊：办完了"));
    assert_eq!(
        home.browser.get("/errands?service=nonsense").await.status,
        400
    );
}

#[tokio::test]
async fn giving_an_errand_up_says_first_what_happens_and_what_does_not() {
    let home = Home::new().await;
    let account = home.account(Service::Hospital).await;
    let id = home
        .house
        .add_errand(&home.user.id, &account, hospital::booked(home.house.now()))
        .await;
    let path = format!("/errands/{id}");
    let page = home.page(&path).await;
    assert!(page.text.contains(&format!("href=\"{path}/cancel\"")));
    assert!(
        !page.text.contains(&format!("action=\"{path}/cancel\"")),
        "not in one tap"
    );
    let asked = home.page(&format!("{path}/cancel")).await;
    assert_order(
        &asked,
        &[
            "会这样",
            "不能恢复",
            "这些不变",
            "12月1日 周二 下午 的号不会退",
            &format!("action=\"{path}/cancel\""),
            "留着",
        ],
    );
    let phase = async || home.house.store.errands(None).await.unwrap()[0].phase;
    assert_eq!(phase().await, Phase::Waiting, "looking changes nothing");
    assert_eq!(home.post(&format!("{path}/cancel"), &[]).await.status, 303);
    assert_eq!(phase().await, Phase::Cancelled);
    assert_eq!(
        home.browser.get(&format!("{path}/cancel")).await.status,
        303
    );
    let viewer = home.house.add_user("客人", Role::Viewer).await;
    let viewer = home.house.browser(&viewer).await;
    assert_eq!(viewer.get(&format!("{path}/cancel")).await.status, 403);
}

#[tokio::test]
async fn the_part_that_changes_has_an_address_and_is_sent_once() {
    let home = Home::new().await;
    let made = furnish(&home.house, &home.user.id).await;
    let path = format!("/errands/{}", made.errands[0]);
    let page = home.page(&path).await;
    assert!(
        page.text
            .contains(&format!("<div id=\"errand\" data-live=\"{path}/live\">"))
    );
    let part = home.browser.get(&format!("{path}/live")).await;
    assert!(
        part.text.trim_start().starts_with("<div id=\"errand\"") && !part.text.contains("<html")
    );
    let tag = part.headers["etag"].to_str().unwrap().to_owned();
    let again = home
        .browser
        .get_with(&format!("{path}/live"), &[("if-none-match", &tag)])
        .await;
    assert_eq!((again.status, again.text.as_str()), (204, ""));
    assert_eq!(home.browser.get("/errands/nothing/live").await.status, 404);
}

#[tokio::test]
async fn history_is_paged_from_the_newest() {
    let home = Home::new().await;
    let account = home.account(Service::Violation).await;
    let seed = Seed::new(
        "violation.watch",
        json!({}),
        Phase::Waiting,
        "看着",
        "watches",
    );
    let id = home.house.add_errand(&home.user.id, &account, seed).await;
    let path = format!("/errands/{id}");
    for _ in 0..30 {
        for verb in ["pause", "resume"] {
            assert_eq!(home.post(&format!("{path}/{verb}"), &[]).await.status, 303);
        }
    }
    let lines = |seen: &Seen| {
        seen.text
            .split("<ol class=\"log\">")
            .nth(1)
            .unwrap()
            .matches("<time")
            .count()
    };
    let page = home.page(&path).await;
    assert_eq!(lines(&page), 8);
    let earlier = |seen: &Seen| {
        let link = seen.text.split("/history?before=").nth(1)?;
        Some(format!("{path}/history?before={}", link.split('"').next()?))
    };
    let second = home.page(&earlier(&page).unwrap()).await;
    assert_eq!(lines(&second), 40);
    let third = home.page(&earlier(&second).unwrap()).await;
    assert!(
        lines(&third) >= 12 && earlier(&third).is_none(),
        "{}",
        lines(&third)
    );
    assert_eq!(lines(&home.page(&format!("{path}/history")).await), 40);
    assert_eq!(
        home.browser
            .get(&format!("{path}/history?before=x"))
            .await
            .status,
        400
    );
}

const PERMIT: &str = "/errands/new/permit.keep";

#[tokio::test]
async fn plates_are_put_in_order_by_buttons_and_typed_words_stay() {
    let home = Home::new().await;
    let made = furnish(&home.house, &home.user.id).await;
    let account = ("account", made.accounts[0].as_str());
    let fresh = home.page(PERMIT).await;
    assert_order(
        &fresh,
        &[
            "1 哪辆车",
            "name=\"pick.plates\" value=\"冀R0D001\"",
            "2 去哪里，做什么",
            "3 哪几天",
            "更多",
            "申请时段",
            "先试算",
        ],
    );
    assert!(
        fresh
            .text
            .contains("name=\"w.window.from\" type=\"time\" value=\"07:30\"")
    );
    let typed = [
        account,
        ("w.address", "测试路 1 号"),
        ("w.in_beijing", "no"),
        ("pick.plates", "冀R0D001"),
        ("more.plates", "冀r0d002"),
    ];
    let before = home.house.store.errands(None).await.unwrap().len();
    let added = home.post(PERMIT, &typed).await;
    check_page(&added, PERMIT);
    assert_order(
        &added,
        &[
            "value=\"冀R0D001\"",
            "value=\"冀r0d002\"",
            "value=\"测试路 1 号\"",
            "value=\"no\" checked",
        ],
    );
    let moved = [
        account,
        ("w.plates", "冀R0D001"),
        ("w.plates", "冀R0D002"),
        ("up.plates", "1"),
    ];
    let moved = home.post(PERMIT, &moved).await;
    assert_order(
        &moved,
        &[
            "name=\"w.plates\" value=\"冀R0D002\"",
            "name=\"w.plates\" value=\"冀R0D001\"",
        ],
    );
    let after = home.house.store.errands(None).await.unwrap().len();
    assert_eq!(after, before, "buttons begin nothing");
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_on_top() {
    let home = Home::new().await;
    let account = home.account(Service::Permit).await;
    let typed = [
        ("account", account.as_str()),
        ("more.plates", "冀R0D001"),
        ("w.purpose", "03"),
        ("w.district", "010"),
        ("w.address", "测试路 1 号"),
    ];
    let refused = home.post(PERMIT, &typed).await;
    check_page(&refused, PERMIT);
    assert_eq!(refused.status, 422);
    assert_at_field(&refused, "w.in_beijing");
    assert_order(
        &refused,
        &[
            "role=\"alert\" tabindex=\"-1\" autofocus",
            "href=\"#w.in_beijing\"",
            "id=\"w.in_beijing\"",
        ],
    );
    assert!(
        refused
            .text
            .contains("name=\"w.plates\" value=\"冀R0D001\""),
        "what was typed is kept"
    );
    let nobody = home
        .post(
            PERMIT,
            &[("account", "nobody"), ("more.plates", "冀R0D001")],
        )
        .await;
    assert!(
        nobody.status == 422 || nobody.status == 404,
        "{}",
        nobody.status
    );
    assert!(nobody.text.contains("冀R0D001"));
}

#[tokio::test]
async fn the_place_of_the_car_becomes_an_area_without_typing_degrees() {
    let home = Home::new().await;
    let account = home.account(Service::Vehicle).await;
    let now = home.house.now();
    let mut reading = vehicle::parked(now);
    reading.position.as_mut().unwrap().trusted = Some(true);
    let watch = vehicle::watching(now).fact("reading", json!(reading));
    home.house.add_errand(&home.user.id, &account, watch).await;
    let form = "/errands/new/vehicle.watch";
    let fresh = home.page(form).await;
    assert_order(
        &fresh,
        &[
            "1 哪辆车",
            "2 什么时候告诉你",
            "3 到了、离开了告诉你的地方",
            "就用车现在停的地方",
            "更多",
        ],
    );
    assert!(
        !fresh.text.contains("39.908700"),
        "the form does not tell where the car is"
    );
    let account = ("account", account.as_str());
    let named = [
        account,
        ("area.name", "家"),
        ("area.radius", "500"),
        ("here.areas", "1"),
    ];
    let added = home.post(form, &named).await;
    check_page(&added, form);
    assert_order(
        &added,
        &[
            "name=\"w.areas\" value=\"家:39.908700,116.397500,500\"",
            "<b>家</b>",
            "周围 500 米",
        ],
    );
    let nameless = home.post(form, &[account, ("here.areas", "1")]).await;
    assert_at_field(&nameless, "w.areas");
    let half = home
        .post(form, &[account, ("area.name", "家"), ("area.at", "39.9")])
        .await;
    assert_eq!(
        half.status, 422,
        "what was typed by halves is not left out in silence"
    );
    assert_at_field(&half, "w.areas");
}
