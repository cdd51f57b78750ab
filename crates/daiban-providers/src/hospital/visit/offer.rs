//! The errand as data: what its owner may wish.

use daiban_core::descriptor::{ErrandKind, Form, Label, Wish};

/// Watches departments for a place, books it, and reminds until the visit.
pub const VISIT: ErrandKind = ErrandKind {
    kind: "hospital.visit",
    label: Label::new("挂一个号", "a doctor's appointment"),
    help: Label::new(
        "没号就盯着，放号时快看，有合适的就约，再提醒你去",
        "watches while there is no place, looks quickly at the release, books what fits, then reminds you to go",
    ),
    wishes: &[
        Wish {
            required: true,
            ..Wish::new(
                "departments",
                Label::new("科室", "departments"),
                Label::new(
                    "科室页的网址，或「医院/一级科室/二级科室」三个编码；可以填几个，按先后",
                    "addresses of department pages, or three codes hospital/first/second; several in order of preference",
                ),
                Form::Texts,
                "https://www.114yygh.com/hospital/162/04/644/source",
            )
        },
        Wish {
            required: true,
            ..Wish::new(
                "from",
                Label::new("从哪天", "from"),
                Label::new("最早哪天就诊", "the first day that will do"),
                Form::Date,
                "2026-12-01",
            )
        },
        Wish {
            required: true,
            ..Wish::new(
                "to",
                Label::new("到哪天", "to"),
                Label::new(
                    "最晚哪天就诊；当天的号约不了",
                    "the last day that will do; nothing can be booked for the same day",
                ),
                Form::Date,
                "2026-12-07",
            )
        },
        Wish::new(
            "patient",
            Label::new("就诊人", "patient"),
            Label::new(
                "114 账号里的就诊人；重名就写「姓名/证件号尾数」；只要通知可以不填",
                "a patient of the 114 account; where names are the same, name/end of the number; not needed for notices only",
            ),
            Form::Text,
            "王小例",
        ),
        Wish {
            default: Some("any"),
            ..Wish::new(
                "card",
                Label::new("就诊卡", "card"),
                Label::new("用哪张卡约", "with which card"),
                Form::Choice(&[
                    (
                        "any",
                        Label::new(
                            "有社保卡就用社保卡",
                            "the social security card if there is one",
                        ),
                    ),
                    (
                        "social_security",
                        Label::new("社保卡", "social security card"),
                    ),
                    (
                        "identity_card",
                        Label::new("身份证（自费）", "identity card (self-paid)"),
                    ),
                ]),
                "any",
            )
        },
        Wish::new(
            "doctors",
            Label::new("医生", "doctors"),
            Label::new(
                "按先后写姓名；不填就不挑医生。同时填了职称，就先这些医生，再有这些职称的人",
                "names in order of preference; nobody in particular when empty. With titles too: these first, then whoever has those titles",
            ),
            Form::Texts,
            "张示例,李示例",
        ),
        Wish::new(
            "titles",
            Label::new("职称", "titles"),
            Label::new(
                "按先后写，和 114 上写的开头一样就算，例如 主任医师、普通号",
                "in order of preference; the beginning of what 114 shows, such as 主任医师 or 普通号",
            ),
            Form::Texts,
            "主任医师,副主任医师",
        ),
        Wish::new(
            "half_days",
            Label::new("半天", "half days"),
            Label::new(
                "上午、下午、其他，按先后；不填都行",
                "morning, afternoon, other, in order; any when empty",
            ),
            Form::Texts,
            "上午,下午",
        ),
        Wish::new(
            "weekdays",
            Label::new("星期几", "days of the week"),
            Label::new(
                "按先后，例如 六,日,五；不填都行",
                "in order, such as 6,7,5; any when empty",
            ),
            Form::Texts,
            "六,日",
        ),
        Wish::new(
            "hours",
            Label::new("时间段", "hours"),
            Label::new(
                "只要这段时间里的；没有分时段的号按上午下午算",
                "within these hours; places without times count by their half of the day",
            ),
            Form::Window,
            "08:00-10:30",
        ),
        Wish::new(
            "fee_max",
            Label::new("最贵（元）", "dearest (yuan)"),
            Label::new(
                "医事服务费上限；以提交前确认页写的为准，超了就不约",
                "the medical-service fee at most, by the confirm page right before booking; nothing dearer is booked",
            ),
            Form::Number { min: 0, max: 5000 },
            "100",
        ),
        Wish::new(
            "any_doctor_after_days",
            Label::new("几天后谁都行", "anybody after (days)"),
            Label::new(
                "看了这么多天还没约到想要的医生，就谁都可以",
                "after so many days of watching anybody will do",
            ),
            Form::Number { min: 0, max: 90 },
            "3",
        ),
        Wish::new(
            "priority",
            Label::new("先看什么", "what matters first"),
            Label::new(
                "doctor、weekday、half_day、date、department 的先后；没写的按这个顺序接在后面",
                "the order of doctor, weekday, half_day, date, department; what is not named follows in this order",
            ),
            Form::Texts,
            "date,doctor",
        ),
        Wish {
            default: Some("book"),
            ..Wish::new(
                "then",
                Label::new("有号就", "then"),
                Label::new("有合适的号时做什么", "what to do when a place fits"),
                Form::Choice(&[
                    ("book", Label::new("直接约", "book it")),
                    ("ask", Label::new("先问我", "ask me first")),
                    ("notify", Label::new("只通知我", "only tell me")),
                ]),
                "book",
            )
        },
        Wish::new(
            "watch_from",
            Label::new("哪天开始看", "watch from"),
            Label::new("不填就是现在", "now when empty"),
            Form::Date,
            "2026-11-28",
        ),
        Wish::new(
            "stop_on",
            Label::new("看到哪天为止", "stop on"),
            Label::new(
                "那天过完就停；不填就到最晚就诊日的前一天",
                "watching ends with that day; else the day before the last day of a visit",
            ),
            Form::Date,
            "2026-12-05",
        ),
        Wish::new(
            "pace_s",
            Label::new("多久看一次（秒）", "seconds between looks"),
            Label::new(
                "平时的间隔，最快 60；放号前后自己会快",
                "ordinarily, 60 at the quickest; around a release it is quicker by itself",
            ),
            Form::Number { min: 60, max: 3600 },
            "60",
        ),
    ],
    internal: false,
};
