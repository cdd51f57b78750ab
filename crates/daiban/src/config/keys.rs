//! Every setting there is: its place, its form, its default, and what it means. To add one, add a row.

use daiban_core::{descriptor::Label, invalid::InvalidInput, service::Service};

use std::path::Path;

use crate::{front, net::address, notify::QuietHours};

/// One setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// Where it stands in the file, with dots.
    pub(crate) path: &'static str,
    pub(crate) form: Form,
    /// `None`: unset unless given.
    pub(crate) default: Option<&'static str>,
    /// Masked in the dump; may be read from a file named in `DAIBAN_…_FILE`.
    pub(crate) secret: bool,
    pub(crate) help: Label,
}

/// The form of a setting.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    Text,
    Flag,
    Whole(i64, i64),
    Choice(&'static [&'static str]),
    /// So many ASCII letters, no fewer and no more.
    Letters(usize),
    /// A path below the address of a service, without a slash before it.
    Path,
    /// `HOST:PORT` to listen at.
    Listen,
    /// A file, by its path.
    File,
    /// Addresses and networks, with commas or blanks between them.
    Networks,
    /// Names of hosts, the same way.
    Hosts,
    /// An address that people open.
    Address,
    /// The address of a map, with `{lat}` and `{lon}` in it.
    MapUrl,
    /// The address of a service.
    ServiceUrl,
    /// `sqlite` or `postgres://…`
    Database,
    /// `HH:MM-HH:MM`, also over midnight, or nothing.
    Quiet,
}

const fn key(
    path: &'static str,
    form: Form,
    default: Option<&'static str>,
    zh: &'static str,
    en: &'static str,
) -> Key {
    Key {
        path,
        form,
        default,
        secret: false,
        help: Label::new(zh, en),
    }
}

const fn secret(key: Key) -> Key {
    Key {
        secret: true,
        ..key
    }
}

const FLOOR: Form = Form::Whole(0, 86_400);
const FLOOR_ZH: &str = "两次轮询至少间隔的秒数；只能比内置的更慢";
const FLOOR_EN: &str =
    "seconds between two polls at least; only slower than the built-in floor has an effect";

