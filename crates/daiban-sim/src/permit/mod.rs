//! The permit service (进京证): accounts and doors, the read calls, and the routing.
//!
//! Left to others: records and what may be asked for (`state`), how they are shown (`page`), applying and cancelling (`apply`),
//! signing in (`login`). Shapes follow what public clients of the service read; texts marked
//! *guessed* below are our own.

pub(crate) mod apply;
pub(crate) mod login;
mod page;
pub(crate) mod picture;
pub(crate) mod state;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Service;
use crate::answer::{Answer, Call, loose_text};
use crate::clock;
use crate::world::{KnownVehicle, World, nineteen_digits};

pub(crate) use login::Channel;
pub use state::{Outcome, PermitRecord};
pub(crate) use state::{add_record, settle};

/// A person with the permit service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitAccount {
    /// Name as on the driving licence.
    pub name: String,
    /// ID number, 18 characters.
    pub id_number: String,
    /// Mobile phone.
    pub phone: String,
    /// 档案编号 of the driving licence; may be empty.
    #[serde(default)]
    pub file_number: String,
    /// Signing in needs no SMS code.
    #[serde(default)]
    pub no_sms: bool,
    /// The token to begin with; `None` for a new one.
    #[serde(default)]
    pub token: Option<String>,
}

#[derive(Default)]
pub(crate) struct Permit {
    pub(crate) accounts: Vec<PermitAccount>,
    pub(crate) tokens: Vec<login::Token>,
    pub(crate) records: Vec<state::Record>,
    pub(crate) login: login::Login,
}

/// Zone texts as the service sends them; the bracket widths differ between them and the record's
/// own text, and a client must echo them unchanged.
pub(crate) const ZONES: [(&str, &str); 4] = [
    (
        "ylzqyms",
        "市界到二环 (不含二环路) 客车全年可办理12次，每次限通行7天",
    ),
    ("ylzmc", "进京证(六环内)"),
    (
        "elzqyms",
        "市界到六环 (含六环路、不含通州全域) 客车全年不限办理次数，每次限通行7天",
    ),
    ("elzmc", "进京证(六环外)"),
];

pub(crate) const BUSY: &str = "目前办理业务人数较多，请稍后再试。";

/// Purposes of the journey, `jjmd`.
pub(crate) const PURPOSES: [(&str, &str); 6] = [
    ("01", "自驾旅游"),
    ("02", "看病就医"),
    ("03", "探亲访友"),
    ("04", "学习培训"),
    ("05", "公务差旅"),
    ("06", "其它"),
];

/// Districts, `qjxz`.
pub(crate) const DISTRICTS: [(&str, &str); 17] = [
    ("001", "东城区"),
    ("002", "西城区"),
    ("003", "朝阳区"),
    ("004", "丰台区"),
    ("005", "石景山区"),
    ("006", "海淀区"),
    ("007", "门头沟区"),
    ("008", "房山区"),
    ("009", "通州区"),
    ("010", "顺义区"),
    ("011", "昌平区"),
    ("012", "大兴区"),
    ("013", "怀柔区"),
    ("014", "平谷区"),
    ("015", "密云区"),
    ("016", "延庆区"),
    ("017", "开发区"),
];

/// The switch `txrkg` of getConfigRecordInfo that applyCheckNum wants back (*guessed* value).
const PASSENGER_SWITCH: &str = "0";

pub(crate) fn add_account(world: &mut World, mut account: PermitAccount) -> String {
    let given = account.token.take();
    let id_number = account.id_number.clone();
    world.permit.accounts.push(account);
    match given {
        Some(value) => login::keep_token(world, &id_number, Channel::MiniProgram, value),
        None => issue_token(world, &id_number, Channel::MiniProgram),
    }
}

pub(crate) fn issue_token(world: &mut World, id_number: &str, channel: Channel) -> String {
    let value = world.chance.hex32();
    login::keep_token(world, id_number, channel, value)
}

