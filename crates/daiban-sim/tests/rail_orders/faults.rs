//! Answers that get lost: what was done is done once, and can be found again.

use daiban_sim::{FaultKind, SimFault, When};
use serde_json::Value;

use crate::buyer::{Buyer, DATE, Fields, MY_ORDERS, ORDER, TICKETS, bench, fields};
use crate::common::{Bench, Got, MINUTE};

const ONE: [(usize, char, char); 1] = [(0, 'O', '1')];
const KINDS: [FaultKind; 5] = [
    FaultKind::Timeout,
    FaultKind::Reset,
    FaultKind::Status500,
    FaultKind::Html,
    FaultKind::Code(500),
];

/// The call that binds, spoilt.
async fn confirm(buyer: &mut Buyer<'_>) -> Got {
    let own = fields(&[
        ("_json_att", ""),
        ("REPEAT_SUBMIT_TOKEN", &buyer.token.clone()),
    ]);
    let form = [buyer.confirm_fields(&ONE), own].concat();
    buyer
        .send(
            "POST",
            "/otn/confirmPassenger/confirmSingleForQueue",
            ORDER,
            &form,
        )
        .await
}

fn spoil(bench: &Bench, path: &str, when: When, kind: &FaultKind) {
    bench.sim.faults().once("rail", path, when, kind.clone());
}

#[tokio::test]
async fn a_lost_confirm_is_an_order_or_none() {
    for kind in KINDS {
        for when in [When::Before, When::After] {
            let bench = bench();
            let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
            buyer.prepare(&ONE).await;
            spoil(&bench, "confirmSingleForQueue", when, &kind);
            let got = confirm(&mut buyer).await;
            let is_silent = matches!(kind, FaultKind::Timeout | FaultKind::Reset);
            assert_eq!(got.fault, is_silent.then(|| SimFault(kind.clone())));
            let happened = when == When::After;
            assert_eq!(
                bench.effects("rail.queue").len(),
                usize::from(happened),
                "{when:?} {kind:?}"
            );
            let list = buyer.unfinished().await;
            assert_eq!(list["orderCacheDTO"].is_object(), happened);
            // Sent again it does not happen twice.
            let again = confirm(&mut buyer).await.json();
            assert_eq!(again["status"], !happened);
            bench.pass(MINUTE);
            assert_eq!(bench.effects("rail.order").len(), 1);
            assert!(buyer.wait().await["orderId"].is_string());
        }
    }
}

#[tokio::test]
async fn a_lost_cancellation_counts_once() {
    for when in [When::Before, When::After] {
        let bench = bench();
        let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
        buyer.order(&ONE).await;
        bench.pass(MINUTE);
        let number = buyer.order_no().await;
        spoil(&bench, "cancelNoCompleteMyOrder", when, &FaultKind::Timeout);
        let form = fields(&[
            ("sequence_no", &number),
            ("cancel_flag", "cancel_order"),
            ("_json_att", ""),
        ]);
        let path = "/otn/queryOrder/cancelNoCompleteMyOrder";
        let got = buyer.send("POST", path, MY_ORDERS, &form).await;
        assert_eq!(got.fault, Some(SimFault(FaultKind::Timeout)));
        let happened = when == When::After;
        assert_eq!(bench.effects("rail.cancel").len(), usize::from(happened));
        assert_eq!(buyer.unfinished().await.is_null(), happened);
        let again = buyer.cancel(&number).await;
        assert_eq!(again["existError"], if happened { "Y" } else { "N" });
        assert_eq!(bench.effects("rail.cancel").len(), 1);
    }
}

/// Sends a step whose answer gets lost after it was carried out.
async fn lose(buyer: &mut Buyer<'_>, call: &str, form: Fields) {
    spoil(buyer.bench, call, When::After, &FaultKind::Reset);
    let own = fields(&[
        ("_json_att", ""),
        ("REPEAT_SUBMIT_TOKEN", &buyer.token.clone()),
    ]);
    let (path, referer) = match call {
        "submitOrderRequest" => ("/otn/leftTicket/submitOrderRequest".into(), TICKETS),
        "initDc" => (ORDER.into(), TICKETS),
        _ => (format!("/otn/confirmPassenger/{call}"), ORDER),
    };
    let got = buyer
        .send("POST", &path, referer, &[form, own].concat())
        .await;
    assert_eq!(got.fault, Some(SimFault(FaultKind::Reset)), "{call}");
}

#[tokio::test]
async fn every_step_before_it_can_be_sent_again() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    let form = buyer.submit_fields();
    lose(&mut buyer, "submitOrderRequest", form).await;
    assert_eq!(buyer.submit().await["status"], true);
    lose(&mut buyer, "initDc", Fields::new()).await;
    buyer.open().await;
    lose(&mut buyer, "getPassengerDTOs", Fields::new()).await;
    let form = buyer.check_fields(&ONE);
    lose(&mut buyer, "checkOrderInfo", form).await;
    let form = buyer.count_fields(&ONE);
    lose(&mut buyer, "getQueueCount", form).await;
    assert_eq!(buyer.check(&ONE).await["data"]["submitStatus"], true);
    assert_eq!(buyer.count(&ONE).await["status"], true);
    assert_eq!(bench.effects("rail."), ["rail.sign_in chen_mo"]);
    assert_eq!(buyer.confirm(&ONE).await["data"]["submitStatus"], true);
    bench.pass(MINUTE);
    let number = buyer.order_no().await;
    let form = fields(&[("orderSequence_no", &number)]);
    lose(&mut buyer, "resultOrderForDcQueue", form.clone()).await;
    let result = buyer.post_step("resultOrderForDcQueue", &form).await;
    assert_eq!(result["data"]["submitStatus"], true);
    assert_eq!(bench.effects("rail.order").len(), 1);
}

#[tokio::test]
async fn renamed_fields() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&ONE).await;
    let rename = FaultKind::Rename {
        from: "waitTime".into(),
        to: "wait_time".into(),
    };
    spoil(&bench, "queryOrderWaitTime", When::After, &rename);
    let told = buyer.wait().await;
    assert_eq!(
        (told.get("waitTime"), &told["wait_time"]),
        (None, &Value::from(-100))
    );
    let log = buyer.post("/otn/basedata/log", ORDER, &Fields::new()).await;
    assert_eq!(log["status"], true);
}
