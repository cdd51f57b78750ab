//! Settings: defaults, `daiban.toml`, the environment and flags, the later over the earlier.
//!
//! In the environment a setting is `DAIBAN_` and its place in capitals with `__` for the dots
//! (`DAIBAN_SERVER__LISTEN`); a secret may be read from a file named in the same with `_FILE` behind it. A key that is not
//! known is an error that names it. What a setting means for a service is the provider's matter.

mod file;
mod keys;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use daiban_core::{
    Lang, Text,
    account::Settings,
    secret::{REDACTED, Redactor, Secret},
    service::Service,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{net::NetSettings, notify::QuietHours};
use keys::{Form, KEYS, Key};

/// Variables with our prefix that are not settings.
const NOT_SETTINGS: [&str; 2] = ["DAIBAN_CONFIG", "DAIBAN_LOG"];

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {}", text.en)]
pub struct ConfigError {
    /// The setting, variable or file.
    pub key: String,
    /// What is wrong with it, and where it came from.
    pub text: Text,
}

impl ConfigError {
    fn new(key: &str, text: Text) -> Self {
        Self {
            key: key.to_owned(),
            text,
        }
    }
}

/// Settings given on the command line, by place: `data_dir`, `server.listen`.
#[derive(Debug, Clone, Default)]
pub struct Overrides(BTreeMap<String, String>);

impl Overrides {
    /// Sets one, if there is a value.
    #[must_use]
    pub fn with(mut self, key: &str, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value.into());
        }
        self
    }
}

/// Publishing over MQTT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mqtt {
    /// Whether at all.
    pub enabled: bool,
    /// The broker.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user name, if it wants one.
    pub username: Option<String>,
    /// The password, if it wants one.
    pub password: Option<Secret>,
    /// Topics begin with it.
    pub topic_prefix: String,
    /// Home Assistant's discovery prefix.
    pub discovery_prefix: String,
    /// Whether car commands are taken.
    pub commands: bool,
    /// Whether the car's position is published.
    pub tracker: bool,
}

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// The language of notices and the command line.
    pub lang: Lang,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address people open daiban at, without a slash at the end.
    pub public_url: Option<String>,
    /// `sqlite` or `postgres://…`
    pub database_url: Secret,
    /// Owner-given addresses may be private.
    pub allow_private: bool,
    /// When only urgent things are told.
    pub quiet_hours: Option<QuietHours>,
    /// Whether asks may break them.
    pub asks_break_quiet: bool,
    /// MQTT.
    pub mqtt: Mqtt,
    entries: BTreeMap<&'static str, Entry>,
}

#[derive(Clone)]
struct Entry {
    value: String,
    source: Source,
}

/// Values may be secret.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({:?})", self.source)
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Source {
    /// Built in.
    Default,
    /// `daiban.toml`
    File {
        /// Which line.
        line: usize,
    },
    /// The environment.
    Env {
        /// Which variable.
        variable: String,
    },
    /// The command line.
    Flag,
}

impl Source {
    fn words(&self) -> Text {
        match self {
            Self::Default => Text::new("默认", "default"),
            Self::File { line } => Text::new(format!("daiban.toml 第 {line} 行"), format!("daiban.toml line {line}")),
            Self::Env { variable } => Text::new(format!("环境变量 {variable}"), format!("environment {variable}")),
            Self::Flag => Text::new("命令行", "command line"),
        }
    }
}

/// One line of the dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dumped {
    /// The place, with dots.
    pub key: &'static str,
    /// The value; `None` where unset, masked where secret.
    pub value: Option<String>,
    /// Where it came from.
    #[serde(flatten)]
    pub source: Source,
}

