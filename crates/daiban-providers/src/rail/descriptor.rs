//! The service as data. What is offered is what can be done: the public reads, which need no account, and the sign-in.

use daiban_core::{
    descriptor::{Descriptor, ErrandKind, Form, Label, SignInWay, Wish},
    service::Service,
};

use super::secrets::NAMES;

/// What the service offers.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Rail,
    name: Label::new("12306", "12306 rail"),
    sign_in: &[QR, PASSWORD],
    settings: &[],
    secrets: &SECRETS,
    errands: &[TICKET, SIGN_IN],
    // Fifteen times a minute keeps below the 80 requests in 5 minutes that clients of the service found safe (*seen*).
    poll_floor_s: 4,
    sprint: None,
    // A watch at the floor from 05:00 to 01:00 makes 18,000 requests, sessions some hundred more.
    daily_budget: 20_000,
};

const QR: SignInWay = SignInWay {
    way: "qr",
    label: Label::new("扫二维码", "scan a QR code"),
    help: Label::new(
        "用你自己账号的铁路12306 App 扫码并确认；不用密码",
        "scan it with the 铁路12306 app of your own account and confirm; no password is needed",
    ),
    secrets: &[],
};

const PASSWORD: SignInWay = SignInWay {
    way: "password",
    label: Label::new("密码加短信", "password and text message"),
    help: Label::new(
        "先在账号里填登录名、密码、证件号后四位；12306 发短信到账号的手机，你来输入验证码。要滑块时自动改用二维码",
        "fill in login name, password and ID tail in the account; 12306 sends a text message to its phone and you type the code. Where a slider is wanted, the QR code is used instead",
    ),
    secrets: &NAMES,
};

const fn secret(name: &'static str, label: Label, help: Label, example: &'static str) -> Wish {
    Wish {
        secret: true,
        ..Wish::new(name, label, help, Form::Text, example)
    }
}

const SECRETS: [Wish; 3] = [
    secret(
        "username",
        Label::new("登录名", "login name"),
        Label::new(
            "密码登录用，三样都填或都不填。12306 的用户名，不是手机号或邮箱",
            "for the password way; all three or none. The user name at 12306, neither phone nor e-mail",
        ),
        "demo_zhang",
    ),
    secret(
        "password",
        Label::new("密码", "password"),
        Label::new(
            "密码登录用；只交给 12306，错一次就停",
            "for the password way; goes to 12306 only, and stops at the first that is wrong",
        ),
        "made-up-word-9",
    ),
    secret(
        "id_tail",
        Label::new("证件号后四位", "last 4 of the ID number"),
        Label::new(
            "密码登录用；账号本人证件号的最后 4 位，末位可以是 X",
            "for the password way; of the account holder's own document, the last may be X",
        ),
        "001X",
    ),
];

const SIGN_IN: ErrandKind = ErrandKind {
    kind: "rail.sign_in",
    label: Label::new("12306 登录", "12306 sign-in"),
    help: Label::new(
        "给你一张二维码，你用铁路12306 App 扫；或用密码，你输入短信验证码",
        "shows a QR code, which you scan with the 铁路12306 app; or, by password, you type the code of a text message",
    ),
    wishes: &[Wish {
        name: "way",
        label: Label::new("方式", "way"),
        help: Label::new(
            "二维码，或密码加短信；滑块不代做",
            "the QR code, or password and text message; sliders are not moved",
        ),
        form: Form::Choice(&[
            ("qr", Label::new("扫二维码", "scan a QR code")),
            (
                "password",
                Label::new("密码加短信", "password and text message"),
            ),
        ]),
        example: "qr",
        default: Some("qr"),
        required: false,
        secret: false,
        masked: false,
        group: None,
    }],
    internal: true,
};

