//! Lines of history as people read them: the errand's own word for a call, such as `command/look/1`, in plain words.
//!
//! Rows stay as they were written, and programs find the word in `data.tag`.

use daiban_core::{Text, household::EventRow, service::Service, store::EventKind};

/// A line as it is told.
#[must_use]
pub fn text(event: &EventRow) -> Text {
    let tag = event.data["tag"].as_str();
    let told = tag
        .filter(|_| event.kind == EventKind::Called)
        .and_then(|tag| plain(&event.text, tag));
    told.unwrap_or_else(|| event.text.clone())
}

/// `12306查看（list）：有了回答` → `12306：看未完成的订单，有了回答`
fn plain(text: &Text, tag: &str) -> Option<Text> {
    const NATURES: [(&str, &str); 2] = [("查看", "look"), ("办理", "act")];
    Service::ALL.into_iter().find_map(|service| {
        NATURES.iter().find_map(|(zh, en)| {
            let name = service.name();
            let how_zh = text
                .zh
                .strip_prefix(&format!("{}{zh}（{tag}）：", name.zh))?;
            let how_en = text
                .en
                .strip_prefix(&format!("{} {en} ({tag}): ", name.en))?;
            let what = call(service, tag).unwrap_or((zh, en));
            Some(Text::new(
                format!("{}：{}，{how_zh}", name.zh, what.0),
                format!("{}, {}: {how_en}", name.en, what.1),
            ))
        })
    })
}

/// What a call is for. A tag may carry a number or a code behind its word.
fn call(service: Service, tag: &str) -> Option<(&'static str, &'static str)> {
    let words = match service {
        Service::Permit => PERMIT,
        Service::Rail => RAIL,
        Service::Violation => VIOLATION,
        Service::Hospital => HOSPITAL,
        Service::Vehicle => VEHICLE,
    };
    let tag = tag.strip_prefix("command/").unwrap_or(tag);
    let (stops, tag) = match tag.strip_prefix("stop/") {
        Some(rest) => (true, rest),
        None => (false, tag),
    };
    let word = tag.split(['/', ' ']).next().unwrap_or(tag);
    if stops && word == "send" {
        return Some(("发「熄火」", "sending stop"));
    }
    let find = |words: Words| words.iter().find(|(known, ..)| *known == word).copied();
    find(words)
        .or_else(|| find(ANY))
        .map(|(_, zh, en)| (zh, en))
}

type Words = &'static [(&'static str, &'static str, &'static str)];

/// Words that mean the same at several services.
const ANY: Words = &[
    ("proof", "试试登录还能不能用", "trying the sign-in"),
    (
        "signed_in",
        "看登录还在不在",
        "seeing whether it is signed in",
    ),
    (
        "keep_alive",
        "看登录还在不在",
        "seeing whether it is signed in",
    ),
    ("picture", "取验证码图片", "getting the picture code"),
    ("send_code", "发短信验证码", "sending the text-message code"),
    ("login", "登录", "signing in"),
    ("real_name", "看实名认证", "looking at the real-name check"),
    ("fines", "查违章", "looking up fines"),
];

const PERMIT: Words = &[
    ("status", "看车和进京证", "looking at cars and permits"),
    ("prepare", "申请前的检查", "checks before an application"),
    ("apply", "提交进京证申请", "applying for a permit"),
    ("cancel", "撤销进京证", "taking a permit back"),
    (
        "text_message",
        "发短信验证码",
        "sending the text-message code",
    ),
];

const RAIL: Words = &[
    ("route", "认车站", "finding the stations"),
    ("passengers", "看乘车人", "looking at passengers"),
    ("list", "看未完成的订单", "looking at unfinished orders"),
    (
        "blocking",
        "看有没有没付的单挡着",
        "looking for an unpaid order in the way",
    ),
    (
        "by_hand",
        "看你有没有自己下单",
        "looking for an order of your own",
    ),
    ("orders", "看订单", "looking at orders"),
    ("order", "下单", "ordering"),
    ("cancel", "取消订单", "cancelling the order"),
    (
        "standby_check",
        "看能不能候补",
        "seeing whether standby is possible",
    ),
    ("standby", "提交候补", "joining the standby line"),
    ("standby_list", "看候补单", "looking at standby orders"),
    ("qr", "取登录二维码", "getting the QR code"),
    (
        "qr_state",
        "看二维码扫了没有",
        "seeing whether the QR code was scanned",
    ),
    (
        "login_check",
        "看用哪种验证登录",
        "asking which check the sign-in wants",
    ),
    (
        "password_sign_in",
        "用密码登录",
        "signing in with the password",
    ),
    (
        "send_check_code",
        "发短信验证码",
        "sending the text-message code",
    ),
    ("check_picture", "取验证码图片", "getting the picture code"),
    ("enter", "完成登录", "finishing the sign-in"),
    ("enter_checked", "完成登录", "finishing the sign-in"),
];

