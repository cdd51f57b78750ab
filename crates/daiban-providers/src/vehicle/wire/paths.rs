//! Paths with their queries, from a profile's patterns. What is given back goes on the wire as it is and is signed as it is.

use daiban_core::vin::Vin;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::ids::{Iccid, UserId};
use crate::vehicle::profile::Profile;

/// All but the unreserved characters of RFC 3986: the one spelling on which signing clients agree.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// POST an auth code for tokens, DELETE to sign out.
pub fn session(profile: &Profile) -> String {
    filled(&profile.paths.session, &[identity(profile)])
}

/// PUT for newer tokens.
pub fn refresh(profile: &Profile) -> String {
    filled(&profile.paths.refresh, &[identity(profile)])
}

/// GET the cars of a user.
pub fn cars(profile: &Profile, user: &UserId) -> String {
    filled(&profile.paths.cars, &[("user", user.as_str())])
}

/// POST which car the session is about; `None` where that is not needed.
pub fn bind(profile: &Profile) -> Option<String> {
    let pattern = profile.paths.bind.as_deref()?;
    Some(filled(pattern, &[identity(profile)]))
}

/// GET everything a car tells. `fresh` asks the car itself and may wake it; otherwise the cloud answers with what it has.
pub fn status(profile: &Profile, vin: &Vin, user: &UserId, fresh: bool) -> String {
    let latest = match fresh {
        true => &profile.latest.yes,
        false => &profile.latest.no,
    };
    let parts = [
        ("vin", vin.as_str()),
        ("user", user.as_str()),
        ("latest", latest),
    ];
    filled(&profile.paths.status, &parts)
}

/// GET what a car can be told.
pub fn capabilities(profile: &Profile, vin: &Vin) -> String {
    filled(&profile.paths.capabilities, &[("vin", vin.as_str())])
}

/// PUT a command.
pub fn command(profile: &Profile, vin: &Vin) -> String {
    filled(&profile.paths.command, &[("vin", vin.as_str())])
}

/// GET the data of the SIM card; `None` where the brand has no known place for it.
pub fn flow(profile: &Profile, iccid: &Iccid) -> Option<String> {
    let pattern = profile.paths.flow.as_deref()?;
    Some(filled(pattern, &[("iccid", iccid.as_str())]))
}

fn identity(profile: &Profile) -> (&'static str, &str) {
    ("identity", &profile.identity_type)
}

/// The pattern with its parts filled in, each percent-encoded.
fn filled(pattern: &str, parts: &[(&str, &str)]) -> String {
    let mut path = pattern.to_owned();
    for (name, value) in parts {
        let value = utf8_percent_encode(value, RESERVED).to_string();
        path = path.replace(&format!("{{{name}}}"), &value);
    }
    path
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::vehicle::profile;

    fn numbers() -> (Vin, UserId, Iccid) {
        (
            Vin::parse("vin", "LTESTVHC7E0000001").unwrap(),
            UserId::parse("1000001").unwrap(),
            Iccid::parse("89860000000000000000").unwrap(),
        )
    }

    #[test]
    fn paths_are_as_published() {
        let (vin, user, iccid) = numbers();
        let old = Profile::named("lynkco-2020").unwrap();
        let new = Profile::named("lynkco-2023").unwrap();
        let table = [
            (
                status(old, &vin, &user, false),
                "/geelyTCAccess/tcservices/vehicle/status/LTESTVHC7E0000001?userId=1000001&latest=false&target=more%2Cbasic",
            ),
            (
                status(new, &vin, &user, false),
                "/remote-control/vehicle/status/LTESTVHC7E0000001?latest=False&target=basic%2Cmore&userId=1000001",
            ),
            (
                status(new, &vin, &user, true),
                "/remote-control/vehicle/status/LTESTVHC7E0000001?latest=True&target=basic%2Cmore&userId=1000001",
            ),
            (session(old), "/auth/account/token?identity_type=lid"),
            (refresh(old), "/auth/account/token"),
            (refresh(new), "/auth/account/session/secure"),
            (cars(old, &user), "/device_platform/user/vehicle?id=1000001"),
            (
                cars(new, &user),
                "/device-platform/user/vehicle/secure?needSharedCar=1&userId=1000001",
            ),
            (
                command(old, &vin),
                "/geelyTCAccess/tcservices/vehicle/telematics/LTESTVHC7E0000001",
            ),
            (
                command(new, &vin),
                "/remote-control/vehicle/telematics/LTESTVHC7E0000001",
            ),
            (
                flow(old, &iccid).unwrap(),
                "/api/v1/flowinfo?type=iccid&iccid=89860000000000000000",
            ),
        ];
        for (built, expected) in table {
            assert_eq!(built, expected);
        }
        assert_eq!(bind(old), None);
        assert!(
            bind(new)
                .unwrap()
                .starts_with("/device-platform/user/session/update?")
        );
    }

    #[test]
    fn every_pattern_of_every_profile_is_filled_and_begins_with_a_slash() {
        let (vin, user, iccid) = numbers();
        for profile in profile::all() {
            let mut built = vec![
                session(profile),
                refresh(profile),
                cars(profile, &user),
                status(profile, &vin, &user, true),
                capabilities(profile, &vin),
                command(profile, &vin),
            ];
            built.extend(bind(profile));
            built.extend(flow(profile, &iccid));
            for path in built {
                assert!(path.starts_with('/'), "{}: {path}", profile.name);
                assert!(!path.contains(['{', '}', ' ']), "{}: {path}", profile.name);
            }
        }
    }

    #[test]
    fn parts_are_spelt_as_rfc_3986_has_it() {
        assert_eq!(filled("/x?a={a}", &[("a", "b c,d~e")]), "/x?a=b%20c%2Cd~e");
    }
}
