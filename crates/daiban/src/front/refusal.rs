//! What is answered to those who are turned away before anything was looked at: a page for people, a problem document for
//! programs.

use std::{net::IpAddr, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use daiban_core::{Lang, Text};
use serde_json::json;

use crate::web;

/// Why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// They ask too often; the next one is heard after that time.
    TooMany(Duration),
    /// They ask under a name that is not ours.
    UnknownHost,
    /// They come from elsewhere, not by the proxy.
    PastTheProxy(IpAddr),
}

/// What is left of a request once it was refused.
pub(super) struct Asked {
    lang: Lang,
    by_program: bool,
}

impl Asked {
    pub(super) fn of(request: &Request, otherwise: Lang) -> Self {
        let path = request.uri().path();
        Self {
            lang: web::lang_of(request.headers(), otherwise),
            by_program: path == "/api" || path.starts_with("/api/") || path == "/readyz",
        }
    }
}

impl Refusal {
    pub(super) fn answer(&self, asked: &Asked) -> Response {
        let (status, text) = (self.status(), self.text());
        let detail = text.in_lang(asked.lang);
        let mut response = if asked.by_program {
            let problem = json!({
                "type": "about:blank", "title": detail, "status": status.as_u16(), "code": self.code(), "detail": detail,
            });
            let kind = [(header::CONTENT_TYPE, "application/problem+json")];
            (status, kind, problem.to_string()).into_response()
        } else {
            web::refusal_page(asked.lang, status, detail)
        };
        if let Self::TooMany(wait) = self {
            let seconds = wait.as_secs().saturating_add(1);
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::PastTheProxy(_) => StatusCode::FORBIDDEN,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooMany(_) => "busy",
            Self::UnknownHost | Self::PastTheProxy(_) => "forbidden",
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::TooMany(_) => Text::new(
                "这个地址问得太密了，等一会儿再来。什么也没改。",
                "Too many requests from this address; wait a little. Nothing was changed.",
            ),
            Self::UnknownHost => Text::new(
                "daiban 不认识这个域名。用 IP 打开；或者把域名写进设置 server.public_url 或 server.hosts，再重新启动。",
                "daiban does not know this name. Open it by its IP address, or put the name into the setting server.public_url or server.hosts and start it again.",
            ),
            Self::PastTheProxy(ip) => Text::new(
                format!(
                    "设置说 daiban 在反向代理后面，而这个请求直接来自 {ip}。要是代理就在那里，把它写进 server.trusted_proxies。"
                ),
                format!(
                    "The settings say that a reverse proxy stands before daiban, but this request came from {ip} directly. If that is the proxy, put it into server.trusted_proxies."
                ),
            ),
        }
    }
}
