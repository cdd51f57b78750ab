//! Signing in with two steps, invitations, sessions, guessers, new browsers: by pages alone, without JavaScript.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::sync::Arc;

use daiban_core::{
    Text,
    account::AccountState,
    ask::{AskKind, AskState},
    clock::Clock as _,
    errand::Phase,
    household::{Household as _, Role, User},
    service::Service,
};
use daiban_providers::vehicle::command::Command;
use serde_json::json;
use web_kit::{
    House, PASSWORD, Seed, new_ask,
    page::{assert_at_field, assert_order, check_page},
    vehicle::approval,
    walk::{Hand, IPHONE, WECHAT, Walk, between, code},
};

struct Home {
    house: House,
    clock: Arc<Hand>,
    user: User,
}

impl Home {
    async fn new() -> Self {
        let clock = Arc::new(Hand::new());
        let house = House::with_clock(clock.clone()).await;
        let user = house.add_user("林岚", Role::Admin).await;
        Self { house, clock, user }
    }

    async fn signed_in(&self, agent: &'static str) -> Walk {
        let mut walk = Walk::new(&self.house, agent);
        let seen = walk.sign_in("林岚", PASSWORD).await;
        assert_eq!(seen.location.as_deref(), Some("/"));
        walk
    }

    /// Switches two-step on in this browser: the secret, and the recovery codes.
    async fn two_step(&self, walk: &mut Walk) -> (String, Vec<String>) {
        walk.page("/settings/two-step").await;
        let begun = walk
            .post("/settings/two-step/begin", &[("password", PASSWORD)])
            .await;
        assert_eq!(begun.status, 303);
        let page = walk.page("/settings/two-step").await;
        let secret = between(&page, "<code class=\"url\">", "</code>").to_owned();
        let given = code(&secret, self.clock.now());
        let on = walk
            .post("/settings/two-step/confirm", &[("code", &given)])
            .await;
        assert_eq!(on.status, 200);
        check_page(&on, "confirm");
        let codes = on.text.split("<li><code>").skip(1);
        let codes = codes.map(|rest| rest.split_once('<').unwrap().0.to_owned());
        (secret, codes.collect())
    }
}

#[tokio::test]
async fn a_second_step_is_set_up_asked_for_and_switched_off() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let off = walk.page("/settings").await;
    assert_order(&off, &["两步验证", "也护着车", "没打开"]);
    walk.page("/settings/two-step").await;
    let wrong = walk
        .post("/settings/two-step/begin", &[("password", "wrong")])
        .await;
    assert_eq!(wrong.status, 422);
    assert_at_field(&wrong, "password");

    walk.post("/settings/two-step/begin", &[("password", PASSWORD)])
        .await;
    let pending = walk.page("/settings/two-step").await;
    let secret = between(&pending, "<code class=\"url\">", "</code>").to_owned();
    let picture = walk.get("/settings/two-step/picture").await;
    assert_eq!(picture.headers["content-type"], "image/svg+xml");
    assert!(picture.text.contains("<svg") && !picture.text.contains("style"));
    let wrong = walk
        .post("/settings/two-step/confirm", &[("code", "000000")])
        .await;
    assert_eq!(wrong.status, 422);
    assert_at_field(&wrong, "code");
    assert!(
        !home
            .house
            .app
            .access()
            .has_two_step(&home.user.id)
            .await
            .unwrap()
    );

    let now = home.clock.now();
    let on = walk
        .post(
            "/settings/two-step/confirm",
            &[("code", &code(&secret, now))],
        )
        .await;
    check_page(&on, "on");
    assert_eq!(on.text.matches("<li><code>").count(), 10);
    let later = walk.page("/settings/two-step").await;
    assert!(!later.text.contains("<li><code>"), "shown once");
    assert_order(&later, &["开着", "没用过的备用码", "10"]);
    assert!(!later.text.contains(&secret));
    assert_eq!(walk.get("/settings/two-step/picture").await.status, 404);

    for (password, given, field) in [
        ("wrong", code(&secret, now), "password"),
        (PASSWORD, code(&secret, now), "code"),
    ] {
        let fields = [("password", password), ("code", given.as_str())];
        let refused = walk.post("/settings/two-step/off", &fields).await;
        assert_eq!(refused.status, 422, "{field}");
        assert_at_field(&refused, field);
    }
    home.clock.forward(30);
    let next = code(&secret, home.clock.now());
    let fields = [("password", PASSWORD), ("code", next.as_str())];
    assert_eq!(
        walk.post("/settings/two-step/off", &fields).await.status,
        303
    );
    assert_order(&walk.page("/settings/two-step").await, &["没打开"]);
    let mut again = Walk::new(&home.house, WECHAT);
    again.sign_in("林岚", PASSWORD).await;
    assert!(again.is_in().await, "a password is enough again");
}

