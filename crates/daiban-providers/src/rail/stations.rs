//! The station dictionary: reading the service's file, finding stations as people name them.
//!
//! The file is one JavaScript assignment of one string; it is cut, never run. New stations appear every few weeks, so
//! what a query answer names ([`Dictionary::learn`]) counts too. Leaves fetching and keeping the file to `flow`.
//!
//! Form of the file: public clients of the service, *seen* 2018–2026 (6 fields a record until about 2021, 11 since).

use std::collections::{HashMap, HashSet};

use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use serde::{Deserialize, Serialize};

/// One station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Station {
    /// Chinese name, `北京南`.
    pub name: String,
    /// Telecode, three capital letters, unique.
    pub code: String,
    /// Pinyin without tones, not unique; `None` for a station learned from a query answer.
    pub pinyin: Option<String>,
    /// First letters of the pinyin, not unique.
    pub initials: Option<String>,
    /// The city it serves; `None` in files of before 2021.
    pub city: Option<String>,
}

/// One place of a journey as it was asked for, and the stations that it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What was written.
    pub asked: String,
    /// Whether it names a city.
    pub city: bool,
    /// Never empty.
    pub stations: Vec<Named>,
}

/// A station as an answer to a person names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Chinese name; `None` when no station file could be had.
    pub name: Option<String>,
    /// Telecode, three capital letters.
    pub code: String,
}

impl Named {
    /// A station of the dictionary.
    #[must_use]
    pub fn of(station: &Station) -> Self {
        Self {
            name: Some(station.name.clone()),
            code: station.code.clone(),
        }
    }
}

/// All stations known.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    stations: Vec<Station>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

/// A record has at least: key, name, telecode, pinyin, initials, number.
const FEWEST_FIELDS: usize = 6;

impl Dictionary {
    /// Reads the service's station file.
    ///
    /// Blanks inside names are taken out (older files write `成  都东`). A telecode that comes again is dropped.
    ///
    /// # Errors
    /// `Changed`, naming the place: no string in it, the string not closed (a file cut off), no record, or a
    /// record that is none.
    pub fn parse(text: &str) -> Result<Self, ServiceError> {
        let mut dictionary = Self::default();
        for (at, record) in string_in(text)?.split('@').skip(1).enumerate() {
            dictionary.add(station(record, at + 1)?);
        }
        if dictionary.stations.is_empty() {
            return Err(ServiceError::changed("station file", "no record in it"));
        }
        Ok(dictionary)
    }

    /// A dictionary of stations that were kept.
    #[must_use]
    pub fn of(stations: impl IntoIterator<Item = Station>) -> Self {
        let mut dictionary = Self::default();
        stations
            .into_iter()
            .for_each(|station| dictionary.add(station));
        dictionary
    }

