//! The errand `rail.ticket`, pass by pass: observations and outcomes in, steps out. No service, no clock but the test's.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use daiban_core::{
    Text, Timestamp,
    ask::Answer,
    call::{NewCall, Outcome},
    dates,
    errand::{Incoming, Machine, Pass, Phase, Snapshot, Step},
    error::ServiceError,
    id::{AccountId, ErrandId, LookoutKey},
    invalid::InvalidInput,
};
use daiban_providers::rail::ticket::Ticket;
use serde_json::{Value, json};

/// 2026-11-22 06:00 in Beijing.
const START_S: i64 = 1_795_298_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(START_S + seconds).unwrap()
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn wishes(more: Value) -> Value {
    let mut wishes = json!({
        "from": ["北京南"], "to": ["上海虹桥"], "dates": ["2026-12-02"], "passengers": ["张三"],
        "seats": ["二等座"], "no_seat": false, "then": "order", "standby": false, "again": false,
        "wait_for_sale": false, "pace_s": 15,
    });
    for (name, value) in more.as_object().unwrap() {
        wishes[name] = value.clone();
    }
    wishes
}

/// One errand and the world around it.
struct Play {
    wishes: Value,
    state: Value,
    now: Timestamp,
    seen: BTreeMap<LookoutKey, Snapshot>,
    last: Option<Step<Value>>,
}

impl Play {
    fn begin(more: Value) -> Result<Self, InvalidInput> {
        let wishes = wishes(more);
        let state = Machine::begin(&Ticket, &wishes, at(0))?;
        Ok(Self {
            wishes,
            state,
            now: at(0),
            seen: BTreeMap::new(),
            last: None,
        })
    }

    /// Past the preparations: stations and people are known.
    fn ready(more: Value) -> Self {
        let mut play = Self::begin(more).unwrap();
        let step = play.pass(&[]);
        let tags: Vec<_> = step.calls.iter().map(|call| call.tag.clone()).collect();
        let mut incoming = vec![called("route", Outcome::Done(route()))];
        if tags.contains(&"passengers".to_owned()) {
            incoming.push(called("passengers", Outcome::Done(people())));
        }
        play.pass(&incoming);
        play
    }

    fn pass(&mut self, incoming: &[Incoming]) -> Step<Value> {
        let (errand, account) = (ErrandId::from("e1"), AccountId::from("a1"));
        let pass = Pass {
            errand: &errand,
            account: &account,
            now: self.now,
            due: self.now,
            chance: 7,
            wishes: &self.wishes,
            incoming,
            seen: &self.seen,
        };
        let step = Machine::advance(&Ticket, 1, self.state.clone(), &pass).unwrap();
        self.state = step.state.clone();
        // Only what is watched is shown to the next pass.
        self.seen
            .retain(|key, _| step.watch.iter().any(|watch| watch.key == *key));
        self.last = Some(step.clone());
        step
    }

    fn watched(&self) -> Vec<String> {
        let watch = self.last.iter().flat_map(|step| &step.watch);
        watch.map(|watch| watch.key.to_string()).collect()
    }

    /// The lookout of a day sees these rows now.
    fn sees_on(&mut self, date: &str, rows: Vec<Value>) -> Step<Value> {
        let students = self.wishes["passengers"] == json!(["u5"]);
        let whose = if students { "/student" } else { "" };
        let key = LookoutKey::from(format!("rail.rows/{date}/VNP-AOH{whose}"));
        let number =
            self.seen.get(&key).map_or(1, |seen| seen.number + 1) + self.now.as_second() as u64;
        let snapshot = Snapshot {
            number,
            at: self.now,
            result: Ok(json!(rows)),
        };
        self.seen.insert(key, snapshot);
        self.pass(&[])
    }

    fn sees(&mut self, rows: Vec<Value>) -> Step<Value> {
        self.sees_on("2026-12-02", rows)
    }

    fn later(&mut self, seconds: i64) -> &mut Self {
        self.now = Timestamp::from_second(self.now.as_second() + seconds).unwrap();
        self
    }

    fn ends(&mut self, tag: &str, outcome: Outcome) -> Step<Value> {
        self.pass(&[called(tag, outcome)])
    }

    fn refused(&mut self, code: &str, words: &str) -> Step<Value> {
        let error = ServiceError::Refused {
            code: code.to_owned(),
            text: Text::quoted(words),
        };
        self.ends("order", Outcome::Failed(error))
    }
}

fn called(tag: &str, outcome: Outcome) -> Incoming {
    Incoming::Called {
        tag: tag.to_owned(),
        body: Value::Null,
        at: at(0),
        outcome,
    }
}

fn answered(tag: &str, answer: Answer) -> Incoming {
    Incoming::Answered {
        tag: tag.to_owned(),
        answer,
    }
}

