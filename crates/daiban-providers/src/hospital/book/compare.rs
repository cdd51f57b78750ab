//! Whether what the confirm page shows may be booked. Pure.
//!
//! People were booked on another weekday than they asked for, and dearer than they knew, by programs that never read this
//! page (*seen* in their users' complaints). So a day is compared as a date, a doctor as a name, and a price as a number.

use jiff::civil::Date;

use crate::hospital::booking::{Agreed, BookWish, Confirm, Need, Stop};
use crate::hospital::wire::words::{period, visit_time};

/// Why it may not, the gravest reason first; `None`: it may. `has_mobile`: whether the account knows a number to give where
/// the page wants a contact.
#[must_use]
pub(in crate::hospital) fn stop(
    wish: &BookWish,
    confirm: &Confirm,
    has_mobile: bool,
) -> Option<Stop> {
    let is_as_told = match &wish.agreed {
        Some(agreed) => is_as_agreed(agreed, confirm),
        None => is_as_seen(wish, confirm),
    };
    if !is_as_told {
        return Some(Stop::Changed);
    }
    if wish.agreed.is_none() && is_too_dear(wish.fee_max_fen, confirm.fee_fen) {
        return Some(Stop::TooDear);
    }
    wants(wish, confirm, has_mobile)
}

/// The days an order of this wish may be for: the day wished for, and the one the owner agreed to instead.
pub(in crate::hospital) fn days(wish: &BookWish) -> Vec<Date> {
    let agreed = wish.agreed.as_ref();
    let agreed = agreed.and_then(|agreed| visit_time(&agreed.visit_time).date);
    [Some(wish.date), agreed].into_iter().flatten().collect()
}

fn is_as_seen(wish: &BookWish, confirm: &Confirm) -> bool {
    confirm.date == Some(wish.date)
        && confirm.half_day == Some(wish.half_day)
        && is_period(&wish.duty_time, &confirm.visit_time)
        && is_doctor(wish.doctor.as_deref(), confirm.doctor.as_deref())
        && is_title(&wish.title, confirm.title.as_deref())
}

/// `dutyTime` is `202303090800-202303090830`; the page need not print the hours.
fn is_period(duty_time: &str, shown: &str) -> bool {
    match (hours(duty_time), period(shown)) {
        (Some(wished), Some(shown)) => wished == shown,
        _ => true,
    }
}

/// `08:00-08:30` of a `dutyTime`.
fn hours(duty_time: &str) -> Option<String> {
    let clock = |part: &str| {
        let digits = part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| format!("{}:{}", &part[8..10], &part[10..12]))
    };
    let (from, to) = duty_time.split_once('-')?;
    Some(format!("{}-{}", clock(from)?, clock(to)?))
}

/// Where no doctor was named, any may turn up; where one was, nobody else may, and nobody at all neither.
fn is_doctor(wished: Option<&str>, shown: Option<&str>) -> bool {
    wished.is_none_or(|wished| shown.is_some_and(|shown| is_same(wished, shown)))
}

fn is_title(seen: &str, shown: Option<&str>) -> bool {
    seen.trim().is_empty() || shown.is_some_and(|shown| is_same(seen, shown))
}

/// Blanks inside a name are the printer's: `张 三`.
fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String { text.split_whitespace().collect() };
    letters(one) == letters(other)
}

fn is_as_agreed(agreed: &Agreed, confirm: &Confirm) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => is_same(one, other),
        (one, other) => one == other,
    };
    agreed.fee_fen == confirm.fee_fen
        && same(&agreed.doctor, &confirm.doctor)
        && same(&agreed.title, &confirm.title)
        && is_same(&agreed.visit_time, &confirm.visit_time)
}

/// A price that is not told is not known to be low enough.
fn is_too_dear(most: Option<i64>, fee: Option<i64>) -> bool {
    most.is_some_and(|most| fee.is_none_or(|fee| fee > most))
}

