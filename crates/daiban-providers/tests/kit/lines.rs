//! Lines that end in the simulator's routers, in this process: bytes go over, types do not.

use async_trait::async_trait;
use axum::{body::Body, http::Request as HttpRequest};
use daiban_core::{
    http::{Http, HttpFailure, Lines, Request, Response},
    id::AccountId,
    service::Service,
};
use daiban_sim::{FaultKind, Sim, SimFault};
use tower::ServiceExt;

/// Lines to one simulator.
#[derive(Clone)]
pub struct SimLines(Sim);

impl SimLines {
    pub fn new(sim: Sim) -> Self {
        Self(sim)
    }
}

impl Lines for SimLines {
    fn line(&self, service: Service, _: Option<&AccountId>) -> Box<dyn Http> {
        Box::new(SimLine {
            sim: self.0.clone(),
            service,
        })
    }
}

struct SimLine {
    sim: Sim,
    service: Service,
}

#[async_trait]
impl Http for SimLine {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let answer = self
            .sim
            .router(self.service.as_str())
            .oneshot(spelled(&request))
            .await
            .unwrap();
        match answer.extensions().get::<SimFault>() {
            Some(SimFault(FaultKind::Timeout)) => {
                return Err(HttpFailure::NoAnswer {
                    text: "time-out".to_owned(),
                });
            }
            Some(SimFault(FaultKind::Reset)) => {
                return Err(HttpFailure::NoAnswer {
                    text: "reset".to_owned(),
                });
            }
            _ => {}
        }
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, 4 << 20).await.unwrap().to_vec();
        let headers = parts.headers.iter();
        Ok(Response {
            status: parts.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()))
                .collect(),
            body,
        })
    }
}

fn spelled(request: &Request) -> HttpRequest<Body> {
    let method = request.method.as_str();
    let mut builder = HttpRequest::builder().method(method).uri(&request.url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    builder
        .body(Body::from(request.body.clone().unwrap_or_default()))
        .unwrap()
}
