//! Pages asked for at a steady pace, and streams that wait for one event.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::{
    http::Client,
    served::{Served, cpu_s},
};

/// Connections that ask for pages.
const CONNECTIONS: u32 = 8;

/// Lengths of time, sorted.
pub(super) struct Lengths(Vec<Duration>);

impl Lengths {
    pub(super) fn of(mut lengths: Vec<Duration>) -> Self {
        lengths.sort();
        Self(lengths)
    }

    /// The length that this share of all do not exceed, in milliseconds.
    pub(super) fn ms(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss
        )]
        let index = (last as f64 * share).ceil() as usize;
        self.0
            .get(index)
            .map_or(f64::NAN, |length| length.as_secs_f64() * 1000.0)
    }
}

/// What came of it.
pub(super) struct Load {
    pub(super) asked: u32,
    pub(super) per_s: f64,
    /// From the moment a request was to be sent: a server that falls behind is not forgiven.
    pub(super) latency: Lengths,
    /// Shares of one core.
    pub(super) server_cores: f64,
    pub(super) client_cores: f64,
}

/// Asks for a page so often a second, so long; `None`: as often as it is answered.
pub(super) fn pages(
    served: &Served,
    path: &str,
    cookie: &str,
    per_s: Option<u32>,
    seconds: u32,
) -> Result<Load> {
    let (server, client) = (served.cpu_s()?, cpu_s("self")?);
    let begun = Instant::now();
    let asking: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let mut client = Client::connect(served.port, cookie)?;
            let path = path.to_owned();
            Ok(thread::spawn(move || {
                ask(&mut client, &path, per_s, (connection, seconds))
            }))
        })
        .collect::<Result<_>>()?;
    let mut latency = Vec::new();
    for asking in asking {
        latency.extend(asking.join().ok().context("a client fell")??);
    }
    let took = begun.elapsed().as_secs_f64();
    let asked = u32::try_from(latency.len())?;
    Ok(Load {
        asked,
        per_s: f64::from(asked) / took,
        latency: Lengths::of(latency),
        server_cores: (served.cpu_s()? - server) / took,
        client_cores: (cpu_s("self")? - client) / took,
    })
}

fn ask(
    client: &mut Client,
    path: &str,
    per_s: Option<u32>,
    (connection, seconds): (u32, u32),
) -> Result<Vec<Duration>> {
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds.into());
    let mut lengths = Vec::new();
    for number in (connection..).step_by(CONNECTIONS as usize) {
        let due = match per_s {
            Some(per_s) => begun + Duration::from_secs(1) * number / per_s,
            None => Instant::now(),
        };
        if due >= end {
            break;
        }
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let status = client.get(path)?.status;
        ensure!(status == 200, "{path}: {status}");
        lengths.push(due.elapsed());
    }
    Ok(lengths)
}

/// Streams that are open and wait.
pub(super) struct Streams {
    count: usize,
    begun: mpsc::Receiver<()>,
    heard: mpsc::Receiver<Instant>,
}

impl Streams {
    /// Opens so many and waits until each has begun.
    pub(super) fn open(served: &Served, cookie: &str, count: usize) -> Result<Self> {
        let (tell_begun, begun) = mpsc::channel();
        let (tell_heard, heard) = mpsc::channel();
        for _ in 0..count {
            let mut client = Client::connect(served.port, cookie)?;
            client.stream("/live")?;
            let (tell_begun, tell_heard) = (tell_begun.clone(), tell_heard.clone());
            let listening = move || {
                while let Ok(line) = client.line() {
                    match line.as_str() {
                        "event: hello" => drop(tell_begun.send(())),
                        "event: changed" => drop(tell_heard.send(Instant::now())),
                        _ => {}
                    }
                }
            };
            thread::Builder::new()
                .stack_size(128 << 10)
                .spawn(listening)?;
        }
        let streams = Self {
            count,
            begun,
            heard,
        };
        for _ in 0..count {
            streams.begun.recv_timeout(Duration::from_secs(30))?;
        }
        Ok(streams)
    }

    /// Does something that everybody should hear of, and how long it took each to hear.
    pub(super) fn hear(&self, act: impl FnOnce() -> Result<()>) -> Result<Lengths> {
        while self.heard.try_recv().is_ok() {}
        let begun = Instant::now();
        act()?;
        let mut lengths = Vec::new();
        for _ in 0..self.count {
            let at = self.heard.recv_timeout(Duration::from_secs(30));
            lengths.push(at.context("somebody heard nothing")?.duration_since(begun));
        }
        Ok(Lengths::of(lengths))
    }
}
