//! The pages of asks without JavaScript: looking changes nothing, an answer is taken once, what is over says how it ended.
#![allow(clippy::unwrap_used)]

mod web_kit;

use daiban_core::{
    Text, Timestamp,
    account::AccountState,
    ask::{Answer, AskKind, AskState, NewAsk},
    errand::Phase,
    household::{Household as _, Role, User},
    id::{AccountId, AskId, ErrandId},
    lifecycle::Verb,
    service::Service,
    store::{Commit, Store as _},
};
use serde_json::json;
use web_kit::{Browser, House, Seed, Seen, new_ask, page::check_page};

const KINDS: [AskKind; 6] = [
    AskKind::Qr,
    AskKind::Captcha,
    AskKind::Points,
    AskKind::Sms,
    AskKind::Text,
    AskKind::Approve,
];

/// Somebody with an account and asks of its sign-in.
struct Home {
    house: House,
    user: User,
    account: AccountId,
}

struct Asked {
    id: AskId,
    errand: ErrandId,
    link: String,
}

impl Home {
    async fn new() -> Self {
        let house = House::new().await;
        let user = house.add_user("林岚", Role::Member).await;
        let account = house
            .add_account(&user.id, Service::Permit, "家", AccountState::Ready)
            .await;
        Self {
            house,
            user,
            account,
        }
    }

    fn ask(&self, kind: AskKind) -> NewAsk {
        let deadline = self.house.now() + jiff::SignedDuration::from_mins(4);
        new_ask(
            kind,
            ("问一下", "a question"),
            ("事实", "the facts"),
            Some(deadline),
        )
    }

    async fn asked(&self, kind: AskKind) -> Asked {
        let seed = Seed::new(
            "permit.sign_in",
            json!({}),
            Phase::NeedsYou,
            "等你",
            "waiting",
        );
        let seed = seed.ask(self.ask(kind));
        let errand = self
            .house
            .add_errand(&self.user.id, &self.account, seed)
            .await;
        self.newest(errand).await
    }

    async fn newest(&self, errand: ErrandId) -> Asked {
        let id = self.house.newest_ask(&self.user.id).await;
        let link = self.house.links.ask_path(&id).await.unwrap();
        Asked { id, errand, link }
    }

    /// Its errand goes on: what it asked is withdrawn, and it asks this instead.
    async fn goes_on(&self, errand: &ErrandId, phase: Phase, ask: Option<NewAsk>) {
        let (store, now) = (&self.house.store, self.house.now());
        store.tell(errand, Verb::Run, now).await.unwrap().unwrap();
        let lease = now + jiff::SignedDuration::from_mins(1);
        let claimed = store.claim_due(now, 10, lease).await.unwrap();
        let claimed = claimed.into_iter().find(|row| row.id == *errand).unwrap();
        let newest = self.house.newest_ask(&self.user.id).await;
        let id = format!("{}z", newest.as_str());
        let commit = Commit {
            errand: errand.clone(),
            ver: claimed.ver,
            state: json!({}),
            version: 1,
            phase,
            checkpoint: "confirm".to_owned(),
            reason: Text::new("接着办", "going on"),
            next_due: None,
            outcome: phase.is_over().then(|| json!({})),
            consumed: Vec::new(),
            calls: Vec::new(),
            asks: ask.map(|ask| (AskId::from(id), ask)).into_iter().collect(),
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

    async fn state(&self, id: &AskId) -> AskState {
        self.house.store.ask(id).await.unwrap().state
    }

    async fn answered(&self, id: &AskId, answer: Answer) {
        let actor = House::actor(&self.user);
        self.house.app.answer(&actor, id, answer).await.unwrap();
    }
}

/// A stranger with the token of the form behind a link.
async fn holder(house: &House, link: &str) -> Browser {
    let mut browser = house.stranger();
    browser.csrf = browser.get(link).await.hidden("csrf");
    browser
}

fn has(page: &Seen, words: &[&str]) {
    for word in words {
        assert!(page.text.contains(word), "no {word} in\n{}", page.text);
    }
}

#[tokio::test]
async fn looking_ahead_uses_nothing_up() {
    let home = Home::new().await;
    for kind in KINDS {
        let asked = home.asked(kind).await;
        let stranger = home.house.stranger();
        let rows = home.house.store.events_after(0, 1000).await.unwrap().len();
        for _ in 0..5 {
            for path in ["", "/picture", "/live"] {
                let path = format!("{}{path}", asked.link);
                let pictured = matches!(kind, AskKind::Qr | AskKind::Captcha | AskKind::Points);
                let expected = if path.ends_with("/picture") && !pictured {
                    404
                } else {
                    200
                };
                assert_eq!(
                    stranger.get(&path).await.status,
                    expected,
                    "{kind:?} {path}"
                );
                assert_eq!(
                    stranger.method("HEAD", &path).await.status,
                    expected,
                    "{kind:?} {path}"
                );
            }
        }
        assert_eq!(home.state(&asked.id).await, AskState::Open, "{kind:?}");
        let after = home.house.store.events_after(0, 1000).await.unwrap().len();
        assert_eq!(rows, after, "{kind:?}");
    }
}

#[tokio::test]
async fn a_link_answers_once_and_then_says_who_answered_and_when() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Approve).await;
    let browser = holder(&home.house, &asked.link).await;
    let thanks = browser.post(&asked.link, &[("approve", "no")]).await;
    assert_eq!(thanks.status, 200, "{}", thanks.text);
    has(&thanks, &["收到了", "14:10 林岚 回答：不同意。"]);
    check_page(&thanks, "/a/…");