fn route() -> Value {
    json!({
        "from": [{ "asked": "北京南", "city": false, "stations": [{ "name": "北京南", "code": "VNP" }] }],
        "to": [{ "asked": "上海虹桥", "city": false, "stations": [{ "name": "上海虹桥", "code": "AOH" }] }],
        "presale_days": 15, "student_presale_days": 15, "sale_times": { "VNP": "12:30" },
    })
}

fn people() -> Value {
    let one = |uuid: &str, name: &str, kind: &str, mask: &str| json!({ "uuid": uuid, "name": name, "kind": kind, "id_kind": "1", "id_mask": mask });
    json!({ "signed_in": true, "complete": true, "passengers": [
        one("u1", "张三", "1", "1399************10"), one("u2", "李四", "1", "1399************29"),
        one("u3", "小明", "2", "1399************37"), one("u4", "王五", "1", "1399************45"),
        one("u5", "王五", "3", "1399************53"),
    ]})
}

/// A train with what is left of each class; `None`: not told.
fn train(name: &str, depart: &str, seats: &[(&str, Option<u16>)]) -> Value {
    row(name, depart, seats, ("VNP", "AOH"))
}

fn row(name: &str, depart: &str, seats: &[(&str, Option<u16>)], (from, to): (&str, &str)) -> Value {
    let date = "2026-12-02";
    let depart = format!("{date}T{depart}:00+08:00");
    let arrive = moment(&depart)
        .checked_add(jiff::SignedDuration::from_hours(5))
        .unwrap();
    let any = seats
        .iter()
        .any(|(_, left)| left.is_some_and(|left| left > 0));
    let told = seats.iter().all(|(_, left)| left.is_some());
    let state = match (any, told) {
        (true, _) => "bookable",
        (false, true) => "sold_out",
        (false, false) => "not_on_sale",
    };
    let seats: Vec<Value> = seats
        .iter()
        .map(|(code, left)| {
            json!({ "code": code, "class": null, "left": left, "or_more": *left == Some(21), "price_fen": 66200 })
        })
        .collect();
    let names = BTreeMap::from([
        ("VNP", "北京南"),
        ("BJP", "北京"),
        ("AOH", "上海虹桥"),
        ("SHH", "上海"),
    ]);
    json!({
        "train": {
            "train": name, "train_no": format!("24000{name}"),
            "from": { "name": names[from], "code": from }, "to": { "name": names[to], "code": to },
            "depart": depart, "arrive": dates::rfc3339(arrive), "duration_min": 300, "state": state,
            "note": "预订", "on_sale_at": null, "standby": true, "seats": seats,
        },
        "keys": {
            "secret": format!("secret%2B{name}"), "left_ticket": "x", "start_date": date, "location": "P3",
            "from_number": "01", "to_number": "05", "seat_types": "O", "standby_closed": "",
            "bed_levels": "", "discounts": "",
        },
    })
}

fn on_sale_at(mut row: Value, moment: &str) -> Value {
    row["train"]["on_sale_at"] = json!(moment);
    row
}

fn order_in(step: &Step<Value>) -> Option<NewCall> {
    step.calls.iter().find(|call| call.tag == "order").cloned()
}

fn ordered_train(step: &Step<Value>) -> Option<String> {
    let call = order_in(step)?;
    Some(format!(
        "{}/{}",
        call.body["train"].as_str()?,
        call.body["seat"].as_str()?
    ))
}

