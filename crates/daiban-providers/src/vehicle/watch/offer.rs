//! The errand kind as data: what forms and help texts are made from.

use daiban_core::descriptor::{ErrandKind, Form, Label, Wish};

const CAR: Label = Label::new("哪辆车", "Which car");
const TELL: Label = Label::new("什么时候告诉你", "When you are told");
const PLACES: Label = Label::new("到了、离开了告诉你的地方", "Places it tells of");

/// The errand kind as data.
pub const WATCH: ErrandKind = ErrandKind {
    kind: "vehicle.watch",
    label: Label::new("看着车", "watch the car"),
    help: Label::new(
        "按车的动静定时看，没锁、窗开着、油电低、胎压低、小电瓶低、该保养、流量快没了，各提醒一次，好了再说一次",
        "looks as often as the car calls for; tells once when it is unlocked, a window is open, fuel, charge, a tyre or the 12 V battery is low, service is due or the SIM card runs out of data, and once when it is well again",
    ),
    wishes: &[
        Wish::new(
            "car",
            Label::new("哪辆车", "which car"),
            Label::new(
                "车架号末四位；不填是账号的第一辆",
                "the last four characters of its number; the account's first when left out",
            ),
            Form::Text,
            "0001",
        )
        .under(CAR),
        Wish {
            default: Some("30"),
            ..Wish::new(
                "parked_min",
                Label::new("停着时几分钟看一次", "minutes between looks while parked"),
                Label::new(
                    "没变化就加倍，最多 2 小时；0 是不定时看，只在你按「现在看」时看",
                    "doubles up to two hours while nothing changes; 0 looks only when you say so",
                ),
                Form::Number { min: 0, max: 1440 },
                "30",
            )
        },
        Wish {
            default: Some("5"),
            ..Wish::new(
                "running_min",
                Label::new(
                    "开着或充电时几分钟看一次",
                    "minutes between looks while running or charging",
                ),
                Label::new("1 到 60", "1 to 60"),
                Form::Number { min: 1, max: 60 },
                "5",
            )
        },
        Wish::new(
            "quiet",
            Label::new("不看的时段", "no looks between"),
            Label::new(
                "例如 01:00-05:00，这段时间一次也不看",
                "such as 01:00-05:00; no look at all then",
            ),
            Form::Window,
            "01:00-05:00",
        ),
        Wish {
            default: Some("10"),
            ..Wish::new(
                "unlocked_min",
                Label::new("停车多久没锁算忘了", "minutes unlocked while parked"),
                Label::new("分钟；0 是不管", "before it is told; 0 never"),
                Form::Number { min: 0, max: 1440 },
                "10",
            )
        }
        .under(TELL),
        Wish {
            default: Some("ask"),
            ..Wish::new(
                "when_unlocked",
                Label::new("没锁时", "when unlocked"),
                Label::new(
                    "问你要不要锁（点一下就锁），或只告诉你",
                    "asks whether to lock it (one tap), or only tells",
                ),
                Form::Choice(&[
                    ("ask", Label::new("问我要不要锁", "ask me")),
                    ("notify", Label::new("只告诉我", "only tell me")),
                ]),
                "ask",
            )
        }
        .under(TELL),
        Wish {
            default: Some("80"),
            ..Wish::new(
                "range_km",
                Label::new("续航低于", "range below"),
                Label::new("公里，油的续航；0 是不管", "km on fuel; 0 never"),
                Form::Number { min: 0, max: 1000 },
                "80",
            )
        }
        .under(TELL),
        Wish {
            default: Some("20"),
            ..Wish::new(
                "soc_pct",
                Label::new("电量低于", "charge below"),
                Label::new(
                    "百分之几，带动力电池的车；0 是不管",
                    "per cent, cars with a traction battery; 0 never",
                ),
                Form::Number { min: 0, max: 100 },
                "20",
            )
        }
        .under(TELL),
        Wish {
            default: Some("200"),
            ..Wish::new(
                "tyre_kpa",
                Label::new("胎压低于", "tyre below"),
                Label::new(
                    "千帕；车自己报警也算；0 是只听车的",
                    "kPa; the car's own warning counts too; 0 leaves it to the car",
                ),
                Form::Number { min: 0, max: 400 },
                "200",
            )
        }
        .under(TELL),
        Wish {
            default: Some("14"),
            ..Wish::new(
                "service_days",
                Label::new("提前几天说保养", "days before service"),
                Label::new("0 是不管", "0 never"),
                Form::Number { min: 0, max: 365 },
                "14",
            )
        },
        Wish {
            default: Some("500"),
            ..Wish::new(
                "service_km",
                Label::new("提前几公里说保养", "km before service"),
                Label::new("0 是不管", "0 never"),
                Form::Number { min: 0, max: 10000 },
                "500",
            )
        },
        Wish {
            default: Some("200"),
            ..Wish::new(
                "data_mb",
                Label::new("车机流量低于", "SIM data below"),
                Label::new(
                    "兆；到期前 7 天也说；0 是不看流量",
                    "MB; also seven days before it ends; 0 does not look",
                ),
                Form::Number {
                    min: 0,
                    max: 100_000,
                },
                "200",
            )
        },
        Wish::new(
            "areas",
            Label::new("进出提醒的地方", "areas"),
            Label::new(
                "名字:纬度,经度,半径米，几处用分号隔开（WGS-84），例如 家:39.9087,116.3975,300",
                "name:lat,lon,radius in m, several with semicolons between (WGS-84), such as home:39.9087,116.3975,300",
            ),
            Form::Text,
            "家:39.9087,116.3975,300",
        )
        .under(PLACES),
        Wish {
            default: Some("0"),
            ..Wish::new(
                "position_days",
                Label::new("位置留几天", "days positions are kept"),
                Label::new("0 是不留，只有最近一次", "0 keeps none but the last"),
                Form::Number { min: 0, max: 90 },
                "0",
            )
        },
        Wish {
            default: Some("400"),
            ..Wish::new(
                "history_days",
                Label::new("油量里程留几天", "days readings are kept"),
                Label::new("画图用，不含位置", "for charts, without positions"),
                Form::Number { min: 1, max: 1000 },
                "400",
            )
        },
    ],
    internal: false,
};
