//! Orders as looks: one order's page, the list, how an order stands in the service's line.
//!
//! The addresses of the list and of the line are *guessed* and therefore settings. A wrong address is answered with the site's
//! front page, just as a lost sign-in is; so before a page is taken for a lost sign-in, the service is asked who is there.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use daiban_core::provider::Visit;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::asked;
use crate::hospital::booking::{Booking, Lineup};
use crate::hospital::error::sign_in_lost;
use crate::hospital::line::Line;
use crate::hospital::wire::order;
use crate::hospital::wire::sign_in::{user, user_info};

/// A list of orders that goes on longer is given up.
const MOST_PAGES: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    hos: String,
    order_no: String,
}

/// Answers `order`, `orders` and `lineup`; `None` when the body is another's.
///
/// # Errors
/// One of the eight.
pub(super) async fn look(visit: &Visit<'_>, body: &Value) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "order" => look_order(visit, body).await,
        "orders" => look_orders(visit).await,
        "lineup" => look_lineup(visit, body).await,
        _ => return None,
    })
}

async fn look_order(visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
    let Which { hos, order_no } = asked(body)?;
    let line = Line::of(visit)?;
    Ok(json!(page(&line, &hos, &order_no).await?))
}

async fn look_orders(visit: &Visit<'_>) -> Result<Value, ServiceError> {
    let (orders, complete) = list(visit, &Line::of(visit)?).await?;
    Ok(json!({ "orders": orders, "complete": complete }))
}

async fn look_lineup(visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
    let Which { hos, order_no } = asked(body)?;
    Ok(json!(
        lineup(visit, &Line::of(visit)?, &hos, &order_no).await?
    ))
}

/// An order's own page.
///
/// # Errors
/// One of the eight.
pub(super) async fn page(
    line: &Line<'_>,
    hos: &str,
    order_no: &str,
) -> Result<Booking, ServiceError> {
    order::read(&line.ask(order::detail(line, hos, order_no)).await?)
}

/// The account's orders, page by page; whether these are all.
///
/// # Errors
/// One of the eight; `Changed` where there is no list under that address.
pub(super) async fn list(
    visit: &Visit<'_>,
    line: &Line<'_>,
) -> Result<(Vec<Booking>, bool), ServiceError> {
    let path = path(visit, "orders_path", "web/order/list");
    let mut all = Vec::new();
    for number in 1..=MOST_PAGES {
        let data = ask(line, order::list(line, path, number), "orders_path").await?;
        let page = order::read_list(&data)?;
        let read = page.orders.len();
        all.extend(page.orders);
        let is_last = match page.count {
            Some(count) => all.len() >= count,
            None => read < order::ORDERS_A_PAGE,
        };
        if is_last {
            return Ok((all, true));
        }
        if read == 0 {
            break;
        }
    }
    Ok((all, false))
}

/// How an order stands in the service's line.
///
/// # Errors
/// One of the eight; `Changed` where nothing is told under that address.
pub(super) async fn lineup(
    visit: &Visit<'_>,
    line: &Line<'_>,
    hos: &str,
    order_no: &str,
) -> Result<Lineup, ServiceError> {
    let path = path(visit, "order_status_path", "web/order/status");
    let request = order::status(line, path, hos, order_no);
    order::read_status(&ask(line, request, "order_status_path").await?)
}

fn path<'a>(visit: &'a Visit<'_>, setting: &str, default: &'a str) -> &'a str {
    let path = visit.setting(setting).unwrap_or(default);
    path.trim().trim_start_matches('/')
}

/// Asks under an address that may be wrong.
async fn ask(line: &Line<'_>, request: Request, setting: &str) -> Result<Value, ServiceError> {
    let response = line.http.send(request).await?;
    let read = line.read(&response);
    let is_page = response.is_html() || (300..400).contains(&response.status);
    match read {
        Err(ServiceError::SignInLost { .. }) if is_page => {
            still_signed_in(line).await?;
            Err(ServiceError::changed(setting, "a page where JSON is due"))
        }
        read => read,
    }
}

async fn still_signed_in(line: &Line<'_>) -> Result<(), ServiceError> {
    let user = user(&line.ask(user_info(line)).await?)?;
    user.map(drop).ok_or_else(sign_in_lost)
}
