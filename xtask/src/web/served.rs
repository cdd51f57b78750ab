//! The program under measurement, with what the kernel knows of it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use super::http::Client;

/// Where nobody answers: what is measured must not talk to anybody.
const NOBODY: &str = "http://127.0.0.1:9";
/// The settings that say where services are.
const SERVICES: [&str; 6] = [
    "PERMIT__BASE_URL",
    "RAIL__BASE_URL",
    "HOSPITAL__BASE_URL",
    "VIOLATION__URL",
    "VEHICLE__USER_URL",
    "VEHICLE__DEVICE_URL",
];
/// Clock ticks a second in `/proc`; the same on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

/// `daiban serve` until it is dropped.
pub(super) struct Served {
    child: Child,
    pub(super) port: u16,
    begun: Instant,
}

impl Served {
    /// Starts it. Comes back before it answers.
    pub(super) fn start(binary: &Path, data_dir: &Path) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(binary);
        command
            .args(["serve", "--json", "--data-dir"])
            .arg(data_dir)
            .env_clear()
            .env("HOME", data_dir)
            .env("DAIBAN_SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for service in SERVICES {
            command.env(format!("DAIBAN_SERVICES__{service}"), NOBODY);
        }
        let begun = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        Ok(Self { child, port, begun })
    }

    /// The same, and waits until it listens.
    pub(super) fn listening(binary: &Path, data_dir: &Path) -> Result<Self> {
        let mut served = Self::start(binary, data_dir)?;
        let stdout = served.child.stdout.take().context("its stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(served)
    }

    /// From its start to the first answer to this path.
    pub(super) fn first_answer(&self, path: &str, cookie: &str) -> Result<Duration> {
        loop {
            if let Ok(mut client) = Client::connect(self.port, cookie) {
                client.get(path)?;
                return Ok(self.begun.elapsed());
            }
            anyhow::ensure!(self.begun.elapsed().as_secs() < 30, "it does not answer");
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// Memory that is resident, in MB.
    pub(super) fn rss_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kb: f64 = line
            .and_then(|line| line.split_whitespace().next())
            .context("VmRSS")?
            .parse()?;
        Ok(kb / 1024.0)
    }

    /// Seconds of CPU it has used.
    pub(super) fn cpu_s(&self) -> Result<f64> {
        cpu_s(&self.child.id().to_string())
    }
}

/// Seconds of CPU a process has used, by its number or `self`.
pub(super) fn cpu_s(process: &str) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name stands in brackets and may hold anything; what follows are numbers.
    let (_, rest) = stat.rsplit_once(") ").context("a stat")?;
    let ticks = rest.split(' ').skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS)
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