    // A second tap, another word, a look by the messenger.
    for seen in [
        browser.post(&asked.link, &[("approve", "yes")]).await,
        browser.get(&asked.link).await,
        home.house.stranger().get(&asked.link).await,
    ] {
        assert_eq!(seen.status, 410);
        has(
            &seen,
            &["这个链接用过了", "问一下", "14:10 林岚 回答：不同意。"],
        );
        check_page(&seen, "/a/…");
    }
    let rows = home
        .house
        .store
        .errand_events(&asked.errand, 50)
        .await
        .unwrap();
    let answers = rows
        .iter()
        .filter(|row| row.data["ask"] == asked.id.as_str());
    assert_eq!(answers.count(), 1, "one answer was taken");
}

#[tokio::test]
async fn two_taps_inside_are_one_answer() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Approve).await;
    let browser = home.house.browser(&home.user).await;
    let path = format!("/asks/{}", asked.id);
    let first = browser.post(&path, &[("approve", "yes")]).await;
    assert_eq!((first.status, first.location), (303, Some(path.clone())));
    let second = browser.post(&path, &[("approve", "no")]).await;
    assert_eq!(second.status, 409);
    has(&second, &["14:10 林岚 回答：同意。"]);
    assert!(!second.text.contains("name=\"approve\""));
}

#[tokio::test]
async fn silence_is_told_as_what_it_means() {
    let home = Home::new().await;
    for (kind, said) in [
        (AskKind::Approve, "到时没有人回答，按不同意算。"),
        (AskKind::Captcha, "到时没有人回答。"),
    ] {
        let asked = home.asked(kind).await;
        let late = home.house.now() + jiff::SignedDuration::from_mins(5);
        home.house.store.expire_asks(late).await.unwrap();
        let page = home.house.stranger().get(&asked.link).await;
        assert_eq!(page.status, 410);
        has(&page, &[said]);
        let inside = home.house.browser(&home.user).await;
        has(&inside.get(&format!("/asks/{}", asked.id)).await, &[said]);
    }
}