#[test]
fn bad_wishes_are_refused_with_the_reason_before_any_request() {
    let nine_and_one: Vec<String> = (0..10).map(|n| format!("乘客{n}")).collect();
    let cases = [
        (json!({ "dates": ["2026-11-21"] }), "dates", "已经过去"),
        (json!({ "dates": ["2026-12-07"] }), "dates", "还没开售"),
        (
            json!({ "dates": ["2027-11-21"], "wait_for_sale": true }),
            "dates",
            "太远",
        ),
        (
            json!({ "dates": ["2026-12-02", "2026-12-02"] }),
            "dates",
            "两次",
        ),
        (
            json!({ "passengers": nine_and_one }),
            "passengers",
            "最多 9 人",
        ),
        (
            json!({ "passengers": ["小明:child"] }),
            "passengers",
            "不能单独",
        ),
        (json!({ "passengers": [] }), "passengers", "必填"),
        (json!({ "passengers": ["张三:猫"] }), "passengers", "票种"),
        (
            json!({ "passengers": ["张三"], "at_least": 2 }),
            "at_least",
            "不能多于",
        ),
        (
            json!({ "trains": ["G105"], "seats": ["硬卧"] }),
            "seats",
            "G105 没有硬卧",
        ),
        (
            json!({ "trains": ["K1"], "seats": ["二等座"] }),
            "seats",
            "K1 没有二等座",
        ),
        (json!({ "prefer": ["G105/硬卧"] }), "prefer", "没有硬卧"),
        (json!({ "prefer": ["北京/二等座"] }), "prefer", "读不懂"),
        (json!({ "prefer": ["G1"], "seats": [] }), "prefer", "席别"),
        (json!({ "seats": ["沙发"] }), "seats", "没有「沙发」"),
        (json!({ "seats": [] }), "seats", "必填"),
        (json!({ "trains": ["北京"] }), "trains", "不像车次"),
        (json!({ "depart": "25:00-26:00" }), "depart", "一段时间"),
        (json!({ "choose_seats": "1E" }), "choose_seats", "1A1B"),
        (json!({ "choose_seats": "1A1B" }), "choose_seats", "一样多"),
        (json!({ "berths": ["床下"] }), "berths", "铺位"),
        (json!({ "until": "明天" }), "until", "YYYY"),
        (json!({ "from": [] }), "from", "必填"),
    ];
    for (more, field, words) in cases {
        let refused = Play::begin(more.clone()).err();
        let refused = refused.unwrap_or_else(|| panic!("{more} was let through"));
        assert_eq!(refused.field, field, "{more}: {refused:?}");
        assert!(
            refused.text.zh.contains(words),
            "{more}: {}",
            refused.text.zh
        );
    }
    assert!(Play::begin(json!({ "dates": ["2026-12-07"], "wait_for_sale": true })).is_ok());
}

#[test]
fn what_is_free_is_ordered_at_once_with_the_key_of_the_row() {
    let mut play = Play::ready(json!({}));
    assert_eq!(play.watched(), ["rail.rows/2026-12-02/VNP-AOH"]);
    let step = play.sees(vec![train("G105", "07:20", &[("O", Some(0))])]);
    assert!(order_in(&step).is_none());
    let step = play
        .later(15)
        .sees(vec![train("G105", "07:20", &[("O", Some(3))])]);
    let order = order_in(&step).unwrap();
    assert_eq!(order.body["secret"], "secret%2BG105");
    assert_eq!(
        order.body["passengers"],
        json!([{ "uuid": "u1", "ticket": "adult" }])
    );
    assert_eq!(step.phase, Phase::Working);
    assert!(
        step.watch.is_empty(),
        "nobody looks while an order is under way"
    );
}

#[test]
fn the_order_of_preference_is_one_for_all_days_trains_and_classes() {
    let rows = |o105: u16, o7: u16, m7: u16| {
        vec![
            train("G105", "07:20", &[("O", Some(o105)), ("M", Some(9))]),
            train("G7", "10:00", &[("O", Some(o7)), ("M", Some(m7))]),
        ]
    };
    let listed = json!({ "prefer": ["G7/二等座", "G105/二等座", "G7/一等座"] });
    let check = |more: &Value, rows: Vec<Value>, expected: Option<&str>| {
        let step = Play::ready(more.clone()).sees(rows);
        assert_eq!(ordered_train(&step).as_deref(), expected, "{more}");
    };
    check(&listed, rows(5, 5, 5), Some("G7/O"));
    check(&listed, rows(5, 0, 5), Some("G105/O"));
    check(&listed, rows(0, 0, 5), Some("G7/M"));
    check(&listed, rows(0, 0, 0), None);
    let by_seat = json!({ "seats": ["一等座", "二等座"], "priority": ["seat"] });
    check(&by_seat, rows(5, 5, 5), Some("G105/M"));
    let by_train = json!({ "trains": ["G7", "G105"], "seats": ["二等座", "一等座"] });
    check(&by_train, rows(5, 0, 5), Some("G7/M"));
    let morning = json!({ "depart": "09:00-12:00" });
    check(&morning, rows(5, 5, 5), Some("G7/O"));
    let quick = json!({ "longest_min": 200 });
    check(&quick, rows(5, 5, 5), None);
    let slow_trains = json!({ "types": ["K", "other"], "seats": ["二等座"] });
    check(&slow_trains, rows(5, 5, 5), None);
}

#[test]
fn peer_fault_01_rows_of_other_stations_of_the_city() {
    let mut play = Play::ready(json!({}));
    let others = vec![
        row("G1", "09:00", &[("O", Some(21))], ("BJP", "AOH")),
        row("G3", "09:30", &[("O", Some(21))], ("VNP", "SHH")),
    ];
    assert!(
        order_in(&play.sees(others)).is_none(),
        "the train of another station is not the wished one"
    );
    let step = play.later(15).sees(vec![
        row("G1", "09:00", &[("O", Some(21))], ("BJP", "AOH")),
        train("G1", "09:20", &[("O", Some(21))]),
    ]);
    let order = order_in(&step).unwrap();
    assert_eq!(order.body["from"]["code"], "VNP");
}

