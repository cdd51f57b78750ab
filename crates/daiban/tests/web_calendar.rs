//! The calendar, fines, notices and channels, and why nobody looks: what they show of the rows, what their forms do, and
//! that nobody sees what is not theirs.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::collections::BTreeMap;

use daiban_core::{
    Text,
    account::Secrets,
    ask::AskKind,
    errand::Phase,
    household::{Household as _, OutboxRow, OutboxState, Role, User},
    id::{AccountId, ChannelId},
    notice::Severity,
    notify::Channel,
    secret::Secret,
    service::Service,
    store::{Store as _, Toll, Turn},
};
use serde_json::json;
use tokio::sync::watch;
use web_kit::{House, Seed, Seen, furnish, new_ask, page::check_page};

/// 2026-11-22 14:10, a family with permits, a paid trip, an unpaid one and a visit.
async fn calendar(house: &House) -> User {
    let user = house.add_user("林岚", Role::Admin).await;
    furnish(house, &user.id).await;
    let accounts = house.store.accounts(None).await.unwrap();
    let rail = accounts
        .iter()
        .find(|account| account.service == Service::Rail)
        .unwrap();
    let stop = |name: &str| json!({ "name": name, "code": "XXX" });
    let ticket = json!({
        "passenger": "林岚", "ticket": null, "train": "G79", "date": "2026-12-04", "from": stop("北京西"), "to": stop("郑州东"),
        "depart": "2026-12-04T09:00:00+08:00", "seat": null, "class": "二等座", "coach": "05", "seat_no": "07A",
        "price_fen": 53_000, "status": "待支付",
    });
    let order = json!({
        "state": "unpaid", "order_no": "E123", "pay_before": "2026-11-22T14:36:00+08:00", "total_fen": 53_000, "tickets": [ticket],
        "pay_link": "https://kyfw.12306.cn/otn/view/train_order.html",
    });
    let trip = Seed::new(
        "rail.ticket",
        json!({ "from": ["北京西"], "to": ["郑州东"], "dates": ["2026-12-04"] }),
        Phase::NeedsYou,
        "等你付款",
        "waiting for your payment",
    )
    .fact("order", order)
    .ask(new_ask(
        AskKind::Approve,
        ("去付款", "please pay"),
        ("", ""),
        Some("2026-11-22T14:36:00+08:00".parse().unwrap()),
    ));
    house.add_errand(&user.id, &rail.id, trip).await;
    user
}

/// The text between two marks.
fn between<'a>(seen: &'a Seen, from: &str, to: &str) -> &'a str {
    let (_, rest) = seen
        .text
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from} in\n{}", seen.text));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
}

#[tokio::test]
async fn a_month_shows_its_days_and_what_is_on_them() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let browser = house.browser(&user).await;
    let seen = browser.get("/calendar").await;
    check_page(&seen, "/calendar");
    assert!(seen.text.contains("2026年11月"));
    // Today: the payment, before what else has a deadline today; its ask is the way.
    let today = between(&seen, "id=\"d-2026-11-22\"", "</li>");
    assert!(
        today.contains("今天") && today.contains("付 G79 的票款") && today.contains("14:36"),
        "{today}"
    );
    assert!(today.contains("href=\"/asks/"), "{today}");
    assert!(
        !today.contains("去付款</"),
        "the ask to pay is told once: {today}"
    );
    // The unpaid trip is no ticket yet.
    let trip = between(&seen, "id=\"d-2026-12-04\"", "</li>");
    assert!(
        trip.contains("G79 北京西 → 郑州东") && trip.contains("09:00") && trip.contains("还没付款"),
        "{trip}"
    );
    // The permit: its last day, and the day nobody covers.
    let ends = between(&seen, "id=\"d-2026-11-26\"", "</li>");
    assert!(
        ends.contains("进京证最后一天") && ends.contains("到时会续"),
        "{ends}"
    );
    let missing = between(&seen, "id=\"d-2026-12-01\"", "</li>");
    assert!(
        missing.contains("没有能用的进京证") && missing.contains("class=\"st urg\""),
        "{missing}"
    );
    // The grid leads to the days, in words too.
    let grid = between(&seen, "<table", "</table>");
    assert!(
        grid.contains("<a href=\"#d-2026-12-01\"><b>12/1</b><em class=\"urg\">缺证</em>"),
        "{grid}"
    );
    assert!(grid.contains("class=\"out miss\""));
    assert!(grid.contains(
        "class=\"today\"><a href=\"#d-2026-11-22\"><b>22</b><em class=\"att\">付款<small>+"
    ));
    assert!(
        grid.contains("<i class=\"has\"></i>")
            && grid.contains("<span class=\"vh\"> 到时会续</span>")
    );
    assert_eq!(grid.matches("<td").count(), 42);
}

