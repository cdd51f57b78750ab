//! Pages of cars: a car from above with unknown as unknown, readings with their age, commands and what becomes of them, charts
//! and history from stored rows, who sees where it is, and that no whole number of a car is on any page.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::sync::Arc;

use daiban::clock::SystemClock;
use daiban_core::{
    Text,
    account::AccountState,
    errand::Phase,
    error::ServiceError,
    household::{Household as _, Role, User},
    id::AccountId,
    service::Service,
};
use daiban_providers::vehicle::command::{Command, CommandState, Order};
use jiff::SignedDuration;
use serde_json::json;
use web_kit::{
    Browser, House, Seed, Seen, Still,
    page::{assert_order, check_page, check_page_with},
    rail::Script,
    vehicle::{self, ICCID, LAT, LON, VIN},
};

const MAP: &str = "https://map.example.com/?at={lon},{lat}";

/// An owner with one car, and a cloud that answers by heart.
struct Garage {
    house: House,
    script: Arc<Script>,
    user: User,
    account: AccountId,
    browser: Browser,
}

impl Garage {
    async fn new() -> Self {
        let (house, script) = House::with_vehicle(Arc::new(Still)).await;
        Self::of(house, script).await
    }

    /// With an engine that runs, on the machine's clock.
    async fn running() -> (Self, tokio::sync::watch::Sender<bool>) {
        let (house, script) = House::with_vehicle(Arc::new(SystemClock)).await;
        let (stop, told) = tokio::sync::watch::channel(false);
        tokio::spawn(house.engine.clone().run(told));
        (Self::of(house, script).await, stop)
    }

