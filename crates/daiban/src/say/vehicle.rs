//! Cars and their commands as JSON.

use daiban_core::{Lang, Timestamp, dates, id::AskId};
use daiban_providers::vehicle::{
    command::{CommandState, Order},
    reading::{Door, Engine, Opening, Reading},
};
use serde_json::{Value, json};

use super::moment;

/// What a car told: its fields as they are, moments in Beijing time.
pub fn reading(reading: &Reading) -> Value {
    let mut said = json!(reading);
    for name in ["updated_at", "seen_at"] {
        beijing(&mut said[name]);
    }
    if reading.position.is_some() {
        beijing(&mut said["position"]["at"]);
    }
    said
}

fn beijing(moment: &mut Value) {
    let read = moment
        .as_str()
        .and_then(|text| text.parse::<Timestamp>().ok());
    if let Some(read) = read {
        *moment = json!(dates::rfc3339(read));
    }
}

/// A command with what is known of it; `ask` where it waits for a person.
pub fn order(order: &Order, ask: Option<&AskId>, lang: Lang) -> Value {
    let command = order.command.to_json();
    let mut said = json!({
        "id": order.id,
        "command": command["command"],
        "args": command["args"],
        "car": order.car,
        "state": order.state,
        "code": order.code,
        "text": order.text.in_lang(lang),
        "by": order.by,
        "asked_at": dates::rfc3339(order.asked_at),
        "approved_at": moment(order.approved_at),
        "sent_at": moment(order.sent_at),
        "settled_at": moment(order.settled_at),
        "confirmed_by": moment(order.confirmed_by),
        "stops_at": moment(order.stops_at),
        "session": order.session,
    });
    if let Some(ask) = ask {
        said["ask"] = json!(ask);
    }
    said
}

/// How far a command has come.
pub fn order_state(state: CommandState, lang: Lang) -> &'static str {
    let (zh, en) = match state {
        CommandState::Preparing => ("在准备", "preparing"),
        CommandState::NeedsYou => ("等你点头", "waits for you"),
        CommandState::Sending => ("正在发", "being sent"),
        CommandState::Accepted => ("收下了", "accepted"),
        CommandState::Confirming => ("等车回话", "waits for the car"),
        CommandState::Confirmed => ("车确认了", "confirmed"),
        CommandState::Unconfirmed => ("没确认", "not confirmed"),
        CommandState::Rejected => ("没有做", "not done"),
    };
    either(lang, zh, en)
}

/// What that means, where the word alone might be taken for more.
pub fn order_meaning(state: CommandState, lang: Lang) -> Option<&'static str> {
    let (zh, en) = match state {
        CommandState::Preparing | CommandState::NeedsYou => ("还没发出", "Nothing has left yet."),
        CommandState::Accepted => (
            "网关收下了；这个操作车没有回执",
            "The gateway took it; the car gives no receipt for this one.",
        ),
        CommandState::Confirming => (
            "网关收下了，看到车的新状态才算数",
            "The gateway took it; it counts once the car shows it.",
        ),
        _ => return None,
    };
    Some(either(lang, zh, en))
}

/// From where a command was given.
pub fn order_by(by: &str, lang: Lang) -> &str {
    match by {
        "cli" => either(lang, "命令行", "command line"),
        "web" => either(lang, "网页", "the web pages"),
        "api" => either(lang, "接口", "the API"),
        "watch" => either(lang, "看着车的代办", "the watch"),
        "timer" => either(lang, "到点熄火", "the timer"),
        "mqtt" => "MQTT",
        other => other,
    }
}

/// Locks and engine in a few words; what is not told is said to be unknown.
pub fn car_summary(reading: &Reading, lang: Lang) -> String {
    let locked = match reading.locked {
        Some(true) => either(lang, "锁着", "locked"),
        Some(false) => either(lang, "没锁", "not locked"),
        None => either(lang, "锁没锁未知", "locks unknown"),
    };
    let engine = match (reading.moving(), reading.engine) {
        (Some(true), _) => either(lang, "在开", "moving"),
        (_, Engine::Running) => either(lang, "发动机开着", "engine running"),
        (_, Engine::Off) => either(lang, "熄火", "engine off"),
        (_, Engine::Unknown) => either(lang, "发动机未知", "engine unknown"),
    };
    let charging = either(lang, "在充电", "charging");
    let mut words = vec![locked, engine];
    words.extend((reading.charging == Some(true)).then_some(charging));
    words.join(either(lang, "，", ", "))
}