#[tokio::test]
async fn a_code_opens_on_another_screen_by_an_address_short_enough_to_type() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Qr).await;
    let browser = home.house.browser(&home.user).await;
    for path in [format!("/asks/{}", asked.id), asked.link.clone()] {
        let page = browser.get(&path).await;
        has(
            &page,
            &[
                "用另一个屏幕打开",
                "http://home.example/a/",
                "<svg class=\"link\" viewBox",
            ],
        );
        check_page(&page, &path);
    }
    let page = browser.get(&asked.link).await;
    let word = page.text.split_once("http://home.example/a/").unwrap().1;
    let word = word.split_once('<').unwrap().0.to_owned();
    assert_eq!(word.len(), 11, "{word}");
    let stranger = home.house.stranger();
    let typed = word.to_lowercase().replace('0', "o").replace('1', "l");
    for word in [&word, &typed] {
        let seen = stranger.get(&format!("/a/{word}")).await;
        assert_eq!(
            (seen.status, seen.location),
            (303, Some(asked.link.clone())),
            "{word}"
        );
    }
    for wrong in [
        "AAAAA-AAAAA",
        "AAAAA-AAAA",
        "*****-*****",
        "-",
        "七七七七七-七七七七七",
    ] {
        let path = format!("/a/{}", wrong.replace('七', "%E4%B8%83"));
        assert_eq!(stranger.get(&path).await.status, 410, "{wrong}");
    }
    // It ends with its code, and only codes have one.
    home.answered(&asked.id, Answer::Denied).await;
    assert_eq!(stranger.get(&format!("/a/{word}")).await.status, 410);
    let decision = home.asked(AskKind::Approve).await;
    assert!(
        !browser
            .get(&decision.link)
            .await
            .text
            .contains("http://home.example")
    );
    let named = [("host", "evil\"host/x")];
    assert!(
        !browser
            .get_with(&asked.link, &named)
            .await
            .text
            .contains("evil")
    );
}

#[tokio::test]
async fn wechat_saves_by_a_long_press_and_others_by_a_link() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Qr).await;
    let stranger = home.house.stranger();
    let agent = "Mozilla/5.0 (iPhone) AppleWebKit/605 MicroMessenger/8.0.50";
    let wechat = stranger
        .get_with(&asked.link, &[("user-agent", agent)])
        .await;
    has(&wechat, &["长按图片保存"]);
    assert!(!wechat.text.contains("download="));
    let other = stranger.get(&asked.link).await;
    has(&other, &["download=\"permit-qr.png\""]);
    assert!(!other.text.contains("长按图片保存"));
}

#[tokio::test]
async fn how_far_a_scan_has_come_can_be_polled() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Qr).await;
    let stranger = home.house.stranger();
    let page = stranger.get(&asked.link).await;
    has(&page, &[&format!("data-live=\"{}/live\"", asked.link)]);
    let live = stranger.get(&format!("{}/live", asked.link)).await;
    has(&live, &["等你扫码", "aria-current=\"step\">1 扫码"]);
    assert!(!live.text.contains("<html") && !live.headers.contains_key("x-daiban-next"));

    home.goes_on(&asked.errand, Phase::NeedsYou, Some(home.ask(AskKind::Qr)))
        .await;
    let fresh = home.newest(asked.errand.clone()).await;
    assert_ne!(fresh.id, asked.id);
    let live = stranger.get(&format!("{}/live", fresh.link)).await;
    has(&live, &["扫到了", "aria-current=\"step\">2 手机上点确认"]);
    let over = stranger.get(&format!("{}/live", asked.link)).await;
    assert_eq!(over.headers["x-daiban-next"], fresh.link.as_str());
    // The link that was sent leads to the code that took its place, as long as the sign-in is not done.
    let led = stranger.get(&asked.link).await;
    assert_eq!((led.status, led.location), (303, Some(fresh.link.clone())));

    home.goes_on(&asked.errand, Phase::Done, None).await;
    let done = stranger.get(&fresh.link).await;
    assert_eq!(done.status, 410);
    has(&done, &["登录好了，这一步不用了。"]);
    let over = stranger.get(&format!("{}/live", fresh.link)).await;
    assert_eq!(over.headers["x-daiban-next"], fresh.link.as_str());
    assert_eq!(
        stranger
            .get(&format!("{}/picture", fresh.link))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn an_answered_link_leads_nowhere_else() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Captcha).await;
    home.answered(&asked.id, Answer::Text("abcd".to_owned()))
        .await;
    home.goes_on(&asked.errand, Phase::NeedsYou, Some(home.ask(AskKind::Sms)))
        .await;
    let seen = home.house.stranger().get(&asked.link).await;
    assert_eq!(
        (seen.status, &seen.location),
        (410, &None),
        "whoever got hold of it later gets no further"
    );
    has(&seen, &["14:10 林岚 已经回答过了。"]);
    // Those inside go on.
    let next = home.newest(asked.errand).await;
    let inside = home.house.browser(&home.user).await;
    let led = inside.get(&format!("/asks/{}", asked.id)).await;
    assert_eq!(led.location, Some(format!("/asks/{}", next.id)));
}

