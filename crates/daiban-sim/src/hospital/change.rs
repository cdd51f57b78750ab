//! The service's part of `POST /_sim/world`: `"hospital":{"hospitals":[…],"departments":[…],"clinics":[…],"accounts":[…],
//! "returns":[{"clinic":0,"date":…,"stays_ms":…}],"bookings":[…],"cancels":[order number…],"sign_out":true}`.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Clinic, Hospital, HospitalAccount, HospitalDepartment, OwnBooking, add_account, add_clinic,
    add_department, add_hospital, book_as_owner, cancel_order, return_place, sign_everybody_out,
};
use crate::world::World;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HospitalChange {
    hospitals: Vec<Hospital>,
    departments: Vec<HospitalDepartment>,
    clinics: Vec<Clinic>,
    accounts: Vec<HospitalAccount>,
    /// Places given back right now.
    returns: Vec<Returned>,
    /// What owners book in the official channel.
    bookings: Vec<OwnBooking>,
    /// Numbers of orders that owners cancel there.
    cancels: Vec<String>,
    sign_out: bool,
}

#[derive(Deserialize)]
struct Returned {
    clinic: usize,
    date: Date,
    stays_ms: Option<i64>,
}

/// Carries it out, in the order of the fields; gives numbers of clinics and orders, and what could be done.
pub(crate) fn change(world: &mut World, change: HospitalChange) -> Value {
    change
        .hospitals
        .into_iter()
        .for_each(|hospital| add_hospital(world, hospital));
    change
        .departments
        .into_iter()
        .for_each(|department| add_department(world, department));
    let clinics = change.clinics.into_iter();
    let clinics: Vec<usize> = clinics.map(|clinic| add_clinic(world, clinic)).collect();
    change
        .accounts
        .into_iter()
        .for_each(|account| add_account(world, account));
    let returns = change.returns.iter();
    let returns: Vec<bool> = returns
        .map(|returned| return_place(world, returned.clinic, returned.date, returned.stays_ms))
        .collect();
    let bookings = change.bookings.iter();
    let bookings: Vec<Option<String>> = bookings.map(|wish| book_as_owner(world, wish)).collect();
    let cancels = change.cancels.iter();
    let cancels: Vec<bool> = cancels.map(|number| cancel_order(world, number)).collect();
    if change.sign_out {
        sign_everybody_out(world);
    }
    json!({"clinics": clinics, "returns": returns, "bookings": bookings, "cancels": cancels})
}
