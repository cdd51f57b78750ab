//! What the car warns of, and the two reports that may mean an emergency. Worded as reports: daiban has not seen the car.

use daiban_core::Text;
use serde_json::Value;

use super::sheet::{MAINTENANCE, RUNNING, SAFETY, Sheet, corners};
use crate::vehicle::reading::{Corners, Reading, Warning};
use crate::vehicle::wire::scalars::{self, Said};

/// Fluids, levels and lamps: section, upstream name, our code, in words. Only those in the profile's table are told; the codes
/// of the others differ between cars.
const LEVELS: &[(&str, &str, &str, &str, &str)] = &[
    (
        MAINTENANCE,
        "brakeFluidLevelStatus",
        "brake_fluid",
        "制动液",
        "brake fluid",
    ),
    (
        MAINTENANCE,
        "washerFluidLevelStatus",
        "washer_fluid",
        "玻璃水",
        "washer fluid",
    ),
    (
        MAINTENANCE,
        "serviceWarningStatus",
        "service",
        "保养",
        "service",
    ),
    (
        MAINTENANCE,
        "serviceWarningTrigger",
        "service",
        "保养",
        "service",
    ),
    (
        RUNNING,
        "engineOilLevelStatus",
        "oil_level",
        "机油油位",
        "oil level",
    ),
    (
        RUNNING,
        "engineOilPressureWarning",
        "oil_pressure",
        "机油压力",
        "oil pressure",
    ),
    (
        RUNNING,
        "engineCoolantLevelStatus",
        "coolant_level",
        "冷却液",
        "coolant level",
    ),
    (RUNNING, "bulbStatus", "bulb", "灯泡", "a bulb"),
];

/// Lists of messages of the car's control units.
const MESSAGES: &[&str] = &["ecuWarningMessages", "extEcuWarningMessages"];

pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading) {
    let mut warnings = Vec::new();
    airbag(sheet, reading, &mut warnings);
    alarm(sheet, reading, &mut warnings);
    tyres(sheet, reading, &mut warnings);
    levels(sheet, &mut warnings);
    messages(sheet, &mut warnings);
    reading.warnings = warnings;
}

/// `SRS_NOT_DEPLOYED` and the code for it are all that is *seen*. Anything else is told, whatever it means: it is better to
/// call the driver once too often.
fn airbag(sheet: &Sheet<'_>, reading: &mut Reading, warnings: &mut Vec<Warning>) {
    let safety = sheet.section(SAFETY);
    let word = match scalars::word(safety.value("srsStatus")) {
        Said::This(word) if word == "srsnotdeployed" => Some(false),
        Said::This(word) if word == "srsdeployed" => Some(true),
        _ => safety.yes_no("srsStatus", &sheet.codes.airbag),
    };
    let crash = safety.yes_no("srsCrashStatus", &sheet.codes.airbag);
    reading.airbag_deployed = match (word, crash) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (word, crash) => word.or(crash),
    };
    let strange = ["srsStatus", "srsCrashStatus"]
        .into_iter()
        .find(|name| safety.is_odd(name));
    if reading.airbag_deployed == Some(true) {
        warnings.push(warning(
            "airbag",
            "车报告安全气囊已弹出",
            "the car reports that an airbag has deployed",
        ));
    } else if let Some(name) = strange {
        reading.airbag_deployed = None;
        let told = shown(safety.value(name));
        warnings.push(warning(
            "airbag",
            format!("车报告的安全气囊状态不认识：{told}"),
            format!("the car reports an airbag state that is not known: {told}"),
        ));
    }
}

/// A number, or an object with the state in it. A parked car said 6; what sounding looks like has not been seen.
fn alarm(sheet: &Sheet<'_>, reading: &mut Reading, warnings: &mut Vec<Warning>) {
    let table = &sheet.codes.alarm;
    reading.alarm = match sheet.section(SAFETY).value("vehicleAlarm") {
        Value::Object(_) => {
            let inside = "additionalVehicleStatus.drivingSafetyStatus.vehicleAlarm";
            sheet.section(inside).yes_no("alrmSt", table)
        }
        _ => sheet.section(SAFETY).yes_no("vehicleAlarm", table),
    };
    if reading.alarm == Some(true) {
        warnings.push(warning(
            "alarm",
            "车报告防盗警报在响",
            "the car reports that its alarm sounds",
        ));
    }
}

fn tyres(sheet: &Sheet<'_>, reading: &Reading, warnings: &mut Vec<Warning>) {
    let section = sheet.section(MAINTENANCE);
    let hot: Corners<_> = corners("tyreTempWarning", |name| section.flag(name));
    let pressures = reading.tyre_warnings.each();
    for ((corner, pressure), (_, hot)) in pressures.into_iter().zip(hot.each()) {
        let (zh, en) = wheel(corner);
        if *pressure == Some(true) {
            warnings.push(warning(
                format!("tyre_{corner}"),
                format!("车提示{zh}轮胎压异常"),
                format!("the car warns of the pressure of the {en} tyre"),
            ));
        }
        if *hot == Some(true) {
            warnings.push(warning(
                format!("tyre_{corner}"),
                format!("车提示{zh}轮胎过热"),
                format!("the car warns that the {en} tyre is hot"),
            ));
        }
    }
}

fn wheel(corner: &str) -> (&'static str, &'static str) {
    match corner {
        "driver" => ("主驾前", "driver's front"),
        "passenger" => ("副驾前", "passenger's front"),
        "driver_rear" => ("主驾后", "driver's rear"),
        _ => ("副驾后", "passenger's rear"),
    }
}

fn levels(sheet: &Sheet<'_>, warnings: &mut Vec<Warning>) {
    for (section, name, code, zh, en) in LEVELS {
        let Some(table) = sheet.codes.levels.get(*name) else {
            continue;
        };
        let told = warnings.iter().any(|warning| warning.code == *code);
        if sheet.section(section).yes_no(name, table) == Some(true) && !told {
            warnings.push(warning(
                *code,
                format!("车提示检查：{zh}"),
                format!("the car warns: {en}"),
            ));
        }
    }
}

fn messages(sheet: &Sheet<'_>, warnings: &mut Vec<Warning>) {
    let section = sheet.section("additionalVehicleStatus");
    let mut count = 0;
    for name in MESSAGES {
        match section.value(name) {
            Value::Array(messages) => count += messages.len(),
            Value::Null => {}
            _ => section.note(name),
        }
    }
    if count > 0 {
        warnings.push(warning(
            "car",
            format!("车的控制单元有 {count} 条警告"),
            format!("{count} warning(s) of the car's control units"),
        ));
    }
}

fn warning(code: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Warning {
    Warning {
        code: code.into(),
        text: Text::new(zh, en),
    }
}

/// A strange value as people see it, not longer than a word.
fn shown(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
