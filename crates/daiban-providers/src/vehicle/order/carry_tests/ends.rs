//! Every end an act can have, every answer a person can give, and what never comes.

use super::*;

fn sent(word: &str) -> Way {
    let mut way = Way::of(word, json!({}));
    way.sees(1, car(-60, json!({})));
    if way.acts.is_empty() {
        way.answers(2, Answer::Approved);
        way.sees(3, car(-60, json!({})));
    }
    assert_eq!(way.acts.len(), 1);
    way
}

fn unreachable() -> Outcome {
    Outcome::Failed(ServiceError::Unreachable {
        text: Text::quoted("no network"),
    })
}

#[test]
fn no_yes_no_command() {
    let expired = || Incoming::AskExpired {
        tag: "command/approve".to_owned(),
    };
    let mut way = Way::of("unlock", json!({}));
    way.sees(1, car(-60, json!({})));
    let mut denied = Way::of("unlock", json!({}));
    denied.sees(1, car(-60, json!({})));
    denied.answers(5, Answer::Denied);
    assert_eq!(denied.end(), (CommandState::Rejected, "denied"));
    way.pass(301, &[expired()]);
    assert_eq!(way.end(), (CommandState::Rejected, "expired"));

    // Nobody told that it expired.
    let mut way = Way::of("unlock", json!({}));
    way.sees(1, car(-60, json!({})));
    way.pass(361, &[]);
    assert_eq!(way.end(), (CommandState::Rejected, "expired"));
    for ended in [way, denied] {
        assert!(ended.acts.is_empty() && ended.notices.is_empty());
    }
}

#[test]
fn what_was_asked_for_long_ago_is_not_sent() {
    let mut way = Way::not_begun("lock", json!({}));
    way.pass(901, &[]);
    assert_eq!(way.end(), (CommandState::Rejected, "late"));

    let mut way = Way::of("unlock", json!({}));
    way.sees(1, car(-60, json!({})));
    // The yes came in time and was read after a long night.
    let yes = Incoming::Answered {
        tag: "command/approve".to_owned(),
        answer: Answer::Approved,
    };
    way.pass(30_000, &[yes]);
    assert_eq!(way.end(), (CommandState::Rejected, "late"));
    assert!(way.acts.is_empty());
}

#[test]
fn close_after_another_it_is_sent_five_seconds_later() {
    let mut way = sent("lock");
    way.ends(2, refused("spacing"));
    assert_eq!(way.next, Some(later(start(), 7)));
    way.pass(6, &[]);
    assert_eq!(way.acts.len(), 1);
    way.pass(7, &[]);
    assert_eq!(way.acts.len(), 2);
    assert_eq!(
        way.acts[0], way.acts[1],
        "the same, and no later than before"
    );
    way.taken(7);
    assert_eq!(way.state(), CommandState::Confirming);
}

#[test]
fn dropped_for_the_one_before_it_is_sent_once_more_and_not_twice() {
    for word in ["lock", "unlock"] {
        let mut way = sent(word);
        way.ends(4, refused("8070"));
        assert_eq!(way.state(), CommandState::Sending);
        way.pass(9, &[]);
        assert_eq!(way.acts.len(), 1);
        way.pass(10, &[]);
        assert_eq!(way.acts.len(), 2);
        way.ends(11, refused("8070"));
        assert_eq!(way.end(), (CommandState::Rejected, "8070"));
        assert_eq!(way.acts.len(), 2);
    }
}

#[test]
fn the_same_again_is_asked_about() {
    let mut way = sent("lock");
    way.ends(2, refused("duplicate"));
    assert_eq!(way.asks.last().unwrap().0, "command/again");
    assert_eq!(way.state(), CommandState::NeedsYou);
    way.answers(10, Answer::Approved);
    assert_eq!(way.acts.len(), 2);
    assert_eq!(way.acts[1]["again"], true);

    let mut way = sent("unlock");
    way.ends(4, refused("duplicate"));
    way.answers(10, Answer::Approved);
    assert_eq!(way.acts.len(), 1, "the car is looked at first");
    way.sees(11, car(-60, json!({})));
    assert_eq!(way.acts.len(), 2);

    let mut way = sent("lock");
    way.ends(2, refused("duplicate"));
    way.answers(10, Answer::Denied);
    assert_eq!(way.end(), (CommandState::Rejected, "denied"));
    assert_eq!(way.acts.len(), 1);
}

#[test]
fn a_clear_no_ends_it_with_its_code() {
    for code in [
        "cap",
        "unsettled",
        "late",
        "8160",
        "1405",
        "not_offered",
        "signature",
    ] {
        let mut way = sent("lock");
        way.ends(2, refused(code));
        assert_eq!(way.end(), (CommandState::Rejected, code));
        assert_eq!(way.carry.order().sent_at, None, "nothing was done");
    }
    let mut way = sent("lock");
    way.ends(2, signed_out());
    assert_eq!(way.end(), (CommandState::Rejected, "sign_in_lost"));
    let mut way = sent("lock");
    way.ends(200, Outcome::DidNotHappen(Text::quoted("no")));
    assert_eq!(way.end(), (CommandState::Rejected, "did_not_happen"));
}