/// All settings.
pub(crate) const KEYS: &[Key] = &[
    key(
        "data_dir",
        Form::Text,
        None,
        "数据目录；默认是 XDG 数据目录下的 daiban",
        "the data directory; by default daiban in the XDG data directory",
    ),
    key(
        "lang",
        Form::Choice(&["zh", "en"]),
        Some("zh"),
        "通知和命令行的语言",
        "the language of notices and the command line",
    ),
    key(
        "server.listen",
        Form::Listen,
        Some("127.0.0.1:8420"),
        "监听地址",
        "where to listen",
    ),
    key(
        "server.public_url",
        Form::Address,
        None,
        "手机上打开 daiban 的网址，通知里的链接由它组成",
        "the address people open daiban at; links in notices begin with it",
    ),
    key(
        "server.tls_cert",
        Form::File,
        None,
        "TLS 证书文件（PEM，连同中间证书）；和 server.tls_key 一起设置，daiban 就自己用 https 监听。文件换了会自动重读",
        "the file of the TLS certificate (PEM, with those above it); with server.tls_key daiban listens in https by itself. Read again when the file changes",
    ),
    key(
        "server.tls_key",
        Form::File,
        None,
        "证书的私钥文件（PEM）",
        "the file of its private key (PEM)",
    ),
    key(
        "server.behind_proxy",
        Form::Flag,
        Some("false"),
        "daiban 在反向代理后面，TLS 由它管；它报的来访地址和 https 才算数",
        "a reverse proxy stands before daiban and does TLS; what it says of callers is believed",
    ),
    key(
        "server.trusted_proxies",
        Form::Networks,
        Some("127.0.0.0/8, ::1"),
        "反向代理的地址或网段，逗号分开；只信它们的 X-Forwarded-For 和 X-Forwarded-Proto",
        "the addresses or networks of reverse proxies, with commas; the X-Forwarded-For and X-Forwarded-Proto of nobody else is believed",
    ),
    key(
        "server.hosts",
        Form::Hosts,
        None,
        "除了 IP、localhost 和 server.public_url 的域名以外，还可以用哪些域名打开，逗号分开",
        "names daiban may be opened under beside addresses in digits, localhost and the host of server.public_url, with commas",
    ),
    key(
        "server.rate_limit",
        Form::Whole(0, 1_000_000),
        Some("0"),
        "每个地址每分钟最多多少次请求；0：别的机器 600 次，本机直接来的不限。猜密码和一次性链接另算，每分钟 20 次",
        "requests a minute of one address; 0: 600 for others and no limit for this machine itself. Wrong passwords and one-time words are counted apart, 20 a minute",
    ),
    key(
        "web.map_url",
        Form::MapUrl,
        None,
        "车的位置用哪个地图打开，{lat} 和 {lon} 换成 WGS-84 度数，例如 https://uri.amap.com/marker?position={lon},{lat}&coordinate=wgs84；不填就没有地图链接。点了才打开，坐标这时才给地图网站",
        "the map that the car's position is opened on; {lat} and {lon} become WGS-84 degrees, as in https://uri.amap.com/marker?position={lon},{lat}&coordinate=wgs84; no link when unset. Opened on a tap only, and only then the site is told the coordinates",
    ),
    secret(key(
        "database.url",
        Form::Database,
        Some("sqlite"),
        "sqlite 或 postgres://…",
        "sqlite or postgres://…",
    )),
    key(
        "services.permit.base_url",
        Form::ServiceUrl,
        Some("https://jjz.jtgl.beijing.gov.cn"),
        "进京证服务的网址",
        "the permit service",
    ),
    key("services.permit.floor_s", FLOOR, None, FLOOR_ZH, FLOOR_EN),
    key(
        "services.rail.base_url",
        Form::ServiceUrl,
        Some("https://kyfw.12306.cn"),
        "12306 购票网址",
        "12306, where tickets are",
    ),
    key(
        "services.rail.www_url",
        Form::ServiceUrl,
        Some("https://www.12306.cn"),
        "12306 首页网址",
        "12306, the front page",
    ),
    key("services.rail.floor_s", FLOOR, None, FLOOR_ZH, FLOOR_EN),
    key(
        "services.violation.url",
        Form::ServiceUrl,
        None,
        "违章接口的完整网址，开通后得到",
        "the whole address of the endpoint, as given by its seller",
    ),
    key(
        "services.violation.sign",
        Form::Choice(&["md5", "hash"]),
        Some("md5"),
        "签名方式",
        "how requests are signed",
    ),
    key(
        "services.violation.floor_s",
        FLOOR,
        None,
        FLOOR_ZH,
        FLOOR_EN,
    ),
    key(
        "services.hospital.base_url",
        Form::ServiceUrl,
        Some("https://www.114yygh.com"),
        "114 挂号网址",
        "the hospital service",
    ),
    key(
        "services.hospital.dialect",
        Form::Choice(&["web-2022", "jingtong"]),
        Some("web-2022"),
        "接口版本；jingtong 只能查，还在试验",
        "the form of the service's answers; jingtong only reads and is experimental",
    ),
    secret(key(
        "services.hospital.aes_key",
        Form::Letters(16),
        Some("imed2019imed2019"),
        "登录字段的 AES 密钥，16 个字符；默认的那个是公开的",
        "the AES key of sign-in fields, 16 letters; the default one is public",
    )),
    key(
        "services.hospital.key_from",
        Form::Choice(&["setting", "service"]),
        Some("setting"),
        "密钥从哪来：setting 用 aes_key，service 每次登录前向服务要",
        "where the key comes from: setting is aes_key, service asks for one before each sign-in",
    ),
    key(
        "services.hospital.orders_path",
        Form::Path,
        Some("web/order/list"),
        "订单列表的路径；公开资料里没有，是猜的",
        "the path of the list of orders; guessed, as no public source has it",
    ),
    key(
        "services.hospital.order_status_path",
        Form::Path,
        Some("web/order/status"),
        "排队状态的路径；公开资料里没有，是猜的",
        "the path of an order's place in the line; guessed, as no public source has it",
    ),
    key("services.hospital.floor_s", FLOOR, None, FLOOR_ZH, FLOOR_EN),
    key(
        "services.hospital.sprint_floor_s",
        FLOOR,
        None,
        "放号前后两次轮询至少间隔的秒数；只能比内置的更慢",
        "seconds between two polls around a release at least; only slower than the built-in floor has an effect",
    ),
    key(
        "services.vehicle.profile",
        Form::Choice(&["lynkco-2020", "lynkco-2023"]),
        Some("lynkco-2023"),
        "车辆接口版本",
        "the generation of the car's service",
    ),
    key(
        "services.vehicle.user_url",
        Form::ServiceUrl,
        None,
        "代替该版本的用户接口网址",
        "instead of the profile's user host",
    ),
    key(
        "services.vehicle.device_url",
        Form::ServiceUrl,
        None,
        "代替该版本的设备接口网址",
        "instead of the profile's device host",
    ),
    key(
        "services.vehicle.other_device_url",
        Form::ServiceUrl,
        None,
        "车不在设备接口上时（8063）再问一次的另一个网址",
        "another device host, asked once where the first knows no such car (8063)",
    ),
    key("services.vehicle.floor_s", FLOOR, None, FLOOR_ZH, FLOOR_EN),
    key(
        "channels.allow_private",
        Form::Flag,
        Some("false"),
        "主人填写的地址可以指向本机或内网",
        "owner-given addresses may point at loopback or private hosts",
    ),
    key(
        "notices.quiet_hours",
        Form::Quiet,
        Some("22:30-07:00"),
        "免打扰时段；留空为不设",
        "when only urgent things are told; empty for never",
    ),
    key(
        "notices.asks_break_quiet",
        Form::Flag,
        Some("true"),
        "待你处理的事可以打破免打扰",
        "asks may break quiet hours",
    ),
    key(
        "mqtt.enabled",
        Form::Flag,
        Some("false"),
        "向 MQTT 发布",
        "publish over MQTT",
    ),
    key(
        "mqtt.host",
        Form::Text,
        Some("127.0.0.1"),
        "MQTT 服务器",
        "the MQTT broker",
    ),
    key(
        "mqtt.port",
        Form::Whole(1, 65_535),
        Some("1883"),
        "端口",
        "its port",
    ),
    key("mqtt.username", Form::Text, None, "用户名", "the user name"),
    secret(key(
        "mqtt.password",
        Form::Text,
        None,
        "密码",
        "the password",
    )),
    key(
        "mqtt.topic_prefix",
        Form::Text,
        Some("daiban"),
        "主题前缀",
        "topics begin with it",
    ),
    key(
        "mqtt.discovery_prefix",
        Form::Text,
        Some("homeassistant"),
        "Home Assistant 发现前缀",
        "Home Assistant's discovery prefix",
    ),
    key(
        "mqtt.commands",
        Form::Flag,
        Some("false"),
        "允许经 MQTT 发车辆命令（仍需人确认）",
        "car commands over MQTT, still confirmed by a person",
    ),
    key(
        "mqtt.tracker",
        Form::Flag,
        Some("false"),
        "发布车辆位置",
        "publish the car's position",
    ),
    key(
        "net.timeout_s",
        Form::Whole(1, 120),
        Some("15"),
        "一次请求最多等多少秒",
        "seconds one request may take",
    ),
    key(
        "net.step_gap_ms",
        Form::Whole(0, 60_000),
        Some("200"),
        "同一账号相邻两次请求起点的最小间隔（毫秒）",
        "milliseconds from the start of one request of an account to the next at least",
    ),
];