/// A corner of a car, as seen from behind it; its driver sits on the left.
pub fn corner(name: &str, lang: Lang) -> &'static str {
    let (zh, en) = match name {
        "driver" => ("左前", "front left"),
        "passenger" => ("右前", "front right"),
        "driver_rear" => ("左后", "rear left"),
        _ => ("右后", "rear right"),
    };
    either(lang, zh, en)
}

/// Whether something stands open.
pub fn opening(opening: Opening, lang: Lang) -> &'static str {
    match opening {
        Opening::Closed => either(lang, "关", "closed"),
        Opening::Open => either(lang, "开着", "open"),
        Opening::Unknown => unknown(lang),
    }
}

/// A door: open or not, locked or not, each as far as it is told.
pub fn door(door: Door, lang: Lang) -> String {
    let open = match door.open {
        Some(true) => either(lang, "开着", "open"),
        Some(false) => either(lang, "关", "closed"),
        None => unknown(lang),
    };
    let locked = match door.locked {
        Some(true) => either(lang, "锁了", "locked"),
        Some(false) => either(lang, "没锁", "not locked"),
        None => return open.to_owned(),
    };
    format!("{open}{}{locked}", either(lang, "、", ", "))
}

/// A number with its unit, `49.0 L`; groups of three where it is long.
pub fn measure(value: Option<f64>, digits: usize, unit: &str, lang: Lang) -> String {
    match value {
        Some(value) => format!("{} {unit}", grouped(value, digits))
            .trim_end()
            .to_owned(),
        None => unknown(lang).to_owned(),
    }
}

fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) => (whole, format!(".{rest}")),
        None => (text.as_str(), String::new()),
    };
    let (sign, whole) = whole
        .strip_prefix('-')
        .map_or(("", whole), |whole| ("-", whole));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{sign}{out}{rest}")
}

/// 未知
pub fn unknown(lang: Lang) -> &'static str {
    either(lang, "未知", "unknown")
}

/// When service is due, as far as it is told.
pub fn service_due(reading: &Reading, lang: Lang) -> String {
    let days = reading.days_to_service.map(|days| match lang {
        Lang::Zh => format!("{days} 天"),
        Lang::En => format!("{days} days"),
    });
    let km = reading
        .km_to_service
        .map(|km| measure(Some(km), 0, "km", lang));
    let hours = reading.hours_to_service.map(|hours| match lang {
        Lang::Zh => format!("{hours:.0} 小时"),
        Lang::En => format!("{hours:.0} engine hours"),
    });
    let parts: Vec<String> = [days, km, hours].into_iter().flatten().collect();
    match (parts.is_empty(), lang) {
        (true, _) => unknown(lang).to_owned(),
        (false, Lang::Zh) => format!("{} 后", parts.join("或 ")),
        (false, Lang::En) => format!("in {}", parts.join(" or ")),
    }
}

/// How long ago: `8 分钟前`, `8 minutes ago`.
pub fn ago(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - at.as_second();
    let (number, zh, en) = match seconds {
        ..60 => return either(lang, "刚刚", "just now").to_owned(),
        60..3600 => (seconds / 60, "分钟", "minute"),
        3600..86_400 => (seconds / 3600, "小时", "hour"),
        _ => (seconds / 86_400, "天", "day"),
    };
    match lang {
        Lang::Zh => format!("{number} {zh}前"),
        Lang::En => format!("{number} {en}{} ago", if number == 1 { "" } else { "s" }),
    }
}

fn either<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_grouped_and_what_is_not_told_is_unknown() {
        for (value, digits, said) in [
            (Some(33_253.4), 0, "33,253 km"),
            (Some(49.04), 1, "49.0 km"),
            (Some(-1_234.5), 1, "-1,234.5 km"),
            (Some(999.0), 0, "999 km"),
            (None, 0, "未知"),
        ] {
            assert_eq!(measure(value, digits, "km", Lang::Zh), said);
        }
    }

    #[test]
    fn an_empty_reading_is_unknown_all_over() {
        let nothing = Reading::default();
        assert_eq!(car_summary(&nothing, Lang::Zh), "锁没锁未知，发动机未知");
        assert_eq!(door(nothing.doors.driver, Lang::Zh), "未知");
        assert_eq!(opening(nothing.sunroof, Lang::En), "unknown");
        assert_eq!(service_due(&nothing, Lang::En), "unknown");
    }

    #[test]
    fn moments_are_of_beijing() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let told = Reading {
            updated_at: at("2026-11-22T06:02:00Z"),
            ..Reading::default()
        };
        let said = reading(&told);
        assert_eq!(said["updated_at"], "2026-11-22T14:02:00+08:00");
        assert_eq!(
            (&said["seen_at"], &said["position"]),
            (&Value::Null, &Value::Null)
        );
    }
}
