//! Which places fit, and which is best: pure.

use std::cmp::Reverse;

use daiban_core::{Text, Timestamp, dates, invalid::InvalidInput, window::DayWindow};
use jiff::civil::{Date, Time, Weekday};

use super::setback::SetAside;
use super::wishes::Wishes;
use crate::hospital::places::DepartmentRef;
use crate::hospital::slots::{HalfDay, Period, Slot};

/// What is compared, the more important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Doctor,
    Weekday,
    HalfDay,
    Date,
    Department,
}

const AXES: [(&str, Axis); 5] = [
    ("doctor", Axis::Doctor),
    ("weekday", Axis::Weekday),
    ("half_day", Axis::HalfDay),
    ("date", Axis::Date),
    ("department", Axis::Department),
];

impl Axis {
    /// The named ones first, then the others in their usual order.
    pub(super) fn read(words: &[String]) -> Result<[Self; 5], InvalidInput> {
        let mut named = Vec::new();
        for word in words
            .iter()
            .map(|word| word.trim())
            .filter(|word| !word.is_empty())
        {
            let found = AXES.iter().find(|(name, _)| *name == word);
            let Some((_, axis)) = found.filter(|(_, axis)| !named.contains(axis)) else {
                return Err(InvalidInput::new(
                    "priority",
                    format!("「{word}」不对：doctor、weekday、half_day、date、department 各写一次"),
                    format!(
                        "{word:?} is wrong: doctor, weekday, half_day, date, department, once each"
                    ),
                ));
            };
            named.push(*axis);
        }
        let mut order = [Self::Doctor; 5];
        let rest = AXES
            .iter()
            .map(|(_, axis)| *axis)
            .filter(|axis| !named.contains(axis));
        let all: Vec<Self> = named.iter().copied().chain(rest).collect();
        order.copy_from_slice(&all);
        Ok(order)
    }
}

/// The owner's taste, read once a pass.
#[derive(Debug)]
pub(super) struct Taste {
    doctors: Vec<String>,
    titles: Vec<String>,
    half_days: Vec<HalfDay>,
    weekdays: Vec<Weekday>,
    hours: Option<DayWindow>,
    axes: [Axis; 5],
    /// Anybody will do by now.
    anybody: bool,
}

/// Places of one department on one day, as last seen.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) department: &'a DepartmentRef,
    /// Its place in the owner's list.
    pub(super) position: usize,
    pub(super) date: Date,
    pub(super) seen_at: Timestamp,
    pub(super) slots: &'a [Slot],
}

/// A place and what is thought of it.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    pub(super) department: &'a DepartmentRef,
    pub(super) date: Date,
    pub(super) slot: &'a Slot,
    /// The time to take, where there are times.
    pub(super) period: Option<&'a Period>,
    pub(super) seen_at: Timestamp,
    /// Why it does not fit, or is left alone for now.
    pub(super) why_not: Option<Text>,
    rank: [u32; 6],
}

impl Choice<'_> {
    pub(super) fn fits(&self) -> bool {
        self.why_not.is_none()
    }

    /// What tells one place from another, over looks.
    pub(super) fn name(&self) -> String {
        name(self.department, self.date, self.slot)
    }
}

pub(super) fn name(department: &DepartmentRef, date: Date, slot: &Slot) -> String {
    let half = slot.half_day.en();
    let doctor = slot.doctor.as_deref().unwrap_or_default();
    format!("{department}/{date}/{half}/{doctor}/{}", slot.title)
}

impl Taste {
    pub(super) fn new(wishes: &Wishes, anybody: bool) -> Result<Self, InvalidInput> {
        Ok(Self {
            doctors: wishes.doctors().map(str::to_owned).collect(),
            titles: wishes.titles().map(str::to_owned).collect(),
            half_days: wishes.half_days()?,
            weekdays: wishes.weekdays()?,
            hours: wishes.hours()?,
            axes: wishes.axes()?,
            anybody,
        })
    }