#[test]
fn peer_fault_11_standing_counted_as_seats() {
    let rows = vec![train("G105", "07:20", &[("O", Some(1)), ("W", Some(21))])];
    let two = |more: Value| {
        let mut wished = json!({ "passengers": ["张三", "李四"] });
        for (name, value) in more.as_object().unwrap() {
            wished[name] = value.clone();
        }
        let step = Play::ready(wished).sees(rows.clone());
        ordered_train(&step)
    };
    assert_eq!(
        two(json!({})),
        None,
        "one seat and standing room are not two seats"
    );
    assert_eq!(two(json!({ "no_seat": true })).as_deref(), Some("G105/W"));
    assert_eq!(two(json!({ "at_least": 1 })).as_deref(), Some("G105/O"));
}

#[test]
fn fewer_travel_only_when_that_is_wished_and_a_child_never_alone() {
    let party = json!({ "passengers": ["小明", "张三", "李四"], "at_least": 1 });
    let step = Play::ready(party.clone()).sees(vec![train("G105", "07:20", &[("O", Some(1))])]);
    assert_eq!(
        order_in(&step).unwrap().body["passengers"],
        json!([{ "uuid": "u1", "ticket": "adult" }])
    );
    let both = vec![
        train("G105", "07:20", &[("O", Some(2))]),
        train("G7", "10:00", &[("O", Some(3))]),
    ];
    let step = Play::ready(party).sees(both);
    assert_eq!(
        ordered_train(&step).as_deref(),
        Some("G7/O"),
        "all together before the earlier train"
    );
}

#[test]
fn passengers_are_chosen_by_key_where_names_occur_twice() {
    let mut play = Play::begin(json!({ "passengers": ["王五"] })).unwrap();
    play.pass(&[]);
    let step = play.pass(&[
        called("route", Outcome::Done(route())),
        called("passengers", Outcome::Done(people())),
    ]);
    assert_eq!(step.phase, Phase::Failed);
    let said = step.outcome.unwrap()["reason"]["zh"].to_string();
    assert!(
        said.contains("u4") && said.contains("u5") && said.contains("53"),
        "{said}"
    );

    let student =
        Play::ready(json!({ "passengers": ["u5"], "seats": ["一等座", "二等座"] })).sees(vec![
            train("G105", "07:20", &[("M", Some(9)), ("O", Some(9))]),
        ]);
    let order = order_in(&student).unwrap();
    assert_eq!(order.body["seat"], "O", "students have no first class");
    assert_eq!(order.body["passengers"][0]["ticket"], "student");
}

#[test]
fn a_refused_class_is_left_alone_and_the_next_best_is_tried_after_a_pause() {
    let rows = || {
        vec![
            train("G105", "07:20", &[("O", Some(3))]),
            train("G7", "10:00", &[("O", Some(3))]),
        ]
    };
    let mut play = Play::ready(json!({}));
    assert_eq!(ordered_train(&play.sees(rows())).as_deref(), Some("G105/O"));
    let step = play.later(1).refused("no_tickets", "余票不足！");
    assert!(order_in(&step).is_none(), "never in the same breath");
    assert!(
        order_in(&play.later(2).sees(rows())).is_none(),
        "not within five seconds"
    );
    assert_eq!(
        ordered_train(&play.later(3).sees(rows())).as_deref(),
        Some("G7/O")
    );
    play.later(1).refused("no_tickets", "余票不足！");
    assert!(
        order_in(&play.later(30).sees(rows())).is_none(),
        "both are set aside"
    );
    assert_eq!(
        ordered_train(&play.later(90).sees(rows())).as_deref(),
        Some("G105/O")
    );
}

#[test]
fn an_order_that_did_not_happen_counts_like_a_refusal_with_the_words_the_service_gave() {
    let rows = || vec![train("G105", "07:20", &[("O", Some(3))])];
    let mut play = Play::ready(json!({}));
    play.sees(rows());
    let words = Text::quoted("由于您取消次数过多，今日将不能继续受理您的订票请求");
    let step = play.later(70).ends("order", Outcome::DidNotHappen(words));
    assert!(
        step.notices
            .iter()
            .any(|notice| notice.title.zh.contains("今天不能再下单"))
    );
    assert!(order_in(&play.later(3600).sees(rows())).is_none());
    play.now = moment("2026-11-23T05:00:01+08:00");
    assert!(
        order_in(&play.sees(rows())).is_some(),
        "tomorrow it goes on"
    );
}