#[tokio::test]
async fn signing_in_takes_a_code_and_a_code_works_once() {
    let home = Home::new().await;
    let mut first = home.signed_in(IPHONE).await;
    let mut elsewhere = home.signed_in(WECHAT).await;
    let (secret, recovery) = home.two_step(&mut first).await;
    assert!(first.is_in().await);
    assert!(!elsewhere.is_in().await, "no code was given there");

    home.clock.forward(60);
    let mut walk = Walk::new(&home.house, WECHAT);
    walk.page("/signin?next=/errands").await;
    let fields = [
        ("name", "林岚"),
        ("password", PASSWORD),
        ("next", "/errands"),
    ];
    let half = walk.post("/signin", &fields).await;
    let onward = half.location.clone().unwrap();
    assert!(onward.starts_with("/signin/code"), "{onward}");
    assert!(!half.cookies().contains("daiban_session"));
    assert!(!walk.is_in().await, "no session before the code");
    let page = walk.page(&onward).await;
    assert!(!page.text.contains(PASSWORD));
    let wrong = walk
        .post("/signin/code", &[("code", "000000"), ("next", "/errands")])
        .await;
    assert_eq!(wrong.status, 422);
    assert_at_field(&wrong, "code");
    assert!(!walk.is_in().await);

    let given = code(&secret, home.clock.now());
    let inside = walk
        .post("/signin/code", &[("code", &given), ("next", "/errands")])
        .await;
    assert_eq!(inside.location.as_deref(), Some("/errands"));
    assert!(walk.is_in().await);

    let mut thief = Walk::new(&home.house, WECHAT);
    thief.sign_in("林岚", PASSWORD).await;
    thief.page("/signin/code").await;
    let again = thief.post("/signin/code", &[("code", &given)]).await;
    assert_eq!(again.status, 422, "a code works once");
    let typed = recovery[0].to_lowercase().replace('-', " ");
    let rescued = thief.post("/signin/code", &[("code", &typed)]).await;
    assert_eq!(rescued.status, 303, "a recovery code stands in");
    assert_order(
        &thief.page("/settings/two-step").await,
        &["没用过的备用码", "9"],
    );
    thief.lose_session();
    thief.sign_in("林岚", PASSWORD).await;
    thief.page("/signin/code").await;
    let twice = thief.post("/signin/code", &[("code", &recovery[0])]).await;
    assert_eq!(twice.status, 422, "once");
}

#[tokio::test]
async fn the_half_way_word_is_short_lived_and_good_for_nothing_else() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let (secret, _) = home.two_step(&mut walk).await;
    walk.lose_session();
    assert_eq!(
        walk.get("/signin/code").await.location.as_deref(),
        Some("/signin")
    );
    let half = walk.sign_in("林岚", PASSWORD).await;
    let cookies = half.cookies();
    let word = cookies.split_once("daiban_half_way=").unwrap().1;
    let word = word.split(';').next().unwrap();
    for path in ["enter", "setup", "join"] {
        let seen = walk.post(&format!("/{path}/{word}"), &[]).await;
        assert_ne!(seen.status, 303, "{path}");
    }
    assert!(!walk.is_in().await);
    walk.page("/signin/code").await;
    home.clock.forward(301);
    let late = walk
        .post(
            "/signin/code",
            &[("code", &code(&secret, home.clock.now()))],
        )
        .await;
    assert_eq!(
        late.location.as_deref(),
        Some("/signin"),
        "five minutes are over"
    );
    assert!(!walk.is_in().await);
}

#[tokio::test]
async fn wrong_codes_lock_and_the_password_does_not_wipe_them_out() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let (secret, _) = home.two_step(&mut walk).await;
    let mut guesser = Walk::new(&home.house, WECHAT);
    for _ in 0..5 {
        guesser.sign_in("林岚", PASSWORD).await;
        guesser.page("/signin/code").await;
        let wrong = guesser.post("/signin/code", &[("code", "000000")]).await;
        assert_eq!(wrong.status, 422);
    }
    home.clock.forward(60);
    let right = code(&secret, home.clock.now());
    let locked = guesser.post("/signin/code", &[("code", &right)]).await;
    assert_eq!(locked.status, 429);
    assert!(locked.text.contains("14:25 以后再试"), "{}", locked.text);
    let locked = guesser.sign_in("林岚", PASSWORD).await;
    assert_eq!(locked.status, 429);
    home.clock.forward(15 * 60);
    guesser.sign_in("林岚", PASSWORD).await;
    guesser.page("/signin/code").await;
    let right = code(&secret, home.clock.now());
    assert_eq!(
        guesser
            .post("/signin/code", &[("code", &right)])
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn a_sign_in_link_takes_a_code_too() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let (secret, _) = home.two_step(&mut walk).await;
    home.clock.forward(60);
    let path = daiban::web::links::enter_path(&home.house.app, &home.user.id)
        .await
        .unwrap();
    let mut link = Walk::new(&home.house, WECHAT);
    link.page(&path).await;
    let half = link.post(&path, &[]).await;
    assert!(
        half.location
            .as_deref()
            .unwrap()
            .starts_with("/signin/code")
    );
    assert!(!link.is_in().await);
    link.page("/signin/code").await;
    let given = code(&secret, home.clock.now());
    link.post("/signin/code", &[("code", &given)]).await;
    assert!(link.is_in().await);
}

