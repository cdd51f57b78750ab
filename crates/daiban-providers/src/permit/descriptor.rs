//! The service as data: sign-in ways, settings, secrets, the errand kinds and their wishes.

use daiban_core::{
    descriptor::{Descriptor, ErrandKind, Form, Label, SignInWay, Wish},
    service::Service,
};

use super::dictionary::{DISTRICTS, ENTRY_ROADS, PURPOSES};

/// The whole.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Permit,
    name: Label::new("进京证", "Beijing entry permit"),
    sign_in: &SIGN_IN_WAYS,
    settings: &SETTINGS,
    secrets: &SECRETS,
    errands: &[KEEP, SIGN_IN],
    // Five minutes while in review; the errand itself looks on due days only.
    poll_floor_s: 300,
    sprint: None,
    daily_budget: 200,
};

const SIGN_IN_WAYS: [SignInWay; 2] = [
    SignInWay {
        way: "token",
        label: Label::new("粘贴令牌", "paste a token"),
        help: Label::new(
            "把自己的北京交警 App 或小程序请求头里的 Authorization 粘贴进来；令牌认端口，需要时改 base_url",
            "paste the Authorization header of your own 北京交警 app or mini-program; a token belongs to a port, so change base_url when needed",
        ),
        secrets: &["token"],
    },
    SignInWay {
        way: "form",
        label: Label::new("小程序表单", "mini-program form"),
        help: Label::new(
            "姓名、身份证号、手机号，再由你输入图形验证码和短信验证码；base_url 用 1443 端口",
            "name, ID number and phone; you type the picture code and the text-message code; base_url with port 1443",
        ),
        secrets: &["name", "id_number", "phone"],
    },
];

const SETTINGS: [Wish; 1] = [Wish::new(
    "base_url",
    Label::new("服务地址", "address"),
    Label::new(
        "带端口的地址，不填用程序设置；App 的令牌用 443 或 2443，小程序的用 1443",
        "address with its port, the program's setting when left out; tokens of the app use 443 or 2443, of the mini-program 1443",
    ),
    Form::Text,
    "https://jjz.jtgl.beijing.gov.cn:1443",
)];

const fn secret(name: &'static str, label: Label, help: Label, example: &'static str) -> Wish {
    Wish {
        secret: true,
        ..Wish::new(name, label, help, Form::Text, example)
    }
}

const SECRETS: [Wish; 4] = [
    secret(
        "token",
        Label::new("令牌", "token"),
        Label::new(
            "32 位小写十六进制，或带横线的 UUID",
            "32 lower-case hex characters, or a UUID with dashes",
        ),
        "00000000000000000000000000000000",
    ),
    secret(
        "name",
        Label::new("姓名", "name"),
        Label::new(
            "表单登录用，与身份证一致",
            "for the form, as on the identity card",
        ),
        "张测试",
    ),
    secret(
        "id_number",
        Label::new("身份证号", "ID number"),
        Label::new("表单登录用", "for the form"),
        "110101199001010015",
    ),
    secret(
        "phone",
        Label::new("手机号", "phone"),
        Label::new("表单登录用，收短信", "for the form; gets the text message"),
        "13800000001",
    ),
];

const KEEP: ErrandKind = ErrandKind {
    kind: "permit.keep",
    label: Label::new("进京证不断档", "keep the permit valid"),
    help: Label::new(
        "在证的最后一天自动续办，提前告诉你哪天会没有证；申请只报驾驶人，不报同行人",
        "renews on the last day of the permit and tells you beforehand of a day without one; applications name the driver alone, no fellow travellers",
    ),
    wishes: &WISHES,
    internal: false,
};

const CARS: Label = Label::new("哪辆车", "Which car");
const WHERE: Label = Label::new("去哪里，做什么", "Where to, and what for");
const DAYS: Label = Label::new("哪几天", "Which days");

