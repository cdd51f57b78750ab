//! The station field: what was typed, whether one station is meant by it, and what else it may be.
//!
//! A name or a telecode is a station. Pinyin and initials are one when nothing else fits; the wrong station is worse than
//! a question, so all else is answered with choices.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use daiban_core::Lang;
use daiban_providers::rail::stations::Station;

use super::super::{
    Web,
    page::{html, said},
    security::Oops,
    visitor::{Fields, Me},
    words::m,
};
use crate::app::{App, AppError};

/// So many are offered while somebody types, and when what was typed is not clear.
const OFFERED: usize = 8;

/// Between several stations of one field.
const BETWEEN: [char; 4] = [',', '，', '、', ' '];

/// A station field of a form.
pub(super) struct StationField {
    /// `from` or `to`: its name and id.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// The field as it stands.
    pub(super) value: String,
    pub(super) error: Option<String>,
    /// Whole new values of the field, each with its label.
    pub(super) choices: Vec<(String, String)>,
}

/// What a field names.
pub(super) struct Named {
    /// Stations and cities, as far as they are clear.
    pub(super) names: Vec<String>,
    pub(super) field: StationField,
}

impl Named {
    /// Whether something is there and all of it is clear.
    pub(super) fn is_clear(&self) -> bool {
        !self.names.is_empty() && self.field.error.is_none()
    }
}

/// What was meant by one name.
#[derive(Debug, PartialEq)]
enum Meant {
    One(String),
    /// Label and value of each choice; none: nothing is called so.
    Choices(Vec<(String, String)>),
}

/// The single names of a field.
pub(super) fn split(typed: &str) -> Vec<String> {
    typed
        .split(BETWEEN)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Which of the two fields.
pub(super) fn label(name: &str, lang: Lang) -> &'static str {
    match name {
        "from" => m(lang, "rail-from"),
        _ => m(lang, "rail-to"),
    }
}

/// Reads a field. Where the service cannot be asked, what was typed is taken as it is: whoever uses it will say.
///
/// # Errors
/// Those inside.
pub(super) async fn read(
    app: &App,
    lang: Lang,
    name: &'static str,
    typed: &str,
) -> Result<Named, AppError> {
    let mut named = Named {
        names: split(typed),
        field: StationField {
            name,
            label: label(name, lang),
            value: typed.trim().to_owned(),
            error: None,
            choices: Vec::new(),
        },
    };
    for at in 0..named.names.len() {
        let typed = named.names[at].clone();
        match meant(app, &typed, lang).await {
            Ok(Meant::One(station)) => named.names[at] = station,
            Ok(Meant::Choices(choices)) => {
                named.doubt(at, &typed, choices, lang);
                return Ok(named);
            }
            Err(error @ (AppError::Store(_) | AppError::Internal(_))) => return Err(error),
            Err(_) => {}
        }
    }
    if !named.names.is_empty() {
        named.field.value = named.names.join(m(lang, "shell-mark-list"));
    }
    Ok(named)
}

impl Named {
    fn doubt(&mut self, at: usize, typed: &str, choices: Vec<(String, String)>, lang: Lang) {
        let error = match (choices.is_empty(), lang) {
            (true, Lang::Zh) => format!("没有「{typed}」这个车站"),
            (true, Lang::En) => format!("there is no station {typed:?}"),
            (false, Lang::Zh) => format!("「{typed}」是哪一个？点一个"),
            (false, Lang::En) => format!("which one is {typed:?}? Choose"),
        };
        self.field.error = Some(error);
        let whole = |value: String| {
            let mut names = self.names.clone();
            names[at] = value;
            names.join(m(lang, "shell-mark-list"))
        };
        self.field.choices = choices
            .into_iter()
            .map(|(label, value)| (whole(value), label))
            .collect();
    }
}

async fn meant(app: &App, typed: &str, lang: Lang) -> Result<Meant, AppError> {
    let bare = typed.strip_suffix('市').unwrap_or(typed);
    let found = app.rail_stations(bare).await?;
    let found: Vec<Station> = serde_json::from_value(found)
        .map_err(|error| AppError::Internal(format!("stations: {error}")))?;
    Ok(choose(typed, &found, lang))
}

/// Which of the stations found is meant.
fn choose(typed: &str, found: &[Station], lang: Lang) -> Meant {
    let bare = typed.strip_suffix('站').unwrap_or(typed);
    let code = typed.to_ascii_uppercase();
    let exact = found
        .iter()
        .find(|station| station.name == typed || station.name == bare || station.code == code);
    if let Some(station) = exact {
        return Meant::One(station.name.clone());
    }
    let city = typed.strip_suffix('市');
    if city.is_some_and(|city| found.iter().any(|one| one.city.as_deref() == Some(city))) {
        return Meant::One(typed.to_owned());
    }
    match found {
        [only] if spelled(only, typed) => Meant::One(only.name.clone()),
        _ => Meant::Choices(choices(found, lang)),
    }
}