pub(crate) fn answer(world: &mut World, call: &Call, token_loss: bool) -> Answer {
    if let Some(path) = call.path.strip_prefix("/auth/") {
        return login::answer(world, call, path);
    }
    let Some(path) = call.path.strip_prefix("/pro/") else {
        return Answer::html(404, "<html><body>404 Not Found</body></html>");
    };
    let known = if token_loss {
        None
    } else {
        login::account_of(world, call)
    };
    let Some(account) = known else {
        return login::lost(world);
    };
    if call.method != "POST" {
        return refused("Request method not supported");
    }
    let Some(body) = json_body(call) else {
        return refused(BUSY);
    };
    signed_in(world, &account, path, &body).unwrap_or_else(|| failed(404, "请求地址不存在"))
}

/// One call of a signed-in person; `None` when there is no such path.
fn signed_in(
    world: &mut World,
    account: &PermitAccount,
    path: &str,
    body: &Map<String, Value>,
) -> Option<Answer> {
    let answer = match path {
        "applyRecordController/stateList" => page::state_list(world, account),
        "applyRecordController/applyVehicleCheck" => vehicle_check(world, account, body),
        "applyRecordController/getJsrxx" => done(driver(account)),
        "applyRecordController/applyCheckNum" => check_driver(account, body),
        "applyRecordController/checkHandle" => page::check_handle(world, account, body),
        "applyRecordController/checkInputRoadInfo" => check_road(world, account, body),
        "applyRecordController/insertApplyRecord" => apply::insert(world, account, body),
        "applyRecordController/cancelApply" => apply::cancel(world, account, body),
        "applyRecordController/applyDetail" => page::detail(world, account, body),
        "applyRecordController/applyRecordList" => page::history(world, account, body),
        "vehicleController/getUserIdInfo" => garage(world, account),
        "ucDicController/queryDic" => dictionary(body),
        "configRecordController/getConfigRecordInfo" => {
            done(json!({"txrkg": PASSENGER_SWITCH, "ocrkg": "0"}))
        }
        _ => return None,
    };
    Some(answer)
}

/// The JSON object of a request. No body and the literal `null` count as an empty one (both seen
/// from public clients); anything that isn't sent as JSON is not understood.
fn json_body(call: &Call) -> Option<Map<String, Value>> {
    if call.body.is_empty() {
        return Some(Map::new());
    }
    if !call
        .header("content-type")
        .to_ascii_lowercase()
        .starts_with("application/json")
    {
        return None;
    }
    match serde_json::from_slice(&call.body).ok()? {
        Value::Object(fields) => Some(fields),
        Value::Null => Some(Map::new()),
        _ => None,
    }
}

fn driver(account: &PermitAccount) -> Value {
    json!({"jsrxm": account.name, "jszh": account.id_number, "dabh": account.file_number})
}

/// The driver fields of a request that differ from the account's.
pub(crate) fn wrong_driver_field(
    account: &PermitAccount,
    body: &Map<String, Value>,
) -> Option<&'static str> {
    let truth = [
        ("jsrxm", &account.name),
        ("jszh", &account.id_number),
        ("dabh", &account.file_number),
    ];
    truth
        .into_iter()
        .find(|(key, value)| text(body, key).as_ref() != Some(value))
        .map(|(key, _)| key)
}

fn check_driver(account: &PermitAccount, body: &Map<String, Value>) -> Answer {
    if let Some(field) = wrong_driver_field(account, body) {
        return refused(&format!("驾驶人信息有误：{field}"));
    }
    let passengers = body.get("txrxx").and_then(Value::as_array);
    if passengers.is_none_or(|list| list.len() > 10) {
        return refused("同行人信息有误：txrxx");
    }
    if text(body, "txrkg").as_deref() != Some(PASSENGER_SWITCH) {
        return refused("参数错误：txrkg");
    }
    let alone = text(body, "wtxr");
    if !matches!(alone.as_deref(), Some("" | "1")) {
        return refused("参数错误：wtxr");
    }
    Answer::json(&json!({"msg": "校验通过!", "code": 200, "from": "v2"}))
}

fn vehicle_check(world: &World, account: &PermitAccount, body: &Map<String, Value>) -> Answer {
    let found = cars_of(world, account).find(|known| {
        text(body, "hphm").as_ref() == Some(&known.car.plate)
            && text(body, "hpzl").as_ref() == Some(&known.car.plate_type)
    });
    match found {
        None => refused("车辆信息不存在"),
        Some(known) if !known.car.complete => enveloped("请补充车辆信息", json!("201")),
        Some(_) => enveloped("校验通过!", json!("200")),
    }
}

