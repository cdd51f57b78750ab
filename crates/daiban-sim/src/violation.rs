//! The paid violation API (storeapi.net, product 65, sub-API 173): signature, codes, answers.
//!
//! Field names and codes are *documented* on the vendor's page; the nesting of `retdata` and the
//! order of the checks are *guessed*.

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::{Answer, Call};
use crate::clock;
use crate::codes::{message, plate_type_name};
use crate::world::World;

const SKEW_S: i64 = 600;

/// How a customer of the violation API signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignMode {
    /// MD5 over the sorted parameters and the secret.
    Md5,
    /// The bare secret.
    Hash,
    /// Like `Md5`, and every answer is debug data (10024).
    Debug,
    /// Like `Md5`, and every answer comes later by callback (10023).
    Async,
}

/// A customer of the violation API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreapiCustomer {
    /// Public id.
    pub appid: String,
    /// 32-character secret.
    pub secret: String,
    /// How requests are signed and answered.
    pub mode: SignMode,
    /// Paid calls left; one goes with each answer of 10000.
    pub calls_left: u32,
}

/// A traffic fine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fine {
    /// Plate of the car.
    pub plate: String,
    /// When it happened, `YYYY-MM-DD HH:MM:SS`; empty for the time it is added.
    pub time: String,
    /// Where.
    pub address: String,
    /// What.
    pub action: String,
    /// Code of the offence, four digits.
    pub code: String,
    /// Yuan.
    pub fine: u32,
    /// Penalty points.
    pub score: u32,
    /// City.
    pub city: String,
    /// Six-digit area code; `11…` is Beijing, where an open fine blocks the permit.
    pub city_number: String,
    /// 1 open, 2 handled but unpaid, 3 paid.
    pub handle_sign: u8,
    /// 1 can be handled online, 2 can't.
    pub online: u8,
    /// 30 digits; empty for a new one.
    pub handle_number: String,
}

