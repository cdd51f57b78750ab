//! The lists of orders as looks, and withdrawing an order that is not paid.

use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Reconciled;
use daiban_core::{Text, dates};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::rail::account::answer;
use crate::rail::desk::{invalid, read_wish};
use crate::rail::error::data_or_error;
use crate::rail::flow::Line;
use crate::rail::orders::{Order, OrderState, Unfinished};
use crate::rail::wire::order::{self, ORDERS_A_PAGE, Which};
use crate::rail::wire::{order_reply, orders};

/// A list of orders that goes on longer is given up.
const MOST_PAGES: usize = 20;

/// `{"do":"unfinished"}` and `{"do":"orders","from","to","which"}`; `None` when the body is another's.
///
/// # Errors
/// One of the eight.
pub(in crate::rail) async fn look(
    line: &Line<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "unfinished" => unfinished(line).await.map(|list| json!(list)),
        "orders" => look_orders(line, body).await,
        _ => return None,
    })
}

/// Orders not paid yet, or still in the queue.
pub(in crate::rail) async fn unfinished(line: &Line<'_>) -> Result<Unfinished, ServiceError> {
    orders::unfinished(&answer(line, order::unfinished(line.base)).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrdersWish {
    from: String,
    to: String,
    #[serde(default = "upcoming")]
    which: Which,
}

fn upcoming() -> Which {
    Which::Upcoming
}

async fn look_orders(line: &Line<'_>, body: &Value) -> Result<Value, ServiceError> {
    let (days, which) = read_orders_wish(body).map_err(invalid)?;
    let (orders, complete) = finished(line, days, which).await?;
    Ok(json!({ "orders": orders, "complete": complete }))
}

fn read_orders_wish(body: &Value) -> Result<((Date, Date), Which), InvalidInput> {
    let wish: OrdersWish = read_wish(body)?;
    let from = dates::parse_date("from", &wish.from)?;
    let to = dates::parse_date("to", &wish.to)?;
    if from > to {
        return Err(InvalidInput::new(
            "to",
            "结束日期早于开始日期",
            "the last day is before the first",
        ));
    }
    Ok(((from, to), wish.which))
}

/// Finished orders made on these days, page by page; whether these are all.
pub(in crate::rail) async fn finished(
    line: &Line<'_>,
    days: (Date, Date),
    which: Which,
) -> Result<(Vec<Order>, bool), ServiceError> {
    let mut all = Vec::new();
    let mut total = None;
    for number in 0..MOST_PAGES {
        let request = order::orders(line.base, days, which, number);
        let page = orders::finished(&answer(line, request).await?)?;
        let count = page.orders.len();
        all.extend(page.orders);
        total = total.or(page.total.filter(|total| *total > 0));
        let is_last = match total {
            Some(total) => all.len() >= total,
            None => count < ORDERS_A_PAGE,
        };
        if is_last {
            return Ok((all, true));
        }
        if count == 0 {
            break;
        }
    }
    Ok((all, false))
}

/// Withdraws an unpaid order. It counts towards the account's limit of the day.
///
/// # Errors
/// `Unsure` for whatever is neither a yes nor a clear no.
pub(in crate::rail) async fn cancel(line: &Line<'_>, body: &Value) -> Result<Value, ServiceError> {
    let order_no = order_no(body)?;
    let sent = line.http.send(order::cancel(line.base, order_no)).await;
    let response = sent.map_err(ServiceError::after_act)?;
    let read = match data_or_error(&response) {
        Ok(()) => order_reply::cancelled(&response.text()),
        Err(error) => Err(error),
    };
    match read {
        Ok(()) => Ok(cancelled()),
        Err(ServiceError::Refused { code, text }) => Err(ServiceError::Refused { code, text }),
        Err(error) => Err(ServiceError::Unsure {
            text: error.text().clone(),
        }),
    }
}

/// What became of a [`cancel`]: an order that is still unpaid was not withdrawn, and one that was paid meanwhile neither.
///
/// # Errors
/// Those of the questions, when they are not answered.
pub(in crate::rail) async fn was_cancelled(
    line: &Line<'_>,
    body: &Value,
) -> Result<Reconciled, ServiceError> {
    let order_no = order_no(body)?;
    let is_it = |order: &Order| order.order_no == order_no;
    if unfinished(line).await?.orders.iter().any(is_it) {
        return Ok(Reconciled::DidNotHappen(Text::new(
            "订单还在，没有取消",
            "the order is still there and not withdrawn",
        )));
    }
    let today = dates::today(line.now);
    let yesterday = today.checked_sub(1.day()).unwrap_or(today);
    let (orders, _) = finished(line, (yesterday, today), Which::Upcoming).await?;
    let is_paid = |order: &Order| is_it(order) && order.state == OrderState::Paid;
    if orders.iter().any(is_paid) {
        return Ok(Reconciled::DidNotHappen(Text::new(
            "订单已经支付，没有取消",
            "the order was paid meanwhile and not withdrawn",
        )));
    }
    Ok(Reconciled::Happened(cancelled()))
}

fn cancelled() -> Value {
    json!({ "cancelled": true })
}

fn order_no(body: &Value) -> Result<&str, ServiceError> {
    let order_no = body["order_no"].as_str().map(str::trim);
    order_no
        .filter(|order_no| !order_no.is_empty())
        .ok_or_else(|| {
            invalid(InvalidInput::new(
                "order_no",
                "没有写订单号",
                "the order number is missing",
            ))
        })
}
