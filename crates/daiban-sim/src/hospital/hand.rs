//! What a test does to the hospital service by hand.

use jiff::civil::Date;

use super::{
    Clinic, Hospital, HospitalAccount, HospitalDepartment, OwnBooking, add_account, add_clinic,
    add_department, add_hospital, book_as_owner, cancel_order, return_place, sign_everybody_out,
    sign_in,
};
use crate::Sim;

impl Sim {
    /// Adds a hospital, or puts it in the place of the one with that code.
    pub fn add_hospital(&self, hospital: Hospital) {
        self.change(|world| add_hospital(world, hospital));
    }

    /// Adds a department of a hospital, or puts it in the place of the one with the same codes.
    pub fn add_hospital_department(&self, department: HospitalDepartment) {
        self.change(|world| add_department(world, department));
    }

    /// Adds a clinic of a department; gives its number.
    pub fn add_clinic(&self, clinic: Clinic) -> usize {
        self.change(|world| add_clinic(world, clinic))
    }

    /// Adds a person with the hospital service, or puts them in the place of the one with that mobile.
    pub fn add_hospital_account(&self, account: HospitalAccount) {
        self.change(|world| add_account(world, account));
    }

    /// Somebody gives back a place of a clinic right now; somebody else takes it after `stays_ms`,
    /// `None`: nobody. False when there is no such clinic.
    pub fn return_hospital_place(&self, clinic: usize, date: Date, stays_ms: Option<i64>) -> bool {
        self.change(|world| return_place(world, clinic, date, stays_ms))
    }

    /// The digits in a picture of the hospital service, read off the picture itself (the PNG file in Base64).
    pub fn read_hospital_picture(&self, image: &str) -> Option<String> {
        sign_in::read_picture(&self.inner.state().world, image)
    }

    /// The code of the last text message of the hospital service to that number.
    pub fn hospital_sms_code(&self, mobile: &str) -> Option<String> {
        sign_in::sms_code(&self.inner.state().world, mobile)
    }

    /// The owner books in the official channel; gives the order number. `None` when there is no
    /// place, no such patient or no card.
    pub fn book_hospital_as_owner(&self, booking: &OwnBooking) -> Option<String> {
        self.change(|world| book_as_owner(world, booking))
    }

    /// The owner cancels a booking in the official channel. False when there is nothing to cancel.
    pub fn cancel_hospital_order(&self, order_no: &str) -> bool {
        self.change(|world| cancel_order(world, order_no))
    }

    /// Signs everybody out of the hospital service, as it does now and then without a word.
    pub fn drop_hospital_sessions(&self) {
        self.change(sign_everybody_out);
    }
}