#[tokio::test]
async fn an_address_that_guesses_waits_whatever_name_it_tries() {
    let home = Home::new().await;
    let mut guesser = Walk::new(&home.house, WECHAT);
    guesser.page("/signin").await;
    for number in 0..20 {
        let name = format!("name{number}");
        let wrong = guesser
            .post("/signin", &[("name", &name), ("password", "guess")])
            .await;
        assert_eq!(wrong.status, 401, "{number}");
    }
    let right = guesser
        .post("/signin", &[("name", "林岚"), ("password", PASSWORD)])
        .await;
    assert_eq!(right.status, 429);
    assert!(right.text.contains("15:10 以后再试"), "{}", right.text);
    let user = home.house.store.user(&home.user.id).await.unwrap();
    assert_eq!(user.failures, 0, "the name itself is not locked");
    home.clock.forward(3600);
    assert!(home.signed_in(WECHAT).await.is_in().await);
}

#[tokio::test]
async fn an_invitation_is_shown_once_used_once_and_by_good_input_only() {
    let home = Home::new().await;
    let mut admin = home.signed_in(IPHONE).await;
    admin.page("/settings/users").await;
    let fields = [("role", "member"), ("name", "小默")];
    let made = admin.post("/settings/users/invite", &fields).await;
    check_page(&made, "invite");
    let link = between(&made, "<code class=\"url\">", "</code>").to_owned();
    let path = link.strip_prefix("http://home.example").unwrap().to_owned();
    let listed = admin.page("/settings/users").await;
    assert_order(&listed, &["邀请一个人", "小默", "成员", "有效到", "收回"]);
    assert!(
        !listed.text.contains(path.split('/').next_back().unwrap()),
        "shown once"
    );

    let mut guest = Walk::new(&home.house, WECHAT);
    for _ in 0..2 {
        let page = guest.page(&path).await;
        assert_order(
            &page,
            &["加入这一家", "成员", "有效到 11月25日", "value=\"小默\""],
        );
    }
    for (name, password, again, field) in [
        ("小默", "a long password", "another", "password"),
        ("小默", "short", "short", "password"),
        ("林岚", "a long password", "a long password", "name"),
        ("two words", "a long password", "a long password", "name"),
    ] {
        let fields = [("name", name), ("password", password), ("again", again)];
        let refused = guest.post(&path, &fields).await;
        assert_eq!(refused.status, 422, "{name} {password}");
        assert_at_field(&refused, field);
    }
    assert_eq!(home.house.store.users().await.unwrap().len(), 1);
    let fields = [
        ("name", "陈默"),
        ("password", "a long password"),
        ("again", "a long password"),
    ];
    let joined = guest.post(&path, &fields).await;
    assert_eq!(joined.location.as_deref(), Some("/"));
    assert!(guest.is_in().await);
    let users = home.house.store.users().await.unwrap();
    let made = users.iter().find(|user| user.name == "陈默").unwrap();
    assert_eq!(made.role, Role::Member);
    assert!(
        home.house
            .store
            .notices(Some(&made.id), 9)
            .await
            .unwrap()
            .is_empty()
    );

    let mut late = Walk::new(&home.house, WECHAT);
    let over = late.get(&path).await;
    assert_eq!(over.status, 410);
    assert!(over.text.contains("这个链接用过了"));
    assert!(!admin.page("/settings/users").await.text.contains("收回"));
    assert_eq!(guest.get("/settings/users").await.status, 403);
    guest.page("/settings").await;
    let by_member = guest
        .post("/settings/users/invite", &[("role", "admin")])
        .await;
    assert_eq!(by_member.status, 403);
}

