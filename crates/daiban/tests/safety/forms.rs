//! Forged forms: every address, with a session, in every way another site could make a browser send something.

use axum::body::Body;

use super::home::{Home, filled, send_body};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn no_form_of_another_site_is_taken() {
    let home = Home::new().await;
    let browser = home.browser(&home.owner).await;
    let cookie = browser.cookie.clone().unwrap();
    let right = format!("csrf={}&name=x&text=1&answer=yes&yes=1", browser.csrf);
    let json = format!(r#"{{"csrf":"{}","name":"x"}}"#, browser.csrf);
    let other = home.browser(&home.member).await;
    let others = format!("csrf={}&name=x", other.csrf);
    let long = format!("csrf={}&name={}", browser.csrf, "x".repeat(200_000));
    // body, content type, further headers, what is answered
    let forged: Vec<(&str, &str, &[(&str, &str)], u16)> = vec![
        ("", FORM, &[], 403),
        ("name=x", FORM, &[], 403),
        ("csrf=&name=x", FORM, &[], 403),
        ("csrf=wrong&name=x", FORM, &[], 403),
        (&others, FORM, &[], 403),
        (&right, FORM, &[("origin", "https://evil.example")], 403),
        (
            &right,
            FORM,
            &[("origin", "http://home.example.evil.example")],
            403,
        ),
        (&right, FORM, &[("origin", "http://home.example:81")], 403),
        (&right, FORM, &[("sec-fetch-site", "cross-site")], 403),
        (&right, FORM, &[("sec-fetch-site", "same-site")], 403),
        (&right, "text/plain", &[], 403),
        (&right, "multipart/form-data; boundary=x", &[], 403),
        (&json, "application/json", &[], 403),
        (&right, "", &[], 403),
        (&long, FORM, &[], 413),
    ];
    let before = home.fingerprint().await;
    let mut tried = 0;
    for path in daiban::web::paths() {
        if path.starts_with("/assets") {
            continue;
        }
        let id = home.things.errands[0].as_str();
        let path = filled(&path.replace("{verb}", "cancel"), id);
        for (body, kind, headers, status) in &forged {
            let mut all = vec![("cookie", cookie.as_str())];
            if !kind.is_empty() {
                all.push(("content-type", kind));
            }
            all.extend_from_slice(headers);
            let body = Body::from((*body).to_owned());
            let got = send_body(&home.router, "POST", &path, &all, body)
                .await
                .unwrap();
            // The open doors have tokens of their own, which the session's is not.
            let words = ["/signin", "/setup/", "/enter/", "/join/", "/a/"];
            let open = words.iter().any(|word| path.starts_with(word));
            let fits = got.status == *status || open && matches!(got.status, 403 | 413);
            assert!(fits, "{path} {kind} {headers:?}: {}", got.status);
            tried += 1;
        }
    }
    assert_eq!(home.fingerprint().await, before);
    eprintln!("{tried} forged forms were turned away");
}

/// The token of a form is good for its session alone, and the API takes no cookie at all.
#[tokio::test]
async fn a_cookie_is_no_token() {
    let home = Home::new().await;
    let cookie = home.browser(&home.owner).await.cookie.unwrap();
    for (path, methods) in daiban::api::routes() {
        for method in methods {
            let path = format!("/api/v1{}", filled(path, "x1"));
            let headers = [("cookie", cookie.as_str())];
            let got = send_body(&home.router, method, &path, &headers, Body::empty()).await;
            assert_eq!(got.unwrap().status, 401, "{method} {path}");
        }
    }
}
