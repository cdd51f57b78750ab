//! What became of a booking that was sent: its number where the service gave one, else the list of orders. Only reads.
//!
//! That nothing was booked is believed only when the whole list shows nothing five minutes later; what is believed wrongly here
//! is booked twice. Where there is no list to be had, nothing is concluded: the owner is told to look.

use daiban_core::error::ServiceError;
use daiban_core::provider::{Reconciled, Visit};
use daiban_core::{Text, Timestamp};
use jiff::SignedDuration;
use serde_json::json;

use super::memory::Sent;
use super::orders;
use super::ours::{Found, Search, joined};
use super::send::ordered;
use crate::hospital::Hospitals;
use crate::hospital::booking::{BookResult, BookWish, Booking, BookingState};
use crate::hospital::line::Line;
use crate::hospital::session::whose;

/// Until then an order may still turn up in the list: one that stands in the service's line may not be listed yet, and how
/// long a line lasts is not known (*guessed*).
const LATEST: SignedDuration = SignedDuration::from_mins(5);

/// Between two looks at the list: half of the time since it was sent, within these seconds.
const AGAIN_S: (i64, i64) = (10, 60);

/// Between two tries to find a list, and how long it is tried.
const NO_LIST_AGAIN: SignedDuration = SignedDuration::from_secs(60);
const NO_LIST_UNTIL: SignedDuration = SignedDuration::from_mins(10);

/// Asks what became of a booking.
///
/// # Errors
/// Those of the questions, when they may be answered later: nothing is concluded then.
pub(super) async fn became(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    wish: &BookWish,
    sent_at: Timestamp,
) -> Result<Reconciled, ServiceError> {
    let line = Line::of(visit)?;
    let sent = hospitals
        .bookings
        .open()
        .asked(&whose(visit), wish, visit.now);
    if let Some(saved) = sent.as_ref().and_then(|sent| sent.saved.clone()) {
        return Ok(happened(ordered(&line, wish, saved).await));
    }
    let asked = Asked {
        visit,
        line,
        wish,
        sent_at,
        sent: sent.as_ref(),
    };
    match orders::list(visit, &line).await {
        Ok((orders, complete)) => asked.conclude(orders, complete).await,
        Err(error @ (ServiceError::Changed { .. } | ServiceError::Refused { .. })) => {
            Ok(asked.without_list(error.text()))
        }
        Err(error) => Err(error),
    }
}

/// One asking.
struct Asked<'a> {
    visit: &'a Visit<'a>,
    line: Line<'a>,
    wish: &'a BookWish,
    sent_at: Timestamp,
    sent: Option<&'a Sent>,
}

impl Asked<'_> {
    async fn conclude(
        &self,
        mut orders: Vec<Booking>,
        complete: bool,
    ) -> Result<Reconciled, ServiceError> {
        let search = self.search();
        for order in orders.iter_mut().filter(|order| search.wants_page(order)) {
            self.complete(order).await?;
        }
        let is_late = self.age() >= LATEST;
        match search.pick(&orders) {
            Found::Ours(order) => Ok(happened(self.found(order, false).await)),
            Found::Older(order) if search.is_duplicate || is_late => {
                Ok(happened(self.found(order, true).await))
            }
            Found::Older(_) | Found::Nothing | Found::Perhaps(_) if !is_late => {
                Ok(self.again(self.pause(), self.told()))
            }
            Found::Perhaps(order) => Ok(Reconciled::CannotKnow(perhaps(&order.order_no))),
            _ if complete => Ok(Reconciled::DidNotHappen(
                self.told().unwrap_or_else(nowhere),
            )),
            _ => {
                let seen = Text::new("订单列表没有尽头", "the list of orders does not end");
                Ok(self.without_list(&seen))
            }
        }
    }

    fn search(&self) -> Search<'_> {
        Search {
            wish: self.wish,
            department: self.sent.map(|sent| sent.department.as_str()),
            sent_at: self.sent_at,
            is_duplicate: self.sent.is_some_and(|sent| sent.is_duplicate),
        }
    }

    /// How long it is known to have been sent. What was sent last of a slow chain was sent before it was first asked about.
    fn age(&self) -> SignedDuration {
        let asked = self.sent.and_then(|sent| sent.first_asked);
        let since = asked.map_or(self.sent_at, |asked| asked.max(self.sent_at));
        self.visit.now.duration_since(since)
    }

    fn pause(&self) -> SignedDuration {
        SignedDuration::from_secs((self.age().as_secs() / 2).clamp(AGAIN_S.0, AGAIN_S.1))
    }

    fn told(&self) -> Option<Text> {
        self.sent.and_then(|sent| sent.told.clone())
    }

    fn again(&self, pause: SignedDuration, seen: Option<Text>) -> Reconciled {
        let at = self.visit.now.saturating_add(pause);
        Reconciled::AskAgain {
            at: at.unwrap_or(self.visit.now),
            seen,
        }
    }

    /// Adds what the order's own page tells. A page that tells nothing leaves it as it was.
    async fn complete(&self, order: &mut Booking) -> Result<(), ServiceError> {
        let page = orders::page(&self.line, &self.wish.department.hos, &order.order_no).await;
        match page {
            Ok(page) => *order = joined(order.clone(), page),
            Err(ServiceError::Changed { .. } | ServiceError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// An order of the list, with its own page if that can be read.
    async fn found(&self, order: &Booking, older: bool) -> BookResult {
        let hos = &self.wish.department.hos;
        let page = orders::page(&self.line, hos, &order.order_no).await;
        let detail = page.map_or_else(|_| order.clone(), |page| joined(order.clone(), page));
        let is_open = detail.state == BookingState::Unknown;
        BookResult::Ordered {
            order_no: order.order_no.clone(),
            lineup: is_open && self.was_in_line(&order.order_no).await,
            older,
            detail: Some(Box::new(detail)),
        }
    }

    /// Whether the line knows the order. Whether it still stands there, is through or was sent away, a look at the line tells.
    async fn was_in_line(&self, order_no: &str) -> bool {
        let hos = &self.wish.department.hos;
        let lineup = orders::lineup(self.visit, &self.line, hos, order_no).await;
        lineup.is_ok()
    }

    fn without_list(&self, seen: &Text) -> Reconciled {
        if self.age() < NO_LIST_UNTIL {
            return self.again(NO_LIST_AGAIN, Some(seen.clone()));
        }
        Reconciled::CannotKnow(Text::new(
            format!(
                "这次预约成没成，程序问不到（{}）；请到「北京114预约挂号」公众号或京通小程序的订单里看",
                seen.zh
            ),
            format!(
                "whether this booking went through cannot be asked ({}); look at the orders in the WeChat account 北京114预约挂号 or the 京通 mini-program",
                seen.en
            ),
        ))
    }
}

fn happened(result: BookResult) -> Reconciled {
    Reconciled::Happened(json!(result))
}

fn perhaps(order_no: &str) -> Text {
    Text::new(
        format!("订单 {order_no} 可能是这一次的，也可能不是；请到官方渠道看"),
        format!("order {order_no} may be this one or not; look in an official channel"),
    )
}

/// Said when the service itself said nothing against the booking.
fn nowhere() -> Text {
    Text::new("114 的订单里没有它", "it is not among the orders 114 shows")
}
