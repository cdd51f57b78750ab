//! From the page of people and deadlines to an order: passengerInitApi, confirmHB, queryQueue.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::choose::{self, Choice};
use super::{Ask, Stage, Standby, envelope, illegal, people, queue_info, refused, turned_down};
use crate::answer::Answer;
use crate::clock;
use crate::rail::orders::seat_name;
use crate::rail::tickets::{self, Ride};
use crate::world::World;

/// *Seen* in 2024.
const MOST_PEOPLE: usize = 9;
/// Minutes before departure that the page of 2024 offers.
const DEADLINES: [i64; 14] = [
    20, 60, 120, 180, 360, 720, 1440, 2880, 4320, 5760, 7200, 8640, 10_080, 11_520,
];
const MINUTE_MS: i64 = 60_000;

/// Fields of confirmHB as *seen* in 2024. The old set of four is refused with 参数不正确 since 2026.
const FIELDS: [&str; 15] = [
    "passengerInfo",
    "jzParam",
    "hbTrain",
    "lkParam",
    "sessionId",
    "sig",
    "scene",
    "encryptedData",
    "if_receive_wseat",
    "realize_limit_time_diff",
    "plans",
    "tmp_train_date",
    "tmp_train_time",
    "add_train_flag",
    "add_train_seat_type_code",
];
/// *Seen* empty. `encryptedData` is a browser's fingerprint: any that comes here was made up.
const EMPTY: [&str; 6] = [
    "jzParam",
    "hbTrain",
    "lkParam",
    "sessionId",
    "sig",
    "encryptedData",
];

/// What was chosen in this session, if anything.
fn draft<'a>(world: &'a World, ask: &Ask) -> Option<&'a Vec<Choice>> {
    world.rail.standbys.drafts.get(&ask.session)
}

fn first_departure(choices: &[Choice]) -> i64 {
    let departures = choices.iter().map(|choice| choice.leaves_ms);
    departures.min().unwrap_or_default()
}

/// Deadlines that still lie ahead.
fn deadlines(world: &World, choices: &[Choice]) -> Vec<i64> {
    let leaves = first_departure(choices);
    let least = world.options.rail_standby.least_before_min;
    let ahead = |before: &i64| *before >= least && leaves - before * MINUTE_MS > world.now;
    DEADLINES.into_iter().filter(ahead).collect()
}

/// `passengerInitApi`: has no field of its own, it speaks of what the session chose.
pub(super) fn prepare(world: &World, ask: &Ask) -> Answer {
    let Some(choices) = draft(world, ask) else {
        return refused("候补信息已失效，请重新选择车次");
    };
    let trains: Option<Vec<Value>> = choices.iter().map(|choice| train(world, choice)).collect();
    let Some(trains) = trains else {
        return illegal();
    };
    let select: Vec<String> = deadlines(world, choices)
        .iter()
        .map(i64::to_string)
        .collect();
    // The last moment is 25 minutes before departure in the one answer that was seen.
    let last = clock::civil(first_departure(choices) - 25 * MINUTE_MS);
    let slider = world.options.rail_standby.slider;
    let mut data = json!({
        "limitTranStr": [], "canChooseWseat": "N", "isLimitTran": "N", "hbTrainList": trains,
        "jzdhDateE": last.date().to_string(), "jzdhHourE": last.strftime("%H:%M").to_string(),
        "jzdhDateS": clock::date(world.now).to_string(),
        "jzdhHourS": clock::civil(world.now).strftime("%H:%M").to_string(),
        "jzdhDiffSelect": select, "limitSeatType": limits(), "hb_passenger_max_num": MOST_PEOPLE,
        "result_code": "0", "checkcode": "100", "if_check_slide_passcode": if slider { "1" } else { "0" },
    });
    if slider {
        data["if_check_slide_passcode_token"] = json!(ask.session);
    }
    Answer::json(&envelope(data))
}