const VIOLATION: Words = &[
    ("query", "查违章", "looking up fines"),
    ("check", "查违章", "looking up fines"),
    ("cars", "看账号里有哪些车", "listing the account’s cars"),
    (
        "manual",
        "记下你自己看的结果",
        "noting what you saw yourself",
    ),
    (
        "complete",
        "看设置填全没有",
        "seeing whether everything is filled in",
    ),
];

const HOSPITAL: Words = &[
    ("department", "认科室", "finding the department"),
    (
        "hospital",
        "看医院的放号时间",
        "looking at the hospital’s release time",
    ),
    ("patients", "看就诊人", "looking at patients"),
    ("book", "挂号", "booking"),
    ("lineup", "看排队到哪了", "looking at the line"),
    ("list", "看订单", "looking at orders"),
    ("orders", "看订单", "looking at orders"),
    ("check", "看挂的号还在不在", "looking at the booking"),
    ("truth", "核对到底挂上没有", "seeing whether it was booked"),
    (
        "send_order_code",
        "发挂号短信码",
        "sending the code for a booking",
    ),
];

const VEHICLE: Words = &[
    ("status", "看车况", "looking at the car"),
    ("data", "看车机流量", "looking at the SIM card’s data"),
    ("look", "看车做了没有", "seeing whether the car did it"),
    ("send", "把操作发给车", "sending the command"),
    (
        "exchange",
        "用授权码换令牌",
        "exchanging the auth code for tokens",
    ),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use daiban_core::Timestamp;
    use serde_json::json;

    use super::*;

    fn check(tag: &str, zh: &str, en: &str, told_zh: &str, told_en: &str) {
        let event = EventRow {
            seq: 1,
            errand: None,
            account: None,
            at: Timestamp::UNIX_EPOCH,
            kind: EventKind::Called,
            text: Text::new(zh, en),
            data: json!({ "tag": tag }),
        };
        assert_eq!(text(&event), Text::new(told_zh, told_en));
    }

    #[test]
    fn calls_are_told_in_plain_words() {
        let name = |service: Service| service.name();
        let rail = name(Service::Rail);
        check(
            "list",
            &format!("{}查看（list）：有了回答", rail.zh),
            &format!("{} look (list): answered", rail.en),
            &format!("{}：看未完成的订单，有了回答", rail.zh),
            &format!("{}, looking at unfinished orders: answered", rail.en),
        );
        let car = name(Service::Vehicle);
        check(
            "command/look/1",
            &format!("{}查看（command/look/1）：太忙", car.zh),
            &format!("{} look (command/look/1): busy", car.en),
            &format!("{}：看车做了没有，太忙", car.zh),
            &format!("{}, seeing whether the car did it: busy", car.en),
        );
        check(
            "command/stop/send",
            &format!("{}办理（command/stop/send）：有了回答", car.zh),
            &format!("{} act (command/stop/send): answered", car.en),
            &format!("{}：发「熄火」，有了回答", car.zh),
            &format!("{}, sending stop: answered", car.en),
        );
        let doctor = name(Service::Hospital);
        check(
            "department 162/04/644",
            &format!("{}查看（department 162/04/644）：有了回答", doctor.zh),
            &format!("{} look (department 162/04/644): answered", doctor.en),
            &format!("{}：认科室，有了回答", doctor.zh),
            &format!("{}, finding the department: answered", doctor.en),
        );
    }

    #[test]
    fn a_word_nobody_knows_is_left_out_and_other_lines_stay() {
        let permit = Service::Permit.name();
        check(
            "brand_new",
            &format!("{}查看（brand_new）：有了回答", permit.zh),
            &format!("{} look (brand_new): answered", permit.en),
            &format!("{}：查看，有了回答", permit.zh),
            &format!("{}, look: answered", permit.en),
        );
        check(
            "list",
            "还没有结果",
            "no outcome yet",
            "还没有结果",
            "no outcome yet",
        );
    }
}