    /// Every place that was seen, those that fit first, the best of them in front.
    pub(super) fn order<'a>(
        &self,
        seen: &[Seen<'a>],
        aside: &[SetAside],
        now: Timestamp,
    ) -> Vec<Choice<'a>> {
        let mut choices: Vec<Choice<'a>> = seen
            .iter()
            .flat_map(|day| day.slots.iter().map(move |slot| self.judge(day, slot)))
            .collect();
        for choice in &mut choices {
            if choice.fits() {
                choice.why_not = set_aside(choice, aside, now);
            }
        }
        choices.sort_by_key(|choice| {
            (
                Reverse(choice.fits()),
                Reverse(choice.slot.bookable),
                choice.rank,
            )
        });
        choices
    }

    fn judge<'a>(&self, day: &Seen<'a>, slot: &'a Slot) -> Choice<'a> {
        let period = self.period(day.date, slot);
        let why_not = self
            .why_not(day.date, slot)
            .or_else(|| (!slot.bookable).then(|| Text::new("约满", "full")))
            .or_else(|| {
                period
                    .is_none()
                    .then(|| Text::new("想要的时间没有了", "nothing within the wished hours"))
            });
        let period = period.flatten();
        Choice {
            department: day.department,
            date: day.date,
            slot,
            period,
            seen_at: day.seen_at,
            why_not,
            rank: self.rank(day, slot, period),
        }
    }

    /// Why the place would not do even if it were free.
    fn why_not(&self, date: Date, slot: &Slot) -> Option<Text> {
        if !self.weekdays.is_empty() && !self.weekdays.contains(&date.weekday()) {
            return Some(Text::new(
                "不是想要的星期几",
                "not a wished day of the week",
            ));
        }
        if self.who(slot).is_none() {
            return Some(Text::new("不是想要的医生", "not a wished doctor"));
        }
        if !self.half_days.is_empty() && !self.half_days.contains(&slot.half_day) {
            return Some(Text::new("不是想要的半天", "not a wished half of the day"));
        }
        if slot.periods.is_empty() && !self.half_may_fit(date, slot.half_day) {
            return Some(Text::new("不在想要的时间", "not within the wished hours"));
        }
        None
    }

    /// The time to take: `None` when none of several fits, `Some(None)` when there is none to choose.
    fn period<'a>(&self, date: Date, slot: &'a Slot) -> Option<Option<&'a Period>> {
        if slot.periods.is_empty() {
            return Some(None);
        }
        let mut free: Vec<&Period> = slot
            .periods
            .iter()
            .filter(|period| period.bookable && self.within_hours(date, period))
            .collect();
        free.sort_by_key(|period| minutes(&period.from));
        free.first().map(|first| Some(*first))
    }

    fn within_hours(&self, date: Date, period: &Period) -> bool {
        let Some(hours) = &self.hours else {
            return true;
        };
        let begins = minutes(&period.from).and_then(clock_time);
        begins.is_some_and(|time| {
            let at = dates::at(date, time);
            hours.opens(date) <= at && at < hours.closes(date)
        })
    }

    /// Without times only the half of the day is known: it will do when the wished hours touch it.
    fn half_may_fit(&self, date: Date, half: HalfDay) -> bool {
        let Some(hours) = &self.hours else {
            return true;
        };
        let noon = dates::at(date, Time::constant(12, 0, 0, 0));
        match half {
            HalfDay::Morning => hours.opens(date) < noon,
            HalfDay::Afternoon => hours.closes(date) > noon,
            HalfDay::Other => false,
        }
    }

    /// The place of whoever it is in the owner's order; `None`: not wished.
    fn who(&self, slot: &Slot) -> Option<u32> {
        if self.doctors.is_empty() && self.titles.is_empty() {
            return Some(0);
        }
        let doctor = slot.doctor.as_deref().unwrap_or_default();
        let by_name = self.doctors.iter().position(|wished| wished == doctor);
        let by_title = || {
            let at = self
                .titles
                .iter()
                .position(|wished| is_title(&slot.title, wished));
            at.map(|at| at + self.doctors.len())
        };
        let anybody = self.anybody.then(|| self.doctors.len() + self.titles.len());
        by_name.or_else(by_title).or(anybody).map(small)
    }

    fn rank(&self, day: &Seen<'_>, slot: &Slot, period: Option<&Period>) -> [u32; 6] {
        let mut rank = [0; 6];
        for (at, axis) in self.axes.iter().enumerate() {
            rank[at] = match axis {
                Axis::Doctor => self.who(slot).unwrap_or(u32::MAX),
                Axis::Weekday => position(&self.weekdays, &day.date.weekday()),
                Axis::HalfDay => match self.half_days.is_empty() {
                    true => 0,
                    false => position(&self.half_days, &slot.half_day),
                },
                Axis::Date => u32::try_from(jiff_day(day.date)).unwrap_or(0),
                Axis::Department => small(day.position),
            };
        }
        let begins = period.and_then(|period| minutes(&period.from)).unwrap_or(0);
        rank[5] = u32::from(slot.half_day as u8) * 10_000 + u32::try_from(begins).unwrap_or(0);
        rank
    }
}