#[test]
fn what_never_left_is_tried_a_few_times() {
    let mut way = sent("lock");
    let mut at = 2;
    for acts in [1, 2] {
        way.ends(at, unreachable());
        assert_eq!(way.acts.len(), acts);
        at += 6;
        way.pass(at, &[]);
    }
    way.ends(at, unreachable());
    assert_eq!(way.end(), (CommandState::Rejected, "unreachable"));
    assert_eq!(way.acts.len(), 3);

    // Longer than a yes is good for is not waited.
    let busy = Outcome::Failed(ServiceError::Busy {
        retry_after_s: Some(300),
        text: Text::quoted("busy"),
    });
    let mut way = sent("unlock");
    way.ends(4, busy);
    assert_eq!(way.end(), (CommandState::Rejected, "busy"));
}

#[test]
fn what_nobody_can_say_is_unconfirmed_told_and_never_sent_again() {
    for (word, told) in [("lock", true), ("unlock", true), ("close_windows", false)] {
        for outcome in [
            Outcome::Unknown(Text::quoted("?")),
            Outcome::Done(json!({ "something": "else" })),
        ] {
            let mut way = sent(word);
            way.ends(200, outcome);
            assert_eq!(way.end(), (CommandState::Unconfirmed, "unsure"));
            assert_eq!(way.acts.len(), 1);
            assert_eq!(way.notices.len(), usize::from(told), "{word}");
            assert!(way.carry.order().sent_at.is_some());
        }
    }
}

#[test]
fn an_unsure_act_that_a_status_showed_is_confirmed_by_it() {
    let mut way = sent("lock");
    let seen = json!({ "accepted": true, "sent_at": moment(2), "confirmed_by": moment(40) });
    way.ends(42, Outcome::Done(seen));
    assert_eq!(way.end(), (CommandState::Confirmed, ""));
    assert_eq!(way.carry.order().confirmed_by, Some(later(start(), 40)));
}

#[test]
fn an_outcome_that_never_comes_is_not_waited_for_for_ever() {
    let mut way = sent("lock");
    let given_up = way.next.unwrap().as_second() - start().as_second();
    assert_eq!(given_up, 601 + 240);
    way.pass(given_up, &[]);
    assert_eq!(way.state(), CommandState::Confirming);
    way.sees(given_up + 6, car(200, json!({})));
    assert_eq!(
        way.state(),
        CommandState::Confirming,
        "it may have been sent after that"
    );
    way.sees(given_up + 12, car(given_up + 10, json!({})));
    assert_eq!(way.end(), (CommandState::Confirmed, ""));
    assert_eq!(way.acts.len(), 1);

    let mut way = sent("find");
    let given_up = way.next.unwrap().as_second() - start().as_second();
    way.pass(given_up, &[]);
    assert_eq!(way.end(), (CommandState::Unconfirmed, "unsure"));
}

#[test]
fn a_no_that_comes_after_all_is_taken() {
    let mut way = sent("lock");
    way.pass(841, &[]);
    way.ends(850, refused("late"));
    assert_eq!(way.end(), (CommandState::Rejected, "late"));
    assert_eq!(way.carry.order().sent_at, None);
}

#[test]
fn looks_that_fail_are_passed_over_and_a_sign_in_looks_at_once() {
    let mut way = sent("lock");
    way.taken(2);
    way.looked(8, signed_out());
    way.looked(13, unreachable());
    // Nobody answers the third.
    way.pass(82, &[]);
    assert_eq!(way.state(), CommandState::Confirming);
    let due = way.look.as_ref().unwrap().not_before;
    assert_eq!(due, Some(later(start(), 92)), "what was missed is left out");
    way.pass(85, &[Incoming::SignedIn]);
    way.sees(86, car(50, json!({})));
    assert_eq!(way.end(), (CommandState::Confirmed, ""));
}

#[test]
fn after_a_long_pause_the_car_is_asked_once_more() {
    let mut way = sent("lock");
    way.taken(2);
    way.pass(7200, &[Incoming::Resumed]);
    way.sees(7201, car(-60, json!({})));
    assert_eq!(way.state(), CommandState::Confirming);
    way.sees_nothing_new(&car(-60, json!({})));
    assert_eq!(way.end(), (CommandState::Unconfirmed, "timeout"));
}

#[test]
fn a_late_look_of_before_does_not_end_the_wait() {
    let mut way = Way::of("lock", json!({}));
    let first = way.look.take().unwrap();
    way.pass(15, &[]);
    way.taken(16);
    let planned = way.look.clone().unwrap();
    let late = Way::called(first, 18, Outcome::Done(car(-60, json!({}))));
    way.pass(18, &[late]);
    assert_eq!(way.look, Some(planned), "the plan goes on as it was");
    assert_eq!(way.state(), CommandState::Confirming);
}
