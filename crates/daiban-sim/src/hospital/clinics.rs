//! Who sees patients when, for how much, and when a day's places are released. Left to others: how many places are left.

use jiff::civil::Date;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Hospital;
use super::stock;
use crate::clock;
use crate::world::World;

/// A doctor, or a kind of clinic, in one half of a day: what the service calls a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Clinic {
    /// Hospital.
    pub hos: String,
    /// First level of the department.
    pub first: String,
    /// Second level.
    pub second: String,
    /// The one day it is held; `None`: see `weekdays`.
    pub date: Option<Date>,
    /// Days of the week it is held when there is no `date`: 1 Monday to 7 Sunday; empty: every day.
    pub weekdays: Vec<i8>,
    /// `MORNING`, `AFTERNOON` or another `dutyCode`.
    pub half_day: String,
    /// The doctor, if one is named.
    pub doctor: Option<String>,
    /// `主任医师`, `普通号50`.
    pub title: String,
    /// What the doctor treats.
    pub skill: Option<String>,
    /// Price in yuan, as shown.
    pub fee: String,
    /// Places; counted from `times` where there are any.
    pub places: u32,
    /// Times to choose from.
    pub times: Vec<ClinicTime>,
    /// Other people take one place each so many ms after the release; 0: all at once; `None`: they take none.
    pub others_take_ms: Option<i64>,
    /// Places that somebody gives back.
    pub returns: Vec<ClinicReturn>,
    /// Flags of the confirm page.
    pub needs: ClinicNeeds,
    /// A booking stands in line first.
    pub line: Option<ClinicLine>,
    /// Fields of the confirm page that differ from what was shown before, such as `doctorName`.
    pub at_confirm: Map<String, Value>,
}

impl Default for Clinic {
    fn default() -> Self {
        Self {
            hos: String::new(),
            first: String::new(),
            second: String::new(),
            date: None,
            weekdays: Vec::new(),
            half_day: "MORNING".into(),
            doctor: None,
            title: "普通号".into(),
            skill: None,
            fee: "50".into(),
            places: 10,
            times: Vec::new(),
            others_take_ms: None,
            returns: Vec::new(),
            needs: ClinicNeeds::default(),
            line: None,
            at_confirm: Map::new(),
        }
    }
}

/// A time of a clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicTime {
    /// `08:00`
    pub from: String,
    /// `08:30`
    pub to: String,
    /// Places.
    pub places: u32,
}

/// Somebody cancels: one place is free from a moment on, until somebody else takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicReturn {
    /// Day of the visit.
    pub date: Date,
    /// When, ms since the epoch.
    pub at_ms: i64,
    /// For how long, ms; `None`: nobody takes it.
    #[serde(default)]
    pub stays_ms: Option<i64>,
    /// Which of the times, from 0.
    #[serde(default)]
    pub time: usize,
}

/// What the confirm page wants of each field: 1 optional, 2 hidden, 4 required; `None`: the field is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClinicNeeds {
    /// `hospitalCardId`
    pub hospital_card: Option<i64>,
    /// `jytCardId`
    pub jyt_card: Option<i64>,
    /// `medicareCardId`
    pub medicare_card: Option<i64>,
    /// `smsCode`
    pub sms: Option<i64>,
    /// `contactUserInfo`
    pub contact: Option<i64>,
}

impl Default for ClinicNeeds {
    fn default() -> Self {
        Self {
            hospital_card: Some(1),
            jyt_card: Some(2),
            medicare_card: None,
            sms: Some(2),
            contact: Some(2),
        }
    }
}

/// The line before a booking is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicLine {
    /// So many status calls are answered with waiting.
    pub waits: u32,
    /// It ends without a booking.
    #[serde(default)]
    pub refused: bool,
}

/// Adds a clinic; gives its number.
pub(crate) fn add_clinic(world: &mut World, clinic: Clinic) -> usize {
    world.hospital.clinics.push(clinic);
    world.hospital.clinics.len() - 1
}

/// Somebody gives back a place of a clinic right now. False when there is no such clinic.
pub(crate) fn return_place(
    world: &mut World,
    clinic: usize,
    date: Date,
    stays_ms: Option<i64>,
) -> bool {
    if world.hospital.clinics.get(clinic).is_none() {
        return false;
    }
    let returned = ClinicReturn {
        date,
        at_ms: world.now,
        stays_ms,
        time: 0,
    };
    stock::expect(world, clinic, &returned);
    world.hospital.clinics[clinic].returns.push(returned);
    true
}

