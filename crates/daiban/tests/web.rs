//! The pages: who is let in, forged forms, bad input, hostile names, one ask by link, and what a page may contain.
#![allow(clippy::unwrap_used)]

mod web_kit;

use daiban::access::Actor;
use daiban_core::{
    account::AccountState,
    ask::{Answer, AskKind, AskState},
    errand::Phase,
    household::{Household as _, Role, User},
    id::AskId,
    notice::Severity,
    service::Service,
    store::Store as _,
};
use serde_json::json;
use web_kit::{
    Browser, House, PASSWORD, Seed, Seen, furnish, new_ask,
    page::{assert_at_field, check_page},
};

/// A path of every route, with ids that do not exist.
fn sample_paths() -> Vec<String> {
    let fill = |path: &str| {
        let steps = path
            .split('/')
            .map(|step| if step.starts_with('{') { "x1" } else { step });
        steps.collect::<Vec<_>>().join("/")
    };
    daiban::web::paths().into_iter().map(fill).collect()
}

fn is_open(path: &str) -> bool {
    matches!(path, "/signin" | "/signin/code")
        || ["/assets/", "/setup/", "/enter/", "/join/", "/a/"]
            .iter()
            .any(|open| path.starts_with(open))
}

#[tokio::test]
async fn nothing_is_shown_without_a_session() {
    let house = House::new().await;
    house.add_user("林岚", Role::Admin).await;
    let stranger = house.stranger();
    let more = [
        "/nothing",
        "/api/x",
        "/errands/",
        "//errands",
        "/%65rrands",
        "/ERRANDS",
        "/./errands",
        "/assets/../errands",
        "/signin/../errands",
        "/assets/x/../../more",
        "/today",
        "/favicon.ico",
    ];
    let paths: Vec<String> = sample_paths()
        .into_iter()
        .chain(more.map(str::to_owned))
        .collect();
    for path in paths.iter().filter(|path| !is_open(path)) {
        let got = stranger.get(path).await;
        assert_eq!(got.status, 303, "GET {path}");
        assert!(got.location.unwrap().starts_with("/signin"), "GET {path}");
        assert_eq!(
            stranger.post_bare(path, &[("csrf", "")], &[]).await.status,
            401,
            "POST {path}"
        );
        assert_eq!(
            stranger
                .get_with(path, &[("daiban-part", "1")])
                .await
                .status,
            401,
            "part {path}"
        );
    }
    for path in &paths {
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
            assert_eq!(
                stranger.method(method, path).await.status,
                405,
                "{method} {path}"
            );
        }
        let head = stranger.method("HEAD", path).await;
        assert!(
            head.text.is_empty() && head.status != 200 || is_open(path),
            "HEAD {path}"
        );
    }
    for cookie in [
        "daiban_session=",
        "daiban_session=x",
        "daiban_session=../..",
        "other=1",
    ] {
        let browser = Browser {
            cookie: Some(cookie.to_owned()),
            ..stranger.clone()
        };
        assert_eq!(browser.get("/more").await.status, 303, "{cookie}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_by_those_who_may_look() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let browser = house.browser(&user).await;
    for path in [
        "/nothing",
        "/errands/x1",
        "/cars/x1",
        "/cars/x1/live",
        "/accounts/x1",
        "/asks/x1",
        "/asks/x1/picture",
        "/errands/new/no.such",
        "/accounts/new/nothing",
        "/channels/new/pigeon",
        "/assets/nothing.js",
    ] {
        let got = browser.get(path).await;
        assert_eq!(got.status, 404, "{path}");
        check_page(&got, path);
    }
    assert_eq!(browser.get("/signout").await.status, 405);
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    furnish(&house, &user.id).await;
    let browser = house.browser(&user).await;
    let setup = daiban::web::links::setup_path(&house.app).await.unwrap();
    let enter = daiban::web::links::enter_path(&house.app, &user.id)
        .await
        .unwrap();
    let linked = house
        .links
        .ask_path(&house.newest_ask(&user.id).await)
        .await
        .unwrap();
    let paths = sample_paths()
        .into_iter()
        .filter(|path| !path.starts_with("/assets/"))
        .chain([setup, enter, linked]);
    let before = house.store.counts().await.unwrap();
    for path in paths {
        for fields in [&[][..], &[("csrf", "")], &[("csrf", "wrong")]] {
            assert_eq!(
                browser.post_bare(&path, fields, &[]).await.status,
                403,
                "{path} {fields:?}"
            );
        }
        let right = [("csrf", browser.csrf.as_str())];
        for header in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
        ] {
            assert_eq!(
                browser.post_bare(&path, &right, &[header]).await.status,
                403,
                "{path} {header:?}"
            );
        }
    }
    assert_eq!(house.store.counts().await.unwrap(), before);
    assert_eq!(browser.get("/more").await.status, 200, "still signed in");
    // The token of another session is no good either.
    let other = house.browser(&user).await;
    assert_eq!(
        browser
            .post_bare("/signout", &[("csrf", &other.csrf)], &[])
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn signing_in_and_out() {
    let house = House::new().await;
    house.add_user("林岚", Role::Admin).await;
    let mut browser = house.stranger();
    let form = browser.get("/signin?next=/errands").await;
    let cookie = form.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    browser.cookie = Some(form.cookies());
    browser.csrf = form.hidden("csrf");
    let next = form.hidden("next");

    let wrong = browser
        .post(
            "/signin",
            &[("name", "林岚"), ("password", "wrong"), ("next", &next)],
        )
        .await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text.contains("名字或密码不对") && wrong.text.contains("value=\"林岚\""));
    assert!(!wrong.text.contains("value=\"wrong\""));

    let right = browser
        .post(
            "/signin",
            &[("name", "林岚"), ("password", PASSWORD), ("next", &next)],
        )
        .await;
    assert_eq!(
        (right.status, right.location.as_deref()),
        (303, Some("/errands"))
    );
    let cookie = right.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
            && !cookie.contains("Secure"),
        "{cookie}"
    );
    browser.cookie = Some(right.cookies());
    let more = browser.get("/more").await;
    assert_eq!(more.status, 200);
    browser.csrf = more.hidden("csrf");

    let out = browser.post("/signout", &[]).await;
    assert_eq!(out.status, 303);
    assert!(
        out.headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(
        browser.get("/more").await.status,
        303,
        "the old cookie is worth nothing"
    );
}

#[tokio::test]
async fn sign_in_leads_nowhere_else_and_locks_guessers_out() {
    let house = House::new().await;
    house.add_user("林岚", Role::Admin).await;
    let mut browser = house.stranger();
    let form = browser.get("/signin?next=https://evil.example").await;
    assert_eq!(form.hidden("next"), "/");
    browser.cookie = Some(form.cookies());
    browser.csrf = form.hidden("csrf");
    let away = browser
        .post(
            "/signin",
            &[
                ("name", "林岚"),
                ("password", PASSWORD),
                ("next", "//evil.example"),
            ],
        )
        .await;
    assert_eq!(away.location.as_deref(), Some("/"));
    for _ in 0..5 {
        browser
            .post("/signin", &[("name", "林岚"), ("password", "guess")])
            .await;
    }
    let locked = browser
        .post("/signin", &[("name", "林岚"), ("password", PASSWORD)])
        .await;
    assert_eq!(locked.status, 429);
    assert!(locked.text.contains("以后再试"));
}

#[tokio::test]
async fn the_first_admin_is_made_with_the_word_once() {
    let house = House::new().await;
    let path = daiban::web::links::setup_path(&house.app).await.unwrap();
    let mut browser = house.stranger();
    assert!(browser.get("/signin").await.text.contains("还没有设好"));
    for _ in 0..2 {
        assert_eq!(
            browser.get(&path).await.status,
            200,
            "looking does not use it up"
        );
    }
    browser.csrf = browser.get(&path).await.hidden("csrf");
    let short = browser
        .post(
            &path,
            &[("name", "林岚"), ("password", "short"), ("again", "short")],
        )
        .await;
    assert_eq!(short.status, 422);
    assert!(short.text.contains("至少 8 个字符"));
    let unlike = browser
        .post(
            &path,
            &[("name", "林岚"), ("password", PASSWORD), ("again", "x")],
        )
        .await;
    assert_eq!(unlike.status, 422);
    assert!(house.store.users().await.unwrap().is_empty());

    let good = [
        ("name", "林岚"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    let made = browser.post(&path, &good).await;
    assert_eq!((made.status, made.location.as_deref()), (303, Some("/")));
    let inside = Browser {
        cookie: Some(made.cookies()),
        ..browser.clone()
    };
    assert_eq!(inside.get("/").await.status, 200);
    let second = browser
        .post(
            &path,
            &[
                ("name", "陈默"),
                ("password", PASSWORD),
                ("again", PASSWORD),
            ],
        )
        .await;
    assert_eq!(second.status, 401);
    assert_eq!(house.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_sign_in_link_is_used_by_its_button_only() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let path = daiban::web::links::enter_path(&house.app, &user.id)
        .await
        .unwrap();
    let mut browser = house.stranger();
    for _ in 0..3 {
        assert_eq!(browser.get(&path).await.status, 200);
    }
    browser.csrf = browser.get(&path).await.hidden("csrf");
    let came_in = browser.post(&path, &[]).await;
    assert_eq!(came_in.status, 303);
    let inside = Browser {
        cookie: Some(came_in.cookies()),
        ..browser.clone()
    };
    assert_eq!(inside.get("/more").await.status, 200);
    let again = browser.post(&path, &[]).await;
    assert_eq!(again.status, 401);
    assert!(again.text.contains("用过了") && again.headers.get("set-cookie").is_none());
}

/// One ask of that kind, its id and its link.
async fn asked(house: &House, user: &User, kind: AskKind) -> (AskId, String) {
    let account = match house
        .store
        .accounts(Some(&user.id))
        .await
        .unwrap()
        .into_iter()
        .next()
    {
        Some(account) => account.id,
        None => {
            house
                .add_account(&user.id, Service::Permit, "家", AccountState::Ready)
                .await
        }
    };
    let ask = new_ask(kind, ("问一下", "a question"), ("事实", "the facts"), None);
    house
        .add_errand(
            &user.id,
            &account,
            Seed::new(
                "permit.sign_in",
                json!({}),
                Phase::NeedsYou,
                "等你",
                "waiting",
            )
            .ask(ask),
        )
        .await;
    let id = house.newest_ask(&user.id).await;
    let link = house.links.ask_path(&id).await.unwrap();
    (id, link)
}

#[tokio::test]
async fn a_link_from_a_message_shows_one_ask_and_takes_one_answer() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Member).await;
    let (id, link) = asked(&house, &user, AskKind::Approve).await;
    let mut browser = house.stranger();
    for _ in 0..3 {
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("<nav") && page.text.contains("问一下"));
        check_page(&page, "/a/…");
    }
    assert_eq!(
        house.store.ask(&id).await.unwrap().state,
        AskState::Open,
        "looking changes nothing"
    );
    browser.csrf = browser.get(&link).await.hidden("csrf");
    assert_eq!(
        browser.post(&link, &[("approve", "perhaps")]).await.status,
        422
    );
    assert_eq!(house.store.ask(&id).await.unwrap().state, AskState::Open);

    let answered = browser.post(&link, &[("approve", "no")]).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert_eq!(
        house.store.ask(&id).await.unwrap().state,
        AskState::Answered
    );
    assert_eq!(browser.post(&link, &[("approve", "yes")]).await.status, 410);
    assert_eq!(browser.get(&link).await.status, 410);
}

#[tokio::test]
async fn links_cannot_be_made_up() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Member).await;
    let (first, link) = asked(&house, &user, AskKind::Captcha).await;
    let (second, _) = asked(&house, &user, AskKind::Captcha).await;
    let mac = link.split_once('.').unwrap().1;
    let stranger = house.stranger();
    for word in [
        format!("{second}.{mac}"),
        format!("{first}."),
        format!("{first}.AAAA"),
        ".".to_owned(),
        "x.y".to_owned(),
        format!("{first}.{mac}A"),
    ] {
        assert_eq!(
            stranger.get(&format!("/a/{word}")).await.status,
            410,
            "{word}"
        );
        assert_eq!(
            stranger.get(&format!("/a/{word}/picture")).await.status,
            404,
            "{word}"
        );
    }
    // The bare id of an ask leads to its page inside.
    assert_eq!(
        stranger.get(&format!("/a/{first}")).await.location,
        Some(format!("/asks/{first}"))
    );
    let picture = stranger.get(&format!("{link}/picture")).await;
    assert_eq!(
        (picture.status, &picture.headers["content-type"]),
        (200, &"image/png".parse().unwrap())
    );
}

