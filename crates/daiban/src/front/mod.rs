//! What stands before pages and API alike: who calls, under which name, how often; how long they may take to say it; and
//! the headers of every answer. No page and no rule of the application is here.

mod caller;
mod headers;
mod hosts;
mod limits;
mod network;
mod refusal;

use std::{
    io,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::Method,
    middleware::{self, Next},
    response::Response,
};
use daiban_core::Lang;
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout_at};

pub use caller::{Caller, Connection};
pub(crate) use headers::add as add_headers;
pub use hosts::{Hosts, is_name};
pub use network::{Network, words};

use limits::{Limiter, household_of};
use refusal::Refusal;

/// Requests a minute of one address, where the setting says nothing else.
const REQUESTS: u32 = 600;
/// Wrong passwords and words a minute of one address.
const GUESSES: u32 = 20;
/// The same of this machine itself: behind a proxy nobody told us of, this is everybody.
const GUESSES_HERE: u32 = 300;
/// A body has to have come by then.
const BODY: Duration = Duration::from_secs(30);

/// How the front is set up.
#[derive(Debug, Clone, Default)]
pub struct FrontOptions {
    /// A proxy stands before daiban and is the only way to it from elsewhere.
    pub behind_proxy: bool,
    /// Whose word about callers is taken, where a proxy stands before.
    pub proxies: Vec<Network>,
    /// TLS ends here.
    pub own_tls: bool,
    /// Under which names daiban answers.
    pub hosts: Hosts,
    /// Requests a minute of one address, this machine's too; 0: 600 for others and no limit for this machine.
    pub rate_limit: u32,
    /// Wrong passwords and words a minute of one address; 0: 20, and 300 for this machine.
    pub guess_limit: u32,
    /// A request's body has to have come by then; `None`: in half a minute.
    pub body_within: Option<Duration>,
    /// The language of refusals where a browser asks for none.
    pub lang: Lang,
}

struct Front {
    options: FrontOptions,
    requests: Mutex<Limiter<IpAddr>>,
    guesses: Mutex<Limiter<IpAddr>>,
}

/// A router behind the front.
pub fn before(router: Router, options: FrontOptions) -> Router {
    let front = Arc::new(Front {
        options,
        requests: Mutex::default(),
        guesses: Mutex::default(),
    });
    router.layer(middleware::from_fn_with_state(front, stand))
}

async fn stand(State(front): State<Arc<Front>>, request: Request, next: Next) -> Response {
    let asked = refusal::Asked::of(&request, front.options.lang);
    let (caller, mut response) = match front.admit(&request) {
        Ok((caller, guessing)) => {
            let mut request = in_time(request, front.options.body_within.unwrap_or(BODY));
            request.extensions_mut().insert(caller);
            let response = caller.within(next.run(request)).await;
            if let Some(key) = guessing.filter(|_| !response.status().is_client_error()) {
                lock(&front.guesses).give_back(key);
            }
            (caller, response)
        }
        Err(refusal) => (Caller::default(), refusal.answer(&asked)),
    };
    headers::add(response.headers_mut());
    if caller.tls {
        headers::insist_on_tls(response.headers_mut());
    }
    response
}

impl Front {
    /// Who calls, and under which key a guess of theirs counts.
    fn admit(&self, request: &Request) -> Result<(Caller, Option<IpAddr>), Refusal> {
        let connection = request.extensions().get::<Connection>();
        let options = &self.options;
        let proxies = match options.behind_proxy {
            true => options.proxies.as_slice(),
            false => &[],
        };
        let caller = Caller::seen(connection, request.headers(), proxies);
        if let Some(stranger) = connection.and_then(|connection| self.past_the_proxy(connection)) {
            return Err(Refusal::PastTheProxy(stranger));
        }
        if !options.hosts.admit(request.uri(), request.headers()) {
            return Err(Refusal::UnknownHost);
        }
        let here = caller.ip.is_loopback() && !caller::says_forwarded(request.headers());
        let key = household_of(caller.ip);
        let now = Instant::now();
        let path = request.uri().path();
        if let Some(limit) = self.requests_allowed(here).filter(|_| is_counted(path)) {
            let taken = lock(&self.requests).take(key, limit, now);
            taken.map_err(Refusal::TooMany)?;
        }
        if !is_guess(request.method(), path) {
            return Ok((caller, None));
        }
        let limit = match (options.guess_limit, here && options.rate_limit == 0) {
            (0, true) => GUESSES_HERE,
            (0, false) => GUESSES,
            (limit, _) => limit,
        };
        let taken = lock(&self.guesses).take(key, limit, now);
        taken.map_err(Refusal::TooMany)?;
        Ok((caller, Some(key)))
    }

    /// With a proxy before us and no TLS of our own, a password that comes from elsewhere directly came in the clear.
    fn past_the_proxy(&self, connection: &Connection) -> Option<IpAddr> {
        let peer = connection.peer.ip().to_canonical();
        let known = peer.is_loopback()
            || self
                .options
                .proxies
                .iter()
                .any(|network| network.contains(peer));
        let open = self.options.behind_proxy && !self.options.own_tls;
        (open && !known).then_some(peer)
    }

    fn requests_allowed(&self, here: bool) -> Option<u32> {
        match (self.options.rate_limit, here) {
            (0, true) => None,
            (0, false) => Some(REQUESTS),
            (limit, _) => Some(limit),
        }
    }
}

/// Never held across a wait.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Files out of memory that a browser keeps, and the question whether we live, cost nothing and count nothing.
fn is_counted(path: &str) -> bool {
    !path.starts_with("/assets/") && path != "/healthz"
}

/// Whether a request may try a password or a word. It counts only when the answer is that it was wrong.
fn is_guess(method: &Method, path: &str) -> bool {
    let mut steps = path.split('/').skip(1);
    let first = steps.next().unwrap_or_default();
    match first {
        "signin" => method == Method::POST,
        "a" | "join" | "setup" | "enter" => steps.next().is_some(),
        _ => false,
    }
}

/// A body that does not come to its end in time breaks off.
fn in_time(request: Request, patience: Duration) -> Request {
    let until = Instant::now() + patience;
    request.map(|body| {
        let pieces = body.into_data_stream();
        Body::from_stream(futures_util::stream::unfold(
            Some(pieces),
            move |pieces| async move {
                let mut pieces = pieces?;
                match timeout_at(until, pieces.next()).await {
                    Ok(None) => None,
                    Ok(Some(Ok(piece))) => Some((Ok(piece), Some(pieces))),
                    Ok(Some(Err(error))) => Some((Err(io::Error::other(error)), None)),
                    Err(late) => Some((Err(io::Error::new(io::ErrorKind::TimedOut, late)), None)),
                }
            },
        ))
    })
}
