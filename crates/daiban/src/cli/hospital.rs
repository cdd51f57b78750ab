//! `daiban hospital`: what is public, and what an account shows its owner.

use daiban_core::dates;
use daiban_providers::hospital::{
    booking::{Booking, BookingState, Patient},
    places::DepartmentRef,
    slots::{Calendar, Day, DayState, HalfDay, Period, Slot},
};
use serde_json::Value;

use super::{
    args::Hospital,
    context::Context,
    out::{Done, Out},
    rail::{listed, yuan},
};
use crate::{
    app::{App, AppError, HospitalFind, json_of},
    say::Table,
};

pub(super) async fn run(context: &Context, verb: Hospital) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    match verb {
        Hospital::Find { text, level, area } => {
            let q = text.join(" ");
            find(app, &HospitalFind { q, level, area }, out).await
        }
        Hospital::Departments { hos, text } => departments(app, &hos, text.as_deref(), out).await,
        Hospital::Calendar { department } => calendar(app, &named(&department)?, out).await,
        Hospital::Slots { mut department } => {
            let date = department.pop().unwrap_or_default();
            slots(app, &named(&department)?, &date, out).await
        }
        Hospital::Patients { account } => patients(context, &account).await,
        Hospital::Orders { account } => orders(context, &account).await,
    }
}

/// Three codes, or the address of the department's page.
fn named(typed: &[String]) -> Result<DepartmentRef, AppError> {
    Ok(DepartmentRef::parse("department", &typed.join("/"))?)
}

async fn find(app: &App, asked: &HospitalFind, out: Out) -> Result<Done, AppError> {
    let found = app.hospital_find(asked).await?.hospitals;
    let mut table = Table::new(&[
        out.say("编码", "code"),
        out.say("医院", "hospital"),
        out.say("级别", "level"),
        out.say("放号", "releases"),
        out.say("维护", "maintenance"),
    ]);
    for one in &found {
        let maintenance = out.say("维护中", "yes");
        table.row([
            one.code.clone(),
            one.name.clone(),
            known(one.level.as_deref(), out),
            known(one.opens_at.as_deref(), out),
            if one.maintenance {
                maintenance.to_owned()
            } else {
                String::new()
            },
        ]);
    }
    rows(json_of(&found)?, table)
}

async fn departments(app: &App, hos: &str, text: Option<&str>, out: Out) -> Result<Done, AppError> {
    let found = app.hospital_departments(hos, text).await?.departments;
    let mut table = Table::new(&[
        out.say("一级", "first"),
        out.say("科", "department"),
        out.say("二级", "second"),
        out.say("门诊", "clinic"),
    ]);
    for one in &found {
        table.row([
            one.first.code.clone(),
            one.first.name.clone(),
            one.second.code.clone(),
            one.second.name.clone(),
        ]);
    }
    rows(json_of(&found)?, table)
}

async fn calendar(app: &App, department: &DepartmentRef, out: Out) -> Result<Done, AppError> {
    let seen = app.hospital_calendar(department).await?;
    if let Some(at) = seen.calendar.release_at {
        let label = out.say("下次放号", "next release");
        out.progress(format!("{label}: {}", dates::rfc3339(at)));
    }
    let table = calendar_table(&seen.calendar, out);
    let none = seen.calendar.days.is_empty();
    Ok(listed(json_of(&seen)?, table, none))
}

fn calendar_table(calendar: &Calendar, out: Out) -> Table {
    let mut table = Table::new(&[out.say("日期", "day"), "", out.say("状态", "state")]);
    for day in &calendar.days {
        let weekday = dates::weekday_zh(day.date).to_owned();
        table.row([day.date.to_string(), weekday, state(day, out)]);
    }
    table
}

/// The state in words, with the service's own where it is one we do not know.
fn state(day: &Day, out: Out) -> String {
    let said = match day.state {
        DayState::Available => out.say("有号", "available"),
        DayState::SoldOut => out.say("约满", "sold out"),
        DayState::None => out.say("无号", "none"),
        DayState::Soon => out.say("即将放号", "soon"),
        DayState::Unknown => out.say("未知", "unknown"),
    };
    match &day.word {
        Some(word) => format!("{said} ({word})"),
        None => said.to_owned(),
    }
}

async fn slots(
    app: &App,
    department: &DepartmentRef,
    date: &str,
    out: Out,
) -> Result<Done, AppError> {
    let seen = app.hospital_slots(department, date).await?;
    let table = slot_table(&seen.slots, out);
    rows(seen.rows()?, table)
}

fn slot_table(slots: &[Slot], out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("时段", "half"),
        out.say("医生", "doctor"),
        out.say("职称", "title"),
        out.say("号", "place"),
        out.say("几点", "times"),
        out.say("擅长", "skill"),
    ]);
    for slot in slots {
        let times: Vec<String> = slot.periods.iter().map(|one| period(one, out)).collect();
        table.row([
            half_day(slot.half_day, out).to_owned(),
            slot.doctor.clone().unwrap_or_default(),
            slot.title.clone(),
            place(slot.bookable, out).to_owned(),
            times.join(" "),
            slot.skill.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn half_day(half: HalfDay, out: Out) -> &'static str {
    out.say(half.zh(), half.en())
}

fn place(bookable: bool, out: Out) -> &'static str {
    if bookable {
        out.say("有", "yes")
    } else {
        out.say("没", "no")
    }
}

fn period(period: &Period, out: Out) -> String {
    let place = place(period.bookable, out);
    format!("{}-{}({place})", period.from, period.to)
}

async fn patients(context: &Context, account: &str) -> Result<Done, AppError> {
    let account = context.account_id(account).await?;
    let seen = context
        .app()
        .hospital_patients(&context.actor, &account)
        .await?;
    let table = patient_table(&seen.patients, context.out);
    let none = seen.patients.is_empty();
    Ok(listed(json_of(&seen)?, table, none))
}

fn patient_table(patients: &[Patient], out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("姓名", "name"),
        out.say("证件", "ID"),
        out.say("能约", "bookable"),
        out.say("卡", "cards"),
    ]);
    for one in patients {
        let cards = one.cards.iter();
        let cards: Vec<String> = cards
            .map(|card| format!("{} {} {}", card.name, card.mask, card.pays))
            .collect();
        let note = one.note.as_deref().unwrap_or_default();
        let bound = if one.bound {
            out.say("能", "yes")
        } else {
            out.say("不能", "no")
        };
        table.row([
            one.name.clone(),
            one.id_mask.clone(),
            format!("{bound} {note}").trim_end().to_owned(),
            cards.join("; "),
        ]);
    }
    table
}

