//! Channels against small servers of this machine, and the outbox against rows in memory.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Uri},
    response::Response as Answer,
    routing::any,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use daiban::notify::{Notify, NotifyOptions, Outbox, OutboxOptions, QuietHours};
use daiban_core::{
    Lang, Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    ask::{AskKind, NewAsk},
    clock::Clock,
    errand::Phase,
    household::{Household, Notice, OutboxRow, OutboxState, Role, User},
    id::{AccountId, AskId, ChannelId, ErrandId, NoticeId, UserId},
    notice::Severity,
    notify::{Channel, Message, Notifier, Receipt},
    secret::{Redactor, Secret},
    service::Service,
    store::{Commit, Committed, EventKind, NewErrand, NewEvent, Store},
};
use daiban_store::SqliteStore;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

const NOW: &str = "2026-11-22T10:00:00+08:00";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

struct StoppedClock;

#[async_trait]
impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        now()
    }

    async fn sleep_until(&self, _: Timestamp) {}
}

fn notify(allow_private: bool) -> Notify {
    Notify::new(NotifyOptions {
        allow_private,
        lang: Lang::En,
        clock: Arc::new(StoppedClock),
        redactor: Redactor::default(),
        timeout: Duration::from_millis(500),
    })
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::from(*value)))
        .collect()
}

fn channel(kind: &str, pairs: &[(&str, &str)]) -> Channel {
    Channel {
        id: ChannelId::from("c1"),
        user: UserId::from("u1"),
        kind: kind.to_owned(),
        name: "家里".to_owned(),
        settings: settings(pairs),
    }
}

fn message() -> Message {
    Message {
        id: "n1-c1".to_owned(),
        at: now(),
        severity: Severity::Attention,
        title: "进京证明天到期".to_owned(),
        body: "需要你确认续办".to_owned(),
        link: Some("https://d.example/a/k1".to_owned()),
    }
}

/// What a server was asked.
type Seen = Arc<Mutex<Vec<(Uri, HeaderMap, Bytes)>>>;