#[tokio::test]
async fn months_lead_to_each_other_and_an_empty_one_says_so() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let browser = house.browser(&user).await;
    let november = browser.get("/calendar/2026-11").await;
    assert!(
        november.text.contains("href=\"/calendar/2026-10\"")
            && november.text.contains("href=\"/calendar/2026-12\"")
    );
    assert!(!november.text.contains("本月"));
    let march = browser.get("/calendar/2027-03").await;
    check_page(&march, "/calendar/2027-03");
    assert!(
        march.text.contains("这个月没有安排") && march.text.contains("本月"),
        "{}",
        march.text
    );
    assert!(!march.text.contains("class=\"today"));
    let january = browser.get("/calendar/2026-12").await;
    assert!(january.text.contains("href=\"/calendar/2027-01\""));
    for wrong in [
        "2026-13",
        "2026-1",
        "202611",
        "now",
        "2026-11-22",
        "1999-01",
        "9999-12",
        "%E4%B8%80",
    ] {
        assert_eq!(
            browser.get(&format!("/calendar/{wrong}")).await.status,
            404,
            "{wrong}"
        );
    }
    let english = browser
        .get_with("/calendar", &[("accept-language", "en")])
        .await;
    check_page(&english, "/calendar en");
    assert!(english.text.contains("November 2026") || english.text.contains("Nov 2026"));
    assert!(english.text.contains("pay for G79") && english.text.contains("no permit"));
}

#[tokio::test]
async fn a_member_sees_their_own_days_only() {
    let house = House::new().await;
    calendar(&house).await;
    let other = house.add_user("陈默", Role::Member).await;
    let browser = house.browser(&other).await;
    let seen = browser.get("/calendar").await;
    assert!(seen.text.contains("这个月没有安排"), "{}", seen.text);
    for word in ["G79", "冀R0D001", "缺证"] {
        assert!(!seen.text.contains(word), "{word}");
    }
    let fines = browser.get("/fines").await;
    assert!(fines.text.contains("还没有查违章的账号") && !fines.text.contains("冀R0D001"));
    let account = fines_account(&house).await;
    assert_eq!(browser.get(&format!("/fines/{account}")).await.status, 404);
    assert_eq!(
        browser
            .post(&format!("/fines/{account}/look"), &[("seen", "0")])
            .await
            .status,
        404
    );
    let problems = browser.get("/problems").await;
    assert!(!problems.text.contains("陈默</a>") && !problems.text.contains("12月1日"));
    let notices = browser.get("/notices").await;
    assert!(notices.text.contains("还没有通知") && !notices.text.contains("进京证续好了"));
}

async fn fines_account(house: &House) -> AccountId {
    let accounts = house.store.accounts(None).await.unwrap();
    let account = accounts
        .iter()
        .find(|account| account.service == Service::Violation);
    account.unwrap().id.clone()
}

/// The account with everything filled in, and the engine at work.
async fn ready_fines(house: &House) -> (AccountId, watch::Sender<bool>) {
    let id = fines_account(house).await;
    let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let settings = BTreeMap::from([
        set("plate", "冀R0D001"),
        set("engine_number", "TESTENG000001"),
        set("frame_number", "LTESTFRM000000017"),
        set("more_cars", "冀R0D002,02,TESTENG000002,LTESTFRM000000018"),
        set("price_fen", "13"),
    ]);
    house
        .store
        .update_account(&id, "家里的车", &settings)
        .await
        .unwrap();
    let secrets = [
        ("appid", "90001"),
        ("secret", "0123456789abcdef0123456789abcdef"),
    ];
    let secrets: Secrets = secrets
        .map(|(name, value)| (name.to_owned(), Secret::new(value)))
        .into();
    house.store.keep_secrets(&id, secrets).await.unwrap();
    let (stop, told) = watch::channel(false);
    tokio::spawn(house.engine.clone().run(told));
    (id, stop)
}

