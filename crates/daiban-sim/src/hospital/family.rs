//! The family of the demo at the hospital service, and the two departments it waits for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::clinics::{Clinic, ClinicReturn, ClinicTime, add_clinic};
use super::patients::{HospitalAccount, HospitalCard, HospitalPatient, add_account};
use super::town::{self, CHILDREN, GENERAL};
use crate::clock;
use crate::household::id_number;
use crate::world::World;

const MINUTE: i64 = 60_000;
const HALF_PAST_EIGHT: i64 = 510 * MINUTE;
const TWENTY_PAST_THREE: i64 = 920 * MINUTE;
/// The children's hospital really opens so much after the moment it tells.
const DRIFT_S: i64 = 40;

/// An account of the hospital service, whom it can book for, and two departments worth waiting for. Its picture is read
/// by [`crate::Sim::read_hospital_picture`], its text messages by [`crate::Sim::hospital_sms_code`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdHospital {
    /// Sign-in name and where text messages go.
    pub mobile: String,
    /// The parent, whose account it is.
    pub parent: String,
    /// The child.
    pub child: String,
    /// The child's whole ID number, which is also a card.
    pub child_id_number: String,
    /// The child's whole 社保卡 number.
    pub child_card_number: String,
    /// A department whose day is released on the second day, at the children's hospital; it is full a minute later.
    pub opens: HouseholdDepartment,
    /// A department that is full, until a place comes back for some minutes on the fifth day.
    pub returns: HouseholdDepartment,
}

/// A department of the demo, a day of it, and its moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdDepartment {
    /// Hospital.
    pub hos: String,
    /// Its name.
    pub hos_name: String,
    /// First level.
    pub first: String,
    /// Second level.
    pub second: String,
    /// Its name.
    pub second_name: String,
    /// Day of the visit.
    pub date: Date,
    /// `MORNING` or `AFTERNOON`.
    pub half_day: String,
    /// The doctor, if one is named.
    pub doctor: Option<String>,
    /// `主任医师`
    pub title: String,
    /// Price in yuan.
    pub fee: String,
    /// The release as told, or when the place comes back; ms since the epoch.
    pub at_ms: i64,
    /// When somebody else has taken the last place, ms.
    pub gone_ms: i64,
}

pub(crate) fn fill(world: &mut World) -> HouseholdHospital {
    town::fill(world);
    let children = (CHILDREN, "04", town::second_code(CHILDREN, 0, 0));
    let teeth = (
        GENERAL,
        "00aa11bb22cc33dd44ee55ff66770088",
        town::second_code(GENERAL, 0, 0),
    );
    town::clinics(world, &[(CHILDREN, &children.2), (GENERAL, &teeth.2)]);
    let mut hospitals = world.hospital.hospitals.iter_mut();
    if let Some(hospital) = hospitals.find(|hospital| hospital.code == CHILDREN) {
        hospital.drift_s = DRIFT_S;
    }
    let account = account();
    let child = account.patients[1].clone();
    let household = HouseholdHospital {
        mobile: account.mobile.clone(),
        parent: account.name.clone(),
        child: child.name,
        child_id_number: child.id_number,
        child_card_number: child.cards[0].number.clone(),
        opens: opens(world, (children.0, children.1, &children.2)),
        returns: returns(world, (teeth.0, teeth.1, &teeth.2)),
    };
    add_account(world, account);
    household
}

/// The child has no phone of its own.
fn account() -> HospitalAccount {
    let patient = |name: &str, serial: u32, phone: &str| HospitalPatient {
        name: name.into(),
        id_number: id_number(serial),
        phone: phone.into(),
        cards: vec![
            HospitalCard::social_security(&format!("1000{serial:07}X")),
            HospitalCard::identity(&id_number(serial)),
        ],
        ..HospitalPatient::default()
    };
    let mobile = "13800000021";
    HospitalAccount {
        mobile: mobile.into(),
        name: "王示例".into(),
        id_number: id_number(21),
        real_name: true,
        patients: vec![patient("王示例", 21, mobile), patient("王小例", 22, "")],
    }
}

/// Every day a doctor and a general clinic, of which nothing is left a minute after the release.
fn opens(world: &mut World, codes: (&str, &str, &str)) -> HouseholdDepartment {
    let doctor = Clinic {
        doctor: Some("苏安例".into()),
        title: "主任医师".into(),
        skill: Some("儿童发热、咳嗽等常见病".into()),
        fee: "100".into(),
        places: 11,
        others_take_ms: Some(5_000),
        ..of(codes)
    };
    let time = |from: &str, to: &str| ClinicTime {
        from: from.into(),
        to: to.into(),
        places: 5,
    };
    let general = Clinic {
        half_day: "AFTERNOON".into(),
        title: "普通号50".into(),
        times: vec![time("13:30", "14:00"), time("14:00", "14:30")],
        others_take_ms: Some(5_500),
        ..of(codes)
    };
    let tomorrow = clock::plus_days(clock::date(world.now), 1);
    let at_ms = clock::start_of(tomorrow) + HALF_PAST_EIGHT;
    let household = HouseholdDepartment {
        date: clock::plus_days(tomorrow, 7),
        at_ms,
        gone_ms: at_ms + DRIFT_S * 1000 + 11 * 5_000,
        ..named(world, &doctor)
    };
    add_clinic(world, doctor);
    add_clinic(world, general);
    household
}

/// Every day a doctor whose places go at once; one place comes back on the afternoon of the fifth day.
fn returns(world: &mut World, codes: (&str, &str, &str)) -> HouseholdDepartment {
    let today = clock::date(world.now);
    let (date, at_ms) = (
        clock::plus_days(today, 6),
        clock::start_of(clock::plus_days(today, 4)) + TWENTY_PAST_THREE,
    );
    let stays_ms = 12 * MINUTE;
    let clinic = Clinic {
        doctor: Some("林宁例".into()),
        title: "副主任医师".into(),
        skill: Some("牙体牙髓病".into()),
        fee: "60".into(),
        places: 6,
        others_take_ms: Some(0),
        returns: vec![ClinicReturn {
            date,
            at_ms,
            stays_ms: Some(stays_ms),
            time: 0,
        }],
        ..of(codes)
    };
    let household = HouseholdDepartment {
        date,
        at_ms,
        gone_ms: at_ms + stays_ms,
        ..named(world, &clinic)
    };
    add_clinic(world, clinic);
    household
}

fn of((hos, first, second): (&str, &str, &str)) -> Clinic {
    Clinic {
        hos: hos.into(),
        first: first.into(),
        second: second.into(),
        ..Clinic::default()
    }
}

/// What the household knows of a clinic's department; day and moments come later.
fn named(world: &World, clinic: &Clinic) -> HouseholdDepartment {
    let mut hospitals = world.hospital.hospitals.iter();
    let hospital = hospitals.find(|hospital| hospital.code == clinic.hos);
    let mut departments = world.hospital.departments.iter();
    let department = departments
        .find(|department| department.hos == clinic.hos && department.second == clinic.second);
    HouseholdDepartment {
        hos: clinic.hos.clone(),
        hos_name: hospital
            .map(|hospital| hospital.name.clone())
            .unwrap_or_default(),
        first: clinic.first.clone(),
        second: clinic.second.clone(),
        second_name: department
            .map(|one| one.second_name.clone())
            .unwrap_or_default(),
        date: clock::date(world.now),
        half_day: clinic.half_day.clone(),
        doctor: clinic.doctor.clone(),
        title: clinic.title.clone(),
        fee: clinic.fee.clone(),
        at_ms: 0,
        gone_ms: 0,
    }
}