fn spelled(station: &Station, typed: &str) -> bool {
    let latin = typed.to_ascii_lowercase();
    [&station.pinyin, &station.initials]
        .into_iter()
        .any(|spelling| spelling.as_deref() == Some(&latin))
}

/// The stations, and the city of the first when it has several.
fn choices(found: &[Station], lang: Lang) -> Vec<(String, String)> {
    let mut choices: Vec<(String, String)> = found
        .iter()
        .take(OFFERED)
        .map(|station| (station.name.clone(), station.name.clone()))
        .collect();
    let city = found.first().and_then(|first| first.city.as_deref());
    let stations_of = |city: &str| {
        let its = |one: &&Station| one.city.as_deref() == Some(city);
        found.iter().filter(its).count()
    };
    if let Some(city) = city.filter(|city| stations_of(city) > 1) {
        let label = match lang {
            Lang::Zh => format!("{city}市任何一站"),
            Lang::En => format!("any station of {city}"),
        };
        choices.push((label, format!("{city}市")));
    }
    choices
}

#[derive(Template)]
#[template(path = "rail_options.html")]
struct Options {
    /// Value and what helps to recognise it.
    options: Vec<(String, String)>,
}

/// `GET /rail/stations?q=`: options for the list of a station field. Only the last name of several is looked for.
pub(in crate::web) async fn options(
    State(web): State<Web>,
    me: Me,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let asked = Fields(asked);
    let typed = ["q", "from", "to"]
        .into_iter()
        .find_map(|name| asked.get(name))
        .unwrap_or_default();
    let at = typed.rfind(BETWEEN).map_or(0, |at| {
        at + typed[at..].chars().next().map_or(0, char::len_utf8)
    });
    let (before, last) = typed.split_at(at);
    if last.trim().is_empty() {
        return Ok(html(&Options {
            options: Vec::new(),
        }));
    }
    let found = match web.app.rail_stations(last).await {
        Ok(found) => found,
        // Typing goes on without suggestions; the form says what is wrong once it is sent.
        Err(error @ (AppError::Store(_) | AppError::Internal(_))) => return Err(error.into()),
        Err(error) => {
            tracing::debug!(said = said(&error, me.lang), "no stations to suggest");
            return Ok(html(&Options {
                options: Vec::new(),
            })
            .into_response());
        }
    };
    let found: Vec<Station> = serde_json::from_value(found)
        .map_err(|error| AppError::Internal(format!("stations: {error}")))?;
    let options = found.iter().take(OFFERED).map(|station| {
        let help = [&station.pinyin, &station.initials, &station.city];
        let help: Vec<&str> = help.into_iter().flatten().map(String::as_str).collect();
        (format!("{before}{}", station.name), help.join(" "))
    });
    Ok(html(&Options {
        options: options.collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station(name: &str, code: &str, pinyin: &str, initials: &str, city: &str) -> Station {
        Station {
            name: name.to_owned(),
            code: code.to_owned(),
            pinyin: Some(pinyin.to_owned()),
            initials: Some(initials.to_owned()),
            city: Some(city.to_owned()),
        }
    }

    fn beijing() -> Vec<Station> {
        vec![
            station("北京", "BJP", "beijing", "bj", "北京"),
            station("北京南", "VNP", "beijingnan", "bjn", "北京"),
        ]
    }

    #[test]
    fn only_what_is_clear_is_taken() {
        let one = |name: &str| Meant::One(name.to_owned());
        let choose = |typed: &str, found: &[Station]| choose(typed, found, Lang::Zh);
        for (typed, name) in [
            ("北京南", "北京南"),
            ("北京南站", "北京南"),
            ("vnp", "北京南"),
            ("北京市", "北京市"),
            ("北京", "北京"),
        ] {
            assert_eq!(choose(typed, &beijing()), one(name), "{typed}");
        }
        assert_eq!(choose("bjn", &beijing()[1..]), one("北京南"));
        let Meant::Choices(choices) = choose("beijing", &beijing()) else {
            panic!("pinyin of two stations is not clear");
        };
        let values: Vec<&str> = choices.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["北京", "北京南", "北京市"]);
        assert_eq!(choose("没有", &[]), Meant::Choices(Vec::new()));
        assert_eq!(
            choose("没有市", &beijing()),
            Meant::Choices(super::choices(&beijing(), Lang::Zh))
        );
    }

    #[test]
    fn several_names_in_one_field() {
        assert_eq!(split("北京南、 北京西,bjn"), ["北京南", "北京西", "bjn"]);
        assert!(split(" ，").is_empty());
    }
}