#[tokio::test]
async fn an_invitation_is_taken_back_or_runs_out() {
    let home = Home::new().await;
    let mut admin = home.signed_in(IPHONE).await;
    let mut paths = Vec::new();
    for _ in 0..2 {
        admin.page("/settings/users").await;
        let made = admin
            .post("/settings/users/invite", &[("role", "viewer")])
            .await;
        let link = between(&made, "<code class=\"url\">http://home.example", "</code>");
        paths.push(link.to_owned());
    }
    let open = home
        .house
        .app
        .invitations(&House::actor(&home.user))
        .await
        .unwrap();
    let mut guest = Walk::new(&home.house, WECHAT);
    for path in &paths {
        guest.page(path).await;
    }
    let revoke = format!("/settings/users/invitations/{}/revoke", open[0].id);
    assert_eq!(admin.post(&revoke, &[]).await.status, 303);
    assert_eq!(admin.post(&revoke, &[]).await.status, 404);
    let mut good = 0;
    for path in &paths {
        good += u32::from(guest.get(path).await.status == 200);
    }
    assert_eq!(good, 1);
    home.clock.forward(3 * 86_400);
    for path in &paths {
        assert_eq!(guest.get(path).await.status, 410, "{path}");
    }
    let fields = [("name", "x"), ("password", PASSWORD), ("again", PASSWORD)];
    let late = guest.post(&paths[1], &fields).await;
    assert_eq!(late.status, 401);
    assert_eq!(home.house.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let home = Home::new().await;
    let mut phone = home.signed_in(IPHONE).await;
    home.clock.forward(600);
    let mut wechat = home.signed_in(WECHAT).await;
    let mut third = home.signed_in("").await;
    home.clock.forward(120);
    let page = phone.page("/settings/sessions").await;
    assert_order(
        &page,
        &[
            "Safari · iPhone",
            "就是这一个",
            "14:10",
            "刚刚",
            "127.0.0.1",
        ],
    );
    assert!(page.text.contains("微信 · Android") && page.text.contains("认不出的浏览器"));
    assert_eq!(page.text.matches("就是这一个").count(), 1);

    let member = home.house.add_user("陈默", Role::Member).await;
    let others = home
        .house
        .store
        .sessions(&home.user.id, home.clock.now())
        .await
        .unwrap();
    let theirs = others.iter().find(|one| one.agent == WECHAT).unwrap();
    let end = format!("/settings/sessions/{}/end", theirs.id);
    let stranger = home.house.browser(&member).await;
    assert_eq!(
        stranger.post(&end, &[]).await.status,
        404,
        "somebody else's"
    );
    assert!(wechat.is_in().await);
    assert_eq!(phone.post(&end, &[]).await.status, 303);
    assert!(!wechat.is_in().await);
    assert!(third.is_in().await);

    phone.post("/settings/sessions/others", &[]).await;
    assert!(!third.is_in().await);
    assert!(phone.is_in().await, "this one stays");
    assert!(
        stranger.get("/more").await.status == 200,
        "and so do others'"
    );
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used() {
    let home = Home::new().await;
    let mut used = home.signed_in(IPHONE).await;
    let mut idle = home.signed_in(WECHAT).await;
    for _ in 0..2 {
        home.clock.forward(10 * 86_400);
        assert!(used.is_in().await);
    }
    assert!(!idle.is_in().await, "not used for fourteen days");
    home.clock.forward(10 * 86_400);
    assert!(!used.is_in().await, "thirty days are the most");
}

#[tokio::test]
async fn a_new_browser_is_told_and_a_known_one_is_not() {
    let home = Home::new().await;
    let told = async || {
        home.house
            .store
            .notices(Some(&home.user.id), 9)
            .await
            .unwrap()
    };
    let mut phone = home.signed_in(IPHONE).await;
    let first = told().await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        first[0].title,
        Text::new(
            "有新的登录：Safari · iPhone",
            "A new sign-in: Safari · iPhone"
        )
    );
    assert_eq!(first[0].page.as_deref(), Some("/settings/sessions"));
    assert!(
        first[0].body.zh.contains("11-22 14:10"),
        "{}",
        first[0].body.zh
    );
    phone.lose_session();
    phone.sign_in("林岚", PASSWORD).await;
    assert!(phone.is_in().await);
    assert_eq!(told().await.len(), 1, "seen before");
    let member = home.house.add_user("陈默", Role::Member).await;
    phone.lose_session();
    phone.sign_in("陈默", PASSWORD).await;
    let theirs = home.house.store.notices(Some(&member.id), 9).await.unwrap();
    assert_eq!(theirs.len(), 1, "new to that user");
    home.signed_in(WECHAT).await;
    assert_eq!(told().await.len(), 2);
}

#[tokio::test]
async fn setting_up_is_no_news() {
    let house = House::new().await;
    let path = daiban::web::links::setup_path(&house.app).await.unwrap();
    let mut walk = Walk::new(&house, IPHONE);
    walk.page(&path).await;
    let fields = [
        ("name", "林岚"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    assert_eq!(walk.post(&path, &fields).await.status, 303);
    assert!(walk.is_in().await);
    assert!(house.store.notices(None, 9).await.unwrap().is_empty());
    walk.lose_session();
    walk.sign_in("林岚", PASSWORD).await;
    assert!(
        house.store.notices(None, 9).await.unwrap().is_empty(),
        "this browser is known"
    );
}

/// An ask to open a car, or another one, as it waits for its answer.
async fn asked(home: &Home, command: Command) -> String {
    let account = match home.house.store.accounts(None).await.unwrap().first() {
        Some(account) => account.id.clone(),
        None => {
            let (user, ready) = (&home.user.id, AccountState::Ready);
            home.house
                .add_account(user, Service::Vehicle, "车", ready)
                .await
        }
    };
    let mut wishes = command.to_json()["args"].clone();
    if !wishes.is_object() {
        wishes = json!({});
    }
    wishes["command"] = command.to_json()["command"].clone();
    wishes["by"] = json!("web");
    let seed = Seed::new("vehicle.command", wishes, Phase::NeedsYou, "等你", "waits")
        .ask(approval(command, home.clock.now()));
    home.house.add_errand(&home.user.id, &account, seed).await;
    home.house.newest_ask(&home.user.id).await.to_string()
}

async fn is_open(home: &Home, ask: &str) -> bool {
    home.house.store.ask(&ask.into()).await.unwrap().state == AskState::Open
}

#[tokio::test]
async fn opening_a_car_takes_a_fresh_code_in_a_session() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let unlock = Command::Unlock { minutes: 1 };
    let plain = format!("/asks/{}", asked(&home, unlock).await);
    assert!(
        !walk.page(&plain).await.text.contains("name=\"code\""),
        "without two-step as before"
    );

    let (secret, _) = home.two_step(&mut walk).await;
    let path = format!("/asks/{}", asked(&home, unlock).await);
    let fresh = walk.page(&path).await;
    assert!(
        !fresh.text.contains("name=\"code\""),
        "a code was given just now"
    );

    home.clock.forward(601);
    let path = format!("/asks/{}", asked(&home, unlock).await);
    let stale = walk.page(&path).await;
    assert_order(
        &stale,
        &["身边没人看着就不要解锁", "name=\"code\"", "你开了两步验证"],
    );
    let id = path.strip_prefix("/asks/").unwrap();
    for given in ["", "000000"] {
        let refused = walk
            .post(&path, &[("approve", "yes"), ("code", given)])
            .await;
        assert_eq!(refused.status, 422, "{given}");
        assert_at_field(&refused, "code");
        assert!(is_open(&home, id).await, "{given}");
    }
    let right = code(&secret, home.clock.now());
    walk.post(&path, &[("approve", "yes"), ("code", &right)])
        .await;
    assert!(!is_open(&home, id).await);

    let next = format!("/asks/{}", asked(&home, unlock).await);
    let soon = walk.page(&next).await;
    assert!(
        !soon.text.contains("name=\"code\""),
        "fresh for ten minutes"
    );
    home.clock.forward(601);
    let next = format!("/asks/{}", asked(&home, unlock).await);
    assert!(walk.page(&next).await.text.contains("name=\"code\""));
    walk.post(&next, &[("approve", "no")]).await;
    assert!(
        !is_open(&home, next.strip_prefix("/asks/").unwrap()).await,
        "a no takes none"
    );

    let find = Command::Find {
        what: daiban_providers::vehicle::command::Find::Horn,
    };
    let noisy = format!("/asks/{}", asked(&home, find).await);
    assert!(
        !walk.page(&noisy).await.text.contains("name=\"code\""),
        "opens nothing"
    );
}

#[tokio::test]
async fn a_link_always_takes_the_code() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let (secret, _) = home.two_step(&mut walk).await;
    let ask = asked(&home, Command::Start { minutes: 10 }).await;
    let path = home
        .house
        .links
        .ask_path(&ask.as_str().into())
        .await
        .unwrap();
    let page = walk.page(&path).await;
    assert!(
        page.text.contains("name=\"code\""),
        "fresh elsewhere is not fresh here"
    );
    let refused = walk.post(&path, &[("approve", "yes")]).await;
    assert_eq!(refused.status, 422);
    assert!(is_open(&home, &ask).await);
    home.clock.forward(30);
    let right = code(&secret, home.clock.now());
    walk.post(&path, &[("approve", "yes"), ("code", &right)])
        .await;
    assert!(!is_open(&home, &ask).await);

    let account = home.house.store.accounts(None).await.unwrap()[0].id.clone();
    let text = new_ask(AskKind::Text, ("车架号", "VIN"), ("填", "type"), None);
    let seed = Seed::new("vehicle.watch", json!({}), Phase::NeedsYou, "等你", "waits").ask(text);
    home.house.add_errand(&home.user.id, &account, seed).await;
    let other = home.house.newest_ask(&home.user.id).await;
    let path = home.house.links.ask_path(&other).await.unwrap();
    assert!(!walk.page(&path).await.text.contains("name=\"code\""));
}

/// A form: path, fields, the id of its code's field.
type Form = (String, Vec<(&'static str, &'static str)>, &'static str);

/// What changes more than this session.
fn beyond(member: &User) -> Vec<Form> {
    let one = format!("/settings/users/{}", member.id);
    vec![
        (
            "/settings/tokens".to_owned(),
            vec![("name", "脚本甲"), ("scope", "write")],
            "code",
        ),
        (
            "/settings/tokens".to_owned(),
            vec![("name", "脚本乙"), ("scope", "admin")],
            "code",
        ),
        ("/settings/name".to_owned(), vec![("name", "林山")], "code"),
        (
            "/settings/users/invite".to_owned(),
            vec![("name", "小默"), ("role", "viewer")],
            "code",
        ),
        (
            "/settings/users".to_owned(),
            vec![
                ("name", "客人"),
                ("role", "viewer"),
                ("password", "a long password"),
            ],
            "add-code",
        ),
        (one.clone(), vec![("role", "admin")], "code"),
        (format!("{one}/remove"), vec![], "code"),
    ]
}

/// What must stay as it is while no code is given.
async fn standing(home: &Home) -> String {
    let store = &home.house.store;
    let users = store.users().await.unwrap();
    let users: Vec<_> = users
        .iter()
        .map(|user| (&user.id, &user.name, user.role))
        .collect();
    let tokens = store.tokens(None).await.unwrap().len();
    let access = home.house.app.access();
    let invitations = access.invitations().await.unwrap().len();
    format!("{users:?} {tokens} {invitations}")
}

#[tokio::test]
async fn what_outlives_a_session_takes_a_fresh_code() {
    let home = Home::new().await;
    let member = home.house.add_user("陈默", Role::Member).await;
    let mut walk = home.signed_in(IPHONE).await;
    let (secret, _) = home.two_step(&mut walk).await;
    let pages = |path: &str| match path {
        "/settings/name" => "/settings".to_owned(),
        "/settings/users/invite" => "/settings/users".to_owned(),
        other => other.to_owned(),
    };
    for (path, fields, field) in beyond(&member) {
        let fresh = walk.page(&pages(&path)).await;
        assert!(!fresh.text.contains("name=\"code\""), "{path} just now");
        home.clock.forward(601);
        let stale = walk.page(&pages(&path)).await;
        assert!(stale.text.contains(&format!("id=\"{field}\"")), "{path}");
        let before = standing(&home).await;
        for given in ["", "000000"] {
            let with_code = [fields.as_slice(), &[("code", given)]].concat();
            let refused = walk.post(&path, &with_code).await;
            assert_eq!(refused.status, 422, "{path} {given}");
            check_page(&refused, &path);
            assert_at_field(&refused, field);
            for (name, typed) in &fields {
                let kept = match *name {
                    "password" => continue,
                    "name" => format!("value=\"{typed}\""),
                    _ => format!("value=\"{typed}\" selected"),
                };
                assert!(refused.text.contains(&kept), "{path}: {kept}");
            }
        }
        assert_eq!(standing(&home).await, before, "{path}");
        let right = code(&secret, home.clock.now());
        let with_code = [fields.as_slice(), &[("code", right.as_str())]].concat();
        let done = walk.post(&path, &with_code).await;
        assert!(matches!(done.status, 200 | 303), "{path} {}", done.status);
        assert_ne!(standing(&home).await, before, "{path}");
    }
}

#[tokio::test]
async fn a_token_that_looks_takes_no_code_and_an_old_password_makes_none_fresh() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let (secret, _) = home.two_step(&mut walk).await;
    home.clock.forward(601);
    let page = walk.page("/settings/tokens").await;
    assert_order(&page, &["name=\"code\"", "只看的凭证不用填"]);
    let fields = [("name", "看"), ("scope", "read")];
    assert_eq!(walk.post("/settings/tokens", &fields).await.status, 200);
    assert_eq!(home.house.store.tokens(None).await.unwrap().len(), 1);

    walk.page("/settings").await;
    let new = [("old", PASSWORD), ("new", "another long password")];
    assert_eq!(walk.post("/settings/password", &new).await.status, 200);
    let page = walk.page("/settings/tokens").await;
    assert!(page.text.contains("name=\"code\""), "no code was given");

    // A code is used up by what comes of it, also when the rest is refused.
    let right = code(&secret, home.clock.now());
    let fields = [("name", ""), ("scope", "write"), ("code", &right)];
    let refused = walk.post("/settings/tokens", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(!refused.text.contains("name=\"code\""), "it was given");
    walk.page("/settings/tokens").await;
    let fields = [("name", "脚本"), ("scope", "write")];
    assert_eq!(walk.post("/settings/tokens", &fields).await.status, 200);
}

#[tokio::test]
async fn without_two_step_nothing_is_asked() {
    let home = Home::new().await;
    let member = home.house.add_user("陈默", Role::Member).await;
    let mut walk = home.signed_in(IPHONE).await;
    home.clock.forward(601);
    for (path, fields, _) in beyond(&member) {
        walk.page("/settings/users").await;
        let done = walk.post(&path, &fields).await;
        assert!(matches!(done.status, 200 | 303), "{path} {}", done.status);
        assert!(!done.text.contains("name=\"code\""), "{path}");
    }
}

#[tokio::test]
async fn recovery_codes_are_made_anew_with_password_and_code() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    let off = walk.get("/settings/two-step/codes").await;
    assert_eq!(off.location.as_deref(), Some("/settings/two-step"));
    let (secret, old) = home.two_step(&mut walk).await;
    home.clock.forward(60);
    assert!(walk.page("/settings").await.text.contains("换一套备用码"));
    walk.page("/settings/two-step/codes").await;
    for (password, given, field) in [
        ("wrong", code(&secret, home.clock.now()), "password"),
        (PASSWORD, "000000".to_owned(), "code"),
        (PASSWORD, String::new(), "code"),
    ] {
        let fields = [("password", password), ("code", given.as_str())];
        let refused = walk.post("/settings/two-step/codes", &fields).await;
        assert_eq!(refused.status, 422, "{field}");
        check_page(&refused, field);
        assert_at_field(&refused, field);
    }
    let given = code(&secret, home.clock.now());
    let fields = [("password", PASSWORD), ("code", given.as_str())];
    let made = walk.post("/settings/two-step/codes", &fields).await;
    check_page(&made, "codes");
    let new: Vec<String> = made
        .text
        .split("<li><code>")
        .skip(1)
        .map(|rest| rest.split_once('<').unwrap().0.to_owned())
        .collect();
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|one| !old.contains(one)));
    assert!(
        walk.is_in().await,
        "two-step stays on, and so does this session"
    );
    for (given, status) in [(&old[0], 422), (&new[0], 303)] {
        let mut elsewhere = Walk::new(&home.house, WECHAT);
        elsewhere.sign_in("林岚", PASSWORD).await;
        elsewhere.page("/signin/code").await;
        let seen = elsewhere.post("/signin/code", &[("code", given)]).await;
        assert_eq!(seen.status, status);
    }
    let lines = home.house.store.audit(None, None, 99).await.unwrap();
    assert!(lines.iter().any(|line| line.what == "recovery_codes_made"));
}

