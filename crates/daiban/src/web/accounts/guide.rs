//! What to have at hand before an account is added, and how one signs in, step by step, in plain words.
//!
//! *Source*: `docs/providers/*.md`, section "Signing in". What is not known in public is not described here.

use daiban_core::{Lang, service::Service};

use crate::web::words::t;

/// What to have at hand.
pub(super) fn before(service: Service, lang: Lang) -> Vec<&'static str> {
    match service {
        Service::Permit => vec![
            t(
                lang,
                "自己的北京交警账号，车已经加在里面",
                "your own 北京交警 account with the car in it",
            ),
            t(
                lang,
                "能看自己手机请求的工具（抓包工具）；没有就用“小程序表单”",
                "a tool that shows your own phone's requests; without one use the mini-program form",
            ),
        ],
        Service::Rail => vec![
            t(
                lang,
                "装了铁路12306 App、登录着你自己账号的手机",
                "a phone with the 铁路12306 app, signed in as yourself",
            ),
            t(
                lang,
                "在 12306 里实名过、要一起买票的乘车人",
                "the people you buy for, verified at 12306",
            ),
        ],
        Service::Violation => vec![
            t(
                lang,
                "storeapi.net（挖数据）的账号，买了违章查询（产品 65/173），一次约 0.14 元；它自己的页面也不保证一直卖",
                "an account at storeapi.net with the traffic fines product 65/173, about 0.14 yuan a call; its own page doubts that it stays on sale",
            ),
            t(
                lang,
                "行驶证：车牌、发动机号、车架号",
                "the vehicle licence: plate, engine number, frame number",
            ),
        ],
        Service::Hospital => vec![
            t(
                lang,
                "在 114 注册过的手机号，登录时要收短信",
                "the phone registered with 114, to get its message",
            ),
            t(
                lang,
                "要知道：114 网页从 2023 年 12 月 8 日起公告停了网上预约，这里能不能挂上要看它开没开",
                "to know: since 8 Dec 2023 114 says that booking on its web page is closed; whether this books depends on that",
            ),
        ],
        Service::Vehicle => vec![
            t(
                lang,
                "车主 App 的账号；最好是车分享到的第二个账号，同一个账号会和手机互相挤下线",
                "an account of the maker's app, best a second one with which the car is shared: the same account signs the phone out",
            ),
            t(
                lang,
                "能看自己手机请求的工具（抓包工具），和签名密钥：代办不带密钥",
                "a tool that shows your own phone's requests, and the signing key: none comes with daiban",
            ),
        ],
    }
}