#[test]
fn every_refusal_leads_somewhere_true() {
    let rows = || vec![train("G105", "07:20", &[("O", Some(3))])];
    let after = |code: &str| {
        let mut play = Play::ready(json!({}));
        play.sees(rows());
        let step = play.later(1).refused(code, "12306 说");
        let again = play.later(40).sees(rows());
        (step, again)
    };
    let (step, again) = after("unfinished_order");
    assert!(
        step.calls
            .iter()
            .any(|call| call.body["do"] == "unfinished")
    );
    assert_eq!((step.problems.len(), order_in(&again).is_none()), (1, true));
    assert_eq!(again.phase, Phase::NeedsYou);
    let (step, _) = after("already_bought");
    assert_eq!(step.phase, Phase::Failed);
    assert_eq!(step.outcome.unwrap()["result"], "already_bought");
    let (_, again) = after("stale");
    assert!(order_in(&again).is_some(), "an old row costs only a moment");
    let (step, again) = after("hand_over");
    assert_eq!(step.asks[0].tag, "by_hand");
    assert!(order_in(&again).is_none(), "from now on a person orders");
    let (step, again) = after("illegal_request");
    assert_eq!(step.problems.len(), 1);
    assert!(order_in(&again).is_none());
}

#[test]
fn an_order_number_is_verified_and_then_the_person_pays() {
    let mut play = Play::ready(json!({}));
    play.sees(vec![train("G105", "07:20", &[("O", Some(3))])]);
    let step = play
        .later(1)
        .ends("order", Outcome::Done(json!({ "order_no": "E100" })));
    assert_eq!(step.calls[0].body["do"], "unfinished");
    assert_eq!(step.phase, Phase::Working, "a number is not yet a ticket");
    let step = play.ends(
        "list",
        Outcome::Done(list("E100", "2026-11-22T06:30:00+08:00")),
    );
    let ask = &step.asks[0];
    assert_eq!(
        (ask.tag.as_str(), ask.deadline),
        ("pay", Some(moment("2026-11-22T06:30:00+08:00")))
    );
    assert!(
        ask.body.zh.contains("E100") && ask.body.zh.contains("¥662"),
        "{}",
        ask.body.zh
    );
    assert_eq!((step.phase, step.checkpoint), (Phase::NeedsYou, "pay"));

    play.now = moment("2026-11-22T06:20:00+08:00");
    let step = play.pass(&[]);
    assert!(
        step.notices
            .iter()
            .any(|notice| notice.title.zh.contains("06:30 前不付款就没了"))
    );
    let step = play.pass(&[
        answered("pay", Answer::Approved),
        called(
            "list",
            Outcome::Done(json!({ "orders": [], "queued": null })),
        ),
    ]);
    assert!(
        step.calls.iter().any(|call| call.body["do"] == "orders"),
        "said to be paid: the list knows"
    );
    let paid = json!({ "orders": [order("E100", "paid", Value::Null)], "complete": true });
    let step = play.ends("orders", Outcome::Done(paid));
    assert_eq!(
        (step.phase, step.outcome.unwrap()["result"].clone()),
        (Phase::Done, json!("paid"))
    );
}

fn list(order_no: &str, pay_before: &str) -> Value {
    json!({ "orders": [order(order_no, "unpaid", json!(pay_before))], "queued": null })
}

fn order(order_no: &str, state: &str, pay_before: Value) -> Value {
    json!({
        "order_no": order_no, "made_at": "2026-11-22T06:00:02+08:00", "state": state, "pay_before": pay_before,
        "total_fen": 66200, "tickets": [{
            "passenger": "张三", "ticket": "adult", "train": "G105", "date": "2026-12-02",
            "from": { "name": "北京南", "code": "VNP" }, "to": { "name": "上海虹桥", "code": "AOH" },
            "depart": "2026-12-02T07:20:00+08:00", "seat": "O", "class": "二等座", "coach": "05", "seat_no": "12A",
            "price_fen": 66200, "status": "待支付",
        }],
    })
}

#[test]
fn an_unpaid_order_lapses_and_the_errand_goes_on_only_if_wished() {
    let lapse = |again: bool| {
        let mut play = Play::ready(json!({ "again": again }));
        play.sees(vec![train("G105", "07:20", &[("O", Some(3))])]);
        play.ends("order", Outcome::Done(json!({ "order_no": "E100" })));
        play.ends(
            "list",
            Outcome::Done(list("E100", "2026-11-22T06:30:00+08:00")),
        );
        play.now = moment("2026-11-22T06:31:00+08:00");
        play.pass(&[]);
        let nothing = || Outcome::Done(json!({ "orders": [], "queued": null }));
        play.ends("list", nothing());
        let step = play.ends("orders", nothing());
        assert_eq!(
            step.phase,
            Phase::NeedsYou,
            "one look is not enough to say that it is gone"
        );
        play.later(30).pass(&[]);
        play.ends("list", nothing());
        play.ends("orders", nothing())
    };
    let over = lapse(false);
    assert_eq!(
        (over.phase, over.outcome.unwrap()["result"].clone()),
        (Phase::Failed, json!("lapsed"))
    );
    let on = lapse(true);
    assert_eq!((on.phase, on.outcome), (Phase::Waiting, None));
    assert!(!on.watch.is_empty());
}

