//! What a booking meets: messages, cards, changes, lines, refusals, older bookings.

use daiban_core::{
    ask::{Answer, Ask, AskKind},
    errand::Phase,
};
use daiban_sim::{Clinic, ClinicLine, ClinicNeeds, Hospital, HospitalSaid, OwnBooking, Sim};
use serde_json::json;

use crate::kit::hospital::{Family, HOS, MOBILE, at_the_phone, clinic};
use crate::kit::story::day;

fn said(code: i64, msg: &str) -> HospitalSaid {
    HospitalSaid {
        code,
        msg: Some(msg.to_owned()),
    }
}

/// A family whose hospital has this clinic and whose person does that.
async fn family(clinic: Clinic, person: fn(&Sim, &Ask) -> Option<Answer>) -> Family {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(clinic);
    family.rig.person = Box::new(person);
    family
}

#[tokio::test]
async fn a_free_place_is_booked_at_once_for_the_child() {
    let mut family = family(clinic("张示例"), |_, _| None).await;
    let errand = family.wish(&[]).await;
    family.until(10).await;
    family.one_booking(&errand, "free from the start").await;
    let booking = family.fact(&errand, "booking").await.unwrap();
    assert_eq!(booking["date"], day(1).to_string());
    assert!(family.made()[0].contains("王小例"), "{:?}", family.made());
    assert!(
        family.told().await[0].starts_with("约上了"),
        "{:?}",
        family.told().await
    );
}

#[tokio::test]
async fn row_12_the_wished_patient_is_booked_for_and_nobody_else() {
    let mut family = family(clinic("张示例"), |_, _| None).await;
    let errand = family.wish(&[("patient", "王示例")]).await;
    family.until(10).await;
    family.one_booking(&errand, "the parent").await;
    assert!(family.made()[0].contains("王示例"), "{:?}", family.made());
}

#[tokio::test]
async fn a_patient_who_is_not_listed_ends_it_with_the_names() {
    let mut family = family(clinic("张示例"), |_, _| None).await;
    let errand = family.wish(&[("patient", "李示例")]).await;
    family.until(10).await;
    let row = family.row(&errand).await;
    assert_eq!(row.phase, Phase::Failed);
    assert!(row.reason.zh.contains("王小例"), "{}", row.reason.zh);
    assert!(family.made().is_empty());
}

#[tokio::test]
async fn row_07_row_08_row_09_a_wanted_code_is_asked_for_at_once_and_booked_with() {
    let needs = ClinicNeeds {
        sms: Some(4),
        ..ClinicNeeds::default()
    };
    let clinic = Clinic {
        needs,
        ..clinic("张示例")
    };
    let mut family = family(clinic, at_the_phone).await;
    // A minute after the code of the sign-in, as the service wants it.
    family.until(3).await;
    let errand = family.wish(&[]).await;
    family.until(12).await;
    family.one_booking(&errand, "with a code").await;
    assert_eq!(family.rig.effects("hospital.sms ORDER_CODE").len(), 1);
}

#[tokio::test]
async fn a_wrong_code_is_asked_for_again_and_the_right_one_books() {
    fn first_wrong(sim: &Sim, ask: &Ask) -> Option<Answer> {
        let wrong = !ask.ask.body.zh.contains("上一次");
        match ask.ask.kind {
            AskKind::Sms if wrong => Some(Answer::Text("000001".to_owned())),
            AskKind::Sms => sim.hospital_sms_code(MOBILE).map(Answer::Text),
            _ => None,
        }
    }
    let needs = ClinicNeeds {
        sms: Some(4),
        ..ClinicNeeds::default()
    };
    let mut family = family(
        Clinic {
            needs,
            ..clinic("张示例")
        },
        first_wrong,
    )
    .await;
    family.until(3).await;
    let errand = family.wish(&[]).await;
    family.until(12).await;
    family.one_booking(&errand, "the second code").await;
    assert_eq!(family.rig.effects("hospital.sms ORDER_CODE").len(), 1);
}

#[tokio::test]
async fn a_wanted_card_number_is_asked_for() {
    let needs = ClinicNeeds {
        hospital_card: Some(4),
        ..ClinicNeeds::default()
    };
    let clinic = Clinic {
        needs,
        ..clinic("张示例")
    };
    let mut family = family(clinic, |_, ask| {
        (ask.ask.tag == "card").then(|| Answer::Text("90001234".to_owned()))
    })
    .await;
    let errand = family.wish(&[]).await;
    family.until(10).await;
    family
        .one_booking(&errand, "with the hospital's card")
        .await;
}

