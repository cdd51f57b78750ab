//! A world on a clock moved by hand, and calls into it.
#![allow(dead_code, clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use daiban_sim::{Options, Sim, SimFault};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// 2026-11-20T08:00:00+08:00, a Friday.
pub(crate) const START: i64 = 1_795_132_800_000;

pub(crate) struct Bench {
    pub(crate) sim: Sim,
    clock: Arc<AtomicI64>,
}

pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) fault: Option<SimFault>,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with_rail_data(None)
    }

    pub(crate) fn with_rail_data(rail_data: Option<std::path::PathBuf>) -> Self {
        Self::begun(START, rail_data)
    }

    /// A world that begins at another moment; none goes backwards.
    pub(crate) fn begun(at_ms: i64, rail_data: Option<std::path::PathBuf>) -> Self {
        let clock = Arc::new(AtomicI64::new(at_ms));
        let read = clock.clone();
        let sim = Sim::new(Options {
            now: Arc::new(move || read.load(Ordering::SeqCst)),
            seed: 7,
            rail_data,
        });
        Self { sim, clock }
    }

    pub(crate) fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn set(&self, ms: i64) {
        self.clock.store(ms, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub(crate) async fn call(&self, service: &str, request: Request<Body>) -> Got {
        let response = self.sim.router(service).oneshot(request).await.unwrap();
        let fault = response.extensions().get::<SimFault>().cloned();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Got {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            fault,
        }
    }

    pub(crate) async fn get(&self, service: &str, path: &str, headers: &[(&str, &str)]) -> Got {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.call(service, request.body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post(&self, service: &str, path: &str, token: &str, body: &Value) -> Got {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("authorization", token);
        self.call(service, request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// A call of the permit service's `/pro/`; `path` without controller is one of applyRecordController.
    pub(crate) async fn pro(&self, token: &str, path: &str, body: Value) -> Value {
        let path = if path.contains('/') {
            format!("/pro/{path}")
        } else {
            format!("/pro/applyRecordController/{path}")
        };
        self.post("permit", &path, token, &body).await.json()
    }

    /// Effects whose text begins with `start`.
    pub(crate) fn effects(&self, start: &str) -> Vec<String> {
        self.sim
            .effects()
            .into_iter()
            .filter_map(|entry| entry.effect)
            .filter(|text| text.starts_with(start))
            .collect()
    }
}