fn wants(wish: &BookWish, confirm: &Confirm, has_mobile: bool) -> Option<Stop> {
    let needs = &confirm.needs;
    let all = [
        needs.hospital_card,
        needs.jyt_card,
        needs.medicare_card,
        needs.sms,
        needs.contact,
    ];
    let is_strange = all.contains(&Need::Unknown);
    let no_way = [needs.jyt_card, needs.medicare_card].contains(&Need::Required);
    let no_contact = needs.contact == Need::Required && !has_mobile;
    if is_strange || no_way || no_contact {
        return Some(Stop::Other);
    }
    let lacks = |need: Need, given: &Option<String>| {
        let is_given = given.as_ref().is_some_and(|text| !text.trim().is_empty());
        need == Need::Required && !is_given
    };
    if lacks(needs.hospital_card, &wish.hospital_card) {
        return Some(Stop::HospitalCard);
    }
    lacks(needs.sms, &wish.sms_code).then_some(Stop::Sms)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// 2026-11-27 is a Friday.
    fn wish() -> Value {
        json!({
            "department": { "hos": "162", "first": "04", "second": "644" },
            "date": "2026-11-27", "half_day": "afternoon", "doctor": "张示例", "title": "副主任医师",
            "key": "2b336320ac44c20bb8ea3c3f0dcb773af4ed2f62", "duty_time": "0",
            "patient": { "name": "王示例", "id_mask": "1101****0000" }, "card": "SOCIAL_SECURITY",
            "fee_max_fen": 6000,
        })
    }

    /// What the page shows of it.
    fn page() -> Value {
        json!({
            "hospitalName": "北京示例第一医院", "departmentName": "口腔种植科门诊",
            "doctorName": "张示例", "doctorTitleName": "副主任医师",
            "visitTime": "2026年11月27日 周五 下午 ", "serviceFee": "50",
            "dataItem": { "hospitalCardId": 1, "jytCardId": 2, "smsCode": 2, "contactUserInfo": 2 },
        })
    }

    fn with(mut all: Value, fields: &Value) -> Value {
        for (name, value) in fields.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    }

    fn confirm(fields: &Value) -> Confirm {
        crate::hospital::wire::confirm::read(&with(page(), fields))
            .unwrap()
            .confirm
    }

    fn stops(wished: &Value, shown: &Value) -> Option<Stop> {
        let wish: BookWish = serde_json::from_value(with(wish(), wished)).unwrap();
        stop(&wish, &confirm(shown), true)
    }

    fn check(wished: Value, shown: Value, expected: Option<Stop>) {
        assert_eq!(stops(&wished, &shown), expected, "{wished} {shown}");
    }

    #[test]
    fn what_was_seen_goes_on() {
        let none = json!({});
        check(none.clone(), none.clone(), None);
        check(none.clone(), json!({ "doctorName": " 张 示例" }), None);
        check(
            json!({ "title": "" }),
            json!({ "doctorTitleName": null }),
            None,
        );
        check(none, json!({ "visitTime": "2026年11月27日 下午" }), None);
    }

    #[test]
    fn pitfall_wrong_weekday_is_not_booked() {
        let shows = |visit: &str| {
            check(
                json!({}),
                json!({ "visitTime": visit }),
                Some(Stop::Changed),
            )
        };
        // Another day, whatever the weekday.
        shows("2026年11月28日 周六 下午");
        shows("2026年12月04日 周五 下午");
        shows("2025年11月27日 周四 下午");
        // The right day beside another's weekday: one of the two is wrong, and nobody knows which.
        shows("2026年11月27日 周四 下午");
        shows("2026年11月27日 星期六 下午");
        // The other half, both halves, no half.
        shows("2026年11月27日 周五 上午");
        shows("2026年11月27日 周五 上午下午");
        shows("2026年11月27日 周五");
        // Nothing to read.
        shows("");
        shows("本周五下午");
        shows("2026年11月27日至2026年11月28日 下午");
    }

    #[test]
    fn the_doctor_is_the_one_that_was_named() {
        let doctor = |wished: Value, shown: Value, expected| {
            check(
                json!({ "doctor": wished }),
                json!({ "doctorName": shown }),
                expected,
            );
        };
        doctor(json!("张示例"), json!("李示例"), Some(Stop::Changed));
        doctor(json!("张示例"), json!(null), Some(Stop::Changed));
        doctor(json!("张示例"), json!(""), Some(Stop::Changed));
        // Where none was named any may turn up.
        doctor(json!(null), json!("李示例"), None);
        doctor(json!(null), json!(null), None);
    }

    #[test]
    fn the_title_is_the_one_that_was_seen() {
        let title = |shown: Value| {
            check(
                json!({}),
                json!({ "doctorTitleName": shown }),
                Some(Stop::Changed),
            );
        };
        title(json!("主任医师"));
        title(json!("普通号50"));
        title(json!(null));
    }

    #[test]
    fn hours_that_are_printed_are_the_ones_that_were_chosen() {
        let chosen = json!({ "duty_time": "202611271330-202611271400" });
        let hours = |shown: &str, expected| {
            let visit = format!("2026年11月27日 周五 下午 {shown}");
            check(chosen.clone(), json!({ "visitTime": visit }), expected);
        };
        hours("13:30-14:00", None);
        hours("13：30~14：00", None);
        hours("", None);
        hours("15:00-15:30", Some(Stop::Changed));
    }

    #[test]
    fn pitfall_fee_is_checked() {
        let fee = |most: Value, shown: Value, expected| {
            check(
                json!({ "fee_max_fen": most }),
                json!({ "serviceFee": shown }),
                expected,
            );
        };
        fee(json!(6000), json!("60"), None);
        fee(json!(6000), json!("60.01"), Some(Stop::TooDear));
        fee(json!(6000), json!("100"), Some(Stop::TooDear));
        fee(json!(0), json!("0"), None);
        fee(json!(0), json!("0.01"), Some(Stop::TooDear));
        // What is not told is not known to be low enough.
        fee(json!(6000), json!(null), Some(Stop::TooDear));
        fee(json!(6000), json!("&#xf3c2;&#xf38a;"), Some(Stop::TooDear));
        fee(json!(null), json!(null), None);
        fee(json!(null), json!("5000"), None);
    }

    #[test]
    fn what_is_wanted_and_not_there_stops_it() {
        let wants = |items: Value, given: Value, expected| {
            check(given, json!({ "dataItem": items }), expected);
        };
        let (sms, card) = (
            json!({ "sms_code": "123456" }),
            json!({ "hospital_card": "000001" }),
        );
        wants(json!({ "smsCode": 4 }), json!({}), Some(Stop::Sms));
        wants(
            json!({ "smsCode": 4 }),
            json!({ "sms_code": " " }),
            Some(Stop::Sms),
        );
        wants(json!({ "smsCode": 4 }), sms.clone(), None);
        wants(json!({ "smsCode": 1 }), json!({}), None);
        wants(
            json!({ "hospitalCardId": 4 }),
            json!({}),
            Some(Stop::HospitalCard),
        );
        wants(json!({ "hospitalCardId": 4 }), card, None);
        wants(json!({ "jytCardId": 4 }), json!({}), Some(Stop::Other));
        wants(json!({ "medicareCardId": 4 }), json!({}), Some(Stop::Other));
        wants(json!({ "contactUserInfo": 4 }), json!({}), None);
        // A flag nobody has seen may mean anything.
        for name in [
            "hospitalCardId",
            "jytCardId",
            "medicareCardId",
            "smsCode",
            "contactUserInfo",
        ] {
            wants(json!({ name: 3 }), sms.clone(), Some(Stop::Other));
        }
        wants(json!(null), json!({}), None);
    }

    #[test]
    fn a_contact_nobody_knows_stops_it() {
        let wish: BookWish = serde_json::from_value(wish()).unwrap();
        let wanted = |flag: i64| confirm(&json!({ "dataItem": { "contactUserInfo": flag } }));
        assert_eq!(stop(&wish, &wanted(4), false), Some(Stop::Other));
        assert_eq!(stop(&wish, &wanted(1), false), None);
    }

    #[test]
    fn the_gravest_reason_comes_first() {
        let mut shown = json!({
            "doctorName": "李示例", "serviceFee": "100",
            "dataItem": { "jytCardId": 4, "hospitalCardId": 4, "smsCode": 4 },
        });
        let order = [
            (Stop::Changed, "doctorName", json!("张示例")),
            (Stop::TooDear, "serviceFee", json!("50")),
            (
                Stop::Other,
                "dataItem",
                json!({ "hospitalCardId": 4, "smsCode": 4 }),
            ),
            (Stop::HospitalCard, "dataItem", json!({ "smsCode": 4 })),
            (Stop::Sms, "dataItem", json!({})),
        ];
        for (why, field, put_right) in order {
            check(json!({}), shown.clone(), Some(why));
            shown[field] = put_right;
        }
        check(json!({}), shown, None);
    }

    /// Facts that differ from the wish in every way.
    fn other() -> Value {
        json!({
            "doctorName": "李示例", "doctorTitleName": "主任医师",
            "visitTime": "2026年11月28日 周六 上午", "serviceFee": "100",
        })
    }

    #[test]
    fn facts_that_were_agreed_to_go_on_only_if_they_are_still_the_same() {
        let agreed = json!({ "agreed": {
            "fee_fen": 10_000, "doctor": "李示例", "title": "主任医师",
            "visit_time": "2026年11月28日 周六 上午",
        } });
        check(agreed.clone(), other(), None);
        // What was wished for at first is now something else.
        check(agreed.clone(), json!({}), Some(Stop::Changed));
        for (field, value) in [
            ("doctorName", json!("张示例")),
            ("doctorName", json!(null)),
            ("doctorTitleName", json!("副主任医师")),
            ("visitTime", json!("2026年11月28日 周六 下午")),
            ("serviceFee", json!("99.99")),
            ("serviceFee", json!(null)),
        ] {
            check(
                agreed.clone(),
                with(other(), &json!({ field: value })),
                Some(Stop::Changed),
            );
        }
        // What is wanted is wanted all the same.
        let sms = json!({ "dataItem": { "smsCode": 4 } });
        check(agreed, with(other(), &sms), Some(Stop::Sms));
    }

    #[test]
    fn an_order_may_be_for_the_day_that_was_agreed_to() {
        let wish: BookWish = serde_json::from_value(with(
            wish(),
            &json!({ "agreed": { "fee_fen": null, "doctor": null, "title": null, "visit_time": "2026年11月28日 周六 上午" } }),
        ))
        .unwrap();
        assert_eq!(days(&wish), [date(2026, 11, 27), date(2026, 11, 28)]);
    }

    proptest! {
        /// Whatever differs in a fact that was wished for is never booked unasked.
        #[test]
        fn nothing_else_is_ever_booked(day in 177i64..182, half in 0usize..3, doctor in 0usize..3, title in 0usize..2, yuan in 0i64..200) {
            let date = date(2026, 6, 1).saturating_add(jiff::Span::new().days(day));
            let half = ["上午", "下午", "晚上"][half];
            let doctor = [Some("张示例"), Some("李示例"), None][doctor];
            let title = ["副主任医师", "主任医师"][title];
            let visit = format!("{}年{:02}月{:02}日 {} {half}", date.year(), date.month(), date.day(), daiban_core::dates::weekday_zh(date));
            let shown = json!({ "visitTime": visit, "doctorName": doctor, "doctorTitleName": title, "serviceFee": yuan.to_string() });
            let is_wished = date == jiff::civil::date(2026, 11, 27) && half == "下午" && doctor == Some("张示例") && title == "副主任医师" && yuan <= 60;
            prop_assert_eq!(stops(&json!({}), &shown).is_none(), is_wished);
        }

        /// Saying yes to what is shown is enough, and saying yes to something else is not.
        #[test]
        fn agreeing_to_the_page_goes_on(fee in proptest::option::of(0i64..100_000), doctor in proptest::option::of("[张李王]{2}"), visit in "[0-9年月日周一五上下午: -]{0,20}") {
            let shown = json!({ "visitTime": visit, "doctorName": doctor, "serviceFee": fee.map(|fee| format!("{}.{:02}", fee / 100, fee % 100)) });
            let confirm = confirm(&shown);
            let agreed = Agreed { fee_fen: confirm.fee_fen, doctor: confirm.doctor.clone(), title: confirm.title.clone(), visit_time: confirm.visit_time.clone() };
            prop_assert_eq!(confirm.fee_fen, fee);
            prop_assert_eq!(stops(&json!({ "agreed": agreed }), &shown), None);
            let dearer = Agreed { fee_fen: Some(fee.unwrap_or(0) + 1), ..agreed };
            prop_assert_eq!(stops(&json!({ "agreed": dearer }), &shown), Some(Stop::Changed));
        }
    }
}
