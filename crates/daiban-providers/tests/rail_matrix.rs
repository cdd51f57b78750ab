//! The crash matrix of the railway: from a wish to an order, cut everywhere, under every fault of the service. In the end
//! there is one order, and what daiban says is what the service shows.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub
)]

mod kit;

use std::sync::Arc;

use daiban_core::{
    ask::{Answer, Ask, AskKind},
    engine::Engine,
    errand::Phase,
    household::{ErrandRow, Household},
    id::{AccountId, ErrandId},
    lifecycle::Verb,
    service::Service,
};
use daiban_sim::{FaultKind, FaultPlan, Sim, Train, When};
use kit::{
    MINUTE_MS, Rig, START_MS,
    fuse::{Fuse, Side},
    story::{Dice, Story, cut_everywhere, day, note},
};
use serde_json::Value;

/// Signs the household's rail account in, as the person with the phone does.
async fn sign_in(rig: &mut Rig) -> AccountId {
    let account = rig.add_account("rail-1", Service::Rail, &[], &[]).await;
    let username = rig.sim.household().rail.username;
    rig.person = Box::new(move |sim, ask| at_the_phone(sim, ask, &username));
    let errand = rig.add_errand("rail.sign_in", &account, &[], true).await;
    rig.run_to(START_MS + MINUTE_MS).await;
    let row = rig.store.errand(&errand).await.unwrap();
    let story = rig.story(&errand).await;
    assert_eq!(row.phase, Phase::Done, "{}{story}", row.reason.zh);
    account
}

/// Scans and confirms; everything else is let be.
fn at_the_phone(sim: &Sim, ask: &Ask, username: &str) -> Option<Answer> {
    if ask.ask.kind != AskKind::Qr {
        return None;
    }
    let uuid = sim.read_rail_qr(ask.ask.picture.as_deref()?)?;
    sim.scan_rail_qr(&uuid, username);
    sim.confirm_rail_qr(&uuid);
    None
}

/// A train the day after tomorrow with six second-class seats left.
fn train(rig: &Rig) {
    let stop = |station: &str, arrive: Option<&str>, depart: Option<&str>| daiban_sim::Stop {
        station: station.to_owned(),
        arrive: arrive.map(str::to_owned),
        depart: depart.map(str::to_owned),
    };
    rig.sim.add_train(Train {
        train_no: "240000G90510A".to_owned(),
        code: "G9051".to_owned(),
        stops: vec![
            stop("VNP", None, Some("09:20")),
            stop("HGH", Some("14:05"), None),
        ],
        seats: vec![daiban_sim::Seat {
            code: 'O',
            price: 6230,
            left: 6,
        }],
        suspended_on: Vec::new(),
        changes: Vec::new(),
        on_sale: None,
    });
}

async fn wish(rig: &mut Rig) -> (AccountId, ErrandId) {
    let account = sign_in(rig).await;
    train(rig);
    let date = day(2).to_string();
    let wishes = [
        ("from", "北京南"),
        ("to", "杭州东"),
        ("dates", &*date),
        ("passengers", "陈远"),
        ("trains", "G9051"),
        ("seats", "二等座"),
        ("pace_s", "120"),
    ];
    let errand = rig
        .add_errand("rail.ticket", &account, &wishes, false)
        .await;
    (account, errand)
}

/// Every step from a look to an order number, and the lists afterwards.
const STEPS: [&str; 8] = [
    "leftTicket/query",
    "submitOrderRequest",
    "initDc",
    "checkOrderInfo",
    "getQueueCount",
    "confirmSingleForQueue",
    "queryOrderWaitTime",
    "queryMyOrderNoComplete",
];

/// Trouble before and after the service did its part. What only looks the same to a client is left to chance below.
fn faults(paths: &[&str], kinds: &[(When, FaultKind)]) -> Vec<Option<FaultPlan>> {
    let of_path = |path: &&str| {
        let path = path.to_string();
        let kinds = kinds.iter().cloned();
        kinds.map(move |(when, kind)| Some(plan(&path, when, kind, 1)))
    };
    let all = paths.iter().flat_map(of_path);
    std::iter::once(None).chain(all).collect()
}