#[tokio::test]
async fn a_qr_page_looks_again_by_itself_and_gives_its_picture_away() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Member).await;
    let browser = house.browser(&user).await;
    let refresh = "<meta http-equiv=\"refresh\" content=\"5\">";
    for kind in [
        AskKind::Qr,
        AskKind::Captcha,
        AskKind::Points,
        AskKind::Sms,
        AskKind::Text,
        AskKind::Approve,
    ] {
        let (id, link) = asked(&house, &user, kind).await;
        for path in [format!("/asks/{id}"), link] {
            let page = browser.get(&path).await;
            let is_qr = kind == AskKind::Qr;
            // Where something is typed, loading the page again would lose it.
            assert_eq!(page.text.contains(refresh), is_qr, "{kind:?} {path}");
            assert_eq!(page.text.contains("http-equiv"), is_qr, "{kind:?} {path}");
            let saving = format!("href=\"{path}/picture\" download=\"permit-qr.png\">");
            assert_eq!(page.text.contains(&saving), is_qr, "{kind:?} {path}");
            if is_qr {
                let status = "role=\"status\">等你</p>";
                assert!(page.text.contains(status), "how far it has come: {path}");
                let picture = browser.get(&format!("{path}/picture")).await;
                assert_eq!(picture.status, 200, "{path}");
            }
        }
    }
    // Once it is answered the page no longer shows the code.
    let (id, _) = asked(&house, &user, AskKind::Qr).await;
    let at = house.store.ask(&id).await.unwrap().at;
    assert!(house.store.answer(&id, Answer::Denied, at).await.unwrap());
    let page = browser.get(&format!("/asks/{id}")).await;
    assert!(!page.text.contains("download=") && !page.text.contains("content=\"5\""));
}

