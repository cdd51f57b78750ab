//! Facts on the left, entries on the right.
#![allow(clippy::unwrap_used)]

use daiban_core::{
    ask::{AskKind, NewAsk},
    id::UserId,
};
use jiff::civil::date;
use serde_json::json;

use super::*;

fn matter(kind: &str, phase: Phase, wishes: Value, facts: Value) -> Matter {
    let facts = facts.as_object().unwrap().clone();
    Matter {
        row: ErrandRow {
            id: ErrandId::from(format!("e-{kind}").as_str()),
            user: UserId::from("u"),
            account: AccountId::from("a"),
            kind: kind.to_owned(),
            phase,
            checkpoint: "there".to_owned(),
            reason: Text::quoted("why"),
            next_at: None,
            wishes,
            outcome: None,
            created_at: at("2026-11-20T08:00:00+08:00"),
            internal: false,
        },
        facts: facts.into_iter().collect(),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// `2026-12-01T09:00:00+08:00..2026-12-01T09:30:00+08:00 visit told 小满 呼吸科看诊`
fn line(entry: &Entry) -> String {
    let word = |value: Value| match value {
        Value::String(word) => word,
        other => other.to_string(),
    };
    let until = entry.until.map(|until| format!("..{}", word(json!(until))));
    let certainty = json!(entry.certainty);
    let certainty = certainty["is"].as_str().unwrap();
    format!(
        "{}{} {} {certainty} {}",
        word(json!(entry.when)),
        until.unwrap_or_default(),
        word(json!(entry.kind)),
        entry.what.zh
    )
}

fn check(matters: &[Matter], expected: &[&str]) -> Agenda {
    let agenda = collect(matters, &[]);
    let lines: Vec<String> = agenda.entries.iter().map(line).collect();
    assert_eq!(lines, expected);
    agenda
}

fn stop(name: &str) -> Value {
    json!({ "name": name, "code": "XXX" })
}

fn ticket(passenger: &str, seat: &str) -> Value {
    json!({
        "passenger": passenger, "ticket": null, "train": "G79", "date": "2026-12-04", "from": stop("北京西"), "to": stop("郑州东"),
        "depart": "2026-12-04T09:00:00+08:00", "seat": null, "class": "二等座", "coach": "05", "seat_no": seat,
        "price_fen": 53_000, "status": "待支付",
    })
}

fn order(state: &str) -> Value {
    json!({
        "state": state, "order_no": "E1", "pay_before": "2026-11-22T14:36:00+08:00", "total_fen": 106_000,
        "tickets": [ticket("林岚", "07A"), ticket("林小满", "07B")],
    })
}

fn rail(phase: Phase, facts: Value) -> Matter {
    let wishes = json!({ "from": ["北京西"], "to": ["郑州东"], "dates": ["2026-12-04"] });
    matter("rail.ticket", phase, wishes, facts)
}

#[test]
fn an_order_is_a_trip_as_far_as_it_is_paid() {
    let trip = "2026-12-04T09:00:00+08:00 trip";
    let name = "G79 北京西 → 郑州东";
    let pay = "2026-11-22T14:36:00+08:00 pay_by told 付 G79 的票款";
    for (state, phase, expected) in [
        ("paid", Phase::Done, vec![format!("{trip} told {name}")]),
        (
            "unpaid",
            Phase::NeedsYou,
            vec![pay.to_owned(), format!("{trip} unpaid {name}")],
        ),
        (
            "unpaid",
            Phase::Cancelled,
            vec![format!("{trip} unsure {name}")],
        ),
        ("queued", Phase::Working, vec![]),
        ("lapsed", Phase::Failed, vec![]),
        ("cancelled", Phase::Done, vec![]),
        ("something new", Phase::Done, vec![]),
    ] {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let agenda = check(&[rail(phase, json!({ "order": order(state) }))], &expected);
        if state == "paid" {
            let trip = &agenda.entries[0];
            assert_eq!(trip.more.zh, "林岚 05 车 07A；林小满 05 车 07B");
            assert_eq!(trip.more.en, "林岚 coach 05, 07A; 林小满 coach 05, 07B");
        }
    }
}

#[test]
fn an_arrival_is_told_only_where_the_same_train_was_seen() {
    let seen = |train: &str, day: &str| json!([{ "train": train, "date": day, "from": "北京西", "to": "郑州东", "arrive": "2026-12-04T11:34:00+08:00", "state": "free" }]);
    for (candidates, until) in [
        (seen("G79", "2026-12-04"), Some("2026-12-04T11:34:00+08:00")),
        (seen("G81", "2026-12-04"), None),
        (seen("G79", "2026-12-05"), None),
        (json!("nonsense"), None),
    ] {
        let facts = json!({ "order": order("paid"), "candidates": candidates });
        let agenda = collect(&[rail(Phase::Done, facts)], &[]);
        assert_eq!(
            agenda.entries[0].until,
            until.map(|until| When::At(at(until)))
        );
    }
}

#[test]
fn a_wished_trip_is_planned_until_it_is_ordered() {
    let facts = json!({
        "route": { "from": ["北京南"], "to": ["上海虹桥"], "dates": ["2026-12-02", "2026-12-03"] },
        "watch": { "on_sale_at": "2026-11-24T14:30:00+08:00" },
        "candidates": [
            { "state": "not_on_sale", "until": "2026-11-24T14:30:00+08:00", "date": "2026-12-02" },
            { "state": "not_on_sale", "until": "2026-11-25T14:30:00+08:00", "date": "2026-12-03" },
            { "state": "none", "until": "2026-11-25T15:30:00+08:00", "date": "2026-12-03" },
        ],
    });
    let expected = [
        "2026-11-24T14:30:00+08:00 on_sale told 北京南 → 上海虹桥 12月2日的票开售",
        "2026-11-25T14:30:00+08:00 on_sale told 北京南 → 上海虹桥 12月3日的票开售",
        "2026-12-02 trip_wanted planned 北京南 → 上海虹桥，还没有票",
        "2026-12-03 trip_wanted planned 北京南 → 上海虹桥，还没有票",
    ];
    check(&[rail(Phase::Waiting, facts.clone())], &expected);
    // Two errands wait for one sale.
    let twice = collect(
        &[
            rail(Phase::Waiting, facts.clone()),
            rail(Phase::Waiting, facts.clone()),
        ],
        &[],
    );
    let sales = twice
        .entries
        .iter()
        .filter(|entry| entry.kind == Kind::OnSale);
    assert_eq!(sales.count(), 2);
    for phase in [Phase::Paused, Phase::Failed, Phase::Cancelled] {
        check(&[rail(phase, facts.clone())], &[]);
    }
    let mut ordered = facts;
    ordered["order"] = json!({ "state": "queued" });
    check(&[rail(Phase::Working, ordered)], &[]);
}

#[test]
fn a_standby_deposit_has_its_deadline() {
    let standby = |state: &str| {
        json!({ "standby": {
            "reserve_no": "R1", "state": state, "text": "待付款", "pay_before": "2026-11-22T15:00:00+08:00", "until": null,
            "deposit_fen": 55_300, "choices": [], "order_no": null,
        }, "order": { "state": "queued" } })
    };
    let expected = ["2026-11-22T15:00:00+08:00 pay_by told 付候补的押金"];
    check(&[rail(Phase::NeedsYou, standby("unpaid"))], &expected);
    check(&[rail(Phase::Waiting, standby("waiting"))], &[]);
    check(&[rail(Phase::Cancelled, standby("unpaid"))], &[]);
}

fn booking(state: &str, stage: &str, period: Option<&str>, cancel: Option<&str>) -> Value {
    json!({ "booking": {
        "order_no": "20261122001", "state": state, "state_text": "预约成功", "made_at": null, "can_cancel": true,
        "cancel_text": "就诊前一日 16:00 前可取消", "cancel_before": cancel, "hospital": { "code": "162", "name": "安和儿童医院" },
        "department": { "code": "644", "name": "呼吸科" }, "doctor": "周医生", "title": "主任医师", "fee_fen": 6_000,
        "visit_text": "2026年12月01日 周二 上午", "date": "2026-12-01", "half_day": "morning", "period": period,
        "take": [], "patient": "小满", "card": null, "stage": stage,
    } })
}

fn visit(phase: Phase, facts: Value) -> Matter {
    matter(
        "hospital.visit",
        phase,
        json!({ "from": "2026-12-01" }),
        facts,
    )
}

#[test]
fn a_visit_is_what_both_call_booked() {
    let cancel = Some("2026-11-30T16:00:00+08:00");
    let hours = Some("09:00-09:30");
    let booked = [
        "2026-11-30T16:00:00+08:00 cancel_by told 呼吸科的号，最晚这时取消",
        "2026-12-01T09:00:00+08:00..2026-12-01T09:30:00+08:00 visit told 小满 呼吸科看诊",
    ];
    check(
        &[visit(
            Phase::Waiting,
            booking("booked", "booked", hours, cancel),
        )],
        &booked,
    );
    check(
        &[visit(
            Phase::Done,
            booking("booked", "booked", hours, cancel),
        )],
        &booked,
    );
    // An hour that was not told is not made up from the half day.
    let no_hour = ["2026-12-01 visit told 小满 呼吸科看诊"];
    let agenda = check(
        &[visit(
            Phase::Waiting,
            booking("booked", "booked", None, None),
        )],
        &no_hour,
    );
    assert!(agenda.entries[0].more.zh.contains("上午，几点没说"));
    for (state, stage) in [
        ("cancelled", "cancelled"),
        ("booked", "lineup"),
        ("unknown", "booked"),
        ("booked", "cancelled"),
    ] {
        check(
            &[visit(Phase::Waiting, booking(state, stage, hours, cancel))],
            &[],
        );
    }
}

#[test]
fn releases_are_waited_for_until_something_is_booked() {
    let facts = json!({
        "place": { "hospital": { "code": "162", "name": "安和儿童医院" }, "departments": [
            { "code": "162/04/644", "hos": "162", "hospital": null, "second": { "code": "644", "name": "皮肤科" } },
        ] },
        "calendar": {
            "162/04/644": { "release_at": "2026-11-22T15:00:00+08:00" },
            "162/04/645": { "release_at": null },
        },
    });
    let expected = ["2026-11-22T15:00:00+08:00 release planned 皮肤科放号"];
    let agenda = check(&[visit(Phase::Waiting, facts.clone())], &expected);
    assert_eq!(agenda.entries[0].place.as_deref(), Some("安和儿童医院"));
    // Another errand for the same department adds nothing.
    check(
        &[
            visit(Phase::Waiting, facts.clone()),
            visit(Phase::Waiting, facts.clone()),
        ],
        &expected,
    );
    check(&[visit(Phase::Paused, facts.clone())], &[]);
    check(&[visit(Phase::Done, facts)], &[]);
}

fn permits(phase: Phase, coverage: Value, planned: Value) -> Matter {
    let record = |zone: &str, state: &str, from: &str, to: Value| json!({ "id": "1", "zone": zone, "state": state, "from": from, "to": to });
    let facts = json!({
        "status": { "vehicles": [
            { "plate": "冀R0D001", "records": [
                record("outside", "expired", "2026-11-12", json!("2026-11-13")),
                record("outside", "in_effect", "2026-11-20", json!("2026-11-22")),
                record("outside", "rejected", "2026-11-25", json!(null)),
                record("outside", "voided", "2026-11-01", json!("2026-11-07")),
            ] },
            { "plate": "冀R0D009", "records": [record("outside", "in_effect", "2026-11-20", json!("2026-11-26"))] },
        ] },
        "coverage": { "冀R0D001": coverage },
        "planned": planned,
    });
    let wishes = json!({ "plates": ["冀R0D001"], "zone": "outside" });
    matter("permit.keep", phase, wishes, facts)
}

#[test]
fn permits_are_told_from_records_and_what_is_expected() {
    let coverage = json!([
        { "date": "2026-11-22", "state": "has" }, { "date": "2026-11-23", "state": "will" },
        { "date": "2026-11-24", "state": "miss" }, { "date": "2026-11-25", "state": "miss" },
        { "date": "2026-11-26", "state": "none" }, { "date": "2026-11-27", "state": "miss" },
        { "date": "2026-11-28", "state": "a new word" }, { "date": "nonsense", "state": "has" },
    ]);
    let planned = json!({ "冀R0D001": "2026-11-22T07:45:00+08:00" });
    let matter = permits(Phase::Waiting, coverage.clone(), planned.clone());
    let agenda = check(
        &[matter],
        &[
            "2026-11-22 permit_ends told 冀R0D001 的六环外进京证最后一天",
            "2026-11-22T07:45:00+08:00 permit_renewal planned 去续 冀R0D001 的进京证",
            "2026-11-24..2026-11-25 permit_missing planned 冀R0D001 没有能用的进京证",
            "2026-11-27 permit_missing planned 冀R0D001 没有能用的进京证",
        ],
    );
    assert_eq!(agenda.entries[0].more.zh, "到时会续");
    let car = &agenda.permits[0];
    assert_eq!((agenda.permits.len(), car.plate.as_str()), (1, "冀R0D001"));
    let day = |day| car.days.get(&date(2026, 11, day)).copied();
    assert_eq!(
        day(13),
        Some(PermitDay::Has),
        "an expired permit was in force"
    );
    assert_eq!(day(7), None, "nobody knows since when a voided one was not");
    assert_eq!(day(21), Some(PermitDay::Has));
    assert_eq!(day(23), Some(PermitDay::Will));
    assert_eq!(day(26), None);
    assert_eq!(day(28), Some(PermitDay::Unknown));

    // Nobody renews for an errand that is paused.
    let agenda = collect(&[permits(Phase::Paused, coverage, planned)], &[]);
    assert!(
        agenda
            .entries
            .iter()
            .all(|entry| entry.kind != Kind::PermitRenewal)
    );
    assert_eq!(
        agenda.permits[0].days.get(&date(2026, 11, 23)),
        Some(&PermitDay::Unknown)
    );
}

#[test]
fn a_car_is_due_about_then() {
    let watch = |phase, facts| matter("vehicle.watch", phase, json!({}), facts);
    let facts = json!({
        "reading": { "plate": "冀R0D003", "updated_at": "2026-11-20T09:00:00+08:00", "days_to_service": 25, "km_to_service": 1234.4 },
        "data": { "until": "2026-12-31T23:59:59+08:00", "days_left": 41, "as_of": "2026-11-20T09:00:00+08:00",
            "basic": { "until": "2027-08-01T00:00:00+08:00" } },
    });
    let agenda = check(
        &[watch(Phase::Waiting, facts.clone())],
        &[
            "2026-12-15 car_service about 冀R0D003 大约该保养了",
            "2026-12-31 sim_data told 冀R0D003 车机流量到期",
            "2027-08-01 sim_data told 冀R0D003 车机卡到期",
        ],
    );
    assert_eq!(agenda.entries[0].more.zh, "或再开 1234 公里");
    check(&[watch(Phase::Cancelled, facts)], &[]);
    let reckoned = json!({ "data": { "days_left": 3, "as_of": "2026-11-20T09:00:00+08:00" } });
    check(
        &[watch(Phase::Waiting, reckoned)],
        &["2026-11-23 sim_data about 车机流量到期"],
    );
    for unknown in [
        json!({ "reading": { "days_to_service": 25 } }),
        json!({ "reading": { "updated_at": "2026-11-20T09:00:00+08:00" } }),
        json!({ "reading": null, "data": null }),
        json!({}),
    ] {
        check(&[watch(Phase::Waiting, unknown)], &[]);
    }
}

fn ask(errand: &ErrandId, state: AskState, deadline: Option<&str>) -> Ask {
    Ask {
        id: AskId::from("ask-1"),
        user: UserId::from("u"),
        service: Service::Rail,
        account: AccountId::from("a"),
        errand: errand.clone(),
        at: at("2026-11-22T14:00:00+08:00"),
        state,
        ask: NewAsk {
            tag: "pay".to_owned(),
            kind: AskKind::Approve,
            title: Text::quoted("去付款"),
            body: Text::default(),
            told: None,
            picture: None,
            deadline: deadline.map(at),
        },
        ended_at: None,
    }
}

#[test]
fn an_ask_has_its_deadline_and_is_not_told_twice() {
    let paying = rail(Phase::NeedsYou, json!({ "order": order("unpaid") }));
    let of = |state, deadline| {
        let ask = ask(&paying.row.id, state, deadline);
        collect(std::slice::from_ref(&paying), &[ask]).entries
    };
    let same = of(AskState::Open, Some("2026-11-22T14:36:00+08:00"));
    assert_eq!(same.len(), 2);
    assert_eq!((same[0].kind, same[0].ask.is_some()), (Kind::PayBy, true));
    let other = of(AskState::Open, Some("2026-11-22T14:20:00+08:00"));
    assert_eq!(line(&other[0]), "2026-11-22T14:20:00+08:00 ask told 去付款");
    assert_eq!(other.len(), 3);
    assert_eq!(of(AskState::Open, None).len(), 2);
    assert_eq!(
        of(AskState::Answered, Some("2026-11-22T14:20:00+08:00")).len(),
        2
    );
}

#[test]
fn days_between_are_those_that_are_touched() {
    let coverage = json!([{ "date": "2026-11-29", "state": "miss" }, { "date": "2026-11-30", "state": "miss" }, { "date": "2026-12-01", "state": "miss" }]);
    let agenda = collect(&[permits(Phase::Waiting, coverage, json!({}))], &[]);
    let missing = |first, last| {
        let agenda = agenda.clone().between(first, last);
        let missing = agenda
            .entries
            .iter()
            .filter(|entry| entry.kind == Kind::PermitMissing);
        (missing.count(), agenda.permits[0].days.len())
    };
    assert_eq!(missing(date(2026, 12, 1), date(2026, 12, 31)), (1, 1));
    assert_eq!(missing(date(2026, 11, 28), date(2026, 11, 29)), (1, 1));
    assert_eq!(missing(date(2026, 12, 2), date(2026, 12, 31)), (0, 0));
}

#[test]
fn errands_of_a_kind_nobody_knows_have_nothing() {
    check(
        &[matter(
            "tea.make",
            Phase::Waiting,
            json!({}),
            json!({ "order": order("paid") }),
        )],
        &[],
    );
}
