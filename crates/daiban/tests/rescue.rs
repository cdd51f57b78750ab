//! The real binary: somebody who is locked out is let in again from the command line, while `serve` runs.
#![allow(clippy::unwrap_used)]

mod program;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use program::{Home, Running};

/// A page of the running program: status line and headers, and the page.
fn page(address: &str, method: &str, path: &str, cookies: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookies}\r\naccept-language: en\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, page) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), page.to_owned())
}

/// The value of a cookie that an answer brings.
fn cookie(head: &str, name: &str) -> Option<String> {
    let line = format!("set-cookie: {name}=");
    let rest = head.split_once(&line)?.1;
    Some(rest.split(';').next()?.to_owned())
}

/// Signs in with the form: the head of the answer.
fn sign_in(address: &str, name: &str, password: &str) -> String {
    let (head, form) = page(address, "GET", "/signin", "", "");
    let token = cookie(&head, "daiban_form").unwrap();
    assert!(form.contains(&token));
    let body = format!("csrf={token}&name={name}&password={password}");
    let cookies = format!("daiban_form={token}");
    page(address, "POST", "/signin", &cookies, &body).0
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

fn is_in(address: &str, session: &str) -> bool {
    let cookies = format!("daiban_session={session}");
    status(&page(address, "GET", "/more", &cookies, "").0) == 200
}

#[test]
fn locked_out_reset_and_in_again() {
    let mut home = Home::new();
    home.set("DAIBAN_SERVER__LISTEN", "127.0.0.1:0");
    let add = [
        "user",
        "add",
        "--name",
        "lan",
        "--role",
        "admin",
        "--password-stdin",
    ];
    home.json(&add, "first password\n", 0);
    let serve = Running::start(home.command(&["serve", "--json"]));
    let address = serve.said["listen"].as_str().unwrap();
    let address = address.trim_start_matches("http://");

    let inside = sign_in(address, "lan", "first+password");
    assert_eq!(status(&inside), 303, "{inside}");
    let session = cookie(&inside, "daiban_session").unwrap();
    assert!(is_in(address, &session));
    for _ in 0..5 {
        assert_eq!(status(&sign_in(address, "lan", "guess+guess")), 401);
    }
    assert_eq!(
        status(&sign_in(address, "lan", "first+password")),
        429,
        "locked"
    );

    let passwd = [
        "user",
        "passwd",
        "lan",
        "--password-stdin",
        "--without-two-step",
    ];
    let told = home.json(&passwd, "second password\n", 0);
    assert_eq!(told["name"], "lan");
    assert!(told["locked_until"].is_null(), "{told}");
    assert!(!is_in(address, &session), "old sessions are over");
    assert_eq!(status(&sign_in(address, "lan", "first+password")), 401);
    let again = sign_in(address, "lan", "second+password");
    assert_eq!(status(&again), 303, "{again}");
    assert!(is_in(address, &cookie(&again, "daiban_session").unwrap()));

    let nobody = home.refused(
        &["user", "passwd", "nobody", "--password-stdin"],
        "a password\n",
        1,
    );
    assert_eq!(nobody["code"], "not_found");
}

#[test]
fn somebody_is_invited_from_the_command_line() {
    let mut home = Home::new();
    home.set("DAIBAN_SERVER__LISTEN", "127.0.0.1:0");
    let add = [
        "user",
        "add",
        "--name",
        "lan",
        "--role",
        "admin",
        "--password-stdin",
    ];
    home.json(&add, "first password\n", 0);
    let made = home.json(
        &["user", "invite", "--role", "member", "--name", "mo"],
        "",
        0,
    );
    let link = made["link"].as_str().unwrap();
    let path = &link[link.find("/join/").unwrap()..];
    let listed = home.json(&["user", "invitations"], "", 0);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["role"]),
        (&made["id"], &"member".into())
    );

    let serve = Running::start(home.command(&["serve", "--json"]));
    let address = serve.said["listen"].as_str().unwrap();
    let address = address.trim_start_matches("http://");
    let (head, form) = page(address, "GET", path, "", "");
    assert_eq!(status(&head), 200);
    let token = form.split_once("name=\"csrf\" value=\"").unwrap().1;
    let token = token.split('"').next().unwrap();
    let body = format!("csrf={token}&name=mo&password=my+own+password&again=my+own+password");
    let (joined, _) = page(address, "POST", path, "", &body);
    assert_eq!(status(&joined), 303, "{joined}");
    assert!(is_in(address, &cookie(&joined, "daiban_session").unwrap()));
    assert_eq!(status(&page(address, "GET", path, "", "").0), 410);
    assert_eq!(
        home.json(&["user", "invitations"], "", 0),
        serde_json::json!([])
    );

    let other = home.json(&["user", "invite", "--role", "viewer"], "", 0);
    let id = other["id"].as_str().unwrap();
    home.json(&["user", "uninvite", id], "", 0);
    assert_eq!(
        home.refused(&["user", "uninvite", id], "", 1)["code"],
        "not_found"
    );
}