    async fn of(house: House, script: Arc<Script>) -> Self {
        let user = house.add_user("林岚", Role::Admin).await;
        let account = house
            .add_account(&user.id, Service::Vehicle, "家里的车", AccountState::Ready)
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

    fn path(&self) -> String {
        format!("/cars/{}", self.account)
    }

    /// The car's page, well in both languages; the Chinese one.
    async fn car(&self) -> Seen {
        self.page(&self.path()).await
    }

    async fn page(&self, path: &str) -> Seen {
        let english = self
            .browser
            .get_with(path, &[("accept-language", "en")])
            .await;
        check_page(&english, path);
        assert_private(&english, path);
        let seen = self.browser.get(path).await;
        check_page(&seen, path);
        assert_private(&seen, path);
        assert_eq!(seen.status, 200, "{path}: {}", seen.text);
        seen
    }

    async fn orders(&self) -> Vec<Order> {
        let actor = House::actor(&self.user);
        let orders = self
            .house
            .app
            .vehicle_orders(&actor, &self.account, 10)
            .await;
        orders.unwrap().into_iter().map(|one| one.order).collect()
    }

    /// The order that came of the last form, once it is in that state.
    async fn until(&self, state: CommandState) -> Order {
        for _ in 0..400 {
            if let Some(order) = self
                .orders()
                .await
                .into_iter()
                .find(|order| order.state == state)
            {
                return order;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("no order came to {state:?}: {:?}", self.orders().await);
    }
}

/// Neither the car's number nor that of its card.
fn assert_private(seen: &Seen, path: &str) {
    for number in [VIN, ICCID] {
        assert!(!seen.text.contains(number), "{path} shows {number}");
    }
}

fn degrees(seen: &Seen) -> bool {
    seen.text.contains(LAT) || seen.text.contains(LON)
}

#[tokio::test]
async fn a_household_without_a_car_is_shown_the_way_to_one() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let browser = house.browser(&user).await;
    let cars = browser.get("/cars").await;
    check_page(&cars, "/cars");
    assert!(cars.text.contains("href=\"/accounts/new/vehicle\""));
    let today = browser.get("/").await;
    assert!(
        today.text.contains("<a href=\"/cars\""),
        "the navigation leads there"
    );
    // Both ways to sign in, and what it means that a maker allows one session.
    let add = browser.get("/accounts/new/vehicle").await;
    check_page(&add, "/accounts/new/vehicle");
    assert_order(
        &add,
        &["分享到的第二个账号", "互相挤下线", "填令牌", "授权码"],
    );
}

#[tokio::test]
async fn one_account_leads_to_its_car_and_several_are_listed() {
    let garage = Garage::new().await;
    let only = garage.browser.get("/cars").await;
    assert_eq!((only.status, only.location), (303, Some(garage.path())));
    vehicle::hybrid(&garage.house, &garage.user.id).await;
    let list = garage.page("/cars").await;
    assert_order(
        &list,
        &["家里的车", "还没看过", "混动", "没锁，熄火，在充电"],
    );
}

#[tokio::test]
async fn a_car_is_drawn_as_it_told_with_its_age() {
    let garage = Garage::new().await;
    garage.add(vehicle::watching(garage.house.now())).await;
    let seen = garage.car().await;
    assert_order(
        &seen,
        &[
            "冀R0D001",
            "领克01",
            "*************0001",
            "停着时每 30 分钟看一次",
            "锁着，熄火",
            "车 14:02 报的，8 分钟前",
            "<svg class=\"car\"",
            "<desc id=\"k-d\">车头朝上；车门 左前 关、锁了",
            "右后 开着",
            "190 kPa（报警）",
            "右后窗开着",
            "玻璃水少了",
            "读数",
            "550 km",
            "8 分钟前",
            "49.0 L",
            "车内",
            "未知",
            "车没报",
            "在「家」",
            "车标了「不可信」",
            "2.93 GiB",
            "14 天油量",
        ],
    );
    assert!(seen.text.contains("class=\"win open\"") && seen.text.contains("class=\"tyre att\""));
    assert!(
        !degrees(&seen) && !seen.text.contains("target=\"_blank\""),
        "no map was set"
    );
}

#[tokio::test]
async fn what_is_not_told_is_drawn_and_said_as_unknown() {
    let garage = Garage::new().await;
    let mut watch = vehicle::watching(garage.house.now());
    watch.facts = vec![("reading".to_owned(), json!({ "vin": "*************0001" }))];
    watch.records = Vec::new();
    garage.add(watch).await;
    let seen = garage.car().await;
    assert_order(
        &seen,
        &[
            "锁没锁未知，发动机未知",
            "车没说是什么时候报的",
            "class=\"lock unknown\"",
        ],
    );
    for closed in [
        "窗关",
        "机盖关",
        "后备箱关",
        "class=\"door \"",
        "class=\"win \"",
        "class=\"tyre \"",
    ] {
        assert!(!seen.text.contains(closed), "{closed}");
    }
    assert!(seen.text.contains("窗未知") && seen.text.contains("门未知、锁未知"));
    assert!(!seen.text.contains("14 天"), "no chart of nothing");
}

#[tokio::test]
async fn a_car_nobody_looked_at_says_so_and_looking_at_the_page_asks_it_nothing() {
    let garage = Garage::new().await;
    let seen = garage.car().await;
    assert!(seen.text.contains("还没看过这辆车") && !seen.text.contains("<svg class=\"car\""));
    garage.car().await;
    assert!(garage.script.asked("status").is_empty());
    assert_eq!(garage.script.asked("cars").len(), 1, "once a day");
    assert_eq!(garage.script.asked("capabilities").len(), 1);
    let offered = ["value=\"open_trunk\"", "value=\"lock\""];
    assert!(offered.iter().all(|word| seen.text.contains(word)));
    assert!(
        !seen.text.contains("value=\"vent_windows\""),
        "this car does not list it"
    );
}

#[tokio::test]
async fn a_person_looks_wakes_and_asks_for_data_by_buttons() {
    let garage = Garage::new().await;
    let look = format!("{}/look", garage.path());
    for (what, fresh) in [("cached", false), ("fresh", true)] {
        let done = garage.browser.post(&look, &[("what", what)]).await;
        assert_eq!((done.status, done.location), (303, Some(garage.path())));
        let asked = garage.script.asked("status");
        let expected = json!({ "do": "status", "car": null, "fresh": fresh });
        assert_eq!(asked.last(), Some(&expected));
    }
    assert!(garage.car().await.text.contains("锁着，熄火"));
    assert!(!garage.car().await.text.contains("2.93 GiB"));
    garage.browser.post(&look, &[("what", "data")]).await;
    assert_order(
        &garage.car().await,
        &["2.93 GiB", "****************0000", "800720"],
    );

    let text = Text::new("云端没有回答", "the cloud did not answer");
    garage
        .script
        .fail("status", ServiceError::Unreachable { text });
    let failed = garage.browser.post(&look, &[("what", "cached")]).await;
    check_page(&failed, &look);
    assert_eq!(failed.status, 502);
    assert_order(&failed, &["云端没有回答", "锁着，熄火"]);
}

#[tokio::test]
async fn a_position_is_in_the_link_to_the_owners_map_and_nowhere_else() {
    let (house, script) = House::with_vehicle(Arc::new(Still)).await;
    let garage = Garage::of(house.mapped(MAP), script).await;
    garage.add(vehicle::watching(garage.house.now())).await;
    let seen = garage.browser.get(&garage.path()).await;
    let link = "https://map.example.com/?at=116.397500,39.908700";
    check_page_with(&seen, &garage.path(), &[link]);
    let anchor =
        format!("<a class=\"way\" href=\"{link}\" rel=\"noopener noreferrer\" target=\"_blank\">");
    assert!(seen.text.contains(&anchor), "{}", seen.text);
    let without = seen.text.replace(link, "");
    assert!(!without.contains("39.9") && !without.contains("116.39"));
}

#[tokio::test]
async fn a_place_of_the_watch_is_not_said_of_a_later_reading() {
    let garage = Garage::new().await;
    let now = garage.house.now();
    garage.add(vehicle::watching(now)).await;
    assert!(garage.car().await.text.contains("在「家」"));
    let mut later = json!(vehicle::parked(now));
    later["updated_at"] = json!(daiban_core::dates::rfc3339(now));
    garage.script.answer("status", later);
    garage
        .browser
        .post(&format!("{}/look", garage.path()), &[("what", "cached")])
        .await;
    let seen = garage.car().await;
    assert!(seen.text.contains("有位置") && !seen.text.contains("在「家」"));
}

#[tokio::test]
async fn a_screen_in_the_hall_sees_a_car_but_not_where_it_is() {
    let garage = Garage::new().await;
    let errand = garage.add(vehicle::watching(garage.house.now())).await;
    let screen = garage.house.add_user("screen", Role::Viewer).await;
    let other = garage.house.add_user("wang", Role::Member).await;
    let screen = garage.house.browser(&screen).await;
    for path in [
        garage.path(),
        errand.clone(),
        "/".to_owned(),
        "/cars".to_owned(),
    ] {
        let seen = screen.get(&path).await;
        assert!(matches!(seen.status, 200 | 303), "{path}: {}", seen.status);
        assert!(!degrees(&seen) && !seen.text.contains("在「家」"), "{path}");
        assert!(!seen.text.contains("/command\""), "{path}");
    }
    let command = format!("{}/command", garage.path());
    assert_eq!(
        screen.post(&command, &[("command", "lock")]).await.status,
        403
    );
    assert_eq!(
        screen
            .post(&format!("{}/look", garage.path()), &[("what", "cached")])
            .await
            .status,
        403
    );
    let other = garage.house.browser(&other).await;
    for path in [garage.path(), format!("{}/live", garage.path())] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(
        other.post(&command, &[("command", "lock")]).await.status,
        404
    );
    assert!(garage.orders().await.is_empty());
}

#[tokio::test]
async fn an_account_of_another_service_is_no_car() {
    let garage = Garage::new().await;
    let permit = garage
        .house
        .add_account(
            &garage.user.id,
            Service::Permit,
            "林岚",
            AccountState::Ready,
        )
        .await;
    for path in [
        format!("/cars/{permit}"),
        format!("/cars/{permit}/live"),
        "/cars/x1".to_owned(),
    ] {
        let seen = garage.browser.get(&path).await;
        check_page(&seen, &path);
        assert_eq!(seen.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_safe_command_is_one_tap_and_its_page_follows_it() {
    let (garage, _stop) = Garage::running().await;
    let command = format!("{}/command", garage.path());
    let sent = garage.browser.post(&command, &[("command", "lock")]).await;
    assert_eq!((sent.status, sent.location), (303, Some(garage.path())));
    let order = garage.until(CommandState::Confirming).await;
    assert_eq!((order.command, order.by.as_str()), (Command::Lock, "web"));
    let seen = garage.page(&garage.path()).await;
    assert_order(
        &seen,
        &[
            "http-equiv=\"refresh\"",
            "正在做",
            "锁车",
            "等车回话",
            "网关收下了",
        ],
    );
    assert!(seen.text.contains("data-every=\"2\""));
    // A second one waits for the first.
    let second = garage
        .browser
        .post(&command, &[("command", "unlock")])
        .await;
    check_page(&second, &command);
    assert_eq!(second.status, 409);
    assert!(second.text.contains("上一个操作「锁车」还没有结果"));

    let id = daiban_core::id::ErrandId::from(order.id.as_str());
    garage
        .house
        .app
        .tell(
            &House::actor(&garage.user),
            &id,
            daiban_core::lifecycle::Verb::Run,
        )
        .await
        .unwrap();
    garage.until(CommandState::Confirmed).await;
    let seen = garage.car().await;
    assert_order(&seen, &["刚才", "锁车", "车确认了", "发过的操作", "锁车"]);
    assert!(!seen.text.contains("http-equiv=\"refresh\""));
}

#[tokio::test]
async fn a_sensitive_command_shows_its_facts_before_anything_leaves() {
    let (garage, _stop) = Garage::running().await;
    let command = format!("{}/command", garage.path());
    let fields = [("command", "unlock"), ("minutes", "3"), ("car", "0001")];
    let sent = garage.browser.post(&command, &fields).await;
    let ask = sent.location.unwrap();
    assert!(ask.starts_with("/asks/"), "{ask}");
    let page = garage.page(&ask).await;
    assert_order(
        &page,
        &[
            "确认：解锁 3 分钟",
            "<li>车大约在 39.9087, 116.3975</li>",
            "<li>8 分钟前报的</li>",
            "<li>车停着，熄火</li>",
            "没有同意就不发",
            "身边没人看着就不要解锁",
            "value=\"no\">不解锁<",
            "class=\"btn risk\" name=\"approve\" value=\"yes\">解锁<",
            "按不解锁算",
        ],
    );
    let waiting = garage.until(CommandState::NeedsYou).await;
    assert_eq!(
        (waiting.command, waiting.sent_at),
        (Command::Unlock { minutes: 3 }, None)
    );
    let car = garage.car().await;
    assert_order(
        &car,
        &[
            "正在做",
            "解锁 3 分钟",
            "等你点头",
            "还没发出",
            &format!("href=\"{ask}\""),
        ],
    );

    let answered = garage.browser.post(&ask, &[("approve", "no")]).await;
    assert_eq!(
        answered.location,
        Some(format!("{}?car=0001", garage.path()))
    );
    let denied = garage.until(CommandState::Rejected).await;
    assert_eq!(
        (denied.code.as_deref(), denied.sent_at),
        (Some("denied"), None)
    );

    let sent = garage.browser.post(&command, &fields).await;
    garage
        .browser
        .post(&sent.location.unwrap(), &[("approve", "yes")])
        .await;
    assert!(
        garage
            .until(CommandState::Confirming)
            .await
            .sent_at
            .is_some()
    );
}

#[tokio::test]
async fn what_is_no_command_is_said_and_not_begun() {
    let garage = Garage::new().await;
    let command = format!("{}/command", garage.path());
    for (fields, said) in [
        (&[("command", "fly")][..], "可以是：lock"),
        (&[("command", "unlock"), ("minutes", "9")], "应为 1 到 3"),
        (&[("command", "find"), ("what", "smoke")], "lights（闪灯）"),
        (&[], "可以是：lock"),
    ] {
        let seen = garage.browser.post(&command, fields).await;
        check_page(&seen, &command);
        assert_eq!(seen.status, 422, "{fields:?}");
        assert!(seen.text.contains(said), "{said}");
    }
    let token = garage
        .browser
        .post_bare(&command, &[("command", "lock")], &[])
        .await;
    assert_eq!(token.status, 403, "a form without its token");
    assert!(garage.orders().await.is_empty());
}

#[tokio::test]
async fn nothing_is_told_to_a_car_whose_sign_in_is_lost() {
    let (house, script) = House::with_vehicle(Arc::new(Still)).await;
    let garage = Garage::of(house, script).await;
    let lost = vehicle::unseen(&garage.house, &garage.user.id).await;
    let page = garage.page(&format!("/cars/{lost}")).await;
    assert_order(&page, &["登录失效", &format!("/accounts/{lost}")]);
    assert!(!page.text.contains("name=\"command\""));
    let command = format!("/cars/{lost}/command");
    let refused = garage
        .browser
        .post(&command, &[("command", "unlock")])
        .await;
    check_page(&refused, &command);
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("登录失效"));
}

#[tokio::test]
async fn history_tells_what_is_known_of_each_command_and_no_more() {
    let garage = Garage::new().await;
    let now = garage.house.now();
    let mut watch = vehicle::watching(now);
    watch.records.extend(vehicle::commands(now));
    garage.add(watch).await;
    let seen = garage.car().await;
    assert_order(
        &seen,
        &[
            "刚才",
            "锁车",
            "车确认了",
            "发过的操作",
            "锁车",
            "网页",
            "车确认了",
            "解锁 1 分钟",
            "命令行",
            "timeout",
            "没确认",
            "启动发动机，10 分钟后熄火",
            "接口",
            "moving",
            "没有做",
        ],
    );
    // One that opened the car and was not confirmed is to be looked after.
    assert!(seen.text.contains("<span class=\"st urg\">没确认</span>"));
}

#[tokio::test]
async fn a_command_whose_errand_was_called_off_is_not_on_its_way() {
    let garage = Garage::new().await;
    let now = garage.house.now();
    let wishes =
        json!({ "command": "lock", "minutes": null, "what": null, "car": "0001", "by": "cli" });
    let id = garage
        .add(Seed::new(
            vehicle::COMMAND,
            wishes,
            Phase::Cancelled,
            "不要了",
            "called off",
        ))
        .await;
    let id = id.trim_start_matches("/errands/").to_owned();
    let sent = Order {
        sent_at: Some(now - SignedDuration::from_mins(1)),
        ..vehicle::order(
            &id,
            Command::Lock,
            CommandState::Confirming,
            now - SignedDuration::from_mins(2),
        )
    };
    let mut watch = vehicle::watching(now);
    watch.records.push(vehicle::record(&sent));
    garage.add(watch).await;
    let stands = garage.orders().await.remove(0);
    assert_eq!(
        (stands.state, stands.code.as_deref()),
        (CommandState::Unconfirmed, Some("cancelled"))
    );
    let seen = garage.car().await;
    assert!(
        seen.text.contains("没有等到车的回话就停下了")
            && !seen.text.contains("http-equiv=\"refresh\"")
    );
}

#[tokio::test]
async fn charts_keep_their_gaps_and_have_words_and_tables() {
    let garage = Garage::new().await;
    garage.add(vehicle::watching(garage.house.now())).await;
    let seen = garage.car().await;
    for chart in ["fuel", "km", "volts", "use"] {
        assert_order(
            &seen,
            &[
                &format!("aria-labelledby=\"{chart}-t {chart}-d\""),
                &format!("<desc id=\"{chart}-d\">"),
                "看成表",
                "<table>",
            ],
        );
    }
    let fuel = seen
        .text
        .split("id=\"fuel-t\"")
        .nth(1)
        .unwrap()
        .split("</svg>")
        .next()
        .unwrap();
    assert_eq!(
        fuel.matches("<polyline").count(),
        2,
        "three days without readings"
    );
    assert!(seen.text.contains("断开的地方没有读数") && seen.text.contains("加过 1 次油"));
    assert!(seen.text.contains("分不清是哪天开的"));
    assert!(
        !seen.text.contains("id=\"soc-t\""),
        "this car has no traction battery"
    );
}

#[tokio::test]
async fn another_car_of_the_account_has_its_own_page() {
    let garage = Garage::new().await;
    garage.script.answer("cars", vehicle::two_cars());
    let now = garage.house.now();
    garage.add(vehicle::watching(now)).await;
    let mut hybrid = vehicle::watching(now).fact("reading", json!(vehicle::charging(now)));
    hybrid.facts.remove(0);
    hybrid.records = Vec::new();
    hybrid.wishes["car"] = json!("0002");
    garage.add(hybrid).await;
    let usual = garage.car().await;
    assert_order(
        &usual,
        &[
            "冀R0D001",
            "?car=0001\" aria-current=\"page\"",
            "?car=0002",
            "锁着，熄火",
        ],
    );
    let path = format!("{}?car=0002", garage.path());
    let other = garage.page(&path).await;
    assert_order(
        &other,
        &[
            "家里的车",
            "领克05",
            "*************0002",
            "没锁，熄火，在充电",
            "后备箱开着",
            "63 %",
        ],
    );
    assert!(
        other.text.contains("name=\"car\" value=\"0002\""),
        "commands are for the car one sees"
    );
    assert!(other.text.contains("门开着、没锁") && other.text.contains("门未知、锁未知"));
    assert!(
        !other.text.contains("14 天油量"),
        "those readings are of the other car"
    );
    let odd = garage
        .browser
        .get(&format!("{}?car=%22%3E%3Cscript%3E", garage.path()))
        .await;
    check_page(&odd, "odd");
    assert_eq!(odd.status, 200);
}

#[tokio::test]
async fn the_live_part_is_sent_when_it_has_changed() {
    let garage = Garage::new().await;
    garage.add(vehicle::watching(garage.house.now())).await;
    let path = format!("{}/live?car=", garage.path());
    let first = garage.browser.get(&path).await;
    assert_eq!(first.status, 200);
    assert_order(
        &first,
        &["<div id=\"car\"", "<svg class=\"car\"", "id=\"car-read\""],
    );
    assert!(!first.text.contains("<html"));
    assert!(first.text.contains(&format!("data-live=\"{path}\"")));
    let known = first.headers["etag"].to_str().unwrap();
    let known = [("if-none-match", known)];
    assert_eq!(garage.browser.get_with(&path, &known).await.status, 204);
    let page = garage.car().await;
    let readings = page.text.matches("id=\"car-read\"").count();
    assert_eq!(readings, 1, "on the page it is not beside itself");
}

#[tokio::test]
async fn the_watch_and_its_command_have_pages_like_other_errands() {
    let garage = Garage::new().await;
    let (account, errands) = vehicle::furnish(&garage.house, &garage.user.id).await;
    let watch = garage.page(&format!("/errands/{}", errands[0])).await;
    assert_order(
        &watch,
        &[
            "停着，右后窗开着",
            "停着时每 30 分钟看一次",
            "锁着，熄火",
            "右后胎 190 kPa，偏低",
            "2.93 GiB",
            "进出提醒的地方",
            "家（300 米）",
        ],
    );
    assert!(!degrees(&watch), "areas are named without where they are");
    assert!(watch.text.contains(&format!("href=\"/cars/{account}\"")));
    let command = garage.page(&format!("/errands/{}", errands[1])).await;
    assert_order(&command, &["解锁 1 分钟", "等你点头", "网页"]);
    let ended = garage.page(&format!("/errands/{}", errands[2])).await;
    assert_order(&ended, &["闪灯", "收下了", "车没有回执", "命令行"]);
    let today = garage.page("/").await;
    assert_order(
        &today,
        &[
            "看着车",
            "锁着，熄火",
            "550 <small>km</small>",
            "49.0 <small>L</small>",
            "车 14:02 报的，8 分钟前",
            "右后窗开着",
        ],
    );
}

#[tokio::test]
async fn a_watch_is_begun_by_the_usual_form_and_says_what_is_wrong_at_its_place() {
    let garage = Garage::new().await;
    let form = "/errands/new/vehicle.watch";
    let fresh = garage.page(form).await;
    assert_order(
        &fresh,
        &[
            "没锁时",
            "进出提醒的地方",
            "停着时几分钟看一次",
            "位置留几天",
        ],
    );
    let account = ("account", garage.account.as_str());
    let wrong = garage
        .browser
        .post(form, &[account, ("w.areas", "家")])
        .await;
    check_page(&wrong, form);
    assert_eq!(wrong.status, 422);
    web_kit::page::assert_at_field(&wrong, "w.areas");
    let areas = format!("家:{LAT},{LON},300");
    let tried = garage
        .browser
        .post(form, &[account, ("w.areas", &areas), ("dry_run", "1")])
        .await;
    assert!(tried.text.contains("停着，30 分钟后再看"), "{}", tried.text);
    let begun = garage
        .browser
        .post(form, &[account, ("w.areas", &areas)])
        .await;
    assert_eq!(begun.status, 303);
    let errands = garage.house.store.errands(None).await.unwrap();
    assert_eq!(errands[0].wishes["areas"], json!(areas));
    assert_eq!(errands[0].wishes["parked_min"], json!(30));
}

#[tokio::test]
async fn hostile_words_of_a_cloud_stay_words() {
    let garage = Garage::new().await;
    for evil in [
        "<img src=x onerror=alert(1)>",
        "\"><svg/onload=alert(1)>",
        "</script><script>alert(1)</script>",
    ] {
        let list = json!({ "cars": [{ "car": "0001", "vin": evil, "plate": evil, "series": evil, "default": true },
            { "car": evil, "vin": evil, "plate": evil, "series": null, "default": false }] });
        garage.script.answer("cars", list);
        garage.script.answer(
            "capabilities",
            json!({ "functions": { evil: true }, "commands": ["lock", evil] }),
        );
        let mut reading = json!(vehicle::parked(garage.house.now()));
        reading["vin"] = json!(evil);
        reading["warnings"] = json!([{ "code": evil, "text": { "zh": evil, "en": evil } }]);
        let text = json!({ "zh": evil, "en": evil });
        let seed = Seed::new(
            vehicle::WATCH,
            json!({ "car": evil, "areas": format!("{evil}:1,2,3") }),
            Phase::Waiting,
            evil,
            evil,
        )
        .fact("reading", reading)
        .fact(
            "data",
            json!({ "iccid": evil, "packages": [{ "product": evil }] }),
        )
        .fact("pace", json!({ "why": text }))
        .fact("areas", json!({ evil: true }))
        .fact(
            "conditions",
            json!([{ "key": evil, "since": evil, "text": text }]),
        );
        let account = garage
            .house
            .add_account(&garage.user.id, Service::Vehicle, evil, AccountState::Ready)
            .await;
        let mut seed = seed;
        let order = Order {
            code: Some(evil.to_owned()),
            by: evil.to_owned(),
            text: Text::new(evil, evil),
            ..vehicle::order(
                evil,
                Command::Lock,
                CommandState::Unconfirmed,
                garage.house.now(),
            )
        };
        seed.records = vec![vehicle::record(&Order { car: None, ..order })];
        let errand = garage
            .house
            .add_errand(&garage.user.id, &account, seed)
            .await;
        for path in [
            format!("/cars/{account}"),
            format!("/cars/{account}/live"),
            format!("/errands/{errand}"),
            "/".to_owned(),
            "/cars".to_owned(),
        ] {
            let seen = garage.browser.get(&path).await;
            assert_eq!(seen.status, 200, "{path}");
            check_page(&seen, &path);
            assert!(
                !seen.text.contains("<img src=x") && !seen.text.contains("<svg/onload"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_cars_number_is_shown_by_its_last_four_and_stays_when_it_comes_back_so() {
    const NUMBER: &str = "LTESTVHC9E0000002";
    let garage = Garage::new().await;
    let actor = House::actor(&garage.user);
    let set = |vin: &str| daiban::app::AccountChange {
        settings: [("vin".to_owned(), vin.to_owned())].into(),
        ..daiban::app::AccountChange::default()
    };
    garage
        .house
        .app
        .update_account(&actor, &garage.account, set(NUMBER))
        .await
        .unwrap();
    // Not the one in the example of the field.
    let path = format!("/accounts/{}", garage.account);
    let page = garage.browser.get(&path).await;
    check_page(&page, &path);
    assert!(!page.text.contains(NUMBER));
    assert!(page.text.contains("value=\"*************0002\""));
    let account = garage
        .house
        .app
        .account(&actor, &garage.account)
        .await
        .unwrap();
    let said = daiban::say::account(&garage.house.app, &account, daiban_core::Lang::En);
    assert_eq!(said["settings"]["vin"], "*************0002");

    let saved = garage
        .browser
        .post(
            &path,
            &[("name", "新名字"), ("set.vin", "*************0002")],
        )
        .await;
    assert_eq!(saved.status, 303);
    let stored = garage.house.store.account(&garage.account).await.unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.settings["vin"].as_str()),
        ("新名字", NUMBER)
    );
    garage
        .browser
        .post(&path, &[("name", "新名字"), ("set.vin", "")])
        .await;
    let stored = garage.house.store.account(&garage.account).await.unwrap();
    assert_eq!(
        stored.settings.get("vin"),
        None,
        "an empty field takes it away"
    );
}

#[tokio::test]
async fn facts_of_another_shape_are_unknown_and_break_nothing() {
    let garage = Garage::new().await;
    for odd in [
        json!(null),
        json!("x"),
        json!([1]),
        json!({ "text": 1 }),
        json!(7),
    ] {
        let mut seed = vehicle::watching(garage.house.now());
        for (_, value) in &mut seed.facts {
            *value = odd.clone();
        }
        for record in &mut seed.records {
            record.value = odd.clone();
        }
        let errand = garage.add(seed).await;
        garage.page(&errand).await;
        garage.car().await;
    }
}
