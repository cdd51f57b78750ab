//! A browser of few words for the rail service: cookies by path, no redirects followed.
#![allow(dead_code, clippy::unwrap_used)]

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use crate::common::{Bench, Got};

pub(crate) const LOGIN: &str = "https://kyfw.12306.cn/otn/resources/login.html";
pub(crate) const PASSPORT: &str =
    "https://kyfw.12306.cn/otn/passport?redirect=/otn/login/userLogin";
pub(crate) const TICKETS: &str = "https://kyfw.12306.cn/otn/leftTicket/init?linktypeid=dc";
pub(crate) const ERROR_PAGE: &str = "/mormhweb/logFiles/error.html";

pub(crate) struct Browser<'a> {
    pub(crate) bench: &'a Bench,
    /// Value by path and name.
    pub(crate) cookies: BTreeMap<(String, String), String>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(bench: &'a Bench) -> Self {
        Self {
            bench,
            cookies: BTreeMap::new(),
        }
    }

    fn cookie_header(&self, path: &str) -> String {
        let fitting = self
            .cookies
            .iter()
            .filter(|((scope, _), _)| path.starts_with(scope.as_str()));
        let pairs: Vec<String> = fitting
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep_cookies(&mut self, got: &Got) {
        for line in got.headers.get_all("set-cookie") {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let scope = rest.trim().split_once('=').unwrap().1;
            self.cookies
                .insert((scope.into(), name.into()), value.into());
        }
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: &str,
    ) -> Got {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", self.cookie_header(path))
            .header(
                "content-type",
                "application/x-www-form-urlencoded; charset=UTF-8",
            );
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(form.to_owned())).unwrap();
        let got = self.bench.call("rail", request).await;
        self.keep_cookies(&got);
        got
    }

    pub(crate) async fn get(&mut self, path: &str, referer: &str) -> Got {
        self.send("GET", path, &[("referer", referer)], "").await
    }

    pub(crate) async fn submit(
        &mut self,
        path: &str,
        referer: &str,
        fields: &[(&str, &str)],
    ) -> Got {
        let form = form(fields);
        self.send("POST", path, &[("referer", referer)], &form)
            .await
    }

    pub(crate) async fn post(
        &mut self,
        path: &str,
        referer: &str,
        fields: &[(&str, &str)],
    ) -> Value {
        self.submit(path, referer, fields).await.json()
    }

    /// Everything after `uamtk` is there.
    pub(crate) async fn finish(&mut self) -> Value {
        self.get("/otn/login/userLogin", LOGIN).await;
        self.get("/otn/passport?redirect=/otn/login/userLogin", LOGIN)
            .await;
        let given = self
            .post("/passport/web/auth/uamtk", PASSPORT, &[("appid", "otn")])
            .await;
        let token = given["newapptk"].as_str().unwrap().to_owned();
        self.post("/otn/uamauthclient", PASSPORT, &[("tk", &token)])
            .await
    }

    pub(crate) async fn sign_in(&mut self, username: &str) {
        let code = self
            .post("/passport/web/create-qr64", LOGIN, &[("appid", "otn")])
            .await;
        let uuid = code["uuid"].as_str().unwrap().to_owned();
        assert!(self.bench.sim.scan_rail_qr(&uuid, username));
        assert!(self.bench.sim.confirm_rail_qr(&uuid));
        let fields = [("appid", "otn"), ("uuid", uuid.as_str())];
        let checked = self.post("/passport/web/checkqr", LOGIN, &fields).await;
        assert_eq!(checked["result_code"], "2");
        assert_eq!(self.finish().await["result_code"], 0);
    }

    pub(crate) async fn is_login(&mut self) -> Value {
        self.post("/otn/login/conf", LOGIN, &[]).await["data"]["is_login"].clone()
    }
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

pub(crate) fn location(got: &Got) -> &str {
    assert_eq!(got.status, 302, "{}", got.text);
    got.headers["location"].to_str().unwrap()
}