/// What to do for one way to sign in.
pub(super) fn steps(service: Service, way: &str, lang: Lang) -> Vec<&'static str> {
    match (service, way) {
        (Service::Permit, "token") => vec![
            t(
                lang,
                "在手机上打开抓包工具，再打开北京交警 App 或小程序，登录，进“进京证”那一页",
                "start the tool on your phone, then open the 北京交警 app or mini-program, sign in, and go to the permit page",
            ),
            t(
                lang,
                "在工具里找发往 jjz.jtgl.beijing.gov.cn 的请求，复制请求头里 Authorization 的值",
                "find a request to jjz.jtgl.beijing.gov.cn and copy the value of its header Authorization",
            ),
            t(
                lang,
                "看一眼那个地址的端口：和下面“服务地址”不一样，就照它填",
                "look at the port of that address; where it is not the one below, fill it in",
            ),
            t(
                lang,
                "粘贴到下面，点“试一次，好了就存”",
                "paste it below and try it",
            ),
        ],
        (Service::Permit, _) => vec![
            t(
                lang,
                "填姓名、身份证号、手机号；服务地址用 1443 端口",
                "fill in name, ID number and phone; the address with port 1443",
            ),
            t(
                lang,
                "加上以后，代办给你一张图，你读图上的字",
                "daiban shows you a picture, and you type what it says",
            ),
            t(
                lang,
                "再填手机收到的短信码",
                "then the code of the text message",
            ),
        ],
        (Service::Rail, "qr") => vec![
            t(
                lang,
                "起个名字，点“加上，去扫码”",
                "give it a name and go on to the code",
            ),
            t(
                lang,
                "用铁路12306 App 扫出来的码，在手机上点确认",
                "scan the code with the 铁路12306 app and confirm there",
            ),
            t(lang, "这一台不用知道你的密码", "no password is needed here"),
        ],
        (Service::Rail, _) => vec![
            t(
                lang,
                "填 12306 的用户名（不是手机号、邮箱）、密码、证件号后四位，三样都要",
                "the user name at 12306 (neither phone nor e-mail), the password and the last four of the ID number: all three",
            ),
            t(
                lang,
                "登录时 12306 往账号的手机发短信，你填短信码",
                "12306 sends a text message to the account's phone, and you type its code",
            ),
            t(
                lang,
                "它要滑块时改用扫码；代办不滑",
                "where it wants a slider, the QR code is used: daiban slides nothing",
            ),
        ],
        (Service::Violation, _) => vec![
            t(
                lang,
                "登录服务商后台，进“我的应用”，复制 appid 和密钥",
                "sign in at the provider, open \"my applications\", copy appid and secret",
            ),
            t(
                lang,
                "后台给了你自己的接口地址，就填到“更多设置”里的地址",
                "where it gives you an address of your own, fill it in under more settings",
            ),
            t(
                lang,
                "照行驶证填车牌、发动机号、车架号",
                "fill in plate, engine number and frame number from the vehicle licence",
            ),
            t(
                lang,
                "加的时候不查询、不花钱；第一次查询才知道密钥对不对",
                "adding asks nothing and costs nothing; the first query tells whether the secret is right",
            ),
        ],
        (Service::Hospital, _) => vec![
            t(
                lang,
                "填在 114 注册的手机号",
                "fill in the phone registered with 114",
            ),
            t(
                lang,
                "代办给你一张图，你读图上的字；读对了 114 才发短信",
                "daiban shows you a picture; once you have read it 114 sends a message",
            ),
            t(lang, "填短信里的 6 位数字", "type the six digits in it"),
        ],
        (Service::Vehicle, "tokens") => vec![
            t(
                lang,
                "在手机上打开抓包工具，再打开车主 App，看一次车况",
                "start the tool on your phone, then open the maker's app and look at the car",
            ),
            t(
                lang,
                "从登录或换令牌的回答里抄 access token 和 refresh token，从请求里抄 userId 和 x-client-id",
                "copy access token and refresh token from the answer to a sign-in or renewal, userId and x-client-id from the requests",
            ),
            t(
                lang,
                "填签名密钥；抄来的是 base64 就在“更多设置”里说明",
                "fill in the signing key; where it is base64, say so under more settings",
            ),
            t(
                lang,
                "点“试一次，好了就存”：代办只列一次车，然后自己换新令牌",
                "try it: daiban lists the cars once, and renews the tokens by itself from then on",
            ),
        ],
        (Service::Vehicle, _) => vec![
            t(
                lang,
                "填刚取到的授权码和签名密钥；一个码只能用一次",
                "a fresh auth code and the signing key; a code is good once",
            ),
            t(
                lang,
                "加上以后点登录，代办用它换一次令牌",
                "then sign in: daiban exchanges it for tokens",
            ),
        ],
    }
}

/// How long a sign-in lasts, where anybody has said so.
pub(super) fn lasts(service: Service, lang: Lang) -> &'static str {
    match service {
        Service::Violation => t(lang, "接口凭据不会自己过期", "does not run out by itself"),
        _ => t(
            lang,
            "服务没有公开说能撑多久；断了代办马上告诉你",
            "the service does not say; you are told as soon as it is lost",
        ),
    }
}
