//! What stands before everything: foreign names, floods, headers.

use std::net::SocketAddr;

use axum::{Router, body::Body, http::Request};
use daiban::front::{Connection, FrontOptions, Network};
use tower::ServiceExt as _;

use super::home::{Got, Home, every_path, filled, send, usual, whole};

/// One request of somebody at that address.
async fn from(
    router: &Router,
    peer: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Got {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "home.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer = SocketAddr::new(peer.parse().unwrap(), 4000);
    let connection = Connection { peer, tls: false };
    let request = request.extension(connection).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    Got {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

#[tokio::test]
async fn a_foreign_name_gets_nothing() {
    let home = Home::new().await;
    let cookie = home.browser(&home.owner).await.cookie.unwrap();
    let token = format!("Bearer {}", home.tokens["owner"]);
    for path in every_path() {
        let path = filled(&path, "x1");
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:8420",
            "home.example.evil.example",
        ] {
            let headers = [
                ("host", host),
                ("cookie", &cookie),
                ("authorization", &token),
            ];
            let got = send(&home.router, "GET", &path, &headers).await.unwrap();
            assert_eq!(got.status, 421, "{path} under {host}");
            assert!(!got.text.contains("林岚"));
        }
    }
    for host in [
        "127.0.0.1:8420",
        "[::1]:8420",
        "localhost",
        "192.168.1.9",
        "HOME.example.",
    ] {
        let headers = [("host", host), ("cookie", &cookie)];
        let got = send(&home.router, "GET", "/more", &headers).await.unwrap();
        assert_eq!(got.status, 200, "{host}");
    }
    let refused = send(&home.router, "GET", "/", &[("host", "evil.example")])
        .await
        .unwrap();
    assert!(refused.text.contains("server.hosts"), "{}", refused.text);
    let refused = send(
        &home.router,
        "GET",
        "/api/v1/errands",
        &[("host", "evil.example")],
    )
    .await;
    let refused: serde_json::Value = serde_json::from_str(&refused.unwrap().text).unwrap();
    assert_eq!(refused["status"], 421);
}

/// So many were answered before the first 429.
async fn until_refused(router: &Router, peer: &str, path: &str, headers: &[(&str, &str)]) -> usize {
    let mut answered = 0;
    while from(router, peer, "GET", path, headers).await.status != 429 {
        answered += 1;
        assert!(answered < 10_000, "{path} is never refused");
    }
    answered
}

/// The machine may be slow, and then some are allowed again while the test counts.
#[tokio::test]
async fn a_household_has_plenty_and_a_guesser_has_not() {
    let home = Home::new().await;
    let router = whole(&home.house, usual());
    let there = "198.51.100.7";
    let guessed = until_refused(&router, there, "/a/wrong.word", &[]).await;
    assert!((20..80).contains(&guessed), "{guessed}");
    let asked = until_refused(&router, "198.51.100.8", "/api/v1/errands", &[]).await;
    assert!((600..3_000).contains(&asked), "{asked}");
    for n in 0..2_000 {
        let got = from(&router, "127.0.0.1", "GET", "/signin", &[]).await;
        assert_eq!(got.status, 200, "this machine itself is not counted: {n}");
    }
    let forwarded = [("x-forwarded-for", "198.51.100.9")];
    let asked = until_refused(&router, "127.0.0.1", "/signin", &forwarded).await;
    assert!(
        asked < 3_000,
        "a proxy nobody told us of is one address, whatever it says: {asked}"
    );
}

#[tokio::test]
async fn what_is_counted_together_and_what_is_not() {
    let home = Home::new().await;
    let options = FrontOptions {
        rate_limit: 6,
        guess_limit: 2,
        ..usual()
    };
    let router = whole(&home.house, options);
    let (one, other) = ("198.51.100.7", "198.51.100.8");
    // A page that is there is no guess; a wrong word is.
    for (path, status) in [
        ("/enter/x", 200),
        ("/enter/x", 200),
        ("/a/wrong.word", 410),
        ("/a/other.word", 410),
    ] {
        assert_eq!(
            from(&router, one, "GET", path, &[]).await.status,
            status,
            "{path}"
        );
    }
    let refused = from(&router, one, "GET", "/a/wrong.word", &[]).await;
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=31).contains(&wait), "{wait}");
    assert!(
        refused.text.contains("<html") && refused.text.contains("等一会儿"),
        "{}",
        refused.text
    );
    assert_eq!(
        from(&router, one, "POST", "/signin", &[]).await.status,
        429,
        "a password is a guess too"
    );
    // Six requests were counted; pages and API share them.
    let refused = from(&router, one, "GET", "/api/v1/errands", &[]).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(from(&router, one, "GET", "/", &[]).await.status, 429);
    assert_eq!(
        from(&router, one, "GET", "/assets/x", &[]).await.status,
        404
    );
    assert_eq!(from(&router, one, "GET", "/healthz", &[]).await.status, 200);
    assert_eq!(
        from(&router, other, "GET", "/a/wrong.word", &[])
            .await
            .status,
        410,
        "others go on"
    );
}