#[tokio::test]
async fn fines_are_told_with_what_they_cost_and_where_they_are_dealt_with() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let (id, _engine) = ready_fines(&house).await;
    let browser = house.browser(&user).await;
    let list = browser.get("/fines").await;
    check_page(&list, "/fines");
    assert!(
        list.text.contains("冀R0D001") && list.text.contains("1 条") && list.text.contains("¥100")
    );
    assert!(list.text.contains("冀R0D002") && list.text.contains("还没查过"));
    let page = browser.get(&format!("/fines/{id}")).await;
    check_page(&page, "/fines/…");
    for said in [
        "不按导向车道行驶",
        "燕顺路与迎宾路口",
        "¥100 · 2 分",
        "可以在交管12123上办 · 廊坊",
        "现在查一次，约 ¥0.13",
        "没有设预算",
        "这个月还没有查过",
    ] {
        assert!(page.text.contains(said), "{said}\n{}", page.text);
    }
    let account = browser.get(&format!("/accounts/{id}")).await;
    assert!(
        !account.text.contains("LTESTFRM"),
        "a frame number is shown by its end alone"
    );
    assert!(
        account.text.contains("value=\"*************0017\"")
            && account.text.contains("value=\"冀R0D002,02,")
    );
    // Saved as it was shown, it stays as it was stored.
    let form = [
        ("name", "家里的车"),
        ("set.plate", "冀R0D001"),
        ("set.engine_number", "TESTENG000001"),
        ("set.frame_number", "*************0017"),
        (
            "set.more_cars",
            "冀R0D002,02,*********0002,*************0018",
        ),
    ];
    assert_eq!(
        browser.post(&format!("/accounts/{id}"), &form).await.status,
        303
    );
    let stored = house.store.account(&id).await.unwrap().settings;
    assert_eq!(stored["frame_number"], "LTESTFRM000000017");
    assert_eq!(
        stored["more_cars"],
        "冀R0D002,02,TESTENG000002,LTESTFRM000000018"
    );
}

#[tokio::test]
async fn a_paid_look_is_sent_once_however_often_its_form_is() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let (id, _engine) = ready_fines(&house).await;
    let browser = house.browser(&user).await;
    let page = browser.get(&format!("/fines/{id}")).await;
    assert_eq!(page.hidden("seen"), "0");
    let address = format!("/fines/{id}/look");
    let form = [("plate", "冀R0D001"), ("seen", "0")];
    // Nobody answers at the service's address.
    let first = browser.post(&address, &form).await;
    check_page(&first, "look");
    assert!((500..600).contains(&first.status), "{}", first.status);
    let actor = House::actor(&user);
    let spent = async || house.app.violation_ledger(&actor, &id).await.unwrap().len();
    assert_eq!(spent().await, 1);
    let again = browser.post(&address, &form).await;
    assert_eq!(again.status, 409);
    assert!(again.text.contains("已经查过了"));
    let without = browser.post(&address, &[("plate", "冀R0D001")]).await;
    assert_eq!(
        without.status, 409,
        "a form without its number is no word to spend"
    );
    assert_eq!(spent().await, 1);
    // What was known is still told, and that the last query brought nothing.
    let page = browser.get(&format!("/fines/{id}")).await;
    assert!(
        page.text.contains("不按导向车道行驶") && page.text.contains("最近一次没查成"),
        "{}",
        page.text
    );
    assert_eq!(page.hidden("seen"), "1");
    assert_eq!(
        browser.post_bare(&address, &form, &[]).await.status,
        403,
        "no token"
    );
    let viewer = house.add_user("屏", Role::Viewer).await;
    let viewer = house.browser(&viewer).await;
    let shown = viewer.get(&format!("/fines/{id}")).await;
    assert!(shown.status == 200 && !shown.text.contains("现在查一次"));
    assert_eq!(
        viewer
            .post(&address, &[("plate", "冀R0D001"), ("seen", "1")])
            .await
            .status,
        403
    );
    assert_eq!(spent().await, 1);
}

