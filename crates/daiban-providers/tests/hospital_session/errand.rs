//! The errand `hospital.sign_in`, pass by pass.

use std::collections::BTreeMap;

use daiban_core::ask::{Answer, AskKind};
use daiban_core::call::{Nature, Outcome};
use daiban_core::errand::{Incoming, Machine, Pass, Phase, Step};
use daiban_core::error::ServiceError;
use daiban_core::{Text, Timestamp};
use daiban_providers::hospital::error::{means, sign_in_lost};
use daiban_providers::hospital::sign_in::SignIn;
use serde_json::{Value, json};

use crate::now;

/// The errand, the clock and what was last answered.
struct Talk {
    now: Timestamp,
    state: Value,
    step: Step<Value>,
}

impl Talk {
    /// Begun: a picture is asked for.
    fn begin() -> Self {
        let state = Machine::begin(&SignIn, &json!({ "way": "sms" }), now()).unwrap();
        let mut talk = Self {
            now: now(),
            state,
            step: Step::new(Value::Null, Phase::Waiting, "", Text::default()),
        };
        talk.pass(Vec::new());
        assert_eq!(talk.does(), "picture");
        talk
    }

    /// The message was sent and its code is asked for.
    fn sent() -> Self {
        let mut talk = Self::begin();
        talk.reaches_the_code();
        talk
    }

    fn reaches_the_code(&mut self) {
        self.shows();
        self.types("1234");
        self.ends(right(true));
        assert_eq!(self.does(), "send_code");
        self.ends(done(json!({ "sent": true })));
        self.assert_asks(AskKind::Sms);
    }

    fn pass(&mut self, incoming: Vec<Incoming>) -> &Step<Value> {
        let pass = Pass {
            errand: &"e1".into(),
            account: &"a1".into(),
            now: self.now,
            due: self.now,
            chance: 1,
            wishes: &json!({ "way": "sms" }),
            incoming: &incoming,
            seen: &BTreeMap::new(),
        };
        self.step = Machine::advance(&SignIn, 1, self.state.clone(), &pass).unwrap();
        self.state = self.step.state.clone();
        &self.step
    }

    /// The one call under way ends.
    fn ends(&mut self, outcome: Outcome) -> &Step<Value> {
        let [call] = &self.step.calls[..] else {
            panic!("one call, not {:?}", self.step)
        };
        let (tag, body, at) = (call.tag.clone(), call.body.clone(), self.now);
        self.pass(vec![Incoming::Called {
            tag,
            body,
            at,
            outcome,
        }])
    }

    fn fails(&mut self, error: ServiceError) -> &Step<Value> {
        self.ends(Outcome::Failed(error))
    }

    /// The picture arrives.
    fn shows(&mut self) {
        let seen = json!({ "signed_in": false, "picture": "iVBO", "mobile": "138****0000" });
        self.ends(done(seen));
        self.assert_asks(AskKind::Captcha);
    }

    /// A person answers the one open ask.
    fn types(&mut self, text: &str) -> &Step<Value> {
        let tag = self.step.asks[0].tag.clone();
        let answer = Answer::Text(text.to_owned());
        self.pass(vec![Incoming::Answered { tag, answer }])
    }

    fn expires(&mut self) -> &Step<Value> {
        let tag = self.step.asks[0].tag.clone();
        self.pass(vec![Incoming::AskExpired { tag }])
    }

    fn does(&self) -> &str {
        let [call] = &self.step.calls[..] else {
            panic!("one call, not {:?}", self.step)
        };
        call.body["do"].as_str().unwrap()
    }

    fn asked(&self) -> String {
        self.step.asks[0].body.zh.clone()
    }

    fn deadline_s(&self) -> i64 {
        let deadline = self.step.asks[0].deadline.unwrap();
        deadline.as_second() - now().as_second()
    }

    #[track_caller]
    fn assert_asks(&self, kind: AskKind) {
        assert_eq!(self.step.asks.len(), 1, "{:?}", self.step);
        assert_eq!(self.step.asks[0].kind, kind);
        assert_eq!(self.step.phase, Phase::NeedsYou);
        assert!(self.step.calls.is_empty());
    }

    #[track_caller]
    fn assert_over(&self, phase: Phase, words: &[&str]) {
        assert_eq!(self.step.phase, phase, "{:?}", self.step.reason);
        let outcome = json!({ "signed_in": phase == Phase::Done });
        assert_eq!(self.step.outcome, Some(outcome));
        for word in words {
            assert!(self.step.reason.zh.contains(word), "{:?}", self.step.reason);
        }
        assert!(self.step.calls.is_empty() && self.step.asks.is_empty());
    }
}

fn done(value: Value) -> Outcome {
    Outcome::Done(value)
}

fn right(right: bool) -> Outcome {
    done(json!({ "signed_in": false, "right": right }))
}

fn unreachable() -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new("114 出错（HTTP 502）", "114 failed (HTTP 502)"),
    }
}

