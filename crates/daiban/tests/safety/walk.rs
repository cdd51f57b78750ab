//! Every route by every method in every spelling: nobody sees or changes what is not theirs.

use axum::{Router, body::Body, routing::any};

use super::home::{CANARIES, Got, Home, every_path, filled, send, send_body};

const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW",
];

/// What came of a walk.
#[derive(Default)]
struct Walk {
    tried: usize,
    /// Not even an address: the listener answers 400 by itself.
    unsendable: usize,
    /// Got more than they should.
    through: Vec<String>,
}

/// Spellings of one path that a careless gate might take for something else.
fn spellings(path: &str) -> Vec<String> {
    let (upper, escaped) = (path.to_uppercase(), escaped(path));
    let mixed: String = path
        .chars()
        .enumerate()
        .map(|(n, letter)| {
            if n % 2 == 0 {
                letter.to_ascii_uppercase()
            } else {
                letter
            }
        })
        .collect();
    let inner = path.trim_start_matches('/');
    vec![
        path.to_owned(),
        upper,
        mixed,
        escaped,
        format!("/{}", inner.replace('/', "%2F")),
        format!("/{}", inner.replace('/', "%2f")),
        format!("/{}", inner.replace('/', "%5c")),
        format!("/{}", inner.replace('/', "\\")),
        format!("/{}", inner.replace('/', "//")),
        format!("/{path}"),
        format!("{path}/"),
        format!("{path}//"),
        format!("{path};x=1"),
        format!("/;x=1{path}"),
        format!("{path}/."),
        format!("/.{path}"),
        format!("/x/..{path}"),
        format!("/assets/..{path}"),
        format!("/assets/x/../..{path}"),
        format!("/signin/..{path}"),
        format!("/healthz/..{path}"),
        format!("/a/x/..{path}"),
        format!("/%2e{path}"),
        format!("/x/%2e%2e{path}"),
        format!("/assets/%2e%2e{path}"),
        format!("/assets/..%2f{inner}"),
        format!("/signin/%2E%2E{path}"),
        format!("{path}%00"),
        format!("{path}\0"),
        format!("{path}%20"),
        format!("{path}%0d%0aset-cookie:x=1"),
        format!("{path}.json"),
        format!("{path}?x=1"),
        format!("{path}?/assets/x"),
        format!("{path}#x"),
        format!("{path}/{}", "x".repeat(8_000)),
        format!("{path}?{}", "x".repeat(30_000)),
        format!("http://127.0.0.1{path}"),
        format!("http://evil.example{path}"),
        path.replace('/', "/\u{200b}"),
        path.replace('e', "\u{0435}"),
    ]
}

/// Every letter as its number.
fn escaped(path: &str) -> String {
    let letter = |byte: u8| match byte {
        b'/' => "/".to_owned(),
        byte => format!("%{byte:02x}"),
    };
    path.bytes().map(letter).collect()
}

/// Walks every path by every method in every spelling with these headers.
async fn walk(router: &Router, headers: &[(&str, &str)]) -> Walk {
    let mut walk = Walk::default();
    for path in every_path() {
        // A stream has no end; whether its door is closed is seen by the others.
        let path = filled(&path, "x1");
        for spelling in spellings(&path) {
            for method in METHODS {
                walk.tried += 1;
                match send(router, method, &spelling, headers).await {
                    None => walk.unsendable += 1,
                    Some(got) if is_kept_out(method, &spelling, &got) => {}
                    Some(got) => walk
                        .through
                        .push(format!("{} {method} {spelling}", got.status)),
                }
            }
        }
    }
    walk
}

/// Turned away, or an open door that shows nothing of the household.
fn is_kept_out(method: &str, spelling: &str, got: &Got) -> bool {
    if CANARIES.iter().any(|canary| got.text.contains(canary)) {
        return false;
    }
    let sent_on = got.headers.get("location").and_then(|to| to.to_str().ok());
    match got.status {
        // An ask's id without its secret leads to the ask inside, where the gate is.
        303 => sent_on.is_some_and(|to| to.starts_with("/signin") || to == "/asks/x1"),
        400 | 401 | 403 | 404 | 405 | 410 | 414 | 421 => true,
        200 | 503 => is_open(method, spelling),
        _ => false,
    }
}

