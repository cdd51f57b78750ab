//! Cookies: `imed_session`, which changes often, its sister on a narrower path, and the ticket of a sign-in.
//!
//! Names and attributes were *seen*; which call needs which of them is *guessed*, on the strict side.

use std::collections::BTreeMap;

use axum::http::header::SET_COOKIE;

use super::HospitalAccount;
use super::reply::{login_page, refused_with};
use super::rules::HospitalSignedOut;
use crate::answer::{Answer, Call};
use crate::world::World;

const SESSION: &str = "imed_session";
const TICKET: &str = "cmi-user-ticket";
/// Path of the second `imed_session`: needed there, and a client that sends it elsewhere has lost its path.
const NARROW: &str = "/web/order";
/// Calls that give a new `imed_session`.
const ROTATES: [&str; 4] = [
    "img/getImgCode",
    "checkcode",
    "login",
    "user/real-name/status",
];

/// By a number of our own, which stays when cookies change.
#[derive(Default)]
pub(super) struct Sessions {
    known: BTreeMap<usize, Session>,
    count: usize,
}

struct Session {
    value: String,
    /// Earlier values with the moment they were replaced.
    earlier: Vec<(String, i64)>,
    signed_in: Option<SignedIn>,
}

struct SignedIn {
    mobile: String,
    ticket: String,
    narrow: String,
    at_ms: i64,
}

/// Who asks: a session, known already or new with this request.
pub(super) struct Visitor {
    pub(super) id: usize,
    is_new: bool,
    /// Who is too hasty is counted by this; everybody without cookies is one.
    pub(super) key: String,
}

pub(super) fn enter(world: &mut World, call: &Call) -> Visitor {
    if let Some(id) = known(world, call) {
        let key = id.to_string();
        return Visitor {
            id,
            is_new: false,
            key,
        };
    }
    let value = fresh_value(world);
    let sessions = &mut world.hospital.sessions;
    sessions.count += 1;
    let id = sessions.count;
    let session = Session {
        value,
        earlier: Vec::new(),
        signed_in: None,
    };
    sessions.known.insert(id, session);
    Visitor {
        id,
        is_new: true,
        key: String::new(),
    }
}

fn known(world: &World, call: &Call) -> Option<usize> {
    let (now, grace) = (world.now, world.options.hospital.cookie_grace_ms);
    let sent = call.cookies(SESSION);
    let stands = |session: &Session| {
        let is_sent = |value: &String| sent.contains(&value.as_str());
        let mut earlier = session.earlier.iter();
        is_sent(&session.value) || earlier.any(|(value, at)| now - at <= grace && is_sent(value))
    };
    let mut sessions = world.hospital.sessions.known.iter();
    sessions
        .find(|(_, session)| stands(session))
        .map(|(id, _)| *id)
}

/// Letters and digits, a low line, digits.
fn fresh_value(world: &mut World) -> String {
    let (body, number) = (world.chance.hex32(), world.chance.digits(7));
    format!("{}_{number}", &body[..30])
}

/// Cookies of a first visit, and those of a call that replaces them.
pub(super) fn leave(
    world: &mut World,
    call: &Call,
    path: &str,
    visitor: &Visitor,
    answer: Answer,
) -> Answer {
    let rotates = ROTATES.contains(&path) && answer.status == 200;
    if !visitor.is_new && !rotates {
        return answer;
    }
    if rotates && !visitor.is_new {
        rotate(world, visitor);
    }
    let (now, secure) = (world.now, world.chance.hex32());
    let Some(session) = world.hospital.sessions.known.get(&visitor.id) else {
        return answer;
    };
    let cookie = |text: String| (SET_COOKIE, text);
    let mut lines = vec![
        cookie(format!("{SESSION}={}; Path=/; HttpOnly", session.value)),
        cookie(format!(
            "{SESSION}_tm={now};{} Path=/; HttpOnly",
            domain(call)
        )),
    ];
    if visitor.is_new {
        lines.push(cookie(format!(
            "secure-key={}; Path=/; HttpOnly",
            uuid(&secure)
        )));
    }
    lines
        .into_iter()
        .fold(answer, |answer, (name, line)| answer.with(name, line))
}

