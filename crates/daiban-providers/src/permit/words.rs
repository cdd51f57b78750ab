//! What `permit.keep` says to people.

use daiban_core::{
    Text, Timestamp,
    dates::{self, DateSpan},
    error::ServiceError,
};
use jiff::civil::Date;

use super::{
    coverage::{Vehicle, Zone},
    decide::{Cause, short},
};
use crate::violation::fines::{Blocking, Check, Fine, Meaning};

/// What happens at the checkpoint. *Source*: users' accounts, 2023–2025 (*seen*).
pub(super) fn consequence() -> Text {
    Text::new(
        "没有证进京，一次罚 100 元记 1 分，过检查站会被劝返",
        "driving in without a permit costs 100 yuan and 1 point each time, and the checkpoint sends you home",
    )
}

/// One text after another.
pub(super) fn join(parts: &[Text]) -> Text {
    let zh: Vec<&str> = parts.iter().map(|part| part.zh.as_str()).collect();
    let en: Vec<&str> = parts.iter().map(|part| part.en.as_str()).collect();
    Text::new(zh.join("；"), en.join("; "))
}

/// A text about one car.
pub(super) fn about(plate: &str, text: &Text) -> Text {
    Text::new(
        format!("{plate}：{}", text.zh),
        format!("{plate}: {}", text.en),
    )
}

/// A day in both languages.
pub(super) fn day(day: Date) -> Text {
    Text::new(
        format!("{} {}", short(day), dates::weekday_zh(day)),
        day.to_string(),
    )
}

/// `12:05`, Beijing time, with the day when it is not today.
pub(super) fn clock(moment: Timestamp, now: Timestamp) -> String {
    let local = dates::beijing(moment);
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    if local.date() == dates::today(now) {
        time
    } else {
        format!("{}月{}日 {time}", local.month(), local.day())
    }
}

/// How late a pass is, when that is worth a word.
pub(super) fn late(due: Timestamp, now: Timestamp) -> Option<Text> {
    let minutes = (now.as_second() - due.as_second()) / 60;
    (minutes >= 30).then(|| {
        let (zh, en) = match (minutes / 60, minutes % 60) {
            (0, m) => (format!("{m} 分钟"), format!("{m} minutes")),
            (h, m) => (format!("{h} 小时 {m} 分"), format!("{h} h {m} min")),
        };
        Text::new(
            format!("比原定时间晚了 {zh}，先看现在的实情"),
            format!("{en} later than planned; looking at how things stand now"),
        )
    })
}

/// A permit was approved.
pub(super) fn approved(plate: &str, zone: Zone, span: DateSpan) -> Text {
    Text::new(
        format!(
            "{plate} {}进京证已通过，{}–{}有效",
            zone.zh(),
            short(span.from),
            short(span.to)
        ),
        format!(
            "{plate}: permit {} approved, valid {} to {}",
            zone.en(),
            span.from,
            span.to
        ),
    )
}

/// What stops an errand, and what to do about it.
pub(super) struct Stop {
    pub(super) text: Text,
    pub(super) fix: Text,
}

/// What stops an errand for that cause.
pub(super) fn stop(cause: Cause, words: &str, fines: Option<&Text>) -> Stop {
    let said = if words.is_empty() {
        "没有说明"
    } else {
        words
    };
    let (text, fix) = match cause {
        Cause::Fine => (
            fine(said, fines),
            Text::new(
                "在交管12123里处理完，再点「现在看一次」；daiban 也会每天看一次",
                "settle it in the 交管12123 app, then run this errand; daiban also looks once a day",
            ),
        ),
        Cause::Rejected => (
            Text::new(
                format!("没有办成，服务说：{said}"),
                format!("not granted; the service says: {said}"),
            ),
            Text::new(
                "按原话处理好，再点「现在看一次」",
                "deal with what it says, then run this errand",
            ),
        ),
        Cause::Quota => (
            Text::new(
                "六环内今年的 12 次用完了（或种类不对）",
                "this year's 12 inside permits are used up (or the zone is wrong)",
            ),
            Text::new(
                "改办六环外，或等明年",
                "wish for outside, or wait for next year",
            ),
        ),
        Cause::OneVehicle => (
            Text::new(
                format!("一个账号同一时间只能为一辆车办证，服务说：{said}"),
                format!(
                    "an account can have a permit for one car at a time; the service says: {said}"
                ),
            ),
            Text::new(
                "等另一辆车的证到期，或换一个账号办这辆车",
                "wait until the other car's permit ends, or use another account for this car",
            ),
        ),
        Cause::Route => (
            Text::new(
                "这辆货车要申报行驶路线，自动办理到此为止",
                "this lorry has to file a route; nothing is done automatically",
            ),
            Text::new(
                "请在北京交警 App 里自己办；路线填错三次，一年不能办证",
                "apply in the 北京交警 app yourself; three wrong routes mean a year without permits",
            ),
        ),
        Cause::CannotKnow => (
            Text::new(
                format!("交过一次申请，但不知道服务收到没有，不会再交第二次（{said}）"),
                format!(
                    "an application was sent and nobody can say whether it arrived; it is not sent again ({said})"
                ),
            ),
            Text::new(
                "在北京交警 App 里看看有没有这条申请；没有的话点「现在看一次」再办",
                "look for it in the 北京交警 app; if it is not there, run this errand to apply again",
            ),
        ),
        Cause::Withdrawn => (
            Text::new(
                "这天的进京证被你取消了，不会再申请",
                "you cancelled the permit for that day; it is not applied for again",
            ),
            Text::new(
                "要办的话点「现在看一次」",
                "run this errand to apply after all",
            ),
        ),
    };
    Stop { text, fix }
}

