//! Cookies by path, as a browser keeps them: what was set for `/otn` is not sent to `/passport`. An account's jar outlives
//! the process, the public line's does not. A jar takes only what arrived: an answer that was cut off sets nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use daiban_core::{
    http::{Http, HttpFailure, Lines, Request, Response},
    id::AccountId,
    service::Service,
};

type Whose = (Service, Option<AccountId>);

#[derive(Clone, Default)]
pub struct Jars(Arc<Mutex<HashMap<Whose, Vec<Cookie>>>>);

struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Jars {
    /// A new process remembers what was stored, and the public line's cookies were not.
    pub fn restart(&self) {
        self.0
            .lock()
            .unwrap()
            .retain(|(_, account), _| account.is_some());
    }

    fn header(&self, whose: &Whose, path: &str) -> Option<String> {
        let jars = self.0.lock().unwrap();
        let fits = |cookie: &&Cookie| {
            let rest = path.strip_prefix(cookie.path.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let pairs: Vec<_> = jars
            .get(whose)?
            .iter()
            .filter(fits)
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn keep(&self, whose: &Whose, response: &Response, path: &str) {
        let mut jars = self.0.lock().unwrap();
        let jar = jars.entry(whose.clone()).or_default();
        for (_, text) in response
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let cookie = Cookie::read(text, path);
            jar.retain(|known| (&known.name, &known.path) != (&cookie.name, &cookie.path));
            let is_gone = text.to_ascii_lowercase().contains("max-age=0");
            if !is_gone {
                jar.push(cookie);
            }
        }
    }
}

impl Cookie {
    fn read(text: &str, asked: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
        let path = parts.find_map(|part| part.strip_prefix("Path=").or(part.strip_prefix("path=")));
        let folder = asked.rsplit_once('/').map_or("/", |(folder, _)| folder);
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            path: path.unwrap_or(folder).to_owned(),
        }
    }
}

/// Lines that carry cookies.
pub struct CookieLines<L> {
    lines: L,
    jars: Jars,
}

impl<L> CookieLines<L> {
    pub fn new(lines: L, jars: Jars) -> Self {
        Self { lines, jars }
    }
}

impl<L: Lines> Lines for CookieLines<L> {
    fn line(&self, service: Service, account: Option<&AccountId>) -> Box<dyn Http> {
        Box::new(CookieLine {
            line: self.lines.line(service, account),
            jars: self.jars.clone(),
            whose: (service, account.cloned()),
        })
    }
}

struct CookieLine {
    line: Box<dyn Http>,
    jars: Jars,
    whose: Whose,
}

#[async_trait]
impl Http for CookieLine {
    async fn send(&self, mut request: Request) -> Result<Response, HttpFailure> {
        let path = path_of(&request.url);
        if let Some(cookies) = self.jars.header(&self.whose, &path) {
            request = request.header("cookie", cookies);
        }
        let response = self.line.send(request).await?;
        self.jars.keep(&self.whose, &response, &path);
        Ok(response)
    }
}

fn path_of(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after.find('/').map_or("/", |at| &after[at..]);
    path.split('?').next().unwrap_or("/").to_owned()
}