/// Classes by kind of ticket (*seen* in 2024, here without the ones that no simulated train has).
fn limits() -> Value {
    let list = |codes: &str| -> Vec<Value> {
        codes
            .chars()
            .map(|code| json!({"id": code.to_string(), "value": seat_name(code)}))
            .collect()
    };
    let all = list("123469AFIJMOPS");
    json!({"1": all, "2": all, "3": list("13O"), "4": all})
}

fn train(world: &World, choice: &Choice) -> Option<Value> {
    let ride = Ride::of(world, &choice.trip)?;
    let row = tickets::row(world, &ride);
    let field: Vec<&str> = row.split('|').collect();
    let station = |telecode: &str| world.rail.stations.by_telecode(telecode);
    let name = |telecode: &str| station(telecode).map_or("", |station| station.name.as_str());
    let city = |telecode: &str| station(telecode).map_or("", |station| station.city_code.as_str());
    let arrives = clock::date(ride.arrives_ms());
    Some(json!({
        "train_no": field[2], "station_train_code": field[3],
        "train_date": ride.date.to_string(), "train_date_str": clock::words(ride.date),
        "start_train_date": field[13], "start_time": field[8], "arrive_time": field[9], "lishi": field[10],
        "day_difference": clock::days_between(ride.date, arrives).to_string(),
        "from_station_telecode": field[6], "from_station_name": name(field[6]), "from_station_no": field[16],
        "to_station_telecode": field[7], "to_station_name": name(field[7]), "to_station_no": field[17],
        "start_station_telecode": field[4], "end_station_telecode": field[5],
        "start_city_code": city(field[4]), "end_city_code": city(field[5]),
        "seat_type_code": choice.seat.to_string(), "seat_type_name": seat_name(choice.seat),
        "yp_info": field[39], "houbu_train_flag": field[37], "location_code": field[15],
        "control_day": (world.options.presale_days - 1).to_string(), "sale_time": field[55].get(8..).unwrap_or_default(),
        "country_flag": field[49], "isForegin": "0", "local_start_time": "", "local_arrive_time": "",
    }))
}

/// `querySuccessRate`: percent as a text (*seen*: "55"); how it follows from the line is invented.
pub(super) fn chance(world: &World, ask: &Ask) -> Answer {
    let names = [
        "plans",
        "realize_limit_time_diff",
        "add_train_flag",
        "passenger_num",
    ];
    if draft(world, ask).is_none() || names.iter().any(|name| ask.field(name).is_none()) {
        return illegal();
    }
    let percent = match world.options.rail_standby.queue_level {
        1 => "55",
        2 => "30",
        _ => "10",
    };
    Answer::json(&envelope(json!({"result": percent})))
}

/// `getQueueNum`.
pub(super) fn queue(world: &World, ask: &Ask) -> Answer {
    let Some(choices) = draft(world, ask) else {
        return illegal();
    };
    let level = world.options.rail_standby.queue_level;
    let day = |date: Date| date.strftime("%Y%m%d").to_string();
    let line: Vec<Value> = choices
        .iter()
        .map(|choice| {
            json!({
                "train_no": choice.trip.train_no, "station_train_code": choice.train_code,
                "train_date": day(choice.trip.date), "seat_type_code": choice.seat.to_string(),
                "queue_info": queue_info(level), "queue_level": level.to_string(),
            })
        })
        .collect();
    Answer::json(&envelope(json!({"flag": true, "queueNum": line})))
}

/// `confirmHB`: the one step that makes an order.
pub(super) fn confirm(world: &mut World, ask: &Ask) -> Answer {
    let standby = match wish(world, ask) {
        Ok(standby) => standby,
        Err(refusal) => return refusal,
    };
    let trace = standby.trace.clone();
    world.rail.standbys.drafts.remove(&ask.session);
    world.rail.standbys.list.push(standby);
    Answer::json(&envelope(
        json!({"flag": true, "trace_id": trace, "isAsync": true}),
    ))
}