#[tokio::test]
async fn roles_are_changed_but_never_the_last_admins() {
    let home = Home::new().await;
    let member = home.house.add_user("陈默", Role::Member).await;
    let mut admin = home.signed_in(IPHONE).await;
    let own = format!("/settings/users/{}", home.user.id);
    let theirs = format!("/settings/users/{}", member.id);
    let list = admin.page("/settings/users").await;
    assert!(list.text.contains(&format!("href=\"{theirs}\"")));
    let page = admin.page(&own).await;
    assert_order(&page, &["林岚", "登录着", "刚刚", "唯一能登录的管理员"]);
    assert!(!page.text.contains("移走这个人"));
    for (path, fields) in [
        (own.clone(), [("role", "member")]),
        (format!("{own}/remove"), [("accounts", "remove")]),
    ] {
        let refused = admin.post(&path, &fields).await;
        assert_eq!(refused.status, 422, "{path}");
        check_page(&refused, &path);
        assert!(refused.text.contains("先让另一个人当管理员"), "{path}");
    }
    assert_eq!(admin.get("/settings/users").await.status, 200);

    admin.page(&theirs).await;
    assert_eq!(
        admin.post(&theirs, &[("role", "emperor")]).await.status,
        422
    );
    let done = admin.post(&theirs, &[("role", "admin")]).await;
    assert_eq!(done.location.as_deref(), Some(theirs.as_str()));
    let other = home.house.browser(&member).await;
    assert_eq!(other.get("/settings/users").await.status, 200);
    let invited = other
        .post("/settings/users/invite", &[("role", "admin")])
        .await;
    assert_eq!(invited.status, 200);
    admin.page(&theirs).await;
    admin.post(&theirs, &[("role", "viewer")]).await;
    assert_eq!(other.get("/settings/users").await.status, 403, "at once");
    let access = home.house.app.access();
    assert_eq!(access.invitations().await.unwrap(), [], "no way back in");
    for path in [&own, &theirs, &format!("{own}/remove")] {
        assert_eq!(other.get(path).await.status, 403, "{path}");
        assert_eq!(other.post(path, &[("role", "admin")]).await.status, 403);
    }
    let lines = home.house.store.audit(None, None, 99).await.unwrap();
    let changed = lines.iter().filter(|line| line.what == "role_changed");
    let about = format!("user/{}", member.id);
    assert!(
        changed
            .clone()
            .all(|line| line.about.as_deref() == Some(&about))
    );
    assert_eq!(changed.count(), 2);
}

