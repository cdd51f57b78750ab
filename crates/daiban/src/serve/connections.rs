//! Connections: taken, in TLS or not, so many and no more; talked with until they or we have had enough.
//!
//! Who sends a head byte by byte is cut off, so that a few slow ones cannot keep everybody else out.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

use super::tls::Tls;
use crate::front::{Connection, Network};

/// After the signal, requests under way have this long; streams are cut then.
const FAREWELL: Duration = Duration::from_secs(5);
/// A request's head has to have come by then; a connection that asks nothing more is closed as soon.
const HEAD: Duration = Duration::from_secs(15);
/// A TLS greeting too.
const GREETING: Duration = Duration::from_secs(10);
/// Longer heads are refused.
const HEAD_BYTES: usize = 64 * 1024;
/// So many connections at once; more wait in the system's queue.
const CONNECTIONS: usize = 512;
/// So many of one address that is neither this machine nor a proxy.
const OF_ONE: usize = 64;

/// What every connection is served with.
#[derive(Clone)]
pub(super) struct Serving {
    pub(super) router: Router,
    pub(super) tls: Option<Arc<Tls>>,
    /// Many people come over one connection's address: they are not counted by it.
    pub(super) proxies: Arc<[Network]>,
}

/// Takes connections until told to stop, then lets what is under way come to its end, for five seconds at most.
pub(super) async fn serve(
    listener: TcpListener,
    serving: Serving,
    mut stop: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let crowd = Arc::new(Crowd::default());
    let mut open = JoinSet::new();
    loop {
        let next = async {
            let slot = slots
                .clone()
                .acquire_owned()
                .await
                .map_err(io::Error::other)?;
            listener
                .accept()
                .await
                .map(|(stream, peer)| (slot, stream, peer))
        };
        let taken = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            taken = next => taken,
            Some(_) = open.join_next(), if !open.is_empty() => continue,
        };
        match taken {
            Ok((slot, stream, peer)) => {
                let Some(place) = place(&crowd, peer.ip().to_canonical(), &serving.proxies) else {
                    continue;
                };
                let (serving, stop) = (serving.clone(), stop.clone());
                open.spawn(async move {
                    let _held: (OwnedSemaphorePermit, Place) = (slot, place);
                    greet(stream, peer, serving, stop).await;
                });
            }
            // Out of files, or gone before it was taken: the next may go better.
            Err(error) => {
                tracing::debug!(%error, "a connection was not taken");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let ended = async { while open.join_next().await.is_some() {} };
    let _ = timeout(FAREWELL, ended).await;
}

async fn greet(stream: TcpStream, peer: SocketAddr, serving: Serving, stop: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let Some(tls) = serving.tls else {
        return talk(
            stream,
            Connection { peer, tls: false },
            serving.router,
            stop,
        )
        .await;
    };
    if let Ok(Ok(stream)) = timeout(GREETING, tls.acceptor().accept(stream)).await {
        talk(stream, Connection { peer, tls: true }, serving.router, stop).await;
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    connection: Connection,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection);
        router.clone().oneshot(request)
    });
    let mut talking = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), answer)
    );
    tokio::select! {
        _ = talking.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => {}
    }
    talking.as_mut().graceful_shutdown();
    let _ = talking.await;
}

/// How many connections each address has.
#[derive(Default)]
struct Crowd(Mutex<HashMap<IpAddr, usize>>);

/// A connection's place among those of its address, free again when it is dropped.
struct Place {
    crowd: Arc<Crowd>,
    ip: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut crowd = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = crowd.get_mut(&self.ip) {
            *count = count.saturating_sub(1);
        }
        crowd.retain(|_, count| *count > 0);
    }
}

/// `None`: that address has enough.
fn place(crowd: &Arc<Crowd>, ip: IpAddr, proxies: &[Network]) -> Option<Place> {
    let many_people = ip.is_loopback() || proxies.iter().any(|network| network.contains(ip));
    let mut counts = crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(ip).or_default();
    if *count >= OF_ONE && !many_people {
        return None;
    }
    *count += 1;
    let crowd = crowd.clone();
    Some(Place { crowd, ip })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place() {
        let crowd = Arc::new(Crowd::default());
        let proxies: Vec<Network> = Network::parse("10.0.0.7").into_iter().collect();
        let take = |ip: [u8; 4]| place(&crowd, ip.into(), &proxies);
        let mut held: Vec<_> = (0..OF_ONE).map(|_| take([192, 0, 2, 1])).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(take([192, 0, 2, 1]).is_none());
        assert!(take([192, 0, 2, 2]).is_some());
        held.pop();
        assert!(take([192, 0, 2, 1]).is_some());
        for ip in [[127, 0, 0, 1], [10, 0, 0, 7]] {
            let many: Vec<_> = (0..2 * OF_ONE).map(|_| take(ip)).collect();
            assert!(many.iter().all(Option::is_some), "{ip:?}");
        }
        drop(held);
        let left = crowd.0.lock().map(|crowd| crowd.len());
        assert_eq!(left.ok(), Some(0), "nobody is remembered who has gone");
    }
}