#[test]
fn a_picture_a_message_and_somebody_is_signed_in() {
    let mut talk = Talk::begin();
    assert_eq!(talk.step.calls[0].nature, Nature::Look);
    talk.shows();
    let ask = &talk.step.asks[0];
    assert_eq!(ask.picture.as_deref(), Some("iVBO"));
    assert!(ask.body.zh.contains("138****0000"), "{}", ask.body.zh);
    assert_eq!(talk.deadline_s(), 180);
    talk.types(" 1234 ");
    let [call] = &talk.step.calls[..] else {
        panic!()
    };
    assert_eq!(call.nature, Nature::Look);
    assert_eq!(call.body, json!({ "do": "check_picture", "code": "1234" }));
    talk.ends(right(true));
    let [call] = &talk.step.calls[..] else {
        panic!()
    };
    assert_eq!(call.nature, Nature::Act);
    assert_eq!(call.body, json!({ "do": "send_code", "code": "1234" }));
    talk.ends(done(json!({ "signed_in": false, "sent": true })));
    talk.assert_asks(AskKind::Sms);
    assert_eq!(talk.deadline_s(), 300);
    assert!(talk.asked().contains("138****0000"));
    talk.types("123456");
    let [call] = &talk.step.calls[..] else {
        panic!()
    };
    assert_eq!(call.nature, Nature::Act);
    assert_eq!(call.body, json!({ "do": "login", "code": "123456" }));
    talk.ends(done(json!({ "signed_in": true })));
    talk.assert_over(Phase::Done, &["登录成功"]);
    // Nothing of what was typed stays behind.
    assert!(!talk.state.to_string().contains("1234"), "{}", talk.state);
}

#[test]
fn a_wrong_picture_costs_another_picture_and_no_message() {
    let mut talk = Talk::begin();
    for _ in 0..4 {
        talk.shows();
        talk.types("0000");
        talk.ends(right(false));
        assert_eq!(talk.does(), "picture");
    }
    talk.shows();
    assert!(talk.asked().contains("图片验证码不对"), "{}", talk.asked());
    assert!(talk.asked().contains("第 5 张"));
    talk.types("0000");
    talk.ends(right(false));
    talk.assert_over(Phase::Failed, &["5 次"]);
}

#[test]
fn a_picture_may_still_be_wrong_when_the_message_is_asked_for() {
    let mut talk = Talk::begin();
    talk.shows();
    talk.types("1234");
    talk.ends(right(true));
    talk.fails(means(10000, "图片验证码错误"));
    assert_eq!(talk.does(), "picture");
    talk.reaches_the_code();
    assert!(
        talk.asked().contains("重发"),
        "that was the first message: {}",
        talk.asked()
    );
}

#[test]
fn a_message_that_cannot_be_had_is_explained() {
    for (code, words, todo) in [
        (812, "短信发送太频繁", "等一两分钟"),
        (817, "抱歉，短信验证码发送次数已达到今日上限！", "明天"),
        (10000, "您的账户存在异常，请到现场挂号!", "存在异常"),
    ] {
        let mut talk = Talk::begin();
        talk.shows();
        talk.types("1234");
        talk.ends(right(true));
        talk.fails(means(code, words));
        talk.assert_over(Phase::Failed, &[words, todo]);
    }
}

#[test]
fn a_message_nobody_knows_of_is_for_the_person_to_look_for() {
    let mut talk = Talk::begin();
    talk.shows();
    talk.types("1234");
    talk.ends(right(true));
    talk.ends(Outcome::Unknown(Text::new("看看手机", "look at the phone")));
    talk.assert_asks(AskKind::Sms);
    assert!(talk.asked().starts_with("看看手机"), "{}", talk.asked());
}

#[test]
fn two_messages_at_most() {
    let mut talk = Talk::sent();
    talk.types("重发");
    assert_eq!(talk.does(), "picture");
    talk.reaches_the_code();
    assert!(talk.asked().contains("最后一条"), "{}", talk.asked());
    talk.types("resend");
    talk.assert_asks(AskKind::Sms);
    assert!(talk.asked().contains("不再发"), "{}", talk.asked());
    // The message that is there still signs in.
    talk.types("123456");
    assert_eq!(talk.does(), "login");
}

#[test]
fn a_message_asked_for_too_soon_leaves_the_one_before_it() {
    let mut talk = Talk::sent();
    let again = |talk: &mut Talk| {
        talk.types("重发");
        talk.shows();
        talk.types("1234");
        talk.ends(right(true));
        talk.fails(means(812, "短信发送太频繁"));
    };
    talk.now = Timestamp::from_second(now().as_second() + 50).unwrap();
    again(&mut talk);
    talk.assert_asks(AskKind::Sms);
    assert!(talk.asked().contains("太频繁"), "{}", talk.asked());
    assert_eq!(talk.deadline_s(), 300);
    // Once that one has run out there is nothing to type.
    talk.now = Timestamp::from_second(now().as_second() + 300).unwrap();
    again(&mut talk);
    talk.assert_over(Phase::Failed, &["等一两分钟"]);
}

