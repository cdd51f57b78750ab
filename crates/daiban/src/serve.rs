//! `daiban serve`: the engine, the outbox, web and API, until SIGINT or SIGTERM.

use std::{net::SocketAddr, path::Path, time::Duration};

use axum::Router;
use daiban_core::Text;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    app::AppError,
    lock::{self, Driver, Held, NotHeld},
    web,
    wiring::Wired,
};

/// After the signal, requests under way have this long; streams are cut then.
const FAREWELL: Duration = Duration::from_secs(5);

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
    /// Where.
    pub address: SocketAddr,
    /// The address people open, without a slash at the end.
    pub url: String,
    /// The set-up link, when no admin can sign in yet. Shown once.
    pub setup_url: Option<String>,
}

/// Listens. Everybody but this machine is let in only when there is an admin.
///
/// # Errors
/// [`AppError::Settings`] for a listen address that is not loopback before set-up; [`AppError::Internal`] when the port is taken.
pub async fn listen(wired: &Wired) -> Result<Listening, AppError> {
    let set_up = wired.app.access().is_set_up().await?;
    let address = wired.config.listen;
    if !set_up && !address.ip().is_loopback() {
        return Err(AppError::Settings(daiban_core::invalid::InvalidInput::new(
            "server.listen",
            "还没有管理员，只能监听本机；先运行 daiban user add --role admin",
            "there is no admin yet, so only loopback may be listened at; run daiban user add --role admin first",
        )));
    }
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
        .unwrap_or_else(|| format!("http://{address}"));
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
        address,
        url,
        setup_url,
    })
}

impl Listening {
    /// What is printed once everything answers.
    pub fn said(&self) -> Value {
        json!({ "listen": format!("http://{}", self.address), "url": self.url, "setup_url": self.setup_url })
    }

    /// Answers requests and carries errands until told to stop.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the socket is lost.
    pub async fn run(
        self,
        wired: &Wired,
        router: Router,
        stop: watch::Receiver<bool>,
    ) -> Result<(), AppError> {
        let mut told = stop.clone();
        let mut late = stop.clone();
        let answering = async {
            // Streams are told first: requests are waited for, and a stream would never be over by itself.
            let live = wired.app.live().clone();
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            let serving = axum::serve(self.listener, service).with_graceful_shutdown(async move {
                let _ = told.wait_for(|stop| *stop).await;
                live.close();
            });
            tokio::select! {
                served = async { serving.await } => served,
                () = async {
                    let _ = late.wait_for(|stop| *stop).await;
                    tokio::time::sleep(FAREWELL).await;
                } => Ok(()),
            }
        };
        let (served, ()) = tokio::join!(answering, wired.run(stop));
        served.map_err(|error| AppError::Internal(error.to_string()))
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