/// Surely nothing was bought yet: two sides of one fault will do.
const BEFORE: [(When, FaultKind); 2] = [
    (When::Before, FaultKind::Status500),
    (When::After, FaultKind::Html),
];

const MEANWHILE: [(When, FaultKind); 4] = [
    (When::Before, FaultKind::Timeout),
    (When::After, FaultKind::Timeout),
    (When::After, FaultKind::Status500),
    (When::After, FaultKind::Html),
];

fn plan(path: &str, when: When, kind: FaultKind, nth: u32) -> FaultPlan {
    FaultPlan {
        service: "rail".to_owned(),
        path_contains: path.to_owned(),
        nth: Some(nth),
        when,
        kind,
    }
}

/// Numbers of the orders that were really made.
fn made(rig: &Rig) -> Vec<String> {
    let orders = rig.effects("rail.order ");
    let number = |effect: &String| effect.rsplit(' ').next().unwrap().to_owned();
    orders.iter().map(number).collect()
}

async fn row(rig: &Rig, errand: &ErrandId) -> ErrandRow {
    rig.store.errand(errand).await.unwrap()
}

/// The order that daiban believes in.
async fn believed(rig: &Rig, errand: &ErrandId) -> Option<Value> {
    let facts = rig.store.facts(errand).await.unwrap();
    let order = facts.into_iter().find(|(name, _)| name == "order");
    order.map(|(_, order)| order)
}

/// One order, known by its number, waiting for its payment.
async fn one_order_waits(rig: &Rig, errand: &ErrandId, told: &str) {
    let made = made(rig);
    let row = row(rig, errand).await;
    let story = || rig.story(errand);
    assert_eq!(made.len(), 1, "{told}: {made:?}{}", story().await);
    assert_eq!(
        (row.phase, row.checkpoint.as_str()),
        (Phase::NeedsYou, "pay"),
        "{told}: {}{}",
        row.reason.zh,
        story().await
    );
    let order = believed(rig, errand).await.unwrap();
    assert_eq!(order["order_no"], *made[0], "{told}");
    assert!(order["pay_before"].is_string(), "{told}: {order}");
}

/// From a free seat to an order number; the faults of one half of the steps.
struct OrderedOnce<const LATER: bool> {
    errand: ErrandId,
}

impl<const LATER: bool> Story for OrderedOnce<LATER> {
    const NAME: &'static str = match LATER {
        false => "rail.ticket to an order, trouble before it is placed",
        true => "rail.ticket to an order, trouble while it is placed",
    };
    const END_MS: i64 = 14 * MINUTE_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        let (before, while_placed) = STEPS.split_at(4);
        match LATER {
            false => faults(before, &BEFORE),
            true => faults(while_placed, &MEANWHILE),
        }
    }

    async fn begin(rig: &mut Rig) -> Self {
        let (_, errand) = wish(rig).await;
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        one_order_waits(rig, &self.errand, told).await;
    }
}

/// An unpaid order that its owner does not want.
struct CancelledOnce {
    errand: ErrandId,
}

impl Story for CancelledOnce {
    const NAME: &'static str = "rail.ticket cancelled by its owner";
    const END_MS: i64 = 16 * MINUTE_MS;

    fn faults() -> Vec<Option<FaultPlan>> {
        faults(
            &["cancelNoCompleteMyOrder", "queryMyOrderNoComplete"],
            &MEANWHILE,
        )
    }

    async fn begin(rig: &mut Rig) -> Self {
        let (_, errand) = wish(rig).await;
        rig.run_to(START_MS + 4 * MINUTE_MS).await;
        rig.person = Box::new(|_, ask| match ask.ask.tag.as_str() {
            "pay" => Some(Answer::Denied),
            "cancel" => Some(Answer::Approved),
            _ => None,
        });
        Self { errand }
    }

    async fn check(&self, rig: &Rig, told: &str) {
        let row = row(rig, &self.errand).await;
        let story = rig.story(&self.errand).await;
        assert_eq!(rig.effects("rail.cancel ").len(), 1, "{told}{story}");
        assert_eq!(row.phase, Phase::Failed, "{told}: {}{story}", row.reason.zh);
        assert_eq!(row.outcome.unwrap()["result"], "cancelled", "{told}");
        assert_eq!(made(rig).len(), 1, "{told}: nothing was ordered again");
    }
}

