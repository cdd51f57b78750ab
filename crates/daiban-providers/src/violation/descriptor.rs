//! The service as data: how one signs in, what an account holds, which errands there are.

use daiban_core::{
    descriptor::{Descriptor, ErrandKind, Form, Label, SignInWay, Wish},
    service::Service,
};

/// What the service offers.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Violation,
    name: Label::new("违章查询", "traffic fines"),
    sign_in: &[SignInWay {
        way: "key",
        label: Label::new("填写 appid 和密钥", "fill in appid and secret"),
        help: Label::new(
            "在服务商后台「我的应用」里查看；保存时不发请求，不花钱",
            "shown at the provider under \"my applications\"; saving sends nothing and costs nothing",
        ),
        secrets: &["appid", "secret"],
    }],
    settings: &SETTINGS,
    secrets: &SECRETS,
    errands: &[WATCH, SIGN_IN],
    poll_floor_s: 2,
    sprint: None,
    daily_budget: 50,
};

const SECRETS: [Wish; 2] = [
    Wish {
        required: true,
        secret: true,
        ..Wish::new(
            "appid",
            Label::new("appid", "appid"),
            Label::new("应用 ID", "the application's id"),
            Form::Text,
            "90001",
        )
    },
    Wish {
        required: true,
        secret: true,
        ..Wish::new(
            "secret",
            Label::new("密钥", "secret"),
            Label::new("应用密钥，32 位", "the application's secret, 32 characters"),
            Form::Text,
            "0123456789abcdef0123456789abcdef",
        )
    },
];

const SETTINGS: [Wish; 10] = [
    Wish {
        required: true,
        ..Wish::new(
            "plate",
            Label::new("车牌", "plate"),
            Label::new("完整车牌", "the whole plate"),
            Form::Plate,
            "冀R0D001",
        )
    },
    Wish::new(
        "plate_type",
        Label::new("号牌种类", "plate type"),
        Label::new(
            "两位代码：02 小型汽车，52 小型新能源，01 大型汽车，51 大型新能源；不填按车牌推断",
            "two digits: 02 small car, 52 small new-energy, 01 large, 51 large new-energy; guessed from the plate when left out",
        ),
        Form::Text,
        "02",
    ),
    Wish {
        required: true,
        ..Wish::new(
            "engine_number",
            Label::new("发动机号", "engine number"),
            Label::new(
                "完整号码，见行驶证",
                "the whole number, from the vehicle licence",
            ),
            Form::Text,
            "TESTENG000001",
        )
    },
    Wish {
        required: true,
        masked: true,
        ..Wish::new(
            "frame_number",
            Label::new("车架号", "frame number"),
            Label::new(
                "完整车辆识别代号，见行驶证",
                "the whole VIN, from the vehicle licence",
            ),
            Form::Text,
            "LTESTVIN000000001",
        )
    },
    Wish {
        masked: true,
        ..Wish::new(
            "more_cars",
            Label::new("更多车辆", "more cars"),
            Label::new(
                "每辆：车牌,号牌种类,发动机号,车架号；两辆之间用分号",
                "each: plate,plate type,engine number,frame number; a semicolon between cars",
            ),
            Form::Text,
            "冀R0D002,02,TESTENG000002,LTESTVIN000000002",
        )
    },
    Wish {
        default: Some("14"),
        ..Wish::new(
            "price_fen",
            Label::new("每次价格（分）", "price per call (fen)"),
            Label::new(
                "一次查询多少分，用来记账",
                "what one call costs in fen, for the ledger",
            ),
            Form::Number {
                min: 0,
                max: 10_000,
            },
            "14",
        )
    },
    Wish {
        default: Some("0"),
        ..Wish::new(
            "monthly_budget_fen",
            Label::new("每月预算（分）", "monthly budget (fen)"),
            Label::new(
                "每月自动查询最多花多少分；0 表示没有你的同意一分不花",
                "fen a month for automatic queries; 0: nothing is spent without your word",
            ),
            Form::Number {
                min: 0,
                max: 1_000_000,
            },
            "100",
        )
    },
    Wish {
        default: Some("7"),
        ..Wish::new(
            "fresh_days",
            Label::new("结果保留天数", "days an answer stays good"),
            Label::new(
                "这些天内再查直接给出已存的结果，不花钱",
                "within these days the stored answer is given, at no cost",
            ),
            Form::Number { min: 1, max: 90 },
            "7",
        )
    },
    Wish::new(
        "url",
        Label::new("接口地址", "address"),
        Label::new(
            "服务商给你的完整接口地址；不填用程序设置",
            "the whole address the provider gave you; the program's setting when left out",
        ),
        Form::Text,
        "https://xxxx.api.storeapi.net/pyi/65/173",
    ),
    Wish::new(
        "sign",
        Label::new("验证方式", "signing"),
        Label::new(
            "与服务商后台一致；不填用程序设置",
            "as set at the provider; the program's setting when left out",
        ),
        Form::Choice(&[
            ("md5", Label::new("MD5", "MD5")),
            ("hash", Label::new("Hash", "Hash")),
        ]),
        "md5",
    ),
];

const CARS: Label = Label::new("哪些车，多久查一次", "Which cars, and how often");

const WATCH: ErrandKind = ErrandKind {
    kind: "violation.watch",
    label: Label::new("留意违章", "watch for fines"),
    help: Label::new(
        "在预算内按需查询，有新的或变化的违章就告诉你",
        "asks when needed and within the budget, and tells you of new or changed fines",
    ),
    wishes: &[
        Wish::new(
            "plates",
            Label::new("车牌", "plates"),
            Label::new(
                "只看这些车；不填看账号里所有车",
                "only these cars; all of the account when left out",
            ),
            Form::Plates,
            "冀R0D001",
        )
        .under(CARS),
        Wish {
            default: Some("7"),
            ..Wish::new(
                "every_days",
                Label::new("间隔天数", "days between"),
                Label::new(
                    "结果过了这些天才再查；每次约 0.14 元",
                    "asked again once the answer is this many days old; about 0.14 yuan each",
                ),
                Form::Number { min: 1, max: 90 },
                "7",
            )
        }
        .under(CARS),
    ],
    internal: false,
};

const SIGN_IN: ErrandKind = ErrandKind {
    kind: "violation.sign_in",
    label: Label::new("登记密钥", "keep the key"),
    help: Label::new("保存 appid 和密钥", "keeps appid and secret"),
    wishes: &[],
    internal: true,
};
