//! What `violation.watch` says to its owner.

use daiban_core::{
    Text, Timestamp, dates,
    id::ErrandId,
    notice::{NewNotice, Severity},
    plate::Plate,
};

use super::fines::{Changes, Fine, Source, State};

/// What the owner can do about a problem.
pub(super) fn fix(key: &str) -> Text {
    match key.split('/').next().unwrap_or(key) {
        "budget" => Text::new(
            "在账号设置里加预算，或手动查一次",
            "raise the account's budget, or check once by hand",
        ),
        "stopped" => Text::new(
            "到服务商处充值或续订，然后手动查一次",
            "top up or renew at the provider, then check once by hand",
        ),
        "input" => Text::new(
            "核对行驶证上的号码，改好后手动查一次",
            "compare the numbers with the vehicle licence, then check once by hand",
        ),
        "debug" => Text::new(
            "在服务商后台关闭调试模式",
            "switch debug mode off at the provider",
        ),
        "settings" => Text::new(
            "检查账号的密钥、验证方式和 IP 白名单，改好后手动查一次",
            "check secret, signing way and address list, then check once by hand",
        ),
        _ => Text::new(
            "可先在交管12123里查看；请把这条信息反馈给开发者",
            "look in the 12123 app meanwhile; please report this",
        ),
    }
}

/// Where a check comes from.
pub(super) fn source(source: Source) -> Text {
    match source {
        Source::Live => Text::new("刚刚查询", "just asked"),
        Source::Cache => Text::new("已存结果仍有效", "stored answer still good"),
        Source::Manual => Text::new("你自己查看的结果", "what you saw yourself"),
    }
}

/// The message about one car.
pub(super) fn notice(
    errand: &ErrandId,
    plate: &str,
    at: Timestamp,
    changes: &Changes,
) -> NewNotice {
    let (new, changed) = (changes.new.len(), changes.changed.len());
    let title = match (new, changed) {
        (_, 0) => Text::new(
            format!("{plate} 有 {new} 条违章"),
            format!("{plate}: {new} new fine(s)"),
        ),
        (0, _) => Text::new(
            format!("{plate} 有 {changed} 条违章有变化"),
            format!("{plate}: {changed} fine(s) changed"),
        ),
        _ => Text::new(
            format!("{plate} 新增 {new} 条违章，{changed} 条有变化"),
            format!("{plate}: {new} new fine(s), {changed} changed"),
        ),
    };
    let lines: Vec<Text> = changes
        .new
        .iter()
        .chain(&changes.changed)
        .take(SHOWN)
        .map(line)
        .collect();
    let more = (new + changed).saturating_sub(SHOWN);
    let (mut zh, mut en): (Vec<String>, Vec<String>) =
        lines.into_iter().map(|line| (line.zh, line.en)).unzip();
    if more > 0 {
        zh.push(format!("另有 {more} 条"));
        en.push(format!("and {more} more"));
    }
    zh.push("请在交管12123里处理。".to_owned());
    en.push("Handle them in the 12123 app.".to_owned());
    NewNotice {
        key: format!("violation/{}/{plate}/{}", errand, at.as_millisecond()),
        severity: Severity::Attention,
        title,
        body: Text::new(zh.join("\n"), en.join("\n")),
    }
}

/// Fines written out in one message.
const SHOWN: usize = 5;

/// One fine in a line; what is not known is left out.
fn line(fine: &Fine) -> Text {
    let at = fine
        .at
        .map(|at| dates::beijing(at).strftime("%Y-%m-%d %H:%M").to_string());
    let common: Vec<String> = [
        at,
        fine.city.clone(),
        fine.place.clone(),
        fine.action.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (mut zh, mut en) = (common.clone(), common);
    if let Some(yuan) = fine.fine_yuan {
        zh.push(format!("罚款 {yuan} 元"));
        en.push(format!("fine {yuan} yuan"));
    }
    if let Some(points) = fine.points {
        zh.push(format!("记 {points} 分"));
        en.push(format!("{points} points"));
    }
    let state = match fine.state {
        Some(State::Open) => Text::new("未处理", "open"),
        Some(State::HandledUnpaid) => Text::new("已处理未缴费", "handled, not paid"),
        Some(State::Closed) => Text::new("已处理已缴费", "handled and paid"),
        None => Text::new("处理状态不明", "state unknown"),
    };
    zh.push(state.zh);
    en.push(state.en);
    Text::new(zh.join("，"), en.join(", "))
}

/// A plate for the history, where not all of it needs to stand.
pub(super) fn masked(plate: &str) -> String {
    Plate::parse("plate", plate).map_or_else(|_| "?".to_owned(), |plate| plate.masked())
}

/// Sentences in one; `None` when there are none.
pub(super) fn joined(said: &[Text]) -> Option<Text> {
    if said.is_empty() {
        return None;
    }
    let join =
        |part: fn(&Text) -> &str, with: &str| said.iter().map(part).collect::<Vec<_>>().join(with);
    Some(Text::new(
        join(|text| &text.zh, "；"),
        join(|text| &text.en, "; "),
    ))
}
