//! What is said to people of a command.

use daiban_core::error::ServiceError;
use daiban_core::{Text, Timestamp, dates};
use jiff::civil::Time;

use super::super::command::{Class, Command, Order};
use super::super::reading::{Datum, Engine, Reading};
use super::before::age_s;
use super::engine_stop::stops_at;
use crate::words::clock;

/// At night others sleep.
const QUIET: (Time, Time) = (Time::constant(22, 30, 0, 0), Time::constant(7, 0, 0, 0));

pub(super) fn preparing(command: Command) -> Text {
    named(command, "先看一眼车", "looking at the car first")
}

pub(super) fn asking(command: Command) -> Text {
    named(
        command,
        "等你同意，还没有发",
        "waiting for your word; nothing was sent",
    )
}

pub(super) fn sending(command: Command) -> Text {
    named(command, "正在发给车", "being sent to the car")
}

pub(super) fn confirming(command: Command) -> Text {
    named(
        command,
        "网关收下了，等车报新的状态",
        "the gateway took it; waiting for a newer status of the car",
    )
}

/// Of what leaves no trace.
pub(super) fn accepted(command: Command) -> Text {
    named(
        command,
        "网关收下了；这个操作在车况里看不到结果",
        "the gateway took it; no status shows what became of it",
    )
}

pub(super) fn confirmed(command: Command, by: Timestamp, now: Timestamp) -> Text {
    let at = dates::spoken(by, now);
    named(
        command,
        &format!("已确认，{} 的车况显示做到了", at.zh),
        &format!("confirmed, the status of {} shows it", at.en),
    )
}

pub(super) fn unconfirmed(command: Command, why: &Text) -> Text {
    named(
        command,
        &format!("没有确认：{}。不会再发", why.zh),
        &format!("not confirmed: {}. It is not sent again", why.en),
    )
}

fn named(command: Command, zh: &str, en: &str) -> Text {
    let name = command.name();
    Text::new(format!("{}：{zh}", name.zh), format!("{}: {en}", name.en))
}

pub(super) fn nothing_shown() -> Text {
    Text::new(
        "三分钟里没有更新的车况显示它做到了",
        "no newer status showed it within three minutes",
    )
}

pub(super) fn pausing(why: &Text, wait_s: i64) -> Text {
    Text::new(
        format!("{}；{wait_s} 秒后再发", why.zh),
        format!("{}; sent in {wait_s} s", why.en),
    )
}

pub(super) fn not_done(why: &Text) -> Text {
    Text::new(
        format!("没有办：{}", why.zh),
        format!("not done: {}", why.en),
    )
}

pub(super) fn denied() -> Text {
    Text::new("你没有同意，没有发", "you said no; nothing was sent")
}

pub(super) fn expired() -> Text {
    Text::new(
        "没有人在时限内回答，没有发",
        "nobody answered in time; nothing was sent",
    )
}

pub(super) fn late() -> Text {
    Text::new(
        "耽搁得太久，没有发；还要的话再点一次",
        "it was held up for too long and not sent; ask for it again if it is still wanted",
    )
}

pub(super) fn no_answer() -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new("没有等到回答", "no answer came"),
    }
}

pub(super) fn unreadable() -> Text {
    Text::new("网关的回答读不懂", "the gateway's answer cannot be read")
}

/// Nothing recent is known; the newest report, and the trouble with the last look.
pub(super) fn stale(newest: Option<Timestamp>, why: Option<&Text>, now: Timestamp) -> Text {
    let known = match newest {
        Some(at) => {
            let at = dates::spoken(at, now);
            Text::new(
                format!("最近一次车况是 {} 的", at.zh),
                format!("its last status is of {}", at.en),
            )
        }
        None => Text::new("没有读到车况的时间", "no dated status was read"),
    };
    let why = match why {
        Some(why) => Text::new(format!("（{}）", why.zh), format!(" ({})", why.en)),
        None => Text::default(),
    };
    Text::new(
        format!("车现在怎么样不知道：{}{}，没有发", known.zh, why.zh),
        format!(
            "how the car is now is not known: {}{}; nothing was sent",
            known.en, why.en
        ),
    )
}

