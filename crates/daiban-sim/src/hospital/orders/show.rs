//! `order/detail`, the list of orders, and where one in line stands.

use serde_json::{Value, json};

use super::{Order, Stage, end_line};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::hospital::HospitalAccount;
use crate::hospital::clinics::Clinic;
use crate::hospital::patients::masked;
use crate::hospital::reply::{bad_fields, ok, refused};
use crate::hospital::strict::query;
use crate::world::World;

impl Stage {
    /// Words of an order in line and of one refused there are *guessed*.
    fn words(self, booked: &str) -> (&str, &'static str) {
        match self {
            Self::InLine { .. } => ("LINE_UP", "排队中"),
            Self::Booked => (booked, "预约成功"),
            Self::Refused => ("BOOKING_FAIL", "预约失败"),
            Self::Cancelled { .. } => ("CANCELLED", "已取消"),
        }
    }
}

/// `order/detail`.
pub(in crate::hospital) fn detail(
    world: &mut World,
    call: &Call,
    account: &HospitalAccount,
) -> Result<Answer, Answer> {
    let fields = query(call, &["hosCode", "orderNo"], &[])?;
    let index = own(
        world,
        account,
        fields.text("hosCode"),
        fields.text("orderNo"),
    )?;
    let order = &world.hospital.orders[index];
    let mut page = head(world, order);
    page["identifyingCode"] = Value::Null;
    page["orderType"] = json!("NON_PAYMENT");
    page["cancelType"] = Value::Null;
    page["cancelTime"] = cancelled_at(order);
    page["orderBaseInfo"] = base(world, order);
    page["patientInfo"] = patient(order);
    page["payInfo"] = json!({
        "payStatus": null, "payFee": null, "payTime": null, "payRemainTime": 0, "payCloseMilliseconds": null,
        "userAmount": null, "medicalAmount": null, "refundTime": null,
    });
    Ok(ok(&page))
}

fn own(world: &World, account: &HospitalAccount, hos: &str, no: &str) -> Result<usize, Answer> {
    let is_it = |order: &Order| {
        order.no == no && order.mobile == account.mobile && clinic(world, order).hos == hos
    };
    let index = world.hospital.orders.iter().position(is_it);
    index.ok_or_else(|| refused("订单不存在"))
}

fn clinic<'a>(world: &'a World, order: &Order) -> &'a Clinic {
    &world.hospital.clinics[order.product.clinic]
}

fn head(world: &World, order: &Order) -> Value {
    let (status, view) = order.stage.words(&world.options.hospital.booked_word);
    let is_ahead = order.product.date > clock::date(world.now);
    json!({
        "orderNo": order.no, "orderStatus": status, "orderStatusView": view,
        "orderTime": clock::stamp(order.made_ms), "canCancel": order.stage == Stage::Booked && is_ahead,
    })
}

fn cancelled_at(order: &Order) -> Value {
    match order.stage {
        Stage::Cancelled { at_ms } => json!(clock::stamp(at_ms)),
        _ => Value::Null,
    }
}

/// Where and when. `dutyDate` was *seen* to be null here.
fn base(world: &World, order: &Order) -> Value {
    let clinic = clinic(world, order);
    let (hospital, department, place) = names(world, clinic);
    json!({
        "hosCode": clinic.hos, "hosName": hospital, "deptCode": clinic.second, "deptName": department,
        "doctorName": clinic.doctor, "doctorTitle": clinic.title, "doctorSkill": clinic.skill.clone().unwrap_or_default(),
        "serviceFee": clinic.fee, "visitTimeTips": visit_words(clinic, order), "takeTimeTips": null,
        "takePlaceTips": place, "cancelTimeTips": cancel_words(world, clinic, order), "attention": null,
        "periodView": clinic.time_view(order.product.time), "dutyDate": null, "qrTipMessage": null, "qrCodeImg": null,
    })
}