async fn server(
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
) -> (String, Seen) {
    let seen = Seen::default();
    let keep = seen.clone();
    let app = Router::new().fallback(any(move |uri: Uri, asked: HeaderMap, bytes: Bytes| {
        keep.lock().unwrap().push((uri, asked, bytes));
        let mut builder = Answer::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let answer = builder.body(Body::from(body)).unwrap();
        async move { answer }
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (format!("http://{address}"), seen)
}

#[tokio::test]
async fn a_webhook_is_signed_as_the_standard_says() {
    let (base, seen) = server(202, &[], "taken").await;
    let key = b"0123456789abcdef0123456789abcdef";
    let secret = format!("whsec_{}", BASE64_STANDARD.encode(key));
    let receipt = notify(true)
        .send(
            &channel("webhook", &[("url", &format!("{base}/hook"))]),
            &secrets(&[("secret", &secret)]),
            &message(),
        )
        .await;
    assert_eq!(
        receipt,
        Receipt::Sent {
            answer: "HTTP 202 taken".to_owned()
        }
    );

    let seen = seen.lock().unwrap();
    let (uri, headers, body) = &seen[0];
    let header = |name: &str| headers[name].to_str().unwrap();
    assert_eq!(uri.path(), "/hook");
    assert_eq!(
        (header("webhook-id"), header("content-type")),
        ("n1-c1", "application/json")
    );
    let seconds = now().as_second().to_string();
    assert_eq!(header("webhook-timestamp"), seconds);
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(format!("n1-c1.{seconds}.").as_bytes());
    mac.update(body);
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{signature}"));
    let body: Value = serde_json::from_slice(body).unwrap();
    let expected = json!({"id": "n1-c1", "at": NOW, "severity": "attention", "title": "进京证明天到期", "body": "需要你确认续办", "link": "https://d.example/a/k1"});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_webhooks_status_is_the_judge() {
    async fn check(
        status: u16,
        headers: &'static [(&'static str, &'static str)],
        expected: Receipt,
    ) {
        let (base, seen) = server(status, headers, "words").await;
        let receipt = notify(true)
            .send(
                &channel("webhook", &[("url", &base)]),
                &Secrets::new(),
                &message(),
            )
            .await;
        assert_eq!(receipt, expected);
        let seen = seen.lock().unwrap();
        assert_eq!(
            seen.len(),
            1,
            "no redirect is followed and nothing is repeated"
        );
        assert!(!seen[0].1.contains_key("webhook-signature"));
    }
    let said = |status| format!("HTTP {status} words");
    check(410, &[], Receipt::Failed { answer: said(410) }).await;
    check(404, &[], Receipt::Failed { answer: said(404) }).await;
    check(
        302,
        &[("location", "/elsewhere")],
        Receipt::Failed { answer: said(302) },
    )
    .await;
    check(
        500,
        &[],
        Receipt::Retry {
            after_s: None,
            answer: said(500),
        },
    )
    .await;
    check(
        429,
        &[("retry-after", "7")],
        Receipt::Retry {
            after_s: Some(7),
            answer: said(429),
        },
    )
    .await;
    check(
        503,
        &[("retry-after", "Sun, 22 Nov 2026 02:01:00 GMT")],
        Receipt::Retry {
            after_s: Some(60),
            answer: said(503),
        },
    )
    .await;
}

#[tokio::test]
async fn private_addresses_are_refused_unless_allowed() {
    let (base, seen) = server(200, &[], "ok").await;
    let port = base.rsplit(':').next().unwrap().to_owned();
    for url in [
        base.clone(),
        format!("https://localhost:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
    ] {
        let here = [("url", url.as_str())];
        assert_eq!(
            notify(false)
                .check("webhook", &settings(&here), &Secrets::new())
                .unwrap_err()
                .field,
            "url"
        );
        let receipt = notify(false)
            .send(&channel("webhook", &here), &Secrets::new(), &message())
            .await;
        assert!(
            matches!(receipt, Receipt::Failed { .. }),
            "{url} {receipt:?}"
        );
    }
    let own = [("base_url", base.as_str())];
    let key = secrets(&[("key", "k")]);
    assert_eq!(
        notify(false)
            .check("wecom_robot", &settings(&own), &key)
            .unwrap_err()
            .field,
        "base_url"
    );
    let receipt = notify(false)
        .send(&channel("wecom_robot", &own), &key, &message())
        .await;
    assert!(matches!(receipt, Receipt::Failed { .. }), "{receipt:?}");
    assert!(seen.lock().unwrap().is_empty());
    notify(true)
        .check("wecom_robot", &settings(&own), &key)
        .unwrap();
}

#[tokio::test]
async fn nobody_there_is_tried_again_without_saying_the_address() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}/hook/very-secret-path");
    let receipt = notify(true)
        .send(
            &channel("webhook", &[("url", &url)]),
            &Secrets::new(),
            &message(),
        )
        .await;
    assert!(
        matches!(&receipt, Receipt::Retry { answer, .. } if !answer.contains("secret-path")),
        "{receipt:?}"
    );
}

#[tokio::test]
async fn the_robots_body_is_the_judge() {
    async fn check(status: u16, body: &'static str, expected: Receipt) {
        let (base, seen) = server(status, &[], body).await;
        let key = secrets(&[("key", "a&key/1234")]);
        let receipt = notify(true)
            .send(
                &channel("wecom_robot", &[("base_url", &base)]),
                &key,
                &message(),
            )
            .await;
        assert_eq!(receipt, expected, "{body}");
        let seen = seen.lock().unwrap();
        assert_eq!(
            seen[0].0.to_string(),
            "/cgi-bin/webhook/send?key=a%26key%2F1234"
        );
        let body: Value = serde_json::from_slice(&seen[0].2).unwrap();
        let content = "进京证明天到期\n需要你确认续办\nhttps://d.example/a/k1";
        assert_eq!(
            body,
            json!({"msgtype": "text", "text": {"content": content}})
        );
    }
    let say = |text: &str| text.to_owned();
    check(
        200,
        "{\"errcode\":0,\"errmsg\":\"ok\"}",
        Receipt::Sent {
            answer: say("errcode 0 ok"),
        },
    )
    .await;
    check(
        200,
        "{\"errcode\":93000,\"errmsg\":\"invalid webhook url a&key/1234\"}",
        Receipt::Failed {
            answer: say("errcode 93000 invalid webhook url •••"),
        },
    )
    .await;
    check(
        200,
        "{\"errcode\":45009,\"errmsg\":\"freq\"}",
        Receipt::Retry {
            after_s: Some(60),
            answer: say("errcode 45009 freq"),
        },
    )
    .await;
    check(
        200,
        "{\"errcode\":-1,\"errmsg\":\"busy\"}",
        Receipt::Retry {
            after_s: None,
            answer: say("errcode -1 busy"),
        },
    )
    .await;
    check(
        200,
        "<html>gateway</html>",
        Receipt::Retry {
            after_s: None,
            answer: say("HTTP 200 <html>gateway</html>"),
        },
    )
    .await;
    check(
        502,
        "bad",
        Receipt::Retry {
            after_s: None,
            answer: say("HTTP 502 bad"),
        },
    )
    .await;
}

#[tokio::test]
async fn a_long_text_is_cut_between_characters() {
    let (base, seen) = server(200, &[], "{\"errcode\":0}").await;
    let long = Message {
        body: "长🚗".repeat(1000),
        ..message()
    };
    notify(true)
        .send(
            &channel("wecom_robot", &[("base_url", &base)]),
            &secrets(&[("key", "k")]),
            &long,
        )
        .await;
    let body: Value = serde_json::from_slice(&seen.lock().unwrap()[0].2).unwrap();
    let content = body["text"]["content"].as_str().unwrap();
    assert!(
        content.len() <= 2048 && content.len() > 2030,
        "{}",
        content.len()
    );
    assert!(content.ends_with("…\nhttps://d.example/a/k1"));
}

#[test]
fn settings_are_checked_by_name() {
    let check = |kind: &str, plain: &[(&str, &str)], sealed: &[(&str, &str)], field: &str| {
        let error = notify(false)
            .check(kind, &settings(plain), &secrets(sealed))
            .unwrap_err();
        assert_eq!(error.field, field, "{plain:?}");
    };
    let mail = [
        ("host", "smtp.example.com"),
        ("from", "me@example.com"),
        ("to", "you@example.com"),
    ];
    let with = |name: &'static str, value: &'static str| {
        let mut all = BTreeMap::from(mail);
        all.insert(name, value);
        all.into_iter().collect::<Vec<_>>()
    };
    notify(false)
        .check("email", &settings(&mail), &Secrets::new())
        .unwrap();
    notify(false)
        .check(
            "webhook",
            &settings(&[("url", "https://hook.example.com")]),
            &Secrets::new(),
        )
        .unwrap();
    check("pigeon", &[], &[], "kind");
    check("wecom_robot", &[], &[], "key");
    check(
        "wecom_robot",
        &[("colour", "red")],
        &[("key", "k")],
        "colour",
    );
    check("webhook", &[], &[], "url");
    check("webhook", &[("url", "http://hook.example.com")], &[], "url");
    check(
        "webhook",
        &[("url", "https://hook.example.com")],
        &[("secret", "whsec_!")],
        "secret",
    );
    check("email", &[], &[], "host");
    check("email", &with("from", "nobody"), &[], "from");
    check("email", &with("to", "you@example.com, nobody"), &[], "to");
    check("email", &with("port", "0"), &[], "port");
    check("email", &with("tls", "ssl"), &[], "tls");
    check("email", &with("tls", "none"), &[], "tls");
    check("email", &with("username", "me"), &[], "password");
    check("email", &with("host", "10.0.0.1"), &[], "host");
}

/// What an SMTP double says where.
#[derive(Clone, Copy)]
struct Replies {
    auth: &'static str,
    rcpt: &'static str,
    data: &'static str,
}

const WILLING: Replies = Replies {
    auth: "235 2.7.0 ok",
    rcpt: "250 ok",
    data: "250 2.0.0 queued as 42",
};

/// A strict server of one conversation: every command in its place, every line ended by CR LF.
async fn smtp(replies: Replies) -> (u16, tokio::task::JoinHandle<Vec<String>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let conversation = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut said = Vec::new();
        stream
            .write_all(b"220 mail.example ready\r\n")
            .await
            .unwrap();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return said;
            }
            assert!(line.ends_with("\r\n"), "{line:?}");
            let line = line.trim_end().to_owned();
            said.push(line.clone());
            let reply = match line.split(' ').next().unwrap() {
                "EHLO" => "250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
                "AUTH" => replies.auth,
                "MAIL" => "250 ok",
                "RCPT" => replies.rcpt,
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.unwrap();
                    loop {
                        let mut line = String::new();
                        stream.read_line(&mut line).await.unwrap();
                        assert!(line.ends_with("\r\n"), "{line:?}");
                        if line == ".\r\n" {
                            break;
                        }
                        said.push(line.trim_end().to_owned());
                    }
                    replies.data
                }
                "QUIT" => {
                    let _ = stream.write_all(b"221 bye\r\n").await;
                    return said;
                }
                "RSET" | "NOOP" => "250 ok",
                _ => "500 what?",
            };
            stream
                .write_all(format!("{reply}\r\n").as_bytes())
                .await
                .unwrap();
        }
    });
    (port, conversation)
}

