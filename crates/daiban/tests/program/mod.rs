//! The real binary as a test sees it: a data directory of its own, its commands, a `serve` that ends with the test, and the
//! simulated services in a process of their own.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "each test program uses its part"
)]

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// A data directory of its own, and nothing of the machine's settings.
pub struct Home {
    pub dir: TempDir,
    pub env: Vec<(String, String)>,
}

impl Home {
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            env: Vec::new(),
        }
    }

    /// Pointed at a simulator.
    pub fn at(sim: &Sim) -> Self {
        let mut home =
            Self::with_services(&sim.url("permit"), &sim.url("rail"), &sim.url("violation"));
        home.set("DAIBAN_SERVICES__HOSPITAL__BASE_URL", &sim.url("hospital"));
        home
    }

    /// Pointed at services by their base addresses.
    pub fn with_services(permit: &str, rail: &str, violation: &str) -> Self {
        let mut home = Self::new();
        home.set("DAIBAN_SERVICES__PERMIT__BASE_URL", permit);
        home.set("DAIBAN_SERVICES__RAIL__BASE_URL", rail);
        home.set("DAIBAN_SERVICES__RAIL__WWW_URL", rail);
        home.set(
            "DAIBAN_SERVICES__VIOLATION__URL",
            &format!("{violation}/pyi/65/173"),
        );
        home
    }

    /// A setting for every command from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daiban"));
        command
            .args(args)
            .arg("--data-dir")
            .arg(self.data_dir())
            .env_clear()
            .env("HOME", self.dir.path())
            .envs(self.env.iter().cloned())
            .current_dir(self.dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str], stdin: &str) -> Output {
        let mut child = self.command(args).spawn().unwrap();
        // A command that does not read its stdin may be gone already.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs with `--json --lang en` and expects the code; the value on stdout.
    pub fn json(&self, args: &[&str], stdin: &str, code: i32) -> Value {
        let all = [args, &["--json", "--lang", "en"]].concat();
        let output = self.run(&all, stdin);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}: {}",
            text(&output.stderr)
        );
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{args:?}: {}", text(&output.stdout)))
    }

    /// Runs with `--json --lang en`, expects the code, nothing on stdout and a problem document on stderr.
    pub fn refused(&self, args: &[&str], stdin: &str, code: i32) -> Value {
        let all = [args, &["--json", "--lang", "en"]].concat();
        let output = self.run(&all, stdin);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        assert!(
            output.stdout.is_empty(),
            "{args:?}: {}",
            text(&output.stdout)
        );
        let line = stderr
            .lines()
            .rfind(|line| line.starts_with('{'))
            .unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|_| panic!("{args:?}: {stderr}"))
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Looks again and again until there is something, for twenty seconds at most.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "not in time: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A program that ends with the test.
pub struct Running {
    child: Child,
    pub said: Value,
    // Kept open, or what it says later would have nowhere to go.
    _stdout: BufReader<ChildStdout>,
}

impl Running {
    /// Comes back when the program has said its first line.
    pub fn start(command: Command) -> Self {
        Self::start_with(command, Stdio::null())
    }

    /// The same with its log in a file.
    pub fn start_logging(command: Command, log: File) -> Self {
        Self::start_with(command, Stdio::from(log))
    }

    /// The same for a program that has nothing to say on stdout: comes back at once.
    pub fn begin_logging(mut command: Command, log: File) -> Self {
        let mut child = command.stderr(Stdio::from(log)).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            said: Value::Null,
            _stdout: stdout,
        }
    }

    fn start_with(mut command: Command, stderr: Stdio) -> Self {
        let mut child = command.stderr(stderr).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).unwrap_or(Value::Null);
        Self {
            child,
            said,
            _stdout: stdout,
        }
    }

    /// SIGKILL: no farewell, nothing flushed.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The simulated services with their household, in a process of their own.
pub struct Sim {
    pub running: Running,
}

impl Sim {
    pub fn start() -> Self {
        let home = Home::new();
        Self {
            running: Running::start(home.command(&["sim"])),
        }
    }

    pub fn url(&self, service: &str) -> String {
        self.running.said[service].as_str().unwrap().to_owned()
    }

    /// A control answer of the simulator.
    pub fn control(&self, path: &str) -> Value {
        self.talk("GET", path, "")
    }

    /// Changes the simulated world.
    pub fn change(&self, world: &Value) -> Value {
        self.talk("POST", "world", &world.to_string())
    }

    fn talk(&self, method: &str, path: &str, body: &str) -> Value {
        let address = self.url("permit").trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "{method} /_sim/{path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str(
            &body[body.find(['{', '[']).unwrap()..=body.rfind(['}', ']']).unwrap()],
        )
        .unwrap()
    }

    pub fn car(&self, number: usize) -> &Value {
        &self.running.said["household"]["cars"][number]
    }
}
