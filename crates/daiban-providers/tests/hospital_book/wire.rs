//! The service's spelling: pages and sentences in, values out.

use daiban_core::dates;
use daiban_providers::hospital::booking::{BookingState, Need};
use daiban_providers::hospital::slots::HalfDay;
use daiban_providers::hospital::wire::words::{
    cancel_before, day, fen, moment, period, visit_time,
};
use daiban_providers::hospital::wire::{confirm, order as wire};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

// ── words ──

#[test]
fn when_a_visit_is() {
    let friday = date(2026, 11, 27);
    let check = |text: &str, date: Option<Date>, half: Option<HalfDay>, hours: Option<&str>| {
        let read = visit_time(text);
        assert_eq!(read.date, date, "{text}");
        assert_eq!(read.half_day, half, "{text}");
        assert_eq!(read.period.as_deref(), hours, "{text}");
    };
    let (am, pm, other) = (
        Some(HalfDay::Morning),
        Some(HalfDay::Afternoon),
        Some(HalfDay::Other),
    );
    check("2026年11月27日 周五 下午 ", Some(friday), pm, None);
    check(
        "2026年11月27日 周五 下午 13:30-14:00",
        Some(friday),
        pm,
        Some("13:30-14:00"),
    );
    check(
        "2026年11月27日(星期五)上午08:00~08:30",
        Some(friday),
        am,
        Some("08:00-08:30"),
    );
    check(
        "就诊时间：2026-11-27 礼拜五 晚上",
        Some(friday),
        other,
        None,
    );
    check("2026年11月27日 全天", Some(friday), other, None);
    check(
        "2026年11月29日 周日 上午",
        Some(date(2026, 11, 29)),
        am,
        None,
    );
    check(
        "2026年11月29日 星期天 上午",
        Some(date(2026, 11, 29)),
        am,
        None,
    );
    // A weekday of another day: nothing is known of the day.
    check("2026年11月27日 周六 下午", None, pm, None);
    check("2026年11月27日 周末门诊 星期六", None, None, None);
    check("2026年11月27日 周末门诊 星期五", Some(friday), None, None);
    check("2026年11月27日 上午或下午", Some(friday), None, None);
    check("2026年11月27日、2026年11月28日 下午", None, pm, None);
    check("2026年02月30日 下午", None, pm, None);
    check("11月27日 下午", None, pm, None);
    check("26年11月27日 下午", None, pm, None);
    check("", None, None, None);
}

#[test]
fn until_when_it_can_be_cancelled() {
    let by = at("2026-12-01T15:00:00+08:00");
    for text in [
        "请于2026年12月01日 15:00前取消",
        "请于2026年12月1日15：00之前取消",
        "请在2026-12-01 15:00:00以前取消",
        "2026年12月01日（周二）下午3点前可取消",
        "2026年12月01日 周二 15时前",
        "2026年12月01日 15:00后不能取消",
        "2026年12月01日15:00以后，将无法取消",
        "取消截止时间：2026年12月01日 15:00",
    ] {
        assert_eq!(cancel_before(text), Some(by), "{text}");
    }
    let eve = at("2026-12-02T00:00:00+08:00");
    assert_eq!(cancel_before("请于2026年12月01日 24:00前取消"), Some(eve));
    let half = at("2026-12-01T14:30:00+08:00");
    assert_eq!(cancel_before("2026年12月01日 14点半前取消"), Some(half));
    for text in [
        "",
        "不可取消",
        "请于就诊前一工作日15:00前取消",
        "请于2026年12月01日前取消",
        "2026年12月01日 15:00",
        "2026年12月01日 15:00前不能取消",
        "2026年12月01日 15:00后可取消",
        "2026年12月01日 25:00前取消",
        "2026年13月01日 15:00前取消",
        "2026年12月01日 15:00前或2026年12月02日 15:00前取消",
    ] {
        assert_eq!(cancel_before(text), None, "{text}");
    }
}

#[test]
fn what_it_costs() {
    let check = |value: Value, expected: Option<i64>| assert_eq!(fen(&value), expected, "{value}");
    check(json!("50"), Some(5000));
    check(json!(" 50 "), Some(5000));
    check(json!("50.5"), Some(5050));
    check(json!("50.05"), Some(5005));
    check(json!("50.0500"), Some(5005));
    check(json!("0"), Some(0));
    check(json!(50), Some(5000));
    check(json!(50.5), Some(5050));
    for odd in [
        json!(null),
        json!(""),
        json!("-50"),
        json!("50.005"),
        json!("50."),
        json!(".5"),
        json!("五十"),
        json!("50元"),
        json!("&#xf3c2;&#xf38a;"),
        json!("1e3"),
        json!(-1),
        json!(true),
        json!([50]),
        json!("99999999999999999999"),
    ] {
        check(odd, None);
    }
}