#[tokio::test]
async fn points_are_gathered_without_javascript() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let (id, _) = asked(&house, &user, AskKind::Points).await;
    let browser = house.browser(&user).await;
    let path = format!("/asks/{id}");
    let page = browser.get(&path).await;
    assert!(
        page.text.contains("type=\"image\"") && page.text.contains("width=\"300\" height=\"120\""),
        "{}",
        page.text
    );
    let one = browser
        .post(&path, &[("points", ""), ("tap.x", "40"), ("tap.y", "50")])
        .await;
    assert_eq!((one.status, one.hidden("points").as_str()), (200, "40,50;"));
    let two = browser
        .post(
            &path,
            &[
                ("points", &one.hidden("points")),
                ("tap.x", "7"),
                ("tap.y", "8"),
            ],
        )
        .await;
    assert_eq!(two.hidden("points"), "40,50;7,8;");
    assert_eq!(house.store.ask(&id).await.unwrap().state, AskState::Open);
    assert_eq!(
        browser
            .post(&path, &[("points", ""), ("send", "1")])
            .await
            .status,
        422
    );
    // Its machine is none of ours, so nothing more than the stored answer is looked at; the next step is not waited out.
    let points = two.hidden("points");
    let fields = [("points", points.as_str()), ("send", "1")];
    tokio::select! {
        sent = browser.post(&path, &fields) => assert_eq!(sent.status, 303),
        () = tokio::time::sleep(std::time::Duration::from_millis(500)) => {}
    }
    assert_eq!(
        house.store.ask(&id).await.unwrap().state,
        AskState::Answered
    );
}

