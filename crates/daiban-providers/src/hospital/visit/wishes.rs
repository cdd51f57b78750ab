//! What the owner of a `hospital.visit` errand wishes, and what of it can be refused without asking anybody.

use daiban_core::{Timestamp, dates, invalid::InvalidInput, window::DayWindow};
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::choose::Axis;
use crate::hospital::places::DepartmentRef;
use crate::hospital::slots::HalfDay;
use crate::words::{later, plus};

/// Nobody plans clinics further ahead.
const FURTHEST_DAYS: i32 = 90;
/// Departments of one errand at most: each is looked at in turn.
const MOST_DEPARTMENTS: usize = 6;
/// The lowest medical-service fee of the city, an ordinary visit at a hospital of the first level (*documented*, 2017).
const CHEAPEST_YUAN: i64 = 20;

/// What to do with a place that fits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Book it.
    #[default]
    Book,
    /// Ask the owner first.
    Ask,
    /// Only tell.
    Notify,
}

/// With which card.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardWish {
    /// The social security card where there is one, else the first.
    #[default]
    Any,
    /// 社保卡
    SocialSecurity,
    /// 身份证, paid by oneself.
    IdentityCard,
}

impl CardWish {
    /// The word in JSON.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::SocialSecurity => "social_security",
            Self::IdentityCard => "identity_card",
        }
    }
}

/// The wishes, as the descriptor reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Department pages or codes, the preferred first.
    pub departments: Vec<String>,
    /// The first day that will do.
    pub from: Date,
    /// The last.
    pub to: Date,
    /// For whom: a name as listed, perhaps with `/` and the end of the number.
    #[serde(default)]
    pub patient: Option<String>,
    /// With which card.
    #[serde(default)]
    pub card: CardWish,
    /// Doctors by name, the preferred first.
    #[serde(default)]
    pub doctors: Option<Vec<String>>,
    /// Titles, the preferred first. Beside doctors: who else will do.
    #[serde(default)]
    pub titles: Option<Vec<String>>,
    /// Halves of the day, the preferred first; any when empty.
    #[serde(default)]
    pub half_days: Option<Vec<String>>,
    /// Days of the week, the preferred first; any when empty.
    #[serde(default)]
    pub weekdays: Option<Vec<String>>,
    /// Within these hours.
    #[serde(default)]
    pub hours: Option<String>,
    /// Yuan at most.
    #[serde(default)]
    pub fee_max: Option<i64>,
    /// Anybody will do after so many days of watching.
    #[serde(default)]
    pub any_doctor_after_days: Option<i64>,
    /// Which matters more.
    #[serde(default)]
    pub priority: Option<Vec<String>>,
    /// What to do with a place that fits.
    #[serde(default)]
    pub then: Then,
    /// Watching begins on that day.
    #[serde(default)]
    pub watch_from: Option<Date>,
    /// Watching ends with that day.
    #[serde(default)]
    pub stop_on: Option<Date>,
    /// Seconds between two looks while nothing special happens.
    #[serde(default)]
    pub pace_s: Option<u32>,
}