/// The ask for a yes: what, to which car, how the car is, what will happen, until when.
pub(super) fn approve(
    order: &Order,
    reading: Option<&Reading>,
    now: Timestamp,
    until: Timestamp,
) -> (Text, Text) {
    let name = order.command.name();
    let title = Text::new(
        format!("确认：{}{}", name.zh, of_car(order).zh),
        format!("please confirm: {}{}", name.en, of_car(order).en),
    );
    let mut parts = match reading {
        Some(reading) => state(reading, now),
        None => vec![Text::new(
            "车况没有读到",
            "the car's status could not be read",
        )],
    };
    parts.extend(happens(order.command, now));
    parts.push(Text::new(
        format!("{} 前没有同意就不发", clock(until)),
        format!("without a yes by {} nothing is sent", clock(until)),
    ));
    (title, told(&parts))
}

/// The same was sent a moment ago.
pub(super) fn again(
    command: Command,
    seen: &Text,
    until: Timestamp,
    now: Timestamp,
) -> (Text, Text) {
    let (name, at) = (command.name(), dates::spoken(until, now));
    let title = Text::new(
        format!("再发一次「{}」吗", name.zh),
        format!("send {} again?", name.en),
    );
    let body = Text::new(
        format!("{}。{} 前没有同意就不发。", seen.zh, at.zh),
        format!("{}. Without a yes by {} nothing is sent.", seen.en, at.en),
    );
    (title, body)
}

/// What a message about an ask says: where the car stands is for its page and not for anybody's channel.
pub(super) fn without_facts(until: Timestamp, now: Timestamp) -> Text {
    let at = dates::spoken(until, now);
    Text::new(
        format!(
            "打开看车在哪里、动没动，再决定；{} 前没有同意就不发。",
            at.zh
        ),
        format!(
            "Open it to see where the car is and whether it moves, then decide; without a yes by {} nothing is sent.",
            at.en
        ),
    )
}

fn told(parts: &[Text]) -> Text {
    let zh = parts.iter().map(|part| format!("{}。", part.zh));
    let en: Vec<_> = parts.iter().map(|part| part.en.as_str()).collect();
    Text::new(zh.collect::<String>(), en.join("; "))
}

fn of_car(order: &Order) -> Text {
    match &order.car {
        Some(car) => Text::new(format!("（尾号 {car} 的车）"), format!(" (the car …{car})")),
        None => Text::default(),
    }
}

fn state(reading: &Reading, now: Timestamp) -> Vec<Text> {
    vec![position(reading), age(reading, now), moves(reading)]
}

fn position(reading: &Reading) -> Text {
    let Some(position) = &reading.position else {
        return Text::new("车在哪不知道", "where the car is is not known");
    };
    let place = format!("{:.4}, {:.4}", position.lat, position.lon);
    let about = position.trusted == Some(false) || position.datum == Datum::Unknown;
    match about {
        true => Text::new(
            format!("车大约在 {place}"),
            format!("the car is approximately at {place}"),
        ),
        false => Text::new(format!("车在 {place}"), format!("the car is at {place}")),
    }
}

fn age(reading: &Reading, now: Timestamp) -> Text {
    match age_s(reading, now) {
        None => Text::new("多久前报的不知道", "when it told this is not known"),
        Some(age) if age < 60 => Text::new("刚刚报的", "told just now"),
        Some(age) => Text::new(
            format!("{} 分钟前报的", age / 60),
            format!("told {} min ago", age / 60),
        ),
    }
}

fn moves(reading: &Reading) -> Text {
    let moves = match reading.moving() {
        Some(true) => Text::new("车在动", "it moves"),
        Some(false) => Text::new("车停着", "it stands"),
        None => Text::new("动没动不知道", "whether it moves is not known"),
    };
    let engine = match reading.engine {
        Engine::Running => Text::new("发动机在转", "its engine runs"),
        Engine::Off => Text::new("发动机没开", "its engine is off"),
        Engine::Unknown => Text::new("发动机开没开不知道", "whether its engine runs is not known"),
    };
    Text::new(
        format!("{}，{}", moves.zh, engine.zh),
        format!("{}, {}", moves.en, engine.en),
    )
}

