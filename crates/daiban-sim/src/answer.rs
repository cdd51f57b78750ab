//! A request as the services see it, and the answer they give, free of any HTTP framework.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use axum::http::{HeaderMap, Response, StatusCode};
use serde_json::Value;

use crate::Service;

pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) method: String,
    /// Without query string; doubled slashes already folded.
    pub(crate) path: String,
    /// Raw, without `?`.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Query parameters, decoded, in the order they were sent.
    pub(crate) fn query_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .collect()
    }

    /// Form fields of the body, decoded, in the order they were sent.
    pub(crate) fn form_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// Value of a cookie the client sent.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies(name).first().copied()
    }

    /// Every value of a cookie the client sent: one name may have several, on several paths.
    pub(crate) fn cookies(&self, name: &str) -> Vec<&str> {
        let all = self
            .headers
            .get_all("cookie")
            .iter()
            .filter_map(|value| value.to_str().ok());
        all.flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .collect()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![(CONTENT_TYPE, content_type.into())],
            body: body.into(),
        }
    }

    pub(crate) fn json_bytes(bytes: Vec<u8>) -> Self {
        Self::new(200, "application/json;charset=UTF-8", bytes)
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::new(200, "application/json;charset=UTF-8", value.to_string())
    }

    pub(crate) fn png(bytes: Vec<u8>) -> Self {
        Self::new(200, "image/png", bytes)
    }

    pub(crate) fn html(status: u16, page: impl Into<String>) -> Self {
        Self::new(status, "text/html;charset=UTF-8", page.into())
    }

    pub(crate) fn script(text: impl Into<String>) -> Self {
        Self::new(200, "application/javascript;charset=UTF-8", text.into())
    }

    pub(crate) fn redirect(location: String) -> Self {
        Self {
            status: 302,
            headers: vec![(LOCATION, location)],
            body: Vec::new(),
        }
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// A JSON string or number as text: the services take either for most fields.
pub(crate) fn loose_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
