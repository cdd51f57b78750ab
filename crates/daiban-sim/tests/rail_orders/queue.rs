//! Every way the queue behind confirm can go and end.

use daiban_sim::Queue;
use serde_json::{Value, json};

use crate::buyer::{Buyer, bench, fields, refusal, rules};
use crate::common::{DAY, MINUTE};

const ONE: [(usize, char, char); 1] = [(0, 'O', '1')];

fn queue(ends: i64, says: &str, makes_order: bool) -> Queue {
    Queue {
        ends,
        says: says.into(),
        makes_order,
        ..Queue::default()
    }
}

#[tokio::test]
async fn at_once_and_for_long() {
    let bench = bench();
    rules(&bench, |rules| rules.queue.takes_ms = 0);
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&ONE).await;
    assert_eq!(bench.effects("rail.order").len(), 1);
    let told = buyer.wait().await;
    assert_eq!(told["waitTime"], -1);
    assert_eq!(told["orderId"], buyer.order_no().await);

    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    rules(&bench, |rules| {
        rules.queue.takes_ms = 30 * MINUTE;
        rules.ahead = 40;
    });
    other.order(&ONE).await;
    // The rules of the moment of confirm hold.
    rules(&bench, |rules| {
        rules.queue = queue(-2, "没有足够的票!", false)
    });
    let mut told = Vec::new();
    for pause in [999, 1, 10 * MINUTE, 20 * MINUTE - 1_001, 1] {
        told.push(other.wait().await);
        bench.pass(pause);
    }
    told.push(other.wait().await);
    let times: Vec<i64> = told
        .iter()
        .map(|told| told["waitTime"].as_i64().unwrap())
        .collect();
    assert_eq!(times, [-100, -100, 1_799, 1_199, 1, -1]);
    assert_eq!(
        (&told[2]["waitCount"], &told[5]["waitCount"]),
        (&json!(40), &json!(0))
    );
    let id = told[0]["requestId"].as_u64().unwrap();
    assert!(
        id > 1 << 53 && id as f64 as u64 != id,
        "a double can't hold it"
    );
    assert!(told.iter().all(|told| told["requestId"] == id));
}

#[tokio::test]
async fn every_end() {
    let cancelled = "由于您取消次数过多，今日将不能继续受理您的订票请求";
    for (ends, says, makes_order, hides_number) in [
        (-1, "", true, false),
        (-1, "", true, true),
        (-1, "", false, false),
        (-2, "没有足够的票!", false, false),
        (-2, cancelled, false, false),
        (-2, "系统忙，请稍后重试", true, true),
        (-2, "系统忙，请稍后重试", true, false),
        (-3, "", false, false),
        (-4, "", false, false),
        (-99, "未知错误", true, true),
    ] {
        let bench = bench();
        rules(&bench, |rules| {
            rules.queue = Queue {
                hides_number,
                ..queue(ends, says, makes_order)
            };
        });
        let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
        buyer.order(&ONE).await;
        assert_eq!(buyer.unfinished().await["orderCacheDTO"]["waitTime"], -100);
        bench.pass(6_000);
        let told = buyer.wait().await;
        let case = format!("{ends} {says} {makes_order} {hides_number}: {told}");
        assert_eq!(told["waitTime"], ends, "{case}");
        assert_eq!(told["msg"].as_str().unwrap_or_default(), says, "{case}");
        assert_eq!(
            told["orderId"].is_string(),
            makes_order && !hides_number,
            "{case}"
        );
        assert_eq!(
            bench.effects("rail.order").len(),
            usize::from(makes_order),
            "{case}"
        );
        let list = buyer.unfinished().await;
        assert_eq!(list["orderDBList"].is_array(), makes_order, "{case}");
        assert!(list["orderCacheDTO"].is_null(), "{case}");
        assert_eq!(buyer.wait().await, told, "asked again");
        // The way is barred by an order, and by nothing else.
        buyer.look(crate::buyer::DATE, "VNP", "AOH", "G9001").await;
        let again = buyer.submit().await;
        assert_eq!(again["status"], !makes_order, "{case}");
        if makes_order {
            assert_eq!(
                again["messages"][0],
                "您还有未处理的订单，请您到[未完成订单]进行处理!"
            );
        }
    }
}

#[tokio::test]
async fn one_order_at_a_time() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let mut elsewhere = Buyer::signed_in(&bench, "chen_mo").await;
    elsewhere.prepare(&[(1, 'M', '1')]).await;
    buyer.order(&ONE).await;
    let refused = elsewhere.confirm(&[(1, 'M', '1')]).await;
    assert!(refusal(&refused).starts_with("您还有未处理的订单"));
    assert_eq!(
        elsewhere.submit().await["status"],
        false,
        "while it is queued"
    );
    bench.pass(MINUTE);
    // The token of the page belongs to its browser.
    elsewhere.token = buyer.token.clone();
    assert!(elsewhere.wait().await.is_null());
    assert_eq!(elsewhere.order_no().await, buyer.order_no().await);
    assert_eq!(bench.effects("rail.queue").len(), 1);
}

#[tokio::test]
async fn three_cancellations_and_the_day_is_over() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    for _ in 0..3 {
        buyer.order(&ONE).await;
        bench.pass(MINUTE);
        let number = buyer.order_no().await;
        assert_eq!(buyer.cancel(&number).await["existError"], "N");
    }
    buyer.begin("VNP", "AOH", "G9001").await;
    let refused = buyer.check(&ONE).await;
    assert_eq!(
        refusal(&refused),
        "由于您取消次数过多，今日将不能继续受理您的订票请求！"
    );
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    other.order(&ONE).await;
    bench.pass(MINUTE);
    assert_eq!(other.wait().await["waitTime"], -1, "others go on");

    // Midnight in Shanghai begins a new day; an order that lapsed is no cancellation.
    bench.pass(16 * 60 * MINUTE);
    for _ in 0..4 {
        buyer.order(&ONE).await;
        bench.pass(31 * MINUTE);
    }
    assert_eq!(buyer.unfinished().await, Value::Null);
    assert_eq!(bench.effects("rail.cancel").len(), 3);
    // Told at the end of the queue when the limit was met meanwhile.
    buyer.order(&ONE).await;
    rules(&bench, |rules| rules.cancel_limit = 0);
    bench.pass(6_000);
    let told = buyer.wait().await;
    assert_eq!(told["waitTime"], -2);
    assert!(
        told["msg"]
            .as_str()
            .unwrap()
            .starts_with("由于您取消次数过多")
    );
    bench.pass(DAY);
}

#[tokio::test]
async fn result_of_an_order() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&ONE).await;
    bench.pass(MINUTE);
    let number = buyer.order_no().await;
    buyer.cancel(&number).await;
    let form = fields(&[("orderSequence_no", &number)]);
    let lost = buyer.post_step("resultOrderForDcQueue", &form).await;
    assert_eq!(
        refusal(&lost),
        "网络传输过程中数据丢失，请查看未完成订单，继续支付！"
    );
}
