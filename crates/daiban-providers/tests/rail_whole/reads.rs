//! What can be asked without an order: routes, sale times, journeys with a change.

use daiban_sim::{Seat, Stop, Train};
use serde_json::{Value, json};

use crate::Family;

fn train(code: &str, stops: [(&str, &str); 2], left: u32) -> Train {
    let [(from, depart), (to, arrive)] = stops;
    let stop = |station: &str, arrive: Option<&str>, depart: Option<&str>| Stop {
        station: station.into(),
        arrive: arrive.map(Into::into),
        depart: depart.map(Into::into),
    };
    Train {
        train_no: format!("240000{code}0A"),
        code: code.into(),
        stops: vec![stop(from, None, Some(depart)), stop(to, Some(arrive), None)],
        seats: vec![Seat {
            code: 'O',
            price: 5_000,
            left,
        }],
        suspended_on: Vec::new(),
        changes: Vec::new(),
        on_sale: None,
    }
}

async fn transfers(family: &Family, from: &str, to: &str) -> Vec<Value> {
    let body = json!({ "do": "transfers", "date": "2026-11-27", "from": from, "to": to });
    family.look(body).await.unwrap().as_array().unwrap().clone()
}

#[tokio::test]
async fn journeys_with_a_change() {
    let family = Family::new().await;
    let sim = &family.rig.sim;
    sim.add_train(train("G9101", [("BJP", "20:00"), ("XAY", "23:50")], 7));
    sim.add_train(train("G9102", [("EAY", "00:40"), ("CDW", "04:10")], 0));
    // The path has moved since.
    sim.set_options(|options| options.rail_transfer_query = "queryZ".into());
    let found = transfers(&family, "北京", "成都").await;
    assert_eq!(found.len(), 1, "{found:?}");
    let journey = &found[0];
    assert_eq!(
        (&journey["wait_min"], &journey["duration_min"]),
        (&json!(50), &json!(490))
    );
    assert_eq!(journey["same_station"], false);
    let legs = journey["legs"].as_array().unwrap();
    let told: Vec<(&Value, &Value, &Value, &Value)> = legs
        .iter()
        .map(|leg| {
            (
                &leg["train"],
                &leg["from"]["code"],
                &leg["depart"],
                &leg["arrive"],
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                &json!("G9101"),
                &json!("BJP"),
                &json!("2026-11-27T20:00:00+08:00"),
                &json!("2026-11-27T23:50:00+08:00")
            ),
            (
                &json!("G9102"),
                &json!("EAY"),
                &json!("2026-11-28T00:40:00+08:00"),
                &json!("2026-11-28T04:10:00+08:00")
            ),
        ]
    );
    assert_eq!(legs[0]["seats"][0]["left"], 7, "{}", legs[0]);
    assert_eq!(legs[1]["seats"][0]["left"], 0, "{}", legs[1]);
    // Where no trains meet there is nothing to tell, and nothing is wrong.
    assert_eq!(
        transfers(&family, "成都", "北京").await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn more_journeys_than_a_page_holds() {
    let family = Family::new().await;
    let sim = &family.rig.sim;
    sim.add_train(train("G9101", [("BJP", "08:00"), ("XAY", "12:00")], 7));
    for number in 0..14 {
        let (code, leaves) = (format!("G92{number:02}"), format!("13:{:02}", number * 4));
        sim.add_train(train(&code, [("XAY", &leaves), ("CDW", "17:10")], 7));
    }
    assert_eq!(transfers(&family, "北京", "成都").await.len(), 14);
    assert_eq!(family.asked("/lcquery/queryG"), 2);
}

#[tokio::test]
async fn what_a_route_means_and_when_its_sale_begins() {
    let family = Family::new().await;
    let body = json!({ "do": "route", "from": ["北京市"], "to": ["杭州东"] });
    let route = family.look(body).await.unwrap();
    assert_eq!(
        (&route["presale_days"], &route["student_presale_days"]),
        (&json!(15), &json!(15))
    );
    assert_eq!(route["from"][0]["city"], true);
    let stations = route["from"][0]["stations"].as_array().unwrap();
    assert_eq!(stations[0]["name"], "北京");
    assert!(stations.iter().any(|station| station["code"] == "VNP"));

    let body = json!({ "do": "sale_times", "stations": ["北京南"] });
    let times = family.look(body).await.unwrap();
    assert_eq!(times[0]["station"]["code"], "VNP");
    assert_eq!(times[0]["time"], route["sale_times"]["VNP"]);
    // The row of a train with no time of its own says the same.
    let body = json!({ "do": "tickets", "date": "2026-11-27", "from": "北京南", "to": "杭州东" });
    let told = family.look(body).await.unwrap();
    let trains = told["trains"]
        .as_array()
        .unwrap_or_else(|| told.as_array().unwrap());
    let train = trains
        .iter()
        .find(|train| train["train"] == "G9043")
        .unwrap();
    let time = times[0]["time"].as_str().unwrap();
    assert_eq!(train["on_sale_at"], format!("2026-11-13T{time}:00+08:00"));
}