#[tokio::test]
async fn somebody_is_removed_and_their_accounts_go_over_or_end() {
    for (choice, phase) in [("move", Phase::NeedsYou), ("remove", Phase::Cancelled)] {
        let home = Home::new().await;
        let member = home.house.add_user("陈默", Role::Member).await;
        let house = &home.house;
        let permit = house
            .add_account(&member.id, Service::Permit, "她的车", AccountState::Ready)
            .await;
        let approve = new_ask(AskKind::Approve, ("要办吗", "do it?"), ("x", "x"), None);
        let seed =
            Seed::new("permit.keep", json!({}), Phase::NeedsYou, "等你", "waits").ask(approve);
        let errand = house.add_errand(&member.id, &permit, seed).await;
        let ask = house.newest_ask(&member.id).await;
        let link = house.links.ask_path(&ask).await.unwrap();
        let enter = daiban::web::links::enter_path(&house.app, &member.id)
            .await
            .unwrap();
        let mut theirs = Walk::new(house, WECHAT);
        theirs.sign_in("陈默", PASSWORD).await;
        assert!(theirs.is_in().await);
        theirs.page(&enter).await;

        let mut admin = home.signed_in(IPHONE).await;
        let path = format!("/settings/users/{}/remove", member.id);
        let page = admin.page(&path).await;
        assert_order(
            &page,
            &[
                "1 处登录",
                "名下有 1 个账号",
                "她的车",
                "账号归我",
                "账号也移除",
            ],
        );
        let refused = admin.post(&path, &[]).await;
        assert_eq!(refused.status, 422);
        check_page(&refused, &path);
        assert!(
            refused.text.contains("名下还有 1 个账号"),
            "{}",
            refused.text
        );
        assert!(theirs.is_in().await, "nothing has ended");
        let done = admin.post(&path, &[("accounts", choice)]).await;
        assert_eq!(done.location.as_deref(), Some("/settings/users"));

        assert!(!theirs.is_in().await);
        assert_ne!(
            theirs.post(&enter, &[]).await.status,
            303,
            "their link is over"
        );
        let wrong = theirs.sign_in("陈默", PASSWORD).await;
        assert_eq!(wrong.status, 401);
        assert!(!admin.page("/settings/users").await.text.contains("陈默"));
        assert_eq!(admin.get(&path).await.status, 404);
        let row = house.store.errand(&errand).await.unwrap();
        assert_eq!(row.phase, phase, "{choice}");
        let accounts = house.store.accounts(Some(&home.user.id)).await.unwrap();
        assert_eq!(accounts.len(), usize::from(choice == "move"));
        if choice == "move" {
            assert_eq!(row.user, home.user.id);
            let gone = theirs.get(&link).await;
            assert_ne!(gone.status, 200, "a message they have is no key to it");
            let page = admin.page(&format!("/asks/{ask}")).await;
            assert!(page.text.contains("要办吗"));
            let new = house.links.ask_path(&ask).await.unwrap();
            assert_eq!(theirs.get(&new).await.status, 200);
        }
        house.add_user("陈默", Role::Viewer).await;
        let lines = house.store.audit(None, None, 99).await.unwrap();
        let line = lines
            .iter()
            .find(|line| line.what == "user_removed")
            .unwrap();
        assert_eq!(line.about, Some(format!("user/{}", member.id)));
        let taken = lines
            .iter()
            .filter(|line| line.what == "account_taken")
            .count();
        assert_eq!(taken, usize::from(choice == "move"));
    }
}

