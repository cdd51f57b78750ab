//! How doctors are said: days of a calendar, halves of a day, checkpoints of a visit's errand, what yes and no mean.

use daiban_core::Lang;
use daiban_providers::hospital::slots::{DayState, HalfDay};

use super::super::words::{self, t};

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
    words::count(lang, "shell-days", count)
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
        "unsure" => t(lang, "不知道挂上没有", "not known whether it is booked"),
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
        "already_booked" => t(
            lang,
            "本来就有预约，就诊日过了",
            "There was a booking already, and the day is over",
        ),
        "notified" => t(
            lang,
            "有号，已经告诉你",
            "There was a place, and you were told",
        ),
        "gave_up" => t(
            lang,
            "到最后也没等到合适的号",
            "No place that fits came in time",
        ),
        "cancelled" => t(lang, "号取消了", "The booking was cancelled"),
        "refused" => t(lang, "114 不受理", "114 does not take it"),
        "account_stopped" => t(
            lang,
            "114 停了这个账号的预约",
            "114 has stopped this account",
        ),
        _ => return None,
    })
}

/// What yes and no mean in an ask of a visit's errand, and what becomes of silence.
pub(in crate::web) fn ask(lang: Lang, tag: &str) -> Option<[&'static str; 3]> {
    Some(match tag {
        "take" => [
            t(lang, "是，挂这个", "Yes, book it"),
            t(lang, "不要", "No"),
            t(
                lang,
                "按不要算，接着盯；号可能被别人挂走。",
                "It counts as no and watching goes on; somebody else may take the place.",
            ),
        ],
        "changed" => [
            t(lang, "是，照这个挂", "Yes, book it so"),
            t(lang, "不挂", "Do not book"),
            t(
                lang,
                "按不挂算，接着盯。",
                "It counts as no, and watching goes on.",
            ),
        ],
        "again" => [
            t(lang, "是，接着盯", "Yes, look on"),
            t(lang, "不盯了", "Leave it"),
            t(
                lang,
                "按不盯了算，这件代办就结束。",
                "It counts as no, and the errand is over.",
            ),
        ],
        "unsure" => [
            t(lang, "是，挂上了", "Yes, it is booked"),
            t(lang, "没有挂上", "No, it is not"),
            t(
                lang,
                "一直等着；没看清楚之前不会再挂别的。",
                "It waits; nothing else is booked until you have looked.",
            ),
        ],
        _ => return None,
    })
}

/// The way to such an ask.
pub(in crate::web) fn ask_button(lang: Lang, tag: &str) -> Option<&'static str> {
    Some(match tag {
        "take" => t(lang, "要不要这个号", "Take it or not"),
        "changed" => t(lang, "变了，看一下", "It changed: decide"),
        "again" => t(lang, "还盯不盯", "Look on or not"),
        "unsure" => t(lang, "去看挂上没有", "Say whether it is booked"),
        _ => return None,
    })
}