const WISHES: [Wish; 15] = [
    Wish {
        required: true,
        ..Wish::new(
            "plates",
            Label::new("车牌", "plates"),
            Label::new(
                "要办证的车，重要的在前；一个账号同一时间只能为一辆车办",
                "cars, the important one first; an account can have a permit for one car at a time",
            ),
            Form::Plates,
            "冀R0D001",
        )
    }
    .under(CARS),
    Wish {
        default: Some("outside"),
        ..Wish::new(
            "zone",
            Label::new("种类", "zone"),
            Label::new(
                "六环外不限次数；六环内一年 12 次，每次都会先问你。六环外不含通州全域",
                "outside has no limit; inside is 12 uses a year and you are asked each time. Outside does not include 通州",
            ),
            Form::Choice(&[
                ("outside", Label::new("六环外", "outside the 6th ring")),
                ("inside", Label::new("六环内", "inside the 6th ring")),
            ]),
            "outside",
        )
    }
    .under(CARS),
    Wish {
        required: true,
        ..Wish::new(
            "purpose",
            Label::new("进京目的", "purpose"),
            Label::new(
                "如实选；daiban 不替你编",
                "the true one; daiban makes nothing up",
            ),
            Form::Choice(&PURPOSES),
            "03",
        )
    }
    .under(WHERE),
    Wish {
        required: true,
        ..Wish::new(
            "district",
            Label::new("目的地区县", "district"),
            Label::new("目的地在哪个区", "the district of the destination"),
            Form::Choice(&DISTRICTS),
            "010",
        )
    }
    .under(WHERE),
    Wish {
        required: true,
        ..Wish::new(
            "address",
            Label::new("目的地", "address"),
            Label::new("真实的目的地地址", "the true destination"),
            Form::Text,
            "测试路 1 号",
        )
    }
    .under(WHERE),
    Wish {
        required: true,
        ..Wish::new(
            "in_beijing",
            Label::new("申请时车已在京", "car in Beijing when applying"),
            Label::new(
                "如实填；在京要填在京地址，不在京要选进京路口",
                "the truth; if yes give the address in Beijing, if no the entry road",
            ),
            Form::Flag,
            "no",
        )
    }
    .under(WHERE),
    Wish::new(
        "beijing_address",
        Label::new("在京地址", "address in Beijing"),
        Label::new("车已在京时必填", "required when the car is in Beijing"),
        Form::Text,
        "测试路 2 号",
    )
    .under(WHERE),
    Wish::new(
        "entry_road",
        Label::new("进京路口", "entry road"),
        Label::new(
            "车不在京时必选；公开资料里只知道「其他道路」这一个代码",
            "required when the car is not in Beijing; only the code of \"other road\" is publicly known",
        ),
        Form::Choice(&ENTRY_ROADS),
        "00606",
    )
    .under(WHERE),
    Wish::new(
        "longitude",
        Label::new("目的地经度", "longitude"),
        Label::new(
            "度，高德坐标；可不填，daiban 不编造",
            "degrees, AMap datum; may be left out, never made up",
        ),
        Form::Text,
        "116.4074",
    ),
    Wish::new(
        "latitude",
        Label::new("目的地纬度", "latitude"),
        Label::new(
            "度，高德坐标；与经度一起填",
            "degrees, AMap datum; together with the longitude",
        ),
        Form::Text,
        "39.9042",
    ),
    Wish {
        default: Some("every_day"),
        ..Wish::new(
            "days",
            Label::new("要进京的日子", "days needed"),
            Label::new(
                "周一到周五不认节假日和调休",
                "Monday to Friday knows no holidays",
            ),
            Form::Choice(&[
                ("every_day", Label::new("每天", "every day")),
                ("workdays", Label::new("周一到周五", "Monday to Friday")),
                ("dates", Label::new("指定日期", "listed dates")),
            ]),
            "every_day",
        )
    }
    .under(DAYS),
    Wish::new(
        "dates",
        Label::new("指定日期", "dates"),
        Label::new(
            "选「指定日期」时列出；都过去后代办结束",
            "listed with days = dates; the errand ends when all are past",
        ),
        Form::Dates,
        "2026-12-01,2026-12-03",
    )
    .under(DAYS),
    Wish {
        default: Some("07:30-08:30"),
        ..Wish::new(
            "window",
            Label::new("申请时段", "window"),
            Label::new(
                "续办日在这段时间里随机一秒申请；当天的证中午前才能办",
                "on the day, a random second in this window; today's permit can be had before noon only",
            ),
            Form::Window,
            "07:30-08:30",
        )
    },
    Wish {
        default: Some("no"),
        ..Wish::new(
            "check_violations",
            Label::new("续办前查违章", "check fines beforehand"),
            Label::new(
                "续办前一天查一次，可能花钱；要先选违章查询账号",
                "one query on the day before, which may cost; needs a fines account",
            ),
            Form::Flag,
            "no",
        )
    },
    Wish::new(
        "violation_account",
        Label::new("违章查询账号", "fines account"),
        Label::new(
            "因违章被拒时，用它查一次是哪一条，花一次查询的钱（约 0.14 元），没设预算也会查这一次",
            "asked once which fine it is when one blocks a permit; that one call (about 0.14 yuan) is made even without a budget",
        ),
        Form::Account(Service::Violation),
        "01j0000000000000zz",
    ),
];

const SIGN_IN: ErrandKind = ErrandKind {
    kind: "permit.sign_in",
    label: Label::new("进京证登录", "permit sign-in"),
    help: Label::new(
        "图形验证码和短信验证码由你输入",
        "you type the picture code and the text-message code",
    ),
    wishes: &[Wish {
        default: Some("form"),
        ..Wish::new(
            "way",
            Label::new("方式", "way"),
            Label::new(
                "令牌直接填在账号里，不用走这里",
                "a token is filled in at the account and needs no errand",
            ),
            Form::Choice(&[("form", Label::new("小程序表单", "mini-program form"))]),
            "form",
        )
    }],
    internal: true,
};
