//! The service as data.

use super::visit::VISIT;
use daiban_core::{
    descriptor::{Descriptor, ErrandKind, Form, Label, SignInWay, Sprint, Wish},
    service::Service,
};

/// What the service offers.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Hospital,
    name: Label::new("114 挂号", "114 hospital"),
    sign_in: &[SMS],
    settings: &[MOBILE],
    secrets: &[CARD_NOS],
    errands: &[VISIT, SIGN_IN],
    // One look a minute finds a cancellation soon enough, and no number of what the service bears is known.
    poll_floor_s: 60,
    // Releases drift by a minute or two (*seen* by users of public clients): the quick time lasts until 90 s after a
    // release two minutes late.
    sprint: Some(Sprint {
        floor_s: 3,
        before_s: 90,
        after_s: 210,
    }),
    // A look a minute is 1,440 a day; releases, places and bookings are some hundred more.
    daily_budget: 5_000,
};

const SMS: SignInWay = SignInWay {
    way: "sms",
    label: Label::new("图片加短信", "picture and text message"),
    help: Label::new(
        "你读一张图，114 给账号的手机发短信，你再输入短信里的 6 位验证码；两样都不由程序代读",
        "you read a picture, 114 sends a text message to the account's phone, and you type the six digits in it; neither is read by a program",
    ),
    secrets: &[],
};

const MOBILE: Wish = Wish {
    required: true,
    ..Wish::new(
        "mobile",
        Label::new("手机号", "phone"),
        Label::new(
            "在 114 注册的 11 位手机号，收登录短信；就诊人没有留电话时也用它",
            "the phone registered with 114, 11 digits; gets the sign-in message, and stands in for a patient without one",
        ),
        Form::Text,
        "13800000000",
    )
};

const CARD_NOS: Wish = Wish {
    secret: true,
    ..Wish::new(
        "card_nos",
        Label::new("就诊卡号", "card numbers"),
        Label::new(
            "可以不填。就诊人社保卡、身份证的完整号码，几个用逗号隔开；114 只列出带星号的，不填就照它列的交",
            "may be left out. Whole numbers of the patients' social security or identity cards, with commas between; 114 lists them with stars, and without these they are sent as listed",
        ),
        Form::Text,
        "100000000001",
    )
};

const SIGN_IN: ErrandKind = ErrandKind {
    kind: "hospital.sign_in",
    label: Label::new("114 登录", "114 sign-in"),
    help: Label::new(
        "给你一张图，读对了 114 发短信，你输入验证码",
        "shows a picture; once you have read it 114 sends a text message, and you type its code",
    ),
    wishes: &[Wish {
        default: Some("sms"),
        ..Wish::new(
            "way",
            Label::new("方式", "way"),
            Label::new("114 只有短信登录", "114 has sign-in by text message only"),
            Form::Choice(&[("sms", Label::new("图片加短信", "picture and text message"))]),
            "sms",
        )
    }],
    internal: true,
};