impl Clinic {
    pub(super) fn is_held(&self, date: Date) -> bool {
        match self.date {
            Some(day) => day == date,
            None => {
                self.weekdays.is_empty()
                    || self
                        .weekdays
                        .contains(&date.weekday().to_monday_one_offset())
            }
        }
    }

    /// Places by time; one number when there are no times.
    pub(super) fn capacity(&self) -> Vec<u32> {
        if self.times.is_empty() {
            return vec![self.places];
        }
        self.times.iter().map(|time| time.places).collect()
    }

    /// `dutyTime`: `202303090800-202303090830`, or `0`.
    pub(super) fn duty_time(&self, date: Date, time: Option<usize>) -> String {
        let Some(time) = time.and_then(|time| self.times.get(time)) else {
            return "0".into();
        };
        let day = date.strftime("%Y%m%d");
        let digits = |text: &str| text.replace(':', "");
        format!("{day}{}-{day}{}", digits(&time.from), digits(&time.to))
    }

    /// `08:00-08:30`.
    pub(super) fn time_view(&self, time: Option<usize>) -> Option<String> {
        let time = self.times.get(time?)?;
        Some(format!("{}-{}", time.from, time.to))
    }

    /// `2023年03月09日 周四 下午`.
    pub(super) fn visit_words(&self, date: Date) -> String {
        let half = half_day_words(&self.half_day);
        format!(
            "{} {} {half}",
            date.strftime("%Y年%m月%d日"),
            clock::weekday(date)
        )
    }
}

pub(super) fn half_day_words(code: &str) -> &'static str {
    match code {
        "MORNING" => "上午",
        "AFTERNOON" => "下午",
        "NIGHT" => "晚上",
        _ => "全天",
    }
}

/// Numbers of a department's clinics on a day.
pub(super) fn held(world: &World, hos: &str, first: &str, second: &str, date: Date) -> Vec<usize> {
    let clinics = world.hospital.clinics.iter().enumerate();
    clinics
        .filter(|(_, clinic)| clinic.hos == hos && clinic.first == first && clinic.second == second)
        .filter(|(_, clinic)| clinic.is_held(date))
        .map(|(number, _)| number)
        .collect()
}

/// One clinic on one day, and one of its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) clinic: usize,
    pub(super) date: Date,
    pub(super) time: Option<usize>,
}

impl Product {
    /// `uniqProductKey`: 40 hex digits.
    pub(super) fn key(&self, world: &World) -> String {
        let turn = world.options.hospital.key_turn;
        let text = format!("{}#{}#{:?}#{turn}", self.clinic, self.date, self.time);
        hex(&text) + &hex(&format!("{text}#"))[..8]
    }

    /// The product of a department and day that has this key now.
    pub(super) fn find(
        world: &World,
        whose: (&str, &str, &str),
        date: Date,
        key: &str,
    ) -> Option<Self> {
        let clinics = held(world, whose.0, whose.1, whose.2, date);
        let products = clinics.into_iter().flat_map(|clinic| {
            let times = world.hospital.clinics[clinic].times.len();
            let times = std::iter::once(None).chain((0..times).map(Some));
            times.map(move |time| Self { clinic, date, time })
        });
        products
            .into_iter()
            .find(|product| product.key(world) == key)
    }
}

/// 32 hex digits, always the same for the same text.
pub(super) fn hex(text: &str) -> String {
    Md5::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The moment a hospital tells for the release of a day.
pub(super) fn told_ms(hospital: &Hospital, date: Date) -> i64 {
    let (hour, minute) = hospital.opens_at.split_once(':').unwrap_or_default();
    let minutes = hour.parse().unwrap_or(0) * 60 + minute.parse().unwrap_or(0);
    clock::start_of(clock::plus_days(date, -hospital.days_ahead)) + minutes * 60_000
}

/// The moment its places are really there.
pub(super) fn released_ms(hospital: &Hospital, date: Date) -> i64 {
    told_ms(hospital, date) + hospital.drift_s * 1000
}

/// The first day that is not released yet.
pub(super) fn next_release(hospital: &Hospital, now: i64) -> Date {
    let mut date = clock::plus_days(clock::date(now), hospital.days_ahead - 1);
    while released_ms(hospital, date) <= now {
        date = clock::plus_days(date, 1);
    }
    date
}