async fn mail(replies: Replies) -> (Receipt, Vec<String>) {
    let (port, conversation) = smtp(replies).await;
    let port = port.to_string();
    let plain = [
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("tls", "none"),
        ("username", "me@example.com"),
        ("from", "代办 <me@example.com>"),
        ("to", "you@example.com，they@example.com"),
    ];
    let password = secrets(&[("password", "an-authorisation-code")]);
    notify(true)
        .check("email", &settings(&plain), &password)
        .unwrap();
    let receipt = notify(true)
        .send(&channel("email", &plain), &password, &message())
        .await;
    (receipt, conversation.await.unwrap())
}

#[tokio::test]
async fn a_letter_is_written_and_taken() {
    let (receipt, said) = mail(WILLING).await;
    assert!(
        matches!(&receipt, Receipt::Sent { answer } if answer.contains("250") && answer.contains("queued as 42")),
        "{receipt:?}"
    );
    let position = |start: &str| {
        said.iter()
            .position(|line| line.starts_with(start))
            .unwrap_or_else(|| panic!("{start} in {said:#?}"))
    };
    let plain_sign_in = BASE64_STANDARD.encode("\0me@example.com\0an-authorisation-code");
    assert_eq!(
        said[position("AUTH")],
        format!("AUTH PLAIN {plain_sign_in}")
    );
    assert!(position("AUTH") < position("MAIL FROM:<me@example.com>"));
    assert!(position("RCPT TO:<you@example.com>") < position("RCPT TO:<they@example.com>"));
    assert_eq!(
        said[position("Message-ID")],
        "Message-ID: <n1-c1@example.com>"
    );
    assert_eq!(
        said[position("Date")],
        "Date: Sun, 22 Nov 2026 02:00:00 +0000"
    );
    let subject = said[position("Subject")]
        .strip_prefix("Subject: =?utf-8?b?")
        .unwrap()
        .strip_suffix("?=")
        .unwrap();
    assert_eq!(
        BASE64_STANDARD.decode(subject).unwrap(),
        "进京证明天到期".as_bytes()
    );
    assert!(said.iter().all(|line| line.is_ascii()), "{said:#?}");
    assert!(said[position("Content-Type")].starts_with("Content-Type: text/plain; charset=utf-8"));
    let body = said[position("Content-Transfer-Encoding")..]
        .iter()
        .skip_while(|line| !line.is_empty());
    let body: String = body.take_while(|line| *line != "QUIT").cloned().collect();
    let body = String::from_utf8(BASE64_STANDARD.decode(body).unwrap()).unwrap();
    assert_eq!(
        body.replace("\r\n", "\n"),
        "需要你确认续办\n\nhttps://d.example/a/k1\n"
    );
}