#[tokio::test]
async fn bad_input_is_shown_at_its_field_and_changes_nothing() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let fines = house
        .add_account(&user.id, Service::Violation, "家", AccountState::Ready)
        .await;
    let browser = house.browser(&user).await;
    let before = house.store.counts().await.unwrap();

    let account = [
        ("name", "车"),
        ("set.plate", "不是车牌"),
        ("set.engine_number", "TESTENG000001"),
        ("set.frame_number", "x"),
        ("sec.appid", "90001"),
        ("sec.secret", "a-secret-typed"),
    ];
    let refused = browser.post("/accounts/new/violation", &account).await;
    assert_eq!(refused.status, 422);
    assert_at_field(&refused, "set.plate");
    assert!(
        refused.text.contains("value=\"TESTENG000001\"")
            && !refused.text.contains("a-secret-typed")
    );
    check_page(&refused, "/accounts/new/violation");
    let nameless = browser
        .post("/accounts/new/violation", &[("name", " ")])
        .await;
    assert_eq!(nameless.status, 422);
    assert_eq!(house.store.accounts(None).await.unwrap().len(), 1);

    let errand = [("account", fines.as_str()), ("w.every_days", "900")];
    let refused = browser.post("/errands/new/violation.watch", &errand).await;
    assert_eq!(refused.status, 422);
    assert_at_field(&refused, "w.every_days");
    let homeless = browser
        .post(
            "/errands/new/violation.watch",
            &[("account", "nobody"), ("w.every_days", "7")],
        )
        .await;
    assert!(
        homeless.status == 404 && homeless.text.contains("请选一个账号"),
        "{}",
        homeless.status
    );
    let unknown = browser
        .post(
            "/errands/new/violation.watch",
            &[("account", fines.as_str()), ("w.nonsense", "1")],
        )
        .await;
    assert!(unknown.status == 422 && unknown.text.contains("nonsense"));

    let channel = browser
        .post(
            "/channels/new/webhook",
            &[("name", "家"), ("set.url", "http://127.0.0.1/x")],
        )
        .await;
    assert_eq!(channel.status, 422);
    assert_at_field(&channel, "set.url");

    let token = browser
        .post("/settings/tokens", &[("name", ""), ("scope", "read")])
        .await;
    assert_eq!(token.status, 422);
    let person = browser
        .post(
            "/settings/users",
            &[("name", "陈默"), ("role", "member"), ("password", "short")],
        )
        .await;
    assert_eq!(person.status, 422);
    assert_eq!(
        browser
            .post(
                "/settings/password",
                &[("old", "wrong"), ("new", "another long one")]
            )
            .await
            .status,
        422
    );
    assert_eq!(
        browser
            .post(
                "/settings/users",
                &[("name", "陈默"), ("role", "king"), ("password", PASSWORD)]
            )
            .await
            .status,
        422
    );
    assert_eq!(house.store.counts().await.unwrap(), before);
    assert_eq!(house.store.users().await.unwrap().len(), 1);
    assert!(house.store.tokens(None).await.unwrap().is_empty());
    assert!(house.store.channels(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_errand_is_begun_looked_at_paused_and_cancelled() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let fines = house
        .add_account(&user.id, Service::Violation, "家", AccountState::Ready)
        .await;
    let browser = house.browser(&user).await;
    let tried = browser
        .post(
            "/errands/new/violation.watch",
            &[
                ("account", fines.as_str()),
                ("w.every_days", "30"),
                ("dry_run", "1"),
            ],
        )
        .await;
    assert!(
        tried.status == 200 && tried.text.contains("什么也没改"),
        "{}",
        tried.text
    );
    assert!(house.store.errands(None).await.unwrap().is_empty());

    let begun = browser
        .post(
            "/errands/new/violation.watch",
            &[("account", fines.as_str()), ("w.every_days", "30")],
        )
        .await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let path = begun.location.unwrap();
    let page = browser.get(&path).await;
    assert!(
        page.text.contains("留意违章")
            && page.text.contains("间隔天数")
            && page.text.contains("30")
    );
    for (verb, phase) in [
        ("pause", Phase::Paused),
        ("resume", Phase::Waiting),
        ("run", Phase::Waiting),
        ("cancel", Phase::Cancelled),
    ] {
        assert_eq!(
            browser.post(&format!("{path}/{verb}"), &[]).await.status,
            303,
            "{verb}"
        );
        assert_eq!(
            house.store.errands(None).await.unwrap()[0].phase,
            phase,
            "{verb}"
        );
    }
    let late = browser.post(&format!("{path}/run"), &[]).await;
    assert!(late.status == 409 && late.text.contains("已经结束"));
    assert_eq!(
        browser.post(&format!("{path}/explode"), &[]).await.status,
        404
    );
}

#[tokio::test]
async fn an_account_is_changed_and_removed_in_place() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let browser = house.browser(&user).await;
    let made = browser
        .post(
            "/accounts/new/violation",
            &[
                ("name", "家"),
                ("set.plate", "冀R0D001"),
                ("set.engine_number", "TESTENG000001"),
                ("set.frame_number", "LTESTVIN000000001"),
                ("set.price_fen", "14"),
                ("sec.appid", "90001"),
                ("sec.secret", "0123456789abcdef0123456789abcdef"),
            ],
        )
        .await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.location.unwrap();
    let page = browser.get(&path).await;
    assert!(page.text.contains("冀R0D001") && !page.text.contains("0123456789abcdef"));
    let changed = browser
        .post(
            &path,
            &[
                ("name", "家里的车"),
                ("set.fresh_days", "9"),
                ("sec.secret", ""),
            ],
        )
        .await;
    assert_eq!(changed.status, 303, "{}", changed.text);
    let account = &house.store.accounts(None).await.unwrap()[0];
    assert_eq!(
        (
            account.name.as_str(),
            account.settings["fresh_days"].as_str()
        ),
        ("家里的车", "9")
    );
    assert_eq!(
        house.store.secrets(&account.id).await.unwrap()["secret"].reveal(),
        "0123456789abcdef0123456789abcdef"
    );

    assert_eq!(browser.get(&format!("{path}/remove")).await.status, 200);
    assert_eq!(
        house.store.accounts(None).await.unwrap().len(),
        1,
        "the question removes nothing"
    );
    assert_eq!(
        browser.post(&format!("{path}/remove"), &[]).await.status,
        303
    );
    assert!(house.store.accounts(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_service_with_two_ways_to_sign_in_offers_both() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let browser = house.browser(&user).await;
    let given = |username| {
        [
            ("name", "我的"),
            ("sec.username", username),
            ("sec.password", "made-up-word-9"),
            ("sec.id_tail", "001x"),
        ]
    };
    let phone = browser
        .post("/accounts/new/rail", &given("13800000001"))
        .await;
    assert_eq!(phone.status, 422);
    assert_at_field(&phone, "sec.username");
    assert!(!phone.text.contains("made-up-word-9"));
    let made = browser
        .post("/accounts/new/rail", &given("demo_zhang"))
        .await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.location.unwrap();
    let page = browser.get(&path).await;
    for secret in ["demo_zhang", "made-up-word-9", "001x", "001X"] {
        assert!(!page.text.contains(secret), "{secret}");
    }
    let account = &house.store.accounts(None).await.unwrap()[0];
    for way in ["qr", "password"] {
        let button = format!("name=\"way\" value=\"{way}\"");
        assert!(page.text.contains(&button), "{way}");
        let begun = house
            .app
            .sign_in(&Actor::whole(&user), &account.id, Some(way))
            .await
            .unwrap();
        let errand = house.store.errand(&begun.errand.unwrap()).await.unwrap();
        assert_eq!((&*errand.kind, errand.internal), ("rail.sign_in", true));
        assert_eq!(errand.wishes, json!({ "way": way }));
    }
    // Nobody who filled in a password is taken to it unasked.
    let begun = house
        .app
        .sign_in(&Actor::whole(&user), &account.id, None)
        .await
        .unwrap();
    let errand = house.store.errand(&begun.errand.unwrap()).await.unwrap();
    assert_eq!(errand.wishes, json!({ "way": "qr" }));
}

#[tokio::test]
async fn the_phone_that_signs_in_is_shown_and_changed_in_place() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let browser = house.browser(&user).await;
    let form = browser.get("/accounts/new/hospital").await;
    let mobile = |page: &Seen| {
        let after = page.text.split_once("id=\"set.mobile\"").unwrap().1;
        after.split_once('>').unwrap().0.to_owned()
    };
    assert!(mobile(&form).contains("required"), "{}", mobile(&form));
    let given = |mobile| {
        [
            ("name", "挂号"),
            ("set.mobile", mobile),
            ("sec.card_nos", "10000000000x"),
        ]
    };
    let path = "/accounts/new/hospital";
    for wrong in ["1380000000", ""] {
        let refused = browser.post(path, &given(wrong)).await;
        assert_eq!(refused.status, 422);
        assert_at_field(&refused, "set.mobile");
        assert!(!refused.text.contains("10000000000x"));
    }
    let made = browser.post(path, &given("138 0000 0000")).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.location.unwrap();
    let page = browser.get(&path).await;
    assert!(page.text.contains("name=\"way\" value=\"sms\""));
    assert!(mobile(&page).contains("value=\"13800000000\""));
    assert!(!page.text.contains("10000000000X"), "sealed");

    let changed = browser
        .post(&path, &[("name", "挂号"), ("set.mobile", "13800000001")])
        .await;
    assert_eq!(changed.status, 303, "{}", changed.text);
    let page = browser.get(&path).await;
    assert!(mobile(&page).contains("value=\"13800000001\""));
    let account = &house.store.accounts(None).await.unwrap()[0];
    assert_eq!(account.settings["mobile"], "13800000001");
    let secrets = house.store.secrets(&account.id).await.unwrap();
    assert_eq!(secrets["card_nos"].reveal(), "10000000000X", "it stays");

    let begun = house
        .app
        .sign_in(&Actor::whole(&user), &account.id, None)
        .await
        .unwrap();
    let errand = house.store.errand(&begun.errand.unwrap()).await.unwrap();
    assert_eq!((&*errand.kind, errand.internal), ("hospital.sign_in", true));
    assert_eq!(errand.wishes, json!({ "way": "sms" }));
}

#[tokio::test]
async fn people_see_and_change_their_own() {
    let house = House::new().await;
    let owner = house.add_user("林岚", Role::Admin).await;
    let made = furnish(&house, &owner.id).await;
    let member = house.add_user("陈默", Role::Member).await;
    let viewer = house.add_user("小满", Role::Viewer).await;
    let ask = house.newest_ask(&owner.id).await;
    let paths = [
        format!("/errands/{}", made.errands[0]),
        format!("/accounts/{}", made.accounts[0]),
        format!("/asks/{ask}"),
    ];
    let (member, viewer) = (house.browser(&member).await, house.browser(&viewer).await);
    for path in &paths {
        assert_eq!(member.get(path).await.status, 404, "{path}");
        assert_eq!(viewer.get(path).await.status, 200, "{path}");
    }
    assert!(!member.get("/").await.text.contains("进京证"));
    assert_eq!(
        member.get(&format!("/asks/{ask}/picture")).await.status,
        404
    );
    assert_eq!(
        viewer
            .post(&format!("/errands/{}/cancel", made.errands[0]), &[])
            .await
            .status,
        403
    );
    assert_eq!(
        viewer
            .post(&format!("/asks/{ask}"), &[("text", "1234")])
            .await
            .status,
        403
    );
    assert_eq!(
        viewer
            .post(&format!("/accounts/{}/remove", made.accounts[0]), &[])
            .await
            .status,
        403
    );
    assert_eq!(
        member
            .post(
                "/settings/users",
                &[("name", "x"), ("role", "admin"), ("password", PASSWORD)]
            )
            .await
            .status,
        403
    );
    assert!(!viewer.get(&paths[0]).await.text.contains("/cancel"));
}

/// What people might be called by somebody who means harm.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}<svg/onload=alert(1)>",
    "</textarea><iframe srcdoc=x>",
];