/// The confirm page shows another doctor: nothing is booked without a word.
#[tokio::test]
async fn a_change_is_asked_about_and_booked_only_after_a_yes() {
    let changed = || Clinic {
        at_confirm: [("doctorName".to_owned(), json!("李示例"))]
            .into_iter()
            .collect(),
        ..clinic("张示例")
    };
    let mut no = family(changed(), |_, ask| {
        (ask.ask.tag == "changed").then_some(Answer::Denied)
    })
    .await;
    let errand = no.wish(&[]).await;
    no.until(10).await;
    assert!(no.made().is_empty(), "{:?}", no.made());
    assert_eq!(no.stands(&errand).await.0, Phase::Waiting);
    let mut yes = family(changed(), |_, ask| {
        (ask.ask.tag == "changed").then_some(Answer::Approved)
    })
    .await;
    let errand = yes.wish(&[]).await;
    yes.until(10).await;
    yes.one_booking(&errand, "after a yes").await;
}

#[tokio::test]
async fn pitfall_the_fee_is_checked_and_what_is_too_dear_is_left() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(Clinic {
        fee: "300".to_owned(),
        ..clinic("张示例")
    });
    family.rig.sim.add_clinic(Clinic {
        fee: "60".to_owned(),
        half_day: "AFTERNOON".to_owned(),
        ..clinic("李示例")
    });
    let errand = family.wish(&[("fee_max", "100")]).await;
    family.until(10).await;
    family
        .one_booking(&errand, "the one within the ceiling")
        .await;
    let booking = family.fact(&errand, "booking").await.unwrap();
    assert_eq!(
        (&booking["doctor"], &booking["fee_fen"]),
        (&"李示例".into(), &6000.into())
    );
    let missed = family.fact(&errand, "missed").await.unwrap();
    assert!(missed.to_string().contains("超过了你定的上限"), "{missed}");
}

#[tokio::test]
async fn a_booking_in_the_line_is_not_called_booked_before_it_is() {
    let line = |waits, refused| Clinic {
        line: Some(ClinicLine { waits, refused }),
        ..clinic("张示例")
    };
    let mut through = family(line(6, false), |_, _| None).await;
    let errand = through.wish(&[]).await;
    through
        .rig
        .run_to(crate::kit::START_MS + crate::kit::MINUTE_MS + 15_000)
        .await;
    assert_eq!(
        through.stands(&errand).await,
        (Phase::Working, "lineup".to_owned())
    );
    assert!(through.told().await.is_empty());
    through.until(5).await;
    through.one_booking(&errand, "through the line").await;

    let mut refused = family(line(2, true), |_, _| None).await;
    let errand = refused.wish(&[]).await;
    refused.until(2).await;
    assert_eq!(refused.fact(&errand, "booking").await, None);
    let missed = refused.fact(&errand, "missed").await.unwrap();
    assert!(missed.to_string().contains("排队没排上"), "{missed}");
}

#[tokio::test]
async fn pitfall_8008_is_looked_up_and_told_as_the_older_booking_it_is() {
    let mut family = family(clinic("张示例"), |_, _| None).await;
    let order_no = family
        .rig
        .sim
        .book_hospital_as_owner(&OwnBooking {
            mobile: MOBILE.to_owned(),
            patient: "王小例".to_owned(),
            hos: HOS.to_owned(),
            first: "04".to_owned(),
            second: "644".to_owned(),
            date: day(1),
        })
        .unwrap();
    family.until(30).await;
    let only = day(1).to_string();
    let errand = family.wish(&[("to", &only)]).await;
    family.until(45).await;
    let story = family.rig.story(&errand).await;
    let booking = family.fact(&errand, "booking").await;
    assert_eq!(
        booking.unwrap_or_default()["order_no"],
        *order_no,
        "{story}"
    );
    assert!(
        family
            .told()
            .await
            .iter()
            .any(|title| title.contains("已有预约")),
        "{:?}",
        family.told().await
    );
}

#[tokio::test]
async fn what_the_service_says_at_a_booking_leads_where_it_should() {
    let check = async |call: &str, words: HospitalSaid, expected: (usize, Phase, &str)| {
        let mut family = family(clinic("张示例"), |_, _| None).await;
        family.rig.sim.set_options(|options| {
            options
                .hospital
                .say_once
                .insert(call.to_owned(), words.clone());
        });
        let errand = family.wish(&[]).await;
        family.until(25).await;
        let (phase, checkpoint) = family.stands(&errand).await;
        let story = family.rig.story(&errand).await;
        assert_eq!(
            (family.made().len(), phase, checkpoint.as_str()),
            expected,
            "{call}: {words:?}{story}"
        );
    };
    let booked = (1, Phase::Waiting, "booked");
    check(
        "product/confirm",
        said(10_000, "系统繁忙，请稍后再试"),
        booked,
    )
    .await;
    check("product/confirm", said(10_000, "没有相关号源"), booked).await;
    check(
        "product/confirm",
        said(102, "需要登录"),
        (0, Phase::NeedsYou, "needs_sign_in"),
    )
    .await;
    check("order/save", said(10_000, "没有相关号源"), booked).await;
    check("order/save", said(10_000, "系统繁忙，请稍后再试"), booked).await;
    check("order/save", said(0, ""), booked).await;
    check("order/save", said(8008, "科室预约规则检查重复订单"), booked).await;
    check(
        "order/save",
        said(10_000, "您的预约次数已达上限"),
        (0, Phase::Waiting, "watching"),
    )
    .await;
    check("order/detail", said(10_000, "系统繁忙，请稍后再试"), booked).await;
}