fn wish(world: &mut World, ask: &Ask) -> Result<Standby, Answer> {
    if !has_the_form(ask) {
        return Err(refused("参数不正确"));
    }
    if world.options.rail_standby.slider {
        return Err(turned_down("验证码校验失败，请完成滑块验证"));
    }
    let value = |name: &str| ask.field(name).unwrap_or_default();
    let Some(mut choices) = draft(world, ask).cloned() else {
        return Err(refused("候补信息已失效，请重新选择车次"));
    };
    choices.extend(choose::plans(world, value("plans"))?);
    if value("passengerInfo").matches(';').count() > MOST_PEOPLE {
        return Err(turned_down("每个候补订单最多可添加9名乘车人"));
    }
    let Some(people) = people::read(&ask.account, value("passengerInfo")) else {
        return Err(refused("参数不正确"));
    };
    if choose::has_unfinished(world, &ask.account.username) {
        return Err(turned_down("您有尚未完成的候补订单，请先支付或取消"));
    }
    let until_min = deadline(world, &choices, value("realize_limit_time_diff"))?;
    Ok(Standby {
        number: format!("EH{}", world.chance.digits(16)),
        trace: format!("C1_Y_{}", world.chance.digits(19)),
        username: ask.account.username.clone(),
        people,
        standing_too: value("if_receive_wseat") == "Y",
        made_ms: world.now,
        until_min,
        until_ms: first_departure(&choices) - until_min * MINUTE_MS,
        stage: Stage::Queued(world.now + world.options.rail_standby.queue_ms),
        choices,
    })
}

/// The 2024 set of fields and no other, each with a value that was seen.
fn has_the_form(ask: &Ask) -> bool {
    let value = |name: &str| ask.field(name).unwrap_or_default();
    let is_known = |name: &str| name == "_json_att" || FIELDS.contains(&name);
    let yes_or_no = |name: &str| matches!(value(name), "Y" | "N");
    FIELDS.iter().all(|name| ask.field(name).is_some())
        && ask.fields.iter().all(|(name, _)| is_known(name))
        && EMPTY.iter().all(|name| value(name).is_empty())
        && value("scene") == "nc_login"
        && yes_or_no("if_receive_wseat")
        && yes_or_no("add_train_flag")
}

/// Minutes before departure. The words for one that can't be kept are *seen*.
fn deadline(world: &World, choices: &[Choice], text: &str) -> Result<i64, Answer> {
    let before: Option<i64> = text.parse().ok();
    let Some(before) = before.filter(|before| DEADLINES.contains(before)) else {
        return Err(refused("参数不正确"));
    };
    if deadlines(world, choices).contains(&before) {
        return Ok(before);
    }
    let limit = before.max(world.options.rail_standby.least_before_min);
    Err(turned_down(&format!(
        "截止兑现时间已超过开车时间前{limit}分钟"
    )))
}

/// `queryQueue`: how the order comes along that was asked for last. -1 with words when it failed;
/// 2 when there is none (told by public clients).
pub(super) fn progress(world: &World, ask: &Ask) -> Answer {
    let mut theirs = world.rail.standbys.list.iter().rev();
    let last = theirs.find(|standby| standby.username == ask.account.username);
    let data = match last.map(|standby| (&standby.stage, &standby.number)) {
        Some((Stage::Queued(until), _)) => {
            let seconds = (until - world.now + 999) / 1000;
            json!({"flag": true, "isAsync": true, "status": 0, "waitTime": seconds})
        }
        Some((Stage::Failed(words), _)) => {
            json!({"flag": true, "isAsync": true, "status": -1, "msg": words})
        }
        Some((Stage::Unpaid(_), number)) => {
            json!({"flag": true, "isAsync": true, "status": 1, "reserve_no": number})
        }
        _ => json!({"flag": true, "isAsync": false, "status": 2}),
    };
    Answer::json(&envelope(data))
}
