//! The service as data.

use daiban_core::{
    descriptor::{Descriptor, ErrandKind, Form, Label, SignInWay, Wish},
    service::Service,
};

/// What the service offers.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Vehicle,
    name: Label::new("领克", "Lynk & Co"),
    sign_in: &[TOKENS, CODE],
    settings: &[VIN, SECRET_ENCODING, TYRE, CAP, ICCID],
    secrets: &[
        APP_SECRET,
        ACCESS_TOKEN,
        REFRESH_TOKEN,
        USER_ID,
        CLIENT_ID,
        AUTH_CODE,
    ],
    errands: &[super::watch::WATCH, COMMAND, SIGN_IN],
    // What the cloud has changes when the car reports; clients that asked more often were signed out or refused.
    poll_floor_s: 60,
    sprint: None,
    // A watch is 12 to 300 looks a day, a command about ten.
    daily_budget: 1_500,
};

const TOKENS: SignInWay = SignInWay {
    way: "tokens",
    label: Label::new("填令牌", "paste tokens"),
    help: Label::new(
        "从你自己手机 App 的请求里取 access token、refresh token、用户号、client id 和签名密钥填进来；代办自己换新。车厂多半只许一个账号登录一处：代办和手机 App 用同一个账号，会互相挤下线；最好把车分享给你自己的第二个账号，让代办用那一个",
        "take access token, refresh token, user id, client id and the signing key from your own app's requests and fill them in; daiban renews them. Most makers allow one session for an account: daiban and the phone app on the same account sign each other out; better share the car with a second account of yours and let daiban use that",
    ),
    secrets: &[
        "access_token",
        "refresh_token",
        "user_id",
        "client_id",
        "app_secret",
    ],
};

const CODE: SignInWay = SignInWay {
    way: "code",
    label: Label::new("授权码", "auth code"),
    help: Label::new(
        "填一个刚取到的授权码，代办用它换一次令牌；一个码只能用一次。车厂多半只许一个账号登录一处：代办和手机 App 用同一个账号，会互相挤下线；最好把车分享给你自己的第二个账号，让代办用那一个",
        "fill in a fresh auth code; daiban exchanges it once for tokens, and a code is good once. Most makers allow one session for an account: daiban and the phone app on the same account sign each other out; better share the car with a second account of yours and let daiban use that",
    ),
    secrets: &["auth_code"],
};

const VIN: Wish = Wish {
    masked: true,
    ..Wish::new(
        "vin",
        Label::new("车架号", "VIN"),
        Label::new(
            "17 位；几辆车用逗号隔开，第一辆是平常说的那辆。账号里只有一辆车时可以不填。存下以后只显示末四位",
            "17 characters; several with commas between, the first is the one usually meant. May be left out where the account has one car. Once stored, only the last four are shown",
        ),
        Form::Text,
        "LTESTVHC7E0000001",
    )
};

const SECRET_ENCODING: Wish = Wish {
    default: Some("text"),
    ..Wish::new(
        "secret_encoding",
        Label::new("密钥写法", "form of the key"),
        Label::new(
            "签名密钥照原样填是 text；有的地方抄来的是 base64",
            "text when the key is as it is; some places have it in base64",
        ),
        Form::Choice(&[
            ("text", Label::new("原样", "as it is")),
            ("base64", Label::new("base64", "base64")),
        ]),
        "text",
    )
};

const TYRE: Wish = Wish::new(
    "tyre_kpa_per_unit",
    Label::new("胎压换算", "tyre scale"),
    Label::new(
        "车报的一个单位是多少千帕；不填就从数值看（1.373 或 1）。和仪表对一次就知道",
        "kPa for one unit the car reports; worked out from the values when left out (1.373 or 1). Compare with the dashboard once",
    ),
    Form::Text,
    "1.373",
);

const CAP: Wish = Wish {
    default: Some("20"),
    ..Wish::new(
        "daily_commands",
        Label::new("每天最多几个操作", "commands a day"),
        Label::new(
            "一天里发给车的操作到了这个数就不再发",
            "no more than so many commands are sent to the car in a day",
        ),
        Form::Number { min: 1, max: 100 },
        "20",
    )
};