#[tokio::test]
async fn an_expired_code_has_a_button_for_a_fresh_one() {
    let home = Home::new().await;
    let rail = home
        .house
        .add_account(
            &home.user.id,
            Service::Rail,
            "我的",
            AccountState::SignInLost,
        )
        .await;
    let way = json!({ "way": "qr" });
    let seed = Seed::new("rail.sign_in", way, Phase::NeedsYou, "等你", "waiting");
    let seed = seed.ask(home.ask(AskKind::Qr));
    let errand = home.house.add_errand(&home.user.id, &rail, seed).await;
    let asked = home.newest(errand).await;
    home.goes_on(&asked.errand, Phase::Failed, None).await;
    let mut stranger = home.house.stranger();
    let page = stranger.get(&asked.link).await;
    assert_eq!(page.status, 410);
    has(&page, &["换一张新码", "name=\"fresh\""]);
    stranger.csrf = page.hidden("csrf");
    // Nobody carries errands here, so the code itself does not come; that a sign-in has begun is enough.
    tokio::select! {
        _ = stranger.post(&asked.link, &[("fresh", "1")]) => {}
        () = tokio::time::sleep(std::time::Duration::from_millis(700)) => {}
    }
    let claimed = home.house.store.claim_due(
        home.house.now(),
        10,
        home.house.now() + jiff::SignedDuration::from_mins(1),
    );
    let begun: Vec<_> = claimed.await.unwrap();
    assert!(
        begun
            .iter()
            .any(|row| row.kind == "rail.sign_in" && row.id != asked.errand)
    );

    // A yes or no has no fresh one, and neither has what was answered.
    let decided = home.asked(AskKind::Approve).await;
    home.answered(&decided.id, Answer::Denied).await;
    let page = home.house.stranger().get(&decided.link).await;
    assert!(!page.text.contains("name=\"fresh\""));
}

#[tokio::test]
async fn a_wrong_picture_comes_back_and_says_so() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Captcha).await;
    let first = home.house.stranger().get(&asked.link).await;
    has(&first, &["事实", "看不清，换一张", "maxlength"]);
    assert!(!first.text.contains("role=\"alert\""));
    home.answered(&asked.id, Answer::Text("abcd".to_owned()))
        .await;
    let mut again = home.ask(AskKind::Captcha);
    again.body = Text::new(
        "上一张读错了，再读这张",
        "the last was wrong, read this one",
    );
    home.goes_on(&asked.errand, Phase::NeedsYou, Some(again))
        .await;
    let second = home.newest(asked.errand).await;
    let page = home.house.stranger().get(&second.link).await;
    let alert = page.text.split_once("role=\"alert\">").unwrap().1;
    assert!(
        alert
            .split_once("</div>")
            .unwrap()
            .0
            .contains("上一张读错了")
    );
}

