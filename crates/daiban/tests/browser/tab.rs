//! One page at a time, used as a person uses it: things are found by what they say and pressed with the pointer, fields are
//! typed into. Waiting is always for something, never for a while.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::chromium::Chromium;

const KIT: &str = include_str!("kit.js");

/// A busy machine gets this long for anything.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// How a page is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mode {
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    pub dark: bool,
    pub scripts: bool,
    pub lang: &'static str,
}

pub const PHONE: Mode = Mode {
    name: "phone",
    width: 390,
    height: 844,
    dark: false,
    scripts: true,
    lang: "zh-CN",
};
pub const NO_SCRIPTS: Mode = Mode {
    name: "phone without JavaScript",
    scripts: false,
    ..PHONE
};
pub const DESK: Mode = Mode {
    name: "dark desk",
    width: 1280,
    height: 800,
    dark: true,
    ..PHONE
};
pub const ENGLISH: Mode = Mode {
    name: "English",
    lang: "en",
    ..PHONE
};

/// What is meant on a page.
#[derive(Clone, Copy, Debug)]
pub enum At<'a> {
    /// A button, or a link that looks like one, by its words.
    Button(&'a str),
    /// A link by where it leads, whole or its beginning.
    Link(&'a str),
    /// A field by its name, or by its label.
    Field(&'a str),
    /// Anything.
    Css(&'a str),
}

impl At<'_> {
    fn script(self) -> String {
        let (how, what) = match self {
            At::Button(words) => ("button", words),
            At::Link(href) => ("link", href),
            At::Field(name) => ("field", name),
            At::Css(css) => ("css", css),
        };
        format!("kit.{how}({})", json!(what))
    }
}

/// A tab of a browser of its own.
pub struct Tab {
    chromium: Chromium,
    session: String,
    frame: String,
    pub origin: String,
    pub mode: Mode,
    /// What pages complained of since it was last asked.
    pub complaints: Vec<String>,
    /// What was found wrong with pages so far.
    pub wrong: Vec<String>,
    /// Requests to anywhere else.
    pub foreign: Vec<String>,
    /// Of the document shown.
    pub status: i64,
    /// How it was asked for.
    method: String,
    /// Every path that was shown.
    pub paths: BTreeSet<String>,
    /// Whether every page shown is looked over.
    pub looks_over: bool,
    /// Pages that axe has looked at, by mode and structure.
    pub judged: BTreeSet<String>,
}

impl Tab {
    pub fn open(program: &str, origin: &str, mode: Mode) -> Self {
        let mut chromium = Chromium::start(program);
        let made = chromium.call(None, "Target.createTarget", json!({ "url": "about:blank" }));
        let target = made.unwrap()["targetId"].clone();
        let flat = json!({ "targetId": target, "flatten": true });
        let attached = chromium.call(None, "Target.attachToTarget", flat).unwrap();
        let mut tab = Self {
            chromium,
            session: attached["sessionId"].as_str().unwrap().to_owned(),
            frame: String::new(),
            origin: origin.to_owned(),
            mode,
            complaints: Vec::new(),
            foreign: Vec::new(),
            wrong: Vec::new(),
            status: 0,
            method: String::new(),
            paths: BTreeSet::new(),
            looks_over: true,
            judged: BTreeSet::new(),
        };
        for domain in ["Page", "Runtime", "Network", "Log", "DOM"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        let tree = tab.call("Page.getFrameTree", json!({}));
        tab.frame = tree["frameTree"]["frame"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        tab.look_as(mode);
        tab
    }

    pub fn try_call(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let session = self.session.clone();
        let result = self.chromium.call(Some(&session), method, params);
        self.hear();
        result
    }

    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let result = self.try_call(method, params);
        result.unwrap_or_else(|error| panic!("{error}"))
    }

    /// From now on pages are shown so.
    pub fn look_as(&mut self, mode: Mode) {
        self.mode = mode;
        self.size(mode.width, 1.0);
        let scheme = if mode.dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
        self.scripts(mode.scripts);
        let version = self.call("Browser.getVersion", json!({}));
        let agent = json!({ "userAgent": version["userAgent"], "acceptLanguage": mode.lang });
        self.call("Network.setUserAgentOverride", agent);
    }

    pub fn size(&mut self, width: u32, scale: f64) {
        let metrics = json!({
            "width": width, "height": self.mode.height, "deviceScaleFactor": scale, "mobile": width < 700,
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    pub fn scripts(&mut self, run: bool) {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": !run }),
        );
    }

    /// The value of an expression about the page; `kit` is at hand.
    pub fn try_ask(&mut self, expression: &str) -> Result<Value, String> {
        let params = json!({
            "expression": format!("(() => {{ const kit = {KIT};\nreturn {expression}; }})()"),
            "returnByValue": true,
        });
        let answer = self.try_call("Runtime.evaluate", params)?;
        match &answer["exceptionDetails"] {
            Value::Null => Ok(answer["result"]["value"].clone()),
            wrong => Err(format!("{expression}: {wrong}")),
        }
    }

    /// The same; a page that is just going away is asked again when the next is there.
    pub fn ask(&mut self, expression: &str) -> Value {
        let mut last = String::new();
        let answer = self.until(|tab| match tab.try_ask(expression) {
            Ok(value) => Some(value),
            Err(error) => {
                last = error;
                None
            }
        });
        answer.unwrap_or_else(|| panic!("{last}"))
    }

    fn until<T>(&mut self, mut look: impl FnMut(&mut Self) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(self) {
                return Some(found);
            }
            if Instant::now() > deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Waits until the page is so.
    pub fn wait(&mut self, expression: &str) {
        let found = self.until(|tab| (tab.try_ask(expression) == Ok(true.into())).then_some(()));
        if found.is_none() {
            let (path, text) = (self.path(), self.text("main"));
            panic!(
                "{}: not in time on {path}: {expression}\n{text}",
                self.mode.name
            );
        }
    }

    pub fn path(&mut self) -> String {
        let path = self.ask("location.pathname + location.search");
        path.as_str().unwrap_or_default().to_owned()
    }

    /// What is to be read at a place.
    pub fn text(&mut self, css: &str) -> String {
        let text = self.ask(&format!("kit.text({})", json!(css)));
        text.as_str().unwrap_or_default().to_owned()
    }

    pub fn has(&mut self, at: At<'_>) -> bool {
        self.ask(&format!("Boolean({})", at.script())) == true
    }

    /// Waits until the page shows these words.
    pub fn shows(&mut self, words: &str) {
        self.wait(&format!("kit.text('body').includes({})", json!(words)));
    }

    /// Waits for an address with that beginning.
    pub fn at(&mut self, path: &str) {
        self.wait(&format!("location.pathname.startsWith({})", json!(path)));
    }

    /// Opens an address of the house.
    pub fn go(&mut self, path: &str) {
        let url = match path.starts_with('/') {
            true => format!("{}{path}", self.origin),
            false => path.to_owned(),
        };
        self.leaving(|tab| {
            let gone = tab.call("Page.navigate", json!({ "url": url }));
            assert!(gone["errorText"].is_null(), "{url}: {gone}");
        });
    }

    pub fn reload(&mut self) {
        self.leaving(|tab| drop(tab.call("Page.reload", json!({}))));
    }

    /// Loads the page again until it is so.
    pub fn reload_until(&mut self, expression: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.ask(expression) != true {
            if Instant::now() > deadline {
                self.wait(expression);
            }
            std::thread::sleep(Duration::from_millis(400));
            self.reload();
        }
    }

    /// Presses what leads to another page, and waits for that.
    pub fn press(&mut self, at: At<'_>) {
        self.leaving(|tab| tab.touch(at));
    }

    fn leaving(&mut self, leave: impl FnOnce(&mut Self)) {
        let begun = Instant::now();
        self.ask("window.left = true");
        leave(self);
        self.wait("!window.left && document.readyState === 'complete'");
        let path = self.path();
        let there = begun.elapsed().as_millis();
        if self.method == "GET" {
            self.paths.insert(path.clone());
        }
        if !self.looks_over {
            return;
        }
        super::demands::check(self);
        let checked = begun.elapsed().as_millis() - there;
        eprintln!(
            "{}: {path}: {there} ms, looked over in {checked} ms",
            self.mode.name
        );
    }

    /// Presses with the pointer in the middle of it.
    pub fn touch(&mut self, at: At<'_>) {
        loop {
            let point = self.point(at);
            for (kind, buttons) in [("mousePressed", 1), ("mouseReleased", 0)] {
                let event = json!({
                    "type": kind, "x": point["x"], "y": point["y"], "button": "left",
                    "buttons": buttons, "clickCount": 1,
                });
                self.call("Input.dispatchMouseEvent", event);
            }
            if point["fold"] == false {
                return;
            }
        }
    }

    fn point(&mut self, at: At<'_>) -> Value {
        let script = format!("kit.point({})", at.script());
        let mut over = Value::Null;
        let found = self.until(|tab| {
            let point = tab.try_ask(&script).ok()?;
            over = point["over"].clone();
            (over == "").then_some(point)
        });
        found.unwrap_or_else(|| {
            let (path, text) = (self.path(), self.text("main"));
            let mode = self.mode.name;
            panic!("{mode}: {at:?} cannot be pressed on {path}; in its place: {over}\n{text}")
        })
    }

    /// Fills a field by its name or label: typed, chosen, ticked or picked, as its kind has it.
    pub fn fill(&mut self, name: &str, value: &str) {
        let at = At::Field(name);
        self.wait(&format!("Boolean({})", at.script()));
        let kind = self.ask(&format!("kit.kind({})", at.script()));
        match kind.as_str().unwrap_or_default() {
            "checkbox" | "radio" => self.tick(at, value == "yes"),
            "select" => {
                let option = format!("kit.option({}, {})", at.script(), json!(value));
                let option = self.ask(&option);
                assert!(option.is_string(), "{name} has no choice {value}");
                self.set(at, option.as_str().unwrap_or_default());
            }
            "date" | "time" => self.set(at, value),
            _ => self.write(at, value),
        }
    }

    /// One of several with the same name: a radio button, a checkbox of a list.
    pub fn choose(&mut self, name: &str, value: &str) {
        let css = format!("input[name={}][value={}]", json!(name), json!(value));
        self.tick(At::Css(&css), true);
    }

    fn tick(&mut self, at: At<'_>, yes: bool) {
        let checked = format!("{}.checked === {yes}", at.script());
        if self.ask(&checked) != true {
            self.touch(at);
            self.wait(&checked);
        }
    }

    /// Date fields and lists have windows of the browser's own, which no pointer of ours reaches.
    fn set(&mut self, at: At<'_>, value: &str) {
        let now = self.ask(&format!("kit.set({}, {})", at.script(), json!(value)));
        assert_eq!(now, value, "{at:?}");
    }

    fn write(&mut self, at: At<'_>, value: &str) {
        self.touch(at);
        self.wait(&format!("document.activeElement === {}", at.script()));
        self.ask("document.activeElement.select()");
        if value.is_empty() {
            return self.set(at, "");
        }
        self.call("Input.insertText", json!({ "text": value }));
        self.wait(&format!("{}.value === {}", at.script(), json!(value)));
    }

    /// The bytes of a picture that the page shows, in Base64.
    pub fn picture(&mut self, css: &str) -> String {
        let css = json!(css);
        self.wait(&format!(
            "(p => p && (p.complete === undefined || p.complete && p.naturalWidth > 0))(document.querySelector({css}))"
        ));
        let url = self.ask(&format!("document.querySelector({css}).src"));
        let params = json!({ "frameId": self.frame, "url": url });
        let content = self.call("Page.getResourceContent", params);
        let text = content["content"].as_str().unwrap_or_default();
        match content["base64Encoded"] == true {
            true => text.to_owned(),
            false => BASE64_STANDARD.encode(text),
        }
    }

    /// What is on the screen, as a PNG.
    pub fn shot(&mut self) -> Vec<u8> {
        let params = json!({ "format": "png" });
        let taken = self.call("Page.captureScreenshot", params);
        let data = taken["data"].as_str().unwrap_or_default();
        BASE64_STANDARD.decode(data).unwrap()
    }

    /// Takes in what has happened.
    fn hear(&mut self) {
        for event in self.chromium.happened() {
            self.hear_one(&event["method"], &event["params"]);
        }
    }

    fn hear_one(&mut self, method: &Value, params: &Value) {
        match method.as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => {
                let details = &params["exceptionDetails"];
                self.complaints.push(format!("exception: {details}"));
            }
            "Runtime.consoleAPICalled" if params["type"] != "log" => {
                self.complaints.push(format!("console: {params}"));
            }
            "Log.entryAdded" => self.hear_log(&params["entry"]),
            "Page.javascriptDialogOpening" => {
                self.complaints.push(format!("dialog: {params}"));
            }
            "Network.responseReceived" if params["type"] == "Document" => {
                self.status = params["response"]["status"].as_i64().unwrap_or_default();
            }
            "Network.requestWillBeSent" => {
                if params["type"] == "Document" {
                    let method = params["request"]["method"].as_str();
                    self.method = method.unwrap_or_default().to_owned();
                }
                self.hear_request(&params["request"]["url"]);
            }
            _ => {}
        }
    }

    /// A page that is itself an error is judged by its status.
    fn hear_log(&mut self, entry: &Value) {
        let text = entry["text"].as_str().unwrap_or_default();
        let own = entry["source"] == "network" && self.status >= 400;
        if entry["level"] == "error" && !own {
            self.complaints.push(format!("{} {}", text, entry["url"]));
        }
    }

    fn hear_request(&mut self, url: &Value) {
        let url = url.as_str().unwrap_or_default();
        let inside = [&*self.origin, "data:image/", "about:"];
        if !inside.iter().any(|start| url.starts_with(start)) {
            self.foreign.push(url.to_owned());
        }
    }
}

/// What was on the screen when a test failed is kept beside what cargo builds.
impl Drop for Tab {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let picture = self.shot();
        let file = format!(
            "{}/browser-{}.png",
            env!("CARGO_TARGET_TMPDIR"),
            self.mode.name
        );
        if std::fs::write(&file, picture).is_ok() {
            eprintln!("the screen at the failure: {file}");
        }
    }
}