#[tokio::test]
async fn hostile_names_stay_words() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    for name in HOSTILE {
        let account = house
            .add_account(&user.id, Service::Permit, name, AccountState::SignInLost)
            .await;
        let ask = new_ask(AskKind::Captcha, (name, name), (name, name), None);
        let seed = Seed::new("permit.keep", json!({ "plates": [name], "purpose": name }), Phase::NeedsYou, name, name)
            .ask(ask)
            .fact("status", json!({ "vehicles": [{ "plate": name, "why_not": name, "records": [{ "zone": name, "state": name, "reason": name, "reason_code": name }] }] }))
            .fact("coverage", json!({ (*name): [{ "date": "2026-11-22", "state": name }] }))
            .fact("check/x", json!({ "plate": name, "meaning": "found", "count": 1, "violations": [{ "at": name, "place": name, "action": name, "state": name }] }))
            .fact(name, json!(name))
            .notice((name, name), (name, name), Severity::Urgent)
            .problem((name, name), (name, name), Severity::Urgent);
        house.add_errand(&user.id, &account, seed).await;
    }
    let browser = house.browser(&user).await;
    browser
        .post(
            "/settings/tokens",
            &[("name", HOSTILE[0]), ("scope", "read")],
        )
        .await;
    for (path, seen) in every_page(&house, &browser, &user).await {
        check_page(&seen, &path);
        assert!(
            !seen.text.contains("<img src=x")
                && !seen.text.contains("<svg/onload")
                && !seen.text.contains("<iframe"),
            "{path}"
        );
    }
    for name in HOSTILE {
        let typed = browser
            .post(
                "/accounts/new/violation",
                &[("name", name), ("set.plate", name)],
            )
            .await;
        check_page(&typed, name);
    }
}

