//! The errand `permit.sign_in`: pictures and text messages read by a person, every way it can end.

use std::collections::BTreeMap;

use daiban_core::Text;
use daiban_core::ask::{Answer, AskKind};
use daiban_core::call::{Nature, Outcome};
use daiban_core::errand::{Incoming, Machine, Pass, Phase, Step};
use daiban_core::error::ServiceError;
use daiban_providers::permit::sign_in::SignIn;
use serde_json::{Value, json};

use crate::common::moment;

struct Talk {
    state: Value,
    step: Option<Step<Value>>,
}

impl Talk {
    fn begin() -> Self {
        let state = Machine::begin(
            &SignIn,
            &json!({ "way": "form" }),
            moment("2026-11-22T14:00:00"),
        )
        .unwrap();
        let mut talk = Self { state, step: None };
        talk.pass(Vec::new());
        talk
    }

    fn pass(&mut self, incoming: Vec<Incoming>) -> &Step<Value> {
        let now = moment("2026-11-22T14:00:00");
        let pass = Pass {
            errand: &"e1".into(),
            account: &"a1".into(),
            now,
            due: now,
            chance: 1,
            wishes: &json!({ "way": "form" }),
            incoming: &incoming,
            seen: &BTreeMap::new(),
        };
        let step = Machine::advance(&SignIn, 1, self.state.clone(), &pass).unwrap();
        self.state = step.state.clone();
        self.step.insert(step)
    }

    /// The one call that is under way, and how it ends.
    fn ends(&mut self, outcome: Outcome) -> &Step<Value> {
        let call = self.step.as_ref().unwrap().calls[0].clone();
        self.pass(vec![Incoming::Called {
            tag: call.tag,
            body: call.body,
            at: moment("2026-11-22T14:00:01"),
            outcome,
        }])
    }

    fn types(&mut self, text: &str) -> &Step<Value> {
        let tag = self.step.as_ref().unwrap().asks[0].tag.clone();
        self.pass(vec![Incoming::Answered {
            tag,
            answer: Answer::Text(text.to_owned()),
        }])
    }

    fn does(&self) -> &str {
        self.step.as_ref().unwrap().calls[0].body["do"]
            .as_str()
            .unwrap()
    }

    fn asks(&self) -> AskKind {
        self.step.as_ref().unwrap().asks[0].kind
    }
}

fn picture() -> Outcome {
    Outcome::Done(json!({ "signed_in": false, "uuid": "u1", "picture": "iVBORw0=" }))
}

fn next(word: &str) -> Outcome {
    Outcome::Done(json!({ "signed_in": false, "next": word, "words": "图形验证码错误" }))
}

#[test]
fn a_picture_then_a_text_message_then_in() {
    let mut talk = Talk::begin();
    assert_eq!(talk.does(), "picture");
    let step = talk.ends(picture());
    assert_eq!(step.asks[0].picture.as_deref(), Some("iVBORw0="));
    assert_eq!(step.phase, Phase::NeedsYou);
    assert_eq!(step.asks[0].deadline, Some(moment("2026-11-22T14:03:00")));
    let step = talk.types(" ab12 ");
    assert_eq!(step.calls[0].nature, Nature::Act);
    assert_eq!(
        step.calls[0].body,
        json!({ "do": "login", "code": "ab12", "uuid": "u1", "phone_code": null })
    );
    talk.ends(next("text_message"));
    assert_eq!(talk.does(), "send_text_message");
    talk.ends(Outcome::Done(json!({ "signed_in": false, "sent": true })));
    assert_eq!(talk.asks(), AskKind::Sms);
    let step = talk.types("123456");
    assert_eq!(
        step.calls[0].body,
        json!({ "do": "login", "code": "ab12", "uuid": "u1", "phone_code": "123456" })
    );
    let step = talk.ends(Outcome::Done(json!({ "signed_in": true })));
    assert_eq!(
        (step.phase, step.outcome.clone()),
        (Phase::Done, Some(json!({ "signed_in": true })))
    );
}

#[test]
fn a_wrong_picture_gets_a_new_one_a_few_times() {
    let mut talk = Talk::begin();
    for _ in 0..5 {
        talk.ends(picture());
        talk.types("xxxx");
        talk.ends(next("picture"));
    }
    let step = talk.step.as_ref().unwrap();
    assert_eq!(step.phase, Phase::Failed);
    assert!(step.reason.zh.contains("5 次"));
}

#[test]
fn a_wrong_text_message_is_typed_again_without_another_message() {
    let wrong = || {
        Outcome::Failed(ServiceError::Refused {
            code: "500".to_owned(),
            text: Text::quoted("短信验证码错误"),
        })
    };
    let mut talk = Talk::begin();
    talk.ends(picture());
    talk.types("ab12");
    talk.ends(next("text_message"));
    talk.ends(Outcome::Done(json!({ "sent": true })));
    for _ in 0..2 {
        talk.types("000000");
        talk.ends(wrong());
        assert_eq!(talk.asks(), AskKind::Sms);
    }
    talk.types("000000");
    let step = talk.ends(wrong());
    assert_eq!(step.phase, Phase::Failed);
    assert!(step.reason.zh.contains("短信验证码错误"));
}

#[test]
fn a_sign_in_nobody_knows_about_begins_anew_with_a_new_picture() {
    let mut talk = Talk::begin();
    talk.ends(picture());
    talk.types("ab12");
    talk.ends(Outcome::Unknown(Text::new("不知道", "not known")));
    assert_eq!(talk.does(), "picture");
    // The code of the first message may be spent: the new round asks for another, and the third time stops.
    for round in 0..3 {
        talk.ends(picture());
        talk.types("ab12");
        talk.ends(next("text_message"));
        if round == 2 {
            break;
        }
        assert_eq!(talk.does(), "send_text_message");
        talk.ends(Outcome::Done(json!({ "sent": true })));
        talk.types("123456");
        talk.ends(Outcome::Unknown(Text::new("不知道", "not known")));
    }
    assert_eq!(talk.step.as_ref().unwrap().phase, Phase::Failed);
}

#[test]
fn a_message_that_may_have_been_sent_is_asked_for() {
    let mut talk = Talk::begin();
    talk.ends(picture());
    talk.types("ab12");
    talk.ends(next("text_message"));
    talk.ends(Outcome::Unknown(Text::new(
        "不知道短信发出没有",
        "not known",
    )));
    assert_eq!(talk.asks(), AskKind::Sms);
}

#[test]
fn silence_and_refusal_end_it_with_words() {
    let mut talk = Talk::begin();
    talk.ends(picture());
    let step = talk.pass(vec![Incoming::AskExpired {
        tag: "picture".to_owned(),
    }]);
    assert_eq!(step.phase, Phase::Failed);

    let mut talk = Talk::begin();
    talk.ends(picture());
    talk.types("ab12");
    let refused = ServiceError::Refused {
        code: "500".to_owned(),
        text: Text::quoted("用户信息不匹配"),
    };
    let step = talk.ends(Outcome::Failed(refused));
    assert_eq!(step.phase, Phase::Failed);
    assert!(step.reason.zh.contains("用户信息不匹配"));
    assert!(
        Machine::begin(
            &SignIn,
            &json!({ "way": "token" }),
            moment("2026-11-22T14:00:00")
        )
        .is_err()
    );
}