#[test]
fn moments_days_and_hours() {
    let made = at("2026-11-22T09:00:04+08:00");
    assert_eq!(moment("2026-11-22 09:00:04"), Some(made));
    assert_eq!(moment("2026-11-22T09:00:04"), Some(made));
    assert_eq!(
        moment("2026-11-22 09:00"),
        Some(at("2026-11-22T09:00:00+08:00"))
    );
    for odd in [
        "",
        "2026-11-22",
        "2026-11-22 9",
        "2026-11-22 25:00:00",
        "09:00:04",
    ] {
        assert_eq!(moment(odd), None, "{odd}");
    }
    assert_eq!(day("2026-11-27"), Some(date(2026, 11, 27)));
    assert_eq!(day("2026-11-27 下午"), None);
    assert_eq!(period("08:00 - 08:30"), Some("08:00-08:30".to_owned()));
    assert_eq!(period("8:00至8:30"), Some("08:00-08:30".to_owned()));
    assert_eq!(period("08:00"), None);
}

proptest! {
    #[test]
    fn every_day_is_read_back_and_no_other_weekday_passes(days in 0i64..20_000, printed in 0usize..7, half in 0usize..3) {
        let date = date(2000, 1, 1).saturating_add(jiff::Span::new().days(days));
        let printed = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][printed];
        let (words, half) = [("上午", HalfDay::Morning), ("下午", HalfDay::Afternoon), ("晚上", HalfDay::Other)][half];
        let text = format!("{}年{:02}月{:02}日 {printed} {words} ", date.year(), date.month(), date.day());
        let read = visit_time(&text);
        prop_assert_eq!(read.date, (printed == dates::weekday_zh(date)).then_some(date));
        prop_assert_eq!(read.half_day, Some(half));
    }

    #[test]
    fn every_price_is_read_back(all in 0i64..10_000_000) {
        prop_assert_eq!(fen(&json!(format!("{}.{:02}", all / 100, all % 100))), Some(all));
        let short = (all % 100 == 0).then(|| fen(&json!((all / 100).to_string())));
        prop_assert!(short.is_none_or(|short| short == Some(all)));
    }

    #[test]
    fn every_moment_to_cancel_by_is_read_back(minute in 26_000_000i64..40_000_000) {
        let moment = Timestamp::from_second(minute * 60).unwrap();
        let local = dates::beijing(moment);
        let text = format!("请于{}年{:02}月{:02}日 {:02}:{:02}前取消", local.year(), local.month(), local.day(), local.hour(), local.minute());
        prop_assert_eq!(cancel_before(&text), Some(moment));
    }

    #[test]
    fn no_words_make_it_fall(text in "[0-9年月日周星期一五六天上下午前后不取消：:. /-]{0,40}|.{0,60}") {
        let _ = (visit_time(&text), cancel_before(&text), moment(&text), day(&text), period(&text), fen(&json!(text)));
    }
}

// ── pages ──

fn fixture(text: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()["data"].clone()
}

#[test]
fn the_confirm_page() {
    let read = confirm::read(&fixture(CONFIRM)).unwrap();
    assert_eq!(read.token.unwrap().reveal(), "SAMPLE-TOKEN-1");
    let page = read.confirm;
    assert_eq!(
        (&*page.hospital, &*page.department),
        ("北京示例儿童医院", "呼吸科门诊")
    );
    assert_eq!(page.doctor.as_deref(), Some("苏安例"));
    assert_eq!(page.title.as_deref(), Some("副主任医师"));
    assert_eq!(page.visit_time, "2026年11月27日 周五 下午");
    assert_eq!(page.date, Some(date(2026, 11, 27)));
    assert_eq!(page.half_day, Some(HalfDay::Afternoon));
    assert_eq!(page.fee_fen, Some(6000));
    assert_eq!(page.notices, ["请带好证件", "门诊楼二层儿科分诊台"]);
    let needs = page.needs;
    assert_eq!(
        (needs.hospital_card, needs.jyt_card),
        (Need::Optional, Need::Hidden)
    );
    assert_eq!(
        (needs.medicare_card, needs.sms),
        (Need::Hidden, Need::Hidden)
    );
}