fn rotate(world: &mut World, visitor: &Visitor) {
    let (now, value) = (world.now, fresh_value(world));
    if let Some(session) = world.hospital.sessions.known.get_mut(&visitor.id) {
        let earlier = std::mem::replace(&mut session.value, value);
        session.earlier.push((earlier, now));
    }
}

/// ` Domain=.114yygh.com;` on the service's own host. On another a browser would drop such a cookie.
fn domain(call: &Call) -> &'static str {
    if call.header("host").ends_with("114yygh.com") {
        " Domain=.114yygh.com;"
    } else {
        ""
    }
}

fn uuid(hex: &str) -> String {
    let (a, b, c, d, e) = (
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..],
    );
    format!("{a}-{b}-4{c}-8{d}-{e}")
}

/// Signs the session in, with the cookies of a sign-in.
pub(super) fn sign_in(
    world: &mut World,
    call: &Call,
    visitor: &Visitor,
    mobile: &str,
    answer: Answer,
) -> Answer {
    let ticket = format!("{}..", world.chance.hex32());
    let narrow = fresh_value(world);
    let signed_in = SignedIn {
        mobile: mobile.into(),
        ticket: ticket.clone(),
        narrow: narrow.clone(),
        at_ms: world.now,
    };
    if let Some(session) = world.hospital.sessions.known.get_mut(&visitor.id) {
        session.signed_in = Some(signed_in);
    }
    let long = "Expires=Mon, 09-Oct-2090 16:53:40 GMT";
    answer
        .with(
            SET_COOKIE,
            format!("{SESSION}={narrow}; Path={NARROW}; HttpOnly"),
        )
        .with(
            SET_COOKIE,
            format!(
                "{TICKET}={ticket};{} {long}; Path=/; HttpOnly",
                domain(call)
            ),
        )
}

pub(super) fn sign_out(world: &mut World, visitor: &Visitor, answer: Answer) -> Answer {
    if let Some(session) = world.hospital.sessions.known.get_mut(&visitor.id) {
        session.signed_in = None;
    }
    answer.with(
        SET_COOKIE,
        format!("{TICKET}=; Max-Age=0; Path=/; HttpOnly"),
    )
}

pub(crate) fn sign_everybody_out(world: &mut World) {
    let sessions = world.hospital.sessions.known.values_mut();
    sessions.for_each(|session| session.signed_in = None);
}

/// Who is signed in: by session, ticket, and below [`NARROW`] by the second session cookie too.
pub(super) fn account_of(world: &World, call: &Call, visitor: &Visitor) -> Option<HospitalAccount> {
    let session = world.hospital.sessions.known.get(&visitor.id)?;
    let signed_in = session.signed_in.as_ref()?;
    let rules = &world.options.hospital;
    let age = world.now - signed_in.at_ms;
    let has_ended = rules.session_loss || rules.session_life_ms.is_some_and(|life| age >= life);
    let has_narrow = call.cookies(SESSION).contains(&signed_in.narrow.as_str());
    let is_narrow = call.path.starts_with(&format!("{NARROW}/"));
    let has_ticket = call.cookie(TICKET) == Some(&signed_in.ticket);
    if has_ended || !has_ticket || has_narrow != is_narrow {
        return None;
    }
    world.hospital.account(&signed_in.mobile).cloned()
}

/// The answer to a call that needs a sign-in.
pub(super) fn signed_out(world: &World) -> Answer {
    match world.options.hospital.signed_out {
        HospitalSignedOut::Html => login_page(),
        HospitalSignedOut::Code | HospitalSignedOut::Anonymous => refused_with(102, "需要登录"),
    }
}