/// The doors that are open as they are spelled, for looking.
fn is_open(method: &str, spelling: &str) -> bool {
    let looks = matches!(method, "GET" | "HEAD");
    let path = spelling
        .strip_prefix("http://127.0.0.1")
        .unwrap_or(spelling);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    let open = matches!(
        steps.as_slice(),
        ["signin" | "healthz" | "readyz"] | ["setup" | "enter" | "join", _]
    );
    looks && open
}

#[tokio::test]
async fn nobody_comes_in_without_a_key() {
    let home = Home::new().await;
    let wrong_keys: [&[(&str, &str)]; 3] = [
        &[],
        &[(
            "cookie",
            "daiban_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; __Host-daiban_session=x",
        )],
        &[
            (
                "authorization",
                "Bearer dbn_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-user", "owner"),
            ("x-original-url", "/assets/x"),
            ("x-rewrite-url", "/assets/x"),
            ("x-http-method-override", "GET"),
            ("content-type", "application/x-www-form-urlencoded"),
        ],
    ];
    let before = home.fingerprint().await;
    let mut tried = 0;
    for key in wrong_keys {
        let router = super::home::whole(&home.house, unlimited());
        let walk = walk(&router, key).await;
        assert!(walk.through.is_empty(), "{:#?}", walk.through);
        assert!(
            walk.unsendable * 3 < walk.tried,
            "most of them have to be sent"
        );
        tried += walk.tried;
    }
    assert_eq!(home.fingerprint().await, before);
    assert!(tried > 100_000, "{tried}");
    eprintln!("{tried} combinations of path, spelling, method and wrong key: none came through");
}

/// What stands between is what keeps them out: where nothing does, the walk finds every path.
#[tokio::test]
async fn the_walk_sees_an_open_door() {
    let mut open = Router::new();
    let mut paths = every_path();
    paths.retain(|path| !path.starts_with("/signin") && !path.ends_with("z"));
    for path in &paths {
        open = open.route(path, any(async || "what only the household may see"));
    }
    let walk = walk(&open, &[]).await;
    for path in paths {
        let path = filled(&path, "x1");
        let words = ["/setup/", "/enter/", "/join/"];
        let looked = if words.iter().any(|word| path.starts_with(word)) {
            "POST"
        } else {
            "GET"
        };
        let line = format!("200 {looked} {path}");
        assert!(walk.through.contains(&line), "{line}");
    }
}

fn unlimited() -> daiban::front::FrontOptions {
    daiban::front::FrontOptions {
        rate_limit: u32::MAX,
        guess_limit: u32::MAX,
        ..super::home::usual()
    }
}

/// What anybody with a session may do for themselves.
fn is_their_own(path: &str) -> bool {
    path == "/signout"
        || path == "/password"
        || path.starts_with("/tokens")
        || path.starts_with("/settings")
        || path == "/signin"
}

/// One form that has something for every handler.
fn form(csrf: &str, account: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("csrf", csrf),
        ("name", "新名字"),
        ("password", "another long password"),
        ("old", "another long password"),
        ("new", "another long password"),
        ("role", "admin"),
        ("scope", "admin"),
        ("account", account),
        ("way", "token"),
        ("answer", "yes"),
        ("text", "1234"),
        ("code", "1234"),
        ("command", "unlock"),
        ("what", "fresh"),
        ("confirm", "1"),
        ("yes", "1"),
        ("secret.token", "00000000000000000000000000000000"),
        ("secrets.token", "00000000000000000000000000000000"),
        ("url", "https://hook.example.com"),
        ("settings.url", "https://hook.example.com"),
        ("plates", "冀R0D002"),
        ("zone", "outside"),
    ] {
        form.append_pair(name, value);
    }
    form.finish()
}

