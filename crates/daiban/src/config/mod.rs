//! Settings: defaults, `daiban.toml`, the environment and flags, the later over the earlier.
//!
//! In the environment a setting is `DAIBAN_` and its place in capitals with `__` for the dots
//! (`DAIBAN_SERVER__LISTEN`); a secret may be read from a file named in the same with `_FILE` behind it. A key that is not
//! known is an error that names it. What a setting means for a service is the provider's matter.

mod file;
mod keys;
mod layers;
mod show;

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

use crate::{
    front::{self, Network},
    net::NetSettings,
    notify::QuietHours,
    serve::TlsFiles,
};
use keys::Form;

/// The settings of a service that are the net's: how far apart polls are, always and around a release.
const FLOORS: [&str; 2] = ["floor_s", "sprint_floor_s"];

pub use show::Dumped;

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

/// How daiban is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Certificate and key; TLS ends here.
    pub tls: Option<TlsFiles>,
    /// A reverse proxy stands before.
    pub behind_proxy: bool,
    /// Whose word about callers is taken then.
    pub trusted_proxies: Vec<Network>,
    /// Names it may be opened under, beside those it knows by itself.
    pub hosts: Vec<String>,
    /// Requests a minute of one address; 0: as [`front::FrontOptions::rate_limit`] says.
    pub rate_limit: u32,
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
    /// How it is reached.
    pub server: Server,
    /// The address people open daiban at, without a slash at the end.
    pub public_url: Option<String>,
    /// The map that positions are opened on, with `{lat}` and `{lon}` in it.
    pub map_url: Option<String>,
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
            Self::File { line } => Text::new(
                format!("daiban.toml 第 {line} 行"),
                format!("daiban.toml line {line}"),
            ),
            Self::Env { variable } => Text::new(
                format!("环境变量 {variable}"),
                format!("environment {variable}"),
            ),
            Self::Flag => Text::new("命令行", "command line"),
        }
    }
}

impl Config {
    /// Reads everything. Without a path: the file named by `DAIBAN_CONFIG`, or `daiban.toml` in the current directory or in
    /// the XDG configuration directory, or none.
    ///
    /// # Errors
    /// [`ConfigError`] naming the first setting that cannot be used; nothing is half read.
    pub fn load(
        path: Option<&Path>,
        env: &BTreeMap<String, String>,
        flags: Overrides,
    ) -> Result<Self, ConfigError> {
        let mut entries = layers::defaults(env);
        for given in layers::read_file(path, env)? {
            layers::put(
                &mut entries,
                &given.path,
                &given.value,
                Source::File { line: given.line },
            )?;
        }
        for (place, value, variable) in layers::from_env(env)? {
            layers::put(&mut entries, &place, &value, Source::Env { variable })?;
        }
        for (place, value) in flags.0 {
            layers::put(&mut entries, &place, &value, Source::Flag)?;
        }
        Self::build(entries)
    }