impl Config {
    /// Reads everything. Without a path: the file named by `DAIBAN_CONFIG`, or `daiban.toml` in the current directory or in
    /// the XDG configuration directory, or none.
    ///
    /// # Errors
    /// [`ConfigError`] naming the first setting that cannot be used; nothing is half read.
    pub fn load(path: Option<&Path>, env: &BTreeMap<String, String>, flags: Overrides) -> Result<Self, ConfigError> {
        let mut entries = defaults(env);
        for given in read_file(path, env)? {
            put(&mut entries, &given.path, &given.value, Source::File { line: given.line })?;
        }
        for (place, value, variable) in from_env(env)? {
            put(&mut entries, &place, &value, Source::Env { variable })?;
        }
        for (place, value) in flags.0 {
            put(&mut entries, &place, &value, Source::Flag)?;
        }
        Self::build(entries)
    }

    fn build(entries: BTreeMap<&'static str, Entry>) -> Result<Self, ConfigError> {
        let get = |path: &str| entries.get(path).map(|entry| entry.value.as_str());
        let text = |path: &str| get(path).unwrap_or_default().to_owned();
        let flag = |path: &str| get(path) == Some("true");
        let unusable = |path: &str| ConfigError::new(path, Text::new("没有可用的值", "has no usable value"));
        let quiet = get("notices.quiet_hours").filter(|text| !text.is_empty());
        let quiet_hours = quiet.map(|text| QuietHours::parse("notices.quiet_hours", text)).transpose();
        Ok(Self {
            data_dir: get("data_dir").map(PathBuf::from).ok_or_else(|| {
                let text = Text::new("找不到默认的数据目录，请设置 data_dir", "there is no default data directory here; set data_dir");
                ConfigError::new("data_dir", text)
            })?,
            lang: if get("lang") == Some("en") { Lang::En } else { Lang::Zh },
            listen: get("server.listen").and_then(keys::listen).ok_or_else(|| unusable("server.listen"))?,
            public_url: get("server.public_url").map(str::to_owned),
            database_url: text("database.url").into(),
            allow_private: flag("channels.allow_private"),
            quiet_hours: quiet_hours.map_err(|_| unusable("notices.quiet_hours"))?,
            asks_break_quiet: flag("notices.asks_break_quiet"),
            mqtt: Mqtt {
                enabled: flag("mqtt.enabled"),
                host: text("mqtt.host"),
                port: text("mqtt.port").parse().map_err(|_| unusable("mqtt.port"))?,
                username: get("mqtt.username").map(str::to_owned),
                password: get("mqtt.password").map(Secret::from),
                topic_prefix: text("mqtt.topic_prefix"),
                discovery_prefix: text("mqtt.discovery_prefix"),
                commands: flag("mqtt.commands"),
                tracker: flag("mqtt.tracker"),
            },
            entries,
        })
    }

    /// What a provider is given as its service's settings: all that has a value, except `floor_s`, which is the net's.
    pub fn service_settings(&self, service: Service) -> Settings {
        let of_service = self.services().filter(|(of, name, _)| *of == service && *name != "floor_s");
        of_service.map(|(_, name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// What the net may be set to.
    pub fn net_settings(&self) -> NetSettings {
        let number = |path: &str| self.entries.get(path).and_then(|entry| entry.value.parse().ok());
        let floors = self.services().filter(|(_, name, _)| *name == "floor_s");
        let default = NetSettings::default();
        NetSettings {
            timeout: number("net.timeout_s").map_or(default.timeout, Duration::from_secs),
            step_gap_ms: number("net.step_gap_ms").unwrap_or(default.step_gap_ms),
            floors_s: floors.filter_map(|(service, _, value)| Some((service, value.parse().ok()?))).collect(),
            ..default
        }
    }

    fn services(&self) -> impl Iterator<Item = (Service, &'static str, &str)> {
        self.entries.iter().filter_map(|(path, entry)| {
            let (service, name) = keys::find(path)?.of_service()?;
            Some((service, name, entry.value.as_str()))
        })
    }

    /// Makes the redactor know every secret among the settings.
    pub fn register_secrets(&self, redactor: &Redactor) {
        for (path, entry) in &self.entries {
            let Some(key) = keys::find(path).filter(|key| shown(key, &entry.value) == REDACTED) else {
                continue;
            };
            redactor.register(&entry.value);
            // The password inside the address of a database turns up alone in its errors.
            let url = matches!(key.form, Form::Database).then(|| url::Url::parse(&entry.value).ok()).flatten();
            if let Some(password) = url.as_ref().and_then(url::Url::password) {
                redactor.register(password);
            }
        }
    }

    /// Every setting with its value and where it came from; secrets are masked.
    pub fn dump(&self) -> Vec<Dumped> {
        let line = |key: &Key| {
            let entry = self.entries.get(key.path);
            Dumped {
                key: key.path,
                value: entry.map(|entry| shown(key, &entry.value).to_owned()),
                source: entry.map_or(Source::Default, |entry| entry.source.clone()),
            }
        };
        KEYS.iter().map(line).collect()
    }

    /// The dump as lines of text: `server.listen = "127.0.0.1:8420"  # default`.
    pub fn dump_text(&self, lang: Lang) -> String {
        let line = |dumped: Dumped| {
            let source = dumped.source.words();
            match dumped.value {
                Some(value) => format!("{} = {:?}  # {}\n", dumped.key, value, source.in_lang(lang)),
                None => format!("# {} =\n", dumped.key),
            }
        };
        self.dump().into_iter().map(line).collect()
    }

    /// The JSON Schema (2020-12) of `daiban.toml`.
    pub fn schema() -> Value {
        let mut root = section();
        for key in KEYS {
            let mut at = &mut root;
            let mut parts = key.path.split('.').peekable();
            while let Some(part) = parts.next() {
                at = &mut at["properties"][part];
                if at.is_null() {
                    *at = if parts.peek().is_some() { section() } else { schema_of(key) };
                }
            }
        }
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["title"] = json!("daiban.toml");
        root
    }
}

fn section() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {}})
}

