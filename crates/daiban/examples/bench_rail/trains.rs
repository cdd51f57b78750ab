//! The railway as the benches have it.

use daiban_core::{account::Settings, http::Response, service::Service};
use daiban_sim::{Addresses, Seat, Stop, Train};
use serde_json::Value;

use crate::kit::house::Plan;

/// Notes order numbers.
pub(crate) const PLAN: Plan<'_> = Plan {
    service: Service::Rail,
    settings: &hosts,
    find: order_no,
};

fn hosts(addresses: &Addresses) -> Settings {
    Settings::from(["base_url", "www_url"].map(|name| (name.to_owned(), addresses.rail.clone())))
}

/// `data.orderId`, where there is one.
fn order_no(_path: &str, answer: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    Some(body["data"]["orderId"].as_str()?.to_owned())
}

/// A train between two stations with so many second-class seats left on every day.
pub(crate) fn train(code: &str, from: &str, to: &str, left: u32) -> Train {
    let stop = |station: &str, arrive: Option<&str>, depart: Option<&str>| Stop {
        station: station.to_owned(),
        arrive: arrive.map(str::to_owned),
        depart: depart.map(str::to_owned),
    };
    Train {
        train_no: format!("24000{code}0A"),
        code: code.to_owned(),
        stops: vec![
            stop(from, None, Some("09:20")),
            stop(to, Some("14:05"), None),
        ],
        seats: vec![Seat {
            code: 'O',
            price: 6230,
            left,
        }],
        suspended_on: Vec::new(),
        changes: Vec::new(),
        on_sale: None,
    }
}