/// The setting at that place.
pub(crate) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

impl Key {
    /// The service it belongs to and its name there, for `services.*`.
    pub(crate) fn of_service(&self) -> Option<(Service, &'static str)> {
        let (service, name) = self.path.strip_prefix("services.")?.split_once('.')?;
        Some((service.parse().ok()?, name))
    }

    /// Tidies a value, or says what is wrong with it.
    pub(crate) fn read(&self, text: &str) -> Result<String, InvalidInput> {
        let wrong = |zh: String, en: String| Err(InvalidInput::new(self.path, zh, en));
        let text = if self.secret { text } else { text.trim() };
        match self.form {
            Form::Text => Ok(text.to_owned()),
            Form::Flag => match text {
                "true" | "yes" | "on" | "1" => Ok("true".to_owned()),
                "false" | "no" | "off" | "0" => Ok("false".to_owned()),
                _ => wrong(
                    "应当是 true 或 false".to_owned(),
                    "should be true or false".to_owned(),
                ),
            },
            Form::Whole(min, max) => match text.parse::<i64>() {
                Ok(number) if (min..=max).contains(&number) => Ok(number.to_string()),
                _ => wrong(
                    format!("应当是 {min} 到 {max} 之间的整数"),
                    format!("should be a whole number from {min} to {max}"),
                ),
            },
            Form::Choice(words) if words.contains(&text) => Ok(text.to_owned()),
            Form::Choice(words) => wrong(
                format!("可以是：{}", words.join("、")),
                format!("one of: {}", words.join(", ")),
            ),
            Form::Letters(count) if text.is_ascii() && text.len() == count => Ok(text.to_owned()),
            Form::Letters(count) => wrong(
                format!("应当正好是 {count} 个 ASCII 字符"),
                format!("should be {count} ASCII letters, no fewer and no more"),
            ),
            Form::Path if is_path(text) => Ok(text.to_owned()),
            Form::Path => wrong(
                "应当是路径，例如 web/order/list，前面没有斜线".to_owned(),
                "should be a path such as web/order/list, without a slash before it".to_owned(),
            ),
            Form::Listen => match listen(text) {
                Some(address) => Ok(address.to_string()),
                None => wrong(
                    "应当是 IP:端口，例如 127.0.0.1:8420".to_owned(),
                    "should be IP:PORT such as 127.0.0.1:8420".to_owned(),
                ),
            },
            Form::File if Path::new(text).is_absolute() => Ok(text.to_owned()),
            Form::File => wrong(
                "应当是文件的绝对路径".to_owned(),
                "should be the absolute path of a file".to_owned(),
            ),
            Form::Networks => match front::Network::parse_all(text) {
                Some(_) => Ok(text.to_owned()),
                None => wrong(
                    "应当是地址或网段，例如 127.0.0.1, 172.16.0.0/12".to_owned(),
                    "should be addresses or networks such as 127.0.0.1, 172.16.0.0/12".to_owned(),
                ),
            },
            Form::Hosts if front::words(text).all(front::is_name) => Ok(text.to_owned()),
            Form::Hosts => wrong(
                "应当是域名，不带端口，例如 nas.lan, daiban.example.com".to_owned(),
                "should be names without a port such as nas.lan, daiban.example.com".to_owned(),
            ),
            Form::Address => match url::Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => {
                    Ok(text.trim_end_matches('/').to_owned())
                }
                _ => wrong(
                    "应当是网址，例如 https://daiban.example.com".to_owned(),
                    "should be an address such as https://daiban.example.com".to_owned(),
                ),
            },
            Form::MapUrl if is_map(text) => Ok(text.to_owned()),
            Form::MapUrl => wrong(
                "应当是 https 网址，里面有 {lat} 和 {lon}".to_owned(),
                "should be an https address with {lat} and {lon} in it".to_owned(),
            ),
            Form::ServiceUrl => {
                address::service_url(self.path, text).map(|_| text.trim_end_matches('/').to_owned())
            }
            Form::Database
                if text == "sqlite"
                    || text.starts_with("postgres://")
                    || text.starts_with("postgresql://") =>
            {
                Ok(text.to_owned())
            }
            Form::Database => wrong(
                "应当是 sqlite 或 postgres://…".to_owned(),
                "should be sqlite or postgres://…".to_owned(),
            ),
            Form::Quiet if text.is_empty() => Ok(String::new()),
            Form::Quiet => QuietHours::parse(self.path, text).map(|_| text.to_owned()),
        }
    }

    /// Whether an empty value takes the setting away instead of being wrong.
    pub(crate) fn may_be_unset(&self) -> bool {
        self.default.is_none() && !matches!(self.form, Form::Quiet)
    }
}

/// An address that leads to the same host whatever the degrees are.
fn is_map(text: &str) -> bool {
    let open = |degrees: &str| {
        let text = text.replace("{lat}", degrees).replace("{lon}", degrees);
        url::Url::parse(&text).ok()
    };
    let (Some(one), Some(other)) = (open("1.5"), open("-2.5")) else {
        return false;
    };
    let whole = text.contains("{lat}") && text.contains("{lon}");
    whole && one.scheme() == "https" && one.host().is_some() && one.host() == other.host()
}

/// Words of letters, digits, dashes and low lines, with slashes between.
fn is_path(text: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    text.split('/')
        .all(|word| !word.is_empty() && word.bytes().all(is_letter))
}

/// An address to listen at; `localhost` is understood.
pub(crate) fn listen(text: &str) -> Option<std::net::SocketAddr> {
    let text = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    text.parse().ok()
}
