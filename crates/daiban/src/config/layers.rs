//! Where values come from: what is built in, the file, the environment. The later over the earlier.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use daiban_core::Text;

use super::{
    ConfigError, Entry, Source, file,
    keys::{self, KEYS},
};

/// Variables with our prefix that are not settings.
const NOT_SETTINGS: [&str; 2] = ["DAIBAN_CONFIG", "DAIBAN_LOG"];

pub(super) fn defaults(env: &BTreeMap<String, String>) -> BTreeMap<&'static str, Entry> {
    let built_in = KEYS
        .iter()
        .filter_map(|key| Some((key.path, key.default?.to_owned())));
    let data_dir = xdg(env, "XDG_DATA_HOME", ".local/share").map(|dir| {
        (
            "data_dir",
            dir.join("daiban").to_string_lossy().into_owned(),
        )
    });
    let entry = |(path, value)| {
        let source = Source::Default;
        (path, Entry { value, source })
    };
    built_in.chain(data_dir).map(entry).collect()
}

/// A base directory of the XDG specification: an absolute path in the variable, or the place below the home directory.
fn xdg(env: &BTreeMap<String, String>, variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = env
        .get(variable)
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute());
    set.or_else(|| {
        env.get("HOME")
            .filter(|home| !home.is_empty())
            .map(|home| Path::new(home).join(below_home))
    })
}

pub(super) fn read_file(
    path: Option<&Path>,
    env: &BTreeMap<String, String>,
) -> Result<Vec<file::Given>, ConfigError> {
    let named = path
        .map(Path::to_owned)
        .or_else(|| env.get("DAIBAN_CONFIG").map(PathBuf::from));
    let found = || {
        let in_xdg =
            xdg(env, "XDG_CONFIG_HOME", ".config").map(|dir| dir.join("daiban/daiban.toml"));
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
        let text = Text::new(
            format!("读不了这个文件：{error}"),
            format!("this file cannot be read: {error}"),
        );
        ConfigError::new(&path.to_string_lossy(), text)
    })
}

/// Place, value and variable of every setting in the environment.
pub(super) fn from_env(
    env: &BTreeMap<String, String>,
) -> Result<Vec<(String, String, String)>, ConfigError> {
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
        let secret = place
            .strip_suffix("_file")
            .and_then(keys::find)
            .filter(|key| key.secret);
        let Some(key) = secret else {
            let text = Text::new(
                "没有这样的设置；写法是 DAIBAN_ 加上大写的位置，点换成 __，例如 DAIBAN_SERVER__LISTEN",
                "there is no such setting; write DAIBAN_ and the place in capitals with __ for dots, such as DAIBAN_SERVER__LISTEN",
            );
            return Err(ConfigError::new(variable, text));
        };
        if env.contains_key(variable.trim_end_matches("_FILE")) {
            let text = Text::new(
                "与不带 _FILE 的同名变量只能用一个",
                "and the variable without _FILE cannot both be set",
            );
            return Err(ConfigError::new(variable, text));
        }
        let content = read_text(Path::new(value)).map_err(|error| ConfigError {
            key: variable.clone(),
            ..error
        })?;
        all.push((
            key.path.to_owned(),
            content.trim_end_matches(['\r', '\n']).to_owned(),
            variable.clone(),
        ));
    }
    Ok(all)
}

pub(super) fn put(
    entries: &mut BTreeMap<&'static str, Entry>,
    place: &str,
    value: &str,
    source: Source,
) -> Result<(), ConfigError> {
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
    let siblings = KEYS
        .iter()
        .filter_map(|key| match key.path.rsplit_once('.') {
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
pub(super) fn check_section(path: &str, line: usize) -> Result<(), ConfigError> {
    let prefix = format!("{path}.");
    if KEYS.iter().any(|key| key.path.starts_with(&prefix)) {
        return Ok(());
    }
    let mut error = unknown(path, &Source::File { line });
    if keys::find(path).is_some() {
        error.text = Text::new(
            format!("第 {line} 行：这是一项设置，不是一节"),
            format!("line {line}: is a setting and not a section"),
        );
    }
    Err(error)
}