/// What the service says once at a step, and where that leads within twenty minutes.
async fn said_once(step: &str, words: &str) -> (usize, String, Vec<String>) {
    let mut rig = Rig::new(7).await;
    let (_, errand) = wish(&mut rig).await;
    rig.sim.set_options(|options| {
        let say = &mut options.rail_order.say_once;
        say.insert(step.to_owned(), words.to_owned());
    });
    rig.run_to(START_MS + 20 * MINUTE_MS).await;
    let problems = rig.store.problems(None).await.unwrap().into_iter();
    let problems = problems.map(|problem| problem.key.rsplit('/').next().unwrap().to_owned());
    let row = row(&rig, &errand).await;
    (made(&rig).len(), row.checkpoint, problems.collect())
}

#[tokio::test]
async fn every_message_met_leads_where_it_should() {
    let check = async |step: &str, words: &str, expected: (usize, &str, &[&str])| {
        let (orders, checkpoint, problems) = said_once(step, words).await;
        let problems: Vec<&str> = problems.iter().map(String::as_str).collect();
        assert_eq!(
            (orders, checkpoint.as_str(), &*problems),
            expected,
            "{step}: {words}"
        );
    };
    let bought = (1, "pay", [].as_slice());
    check("submit", "用户未登录", (0, "needs_sign_in", &["sign_in"])).await;
    check(
        "submit",
        "您还有未处理的订单，请您到[未完成订单]进行处理!",
        bought,
    )
    .await;
    check("submit", "车票信息已过期，请重新查询最新车票信息", bought).await;
    check("page", "系统忙，请稍后重试", bought).await;
    check("check", "余票不足！", bought).await;
    check("check", "没有足够的票!", bought).await;
    check(
        "count",
        "目前排队人数已经超过余票张数，请您选择其他席别或车次",
        bought,
    )
    .await;
    check(
        "check",
        "互联网售票实行实名制，您已购买同一行程的车票",
        (0, "failed", &[]),
    )
    .await;
    let words = "由于您取消次数过多，今日将不能继续受理您的订票请求！";
    check("check", words, (0, "watching", &[])).await;
    check("wait", "系统忙，请稍后重试", bought).await;
    // Half an hour of quiet; no order was found meanwhile.
    check(
        "confirm",
        "您的请求过于频繁，请稍后再试",
        (0, "watching", &[]),
    )
    .await;
    check("confirm", "当前提交订单用户过多，请您稍后重试。", bought).await;
    check("confirm", "非法请求", bought).await;
    check("confirm", "请完成滑块验证", (0, "watching", &[])).await;
}

#[tokio::test]
async fn an_order_that_comes_of_a_cancelled_errand_is_told() {
    let mut rig = Rig::new(7).await;
    let (_, errand) = wish(&mut rig).await;
    while rig.effects("rail.queue ").is_empty() {
        rig.engine.round().await.unwrap();
    }
    rig.engine.tell(&errand, Verb::Cancel).await.unwrap();
    rig.run_to(START_MS + 5 * MINUTE_MS).await;
    assert_eq!(made(&rig).len(), 1);
    assert_eq!(row(&rig, &errand).await.phase, Phase::Cancelled);
    let notices = rig.store.notices(None, 100).await.unwrap();
    let late = notices
        .iter()
        .filter(|notice| notice.title.zh.contains("已取消"));
    assert_eq!(late.count(), 1, "{notices:?}");
}

#[tokio::test]
async fn an_order_that_nobody_pays_lapses_and_that_is_said() {
    let mut rig = Rig::new(7).await;
    let (_, errand) = wish(&mut rig).await;
    rig.run_to(START_MS + 45 * MINUTE_MS).await;
    let row = row(&rig, &errand).await;
    let story = rig.story(&errand).await;
    assert_eq!(rig.effects("rail.lapse ").len(), 1, "{story}");
    assert_eq!(row.outcome.unwrap()["result"], "lapsed", "{story}");
}