#[tokio::test]
async fn a_servers_reply_code_is_the_judge() {
    let (receipt, said) = mail(Replies {
        auth: "535 authentication failed",
        ..WILLING
    })
    .await;
    assert!(
        matches!(&receipt, Receipt::Failed { answer } if answer.contains("535") && answer.contains("authorisation code")),
        "{receipt:?}"
    );
    assert!(!said.iter().any(|line| line.starts_with("DATA")));
    let (receipt, _) = mail(Replies {
        rcpt: "450 mailbox busy",
        ..WILLING
    })
    .await;
    assert!(
        matches!(&receipt, Receipt::Retry { answer, .. } if answer.contains("mailbox busy")),
        "{receipt:?}"
    );
    let (receipt, _) = mail(Replies {
        rcpt: "550 no such mailbox",
        ..WILLING
    })
    .await;
    assert!(matches!(&receipt, Receipt::Failed { .. }), "{receipt:?}");
    let (receipt, _) = mail(Replies {
        data: "451 try later",
        ..WILLING
    })
    .await;
    assert!(matches!(&receipt, Receipt::Retry { .. }), "{receipt:?}");
    let (receipt, _) = mail(Replies {
        data: "554 looks like spam",
        ..WILLING
    })
    .await;
    assert!(matches!(&receipt, Receipt::Failed { .. }), "{receipt:?}");
}

