//! Answers that get lost: what was done is done once, and can be found again.

use daiban_sim::{FaultKind, FaultPlan, SimFault, When};
use serde_json::Value;

use crate::buyer::{Buyer, Fields, MY_ORDERS, ORDER, TICKETS, bench, fields};
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

#[tokio::test]
async fn the_steps_before_it_change_nothing() {
    let steps = [
        "submitOrderRequest",
        "initDc",
        "getPassengerDTOs",
        "checkOrderInfo",
        "getQueueCount",
        "queryOrderWaitTime",
        "resultOrderForDcQueue",
        "queryMyOrderNoComplete",
        "queryMyOrder",
    ];
    for step in steps {
        let bench = bench();
        let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
        bench.sim.faults().add(FaultPlan {
            service: "rail".into(),
            path_contains: step.into(),
            nth: None,
            when: When::After,
            kind: FaultKind::Reset,
        });
        // Walks the chain blindly; whatever was lost, nothing but sign-in and order is an effect.
        buyer.look(crate::buyer::DATE, "VNP", "AOH", "G9001").await;
        let form = buyer.submit_fields();
        let submitted = buyer
            .send("POST", "/otn/leftTicket/submitOrderRequest", TICKETS, &form)
            .await;
        let page = buyer.page().await;
        let lost = [&submitted, &page].iter().any(|got| got.fault.is_some());
        assert_eq!(lost, matches!(step, "submitOrderRequest" | "initDc"));
        assert_eq!(bench.effects("rail."), ["rail.sign_in chen_mo"], "{step}");
        bench.sim.faults().clear();
        // The order under way is still there: the page can be shown again, and all goes on from it.
        buyer.open().await;
        assert_eq!(buyer.check(&ONE).await["data"]["submitStatus"], true);
        assert_eq!(buyer.count(&ONE).await["status"], true);
        assert_eq!(buyer.confirm(&ONE).await["data"]["submitStatus"], true);
        bench.pass(MINUTE);
        assert!(buyer.wait().await["orderId"].is_string());
    }
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