#[tokio::test]
async fn a_paid_order_is_noticed_without_a_word() {
    let mut rig = Rig::new(7).await;
    let (_, errand) = wish(&mut rig).await;
    rig.run_to(START_MS + 5 * MINUTE_MS).await;
    one_order_waits(&rig, &errand, "before it is paid").await;
    assert!(rig.sim.pay_rail_order(&made(&rig)[0]));
    rig.run_to(START_MS + 12 * MINUTE_MS).await;
    let row = row(&rig, &errand).await;
    let result = row.outcome.unwrap()["result"].clone();
    assert_eq!((row.phase, result), (Phase::Done, "paid".into()));
}

#[tokio::test]
async fn a_ticket_is_ordered_once_whatever_fails_before() {
    cut_everywhere::<OrderedOnce<false>>().await;
}

#[tokio::test]
async fn a_ticket_is_ordered_once_whatever_fails_meanwhile() {
    cut_everywhere::<OrderedOnce<true>>().await;
}

#[tokio::test]
async fn an_order_is_cancelled_once() {
    cut_everywhere::<CancelledOnce>().await;
}

/// What the queue and the lists may do, from "as usual" to "the order was made although the queue said no".
fn behave(rig: &Rig, dice: &mut Dice) -> String {
    let (takes_ms, ends, makes_order, hides_number, lag_ms, says) = dice.pick(&[
        (6_000, -1, true, false, 0, ""),
        (0, -1, true, false, 0, ""),
        (150_000, -1, true, false, 0, ""),
        (6_000, -1, true, true, 0, ""),
        (6_000, -1, true, true, 8_000, ""),
        (6_000, -2, true, false, 0, "系统忙，请稍后重试"),
        (6_000, -2, true, false, 5_000, "当前提交订单用户过多"),
        (6_000, -2, false, false, 0, "没有足够的票!"),
        (6_000, -3, false, false, 0, ""),
        (6_000, -100_000, false, false, 0, ""),
        (6_000, -1, false, false, 0, ""),
    ]);
    rig.sim.set_options(|options| {
        let rules = &mut options.rail_order;
        rules.queue.takes_ms = takes_ms;
        rules.queue.ends = ends;
        rules.queue.makes_order = makes_order;
        rules.queue.hides_number = hides_number;
        rules.queue.says = says.to_owned();
        rules.list_lag_ms = lag_ms;
    });
    format!(
        "queue {takes_ms} ms, ends {ends}, makes {makes_order}, hides {hides_number}, list later {lag_ms} ms"
    )
}

/// One story with everything by chance: how the queue behaves, up to three faults, up to two crashes.
async fn by_chance(seed: u64) {
    let mut dice = Dice(seed);
    let mut rig = Rig::new(seed).await;
    let (_, errand) = wish(&mut rig).await;
    let mut told = format!("seed {seed}: {}", behave(&rig, &mut dice));
    for _ in 0..dice.roll(4) {
        let kinds = [
            FaultKind::Timeout,
            FaultKind::Reset,
            FaultKind::Status500,
            FaultKind::Html,
        ];
        let when = dice.pick(&[When::Before, When::After]);
        let plan = plan(
            dice.pick(&STEPS),
            when,
            dice.pick(&kinds),
            1 + dice.roll(2) as u32,
        );
        told = format!("{told}; {plan:?}");
        rig.sim.faults().add(plan);
    }
    for _ in 0..dice.roll(3) {
        let (effect, side) = (
            dice.roll(40) as usize,
            dice.pick(&[Side::Before, Side::After]),
        );
        told = format!("{told}; cut at {effect} {side:?}");
        rig.use_fuse(Fuse::at(effect, side));
        let fuse = Arc::clone(&rig.fuse);
        let until = rig.clock.ms() + 3 * MINUTE_MS;
        rig.run_to(until).await;
        drop(fuse);
    }
    rig.use_fuse(Fuse::default());
    let until = rig.clock.ms() + 14 * MINUTE_MS;
    rig.run_to(until).await;
    true_in_the_end(&rig, &errand, &told).await;
}

