//! What each status code of the service means, in one table: its class, whether it costs money, and what happens next.
//!
//! *Documented*: the service's field table says every answer with code 10000 is billed and names no other. *Guessed*: that
//! no other code is billed. Where no answer was read, nobody here can know.
//!
//! Leaves reading the answer to `wire` and spending money to `decide`.

use daiban_core::{Text, call::Charged, descriptor::Label, error::ServiceError};

/// What kind of answer a code is; decides who does what next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A real answer with data.
    Success,
    /// We built the request wrongly; asking again the same way cannot help.
    OurBug,
    /// The owner must change a setting here or at the provider.
    Config,
    /// The clock of this machine is off.
    Clock,
    /// The plate, engine or frame number is not accepted.
    Input,
    /// The paid account is out of money, calls or permission.
    StopAccount,
    /// The service failed; one retry after minutes is fair.
    Transient,
    /// Accepted; the result comes by a callback we do not receive.
    Async,
    /// Made-up data of the provider's debug mode.
    Debug,
    /// The service found no record. Not the same as "this car is clean".
    NoData,
    /// A code that is not in the table.
    Unknown,
}

impl Class {
    /// Automatic queries stop after this answer until a person acts.
    pub fn stops_automatic_queries(self) -> bool {
        matches!(
            self,
            Class::OurBug
                | Class::Config
                | Class::Clock
                | Class::Input
                | Class::StopAccount
                | Class::Unknown
        )
    }

    /// What happens after such an answer, in Chinese and English.
    pub fn next_step(self) -> Label {
        match self {
            Class::Success => Label::new("已记录结果", "the result is stored"),
            Class::OurBug => Label::new(
                "不再自动重试，请反馈给开发者",
                "not retried; please report this",
            ),
            Class::Config => Label::new(
                "请检查账号设置，改好后再查一次",
                "check the account's settings, then ask once more",
            ),
            Class::Clock => Label::new("请校准本机时间", "set this machine's clock right"),
            Class::Input => Label::new(
                "请核对车牌、号牌种类、发动机号和车架号",
                "check plate, plate type, engine and frame number",
            ),
            Class::StopAccount => Label::new(
                "已停止自动查询，请到服务商处充值或续订",
                "automatic queries stopped; top up or renew at the provider",
            ),
            Class::Transient => Label::new(
                "几分钟后最多再试一次",
                "at most one more try, some minutes later",
            ),
            Class::Async => Label::new(
                "等待服务商结果，不轮询",
                "waiting for the provider; not polled",
            ),
            Class::Debug => Label::new("调试数据，不作为真实结果", "debug data, not taken as real"),
            Class::NoData => Label::new(
                "未查到记录，不等于没有违章",
                "no record found, which does not prove there is none",
            ),
            Class::Unknown => Label::new(
                "未知状态码，已停止自动查询",
                "unknown code; automatic queries stopped",
            ),
        }
    }
}

/// One line of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The status code, as sent in `codeid`.
    pub code: i64,
    /// What kind of answer it is.
    pub class: Class,
    /// Whether it cost a call.
    pub charged: Charged,
    /// What it means, for a person.
    pub words: Label,
    /// Where this is known from.
    pub source: &'static str,
}

/// Where all rows were read: the service's status-code page.
const PAGE: &str = "documented: storeapi.net product 65/173, status codes";
/// The code is printed there, that it is free is our reading.
const FREE_GUESSED: &str =
    "documented: storeapi.net product 65/173, status codes; not being billed is guessed";

const fn row(code: i64, class: Class, zh: &'static str, en: &'static str) -> Row {
    Row {
        code,
        class,
        charged: Charged::No,
        words: Label::new(zh, en),
        source: PAGE,
    }
}

