//! Seats are really gone and really come back, and rows may show what is not there.

use daiban_sim::{Change, Seat, StaleRow, Stop, Train};
use serde_json::{Value, json};

use crate::buyer::{Buyer, DATE, bench, refusal, rules};
use crate::common::{Bench, HOUR, MINUTE};

fn date() -> jiff::civil::Date {
    DATE.parse().unwrap()
}

/// A train of the morning with a few seats of second class, and some places without.
pub(crate) fn small_train(bench: &Bench, seats: u32, standing: u32, changes: Vec<Change>) {
    let stop = |station: &str, arrive: Option<&str>, depart: Option<&str>| Stop {
        station: station.into(),
        arrive: arrive.map(Into::into),
        depart: depart.map(Into::into),
    };
    let seat = |code: char, left: u32| Seat {
        code,
        price: 5_000,
        left,
    };
    bench.sim.add_train(Train {
        train_no: "240000G90010A".into(),
        code: "G9001".into(),
        stops: vec![
            stop("VNP", None, Some("07:00")),
            stop("AOH", Some("11:29"), None),
        ],
        seats: vec![seat('O', seats), seat('W', standing)],
        suspended_on: Vec::new(),
        changes,
        on_sale: None,
    });
}

pub(crate) const ONE: [(usize, char, char); 1] = [(0, 'O', '1')];
pub(crate) const TWO: [(usize, char, char); 2] = [(0, 'O', '1'), (1, 'O', '1')];
// Columns of the row: second class, and without seat.
pub(crate) const SECOND: usize = 30;
const STANDING: usize = 26;

#[tokio::test]
async fn taken_cancelled_and_lapsed() {
    let bench = bench();
    small_train(&bench, 5, 0, Vec::new());
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&TWO).await;
    assert_eq!(buyer.left("G9001", SECOND).await, "5", "queued, not made");
    bench.pass(6_000);
    assert_eq!(buyer.left("G9001", SECOND).await, "3");
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    other.prepare(&ONE).await;
    assert_eq!(other.count(&ONE).await["data"]["ticket"], "3,0");
    let number = buyer.order_no().await;
    assert_eq!(buyer.cancel(&number).await, json!({"existError": "N"}));
    assert_eq!(buyer.cancel(&number).await["existError"], "Y");
    assert_eq!(buyer.left("G9001", SECOND).await, "5");

    buyer.order(&TWO).await;
    let confirmed = bench.now();
    bench.pass(6_000);
    let number = buyer.order_no().await;
    let before = buyer.unpaid().await["tickets"][0]["lose_time"].clone();
    assert_eq!(before, "2026-11-20 08:30:12");
    bench.pass(30 * MINUTE - 1);
    assert_eq!(buyer.left("G9001", SECOND).await, "3");
    bench.pass(1);
    assert_eq!(buyer.left("G9001", SECOND).await, "5");
    assert_eq!(buyer.unfinished().await, Value::Null);
    assert!(!bench.sim.pay_rail_order(&number), "too late");
    let lapsed = bench
        .sim
        .effects()
        .into_iter()
        .find(|entry| entry.effect.as_deref() == Some(&format!("rail.lapse {number}")));
    assert_eq!(lapsed.unwrap().at_ms, confirmed + 6_000 + 30 * MINUTE);

    rules(&bench, |rules| rules.pay_window_ms = 10 * MINUTE);
    buyer.order(&TWO).await;
    bench.pass(6_000);
    let number = buyer.order_no().await;
    assert!(bench.sim.pay_rail_order(&number) && !bench.sim.pay_rail_order(&number));
    bench.pass(24 * HOUR);
    assert_eq!(buyer.left("G9001", SECOND).await, "3", "paid for");
    assert_eq!(bench.effects("rail.pay"), [format!("rail.pay {number}")]);
}

#[tokio::test]
async fn the_last_seat_is_sold_once() {
    let bench = bench();
    small_train(&bench, 1, 0, Vec::new());
    let mut first = Buyer::signed_in(&bench, "chen_mo").await;
    let mut second = Buyer::signed_in(&bench, "demo_li").await;
    first.order(&ONE).await;
    bench.pass(1_000);
    second.order(&ONE).await;
    bench.pass(MINUTE);
    assert_eq!(first.wait().await["waitTime"], -1);
    let told = second.wait().await;
    assert_eq!(
        [&told["waitTime"], &told["msg"], &told["orderId"]],
        [&json!(-2), &json!("没有足够的票!"), &Value::Null]
    );
    assert_eq!(bench.effects("rail.order").len(), 1);
    assert_eq!(second.unfinished().await, Value::Null);
    // Sold out now, and check says so.
    second.begin("VNP", "AOH", "G9001").await;
    assert!(refusal(&second.check(&ONE).await).contains("余票不足"));
    assert_eq!(second.row[11], "N");
}

