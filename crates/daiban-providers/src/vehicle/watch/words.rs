//! What the watch says.

use daiban_core::{Text, Timestamp, dates};

use super::data::SimData;
use crate::vehicle::reading::{Corners, Engine, Opening, Reading};

/// What is wrong, and what to do about it. Neither names the car: the one who tells puts its name in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// `停着没锁`
    pub(super) what: Text,
    /// The facts.
    pub(super) facts: Text,
    /// What to do.
    pub(super) fix: Text,
}

fn trouble(what: (&str, &str), facts: Text, fix: (&str, &str)) -> Trouble {
    Trouble {
        what: Text::new(what.0, what.1),
        facts,
        fix: Text::new(fix.0, fix.1),
    }
}

/// What people call the car: its plate, or the end of its number.
pub(super) fn name(reading: &Reading) -> Text {
    match &reading.plate {
        Some(plate) => Text::quoted(plate),
        None => {
            let tail = reading.vin.trim_start_matches('*');
            Text::new(format!("车（尾号 {tail}）"), format!("the car (…{tail})"))
        }
    }
}

/// `车 18:12 报的`
pub(super) fn reported(reading: &Reading, now: Timestamp) -> Text {
    match reading.updated_at {
        Some(at) => {
            let at = dates::spoken(at, now);
            Text::new(
                format!("车 {} 报的", at.zh),
                format!("as reported {}", at.en),
            )
        }
        None => Text::new(
            "车没有说是什么时候报的",
            "the car did not say when it reported",
        ),
    }
}

/// Left and right as people see them: the driver sits on the left.
fn corner(name: &str) -> (&'static str, &'static str) {
    match name {
        "driver" => ("左前", "front left"),
        "passenger" => ("右前", "front right"),
        "driver_rear" => ("左后", "rear left"),
        _ => ("右后", "rear right"),
    }
}

fn list(parts: &[Text]) -> Text {
    let join = |of: fn(&Text) -> &str, between: &str| {
        parts.iter().map(of).collect::<Vec<_>>().join(between)
    };
    Text::new(join(|text| &text.zh, "、"), join(|text| &text.en, ", "))
}

pub(super) fn unlocked(reading: &Reading) -> Trouble {
    let doors = reading.doors.each();
    let unlocked: Vec<Text> = doors
        .iter()
        .filter(|(_, door)| door.locked == Some(false))
        .map(|(name, _)| {
            let (zh, en) = corner(name);
            Text::new(format!("{zh}门"), format!("{en} door"))
        })
        .collect();
    let which = match unlocked.len() {
        4 => Text::new("四门都没锁", "no door is locked"),
        _ => {
            let which = list(&unlocked);
            Text::new(
                format!("{}没锁", which.zh),
                format!("not locked: {}", which.en),
            )
        }
    };
    trouble(
        ("停着没锁", "stands unlocked"),
        which,
        (
            "去车旁锁上，或在这里点「锁车」",
            "lock it at the car, or tap lock here",
        ),
    )
}

/// Everything that stands open.
pub(super) fn open_parts(reading: &Reading) -> Vec<Text> {
    let mut open = Vec::new();
    let mut part = |is_open: bool, zh: String, en: String| {
        if is_open {
            open.push(Text::new(zh, en));
        }
    };
    for (name, door) in reading.doors.each() {
        let (zh, en) = corner(name);
        part(
            door.open == Some(true),
            format!("{zh}门"),
            format!("{en} door"),
        );
    }
    for (name, window) in reading.windows.each() {
        let (zh, en) = corner(name);
        let is_open = *window == Opening::Open;
        part(is_open, format!("{zh}窗"), format!("{en} window"));
    }
    let own = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    let (zh, en) = own("天窗", "sunroof");
    part(reading.sunroof == Opening::Open, zh, en);
    let (zh, en) = own("后备箱", "boot");
    part(reading.trunk.open == Some(true), zh, en);
    let (zh, en) = own("机盖", "bonnet");
    part(reading.bonnet_open == Some(true), zh, en);
    open
}

