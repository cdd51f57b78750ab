//! How doctors are said: days of a calendar, halves of a day, checkpoints of a visit's errand, what yes and no mean.

use daiban_core::Lang;
use daiban_providers::hospital::slots::{DayState, HalfDay};

use super::super::words::t;

/// What there is on a day: the class of its cell and a word of two letters.
pub(super) fn day_state(lang: Lang, state: DayState) -> (&'static str, &'static str) {
    match state {
        DayState::Available => ("d-has", t(lang, "有号", "free")),
        DayState::SoldOut => ("d-full", t(lang, "约满", "full")),
        DayState::None => ("d-none", t(lang, "无号", "none")),
        DayState::Soon => ("d-soon", t(lang, "待放", "soon")),
        DayState::Unknown => ("d-unknown", t(lang, "未知", "?")),
    }
}

/// The same in a sentence.
pub(super) fn day_state_said(lang: Lang, state: DayState) -> &'static str {
    match state {
        DayState::Available => t(lang, "有号", "free"),
        DayState::SoldOut => t(lang, "约满", "full"),
        DayState::None => t(lang, "无号", "none"),
        DayState::Soon => t(lang, "即将放号", "released soon"),
        DayState::Unknown => t(lang, "未知", "unknown"),
    }
}

/// Half of a day.
pub(super) fn half_day(lang: Lang, half: HalfDay) -> &'static str {
    t(lang, half.zh(), half.en())
}

/// How many days: `5 天`, `5 days`.
pub(super) fn days(lang: Lang, count: usize) -> String {
    match (lang, count) {
        (Lang::Zh, _) => format!("{count} 天"),
        (Lang::En, 1) => "1 day".to_owned(),
        (Lang::En, _) => format!("{count} days"),
    }
}

/// Where a visit's errand is, for people. `None` for a checkpoint without words of its own.
pub(super) fn checkpoint(lang: Lang, checkpoint: &str) -> Option<&'static str> {
    Some(match checkpoint {
        "preparing" => t(lang, "准备中", "getting ready"),
        "not_yet" => t(lang, "还没到开始盯的日子", "not begun yet"),
        "watching" => t(lang, "盯着呢", "watching"),
        "sprint" => t(lang, "放号前后，看得勤", "around the release"),
        "asking" => t(lang, "等你点头", "waiting for your yes"),
        "booking" => t(lang, "在挂号", "booking"),
        "lineup" => t(lang, "114 在排队", "in 114’s line"),
        "verifying" => t(lang, "核对挂上没有", "checking the booking"),
        "booked" => t(lang, "挂上了", "booked"),
        "needs_sign_in" => t(lang, "要你登录", "needs your sign-in"),
        _ => return None,
    })
}

/// How a visit's errand ended.
pub(super) fn outcome(lang: Lang, result: &str) -> Option<&'static str> {
    Some(match result {
        "booked" => t(
            lang,
            "号挂上了，就诊日过了",
            "It was booked, and the day is over",
        ),
        "notified" => t(lang, "有号，已经告诉你", "There was one, and you were told"),
        "gave_up" => t(
            lang,
            "到最后也没等到合适的号",
            "No place that fits came in time",
        ),
        "cancelled" => t(lang, "号取消了", "The booking was cancelled"),
        _ => return None,
    })
}

/// What yes and no mean in an ask of a visit's errand, and what becomes of silence.
pub(in crate::web) fn ask(lang: Lang, tag: &str) -> Option<[&'static str; 3]> {
    let [yes, no] = match tag {
        "take" => [t(lang, "挂这个", "Book it"), t(lang, "不要", "No")],
        "changed" => [t(lang, "照这个挂", "Book it so"), t(lang, "不挂", "Do not")],
        _ => return None,
    };
    let silence = t(
        lang,
        "按不挂算；号可能被别人挂走。",
        "It counts as no; somebody else may take the place.",
    );
    Some([yes, no, silence])
}

/// The way to such an ask.
pub(in crate::web) fn ask_button(lang: Lang, tag: &str) -> Option<&'static str> {
    Some(match tag {
        "take" => t(lang, "要不要这个号", "Take it or not"),
        "changed" => t(lang, "变了，看一下", "It changed: decide"),
        _ => return None,
    })
}