fn fine(said: &str, fines: Option<&Text>) -> Text {
    let unnamed = Text::new(
        "在京有未处理的违法；关联一个违章查询账号，就能说出是哪一条",
        "there is an unhandled fine in Beijing; linking a fines account would name it",
    );
    let named = fines.unwrap_or(&unnamed);
    Text::new(
        format!("被违章卡住：{}（服务原话：{said}）", named.zh),
        format!("blocked by a fine: {} (the service says: {said})", named.en),
    )
}

/// The fines account was asked and has not answered.
pub(super) fn unanswered() -> Text {
    Text::new(
        "在京有未处理的违法，是哪条还没查到",
        "there is an unhandled fine in Beijing; which one is not known yet",
    )
}

/// Which fines stand in the way, from what the fines account answered.
pub(super) fn fines(answer: Result<Check, ServiceError>) -> Text {
    let check = match answer {
        Ok(check) => check,
        Err(error) => {
            return Text::new(
                format!(
                    "在京有未处理的违法，但没查到是哪一条（{}）",
                    error.text().zh
                ),
                format!(
                    "there is an unhandled fine in Beijing, but it could not be named ({})",
                    error.text().en
                ),
            );
        }
    };
    if matches!(check.meaning, Meaning::Pending | Meaning::Debug) {
        return Text::new(
            "在京有未处理的违法，违章查询还没有结果",
            "there is an unhandled fine in Beijing; the fines query has no result yet",
        );
    }
    let blocking = Blocking::of(&check.violations);
    let named: Vec<Text> = blocking
        .violations
        .iter()
        .map(|fine| one_fine(fine))
        .collect();
    let mut text = join(&named);
    if text.zh.is_empty() {
        return Text::new(
            "违章查询没有列出未处理的，以交管部门为准，请在交管12123里核对",
            "the fines query lists nothing open; the authority's word counts, check in the 交管12123 app",
        );
    }
    if !blocking.in_beijing {
        text = Text::new(
            format!("可能是：{}", text.zh),
            format!("possibly: {}", text.en),
        );
    }
    Text::new(
        format!("{}。请在交管12123里处理", text.zh),
        format!("{}. To be settled in the 交管12123 app", text.en),
    )
}

/// Whether a check lists a fine in Beijing that would block a permit.
pub(super) fn blocks(check: &Check) -> bool {
    let blocking = Blocking::of(&check.violations);
    check.meaning == Meaning::Found && blocking.in_beijing && !blocking.violations.is_empty()
}

fn one_fine(fine: &Fine) -> Text {
    let when = fine.at.map(|at| {
        let local = dates::beijing(at);
        format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
    });
    let unknown = |what: Option<&str>, otherwise: &str| what.unwrap_or(otherwise).to_owned();
    let (zh_when, en_when) = (
        unknown(when.as_deref(), "时间不详"),
        unknown(when.as_deref(), "time unknown"),
    );
    let (zh_place, en_place) = (
        unknown(fine.place.as_deref(), "地点不详"),
        unknown(fine.place.as_deref(), "place unknown"),
    );
    let (zh_what, en_what) = (
        unknown(fine.action.as_deref(), "行为不详"),
        unknown(fine.action.as_deref(), "offence unknown"),
    );
    let (zh_cost, en_cost) = match fine.fine_yuan {
        Some(yuan) => (format!("罚 {yuan} 元"), format!("fine {yuan} yuan")),
        None => ("金额不详".to_owned(), "fine unknown".to_owned()),
    };
    Text::new(
        format!("{zh_when} {zh_place} {zh_what}，{zh_cost}"),
        format!("{en_when} {en_place} {en_what}, {en_cost}"),
    )
}

/// What is known before an inside permit is used.
pub(super) fn inside_question(
    vehicle: &Vehicle,
    span: (Date, Option<Date>),
    deadline: &str,
) -> (Text, Text) {
    let plate = &vehicle.plate;
    let (from, to) = span;
    let until = to.map_or(String::new(), |to| format!("–{}", short(to)));
    let left = match (vehicle.inside_unlimited, vehicle.inside_uses_left) {
        (true, _) => Text::new("次数不限", "no limit on uses"),
        (_, Some(left)) => Text::new(
            format!("今年还剩 {left} 次，每次 7 天"),
            format!("{left} uses of 7 days left this year"),
        ),
        _ => Text::new(
            "服务没说还剩几次",
            "the service did not say how many uses are left",
        ),
    };
    let title = Text::new(
        format!("用 1 次六环内进京证？{plate} {}{until}", short(from)),
        format!("Use one inside permit? {plate} from {from}"),
    );
    let body = Text::new(
        format!(
            "{}。手上的六环外证会随之作废。不回答按不用算（{deadline} 截止）",
            left.zh
        ),
        format!(
            "{}. A live outside permit is voided by it. No answer means no (until {deadline})",
            left.en
        ),
    );
    (title, body)
}
