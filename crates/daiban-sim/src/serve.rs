//! The services on real sockets, on hyper itself so that a connection can be cut without an answer.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::fault::{FaultKind, SimFault};
use crate::{Inner, Service, Sim, pipeline};

/// Where the services listen, as base URLs like `http://127.0.0.1:40001` without a slash at the end.
/// Keeps them alive as long as it lives.
#[derive(Clone, Serialize)]
pub struct Addresses {
    /// Permit service, mini-program door.
    pub permit: String,
    /// Permit service, app door: tokens of the other door are unknown here.
    pub permit_app: String,
    /// Rail, standing for both of its hosts.
    pub rail: String,
    /// Violation API; the path `/pyi/65/173` comes behind it.
    pub violation: String,
    /// Hospital service, both of its generations.
    pub hospital: String,
    /// Vehicle service, both of its generations and of their hosts; `/second` behind it is another host.
    pub vehicle: String,
    #[serde(skip)]
    stop: Arc<Stop>,
    #[serde(skip)]
    _sim: Sim,
}

impl Addresses {
    /// Stops listening and cuts every open connection.
    pub fn stop(&self) {
        self.stop.now();
    }

    pub(crate) fn stop_handle(&self) -> Arc<Stop> {
        self.stop.clone()
    }
}

/// Ends the listening tasks when the last holder is gone.
#[derive(Default)]
pub(crate) struct Stop {
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Stop {
    fn now(&self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.drain(..).for_each(|task| task.abort());
    }

    fn add(&self, task: AbortHandle) {
        self.tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(task);
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.now();
    }
}

pub(crate) async fn serve(inner: &Arc<Inner>, addr: SocketAddr) -> std::io::Result<Addresses> {
    let mut listeners = Vec::new();
    for (offset, service) in (0u16..).zip(Service::ALL) {
        let port = if addr.port() == 0 {
            0
        } else {
            addr.port().saturating_add(offset)
        };
        listeners.push((service, TcpListener::bind((addr.ip(), port)).await?));
    }
    let stop = Arc::new(Stop::default());
    let mut urls = Vec::new();
    for (service, listener) in listeners {
        urls.push((service, base_url(addr.ip(), listener.local_addr()?.port())));
        // Weak, or the tasks would keep the world alive that is to end them.
        let task = tokio::spawn(accept(listener, Arc::downgrade(inner), service));
        stop.add(task.abort_handle());
    }
    let url = |service| {
        urls.iter()
            .find(|(known, _)| *known == service)
            .map(|(_, url)| url.clone())
            .unwrap_or_default()
    };
    Ok(Addresses {
        permit: url(Service::Permit),
        permit_app: url(Service::PermitApp),
        rail: url(Service::Rail),
        violation: url(Service::Violation),
        hospital: url(Service::Hospital),
        vehicle: url(Service::Vehicle),
        stop,
        _sim: Sim {
            inner: inner.clone(),
        },
    })
}

fn base_url(ip: IpAddr, port: u16) -> String {
    format!("http://{}", SocketAddr::new(ip, port))
}

async fn accept(listener: TcpListener, inner: Weak<Inner>, service: Service) {
    // Connections live in this set, so aborting the loop cuts them too.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, inner.clone(), service));
                }
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(stream: TcpStream, inner: Weak<Inner>, service: Service) {
    let answer = service_fn(move |request| respond(inner.clone(), service, request));
    // A client that goes away, and a reset of ours, end here as an error: both are meant.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

/// The error that makes hyper drop the connection without an answer.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection cut")
    }
}

impl std::error::Error for Cut {}

async fn respond(
    inner: Weak<Inner>,
    service: Service,
    request: Request<Incoming>,
) -> Result<Response<Body>, Cut> {
    let inner = inner.upgrade().ok_or(Cut)?;
    let response = pipeline::respond(&inner, service, request.map(Body::new)).await;
    drop(inner);
    let fault = response.extensions().get::<SimFault>().cloned();
    match fault {
        Some(SimFault(FaultKind::Reset)) => Err(Cut),
        Some(SimFault(FaultKind::Timeout)) => match std::future::pending::<Infallible>().await {},
        Some(SimFault(FaultKind::Slow { ms })) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(response)
        }
        _ => Ok(response),
    }
}