/// Names of the hospital and the department, and where its numbers are fetched.
fn names<'a>(world: &'a World, clinic: &'a Clinic) -> (&'a str, &'a str, &'a str) {
    let mut hospitals = world.hospital.hospitals.iter();
    let hospital = hospitals.find(|hospital| hospital.code == clinic.hos);
    let mut departments = world.hospital.departments.iter();
    let department = departments.find(|department| {
        department.hos == clinic.hos
            && department.first == clinic.first
            && department.second == clinic.second
    });
    let name = hospital.map_or("", |hospital| hospital.name.as_str());
    department.map_or((name, "", ""), |department| {
        (name, &department.second_name, &department.place)
    })
}

fn visit_words(clinic: &Clinic, order: &Order) -> String {
    let words = clinic.visit_words(order.product.date);
    match clinic.time_view(order.product.time) {
        Some(time) => format!("{words} {time}"),
        None => words,
    }
}

/// `请于2026年12月01日 15:00前取消`, of the day before.
fn cancel_words(world: &World, clinic: &Clinic, order: &Order) -> Option<String> {
    let mut hospitals = world.hospital.hospitals.iter();
    let hospital = hospitals.find(|hospital| hospital.code == clinic.hos)?;
    let time = hospital.cancel_by.as_ref()?;
    let eve = clock::plus_days(order.product.date, -1).strftime("%Y年%m月%d日");
    Some(format!("请于{eve} {time}前取消"))
}

fn patient(order: &Order) -> Value {
    let (kind, pays) = order.card.pays();
    json!({
        "patientName": order.patient.name, "patientIdType": null, "patientIdNo": null,
        "cardType": order.card.kind, "cardTypeView": order.card.name(), "cardNo": masked(&order.card.number),
        "medicareType": kind, "medicareTypeView": pays,
    })
}

/// `order/list`, the newest first: path and shape are *guessed*, its fields are those of the detail, flat.
pub(in crate::hospital) fn list(
    world: &mut World,
    call: &Call,
    account: &HospitalAccount,
) -> Result<Answer, Answer> {
    let fields = query(call, &["pageNo", "pageSize"], &[])?;
    let number = |name: &str| {
        let number: Option<usize> = fields.text(name).parse().ok();
        number.filter(|number| *number > 0).ok_or_else(bad_fields)
    };
    let (page, size) = (number("pageNo")?, number("pageSize")?);
    let own = world
        .hospital
        .orders
        .iter()
        .filter(|order| order.mobile == account.mobile);
    let rows: Vec<Value> = own.rev().map(|order| row(world, order)).collect();
    let shown: Vec<&Value> = rows
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .collect();
    Ok(ok(&json!({"list": shown, "count": rows.len()})))
}

fn row(world: &World, order: &Order) -> Value {
    let mut row = head(world, order);
    let base = base(world, order);
    for name in [
        "hosCode",
        "hosName",
        "deptCode",
        "deptName",
        "doctorName",
        "doctorTitle",
        "serviceFee",
        "visitTimeTips",
    ] {
        row[name] = base[name].clone();
    }
    row["dutyDate"] = json!(order.product.date.to_string());
    row["patientName"] = json!(order.patient.name);
    row
}

/// Where an order in line stands (path *guessed*).
pub(in crate::hospital) fn status(
    world: &mut World,
    call: &Call,
    account: &HospitalAccount,
) -> Result<Answer, Answer> {
    let fields = query(call, &["hosCode", "orderNo"], &[])?;
    let index = own(
        world,
        account,
        fields.text("hosCode"),
        fields.text("orderNo"),
    )?;
    let now = world.now;
    match &mut world.hospital.orders[index].stage {
        Stage::InLine { waits, .. } if *waits > 0 => *waits -= 1,
        Stage::InLine { .. } => end_line(world, index, now),
        _ => {}
    }
    let order = &world.hospital.orders[index];
    Ok(ok(&match order.stage {
        Stage::InLine { .. } => standing(true, 0, "正在排队，请稍候", None),
        Stage::Refused => standing(false, 2, "号源已约满，预约失败", None),
        _ => standing(false, 1, "", Some(&order.no)),
    }))
}

fn standing(is_in_line: bool, code: i64, words: &str, no: Option<&str>) -> Value {
    json!({"lineup": is_in_line, "lineupCode": code, "lineupMsg": words, "orderId": no})
}