#[tokio::test]
async fn a_text_message_is_typed_with_digits_and_sent_again_after_a_minute() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Sms).await;
    let browser = holder(&home.house, &asked.link).await;
    let page = browser.get(&asked.link).await;
    has(
        &page,
        &[
            "inputmode=\"numeric\"",
            "autocomplete=\"one-time-code\"",
            "重发还要等",
        ],
    );
    let soon = browser.post(&asked.link, &[("another", "1")]).await;
    assert_eq!(soon.status, 429);
    has(&soon, &["刚发过一条，再等 1 分"]);
    assert_eq!(home.state(&asked.id).await, AskState::Open);
}

#[tokio::test]
async fn points_are_undone_typed_and_never_off_the_picture() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Points).await;
    let browser = holder(&home.house, &asked.link).await;
    let with = async |points: &str, more: &[(&str, &str)]| {
        let fields = [&[("points", points)][..], more].concat();
        browser.post(&asked.link, &fields).await
    };
    let tapped = with("", &[("tap.x", "40"), ("tap.y", "50")]).await;
    assert_eq!(tapped.hidden("points"), "40,50;");
    let typed = with(
        "40,50;",
        &[("tap.x", "0"), ("tap.y", "0"), ("x", "7"), ("y", "8")],
    )
    .await;
    assert_eq!(typed.hidden("points"), "40,50;7,8;");
    has(
        &typed,
        &["已点 2", "translate(7 8)", "text-anchor=\"middle\">2<"],
    );
    check_page(&typed, "/a/…");
    let undone = with("40,50;7,8;", &[("undo", "1")]).await;
    assert_eq!(undone.hidden("points"), "40,50;");
    let off = with("40,50;", &[("x", "300"), ("y", "1")]).await;
    assert_eq!((off.status, off.hidden("points").as_str()), (422, "40,50;"));
    has(&off, &["那里不在图上"]);
    assert_eq!(home.state(&asked.id).await, AskState::Open);
}

#[tokio::test]
async fn earlier_asks_are_paged_with_how_they_ended() {
    let home = Home::new().await;
    let mut seed = Seed::new("permit.keep", json!({}), Phase::NeedsYou, "等你", "waiting");
    for _ in 0..23 {
        seed = seed.ask(home.ask(AskKind::Approve));
    }
    let user = &home.user.id;
    home.house.add_errand(user, &home.account, seed).await;
    let made = home.house.store.asks(Some(user), None).await.unwrap();
    let newest = home.house.newest_ask(user).await;
    for ask in &made {
        let answer = match ask.id == newest {
            true => Answer::Denied,
            false => Answer::Approved,
        };
        home.answered(&ask.id, answer).await;
    }
    home.asked(AskKind::Captcha).await;
    let browser = home.house.browser(&home.user).await;
    let first = browser.get("/asks").await;
    let second = browser.get("/asks?page=2").await;
    let rows = |page: &Seen| page.text.matches("<small>林岚</small>").count();
    assert_eq!((rows(&first), rows(&second)), (20, 3));
    has(&first, &["href=\"/asks?page=2\"", "同意了", "没同意"]);
    has(&second, &["href=\"/asks?page=1\""]);
    for (path, page) in [("/asks", &first), ("/asks?page=2", &second)] {
        check_page(page, path);
    }
    assert_eq!(rows(&browser.get("/asks?page=99").await), 3);
    assert_eq!(rows(&browser.get("/asks?page=x").await), 20);
}

#[tokio::test]
async fn the_history_keeps_who_answered_and_nothing_that_was_typed() {
    let home = Home::new().await;
    let asked = home.asked(AskKind::Sms).await;
    home.answered(&asked.id, Answer::Text("864209".to_owned()))
        .await;
    let rows = home
        .house
        .store
        .errand_events(&asked.errand, 50)
        .await
        .unwrap();
    let row = rows
        .iter()
        .find(|row| row.data["ask"] == asked.id.as_str())
        .unwrap();
    assert_eq!(row.data["by"], home.user.id.as_str());
    assert!(!format!("{row:?}").contains("864209"));
    let stored = home.house.store.ask(&asked.id).await.unwrap();
    let ended: Timestamp = stored.ended_at.unwrap();
    assert_eq!(ended, home.house.now());
}