#[tokio::test]
async fn row_03_an_account_that_was_stopped_is_told_and_left_alone() {
    let mut family = family(clinic("张示例"), |_, _| None).await;
    family.rig.sim.set_options(|options| {
        let words = said(10_000, "您的账户存在异常，请到现场挂号!");
        options.hospital.say.insert("order/save".to_owned(), words);
    });
    let errand = family.wish(&[]).await;
    family.until(60).await;
    let row = family.row(&errand).await;
    assert_eq!(row.phase, Phase::Failed, "{}", row.reason.zh);
    assert_eq!(
        family.asked("/web/order/save").len(),
        1,
        "never tried again"
    );
    assert!(
        family
            .told()
            .await
            .contains(&"114 停了这个账号的预约".to_owned())
    );
}

/// The list of orders cannot be had, and nobody knows: a person is asked, and nothing is booked meanwhile.
#[tokio::test]
async fn what_nobody_can_know_is_asked_and_not_booked_again() {
    use daiban_sim::{FaultKind, FaultPlan, When};
    let mut family = family(clinic("张示例"), |_, _| None).await;
    family
        .rig
        .sim
        .set_options(|options| options.hospital.order_list = false);
    family.rig.sim.faults().add(FaultPlan {
        service: "hospital".to_owned(),
        path_contains: "order/save".to_owned(),
        nth: Some(1),
        when: When::After,
        kind: FaultKind::Timeout,
    });
    let errand = family.wish(&[]).await;
    family.until(120).await;
    let stands = family.stands(&errand).await;
    let story = family.rig.story(&errand).await;
    assert_eq!(stands, (Phase::NeedsYou, "unsure".to_owned()), "{story}");
    assert_eq!(family.asked("/web/order/save").len(), 1);
    family.rig.person = Box::new(|_, ask| (ask.ask.tag == "unsure").then_some(Answer::Approved));
    family.until(180).await;
    let row = family.row(&errand).await;
    assert_eq!(row.outcome.unwrap()["result"], "booked_as_told");
    assert_eq!(family.made().len(), 1);
}

/// Nobody answered: it ends with the day, and with the truth that nobody knows.
#[tokio::test]
async fn what_nobody_ever_told_stays_unknown() {
    use daiban_sim::{FaultKind, When};
    let mut family = family(clinic("张示例"), |_, _| None).await;
    family
        .rig
        .sim
        .set_options(|options| options.hospital.order_list = false);
    let faults = family.rig.sim.faults();
    faults.once("hospital", "order/save", When::After, FaultKind::Timeout);
    let errand = family.wish(&[]).await;
    family.until(2 * 24 * 60).await;
    let row = family.row(&errand).await;
    assert_eq!(row.phase, Phase::Failed, "{}", row.reason.zh);
    assert_eq!(row.outcome.unwrap()["result"], "unknown");
    assert_eq!(family.asked("/web/order/save").len(), 1);
}

#[tokio::test]
async fn an_owner_who_is_asked_first_says_yes_or_no() {
    for (answer, bookings) in [(Answer::Approved, 1), (Answer::Denied, 0)] {
        let mut family = Family::signed_in(Hospital::default()).await;
        family.rig.sim.add_clinic(clinic("张示例"));
        let given = answer.clone();
        family.rig.person = Box::new(move |_, ask| (ask.ask.tag == "take").then(|| given.clone()));
        let only = day(1).to_string();
        let errand = family.wish(&[("then", "ask"), ("to", &only)]).await;
        family.until(30).await;
        let story = family.rig.story(&errand).await;
        assert_eq!(family.made().len(), bookings, "{answer:?}{story}");
    }
}

#[tokio::test]
async fn who_only_wants_to_be_told_is_told_once_and_nothing_is_booked() {
    let mut family = Family::signed_in(Hospital::default()).await;
    family.rig.sim.add_clinic(Clinic {
        date: Some(day(2)),
        ..clinic("张示例")
    });
    let errand = family.wish(&[("then", "notify")]).await;
    family.until(120).await;
    assert!(family.made().is_empty());
    let told = family.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("有号：儿科门诊"), "{told:?}");
    assert_eq!(family.stands(&errand).await.0, Phase::Waiting);
}