fn check_road(world: &World, account: &PermitAccount, body: &Map<String, Value>) -> Answer {
    match car_by_id(world, account, body) {
        None => refused("车辆信息不存在"),
        Some(known) => done(json!(if known.car.route_needed { "1" } else { "0" })),
    }
}

fn garage(world: &World, account: &PermitAccount) -> Answer {
    let cars: Vec<Value> = cars_of(world, account)
        .map(|known| garage_entry(account, known))
        .collect();
    done(json!(cars))
}

fn garage_entry(account: &PermitAccount, known: &KnownVehicle) -> Value {
    let car = &known.car;
    json!({
        "vId": known.id, "hphm": car.plate, "hpzl": car.plate_type, "hpzlmc": crate::codes::plate_type_name(&car.plate_type),
        "cllx": car.kind, "cllxmc": if car.kind == "02" { "货车" } else { "客车" }, "fdjh": car.engine_number,
        "ppxh": "测试牌", "zcsj": "2020-01-02", "cjsj": clock::stamp(known.added_ms), "qyzt": 1, "zcqdKey": null,
        "sfzmhm": account.id_number, "kz3": "", "kz5": null,
    })
}

fn dictionary(body: &Map<String, Value>) -> Answer {
    let rows: &[(&str, &str)] = match text(body, "type").as_deref() {
        Some("jjmd") => &PURPOSES,
        Some("qjxz") => &DISTRICTS,
        _ => &[],
    };
    done(
        rows.iter()
            .map(|(code, name)| json!({"zdz": name, "zdbm": code}))
            .collect(),
    )
}

pub(crate) fn cars_of<'a>(
    world: &'a World,
    account: &'a PermitAccount,
) -> impl Iterator<Item = &'a KnownVehicle> {
    world
        .vehicles
        .iter()
        .filter(|known| known.car.owner_id == account.id_number)
}

/// The account's car named by `vId`, which must be a string: as a number it would have lost digits.
pub(crate) fn car_by_id<'a>(
    world: &'a World,
    account: &'a PermitAccount,
    body: &Map<String, Value>,
) -> Option<&'a KnownVehicle> {
    let id = body.get("vId").and_then(Value::as_str)?.to_owned();
    cars_of(world, account).find(|known| known.id == id)
}

/// A field as text, whether sent as string or number.
pub(crate) fn text(body: &Map<String, Value>, key: &str) -> Option<String> {
    body.get(key).and_then(loose_text)
}

pub(crate) fn next_record_id(world: &World) -> String {
    nineteen_digits(101 + world.permit.records.len())
}

pub(crate) fn done(data: Value) -> Answer {
    enveloped("操作成功", data)
}

pub(crate) fn enveloped(message: &str, data: Value) -> Answer {
    Answer::json(&json!({"msg": message, "code": 200, "data": data, "from": "v2"}))
}

/// Business errors come with HTTP status 200; `code` decides.
pub(crate) fn refused(message: &str) -> Answer {
    failed(500, message)
}

pub(crate) fn failed(code: i64, message: &str) -> Answer {
    Answer::json(&json!({"msg": message, "code": code, "from": "v2"}))
}

pub(crate) fn refused_with(message: &str, data: &str) -> Answer {
    Answer::json(&json!({"msg": message, "code": 500, "data": data, "from": "v2"}))
}

pub(crate) fn coded(code: i64) -> Answer {
    failed(code, if code == 401 { login::LOST } else { BUSY })
}

/// *Seen* in 2023 by users of a public client as an HTML page; the status is *guessed*.
pub(crate) fn firewall_page() -> Answer {
    Answer::html(
        405,
        "<html><head><meta charset=\"utf-8\"><title>拦截</title></head><body><p>请求存在安全风险，已被网站防护拦截。</p></body></html>",
    )
}

pub(crate) fn channel_of(service: Service) -> Channel {
    if service == Service::PermitApp {
        Channel::App
    } else {
        Channel::MiniProgram
    }
}