#[tokio::test]
async fn a_row_may_show_what_is_not_there() {
    let bench = bench();
    let train_no = "240000G90010A".to_owned();
    let stale = StaleRow {
        train_no: train_no.clone(),
        date: date(),
        seat: 'O',
        from_ms: bench.now() + MINUTE,
        until_ms: Some(bench.now() + HOUR),
        left: 1,
    };
    bench.sim.add_stale_row(stale);
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.begin("VNP", "AOH", "G9001").await;
    assert_eq!(buyer.check(&TWO).await["data"]["submitStatus"], true);
    buyer.count(&TWO).await;
    bench.pass(MINUTE);
    assert_eq!(refusal(&buyer.confirm(&TWO).await), "余票不足！");
    assert_eq!(buyer.left("G9001", SECOND).await, "有");
    assert!(refusal(&buyer.check(&TWO).await).contains("余票不足"));
    assert_eq!(buyer.check(&ONE).await["data"]["submitStatus"], true);
    assert_eq!(buyer.count(&ONE).await["data"]["ticket"], "1");
    // Another day and class are as shown.
    assert_eq!(
        buyer.check(&[(0, 'M', '1'), (1, 'M', '1')]).await["data"]["submitStatus"],
        true
    );
    bench.pass(HOUR);
    assert_eq!(buyer.check(&TWO).await["data"]["submitStatus"], true);
    assert!(bench.effects("rail.queue").is_empty());
}

#[tokio::test]
async fn returned_and_gone_at_their_moments() {
    let bench = bench();
    let start = bench.now();
    let change = |at_ms: i64, left: u32| Change {
        date: date(),
        seat: 'O',
        at_ms,
        left,
    };
    small_train(
        &bench,
        0,
        0,
        vec![change(start + HOUR, 2), change(start + HOUR + 20_000, 0)],
    );
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    assert_eq!(buyer.left("G9001", SECOND).await, "无");
    bench.pass(HOUR);
    assert_eq!(buyer.left("G9001", SECOND).await, "2");
    buyer.prepare(&ONE).await;
    bench.pass(20_000);
    assert_eq!(refusal(&buyer.confirm(&ONE).await), "余票不足！");
    rules(&bench, |rules| rules.ahead = 7);
    let counted = buyer.count(&ONE).await["data"].clone();
    assert_eq!(
        [&counted["ticket"], &counted["countT"], &counted["op_2"]],
        ["0,0", "7", "true"]
    );
    assert!(refusal(&buyer.confirm(&ONE).await).starts_with("排队人数现已超过余票数"));
    // Queued in time, gone before its turn.
    bench.set(start + 2 * HOUR);
    small_train(&bench, 1, 0, vec![change(start + 2 * HOUR + 5_000, 0)]);
    buyer.order(&ONE).await;
    bench.pass(MINUTE);
    assert_eq!(buyer.wait().await["waitTime"], -2);
    // What was ordered before a change is part of what the change says.
    small_train(&bench, 3, 0, vec![change(start + 3 * HOUR, 4)]);
    buyer.order(&ONE).await;
    bench.set(start + 2 * HOUR + 20 * MINUTE);
    let number = buyer.order_no().await;
    assert!(bench.sim.pay_rail_order(&number));
    assert_eq!(buyer.left("G9001", SECOND).await, "2");
    bench.set(start + 3 * HOUR);
    assert_eq!(buyer.left("G9001", SECOND).await, "4");
}

#[tokio::test]
async fn where_seats_end_people_stand() {
    let bench = bench();
    small_train(&bench, 1, 5, Vec::new());
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&TWO).await;
    assert!(bench.effects("rail.queue")[0].ends_with(" O x2"));
    bench.pass(MINUTE);
    let tickets = buyer.unpaid().await["tickets"].clone();
    let shown: Vec<(&str, &str)> = [0, 1]
        .map(|at: usize| {
            (
                tickets[at]["seat_name"].as_str().unwrap(),
                tickets[at]["seat_type_name"].as_str().unwrap(),
            )
        })
        .to_vec();
    assert_eq!(shown, [("01A号", "二等座"), ("无座", "无座")]);
    let row = buyer.look(DATE, "VNP", "AOH", "G9001").await;
    assert_eq!((row[SECOND].as_str(), row[STANDING].as_str()), ("无", "4"));
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    other.begin("VNP", "AOH", "G9001").await;
    other.check(&ONE).await;
    assert_eq!(other.count(&ONE).await["data"]["ticket"], "0,4");
    let six: Vec<_> = (0..5).map(|at| (at, 'O', '1')).collect();
    assert!(refusal(&other.check(&six).await).contains("余票不足"));
    rules(&bench, |rules| rules.plenty = true);
    small_train(&bench, 60, 4, Vec::new());
    other.check(&ONE).await;
    assert_eq!(other.count(&ONE).await["data"]["ticket"], "充足,3");
}

#[tokio::test]
async fn the_demo_family_has_two_trains_to_wait_for() {
    let bench = Bench::new();
    let rail = bench.sim.household().rail;
    let mut buyer = Buyer::signed_in(&bench, &rail.username).await;
    for (train, before, after) in [(&rail.opens, "*", "有"), (&rail.returns, "无", "2")] {
        let day = train.date.to_string();
        assert!(train.at_ms > bench.now());
        bench.set(train.at_ms - 1);
        let shut = buyer.look(&day, "VNP", "HGH", &train.code).await;
        assert_eq!(
            (shut[SECOND].as_str(), shut[0].is_empty()),
            (before, before == "*")
        );
        bench.set(train.at_ms);
        let open = buyer.look(&day, "VNP", "HGH", &train.code).await;
        assert_eq!((open[SECOND].as_str(), open[11].as_str()), (after, "Y"));
        assert_eq!(
            (train.from.as_str(), train.to.as_str()),
            ("北京南", "杭州东")
        );
    }
}