impl Wishes {
    /// Checks everything that needs no question to the service.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    pub fn check(&self, now: Timestamp) -> Result<(), InvalidInput> {
        self.departments()?;
        self.check_days(now)?;
        self.check_watch(now)?;
        self.check_patient()?;
        self.check_hours()?;
        self.check_doctors()?;
        self.check_fee()?;
        self.axes().map(drop)
    }

    /// The departments, in order.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `departments`.
    pub fn departments(&self) -> Result<Vec<DepartmentRef>, InvalidInput> {
        let wrong = |zh: String, en: String| Err(InvalidInput::new("departments", zh, en));
        let mut read: Vec<DepartmentRef> = Vec::new();
        for text in &self.departments {
            let one = DepartmentRef::parse("departments", text)?;
            if read.contains(&one) {
                return wrong(format!("{one} 写了两次"), format!("{one} is given twice"));
            }
            read.push(one);
        }
        if read.is_empty() {
            return wrong("必填".to_owned(), "is required".to_owned());
        }
        if read.len() > MOST_DEPARTMENTS {
            return wrong(
                format!("最多 {MOST_DEPARTMENTS} 个科室，它们要轮着看"),
                format!("{MOST_DEPARTMENTS} departments at most: they are looked at in turn"),
            );
        }
        Ok(read)
    }

    fn check_days(&self, now: Timestamp) -> Result<(), InvalidInput> {
        let today = dates::today(now);
        let wrong = |field: &str, zh: String, en: String| Err(InvalidInput::new(field, zh, en));
        if self.to < self.from {
            return wrong(
                "to",
                format!("结束日 {} 在开始日 {} 之前", self.to, self.from),
                format!("the last day {} is before the first {}", self.to, self.from),
            );
        }
        if self.to < today {
            return wrong(
                "to",
                format!("{} 已经过去", self.to),
                format!("{} has passed already", self.to),
            );
        }
        if self.to == today {
            return wrong(
                "to",
                "114 不能约当天的号，最早是明天".to_owned(),
                "114 takes no bookings for the same day; tomorrow is the first".to_owned(),
            );
        }
        if self.from < today {
            return wrong(
                "from",
                format!("{} 已经过去", self.from),
                format!("{} has passed already", self.from),
            );
        }
        if self.to > plus(today, FURTHEST_DAYS) {
            return wrong(
                "to",
                format!("{} 太远了，医院还没有排班", self.to),
                format!("{} is too far away, no clinic is planned yet", self.to),
            );
        }
        if self.wanted_days(today).is_empty() {
            return wrong(
                "weekdays",
                format!("{} 到 {} 之间没有想要的星期几", self.from, self.to),
                format!(
                    "none of those weekdays is between {} and {}",
                    self.from, self.to
                ),
            );
        }
        self.weekdays().map(drop)
    }

    fn check_watch(&self, now: Timestamp) -> Result<(), InvalidInput> {
        let today = dates::today(now);
        let wrong = |field: &str, zh: String, en: String| Err(InvalidInput::new(field, zh, en));
        if let Some(stop) = self.stop_on {
            if stop < today {
                return wrong(
                    "stop_on",
                    format!("{stop} 已经过去"),
                    format!("{stop} has passed already"),
                );
            }
            if self.watch_from.is_some_and(|begin| begin > stop) {
                return wrong(
                    "stop_on",
                    "停止的日子在开始看的日子之前".to_owned(),
                    "watching would end before it begins".to_owned(),
                );
            }
        }
        if self.watch_from.is_some_and(|begin| begin >= self.to) {
            return wrong(
                "watch_from",
                format!("{} 就约不上了：最晚要在就诊前一天", self.to),
                format!("too late for {}: it must be booked a day ahead", self.to),
            );
        }
        Ok(())
    }

    fn check_patient(&self) -> Result<(), InvalidInput> {
        if self.then != Then::Notify && self.patient().is_none() {
            return Err(InvalidInput::new(
                "patient",
                "必填：给谁看病（只要通知就选 then=notify）",
                "is required: for whom (with then=notify nobody need be named)",
            ));
        }
        Ok(())
    }

    fn check_hours(&self) -> Result<(), InvalidInput> {
        let Some(hours) = self.hours()? else {
            return self.half_days().map(drop);
        };
        let halves = self.half_days()?;
        let day = self.from;
        let fits = |half: &HalfDay| match half {
            HalfDay::Morning => hours.opens(day) < dates::at(day, noon()),
            HalfDay::Afternoon => hours.closes(day) > dates::at(day, noon()),
            HalfDay::Other => true,
        };
        if !halves.is_empty() && !halves.iter().any(fits) {
            return Err(InvalidInput::new(
                "hours",
                "这段时间不在想要的半天里",
                "these hours are in none of the wished halves of the day",
            ));
        }
        Ok(())
    }

    fn check_doctors(&self) -> Result<(), InvalidInput> {
        let named = self.doctors().next().is_some() || self.titles().next().is_some();
        if self.any_doctor_after_days.is_some() && !named {
            return Err(InvalidInput::new(
                "any_doctor_after_days",
                "没有指定医生或职称，本来就谁都可以",
                "no doctor or title is wished, so anybody will do from the start",
            ));
        }
        Ok(())
    }

    /// Below the cheapest fee of the city nothing can ever be found; what the hospital's own level costs is checked with the
    /// service's list.
    fn check_fee(&self) -> Result<(), InvalidInput> {
        match self.fee_max {
            Some(most) if most < CHEAPEST_YUAN => Err(InvalidInput::new(
                "fee_max",
                format!("北京的号最便宜 {CHEAPEST_YUAN} 元，{most} 元以内约不到"),
                format!(
                    "the cheapest in Beijing is {CHEAPEST_YUAN} yuan; nothing is to be had for {most}"
                ),
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn patient(&self) -> Option<&str> {
        crate::words::filled(self.patient.as_deref())
    }

    pub(super) fn doctors(&self) -> impl Iterator<Item = &str> {
        tidy(self.doctors.as_deref())
    }

    pub(super) fn titles(&self) -> impl Iterator<Item = &str> {
        tidy(self.titles.as_deref())
    }

    pub(super) fn half_days(&self) -> Result<Vec<HalfDay>, InvalidInput> {
        tidy(self.half_days.as_deref())
            .map(|text| match text {
                "上午" | "morning" | "am" => Ok(HalfDay::Morning),
                "下午" | "afternoon" | "pm" => Ok(HalfDay::Afternoon),
                "其他" | "晚上" | "other" => Ok(HalfDay::Other),
                other => Err(InvalidInput::new(
                    "half_days",
                    format!("「{other}」不是半天，可以是 上午、下午、其他"),
                    format!("{other:?} is no half of a day: morning, afternoon or other"),
                )),
            })
            .collect()
    }

    pub(super) fn weekdays(&self) -> Result<Vec<Weekday>, InvalidInput> {
        tidy(self.weekdays.as_deref())
            .map(|text| {
                weekday(text).ok_or_else(|| {
                    InvalidInput::new(
                        "weekdays",
                        format!("「{text}」不是星期几，例如 周六 或 6"),
                        format!("{text:?} is no day of the week, such as 6 or 周六"),
                    )
                })
            })
            .collect()
    }

    pub(super) fn hours(&self) -> Result<Option<DayWindow>, InvalidInput> {
        crate::words::filled(self.hours.as_deref())
            .map(|text| DayWindow::parse("hours", text))
            .transpose()
    }

    pub(super) fn axes(&self) -> Result<[Axis; 5], InvalidInput> {
        Axis::read(self.priority.as_deref().unwrap_or_default())
    }

    /// The days that will do and can still be booked on `today`.
    pub(super) fn wanted_days(&self, today: Date) -> Vec<Date> {
        let weekdays = self.weekdays().unwrap_or_default();
        let first = self.from.max(plus(today, 1));
        first
            .series(jiff::ToSpan::day(1))
            .take_while(|date| *date <= self.to)
            .filter(|date| weekdays.is_empty() || weekdays.contains(&date.weekday()))
            .collect()
    }

    /// When watching begins.
    pub(super) fn begins_at(&self) -> Option<Timestamp> {
        self.watch_from.map(dates::midnight)
    }

    /// When the errand gives up: with the day it should stop on, or when the last day can be booked no more.
    pub(super) fn give_up_at(&self) -> Timestamp {
        let last = dates::midnight(self.to);
        match self.stop_on {
            Some(stop) => last.min(dates::midnight(plus(stop, 1))),
            None => last,
        }
    }

    /// Whether anybody will do by now.
    pub(super) fn anybody_now(&self, begun: Timestamp, now: Timestamp) -> bool {
        self.any_doctor_after_days
            .is_some_and(|days| now >= later(begun, days * 86_400))
    }

    pub(super) fn pace_s(&self) -> u32 {
        self.pace_s.unwrap_or(60).clamp(60, 3600)
    }

    /// Whether the account has to be signed in for what is wished.
    pub(super) fn needs_account(&self) -> bool {
        self.then != Then::Notify
    }

    pub(super) fn fee_max_fen(&self) -> Option<i64> {
        self.fee_max.map(|yuan| yuan * 100)
    }
}

fn noon() -> jiff::civil::Time {
    jiff::civil::Time::constant(12, 0, 0, 0)
}

fn tidy(list: Option<&[String]>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default()
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
}

fn weekday(text: &str) -> Option<Weekday> {
    let short = text
        .trim_start_matches("星期")
        .trim_start_matches("礼拜")
        .trim_start_matches('周');
    Some(match short.to_lowercase().as_str() {
        "一" | "1" | "mon" | "monday" => Weekday::Monday,
        "二" | "2" | "tue" | "tuesday" => Weekday::Tuesday,
        "三" | "3" | "wed" | "wednesday" => Weekday::Wednesday,
        "四" | "4" | "thu" | "thursday" => Weekday::Thursday,
        "五" | "5" | "fri" | "friday" => Weekday::Friday,
        "六" | "6" | "sat" | "saturday" => Weekday::Saturday,
        "日" | "天" | "7" | "0" | "sun" | "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    /// A Sunday, ten in the morning.
    fn now() -> Timestamp {
        dates::at(
            jiff::civil::date(2026, 11, 22),
            jiff::civil::Time::constant(10, 0, 0, 0),
        )
    }

    fn wishes(changed: Value) -> Wishes {
        let mut all = json!({
            "departments": ["162/04/644"], "from": "2026-11-23", "to": "2026-11-29", "patient": "王小例",
        });
        all.as_object_mut()
            .unwrap()
            .extend(changed.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    fn refused(changed: Value) -> (String, String) {
        let wrong = wishes(changed).check(now()).unwrap_err();
        (wrong.field, wrong.text.zh)
    }

    #[test]
    fn what_can_be_carried_out() {
        for fine in [
            json!({}),
            json!({ "from": "2026-11-22" }),
            json!({ "then": "notify", "patient": null }),
            json!({ "weekdays": ["六", "周日", "5"], "half_days": ["下午"], "hours": "13:00-16:00" }),
            json!({ "doctors": ["张示例"], "any_doctor_after_days": 3, "fee_max": 20, "priority": ["date"] }),
            json!({ "watch_from": "2026-11-25", "stop_on": "2026-11-27" }),
        ] {
            wishes(fine.clone())
                .check(now())
                .unwrap_or_else(|wrong| panic!("{fine}: {wrong:?}"));
        }
    }

    #[test]
    fn bad_wishes_are_refused_with_the_reason_and_without_a_request() {
        for (bad, field, says) in [
            (json!({ "departments": [] }), "departments", "必填"),
            (json!({ "departments": ["儿科"] }), "departments", "网址"),
            (
                json!({ "departments": ["162/04/644", "162/04/644"] }),
                "departments",
                "两次",
            ),
            (json!({ "from": "2026-11-30" }), "to", "之前"),
            (json!({ "from": "2026-11-20" }), "from", "过去"),
            (
                json!({ "from": "2026-11-20", "to": "2026-11-21" }),
                "to",
                "过去",
            ),
            (
                json!({ "from": "2026-11-22", "to": "2026-11-22" }),
                "to",
                "当天",
            ),
            (json!({ "to": "2027-06-01" }), "to", "太远"),
            (json!({ "patient": " " }), "patient", "必填"),
            (json!({ "weekdays": ["八"] }), "weekdays", "星期几"),
            (
                json!({ "to": "2026-11-24", "weekdays": ["六"] }),
                "weekdays",
                "没有",
            ),
            (json!({ "half_days": ["半夜"] }), "half_days", "半天"),
            (
                json!({ "half_days": ["上午"], "hours": "14:00-16:00" }),
                "hours",
                "半天",
            ),
            (json!({ "hours": "16:00-14:00" }), "hours", "例如"),
            (json!({ "fee_max": 19 }), "fee_max", "20"),
            (
                json!({ "any_doctor_after_days": 1 }),
                "any_doctor_after_days",
                "谁都可以",
            ),
            (json!({ "priority": ["price"] }), "priority", "doctor"),
            (json!({ "priority": ["date", "date"] }), "priority", "一次"),
            (json!({ "stop_on": "2026-11-21" }), "stop_on", "过去"),
            (
                json!({ "watch_from": "2026-11-29" }),
                "watch_from",
                "前一天",
            ),
            (
                json!({ "watch_from": "2026-11-26", "stop_on": "2026-11-25" }),
                "stop_on",
                "之前",
            ),
        ] {
            let (named, text) = refused(bad.clone());
            assert_eq!(named, field, "{bad}: {text}");
            assert!(text.contains(says), "{bad}: {text}");
        }
    }

    #[test]
    fn the_days_that_will_do_begin_tomorrow_and_keep_to_the_weekdays() {
        let today = dates::today(now());
        let days = |changed: Value| -> Vec<String> {
            let days = wishes(changed).wanted_days(today);
            days.iter()
                .map(|day| day.to_string()[5..].to_owned())
                .collect()
        };
        assert_eq!(
            days(json!({ "from": "2026-11-22", "to": "2026-11-24" })),
            ["11-23", "11-24"]
        );
        assert_eq!(
            days(json!({ "weekdays": ["日", "五"] })),
            ["11-27", "11-29"]
        );
    }

    #[test]
    fn it_ends_when_the_last_day_can_be_booked_no_more() {
        let end = |changed: Value| wishes(changed).give_up_at();
        let midnight = |day| dates::midnight(jiff::civil::date(2026, 11, day));
        assert_eq!(end(json!({})), midnight(29));
        assert_eq!(end(json!({ "stop_on": "2026-11-25" })), midnight(26));
        assert_eq!(end(json!({ "stop_on": "2026-12-25" })), midnight(29));
    }
}
