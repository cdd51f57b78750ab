//! `daiban serve`: the engine, the outbox, web and API, until SIGINT or SIGTERM.

mod connections;
pub(crate) mod tls;

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::Router;
use daiban_core::{Text, invalid::InvalidInput};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

pub use self::tls::TlsFiles;
use self::{connections::Serving, tls::Tls};
use crate::{
    app::AppError,
    config::Config,
    lock::{self, Driver, Held, NotHeld},
    web,
    wiring::Wired,
};

/// Takes the data directory for `serve`.
///
/// # Errors
/// [`AppError::NotNow`] when another `serve` has it.
pub async fn take_directory(data_dir: &Path) -> Result<Held, AppError> {
    lock::take_for_serve(data_dir)
        .await
        .map_err(|error| match error {
            NotHeld::Taken(Driver::Serve) => AppError::NotNow(Text::new(
                "另一个 daiban serve 正在用这个数据目录",
                "another daiban serve is using this data directory",
            )),
            NotHeld::Taken(Driver::Command) => AppError::NotNow(Text::new(
                "另一个 daiban 命令一直占着这个数据目录",
                "another daiban command keeps this data directory",
            )),
            NotHeld::Broken(error) => AppError::Internal(format!("serve.lock: {error}")),
        })
}

/// Listening, not yet answering.
pub struct Listening {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    /// Where.
    pub address: SocketAddr,
    /// The address people open, without a slash at the end.
    pub url: String,
    /// The set-up link, when no admin can sign in yet. Shown once.
    pub setup_url: Option<String>,
}

/// Listens. Everybody but this machine is let in only when there is an admin, and passwords do not travel in the clear.
///
/// # Errors
/// [`AppError::Settings`] for a listen address that is not loopback before set-up or without TLS or proxy, and for a
/// certificate that cannot be used; [`AppError::Internal`] when the port is taken.
pub async fn listen(wired: &Wired) -> Result<Listening, AppError> {
    let set_up = wired.app.access().is_set_up().await?;
    let address = wired.config.listen;
    may_listen(&wired.config, set_up)?;
    let tls = wired
        .config
        .server
        .tls
        .as_ref()
        .map(Tls::load)
        .transpose()?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| AppError::Internal(format!("{address}: {error}")))?;
    let address = listener
        .local_addr()
        .map_err(|error| AppError::Internal(error.to_string()))?;
    let url = wired
        .config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("{}://{address}", scheme(tls.is_some())));
    let setup_url = if set_up {
        None
    } else {
        Some(format!(
            "{url}{}",
            web::links::setup_path(&wired.app).await?
        ))
    };
    Ok(Listening {
        listener,
        tls: tls.map(Arc::new),
        address,
        url,
        setup_url,
    })
}

/// Who may be listened to.
fn may_listen(config: &Config, set_up: bool) -> Result<(), AppError> {
    let refused = |setting: &str, zh: &str, en: &str| {
        Err(AppError::Settings(InvalidInput::new(setting, zh, en)))
    };
    if config.listen.ip().is_loopback() {
        return Ok(());
    }
    if !set_up {
        return refused(
            "server.listen",
            "还没有管理员，只能监听本机；先运行 daiban user add --role admin",
            "there is no admin yet, so only loopback may be listened at; run daiban user add --role admin first",
        );
    }
    if config.server.tls.is_none() && !config.server.behind_proxy {
        return refused(
            "server.listen",
            "监听本机以外的地址时，密码不能明文传：设置 server.tls_cert 和 server.tls_key；或者让反向代理管 TLS，并设置 server.behind_proxy = true",
            "listening beyond this machine, passwords must not travel in the clear: set server.tls_cert and server.tls_key, or let a reverse proxy do TLS and set server.behind_proxy = true",
        );
    }
    Ok(())
}

fn scheme(tls: bool) -> &'static str {
    if tls { "https" } else { "http" }
}

impl Listening {
    /// The address listened at, with its scheme.
    pub fn listens(&self) -> String {
        format!("{}://{}", scheme(self.tls.is_some()), self.address)
    }

    /// What is printed once everything answers.
    pub fn said(&self) -> Value {
        json!({ "listen": self.listens(), "url": self.url, "setup_url": self.setup_url })
    }

    /// Answers requests and carries errands until told to stop.
    pub async fn run(self, wired: &Wired, router: Router, stop: watch::Receiver<bool>) {
        let serving = Serving {
            router,
            tls: self.tls,
            proxies: match wired.config.server.behind_proxy {
                true => wired.config.server.trusted_proxies.clone().into(),
                false => Arc::default(),
            },
        };
        // Streams are told first: requests are waited for, and a stream would never be over by itself.
        let live = wired.app.live().clone();
        let mut told = stop.clone();
        let streams = async move {
            let _ = told.wait_for(|stop| *stop).await;
            live.close();
        };
        tokio::join!(
            streams,
            connections::serve(self.listener, serving, stop.clone()),
            wired.run(stop)
        );
    }
}

/// Becomes `true` at SIGINT or SIGTERM.
pub fn until_signal() -> watch::Receiver<bool> {
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping");
        let _ = tell.send(true);
        // The receivers decide when it is over; the sender lives as long as they may ask.
        tell.closed().await;
    });
    told
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