#[test]
fn flags_of_the_confirm_page() {
    let flag = |flag: Value| {
        let page = json!({ "dataItem": { "smsCode": flag } });
        confirm::read(&page).unwrap().confirm.needs.sms
    };
    assert_eq!(flag(json!(1)), Need::Optional);
    assert_eq!(flag(json!(2)), Need::Hidden);
    assert_eq!(flag(json!(4)), Need::Required);
    assert_eq!(flag(json!("4")), Need::Required);
    assert_eq!(flag(json!(null)), Need::Hidden);
    for odd in [
        json!(0),
        json!(3),
        json!(8),
        json!("x"),
        json!(true),
        json!({}),
    ] {
        assert_eq!(flag(odd.clone()), Need::Unknown, "{odd}");
    }
}

#[test]
fn a_page_that_tells_nothing_is_not_made_up() {
    let page = confirm::read(&json!({})).unwrap().confirm;
    assert_eq!((page.date, page.half_day, page.fee_fen), (None, None, None));
    assert_eq!((page.doctor, page.title), (None, None));
    assert!(confirm::read(&Value::Null).is_err());
}

#[test]
fn an_orders_page() {
    let order = wire::read(&fixture(ORDER)).unwrap();
    assert_eq!(order.state, BookingState::Booked);
    assert_eq!(order.state_text, "预约成功");
    assert_eq!(order.made_at, Some(at("2026-11-22T09:00:04+08:00")));
    assert_eq!(order.can_cancel, Some(true));
    assert_eq!(order.cancel_before, Some(at("2026-11-26T15:00:00+08:00")));
    assert_eq!(
        (&*order.hospital.code, &*order.department.code),
        ("H90000001", "644")
    );
    assert_eq!(order.fee_fen, Some(6000));
    assert_eq!(order.date, Some(date(2026, 11, 27)));
    assert_eq!(order.half_day, Some(HalfDay::Afternoon));
    assert_eq!(order.period.as_deref(), Some("13:30-14:00"));
    assert_eq!(order.patient.as_deref(), Some("王示例"));
    assert_eq!(order.card.as_deref(), Some("社保卡 1000****000X"));
}

#[test]
fn an_orders_state_is_never_guessed() {
    let check = |word: Value, view: Value, state: BookingState, words: &str| {
        let order = order(json!({ "orderStatus": word, "orderStatusView": view }));
        let read = wire::read(&order).unwrap();
        assert_eq!((read.state, &*read.state_text), (state, words), "{order}");
    };
    check(
        json!("BOOKING_SUCCESS"),
        json!("预约成功"),
        BookingState::Booked,
        "预约成功",
    );
    check(
        json!("UN_TAKE"),
        json!("待取号"),
        BookingState::Booked,
        "待取号",
    );
    check(
        json!("CANCELLED"),
        json!("已取消"),
        BookingState::Cancelled,
        "已取消",
    );
    check(
        json!("LINE_UP"),
        json!("排队中"),
        BookingState::Unknown,
        "排队中",
    );
    check(
        json!("BOOKING_FAIL"),
        json!(null),
        BookingState::Unknown,
        "BOOKING_FAIL",
    );
    // The words alone are not enough.
    check(
        json!(null),
        json!("预约成功"),
        BookingState::Unknown,
        "预约成功",
    );
    check(json!(null), json!(null), BookingState::Unknown, "");
}

#[test]
fn an_orders_day_is_the_one_both_places_name() {
    let day = |duty: Value, told: &str| {
        let order = listed(json!({ "dutyDate": duty, "visitTimeTips": told }));
        wire::read(&order).unwrap().date
    };
    let friday = Some(date(2026, 11, 27));
    assert_eq!(day(json!(null), "2026年11月27日 周五 下午"), friday);
    assert_eq!(day(json!("2026-11-27"), "下午"), friday);
    assert_eq!(day(json!("2026-11-27"), "2026年11月27日 周五 下午"), friday);
    assert_eq!(day(json!("2026-11-28"), "2026年11月27日 周五 下午"), None);
    assert_eq!(day(json!(null), "下午"), None);
}

#[test]
fn an_order_without_a_number_is_no_order() {
    let error = wire::read(&json!({ "orderStatus": "BOOKING_SUCCESS" })).unwrap_err();
    assert_eq!(error.code(), "changed");
    let error = wire::read_list(&json!({ "list": [{}], "count": 1 })).unwrap_err();
    assert_eq!(error.code(), "changed");
    let none = wire::read_list(&json!({ "list": null, "count": 0 })).unwrap();
    assert!(none.orders.is_empty());
    assert!(wire::read_list(&json!({ "list": null, "count": 2 })).is_err());
}
