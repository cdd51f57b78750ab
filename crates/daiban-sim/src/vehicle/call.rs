//! Which call of the service a request is: two generations of paths, and a second host as the prefix `/second`.

use crate::answer::Call;

/// Stands for the other host of a brand: cars that live there are unknown on plain paths, and the other way round.
const SECOND_HOST: &str = "/second";

/// A request, read as one call.
pub(super) struct Asked<'a> {
    pub(super) call: &'a Call,
    pub(super) word: Word,
    pub(super) form: Form,
    pub(super) about: About,
    /// Came to the second host.
    pub(super) is_second: bool,
    /// Without the prefix of the second host.
    pub(super) path: &'a str,
    /// The last part of a path about one car.
    pub(super) vin: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    SignIn,
    Refresh,
    SignOut,
    Cars,
    Bind,
    Status,
    State,
    Soc,
    Trips,
    Capability,
    Command,
    Flow,
}

/// How requests of a generation are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 2020: an operator code, no signature.
    Plain,
    /// Since 2023: signed.
    Signed,
}

/// Which of two envelopes an answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Account,
    Car,
}

impl Word {
    /// Its name in `say` and `say_once`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Refresh => "refresh",
            Self::SignOut => "sign_out",
            Self::Cars => "cars",
            Self::Bind => "bind",
            Self::Status => "status",
            Self::State => "state",
            Self::Soc => "soc",
            Self::Trips => "trips",
            Self::Capability => "capability",
            Self::Command => "command",
            Self::Flow => "flow",
        }
    }
}

/// The call with the methods its path takes; `None`: no such path.
pub(super) fn read(call: &Call) -> Option<Result<Asked<'_>, &'static str>> {
    let second = call.path.strip_prefix(SECOND_HOST);
    let second = second.filter(|path| path.starts_with('/'));
    let path = second.unwrap_or(&call.path);
    let (form, about, words, vin) = known(path)?;
    let form = form.unwrap_or_else(|| form_of(call));
    let word = words.iter().find(|(method, _)| *method == call.method);
    let Some((_, word)) = word else {
        return Some(Err(words[0].0));
    };
    Some(Ok(Asked {
        call,
        word: *word,
        form,
        about,
        is_second: second.is_some(),
        path,
        vin,
    }))
}

type Known<'a> = (
    Option<Form>,
    About,
    &'static [(&'static str, Word)],
    &'a str,
);

fn known(path: &str) -> Option<Known<'_>> {
    const ACCOUNT: &[(&str, Word)] = &[
        ("POST", Word::SignIn),
        ("PUT", Word::Refresh),
        ("DELETE", Word::SignOut),
    ];
    let (plain, signed) = (Some(Form::Plain), Some(Form::Signed));
    Some(match path {
        "/auth/account/token" => (plain, About::Account, ACCOUNT, ""),
        "/auth/account/session/secure" => (signed, About::Account, ACCOUNT, ""),
        "/device_platform/user/vehicle" => (plain, About::Car, &[("GET", Word::Cars)], ""),
        "/device-platform/user/vehicle/secure" => (signed, About::Car, &[("GET", Word::Cars)], ""),
        "/device-platform/user/session/update" => (signed, About::Car, &[("POST", Word::Bind)], ""),
        "/api/v1/flowinfo" => (None, About::Car, &[("GET", Word::Flow)], ""),
        _ => return of_car(path),
    })
}

/// Paths that end with a car's number. The capability list has one path in both generations.
fn of_car(path: &str) -> Option<Known<'_>> {
    const STATUS: &str = "/remote-control/vehicle/status/";
    let (folder, vin) = path.rsplit_once('/')?;
    let (plain, signed) = (Some(Form::Plain), Some(Form::Signed));
    let (form, words): (Option<Form>, &'static [(&str, Word)]) = match folder {
        "/geelyTCAccess/tcservices/vehicle/status" => (plain, &[("GET", Word::Status)]),
        "/geelyTCAccess/tcservices/vehicle/telematics" => (plain, &[("PUT", Word::Command)]),
        "/geelyTCAccess/tcservices/capability" => (None, &[("GET", Word::Capability)]),
        "/remote-control/vehicle/status" => (signed, &[("GET", Word::Status)]),
        "/remote-control/vehicle/telematics" => (signed, &[("PUT", Word::Command)]),
        _ => match folder.strip_prefix(STATUS)? {
            "state" => (signed, &[("GET", Word::State)]),
            "soc" => (signed, &[("GET", Word::Soc)]),
            "journalLogV4" => (signed, &[("GET", Word::Trips)]),
            _ => return None,
        },
    };
    Some((form, About::Car, words, vin))
}

/// Of a path both generations have: whether the request is signed.
fn form_of(call: &Call) -> Form {
    let is_signed = !call.header("x-signature").is_empty();
    if is_signed { Form::Signed } else { Form::Plain }
}
