//! The service as data. What is offered is what can be done: the public reads, which need no account, and the sign-in.

use daiban_core::{
    descriptor::{Descriptor, ErrandKind, Form, Label, SignInWay, Wish},
    service::Service,
};

/// What the service offers.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Rail,
    name: Label::new("12306", "12306 rail"),
    sign_in: &[QR],
    settings: &[],
    secrets: &[],
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
        "用你自己账号的铁路12306 App 扫码并确认；不用也不收密码",
        "scan it with the 铁路12306 app of your own account and confirm; no password is used or kept",
    ),
    secrets: &[],
};

const SIGN_IN: ErrandKind = ErrandKind {
    kind: "rail.sign_in",
    label: Label::new("12306 登录", "12306 sign-in"),
    help: Label::new(
        "给你一张二维码，你用铁路12306 App 扫",
        "shows a QR code, which you scan with the 铁路12306 app",
    ),
    wishes: &[Wish {
        name: "way",
        label: Label::new("方式", "way"),
        help: Label::new(
            "只有二维码；密码登录要滑块或短信，不做",
            "only the QR code; passwords need sliders or text messages and are not offered",
        ),
        form: Form::Choice(&[("qr", Label::new("扫二维码", "scan a QR code"))]),
        example: "qr",
        default: Some("qr"),
        required: false,
        secret: false,
    }],
    internal: true,
};