const ICCID: Wish = Wish::new(
    "iccid",
    Label::new("物联网卡号", "SIM card number"),
    Label::new(
        "车里那张卡的 ICCID，查流量用；服务自己说的话不用填",
        "the ICCID of the card in the car, to look up its data; not needed where the service tells it",
    ),
    Form::Text,
    "89860000000000000000",
);

const fn sealed(name: &'static str, label: Label, help: Label, example: &'static str) -> Wish {
    Wish {
        secret: true,
        ..Wish::new(name, label, help, Form::Text, example)
    }
}

const APP_SECRET: Wish = sealed(
    "app_secret",
    Label::new("签名密钥", "signing key"),
    Label::new(
        "lynkco-2023 的请求要签名，密钥由你提供，代办不带；lynkco-2020 不用",
        "requests of lynkco-2023 are signed; the key is yours to supply and none comes with daiban; lynkco-2020 needs none",
    ),
    "daiban-made-up-key-0123456789abc",
);

const ACCESS_TOKEN: Wish = sealed(
    "access_token",
    Label::new("access token", "access token"),
    Label::new(
        "请求头 authorization 的值",
        "the value of the header authorization",
    ),
    "test-access-token-1",
);

const REFRESH_TOKEN: Wish = sealed(
    "refresh_token",
    Label::new("refresh token", "refresh token"),
    Label::new(
        "和 access token 是一对，用来换新",
        "the pair of the access token, for newer ones",
    ),
    "test-refresh-token-1",
);

const USER_ID: Wish = sealed(
    "user_id",
    Label::new("用户号", "user id"),
    Label::new("请求里的 userId", "userId in the requests"),
    "1000001",
);

const CLIENT_ID: Wish = sealed(
    "client_id",
    Label::new("client id", "client id"),
    Label::new(
        "请求头 x-client-id 的值",
        "the value of the header x-client-id",
    ),
    "TEST0000CLIENT0001",
);

const AUTH_CODE: Wish = sealed(
    "auth_code",
    Label::new("授权码", "auth code"),
    Label::new(
        "只用一次；有令牌就不用填",
        "good once; not needed with tokens",
    ),
    "700000000000000001",
);

const COMMAND: ErrandKind = ErrandKind {
    kind: "vehicle.command",
    label: Label::new("车辆操作", "car command"),
    help: Label::new(
        "一次操作，从看车到车回话",
        "one command, from looking at the car to its answer",
    ),
    wishes: &[
        Wish {
            required: true,
            ..Wish::new(
                "command",
                Label::new("操作", "command"),
                Label::new("做什么", "what to do"),
                Form::Text,
                "lock",
            )
        },
        Wish::new(
            "minutes",
            Label::new("分钟", "minutes"),
            Label::new("解锁 1–3，启动 1–15", "1–3 to unlock, 1–15 to start"),
            Form::Number { min: 1, max: 15 },
            "1",
        ),
        Wish::new(
            "what",
            Label::new("怎么找", "how"),
            Label::new("lights、horn 或 both", "lights, horn or both"),
            Form::Text,
            "lights",
        ),
        Wish::new(
            "car",
            Label::new("哪辆车", "which car"),
            Label::new("车架号末四位", "the last four characters of its number"),
            Form::Text,
            "0001",
        ),
        Wish {
            default: Some("cli"),
            ..Wish::new(
                "by",
                Label::new("谁", "by"),
                Label::new("从哪里来：cli、web、api", "where from: cli, web, api"),
                Form::Text,
                "cli",
            )
        },
    ],
    internal: true,
};

const SIGN_IN: ErrandKind = ErrandKind {
    kind: "vehicle.sign_in",
    label: Label::new("领克登录", "Lynk & Co sign-in"),
    help: Label::new(
        "验证填好的令牌，或用授权码换一次",
        "proves the tokens that were filled in, or exchanges an auth code once",
    ),
    wishes: &[Wish {
        default: Some("tokens"),
        ..Wish::new(
            "way",
            Label::new("方式", "way"),
            Label::new("令牌或授权码", "tokens or an auth code"),
            Form::Choice(&[
                ("tokens", Label::new("填令牌", "paste tokens")),
                ("code", Label::new("授权码", "auth code")),
            ]),
            "tokens",
        )
    }],
    internal: true,
};