impl Default for Fine {
    fn default() -> Self {
        Self {
            plate: String::new(),
            time: String::new(),
            address: "测试路与示例街交叉口".into(),
            action: "机动车违反规定停放、临时停车".into(),
            code: "1039".into(),
            fine: 200,
            score: 0,
            city: "北京市".into(),
            city_number: "110000".into(),
            handle_sign: 1,
            online: 1,
            handle_number: String::new(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Violation {
    pub(crate) customers: Vec<StoreapiCustomer>,
    pub(crate) fines: Vec<KnownFine>,
}

pub(crate) struct KnownFine {
    fine: Fine,
    added_ms: i64,
    /// When it was paid; before that it blocks.
    paid_ms: Option<i64>,
}

impl KnownFine {
    /// In Beijing, known, and not yet paid at that moment.
    pub(crate) fn blocks_permit(&self, plate: &str, at_ms: i64) -> bool {
        self.fine.plate == plate
            && self.fine.city_number.starts_with("11")
            && self.added_ms <= at_ms
            && self.paid_ms.is_none_or(|paid| paid > at_ms)
    }
}

pub(crate) fn add_fine(world: &mut World, mut fine: Fine) -> String {
    if fine.handle_number.is_empty() {
        fine.handle_number = format!("{:030}", world.violation.fines.len() + 1);
    }
    if fine.time.is_empty() {
        fine.time = clock::stamp(world.now);
    }
    let number = fine.handle_number.clone();
    let paid_ms = (fine.handle_sign == 3).then_some(world.now);
    world.violation.fines.push(KnownFine {
        fine,
        added_ms: world.now,
        paid_ms,
    });
    number
}

pub(crate) fn set_fine_state(world: &mut World, handle_number: &str, handle_sign: u8) -> bool {
    let now = world.now;
    let Some(known) = world
        .violation
        .fines
        .iter_mut()
        .find(|known| known.fine.handle_number == handle_number)
    else {
        return false;
    };
    known.fine.handle_sign = handle_sign;
    known.paid_ms = (handle_sign == 3).then_some(now);
    true
}

/// The `sign` of a request: parameters other than `sign` with a value, sorted by key in byte
/// order, key and value run together, the secret behind, MD5 in lower-case hex.
pub fn sign(pairs: &[(String, String)], secret: &str) -> String {
    let mut kept: Vec<&(String, String)> = pairs
        .iter()
        .filter(|(key, value)| key != "sign" && !value.is_empty())
        .collect();
    kept.sort_by(|left, right| left.0.cmp(&right.0));
    let mut digest = Md5::new();
    for (key, value) in kept {
        digest.update(key.as_bytes());
        digest.update(value.as_bytes());
    }
    digest.update(secret.as_bytes());
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    let time = (world.now / 1000).to_string();
    let Some(product) = call.path.strip_prefix("/pyi/") else {
        return Answer::html(404, "<html><body>404 Not Found</body></html>");
    };
    if product != "65/173" {
        return coded(10009, &time);
    }
    let pairs = if call.method == "POST" {
        call.form_pairs()
    } else {
        call.query_pairs()
    };
    match checked(world, &pairs) {
        Ok(asked) => found(world, &asked, &time),
        Err((code, message)) => envelope(code, &message, &time, json!([])),
    }
}

struct Asked {
    customer: usize,
    plate: String,
}

type Refusal = (i64, String);

fn refusal(code: i64) -> Refusal {
    (code, message(code).into())
}

/// Everything that can be wrong with a request before the fines are looked up.
fn checked(world: &World, pairs: &[(String, String)]) -> Result<Asked, Refusal> {
    let value = |key: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == key)
            .map_or("", |(_, value)| value.as_str())
    };
    if value("appid").is_empty() {
        return Err(refusal(10001));
    }
    if value("sign").is_empty() {
        return Err(refusal(10002));
    }
    let customers = &world.violation.customers;
    let customer = customers
        .iter()
        .position(|customer| customer.appid == value("appid"))
        .ok_or_else(|| refusal(10005))?;
    let (secret, mode) = (&customers[customer].secret, customers[customer].mode);
    let expected = if mode == SignMode::Hash {
        secret.clone()
    } else {
        sign(pairs, secret)
    };
    if value("sign") != expected {
        return Err(refusal(10003));
    }
    check_time(world, value("time"))?;
    check_parameters(pairs)?;
    if customers[customer].calls_left == 0 {
        return Err(refusal(10018));
    }
    check_car(world, &value)?;
    Ok(Asked {
        customer,
        plate: value("car_no").into(),
    })
}

fn check_time(world: &World, time: &str) -> Result<(), Refusal> {
    if time.is_empty() {
        return Ok(());
    }
    let seconds: i64 = time.parse().map_err(|_| refusal(10017))?;
    if (world.now / 1000 - seconds).abs() > SKEW_S {
        return Err(refusal(10004));
    }
    Ok(())
}

fn check_parameters(pairs: &[(String, String)]) -> Result<(), Refusal> {
    const NEEDED: [&str; 4] = ["car_no", "car_type", "engine_number", "frame_number"];
    const ALL: [&str; 8] = [
        "appid",
        "car_no",
        "car_type",
        "engine_number",
        "frame_number",
        "format",
        "sign",
        "time",
    ];
    let given = |key: &str| {
        pairs
            .iter()
            .filter(|(name, value)| name == key && !value.is_empty())
            .count()
    };
    if NEEDED.iter().any(|key| given(key) != 1)
        || pairs.iter().any(|(name, _)| !ALL.contains(&name.as_str()))
    {
        return Err(refusal(10015));
    }
    Ok(())
}

fn check_car<'a>(world: &World, value: &impl Fn(&str) -> &'a str) -> Result<(), Refusal> {
    let info = |text: &str| Err((10019, text.to_owned()));
    if !matches!(value("format"), "" | "json") {
        return info("format仅支持json");
    }
    if plate_type_name(value("car_type")).is_empty() {
        return info("号牌种类有误");
    }
    if ["car_no", "engine_number", "frame_number"]
        .iter()
        .any(|key| value(key).bytes().any(|byte| byte.is_ascii_lowercase()))
    {
        return info("车辆信息有误，字母请用大写");
    }
    let Some(known) = world.vehicle_by_plate(value("car_no")) else {
        return Err(refusal(10025));
    };
    if known.car.plate_type != value("car_type") {
        return info("车辆信息有误，请核对号牌种类");
    }
    if known.car.engine_number != value("engine_number") {
        return info("车辆信息有误，请核对发动机号");
    }
    if known.car.frame_number != value("frame_number") {
        return info("车辆信息有误，请核对车架号");
    }
    Ok(())
}

fn found(world: &mut World, asked: &Asked, time: &str) -> Answer {
    match world.violation.customers[asked.customer].mode {
        SignMode::Async => return coded(10023, time),
        SignMode::Debug => return envelope(10024, message(10024), time, debug_data(&asked.plate)),
        SignMode::Md5 | SignMode::Hash => {}
    }
    let fines: Vec<&Fine> = world
        .violation
        .fines
        .iter()
        .map(|known| &known.fine)
        .filter(|fine| fine.plate == asked.plate)
        .collect();
    if fines.is_empty() && !world.options.violation_zero_as_10000 {
        return coded(10025, time);
    }
    let items = fines.iter().map(|fine| item(fine)).collect();
    let (yuan, points) = (
        fines.iter().map(|fine| fine.fine).sum(),
        fines.iter().map(|fine| fine.score).sum(),
    );
    let data = result(&asked.plate, items, yuan, points);
    let customer = &mut world.violation.customers[asked.customer];
    customer.calls_left -= 1;
    let text = format!("violation.charge {} {}", customer.appid, asked.plate);
    world.effect("violation", text);
    envelope(10000, message(10000), time, data)
}

fn result(plate: &str, items: Vec<Value>, yuan: u32, points: u32) -> Value {
    json!({
        "carNo": plate, "description": "违章查询成功", "res": "1", "vioNum": items.len(),
        "fineTotal": yuan, "integralTotal": points, "data": items,
    })
}

fn item(fine: &Fine) -> Value {
    json!({
        "vioTime": fine.time, "vioAddress": fine.address, "vioAction": fine.action, "vioCode": fine.code,
        "vioFine": fine.fine.to_string(), "vioScore": fine.score.to_string(), "vioCityName": fine.city, "vioCityNo": fine.city_number,
        "colOrgan": format!("{}交警支队", fine.city), "decisionNum": if fine.handle_sign == 1 { "" } else { "0000000000000001" },
        "handleNum": fine.handle_number, "monitorNum": "0000000000000000", "handleSign": fine.handle_sign, "onlineHandle": fine.online,
    })
}

fn debug_data(plate: &str) -> Value {
    let fine = Fine {
        time: "2020-01-01 00:00:00".into(),
        address: "调试".into(),
        action: "调试".into(),
        code: "0000".into(),
        fine: 0,
        city: "测试市".into(),
        city_number: "130000".into(),
        online: 2,
        handle_number: format!("{:030}", 0),
        ..Fine::default()
    };
    result(plate, vec![item(&fine)], 0, 0)
}

pub(crate) fn coded(code: i64, time: &str) -> Answer {
    envelope(code, message(code), time, json!([]))
}

fn envelope(code: i64, message: &str, time: &str, data: Value) -> Answer {
    Answer::json(&json!({"codeid": code, "message": message, "time": time, "retdata": data}))
}