pub(super) fn left_open(open: &[Text], _reading: &Reading) -> Trouble {
    let open = list(open);
    trouble(
        ("停着没关好", "stands open"),
        Text::new(format!("{}开着", open.zh), format!("open: {}", open.en)),
        ("去车旁关上", "close it at the car"),
    )
}

pub(super) fn fuel(range: f64, reading: &Reading) -> Trouble {
    let litres = reading.fuel_l.map_or_else(Text::default, |litres| {
        Text::new(
            format!("，油箱里 {litres:.0} 升"),
            format!(", {litres:.0} l in the tank"),
        )
    });
    trouble(
        ("快没油了", "is low on fuel"),
        Text::new(
            format!("还能开约 {range:.0} 公里{}", litres.zh),
            format!("about {range:.0} km left{}", litres.en),
        ),
        ("找时间加油", "fill up soon"),
    )
}

pub(super) fn charge(soc: f64, reading: &Reading) -> Trouble {
    let range = reading.electric_range_km.map_or_else(Text::default, |km| {
        Text::new(
            format!("，纯电约 {km:.0} 公里"),
            format!(", about {km:.0} km on the battery"),
        )
    });
    trouble(
        ("电量低", "is low on charge"),
        Text::new(
            format!("还剩 {soc:.0}%{}", range.zh),
            format!("{soc:.0} % left{}", range.en),
        ),
        ("找时间充电", "charge it soon"),
    )
}

pub(super) fn tyres(low: &Corners<bool>, reading: &Reading) -> Trouble {
    let warned = reading.tyre_warnings.each();
    let named: Vec<Text> = (low.each().iter().zip(warned).zip(reading.tyres_kpa.each()))
        .filter(|(((_, low), (_, warned)), _)| **low || *warned == &Some(true))
        .map(|((_, (name, warned)), (_, kpa))| one_tyre(name, *warned, *kpa))
        .collect();
    trouble(
        ("胎压不对", "has a tyre that is wrong"),
        list(&named),
        (
            "找地方补气，查一查有没有扎钉",
            "have it filled and looked at",
        ),
    )
}

fn one_tyre(name: &str, warned: Option<bool>, kpa: Option<f64>) -> Text {
    let (zh, en) = corner(name);
    let by_car = match warned {
        Some(true) => ("（车自己报的警）", " (the car warns)"),
        _ => ("", ""),
    };
    let value = match kpa {
        Some(kpa) => (format!(" {kpa:.0} kPa"), format!(" {kpa:.0} kPa")),
        None => ("，数值未知".to_owned(), ", pressure unknown".to_owned()),
    };
    Text::new(
        format!("{zh}{}{}", value.0, by_car.0),
        format!("{en}{}{}", value.1, by_car.1),
    )
}

pub(super) fn tyres_well(reading: &Reading) -> Text {
    let kpa = reading.tyres_kpa.each();
    let known = kpa.iter().filter_map(|(_, kpa)| **kpa);
    match known.min_by(f64::total_cmp) {
        Some(least) => Text::new(
            format!("四个轮胎都在 {least:.0} kPa 以上"),
            format!("all tyres at {least:.0} kPa or more"),
        ),
        None => Text::new("车不再报胎压", "the car warns of no tyre any more"),
    }
}

pub(super) fn battery(reading: &Reading) -> Trouble {
    let volts = reading.battery_12v_v.unwrap_or_default();
    trouble(
        ("小电瓶电压低", "has a low 12 V battery"),
        Text::new(
            format!("熄火时 {volts:.1} V；为省电一天只看一次"),
            format!("{volts:.1} V at rest; to spare it there is one look a day"),
        ),
        (
            "开一段路或给电瓶充电；老是低就查一查",
            "drive it a while or charge the battery; have it checked when it happens again",
        ),
    )
}