#[test]
fn cancelling_needs_a_second_yes() {
    let mut play = Play::ready(json!({}));
    play.sees(vec![train("G105", "07:20", &[("O", Some(3))])]);
    play.ends("order", Outcome::Done(json!({ "order_no": "E100" })));
    play.ends(
        "list",
        Outcome::Done(list("E100", "2026-11-22T06:30:00+08:00")),
    );
    let step = play.pass(&[answered("pay", Answer::Denied)]);
    assert_eq!(step.asks[0].tag, "cancel");
    assert!(step.asks[0].body.zh.contains("3 次"));
    let step = play.pass(&[answered("cancel", Answer::Approved)]);
    assert_eq!(
        step.calls[0].body,
        json!({ "do": "cancel_order", "order_no": "E100" })
    );
    let step = play.ends("cancel", Outcome::Done(json!({ "cancelled": true })));
    assert_eq!(
        (step.phase, step.outcome.unwrap()["result"].clone()),
        (Phase::Failed, json!("cancelled"))
    );
}

#[test]
fn without_a_sign_in_it_watches_on_and_says_what_is_missed() {
    let mut play = Play::ready(json!({}));
    let lost = || {
        Outcome::Failed(ServiceError::SignInLost {
            text: Text::quoted("用户未登录"),
        })
    };
    let step = play.ends("keep_alive", lost());
    assert_eq!(
        (step.phase, step.checkpoint),
        (Phase::NeedsYou, "needs_sign_in")
    );
    assert!(!step.watch.is_empty(), "looking needs nobody");
    let rows = || vec![train("G105", "07:20", &[("O", Some(3))])];
    let step = play.later(15).sees(rows());
    assert!(order_in(&step).is_none());
    assert_eq!(step.notices.len(), 1, "told once");
    assert!(play.later(15).sees(rows()).notices.is_empty());
    play.pass(&[Incoming::SignedIn]);
    assert!(
        order_in(&play.later(15).sees(rows())).is_some(),
        "signed in again, it is ordered"
    );
}

#[test]
fn asked_first_it_orders_on_the_owners_word_and_only_what_is_still_there() {
    let rows = |left: u16| vec![train("G105", "07:20", &[("O", Some(left))])];
    let mut play = Play::ready(json!({ "then": "ask" }));
    let step = play.sees(rows(3));
    assert_eq!(
        (step.asks[0].tag.as_str(), order_in(&step).is_none()),
        ("take", true)
    );
    let step = play.later(20).pass(&[answered("take", Answer::Approved)]);
    assert!(order_in(&step).is_none(), "a fresh look comes first");
    assert!(order_in(&play.sees(rows(3))).is_some());

    let mut play = Play::ready(json!({ "then": "ask" }));
    play.sees(rows(3));
    play.later(20).pass(&[answered("take", Answer::Approved)]);
    let step = play.sees(rows(0));
    assert!(
        order_in(&step).is_none() && step.reason.zh.contains("已经没有了"),
        "{}",
        step.reason.zh
    );

    let mut play = Play::ready(json!({ "then": "ask" }));
    play.sees(rows(3));
    play.later(300).pass(&[Incoming::AskExpired {
        tag: "take".to_owned(),
    }]);
    assert!(
        play.later(15).sees(rows(3)).asks.is_empty(),
        "silence is a no for a while"
    );
}

#[test]
fn to_be_told_only_needs_no_account_and_tells_each_find_once() {
    let rows = |left: u16| vec![train("G105", "07:20", &[("O", Some(left))])];
    let mut play = Play::begin(json!({ "then": "notify", "passengers": [] })).unwrap();
    let step = play.pass(&[]);
    assert!(step.calls.iter().all(|call| call.account.is_none()));
    play.pass(&[called("route", Outcome::Done(route()))]);
    assert_eq!(play.sees(rows(3)).notices.len(), 1);
    assert_eq!(play.later(15).sees(rows(2)).notices.len(), 0);
    play.later(15).sees(rows(0));
    assert_eq!(play.later(15).sees(rows(1)).notices.len(), 1);
}

