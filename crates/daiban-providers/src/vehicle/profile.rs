//! Brands of one family as data: hosts, headers, paths, service ids and what codes mean. One file each in `profiles/`.
//!
//! To add a brand, write its file and name it in `FILES`; a test sees to it that none is forgotten. No file holds a secret:
//! the key that signs requests is the owner's to supply.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use daiban_core::invalid::InvalidInput;
use serde::Deserialize;

/// Every profile, in the order people are shown.
const FILES: &[&str] = &[
    include_str!("profiles/lynkco-2020.toml"),
    include_str!("profiles/lynkco-2023.toml"),
];

/// One brand at one time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The word of the setting `profile`.
    pub name: String,
    /// Where accounts live, without a slash at the end. The setting `user_url` takes its place.
    pub user_url: String,
    /// Where cars live. The setting `device_url` takes its place.
    pub device_url: String,
    /// Another host for cars, tried once when the first knows no such car (8063).
    #[serde(default)]
    pub other_device_url: Option<String>,
    /// How requests are signed.
    pub signing: Signing,
    /// Which sign-in the account service is asked for.
    pub identity_type: String,
    /// The address that goes with an auth code, where one does.
    #[serde(default)]
    pub redirect_url: Option<String>,
    /// Headers of every request that do not change.
    pub headers: BTreeMap<String, String>,
    /// Paths below the hosts. `{vin}`, `{user}`, `{iccid}` and `{identity}` are filled in.
    pub paths: Paths,
    /// How `latest` is spelt for yes and no.
    pub latest: Latest,
    /// How a command's body spells its moment.
    pub timestamp: Moment,
    /// Whether a renewal goes with the current `authorization`.
    pub refresh_with_authorization: bool,
    /// What the car can be told, by the word of the command.
    pub commands: BTreeMap<String, Told>,
    /// What codes of a status mean.
    pub codes: Codes,
}

/// How requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signing {
    /// Not at all.
    None,
    /// Version 1.0: HMAC-SHA1 over nine lines.
    V1,
}

/// Paths below the hosts, each beginning with a slash.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paths {
    /// POST: an auth code for tokens; PUT: tokens for newer ones; DELETE: out. May carry a query.
    pub session: String,
    /// PUT for newer tokens, where it is another one.
    pub refresh: String,
    /// GET: the cars of a user.
    pub cars: String,
    /// POST: which car the session is about; `None`: not needed.
    #[serde(default)]
    pub bind: Option<String>,
    /// GET: everything a car tells.
    pub status: String,
    /// GET: what a car can be told.
    pub capabilities: String,
    /// PUT: tell it.
    pub command: String,
    /// GET: the data of its SIM card; `None`: not known for this brand.
    #[serde(default)]
    pub flow: Option<String>,
}

/// How `latest` is spelt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latest {
    /// What the cloud has.
    pub no: String,
    /// A fresh report; may wake the car.
    pub yes: String,
}

/// How a command's body spells its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// A number of milliseconds.
    Ms,
    /// A text of milliseconds.
    MsText,
    /// A number of seconds.
    Seconds,
}

/// How one command is spelt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// `RDL` and the like.
    pub service: String,
    /// `start` or `stop`.
    pub command: String,
    /// Parameters; `{minutes}` and `{what}` are filled in.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// How long, in the service's own unit.
    #[serde(default)]
    pub duration: u32,
    /// Words for `{what}`.
    #[serde(default)]
    pub what: BTreeMap<String, String>,
    /// Its name in a capability list.
    pub function: String,
    /// Seen with cars of this brand. Otherwise it is sent only when the capability list has it.
    #[serde(default)]
    pub seen: bool,
}

/// What codes of a status mean. A code in neither list is unknown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// `doorLockStatus*`, `trunkLockStatus`.
    pub lock: YesNo,
    /// `doorOpenStatus*`, `trunkOpenStatus`, `engineHoodOpenStatus`: yes is open.
    pub door: YesNo,
    /// `winStatus*`: yes is open.
    pub window: YesNo,
    /// `sunroofOpenStatus`, `curtainOpenStatus`: yes is open.
    pub sunroof: YesNo,
    /// `tankFlapStatus`, `chargeLid*Status`: yes is open.
    pub flap: YesNo,
    /// `handBrakeStatus`: yes is engaged.
    pub hand_brake: YesNo,
    /// `electricParkBrakeStatus`: yes is engaged.
    pub park_brake: YesNo,
    /// `transimissionGearPostion`.
    pub gear: Gears,
    /// `chargerState`: yes is charging.
    pub charger: YesNo,
    /// `statusOfChargerConnection`: yes is plugged in.
    pub plug: YesNo,
    /// `srsCrashStatus`: yes is deployed. The word `SRS_NOT_DEPLOYED` is known besides.
    pub airbag: YesNo,
    /// `vehicleAlarm`: yes is sounding.
    pub alarm: YesNo,
    /// Fluids, levels and lamps: yes is a warning. By field name.
    pub levels: BTreeMap<String, YesNo>,
    /// kPa for one unit of `tyreStatus*`; `None`: worked out from the values. The setting `tyre_kpa_per_unit` takes its place.
    #[serde(default)]
    pub tyre_kpa_per_unit: Option<f64>,
    /// Whether a position without `marsCoordinates` is GCJ-02; `None`: unknown.
    #[serde(default)]
    pub mars: Option<bool>,
}

/// Codes that mean yes, and codes that mean no.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YesNo {
    /// Yes.
    pub yes: Vec<i64>,
    /// No.
    pub no: Vec<i64>,
}

/// Codes of the gear lever.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gears {
    /// P
    pub park: Vec<i64>,
    /// R
    pub reverse: Vec<i64>,
    /// N
    pub neutral: Vec<i64>,
    /// D
    pub drive: Vec<i64>,
}

impl YesNo {
    /// What a code means; `None`: not known.
    pub fn of(&self, code: i64) -> Option<bool> {
        match (self.yes.contains(&code), self.no.contains(&code)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }
}

impl Profile {
    /// The profile of that name.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `profile`, with the names there are.
    pub fn named(name: &str) -> Result<&'static Self, InvalidInput> {
        let all = all();
        all.iter()
            .find(|profile| profile.name == name.trim())
            .ok_or_else(|| {
                let names = all.iter().map(|profile| profile.name.as_str());
                let names = names.collect::<Vec<_>>().join(", ");
                InvalidInput::new(
                    "profile",
                    format!("可以是：{names}"),
                    format!("one of: {names}"),
                )
            })
    }
}

/// Every profile. A file that cannot be read is left out here and fails the tests.
pub fn all() -> &'static [Profile] {
    static ALL: OnceLock<Vec<Profile>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = FILES.iter().map(|file| toml::from_str(file));
        read.filter_map(Result::ok).collect()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_named_and_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/vehicle/profiles");
        let mut names = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let profile: Profile =
                toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            assert_eq!(path.file_stem().unwrap(), profile.name.as_str());
            assert_eq!(Profile::named(&profile.name).unwrap(), &profile);
            names.push(profile.name);
        }
        assert_eq!(names.len(), FILES.len());
    }

    #[test]
    fn a_profile_that_is_not_there_is_refused_with_those_that_are() {
        let refused = Profile::named("volvo-1998").unwrap_err();
        assert_eq!(refused.field, "profile");
        assert!(refused.text.en.contains("lynkco-2023"));
    }
}