/// Every code the service documents. 10016 is not among them.
pub const CODES: [Row; 25] = [
    Row {
        charged: Charged::Yes,
        ..row(10000, Class::Success, "查询成功", "success")
    },
    row(
        10001,
        Class::OurBug,
        "请求缺少 appid",
        "the request has no appid",
    ),
    row(
        10002,
        Class::OurBug,
        "请求缺少签名",
        "the request has no signature",
    ),
    row(
        10003,
        Class::Config,
        "签名不对，请检查密钥和验证方式",
        "wrong signature: check the secret and the signing way",
    ),
    row(
        10004,
        Class::Clock,
        "与服务器时间相差超过 10 分钟",
        "the clock is more than 10 minutes off",
    ),
    row(10005, Class::Config, "appid 不对", "wrong appid"),
    row(
        10006,
        Class::Config,
        "本机出口 IP 不在白名单",
        "this machine's address is not on the allow-list",
    ),
    row(
        10007,
        Class::StopAccount,
        "应用被禁用",
        "the application is disabled",
    ),
    row(
        10008,
        Class::Config,
        "应用内没有这个接口",
        "the application does not include this API",
    ),
    row(
        10009,
        Class::Config,
        "接口不存在，请检查接口地址",
        "no such API: check the address",
    ),
    row(
        10010,
        Class::Config,
        "账号没有添加这个接口",
        "the account has not added this API",
    ),
    row(
        10011,
        Class::StopAccount,
        "接口已到期",
        "the API subscription has expired",
    ),
    row(
        10012,
        Class::StopAccount,
        "没有订购任何接口",
        "nothing is ordered",
    ),
    row(
        10013,
        Class::StopAccount,
        "接口已暂停使用",
        "the API is suspended",
    ),
    row(
        10014,
        Class::Transient,
        "服务商未知错误",
        "unknown error at the provider",
    ),
    row(
        10015,
        Class::Input,
        "参数个数不对",
        "wrong number of parameters",
    ),
    row(
        10017,
        Class::OurBug,
        "时间参数不是整数",
        "the time parameter is not an integer",
    ),
    row(10018, Class::StopAccount, "剩余次数不足", "no calls left"),
    row(
        10019,
        Class::Input,
        "服务商不接受所填信息",
        "the provider does not accept the details",
    ),
    row(
        10020,
        Class::StopAccount,
        "子接口已关闭",
        "the sub-API is closed",
    ),
    row(
        10021,
        Class::Transient,
        "服务商服务器出错",
        "the provider's server failed",
    ),
    row(
        10022,
        Class::StopAccount,
        "账户余额不足",
        "the balance is empty",
    ),
    Row {
        source: FREE_GUESSED,
        ..row(
            10023,
            Class::Async,
            "已提交，等待服务商回调结果",
            "accepted, result by callback",
        )
    },
    row(10024, Class::Debug, "调试模式数据", "debug data"),
    Row {
        source: FREE_GUESSED,
        ..row(10025, Class::NoData, "查无数据", "no data")
    },
];

/// The table's line for a code, or a line of class [`Class::Unknown`] that may have been charged.
pub fn look_up(code: i64) -> Row {
    CODES
        .iter()
        .find(|row| row.code == code)
        .copied()
        .unwrap_or(Row {
            code,
            class: Class::Unknown,
            charged: Charged::Maybe,
            words: Label::new("未知状态码", "a code that is not documented"),
            source: "guessed: not in the status table",
        })
}

/// What a code without data means for us; `said` is the service's own text, which for 10006 and 10019 says more than
/// the table. `None` for the four codes that answer the question: 10000, 10023, 10024 and 10025.
pub fn refusal(code: i64, said: &str) -> Option<ServiceError> {
    let row = look_up(code);
    let text = told(&row, said);
    Some(match row.class {
        Class::Success | Class::Async | Class::Debug | Class::NoData => return None,
        Class::Config | Class::Clock => ServiceError::NeedsPerson { text },
        Class::OurBug => ServiceError::Changed {
            place: "request".to_owned(),
            text,
        },
        Class::Transient => ServiceError::Busy {
            retry_after_s: Some(RETRY_AFTER_S),
            text,
        },
        Class::Input | Class::StopAccount | Class::Unknown => ServiceError::Refused {
            code: code.to_string(),
            text,
        },
    })
}

/// Seconds before the one retry after a failure at the provider. *Guessed*: nothing is documented; minutes are polite.
pub const RETRY_AFTER_S: u32 = 600;

/// The table's words, the service's words and the next step in one text.
fn told(row: &Row, said: &str) -> Text {
    let said = said.trim();
    let quoted = |open: &str, close: &str| {
        if said.is_empty() {
            String::new()
        } else {
            format!("{open}{said}{close}")
        }
    };
    let next = row.class.next_step();
    Text::new(
        format!(
            "{}（{}）{}。{}",
            row.words.zh,
            row.code,
            quoted("：「", "」"),
            next.zh
        ),
        format!(
            "{} ({}){}. {}",
            row.words.en,
            row.code,
            quoted(": \"", "\""),
            next.en
        ),
    )
}

/// The class that an outcome of an earlier query belonged to; `None` when the service did not say anything.
pub fn class_of(error: &ServiceError) -> Option<Class> {
    match error {
        ServiceError::Refused { code, .. } => code.parse().ok().map(|code| look_up(code).class),
        ServiceError::NeedsPerson { .. } | ServiceError::SignInLost { .. } => Some(Class::Config),
        ServiceError::Changed { .. } => Some(Class::OurBug),
        ServiceError::Busy { .. } => Some(Class::Transient),
        ServiceError::Closed { .. }
        | ServiceError::Unsure { .. }
        | ServiceError::Unreachable { .. } => None,
    }
}

/// What a failed query cost. Refusals of our own gate have a word for a code and cost nothing.
pub fn charged_for(error: &ServiceError) -> Charged {
    match error {
        ServiceError::Unsure { .. } => Charged::Maybe,
        ServiceError::Refused { code, .. } => code
            .parse()
            .map_or(Charged::No, |code| look_up(code).charged),
        _ => Charged::No,
    }
}
