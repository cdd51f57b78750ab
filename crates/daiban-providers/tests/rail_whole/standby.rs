//! Standing in line: from a sold-out row to a paid order, and the other ways it may end.

use daiban_core::{
    ask::{Answer, Ask},
    call::Outcome,
    errand::Phase,
    id::ErrandId,
};
use daiban_sim::Sim;
use serde_json::{Value, json};

use crate::Family;
use crate::kit::{DAY_MS, HOUR_MS, MINUTE_MS};

const STANDING: [(&str, &str); 8] = [
    ("from", "北京南"),
    ("to", "杭州东"),
    ("dates", "2026-11-27"),
    ("passengers", "苏晴"),
    ("trains", "G9043"),
    ("seats", "二等座"),
    ("standby", "true"),
    ("pace_s", "300"),
];

/// In line for the train that is sold out, deposit not paid.
async fn in_line() -> (Family, ErrandId) {
    let mut family = Family::signed_in().await;
    let rig = &family.rig;
    let errand = rig
        .add_errand("rail.ticket", &family.account, &STANDING, false)
        .await;
    family.pass(5 * MINUTE_MS).await;
    let row = family.row(&errand).await;
    let story = family.rig.story(&errand).await;
    assert_eq!(
        (row.phase, &*row.checkpoint),
        (Phase::NeedsYou, "standby"),
        "{story}"
    );
    assert_eq!(family.asked("/otn/afterNate/confirmHB"), 1, "{story}");
    (family, errand)
}

async fn listed(family: &Family) -> Vec<Value> {
    let told = family
        .look(json!({ "do": "standby_orders" }))
        .await
        .unwrap();
    assert_eq!(told["complete"], true);
    told["orders"].as_array().unwrap().clone()
}

async fn number(family: &Family) -> String {
    listed(family).await[0]["reserve_no"]
        .as_str()
        .unwrap()
        .into()
}

fn pays_the_deposit(sim: &Sim, ask: &Ask) -> Option<Answer> {
    if ask.ask.tag != "deposit" {
        return None;
    }
    let effects = sim.effects().into_iter().filter_map(|entry| entry.effect);
    let mut made = effects.filter(|effect| effect.starts_with("rail.standby "));
    let made = made.next_back()?;
    assert!(sim.pay_rail_standby(made.rsplit(' ').next()?));
    Some(Answer::Approved)
}