#[tokio::test]
async fn what_one_saw_oneself_is_noted_for_free() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let (id, _engine) = ready_fines(&house).await;
    let browser = house.browser(&user).await;
    let address = format!("/fines/{id}/manual");
    for wrong in ["", "-1", "two", "1000", "99999999999"] {
        let refused = browser
            .post(&address, &[("plate", "冀R0D001"), ("open", wrong)])
            .await;
        assert_eq!(refused.status, 422, "{wrong}");
        check_page(&refused, "manual");
        assert!(
            refused.text.contains("id=\"open-1-e\"")
                && refused.text.contains("<details class=\"pad\" open>")
        );
    }
    assert_eq!(
        browser
            .post(&address, &[("plate", "不是车牌"), ("open", "0")])
            .await
            .status,
        422
    );
    let noted = browser
        .post(
            &address,
            &[("plate", "冀R0D002"), ("open", "0"), ("note", "昨天看的")],
        )
        .await;
    assert_eq!(noted.status, 303, "{}", noted.text);
    let page = browser.get(&format!("/fines/{id}")).await;
    assert!(
        page.text.contains("你自己看的") && page.text.contains("没有违章"),
        "{}",
        page.text
    );
    assert_eq!(page.hidden("seen"), "0", "a note is no query");
    let spent = between(&page, "id=\"h-cost\"", "</section>");
    assert!(
        spent.contains("¥0<") && spent.contains("你自己看的，记了一笔"),
        "{spent}"
    );
}

/// Two channels, and a notice that one took and the other did not.
async fn told(house: &House, user: &User) -> (ChannelId, ChannelId) {
    let channel = |name: &str, at: u64| Channel {
        id: ChannelId::new(house.now(), at),
        user: user.id.clone(),
        kind: "webhook".to_owned(),
        name: name.to_owned(),
        settings: BTreeMap::from([("url".to_owned(), "https://hooks.example.com/x".to_owned())]),
    };
    let (good, bad) = (channel("家里的", 1), channel("备用的", 2));
    for channel in [&good, &bad] {
        house
            .store
            .add_channel(channel.clone(), Secrets::new())
            .await
            .unwrap();
    }
    let row =
        |notice: &daiban_core::id::NoticeId, channel: &Channel, state, attempts, answer: &str| {
            OutboxRow {
                id: format!("{notice}-{}", channel.id),
                channel: channel.id.clone(),
                notice: notice.clone(),
                state,
                attempts,
                answer: Some(answer.to_owned()).filter(|answer| !answer.is_empty()),
                next_at: (state == OutboxState::Queued)
                    .then(|| house.now() + jiff::SignedDuration::from_mins(5)),
            }
        };
    for notice in house.store.unspread(50).await.unwrap() {
        let (state, tries, answer) = match notice.title.zh.as_str() {
            "进京证续好了" => (OutboxState::Failed, 8, "535 <authentication> failed"),
            _ => (OutboxState::Sent, 1, "250 ok"),
        };
        let rows = vec![
            row(&notice.id, &good, OutboxState::Sent, 1, "errcode 0，ok"),
            row(&notice.id, &bad, state, tries, answer),
        ];
        house.store.spread(&notice.id, rows).await.unwrap();
    }
    (good.id, bad.id)
}

#[tokio::test]
async fn notices_are_told_with_the_providers_own_words_and_a_cure() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let (good, bad) = told(&house, &user).await;
    let browser = house.browser(&user).await;
    let seen = browser.get("/notices").await;
    check_page(&seen, "/notices");
    for said in [
        "进京证续好了",
        "家里的",
        "收下了",
        "errcode 0，ok",
        "备用的",
        "没发出",
        "试了 8 次",
        "535 &#60;authentication&#62; failed",
    ] {
        assert!(seen.text.contains(said), "{said}\n{}", seen.text);
    }
    assert!(
        seen.text.contains(&format!("href=\"/channels/{bad}\"")),
        "the cure is the channel's page"
    );
    assert!(
        !seen.text.contains(&format!("href=\"/channels/{good}\"")),
        "what went well needs none"
    );
    let failed = browser.get("/notices?state=failed").await;
    assert!(failed.text.contains("进京证续好了") && failed.text.contains("没发出的 · 1"));

    // It goes again over the same channel, once.
    let row = house
        .store
        .outbox(100)
        .await
        .unwrap()
        .into_iter()
        .find(|row| row.state == OutboxState::Failed)
        .unwrap();
    let address = format!("/notices/{}/again", row.id);
    let other = house.add_user("陈默", Role::Member).await;
    assert_eq!(
        house.browser(&other).await.post(&address, &[]).await.status,
        404
    );
    assert_eq!(browser.post(&address, &[]).await.status, 303);
    let again = house.store.due_outbox(house.now(), 10).await.unwrap();
    assert_eq!(
        (again.len(), again[0].id.as_str(), again[0].attempts),
        (1, row.id.as_str(), 0)
    );
    assert_eq!(
        browser.post(&address, &[]).await.status,
        409,
        "it is on its way already"
    );
    assert_eq!(
        browser.post("/notices/nothing/again", &[]).await.status,
        404
    );
    let none = browser.get("/notices?state=failed").await;
    assert!(none.text.contains("没有没发出的"));
}