#[tokio::test]
async fn every_page_is_plain_small_and_in_two_languages() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    furnish(&house, &user.id).await;
    let browser = house.browser(&user).await;
    for (path, seen) in every_page(&house, &browser, &user).await {
        check_page(&seen, &path);
        assert!(seen.text.contains("lang=\"zh-CN\""), "{path}");
        let english = browser
            .get_with(&path, &[("accept-language", "en-GB,en;q=0.9")])
            .await;
        assert!(english.text.contains("lang=\"en\""), "{path}");
        check_page(&english, &path);
    }
    let chosen = browser
        .get_with("/more?lang=en", &[("accept-language", "zh-CN")])
        .await;
    assert!(
        chosen.text.contains("lang=\"en\"")
            && chosen.headers["set-cookie"]
                .to_str()
                .unwrap()
                .starts_with("daiban_lang=en")
    );
}

/// Every page that can be looked at, all of them 200.
async fn every_page(house: &House, browser: &Browser, user: &User) -> Vec<(String, Seen)> {
    let mut paths: Vec<String> = [
        "/",
        "/asks",
        "/errands",
        "/errands/new",
        "/cars",
        "/accounts",
        "/calendar",
        "/calendar/2026-12",
        "/fines",
        "/problems",
        "/notices",
        "/notices?state=failed",
        "/channels/new",
        "/more",
        "/settings",
        "/settings/two-step",
        "/settings/sessions",
        "/settings/users",
        "/settings/tokens",
        "/settings/backup",
        "/settings/diagnostics",
        "/signin",
        "/enter/x",
        "/setup/x",
    ]
    .map(str::to_owned)
    .to_vec();
    for service in house.app.services() {
        paths.push(format!("/accounts/new/{}", service.service));
        paths.extend(
            service
                .errands
                .iter()
                .filter(|kind| !kind.internal)
                .map(|kind| format!("/errands/new/{}", kind.kind)),
        );
    }
    paths.extend(
        daiban::notify::kinds()
            .iter()
            .map(|kind| format!("/channels/new/{}", kind.about().kind)),
    );
    for account in house.store.accounts(None).await.unwrap() {
        paths.push(format!("/accounts/{}", account.id));
        paths.push(format!("/accounts/{}/remove", account.id));
        if account.service == Service::Violation {
            paths.push(format!("/fines/{}", account.id));
        }
    }
    paths.extend(
        house
            .store
            .errands(None)
            .await
            .unwrap()
            .iter()
            .map(|errand| format!("/errands/{}", errand.id)),
    );
    for ask in house.store.asks(Some(&user.id), None).await.unwrap() {
        paths.push(format!("/asks/{}", ask.id));
        paths.push(house.links.ask_path(&ask.id).await.unwrap());
    }
    let mut seen = Vec::new();
    for path in paths {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        seen.push((path, page));
    }
    seen
}

