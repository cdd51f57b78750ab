//! A family with the hospital service: a paediatric clinic, an account, somebody at the phone.

use daiban_core::{
    ask::{Answer, Ask, AskKind},
    call::NewCall,
    dates,
    errand::Phase,
    error::ServiceError,
    household::{ErrandRow, Household as _},
    id::{AccountId, ErrandId},
    service::Service,
};
use daiban_sim::{
    Clinic, Hospital, HospitalAccount, HospitalCard, HospitalDepartment, HospitalPatient, Sim,
};
use jiff::civil::Date;
use serde_json::Value;

use super::{MINUTE_MS, Rig, START_MS, story::day};

pub const MOBILE: &str = "13800000000";
pub const HOS: &str = "H90000901";
pub const DEPARTMENT: &str = "H90000901/04/644";

/// A family signed in, at six in the morning of a Sunday. The hospital releases the seventh day from now at 08:30.
pub struct Family {
    pub rig: Rig,
    pub account: AccountId,
}

/// The hospital with one department and nobody in it yet.
pub fn found(sim: &Sim, hospital: Hospital) {
    sim.add_hospital(Hospital {
        code: HOS.to_owned(),
        name: "北京示例第九医院".to_owned(),
        ..hospital
    });
    sim.add_hospital_department(HospitalDepartment {
        hos: HOS.to_owned(),
        first: "04".to_owned(),
        first_name: "儿科".to_owned(),
        second: "644".to_owned(),
        second_name: "儿科门诊".to_owned(),
        place: "门诊楼二层".to_owned(),
        ..HospitalDepartment::default()
    });
    sim.add_hospital_account(HospitalAccount {
        mobile: MOBILE.to_owned(),
        name: "王示例".to_owned(),
        id_number: "110101199001010011".to_owned(),
        patients: vec![
            patient(
                "王示例",
                "110101199001010011",
                "13800000000",
                "100000000001",
            ),
            patient("王小例", "110101199001010038", "", "200000000002"),
        ],
        ..HospitalAccount::default()
    });
}

fn patient(name: &str, id_number: &str, phone: &str, card: &str) -> HospitalPatient {
    HospitalPatient {
        name: name.to_owned(),
        id_number: id_number.to_owned(),
        phone: phone.to_owned(),
        cards: vec![
            HospitalCard::social_security(card),
            HospitalCard::identity(id_number),
        ],
        ..HospitalPatient::default()
    }
}

/// A doctor of the department in the mornings.
pub fn clinic(doctor: &str) -> Clinic {
    Clinic {
        hos: HOS.to_owned(),
        first: "04".to_owned(),
        second: "644".to_owned(),
        doctor: Some(doctor.to_owned()),
        title: "副主任医师".to_owned(),
        ..Clinic::default()
    }
}

/// Reads pictures and text messages of the sign-in; everything else is let be.
pub fn at_the_phone(sim: &Sim, ask: &Ask) -> Option<Answer> {
    match ask.ask.kind {
        AskKind::Captcha => {
            let code = sim.read_hospital_picture(ask.ask.picture.as_deref()?)?;
            Some(Answer::Text(code))
        }
        AskKind::Sms => sim.hospital_sms_code(MOBILE).map(Answer::Text),
        _ => None,
    }
}

impl Family {
    /// In a town with that hospital.
    pub async fn in_town(hospital: Hospital) -> Self {
        let rig = Rig::new(7).await;
        found(&rig.sim, hospital);
        let settings = [("mobile", MOBILE)];
        let account = rig
            .add_account("hospital-1", Service::Hospital, &settings, &[])
            .await;
        Self { rig, account }
    }

    /// Signed in, which takes the first minute.
    pub async fn signed_in(hospital: Hospital) -> Self {
        let mut family = Self::in_town(hospital).await;
        family.rig.person = Box::new(at_the_phone);
        let errand = family
            .rig
            .add_errand("hospital.sign_in", &family.account, &[], true)
            .await;
        family.rig.run_to(START_MS + MINUTE_MS).await;
        let row = family.row(&errand).await;
        let story = family.rig.story(&errand).await;
        assert_eq!(row.phase, Phase::Done, "{}{story}", row.reason.zh);
        family
    }

    pub async fn wish(&self, changed: &[(&str, &str)]) -> ErrandId {
        let (from, to) = (day(1).to_string(), day(9).to_string());
        let mut wishes = std::collections::BTreeMap::from([
            ("departments", DEPARTMENT),
            ("from", &*from),
            ("to", &*to),
            ("patient", "王小例"),
        ]);
        wishes.extend(changed.iter().copied());
        let wishes: Vec<_> = wishes.into_iter().collect();
        self.rig
            .add_errand("hospital.visit", &self.account, &wishes, false)
            .await
    }

    /// Lets time pass until so many minutes after six in the morning of the first day.
    pub async fn until(&mut self, minutes: i64) {
        self.rig.run_to(START_MS + minutes * MINUTE_MS).await;
    }

    pub async fn row(&self, errand: &ErrandId) -> ErrandRow {
        self.rig.store.errand(errand).await.unwrap()
    }

    pub async fn fact(&self, errand: &ErrandId, name: &str) -> Option<Value> {
        let facts = self.rig.store.facts(errand).await.unwrap();
        facts
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Where it stands: phase and checkpoint.
    pub async fn stands(&self, errand: &ErrandId) -> (Phase, String) {
        let row = self.row(errand).await;
        (row.phase, row.checkpoint)
    }

    /// Bookings that were really made.
    pub fn made(&self) -> Vec<String> {
        self.rig.effects("hospital.book ")
    }

    /// Titles of the notices so far, oldest first, without those of the sign-in.
    pub async fn told(&self) -> Vec<String> {
        let mut notices = self.rig.store.notices(None, 1000).await.unwrap();
        notices.sort_by_key(|notice| notice.at);
        let titles = notices.into_iter().map(|notice| notice.title.zh);
        titles
            .filter(|title| !title.starts_with("114 登录："))
            .collect()
    }

    pub async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        let call = NewCall::look("look", Service::Hospital, &self.account, body);
        self.rig.look(&call).await
    }

    /// Moments at which a path of the service was asked, ms since the beginning.
    pub fn asked(&self, path: &str) -> Vec<i64> {
        let entries = self.rig.sim.journal().into_iter();
        let asked = entries.filter(|entry| entry.path.split('?').next() == Some(path));
        asked.map(|entry| entry.at_ms - START_MS).collect()
    }

    /// One booking, which daiban knows by its number and calls booked.
    pub async fn one_booking(&self, errand: &ErrandId, told: &str) {
        let made = self.made();
        let row = self.row(errand).await;
        let story = || self.rig.story(errand);
        assert_eq!(made.len(), 1, "{told}: {made:?}{}", story().await);
        assert_eq!(
            (row.phase, row.checkpoint.as_str()),
            (Phase::Waiting, "booked"),
            "{told}: {}{}",
            row.reason.zh,
            story().await
        );
        let booking = self.fact(errand, "booking").await.unwrap();
        let number = made[0].rsplit(' ').next().unwrap();
        assert_eq!(booking["order_no"], *number, "{told}");
        assert_eq!(booking["stage"], "booked", "{told}: {booking}");
    }
}

/// Weekday words as the service prints them are those of the date.
pub fn weekday(date: Date) -> &'static str {
    dates::weekday_zh(date)
}