    /// Adds the stations of a query answer (telecode, name) that are not known yet. Says how many there were.
    pub fn learn<'a>(&mut self, names: impl IntoIterator<Item = (&'a str, &'a str)>) -> usize {
        let before = self.stations.len();
        for (code, name) in names {
            let name = without_blanks(name);
            if is_telecode(code) && !name.is_empty() {
                self.add(Station {
                    name,
                    code: code.to_owned(),
                    pinyin: None,
                    initials: None,
                    city: None,
                });
            }
        }
        self.stations.len() - before
    }

    /// Every station, in the file's order.
    #[must_use]
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// The station with this telecode.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&Station> {
        self.by_code.get(code).map(|at| &self.stations[*at])
    }

    /// The station with exactly this name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Station> {
        self.by_name.get(name).map(|at| &self.stations[*at])
    }

    /// The one station a person means by a name (with or without 站) or a telecode.
    ///
    /// A city, pinyin or part of a name is not enough: the wrong station is worse than a question.
    ///
    /// # Errors
    /// [`InvalidInput`] for the field, with what might have been meant.
    pub fn resolve(&self, field: &str, text: &str) -> Result<&Station, InvalidInput> {
        let wanted = without_blanks(text);
        let code = wanted.to_ascii_uppercase();
        let bare = wanted.strip_suffix('站').unwrap_or(&wanted);
        let found = self
            .by_name(&wanted)
            .or_else(|| self.by_name(bare))
            .or_else(|| self.by_code(&code));
        found.ok_or_else(|| self.no_such_station(field, text))
    }

    /// Every station of a city, the one named like it first, then in the file's order. Empty when no city is called so.
    #[must_use]
    pub fn city(&self, city: &str) -> Vec<&Station> {
        let in_city = |station: &&Station| station.city.as_deref() == Some(city);
        let mut stations: Vec<&Station> = self.stations.iter().filter(in_city).collect();
        stations.sort_by_key(|station| station.name != city);
        stations
    }

    /// What a person means by one place of a journey: a station as [`Dictionary::resolve`] has it, or, written `北京市` or
    /// `city:北京`, every station of that city.
    ///
    /// A station that is called so wins: 南平市 is a station of its own, the city is `city:南平`.
    ///
    /// # Errors
    /// [`InvalidInput`] for the field, with what might have been meant.
    pub fn place(&self, field: &str, text: &str) -> Result<Asked, InvalidInput> {
        let wanted = without_blanks(text);
        let city = match wanted.split_once([':', '：']) {
            Some((word, city)) if word.eq_ignore_ascii_case("city") => Some(city),
            _ if self.by_name(&wanted).is_some() => None,
            _ => wanted.strip_suffix('市').filter(|city| !city.is_empty()),
        };
        let stations = match city {
            Some(city) => self.city(city.strip_suffix('市').unwrap_or(city)),
            None => vec![self.resolve(field, text)?],
        };
        if stations.is_empty() {
            return Err(self.no_such_station(field, city.unwrap_or(text)));
        }
        Ok(Asked {
            asked: text.trim().to_owned(),
            city: city.is_some(),
            stations: stations.into_iter().map(Named::of).collect(),
        })
    }

    /// Stations that fit a text, best first: name, telecode, beginning of the name, initials, pinyin, city, part of the name.
    ///
    /// A city brings all its stations. At most `limit`.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<&Station> {
        let wanted = Wanted::new(text);
        if wanted.name.is_empty() {
            return Vec::new();
        }
        let cities = self.cities(&wanted);
        let rank_of = |(at, station)| Some((wanted.rank(station, &cities)?, at, station));
        let mut found: Vec<(Rank, usize, &Station)> = self
            .stations
            .iter()
            .enumerate()
            .filter_map(rank_of)
            .collect();
        found.sort_by_key(|(rank, at, station)| (*rank, station.name.chars().count(), *at));
        found
            .into_iter()
            .map(|(.., station)| station)
            .take(limit)
            .collect()
    }

    /// The cities a text names, by their name or by the pinyin of the station called like them.
    fn cities(&self, wanted: &Wanted) -> HashSet<&str> {
        let named = |station: &Station| {
            station.city.as_deref() == Some(&wanted.name)
                || (station.city.as_ref() == Some(&station.name)
                    && station.pinyin.as_ref() == Some(&wanted.latin))
        };
        self.stations
            .iter()
            .filter(|station| named(station))
            .filter_map(|station| station.city.as_deref())
            .collect()
    }

    fn no_such_station(&self, field: &str, text: &str) -> InvalidInput {
        let near: Vec<String> = self
            .search(text, 6)
            .iter()
            .map(|near| format!("{}（{}）", near.name, near.code))
            .collect();
        let near = near.join("、");
        if near.is_empty() {
            return InvalidInput::new(
                field,
                format!("没有「{text}」这个车站；请填站名（北京南）或电报码（VNP）"),
                format!("no station {text:?}; give a station's name (北京南) or telecode (VNP)"),
            );
        }
        InvalidInput::new(
            field,
            format!("没有「{text}」这个车站；是不是：{near}"),
            format!("no station {text:?}; perhaps {near}"),
        )
    }

    /// Keeps the first station of a telecode, and the first of a name (older files have three names twice).
    fn add(&mut self, station: Station) {
        if self.by_code.contains_key(&station.code) {
            return;
        }
        let at = self.stations.len();
        self.by_code.insert(station.code.clone(), at);
        self.by_name.entry(station.name.clone()).or_insert(at);
        self.stations.push(station);
    }
}