/// What will happen.
fn happens(command: Command, now: Timestamp) -> Vec<Text> {
    let mut parts = match command {
        Command::Unlock { minutes } => vec![Text::new(
            format!("四个门解锁，{minutes} 分钟里没有人开门就自己锁上"),
            format!("its doors unlock, and lock again when nobody opens one within {minutes} min"),
        )],
        Command::Start { .. } => start_happens(command, now),
        Command::VentWindows => vec![Text::new(
            "四个窗开一条缝，不会自己关",
            "its windows open a little and do not close by themselves",
        )],
        Command::OpenTrunk => vec![Text::new("后备箱弹开", "its boot opens")],
        _ => Vec::new(),
    };
    if command.class() == Class::Noisy && is_quiet(now) {
        parts.push(Text::new(
            "现在是夜里（22:30–07:00），会吵到别人",
            "it is night (22:30–07:00); others will hear it",
        ));
    }
    parts
}

fn start_happens(command: Command, now: Timestamp) -> Vec<Text> {
    let until = stops_at(command, now).map(clock).unwrap_or_default();
    vec![
        Text::new(
            format!(
                "发动机转到 {until} 左右，由 daiban 看一眼再熄火（没有人开走的话）；这段时间 daiban 要开着"
            ),
            format!(
                "its engine runs until about {until}, then daiban looks and stops it (unless somebody drives); daiban must be running then"
            ),
        ),
        Text::new(
            "车在车库或密闭的地方不要启动，尾气会要人命",
            "never in a garage or a closed place: exhaust kills",
        ),
    ]
}

fn is_quiet(now: Timestamp) -> bool {
    let time = dates::beijing(now).time();
    time >= QUIET.0 || time < QUIET.1
}

/// The notice of what was not confirmed.
pub(super) fn check_the_car(command: Command, why: &Text) -> (Text, Text) {
    let name = command.name();
    let title = Text::new(
        format!("没有确认，去看看车：{}", name.zh),
        format!("not confirmed, check the car: {}", name.en),
    );
    let body = Text::new(
        format!("{}。可能做到了，也可能没有；不会再发", why.zh),
        format!(
            "{}. It may have been done or not; it is not sent again",
            why.en
        ),
    );
    (title, body)
}

pub(super) fn running(order: &Order) -> Text {
    let until = order.stops_at.map(clock).unwrap_or_default();
    Text::new(
        format!("{}；{until} 熄火", order.text.zh),
        format!("{}; stopped at {until}", order.text.en),
    )
}

pub(super) fn stopping() -> Text {
    Text::new(
        "时间到了，在熄火",
        "its minutes are over; the engine is being stopped",
    )
}

pub(super) fn off() -> Text {
    Text::new("发动机已经熄火", "the engine is off")
}

pub(super) fn driven() -> Text {
    Text::new(
        "有人在用车，没有熄火",
        "somebody is using the car; it was not stopped",
    )
}

pub(super) fn may_run(why: &Text) -> Text {
    Text::new(
        format!("熄火没有确认（{}），发动机可能还在转", why.zh),
        format!(
            "stopping was not confirmed ({}); the engine may still run",
            why.en
        ),
    )
}

/// The notice of an engine that could not be stopped, or not for sure.
pub(super) fn engine_may_run(why: &Text, tries_on: bool) -> (Text, Text) {
    let title = Text::new("发动机可能还在转", "the engine may still run");
    let then = match tries_on {
        true => Text::new(
            "会再试；也请去看看车",
            "it is tried again; please look at the car too",
        ),
        false => Text::new("请去看看车", "please look at the car"),
    };
    let body = Text::new(
        format!("到时间没有熄成（{}）。{}", why.zh, then.zh),
        format!(
            "it was not stopped when its minutes were over ({}); {}",
            why.en, then.en
        ),
    );
    (title, body)
}

pub(super) fn engine_is_off() -> (Text, Text) {
    let title = Text::new("发动机已经熄火", "the engine is off");
    let body = Text::new("车况显示它关了", "the car's status shows it");
    (title, body)
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
