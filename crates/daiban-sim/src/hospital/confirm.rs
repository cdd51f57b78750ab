//! `product/confirm`: what is shown before a booking. It holds nothing: others may take the place meanwhile.

use serde_json::{Value, json};

use super::HospitalAccount;
use super::clinics::{Clinic, ClinicNeeds, Product};
use super::day::{day, font};
use super::glyphs::{font_address, glyphs};
use super::places::both;
use super::reply::{NO_PLACE, bad_fields, ok, refused};
use super::stock;
use super::strict::{Fields, body};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;

/// What an account was last shown.
#[derive(Clone)]
pub(super) struct Confirmed {
    pub(super) key: String,
    pub(super) product: Product,
    pub(super) token: Option<String>,
    pub(super) at_ms: i64,
}

pub(super) const FIELDS: [&str; 6] = [
    "firstDeptCode",
    "secondDeptCode",
    "hosCode",
    "target",
    "dutyTime",
    "uniqProductKey",
];

pub(super) fn answer(
    world: &mut World,
    call: &Call,
    account: &HospitalAccount,
) -> Result<Answer, Answer> {
    let fields = body(call, &FIELDS, &[])?;
    let product = product(world, &fields)?;
    let has_place = stock::free(world, product.clinic, product.date)
        .get(product.time.unwrap_or_default())
        .is_some_and(|left| *left > 0);
    if !has_place {
        return Err(refused(NO_PLACE));
    }
    let token = world
        .options
        .hospital
        .confirm_token
        .then(|| world.chance.hex32());
    let shown = page(world, &fields, product, token.as_deref())?;
    let confirmed = Confirmed {
        key: fields.text("uniqProductKey").into(),
        product,
        token,
        at_ms: world.now,
    };
    world
        .hospital
        .confirmed
        .insert(account.mobile.clone(), confirmed);
    Ok(ok(&shown))
}

/// The product a body names. A key that is unknown, stale or of another day is as gone as its place.
pub(super) fn product(world: &World, fields: &Fields) -> Result<Product, Answer> {
    let date = day(fields.text("target")).ok_or_else(bad_fields)?;
    let whose = (
        fields.text("hosCode"),
        fields.text("firstDeptCode"),
        fields.text("secondDeptCode"),
    );
    both(world, whose.0, whose.1, whose.2)?;
    let found = Product::find(world, whose, date, fields.text("uniqProductKey"));
    let product = found.filter(|_| date > clock::date(world.now));
    let product = product.ok_or_else(|| refused(NO_PLACE))?;
    let clinic = &world.hospital.clinics[product.clinic];
    if product.time.is_none() && !clinic.times.is_empty() {
        return Err(refused("请选择就诊时段"));
    }
    if clinic.duty_time(date, product.time) != fields.text("dutyTime") {
        return Err(bad_fields());
    }
    Ok(product)
}

fn page(
    world: &World,
    fields: &Fields,
    product: Product,
    token: Option<&str>,
) -> Result<Value, Answer> {
    let (first, second) = (fields.text("firstDeptCode"), fields.text("secondDeptCode"));
    let (hospital, department) = both(world, fields.text("hosCode"), first, second)?;
    let clinic = &world.hospital.clinics[product.clinic];
    let font = font(product.date);
    let mut page = json!({
        "uniqProductKey": fields.text("uniqProductKey"),
        "hospitalName": hospital.name, "departmentName": department.second_name,
        "doctorName": clinic.doctor, "doctorTitleName": clinic.title, "skill": clinic.skill,
        "visitTime": visit_time(clinic, product),
        "totalFee": glyphs(font, &clinic.fee), "serviceFee": clinic.fee, "showFee": true,
        "needRemoteHospitalCard": false, "dataItem": flags(&clinic.needs),
        "commonRegisterNotice": null, "dutyImgUrl": font_address(font), "showRegRule": null,
        "takePlaceTips": department.place,
    });
    if let Some(token) = token {
        page["confirmToken"] = json!(token);
    }
    for (name, value) in &clinic.at_confirm {
        page[name.as_str()] = value.clone();
    }
    Ok(page)
}

/// With a blank at its end where there is no time (*seen*).
fn visit_time(clinic: &Clinic, product: Product) -> String {
    let time = clinic.time_view(product.time).unwrap_or_default();
    format!("{} {time}", clinic.visit_words(product.date))
}

fn flags(needs: &ClinicNeeds) -> Value {
    let flags = [
        ("hospitalCardId", needs.hospital_card),
        ("jytCardId", needs.jyt_card),
        ("medicareCardId", needs.medicare_card),
        ("smsCode", needs.sms),
        ("contactUserInfo", needs.contact),
    ];
    let mut item = json!({"hospitalCardIdTip": null, "jytCardIdTip": null, "smsCodeTip": null});
    for (name, flag) in flags {
        if let Some(flag) = flag {
            item[name] = json!(flag);
        }
    }
    item
}
