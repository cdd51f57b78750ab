//! `product/detail`: the products of one day. Whether there are places is told by the parity of a number alone.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::calendar::department;
use super::clinics::{Clinic, Product, held, hex, released_ms};
use super::glyphs::{font_address, glyphs};
use super::reply::{bad_fields, ok};
use super::stock;
use super::strict::body;
use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;

pub(super) fn answer(world: &mut World, call: &Call) -> Result<Answer, Answer> {
    let required = ["firstDeptCode", "secondDeptCode", "hosCode", "target"];
    let fields = body(call, &required, &["topicKey"])?;
    let date = day(fields.text("target")).ok_or_else(bad_fields)?;
    let hospital = department(world, &fields)?;
    let is_out = released_ms(&hospital, date) > world.now || date <= clock::date(world.now);
    if is_out {
        return Ok(ok(&json!([])));
    }
    let (first, second) = (fields.text("firstDeptCode"), fields.text("secondDeptCode"));
    let clinics = held(world, &hospital.code, first, second, date);
    let groups: Vec<Value> = halves(world, &clinics)
        .into_iter()
        .map(|half| group(world, &clinics, &half, date))
        .collect();
    Ok(ok(&json!(groups)))
}

/// `2023-03-09`, with its zeros.
pub(super) fn day(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

/// Morning and afternoon are always shown, others when there are any.
fn halves(world: &World, clinics: &[usize]) -> Vec<String> {
    let mut halves = vec!["MORNING".to_owned(), "AFTERNOON".to_owned()];
    for clinic in clinics {
        let half = &world.hospital.clinics[*clinic].half_day;
        if !halves.contains(half) {
            halves.push(half.clone());
        }
    }
    halves
}

fn group(world: &mut World, clinics: &[usize], half: &str, date: Date) -> Value {
    let font = font(date);
    let own = clinics
        .iter()
        .filter(|clinic| world.hospital.clinics[**clinic].half_day == half);
    let own: Vec<usize> = own.copied().collect();
    let items: Vec<Value> = own
        .into_iter()
        .map(|clinic| item(world, clinic, date, font))
        .collect();
    json!({
        "dutyCode": half, "dutyImgUrl": font_address(font), "detail": items,
        "showIndexPosition": 0, "showNumber": true, "showPrice": true,
    })
}

/// Which font a day is shown in.
pub(super) fn font(date: Date) -> u32 {
    2 + date.day().unsigned_abs() as u32 % 7
}

fn item(world: &mut World, number: usize, date: Date, font: u32) -> Value {
    let free = stock::free(world, number, date);
    let left: u32 = free.iter().sum();
    let product = Product {
        clinic: number,
        date,
        time: None,
    };
    let key = product.key(world);
    let clinic = world.hospital.clinics[number].clone();
    let noise = |name: &str| noise(&format!("{key}#{name}#{}", world.now));
    let mut item = json!({
        "uniqProductKey": key, "doctorName": clinic.doctor, "doctorTitleName": clinic.title, "skill": clinic.skill,
        "period": periods(world, &clinic, product, &free, font),
        "fcode": glyphs(font, &clinic.fee), "ncode": glyphs(font, &left.to_string()), "znumber": noise("z"),
    });
    item[world.options.hospital.count_field.as_str()] = json!(parity(noise("w"), left > 0));
    item
}

fn periods(
    world: &World,
    clinic: &Clinic,
    product: Product,
    free: &[u32],
    font: u32,
) -> Vec<Value> {
    let is_sold_out = free.iter().all(|left| *left == 0);
    if is_sold_out && world.options.hospital.sold_out_hides_times {
        return Vec::new();
    }
    let times = (0..clinic.times.len()).map(|time| Product {
        time: Some(time),
        ..product
    });
    times
        .zip(free)
        .map(|(product, left)| {
            let key = product.key(world);
            let noise = noise(&format!("{key}#r#{}", world.now));
            json!({
                "dutyTime": clinic.duty_time(product.date, product.time), "dutyTimeView": clinic.time_view(product.time),
                "wcode": glyphs(font, &left.to_string()), "remainAvailableNumber": parity(noise, *left > 0),
                "uniqProductKey": key,
            })
        })
        .collect()
}

/// Odd when there are places, even when not (*seen*); how large it is means nothing.
fn parity(noise: u32, has_place: bool) -> u32 {
    noise * 2 + u32::from(has_place)
}

fn noise(text: &str) -> u32 {
    u32::from_str_radix(&hex(text)[..2], 16).unwrap_or_default() % 40
}