/// Gives out receipts in order and remembers what was sent.
#[derive(Default)]
struct Script {
    receipts: Mutex<VecDeque<Receipt>>,
    sent: Mutex<Vec<(ChannelId, Message)>>,
}

#[async_trait]
impl Notifier for Script {
    async fn send(&self, channel: &Channel, _: &Secrets, message: &Message) -> Receipt {
        self.sent
            .lock()
            .unwrap()
            .push((channel.id.clone(), message.clone()));
        let next = self.receipts.lock().unwrap().pop_front();
        next.unwrap_or(Receipt::Sent {
            answer: "ok".to_owned(),
        })
    }
}

impl Script {
    fn then(&self, receipt: Receipt) {
        self.receipts.lock().unwrap().push_back(receipt);
    }

    fn titles(&self) -> Vec<String> {
        self.sent
            .lock()
            .unwrap()
            .iter()
            .map(|(_, message)| message.title.clone())
            .collect()
    }
}

struct House {
    store: SqliteStore,
    script: Arc<Script>,
    outbox: Outbox,
}

impl House {
    async fn new(channels: &[&str], quiet: Option<&str>, asks_break_quiet: bool) -> Self {
        let store = SqliteStore::in_memory().await.unwrap();
        let user = User {
            id: UserId::from("u1"),
            name: "somebody".to_owned(),
            role: Role::Admin,
            created_at: now(),
            failures: 0,
            locked_until: None,
        };
        store.add_user(user, "hash".to_owned()).await.unwrap();
        for id in channels {
            let one = Channel {
                id: ChannelId::from(*id),
                ..channel("webhook", &[])
            };
            store
                .add_channel(
                    Channel {
                        name: (*id).to_owned(),
                        ..one
                    },
                    Secrets::new(),
                )
                .await
                .unwrap();
        }
        let script = Arc::new(Script::default());
        let outbox = Outbox::new(OutboxOptions {
            household: Arc::new(store.clone()),
            notifier: script.clone(),
            quiet_hours: quiet.map(|text| QuietHours::parse("q", text).unwrap()),
            asks_break_quiet,
            public_url: Some("https://d.example/".to_owned()),
            lang: Lang::Zh,
        });
        Self {
            store,
            script,
            outbox,
        }
    }

    async fn tell(&self, id: &str, severity: Severity) {
        self.tell_about(id, severity, None).await;
    }

    async fn tell_about(&self, id: &str, severity: Severity, ask: Option<AskId>) {
        let notice = Notice {
            page: None,
            id: NoticeId::from(id),
            user: UserId::from("u1"),
            errand: None,
            ask,
            at: now(),
            severity,
            title: Text::new(format!("事 {id}"), format!("thing {id}")),
            body: Text::new("做点什么", "do something"),
        };
        assert!(self.store.add_notice(notice, id).await.unwrap());
    }

    async fn rows(&self) -> Vec<OutboxRow> {
        self.store.outbox(100).await.unwrap()
    }

    async fn row(&self) -> OutboxRow {
        self.rows().await.remove(0)
    }
}

fn retry(after_s: Option<u32>) -> Receipt {
    Receipt::Retry {
        after_s,
        answer: "not now".to_owned(),
    }
}

#[tokio::test]
async fn a_notice_goes_over_every_channel_once() {
    let house = House::new(&["c1", "c2"], None, true).await;
    house.tell("n1", Severity::Info).await;
    assert_eq!(house.outbox.round(now()).await.unwrap(), None);
    assert_eq!(house.outbox.round(now()).await.unwrap(), None);
    let sent = house.script.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 2);
    assert_eq!(
        (
            sent[0].1.title.as_str(),
            sent[0].1.body.as_str(),
            sent[0].1.link.as_deref()
        ),
        ("事 n1", "做点什么", None)
    );
    assert_ne!(sent[0].0, sent[1].0);
    for row in house.rows().await {
        assert_eq!(
            (row.state, row.attempts, row.answer.as_deref(), row.next_at),
            (OutboxState::Sent, 1, Some("ok"), None)
        );
    }
}

