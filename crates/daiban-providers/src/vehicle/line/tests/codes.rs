//! What every code and every other kind of answer leads to.

use daiban_core::http::Pace;

use super::super::{Host, Line};
use super::script::{
    Answer, OTHER_VIN, Owner, Script, VIN, answered, code, named, no_answer, not_sent, page, pair,
};
use crate::vehicle::error::{TABLE, ban_sign};

const ASK: &str = "GET d /car/LTESTVHC7E0000001 access-1";
const TELL: &str = "PUT d /car/LTESTVHC7E0000001 access-1";
const BIND: &str = "POST d /device-platform/user/session/update?identity_type=lid access-1";
const RENEW: &str = "PUT u /auth/account/session/secure access-1";

/// One answer; what a question and a command make of it, each with one request.
async fn check(answer: fn() -> Answer, asked: &str, told: &str) {
    let script = Script::new([answer()]);
    assert_eq!(named(&Owner::new(&script).ask(VIN).await), asked);
    assert_eq!(script.told(), [ASK]);
    let script = Script::new([answer()]);
    assert_eq!(named(&Owner::new(&script).tell(VIN).await), told);
    assert_eq!(script.told(), [TELL]);
}

#[tokio::test]
async fn codes_that_end_a_request_at_once() {
    check(|| code("1000"), "ok", "ok").await;
    check(|| answered(200, r#"{"code":1000}"#), "ok", "ok").await;
    check(|| code("8153"), "ok", "ok").await;
    check(|| code("1501"), "sign_in_lost", "sign_in_lost").await;
    check(|| code("8500"), "sign_in_lost", "sign_in_lost").await;
    check(
        || answered(200, r#"{"code":1501}"#),
        "sign_in_lost",
        "sign_in_lost",
    )
    .await;
    check(|| code("1445"), "refused signature", "refused signature").await;
    check(|| code("1440"), "refused signature", "refused signature").await;
    check(|| code("8040"), "busy", "busy").await;
    check(|| code("8063"), "refused 8063", "refused 8063").await;
    check(|| code("8070"), "refused 8070", "refused 8070").await;
    check(|| code("8160"), "refused 8160", "refused 8160").await;
    check(|| code("1404"), "refused 1404", "refused 1404").await;
    check(|| code("1405"), "refused 1405", "refused 1405").await;
    check(|| code("4711"), "refused 4711", "refused 4711").await;
    check(|| code("failure"), "refused failure", "refused failure").await;
}

#[tokio::test]
async fn what_is_no_answer_of_the_service_is_unclear_to_a_command() {
    check(page, "unreachable", "unsure").await;
    check(|| answered(502, "<html>"), "unreachable", "unsure").await;
    check(
        || answered(500, r#"{"code":"1000"}"#),
        "unreachable",
        "unsure",
    )
    .await;
    check(|| answered(401, ""), "closed", "unsure").await;
    check(|| answered(403, "<html>"), "closed", "unsure").await;
    check(|| answered(429, r#"{"status":429}"#), "closed", "unsure").await;
    check(|| answered(404, "<html>"), "unreachable", "unsure").await;
    check(|| answered(404, ""), "changed", "unsure").await;
    check(|| answered(302, ""), "changed", "unsure").await;
    check(|| answered(200, ""), "changed", "unsure").await;
    check(|| answered(200, "[]"), "changed", "unsure").await;
    check(no_answer, "unreachable", "unsure").await;
    check(not_sent, "unreachable", "unreachable").await;
    // The data of a SIM card has no code; the answer to a command has one.
    check(|| answered(200, r#"{"sum":1}"#), "ok", "unsure").await;
    // A code that is known counts for more than the status it came with.
    check(
        || answered(401, r#"{"code":"1501"}"#),
        "sign_in_lost",
        "sign_in_lost",
    )
    .await;
    check(
        || answered(403, r#"{"code":8160}"#),
        "refused 8160",
        "refused 8160",
    )
    .await;
    check(|| answered(403, r#"{"code":"4711"}"#), "closed", "unsure").await;
}

#[tokio::test]
async fn a_token_that_has_run_out_is_renewed_once_and_the_request_sent_once_more() {
    let script = Script::new([code("1402"), pair(2), code("1000")]);
    assert_eq!(named(&Owner::new(&script).tell(VIN).await), "ok");
    let again = TELL.replace("access-1", "access-2");
    assert_eq!(script.told(), [TELL, RENEW, &again]);
    let script = Script::new([code("1402"), pair(2), code("1402"), pair(3)]);
    assert_eq!(named(&Owner::new(&script).ask(VIN).await), "sign_in_lost");
    assert_eq!(script.told().len(), 3);
    let script = Script::new([code("1402"), pair(2), no_answer()]);
    assert_eq!(named(&Owner::new(&script).tell(VIN).await), "unsure");
}

/// The command was refused and reached nobody; so whatever becomes of the renewal, nothing is unsure.
#[tokio::test]
async fn a_renewal_that_comes_to_nothing_leaves_the_command_not_sent() {
    for (answer, expected) in [
        (no_answer(), "unreachable"),
        (not_sent(), "unreachable"),
        (page(), "unreachable"),
        (code("1501"), "sign_in_lost"),
        (code("8500"), "sign_in_lost"),
        (code("1402"), "sign_in_lost"),
        (code("1445"), "refused signature"),
        (code("4711"), "refused 4711"),
        (answered(403, ""), "unreachable"),
        (code("1000"), "changed"),
    ] {
        let script = Script::new([code("1402"), answer]);
        let told = Owner::new(&script).tell(VIN).await;
        assert_eq!(named(&told), expected);
        assert_eq!(script.told(), [TELL, RENEW]);
    }
}

#[tokio::test]
async fn a_nonce_that_was_used_is_changed_once() {
    let script = Script::new([code("1443"), code("1000")]);
    assert_eq!(named(&Owner::new(&script).ask(VIN).await), "ok");
    assert_eq!(script.told(), [ASK, ASK]);
    let script = Script::new([code("1443"), code("1443"), code("1000")]);
    assert_eq!(named(&Owner::new(&script).ask(VIN).await), "refused 1443");
    assert_eq!(script.told(), [ASK, ASK]);
}

/// Ours are never used twice: it came twice on its way, and the first copy may have been carried out.
#[tokio::test]
async fn a_command_whose_nonce_was_used_is_not_sent_again() {
    let script = Script::new([code("1443"), code("1000")]);
    assert_eq!(named(&Owner::new(&script).tell(VIN).await), "unsure");
    assert_eq!(script.told(), [TELL]);
    let script = Script::new([code("1402"), code("1443"), pair(2), code("1000")]);
    let _ = Owner::new(&script).ask(VIN).await;
    assert_eq!(script.told(), [ASK, RENEW], "a renewal neither");
}

#[tokio::test]
async fn a_session_about_another_car_is_bound_to_this_one_once() {
    for unbound in ["4038", "8006"] {
        let script = Script::new([code(unbound), code("1000"), code("1000")]);
        assert_eq!(named(&Owner::new(&script).tell(VIN).await), "ok");
        assert_eq!(script.told(), [TELL, BIND, TELL]);
        let body = script.sent.lock().unwrap()[1].body.clone().unwrap();
        assert_eq!(
            String::from_utf8(body).unwrap(),
            format!(r#"{{"language":"","sessionToken":"access-1","vin":"{VIN}"}}"#)
        );
        let script = Script::new([code(unbound), code("1000"), code(unbound)]);
        let told = Owner::new(&script).tell(VIN).await;
        assert_eq!(named(&told), format!("refused {unbound}"));
        assert_eq!(script.told().len(), 3);
    }
    // The profile of 2020 has nothing to bind with.
    let script = Script::new([code("8006")]);
    let old = Owner::new(&script).set("profile", "lynkco-2020");
    assert_eq!(named(&old.ask(VIN).await), "refused 8006");
}

#[tokio::test]
async fn a_binding_that_fails_leaves_the_command_not_sent() {
    let script = Script::new([code("8006"), no_answer()]);
    assert_eq!(named(&Owner::new(&script).tell(VIN).await), "unreachable");
    assert_eq!(script.told(), [TELL, BIND]);
}

#[tokio::test]
async fn what_it_is_bound_to_is_remembered_until_the_token_is_another() {
    let fine = || code("1000");
    let script = Script::new([
        code("8006"),
        fine(),
        fine(), // bound to the first car
        fine(), // still
        fine(),
        fine(), // bound to the other before it is asked about
        code("1402"),
        pair(2),
        fine(), // a renewal is bound to nothing
        fine(),
    ]);
    let owner = Owner::new(&script);
    for vin in [VIN, VIN, OTHER_VIN, OTHER_VIN, VIN] {
        assert_eq!(named(&owner.ask(vin).await), "ok");
    }
    let kinds: Vec<_> = script
        .told()
        .iter()
        .map(|told| told[..6].to_owned())
        .collect();
    let (get, post, put) = ("GET d ", "POST d", "PUT u ");
    assert_eq!(kinds, [get, post, get, get, post, get, get, put, get, get]);
}

#[tokio::test]
async fn a_car_on_the_other_host_is_found_there_and_asked_there_from_then_on() {
    let script = Script::new([code("8063"), code("1000"), code("1000"), code("1000")]);
    let owner = Owner::new(&script).set("other_device_url", "https://others.test");
    assert_eq!(named(&owner.tell(VIN).await), "ok");
    assert_eq!(named(&owner.ask(VIN).await), "ok");
    assert_eq!(named(&owner.ask(OTHER_VIN).await), "ok");
    assert_eq!(
        script.told(),
        [
            TELL,
            "PUT o /car/LTESTVHC7E0000001 access-1",
            "GET o /car/LTESTVHC7E0000001 access-1",
            "GET d /car/LTESTVHC9E0000002 access-1",
        ]
    );
    let script = Script::new([code("8063"), code("8063"), code("1000")]);
    let owner = Owner::new(&script).set("other_device_url", "https://others.test");
    assert_eq!(named(&owner.ask(VIN).await), "refused 8063");
    assert_eq!(named(&owner.ask(VIN).await), "ok");
    assert_eq!(
        script.told()[2],
        ASK,
        "nothing is remembered of a car that is nowhere"
    );
}

#[tokio::test]
async fn a_session_is_bound_on_the_host_where_the_car_lives() {
    let script = Script::new([code("8006"), code("8063"), code("1000"), code("1000")]);
    let owner = Owner::new(&script).set("other_device_url", "https://others.test");
    assert_eq!(named(&owner.tell(VIN).await), "ok");
    let hosts: Vec<_> = script
        .told()
        .iter()
        .map(|told| told[..6].to_owned())
        .collect();
    assert_eq!(hosts, ["PUT d ", "POST d", "POST o", "PUT o "]);
}

#[tokio::test]
async fn a_car_that_is_not_the_users_three_times_in_a_row_is_none_of_theirs() {
    let not_yours = || code("8040");
    let script = Script::new([
        not_yours(),
        not_yours(),
        code("1000"),
        not_yours(),
        not_yours(),
        code("1000"),
        not_yours(),
        not_yours(),
    ]);
    let owner = Owner::new(&script);
    let mut seen = Vec::new();
    for vin in [VIN, VIN, VIN, VIN, VIN, OTHER_VIN, VIN, VIN] {
        seen.push(named(&owner.ask(vin).await));
    }
    let (busy, gone) = ("busy", "refused 8040");
    assert_eq!(seen, [busy, busy, "ok", busy, busy, "ok", gone, gone]);
}

#[tokio::test]
async fn words_of_the_service_come_without_the_names_of_car_and_owner() {
    let body =
        format!(r#"{{"code":"4711","message":"no {VIN} for 1000001 with access-1, sorry"}}"#);
    let script = Script::new([answered(200, &body)]);
    let error = Owner::new(&script).ask(VIN).await.unwrap_err();
    assert_eq!(
        error.text().en,
        "the service said no (4711): no ••• for ••• with •••, sorry"
    );
}

#[test]
fn a_ban_is_a_status_without_a_code_of_its_own() {
    let is_ban = |Answer(answer): Answer| ban_sign(&answer.unwrap()).is_some();
    for status in [401, 403, 429] {
        assert!(is_ban(answered(status, "")), "{status}");
        assert!(is_ban(answered(status, "<html>")), "{status}");
        assert!(is_ban(answered(status, r#"{"code":"1000"}"#)), "{status}");
        assert!(!is_ban(answered(status, r#"{"code":1402}"#)), "{status}");
    }
    for other in [
        code("1501"),
        code("8160"),
        page(),
        answered(502, ""),
        answered(404, ""),
    ] {
        assert!(!is_ban(other));
    }
}

#[test]
fn every_code_stands_once_in_the_table_with_words_and_a_source() {
    for row in &TABLE {
        let same = TABLE.iter().filter(|other| other.code == row.code);
        assert_eq!(same.count(), 1, "{}", row.code);
        let texts = [row.zh, row.en, row.source];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", row.code);
    }
}

#[tokio::test]
async fn the_turn_of_a_poll_is_taken_once() {
    let script = Script::new([code("1443"), code("1000")]);
    let owner = Owner::new(&script);
    let visit = owner.visit();
    let line = Line::of(&owner.vehicles, &visit).await.unwrap();
    let request = line.get(Host::Device, "/x").poll();
    line.ask(request).await.unwrap();
    let paces: Vec<_> = script
        .sent
        .lock()
        .unwrap()
        .iter()
        .map(|it| it.pace)
        .collect();
    assert_eq!(paces, [Pace::Poll, Pace::Step]);
}