async fn bought(family: &Family) -> Vec<Value> {
    let body =
        json!({ "do": "orders", "from": "2026-11-22", "to": "2026-12-22", "which": "upcoming" });
    let told = family.look(body).await.unwrap();
    told["orders"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_can_be_known_before_one_stands_in_line() {
    let family = Family::signed_in().await;
    let rows = family
        .look(json!({ "do": "rows", "date": "2026-11-27", "from": "北京南", "to": "杭州东" }))
        .await
        .unwrap();
    let rows = rows.as_array().unwrap().iter();
    let row = rows
        .into_iter()
        .find(|row| row["train"]["train"] == "G9043")
        .unwrap();
    let train = &row["train"];
    let choice = json!({
        "date": "2026-11-27", "train": "G9043", "from": train["from"], "to": train["to"],
        "secret": row["keys"]["secret"], "seat": "O",
    });
    let check = json!({ "do": "standby_check", "choices": [choice] });
    let told = family.look(check.clone()).await.unwrap();
    assert_eq!(told["face"], "fine", "{told}");
    assert_eq!(told["until_choices_min"][0], 20, "{told}");
    assert_eq!(told["chances"][0]["text"], "候补人数较少", "{told}");
    assert_eq!(told["success_percent"], 55, "{told}");
    assert_eq!(listed(&family).await, Vec::<Value>::new());
    for (code, face) in [
        ("01", "in_review"),
        ("13", "rejected"),
        ("14", "verify_in_app"),
    ] {
        family
            .rig
            .sim
            .set_options(|options| options.rail_standby.face_check = code.into());
        let told = family.look(check.clone()).await.unwrap();
        assert_eq!(told["face"], face, "{told}");
    }
}

#[tokio::test]
async fn a_paid_place_in_line_becomes_a_ticket() {
    let (mut family, errand) = in_line().await;
    family.rig.person = Box::new(pays_the_deposit);
    family.pass(HOUR_MS).await;
    let row = family.row(&errand).await;
    assert_eq!(row.phase, Phase::Waiting, "{}", row.reason.zh);
    assert_eq!(listed(&family).await[0]["state"], "waiting");
    assert_eq!(bought(&family).await, Vec::<Value>::new());

    // Two tickets come back: one is for who stands in line, the other for everybody.
    family.pass(3 * DAY_MS).await;
    let row = family.row(&errand).await;
    assert_eq!(row.phase, Phase::Done, "{}", row.reason.zh);
    let outcome = row.outcome.unwrap();
    assert_eq!(outcome["result"], "standby_fulfilled");
    let standby = listed(&family).await.remove(0);
    assert_eq!(
        (&standby["state"], &standby["order_no"]),
        (&json!("fulfilled"), &outcome["order_no"])
    );
    let orders = bought(&family).await;
    assert_eq!(orders.len(), 1);
    assert_eq!(
        (&orders[0]["order_no"], &orders[0]["state"]),
        (&outcome["order_no"], &json!("paid"))
    );
    let ticket = &orders[0]["tickets"][0];
    assert_eq!(
        (&ticket["train"], &ticket["passenger"]),
        (&json!("G9043"), &json!("苏晴")),
        "{ticket}"
    );
    assert_eq!(family.rig.effects("rail.order ").len(), 1);
    assert_eq!(left(&family).await, json!(1));
    // It is an order like any other: nothing waits for a payment.
    let unfinished = family.look(json!({ "do": "unfinished" })).await.unwrap();
    assert_eq!(unfinished["orders"], json!([]));
}

/// Second class of the train in line, as its row tells.
async fn left(family: &Family) -> Value {
    let body = json!({ "do": "tickets", "date": "2026-11-27", "from": "北京南", "to": "杭州东" });
    let told = family.look(body).await.unwrap();
    let trains = told["trains"]
        .as_array()
        .unwrap_or_else(|| told.as_array().unwrap());
    let train = trains
        .iter()
        .find(|train| train["train"] == "G9043")
        .unwrap();
    let seats = train["seats"].as_array().unwrap();
    let seat = seats.iter().find(|seat| seat["code"] == "O").unwrap();
    seat["left"].clone()
}

#[tokio::test]
async fn what_is_not_paid_lapses() {
    let (mut family, errand) = in_line().await;
    assert_eq!(listed(&family).await[0]["state"], "unpaid");
    family.pass(HOUR_MS).await;
    assert_eq!(listed(&family).await[0]["state"], "over");
    let row = family.row(&errand).await;
    let story = family.rig.story(&errand).await;
    assert_eq!(
        (row.phase, &*row.checkpoint),
        (Phase::Waiting, "watching"),
        "{story}"
    );
    assert_eq!(family.rig.effects("rail.standby_over").len(), 1);
    // The tickets that come back later are free for an order.
    family.pass(3 * DAY_MS).await;
    assert_eq!(
        family.rig.effects("rail.order ").len(),
        1,
        "{}",
        family.rig.story(&errand).await
    );
}

#[tokio::test]
async fn a_place_in_line_is_given_back() {
    for paid in [false, true] {
        let (mut family, errand) = in_line().await;
        if paid {
            family.rig.person = Box::new(pays_the_deposit);
            family.pass(20 * MINUTE_MS).await;
        }
        let number = number(&family).await;
        // The other way of giving back is refused and changes nothing.
        let body =
            |paid: bool| json!({ "do": "withdraw_standby", "reserve_no": number, "paid": paid });
        let wrong = family.act(body(!paid)).await;
        assert!(
            matches!(wrong.outcome, Some(Outcome::Failed(_))),
            "{:?}",
            wrong.outcome
        );
        let state = if paid { "waiting" } else { "unpaid" };
        assert_eq!(listed(&family).await[0]["state"], state);
        let call = family.act(body(paid)).await;
        assert!(
            matches!(call.outcome, Some(Outcome::Done(_))),
            "{:?}",
            call.outcome
        );
        assert_eq!(listed(&family).await[0]["state"], "over");
        // Seen at the next look at the list, and half an hour before it stands in line again.
        family.pass(15 * MINUTE_MS).await;
        let row = family.row(&errand).await;
        assert_eq!(&*row.checkpoint, "watching", "{}", row.reason.zh);
        assert_eq!(family.rig.effects("rail.standby_over").len(), 1);
    }
}