fn schema_of(key: &Key) -> Value {
    let mut schema = match key.form {
        Form::Flag => json!({"type": "boolean"}),
        Form::Whole(min, max) => json!({"type": "integer", "minimum": min, "maximum": max}),
        Form::Choice(words) => json!({"enum": words}),
        Form::Address | Form::ServiceUrl => json!({"type": "string", "format": "uri"}),
        Form::Quiet => json!({"type": "string", "pattern": r"^(\d{1,2}:\d{2}-\d{1,2}:\d{2})?$"}),
        Form::Text | Form::Listen | Form::Database => json!({"type": "string"}),
    };
    schema["description"] = json!(format!("{} / {}", key.help.zh, key.help.en));
    if let Some(default) = key.default {
        schema["default"] = match key.form {
            Form::Flag | Form::Whole(..) => serde_json::from_str(default).unwrap_or_default(),
            _ => json!(default),
        };
    }
    schema
}

/// A value as it may be seen. A secret that is still its default is none.
fn shown<'v>(key: &Key, value: &'v str) -> &'v str {
    let hidden = key.secret && key.default != Some(value);
    if hidden { REDACTED } else { value }
}

fn defaults(env: &BTreeMap<String, String>) -> BTreeMap<&'static str, Entry> {
    let built_in = KEYS.iter().filter_map(|key| Some((key.path, key.default?.to_owned())));
    let data_dir = xdg(env, "XDG_DATA_HOME", ".local/share").map(|dir| ("data_dir", dir.join("daiban").to_string_lossy().into_owned()));
    let entry = |(path, value)| {
        let source = Source::Default;
        (path, Entry { value, source })
    };
    built_in.chain(data_dir).map(entry).collect()
}

/// A base directory of the XDG specification: an absolute path in the variable, or the place below the home directory.
fn xdg(env: &BTreeMap<String, String>, variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = env.get(variable).map(PathBuf::from).filter(|dir| dir.is_absolute());
    set.or_else(|| env.get("HOME").filter(|home| !home.is_empty()).map(|home| Path::new(home).join(below_home)))
}