#[tokio::test]
async fn retries_slow_down_and_end() {
    let house = House::new(&["c1"], None, true).await;
    house.tell("n1", Severity::Info).await;
    let mut at = now();
    for wait_s in [30, 60, 120, 300, 900, 3600, 3600] {
        house.script.then(retry(None));
        let next = house.outbox.round(at).await.unwrap().unwrap();
        assert_eq!(next, at + SignedDuration::from_secs(wait_s));
        assert_eq!(
            house.outbox.round(at).await.unwrap(),
            Some(next),
            "not before"
        );
        at = next;
    }
    house.script.then(retry(None));
    assert_eq!(house.outbox.round(at).await.unwrap(), None);
    let row = house.row().await;
    assert_eq!(
        (row.state, row.attempts, row.answer.as_deref()),
        (OutboxState::Failed, 8, Some("not now"))
    );
    let ids: Vec<String> = house
        .script
        .sent
        .lock()
        .unwrap()
        .iter()
        .map(|(_, message)| message.id.clone())
        .collect();
    assert!(
        ids.len() == 8 && ids.iter().all(|id| *id == ids[0]),
        "{ids:?}"
    );
}

#[tokio::test]
async fn a_busy_channel_is_not_asked_for_the_next_notice() {
    let house = House::new(&["c1"], None, true).await;
    house.tell("n1", Severity::Info).await;
    house.tell("n2", Severity::Info).await;
    house.script.then(retry(Some(90)));
    let next = house.outbox.round(now()).await.unwrap();
    assert_eq!(next, Some(now() + SignedDuration::from_secs(90)));
    assert_eq!(house.script.titles(), ["事 n1"]);
    house.outbox.round(next.unwrap()).await.unwrap();
    assert_eq!(house.script.titles(), ["事 n1", "事 n1", "事 n2"]);
    assert!(
        house
            .rows()
            .await
            .iter()
            .all(|row| row.state == OutboxState::Sent)
    );
}

