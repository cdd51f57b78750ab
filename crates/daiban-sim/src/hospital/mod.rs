//! The hospital service (114): signing in, the catalogue, calendars and places of a day, confirming and booking.
//!
//! Stands for the web page of 2022–23 (`/web/…`) and for the reading calls of its successor (`/jtjk/…`). Left to
//! others: cookies (`session`), the steps into an account (`sign_in`), the form of requests (`strict`), how many of
//! them are borne (`haste`), hospitals and departments (`places`), who sees patients when (`clinics`), how many places
//! are left (`stock`), what is shown of them (`calendar`, `day`), the confirm page (`confirm`), patients (`patients`)
//! and orders (`orders`), the successor's calls (`jingtong`).
//!
//! Field names were *seen* in the web page's own script and in public clients of 2021–2023 unless marked *guessed*.

mod calendar;
mod change;
mod clinics;
mod confirm;
mod day;
pub(crate) mod family;
mod glyphs;
mod hand;
mod haste;
mod jingtong;
mod orders;
mod patients;
mod places;
mod reply;
mod rules;
mod secret;
mod session;
mod sign_in;
mod stock;
mod strict;
mod town;

use std::collections::BTreeMap;

use crate::answer::{Answer, Call};
use crate::world::World;
pub(crate) use change::{HospitalChange, change};
pub use clinics::{Clinic, ClinicLine, ClinicNeeds, ClinicReturn, ClinicTime};
use clinics::{add_clinic, return_place};
pub use family::{HouseholdDepartment, HouseholdHospital};
pub use orders::OwnBooking;
pub(crate) use orders::settle;
use orders::{book_as_owner, cancel as cancel_order};
use patients::add_account;
pub use patients::{HospitalAccount, HospitalCard, HospitalPatient};
pub use places::{Hospital, HospitalDepartment};
use places::{add_department, add_hospital};
pub(crate) use reply::{closed_notice, coded};
pub use rules::{HospitalRules, HospitalSaid, HospitalSignedOut};
use session::sign_everybody_out;
pub(crate) use sign_in::{pictures, sms_codes};

use reply::{not_found, say};
use session::Visitor;

/// The service's part of the world.
#[derive(Default)]
pub(crate) struct Platform {
    hospitals: Vec<Hospital>,
    departments: Vec<HospitalDepartment>,
    clinics: Vec<Clinic>,
    accounts: Vec<HospitalAccount>,
    sessions: session::Sessions,
    sign_in: sign_in::SignIn,
    stocks: stock::Stocks,
    /// What each account, by mobile, was last shown before a booking.
    confirmed: BTreeMap<String, confirm::Confirmed>,
    orders: Vec<orders::Order>,
    haste: haste::Haste,
}

impl Platform {
    fn account(&self, mobile: &str) -> Option<&HospitalAccount> {
        let mut accounts = self.accounts.iter();
        accounts.find(|account| account.mobile == mobile)
    }
}

pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    if let Some(path) = call.path.strip_prefix("/jtjk/mobile-service/") {
        return jingtong::answer(world, call, path);
    }
    let Some(path) = call.path.strip_prefix("/web/") else {
        return not_found();
    };
    let visitor = session::enter(world, call);
    if let Some(stopped) = haste::stop(world, &visitor.key, path) {
        return stopped;
    }
    let answer = match strict::check(world, call, path) {
        Some(refused) => refused,
        None => say(world, path).unwrap_or_else(|| open(world, call, path, &visitor)),
    };
    session::leave(world, call, path, &visitor, answer)
}

/// What anybody may ask; the rest needs an account.
fn open(world: &mut World, call: &Call, path: &str, visitor: &Visitor) -> Answer {
    let asked = match (call.method.as_str(), path) {
        ("GET", "img/getImgCode") => sign_in::picture(world, call, visitor),
        ("GET", "checkcode") => sign_in::check_picture(world, call, visitor),
        ("GET", "common/verify-code/get") => sign_in::send_code(world, call, visitor),
        ("POST", "login") => sign_in::login(world, call, visitor),
        ("POST", "token/accredit") => sign_in::accredit(world),
        ("GET", "user/info") => sign_in::user_info(world, call, visitor),
        ("GET", "logout") => sign_in::logout(world, visitor),
        ("GET", "hospital/list") => places::list(world, call),
        ("GET", "hospital/detail") => places::detail(world, call),
        ("GET", "department/hos/list") => places::departments(world, call),
        ("GET", "department/hos/detail") => places::department(world, call),
        ("POST", "product/list") => calendar::answer(world, call),
        ("POST", "product/detail") => day::answer(world, call),
        _ => return of_account(world, call, path, visitor),
    };
    asked.unwrap_or_else(|refused| refused)
}

fn of_account(world: &mut World, call: &Call, path: &str, visitor: &Visitor) -> Answer {
    type Handler = fn(&mut World, &Call, &HospitalAccount) -> Result<Answer, Answer>;
    let handler: Handler = match (call.method.as_str(), path) {
        ("GET", "user/real-name/status") => patients::real_name,
        ("GET", "patient/list") => patients::list,
        ("POST", "product/confirm") => confirm::answer,
        ("POST", "order/save") => orders::save,
        ("GET", "order/detail") => orders::detail,
        ("GET", "order/list") if world.options.hospital.order_list => orders::list,
        ("GET", "order/status") => orders::status,
        _ => return not_found(),
    };
    let Some(account) = session::account_of(world, call, visitor) else {
        return session::signed_out(world);
    };
    handler(world, call, &account).unwrap_or_else(|refused| refused)
}
