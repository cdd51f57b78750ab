//! Settings: layers, names of what is wrong, masks.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{collections::BTreeMap, path::Path};

use daiban::config::{Config, ConfigError, Overrides, Source};
use daiban_core::{Lang, secret::Redactor, service::Service};
use serde_json::json;

fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let home = [("HOME", "/home/somebody")];
    home.iter()
        .chain(pairs)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn load(file: &str, variables: &[(&str, &str)], flags: Overrides) -> Result<Config, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("daiban.toml");
    std::fs::write(&path, file).unwrap();
    Config::load(Some(&path), &env(variables), flags)
}

fn of_file(file: &str) -> Result<Config, ConfigError> {
    load(file, &[], Overrides::default())
}

/// The key that is named and what is said about it.
fn refused(file: &str) -> (String, String) {
    let error = of_file(file).unwrap_err();
    assert!(!error.text.zh.is_empty());
    (error.key, error.text.en)
}

#[test]
fn nothing_at_all_is_enough() {
    let config = of_file("").unwrap();
    assert_eq!(
        config.data_dir,
        Path::new("/home/somebody/.local/share/daiban")
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:8420");
    assert_eq!(
        (config.lang, config.allow_private, config.asks_break_quiet),
        (Lang::Zh, false, true)
    );
    assert_eq!(config.database_url.reveal(), "sqlite");
    assert!(config.quiet_hours.is_some() && config.public_url.is_none() && !config.mqtt.enabled);
    let rail = config.service_settings(Service::Rail);
    assert_eq!(rail["base_url"], "https://kyfw.12306.cn");
    assert_eq!(rail["www_url"], "https://www.12306.cn");
    let hospital = config.service_settings(Service::Hospital);
    let set = |name: &str| hospital[name].as_str();
    assert_eq!(
        [
            set("base_url"),
            set("dialect"),
            set("aes_key"),
            set("key_from")
        ],
        [
            "https://www.114yygh.com",
            "web-2022",
            "imed2019imed2019",
            "setting"
        ]
    );
    assert_eq!(
        [set("orders_path"), set("order_status_path")],
        ["web/order/list", "web/order/status"]
    );
    assert_eq!(
        config.service_settings(Service::Vehicle),
        BTreeMap::from([("profile".to_owned(), "lynkco-2023".to_owned())])
    );
    let net = config.net_settings();
    assert_eq!(
        (net.timeout.as_secs(), net.step_gap_ms, net.floors_s.len()),
        (15, 200, 0)
    );
}

#[test]
fn both_floors_are_the_nets() {
    let file = "[services.hospital]\nfloor_s = 90\nsprint_floor_s = 5\n";
    let config = load(file, &[], Overrides::default()).unwrap();
    let settings = config.service_settings(Service::Hospital);
    assert!(!settings.keys().any(|name| name.ends_with("floor_s")));
    let net = config.net_settings();
    assert_eq!(net.floors_s[&Service::Hospital], 90);
    assert_eq!(net.sprint_floors_s[&Service::Hospital], 5);
}

#[test]
fn what_the_hospital_service_cannot_use_is_refused_by_name() {
    for (name, value) in [
        ("dialect", "web-2019"),
        ("key_from", "heart"),
        ("aes_key", "imed2019"),
        ("aes_key", "imed2019imed20190"),
        ("aes_key", "imed2019imed201é"),
        ("orders_path", "/web/order/list"),
        ("orders_path", "https://elsewhere.test/list"),
        ("order_status_path", "web/../status"),
    ] {
        let file = format!("[services.hospital]\n{name} = \"{value}\"\n");
        let (key, said) = refused(&file);
        assert_eq!(key, format!("services.hospital.{name}"), "{value}");
        assert!(name != "aes_key" || !said.contains(value), "{said}");
    }
    let other = of_file("[services.hospital]\naes_key = \"imed2023imed2023\"\n").unwrap();
    let dump = other.dump_text(Lang::En);
    assert!(!dump.contains("imed2023"), "{dump}");
    assert!(dump.contains("services.hospital.aes_key"), "{dump}");
}

#[test]
fn later_layers_win_and_say_where_from() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\n[net]\ntimeout_s = 20\n[services.rail]\nfloor_s = 10\nbase_url = \"http://127.0.0.1:9/\"\n";
    let variables = [
        ("DAIBAN_SERVER__LISTEN", "127.0.0.1:2"),
        ("DAIBAN_NET__STEP_GAP_MS", "0"),
        ("XDG_DATA_HOME", "/data"),
    ];
    let config = load(file, &variables, Overrides::default()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:2");
    assert_eq!(config.data_dir, Path::new("/data/daiban"));
    assert_eq!(
        config.service_settings(Service::Rail)["base_url"],
        "http://127.0.0.1:9"
    );
    assert!(
        !config
            .service_settings(Service::Rail)
            .contains_key("floor_s")
    );
    let net = config.net_settings();
    assert_eq!(
        (
            net.timeout.as_secs(),
            net.step_gap_ms,
            net.floors_s[&Service::Rail]
        ),
        (20, 0, 10)
    );

    let flags = Overrides::default()
        .with("server.listen", Some("localhost:3"))
        .with("data_dir", None::<String>);
    let config = load(file, &variables, flags).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3");
    let dump = config.dump();
    let source = |key: &str| {
        dump.iter()
            .find(|line| line.key == key)
            .unwrap()
            .source
            .clone()
    };
    assert_eq!(source("server.listen"), Source::Flag);
    assert_eq!(source("net.timeout_s"), Source::File { line: 4 });
    assert_eq!(
        source("net.step_gap_ms"),
        Source::Env {
            variable: "DAIBAN_NET__STEP_GAP_MS".to_owned()
        }
    );
    assert_eq!(source("mqtt.port"), Source::Default);
    let text = config.dump_text(Lang::En);
    assert!(
        text.contains("net.timeout_s = \"20\"  # daiban.toml line 4\n"),
        "{text}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let check = |file: &str, key: &str, part: &str| {
        let (named, said) = refused(file);
        assert_eq!(named, key, "{file}");
        assert!(said.contains(part), "{file}: {said}");
    };
    check(
        "\n[server]\nlisten = \"127.0.0.1:1\"\nlistn = 1\n",
        "server.listn",
        "line 4",
    );
    check(
        "[server]\nlistn = 1\n",
        "server.listn",
        "known here: listen",
    );
    check("nonsense = 1\n", "nonsense", "line 1");
    check("[services.trains]\n", "services.trains", "line 1");
    check("[server.listen]\n", "server.listen", "not a section");
    check(
        "[services.rail]\nbase_url = \"http://kyfw.12306.cn\"\n",
        "services.rail.base_url",
        "https://",
    );
    check(
        "[services.vehicle]\nuser_url = \"http://192.168.1.1\"\n",
        "services.vehicle.user_url",
        "line 2",
    );
    check(
        "[services.violation]\nsign = \"sha1\"\n",
        "services.violation.sign",
        "md5, hash",
    );
    check(
        "[server]\nlisten = 8420\n",
        "server.listen",
        "127.0.0.1:8420",
    );
    check("[mqtt]\nport = 0\n", "mqtt.port", "from 1");
    check(
        "[mqtt]\nenabled = \"perhaps\"\n",
        "mqtt.enabled",
        "true or false",
    );
    check(
        "[notices]\nquiet_hours = \"at night\"\n",
        "notices.quiet_hours",
        "22:30-07:00",
    );
    check("data_dir = [\"a\"]\n", "data_dir", "array");
    check("lang = \"de\"\n", "lang", "zh, en");
    check(
        "[mqtt]\npassword = \"open sesame\nport = 1\n",
        "daiban.toml",
        "line 2",
    );
    assert!(
        !refused("[mqtt]\npassword = \"open sesame\nport = 1\n")
            .1
            .contains("sesame")
    );
}

#[test]
fn the_environment_too() {
    let error = load("", &[("DAIBAN_SERVER__LISTN", "x")], Overrides::default()).unwrap_err();
    assert_eq!(error.key, "DAIBAN_SERVER__LISTN");
    let error = load(
        "",
        &[("DAIBAN_SERVICES__PERMIT__BASE_URL", "http://example.com")],
        Overrides::default(),
    )
    .unwrap_err();
    assert_eq!(error.key, "services.permit.base_url");
    assert!(
        error.text.en.contains("DAIBAN_SERVICES__PERMIT__BASE_URL"),
        "{error}"
    );
    let error = load(
        "",
        &[],
        Overrides::default().with("server.listen", Some("here")),
    )
    .unwrap_err();
    assert!(error.text.en.contains("command line"), "{error}");
    load(
        "",
        &[
            ("DAIBAN_LOG", "debug"),
            ("DAIBAN_TEST_X", "1"),
            ("OTHER", "x"),
        ],
        Overrides::default(),
    )
    .unwrap();
}

#[test]
fn secrets_from_files_are_masked() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("password");
    std::fs::write(&path, "open sesame\n").unwrap();
    let path = path.to_str().unwrap();
    let variables = [
        ("DAIBAN_MQTT__PASSWORD_FILE", path),
        (
            "DAIBAN_DATABASE__URL",
            "postgres://daiban:hunter22@db/daiban",
        ),
    ];
    let config = load("", &variables, Overrides::default()).unwrap();
    assert_eq!(
        config.mqtt.password.as_ref().unwrap().reveal(),
        "open sesame"
    );
    let shown = format!(
        "{}{:?}{:?}",
        config.dump_text(Lang::Zh),
        config.dump(),
        config
    );
    assert!(
        !shown.contains("sesame") && !shown.contains("hunter22"),
        "{shown}"
    );
    let redactor = Redactor::default();
    config.register_secrets(&redactor);
    assert_eq!(
        redactor.redact("said open sesame to hunter22"),
        "said ••• to •••"
    );

    let both = [
        ("DAIBAN_MQTT__PASSWORD_FILE", path),
        ("DAIBAN_MQTT__PASSWORD", "x"),
    ];
    assert_eq!(
        load("", &both, Overrides::default()).unwrap_err().key,
        "DAIBAN_MQTT__PASSWORD_FILE"
    );
    let missing = [("DAIBAN_MQTT__PASSWORD_FILE", "/nowhere/at/all")];
    assert_eq!(
        load("", &missing, Overrides::default()).unwrap_err().key,
        "DAIBAN_MQTT__PASSWORD_FILE"
    );
    let not_secret = [("DAIBAN_MQTT__HOST_FILE", path)];
    assert_eq!(
        load("", &not_secret, Overrides::default()).unwrap_err().key,
        "DAIBAN_MQTT__HOST_FILE"
    );
}