async fn post(router: &Router, path: &str, cookie: &str, form: String) -> Got {
    let headers = [
        ("cookie", cookie),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    send_body(router, "POST", path, &headers, Body::from(form))
        .await
        .unwrap()
}

#[tokio::test]
async fn who_may_only_look_changes_nothing() {
    let home = Home::new().await;
    let browser = home.browser(&home.viewer).await;
    let cookie = browser.cookie.clone().unwrap();
    let account = home.things.accounts[0].to_string();
    let before = home.fingerprint().await;
    let mut tried = 0;
    for path in daiban::web::paths() {
        if is_their_own(path) || path.starts_with("/hospital") {
            continue;
        }
        for id in &home.ids {
            for verb in ["run", "pause", "cancel", "rail.ticket", "permit", "webhook"] {
                let path = filled(&path.replace("{verb}", verb), id);
                let path = path.replace("/new/", &format!("/new/{verb}?"));
                let path = path.split('?').next().unwrap().to_owned();
                let got = post(&home.router, &path, &cookie, form(&browser.csrf, &account)).await;
                assert!(
                    got.status >= 400 || is_harmless(&got),
                    "{} {path}",
                    got.status
                );
                tried += 1;
                if !path.contains(verb) {
                    break;
                }
            }
        }
    }
    for (path, methods) in daiban::api::routes() {
        for id in &home.ids {
            for method in methods.iter().filter(|method| **method != "GET") {
                let path = format!("/api/v1{}", filled(&path.replace("{verb}", "cancel"), id));
                let token = format!("Bearer {}", home.tokens["viewer"]);
                let headers = [("authorization", token.as_str())];
                let got = send(&home.router, method, &path, &headers).await.unwrap();
                assert_eq!(got.status, 403, "{method} {path}");
                tried += 1;
            }
        }
    }
    assert_eq!(home.fingerprint().await, before);
    eprintln!("{tried} ways to change something were tried by somebody who may only look");
}

/// A form shown again, or a way back to a page: nothing was changed, as the fingerprint says afterwards.
fn is_harmless(got: &Got) -> bool {
    matches!(got.status, 200 | 303)
}

#[tokio::test]
async fn what_is_others_is_not_there_for_a_member() {
    let home = Home::new().await;
    let browser = home.browser(&home.member).await;
    let cookie = browser.cookie.clone().unwrap();
    let account = home.things.accounts[0].to_string();
    let before = home.fingerprint().await;
    let mut tried = 0;
    for path in daiban::web::paths() {
        let words = [
            "{kind}",
            "{service}",
            "{hos}",
            "{word}",
            "{file}",
            "{month}",
        ];
        let owned = path.contains('{') && !words.iter().any(|word| path.contains(word));
        for id in home.ids.iter().filter(|_| owned) {
            let path = filled(&path.replace("{verb}", "cancel"), id);
            let got = send(&home.router, "GET", &path, &[("cookie", &cookie)])
                .await
                .unwrap();
            assert!(
                matches!(got.status, 403..=405),
                "GET {path}: {}",
                got.status
            );
            assert!(
                !CANARIES.iter().any(|canary| got.text.contains(canary)),
                "{path}"
            );
            let got = post(&home.router, &path, &cookie, form(&browser.csrf, &account)).await;
            assert!(
                matches!(got.status, 403..=405),
                "POST {path}: {}",
                got.status
            );
            tried += 2;
        }
    }
    let token = format!("Bearer {}", home.tokens["member"]);
    for (path, methods) in daiban::api::routes() {
        for (id, method) in home
            .ids
            .iter()
            .flat_map(|id| methods.iter().map(move |method| (id, method)))
        {
            if !path.contains('{') {
                continue;
            }
            let path = format!("/api/v1{}", filled(&path.replace("{verb}", "cancel"), id));
            let headers = [("authorization", token.as_str())];
            let got = send(&home.router, method, &path, &headers).await.unwrap();
            assert!(
                matches!(got.status, 400 | 403 | 404 | 422),
                "{method} {path}: {}",
                got.status
            );
            assert!(
                !CANARIES.iter().any(|canary| got.text.contains(canary)),
                "{path}"
            );
            tried += 1;
        }
    }
    assert_eq!(home.fingerprint().await, before);
    eprintln!("{tried} times a member asked for what is somebody else's");
}