#[tokio::test]
async fn a_clash_of_names_is_named_and_changes_nothing() {
    let home = Home::new().await;
    let member = home.house.add_user("陈默", Role::Member).await;
    for user in [&home.user, &member] {
        home.house
            .add_account(&user.id, Service::Rail, "家里", AccountState::Ready)
            .await;
    }
    let mut admin = home.signed_in(IPHONE).await;
    let path = format!("/settings/users/{}/remove", member.id);
    admin.page(&path).await;
    let refused = admin.post(&path, &[("accounts", "move")]).await;
    assert_eq!(refused.status, 422);
    assert_order(
        &refused,
        &["叫「家里」的账号", "value=\"move\" required checked"],
    );
    assert_eq!(home.house.store.users().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_line_of_the_audit_log_leads_to_its_session() {
    let home = Home::new().await;
    let mut walk = home.signed_in(IPHONE).await;
    walk.page("/settings/users").await;
    walk.post("/settings/users/invite", &[("role", "viewer")])
        .await;
    let sessions = home
        .house
        .store
        .sessions(&home.user.id, home.clock.now())
        .await
        .unwrap();
    let id = &sessions[0].id;
    let lines = home.house.store.audit(None, None, 9).await.unwrap();
    assert_eq!(lines[0].what, "invitation_made");
    assert_eq!(lines[0].via, Some(format!("session/{id}")));
    let log = walk.page("/settings/audit").await;
    let link = format!("/settings/sessions#s-{id}");
    assert!(log.text.contains(&link));
    let page = walk.page("/settings/sessions").await;
    assert!(page.text.contains(&format!("id=\"s-{id}\"")));
}