#[test]
fn a_named_file_must_be_there_and_an_empty_value_unsets() {
    let error = Config::load(
        Some(Path::new("/nowhere/daiban.toml")),
        &env(&[]),
        Overrides::default(),
    )
    .unwrap_err();
    assert_eq!(error.key, "/nowhere/daiban.toml");
    let config = load(
        "[server]\npublic_url = \"https://d.example/\"\n",
        &[],
        Overrides::default(),
    )
    .unwrap();
    assert_eq!(config.public_url.as_deref(), Some("https://d.example"));
    let config = load(
        "[server]\npublic_url = \"https://d.example/\"\n",
        &[("DAIBAN_SERVER__PUBLIC_URL", "")],
        Overrides::default(),
    )
    .unwrap();
    assert_eq!(config.public_url, None);
    assert!(
        of_file("[notices]\nquiet_hours = \"\"\n")
            .unwrap()
            .quiet_hours
            .is_none()
    );
    let nowhere = BTreeMap::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("daiban.toml");
    std::fs::write(&path, "").unwrap();
    assert_eq!(
        Config::load(Some(&path), &nowhere, Overrides::default())
            .unwrap_err()
            .key,
        "data_dir"
    );
}

#[test]
fn the_schema_knows_every_setting() {
    let schema = Config::schema();
    assert_eq!(schema["additionalProperties"], json!(false));
    let config = of_file("").unwrap();
    for line in config.dump() {
        let pointer = line
            .key
            .split('.')
            .fold(String::new(), |at, part| format!("{at}/properties/{part}"));
        let found = schema
            .pointer(&pointer)
            .unwrap_or_else(|| panic!("{}", line.key));
        assert!(
            found["description"]
                .as_str()
                .is_some_and(|text| text.len() > 3),
            "{}",
            line.key
        );
    }
    let services = &schema["properties"]["services"]["properties"];
    assert_eq!(
        services["rail"]["properties"]["floor_s"]["type"],
        json!("integer")
    );
    assert_eq!(services.as_object().unwrap().len(), Service::ALL.len());
    assert_eq!(
        schema["properties"]["mqtt"]["properties"]["port"]["default"],
        json!(1883)
    );
}

#[test]
fn a_map_is_a_page_of_one_host_with_both_degrees_in_it() {
    let good = "https://uri.amap.com/marker?position={lon},{lat}&coordinate=wgs84";
    let of = |url: &str| of_file(&format!("[web]\nmap_url = {url:?}\n"));
    assert_eq!(of(good).unwrap().map_url.as_deref(), Some(good));
    assert_eq!(of("").unwrap().map_url, None);
    for wrong in [
        "http://map.example.com/?at={lat},{lon}",
        "https://map.example.com/?at={lat}",
        "https://{lat}.example.com/{lon}",
        "https://map.example.com@{lat}{lon}/",
        "javascript:alert({lat},{lon})",
        "{lat},{lon}",
    ] {
        assert_eq!(of(wrong).unwrap_err().key, "web.map_url", "{wrong}");
    }
}