#[tokio::test]
async fn assets_are_kept_and_pages_are_not() {
    let house = House::new().await;
    let stranger = house.stranger();
    let page = stranger.get("/signin").await;
    let style = page
        .text
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let asset = stranger.get(&style).await;
    assert_eq!(asset.status, 200);
    assert_eq!(
        asset.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(asset.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(asset.headers["x-content-type-options"], "nosniff");
    for wrong in [
        "/assets/style.00000000.css",
        "/assets/style.css",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/",
    ] {
        assert_eq!(stranger.get(wrong).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn today_is_sent_again_only_when_it_has_changed() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let browser = house.browser(&user).await;
    let first = browser.get("/today/live").await;
    assert!(first.status == 200 && !first.text.contains("<html"));
    assert!(first.text.contains("data-live=\"/today/live\""));
    let seen = first.headers["etag"].to_str().unwrap();
    let known = [("if-none-match", seen)];
    let again = browser.get_with("/today/live", &known).await;
    assert_eq!((again.status, again.bytes), (204, 0));
    house
        .add_account(&user.id, Service::Permit, "家", AccountState::Ready)
        .await;
    let changed = browser.get_with("/today/live", &known).await;
    assert!(changed.status == 200 && changed.headers["etag"] != seen);
    let page = browser.get("/").await;
    assert!(
        page.text.contains(changed.text.trim()),
        "a part is what stands on the page"
    );
}

#[tokio::test]
async fn a_secret_token_is_shown_once() {
    let house = House::new().await;
    let user = house.add_user("林岚", Role::Admin).await;
    let browser = house.browser(&user).await;
    let made = browser
        .post("/settings/tokens", &[("name", "脚本"), ("scope", "read")])
        .await;
    assert!(made.status == 200 && made.text.contains("dbn_"));
    let later = browser.get("/settings/tokens").await;
    assert!(later.text.contains("脚本") && !later.text.contains("dbn_"));
    let id = house.store.tokens(None).await.unwrap()[0].id.clone();
    assert_eq!(
        browser
            .post(&format!("/settings/tokens/{id}/revoke"), &[])
            .await
            .status,
        303
    );
    assert!(house.store.tokens(None).await.unwrap().is_empty());
}
