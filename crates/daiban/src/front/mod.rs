//! What stands before pages and API alike: who calls. No page and no rule of the application is here.

mod caller;

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    middleware::{self, Next},
    response::Response,
};

pub use caller::Caller;

/// A router behind the front.
pub fn before(router: Router) -> Router {
    router.layer(middleware::from_fn(note_caller))
}

async fn note_caller(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let ip = peer.ip().to_canonical();
        request.extensions_mut().insert(Caller { ip, tls: false });
    }
    next.run(request).await
}