#[tokio::test]
async fn a_channel_is_changed_in_place_and_removed_after_a_second_question() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let (good, bad) = told(&house, &user).await;
    let browser = house.browser(&user).await;
    let address = format!("/channels/{bad}");
    let page = browser.get(&address).await;
    check_page(&page, "/channels/…");
    assert!(
        page.text.contains("535 &#60;authentication&#62; failed")
            && page.text.contains("value=\"https://hooks.example.com/x\"")
    );

    let taken = browser
        .post(
            &address,
            &[
                ("name", "家里的"),
                ("set.url", "https://hooks.example.com/y"),
            ],
        )
        .await;
    assert_eq!(taken.status, 422);
    let wrong = browser
        .post(
            &address,
            &[("name", "备用的"), ("set.url", "http://127.0.0.1/x")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    check_page(&wrong, "/channels/… refused");
    let stored = || async { house.store.channel(&bad).await.unwrap().0 };
    assert_eq!(
        stored().await.settings["url"],
        "https://hooks.example.com/x"
    );
    let changed = browser
        .post(
            &address,
            &[("name", "备用"), ("set.url", "https://hooks.example.com/y")],
        )
        .await;
    assert_eq!(changed.status, 303, "{}", changed.text);
    assert_eq!(
        (
            stored().await.name.as_str(),
            stored().await.settings["url"].as_str()
        ),
        ("备用", "https://hooks.example.com/y")
    );

    let other = house.add_user("陈默", Role::Member).await;
    let other = house.browser(&other).await;
    assert_eq!(other.get(&address).await.status, 404);
    assert_eq!(other.post(&address, &[("name", "x")]).await.status, 404);
    let viewer = house.add_user("屏", Role::Viewer).await;
    let viewer = house.browser(&viewer).await;
    let shown = viewer.get(&address).await;
    assert!(shown.status == 200 && !shown.text.contains("name=\"set.url\""));
    assert_eq!(viewer.post(&address, &[("name", "x")]).await.status, 403);

    let question = browser.get(&format!("{address}/remove")).await;
    check_page(&question, "/channels/…/remove");
    assert!(question.text.contains("删掉这个渠道？") && !question.text.contains("最后一个渠道"));
    assert_eq!(
        house.store.channels(None).await.unwrap().len(),
        2,
        "a look removes nothing"
    );
    assert_eq!(
        browser.post(&format!("{address}/remove"), &[]).await.status,
        303
    );
    assert_eq!(browser.get(&address).await.status, 404);
    let last = browser.get(&format!("/channels/{good}/remove")).await;
    assert!(last.text.contains("最后一个渠道"));
    let notices = browser.get("/notices").await;
    assert!(
        notices.text.contains("已删的渠道") && notices.text.contains("渠道已经删了"),
        "{}",
        notices.text
    );
}

#[tokio::test]
async fn problems_bring_what_mends_them() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let (_, bad) = told(&house, &user).await;
    let raise = |text: &str| daiban_core::notice::ProblemChange::Raise {
        key: "failing".to_owned(),
        severity: Severity::Attention,
        text: Text::quoted(text),
        fix: Text::quoted("改密码"),
    };
    let scope = format!("channel/{bad}");
    house
        .store
        .change_problem(&scope, Some(&user.id), house.now(), raise("备用的发不出去"))
        .await
        .unwrap();
    house
        .store
        .change_problem("service/rail", None, house.now(), raise("12306 嫌我们太勤"))
        .await
        .unwrap();
    let browser = house.browser(&user).await;
    let seen = browser.get("/problems").await;
    check_page(&seen, "/problems");
    let permit = between(&seen, "12月1日没有能用的证", "</article>");
    assert!(
        permit.contains("看这件代办")
            && permit.contains("/run\"")
            && permit.contains("弄好了，现在看一次"),
        "{permit}"
    );
    let channel = between(&seen, "备用的发不出去", "</article>");
    assert!(
        channel.contains(&format!("href=\"/channels/{bad}\"")),
        "{channel}"
    );
    let service = between(&seen, "12306 嫌我们太勤", "</article>");
    assert!(
        service.contains("href=\"#limits\"") && !service.contains("<form"),
        "{service}"
    );
    // What matters most is first.
    let (urgent, lesser) = (
        seen.text.find("12月1日没有能用的证"),
        seen.text.find("备用的发不出去"),
    );
    assert!(urgent < lesser);
    assert!(seen.text.contains("notices.quiet_hours") && seen.text.contains("没有设安静时段"));
    let channels = between(&seen, "id=\"channels\"", "</section>");
    assert!(
        channels.contains("收下了")
            && channels.contains("原话：errcode 0，ok")
            && channels.contains("试发"),
        "{channels}"
    );

    let viewer = house.add_user("屏", Role::Viewer).await;
    let shown = house.browser(&viewer).await.get("/problems").await;
    assert!(!shown.text.contains("<form") && shown.text.contains("12月1日没有能用的证"));
}