/// How well a station fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Name,
    Code,
    NameStart,
    Initials,
    Pinyin,
    PinyinStart,
    InitialsStart,
    City,
    NamePart,
}

/// What somebody typed, ready to be compared.
struct Wanted {
    /// Without blanks and without 站 at the end.
    name: String,
    /// In small letters, for pinyin and initials.
    latin: String,
    /// In capitals, for telecodes.
    code: String,
}

impl Wanted {
    fn new(text: &str) -> Self {
        let text = without_blanks(text);
        let name = text
            .strip_suffix('站')
            .filter(|bare| !bare.is_empty())
            .unwrap_or(&text)
            .to_owned();
        Self {
            latin: text.to_ascii_lowercase().replace('\'', ""),
            code: text.to_ascii_uppercase(),
            name,
        }
    }

    fn rank(&self, station: &Station, cities: &HashSet<&str>) -> Option<Rank> {
        let pinyin = station.pinyin.as_deref().unwrap_or_default();
        let initials = station.initials.as_deref().unwrap_or_default();
        let in_city = || {
            station
                .city
                .as_deref()
                .is_some_and(|city| cities.contains(city))
        };
        Some(match () {
            () if station.name == self.name => Rank::Name,
            () if station.code == self.code => Rank::Code,
            () if station.name.starts_with(&self.name) => Rank::NameStart,
            () if initials == self.latin => Rank::Initials,
            () if pinyin == self.latin => Rank::Pinyin,
            () if pinyin.starts_with(&self.latin) => Rank::PinyinStart,
            () if initials.starts_with(&self.latin) => Rank::InitialsStart,
            () if in_city() => Rank::City,
            () if station.name.contains(&self.name) => Rank::NamePart,
            () => return None,
        })
    }
}

/// What stands between the first quote and its partner.
fn string_in(text: &str) -> Result<&str, ServiceError> {
    let changed = |saw: &str| ServiceError::changed("station file", saw);
    let start = text.find(['\'', '"']).ok_or_else(|| {
        changed(if text.trim().is_empty() {
            "empty"
        } else {
            "no string in it"
        })
    })?;
    let quote = if text.as_bytes()[start] == b'"' {
        '"'
    } else {
        '\''
    };
    let (string, _) = text[start + 1..]
        .split_once(quote)
        .ok_or_else(|| changed("cut off: its string does not end"))?;
    Ok(string)
}

fn station(record: &str, number: usize) -> Result<Station, ServiceError> {
    let changed =
        |saw: String| ServiceError::changed(format!("station file, record {number}"), saw);
    let fields: Vec<&str> = record.split('|').map(str::trim).collect();
    if fields.len() < FEWEST_FIELDS {
        return Err(changed(format!(
            "{} fields, at least {FEWEST_FIELDS} expected",
            fields.len()
        )));
    }
    let name = without_blanks(fields[1]);
    if name.is_empty() {
        return Err(changed("no name".to_owned()));
    }
    if !is_telecode(fields[2]) {
        return Err(changed(format!("{:?} is no telecode", fields[2])));
    }
    let filled = |at: usize| {
        fields
            .get(at)
            .filter(|field| !field.is_empty())
            .map(|field| (*field).to_owned())
    };
    Ok(Station {
        name,
        code: fields[2].to_owned(),
        pinyin: filled(3),
        initials: filled(4),
        city: filled(7),
    })
}

fn is_telecode(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