#[tokio::test]
async fn a_setting_of_its_own_holds_for_this_machine_too() {
    let home = Home::new().await;
    let router = whole(
        &home.house,
        FrontOptions {
            rate_limit: 5,
            ..usual()
        },
    );
    for n in 0..5 {
        assert_eq!(
            from(&router, "127.0.0.1", "GET", "/signin", &[])
                .await
                .status,
            200,
            "{n}"
        );
    }
    assert_eq!(
        from(&router, "127.0.0.1", "GET", "/signin", &[])
            .await
            .status,
        429
    );
}

#[tokio::test]
async fn behind_a_proxy_its_word_counts_and_nobody_elses() {
    let home = Home::new().await;
    let options = FrontOptions {
        guess_limit: 2,
        behind_proxy: true,
        proxies: Network::parse_all("127.0.0.0/8, 10.0.0.7").unwrap(),
        ..usual()
    };
    let router = whole(&home.house, options);
    let https = [
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-proto", "https"),
    ];
    let seen = from(&router, "10.0.0.7", "GET", "/signin", &https).await;
    assert_eq!(
        seen.headers["strict-transport-security"],
        "max-age=15552000"
    );
    let cookie = seen.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    let http = [
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-proto", "http"),
    ];
    let seen = from(&router, "10.0.0.7", "GET", "/signin", &http).await;
    assert!(!seen.headers.contains_key("strict-transport-security"));
    assert!(
        !seen.headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Secure")
    );
    // The session's cookie of a page in the clear is none over TLS, where it could have been planted.
    let planted = home.browser(&home.owner).await.cookie.unwrap();
    let with = [&https[..], &[("cookie", planted.as_str())]].concat();
    assert_eq!(
        from(&router, "10.0.0.7", "GET", "/more", &with)
            .await
            .status,
        303
    );
    let host = planted.replace("daiban_session", "__Host-daiban_session");
    let with = [&https[..], &[("cookie", host.as_str())]].concat();
    assert_eq!(
        from(&router, "10.0.0.7", "GET", "/more", &with)
            .await
            .status,
        200
    );
    // Wrong words of one caller are not another's, though both come by the same proxy.
    for _ in 0..3 {
        from(&router, "10.0.0.7", "GET", "/a/wrong.word", &https).await;
    }
    assert_eq!(
        from(&router, "10.0.0.7", "GET", "/a/wrong.word", &https)
            .await
            .status,
        429
    );
    let other = [("x-forwarded-for", "198.51.100.7, 198.51.100.9")];
    assert_eq!(
        from(&router, "10.0.0.7", "GET", "/a/wrong.word", &other)
            .await
            .status,
        410
    );
    // Who comes past the proxy speaks in the clear.
    let past = from(&router, "192.168.1.20", "GET", "/signin", &https).await;
    assert_eq!(past.status, 403);
    assert!(past.text.contains("server.trusted_proxies") && past.text.contains("192.168.1.20"));
    assert_eq!(
        from(&router, "127.0.0.1", "GET", "/healthz", &[])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn every_answer_says_how_it_may_be_used() {
    let home = Home::new().await;
    let cookie = home.browser(&home.owner).await.cookie.unwrap();
    let token = format!("Bearer {}", home.tokens["owner"]);
    let sheet = send(&home.router, "GET", "/signin", &[])
        .await
        .unwrap()
        .text;
    let sheet = sheet.split_once("/assets/style.").unwrap().1;
    let sheet = format!("/assets/style.{}", sheet.split_once('"').unwrap().0);
    let mut paths: Vec<String> = every_path();
    paths.retain(|path| {
        !path.ends_with("/stream")
            && !path.ends_with("/live")
            && !path.contains("/hospital")
            && !path.contains("/rail")
    });
    let picture = home.house.newest_ask(&home.owner.id).await;
    paths.extend([
        sheet.clone(),
        "/nothing".to_owned(),
        "/api/nothing".to_owned(),
    ]);
    paths.extend(home.ids.iter().map(|id| format!("/asks/{id}/picture")));
    paths.push(format!("/asks/{picture}/picture"));
    let mut pictures = 0;
    for path in &paths {
        for (method, known) in [
            ("GET", true),
            ("GET", false),
            ("POST", false),
            ("BREW", true),
        ] {
            let headers = [
                ("cookie", cookie.as_str()),
                ("authorization", token.as_str()),
            ];
            let headers = if known { &headers[..] } else { &[] };
            let path = filled(path, home.things.errands[0].as_str());
            let got = send(&home.router, method, &path, headers).await.unwrap();
            let said = |name: &str| {
                got.headers
                    .get(name)
                    .map_or("", |value| value.to_str().unwrap())
            };
            let place = format!("{method} {path}: {}", got.status);
            assert!(
                said("content-security-policy").starts_with("default-src 'none'"),
                "{place}"
            );
            assert!(
                !said("content-security-policy").contains("unsafe"),
                "{place}"
            );
            assert_eq!(said("x-content-type-options"), "nosniff", "{place}");
            assert_eq!(said("referrer-policy"), "no-referrer", "{place}");
            assert_eq!(said("x-frame-options"), "DENY", "{place}");
            assert_eq!(said("cross-origin-opener-policy"), "same-origin", "{place}");
            assert_eq!(
                said("cross-origin-resource-policy"),
                "same-origin",
                "{place}"
            );
            assert!(
                said("permissions-policy").contains("geolocation=()"),
                "{place}"
            );
            assert_eq!(said("server"), "", "{place}");
            assert_eq!(
                said("strict-transport-security"),
                "",
                "{place} in the clear"
            );
            let is_file = path == sheet && got.status == 200;
            let kept = if is_file {
                "public, max-age=31536000, immutable"
            } else {
                "no-store"
            };
            assert_eq!(said("cache-control"), kept, "{place}");
            pictures +=
                usize::from(got.status == 200 && said("content-type").starts_with("image/"));
        }
    }
    assert!(pictures > 0, "pictures of asks are among them");
}

#[tokio::test]
async fn a_form_that_does_not_come_to_its_end_is_given_up() {
    let home = Home::new().await;
    let browser = home.browser(&home.owner).await;
    let options = FrontOptions {
        body_within: Some(std::time::Duration::from_millis(50)),
        ..usual()
    };
    let router = whole(&home.house, options);
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let headers = [
        ("cookie", browser.cookie.as_deref().unwrap()),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let got = super::home::send_body(
        &router,
        "POST",
        "/signout",
        &headers,
        Body::from_stream(never),
    );
    assert_eq!(got.await.unwrap().status, 408);
}