#[test]
fn a_day_that_is_not_on_sale_yet_is_slept_through_warmed_up_for_and_sprinted_at() {
    let mut play = Play::ready(json!({ "dates": ["2026-12-07"], "wait_for_sale": true }));
    let first = play.last.clone().unwrap();
    assert!(first.watch.is_empty());
    assert_eq!(first.checkpoint, "waiting_for_sale");
    // 12-07 opens on 11-23; its row is read that morning, whatever the station's table says.
    assert_eq!(first.next_due, Some(moment("2026-11-23T05:05:00+08:00")));
    play.now = moment("2026-11-23T05:05:00+08:00");
    assert_eq!(play.pass(&[]).watch.len(), 1);
    let closed = |moment: &str| {
        let mut row = on_sale_at(train("G105", "07:20", &[("O", None)]), moment);
        row["train"]["depart"] = json!("2026-12-07T07:20:00+08:00");
        row["train"]["arrive"] = json!("2026-12-07T12:20:00+08:00");
        row
    };
    // The row knows better: 13:00.
    let step = play
        .later(1)
        .sees_on("2026-12-07", vec![closed("2026-11-23T13:00:00+08:00")]);
    assert!(step.watch.is_empty(), "nothing to see before");
    play.now = moment("2026-11-23T12:50:00+08:00");
    let step = play.pass(&[]);
    assert!(
        step.calls.iter().any(|call| call.tag == "passengers"),
        "warming up"
    );
    play.ends("passengers", Outcome::Done(people()));
    play.now = moment("2026-11-23T12:59:40+08:00");
    let step = play.pass(&[]);
    assert!(
        step.calls.iter().any(|call| call.tag == "keep_alive"),
        "and once more"
    );
    let step = play.ends("keep_alive", Outcome::Done(json!({ "signed_in": true })));
    assert_eq!(step.next_due, Some(moment("2026-11-23T13:00:00.300+08:00")));
    play.now = moment("2026-11-23T13:00:00.300+08:00");
    let step = play.pass(&[]);
    assert_eq!((step.checkpoint, step.watch[0].pace_s), ("sprint", 4));
    let mut open = closed("2026-11-23T13:00:00+08:00");
    open["train"]["seats"][0]["left"] = json!(21);
    open["train"]["state"] = json!("bookable");
    assert!(order_in(&play.sees_on("2026-12-07", vec![open])).is_some());
}

#[test]
fn a_sprint_that_found_nothing_becomes_the_slow_watch() {
    let mut play = Play::ready(json!({ "dates": ["2026-12-06"] }));
    play.now = moment("2026-11-22T12:20:00+08:00");
    play.pass(&[]);
    let row = |left: Option<u16>| {
        let mut row = on_sale_at(
            train("G105", "07:20", &[("O", left)]),
            "2026-11-22T12:30:00+08:00",
        );
        row["train"]["depart"] = json!("2026-12-06T07:20:00+08:00");
        row
    };
    play.sees_on("2026-12-06", vec![row(None)]);
    play.now = moment("2026-11-22T12:30:00.300+08:00");
    play.pass(&[]);
    let step = play.later(1).sees_on("2026-12-06", vec![row(Some(0))]);
    assert_eq!((step.checkpoint, step.watch[0].pace_s), ("sprint", 4));
    assert_eq!(step.next_due, Some(moment("2026-11-22T12:33:00+08:00")));
    play.now = moment("2026-11-22T12:33:00+08:00");
    let step = play.pass(&[]);
    assert_eq!((step.checkpoint, step.watch[0].pace_s), ("watching", 15));
}

#[test]
fn before_an_opening_somebody_signed_out_is_told_in_time() {
    let mut play = Play::ready(json!({ "dates": ["2026-12-06"] }));
    play.ends(
        "keep_alive",
        Outcome::Failed(ServiceError::SignInLost {
            text: Text::quoted("用户未登录"),
        }),
    );
    play.now = moment("2026-11-22T12:20:00+08:00");
    let step = play.pass(&[]);
    assert!(
        step.notices
            .iter()
            .any(|notice| notice.title.zh.contains("12:30 开售，但 12306 还没登录"))
    );
}

#[test]
fn the_night_is_left_to_the_service() {
    let mut play = Play::ready(json!({}));
    play.now = moment("2026-11-24T01:00:00+08:00");
    let step = play.pass(&[]);
    assert_eq!(
        (step.checkpoint, step.next_due),
        ("closed_hours", Some(moment("2026-11-24T05:00:00+08:00")))
    );
    // Tuesday ends early.
    play.now = moment("2026-11-24T23:30:00+08:00");
    assert_eq!(
        play.pass(&[]).next_due,
        Some(moment("2026-11-25T05:00:00+08:00"))
    );
    play.now = moment("2026-11-23T23:30:00+08:00");
    assert_eq!(play.pass(&[]).checkpoint, "watching");
}