/// `主任医师` is not `副主任医师`: the wished title must be how the shown one begins, as in `普通号50`.
fn is_title(shown: &str, wished: &str) -> bool {
    shown.trim().starts_with(wished)
}

fn position<T: PartialEq>(list: &[T], one: &T) -> u32 {
    list.iter().position(|other| other == one).map_or(0, small)
}

fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Days since 1970.
fn jiff_day(date: Date) -> i64 {
    dates::midnight(date).as_second() / 86_400 + 1
}

/// `08:30` in minutes.
pub(super) fn minutes(text: &str) -> Option<i16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (i16, i16) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

fn set_aside(choice: &Choice<'_>, aside: &[SetAside], now: Timestamp) -> Option<Text> {
    let name = choice.name();
    let until = aside
        .iter()
        .find(|one| one.name == name && one.until > now)?
        .until;
    let until = dates::spoken(until, now);
    Some(Text::new(
        format!("刚试过没成，{} 前先放着", until.zh),
        format!("tried in vain; left alone until {}", until.en),
    ))
}

fn clock_time(minutes: i16) -> Option<Time> {
    let (hour, minute) = (
        i8::try_from(minutes / 60).ok()?,
        i8::try_from(minutes % 60).ok()?,
    );
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::hospital::visit::setback;

    fn slot(half_day: HalfDay, doctor: Option<&str>, title: &str) -> Slot {
        Slot {
            key: format!("{half_day:?}{doctor:?}{title}"),
            half_day,
            doctor: doctor.map(str::to_owned),
            title: title.to_owned(),
            skill: None,
            bookable: true,
            periods: Vec::new(),
        }
    }

    fn period(from: &str, to: &str, bookable: bool) -> Period {
        Period {
            from: from.to_owned(),
            to: to.to_owned(),
            key: from.to_owned(),
            duty_time: from.to_owned(),
            bookable,
        }
    }

    fn taste(wishes: Value, anybody: bool) -> Taste {
        let mut all =
            json!({ "departments": ["162/04/644"], "from": "2026-12-01", "to": "2026-12-31" });
        all.as_object_mut()
            .unwrap()
            .extend(wishes.as_object().unwrap().clone());
        Taste::new(&serde_json::from_value(all).unwrap(), anybody).unwrap()
    }

    fn department() -> DepartmentRef {
        DepartmentRef::parse("x", "162/04/644").unwrap()
    }

    /// The places of 1 December (a Tuesday), with the second list a day later; the names of those that fit, best first.
    fn order(taste: &Taste, days: &[Vec<Slot>]) -> Vec<String> {
        let department = department();
        let seen: Vec<Seen<'_>> = days
            .iter()
            .enumerate()
            .map(|(after, slots)| Seen {
                department: &department,
                position: 0,
                date: crate::words::plus(date(2026, 12, 1), i32::try_from(after).unwrap()),
                seen_at: Timestamp::UNIX_EPOCH,
                slots,
            })
            .collect();
        let choices = taste.order(&seen, &[], Timestamp::UNIX_EPOCH);
        let fitting = choices.iter().filter(|choice| choice.fits());
        fitting
            .map(|choice| {
                let period = choice.period.map(|period| period.from.as_str());
                let who = choice.slot.doctor.as_deref().unwrap_or(&choice.slot.title);
                [
                    Some(&choice.date.to_string()[8..]),
                    Some(choice.slot.half_day.zh()),
                    Some(who),
                    period,
                ]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
            })
            .collect()
    }

    use HalfDay::{Afternoon, Morning};

    #[test]
    fn pitfall_the_first_doctor_is_not_taken_without_a_place() {
        let full = Slot {
            bookable: false,
            ..slot(Morning, Some("张"), "主任医师")
        };
        let free = slot(Morning, Some("李"), "主任医师");
        let found = order(&taste(json!({}), false), &[vec![full, free]]);
        assert_eq!(found, ["01 上午 李"]);
    }

    #[test]
    fn doctors_come_in_the_owners_order_and_titles_after_them() {
        let day = vec![
            slot(Morning, Some("王"), "副主任医师"),
            slot(Morning, Some("李"), "主任医师"),
            slot(Morning, None, "普通号50"),
            slot(Morning, Some("张"), "主治医师"),
            slot(Morning, Some("赵"), "主任医师"),
        ];
        let find = |wishes: Value| order(&taste(wishes, false), std::slice::from_ref(&day));
        assert_eq!(
            find(json!({ "doctors": ["张", "李"] })),
            ["01 上午 张", "01 上午 李"]
        );
        assert_eq!(
            find(json!({ "titles": ["主任医师"] })),
            ["01 上午 李", "01 上午 赵"]
        );
        assert_eq!(find(json!({ "titles": ["普通号"] })), ["01 上午 普通号50"]);
        assert_eq!(
            find(json!({ "doctors": ["张"], "titles": ["主任医师", "副主任医师"] })),
            ["01 上午 张", "01 上午 李", "01 上午 赵", "01 上午 王"]
        );
    }

    #[test]
    fn row_13_anybody_will_do_after_some_days() {
        let day = vec![
            slot(Morning, Some("王"), "副主任医师"),
            slot(Afternoon, Some("张"), "主任医师"),
        ];
        let days = [day];
        let wishes = json!({ "doctors": ["张"] });
        assert_eq!(order(&taste(wishes.clone(), false), &days), ["01 下午 张"]);
        assert_eq!(
            order(&taste(wishes, true), &days),
            ["01 下午 张", "01 上午 王"]
        );
    }

    #[test]
    fn row_15_a_wrong_weekday_or_half_never_fits() {
        let day = || {
            vec![
                slot(Morning, Some("张"), "主任医师"),
                slot(Afternoon, Some("张"), "主任医师"),
            ]
        };
        let days = [day(), day()];
        let find = |wishes: Value| order(&taste(wishes, false), &days);
        assert_eq!(
            find(json!({ "weekdays": ["三"] })),
            ["02 上午 张", "02 下午 张"]
        );
        assert_eq!(
            find(json!({ "weekdays": ["三", "二"], "half_days": ["下午"] })),
            ["02 下午 张", "01 下午 张"]
        );
        assert_eq!(find(json!({ "weekdays": ["六"] })), Vec::<String>::new());
    }

    #[test]
    fn what_matters_first_is_the_owners_word() {
        let days = [
            vec![slot(Afternoon, Some("李"), "主任医师")],
            vec![slot(Morning, Some("张"), "主任医师")],
        ];
        let wishes = json!({ "doctors": ["张", "李"] });
        assert_eq!(
            order(&taste(wishes, false), &days),
            ["02 上午 张", "01 下午 李"]
        );
        let wishes = json!({ "doctors": ["张", "李"], "priority": ["date"] });
        assert_eq!(
            order(&taste(wishes, false), &days),
            ["01 下午 李", "02 上午 张"]
        );
    }

    #[test]
    fn the_earliest_free_time_within_the_hours_is_taken() {
        let times = Slot {
            periods: vec![
                period("09:00", "09:30", true),
                period("08:00", "08:30", false),
                period("08:30", "09:00", true),
                period("10:30", "11:00", true),
            ],
            ..slot(Morning, Some("张"), "主任医师")
        };
        let days = [vec![times, slot(Afternoon, Some("李"), "主任医师")]];
        let find = |wishes: Value| order(&taste(wishes, false), &days);
        assert_eq!(find(json!({})), ["01 上午 张 08:30", "01 下午 李"]);
        assert_eq!(
            find(json!({ "hours": "10:00-12:00" })),
            ["01 上午 张 10:30"]
        );
        assert_eq!(
            find(json!({ "hours": "07:00-08:30" })),
            Vec::<String>::new()
        );
        // Without times only the half of the day is known.
        assert_eq!(find(json!({ "hours": "14:00-15:00" })), ["01 下午 李"]);
    }

    #[test]
    fn what_was_tried_in_vain_is_left_alone() {
        let department = department();
        let slots = [
            slot(Morning, Some("张"), "主任医师"),
            slot(Morning, Some("李"), "主任医师"),
        ];
        let day = date(2026, 12, 1);
        let seen = [Seen {
            department: &department,
            position: 0,
            date: day,
            seen_at: Timestamp::UNIX_EPOCH,
            slots: &slots,
        }];
        let mut aside = Vec::new();
        setback::set_aside(
            &mut aside,
            name(&department, day, &slots[0]),
            Timestamp::UNIX_EPOCH,
            60,
        );
        let taste = taste(json!({}), false);
        let best = |now: i64| {
            let now = Timestamp::from_second(now).unwrap();
            let choices = taste.order(&seen, &aside, now);
            choices[0].slot.doctor.clone().unwrap()
        };
        assert_eq!((best(59), best(60)), ("李".to_owned(), "张".to_owned()));
    }

    proptest! {
        /// Whatever is wished, what fits keeps every one of the wishes.
        #[test]
        fn nothing_that_breaks_a_wish_fits(
            halves in prop::collection::vec(prop::sample::select(vec!["上午", "下午"]), 0..2),
            weekdays in prop::collection::vec(prop::sample::select(vec!["一", "二", "三", "日"]), 0..3),
            doctors in prop::collection::vec(prop::sample::select(vec!["张", "李"]), 0..2),
            slots in prop::collection::vec((0usize..14, any::<bool>(), any::<bool>(), prop::sample::select(vec!["张", "李", "王"])), 0..30),
        ) {
            let taste = taste(json!({ "half_days": halves, "weekdays": weekdays, "doctors": doctors }), false);
            let mut days = vec![Vec::new(); 14];
            for (day, morning, bookable, doctor) in slots {
                let half = if morning { Morning } else { Afternoon };
                days[day].push(Slot { bookable, ..slot(half, Some(doctor), "主任医师") });
            }
            let department = department();
            let seen: Vec<Seen<'_>> = days.iter().enumerate().map(|(after, slots)| Seen {
                department: &department, position: 0, slots, seen_at: Timestamp::UNIX_EPOCH,
                date: crate::words::plus(date(2026, 12, 1), i32::try_from(after).unwrap()),
            }).collect();
            let choices = taste.order(&seen, &[], Timestamp::UNIX_EPOCH);
            let firsts = choices.iter().take_while(|choice| choice.fits()).count();
            prop_assert_eq!(firsts, choices.iter().filter(|choice| choice.fits()).count());
            for choice in choices.iter().filter(|choice| choice.fits()) {
                prop_assert!(choice.slot.bookable);
                prop_assert!(halves.is_empty() || halves.contains(&choice.slot.half_day.zh()));
                prop_assert!(doctors.is_empty() || doctors.contains(&choice.slot.doctor.as_deref().unwrap()));
                let shown = dates::weekday_zh(choice.date);
                prop_assert!(weekdays.is_empty() || weekdays.iter().any(|day| shown.ends_with(day)));
            }
        }
    }
}
