//! The envelope of every JSON answer, and the pages that come in its place.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::world::World;

/// Words of a request that is not in the right form (*guessed*).
pub(super) const BAD_FIELDS: &str = "参数错误";
/// *Seen* by users of a public client; its code is *guessed*.
pub(super) const TOO_MANY: &str = "您的请求过于频繁，请稍后再试";
pub(super) const NO_PLACE: &str = "没有相关号源";
pub(super) const BUSY: &str = "系统繁忙，请稍后再试";

fn envelope(code: i64, msg: Option<&str>, data: &Value) -> Answer {
    Answer::json(&json!({"resCode": code, "msg": msg, "data": data}))
}

pub(super) fn ok(data: &Value) -> Answer {
    envelope(0, None, data)
}

/// The general no, whose reason is in the words alone.
pub(super) fn refused(words: &str) -> Answer {
    refused_with(10_000, words)
}

pub(super) fn refused_with(code: i64, words: &str) -> Answer {
    envelope(code, Some(words), &Value::Null)
}

pub(super) fn bad_fields() -> Answer {
    refused(BAD_FIELDS)
}

/// The service's envelope with this code, for the switchboard.
pub(crate) fn coded(code: i64, path: &str) -> Answer {
    if path.starts_with("/jtjk/") {
        return Answer::json(&json!({"code": jingtong_code(code), "data": null}));
    }
    let words = match code {
        0 => return ok(&Value::Null),
        102 => "需要登录",
        812 => "短信发送太频繁",
        817 => "抱歉，短信验证码发送次数已达到今日上限！",
        8008 => "科室预约规则检查重复订单",
        _ => BUSY,
    };
    refused_with(code, words)
}

/// What was planned for this call, if anything.
pub(super) fn say(world: &mut World, path: &str) -> Option<Answer> {
    let rules = &mut world.options.hospital;
    let once = rules.say_once.remove(path);
    let said = once.or_else(|| rules.say.get(path).cloned())?;
    Some(envelope(said.code, said.msg.as_deref(), &Value::Null))
}

/// `0000` and `0001` have their zeros, `102` and `429` have none.
fn jingtong_code(code: i64) -> String {
    if code < 100 {
        format!("{code:04}")
    } else {
        code.to_string()
    }
}

pub(super) fn page(title: &str, body: &str) -> Answer {
    Answer::html(
        200,
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{body}</body></html>"
        ),
    )
}

/// *Seen* by a user who polled too often; what the page holds is *guessed*.
pub(super) fn slider() -> Answer {
    page(
        "安全验证",
        "<div id=\"nc_wrapper\">请按住滑块，拖动到最右边</div>",
    )
}

pub(super) fn login_page() -> Answer {
    page("登录", "请先登录")
}

/// What the web page says since the end of 2023, in other words.
pub(crate) fn closed_notice() -> Answer {
    page(
        "北京市预约挂号统一平台",
        "网站预约渠道已关闭，请使用微信公众号、京通小程序或电话010-114",
    )
}

pub(super) fn not_found() -> Answer {
    Answer::html(404, "<html><body>404 Not Found</body></html>")
}