async fn orders(context: &Context, account: &str) -> Result<Done, AppError> {
    let account = context.account_id(account).await?;
    let seen = context
        .app()
        .hospital_orders(&context.actor, &account)
        .await?;
    if seen.complete == Some(false) {
        context.out.progress(context.out.say(
            "114 的列表没读完，后面可能还有",
            "the list of 114 was not read to its end; there may be more",
        ));
    }
    let table = order_table(&seen.orders, context.out);
    let none = seen.orders.is_empty();
    Ok(listed(json_of(&seen)?, table, none))
}

fn order_table(orders: &[Booking], out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("订单号", "order"),
        out.say("状态", "state"),
        out.say("医院", "hospital"),
        out.say("科室", "department"),
        out.say("医生", "doctor"),
        out.say("就诊", "visit"),
        out.say("就诊人", "patient"),
        out.say("挂号费", "fee"),
    ]);
    for order in orders {
        let fee = order.fee_fen.map(|fen| format!("¥{}", yuan(fen)));
        let doctor = order.doctor.as_deref().or(order.title.as_deref());
        table.row([
            order.order_no.clone(),
            order_state(order, out),
            order.hospital.name.clone(),
            order.department.name.clone(),
            doctor.unwrap_or_default().to_owned(),
            order.visit_text.clone(),
            known(order.patient.as_deref(), out),
            known(fee.as_deref(), out),
        ]);
    }
    table
}

fn order_state(order: &Booking, out: Out) -> String {
    let said = match order.state {
        BookingState::Booked => out.say("已预约", "booked"),
        BookingState::Cancelled => out.say("已取消", "cancelled"),
        // The service's own word is all there is.
        BookingState::Unknown => {
            return format!("{} ({})", out.say("未知", "unknown"), order.state_text);
        }
    };
    said.to_owned()
}

fn known(value: Option<&str>, out: Out) -> String {
    value.unwrap_or(out.say("未知", "unknown")).to_owned()
}

fn rows(found: Value, table: Table) -> Result<Done, AppError> {
    let none = found.as_array().is_some_and(Vec::is_empty);
    Ok(listed(found, table, none))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use daiban_core::Lang;
    use serde_json::json;

    use super::*;

    const OUT: Out = Out {
        json: false,
        lang: Lang::Zh,
        quiet: false,
    };

    #[test]
    fn a_page_or_three_codes() {
        let typed = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            named(&words).map(|department| department.to_string())
        };
        assert_eq!(typed(&["162", "04", "644"]).unwrap(), "162/04/644");
        let page = "https://www.114yygh.com/hospital/162/04/644/source";
        assert_eq!(typed(&[page]).unwrap(), "162/04/644");
        for wrong in [&["162"][..], &["162", "04"], &[page, "04", "644"]] {
            let error = typed(wrong).unwrap_err();
            assert_eq!(error.field(), Some("department"), "{wrong:?}");
        }
    }

    #[test]
    fn a_day_in_a_word_we_do_not_know_is_unknown() {
        let calendar: Calendar = serde_json::from_value(json!({ "release_at": null, "days": [
            { "date": "2026-12-01", "state": "sold_out" },
            { "date": "2026-12-02", "state": "unknown", "word": "停诊" },
        ] }))
        .unwrap();
        let text = calendar_table(&calendar, OUT).to_text();
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[1].contains("周二") && lines[1].ends_with("约满"),
            "{text}"
        );
        assert!(lines[2].ends_with("未知 (停诊)"), "{text}");
    }

    #[test]
    fn places_say_whether_and_never_how_many() {
        let slots: Vec<Slot> = serde_json::from_value(json!([{
            "key": "k", "half_day": "morning", "doctor": null, "title": "普通号50", "skill": null, "bookable": true,
            "periods": [{ "from": "08:00", "to": "08:30", "key": "p", "duty_time": "0", "bookable": false }],
        }]))
        .unwrap();
        let text = slot_table(&slots, OUT).to_text();
        assert!(text.contains("普通号50  有  08:00-08:30(没)"), "{text}");
    }

    #[test]
    fn what_is_not_told_is_unknown() {
        let order: Booking = serde_json::from_value(json!({
            "order_no": "900000000001", "state": "unknown", "state_text": "待确认", "made_at": null, "can_cancel": null,
            "cancel_text": null, "cancel_before": null, "hospital": { "code": "162", "name": "示例医院" },
            "department": { "code": "644", "name": "消化内科门诊" }, "doctor": null, "title": "普通号50", "fee_fen": null,
            "visit_text": "2026年12月01日 周二 下午", "date": "2026-12-01", "half_day": "afternoon", "period": null,
            "take": [], "patient": null, "card": null,
        }))
        .unwrap();
        let text = order_table(&[order], OUT).to_text();
        assert!(
            text.contains("未知 (待确认)") && !text.contains('¥'),
            "{text}"
        );
    }
}