pub(super) fn service(reading: &Reading) -> Trouble {
    let days = reading.days_to_service.map_or_else(Text::default, |days| {
        Text::new(format!("还有 {days} 天"), format!("{days} days left"))
    });
    let km = reading.km_to_service.map_or_else(Text::default, |km| {
        Text::new(format!("还有 {km:.0} 公里"), format!("{km:.0} km left"))
    });
    trouble(
        ("该保养了", "is due for service"),
        crate::words::sentence(&[days, km]),
        ("约个保养", "make an appointment"),
    )
}

/// The car's own warnings of airbag and alarm.
fn reported_words(reading: &Reading) -> Vec<Text> {
    let warnings = reading.warnings.iter();
    let of_alarm = warnings.filter(|it| matches!(it.code.as_str(), "airbag" | "alarm"));
    of_alarm.map(|warning| warning.text.clone()).collect()
}

/// Always *reported*: what is behind such a word has not been seen.
pub(super) fn alarm(reading: &Reading) -> Trouble {
    let facts = match (reading.airbag_deployed, reading.alarm) {
        (Some(true), _) => Text::new(
            "车报告安全气囊已弹出",
            "the car reports that an airbag has deployed",
        ),
        (_, Some(true)) => Text::new(
            "车报告防盗警报在响",
            "the car reports that its alarm sounds",
        ),
        _ => list(&reported_words(reading)),
    };
    trouble(
        ("在报警", "reports an alarm"),
        facts,
        (
            "马上去看车；有人受伤先打 120、122",
            "go and see; if somebody is hurt call 120 and 122 first",
        ),
    )
}

pub(super) fn silent(updated_at: Timestamp, now: Timestamp) -> Trouble {
    let at = dates::spoken(updated_at, now);
    trouble(
        ("三天多没报数", "has not reported for three days"),
        Text::new(
            format!(
                "最后一次是 {}；可能停在没信号的地方，或小电瓶没电了。改成一天看一次",
                at.zh
            ),
            format!(
                "the last report is of {}; it may stand without a signal, or its 12 V battery is empty. One look a day from now on",
                at.en
            ),
        ),
        ("有空去看看车", "look at the car when you can"),
    )
}

pub(super) fn data(data: &SimData) -> Trouble {
    let left = data.left_mib.map_or_else(Text::default, |left| {
        Text::new(format!("还剩 {left:.0} MB"), format!("{left:.0} MB left"))
    });
    let ends = data.days_left.map_or_else(Text::default, |days| {
        Text::new(format!("{days} 天后到期"), format!("ends in {days} days"))
    });
    trouble(
        ("车机流量快没了", "is running out of SIM data"),
        crate::words::sentence(&[left, ends]),
        ("要用的话续一续", "renew it if you use it"),
    )
}

pub(super) fn data_well(data: &SimData) -> Text {
    let left = data.left_mib.unwrap_or_default();
    Text::new(
        format!("车机流量还有 {left:.0} MB"),
        format!("{left:.0} MB of SIM data"),
    )
}

/// `停着，锁着，熄火` — in a few words, as far as it is known.
pub(super) fn how(reading: &Reading) -> Text {
    let mut said = Vec::new();
    said.push(match (reading.moving(), reading.engine) {
        (Some(true), _) => Text::new("在开", "under way"),
        (_, Engine::Running) => Text::new("没动，发动机开着", "stands with the engine running"),
        (Some(false), Engine::Off) => Text::new("停着，熄火", "parked, engine off"),
        _ => Text::new("动没动未知", "whether it moves is unknown"),
    });
    said.push(match reading.locked {
        Some(true) => Text::new("锁着", "locked"),
        Some(false) => Text::new("没锁", "not locked"),
        None => Text::new("锁没锁未知", "lock unknown"),
    });
    if reading.charging == Some(true) {
        said.push(Text::new("在充电", "charging"));
    }
    let join = |of: fn(&Text) -> &str, between: &str| {
        said.iter().map(of).collect::<Vec<_>>().join(between)
    };
    Text::new(join(|text| &text.zh, "，"), join(|text| &text.en, ", "))
}