/// Watches trains for a ticket, orders it, and leaves the payment to its owner.
pub const TICKET: ErrandKind = ErrandKind {
    kind: "rail.ticket",
    label: Label::new("盯一张车票", "a train ticket"),
    help: Label::new(
        "没票就盯着，有票按你的先后顺序占座，再叫你付款",
        "watches while there is none, holds a seat in your order of preference, then calls you to pay",
    ),
    wishes: &[
        Wish {
            required: true,
            ..Wish::new(
                "from",
                Label::new("出发站", "from"),
                Label::new(
                    "站名或电报码；「北京市」是全市任何一站，几个站用逗号隔开",
                    "a station's name or telecode; 北京市 is any station of the city; several with commas",
                ),
                Form::Texts,
                "北京南",
            )
        },
        Wish {
            required: true,
            ..Wish::new(
                "to",
                Label::new("到达站", "to"),
                Label::new(
                    "写法和出发站一样；只认写了的站，不会买到同城别的站",
                    "written like from; only these stations, never another one of the same city",
                ),
                Form::Texts,
                "上海虹桥",
            )
        },
        Wish {
            required: true,
            ..Wish::new(
                "dates",
                Label::new("哪天走", "dates"),
                Label::new(
                    "乘车日期，可以几天，先写的先买",
                    "days of boarding, the preferred first",
                ),
                Form::Dates,
                "2026-12-02",
            )
        },
        Wish::new(
            "passengers",
            Label::new("谁坐", "passengers"),
            Label::new(
                "12306 账号里的乘车人，按姓名；要儿童票或学生票写「小明:child」「李四:student」。只通知就不用填",
                "passengers of the 12306 account, by name; 小明:child or 李四:student for such a ticket. Not needed to be told only",
            ),
            Form::Texts,
            "张三,小明:child",
        ),
        Wish::new(
            "at_least",
            Label::new("至少买几张", "at least"),
            Label::new(
                "票不够每人一张时，够这么多也买；不填就要全买到",
                "with too few tickets for all, so many will do; empty: all or none",
            ),
            Form::Number { min: 1, max: 9 },
            "2",
        ),
        Wish::new(
            "trains",
            Label::new("车次", "trains"),
            Label::new(
                "只要这些车次，先写的先买；不填就都行",
                "only these trains, the preferred first; empty: any",
            ),
            Form::Texts,
            "G105,G7",
        ),
        Wish::new(
            "types",
            Label::new("车型", "kinds of trains"),
            Label::new(
                "G 高铁、D 动车、C 城际、Z 直达、T 特快、K 快速、other 其他；不填就都行",
                "G, D, C, Z, T, K by their letter, other for the rest; empty: any",
            ),
            Form::Texts,
            "G,D",
        ),
        Wish::new(
            "depart",
            Label::new("几点开", "departs between"),
            Label::new("开车时间在这一段里", "the time of departure lies in it"),
            Form::Window,
            "07:00-12:00",
        ),
        Wish::new(
            "arrive",
            Label::new("几点到", "arrives between"),
            Label::new("到达时间在这一段里", "the time of arrival lies in it"),
            Form::Window,
            "12:00-18:00",
        ),
        Wish::new(
            "longest_min",
            Label::new("最长多少分钟", "longest ride"),
            Label::new("路上最多这么多分钟", "at most so many minutes on the way"),
            Form::Number { min: 1, max: 6000 },
            "360",
        ),
        Wish::new(
            "seats",
            Label::new("席别", "classes"),
            Label::new(
                "席别名或代码，先写的先买；填了「先买哪个」才可以不填；无座要另外答应",
                "names or codes of classes, the preferred first; may be empty only with preferences; standing only when allowed",
            ),
            Form::Texts,
            "二等座,一等座",
        ),
        Wish::new(
            "prefer",
            Label::new("先买哪个", "preferences"),
            Label::new(
                "一个总的先后顺序，每项写「日期/车次/席别」，日期和席别可省，车次可写 G* 或 *；填了就只买列出来的",
                "one order for all: DATE/TRAIN/CLASS, date and class may be left out, the train may be G* or *; when given, nothing else is bought",
            ),
            Form::Texts,
            "G105/二等座,G7/二等座,G7/一等座",
        ),
        Wish {
            default: Some("date,route,train,seat"),
            ..Wish::new(
                "priority",
                Label::new("先看什么", "what counts first"),
                Label::new(
                    "没填「先买哪个」时怎样排先后：date 日期、route 站、train 车次、seat 席别",
                    "how choices are ordered without preferences: date, route, train, seat",
                ),
                Form::Texts,
                "date,route,train,seat",
            )
        },
        Wish {
            default: Some("no"),
            ..Wish::new(
                "no_seat",
                Label::new("无座也行", "standing is fine"),
                Label::new(
                    "列出的席别只剩无座时也买",
                    "also a ticket without a seat, when there is nothing else",
                ),
                Form::Flag,
                "no",
            )
        },
        Wish::new(
            "choose_seats",
            Label::new("选座", "seats wished for"),
            Label::new(
                "每人一个，排号加字母，如 1A1B；12306 不给选就算了",
                "one for each passenger, row and letter, such as 1A1B; dropped where 12306 offers no choice",
            ),
            Form::Text,
            "1A1B",
        ),
        Wish::new(
            "berths",
            Label::new("选铺", "berths wished for"),
            Label::new(
                "下铺、中铺、上铺，每人一个；12306 不给选就算了",
                "lower, middle, upper, one for each passenger; dropped where 12306 offers no choice",
            ),
            Form::Texts,
            "下铺,中铺",
        ),
        Wish {
            default: Some("order"),
            ..Wish::new(
                "then",
                Label::new("有票了怎么办", "when there is one"),
                Label::new(
                    "占座后都由你付款，期限以 12306 给的为准",
                    "the payment is always yours, by the deadline that 12306 gives",
                ),
                Form::Choice(&[
                    ("order", Label::new("马上占座", "hold it at once")),
                    ("ask", Label::new("先问我", "ask me first")),
                    ("notify", Label::new("只告诉我", "tell me only")),
                ]),
                "order",
            )
        },
        Wish {
            default: Some("no"),
            ..Wish::new(
                "standby",
                Label::new("没票就候补", "stand by"),
                Label::new(
                    "一直没票就提交候补；要先在铁路12306 App 做过人脸核验，押金由你付",
                    "joins the standby line (候补); needs a face check in the app once, and the deposit is yours to pay",
                ),
                Form::Flag,
                "no",
            )
        },
        Wish {
            default: Some("120"),
            ..Wish::new(
                "standby_until_min",
                Label::new("候补到开车前几分钟", "stand by until"),
                Label::new(
                    "开车前这么多分钟还没兑现就退押金；取 12306 给的最近一档",
                    "minutes before departure at which the line ends; the nearest that 12306 offers",
                ),
                Form::Number {
                    min: 20,
                    max: 43_200,
                },
                "120",
            )
        },
        Wish {
            default: Some("no"),
            ..Wish::new(
                "again",
                Label::new("没付成接着盯", "go on when unpaid"),
                Label::new(
                    "订单过期没付，就接着盯；不选就到此为止",
                    "goes on watching when an order lapsed unpaid; otherwise that is the end",
                ),
                Form::Flag,
                "no",
            )
        },
        Wish {
            default: Some("no"),
            ..Wish::new(
                "wait_for_sale",
                Label::new("等开售", "wait for the sale"),
                Label::new(
                    "日期可以在预售期以外：等到开售那一秒去买",
                    "dates may lie beyond the presale window: it waits for the second they go on sale",
                ),
                Form::Flag,
                "no",
            )
        },
        Wish {
            default: Some("15"),
            ..Wish::new(
                "pace_s",
                Label::new("几秒看一次", "pace"),
                Label::new(
                    "两次看余票之间的秒数；同一天同一条线的代办合看一次",
                    "seconds between two looks; errands for one line and day share them",
                ),
                Form::Number { min: 4, max: 3600 },
                "15",
            )
        },
        Wish::new(
            "until",
            Label::new("盯到什么时候", "until"),
            Label::new(
                "到这时还没买到就停，写「年-月-日 时:分」；不填就到最后一趟开车",
                "stops at this moment, YYYY-MM-DD HH:MM; empty: the last departure",
            ),
            Form::Text,
            "2026-12-02 05:30",
        ),
    ],
    internal: false,
};