#[tokio::test]
async fn why_nobody_looks_is_drawn_and_said() {
    let house = House::new().await;
    let user = calendar(&house).await;
    let accounts = house.store.accounts(None).await.unwrap();
    let permit = accounts
        .iter()
        .find(|account| account.service == Service::Permit)
        .unwrap();
    let toll = |service, account: &str| Toll {
        service,
        account: account.to_owned(),
        turn: Turn::Poll,
        floor_ms: 0,
        sprint_floor_ms: 0,
        daily: 1000,
    };
    for _ in 0..3 {
        house
            .store
            .take_budget(house.now(), &toll(Service::Permit, permit.id.as_str()))
            .await
            .unwrap();
    }
    house
        .store
        .take_budget(house.now(), &toll(Service::Rail, ""))
        .await
        .unwrap();
    let until = house.now() + jiff::SignedDuration::from_mins(30);
    let why = Text::new("请求过于频繁", "too many requests");
    house
        .store
        .close(Service::Rail, house.now(), until, why)
        .await
        .unwrap();

    let browser = house.browser(&user).await;
    let seen = browser.get("/problems").await;
    check_page(&seen, "/problems");
    let limits = between(&seen, "id=\"limits\"", "</section>");
    assert!(limits.contains("今天用了 3 次"), "{limits}");
    assert!(
        limits.contains("不用登录的查询") && limits.contains("14:40 前先不去：请求过于频繁"),
        "{limits}"
    );
    assert!(
        limits.contains("role=\"img\" aria-label=\"今天用了 3 次"),
        "{limits}"
    );
    // Public lines are everybody's; accounts are not.
    let other = house.add_user("陈默", Role::Member).await;
    let other = house.browser(&other).await.get("/problems").await;
    let limits = between(&other, "id=\"limits\"", "</section>");
    assert!(
        limits.contains("不用登录的查询")
            && !limits.contains(permit.id.as_str())
            && !limits.contains("3 次，"),
        "{limits}"
    );
}

#[tokio::test]
async fn history_says_calls_in_plain_words() {
    use daiban_core::store::{EventKind, NewEvent};
    let house = House::new().await;
    let user = calendar(&house).await;
    let errands = house.store.errands(None).await.unwrap();
    let trip = errands
        .iter()
        .find(|errand| errand.kind == "rail.ticket")
        .unwrap();
    let name = Service::Rail.name();
    let event = NewEvent {
        errand: Some(trip.id.clone()),
        account: Some(trip.account.clone()),
        at: house.now(),
        kind: EventKind::Called,
        text: Text::new(
            format!("{}查看（standby_list）：有了回答", name.zh),
            format!("{} look (standby_list): answered", name.en),
        ),
        data: json!({ "tag": "standby_list" }),
    };
    house.store.append_event(event).await.unwrap();
    let browser = house.browser(&user).await;
    let page = browser.get(&format!("/errands/{}", trip.id)).await;
    assert!(
        page.text.contains("看候补单，有了回答") && !page.text.contains("standby_list"),
        "{}",
        page.text
    );
    let events = house
        .app
        .history(&House::actor(&user), &trip.id, 10)
        .await
        .unwrap();
    let told = daiban::say::event(&events[0], daiban_core::Lang::En);
    assert_eq!(
        told["data"]["tag"], "standby_list",
        "programs find the word itself"
    );
    assert!(
        told["text"]
            .as_str()
            .unwrap()
            .contains("looking at standby orders")
    );
}