fn read_file(path: Option<&Path>, env: &BTreeMap<String, String>) -> Result<Vec<file::Given>, ConfigError> {
    let named = path.map(Path::to_owned).or_else(|| env.get("DAIBAN_CONFIG").map(PathBuf::from));
    let found = || {
        let in_xdg = xdg(env, "XDG_CONFIG_HOME", ".config").map(|dir| dir.join("daiban/daiban.toml"));
        let places = [Some(PathBuf::from("daiban.toml")), in_xdg];
        places.into_iter().flatten().find(|place| place.is_file())
    };
    let Some(path) = named.or_else(found) else {
        return Ok(Vec::new());
    };
    let text = read_text(&path)?;
    file::read(&text)
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| {
        let text = Text::new(format!("读不了这个文件：{error}"), format!("this file cannot be read: {error}"));
        ConfigError::new(&path.to_string_lossy(), text)
    })
}

/// Place, value and variable of every setting in the environment.
fn from_env(env: &BTreeMap<String, String>) -> Result<Vec<(String, String, String)>, ConfigError> {
    let mut all = Vec::new();
    for (variable, value) in env {
        let Some(name) = variable.strip_prefix("DAIBAN_") else {
            continue;
        };
        if NOT_SETTINGS.contains(&variable.as_str()) || name.starts_with("TEST_") {
            continue;
        }
        let place = name.to_ascii_lowercase().replace("__", ".");
        if keys::find(&place).is_some() {
            all.push((place, value.clone(), variable.clone()));
            continue;
        }
        let secret = place.strip_suffix("_file").and_then(keys::find).filter(|key| key.secret);
        let Some(key) = secret else {
            let text = Text::new(
                "没有这样的设置；写法是 DAIBAN_ 加上大写的位置，点换成 __，例如 DAIBAN_SERVER__LISTEN",
                "there is no such setting; write DAIBAN_ and the place in capitals with __ for dots, such as DAIBAN_SERVER__LISTEN",
            );
            return Err(ConfigError::new(variable, text));
        };
        if env.contains_key(variable.trim_end_matches("_FILE")) {
            let text = Text::new("与不带 _FILE 的同名变量只能用一个", "and the variable without _FILE cannot both be set");
            return Err(ConfigError::new(variable, text));
        }
        let content = read_text(Path::new(value)).map_err(|error| ConfigError { key: variable.clone(), ..error })?;
        all.push((key.path.to_owned(), content.trim_end_matches(['\r', '\n']).to_owned(), variable.clone()));
    }
    Ok(all)
}

fn put(entries: &mut BTreeMap<&'static str, Entry>, place: &str, value: &str, source: Source) -> Result<(), ConfigError> {
    let key = keys::find(place).ok_or_else(|| unknown(place, &source))?;
    if value.trim().is_empty() && key.may_be_unset() {
        entries.remove(key.path);
        return Ok(());
    }
    let value = key.read(value).map_err(|wrong| {
        let from = source.words();
        let text = Text::new(
            format!("{}（{}）", wrong.text.zh, from.zh),
            format!("{} ({})", wrong.text.en, from.en),
        );
        ConfigError::new(place, text)
    })?;
    entries.insert(key.path, Entry { value, source });
    Ok(())
}

fn unknown(place: &str, source: &Source) -> ConfigError {
    let section = place.rsplit_once('.').map_or("", |(section, _)| section);
    let siblings = KEYS.iter().filter_map(|key| match key.path.rsplit_once('.') {
        Some((of, name)) if of == section => Some(name),
        None if section.is_empty() => Some(key.path),
        _ => None,
    });
    let known = siblings.collect::<Vec<_>>().join(", ");
    let from = source.words();
    let text = Text::new(
        format!("没有这项设置（{}）；这里可以用：{known}", from.zh),
        format!("unknown setting ({}); known here: {known}", from.en),
    );
    ConfigError::new(place, text)
}

/// Whether there is such a section of the file.
fn check_section(path: &str, line: usize) -> Result<(), ConfigError> {
    let prefix = format!("{path}.");
    if KEYS.iter().any(|key| key.path.starts_with(&prefix)) {
        return Ok(());
    }
    let mut error = unknown(path, &Source::File { line });
    if keys::find(path).is_some() {
        error.text = Text::new(format!("第 {line} 行：这是一项设置，不是一节"), format!("line {line}: is a setting and not a section"));
    }
    Err(error)
}