#[tokio::test]
async fn a_failing_channel_is_one_problem_until_it_works() {
    let house = House::new(&["c1"], None, true).await;
    house.tell("n1", Severity::Info).await;
    let mut at = now();
    for failures in 1..=4 {
        house.script.then(retry(None));
        at = house.outbox.round(at).await.unwrap().unwrap();
        let problems = house.store.problems(None).await.unwrap();
        assert_eq!(problems.len(), usize::from(failures >= 3), "{failures}");
    }
    let problems = house.store.problems(None).await.unwrap();
    assert_eq!(problems[0].key, "channel/c1/failing");
    assert!(problems[0].text.zh.contains("c1") && problems[0].text.zh.contains("not now"));
    house.outbox.round(at).await.unwrap();
    assert!(house.store.problems(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_clear_no_is_a_problem_at_once_and_goes_after_a_restart_too() {
    let house = House::new(&["c1"], None, true).await;
    house.tell("n1", Severity::Info).await;
    house.script.then(Receipt::Failed {
        answer: "errcode 93000".to_owned(),
    });
    assert_eq!(house.outbox.round(now()).await.unwrap(), None);
    assert_eq!(house.row().await.state, OutboxState::Failed);
    assert_eq!(house.store.problems(None).await.unwrap().len(), 1);
    let restarted = Outbox::new(OutboxOptions {
        household: Arc::new(house.store.clone()),
        notifier: house.script.clone(),
        quiet_hours: None,
        asks_break_quiet: true,
        public_url: None,
        lang: Lang::En,
    });
    house.tell("n2", Severity::Info).await;
    restarted.round(now()).await.unwrap();
    assert_eq!(house.script.titles(), ["事 n1", "thing n2"]);
    assert!(house.store.problems(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_night_holds_what_can_wait() {
    let house = House::new(&["c1"], Some("22:30-07:00"), true).await;
    let night: Timestamp = "2026-11-22T23:00:00+08:00".parse().unwrap();
    let morning: Timestamp = "2026-11-23T07:00:00+08:00".parse().unwrap();
    house.tell("info", Severity::Info).await;
    house.tell("urgent", Severity::Urgent).await;
    assert_eq!(house.outbox.round(night).await.unwrap(), Some(morning));
    assert_eq!(house.script.titles(), ["事 urgent"]);
    assert!(
        house
            .rows()
            .await
            .iter()
            .any(|row| row.state == OutboxState::Held)
    );
    assert_eq!(house.outbox.round(morning).await.unwrap(), None);
    assert_eq!(house.script.titles(), ["事 urgent", "事 info"]);
}

#[tokio::test]
async fn without_channels_or_with_a_removed_one_nothing_waits() {
    let house = House::new(&[], None, true).await;
    house.tell("n1", Severity::Info).await;
    assert_eq!(house.outbox.round(now()).await.unwrap(), None);
    assert!(house.rows().await.is_empty());

    let house = House::new(&["c1"], None, true).await;
    house.tell("n1", Severity::Info).await;
    house.script.then(retry(None));
    let next = house.outbox.round(now()).await.unwrap().unwrap();
    house
        .store
        .remove_channel(&ChannelId::from("c1"))
        .await
        .unwrap();
    assert_eq!(house.outbox.round(next).await.unwrap(), None);
    assert_eq!(house.script.titles().len(), 1);
    assert!(
        house
            .rows()
            .await
            .iter()
            .all(|row| row.state == OutboxState::Failed)
    );
}

/// An errand of the house that asks something, as the engine would write it.
async fn open_ask(house: &House) -> AskId {
    let (store, at) = (&house.store, now());
    let account = Account {
        id: AccountId::from("a1"),
        user: UserId::from("u1"),
        service: Service::Permit,
        name: "家".to_owned(),
        state: AccountState::Ready,
        problem: None,
        settings: Settings::new(),
        created_at: at,
        signed_in_at: None,
        shared: false,
    };
    store.add_account(account, Secrets::new()).await.unwrap();
    let errand = NewErrand {
        id: ErrandId::from("e1"),
        user: UserId::from("u1"),
        account: AccountId::from("a1"),
        kind: "permit.keep".to_owned(),
        wishes: json!({}),
        state: json!({}),
        version: 1,
        due: at,
        internal: false,
    };
    store
        .add_errand(errand, event(EventKind::Created))
        .await
        .unwrap();
    let claimed = store
        .claim_due(at, 1, at + SignedDuration::from_mins(1))
        .await
        .unwrap()
        .remove(0);
    let ask = NewAsk {
        tag: "yes".to_owned(),
        kind: AskKind::Approve,
        title: Text::quoted("续办？"),
        body: Text::quoted("…"),
        told: None,
        picture: None,
        deadline: None,
    };
    let commit = Commit {
        errand: claimed.id,
        ver: claimed.ver,
        state: json!({}),
        version: 1,
        phase: Phase::NeedsYou,
        checkpoint: "ask".to_owned(),
        reason: Text::quoted("…"),
        next_due: None,
        outcome: None,
        consumed: Vec::new(),
        calls: Vec::new(),
        asks: vec![(AskId::from("k1"), ask)],
        withdraw_asks: false,
        watch: Vec::new(),
        facts: Vec::new(),
        records: Vec::new(),
        notices: Vec::new(),
        problems: Vec::new(),
        events: vec![event(EventKind::Asked)],
    };
    assert_eq!(
        store.commit(at, vec![commit]).await.unwrap(),
        [Committed::Yes]
    );
    AskId::from("k1")
}

fn event(kind: EventKind) -> NewEvent {
    NewEvent {
        errand: Some(ErrandId::from("e1")),
        account: None,
        at: now(),
        kind,
        text: Text::quoted("…"),
        data: Value::Null,
    }
}

#[tokio::test]
async fn an_ask_carries_its_link_and_may_break_the_night() {
    for (breaks, sent) in [(true, 1), (false, 0)] {
        let house = House::new(&["c1"], Some("22:30-07:00"), breaks).await;
        let ask = open_ask(&house).await;
        house
            .tell_about("mine", Severity::Attention, Some(ask))
            .await;
        let night = "2026-11-22T23:00:00+08:00".parse().unwrap();
        house.outbox.round(night).await.unwrap();
        let mine = |sent: &(ChannelId, Message)| {
            sent.1.title == "事 mine"
                && sent
                    .1
                    .link
                    .as_deref()
                    .is_some_and(|link| link.starts_with("https://d.example/a/k1."))
        };
        assert_eq!(
            house
                .script
                .sent
                .lock()
                .unwrap()
                .iter()
                .filter(|one| mine(one))
                .count(),
            sent
        );
    }
}

#[tokio::test]
async fn an_ask_that_is_over_is_not_sent() {
    let house = House::new(&["c1"], None, true).await;
    house
        .tell_about("n1", Severity::Attention, Some(AskId::from("gone")))
        .await;
    assert_eq!(house.outbox.round(now()).await.unwrap(), None);
    assert!(house.script.titles().is_empty());
    let row = house.row().await;
    assert_eq!((row.state, row.attempts), (OutboxState::Failed, 0));
    assert!(row.answer.unwrap().contains("不需要"));
}
