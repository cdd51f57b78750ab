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
    errands: &[SIGN_IN],
    // Fifteen times a minute keeps below the 80 requests in 5 minutes that clients of the service found safe (*seen*).
    poll_floor_s: 4,
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
    }],
    internal: true,
};
