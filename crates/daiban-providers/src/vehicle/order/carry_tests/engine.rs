//! An engine that was started is stopped.

use super::*;

const STOP_S: i64 = 604;

/// Started at 06:00:04 for ten minutes, and confirmed.
fn started() -> Way {
    let mut way = Way::of("start", json!({}));
    way.sees(1, car(-60, json!({})));
    way.answers(2, Answer::Approved);
    way.sees(3, car(-60, json!({})));
    way.taken(4);
    way.sees(16, car(14, json!({ "engine": "running" })));
    assert_eq!(way.end(), (CommandState::Confirmed, ""));
    assert!(!way.carry.is_over());
    assert_eq!(way.carry.order().stops_at, Some(later(start(), STOP_S)));
    way
}

fn running(updated_s: i64, changed: Value) -> Value {
    let mut reading = car(updated_s, changed);
    reading["engine"] = json!("running");
    reading
}

/// Its minutes are over and it was told to stop.
fn told_to_stop() -> Way {
    let mut way = started();
    assert_eq!(way.next, Some(later(start(), STOP_S)));
    way.pass(STOP_S, &[]);
    assert_eq!(way.look.as_ref().unwrap().body["fresh"], true);
    way.sees(STOP_S + 1, running(14, json!({})));
    way.sees(STOP_S + 6, running(STOP_S + 4, json!({})));
    assert_eq!(way.acts.len(), 2);
    way
}

#[test]
fn it_says_what_will_happen_before_it_starts() {
    let mut way = Way::of("start", json!({ "minutes": 15 }));
    way.sees(1, car(-60, json!({ "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": false } })));
    let (_, body) = &way.asks[0];
    for part in ["06:15", "熄火", "尾气", "大约在 39.9087"] {
        assert!(body.contains(part), "{part}: {body}");
    }
}

#[test]
fn it_is_stopped_by_itself_and_both_are_kept() {
    let mut way = told_to_stop();
    let act = way.act.clone().unwrap();
    assert_eq!(act.tag, "command/stop/send");
    assert_eq!(act.body["id"], "o1-stop");
    assert_eq!(
        (&act.body["command"], &act.body["again"]),
        (&json!("stop"), &json!(true))
    );
    way.taken(STOP_S + 7);
    way.sees(STOP_S + 12, running(STOP_S + 4, json!({})));
    assert!(!way.carry.is_over());
    way.sees(STOP_S + 18, car(STOP_S + 16, json!({})));
    assert!(way.carry.is_over());
    assert_eq!(way.state(), CommandState::Confirmed);
    let stop = way
        .records
        .iter()
        .rev()
        .find(|it| it["id"] == "o1-stop")
        .unwrap();
    assert_eq!(
        (&stop["state"], &stop["by"]),
        (&json!("confirmed"), &json!("timer"))
    );
    assert!(way.notices.is_empty(), "{:?}", way.notices);
    assert!(way.carry.order().text.zh.contains("已经熄火"));
}

#[test]
fn an_engine_that_is_off_or_driven_is_left_alone() {
    for (changed, word) in [
        (json!({ "engine": "off" }), "已经熄火"),
        (
            json!({ "engine": "running", "key_present": true }),
            "有人在用车",
        ),
        (
            json!({ "engine": "running", "speed_kmh": 30.0 }),
            "有人在用车",
        ),
        (
            json!({ "engine": "running", "odometer_km": 1003.0 }),
            "有人在用车",
        ),
    ] {
        let mut way = started();
        way.pass(STOP_S, &[]);
        way.sees(STOP_S + 1, car(STOP_S - 5, changed));
        assert!(way.carry.is_over());
        assert_eq!(way.acts.len(), 1, "{word}");
        let text = &way.carry.order().text.zh;
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_car_that_tells_nothing_is_told_to_stop_all_the_same() {
    let mut way = started();
    way.pass(STOP_S, &[]);
    let mut looks = 0;
    let mut at = STOP_S + 1;
    while way.acts.len() == 1 {
        way.sees(at, running(14, json!({})));
        at += 11;
        looks += 1;
    }
    assert_eq!(looks, 4);
    assert_eq!(way.acts[1]["command"], "stop");

    // One that is not even answered is not joined by others.
    let mut way = started();
    way.pass(STOP_S, &[]);
    way.pass(STOP_S + 30, &[]);
    assert_eq!(way.acts[1]["command"], "stop");
}

#[test]
fn a_start_that_nobody_can_confirm_is_told_and_stopped_too() {
    let mut way = Way::of("start", json!({}));
    way.sees(1, car(-60, json!({})));
    way.answers(2, Answer::Approved);
    way.sees(3, car(-60, json!({})));
    way.ends(200, Outcome::Unknown(Text::quoted("?")));
    assert_eq!(way.end(), (CommandState::Unconfirmed, "unsure"));
    assert_eq!(way.notices.len(), 1);
    assert!(!way.carry.is_over());
    assert_eq!(way.next, Some(later(start(), 603)));
    way.pass(603, &[]);
    way.sees(604, running(600, json!({})));
    assert_eq!(way.acts.len(), 2);
}

#[test]
fn a_stop_that_is_not_confirmed_is_urgent() {
    let mut way = told_to_stop();
    way.taken(STOP_S + 7);
    way.sees_nothing_new(&running(STOP_S + 4, json!({})));
    assert!(way.carry.is_over());
    assert_eq!(
        way.notices,
        [(Severity::Urgent, "o1/command/o1/engine".to_owned())]
    );
    assert_eq!(
        way.acts.len(),
        2,
        "what may have been done is not sent again"
    );
    assert_eq!(way.state(), CommandState::Confirmed, "the start was");
}

#[test]
fn a_stop_that_could_not_be_sent_is_tried_again_after_another_look() {
    let mut way = told_to_stop();
    way.ends(STOP_S + 7, signed_out());
    assert_eq!(
        way.notices,
        [(Severity::Urgent, "o1/command/o1/engine".to_owned())]
    );
    assert!(!way.carry.is_over());
    way.pass(STOP_S + 20, &[Incoming::SignedIn]);
    way.sees(STOP_S + 21, running(STOP_S + 20, json!({})));
    assert_eq!(way.acts[2]["id"], "o1-stop-2");
    way.taken(STOP_S + 22);
    way.sees(STOP_S + 28, car(STOP_S + 26, json!({})));
    assert!(way.carry.is_over());
    let last = way.notices.last().unwrap();
    assert_eq!(
        *last,
        (Severity::Info, "o1/command/o1/engine_off".to_owned())
    );
    assert_eq!(way.notices.len(), 2);
}

#[test]
fn trying_to_stop_it_ends_after_half_an_hour() {
    let mut way = told_to_stop();
    let mut at = STOP_S + 7;
    while !way.carry.is_over() {
        match way.act.is_some() {
            true => way.ends(at, signed_out()),
            false => way.pass(at, &[]),
        }
        at = way
            .next
            .map_or(at, |next| next.as_second() - start().as_second());
    }
    assert!((1800..2100).contains(&(at - STOP_S)), "{at}");
    assert_eq!(way.notices.len(), 1, "told once: {:?}", way.notices);
}
