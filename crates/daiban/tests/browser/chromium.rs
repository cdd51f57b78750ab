//! A Chromium without a window, spoken to over its own pipe: the DevTools protocol on descriptors 3 and 4, one JSON message
//! after the other with a zero byte between. No port, no driver program, no crate.
//!
//! Left to others: what is done with a page (`tab`) and what is demanded of it (`demands`).

use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What Chromium is called on different systems; the first that starts is taken.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const FLAGS: [&str; 15] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--lang=zh-CN",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--remote-debugging-pipe",
];

/// The shell gives the browser our two pipes as its descriptors 3 and 4 and gets out of the way.
const HAND_OVER: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

/// An answer that takes longer than this will not come, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// The Chromium of this machine, or why the browser tests cannot be run.
pub fn program() -> Result<String, String> {
    let wished = std::env::var("DAIBAN_CHROMIUM").ok();
    if wished.as_deref() == Some("none") {
        return Err("DAIBAN_CHROMIUM=none".to_owned());
    }
    let mut names: Vec<String> = wished.into_iter().collect();
    if names.is_empty() {
        names.extend(NAMES.map(str::to_owned));
    }
    let starts = |name: &String| {
        let mut command = Command::new(name);
        let quiet = command.arg("--version").stdin(Stdio::null());
        let status = quiet.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let found = names.iter().find(|name| starts(name)).cloned();
    found.ok_or_else(|| {
        format!(
            "no Chromium starts here (tried {}); Debian: apt-get install chromium fonts-noto-cjk",
            names.join(", ")
        )
    })
}

/// A running browser with a profile of its own; ends with the test.
pub struct Chromium {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    /// What happened, not looked at yet.
    happened: VecDeque<Value>,
    calls: u64,
    _profile: TempDir,
}

impl Chromium {
    pub fn start(program: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", HAND_OVER, program])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .env("HOME", profile.path())
            // How a date field is written is the browser's language, not the page's.
            .env("LANGUAGE", "zh_CN")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let from = messages(child.stdout.take().unwrap());
        Self {
            child,
            to,
            from,
            happened: VecDeque::new(),
            calls: 0,
            _profile: profile,
        }
    }

    /// One command of the protocol and its result; what happens meanwhile is kept.
    pub fn call(
        &mut self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, String> {
        self.calls += 1;
        let id = self.calls;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        self.to.flush().unwrap();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut message = self.next(deadline, method);
            if message["id"] != id {
                self.happened.push_back(message);
                continue;
            }
            return match message["error"]["message"].as_str() {
                Some(error) => Err(format!("{method}: {error}")),
                None => Ok(message["result"].take()),
            };
        }
    }

    fn next(&mut self, deadline: Instant, method: &str) -> Value {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.from.recv_timeout(left) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => panic!("Chromium does not answer {method}"),
            Err(RecvTimeoutError::Disconnected) => panic!("Chromium went away at {method}"),
        }
    }

    /// What has happened since this was last asked.
    pub fn happened(&mut self) -> Vec<Value> {
        self.happened.extend(self.from.try_iter());
        self.happened.drain(..).collect()
    }
}

fn messages(stdout: ChildStdout) -> Receiver<Value> {
    let (tell, told) = channel();
    thread::spawn(move || {
        for message in BufReader::new(stdout).split(0) {
            let Ok(message) = message else { return };
            let value = serde_json::from_slice(&message).unwrap_or_default();
            if tell.send(value).is_err() {
                return;
            }
        }
    });
    told
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self
            .to
            .write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let _ = self.to.flush();
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
