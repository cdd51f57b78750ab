//! `daiban config`, `doctor`, `healthcheck` and `completions`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use clap::CommandFactory as _;
use daiban_core::{Text, error::ServiceError, household::Household as _};
use rustls::{ClientConfig, pki_types::ServerName};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{
    args::{Cli, Config as Verb},
    context::open_store,
    out::{Done, Out},
};
use crate::{app::AppError, config::Config, lock, serve::tls::client_of_ourselves};

/// The running program answers at once or not at all.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn config(verb: Verb, config: &Config, out: Out) -> Done {
    match verb {
        Verb::Check => Done::new(
            json!({ "ok": true }),
            out.say("设置没有问题", "the settings are good"),
        ),
        Verb::Dump => Done::new(
            serde_json::to_value(config.dump()).unwrap_or(Value::Null),
            config.dump_text(out.lang),
        ),
        Verb::Schema => {
            let schema = Config::schema();
            let text = format!("{schema:#}");
            Done::new(schema, text)
        }
    }
}

pub(super) fn completions(shell: clap_complete::Shell) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "daiban", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Done::new(Value::from(script.as_str()), script)
}

/// Asks the running program itself.
pub(super) async fn healthcheck(config: &Config, out: Out) -> Result<Done, AppError> {
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let tls = config.server.tls.as_ref();
    let tls = tls.map(client_of_ourselves).transpose()?;
    let answer = tokio::time::timeout(PATIENCE, ask_ready(address, tls)).await;
    match answer {
        Ok(Ok(true)) => Ok(Done::new(
            json!({ "ready": true }),
            out.say("就绪", "ready"),
        )),
        Ok(Ok(false)) => {
            Ok(Done::new(json!({ "ready": false }), out.say("未就绪", "not ready")).code(1))
        }
        Ok(Err(error)) => Err(unreachable(&error.to_string())),
        Err(_) => Err(unreachable("no answer")),
    }
}

async fn ask_ready(address: SocketAddr, tls: Option<ClientConfig>) -> std::io::Result<bool> {
    let stream = TcpStream::connect(address).await?;
    match tls {
        Some(config) => {
            let name = ServerName::from(address.ip());
            let stream = TlsConnector::from(Arc::new(config)).connect(name, stream);
            said_ready(stream.await?, address).await
        }
        None => said_ready(stream, address).await,
    }
}

async fn said_ready(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    address: SocketAddr,
) -> std::io::Result<bool> {
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    match stream.take(64 * 1024).read_to_end(&mut answer).await {
        // Whoever closes without a farewell in TLS has said all the same what it said.
        Err(_) if !answer.is_empty() => {}
        read => drop(read?),
    }
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}

fn unreachable(why: &str) -> AppError {
    AppError::Service(ServiceError::Unreachable {
        text: Text::new(
            format!("daiban 没有回答：{why}"),
            format!("daiban does not answer: {why}"),
        ),
    })
}

/// Looks at this machine only; no service is asked.
pub(super) async fn doctor(config: &Config, out: Out) -> Result<Done, AppError> {
    let mut checks = vec![check(
        "config",
        Ok(out.say("设置可用", "the settings can be used").to_owned()),
    )];
    checks.push(check("data_dir", writable(config)));
    checks.push(check("store", store(config, out).await));
    let runs = if lock::serve_runs(&config.data_dir) {
        out.say("serve 正在运行", "serve is running")
    } else {
        out.say(
            "serve 没有运行；命令会自己办",
            "serve is not running; commands do the work themselves",
        )
    };
    checks.push(check("serve", Ok(runs.to_owned())));
    checks.push(check("clock", clock(out)));
    let all_good = checks.iter().all(|check| check["ok"] == true);
    let mut text = String::new();
    for check in &checks {
        let sign = if check["ok"] == true { "✓" } else { "✗" };
        text.push_str(&format!(
            "{sign} {}  {}\n",
            check["check"].as_str().unwrap_or_default(),
            check["detail"].as_str().unwrap_or_default()
        ));
    }
    let said = json!({ "ok": all_good, "checks": checks });
    Ok(Done::new(said, text).code(if all_good { 0 } else { 1 }))
}

fn check(name: &str, result: Result<String, String>) -> Value {
    let (ok, detail) = match result {
        Ok(detail) => (true, detail),
        Err(detail) => (false, detail),
    };
    json!({ "check": name, "ok": ok, "detail": detail })
}

fn writable(config: &Config) -> Result<String, String> {
    let dir = &config.data_dir;
    let said = |error: std::io::Error| format!("{}: {error}", dir.display());
    std::fs::create_dir_all(dir).map_err(said)?;
    let probe = dir.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, b"x").map_err(said)?;
    std::fs::remove_file(&probe).map_err(said)?;
    Ok(dir.display().to_string())
}

async fn store(config: &Config, out: Out) -> Result<String, String> {
    let store = open_store(config)
        .await
        .map_err(|error| error.text().in_lang(out.lang).to_owned())?;
    store
        .integrity_check()
        .await
        .map_err(|error| error.to_string())?;
    let counts = store.counts().await.map_err(|error| error.to_string())?;
    Ok(counts
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect::<Vec<_>>()
        .join(", "))
}

/// A clock before this program was written is wrong, and so would be every date it is asked for.
fn clock(out: Out) -> Result<String, String> {
    let now = daiban_core::Timestamp::now();
    let said = daiban_core::dates::rfc3339(now);
    // 2026-01-01T00:00:00Z
    if now.as_second() < 1_767_225_600 {
        return Err(format!(
            "{said}  {}",
            out.say("这台机器的时间不对", "this machine's clock is wrong")
        ));
    }
    Ok(said)
}
