//! `order/save`: makes the booking, or puts it in line.

use serde_json::{Value, json};

use super::{LINE_STEP_MS, Order, Stage, booked, make};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::hospital::clinics::{ClinicLine, Product};
use crate::hospital::confirm::{self, Confirmed};
use crate::hospital::patients::{HospitalAccount, HospitalCard, HospitalPatient};
use crate::hospital::reply::{NO_PLACE, bad_fields, ok, refused, refused_with};
use crate::hospital::sign_in::{is_mobile, spend_code};
use crate::hospital::stock;
use crate::hospital::strict::{Fields, body};
use crate::world::World;

/// How long after the confirm page an order is taken (*guessed*).
const CONFIRM_LIFE_MS: i64 = 600_000;
const REQUIRED: [&str; 11] = [
    "cardNo",
    "cardType",
    "firstDeptCode",
    "secondDeptCode",
    "hosCode",
    "dutyTime",
    "uniqProductKey",
    "orderFrom",
    "phone",
    "treatmentDay",
    "smsCode",
];
/// `target` is sent by some clients and left out by others; the last three came later.
const OPTIONAL: [&str; 4] = ["target", "confirmToken", "hospitalCardId", "contactRelType"];
/// Values of `orderFrom` in the web page's script.
const SOURCES: [&str; 5] = ["HOSP", "OTHER", "DEPT", "COVID", "PLATFORM_COVID"];

pub(in crate::hospital) fn save(
    world: &mut World,
    call: &Call,
    account: &HospitalAccount,
) -> Result<Answer, Answer> {
    let fields = body(call, &REQUIRED, &OPTIONAL)?.with_copy("treatmentDay", "target");
    check_form(&fields)?;
    let (patient, card) = whom(account, &fields)?;
    let product = confirm::product(world, &fields)?;
    check_rules(world, &patient, product)?;
    let confirmed = confirmed(world, account, &fields, product)?;
    check_needs(world, account, &fields, product)?;
    if !stock::take(world, product.clinic, product.date, product.time) {
        return Err(refused(NO_PLACE));
    }
    if confirmed.token.is_some() {
        world.hospital.confirmed.remove(&account.mobile);
    }
    Ok(ok(&finish(world, account, (patient, card), product)))
}

fn check_form(fields: &Fields) -> Result<(), Answer> {
    let is_one_day = fields.text("target") == fields.text("treatmentDay");
    let is_known = SOURCES.contains(&fields.text("orderFrom"));
    let relation = fields.text("contactRelType");
    let fits = is_one_day && is_known && matches!(relation, "" | "CONTACT_OTHER");
    if !fits {
        return Err(bad_fields());
    }
    if !is_mobile(fields.text("phone")) {
        return Err(refused("手机号格式不正确"));
    }
    Ok(())
}

/// The one patient whose card it is.
fn whom(
    account: &HospitalAccount,
    fields: &Fields,
) -> Result<(HospitalPatient, HospitalCard), Answer> {
    let (kind, number) = (fields.text("cardType"), fields.text("cardNo"));
    let cards = account
        .patients
        .iter()
        .flat_map(|patient| patient.cards.iter().map(move |card| (patient, card)));
    let fitting: Vec<_> = cards.filter(|(_, card)| card.is(kind, number)).collect();
    let [(patient, card)] = fitting[..] else {
        return Err(refused("就诊人就诊卡信息有误"));
    };
    if patient.status != "BIND" || !account.real_name {
        return Err(refused("就诊人未完成实名认证"));
    }
    Ok((patient.clone(), card.clone()))
}

/// The platform's rules, as an old text of its own tells them; which seven days is *guessed*.
fn check_rules(world: &World, patient: &HospitalPatient, product: Product) -> Result<(), Answer> {
    let rules = &world.options.hospital;
    let theirs: Vec<&Order> = world
        .hospital
        .orders
        .iter()
        .filter(|order| order.counts() && order.is_of(patient))
        .collect();
    let same_day: Vec<&&Order> = theirs
        .iter()
        .filter(|order| order.product.date == product.date)
        .collect();
    if same_day
        .iter()
        .any(|order| is_same_department(world, order.product, product))
    {
        return Err(refused_with(8008, "科室预约规则检查重复订单"));
    }
    if same_day.len() >= rules.per_day {
        return Err(refused("该就诊人同一就诊日预约次数已达上限"));
    }
    let apart = |order: &&&Order| clock::days_between(product.date, order.product.date).abs();
    if theirs.iter().filter(|order| apart(order) < 7).count() >= rules.per_week {
        return Err(refused("该就诊人七日内预约次数已达上限"));
    }
    Ok(())
}

fn is_same_department(world: &World, one: Product, other: Product) -> bool {
    let whose = |product: Product| {
        let clinic = &world.hospital.clinics[product.clinic];
        (&clinic.hos, &clinic.first, &clinic.second)
    };
    whose(one) == whose(other)
}

/// The confirm page of the same product, with its token.
fn confirmed(
    world: &World,
    account: &HospitalAccount,
    fields: &Fields,
    product: Product,
) -> Result<Confirmed, Answer> {
    let shown = world.hospital.confirmed.get(&account.mobile);
    let shown = shown.filter(|shown| {
        let is_fresh = world.now - shown.at_ms <= CONFIRM_LIFE_MS;
        let token = shown.token.as_deref().unwrap_or_default();
        is_fresh && shown.product == product && token == fields.text("confirmToken")
    });
    shown
        .cloned()
        .ok_or_else(|| refused("页面已失效，请重新提交预约"))
}

/// What the confirm page said is required is there and right.
fn check_needs(
    world: &mut World,
    account: &HospitalAccount,
    fields: &Fields,
    product: Product,
) -> Result<(), Answer> {
    let needs = world.hospital.clinics[product.clinic].needs.clone();
    let is_required = |flag: Option<i64>| flag == Some(4);
    if is_required(needs.hospital_card) && fields.text("hospitalCardId").is_empty() {
        return Err(refused("请填写医院就诊卡号"));
    }
    if is_required(needs.jyt_card) || is_required(needs.medicare_card) {
        return Err(refused("请绑定就诊卡"));
    }
    if is_required(needs.contact) && fields.text("contactRelType").is_empty() {
        return Err(refused("请填写联系人信息"));
    }
    if is_required(needs.sms) {
        spend_code(world, &account.mobile, "ORDER_CODE", fields.text("smsCode"))?;
    }
    Ok(())
}

fn finish(
    world: &mut World,
    account: &HospitalAccount,
    (patient, card): (HospitalPatient, HospitalCard),
    product: Product,
) -> Value {
    let line = world.hospital.clinics[product.clinic].line.clone();
    let is_line = line.is_some();
    let stage = line.map_or(Stage::Booked, |line| in_line(world, &line));
    let no = make(world, &account.mobile, patient, card, product, stage);
    let text = if is_line {
        format!("hospital.lineup {no}")
    } else {
        booked(world, world.hospital.orders.len() - 1)
    };
    world.effect("hospital", text);
    json!({"orderNo": no, "lineup": is_line})
}

fn in_line(world: &World, line: &ClinicLine) -> Stage {
    let by_itself = (i64::from(line.waits) + 2) * LINE_STEP_MS;
    Stage::InLine {
        waits: line.waits,
        is_refused: line.refused,
        due_ms: world.now + by_itself.max(60_000),
    }
}