#[test]
fn in_the_first_round_a_better_day_that_was_not_seen_yet_is_waited_for() {
    let mut play = Play::ready(json!({ "dates": ["2026-12-03", "2026-12-02"] }));
    let worse = || vec![train("G105", "07:20", &[("O", Some(3))])];
    let step = play.sees(worse());
    assert!(order_in(&step).is_none(), "the 3rd may have one");
    let mut better = train("G105", "07:20", &[("O", Some(3))]);
    better["train"]["depart"] = json!("2026-12-03T07:20:00+08:00");
    let step = play.later(4).sees_on("2026-12-03", vec![better]);
    assert_eq!(order_in(&step).unwrap().body["date"], "2026-12-03");

    let mut play = Play::ready(json!({ "dates": ["2026-12-02", "2026-12-03"] }));
    assert!(
        order_in(&play.sees(worse())).is_some(),
        "nothing could be better"
    );
    let mut play = Play::ready(json!({ "dates": ["2026-12-03", "2026-12-02"] }));
    play.sees(worse());
    assert!(
        order_in(&play.later(15).pass(&[])).is_some(),
        "not for long"
    );
}

#[test]
fn nothing_free_stands_in_line_when_wished_and_orders_nothing_meanwhile() {
    let gone = || vec![train("G105", "07:20", &[("O", Some(0))])];
    let mut play = Play::ready(json!({ "standby": true }));
    let step = play.sees(gone());
    assert_eq!(step.calls[0].body["do"], "standby_check");
    let fine = json!({ "face": "fine", "text": null, "chances": [{ "train": "G105", "seat": "O", "text": "候补人数较少", "level": 1 }] });
    let step = play.ends("standby_check", Outcome::Done(fine));
    assert_eq!(step.calls[0].body["do"], "standby");
    assert_eq!(step.calls[0].body["until_min"], 120);
    let step = play.ends(
        "standby",
        Outcome::Done(json!({ "reserve_no": "HB1", "pay_before": "2026-11-22T06:30:00+08:00" })),
    );
    assert_eq!(step.calls[0].body["do"], "standby_orders");
    let standby = |state: &str| {
        json!({ "orders": [{ "reserve_no": "HB1", "state": state, "text": "待支付", "pay_before": "2026-11-22T06:30:00+08:00",
            "until": null, "deposit_fen": 66200, "choices": ["G105 二等座"], "order_no": "E5" }] })
    };
    let step = play.ends("standby_list", Outcome::Done(standby("unpaid")));
    assert_eq!(
        (step.asks[0].tag.as_str(), step.phase),
        ("deposit", Phase::NeedsYou)
    );
    let step = play.later(180).pass(&[]);
    assert_eq!(step.calls[0].body["do"], "standby_orders");
    let step = play.ends("standby_list", Outcome::Done(standby("waiting")));
    assert_eq!(step.phase, Phase::Waiting);
    assert!(
        step.watch.is_empty(),
        "while in line nothing else is ordered"
    );
    play.later(600).pass(&[]);
    let step = play.ends("standby_list", Outcome::Done(standby("fulfilled")));
    assert_eq!(
        (step.phase, step.outcome.unwrap()["order_no"].clone()),
        (Phase::Done, json!("E5"))
    );
}

#[test]
fn a_face_check_is_the_persons_and_the_watch_goes_on() {
    let mut play = Play::ready(json!({ "standby": true }));
    play.sees(vec![train("G105", "07:20", &[("O", Some(0))])]);
    let needed = json!({ "face": "verify_in_app", "text": { "zh": "请先在 App 核验", "en": "verify in the app" }, "chances": [] });
    let step = play.ends("standby_check", Outcome::Done(needed));
    assert_eq!(step.problems.len(), 1);
    assert!(!step.watch.is_empty());
    let step = play
        .later(15)
        .sees(vec![train("G105", "07:20", &[("O", Some(0))])]);
    assert!(
        step.calls
            .iter()
            .all(|call| call.body["do"] != "standby_check"),
        "not at every look"
    );
}

#[test]
fn it_gives_up_at_its_time_and_says_so() {
    let mut play = Play::ready(json!({ "until": "2026-12-01 20:00" }));
    play.now = moment("2026-12-01T20:00:00+08:00");
    let step = play.pass(&[]);
    assert_eq!(
        (step.phase, step.outcome.unwrap()["result"].clone()),
        (Phase::Failed, json!("gave_up"))
    );
    assert_eq!(step.notices.len(), 1);
}

#[test]
fn unknown_stations_end_it_and_a_silent_service_does_not() {
    let mut play = Play::begin(json!({})).unwrap();
    play.pass(&[]);
    let busy = ServiceError::Unreachable {
        text: Text::quoted("没有回答"),
    };
    let step = play.ends("route", Outcome::Failed(busy));
    assert_eq!(
        (step.phase, step.calls[0].not_before),
        (Phase::Working, Some(at(10)))
    );
    let unknown = ServiceError::Refused {
        code: "invalid_input:from".to_owned(),
        text: Text::quoted("没有这个站"),
    };
    let step = play.ends("route", Outcome::Failed(unknown));
    assert_eq!(step.phase, Phase::Failed);
}