    fn build(entries: BTreeMap<&'static str, Entry>) -> Result<Self, ConfigError> {
        let get = |path: &str| entries.get(path).map(|entry| entry.value.as_str());
        let text = |path: &str| get(path).unwrap_or_default().to_owned();
        let flag = |path: &str| get(path) == Some("true");
        let unusable =
            |path: &str| ConfigError::new(path, Text::new("没有可用的值", "has no usable value"));
        let quiet = get("notices.quiet_hours").filter(|text| !text.is_empty());
        let quiet_hours = quiet
            .map(|text| QuietHours::parse("notices.quiet_hours", text))
            .transpose();
        Ok(Self {
            data_dir: get("data_dir").map(PathBuf::from).ok_or_else(|| {
                let text = Text::new(
                    "找不到默认的数据目录，请设置 data_dir",
                    "there is no default data directory here; set data_dir",
                );
                ConfigError::new("data_dir", text)
            })?,
            lang: if get("lang") == Some("en") {
                Lang::En
            } else {
                Lang::Zh
            },
            listen: get("server.listen")
                .and_then(keys::listen)
                .ok_or_else(|| unusable("server.listen"))?,
            server: server(&get)?,
            public_url: get("server.public_url").map(str::to_owned),
            map_url: get("web.map_url").map(str::to_owned),
            database_url: text("database.url").into(),
            allow_private: flag("channels.allow_private"),
            quiet_hours: quiet_hours.map_err(|_| unusable("notices.quiet_hours"))?,
            asks_break_quiet: flag("notices.asks_break_quiet"),
            mqtt: Mqtt {
                enabled: flag("mqtt.enabled"),
                host: text("mqtt.host"),
                port: text("mqtt.port")
                    .parse()
                    .map_err(|_| unusable("mqtt.port"))?,
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

    /// What a provider is given as its service's settings: all that has a value, except floors, which are the net's.
    pub fn service_settings(&self, service: Service) -> Settings {
        let of_service = self
            .services()
            .filter(|(of, name, _)| *of == service && !FLOORS.contains(name));
        of_service
            .map(|(_, name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// What the net may be set to.
    pub fn net_settings(&self) -> NetSettings {
        let number = |path: &str| {
            self.entries
                .get(path)
                .and_then(|entry| entry.value.parse().ok())
        };
        let [floors_s, sprint_floors_s] = FLOORS.map(|floor| {
            let floors = self.services().filter(|(_, name, _)| *name == floor);
            floors
                .filter_map(|(service, _, value)| Some((service, value.parse().ok()?)))
                .collect()
        });
        let default = NetSettings::default();
        NetSettings {
            timeout: number("net.timeout_s").map_or(default.timeout, Duration::from_secs),
            step_gap_ms: number("net.step_gap_ms").unwrap_or(default.step_gap_ms),
            floors_s,
            sprint_floors_s,
            ..default
        }
    }

    /// The addresses that settings give to services.
    pub fn service_addresses(&self) -> Vec<url::Url> {
        let addresses = self.services().filter_map(|(service, name, value)| {
            let key = keys::find(&format!("services.{service}.{name}"))?;
            let url = url::Url::parse(value).ok()?;
            matches!(key.form, keys::Form::ServiceUrl).then_some(url)
        });
        addresses.collect()
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
            let Some(key) =
                keys::find(path).filter(|key| show::shown(key, &entry.value) == REDACTED)
            else {
                continue;
            };
            redactor.register(&entry.value);
            // The password inside the address of a database turns up alone in its errors.
            let url = matches!(key.form, Form::Database)
                .then(|| url::Url::parse(&entry.value).ok())
                .flatten();
            if let Some(password) = url.as_ref().and_then(url::Url::password) {
                redactor.register(password);
            }
        }
    }
}

fn server<'e>(get: &impl Fn(&str) -> Option<&'e str>) -> Result<Server, ConfigError> {
    let without = |missing: &str, given: &str| {
        let text = Text::new(
            format!("设置了 {given}，也要设置这一项"),
            format!("has to be set too, as {given} is"),
        );
        ConfigError::new(missing, text)
    };
    let tls = match (get("server.tls_cert"), get("server.tls_key")) {
        (Some(cert), Some(key)) => Some(TlsFiles {
            cert: cert.into(),
            key: key.into(),
        }),
        (Some(_), None) => return Err(without("server.tls_key", "server.tls_cert")),
        (None, Some(_)) => return Err(without("server.tls_cert", "server.tls_key")),
        (None, None) => None,
    };
    let proxies = get("server.trusted_proxies").unwrap_or_default();
    let hosts = front::words(get("server.hosts").unwrap_or_default());
    Ok(Server {
        tls,
        behind_proxy: get("server.behind_proxy") == Some("true"),
        // Both were checked when they were read.
        trusted_proxies: Network::parse_all(proxies).unwrap_or_default(),
        hosts: hosts.map(str::to_owned).collect(),
        rate_limit: get("server.rate_limit")
            .and_then(|limit| limit.parse().ok())
            .unwrap_or(0),
    })
}
