//! The hospital service as the benches have it: hospitals of an invented town.

use daiban_core::{account::Settings, dates, http::Response, service::Service};
use daiban_sim::{Addresses, Clinic, Hospital, HospitalDepartment, Sim};
use jiff::{Timestamp, civil::Date};

use crate::kit::house::Plan;

/// Notes which calendars show a day with places.
pub(crate) const PLAN: Plan<'_> = Plan {
    service: Service::Hospital,
    settings: &|addresses| settings(&addresses.hospital),
    find: shows_a_day,
};
/// Days are released so many days before.
pub(crate) const DAYS_AHEAD: i64 = 7;

pub(crate) fn settings(base_url: &str) -> Settings {
    let set = [
        ("base_url", base_url),
        ("dialect", "web-2022"),
        ("aes_key", "imed2019imed2019"),
        ("key_from", "setting"),
        ("orders_path", "web/order/list"),
        ("order_status_path", "web/order/status"),
    ];
    Settings::from(set.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

fn shows_a_day(path: &str, answer: &Response) -> Option<String> {
    let shown = path.ends_with("/product/list") && answer.text().contains("\"AVAILABLE\"");
    shown.then(|| "AVAILABLE".to_owned())
}

/// A hospital that releases places each day at that time, really so many seconds later.
pub(crate) fn hospital(code: &str, opens_at: &str, drift_s: i64) -> Hospital {
    Hospital {
        code: code.to_owned(),
        name: format!("示例医院{code}"),
        opens_at: opens_at.to_owned(),
        days_ahead: DAYS_AHEAD,
        drift_s,
        ..Hospital::default()
    }
}

/// A department below 04 of a hospital, as wishes name it.
pub(crate) fn add_department(sim: &Sim, hos: &str, second: &str) -> String {
    sim.add_hospital_department(HospitalDepartment {
        hos: hos.to_owned(),
        first: "04".to_owned(),
        first_name: "儿科".to_owned(),
        second: second.to_owned(),
        second_name: format!("示例门诊{second}"),
        place: "门诊楼二层".to_owned(),
        ..HospitalDepartment::default()
    });
    format!("{hos}/04/{second}")
}

/// A doctor of that department, every morning.
pub(crate) fn doctor(hos: &str, second: &str, places: u32) -> Clinic {
    Clinic {
        hos: hos.to_owned(),
        first: "04".to_owned(),
        second: second.to_owned(),
        doctor: Some("李示例".to_owned()),
        title: "主任医师".to_owned(),
        fee: "80".to_owned(),
        places,
        ..Clinic::default()
    }
}

/// The moment a time of day is on that date.
pub(crate) fn moment(date: Date, hour: i8, minute: i8, second: i8) -> Timestamp {
    dates::at(date, jiff::civil::time(hour, minute, second, 0))
}

/// Where the services are served.
pub(crate) fn base(addresses: &Addresses) -> &str {
    &addresses.hospital
}