#[test]
fn a_wrong_code_is_typed_again_with_the_same_message() {
    let wrong = || means(10000, "手机验证码错误！");
    let mut talk = Talk::sent();
    talk.now = Timestamp::from_second(now().as_second() + 40).unwrap();
    for _ in 0..2 {
        talk.types("000000");
        talk.fails(wrong());
        talk.assert_asks(AskKind::Sms);
        assert!(talk.asked().contains("手机验证码错误"), "{}", talk.asked());
        assert_eq!(talk.deadline_s(), 300, "the message grows no younger");
    }
    talk.types("000000");
    talk.fails(wrong());
    talk.assert_over(Phase::Failed, &["3 次", "手机验证码错误"]);
}

#[test]
fn what_is_no_code_is_not_handed_in() {
    let mut talk = Talk::sent();
    for odd in ["12345", "1234567", "12345a", "１２３４５６"] {
        talk.types(odd);
        talk.assert_asks(AskKind::Sms);
        assert!(talk.asked().contains("6 位数字"), "{odd}");
    }
    talk.types(" 123456 ");
    assert_eq!(talk.step.calls[0].body["code"], "123456");
}

#[test]
fn at_the_last_moment_there_is_a_minute_to_type_it_again() {
    let mut talk = Talk::sent();
    talk.now = Timestamp::from_second(now().as_second() + 299).unwrap();
    talk.types("000000");
    talk.fails(means(10000, "手机验证码错误！"));
    assert_eq!(talk.deadline_s(), 359);
}

#[test]
fn a_sign_in_nobody_knows_of_is_handed_in_again_by_a_person_only() {
    for outcome in [
        Outcome::DidNotHappen(Text::new("114 说没有登录", "nobody is signed in")),
        Outcome::Unknown(Text::new("没有人知道", "nobody knows")),
        Outcome::Failed(unreachable()),
    ] {
        let mut talk = Talk::sent();
        talk.types("123456");
        talk.ends(outcome);
        talk.assert_asks(AskKind::Sms);
        talk.types("123456");
        talk.ends(done(json!({ "signed_in": true })));
        talk.assert_over(Phase::Done, &[]);
    }
    let mut talk = Talk::sent();
    talk.types("123456");
    talk.fails(means(10000, "您的账户存在异常，请到现场挂号!"));
    talk.assert_over(Phase::Failed, &["存在异常"]);
}

#[test]
fn trouble_is_met_with_another_picture_a_few_times() {
    let mut talk = Talk::begin();
    talk.fails(unreachable());
    assert_eq!(talk.does(), "picture");
    let wait = talk.step.calls[0].not_before.unwrap();
    assert_eq!(wait.as_second() - talk.now.as_second(), 5);
    talk.shows();
    assert!(talk.asked().contains("HTTP 502"), "{}", talk.asked());
    talk.types("1234");
    talk.fails(unreachable());
    assert_eq!(talk.does(), "picture");
    talk.fails(unreachable());
    talk.assert_over(Phase::Failed, &["HTTP 502"]);
    // What will not pass is not asked again.
    for error in [
        means(10000, "您的请求过于频繁，请稍后再试"),
        means(10000, "系统维护中"),
        sign_in_lost(),
    ] {
        let mut talk = Talk::begin();
        talk.fails(error.clone());
        talk.assert_over(Phase::Failed, &[&error.text().zh]);
    }
}

#[test]
fn nobody_at_the_phone() {
    let mut talk = Talk::begin();
    talk.shows();
    talk.expires();
    talk.assert_over(Phase::Failed, &["没有人在时限内"]);
    let mut talk = Talk::sent();
    talk.expires();
    talk.assert_over(Phase::Failed, &["没有人在时限内"]);
}

#[test]
fn the_owners_word_begins_with_another_picture() {
    for word in [Incoming::Woken, Incoming::Resumed] {
        let mut talk = Talk::begin();
        // Under way already: the picture that comes is the one that counts.
        talk.pass(vec![word.clone()]);
        assert!(talk.step.calls.is_empty());
        let mut talk = Talk::begin();
        talk.shows();
        talk.pass(vec![word.clone()]);
        assert_eq!(talk.does(), "picture");
        assert!(talk.step.withdraw_asks);
        let mut talk = Talk::sent();
        talk.pass(vec![word.clone()]);
        assert_eq!(talk.does(), "picture");
    }
}

#[test]
fn what_is_for_another_stage_changes_nothing() {
    let mut talk = Talk::sent();
    let late = Incoming::Called {
        tag: "picture".into(),
        body: json!({ "do": "picture" }),
        at: now(),
        outcome: done(json!({ "picture": "late" })),
    };
    let before = talk.state.clone();
    talk.pass(vec![late]);
    assert_eq!(talk.step.phase, Phase::NeedsYou);
    assert_eq!(talk.state, before);
    // An errand that is over stays over.
    let mut talk = Talk::begin();
    talk.shows();
    talk.expires();
    talk.pass(vec![Incoming::Woken]);
    assert_eq!(talk.step.phase, Phase::Failed);
}

#[test]
fn there_is_one_way() {
    let begin = |wishes| Machine::begin(&SignIn, &wishes, now());
    assert!(begin(json!({})).is_ok());
    assert_eq!(
        begin(json!({ "way": "password" })).unwrap_err().field,
        "way"
    );
}
