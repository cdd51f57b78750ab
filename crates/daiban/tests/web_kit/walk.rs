//! Somebody who signs in as people do: a browser that keeps its cookies, a clock moved by hand, a phone that shows codes.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use daiban_core::{Timestamp, clock::Clock};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::{Browser, House, Seen, page::check_page};

pub const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
pub const WECHAT: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0.49";

/// Stands until it is moved.
pub struct Hand(Mutex<Timestamp>);

impl Hand {
    pub fn new() -> Self {
        Self(Mutex::new("2026-11-22T06:10:00Z".parse().unwrap()))
    }

    pub fn forward(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += jiff::SignedDuration::from_secs(seconds);
    }
}

#[async_trait]
impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep_until(&self, _: Timestamp) {
        std::future::pending().await
    }
}

/// What an authenticator shows for a secret as it is typed in, blanks and all: written here a second time, after RFC 6238.
pub fn code(secret: &str, at: Timestamp) -> String {
    let mut bits = String::new();
    for letter in secret.chars().filter(|letter| !letter.is_whitespace()) {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits.push_str(&format!("{value:05b}"));
    }
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|eight| u8::from_str_radix(std::str::from_utf8(eight).unwrap(), 2).unwrap())
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&bytes).unwrap();
    mac.update(&(at.as_second() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let four: [u8; 4] = hash[offset..offset + 4].try_into().unwrap();
    format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
    )
}

/// A browser with its cookies.
pub struct Walk {
    browser: Browser,
    jar: BTreeMap<String, String>,
    agent: &'static str,
}

impl Walk {
    pub fn new(house: &House, agent: &'static str) -> Self {
        Self {
            browser: house.stranger(),
            jar: BTreeMap::new(),
            agent,
        }
    }

    pub async fn get(&mut self, path: &str) -> Seen {
        self.pack();
        let seen = self
            .browser
            .get_with(path, &[("user-agent", self.agent)])
            .await;
        self.keep(&seen);
        seen
    }

    /// A page that is there and is as pages must be; its form's token is kept.
    pub async fn page(&mut self, path: &str) -> Seen {
        let seen = self.get(path).await;
        assert_eq!(seen.status, 200, "{path}");
        check_page(&seen, path);
        if seen.text.contains("name=\"csrf\"") {
            self.browser.csrf = seen.hidden("csrf");
        }
        seen
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.pack();
        let csrf = self.browser.csrf.clone();
        let all = [fields, &[("csrf", csrf.as_str())]].concat();
        let agent = [("user-agent", self.agent)];
        let seen = self.browser.post_bare(path, &all, &agent).await;
        self.keep(&seen);
        seen
    }

    /// The sign-in form with these.
    pub async fn sign_in(&mut self, name: &str, password: &str) -> Seen {
        self.page("/signin").await;
        self.post("/signin", &[("name", name), ("password", password)])
            .await
    }

    pub async fn is_in(&mut self) -> bool {
        self.get("/more").await.status == 200
    }

    /// Without the session, as after closing an old browser; what the browser is known by stays.
    pub fn lose_session(&mut self) {
        self.jar.remove("daiban_session");
    }

    fn pack(&mut self) {
        let pairs: Vec<String> = self
            .jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        self.browser.cookie = (!pairs.is_empty()).then(|| pairs.join("; "));
    }

    fn keep(&mut self, seen: &Seen) {
        for pair in seen.cookies().split("; ").filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.jar.remove(name),
                _ => self.jar.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

/// What stands between two texts of a page.
pub fn between<'t>(seen: &'t Seen, start: &str, end: &str) -> &'t str {
    let (_, rest) = seen
        .text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in\n{}", seen.text));
    rest.split_once(end).unwrap().0
}