/// Never two orders; and what daiban believes is what there is.
async fn true_in_the_end(rig: &Rig, errand: &ErrandId, told: &str) {
    let made = made(rig);
    let row = row(rig, errand).await;
    match made.as_slice() {
        [_] => one_order_waits(rig, errand, told).await,
        [] => {
            let believed = believed(rig, errand).await;
            let story = rig.story(errand).await;
            assert_eq!(
                believed, None,
                "{told}: believes in an order that is not{story}"
            );
            assert_ne!(row.checkpoint, "pay", "{told}{story}");
        }
        several => panic!("{told}: ordered {several:?}{}", rig.story(errand).await),
    }
}

#[tokio::test]
async fn whatever_happens_there_are_never_two_orders() {
    const SEEDS: u64 = 300;
    for seed in 0..SEEDS {
        by_chance(seed).await;
    }
    note("rail.ticket by chance", SEEDS as usize);
}

/// Wishes of somebody who only wants to be told, at the floor.
async fn tell_me(rig: &Rig, account: &AccountId) -> ErrandId {
    let date = day(2).to_string();
    let wishes = [
        ("from", "北京南"),
        ("to", "杭州东"),
        ("dates", &*date),
        ("trains", "G9051"),
        ("seats", "二等座"),
        ("then", "notify"),
        ("pace_s", "4"),
    ];
    rig.add_errand("rail.ticket", account, &wishes, false).await
}

fn queries(rig: &Rig) -> Vec<i64> {
    let entries = rig.sim.journal().into_iter();
    let queries = entries.filter(|entry| entry.path.contains("/otn/leftTicket/query"));
    queries.map(|entry| entry.at_ms).collect()
}

#[tokio::test]
async fn peer_fault_15_equal_wishes_share_one_name() {
    let mut rig = Rig::new(7).await;
    train(&rig);
    let account = rig.add_account("rail-1", Service::Rail, &[], &[]).await;
    let (one, two) = (tell_me(&rig, &account).await, tell_me(&rig, &account).await);
    assert_ne!(one, two);
    rig.run_to(START_MS + MINUTE_MS).await;
    let notices = rig.store.notices(None, 100).await.unwrap();
    assert_eq!(notices.len(), 2, "each is told: {notices:?}");
    rig.engine.tell(&one, Verb::Cancel).await.unwrap();
    rig.run_to(START_MS + 2 * MINUTE_MS).await;
    assert_eq!(row(&rig, &one).await.phase, Phase::Cancelled);
    assert_eq!(
        row(&rig, &two).await.phase,
        Phase::Waiting,
        "the other goes on"
    );
}

#[tokio::test]
async fn peer_fault_16_started_without_a_wish_it_never_looks_again() {
    let mut rig = Rig::new(7).await;
    train(&rig);
    let account = rig.add_account("rail-1", Service::Rail, &[], &[]).await;
    rig.run_to(START_MS + 60 * MINUTE_MS).await;
    assert!(queries(&rig).is_empty(), "nobody wished anything");
    let errand = tell_me(&rig, &account).await;
    rig.run_to(START_MS + 61 * MINUTE_MS).await;
    assert!(!queries(&rig).is_empty());
    rig.engine.tell(&errand, Verb::Cancel).await.unwrap();
    rig.run_to(START_MS + 62 * MINUTE_MS).await;
    let looked = queries(&rig).len();
    rig.run_to(START_MS + 120 * MINUTE_MS).await;
    assert_eq!(queries(&rig).len(), looked, "it stops when nobody looks");
    tell_me(&rig, &account).await;
    rig.run_to(START_MS + 121 * MINUTE_MS).await;
    assert!(queries(&rig).len() > looked, "and begins again");
}

#[tokio::test]
async fn a_hundred_wishes_cost_the_looks_of_one() {
    let count = async |wishes: usize| {
        let mut rig = Rig::new(7).await;
        train(&rig);
        let account = rig.add_account("rail-1", Service::Rail, &[], &[]).await;
        for _ in 0..wishes {
            tell_me(&rig, &account).await;
        }
        rig.run_to(START_MS + 5 * MINUTE_MS).await;
        let at = queries(&rig);
        let closest = at.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap();
        assert!(closest >= 4000, "closer than the floor: {closest} ms");
        at.len()
    };
    assert_eq!(count(1).await, count(100).await);
}
